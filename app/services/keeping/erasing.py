"""Erasing for good: contents of the journal, fields, bytes of documents; and keeping erased what comes back.

What is erased is listed by keys alone, in the archive and in files beside it, which name nobody. When an old copy is
opened, `apply_erasures` does again what it has not seen yet.

The gesture that erases leaves a mark in the archive, which goes when the file's free room was cleaned: what a full disk
or a kill came before is cleaned later, at the latest when the archive is opened for writing.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.appearing import put, sync, take_away
from app.models.base import FlagColumn, Record
from app.models.documents import AttachmentContent
from app.models.enums import ErasureKind
from app.models.erasure import ErasedContent, ErasedEdit, ErasedField, Erasure
from app.models.errors import EnvironmentFailed
from app.models.guards import NEVER_ERASED
from app.models.journal import Edit, EditPayload, Field, fields_of, gesture_of, record_classes
from app.models.kept import UNCLEAN, KeptDraft
from app.models.papers import PrintContent
from app.models.schema import file_id_of
from app.models.signing import CONTENT_HOLDERS
from app.models.store import Store
from app.services.changes import Changes
from app.services.settings import settings_folder

SUFFIX = ".erased"
ERASED_TEXT = "[…]"
"""Stands where something was erased, in both languages."""
AT_ONCE = 400

EditKey = tuple[str, int]
FieldKey = tuple[str, str, str]


@dataclass(frozen=True)
class Removal:
    """What is to be erased.

    Attributes:
        edits: (replica, seq) of edits whose content goes.
        fields: new value by (table, row, column).
        rows: (table, row) whose edits of this very gesture go too.
        contents: hashes of documents and of prints whose bytes go, where no record has them any more.
    """

    edits: frozenset[EditKey] = frozenset()
    fields: Mapping[FieldKey, str | bool | None] = field(default_factory=dict)
    contents: frozenset[str] = frozenset()


def erase(session: Session, kind: ErasureKind, reason: str, removal: Removal) -> str:
    """Erase in a gesture, on the record: that, when, by whom and why stays, what it was does not; call `burn` after it.

    Returns:
        Key of the act of erasing.
    """
    made = Erasure(
        kind=kind.value,
        reason=reason,
        edits=len(removal.edits),
        fields=len(removal.fields),
        documents=len(removal.contents),
    )
    session.add(made)
    _erase(session, made.id, removal)
    return made.id


def burn(store: Store) -> Changes:
    """Leave nothing of what was erased in the file's free room, and write the list of it outside."""
    topics = ("archive", "network", "proposals", "meetings", "plan")
    return Changes(frozenset(topics), warning=clean(store))


def is_unclean(store: Store) -> bool:
    """Whether what was erased may still lie in the file's free room, or in its log."""
    with store.read() as session:
        return session.execute(sa.select(KeptDraft.user_id).filter_by(user_id=UNCLEAN)).first() is not None


def cleaning_refusal(store: Store) -> EnvironmentFailed | None:
    """A word on what was erased and may still lie in free room: "erasure.not_cleaned"."""
    return EnvironmentFailed("erasure.not_cleaned", name=store.path.name) if is_unclean(store) else None


def clean(store: Store) -> EnvironmentFailed | None:
    """Do what `burn` does; "erasure.not_cleaned" where that could not be done now, and is to be done later."""
    _write_beside(store)
    if store.clear_free_room():
        with contextlib.suppress(EnvironmentFailed), store.aside() as connection:  # a disk that is full again
            connection.execute(sa.delete(KeptDraft).where(KeptDraft.user_id == UNCLEAN))
    return cleaning_refusal(store)


def emptied(mapped: type[Record], column: str, text: str) -> str | bool | None:
    """What stands in a field once it is erased: `text` in one that always holds a text, else nothing, or no."""
    kept = _field(mapped, column).column
    if isinstance(kept.type, FlagColumn):
        return False
    return None if kept.nullable else text


def _field(mapped: type[Record], column: str) -> Field:
    return next(each for each in fields_of(mapped) if each.column.name == column)


def _erase(session: Session, erasure_id: str, removal: Removal) -> None:
    """Empty the fields, and delete contents: of the edits that are named, and of those that this emptying writes."""
    connection = session.connection()
    connection.exec_driver_sql("pragma secure_delete = on")
    _empty_fields(session, removal.fields)
    session.flush()
    gesture, rows = gesture_of(session), {(table, key) for table, key, _column in removal.fields}
    own = sa.select(Edit.replica, Edit.seq, Edit.table_name, Edit.row_id).where(
        Edit.replica == gesture.replica, Edit.seq >= gesture.first
    )
    edits = set(removal.edits)
    edits.update((row.replica, row.seq) for row in connection.execute(own) if (row.table_name, row.row_id) in rows)
    for replica, seq in sorted(edits):
        _erase_edit(connection, erasure_id, replica, seq)
    for table, key, column in sorted(removal.fields):
        values = {"table_name": table, "row_id": key, "field_name": column, "erasure_id": erasure_id}
        known = sa.select(ErasedField.row_id).filter_by(table_name=table, row_id=key, field_name=column)
        if connection.execute(known).first() is None:
            connection.execute(sa.insert(ErasedField), [values])
    for digest in sorted(removal.contents):
        _erase_content(connection, erasure_id, digest)
    _mark_unclean(connection, gesture.at)
    for key in sorted({key for _table, key in rows}):
        mentioned = KeptDraft.content.contains(key, autoescape=True)
        connection.execute(sa.delete(KeptDraft).where((KeptDraft.record_id == key) | mentioned))


