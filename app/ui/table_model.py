"""A declared table as a Qt model: the same cells as on paper, sorted, searched and filtered on their raw values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import compress
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont

from app.models.money import format_euro
from app.services.reports.table_spec import RIGHT_ALIGNED, WAITING, Column, Kind, Line, Role, Table
from app.services.wording.folding import fold, natural_key
from app.services.wording.formats import display, format_count
from app.services.wording.texts import Translator
from app.ui.theme import body_font, colour
from app.ui.widgets import plain_tip, tone_of

Index = QModelIndex | QPersistentModelIndex

DISPLAY = int(Qt.ItemDataRole.DisplayRole)
ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
FONT = int(Qt.ItemDataRole.FontRole)
BACK = int(Qt.ItemDataRole.BackgroundRole)
TONE = int(Qt.ItemDataRole.UserRole)
"""Tone of a state's badge, as a str: what goes through Qt loses its enumeration."""
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

_NO_INDEX = QModelIndex()
_ASCENDING = Qt.SortOrder.AscendingOrder
KNOWN_MAX = 10_000
"""Values of a column that are remembered while a long table is written for the search."""
_TYPED = {ord("\u2019"): "'", ord("\u2018"): "'", ord("\u2013"): "-", ord("\u2014"): "-", ord("€"): "eur"}
"""Signs that print has and a keyboard lacks; without them a text takes a byte a letter, and half of its memory."""
_LONG_TEXT = frozenset({Kind.TEXT, Kind.NOTE})


def sort_key(kind: Kind, value: Any) -> tuple[Any, ...]:
    """Key by which cells of one column are put in order; empty cells come last, states in the order of their life."""
    if value is None or value == "":
        return (2,)
    if isinstance(value, StrEnum):
        return (0, list(type(value)).index(value))
    if isinstance(value, str):
        return (1, *natural_key(value)) if kind not in _LONG_TEXT else (0, *natural_key(value))
    return (0, value)


def prepare(table: Table, tr: Translator, filters: Iterable[str]) -> Table:
    """Count ahead what the list of a long table will ask for, off the thread of the window.

    Args:
        filters: columns with a filter chip, beside those of states and flags.
    """
    table.drawn_rows()
    wanted = frozenset(filters)
    for column in table.columns:
        if column.key in wanted or column.kind in (Kind.STATE, Kind.FLAG):
            table.counted(column)
    haystack(table, tr)
    return table


def haystack(table: Table, tr: Translator) -> Sequence[str]:
    """Text of each body row in which a search looks, folded."""
    if "hay" not in table.kept:
        written = [_written(table.body(), column, tr) for column in table.columns]
        table.kept["hay"] = list(map("\n".join, zip(*written, strict=True)))
    found: Sequence[str] = table.kept["hay"]
    return found


def _searched(text: str) -> str:
    """`text` as words are looked for in it: folded, with signs as a keyboard has them."""
    return fold(text).translate(_TYPED)


def _written(rows: Iterable[Any], column: Column, tr: Translator) -> Iterator[str]:
    """Values of a column as they are searched for; those that rows have in common are written once."""
    known: dict[Any, str] = {}
    for value in map(column.value, rows):
        text = known.get(value)
        if text is None:
            if len(known) >= KNOWN_MAX:  # nearly every row has its own
                known.clear()
            text = known[value] = _searched(display(column.kind, value, tr))
        yield text


