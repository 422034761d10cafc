"""Storia: every gesture with what it changed, and the history of any record."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.formats import format_instant
from app.services.journal import FieldChange, HistoryRow, gesture_history
from app.services.reports.archive_lists import JournalLine, change_texts, history_list, record_text
from app.services.reports.spec import Table
from app.services.rooms import place_of
from app.services.search import search
from app.ui import i18n
from app.ui.desk import Desk
from app.ui.gestures import GestureActions
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.palette import CommandPalette, Entry
from app.ui.tables import TableView
from app.ui.theme import px
from app.ui.views.archive_pages import LanePage, Latest, RowPanel, paragraph
from app.ui.views.base import RecordKind
from app.ui.widgets import button, label, tool_button

EDITS_SHOWN = 40
"""Rows of a gesture that its panel tells of; a bulk import writes many hundred."""
HIT_TABLES = {"area": "priority_area", "source": "funding_source"}
"""Table of a kind of search hit, where the two have not the same name."""


class GesturePanel(RowPanel):
    """One gesture: who, when, and each row that it wrote, field by field."""

    history_wanted = Signal(str, str)  # table, row id

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_("Gesture"), parent)
        self._desk = desk
        self._latest = Latest(desk, self)
        self._line: JournalLine | None = None
        self.undo_button = button(_("Undo this gesture"), "undo-2")
        self.history_button = button(_("History of the record"), "history")
        self.go_button = button(_("Go to the record"), "arrow-right", name="primary")
        for made, slot in (
            (self.undo_button, self._on_undo),
            (self.history_button, self._on_history),
            (self.go_button, self.go),
        ):
            made.clicked.connect(slot)
            self.add_button(made)
        self.undo_button.hide()

    def show_row(self, line: JournalLine) -> None:
        """Show this gesture; what it changed comes when it was read."""
        is_new = self._line is None or self._line.id != line.id
        self._line = line
        if is_new:
            self._show_sheet(())
        place = self._desk.read(place_of, line.row_id)
        self.go_button.setVisible(place is not None)
        self.offer_undo()
        self._latest.read(gesture_history, line.replica, line.number, EDITS_SHOWN, done=self._show_sheet)

    def go(self) -> None:
        """Go to the first record that the gesture wrote."""
        if self._line is None:
            return
        place = self._desk.read(place_of, self._line.row_id)
        if place is not None:
            self._desk.wanted.emit(place.room, self._line.row_id)

    def offer_undo(self) -> None:
        """Offer to take the gesture back while it is the last that can be."""
        gestures = self._gestures()
        may = gestures is not None and self._line is not None and gestures.takes_back(self._line.number)
        self.undo_button.setVisible(may)

    def _gestures(self) -> GestureActions | None:
        """Undo and redo of the window."""
        return self.window().findChild(GestureActions)

    def _on_undo(self) -> None:
        gestures = self._gestures()
        if gestures is not None:
            gestures.undo_action.trigger()

    def _on_history(self) -> None:
        if self._line is not None:
            self.history_wanted.emit(self._line.table, self._line.row_id)

    def _show_sheet(self, rows: Sequence[HistoryRow]) -> None:
        line = self._line
        assert line is not None
        sheet = self.new_sheet()
        sheet.addWidget(label(line.verb, "h2", wrap=True))
        sheet.addWidget(paragraph(f"{format_instant(line.made_at)}  ·  {line.made_by}", "muted"))
        for row in rows:
            sheet.addSpacing(px(8))
            self._add_row(sheet, row)
        more = line.edits - len(rows)
        if rows and more > 0:
            text = i18n.current().plural("… and one more row.", "… and {n} more rows.", more).format(n=more)
            sheet.addSpacing(px(8))
            sheet.addWidget(label(text, "muted", wrap=True))
        sheet.addStretch(1)
        self.end_sheet()

    def _add_row(self, sheet: QVBoxLayout, row: HistoryRow) -> None:
        words = {"added": _("added"), "changed": _("changed"), "removed": _("removed")}
        head = QHBoxLayout()
        head.addWidget(paragraph(record_text(row.table, row.name, self._desk.texts), "h3"), 1)
        head.addWidget(label(words[row.change], "muted"), 0, Qt.AlignmentFlag.AlignTop)
        sheet.addLayout(head)
        if row.erased:
            sheet.addWidget(label(_("What was written here was erased."), "muted", wrap=True))
            return
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(3))
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        for place, change in enumerate(row.fields):
            caption = label(_(change.label), "muted", wrap=True)
            grid.addWidget(caption, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(paragraph(self._change_text(row, change)), place, 1)
        sheet.addLayout(grid)

    def _change_text(self, row: HistoryRow, change: FieldChange) -> str:
        """«before → after»; only one of them for a row that was added or removed."""
        before, after = change_texts(change, self._desk.texts)
        if row.change != "changed":
            return after or before
        empty = _("(empty)")
        return f"{before or empty} → {after or empty}"


class RecordHistory(QWidget):
    """The history of one record and of its parts, field by field."""

    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._latest = Latest(desk, self)
        self._desk = desk
        self._record: tuple[str, str] | None = None
        self._title = label("", "h2", wrap=True)
        self.back_button = tool_button(_("All gestures"), "arrow-left")
        self.back_button.clicked.connect(self.left)
        self.list = TableView(desk, "archive.record", filters=("made_by",))
        self.list.set_empty("history", _("Nothing was written about this record."))
        head = QHBoxLayout()
        head.setSpacing(px(12))
        head.addWidget(self.back_button)
        head.addWidget(self._title, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)

    def show_record(self, table: str, row_id: str) -> None:
        """Show the history of this record."""
        if self._record != (table, row_id):
            self._title.setText("")
        self._record = (table, row_id)
        self.reload()

    def reload(self) -> None:
        """Read the history again."""
        if self._record is not None:
            self._latest.read(history_list, self._desk.texts, *self._record, done=self._on_read)

    def _on_read(self, table: Table) -> None:
        self._title.setText(table.subtitle)
        self.list.set_table(table)


class HistoryPage(LanePage):
    """All gestures, or the history of one record."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        self._palette: CommandPalette | None = None
        super().__init__(desk, kind, key, parent)
        self.find_action = QAction(icon("history"), _("History of a record…"), self)
        self.find_action.setShortcut(QKeySequence("Ctrl+Shift+H"))
        self.find_action.setToolTip(_("History of a record (Ctrl+Shift+H)"))
        self.find_action.triggered.connect(self.ask_record)
        self.addAction(self.find_action)

    @property
    def record_history(self) -> RecordHistory:
        """The history of one record, shown or not."""
        return self._record

    @property
    def shows_record(self) -> bool:
        """Whether the history of one record is shown."""
        return self._whole.currentWidget() is self._record

    def page_actions(self) -> list[QAction]:
        """Undo and redo of the window, and what can be done with the list."""
        gestures = self.window().findChild(GestureActions)
        listed = self._record.list if self.shows_record else self.list
        actions = [] if gestures is None else [gestures.undo_action, gestures.redo_action]
        separator = QAction(self)
        separator.setSeparator(True)
        return [*actions, self.find_action, separator, *listed.actions_of_list()]

    def reload(self) -> None:
        super().reload()
        if self.shows_record:
            self._record.reload()

    def show_record(self, table: str, row_id: str) -> None:
        """Show the history of a record."""
        self._record.show_record(table, row_id)
        self._whole.setCurrentWidget(self._record)
        self.actions_changed.emit()

    def show_gestures(self) -> None:
        """Back to all gestures."""
        self._whole.setCurrentIndex(0)
        self.list.table.setFocus()
        self.actions_changed.emit()

    def ask_record(self) -> None:
        """Ask for a record, and show its history."""
        if self._palette is not None:
            self._palette.deleteLater()
        self._palette = CommandPalette((), self._found, self)
        self._palette.show_under(self._record.back_button if self.shows_record else self.list.search)

    def make_panel(self) -> QWidget:
        panel = GesturePanel(self.desk)
        panel.history_wanted.connect(self.show_record)
        gestures = self.window().findChild(GestureActions)
        if gestures is not None:
            gestures.undo_action.changed.connect(panel.offer_undo)
        return panel

    def _build(self) -> None:
        super()._build()
        self._record = RecordHistory(self.desk)
        self._record.left.connect(self.show_gestures)
        self._whole = QStackedWidget()
        layout = self.layout()
        assert layout is not None
        layout.removeWidget(self._splitter)
        self._whole.addWidget(self._splitter)
        self._whole.addWidget(self._record)
        layout.addWidget(self._whole)

    def _found(self, text: str, limit: int) -> list[Entry]:
        return [
            Entry(hit.title, hit.subtitle, "history", _Visit(self, HIT_TABLES.get(hit.kind, hit.kind), hit.id))
            for hit in self.desk.read(search, text, limit)
        ]

    def _on_activated(self, record_id: str) -> None:
        row = self.row(record_id)
        if row is not None:
            self.show_record(row.table, row.row_id)


class _Visit:
    """Going to the history of a record that was found."""

    def __init__(self, page: HistoryPage, table: str, row_id: str) -> None:
        self._page, self._table, self._id = page, table, row_id

    def __call__(self) -> None:
        self._page.show_record(self._table, self._id)
