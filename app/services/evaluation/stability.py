"""What a ranking would be had one thing been otherwise: each weight, each member's absence, each way to round.

For the committee's eyes: it says how firm a place is, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.models.enums import RoundingPlace, RoundingRule
from app.services.evaluation.bulk import Reckoner, Sums
from app.services.evaluation.grid import CriterionNode, Grid
from app.services.evaluation.inputs import Computed, Inputs, compute_from
from app.services.evaluation.ranking import Group
from app.services.ports import SILENT, Progress

STEPS = (-10, 10)
"""Percent by which each weight is moved."""


class VariationKind(StrEnum):
    """What is otherwise."""

    WEIGHT = "weight"
    ABSENCE = "absence"
    ROUNDING = "rounding"


@dataclass(frozen=True)
class Variation:
    """One thing that is otherwise.

    Attributes:
        subject: key of the criterion or of the member; the rule of rounding.
        percent: by which a weight is moved.
        digits: decimals that are kept, of a rounding.
    """

    kind: VariationKind
    subject: str
    percent: int = 0
    digits: int = 0


@dataclass(frozen=True)
class Shift:
    """A proposal whose place or money a variation changes; a place is None when it is not suitable."""

    key: str
    before: int | None
    after: int | None
    amount_before: int
    amount_after: int


@dataclass(frozen=True)
class Effect:
    """What a variation changes: the proposals that move, in the order of the ranking as it is."""

    variation: Variation
    shifts: tuple[Shift, ...]

    @property
    def moved(self) -> int:
        """How many proposals change place."""
        return sum(shift.before != shift.after for shift in self.shifts)

    @property
    def funding(self) -> int:
        """How many are given other money."""
        return sum(shift.amount_before != shift.amount_after for shift in self.shifts)


def variations(inputs: Inputs) -> tuple[Variation, ...]:
    """Every weight up and down, every member away, every other way to round."""
    grid = inputs.grid
    weights = [
        Variation(VariationKind.WEIGHT, node.key, percent=step) for node in _tops(grid.criteria) for step in STEPS
    ]
    members = dict.fromkeys(member for row in inputs.judged for member in row.marks.members if member)
    away = [Variation(VariationKind.ABSENCE, member) for member in members] if len(members) > 1 else []
    ways = [
        Variation(VariationKind.ROUNDING, rule.value, digits=digits)
        for rule in RoundingRule
        for digits in ((0,) if rule is RoundingRule.NONE else (0, 1, 2))
        if (rule, digits) != (grid.rounding, grid.digits) and not (rule is grid.rounding is RoundingRule.NONE)
    ]
    return (*weights, *away, *ways)


def _tops(criteria: Sequence[CriterionNode]) -> Sequence[CriterionNode]:
    """The criteria whose weights are moved: those of the first level, or of the second where there is one alone."""
    return criteria[0].children if len(criteria) == 1 and criteria[0].children else criteria


def stability(
    inputs: Inputs, wanted: Sequence[Variation] | None = None, progress: Progress = SILENT
) -> tuple[Effect, ...]:
    """What each variation changes; all of them unless some are named."""
    asked = variations(inputs) if wanted is None else wanted
    reckoner = Reckoner(inputs.grid)
    sums = {row.key: reckoner.sums(row.marks) for row in inputs.judged}
    before = compute_from(inputs, reckoner, sums)
    effects = []
    for at, variation in enumerate(asked):
        progress.step(at, len(asked))
        effects.append(Effect(variation, tuple(_shifts(before, _varied(inputs, variation, sums)))))
    progress.step(len(asked), len(asked))
    return tuple(effects)


def _varied(inputs: Inputs, variation: Variation, sums: Mapping[str, Sums]) -> Computed:
    grid = inputs.grid
    if variation.kind is VariationKind.WEIGHT:
        moved = replace(grid, criteria=tuple(_moved(node, variation) for node in grid.criteria))
        return compute_from(replace(inputs, grid=moved), Reckoner(moved), sums)
    if variation.kind is VariationKind.ROUNDING:
        rounded = replace(grid, rounding=RoundingRule(variation.subject), digits=variation.digits)
        reckoner = Reckoner(rounded)
        if grid.rounding_place is RoundingPlace.CRITERION:
            sums = {row.key: reckoner.sums(row.marks) for row in inputs.judged}
        return compute_from(replace(inputs, grid=rounded), reckoner, sums)
    reckoner = Reckoner(grid)
    changed = dict(sums)
    for row in inputs.judged:
        shorter = reckoner.without(sums[row.key], row.marks, variation.subject)
        if shorter is not None:
            changed[row.key] = shorter
    return compute_from(inputs, reckoner, changed)


def _moved(node: CriterionNode, variation: Variation) -> CriterionNode:
    """A criterion, with its weight moved when it is the one, or with those below it."""
    if node.key == variation.subject:
        return replace(node, weight=max(1, node.weight * (100 + variation.percent) // 100))
    return replace(node, children=tuple(_moved(child, variation) for child in node.children))


def _shifts(before: Computed, after: Computed) -> Iterator[Shift]:
    there = _places(after.groups)
    money_before, money_after = _amounts(before), _amounts(after)
    for group in before.groups:
        for place in group.places:
            now = there[place.key]
            amounts = (money_before.get(place.key, 0), money_after.get(place.key, 0))
            if now != place.place or amounts[0] != amounts[1]:
                yield Shift(place.key, place.place, now, *amounts)


def _places(groups: Sequence[Group]) -> Mapping[str, int | None]:
    return {place.key: place.place for group in groups for place in group.places}


def _amounts(computed: Computed) -> Mapping[str, int]:
    return {award.key: award.amount for pot in computed.pots.values() for award in pot.awards}


def grid_names(grid: Grid) -> Mapping[str, str]:
    """«A Qualità» by key of criterion."""
    return {node.key: f"{node.code} {node.name}" for node in grid.nodes}
