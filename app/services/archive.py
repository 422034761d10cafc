"""Opening, making and copying archives; everything else takes the open `Store`."""

from __future__ import annotations

from pathlib import Path

from app.models import store as engine
from app.models.errors import EnvironmentFailed
from app.models.store import Store

SUFFIX = engine.SUFFIX


def open_archive(path: Path, *, writing: bool = True) -> Store:
    """Open an archive for this program.

    Args:
        path: of an existing archive.
        writing: False to read beside another window that writes.

    Raises:
        EnvironmentFailed: "archive.missing", "archive.not_an_archive", "archive.damaged", "archive.newer",
            "archive.locked", "archive.read_only".
    """
    return engine.open_archive(path, writing=writing)


def new_archive(path: Path) -> None:
    """Write an empty archive; the suffix is the user's business on the command line, the window adds it.

    Raises:
        EnvironmentFailed: "archive.exists", "archive.folder_missing", "archive.read_only", "disk.full".
    """
    engine.create_archive(path)


def copy_archive(store: Store, target: Path) -> None:
    """Write a verified copy of the open archive.

    Raises:
        EnvironmentFailed: "archive.exists", "archive.same_file", "disk.full", "archive.damaged".
    """
    if target.resolve() == store.path.resolve():
        raise EnvironmentFailed("archive.same_file", name=target.name)
    engine.copy_archive(store, target)
