"""The desk: what the whole window shares, that is the open archive, the settings and the news of every change."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from app.models.errors import AppError
from app.services.changes import Changes
from app.services.settings import Settings
from app.services.wording.texts import Translator
from app.ui import i18n
from app.ui.tasks import Lane, Lanes, Task

if TYPE_CHECKING:
    from app.services.documents.open_copies import OpenCopies
    from app.services.first_look import FirstLook
    from app.services.overview import Overview
    from app.ui.keeper import Keeper

Verb = Callable[..., Any]


class Desk(QObject):
    """Holds the open archive; every service call of the window goes through it.

    `read` and `do` call at once, on the thread of the window: for what takes less than 50 ms. `run` calls on
    the database lane. A verb gets the store first; what it returns is announced when it is a `Changes`.
    """

    archive_seen = Signal()  # its overview is known, its store is still to come
    archive_opened = Signal()
    archive_closed = Signal()
    changed = Signal(object)  # Changes
    saved = Signal()  # something was written
    refused = Signal(object)  # AppError that nobody took in hand
    crashed = Signal(object)  # any other exception
    written = Signal(object)  # Path of a file that was exported
    wanted = Signal(str, str)  # room and key of a record that should be shown; an empty key for the room alone
    started = Signal(object)  # Task, for the progress of the status bar

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.lanes = Lanes(self)
        self.store: Any = None
        self.path: Path | None = None
        self.seen: FirstLook | None = None
        self.asked: Path | None = None  # archive that was asked for last, be it that it did not open
        self.put_away: set[Path] = set()  # archives that were closed by hand: no kept password opens them in this run
        self._is_loading = False
        self._later: list[Callable[[], object]] = []
        self._copies: OpenCopies | None = None
        self._keeper: Keeper | None = None

    @property
    def texts(self) -> Translator:
        """Translator of the window's language (the name `tr` is taken by QObject)."""
        return i18n.current()

    @property
    def is_open(self) -> bool:
        """Whether an archive is on the desk."""
        return self.store is not None

    # --- the start ------------------------------------------------------------------------

    @property
    def is_seen(self) -> bool:
        """Whether an archive is shown, be it that its store is still to come."""
        return self.is_open or self.seen is not None

    def expect(self) -> None:
        """The engine of archives is being loaded: what needs it waits for `ready`."""
        self._is_loading = True

    def ready(self) -> None:
        """The engine is there: do what was asked for meanwhile, in order."""
        self._is_loading = False
        later, self._later = self._later, []
        for act in later:
            act()

    def postpone(self, act: Callable[..., object], *args: Any) -> bool:
        """Whether `act(*args)` has to wait for the engine of archives; it is done as soon as that is there."""
        if self._is_loading:
            self._later.append(partial(act, *args))
        return self._is_loading

    def show_first(self, look: FirstLook) -> None:
        """Show an archive of which only the overview is known; `take` brings its store, or `drop_first` ends it."""
        self.close_archive()
        self.seen, self.path = look, look.path
        self.archive_seen.emit()

    def drop_first(self) -> None:
        """The archive that is shown does not open after all: put it away."""
        if self.seen is not None:
            self.seen.lock.release()
            self.seen, self.path = None, None
            self.archive_closed.emit()

    def overview(self) -> Overview:
        """The overview of the archive that is shown."""
        if self.seen is not None:
            return self.seen.overview
        from app.services.overview import read_overview

        found: Overview = self.read(read_overview, self.texts)
        return found

    @property
    def copies(self) -> OpenCopies:
        """Copies of documents for other programs to show; wiped when the archive is put away."""
        if self._copies is None:
            from app.services.documents.open_copies import OpenCopies

            self._copies = OpenCopies()
        return self._copies

    @property
    def keeper(self) -> Keeper:
        """Keeps what is being typed."""
        if self._keeper is None:
            from app.ui.keeper import Keeper

            self._keeper = Keeper(self)
        return self._keeper

    # --- the archive ----------------------------------------------------------------------

    def open_archive(self, path: Path) -> None:
        """Put the archive at `path` on the desk, in place of the present one.

        Raises:
            EnvironmentFailed: when it cannot be opened; the present one stays.
        """
        from app.services.archive import open_archive

        self.asked = path
        if self.path is not None and self.path.resolve() == path.resolve():
            return
        self._take(open_archive(path), path)

    def new_archive(self, path: Path) -> None:
        """Make an empty archive at `path` and put it on the desk.

        Raises:
            EnvironmentFailed: when it cannot be made; the present one stays.
        """
        from app.services.archive import new_archive

        new_archive(path)
        self.open_archive(path)

    def show_anew(self) -> None:
        """The archive that is open holds other records from now on: show it as one that was opened just now."""
        self.archive_closed.emit()
        self.archive_opened.emit()

    def take(self, store: Any, path: Path) -> None:
        """Put an archive that is already open on the desk."""
        self._take(store, path)

    def sign(self) -> None:
        """Write the name of the settings into the history from now on; without one, that of the system stays."""
        name = self.settings.get("user_name").strip()
        if name and self.store is not None and getattr(self.store, "person", None) is None:
            self.store.user = name

    def close_archive(self) -> None:
        """Finish what is under way and put the archive away."""
        self.drop_first()
        if self.store is None:
            return
        self.lanes.wait()
        if self._keeper is not None:
            self._keeper.flush()
        if self._copies is not None:
            self._copies.wipe()
        store, self.store, self.path = self.store, None, None
        store.close()
        self.archive_closed.emit()

    def _take(self, store: Any, path: Path) -> None:
        if self.seen is None or self.seen.lock is not store.lock:
            self.close_archive()
        self.seen, self.store, self.path = None, store, path
        self.sign()
        self.settings.add_recent(path)
        self.archive_opened.emit()

    # --- service calls --------------------------------------------------------------------

    def read(self, verb: Verb, *args: Any, **kwargs: Any) -> Any:
        """What `verb(store, …)` gives, at once; for reads under 50 ms.

        Raises:
            AppError: as the verb does.
        """
        assert self.store is not None, "no archive on the desk"
        return verb(self.store, *args, **kwargs)

    def do(self, verb: Verb, *args: Any, **kwargs: Any) -> Any:
        """Call `verb(store, …)` at once and announce what it changed.

        Raises:
            AppError: as the verb does.
        """
        result = self.read(verb, *args, **kwargs)
        self.announce(result)
        return result

    def run(
        self,
        verb: Verb,
        *args: Any,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[AppError], None] | None = None,
        title: str = "",
        lane: Lane = Lane.DATABASE,
        **kwargs: Any,
    ) -> Task:
        """Call `verb(store, …)` on a lane; give the result to `done` on the thread of the window.

        Args:
            verb: a service function; it receives `progress` when it has an argument of that name.
            done: takes the result, after the change was announced.
            failed: takes a refusal; without it the window shows the sentence. Bugs never come here.
            title: what the status bar says meanwhile.

        Returns:
            The task, already queued: cancel it, or listen to `finished`.
        """
        assert self.store is not None, "no archive on the desk"
        store, watched = self.store, "progress" in inspect.signature(verb).parameters

        def work(task: Task) -> Any:
            if watched:
                return verb(store, *args, progress=task, **kwargs)
            return verb(store, *args, **kwargs)

        task = Task(work, title)
        _Errand(self, task, done, failed)
        self.started.emit(task)
        return self.lanes.start(task, lane)

    def announce(self, result: Any) -> None:
        """Tell the views of `result` when it is a `Changes`, and the user what was left undone."""
        if isinstance(result, Changes):
            self.saved.emit()
            self.changed.emit(result)
            if result.warning is not None:
                self.refused.emit(result.warning)

    def failed(self, error: Exception, taker: Callable[[AppError], None] | None = None) -> None:
        """Send an error where it belongs: to its taker, to the window as a sentence, or to the crash dialog."""
        if not isinstance(error, AppError):
            self.crashed.emit(error)
        elif taker is not None:
            taker(error)
        else:
            self.refused.emit(error)


class _Errand(QObject):
    """Takes the end of one task to whoever asked for it; it dies with the task."""

    def __init__(
        self,
        desk: Desk,
        task: Task,
        done: Callable[[Any], None] | None,
        failed: Callable[[AppError], None] | None,
    ) -> None:
        super().__init__(task)
        self._desk, self._done, self._failed = desk, done, failed
        task.succeeded.connect(self._on_succeeded)
        task.failed.connect(self._on_failed)

    def _on_succeeded(self, result: Any) -> None:
        self._desk.announce(result)
        if self._done is not None and _is_there(self._done):
            self._done(result)

    def _on_failed(self, error: Exception) -> None:
        taker = self._failed if self._failed is not None and _is_there(self._failed) else None
        self._desk.failed(error, taker)


def _is_there(taker: Callable[..., None]) -> bool:
    """Whether who asked is still there: a form may be gone when its answer comes; the window hears a refusal then."""
    owner = getattr(taker, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
