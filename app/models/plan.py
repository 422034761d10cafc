"""The territorial plan: acts, sources of money, priority areas, what it declares of itself."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.enums import ActKind, PriorityLevel, SourceKind
from app.models.money import CENTS_MAX, Cents


class Plan(Record):
    """The programme of a territory for a period.

    Attributes:
        office: heading of its documents, one line each, in order of the paper.
        count_floor: least count of people that is published.
    """

    __tablename__ = "plan"

    name: Mapped[str]
    territory: Mapped[str]
    office: Mapped[str]
    date_start: Mapped[date | None]
    date_end: Mapped[date | None]
    duration_months: Mapped[int | None]
    purpose: Mapped[str] = mapped_column(default="")
    count_floor: Mapped[int] = mapped_column(default=5)

    __table_args__ = table_args(
        sa.CheckConstraint("count_floor >= 3", name="count_floor_hides"),
        sa.CheckConstraint("date_end is null or date_start is null or date_start <= date_end", name="dates_in_order"),
    )


class Act(Record):
    """An act that the plan, a source or a call rests on; number and date are free data, never derived."""

    __tablename__ = "act"

    plan_id: Mapped[str] = link("plan.id")
    kind: Mapped[str]
    number: Mapped[str]
    date_issued: Mapped[date | None]
    subject: Mapped[str] = mapped_column(default="")
    as_printed: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(one_of("kind", ActKind))


class FundingSource(Record):
    """Where money comes from.

    Attributes:
        amount: what the act assigns; it is in the ledger only once received.
        due: whether the amount may be used now (a premium is not, before its condition holds).
    """

    __tablename__ = "funding_source"

    plan_id: Mapped[str] = link("plan.id")
    act_id: Mapped[str | None] = link("act.id")
    position: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    amount: Mapped[Cents]
    due: Mapped[bool] = mapped_column(default=True)
    condition: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("kind", SourceKind),
        sa.CheckConstraint(f"amount > 0 and amount <= {CENTS_MAX}", name="amount_positive"),
        sa.UniqueConstraint("plan_id", "position"),
    )


class SourceReservation(Record):
    """An area that the money of a source is for; a source without any is for all of them."""

    __tablename__ = "source_reservation"

    source_id: Mapped[str] = link("funding_source.id")
    area_id: Mapped[str] = link("priority_area.id")
    position: Mapped[int]

    __table_args__ = table_args(sa.UniqueConstraint("source_id", "area_id"))


class PriorityArea(Record):
    """A priority area; its key within the plan is (level, number)."""

    __tablename__ = "priority_area"

    plan_id: Mapped[str] = link("plan.id")
    level: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    amount_planned: Mapped[Cents | None]

    __table_args__ = table_args(
        one_of("level", PriorityLevel),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("amount_planned is null or amount_planned >= 0", name="amount_not_negative"),
        sa.UniqueConstraint("plan_id", "level", "number"),
    )


class TrainingModule(Record):
    """A module of the training plan."""

    __tablename__ = "training_module"

    plan_id: Mapped[str] = link("plan.id")
    position: Mapped[int]
    title: Mapped[str]

    __table_args__ = table_args(sa.UniqueConstraint("plan_id", "position"))


class ContextFigure(Record):
    """A demographic or employment figure that the plan quotes; kept as it is written."""

    __tablename__ = "context_figure"

    plan_id: Mapped[str] = link("plan.id")
    position: Mapped[int]
    label: Mapped[str]
    value: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    period: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")


class Declaration(Record):
    """A figure or text that somebody declared, kept beside what the records give.

    Attributes:
        check: code of the check that compares it ("award.table", "share.cofinancing", …).
        subject_id: key of the record it is about (plan, proposal, alliance…).
        as_printed: text as it stands on the paper.
        cents: the amount, when it is one.
        number: the number as decimal text, when it is one ("3.86").
    """

    __tablename__ = "declaration"

    plan_id: Mapped[str] = link("plan.id")
    check: Mapped[str] = mapped_column("check_code")
    subject_id: Mapped[str | None]
    as_printed: Mapped[str]
    cents: Mapped[Cents | None]
    number: Mapped[str | None]
    place: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
