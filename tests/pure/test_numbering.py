"""Numbers of objectives, and percentages that somebody declared: read strictly, written as they were."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.errors import InvalidInput
from app.services.wording.numbering import NUMBER_MAX, format_objective_numbers, parse_objective_numbers
from app.services.wording.shares import parse_share, share_exact, share_text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("6", (6,)),
        ("2-3", (2, 3)),
        ("5-7", (5, 6, 7)),
        ("5-7, 9", (5, 6, 7, 9)),
        (" 9 ,5 \u2013 7 ", (5, 6, 7, 9)),
        ("4-4", (4,)),
        ("1,2,3", (1, 2, 3)),
        ("99", (99,)),
    ],
)
def test_parse_objective_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_objective_numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("", "objectives.format", ""),
        ("tutti", "objectives.format", "tutti"),
        ("1,", "objectives.format", "1,"),
        ("1;2", "objectives.format", "1;2"),
        ("5-", "objectives.format", "5-"),
        ("5-6-7", "objectives.format", "5-6-7"),
        ("-5", "objectives.format", "-5"),
        ("1.5", "objectives.format", "1.5"),
        ("12345", "objectives.format", "12345"),
        ("٣", "objectives.format", "٣"),
        ("1, 7-5", "objectives.backwards", "7-5"),
        ("0", "objectives.out_of_range", "0"),
        ("0-3", "objectives.out_of_range", "0-3"),
        ("1-9999", "objectives.out_of_range", "1-9999"),
        ("100", "objectives.out_of_range", "100"),
    ],
)
def test_parse_objective_numbers_refuses(text: str, code: str, shown: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_objective_numbers(text, field="actions.0.objectives")
    assert (caught.value.code, caught.value.field, caught.value.values["text"]) == (code, "actions.0.objectives", shown)


@pytest.mark.parametrize(("text", "number"), [("5-7, 6", 6), ("6, 5-7", 6), ("2, 2", 2), ("1-3, 2-4", 2)])
def test_parse_objective_numbers_refuses_a_number_twice(text: str, number: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_objective_numbers(text)
    assert (caught.value.code, caught.value.values) == ("objectives.repeated", {"number": number})


@pytest.mark.parametrize(
    ("numbers", "text"), [((), ""), ((6,), "6"), ((3, 2), "2-3"), ((9, 5, 6, 7), "5-7, 9"), ((1, 3, 5), "1, 3, 5")]
)
def test_format_objective_numbers(numbers: tuple[int, ...], text: str) -> None:
    assert format_objective_numbers(numbers) == text


@given(st.sets(st.integers(1, NUMBER_MAX), min_size=1))
def test_numbers_are_read_as_they_were_written(numbers: set[int]) -> None:
    assert parse_objective_numbers(format_objective_numbers(numbers)) == tuple(sorted(numbers))


@pytest.mark.parametrize(
    ("text", "kept", "shown"),
    [
        ("", "", ""),
        ("  ", "", ""),
        ("3,86", "3.86", "3,86\u00a0%"),
        ("3,86 %", "3.86", "3,86\u00a0%"),
        ("3,86\u00a0%", "3.86", "3,86\u00a0%"),
        ("53,4%", "53.4", "53,4\u00a0%"),
        ("+40", "40", "40\u00a0%"),
        ("1.234,50", "1234.50", "1234,50\u00a0%"),
    ],
)
def test_share_is_kept_as_decimal_text(text: str, kept: str, shown: str) -> None:
    assert parse_share(text) == kept
    assert share_text(kept) == shown
    assert parse_share(shown) == kept


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3.86", "percent.format"),
        ("3,86 per cento", "percent.format"),
        ("-1", "number.negative"),
        ("\u22121,5 %", "number.negative"),
    ],
)
def test_share_refuses(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_share(text, field="share_declared")
    assert (caught.value.code, caught.value.field) == (code, "share_declared")


def test_share_is_exact() -> None:
    assert share_exact("3.86") == Fraction(386, 100)
    assert share_exact("") is None
