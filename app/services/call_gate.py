"""The door that blocking rules of a call keep: nobody is admitted past one, unless it was accepted with a reason."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.calls import CallRules
from app.models.enums import RuleSeverity
from app.models.errors import RuleBroken
from app.models.findings import FindingAcceptance
from app.models.proposals import Proposal
from app.services.call_answers import overruled
from app.services.call_checks import RuleResult, broken_rules, check_against_rules
from app.services.call_facts import candidate_facts
from app.services.call_rules import rules_draft
from app.services.evaluation.admissibility import require_settled
from app.services.findings.rules import values_of
from app.services.texts import translator


def require_rules_kept(session: Session, proposal: Proposal) -> None:
    """A received proposal keeps every blocking rule of its call, or each breach was accepted; its check is settled.

    Raises:
        RuleBroken: "proposal.rules_broken" with `n`; those of `require_settled`.
    """
    require_settled(session, proposal)
    blocking = blocking_breaches(session, proposal)
    if blocking:
        raise RuleBroken("proposal.rules_broken", title=proposal.title, n=len(blocking))


def blocking_breaches(session: Session, proposal: Proposal) -> tuple[RuleResult, ...]:
    """Blocking rules of its call that a received proposal does not keep, and that nobody accepted or overruled."""
    rules = session.get(CallRules, proposal.rules_id) if proposal.rules_id else None
    if rules is None:
        return ()
    facts = candidate_facts(session, [proposal.id])[proposal.id]
    results = check_against_rules(rules_draft(session, rules), facts, translator("en"))
    broken = broken_rules(results, RuleSeverity.BLOCKING)
    if not broken:
        return ()
    row = FindingAcceptance
    accepted = session.execute(
        sa.select(row.code, row.declared, row.computed).where(row.subject_id == proposal.id)
    ).tuples()
    known, excused = set(accepted.all()), overruled(session, proposal.id)
    return tuple(
        result for result in broken if result.code not in excused and (result.code, *values_of(result)) not in known
    )
