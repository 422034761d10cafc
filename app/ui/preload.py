"""What takes long to import, in the order that it is needed: loaded on a lane while the window can be used already."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.services.ports import Progress
from app.ui.views import ROOMS

if TYPE_CHECKING:
    from app.services.first_look import FirstLook
    from app.services.wording.texts import Translator

ENGINE = ("app.services.archive", "app.services.overview", ROOMS[0].module)
"""What it takes to open an archive and to show its first room."""

REST = (
    "app.services.findings",
    *(room.module for room in ROOMS[1:]),
    "app.services.search",
    "app.services.reports.catalogue",
    "app.services.reports.minutes",
    "app.services.reports.pdf",
    "app.services.integrity",
)
"""What the other rooms need on their first visit."""


def look(path: Path, tr: Translator, _progress: Progress) -> FirstLook | None:
    """What can be shown of an archive before its engine is loaded; None when only the engine can tell.

    Raises:
        AppError: as `first_look`.
    """
    from app.services.first_look import first_look

    return first_look(path, tr)


def open_named(path: Path, seen: FirstLook | None, progress: Progress) -> Any:
    """Load the engine, and open the archive with it; None when it has a password, which the window asks for.

    Args:
        seen: what is shown of it already, if anything is.

    Raises:
        AppError: as `open_archive`.
        Cancelled: before the archive is touched.
    """
    load(ENGINE, progress)
    from app.services.users.key_files import is_encrypted

    if is_encrypted(path):
        return None
    from app.services.archive import open_archive

    return open_archive(path, lock=None if seen is None else seen.lock)


def load_rest(progress: Progress) -> None:
    """Load what is needed later; wipe what a killed run has left: copies of documents, archives not written whole.

    Raises:
        Cancelled: between two modules.
    """
    load(REST, progress)
    from app.services.documents.open_copies import wipe_leftovers
    from app.services.settings import Settings, settings_path
    from app.services.users.key_files import wipe_unfinished

    wipe_leftovers()
    wipe_unfinished(Path(name) for name in Settings(settings_path()).get("recent"))


def load(names: tuple[str, ...], progress: Progress) -> None:
    """Import modules one by one.

    Raises:
        Cancelled: between two of them.
    """
    for done, name in enumerate(names):
        progress.step(done, len(names))
        import_module(name)
    progress.step(len(names), len(names))
