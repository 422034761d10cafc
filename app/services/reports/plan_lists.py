"""Lists of the plan's room: acts, sources, areas, territory, earlier calls, training, figures, declarations."""

from __future__ import annotations

from app.models.store import Store
from app.services.findings.codes import declarable
from app.services.network.territory import district_rows, earlier_call_rows, municipality_rows
from app.services.plan.funding import area_rows, source_rows
from app.services.plan.plan import act_rows, declaration_rows, find_plan
from app.services.plan.subjects import subject_names
from app.services.reports.lists import field_column, joined, record_list
from app.services.reports.spec import Column, Kind, Table
from app.services.wording.texts import Translator


def plan_list(store: Store, tr: Translator) -> Table:
    """The plan in one row."""
    columns = (
        field_column("name", tr("Name of the plan"), Kind.NOTE, width_mm=90),
        field_column("territory", tr("Territory"), Kind.NOTE, width_mm=50),
        field_column("date_start", tr("Starts on"), Kind.DATE, width_mm=24),
        field_column("date_end", tr("Ends on"), Kind.DATE, width_mm=24),
        field_column("duration_months", tr("Months"), Kind.COUNT, width_mm=18),
    )
    plan = find_plan(store)
    rows = (plan,) if plan else ()
    return Table("list.plan", tr("Plan"), columns, rows, row_id=lambda row: row.id, landscape=True)


def acts_list(store: Store, tr: Translator) -> Table:
    """The acts that the plan rests on, by day."""
    columns = (
        field_column("kind", tr("Kind"), width_mm=36),
        field_column("number", tr("Number"), width_mm=30),
        field_column("date_issued", tr("Day"), Kind.DATE, width_mm=24),
        field_column("subject", tr("Subject"), Kind.NOTE, width_mm=110),
    )
    return record_list("list.acts", tr("Acts of the plan"), columns, act_rows(store), tr)


def sources_list(store: Store, tr: Translator) -> Table:
    """The sources of money, in the order that they are used."""
    rows = source_rows(store)
    reserved = (field_column("reserved", tr("Reserved to"), width_mm=26),) if any(row.reserved for row in rows) else ()
    columns = (
        field_column("position", tr("No."), Kind.COUNT, width_mm=12),
        field_column("name", tr("Source"), Kind.NOTE, width_mm=70),
        *reserved,
        field_column("act", tr("Act"), Kind.NOTE, width_mm=40),
        field_column("due", tr("Due"), Kind.FLAG, width_mm=20),
        field_column("amount", tr("Amount"), Kind.MONEY, width_mm=32, total=True),
        field_column("received", tr("Came in"), Kind.MONEY, width_mm=32, total=True),
        field_column("left", tr("Left over"), Kind.MONEY, width_mm=32, total=True),
    )
    return record_list("list.sources", tr("Funding sources"), columns, rows, tr, has_totals=True)


def areas_list(store: Store, tr: Translator) -> Table:
    """The priority areas with what is set aside, assigned and awarded."""
    columns = (
        field_column("code", tr("Area"), width_mm=15),
        field_column("title", tr("Title"), Kind.NOTE, width_mm=80),
        field_column("amount_planned", tr("Set aside"), Kind.MONEY, width_mm=32, total=True),
        field_column("ceiling", tr("Ceiling"), Kind.MONEY, width_mm=32),
        field_column("awarded", tr("To projects"), Kind.MONEY, width_mm=32, total=True),
        field_column("left", tr("Left over"), Kind.MONEY, width_mm=32, total=True),
    )
    return record_list("list.areas", tr("Priority areas"), columns, area_rows(store), tr, has_totals=True)


def districts_list(store: Store, tr: Translator) -> Table:
    """The districts with their municipalities."""
    columns = (
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("name", tr("District"), width_mm=45),
        field_column("zone", tr("Zone"), width_mm=45),
        Column("count", tr("Municipalities"), Kind.COUNT, lambda row: len(row.municipalities), width_mm=22, total=True),
        Column("names", tr("Their names"), Kind.NOTE, lambda row: joined(row.municipalities), width_mm=90),
    )
    return record_list("list.districts", tr("Districts"), columns, district_rows(store), tr)


def municipalities_list(store: Store, tr: Translator) -> Table:
    """The municipalities, with the district when it is known."""
    columns = (
        field_column("name", tr("Municipality"), width_mm=60),
        field_column("district", tr("District"), width_mm=60),
        field_column("population", tr("Residents"), Kind.COUNT, width_mm=26),
    )
    return record_list("list.municipalities", tr("Municipalities"), columns, municipality_rows(store), tr)


def earlier_calls_list(store: Store, tr: Translator) -> Table:
    """How earlier calls ended; the sum over the districts stands beside the declared number."""
    columns = (
        field_column("year", tr("Year"), width_mm=16),
        field_column("title", tr("Title"), Kind.NOTE, width_mm=80),
        field_column("received", tr("Projects received"), Kind.COUNT, width_mm=24),
        field_column("admitted", tr("Projects admitted"), Kind.COUNT, width_mm=24),
        field_column("funded", tr("Projects funded"), Kind.COUNT, width_mm=24),
        field_column("funded_by_district", tr("By district"), Kind.COUNT, width_mm=28),
    )
    return record_list("list.earlier_calls", tr("Earlier calls"), columns, earlier_call_rows(store), tr)


def training_list(store: Store, tr: Translator) -> Table:
    """The modules of the training plan, in their order."""
    plan = find_plan(store)
    columns = (
        field_column("title", tr("Module"), Kind.NOTE, width_mm=180),
        field_column("source_line", tr("Line"), width_mm=16),
    )
    return Table("list.training", tr("Training modules"), columns, plan.training if plan else ())


def figures_list(store: Store, tr: Translator) -> Table:
    """The figures that the plan quotes, in their order, each with the line of the text that it comes from."""
    plan = find_plan(store)
    columns = (
        field_column("label", tr("Figure"), Kind.NOTE, width_mm=90),
        Column("value", tr("Value"), Kind.TEXT, lambda row: f"{row.value} {row.unit}".strip(), width_mm=45),
        field_column("period", tr("Period"), width_mm=32),
        field_column("place", tr("Place"), width_mm=40),
        field_column("source_line", tr("Line"), width_mm=16),
    )
    return Table("list.figures", tr("Context figures"), columns, plan.figures if plan else (), landscape=True)


def check_title(code: str, tr: Translator) -> str:
    """What a declared figure is compared as; the code itself when nothing has it."""
    title = declarable().get(code)
    return code if title is None else tr(title)


def declarations_list(store: Store, tr: Translator) -> Table:
    """What was declared, by whom it is about, with the line of the text that it comes from."""
    subjects = dict(subject_names(store, tr))
    columns = (
        Column("subject", tr("About"), Kind.NOTE, lambda row: subjects.get(row.subject_id, ""), width_mm=52),
        Column("check", tr("Compared as"), Kind.NOTE, lambda row: check_title(row.check, tr), width_mm=50),
        field_column("as_printed", tr("As printed"), Kind.NOTE, width_mm=40),
        field_column("cents", tr("Amount"), Kind.MONEY, width_mm=32),
        field_column("place", tr("Place"), Kind.NOTE, width_mm=36),
        field_column("source_line", tr("Line"), width_mm=16),
    )
    return record_list("list.declarations", tr("Declared figures"), columns, declaration_rows(store), tr)
