"""A provider's report as a workbook: a table with the numbers of the vouchers, on any sheet, below any heading."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.models.errors import InvalidInput
from app.services.exchange.filled import Faults
from app.services.exchange.guard import CheckedWorkbook, check_workbook
from app.services.exchange.reader import Sheet, Value, as_amount, as_date, as_text, cell_name, read_sheets, shown
from app.services.vouchers.use_rules import ReportedUse
from app.services.wording.folding import fold
from app.services.wording.points import kept, parse_points

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": (
        "numero del buono",
        "numero buono",
        "buono",
        "n. buono",
        "voucher",
        "voucher number",
        "number of the voucher",
    ),
    "day": ("giorno", "data", "day", "date"),
    "units": ("unità", "quantità", "ore", "giorni", "settimane", "mesi", "units", "quantity", "hours"),
    "cents": ("importo", "amount", "euro"),
    "document": ("documento", "fattura", "ricevuta", "document", "invoice", "receipt"),
}
"""How the columns of a report are headed, in both languages; the first name is the one that is asked for."""
_NEEDED = ("code", "day", "units")
_HEAD_ROWS = 30
_CELLS_NAMED = 5
_MERGED = re.compile(r'<mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


@dataclass(frozen=True)
class ReadReport:
    """A report as it was read.

    Attributes:
        digest: of the file, in hexadecimal digits.
    """

    file_name: str
    digest: str
    lines: tuple[ReportedUse, ...]


def read_report(path: Path) -> ReadReport:
    """The lines of a provider's report, whole or not at all; what a number says is not judged here.

    Raises:
        EnvironmentFailed: those of `check_workbook`.
        InvalidInput: those of `check_workbook`; "voucher_report.no_table" when no sheet has the columns that are
            needed, "voucher_report.merged_cells" with `cells`, "voucher_report.empty"; "workbook.refused" with every
            cell that cannot be read.
    """
    checked = check_workbook(path)
    for sheet in read_sheets(checked).values():
        head = _head(sheet)
        if head is not None:
            row, columns = head
            _refuse_merged(checked, row)
            return ReadReport(checked.name, checked.sha256, _lines(checked, sheet, row, columns))
    names = tuple(COLUMNS[key][0] for key in _NEEDED)
    raise InvalidInput("voucher_report.no_table", name=checked.name, columns=names)


def _head(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """Row of the heading, and column of each field; both counted from 1."""
    for number, row in enumerate(sheet.rows[:_HEAD_ROWS], start=1):
        headings = {fold(shown(value)): place for place, value in enumerate(row, start=1) if value is not None}
        found = {
            key: next(headings[name] for name in map(fold, names) if name in headings)
            for key, names in COLUMNS.items()
            if any(fold(name) in headings for name in names)
        }
        if all(key in found for key in _NEEDED):
            return number, found
    return None


def _refuse_merged(checked: CheckedWorkbook, head: int) -> None:
    """Cells that are merged below the heading stand for several lines at once, and nobody can say which."""
    cells: list[str] = []
    with zipfile.ZipFile(io.BytesIO(checked.data)) as package:
        for name in package.namelist():
            if name.lower().startswith("xl/worksheets/"):
                merged = _MERGED.findall(package.read(name).decode())
                cells += [column + top for column, top, _last, low in merged if int(low) > head]
    if cells:
        raise InvalidInput("voucher_report.merged_cells", name=checked.name, cells=tuple(cells[:_CELLS_NAMED]))


def _lines(checked: CheckedWorkbook, sheet: Sheet, head: int, columns: Mapping[str, int]) -> tuple[ReportedUse, ...]:
    faults = Faults()
    lines = []
    for number in range(head + 1, len(sheet.rows) + 1):
        values = {key: sheet.value(number, column) for key, column in columns.items()}
        if _is_filled(values):
            read = {key: _read(sheet, cell_name(number, columns[key]), key, values[key], faults) for key in values}
            lines.append(
                ReportedUse(
                    number, read["code"], read["day"], read["units"], read.get("cents"), read.get("document") or ""
                )
            )
    faults.refuse(checked.name)
    if not lines:
        raise InvalidInput("voucher_report.empty", name=checked.name)
    return tuple(lines)


def _read(sheet: Sheet, cell: str, key: str, value: Value, faults: Faults) -> Any:
    try:
        return _READERS[key](value)
    except InvalidInput as fault:
        faults.add(sheet.title, cell, fault)
        return None


def _is_filled(values: Mapping[str, Value]) -> bool:
    """Whether a row is a line of the table: not empty, and no sum below it."""
    if values["code"] is None and values["day"] is None:
        return False
    return not fold(shown(values["code"])).startswith("total")


def _units(value: Value) -> int | None:
    return None if value is None else kept(parse_points(shown(value)))


_READERS: Mapping[str, Callable[[Value], object]] = {
    "code": as_text,
    "day": as_date,
    "units": _units,
    "cents": as_amount,
    "document": as_text,
}
