"""What does not fit together in a meeting: told while it can still be mended, and refused when it closes. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from app.models.enums import Ballot, ItemState
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.services.meetings.committees import CommitteeDraft, in_office
from app.services.meetings.drafts import AgendaItemDraft, MeetingDraft
from app.services.meetings.quorum import SEATED
from app.services.meetings.records import deciding_rule, item_quorum, item_result
from app.services.meetings.sitting_time import reckoned

UNTREATED = frozenset({ItemState.POSTPONED, ItemState.WITHDRAWN})
"""What became of points on which nothing is decided."""


def meeting_problems(
    meeting: MeetingDraft, committee: CommitteeDraft, decided: Collection[str | None]
) -> Iterator[AppError]:
    """What does not fit together in a meeting that is to be closed.

    Args:
        decided: keys of the points that have a decision.

    Yields:
        InvalidInput: "field.required", "meeting.closes_before_opening", "meeting.longer_than_day",
            "attendance.outside_hours", "agenda_item.time_missing", "agenda_item.outside_hours".
        RuleBroken: "meeting.attendance_missing", "agenda_item.not_treated", "decision.no_vote", "quorum.missing",
            "agenda_item.during_pause", "vote.not_entitled", "vote.missing", "ballot.papers_wrong",
            "ballot.must_be_secret",
            "decision.not_carried".
    """
    if not meeting.time_opened:
        yield InvalidInput("field.required", field="time_opened")
        return
    hours = {"opened": meeting.time_opened, "closed": meeting.time_closed}
    if meeting.date_closed is None and meeting.time_closed < meeting.time_opened:
        yield InvalidInput("meeting.closes_before_opening", field="time_closed", **hours)
        return
    if meeting.date_closed is not None and meeting.time_closed >= meeting.time_opened:
        yield InvalidInput("meeting.longer_than_day", field="time_closed", **hours)
        return
    names = {member.id: member.name for member in committee.members}
    convened = {attendance.member_id for attendance in meeting.attendances}
    for member in committee.members:
        if member.role in SEATED and member.id not in convened and in_office(member, meeting.date_held):
            yield RuleBroken("meeting.attendance_missing", field="attendances", name=member.name)
    yield from _hours_of_people(meeting, names)
    for i, item in enumerate(meeting.items):
        if item.is_voted or item.id in decided:
            yield from item_problems(meeting, committee, item, f"items.{i}", is_decided=item.id in decided)


def _hours_of_people(meeting: MeetingDraft, names: Mapping[str | None, str]) -> Iterator[AppError]:
    """Hours of who came and left that lie outside the meeting."""
    for i, attendance in enumerate(meeting.attendances):
        times = [(key, getattr(attendance, key)) for key in ("time_in", "time_out")]
        for n, absence in enumerate(attendance.absences):
            times += [(f"absences.{n}.{key}", getattr(absence, key)) for key in ("time_out", "time_in")]
        for key, time in times:
            if time and not _is_within(meeting, time):
                values = {"name": names[attendance.member_id], "time": time}
                yield InvalidInput("attendance.outside_hours", field=f"attendances.{i}.{key}", **values)
    for i, guest in enumerate(meeting.guests):
        for key in ("time_in", "time_out"):
            time = getattr(guest, key)
            if time and not _is_within(meeting, time):
                yield InvalidInput("attendance.outside_hours", field=f"guests.{i}.{key}", name=guest.name, time=time)


def _is_within(meeting: MeetingDraft, time: str) -> bool:
    """Whether an hour lies in the meeting; one that is still open has no end."""
    opened = meeting.time_opened
    return not meeting.time_closed or reckoned(opened, time) <= reckoned(opened, meeting.time_closed)


def item_problems(
    meeting: MeetingDraft, committee: CommitteeDraft, item: AgendaItemDraft, field: str, *, is_decided: bool
) -> Iterator[AppError]:
    """What does not fit in the vote on one point; the first that is found."""
    if item.state in UNTREATED:
        yield RuleBroken("agenda_item.not_treated", field=f"{field}.state", title=item.title, state=item.state)
        return
    if not item.is_voted:
        yield RuleBroken("decision.no_vote", field=f"{field}.votes", title=item.title)
        return
    if not item.time_voted:
        yield InvalidInput("agenda_item.time_missing", field=f"{field}.time_voted", title=item.title)
        return
    values = {"title": item.title, "time": item.time_voted}
    if not _is_within(meeting, item.time_voted):
        yield InvalidInput("agenda_item.outside_hours", field=f"{field}.time_voted", **values)
        return
    for pause in meeting.pauses:
        if _is_between(meeting, item.time_voted, pause.time_from, pause.time_to):
            yield RuleBroken("agenda_item.during_pause", field=f"{field}.time_voted", **values)
            return
    quorum = item_quorum(meeting, item, committee)
    if not quorum.is_legal:
        counts = {"present": len(quorum.voters), "needed": quorum.needed}
        yield RuleBroken("quorum.missing", field=f"{field}.time_voted", **counts, **values)
        return
    yield from _vote_problems(meeting, committee, item, field, is_decided=is_decided)


def _is_between(meeting: MeetingDraft, time: str, start: str, end: str) -> bool:
    at, began, ended = (reckoned(meeting.time_opened, hour) for hour in (time, start, end))
    return began < at and (not ended or at < ended)


def _vote_problems(
    meeting: MeetingDraft, committee: CommitteeDraft, item: AgendaItemDraft, field: str, *, is_decided: bool
) -> Iterator[AppError]:
    """Who voted without being there, who did not, and whether it was enough."""
    names = {member.id: member.name for member in committee.members}
    quorum = item_quorum(meeting, item, committee)
    voted = {vote.member_id for vote in item.votes}
    strangers = tuple(names[vote.member_id] for vote in item.votes if vote.member_id not in quorum.voters)
    silent = tuple(names[member] for member in quorum.voters if member not in voted)
    told = {"title": item.title, "time": item.time_voted}
    if strangers:
        yield RuleBroken("vote.not_entitled", field=f"{field}.votes", names=strangers, **told)
        return
    if item.ballot is Ballot.SECRET:
        if item.papers.given != len(quorum.voters):
            counts = {"papers": item.papers.given, "voters": len(quorum.voters)}
            yield RuleBroken("ballot.papers_wrong", field=f"{field}.papers.favour", **counts, **told)
            return
    elif silent:
        yield RuleBroken("vote.missing", field=f"{field}.votes", names=silent, **told)
        return
    if deciding_rule(item, committee).ballot is Ballot.SECRET and item.ballot is Ballot.OPEN:
        yield RuleBroken("ballot.must_be_secret", field=f"{field}.ballot", title=item.title)
        return
    result = item_result(meeting, item, committee)
    if is_decided and not result.is_carried:
        counts = {"favour": result.counts.favour, "against": result.counts.against, "needed": result.needed}
        yield RuleBroken("decision.not_carried", field=f"{field}.votes", title=item.title, **counts)
