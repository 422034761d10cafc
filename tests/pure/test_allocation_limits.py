"""Sharing within minimums and caps: against an oracle without rounds, every small pot, and what must hold always."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import AllocationRule, Bound, Leftover
from app.models.errors import InvalidInput
from app.models.money import Cents
from app.services.sharing.allocation import Allocation, Round, Weight, allocate
from tests.pure.allocation_oracle import exact_shares, hand_out, mixed_weights

EQUAL, WEIGHTS, MIXED = AllocationRule.EQUAL, AllocationRule.WEIGHTS, AllocationRule.MIXED
RANKING, BY_HAND = AllocationRule.RANKING, AllocationRule.BY_HAND
TOP = 2000
WEIGHT_LISTS = ((3,), (0, 5), (1, 2, 4), (7, 0, 7, 1), (5, 3, 2, 11, 1), (1, 1, 2, 3, 5, 8), (9, 4, 9, 0, 6, 2, 7))
"""For each number of parts from 1 to 7, weights with zeros, doubles and primes among them."""


def keys(count: int) -> list[str]:
    return [f"p{number}" for number in range(count)]


def limits(values: Sequence[int | None]) -> dict[str, Cents]:
    return {key: Cents(value) for key, value in zip(keys(len(values)), values, strict=True) if value is not None}


def share(
    total: int,
    weights: Sequence[Weight],
    minimums: Sequence[int | None] = (),
    caps: Sequence[int | None] = (),
    rule: AllocationRule = WEIGHTS,
    **more: object,
) -> Allocation:
    names = keys(len(weights))
    limited = {"minimums": limits(minimums), "caps": limits(caps), **more}
    return allocate(Cents(total), names, rule, weights=weights, **limited)  # type: ignore[arg-type]


def amounts(result: Allocation) -> list[int]:
    return [part.amount for part in result.shares]


# --- all splits of 1 to 2.000 cents over 1 to 7 parts -----------------------------------------


@pytest.mark.parametrize("weights", WEIGHT_LISTS, ids=len)
def test_every_pot_agrees_with_the_oracle(weights: tuple[int, ...]) -> None:
    exact_weights = [Fraction(weight) for weight in weights]
    rules = (
        (EQUAL, 0, [Fraction(1)] * len(weights)),
        (WEIGHTS, 0, exact_weights),
        (MIXED, 30, mixed_weights(exact_weights, 30)),
    )
    none: list[int | None] = [None] * len(weights)
    orders = (list(range(len(weights))), list(reversed(range(len(weights)))))
    for total in range(1, TOP + 1):
        order = orders[total % 2]
        for rule, percent, proportions in rules:
            names = keys(len(weights))
            tie = [names[i] for i in order]
            result = allocate(Cents(total), names, rule, weights=weights, equal_share=percent, tie=tie)
            exact = [Fraction(total) * part / sum(proportions) for part in proportions]
            assert amounts(result) == hand_out(exact, order)
            assert [part.exact for part in result.shares] == exact
        assert exact_shares(total, exact_weights, none, none) == [
            Fraction(total * weight, sum(weights)) for weight in weights
        ]


@pytest.mark.parametrize("weights", WEIGHT_LISTS, ids=len)
def test_every_pot_within_limits_agrees_with_the_oracle(weights: tuple[int, ...]) -> None:
    exact_weights = [Fraction(weight) for weight in weights]
    count = len(weights)
    minimums = [(37 * i) % 90 if i % 3 == 1 else None for i in range(count)]
    caps = [max(minimums[i] or 0, 150 + 61 * i) if i % 2 == 0 else None for i in range(count)]
    order = range(count)
    for total in range(max(sum(minimum or 0 for minimum in minimums), 1), TOP + 1, 3):
        result = share(total, weights, minimums, caps)
        exact = exact_shares(total, exact_weights, minimums, caps)
        assert [part.exact for part in result.shares] == exact
        assert amounts(result) == hand_out(exact, order)
        assert result.left == total - sum(exact)


# --- what must hold always --------------------------------------------------------------------

parts_lists = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 10**6), st.fractions(0, 10**6, max_denominator=60)),
        st.one_of(st.none(), st.integers(0, 10**5)),
        st.one_of(st.none(), st.integers(0, 10**6)),
    ),
    min_size=1,
    max_size=8,
).filter(lambda rows: any(row[0] for row in rows))


def settled(rows: list[tuple[Weight, int | None, int | None]], total: int) -> tuple[list[int | None], list[int | None]]:
    """Minimums and caps that can be kept."""
    minimums = [row[1] for row in rows]
    while sum(minimum or 0 for minimum in minimums) > total:
        minimums[next(i for i, minimum in enumerate(minimums) if minimum)] = None
    caps = [None if row[2] is None else max(row[2], minimum or 0) for row, minimum in zip(rows, minimums, strict=True)]
    return minimums, caps


@given(st.integers(1, 10**7), parts_lists, st.sampled_from([0, 30, 100]), st.randoms(use_true_random=False))
def test_shares_within_limits_agree_with_the_oracle(total: int, rows: list, percent: int, random) -> None:  # type: ignore[no-untyped-def, type-arg]
    weights = [row[0] for row in rows]
    minimums, caps = settled(rows, total)
    order = list(range(len(rows)))
    random.shuffle(order)
    tie = [keys(len(rows))[i] for i in order]
    result = share(total, weights, minimums, caps, MIXED, equal_share=percent, tie=tie)
    proportions = mixed_weights([Fraction(weight) for weight in weights], percent)
    exact = exact_shares(total, proportions, minimums, caps)
    assert [part.exact for part in result.shares] == exact
    assert amounts(result) == hand_out(exact, order)
    check_proof(result)


def check_proof(result: Allocation) -> None:
    """Each share is what its own round gives, within one cent, or the limit that it met there."""
    assert sum(amounts(result)) + result.left == result.total
    assert result.rounds[0].pot == result.total
    rounds = {row.number: row for row in result.rounds}
    for part in result.shares:
        own = rounds[part.round]
        assert part.floor + part.remainder == part.exact
        assert part.amount - part.floor == part.odd_cent
        assert part.minimum is None or part.amount >= part.minimum
        assert part.cap is None or part.amount <= part.cap
        if part.bound is None:
            assert part.exact == own.share_of(part)
            assert abs(part.amount - part.exact) < 1
        elif part.bound is Bound.CAP:
            assert own.share_of(part) > part.exact == part.cap
        else:
            assert own.share_of(part) < part.exact == part.minimum
    for before, after in zip(result.rounds, result.rounds[1:], strict=False):
        gone = {key: part.amount for key, _bound in before.settled for part in result.shares if part.key == key}
        assert after.pot == before.pot - sum(gone.values())
        assert after.parts == before.parts - len(gone)


@given(st.integers(1, 10**7), parts_lists)
def test_more_money_never_lessens_an_exact_share(total: int, rows: list) -> None:  # type: ignore[type-arg]
    minimums, caps = settled(rows, total)
    less = share(total, [row[0] for row in rows], minimums, caps)
    more = share(total + 1, [row[0] for row in rows], minimums, caps)
    for before, after in zip(less.shares, more.shares, strict=True):
        assert after.exact >= before.exact
        assert after.amount >= before.amount - 1  # whole cents may step back by one: see docs/decisions.md
    assert sum(amounts(more)) >= sum(amounts(less))


@given(st.integers(1, 10**7), parts_lists, st.integers(0, 7), st.integers(1, 1000))
def test_more_weight_never_lessens_an_exact_share(total: int, rows: list, which: int, more: int) -> None:  # type: ignore[type-arg]
    minimums, caps = settled(rows, total)
    weights = [row[0] for row in rows]
    which %= len(rows)
    heavier = [weight + more if i == which else weight for i, weight in enumerate(weights)]
    before, after = (share(total, each, minimums, caps).shares for each in (weights, heavier))
    assert after[which].exact >= before[which].exact
    assert after[which].amount >= before[which].amount
    assert all(after[i].exact <= before[i].exact for i in range(len(rows)) if i != which)


@given(st.integers(1, 10**6), parts_lists, st.randoms(use_true_random=False))
def test_order_of_listing_matters_only_through_the_tie_order(total: int, rows: list, random) -> None:  # type: ignore[no-untyped-def, type-arg]
    minimums, caps = settled(rows, total)
    names = keys(len(rows))
    listed = list(range(len(rows)))
    random.shuffle(listed)
    weights = [row[0] for row in rows]
    limited = {"minimums": limits(minimums), "caps": limits(caps), "tie": names}
    one = allocate(Cents(total), names, WEIGHTS, weights=weights, **limited)  # type: ignore[arg-type]
    other = allocate(
        Cents(total),
        [names[i] for i in listed],
        WEIGHTS,
        weights=[weights[i] for i in listed],
        **limited,  # type: ignore[arg-type]
    )
    assert {part.key: part for part in one.shares} == {part.key: part for part in other.shares}
    assert one.rounds[-1] == other.rounds[-1]


@given(st.integers(1, 10**6), st.lists(st.integers(0, 10**4), min_size=1, max_size=7).filter(any), st.integers(0, 100))
def test_mixed_is_its_two_parts(total: int, weights: list[int], percent: int) -> None:
    whole = total * 100  # so that both parts are whole cents
    mixed = share(whole, weights, rule=MIXED, equal_share=percent)
    equal = [Fraction(total * percent, len(weights))] * len(weights)
    rest = [Fraction(total * (100 - percent) * weight, sum(weights)) for weight in weights]
    assert [part.exact for part in mixed.shares] == [a + b for a, b in zip(equal, rest, strict=True)]
    assert amounts(share(whole, weights, rule=MIXED, equal_share=100)) == amounts(share(whole, weights, rule=EQUAL))
    assert amounts(share(whole, weights, rule=MIXED, equal_share=0)) == amounts(share(whole, weights))


@given(st.integers(1, 10**6), st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=3), min_size=1, max_size=4))
def test_two_levels_are_one_where_the_areas_get_whole_cents(unit: int, areas: list[list[int]]) -> None:
    flat = [weight for area in areas for weight in area]
    total = unit * sum(flat)
    outer = share(total, [sum(area) for area in areas])
    inner = [amount for area, got in zip(areas, amounts(outer), strict=True) for amount in amounts(share(got, area))]
    assert inner == amounts(share(total, flat))
    alone = share(total + 1, flat)
    assert amounts(share(outer.total + 1, flat)) == amounts(alone)  # one area that has them all is one level
    single = [area[:1] for area in areas]
    outer = share(total + 1, [area[0] for area in single])
    assert [share(got, area).shares[0].amount for area, got in zip(single, amounts(outer), strict=True) if got] == [
        got for got in amounts(outer) if got
    ]


# --- the rules in words -----------------------------------------------------------------------


def test_cap_goes_round_again_or_stays() -> None:
    again = share(100, [1, 1, 2], caps=[None, None, 20])
    stays = share(100, [1, 1, 2], caps=[None, None, 20], leftover=Leftover.STAYS)
    assert (amounts(again), again.left) == ([40, 40, 20], 0)
    assert (amounts(stays), stays.left) == ([25, 25, 20], 30)
    assert again.rounds == (Round(1, Cents(100), 4, 3, (("p2", Bound.CAP),)), Round(2, Cents(80), 2, 2))
    assert [(part.bound, part.round) for part in again.shares] == [(None, 2), (None, 2), (Bound.CAP, 1)]
    assert [part.bound for part in stays.shares] == [None, None, Bound.CAP]


def test_caps_below_the_pot_leave_the_rest() -> None:
    for leftover in Leftover:
        result = share(100, [1, 0], caps=[30, None], leftover=leftover)
        assert (amounts(result), result.left) == ([30, 0], 70)
    full = share(100, [1, 1], caps=[30, 40])
    assert (amounts(full), full.left, full.rounds[-1].parts) == ([30, 40], 30, 0)


def test_minimum_is_served_from_the_others() -> None:
    result = share(100, [8, 1, 1], minimums=[None, 30, None])
    assert [part.exact for part in result.shares] == [Fraction(560, 9), 30, Fraction(70, 9)]
    assert amounts(result) == [62, 30, 8]
    nothing = share(10, [1, 0], minimums=[None, 4])
    assert amounts(nothing) == [6, 4]
    all_held = share(10, [1, 1], minimums=[7, 3])
    assert amounts(all_held) == [7, 3]


def test_fractions_weigh_as_they_are() -> None:
    result = share(100, [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)])
    assert amounts(result) == [50, 33, 17]
    assert [part.weight for part in result.shares] == [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]
    assert not share(3, [1, 2]).has_limits
    assert share(3, [1, 2], caps=[None, 1]).has_limits


def test_ranking_keeps_minimums_aside_and_stops_at_caps() -> None:
    result = share(100, [70, 60, 50], minimums=[None, None, 20], caps=[50, None, None], rule=RANKING)
    assert amounts(result) == [50, 30, 20]
    assert [part.bound for part in result.shares] == [Bound.CAP, None, Bound.MINIMUM]
    assert share(200, [70, 60], rule=RANKING).left == 70


@pytest.mark.parametrize(
    ("kept", "code", "field", "values"),
    [
        ({"minimums": [60, 50]}, "allocation.minimums_too_much", "minimums", {"needed": 110, "total": 100}),
        ({"minimums": [60, None], "caps": [50, None]}, "allocation.cap_below_minimum", "caps", {"part": "p0"}),
        ({"minimums": [-1, None]}, "allocation.limit_negative", "minimums", {"part": "p0"}),
        ({"caps": [None, -1]}, "allocation.limit_negative", "caps", {"part": "p1"}),
        ({"caps": [40, None], "rule": BY_HAND}, "allocation.by_hand_outside", "weights", {"amount": 50, "limit": 40}),
        ({"minimums": [None, 60], "rule": BY_HAND}, "allocation.by_hand_outside", "weights", {"limit": 60}),
        ({"weights": [Fraction(-1, 2), 1]}, "allocation.weight_range", "weights", {"part": "p0"}),
    ],
)
def test_limits_that_cannot_be_kept_are_refused(
    kept: dict[str, object], code: str, field: str, values: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        share(100, **{"weights": [50, 50], **kept})  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.field) == (code, field)
    assert values.items() <= caught.value.values.items()


def test_by_hand_within_limits_stays_as_typed() -> None:
    result = share(100, [60, 40], minimums=[50, None], caps=[None, 40], rule=BY_HAND)
    assert amounts(result) == [60, 40]
    assert not result.rounds


@pytest.mark.parametrize("total", [1, 2])
def test_a_pot_of_a_cent_goes_to_the_first(total: int) -> None:
    assert amounts(share(total, [1, 1, 1])) == [1, total - 1, 0]
