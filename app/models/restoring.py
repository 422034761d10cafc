"""A copy in the place of its archive: written anew beside it, under a new replica, looked at, put there by one rename.

What was there before is kept under another name. Until the rename nothing of the archive or its keys has changed; after
it everything has: a process killed at any instant leaves the one or the other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.models.appearing import disk_errors, part_of, patient, remove_part, sync_folder
from app.models.base import new_id
from app.models.copying import CACHE_BYTES, refuse_faults
from app.models.errors import EnvironmentFailed, RuleBroken
from app.models.glance import archive_uri
from app.models.keeping import hold, let_go, set_logs_aside, settle
from app.models.keyed import Recorder, finish_part, take_place
from app.models.lock import LockFile
from app.models.migrations import bring_up
from app.models.schema import APPLICATION_ID, SCHEMA_VERSION
from app.models.slots import KeyFile, set_keys_aside, write_keys
from app.models.store import Store, archive_engine, translated
from app.models.watching import size_of, watched

Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Source:
    """A copy that is to take the place.

    Attributes:
        key: its data key; None for one without a password.
        number: of the archive that it must be a copy of; None where that cannot be read any more.
    """

    path: Path
    key: bytes | None
    number: str | None = None


def restore_into(store: Store, source: Source, kept: Path, record: Recorder, watch: Watch) -> None:
    """Put a copy in the place of an open archive, which stays open: it holds the copy's records from then on.

    Args:
        kept: name for the file that is there now.
        record: writes into the new file what was done.

    Raises:
        RuleBroken: "copy.other_archive".
        EnvironmentFailed: "archive.damaged", "archive.not_an_archive", "archive.newer", "archive.busy", "disk.full",
            "archive.read_only"; the archive is as before.
        Cancelled: by `watch`; the same.
    """
    part = part_of(store.path)
    replica = new_id()
    store.changing = True
    try:
        with translated(store.path), disk_errors(store.path):
            try:
                _write_part(source, part, store.key, replica, watch)
                finish_part(_like(store, replica), part, record)
                take_place(store, part, store.key, keep=kept)
            finally:
                remove_part(part)
        store.replica_id = replica
        store.saved_at = None
        store.writes += 1
    finally:
        store.changing = False


def restore_over(
    path: Path,
    source: Source,
    key: bytes | None,
    keys: KeyFile | None,
    kept: Path,
    opened: Callable[[Store], Store],
    record: Recorder,
    watch: Watch,
) -> None:
    """Put a copy in the place of an archive that does not open, or is not there.

    Args:
        key: data key that the new file has.
        keys: what lies beside it then; None to leave what is there.
        opened: makes of a store on the new file one with the person who works.

    Raises:
        EnvironmentFailed: "archive.locked"; as `restore_into`.
        RuleBroken: "copy.other_archive".
    """
    lock = LockFile.acquire(path)
    part = part_of(path)
    replica = new_id()
    try:
        with translated(path), disk_errors(path):
            settle(path)
            try:
                _write_part(source, part, key, replica, watch)
                engine = archive_engine(part, key, writing=True, log=False)
                try:
                    like = opened(Store(path, engine, replica, writing=True, key=key))
                finally:
                    engine.dispose()
                finish_part(_like(like, replica), part, record)
                if keys is not None:
                    set_keys_aside(path)
                    write_keys(path, keys)
                _replace(path, part, kept)
            finally:
                remove_part(part)
    finally:
        lock.release()


def _like(store: Store, replica: str) -> Store:
    return replace(store, replica_id=replica, lock=None, changing=False, safeguard=None, identity=None, saved_at=None)


def _replace(path: Path, part: Path, kept: Path) -> None:
    """The one rename, over a file that nobody has open; or where there is none."""
    if path.exists():
        hold(path, kept)
    else:
        set_logs_aside(path, kept)
    try:
        patient(lambda: part.replace(path))
    except BaseException:
        let_go(path)
        raise
    sync_folder(path.parent)
    settle(path)


def _write_part(source: Source, part: Path, key: bytes | None, replica: str, watch: Watch) -> None:
    """Write the copy's content into `part`: under another key, of the present schema, for another replica."""
    found = _look(source)
    remove_part(part)
    part.touch()
    _bring_over(source, part, key, watch)
    if found < SCHEMA_VERSION:
        bring_up(part, found, key, log=False)
    new_replica(part, key, replica)


def new_replica(path: Path, key: bytes | None, replica: str = "") -> None:
    """Have a copy that nobody has open count as another one: two files that are written must not count alike."""
    engine = archive_engine(path, key, writing=True, log=False)
    try:
        with engine.execution_options(writing=True).begin() as connection:
            connection.exec_driver_sql("update archive_info set replica_id = ?", (replica or new_id(),))
    finally:
        engine.dispose()


def _look(source: Source) -> int:
    """Schema of the copy, after a look at all of it.

    Raises:
        EnvironmentFailed: "archive.damaged", "archive.not_an_archive", "archive.newer".
        RuleBroken: "copy.other_archive".
    """
    name = source.path.name
    engine = archive_engine(source.path, source.key, writing=False, cache_bytes=CACHE_BYTES)
    try:
        with engine.connect() as connection:
            if connection.exec_driver_sql("pragma application_id").scalar_one() != APPLICATION_ID:
                raise EnvironmentFailed("archive.not_an_archive", name=name)
            found = int(connection.exec_driver_sql("pragma user_version").scalar_one())
            if found > SCHEMA_VERSION:
                raise EnvironmentFailed("archive.newer", name=name, found=found, known=SCHEMA_VERSION)
            refuse_faults(connection, name)
            number = connection.exec_driver_sql("select file_id from archive_info").scalar_one()
            if source.number not in (None, number):
                raise RuleBroken("copy.other_archive", name=name)
            return found
    finally:
        engine.dispose()


def _bring_over(source: Source, part: Path, key: bytes | None, watch: Watch) -> None:
    """Write everything that the copy holds into the empty file `part`, under `key`."""
    engine = archive_engine(part, key, writing=True, log=False, foreign_keys=False, synchronous="off")
    connection = engine.raw_connection()
    driver: Any = connection.driver_connection
    total = source.path.stat().st_size
    secret = "" if source.key is None else f"x'{source.key.hex()}'"
    try:
        watch(0, total)
        driver.execute("attach ? as copy key ?", (archive_uri(source.path.resolve(), writing=False), secret))
        try:
            driver.execute("begin")
            try:
                with watched(driver, lambda: watch(min(size_of(part), total), total)):
                    driver.execute("select sqlcipher_export('main', 'copy')").fetchall()
                for pragma in ("application_id", "user_version"):
                    value = driver.execute(f"pragma copy.{pragma}").fetchone()[0]
                    driver.execute(f"pragma main.{pragma} = {value}")
                driver.execute("commit")
            except BaseException:
                with contextlib.suppress(Exception):
                    driver.execute("rollback")
                raise
        finally:
            driver.execute("detach copy")
        watch(total, total)
    finally:
        connection.close()
        engine.dispose()
