"""The list of the bin: what was removed, when, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.models.store import Store
from app.services.keeping.bin import bin_rows
from app.services.reports.lists import field_column, record_list
from app.services.reports.spec import Kind, Table
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class BinLine:
    """A removed record as it is listed; `number` is that of the gesture that removed it."""

    id: str
    number: int
    kind: str
    name: str
    parts: int
    made_by: str
    made_at: datetime
    sample: bool
    source_line: int | None = None


def bin_list(store: Store, tr: Translator) -> Table:
    """What was removed and is not there now, the last removed first."""
    lines = tuple(
        BinLine(row.id, row.number, tr(row.kind), row.name, row.parts, row.made_by, row.made_at, row.sample)
        for row in bin_rows(store)
    )
    columns = (
        field_column("made_at", tr("Removed at"), Kind.INSTANT, width_mm=32),
        field_column("kind", tr("What"), width_mm=36),
        field_column("name", tr("Name"), Kind.NOTE, width_mm=80),
        field_column("parts", tr("With it"), Kind.COUNT, width_mm=18),
        field_column("made_by", tr("Removed by"), width_mm=40),
    )
    return record_list("list.bin", tr("Bin"), columns, lines, tr)
