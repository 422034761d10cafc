"""Tables and documents as plain data: CSV, JSON, text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from app.models.money import decimal_text, round_half_up
from app.services.reports.spec import (
    RIGHT_ALIGNED,
    BarsChart,
    Blank,
    Contents,
    Document,
    Facts,
    FlowChart,
    Grid,
    Heading,
    Items,
    Kind,
    PageBreak,
    Paragraph,
    Part,
    QrCode,
    Signatures,
    Table,
    TimeChart,
)
from app.services.wording.formats import display
from app.services.wording.points import MEASURE_DIGITS
from app.services.wording.texts import Translator

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which a spreadsheet takes a text for a formula."""


# --- CSV -----------------------------------------------------------------------------------


def csv_text(table: Table, tr: Translator) -> str:
    """A table as CSV the way an Italian spreadsheet opens it by a double click.

    Fields are parted by semicolons and lines end with CR LF; the file is to be written as "utf-8-sig", whose
    mark tells Excel the encoding. Amounts are «18060,88» and percentages «31,20%», which Excel in Italian reads
    as numbers; dates are «31/03/2014». A text that starts like a formula gets a `'` before it. The rows are those
    of the drawn table, headings and totals included.
    """
    header = [csv_safe(column.title) for column in table.columns]
    rows = (
        [_csv_cell(column.kind, table.cell(row, column), tr) for column in table.columns] for row in table.drawn_rows()
    )
    return _csv_lines([header, *rows])


def _csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as lines of CSV."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)
    return file.getvalue()


def csv_tables(tables: Sequence[Table], tr: Translator) -> str:
    """Several tables as CSV: each under a line with its title, parted from the one before by an empty line."""
    return "\r\n".join(f"{_csv_lines([[csv_safe(table.title)]])}{csv_text(table, tr)}" for table in tables)


def csv_safe(text: str) -> str:
    """`text`, with an apostrophe before it when a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv_cell(kind: Kind, value: Any, tr: Translator) -> str:
    """One field; numbers without what only the eye needs."""
    if value is None:
        return ""
    if not isinstance(value, str):
        match kind:
            case Kind.MONEY:
                return decimal_text(value).replace(".", ",")
            case Kind.COUNT:
                return str(value)
            case Kind.PERCENT:
                return f"{_two_decimals(value)}%".replace(".", ",")
            case Kind.POINTS:
                return _two_decimals(value).replace(".", ",")
            case Kind.MEASURE:
                return _as_given(value).replace(".", ",")
    return csv_safe(display(kind, value, tr))


def _two_decimals(value: Fraction) -> str:
    """«31.20», half up."""
    return format(round_half_up(value), "f")


def _as_given(value: Fraction) -> str:
    """«31.2»: as many decimals as there are."""
    return format(round_half_up(value, MEASURE_DIGITS).normalize(), "f")


# --- JSON ----------------------------------------------------------------------------------


def json_value(table: Table, as_at: datetime | None = None) -> dict[str, Any]:
    """A table as stable data: keys in English, amounts as "18060.88", dates as ISO 8601.

    Percentages and points are text with two decimals, half up; states are their stable names; an empty cell is
    None. `rows` are the declared rows, headings and subtotals of groups included, and `roles` says what each is
    ("body", "heading", "subtotal", "total"); the closing total is in `totals`, by column key.

    Args:
        table: what is written.
        as_at: instant of the records it was made from.
    """
    columns = {column.key: column for column in table.columns}
    return {
        "code": table.code,
        "title": table.title,
        "as_at": None if as_at is None else json_cell(Kind.INSTANT, as_at),
        "columns": [{"key": column.key, "title": column.title, "kind": column.kind.value} for column in table.columns],
        "rows": [[json_cell(column.kind, table.cell(row, column)) for column in table.columns] for row in table.rows],
        "totals": {key: json_cell(columns[key].kind, total) for key, total in table.totals().items()},
        "roles": [table.role(row).value for row in table.rows],
        "subtitle": table.subtitle,
        "notes": list(table.notes),
    }


def json_cell(kind: Kind, value: Any) -> str | int | bool | None:
    """One value in its stable form."""
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    match kind:
        case Kind.MONEY:
            return decimal_text(value)
        case Kind.PERCENT | Kind.POINTS:
            return _two_decimals(value)
        case Kind.MEASURE:
            return _as_given(value)
        case Kind.DATE | Kind.INSTANT:
            return _iso(value)
        case Kind.COUNT:
            return int(value)
        case Kind.FLAG:
            return bool(value)
        case _:
            return str(value)


def _iso(value: date | datetime) -> str:
    """A day, or an instant in UTC."""
    return value.astimezone(UTC).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


# --- plain text ----------------------------------------------------------------------------


def plain_text(document: Document, tr: Translator) -> str:
    """A document as text: the same words as on paper, in reading order, tables in columns of equal width."""
    lines = [*document.heading, "", document.title, "=" * len(document.title)]
    for part in document.parts:
        lines += ["", *_part_lines(part, document, tr)]
    if document.reference:
        lines += ["", f"[{document.reference}]"]
    return "\n".join(line.rstrip() for line in lines).lstrip("\n") + "\n"


def _part_lines(part: Part, document: Document, tr: Translator) -> Iterator[str]:
    """The lines of one part."""
    match part:
        case Heading():
            yield f"{'#' * part.level} {part.text}"
        case Paragraph():
            yield f"**{part.text}**" if part.strong else part.text
        case Contents():
            yield from (f"{n}. {text}" for n, text in enumerate(part.texts, start=1))
        case Items():
            for n, text in enumerate(part.texts, start=1):
                yield f"{n}. {text}" if part.numbered else f"- {text}"
        case Facts():
            for label, value in part.pairs:
                yield f"{label}: {value}"
        case Signatures():
            for office, name in part.places:
                yield f"{office}: {name} ____________________"
        case QrCode():
            yield from part.beside
            yield f"[{part.caption}: {part.content}]"
        case Blank():
            choices = "  ".join(f"[ ] {choice}" for choice in part.choices)
            yield f"{part.label}: {choices or part.filled or '_' * 20}"
        case Grid():
            yield " | ".join(title for title, _width in part.columns)
            yield from (" | ".join(row) for row in part.filled)
        case TimeChart():
            yield from (f"{bar.name}: {bar.months}" for bar in part.bars)
        case FlowChart() | BarsChart():
            yield part.alternative
        case PageBreak():
            yield "-" * 20
        case _:
            yield from _table_lines(part, tr, titled=part.title != document.title)


def _table_lines(table: Table, tr: Translator, *, titled: bool) -> Iterator[str]:
    """A table in columns; rows that are not of the body are marked at their start."""
    cells = [[column.title for column in table.columns]]
    cells += [
        [display(column.kind, table.cell(row, column), tr).replace("\n", " ") for column in table.columns]
        for row in table.drawn_rows()
    ]
    widths = [max(len(row[n]) for row in cells) for n in range(len(table.columns))]
    marks = ["  ", *(_MARKS[table.role(row).value] for row in table.drawn_rows())]
    if titled:
        yield table.title
    if table.subtitle:
        yield table.subtitle
    for n, (mark, row) in enumerate(zip(marks, cells, strict=True)):
        yield mark + " | ".join(
            text.rjust(width) if column.kind in RIGHT_ALIGNED else text.ljust(width)
            for text, width, column in zip(row, widths, table.columns, strict=True)
        )
        if n == 0:
            yield "  " + "-+-".join("-" * width for width in widths)
    for note in table.notes:
        yield f"  ({note})"


_MARKS = {"body": "  ", "heading": "# ", "subtotal": "- ", "total": "= "}
