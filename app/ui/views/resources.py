"""Risorse: the tree of accounts with its balances, the ways of the money, every movement and split with its proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.models.enums import AccountKind
from app.models.errors import AppError, NotFound
from app.models.money import format_euro
from app.services.journal.as_at import NOW, AsAt, as_at_text, read_as_at
from app.services.ledger.statement import has_movements
from app.services.reports.flow_tables import OTHERS, flow_list, flow_view
from app.services.reports.ledger_lists import (
    AccountLine,
    AccountView,
    account_view,
    accounts_list,
    movements_list,
    split_lines,
    splits_list,
)
from app.services.reports.meeting_lists import shares_table
from app.services.reports.scenario_tables import pots_list, scenarios_list
from app.services.reports.spec import FlowChart, Table
from app.services.sharing.scenarios import pot_rows
from app.services.wording.labels import label as label_of
from app.services.wording.texts import N_
from app.ui.charts import Bar, BarChart
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.fact_table import FactTable
from app.ui.flow_picture import FlowPicture
from app.ui.forms import RecordForm
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.moment import MomentBar
from app.ui.theme import px
from app.ui.views.ask_origin import offer_origin, show_origin
from app.ui.views.base import First, RecordKind, RecordPage, RecordsView
from app.ui.views.movement_sheet import MovementSheet, Sheet
from app.ui.views.scenario_forms import POT_FORM, SCENARIO_FORM
from app.ui.views.scenario_view import PotForm, ScenarioForm
from app.ui.views.side_form import SIDE_BY_SIDE
from app.ui.widgets import Banner, Cards, Tone, button, label, tool_button

LOW_PICTURE = 380
"""Height (of the design) of a page under which it has room for the picture or for its table, not for both."""


def _never(_store: object) -> bool:
    """What fills the list is always begun elsewhere."""
    return False


class AccountSheet(Sheet):
    """One account: what stands on it, how it parts among those below, what it rests on, its movements."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Account"))
        self.desk = desk
        self.moment = NOW
        self.record_id: str | None = None
        self.heading = label("", "h2", wrap=True)
        self.kind = label("", "muted")
        self.cards = Cards()
        self.origin = button(_("Where does it come from?"), "git-branch")
        self.origin.setToolTip(_("Statement of the account, with decision and meeting of each movement (Ctrl+D)"))
        self.origin.clicked.connect(self.show_origin)
        self.facts = label("", wrap=True)
        self.chart = BarChart(_("Accounts below"))
        self.ceilings, self.movements = FactTable(desk.texts), FactTable(desk.texts)
        self.none = label(_("No movement yet."), "muted")
        for part in (self.heading, self.kind, self.cards, self.facts, self.chart, self.ceilings):
            self.body.addWidget(part)
        self.body.addWidget(self.origin, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.movements)
        self.body.addWidget(self.none)
        self.body.addStretch(1)
        self.chart.activated.connect(self.open_record)
        self.ceilings.activated.connect(self._on_decision)
        self.movements.activated.connect(self._on_movement)

    def open_record(self, record_id: str) -> None:
        """Show an account.

        Raises:
            NotFound: "record.gone".
        """
        self.record_id = record_id
        texts = self.desk.texts
        if self.moment.is_now:
            self._show(self.desk.read(account_view, texts, record_id))
        else:  # the past may take longer than a key may
            self.desk.run(read_as_at, self.moment, account_view, texts, record_id, done=self._show)

    def show_origin(self) -> None:
        """Ask where the money of the account comes from."""
        if self.record_id is not None:
            show_origin(self.desk, self, self.record_id)

    def _show(self, view: AccountView) -> None:
        if not isValid(self) or view.account.id != self.record_id:
            return
        account, texts = view.account, self.desk.texts
        self.heading.setText(account.plain)
        self.kind.setText(label_of(account.kind, texts))
        self.cards.set_pairs(_card_pairs(account))
        self.facts.setText("\n".join(f"{name}: {value}" for name, value in view.facts))
        self.facts.setVisible(bool(view.facts))
        self.chart.set_bars([_bar(line) for line in view.below if line.total > 0])
        self.chart.setVisible(any(line.total > 0 for line in view.below))
        self.movements.set_table(view.movements)
        self.movements.setVisible(bool(view.movements.rows))
        self.none.setVisible(not view.movements.rows)
        if view.ceilings is not None:
            self.ceilings.set_table(view.ceilings)
        self.ceilings.setVisible(view.ceilings is not None)

    def _on_decision(self, decision_id: str) -> None:
        self.desk.wanted.emit("meetings", decision_id)

    def _on_movement(self, transfer_id: str) -> None:
        self.desk.wanted.emit("resources", transfer_id)


