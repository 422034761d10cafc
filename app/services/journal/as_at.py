"""«Situazione al»: an archive as at a day, or as at the closing of a meeting.

A past day is printed the same for ever, and so is a closed meeting: what is written later has a later day. Only a
movement that is entered afterwards under an earlier day changes what that day shows, as it must.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from app.models.enums import MeetingState
from app.models.errors import InvalidInput, NotFound
from app.models.meetings import Meeting
from app.models.past import Cut, past_store
from app.models.store import Store
from app.services.reports.spec import Document, Part, Table
from app.services.wording.formats import format_date, rome
from app.services.wording.texts import Translator

Found = TypeVar("Found")

CLOSED = (MeetingState.CLOSED.value, MeetingState.APPROVED.value)


@dataclass(frozen=True)
class AsAt:
    """From when an archive is seen: the end of a day, or the closing of a meeting; neither means now."""

    day: date | None = None
    meeting_id: str | None = None

    @property
    def is_now(self) -> bool:
        """Whether the archive is seen as it is."""
        return self.day is None and self.meeting_id is None


NOW = AsAt()


@dataclass(frozen=True)
class MeetingChoice:
    """A closed meeting that an archive can be seen from."""

    id: str
    label: str
    day: date


def meeting_choices(store: Store) -> tuple[MeetingChoice, ...]:
    """The closed meetings, newest first."""
    with store.read() as session:
        rows = session.scalars(
            sa.select(Meeting)
            .where(Meeting.state.in_(CLOSED))
            .order_by(Meeting.date_held.desc(), Meeting.year.desc(), Meeting.number.desc())
        )
        return tuple(MeetingChoice(row.id, f"{row.number}/{row.year}", row.date_held) for row in rows)


def meeting_named(store: Store, name: str) -> AsAt:
    """The moment of a meeting by its number and year («2/2014») or its key.

    Raises:
        InvalidInput: "as_at.meeting_unknown" when no closed meeting is called so.
    """
    known = meeting_choices(store)
    found = [choice for choice in known if name in (choice.label, choice.id)]
    if len(found) != 1:
        raise InvalidInput("as_at.meeting_unknown", text=name, known=tuple(choice.label for choice in known))
    return AsAt(meeting_id=found[0].id)


@contextlib.contextmanager
def store_as_at(store: Store, when: AsAt) -> Iterator[Store]:
    """The archive as at a moment, to be read as any other; the archive itself when that is now.

    Raises:
        NotFound: "record.gone" when there is no such meeting.
        InvalidInput: "as_at.still_to_come".
        RuleBroken: "as_at.meeting_not_closed".
    """
    if when.is_now:
        yield store
        return
    day = when.day or _meeting(store, when).date_held
    if when.day is not None and when.day > store.clock().astimezone(rome()).date():
        raise InvalidInput("as_at.still_to_come", field="as_at", day=when.day)
    ends = datetime.combine(day + timedelta(days=1), time(), tzinfo=rome())
    with past_store(store, Cut(day, ends, when.meeting_id)) as then:
        yield then


def read_as_at(store: Store, when: AsAt, verb: Callable[..., Found], *args: Any) -> Found:
    """What `verb(store, …)` gives of the archive as at a moment.

    Raises:
        AppError: as `store_as_at` and the verb do.
    """
    with store_as_at(store, when) as then:
        return verb(then, *args)


def _meeting(store: Store, when: AsAt) -> Meeting:
    with store.read() as session:
        meeting = session.get(Meeting, when.meeting_id)
        if meeting is None:
            raise NotFound("record.gone")
        return meeting


def as_at_text(store: Store, when: AsAt, tr: Translator) -> str:
    """The moment in words, as it stands under a title; empty for now."""
    if when.is_now:
        return ""
    if when.day is not None:
        return tr("Situation at {day}").format(day=format_date(when.day))
    meeting = _meeting(store, when)
    return tr("Situation at the closing of meeting {number} of {day}").format(
        number=f"{meeting.number}/{meeting.year}", day=format_date(meeting.date_held)
    )


def dated(document: Document, store: Store, when: AsAt, tr: Translator) -> Document:
    """A document that says from when it is; its file is named after that."""
    if when.is_now:
        return document
    words = as_at_text(store, when, tr)
    mark = when.day.isoformat() if when.day else _meeting(store, when).date_held.isoformat() + "-s"
    parts = tuple(_dated_part(part, words) for part in document.parts)
    return replace(document, parts=parts, subject=words, slug=f"{document.slug}-{mark}")


def _dated_part(part: Part, words: str) -> Part:
    if not isinstance(part, Table):
        return part
    return replace(part, subtitle=f"{words}. {part.subtitle}" if part.subtitle else words)
