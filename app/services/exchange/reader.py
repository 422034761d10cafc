"""Cells of a checked workbook, and the strict reading of each kind of value.

Numbers come as binary floats by the file's format; they are turned into decimals by their shortest text and never
calculated with. What is not certain is refused, never guessed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from app.models.errors import InvalidInput
from app.models.money import CENTS_MAX, Cents, parse_cents
from app.services.exchange.guard import CheckedWorkbook
from app.services.exchange.scan import column_name
from app.services.wording.folding import fold
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.parsing import COUNT_MAX, parse_count, parse_date, parse_percent_text, parse_time
from app.services.wording.texts import LANGUAGES, Translator, translator

Value = str | Decimal | date | datetime | time | timedelta | bool | None
"""What a cell holds; None is an empty one. A day without a time is a `date`."""

FLAGS = {
    **dict.fromkeys(("si", "s", "yes", "y", "x", "vero", "true"), True),
    **dict.fromkeys(("no", "n", "falso", "false"), False),
}
"""How people say yes and no in a cell, folded."""


@dataclass(frozen=True)
class Sheet:
    """A sheet as it is filled.

    Attributes:
        rows: all rows from the first to the last with content, each from the first column.
    """

    title: str
    rows: tuple[tuple[Value, ...], ...]

    def value(self, row: int, column: int) -> Value:
        """What stands in a cell; row and column are counted from 1."""
        if row > len(self.rows) or column > len(self.rows[row - 1]):
            return None
        return self.rows[row - 1][column - 1]


def cell_name(row: int, column: int) -> str:
    """«C5» for row 5 and column 3, both counted from 1."""
    return f"{column_name(column)}{row}"


class Sheets(Mapping[str, Sheet]):
    """Every sheet by its title, in the order of the workbook; one is read when it is asked for, and not kept.

    A sheet may have very many rows: who reads one after the other holds one at a time.
    """

    def __init__(self, workbook: CheckedWorkbook) -> None:
        self._name = workbook.name
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.data))
            self._titles = tuple(self._book.sheet_names)
        except CalamineError as failure:
            raise InvalidInput("workbook.damaged", name=self._name) from failure

    def __getitem__(self, title: str) -> Sheet:
        """Read a sheet."""
        if title not in self._titles:
            raise KeyError(title)
        try:
            return _read_sheet(self._book, title)
        except (CalamineError, OverflowError) as failure:  # the second: hours beyond the calendar
            raise InvalidInput("workbook.damaged", name=self._name) from failure

    def __iter__(self) -> Iterator[str]:
        return iter(self._titles)

    def __len__(self) -> int:
        return len(self._titles)


def read_sheets(workbook: CheckedWorkbook) -> Mapping[str, Sheet]:
    """Every sheet by its title, in the order of the workbook; each is read when it is asked for.

    Raises:
        InvalidInput: "workbook.damaged", here or when a sheet is read.
    """
    return Sheets(workbook)


def _read_sheet(book: CalamineWorkbook, title: str) -> Sheet:
    sheet = book.get_sheet_by_name(title)
    known: dict[str, str | None] = {"": None}
    left = (None,) * (sheet.start or (0, 0))[1]  # what is empty before the first column with content
    rows = [left + _row_values(row, known) for row in sheet.iter_rows()]
    while rows and not any(value is not None for value in rows[-1]):
        rows.pop()
    return Sheet(title, tuple(rows))


def _row_values(row: list[Any], known: dict[str, str | None]) -> tuple[Value, ...]:
    """Values of a row; a text that stands in many cells is kept once, in `known`."""
    values: list[Value] = []
    for raw in row:
        if isinstance(raw, str):
            if raw not in known:
                known[raw] = _text(raw)
            values.append(known[raw])
        else:
            values.append(Decimal(repr(raw)) if isinstance(raw, float) else raw)
    return tuple(values)


def _text(raw: str) -> str | None:
    """A text without the spaces around it; a line ends with a line feed alone."""
    return raw.replace("\r\n", "\n").replace("\r", "\n").strip() or None


def shown(value: Value) -> str:
    """A cell's value as the person who filled it sees it."""
    if isinstance(value, bool):
        return "VERO" if value else "FALSO"
    if isinstance(value, Decimal):
        return f"{_plain(value):f}".replace(".", ",")
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_date(value)
    return "" if value is None else str(value)


