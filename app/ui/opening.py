"""The way to an archive at the start: a look at it first, by itself, and its store when that is painted."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui import preload
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.tasks import Lane, Task

if TYPE_CHECKING:
    from app.services.first_look import FirstLook

PAINTED_AFTER_MS = 30
"""What was looked at is painted by then: the platform waits 5 ms before it paints, and a lane that imports meanwhile
would take the interpreter from it, and double the time."""

REST_AFTER_MS = 300
"""The first room is painted by then."""


class Opening(QObject):
    """Loads what archives need on a lane, and puts the archive that was named on the desk.

    What the user asks for meanwhile waits (`Desk.postpone`), with the progress in the line at the foot.
    """

    guarded = Signal(object)  # Path of the archive that was named: it has a password

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._is_over = False

    def start(self, path: Path | None) -> None:
        """Begin; with an archive, or only with what the next one will need."""
        self._desk.expect()
        if path is None:
            self._load_engine()
        else:
            self._desk.asked = path
            look = partial(preload.look, path, self._desk.texts)
            self._load(look, partial(self._on_looked, path), self._on_refused)

    def stop(self) -> None:
        """The window is closed: show nothing any more, start nothing."""
        self._is_over = True

    def _load(
        self,
        work: Callable[[Task], object],
        done: Callable[..., None],
        refused: Callable[[Exception], None],
        title: str = "",
    ) -> None:
        if self._is_over:
            return
        task = Task(work, title)
        task.succeeded.connect(done)
        task.failed.connect(refused)
        task.cancelled.connect(self._on_stopped)
        self._desk.started.emit(task)
        self._desk.lanes.start(task, Lane.FILES)

    def _load_engine(self) -> None:
        self._load(partial(preload.load, preload.ENGINE), self._on_engine_loaded, self._desk.failed)

    def _on_looked(self, path: Path, seen: FirstLook | None) -> None:
        if self._is_over:
            if seen is not None:
                seen.lock.release()
            return
        if seen is not None:
            self._desk.show_first(seen)
        QTimer.singleShot(PAINTED_AFTER_MS, partial(self._open_named, path, seen))

    def _open_named(self, path: Path, seen: FirstLook | None) -> None:
        title = _("Opening {name}…").format(name=path.name)
        done = partial(self._on_opened, path)
        self._load(partial(preload.open_named, path, seen), done, self._on_refused, title)

    def _on_opened(self, path: Path, store: Any) -> None:
        if self._is_over:
            if store is not None:
                store.close()
            return
        if store is not None:
            self._desk.take(store, store.path)
        else:
            self._desk.archive_closed.emit()
            self.guarded.emit(path)
        self._on_engine_loaded()

    def _on_refused(self, error: Exception) -> None:
        """The archive that was named cannot be opened: say it on the start page, and load what others need."""
        self._desk.drop_first()
        self._desk.failed(error)
        self._load_engine()

    def _on_stopped(self) -> None:
        """The user asked to stop: there is no archive, and what needs one loads what it needs by itself."""
        if self._is_over or self._desk.seen is not None:
            self._desk.drop_first()
        elif not self._desk.is_open:
            self._desk.archive_closed.emit()
        self._desk.ready()

    def _on_engine_loaded(self, _nothing: object = None) -> None:
        self._desk.ready()
        QTimer.singleShot(REST_AFTER_MS, self._load_rest)

    def _load_rest(self) -> None:
        self._load(preload.load_rest, self._on_rest_loaded, self._desk.failed)

    def _on_rest_loaded(self, _nothing: object = None) -> None:
        gc.freeze()  # modules are no garbage: looking at them again and again would hold the window still
