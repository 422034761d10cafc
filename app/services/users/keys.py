"""People and keys of an archive: opening by a password, users, passwords, the recovery sheet, encryption."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import keyed, slots
from app.models.base import new_id
from app.models.enums import KeyActKind, UserRole, UserState
from app.models.errors import EnvironmentFailed, InvalidInput, NotFound, RuleBroken
from app.models.rights import check_right
from app.models.schema import file_id_of
from app.models.slots import RECOVERY, KeyFile, folded_login, own_keys, read_keys, write_keys
from app.models.store import Store, create_archive
from app.models.users import ArchiveUser, KeyAct
from app.services.changes import Changes
from app.services.checks import require_text
from app.services.ports import SILENT, Progress
from app.services.users import attempts
from app.services.users.passwords import check_password_length


@dataclass(frozen=True)
class Credentials:
    """What is typed to open an archive.

    Attributes:
        login: of a user; empty for the recovery sheet.
        password: or the letters of the sheet, without checks (`recovery.parse_code`).
        kept: whether the system's keyring kept it: a wrong one is no guess of anybody's, and a right one does not
            make up for guesses.
    """

    login: str
    password: str = field(repr=False)
    kept: bool = False


@dataclass(frozen=True)
class UserDraft:
    """A new user."""

    name: str
    login: str
    password: str = field(repr=False)
    role: UserRole = UserRole.KEEPER


# --- opening ------------------------------------------------------------------------------------


def open_with(path: Path, credentials: Credentials, *, writing: bool = True) -> Store:
    """Open an encrypted archive.

    Raises:
        RuleBroken: "keys.wrong", "keys.wait" with `seconds`, "user.disabled"; "keyring.outdated" when the password was
            kept, and is dropped, as it opens the archive no more.
        EnvironmentFailed: "keys.missing", "keys.damaged", "keys.newer", "keys.other_archive", and as `open_archive`.
    """
    path = path.resolve()
    file_id = read_keys(path).file_id
    _refuse_haste(file_id)
    try:
        store = keyed.open_keyed(path, credentials.login, credentials.password, writing=writing)
    except RuleBroken as refusal:
        if credentials.kept:
            _drop_kept(path, refusal)
        elif refusal.code == "keys.wrong":
            attempts.note_wrong(file_id)
        raise
    if not credentials.kept:
        attempts.note_right(file_id)
    return store


def _drop_kept(path: Path, refusal: RuleBroken) -> None:
    from app.services.users.remembered import drop_outdated  # only where the keyring was asked

    drop_outdated(path)
    if refusal.code == "keys.wrong":
        raise RuleBroken("keyring.outdated", name=path.name) from refusal


def verify_present(store: Store, password: str) -> None:
    """Refuse unless the password is that of the user who has the archive open; for a session that was locked.

    Raises:
        RuleBroken: "keys.wrong", "keys.wait".
    """
    assert store.person is not None, "only an encrypted archive is locked"
    file = read_keys(store.path)
    _refuse_haste(file.file_id)
    if store.person.id == RECOVERY:
        login = ""
    else:
        with store.read() as session:
            login = _user(session, store.person.id).login
    try:
        found = slots.open_slot(file, login, password).user_id
    except RuleBroken:
        attempts.note_wrong(file.file_id)
        raise
    assert found == store.person.id, "a login belongs to one user"
    attempts.note_right(file.file_id)


def _refuse_haste(file_id: str) -> None:
    seconds = attempts.seconds_to_wait(file_id)
    if seconds:
        raise RuleBroken("keys.wait", seconds=seconds)


# --- a new archive ------------------------------------------------------------------------------


def new_encrypted_archive(path: Path, first: UserDraft, code: str, number: str | None = None) -> None:
    """Write an empty archive that opens by the password of its first keeper, and by the recovery sheet.

    Args:
        code: secret of the sheet (`recovery.new_code`), already printed and typed back.
        number: of the archive, as printed on the sheet.

    Raises:
        InvalidInput: "field.required", "password.short".
        EnvironmentFailed: as `new_archive`.
    """
    user = _new_user(first)
    key = slots.new_key()
    keys = slots.new_key_file(number or new_id(), key, [(user.id, user.login, first.password), (RECOVERY, "", code)])

    def fill(store: Store) -> None:
        store.person = user.person()
        store.user = user.name
        user.password_at = store.clock()
        with store.write("found_archive") as session:
            session.add_all([user, KeyAct(kind=KeyActKind.ENCRYPTED.value), KeyAct(kind=KeyActKind.SHEET.value)])

    create_archive(path, fill=fill, key=key, keys=keys)


def archive_number() -> str:
    """Number for an archive that is going to be made: the recovery sheet names it."""
    return new_id()


def check_user(draft: UserDraft) -> None:
    """Refuse a new user whose fields are not in order.

    Raises:
        InvalidInput: "field.required", "password.short".
    """
    _new_user(draft)


def _new_user(draft: UserDraft) -> ArchiveUser:
    name = require_text(draft.name, "name")
    login = folded_login(require_text(draft.login, "login"))
    check_password_length(draft.password)
    return ArchiveUser(id=new_id(), name=name, login=login, role=draft.role.value)


# --- users --------------------------------------------------------------------------------------


def add_user(store: Store, draft: UserDraft) -> Changes:
    """Give somebody a password of their own; touches one slot.

    Raises:
        InvalidInput: "field.required", "password.short", "user.login_taken".
        RuleBroken: "right.missing", "archive.plain".
    """
    key = _key(store, "add_user")
    user = _new_user(draft)
    with keyed.keys_put_back(store), store.write("add_user") as session:
        known = session.scalars(sa.select(ArchiveUser)).all()
        if any(other.login == user.login for other in known):
            raise InvalidInput("user.login_taken", field="login", login=user.login)
        user.password_at = store.clock()
        session.add(user)
        session.flush()
        file = _without_strangers(own_keys(store.path, key), [other.id for other in known])
        slot = slots.new_slot(file, user.id, user.login, draft.password, {file.generation: key})
        write_keys(store.path, slots.with_slot(file, slot, key))
    return Changes.of("archive", ids=(user.id,))


def save_user(store: Store, user_id: str, name: str, role: UserRole, state: UserState) -> Changes:
    """Write a user's name, role and state; who is suspended keeps the password, and cannot open the archive.

    Raises:
        InvalidInput: "field.required".
        NotFound: "record.gone".
        RuleBroken: "right.missing", "user.last_keeper", "user.not_oneself".
    """
    _key(store, "save_user")
    assert state != UserState.REMOVED, "a user is removed by remove_user, with a new key"
    with store.write("save_user") as session:
        user = _user(session, user_id)
        if state == UserState.DISABLED:
            _refuse_oneself(store, user)
        user.name, user.role, user.state = require_text(name, "name"), role.value, state.value
        session.flush()
        _keep_a_keeper(session, user)
    return Changes.of("archive", ids=(user_id,))


def change_password(store: Store, user_id: str, password: str, present: str = "") -> Changes:
    """Give a user a new password; touches one slot, and makes a new pair of keys in it.

    Args:
        present: the present password, where it is one's own.

    Raises:
        InvalidInput: "password.short".
        RuleBroken: "keys.wrong", "right.missing", "archive.plain".
        NotFound: "record.gone".
    """
    own = store.person is not None and user_id == store.person.id
    key = _key(store, "change_password" if own else "save_user")
    check_password_length(password)
    if own:
        verify_present(store, present)
    with keyed.keys_put_back(store), store.write("change_password") as session:
        user = _user(session, user_id)
        user.password_at = store.clock()
        session.add(KeyAct(kind=KeyActKind.PASSWORD.value, user_id=user.id))
        session.flush()
        file = own_keys(store.path, key)
        slot = slots.new_slot(file, user.id, user.login, password, {file.generation: key})
        write_keys(store.path, slots.with_slot(file, slot, key))
    return Changes.of("archive", ids=(user_id,))


def remove_user(store: Store, user_id: str, progress: Progress = SILENT) -> Changes:
    """Take a user's access away for good: the archive gets a new data key, sealed to all others.

    Raises:
        RuleBroken: "right.missing", "user.last_keeper", "user.not_oneself", "archive.plain".
        NotFound: "record.gone".
        EnvironmentFailed: as `keyed.change_key`.
        Cancelled: by `progress`; nothing has changed then.
    """
    _key(store, "remove_user")
    with store.read() as session:
        user = _user(session, user_id)
        _refuse_oneself(store, user)

    def record(fresh: Store) -> None:
        with fresh.write("remove_user") as session:
            user = _user(session, user_id)
            user.state, user.login = UserState.REMOVED.value, f"{user.login} · {user.id}"
            session.add(KeyAct(kind=KeyActKind.RENEWED.value, user_id=user.id))
            session.flush()
            _keep_a_keeper(session, user)

    _renew(store, record, progress, without=[user_id])
    return Changes.of("archive", ids=(user_id,))


def renew_key(store: Store, progress: Progress = SILENT) -> Changes:
    """Encrypt the archive under a new data key; passwords and the recovery sheet stay.

    Raises:
        RuleBroken: "right.missing", "archive.plain".
        EnvironmentFailed: as `keyed.change_key`.
        Cancelled: by `progress`.
    """
    _key(store, "renew_key")

    def record(fresh: Store) -> None:
        with fresh.write("renew_key") as session:
            session.add(KeyAct(kind=KeyActKind.RENEWED.value))

    _renew(store, record, progress)
    return Changes.of("archive")


def renew_sheet(store: Store, code: str) -> Changes:
    """Put a new recovery sheet in the place of the present one; touches one slot.

    Args:
        code: its secret, already printed and typed back.

    Raises:
        RuleBroken: "right.missing", "archive.plain".
    """
    key = _key(store, "renew_sheet")
    with keyed.keys_put_back(store), store.write("renew_sheet") as session:
        session.add(KeyAct(kind=KeyActKind.SHEET.value))
        session.flush()
        file = own_keys(store.path, key)
        slot = slots.new_slot(file, RECOVERY, "", code, {file.generation: key})
        write_keys(store.path, slots.with_slot(file, slot, key))
    return Changes.of("archive")


# --- with a password, or without ------------------------------------------------------------------


def encrypt_archive(store: Store, first: UserDraft, code: str, progress: Progress = SILENT) -> Changes:
    """Encrypt an open plain archive; who does it becomes its first keeper. Copies that anybody could read go.

    Raises:
        InvalidInput: "field.required", "password.short".
        RuleBroken: "archive.encrypted".
        EnvironmentFailed: as `keyed.change_key`.
        Cancelled: by `progress`.
    """
    _refuse_reading(store)
    if store.key is not None:
        raise RuleBroken("archive.encrypted", name=store.path.name)
    user = _new_user(first)
    with store.read() as session:
        number = file_id_of(session.connection())
        removed = session.scalars(sa.select(ArchiveUser.id).where(ArchiveUser.login == user.login)).all()
    if removed:
        raise InvalidInput("user.login_taken", field="login", login=user.login)
    key = slots.new_key()
    keys = slots.new_key_file(number, key, [(user.id, user.login, first.password), (RECOVERY, "", code)])

    def record(fresh: Store) -> None:
        fresh.person, fresh.user = user.person(), user.name
        user.password_at = fresh.clock()
        with fresh.write("encrypt_archive") as session:
            session.add_all([user, KeyAct(kind=KeyActKind.ENCRYPTED.value), KeyAct(kind=KeyActKind.SHEET.value)])

    keyed.change_key(store, key, (keys, keys), record, progress.step)
    store.person, store.user = user.person(), user.name
    if store.safeguard is not None:
        from app.services.keeping.copies import drop_plain  # only here

        with contextlib.suppress(EnvironmentFailed):  # the list of copies says which of them anybody can read
            drop_plain(store)
    return Changes.of("archive")


def remove_encryption(store: Store, reason: str, progress: Progress = SILENT) -> Changes:
    """Leave the archive readable without a password; the reason stays on the record, and no user is left.

    Raises:
        InvalidInput: "reason.missing".
        RuleBroken: "right.missing", "archive.plain".
        EnvironmentFailed: as `keyed.change_key`.
        Cancelled: by `progress`.
    """
    _key(store, "remove_encryption")
    if not reason.strip():
        raise InvalidInput("reason.missing", field="reason")

    def record(fresh: Store) -> None:
        with fresh.write("remove_encryption") as session:
            for user in session.scalars(sa.select(ArchiveUser).where(ArchiveUser.state != UserState.REMOVED.value)):
                user.state, user.login = UserState.REMOVED.value, f"{user.login} · {user.id}"
            session.add(KeyAct(kind=KeyActKind.OPENED.value, reason=reason.strip()))

    keyed.change_key(store, None, (None, None), record, progress.step)
    store.person = None
    return Changes.of("archive")


def check_may(store: Store, verb: str) -> None:
    """Refuse what cannot be done to the keys of this archive by who works in it, before anything is asked.

    Raises:
        RuleBroken: "right.missing", "archive.plain".
        EnvironmentFailed: "archive.opened_for_reading".
    """
    _key(store, verb)


# --- helpers --------------------------------------------------------------------------------------


def _key(store: Store, verb: str) -> bytes:
    """The data key, once the user has the right to do this."""
    _refuse_reading(store)
    check_right(store.person, [verb])
    if store.key is None:
        raise RuleBroken("archive.plain", name=store.path.name)
    return store.key


def _refuse_reading(store: Store) -> None:
    if not store.writing:
        raise store.reading_refusal()


def _renew(store: Store, record: keyed.Recorder, progress: Progress, *, without: Sequence[str] = ()) -> None:
    assert store.key is not None, "a plain archive has no key"
    fresh = slots.new_key()
    file = own_keys(store.path, store.key)
    with store.read() as session:
        known = session.scalars(sa.select(ArchiveUser.id).where(ArchiveUser.state != UserState.REMOVED.value)).all()
    keys = slots.bridged(_without_strangers(file, known), store.key, fresh, without=without)
    keyed.change_key(store, fresh, keys, record, progress.step)


def _without_strangers(file: KeyFile, known: Sequence[str]) -> KeyFile:
    """The slots of users that the archive knows; a process killed while it added one may have left another."""
    kept = tuple(slot for slot in file.slots if slot.user_id in known or slot.user_id == RECOVERY)
    return slots.only(file, kept)


def _user(session: Session, user_id: str) -> ArchiveUser:
    user = session.get(ArchiveUser, user_id)
    if user is None or user.state == UserState.REMOVED:
        raise NotFound("record.gone")
    return user


def _refuse_oneself(store: Store, user: ArchiveUser) -> None:
    if store.person is not None and store.person.id == user.id:
        raise RuleBroken("user.not_oneself")


def _keep_a_keeper(session: Session, touched: ArchiveUser) -> None:
    keepers = session.scalar(
        sa.select(sa.func.count())
        .select_from(ArchiveUser)
        .where(ArchiveUser.role == UserRole.KEEPER.value, ArchiveUser.state == UserState.ACTIVE.value)
    )
    if not keepers:
        raise RuleBroken("user.last_keeper", name=touched.name)
