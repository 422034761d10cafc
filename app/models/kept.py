"""What somebody is typing and has not saved: kept in the archive, so that it is encrypted and copied with it.

It is no part of the record: no edit of the journal speaks of it, and nothing is computed from it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base

UNCLEAN = "free room"
"""Stands for a user in the row that says that what was erased may still lie in the file's free room."""


class KeptDraft(Base):
    """The last state of a form that was not saved yet.

    Attributes:
        user_id: who typed it; empty where the archive has no users.
        place: list and room of the form, «network.organisations».
        record_id: of the record; empty for a new one.
        title: what the form was called, as it stood.
        cursor: where it stood, «name» or «items.2.amount»; empty when it is not known.
        content: the draft as JSON; see `app.services.keeping.packing`.
        baseline: what it was changed from, as it was loaded.
        typed: what stands in fields and cells and cannot be taken over yet, as JSON by path.
    """

    __tablename__ = "kept_draft"

    user_id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    cursor: Mapped[str]
    content: Mapped[str]
    baseline: Mapped[str]
    typed: Mapped[str]
    kept_at: Mapped[datetime]
