"""A partnership against the rules of calls: who leads and joins, how many they are, how often each is in one call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from app.models.enums import RuleSeverity
from app.models.network import Alliance, Organisation, Partnership
from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.calls.checks import Outcome, RuleResult
from app.services.calls.facts import draft_results, proposal_results
from app.services.children import get_row
from app.services.proposals.drafts import ProposalDraft
from app.services.wording.texts import Translator

PARTNERSHIP_RULES = frozenset(
    {"call.lead_kind", "call.lead_max", "call.join_max", "call.bodies_min", "call.partners_min"}
)
"""Rules of a call that a partnership keeps or breaks, whatever it proposes."""


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


def partnership_checks(store: Store, alliance_id: str, tr: Translator) -> tuple[PartnershipCheck, ...]:
    """What holds of an alliance: for each of its proposals by the rules it is judged by; without any, by every call's.

    Raises:
        NotFound: "record.gone".
    """
    own = _lead_check(store, alliance_id, tr)
    judged = (
        PartnershipCheck(call, row.outcome, row.severity, row.sentence)
        for call, results in _results(store, alliance_id, tr)
        for row in results
        if row.code in PARTNERSHIP_RULES
    )
    return (own, *dict.fromkeys(judged))


def _lead_check(store: Store, alliance_id: str, tr: Translator) -> PartnershipCheck:
    """Whether the lead is among the partners."""
    with store.read() as session:
        alliance = get_row(session, Alliance, alliance_id)
        lead = session.get(Organisation, alliance.lead_id) if alliance.lead_id else None
        seat = sa.select(Partnership.id).filter_by(alliance_id=alliance_id, organisation_id=alliance.lead_id)
        joins = session.scalar(seat) is not None
    if lead is None:
        return PartnershipCheck("", Outcome.UNKNOWN, RuleSeverity.WARNING, tr("No lead body is named yet."))
    told = tr("The lead body, «{name}», is among the partners.")
    if not joins:
        told = tr(
            "The lead body, «{name}», is not among the partners. Add it, with its roles, if it is a partner as well."
        )
    outcome = Outcome.PASSED if joins else Outcome.FAILED
    return PartnershipCheck("", outcome, RuleSeverity.WARNING, told.format(name=lead.name))


def _results(store: Store, alliance_id: str, tr: Translator) -> Iterator[tuple[str, tuple[RuleResult, ...]]]:
    """Results by title of the call; an alliance that proposes nothing yet is taken as about to answer each call."""
    with store.read() as session:
        calls = dict(session.execute(sa.select(Call.id, Call.title).order_by(Call.id)).tuples().all())
        proposed = session.execute(
            sa.select(Proposal.id, Proposal.call_id)
            .where(Proposal.alliance_id == alliance_id)
            .order_by(Proposal.number, Proposal.id)
        )
        proposals = proposed.tuples().all()
    for proposal_id, call_id in proposals:
        yield calls[call_id], proposal_results(store, proposal_id, tr)
    for call_id, title in calls.items() if not proposals else ():
        yield title, draft_results(store, ProposalDraft(call_id=call_id, alliance_id=alliance_id), tr)
