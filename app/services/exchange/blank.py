"""A form written as a workbook, blank or filled: only its fields can be filled in, and each takes what it is for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from app.models.errors import InvalidInput
from app.models.money import CENTS_MAX, format_cents
from app.services.exchange.forms import (
    ANSWER,
    FIELD,
    HINT,
    INSTRUCTIONS,
    LISTS,
    MARKER,
    Entry,
    Form,
    FormColumn,
    FormSheet,
    Mark,
    heading,
)
from app.services.exchange.scan import NUMBER_MAX, ROWS_MAX
from app.services.files import atomic_write
from app.services.reports.sheet_files import BookWriter
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.parsing import COUNT_MAX
from app.services.wording.texts import N_, Translator, translator

Names = Mapping[str, Sequence[str]]
"""Entries of the lists that the archive gives, by the key that a column's `names` says."""
Answers = Mapping[str, Sequence[Mapping[str, Any]]]
"""Records by the sheet's key; each has values as the reader gives them, by the field's key."""
NOTHING: Answers = {}

FORMATS = {Entry.MONEY: "#,##0.00", Entry.COUNT: "0", Entry.DATE: "dd/mm/yyyy"}
"""Number formats; every other field is text, so that «5-7» does not become a day."""
WIDTHS = {Entry.LONG: 60, Entry.MONEY: 18, Entry.COUNT: 12, Entry.DATE: 14, Entry.FLAG: 14, Entry.PERCENT: 14}
WIDTH = 30
SINGLE_WIDTHS = (38, 70, 60)
FIRST_DAY = "18264"  # 1 January 1950 as spreadsheets count days
LAST_DAY = "73050"  # 31 December 2099
WIDE_RATIO = 110
"""Characters of a line of instructions."""
PROMPT_MAX = 250
CHARACTERS_MAX = 32_767
"""What a cell holds."""
FIRST_SAFE_DAY = date(1900, 3, 1)
"""Before this day spreadsheets count wrongly: an earlier one is written as text."""

_CODE_OF_CHARACTER = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_HEADER = PatternFill("solid", fgColor="ECF0F4")
_FIELD = PatternFill("solid", fgColor="FFFDF3")
_LINE = Side("thin", color="C5CDD6")
_WRONG = {
    Entry.MONEY: N_("Write an amount in euro, with at most two decimals."),
    Entry.COUNT: N_("Write a whole number."),
    Entry.DATE: N_("Write a day: 31/03/2014."),
    Entry.FLAG: N_("Choose yes or no."),
    Entry.CHOICE: N_("Choose an entry of the list."),
    Entry.NAME: N_("Choose an entry of the list."),
}


def write_form(mark: Mark, path: Path, names: Names, answers: Answers = NOTHING, about: Sequence[str] = ()) -> None:
    """Write the workbook of a form, in its language.

    Args:
        path: replaced only when the whole file is written.
        names: lists that the archive gives; a field without its list takes any text.
        answers: what is filled in already.
        about: lines under the title: call, version of its rules, code of the form.

    Raises:
        InvalidInput: "export.text_too_long" for a text that no cell can hold.
        EnvironmentFailed: see `atomic_write`.
    """
    form, tr = mark.form, translator(mark.language)
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "Concilia"
    book.properties.title = tr(form.title)
    _write_instructions(book.create_sheet(tr(INSTRUCTIONS)), form, about, tr)
    lists = _Lists(form, tr, names)
    for sheet in form.sheets:
        _Sheet(book.create_sheet(tr(sheet.title)), sheet, lists, tr).write(answers.get(sheet.key, ()))
    lists.write(book.create_sheet(LISTS))
    marker = book.create_sheet(MARKER)
    for row, text in enumerate(mark.texts(), start=1):
        _text(marker.cell(row, 1), text)
    for hidden in (book[LISTS], marker):
        hidden.sheet_state = "veryHidden"
        hidden.protection.sheet = True
    book.active = 1
    book.properties.modified = datetime.now(UTC).replace(tzinfo=None)
    with atomic_write(path) as file, ZipFile(file, "w", ZIP_DEFLATED) as package:
        BookWriter(book, package).save()


