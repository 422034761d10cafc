"""The records of a meeting read as drafts, and who decides on each of its points."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import (
    AttendanceKind,
    Ballot,
    ConflictKind,
    ItemState,
    Majority,
    Matter,
    MeetingState,
    MemberRole,
    QuorumRule,
    TieRule,
    VoteChoice,
)
from app.models.errors import RuleBroken
from app.models.meetings import AgendaItem, Attendance, ConflictDeclaration, Meeting, Member, Vote
from app.models.sittings import Absence, Guest, Pause
from app.services.children import get_row
from app.services.meetings.committees import CommitteeDraft, in_office, read_committee
from app.services.meetings.drafts import (
    AbsenceDraft,
    AgendaItemDraft,
    AttendanceDraft,
    ConflictDraft,
    GuestDraft,
    MeetingDraft,
    PauseDraft,
    VoteDraft,
)
from app.services.meetings.majority import Counts, Result, judge
from app.services.meetings.quorum import Presence, Quorum, count_votes, quorum_at
from app.services.meetings.sitting_time import reckoned

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
        items=tuple(_item(item, conflicts[item.id], votes[item.id]) for item in items),
        source_line=row.source_line,
        date_convened=row.date_convened,
        time_convened=row.time_convened,
        letter=row.letter,
        date_closed=row.date_closed,
        pauses=tuple(
            PauseDraft(pause.id, pause.time_from, pause.time_to) for pause in _in_place(session, Pause, meeting_id)
        ),
        guests=tuple(
            GuestDraft(guest.id, guest.name, guest.office, guest.time_in, guest.time_out)
            for guest in _in_place(session, Guest, meeting_id)
        ),
    )


def _in_place(session: Session, table: type[Any], meeting_id: str) -> sa.ScalarResult[Any]:
    """Rows of a meeting in their order."""
    return session.scalars(sa.select(table).filter_by(meeting_id=meeting_id).order_by(table.position))


def _item(item: AgendaItem, conflicts: list[ConflictDraft], votes: list[VoteDraft]) -> AgendaItemDraft:
    return AgendaItemDraft(
        id=item.id,
        title=item.title,
        discussion=item.discussion,
        time_voted=item.time_voted,
        conflicts=tuple(conflicts),
        votes=tuple(votes),
        source_line=item.source_line,
        matter=Matter(item.matter),
        state=ItemState(item.state),
        late=item.late,
        late_ground=item.late_ground,
        origin_id=item.origin_id,
        addition=item.addition,
        time_begun=item.time_begun,
        ballot=Ballot(item.ballot),
        papers=Counts(item.favour, item.against, item.abstain, item.invalid),
        quorum=None if item.quorum is None else QuorumRule(item.quorum),
        majority=None if item.majority is None else Majority(item.majority),
        tie=None if item.tie is None else TieRule(item.tie),
        voting_of_id=item.voting_of_id,
        motion=item.motion,
    )


def _attendances(session: Session, meeting_id: str) -> tuple[AttendanceDraft, ...]:
    rows = session.scalars(_by_member(Attendance).where(Attendance.meeting_id == meeting_id))
    own = sa.select(Attendance.id).filter_by(meeting_id=meeting_id)
    away: defaultdict[str, list[AbsenceDraft]] = defaultdict(list)
    for row in session.scalars(sa.select(Absence).where(Absence.attendance_id.in_(own)).order_by(Absence.position)):
        away[row.attendance_id].append(AbsenceDraft(row.id, row.time_out, row.time_in))
    return tuple(
        AttendanceDraft(
            row.id,
            row.member_id,
            AttendanceKind(row.kind),
            row.time_in,
            row.time_out,
            row.source_line,
            tuple(away[row.id]),
            row.proxy_id,
        )
        for row in rows
    )


def _by_member(table: type[Any]) -> sa.Select[Any]:
    """Rows of `table` in the order of the committee's members."""
    return sa.select(table).join(Member, Member.id == table.member_id).order_by(Member.position)


