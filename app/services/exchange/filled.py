"""A filled form read against its declaration: every value, and every fault with its sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.models.errors import AppError, InvalidInput
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
from app.services.exchange.reader import READERS, Sheet, Value, as_choice, cell_name, shown
from app.services.folding import words
from app.services.texts import Translator

UNREAD = "?"
"""Stands for a needed text that is missing, so that the rest can still be looked at; it is never kept."""


FAULTS_MAX = 200
"""How many wrong cells one look names: who has more has another kind of work before them."""


@dataclass
class Faults:
    """What is wrong with a workbook: all of it, up to `FAULTS_MAX`.

    Attributes:
        found: in the order met; each is "workbook.cell" or "workbook.sheet", and its `reason` the refusal itself.
    """

    found: list[AppError] = field(default_factory=list)
    _places: set[tuple[str, str]] = field(default_factory=set)

    def add(self, sheet: str, cell: str, reason: AppError) -> None:
        """Note what is wrong with a cell, or with a sheet as a whole when `cell` is empty; the first reason stays."""
        if (sheet, cell) in self._places or self.full:
            return
        self._places.add((sheet, cell))
        if cell:
            self.found.append(InvalidInput("workbook.cell", sheet=sheet, cell=cell, reason=reason))
        else:
            self.found.append(InvalidInput("workbook.sheet", sheet=sheet, reason=reason))

    @property
    def full(self) -> bool:
        """Whether no more is looked for."""
        return len(self.found) >= FAULTS_MAX

    def has(self, sheet: str, cell: str) -> bool:
        """Whether something is wrong with a cell."""
        return (sheet, cell) in self._places

    def refuse(self, name: str) -> None:
        """Stop here when anything was wrong.

        Raises:
            InvalidInput: "workbook.refused" with `errors`, all of them; "workbook.refused_much" with the first of many.
        """
        if self.found:
            code = "workbook.refused_much" if self.full else "workbook.refused"
            raise InvalidInput(code, name=name, count=len(self.found), errors=tuple(self.found))


@dataclass(frozen=True)
class FilledRow:
    """A record of a sheet.

    Attributes:
        values: by the field's key; a field with a fault has the value of an empty cell, or `UNREAD` when a text is
            needed.
        cells: name of each field's cell.
        faulty: keys of the fields with a fault.
        given: keys of the fields that are filled in.
    """

    sheet: str
    values: Mapping[str, Any]
    cells: Mapping[str, str]
    faulty: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()

    def __getitem__(self, key: str) -> Any:
        """Value of a field."""
        return self.values[key]

    def cell(self, key: str) -> str:
        """Cell of a field; of the row's first field when there is no such."""
        return self.cells.get(key, next(iter(self.cells.values())))


Filled = Mapping[str, tuple[FilledRow, ...]]
"""Records of each sheet by the sheet's key; a sheet of one record has exactly one."""


def read_form(form: Form, sheets: Mapping[str, Sheet], tr: Translator, faults: Faults) -> Filled:
    """Read every sheet of a form.

    Args:
        tr: language that the workbook was made in.
        faults: gets everything that is wrong.
    """
    titles = {tr(sheet.title): sheet for sheet in form.sheets}
    for title in sheets:
        if title not in titles and title not in (MARKER, LISTS, tr(INSTRUCTIONS)):
            faults.add(title, "", InvalidInput("workbook.sheet_unknown"))
    filled: dict[str, tuple[FilledRow, ...]] = {}
    for title, declared in titles.items():
        sheet = sheets.get(title, Sheet(title, ()))
        if title not in sheets:
            faults.add(title, "", InvalidInput("workbook.sheet_missing"))
        elif _header_stands(declared, sheet, tr, faults):
            filled[declared.key] = tuple(_records(declared, sheet, tr, faults))
    empty = {sheet.key: (_nothing(sheet, tr),) if sheet.single else () for sheet in form.sheets}
    return empty | filled


def _header_stands(declared: FormSheet, sheet: Sheet, tr: Translator, faults: Faults) -> bool:
    """Whether every title is where the form has it."""
    count = len(declared.columns)
    if declared.single:
        expected = {(1, i): tr(text) for i, text in enumerate((FIELD, ANSWER, HINT), start=1)}
        expected |= {(i, 1): heading(column, tr) for i, column in enumerate(declared.columns, start=2)}
    else:
        expected = {(1, i): heading(column, tr) for i, column in enumerate(declared.columns, start=1)}
    moved = [place for place, title in expected.items() if words(shown(sheet.value(*place))) != words(title)]
    for place in moved:
        reason = InvalidInput("workbook.heading", expected=expected[place], text=shown(sheet.value(*place)))
        faults.add(sheet.title, cell_name(*place), reason)
    last_row, last_column = (count + 1, 3) if declared.single else (len(sheet.rows), count)
    for row, values in enumerate(sheet.rows, start=1):
        for column, value in enumerate(values, start=1):
            if value is not None and (row > last_row or column > last_column):
                reason = InvalidInput("workbook.outside", text=shown(value)[:60])
                faults.add(sheet.title, cell_name(row, column), reason)
    return not moved


def _records(declared: FormSheet, sheet: Sheet, tr: Translator, faults: Faults) -> Iterator[FilledRow]:
    """The record of a single sheet, or those of a table without its blank rows."""
    columns = declared.columns
    if declared.single:
        places = {column.key: (i, 2) for i, column in enumerate(columns, start=2)}
        yield _record(declared, sheet, places, tr, faults)
        return
    for row in range(2, len(sheet.rows) + 1):
        places = {column.key: (row, i) for i, column in enumerate(columns, start=1)}
        if any(sheet.value(*place) is not None for place in places.values()):
            yield _record(declared, sheet, places, tr, faults)


def _record(
    declared: FormSheet, sheet: Sheet, places: Mapping[str, tuple[int, int]], tr: Translator, faults: Faults
) -> FilledRow:
    values: dict[str, Any] = {}
    faulty, given = set(), set()
    for column in declared.columns:
        place = places[column.key]
        value = sheet.value(*place)
        if value is not None:
            given.add(column.key)
        try:
            if column.required and value is None:
                raise InvalidInput("workbook.required", title=tr(column.title))
            values[column.key] = _read(column, value, tr)
        except InvalidInput as reason:
            faults.add(sheet.title, cell_name(*place), reason)
            faulty.add(column.key)
            values[column.key] = _unread(column, tr)
    cells = {key: cell_name(*place) for key, place in places.items()}
    return FilledRow(sheet.title, values, cells, frozenset(faulty), frozenset(given))


def _read(column: FormColumn, value: Value, tr: Translator) -> Any:
    if column.entry is Entry.CHOICE:
        assert column.choices is not None
        return as_choice(value, column.choices, tr)
    return READERS[column.entry](value)


def _nothing(declared: FormSheet, tr: Translator) -> FilledRow:
    """The record of a sheet that could not be read."""
    values = {column.key: _unread(column, tr) for column in declared.columns}
    return FilledRow(tr(declared.title), values, dict.fromkeys(values, ""), frozenset(values))


def _unread(column: FormColumn, tr: Translator) -> Any:
    """What stands for a value that could not be read."""
    empty = _read(column, None, tr)
    return UNREAD if column.required and empty == "" else empty