def _text(cell: Cell, text: str) -> None:
    cell.value = escaped(text)
    cell.data_type = "s"  # else a text that starts with "=" would be a formula
    cell.number_format = "@"


def escaped(text: str) -> str:
    """A text as the format writes it: what XML cannot hold by its code, what looks like such a code as itself."""
    return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", _CODE_OF_CHARACTER.sub("_x005F_", text))


def _write_instructions(sheet: Worksheet, form: Form, about: Sequence[str], tr: Translator) -> None:
    sheet.column_dimensions["A"].width = WIDE_RATIO
    _text(sheet["A1"], tr(form.title))
    sheet["A1"].font = Font(bold=True, size=14)
    for row, text in enumerate((*about, *map(tr, form.instructions)), start=3):
        _text(sheet.cell(row, 1), text)
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = 15 * (1 + len(text) // WIDE_RATIO) + 4
    _set_page(sheet, "1:1")
    sheet.protection.sheet = True


def _set_page(sheet: Worksheet, titles: str) -> None:
    """A4 on its long side, as wide as the sheet, the header on each page."""
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = titles


def _written(column: FormColumn, value: Any, tr: Translator) -> str | Decimal | int | date | None:
    """What a cell holds for a value, so that it is read as the same one."""
    match column.entry:
        case _ if value is None or value == "":
            return None
        case Entry.MONEY:
            return Decimal(value) / 100 if abs(value) < NUMBER_MAX * 100 else format_cents(value)
        case Entry.DATE:
            return value if value >= FIRST_SAFE_DAY else format_date(value)
        case Entry.FLAG:
            return tr.context("flag", "yes") if value else tr.context("flag", "no") if column.usual else None
        case Entry.CHOICE:
            return label(value, tr)
        case Entry.COUNT:
            return int(value)
    return str(value)


class _Lists:
    """Entries that cells choose from, each list a column of the hidden sheet."""

    def __init__(self, form: Form, tr: Translator, names: Names) -> None:
        self._form = form
        self._tr = tr
        self._lists: dict[str, Sequence[str]] = {"flag": (tr.context("flag", "yes"), tr.context("flag", "no"))}
        for column in (column for sheet in form.sheets for column in sheet.columns):
            if column.choices is not None:
                self._lists[column.choices.__name__] = [label(member, tr) for member in column.choices]
            elif names.get(column.names):
                self._lists[column.names] = names[column.names]

    def source(self, column: FormColumn) -> str:
        """Where the entries of a field stand, as the file says it; empty when it takes any text."""
        if "." in column.names:
            return self._other_column(*column.names.split("."))
        kind = column.choices.__name__ if column.choices else "flag" if column.entry is Entry.FLAG else column.names
        if kind not in self._lists:
            return ""
        letter = get_column_letter(list(self._lists).index(kind) + 1)
        return f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(self._lists[kind])}"

    def _other_column(self, sheet_key: str, column_key: str) -> str:
        sheet = self._form.sheet(sheet_key)
        letter = get_column_letter(sheet.column_of(column_key))
        return f"{quote_sheetname(self._tr(sheet.title))}!${letter}$2:${letter}${ROWS_MAX}"

    def write(self, sheet: Worksheet) -> None:
        """Write every list."""
        for column, entries in enumerate(self._lists.values(), start=1):
            for row, entry in enumerate(entries, start=1):
                _text(sheet.cell(row, column), entry)


