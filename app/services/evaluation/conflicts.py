"""Who may not judge what: the declarations of members, and the conflicts that the registry gives reason to ask about.

A declaration is made by a member for a call, once it is known who applied. The archive only proposes: that two names
are of one person, or that an office was held then, is for the member to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import OfficeKind
from app.models.interests import InterestConflict, InterestDeclaration
from app.models.meetings import AgendaItem, ConflictDeclaration, Decision, DecisionOutcome, Meeting, Member
from app.models.network import Alliance, Organisation, OrganisationAlias, OrganisationOffice, Partnership
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.children import get_row
from app.services.wording.folding import words
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator

WORDS_OF_A_NAME = 2
"""A body is found in the words of an office by a name of at least so many words."""


class Ground(StrEnum):
    """Why a conflict is proposed."""

    BODY_LEADS = "body_leads"  # the body the member comes from leads the alliance
    BODY_JOINS = "body_joins"  # ... is one of its partners
    HOLDS_OFFICE = "holds_office"  # somebody of the member's name holds an office in a body of the alliance
    IN_OFFICE = "in_office"  # the words of the member's office have the name of a body of the alliance


GROUNDS: Mapping[Ground, str] = {
    Ground.BODY_LEADS: N_("comes from {body}, which leads the alliance"),
    Ground.BODY_JOINS: N_("comes from {body}, partner of the alliance"),
    Ground.HOLDS_OFFICE: N_("has the same name as {office} of {body}: ask whether it is the same person"),
    Ground.IN_OFFICE: N_("the office «{office}» names {body}, which is in the alliance"),
}
"""Each reason as it is told."""


@dataclass(frozen=True)
class ProposedConflict:
    """A member that may be in conflict on a proposal.

    Attributes:
        body: name of the body that ties the two.
        office: kind of the office held, or the words of the member's own office.
        declared: whether the member has declared the conflict, for the call or at a meeting.
        elsewhere: further proposals of the call that the same body is in.
    """

    member_id: str
    member: str
    proposal_id: str
    number: int
    title: str
    ground: Ground
    body: str
    office: str = ""
    declared: bool = False
    elsewhere: tuple[int, ...] = ()


def ground_text(found: ProposedConflict, tr: Translator) -> str:
    """Why a conflict is proposed, in words."""
    office = found.office
    if found.ground is Ground.HOLDS_OFFICE and office in {kind.value for kind in OfficeKind}:
        office = label(OfficeKind(office), tr).casefold()
    text = tr(GROUNDS[found.ground]).format(body=found.body, office=office)
    if not found.elsewhere:
        return text
    numbers = ", ".join(str(number) for number in found.elsewhere)
    return tr("{ground} (also in the alliances of: {numbers})").format(ground=text, numbers=numbers)


# --- who is out ----------------------------------------------------------------------------


def barred(session: Session, proposal_id: str) -> frozenset[str]:
    """Members who neither judge a proposal nor vote on it."""
    return barred_by_proposal(session, sa.select(Proposal.id).where(Proposal.id == proposal_id)).get(
        proposal_id, frozenset()
    )


def barred_by_proposal(session: Session, proposals: sa.Select[tuple[str]]) -> Mapping[str, frozenset[str]]:
    """The same of many proposals at once; those on which nobody is out are not named."""
    by_call = (
        sa.select(InterestConflict.proposal_id, InterestDeclaration.member_id)
        .join(InterestDeclaration, InterestDeclaration.id == InterestConflict.declaration_id)
        .where(InterestConflict.proposal_id.in_(proposals))
    )
    by_item = sa.select(ConflictDeclaration.proposal_id, ConflictDeclaration.member_id).where(
        ConflictDeclaration.proposal_id.in_(proposals)
    )
    out: defaultdict[str, set[str]] = defaultdict(set)
    for proposal_id, member_id in session.execute(by_call.union(by_item)):
        out[proposal_id].add(member_id)
    return {proposal_id: frozenset(members) for proposal_id, members in out.items()}


def barred_of_call(session: Session, call_id: str) -> Mapping[str, frozenset[str]]:
    """Members who are out, by proposal of a call."""
    return barred_by_proposal(session, sa.select(Proposal.id).where(Proposal.call_id == call_id))


# --- what the registry gives reason to ask ---------------------------------------------------


@dataclass
class _Registry:
    """What is known of the bodies that stand behind the proposals of a call.

    Attributes:
        proposals: (number, title) of each.
        roles: whether a body leads (True) or joins, by (proposal, body).
        names: all names of each body, the registered one first.
        offices: (name, kind or title, body) of who holds or held an office.
    """

    proposals: dict[str, tuple[int, str]] = field(default_factory=dict)
    roles: dict[tuple[str, str], bool] = field(default_factory=dict)
    names: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    offices: list[tuple[str, str, str]] = field(default_factory=list)


def proposed_conflicts(store: Store, call_id: str, day: date | None = None) -> tuple[ProposedConflict, ...]:
    """Conflicts that the registry gives reason to ask about, by member and proposal; the strongest reason of each.

    Args:
        day: leave out offices that ended before it, when it is given.
    """
    with store.read() as session:
        return proposed_in(session, call_id, day)


def proposed_in(session: Session, call_id: str, day: date | None = None) -> tuple[ProposedConflict, ...]:
    """The same within a session; a fixed number of queries."""
    registry = _read_registry(session, call_id, day)
    members = session.scalars(sa.select(Member).order_by(Member.committee_id, Member.position)).all()
    declared = barred_of_call(session, call_id)
    in_proposals: defaultdict[str, list[str]] = defaultdict(list)
    for proposal_id, body_id in registry.roles:
        in_proposals[body_id].append(proposal_id)
    found = []
    for member in members:
        strongest: dict[str, ProposedConflict] = {}
        for body_id, ground, office in _ties(member, registry):
            for proposal_id in in_proposals[body_id]:
                if proposal_id in strongest:
                    continue
                number, title = registry.proposals[proposal_id]
                strongest[proposal_id] = ProposedConflict(
                    member_id=member.id,
                    member=member.name,
                    proposal_id=proposal_id,
                    number=number,
                    title=title,
                    ground=ground or (Ground.BODY_LEADS if registry.roles[proposal_id, body_id] else Ground.BODY_JOINS),
                    body=registry.names[body_id][0],
                    office=office,
                    declared=member.id in declared.get(proposal_id, ()),
                    elsewhere=tuple(
                        sorted(registry.proposals[other][0] for other in in_proposals[body_id] if other != proposal_id)
                    ),
                )
        found += sorted(strongest.values(), key=lambda proposed: proposed.number)
    return tuple(found)


def _ties(member: Member, registry: _Registry) -> Iterator[tuple[str, Ground | None, str]]:
    """(body, reason, office) of each body of the call that a member is tied to; no reason: it comes from there."""
    if member.organisation_id is not None and member.organisation_id in registry.names:
        yield member.organisation_id, None, ""
    own = frozenset(words(member.name))
    for name, office, body_id in registry.offices:
        if frozenset(words(name)) == own:
            yield body_id, Ground.HOLDS_OFFICE, office
    told = f" {' '.join(words(member.office))} "
    for body_id, names in registry.names.items():
        spelt = (words(name) for name in names)
        if any(len(parts) >= WORDS_OF_A_NAME and f" {' '.join(parts)} " in told for parts in spelt):
            yield body_id, Ground.IN_OFFICE, member.office


def _read_registry(session: Session, call_id: str, day: date | None) -> _Registry:
    registry = _Registry()
    rows = session.execute(
        sa.select(Proposal.id, Proposal.number, Proposal.title, Alliance.id, Alliance.lead_id)
        .join(Alliance, Alliance.id == Proposal.alliance_id)
        .where(Proposal.call_id == call_id)
        .order_by(Proposal.number)
    ).all()
    by_alliance: defaultdict[str, list[str]] = defaultdict(list)
    for proposal_id, number, title, alliance_id, lead_id in rows:
        registry.proposals[proposal_id] = (number, title)
        by_alliance[alliance_id].append(proposal_id)
        if lead_id:
            registry.roles[proposal_id, lead_id] = True
    partners = sa.select(Partnership.alliance_id, Partnership.organisation_id).order_by(Partnership.position)
    for alliance_id, body_id in session.execute(partners):
        for proposal_id in by_alliance.get(alliance_id, ()):
            registry.roles.setdefault((proposal_id, body_id), False)
    bodies = {body_id for _proposal, body_id in registry.roles}
    for model, key in ((Organisation, Organisation.id), (OrganisationAlias, OrganisationAlias.organisation_id)):
        for body_id, name in session.execute(sa.select(key, model.name)):
            if body_id in bodies:
                registry.names[body_id].append(name)
    for office in session.scalars(sa.select(OrganisationOffice).order_by(OrganisationOffice.position)):
        over = day is not None and office.date_to is not None and office.date_to < day
        if office.organisation_id in bodies and not over:
            registry.offices.append((office.name, office.title or office.kind, office.organisation_id))
    return registry


# --- at a meeting --------------------------------------------------------------------------


def undeclared_at(store: Store, item_id: str) -> tuple[ProposedConflict, ...]:
    """Conflicts that nobody declared yet, of members of the committee, on the proposals that a point is about.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        item = get_row(session, AgendaItem, item_id)
        meeting = get_row(session, Meeting, item.meeting_id)
        about = set(session.scalars(_about(item_id))) | {item.origin_id}
        members = set(session.scalars(sa.select(Member.id).filter_by(committee_id=meeting.committee_id)))
        calls = session.scalars(sa.select(Proposal.call_id).where(Proposal.id.in_(about)).distinct()).all()
        found = (proposed for call_id in calls for proposed in proposed_in(session, call_id, meeting.date_held))
        return tuple(
            proposed
            for proposed in found
            if proposed.proposal_id in about and proposed.member_id in members and not proposed.declared
        )


def _about(item_id: str) -> sa.CompoundSelect[tuple[str]]:
    """Proposals that a point names: by its decision, or by a conflict that somebody declared on it."""
    decided = (
        sa.select(DecisionOutcome.proposal_id)
        .join(Decision, Decision.id == DecisionOutcome.decision_id)
        .where(Decision.agenda_item_id == item_id)
    )
    declared = sa.select(ConflictDeclaration.proposal_id).where(
        ConflictDeclaration.agenda_item_id == item_id, ConflictDeclaration.proposal_id.is_not(None)
    )
    return decided.union(declared)


def undeclared_text(store: Store, item_id: str, tr: Translator) -> str:
    """The same in words, a line for each; nothing when there is nothing to ask."""
    text = tr("Ask {member}: on no. {number} {ground}.")
    return "\n".join(
        text.format(member=found.member, number=found.number, ground=ground_text(found, tr))
        for found in undeclared_at(store, item_id)
    )
