"""Lists of the vouchers' room: programmes, their rules, households, persons, requests, budgets of firms."""

from __future__ import annotations

from typing import Any

from app.models.store import Store
from app.services.reports.lists import field_column, record_list
from app.services.reports.table_spec import Column, Kind, Table
from app.services.vouchers.firms import firm_budget_rows
from app.services.vouchers.households import household_rows
from app.services.vouchers.individuals import individual_rows
from app.services.vouchers.programmes import programme_rows
from app.services.vouchers.request_rows import request_rows
from app.services.vouchers.rules import programme_rules_rows
from app.services.wording.labels import label
from app.services.wording.points import format_points
from app.services.wording.texts import Translator


def _named(key: str, title: str, tr: Translator, *, width_mm: float) -> Column:
    """A column with the word of an attribute that is one of a kind."""

    def text(row: Any) -> str:
        value = getattr(row, key)
        return "" if value is None else label(value, tr)

    return Column(key, title, Kind.TEXT, text, width_mm=width_mm)


def programmes_list(store: Store, tr: Translator) -> Table:
    """Programmes, with their money and how many asked, wait and were given a voucher."""
    columns = (
        field_column("title", tr("Programme"), Kind.NOTE, width_mm=60),
        field_column("state", tr("State"), Kind.STATE, width_mm=30),
        field_column("ceiling", tr("Money of the programme"), Kind.MONEY, width_mm=30, total=True),
        field_column("left", tr("Money left"), Kind.MONEY, width_mm=30, total=True),
        field_column("asked", tr("Requests"), Kind.COUNT, width_mm=20, total=True),
        field_column("waiting", tr("Waiting"), Kind.COUNT, width_mm=18, total=True),
        field_column("given", tr("Vouchers"), Kind.COUNT, width_mm=18, total=True),
        _named("asker", tr("Who may ask"), tr, width_mm=36),
        field_column("project", tr("Project"), Kind.NOTE, width_mm=46),
    )
    title = tr("Programmes of vouchers")
    return record_list("list.programmes", title, columns, programme_rows(store), tr, has_totals=True)


def programme_rules_list(store: Store, tr: Translator) -> Table:
    """Versions of rules, programme by programme."""
    columns = (
        field_column("programme", tr("Programme"), Kind.NOTE, width_mm=56),
        field_column("version", tr("Version"), Kind.COUNT, width_mm=16),
        field_column("current", tr("In force"), Kind.FLAG, width_mm=16),
        _named("asker", tr("Who may ask"), tr, width_mm=36),
        _named("manner", tr("Order"), tr, width_mm=40),
        _named("unit", tr("Unit"), tr, width_mm=22),
        field_column("asked", tr("Requests"), Kind.COUNT, width_mm=20),
        field_column("reason", tr("Why it is made"), Kind.NOTE, width_mm=50),
    )
    return record_list("list.programme_rules", tr("Rules of programmes"), columns, programme_rules_rows(store), tr)


def households_list(store: Store, tr: Translator) -> Table:
    """Households, with who lives in them."""
    columns = (
        field_column("name", tr("Household"), width_mm=50),
        field_column("municipality", tr("Municipality"), width_mm=44),
        field_column("members", tr("Members"), Kind.COUNT, width_mm=22),
        field_column("children", tr("Children"), Kind.COUNT, width_mm=20),
        field_column("asked", tr("Requests"), Kind.COUNT, width_mm=20),
        field_column("has_iban", tr("IBAN"), Kind.FLAG, width_mm=16),
    )
    return record_list("list.households", tr("Households"), columns, household_rows(store), tr)


def individuals_list(store: Store, tr: Translator) -> Table:
    """Persons, with how the tax code was found and who looks alike."""
    columns = (
        field_column("name", tr("Person"), width_mm=50),
        field_column("birth_date", tr("Day of birth"), Kind.DATE, width_mm=26),
        field_column("tax_code", tr("Tax code"), width_mm=40),
        field_column("code_state", tr("Check of the tax code"), Kind.STATE, width_mm=46),
        field_column("households", tr("Household"), width_mm=40),
        field_column("informed", tr("Informed"), Kind.FLAG, width_mm=20),
        field_column("alike", tr("Perhaps"), width_mm=44),
    )
    return record_list("list.individuals", tr("Persons of households"), columns, individual_rows(store), tr)


def voucher_requests_list(store: Store, tr: Translator) -> Table:
    """Requests, with the price and who pays it, the limit that decided and the place of who waits."""
    columns = (
        field_column("label", tr("Request for a voucher"), width_mm=32),
        field_column("day", tr("Came in on"), Kind.DATE, width_mm=24),
        field_column("holder", tr("Who it is for"), width_mm=44),
        field_column("state", tr("State"), Kind.STATE, width_mm=32),
        field_column("place", tr.context("ranking", "Place"), Kind.COUNT, width_mm=14),
        field_column("service", tr("Service"), Kind.NOTE, width_mm=40),
        Column("units", tr("Units"), Kind.TEXT, lambda row: format_points(row.units), width_mm=18),
        field_column("expense", tr("Price"), Kind.MONEY, width_mm=26, total=True),
        field_column("amount", tr("Voucher"), Kind.MONEY, width_mm=26, total=True),
        field_column("employer_part", tr("Employer"), Kind.MONEY, width_mm=26, total=True),
        field_column("family_part", tr("Family"), Kind.MONEY, width_mm=26, total=True),
        _named("bound", tr("Limit that decided"), tr, width_mm=40),
        field_column("programme_code", tr("Programme"), width_mm=24),
        field_column("household", tr("Household"), width_mm=34),
        field_column("firm", tr("Firm"), width_mm=34),
        field_column("provider", tr("Provider"), width_mm=40),
    )
    title = tr("Requests for vouchers")
    return record_list("list.voucher_requests", title, columns, request_rows(store), tr, has_totals=True)


def firm_budgets_list(store: Store, tr: Translator) -> Table:
    """Budgets of firms: what was given, what is left, what went back."""
    columns = (
        field_column("firm", tr("Firm"), Kind.NOTE, width_mm=54),
        field_column("programme", tr("Programme"), Kind.NOTE, width_mm=44),
        field_column("state", tr("State"), Kind.STATE, width_mm=34),
        field_column("day", tr("Interest shown on"), Kind.DATE, width_mm=26),
        field_column("size_outcome", tr("Size"), Kind.STATE, width_mm=28),
        field_column("seat_outcome", tr("Seat"), Kind.STATE, width_mm=28),
        field_column("amount", tr("Budget"), Kind.MONEY, width_mm=28, total=True),
        field_column("own_amount", tr("Firm's own money"), Kind.MONEY, width_mm=28, total=True),
        field_column("left", tr("Money left"), Kind.MONEY, width_mm=28, total=True),
        field_column("asked", tr("Requests"), Kind.COUNT, width_mm=20, total=True),
        field_column("date_return", tr("To be used by"), Kind.DATE, width_mm=26),
        field_column("given_back", tr("Given back"), Kind.MONEY, width_mm=28, total=True),
    )
    return record_list(
        "list.firm_budgets", tr("Budgets of firms"), columns, firm_budget_rows(store), tr, has_totals=True
    )
