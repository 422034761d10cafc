"""The grids of calls: written while they are open, locked before the first sheet, and never changed from then on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.errors import InvalidInput, RuleBroken
from app.models.evaluation import Criterion, CriterionStep, ScoreSheet, ScoringGrid
from app.models.meetings import Committee
from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.changes import Changes
from app.services.children import get_row, reconcile, save_row
from app.services.evaluation.drafts import (
    CriterionDraft,
    GateDraft,
    GridDraft,
    MeasureDraft,
    StepDraft,
    checked,
)
from app.services.wording.points import kept, read


@dataclass(frozen=True)
class GridRow:
    """A grid in a list; `criteria` counts those that points are given on, `sheets` those begun, set aside or not."""

    id: str
    name: str
    call_id: str
    call: str
    manner: e.ScoringManner
    criteria: int
    total_max: Any
    threshold: Any
    locked: bool
    locked_at: datetime | None
    sheets: int
    sample: bool
    source_line: int | None


def grid_rows(store: Store) -> tuple[GridRow, ...]:
    """All grids, call by call."""
    leaves = sa.select(sa.func.count()).where(
        Criterion.grid_id == ScoringGrid.id, Criterion.kind != e.CriterionKind.GROUP.value
    )
    query = (
        sa.select(ScoringGrid, Call.title, leaves.scalar_subquery(), _sheets_of(ScoringGrid.call_id).scalar_subquery())
        .join(Call, Call.id == ScoringGrid.call_id)
        .order_by(Call.id)
    )
    with store.read() as session:
        return tuple(
            GridRow(
                id=row.id,
                name=row.name,
                call_id=row.call_id,
                call=call,
                manner=e.ScoringManner(row.manner),
                criteria=criteria,
                total_max=read(row.total_max),
                threshold=read(row.threshold),
                locked=row.locked_at is not None,
                locked_at=row.locked_at,
                sheets=sheets,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, call, criteria, sheets in session.execute(query)
        )


def _sheets_of(call_id: Any) -> sa.Select[tuple[int]]:
    return (
        sa.select(sa.func.count(ScoreSheet.id))
        .join(Proposal, Proposal.id == ScoreSheet.proposal_id)
        .where(Proposal.call_id == call_id)
    )


def blank_grid(store: Store) -> GridDraft:
    """A new grid: of the only call without one and of the only committee, where there is one of each."""
    with store.read() as session:
        graded = sa.select(ScoringGrid.call_id)
        calls = session.scalars(sa.select(Call.id).where(Call.id.not_in(graded)).limit(2)).all()
        committees = session.scalars(sa.select(Committee.id).limit(2)).all()
        return GridDraft(
            call_id=calls[0] if len(calls) == 1 else None,
            committee_id=committees[0] if len(committees) == 1 else None,
        )


def load_grid(store: Store, grid_id: str) -> GridDraft:
    """A grid as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return grid_draft(session, get_row(session, ScoringGrid, grid_id))


def grid_draft(session: Session, row: ScoringGrid) -> GridDraft:
    """A grid with all that belongs to it."""
    criteria = session.scalars(
        sa.select(Criterion).filter_by(grid_id=row.id).order_by(Criterion.position, Criterion.id)
    ).all()
    codes = {one.id: one.code for one in criteria}
    listed = (
        sa.select(CriterionStep)
        .join(Criterion, Criterion.id == CriterionStep.criterion_id)
        .where(Criterion.grid_id == row.id)
        .order_by(Criterion.position, CriterionStep.position)
    )
    return GridDraft(
        id=row.id,
        call_id=row.call_id,
        committee_id=row.committee_id,
        name=row.name,
        manner=e.ScoringManner(row.manner),
        mean=e.MeanRule(row.mean),
        decimals=row.decimals,
        rounding=e.RoundingRule(row.rounding),
        rounding_place=e.RoundingPlace(row.rounding_place),
        digits=row.digits,
        total_max=read(row.total_max),
        total_capped=row.total_capped,
        threshold=read(row.threshold),
        source=row.source,
        note=row.note,
        locked=row.locked_at is not None,
        sheets=session.scalar(_sheets_of(row.call_id)) or 0,
        criteria=tuple(_criterion_draft(one, codes) for one in criteria),
        steps=tuple(
            StepDraft(step.id, codes[step.criterion_id], step.name, read(step.points), read(step.from_value))
            for step in session.scalars(listed)
        ),
        measures=tuple(
            MeasureDraft(one.code, e.Measure(one.measure), read(one.measure_low), read(one.measure_high))
            for one in criteria
            if one.measure is not None
        ),
        gates=tuple(
            GateDraft(
                one.code,
                None if one.gate_measure is None else e.Measure(one.gate_measure),
                read(one.gate_min),
                one.gate_text,
            )
            for one in criteria
            if one.gate_measure is not None or one.gate_text
        ),
        source_line=row.source_line,
    )


def _criterion_draft(row: Criterion, codes: Mapping[str, str]) -> CriterionDraft:
    return CriterionDraft(
        id=row.id,
        code=row.code,
        under=codes.get(row.parent_id or "", ""),
        name=row.name,
        kind=e.CriterionKind(row.kind),
        effect=e.CriterionEffect(row.effect),
        points_min=read(row.points_min),
        points_max=read(row.points_max),
        step=read(row.step),
        weight=read(row.weight),
        threshold=read(row.threshold),
        reason_required=row.reason_required,
        text=row.text,
        source=row.source,
        source_line=row.source_line,
    )


