from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.errors import InvalidInput
from app.services.wording.folding import fold, natural_key
from app.services.wording.formats import format_count, format_date
from app.services.wording.parsing import COUNT_MAX, parse_count, parse_date, parse_percent_text, parse_time


def refusal(reader: object, text: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        reader(text, field="x")  # type: ignore[operator]
    assert caught.value.field == "x"
    return caught.value.code


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_written_day_is_read_back(day: date) -> None:
    assert parse_date(format_date(day)) == day


@pytest.mark.parametrize(("text", "day"), [(" 1/2/2014 ", date(2014, 2, 1)), ("31-12-2014", date(2014, 12, 31))])
def test_day_may_be_written_loosely(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("30/02/2014", "date.does_not_exist"),
        ("00/01/2014", "date.does_not_exist"),
        ("1/13/2014", "date.does_not_exist"),
        ("01/01/0000", "date.does_not_exist"),
        ("31/03/14", "date.year_short"),
        ("2014-03-31", "date.format"),
        ("31/03", "date.format"),
        ("٣١/٠٣/٢٠١٤", "date.format"),
        ("", "date.format"),
    ],
)
def test_day_is_refused_with_its_reason(text: str, code: str) -> None:
    assert refusal(parse_date, text) == code


@pytest.mark.parametrize(
    ("text", "time"),
    [("9", "09:00"), ("9:05", "09:05"), ("9.30", "09:30"), ("0930", "09:30"), ("930", "09:30"), ("23:59", "23:59")],
)
def test_time_is_read(text: str, time: str) -> None:
    assert parse_time(text) == time


@pytest.mark.parametrize("text", ["24:00", "9:60", "9:5", "93", "12345", "x", ""])
def test_time_is_refused(text: str) -> None:
    assert refusal(parse_time, text) == "time.format"


@given(st.integers(min_value=0, max_value=COUNT_MAX))
def test_every_written_count_is_read_back(value: int) -> None:
    assert parse_count(format_count(value)) == value
    assert parse_count(str(value)) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-1", "count.not_a_number"),
        ("1,5", "count.not_a_number"),
        ("1.23", "count.not_a_number"),
        ("", "count.not_a_number"),
        ("9999999999", "count.too_large"),
        ("9" * 5000, "count.too_large"),
    ],
)
def test_count_is_refused_with_its_reason(text: str, code: str) -> None:
    assert refusal(parse_count, text) == code


@pytest.mark.parametrize(
    ("text", "kept"),
    [("3,86", "3,86\u00a0%"), ("3,86 %", "3,86\u00a0%"), ("31%", "31\u00a0%"), ("\u22121", "\u22121\u00a0%")],
)
def test_percentage_is_kept_as_declared(text: str, kept: str) -> None:
    assert parse_percent_text(text) == kept


@pytest.mark.parametrize("text", ["3.86", "x", "", "%", "3,", "1,2,3", "9" * 5000])
def test_percentage_is_refused(text: str) -> None:
    assert refusal(parse_percent_text, text) == "percent.format"


def test_folding_and_natural_order() -> None:
    assert fold("Èra ÀNCORA straße") == "era ancora strasse"
    names = ["doc 10", "Ètna", "àncora", "doc 2", "Bari", "10 anni", "9 mesi"]
    assert sorted(names, key=natural_key) == ["9 mesi", "10 anni", "àncora", "Bari", "doc 2", "doc 10", "Ètna"]


def test_numbers_of_any_length_have_their_place() -> None:
    names = ["1" * 5000, "1" + "0" * 400, "2"]
    assert sorted(names, key=natural_key)[0] == "2"


@given(st.text(), st.text())
def test_natural_keys_can_always_be_compared(one: str, other: str) -> None:
    assert (natural_key(one) < natural_key(other)) or (natural_key(one) >= natural_key(other))
