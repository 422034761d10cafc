"""Archives with a password in the window: opening, making, and locking them while nobody is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QWindow
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.models.errors import AppError, EnvironmentFailed
from app.ui import dialogs
from app.ui.clipboard import clear_clipboard
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.tasks import Lane, Task
from app.ui.theme import px

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow
    from app.ui.remembering import Remembering
    from app.ui.system_lock import SystemLock

INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)
"""What shows that somebody is there."""


class Cover(QWidget):
    """Hides all of a window that stands open while the session is locked, from screen readers too."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._shown = [
            part
            for part in window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
            if part is not self and not part.isWindow() and part.isVisible()
        ]
        self.setObjectName("cover")
        self.setAutoFillBackground(True)
        self._window = window
        self._title = window.windowTitle()
        image = QLabel()
        image.setPixmap(icon("lock", "muted").pixmap(QSize(px(48), px(48))))
        layout = QVBoxLayout(self)
        layout.addWidget(image, 0, Qt.AlignmentFlag.AlignCenter)
        window.setWindowTitle("Concilia")
        window.windowTitleChanged.connect(self._on_title)
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.raise_()
        self.show()
        for part in self._shown:
            part.hide()

    def lift(self) -> None:
        """Show the window again."""
        window = self._window
        window.removeEventFilter(self)
        window.windowTitleChanged.disconnect(self._on_title)
        window.setWindowTitle(self._title)
        for part in self._shown:
            if isValid(part):
                part.show()
        self.hide()
        self.setParent(None)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        return False

    def _on_title(self, title: str) -> None:
        """A title that comes meanwhile is kept for later."""
        if title != "Concilia":
            self._title = title
            self._window.setWindowTitle("Concilia")


def _lasting(focus: QWidget | None) -> QWidget | None:
    """Where the focus goes back to: the editor of a cell keeps what was typed and goes, its grid stays."""
    place = focus
    while place is not None and not place.isWindow():
        place = place.parentWidget()
        if isinstance(place, QAbstractItemView):
            return place
    return focus


