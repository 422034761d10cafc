"""Buoni: programmes of vouchers, households, requests, firms; each family of tabs stands in a file of its own."""

from __future__ import annotations

from collections.abc import Callable

from app.services.reports import request_lists as lists
from app.services.spending.projects import project_rows
from app.services.vouchers.programmes import programme_rows
from app.services.wording.texts import N_
from app.ui.forms import RecordForm
from app.ui.views.base import First, RecordKind, RecordPage, RecordsView
from app.ui.views.side_form import SIDE_BY_SIDE
from app.ui.views.vouchers.firm_forms import FIRM_FORM
from app.ui.views.vouchers.household_forms import HOUSEHOLD_FORM, INDIVIDUAL_FORM
from app.ui.views.vouchers.ledger_pages import LEDGER_KINDS, ledger_page
from app.ui.views.vouchers.programme_forms import PROGRAMME_FORM, PROGRAMME_RULES_FORM
from app.ui.views.vouchers.register_pages import REGISTER_KINDS, register_page
from app.ui.views.vouchers.request_forms import REQUEST_FORM, RequestForm

_PROJECT_FIRST = First(
    lambda store: bool(project_rows(store)),
    N_("There is no project with money yet. A decision of a meeting awards it."),
    N_("Go to the meetings"),
    "meetings",
)
PROGRAMME_FIRST = First(
    lambda store: bool(programme_rows(store)),
    N_("There is no programme of vouchers yet. It says what a project gives, to whom and how."),
    N_("Go to the programmes"),
    "vouchers",
)

DESK_KINDS = (
    RecordKind(
        "programmes",
        N_("Programmes"),
        "ticket",
        lists.programmes_list,
        PROGRAMME_FORM,
        empty=N_("No programme of vouchers yet. It says what a project gives, to whom and how."),
        first=_PROJECT_FIRST,
        keeps="voucher_programme",
    ),
    RecordKind(
        "rules",
        N_("Rules"),
        "sliders-horizontal",
        lists.programme_rules_list,
        PROGRAMME_RULES_FORM,
        empty=N_("No rules yet. A programme begins with those of a template, or with new ones."),
        form_width=620,
        first=PROGRAMME_FIRST,
        keeps="programme_rules",
    ),
    RecordKind(
        "households",
        N_("Households"),
        "house",
        lists.households_list,
        HOUSEHOLD_FORM,
        empty=N_("No household yet. Enter its persons first, then who lives together."),
        form_width=620,
        keeps="household",
    ),
    RecordKind(
        "individuals",
        N_("Persons"),
        "user",
        lists.individuals_list,
        INDIVIDUAL_FORM,
        empty=N_("No person yet. Each is entered once and used by all programmes."),
        keeps="individual",
    ),
    RecordKind(
        "requests",
        N_("Requests"),
        "clipboard-list",
        lists.voucher_requests_list,
        REQUEST_FORM,
        filters=("programme_code", "service"),
        empty=N_("No request yet."),
        form_width=SIDE_BY_SIDE,
        record_least=SIDE_BY_SIDE,
        first=PROGRAMME_FIRST,
        keeps="voucher_request",
        stays=("label", "holder", "amount"),
    ),
    RecordKind(
        "firms",
        N_("Firms"),
        "building-2",
        lists.firm_budgets_list,
        FIRM_FORM,
        empty=N_("No firm has shown its interest yet."),
        first=PROGRAMME_FIRST,
        keeps="firm_budget",
    ),
)
"""What the desk keeps; the tabs of vouchers given and of their register follow."""


class VouchersView(RecordsView):
    """Everything about vouchers, from the programme to what was paid."""

    key = "vouchers"
    title = N_("Vouchers")
    topics = frozenset({"vouchers", "ledger", "plan", "network", "proposals", "meetings"})
    kinds = (*DESK_KINDS, *LEDGER_KINDS, *REGISTER_KINDS)

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        """Some records have a form of their own, with what follows from them beside it."""
        if kind in LEDGER_KINDS:
            return ledger_page(self.desk, kind, key, self._stack)
        if kind in REGISTER_KINDS:
            return register_page(self.desk, kind, key, self._stack)
        return VouchersPage(self.desk, kind, key, self._stack) if kind.key in FORMS else super().make_page(kind, key)


FORMS: dict[str, Callable[..., RecordForm]] = {"requests": RequestForm}
"""Forms of their own, by kind."""


class VouchersPage(RecordPage):
    """Records with what comes of them beside what is typed."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        """The form with its panel."""
        return FORMS[self.kind.key](self.desk, self._stack, grown=grown)
