"""The invariants of the file: its pages, guards and references, the journal's chain, and the records beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar

import sqlalchemy as sa

from app.models import schema
from app.models.guards import NEVER_ERASED
from app.models.journal import Edit, EditPayload, broken_links, fields_of, record_classes
from app.models.ledger import Posting, Transfer
from app.services.integrity.context import Context
from app.services.journal.fields import FIELDS
from app.services.journal.labels import TABLES, row_name

Sentences = Iterator[str]
Row = dict[str, Any]
L = TypeVar("L")
R = TypeVar("R")

AT_ONCE = 2000
"""Rows that are held in memory at a time, however many there are."""

_EDITS = f"""
select edit.row_id, content.payload
from {Edit.__tablename__} as edit
left join {EditPayload.__tablename__} as content on content.replica = edit.replica and content.seq = edit.seq
where edit.table_name = ?
order by edit.row_id, edit.seq, edit.replica
"""


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
    written = _written(context)
    for table, mapped in sorted(record_classes().items()):
        if table not in written:
            continue
        rows = _rows(context, table, [field.column.name for field in fields_of(mapped)])
        if table == Transfer.__tablename__:
            rows = _with_postings(context, rows)
        for key, row, payloads in _joined(rows, _payloads(context, table)):
            if payloads is None:
                assert row is not None
                yield context.tr("{kind} «{name}» is in no edit of the journal.").format(**_named(context, table, row))
            elif None not in payloads:
                yield from _differences(context, table, row, _replayed(payloads))
            elif table in NEVER_ERASED:
                yield context.tr("{kind} «{name}»: what the journal says of it was taken away.").format(
                    **_named(context, table, row or {"id": key})
                )


def _written(context: Context) -> set[str]:
    """Tables that have a row, or an edit of one."""
    tables = " union all ".join(f"select '{table}' where exists (select 1 from {table})" for table in record_classes())
    edits = f"select distinct table_name from {Edit.__tablename__}"
    return {table for (table,) in context.session.connection().exec_driver_sql(f"{tables} union all {edits}")}


def _joined(left: Iterator[tuple[str, L]], right: Iterator[tuple[str, R]]) -> Iterator[tuple[str, L | None, R | None]]:
    """Two streams in the order of their keys, as one: each key once, with what either has for it."""
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        key = min(pair[0] for pair in (one, other) if pair is not None)
        here = one is not None and one[0] == key
        there = other is not None and other[0] == key
        yield key, one[1] if one is not None and here else None, other[1] if other is not None and there else None
        one = next(left, None) if here else one
        other = next(right, None) if there else other


def _rows(context: Context, table: str, names: Sequence[str]) -> Iterator[tuple[str, Row]]:
    """The rows of a table in the order of their keys, as stored."""
    query = f"select {', '.join(names)} from {table} order by id"
    for row in context.session.connection().exec_driver_sql(query).yield_per(AT_ONCE).mappings():
        yield row["id"], dict(row)


def _with_postings(context: Context, transfers: Iterator[tuple[str, Row]]) -> Iterator[tuple[str, Row]]:
    """Transfers as the journal keeps them: with their postings."""
    query = f"select transfer_id, account_id, cents from {Posting.__tablename__} order by transfer_id"
    rows = context.session.connection().exec_driver_sql(query).yield_per(AT_ONCE).tuples()
    grouped = ((key, {account: cents for _key, account, cents in of}) for key, of in groupby(rows, lambda row: row[0]))
    for key, row, postings in _joined(transfers, grouped):
        if row is not None:
            yield key, {**row, "postings": postings or {}}


def _payloads(context: Context, table: str) -> Iterator[tuple[str, Sequence[str | None]]]:
    """Key of each row that was ever written, with the contents of its edits in order; None for one that was erased."""
    rows = context.session.connection().exec_driver_sql(_EDITS, (table,)).yield_per(AT_ONCE)
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
        # An entry of the ledger is written with what it says; its key and counters are the engine's.
        for column in expected if table == Transfer.__tablename__ else row:
            if row[column] != expected.get(column):
                yield tr("{kind} «{name}»: «{field}» is not what the journal says.").format(
                    field=tr(FIELDS.get(column, column)), **_named(context, table, row)
                )


def _named(context: Context, table: str, row: Mapping[str, Any]) -> dict[str, str]:
    return {"kind": _word(context, table), "name": row_name(table, row) or str(row.get("id", ""))}
