"""Lists of papers for the screen: errata, and what the published copy of each meeting's minutes leaves out."""

from __future__ import annotations

from app.models.store import Store
from app.services.papers.errata import erratum_rows
from app.services.papers.omissions import publication_rows
from app.services.reports.lists import field_column, record_list
from app.services.reports.spec import Column, Kind, Table
from app.services.texts import Translator


def errata_list(store: Store, tr: Translator) -> Table:
    """Errata: those that wait for their approval first."""
    draft = tr("To be approved")
    columns = (
        Column("label", tr("No."), Kind.TEXT, lambda row: row.label or draft, width_mm=28),
        field_column("minutes", tr("Minutes"), width_mm=22),
        field_column("reason", tr("Ground"), Kind.NOTE, width_mm=70),
        field_column("lines", tr("Passages"), Kind.COUNT, width_mm=22),
        field_column("date_approved", tr("Approved on"), Kind.DATE, width_mm=26),
    )
    return record_list("list.errata", tr("Errata"), columns, erratum_rows(store), tr)


def publications_list(store: Store, tr: Translator) -> Table:
    """Meetings, with how many passages their published minutes leave out by hand."""
    columns = (
        field_column("label", tr("Meeting"), width_mm=22),
        field_column("date_held", tr("Day"), Kind.DATE, width_mm=26),
        field_column("state", tr("State"), Kind.STATE, width_mm=36),
        field_column("omissions", tr("Left out by hand"), Kind.COUNT, width_mm=30),
    )
    return record_list("list.publications", tr("Published minutes"), columns, publication_rows(store), tr)