# --- writing -----------------------------------------------------------------------------


def save_grid(store: Store, draft: GridDraft) -> Changes:
    """Write a grid; a new one may begin with the criteria of a template.

    Raises:
        InvalidInput: those of `checked`; "template.unknown"; "grid.call_taken" when the call has another one.
        NotFound: "record.gone".
        RuleBroken: "grid.locked".
    """
    if draft.id is None and draft.template and not draft.criteria:
        from app.services.evaluation.grid_templates import with_template

        draft = with_template(draft)
    draft = checked(draft)
    with store.write("save_grid") as session:
        row = get_row(session, ScoringGrid, draft.id) if draft.id else None
        if row is not None and row.locked_at is not None:
            raise RuleBroken("grid.locked")
        other = session.scalar(sa.select(ScoringGrid).filter_by(call_id=draft.call_id))
        if other is not None and other.id != draft.id:
            raise InvalidInput("grid.call_taken", field="call_id", name=other.name)
        row = save_row(session, ScoringGrid, draft.id, _grid_values(draft))
        _save_criteria(session, row, draft)
    return Changes.of("evaluation", ids=(row.id,))


def _grid_values(draft: GridDraft) -> dict[str, Any]:
    return {
        "call_id": draft.call_id,
        "committee_id": draft.committee_id,
        "name": draft.name,
        "manner": draft.manner.value,
        "mean": draft.mean.value,
        "decimals": draft.decimals,
        "rounding": draft.rounding.value,
        "rounding_place": draft.rounding_place.value,
        "digits": draft.digits,
        "total_max": kept(draft.total_max),
        "total_capped": draft.total_capped,
        "threshold": kept(draft.threshold),
        "source": draft.source.strip(),
        "note": draft.note.strip(),
        "source_line": draft.source_line,
    }


def _save_criteria(session: Session, row: ScoringGrid, draft: GridDraft) -> None:
    """Criteria with their place in the tree, their steps, measures and conditions."""
    measures = {one.code: one for one in draft.measures}
    gates = {one.code: one for one in draft.gates}
    wanted = []
    for one in draft.criteria:
        measure, gate = measures.get(one.code), gates.get(one.code, GateDraft())
        values = {
            "id": one.id,
            "code": one.code,
            "name": one.name,
            "text": one.text,
            "kind": one.kind.value,
            "effect": one.effect.value,
            "points_min": kept(one.points_min),
            "points_max": kept(one.points_max),
            "step": kept(one.step),
            "weight": kept(one.weight),
            "threshold": kept(one.threshold),
            "reason_required": one.reason_required,
            "measure": None if measure is None else measure.measure.value,
            "measure_low": None if measure is None else kept(measure.low),
            "measure_high": None if measure is None else kept(measure.high),
            "gate_measure": None if gate.measure is None else gate.measure.value,
            "gate_min": kept(gate.least),
            "gate_text": gate.text,
            "source": one.source,
            "source_line": one.source_line,
        }
        wanted.append(values)
    found = reconcile(session, Criterion, {"grid_id": row.id}, wanted)
    ids = {one.code: saved.id for one, saved in zip(draft.criteria, found.rows, strict=True)}
    for one, saved in zip(draft.criteria, found.rows, strict=True):
        saved.parent_id = ids.get(one.under)
    for gone in found.removed:
        reconcile(session, CriterionStep, {"criterion_id": gone.id}, ())
    steps: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for step in draft.steps:
        values = {
            "id": step.id,
            "name": step.name,
            "points": kept(step.points),
            "from_value": kept(step.from_value),
            "source_line": step.source_line,
        }
        steps[step.code].append(values)
    for code, key in ids.items():
        reconcile(session, CriterionStep, {"criterion_id": key}, steps[code])


def lock_grid(store: Store, grid_id: str) -> Changes:
    """Fix a grid, before the first sheet is opened.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "grid.locked" when it is; "grid.committee_missing".
    """
    with store.write("lock_grid") as session:
        row = get_row(session, ScoringGrid, grid_id)
        if row.locked_at is not None:
            raise RuleBroken("grid.locked")
        if row.committee_id is None:
            raise RuleBroken("grid.committee_missing")
        checked(grid_draft(session, row))
        row.locked_at = store.clock()
    return Changes.of("evaluation", ids=(grid_id,))


def unlock_grid(store: Store, grid_id: str) -> Changes:
    """Open a locked grid again, as long as no sheet was begun.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "grid.in_use" with the number of `sheets`.
    """
    with store.write("unlock_grid") as session:
        row = get_row(session, ScoringGrid, grid_id)
        sheets = session.scalar(_sheets_of(row.call_id)) or 0
        if sheets:
            raise RuleBroken("grid.in_use", n=sheets)
        row.locked_at = None
    return Changes.of("evaluation", ids=(grid_id,))


def delete_grid(store: Store, grid_id: str) -> Changes:
    """Delete a grid that is not locked.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "grid.locked".
    """
    with store.write("delete_grid") as session:
        row = get_row(session, ScoringGrid, grid_id)
        if row.locked_at is not None:
            raise RuleBroken("grid.locked")
        _save_criteria(session, row, replace(grid_draft(session, row), criteria=(), steps=()))
        session.delete(row)
    return Changes.of("evaluation", ids=(grid_id,))
