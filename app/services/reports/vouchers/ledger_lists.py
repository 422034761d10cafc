"""Lists of vouchers given, used, reported and settled; and the tables that stand beside their forms."""

from __future__ import annotations

from collections.abc import Callable

from app.models.store import Store
from app.services.reports.lists import FIRST_ROWS, field_column, record_list
from app.services.reports.table_spec import Column, Kind, Table, Whole
from app.services.vouchers.bank_report import BANK_LINE_WORDS, BankLine, BankLineState
from app.services.vouchers.given import VoucherRow, VoucherUseRow, voucher_rows, voucher_sums, voucher_use_rows
from app.services.vouchers.payments import SettlementPayment, settlement_rows
from app.services.vouchers.provider_reports import Difference, voucher_report_rows
from app.services.wording.labels import label
from app.services.wording.points import format_points
from app.services.wording.texts import Translator


def vouchers_list(store: Store, tr: Translator) -> Table:
    """Vouchers by number, with whom they serve and what is left of them."""
    return _vouchers_list(voucher_rows(store), tr)


def first_vouchers_list(store: Store, tr: Translator) -> Table:
    """The same; where there are many, the first of them with the count and the totals of all."""
    rows = voucher_rows(store, limit=FIRST_ROWS + 1)
    if len(rows) <= FIRST_ROWS:
        return _vouchers_list(rows, tr)
    count, *sums = voucher_sums(store)
    totals = dict(zip(("left", "amount", "used", "settled"), sums, strict=True))
    return _vouchers_list(rows[:FIRST_ROWS], tr, Whole(count, totals))


def _vouchers_list(rows: tuple[VoucherRow, ...], tr: Translator, whole: Whole | None = None) -> Table:
    columns = (
        field_column("code", tr("Number"), width_mm=52),
        field_column("holder", tr("Holder"), Kind.NOTE, width_mm=52),
        field_column("state", tr("State"), Kind.STATE, width_mm=30),
        field_column("left", tr("Left"), Kind.MONEY, width_mm=26, total=True),
        field_column("amount", tr("Amount"), Kind.MONEY, width_mm=28, total=True),
        field_column("used", tr("Used"), Kind.MONEY, width_mm=26, total=True),
        field_column("settled", tr("Settled"), Kind.MONEY, width_mm=26, total=True),
        field_column("valid_to", tr("Valid until"), Kind.DATE, width_mm=24),
        field_column("service", tr("Service"), Kind.NOTE, width_mm=36),
        field_column("provider", tr("Provider"), Kind.NOTE, width_mm=44),
        field_column("programme", tr("Programme"), Kind.NOTE, width_mm=44),
        field_column("day_issued", tr("Given on"), Kind.DATE, width_mm=24),
    )
    return record_list("list.vouchers", tr("Vouchers"), columns, rows, tr, has_totals=True, whole=whole)


def uses_list(store: Store, tr: Translator) -> Table:
    """Uses of vouchers, the newest days first."""
    columns = (
        field_column("day", tr("Day"), Kind.DATE, width_mm=24),
        field_column("code", tr("Number"), width_mm=46),
        field_column("holder", tr("Holder"), Kind.NOTE, width_mm=44),
        field_column("cents", tr("Amount"), Kind.MONEY, width_mm=28, total=True),
        Column("units", tr("Quantity"), Kind.TEXT, lambda row: format_points(row.units), width_mm=20),
        field_column("provider", tr("Provider"), Kind.NOTE, width_mm=44),
        field_column("document", tr("Document"), Kind.NOTE, width_mm=34),
        Column("settlement", tr("Payment"), Kind.TEXT, _payment(tr), width_mm=28),
        field_column("corrected", tr("Corrected"), Kind.FLAG, width_mm=22),
    )
    return record_list("list.uses", tr("Uses of vouchers"), columns, voucher_use_rows(store), tr, has_totals=True)


def _payment(tr: Translator) -> Callable[[VoucherUseRow], str]:
    return lambda row: "" if row.settlement is None else label(row.settlement, tr)


