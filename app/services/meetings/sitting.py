"""A meeting as it is led in the room: read once; then who is there, who may vote, what is amiss at any hour, purely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AttendanceKind, ConflictKind, ItemState, MeetingState, MemberRole, VoteChoice
from app.models.errors import AppError
from app.models.ledger import Account
from app.models.meetings import AgendaItem, DecisionMove, DecisionOutcome
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.decisions.decisions import decision_label
from app.services.decisions.records import decisions_of_meeting
from app.services.evaluation.conflicts import barred_by_proposal
from app.services.meetings.committees import CommitteeDraft, in_office, read_committee
from app.services.meetings.drafts import AgendaItemDraft, MeetingDraft
from app.services.meetings.problems import item_problems
from app.services.meetings.quorum import Quorum
from app.services.meetings.records import presences, read_meeting, standing_at
from app.services.meetings.sitting_time import reckoned
from app.services.votings.places import places_of


@dataclass(frozen=True)
class PointDecision:
    """The decision prepared or taken on a point."""

    id: str
    subject: str
    label: str


@dataclass(frozen=True)
class Sitting:
    """A meeting with all that leading it needs.

    Attributes:
        decisions: by key of their point.
        barred: members that are out, by point: they declared a conflict on a proposal that it is about.
    """

    meeting: MeetingDraft
    committee: CommitteeDraft
    decisions: Mapping[str, PointDecision]
    barred: Mapping[str, frozenset[str]]

    @property
    def is_running(self) -> bool:
        """Whether the meeting is open at this moment."""
        return self.meeting.state is MeetingState.OPEN

    def item(self, item_id: str | None) -> AgendaItemDraft | None:
        """A point by its key."""
        return next((item for item in self.meeting.items if item.id == item_id), None)

    def place(self, item_id: str | None) -> int:
        """Place of a point on the agenda, from 1; 0 for none."""
        return next((n for n, item in enumerate(self.meeting.items, 1) if item.id == item_id), 0)

    def number(self, item_id: str | None) -> str:
        """«2» for a point, «2.3» for the third vote on it; empty for none."""
        places = zip(places_of(self.meeting.items), self.meeting.items, strict=True)
        return next((place.text for place, item in places if item.id == item_id), "")

    def votings(self, item_id: str | None) -> int:
        """How many votes there are on the point of this vote; 0 for none."""
        places = zip(places_of(self.meeting.items), self.meeting.items, strict=True)
        return next((place.votings for place, item in places if item.id == item_id), 0)

    def name(self, member_id: str | None) -> str:
        """Name of a member."""
        return next((member.name for member in self.committee.members if member.id == member_id), "")


class Where(StrEnum):
    """Where a member is."""

    IN = "in"
    OUT = "out"  # was there, and went out
    OUT_OF_POINT = "out_of_point"  # by a conflict
    AWAY = "away"  # has not come


@dataclass(frozen=True)
class PersonRow:
    """A member as the room sees it at an hour.

    Attributes:
        has_vote: whether the member votes on the point.
        stands_for, spoken_for: whose seat an alternate takes; who votes for one that is represented. Names, or empty.
        must_leave: the conflict is known, and not declared on this point yet.
    """

    id: str
    name: str
    role: MemberRole
    where: Where
    kind: AttendanceKind | None
    has_vote: bool
    vote: VoteChoice | None
    conflict: ConflictKind | None
    stands_for: str = ""
    spoken_for: str = ""
    must_leave: bool = False


def read_sitting(store: Store, meeting_id: str) -> Sitting:
    """A meeting with all that leading it needs.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        meeting = read_meeting(session, meeting_id)
        assert meeting.committee_id is not None
        decisions = {
            row.agenda_item_id: PointDecision(row.id, row.subject, decision_label(row))
            for row in decisions_of_meeting(session, meeting_id)
        }
        return Sitting(
            meeting, read_committee(session, meeting.committee_id), decisions, _barred(session, meeting, decisions)
        )


