"""Many new records at once, each with its edit in the journal, without an object for each.

For what comes in thousands: the rows go to the driver as they are stored, and the edits are those that a flush would
write. What a service checks of a record, its caller has checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.base import Record, new_ids
from app.models.bulk import insert_rows
from app.models.journal import EDITS_AT_ONCE, fields_of, gesture_of

_Field = tuple[str, Any, Callable[[Any], Any] | None]
"""Attribute; what is stored where a row does not say it; what makes a value one that is stored, if not itself."""


def insert_records(session: Session, model: type[Record], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Add records.

    Args:
        rows: fields by attribute, as the mapped class takes them; what is left out has its default, or is empty.

    Returns:
        Their keys, in order.
    """
    session.flush()  # what was added before is written before, so that the journal keeps the order
    gesture = gesture_of(session)
    names = [field.column.name for field in fields_of(model)]
    fields = _fields(model, gesture.sample)
    key = names.index("id")
    keys: list[str] = []
    left = iter(rows)
    while batch := list(islice(left, EDITS_AT_ONCE)):
        lacking = [n for n, row in enumerate(batch) if not row.get("id")]
        for n, made in zip(lacking, new_ids(len(lacking)), strict=True):
            batch[n] = {**batch[n], "id": made}
        stored = [_stored(fields, row) for row in batch]
        insert_rows(session.connection(), model, names, stored)
        gesture.append_made(session, model.__tablename__, names, stored)
        keys += [row[key] for row in stored]
    return keys


def _fields(model: type[Record], sample: bool) -> list[_Field]:
    usual = {field.attribute: _default(field.column) for field in fields_of(model)} | {"sample": sample}
    return [
        (
            *(field.attribute, field.stored(usual[field.attribute])),
            field.stored if isinstance(field.column.type, sa.TypeDecorator) else None,
        )
        for field in fields_of(model)
    ]


def _stored(fields: Sequence[_Field], row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Fields of a record in the order of the columns, as the database keeps them."""
    values = []
    for attribute, usual, store in fields:
        if attribute not in row:
            values.append(usual)
            continue
        value = row[attribute]
        values.append(value if store is None or value is None or type(value) is str else store(value))
    return tuple(values)


def _default(column: Any) -> Any:
    """What a record that does not say it has in a column; keys are made one by one."""
    return column.default.arg if column.default is not None and column.default.is_scalar else None
