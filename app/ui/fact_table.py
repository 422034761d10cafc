"""A declared table that is read beside something else: whole, without search or scroll, titles and texts wrapped."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QStyledItemDelegate, QVBoxLayout, QWidget

from app.services.reports.table_spec import Kind, Table
from app.services.wording.texts import Translator
from app.ui.columns import MM
from app.ui.fitting import (
    CELL_PADDING,
    WRAP,
    Measures,
    header_height,
    shared_widths,
    title_metrics,
    word_width,
    wrap_rows,
)
from app.ui.table_model import ALIGN, DISPLAY, TableModel
from app.ui.table_parts import BadgeDelegate, ListTable
from app.ui.theme import px
from app.ui.widgets import label

ROW_HEIGHT = 30
NOTE_MIN, NOTE_WORD_MAX = 96, 200
"""Below these widths (of the design) a long text is not squeezed, nor one with a long word."""
LINES_MAX = 12


class _FactModel(TableModel):
    """Titles that may take several lines."""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        found = super().headerData(section, orientation, role)
        return found | WRAP if role == ALIGN and found is not None else found


class FactTable(QWidget):
    """A table with its title and notes; as high as its rows."""

    activated = Signal(str)  # row id: double click or Enter

    def __init__(self, tr: Translator, table: Table | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label("", "h3", wrap=True)
        self._notes = label("", "muted", wrap=True)
        self.model = _FactModel(Table("", "", (), ()), tr, self)
        self.table = ListTable()
        self._needs = Measures(self.table, self._widths)
        self._badges, self._plain = BadgeDelegate(self.table), QStyledItemDelegate(self.table)
        self._set_up()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        for part in (self._title, self.table, self._notes):
            layout.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        if table is not None:
            self.set_table(table)

    def set_table(self, table: Table, *, titled: bool = True) -> None:
        """Show this table."""
        self.model.set_table(table)
        self._needs.forget()
        self._title.setText(table.title)
        self._title.setVisible(titled and bool(table.title))
        self._notes.setText(" ".join(table.notes))
        self._notes.setVisible(bool(table.notes))
        self.table.setAccessibleName(table.title)
        for number, column in enumerate(table.columns):
            self.table.setItemDelegateForColumn(number, self._badges if column.kind is Kind.STATE else self._plain)
        self._fit()

    def texts(self) -> list[list[str]]:
        """What the cells say, row by row."""
        model = self.model
        columns = range(model.columnCount())
        return [[model.text(row, column) for column in columns] for row in range(model.rowCount())]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _set_up(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows, header = table.verticalHeader(), table.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(px(ROW_HEIGHT))
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(px(30))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.entered_row.connect(self._on_entered)
        table.doubleClicked.connect(self._on_entered)

    def _fit(self) -> None:
        """Share the width among the columns, wrap titles and long texts, and be as high as all of it."""
        columns = self.model.columns
        if not columns:
            return
        needs = self._needs.of(range(len(columns)))
        natural = {n: whole for n, (whole, _least) in needs.items()}
        least = {n: min(whole, part) for n, (whole, part) in needs.items()}
        notes = [n for n in natural if columns[n].kind is Kind.NOTE]
        others = [n for n in natural if columns[n].kind is not Kind.NOTE]
        room = self.table.width() - 2 * self.table.frameWidth()
        widths = shared_widths(natural, least, room, (notes or others, others if notes else []))
        if sum(widths.values()) > room:  # it scrolls sideways: the less is out of sight, the better
            widths = least
        for n, width in widths.items():
            self.table.setColumnWidth(n, width)
        wrap_rows(self.table, self.model, notes, px(ROW_HEIGHT), LINES_MAX)
        titles = {n: column.title for n, column in enumerate(columns)}
        header = header_height(self.table.horizontalHeader(), titles, widths)
        self.table.horizontalHeader().setFixedHeight(header)
        bar = self.table.horizontalScrollBar().sizeHint().height() if sum(widths.values()) > room else 0
        self.table.setFixedHeight(header + self.table.verticalHeader().length() + bar + 2 * self.table.frameWidth())
        layout = self.layout()
        assert layout is not None
        needed = layout.totalHeightForWidth(self.width()) if layout.hasHeightForWidth() else 0
        self.setMinimumHeight(needed)  # a note that wraps never stands over a table that grew

    def _widths(self, number: int) -> tuple[int, int]:
        """Width that a column would like: its title and values in one line; and at least: its longest word."""
        column, bold = self.model.columns[number], title_metrics(self.table.horizontalHeader())
        title = bold.horizontalAdvance(column.title)
        part = max((bold.horizontalAdvance(word) for word in column.title.split()), default=0)
        texts = [self.model.text(row, number) for row in range(self.model.rowCount())]
        if column.kind is Kind.NOTE:
            word = min(word_width(self.table, texts), px(NOTE_WORD_MAX))
            whole = max(title + px(CELL_PADDING), word, px(column.width_mm * MM))
            return whole, max(part + px(CELL_PADDING), word, px(NOTE_MIN))
        advance = self.table.fontMetrics().horizontalAdvance
        longest = max(map(advance, texts), default=0)
        values = longest + px(22 if column.kind is Kind.STATE else 0)
        return max(title, values) + px(CELL_PADDING), max(part, values) + px(CELL_PADDING)

    def current_id(self) -> str | None:
        """Key of the current row's record."""
        return self.model.row_id(self.table.currentIndex().row())

    def _on_entered(self) -> None:
        row_id = self.current_id()
        if row_id is not None:
            self.activated.emit(row_id)
