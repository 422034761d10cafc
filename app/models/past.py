"""An archive as it stood: the same tables under the same names, on a connection that sees no more than was there then.

The engine looks for a name among its temporary objects first. So a connection of its own has temporary views that
stand before the tables: transfers up to a day, records as the journal says they were, balances of that day. Whatever
reads the archive reads the past through them, unchanged. Nothing is copied, and nothing is written to the file.

What a day counts: money by the day of its transfer; records as they stood at the end of that day by the clock of their
edits, or, where they were keyed in later, when the last thing that the day counts was written.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from app.models.base import Base
from app.models.errors import RuleBroken
from app.models.journal import record_classes
from app.models.store import Store, archive_engine, translated

UPGRADE = "upgrade_archive"
"""Edits of this verb gave rows new columns: what they hold says nothing of another time."""

CLOSING = "json_extract(payload.payload, '$.after.state') = 'closed'"


@dataclass(frozen=True)
class Cut:
    """From when an archive is seen.

    Attributes:
        day: the last day whose money counts.
        ends: the instant at which that day ends.
        meeting_id: of a closed meeting, when things are seen from its closing; what was written later does not count.
        edit: place in the file of the last edit that counts, when things are seen as at one, and nothing later.
    """

    day: date
    ends: datetime
    meeting_id: str | None = None
    edit: int | None = None


@dataclass(frozen=True)
class _Bounds:
    """The last edit and the last transfer that count, by their place in the file."""

    edit: int
    transfer: int


@contextlib.contextmanager
def past_store(store: Store, cut: Cut) -> Iterator[Store]:
    """The archive as it stood, to be read as any other.

    Raises:
        RuleBroken: "as_at.meeting_not_closed".
    """
    engine = archive_engine(store.path, store.key, writing=False)

    @event.listens_for(engine, "connect")
    def _stand_before(connection: Any, _record: object) -> None:
        _show_past(connection, cut)

    try:
        with translated(store.path):
            seen = cut.day if cut.edit is None else None
            yield replace(store, engine=engine, writing=False, lock=None, seen=seen)
    finally:
        engine.dispose()


def _show_past(connection: Any, cut: Cut) -> None:
    """Put the views of the past before the tables of this connection."""
    connection.execute("begin")
    bounds = _find_bounds(connection, cut)
    for table in sorted(record_classes().keys() - {"transfer", "ceiling"}):
        _roll_back(connection, table, bounds.edit)
    from_start = _is_nearer_the_start(connection, cut, bounds)
    for statement in (*_ledger_views(cut, bounds), *_balances(cut, bounds, from_start=from_start)):
        connection.execute(statement)
    connection.execute("commit")


# --- from when ---------------------------------------------------------------------------


def _find_bounds(connection: Any, cut: Cut) -> _Bounds:
    if cut.meeting_id is not None:
        return _bounds_at(connection, _closing_end(connection, cut.meeting_id))
    if cut.edit is not None:
        return _bounds_at(connection, cut.edit)
    last_transfer = _one(connection, "select max(rowid) from transfer") or 0
    ends = cut.ends.astimezone(UTC).isoformat()
    ended = "select max(rowid) from edit indexed by ix_edit_gesture_made_at where seq = gesture and made_at < ?"
    by_clock = _one(connection, ended, ends)
    begun = _gesture_end(connection, by_clock) if by_clock else _founding(connection)
    return _Bounds(max(begun, *_counted(connection, cut.day)), last_transfer)


def _bounds_at(connection: Any, edit: int) -> _Bounds:
    """An edit, and the last transfer that it or one before it wrote."""
    found = "select row_id from edit where rowid <= ? and +table_name = 'transfer' order by rowid desc limit 1"
    written = _one(connection, found, edit)
    return _Bounds(edit, _one(connection, "select rowid from transfer where id = ?", written) or 0)


def _closing_end(connection: Any, meeting_id: str) -> int:
    closed = _one(connection, f"{_CLOSINGS} and edit.row_id = ?", meeting_id)
    if closed is None:
        raise RuleBroken("as_at.meeting_not_closed")
    return _gesture_end(connection, closed)


_CLOSINGS = f"""
select max(edit.rowid) from edit indexed by ix_edit_row
join edit_payload payload on payload.replica = edit.replica and payload.seq = edit.seq
where edit.table_name = 'meeting' and {CLOSING}
"""


def _counted(connection: Any, day: date) -> Iterator[int]:
    """Ends of the last gestures that wrote what the day counts: a transfer, the closing of a meeting."""
    until = day.isoformat()
    last = _one(connection, "select max(rowid) from transfer indexed by ix_transfer_day where day <= ?", until)
    key = _one(connection, "select id from transfer where rowid = ?", last)
    written = _one(connection, _WRITTEN, key)
    held = f"{_CLOSINGS} and edit.row_id in (select id from meeting where date_held <= ?)"
    for edit in (written, _one(connection, held, until)):
        yield 0 if edit is None else _gesture_end(connection, edit)


def _founding(connection: Any) -> int:
    """The last edit before money first moved: what an archive that is younger than the day begins with."""
    first = _one(connection, "select id from transfer order by rowid limit 1")
    edit = _one(connection, _WRITTEN, first)
    if edit is None:
        return int(_one(connection, "select max(rowid) from edit") or 0)
    return int(_one(connection, _GESTURE_OF, edit)) - 1


_WRITTEN = "select max(rowid) from edit indexed by ix_edit_row where table_name = 'transfer' and row_id = ?"
"""The edit of a transfer, of which there is one. Left to itself the engine walks the whole journal for the largest."""

_GESTURE_OF = """
select first.rowid from edit first join edit on edit.replica = first.replica and edit.gesture = first.seq
where edit.rowid = ?
"""


def _gesture_end(connection: Any, edit: int) -> int:
    """The last edit of the gesture that an edit belongs to; the edits of one stand together."""
    begun = "select min(rowid) from edit indexed by ix_edit_gesture_made_at where seq = gesture and rowid > ?"
    following = _one(connection, begun, edit)
    return int(following) - 1 if following else int(_one(connection, "select max(rowid) from edit"))


def _one(connection: Any, statement: str, *values: Any) -> Any:
    row = connection.execute(statement, values).fetchone()
    return None if row is None else row[0]


# --- records -----------------------------------------------------------------------------


def _roll_back(connection: Any, table: str, edit: int) -> None:
    """Show the rows of a table as they stood after an edit."""
    before = _before(connection, table, edit)
    if before:
        columns = [column.name for column in Base.metadata.tables[table].columns]
        listed = ", ".join(f'"{column}"' for column in columns)
        connection.execute(f"create temp table {table}_changed (id text primary key) without rowid")
        connection.executemany(f"insert into {table}_changed values (?)", [(key,) for key in before])
        connection.execute(f"create temp table {table}_then as select {listed} from main.{table} where 0")
        rows = list(_rows(connection, table, columns, before))
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"insert into {table}_then values ({marks})", rows)
        connection.execute(
            f"create temp view {table} as select {listed} from main.{table} where id not in {table}_changed"
            f" union all select {listed} from {table}_then"
        )


def _before(connection: Any, table: str, edit: int) -> Mapping[str, dict[str, Any] | None]:
    """Fields before what came later, by row; None for a row that was not there. What was erased stays as it is."""
    found: dict[str, dict[str, Any] | None] = {}
    later = connection.execute(
        "select edit.row_id, payload.payload from edit indexed by ix_edit_row"
        " join edit_payload payload on payload.replica = edit.replica and payload.seq = edit.seq"
        f" where edit.table_name = ? and edit.rowid > ? and edit.verb <> '{UPGRADE}' order by edit.rowid desc",
        (table, edit),
    )
    for key, payload in later:
        fields = json.loads(payload)["before"]
        found[key] = None if fields is None else {**(found.get(key) or {}), **fields}
    return found


def _rows(
    connection: Any, table: str, columns: Sequence[str], before: Mapping[str, dict[str, Any] | None]
) -> Iterator[tuple[Any, ...]]:
    defaults = _defaults(table)
    for key, fields in before.items():
        if fields is not None:
            now = connection.execute(f"select * from main.{table} where id = ?", (key,))
            names = [column[0] for column in now.description]
            values = {**defaults, **dict(zip(names, now.fetchone() or (), strict=False)), **fields}
            yield tuple(values.get(column) for column in columns)


def _defaults(table: str) -> dict[str, Any]:
    """What a column holds that a row was without when it went."""
    found: dict[str, Any] = {}
    for column in Base.metadata.tables[table].columns:
        if isinstance(column.default, sa.ColumnDefault) and column.default.is_scalar:
            value = column.default.arg
            found[column.name] = int(value) if isinstance(value, bool) else value
    return found


# --- the ledger --------------------------------------------------------------------------


def _ledger_views(cut: Cut, bounds: _Bounds) -> Iterator[str]:
    until = cut.day.isoformat()
    yield f"create temp view transfer as {_select('transfer')} where day <= '{until}' and rowid <= {bounds.transfer}"
    yield (
        f"create temp view posting as {_select('posting')} where exists (select 1 from main.transfer"
        f" where id = transfer_id and day <= '{until}' and transfer.rowid <= {bounds.transfer})"
    )
    yield (
        f"create temp view ceiling as {_select('ceiling')} where decision_id in ("
        "select decision.id from main.decision join main.agenda_item on agenda_item.id = decision.agenda_item_id"
        f" join main.meeting on meeting.id = agenda_item.meeting_id where meeting.date_held <= '{until}')"
        " and (select max(edit.rowid) from main.edit indexed by ix_edit_row where edit.table_name = 'ceiling'"
        f" and edit.row_id = ceiling.id) <= {bounds.edit}"
    )
    yield f"create temp view account_day as {_select('account_day')} where day <= '{until}'"
    yield f"create temp view edit as {_select('edit')} where rowid <= {bounds.edit}"


def _select(table: str) -> str:
    """All columns of a table, which stands in the place that names without another one mean."""
    listed = ", ".join(f'"{column.name}"' for column in Base.metadata.tables[table].columns)
    return f"select {listed} from main.{table}"


def _is_nearer_the_start(connection: Any, cut: Cut, bounds: _Bounds) -> bool:
    """Whether fewer transfers were written up to the bound than after it under days that count."""
    if cut.meeting_id is None and cut.edit is None:
        return False
    late = "select count(*) from transfer indexed by ix_transfer_day where day <= ? and rowid > ?"
    return bounds.transfer < int(_one(connection, late, cut.day.isoformat(), bounds.transfer))


def _balances(cut: Cut, bounds: _Bounds, *, from_start: bool) -> Iterator[str]:
    """Balances, totals and ceilings, in the place of those that the engine keeps.

    What each day did is summed; what was written after the bound is taken off again, which is little or nothing. Where
    that is more than what was written before it, that is summed instead.
    """
    until = cut.day.isoformat()
    yield "create temp table balance_then (account_id text primary key, cents integer) without rowid"
    if from_start:
        yield (
            "insert into balance_then select posting.account_id, sum(posting.cents)"
            " from main.transfer not indexed cross join main.posting on posting.transfer_id = transfer.id"
            f" where transfer.day <= '{until}' and transfer.rowid <= {bounds.transfer} group by posting.account_id"
        )
    else:
        yield (
            "insert into balance_then select account_id, sum(cents) from main.account_day"
            f" where day <= '{until}' group by account_id"
        )
    if (
        cut.meeting_id is not None or cut.edit is not None
    ) and not from_start:  # a day counts whatever was written; left to itself the engine walks all postings
        yield (
            "insert into balance_then select posting.account_id, -sum(posting.cents)"
            " from main.transfer indexed by ix_transfer_day cross join main.posting"
            " on posting.transfer_id = transfer.id"
            f" where transfer.day <= '{until}' and transfer.rowid > {bounds.transfer} group by posting.account_id"
            " on conflict (account_id) do update set cents = cents + excluded.cents"
        )
    yield (
        "create temp table account_state (account_id text primary key, outside integer, balance integer,"
        " total integer, ceiling integer) without rowid"
    )
    yield (
        "insert into account_state select state.account_id, state.outside, coalesce(own.cents, 0), coalesce(("
        "select sum(below.cents) from main.account_path path join balance_then below"
        " on below.account_id = path.account_id where path.ancestor_id = state.account_id), 0), ("
        "select amount from ceiling where ceiling.account_id = state.account_id"
        " order by (select max(edit.rowid) from main.edit indexed by ix_edit_row where edit.table_name = 'ceiling'"
        " and edit.row_id = ceiling.id) desc limit 1)"
        " from main.account_state state left join balance_then own on own.account_id = state.account_id"
    )
