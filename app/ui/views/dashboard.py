"""Cruscotto: the plan's money at a glance, what is open, the last meetings; every line leads to its record."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.models.money import format_euro
from app.services.changes import Changes
from app.services.overview import Overview
from app.services.reports.overview_tables import (
    areas_money_table,
    last_meetings_table,
    open_items_table,
    sources_money_table,
)
from app.services.wording.labels import label as label_of
from app.services.wording.texts import Translator
from app.ui import i18n
from app.ui.charts import Bar, BarChart
from app.ui.desk import Desk
from app.ui.fact_table import FactTable
from app.ui.i18n import _
from app.ui.theme import px
from app.ui.views.ask_origin import offer_origin
from app.ui.views.layout import page_layout
from app.ui.views.room import RoomView
from app.ui.widgets import Banner, Cards, Panel, Tone, label

NARROW = 900
"""Width (of the design) under which the panels stand one under the other."""


class DashboardView(RoomView):
    """Cards, two charts with their tables, what is open, the last meetings."""

    topics = frozenset({"*"})

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.findings: int | None = None
        self._overview: Overview | None = None
        self._has_origins = False
        self._check_soon = QTimer(self, singleShot=True, interval=0)  # when the rest is painted
        self._check_soon.timeout.connect(self._on_check_due)
        desk.archive_opened.connect(self._check_soon.start)  # it may be seen before that
        self.cards = Cards()
        self.areas_chart, self.areas = BarChart(_("Money by priority area")), FactTable(desk.texts)
        self.sources_chart, self.sources = BarChart(_("Money by source")), FactTable(desk.texts)
        self.open_items, self.meetings = FactTable(desk.texts), FactTable(desk.texts)
        self.none_open = label(_("Nothing waits to be done."), "muted")
        self.no_meetings = label(_("No meeting yet."), "muted")
        self._build()
        for table in (self.areas, self.sources):
            table.activated.connect(self._on_plan_record)
        for chart in (self.areas_chart, self.sources_chart):
            chart.activated.connect(self._on_plan_record)
        self.open_items.activated.connect(self._on_open_item)
        self.meetings.activated.connect(self._on_meeting)
        self.reload()

    def reload(self, changes: Changes | None = None) -> None:
        overview = self._overview = self.desk.overview()
        texts = self.desk.texts
        self._show_cards()
        self._money.setVisible(bool(overview.sources or overview.areas))
        self._place(wide=self._is_wide)
        self.sources.set_table(sources_money_table(overview, texts), titled=False)
        self.areas.set_table(areas_money_table(overview, texts), titled=False)
        self.sources_chart.set_bars(_source_bars(overview))
        self.areas_chart.set_bars(_area_bars(overview))
        waiting = open_items_table(overview, texts)
        self._waiting_title.setText(waiting.title)
        self.open_items.set_table(waiting, titled=False)
        self.open_items.setVisible(bool(waiting.rows))
        self.none_open.setVisible(not waiting.rows)
        self.meetings.set_table(last_meetings_table(overview, texts), titled=False)
        self.meetings.setVisible(bool(overview.meetings))
        self.no_meetings.setVisible(not overview.meetings)
        self._check_soon.start()

    # --- parts ------------------------------------------------------------------------------

    def _build(self) -> None:
        inside = QWidget()
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(0, 0, px(4), 0)
        whole.setSpacing(px(12))
        self.reminder = Banner()
        whole.addWidget(self.reminder)
        whole.addWidget(self.cards)
        self._grid = QGridLayout()
        self._grid.setSpacing(px(12))
        whole.addLayout(self._grid, 1)
        self._money = QWidget()
        money = QVBoxLayout(self._money)
        money.setContentsMargins(0, 0, 0, 0)
        money.setSpacing(px(12))
        for title, chart, table in (
            (_("Money by priority area"), self.areas_chart, self.areas),
            (_("Money by source"), self.sources_chart, self.sources),
        ):
            panel = Panel(title)
            panel.body.addWidget(chart)
            panel.body.addWidget(table)
            money.addWidget(panel)
        money.addStretch(1)
        self._aside = QWidget()
        aside = QVBoxLayout(self._aside)
        aside.setContentsMargins(0, 0, 0, 0)
        aside.setSpacing(px(12))
        waiting, last = Panel(), Panel(_("Last meetings"))
        self._waiting_title = label("", "h2")
        for part in (self._waiting_title, self.open_items, self.none_open):
            waiting.body.addWidget(part)
        for part in (self.meetings, self.no_meetings):
            last.body.addWidget(part)
        aside.addWidget(waiting)
        aside.addWidget(last)
        aside.addStretch(1)
        self._place(wide=True)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setAccessibleName(_("Overview"))
        body, _head = page_layout(self, _("Overview"))
        body.addWidget(scroll, 1)

    def _place(self, *, wide: bool) -> None:
        """Money beside what waits, or over it; without money, what waits alone."""
        self._is_wide = wide
        for part in (self._money, self._aside):
            self._grid.removeWidget(part)
        beside = wide and not self._money.isHidden()
        self._grid.addWidget(self._money, 0, 0)
        self._grid.addWidget(self._aside, 0 if beside else 1, 1 if beside else 0)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2 if beside else 0)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        wide = self.width() >= px(NARROW)
        if wide != self._is_wide:
            self._place(wide=wide)

    def _show_cards(self) -> None:
        assert self._overview is not None
        totals = self._overview.totals
        findings = "…" if self.findings is None else str(self.findings)
        self.cards.set_pairs(
            (
                (_("Initial resources"), format_euro(totals.initial)),
                (_("Awarded to the projects"), format_euro(totals.awarded)),
                (_("Came in, still to be awarded"), format_euro(totals.left)),
                (_("Open findings"), findings),
            )
        )

    # --- gestures ---------------------------------------------------------------------------

    def _offer_origins(self) -> None:
        """Have each table and chart of money ask where it comes from; when the rest is painted."""
        if self._has_origins:
            return
        self._has_origins = True
        for table in (self.areas, self.sources):
            offer_origin(self.desk, table.table, table.current_id)
        for chart in (self.areas_chart, self.sources_chart):
            offer_origin(self.desk, chart, chart.current_id)

    def _on_check_due(self) -> None:
        """Count the open findings; the archive may be closed by now."""
        if self.desk.is_open:
            self._offer_origins()
            self.desk.run(_findings, self.desk.texts, done=self._on_checked)
            self.desk.run(_reminder, done=self._on_reminded)

    def _on_reminded(self, reminder: Any) -> None:
        """Say when the last copy on another disk is old, with the way to make one."""
        if isValid(self) and reminder.due:
            from app.ui.views.archive_copy import reminder_text

            text = reminder_text(reminder)
            self.reminder.say(text, Tone.WARN, _("Copy and data"), lambda: self.desk.wanted.emit("archive", "copy"))
        elif isValid(self):
            self.reminder.hide()

    def _on_checked(self, findings: Any) -> None:
        if isValid(self):  # the archive may have been put away meanwhile, and its views with it
            self.findings = len(findings)
            self._show_cards()

    def _on_plan_record(self, record_id: str) -> None:
        self.desk.wanted.emit("plan", record_id)

    def _on_meeting(self, record_id: str) -> None:
        self.desk.wanted.emit("meetings", record_id)

    def _on_open_item(self, line_id: str) -> None:
        room, record_id, _text = line_id.split("|", 2)
        self.desk.wanted.emit(room, record_id)


def _reminder(store: Any) -> Any:
    """What there is to say of the last copy outside; imported on the lane too."""
    from app.services.keeping.outside_copies import outside_reminder

    return outside_reminder(store)


def _findings(store: Any, tr: Translator) -> Any:
    """Open findings; imported here, on the lane, because that takes long."""
    from app.services.findings import check, open_findings

    return open_findings(check(store, tr))


def _source_bars(overview: Overview) -> list[Bar]:
    """What each source assigns; full is what already left it."""
    bars = []
    for source in overview.sources:
        used = max(0, min(source.amount, source.received - source.left))
        part = _("{amount} assigned").format(amount=format_euro(used))
        name = label_of(source.kind, i18n.current())
        bars.append(Bar(name, source.amount, format_euro(source.amount), used, part, source.id))
    return bars


def _area_bars(overview: Overview) -> list[Bar]:
    """The ceiling of each area, or what the plan sets aside; full is what went to projects."""
    bars = []
    for area in overview.areas:
        value = area.ceiling if area.ceiling is not None else area.amount_planned
        if value is not None:
            part = _("{amount} to projects").format(amount=format_euro(area.awarded))
            bars.append(Bar(area.code, value, format_euro(value), min(value, area.awarded), part, area.id))
    return bars
