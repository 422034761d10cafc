"""Lines of the catalogue for vouchers; their modules are loaded when they are asked for."""

from __future__ import annotations

from app.services.reports.entry import Entry, about, items_of, of_item
from app.services.wording.texts import N_

_PACKAGE = "app.services.reports.vouchers"
_REGISTER, _TREND = f"{_PACKAGE}.register", f"{_PACKAGE}.trend"
_PAPERS, _SETTLEMENTS = f"{_PACKAGE}.papers", f"{_PACKAGE}.settlements"


def _by_programme(code: str, title: str, module: str, build: str) -> Entry:
    """A table of one programme, or of all."""
    return Entry(code, title, "table", of_item(module, build), items_of(_REGISTER, "programme_items"))


VOUCHERS = (
    _by_programme("T10", N_("Register of vouchers"), _REGISTER, "register_document"),
    _by_programme("T10-PUBBLICA", N_("Vouchers, as published"), _REGISTER, "published_document"),
    Entry(
        "T11",
        N_("List for payment"),
        "table",
        of_item(_SETTLEMENTS, "settlement_document"),
        items_of(_SETTLEMENTS, "settlement_items"),
        item_needed=True,
    ),
    Entry("T12", N_("Expected results and indicators"), "table", of_item(_TREND, "indicators_document")),
    Entry(
        "T13",
        N_("State of implementation by half-year"),
        "table",
        of_item("app.services.reports.implementation", "implementation_document"),
        as_at=True,
    ),
    _by_programme("ANDAMENTO-BUONI", N_("How vouchers go"), _TREND, "trend_document"),
    _by_programme("SCADENZE-BUONI", N_("Vouchers that expire or are not used"), _TREND, "waiting_document"),
    about("BUONO", N_("Voucher"), _PAPERS, "voucher_document", "voucher_items"),
    about("RICEVUTA-DOMANDA", N_("Receipt of a request for a voucher"), _PAPERS, "receipt_document", "request_items"),
    about("LETTERA-LIQUIDAZIONE", N_("Letter on a settlement"), _SETTLEMENTS, "letter_document", "letter_items"),
)
"""In the order that they are listed."""