def provider_reports_list(store: Store, tr: Translator) -> Table:
    """Reports of providers, with how many of their lines differ."""
    columns = (
        field_column("date_received", tr("Came in on"), Kind.DATE, width_mm=24),
        field_column("provider", tr("Provider"), Kind.NOTE, width_mm=50),
        field_column("state", tr("State"), Kind.STATE, width_mm=32),
        field_column("lines", tr("Lines"), Kind.COUNT, width_mm=18),
        field_column("differing", tr("Differences"), Kind.COUNT, width_mm=24),
        field_column("cents", tr("That match"), Kind.MONEY, width_mm=28),
        field_column("protocol", tr("Protocol number"), width_mm=30),
        field_column("programme", tr("Programme"), Kind.NOTE, width_mm=50),
        field_column("file_name", tr("File"), Kind.NOTE, width_mm=40),
    )
    return record_list("list.provider_reports", tr("Reports of providers"), columns, voucher_report_rows(store), tr)


def settlements_list(store: Store, tr: Translator) -> Table:
    """Settlements of vouchers, the newest first."""
    columns = (
        Column("number", tr("No."), Kind.TEXT, lambda row: f"{row.number}/{row.year}", width_mm=18),
        field_column("programme", tr("Programme"), Kind.NOTE, width_mm=56),
        field_column("state", tr("State"), Kind.STATE, width_mm=40),
        field_column("cents", tr("Amount"), Kind.MONEY, width_mm=28, total=True),
        field_column("refused", tr("Refused by the bank"), Kind.MONEY, width_mm=28, total=True),
        field_column("payments", tr("Payments"), Kind.COUNT, width_mm=20),
        field_column("uses", tr("Uses"), Kind.COUNT, width_mm=18),
        field_column("ground", tr("Act"), Kind.NOTE, width_mm=40),
        field_column("date_paid", tr("Paid on"), Kind.DATE, width_mm=24),
        field_column("file", tr("File for the bank"), Kind.FLAG, width_mm=24),
    )
    return record_list("list.settlements", tr("Settlements"), columns, settlement_rows(store), tr, has_totals=True)


def differences_table(rows: tuple[Difference, ...], tr: Translator, why: Callable[[Difference], str]) -> Table:
    """Lines of a report that do not fit.

    Args:
        why: gives the sentence of a line; empty where the kind of difference says all.
    """
    columns = (
        field_column("number", tr("Line"), Kind.COUNT, width_mm=12),
        field_column("typed", tr("Number"), width_mm=44),
        Column("why", tr("Difference"), Kind.NOTE, lambda row: why(row) or label(row.outcome, tr), width_mm=80),
    )
    return Table("differences", tr("Differences"), columns, rows, landscape=True)


def payees_table(rows: tuple[SettlementPayment, ...], tr: Translator) -> Table:
    """What a settlement pays, payee by payee."""
    columns = (
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("name", tr("Payee"), Kind.NOTE, width_mm=50),
        Column("uses", tr("Uses"), Kind.COUNT, lambda row: len(row.uses), width_mm=16),
        field_column("cents", tr("Amount"), Kind.MONEY, width_mm=28, total=True),
        Column("said", tr("Payment"), Kind.NOTE, _said(tr), width_mm=44),
    )
    return Table("payees", tr("Payments"), columns, rows, landscape=True, total_label=tr("Total"))


def bank_table(rows: tuple[BankLine, ...], tr: Translator) -> Table:
    """What the bank says of the payments of a settlement, line by line."""
    columns = (
        field_column("reference", tr("Payment"), width_mm=36),
        field_column("name", tr("Payee"), Kind.NOTE, width_mm=44),
        field_column("cents", tr("Amount"), Kind.MONEY, width_mm=26),
        Column("said", tr("What the bank says"), Kind.NOTE, _bank_said(tr), width_mm=60),
    )
    return Table("bank_report", tr("Report of the bank"), columns, rows, landscape=True)


def _bank_said(tr: Translator) -> Callable[[BankLine], str]:
    def told(row: BankLine) -> str:
        words = tr(BANK_LINE_WORDS[row.state])
        said = row.reason or (row.status if row.state is BankLineState.OTHER_STATUS else "")
        return f"{words}: {said}" if said else words

    return told


def _said(tr: Translator) -> Callable[[SettlementPayment], str]:
    """How far a payment is, and what stands in its way."""

    def told(row: SettlementPayment) -> str:
        if row.reason:
            return f"{label(row.state, tr)}: {row.reason}"
        return label(row.state, tr) if row.iban_right else tr("The account is missing or wrong")

    return told
