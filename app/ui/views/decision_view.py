"""A decision while it is being written, with what it would do once its meeting closes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.models.enums import AllocationRule
from app.services import decision_sheets
from app.services.agenda import point_rows
from app.services.decision_drafts import DecisionPreview
from app.services.decision_sheets import DecisionSheet
from app.services.reports.allocation_tables import awards_table, ceilings_table
from app.services.reports.meeting_lists import changes_table, moves_table, shares_table
from app.services.reports.meeting_tables import outcomes_table
from app.services.reports.spec import Table
from app.services.split_plan import IN_CENTS
from app.services.texts import Translator
from app.ui.desk import Desk
from app.ui.editors import column_of
from app.ui.errors import sentence
from app.ui.fact_table import FactTable
from app.ui.forms import RecordForm
from app.ui.grids import GridView
from app.ui.i18n import _
from app.ui.theme import px
from app.ui.views.decision_forms import DECISION_FORM
from app.ui.views.meeting_forms import is_free
from app.ui.widgets import Banner, Tone, label

PAUSE_MILLISECONDS = 120
"""Rest after a key before the effects are computed again."""
SIDE_BY_SIDE = 1000
"""From this width (of the design) the effects stand beside the form, below it they stand under it."""

UNFINISHED = frozenset(
    {"field.required", "decision.amounts_missing", "decision.outcomes_missing", "allocation.no_parts"}
)
"""Refusals that only say that the sheet is not filled in yet."""


def effect_tables(preview: DecisionPreview, tr: Translator) -> list[Table]:
    """What a decision does, as tables: shares with their proof, accounts, awards, outcomes, movements."""
    tables = [shares_table(view, tr) for view in preview.allocations]
    if preview.changes:
        tables.append(changes_table(preview, tr))
    else:
        if preview.ceilings:
            tables.append(ceilings_table(preview.ceilings, tr))
        if preview.awards:
            tables.append(awards_table(preview.awards, tr))
    if preview.outcomes:
        tables.append(outcomes_table(preview.outcomes, tr))
    if preview.moves:
        tables.append(moves_table(preview, tr))
    return tables


class EffectsPanel(QWidget):
    """What a decision would do, or what stands in its way; as high as its tables."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tables: list[FactTable] = []
        self._title = label("", "h2", wrap=True)
        self._said = label("", "muted", wrap=True)
        self.banner = Banner()
        self._column = column_of(self._title, self.banner, self._said, spacing=10)
        self._column.addStretch(1)
        self.setLayout(self._column)
        self.setAccessibleName(_("Effects of the decision"))

    def show_effects(self, preview: DecisionPreview, *, in_force: bool) -> None:
        """Show what follows from the sheet."""
        texts = self._desk.texts
        self._title.setText(_("What it did") if in_force else _("What it will do when the meeting closes"))
        wrong = [problem for problem in preview.problems if problem.code not in UNFINISHED]
        if wrong:
            self.banner.say("\n".join(sentence(problem, texts) for problem in wrong), Tone.WARN)
        else:
            self.banner.hide()
        tables = effect_tables(preview, texts)
        said = "" if tables or wrong else _("It moves no money and gives no proposal a state.")
        if preview.problems and not wrong:
            said = _("It shows here as soon as amounts or outcomes are filled in.")
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._show_tables(tables)

    def shown_tables(self) -> list[FactTable]:
        """Tables that are shown now."""
        return [table for table in self._tables if not table.isHidden()]

    def _show_tables(self, tables: list[Table]) -> None:
        while len(self._tables) < len(tables):
            made = FactTable(self._desk.texts)
            self._tables.append(made)
            self._column.insertWidget(self._column.count() - 1, made)
        for made in self._tables[len(tables) :]:
            made.hide()
        for made, table in zip(self._tables, tables, strict=False):
            made.set_table(table)
            made.show()


class DecisionForm(RecordForm):
    """The form, and the effects that follow what is typed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, DECISION_FORM, parent=parent)

    def _build(self) -> None:
        super()._build()
        self.effects = EffectsPanel(self.desk)
        self._sheet.insertWidget(self._sheet.count() - 1, self.effects)
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self._side.setFrameShape(QFrame.Shape.NoFrame)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setAccessibleName(self.effects.accessibleName())
        self._side.hide()
        halves = QHBoxLayout()
        halves.setSpacing(px(16))
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        place = layout.indexOf(self._scroll)
        layout.removeWidget(self._scroll)
        halves.addWidget(self._scroll, 1)
        halves.addWidget(self._side, 1)
        layout.insertLayout(place, halves, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self.refresh_effects)

    def refresh_effects(self) -> None:
        """Compute anew what the decision would do."""
        self._pause.stop()
        sheet: DecisionSheet = self.model.draft
        preview = self.desk.read(decision_sheets.sheet_effects, sheet)
        self.effects.show_effects(preview, in_force=bool(sheet.label))

    def _load_choices(self) -> None:
        """Offer the points that can still be decided on, and that of the decision itself."""
        super()._load_choices()
        sheet: DecisionSheet = self.model.draft
        box = self._boxes["agenda_item_id"]
        box.set_choices(self.desk.read(free_points, sheet.agenda_item_id))
        box.show_value(sheet.agenda_item_id)

    def _on_draft_changed(self, key: str) -> None:
        super()._on_draft_changed(key)
        sheet: DecisionSheet = self.model.draft
        _show_weights(self._grids["areas"], sheet.rule)
        _show_weights(self._grids["projects"], sheet.inner_rule)
        if key == "agenda_item_id":
            self._lay_lines()
        self._pause.start(PAUSE_MILLISECONDS if key else 0)

    def _lay_lines(self) -> None:
        """Show how things stand when the chosen point comes up."""
        sheet: DecisionSheet = self.model.draft
        laid = self.desk.read(decision_sheets.at_point, sheet, sheet.agenda_item_id)
        for key in self._grids:
            if getattr(laid, key) != getattr(sheet, key):
                self.model.apply(key, getattr(laid, key))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the effects beside the form where there is room, else under its fields."""
        super().resizeEvent(event)
        wide = event.size().width() >= px(SIDE_BY_SIDE)
        if wide == (self._side.widget() is self.effects):
            return
        if wide:
            self._sheet.removeWidget(self.effects)
            self._side.setWidget(self.effects)
        else:
            self._side.takeWidget()
            self._sheet.insertWidget(self._sheet.count() - 1, self.effects)
        self.effects.show()
        self._side.setVisible(wide)


def free_points(store: Any, present: str | None) -> list[tuple[str, str]]:
    """Points without a decision of meetings that can still be changed, and the `present` one."""
    free = (row for row in point_rows(store) if row.id == present or (row.decision_id is None and is_free(row)))
    return [(row.id, row.name) for row in free]


def _show_weights(grid: GridView, rule: AllocationRule) -> None:
    """Show only the column of weights, or of amounts, that the rule asks for."""
    wanted = "cents" if rule in IN_CENTS else "" if rule is AllocationRule.EQUAL else "weight"
    unused = {"weight", "cents"} - {wanted}
    grid.show_columns([column.key for column in grid.spec.columns if column.key not in unused])
