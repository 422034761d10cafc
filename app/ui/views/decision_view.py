"""A decision while it is being written, with what it would do once its meeting closes."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.services.decisions import sheets as decision_sheets
from app.services.decisions.drafts import DecisionPreview
from app.services.decisions.sheets import DecisionSheet
from app.services.meetings.agenda import point_rows
from app.services.reports.allocation_tables import awards_table, ceilings_table, takes_table
from app.services.reports.meeting_lists import changes_table, moves_table, shares_table
from app.services.reports.meeting_tables import outcomes_table
from app.services.reports.spec import Table
from app.services.wording.texts import Translator
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.views.decision_forms import DECISION_FORM
from app.ui.views.meeting_forms import is_free
from app.ui.views.side_form import SideForm, SidePanel
from app.ui.views.split_forms import fit_grids
from app.ui.widgets import Tone

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
    if preview.takes:
        tables.append(takes_table(preview.takes, tr))
    if preview.outcomes:
        tables.append(outcomes_table(preview.outcomes, tr))
    if preview.moves:
        tables.append(moves_table(preview, tr))
    return tables


class EffectsPanel(SidePanel):
    """What a decision would do, or what stands in its way."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, _("Effects of the decision"), parent)

    def show_effects(self, preview: DecisionPreview, *, in_force: bool) -> None:
        """Show what follows from the sheet."""
        texts = self.desk.texts
        self.heading.setText(_("What it did") if in_force else _("What it will do when the meeting closes"))
        wrong = [problem for problem in preview.problems if problem.code not in UNFINISHED]
        if wrong:
            self.banner.say("\n".join(sentence(problem, texts) for problem in wrong), Tone.WARN)
        else:
            self.banner.hide()
        tables = effect_tables(preview, texts)
        said = "" if tables or wrong else _("It moves no money and gives no proposal a state.")
        if preview.problems and not wrong:
            said = _("It shows here as soon as amounts or outcomes are filled in.")
        self.say(said)
        self.show_tables(tables)


class DecisionForm(SideForm):
    """The form, and the effects that follow what is typed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, DECISION_FORM, parent=parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """The effects."""
        self.effects = EffectsPanel(self.desk)
        return self.effects

    def refresh_panel(self) -> None:
        """Compute anew what the decision would do."""
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
        fit_grids(self._grids, self.model)
        if key == "agenda_item_id":
            self._lay_lines()

    def _lay_lines(self) -> None:
        """Show how things stand when the chosen point comes up."""
        sheet: DecisionSheet = self.model.draft
        laid = self.desk.read(decision_sheets.at_point, sheet, sheet.agenda_item_id)
        for key in self._grids:
            if getattr(laid, key) != getattr(sheet, key):
                self.model.apply(key, getattr(laid, key))


def free_points(store: Any, present: str | None) -> list[tuple[str, str]]:
    """Points without a decision of meetings that can still be changed, and the `present` one."""
    free = (row for row in point_rows(store) if row.id == present or (row.decision_id is None and is_free(row)))
    return [(row.id, row.name) for row in free]
