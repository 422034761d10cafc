"""What proposals give to be judged by the rules of their call, read from the archive, or typed and not saved yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.calls import CallRules
from app.models.documents import Attachment
from app.models.enums import ArrivalChannel, BudgetSection, OrganisationKind, OrganisationSize, ProposalState, SeatKind
from app.models.network import Alliance, Organisation, OrganisationSeat, Partnership
from app.models.proposals import Budget, BudgetItem, Proposal
from app.models.store import Store
from app.models.territory import Municipality
from app.services.calls.answers import person_answers
from app.services.calls.checks import Body, CandidateFacts, Cost, RuleResult, check_against_rules
from app.services.calls.results import BodySeat
from app.services.calls.rules import current_rules, rules_draft, rules_drafts, rules_of
from app.services.calls.rules_drafts import RulesDraft
from app.services.children import get_row
from app.services.proposals.budgets import newest_version
from app.services.proposals.drafts import ProposalDraft
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class Partnerships:
    """Leads and partners of alliances by key of the alliance; and in how many proposals of a call each body is.

    Attributes:
        led, joined: by (call, body): received proposals that it leads, or takes part in at all.
    """

    leads: Mapping[str, Body | None]
    partners: Mapping[str, tuple[Body, ...]]
    led: Mapping[tuple[str, str], int]
    joined: Mapping[tuple[str, str], int]


def _keys(lead: Body | None, partners: Iterable[Body]) -> frozenset[str]:
    return frozenset(body.id for body in (*([lead] if lead else []), *partners))


def read_partnerships(session: Session) -> Partnerships:
    """Everything about who takes part in what; a fixed number of queries."""
    seats = _seats(session)
    bodies = {
        row.id: Body(row.id, row.name, OrganisationKind(row.kind), OrganisationSize(row.size), tuple(seats[row.id]))
        for row in session.execute(sa.select(Organisation.id, Organisation.name, Organisation.kind, Organisation.size))
    }
    leads = {
        key: bodies.get(lead or "") for key, lead in session.execute(sa.select(Alliance.id, Alliance.lead_id)).tuples()
    }
    partners: dict[str, list[Body]] = defaultdict(list)
    listed = sa.select(Partnership.alliance_id, Partnership.organisation_id).order_by(Partnership.position)
    for alliance_id, organisation_id in session.execute(listed):
        partners[alliance_id].append(bodies[organisation_id])
    led: Counter[tuple[str, str]] = Counter()
    joined: Counter[tuple[str, str]] = Counter()
    received = sa.select(Proposal.call_id, Proposal.alliance_id).where(Proposal.state.not_in(UNCOUNTED))
    for call_id, alliance_id in session.execute(received):
        lead = leads.get(alliance_id)
        if lead is not None:
            led[call_id, lead.id] += 1
        joined.update((call_id, key) for key in _keys(lead, partners[alliance_id]))
    return Partnerships(leads, {key: tuple(rows) for key, rows in partners.items()}, led, joined)


def _seats(session: Session) -> Mapping[str, Sequence[BodySeat]]:
    """Seats of all bodies, by body; a body without any has none."""
    row = OrganisationSeat
    query = (
        sa.select(row.organisation_id, row.kind, row.place, row.address, row.province, Municipality.name)
        .outerjoin(Municipality, Municipality.id == row.municipality_id)
        .order_by(row.position)
    )
    seats: dict[str, list[BodySeat]] = defaultdict(list)
    for body, kind, place, address, province, municipality in session.execute(query):
        where = municipality or place or address
        seats[body].append(BodySeat(SeatKind(kind), where, province, municipality is not None))
    return seats


UNCOUNTED = (ProposalState.DRAFT.value, ProposalState.RENOUNCED.value)
"""States of proposals that do not count when a body may lead or join so many only."""


def candidate_facts(session: Session, keys: Collection[str] | None = None) -> Mapping[str, CandidateFacts]:
    """Facts of proposals by key, of all when none are named; a fixed number of queries."""
    known = read_partnerships(session)
    costs, papers = _costs(session, keys), _papers(session)
    answers = person_answers(session, keys)
    own = Proposal
    query = sa.select(
        *(own.id, own.call_id, own.alliance_id, own.area_id, own.state, own.date_received, own.time_received),
        *(own.channel, own.date_start, own.duration_months),
    )
    rows = session.execute(query if keys is None else query.where(own.id.in_(keys)))
    return {
        row.id: _placed(
            known,
            CandidateFacts(
                costs=costs.get(row.id, ()),
                area_id=row.area_id,
                date_received=row.date_received,
                time_received=row.time_received,
                channel=None if row.channel is None else ArrivalChannel(row.channel),
                date_start=row.date_start,
                months=row.duration_months,
                documents=frozenset(papers[row.id] | papers[row.alliance_id]),
                answers=answers.get(row.id),
            ),
            row.call_id,
            row.alliance_id,
            counted=row.state not in UNCOUNTED,
        )
        for row in rows
    }


def _placed(
    known: Partnerships, own: CandidateFacts, call_id: str | None, alliance_id: str | None, *, counted: bool
) -> CandidateFacts:
    """Facts of one proposal with its partnership; one that does not count yet counts in its own eyes."""
    lead = known.leads.get(alliance_id or "")
    partners = known.partners.get(alliance_id or "", ())
    more = 0 if counted else 1
    joined = {key: known.joined.get((call_id or "", key), 0) + more for key in _keys(lead, partners)}
    led = {lead.id: known.led.get((call_id or "", lead.id), 0) + more} if lead else {}
    return replace(own, lead=lead, partners=partners, led=led, joined=joined)


def _costs(session: Session, keys: Collection[str] | None) -> Mapping[str, tuple[Cost, ...]]:
    """What the newest economic plan puts in each category of each section, by proposal."""
    query = (
        sa.select(Budget.proposal_id, BudgetItem.section, BudgetItem.category, sa.func.sum(BudgetItem.amount))
        .join(BudgetItem, BudgetItem.budget_id == Budget.id)
        .where(newest_version())
        .group_by(Budget.proposal_id, BudgetItem.section, BudgetItem.category)
    )
    if keys is not None:
        query = query.where(Budget.proposal_id.in_(keys))
    sections = {section.value: section for section in BudgetSection}
    costs: dict[str, list[Cost]] = defaultdict(list)
    for proposal_id, section, category, amount in session.execute(query):
        costs[proposal_id].append(Cost(sections[section], category, amount))
    return {key: tuple(rows) for key, rows in costs.items()}


def _papers(session: Session) -> Mapping[str, set[str]]:
    """Codes of the papers that are attached, by proposal and by alliance."""
    papers: dict[str, set[str]] = defaultdict(set)
    query = sa.select(Attachment.proposal_id, Attachment.alliance_id, Attachment.requirement)
    for proposal_id, alliance_id, code in session.execute(query.where(Attachment.requirement != "")):
        papers[proposal_id or alliance_id or ""].add(code)
    return papers


# --- judging -----------------------------------------------------------------------------


def proposal_results(store: Store, proposal_id: str, tr: Translator) -> tuple[RuleResult, ...]:
    """A saved proposal against the rules that it is judged by; nothing when its call has none.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        proposal = get_row(session, Proposal, proposal_id)
        rules = rules_of(session, proposal)
        if rules is None:
            return ()
        return check_against_rules(
            rules_draft(session, rules), candidate_facts(session, [proposal_id])[proposal_id], tr
        )


