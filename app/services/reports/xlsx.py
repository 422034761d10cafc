"""Tables as workbooks: values that can be calculated with, in the look of the printed table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from app.models.errors import InvalidInput
from app.models.money import round_half_up
from app.services.files import atomic_write
from app.services.ports import SILENT, Progress
from app.services.reports.sheet_files import BookWriter, growing_book, growing_sheet
from app.services.reports.spec import RIGHT_ALIGNED, Document, Kind, Role, Table
from app.services.wording.formats import display, rome
from app.services.wording.points import MEASURE_DIGITS
from app.services.wording.texts import Translator

FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.MONEY: "#,##0.00\\ [$€-410]",
    Kind.PERCENT: "#,##0.00\\ %",
    Kind.POINTS: "#,##0.00",
    Kind.MEASURE: "General",
    Kind.DATE: "dd/mm/yyyy",
    Kind.INSTANT: "dd/mm/yyyy\\ hh:mm",
}
"""Number formats in the notation of the file; an Italian office sees «18.060,88 €», «31,20 %», «31/03/2014»."""

ROWS_MAX = 1_048_576
CHARACTERS_MAX = 32_767
NAME_MAX = 31
CENTS_EXACT = 10**15
"""From here on a spreadsheet's fifteen digits do not hold the cents: such an amount is written as text."""
FIRST_DAY = date(1900, 3, 1)
"""Before this day spreadsheets count wrongly: an earlier date is written as text."""
MM_OF_A_CHARACTER = 1.85
FOOTER_CHARACTERS = 160
UNDATED = datetime(1980, 1, 1, tzinfo=UTC)
"""Date of a workbook made of tables that no document dates."""

_ILLEGAL_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ILLEGAL_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")


def write_xlsx(source: Document | Sequence[Table], path: Path, tr: Translator, progress: Progress = SILENT) -> None:
    """Write tables as a workbook, one sheet each; the same tables always give the same bytes.

    Totals are values that `Table.totals` computed, not formulas; texts are texts, whatever they start with.

    Raises:
        InvalidInput: "export.no_table"; "export.too_many_rows" with `table`; "export.text_too_long" with
            `table` and `text`, its beginning.
        EnvironmentFailed: see `atomic_write`.
        Cancelled: by `progress`; nothing is written then.
    """
    tables = tuple(source.tables()) if isinstance(source, Document) else tuple(source)
    if not tables:
        raise InvalidInput("export.no_table", title=source.title if isinstance(source, Document) else "")
    footer = source.reference if isinstance(source, Document) else ""
    rows = _Rows(progress, sum(len(table.rows) for table in tables))
    names = sheet_names([table.title for table in tables], tr("Table"))
    with atomic_write(path) as file, growing_book() as book:
        _set_properties(book, source, tables)
        for table, name in zip(tables, names, strict=True):
            _Sheet(growing_sheet(book, name), table, tr, footer).write(rows)
        _save(book, file, source.as_at if isinstance(source, Document) else UNDATED)


