"""Documents attached to records: their names and hashes, and their content, which stands in the archive once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Record, link, table_args


class Attachment(Record):
    """A document attached to a proposal, an alliance (its agreement), a point of an agenda or a report of expenses.

    Attributes:
        name: that of the file it came as, cleaned.
        kind: what its bytes are: "pdf", "docx", …; never taken from the name.
        size: bytes.
        sha256: of its content, in hexadecimal digits: by it the content is found.
        requirement: code of the document of the call's rules that it answers; empty for none.
        added_at: instant it came into the archive.
    """

    __tablename__ = "attachment"

    proposal_id: Mapped[str | None] = link("proposal.id")
    alliance_id: Mapped[str | None] = link("alliance.id")
    agenda_item_id: Mapped[str | None] = link("agenda_item.id")
    report_id: Mapped[str | None] = link("expense_report.id")
    position: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(
        sa.ForeignKey("attachment_content.sha256", deferrable=True, initially="DEFERRED")
    )
    requirement: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime]

    __table_args__ = table_args(
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.CheckConstraint("size > 0", name="size_positive"),
        sa.CheckConstraint(
            "(proposal_id is not null) + (alliance_id is not null) + (agenda_item_id is not null)"
            " + (report_id is not null) = 1",
            name="one_owner",
        ),
        sa.Index("ix_attachment_sha256", "sha256"),
    )


class AttachmentContent(Base):
    """The bytes of a document, once however often it is attached.

    Not in the journal: an edit of `Attachment` has the hash, which proves them. They stay when the document is removed,
    so that it can be brought back.
    """

    __tablename__ = "attachment_content"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]

    __table_args__ = table_args(sa.CheckConstraint("length(sha256) = 64", name="sha256_whole"))
