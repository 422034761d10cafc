"""Finding: what is declared against what the records give; each finding leads to its record."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services.findings import check
from app.services.findings.acceptance import accept_finding, withdraw_acceptance
from app.services.reports.archive_lists import FindingLine, findings_list
from app.services.reports.spec import Table
from app.services.rooms import place_of
from app.services.wording.labels import label as label_of
from app.services.wording.texts import N_, Translator
from app.ui.acts import ask_values
from app.ui.desk import Desk
from app.ui.fields import Act, FieldKind, FieldSpec
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.theme import px
from app.ui.views.archive_pages import LanePage, RowPanel, paragraph
from app.ui.views.decision_choices import decision_choices
from app.ui.widgets import Badge, button, label, tone_of

ACCEPT = Act(
    N_("Accept with a reason"),
    "circle-check",
    accept_finding,
    fields=(
        FieldSpec("reason", N_("Why it may stand"), FieldKind.NOTE, required=True, lines=3),
        FieldSpec(
            "decision_id",
            N_("Decision that accepts it"),
            FieldKind.REFERENCE,
            choices=decision_choices,
            hint=N_("May stay empty."),
        ),
    ),
)
"""What is asked when a finding is let stand."""


def _key(line: FindingLine) -> str:
    """Key of the finding that a line shows."""
    return line.id.partition("#")[0]


def findings_table(store: Any, tr: Translator) -> Table:
    """The findings, as the room lists them."""
    return findings_list(check(store, tr), tr)


class FindingPanel(RowPanel):
    """One finding: both values, where they stand, and what would settle it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.go_button = button(_("Go to the record"), "arrow-right", name="primary")
        self.accept_button = button(_(ACCEPT.title), ACCEPT.icon)
        self.withdraw_button = button(_("Withdraw the acceptance"), "undo-2")
        super().__init__(_("Finding"), self.accept_button, self.withdraw_button, self.go_button, parent=parent)
        self._desk = desk
        self._line: FindingLine | None = None
        self.go_action = QAction(icon("arrow-right"), self.go_button.text(), self)
        self.go_action.triggered.connect(self.go)
        self.go_button.clicked.connect(self.go_action.trigger)
        self.accept_action = QAction(icon(ACCEPT.icon), self.accept_button.text(), self)
        self.accept_action.triggered.connect(self.accept)
        self.accept_button.clicked.connect(self.accept_action.trigger)
        self.withdraw_action = QAction(icon("undo-2"), self.withdraw_button.text(), self)
        self.withdraw_action.triggered.connect(self.withdraw)
        self.withdraw_button.clicked.connect(self.withdraw_action.trigger)

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
        if not line.is_open:
            self._add_part(sheet, _("Status"), line.status)
        sheet.addStretch(1)
        self.end_sheet()
        found = line.subject_id is not None and self._desk.read(place_of, line.subject_id) is not None
        self.go_button.setVisible(found)
        self.go_action.setEnabled(found)
        for made, action, offered in (
            (self.accept_button, self.accept_action, line.is_open),
            (self.withdraw_button, self.withdraw_action, not line.is_open),
        ):
            made.setVisible(offered)
            action.setEnabled(offered)

    def accept(self) -> None:
        """Ask for the reason, and let the finding stand."""
        if self._line is None:
            return
        values = ask_values(self, self._desk, ACCEPT)
        if values is not None:
            self._desk.run(accept_finding, _key(self._line), values["reason"], values["decision_id"])

    def withdraw(self) -> None:
        """Open the finding again."""
        if self._line is not None:
            self._desk.run(withdraw_acceptance, _key(self._line))

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
    """The findings; Enter goes to the record."""

    def make_panel(self) -> QWidget:
        return FindingPanel(self.desk)

    def record_actions(self) -> list[QAction]:
        if self.panel is None or self.chosen() is None:
            return []
        actions = (self.panel.go_action, self.panel.accept_action, self.panel.withdraw_action)
        return [action for action in actions if action.isEnabled()]

    def _on_activated(self, record_id: str) -> None:
        if self._show(record_id) and self.panel is not None:
            self.panel.go()
