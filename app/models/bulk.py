"""Many rows at once, to the driver and from it: values are as they are stored, with no work for each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

_STATEMENTS: dict[tuple[type[Any], str, tuple[str, ...]], tuple[str, tuple[int, ...] | None]] = {}
"""What was compiled, by table, kind of database and columns: every flush writes edits with the same two statements."""


def insert_rows(
    connection: sa.Connection, table: type[Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows whose values are already as the database stores them (text, whole numbers, bytes, None).

    Args:
        columns: names, in the order of the values of each row.
    """
    if not rows:
        return
    names = tuple(columns)
    key = (table, connection.dialect.name, names)
    if key not in _STATEMENTS:
        _STATEMENTS[key] = _statement(connection.dialect, table, names)
    text, order = _STATEMENTS[key]
    if order is None:
        connection.exec_driver_sql(text, [dict(zip(names, row, strict=True)) for row in rows])
    else:
        is_in_order = order == tuple(range(len(order)))
        in_order = itemgetter(*order)
        given = rows if is_in_order and isinstance(rows[0], tuple) else [in_order(row) for row in rows]
        connection.exec_driver_sql(text, list(given))


def _statement(dialect: sa.Dialect, table: type[Any], columns: tuple[str, ...]) -> tuple[str, tuple[int, ...] | None]:
    """Text of the statement, and the order in which its driver takes the values; None when it takes them by name."""
    compiled = sa.insert(table).compile(dialect=dialect, column_keys=list(columns))
    assert set(compiled.params) == set(columns), "every column is given, also those with a default"
    if compiled.positiontup is None:
        return str(compiled), None
    return str(compiled), tuple(columns.index(name) for name in compiled.positiontup)


def stream_rows(session: Session, statement: sa.Select[Any], size: int = 20_000) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Rows of a statement as the driver gives them, many at a time; values are as they are stored.

    Args:
        statement: without parameters but those that can be written into its text.
    """
    text = str(statement.compile(dialect=session.get_bind().dialect, compile_kwargs={"literal_binds": True}))
    yield from stream_text(session, text, {}, size=size)


def stream_text(
    session: Session,
    text: str,
    values: Mapping[str, object],
    functions: Mapping[str, Callable[[Any], Any]] | None = None,
    size: int = 20_000,
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Rows of a statement that is written in the engine's own words, many at a time.

    Args:
        values: of its parameters, by name.
        functions: of one value each, which the statement may call by these names.
    """
    driven = session.connection().connection.driver_connection
    assert driven is not None
    for name, function in (functions or {}).items():
        driven.create_function(name, 1, function, deterministic=True)
    cursor = driven.cursor()
    try:
        cursor.execute(text, values)
        while rows := cursor.fetchmany(size):
            yield rows
    finally:
        cursor.close()
