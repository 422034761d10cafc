"""Bringing an older archive to the present schema: a verified copy first, then all steps in one transaction.

A step is a function of the connection that brings the tables from its version to the next. While the steps run no guard
is in force and no reference is checked, so that a table may be made anew; guards and references are put right after.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from app.models import schema
from app.models.appearing import free_name
from app.models.copying import stamp, write_copy
from app.models.errors import EnvironmentFailed
from app.models.migrations import to_2, to_3, to_4, to_5
from app.models.store import SUFFIX, archive_engine, fold

Step = Callable[[sa.Connection], None]

STEPS: dict[int, Step] = {1: to_2.step, 2: to_3.step, 3: to_4.step, 4: to_5.step}
"""The step that leads from each released version to the next; schema 1 is the first release."""


class _NotWhole(Exception):
    """The steps did not lead to a whole archive of the present schema."""


def upgrade(path: Path, found: int, key: bytes | None) -> Path:
    """Bring the archive at `path` from schema `found` to the present one; its name stays.

    Returns:
        Where the copy of the archive as it was stands, beside it.

    Raises:
        EnvironmentFailed: "archive.upgrade_failed" with `copy`, the archive being as it was; "disk.full",
            "archive.damaged", "archive.read_only" when no copy could be made.
    """
    source = archive_engine(path, key, writing=False)
    name = f"{path.name.removesuffix(SUFFIX)}.before-v{schema.SCHEMA_VERSION}-{stamp()}{SUFFIX}"
    copy = free_name(path.with_name(name))
    try:
        write_copy(source, path, copy, key)
    finally:
        source.dispose()
    try:
        bring_up(path, found, key)
    except Exception as failure:
        raise EnvironmentFailed("archive.upgrade_failed", name=path.name, copy=copy.name) from failure
    return copy


def bring_up(path: Path, found: int, key: bytes | None, *, log: bool = True) -> None:
    """Take all steps from schema `found` in one transaction; the file is as it was when one of them fails.

    Args:
        log: as for `archive_engine`.
    """
    target = archive_engine(path, key, writing=True, foreign_keys=False, log=log)
    try:
        with target.execution_options(writing=True).begin() as connection:
            _run(connection, found)
    except BaseException:
        target.dispose()
        if log:
            fold(target)
        raise
    target.dispose()


def _run(connection: sa.Connection, found: int) -> None:
    schema.drop_guards(connection)
    for version in range(found, schema.SCHEMA_VERSION):
        if version not in STEPS:
            raise _NotWhole(f"no step from schema {version}")
        STEPS[version](connection)
    schema.create_guards(connection)
    connection.exec_driver_sql(f"pragma user_version = {schema.SCHEMA_VERSION}")
    faults = [*schema.altered_objects(connection), *schema.dangling_references(connection)]
    if faults:
        raise _NotWhole(f"not as it should be: {faults}")
