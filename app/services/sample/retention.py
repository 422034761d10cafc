"""How long what was removed is kept, in the sample: classes that the plan does not speak of."""

from __future__ import annotations

from app.services.keeping.retention import RetentionDraft, TableDraft, save_retention
from app.services.sample.writer import SampleWriter


def write_retention(writer: SampleWriter) -> None:
    """The classes; all are invented."""
    with writer.invented():
        for row in writer.data["retention"]["classes"]:
            tables = tuple(TableDraft(table) for table in row["tables"])
            draft = RetentionDraft(name=row["name"], years=row.get("years"), tables=tables, note=row.get("note", ""))
            save_retention(writer.store, draft)
