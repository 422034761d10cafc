"""Who scores what, and who sees whose points: members of the committee without those in conflict; own points first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.errors import RuleBroken
from app.models.evaluation import ScoreOpening, ScoreSheet, ScoringGrid
from app.models.interests import InterestConflict, InterestDeclaration
from app.models.meetings import ConflictDeclaration, Member
from app.models.proposals import Proposal
from app.models.users import Person
from app.services.evaluation.conflicts import barred_of_call
from app.services.wording.folding import fold

SEATED = (e.MemberRole.PRESIDENT.value, e.MemberRole.MEMBER.value)
"""Offices of a committee that score; alternates step in for them."""

DECIDED = frozenset(
    state.value
    for state in e.ProposalState
    if state
    not in (
        e.ProposalState.DRAFT,
        e.ProposalState.SUBMITTED,
        e.ProposalState.TO_INTEGRATE,
        e.ProposalState.ADMISSIBLE,
        e.ProposalState.EVALUATED,
    )
)
"""States of proposals whose outcome is known: their sheets are no secret any more."""

OFFICE = (e.UserRole.KEEPER, e.UserRole.SECRETARY)
"""Who may write down sheets that others filled in."""


@dataclass(frozen=True)
class Scoring:
    """Who scores the proposals of a call.

    Attributes:
        names: of all members of the committee, by key.
        due: keys of the members whose sheet each proposal waits for, in the order of the committee; the committee as
            one is the key "".
        barred: members in conflict, by proposal.
        stand_ins: (member, alternate) where an alternate steps in for who is incompatible, by proposal.
        opened: proposals whose sheets were opened, or whose outcome is decided.
        own: members that the user is: sees and fills in their sheets alone, unless it is the office.
    """

    grid_id: str
    manner: e.ScoringManner
    names: Mapping[str, str]
    due: Mapping[str, tuple[str, ...]]
    barred: Mapping[str, frozenset[str]]
    stand_ins: Mapping[str, tuple[tuple[str, str], ...]]
    opened: frozenset[str]
    own: frozenset[str]
    is_office: bool

    def may_fill(self, member_id: str) -> bool:
        """Whether the user may fill in the sheet of a member, "" for that of the committee."""
        return self.is_office or not member_id or member_id in self.own

    def may_see(self, proposal_id: str, member_id: str, given: Sequence[str]) -> bool:
        """Whether the user may see the points of a sheet that was handed over.

        Args:
            given: members that have handed over their sheet of the proposal.
        """
        if not member_id or member_id in self.own:
            return True
        mine = self.own & set(self.due.get(proposal_id, ()))
        return proposal_id in self.opened and mine <= set(given)


def scoring_of(session: Session, call_id: str, person: Person | None) -> Scoring | None:
    """Who scores what in a call; None when it has no grid with a committee. A fixed number of queries."""
    grid = session.scalar(sa.select(ScoringGrid).filter_by(call_id=call_id))
    if grid is None or grid.committee_id is None:
        return None
    members = session.scalars(
        sa.select(Member).filter_by(committee_id=grid.committee_id).order_by(Member.position, Member.id)
    ).all()
    barred = barred_of_call(session, call_id)
    states = dict(session.execute(sa.select(Proposal.id, Proposal.state).filter_by(call_id=call_id)).tuples().all())
    proposals = list(states)
    manner = e.ScoringManner(grid.manner)
    stand_ins: dict[str, tuple[tuple[str, str], ...]] = {}
    if manner is e.ScoringManner.COLLEGIAL:
        due: dict[str, tuple[str, ...]] = dict.fromkeys(proposals, ("",))
    else:
        replaced = _incompatible(session, call_id)
        for key in replaced:
            stand_ins[key] = _stand_ins(members, barred.get(key, frozenset()), replaced[key])
        due = {key: _due(members, barred.get(key, frozenset()), stand_ins.get(key, ())) for key in proposals}
    opened = session.scalars(sa.select(ScoreOpening.proposal_id).where(ScoreOpening.proposal_id.in_(proposals)))
    return Scoring(
        grid_id=grid.id,
        manner=manner,
        names={member.id: member.name for member in members},
        due=due,
        barred=barred,
        stand_ins=stand_ins,
        opened=frozenset(opened) | {key for key, state in states.items() if state in DECIDED},
        own=_own(members, person),
        is_office=person is None or person.role in OFFICE,
    )


def _own(members: Sequence[Member], person: Person | None) -> frozenset[str]:
    """Members that the user is said to be; where nobody is said to be this user, those of the same name."""
    if person is None:
        return frozenset()
    said = frozenset(member.id for member in members if member.user_id == person.id)
    name = frozenset(fold(person.name).split())
    free = (member for member in members if member.user_id is None)
    return said or frozenset(member.id for member in free if frozenset(fold(member.name).split()) == name)


def _due(members: Sequence[Member], barred: frozenset[str], stand_ins: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Those with a seat and no conflict, and for each that is incompatible the alternate who steps in."""
    stepping_in = {alternate for _member, alternate in stand_ins}
    return tuple(
        member.id
        for member in members
        if member.id in stepping_in or (member.role in SEATED and member.id not in barred)
    )


