"""What commands answer with: exit codes, and JSON for other programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from app.services.changes import Changes
    from app.services.wording.texts import Translator

DONE, FINDINGS, WRONG_USE, ENVIRONMENT = 0, 1, 2, 3
"""Exit codes: done; findings are open, or something is broken; wrong use or bad input; the environment failed."""


def add_json(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Let a command answer as JSON."""
    parser.add_argument("--json", action="store_true", help=tr("answer as JSON, for other programs"))


def print_json(value: Any) -> None:
    """Print an answer as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def tell_warning(changes: Changes, tr: Translator) -> None:
    """Say on standard error what a verb could not do after it was done."""
    if changes.warning is not None:
        from app.ui.errors import sentence

        print(sentence(changes.warning, tr), file=sys.stderr)
