"""Points of many proposals at once, in whole numbers: the same figures as `grid.proposal_points`, to the last digit.

A ranking is computed over and over while its stability is looked at; fractions are made only of what is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import mul
from typing import NamedTuple

from app.models.enums import CriterionKind, MeanRule, RoundingPlace, RoundingRule
from app.services.evaluation.grid import POINT, TRIM_FROM, Grid, Sheet

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
    keys = [leaf.key for leaf in grid.leaves]
    rows = []
    for sheet in sheets:
        get = sheet.scores.get
        rows.append(
            [0 if (one := get(key)) is None or one.points is None or one.gate_closed else one.points for key in keys]
        )
    return Marks(tuple(sheet.member_id for sheet in sheets), tuple(zip(*rows, strict=True)))


class Sums(NamedTuple):
    """What the leaves of a proposal come to: numerators in the order of the grid, over one denominator, in points."""

    leaves: Row
    denominator: int


class Points(NamedTuple):
    """Points of a proposal, as in `grid.ProposalPoints`; unrounded as a fraction in two parts."""

    total: Fraction
    numerator: int
    denominator: int
    suitable: bool

    @property
    def exact(self) -> Fraction:
        """The total before it was rounded."""
        return Fraction(self.numerator, self.denominator)


class Reached(Mapping[str, Fraction]):
    """Points of each criterion and group by key, made when they are asked for."""

    def __init__(self, reckoner: Reckoner, sums: Sums) -> None:
        self._reckoner, self._sums = reckoner, sums

    def __getitem__(self, key: str) -> Fraction:
        weights = self._reckoner.weights_of(key)
        numerator = sum(map(mul, self._sums.leaves, weights.row))
        return Fraction(numerator, self._sums.denominator * weights.scale)

    def __iter__(self) -> Iterator[str]:
        return (node.key for node in self._reckoner.grid.nodes)

    def __len__(self) -> int:
        return len(self._reckoner.grid.nodes)


class Weights(NamedTuple):
    """What each leaf counts, in the order of the grid: whole numbers over one scale."""

    row: Row
    scale: int


class _Bar(NamedTuple):
    """A threshold of a criterion: what the leaves below it count on its own scale, and what they must come to."""

    weights: Weights
    wanted: int


class Reckoner:
    """Points by one grid, many times over."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        weights = {leaf.key: Fraction(1) for leaf in grid.leaves}
        self._bars: list[_Bar] = []
        self._of: dict[str, Weights] = {}
        for node in reversed(grid.nodes):  # those below before those above
            below = [leaf.key for leaf in node.nodes() if leaf.kind is not CriterionKind.GROUP]
            if node.threshold is not None:
                self._bars.append(_Bar(self._row({key: weights[key] for key in below}), node.threshold))
            for key in below:
                weights[key] *= Fraction(node.weight, POINT)
            self._of[node.key] = self._row({key: weights[key] for key in below})
        self._weights, self._scale = self._row(weights)

    def _row(self, weights: Mapping[str, Fraction]) -> Weights:
        """Weights of all leaves as whole numbers over one scale."""
        scale = lcm(*(weight.denominator for weight in weights.values()))
        nothing = Fraction(0)
        return Weights(tuple(int(weights.get(leaf.key, nothing) * scale) for leaf in self.grid.leaves), scale)

    def weights_of(self, key: str) -> Weights:
        """What the leaves bring to a criterion or group, its own weight counted."""
        return self._of[key]

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
        numerator, denominator = sum(map(mul, sums.leaves, self._weights)), sums.denominator * self._scale
        if grid.total_capped and numerator * POINT > grid.total_max * denominator:
            numerator, denominator = grid.total_max, POINT
        if grid.rounding_place is RoundingPlace.CRITERION or grid.rounding is RoundingRule.NONE:
            total = Fraction(numerator, denominator)
        else:
            scale = 10**grid.digits
            total = Fraction(_rounded(numerator * scale, denominator, grid.rounding), scale)
        suitable = grid.threshold is None or total.numerator * POINT >= grid.threshold * total.denominator
        suitable = suitable and all(
            sum(map(mul, sums.leaves, bar.weights.row)) * POINT >= bar.wanted * bar.weights.scale * sums.denominator
            for bar in self._bars
        )
        return Points(total, numerator, denominator, suitable)

    def without(self, sums: Sums, marks: Marks, member_id: str) -> Sums | None:
        """What the leaves come to without the sheets of a member; None where it is the same, or nothing is left."""
        if member_id not in marks.members or len(marks.members) == 1:
            return None
        is_plain = self.grid.mean is MeanRule.MEAN and self.grid.rounding_place is RoundingPlace.TOTAL
        if is_plain:  # a member has one sheet that counts
            at = marks.members.index(member_id)
            leaves = tuple(total - row[at] for total, row in zip(sums.leaves, marks.points, strict=True))
            return Sums(leaves, (len(marks.members) - 1) * POINT)
        return self.sums(marks.without(member_id))


def _rounded(numerator: int, denominator: int, rule: RoundingRule) -> int:
    """A fraction as a whole number, by the rule; half up and down mean away from and towards zero."""
    if rule is RoundingRule.HALF_EVEN:
        whole, rest = divmod(numerator, denominator)
        return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))
    size = abs(numerator)
    whole = (2 * size + denominator) // (2 * denominator) if rule is RoundingRule.HALF_UP else size // denominator
    return whole if numerator >= 0 else -whole
