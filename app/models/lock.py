"""The lock file beside an archive: one writer at a time, named when another is refused, free when its process dies."""

from __future__ import annotations

import contextlib
import errno
import getpass
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from app.models.errors import EnvironmentFailed

_HELD = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})
"""What the operating system says when another holds the lock; anything else means that the place has no locks."""

_REFUSALS = {
    errno.ENOSPC: "disk.full",
    errno.EDQUOT: "disk.full",
    errno.ENAMETOOLONG: "file.name_too_long",
}
"""What stands in the way of the lock file, where it is not the right to write."""

PATH_MAX = 259
"""Letters of a path on Windows, unless its keeper allows longer ones; it says «no such file» of those."""

_FAR = 1 << 30
"""Offset of the locked byte: beyond the text, so that others can read who holds it (Windows locks bytes)."""


def user_name() -> str:
    """Name of the user of this computer; never empty."""
    try:
        return getpass.getuser() or "?"
    except (OSError, KeyError, ImportError):
        return "?"


def _machine() -> str:
    """Name of this computer; never empty."""
    if sys.platform == "win32":
        import platform

        name = platform.node()
    else:
        name = os.uname().nodename
    return name or "?"


def _lock(descriptor: int) -> None:
    """Lock the file for this process, or raise OSError at once."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _open(path: Path, archive: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as failure:
        code = _REFUSALS.get(failure.errno or 0, "archive.read_only")
        if failure.errno == errno.ENOENT and len(str(path)) > PATH_MAX:
            code = "file.name_too_long"
        raise EnvironmentFailed(code, name=archive.name) from failure


def _same_file(descriptor: int, path: Path) -> bool:
    """Whether the file under `path` is still the one that is open."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


@dataclass
class LockFile:
    """A held lock; the operating system gives it back when the process ends, however it ends."""

    path: Path
    descriptor: int

    @classmethod
    def acquire(cls, archive: Path) -> LockFile:
        """Take the lock of `archive`.

        Raises:
            EnvironmentFailed: "archive.locked" with `machine` and `user`, "archive.read_only", "disk.full".
        """
        path = archive.with_name(archive.name + ".lock")
        while True:
            descriptor = _open(path, archive)
            try:
                _lock(descriptor)
            except OSError as failure:
                os.close(descriptor)
                if failure.errno not in _HELD:
                    raise EnvironmentFailed("archive.read_only", name=archive.name) from failure
                raise EnvironmentFailed("archive.locked", name=archive.name, **_holder(path)) from failure
            if _same_file(descriptor, path):
                break
            os.close(descriptor)  # the holder before us took its file away between our open and our lock
        with contextlib.suppress(OSError):  # a full disk: it is held all the same, by somebody without a name
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.truncate(descriptor, 0)
            os.write(descriptor, json.dumps({"machine": _machine(), "user": user_name()}).encode())
        return cls(path, descriptor)

    def release(self) -> None:
        """Give the lock back and take its file away; once is enough."""
        if self.descriptor < 0:
            return
        with contextlib.suppress(OSError):
            if sys.platform != "win32":  # an open file cannot be removed on Windows: closed first, below
                self.path.unlink(missing_ok=True)
        os.close(self.descriptor)
        self.descriptor = -1
        if sys.platform == "win32":
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)


def _holder(path: Path) -> dict[str, str]:
    """Machine and user written in the lock file, or question marks."""
    try:
        text = json.loads(path.read_text(encoding="utf-8"))
        return {"machine": str(text["machine"]), "user": str(text["user"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"machine": "?", "user": "?"}
