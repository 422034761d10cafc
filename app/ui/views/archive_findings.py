"""Quadrature: what is declared against what the records give; each finding leads to its record."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services.findings import check
from app.services.labels import label as label_of
from app.services.reports.archive_lists import FindingLine, findings_list
from app.services.reports.spec import Table
from app.services.rooms import place_of
from app.services.texts import Translator
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.theme import px
from app.ui.views.archive_pages import LanePage, RowPanel, paragraph
from app.ui.widgets import Badge, button, label, tone_of


def findings_table(store: Any, tr: Translator) -> Table:
    """The open findings, as the room lists them."""
    return findings_list(check(store, tr), tr)


class FindingPanel(RowPanel):
    """One finding: both values, where they stand, and what would settle it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.go_button = button(_("Go to the record"), "arrow-right", name="primary")
        super().__init__(_("Quadrature"), self.go_button, parent=parent)
        self._desk = desk
        self._line: FindingLine | None = None
        self.go_action = QAction(icon("arrow-right"), self.go_button.text(), self)
        self.go_action.triggered.connect(self.go)
        self.go_button.clicked.connect(self.go_action.trigger)

    def show_row(self, line: FindingLine) -> None:
        """Show this finding."""
        self._line = line
        sheet = self.new_sheet()
        sheet.addWidget(label(line.title, "h2", wrap=True))
        state = QHBoxLayout()
        state.addWidget(Badge(label_of(line.severity, self._desk.texts), tone_of(line.severity)))
        state.addStretch(1)
        sheet.addLayout(state)
        sheet.addWidget(paragraph(line.sentence))
        sheet.addSpacing(px(6))
        sheet.addLayout(self._values(line))
        self._add_part(sheet, _("Where it stands"), line.where.replace("; ", "\n"))
        self._add_part(sheet, _("What would settle it"), line.way_out)
        sheet.addStretch(1)
        self.end_sheet()
        found = line.subject_id is not None and self._desk.read(place_of, line.subject_id) is not None
        self.go_button.setVisible(found)
        self.go_action.setEnabled(found)

    def go(self) -> None:
        """Go to the record that the finding is about."""
        if self._line is None or self._line.subject_id is None:
            return
        place = self._desk.read(place_of, self._line.subject_id)
        if place is not None:
            self._desk.wanted.emit(place.room, self._line.subject_id)

    def _values(self, line: FindingLine) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(14))
        grid.setVerticalSpacing(px(4))
        grid.setColumnStretch(1, 1)
        pairs = ((_("Declared"), line.declared), (_("Computed"), line.computed), (_("Difference"), line.difference))
        for place, (caption, value) in enumerate(pair for pair in pairs if pair[1]):
            grid.addWidget(label(caption, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(paragraph(value, "h3"), place, 1)
        return grid

    @staticmethod
    def _add_part(sheet: QVBoxLayout, caption: str, text: str) -> None:
        if text:
            sheet.addSpacing(px(6))
            sheet.addWidget(label(caption, "muted", wrap=True))
            sheet.addWidget(paragraph(text))


class FindingsPage(LanePage):
    """The open findings; Enter goes to the record."""

    def make_panel(self) -> QWidget:
        return FindingPanel(self.desk)

    def record_actions(self) -> list[QAction]:
        return [self.panel.go_action] if self.panel is not None and self.chosen() is not None else []

    def _on_activated(self, record_id: str) -> None:
        if self._show(record_id) and self.panel is not None:
            self.panel.go()
