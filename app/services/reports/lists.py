"""What the lists of the window share: one shape for all, and the mark of what was invented for the sample.

Each room has its own file: `plan_lists`, `network_lists`, `proposals.lists`. A list is a `Table` like any other, so
it is printed and exported as it is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.services.reports.notes import sample_notes
from app.services.reports.table_spec import Column, Kind, Table, Whole
from app.services.wording.texts import Translator

FIRST_ROWS = 300
"""Rows of a long list that are read before all others; more than fit a window."""


def field_column(key: str, title: str, kind: Kind = Kind.TEXT, *, width_mm: float = 30, total: bool = False) -> Column:
    """A column that shows the attribute `key` of its rows."""
    return Column(key, title, kind, lambda row: getattr(row, key), width_mm=width_mm, total=total)


def joined(names: Sequence[str]) -> str:
    """Names in one cell."""
    return ", ".join(names)


def record_list(
    code: str,
    title: str,
    columns: tuple[Column, ...],
    rows: tuple[Any, ...],
    tr: Translator,
    *,
    row_id: Callable[[Any], str] = lambda row: row.id,
    has_totals: bool = False,
    whole: Whole | None = None,
) -> Table:
    """A list of records; rows that are sample data are marked as such, the column is left out when none is.

    Args:
        has_totals: whether a closing row sums the columns with `total`.
        whole: see `Table`.
    """
    marked: tuple[Column, ...] = ()
    if any(row.sample for row in rows):
        word = tr("sample data")
        marked = (Column("sample", tr("Origin"), Kind.TEXT, lambda row: word if row.sample else "", width_mm=31),)
    return Table(
        code=code,
        title=title,
        columns=(*columns, *marked),
        rows=rows,
        notes=sample_notes(rows, tr),
        row_id=row_id,
        landscape=True,
        total_label=tr("Total") if has_totals else "",
        whole=whole,
    )
