"""Meetings: who is convened, who came and when, the agenda, conflicts and votes by name; opening and suspension.

A meeting may be keyed in freely until it closes; what does not fit together is refused at closing (`closing.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import MEETING_MOVES, AttendanceKind, Ballot, MeetingState, check_move, refused_move
from app.models.errors import InvalidInput, RuleBroken
from app.models.meetings import (
    AgendaItem,
    Attendance,
    Committee,
    ConflictDeclaration,
    Decision,
    Meeting,
    Member,
    Minutes,
    Vote,
)
from app.models.sittings import Absence, Guest, Pause
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_distinct, require_in_order, require_key, require_not_negative, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.meetings.committees import committee_rows, member_rows
from app.services.meetings.drafts import NO_PAPERS, AgendaItemDraft, AttendanceDraft, MeetingDraft, MeetingRow
from app.services.meetings.hours import sitting_hour, tidied
from app.services.meetings.records import read_meeting, unfrozen_meeting
from app.services.meetings.sitting_time import reckoned
from app.services.votings.places import require_together


def blank_meeting(store: Store) -> MeetingDraft:
    """A new meeting of the only committee, when there is one alone, with all its members present."""
    committees = committee_rows(store)
    if len(committees) != 1:
        return MeetingDraft()
    members = member_rows(store, committees[0].id)
    return MeetingDraft(
        committee_id=committees[0].id, attendances=tuple(AttendanceDraft(member_id=member.id) for member in members)
    )


def convene_meeting(store: Store, draft: MeetingDraft) -> Changes:
    """Write a new meeting; it gets the next number of its committee and year.

    Raises:
        InvalidInput, RuleBroken, NotFound: as `save_meeting`.
    """
    assert draft.id is None
    return _save(store, "convene_meeting", draft)


def save_meeting(store: Store, draft: MeetingDraft) -> Changes:
    """Write a meeting that is not closed, with its attendance, agenda, conflicts and votes.

    Raises:
        InvalidInput: "field.required", "time.format", "meeting.closes_before_opening", "meeting.number_gap",
            "attendance.member_repeated", "attendance.absent_with_times", "attendance.out_before_in",
            "attendance.proxy_of_self", "attendance.back_before_out", "pause.ends_before_start", "time.skipped",
            "date.end_before_start", "vote.ballot_secret", "number.negative", "conflict.member_repeated",
            "vote.member_repeated", "vote.in_conflict", "voting.apart".
        RuleBroken: "meeting.closed", "meeting.not_last", "member.other_committee", "agenda_item.has_decision".
        NotFound: "record.gone".
    """
    return convene_meeting(store, draft) if draft.id is None else _save(store, "save_meeting", draft)


def _save(store: Store, verb: str, draft: MeetingDraft) -> Changes:
    draft = tidied(draft)
    values, attendances = _meeting_values(draft), _attendance_values(draft)
    items = [_item_values(item, f"items.{i}") for i, item in enumerate(draft.items)]
    require_together(draft.items)
    with store.write(verb) as session:
        values |= _number(session, draft)
        is_late = draft.id is not None and get_row(session, Meeting, draft.id).date_convened is not None
        meeting = save_row(session, Meeting, draft.id, values)
        _check_members(session, draft)
        owner = {"meeting_id": meeting.id}
        _give_decisions(session, meeting)
        _write_attendances(session, owner, attendances, [_absence_values(row) for row in draft.attendances])
        reconcile(session, Pause, owner, [_fields(row, "id", "time_from", "time_to") for row in draft.pauses])
        guests = [_fields(row, "id", "name", "office", "time_in", "time_out") for row in draft.guests]
        reconcile(session, Guest, owner, guests)
        kept = reconcile(session, AgendaItem, owner, [_marked(values, is_late) for values, _, _ in items])
        _remove_items(session, kept.removed)
        for row, (_, conflicts, votes) in zip(kept.rows, items, strict=True):
            below = {"agenda_item_id": row.id}
            reconcile(session, ConflictDeclaration, below, conflicts, key="member_id")
            reconcile(session, Vote, below, votes, key="member_id")
    return Changes.of("meetings", ids=(meeting.id,))


def _write_attendances(
    session: Session, owner: dict[str, str], attendances: list[dict[str, Any]], absences: list[list[dict[str, Any]]]
) -> None:
    """Rows of those convened, and of when each was out of the room."""
    found = reconcile(session, Attendance, owner, attendances, key="member_id")
    for row, away in zip(found.rows, absences, strict=True):
        reconcile(session, Absence, {"attendance_id": row.id}, away)
    delete_children(session, Absence, "attendance_id", [row.id for row in found.removed])


def _meeting_values(draft: MeetingDraft) -> dict[str, Any]:
    """Fields of the meeting itself, checked."""
    opened, closed = draft.time_opened, draft.time_closed
    if opened and closed and closed < opened and draft.date_closed is None:
        raise InvalidInput("meeting.closes_before_opening", field="time_closed", opened=opened, closed=closed)
    if draft.date_held is None:
        raise InvalidInput("field.required", field="date_held")
    require_in_order(draft.date_convened, draft.date_held, "date_convened")
    return {
        "committee_id": require_key(draft.committee_id, "committee_id"),
        "date_held": draft.date_held,
        "year": draft.date_held.year,
        "date_convened": draft.date_convened,
        "time_convened": draft.time_convened,
        "letter": draft.letter.strip(),
        "time_opened": opened,
        "time_closed": closed,
        "date_closed": draft.date_closed,
        "place": draft.place.strip(),
        "premises": draft.premises.strip(),
        "closing_text": draft.closing_text.strip(),
        "source_line": draft.source_line,
    }


def _attendance_values(draft: MeetingDraft) -> list[dict[str, Any]]:
    rows = []
    for i, attendance in enumerate(draft.attendances):
        field = f"attendances.{i}"
        came, left = (reckoned(draft.time_opened, time) for time in (attendance.time_in, attendance.time_out))
        if attendance.kind is not AttendanceKind.PRESENT and (came or left or attendance.absences):
            raise InvalidInput("attendance.absent_with_times", field=f"{field}.kind")
        if came and left and left <= came:
            times = {"came": attendance.time_in, "left": attendance.time_out}
            raise InvalidInput("attendance.out_before_in", field=f"{field}.time_out", **times)
        if attendance.proxy_id and attendance.proxy_id == attendance.member_id:
            raise InvalidInput("attendance.proxy_of_self", field=f"{field}.proxy_id")
        rows.append(
            {
                "member_id": require_key(attendance.member_id, f"{field}.member_id"),
                "kind": attendance.kind.value,
                "time_in": attendance.time_in,
                "time_out": attendance.time_out,
                "proxy_id": attendance.proxy_id or None,
                "source_line": attendance.source_line,
            }
        )
    _require_members_once(rows, "attendances", "attendance.member_repeated")
    return rows


def _absence_values(attendance: AttendanceDraft) -> list[dict[str, Any]]:
    return [_fields(row, "id", "time_out", "time_in") for row in attendance.absences]


def _fields(row: object, *keys: str) -> dict[str, Any]:
    return {key: getattr(row, key) for key in keys}


def _item_values(
    item: AgendaItemDraft, field: str
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """Fields of a point, of its conflicts, of its votes; checked."""
    values = {
        "id": item.id,
        "title": require_text(item.title, f"{field}.title"),
        "matter": item.matter.value,
        "state": item.state.value,
        "late": item.late,
        "late_ground": item.late_ground.strip(),
        "origin_id": item.origin_id,
        "discussion": item.discussion.strip(),
        "addition": item.addition.strip(),
        "voting_of_id": item.voting_of_id,
        "motion": item.motion.strip(),
        "time_begun": item.time_begun,
        "time_voted": item.time_voted,
        "ballot": item.ballot.value,
        **_paper_values(item, field),
        "source_line": item.source_line,
    }
    conflicts: list[dict[str, Any]] = [
        {
            "member_id": require_key(conflict.member_id, f"{field}.conflicts.{i}.member_id"),
            "proposal_id": conflict.proposal_id or None,
            "kind": conflict.kind.value,
            "ground": conflict.ground.strip(),
            "source_line": conflict.source_line,
        }
        for i, conflict in enumerate(item.conflicts)
    ]
    votes: list[dict[str, Any]] = [
        {
            "member_id": require_key(vote.member_id, f"{field}.votes.{i}.member_id"),
            "choice": vote.choice.value,
            "source_line": vote.source_line,
        }
        for i, vote in enumerate(item.votes)
    ]
    _require_members_once(conflicts, f"{field}.conflicts", "conflict.member_repeated")
    _require_members_once(votes, f"{field}.votes", "vote.member_repeated")
    declared = {conflict["member_id"] for conflict in conflicts}
    for i, vote in enumerate(votes):
        if vote["member_id"] in declared:
            raise InvalidInput("vote.in_conflict", field=f"{field}.votes.{i}.member_id")
    return values, conflicts, votes


def _marked(values: dict[str, Any], is_late: bool) -> dict[str, Any]:
    """Fields of a point; one that is new after the convocation went out is late."""
    return {**values, "late": True} if is_late and values["id"] is None else values


def _paper_values(item: AgendaItemDraft, field: str) -> dict[str, int]:
    """Papers of a secret ballot; an open vote has none, and a secret one no names."""
    if item.ballot is Ballot.SECRET and item.votes:
        raise InvalidInput("vote.ballot_secret", field=f"{field}.ballot", title=item.title)
    counts = item.papers if item.ballot is Ballot.SECRET else NO_PAPERS
    values = {key: getattr(counts, key) for key in ("favour", "against", "abstain", "invalid")}
    for key, value in values.items():
        require_not_negative(value, f"{field}.papers.{key}")
    return values


def _require_members_once(rows: Sequence[dict[str, Any]], field: str, code: str) -> None:
    require_distinct([row["member_id"] for row in rows], f"{field}.{{row}}.member_id", code)


def _number(session: Session, draft: MeetingDraft) -> dict[str, int]:
    """The meeting's number; numbers of a committee and year have no gaps, so only the last of a year can leave it."""
    assert draft.date_held is not None
    year = draft.date_held.year
    if draft.id is not None:
        meeting = unfrozen_meeting(session, draft.id)
        if (meeting.committee_id, meeting.year) == (draft.committee_id, year):
            return {"number": meeting.number}
        _require_last(session, meeting)
        return {"number": _last_number(session, draft.committee_id, year) + 1}
    number = _last_number(session, draft.committee_id, year) + 1
    if draft.number not in (None, number):
        raise InvalidInput("meeting.number_gap", field="number", expected=number)
    return {"number": number}


