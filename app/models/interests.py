"""What members declare of their interests, once they know who applied to a call."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.enums import ConflictKind


class InterestDeclaration(Record):
    """A member's declaration for a call, made after the list of applicants is known; without conflicts: none.

    Attributes:
        note: how it was given: in the room, by a signed sheet with its number.
    """

    __tablename__ = "interest_declaration"

    call_id: Mapped[str] = link("call.id")
    member_id: Mapped[str] = link("member.id")
    day: Mapped[date]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(sa.UniqueConstraint("call_id", "member_id"))


class InterestConflict(Record):
    """A proposal on which the member neither judges nor votes.

    Attributes:
        day: when it came to light, where that was after the declaration.
    """

    __tablename__ = "interest_conflict"

    declaration_id: Mapped[str] = link("interest_declaration.id")
    proposal_id: Mapped[str] = link("proposal.id")
    position: Mapped[int]
    kind: Mapped[str]
    ground: Mapped[str] = mapped_column(default="")
    day: Mapped[date | None]

    __table_args__ = table_args(one_of("kind", ConflictKind), sa.UniqueConstraint("declaration_id", "proposal_id"))
