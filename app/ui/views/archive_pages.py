"""What the pages of the archive's room are made from: lists read beside the window, sheets, and the panel of a row."""

from __future__ import annotations

from math import ceil
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent, QTextOption
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.models.errors import NotFound
from app.services.reports.spec import Table
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.theme import px
from app.ui.views.base import RecordKind, RecordPage
from app.ui.widgets import FlowBox, label

FOLDED = 560
"""Width (of the design) under which what stands in a row stands in a column."""


class RowPanel(QFrame):
    """What there is to say of a row, beside its list: a sheet that scrolls, and buttons at its foot."""

    def __init__(self, name: str, *buttons: QPushButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._scroll = scrolled(QWidget(), name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(12))
        layout.setSpacing(px(10))
        layout.addWidget(self._scroll, 1)
        layout.addLayout(button_foot(*buttons))

    def new_sheet(self) -> QVBoxLayout:
        """An empty sheet in the place of the present one; `end_sheet` shows it."""
        sheet = QWidget()
        sheet.setObjectName("sheet")
        layout = QVBoxLayout(sheet)
        layout.setContentsMargins(0, 0, px(8), 0)
        layout.setSpacing(px(6))
        self._next = sheet
        return layout

    def end_sheet(self) -> None:
        """Show the sheet that was begun."""
        self._scroll.setWidget(self._next)
        self._next.show()


def button_foot(*buttons: QPushButton) -> QHBoxLayout:
    """Buttons at the foot of a panel, at the right; in lines where there is no room for all."""
    foot = QHBoxLayout()
    inside = FlowBox(spacing=8, right=True)
    for each in buttons:
        inside.flow.addWidget(each)
    foot.addWidget(inside)
    return foot


class FoldingRow(QWidget):
    """Parts beside each other, or one under the other where there is no room; `stretched` takes what is to spare."""

    def __init__(self, *parts: QWidget, stretched: QWidget) -> None:
        super().__init__()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(14))
        for part in parts:
            place = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
            self._row.addWidget(part, int(part is stretched), Qt.AlignmentFlag(0) if part is stretched else place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold and unfold with the room."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        folded = event.size().width() < px(FOLDED)
        self._row.setDirection(directions.TopToBottom if folded else directions.LeftToRight)
        self._row.setSpacing(px(8 if folded else 14))


class LongText(QTextEdit):
    """A text of one word, as long as it may be: it wraps anywhere, and is copied as it is."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("told")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        for bar in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            bar(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.setMinimumWidth(px(90))

    def setText(self, text: str) -> None:
        """Show another one."""
        self.setPlainText(text)
        self._fit()

    def text(self) -> str:
        """What it says."""
        return self.toPlainText()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as its lines."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        frame = self.height() - self.viewport().height()
        self.setFixedHeight(max(ceil(self.document().size().height()), self.fontMetrics().lineSpacing()) + frame)


def paragraph(text: str, name: str = "") -> QLabel:
    """A text that wraps and can be copied."""
    made = label(text, name, wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


class LanePage(RecordPage):
    """A list that takes longer to read than the window may wait, with a panel for the row that is chosen."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, kind, key, parent)
        self.panel: Any = None
        self._is_read = False
        self._wants_focus = False

    def focus_first(self) -> None:
        """Put the cursor on the list, as soon as it is there."""
        self._wants_focus = not self._is_read
        super().focus_first()

    def reload(self) -> None:
        """Read the list again, on the lane."""
        self._latest.read(self.kind.table, self.desk.texts, done=self._on_read)

    def show_first(self) -> None:
        """The first row is shown when the list has arrived."""

    def row(self, row_id: str | None) -> Any:
        """Record of a row, whether it is visible or not; None when it is not there."""
        table = self.list.model.table
        assert table.row_id is not None
        return next((row for row in table.body() if table.row_id(row) == row_id), None)

    def chosen(self) -> Any:
        """Record of the row that is chosen."""
        return self.row(self.list.selected_id()) if self.list.model.table.row_id else None

    def make_panel(self) -> QWidget:
        """The panel of a row, with `show_row(row)`."""
        raise NotImplementedError

    def _on_read(self, table: Table) -> None:
        self.list.set_table(table)
        if self.chosen() is None:
            self.list.select(self.list.first_id())
        if self.chosen() is None:
            self._stack.setCurrentIndex(0)
        else:
            self._show(self.list.selected_id() or "")
        self._settle()
        self._is_read = True
        if self._wants_focus and self.list.search.hasFocus():
            super().focus_first()
        self._wants_focus = False
        self.actions_changed.emit()

    def _show_detail(self, record_id: str) -> None:
        row = self.row(record_id)
        if row is None:
            raise NotFound("record.gone")
        if self.panel is None:
            self.panel = self.make_panel()
            self._stack.addWidget(self.panel)
        self.panel.show_row(row)
        self._stack.setCurrentWidget(self.panel)

    def _is_shown(self, record_id: str) -> bool:
        return False


class SheetPage(RecordPage):
    """A page without a list."""

    def page_actions(self) -> list[QAction]:
        """What can be done here."""
        return []

    def reload(self) -> None:
        """Read again what is shown."""

    def show_first(self) -> None:
        """There is nothing to choose from."""

    def open_record(self, record_id: str) -> bool:
        """There are no records here."""
        return False

    def _build(self) -> None:
        self.list.setParent(self)
        self.list.hide()
        inside = QWidget()
        inside.setObjectName("sheet")
        sheet = QVBoxLayout(inside)
        sheet.setContentsMargins(0, 0, 0, 0)
        sheet.setSpacing(px(12))
        self.build_sheet(sheet)
        sheet.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(inside, _(self.kind.title)))

    def build_sheet(self, sheet: QVBoxLayout) -> None:
        """Make the parts of the page, one under the other."""
        raise NotImplementedError


def scrolled(inside: QWidget, name: str) -> QScrollArea:
    """A place in which something scrolls up and down."""
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setAccessibleName(name)
    made.setWidget(inside)
    return made


def no_table(_store: Any, _tr: Any) -> Table:
    """In the place of the list of a page that has none."""
    return Table("", "", (), ())


def sheet_kind(key: str, title: str, image: str) -> RecordKind:
    """The kind of a page without a list."""
    return RecordKind(key, title, image, no_table, can_add=False)
