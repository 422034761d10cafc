"""Findings that somebody accepted: which, why, by whom, and by which decision."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, table_args


class FindingAcceptance(Record):
    """A finding that is let stand, with the reason.

    It holds for the two values that were there when it was accepted: when one changes, the finding is open again.

    Attributes:
        code: of the check; `subject_id` the record it is about, empty for none.
        declared, computed: both values in their stable form.
    """

    __tablename__ = "finding_acceptance"

    code: Mapped[str]
    subject_id: Mapped[str] = mapped_column(default="")
    declared: Mapped[str]
    computed: Mapped[str]
    reason: Mapped[str]
    decision_id: Mapped[str | None] = link("decision.id")
    accepted_by: Mapped[str]
    accepted_at: Mapped[datetime]

    __table_args__ = table_args(
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.UniqueConstraint("code", "subject_id", "declared", "computed"),
    )