def _last_number(session: Session, committee_id: str | None, year: int) -> int:
    query = sa.select(sa.func.max(Meeting.number)).where(Meeting.committee_id == committee_id, Meeting.year == year)
    return session.scalar(query) or 0


def _require_last(session: Session, meeting: Meeting) -> None:
    last = _last_number(session, meeting.committee_id, meeting.year)
    if meeting.number != last:
        raise RuleBroken("meeting.not_last", number=f"{meeting.number}/{meeting.year}", last=f"{last}/{meeting.year}")


def _check_members(session: Session, draft: MeetingDraft) -> None:
    """Everybody named belongs to the committee."""
    named = {attendance.member_id for attendance in draft.attendances}
    for item in draft.items:
        named.update(conflict.member_id for conflict in item.conflicts)
        named.update(vote.member_id for vote in item.votes)
    own = set(session.scalars(sa.select(Member.id).filter_by(committee_id=draft.committee_id)))
    if not named <= own:
        raise RuleBroken("member.other_committee")


def _remove_items(session: Session, items: Sequence[AgendaItem]) -> None:
    """Take away what hangs below points that go; a point with a decision does not go."""
    for item in items:
        if session.scalar(sa.select(Decision.id).filter_by(agenda_item_id=item.id)) is not None:
            raise RuleBroken("agenda_item.has_decision", title=item.title)
    _delete_named(session, [item.id for item in items])


