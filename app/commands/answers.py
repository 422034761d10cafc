"""What commands answer with: exit codes, and JSON for other programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from app.services.wording.texts import LANGUAGES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from app.services.changes import Changes
    from app.services.wording.texts import Translator

DONE, FINDINGS, WRONG_USE, ENVIRONMENT = 0, 1, 2, 3
"""Exit codes: done; findings are open, or something is broken; wrong use or bad input; the environment failed."""


def add_json(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Let a command answer as JSON."""
    parser.add_argument("--json", action="store_true", help=tr("answer as JSON, for other programs"))


def add_language(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Let the language of the answer be said; what reads it looks at the words of the command line itself."""
    from argparse import SUPPRESS  # the window does not read options

    parser.add_argument("--lang", choices=LANGUAGES, default=SUPPRESS, help=tr("language of the answer: it or en"))


def print_json(value: Any) -> None:
    """Print an answer as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_list(lines: Iterable[str], empty: str) -> None:
    """Print a list line by line, or the sentence that says that there is nothing in it."""
    found = list(lines)
    print("\n".join(found) if found else empty)


def tell_warning(changes: Changes, tr: Translator) -> None:
    """Say on standard error what a verb could not do after it was done."""
    if changes.warning is not None:
        from app.ui.errors import sentence

        print(sentence(changes.warning, tr), file=sys.stderr)
