"""The proposals' room: proposals with their sheet and their state, items of the economic plans."""

from __future__ import annotations

from app.services.calls.calls import call_rows
from app.services.reports import proposal_lists as lists
from app.services.wording.texts import N_
from app.ui.views import proposal_forms as forms
from app.ui.views.base import First, RecordKind, RecordPage, RecordsView
from app.ui.views.proposal_sheet import ProposalPage


class ProposalsView(RecordsView):
    """The proposals' room."""

    key = "proposals"
    title = N_("Proposals")
    topics = frozenset({"plan", "network", "calls", "proposals", "ledger", "meetings"})
    kinds = (
        RecordKind(
            "proposals",
            N_("Proposals"),
            "clipboard-list",
            lists.proposals_list,
            forms.PROPOSAL_FORM,
            filters=("area", "district", "alliance"),
            empty=N_("No proposal yet. Each is that of an alliance, which stands in the room «Network»."),
            form_width=700,
            first=First(
                lambda store: bool(call_rows(store)),
                N_("A proposal answers a call. First add the call, with its rules."),
                N_("Go to the calls"),
                "calls",
            ),
        ),
        RecordKind(
            "items",
            N_("Items of cost"),
            "table",
            lists.items_list,
            filters=("title", "section", "category"),
            can_add=False,
            stays=("title", "category", "amount"),
            first=First(
                lambda _store: False,
                N_("No item yet. Items are added in the economic plan of each proposal."),
                N_("Go to the proposals"),
                "proposals",
                "proposals",
            ),
        ),
    )

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        page = ProposalPage if kind.key == "proposals" else RecordPage
        return page(self.desk, kind, key, self._stack)
