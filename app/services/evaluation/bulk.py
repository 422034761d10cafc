"""Points of many proposals at once, in whole numbers: the same figures as `grid.proposal_points`, to the last digit.

A ranking is computed over and over while its stability is looked at; fractions are made only of what is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import mul

from app.models.enums import CriterionKind, MeanRule, RoundingPlace, RoundingRule
from app.services.evaluation.grid import POINT, TRIM_FROM, CriterionNode, Grid, Sheet, round_points

Row = tuple[int, ...]


@dataclass(frozen=True)
class Marks:
    """What stands on the sheets of a proposal that count.

    Attributes:
        members: who gave each sheet, None for the committee as one.
        points: of each leaf of the grid, in its order, thousandths on each sheet; a gate that is closed gives 0.
    """

    members: tuple[str | None, ...]
    points: tuple[Row, ...]

    def without(self, member_id: str) -> Marks:
        """The same without the sheets of a member."""
        kept = [at for at, member in enumerate(self.members) if member != member_id]
        if len(kept) == len(self.members):
            return self
        points = tuple(tuple(row[at] for at in kept) for row in self.points)
        return Marks(tuple(self.members[at] for at in kept), points)


def marks_of(grid: Grid, sheets: Sequence[Sheet]) -> Marks:
    """Sheets as rows of numbers."""
    rows = []
    for leaf in grid.leaves:
        given = [sheet.scores.get(leaf.key) for sheet in sheets]
        rows.append(tuple(0 if one is None or one.points is None or one.gate_closed else one.points for one in given))
    return Marks(tuple(sheet.member_id for sheet in sheets), tuple(rows))


@dataclass(frozen=True)
class Sums:
    """What the leaves of a proposal come to: numerators in the order of the grid, over one denominator, in points."""

    leaves: Row
    denominator: int


@dataclass(frozen=True)
class Points:
    """Points of a proposal; as in `grid.ProposalPoints`."""

    total: Fraction
    exact: Fraction
    suitable: bool


@dataclass(frozen=True)
class _Bar:
    """A threshold of a criterion: whole-number weights of the leaves below it, in order, and what they must come to."""

    weights: Row
    scale: int
    wanted: int


class Reckoner:
    """Points by one grid, many times over."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        weights = {leaf.key: Fraction(1) for leaf in grid.leaves}
        self._bars: list[_Bar] = []
        for node in reversed(grid.nodes):  # those below before those above
            below = [leaf.key for leaf in node.nodes() if leaf.kind is not CriterionKind.GROUP]
            if node.threshold is not None:
                own = {key: weights[key] for key in below}
                row, scale = self._row(own)
                self._bars.append(_Bar(row, scale, node.threshold))
            for key in below:
                weights[key] *= Fraction(node.weight, POINT)
        self._weights, self._scale = self._row(weights)

    def _row(self, weights: Mapping[str, Fraction]) -> tuple[Row, int]:
        """Weights of all leaves as whole numbers over one scale."""
        scale = POINT ** max(_depth(root) for root in self.grid.criteria)
        return tuple(int(weights.get(leaf.key, Fraction(0)) * scale) for leaf in self.grid.leaves), scale

    def sums(self, marks: Marks) -> Sums:
        """What the sheets come to by leaf: the mean by the grid's rule, rounded where the grid rounds there."""
        count = len(marks.members)
        assert count
        rows: Iterable[Row] = marks.points
        if self.grid.mean is MeanRule.TRIMMED and count >= TRIM_FROM:
            totals = tuple(sum(row) - min(row) - max(row) for row in rows)
            count -= 2
        else:
            totals = tuple(map(sum, rows))
        if self.grid.rounding_place is RoundingPlace.CRITERION and self.grid.rounding is not RoundingRule.NONE:
            digits = 10**self.grid.digits
            return Sums(tuple(_rounded(total * digits, count * POINT, self.grid.rounding) for total in totals), digits)
        return Sums(totals, count * POINT)

    def points(self, sums: Sums) -> Points:
        """Points of a proposal from what its leaves come to."""
        grid = self.grid
        exact = Fraction(sum(map(mul, sums.leaves, self._weights)), sums.denominator * self._scale)
        if grid.total_capped:
            exact = min(exact, self._cap)
        total = round_points(exact, grid.digits, grid.rounding) if grid.rounding_place is RoundingPlace.TOTAL else exact
        suitable = grid.threshold is None or total * POINT >= grid.threshold
        suitable = suitable and all(
            sum(map(mul, sums.leaves, bar.weights)) * POINT >= bar.wanted * bar.scale * sums.denominator
            for bar in self._bars
        )
        return Points(total, exact, suitable)

    @cached_property
    def _cap(self) -> Fraction:
        return Fraction(self.grid.total_max, POINT)

    def by_criterion(self, sums: Sums) -> Mapping[str, Fraction]:
        """Points of each criterion and group, its weight counted, in the order of the paper."""
        leaves = dict(zip((leaf.key for leaf in self.grid.leaves), sums.leaves, strict=True))
        values: dict[str, Fraction] = {}
        for node in reversed(self.grid.nodes):
            if node.kind is CriterionKind.GROUP:
                own = sum((values[child.key] for child in node.children), Fraction(0))
            else:
                own = Fraction(leaves[node.key], sums.denominator)
            values[node.key] = own * node.weight / POINT
        return {node.key: values[node.key] for node in self.grid.nodes}


def _depth(node: CriterionNode) -> int:
    return 1 + max((_depth(child) for child in node.children), default=0)


def _rounded(numerator: int, denominator: int, rule: RoundingRule) -> int:
    """A fraction as a whole number, by the rule; half up and down mean away from and towards zero."""
    if rule is RoundingRule.HALF_EVEN:
        whole, rest = divmod(numerator, denominator)
        return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))
    size = abs(numerator)
    whole = (2 * size + denominator) // (2 * denominator) if rule is RoundingRule.HALF_UP else size // denominator
    return whole if numerator >= 0 else -whole
