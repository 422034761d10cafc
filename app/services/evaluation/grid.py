"""What the points of a proposal come to, by its grid: exact, purely from values.

Points are kept in thousandths (`POINT` of them are one point) and reckoned as fractions of a point; they are rounded
once, where and how the grid says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from app.models.enums import (
    CriterionEffect,
    CriterionKind,
    MeanRule,
    Measure,
    RoundingPlace,
    RoundingRule,
    ScoringManner,
)
from app.services.wording.points import POINT as POINT

TRIM_FROM = 3
"""Least number of sheets of which the highest and the lowest are left out."""


@dataclass(frozen=True)
class Step:
    """A named step of a ladder; a computed criterion gives it from a measure of `from_value` thousandths."""

    name: str
    points: int
    from_value: int | None = None


@dataclass(frozen=True)
class CriterionNode:
    """A criterion, or a group of them; the fields are those of the record, points in thousandths."""

    key: str
    code: str
    name: str
    kind: CriterionKind = CriterionKind.RANGE
    effect: CriterionEffect = CriterionEffect.COUNTS
    points_min: int = 0
    points_max: int = 0
    step: int | None = None
    weight: int = POINT
    threshold: int | None = None
    reason_required: bool = False
    measure: Measure | None = None
    measure_low: int | None = None
    measure_high: int | None = None
    gate_measure: Measure | None = None
    gate_min: int | None = None
    gate_text: str = ""
    text: str = ""
    steps: tuple[Step, ...] = ()
    children: tuple[CriterionNode, ...] = ()

    @property
    def weighted_max(self) -> Fraction:
        """Most points that it brings to what stands above it, its weight counted."""
        return Fraction(self.points_max * self.weight, POINT * POINT)

    @property
    def gated_in_words(self) -> bool:
        """Whether who scores judges the condition."""
        return bool(self.gate_text) and self.gate_measure is None

    def nodes(self) -> Iterator[CriterionNode]:
        """It and all below it, each before those below it."""
        yield self
        for child in self.children:
            yield from child.nodes()


@dataclass(frozen=True)
class Grid:
    """A grid; `criteria` are its roots in order, the other fields those of the record."""

    criteria: tuple[CriterionNode, ...]
    total_max: int
    manner: ScoringManner = ScoringManner.COLLEGIAL
    mean: MeanRule = MeanRule.MEAN
    decimals: int = 0
    rounding: RoundingRule = RoundingRule.HALF_UP
    rounding_place: RoundingPlace = RoundingPlace.TOTAL
    digits: int = 2
    total_capped: bool = False
    threshold: int | None = None

    @cached_property
    def nodes(self) -> tuple[CriterionNode, ...]:
        """All criteria and groups, in the order of the paper."""
        return tuple(node for root in self.criteria for node in root.nodes())

    @cached_property
    def leaves(self) -> tuple[CriterionNode, ...]:
        """Criteria that points are given on, in the order of the paper."""
        return tuple(node for node in self.nodes if node.kind is not CriterionKind.GROUP)

    @cached_property
    def by_key(self) -> Mapping[str, CriterionNode]:
        """All criteria and groups by key."""
        return {node.key: node for node in self.nodes}


@dataclass(frozen=True)
class Given:
    """What stands beside one criterion on a sheet.

    Attributes:
        points: thousandths; None while none were given.
        gate_closed: its condition does not hold: it brings nothing, whatever the points.
    """

    points: int | None = None
    gate_closed: bool = False
    reason: str = ""
    measured: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A sheet: who gave it (None: the committee as one), and what stands beside each criterion, by key."""

    scores: Mapping[str, Given]
    member_id: str | None = None


@dataclass(frozen=True)
class SheetTotal:
    """What a sheet comes to so far.

    Attributes:
        total: points, exact, capped where the grid says so; not rounded.
        by_criterion: points of each criterion and group by key, its weight counted.
        by_group: the same of groups alone.
        missing: keys of criteria without points, in the order of the paper.
        unexplained: keys of criteria whose points want a reason and have none.
        below_threshold: keys of criteria and groups below their threshold; "" for the total.
    """

    total: Fraction
    by_criterion: Mapping[str, Fraction]
    by_group: Mapping[str, Fraction]
    missing: tuple[str, ...]
    unexplained: tuple[str, ...]
    below_threshold: tuple[str, ...]