class TableModel(QAbstractTableModel):
    """Rows of a `Table`, in its own order with headings and totals, or sorted and narrowed without the headings.

    Of a long table the first rows may be shown before the others are read: those are blank until the whole table is
    set. Nothing is looked for, put in order or left out before that, as it would be among some rows only.
    """

    narrowed = Signal()  # the visible rows changed

    def __init__(self, table: Table, tr: Translator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._search: tuple[str, ...] = ()
        self._filters: dict[str, frozenset[Any]] = {}
        self._sort: tuple[str, bool] | None = None
        self._set(table)

    # --- what it shows ------------------------------------------------------------------------

    @property
    def table(self) -> Table:
        """The whole table as declared."""
        return self._table

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns."""
        return self._table.columns

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or filter hides rows."""
        return bool(self._search or self._filters)

    @property
    def is_whole(self) -> bool:
        """Whether every row is read."""
        return self._table.whole is None

    def set_table(self, table: Table) -> None:
        """Show other rows; search, filters and order stay."""
        if self._completes(table):
            self._set(table)
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))
            self.narrowed.emit()
            return
        self.beginResetModel()
        self._set(table)
        self.endResetModel()
        self.narrowed.emit()

    def _completes(self, table: Table) -> bool:
        """Whether a table has the rows that those which are shown are the first of: the list stays where it is."""
        is_other = self.is_whole or self.is_narrowed or self._sort is not None or table.whole is not None
        same_columns = [column.key for column in table.columns] == [column.key for column in self.columns]
        return not is_other and same_columns and 0 < len(self._rows) == len(table.drawn_rows())

    def row(self, number: int) -> Any:
        """Record, or `Line`, that stands in a row."""
        return self._rows[number]

    def row_id(self, number: int) -> str | None:
        """Key of the record in a row, when it has one."""
        if self._table.row_id is None or not 0 <= number < len(self._rows):
            return None
        row = self._rows[number]
        return None if isinstance(row, Line) else self._table.row_id(row)

    def row_of(self, row_id: str) -> int:
        """Row in which a record stands, or -1."""
        return next((number for number in range(len(self._rows)) if self.row_id(number) == row_id), -1)

    def visible_body(self) -> tuple[Any, ...]:
        """Records that are visible, in their order."""
        return tuple(row for row in self._rows if not isinstance(row, Line))

    def totals(self) -> tuple[tuple[str, str], ...]:
        """Title and sum of each column with a total, over the visible records."""
        is_all = not self.is_narrowed or not self.is_whole
        sums = (self._table if is_all else replace(self._table, rows=self.visible_body())).totals()
        return tuple(
            (
                column.title,
                format_euro(sums[column.key]) if column.kind is Kind.MONEY else format_count(sums[column.key]),
            )
            for column in self.columns
            if column.key in sums
        )

    def visible_table(self, keys: Sequence[str], subtitle: str = "") -> Table:
        """The table as it is seen: these columns in this order, the visible rows in theirs."""
        by_key = {column.key: column for column in self.columns}
        lines = [
            row for row in self._rows if not (isinstance(row, Line) and row.role is Role.TOTAL and self._adds_total)
        ]
        return replace(
            self._table,
            columns=tuple(by_key[key] for key in keys),
            rows=tuple(lines),
            subtitle=subtitle or self._table.subtitle,
        )

    # --- narrowing ----------------------------------------------------------------------------

    def set_search(self, text: str) -> None:
        """Show only records in which every word of `text` stands, accents and case apart."""
        words = tuple(_searched(text).split())
        if words != self._search:
            self._search = words
            self._rearrange()

    def set_filter(self, key: str, values: Iterable[Any]) -> None:
        """Show only records with one of these values in a column; all when there are none."""
        wanted = frozenset(values)
        if wanted == self._filters.get(key, frozenset()):
            return
        self._filters.pop(key, None)
        if wanted:
            self._filters[key] = wanted
        self._rearrange()

    def filters(self) -> Mapping[str, frozenset[Any]]:
        """Values wanted, by column key."""
        return self._filters

    def sorting(self) -> tuple[str, bool] | None:
        """Key of the column that orders the rows, and whether they ascend; None for the order of the table."""
        return self._sort

    def clear_narrowing(self) -> None:
        """Show every record."""
        self._search, self._filters = (), {}
        self._rearrange()

    def values_of(self, key: str) -> list[tuple[Any, str, int]]:
        """Values that stand in a column: raw, text, number of records; in their order."""
        column = next(column for column in self.columns if column.key == key)
        counted = self._table.counted(column) if self.is_whole else {}
        values = sorted(counted, key=lambda value: sort_key(column.kind, value))
        return [(value, display(column.kind, value, self._tr), counted[value]) for value in values]

    def sort(self, column: int, order: Qt.SortOrder = _ASCENDING) -> None:
        """Order by a column; -1 goes back to the order of the table."""
        wanted = None if not 0 <= column < len(self.columns) else (self.columns[column].key, order == _ASCENDING)
        if wanted != self._sort:
            self._sort = wanted
            self._rearrange()

    # --- the model ----------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation == Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == ALIGN:
            return RIGHT if column.kind in RIGHT_ALIGNED else LEFT
        return column.title if role in (DISPLAY, TOOLTIP) else None

    def text(self, row: int, column: int) -> str:
        """What a cell says, without the way through Qt."""
        declared = self._table.columns[column]
        return display(declared.kind, self._table.cell(self._rows[row], declared), self._tr)

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        if role == DISPLAY:
            return self.text(index.row(), index.column())
        row, column = self._rows[index.row()], self.columns[index.column()]
        if role == ALIGN:
            return RIGHT if column.kind in RIGHT_ALIGNED else LEFT
        if role == TONE:
            value = self._table.cell(row, column)
            return tone_of(value).value if isinstance(value, StrEnum) else None
        if role == TOOLTIP and column.kind in _LONG_TEXT:
            return plain_tip(display(column.kind, self._table.cell(row, column), self._tr)) or None
        if isinstance(row, Line) and row is not WAITING and role in (FONT, BACK):
            return self._bold if role == FONT else colour("alt")
        return None

    # --- rows ---------------------------------------------------------------------------------

    def _set(self, table: Table) -> None:
        self._table = table
        self._bold = body_font()
        self._bold.setWeight(QFont.Weight.DemiBold)
        keys = {column.key for column in table.columns}
        self._filters = {key: values for key, values in self._filters.items() if key in keys}
        if self._sort is not None and self._sort[0] not in keys:
            self._sort = None
        self._rows = self._arranged()

    def _rearrange(self) -> None:
        self.beginResetModel()
        self._rows = self._arranged()
        self.endResetModel()
        self.narrowed.emit()

    def _arranged(self) -> tuple[Any, ...]:
        """Rows to show: as declared, or narrowed and sorted without headings, with the total of what is seen."""
        self._adds_total = bool(self._table.total_label) and any(column.total for column in self.columns)
        if not self.is_narrowed and self._sort is None:
            return self._table.drawn_rows()
        if not self.is_whole:
            return replace(self._table, rows=()).drawn_rows()
        body = self._fitting()
        if self._sort is not None:
            key, ascending = self._sort
            body = self._ordered(body, next(column for column in self.columns if column.key == key), ascending)
        return replace(self._table, rows=tuple(body)).drawn_rows()

    @staticmethod
    def _ordered(body: list[Any], column: Column, ascending: bool) -> list[Any]:
        """Records by a column; those with an empty cell last in either direction."""
        values = list(map(column.value, body))
        keys = {value: sort_key(column.kind, value) for value in dict.fromkeys(values)}
        filled = [number for number, value in enumerate(values) if keys[value] != (2,)]
        empty = [row for value, row in zip(values, body, strict=True) if keys[value] == (2,)]
        filled.sort(key=lambda number: keys[values[number]], reverse=not ascending)
        return [body[number] for number in filled] + empty

    def _fitting(self) -> list[Any]:
        """Body rows with the values that are wanted and the words that are looked for."""
        rows = list(self._table.body())
        if self._search:
            hay = haystack(self._table, self._tr)
            for word in self._search:
                fits = [word in text for text in hay]
                rows, hay = list(compress(rows, fits)), list(compress(hay, fits))
        for column in self.columns:
            wanted = self._filters.get(column.key)
            if wanted is not None:
                rows = [row for row in rows if column.value(row) in wanted]
        return rows


def count_text(tr: Translator, model: TableModel) -> str:
    """«12 di 40 · Importo 1.234,56 €»: what the line under a list says."""
    known = model.table.whole
    shown, whole = (known.rows,) * 2 if known else (len(model.visible_body()), len(model.table.body()))
    parts = [tr.plural("{n} row", "{n} rows", whole).format(n=format_count(whole))]
    if shown != whole:
        parts = [tr("{shown} of {whole}").format(shown=format_count(shown), whole=format_count(whole))]
    parts += [f"{title}\u00a0{text}" for title, text in model.totals()]
    if known:
        parts.append(tr("the other rows are being read"))
    return "  ·  ".join(parts)
