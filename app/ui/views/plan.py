"""The plan's room: the plan itself, what it rests on, its money, its territory, and what it declares."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.services.changes import Changes
from app.services.plan.plan import find_plan
from app.services.reports import plan_lists as lists
from app.services.wording.texts import N_
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.views import plan_forms as forms
from app.ui.views import territory_forms
from app.ui.views.base import RecordKind, RecordPage, RecordsView
from app.ui.views.single import SingleKind, SinglePage
from app.ui.widgets import EmptyState, button

FORM_WIDTH = 370
NO_PLAN = N_("There is no plan yet. Create the plan to begin.")


def _plan_id(store: Any) -> str | None:
    """Key of the archive's plan."""
    plan = find_plan(store)
    return plan.id if plan else None


def _kind(
    key: str, title: str, icon: str, table: Any, form: Any, empty: str, filters: tuple[str, ...] = ()
) -> RecordKind:
    return RecordKind(key, title, icon, table, form, filters=filters, empty=empty, form_width=FORM_WIDTH)


class PlanView(RecordsView):
    """The plan's room; while there is no plan it offers to create one, and nothing else."""

    key = "plan"
    title = N_("Plan")
    topics = frozenset({"plan", "ledger"})
    kinds = (
        SingleKind(
            "plan", N_("Plan"), "map", lists.plan_list, forms.PLAN_FORM, find=_plan_id, begin=N_("Create the plan")
        ),
        _kind(
            "acts",
            N_("Acts"),
            "landmark",
            lists.acts_list,
            forms.ACT_FORM,
            N_("No act yet. Begin with the resolution or the decree that the plan rests on."),
            ("kind",),
        ),
        _kind(
            "sources",
            N_("Sources"),
            "banknote",
            lists.sources_list,
            forms.SOURCE_FORM,
            N_("No source yet. Add the sums that the plan may spend, each with its act."),
        ),
        _kind(
            "areas",
            N_("Areas"),
            "target",
            lists.areas_list,
            forms.AREA_FORM,
            N_("No area yet. Add the priority areas of the plan, with what is set aside for each."),
        ),
        _kind(
            "districts",
            N_("Territory"),
            "map-pin",
            lists.districts_list,
            territory_forms.DISTRICT_FORM,
            N_("No district yet. Add the districts, each with its municipalities."),
            ("zone",),
        ),
        _kind(
            "municipalities",
            N_("Municipalities"),
            "house",
            lists.municipalities_list,
            territory_forms.MUNICIPALITY_FORM,
            N_("No municipality yet. Add those of a district in its form, the others here."),
            ("district",),
        ),
        _kind(
            "earlier_calls",
            N_("Earlier call"),
            "history",
            lists.earlier_calls_list,
            territory_forms.EARLIER_CALL_FORM,
            N_("No earlier call yet. Add the one that the plan reports on, with its results by district."),
        ),
        SingleKind(
            "training",
            N_("Training"),
            "book-open",
            lists.training_list,
            forms.TRAINING_FORM,
            empty=NO_PLAN,
            find=_plan_id,
        ),
        SingleKind(
            "figures",
            N_("Context"),
            "chart-column",
            lists.figures_list,
            forms.FIGURES_FORM,
            empty=NO_PLAN,
            find=_plan_id,
        ),
        _kind(
            "declarations",
            N_("Declared"),
            "file-check",
            lists.declarations_list,
            forms.DECLARATION_FORM,
            N_("Nothing declared yet. Add the figures that the paper declares, to compare them with the records."),
            ("check",),
        ),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._is_begun = False
        begin = button(_("Create the plan"), "plus", name="primary")
        begin.clicked.connect(self._on_begin)
        self._first = EmptyState("map", _(NO_PLAN), begin)
        self._stack.addWidget(self._first)
        self._settle()

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        page = SinglePage if isinstance(kind, SingleKind) else RecordPage
        return page(self.desk, kind, key, self._stack)

    def room_actions(self) -> list[QAction]:
        return super().room_actions() if self._is_begun else []

    def reload(self, changes: Changes | None = None) -> None:
        super().reload(changes)
        self._settle()

    def _settle(self) -> None:
        """Show the rooms of the plan once there is one."""
        self._is_begun = self._is_begun or self.desk.read(_plan_id) is not None
        self.offer_tabs(self._is_begun)
        self._stack.setCurrentWidget(self.current_page() if self._is_begun else self._first)
        self.actions_changed.emit()

    def _on_begin(self) -> None:
        self._is_begun = True
        self._settle()
        self.page("plan").add()
