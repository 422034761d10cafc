"""The journal read: the verbs' names, the history of a record, the last gestures. `undo.py` takes them back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.journal import Edit, EditPayload, Field, fields_of, record_classes, replicas, stored_values
from app.models.store import Store
from app.services.journal.fields import FIELDS
from app.services.journal.labels import OWNED, UNTOLD, kind_of, row_name, told_value
from app.services.journal.verbs import VERBS as VERBS
from app.services.reports.spec import Kind
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, as `formats.display` takes them; None for empty, or for a row that was not there.

    Attributes:
        label: what the field is called, to be translated.
    """

    field: str
    label: str
    kind: Kind
    before: Any
    after: Any


@dataclass(frozen=True)
class HistoryRow:
    """One edit of a record, or of a part of it.

    Attributes:
        gesture: number of the gesture that it belongs to.
        verb: name of the service that made it; see `verb_text`.
        undone: name of the service that was taken back, when `verb` is "undo"; `again` when that was done again.
        table: "proposal", "budget_item", …; its word is in `journal.labels.TABLES`.
        name: of the row as it was then; empty for one that has none.
        change: "added", "changed" or "removed".
        erased: whether what it changed was erased to protect a person.
    """

    gesture: int
    verb: str
    undone: str
    again: bool
    made_by: str
    made_at: datetime
    table: str
    row_id: str
    name: str
    change: str
    fields: tuple[FieldChange, ...]
    erased: bool = False


@dataclass(frozen=True)
class GestureRow:
    """One gesture: a verb, with what it was about.

    Attributes:
        replica: copy of the archive that it was made in.
        number: by which it is taken back, in that copy.
        edits: how many rows it wrote.
        table, row_id, name: of the first record that it wrote.
        verb, undone, again: as in `HistoryRow`.
    """

    replica: str
    number: int
    verb: str
    undone: str
    again: bool
    made_by: str
    made_at: datetime
    edits: int
    table: str
    row_id: str
    name: str


def verb_text(row: HistoryRow | GestureRow, tr: Translator) -> str:
    """What was done, in words: «Saving of a proposal», «Taken back: Saving of a proposal»."""
    if not row.undone:
        return tr(VERBS.get(row.verb, row.verb))
    text = tr("Done again: {what}") if row.again else tr("Taken back: {what}")
    return text.format(what=tr(VERBS.get(row.undone, row.undone)))


@dataclass(frozen=True)
class _Undone:
    """What a gesture took back: a verb, and whether that had been taken back and is done again."""

    verb: str = ""
    again: bool = False


def _undone(session: Session, edits: Iterable[Edit]) -> dict[tuple[str, int], _Undone]:
    """What each of the gestures of `edits` took back, by replica and number; only those that took one back."""
    links = {(edit.replica, edit.gesture): (edit.undoes, edit.verb) for edit in edits}
    missing = {(replica, undoes) for (replica, _), (undoes, _verb) in links.items() if undoes is not None}
    while missing - links.keys():
        rows = session.execute(
            sa.select(Edit.replica, Edit.gesture, Edit.undoes, Edit.verb).where(
                sa.tuple_(Edit.replica, Edit.seq).in_(missing - links.keys())
            )
        )
        found = {(row.replica, row.gesture): (row.undoes, row.verb) for row in rows}
        links |= found
        missing = {(replica, undoes) for (replica, _), (undoes, _verb) in found.items() if undoes is not None}
    return {key: _follow(links, key) for key, (undoes, _verb) in links.items() if undoes is not None}


def _follow(links: Mapping[tuple[str, int], tuple[int | None, str]], key: tuple[str, int]) -> _Undone:
    steps = 0
    while (undoes := links[key][0]) is not None:
        key, steps = (key[0], undoes), steps + 1
    return _Undone(links[key][1], again=steps % 2 == 0)


# --- the history of a record -----------------------------------------------------------------


@dataclass(frozen=True)
class EditContent:
    """An edit with what it changed, by column as stored; None for a row that was not there, or when it was erased."""

    edit: Edit
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    erased: bool


def history(store: Store, table: str, row_id: str) -> tuple[HistoryRow, ...]:
    """All edits of a record and of its parts, newest first."""
    with store.read() as session:
        keys = _with_parts(session, table, row_id)
        contents = [content for of in keys for content in _contents(session, of, keys[of])]
        contents.sort(key=lambda content: (content.edit.seq, content.edit.replica))
        names = _names_of_references(session, contents)
        undone = _undone(session, [content.edit for content in contents])
    return tuple(reversed(_history_rows(contents, names, undone)))


