"""Verified copies: written under another name, looked at as a whole, held by the disk, and only then named."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.models import schema
from app.models.appearing import appearing
from app.models.as_it_lies import copy_as_it_lies
from app.models.errors import EnvironmentFailed
from app.models.slots import keys_path, read_keys, serves, set_keys_aside, write_keys
from app.models.store import Store, archive_engine, translated
from app.models.watching import size_of, watched

COPY_PARTS = 100
"""Parts in which the progress of a copy is told: the first half is written, then all of it is looked at."""

CACHE_BYTES = 200_000_000
"""Most of a copy that is kept in memory while it is looked at. Comparing indexes with tables reads each page more than
once, and in an encrypted file each reading is a decryption: with the usual cache it took twice as long."""

Step = Callable[[int, int], None]
Prove = Callable[[Engine], None]
"""Looks at a copy that has no name yet, and raises when it may not have one."""


def copy_archive(store: Store, target: Path, step: Step | None = None, prove: Prove | None = None) -> None:
    """Write a verified copy of an open archive; it appears whole or not at all.

    Args:
        step: told how many of how many parts are done; may raise `Cancelled`, and nothing is left of the copy.
        prove: looks at the copy too, after its pages and references were found whole.

    Raises:
        EnvironmentFailed: "archive.exists", "archive.folder_missing", "archive.locked", "archive.read_only",
            "disk.full", "archive.damaged"; "archive.busy" while the archive passes to another key.
    """
    write_copy(store.engine, store.path, target, store.key, step, prove)


def write_copy(
    engine: Engine, path: Path, target: Path, key: bytes | None, step: Step | None = None, prove: Prove | None = None
) -> None:
    """Write a verified copy of the archive at `path`, behind `engine`, with its keys; see `copy_archive`."""
    with translated(target), appearing(target) as part:
        look = _copied(path, part, step)
        if key is None or not copy_as_it_lies(engine, path, part, key, look):
            _write_anew(engine, part, look)
        copy = archive_engine(part, key, writing=False, cache_bytes=min(part.stat().st_size, CACHE_BYTES))
        try:
            with copy.connect() as connection, watched(connection.connection.driver_connection, _checked(step)):
                refuse_faults(connection, target.name)
            if prove is not None:
                prove(copy)
        finally:
            copy.dispose()
        if key is not None and keys_path(path).exists():
            keys = read_keys(path)
            if not serves(keys, key):
                raise EnvironmentFailed("archive.busy", name=path.name)
            set_keys_aside(target)
            write_keys(target, keys)


def _write_anew(engine: Engine, part: Path, look: Callable[[], None] | None) -> None:
    """Copy record by record, which the engine does by itself."""
    source = engine.raw_connection()
    try:
        assert source.driver_connection is not None
        with watched(source.driver_connection, look):
            source.driver_connection.execute("vacuum into ?", (str(part),))
    finally:
        source.close()


def refuse_faults(connection: sa.Connection, name: str) -> None:
    """Refuse a file of which a page is broken, or in which a reference leads nowhere.

    Every page is read, and in an encrypted file each of them proves itself when it is.

    Raises:
        EnvironmentFailed: "archive.damaged".
    """
    if schema.page_faults(connection, thorough=True) or schema.dangling_references(connection):
        raise EnvironmentFailed("archive.damaged", name=name)


def _copied(path: Path, part: Path, step: Step | None) -> Callable[[], None] | None:
    """Tells how much of the copy is written, which is its first half."""
    if step is None:
        return None

    def look() -> None:
        step(min(size_of(part) * COPY_PARTS // (2 * max(size_of(path), 1)), COPY_PARTS // 2), COPY_PARTS)

    return look


def _checked(step: Step | None) -> Callable[[], None] | None:
    """Tells that the copy is being looked at, which has no measure."""
    return None if step is None else lambda: step(COPY_PARTS // 2, COPY_PARTS)


def stamp() -> str:
    """Day and time for the name of a copy: «20140331-104207»."""
    return time.strftime("%Y%m%d-%H%M%S")
