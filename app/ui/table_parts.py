"""Parts of a list: the table with its keys, badges, and filter chips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QWidget,
)

from app.services.reports.table_spec import Column
from app.ui import i18n
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.table_model import TONE, Index
from app.ui.theme import px
from app.ui.widgets import ICON_BESIDE, Tone, paint_badge, restyle

ROW_HEIGHT = 32


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
