"""Closed versions of proposals: each the whole of what was handed in, as it stood."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, table_args


class ProposalVersion(Record):
    """A version of a proposal; the engine refuses any change of it, and its removal while the next one is not open.

    Attributes:
        number: from 1 within the proposal; version 1 is what was submitted.
        reason: why it was made; of version 1 empty.
        content: the whole proposal as canonical JSON.
        content_hash: SHA-256 of `content`, in hexadecimal digits.
    """

    __tablename__ = "proposal_version"

    proposal_id: Mapped[str] = link("proposal.id")
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime]
    closed_by: Mapped[str]
    content: Mapped[str]
    content_hash: Mapped[str]

    __table_args__ = table_args(
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.UniqueConstraint("proposal_id", "number"),
    )
