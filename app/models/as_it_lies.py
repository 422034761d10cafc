"""The bytes of an encrypted archive, copied as they lie while it is open: no page is decrypted to be encrypted again.

They are those of one instant: what was written before is brought in from the log, and a reader who sees just that state
keeps anything later in the log until all bytes are read. They are read by a descriptor that the engine itself has: to
open another one and to close it again would drop, on POSIX, all locks that this process holds on the file.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from app.models.errors import EnvironmentFailed
from app.models.store import archive_engine, file_identity, fold, translated

BLOCK = 1 << 20
DESCRIPTORS = Path("/dev/fd")
"""Where POSIX systems list the files that a process has open."""


def copy_as_it_lies(engine: Engine, path: Path, part: Path, key: bytes, look: Callable[[], None] | None = None) -> bool:
    """Copy the archive at `path`, behind `engine`, into `part`; its pages are not looked at.

    Args:
        look: called after each block; may raise.

    Returns:
        Whether it could be done: not without a log, not while others read an older state, not of a file that was
        moved. Nothing was written then.

    Raises:
        EnvironmentFailed: "archive.damaged" for a file that ends too early.
    """
    with _connection(engine) as reader, _descriptor(path) as descriptor:
        size = _hold_still(engine, path, reader)
        if size is None or descriptor is None:
            return False
        with part.open("wb") as file:
            for at in range(0, size, BLOCK):
                wanted = min(BLOCK, size - at)
                if file.write(_read(descriptor, wanted, at)) < wanted:
                    raise EnvironmentFailed("archive.damaged", name=path.name)
                if look is not None:
                    look()
    fold(archive_engine(part, key, writing=True, log=False, synchronous="off"))  # its first page speaks of a log
    return True


def _hold_still(engine: Engine, path: Path, reader: Any) -> int | None:
    """Bytes of the file, to which nobody brings anything while `reader` is open; None when that cannot be had."""
    if reader.execute("pragma journal_mode").fetchone()[0] != "wal":
        return None
    try:
        with translated(path), _connection(engine) as writer, _connection(engine) as other:
            writer.execute("begin immediate")  # nobody else writes between what follows
            reader.execute("begin")
            ((pages,), (page,)) = (reader.execute(f"pragma {name}").fetchone() for name in ("page_count", "page_size"))
            reader.execute("select count(*) from sqlite_master").fetchone()
            busy, logged, brought_in = other.execute("pragma wal_checkpoint(passive)").fetchone()
            writer.execute("rollback")
    except EnvironmentFailed:  # it is open for reading only, or somebody writes for long
        return None
    return None if busy or logged != brought_in else int(pages) * int(page)


@contextlib.contextmanager
def _connection(engine: Engine) -> Iterator[Any]:
    """A connection of the engine; what it began ends with the block."""
    pooled = engine.raw_connection()
    try:
        yield pooled.driver_connection
    finally:
        pooled.close()


@contextlib.contextmanager
def _descriptor(path: Path) -> Iterator[int | None]:
    """A descriptor of the open file; None when it is not there any more under its name."""
    if sys.platform == "win32":  # locks belong to handles there
        opened = os.open(path, os.O_RDONLY | os.O_BINARY)
        try:
            yield opened
        finally:
            os.close(opened)
    else:
        yield next((number for number in _open_files() if _stands_for(number, path)), None)


def _open_files() -> list[int]:
    """The descriptors of this process."""
    return [int(entry.name) for entry in DESCRIPTORS.iterdir()]


def _stands_for(descriptor: int, path: Path) -> bool:
    try:
        found = os.fstat(descriptor)
    except OSError:  # closed meanwhile
        return False
    return (found.st_dev, found.st_ino) == file_identity(path)


def _read(descriptor: int, size: int, at: int) -> bytes:
    if sys.platform == "win32":
        os.lseek(descriptor, at, os.SEEK_SET)
        return os.read(descriptor, size)
    return os.pread(descriptor, size, at)
