"""Files that appear under their name whole, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.models.errors import EnvironmentFailed
from app.models.lock import LockFile

PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 2.0, 2.0, 2.0)
"""Seconds between two attempts at a file that another program holds: nine in all."""

BRIEFLY = PATIENCE[:4]
"""For a file that the user may have open elsewhere: who looks at all files is done by then, and the user is told."""

HELD = frozenset({5, 32, 33})
"""What Windows says of a file that a scanner, an indexer or a synchroniser looks at just now."""

Result = TypeVar("Result")


def patient(
    act: Callable[[], Result], wait: Callable[[float], None] = time.sleep, patience: Sequence[float] | None = None
) -> Result:
    """Do something with a file, again and again for some seconds while another program holds it.

    Args:
        patience: seconds between two attempts; None for `PATIENCE`.

    Raises:
        OSError: as `act`; at once when it is not for a holder, who goes away by itself.
    """
    for seconds in PATIENCE if patience is None else patience:
        try:
            return act()
        except OSError as failure:
            if getattr(failure, "winerror", None) not in HELD:
                raise
        wait(seconds)
    return act()


def put(source: Path, target: Path) -> None:
    """Give a file another name, over what has it; who holds one of the two is waited for."""
    patient(lambda: source.replace(target))


def take_away(path: Path) -> None:
    """Remove a file that may not be there; who holds it is waited for."""
    patient(partial(path.unlink, missing_ok=True))


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the operating system says into the errors of the program."""
    try:
        yield
    except FileExistsError as failure:
        raise EnvironmentFailed("archive.exists", name=path.name) from failure
    except OSError as failure:
        code = "disk.full" if failure.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else "archive.read_only"
        raise EnvironmentFailed(code, name=path.name) from failure


@contextlib.contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A hidden file to write; it gets its name when the block ends well, whole, and is gone when it does not.

    Raises:
        EnvironmentFailed: "archive.exists", "archive.folder_missing", "archive.locked", "archive.read_only",
            "disk.full".
    """
    if path.exists():
        raise EnvironmentFailed("archive.exists", name=path.name)
    if not path.parent.is_dir():
        raise EnvironmentFailed("archive.folder_missing", name=str(path.parent))
    lock = LockFile.acquire(path)
    part = part_of(path)
    try:
        with disk_errors(path):
            remove_part(part)  # left by a process that was killed
            yield part
            sync(part)
            if path.exists():
                raise FileExistsError(path)
            patient(lambda: part.rename(path))
            sync_folder(path.parent)
    finally:
        with contextlib.suppress(OSError):
            remove_part(part)
        lock.release()


def free_name(path: Path) -> Path:
    """The path, or one with a number where that is taken: two copies of one second must not be in each other's way."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def part_of(path: Path) -> Path:
    """Where a file is written before it gets its name."""
    return path.with_name(f".{path.name}.part")


def remove_part(part: Path) -> None:
    """Take away a file that never got its name, with what the engine kept beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        take_away(part.with_name(part.name + suffix))


def sync(path: Path) -> None:
    """Have the disk hold what was written."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Have the disk hold the names in a folder, where that can be asked for (not on Windows)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
