"""The one declaration of a table and of a document; renderers and screens read it and decide nothing.

Values stay raw (Cents, Fraction, date, str, bool, int) until drawn. Texts are already in the language of the
document: builders receive its `Translator`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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
    POINTS = "points"  # Fraction
    DATE = "date"  # datetime.date
    TIME = "time"  # str "HH:MM"
    INSTANT = "instant"  # aware datetime
    STATE = "state"  # StrEnum; shown by its label, as a badge on screen
    FLAG = "flag"  # bool


RIGHT_ALIGNED = frozenset({Kind.COUNT, Kind.MONEY, Kind.PERCENT, Kind.POINTS})


class Role(StrEnum):
    """What a row is within its table."""

    BODY = "body"
    HEADING = "heading"  # title of a group of rows
    SUBTOTAL = "subtotal"
    TOTAL = "total"


class Audience(StrEnum):
    """Who reads the document: builders leave out what is not for them."""

    FULL = "full"
    PUBLISHED = "published"


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


@dataclass(frozen=True)
class Table:
    """Rows under declared columns.

    Attributes:
        code: "T04", or a stable name for a list of the window.
        rows: records of one frozen dataclass, or `Line` for headings and totals, in order.
        notes: footnotes: rounding rule, tie order, «dato di esempio», sources.
        row_id: key of a row's record, for following a figure back (None when rows have none).
        landscape: whether it is printed on the long side.
        total_label: text of the closing total row; no total row is drawn when it is empty.
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

    def role(self, row: Any) -> Role:
        """What `row` is."""
        return row.role if isinstance(row, Line) else Role.BODY

    def cell(self, row: Any, column: Column) -> Any:
        """Raw value of one cell."""
        return row.cells.get(column.key) if isinstance(row, Line) else column.value(row)

    def body(self) -> tuple[Any, ...]:
        """Rows that count in the totals."""
        return tuple(row for row in self.rows if not isinstance(row, Line))

    def totals(self) -> dict[str, int]:
        """Sum over body rows of each column with `total`, by column key; the only totals of the program."""
        return {
            column.key: sum(column.value(row) or 0 for row in self.body()) for column in self.columns if column.total
        }

    def drawn_rows(self) -> tuple[Any, ...]:
        """All rows as drawn, the closing total row last when the table has one."""
        if not self.total_label or not any(column.total for column in self.columns):
            return self.rows
        cells: dict[str, Any] = {}
        for column in self.columns:
            if column.total:
                continue
            cells[column.key] = self.total_label
            break
        for key, amount in self.totals().items():
            cells[key] = Cents(amount)
        return (*self.rows, Line(Role.TOTAL, cells))


@dataclass(frozen=True)
class Heading:
    """A heading of a document; level 1 to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Plain text; line breaks start new lines. `strong` for a sentence to be found at a glance."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Items:
    """A list, numbered or not."""

    texts: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Facts:
    """Pairs of label and value, one under the other."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Signatures:
    """Places to sign: pairs of office («Il Presidente») and name."""

    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class QrCode:
    """A square that a camera reads.

    Attributes:
        content: what is read; capitals and digits make the squares larger.
        caption: what it is, for who cannot see it.
    """

    content: str
    caption: str


@dataclass(frozen=True)
class TimeBar:
    """A bar of a timeline.

    Attributes:
        first, last: months from 1; None when nothing is said.
        months: the same in words.
    """

    name: str
    first: int | None
    last: int | None
    months: str


@dataclass(frozen=True)
class TimeChart:
    """Actions over months: a table of names and months, with a bar for each.

    Attributes:
        months: what stands over each month.
        spans: (words, first month, last month) of the line above them: years.
        heads: titles of the two columns: what the names are, what the months are.
    """

    title: str
    months: tuple[str, ...]
    spans: tuple[tuple[str, int, int], ...]
    bars: tuple[TimeBar, ...]
    heads: tuple[str, str]


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page."""


@dataclass(frozen=True)
class Blank:
    """A field to be filled in by hand.

    Attributes:
        hint: what to write, in small beside the label.
        lines: how many lines there are to write on.
        choices: words to be ticked, in the place of lines.
        filled: what is printed in it already.
    """

    label: str
    hint: str = ""
    lines: int = 1
    choices: tuple[str, ...] = ()
    filled: str = ""


@dataclass(frozen=True)
class Grid:
    """A table to be filled in by hand.

    Attributes:
        columns: title and width in millimetres of each.
        rows: blank rows, after those that are filled; `lines` of writing in each.
        filled: rows that are printed already, a text for each column.
        hints: what to write, in small over the table.
        landscape: whether it is printed on the long side.
    """

    title: str
    columns: tuple[tuple[str, float], ...]
    rows: int
    lines: int = 1
    filled: tuple[tuple[str, ...], ...] = ()
    hints: tuple[str, ...] = ()
    landscape: bool = False


Part = Heading | Paragraph | Items | Facts | Signatures | QrCode | Blank | Grid | TimeChart | PageBreak | Table


@dataclass(frozen=True)
class Document:
    """Something to print.

    Attributes:
        code: "T04", "verbale".
        heading: lines of the office's heading, top of the first page.
        language: "it" or "en": of the document, not of the window.
        as_at: instant of the records it was made from; the only date of the file, so that repeats are the same bytes.
        reference: line at the foot of each page: file reference and head of the journal.
        slug: short file name without suffix.
    """

    code: str
    title: str
    parts: tuple[Part, ...]
    heading: tuple[str, ...]
    language: str
    as_at: datetime
    reference: str = ""
    subject: str = ""
    slug: str = ""
    audience: Audience = Audience.FULL
    landscape: bool = False
    attachments: Mapping[str, bytes] = field(default_factory=dict)

    def tables(self) -> Iterable[Table]:
        """The tables among its parts, in order."""
        return (part for part in self.parts if isinstance(part, Table))
