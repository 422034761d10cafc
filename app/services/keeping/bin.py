"""The bin: records that were removed, with who and when, and the way back.

It is read from the journal, so it survives a restart and nothing has to be put into it. Restoring takes back the
gesture that removed the record, with all that went with it: the same taking back as «Undo», however long ago it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.errors import NotFound, RuleBroken
from app.models.journal import Edit, EditPayload, record_classes
from app.models.store import Store
from app.services.changes import Changes
from app.services.journal.journal import EditContent
from app.services.journal.labels import TABLES, row_name
from app.services.journal.undo import undo

KEPT: tuple[str, ...] = (
    "proposal",
    "attachment",
    "organisation",
    "alliance",
    "network_agreement",
    "call",
    "call_rules",
    "meeting",
    "decision",
    "committee",
    "funding_source",
    "priority_area",
    "act",
    "district",
    "municipality",
    "earlier_call",
    "declaration",
    "scoring_grid",
    "integration_request",
)
"""Tables whose rows a person removes as a whole; a gesture that removed several is called by the first of these."""

IN_THE_WAY = frozenset({"undo.changed_since", "undo.not_possible", "version.closed"})


@dataclass(frozen=True)
class BinRow:
    """A removed record.

    Attributes:
        id: number of the gesture that removed it, as text.
        kind: what such a record is called, to be translated.
        parts: rows that went with it and come back with it.
    """

    id: str
    number: int
    table: str
    kind: str
    name: str
    parts: int
    made_by: str
    made_at: datetime
    sample: bool


def bin_rows(store: Store) -> tuple[BinRow, ...]:
    """What was removed from this copy of the archive and is not there now, the last removed first."""
    with store.read() as session:
        removed = _absent(session, _removals(session, store.replica_id))
        gestures: dict[int, list[EditContent]] = {}
        for content in removed:
            gestures.setdefault(content.edit.gesture, []).append(content)
        sizes = _sizes(session, store.replica_id, gestures)
    rows = [_row(number, contents, sizes[number]) for number, contents in gestures.items()]
    return tuple(sorted(rows, key=lambda row: -row.number))


def _removals(session: Session, replica: str) -> Iterable[EditContent]:
    """Every edit that removed a whole record, the last one of each; what was erased for a person's sake is left out."""
    rows = session.execute(
        sa.select(Edit, EditPayload.payload)
        .join(EditPayload, sa.and_(EditPayload.replica == Edit.replica, EditPayload.seq == Edit.seq))
        .where(
            Edit.replica == replica,
            Edit.table_name.in_(KEPT),
            EditPayload.payload.startswith('{"after":null', autoescape=True),
        )
        .order_by(Edit.seq)
    )
    last = {(edit.table_name, edit.row_id): (edit, payload) for edit, payload in rows}
    return [EditContent(edit, _before(payload), None, erased=False) for edit, payload in last.values()]


def _before(payload: str) -> dict[str, object]:
    values: dict[str, object] = json.loads(payload)["before"]
    return values


def _absent(session: Session, removals: Iterable[EditContent]) -> list[EditContent]:
    """Those whose record is not there again."""
    by_table: dict[str, list[EditContent]] = {}
    for content in removals:
        by_table.setdefault(content.edit.table_name, []).append(content)
    found = []
    for table, contents in by_table.items():
        mapped = record_classes()[table]
        present = set(session.scalars(sa.select(mapped.id)))
        found += [content for content in contents if content.edit.row_id not in present]
    return found


def _sizes(session: Session, replica: str, numbers: Iterable[int]) -> dict[int, int]:
    """How many rows each gesture wrote."""
    rows = session.execute(
        sa.select(Edit.gesture, sa.func.count())
        .where(Edit.replica == replica, Edit.gesture.in_(list(numbers)))
        .group_by(Edit.gesture)
    )
    return {row[0]: row[1] for row in rows}


def _row(number: int, contents: list[EditContent], size: int) -> BinRow:
    first = min(contents, key=lambda content: KEPT.index(content.edit.table_name))
    before = dict(first.before or {})
    table = first.edit.table_name
    return BinRow(
        id=str(number),
        number=number,
        table=table,
        kind=TABLES[table][1],
        name=row_name(table, before),
        parts=size - 1,
        made_by=first.edit.made_by,
        made_at=first.edit.made_at,
        sample=bool(before.get("sample")),
    )


def restore(store: Store, number: int) -> Changes:
    """Bring back a record of the bin, whole: with its parts, under its old key.

    Args:
        number: of the gesture that removed it.

    Raises:
        NotFound: "record.gone" when the bin has no such record.
        RuleBroken: "bin.in_the_way" when something stands where it stood: its name or number was given away, or what
            it belongs to is gone.
    """
    row = next((row for row in bin_rows(store) if row.number == number), None)
    if row is None:
        raise NotFound("record.gone")
    try:
        return undo(store, number)
    except RuleBroken as refusal:
        if refusal.code not in IN_THE_WAY:
            raise
        raise RuleBroken("bin.in_the_way", name=row.name) from refusal
