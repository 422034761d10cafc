"""What a change of a committee would do to meetings that are closed: who decided in them stays as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.errors import RuleBroken
from app.models.meetings import Meeting
from app.services.meetings.committees import CLOSED_STATES, CommitteeDraft, read_committee
from app.services.meetings.drafts import MeetingDraft
from app.services.meetings.quorum import Quorum
from app.services.meetings.records import item_quorum, opening_quorum, read_meeting


def refuse_other_past(session: Session, committee_id: str, wanted: CommitteeDraft) -> None:
    """Terms, seats and representation are read anew from the committee whenever a closed meeting is told.

    Raises:
        RuleBroken: "committee.past_changes" with the first meeting in which others would have decided.
    """
    present = read_committee(session, committee_id)
    staying = {member.id for member in wanted.members}
    removed = (member for member in present.members if member.id not in staying)  # refused by what names them
    wanted = replace(wanted, members=(*wanted.members, *removed))
    if _ground(present) == _ground(wanted):
        return
    closed = sa.select(Meeting).where(Meeting.committee_id == committee_id, Meeting.state.in_(CLOSED_STATES))
    for row in session.scalars(closed.order_by(Meeting.year, Meeting.number)):
        meeting = read_meeting(session, row.id)
        if _standing(meeting, present) != _standing(meeting, wanted):
            raise RuleBroken("committee.past_changes", number=f"{row.number}/{row.year}", day=row.date_held)


def _ground(committee: CommitteeDraft) -> tuple[Any, ...]:
    """What who decides follows from; who is new was at no meeting."""
    members = (
        (member.id, member.role, member.stands_for_id or None, member.date_from, member.date_to)
        for member in committee.members
        if member.id is not None
    )
    return committee.proxies_max, committee.quorum_opening, tuple(members)


def _standing(meeting: MeetingDraft, committee: CommitteeDraft) -> list[tuple[Any, ...]]:
    """Who made the number at the opening, and who decided at each vote."""
    votes = (item_quorum(meeting, item, committee) for item in meeting.items if item.is_voted)
    return [_told(quorum) for quorum in (opening_quorum(meeting, committee), *votes)]


def _told(quorum: Quorum) -> tuple[Any, ...]:
    """A quorum whatever the order of the committee."""
    return quorum.body, quorum.needed, set(quorum.voters), set(quorum.substitutes), set(quorum.proxies)
