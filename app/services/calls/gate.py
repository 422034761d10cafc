"""The door that blocking rules of a call keep: nobody is admitted past one, unless it was accepted with a reason."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import RuleSeverity
from app.models.errors import RuleBroken
from app.models.findings import FindingAcceptance
from app.models.proposals import Proposal
from app.services.calls.answers import overruled
from app.services.calls.checks import RuleResult, broken_rules
from app.services.calls.facts import judge_received
from app.services.evaluation.admissibility import require_settled
from app.services.findings.rules import values_of
from app.services.wording.texts import translator


def require_rules_kept(session: Session, proposal: Proposal) -> None:
    """A received proposal keeps every blocking rule of its call, or each breach was accepted; its check is settled.

    Raises:
        RuleBroken: "proposal.rules_broken" with `n`; those of `require_settled`.
    """
    judged = judge_received(session, [proposal], translator("en")).get(proposal.id)
    if judged is None:
        return
    require_settled(session, proposal, judged)
    blocking = _blocking(session, proposal, judged.results)
    if blocking:
        raise RuleBroken("proposal.rules_broken", title=proposal.title, n=len(blocking))


def _blocking(session: Session, proposal: Proposal, results: Sequence[RuleResult]) -> tuple[RuleResult, ...]:
    """Blocking rules that the proposal does not keep, and that nobody accepted or overruled."""
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
