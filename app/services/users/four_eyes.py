"""Four eyes, by person and not by role: who entered something does not confirm it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.errors import RuleBroken
from app.models.journal import Edit
from app.models.store import Store


@dataclass(frozen=True)
class Author:
    """Who wrote an edit.

    Attributes:
        user_id: None in an archive without users, where the name is all that is known.
    """

    user_id: str | None
    name: str


def who_entered(session: Session, table: str, row_id: str) -> Author | None:
    """Who wrote a record first; None when nobody did."""
    row = session.execute(
        sa.select(Edit.user_id, Edit.made_by)
        .where(Edit.table_name == table, Edit.row_id == row_id)
        .order_by(Edit.made_at, Edit.seq)
        .limit(1)
    ).first()
    return None if row is None else Author(row.user_id, row.made_by)


def check_other_person(store: Store, session: Session, table: str, row_id: str) -> None:
    """Refuse unless somebody else than who entered the record is at work.

    Raises:
        RuleBroken: "right.same_person" with `name`.
    """
    entered = who_entered(session, table, row_id)
    if entered is None:
        return
    present = Author(store.person.id if store.person else None, store.user)
    if entered.user_id is None or present.user_id is None:
        same = entered.name == present.name
    else:
        same = entered.user_id == present.user_id
    if same:
        raise RuleBroken("right.same_person", name=present.name)
