"""The command `concilia`: the same services as the window, for the keyboard and for other programs.

Exit codes: 0 done, 1 findings, 2 wrong use or bad input, 3 environment. Errors are one line on standard error.
"""

from __future__ import annotations

import argparse
import builtins
import gc
import gettext
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from app import __version__
from app.models.errors import AppError, EnvironmentFailed
from app.resources import resource
from app.services.settings import Settings, settings_folder, settings_path
from app.services.texts import LANGUAGES, N_, Translator, translator

DONE, FINDINGS, WRONG_USE, ENVIRONMENT = 0, 1, 2, 3

GARBAGE_THRESHOLD = 20_000
"""Objects made before garbage is looked for. Starting makes many and drops none: the interpreter's own figure, 700,
costs a sixth of every command."""

WRONG_NAMES = frozenset(
    {
        "archive.exists",
        "archive.folder_missing",
        "archive.missing",
        "archive.not_an_archive",
        "place.is_folder",
        "place.missing",
        "place.no_folder",
        "workbook.missing",
    }
)
"""What the disk says because the user named the wrong file or folder: wrong use, not a failure of the environment."""

Handler = Callable[[argparse.Namespace, Translator], int]

PARSER_TEXTS = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("unrecognized arguments: %s"),
    N_("the following arguments are required: %s"),
    N_("expected one argument"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("unknown parser %(parser_name)r (choices: %(choices)s)"),
    N_("not allowed with argument %s"),
)
"""What the standard library's parser says by itself; it looks them up in the same catalogue."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, or open the window.

    Returns:
        The exit code.
    """
    gc.set_threshold(GARBAGE_THRESHOLD)
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(given)
    tr = translator(language)
    _localize_parser(language)
    _use_utf8()
    try:
        return _run(given, tr)
    except AppError as error:
        from app.ui.errors import sentence

        print(sentence(error, tr), file=sys.stderr)
        return ENVIRONMENT if isinstance(error, EnvironmentFailed) and error.code not in WRONG_NAMES else WRONG_USE
    except KeyboardInterrupt:
        print(tr("Stopped. Nothing more was written."), file=sys.stderr)
        return ENVIRONMENT
    except BrokenPipeError:  # the reader of our output went away: not our business
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - stands in until the process ends
        return DONE
    except Exception:
        return _report_bug(tr)


def _report_bug(tr: Translator) -> int:
    """Keep the trace in the log, never on the screen."""
    log = settings_folder() / "concilia.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(log, encoding="utf-8")
    logger = logging.getLogger("concilia")
    logger.addHandler(handler)
    logger.exception("unexpected failure")
    logger.removeHandler(handler)
    handler.close()
    text = tr("Something unexpected went wrong; nothing was lost. The details are in {file}.")
    print(text.format(file=log), file=sys.stderr)
    return ENVIRONMENT


def _run(given: list[str], tr: Translator) -> int:
    from app import commands

    if not given or (given[0] not in commands.COMMANDS and not given[0].startswith("-")):
        return _open_window(given, tr)
    options = make_parser(tr).parse_args(given)
    if options.command is None:
        return _open_window([], tr)
    return commands.COMMANDS[options.command].run(options, tr)


def _open_window(given: list[str], tr: Translator) -> int:
    """The window; on the start page, or with the archive named."""
    if len(given) > 1 or (given and not Path(given[0]).suffix):
        make_parser(tr).error(tr("«{word}» is not a command; the commands are listed by --help").format(word=given[0]))
    if not _has_display():
        if given:
            raise EnvironmentFailed("window.no_display")
        from app.commands import headless_demo

        return headless_demo(Path("concilia-demo"), tr)
    import_qt()
    from app.ui.application import run_window

    return run_window(Path(given[0]) if given else None, language=tr.language)


def import_qt() -> None:
    """Import Qt's Python without the hook that it puts on every import after its own.

    The hook reads the source of each module in search of a feature that nothing here uses: a tenth of the start, and
    twenty megabytes of source that stay in memory.
    """
    plain = builtins.__import__
    import_module("PySide6.QtCore")
    builtins.__import__ = plain


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Parser(argparse.ArgumentParser):
    """The standard parser, with errors of one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with the code for wrong use."""
        self.exit(WRONG_USE, f"{self.prog}: {message}\n")


def make_parser(tr: Translator) -> argparse.ArgumentParser:
    """The parser of all commands, in the translator's language."""
    from app import commands

    parser = Parser(
        prog="concilia",
        description=tr("The desk of a committee that awards and follows public grants. Without a command: the window."),
        epilog=tr("FILE is an archive (*.concilia). Every command has its own --help."),
    )
    parser.add_argument("--version", action="version", version=f"concilia {__version__}", help=tr("print the version"))
    common = Parser(add_help=False)
    for where in (parser, common):
        where.add_argument(
            "--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=tr("language of the answer: it or en")
        )
    groups = parser.add_subparsers(dest="command", metavar=tr("COMMAND"))
    for name, command in commands.COMMANDS.items():
        sub = groups.add_parser(
            name,
            help=tr(command.help),
            description=tr(command.help),
            parents=[common] if command.answers_in_language else [],
        )
        command.declare(sub, tr)
    return parser


def _language(given: Sequence[str]) -> str:
    """The language asked for on the command line, else the one of the settings; Italian otherwise."""
    for position, word in enumerate(given):
        wanted = word.partition("=")[2] if word.startswith("--lang=") else ""
        if word == "--lang" and position + 1 < len(given):
            wanted = given[position + 1]
        if wanted in LANGUAGES:
            return wanted
    return str(Settings(settings_path()).get("language"))


def _localize_parser(language: str) -> None:
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("concilia", str(resource("i18n")))
    gettext.textdomain("concilia")


def _use_utf8() -> None:
    """Accents and the euro sign, whatever the console thinks."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