def gesture_history(store: Store, replica: str, number: int, limit: int) -> tuple[HistoryRow, ...]:
    """The first edits of a gesture, in the order that they were made.

    Args:
        limit: most edits wanted; a bulk gesture has many thousand.
    """
    with store.read() as session:
        written = gesture_contents(session, replica, number, limit)
        keys: dict[str, set[str]] = defaultdict(set)
        for content in written:
            keys[content.edit.table_name].add(content.edit.row_id)
        contents = [content for table, of in keys.items() for content in _contents(session, table, of)]
        contents.sort(key=lambda content: (content.edit.seq, content.edit.replica))
        names = _names_of_references(session, contents)
        undone = _undone(session, [content.edit for content in written])
    shown = {content.edit.seq for content in written}
    rows = zip(contents, _history_rows(contents, names, undone), strict=True)
    return tuple(row for content, row in rows if content.edit.replica == replica and content.edit.seq in shown)


def _history_rows(
    contents: Iterable[EditContent], names: Mapping[str, str], undone: Mapping[tuple[str, int], _Undone]
) -> list[HistoryRow]:
    """Edits from the oldest, each with the name that its row had then."""
    rows = []
    known: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for content in contents:
        values = known[content.edit.table_name, content.edit.row_id]
        values.update(content.before or {})
        values.update(content.after or {})
        rows.append(_history_row(content, values, names, undone))
    return rows


def _with_parts(session: Session, table: str, row_id: str) -> dict[str, set[str]]:
    """Keys of the record and of every part that it has or had, by table."""
    keys: dict[str, set[str]] = {table: {row_id}}
    pending = [table]
    while pending:
        above = pending.pop()
        for part, column in OWNED.get(above, ()):
            found = {
                content.edit.row_id
                for content in _contents(session, part, None)
                if ((content.before or {}).get(column) or (content.after or {}).get(column)) in keys[above]
            }
            if found:
                keys[part] = found
                pending.append(part)
    return keys


def _contents(session: Session, table: str, keys: Collection[str] | None) -> list[EditContent]:
    """Edits of the rows `keys` of a table, or of all its rows, in the order that they were made."""
    query = (
        sa.select(Edit, EditPayload.payload)
        .outerjoin(EditPayload, sa.and_(EditPayload.replica == Edit.replica, EditPayload.seq == Edit.seq))
        .where(Edit.table_name == table)
        .order_by(Edit.seq, Edit.replica)
    )
    if keys is not None and len(keys) < 500:
        query = query.where(Edit.row_id.in_(keys))
    found = [_content(edit, payload) for edit, payload in session.execute(query)]
    return [content for content in found if keys is None or content.edit.row_id in keys]


def _content(edit: Edit, payload: str | None) -> EditContent:
    if payload is None:
        return EditContent(edit, None, None, erased=True)
    both = json.loads(payload)
    return EditContent(edit, both["before"], both["after"], erased=False)


def _history_row(
    content: EditContent, values: Mapping[str, Any], names: Mapping[str, str], undone: Mapping[tuple[str, int], _Undone]
) -> HistoryRow:
    edit = content.edit
    change = "changed"
    if not content.erased:
        change = "added" if content.before is None else "removed" if content.after is None else "changed"
    back = undone.get((edit.replica, edit.gesture), _Undone())
    return HistoryRow(
        gesture=edit.gesture,
        verb=edit.verb,
        undone=back.verb,
        again=back.again,
        made_by=edit.made_by,
        made_at=edit.made_at,
        table=edit.table_name,
        row_id=edit.row_id,
        name=row_name(edit.table_name, values) or _name_by_reference(edit.table_name, values, names),
        change=change,
        fields=tuple(_field_changes(content, names)),
        erased=content.erased,
    )


def _field_changes(content: EditContent, names: Mapping[str, str]) -> Iterable[FieldChange]:
    table = content.edit.table_name
    before, after = content.before or {}, content.after or {}
    for field in fields_of(record_classes()[table]):
        column = field.column.name
        if column in UNTOLD or (column not in before and column not in after):
            continue
        old, new = (_told(table, field, values.get(column), names) for values in (before, after))
        if old not in (None, "") or new not in (None, ""):
            yield FieldChange(column, FIELDS[column], kind_of(table, field), old, new)


def _told(table: str, field: Field, stored: Any, names: Mapping[str, str]) -> Any:
    if field.column.foreign_keys:
        return names.get(stored, stored)
    return told_value(table, field, stored)


