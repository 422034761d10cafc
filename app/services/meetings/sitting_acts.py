"""What the secretary does while a meeting runs: one gesture, one transaction, one line of the history each.

Only what the gesture is about is written, so that it takes as long with three hundred members as with five.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import Ballot, ItemState, Matter, MeetingState, VoteChoice
from app.models.errors import InvalidInput, RuleBroken
from app.models.meetings import AgendaItem, Decision, Meeting, Vote
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_not_negative, require_text
from app.services.children import delete_children, get_row, reconcile
from app.services.meetings.committees import read_committee
from app.services.meetings.hours import sitting_hour
from app.services.meetings.majority import Counts
from app.services.meetings.records import ballot_for, read_meeting, standing_at, unfrozen_meeting
from app.services.meetings.sitting_people import open_item
from app.services.votings.acts import agenda_rows, moved, refuse_open_votings

# --- the point ---------------------------------------------------------------------------


def take_up(store: Store, item_id: str, time: str) -> Changes:
    """A point comes up at an hour; one that had been put off is taken up after all.

    Raises:
        InvalidInput: "field.required", "time.format", "time.skipped".
        RuleBroken: "meeting.closed", "meeting.not_running".
        NotFound: "record.gone".
    """
    with store.write("take_up_point") as session:
        item, meeting = _running_item(session, item_id)
        item.time_begun = item.time_begun or _hour(meeting, time)
        item.state = ItemState.OPEN.value
    return Changes.of("meetings", ids=(meeting.id, item_id))


def write_words(store: Store, item_id: str, discussion: str, addition: str, motion: str | None = None) -> Changes:
    """The free text of a point: what was said, what stands after the vote, and what is put to the vote.

    Args:
        motion: None leaves it as it is.

    Raises:
        RuleBroken: "meeting.closed".
        NotFound: "record.gone".
    """
    with store.write("write_discussion") as session:
        item, meeting = open_item(session, item_id)
        item.discussion, item.addition = discussion.strip(), addition.strip()
        item.motion = item.motion if motion is None else motion.strip()
    return Changes.of("meetings", ids=(meeting.id, item_id))


def settle_point(store: Store, item_id: str, state: ItemState) -> Changes:
    """A point is put off to the next meeting, withdrawn, or to be treated again.

    Raises:
        RuleBroken: "meeting.closed", "agenda_item.voted", "agenda_item.has_decision", "agenda_item.has_votings".
        NotFound: "record.gone".
    """
    with store.write("settle_point") as session:
        item, meeting = open_item(session, item_id)
        if state in (ItemState.POSTPONED, ItemState.WITHDRAWN):
            papers = item.favour + item.against + item.abstain + item.invalid
            if papers or session.scalar(sa.select(Vote.id).filter_by(agenda_item_id=item.id).limit(1)):
                raise RuleBroken("agenda_item.voted", title=item.title)
            if session.scalar(sa.select(Decision.id).filter_by(agenda_item_id=item.id)) is not None:
                raise RuleBroken("agenda_item.has_decision", title=item.title)
            refuse_open_votings(session, item)
        item.state = state.value
    return Changes.of("meetings", ids=(meeting.id, item_id))


def add_point(
    store: Store,
    meeting_id: str,
    title: str,
    matter: Matter = Matter.ORDINARY,
    late_ground: str = "",
    origin_id: str | None = None,
) -> Changes:
    """A point more, at the end of the agenda; it is late when the convocation has gone out.

    Raises:
        InvalidInput: "field.required".
        RuleBroken: "meeting.closed".
        NotFound: "record.gone".
    """
    with store.write("add_point") as session:
        meeting = unfrozen_meeting(session, meeting_id)
        last = session.scalar(sa.select(sa.func.max(AgendaItem.position)).filter_by(meeting_id=meeting_id)) or 0
        item = AgendaItem(
            meeting_id=meeting_id,
            position=last + 1,
            title=require_text(title, "title"),
            matter=matter.value,
            late=meeting.date_convened is not None,
            late_ground=late_ground.strip(),
            origin_id=origin_id,
            ballot=ballot_for(session, meeting.committee_id, matter).value,
        )
        session.add(item)
    return Changes.of("meetings", ids=(item.id, meeting_id))


def _hour(meeting: Meeting, time: str) -> str:
    return sitting_hour(meeting.date_held, meeting.time_opened, time, "time")


def move_point(store: Store, item_id: str, steps: int) -> Changes:
    """Move a point up (negative) or down the agenda with all votes on it, or a further vote below its point.

    At either end it stays.

    Raises:
        RuleBroken: "meeting.closed".
        NotFound: "record.gone".
    """
    with store.write("move_point") as session:
        item, meeting = open_item(session, item_id)
        keys = moved(agenda_rows(session, meeting.id), item.id, steps)
        reconcile(session, AgendaItem, {"meeting_id": meeting.id}, [{"id": key} for key in keys])
    return Changes.of("meetings", ids=(meeting.id, item_id))


def _running_item(session: Session, item_id: str) -> tuple[AgendaItem, Meeting]:
    """A point of a meeting that is open now."""
    item, meeting = open_item(session, item_id)
    if meeting.state != MeetingState.OPEN:
        raise RuleBroken("meeting.not_running")
    return item, meeting


# --- the vote ----------------------------------------------------------------------------


def record_votes(store: Store, item_id: str, votes: Mapping[str, VoteChoice | None], time: str) -> Changes:
    """Votes by name; None takes one back. The first gives the point the hour of its vote.

    Raises:
        InvalidInput: "field.required", "time.format", "time.skipped", "vote.ballot_secret".
        RuleBroken: "meeting.closed", "meeting.not_running", "vote.not_entitled".
        NotFound: "record.gone".
    """
    with store.write("record_vote") as session:
        item, meeting = _running_item(session, item_id)
        if item.ballot == Ballot.SECRET:
            raise InvalidInput("vote.ballot_secret", field="ballot", title=item.title)
        present = {row.member_id: row for row in session.scalars(sa.select(Vote).filter_by(agenda_item_id=item.id))}
        at = item.time_voted if present and item.time_voted else _hour(meeting, time)
        _require_voters(session, item, at, [key for key, choice in votes.items() if choice is not None])
        for key, choice in votes.items():
            row = present.get(key)
            if choice is None and row is not None:
                session.delete(present.pop(key))
            elif choice is not None and row is not None:
                row.choice = choice.value
            elif choice is not None:
                present[key] = Vote(agenda_item_id=item.id, member_id=key, choice=choice.value)
                session.add(present[key])
        _mark_voted(item, at if present else "")
    return Changes.of("meetings", ids=(meeting.id, item_id))


def vote_together(store: Store, item_id: str, choice: VoteChoice, time: str) -> Changes:
    """The same vote of all who may vote and have not voted yet.

    Raises:
        As `record_votes`; RuleBroken "quorum.missing".
    """
    with store.read() as session:
        item = get_row(session, AgendaItem, item_id)
        meeting = read_meeting(session, item.meeting_id)
        committee = read_committee(session, get_row(session, Meeting, item.meeting_id).committee_id)
        drafted = next(each for each in meeting.items if each.id == item_id)
    at = drafted.time_voted if drafted.votes and drafted.time_voted else time
    quorum = standing_at(meeting, drafted, committee, at)
    if not quorum.is_legal:
        present, needed = len(quorum.voters), quorum.needed
        raise RuleBroken("quorum.missing", title=drafted.title, present=present, needed=needed, time=at)
    voted = {vote.member_id for vote in drafted.votes}
    return record_votes(store, item_id, {key: choice for key in quorum.voters if key not in voted}, at)


def count_papers(store: Store, item_id: str, papers: Counts, time: str) -> Changes:
    """The papers of a secret ballot, counted; votes by name that were there go.

    Raises:
        InvalidInput: "field.required", "time.format", "time.skipped", "number.negative", "number.too_large".
        RuleBroken: "meeting.closed", "meeting.not_running".
        NotFound: "record.gone".
    """
    for key in ("favour", "against", "abstain", "invalid"):
        require_not_negative(getattr(papers, key), key)
    with store.write("record_vote") as session:
        item, meeting = _running_item(session, item_id)
        delete_children(session, Vote, "agenda_item_id", (item.id,))
        item.ballot = Ballot.SECRET.value
        item.favour, item.against, item.abstain, item.invalid = (
            papers.favour,
            papers.against,
            papers.abstain,
            papers.invalid,
        )
        _mark_voted(item, _hour(meeting, time) if papers.given else "")
    return Changes.of("meetings", ids=(meeting.id, item_id))


def clear_vote(store: Store, item_id: str) -> Changes:
    """The vote on a point is taken back whole; it is voted openly again, or secretly by the committee's rule.

    Raises:
        RuleBroken: "meeting.closed".
        NotFound: "record.gone".
    """
    with store.write("record_vote") as session:
        item, meeting = open_item(session, item_id)
        delete_children(session, Vote, "agenda_item_id", (item.id,))
        item.ballot = ballot_for(session, meeting.committee_id, Matter(item.matter)).value
        item.favour = item.against = item.abstain = item.invalid = 0
        _mark_voted(item, "")
    return Changes.of("meetings", ids=(meeting.id, item_id))


def _mark_voted(item: AgendaItem, time: str) -> None:
    item.time_voted = time
    if item.state in (ItemState.OPEN, ItemState.TREATED):
        item.state = (ItemState.TREATED if time else ItemState.OPEN).value


def _require_voters(session: Session, item: AgendaItem, time: str, members: list[str]) -> None:
    """Those who vote are there, without conflict, with a seat.

    Raises:
        RuleBroken: "vote.not_entitled".
    """
    if not members:
        return
    meeting = read_meeting(session, item.meeting_id)
    committee = read_committee(session, get_row(session, Meeting, item.meeting_id).committee_id)
    drafted = next(each for each in meeting.items if each.id == item.id)
    voters = standing_at(meeting, replace(drafted, time_voted=time), committee, time).voters
    names: dict[Any, str] = {member.id: member.name for member in committee.members}
    strangers = tuple(names.get(member, "") for member in members if member not in voters)
    if strangers:
        raise RuleBroken("vote.not_entitled", title=item.title, names=strangers, time=time)
