"""The points of the agenda one by one: what was said, who was in conflict, how each voted, what was decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import Ballot, DecisionKind, Matter, MeetingState, VoteChoice
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.meetings import AgendaItem, ConflictDeclaration, Decision, Meeting, Vote
from app.models.store import Store
from app.services.changes import Changes
from app.services.children import get_row
from app.services.decisions.decisions import decision_label
from app.services.meetings.committees import CommitteeDraft, read_committee
from app.services.meetings.drafts import AgendaItemDraft, ConflictDraft, MeetingDraft, VoteDraft
from app.services.meetings.majority import Counts
from app.services.meetings.meetings import load_meeting, save_meeting
from app.services.meetings.quorum import Quorum
from app.services.meetings.records import item_quorum, opening_quorum, read_meeting
from app.services.votings.places import place_text, places_of, point_number, voting_number


@dataclass(frozen=True)
class PointDraft:
    """A point of the agenda as it is typed.

    Attributes:
        meeting_id: the meeting that it belongs to.
        meeting: number of the meeting, «1/2014»; shown only.
        position: number of the point, from 1; 0 for a new point, which goes to the end.
        voting: which vote on the point this is, from 1; 0 where there is one alone.
        motion: what is put to the vote.
        state: of the meeting; shown only.
        late: whether it was added after the convocation; shown only.
        favour, against, abstain, invalid: papers of a secret ballot.
    """

    id: str | None = None
    meeting_id: str | None = None
    meeting: str = ""
    position: int = 0
    state: MeetingState = MeetingState.CONVENED
    title: str = ""
    discussion: str = ""
    time_voted: str = ""
    conflicts: tuple[ConflictDraft, ...] = ()
    votes: tuple[VoteDraft, ...] = ()
    source_line: int | None = None
    matter: Matter = Matter.ORDINARY
    late: bool = False
    late_ground: str = ""
    addition: str = ""
    ballot: Ballot = Ballot.OPEN
    favour: int = 0
    against: int = 0
    abstain: int = 0
    invalid: int = 0
    voting: int = 0
    motion: str = ""


POINT_FIELDS = (
    "title",
    "matter",
    "late_ground",
    "discussion",
    "addition",
    "motion",
    "time_voted",
    "ballot",
    "conflicts",
    "votes",
    "source_line",
)
"""What a point has in its form as in its meeting."""


@dataclass(frozen=True)
class PointRow:
    """A point of the agenda in a list.

    Attributes:
        meeting: number of its meeting, «1/2014».
        position: number of the point.
        voting: which vote on the point this is, from 1.
        decision_id: key of its decision, None without one.
        decision: number of its decision, empty until the meeting closes.
    """

    id: str
    meeting_id: str
    meeting: str
    state: MeetingState
    position: int
    title: str
    time_voted: str
    conflicts: int
    favour: int
    against: int
    abstain: int
    decision_id: str | None
    decision_kind: DecisionKind | None
    decision: str
    sample: bool
    source_line: int | None
    voting: int = 1

    @property
    def place(self) -> str:
        """«2»; «2.3» for the third vote on it."""
        return place_text(self.position, self.voting)

    @property
    def name(self) -> str:
        """«1/2014, 2: Riparto»: tells a point from all others."""
        return f"{self.meeting}, {self.place}: {self.title}"


@dataclass(frozen=True)
class Standing:
    """Who decides at a moment, by name.

    Attributes:
        voters: those who vote, in the order of the committee.
        substitutes: (alternate, the one whose seat is taken) among the voters.
        needed: voters without whom nothing is decided.
        body: seats of the committee.
    """

    voters: tuple[tuple[str, str], ...]
    substitutes: tuple[tuple[str, str], ...]
    needed: int
    body: int

    @property
    def is_legal(self) -> bool:
        """Whether enough are there."""
        return len(self.voters) >= self.needed


def point_rows(store: Store) -> tuple[PointRow, ...]:
    """All points: the newest meeting first, then in the order of its agenda."""
    query = (
        sa.select(AgendaItem, Meeting, Decision, point_number(), voting_number())
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .outerjoin(Decision, Decision.agenda_item_id == AgendaItem.id)
        .order_by(Meeting.date_held.desc(), Meeting.year.desc(), Meeting.number.desc(), AgendaItem.position)
    )
    with store.read() as session:
        votes = _votes(session)
        conflicts = Counter(session.scalars(sa.select(ConflictDeclaration.agenda_item_id)))
        return tuple(
            PointRow(
                id=item.id,
                meeting_id=meeting.id,
                meeting=f"{meeting.number}/{meeting.year}",
                state=MeetingState(meeting.state),
                position=position,
                title=item.title,
                time_voted=item.time_voted,
                conflicts=conflicts[item.id],
                favour=votes[item.id, VoteChoice.FAVOUR.value],
                against=votes[item.id, VoteChoice.AGAINST.value],
                abstain=votes[item.id, VoteChoice.ABSTAIN.value],
                decision_id=None if decision is None else decision.id,
                decision_kind=None if decision is None else DecisionKind(decision.kind),
                decision="" if decision is None else decision_label(decision),
                sample=item.sample,
                source_line=item.source_line,
                voting=voting,
            )
            for item, meeting, decision, position, voting in session.execute(query)
        )


def _votes(session: Session) -> Counter[tuple[str, str]]:
    """Votes by point and choice."""
    counted = sa.select(Vote.agenda_item_id, Vote.choice, sa.func.count())
    rows = session.execute(counted.group_by(Vote.agenda_item_id, Vote.choice))
    return Counter({(item_id, choice): count for item_id, choice, count in rows})


def load_point(store: Store, item_id: str) -> PointDraft:
    """A point as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        meeting = read_meeting(session, get_row(session, AgendaItem, item_id).meeting_id)
    listed = zip(places_of(meeting.items), meeting.items, strict=True)
    place, item = next((place, item) for place, item in listed if item.id == item_id)
    assert meeting.date_held is not None
    return PointDraft(
        id=item.id,
        meeting_id=meeting.id,
        meeting=f"{meeting.number}/{meeting.date_held.year}",
        position=place.point,
        voting=place.voting if place.votings > 1 else 0,
        state=meeting.state,
        late=item.late,
        **{key: getattr(item, key) for key in POINT_FIELDS},
        **asdict(item.papers),
    )


