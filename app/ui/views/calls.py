"""The calls' room: calls, versions of their rules, two versions side by side, templates."""

from __future__ import annotations

from app.services.calls.calls import call_rows
from app.services.plan.plan import find_plan
from app.services.reports import call_lists as lists
from app.services.wording.texts import N_
from app.ui.views.base import RecordKind, RecordPage, RecordsView
from app.ui.views.call_forms import CALL_FORM
from app.ui.views.call_pages import ComparisonPanel, PanelPage, TemplatePanel
from app.ui.views.page import First
from app.ui.views.rules_form import RULES_FORM

NO_RULES = N_("No rules yet. They begin with the call: add it in the tab «Calls».")
NO_COMPARISON = N_("Nothing to compare yet. Versions of the rules stand here as soon as there is a call.")


def _call_first(sentence: str) -> First:
    """Rules begin with their call."""
    return First(lambda store: bool(call_rows(store)), sentence, N_("Go to the calls"), "calls", "calls")


class CallsView(RecordsView):
    """The calls' room."""

    key = "calls"
    title = N_("Calls")
    topics = frozenset({"calls", "plan", "proposals", "meetings"})
    kinds = (
        RecordKind(
            "calls",
            N_("Calls"),
            "mail",
            lists.calls_list,
            CALL_FORM,
            empty=N_("No call yet. Add the call that the proposals answer, from a template or with rules of its own."),
            form_width=430,
            first=First(
                lambda store: find_plan(store) is not None,
                N_("No call yet. First the plan that the call belongs to."),
                N_("Create the plan"),
                room="plan",
            ),
        ),
        RecordKind(
            "rules",
            N_("Rules"),
            "scale",
            lists.rules_list,
            RULES_FORM,
            filters=("call",),
            can_add=False,
            empty=NO_RULES,
            form_width=640,
            first=_call_first(NO_RULES),
        ),
        RecordKind(
            "comparison",
            N_("Comparison"),
            "columns-3",
            lists.rules_list,
            filters=("call",),
            can_add=False,
            empty=NO_COMPARISON,
            detail=ComparisonPanel,
            form_width=640,
            first=_call_first(NO_COMPARISON),
        ),
        RecordKind(
            "templates",
            N_("Templates"),
            "files",
            lists.templates_list,
            can_add=False,
            detail=TemplatePanel,
            form_width=640,
        ),
    )

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        return PanelPage(self.desk, kind, key, self._stack) if kind.detail is not None else super().make_page(kind, key)