def draft_results(store: Store, draft: ProposalDraft, tr: Translator) -> tuple[RuleResult, ...]:
    """A proposal as it is typed, saved or not, against the rules that it would be judged by."""
    with store.read() as session:
        proposal = session.get(Proposal, draft.id) if draft.id else None
        received = proposal is not None and proposal.rules_id is not None and proposal.call_id == draft.call_id
        row = session.get(CallRules, proposal.rules_id) if proposal is not None and received else None
        row = row or (current_rules(session, draft.call_id) if draft.call_id else None)
        if row is None:
            return ()
        papers = _papers(session)
        own = CandidateFacts(
            costs=tuple(Cost(item.section, item.category, item.amount) for item in draft.items),
            area_id=draft.area_id,
            date_received=draft.date_received,
            time_received=draft.time_received,
            channel=draft.channel,
            date_start=draft.date_start,
            months=draft.duration_months,
            documents=frozenset(papers[draft.id or ""] | papers[draft.alliance_id or ""]),
        )
        counted = draft.id is not None and draft.state.value not in UNCOUNTED
        facts = _placed(read_partnerships(session), own, draft.call_id, draft.alliance_id, counted=counted)
        return check_against_rules(rules_draft(session, row), facts, tr)


@dataclass(frozen=True)
class Judged:
    """A received proposal beside the version of the rules that it came under: every rule with its outcome."""

    rules: RulesDraft
    results: tuple[RuleResult, ...]


def judge_received(
    session: Session,
    proposals: Iterable[Proposal],
    tr: Translator,
    wanted: Callable[[RulesDraft], bool] | None = None,
) -> Mapping[str, Judged]:
    """Those of the proposals that were received, each by its own version, by key; a fixed number of queries.

    Args:
        wanted: whether the results by a version are asked for, and empty where they are not; all, when it is not said.
    """
    under = {proposal.id: proposal.rules_id for proposal in proposals if proposal.rules_id is not None}
    if not under:
        return {}
    versions = session.scalars(sa.select(CallRules).where(CallRules.id.in_(set(under.values())))).all()
    rules = rules_drafts(session, versions)
    asked = [key for key, rules_id in under.items() if wanted is None or wanted(rules[rules_id])]
    facts = candidate_facts(session, asked) if asked else {}
    return {
        key: Judged(rules[rules_id], check_against_rules(rules[rules_id], facts[key], tr) if key in facts else ())
        for key, rules_id in under.items()
    }


def judged_proposals(
    session: Session, rules: Mapping[str, RulesDraft]
) -> Mapping[str, tuple[RulesDraft, CandidateFacts]]:
    """Every received proposal with the version that it was received under, by key; none whose call asks nothing.

    Args:
        rules: every version, by key.
    """
    received = session.execute(
        sa.select(Proposal.id, Proposal.rules_id).where(Proposal.rules_id.is_not(None)).order_by(Proposal.number)
    )
    under = {key: rules_id for key, rules_id in received.tuples() if rules_id is not None}
    asking = {key for key, draft in rules.items() if asks(draft)}
    facts = candidate_facts(session)
    return {key: (rules[rules_id], facts[key]) for key, rules_id in under.items() if rules_id in asking}


def asks(rules: RulesDraft) -> bool:
    """Whether a version fixes anything that a proposal could fail, beside its categories of cost."""
    return rules != RulesDraft(
        id=rules.id, call_id=rules.call_id, version=rules.version, received=rules.received, categories=rules.categories
    )
