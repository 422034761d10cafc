"""Templates of grids: those of real calls, with their sources, from which the grid of a call may begin."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cache
from typing import Any

from app.models import enums as e
from app.models.errors import InvalidInput
from app.resources import resource
from app.services.evaluation.drafts import CriterionDraft, GateDraft, GridDraft, MeasureDraft, StepDraft
from app.services.wording.points import parse_points

_ENUMS: Mapping[str, type[Any]] = {
    "manner": e.ScoringManner,
    "mean": e.MeanRule,
    "rounding": e.RoundingRule,
    "rounding_place": e.RoundingPlace,
    "kind": e.CriterionKind,
    "effect": e.CriterionEffect,
}
_POINTS = frozenset({"points_min", "points_max", "step", "weight", "threshold", "total_max"})
_SHORT = {"max": "points_max", "min": "points_min", "total": "total_max", "reason": "reason_required"}


@dataclass(frozen=True)
class GridTemplate:
    """A template.

    Attributes:
        complete: whether its sources state all of it; `note` says what they leave open.
        sources: names of its sources.
    """

    code: str
    title: str
    year: int
    body: str
    complete: bool
    note: str
    grid: GridDraft
    sources: tuple[str, ...]


@cache
def grid_templates() -> tuple[GridTemplate, ...]:
    """All templates, complete ones first, then the oldest first."""
    found = [_template(tomllib.loads(path.read_text("utf-8"))) for path in sorted(resource("grids").glob("*.toml"))]
    return tuple(sorted(found, key=lambda row: (not row.complete, row.year, row.code)))


def find_grid_template(code: str) -> GridTemplate:
    """The template with this code.

    Raises:
        InvalidInput: "template.unknown".
    """
    for template in grid_templates():
        if template.code == code:
            return template
    raise InvalidInput("template.unknown", field="template", wanted=code)


def with_template(draft: GridDraft) -> GridDraft:
    """A new grid with all that its template says; its call, committee, name and manner stay its own.

    Raises:
        InvalidInput: "template.unknown".
    """
    template = find_grid_template(draft.template or "")
    return replace(
        template.grid,
        call_id=draft.call_id,
        committee_id=draft.committee_id,
        manner=draft.manner,
        mean=draft.mean,
        name=draft.name.strip() or template.title,
        source="; ".join(template.sources),
        note=draft.note or template.note,
        source_line=draft.source_line,
    )


def _template(doc: Mapping[str, Any]) -> GridTemplate:
    names: Mapping[str, str] = doc["sources"]
    criteria, steps, measures, gates = [], [], [], []
    for row in doc["criteria"]:
        code = row["code"]
        criteria.append(CriterionDraft(**_values(CriterionDraft, row, names)))
        steps += [
            StepDraft(None, code, step["name"], _points(step["points"]), _points(step.get("from")))
            for step in row.get("steps", ())
        ]
        if "measure" in row:
            measures.append(
                MeasureDraft(code, e.Measure(row["measure"]), _points(row.get("low")), _points(row.get("high")))
            )
        if "gate" in row:
            gate = row["gate"]
            measure = e.Measure(gate["measure"]) if "measure" in gate else None
            gates.append(GateDraft(code, measure, _points(gate.get("least")), gate.get("text", "")))
    own = _values(GridDraft, doc.get("grid", {}), names)
    return GridTemplate(
        code=doc["code"],
        title=doc["title"],
        year=doc["year"],
        body=doc["body"],
        complete=doc["complete"],
        note=doc.get("note", ""),
        grid=GridDraft(
            name=doc["title"],
            **own,
            criteria=tuple(criteria),
            steps=tuple(steps),
            measures=tuple(measures),
            gates=tuple(gates),
        ),
        sources=tuple(names.values()),
    )


def _values(draft: type[Any], row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    known = {field.name for field in fields(draft)} - {"source"}
    values = {_SHORT.get(key, key): value for key, value in row.items()}
    found = {key: _value(key, value) for key, value in values.items() if key in known and key != "steps"}
    if "source" in row:
        found["source"] = _named(row["source"], names)
    return found


def _value(key: str, value: Any) -> Any:
    if key in _POINTS:
        return _points(value)
    return _ENUMS[key](value) if key in _ENUMS else value


def _points(value: Any) -> Fraction | None:
    return None if value is None else parse_points(str(value))


def _named(keys: Sequence[str], names: Mapping[str, str]) -> str:
    return "; ".join(names[key] for key in keys)
