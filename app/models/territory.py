"""The territory: districts, municipalities, and how an earlier call ended in each district."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, table_args


class District(Record):
    """A health district.

    Attributes:
        zone: the larger zone that it belongs to, as printed.
    """

    __tablename__ = "district"

    plan_id: Mapped[str] = link("plan.id")
    number: Mapped[int]
    name: Mapped[str]
    zone: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(sa.UniqueConstraint("plan_id", "number"))


class Municipality(Record):
    """A municipality, with its district when it is known, and its residents when they are."""

    __tablename__ = "municipality"

    plan_id: Mapped[str] = link("plan.id")
    district_id: Mapped[str | None] = link("district.id")
    name: Mapped[str]
    population: Mapped[int | None]

    __table_args__ = table_args(
        sa.CheckConstraint("population >= 0", name="population_not_negative"), sa.UniqueConstraint("plan_id", "name")
    )


class EarlierCall(Record):
    """A call of an earlier cycle, with the counts that the plan reports."""

    __tablename__ = "earlier_call"

    plan_id: Mapped[str] = link("plan.id")
    title: Mapped[str]
    year: Mapped[int]
    received: Mapped[int]
    admitted: Mapped[int]
    funded: Mapped[int]

    __table_args__ = table_args(
        sa.CheckConstraint("0 <= funded and funded <= admitted and admitted <= received", name="counts_in_order"),
    )


class EarlierCallResult(Record):
    """Projects of an earlier call funded in one district."""

    __tablename__ = "earlier_call_result"

    earlier_call_id: Mapped[str] = link("earlier_call.id")
    district_id: Mapped[str] = link("district.id")
    funded: Mapped[int]

    __table_args__ = table_args(
        sa.CheckConstraint("funded >= 0", name="funded_not_negative"),
        sa.UniqueConstraint("earlier_call_id", "district_id"),
    )
