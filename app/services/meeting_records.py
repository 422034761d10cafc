"""The records of a meeting read as drafts, and who decides on each of its points."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AttendanceKind, ConflictKind, MeetingState, VoteChoice
from app.models.errors import RuleBroken
from app.models.meetings import AgendaItem, Attendance, ConflictDeclaration, Meeting, Member, Vote
from app.services.children import get_row
from app.services.committees import CommitteeDraft
from app.services.meeting_drafts import AgendaItemDraft, AttendanceDraft, ConflictDraft, MeetingDraft, VoteDraft
from app.services.quorum import Presence, Quorum, quorum_at

FROZEN_STATES = frozenset({MeetingState.CLOSED.value, MeetingState.APPROVED.value})


def unfrozen_meeting(session: Session, meeting_id: str) -> Meeting:
    """A meeting that may still be changed.

    Raises:
        RuleBroken: "meeting.closed".
        NotFound: "record.gone".
    """
    meeting = get_row(session, Meeting, meeting_id)
    if meeting.state in FROZEN_STATES:
        raise RuleBroken("meeting.closed")
    return meeting


def read_meeting(session: Session, meeting_id: str) -> MeetingDraft:
    """A meeting as it stands; who is named stands in the order of the committee.

    Raises:
        NotFound: "record.gone".
    """
    row = get_row(session, Meeting, meeting_id)
    own_items = sa.select(AgendaItem.id).filter_by(meeting_id=meeting_id)
    conflicts: defaultdict[str, list[ConflictDraft]] = defaultdict(list)
    for conflict in session.scalars(_by_member(ConflictDeclaration).where(_of_items(ConflictDeclaration, own_items))):
        conflicts[conflict.agenda_item_id].append(
            ConflictDraft(
                conflict.id,
                conflict.member_id,
                conflict.proposal_id,
                ConflictKind(conflict.kind),
                conflict.ground,
                conflict.source_line,
            )
        )
    votes: defaultdict[str, list[VoteDraft]] = defaultdict(list)
    for vote in session.scalars(_by_member(Vote).where(_of_items(Vote, own_items))):
        votes[vote.agenda_item_id].append(VoteDraft(vote.id, vote.member_id, VoteChoice(vote.choice), vote.source_line))
    items = session.scalars(sa.select(AgendaItem).filter_by(meeting_id=meeting_id).order_by(AgendaItem.position))
    return MeetingDraft(
        id=row.id,
        committee_id=row.committee_id,
        number=row.number,
        state=MeetingState(row.state),
        date_held=row.date_held,
        time_opened=row.time_opened,
        time_closed=row.time_closed,
        place=row.place,
        premises=row.premises,
        closing_text=row.closing_text,
        attendances=_attendances(session, meeting_id),
        items=tuple(
            AgendaItemDraft(
                id=item.id,
                title=item.title,
                discussion=item.discussion,
                time_voted=item.time_voted,
                conflicts=tuple(conflicts[item.id]),
                votes=tuple(votes[item.id]),
                source_line=item.source_line,
            )
            for item in items
        ),
        source_line=row.source_line,
    )


def _attendances(session: Session, meeting_id: str) -> tuple[AttendanceDraft, ...]:
    rows = session.scalars(_by_member(Attendance).where(Attendance.meeting_id == meeting_id))
    return tuple(
        AttendanceDraft(row.id, row.member_id, AttendanceKind(row.kind), row.time_in, row.time_out, row.source_line)
        for row in rows
    )


def _by_member(table: type[Any]) -> sa.Select[Any]:
    """Rows of `table` in the order of the committee's members."""
    return sa.select(table).join(Member, Member.id == table.member_id).order_by(Member.position)


def _of_items(table: type[Any], items: sa.Select[Any]) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = table.agenda_item_id.in_(items)
    return condition


def presences(meeting: MeetingDraft, committee: CommitteeDraft) -> tuple[Presence, ...]:
    """Those convened, in the order of the committee; each office as the committee gives it."""
    by_member = {attendance.member_id: attendance for attendance in meeting.attendances}
    found = []
    for member in committee.members:
        attendance = by_member.get(member.id)
        if attendance is not None:
            assert member.id is not None
            found.append(Presence(member.id, member.role, attendance.kind, attendance.time_in, attendance.time_out))
    return tuple(found)


def opening_quorum(meeting: MeetingDraft, committee: CommitteeDraft) -> Quorum:
    """Who makes the number when the meeting opens."""
    return quorum_at(meeting.time_opened, presences(meeting, committee), committee.quorum)


def item_quorum(meeting: MeetingDraft, item: AgendaItemDraft, committee: CommitteeDraft) -> Quorum:
    """Who decides on a point, at the hour of its vote and without those in conflict."""
    conflicts = {conflict.member_id: conflict.kind for conflict in item.conflicts if conflict.member_id}
    return quorum_at(item.time_voted, presences(meeting, committee), committee.quorum, conflicts)
