"""One table drawn five times: on screen, in PDF, as workbook, CSV and JSON; equal cell by cell."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.models.enums import ProposalState
from app.models.money import Cents, parse_cents, parse_decimal_text
from app.services.reports.spec import Document, Kind, Role, Table
from app.services.reports.writer import Format, export_document
from app.services.wording.formats import display, rome
from app.services.wording.texts import Translator, translator
from tests.pure.documents import AWARD, AWARDS, COLUMNS, award_table, document_of, structure

Cells = list[list[str]]

TABLES = {
    "all kinds and roles": award_table(),
    "without total": award_table(total_label=""),
    "over pages": award_table(rows=(AWARD,) * 120),
    "measures": award_table(
        columns=tuple(replace(each, kind=Kind.MEASURE) if each.kind is Kind.POINTS else each for each in COLUMNS)
    ),
    "empty": award_table(rows=()),
    "lying": award_table(rows=AWARDS * 3, landscape=True, subtitle="al 31/03/2014", notes=()),
}


def on_screen(table: Table, tr: Translator) -> Cells:
    """The texts of a window's cells."""
    return [
        [display(column.kind, table.cell(row, column), tr) for column in table.columns] for row in table.drawn_rows()
    ]


def plain(cells: Cells) -> Cells:
    """Cells without what extraction of text does not keep: kinds of spaces, ends of lines."""
    return [[" ".join(text.split()) for text in row] for row in cells]


def in_pdf(path: Path, table: Table, _tr: Translator) -> Cells:
    """The texts of the cells of the structure tree; a cell over several columns counts for the first."""
    rows = []
    body = next(structure(path.read_bytes()).find("TBody"))
    for row in body.kids:
        cells: list[str] = []
        for cell in row.kids:
            cells += [cell.text, *[""] * (int(cell.attributes.get("ColSpan", 1)) - 1)]
        rows.append(cells)
    return rows if table.drawn_rows() else []


def in_workbook(path: Path, table: Table, tr: Translator) -> Cells:
    """The values of the sheet, shown as the screen shows them."""
    (sheet,) = openpyxl.load_workbook(path).worksheets
    first = int(sheet.freeze_panes[1:])
    assert [cell.value for cell in sheet[first - 1]] == [column.title for column in table.columns]
    rows = sheet.iter_rows(min_row=first, max_row=first + len(table.drawn_rows()) - 1) if table.drawn_rows() else []
    return [
        [_from_sheet(column.kind, cell.value, tr) for column, cell in zip(table.columns, row, strict=True)]
        for row in rows
    ]


def _from_sheet(kind: Kind, value: Any, tr: Translator) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    number = Fraction(Decimal(str(value))) if isinstance(value, int | float) else value
    reading: dict[Kind, Callable[[Any], Any]] = {
        Kind.MONEY: lambda number: Cents(round(number * 100)),
        Kind.COUNT: int,
        Kind.PERCENT: lambda number: number * 100,
        Kind.POINTS: lambda number: number,
        Kind.MEASURE: lambda number: number,
        Kind.DATE: datetime.date,
        Kind.INSTANT: lambda local: local.replace(tzinfo=rome()),
    }
    return display(kind, reading[kind](number), tr)


def in_csv(path: Path, table: Table, tr: Translator) -> Cells:
    """The fields of the file, read as a spreadsheet in Italian reads them."""
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
    assert header == [column.title for column in table.columns]
    return [[_from_csv(column.kind, text, tr) for column, text in zip(table.columns, row, strict=True)] for row in rows]


def _from_csv(kind: Kind, text: str, tr: Translator) -> str:
    if text.startswith("'"):
        return text[1:]
    if not text or not text.strip("-%").replace(",", "").isdigit():
        return text
    reading: dict[Kind, Callable[[str], Any]] = {
        Kind.MONEY: parse_cents,
        Kind.COUNT: int,
        Kind.PERCENT: lambda text: Fraction(text.removesuffix("%").replace(",", ".")),
        Kind.POINTS: lambda text: Fraction(text.replace(",", ".")),
        Kind.MEASURE: lambda text: Fraction(text.replace(",", ".")),
    }
    return display(kind, reading[kind](text), tr) if kind in reading else text


def in_json(path: Path, table: Table, tr: Translator) -> Cells:
    """The rows of the file, and its totals under them."""
    value = json.loads(path.read_text("utf-8"))
    kinds = [Kind(column["kind"]) for column in value["columns"]]
    keys = [column["key"] for column in value["columns"]]
    cells = [[_from_json(kind, cell, tr) for kind, cell in zip(kinds, row, strict=True)] for row in value["rows"]]
    assert value["roles"] == [table.role(row).value for row in table.rows]
    if table.total_label:
        totals = dict(value["totals"])
        totals[next(key for key in keys if key not in totals)] = table.total_label
        cells.append([_from_json(kind, totals.get(key), tr) for key, kind in zip(keys, kinds, strict=True)])
    return cells


def _from_json(kind: Kind, value: Any, tr: Translator) -> str:
    reading: dict[Kind, Callable[[Any], Any]] = {
        Kind.MONEY: parse_decimal_text,
        Kind.PERCENT: Fraction,
        Kind.POINTS: Fraction,
        Kind.MEASURE: Fraction,
        Kind.DATE: date.fromisoformat,
        Kind.INSTANT: datetime.fromisoformat,
        Kind.STATE: ProposalState,
    }
    if isinstance(value, str) and kind in reading and value != "n.d.":
        value = reading[kind](value)
    return display(kind, value, tr)


READERS = {Format.PDF: in_pdf, Format.XLSX: in_workbook, Format.CSV: in_csv, Format.JSON: in_json}


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("fmt", Format)
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_rendering_is_what_the_screen_shows(table: Table, fmt: Format, language: str, tmp_path: Path) -> None:
    tr = translator(language)
    document: Document = document_of(table, language=language)
    path = tmp_path / f"table.{fmt}"
    export_document(document, fmt, path, tr)
    assert plain(READERS[fmt](path, table, tr)) == plain(on_screen(table, tr))


def test_table_of_these_tests_holds_every_kind_and_role() -> None:
    table = TABLES["all kinds and roles"]
    kinds = {column.kind for column in (*table.columns, *TABLES["measures"].columns)}
    assert kinds == set(Kind)
    assert {table.role(row) for row in table.drawn_rows()} == set(Role)
