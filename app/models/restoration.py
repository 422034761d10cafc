"""Restorations: on the record of the archive that was made from a copy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from app.models.base import Record, table_args


class Restoration(Record):
    """A copy that took the archive's place; who did it and when is in the journal.

    Attributes:
        copy_name: file of the copy.
        copy_head: head of its journal.
        copy_changed_at: instant of the last edit in it.
        left_head: head of the journal of what was there before; empty where that could not be read.
        kept_name: file that it is kept in.
    """

    __tablename__ = "restoration"

    copy_name: Mapped[str]
    copy_head: Mapped[str]
    copy_changed_at: Mapped[datetime | None]
    left_head: Mapped[str]
    kept_name: Mapped[str]

    __table_args__ = table_args()