@dataclass(frozen=True)
class Shortfall:
    """A threshold that was not reached, in points of the criterion's own scale; `key` is empty for the total."""

    key: str
    code: str
    name: str
    wanted: Fraction
    found: Fraction


@dataclass(frozen=True)
class ProposalPoints:
    """The points of a proposal, from the sheets that count.

    Attributes:
        total: rounded once as the grid says; what thresholds and rankings look at.
        exact: the same before the rounding of the total.
        by_criterion: of each criterion and group by key, its weight counted; rounded only where the grid rounds there.
        totals: of each sheet, in the order given; `members` says whose.
        mean, median: of `totals`, exact; `spread`: the highest less the lowest.
        suitable: every threshold is reached; `why` has those that are not.
    """

    total: Fraction
    exact: Fraction
    by_criterion: Mapping[str, Fraction]
    totals: tuple[Fraction, ...]
    members: tuple[str | None, ...]
    mean: Fraction
    median: Fraction
    spread: Fraction
    suitable: bool
    why: tuple[Shortfall, ...] = field(default=())


def round_points(value: Fraction, digits: int, rule: RoundingRule) -> Fraction:
    """`value` with so many decimals, by the rule; half up and down mean away from and towards zero."""
    if rule is RoundingRule.NONE:
        return value
    scale = 10**digits
    scaled = value * scale
    if rule is RoundingRule.HALF_EVEN:
        return Fraction(round(scaled), scale)
    size = abs(scaled)
    whole = int(size + Fraction(1, 2)) if rule is RoundingRule.HALF_UP else int(size)
    return Fraction(whole if scaled >= 0 else -whole, scale)


def sheet_total(grid: Grid, sheet: Sheet) -> SheetTotal:
    """What a sheet comes to; criteria without points bring none."""
    given = {leaf.key: _points(leaf, sheet.scores.get(leaf.key)) for leaf in grid.leaves}
    reached = _reached(grid, given)
    total = _total(grid, reached)
    missing = tuple(leaf.key for leaf in grid.leaves if _is_missing(sheet.scores.get(leaf.key)))
    return SheetTotal(
        total=total,
        by_criterion=reached,
        by_group={node.key: reached[node.key] for node in grid.nodes if node.kind is CriterionKind.GROUP},
        missing=missing,
        unexplained=tuple(
            leaf.key
            for leaf in grid.leaves
            if leaf.reason_required and leaf.key not in missing and not _is_explained(sheet.scores[leaf.key])
        ),
        below_threshold=tuple(row.key for row in _shortfalls(grid, reached, total)),
    )


def proposal_points(grid: Grid, sheets: Sequence[Sheet]) -> ProposalPoints:
    """The points of a proposal.

    Args:
        sheets: those that count, at least one, in any order: no permutation changes a figure.

    Returns:
        Of one sheet its points; of several the mean of each criterion, of which the highest and the lowest are left
        out first where the grid trims and there are `TRIM_FROM` sheets; groups and total are summed from these.
    """
    assert sheets
    means = {}
    for leaf in grid.leaves:
        values = [_points(leaf, sheet.scores.get(leaf.key)) for sheet in sheets]
        mean = _mean(values, grid.mean)
        means[leaf.key] = _at(grid, mean, RoundingPlace.CRITERION)
    reached = _reached(grid, means)
    exact = _total(grid, reached)
    total = _at(grid, exact, RoundingPlace.TOTAL)
    totals = tuple(sheet_total(grid, sheet).total for sheet in sheets)
    why = tuple(_shortfalls(grid, reached, total))
    return ProposalPoints(
        total=total,
        exact=exact,
        by_criterion=reached,
        totals=totals,
        members=tuple(sheet.member_id for sheet in sheets),
        mean=sum(totals, Fraction(0)) / len(totals),
        median=median(totals),
        spread=max(totals) - min(totals),
        suitable=not why,
        why=why,
    )


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle one, or the mean of the two in the middle; of at least one value."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def computed_points(leaf: CriterionNode, measured: int | None, decimals: int) -> int | None:
    """Points of a computed criterion, in thousandths, half up to `decimals`; None when the measure is not known.

    With steps the one with the highest measure that is reached; below all of them the least points. Else in proportion
    between `measure_low` (least points) and `measure_high` (all points), which may be the lower of the two.
    """
    if measured is None:
        return None
    if leaf.steps:
        reached = [step for step in leaf.steps if measured >= (step.from_value or 0)]
        best = max(reached, key=lambda step: step.from_value or 0, default=None)
        return leaf.points_min if best is None else best.points
    low, high = leaf.measure_low or 0, leaf.measure_high or 0
    if low == high:
        return leaf.points_max if measured >= high else leaf.points_min
    part = min(Fraction(1), max(Fraction(0), Fraction(measured - low, high - low)))
    points = Fraction(leaf.points_min) + part * (leaf.points_max - leaf.points_min)
    return int(round_points(points / POINT, decimals, RoundingRule.HALF_UP) * POINT)


