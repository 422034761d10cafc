"""Papers handed out to be signed, the signed files that came back, who signed them, and their entry in a register."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.documents import Attachment
from app.models.signing_kinds import SignedForm


def _content() -> Mapped[str]:
    """SHA-256 of a content that stands in the archive."""
    return mapped_column(sa.ForeignKey("attachment_content.sha256", deferrable=True, initially="DEFERRED"))


class Paper(Record):
    """A document as it was handed out to be signed, to the byte.

    Attributes:
        code: of the catalogue: "VERBALE", "ESTRATTO".
        record_id: key of the record that it is about.
        sha256: of the file, by which its content is found.
        protocol_number, protocol_date, register: of its entry in the register of the office, once that is known.
    """

    __tablename__ = "paper"

    code: Mapped[str]
    record_id: Mapped[str]
    title: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    slug: Mapped[str]
    language: Mapped[str]
    sha256: Mapped[str] = _content()
    made_at: Mapped[datetime]
    protocol_number: Mapped[str] = mapped_column(default="")
    protocol_date: Mapped[date | None]
    register: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        sa.CheckConstraint("title <> ''", name="title_given"),
        sa.CheckConstraint("(protocol_number = '') = (protocol_date is null)", name="protocol_whole"),
        sa.UniqueConstraint("sha256"),
    )


class SignedCopy(Record):
    """A signed file of a paper, kept as it came.

    Attributes:
        name: that of the file it came as, cleaned.
    """

    __tablename__ = "signed_copy"

    paper_id: Mapped[str] = link("paper.id")
    position: Mapped[int]
    name: Mapped[str]
    form: Mapped[str]
    sha256: Mapped[str] = _content()
    added_at: Mapped[datetime]

    __table_args__ = table_args(
        one_of("form", SignedForm),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.UniqueConstraint("sha256"),
    )


class Signature(Record):
    """Who signed, as the signature itself says; whether its certificate is on a list of trust was not asked.

    Attributes:
        signer_code: number of the person in the certificate: the tax code in Italy.
        issuer: who gave the certificate.
        certificate: SHA-256 of the certificate, hexadecimal.
        signed_at: as the signer's program says; None when it does not.
    """

    __tablename__ = "signature"

    signed_copy_id: Mapped[str] = link("signed_copy.id")
    position: Mapped[int]
    signer: Mapped[str]
    signer_code: Mapped[str] = mapped_column(default="")
    issuer: Mapped[str] = mapped_column(default="")
    certificate: Mapped[str]
    signed_at: Mapped[datetime | None]

    __table_args__ = table_args(
        sa.CheckConstraint("signer <> ''", name="signer_given"), sa.UniqueConstraint("signed_copy_id", "certificate")
    )


CONTENT_HOLDERS: tuple[type[Attachment | Paper | SignedCopy], ...] = (Attachment, Paper, SignedCopy)
"""What has bytes in the archive, which stay as long as one of these names them."""
