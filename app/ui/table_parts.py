"""Parts of a list: the table with its keys, badges, filter chips, and the keeper of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from app.services.reports.table_spec import Column, Kind
from app.services.settings import Settings
from app.ui import i18n
from app.ui.fitting import shared_widths, title_width, word_width, wrap_rows
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.table_model import TONE, Index, TableModel
from app.ui.theme import px
from app.ui.widgets import ICON_BESIDE, Tone, paint_badge, restyle

ROW_HEIGHT = 32
MM = 3.6
"""Pixels of the design for a millimetre of a column's width on paper."""
TEXT_WIDTH_MIN = 110
"""Below this width (of the design) a column of text is not squeezed: the table scrolls instead."""
SQUEEZE = 0.7
"""Part of its natural width that a column of text keeps at least."""
TEXT_WIDTH_MAX = 320
"""Above this width (of the design) the longest value of a column of text does not count."""
LINES_MAX = 8
"""Lines of a long text that a list shows; the tool tip has the whole of it."""
ROWS_MEASURED = 60
"""Rows whose values count for the width of a column."""


class BadgeDelegate(QStyledItemDelegate):
    """Draws states as badges."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tone = index.data(TONE)
        if tone is None:
            super().paint(painter, option, index)
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        text, own.text = own.text, ""
        style = own.widget.style() if own.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        painter.setFont(own.font)
        rect: QRect = option.rect
        paint_badge(painter, rect.adjusted(px(6), 0, -px(2), 0), text, Tone(tone))


class ListTable(QTableView):
    """The table of a list: rows are chosen whole, Enter opens, Tab leaves."""

    entered_row = Signal()
    resized = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered_row.emit()
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.resized.emit()


class Chip(QToolButton):
    """A filter by the values of one column; says which are wanted."""

    chosen = Signal(str, object)  # column key, set of raw values

    def __init__(self, column: Column, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = column
        self.wanted: frozenset[Any] = frozenset()
        self._values: list[Any] = []
        self.setObjectName("chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setIcon(icon("chevron-down", "muted"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._menu = QMenu(self)
        self._menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setMenu(self._menu)
        self._menu.triggered.connect(self._on_triggered)

    def offer(self, values: Sequence[tuple[Any, str, int]], wanted: frozenset[Any]) -> None:
        """Offer the values that stand in the column."""
        self.wanted = wanted
        self._values = [value for value, _text, _count in values]
        empty = _("(empty)")
        self._menu.clear()
        whole = self._menu.addAction(_("All"))
        whole.setData(-1)
        self._menu.addSeparator()
        for number, (value, text, count) in enumerate(values):
            action = self._menu.addAction(f"{text or empty}  ({count})".replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(value in wanted)
            action.setData(number)
        chosen = ", ".join(text or empty for value, text, _count in values if value in wanted)
        self.setText(f"{self.column.title}: {chosen or whole.text().casefold()}")
        self.setAccessibleName(_("Filter: {text}").format(text=self.text()))
        self.setProperty("active", "true" if chosen else "false")
        restyle(self)

    def _on_triggered(self, action: QAction) -> None:
        number = action.data()
        self.wanted = self.wanted ^ {self._values[number]} if number >= 0 else frozenset()
        self.chosen.emit(self.column.key, self.wanted)


class FoldedChips(QToolButton):
    """All the filters of a list in one menu, for where their chips have no room; says how many are at work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setIcon(icon("list-filter", "muted"))
        self.setIconSize(QSize(px(ICON_BESIDE[0]), px(ICON_BESIDE[1])))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._menu = QMenu(self)
        self.setMenu(self._menu)

    def offer(self, chips: Sequence[Chip]) -> None:
        """Offer the menus of these chips."""
        self._menu.clear()
        for chip in chips:
            menu = chip.menu()
            menu.setTitle(chip.text().replace("&", "&&"))
            self._menu.addMenu(menu)
        active = sum(bool(chip.wanted) for chip in chips)
        said = i18n.current().plural("Filters: {n} active", "Filters: {n} active", active)
        self.setText(said.format(n=active) if active else _("Filters"))
        self.setAccessibleName(self.text())
        self.setProperty("active", "true" if active else "false")
        restyle(self)