def _mark_unclean(connection: sa.Connection, at: datetime) -> None:
    connection.execute(sa.delete(KeptDraft).where(KeptDraft.user_id == UNCLEAN))
    texts = dict.fromkeys(("record_id", "title", "cursor", "content", "baseline", "typed"), "")
    connection.execute(sa.insert(KeptDraft), [{"user_id": UNCLEAN, "place": "", **texts, "kept_at": at}])


def _empty_fields(session: Session, fields: Mapping[FieldKey, str | bool | None]) -> None:
    by_table: dict[str, dict[str, dict[str, str | bool | None]]] = {}
    for (table, key, column), text in fields.items():
        by_table.setdefault(table, {}).setdefault(key, {})[column] = text
    for table, rows in by_table.items():
        mapped = record_classes()[table]
        attributes = {each.columns[0].name: each.key for each in sa.inspect(mapped).column_attrs}
        for record in _records(session, mapped, rows):
            for column, text in rows[record.id].items():
                setattr(record, attributes[column], text)


def _records(session: Session, mapped: type[Record], keys: Iterable[str]) -> Iterable[Record]:
    wanted = sorted(keys)
    for start in range(0, len(wanted), AT_ONCE):
        yield from session.scalars(sa.select(mapped).where(mapped.id.in_(wanted[start : start + AT_ONCE])))


def _erase_edit(connection: sa.Connection, erasure_id: str, replica: str, seq: int) -> None:
    edit = connection.execute(
        sa.select(Edit.commitment).where(Edit.replica == replica, Edit.seq == seq, Edit.table_name.not_in(NEVER_ERASED))
    ).first()
    if edit is None:
        return
    connection.execute(sa.delete(EditPayload).where(EditPayload.replica == replica, EditPayload.seq == seq))
    known = sa.select(ErasedEdit.seq).where(ErasedEdit.replica == replica, ErasedEdit.seq == seq)
    if connection.execute(known).first() is None:
        values = {"replica": replica, "seq": seq, "commitment": edit.commitment, "erasure_id": erasure_id}
        connection.execute(sa.insert(ErasedEdit), [values])


def _erase_content(connection: sa.Connection, erasure_id: str, digest: str) -> None:
    if any(connection.execute(sa.select(kind.id).filter_by(sha256=digest)).first() for kind in CONTENT_HOLDERS):
        return
    for kept in (AttachmentContent, PrintContent):
        connection.execute(sa.delete(kept).where(kept.sha256 == digest))
    if connection.execute(sa.select(ErasedContent.sha256).where(ErasedContent.sha256 == digest)).first() is None:
        connection.execute(sa.insert(ErasedContent), [{"sha256": digest, "erasure_id": erasure_id}])


# --- the lists beside the archive ----------------------------------------------------------------


def beside_paths(store: Store) -> tuple[Path, Path]:
    """Where the list lies outside: beside the archive, and among this user's settings, by the archive's number."""
    with store.read() as session:
        number = file_id_of(session.connection())
    beside = store.path.with_name(store.path.name + SUFFIX)
    return beside, settings_folder() / "erased" / f"{number}.json"


def erasure_list(store: Store) -> dict[str, Any]:
    """Everything that was erased, by keys: who has the archive knows them, and nobody else can name one."""
    with store.read() as session:
        return {
            "archive": file_id_of(session.connection()),
            "erasures": [
                [each.id, each.kind, each.reason, each.edits, each.fields, each.documents]
                for each in session.scalars(sa.select(Erasure).order_by(Erasure.id))
            ],
            "edits": [
                [each.replica, each.seq, each.commitment.hex(), each.erasure_id]
                for each in session.scalars(sa.select(ErasedEdit).order_by(ErasedEdit.replica, ErasedEdit.seq))
            ],
            "fields": [
                [each.table_name, each.row_id, each.field_name, each.erasure_id]
                for each in session.scalars(sa.select(ErasedField))
            ],
            "contents": [[each.sha256, each.erasure_id] for each in session.scalars(sa.select(ErasedContent))],
        }


