"""The small tables of the dashboard, from one reading of the archive."""

from __future__ import annotations

from app.services.overview import Overview
from app.services.reports.lists import field_column
from app.services.reports.notes import sample_notes
from app.services.reports.table_spec import Column, Kind, Table
from app.services.wording.texts import Translator


def sources_money_table(overview: Overview, tr: Translator) -> Table:
    """Each source: what it assigns, what came in, what is still on it."""
    return Table(
        code="overview.sources",
        title=tr("Money by source"),
        columns=(
            field_column("name", tr("Source"), Kind.NOTE, width_mm=70),
            field_column("amount", tr("Amount"), Kind.MONEY, width_mm=34, total=True),
            field_column("received", tr("Came in"), Kind.MONEY, width_mm=34, total=True),
            field_column("left", tr("Left over"), Kind.MONEY, width_mm=34, total=True),
        ),
        rows=overview.sources,
        row_id=lambda row: row.id,
        total_label=tr("Total"),
    )


def areas_money_table(overview: Overview, tr: Translator) -> Table:
    """Each priority area: its ceiling, what went to projects, what is left."""
    return Table(
        code="overview.areas",
        title=tr("Money by priority area"),
        columns=(
            field_column("code", tr("Area"), width_mm=16),
            field_column("title", tr("Title"), Kind.NOTE, width_mm=70),
            field_column("ceiling", tr("Ceiling"), Kind.MONEY, width_mm=34, total=True),
            field_column("awarded", tr("To projects"), Kind.MONEY, width_mm=34, total=True),
            field_column("left", tr("Left over"), Kind.MONEY, width_mm=30, total=True),
        ),
        rows=tuple(area for area in overview.areas if area.ceiling is not None or area.amount_planned is not None),
        row_id=lambda row: row.id,
        total_label=tr("Total"),
    )


def open_items_table(overview: Overview, tr: Translator) -> Table:
    """What waits for somebody; the first steps while the archive is new."""
    return Table(
        code="overview.open",
        title=tr("First steps") if overview.steps else tr("To be done"),
        columns=(
            field_column("text", tr("What"), Kind.NOTE, width_mm=60),
            field_column("detail", tr("Which"), Kind.NOTE, width_mm=60),
        ),
        rows=overview.steps or overview.open_items,
        row_id=lambda row: row.id,
    )


def last_meetings_table(overview: Overview, tr: Translator) -> Table:
    """The newest meetings."""
    return Table(
        code="overview.meetings",
        title=tr("Last meetings"),
        columns=(
            field_column("label", tr("No."), width_mm=18),
            field_column("date_held", tr("Date"), Kind.DATE, width_mm=24),
            Column("state", tr("State"), Kind.STATE, lambda row: row.state, width_mm=44),
        ),
        rows=overview.meetings,
        notes=sample_notes(overview.meetings, tr),
        row_id=lambda row: row.id,
    )
