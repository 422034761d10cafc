"""The tabs of vouchers that are given, used, reported and settled, for the room of vouchers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.services.reports.vouchers import ledger_lists as lists
from app.services.vouchers.ending import expirable, expire_vouchers
from app.services.vouchers.given import admitted_requests, has_vouchers
from app.services.vouchers.programmes import programme_names
from app.services.wording.texts import N_
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.forms import RecordForm
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.views.base import First, RecordKind, RecordPage
from app.ui.views.side_form import SIDE_BY_SIDE
from app.ui.views.vouchers.ledger_forms import USE_FORM, VOUCHER_FORM
from app.ui.views.vouchers.settlement_forms import REPORT_FORM, SETTLEMENT_FORM, ReportForm, SettlementForm

_PROGRAMME_FIRST = First(
    lambda store: bool(programme_names(store)),
    N_("Vouchers are given by a programme, and there is none yet."),
    N_("Go to the programmes"),
    "vouchers",
    "programmes",
)
_VOUCHER_FIRST = First(
    has_vouchers,
    N_("No voucher was given yet, so none can be used."),
    N_("Go to the vouchers"),
    "vouchers",
    "vouchers",
)

LEDGER_KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        "vouchers",
        N_("Vouchers"),
        "ticket",
        lists.vouchers_list,
        VOUCHER_FORM,
        filters=("programme", "service"),
        empty=N_("No voucher yet. It is given for a request that was admitted."),
        form_width=620,
        first=First(
            lambda store: has_vouchers(store) or bool(admitted_requests(store)),
            N_("A voucher is given for a request that was admitted, and none waits for one."),
            N_("Go to the requests"),
            "vouchers",
            "requests",
        ),
        first_rows=lists.first_vouchers_list,
        stays=("code", "holder"),
        keeps="voucher",
    ),
    RecordKind(
        "uses",
        N_("Uses"),
        "square-check",
        lists.uses_list,
        USE_FORM,
        filters=("provider",),
        empty=N_("No use yet. Scan a voucher, or type its number."),
        first=_VOUCHER_FIRST,
        keeps="voucher_use",
    ),
    RecordKind(
        "provider_reports",
        N_("Reports of providers"),
        "clipboard-list",
        lists.provider_reports_list,
        REPORT_FORM,
        filters=("programme", "provider"),
        empty=N_("No report yet. Providers say in it which vouchers they served."),
        form_width=SIDE_BY_SIDE,
        record_least=SIDE_BY_SIDE,
        first=_PROGRAMME_FIRST,
        keeps="voucher_report",
    ),
    RecordKind(
        "settlements",
        N_("Settlement"),
        "banknote",
        lists.settlements_list,
        SETTLEMENT_FORM,
        filters=("programme",),
        empty=N_("No settlement yet. It pays the uses that wait."),
        form_width=SIDE_BY_SIDE,
        record_least=SIDE_BY_SIDE,
        first=_VOUCHER_FIRST,
        keeps="voucher_settlement",
    ),
)
"""Tabs of the room, in their order."""

_FORMS: dict[str, Callable[..., RecordForm]] = {"provider_reports": ReportForm, "settlements": SettlementForm}


def ledger_page(desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> RecordPage:
    """The page of one of `LEDGER_KINDS`."""
    return (VouchersPage if kind.key == "vouchers" else LedgerPage)(desk, kind, key, parent)


class LedgerPage(RecordPage):
    """Records with what comes of them beside what is typed."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        """The form, with its panel where it has one."""
        make = _FORMS.get(self.kind.key)
        return super().make_form(grown=grown) if make is None else make(self.desk, self._stack, grown=grown)


class VouchersPage(LedgerPage):
    """Vouchers, and the act that lets those expire whose validity is over."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, kind, key, parent)
        self.expire_action = QAction(icon("clock"), _("Let expire…"), self)
        self.expire_action.setToolTip(_("Let the vouchers expire whose validity is over"))
        self.expire_action.triggered.connect(self._on_expire_wanted)

    def page_actions(self) -> list[QAction]:
        """Those of every page, and the expiry."""
        first, *others = super().page_actions()
        return [first, self.expire_action, *others]

    def _on_expire_wanted(self) -> None:
        over = len(self.desk.read(expirable))
        if not over:
            dialogs.tell(self, _("Let expire"), _("No voucher in use has a validity that is over."))
            return
        question = self.desk.texts.plural(
            "The validity of one voucher is over. Its rest goes back to the programme, and who waits is called.",
            "The validity of {n} vouchers is over. Their rest goes back to the programme, and who waits is called.",
            over,
        )
        if dialogs.confirm(self, _("Let expire"), question.format(n=over), _("Let expire")):
            self.desk.run(expire_vouchers)
