"""The commands `new` and `users`: archives with a password, and the people who open them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.answers import DONE, add_json, print_json
from app.commands.asking import Asker, add_credentials, credentials_for
from app.models.enums import UserRole, UserState
from app.models.errors import AppError, EnvironmentFailed, InvalidInput, RuleBroken
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from app.models.store import Store

FORGET = "forget-password"
LOCKING_OUT = frozenset({"decrypt", "password", "remove", "suspend"})
"""After these a password that the system's keyring kept opens nothing any more."""

# --- new ------------------------------------------------------------------------------------------


def declare_new(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """The arguments of `new`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive to be written; it must not exist yet"))
    parser.add_argument("--open", action="store_true", help=tr("without a password: whoever has the file reads it"))
    parser.add_argument("--user", metavar="USER", help=tr("user name of the first keeper"))
    parser.add_argument("--name", metavar="NAME", help=tr("name of the first keeper, for the history"))
    parser.add_argument("--sheet", metavar="OUT.pdf", type=Path, help=tr("where the recovery sheet is written"))
    parser.add_argument(
        "--password-stdin", action="store_true", help=tr("read passwords from standard input, one a line")
    )


def run_new(options: argparse.Namespace, tr: Translator) -> int:
    """Write an empty archive: with a password unless `--open` is given."""
    if options.open:
        from app.services.archive import new_archive

        new_archive(options.file)
        print(tr("Written: {file}").format(file=options.file))
        return DONE
    from app.services.archive import refuse_existing
    from app.services.users.keys import UserDraft, archive_number, check_user, new_encrypted_archive
    from app.services.users.recovery import new_code

    refuse_existing(options.file)
    asker = Asker(options, tr)
    login = asker.line(tr("User name of the first keeper"), options.user)
    name = asker.line(tr("Name of the first keeper"), options.name)
    first = UserDraft(name or login, login, asker.new_password())
    check_user(first)
    code, number = new_code(), archive_number()
    _hand_over_sheet(options, asker, code, options.file.name, number, tr)
    new_encrypted_archive(options.file, first, code, number)
    print(tr("Written: {file}").format(file=options.file))
    return DONE


def _hand_over_sheet(
    options: argparse.Namespace, asker: Asker, code: str, name: str, number: str, tr: Translator
) -> None:
    """Write the recovery sheet, and have part of it typed back where somebody can be asked."""
    from app.services.reports.pdf import write_pdf
    from app.services.users.recovery import asked_groups, check_typed, recovery_sheet

    where = asker.line(tr("File for the recovery sheet (PDF)"), str(options.sheet) if options.sheet else None)
    if not where:
        raise InvalidInput("keys.sheet_missing")
    write_pdf(recovery_sheet(name, number, code, datetime.now(UTC).replace(microsecond=0), tr), Path(where))
    print(tr("Recovery sheet: {file}. Print it, lock it away, and delete the file.").format(file=where))
    if asker.can_ask:
        for group in asked_groups():
            check_typed(code, group, asker.line(tr("Group {n} of the sheet").format(n=group), None))


# --- users ----------------------------------------------------------------------------------------


def declare_users(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """The arguments of `users`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument(
        "action",
        nargs="?",
        default="list",
        choices=sorted([*_ACTIONS, FORGET]),
        metavar="ACTION",
        help=tr(
            "list (when left out), add, password, role, suspend, resume, remove; sheet: a new recovery sheet;"
            " key: a new key; encrypt: set a password; decrypt: take it away; forget-password: the system's keyring"
            " keeps none of this archive any more"
        ),
    )
    parser.add_argument("login", nargs="?", metavar="LOGIN", help=tr("user name of whom it is about"))
    parser.add_argument("--name", metavar="NAME", help=tr("for «add» and «encrypt»: the user's name"))
    roles = ", ".join(UserRole)
    parser.add_argument(
        "--role",
        choices=list(UserRole),
        type=UserRole,
        metavar="ROLE",
        help=tr("for «add» and «role»: {roles}").format(roles=roles),
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help=tr("for «decrypt»: why; it stays in the history"))
    parser.add_argument("--sheet", metavar="OUT.pdf", type=Path, help=tr("where the recovery sheet is written"))
    add_json(parser, tr)
    add_credentials(parser, tr)


def run_users(options: argparse.Namespace, tr: Translator) -> int:
    """List the users of an archive, or change them and its keys."""
    from app.services.archive import open_archive
    from app.services.users.remembered import mark_at

    if options.action == FORGET:
        return _forget_password(options, tr)
    asker = Asker(options, tr)
    credentials = credentials_for(options.file, options, asker, tr)
    own = "" if credentials is None or credentials.kept else credentials.password
    mark = "" if credentials is None else mark_at(options.file)
    writing = options.action != "list"
    with open_archive(options.file, writing=writing, credentials=credentials) as store:
        _ACTIONS[options.action](store, options, asker, own, tr)
        if options.action == "list":
            return DONE
    if options.action in LOCKING_OUT and credentials is not None:
        _forget_of(mark, "" if options.action == "decrypt" else options.login or credentials.login, tr)
    print(tr("Done."))
    return DONE


def _forget_of(mark: str, login: str, tr: Translator) -> None:
    """What was done stands, also where the system's keyring does not let go of the password that opens no more."""
    from app.services.settings import Settings, settings_path
    from app.services.users import remembered
    from app.ui.errors import sentence

    settings = Settings(settings_path())
    if not remembered.is_noted(settings, mark):
        return
    try:
        if remembered.forget(mark, login):
            remembered.strike(settings, mark)
    except AppError as error:
        print(sentence(error, tr), file=sys.stderr)


def _forget_password(options: argparse.Namespace, tr: Translator) -> int:
    """Have the system's keyring keep no password of an archive; nothing has to be typed for it."""
    from app.services.settings import Settings, settings_path
    from app.services.users import remembered
    from app.services.users.key_files import is_encrypted

    if not is_encrypted(options.file):
        if options.file.is_file():
            raise RuleBroken("archive.plain", name=options.file.name)
        raise EnvironmentFailed("archive.missing", name=options.file.name)
    settings, mark = Settings(settings_path()), remembered.mark_at(options.file)
    if remembered.is_noted(settings, mark):
        remembered.forget(mark)
        remembered.strike(settings, mark)
        print(tr("Done."))
    else:
        print(tr("This computer keeps no password of «{name}».").format(name=options.file.name))
    return DONE


def _list(store: Store, options: argparse.Namespace, _asker: Asker, _own: str, tr: Translator) -> None:
    from app.services.users.facts import key_facts, list_users
    from app.services.wording.labels import label

    rows = list_users(store)
    if options.json:
        users = [
            {"login": row.login, "name": row.name, "role": row.role, "state": row.state, "has_key": row.has_key}
            for row in rows
        ]
        print_json({"encrypted": key_facts(store).encrypted, "users": users})
        return
    if not key_facts(store).encrypted:
        print(tr("The archive has no password, and no users."))
    for row in rows:
        print(f"{row.login:20} {row.name:30} {label(row.role, tr):24} {label(row.state, tr)}")


def _add(store: Store, options: argparse.Namespace, asker: Asker, _own: str, tr: Translator) -> None:
    from app.services.users.keys import UserDraft, add_user

    login = asker.line(tr("User name"), options.login)
    name = asker.line(tr("Name"), options.name) or login
    add_user(store, UserDraft(name, login, asker.new_password(), options.role or UserRole.READER))


def _password(store: Store, options: argparse.Namespace, asker: Asker, own: str, tr: Translator) -> None:
    from app.services.users.facts import find_user
    from app.services.users.keys import change_password

    row = find_user(store, options.login or options.user)
    present = ""
    if row.present:  # one that the keyring kept is not enough to set another
        present = own or asker.secret(tr("Present password"))
    change_password(store, row.id, asker.new_password(), present)


def _save(store: Store, login: str, role: UserRole | None, state: UserState | None) -> None:
    from app.services.users.facts import find_user
    from app.services.users.keys import save_user

    row = find_user(store, login)
    save_user(store, row.id, row.name, role or row.role, state or row.state)


def _role(store: Store, options: argparse.Namespace, _asker: Asker, _own: str, _tr: Translator) -> None:
    _save(store, options.login, options.role, None)


def _suspend(store: Store, options: argparse.Namespace, _asker: Asker, _own: str, _tr: Translator) -> None:
    _save(store, options.login, None, UserState.DISABLED)


def _resume(store: Store, options: argparse.Namespace, _asker: Asker, _own: str, _tr: Translator) -> None:
    _save(store, options.login, None, UserState.ACTIVE)


def _remove(store: Store, options: argparse.Namespace, _asker: Asker, _own: str, _tr: Translator) -> None:
    from app.services.users.facts import find_user
    from app.services.users.keys import remove_user

    remove_user(store, find_user(store, options.login).id)


def _sheet(store: Store, options: argparse.Namespace, asker: Asker, _own: str, tr: Translator) -> None:
    from app.services.users.facts import key_facts
    from app.services.users.keys import check_may, renew_sheet
    from app.services.users.recovery import new_code

    check_may(store, "renew_sheet")
    code = new_code()
    _hand_over_sheet(options, asker, code, options.file.name, key_facts(store).number, tr)
    renew_sheet(store, code)


def _key(store: Store, _options: argparse.Namespace, _asker: Asker, _own: str, _tr: Translator) -> None:
    from app.services.users.keys import renew_key

    renew_key(store)


def _encrypt(store: Store, options: argparse.Namespace, asker: Asker, _own: str, tr: Translator) -> None:
    from app.services.users.facts import key_facts
    from app.services.users.keys import UserDraft, check_user, encrypt_archive
    from app.services.users.recovery import new_code

    login = asker.line(tr("User name of the first keeper"), options.login)
    name = asker.line(tr("Name of the first keeper"), options.name) or login
    first = UserDraft(name, login, asker.new_password())
    check_user(first)
    code = new_code()
    _hand_over_sheet(options, asker, code, options.file.name, key_facts(store).number, tr)
    encrypt_archive(store, first, code)


def _decrypt(store: Store, options: argparse.Namespace, _asker: Asker, _own: str, _tr: Translator) -> None:
    from app.services.users.keys import remove_encryption

    remove_encryption(store, options.reason)


_Action = Callable[["Store", argparse.Namespace, Asker, str, Translator], None]

_ACTIONS: dict[str, _Action] = {
    "add": _add,
    "decrypt": _decrypt,
    "encrypt": _encrypt,
    "key": _key,
    "list": _list,
    "password": _password,
    "remove": _remove,
    "resume": _resume,
    "role": _role,
    "sheet": _sheet,
    "suspend": _suspend,
}
