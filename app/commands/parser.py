"""The parser of the command line: its texts are those of our catalogue, its errors are one line."""

from __future__ import annotations

import argparse
import gettext
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from app import __version__
from app.commands.answers import WRONG_USE, add_language
from app.commands.table import COMMANDS, Command
from app.resources import resource
from app.services.files import check_name
from app.services.wording.texts import N_, Translator

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
    N_("one of the arguments %s is required"),
)
"""What the standard library's parser says by itself; it looks them up in the same catalogue."""


class Parser(argparse.ArgumentParser):
    """The standard parser, with errors of one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with the code for wrong use."""
        self.exit(WRONG_USE, f"{self.prog}: {message}\n")


def read_command(given: Sequence[str], tr: Translator) -> tuple[Command | None, argparse.Namespace]:
    """The command that was given, if one was, with its options.

    Raises:
        SystemExit: after help, or a line that says what is wrong.
        InvalidInput: of `check_name`, for each file that is named.
    """
    parser = make_parser(tr, [word for word in given if word in COMMANDS][:1])
    if given[0] not in COMMANDS and not given[0].startswith("-"):
        parser.error(tr("«{word}» is not a command; the commands are listed by --help").format(word=given[0]))
    options = parser.parse_args(given)
    for path in _paths(options):
        check_name(path)
    return COMMANDS.get(options.command), options


def _paths(options: argparse.Namespace) -> Iterator[Path]:
    """Files and folders that a command is about."""
    for value in vars(options).values():
        yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Path))


def make_parser(tr: Translator, declared: Collection[str] = COMMANDS) -> argparse.ArgumentParser:
    """The parser of all commands, in the translator's language.

    Args:
        declared: commands whose arguments are wanted too; to declare them may load what they are about.
    """
    _localize(tr.language)
    parser = Parser(
        prog="concilia",
        description=tr("The desk of a committee that awards and follows public grants. Without a command: the window."),
        epilog=tr("FILE is an archive (*.concilia). Every command has its own --help."),
    )
    parser.add_argument("--version", action="version", version=f"concilia {__version__}", help=tr("print the version"))
    common = Parser(add_help=False)
    for where in (parser, common):
        add_language(where, tr)
    groups = parser.add_subparsers(dest="command", metavar=tr("COMMAND"))
    for name, command in COMMANDS.items():
        sub = groups.add_parser(
            name,
            help=tr(command.help),
            description=tr(command.help),
            parents=[common] if command.answers_in_language else [],
        )
        if name in declared:
            command.declare(sub, tr)
    return parser


def _localize(language: str) -> None:
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("concilia", str(resource("i18n")))
    gettext.textdomain("concilia")
