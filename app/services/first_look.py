"""What is shown of an archive while its store is loaded: its overview, read under the lock that the store takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.models.glance import Ask, glance
from app.models.lock import LockFile
from app.services.keeping.places import PlaceKind, place_of_file
from app.services.overview import Overview, overview
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class FirstLook:
    """An archive that was looked at.

    Attributes:
        lock: held since before it was read, so that nobody wrote in it meanwhile; for `open_archive`, or given back.
    """

    path: Path
    lock: LockFile
    overview: Overview


def first_look(path: Path, tr: Translator) -> FirstLook | None:
    """Look at an archive and hold it; None, and nothing held, when only the store can tell what it is.

    Raises:
        EnvironmentFailed: "archive.locked", "archive.read_only".
    """
    if not path.is_file() or place_of_file(path).kind is not PlaceKind.LOCAL:
        return None

    def read(ask: Ask) -> Overview:
        return overview(ask, tr)

    lock, found = LockFile.acquire(path.resolve()), None
    try:
        found = glance(path.resolve(), read)
    finally:
        if found is None:
            lock.release()
    return None if found is None else FirstLook(path, lock, found)