class _Rows:
    """Tells the progress of rows written."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress = progress
        self.total = total
        self.done = 0

    def written(self) -> None:
        """One more."""
        self.done += 1
        if self.done % 100 == 0 and self.done <= self.total:
            self.progress.step(self.done, self.total)


def sheet_names(titles: Iterable[str], fallback: str) -> list[str]:
    """Names for sheets: the titles without what spreadsheets forbid, at most 31 characters, none twice."""
    names: list[str] = []
    taken = {"history"}  # kept by Excel for itself
    for title in titles:
        name = " ".join(_ILLEGAL_IN_NAME.sub(" ", title).split()).strip("' ") or fallback
        chosen, n = _cut(name, NAME_MAX), 1
        while chosen.casefold() in taken:
            n += 1
            chosen = f"{_cut(name, NAME_MAX - len(f' ({n})'))} ({n})"
        taken.add(chosen.casefold())
        names.append(chosen)
    return names


def _cut(text: str, length: int) -> str:
    """`text` in at most `length` characters."""
    return text if len(text) <= length else text[: length - 1].rstrip(" '") + "…"


# --- one sheet -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Look:
    """Weight and lines of a row."""

    bold: bool = False
    top: str | None = None
    bottom: str | None = "hair"


_LOOKS = {
    Role.BODY: _Look(),
    Role.HEADING: _Look(bold=True),
    Role.SUBTOTAL: _Look(bold=True, top="thin", bottom="thin"),
    Role.TOTAL: _Look(bold=True, top="medium", bottom="medium"),
}


class _Sheet:
    """A sheet that is being written, row by row."""

    def __init__(self, sheet: Any, table: Table, tr: Translator, footer: str) -> None:
        self.sheet = sheet
        self.table = table
        self.tr = tr
        self.line = 0
        self.styles: dict[tuple[Kind, Role], Any] = {}
        self._prepare(footer)

    def _prepare(self, footer: str) -> None:
        """What must be known before the first row: widths, frozen header, print set-up."""
        sheet = self.sheet
        sheet.merged_cells = []  # the library's own set is written in an order that changes
        for n, column in enumerate(self.table.columns, start=1):
            least = len(column.title) * 0.6 + 2
            sheet.column_dimensions[get_column_letter(n)].width = max(column.width_mm / MM_OF_A_CHARACTER, least)
        header = 4 if self.table.subtitle else 3
        sheet.freeze_panes = f"A{header + 1}"
        sheet.print_title_rows = f"{header}:{header}"
        sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
        sheet.page_setup.orientation = "landscape" if self.table.landscape else "portrait"
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_margins.left = sheet.page_margins.right = 0.6
        sheet.page_margins.top = sheet.page_margins.bottom = 0.75
        sheet.oddFooter.left.text = _cut(footer, FOOTER_CHARACTERS).replace("&", "&&")
        sheet.oddFooter.right.text = self.tr("Page {page} of {pages}").format(page="&P", pages="&N")

    def write(self, rows: _Rows) -> None:
        """Title, header, rows, totals, notes."""
        table = self.table
        count = len(table.rows) + len(table.notes) + 8
        if count > ROWS_MAX:
            raise InvalidInput("export.too_many_rows", table=table.title)
        self._append([self._text(table.title, font=Font(bold=True, size=14))])
        if table.subtitle:
            self._append([self._text(table.subtitle, font=Font(italic=True))])
        self._append([])
        self._append([self._header(column.title, column.kind) for column in table.columns])
        for row in table.drawn_rows():
            role = table.role(row)
            self._append([self._cell(column.kind, table.cell(row, column), role) for column in table.columns])
            rows.written()
        if table.notes:
            self._append([])
        for note in table.notes:
            self._note(note)

    def _append(self, cells: list[Any]) -> None:
        self.sheet.append(cells)
        self.line += 1

    def _text(self, text: str, **look: Any) -> Any:
        """A cell of text."""
        if len(text) > CHARACTERS_MAX:
            raise InvalidInput("export.text_too_long", table=self.table.title, text=text[:60])
        cell = WriteOnlyCell(self.sheet)
        cell.value = _ILLEGAL_IN_XML.sub("", text)
        cell.data_type = "s"  # else a text that starts with "=" would be a formula
        for key, value in look.items():
            setattr(cell, key, value)
        return cell

    def _header(self, title: str, kind: Kind) -> Any:
        """The title of a column."""
        return self._text(
            title,
            font=Font(bold=True),
            fill=PatternFill("solid", fgColor="ECF0F4"),
            border=Border(top=Side("medium"), bottom=Side("thin")),
            alignment=Alignment("right" if kind in RIGHT_ALIGNED else "left", "bottom", wrap_text=True),
        )

    def _cell(self, kind: Kind, value: Any, role: Role) -> Any:
        """A cell of a row."""
        number = cell_value(kind, value)
        cell = self._text(display(kind, value, self.tr)) if number is None else WriteOnlyCell(self.sheet, number)
        style = self.styles.get((kind, role))
        if style is None:
            style = self.styles[kind, role] = self._style(kind, role)
        cell._style = copy(style)
        return cell

    def _style(self, kind: Kind, role: Role) -> Any:
        """The style of a column's cells in rows of one role."""
        look = _LOOKS[role]
        cell = WriteOnlyCell(self.sheet)
        cell.font = Font(bold=look.bold)
        cell.border = Border(top=Side(look.top), bottom=Side(look.bottom))
        right = kind in RIGHT_ALIGNED and role is not Role.HEADING
        wraps = kind in (Kind.TEXT, Kind.NOTE, Kind.STATE) and role is Role.BODY
        cell.alignment = Alignment("right" if right else "left", "top", wrap_text=wraps)
        cell.number_format = FORMATS.get(kind, "@")
        return cell._style

    def _note(self, note: str) -> None:
        """A note across the table, in as many lines as it takes."""
        last = len(self.table.columns)
        width = sum(self.sheet.column_dimensions[get_column_letter(n)].width for n in range(1, last + 1))
        row = self.line + 1
        self.sheet.row_dimensions[row].height = 13.5 * (1 + int(len(note) * 1.05 // width) + note.count("\n"))
        if last > 1:
            self.sheet.merged_cells.append(f"A{row}:{get_column_letter(last)}{row}")
        self._append(
            [self._text(note, font=Font(italic=True, size=9), alignment=Alignment("left", "top", wrap_text=True))]
        )


def cell_value(kind: Kind, value: Any) -> Decimal | int | date | datetime | None:
    """The number or date that a spreadsheet can calculate with, or None when the cell is a text.

    Percentages and points are rounded as they are shown, so that the sheet says what the paper says.
    """
    if value is None or isinstance(value, str):
        return None
    match kind:
        case Kind.MONEY:
            return Decimal(value) / 100 if abs(value) < CENTS_EXACT else None
        case Kind.COUNT:
            return int(value) if abs(value) < CENTS_EXACT else None
        case Kind.PERCENT:
            return round_half_up(value) / 100
        case Kind.POINTS:
            return round_half_up(value)
        case Kind.MEASURE:
            return round_half_up(value, MEASURE_DIGITS)
        case Kind.DATE:
            return value if value >= FIRST_DAY else None
        case Kind.INSTANT:
            local: datetime = value.astimezone(rome()).replace(tzinfo=None, second=0, microsecond=0)
            return local if local.date() >= FIRST_DAY else None
        case _:
            return None


# --- the file ------------------------------------------------------------------------------


def _set_properties(book: Workbook, source: Document | Sequence[Table], tables: Sequence[Table]) -> None:
    """Title, author, and the one date."""
    properties = book.properties
    properties.creator = "Concilia"
    properties.title = tables[0].title
    at = UNDATED
    if isinstance(source, Document):
        properties.title = source.title
        properties.subject = source.subject or None
        properties.language = source.language
        properties.creator = source.heading[0] if source.heading else "Concilia"
        at = source.as_at
    properties.created = properties.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _save(book: Workbook, file: BinaryIO, at: datetime) -> None:
    """Write the parts of the workbook into `file`, all dated `at`."""
    with _DatedZip(file, at) as archive:
        BookWriter(book, archive).save()


class _DatedZip(ZipFile):
    """An archive whose parts all have the same date, and nothing of the computer that made them."""

    def __init__(self, file: BinaryIO, at: datetime) -> None:
        super().__init__(file, "w", ZIP_DEFLATED)
        self._date = max(at.astimezone(UTC), UNDATED).timetuple()[:6]

    def _info(self, name: str) -> ZipInfo:
        """Entry of a part."""
        info = ZipInfo(name, self._date)
        info.compress_type = ZIP_DEFLATED
        info.create_system = 0
        return info

    def writestr(
        self,
        zinfo_or_arcname: str | ZipInfo,
        data: Any,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add a part."""
        name = zinfo_or_arcname.filename if isinstance(zinfo_or_arcname, ZipInfo) else zinfo_or_arcname
        super().writestr(self._info(name), data, compress_type, compresslevel)
