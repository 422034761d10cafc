"""Rankings: what they were made from, and the place and money of each proposal; never changed once adopted."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.enums import AwardKind, AwardManner, DrawKind, RankingState, RescaleRule
from app.models.money import Cents


class Ranking(Record):
    """A ranking of a call.

    Attributes:
        number: progressive within its call.
        by_area: whether each area has a ranking of its own.
        share_max: most of a request that is given, percentage as decimal text ("90"); empty for all of it.
        accept_days: days that whoever is funded in part has to accept.
        inputs: grid, scores, chain of ties, draw, money: all that it was computed from, as JSON.
        inputs_hash: SHA-256 of `inputs`, hexadecimal.
        adopted_at: instant from which the engine refuses any change.
    """

    __tablename__ = "ranking"

    call_id: Mapped[str] = link("call.id")
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=RankingState.DRAFT.value)
    day: Mapped[date]
    by_area: Mapped[bool] = mapped_column(default=True)
    manner: Mapped[str] = mapped_column(default=AwardManner.PART.value)
    rescale: Mapped[str] = mapped_column(default=RescaleRule.REQUESTS.value)
    share_max: Mapped[str] = mapped_column(default="")
    accept_days: Mapped[int] = mapped_column(default=7)
    draw: Mapped[str] = mapped_column(default=DrawKind.NONE.value)
    seed: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    inputs: Mapped[str]
    inputs_hash: Mapped[str]
    adopted_at: Mapped[datetime | None]

    __table_args__ = table_args(
        one_of("state", RankingState),
        one_of("manner", AwardManner),
        one_of("rescale", RescaleRule),
        one_of("draw", DrawKind),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("accept_days >= 0", name="accept_days_not_negative"),
        sa.CheckConstraint("(adopted_at is null) = (state = 'draft')", name="adopted_when"),
        sa.UniqueConstraint("call_id", "number"),
    )


class RankingPlace(Record):
    """The place of a proposal in a ranking, and what the money of its area gives it.

    Attributes:
        position: in the printed order, from 1 in each group.
        place: None for a proposal that is not suitable; the same for proposals whose tie is open.
        settled_by: step of the chain of ties that put it behind the one before it, from 0; None when points did.
        total: points, rounded once, as the exact fraction "a/b".
        amount_due: what it would get if the money sufficed.
    """

    __tablename__ = "ranking_place"

    ranking_id: Mapped[str] = link("ranking.id", index=False)
    proposal_id: Mapped[str] = link("proposal.id")
    area_id: Mapped[str | None] = link("priority_area.id")
    position: Mapped[int]
    place: Mapped[int | None]
    tied: Mapped[bool] = mapped_column(default=False)
    settled_by: Mapped[int | None]
    total: Mapped[str]
    amount_due: Mapped[Cents]
    amount: Mapped[Cents]
    kind: Mapped[str]

    __table_args__ = table_args(
        one_of("kind", AwardKind),
        sa.CheckConstraint("amount >= 0 and amount <= amount_due", name="amount_within_due"),
        sa.UniqueConstraint("ranking_id", "proposal_id"),
    )
