"""Cestino: records that were removed, each with what went with it; restored whole."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.changes import Changes
from app.services.journal.journal import gesture_history
from app.services.keeping.bin import restore
from app.services.reports.bin_list import BinLine
from app.services.rooms import place_of
from app.services.wording.formats import format_instant
from app.ui.desk import Desk
from app.ui.i18n import _, plural
from app.ui.icons import icon
from app.ui.latest import Latest
from app.ui.views.archive_history import EDITS_SHOWN, EditSheet
from app.ui.views.archive_pages import LanePage, RowPanel, paragraph
from app.ui.views.archive_retention import ask_and_empty
from app.ui.views.page import RecordKind
from app.ui.widgets import button, label


class BinPanel(RowPanel):
    """One removed record: what it was, and the way back."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.restore_button = button(_("Restore"), "archive-restore", name="primary")
        super().__init__(_("Bin"), self.restore_button, parent=parent)
        self._desk = desk
        self._latest = Latest(desk, self)
        self._line: BinLine | None = None
        self.edits = EditSheet(desk)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.edits, 3)
        self.restore_action = QAction(icon("archive-restore"), self.restore_button.text(), self)
        self.restore_action.triggered.connect(self.restore)
        self.restore_button.clicked.connect(self.restore_action.trigger)

    def show_row(self, line: BinLine) -> None:
        """Show this record; what stood in it comes when it was read."""
        self._line = line
        sheet = self.new_sheet()
        sheet.addWidget(label(f"{line.kind}: {line.name}" if line.name else line.kind, "h2", wrap=True))
        said = _("Removed on {when} by {who}.").format(when=format_instant(line.made_at), who=line.made_by)
        sheet.addWidget(paragraph(said))
        if line.parts:
            parts = plural(
                "{n} row went with it, and comes back with it.",
                "{n} rows went with it, and come back with it.",
                line.parts,
            )
            sheet.addWidget(paragraph(parts.format(n=line.parts)))
        sheet.addStretch(1)
        self.end_sheet()
        self.edits.clear()
        assert self._desk.store is not None
        self._latest.read(gesture_history, self._desk.store.replica_id, line.number, EDITS_SHOWN, done=self._on_read)

    def restore(self) -> None:
        """Bring the record back, and go to it; a second click asks for nothing more."""
        if self._line is not None:
            self.restore_action.setEnabled(False)
            self._desk.run(restore, self._line.number, done=self._on_restored).finished.connect(self._on_ended)

    def _on_ended(self) -> None:
        self.restore_action.setEnabled(True)

    def _on_restored(self, changes: Changes) -> None:
        for key in changes.ids:
            place = self._desk.read(place_of, key)
            if place is not None:
                self._desk.wanted.emit(place.room, key)
                return

    def _on_read(self, rows: Any) -> None:
        if self._line is not None:
            self.edits.show_rows(rows, self._line.parts + 1)


class BinPage(LanePage):
    """What was removed; Enter restores nothing by chance: the button does."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        self.empty_action = QAction(icon("trash-2"), _("What may be erased…"))
        super().__init__(desk, kind, key, parent)
        self.empty_action.setParent(self)
        self.empty_action.triggered.connect(self._on_empty_wanted)

    def page_actions(self) -> list[QAction]:
        """What can be done here."""
        return [self.empty_action, *super().page_actions()]

    def make_panel(self) -> QWidget:
        return BinPanel(self.desk)

    def _on_empty_wanted(self) -> None:
        ask_and_empty(self, self.desk)

    def record_actions(self) -> list[QAction]:
        return [self.panel.restore_action] if self.panel is not None and self.chosen() is not None else []