def _of_items(table: type[Any], items: sa.Select[Any]) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = table.agenda_item_id.in_(items)
    return condition


def presences(meeting: MeetingDraft, committee: CommitteeDraft) -> tuple[Presence, ...]:
    """Those convened who were in office, in the order of the committee; each office as the committee gives it."""
    by_member = {attendance.member_id: attendance for attendance in meeting.attendances}
    found = []
    for member in committee.members:
        attendance = by_member.get(member.id)
        if attendance is not None and in_office(member, meeting.date_held):
            assert member.id is not None
            found.append(
                Presence(
                    member.id,
                    member.role,
                    attendance.kind,
                    _at(meeting, attendance.time_in),
                    _at(meeting, attendance.time_out),
                    tuple((_at(meeting, row.time_out), _at(meeting, row.time_in)) for row in attendance.absences),
                    attendance.proxy_id,
                    member.stands_for_id,
                )
            )
    return tuple(found)


def _at(meeting: MeetingDraft, time: str) -> str:
    return reckoned(meeting.time_opened, time)


def ballot_for(session: Session, committee_id: str, matter: Matter) -> Ballot:
    """How a committee votes on a matter."""
    rules = read_committee(session, committee_id).rules
    return next((rule.ballot for rule in rules if rule.matter is matter), Ballot.OPEN)


@dataclass(frozen=True)
class DecidingRule:
    """How one point is decided."""

    quorum: QuorumRule
    majority: Majority
    tie: TieRule
    ballot: Ballot


def deciding_rule(item: AgendaItemDraft, committee: CommitteeDraft) -> DecidingRule:
    """How a point is decided: as it was once its meeting is closed, else by the committee's rule for its matter."""
    own = next((rule for rule in committee.rules if rule.matter is item.matter), None)
    quorum, majority = (committee.quorum, committee.majority) if own is None else (own.quorum, own.majority)
    return DecidingRule(
        quorum=item.quorum or quorum,
        majority=item.majority or majority,
        tie=item.tie or committee.tie,
        ballot=item.ballot if own is None else own.ballot,
    )


def opening_quorum(meeting: MeetingDraft, committee: CommitteeDraft) -> Quorum:
    """Who makes the number when the meeting opens."""
    present = presences(meeting, committee)
    return quorum_at(meeting.time_opened, present, committee.quorum_opening, proxies_max=committee.proxies_max)


def item_quorum(meeting: MeetingDraft, item: AgendaItemDraft, committee: CommitteeDraft) -> Quorum:
    """Who decides on a point, at the hour of its vote and without those in conflict."""
    return standing_at(meeting, item, committee, item.time_voted)


def standing_at(meeting: MeetingDraft, item: AgendaItemDraft | None, committee: CommitteeDraft, time: str) -> Quorum:
    """Who would decide on a point at an hour; on none in particular, who makes the number."""
    conflicts = {row.member_id: row.kind for row in item.conflicts if row.member_id} if item is not None else {}
    rule = deciding_rule(item, committee).quorum if item is not None else committee.quorum
    present = presences(meeting, committee)
    return quorum_at(_at(meeting, time), present, rule, conflicts, committee.proxies_max)


def item_result(meeting: MeetingDraft, item: AgendaItemDraft, committee: CommitteeDraft) -> Result:
    """How the vote on a point went, open or secret, by the majority that it needs."""
    quorum, rule = item_quorum(meeting, item, committee), deciding_rule(item, committee)
    president = None
    if item.ballot is Ballot.SECRET:
        counts = item.papers
    else:
        tally = count_votes([(vote.member_id or "", vote.choice) for vote in item.votes])
        counts = Counts(len(tally.favour), len(tally.against), len(tally.abstain))
        chair = {member.id for member in committee.members if member.role is MemberRole.PRESIDENT}
        president = next((vote.choice for vote in item.votes if vote.member_id in chair), None)
    return judge(counts, rule.majority, rule.tie, present=len(quorum.voters), body=quorum.body, president=president)
