"""The application: settings, language and look, one desk, one window at a time."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from app import __version__
from app.services.changes import Changes
from app.services.settings import Settings, settings_path
from app.services.wording.texts import Translator
from app.ui import i18n
from app.ui.clipboard import Copying
from app.ui.crash import CrashHook
from app.ui.desk import Desk
from app.ui.gestures import Journal
from app.ui.i18n import _
from app.ui.main_window import MainWindow
from app.ui.opening import Opening
from app.ui.reading_order import FocusFollower
from app.ui.reopening import Reopening
from app.ui.safekeeping import Safekeeping
from app.ui.search_reader import SearchReader
from app.ui.tasks import Lane, Task
from app.ui.theme import Theme, apply_theme


def make_qt_application(arguments: Sequence[str] = ("concilia",)) -> QApplication:
    """The one QApplication of the process."""
    present = QApplication.instance()
    if isinstance(present, QApplication):
        return present
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(list(arguments))
    app.setApplicationName("Concilia")
    app.setApplicationVersion(__version__)
    return app


def find_records(store: Any, text: str, limit: int) -> Sequence[Any]:
    """Records that fit a text, for the command palette."""
    from app.services.search import search

    return search(store, text, limit)


def plan_heading(store: Any) -> tuple[str, str]:
    """Office and plan, for the rail; empty while there is no plan."""
    from app.services.plan.plan import find_plan

    plan = find_plan(store)
    if plan is None:
        return "", ""
    return next(iter(plan.office.splitlines()), ""), plan.name


def last_undoable(store: Any) -> Any:
    """The gesture that can be taken back."""
    from app.services.journal import undo

    return undo.last_undoable(store)


def last_redoable(store: Any) -> Any:
    """The gesture that can be done again."""
    from app.services.journal import undo

    return undo.last_redoable(store)


def undo_gesture(store: Any, number: int) -> Changes:
    """Take a gesture back."""
    from app.services.journal import undo

    return undo.undo(store, number)


def may_undo(store: Any, number: int) -> bool:
    """Whether a gesture is of a kind that can be taken back."""
    from app.services.journal import undo

    return undo.may_undo(store, number)


def stands_on(store: Any, number: int) -> Any:
    """The later gesture that is in the way of taking one back."""
    from app.services.journal import undo

    return undo.stands_on(store, number)


def gesture_text(row: Any, tr: Translator) -> str:
    """What a gesture did, in words."""
    from app.services.journal.journal import verb_text

    return verb_text(row, tr)


JOURNAL = Journal(last_undoable, last_redoable, undo_gesture, gesture_text, may_undo, stands_on)
"""The journal's verbs, imported when an archive is open: the start page needs none of the database."""


class Application(QObject):
    """Makes the window, and makes it anew when language, theme or scale change."""

    def __init__(
        self, app: QApplication, settings: Settings, language: str | None = None, *, coming: Path | None = None
    ) -> None:
        """Dress the application and make its window.

        Args:
            language: of the window until it is changed; None for that of the settings.
            coming: archive that `start` opens; the window is made without a start page then.
        """
        super().__init__(app)
        self.app = app
        self.settings = settings
        self._language = language
        self.desk = Desk(settings, self)
        self.opening = Opening(self.desk)
        self.opening.guarded.connect(self._on_guarded, Qt.ConnectionType.QueuedConnection)
        self._dress()
        FocusFollower(app, self)
        Copying(app, self)
        self.window = self._make_window("" if coming is None else coming.name)

    def open(self, path: Path | None) -> None:
        """Show the window, with an archive or on the start page."""
        self.window.show()
        if path is not None:
            self.window.open_path(path)

    def start(self, path: Path | None) -> None:
        """Show the window at once; what archives need is loaded on a lane, and the one that was named is opened."""
        self.window.show()
        self.opening.start(path)
        self.app.processEvents()  # painted, before the lane takes its share of the interpreter

    def rebuild(self) -> None:
        """Make the window anew, in the room where one was."""
        room = self.window.current_room()
        old = self.window
        old.remember_geometry()
        self._language = None
        self._dress()
        self.window = self._make_window()
        if room is not None:
            self.window.go(room.key)
        self.window.show()
        old.setParent(None)
        old.hide()
        self.desk.disconnect(old)
        old.deleteLater()

    def write_sample(self, path: Path) -> None:
        """Write the sample archive, then open it."""
        from app.services.sample import write_sample

        def work(task: Task) -> Path:
            write_sample(path, progress=task)
            return path

        task = Task(work, _("Writing the sample archive"))
        task.succeeded.connect(self._on_sample_written)
        task.failed.connect(self.desk.failed)
        self.desk.started.emit(task)
        self.desk.lanes.start(task, Lane.FILES)

    def _dress(self) -> None:
        """Language and look as the settings say."""
        i18n.set_language(self._language or self.settings.get("language"))
        apply_theme(self.app, Theme(self.settings.get("theme")), self.settings.get("scale"))

    def _make_window(self, coming: str = "") -> MainWindow:
        window = MainWindow(self.desk, find=find_records, heading=plan_heading, journal=JOURNAL, coming=coming)
        SearchReader(self.desk, window)
        Safekeeping(self.desk, window)
        Reopening(self.desk, window)
        window.rebuild_wanted.connect(self.rebuild, Qt.ConnectionType.QueuedConnection)
        window.sample_wanted.connect(self.write_sample)
        return window

    def _on_guarded(self, path: Path) -> None:
        self.window.open_path(path)

    def _on_sample_written(self, path: Path) -> None:
        self.window.open_path(path)


def run_window(path: Path | None, language: str | None = None) -> int:
    """Open the window and stay until it is closed.

    Args:
        path: archive to open, or None for the start page.
        language: of the window in this run, or None for that of the settings.

    Returns:
        The exit code.
    """
    app = make_qt_application(sys.argv[:1] or ("concilia",))
    settings = Settings(settings_path())
    application = Application(app, settings, language, coming=path)
    hook = CrashHook(application.window)
    hook.install()
    application.desk.crashed.connect(hook.tell)
    application.start(path)
    code = app.exec()
    application.opening.stop()
    application.desk.lanes.wait()
    app.processEvents()  # what the lanes had still to tell
    application.desk.close_archive()
    return code
