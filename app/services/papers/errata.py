"""Errata: acts that mend approved minutes, which never change; each is numbered, frozen and printed on both."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.errors import InvalidInput, RuleBroken
from app.models.journal import gesture_of
from app.models.meetings import Meeting, Minutes
from app.models.papers import Erratum, ErratumLine
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_key, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.meetings.committees import CLOSED_STATES
from app.services.reports.freeze import content_hash, from_data
from app.services.reports.spec import Audience
from app.services.reports.text import plain_text
from app.services.votings.acts import agenda_rows
from app.services.votings.places import places_of
from app.services.wording.texts import LANGUAGES, translator


@dataclass(frozen=True)
class ErratumLineDraft:
    """A passage that is mended.

    Attributes:
        agenda_item_id: the point it stands under, None for what stands elsewhere.
        wrong: as the minutes have it; `right`: how it reads from now on, empty when it goes.
    """

    id: str | None = None
    agenda_item_id: str | None = None
    wrong: str = ""
    right: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class ErratumDraft:
    """An erratum as it is typed.

    Attributes:
        minutes_id: the minutes that it mends.
        meeting_id: at which it is approved, when it is at one.
        label: «1/2014», once it is approved; shown only, as `date_approved` and `sample`.
    """

    id: str | None = None
    minutes_id: str | None = None
    meeting_id: str | None = None
    reason: str = ""
    lines: tuple[ErratumLineDraft, ...] = ()
    label: str = ""
    date_approved: date | None = None
    source_line: int | None = None
    sample: bool = False

    @property
    def is_approved(self) -> bool:
        """Whether it never changes any more."""
        return bool(self.label)


@dataclass(frozen=True)
class ErratumRow:
    """An erratum in a list; `minutes` is the number of those that it mends."""

    id: str
    minutes_id: str
    mended_id: str
    minutes: str
    label: str
    reason: str
    lines: int
    date_approved: date | None
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class MinutesRow:
    """Approved minutes, of which an erratum may be made."""

    id: str
    meeting_id: str
    label: str
    date_held: date


def approved_minutes(store: Store) -> tuple[MinutesRow, ...]:
    """All approved minutes, the newest first."""
    query = (
        sa.select(Minutes.id, Meeting.id, Meeting.number, Meeting.year, Meeting.date_held)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .order_by(Meeting.date_held.desc(), Meeting.year.desc(), Meeting.number.desc())
    )
    with store.read() as session:
        return tuple(
            MinutesRow(key, meeting, f"{number}/{year}", held)
            for key, meeting, number, year, held in session.execute(query).tuples()
        )


def save_erratum(store: Store, draft: ErratumDraft) -> Changes:
    """Write an erratum that is not approved yet.

    Raises:
        InvalidInput: "field.required", "erratum.no_line", "erratum.same", "erratum.not_said".
        RuleBroken: "erratum.frozen".
        NotFound: "record.gone".
    """
    minutes_id, reason = require_key(draft.minutes_id, "minutes_id"), require_text(draft.reason, "reason")
    lines = _lines(draft)
    with store.write("save_erratum") as session:
        minutes = get_row(session, Minutes, minutes_id)
        _require_said(minutes.content, lines)
        _require_draft(session, draft.id)
        values = {
            "minutes_id": minutes_id,
            "committee_id": get_row(session, Meeting, minutes.meeting_id).committee_id,
            "meeting_id": draft.meeting_id or None,
            "reason": reason,
            "source_line": draft.source_line,
        }
        row = save_row(session, Erratum, draft.id, values)
        reconcile(session, ErratumLine, {"erratum_id": row.id}, lines)
    return Changes.of("meetings", ids=(row.id, minutes.meeting_id))


def _require_draft(session: Session, erratum_id: str | None) -> None:
    if erratum_id is not None and get_row(session, Erratum, erratum_id).number is not None:
        raise RuleBroken("erratum.frozen")


def _lines(draft: ErratumDraft) -> list[dict[str, Any]]:
    if not draft.lines:
        raise InvalidInput("erratum.no_line", field="lines")
    rows = []
    for i, line in enumerate(draft.lines):
        wrong = require_text(line.wrong, f"lines.{i}.wrong")
        if wrong == line.right.strip():
            raise InvalidInput("erratum.same", field=f"lines.{i}.right")
        rows.append(
            {
                "id": line.id,
                "agenda_item_id": line.agenda_item_id or None,
                "wrong": wrong,
                "right": line.right.strip(),
                "source_line": line.source_line,
            }
        )
    return rows


def _require_said(content: str, lines: list[dict[str, Any]]) -> None:
    """Every passage stands in the minutes, in one language or the other."""
    told = [_even(text) for text in minutes_texts(content)]
    for i, line in enumerate(lines):
        wanted = _even(line["wrong"])
        if not any(wanted in text for text in told):
            raise InvalidInput("erratum.not_said", field=f"lines.{i}.wrong", text=line["wrong"])


def minutes_texts(content: str) -> tuple[str, ...]:
    """What frozen minutes say in full, as text, in each language."""
    frozen = json.loads(content)
    return tuple(
        plain_text(from_data(frozen[language][Audience.FULL.value]), translator(language))
        for language in LANGUAGES
        if language in frozen
    )


def _even(text: str) -> str:
    """A text whose spaces, of whatever kind and number, are single ones."""
    return " ".join(text.split())


def load_erratum(store: Store, erratum_id: str) -> ErratumDraft:
    """An erratum as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return read_erratum(session, erratum_id)


