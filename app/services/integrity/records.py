"""The invariants of the file: its pages, guards and references, the journal's chain, and the records beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from app.models import schema
from app.models.journal import Edit, EditPayload, broken_links, fields_of, record_classes
from app.models.ledger import Posting
from app.services.integrity.context import Context
from app.services.journal_labels import FIELDS, TABLES, row_name

Sentences = Iterator[str]
Row = dict[str, Any]


def file_damage(context: Context) -> Sentences:
    """Pages, indexes, guards and references that are not as they should be."""
    tr, connection = context.tr, context.session.connection()
    for fault in schema.page_faults(connection, thorough=True):
        yield tr("The file is damaged: {fault}").format(fault=fault)
    for name in schema.altered_objects(connection):
        yield tr("The guard or table «{name}» is missing or was changed.").format(name=name)
    for table, row, parent in schema.dangling_references(connection):
        yield tr("A reference from «{table}» (row {row}) to «{parent}» leads to nothing.").format(
            table=_word(context, table), row=row, parent=_word(context, parent)
        )


def _word(context: Context, table: str) -> str:
    return context.tr(TABLES[table][1]) if table in TABLES else table


def broken_chain(context: Context) -> Sentences:
    """Edits that do not follow from the one before them."""
    for place in broken_links(context.session):
        yield context.tr("The journal is broken at edit {place}.").format(place=place)


def orphan_payloads(context: Context) -> Sentences:
    """Contents of edits that are not in the journal."""
    known = sa.and_(Edit.replica == EditPayload.replica, Edit.seq == EditPayload.seq)
    rows = context.session.execute(
        sa.select(EditPayload.replica, EditPayload.seq)
        .outerjoin(Edit, known)
        .where(Edit.seq.is_(None))
        .order_by(EditPayload.replica, EditPayload.seq)
    )
    for replica, seq in rows:
        yield context.tr("There is content for edit {place}, which is not in the journal.").format(
            place=f"{replica}:{seq}"
        )


def records_beside_journal(context: Context) -> Sentences:
    """Records that are not as their last edit left them."""
    for table in sorted(record_classes()):
        found = _rows(context, table)
        for row_id, payloads in _payloads(context, table):
            row = found.pop(row_id, None)
            if None not in payloads:
                yield from _differences(context, table, row, _replayed(payloads))
        for row in found.values():
            yield context.tr("{kind} «{name}» is in no edit of the journal.").format(**_named(context, table, row))


def _rows(context: Context, table: str) -> dict[str, Row]:
    """The rows of a table by key, as stored; a transfer has its postings."""
    names = [field.column.name for field in fields_of(record_classes()[table])]
    connection = context.session.connection()
    rows = connection.exec_driver_sql(f"select {', '.join(names)} from {table}")
    found = {row["id"]: dict(row) for row in rows.mappings()}
    if table == "transfer":
        for row in found.values():
            row["postings"] = {}
        for transfer_id, account_id, cents in context.session.execute(
            sa.select(Posting.transfer_id, Posting.account_id, Posting.cents)
        ).tuples():
            if transfer_id in found:
                found[transfer_id]["postings"][account_id] = cents
    return found


def _payloads(context: Context, table: str) -> Iterator[tuple[str, Sequence[str | None]]]:
    """Key of each row that was ever written, with the contents of its edits in order; None for one that was erased."""
    rows = context.session.execute(
        sa.select(Edit.row_id, EditPayload.payload)
        .outerjoin(EditPayload, sa.and_(EditPayload.replica == Edit.replica, EditPayload.seq == Edit.seq))
        .where(Edit.table_name == table)
        .order_by(Edit.row_id, Edit.seq, Edit.replica)
        .execution_options(yield_per=5000)
    ).tuples()
    for row_id, edits in groupby(rows, key=lambda row: row[0]):
        yield row_id, [payload for _row_id, payload in edits]


def _replayed(payloads: Sequence[str | None]) -> Row | None:
    """The row as its edits leave it; None when the last one removed it."""
    row: Row | None = None
    for payload in payloads:
        after = json.loads(payload or "{}").get("after")
        row = None if after is None else {**(row or {}), **after}
    return row


def _differences(context: Context, table: str, row: Row | None, expected: Row | None) -> Sentences:
    tr = context.tr
    if row is None and expected is not None:
        yield tr("{kind} «{name}» is missing: the journal has no edit that removed it.").format(
            **_named(context, table, expected)
        )
    elif row is not None and expected is None:
        yield tr("{kind} «{name}» is there, though the journal says it was removed.").format(
            **_named(context, table, row)
        )
    elif row is not None and expected is not None:
        for column, value in expected.items():
            if row[column] != value:
                yield tr("{kind} «{name}»: «{field}» is not what the journal says.").format(
                    field=tr(FIELDS.get(column, column)), **_named(context, table, row)
                )


def _named(context: Context, table: str, row: Mapping[str, Any]) -> dict[str, str]:
    return {"kind": _word(context, table), "name": row_name(table, row) or str(row.get("id", ""))}
