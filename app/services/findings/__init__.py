"""Findings: what somebody declared against what the records give.

Each rule is a small function over the facts; none knows a plan. A finding is there as long as the two values differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import Severity
from app.models.findings import FindingAcceptance
from app.models.meetings import Decision
from app.models.store import Store
from app.services.findings import amounts, counts, rules, statements
from app.services.findings.codes import CHECKS
from app.services.findings.finding import ACCEPTED, OPEN, Acceptance, Finding, Rule, Unit, shown
from app.services.findings.reading import read_facts
from app.services.wording.texts import Translator

__all__ = ["CHECKS", "RULES", "Acceptance", "Finding", "Unit", "check", "open_findings", "shown"]

RULES: tuple[Rule, ...] = (
    amounts.economic_plans,
    amounts.shares,
    amounts.awards_over_requests,
    amounts.awards_over_areas,
    amounts.plan_sums,
    amounts.awards_and_grants,
    amounts.value_parts,
    amounts.plan_share,
    amounts.sources_and_areas,
    counts.plan_counts,
    counts.population,
    counts.earlier_calls,
    counts.members_of_lists,
    statements.titles,
    statements.leads,
    statements.act_numbers,
    statements.committee_names,
    statements.zone_plans,
    statements.conditions,
    statements.requests,
    statements.needs,
    statements.residue,
    statements.indicators,
    amounts.separators,
    statements.ranges,
    statements.references,
    statements.doubts,
    statements.notes_missing,
    statements.unbalanced,
    statements.decimal_points,
    statements.headings,
    rules.broken,
    rules.call_areas,
)

_WEIGHT = list(Severity)


def check(store: Store, tr: Translator) -> tuple[Finding, ...]:
    """Every difference between what is declared and what the records give: the open ones first, the heaviest first.

    Args:
        tr: language of the sentences.
    """
    with store.read() as session:
        facts = read_facts(session)
        accepted = _accepted(session)
    if facts is None:
        return ()
    findings = [_let_stand(finding, accepted) for rule in RULES for finding in rule(facts, tr)]
    return tuple(sorted(findings, key=lambda row: (row.status != OPEN, _WEIGHT.index(row.severity))))


def open_findings(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that nobody let stand."""
    return tuple(row for row in findings if row.status == OPEN)


def _let_stand(finding: Finding, accepted: Mapping[str, Acceptance]) -> Finding:
    if finding.key not in accepted:
        return finding
    return replace(finding, status=ACCEPTED, accepted=accepted[finding.key])


def _accepted(session: Session) -> Mapping[str, Acceptance]:
    """What was let stand, by key of the finding."""
    query = sa.select(FindingAcceptance, Decision.number, Decision.year).outerjoin(
        Decision, Decision.id == FindingAcceptance.decision_id
    )
    return {
        "|".join((row.code, row.subject_id, row.declared, row.computed)): Acceptance(
            row.id, row.reason, row.accepted_by, row.accepted_at, "" if number is None else f"{number}/{year}"
        )
        for row, number, year in session.execute(query)
    }
