"""Lists of the calls' room: calls, versions of their rules, templates."""

from __future__ import annotations

from dataclasses import replace

from app.models.store import Store
from app.services.calls.calls import call_rows
from app.services.calls.lines import rule_lines
from app.services.calls.rules import rules_rows
from app.services.calls.templates import CallTemplate, templates
from app.services.reports.call_tables import grouped
from app.services.reports.lists import field_column, record_list
from app.services.reports.spec import Column, Kind, Table
from app.services.wording.texts import Translator


def calls_list(store: Store, tr: Translator) -> Table:
    """The calls with their terms, what they have to give, and how many proposals came."""
    columns = (
        field_column("title", tr("Call"), Kind.NOTE, width_mm=100),
        field_column("date_opened", tr("Opens on"), Kind.DATE, width_mm=24),
        field_column("date_closed", tr("Closes on"), Kind.DATE, width_mm=24),
        field_column("time_closed", tr("at"), Kind.TIME, width_mm=14),
        field_column("amount_total", tr("Sum available"), Kind.MONEY, width_mm=34),
        field_column("version", tr("Version"), Kind.COUNT, width_mm=18),
        field_column("proposals", tr("Proposals"), Kind.COUNT, width_mm=24, total=True),
    )
    return record_list("list.calls", tr("Calls"), columns, call_rows(store), tr)


def rules_list(store: Store, tr: Translator) -> Table:
    """Every version of the rules of every call, the newest of a call first."""
    columns = (
        field_column("call", tr("Call"), Kind.NOTE, width_mm=90),
        field_column("version", tr("Version"), Kind.COUNT, width_mm=18),
        field_column("current", tr("In force"), Kind.FLAG, width_mm=20),
        field_column("received", tr("Received under it"), Kind.COUNT, width_mm=24),
        field_column("date_closed", tr("Closes on"), Kind.DATE, width_mm=24),
        field_column("time_closed", tr("at"), Kind.TIME, width_mm=14),
        field_column("decision", tr("Decision"), width_mm=22),
        field_column("reason", tr("Why it was made"), Kind.NOTE, width_mm=60),
    )
    return record_list("list.rules", tr("Versions of the rules"), columns, rules_rows(store), tr)


def templates_list(_store: Store, tr: Translator) -> Table:
    """The calls whose rules a new one may begin with."""
    return Table(
        code="list.templates",
        title=tr("Templates of calls"),
        columns=(
            Column("year", tr("Year"), Kind.TEXT, lambda row: str(row.year), width_mm=14),
            field_column("title", tr("Call"), Kind.NOTE, width_mm=100),
            field_column("body", tr("Issued by"), Kind.NOTE, width_mm=46),
        ),
        rows=templates(),
        row_id=lambda row: row.code,
        landscape=True,
    )


def template_table(template: CallTemplate, tr: Translator) -> Table:
    """The rules of a template, each with its source; its areas by their code."""
    names = {code: code for code, _row in template.areas}
    areas = tuple(replace(row, area_id=code) for code, row in template.areas)
    rules = replace(template.rules, areas=areas)
    return Table(
        code="list.template",
        title=tr("Rules of the template, with their sources"),
        columns=(
            Column("rule", tr("Rule"), Kind.NOTE, lambda row: row.rule, width_mm=60),
            Column("value", tr("By the call"), Kind.NOTE, lambda row: row.value, width_mm=50),
            Column("source", tr("Source"), Kind.NOTE, lambda row: row.source, width_mm=60),
        ),
        rows=grouped(rule_lines(rules, names, tr)),
        notes=(template.rules.note,) if template.rules.note else (),
    )
