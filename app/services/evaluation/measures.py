"""What the archive knows of proposals that a grid may compute points from, or ask as a condition."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import BudgetSection, Measure, OrganisationKind
from app.models.proposals import Target
from app.services.calls.facts import candidate_facts
from app.services.calls.results import CandidateFacts
from app.services.calls.rules_drafts import NON_PROFIT_KINDS, PUBLIC_KINDS
from app.services.evaluation.grid import CriterionNode, Given, Grid, computed_points
from app.services.wording.points import POINT, format_points

Measures = Mapping[Measure, int]
"""Thousandths of each measure that is known of a proposal."""


def measures_of(session: Session, keys: Collection[str]) -> Mapping[str, Measures]:
    """What is known of proposals, by key; a fixed number of queries."""
    facts = candidate_facts(session, keys)
    promised = dict(
        session.execute(
            sa.select(Target.proposal_id, sa.func.sum(Target.number_min))
            .where(Target.proposal_id.in_(keys), Target.number_min.is_not(None))
            .group_by(Target.proposal_id)
        )
        .tuples()
        .all()
    )
    return {key: _measures(facts[key], promised.get(key)) for key in keys if key in facts}


def _measures(facts: CandidateFacts, recipients: int | None) -> Measures:
    found: dict[Measure, int] = {}
    costs = facts.sum_of()
    if costs:
        grant, own = facts.sum_of(BudgetSection.COSTS), facts.sum_of(BudgetSection.CONTRIBUTION)
        share = Fraction(own * 100, costs)
        found |= {
            Measure.GRANT: grant * POINT // 100,
            Measure.COFINANCING: own * POINT // 100,
            Measure.TOTAL_COST: costs * POINT // 100,
            Measure.COFINANCING_SHARE: int(share * POINT),  # cut off: a share is never taken for more than it is
        }
    if facts.bodies:
        found |= {measure: POINT * sum(counts(body.kind) for body in facts.bodies) for measure, counts in _KINDS}
    if recipients is not None:
        found[Measure.RECIPIENTS] = recipients * POINT
    if facts.months is not None:
        found[Measure.MONTHS] = facts.months * POINT
    return found


_KINDS: tuple[tuple[Measure, Callable[[OrganisationKind], bool]], ...] = (
    (Measure.BODIES, lambda _kind: True),
    (Measure.PUBLIC_BODIES, lambda kind: kind in PUBLIC_KINDS),
    (Measure.NON_PROFIT_BODIES, lambda kind: kind in NON_PROFIT_KINDS),
    (Measure.COMPANIES, lambda kind: kind is OrganisationKind.COMPANY),
)


def told_by_archive(grid: Grid, measures: Measures) -> Mapping[str, Given]:
    """What the archive itself puts beside criteria, by key: points of computed ones, conditions that do not hold.

    A criterion whose measure is not known is left out: it stays missing until that is recorded.
    """
    given: dict[str, Given] = {}
    for leaf in grid.leaves:
        closed = gate_closed(leaf, measures)
        if leaf.measure is not None:
            measured = measures.get(leaf.measure)
            points = computed_points(leaf, measured, grid.decimals)
            if points is not None:
                given[leaf.key] = Given(points, closed is True, "", measured)
        elif closed:
            given[leaf.key] = Given(None, True, "", measures.get(leaf.gate_measure) if leaf.gate_measure else None)
    return given


def gate_closed(leaf: CriterionNode, measures: Measures) -> bool | None:
    """Whether the condition of a criterion does not hold; None when it has none, or when it cannot be told."""
    if leaf.gate_measure is None:
        return None
    found = measures.get(leaf.gate_measure)
    return None if found is None else found < (leaf.gate_min or 0)


def measure_text(thousandths: int) -> str:
    """«31,2»."""
    return format_points(Fraction(thousandths, POINT))