def read_erratum(session: Session, erratum_id: str) -> ErratumDraft:
    """An erratum as it stands, within a session."""
    row = get_row(session, Erratum, erratum_id)
    lines = session.scalars(sa.select(ErratumLine).filter_by(erratum_id=row.id).order_by(ErratumLine.position))
    return ErratumDraft(
        id=row.id,
        minutes_id=row.minutes_id,
        meeting_id=row.meeting_id,
        reason=row.reason,
        lines=tuple(
            ErratumLineDraft(line.id, line.agenda_item_id, line.wrong, line.right, line.source_line) for line in lines
        ),
        label="" if row.number is None else f"{row.number}/{row.year}",
        date_approved=row.date_approved,
        source_line=row.source_line,
        sample=row.sample,
    )


def erratum_rows(store: Store) -> tuple[ErratumRow, ...]:
    """All errata: those that wait for their approval first, then the newest."""
    count = sa.select(sa.func.count(ErratumLine.id)).where(ErratumLine.erratum_id == Erratum.id).scalar_subquery()
    query = (
        sa.select(Erratum, Meeting, count)
        .join(Minutes, Minutes.id == Erratum.minutes_id)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .order_by(Erratum.number.is_not(None), Erratum.year.desc(), Erratum.number.desc(), Erratum.id)
    )
    with store.read() as session:
        return tuple(
            ErratumRow(
                id=row.id,
                minutes_id=row.minutes_id,
                mended_id=mended.id,
                minutes=f"{mended.number}/{mended.year}",
                label="" if row.number is None else f"{row.number}/{row.year}",
                reason=row.reason,
                lines=lines,
                date_approved=row.date_approved,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, mended, lines in session.execute(query).tuples()
        )


def delete_erratum(store: Store, erratum_id: str) -> Changes:
    """Take away an erratum that was not approved.

    Raises:
        RuleBroken: "erratum.frozen".
        NotFound: "record.gone".
    """
    with store.write("delete_erratum") as session:
        _require_draft(session, erratum_id)
        row = get_row(session, Erratum, erratum_id)
        delete_children(session, ErratumLine, "erratum_id", (erratum_id,))
        session.delete(row)
    return Changes.of("meetings", ids=(erratum_id,))


def approve_erratum(store: Store, erratum_id: str, day: date | None) -> Changes:
    """Approve an erratum: it gets the next number of its committee and year, and is frozen in every language.

    Raises:
        InvalidInput: "field.required", "erratum.before_minutes", "text.character_missing".
        RuleBroken: "erratum.frozen", "erratum.meeting_open".
        NotFound: "record.gone".
    """
    if day is None:
        raise InvalidInput("field.required", field="day")
    from app.services.reports.erratum import frozen_erratum  # what prints is not needed by lists

    with store.write("approve_erratum") as session:
        _require_draft(session, erratum_id)
        row = get_row(session, Erratum, erratum_id)
        minutes = get_row(session, Minutes, row.minutes_id)
        if day < minutes.date_approved:
            raise InvalidInput("erratum.before_minutes", field="day", approved=minutes.date_approved)
        if row.meeting_id is not None and get_row(session, Meeting, row.meeting_id).state not in CLOSED_STATES:
            raise RuleBroken("erratum.meeting_open")
        last = sa.select(sa.func.max(Erratum.number)).filter_by(committee_id=row.committee_id, year=day.year)
        number = (session.scalar(last) or 0) + 1
        # What is printed is read from what stood before this transaction, and no other can write meanwhile.
        content, head = frozen_erratum(store, erratum_id, f"{number}/{day.year}", day)
        row.year, row.number, row.date_approved = day.year, number, day
        row.approved_at = gesture_of(session).at
        row.content, row.content_hash, row.journal_head = content, content_hash(content), head
    return Changes.of("meetings", ids=(erratum_id, minutes.meeting_id))


def points_of(store: Store, minutes_id: str) -> tuple[tuple[str, str], ...]:
    """The points of the meeting of some minutes: key, and number with title."""
    with store.read() as session:
        minutes = get_row(session, Minutes, minutes_id)
        rows = agenda_rows(session, minutes.meeting_id)
        return tuple((row.id, f"{place.text}. {row.title}") for place, row in zip(places_of(rows), rows, strict=True))
