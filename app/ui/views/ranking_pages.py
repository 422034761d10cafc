"""Places with their reasons, and what would change them: read on the lane, told in a panel beside the list."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.services.evaluation.ranking_words import why
from app.services.evaluation.rankings import ranking_view
from app.services.reports.ranking_lists import ListedPlace
from app.services.reports.ranking_tables import EffectRow
from app.services.wording.texts import Translator
from app.ui.charts import Bar, BarChart
from app.ui.desk import Desk
from app.ui.i18n import _, plural
from app.ui.latest import Latest
from app.ui.theme import px
from app.ui.views.archive_pages import LanePage, RowPanel, paragraph
from app.ui.widgets import button, label


def told_why(store: Any, key: str, tr: Translator) -> tuple[str, ...]:
    """Why a proposal stands where it stands; `key` is «ranking:proposal»."""
    ranking_id, _colon, proposal_id = key.partition(":")
    return why(ranking_view(store, ranking_id), proposal_id, tr)


class WhyPanel(RowPanel):
    """«Perché è terza?»: the arithmetic of a place, in words."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.go_button = button(_("Go to the proposal"), "arrow-right", name="primary")
        super().__init__(_("Why it stands where it stands"), self.go_button, parent=parent)
        self._desk = desk
        self._latest = Latest(desk, self)
        self._row: ListedPlace | None = None
        self.go_button.clicked.connect(self.go)

    def show_row(self, row: ListedPlace) -> None:
        """Show the reasons of this place, as soon as they are read."""
        self._row = row
        self._show(())
        self._latest.read(told_why, row.id, self._desk.texts, done=self._show)

    def go(self) -> None:
        """Go to the proposal."""
        if self._row is not None:
            self._desk.wanted.emit("proposals", self._row.id.partition(":")[2])

    def _show(self, sentences: tuple[str, ...]) -> None:
        row = self._row
        assert row is not None
        sheet = self.new_sheet()
        sheet.addWidget(label(f"{row.number}. {row.title}", "h2", wrap=True))
        sheet.addWidget(label("  ·  ".join(filter(None, (row.area, row.alliance, row.outcome))), "muted", wrap=True))
        sheet.addSpacing(px(4))
        for text in sentences:
            sheet.addWidget(paragraph(text))
        sheet.addStretch(1)
        self.end_sheet()


class PlacesPage(LanePage):
    """The places of the newest ranking of each call; beside the list, why."""

    def make_panel(self) -> QWidget:
        return WhyPanel(self.desk)

    def _on_activated(self, record_id: str) -> None:
        if self._show(record_id) and self.panel is not None:
            self.panel.go()


class StabilityPanel(RowPanel):
    """How many places each variation moves, as bars, and who moves by the one that is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Stability of the ranking"), parent=parent)
        self.rows: tuple[EffectRow, ...] = ()

    def show_row(self, row: EffectRow) -> None:
        """Show this variation, under the picture of all."""
        sheet = self.new_sheet()
        sheet.addWidget(label(row.variation[:1].upper() + row.variation[1:], "h2", wrap=True))
        sheet.addWidget(paragraph(row.shifts or _("It changes nothing.")))
        moving = [other for other in self.rows if other.moved]
        sheet.addSpacing(px(8))
        firm = len(self.rows) - len([other for other in self.rows if other.moved or other.funding])
        text = plural(
            "{firm} of {n} variation changes nothing.", "{firm} of {n} variations change nothing.", len(self.rows)
        )
        sheet.addWidget(label(text.format(firm=firm, n=len(self.rows)), "muted", wrap=True))
        if moving:
            title = _("How many proposals change place")
            sheet.addWidget(label(title, "h3", wrap=True))
            sheet.addWidget(BarChart(title, [Bar(other.short, other.moved, str(other.moved)) for other in moving]))
        sheet.addWidget(label(_("For the committee alone: it is never in the published version."), "muted", wrap=True))
        sheet.addStretch(1)
        self.end_sheet()


class StabilityPage(LanePage):
    """What each weight, each member's absence and each way to round would change."""

    def make_panel(self) -> QWidget:
        return StabilityPanel()

    def reload(self) -> None:
        """Compute it again beside the window, with progress."""
        title = _("Stability of the ranking")
        self._latest.read(self.kind.table, self.desk.texts, done=self._on_read, title=title)

    def _show_detail(self, record_id: str) -> None:
        if self.panel is None:
            self.panel = self.make_panel()
            self._stack.addWidget(self.panel)
        self.panel.rows = self.list.model.table.body()
        super()._show_detail(record_id)
