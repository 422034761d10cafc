"""The present schema of an archive: its tables and guards, how they are made and how they are found changed."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, configure_mappers, mapped_column

from app.models import (
    admissibility,
    calls,
    documents,
    erasure,
    evaluation,
    findings,
    guards,
    households,
    interests,
    journal,
    kept,
    ledger,
    meetings,
    network,
    papers,
    plan,
    proposal_versions,
    proposals,
    rankings,
    receipts,
    restoration,
    scenarios,
    signing,
    sittings,
    spending,
    territory,
    users,
    voucher_ledger,
    voucher_measures,
    vouchers,
)
from app.models.base import Base, table_args
from app.models.version import APPLICATION_ID as APPLICATION_ID
from app.models.version import SCHEMA_VERSION as SCHEMA_VERSION

MODULES = (
    admissibility,
    calls,
    documents,
    erasure,
    evaluation,
    findings,
    households,
    interests,
    journal,
    kept,
    ledger,
    meetings,
    network,
    papers,
    plan,
    proposal_versions,
    proposals,
    rankings,
    receipts,
    restoration,
    scenarios,
    signing,
    spending,
    sittings,
    territory,
    users,
    vouchers,
    voucher_ledger,
    voucher_measures,
)
"""Every module that declares tables."""

SchemaObject = tuple[str, str, str]
"""(type, name, text of the statement that made it, for triggers)."""


class ArchiveInfo(Base):
    """The one row that says what this file is and which copy of the program writes it."""

    __tablename__ = "archive_info"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file_id: Mapped[str]
    replica_id: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = table_args(sa.CheckConstraint("id = 1", name="one_row"))


configure_mappers()  # every class is known by now: better here than at the first query, which a window waits for


def create_schema(connection: sa.Connection, replica_id: str, created_at: datetime, file_id: str) -> None:
    """Make every table and guard of the present schema in an empty file."""
    connection.exec_driver_sql(f"pragma application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"pragma user_version = {SCHEMA_VERSION}")
    for statement in _statements():
        connection.exec_driver_sql(statement)
    connection.execute(sa.insert(ledger.Zero), [{"value": 0}])
    info = {"id": 1, "file_id": file_id, "replica_id": replica_id, "created_at": created_at}
    connection.execute(sa.insert(ArchiveInfo), [info])
    create_guards(connection)


def schema_text() -> str:
    """The statements that make the tables and indexes of the present schema, each ended by a semicolon and a line."""
    return "".join(f"{statement};\n" for statement in _statements())


@cache
def _statements() -> tuple[str, ...]:
    """The same one by one; writing them takes longer than running them."""
    dialect = sqlite.dialect()
    made: list[sa.schema.ExecutableDDLElement] = []
    for table in Base.metadata.sorted_tables:
        made.append(sa.schema.CreateTable(table))
        made += [sa.schema.CreateIndex(index) for index in sorted(table.indexes, key=lambda index: str(index.name))]
    return tuple(str(element.compile(dialect=dialect)).strip() for element in made)


def create_guards(connection: sa.Connection) -> None:
    """Make every trigger of the present schema."""
    for statement in guards.statements():
        connection.exec_driver_sql(statement)


def drop_guards(connection: sa.Connection) -> None:
    """Take away every trigger that the file has, of whatever schema."""
    for (name,) in connection.exec_driver_sql("select name from sqlite_master where type = 'trigger'").all():
        connection.exec_driver_sql(f'drop trigger "{name}"')


def replica_of(connection: sa.Connection) -> str:
    """Key of the copy of the program that writes this archive."""
    return str(connection.execute(sa.select(ArchiveInfo.replica_id)).scalar_one())


def file_id_of(connection: sa.Connection) -> str:
    """Number of the archive; a copy or a renamed file keeps it."""
    return str(connection.execute(sa.select(ArchiveInfo.file_id)).scalar_one())


def found_objects(connection: sa.Connection) -> frozenset[SchemaObject]:
    """Every table, index and trigger of the file."""
    rows = connection.exec_driver_sql(
        "select type, name, case type when 'trigger' then sql else '' end from sqlite_master"
        " where name not like 'sqlite\\_%' escape '\\' and type in ('table', 'index', 'trigger')"
    )
    return frozenset(map(tuple, rows))


@cache
def expected_objects() -> frozenset[SchemaObject]:
    """Every table, index and trigger of the present schema."""
    tables = Base.metadata.tables.values()
    triggers = ("CREATE TRIGGER " + statement.removeprefix("create trigger ") for statement in guards.statements())
    return frozenset(
        {("table", table.name, "") for table in tables}
        | {("index", str(index.name), "") for table in tables for index in table.indexes}
        | {("trigger", text.split()[2], text) for text in triggers}
    )


def altered_objects(connection: sa.Connection) -> list[str]:
    """Names of tables, indexes and triggers that are missing, changed or not of the present schema, sorted."""
    return sorted({name for _kind, name, _text in found_objects(connection) ^ expected_objects()})


def page_faults(connection: sa.Connection, *, thorough: bool) -> list[str]:
    """What the engine finds wrong in the pages of the file; `thorough` compares indexes with tables too."""
    check = "integrity_check" if thorough else "quick_check"
    return [row[0] for row in connection.exec_driver_sql(f"pragma {check}") if row[0] != "ok"]


def dangling_references(connection: sa.Connection) -> list[tuple[str, Any, str]]:
    """(table, row, table referred to) of each reference that resolves to nothing."""
    return [(row[0], row[1], row[2]) for row in connection.exec_driver_sql("pragma foreign_key_check")]
