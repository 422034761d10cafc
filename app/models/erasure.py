"""What was erased for good, and how long things are kept: the list of what went stays, what it said does not."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Record, link, one_of, table_args
from app.models.enums import ErasureKind


class RetentionClass(Record):
    """A kind of things that are kept equally long.

    Attributes:
        years: kept in the bin after they were removed; None for ever.
        tables: names of the tables of such things, with a blank between them.
    """

    __tablename__ = "retention_class"

    name: Mapped[str] = mapped_column(unique=True)
    years: Mapped[int | None]
    tables: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


class Erasure(Record):
    """One act of erasing; it says why and how much, and never of whom.

    Attributes:
        reason: act, request or rule that it rests on.
        edits: contents of the journal that went.
        fields: fields of records that were emptied.
        documents: files whose bytes went.
    """

    __tablename__ = "erasure"

    kind: Mapped[str]
    reason: Mapped[str]
    edits: Mapped[int]
    fields: Mapped[int]
    documents: Mapped[int]

    __table_args__ = table_args(one_of("kind", ErasureKind))


class ErasedEdit(Base):
    """An edit of the journal whose content and salt went; whoever brings them back meets this list."""

    __tablename__ = "erased_edit"

    replica: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    commitment: Mapped[bytes]
    erasure_id: Mapped[str] = link("erasure.id")


class ErasedField(Base):
    """A field of a record that was emptied for a person's sake."""

    __tablename__ = "erased_field"

    table_name: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[str] = mapped_column(primary_key=True)
    field_name: Mapped[str] = mapped_column(primary_key=True)
    erasure_id: Mapped[str] = link("erasure.id")


class ErasedContent(Base):
    """The hash of a document whose bytes went."""

    __tablename__ = "erased_content"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    erasure_id: Mapped[str] = link("erasure.id")
