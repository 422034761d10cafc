"""The points of the proposals of a call, from the sheets that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.evaluation import Criterion, CriterionStep, Score, ScoreSheet, ScoringGrid
from app.models.proposals import Proposal
from app.services.evaluation.conflicts import barred_of_call
from app.services.evaluation.grid import (
    CriterionNode,
    Given,
    Grid,
    ProposalPoints,
    Sheet,
    Step,
    proposal_points,
)


def grid_of(session: Session, call_id: str) -> Grid | None:
    """The grid of a call as values; None when it has none. Keys of criteria are those of their records."""
    row = session.scalar(sa.select(ScoringGrid).filter_by(call_id=call_id))
    return None if row is None else _grid(session, row)


def call_points(session: Session, call_id: str) -> Mapping[str, ProposalPoints]:
    """Points of the proposals of a call by key; of those alone that have a sheet that counts.

    Sheets that are not given yet, were set aside, or are of a member in conflict never count. A fixed number of
    queries.
    """
    grid = grid_of(session, call_id)
    if grid is None:
        return {}
    barred = barred_of_call(session, call_id)
    counting = {
        key: [sheet for sheet in sheets if sheet.member_id not in barred.get(key, ())]
        for key, sheets in given_sheets(session, call_id).items()
    }
    return {key: proposal_points(grid, sheets) for key, sheets in counting.items() if sheets}


def given_sheets(session: Session, call_id: str, proposal_id: str | None = None) -> Mapping[str, tuple[Sheet, ...]]:
    """The sheets that were given and not set aside, by key of the proposal; in the order that they were given.

    Args:
        proposal_id: read those of this proposal alone.
    """
    mine = sa.select(Proposal.id).where(Proposal.call_id == call_id)
    if proposal_id is not None:
        mine = mine.where(Proposal.id == proposal_id)
    wanted = sa.and_(ScoreSheet.proposal_id.in_(mine), ScoreSheet.state == e.SheetState.GIVEN.value)
    scores: dict[str, dict[str, Given]] = defaultdict(dict)
    rows = session.execute(
        sa.select(Score.sheet_id, Score.criterion_id, Score.points, Score.gate_closed, Score.reason, Score.measured)
        .join(ScoreSheet, ScoreSheet.id == Score.sheet_id)
        .where(wanted)
    )
    for sheet_id, criterion_id, points, gate_closed, reason, measured in rows.tuples():
        scores[sheet_id][criterion_id] = Given(points, gate_closed, reason, measured)
    sheets: dict[str, list[Sheet]] = defaultdict(list)
    listed = sa.select(ScoreSheet.id, ScoreSheet.proposal_id, ScoreSheet.member_id).where(wanted)
    for key, proposal_id, member_id in session.execute(listed.order_by(ScoreSheet.given_at, ScoreSheet.id)).tuples():
        sheets[proposal_id].append(Sheet(scores[key], member_id))
    return {key: tuple(rows) for key, rows in sheets.items()}


def _grid(session: Session, row: ScoringGrid) -> Grid:
    steps: dict[str, list[Step]] = defaultdict(list)
    listed = sa.select(CriterionStep).join(Criterion, Criterion.id == CriterionStep.criterion_id)
    for step in session.scalars(listed.where(Criterion.grid_id == row.id).order_by(CriterionStep.position)):
        steps[step.criterion_id].append(Step(step.name, step.points, step.from_value))
    below: dict[str | None, list[Criterion]] = defaultdict(list)
    for criterion in session.scalars(sa.select(Criterion).filter_by(grid_id=row.id).order_by(Criterion.position)):
        below[criterion.parent_id].append(criterion)
    return Grid(
        criteria=_nodes(None, below, steps),
        total_max=row.total_max,
        manner=e.ScoringManner(row.manner),
        mean=e.MeanRule(row.mean),
        decimals=row.decimals,
        rounding=e.RoundingRule(row.rounding),
        rounding_place=e.RoundingPlace(row.rounding_place),
        digits=row.digits,
        total_capped=row.total_capped,
        threshold=row.threshold,
    )


def _nodes(
    parent: str | None, below: Mapping[str | None, Sequence[Criterion]], steps: Mapping[str, Sequence[Step]]
) -> tuple[CriterionNode, ...]:
    return tuple(
        CriterionNode(
            key=row.id,
            code=row.code,
            name=row.name,
            kind=e.CriterionKind(row.kind),
            effect=e.CriterionEffect(row.effect),
            points_min=row.points_min,
            points_max=row.points_max,
            step=row.step,
            weight=row.weight,
            threshold=row.threshold,
            reason_required=row.reason_required,
            measure=None if row.measure is None else e.Measure(row.measure),
            measure_low=row.measure_low,
            measure_high=row.measure_high,
            gate_measure=None if row.gate_measure is None else e.Measure(row.gate_measure),
            gate_min=row.gate_min,
            gate_text=row.gate_text,
            text=row.text,
            steps=tuple(steps.get(row.id, ())),
            children=_nodes(row.id, below, steps),
        )
        for row in below.get(parent, ())
    )
