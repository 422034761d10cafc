"""Sharing money: each rule against a second exact implementation, all small cases, and the plan's own figures."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.models.enums import AllocationRule
from app.models.errors import InvalidInput
from app.models.money import CENTS_MAX, Cents, format_cents
from app.services.sharing.allocation import Allocation, allocate

EQUAL, WEIGHTS, MIXED = AllocationRule.EQUAL, AllocationRule.WEIGHTS, AllocationRule.MIXED
RANKING, BY_HAND = AllocationRule.RANKING, AllocationRule.BY_HAND
RESIDUE = Cents(54_182_62)
PREMIUM = Cents(63_627_00)


def keys(count: int) -> list[str]:
    return [f"p{number}" for number in range(count)]


def oracle(
    total: int, weights: Sequence[int], equal_share: int, order: Sequence[int]
) -> tuple[list[int], list[Fraction]]:
    """Give the cents left one at a time to whoever misses most, by fractions alone."""
    count, weight_sum = len(weights), sum(weights)
    exact = [
        Fraction(total) * Fraction(equal_share, 100) / count
        + Fraction(total) * Fraction(100 - equal_share, 100) * Fraction(weight, weight_sum)
        for weight in weights
    ]
    amounts = [int(share) for share in exact]
    while sum(amounts) < total:
        missing = [share - amount for share, amount in zip(exact, amounts, strict=True)]
        most = max(missing)
        first = next(i for i in order if missing[i] == most)
        amounts[first] += 1
    return amounts, exact


def check_against_oracle(result: Allocation, weights: Sequence[int], order: Sequence[int]) -> None:
    amounts, exact = oracle(result.total, weights, result.equal_share, order)
    assert [share.amount for share in result.shares] == amounts
    assert [share.exact for share in result.shares] == exact
    assert sum(amounts) == result.total
    assert result.left == 0
    for share in result.shares:
        assert share.floor + share.remainder == share.exact
        assert 0 <= share.remainder < 1
        assert share.amount == share.floor + share.odd_cent
        assert abs(share.amount - share.exact) < 1


weights_lists = st.lists(st.integers(0, 10**12), min_size=1, max_size=8).filter(any)


@given(st.integers(1, CENTS_MAX), weights_lists, st.randoms(use_true_random=False))
@example(1, [0, 1], None)
@example(CENTS_MAX, [1, 1, 1, 1, 1, 1, 1], None)
def test_weights_agree_with_oracle(total: int, weights: list[int], random: object) -> None:
    order = list(range(len(weights)))
    if random is not None:
        random.shuffle(order)  # type: ignore[attr-defined]
    names = keys(len(weights))
    result = allocate(Cents(total), names, WEIGHTS, weights=weights, tie=[names[i] for i in order])
    assert result.tie == tuple(names[i] for i in order)
    check_against_oracle(result, weights, order)


@given(st.integers(1, CENTS_MAX), weights_lists, st.integers(0, 100))
def test_mixed_agrees_with_oracle(total: int, weights: list[int], equal_share: int) -> None:
    result = allocate(Cents(total), keys(len(weights)), MIXED, weights=weights, equal_share=equal_share)
    assert result.equal_share == equal_share
    check_against_oracle(result, weights, range(len(weights)))


@given(st.integers(1, CENTS_MAX), st.integers(1, 40))
def test_equal_parts_differ_by_one_cent_at_most(total: int, count: int) -> None:
    result = allocate(Cents(total), keys(count), EQUAL)
    amounts = [share.amount for share in result.shares]
    assert sum(amounts) == total
    assert max(amounts) - min(amounts) <= 1
    assert amounts == sorted(amounts, reverse=True)
    assert [share.weight for share in result.shares] == [1] * count
    assert result.odd_cents == total % count
    assert result.had_tie == bool(total % count)


def test_all_small_cases_agree_with_oracle() -> None:
    for count in (1, 2, 3):
        for weights in itertools.product(range(5), repeat=count):
            if not any(weights):
                continue
            for total in range(1, 25):
                result = allocate(Cents(total), keys(count), WEIGHTS, weights=weights)
                check_against_oracle(result, weights, range(count))


def test_all_small_equal_splits_serve_every_tie_order() -> None:
    for total, count in itertools.product(range(1, 30), range(1, 5)):
        names = keys(count)
        for tie in itertools.permutations(names):
            result = allocate(Cents(total), names, EQUAL, tie=tie)
            assert {share.key for share in result.shares if share.odd_cent} == set(tie[: total % count])


@given(st.integers(1, 10**9), weights_lists)
def test_more_money_never_gives_less_than_the_floor_before(total: int, weights: list[int]) -> None:
    names = keys(len(weights))
    less = allocate(Cents(total), names, WEIGHTS, weights=weights)
    more = allocate(Cents(total + 1), names, WEIGHTS, weights=weights)
    assert all(after.floor >= before.floor for before, after in zip(less.shares, more.shares, strict=True))


@given(st.integers(1, 10**9), st.lists(st.integers(0, 10**9), min_size=1, max_size=8).filter(any))
def test_ranking_pays_in_order_until_the_money_ends(total: int, requests: list[int]) -> None:
    result = allocate(Cents(total), keys(len(requests)), RANKING, weights=requests)
    amounts = [share.amount for share in result.shares]
    assert sum(amounts) == min(total, sum(requests))
    assert result.left == max(0, total - sum(requests))
    for position, (amount, request) in enumerate(zip(amounts, requests, strict=True)):
        assert amount == max(0, min(request, total - sum(requests[:position])))
    assert not result.odd_cents
    assert not result.had_tie


def test_by_hand_keeps_amounts() -> None:
    result = allocate(Cents(100), ["a", "b"], BY_HAND, weights=[99, 1])
    assert [(share.key, share.amount, share.exact, share.odd_cent) for share in result.shares] == [
        ("a", 99, Fraction(99), False),
        ("b", 1, Fraction(1), False),
    ]
    assert result.amount_of("b") == 1


def test_weight_of_zero_gets_nothing_and_no_odd_cent() -> None:
    result = allocate(Cents(100), ["a", "b", "c", "d"], WEIGHTS, weights=[0, 1, 1, 1])
    assert [share.amount for share in result.shares] == [0, 34, 33, 33]


def test_had_tie_only_when_the_order_decided() -> None:
    decided = allocate(Cents(10), ["a", "b", "c"], EQUAL)
    unequal = allocate(Cents(10), ["a", "b"], WEIGHTS, weights=[1, 2])
    exact = allocate(Cents(9), ["a", "b", "c"], EQUAL)
    assert (decided.had_tie, unequal.had_tie, exact.had_tie) == (True, False, False)


@pytest.mark.parametrize(
    ("total", "parts", "rule", "options", "code", "field"),
    [
        (0, ["a"], EQUAL, {}, "allocation.total_not_positive", "total"),
        (-1, ["a"], EQUAL, {}, "allocation.total_not_positive", "total"),
        (CENTS_MAX + 1, ["a"], EQUAL, {}, "amount.too_large", "total"),
        (1, [], EQUAL, {}, "allocation.no_parts", "parts"),
        (1, ["a", "b", "a"], EQUAL, {}, "allocation.part_repeated", "parts"),
        (1, ["a"], EQUAL, {"tie": ["b"]}, "allocation.tie_incomplete", "tie"),
        (1, ["a", "b"], EQUAL, {"tie": ["a", "a"]}, "allocation.tie_incomplete", "tie"),
        (1, ["a"], WEIGHTS, {}, "allocation.weight_missing", "weights"),
        (1, ["a", "b"], WEIGHTS, {"weights": [1]}, "allocation.weight_missing", "weights"),
        (1, ["a", "b"], WEIGHTS, {"weights": [1, -1]}, "allocation.weight_range", "weights"),
        (1, ["a"], WEIGHTS, {"weights": [CENTS_MAX + 1]}, "allocation.weight_range", "weights"),
        (1, ["a", "b"], WEIGHTS, {"weights": [0, 0]}, "allocation.weights_zero", "weights"),
        (1, ["a"], MIXED, {"weights": [1], "equal_share": 101}, "allocation.equal_share_range", "equal_share"),
        (1, ["a"], MIXED, {"weights": [1], "equal_share": -1}, "allocation.equal_share_range", "equal_share"),
        (10, ["a", "b"], BY_HAND, {"weights": [5, 4]}, "allocation.by_hand_differs", "weights"),
    ],
)
def test_allocate_refuses(
    total: int, parts: list[str], rule: AllocationRule, options: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        allocate(Cents(total), parts, rule, **options)  # type: ignore[arg-type]
    assert (refusal.value.code, refusal.value.field) == (code, field)


# --- the plan's own figures ------------------------------------------------------------------

AREAS = ["A.1", "A.2", "A.3"]
CEILINGS = [150_000_00, 100_000_00, 120_000_00]


def two_levels(rule: AllocationRule, tie: list[str], weights: list[int] | None = None) -> list[str]:
    """Amounts of Legnano, Rho, Garbagnate and Castano: among the areas, then in halves inside A.3."""
    areas = allocate(RESIDUE, AREAS, rule, weights=weights, tie=tie)
    inside = allocate(areas.amount_of("A.3"), ["Garbagnate", "Castano"], EQUAL)
    amounts = [areas.amount_of("A.1"), areas.amount_of("A.2"), *(share.amount for share in inside.shares)]
    assert sum(amounts) == RESIDUE
    return [format_cents(amount) for amount in amounts]


@pytest.mark.parametrize(
    ("rule", "tie", "weights", "expected"),
    [
        (EQUAL, ["A.1", "A.2", "A.3"], None, ["18.060,88", "18.060,87", "9.030,44", "9.030,43"]),
        (EQUAL, ["A.3", "A.1", "A.2"], None, ["18.060,87", "18.060,87", "9.030,44", "9.030,44"]),
        (EQUAL, ["A.2", "A.1", "A.3"], None, ["18.060,87", "18.060,88", "9.030,44", "9.030,43"]),
        (WEIGHTS, AREAS, CEILINGS, ["21.965,93", "14.643,95", "8.786,37", "8.786,37"]),
    ],
)
def test_residue_of_the_plan_in_every_reading(
    rule: AllocationRule, tie: list[str], weights: list[int] | None, expected: list[str]
) -> None:
    assert two_levels(rule, tie, weights) == expected


def test_residue_of_the_plan_names_exact_share_and_odd_cent() -> None:
    result = allocate(RESIDUE, AREAS, EQUAL)
    assert {share.exact for share in result.shares} == {Fraction(5418262, 3)}
    assert [(share.floor, share.remainder, share.odd_cent) for share in result.shares] == [
        (1806087, Fraction(1, 3), True),
        (1806087, Fraction(1, 3), False),
        (1806087, Fraction(1, 3), False),
    ]
    assert result.had_tie


def test_residue_by_project_is_another_reading() -> None:
    result = allocate(RESIDUE, keys(4), EQUAL)
    assert [format_cents(share.amount) for share in result.shares] == [
        "13.545,66",
        "13.545,66",
        "13.545,65",
        "13.545,65",
    ]


def test_final_grants_of_the_plan_close() -> None:
    awards = [150_000_00, 100_000_00, 69_803_00, 50_197_00]
    areas = allocate(RESIDUE, AREAS, EQUAL, tie=["A.3", "A.1", "A.2"])
    inside = allocate(areas.amount_of("A.3"), ["Garbagnate", "Castano"], EQUAL)
    raised = [areas.amount_of("A.1"), areas.amount_of("A.2"), *(share.amount for share in inside.shares)]
    final = [award + more for award, more in zip(awards, raised, strict=True)]
    assert [format_cents(amount) for amount in final] == ["168.060,87", "118.060,87", "78.833,44", "59.227,44"]
    assert sum(final) == 424_182_62


@pytest.mark.parametrize(
    ("rule", "weights", "expected"),
    [
        (EQUAL, [1, 1, 1, 1], ["15.906,75", "15.906,75", "15.906,75", "15.906,75"]),
        (EQUAL, [1, 1, 1], ["21.209,00", "21.209,00", "21.209,00"]),
        (
            WEIGHTS,
            [69_803_00, 100_000_00, 150_000_00, 50_197_00],
            ["12.003,66", "17.196,49", "25.794,73", "8.632,12"],
        ),
    ],
)
def test_premium_of_the_plan(rule: AllocationRule, weights: list[int], expected: list[str]) -> None:
    result = allocate(PREMIUM, keys(len(weights)), rule, weights=weights)
    assert [format_cents(share.amount) for share in result.shares] == expected
