"""The list of what was typed and not saved."""

from __future__ import annotations

from app.models.store import Store
from app.services.keeping.kept_drafts import kept_drafts
from app.services.reports.lists import field_column
from app.services.reports.spec import Kind, Table
from app.services.wording.texts import Translator


def kept_list(store: Store, tr: Translator) -> Table:
    """What was left of forms that were not saved, the last typed first."""
    columns = (
        field_column("kept_at", tr("Last entry"), Kind.INSTANT, width_mm=32),
        field_column("title", tr("Record not saved"), Kind.NOTE, width_mm=110),
    )
    return Table("list.kept", tr("Not saved"), columns, kept_drafts(store), row_id=lambda row: row.id)
