"""A budget that goes down month by month, and how far it goes."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.money import Cents
from app.services.vouchers.burn_down import AHEAD_MAX, Moves, burn_down, next_month

JAN, FEB, MAR, APR = ((2015, n) for n in (1, 2, 3, 4))


def test_months_go_on_over_the_year() -> None:
    assert next_month((2015, 11)) == (2015, 12)
    assert next_month((2015, 12)) == (2016, 1)


def test_records_come_first_then_the_pace_of_the_last_three_months() -> None:
    moves = {JAN: Moves(30_000), MAR: Moves(30_000, 12_000, 5_000), (2015, 9): Moves(99)}
    way = burn_down(Cents(100_000), moves, MAR, None)
    assert [(row.month, row.issued, row.used, row.settled, row.left) for row in way.months[:3]] == [
        (JAN, 30_000, 0, 0, 70_000),
        (FEB, 30_000, 0, 0, 70_000),
        (MAR, 60_000, 12_000, 5_000, 40_000),
    ]
    assert way.pace == 20_000
    assert [(row.month, row.left, row.used, row.is_forecast) for row in way.months[3:]] == [
        (APR, 20_000, None, True),
        ((2015, 5), 0, None, True),
    ]
    assert (way.month_empty, way.left_at_end) == ((2015, 5), 0)


def test_a_programme_that_ends_before_keeps_something() -> None:
    way = burn_down(Cents(100_000), {JAN: Moves(10_000)}, JAN, MAR)
    assert [row.left for row in way.months] == [90_000, 80_000, 70_000]
    assert (way.month_empty, way.left_at_end) == (None, 70_000)


def test_nothing_is_foretold_of_what_does_not_move() -> None:
    for moves in ({}, {JAN: Moves(5_000), FEB: Moves(-5_000)}):
        way = burn_down(Cents(100_000), moves, FEB, None)
        assert not any(row.is_forecast for row in way.months)
        assert (way.pace, way.month_empty, way.left_at_end) == (0, None, 100_000)


def test_an_empty_budget_ends_where_it_ended() -> None:
    way = burn_down(Cents(5_000), {JAN: Moves(5_000)}, FEB, None)
    assert way.month_empty == JAN
    assert [row.month for row in way.months] == [JAN, FEB]


def test_a_budget_that_got_something_back_is_not_used_up() -> None:
    way = burn_down(Cents(10_000), {JAN: Moves(10_000), FEB: Moves(-4_000)}, FEB, None)
    assert [row.left for row in way.months] == [0, 4_000, 1_000, 0]
    assert way.month_empty == APR


def test_what_went_back_to_the_project_was_there_until_then() -> None:
    moves = {JAN: Moves(8_000), FEB: Moves(-6_000), MAR: Moves(returned=8_000)}
    way = burn_down(Cents(2_000), moves, MAR, JAN)
    assert [row.left for row in way.months] == [2_000, 8_000, 0]
    assert (way.budget, way.month_empty) == (2_000, None)


@settings(max_examples=60)
@given(st.integers(1, 10**9), st.lists(st.integers(-100, 10**7), min_size=1, max_size=6))
def test_no_cent_is_lost_on_the_way(budget: int, issued: list[int]) -> None:
    moves, month = {}, JAN
    for cents in issued:
        moves[month] = Moves(cents)
        now, month = month, next_month(month)
    way = burn_down(Cents(budget), moves, now, None)
    assert all(row.issued + row.left == budget for row in way.months)
    ahead = [row for row in way.months if row.is_forecast]
    assert len(ahead) <= AHEAD_MAX
    assert all(0 <= row.left <= budget for row in ahead)
    assert way.pace == Fraction(sum(issued[-3:]), len(issued[-3:]))
