"""Cells read strictly: what is not certain is refused, and no number passes through binary arithmetic."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.models.errors import InvalidInput
from app.models.money import CENTS_MAX
from app.services.exchange import reader
from app.services.exchange.guard import check_workbook
from app.services.exchange.reader import read_sheets


@pytest.mark.parametrize(
    ("value", "cents"),
    [
        (None, None),
        (Decimal("18060.88"), 1_806_088),
        (Decimal("0.1"), 10),
        (Decimal("1E+3"), 100_000),
        ("1.234,56", 123_456),
        ("€ 12", 1200),
        (Decimal(-5), -500),
    ],
)
def test_amounts(value: reader.Value, cents: int | None) -> None:
    assert reader.as_amount(value) == cents


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (Decimal("0.001"), "amount.decimals"),
        (Decimal(CENTS_MAX), "amount.too_large"),
        ("1234.56", "amount.decimal_point"),
        (True, "amount.not_a_number"),
        (date(2014, 3, 31), "amount.not_a_number"),
    ],
)
def test_what_is_no_amount(value: reader.Value, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        reader.as_amount(value)
    assert raised.value.code == code


def test_counts() -> None:
    assert [reader.as_count(value) for value in (None, Decimal("24.0"), "1.234")] == [None, 24, 1234]
    for value, code in (
        (Decimal("1.5"), "count.not_a_number"),
        (Decimal(-1), "count.not_a_number"),
        (Decimal(10**10), "count.too_large"),
        (time(9, 30), "count.not_a_number"),
    ):
        with pytest.raises(InvalidInput) as raised:
            reader.as_count(value)
        assert raised.value.code == code


def test_days() -> None:
    day = date(2014, 3, 31)
    assert [reader.as_date(value) for value in (None, day, "31/3/2014")] == [None, day, day]
    for value in (Decimal(41729), datetime(2014, 3, 31, 9, 30), "ieri", timedelta(1)):
        with pytest.raises(InvalidInput) as raised:
            reader.as_date(value)
        assert raised.value.code == "date.format"


def test_percentages() -> None:
    assert [reader.as_percent(value) for value in (None, "3,86 %", Decimal("31.2"))] == [
        "",
        "3,86\u00a0%",
        "31,2\u00a0%",
    ]
    with pytest.raises(InvalidInput) as raised:
        reader.as_percent(Decimal(1))
    assert raised.value.code == "workbook.percent_unclear"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (Decimal("100.0"), "100"),
        (Decimal("12.50"), "12,5"),
        (True, "VERO"),
        (False, "FALSO"),
        (date(2014, 3, 31), "31/03/2014"),
        ("testo", "testo"),
    ],
)
def test_values_are_shown_as_they_were_seen(value: reader.Value, text: str) -> None:
    assert reader.as_text(value) == text


def test_cells_of_a_spreadsheet_program(tmp_path: Path) -> None:
    book = Workbook()
    values = ["  a\r\nb ", " ", 0.1, 7, date(2014, 3, 31), datetime(2014, 3, 31, 9, 30), time(9, 30), False, "1e3"]
    for column, value in enumerate(values, start=2):
        book.active.cell(2, column, value)
    book.save(tmp_path / "x.xlsx")
    sheet = read_sheets(check_workbook(tmp_path / "x.xlsx"))["Sheet"]
    expected = ["a\nb", None, Decimal("0.1"), Decimal(7), *values[4:]]
    assert [sheet.value(2, column) for column in range(2, 11)] == expected
    assert sheet.value(1, 1) is sheet.value(2, 1) is sheet.value(9, 9) is sheet.value(2, 99) is None


def test_hours_beyond_the_calendar(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = 5_000_000_000
    book.active["A1"].number_format = "[h]:mm:ss"
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InvalidInput) as raised:
        dict(read_sheets(check_workbook(tmp_path / "x.xlsx")))
    assert raised.value.code == "workbook.damaged"
