"""Grids of criteria as they are typed: values, points as exact fractions; what is wrong in one, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from app.models.enums import (
    CriterionEffect,
    CriterionKind,
    MeanRule,
    Measure,
    RoundingPlace,
    RoundingRule,
    ScoringManner,
)
from app.models.errors import InvalidInput
from app.services.checks import require_distinct, require_key, require_text
from app.services.evaluation.grid import CriterionNode, Grid, Step, counted_max
from app.services.wording.points import POINT, format_points, kept


@dataclass(frozen=True)
class CriterionDraft:
    """A criterion, or a group.

    Attributes:
        under: code of the group that it stands below; empty for none.
        points_max: of a group it may be left empty: it is the sum of what counts below it.
        points_min: less than nothing for a penalty.
    """

    id: str | None = None
    code: str = ""
    under: str = ""
    name: str = ""
    kind: CriterionKind = CriterionKind.RANGE
    effect: CriterionEffect = CriterionEffect.COUNTS
    points_min: Fraction | None = None
    points_max: Fraction | None = None
    step: Fraction | None = None
    weight: Fraction | None = Fraction(1)
    threshold: Fraction | None = None
    reason_required: bool = False
    text: str = ""
    source: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class StepDraft:
    """A named step of the criterion `code`; `from_value` is the measure from which a computed one gives it."""

    id: str | None = None
    code: str = ""
    name: str = ""
    points: Fraction | None = None
    from_value: Fraction | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class MeasureDraft:
    """What the computed criterion `code` looks at, with where no points and all points are given."""

    code: str = ""
    measure: Measure = Measure.COFINANCING_SHARE
    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True)
class GateDraft:
    """The condition under which the criterion `code` gives points: of a measure, or in words."""

    code: str = ""
    measure: Measure | None = None
    least: Fraction | None = None
    text: str = ""


@dataclass(frozen=True)
class GridDraft:
    """The grid of a call.

    Attributes:
        locked: shown only: nothing of it may be changed any more; `sheets` is how many score sheets were begun.
        total_max: what the criteria that count add up to; empty: it is their sum.
        template: of a new one: code of the template whose criteria it begins with.
    """

    id: str | None = None
    call_id: str | None = None
    committee_id: str | None = None
    name: str = ""
    manner: ScoringManner = ScoringManner.COLLEGIAL
    mean: MeanRule = MeanRule.MEAN
    decimals: int | None = 0
    rounding: RoundingRule = RoundingRule.HALF_UP
    rounding_place: RoundingPlace = RoundingPlace.TOTAL
    digits: int | None = 2
    total_max: Fraction | None = None
    total_capped: bool = False
    threshold: Fraction | None = None
    source: str = ""
    note: str = ""
    locked: bool = False
    sheets: int = 0
    template: str | None = None
    criteria: tuple[CriterionDraft, ...] = ()
    steps: tuple[StepDraft, ...] = ()
    measures: tuple[MeasureDraft, ...] = ()
    gates: tuple[GateDraft, ...] = ()
    source_line: int | None = None


def checked(draft: GridDraft) -> GridDraft:
    """The draft with codes given, spaces gone and sums filled in.

    Raises:
        InvalidInput: "field.required", "number.too_large", "grid.code_repeated", "grid.criterion_unknown",
            "grid.not_a_group", "grid.below_itself", "grid.group_empty", "grid.steps_missing", "grid.steps_idle",
            "grid.step_outside", "grid.range_wrong", "grid.measure_missing", "grid.measure_idle", "grid.measure_limits",
            "grid.gate_empty", "grid.sum_differs", "grid.threshold_outside", "grid.penalty_sign".
    """
    require_key(draft.call_id, "call_id")
    require_text(draft.name, "name")
    for name, most in (("decimals", 3), ("digits", 6)):
        number = getattr(draft, name)
        if number is None:
            raise InvalidInput("field.required", field=name)
        if number > most:
            raise InvalidInput("number.too_large", field=name)
    criteria = _coded(draft.criteria)
    require_distinct([row.code.casefold() for row in criteria], "criteria.{row}.code", "grid.code_repeated")
    _check_tree(criteria)
    draft = replace(draft, name=draft.name.strip(), criteria=criteria)
    draft = replace(
        draft,
        steps=tuple(replace(row, code=row.code.strip(), name=row.name.strip()) for row in draft.steps),
        measures=tuple(replace(row, code=row.code.strip()) for row in draft.measures),
        gates=tuple(replace(row, code=row.code.strip(), text=row.text.strip()) for row in draft.gates),
    )
    _check_parts(draft)
    return _with_sums(draft)


def _coded(rows: Sequence[CriterionDraft]) -> tuple[CriterionDraft, ...]:
    """Rows with a code each: «1», «1.2», by their place."""
    if not rows:
        raise InvalidInput("grid.no_criterion", field="criteria")
    given: list[CriterionDraft] = []
    taken = {row.code.strip().casefold() for row in rows}
    counts: dict[str, int] = {}
    for i, row in enumerate(rows):
        under, code = row.under.strip(), row.code.strip()
        if not code:
            prefix = f"{under}." if under else ""
            while not code or code.casefold() in taken:
                counts[under] = counts.get(under, 0) + 1
                code = f"{prefix}{counts[under]}"
            taken.add(code.casefold())
        name = require_text(row.name, f"criteria.{i}.name")
        given.append(replace(row, code=code, under=under, name=name, text=row.text.strip(), source=row.source.strip()))
    return tuple(given)


def _check_tree(rows: Sequence[CriterionDraft]) -> None:
    """Every criterion stands below a group, or below nothing; no group below itself; none is empty."""
    by_code = {row.code: row for row in rows}
    for i, row in enumerate(rows):
        if row.under and row.under not in by_code:
            raise InvalidInput("grid.criterion_unknown", field=f"criteria.{i}.under", criterion=row.under)
        if row.under and by_code[row.under].kind is not CriterionKind.GROUP:
            raise InvalidInput("grid.not_a_group", field=f"criteria.{i}.under", criterion=row.under)
        above, seen = row.under, {row.code}
        while above:
            if above in seen:
                raise InvalidInput("grid.below_itself", field=f"criteria.{i}.under", criterion=row.code)
            seen.add(above)
            above = by_code[above].under
        is_group = row.kind is CriterionKind.GROUP
        if is_group and not any(other.under == row.code for other in rows):
            raise InvalidInput("grid.group_empty", field=f"criteria.{i}.kind", criterion=row.code)
        if row.weight is None or row.weight <= 0:
            raise InvalidInput("number.not_positive", field=f"criteria.{i}.weight")
        if row.step is not None and row.step <= 0:
            raise InvalidInput("number.not_positive", field=f"criteria.{i}.step")


def _check_parts(draft: GridDraft) -> None:
    kinds = {row.code: row.kind for row in draft.criteria}
    parts: dict[str, Sequence[StepDraft | MeasureDraft | GateDraft]] = {
        "steps": draft.steps,
        "measures": draft.measures,
        "gates": draft.gates,
    }
    for key, rows in parts.items():
        for i, row in enumerate(rows):
            if row.code not in kinds:
                raise InvalidInput("grid.criterion_unknown", field=f"{key}.{i}.code", criterion=row.code)
    for i, step in enumerate(draft.steps):
        require_text(step.name, f"steps.{i}.name")
        if step.points is None:
            raise InvalidInput("field.required", field=f"steps.{i}.points")
        if kinds[step.code] not in (CriterionKind.LADDER, CriterionKind.COMPUTED):
            raise InvalidInput("grid.steps_idle", field=f"steps.{i}.code", criterion=step.code)
        if kinds[step.code] is CriterionKind.COMPUTED and step.from_value is None:
            raise InvalidInput("field.required", field=f"steps.{i}.from_value")
    require_distinct([row.code for row in draft.measures], "measures.{row}.code", "grid.code_repeated")
    require_distinct([row.code for row in draft.gates], "gates.{row}.code", "grid.code_repeated")
    for i, measure in enumerate(draft.measures):
        if kinds[measure.code] is not CriterionKind.COMPUTED:
            raise InvalidInput("grid.measure_idle", field=f"measures.{i}.code", criterion=measure.code)
        stepped = any(step.code == measure.code for step in draft.steps)
        if not stepped and (measure.low is None or measure.high is None):
            raise InvalidInput("grid.measure_limits", field=f"measures.{i}.high", criterion=measure.code)
    for i, gate in enumerate(draft.gates):
        if (gate.measure is None) != (gate.least is None) or (gate.measure is None and not gate.text):
            raise InvalidInput("grid.gate_empty", field=f"gates.{i}.least", criterion=gate.code)
        if kinds[gate.code] is CriterionKind.GROUP:
            raise InvalidInput("grid.gate_of_group", field=f"gates.{i}.code", criterion=gate.code)


def _with_sums(draft: GridDraft) -> GridDraft:
    """Ranges that are whole, groups that add up to what is below them, a total that the roots add up to."""
    rows = {row.code: (i, _ranged(draft, row, i)) for i, row in enumerate(draft.criteria)}
    order = sorted(rows, key=lambda code: -_depth(rows, code))
    for code in order:
        i, row = rows[code]
        if row.kind is CriterionKind.GROUP:
            below = _weighted([other for _n, other in rows.values() if other.under == code])
            if row.points_max is not None and row.points_max != below:
                raise _sum_differs(f"criteria.{i}.points_max", row.code, row.points_max, below)
            rows[code] = (i, replace(row, points_min=Fraction(0), points_max=below))
    for i, row in rows.values():
        assert row.points_max is not None
        if row.threshold is not None and not 0 <= row.threshold <= row.points_max:
            raise InvalidInput("grid.threshold_outside", field=f"criteria.{i}.threshold", criterion=row.code)
    total = _weighted([row for _n, row in rows.values() if not row.under])
    if draft.total_max is not None and draft.total_max != total:
        raise _sum_differs("total_max", "", draft.total_max, total)
    if total <= 0:
        raise InvalidInput("grid.no_points", field="criteria")
    if draft.threshold is not None and not 0 <= draft.threshold <= total:
        raise InvalidInput("grid.threshold_outside", field="threshold", criterion="")
    return replace(draft, total_max=total, criteria=tuple(row for _n, row in rows.values()))


def _depth(rows: Mapping[str, tuple[int, CriterionDraft]], code: str) -> int:
    under = rows[code][1].under
    return 1 + _depth(rows, under) if under else 0


def _weighted(rows: Sequence[CriterionDraft]) -> Fraction:
    """What counts of these rows, each with its weight."""
    counting = [row for row in rows if row.effect is CriterionEffect.COUNTS]
    return sum(((row.points_max or Fraction(0)) * (row.weight or 1) for row in counting), Fraction(0))


def _sum_differs(field: str, code: str, wanted: Fraction, found: Fraction) -> InvalidInput:
    gap = format_points(abs(wanted - found))
    code = code or "\u2013"
    return InvalidInput(
        "grid.sum_differs",
        field=field,
        criterion=code,
        wanted=format_points(wanted),
        found=format_points(found),
        gap=gap,
    )


def _ranged(draft: GridDraft, row: CriterionDraft, i: int) -> CriterionDraft:
    """A criterion with the points that may be given on it."""
    if row.kind is CriterionKind.GROUP:
        return row
    steps = [step.points for step in draft.steps if step.code == row.code and step.points is not None]
    if row.kind is CriterionKind.LADDER and not steps:
        raise InvalidInput("grid.steps_missing", field=f"criteria.{i}.kind", criterion=row.code)
    if row.kind is CriterionKind.COMPUTED and not any(measure.code == row.code for measure in draft.measures):
        raise InvalidInput("grid.measure_missing", field=f"criteria.{i}.kind", criterion=row.code)
    least, most = row.points_min, row.points_max
    if row.kind is CriterionKind.LADDER:
        least = min(steps) if least is None else least
        most = max(steps) if most is None else most
    is_penalty = row.effect is CriterionEffect.PENALTY
    if most is None:
        if not is_penalty:
            raise InvalidInput("field.required", field=f"criteria.{i}.points_max")
        most = Fraction(0)
    if least is None:
        least = Fraction(0)
    if is_penalty and (most > 0 or least >= 0):
        raise InvalidInput("grid.penalty_sign", field=f"criteria.{i}.points_min", criterion=row.code)
    if most <= least:
        raise InvalidInput("grid.range_wrong", field=f"criteria.{i}.points_max", criterion=row.code)
    for n, step in enumerate(draft.steps):
        if step.code == row.code and step.points is not None and not least <= step.points <= most:
            raise InvalidInput("grid.step_outside", field=f"steps.{n}.points", criterion=row.code)
    return replace(row, points_min=least, points_max=most)


# --- as the sums take it -----------------------------------------------------------------


def grid_value(draft: GridDraft) -> Grid:
    """A checked draft as a grid; codes are the keys of its criteria."""
    assert draft.total_max is not None
    return Grid(
        criteria=_nodes(draft, ""),
        total_max=int(draft.total_max * POINT),
        manner=draft.manner,
        mean=draft.mean,
        decimals=draft.decimals or 0,
        rounding=draft.rounding,
        rounding_place=draft.rounding_place,
        digits=draft.digits or 0,
        total_capped=draft.total_capped,
        threshold=kept(draft.threshold),
    )


def _nodes(draft: GridDraft, under: str) -> tuple[CriterionNode, ...]:
    measures = {row.code: row for row in draft.measures}
    gates = {row.code: row for row in draft.gates}
    nodes = []
    for row in draft.criteria:
        if row.under != under:
            continue
        measure, gate = measures.get(row.code), gates.get(row.code, GateDraft())
        node = CriterionNode(
            key=row.code,
            code=row.code,
            name=row.name,
            kind=row.kind,
            effect=row.effect,
            points_min=kept(row.points_min) or 0,
            points_max=kept(row.points_max) or 0,
            step=kept(row.step),
            weight=kept(row.weight) or POINT,
            threshold=kept(row.threshold),
            reason_required=row.reason_required,
            measure=None if measure is None else measure.measure,
            measure_low=None if measure is None else kept(measure.low),
            measure_high=None if measure is None else kept(measure.high),
            gate_measure=gate.measure,
            gate_min=kept(gate.least),
            gate_text=gate.text,
            text=row.text,
            steps=tuple(
                Step(step.name, kept(step.points) or 0, kept(step.from_value))
                for step in draft.steps
                if step.code == row.code
            ),
            children=_nodes(draft, row.code),
        )
        nodes.append(node)
    return tuple(nodes)


def sums_hold(grid: Grid) -> bool:
    """Whether every group and the total are what counts below them."""
    groups = [node for node in grid.nodes if node.children]
    return counted_max(grid.criteria) * POINT == grid.total_max and all(
        counted_max(node.children) * POINT == node.points_max for node in groups
    )
