"""The splitting room: a scenario with what comes of it at every key, and a sum with its scenarios side by side."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.models.errors import AppError
from app.models.money import format_euro
from app.services.reports.meeting_lists import shares_table
from app.services.reports.scenario_tables import comparison_tables, formula_tables, gains_table, project_text
from app.services.sharing.scenario_drafts import Comparison, ScenarioProject, ScenarioResult, ScenarioSheet
from app.services.sharing.scenarios import compare_scenarios, scenario_result
from app.services.wording.formats import format_percent
from app.ui.charts import Bar, BarChart
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.views.scenario_forms import POT_FORM, SCENARIO_FORM
from app.ui.views.side_form import SideForm, SidePanel
from app.ui.views.split_forms import fit_grids
from app.ui.widgets import Cards, Tone

UNFINISHED = frozenset({"field.required", "allocation.no_parts", "allocation.weight_missing", "premium.no_indicator"})
"""Refusals that only say that the sheet is not filled in yet."""

BARS_MAX = 40
"""Most bars of a picture; of more parts the table alone tells."""


class ResultPanel(SidePanel):
    """What comes of a scenario: figures, picture, projects, steps of the formula, proof."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, _("What comes of the scenario"), parent)
        self.cards = Cards()
        self.chart = BarChart(_("What each project has, and gets"))
        for part in (self.cards, self.chart):
            self.column.insertWidget(self.column.count() - 1, part)

    def show_result(self, result: ScenarioResult, saved: ScenarioResult | None) -> None:
        """Show what follows from the sheet, and what a change moves against the scenario as it was saved."""
        texts = self.desk.texts
        self.heading.setText(_("What comes of it"))
        wrong = [problem for problem in result.problems if problem.code not in UNFINISHED]
        if wrong:
            self.banner.say("\n".join(self._told(problem) for problem in wrong), Tone.WARN)
        else:
            self.banner.hide()
        unfinished = not result.projects and not wrong
        self.say(_("It shows here as soon as sum, areas and weights are filled in.") if unfinished else "")
        self.cards.set_pairs(_figures(result))
        self.cards.setVisible(bool(result.projects))
        drawn = 0 < len(result.projects) <= BARS_MAX
        self.chart.set_bars([_bar(row) for row in result.projects] if drawn else [])
        self.chart.setVisible(drawn)
        tables = [gains_table(result, saved, texts)] if result.projects else []
        proofs = [shares_table(view, texts) for view in result.views]
        self.show_tables([*tables, *proofs, *formula_tables(result, texts)])

    def _told(self, problem: AppError) -> str:
        return sentence(problem, self.desk.texts)


def _figures(result: ScenarioResult) -> tuple[tuple[str, str], ...]:
    """Total, what is given, what is left, co-financing."""
    kept = result.left + result.on_areas
    pairs = [(_("To be shared"), format_euro(result.total)), (_("Given"), format_euro(result.total - kept))]
    if kept:
        pairs.append((_("Left"), format_euro(kept)))
    if result.share_after is not None:
        pairs.append((_("Co-financing after"), format_percent(result.share_after)))
    return tuple(pairs)


def _bar(row: ScenarioProject) -> Bar:
    """What a project ends with; full as far as it has it already."""
    had = _("{amount} before").format(amount=format_euro(row.before))
    return Bar(project_text(row), row.after, f"+ {format_euro(row.amount)}", row.before, had)


class ScenarioForm(SideForm):
    """A scenario, and what comes of it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        self._saved: ScenarioResult | None = None
        super().__init__(desk, SCENARIO_FORM, parent=parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """The result."""
        self.results = ResultPanel(self.desk)
        return self.results

    def refresh_panel(self) -> None:
        """Compute anew what comes of the sheet."""
        sheet: ScenarioSheet = self.model.draft
        result = self.desk.read(scenario_result, sheet)
        if self.record_id is not None and not self.model.is_dirty:
            self._saved = result
        is_same = self._saved is not None and self._saved.scenario_id == (self.record_id or "")
        self.results.show_result(result, self._saved if is_same else None)

    def _on_draft_changed(self, key: str) -> None:
        super()._on_draft_changed(key)
        fit_grids(self._grids, self.model)


class ComparisonPanel(SidePanel):
    """The scenarios of a sum side by side: picture and tables."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, _("Scenarios side by side"), parent)
        self.chart = BarChart(_("What each project gets in each scenario"))
        self.column.insertWidget(self.column.count() - 1, self.chart)

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Show the scenarios of a sum; None for one that is being written."""
        texts = self.desk.texts
        self.heading.setText(_("Scenarios side by side"))
        results = comparison.results if comparison is not None else ()
        wrong = [(result, problem) for result in results for problem in result.problems]
        if wrong:
            told = [f"{result.letter}: {sentence(problem, texts)}" for result, problem in wrong]
            self.banner.say("\n".join(dict.fromkeys(told)), Tone.WARN)
        else:
            self.banner.hide()
        self.say("" if results else _("No scenario yet: make one in the list of scenarios."))
        bars = compared_bars(results)
        self.chart.set_bars(bars)
        self.chart.setVisible(bool(bars))
        self.show_tables(comparison_tables(comparison, texts) if comparison is not None else [])


def compared_bars(results: tuple[ScenarioResult, ...]) -> list[Bar]:
    """What each project gets in each scenario, project by project; none where there are too many."""
    projects = {row.id: row for result in results for row in result.projects}
    bars = [
        Bar(
            f"{project_text(row)} · {result.letter}",
            result.amount_of(row.id),
            format_euro(result.amount_of(row.id)),
            id=result.scenario_id,
        )
        for row in sorted(projects.values(), key=lambda row: row.number)
        for result in results
        if result.projects
    ]
    return bars if len(bars) <= BARS_MAX else []


class PotForm(SideForm):
    """A sum to be shared, and its scenarios side by side."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, POT_FORM, parent=parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """The comparison; a bar leads to its scenario."""
        self.comparison = ComparisonPanel(self.desk)
        self.comparison.chart.activated.connect(self._on_bar_activated)
        return self.comparison

    def refresh_panel(self) -> None:
        """Read the scenarios of the sum again."""
        found = None if self.record_id is None else self.desk.read(compare_scenarios, self.record_id)
        self.comparison.show_comparison(found)

    def _on_bar_activated(self, scenario_id: str) -> None:
        self.desk.wanted.emit("resources", scenario_id)
