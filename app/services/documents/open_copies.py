"""Documents opened by other programs: read-only copies in a folder of this run alone, wiped when the archive is left.

A program that shows a document wants a file. The copy stands in a folder that only this user may enter, is itself read
only, and is written over with zeros and removed when its archive is closed or the program ends; what a killed run left
is wiped by the next one. A viewer that still holds a copy on a system that forbids removal keeps it until then.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from app.models.store import Store
from app.services.documents.documents import read_document
from app.services.documents.kinds import name_for_opening
from app.services.files import write_failure

PREFIX = "concilia-aperti-"
CHUNK = 1_000_000


class OpenCopies:
    """The copies of one run of the program."""

    def __init__(self, base: Path | None = None) -> None:
        """Keep copies under `base`, else under the system's folder for temporary files."""
        self.base = base or Path(tempfile.gettempdir())
        self.folder: Path | None = None

    def open(self, store: Store, document_id: str) -> Path:
        """A read-only copy of a document, for another program to show.

        Raises:
            NotFound, EnvironmentFailed: those of `read_document`; "place.read_only" and the like when no copy can be
                written.
        """
        document, content = read_document(store, document_id)
        try:
            if self.folder is None:
                self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=self.base))
            place = self.folder / document.sha256[:16]
            path = place / name_for_opening(document.name, document.kind)
            if not path.exists():
                place.mkdir(mode=0o700, exist_ok=True)
                try:
                    path.write_bytes(content)
                except OSError:  # half of it must not be shown the next time
                    _wipe(path)
                    raise
                path.chmod(stat.S_IRUSR)
        except OSError as error:
            raise write_failure(error, self.base / document.name) from error
        return path

    def wipe(self) -> bool:
        """Write over and remove every copy of this run; False when a program still holds one."""
        if self.folder is None:
            return True
        gone = wipe_folder(self.folder)
        if gone:
            self.folder = None
        return gone


def wipe_leftovers(base: Path | None = None) -> int:
    """Wipe what runs that are no longer there have left; gives how many folders were."""
    wiped = 0
    for folder in (base or Path(tempfile.gettempdir())).glob(f"{PREFIX}*"):
        number = folder.name.removeprefix(PREFIX).partition("-")[0]
        if number.isdecimal() and _is_ours(folder) and not _is_running(int(number)) and wipe_folder(folder):
            wiped += 1
    return wiped


def wipe_folder(folder: Path) -> bool:
    """Write zeros over every file in a folder, then remove it; False when something stays."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            _overwrite(path)
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _wipe(path: Path) -> None:
    _overwrite(path)
    with contextlib.suppress(OSError):
        path.unlink()


def _overwrite(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        left = path.stat().st_size
        with path.open("r+b") as file:
            while left > 0:
                left -= file.write(bytes(min(left, CHUNK)))
            file.flush()
            os.fsync(file.fileno())


def _is_ours(folder: Path) -> bool:
    """Whether a folder is a real one of this user: names in a shared place may be anybody's."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and (not hasattr(os, "getuid") or found.st_uid == os.getuid())


def _is_running(number: int) -> bool:
    """Whether a process with this number is there; doubt counts as yes."""
    if number == os.getpid():
        return True
    if sys.platform == "win32":
        from app.services.keeping import windows

        return windows.is_running(number)
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
