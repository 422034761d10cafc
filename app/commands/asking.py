"""Users and passwords on the command line: asked on the terminal without echo, or read from standard input."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.models.errors import InvalidInput
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from app.models.store import Store
    from app.services.users.keys import Credentials


def add_credentials(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """The arguments of every command that opens an archive."""
    group = parser.add_argument_group(tr("archives with a password"))
    group.add_argument("--user", metavar="USER", help=tr("who opens the archive; else it is asked for"))
    group.add_argument("--recovery", action="store_true", help=tr("open by the letters of the recovery sheet"))
    group.add_argument(
        "--password-stdin", action="store_true", help=tr("read passwords from standard input, one a line")
    )
    group.add_argument(
        "--keyring", action="store_true", help=tr("open by the password that the system's keyring keeps, and say so")
    )


class Asker:
    """Asks for what must not stand on a command line."""

    def __init__(self, options: argparse.Namespace, tr: Translator) -> None:
        self._from_input = bool(options.password_stdin)
        self._tr = tr
        self.can_ask = not self._from_input and sys.stdin is not None and sys.stdin.isatty()

    def secret(self, question: str) -> str:
        """A password, or letters of a sheet.

        Raises:
            InvalidInput: "password.stdin_missing", "password.terminal_missing".
        """
        if self._from_input:
            line = sys.stdin.readline() if sys.stdin is not None else ""
            if not line:
                raise InvalidInput("password.stdin_missing")
            return line.rstrip("\r\n")
        if not self.can_ask:
            raise InvalidInput("password.terminal_missing")
        return getpass.getpass(f"{question}: ")

    def new_password(self) -> str:
        """A new password; typed twice on a terminal.

        Raises:
            InvalidInput: "password.differs", "password.short", and as `secret`.
        """
        from app.services.users.passwords import check_password_length, check_same

        tr = self._tr
        password = self.secret(tr("New password"))
        check_password_length(password)
        if self.can_ask:
            check_same(password, self.secret(tr("The same again")))
        return password

    def line(self, question: str, given: str | None) -> str:
        """What was given as an argument, or is typed now; empty where nobody can be asked."""
        if given is not None or not self.can_ask:
            return given or ""
        return input(f"{question}: ").strip()


def credentials_for(file: Path, options: argparse.Namespace, asker: Asker, tr: Translator) -> Credentials | None:
    """What opens an archive; None for one without a password, of which nothing is asked.

    Raises:
        InvalidInput: "keys.code_length" and others of `parse_code`, "keyring.off", "keyring.empty", and as
            `Asker.secret`.
        EnvironmentFailed: "keyring.missing" and others of `remembered.find`.
    """
    from app.services.users.key_files import is_encrypted
    from app.services.users.keys import Credentials

    if not is_encrypted(file):
        return None
    if options.recovery:
        from app.services.users.recovery import parse_code

        return Credentials("", parse_code(asker.secret(tr("Letters of the recovery sheet"))))
    if options.keyring:
        return _kept(file, options, tr)
    login = asker.line(tr("User"), options.user)
    if not login:
        return None
    return Credentials(login, asker.secret(tr("Password")))


def _kept(file: Path, options: argparse.Namespace, tr: Translator) -> Credentials:
    """What the system's keyring keeps for an archive; it is said on standard error that it is used."""
    from app.services.settings import Settings, settings_path
    from app.services.users import remembered

    settings = Settings(settings_path())
    remembered.check_allowed(settings)
    mark = remembered.mark_at(file)
    kept = remembered.find(mark) if remembered.is_noted(settings, mark) else None
    if kept is None or not remembered.is_of(kept, options.user or ""):
        raise InvalidInput("keyring.empty", name=file.name)
    print(tr("By the password that the keyring keeps for {user}.").format(user=kept.login), file=sys.stderr)
    return kept


def open_asked(options: argparse.Namespace, tr: Translator, *, writing: bool = True) -> Store:
    """Open the archive of a command, asking for user and password where it has one.

    Raises:
        AppError: as `open_archive` and `credentials_for`.
    """
    from app.services.archive import open_archive

    credentials = credentials_for(options.file, options, Asker(options, tr), tr)
    return open_archive(options.file, writing=writing, credentials=credentials)
