"""Bringing the tables of a file to those of a released schema: new ones made, changed ones made anew with their rows.

The schema stands as text in `resources/schemas`. What a row gains by it is on the record: one edit for each row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import schema
from app.models.journal import Gesture, RowEdit, record_classes
from app.models.lock import user_name
from app.resources import resource

VERB = "upgrade_archive"

_MADE = re.compile(r'CREATE (?:UNIQUE )?(TABLE|INDEX) "?(\w+)"?')


def bring_to(connection: sa.Connection, version: int, fills: Mapping[str, str]) -> None:
    """Give the file the tables and indexes of schema `version`; rows keep what they have.

    Args:
        fills: what a new column holds in rows that are there already, as SQL over the row before; by "table.column".
            A new column that is not named is empty.
    """
    wanted = dict(_statements(version))
    found = dict(_found(connection))
    gained: list[tuple[str, tuple[str, ...]]] = []
    connection.exec_driver_sql(
        "pragma legacy_alter_table = 1"
    )  # references to a table that is renamed stay as they are
    for (kind, name), statement in wanted.items():
        if (kind, name) not in found and kind == "TABLE":
            connection.exec_driver_sql(statement)
        elif kind == "TABLE" and _plain(found[kind, name]) != _plain(statement):
            gained.append((name, _rebuild(connection, name, statement, fills)))
    connection.exec_driver_sql("pragma legacy_alter_table = 0")
    present = {name for kind, name in dict(_found(connection)) if kind == "INDEX"}
    for name in present - {name for kind, name in wanted if kind == "INDEX"}:
        connection.exec_driver_sql(f'drop index "{name}"')
    for (kind, name), statement in wanted.items():
        if kind == "INDEX" and name not in present:
            connection.exec_driver_sql(statement)
    gesture = Gesture(schema.replica_of(connection), VERB, user_name(), datetime.now(UTC).replace(microsecond=0))
    with Session(connection) as session:
        gesture.start(session)
        for table, columns in gained:
            if columns and table in record_classes():
                gesture.append_bulk(session, list(_edits(connection, table, columns)))


def _text(version: int) -> str:
    return resource("schemas", f"schema-{version}.sql").read_text("utf-8")


def _statements(version: int) -> Iterator[tuple[tuple[str, str], str]]:
    for statement in _text(version).split(";\n"):
        if match := _MADE.match(statement):
            yield (match[1], match[2]), statement


def _found(connection: sa.Connection) -> Iterator[tuple[tuple[str, str], str]]:
    rows = connection.exec_driver_sql(
        "select upper(type), name, sql from sqlite_master where type in ('table', 'index') and sql is not null"
    )
    for kind, name, text in rows.all():
        yield (kind, name), text


def _plain(statement: str) -> str:
    return "".join(statement.replace('"', "").split())


def _rebuild(connection: sa.Connection, table: str, statement: str, fills: Mapping[str, str]) -> tuple[str, ...]:
    """Make `table` anew with its rows; returns the columns that its rows gained and that are not empty."""
    before = [row[1] for row in connection.exec_driver_sql(f'pragma table_info("{table}")')]
    anew = f"{table}_anew"
    connection.exec_driver_sql(re.sub(r'^CREATE TABLE "?\w+"?', f"CREATE TABLE {anew}", statement))
    after = [row[1] for row in connection.exec_driver_sql(f'pragma table_info("{anew}")')]
    filled = [column for column in after if f"{table}.{column}" in fills]
    kept = [column for column in after if column in before and column not in filled]
    values = [f'"{column}"' for column in kept] + [f"({fills[f'{table}.{column}']})" for column in filled]
    columns = ", ".join(f'"{column}"' for column in (*kept, *filled))
    connection.exec_driver_sql(
        f'insert into {anew} ({columns}) select {", ".join(values)} from "{table}" order by rowid'
    )
    connection.exec_driver_sql(f'drop table "{table}"')
    connection.exec_driver_sql(f'alter table {anew} rename to "{table}"')
    return tuple(filled)


def _edits(connection: sa.Connection, table: str, columns: tuple[str, ...]) -> Iterator[RowEdit]:
    """What each row of `table` gained in `columns`."""
    listed = ", ".join(f'"{column}"' for column in columns)
    for row_id, *values in connection.exec_driver_sql(f'select id, {listed} from "{table}" order by id'):
        after = dict(zip(columns, values, strict=True))
        if any(value is not None for value in values):
            yield table, row_id, dict.fromkeys(columns), after