def _give_decisions(session: Session, meeting: Meeting) -> None:
    """The decisions prepared for a meeting are its committee's, also when another committee is chosen for it."""
    own = sa.select(AgendaItem.id).where(AgendaItem.meeting_id == meeting.id)
    for decision in session.scalars(sa.select(Decision).where(Decision.agenda_item_id.in_(own))):
        decision.committee_id = meeting.committee_id


def _delete_named(session: Session, item_ids: Sequence[str]) -> None:
    """Take away what members declared and voted on these points."""
    delete_children(session, ConflictDeclaration, "agenda_item_id", item_ids)
    delete_children(session, Vote, "agenda_item_id", item_ids)


def load_meeting(store: Store, meeting_id: str) -> MeetingDraft:
    """A meeting as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return read_meeting(session, meeting_id)


def meeting_rows(store: Store) -> tuple[MeetingRow, ...]:
    """All meetings, the newest first."""

    def count(table: type[Any], *conditions: Any) -> Any:
        return sa.select(sa.func.count(table.id)).where(*conditions).correlate(Meeting).scalar_subquery()

    own_item = AgendaItem.meeting_id == Meeting.id
    query = (
        sa.select(
            Meeting,
            Committee.name,
            Minutes.date_approved,
            count(AgendaItem, own_item),
            count(Decision, Decision.agenda_item_id == AgendaItem.id, own_item),
            count(Attendance, Attendance.meeting_id == Meeting.id, Attendance.kind == AttendanceKind.PRESENT.value),
        )
        .join(Committee, Committee.id == Meeting.committee_id)
        .outerjoin(Minutes, Minutes.meeting_id == Meeting.id)
        .order_by(Meeting.date_held.desc(), Meeting.year.desc(), Meeting.number.desc())
    )
    with store.read() as session:
        return tuple(
            MeetingRow(
                id=row.id,
                committee_id=row.committee_id,
                committee=committee,
                year=row.year,
                number=row.number,
                label=f"{row.number}/{row.year}",
                state=MeetingState(row.state),
                date_held=row.date_held,
                time_opened=row.time_opened,
                time_closed=row.time_closed,
                place=row.place,
                items=items,
                decisions=decisions,
                present=present,
                date_approved=date_approved,
                sample=row.sample,
                source_line=row.source_line,
                time_convened=row.time_convened,
            )
            for row, committee, date_approved, items, decisions, present in session.execute(query)
        )


def open_meeting(store: Store, meeting_id: str, time: str) -> Changes:
    """Open a convened meeting at `time`.

    Raises:
        InvalidInput: "field.required", "time.format", "time.skipped".
        RuleBroken: "state.move_refused".
        NotFound: "record.gone".
    """
    with store.write("open_meeting") as session:
        meeting = _moved(session, meeting_id, MeetingState.CONVENED, MeetingState.OPEN)
        meeting.time_opened = sitting_hour(meeting.date_held, "", time, "time_opened")
    return Changes.of("meetings", ids=(meeting_id,))


def suspend_meeting(store: Store, meeting_id: str, time: str = "") -> Changes:
    """Suspend an open meeting, at `time` when the hour is to be told.

    Raises:
        InvalidInput: "time.format", "time.skipped", "pause.outside_hours".
        RuleBroken: "state.move_refused".
        NotFound: "record.gone".
    """
    with store.write("suspend_meeting") as session:
        meeting = _moved(session, meeting_id, MeetingState.OPEN, MeetingState.SUSPENDED)
        if time.strip():
            start = sitting_hour(meeting.date_held, meeting.time_opened, time, "time_from")
            _require_after_pauses(session, meeting, start, "time_from")
            place = sa.select(sa.func.coalesce(sa.func.max(Pause.position), 0)).filter_by(meeting_id=meeting_id)
            session.add(Pause(meeting_id=meeting_id, position=(session.scalar(place) or 0) + 1, time_from=start))
    return Changes.of("meetings", ids=(meeting_id,))


def resume_meeting(store: Store, meeting_id: str, time: str = "") -> Changes:
    """Take up a suspended meeting again, at `time` when the hour of the suspension was told.

    Raises:
        InvalidInput: "field.required", "time.format", "time.skipped", "pause.ends_before_start".
        RuleBroken: "state.move_refused".
        NotFound: "record.gone".
    """
    with store.write("resume_meeting") as session:
        meeting = _moved(session, meeting_id, MeetingState.SUSPENDED, MeetingState.OPEN)
        pause = session.scalar(sa.select(Pause).filter_by(meeting_id=meeting_id, time_to=""))
        if pause is not None:
            end = sitting_hour(meeting.date_held, meeting.time_opened, time, "time_to")
            if reckoned(meeting.time_opened, end) <= reckoned(meeting.time_opened, pause.time_from):
                raise InvalidInput("pause.ends_before_start", field="time_to", start=pause.time_from, end=end)
            pause.time_to = end
    return Changes.of("meetings", ids=(meeting_id,))


def _require_after_pauses(session: Session, meeting: Meeting, start: str, field: str) -> None:
    """A pause begins after those that are over.

    Raises:
        InvalidInput: "pause.outside_hours".
    """
    for pause in session.scalars(sa.select(Pause).filter_by(meeting_id=meeting.id)):
        if reckoned(meeting.time_opened, start) < reckoned(meeting.time_opened, pause.time_to or pause.time_from):
            raise InvalidInput("pause.outside_hours", field=field, time=start, after=pause.time_to or pause.time_from)


def _moved(session: Session, meeting_id: str, start: MeetingState, end: MeetingState) -> Meeting:
    """The meeting, moved from one state to the next."""
    meeting = get_row(session, Meeting, meeting_id)
    present = MeetingState(meeting.state)
    check_move(MEETING_MOVES, present, end)
    if present is not start:
        raise refused_move(MEETING_MOVES, present, end)
    meeting.state = end.value
    return meeting


def delete_meeting(store: Store, meeting_id: str) -> Changes:
    """Take away a meeting that was never opened, with its agenda and the decisions prepared for it.

    Raises:
        RuleBroken: "meeting.not_convened", "meeting.not_last".
        NotFound: "record.gone".
    """
    with store.write("delete_meeting") as session:
        meeting = get_row(session, Meeting, meeting_id)
        if meeting.state != MeetingState.CONVENED:
            raise RuleBroken("meeting.not_convened")
        _require_last(session, meeting)
        items = [item.id for item in session.scalars(sa.select(AgendaItem).filter_by(meeting_id=meeting_id))]
        from app.services.decisions.decisions import remove_decisions  # the lists of meetings do without all of that

        remove_decisions(session, items)
        _delete_named(session, items)
        delete_children(session, AgendaItem, "meeting_id", (meeting_id,))
        convened = delete_children(session, Attendance, "meeting_id", (meeting_id,))
        delete_children(session, Absence, "attendance_id", [row.id for row in convened])
        delete_children(session, Guest, "meeting_id", (meeting_id,))
        session.delete(meeting)
    return Changes.of("meetings", ids=(meeting_id,))
