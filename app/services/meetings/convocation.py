"""Convoking a meeting: the day that the letter goes out, and whether that is in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.models.enums import MeetingState
from app.models.errors import InvalidInput, RuleBroken
from app.models.meetings import Committee, Meeting
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_in_order, require_text
from app.services.children import get_row
from app.services.meetings.hours import sitting_hour


@dataclass(frozen=True)
class Notice:
    """How many days lie between convocation and meeting, and how many there must be.

    Attributes:
        last_day: on which it could still be sent.
    """

    days: int
    needed: int
    last_day: date

    @property
    def is_late(self) -> bool:
        """Whether it goes out too late."""
        return self.days < self.needed


def notice_of(held: date, sent: date, notice_days: int) -> Notice:
    """The notice that a convocation of the day `sent` gives; pure."""
    return Notice((held - sent).days, notice_days, held - timedelta(days=notice_days))


def meeting_notice(store: Store, meeting_id: str, sent: date) -> Notice:
    """The same, of a meeting of the archive.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        meeting = get_row(session, Meeting, meeting_id)
        return notice_of(meeting.date_held, sent, get_row(session, Committee, meeting.committee_id).notice_days)


def send_convocation(store: Store, meeting_id: str, day: date | None, time: str) -> Changes:
    """Write down the day that the convocation goes out, and the hour that it is for; points added later are late.

    Raises:
        InvalidInput: "field.required", "time.format", "time.skipped", "date.end_before_start".
        RuleBroken: "convocation.meeting_opened".
        NotFound: "record.gone".
    """
    if day is None:
        raise InvalidInput("field.required", field="day")
    with store.write("send_convocation") as session:
        meeting = get_row(session, Meeting, meeting_id)
        if meeting.state != MeetingState.CONVENED:
            raise RuleBroken("convocation.meeting_opened")
        require_in_order(day, meeting.date_held, "day")
        meeting.time_convened = sitting_hour(meeting.date_held, "", require_text(time, "time"), "time")
        meeting.date_convened = day
    return Changes.of("meetings", ids=(meeting_id,))
