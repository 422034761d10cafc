"""Restoring a copy: what it would change is shown first; then it takes the place, and what was there is kept.

People and keys stay as they are now: who was removed since the copy does not come back, and passwords stay.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import keyed, restoring, slots
from app.models.enums import AccountKind, UserState
from app.models.errors import AppError, EnvironmentFailed, RuleBroken
from app.models.journal import Edit, fields_of
from app.models.keeping import kept_name
from app.models.money import Cents
from app.models.restoration import Restoration
from app.models.restoring import Source
from app.models.rights import check_right
from app.models.slots import KeyFile, is_encrypted, read_keys
from app.models.store import Store
from app.models.users import ArchiveUser
from app.services.changes import Changes
from app.services.journal.journal import GestureRow, gesture_rows
from app.services.keeping.copies import CopyRow, copy_files, read_copy, refuse_flipped
from app.services.keeping.copy_facts import AccountFact, CopyFacts, facts_of, read_facts
from app.services.keeping.erasing import apply_erasures, erasure_list
from app.services.ports import SILENT, Progress
from app.services.users.keys import Credentials

LOST_SHOWN = 200
"""Gestures made since a copy that are listed; how many there are in all is said beside."""

EVERYTHING = ("plan", "network", "calls", "proposals", "ledger", "meetings", "findings", "archive")
"""Topics of a change after which nothing that is shown is true any more."""


@dataclass(frozen=True)
class KindDifference:
    """How many records of a kind there are; `present` is None where the archive cannot be read."""

    table: str
    present: int | None
    copied: int

    @property
    def id(self) -> str:
        """Key of the row."""
        return self.table


@dataclass(frozen=True)
class AccountDifference:
    """What is on an account and all below it; None where there is no such account, or the archive cannot be read."""

    id: str
    kind: AccountKind
    name: str
    present: Cents | None
    copied: Cents | None


@dataclass(frozen=True)
class Comparison:
    """A copy beside the archive that it would replace.

    Attributes:
        present: None where the archive cannot be read.
        kinds, accounts: all that there is; what is the same too.
        lost: gestures that are in the archive and not in the copy, the newest first, as many as are listed.
        lost_count: how many they are in all.
        ahead: whether the copy has edits that the archive does not know.
    """

    copied: CopyFacts
    present: CopyFacts | None
    kinds: tuple[KindDifference, ...]
    accounts: tuple[AccountDifference, ...]
    lost: tuple[GestureRow, ...] = ()
    lost_count: int = 0
    ahead: bool = False

    def as_json(self) -> dict[str, Any]:
        """The comparison for other programs."""
        return {
            "copy_head": self.copied.head,
            "present_head": None if self.present is None else self.present.head,
            "records": {kind.table: [kind.present, kind.copied] for kind in self.kinds},
            "accounts": {account.name or account.kind: [account.present, account.copied] for account in self.accounts},
            "gestures_lost": self.lost_count,
            "copy_ahead": self.ahead,
        }


@dataclass(frozen=True)
class Restored:
    """What a restoring did.

    Attributes:
        kept: where the file is that was there before; None where there was none.
    """

    changes: Changes
    kept: Path | None


# --- comparing ------------------------------------------------------------------------------------


def copy_key(store: Store, copy: Path, credentials: Credentials | None = None) -> bytes | None:
    """The data key of a copy: the archive's own, or what opened it when it was made; None for one without a password.

    Args:
        credentials: of a user of the copy, where the archive has another key now.

    Raises:
        RuleBroken: "keys.needed" when the archive's key does not fit; "keys.wrong".
        EnvironmentFailed: "keys.missing", "keys.damaged".
    """
    if not is_encrypted(copy):
        return None
    file = read_keys(copy)
    if store.key is not None and slots.serves(file, store.key):
        return store.key
    if credentials is None:
        raise RuleBroken("keys.needed", name=copy.name)
    return newest_key(file, credentials)


def newest_key(file: KeyFile, credentials: Credentials) -> bytes:
    """The data key that somebody's password opens.

    Raises:
        RuleBroken: "keys.wrong".
    """
    opened = slots.open_slot(file, credentials.login, credentials.password).keys
    return opened[max(opened)]


def compare_copy(store: Store, copy: Path, key: bytes | None) -> Comparison:
    """What is in a copy, beside what is in the open archive; the copy is opened for reading only, and wholly looked at.

    Raises:
        EnvironmentFailed: "archive.damaged", "archive.not_an_archive", "archive.newer".
        RuleBroken: "copy.other_archive".
    """
    refuse_flipped(copy)
    copied = read_facts(copy, key, whole=True)
    with store.read() as session:
        present = facts_of(session)
        if present.number != copied.number:
            raise RuleBroken("copy.other_archive", name=copy.name)
        lost = _lost(session, copied)
        rows = gesture_rows(session, dict(lost[:LOST_SHOWN]))
    ends = {replica: seq for replica, seq, _hash in present.ends}
    ahead = any(seq > ends.get(replica, 0) for replica, seq, _hash in copied.ends)
    return _compared(copied, present, rows, len(lost), ahead=ahead)


def look_at_copy(copy: Path, key: bytes | None) -> Comparison:
    """What is in a copy of an archive that cannot be read.

    Raises:
        EnvironmentFailed: "archive.damaged", "archive.not_an_archive", "archive.newer".
    """
    refuse_flipped(copy)
    return _compared(read_facts(copy, key, whole=True), None)


def _compared(
    copied: CopyFacts,
    present: CopyFacts | None,
    lost: Sequence[GestureRow] = (),
    lost_count: int = 0,
    *,
    ahead: bool = False,
) -> Comparison:
    tables = sorted({name for facts in (copied, present) if facts is not None for name, _count in facts.counts})
    kinds = (
        KindDifference(name, None if present is None else present.count(name), copied.count(name)) for name in tables
    )
    return Comparison(
        copied,
        present,
        tuple(kind for kind in kinds if kind.present or kind.copied),
        tuple(_account_differences(copied.accounts, () if present is None else present.accounts)),
        tuple(lost),
        lost_count,
        ahead,
    )


def _account_differences(copied: Sequence[AccountFact], present: Sequence[AccountFact]) -> list[AccountDifference]:
    before = {account.id: account for account in copied}
    after = {account.id: account for account in present}
    return [
        AccountDifference(
            each.id,
            each.kind,
            each.name,
            after[each.id].total if each.id in after else None,
            before[each.id].total if each.id in before else None,
        )
        for each in {**before, **after}.values()
        if each.kind is not AccountKind.OUTSIDE
    ]


def _lost(session: Session, copied: CopyFacts) -> list[tuple[tuple[str, int], int]]:
    """((replica, gesture), edits) of all gestures that a copy does not have, the newest first."""
    ends = {replica: seq for replica, seq, _hash in copied.ends}
    rows = session.execute(
        sa.select(Edit.replica, Edit.gesture, sa.func.count(), sa.func.max(Edit.made_at), sa.func.max(Edit.seq))
        .where(sa.or_(*(_after(replica, seq) for replica, seq in ends.items()), Edit.replica.not_in(list(ends))))
        .group_by(Edit.replica, Edit.gesture)
        .order_by(sa.func.max(Edit.made_at).desc(), sa.func.max(Edit.seq).desc())
    )
    return [((row[0], row[1]), row[2]) for row in rows]


def _after(replica: str, seq: int) -> sa.ColumnElement[bool]:
    return sa.and_(Edit.replica == replica, Edit.seq > seq)


# --- taking the place --------------------------------------------------------------------------------


def restore_copy(store: Store, copy: Path, key: bytes | None, progress: Progress = SILENT) -> Restored:
    """Put a copy in the place of the open archive, which stays open and has the copy's records from then on.

    Args:
        key: data key of the copy, as `copy_key` gives it.

    Raises:
        RuleBroken: "right.missing", "copy.other_archive".
        EnvironmentFailed: "archive.opened_for_reading", "archive.damaged", "archive.busy", "disk.full"; the archive is
            as before.
        Cancelled: by `progress`; the same.
    """
    check_right(store.person, ["restore_copy"])
    if not store.writing:
        raise store.reading_refusal()
    store.check_place()
    with store.read() as session:
        present = facts_of(session)
        users = [_values(user) for user in session.scalars(sa.select(ArchiveUser))]
    refuse_flipped(copy)
    kept = kept_name(store.path)
    record = _recorder(copy, read_facts(copy, key), present.head, kept.name, users, [erasure_list(store)])
    source = Source(copy, key, present.number)
    restoring.restore_into(store, source, kept, record, progress.step)
    return Restored(Changes.of(*EVERYTHING), kept)


def restore_over(
    path: Path,
    copy: Path,
    credentials: Credentials | None = None,
    then: Credentials | None = None,
    progress: Progress = SILENT,
) -> Restored:
    """Put a copy in the place of an archive that does not open, or is gone.

    Args:
        credentials: of a user of the archive, where it has a password.
        then: what opened it when the copy was made, where both password and key are others now.

    Raises:
        RuleBroken: "keys.needed", "keys.wrong", "right.missing", "user.disabled", "copy.other_archive".
        EnvironmentFailed: "archive.locked", "archive.damaged" for the copy, "disk.full"; nothing has changed.
        Cancelled: by `progress`; the same.
    """
    path = path.resolve()
    refuse_flipped(copy)
    fit = _fitting_keys(path, copy, credentials, then)
    there = path.exists()
    kept = kept_name(path)

    def opened(store: Store) -> Store:
        if fit.user_id is not None:
            store.person = keyed.person_of(store, fit.user_id)
            store.user = store.person.name
        check_right(store.person, ["restore_copy"])
        return store

    record = _recorder(copy, read_facts(copy, fit.copied), "", kept.name if there else "", None)
    source = Source(copy, fit.copied, None if fit.file is None else fit.file.file_id)
    restoring.restore_over(path, source, fit.key, fit.laid, kept, opened, record, progress.step)
    return Restored(Changes.of(*EVERYTHING), kept if there else None)


def fitting_key(
    path: Path, copy: Path, credentials: Credentials | None = None, then: Credentials | None = None
) -> bytes | None:
    """The data key of a copy of an archive that does not open; see `restore_over`.

    Raises:
        RuleBroken: "keys.needed", "keys.wrong".
        EnvironmentFailed: "keys.missing", "keys.damaged" for the copy.
    """
    return _fitting_keys(path, copy, credentials, then).copied


@dataclass(frozen=True)
class _Fit:
    """The keys that go with restoring a copy over an archive that does not open.

    Attributes:
        copied: data key of the copy.
        key: data key of the new file.
        laid: keys to be laid beside it; None where those that are there stay, or none are needed.
        file: the keys that are there, where they are whole.
        user_id: of whoever does it.
    """

    copied: bytes | None = None
    key: bytes | None = None
    laid: KeyFile | None = None
    file: KeyFile | None = None
    user_id: str | None = None


def _fitting_keys(path: Path, copy: Path, credentials: Credentials | None, then: Credentials | None) -> _Fit:
    """The keys that are there stay, where they are whole and the password opens them; else the copy's come along.

    A copy without a password is restored without one.
    """
    if not is_encrypted(copy):
        return _Fit()
    if credentials is None:
        raise RuleBroken("keys.needed", name=copy.name)
    laid = read_keys(copy)
    try:
        file = read_keys(path)
    except EnvironmentFailed:
        opened = slots.open_slot(laid, credentials.login, credentials.password)
        own = opened.keys[max(opened.keys)]
        return _Fit(own, own, laid, None, opened.user_id)
    present = slots.open_slot(file, credentials.login, credentials.password)
    key = present.keys[max(present.keys)]
    fitting = [each for each in present.keys.values() if slots.serves(laid, each)]
    if fitting:
        return _Fit(fitting[0], key, None, file, present.user_id)
    return _Fit(newest_key(laid, then or credentials), key, None, file, present.user_id)


def _values(user: ArchiveUser) -> dict[str, Any]:
    return {field.attribute: getattr(user, field.attribute) for field in fields_of(ArchiveUser)}


def _recorder(
    copy: Path,
    copied: CopyFacts,
    left_head: str,
    kept: str,
    users: Sequence[dict[str, Any]] | None,
    erased: Sequence[Mapping[str, Any]] = (),
) -> Callable[[Store], None]:
    """Puts on the record in the new file that it was restored, and brings its users to what they are now.

    What was erased since the copy is erased in the new file before it takes the place.

    Args:
        users: of the archive as it is; None where that is not known, and the copy's stay.
        erased: what was erased in the archive as it is; the lists beside it are looked at in any case.
    """

    def record(fresh: Store) -> None:
        with fresh.write("restore_copy") as session:
            if users is not None:
                _bring_users(session, users)
            session.add(
                Restoration(
                    copy_name=copy.name,
                    copy_head=copied.head,
                    copy_changed_at=copied.changed_at,
                    left_head=left_head,
                    kept_name=kept,
                )
            )
        apply_erasures(fresh, erased)

    return record


def _bring_users(session: Session, users: Sequence[dict[str, Any]]) -> None:
    """Names, roles, states and logins as they are in the archive that is left."""
    found = {user.id: user for user in session.scalars(sa.select(ArchiveUser))}
    wanted = {values["id"]: values for values in users}
    for key, user in found.items():
        if key not in wanted:  # a copy that was worked in by itself
            user.state, user.login = UserState.REMOVED.value, f"{user.login} · {user.id}"
            continue
        for name, value in wanted[key].items():
            if getattr(user, name) != value:
                setattr(user, name, value)
    session.flush()  # logins that became free are taken by others only now
    session.add_all(ArchiveUser(**values) for key, values in wanted.items() if key not in found)


# --- a damaged archive ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Damage:
    """What is damaged in an archive that is refused.

    Attributes:
        code: of the refusal.
        tables: those that cannot be read wholly, by name; what they hold is said by `journal.labels.TABLES`.
        readable: how many tables can be read.
    """

    code: str
    tables: tuple[str, ...] = ()
    readable: int = 0


def examine(path: Path, credentials: Credentials | None = None) -> Damage | None:
    """What is damaged in an archive; None for one that is whole. Nothing is written.

    Raises:
        RuleBroken: "keys.needed", "keys.wrong".
    """
    from app.models.damage import unreadable_tables  # for a damaged archive alone

    key = None
    if is_encrypted(path):
        if credentials is None:
            raise RuleBroken("keys.needed", name=path.name)
        try:
            key = newest_key(read_keys(path), credentials)
        except EnvironmentFailed as failure:
            return Damage(failure.code)
    try:
        broken, readable = unreadable_tables(path, key)
    except AppError as failure:
        return Damage(failure.code)
    return Damage("archive.damaged", tuple(broken), readable) if broken is not None else None


@dataclass(frozen=True)
class Rescue:
    """An archive that does not open, and what there is to take its place.

    Attributes:
        damage: None where the archive is gone.
        copies: the newest first.
    """

    damage: Damage | None
    copies: tuple[CopyRow, ...]


def look_for_rescue(path: Path, credentials: Credentials | None = None) -> Rescue:
    """What is damaged in an archive, and what its copies have.

    Args:
        credentials: of a user, where it has a password.

    Raises:
        RuleBroken: "keys.needed", "keys.wrong".
    """
    copies = []
    for file in copy_files(path):
        key = None
        if is_encrypted(file.path):
            with contextlib.suppress(EnvironmentFailed):  # keys that are damaged too: the row says that it is not read
                key = fitting_key(path, file.path, credentials)
        copies.append(read_copy(file, key))
    damage = examine(path, credentials) if path.exists() else None
    return Rescue(damage, tuple(copies))


def needs_password(path: Path) -> bool:
    """Whether the copies of an archive that does not open are read by a password."""
    return any(is_encrypted(file.path) for file in copy_files(path))
