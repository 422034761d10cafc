"""Points in whole numbers are those of the plain way, whatever the grid."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import CriterionEffect, CriterionKind, MeanRule, RoundingPlace, RoundingRule
from app.services.evaluation.bulk import Reached, Reckoner, marks_of
from app.services.evaluation.grid import CriterionNode, Given, Grid, Sheet, proposal_points

WEIGHTS = st.sampled_from([1000, 500, 333, 2000, 1250])
BARS = st.none() | st.integers(0, 12_000)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """A grid of two levels, some of one."""
    roots = []
    for at in range(draw(st.integers(1, 3))):
        leaves = tuple(
            CriterionNode(f"{at}.{n}", f"{at}.{n}", "", weight=draw(WEIGHTS), points_max=10_000, threshold=draw(BARS))
            for n in range(draw(st.integers(1, 3)))
        )
        if draw(st.booleans()):
            roots += leaves
        else:
            group = CriterionNode(f"{at}", f"{at}", "", CriterionKind.GROUP, weight=draw(WEIGHTS), threshold=draw(BARS))
            roots.append(
                CriterionNode(
                    group.key,
                    group.code,
                    "",
                    CriterionKind.GROUP,
                    CriterionEffect.COUNTS,
                    weight=group.weight,
                    threshold=group.threshold,
                    children=leaves,
                )
            )
    return Grid(
        tuple(roots),
        total_max=20_000,
        mean=draw(st.sampled_from(MeanRule)),
        rounding=draw(st.sampled_from(RoundingRule)),
        rounding_place=draw(st.sampled_from(RoundingPlace)),
        digits=draw(st.integers(0, 3)),
        total_capped=draw(st.booleans()),
        threshold=draw(BARS),
    )


@settings(max_examples=60, deadline=None)
@given(grids(), st.data())
def test_the_same_to_the_last_digit(grid: Grid, data: st.DataObject) -> None:
    one = st.builds(Given, st.none() | st.integers(-10_000, 10_000), st.booleans())
    sheets = [
        Sheet({leaf.key: data.draw(one) for leaf in grid.leaves}, f"m{n}") for n in range(data.draw(st.integers(1, 5)))
    ]
    wanted = proposal_points(grid, sheets)
    reckoner = Reckoner(grid)
    marks = marks_of(grid, sheets)
    sums = reckoner.sums(marks)
    found = reckoner.points(sums)
    assert (found.total, found.exact, found.suitable) == (wanted.total, wanted.exact, wanted.suitable)
    assert dict(Reached(reckoner, sums)) == wanted.by_criterion
    if len(sheets) > 1:
        rest = proposal_points(grid, sheets[1:])
        assert reckoner.points(reckoner.sums(marks.without("m0"))).total == rest.total
        shorter = reckoner.without(sums, marks, "m0")
        assert shorter is not None
        assert reckoner.points(shorter).total == rest.total
