"""The one declaration of a table; see `spec`, which offers it too, with the documents that tables stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.models.money import Cents


class Kind(StrEnum):
    """What a column holds: decides alignment, text, number format and sort value."""

    TEXT = "text"  # str
    NOTE = "note"  # str, wraps
    COUNT = "count"  # int
    MONEY = "money"  # Cents
    PERCENT = "percent"  # Fraction, of a hundred
    POINTS = "points"  # Fraction, shown with two decimals
    MEASURE = "measure"  # Fraction, shown as it was given: heads without decimals, hours with those they have
    DATE = "date"  # datetime.date
    TIME = "time"  # str "HH:MM"
    INSTANT = "instant"  # aware datetime
    STATE = "state"  # StrEnum; shown by its label, as a badge on screen
    FLAG = "flag"  # bool


RIGHT_ALIGNED = frozenset({Kind.COUNT, Kind.MONEY, Kind.PERCENT, Kind.POINTS, Kind.MEASURE})


class Role(StrEnum):
    """What a row is within its table."""

    BODY = "body"
    HEADING = "heading"  # title of a group of rows
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        key: stable English name, for JSON and settings.
        title: in the document's language.
        value: raw value of a row for this column, or None for an empty cell.
        width_mm: on paper; shares of the width on screen.
        total: whether the column is summed over body rows (MONEY and COUNT only).
    """

    key: str
    title: str
    kind: Kind
    value: Callable[[Any], Any]
    width_mm: float = 30
    total: bool = False


@dataclass(frozen=True)
class Line:
    """A row that is not of the body: a heading, subtotal or total with its own cells by column key."""

    role: Role
    cells: Mapping[str, Any]


WAITING = Line(Role.BODY, {})
"""Stands for a row that is not read yet."""


@dataclass(frozen=True)
class Whole:
    """What is known of all rows of a table while only the first of them are read.

    Attributes:
        rows: how many there are.
        totals: sum of each column with `total`, by column key.
    """

    rows: int
    totals: Mapping[str, int]


@dataclass(frozen=True)
class Table:
    """Rows under declared columns; what is counted of them is counted once, be it ahead of its use.

    Attributes:
        code: "T04", or a stable name for a list of the window.
        rows: records of one frozen dataclass, or `Line` for headings and totals, in order.
        notes: footnotes: rounding rule, tie order, «dato di esempio», sources.
        row_id: key of a row's record, for following a figure back (None when rows have none).
        landscape: whether it is printed on the long side.
        total_label: text of the closing total row; no total row is drawn when it is empty.
        whole: of a long list that is being read: `rows` are its first ones, in its own order. None everywhere else.
        kept: what was counted.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Any, ...]
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    row_id: Callable[[Any], str] | None = None
    landscape: bool = False
    total_label: str = ""
    whole: Whole | None = None
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def role(self, row: Any) -> Role:
        """What `row` is."""
        return row.role if isinstance(row, Line) else Role.BODY

    def cell(self, row: Any, column: Column) -> Any:
        """Raw value of one cell."""
        return row.cells.get(column.key) if isinstance(row, Line) else column.value(row)

    def body(self) -> tuple[Any, ...]:
        """Rows that count in the totals."""
        if "body" not in self.kept:
            body = tuple(row for row in self.rows if not isinstance(row, Line))
            self.kept["body"] = self.rows if len(body) == len(self.rows) else body
        found: tuple[Any, ...] = self.kept["body"]
        return found

    def totals(self) -> Mapping[str, int]:
        """Sum over body rows of each column with `total`, by column key; the only totals of the program."""
        if self.whole is not None:
            return self.whole.totals
        if "totals" not in self.kept:
            summed = [column for column in self.columns if column.total]
            self.kept["totals"] = {column.key: sum(column.value(row) or 0 for row in self.body()) for column in summed}
        found: Mapping[str, int] = self.kept["totals"]
        return found

    def counted(self, column: Column) -> Counter[Any]:
        """How many body rows have each value of a column."""
        counts: dict[str, Counter[Any]] = self.kept.setdefault("counted", {})
        if column.key not in counts:
            counts[column.key] = Counter(map(column.value, self.body()))
        return counts[column.key]

    def drawn_rows(self) -> tuple[Any, ...]:
        """All rows as drawn, the closing total row last when the table has one."""
        if "drawn" not in self.kept:
            self.kept["drawn"] = self._drawn()
        found: tuple[Any, ...] = self.kept["drawn"]
        return found

    def _drawn(self) -> tuple[Any, ...]:
        lacking = 0 if self.whole is None else self.whole.rows - len(self.body())
        rows = (*self.rows, *(WAITING for _n in range(lacking))) if lacking else self.rows
        if not self.total_label or not any(column.total for column in self.columns):
            return rows
        cells: dict[str, Any] = {}
        for column in self.columns:
            if column.total:
                continue
            cells[column.key] = self.total_label
            break
        for key, amount in self.totals().items():
            cells[key] = Cents(amount)
        return (*rows, Line(Role.TOTAL, cells))
