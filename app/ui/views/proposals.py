"""The proposals' room: calls, proposals with their sheet and their state, items of the economic plans."""

from __future__ import annotations

from app.services.reports import proposal_lists as lists
from app.services.texts import N_
from app.ui.views import proposal_forms as forms
from app.ui.views.base import RecordKind, RecordsView


class ProposalsView(RecordsView):
    """The proposals' room."""

    key = "proposals"
    title = N_("Proposals")
    topics = frozenset({"plan", "network", "proposals", "ledger", "meetings"})
    kinds = (
        RecordKind(
            "proposals",
            N_("Proposals"),
            "clipboard-list",
            lists.proposals_list,
            forms.PROPOSAL_FORM,
            filters=("alliance", "area"),
            empty=N_("No proposal yet. First a call (the tab «Calls») and an alliance (the room «Network»)."),
            form_width=640,
        ),
        RecordKind(
            "calls",
            N_("Calls"),
            "mail",
            lists.calls_list,
            forms.CALL_FORM,
            empty=N_("No call yet. Add the call that the proposals answer."),
            form_width=400,
        ),
        RecordKind(
            "items",
            N_("Items of cost"),
            "table",
            lists.items_list,
            filters=("title", "section", "category"),
            can_add=False,
            empty=N_("No item yet. Items are added in the economic plan of each proposal."),
        ),
    )
