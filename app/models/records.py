"""Many new records at once, each with its edit in the journal, without an object for each.

For what comes in thousands: the rows go to the driver as they are stored, and the edits are those that a flush would
write. What a service checks of a record, its caller has checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from app.models.base import Record, new_id
from app.models.bulk import insert_rows
from app.models.journal import EDITS_AT_ONCE, Field, fields_of, gesture_of


def insert_records(session: Session, model: type[Record], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Add records.

    Args:
        rows: fields by attribute, as the mapped class takes them; what is left out has its default, or is empty.

    Returns:
        Their keys, in order.
    """
    session.flush()  # what was added before is written before, so that the journal keeps the order
    gesture = gesture_of(session)
    fields = fields_of(model)
    usual = {field.attribute: _default(field.column) for field in fields} | {"sample": gesture.sample}
    keys: list[str] = []
    left = iter(rows)
    while batch := list(islice(left, EDITS_AT_ONCE)):
        stored = [_stored(fields, {**usual, **row}) for row in batch]
        names = [field.column.name for field in fields]
        insert_rows(session.connection(), model, names, [tuple(row.values()) for row in stored])
        table = model.__tablename__
        gesture.append_bulk(session, ((table, row["id"], None, row) for row in stored))
        keys += [row["id"] for row in stored]
    return keys


def _stored(fields: Sequence[Field], values: dict[str, Any]) -> dict[str, Any]:
    """Fields of a record by column, as the database keeps them."""
    values["id"] = values["id"] or new_id()
    stored = {}
    for field in fields:
        value = values[field.attribute]
        stored[field.column.name] = value if value is None or type(value) is str else field.stored(value)
    return stored


def _default(column: Any) -> Any:
    """What a record that does not say it has in a column; keys are made one by one."""
    return column.default.arg if column.default is not None and column.default.is_scalar else None
