"""Progetti: what becomes of grants: cuts, economic plans asked for, amendments, payments, reports of expenses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout

from app.models.errors import NotFound
from app.models.money import format_euro
from app.services.reports import spending_lists as lists
from app.services.reports.payment_tables import categories_table, payments_table, report_names, tranches_table
from app.services.reports.spec import Table
from app.services.spending.payments import payment_rows, tranche_states
from app.services.spending.projects import ProjectRow, project_rows
from app.services.wording.labels import label as label_of
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.desk import Desk
from app.ui.fact_table import FactTable
from app.ui.forms import RecordForm
from app.ui.i18n import _
from app.ui.theme import px
from app.ui.views.amendment_forms import AMENDMENT_FORM, AmendmentForm
from app.ui.views.base import First, RecordKind, RecordPage, RecordsView
from app.ui.views.payment_forms import PAYMENT_FORM, REPORT_FORM, PaymentForm, ReportForm
from app.ui.views.rescaling_forms import REQUEST_FORM, RESCALING_FORM, RescalingForm
from app.ui.views.side_form import SIDE_BY_SIDE
from app.ui.widgets import Cards, label


class ProjectSheet(QScrollArea):
    """One project: what it was granted, its tranches and payments, what is spent of its economic plan."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setAccessibleName(_("Project"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        page = QFrame()
        page.setObjectName("panel")
        body = QVBoxLayout(page)
        body.setContentsMargins(px(16), px(12), px(16), px(12))
        body.setSpacing(px(10))
        self.heading = label("", "h2", wrap=True)
        self.state = label("", "muted")
        self.cards = Cards()
        self.tables = tuple(FactTable(desk.texts) for _place in range(3))
        for part in (self.heading, self.state, self.cards, *self.tables):
            body.addWidget(part)
        body.addStretch(1)
        self.setWidget(page)

    def open_record(self, record_id: str) -> None:
        """Show a project.

        Raises:
            NotFound: "record.gone".
        """
        project = next((row for row in self.desk.read(project_rows) if row.id == record_id), None)
        if project is None:
            raise NotFound("record.gone")
        self.heading.setText(project.name)
        self.state.setText(" · ".join((label_of(project.state, i18n.current()), project.alliance, project.area)))
        self.cards.set_pairs(_figures(project))
        found = self._tables(record_id)
        for widget, table in zip(self.tables, found, strict=True):
            widget.setVisible(table is not None and bool(table.rows))
            if table is not None:
                widget.set_table(table)

    def _tables(self, record_id: str) -> tuple[Table | None, ...]:
        texts = self.desk.texts
        states = self.desk.read(tranche_states, record_id)
        paid = self.desk.read(payment_rows, record_id)
        names = self.desk.read(report_names, record_id, texts)
        return (
            tranches_table(states, texts, narrow=True) if states else None,
            payments_table(paid, texts, narrow=True) if paid else None,
            self.desk.read(_categories, record_id, names, texts),
        )


def _categories(store: Any, project_id: str, names: dict[str, str], texts: Any) -> Table:
    return categories_table(store, project_id, names, texts, narrow=True)


def _figures(row: ProjectRow) -> tuple[tuple[str, str], ...]:
    pairs = [
        (_("Granted"), format_euro(row.granted)),
        (_("Paid so far"), format_euro(row.paid)),
        (_("To be paid"), format_euro(row.left)),
        (_("Reported"), format_euro(row.spent)),
    ]
    if row.vouchers:
        pairs.append((_("In voucher programmes"), format_euro(row.vouchers)))
    if row.owed:
        pairs.append((_("To be recovered"), format_euro(row.owed)))
    if row.final is not None:
        pairs.append((_("Final grant"), format_euro(row.final)))
    return tuple(pairs)


_FIRST = First(
    lambda store: bool(project_rows(store)),
    N_("There is no project with money yet. A decision of a meeting awards it."),
    N_("Go to the meetings"),
    "meetings",
)


class ProjectsView(RecordsView):
    """Projects with money, and everything that is done with it."""

    key = "projects"
    title = N_("Projects")
    topics = frozenset({"ledger", "proposals", "meetings", "calls", "plan"})
    kinds = (
        RecordKind(
            "projects",
            N_("Projects"),
            "coins",
            lists.projects_list,
            can_add=False,
            detail=ProjectSheet,
            form_width=620,
            first=_FIRST,
        ),
        RecordKind(
            "rescalings",
            N_("Rescalings"),
            "scale",
            lists.rescalings_list,
            RESCALING_FORM,
            empty=N_("No rescaling yet. It cuts the requests of an area to what the area has."),
            form_width=SIDE_BY_SIDE,
            record_least=SIDE_BY_SIDE,
        ),
        RecordKind(
            "requests",
            N_("Plans asked for"),
            "mail",
            lists.requests_list,
            REQUEST_FORM,
            empty=N_("No economic plan was asked for yet. It is when a project gets another sum than it planned."),
            first=_FIRST,
        ),
        RecordKind(
            "amendments",
            N_("Amendments"),
            "arrow-left-right",
            lists.amendments_list,
            AMENDMENT_FORM,
            empty=N_("No amendment yet. It moves money between items of one project."),
            form_width=SIDE_BY_SIDE,
            record_least=SIDE_BY_SIDE,
            first=_FIRST,
        ),
        RecordKind(
            "payments",
            N_("Payments"),
            "banknote",
            lists.payments_list,
            PAYMENT_FORM,
            empty=N_("No payment yet."),
            form_width=SIDE_BY_SIDE,
            record_least=SIDE_BY_SIDE,
            first=_FIRST,
        ),
        RecordKind(
            "reports",
            N_("Reports of expenses"),
            "file-check",
            lists.reports_list,
            REPORT_FORM,
            empty=N_("No report of expenses yet."),
            form_width=SIDE_BY_SIDE,
            record_least=SIDE_BY_SIDE,
            first=_FIRST,
        ),
    )

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        """Most records have a form of their own, with what follows from them beside it."""
        return SpendingPage(self.desk, kind, key, self._stack) if kind.key in _FORMS else super().make_page(kind, key)


_FORMS: dict[str, Callable[..., RecordForm]] = {
    "rescalings": RescalingForm,
    "amendments": AmendmentForm,
    "payments": PaymentForm,
    "reports": ReportForm,
}


class SpendingPage(RecordPage):
    """Records with what comes of them beside what is typed."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        """The form with its panel."""
        return _FORMS[self.kind.key](self.desk, self._stack, grown=grown)
