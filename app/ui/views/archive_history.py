"""Storia: every gesture with what it changed, and the history of any record."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QAction,
    QFont,
    QKeySequence,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextTableFormat,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTextEdit, QVBoxLayout, QWidget

from app.services.journal.journal import FieldChange, HistoryRow, gesture_history
from app.services.reports.archive_lists import JournalLine, change_texts, history_list, record_text
from app.services.reports.spec import Table
from app.services.rooms import place_of
from app.services.search import search
from app.services.wording.formats import format_instant
from app.ui import dialogs, i18n
from app.ui.desk import Desk
from app.ui.gestures import GestureActions
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.latest import Latest
from app.ui.palette import CommandPalette, Entry
from app.ui.tables import TableView
from app.ui.theme import colour, px
from app.ui.views.archive_pages import LanePage, button_foot, paragraph
from app.ui.views.base import RecordKind
from app.ui.widgets import button, label, tool_button

EDITS_SHOWN = 40
"""Rows of a gesture that its panel tells of; a bulk import writes many hundred."""
HIT_TABLES = {"area": "priority_area", "source": "funding_source"}
"""Table of a kind of search hit, where the two have not the same name."""


class GesturePanel(QFrame):
    """One gesture: who, when, and each row that it wrote, field by field."""

    history_wanted = Signal(str, str)  # table, row id

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._desk = desk
        self._latest = Latest(desk, self)
        self._line: JournalLine | None = None
        self._verb, self._made = label("", "h2", wrap=True), paragraph("", "muted")
        self.sheet = EditSheet(desk)
        self.undo_button = button(_("Undo this gesture"), "undo-2")
        self.history_button = button(_("History of the record"), "history")
        self.go_button = button(_("Go to the record"), "arrow-right", name="primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(12))
        layout.setSpacing(px(8))
        for part in (self._verb, self._made):
            layout.addWidget(part)
        self.sheet.setMinimumHeight(px(36))
        layout.addWidget(self.sheet, 1)
        layout.addLayout(button_foot(self.undo_button, self.history_button, self.go_button))
        self.undo_button.clicked.connect(self._on_undo)
        self.history_button.clicked.connect(self._on_history)
        self.go_button.clicked.connect(self.go)
        self.undo_button.hide()

    def show_row(self, line: JournalLine) -> None:
        """Show this gesture; what it changed comes when it was read."""
        is_new = self._line is None or self._line.id != line.id
        self._line = line
        if is_new:
            self._verb.setText(line.verb)
            self._made.setText(f"{format_instant(line.made_at)}  ·  {line.made_by}")
            self.sheet.clear()
        place = self._desk.read(place_of, line.row_id)
        self.go_button.setVisible(place is not None)
        self.offer_undo()
        self._latest.read(gesture_history, line.replica, line.number, EDITS_SHOWN, done=self._on_read)

    def go(self) -> None:
        """Go to the first record that the gesture wrote."""
        if self._line is None:
            return
        place = self._desk.read(place_of, self._line.row_id)
        if place is not None:
            self._desk.wanted.emit(place.room, self._line.row_id)

    def offer_undo(self) -> None:
        """Offer to take the gesture back, when it is one of this copy and of a kind that can be."""
        gestures, line = self._gestures(), self._line
        own = line is not None and self._desk.is_open and line.replica == self._desk.store.replica_id
        may = own and gestures is not None and line is not None and gestures.may_take_back(line.number)
        self.undo_button.setVisible(bool(may))

    def _gestures(self) -> GestureActions | None:
        """Undo and redo of the window."""
        return self.window().findChild(GestureActions)

    def _on_undo(self) -> None:
        gestures, line = self._gestures(), self._line
        if gestures is None or line is None:
            return
        question = _("«{what}» is taken back alone; what was done after it stays.").format(what=line.verb)
        is_last = gestures.takes_back(line.number)
        if is_last or dialogs.confirm(self, self.undo_button.text(), question, self.undo_button.text()):
            gestures.take_back(line.number)

    def _on_history(self) -> None:
        if self._line is not None:
            self.history_wanted.emit(self._line.table, self._line.row_id)

    def _on_read(self, rows: Sequence[HistoryRow]) -> None:
        assert self._line is not None
        self.sheet.show_rows(rows, self._line.edits)


class EditSheet(QTextEdit):
    """Edits as a text that scrolls and can be copied; one text, because a gesture may have hundreds of fields."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("told")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(_("What was changed"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self._desk = desk
        self._strong, self._muted, self._plain = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        self._strong.setFontWeight(QFont.Weight.DemiBold)
        self._muted.setForeground(colour("muted"))
        self._first, self._next = QTextBlockFormat(), QTextBlockFormat()
        for heading in (self._first, self._next):
            heading.setLeftMargin(px(2))
        self._next.setTopMargin(px(12))
        self._table = QTextTableFormat()
        self._table.setBorder(0)
        self._table.setCellSpacing(0)
        self._table.setCellPadding(px(2))
        percent = QTextLength.Type.PercentageLength
        self._table.setWidth(QTextLength(percent, 100))
        self._table.setColumnWidthConstraints([QTextLength(percent, 40), QTextLength(percent, 60)])

    def show_rows(self, rows: Sequence[HistoryRow], edits: int) -> None:
        """Show these edits, the first of `edits`."""
        written = QTextDocument()
        written.setDefaultFont(self.font())
        written.setDocumentMargin(0)
        cursor = QTextCursor(written)
        for row in rows:
            self._write_row(cursor, row)
        more = edits - len(rows)
        if more > 0:
            cursor.setBlockFormat(self._next)
            text = i18n.current().plural("… and one more row.", "… and {n} more rows.", more)
            cursor.insertText(text.format(n=more), self._muted)
        written.setParent(self)
        self.setDocument(written)

    def _write_row(self, cursor: QTextCursor, row: HistoryRow) -> None:
        """A heading, and a line for each field."""
        words = {"added": _("added"), "changed": _("changed"), "removed": _("removed")}
        cursor.setBlockFormat(self._next if cursor.position() else self._first)
        cursor.insertText(record_text(row.table, row.name, self._desk.texts), self._strong)
        cursor.insertText(f"  ·  {words[row.change]}", self._muted)
        if row.erased:
            cursor.insertBlock()
            cursor.insertText(_("What was written here was erased."), self._muted)
            cursor.insertBlock()
        elif row.fields:
            table = cursor.insertTable(len(row.fields), 2, self._table)
            for place, change in enumerate(row.fields):
                table.cellAt(place, 0).firstCursorPosition().insertText(_(change.label), self._muted)
                table.cellAt(place, 1).firstCursorPosition().insertText(self._change_text(row, change), self._plain)
            cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertBlock()

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

    @property
    def way_back(self) -> QAction | None:
        """None in the history of a record, which has a way back of its own."""
        return None if self.shows_record else super().way_back

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
        assert self.beside is not None
        layout.removeWidget(self.beside)
        self._whole.addWidget(self.beside)
        self._whole.addWidget(self._record)
        layout.addWidget(self._whole)

    def _on_read(self, table: Table) -> None:
        super()._on_read(table)
        self.find_action.setEnabled(bool(table.rows))

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
