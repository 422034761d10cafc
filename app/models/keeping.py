"""The file that an archive had before a copy took its place: kept beside it, whatever happens meanwhile.

It is held under a hidden name first, which is a second name of the same file; then the new file takes the place by one
rename; then the held one gets a name that is seen. A process killed in between leaves the hidden name: whoever opens
the archive next finds either the file that is there under two names, or the one that was replaced.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path

from app.models.appearing import free_name, put, sync, sync_folder, take_away

LOGS = ("-wal", "-journal")
"""What the engine may have left beside a file that was not closed in peace; it belongs to that file alone."""

KEYS = ".keys"
NAME = ".name"
"""Beside the hidden name: the one that is seen later."""


def _held(path: Path) -> Path:
    return path.with_name(f".{path.name}.kept")


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def kept_name(path: Path) -> Path:
    """A free name for the file that is replaced: «piano.replaced-20140331-104207.concilia»."""
    return free_name(path.with_name(f"{path.stem}.replaced-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}"))


def hold(path: Path, name: Path) -> None:
    """Give the archive at `path`, which nobody has open, a second name; its keys, and logs that it needs, go along.

    Args:
        name: that it will have when it was replaced.
    """
    let_go(path)
    held = _held(path)
    _beside(held, NAME).write_text(name.name, "utf-8")
    sync(_beside(held, NAME))
    keys = _beside(path, KEYS)
    if keys.exists():
        shutil.copyfile(keys, _beside(held, KEYS))
        sync(_beside(held, KEYS))
    try:
        os.link(path, held)
    except OSError:  # a file system without second names
        part = _beside(held, ".part")
        shutil.copyfile(path, part)
        sync(part)
        put(part, held)
    for suffix in LOGS:  # they must not be found beside the file that takes the place
        with contextlib.suppress(FileNotFoundError):
            put(_beside(path, suffix), _beside(held, suffix))
    take_away(_beside(path, "-shm"))
    sync_folder(path.parent)


def has_logs(path: Path) -> bool:
    """Whether something lies beside a file that the engine would play into whatever has its name."""
    return any(_beside(path, suffix).exists() for suffix in LOGS)


def set_logs_aside(path: Path, name: Path) -> None:
    """Keep logs of a file that is gone out of the way of the one that comes in its place."""
    for suffix in LOGS:
        with contextlib.suppress(FileNotFoundError):
            put(_beside(path, suffix), _beside(name, suffix))
    take_away(_beside(path, "-shm"))


def let_go(path: Path) -> None:
    """Nothing was replaced after all: take the second name away, and give the logs back."""
    held = _held(path)
    for suffix in LOGS:
        with contextlib.suppress(FileNotFoundError):
            put(_beside(held, suffix), _beside(path, suffix))
    for suffix in ("", KEYS, NAME, ".part"):
        take_away(_beside(held, suffix))


def settle(path: Path) -> Path | None:
    """Give the file that was replaced its name, where there is one; or undo what a killed process began.

    Returns:
        Where it is now; None when nothing was replaced.
    """
    held = _held(path)
    if not held.exists():
        let_go(path)
        return None
    if path.exists() and _is_same(held, path):
        let_go(path)
        return None
    name = path.with_name(_beside(held, NAME).read_text("utf-8"))
    for suffix in (KEYS, *LOGS):
        with contextlib.suppress(FileNotFoundError):
            put(_beside(held, suffix), _beside(name, suffix))
    put(held, name)
    for suffix in (NAME, ".part"):
        take_away(_beside(held, suffix))
    sync_folder(path.parent)
    return name


def _is_same(one: Path, other: Path) -> bool:
    """Whether both are the same file, or a copy of it was not followed by anything yet."""
    if one.samefile(other):
        return True
    first, second = one.stat(), other.stat()
    return first.st_size == second.st_size and one.read_bytes() == other.read_bytes()