def _name_by_reference(table: str, values: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Name of a row that has none of its own: that of the last record it names (a vote's member)."""
    columns = [field.column.name for field in fields_of(record_classes()[table]) if field.column.foreign_keys]
    found = [names[values[column]] for column in columns if values.get(column) in names]
    return found[-1] if found else ""


def _names_of_references(session: Session, contents: Iterable[EditContent]) -> dict[str, str]:
    """Names of the records that the edits refer to, by key; as they are now."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for content in contents:
        for field in fields_of(record_classes()[content.edit.table_name]):
            for foreign_key in field.column.foreign_keys:
                for values in (content.before or {}, content.after or {}):
                    wanted[foreign_key.column.table.name].add(values.get(field.column.name) or "")
    return {
        key: name
        for table, keys in wanted.items()
        if table in record_classes()
        for key, name in _names(session, table, keys - {""})
    }


# --- gestures ----------------------------------------------------------------------------------


def recent(store: Store, limit: int = 100) -> tuple[GestureRow, ...]:
    """The last gestures of the archive, newest first; those too that were made before a copy took its place."""
    found: list[tuple[int, str, int]] = []
    with store.read() as session:
        for replica in replicas(session):
            own = sa.select(Edit.seq).where(Edit.replica == replica).order_by(Edit.seq.desc()).limit(limit)
            numbers = session.scalars(own.where(Edit.seq == Edit.gesture)).all()
            ends = ((session.scalar(own) or 0) + 1, *numbers)  # the edits of a gesture follow each other without gaps
            found += [(number, replica, end - number) for number, end in zip(numbers, ends, strict=False)]
        newest = sorted(found, reverse=True)[:limit]
        return gesture_rows(session, {(replica, number): edits for number, replica, edits in newest})


def gesture_rows(session: Session, edits: Mapping[tuple[str, int], int]) -> tuple[GestureRow, ...]:
    """The gestures with these (replica, number), in that order; each value is how many edits the gesture has."""
    query = (
        sa.select(Edit, EditPayload.payload)
        .outerjoin(EditPayload, sa.and_(EditPayload.replica == Edit.replica, EditPayload.seq == Edit.seq))
        .where(sa.tuple_(Edit.replica, Edit.seq).in_(list(edits)))
    )
    firsts = {(edit.replica, edit.gesture): _content(edit, payload) for edit, payload in session.execute(query)}
    undone = _undone(session, [content.edit for content in firsts.values()])
    names = _present_names(session, [content.edit for content in firsts.values()])
    return tuple(_gesture_row(firsts[key], count, names, undone.get(key, _Undone())) for key, count in edits.items())


def _gesture_row(content: EditContent, edits: int, names: Mapping[str, str], undone: _Undone) -> GestureRow:
    edit = content.edit
    name = names.get(edit.row_id)
    if name is None:  # the row is gone: its name is in what added or removed it
        whole = content.before if content.after is None else content.after if content.before is None else None
        name = row_name(edit.table_name, whole) if whole else ""
    return GestureRow(
        replica=edit.replica,
        number=edit.gesture,
        verb=edit.verb,
        undone=undone.verb,
        again=undone.again,
        made_by=edit.made_by,
        made_at=edit.made_at,
        edits=edits,
        table=edit.table_name,
        row_id=edit.row_id,
        name=name,
    )


def _present_names(session: Session, edits: Iterable[Edit]) -> dict[str, str]:
    """Names of the rows that the edits are about, by key, of those that are there."""
    keys: dict[str, set[str]] = defaultdict(set)
    for edit in edits:
        keys[edit.table_name].add(edit.row_id)
    return {key: name for table, wanted in keys.items() for key, name in _names(session, table, wanted)}


def _names(session: Session, table: str, keys: Collection[str]) -> list[tuple[str, str]]:
    mapped = record_classes()[table]
    records = session.scalars(sa.select(mapped).where(mapped.id.in_(keys)))
    return [(record.id, row_name(table, stored_values(record))) for record in records]


def gesture_contents(session: Session, replica: str, number: int, limit: int | None = None) -> list[EditContent]:
    """Edits of a gesture, in the order that they were made; all, or the first `limit`."""
    next_one = sa.select(sa.func.min(Edit.seq)).where(
        Edit.replica == replica, Edit.seq > number, Edit.seq == Edit.gesture
    )
    end = session.scalar(next_one)
    rows = session.execute(
        sa.select(Edit, EditPayload.payload)
        .outerjoin(EditPayload, sa.and_(EditPayload.replica == Edit.replica, EditPayload.seq == Edit.seq))
        .where(Edit.replica == replica, Edit.seq >= number, Edit.gesture == number)
        .where(sa.true() if end is None else Edit.seq < end)
        .order_by(Edit.seq)
        .limit(limit)
    )
    return [_content(edit, payload) for edit, payload in rows]
