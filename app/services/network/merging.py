"""Two organisations of the registry that are one: what would become of both, and their merging into one.

Whatever names the one that goes names the one that stays afterwards. What that is, the tables themselves say by their
foreign keys, so that a table made tomorrow is not forgotten. All is one gesture, which one undo takes back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.base import FlagColumn, Record
from app.models.errors import InvalidInput
from app.models.journal import fields_of, record_classes, stored_values
from app.models.network import DistinctOrganisations, Organisation, OrganisationAlias
from app.models.store import Store
from app.services.changes import Changes
from app.services.children import get_row
from app.services.journal.fields import FIELDS
from app.services.journal.labels import ENUMS, OWNED, TABLES, row_name
from app.services.network.names import forget_names
from app.services.wording.folding import fold

CHOSEN_FIELDS = (
    "name",
    "kind",
    "legal_form",
    "size",
    "seat",
    "tax_code",
    "vat_number",
    "iban",
    "iban_holder",
    "note",
)
"""What an organisation has once; where both have it, one is chosen."""

EMPTY = frozenset({"", None, "unknown"})
"""Values that give way to any other."""

LOOSE = ("subject_id", "origin_id")
"""Columns that name a record of any table, without a foreign key."""

Reference = tuple[type[Record], str]
"""A class of records, and the attribute of it that names another record."""


@dataclass(frozen=True)
class FieldPair:
    """A field that both have, with different values.

    Attributes:
        label: marked for translation.
        kept, gone: as they are stored; members of an enumeration where the field holds one.
    """

    key: str
    label: str
    kept: Any
    gone: Any


@dataclass(frozen=True)
class Moved:
    """References of one kind that will name the organisation that stays.

    Attributes:
        kind: what one such record is called, marked for translation.
        count: how many.
        joined: how many of them stand in a place where the other one stands already, and become one with it.
        names: of the records above or of the rows, some of them.
    """

    kind: str
    count: int
    joined: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class MergePreview:
    """What a merging would change.

    Attributes:
        keep, gone: names of the two.
        pairs: fields where one value must be chosen.
        filled: labels of the fields that the one that stays has empty and takes over.
        moved: what will name the one that stays.
    """

    keep: str
    gone: str
    pairs: tuple[FieldPair, ...]
    filled: tuple[str, ...]
    moved: tuple[Moved, ...]


def references_to(table: str) -> tuple[Reference, ...]:
    """Every attribute of every record that names a row of `table`, by name of table and column."""
    found = [
        (model, field.attribute)
        for name, model in sorted(record_classes().items())
        for field in fields_of(model)
        if field.column.name in LOOSE or any(key.column.table.name == table for key in field.column.foreign_keys)
    ]
    return tuple(found)


def merge_preview(store: Store, keep_id: str, gone_id: str) -> MergePreview:
    """What merging the second organisation into the first would change.

    Raises:
        InvalidInput: "merge.same" when both are one record.
        NotFound: "record.gone".
    """
    with store.read() as session:
        keep, gone = _both(session, keep_id, gone_id)
        pairs, filled = [], []
        for key in CHOSEN_FIELDS:
            here, there = getattr(keep, key), getattr(gone, key)
            if here in EMPTY and there not in EMPTY:
                filled.append(FIELDS[key])
            elif there not in EMPTY and here != there:
                meaning = ENUMS.get(("organisation", key))
                values = (here, there) if meaning is None else (meaning(here), meaning(there))
                pairs.append(FieldPair(key, FIELDS[key], *values))
        moved = tuple(
            _moved(session, model, attribute, keep, gone) for model, attribute in references_to("organisation")
        )
        return MergePreview(keep.name, gone.name, tuple(pairs), tuple(filled), tuple(one for one in moved if one.count))


def _moved(session: Session, model: type[Record], attribute: str, keep: Organisation, gone: Organisation) -> Moved:
    rows = _rows(session, model, attribute, gone.id)
    joined = sum(_twin(session, row, attribute, keep.id) is not None for row in rows)
    names = [_told(session, row) for row in rows[:20]]
    return Moved(TABLES[model.__tablename__][1], len(rows), joined, tuple(dict.fromkeys(filter(None, names)))[:5])


def _told(session: Session, row: Any) -> str:
    """What a row is called: by its own name, else by the record that it is part of."""
    table = type(row).__tablename__
    if not hasattr(row, "name"):
        for above, parts in OWNED.items():
            column = dict(parts).get(table)
            if column is not None and above != Organisation.__tablename__:
                return row_name(above, stored_values(session.get_one(record_classes()[above], getattr(row, column))))
    return row_name(table, stored_values(row))


def merge_organisations(store: Store, keep_id: str, gone_id: str, choices: Collection[str] = ()) -> Changes:
    """Make two organisations one: what named the second names the first, which keeps the other's name as a spelling.

    A row that would stand twice (both are partners of one alliance) becomes one: its roles are those of both.

    Args:
        choices: fields of `CHOSEN_FIELDS` whose value is taken from the organisation that goes; for the others that of
            the one that stays holds, unless it is empty.

    Raises:
        InvalidInput: "merge.same".
        NotFound: "record.gone"; also when one of the two was merged before.
        RuleBroken: what the engine refuses to change.
    """
    assert set(choices) <= set(CHOSEN_FIELDS)
    with store.write("merge_organisations") as session:
        keep, gone = _both(session, keep_id, gone_id)
        names = (keep.name, gone.name)
        values = {key: _choice(keep, gone, key, choices) for key in CHOSEN_FIELDS}
        _forget_judgements(session, keep.id, gone.id)
        touched = _join(session, keep, gone)
        session.flush()  # a name belongs to one organisation only: the other must be gone
        for key, value in values.items():
            setattr(keep, key, value)
        _keep_names(session, keep, names)
        forget_names(session)
    topics = {TABLES[table][0] for table in touched} | {"network"}
    return Changes(frozenset(topics), (keep_id, gone_id))


def _both(session: Session, keep_id: str, gone_id: str) -> tuple[Organisation, Organisation]:
    if keep_id == gone_id:
        raise InvalidInput("merge.same", field="gone_id")
    return get_row(session, Organisation, keep_id), get_row(session, Organisation, gone_id)


def _choice(keep: Organisation, gone: Organisation, key: str, choices: Collection[str]) -> Any:
    here, there = getattr(keep, key), getattr(gone, key)
    return there if there not in EMPTY and (key in choices or here in EMPTY) else here


def _forget_judgements(session: Session, keep_id: str, gone_id: str) -> None:
    """That the two are not one is withdrawn by making them one."""
    pair = DistinctOrganisations
    both = sa.and_(pair.one_id.in_((keep_id, gone_id)), pair.other_id.in_((keep_id, gone_id)))
    for row in session.scalars(sa.select(pair).where(both)):
        session.delete(row)
    session.flush()


def _keep_names(session: Session, keep: Organisation, names: tuple[str, str]) -> None:
    """The name that is not kept stays as another spelling."""
    known = set(session.scalars(sa.select(OrganisationAlias.name).filter_by(organisation_id=keep.id)))
    folded = {fold(name) for name in (keep.name, *known)}
    session.add_all(OrganisationAlias(organisation_id=keep.id, name=name) for name in names if fold(name) not in folded)


# --- rows that name another row --------------------------------------------------------------


def _join(session: Session, keep: Record, gone: Record) -> set[str]:
    """Let everything name `keep` that named `gone`, which is deleted; the tables that were touched."""
    table = type(keep).__tablename__
    touched = {table}
    highest: Counter[str] = Counter()
    for model, attribute in references_to(table):
        name = model.__tablename__
        is_part = (name, attribute) in OWNED.get(table, ())
        for row in _rows(session, model, attribute, gone.id):
            touched.add(name)
            twin = _twin(session, row, attribute, keep.id)
            if twin is not None:
                _fill(twin, row)
                touched |= _join(session, twin, row)
                continue
            setattr(row, attribute, keep.id)
            if is_part and hasattr(row, "position"):
                highest[name] = max(highest[name], _highest(session, model, attribute, keep.id)) + 1
                row.position = highest[name]
    session.delete(gone)
    session.flush()
    return touched


def _rows(session: Session, model: type[Record], attribute: str, key: str) -> list[Any]:
    return list(session.scalars(sa.select(model).where(getattr(model, attribute) == key).order_by(model.id)))


def _highest(session: Session, model: type[Any], attribute: str, owner: str) -> int:
    query = sa.select(sa.func.max(model.position)).where(getattr(model, attribute) == owner)
    return session.scalar(query) or 0


def _twin(session: Session, row: Any, attribute: str, wanted: str) -> Any:
    """The row that stands where `row` would stand if it named `wanted`; None where there is room for it."""
    model = type(row)
    for attributes in _unique(model):
        if attribute in attributes:
            values: Mapping[str, Any] = {each: getattr(row, each) for each in attributes} | {attribute: wanted}
            if None in values.values():  # empty values are never the same
                continue
            found = session.scalars(sa.select(model).filter_by(**values)).first()
            if found is not None:
                return found
    return None


def _unique(model: type[Record]) -> Iterator[tuple[str, ...]]:
    """Attributes of `model` that together are unique."""
    table = cast(sa.Table, model.__table__)
    attributes = {field.column.name: field.attribute for field in fields_of(model)}
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            yield tuple(attributes[column.name] for column in constraint.columns)
    for index in table.indexes:
        if index.unique:
            yield tuple(attributes[column.name] for column in index.columns)


def _fill(kept: Record, gone: Record) -> None:
    """What a row that goes says, and the one that stays does not; a role that either has is had."""
    for field in fields_of(type(kept)):
        here, there = getattr(kept, field.attribute), getattr(gone, field.attribute)
        if field.column.primary_key or field.attribute in ("position", "sample"):
            continue
        if isinstance(field.column.type, FlagColumn):
            setattr(kept, field.attribute, here or there)
        elif here in EMPTY and there not in EMPTY:
            setattr(kept, field.attribute, there)
