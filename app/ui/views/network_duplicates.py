"""Possible duplicates: organisations that may be one, why, and what a person says of them."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.services.network.duplicates import DuplicateRow, duplicate_rows, judge_distinct, why_text, withdraw_distinct
from app.services.network.organisation_drafts import OrganisationRow
from app.services.network.registry import organisation_rows
from app.services.ports import SILENT, Progress
from app.services.reports.network_lists import codes_text, duplicates_list, judged_text, role_text
from app.services.reports.spec import Table
from app.services.wording.labels import label as label_of
from app.services.wording.texts import N_, Translator
from app.ui.acts import ask_values
from app.ui.desk import Desk
from app.ui.fields import Act, FieldKind, FieldSpec
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.tasks import Task
from app.ui.theme import px
from app.ui.views.archive_pages import LanePage, RowPanel, paragraph
from app.ui.views.network_merging import ask_merge
from app.ui.views.page import RecordKind
from app.ui.views.ways import Way
from app.ui.widgets import Badge, Tone, button, label

REASON = Act(
    N_("Not the same body"),
    "users",
    judge_distinct,
    fields=(FieldSpec("reason", N_("Why they are two"), FieldKind.NOTE, lines=2, hint=N_("May stay empty.")),),
)


def duplicates_table(store: Any, tr: Translator, progress: Progress = SILENT) -> Table:
    """Every two organisations that may be one, as the room lists them."""
    return duplicates_list(duplicate_rows(store, progress), tr)


class PairPanel(RowPanel):
    """Two organisations side by side, why they may be one, and what can be said of them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.merge_button = button(_("Merge…"), "link", name="primary")
        self.judge_button = button(_("Not the same body"), "users")
        self.withdraw_button = button(_("Look at them again"), "undo-2")
        super().__init__(
            _("Possible duplicates"), self.withdraw_button, self.judge_button, self.merge_button, parent=parent
        )
        self._desk = desk
        self._row: DuplicateRow | None = None
        self.merge_action = self._action("link", self.merge_button, self.merge)
        self.judge_action = self._action("users", self.judge_button, self.judge)
        self.withdraw_action = self._action("undo-2", self.withdraw_button, self.withdraw)

    def _action(self, image: str, made: Any, slot: Any) -> QAction:
        action = QAction(icon(image), made.text(), self)
        action.triggered.connect(slot)
        made.clicked.connect(action.trigger)
        return action

    def show_row(self, row: DuplicateRow) -> None:
        """Show this pair."""
        self._row = row
        known = {each.id: each for each in self._desk.read(organisation_rows)}
        sheet = self.new_sheet()
        sheet.addWidget(label(_("Are these one body?"), "h2", wrap=True))
        state = QHBoxLayout()
        state.addWidget(Badge(judged_text(row, self._desk.texts), Tone.NEUTRAL if row.judged else Tone.WARN))
        state.addStretch(1)
        sheet.addLayout(state)
        for text in (why_text(row.likeness, self._desk.texts), row.reason):
            if text:
                sheet.addWidget(paragraph(text))
        sheet.addSpacing(px(6))
        for key in (row.one_id, row.other_id):
            if key in known:
                self._add_body(sheet, known[key])
        sheet.addStretch(1)
        self.end_sheet()
        for action, made, fits in (
            (self.merge_action, self.merge_button, not row.judged),
            (self.judge_action, self.judge_button, not row.judged),
            (self.withdraw_action, self.withdraw_button, row.judged),
        ):
            made.setVisible(fits)
            action.setVisible(fits)

    def _add_body(self, sheet: QVBoxLayout, row: OrganisationRow) -> None:
        """Name, with the way to its record, and what is known of it."""
        tr = self._desk.texts
        sheet.addWidget(Way(self._desk, row.name, "network", row.id))
        facts = (
            (_("Kind"), label_of(row.kind, tr)),
            (_("Seat"), row.seat),
            (_("Tax code"), row.tax_code),
            (_("VAT number"), row.vat_number),
            (_("Codes"), codes_text(row, tr)),
            (_("Also written"), "; ".join(row.aliases)),
            (_("Part"), role_text(row, tr)),
            (_("Alliances"), ", ".join(row.alliances)),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(14))
        grid.setVerticalSpacing(px(3))
        grid.setColumnStretch(1, 1)
        for place, (caption, value) in enumerate(pair for pair in facts if pair[1]):
            grid.addWidget(label(caption, "muted"), place, 0)
            grid.addWidget(paragraph(value), place, 1)
        sheet.addLayout(grid)
        sheet.addSpacing(px(10))

    def merge(self) -> None:
        """Show what merging them would change, and do it when it is wanted."""
        if self._row is not None:
            ask_merge(self, self._desk, self._row.one_id, self._row.other_id)

    def judge(self) -> None:
        """Keep in mind that they are two."""
        if self._row is None:
            return
        values = ask_values(self, self._desk, REASON)
        if values is not None:
            self._desk.run(judge_distinct, self._row.one_id, self._row.other_id, values["reason"])

    def withdraw(self) -> None:
        """Take the judgement back."""
        if self._row is not None:
            self._desk.run(withdraw_distinct, self._row.one_id, self._row.other_id)


class DuplicatesPage(LanePage):
    """The list; it is made beside the window, with progress, and can be stopped."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, kind, key, parent)
        self._looking: Task | None = None
        self.again_action = QAction(icon("refresh-cw"), _("Look again"), self)
        self.again_action.triggered.connect(self.reload)

    def page_actions(self) -> list[QAction]:
        return [self.again_action, *super().page_actions()]

    def record_actions(self) -> list[QAction]:
        if self.panel is None or self.chosen() is None:
            return []
        return [self.panel.merge_action, self.panel.judge_action, self.panel.withdraw_action]

    def make_panel(self) -> QWidget:
        return PairPanel(self.desk)

    def reload(self) -> None:
        """Look for pairs again; a search that is still under way is stopped."""
        if self._looking is not None:
            self._looking.cancel()
        task = self.desk.run(
            duplicates_table, self.desk.texts, done=self._on_found, title=_("Looking for possible duplicates")
        )
        self._looking = task
        task.finished.connect(self._on_looked)

    def _on_found(self, table: Table) -> None:
        if isValid(self) and self.desk.is_open:
            self._on_read(table)

    def _on_looked(self) -> None:
        if self._looking is self.sender():
            self._looking = None