class ColumnKeeper(QObject):
    """Widths, order and visibility of a table's columns: shared out by the room, or as the user left them."""

    def __init__(self, table: ListTable, model: TableModel, settings: Settings, key: str) -> None:
        super().__init__(table)
        self._table, self._model, self._settings, self._key = table, model, settings, key
        self._header: QHeaderView = table.horizontalHeader()
        self._badges = BadgeDelegate(table)
        self._plain = QStyledItemDelegate(table)
        self._set_by_hand = False
        self._is_placing = False
        self._is_held = False
        self._measured: tuple[dict[int, int], dict[int, int]] | None = None
        self._wrapped: dict[int, int] = {}
        for changed in (model.modelReset, model.layoutChanged, model.dataChanged):
            changed.connect(self._on_rows_changed)
        self._set_up()
        self._header.viewport().installEventFilter(self)
        table.resized.connect(self.fit)
        self._header.sectionResized.connect(self._on_section_resized)
        self._header.sectionMoved.connect(self.remember)

    def order(self) -> list[int]:
        """Visible columns, as they stand from the left."""
        header = self._header
        places = (header.logicalIndex(place) for place in range(header.count()))
        return [column for column in places if not header.isSectionHidden(column)]

    def start(self) -> None:
        """Give new columns their delegates, and the widths, order and visibility that are remembered."""
        header, columns = self._header, self._model.columns
        keys = [column.key for column in columns]
        book = self._settings.get("columns").get(self._key, {})
        widths = book.get("widths", {})
        order = [key for key in book.get("order", ()) if key in keys]
        self._is_placing = True
        for number, column in enumerate(columns):
            self._table.setItemDelegateForColumn(number, self._badges if column.kind is Kind.STATE else self._plain)
            header.setSectionHidden(number, column.key in book.get("hidden", ()))
            if isinstance(widths.get(column.key), int):
                header.resizeSection(number, px(widths[column.key]))
        if len(order) == len(keys):
            for place, key in enumerate(order):
                header.moveSection(header.visualIndex(keys.index(key)), place)
        self._is_placing = False
        self._set_by_hand = bool(widths)
        self.fit()

    def fit(self) -> None:
        """Share the room among the columns, until somebody sets a width by hand; long texts wrap.

        A table that is not shown has no room yet: it is fitted when it is.
        """
        columns = self._model.columns
        if not columns or not isValid(self._header) or not self._table.isVisible():
            return
        if not self._set_by_hand:
            self._share_out()
        texts = {n: self._table.columnWidth(n) for n in self.order() if columns[n].kind in (Kind.NOTE, Kind.TEXT)}
        if texts != self._wrapped:
            wrap_rows(self._table, list(texts), px(ROW_HEIGHT), LINES_MAX)
            self._wrapped = texts

    def _on_rows_changed(self, *_what: object) -> None:
        """Other rows: measure them, and wrap them, when the columns are fitted the next time."""
        self._measured = None
        self._wrapped = {}

    def _measure(self, shown: list[int]) -> tuple[dict[int, int], dict[int, int]]:
        """What each visible column would like, and the least that it can do with."""
        natural = {n: self._natural_width(n) for n in shown}
        kept = {n: max(px(TEXT_WIDTH_MIN), round(natural[n] * SQUEEZE), self._word_width(n)) for n in shown}
        titles = {n: title_width(self._header, self._model.columns[n].title) for n in shown}
        return natural, {n: min(natural[n], max(kept[n], titles[n])) for n in shown}

    def _share_out(self) -> None:
        columns, shown = self._model.columns, self.order()
        if self._measured is None or set(self._measured[0]) != set(shown):
            self._measured = self._measure(shown)
        natural, least = self._measured
        notes = [n for n in shown if columns[n].kind is Kind.NOTE]
        texts = [n for n in shown if columns[n].kind is Kind.TEXT]
        widths = shared_widths(natural, least, self._table.viewport().width(), (notes, texts or shown))
        self._is_placing = True
        for n, width in widths.items():
            self._header.resizeSection(n, width)
        self._is_placing = False

    def _natural_width(self, number: int) -> int:
        """Width of a long text as on paper, of a short one as its title and first values need."""
        column = self._model.columns[number]
        title = title_width(self._header, column.title)
        if column.kind is Kind.NOTE:
            return max(px(column.width_mm * MM), title, self._word_width(number))
        longest = max(map(self._table.fontMetrics().horizontalAdvance, self._texts(number)), default=0)
        wanted = max(title, longest + px(52 if column.kind is Kind.STATE else 26))
        return min(wanted, px(TEXT_WIDTH_MAX)) if column.kind is Kind.TEXT else wanted

    def _word_width(self, number: int) -> int:
        """Width below which a word of a column would be cut, within reason."""
        if self._model.columns[number].kind not in (Kind.NOTE, Kind.TEXT):
            return 0
        return min(word_width(self._table, self._texts(number)), px(TEXT_WIDTH_MAX))

    def _texts(self, number: int) -> list[str]:
        """The first values of a column."""
        rows = range(min(self._model.rowCount(), ROWS_MEASURED))
        return [str(self._model.index(row, number).data() or "") for row in rows]

    def remember(self, *_moved: int) -> None:
        """Keep order, widths and visibility for the next time."""
        if not self._is_placing and self._model.columns:
            self._settings.set("columns", {**self._settings.get("columns"), self._key: self.entry()})

    def entry(self) -> dict[str, Any]:
        """Order, widths and visibility, as they are remembered."""
        header, keys = self._header, [column.key for column in self._model.columns]
        entry: dict[str, Any] = {
            "order": [keys[header.logicalIndex(place)] for place in range(len(keys))],
            "hidden": [key for n, key in enumerate(keys) if header.isSectionHidden(n)],
        }
        if self._set_by_hand:
            scale = px(1000) / 1000
            entry["widths"] = {keys[n]: round(header.sectionSize(n) / scale) for n in self.order()}
        return entry

    def keep_widths(self) -> None:
        """Remember widths that were set by hand."""
        if self._set_by_hand:
            self.remember()

    def show_menu(self, at: QPoint) -> None:
        """Choose which columns are shown; `at` is a place on the screen."""
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, column in enumerate(self._model.columns):
            action = menu.addAction(column.title.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(not self._header.isSectionHidden(number))
            action.setData(number)
        menu.addSeparator()
        menu.addAction(_("As at the start")).setData(-1)
        menu.triggered.connect(self._on_column_chosen)
        menu.popup(at)

    def _set_up(self) -> None:
        header = self._header
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setSortIndicatorClearable(True)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(px(36))
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._table.setSortingEnabled(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Know while somebody holds the header with the mouse: only then a new width is theirs."""
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self._is_held = True
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._is_held = False
        return super().eventFilter(watched, event)

    def _on_section_resized(self, _section: int, _old: int, _new: int) -> None:
        if self._is_held and not self._is_placing:
            self._set_by_hand = True

    def _on_column_chosen(self, action: QAction) -> None:
        number = action.data()
        if number < 0:
            self._forget()
        elif action.isChecked() or len(self.order()) > 1:
            self._header.setSectionHidden(number, not action.isChecked())
        self.fit()
        self.remember()

    def _forget(self) -> None:
        self._is_placing = True
        for number in range(self._header.count()):
            self._header.setSectionHidden(number, False)
            self._header.moveSection(self._header.visualIndex(number), number)
        self._is_placing = False
        self._set_by_hand = False
