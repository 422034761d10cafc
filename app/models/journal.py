"""The archive's memory: every edit of every record, one hash chain per copy of the program.

The store writes it at each flush, so that no service can forget it. An edit is (replica, seq); it names the verb, the
user, the instant, the version of the row that it saw, and commits to its content by a salted hash. Content and salt are
kept apart, so that erasing a person's data leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import islice
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import (
    InstanceState,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    mapped_column,
)

from app.models.base import Base, Record, table_args
from app.models.bulk import insert_rows
from app.models.canonical import canonical, link_text, made_text

GENESIS = bytes(32)
"""What the first edit of a replica names as the edit before it."""

SEEN_AT_ONCE = 500
"""Rows whose versions are asked for by one statement."""

Values = Mapping[str, Any]
RowEdit = tuple[str, str, Values | None, Values | None]
"""(table, row key, fields before, fields after)."""


class Edit(Base):
    """One edit; never changed, never deleted.

    Attributes:
        gesture: seq of the first edit of the same gesture (one verb, one transaction).
        seen: version vector of the row before the edit, JSON {replica: seq}.
        undoes: gesture of the same replica that this one takes back.
        user_id: user of an encrypted archive who made it; None where the archive has no users.
        commitment: SHA-256 over salt and payload.
        hash: SHA-256 over the hash before and all that stands here.
    """

    __tablename__ = "edit"

    replica: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    gesture: Mapped[int]
    undoes: Mapped[int | None]
    table_name: Mapped[str]
    row_id: Mapped[str]
    verb: Mapped[str]
    made_by: Mapped[str]
    user_id: Mapped[str | None]
    made_at: Mapped[datetime]
    seen: Mapped[str]
    commitment: Mapped[bytes]
    prev: Mapped[bytes]
    hash: Mapped[bytes]

    __table_args__ = table_args(
        sa.CheckConstraint("seq > 0 and gesture <= seq", name="seq_in_order"),
        sa.Index("ix_edit_row", "table_name", "row_id"),
        sa.Index("ix_edit_gesture_made_at", "made_at", sqlite_where=sa.text("seq = gesture")),
    )


class EditPayload(Base):
    """What an edit changed, and the salt of its commitment; deleted when a person's data is erased."""

    __tablename__ = "edit_payload"

    replica: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[bytes]
    payload: Mapped[str]


_EDITS = cast(sa.Table, Edit.__table__).c
_LAST_OF = (
    sa.select(_EDITS.seq, _EDITS.hash)
    .where(_EDITS.replica == sa.bindparam("replica"))
    .order_by(_EDITS.seq.desc())
    .limit(1)
)
_SEEN_OF = (
    sa.select(_EDITS.row_id, _EDITS.replica, sa.func.max(_EDITS.seq))
    .where(_EDITS.table_name == sa.bindparam("table"), _EDITS.row_id.in_(sa.bindparam("keys", expanding=True)))
    .group_by(_EDITS.row_id, _EDITS.replica)
)
"""Asked by every gesture, so made once and of the bare table: the end of a chain, and who wrote rows up to where."""

_GESTURE_KEYS = ("replica", "gesture", "undoes", "verb", "made_by", "made_at", "user_id")
EDIT_COLUMNS = (
    *("replica", "seq", "gesture", "undoes", "table_name", "row_id", "verb", "made_by"),
    *("user_id", "made_at", "seen", "commitment", "prev", "hash"),
)
SALT_BYTES = 16
EDITS_AT_ONCE = 5_000
"""Edits of a large gesture that are held in memory together."""


def digest(*parts: bytes) -> bytes:
    """SHA-256 over the parts, each with its length before it."""
    return hashlib.sha256(b"".join(map(_framed, parts))).digest()


def payload_text(before: Values | None, after: Values | None) -> str:
    """Canonical JSON of an edit's content."""
    return canonical({"before": before, "after": after})


def edit_hash(prev: bytes, row: Mapping[str, Any]) -> bytes:
    """Hash of an edit from the one before it and its own fields (keys as the columns of `Edit`)."""
    gesture = _gesture_text(*(row[key] for key in _GESTURE_KEYS))
    own = (row["seq"], row["table_name"], row["row_id"], row["seen"])
    return _link(prev, _framed(gesture), own, row["commitment"])


