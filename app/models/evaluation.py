"""Scoring grids with their criteria, and the sheets that members, or the committee as one, score proposals on.

Points, weights, measures and their limits are whole thousandths: 12,5 points are 12500, a weight of 1 is 1000.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.enums import (
    CriterionEffect,
    CriterionKind,
    MeanRule,
    Measure,
    RoundingPlace,
    RoundingRule,
    ScoringManner,
    SheetState,
)

POINTS_LIMIT = 1_000_000_000
"""Points of a criterion or a total are within a million, in thousandths."""


def _within(*columns: str) -> tuple[sa.CheckConstraint, ...]:
    return tuple(
        sa.CheckConstraint(f"abs({column}) <= {POINTS_LIMIT}", name=f"{column}_within_reason") for column in columns
    )


class ScoringGrid(Record):
    """The grid of a call.

    Attributes:
        committee_id: whose members score.
        decimals: most decimals that a member may give; rounding has its own `digits`.
        total_max: what the criteria that count add up to, bonus and penalties apart.
        total_capped: whether points of bonus never carry a total above `total_max`.
        threshold: least total of a suitable proposal; None when the call sets none.
        locked_at: instant from which the engine refuses any change; no sheet begins before.
        source: call or act that states it.
    """

    __tablename__ = "scoring_grid"

    call_id: Mapped[str] = link("call.id", index=False)
    committee_id: Mapped[str | None] = link("committee.id")
    name: Mapped[str]
    manner: Mapped[str] = mapped_column(default=ScoringManner.COLLEGIAL.value)
    mean: Mapped[str] = mapped_column(default=MeanRule.MEAN.value)
    decimals: Mapped[int] = mapped_column(default=0)
    rounding: Mapped[str] = mapped_column(default=RoundingRule.HALF_UP.value)
    rounding_place: Mapped[str] = mapped_column(default=RoundingPlace.TOTAL.value)
    digits: Mapped[int] = mapped_column(default=2)
    total_max: Mapped[int]
    total_capped: Mapped[bool] = mapped_column(default=False)
    threshold: Mapped[int | None]
    locked_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("manner", ScoringManner),
        one_of("mean", MeanRule),
        one_of("rounding", RoundingRule),
        one_of("rounding_place", RoundingPlace),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.CheckConstraint("decimals between 0 and 3", name="decimals_few"),
        sa.CheckConstraint("digits between 0 and 6", name="digits_few"),
        sa.CheckConstraint("total_max > 0", name="total_max_positive"),
        *_within("total_max", "threshold"),
        sa.UniqueConstraint("call_id"),
    )


class Criterion(Record):
    """A criterion of a grid, or a group of them.

    Attributes:
        position: among those of the same parent, from 0.
        code: unique in its grid, as printed: «A.1»; the service sees to it, so that codes may change places.
        points_min, points_max: what may be given; of a group `points_max` is the sum of what counts below it.
        step: what points may differ by, within a range; None for any the grid's decimals allow.
        weight: what the points are multiplied by.
        threshold: least points of a suitable proposal here, before the weight.
        measure, measure_low, measure_high: of a computed one: what it looks at, and where no points and all are given;
            with steps, these say what is given.
        gate_measure, gate_min: it gives points only where what the archive knows is at least this.
        gate_text: condition in words, judged by who scores when `gate_measure` is None.
    """

    __tablename__ = "criterion"

    grid_id: Mapped[str] = link("scoring_grid.id")
    parent_id: Mapped[str | None] = link("criterion.id")
    position: Mapped[int]
    code: Mapped[str]
    name: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default=CriterionKind.RANGE.value)
    effect: Mapped[str] = mapped_column(default=CriterionEffect.COUNTS.value)
    points_min: Mapped[int] = mapped_column(default=0)
    points_max: Mapped[int]
    step: Mapped[int | None]
    weight: Mapped[int] = mapped_column(default=1000)
    threshold: Mapped[int | None]
    reason_required: Mapped[bool] = mapped_column(default=False)
    measure: Mapped[str | None]
    measure_low: Mapped[int | None]
    measure_high: Mapped[int | None]
    gate_measure: Mapped[str | None]
    gate_min: Mapped[int | None]
    gate_text: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("kind", CriterionKind),
        one_of("effect", CriterionEffect),
        one_of("measure", Measure),
        one_of("gate_measure", Measure),
        sa.CheckConstraint("code <> '' and name <> ''", name="named"),
        sa.CheckConstraint("points_min <= points_max", name="points_in_order"),
        sa.CheckConstraint("weight > 0", name="weight_positive"),
        sa.CheckConstraint("step > 0", name="step_positive"),
        sa.CheckConstraint("(measure is null) = (kind <> 'computed')", name="measured_when_computed"),
        sa.CheckConstraint("(gate_measure is null) = (gate_min is null)", name="gate_whole"),
        *_within("points_min", "points_max", "weight", "threshold"),
    )


class CriterionStep(Record):
    """A named step of a ladder; of a computed criterion with the measure from which it is given."""

    __tablename__ = "criterion_step"

    criterion_id: Mapped[str] = link("criterion.id")
    position: Mapped[int]
    name: Mapped[str]
    points: Mapped[int]
    from_value: Mapped[int | None]

    __table_args__ = table_args(*_within("points"), sa.CheckConstraint("name <> ''", name="name_given"))


class ScoreSheet(Record):
    """The points of one proposal: of a member, or of the committee as one when `member_id` is None.

    Attributes:
        given_at: instant from which it counts, is seen by the others, and never changes.
        packet: code of the packet that it came in by; empty when it was filled in here.
    """

    __tablename__ = "score_sheet"

    proposal_id: Mapped[str] = link("proposal.id")
    member_id: Mapped[str | None] = link("member.id")
    state: Mapped[str] = mapped_column(default=SheetState.OPEN.value)
    given_at: Mapped[datetime | None]
    set_aside_at: Mapped[datetime | None]
    set_aside_reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    packet: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("state", SheetState),
        sa.CheckConstraint("(set_aside_at is null) = (state <> 'set_aside')", name="set_aside_when"),
        sa.CheckConstraint("state <> 'given' or given_at is not null", name="given_when"),
        sa.CheckConstraint("state <> 'set_aside' or set_aside_reason <> ''", name="set_aside_why"),
        sa.Index(
            "ix_score_sheet_of_member",
            "proposal_id",
            "member_id",
            unique=True,
            sqlite_where=sa.text("state <> 'set_aside' and member_id is not null"),
            postgresql_where=sa.text("state <> 'set_aside' and member_id is not null"),
        ),
        sa.Index(
            "ix_score_sheet_of_all",
            "proposal_id",
            unique=True,
            sqlite_where=sa.text("state <> 'set_aside' and member_id is null"),
            postgresql_where=sa.text("state <> 'set_aside' and member_id is null"),
        ),
    )


class Score(Record):
    """The points of one criterion on a sheet.

    Attributes:
        points: thousandths; None while only a reason was written.
        gate_closed: the condition of a criterion that is gated in words does not hold: it gives no points.
        measured: what the archive knew when a computed criterion was given, in thousandths.
    """

    __tablename__ = "score"

    sheet_id: Mapped[str] = link("score_sheet.id", index=False)
    criterion_id: Mapped[str] = link("criterion.id")
    points: Mapped[int | None]
    gate_closed: Mapped[bool] = mapped_column(default=False)
    measured: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(sa.UniqueConstraint("sheet_id", "criterion_id"))


class ScoreOpening(Record):
    """The act by which the sheets of a proposal were opened to those who had given theirs.

    Attributes:
        opened_by: who opened them; the clock of the archive says when.
        reason: why before every sheet was given.
    """

    __tablename__ = "score_opening"

    proposal_id: Mapped[str] = link("proposal.id", index=False)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(sa.UniqueConstraint("proposal_id"))
