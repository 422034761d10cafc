"""Rows of a record and of what belongs to it, written from drafts: the one place that adds, changes and deletes them.

A draft names its children in the order that they are wanted. Saving it changes those that are there, adds the new ones
and deletes the missing ones; a row that stays as it was writes no edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.base import Record
from app.models.errors import NotFound
from app.models.journal import made_elsewhere, makes

R = TypeVar("R", bound=Record)

Values = Mapping[str, Any]
"""Fields of a row by attribute."""


@dataclass(frozen=True)
class Reconciled(Generic[R]):
    """What became of the children of a record.

    Attributes:
        rows: those that stay, in the order of the draft.
        removed: those that were deleted; what hangs below them is the caller's to delete.
    """

    rows: tuple[R, ...]
    removed: tuple[R, ...]


def get_row(session: Session, model: type[R], row_id: str) -> R:
    """The row with this key.

    Raises:
        NotFound: "record.gone".
    """
    row = session.get(model, row_id)
    if row is None:
        raise NotFound("record.gone")
    return row


def save_row(session: Session, model: type[R], row_id: str | None, values: Values) -> R:
    """Change the row with this key, or add one when there is no key; its key is set either way.

    Raises:
        NotFound: "record.gone"; also when `values` name a record that is not there.
    """
    return save_rows(session, model, ((row_id, values),))[0]


def save_rows(session: Session, model: type[R], rows: Sequence[tuple[str | None, Values]]) -> tuple[R, ...]:
    """The same for many of a kind, by key; what they name is looked for once.

    Raises:
        NotFound: as `save_row`.
    """
    check_references(session, model, [values for _row_id, values in rows])
    return tuple(_save(session, model, row_id, values) for row_id, values in rows)


def _save(session: Session, model: type[R], row_id: str | None, values: Values) -> R:
    if row_id is None:
        row = model(**values)
        session.add(row)
        return row
    row = get_row(session, model, row_id)
    _set(row, values)
    return row


def reconcile(
    session: Session, model: type[R], owner: Values, wanted: Sequence[Values], *, key: str = "id"
) -> Reconciled[R]:
    """Make the children of a record those that are wanted, in that order.

    Positions are given here and are for sorting only: they grow in the order wanted, may leave gaps, and are never one
    that another child had before, so that the gesture can be taken back row by row. Count the rows to show a number.

    Args:
        owner: fields that say whose children they are, {"proposal_id": …}; every row has them.
        wanted: fields of each child. With key "id" each has "id": that of the row it was loaded from, or None for a
            new one.
        key: field that says which row is which: "id", or what is unique among the children of one owner
            ("number", "organisation_id"); its values differ from each other. With "id" too a row that was removed and
            typed again is the same, where the table wants something to be unique: it would stand there twice.

    Raises:
        NotFound: "record.gone" when `wanted` names a record that is not there.
    """
    check_references(session, model, wanted)
    present = _present(session, model, owner)
    by_key = {getattr(row, key): row for row in present}
    known = _known_again(model, present, owner, wanted) if key == "id" else {}
    for each in known.values():
        del by_key[each.id]
    matched = [known.get(at) or by_key.pop(values[key], None) for at, values in enumerate(wanted)]
    positions: Sequence[int | None] = [None] * len(matched)
    if hasattr(model, "position"):
        taken = {row.id: position_of(row) for row in present}
        positions = new_positions([None if row is None else taken[row.id] for row in matched], list(taken.values()))
    rows = []
    for row, values, position in zip(matched, wanted, positions, strict=True):
        fields = {name: value for name, value in values.items() if name != "id"}
        if position is not None:
            fields["position"] = position
        if row is None:
            row = model(**owner, **fields)
            session.add(row)
        else:
            _set(row, fields)
        rows.append(row)
    removed = tuple(by_key.values())
    for row in removed:
        session.delete(row)
    return Reconciled(tuple(rows), removed)


def _known_again(model: type[R], present: Sequence[R], owner: Values, wanted: Sequence[Values]) -> dict[int, R]:
    """Rows by the place of those that are wanted with what is unique of them."""
    for names in _unique_below(model, tuple(owner)):
        rows = {tuple(getattr(row, name) for name in names): row for row in present}
        found = {
            at: rows[key]
            for at, values in enumerate(wanted)
            if (key := tuple(values.get(name) for name in names)) in rows and None not in key
        }
        if len(found) == len({row.id for row in found.values()}):
            return found
    return {}


@cache
def _unique_below(model: type[Record], owner: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Fields, given from outside, that differ among the children of one owner."""
    made = cast(sa.Table, model.__table__)
    columns = (
        [column.key for column in each.columns] for each in made.constraints if isinstance(each, sa.UniqueConstraint)
    )
    found = (tuple(name for name in names if name not in owner) for names in columns if set(owner) < set(names))
    return tuple(sorted(names for names in found if "position" not in names))


def _present(session: Session, model: type[R], owner: Values) -> list[R]:
    """The children that are there; who was made by this very gesture has none that it did not make."""
    if not made_elsewhere(session, owner.values()) and not makes(session, model):
        return []
    return list(session.scalars(sa.select(model).filter_by(**owner).order_by(model.id)))


def check_references(session: Session, model: type[R], rows: Sequence[Values]) -> None:
    """Every record that rows of `model` name is there.

    Raises:
        NotFound: "record.gone".
    """
    for column in model.__table__.columns:
        keys = {values[column.key] for values in rows if values.get(column.key) is not None}
        for foreign_key in column.foreign_keys if keys else ():
            target = foreign_key.column
            keys = made_elsewhere(session, keys)
            if keys and keys - _those_there(session, target, keys):
                raise NotFound("record.gone")


def _those_there(session: Session, target: sa.Column[Any], keys: set[Any]) -> set[Any]:
    session.flush()  # what was deleted before is not there any more
    return set(session.connection().scalars(_known_of(target), {"keys": tuple(keys)}))


@cache
def _known_of(target: sa.Column[Any]) -> sa.Select[tuple[Any]]:
    """Which of some keys a table has; asked for every link of every record that is saved, so made once."""
    return sa.select(target).where(target.in_(sa.bindparam("keys", expanding=True)))


def new_positions(kept: Sequence[int | None], taken: Sequence[int]) -> list[int]:
    """Positions that grow in the order wanted and clash with none of `taken`, changing as few as can be.

    Args:
        kept: position of each child in the order wanted, None for a new one.
        taken: positions of all children that are there, also of those that go; each > 0.
    """
    highest = max(taken, default=0)
    staying = [position for position in kept if position is not None]
    if kept[: len(staying)] == staying == sorted(staying):
        return staying + [highest + 1 + i for i in range(len(kept) - len(staying))]
    first = 1 if len(kept) < min(taken) else highest + 1
    return list(range(first, first + len(kept)))


def delete_children(session: Session, model: type[R], column: str, owners: Iterable[str]) -> tuple[R, ...]:
    """Delete every row whose `column` names one of `owners`; what hangs below them is the caller's to delete."""
    keys = tuple(owners)
    rows = tuple(session.scalars(sa.select(model).where(getattr(model, column).in_(keys)))) if keys else ()
    for row in rows:
        session.delete(row)
    return rows


def position_of(row: Record) -> int:
    """Position of a child among its siblings; only for records that have one."""
    position: int = row.position  # type: ignore[attr-defined]
    return position


def _set(row: Record, values: Values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