_HASH_LENGTH = len(GENESIS).to_bytes(8, "big")
"""What stands before each hash that goes into another."""


def _framed(part: bytes) -> bytes:
    """A part with its length before it, as `digest` takes it in."""
    return len(part).to_bytes(8, "big") + part


def _link(prev: bytes, gesture: bytes, own: tuple[int, str, str, str], commitment: bytes) -> bytes:
    """Hash of the next edit of a chain; `gesture` is framed: the edits of a gesture share it."""
    text = link_text(*own).encode()
    parts = (_HASH_LENGTH, prev, gesture, len(text).to_bytes(8, "big"), text, _HASH_LENGTH, commitment)
    return hashlib.sha256(b"".join(parts)).digest()


@lru_cache(maxsize=1)
def _gesture_text(
    replica: str, gesture: int, undoes: int | None, verb: str, made_by: str, made_at: datetime, user_id: str | None
) -> bytes:
    """What the edits of one gesture have in common, as it goes into their hashes; archives knew no users at first."""
    known = [replica, gesture, undoes, verb, made_by, made_at.isoformat()]
    return canonical(known if user_id is None else [*known, user_id]).encode()


@dataclass
class Gesture:
    """The edits of one transaction, being written.

    Attributes:
        at: instant of the gesture, in UTC.
        sample: whether what is written is sample data.
        undoes: gesture of the same replica that this one takes back.
        user_id: as in `Edit`.
        first: seq of its first edit, which is its number.
        seq: of the last edit written so far.
        head: hash of that edit.
        made: keys of the rows that it wrote and that were not there before.
        made_in: the tables that those rows are in.
    """

    replica: str
    verb: str
    user: str
    at: datetime
    sample: bool = False
    undoes: int | None = None
    user_id: str | None = None
    first: int = 0
    seq: int = 0
    head: bytes = GENESIS
    made: set[str] = field(default_factory=set)
    made_in: set[str] = field(default_factory=set)

    def start(self, session: Session) -> None:
        """Take up the replica's chain where it ends; a new replica's begins after all edits that are there.

        So edits of one archive that went from one replica to the next stand in the order of their numbers.
        """
        self.at = self.at.astimezone(UTC)
        last = session.connection().execute(_LAST_OF, {"replica": self.replica}).first()
        if last is None:
            self.seq, self.head = session.scalar(sa.select(sa.func.max(Edit.seq))) or 0, GENESIS
        else:
            self.seq, self.head = last.seq, last.hash
        self.first = self.seq + 1

    def append_bulk(self, session: Session, edits: Iterable[RowEdit]) -> None:
        """Write one edit for each row.

        A key is made where its row is made, so that a new row has no edits to have seen; only a gesture that takes
        another back makes a row anew under its old key.
        """
        left = iter(edits)
        while batch := tuple(islice(left, EDITS_AT_ONCE)):
            self._append(session, batch)

    def append_made(self, session: Session, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Write one edit for each new row of a table.

        Args:
            columns: names, the key's among them.
            rows: values as they are stored, in that order.
        """
        key = columns.index("id")
        if self.undoes is not None:  # which may make rows anew, that have been seen
            made = (dict(zip(columns, row, strict=True)) for row in rows)
            self.append_bulk(session, ((table, row["id"], None, row) for row in made))
            return
        self.made.update(row[key] for row in rows)
        self.made_in.add(table)
        text = made_text(columns)
        self._write(session, ((table, row[key], "{}", text(row)) for row in rows))

    def _append(self, session: Session, edits: Sequence[RowEdit]) -> None:
        known = [
            (table, row_id) for table, row_id, before, _after in edits if before is not None or self.undoes is not None
        ]
        seen_by_row = self._seen(session, known)
        contents = []
        for table, row_id, before, after in edits:
            if before is None:
                self.made.add(row_id)
                self.made_in.add(table)
            elif after is None:
                self.made.discard(row_id)
            vector = seen_by_row.get((table, row_id))
            seen = canonical(vector) if vector else "{}"
            contents.append((table, row_id, seen, payload_text(before, after)))
        self._write(session, contents)

    def _write(self, session: Session, contents: Iterable[tuple[str, str, str, str]]) -> None:
        """Write edits: of each its table, key of the row, version vector and content as texts."""
        rows: list[tuple[Any, ...]] = []
        payloads: list[tuple[Any, ...]] = []
        shared = (self.replica, self.first, self.undoes, self.verb, self.user, self.at, self.user_id)
        gesture, made_at = _framed(_gesture_text(*shared)), self.at.isoformat()
        for table, row_id, seen, content in contents:
            salt = os.urandom(SALT_BYTES)
            commitment = digest(salt, content.encode())
            prev, self.seq = self.head, self.seq + 1
            self.head = _link(prev, gesture, (self.seq, table, row_id, seen), commitment)
            rows.append(
                (
                    *(self.replica, self.seq, self.first, self.undoes, table, row_id, self.verb, self.user),
                    *(self.user_id, made_at, seen, commitment, prev, self.head),
                )
            )
            payloads.append((self.replica, self.seq, salt, content))
        connection = session.connection()
        insert_rows(connection, Edit, EDIT_COLUMNS, rows)
        insert_rows(connection, EditPayload, ("replica", "seq", "salt", "payload"), payloads)

    def _seen(self, session: Session, rows: Sequence[tuple[str, str]]) -> dict[tuple[str, str], dict[str, int]]:
        """Version vector of each row that has edits, by table and key."""
        by_table: dict[str, list[str]] = {}
        for table, row_id in rows:
            by_table.setdefault(table, []).append(row_id)
        found: dict[tuple[str, str], dict[str, int]] = {}
        connection = session.connection()
        for table, keys in by_table.items():
            for start in range(0, len(keys), SEEN_AT_ONCE):
                asked = {"table": table, "keys": keys[start : start + SEEN_AT_ONCE]}
                for row_id, replica, seq in connection.execute(_SEEN_OF, asked):
                    found.setdefault((table, row_id), {})[replica] = seq
        return found


def gesture_of(session: Session) -> Gesture:
    """The gesture that a writing session belongs to."""
    return cast(Gesture, session.info["gesture"])


def made_elsewhere(session: Session, keys: Iterable[Any]) -> set[Any]:
    """Those of `keys` that are not of rows that the gesture of a writing session made, flushed or not."""
    made = gesture_of(session).made
    left = {key for key in keys if key not in made}
    return left.difference(record.id for record in _records(session.new)) if left else left


def makes(session: Session, mapped: type[Record]) -> bool:
    """Whether the gesture of a writing session made a row of this class, flushed or not."""
    table = mapped.__tablename__
    return table in gesture_of(session).made_in or any(
        record.__tablename__ == table for record in _records(session.new)
    )


class JournaledSession(Session):
    """A session for writing: each flush writes its edits into `gesture`; what would tear the journal is refused."""

    def __init__(self, engine: sa.Engine, gesture: Gesture) -> None:
        super().__init__(engine, expire_on_commit=False, info={"gesture": gesture})


@event.listens_for(JournaledSession, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    assert state.is_select, "statements that write rows in bulk bypass the journal"


@event.listens_for(JournaledSession, "after_transaction_create")
def _refuse_savepoint(_session: Session, transaction: SessionTransaction) -> None:
    assert not transaction.nested, "a savepoint that is rolled back would tear the chain"


@event.listens_for(JournaledSession, "before_flush")
def _mark_sample(session: Session, _context: UOWTransaction, _instances: object) -> None:
    if gesture_of(session).sample:
        for record in _records(session.new):
            record.sample = True


@event.listens_for(JournaledSession, "after_flush")
def _write_edits(session: Session, _context: UOWTransaction) -> None:
    edits: list[RowEdit] = []
    for record in sorted(_records(session.new), key=_written_order):
        edits.append((record.__tablename__, record.id, None, stored_values(record)))
    for record in sorted(_records(session.dirty), key=_key):
        before, after = _difference(record)
        if after:
            edits.append((record.__tablename__, record.id, before, after))
    for record in sorted(_records(session.deleted), key=_key):
        before, _after = _difference(record)
        edits.append((record.__tablename__, record.id, {**stored_values(record), **before}, None))
    gesture_of(session).append_bulk(session, edits)


def _records(objects: Iterable[object]) -> list[Record]:
    return [entry for entry in objects if isinstance(entry, Record)]


def _written_order(record: Record) -> int:
    state = cast("InstanceState[Any]", sa.inspect(record))
    return cast(int, state.insert_order)


def _key(record: Record) -> tuple[str, str]:
    return record.__tablename__, record.id


@cache
def fields_of(mapped: type[Record]) -> tuple[Field, ...]:
    """The fields of a record's table, in the order of its columns."""
    mapper = sa.inspect(mapped)
    table = cast(sa.Table, mapper.local_table)
    return tuple(Field(column, mapper.get_property_by_column(column).key) for column in table.columns)


@dataclass(frozen=True)
class Field:
    """One field of a record: its column, and the attribute that holds it."""

    column: sa.Column[Any]
    attribute: str

    def stored(self, value: Any) -> Any:
        """What the database keeps of a Python value: text, whole number, or None."""
        kind = self.column.type
        return kind.process_bind_param(value, _DIALECT) if isinstance(kind, sa.TypeDecorator) else value

    def restored(self, value: Any) -> Any:
        """The Python value of what the database keeps."""
        kind = self.column.type
        reads = type(kind).__dict__.get("process_result_value")  # cents are read as they are kept
        return value if reads is None else reads(kind, value, _DIALECT)


_DIALECT = DefaultDialect()


def stored_values(record: Record) -> dict[str, Any]:
    """All fields of a record by column name, as the database stores them (text, whole number, or None)."""
    return {each.column.name: each.stored(getattr(record, each.attribute)) for each in fields_of(type(record))}


def _difference(record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    """Changed fields before and after, by column name."""
    state = cast("InstanceState[Any]", sa.inspect(record))
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for each in fields_of(type(record)):
        if each.attribute not in state.committed_state:  # never set since it was read or written
            continue
        history = state.attrs[each.attribute].history
        if history.has_changes():
            assert history.deleted, "a field was set on a row that was not loaded"
            assert history.added, "a field was unset"
            before[each.column.name] = each.stored(history.deleted[0])
            after[each.column.name] = each.stored(history.added[0])
    return before, after


def record_classes() -> dict[str, type[Record]]:
    """Mapped class of each table whose edits are kept, by table name."""
    return {
        cast(sa.Table, mapper.local_table).name: mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Record)
    }


def heads(session: Session) -> list[tuple[str, int, bytes]]:
    """(replica, last seq, its hash) of each chain, by replica."""
    last = sa.select(Edit.replica, sa.func.max(Edit.seq).label("seq")).group_by(Edit.replica).subquery()
    rows = session.execute(
        sa.select(Edit.replica, Edit.seq, Edit.hash)
        .join(last, sa.and_(Edit.replica == last.c.replica, Edit.seq == last.c.seq))
        .order_by(Edit.replica)
    )
    return [(row.replica, row.seq, row.hash) for row in rows]


def replicas(session: Session) -> list[str]:
    """Every replica that wrote in this archive, in no order; found without reading each edit."""
    found: list[str] = []
    newest = session.scalar(sa.select(sa.func.max(Edit.replica)))
    while newest is not None:
        found.append(newest)
        newest = session.scalar(sa.select(sa.func.max(Edit.replica)).where(Edit.replica < newest))
    return found


def head_text(session: Session) -> str:
    """Head of the journal as printed on documents: 32 hexadecimal digits over the heads of all chains."""
    parts = [f"{replica}:{seq}".encode() + head for replica, seq, head in heads(session)]
    return digest(*parts).hex()[:32]


def broken_links(session: Session) -> Sequence[str]:
    """Every edit that does not follow from the one before it, as «replica:seq»; empty when the journal is whole."""
    broken = []
    expected: dict[str, tuple[int, bytes]] = {}
    rows = session.execute(
        sa.select(*Edit.__table__.columns, EditPayload.salt, EditPayload.payload)
        .outerjoin(EditPayload, sa.and_(Edit.replica == EditPayload.replica, Edit.seq == EditPayload.seq))
        .order_by(Edit.replica, Edit.seq)
        .execution_options(yield_per=5000)
    )
    for found in rows:
        row: Mapping[str, Any] = dict(found._mapping)
        seq, head = expected.get(row["replica"], (row["seq"] - 1, GENESIS))
        whole = row["seq"] == seq + 1 and row["prev"] == head and row["hash"] == edit_hash(head, row)
        if row["salt"] is not None:
            whole = whole and row["commitment"] == digest(row["salt"], row["payload"].encode())
        if not whole:
            broken.append(f"{row['replica']}:{row['seq']}")
        expected[row["replica"]] = (row["seq"], row["hash"])
    return broken
