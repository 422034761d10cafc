"""Amounts: what is read, what is refused and why, how they are written, split and rounded."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.errors import InvalidInput
from app.models.money import (
    CENTS_MAX,
    Cents,
    decimal_text,
    format_cents,
    format_euro,
    parse_cents,
    parse_decimal_text,
    percentage,
    round_half_up,
    split_cents,
)

amounts = st.integers(-CENTS_MAX, CENTS_MAX)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234,56", 123456),
        ("1234,56", 123456),
        ("€ 12", 1200),
        ("12 €", 1200),
        ("€12,00", 1200),
        ("0", 0),
        ("0,01", 1),
        ("54.182,62", 5418262),
        ("63.627,00", 6362700),
        ("169.672,62", 16967262),
        ("1.234", 123400),
        ("1.000.000,00", 100000000),
        ("-12,50", -1250),
        ("\u221212,50", -1250),
        ("+12,50", 1250),
        ("  12,50  ", 1250),
        ("12,50\u00a0€", 1250),
        ("12,50\u202f€", 1250),
        ("007", 700),
        ("90.000.000.000.000,00", CENTS_MAX),
    ],
)
def test_parse_reads(text: str, cents: int) -> None:
    assert parse_cents(text) == cents


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "amount.empty"),
        ("   ", "amount.empty"),
        ("€", "amount.empty"),
        ("1234.56", "amount.decimal_point"),
        ("0.5", "amount.decimal_point"),
        ("-3.86", "amount.decimal_point"),
        ("254,510,00", "amount.separators_mixed"),
        ("169.672.62", "amount.separators_mixed"),
        ("1,234.56", "amount.separators_mixed"),
        ("1.23.456", "amount.separators_mixed"),
        ("12.34,56", "amount.separators_mixed"),
        ("1.2345", "amount.separators_mixed"),
        (",50", "amount.separators_mixed"),
        ("12,", "amount.separators_mixed"),
        ("1234.567,00", "amount.separators_mixed"),
        ("12,5", "amount.decimals"),
        ("12,505", "amount.decimals"),
        ("abc", "amount.not_a_number"),
        ("12 50", "amount.not_a_number"),
        ("1e5", "amount.not_a_number"),
        ("--5", "amount.not_a_number"),
        (".,", "amount.not_a_number"),
        ("12$", "amount.not_a_number"),
        ("90.000.000.000.000,01", "amount.too_large"),
        ("9" * 5000, "amount.too_large"),
    ],
)
def test_parse_refuses_with_the_reason(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_cents(text, field="amount")
    assert (refusal.value.code, refusal.value.field) == (code, "amount")
    if code != "amount.empty":
        assert refusal.value.values == {"text": text}


@given(amounts)
def test_every_written_amount_is_read_back(cents: int) -> None:
    assert parse_cents(format_cents(cents)) == cents
    assert parse_cents(format_euro(cents)) == cents
    assert parse_cents(format_cents(cents).replace(".", "")) == cents
    assert parse_decimal_text(decimal_text(cents)) == cents
    assert Fraction(Decimal(decimal_text(cents))) == Fraction(cents, 100)


@given(st.text("0123456789.,-€ ", max_size=12))
def test_what_is_read_means_one_amount(text: str) -> None:
    try:
        cents = parse_cents(text)
    except InvalidInput:
        return
    bare = text.replace("€", "").strip()
    assert cents == Fraction(Decimal(bare.replace(".", "").replace(",", "."))) * 100
    if "." in bare:
        assert all(len(group) == 3 for group in bare.split(",")[0].split(".")[1:])


@pytest.mark.parametrize(
    ("cents", "plain", "decimal"),
    [
        (0, "0,00", "0.00"),
        (5, "0,05", "0.05"),
        (-5, "\u22120,05", "-0.05"),
        (1806088, "18.060,88", "18060.88"),
        (-100000000, "\u22121.000.000,00", "-1000000.00"),
    ],
)
def test_amounts_are_written(cents: int, plain: str, decimal: str) -> None:
    assert format_cents(cents) == plain
    assert format_euro(cents) == f"{plain}\u00a0€"
    assert decimal_text(cents) == decimal


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12,50", "amount.decimal_text"),
        ("12.5", "amount.decimal_text"),
        ("1.234.567", "amount.decimal_text"),
        ("", "amount.decimal_text"),
        ("٣.00", "amount.decimal_text"),
        ("90000000000000.01", "amount.too_large"),
        ("9" * 5000, "amount.too_large"),
    ],
)
def test_decimal_text_refuses(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_decimal_text(text, field="total")
    assert (refusal.value.code, refusal.value.field) == (code, "total")


def test_decimal_text_reads_whole_euro() -> None:
    assert parse_decimal_text(" 12 ") == 1200
    assert parse_decimal_text("-12.34") == -1234


# --- splitting -------------------------------------------------------------------------------

weights_lists = st.lists(st.integers(0, 10**15), min_size=1, max_size=9).filter(any)


@given(st.integers(0, CENTS_MAX), weights_lists)
def test_split_closes_and_stays_within_a_cent(total: int, weights: list[int]) -> None:
    shares = split_cents(Cents(total), weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1
        assert weight or not share


@given(st.integers(0, 10**9), weights_lists)
def test_split_keeps_the_order_of_weights(total: int, weights: list[int]) -> None:
    shares = split_cents(Cents(total), weights)
    for (heavy, more), (light, less) in itertools.permutations(zip(weights, shares, strict=True), 2):
        assert heavy <= light or more >= less


@given(st.integers(0, 10**9), weights_lists, st.integers(1, 1000))
def test_split_knows_proportions_only(total: int, weights: list[int], factor: int) -> None:
    assert split_cents(Cents(total), weights) == split_cents(Cents(total), [weight * factor for weight in weights])


def test_split_serves_ties_in_the_order_given() -> None:
    assert split_cents(Cents(5), [1, 1, 1]) == [2, 2, 1]
    assert split_cents(Cents(5), [1, 1, 1], (2, 1, 0)) == [1, 2, 2]
    assert split_cents(Cents(1), [1, 2], (0, 1)) == [0, 1]


@pytest.mark.parametrize(
    ("total", "weights", "order"),
    [(-1, [1], None), (1, [], None), (1, [-1, 2], None), (1, [0, 0], None), (1, [1, 1], (0,)), (1, [1, 1], (0, 0))],
)
def test_split_asserts_what_a_caller_must_keep(total: int, weights: list[int], order: tuple[int, ...] | None) -> None:
    with pytest.raises(AssertionError):
        split_cents(Cents(total), weights, order)


# --- percentages and rounding ----------------------------------------------------------------


def test_percentage_is_exact() -> None:
    assert percentage(2_845_00, 72_645_00) == Fraction(284_500 * 100, 72_645_00)
    assert percentage(1, 3) == Fraction(100, 3)
    assert percentage(5, 0) is None


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        (Fraction(2845 * 100, 72645), 2, "3.92"),
        (Fraction(57550 * 100, 107747), 1, "53.4"),
        (Fraction(1, 200), 2, "0.01"),
        (Fraction(-1, 200), 2, "-0.01"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(-5, 2), 0, "-3"),
        (Fraction(0), 2, "0.00"),
        (Fraction(1, 3), 4, "0.3333"),
    ],
)
def test_round_half_up(value: Fraction, digits: int, rounded: str) -> None:
    assert str(round_half_up(value, digits)) == rounded


@given(st.fractions(min_value=-(10**9), max_value=10**9), st.integers(0, 6))
def test_round_half_up_is_the_nearest_and_away_from_zero_at_the_middle(value: Fraction, digits: int) -> None:
    rounded = Fraction(round_half_up(value, digits))
    step = Fraction(1, 10**digits)
    assert (rounded / step).denominator == 1
    assert abs(rounded - value) <= step / 2
    if abs(rounded - value) == step / 2:
        assert abs(rounded) > abs(value)
    assert round_half_up(-value, digits) == -round_half_up(value, digits)


@given(st.lists(st.fractions(min_value=-1000, max_value=1000), min_size=2, max_size=2))
def test_round_half_up_is_monotone(values: list[Fraction]) -> None:
    low, high = sorted(values)
    assert round_half_up(low) <= round_half_up(high)
