"""The declarative base: naming of constraints, keys, and the column types that hold money, days and instants.

Every table is STRICT on SQLite and every foreign key is checked at COMMIT, so that rows of one gesture may be written
in any order. The types are portable: nothing here assumes SQLite.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.models.money import Cents

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_last_id = 0
"""Milliseconds of the last key, and the twelve bits that count those of one millisecond."""
_id_lock = threading.Lock()
_VARIANT = {digit: "89ab"[n % 4] for n, digit in enumerate("0123456789abcdef")}
"""The digit with the variant of the key's kind, from a digit by chance."""


def new_id() -> str:
    """A new key: UUID version 7 (RFC 9562), so that keys made one after the other sort one after the other."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[str]:
    """As many new keys, one after the other."""
    global _last_id
    with _id_lock:
        first = max((time.time_ns() // 1_000_000) << 12, _last_id + 1)
        _last_id = first + count - 1
    chance = os.urandom(8 * count).hex()
    keys = []
    for n in range(count):
        instant, digits = f"{first + n:015x}", chance[16 * n : 16 * n + 16]
        keys.append(f"{instant[:8]}-{instant[8:12]}-7{instant[12:]}-{_VARIANT[digits[0]]}{digits[1:4]}-{digits[4:]}")
    return keys


class CentsColumn(sa.TypeDecorator[Cents]):
    """Whole cents in a 64-bit integer; refuses float, text and bool."""

    impl = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        """Cents for the database.

        Raises:
            TypeError: `value` is not a whole number.
        """
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise TypeError(f"cents must be int, not {type(value).__name__}")
        return value


class DayColumn(sa.TypeDecorator[date]):
    """A day, kept as ISO 8601 text."""

    impl = sa.Text()
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """ISO text for the database."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """A date from ISO text."""
        return None if value is None else date.fromisoformat(value)


class InstantColumn(sa.TypeDecorator[datetime]):
    """An instant in UTC, kept as ISO 8601 text; refuses naive datetimes."""

    impl = sa.Text()
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """ISO text for the database.

        Raises:
            TypeError: `value` has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("instants must be aware")
        return value.astimezone(UTC).isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """An aware datetime from ISO text."""
        return None if value is None else datetime.fromisoformat(value)


class FlagColumn(sa.TypeDecorator[bool]):
    """Yes or no, kept as 1 or 0 (STRICT tables know no boolean)."""

    impl = sa.Integer()
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        """1 or 0 for the database."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """A bool from 1 or 0."""
        return None if value is None else bool(value)


class Base(DeclarativeBase):
    """Base of all mapped classes."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: sa.Text(),
        int: sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        bool: FlagColumn(),
        date: DayColumn(),
        datetime: InstantColumn(),
        Cents: CentsColumn(),
        bytes: sa.LargeBinary(),
    }
    __table_args__: Any = ({"sqlite_strict": True},)


class Record(Base):
    """A table of the archive whose every edit is in the journal; its key is made where the row is made.

    Attributes:
        id: UUID as text.
        sample: invented for the sample archive («dato di esempio»), not said by its source.
        source_line: line of the source text that the record was transcribed from, when it was.
    """

    __abstract__ = True

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    sample: Mapped[bool] = mapped_column(default=False)
    source_line: Mapped[int | None] = mapped_column(default=None)


@event.listens_for(Record, "init", propagate=True)
def _complete(record: Record, _args: object, values: dict[str, Any]) -> None:
    """A record has its key as soon as it is made, so that others can refer to it; what is not given is empty."""
    values.setdefault("id", new_id())
    for name in _may_be_empty(type(record)):
        values.setdefault(name, None)


@cache
def _may_be_empty(mapped: type[Record]) -> tuple[str, ...]:
    """Attributes that a new record may leave out and that have no default."""
    columns = ((attribute.key, attribute.columns[0]) for attribute in sa.inspect(mapped).column_attrs)
    return tuple(key for key, column in columns if column.nullable and column.default is None)


def link(target: str, *, index: bool = True, **options: Any) -> Any:
    """A foreign key to `target` ("plan.id"), checked at COMMIT; indexed unless said otherwise."""
    foreign_key = sa.ForeignKey(target, deferrable=True, initially="DEFERRED")
    return mapped_column(foreign_key, index=index, **options)


def table_args(*constraints: sa.schema.SchemaItem) -> tuple[Any, ...]:
    """Constraints of a table, with what every table has."""
    return (*constraints, {"sqlite_strict": True})


def one_of(column: str, values: type) -> sa.CheckConstraint:
    """A CHECK that `column` holds one of the members of a StrEnum."""
    listed = ", ".join(f"'{member.value}'" for member in values)  # type: ignore[attr-defined]
    return sa.CheckConstraint(f"{column} in ({listed})", name=f"{column}_known")


def time_check(column: str) -> sa.CheckConstraint:
    """A CHECK that a time of the day is «HH:MM» between 00:00 and 23:59, or empty."""
    return sa.CheckConstraint(
        f"{column} = '' or ({column} like '__:__' and {column} >= '00:00' and {column} <= '23:59'"
        f" and substr({column}, 4, 2) <= '59')",
        name=f"{column}_valid",
    )