def _barred(
    session: Session, meeting: MeetingDraft, decisions: Mapping[str, PointDecision]
) -> dict[str, frozenset[str]]:
    """Members that are out, by point, from the proposals that the point and its decision are about."""
    about: dict[str, set[str]] = {item.id: set() for item in meeting.items if item.id}
    points = {decision.id: item_id for item_id, decision in decisions.items()}
    named = sa.select(DecisionOutcome.decision_id, DecisionOutcome.proposal_id)
    paid = sa.select(DecisionMove.decision_id, Account.subject_id).join(
        Account, Account.id == DecisionMove.to_account_id
    )
    for query in (
        named.where(DecisionOutcome.decision_id.in_(points)),
        paid.where(DecisionMove.decision_id.in_(points)),
    ):
        for decision_id, proposal_id in session.execute(query):
            about[points[decision_id]].add(proposal_id)
    for item_id, origin in session.execute(
        sa.select(AgendaItem.id, AgendaItem.origin_id).where(AgendaItem.meeting_id == meeting.id)
    ):
        about[item_id].add(origin)
    keys = {key for keys in about.values() for key in keys if key}
    out = barred_by_proposal(session, sa.select(Proposal.id).where(Proposal.id.in_(keys)))
    return {
        item_id: frozenset(member for key in keys for member in out.get(key, ()))
        for item_id, keys in about.items()
        if any(key in out for key in keys)
    }


# --- at an hour --------------------------------------------------------------------------


def quorum_now(sitting: Sitting, item_id: str | None, time: str) -> Quorum:
    """Who decides on a point at an hour; on none in particular, who makes the number."""
    return standing_at(sitting.meeting, sitting.item(item_id), sitting.committee, time)


def people(sitting: Sitting, item_id: str | None, time: str) -> tuple[PersonRow, ...]:
    """Everybody of the committee in office, in its order, as the room sees them at an hour."""
    item = sitting.item(item_id)
    quorum = quorum_now(sitting, item_id, time)
    stands, spoken = dict(quorum.substitutes), dict(quorum.proxies)
    conflicts = {row.member_id: row.kind for row in item.conflicts} if item else {}
    votes = {row.member_id: row.choice for row in item.votes} if item else {}
    kinds = {row.member_id: row.kind for row in sitting.meeting.attendances}
    barred = sitting.barred.get(item_id or "", frozenset())
    there = _there(sitting, time)
    rows = []
    for member in sitting.committee.members:
        if not in_office(member, sitting.meeting.date_held):
            continue
        assert member.id is not None
        kind, conflict = kinds.get(member.id), conflicts.get(member.id)
        where = Where.IN if member.id in there else Where.OUT if kind is AttendanceKind.PRESENT else Where.AWAY
        rows.append(
            PersonRow(
                id=member.id,
                name=member.name,
                role=member.role,
                where=Where.OUT_OF_POINT if conflict and where is Where.IN else where,
                kind=kind,
                has_vote=member.id in quorum.voters,
                vote=votes.get(member.id),
                conflict=conflict,
                stands_for=sitting.name(stands.get(member.id)),
                spoken_for=sitting.name(spoken.get(member.id)),
                must_leave=member.id in barred and conflict is None,
            )
        )
    return tuple(rows)


def _there(sitting: Sitting, time: str) -> frozenset[str]:
    at = reckoned(sitting.meeting.time_opened, time)
    return frozenset(row.member_id for row in presences(sitting.meeting, sitting.committee) if row.is_there(at))


def who_leaves_next(sitting: Sitting, item_id: str | None) -> tuple[str, ...]:
    """Names of those who must leave the room for the next point that is to be treated."""
    place = sitting.place(item_id)
    following = next((item for item in sitting.meeting.items[place:] if item.state is ItemState.OPEN), None)
    if following is None:
        return ()
    out = {row.member_id for row in following.conflicts} | set(sitting.barred.get(following.id or "", ()))
    return tuple(member.name for member in sitting.committee.members if member.id in out)


def problems_of(sitting: Sitting, item_id: str | None) -> tuple[AppError, ...]:
    """What does not fit on a point, while it can still be mended."""
    item = sitting.item(item_id)
    if item is None or not (item.is_voted or item_id in sitting.decisions):
        return ()
    place = sitting.place(item_id) - 1
    is_decided = item_id in sitting.decisions
    return tuple(item_problems(sitting.meeting, sitting.committee, item, f"items.{place}", is_decided=is_decided))


def contradictions(sitting: Sitting) -> Iterator[tuple[int, AppError]]:
    """(place of the point, what does not fit on it), over the whole agenda."""
    for place, item in enumerate(sitting.meeting.items, start=1):
        for problem in problems_of(sitting, item.id):
            yield place, problem
