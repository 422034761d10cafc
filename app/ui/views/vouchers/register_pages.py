"""The tabs of the register of vouchers and of how programmes go, for the room of vouchers."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from app.models.enums import VoucherMeasure
from app.services.reports.spec import BarsChart, Table
from app.services.reports.vouchers import register_lists as lists
from app.services.reports.vouchers.register import chosen_programmes
from app.services.reports.vouchers.trend import (
    burn_chart,
    burn_table,
    expiring_table,
    services_end,
    use_table,
    way_facts,
)
from app.services.vouchers import measures
from app.services.vouchers.figures import Dimension, budget_way, expiring
from app.services.vouchers.register import register_rows
from app.services.wording.texts import N_, Translator
from app.ui.charts import Bar, BarChart
from app.ui.desk import Desk
from app.ui.editors import Choices
from app.ui.fields import FieldKind, FieldSpec, FormSpec, GridSpec, enum_choices
from app.ui.forms import RecordForm
from app.ui.i18n import _
from app.ui.views.base import First, RecordKind, RecordPage, elsewhere
from app.ui.views.project_parts import printed
from app.ui.views.side_form import SIDE_BY_SIDE, SideForm, SidePanel
from app.ui.views.vouchers.ledger_forms import VOUCHER_FORM


def _indicator_choices(store: Any) -> Choices:
    return tuple((row.id, row.name) for row in measures.indicator_choices(store))


TREND_FORM = FormSpec(
    key="voucher_trend",
    title=N_("How a programme goes"),
    sections=(),
    grids=(
        GridSpec(
            "measures",
            N_("Indicators of the plan"),
            (
                FieldSpec(
                    "indicator_id",
                    N_("Indicator"),
                    FieldKind.REFERENCE,
                    required=True,
                    choices=_indicator_choices,
                    width_mm=90,
                ),
                FieldSpec(
                    "measure",
                    N_("Computed from"),
                    FieldKind.CHOICE,
                    choices=enum_choices(VoucherMeasure),
                    width_mm=46,
                ),
                FieldSpec("per_year", N_("For each year"), FieldKind.FLAG, width_mm=24),
            ),
            blank=measures.MeasureDraft,
            hint=N_("What the register says of them is computed, and printed as T12."),
            rows_shown=3,
        ),
    ),
    blank=lambda _store: measures.MeasuresDraft(),
    load=measures.load_measures,
    save=measures.save_measures,
    heading=lambda draft: draft.name,
    acts=(
        printed(N_("Print the register"), "T10"),
        printed(N_("Print what is published"), "T10-PUBBLICA"),
        printed(N_("Print how it goes"), "ANDAMENTO-BUONI"),
        printed(N_("Print what expires"), "SCADENZE-BUONI"),
    ),
)

_PROGRAMME_FIRST = First(
    lambda store: bool(chosen_programmes(store, None)),
    N_("There is no programme of vouchers yet. It says what a project gives, to whom and how."),
    N_("Go to the programmes"),
    "vouchers",
    "programmes",
)

REGISTER_KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        "register",
        N_("Register"),
        "book-open",
        lists.register_list,
        VOUCHER_FORM,
        filters=("programme", "district", "month", "service", "band"),
        can_add=False,
        stays=("code", "holder"),
        first=elsewhere(
            N_("No voucher yet. It is given for a request that was admitted."),
            N_("Go to the vouchers"),
            "vouchers",
            "vouchers",
        ),
    ),
    RecordKind(
        "trend",
        N_("Trend"),
        "chart-column",
        lists.trend_list,
        TREND_FORM,
        can_add=False,
        empty=N_("There is no programme of vouchers yet. It says what a project gives, to whom and how."),
        form_width=SIDE_BY_SIDE,
        record_least=SIDE_BY_SIDE,
        first=_PROGRAMME_FIRST,
    ),
)
"""Tabs of the room, after those of the desk and of the ledger."""


def register_page(desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> RecordPage:
    """The page of one of `REGISTER_KINDS`."""
    return (TrendPage if kind.key == "trend" else RecordPage)(desk, kind, key, parent)


class TrendPage(RecordPage):
    """Programmes, each with the way of its money beside its indicators."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        """The form with its panel."""
        return TrendForm(self.desk, self._stack, grown=grown)


class TrendPanel(SidePanel):
    """The way of a programme's money as a picture, with its tables under it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _("How the programme goes"))
        self.chart = BarChart(_("Left over at the end of each month"))
        self.column.insertWidget(3, self.chart)

    def show_way(self, chart: BarsChart | None, tables: list[Table]) -> None:
        """Show a picture and the tables that have its figures."""
        self.chart.setVisible(chart is not None)
        if chart is not None:
            self.chart.set_bars([Bar(bar.name, bar.value, bar.text, bar.part) for bar in chart.bars])
        self.show_tables(tables)


class TrendForm(SideForm):
    """The indicators that a programme counts for, and how it goes."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, TREND_FORM, parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """The picture and its tables."""
        return TrendPanel(self.desk)

    def refresh_panel(self) -> None:
        """Read the register of the programme anew."""
        panel = self.panel
        assert isinstance(panel, TrendPanel)
        panel.heading.setText(_("How the programme goes"))
        panel.banner.hide()
        if self.record_id is None:
            panel.say(_("Choose a programme in the list."))
            panel.show_way(None, [])
            return
        said, chart, tables = self.desk.read(_way, self.record_id, self.desk.texts)
        panel.say(said)
        panel.show_way(chart, tables)


def _way(store: Any, programme_id: str, tr: Translator) -> tuple[str, BarsChart, list[Table]]:
    """What the panel shows of a programme."""
    (programme,) = chosen_programmes(store, programme_id)
    day = store.clock().date()
    way = budget_way(store, programme, day, services_end(store, programme_id))
    rows = register_rows(store, programme_id)
    said = "\n".join(f"{name}: {value}" for name, value in way_facts(way, tr))
    tables = [burn_table(way, tr, narrow=True)]
    if rows:
        tables += [
            use_table(rows, dimension, tr) for dimension in (Dimension.SERVICE, Dimension.DISTRICT, Dimension.BAND)
        ]
        tables.append(expiring_table(expiring(rows, day), day, tr))
    return said, burn_chart(way, tr), tables
