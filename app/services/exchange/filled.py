"""A filled form read against its declaration: every value, and every fault with its sheet and cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from app.services.wording.folding import words
from app.services.wording.texts import Translator

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


class Cells(Mapping[str, str]):
    """Name of the cell of each field of a row of a table, made when it is asked for."""

    __slots__ = ("_columns", "_row")

    def __init__(self, columns: Mapping[str, int], row: int) -> None:
        self._columns = columns
        self._row = row

    def __getitem__(self, key: str) -> str:
        return cell_name(self._row, self._columns[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


@dataclass(frozen=True, slots=True)
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
        return self.cells[key if key in self.cells else next(iter(self.cells))]


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
        sheet = sheets.get(title)
        if sheet is None:
            faults.add(title, "", InvalidInput("workbook.sheet_missing"))
        elif _header_stands(declared, sheet, tr, faults):
            filled[declared.key] = tuple(_SheetReading(declared, sheet, tr, faults).records())
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
        first = last_column if row <= last_row else 0
        for column, value in enumerate(values[first:], start=first + 1):
            if value is not None:
                reason = InvalidInput("workbook.outside", text=shown(value)[:60])
                faults.add(sheet.title, cell_name(row, column), reason)
    return not moved


class _SheetReading:
    """The records of a sheet, being read: what is the same for every row is looked up once."""

    def __init__(self, declared: FormSheet, sheet: Sheet, tr: Translator, faults: Faults) -> None:
        self._sheet = sheet
        self._single = declared.single
        self._columns = [(column.key, _reader(column, tr), column) for column in declared.columns]
        self._places = {column.key: place for place, column in enumerate(declared.columns, start=1)}
        self._tr = tr
        self._faults = faults
        self._filled_in: dict[tuple[bool, ...], frozenset[str]] = {}  # each set once, whatever many rows have it

    def records(self) -> Iterator[FilledRow]:
        """The record of a single sheet, or those of a table without its blank rows."""
        if self._single:
            values = tuple(self._sheet.value(place + 1, 2) for place in self._places.values())
            cells = {key: cell_name(place + 1, 2) for key, place in self._places.items()}
            yield self._record(values, cells)
            return
        count = len(self._columns)
        for row, found in enumerate(self._sheet.rows[1:], start=2):
            values = found[:count]
            if any(value is not None for value in values):
                values += (None,) * (count - len(values))
                yield self._record(values, Cells(self._places, row))

    def _record(self, found: Sequence[Value], cells: Mapping[str, str]) -> FilledRow:
        values: dict[str, Any] = {}
        faulty = []
        for (key, read, column), value in zip(self._columns, found, strict=True):
            try:
                if value is None and column.required:
                    raise InvalidInput("workbook.required", title=self._tr(column.title))
                values[key] = read(value)
            except InvalidInput as reason:
                self._faults.add(self._sheet.title, cells[key], reason)
                faulty.append(key)
                values[key] = _unread(column, self._tr)
        is_given = tuple([value is not None for value in found])
        given = self._filled_in.get(is_given)
        if given is None:
            pairs = zip(self._columns, is_given, strict=True)
            given = self._filled_in[is_given] = frozenset(key for (key, *_rest), filled in pairs if filled)
        return FilledRow(self._sheet.title, values, cells, frozenset(faulty), given)


def _reader(column: FormColumn, tr: Translator) -> Callable[[Value], Any]:
    """What reads the cells of a column."""
    if column.entry is Entry.CHOICE:
        choices = column.choices
        assert choices is not None
        known: dict[Value, Any] = {}

        def read_choice(value: Value) -> Any:
            if value not in known:
                known[value] = as_choice(value, choices, tr)
            return known[value]

        return read_choice
    return READERS[column.entry]


def _nothing(declared: FormSheet, tr: Translator) -> FilledRow:
    """The record of a sheet that could not be read."""
    values = {column.key: _unread(column, tr) for column in declared.columns}
    return FilledRow(tr(declared.title), values, dict.fromkeys(values, ""), frozenset(values))


def _unread(column: FormColumn, tr: Translator) -> Any:
    """What stands for a value that could not be read."""
    empty = _reader(column, tr)(None)
    return UNREAD if column.required and empty == "" else empty