class SplitSheet(Sheet):
    """One split: the exact share of each part, who gets the odd cents and why."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("How a sum was shared out"))
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
    """Accounts, the ways of the money, movements, sums to be shared with their scenarios, splits that were adopted."""

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
            first=First(
                _never,
                N_("No account yet. Accounts are made with the plan, its sources, its areas and its projects."),
                N_("To the plan"),
                "plan",
            ),
        ),
        RecordKind(
            "flow",
            N_("Ways of the money"),
            "git-branch",
            flow_list,
            can_add=False,
            stays=("origin", "target", "cents"),
            first=First(
                _never,
                N_("No money has moved yet: it comes in from a source, and goes on when a meeting closes."),
                N_("To the sources of money"),
                "plan",
            ),
        ),
        RecordKind(
            "movements",
            N_("Movements"),
            "arrow-right",
            movements_list,
            can_add=False,
            stays=("gives", "gets", "cents"),
            detail=MovementSheet,
            filters=("kind",),
            first=First(
                _never,
                N_("No movement yet. Money comes in from a source, and moves when a meeting closes."),
                N_("To the sources of money"),
                "plan",
            ),
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
            first=First(
                _never, N_("No split yet. A decision of a meeting adopts one."), N_("To the meetings"), "meetings"
            ),
        ),
    )

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        """Accounts and ways can be seen from an earlier day; sums and scenarios have forms of their own."""
        if kind.key == "accounts":
            return AccountsPage(self.desk, kind, key, self._stack)
        if kind.key == "flow":
            return FlowPage(self.desk, kind, key, self._stack)
        page = SplittingPage if kind.form is not None else RecordPage
        return page(self.desk, kind, key, self._stack)


class PastPage(RecordPage):
    """A list that can be seen as at an earlier day, or as at the closing of a meeting."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        self.moment_bar = MomentBar(desk)
        self.past = Banner()
        super().__init__(desk, kind, key, parent)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setSpacing(px(3))
        layout.insertWidget(0, self.moment_bar)
        layout.insertWidget(1, self.past)
        layout.setStretchFactor(self.beside or self.list, 1)
        self.moment_bar.chosen.connect(self.show_moment)

    def reload(self) -> None:
        """Read the list again, from the moment that is chosen."""
        self.moment_bar.reload()
        self.moment_bar.setVisible(self.desk.read(has_movements))
        if self.moment_bar.moment.is_now:
            super().reload()
        else:
            self.show_moment(self.moment_bar.moment)

    def show_moment(self, moment: AsAt) -> None:
        """Show the list as at a moment; a refusal stands over it."""
        self.past.hide()
        if moment.is_now:
            self.reload()
            self._again()
            return
        texts = self.desk.texts
        self.desk.run(
            read_as_at,
            moment,
            self.past_reader,
            texts,
            title=_("Reading the past"),
            done=self._on_past,
            failed=self._refused,
        )

    past_reader: Callable[[Any, Any], Any] = staticmethod(accounts_list)
    """Reads, of the archive as it stood, what `take_past` shows."""

    def take_past(self, found: Any) -> None:
        """Show what was read of an earlier day."""
        self.list.set_table(found)

    def _on_past(self, found: Any) -> None:
        if not isValid(self) or self.moment_bar.moment.is_now:
            return
        moment = self.moment_bar.moment
        said = _("{situation}: money that moved later, and names that changed later, are not seen here.").format(
            situation=self.desk.read(as_at_text, moment, self.desk.texts)
        )
        self.past.say(said, Tone.INFO, _("Back to now"), self._back_to_now)
        self.take_past(found)
        self._again()

    def _again(self) -> None:
        """Show what stands beside the list from the same moment."""

    def _refused(self, error: AppError) -> None:
        self.past.say(sentence(error, self.desk.texts), Tone.WARN)

    def _back_to_now(self) -> None:
        self.moment_bar.set_moment(NOW)


