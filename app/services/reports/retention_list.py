"""Lists of how long things are kept, and of what in the bin is due."""

from __future__ import annotations

from app.models.store import Store
from app.services.keeping.retention import DueRow, due_rows, retention_rows
from app.services.reports.lists import field_column, joined, record_list
from app.services.reports.spec import Column, Kind, Table
from app.services.wording.texts import Translator


def retention_list(store: Store, tr: Translator) -> Table:
    """The classes of what is kept how long."""

    def years(row: object) -> str:
        kept = getattr(row, "years", None)
        return tr("for ever") if kept is None else tr.plural("{n} year", "{n} years", kept).format(n=kept)

    def tables(row: object) -> str:
        return joined([tr(word) for word in getattr(row, "tables", ())])

    columns = (
        field_column("name", tr("Class"), Kind.NOTE, width_mm=50),
        Column("years", tr("Kept for"), Kind.TEXT, years, width_mm=28),
        Column("tables", tr("What is in it"), Kind.NOTE, tables, width_mm=110),
        field_column("note", tr("Note"), Kind.NOTE, width_mm=50),
    )
    return record_list("list.retention", tr("How long things are kept"), columns, retention_rows(store), tr)


def due_table(store: Store, tr: Translator) -> Table:
    """What in the bin may be erased by now."""
    columns = (
        Column("kind", tr("What"), Kind.TEXT, lambda each: tr(each.row.kind), width_mm=34),
        Column("name", tr("Name"), Kind.NOTE, lambda each: each.row.name, width_mm=70),
        Column("removed", tr("Removed at"), Kind.INSTANT, lambda each: each.row.made_at, width_mm=32),
        Column("class", tr("Class"), Kind.NOTE, lambda each: each.name, width_mm=40),
        Column("due", tr("Due since"), Kind.INSTANT, lambda each: each.due, width_mm=32),
    )
    rows: tuple[DueRow, ...] = due_rows(store)
    return Table("list.due", tr("What the bin may lose"), columns, rows, row_id=lambda each: each.id, landscape=True)