def _plain(number: Decimal) -> Decimal:
    """The number without zeros after its last decimal."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


# --- one kind each -------------------------------------------------------------------------


def as_text(value: Value) -> str:
    """A text; a number or a day as it is shown."""
    return value if type(value) is str else "" if value is None else shown(value)


def as_amount(value: Value) -> Cents | None:
    """An amount in cents: a number with at most two decimals, or a text that `parse_cents` reads.

    Raises:
        InvalidInput: "amount.decimals", "amount.too_large", those of `parse_cents`.
    """
    if value is None:
        return None
    if isinstance(value, Decimal):
        cents = value.scaleb(2)
        if cents != cents.to_integral_value():
            raise InvalidInput("amount.decimals", text=shown(value))
        if abs(cents) > CENTS_MAX:
            raise InvalidInput("amount.too_large", text=shown(value))
        return Cents(int(cents))
    if isinstance(value, str):
        return parse_cents(value)
    raise InvalidInput("amount.not_a_number", text=shown(value))


def as_count(value: Value) -> int | None:
    """A whole number, not negative.

    Raises:
        InvalidInput: "count.not_a_number", "count.too_large".
    """
    if value is None:
        return None
    if isinstance(value, Decimal):
        if value != value.to_integral_value() or value < 0:
            raise InvalidInput("count.not_a_number", text=shown(value))
        if value > COUNT_MAX:
            raise InvalidInput("count.too_large", text=shown(value))
        return int(value)
    if isinstance(value, str):
        return parse_count(value)
    raise InvalidInput("count.not_a_number", text=shown(value))


def as_percent(value: Value) -> str:
    """A percentage as it was written: «3,86 %».

    Raises:
        InvalidInput: "percent.format"; "workbook.percent_unclear" for a number that may be a part of 1 or of 100.
    """
    if value is None:
        return ""
    if isinstance(value, Decimal) and 0 < value <= 1:
        raise InvalidInput("workbook.percent_unclear", text=shown(value))
    return parse_percent_text(shown(value))


def as_date(value: Value) -> date | None:
    """A day.

    Raises:
        InvalidInput: those of `parse_date`.
    """
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return parse_date(shown(value))


def as_time(value: Value) -> str:
    """A time of day as "09:30"; empty for none.

    Raises:
        InvalidInput: those of `parse_time`.
    """
    if value is None:
        return ""
    return value.strftime("%H:%M") if isinstance(value, time) else parse_time(shown(value))


def as_flag(value: Value) -> bool:
    """Yes or no; an empty cell is no.

    Raises:
        InvalidInput: "workbook.flag".
    """
    if value is None or isinstance(value, bool):
        return bool(value)
    flag = FLAGS.get(fold(shown(value)))
    if flag is None:
        raise InvalidInput("workbook.flag", text=shown(value))
    return flag


def as_choice(value: Value, choices: type[StrEnum], tr: Translator) -> StrEnum | None:
    """A member of an enumeration by its name in any language of the program.

    Args:
        tr: language in which the refusal lists what can be chosen.

    Raises:
        InvalidInput: "workbook.choice" with `text` and `choices`.
    """
    if value is None:
        return None
    member = _spellings(choices).get(fold(shown(value)))
    if member is None:
        raise InvalidInput("workbook.choice", text=shown(value), choices=tuple(label(one, tr) for one in choices))
    return member


@cache
def _spellings(choices: type[StrEnum]) -> Mapping[str, StrEnum]:
    """Members by their folded names in every language, and by the value that programs use."""
    names: dict[str, StrEnum] = {}
    for language in LANGUAGES:
        names |= {fold(label(member, translator(language))): member for member in choices}
    return {fold(member.value): member for member in choices} | names


READERS: Mapping[str, Callable[[Value], object]] = {
    "text": as_text,
    "long": as_text,
    "name": as_text,
    "money": as_amount,
    "count": as_count,
    "percent": as_percent,
    "date": as_date,
    "time": as_time,
    "flag": as_flag,
}
"""The reading of each kind that needs nothing else; by the value of `forms.Entry`."""
