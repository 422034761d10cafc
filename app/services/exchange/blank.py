"""A form written as a blank workbook: only its fields can be filled in, and each takes what it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from app.models.money import CENTS_MAX
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
    heading,
)
from app.services.exchange.scan import ROWS_MAX
from app.services.files import atomic_write
from app.services.labels import label
from app.services.parsing import COUNT_MAX
from app.services.texts import N_, Translator

Names = Mapping[str, Sequence[str]]
"""Entries of the lists that the archive gives, by the key that a column's `names` says."""

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


def write_blank(form: Form, path: Path, tr: Translator, names: Names) -> None:
    """Write the blank workbook of a form.

    Args:
        path: replaced only when the whole file is written.
        tr: language of the workbook.
        names: lists that the archive gives; a field without its list takes any text.

    Raises:
        EnvironmentFailed: see `atomic_write`.
    """
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "Concilia"
    book.properties.title = tr(form.title)
    _write_instructions(book.create_sheet(tr(INSTRUCTIONS)), form, tr)
    lists = _Lists(form, tr, names)
    for sheet in form.sheets:
        _Blank(book.create_sheet(tr(sheet.title)), sheet, lists, tr).write()
    lists.write(book.create_sheet(LISTS))
    marker = book.create_sheet(MARKER)
    for row, text in enumerate((MARKER, form.key, str(form.version), tr.language), start=1):
        _text(marker.cell(row, 1), text)
    for hidden in (book[LISTS], marker):
        hidden.sheet_state = "veryHidden"
        hidden.protection.sheet = True
    book.active = 1
    with atomic_write(path) as file:
        book.save(file)


def _text(cell: Cell, text: str) -> None:
    cell.value = text
    cell.data_type = "s"  # else a text that starts with "=" would be a formula
    cell.number_format = "@"


def _write_instructions(sheet: Worksheet, form: Form, tr: Translator) -> None:
    sheet.column_dimensions["A"].width = WIDE_RATIO
    _text(sheet["A1"], tr(form.title))
    sheet["A1"].font = Font(bold=True, size=14)
    for row, paragraph in enumerate(form.instructions, start=3):
        text = tr(paragraph)
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
        return f"{quote_sheetname(self._tr(sheet.title))}!${letter}$2:${letter}${sheet.rows + 1}"

    def write(self, sheet: Worksheet) -> None:
        """Write every list."""
        for column, entries in enumerate(self._lists.values(), start=1):
            for row, entry in enumerate(entries, start=1):
                _text(sheet.cell(row, column), entry)


class _Blank:
    """A sheet that is being written."""

    def __init__(self, sheet: Worksheet, declared: FormSheet, lists: _Lists, tr: Translator) -> None:
        self.sheet = sheet
        self.declared = declared
        self.lists = lists
        self.tr = tr

    def write(self) -> None:
        """Titles, fields, what each field takes; everything else is locked."""
        if self.declared.single:
            self._write_single()
        else:
            self._write_table()
        _set_page(self.sheet, "1:1")
        protection = self.sheet.protection
        protection.sheet = True
        protection.formatColumns = protection.formatRows = protection.formatCells = False
        protection.insertRows = self.declared.single

    def _write_single(self) -> None:
        for i, (text, width) in enumerate(zip((FIELD, ANSWER, HINT), SINGLE_WIDTHS, strict=True), start=1):
            self._title(1, i, self.tr(text))
            self.sheet.column_dimensions[get_column_letter(i)].width = width
        self.sheet.freeze_panes = "A2"
        for row, column in enumerate(self.declared.columns, start=2):
            self._title(row, 1, heading(column, self.tr))
            _text(self.sheet.cell(row, 3), self.tr(column.hint))
            self.sheet.cell(row, 3).alignment = Alignment(wrap_text=True, vertical="top")
            self._field(self.sheet.cell(row, 2), column)
            self._accept(column, f"B{row}")
            if column.entry is Entry.LONG:
                self.sheet.row_dimensions[row].height = 90

    def _write_table(self) -> None:
        last = self.declared.rows + 1
        self.sheet.freeze_panes = "A2"
        for i, column in enumerate(self.declared.columns, start=1):
            letter = get_column_letter(i)
            title = heading(column, self.tr)
            self._title(1, i, title)
            self.sheet.column_dimensions[letter].width = max(WIDTHS.get(column.entry, WIDTH), len(title) * 0.7 + 2)
            first = self.sheet.cell(2, i)
            self._field(first, column)
            for row in range(3, last + 1):
                self.sheet.cell(row, i)._style = copy(first._style)
            self._accept(column, f"{letter}2:{letter}{ROWS_MAX}")

    def _title(self, row: int, column: int, text: str) -> None:
        cell = self.sheet.cell(row, column)
        _text(cell, text)
        cell.font = Font(bold=True)
        cell.fill = _HEADER
        cell.border = Border(bottom=_LINE)
        cell.alignment = Alignment(wrap_text=True, vertical="top")

    def _field(self, cell: Cell, column: FormColumn) -> None:
        cell.number_format = FORMATS.get(column.entry, "@")
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
            rule.errorStyle = "warning" if column.entry is Entry.NAME else "stop"  # other spellings may be right
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
