"""Taking back a gesture, by the journal; the taking back is a gesture of its own and can be taken back too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.base import Record
from app.models.enums import MeetingState, SheetState
from app.models.errors import NotFound, RuleBroken
from app.models.journal import Edit, fields_of, record_classes, stored_values
from app.models.rights import check_right
from app.models.store import Store
from app.services.changes import Changes
from app.services.journal.journal import EditContent, GestureRow, gesture_contents, gesture_rows
from app.services.journal.labels import TABLES
from app.services.journal.undo_rules import keep_rules

FINAL = frozenset(
    {
        "erasure",
        "transfer",
        "ceiling",
        "minutes",
        "archive_user",
        "key_act",
        "restoration",
        "score_opening",
        "signed_copy",
        "voucher_use",
        "payment_file",
    }
)
"""Tables whose rows stay for ever, or have keys outside: a gesture that wrote one is not taken back."""

LOADED_AT_ONCE = 500
"""Rows that one statement reads."""

STACK_EDITS = 20_000
"""How far back, in edits, the last gesture that can be taken back is looked for."""


def last_undoable(store: Store) -> GestureRow | None:
    """The gesture that «undo» would take back now; None when the last one stays for ever, or there is none."""
    with store.read() as session:
        done, _taken_back = _stacks(session, store.replica_id)
        return _top(session, store.replica_id, done)


def last_redoable(store: Store) -> GestureRow | None:
    """The taking back that «redo» would take back now; None when something was done since, or there is none."""
    with store.read() as session:
        _done, taken_back = _stacks(session, store.replica_id)
        return _top(session, store.replica_id, taken_back)


def _stacks(session: Session, replica: str) -> tuple[list[int], list[int]]:
    """Gestures that stand, and takings back that stand with nothing done since; each with the newest last."""
    newest = session.scalar(sa.select(sa.func.max(Edit.seq)).where(Edit.replica == replica)) or 0
    rows = session.execute(
        sa.select(Edit.gesture, Edit.undoes)
        .where(Edit.replica == replica, Edit.seq > newest - STACK_EDITS, Edit.seq == Edit.gesture)
        .order_by(Edit.gesture)
    )
    done: list[int] = []
    taken_back: list[int] = []
    for number, undoes in rows:
        if undoes is None:
            done.append(number)
            taken_back.clear()
        elif undoes in taken_back:
            taken_back.remove(undoes)
            done.append(number)
        else:
            done = [gesture for gesture in done if gesture != undoes]
            taken_back.append(number)
    return done, taken_back


def _top(session: Session, replica: str, stack: Sequence[int]) -> GestureRow | None:
    if not stack:
        return None
    contents = gesture_contents(session, replica, stack[-1])
    if not _may_be_taken_back(contents):
        return None
    return gesture_rows(session, {(replica, stack[-1]): len(contents)})[0]


def may_undo(store: Store, number: int) -> bool:
    """Whether a gesture of this copy of the archive, the last or an older one, stands and is one to be taken back."""
    with store.read() as session:
        done, taken_back = _stacks(session, store.replica_id)
        if number not in done and number not in taken_back:
            return False
        contents = gesture_contents(session, store.replica_id, number)
        if not contents or not _may_be_taken_back(contents):
            return False
        try:
            check_right(store.person, _verbs(session, contents[0].edit))
        except RuleBroken:
            return False
        return store.writing


def stands_on(store: Store, number: int) -> GestureRow | None:
    """The first later gesture that wrote a row of this one, and so stands in the way of taking it back."""
    with store.read() as session:
        contents = gesture_contents(session, store.replica_id, number)
        keys = [(content.edit.table_name, content.edit.row_id) for content in contents[:LOADED_AT_ONCE]]
        last = max((content.edit.seq for content in contents), default=0)
        found = session.scalar(
            sa.select(sa.func.min(Edit.gesture)).where(
                Edit.replica == store.replica_id,
                Edit.seq > last,
                sa.tuple_(Edit.table_name, Edit.row_id).in_(keys),
            )
        )
        if found is None:
            return None
        size = len(gesture_contents(session, store.replica_id, found))
        return gesture_rows(session, {(store.replica_id, found): size})[0]


def undo(store: Store, number: int) -> Changes:
    """Take a gesture back: every row that it wrote is as it was before; this is a gesture of its own.

    To do a gesture again, take back the gesture that took it back.

    Args:
        number: of a gesture of this copy of the archive.

    Raises:
        NotFound: "record.gone" when there is no such gesture.
        RuleBroken: "right.missing" for what one may not do oneself; "undo.not_possible" when it moved money, closed a
            meeting, approved minutes or touched users, or its content was
            erased; "undo.changed_since" when a row of it was changed since, or is used by another one; what the
            engine refuses, and `keep_rules`.
    """
    try:
        with store.write("undo", undoes=number) as session:
            contents = gesture_contents(session, store.replica_id, number)
            if not contents:
                raise NotFound("record.gone")
            check_right(store.person, _verbs(session, contents[0].edit))
            if not _may_be_taken_back(contents):
                raise RuleBroken("undo.not_possible")
            known = _load(session, contents)
            for together in _batches(contents):
                for content in together:
                    _take_back(session, content, known)
                session.flush()
            keep_rules(session, contents)
    except sa.exc.IntegrityError as failure:
        raise RuleBroken("undo.changed_since") from failure
    topics = {TABLES[content.edit.table_name][0] for content in contents}
    return Changes(frozenset(topics), tuple(dict.fromkeys(content.edit.row_id for content in contents)))


def _verbs(session: Session, edit: Edit | None) -> set[str]:
    """What an edit's gesture did, and what was done by the gesture that it took back, and so on."""
    verbs = set()
    while edit is not None:
        verbs.add(edit.verb)
        edit = None if edit.undoes is None else session.get(Edit, (edit.replica, edit.undoes))
    return verbs