class Session(QObject):
    """What the window does about passwords."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._desk = window, window.desk
        self.lock_action = QAction(icon("lock"), _("Lock the session"), self)
        self.lock_action.setShortcut(QKeySequence("Ctrl+Alt+L"))
        self.lock_action.triggered.connect(self.lock)
        self.lock_action.setEnabled(False)
        self.is_locked = False
        self._held: list[AppError] = []
        self._system: SystemLock | None = None
        self._watched: list[QWindow] = []
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.lock)
        self._desk.archive_opened.connect(self.refresh)
        self._desk.archive_closed.connect(self.refresh)
        self._desk.changed.connect(self._on_changed)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._on_focus_window)
        self.refresh()

    # --- opening and making -----------------------------------------------------------------

    def open(self, path: Path) -> bool:
        """Ask for user and password of an archive and put it on the desk; False when it was called off."""
        from app.ui.unlock import UnlockDialog  # a plain archive needs none of it

        if self._desk.path is not None and self._desk.path.resolve() == path.resolve():
            return True
        self._desk.asked = path
        try:
            memory = self._memory(path)
        except EnvironmentFailed as failure:
            self._desk.refused.emit(failure)
            return False
        dialog = UnlockDialog(self._desk, path, self._window, memory=memory)
        if memory is not None:
            memory.begin()
        opened = dialogs.run_dialog(dialog)
        dialog.deleteLater()
        if dialog.refusal is not None:
            self._desk.refused.emit(dialog.refusal)
        if opened:
            self._desk.take(dialog.result_, path)
        if memory is not None and memory.refusal is not None:
            self._desk.refused.emit(memory.refusal)
        return opened

    def _memory(self, path: Path) -> Remembering | None:
        """What asks the system's keyring, where the settings allow it.

        Raises:
            EnvironmentFailed: "keys.missing", "keys.damaged", "keys.newer".
        """
        if not self._desk.settings.get("keyring"):
            return None
        from app.ui.remembering import Remembering  # rarely wanted, and not by default

        return Remembering(self._desk, path, use=path.resolve() not in self._desk.put_away)

    def put_away(self) -> None:
        """Close the archive; in this run of the program it opens by a password that is typed, be it another user's."""
        if self._desk.path is not None:
            self._desk.put_away.add(self._desk.path.resolve())
        self._desk.close_archive()

    def make(self, path: Path) -> None:
        """Lead through the making of a new archive, and put it on the desk."""
        from app.services.archive import refuse_existing
        from app.ui.wizard import NewArchiveWizard

        refuse_existing(path)
        wizard = NewArchiveWizard(self._desk, path, self._window)
        made = dialogs.run_dialog(wizard)
        wizard.deleteLater()
        if made and wizard.guarded:
            self._make_guarded(path, wizard.draft(), wizard.code, wizard.number)
        elif made:
            self._desk.new_archive(path)

    def _make_guarded(self, path: Path, first: Any, code: str, number: str) -> None:
        def work(_task: Task) -> Any:
            from app.services.archive import open_archive
            from app.services.users.keys import Credentials, new_encrypted_archive

            new_encrypted_archive(path, first, code, number)
            return open_archive(path, credentials=Credentials(first.login, first.password))

        task = Task(work, _("Making the archive"))
        task.succeeded.connect(self._on_made)
        task.failed.connect(self._desk.failed)
        self._desk.started.emit(task)
        self._desk.lanes.start(task, Lane.FILES)

    def _on_made(self, store: Any) -> None:
        self._desk.take(store, store.path)

    # --- locking ------------------------------------------------------------------------------

    @property
    def guarded(self) -> bool:
        """Whether the archive on the desk has a password."""
        return getattr(self._desk.store, "person", None) is not None

    def refresh(self) -> None:
        """Offer what the present archive needs, and begin to count the minutes anew."""
        self.lock_action.setEnabled(self.guarded)
        self._idle.stop()
        if self.guarded and self._system is None:
            self._listen()
        minutes = self._desk.settings.get("lock_minutes")
        if self.guarded and minutes and not self.is_locked:
            self._idle.start(minutes * 60_000)

    def _on_changed(self) -> None:
        """The archive may have got a password, or lost it."""
        if self.lock_action.isEnabled() != self.guarded:
            self._window.status.show_archive()
        self.refresh()

    def _listen(self) -> None:
        """From the first archive with a password on, the session locks with the system."""
        from app.ui.system_lock import SystemLock  # a plain archive is never locked

        self._system = SystemLock(int(self._window.winId()), self)
        self._system.locked.connect(self.lock, Qt.ConnectionType.QueuedConnection)

    def lock(self) -> None:
        """Take everything off the screen until the password was typed again."""
        if not self.guarded or self.is_locked:
            return
        from app.ui.unlock import SessionDialog

        self.is_locked = True
        clear_clipboard()
        self._desk.refused.disconnect(self._window.show_refusal)
        self._desk.refused.connect(self._hold_back)
        self.refresh()
        focus = _lasting(QApplication.focusWidget())
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        covers = [Cover(each) for each in QApplication.topLevelWidgets() if each.isVisible() and each.isWindow()]
        dialog = SessionDialog(self._desk, QApplication.activeModalWidget() or self._window)
        closing = not dialogs.run_dialog(dialog) and dialog.closing
        dialog.deleteLater()
        self.is_locked = False
        if closing:
            self._close()
        for cover in covers:
            if isValid(cover):
                cover.lift()
        self.refresh()
        if focus is not None and isValid(focus) and not closing:
            focus.window().activateWindow()
            focus.setFocus()
        self._desk.refused.disconnect(self._hold_back)
        self._desk.refused.connect(self._window.show_refusal)
        held, self._held = self._held, []
        for error in held:
            self._desk.refused.emit(error)

    def _hold_back(self, error: AppError) -> None:
        """Keep a refusal that comes while nobody is there: it names what it is about."""
        self._held.append(error)

    def _close(self) -> None:
        """Put the archive away; what was not saved is kept, and offered at the next opening."""
        for each in QApplication.topLevelWidgets():
            if each is not self._window and each.isVisible() and each.isModal():
                each.close()
        self.put_away()

    # --- is anybody there? ----------------------------------------------------------------------

    def _on_focus_window(self, window: QWindow | None) -> None:
        """Watch what is typed into each window of the program; events of its widgets are far too many to look at."""
        if window is not None and not any(known is window for known in self._watched):
            self._watched = [known for known in self._watched if isValid(known)]
            self._watched.append(window)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Somebody is there: count the minutes anew."""
        if event.type() in INPUT and self._idle.isActive():
            self._idle.start()
        return False