class AccountsPage(PastPage):
    """The tree of accounts; Ctrl+D asks where the money of the chosen one comes from."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, kind, key, parent)
        self.origin_action = offer_origin(desk, self.list.table, self.list.selected_id)
        self.origin_action.setIcon(icon("git-branch"))

    def reload(self) -> None:
        """Read the list again; without an account nothing can be asked."""
        super().reload()
        self.origin_action.setEnabled(bool(self.list.model.table.rows))

    def page_actions(self) -> list[QAction]:
        """What can be done here."""
        return [self.origin_action, *super().page_actions()]

    def _again(self) -> None:
        if isinstance(self.detail, AccountSheet):
            self.detail.moment = self.moment_bar.moment
            chosen = self.list.selected_id() or self.list.first_id()
            if chosen is not None:
                self.detail.open_record(chosen)

    def _show_detail(self, record_id: str) -> None:
        if isinstance(self.detail, AccountSheet):
            self.detail.moment = self.moment_bar.moment
        super()._show_detail(record_id)


class FlowPage(PastPage):
    """The ways of the money: the picture, and its table under it, or in a low room in its place."""

    past_reader = staticmethod(flow_view)

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        self.picture = FlowPicture(_("Ways of the money"))
        super().__init__(desk, kind, key, parent)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        holder = QScrollArea()
        holder.setWidgetResizable(True)
        holder.setFrameShape(QFrame.Shape.NoFrame)
        holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder.setWidget(self.picture)
        self._halves = QSplitter(Qt.Orientation.Vertical)
        self._halves.setChildrenCollapsible(False)
        layout.removeWidget(self.list)
        self._halves.addWidget(holder)
        self._halves.addWidget(self.list)
        self._holder = holder
        holder.setMinimumHeight(px(60))
        holder.hide()
        layout.addWidget(self._halves, 1)
        self.table_button = tool_button(_("Table"), "table")
        self.table_button.setCheckable(True)
        self.table_button.toggled.connect(self._offer_picture)
        self.table_button.hide()
        self.moment_bar.add(self.table_button)
        self.picture.activated.connect(self._on_box)
        self.list.activated.connect(self._on_box)

    def reload(self) -> None:
        """Read the ways again, from the moment that is chosen."""
        super().reload()
        if self.moment_bar.moment.is_now:
            self.take_past(self.desk.read(flow_view, self.desk.texts))

    def take_past(self, found: tuple[FlowChart, Table]) -> None:
        """Show picture and table."""
        chart, table = found
        self.picture.set_chart(chart)
        self._offer_picture()
        self.list.set_table(table)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low room the picture stands, or at a touch of the button the table, which says the same."""
        super().resizeEvent(event)
        self._offer_picture()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._offer_picture()

    def _offer_picture(self) -> None:
        is_some = self.isVisible() and bool(self.picture.chart.boxes)  # before it is shown it has some height
        is_low = self.height() < px(LOW_PICTURE)
        self.table_button.setVisible(is_some and is_low)
        is_offered = is_some and not (is_low and self.table_button.isChecked())
        if is_offered and not is_low and (self._holder.isHidden() or self.list.isHidden()):
            self._holder.show()
            self._halves.setSizes([px(420), px(240)])
        self._holder.setVisible(is_offered)
        self.list.setHidden(is_offered and is_low)

    def _on_box(self, key: str) -> None:
        if not key.startswith(OTHERS):
            show_origin(self.desk, self, key)


class SplittingPage(RecordPage):
    """Sums or scenarios, with what comes of them beside what is typed."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        """The form with its panel."""
        kind = PotForm if self.kind.form is POT_FORM else ScenarioForm
        return kind(self.desk, self._stack, grown=grown)
