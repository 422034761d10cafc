"""What takes long to import, in the order that it is needed: loaded on a lane while the window can be used already."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from app.services.ports import Progress
from app.services.texts import Translator
from app.ui.views import ROOMS

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


def open_named(path: Path | None, tr: Translator, progress: Progress) -> Any:
    """Load the engine, and open the archive when one is named.

    What the first room asks of it is asked here once: a question costs most the first time, and the window would wait.

    Raises:
        AppError: as `open_archive`.
        Cancelled: before the archive is touched.
    """
    load(ENGINE, progress)
    if path is None:
        return None
    from app.services.archive import open_archive
    from app.services.overview import read_overview

    store = open_archive(path)
    read_overview(store, tr)
    return store


def load(names: tuple[str, ...], progress: Progress) -> None:
    """Import modules one by one.

    Raises:
        Cancelled: between two of them.
    """
    for done, name in enumerate(names):
        progress.step(done, len(names))
        import_module(name)
    progress.step(len(names), len(names))
