"""Lists of the projects' room: projects, cuts, requests, amendments, payments, reports of expenses."""

from __future__ import annotations

from app.models.store import Store
from app.services.reports.lists import field_column, record_list
from app.services.reports.table_spec import Kind, Table
from app.services.spending.amendments import amendment_rows
from app.services.spending.budget_requests import request_rows
from app.services.spending.payments import payment_rows
from app.services.spending.projects import project_rows
from app.services.spending.reports import report_rows
from app.services.spending.rescalings import rescaling_rows
from app.services.wording.texts import Translator


def projects_list(store: Store, tr: Translator) -> Table:
    """Projects with money: granted, paid, to be paid, to be recovered, spent, and what the grant came to."""
    columns = (
        field_column("number", tr("No."), Kind.COUNT, width_mm=10),
        field_column("title", tr("Project"), Kind.NOTE, width_mm=56),
        field_column("area", tr("Area"), width_mm=14),
        field_column("state", tr("State"), Kind.STATE, width_mm=34),
        field_column("granted", tr("Granted"), Kind.MONEY, width_mm=30, total=True),
        field_column("paid", tr("Paid so far"), Kind.MONEY, width_mm=30, total=True),
        field_column("left", tr("To be paid"), Kind.MONEY, width_mm=30, total=True),
        field_column("owed", tr("To be recovered"), Kind.MONEY, width_mm=30, total=True),
        field_column("spent", tr("Reported"), Kind.MONEY, width_mm=30, total=True),
        field_column("final", tr("Final grant"), Kind.MONEY, width_mm=30),
    )
    return record_list("list.projects", tr("Projects"), columns, project_rows(store), tr, has_totals=True)


def rescalings_list(store: Store, tr: Translator) -> Table:
    """Cuts of requests, with the decision made from each."""
    columns = (
        field_column("name", tr("Rescaling"), Kind.NOTE, width_mm=60),
        field_column("area", tr("Area"), width_mm=14),
        field_column("rule", tr("Rule"), width_mm=60),
        field_column("projects", tr("Projects"), Kind.COUNT, width_mm=20),
        field_column("total", tr("Total"), Kind.MONEY, width_mm=32),
        field_column("decision", tr("Decision"), width_mm=24),
    )
    return record_list("list.rescalings", tr("Rescalings"), columns, rescaling_rows(store), tr)


def requests_list(store: Store, tr: Translator) -> Table:
    """Requests for another economic plan, with what the present one asks for."""
    columns = (
        field_column("project", tr("Project"), Kind.NOTE, width_mm=66),
        field_column("amount", tr("Grant to be planned"), Kind.MONEY, width_mm=32),
        field_column("present", tr("In the economic plan"), Kind.MONEY, width_mm=32),
        field_column("day", tr("Asked on"), Kind.DATE, width_mm=24),
        field_column("date_due", tr("Due by"), Kind.DATE, width_mm=24),
        field_column("state", tr("State"), Kind.STATE, width_mm=28),
        field_column("decision", tr("Decision"), width_mm=24),
    )
    return record_list("list.requests", tr("Requests for economic plans"), columns, request_rows(store), tr)


def amendments_list(store: Store, tr: Translator) -> Table:
    """Amendments, with what each moves and by when it must be told or decided."""
    columns = (
        field_column("project", tr("Project"), Kind.NOTE, width_mm=60),
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("day", tr("Came in on"), Kind.DATE, width_mm=24),
        field_column("state", tr("State"), Kind.STATE, width_mm=32),
        field_column("moved", tr("Moved"), Kind.MONEY, width_mm=30),
        field_column("term", tr("Term"), Kind.DATE, width_mm=24),
        field_column("date_settled", tr("Settled on"), Kind.DATE, width_mm=24),
        field_column("decision", tr("Decision"), width_mm=22),
        field_column("reason", tr("Reason"), Kind.NOTE, width_mm=50),
    )
    return record_list("list.amendments", tr("Amendments"), columns, amendment_rows(store), tr)


def payments_list(store: Store, tr: Translator) -> Table:
    """Payments, entered and released."""
    rows = payment_rows(store)
    columns = [
        field_column("project", tr("Project"), Kind.NOTE, width_mm=60),
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("tranche", tr("Tranche"), Kind.COUNT, width_mm=18),
        field_column("amount", tr("Amount"), Kind.MONEY, width_mm=32),
        field_column("state", tr("State"), Kind.STATE, width_mm=28),
        field_column("act", tr("Act"), Kind.NOTE, width_mm=44),
        field_column("act_day", tr("Of the day"), Kind.DATE, width_mm=24),
        field_column("date_paid", tr("Paid on"), Kind.DATE, width_mm=24),
        field_column("decision", tr("Decision"), width_mm=22),
    ]
    if any(row.reversed for row in rows):
        columns.append(field_column("reversed", tr("Taken back"), Kind.FLAG, width_mm=24))
    return record_list("list.payments", tr("Payments"), tuple(columns), rows, tr)


def reports_list(store: Store, tr: Translator) -> Table:
    """Reports of expenses, with what was declared and admitted."""
    columns = (
        field_column("project", tr("Project"), Kind.NOTE, width_mm=60),
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("final", tr("Final"), Kind.FLAG, width_mm=18),
        field_column("date_received", tr("Came in on"), Kind.DATE, width_mm=24),
        field_column("state", tr("State"), Kind.STATE, width_mm=30),
        field_column("expenses", tr("Expenses"), Kind.COUNT, width_mm=20),
        field_column("charged", tr("Declared"), Kind.MONEY, width_mm=30),
        field_column("admitted", tr("Admitted so far"), Kind.MONEY, width_mm=30),
        field_column("final_grant", tr("Final grant"), Kind.MONEY, width_mm=30),
    )
    return record_list("list.reports", tr("Reports of expenses"), columns, report_rows(store), tr)
