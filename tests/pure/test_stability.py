"""What would be otherwise: each variation equals a ranking made anew with that one thing changed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from app.models.enums import AwardManner, MeanRule, RoundingPlace, RoundingRule
from app.models.errors import Cancelled
from app.models.money import Cents
from app.services.evaluation.awards import AwardRules
from app.services.evaluation.bulk import Marks
from app.services.evaluation.grid import CriterionNode, Grid
from app.services.evaluation.inputs import Inputs, Judged, compute, dump, load
from app.services.evaluation.stability import Variation, VariationKind, stability, variations

GRID = Grid(
    (CriterionNode("A", "A", "", points_max=60_000), CriterionNode("B", "B", "", points_max=40_000)),
    total_max=100_000,
    threshold=50_000,
)


def judged(n: int, *rows: tuple[int, ...]) -> Judged:
    """A proposal with the points of three members on A and B."""
    members = ("x", "y", "z")
    return Judged(f"p{n}", n, "", Cents(100), Marks(members, tuple(tuple(p * 1000 for p in row) for row in rows)))


INPUTS = Inputs(
    GRID,
    (
        judged(1, (40, 41, 42), (30, 30, 30)),
        judged(2, (30, 30, 60), (31, 33, 38)),
        judged(3, (20, 30, 40), (20, 25, 20)),
    ),
    money={"": Cents(150)},
    rules=AwardRules(AwardManner.PART),
)


def told(inputs: Inputs) -> dict[str, tuple[int | None, int]]:
    """(place, cents) of each."""
    made = compute(inputs)
    amounts = {award.key: award.amount for pot in made.pots.values() for award in pot.awards}
    return {place.key: (place.place, amounts.get(place.key, 0)) for group in made.groups for place in group.places}


@pytest.mark.parametrize("mean", MeanRule)
@pytest.mark.parametrize("where", RoundingPlace)
def test_each_variation_is_a_ranking_made_anew(mean: MeanRule, where: RoundingPlace) -> None:
    inputs = replace(INPUTS, grid=replace(GRID, mean=mean, rounding_place=where))
    before = told(inputs)
    effects = stability(inputs)
    assert [effect.variation for effect in effects] == list(variations(inputs))
    assert {effect.variation.kind for effect in effects} == set(VariationKind)
    for effect in effects:
        after = told(_anew(inputs, effect.variation))
        wanted = {key: (*before[key], *after[key]) for key in before if before[key] != after[key]}
        found = {
            shift.key: (shift.before, shift.amount_before, shift.after, shift.amount_after) for shift in effect.shifts
        }
        assert found == wanted
        assert effect.moved == sum(before[key][0] != after[key][0] for key in before)
        assert effect.funding == sum(before[key][1] != after[key][1] for key in before)


def _anew(inputs: Inputs, variation: Variation) -> Inputs:
    grid = inputs.grid
    if variation.kind is VariationKind.ROUNDING:
        rounding = RoundingRule(variation.subject)
        return replace(inputs, grid=replace(grid, rounding=rounding, digits=variation.digits))
    if variation.kind is VariationKind.ABSENCE:
        kept = tuple(replace(row, marks=row.marks.without(variation.subject)) for row in inputs.judged)
        return replace(inputs, judged=kept)
    criteria = tuple(
        replace(node, weight=1000 + 10 * variation.percent) if node.key == variation.subject else node
        for node in grid.criteria
    )
    return replace(inputs, grid=replace(grid, criteria=criteria))


def test_some_variations_move_a_place_and_its_money() -> None:
    found = {(effect.variation.kind, effect.variation.subject): effect for effect in stability(INPUTS)}
    away = found[VariationKind.ABSENCE, "z"]
    assert [(shift.key, shift.before, shift.after) for shift in away.shifts] == [
        ("p2", 1, 2),
        ("p1", 2, 1),
        ("p3", 3, None),
    ]


def test_it_can_be_cancelled() -> None:
    class Impatient:
        def step(self, done: int, total: int) -> None:
            if done == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        stability(INPUTS, progress=Impatient())


def test_inputs_come_back_from_their_text() -> None:
    inputs = replace(
        INPUTS,
        areas=("a",),
        drawn={"p1": 3},
        rules=AwardRules(AwardManner.RESCALED, Fraction(9, 10), by_hand={"p1": Cents(5)}),
    )
    assert load(dump(inputs)) == inputs
    assert dump(load(dump(inputs))) == dump(inputs)
