"""Which archives have a password, asked without the database: a window asks before anything else is loaded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from app.models import slots
from app.models.appearing import part_of, remove_part
from app.models.errors import EnvironmentFailed
from app.models.lock import LockFile


def wipe_unfinished(archives: Iterable[Path]) -> int:
    """Take away what a killed process left of an archive that it wrote anew, which may be readable without a password.

    The next opening does the same; this is for archives that are not opened again. How many were taken away.
    """
    wiped = 0
    for path in archives:
        part = part_of(path)
        if not part.exists():
            continue
        with contextlib.suppress(EnvironmentFailed, OSError):
            lock = LockFile.acquire(path)  # nobody is at work on it
            try:
                remove_part(part)
                wiped += 1
            finally:
                lock.release()
    return wiped


def is_encrypted(path: Path) -> bool:
    """Whether the archive at `path` opens by a user and a password."""
    return slots.is_encrypted(path)