def save_point(store: Store, draft: PointDraft) -> Changes:
    """Write a point of a meeting that is not closed; a new one goes to the end of the agenda.

    Raises:
        InvalidInput, RuleBroken, NotFound: as `save_meeting`, with the fields of the point.
    """
    if not draft.meeting_id:
        raise InvalidInput("field.required", field="meeting_id")
    meeting = load_meeting(store, draft.meeting_id)
    place = next((n for n, item in enumerate(meeting.items) if item.id == draft.id), len(meeting.items))
    kept = meeting.items[place] if place < len(meeting.items) else AgendaItemDraft()
    items = (*meeting.items[:place], _item(draft, kept), *meeting.items[place + 1 :])
    try:
        changes = save_meeting(store, replace(meeting, items=items))
    except AppError as refusal:
        prefix = f"items.{place}."
        field = refusal.field.removeprefix(prefix).removeprefix("papers.") if refusal.field else None
        raise type(refusal)(refusal.code, field=field, **refusal.values) from None
    item_id = load_meeting(store, changes.id).items[place].id
    assert item_id is not None
    return Changes(changes.topics, (item_id, changes.id))


def delete_point(store: Store, item_id: str) -> Changes:
    """Take a point without a decision off the agenda of a meeting that is not closed.

    Raises:
        RuleBroken: "meeting.closed", "agenda_item.has_decision".
        NotFound: "record.gone".
    """
    point = load_point(store, item_id)
    assert point.meeting_id is not None
    meeting = load_meeting(store, point.meeting_id)
    save_meeting(store, replace(meeting, items=tuple(item for item in meeting.items if item.id != item_id)))
    return Changes.of("meetings", ids=(item_id, point.meeting_id))


def _item(draft: PointDraft, kept: AgendaItemDraft) -> AgendaItemDraft:
    """The point as a part of its meeting; what the form does not have stays as it is."""
    values = {key: getattr(draft, key) for key in POINT_FIELDS}
    papers = Counts(draft.favour, draft.against, draft.abstain, draft.invalid)
    return replace(kept, id=draft.id, papers=papers, **values)


# --- who decides -------------------------------------------------------------------------


def point_standing(store: Store, draft: PointDraft) -> Standing | None:
    """Who decides on a point at the hour of its vote, without those in conflict; None before an hour is given."""
    if not draft.meeting_id or not draft.time_voted:
        return None
    with store.read() as session:
        meeting = read_meeting(session, draft.meeting_id)
        assert meeting.committee_id is not None
        committee = read_committee(session, meeting.committee_id)
    return standing_of(item_quorum(meeting, _item(draft, AgendaItemDraft()), committee), committee)


def opening_standing(store: Store, draft: MeetingDraft) -> Standing | None:
    """Who makes the number when a meeting opens; None before committee and hour are given."""
    if not draft.committee_id or not draft.time_opened:
        return None
    with store.read() as session:
        committee = read_committee(session, draft.committee_id)
    return standing_of(opening_quorum(draft, committee), committee)


def standing_of(quorum: Quorum, committee: CommitteeDraft) -> Standing:
    """Who decides, by name."""
    names = {member.id: member.name for member in committee.members}
    return Standing(
        voters=tuple((key, names[key]) for key in quorum.voters),
        substitutes=tuple((names[alternate], names[place]) for alternate, place in quorum.substitutes),
        needed=quorum.needed,
        body=quorum.body,
    )


def unanimous_votes(store: Store, draft: PointDraft) -> tuple[VoteDraft, ...]:
    """A vote in favour for each of those who may vote on a point at its hour.

    Raises:
        InvalidInput: "agenda_item.time_missing".
        RuleBroken: "quorum.missing".
    """
    standing = point_standing(store, draft)
    if standing is None:
        raise InvalidInput("agenda_item.time_missing", field="time_voted", title=draft.title)
    if not standing.is_legal:
        counts = {"present": len(standing.voters), "needed": standing.needed, "time": draft.time_voted}
        raise RuleBroken("quorum.missing", field="time_voted", title=draft.title, **counts)
    kept = {vote.member_id: vote for vote in draft.votes}
    return tuple(
        replace(kept.get(key, VoteDraft(member_id=key)), choice=VoteChoice.FAVOUR) for key, _name in standing.voters
    )
