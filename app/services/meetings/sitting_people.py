"""Who is in the room: what the secretary writes while members come, leave, are represented or declare a conflict.

One gesture, one transaction, one line of the history each.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AttendanceKind, ConflictKind
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.meetings import AgendaItem, Attendance, ConflictDeclaration, Meeting, Member, Vote
from app.models.sittings import Absence, Guest
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_key, require_text
from app.services.children import delete_children, get_row
from app.services.meetings.hours import sitting_hour
from app.services.meetings.records import unfrozen_meeting
from app.services.meetings.sitting_time import reckoned

# --- who is there ------------------------------------------------------------------------


def enter_room(store: Store, meeting_id: str, member_id: str, time: str) -> Changes:
    """A member comes, or comes back; before the meeting opens it is simply there.

    Raises:
        InvalidInput: "field.required", "time.format", "time.skipped", "attendance.back_before_out".
        RuleBroken: "meeting.closed", "member.other_committee".
        NotFound: "record.gone".
    """
    with store.write("record_presence") as session:
        meeting, row = _attendance(session, meeting_id, member_id)
        at = _hour(meeting, time)
        is_late = bool(meeting.time_opened) and reckoned(meeting.time_opened, at) > meeting.time_opened
        if row.kind != AttendanceKind.PRESENT:
            row.kind, row.time_in = AttendanceKind.PRESENT.value, at if is_late else ""
        elif row.time_out:
            if reckoned(meeting.time_opened, at) <= reckoned(meeting.time_opened, row.time_out):
                raise InvalidInput("attendance.back_before_out", field="time", start=row.time_out, end=at)
            place = sa.select(sa.func.coalesce(sa.func.max(Absence.position), 0)).filter_by(attendance_id=row.id)
            position = (session.scalar(place) or 0) + 1
            session.add(Absence(attendance_id=row.id, position=position, time_out=row.time_out, time_in=at))
            row.time_out = ""
    return Changes.of("meetings", ids=(meeting_id,))


def leave_room(store: Store, meeting_id: str, member_id: str, time: str) -> Changes:
    """A member who is there leaves, for good unless it comes back.

    Raises:
        InvalidInput: "field.required", "time.format", "time.skipped", "attendance.out_before_in".
        RuleBroken: "meeting.closed", "attendance.not_there", "member.other_committee".
        NotFound: "record.gone".
    """
    with store.write("record_presence") as session:
        meeting, row = _attendance(session, meeting_id, member_id)
        at = _hour(meeting, time)
        if row.kind != AttendanceKind.PRESENT or row.time_out:
            raise RuleBroken("attendance.not_there", name=get_row(session, Member, member_id).name, time=at)
        came = _last_in(session, meeting, row)
        if reckoned(meeting.time_opened, at) <= reckoned(meeting.time_opened, came):
            raise InvalidInput("attendance.out_before_in", field="time", came=came, left=at)
        row.time_out = at
    return Changes.of("meetings", ids=(meeting_id,))


def mark_absent(
    store: Store, meeting_id: str, member_id: str, kind: AttendanceKind, proxy_id: str | None = None
) -> Changes:
    """A member does not come: with a reason or without, represented by another where the committee allows it.

    Raises:
        InvalidInput: "attendance.proxy_of_self".
        RuleBroken: "meeting.closed", "member.other_committee".
        NotFound: "record.gone".
    """
    assert kind is not AttendanceKind.PRESENT
    with store.write("record_presence") as session:
        _meeting, row = _attendance(session, meeting_id, member_id)
        if proxy_id == member_id:
            raise InvalidInput("attendance.proxy_of_self", field="proxy_id")
        if proxy_id is not None:
            _attendance(session, meeting_id, proxy_id)
        row.kind, row.time_in, row.time_out, row.proxy_id = kind.value, "", "", proxy_id
        delete_children(session, Absence, "attendance_id", (row.id,))
    return Changes.of("meetings", ids=(meeting_id,))


def add_guest(store: Store, meeting_id: str, name: str, office: str, time: str) -> Changes:
    """Somebody who is not of the committee comes in.

    Raises:
        InvalidInput: "field.required", "time.format", "time.skipped".
        RuleBroken: "meeting.closed".
        NotFound: "record.gone".
    """
    with store.write("record_guest") as session:
        meeting = unfrozen_meeting(session, meeting_id)
        place = sa.select(sa.func.coalesce(sa.func.max(Guest.position), 0)).filter_by(meeting_id=meeting_id)
        came = _hour(meeting, time) if time.strip() else ""
        values = {"name": require_text(name, "name"), "office": office.strip(), "time_in": came}
        guest = Guest(meeting_id=meeting_id, position=(session.scalar(place) or 0) + 1, **values)
        session.add(guest)
    return Changes.of("meetings", ids=(meeting_id, guest.id))


def guest_leaves(store: Store, guest_id: str, time: str) -> Changes:
    """A guest goes.

    Raises:
        InvalidInput: "field.required", "time.format", "time.skipped".
        RuleBroken: "meeting.closed".
        NotFound: "record.gone".
    """
    with store.write("record_guest") as session:
        guest = get_row(session, Guest, guest_id)
        guest.time_out = _hour(unfrozen_meeting(session, guest.meeting_id), time)
    return Changes.of("meetings", ids=(guest.meeting_id,))


def _attendance(session: Session, meeting_id: str, member_id: str) -> tuple[Meeting, Attendance]:
    """The attendance of a member, who need not have been convened."""
    meeting = unfrozen_meeting(session, meeting_id)
    if get_row(session, Member, member_id).committee_id != meeting.committee_id:
        raise RuleBroken("member.other_committee")
    row = session.scalar(sa.select(Attendance).filter_by(meeting_id=meeting_id, member_id=member_id))
    if row is None:
        row = Attendance(meeting_id=meeting_id, member_id=member_id, kind=AttendanceKind.ABSENT.value)
        session.add(row)
    return meeting, row


def _last_in(session: Session, meeting: Meeting, row: Attendance) -> str:
    """When a member came, or last came back."""
    absences = session.scalars(sa.select(Absence).filter_by(attendance_id=row.id)).all()
    hours = [row.time_in or meeting.time_opened, *(absence.time_in for absence in absences)]
    return max(hours, key=lambda hour: reckoned(meeting.time_opened, hour))


def _hour(meeting: Meeting, time: str) -> str:
    return sitting_hour(meeting.date_held, meeting.time_opened, time, "time")


def open_item(session: Session, item_id: str) -> tuple[AgendaItem, Meeting]:
    """A point of a meeting that may still be changed.

    Raises:
        RuleBroken: "meeting.closed".
        NotFound: "record.gone".
    """
    item = get_row(session, AgendaItem, item_id)
    return item, unfrozen_meeting(session, item.meeting_id)


# --- conflicts ---------------------------------------------------------------------------


def declare_conflict(
    store: Store,
    item_id: str,
    member_id: str | None,
    kind: ConflictKind = ConflictKind.ABSTENTION,
    ground: str = "",
    proposal_id: str | None = None,
) -> Changes:
    """A member declares a conflict on a point and the votes below it, or says more of one already declared.

    Raises:
        InvalidInput: "field.required", "vote.in_conflict".
        RuleBroken: "meeting.closed", "member.other_committee".
        NotFound: "record.gone".
    """
    from app.services.votings.acts import declare_below  # reads what is open from here

    with store.write("record_conflict") as session:
        item, meeting = open_item(session, item_id)
        member = get_row(session, Member, require_key(member_id, "member_id"))
        if member.committee_id != meeting.committee_id:
            raise RuleBroken("member.other_committee")
        if session.scalar(sa.select(Vote.id).filter_by(agenda_item_id=item.id, member_id=member.id)) is not None:
            raise InvalidInput("vote.in_conflict", field="member_id")
        row = session.scalar(sa.select(ConflictDeclaration).filter_by(agenda_item_id=item.id, member_id=member.id))
        if row is None:
            row = ConflictDeclaration(agenda_item_id=item.id, member_id=member.id, kind=kind.value)
            session.add(row)
        row.kind, row.ground, row.proposal_id = kind.value, ground.strip(), proposal_id or None
        session.flush()
        declare_below(session, row)
    return Changes.of("meetings", ids=(meeting.id, item_id))


def withdraw_conflict(store: Store, item_id: str, member_id: str) -> Changes:
    """A declaration that was written by mistake goes.

    Raises:
        RuleBroken: "meeting.closed".
        NotFound: "record.gone".
    """
    with store.write("record_conflict") as session:
        item, meeting = open_item(session, item_id)
        row = session.scalar(sa.select(ConflictDeclaration).filter_by(agenda_item_id=item.id, member_id=member_id))
        if row is None:
            raise NotFound("record.gone")
        session.delete(row)
    return Changes.of("meetings", ids=(meeting.id, item_id))
