"""The network's room: the registry of organisations, the local alliances, the agreement and who signed it."""

from __future__ import annotations

from app.services.reports import network_lists as lists
from app.services.wording.texts import N_
from app.ui.views import network_forms as forms
from app.ui.views.base import First, RecordKind, RecordPage, RecordsView
from app.ui.views.network_duplicates import DuplicatesPage, PairPanel, duplicates_table
from app.ui.views.network_pages import AlliancePage, OrganisationPage


class NetworkView(RecordsView):
    """The network's room."""

    key = "network"
    title = N_("Network")
    topics = frozenset({"plan", "network", "proposals"})
    kinds = (
        RecordKind(
            "organisations",
            N_("Organisations"),
            "building-2",
            lists.organisations_list,
            forms.ORGANISATION_FORM,
            filters=("kind", "role", "district", "codes"),
            empty=N_("No organisation yet. Add the bodies of the network: each once, with its other spellings."),
            form_width=520,
        ),
        RecordKind(
            "duplicates",
            N_("Possible duplicates"),
            "copy",
            duplicates_table,
            filters=("judged",),
            can_add=False,
            first=First(
                lambda _store: False,
                N_("No two organisations look like one. The registry is looked through whenever this list is opened."),
                N_("Go to the organisations"),
                "network",
                "organisations",
            ),
            detail=PairPanel,
            form_width=430,
        ),
        RecordKind(
            "alliances",
            N_("Alliances"),
            "handshake",
            lists.alliances_list,
            forms.ALLIANCE_FORM,
            empty=N_("No alliance yet. First the organisations, then the alliance with its lead and its partners."),
            form_width=610,
        ),
        RecordKind(
            "partners",
            N_("Partners and roles"),
            "users",
            lists.partners_list,
            filters=("alliance",),
            can_add=False,
            first=First(
                lambda _store: False,
                N_("No partner yet. Partners and their roles are added in the form of their alliance."),
                N_("Go to the alliances"),
                "network",
                "alliances",
            ),
        ),
        RecordKind(
            "agreements",
            N_("Agreement and signatures"),
            "signature",
            lists.agreements_list,
            forms.AGREEMENT_FORM,
            empty=N_("No agreement yet. Add the agreement of the network, with the bodies that signed it."),
            form_width=640,
        ),
    )

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        pages = {"organisations": OrganisationPage, "alliances": AlliancePage, "duplicates": DuplicatesPage}
        return pages.get(kind.key, RecordPage)(self.desk, kind, key, self._stack)
