"""Quadratures: what somebody declared against what the records give.

Each rule is a small function over the facts; none knows a plan. A finding is there as long as the two values differ.
"""

from __future__ import annotations

from app.models.enums import Severity
from app.models.store import Store
from app.services.findings import amounts, counts, statements
from app.services.findings.codes import CHECKS
from app.services.findings.finding import Finding, Rule, Unit, shown
from app.services.findings.reading import read_facts
from app.services.texts import Translator

__all__ = ["CHECKS", "RULES", "Finding", "Unit", "check", "shown"]

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
)

_WEIGHT = list(Severity)


def check(store: Store, tr: Translator) -> tuple[Finding, ...]:
    """Every difference between what is declared and what the records give, the heaviest first.

    Args:
        tr: language of the sentences.
    """
    with store.read() as session:
        facts = read_facts(session)
    if facts is None:
        return ()
    findings = [finding for rule in RULES for finding in rule(facts, tr)]
    return tuple(sorted(findings, key=lambda finding: _WEIGHT.index(finding.severity)))
