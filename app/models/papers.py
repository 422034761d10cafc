"""Official papers: what mends minutes, what is left out of what is published, how papers look, what was printed."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Record, link, one_of, table_args
from app.models.paper_kinds import SignedPaper, TemplatePlace


class Erratum(Record):
    """An act that mends approved minutes, which themselves never change; numbered and frozen when it is approved.

    Attributes:
        meeting_id: at which it was approved, when it was at one.
        number: progressive within committee and year, without gaps; None until it is approved.
        content: the frozen document, as JSON; empty until then, as its hash and the head of the journal.
    """

    __tablename__ = "erratum"

    minutes_id: Mapped[str] = link("minutes.id")
    committee_id: Mapped[str] = link("committee.id")
    meeting_id: Mapped[str | None] = link("meeting.id")
    year: Mapped[int | None]
    number: Mapped[int | None]
    reason: Mapped[str]
    date_approved: Mapped[date | None]
    approved_at: Mapped[datetime | None]
    content: Mapped[str] = mapped_column(default="")
    content_hash: Mapped[str] = mapped_column(default="")
    journal_head: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint("(number is null) = (approved_at is null)", name="numbered_when_approved"),
        sa.CheckConstraint("(number is null) = (content = '')", name="frozen_when_approved"),
        sa.UniqueConstraint("committee_id", "year", "number"),
    )


class ErratumLine(Record):
    """One passage of minutes that is mended.

    Attributes:
        agenda_item_id: the point that it stands under; None for what stands before or after the points.
        wrong: as the minutes have it.
        right: how it reads from now on; empty when the passage goes.
    """

    __tablename__ = "erratum_line"

    erratum_id: Mapped[str] = link("erratum.id")
    agenda_item_id: Mapped[str | None] = link("agenda_item.id")
    position: Mapped[int]
    wrong: Mapped[str]
    right: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(sa.CheckConstraint("wrong <> ''", name="wrong_given"))


class Omission(Record):
    """A passage that the published copy of minutes leaves out, with the ground of it.

    Attributes:
        kept: whether the minutes were approved with it, so that it stays.
    """

    __tablename__ = "omission"

    meeting_id: Mapped[str] = link("meeting.id")
    position: Mapped[int]
    passage: Mapped[str]
    ground: Mapped[str]
    kept: Mapped[bool] = mapped_column(default=False)

    __table_args__ = table_args(
        sa.CheckConstraint("passage <> ''", name="passage_given"),
        sa.CheckConstraint("ground <> ''", name="ground_given"),
    )


class Letterhead(Record):
    """What stands at the top and the foot of every paper; there is one.

    Attributes:
        lines: of the heading; empty: the office and the plan.
        logo: PNG in base64, as it was drawn anew when it was chosen; empty for none.
        logo_text: what it shows, for who cannot see it.
        footer: of every page, beside the reference.
    """

    __tablename__ = "letterhead"

    plan_id: Mapped[str] = link("plan.id")
    lines: Mapped[str] = mapped_column(default="")
    logo: Mapped[str] = mapped_column(default="")
    logo_text: Mapped[str] = mapped_column(default="")
    footer: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        sa.CheckConstraint("(logo = '') = (logo_text = '')", name="logo_with_text"),
        sa.UniqueConstraint("plan_id"),
    )


class Signatory(Record):
    """Who signs a kind of paper for the office, while it is in office.

    Attributes:
        title: under which it signs, «Il Direttore».
        date_from, date_to: first and last day in office, where they are known.
    """

    __tablename__ = "signatory"

    letterhead_id: Mapped[str] = link("letterhead.id")
    position: Mapped[int]
    paper: Mapped[str]
    title: Mapped[str]
    name: Mapped[str]
    date_from: Mapped[date | None]
    date_to: Mapped[date | None]

    __table_args__ = table_args(
        one_of("paper", SignedPaper),
        sa.CheckConstraint("title <> ''", name="title_given"),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.CheckConstraint("date_from <= date_to", name="dates_in_order"),
    )


class TextTemplate(Record):
    """A text that the office wrote for a place of a paper, in one language, with named fields."""

    __tablename__ = "text_template"

    place: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]

    __table_args__ = table_args(
        one_of("place", TemplatePlace),
        sa.CheckConstraint("language in ('it', 'en')", name="language_offered"),
        sa.CheckConstraint("text <> ''", name="text_given"),
        sa.UniqueConstraint("place", "language"),
    )


class PrintContent(Base):
    """A document as it was printed, packed, once however often it was.

    No part of the record: to print changes nothing, and the same state prints to the same bytes.
    """

    __tablename__ = "print_content"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]

    __table_args__ = table_args(sa.CheckConstraint("length(sha256) = 64", name="sha256_whole"))


class PrintMade(Base):
    """That something was printed or written to a file: when, by whom, from which state of the archive.

    Attributes:
        item: key of the record it is about, empty for the whole archive.
        form: «print» or the suffix of the file.
        moment: the day or meeting that it was seen from, in words; empty for then.
        journal_head: head of the journal at that moment.
        sha256: of what was printed; its content may have been erased since.
    """

    __tablename__ = "print_made"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    code: Mapped[str]
    title: Mapped[str]
    item: Mapped[str]
    language: Mapped[str]
    audience: Mapped[str]
    form: Mapped[str]
    moment: Mapped[str]
    journal_head: Mapped[str]
    sha256: Mapped[str]
