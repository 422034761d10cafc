"""Risorse: the tree of accounts with its balances, every movement, every split with its proof."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout

from app.models.enums import AccountKind
from app.models.errors import NotFound
from app.models.money import format_euro
from app.services.labels import label as label_of
from app.services.reports.ledger_lists import (
    AccountLine,
    account_lines,
    account_movements,
    accounts_list,
    movements_list,
    split_lines,
    splits_list,
)
from app.services.reports.meeting_lists import shares_table
from app.services.reports.scenario_tables import pots_list, scenarios_list
from app.services.scenarios import pot_rows
from app.services.texts import N_
from app.ui import i18n
from app.ui.charts import Bar, BarChart
from app.ui.desk import Desk
from app.ui.fact_table import FactTable
from app.ui.forms import RecordForm
from app.ui.i18n import _
from app.ui.theme import px
from app.ui.views.base import First, RecordKind, RecordPage, RecordsView
from app.ui.views.scenario_forms import POT_FORM, SCENARIO_FORM
from app.ui.views.scenario_view import PotForm, ScenarioForm
from app.ui.views.side_form import SIDE_BY_SIDE
from app.ui.widgets import Cards, label


class _Sheet(QScrollArea):
    """A white sheet that scrolls; its parts stand one under the other."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        page = QFrame()
        page.setObjectName("panel")
        self.body = QVBoxLayout(page)
        self.body.setContentsMargins(px(16), px(12), px(16), px(12))
        self.body.setSpacing(px(10))
        self.setWidget(page)


class AccountSheet(_Sheet):
    """One account: what stands on it, how it parts among those below, its movements."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.heading = label("", "h2", wrap=True)
        self.kind = label("", "muted")
        self.cards = Cards()
        self.chart = BarChart(_("Accounts below"))
        self.movements = FactTable(desk.texts)
        self.none = label(_("No movement yet."), "muted")
        for part in (self.heading, self.kind, self.cards, self.chart, self.movements, self.none):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.chart.activated.connect(self.open_record)

    def open_record(self, record_id: str) -> None:
        """Show an account.

        Raises:
            NotFound: "record.gone".
        """
        lines = self.desk.read(account_lines, self.desk.texts)
        account = next((line for line in lines if line.id == record_id), None)
        if account is None:
            raise NotFound("record.gone")
        below = [line for line in lines if line.parent_id == record_id]
        self.heading.setText(account.plain)
        self.kind.setText(_kind_text(account))
        self.cards.set_pairs(_card_pairs(account))
        self.chart.set_bars([_bar(line) for line in below if line.total > 0])
        self.chart.setVisible(any(line.total > 0 for line in below))
        movements = self.desk.read(account_movements, self.desk.texts, record_id)
        self.movements.set_table(movements)
        self.movements.setVisible(bool(movements.rows))
        self.none.setVisible(not movements.rows)


class SplitSheet(_Sheet):
    """One split: the exact share of each part, who gets the odd cents and why."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.heading = label("", "h2", wrap=True)
        self.proof = FactTable(desk.texts)
        for part in (self.heading, self.proof):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def open_record(self, record_id: str) -> None:
        """Show a split.

        Raises:
            NotFound: "record.gone".
        """
        found = next((line for line in self.desk.read(split_lines, self.desk.texts) if line.id == record_id), None)
        if found is None:
            raise NotFound("record.gone")
        self.heading.setText(found.title)
        self.proof.set_table(shares_table(found.view, self.desk.texts), titled=False)


def _kind_text(account: AccountLine) -> str:
    return label_of(account.kind, i18n.current())


def _card_pairs(account: AccountLine) -> tuple[tuple[str, str], ...]:
    """What stands on it; with those below where that differs; what the ceiling leaves."""
    pairs = [(_("On the account"), format_euro(account.balance))]
    if account.total != account.balance:
        pairs.append((_("With those below"), format_euro(account.total)))
    if account.ceiling is not None:
        pairs.append((_("Ceiling"), format_euro(account.ceiling)))
    return tuple(pairs)


def _bar(line: AccountLine) -> Bar:
    """An account below: up to its ceiling where it has one, full as far as money stands there."""
    whole = line.total if line.ceiling is None else max(line.ceiling, line.total)
    code, _space, _rest = line.plain.partition(" ")
    name = code if line.kind is AccountKind.AREA else line.plain
    return Bar(name, whole, format_euro(line.total), line.total, format_euro(line.total), line.id)


class ResourcesView(RecordsView):
    """Accounts, movements, sums to be shared with their scenarios, splits that were adopted."""

    key = "resources"
    title = N_("Resources")
    topics = frozenset({"ledger", "plan", "proposals", "meetings"})
    kinds = (
        RecordKind(
            "accounts",
            N_("Accounts"),
            "wallet",
            accounts_list,
            can_add=False,
            detail=AccountSheet,
            filters=("kind",),
            empty=N_("No account yet. Accounts are made with the plan, its sources, its areas and its projects."),
        ),
        RecordKind(
            "movements",
            N_("Movements"),
            "arrow-right",
            movements_list,
            can_add=False,
            filters=("kind",),
            empty=N_("No movement yet. Money comes in from a source, and moves when a meeting closes."),
        ),
        RecordKind(
            "pots",
            N_("To be shared"),
            "coins",
            pots_list,
            POT_FORM,
            filters=("kind",),
            empty=N_("No sum to be shared yet. A residue, a premium or savings wait here for their scenarios."),
            form_width=SIDE_BY_SIDE,
            record_least=SIDE_BY_SIDE,
        ),
        RecordKind(
            "scenarios",
            N_("Scenarios"),
            "scale",
            scenarios_list,
            SCENARIO_FORM,
            empty=N_("No scenario yet. First make a sum to be shared, then the ways of sharing it."),
            form_width=SIDE_BY_SIDE,
            record_least=SIDE_BY_SIDE,
            first=First(
                lambda store: bool(pot_rows(store)),
                N_("A scenario is a way of sharing a sum, and there is no sum to be shared yet."),
                N_("To the sums to be shared"),
                "resources",
                "pots",
            ),
        ),
        RecordKind(
            "splits",
            N_("Splits"),
            "chart-pie",
            splits_list,
            can_add=False,
            detail=SplitSheet,
            form_width=620,
            empty=N_("No split yet. A decision of a meeting adopts one."),
        ),
    )

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        """Sums and scenarios have forms of their own."""
        return SplittingPage(self.desk, kind, key) if kind.form is not None else super().make_page(kind, key)


class SplittingPage(RecordPage):
    """Sums or scenarios, with what comes of them beside what is typed."""

    def make_form(self) -> RecordForm:
        """The form with its panel."""
        return PotForm(self.desk) if self.kind.form is POT_FORM else ScenarioForm(self.desk)
