"""What points come to: by hand, against a plain second way, and whatever order the sheets are in."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import CriterionEffect, CriterionKind, MeanRule, RoundingPlace, RoundingRule, ScoringManner
from app.models.errors import InvalidInput
from app.services.evaluation.drafts import checked, grid_value, sums_hold
from app.services.evaluation.grid import (
    CriterionNode,
    Given,
    Grid,
    Sheet,
    Step,
    allowed_points,
    computed_points,
    median,
    proposal_points,
    round_points,
    sheet_total,
)
from app.services.evaluation.grid_templates import GridTemplate, find_grid_template, grid_templates
from app.services.wording.points import format_points, parse_points

KINDS = CriterionKind
F = Fraction


def leaf(key: str, most: int, **more: object) -> CriterionNode:
    """A criterion of so many whole points."""
    return replace(CriterionNode(key, key, key.upper(), points_max=most * 1000), **more)  # type: ignore[arg-type]


def group(key: str, *children: CriterionNode, **more: object) -> CriterionNode:
    most = sum(int(child.weighted_max * 1000) for child in children if child.effect is CriterionEffect.COUNTS)
    made = CriterionNode(key, key, key.upper(), KINDS.GROUP, points_max=most, children=children)
    return replace(made, **more)  # type: ignore[arg-type]


def sheet(member: str | None = None, **points: float) -> Sheet:
    return Sheet({key: Given(int(value * 1000)) for key, value in points.items()}, member)


TWO_LEVELS = Grid(
    criteria=(
        group("t", leaf("t1", 40), leaf("t2", 30), threshold=36_000),
        group("e", leaf("e1", 10), leaf("e2", 5, weight=4000)),
        leaf("b", 5, effect=CriterionEffect.BONUS),
        leaf("p", 0, effect=CriterionEffect.PENALTY, points_min=-10_000),
    ),
    total_max=100_000,
    threshold=60_000,
)


def test_total_of_a_sheet_by_hand() -> None:
    found = sheet_total(TWO_LEVELS, sheet(t1=30, t2=5.5, e1=7, e2=4, b=5, p=-10))
    assert found.total == F(71, 2) + 7 + 16 + 5 - 10
    assert found.by_group == {"t": F(71, 2), "e": F(23)}
    assert found.by_criterion["e2"] == 16
    assert found.below_threshold == ("", "t")
    assert found.missing == ()


def test_what_is_missing_and_what_is_not_explained() -> None:
    grid = replace(TWO_LEVELS, criteria=(leaf("a", 5, reason_required=True), leaf("c", 5)))
    scores = {"a": Given(3000), "c": Given(None, reason="poi")}
    found = sheet_total(grid, Sheet(scores))
    assert (found.missing, found.unexplained) == (("c",), ("a",))
    closed = sheet_total(grid, Sheet({"a": Given(5000, gate_closed=True, reason="no"), "c": Given(0)}))
    assert (closed.total, closed.missing, closed.unexplained) == (0, (), ())


def test_bonus_is_cut_at_the_largest_total_where_the_grid_says_so() -> None:
    best = sheet(t1=40, t2=30, e1=10, e2=5, b=5, p=0)
    assert sheet_total(TWO_LEVELS, best).total == 105
    assert sheet_total(replace(TWO_LEVELS, total_capped=True), best).total == 100


def test_mean_median_spread_and_trimmed_mean() -> None:
    grid = Grid((leaf("a", 10), leaf("c", 10)), 20_000, ScoringManner.INDIVIDUAL)
    sheets = [sheet("m1", a=2, c=9), sheet("m2", a=7, c=8), sheet("m3", a=9, c=1), sheet("m4", a=10, c=10)]
    found = proposal_points(grid, sheets)
    assert (found.mean, found.median, found.spread) == (14, 13, 10)
    assert found.exact == 14
    assert found.totals == (11, 15, 10, 20)
    trimmed = proposal_points(replace(grid, mean=MeanRule.TRIMMED), sheets)
    assert trimmed.by_criterion == {"a": 8, "c": F(17, 2)}
    assert trimmed.exact == F(33, 2)
    two = proposal_points(replace(grid, mean=MeanRule.TRIMMED), sheets[:2])
    assert two.exact == F(11 + 15, 2)


def test_rounded_once_where_the_grid_says() -> None:
    grid = Grid((leaf("a", 10), leaf("c", 10)), 20_000, digits=1)
    sheets = [sheet("m1", a=1, c=1), sheet("m2", a=1, c=1), sheet("m3", a=2, c=2)]
    assert proposal_points(grid, sheets).total == F(27, 10)
    assert proposal_points(grid, sheets).exact == F(8, 3)
    each = proposal_points(replace(grid, rounding_place=RoundingPlace.CRITERION), sheets)
    assert each.total == each.exact == F(26, 10)


@pytest.mark.parametrize(
    ("value", "rule", "rounded"),
    [
        (F(25, 1000), RoundingRule.HALF_UP, F(3, 100)),
        (F(25, 1000), RoundingRule.HALF_EVEN, F(2, 100)),
        (F(29, 1000), RoundingRule.DOWN, F(2, 100)),
        (F(-25, 1000), RoundingRule.HALF_UP, F(-3, 100)),
        (F(-29, 1000), RoundingRule.DOWN, F(-2, 100)),
        (F(1, 3), RoundingRule.NONE, F(1, 3)),
    ],
)
def test_rounding(value: F, rule: RoundingRule, rounded: F) -> None:
    assert round_points(value, 2, rule) == rounded


def test_thresholds_make_unsuitable_and_say_by_how_much() -> None:
    found = proposal_points(TWO_LEVELS, [sheet(t1=20, t2=15, e1=10, e2=5, b=0, p=0)])
    assert not found.suitable
    (why,) = found.why
    assert (why.key, why.wanted, why.found) == ("t", 36, 35)
    assert proposal_points(TWO_LEVELS, [sheet(t1=21, t2=15, e1=10, e2=5, b=0, p=0)]).suitable


def test_a_group_is_held_to_its_threshold_before_its_weight() -> None:
    grid = Grid((group("g", leaf("a", 10), weight=2000, threshold=6000),), 20_000)
    assert proposal_points(grid, [sheet(a=6)]).suitable
    assert proposal_points(grid, [sheet(a=6)]).total == 12
    assert not proposal_points(grid, [sheet(a=5.9)]).suitable


def test_computed_points() -> None:
    classes = leaf("a", 50, kind=KINDS.COMPUTED, steps=(Step("sotto", 0, 0), Step("da 10", 50_000, 10_000)))
    assert [computed_points(classes, value, 0) for value in (None, 9_999, 10_000, 99_000)] == [None, 0, 50_000, 50_000]
    line = leaf("a", 10, kind=KINDS.COMPUTED, measure_low=10_000, measure_high=40_000)
    assert [computed_points(line, value * 1000, 2) for value in (5, 10, 20, 40, 90)] == [0, 0, 3_330, 10_000, 10_000]
    falling = replace(line, measure_low=40_000, measure_high=10_000)
    assert [computed_points(falling, value * 1000, 0) for value in (40, 25, 10)] == [0, 5_000, 10_000]


def test_allowed_points() -> None:
    half = leaf("a", 5, step=500)
    assert [allowed_points(half, value, 3) for value in (0, 500, 750, 5_500, -500)] == [True, True, False, False, False]
    assert allowed_points(leaf("a", 5), 2_500, 1)
    assert not allowed_points(leaf("a", 5), 2_500, 0)
    ladder = leaf("a", 5, kind=KINDS.LADDER, steps=(Step("due", 2_000), Step("cinque", 5_000)))
    assert [allowed_points(ladder, value, 0) for value in (0, 2_000, 3_000)] == [False, True, False]
    assert [allowed_points(leaf("a", 3, kind=KINDS.YES_NO), value, 0) for value in (0, 1_000, 3_000)] == [
        True,
        False,
        True,
    ]


# --- against a plain second way ------------------------------------------------------------

SCORES = st.lists(
    st.fixed_dictionaries(
        {
            "t1": st.integers(0, 40_000),
            "t2": st.integers(0, 30_000),
            "e1": st.integers(0, 10_000),
            "e2": st.integers(0, 5_000),
            "b": st.integers(0, 5_000),
            "p": st.integers(-10_000, 0),
        }
    ),
    min_size=1,
    max_size=6,
)


def plain_total(rows: Sequence[Mapping[str, int]], trimmed: bool) -> F:
    """The exact total of TWO_LEVELS, column by column, weights written out."""
    total = F(0)
    for key, weight in (("t1", 1), ("t2", 1), ("e1", 1), ("e2", 4), ("b", 1), ("p", 1)):
        column = sorted(row[key] for row in rows)
        if trimmed and len(column) > 2:
            del column[0], column[-1]
        total += F(sum(column) * weight, len(column) * 1000)
    return total


@settings(max_examples=60)
@given(rows=SCORES, mean=st.sampled_from(MeanRule), seed=st.randoms(use_true_random=False))
def test_total_equals_the_plain_way_in_any_order_of_the_sheets(
    rows: list[dict[str, int]], mean: MeanRule, seed: random.Random
) -> None:
    grid = replace(TWO_LEVELS, mean=mean, rounding=RoundingRule.NONE)
    sheets = [Sheet({key: Given(value) for key, value in row.items()}, str(n)) for n, row in enumerate(rows)]
    found = proposal_points(grid, sheets)
    assert found.total == plain_total(rows, mean is MeanRule.TRIMMED)
    assert found.mean == plain_total(rows, trimmed=False)
    seed.shuffle(sheets)
    again = proposal_points(grid, sheets)
    assert (again.total, again.by_criterion, again.median, again.spread, again.why) == (
        found.total,
        found.by_criterion,
        found.median,
        found.spread,
        found.why,
    )


@settings(max_examples=40)
@given(rows=SCORES, at=st.integers(0, 5), key=st.sampled_from(["t1", "t2", "e1", "e2", "b", "p"]), more=st.integers(1))
def test_raising_a_score_never_lowers_a_total(rows: list[dict[str, int]], at: int, key: str, more: int) -> None:
    for mean in MeanRule:
        grid = replace(TWO_LEVELS, mean=mean)
        raised = [dict(row) for row in rows]
        raised[at % len(rows)][key] += more
        totals = [
            proposal_points(grid, [Sheet({k: Given(v) for k, v in row.items()}) for row in each]).total
            for each in (rows, raised)
        ]
        assert totals[0] <= totals[1]


def test_median_of_all_small_cases() -> None:
    for values in itertools.product(range(4), repeat=3):
        assert median([F(value) for value in values]) == sorted(values)[1]
    assert median([F(1), F(2)]) == F(3, 2)


# --- points as people write them -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", F(12)),
        ("12,5", F(25, 2)),
        ("12.5", F(25, 2)),
        ("−10", F(-10)),
        ("1.234,5", F(2469, 2)),
        ("0,125", F(1, 8)),
    ],
)
def test_points_are_read(text: str, value: F) -> None:
    assert parse_points(text) == value
    assert parse_points(format_points(value)) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234", "points.ambiguous"),
        ("12,5,3", "points.format"),
        ("dodici", "points.format"),
        ("1e3", "points.format"),
        ("١٢", "points.format"),
        ("0,1234", "points.too_fine"),
        ("1000000", "points.too_large"),
        ("", "points.format"),
    ],
)
def test_points_are_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_points(text)
    assert refused.value.code == code


# --- the real grids ------------------------------------------------------------------------


@pytest.mark.parametrize("template", grid_templates(), ids=lambda row: row.code)
def test_every_real_grid_can_be_built_and_reached(template: GridTemplate) -> None:
    grid = grid_value(checked(replace(template.grid, call_id="x")))
    assert sums_hold(grid)
    best = {each.key: Given(each.points_max) for each in grid.leaves}
    bonus = sum(F(each.points_max, 1000) for each in grid.leaves if each.effect is CriterionEffect.BONUS)
    assert sheet_total(grid, Sheet(best)).total == F(grid.total_max, 1000) + bonus
    assert proposal_points(grid, [Sheet(best)]).suitable


def test_the_grid_that_its_source_states_whole() -> None:
    template = find_grid_template("citta-2016")
    assert template.complete
    assert [row.points_max for row in template.grid.criteria] == [25, 25, 20, 20, 10]
    assert [row.code for row in template.grid.gates] == ["b"]