class _Sheet:
    """A sheet that is being written."""

    def __init__(self, sheet: Worksheet, declared: FormSheet, lists: _Lists, tr: Translator) -> None:
        self.sheet = sheet
        self.declared = declared
        self.lists = lists
        self.tr = tr

    def write(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Titles, fields with what is filled in, what each field takes; everything else is locked."""
        if self.declared.single:
            self._write_single(records[0] if records else {})
        else:
            self._write_table(records)
        _set_page(self.sheet, "1:1")
        protection = self.sheet.protection
        protection.sheet = True
        protection.formatColumns = protection.formatRows = protection.formatCells = False
        protection.insertRows = self.declared.single

    def _write_single(self, record: Mapping[str, Any]) -> None:
        for i, (text, width) in enumerate(zip((FIELD, ANSWER, HINT), SINGLE_WIDTHS, strict=True), start=1):
            self._title(1, i, self.tr(text))
            self.sheet.column_dimensions[get_column_letter(i)].width = width
        self.sheet.freeze_panes = "A2"
        for row, column in enumerate(self.declared.columns, start=2):
            self._title(row, 1, heading(column, self.tr))
            _text(self.sheet.cell(row, 3), self.tr(column.hint))
            self.sheet.cell(row, 3).alignment = Alignment(wrap_text=True, vertical="top")
            self._field(self.sheet.cell(row, 2), column)
            self._put(self.sheet.cell(row, 2), column, record.get(column.key))
            self._accept(column, f"B{row}")
            if column.entry is Entry.LONG:
                self.sheet.row_dimensions[row].height = 90

    def _write_table(self, records: Sequence[Mapping[str, Any]]) -> None:
        last = max(self.declared.rows, len(records)) + 1
        self.sheet.freeze_panes = "A2"
        for i, column in enumerate(self.declared.columns, start=1):
            letter = get_column_letter(i)
            title = heading(column, self.tr)
            self._title(1, i, title)
            self.sheet.column_dimensions[letter].width = max(WIDTHS.get(column.entry, WIDTH), len(title) * 0.7 + 2)
            first = self.sheet.cell(2, i)
            self._field(first, column)
            for row in range(3, last + 1):
                self.sheet.cell(row, i)._style = first._style
            for row, record in enumerate(records, start=2):
                self._put(self.sheet.cell(row, i), column, record.get(column.key))
            self._accept(column, f"{letter}2:{letter}{ROWS_MAX}")

    def _put(self, cell: Cell, column: FormColumn, value: Any) -> None:
        """Fill a field in, so that it is read as the same value."""
        written = _written(column, value, self.tr)
        if isinstance(written, str):
            if len(written) > CHARACTERS_MAX:
                raise InvalidInput("export.text_too_long", table=self.tr(self.declared.title), text=written[:60])
            cell.value = escaped(written)
            cell.data_type = "s"
        else:
            cell.value = written

    def _title(self, row: int, column: int, text: str) -> None:
        cell = self.sheet.cell(row, column)
        _text(cell, text)
        cell.font = Font(bold=True)
        cell.fill = _HEADER
        cell.border = Border(bottom=_LINE)
        cell.alignment = Alignment(wrap_text=True, vertical="top")

    def _field(self, cell: Cell, column: FormColumn) -> None:
        cell.number_format = FORMATS.get(column.entry, "@")
        if not column.locked:
            cell.protection = Protection(locked=False)
            cell.fill = _FIELD
        cell.border = Border(bottom=_LINE)
        right = column.entry in (Entry.MONEY, Entry.COUNT, Entry.PERCENT)
        cell.alignment = Alignment(horizontal="right" if right else "left", vertical="top", wrap_text=not right)

    def _accept(self, column: FormColumn, cells: str) -> None:
        """What a spreadsheet lets into the cells, and what it says beside them."""
        limits = self._limits(column)
        hint = self.tr(column.hint)
        if not limits and not hint:
            return
        rule = DataValidation(allow_blank=True, **limits)
        if limits:
            rule.showErrorMessage = True
            is_open = column.entry is Entry.NAME and not column.closed  # other spellings may be right
            rule.errorStyle = "warning" if is_open else "stop"
            rule.errorTitle = self.tr(column.title)[:32]
            rule.error = self.tr(_WRONG[column.entry])
        if hint:
            rule.showInputMessage = True
            rule.promptTitle = self.tr(column.title)[:32]
            rule.prompt = hint[:PROMPT_MAX]
        self.sheet.add_data_validation(rule)
        rule.add(cells)

    def _limits(self, column: FormColumn) -> dict[str, Any]:
        match column.entry:
            case Entry.MONEY:
                most = str(CENTS_MAX // 100)
                return {"type": "decimal", "operator": "between", "formula1": "0", "formula2": most}
            case Entry.COUNT:
                return {"type": "whole", "operator": "between", "formula1": "0", "formula2": str(COUNT_MAX)}
            case Entry.DATE:
                return {"type": "date", "operator": "between", "formula1": FIRST_DAY, "formula2": LAST_DAY}
        source = self.lists.source(column)
        return {"type": "list", "formula1": source} if source else {}