def allowed_points(leaf: CriterionNode, points: int, decimals: int) -> bool:
    """Whether points, in thousandths, may be given on a criterion."""
    if leaf.kind is CriterionKind.LADDER:
        return any(step.points == points for step in leaf.steps)
    if leaf.kind is CriterionKind.YES_NO:
        return points in (leaf.points_min, leaf.points_max)
    if not leaf.points_min <= points <= leaf.points_max:
        return False
    if leaf.step is not None and leaf.kind is CriterionKind.RANGE:
        return (points - leaf.points_min) % leaf.step == 0
    unit: int = POINT // 10**decimals
    return points % unit == 0


def counted_max(children: Sequence[CriterionNode]) -> Fraction:
    """What the criteria that count add up to, each with its weight."""
    return sum((node.weighted_max for node in children if node.effect is CriterionEffect.COUNTS), Fraction(0))


# --- the sums ----------------------------------------------------------------------------


def _is_missing(given: Given | None) -> bool:
    return given is None or (given.points is None and not given.gate_closed)


def _is_explained(given: Given) -> bool:
    return given.gate_closed or bool(given.reason.strip())


def _points(leaf: CriterionNode, given: Given | None) -> Fraction:
    """Points on the criterion's own scale; none where none were given or the gate is closed."""
    if given is None or given.points is None or given.gate_closed:
        return Fraction(0)
    return Fraction(given.points, POINT)


def _mean(values: Sequence[Fraction], rule: MeanRule) -> Fraction:
    kept = sorted(values)
    if rule is MeanRule.TRIMMED and len(kept) >= TRIM_FROM:
        kept = kept[1:-1]
    return sum(kept, Fraction(0)) / len(kept)


def _at(grid: Grid, value: Fraction, place: RoundingPlace) -> Fraction:
    return round_points(value, grid.digits, grid.rounding) if grid.rounding_place is place else value


def _reached(grid: Grid, leaves: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
    """Points of every criterion and group, each with its weight, by key, in the order of the paper."""
    values: dict[str, Fraction] = {}
    for node in reversed(grid.nodes):
        if node.kind is CriterionKind.GROUP:
            own = sum((values[child.key] for child in node.children), Fraction(0))
        else:
            own = leaves[node.key]
        values[node.key] = own * node.weight / POINT
    return {node.key: values[node.key] for node in grid.nodes}


def _total(grid: Grid, reached: Mapping[str, Fraction]) -> Fraction:
    total = sum((reached[root.key] for root in grid.criteria), Fraction(0))
    return min(total, Fraction(grid.total_max, POINT)) if grid.total_capped else total


def _shortfalls(grid: Grid, reached: Mapping[str, Fraction], total: Fraction) -> Iterator[Shortfall]:
    if grid.threshold is not None and total < Fraction(grid.threshold, POINT):
        yield Shortfall("", "", "", Fraction(grid.threshold, POINT), total)
    for node in grid.nodes:
        found = reached[node.key] * POINT / node.weight
        if node.threshold is not None and found < Fraction(node.threshold, POINT):
            yield Shortfall(node.key, node.code, node.name, Fraction(node.threshold, POINT), found)