def _stand_ins(members: Sequence[Member], barred: frozenset[str], replaced: set[str]) -> tuple[tuple[str, str], ...]:
    """(member, alternate) for each with a seat that is incompatible: the own alternate first, then one of nobody."""
    free = [one for one in members if one.role == e.MemberRole.ALTERNATE.value and one.id not in barred]
    found = []
    for member in members:
        if member.role not in SEATED or member.id not in replaced:
            continue
        alternate = next((one for one in free if one.stands_for_id == member.id), None)
        alternate = alternate or next((one for one in free if one.stands_for_id is None), None)
        if alternate is not None:
            free.remove(alternate)
            found.append((member.id, alternate.id))
    return tuple(found)


def _incompatible(session: Session, call_id: str) -> Mapping[str, set[str]]:
    """Members for whom an alternate steps in, by proposal."""
    mine = sa.select(Proposal.id).where(Proposal.call_id == call_id)
    wanted = e.ConflictKind.INCOMPATIBLE.value
    by_call = (
        sa.select(InterestConflict.proposal_id, InterestDeclaration.member_id)
        .join(InterestDeclaration, InterestDeclaration.id == InterestConflict.declaration_id)
        .where(InterestConflict.proposal_id.in_(mine), InterestConflict.kind == wanted)
    )
    by_item = sa.select(ConflictDeclaration.proposal_id, ConflictDeclaration.member_id).where(
        ConflictDeclaration.proposal_id.in_(mine), ConflictDeclaration.kind == wanted
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for proposal_id, member_id in session.execute(by_call.union(by_item)).tuples():
        found[proposal_id].add(member_id)
    return found


def require_scorer(scoring: Scoring, proposal_id: str, member_id: str) -> None:
    """The user may fill in this sheet, and whose it is has no conflict.

    Raises:
        RuleBroken: "score.barred", "score.not_yours", "score.not_due".
    """
    name = scoring.names.get(member_id, "")
    if member_id in scoring.barred.get(proposal_id, frozenset()):
        raise RuleBroken("score.barred", name=name)
    if not scoring.may_fill(member_id):
        raise RuleBroken("score.not_yours", name=name)
    if member_id not in scoring.due.get(proposal_id, ()):
        raise RuleBroken("score.not_due", name=name or "\u2013")


def given_by(session: Session, call_id: str) -> Mapping[str, tuple[str, ...]]:
    """Members that have handed over their sheet, by proposal."""
    rows = session.execute(
        sa.select(ScoreSheet.proposal_id, ScoreSheet.member_id)
        .join(Proposal, Proposal.id == ScoreSheet.proposal_id)
        .where(Proposal.call_id == call_id, ScoreSheet.state == e.SheetState.GIVEN.value)
    ).tuples()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for proposal_id, member_id in rows:
        found[proposal_id].append(member_id or "")
    return {key: tuple(members) for key, members in found.items()}