def _write_beside(store: Store) -> None:
    """Write the list outside; a place that cannot be written does not undo what was done."""
    found = erasure_list(store)
    found["erasures"] = [[key, kind, "", *counts] for key, kind, _reason, *counts in found["erasures"]]
    text = json.dumps(found, sort_keys=True, indent=0)
    for path in beside_paths(store):
        part = path.with_name(path.name + ".part")
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text, "utf-8")
            sync(part)
            put(part, path)
        with contextlib.suppress(OSError):  # left where the disk was full
            take_away(part)


def _read_list(path: Path, number: str) -> dict[str, Any] | None:
    """The list of a file, when it is one of this archive."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("archive") != number:
        return None
    whole = all(_is_list_of(found.get(name), kinds) for name, kinds in _LISTS.items())
    return found if whole and all(row[1] in set(ErasureKind) for row in found["erasures"]) else None


_LISTS: dict[str, tuple[type, ...]] = {
    "erasures": (str, str, str, int, int, int),
    "edits": (str, int, str, str),
    "fields": (str, str, str, str),
    "contents": (str, str),
}
"""What a row of each list holds."""


def _is_list_of(found: Any, kinds: tuple[type, ...]) -> bool:
    return isinstance(found, list) and all(
        isinstance(row, list) and [type(value) for value in row] == list(kinds) for row in found
    )


def apply_erasures(store: Store, lists: Sequence[Mapping[str, Any]] = ()) -> int:
    """Erase in this archive what was erased since it was copied; how many acts of erasing were done again.

    Called whenever an archive is opened for writing, and when a copy takes its place. What an earlier act could not
    do for want of room, or because its process was killed, is done now: free room is cleaned, lists are written.

    Args:
        lists: `erasure_list` of another copy of the same archive; those beside the file are looked at in any case.
    """
    if not store.writing:
        return 0
    paths = beside_paths(store)
    number = paths[1].stem
    outside = [_read_list(path, number) for path in paths]
    found = [each for each in (*lists, *outside) if each is not None]
    with store.read() as session:
        known = set(session.scalars(sa.select(Erasure.id)))
    missing = {row[0]: row for each in found for row in each["erasures"] if row[0] not in known}
    if missing:
        with store.write("apply_erasures") as session:
            for key, row in sorted(missing.items()):
                _key, kind, reason, edits, fields, documents = row
                session.add(Erasure(id=key, kind=kind, reason=reason, edits=edits, fields=fields, documents=documents))
                _erase(session, key, _removal(session, found, key))
    if missing or (known and is_unclean(store)):
        clean(store)
    elif known and not all(each is not None and known <= {row[0] for row in each["erasures"]} for each in outside):
        _write_beside(store)
    return len(missing)


def _removal(session: Session, lists: Sequence[Mapping[str, Any]], erasure_id: str) -> Removal:
    """What one act of erasing means here: edits that the archive has, and fields that still say what those said."""
    named = {(row[0], row[1]): row[2] for each in lists for row in each["edits"] if row[3] == erasure_id}
    edits = {key for key, commitment in named.items() if _commitment(session, *key) == commitment}
    wanted = {tuple(row[:3]) for each in lists for row in each["fields"] if row[3] == erasure_id}
    said = _said(session, edits)
    fields: dict[FieldKey, str | bool | None] = {}
    for table, key, column in sorted(wanted):
        mapped = record_classes().get(table)
        if mapped is None or column not in mapped.__table__.columns:
            continue
        present = session.execute(sa.select(mapped.__table__.c[column]).where(mapped.id == key)).scalar()
        stored = _field(mapped, column).stored(present)
        if present and stored in said.get((table, key, column), ()):
            fields[table, key, column] = emptied(mapped, column, ERASED_TEXT)
    contents = {row[0] for each in lists for row in each["contents"] if row[1] == erasure_id}
    return Removal(frozenset(edits), fields, frozenset(contents))


def _commitment(session: Session, replica: str, seq: int) -> str | None:
    found = session.execute(sa.select(Edit.commitment).where(Edit.replica == replica, Edit.seq == seq)).scalar()
    return None if found is None else found.hex()


def _said(session: Session, edits: Iterable[EditKey]) -> dict[FieldKey, set[str | int]]:
    """Values that these edits put into fields or took from there, as they are stored."""
    said: dict[FieldKey, set[str | int]] = {}
    for replica, seq in edits:
        row = session.execute(
            sa.select(Edit.table_name, Edit.row_id, EditPayload.payload)
            .join(EditPayload, sa.and_(EditPayload.replica == Edit.replica, EditPayload.seq == Edit.seq))
            .where(Edit.replica == replica, Edit.seq == seq)
        ).first()
        if row is None:
            continue
        for values in json.loads(row.payload).values():
            for column, text in (values or {}).items():
                if isinstance(text, str | int):
                    said.setdefault((row.table_name, row.row_id, column), set()).add(text)
    return said
