"""A decision while it is being written, with what it would do once its meeting closes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.models.enums import AllocationRule
from app.services import decision_sheets
from app.services.decision_drafts import DecisionPreview
from app.services.decision_sheets import IN_CENTS, DecisionSheet
from app.services.reports.allocation_tables import awards_table, ceilings_table
from app.services.reports.meeting_lists import changes_table, moves_table, shares_table
from app.services.reports.meeting_tables import outcomes_table
from app.services.reports.spec import Table
from app.services.texts import Translator
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.fact_table import FactTable
from app.ui.forms import RecordForm
from app.ui.grids import GridView
from app.ui.i18n import _
from app.ui.theme import px
from app.ui.views.decision_forms import DECISION_FORM, point_choices
from app.ui.views.meeting_forms import FROZEN
from app.ui.widgets import Banner, Tone, label

PAUSE_MILLISECONDS = 120
"""Rest after a key before the effects are computed again."""
SIDE_BY_SIDE = 1000
"""From this width (of the design) the effects stand beside the form, below it they stand under it."""


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


class EffectsPanel(QFrame):
    """What a decision would do, or what stands in its way."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("quiet")
        self._tables: list[FactTable] = []
        self._title = label("", "h3")
        self._said = label("", "muted", wrap=True)
        self.banner = Banner()
        sheet = QWidget()
        sheet.setObjectName("sheet")
        self._column = QVBoxLayout(sheet)
        self._column.setContentsMargins(0, 0, px(8), 0)
        self._column.setSpacing(px(12))
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(_("Effects of the decision"))
        scroll.setWidget(sheet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(4), 0, 0)
        layout.setSpacing(px(6))
        for part in (self._title, self.banner, self._said):
            layout.addWidget(part)
        layout.addWidget(scroll, 1)

    def show_effects(self, preview: DecisionPreview, *, in_force: bool) -> None:
        """Show what follows from the sheet."""
        texts = self._desk.texts
        self._title.setText(_("What it did") if in_force else _("What it will do when the meeting closes"))
        if preview.problems:
            self.banner.say("\n".join(sentence(problem, texts) for problem in preview.problems), Tone.WARN)
        else:
            self.banner.hide()
        tables = effect_tables(preview, texts)
        nothing = not tables and not preview.problems
        self._said.setText(_("It moves no money and gives no proposal a state.") if nothing else "")
        self._said.setVisible(nothing)
        while len(self._tables) < len(tables):
            made = FactTable(texts)
            self._tables.append(made)
            self._column.insertWidget(len(self._tables) - 1, made)
        for made in self._tables[len(tables) :]:
            made.hide()
        for made, table in zip(self._tables, tables, strict=False):
            made.set_table(table)
            made.show()

    def shown_tables(self) -> list[FactTable]:
        """Tables that are shown now."""
        return [table for table in self._tables if not table.isHidden()]


class DecisionForm(RecordForm):
    """The form, and the effects that follow what is typed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, DECISION_FORM, parent=parent)

    def _build(self) -> None:
        super()._build()
        self.effects = EffectsPanel(self.desk)
        self._halves = QSplitter(Qt.Orientation.Vertical)
        self._halves.setChildrenCollapsible(False)
        self._halves.setHandleWidth(px(10))
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(self._scroll, self._halves)
        self._halves.addWidget(self._scroll)
        self._halves.addWidget(self.effects)
        self._halves.setSizes([px(330), px(330)])
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.setStretchFactor(self._halves, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MILLISECONDS)
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
        _hide_columns(self._grids["areas"], sheet.rule)
        _hide_columns(self._grids["projects"], sheet.inner_rule)
        if key == "agenda_item_id":
            self._lay_lines()
        if key == "":
            self.refresh_effects()
        else:
            self._pause.start()

    def _lay_lines(self) -> None:
        """Show how things stand when the chosen point comes up."""
        sheet: DecisionSheet = self.model.draft
        laid = self.desk.read(decision_sheets.at_point, sheet, sheet.agenda_item_id)
        for key in self._grids:
            if getattr(laid, key) != getattr(sheet, key):
                self.model.apply(key, getattr(laid, key))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= px(SIDE_BY_SIDE)
        self._halves.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)


def free_points(store: Any, present: str | None) -> list[tuple[str, str]]:
    """Points without a decision of meetings that can still be changed, and the `present` one."""
    from app.services.agenda import point_rows

    free = {row.id for row in point_rows(store) if row.decision_id is None and row.state not in FROZEN}
    return [(key, name) for key, name in point_choices(store) if key in free or key == present]


def _hide_columns(grid: GridView, rule: AllocationRule) -> None:
    """Show only the column of weights, or of amounts, that the rule asks for."""
    keys = [column.key for column in grid.spec.columns]
    grid.table.setColumnHidden(keys.index("weight"), rule is AllocationRule.EQUAL or rule in IN_CENTS)
    grid.table.setColumnHidden(keys.index("cents"), rule not in IN_CENTS)
