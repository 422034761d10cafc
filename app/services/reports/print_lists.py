"""The list of what can be printed of an archive, one row for each document."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.store import Store
from app.services.reports.catalogue import CATALOGUE, listing
from app.services.reports.spec import Column, Kind, Table
from app.services.wording.texts import Translator

_BETWEEN = "|"


@dataclass(frozen=True)
class PrintRow:
    """Something that can be printed; `item_id` is empty when it is about the whole archive."""

    code: str
    title: str
    kind: str
    item_id: str
    item: str

    @property
    def id(self) -> str:
        """Key of the row."""
        return f"{self.code}{_BETWEEN}{self.item_id}"


def split_print_id(print_id: str) -> tuple[str, str | None]:
    """Code and item of a row's key."""
    code, _between, item = print_id.partition(_BETWEEN)
    return code, item or None


def prints_list(store: Store, tr: Translator) -> Table:
    """Every table and document; a document about a record once for each record."""
    needed = {entry.code for entry in CATALOGUE if entry.item_needed}
    kinds = {"table": tr("Table"), "document": tr("Document")}
    rows = []
    for entry in listing(store, tr):
        kind = kinds[entry.kind]
        if entry.code not in needed:
            rows.append(PrintRow(entry.code, entry.title, kind, "", ""))
        named = tr("{title}: {item}")
        rows.extend(
            PrintRow(entry.code, entry.title, kind, item_id, named.format(title=entry.title, item=name))
            for item_id, name in entry.items
        )
    return Table(
        code="list.prints",
        title=tr("Prints"),
        columns=(
            Column("code", tr("Code"), Kind.TEXT, lambda row: row.code, width_mm=34),
            Column("title", tr("Title"), Kind.NOTE, lambda row: row.item or row.title, width_mm=90),
            Column("kind", tr("Kind"), Kind.TEXT, lambda row: row.kind, width_mm=26),
        ),
        rows=tuple(rows),
        row_id=lambda row: row.id,
    )
