"""Receipts of workbooks: what came in, when, and what it became, for as long as the archive is kept."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, table_args


class ImportReceipt(Record):
    """A workbook that came in.

    Attributes:
        sha256: of the file as it came, in hexadecimal digits: by it the same file is known again.
        form: key of the form ("proposal", "plan"), and the `version` of it that was filled in.
        title: of what it became, as it was then; `subject_id` its key. The receipt stays when the record goes, so that
            nothing refers by it.
        content: the whole receipt as JSON, for printing it again.
    """

    __tablename__ = "import_receipt"

    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    arrived_at: Mapped[datetime]
    form: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    subject_id: Mapped[str]
    content: Mapped[str]

    __table_args__ = table_args(sa.CheckConstraint("length(sha256) = 64", name="sha256_whole"))
