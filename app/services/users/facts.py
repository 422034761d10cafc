"""Who may enter the open archive, and what there is to say of its keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.models.enums import KeyActKind, UserRole, UserState
from app.models.errors import InvalidInput
from app.models.journal import Edit
from app.models.plan import Plan
from app.models.schema import file_id_of
from app.models.slots import folded_login, read_keys
from app.models.store import Store
from app.models.users import ArchiveUser, KeyAct, Person


@dataclass(frozen=True)
class UserRow:
    """A user of the open archive.

    Attributes:
        has_key: whether a password of theirs opens it.
        present: whether it is who opened it now.
    """

    id: str
    name: str
    login: str
    role: UserRole
    state: UserState
    password_at: datetime | None
    has_key: bool
    present: bool


@dataclass(frozen=True)
class KeyFacts:
    """What there is to say of the keys of the open archive.

    Attributes:
        encrypted: whether it opens by a password.
        generation: how many data keys it has had; 0 for a plain one.
        sheet_at: when the last recovery sheet was made.
        sample: whether it is the sample archive, which has no password on purpose.
    """

    encrypted: bool
    name: str
    number: str
    user: str
    role: UserRole
    generation: int = 0
    sheet_at: datetime | None = None
    sample: bool = False


def list_users(store: Store) -> tuple[UserRow, ...]:
    """All users, those who were removed last; none in a plain archive."""
    if store.key is None:
        return ()
    known = {slot.user_id for slot in read_keys(store.path).slots}
    present = store.person.id if store.person else None
    with store.read() as session:
        users = session.scalars(sa.select(ArchiveUser)).all()
        rows = [
            UserRow(
                id=user.id,
                name=user.name,
                login=user.login if user.state != UserState.REMOVED else "",
                role=UserRole(user.role),
                state=UserState(user.state),
                password_at=user.password_at,
                has_key=user.id in known,
                present=user.id == present,
            )
            for user in users
        ]
    return tuple(sorted(rows, key=lambda row: (row.state == UserState.REMOVED, row.name.casefold(), row.id)))


def find_user(store: Store, login: str | None) -> UserRow:
    """The user who enters with this name.

    Raises:
        InvalidInput: "user.unknown".
    """
    wanted = folded_login(login or "")
    for row in list_users(store):
        if wanted and row.login == wanted:
            return row
    raise InvalidInput("user.unknown", login=login or "")


def key_facts(store: Store) -> KeyFacts:
    """The keys of the open archive."""
    person = store.person or Person("", store.user, UserRole.KEEPER)
    generation = read_keys(store.path).generation if store.key is not None else 0
    with store.read() as session:
        number = file_id_of(session.connection())
        sample = bool(session.scalar(sa.select(sa.func.count()).where(Plan.source_line.is_not(None))))
        sheet_at = session.scalar(
            sa.select(sa.func.max(Edit.made_at, type_=Edit.made_at.type))
            .join(KeyAct, sa.and_(Edit.table_name == KeyAct.__tablename__, Edit.row_id == KeyAct.id))
            .where(KeyAct.kind == KeyActKind.SHEET.value)
        )
    return KeyFacts(
        store.key is not None, store.path.name, number, person.name, person.role, generation, sheet_at, sample
    )
