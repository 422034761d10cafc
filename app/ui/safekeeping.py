"""What the window does by itself for an archive's safety: regular copies, a word on its place, a way out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from app.models.errors import AppError
from app.services.keeping.places import DAMAGED
from app.services.ports import Progress
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.tasks import Lane, Task
from app.ui.widgets import Tone

if TYPE_CHECKING:
    from app.services.keeping.copies import RegularCopies
    from app.ui.main_window import MainWindow

LOOK_MS = 60_000
"""How often it is looked whether a copy is due, and whether the file is still where it was."""


class Safekeeping(QObject):
    """Follows the desk of one window."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self._regular: RegularCopies | None = None
        self._task: Task | None = None
        self._told = ""
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._notice = QTimer(self, singleShot=True, interval=0)
        self._notice.timeout.connect(self._give_notice)
        desk.archive_opened.connect(self._on_opened)
        desk.archive_closed.connect(self._on_closed)
        desk.refused.connect(self._on_refused)
        if desk.is_open:
            self._begin()

    # --- while one works --------------------------------------------------------------------

    def look(self) -> None:
        """Make a copy when one is due, beside the window; say it when the file is not where it was."""
        store = self._desk.store
        if store is None or not getattr(store, "writing", False) or self._task is not None:
            return
        self._task = self._desk.run(self._keep, done=self._on_kept, failed=self._on_not_kept, lane=Lane.FILES)
        self._task.finished.connect(self._on_finished)

    def _keep(self, store: Any, progress: Progress) -> Any:
        from app.services.keeping.copies import RegularCopies
        from app.services.keeping.erasing import is_unclean

        store.check_place()
        if self._regular is None:
            self._regular = RegularCopies(store)
        self._regular.make(progress)
        return is_unclean(store)

    def _on_kept(self, is_unclean: bool) -> None:
        """What could not be cleaned yet is tried again, in silence: it was told."""
        from app.services.keeping.erasing import clean

        self._told = ""
        if is_unclean and self._desk.is_open:
            self._desk.run(clean)

    def _on_not_kept(self, error: AppError) -> None:
        """Say it once; the next look tries again in silence."""
        if self._told != error.code:
            self._told = error.code
            self._desk.refused.emit(error)

    def _on_finished(self) -> None:
        self._task = None

    # --- the archive comes and goes ---------------------------------------------------------

    def _on_opened(self) -> None:
        self._begin()
        self._notice.start()  # when the first room is painted

    def _begin(self) -> None:
        self._regular, self._told = None, ""
        self._timer.start()

    def _on_closed(self) -> None:
        self._timer.stop()
        self._notice.stop()
        if self._task is not None:
            self._task.cancel()

    def _give_notice(self) -> None:
        """Why the archive is open for reading only, with the way out; or what is amiss while it is written."""
        store = self._desk.store
        if store is None:
            return
        from app.services.keeping.places import PlaceKind
        from app.ui.errors import sentence

        if getattr(store, "reading_because", "") in set(PlaceKind):
            text = sentence(store.reading_refusal(), self._desk.texts)
            if dialogs.confirm(self._window, _("Open for reading only"), text, _("Copy to this computer…")):
                self.copy_here()
        elif getattr(store, "writing", False):
            self._desk.run(_warnings, done=self._tell, lane=Lane.FILES)

    def _tell(self, warnings: tuple[AppError, ...]) -> None:
        from app.ui.errors import heading, sentence

        for error in warnings:
            dialogs.tell(self._window, heading(error, self._desk.texts), sentence(error, self._desk.texts))

    def copy_here(self) -> None:
        """Ask for a place on this computer, copy the archive there, and go on in the copy."""
        from app.services.archive import SUFFIX

        path = self._desk.path
        assert path is not None
        patterns = _("Archives (*{suffix})").format(suffix=SUFFIX)
        target = dialogs.choose_save(self._window, _("Copy to this computer"), patterns, Path.home() / path.name)
        if target is not None:
            self._desk.run(_copy_to, target, done=self._open_copy, title=_("Copying the archive"))

    def _open_copy(self, target: Path) -> None:
        self._window.open_path(target)

    # --- an archive that does not open --------------------------------------------------------

    def _on_refused(self, error: AppError) -> None:
        """Offer the copies of an archive that is damaged or gone, where there are any."""
        path = self._desk.asked
        if error.code not in DAMAGED or self._desk.is_seen or path is None:
            return
        from app.services.keeping.copies import copy_files
        from app.ui.errors import sentence

        if copy_files(path.resolve()):
            text = sentence(error, self._desk.texts)
            self._window.start.banner.say(text, Tone.BAD, _("Copies…"), self.rescue)

    def rescue(self) -> None:
        """Show the copies of the archive that does not open, and put one in its place."""
        from app.ui.rescue import rescue

        path = self._desk.asked
        assert path is not None
        if rescue(self._desk, path, self._window):
            self._window.open_path(path)


def _warnings(store: Any) -> tuple[AppError, ...]:
    """A clock that is behind, and an erasing whose traces could not be cleaned when the archive was opened."""
    from app.services.archive import clock_refusal
    from app.services.keeping.erasing import cleaning_refusal

    return tuple(error for error in (clock_refusal(store), cleaning_refusal(store)) if error is not None)


def _copy_to(store: Any, target: Path, progress: Progress) -> Path:
    from app.services.keeping.outside_copies import take_along

    take_along(store, target, progress)
    return target
