"""What can still be read of a damaged archive. Nothing is written into it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from app.models import schema
from app.models.errors import EnvironmentFailed
from app.models.store import archive_engine, translated


def unreadable_tables(path: Path, key: bytes | None) -> tuple[list[str] | None, int]:
    """(tables of which not every row can be read, how many can be read); None for the tables of a whole file.

    An empty list is a file of which all rows can be read, and something else is broken: an index, a reference, a guard.

    Raises:
        EnvironmentFailed: "archive.not_an_archive", "archive.damaged" when not even the names of its tables are left.
    """
    engine = archive_engine(path.resolve(), key, writing=False)
    try:
        with translated(path), engine.connect() as connection:
            names = [
                row[0]
                for row in connection.exec_driver_sql("select name from sqlite_master where type = 'table' order by 1")
            ]
            broken = [name for name in names if not _is_readable(connection, name, path)]
            whole = not broken and not _other_faults(connection, path)
            return None if whole else broken, len(names) - len(broken)
    finally:
        engine.dispose()


def _is_readable(connection: sa.Connection, table: str, path: Path) -> bool:
    try:
        with translated(path):
            for _row in connection.exec_driver_sql(f'select * from "{table}" not indexed'):
                pass
    except EnvironmentFailed:
        return False
    return True


def _other_faults(connection: sa.Connection, path: Path) -> bool:
    try:
        with translated(path):
            return bool(
                schema.page_faults(connection, thorough=True)
                or schema.dangling_references(connection)
                or schema.altered_objects(connection)
            )
    except EnvironmentFailed:
        return True
