"""The formal check of proposals: the answer to each point; what was asked to be completed, by when, and what came."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args, time_check
from app.models.enums import CheckOutcome


class AdmissibilityCheck(Record):
    """The answer to a point of the formal check of a proposal.

    Attributes:
        outcome: None where only a note or a document was put down.
        archive_said: what the archive answered when a person said otherwise; None when it did not answer, or alike.
        reason: why the archive is overruled.
        attachment_id: the document that shows it.
        checked_by, checked_at: who answered, and when.
    """

    __tablename__ = "admissibility_check"

    proposal_id: Mapped[str] = link("proposal.id", index=False)
    item_id: Mapped[str] = link("rules_item.id")
    outcome: Mapped[str | None]
    archive_said: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    attachment_id: Mapped[str | None] = link("attachment.id")
    note: Mapped[str] = mapped_column(default="")
    checked_by: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime]

    __table_args__ = table_args(
        one_of("outcome", CheckOutcome),
        one_of("archive_said", CheckOutcome),
        sa.CheckConstraint("archive_said is null or reason <> ''", name="overruled_why"),
        sa.UniqueConstraint("proposal_id", "item_id"),
    )


class IntegrationRequest(Record):
    """A request to complete a proposal, within a term.

    Attributes:
        number: progressive within the proposal.
        protocol: number of the letter in the office's protocol.
        time_due: «HH:MM» of the last day; empty when the whole day counts.
        text: what the letter says beside its points.
        signatory: who signs it.
        date_closed: when the office looked at what came, or at what did not.
    """

    __tablename__ = "integration_request"

    proposal_id: Mapped[str] = link("proposal.id", index=False)
    number: Mapped[int]
    protocol: Mapped[str] = mapped_column(default="")
    date_sent: Mapped[date]
    date_due: Mapped[date]
    time_due: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    signatory: Mapped[str] = mapped_column(default="")
    date_closed: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        time_check("time_due"),
        sa.CheckConstraint("date_due >= date_sent", name="due_after_sent"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.UniqueConstraint("proposal_id", "number"),
    )


class IntegrationPoint(Record):
    """A point that was asked to be completed; with what came, and whether it will do.

    Attributes:
        accepted: whether what came puts the point right; None while nobody said.
    """

    __tablename__ = "integration_point"

    request_id: Mapped[str] = link("integration_request.id")
    item_id: Mapped[str] = link("rules_item.id")
    position: Mapped[int]
    asked: Mapped[str]
    date_received: Mapped[date | None]
    time_received: Mapped[str] = mapped_column(default="")
    protocol: Mapped[str] = mapped_column(default="")
    attachment_id: Mapped[str | None] = link("attachment.id")
    accepted: Mapped[bool | None]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        time_check("time_received"),
        sa.CheckConstraint("asked <> ''", name="asked_given"),
        sa.CheckConstraint("time_received = '' or date_received is not null", name="hour_of_a_day"),
    )