def _may_be_taken_back(contents: Sequence[EditContent]) -> bool:
    return not any(
        content.erased
        or content.edit.table_name in FINAL
        or (content.edit.table_name == "meeting" and (content.after or {}).get("state") in _SEALED)
        or (content.edit.table_name == "erratum" and (content.after or {}).get("number") is not None)
        or (content.edit.table_name == "paper" and content.before is None)  # its bytes went out
        or (content.edit.table_name == "score_sheet" and (content.after or {}).get("state") in _HANDED_OVER)
        for content in contents
    )


_SEALED = (MeetingState.CLOSED, MeetingState.APPROVED)
_HANDED_OVER = (SheetState.GIVEN, SheetState.SET_ASIDE)


def _load(session: Session, contents: Sequence[EditContent]) -> dict[tuple[str, str], Record]:
    """The rows that the edits are about, of those that are there, by table and key."""
    keys: dict[str, set[str]] = {}
    for content in contents:
        keys.setdefault(content.edit.table_name, set()).add(content.edit.row_id)
    found: dict[tuple[str, str], Record] = {}
    for table, wanted in keys.items():
        mapped, rows = _class_of(table), sorted(wanted)
        for start in range(0, len(rows), LOADED_AT_ONCE):
            asked = sa.select(mapped).where(mapped.id.in_(rows[start : start + LOADED_AT_ONCE]))
            found |= {(table, record.id): record for record in session.scalars(asked)}
    return found


@cache
def _class_of(table: str) -> type[Record]:
    return record_classes()[table]


def _batches(contents: Sequence[EditContent]) -> Iterator[list[EditContent]]:
    """The edits from the last to the first, those together that may be taken back in any order.

    What must be unique is unique at each step: rows that all come, or all go, cannot meet each other; rows that are
    changed can, when what is changed in them must be unique.
    """
    together: list[EditContent] = []
    kind: tuple[str, bool, bool] | None = None
    for content in reversed(contents):
        this = (content.edit.table_name, content.before is None, content.after is None)
        alone = not this[1] and not this[2] and _meets_others(content)
        if together and (alone or this != kind):
            yield together
            together = []
        together.append(content)
        kind = None if alone else this
    if together:
        yield together


def _meets_others(content: EditContent) -> bool:
    """Whether an edit changes what must be unique among the rows of its table."""
    return bool((content.before or {}).keys() & _unique_columns(content.edit.table_name))


@cache
def _unique_columns(table: str) -> frozenset[str]:
    made = cast(sa.Table, _class_of(table).__table__)
    by_constraint = (each.columns for each in made.constraints if isinstance(each, sa.UniqueConstraint))
    by_index = (each.columns for each in made.indexes if each.unique)
    return frozenset(column.name for columns in (*by_constraint, *by_index) for column in columns)


def _take_back(session: Session, content: EditContent, known: dict[tuple[str, str], Record]) -> None:
    key = (content.edit.table_name, content.edit.row_id)
    mapped = _class_of(key[0])
    record = known.get(key)
    if content.after is None:
        _check_unchanged(record is None)
        assert content.before is not None, "an edit has a before or an after"
        known[key] = mapped(**_attributes(mapped, content.before))
        session.add(known[key])
        return
    _check_unchanged(record is not None)
    assert record is not None
    now = stored_values(record)
    _check_unchanged(all(now.get(column, value) == value for column, value in content.after.items()))
    if content.before is None:
        session.delete(known.pop(key))
        return
    for name, value in _attributes(mapped, content.before).items():
        setattr(record, name, value)


def _check_unchanged(unchanged: bool) -> None:
    if not unchanged:
        raise RuleBroken("undo.changed_since")


def _attributes(mapped: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of a record, as Python has them, from its fields by column as stored."""
    return {
        field.attribute: field.restored(values[field.column.name])
        for field in fields_of(mapped)
        if field.column.name in values
    }
