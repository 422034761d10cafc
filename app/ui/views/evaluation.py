"""The room of evaluation: formal checks, declarations, grids, score sheets, rankings and how firm they are."""

from __future__ import annotations

from app.services.calls.calls import call_rows
from app.services.evaluation.grids import grid_rows
from app.services.evaluation.rankings import ranking_rows
from app.services.reports import admissibility_documents as checks
from app.services.reports import ranking_lists
from app.services.reports import scoring_lists as lists
from app.services.wording.texts import N_
from app.ui.views.base import First, RecordKind, RecordPage, RecordsView, elsewhere
from app.ui.views.check_forms import CHECKLIST_FORM, REQUEST_FORM, ChecklistPage, RequestPage
from app.ui.views.grid_forms import GRID_FORM
from app.ui.views.interest_forms import INTERESTS_FORM
from app.ui.views.ranking_forms import RANKING_FORM
from app.ui.views.ranking_pages import PlacesPage, StabilityPage, WhyPanel
from app.ui.views.sheet_forms import SHEET_FORM, SheetPage
from app.ui.views.spread_panel import SpreadPage, SpreadPanel

NO_SHEETS = N_(
    "No score sheet yet. Sheets are due as soon as the call has a grid, a committee and admissible proposals."
)


def _grid_first(sentence: str) -> First:
    """Scoring rests on a grid."""
    return First(lambda store: bool(grid_rows(store)), sentence, N_("Go to the grids"), "evaluation", "grids")


NO_RANKING = N_("No ranking yet.")

_RANKING_FIRST = First(
    lambda store: bool(ranking_rows(store)),
    N_("Places and their stability come from a ranking. Make one first."),
    N_("Go to the rankings"),
    "evaluation",
    "rankings",
)

PAGES: dict[str, type[RecordPage]] = {
    "checks": ChecklistPage,
    "requests": RequestPage,
    "sheets": SheetPage,
    "spread": SpreadPage,
    "places": PlacesPage,
    "stability": StabilityPage,
}


class EvaluationView(RecordsView):
    """The room of evaluation."""

    key = "evaluation"
    title = N_("Evaluation")
    topics = frozenset({"evaluation", "calls", "proposals", "meetings", "network"})
    kinds = (
        RecordKind(
            "checks",
            N_("Formal check"),
            "square-check",
            checks.checklists_list,
            CHECKLIST_FORM,
            filters=("area",),
            can_add=False,
            form_width=760,
            first=elsewhere(
                N_("No proposal was received yet. A formal check begins when a proposal is submitted."),
                N_("Go to the proposals"),
                "proposals",
            ),
        ),
        RecordKind(
            "requests",
            N_("Completion"),
            "mail",
            checks.requests_list,
            REQUEST_FORM,
            filters=("title",),
            can_add=False,
            form_width=700,
            first=elsewhere(
                N_("Nothing was asked to be completed. Requests begin in a formal check, by «Ask for completion»."),
                N_("Go to the formal check"),
                "evaluation",
                "checks",
            ),
        ),
        RecordKind(
            "grids",
            N_("Grids"),
            "list-checks",
            lists.grids_list,
            GRID_FORM,
            empty=N_("No grid yet. Add that of the call, from a template or with criteria of its own."),
            form_width=700,
            first=First(
                lambda store: bool(call_rows(store)),
                N_("A grid belongs to a call. First add the call, with its rules."),
                N_("Go to the calls"),
                "calls",
            ),
        ),
        RecordKind(
            "interests",
            N_("Declarations"),
            "shield-check",
            ranking_lists.declarations_list,
            INTERESTS_FORM,
            filters=("member", "call"),
            can_add=False,
            form_width=620,
            first=elsewhere(
                N_("Nobody has applied yet, or there is no committee: declarations are made once it is known who did."),
                N_("Go to the proposals"),
                "proposals",
            ),
        ),
        RecordKind(
            "sheets",
            N_("Sheets"),
            "clipboard-list",
            lists.sheets_list,
            SHEET_FORM,
            filters=("area", "member", "title"),
            can_add=False,
            empty=NO_SHEETS,
            form_width=700,
            first=_grid_first(NO_SHEETS),
        ),
        RecordKind(
            "spread",
            N_("Comparison"),
            "chart-column",
            lists.spread_list,
            filters=("area",),
            can_add=False,
            empty=NO_SHEETS,
            detail=SpreadPanel,
            form_width=640,
            first=_grid_first(NO_SHEETS),
        ),
        RecordKind(
            "rankings",
            N_("Rankings"),
            "list-ordered",
            ranking_lists.rankings_list,
            RANKING_FORM,
            empty=N_("No ranking yet. Make one when the points are given."),
            form_width=640,
            first=_grid_first(N_("A ranking rests on a scoring grid and on points. First make the grid.")),
        ),
        RecordKind(
            "places",
            N_("Places and reasons"),
            "award",
            ranking_lists.places_list,
            filters=("area", "outcome"),
            can_add=False,
            empty=NO_RANKING,
            detail=WhyPanel,
            form_width=470,
            first=_RANKING_FIRST,
        ),
        RecordKind(
            "stability",
            N_("Stability"),
            "chart-bar",
            ranking_lists.stability_list,
            can_add=False,
            empty=NO_RANKING,
            detail=WhyPanel,
            form_width=520,
            first=_RANKING_FIRST,
        ),
    )

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        return PAGES.get(kind.key, RecordPage)(self.desk, kind, key, self._stack)
