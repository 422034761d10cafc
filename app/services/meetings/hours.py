"""The hours of a meeting read as they were typed: each «HH:MM», one that the clock showed, in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.models.errors import InvalidInput
from app.services.checks import require_text
from app.services.meetings.drafts import AgendaItemDraft, AttendanceDraft, MeetingDraft
from app.services.meetings.sitting_time import reckoned, require_real_hour
from app.services.wording.parsing import parse_time


def tidied(draft: MeetingDraft) -> MeetingDraft:
    """The draft with all its hours as «HH:MM»; empty ones stay empty.

    Raises:
        InvalidInput: "time.format", "time.skipped", "field.required", "pause.ends_before_start",
            "attendance.back_before_out".
    """
    opened = _time(draft, draft.time_opened, "time_opened", "")
    draft = replace(
        draft,
        time_opened=opened,
        time_closed=_time(draft, draft.time_closed, "time_closed", opened),
        time_convened=_time(draft, draft.time_convened, "time_convened", ""),
    )
    return replace(
        draft,
        attendances=tuple(_attendance(draft, row, f"attendances.{i}") for i, row in enumerate(draft.attendances)),
        items=tuple(_item(draft, row, f"items.{i}") for i, row in enumerate(draft.items)),
        pauses=tuple(
            replace(row, time_from=start, time_to=end)
            for i, row in enumerate(draft.pauses)
            for start, end in (_span(draft, row.time_from, row.time_to, f"pauses.{i}", "time_from", "time_to"),)
        ),
        guests=tuple(
            replace(
                row,
                name=require_text(row.name, f"guests.{i}.name"),
                office=row.office.strip(),
                time_in=_time(draft, row.time_in, f"guests.{i}.time_in", opened),
                time_out=_time(draft, row.time_out, f"guests.{i}.time_out", opened),
            )
            for i, row in enumerate(draft.guests)
        ),
    )


def sitting_hour(day: date, opened: str, text: str, field: str) -> str:
    """An hour of a meeting as it was typed.

    Raises:
        InvalidInput: "field.required", "time.format", "time.skipped".
    """
    time = parse_time(require_text(text, field), field=field)
    require_real_hour(day, opened, time, field)
    return time


def _attendance(draft: MeetingDraft, row: AttendanceDraft, field: str) -> AttendanceDraft:
    away = []
    for i, absence in enumerate(row.absences):
        place = f"{field}.absences.{i}"
        start, end = _span(draft, absence.time_out, absence.time_in, place, "time_out", "time_in")
        away.append(replace(absence, time_out=start, time_in=end))
    return replace(
        row,
        time_in=_time(draft, row.time_in, f"{field}.time_in", draft.time_opened),
        time_out=_time(draft, row.time_out, f"{field}.time_out", draft.time_opened),
        absences=tuple(away),
    )


def _item(draft: MeetingDraft, item: AgendaItemDraft, field: str) -> AgendaItemDraft:
    return replace(
        item,
        time_begun=_time(draft, item.time_begun, f"{field}.time_begun", draft.time_opened),
        time_voted=_time(draft, item.time_voted, f"{field}.time_voted", draft.time_opened),
    )


def _span(draft: MeetingDraft, start: str, end: str, field: str, first: str, second: str) -> tuple[str, str]:
    """A time from an hour to a later one, or one that lasts."""
    began = _time(draft, require_text(start, f"{field}.{first}"), f"{field}.{first}", draft.time_opened)
    ended = _time(draft, end, f"{field}.{second}", draft.time_opened)
    if ended and reckoned(draft.time_opened, ended) <= reckoned(draft.time_opened, began):
        code = "pause.ends_before_start" if first == "time_from" else "attendance.back_before_out"
        raise InvalidInput(code, field=f"{field}.{second}", start=began, end=ended)
    return began, ended


def _time(draft: MeetingDraft, text: str, field: str, opened: str) -> str:
    """«HH:MM», or nothing for nothing."""
    if not text.strip():
        return ""
    time = parse_time(text, field=field)
    if draft.date_held is not None:
        require_real_hour(draft.date_held, opened, time, field)
    return time
