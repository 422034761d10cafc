"""A partnership against the rules of calls: who leads and joins, and how often in one call."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.calls import CallRules
from app.models.enums import OrganisationKind, OrganisationSize, ProposalState, RuleSeverity
from app.models.network import Alliance, Organisation, Partnership
from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.call_checks import Body, CandidateFacts, Outcome, RuleResult, check_against_rules
from app.services.call_rules import current_rules, rules_draft, rules_of
from app.services.children import get_row
from app.services.texts import Translator

PARTNERSHIP_RULES = frozenset(
    {"call.lead_kind", "call.lead_max", "call.join_max", "call.bodies_min", "call.partners_min"}
)
"""Rules of a call that a partnership keeps or breaks, whatever it proposes."""

OUT = (ProposalState.NOT_ADMISSIBLE, ProposalState.RENOUNCED, ProposalState.REVOKED)
"""Proposals that do not count any more for how often a body leads or joins."""


@dataclass(frozen=True)
class PartnershipCheck:
    """One thing that a partnership keeps, breaks, or does not say enough for.

    Attributes:
        call: title of the call whose rule it is; empty for what holds for every partnership.
        sentence: in the reader's language.
    """

    call: str
    outcome: Outcome
    severity: RuleSeverity
    sentence: str


def bodies_of(session: Session, alliance_id: str) -> tuple[Body | None, tuple[Body, ...]]:
    """The lead of an alliance, None while there is none, and its partners in their order.

    Raises:
        NotFound: "record.gone".
    """
    alliance = get_row(session, Alliance, alliance_id)
    lead = session.get(Organisation, alliance.lead_id) if alliance.lead_id else None
    partners = session.scalars(
        sa.select(Organisation)
        .join(Partnership, Partnership.organisation_id == Organisation.id)
        .where(Partnership.alliance_id == alliance_id)
        .order_by(Partnership.position)
    )
    return None if lead is None else _body(lead), tuple(_body(row) for row in partners)


def _body(row: Organisation) -> Body:
    return Body(row.id, row.name, OrganisationKind(row.kind), OrganisationSize(row.size))


def appearances(session: Session, call_id: str, *, but: str | None = None) -> tuple[Counter[str], Counter[str]]:
    """In how many proposals of a call each body leads, and takes part at all; by key.

    Args:
        but: key of a proposal that is not counted.
    """
    found = session.execute(
        sa.select(Proposal.alliance_id, sa.func.count())
        .where(Proposal.call_id == call_id, Proposal.id != (but or ""), Proposal.state.not_in([s.value for s in OUT]))
        .group_by(Proposal.alliance_id)
    )
    proposals: dict[str, int] = dict(found.tuples().all())
    led: Counter[str] = Counter()
    bodies: dict[str, set[str]] = {alliance: set() for alliance in proposals}
    for key, lead in session.execute(sa.select(Alliance.id, Alliance.lead_id).where(Alliance.id.in_(proposals))):
        if lead is not None:
            led[lead] += proposals[key]
            bodies[key].add(lead)
    members = sa.select(Partnership.alliance_id, Partnership.organisation_id)
    for key, organisation in session.execute(members.where(Partnership.alliance_id.in_(proposals))):
        bodies[key].add(organisation)
    joined: Counter[str] = Counter()
    for key, those in bodies.items():
        for body in those:
            joined[body] += proposals[key]
    return led, joined


def partnership_facts(
    session: Session, alliance_id: str, call_id: str, *, proposal_id: str | None = None
) -> CandidateFacts:
    """What a partnership gives to be judged by the rules of a call, and nothing of what it proposes.

    Args:
        proposal_id: of the proposal that is judged; without one the alliance is taken as about to propose.

    Raises:
        NotFound: "record.gone".
    """
    lead, partners = bodies_of(session, alliance_id)
    led, joined = appearances(session, call_id, but=proposal_id)
    facts = CandidateFacts(lead=lead, partners=partners)
    if lead is not None:
        led[lead.id] += 1
    joined.update(body.id for body in facts.bodies)
    return CandidateFacts(lead=lead, partners=partners, led=led, joined=joined)


def partnership_checks(store: Store, alliance_id: str, tr: Translator) -> tuple[PartnershipCheck, ...]:
    """What holds of an alliance: for each of its proposals by the rules it is judged by; without any, by every call's.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        lead, partners = bodies_of(session, alliance_id)
        checks = list(_own_checks(lead, partners, tr))
        for call, results in _results(session, alliance_id, tr):
            checks += [PartnershipCheck(call, row.outcome, row.severity, row.sentence) for row in results]
    return tuple(checks)


def _own_checks(lead: Body | None, partners: tuple[Body, ...], tr: Translator) -> list[PartnershipCheck]:
    if lead is None:
        return [PartnershipCheck("", Outcome.UNKNOWN, RuleSeverity.WARNING, tr("No lead body is named yet."))]
    if lead.id in {body.id for body in partners}:
        told = tr("The lead body, «{name}», is among the partners.")
        return [PartnershipCheck("", Outcome.PASSED, RuleSeverity.WARNING, told.format(name=lead.name))]
    told = tr("The lead body, «{name}», is not among the partners. Add it, with its roles, if it is a partner as well.")
    return [PartnershipCheck("", Outcome.FAILED, RuleSeverity.WARNING, told.format(name=lead.name))]


def _results(session: Session, alliance_id: str, tr: Translator) -> list[tuple[str, tuple[RuleResult, ...]]]:
    """Results by title of the call."""
    proposals = session.scalars(
        sa.select(Proposal).where(Proposal.alliance_id == alliance_id).order_by(Proposal.number, Proposal.id)
    ).all()
    calls = {call.id: call for call in session.scalars(sa.select(Call).order_by(Call.id))}
    wanted: list[tuple[str, str | None, CallRules | None]]
    wanted = [(row.call_id, row.id, rules_of(session, row)) for row in proposals]
    wanted = wanted or [(key, None, current_rules(session, key)) for key in calls]
    results = []
    for call_id, proposal_id, rules in wanted:
        if rules is not None:
            facts = partnership_facts(session, alliance_id, call_id, proposal_id=proposal_id)
            found = check_against_rules(rules_draft(session, rules), facts, tr)
            results.append((calls[call_id].title, tuple(row for row in found if row.code in PARTNERSHIP_RULES)))
    return results
