"""Opening an archive that has a password: the dialog that asks for user and password, or for the recovery sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.models.errors import AppError, InvalidInput
from app.services.keeping.places import DAMAGED
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.line_edits import LineEdit
from app.ui.secrets import AskingDialog, SecretEdit, add_field, form_layout
from app.ui.tasks import Lane, Task
from app.ui.theme import px
from app.ui.widgets import button, label

if TYPE_CHECKING:
    from app.ui.remembering import Remembering


class LaneDialog(AskingDialog):
    """A dialog that tries what was typed on a lane, and closes when it was right."""

    def __init__(self, desk: Desk, title: str, yes: str, image: str, parent: QWidget | None = None) -> None:
        super().__init__(title, yes, image, parent)
        self._desk = desk
        self._task: Task | None = None
        self._wait = QTimer(self)
        self._wait.setInterval(1000)
        self._wait.timeout.connect(self._on_second)
        self._seconds = 0
        self._go_text = yes
        self.result_: Any = None

    def work(self) -> Callable[[], Any]:
        """What to do on the lane.

        Raises:
            AppError: when something is missing.
        """
        raise NotImplementedError

    def again(self) -> None:
        """Put the cursor where the next attempt begins."""

    def accept(self) -> None:
        """Try; the dialog closes when it was right."""
        if self._task is not None or self._seconds:
            return
        try:
            work = self.work()
        except AppError as error:
            self.say(error)
            self.again()
            return
        self._try(work)

    def _try(self, work: Callable[[], Any]) -> None:
        self._task = Task(lambda _task: work())
        self._task.succeeded.connect(self._on_right)
        self._task.failed.connect(self._on_failed)
        self._set_busy(busy=True)
        self._desk.lanes.start(self._task, Lane.FILES)

    def reject(self) -> None:
        """Nothing is called off while it is being tried: it takes a moment."""
        if self._task is None:
            super().reject()

    def _set_busy(self, *, busy: bool) -> None:
        self.go_button.setEnabled(not busy)
        self.go_button.setText(_("One moment…") if busy else self._go_text)

    def _on_right(self, result: Any) -> None:
        self._task = None
        self._set_busy(busy=False)
        self.result_ = result
        QDialog.accept(self)

    def _on_failed(self, error: Exception) -> None:
        self._task = None
        self._set_busy(busy=False)
        if not isinstance(error, AppError):
            QDialog.reject(self)
            self._desk.failed(error)
            return
        self.say(error)
        self.again()
        if error.code == "keys.wait":
            self._seconds = int(str(error.values["seconds"]))
            self._show_wait()
            self._wait.start()

    def _on_second(self) -> None:
        self._seconds -= 1
        self._show_wait()

    def _show_wait(self) -> None:
        waiting = self._seconds > 0
        self.go_button.setEnabled(not waiting)
        self.go_button.setText(_("Wait {n} s").format(n=self._seconds) if waiting else self._go_text)
        if not waiting:
            self._seconds = 0
            self._wait.stop()
            self.banner.hide()


Way = Callable[[Path, str, str], Callable[[], Any]]
"""`way(path, login, password)` gives what is tried on a lane; an empty login is for the recovery sheet."""


def opening(path: Path, login: str, password: str) -> Callable[[], Any]:
    """Opens an archive by what was typed."""

    def work() -> Any:
        from app.services.archive import open_archive
        from app.services.users.keys import Credentials

        return open_archive(path, credentials=Credentials(login, password))

    return work


def kept_opening(path: Path, kept: Any) -> Callable[[], Any]:
    """Opens an archive by what the system's keyring keeps (`Credentials`)."""

    def work() -> Any:
        from app.services.archive import open_archive

        return open_archive(path, credentials=kept)

    return work


class UnlockDialog(LaneDialog):
    """Asks for user and password of an archive; `result_` is the open store.

    Attributes:
        refusal: why the archive does not open whatever is typed; the dialog closes then.
        memory: what the system's keyring keeps; None where it is not asked. It is to begin when the dialog is there.
    """

    def __init__(
        self,
        desk: Desk,
        path: Path,
        parent: QWidget | None = None,
        way: Way = opening,
        memory: Remembering | None = None,
    ) -> None:
        super().__init__(desk, _("Open the archive"), _("Open the archive"), "lock-open", parent)
        self._path, self._way, self.memory = path, way, memory
        self.refusal: AppError | None = None
        self.body.addWidget(label(_("«{name}» has a password.").format(name=path.stem), "muted", wrap=True))
        self.login = LineEdit()
        self.password = SecretEdit(_("Password"))
        self.letters = LineEdit()
        self._by_user, self._by_sheet = QWidget(), QWidget()
        for inside, rows in (
            (self._by_user, ((_("User name"), self.login), (_("Password"), self.password))),
            (self._by_sheet, ((_("The eight groups of letters of the recovery sheet"), self.letters),)),
        ):
            form: QFormLayout = form_layout()
            for title, editor in rows:
                add_field(form, title, editor)
            inside.setLayout(form)
            self.body.addWidget(inside)
        if memory is not None:
            self.body.addWidget(memory)
            memory.found.connect(self._on_kept)
            memory.told.connect(self._make_room)
        self.other = button("", name="link")
        self.other.clicked.connect(self._on_other)
        row = QHBoxLayout()
        row.addWidget(self.other)
        row.addStretch(1)
        self.body.addLayout(row)
        self._show_way(by_sheet=False)

    @property
    def by_sheet(self) -> bool:
        """Whether the letters of the sheet are asked for."""
        return self._by_user.isHidden()

    def work(self) -> Callable[[], Any]:
        if self.by_sheet:
            from app.services.users.recovery import parse_code

            return self._way(self._path, "", parse_code(self.letters.text()))
        if not self.login.text().strip():
            raise InvalidInput("keys.wrong")
        login, password = self.login.text(), self.password.text()
        work = self._way(self._path, login, password)
        return work if self.memory is None else self.memory.around(work, login, password)

    def done(self, result: int) -> None:
        """Whoever is still being asked need not answer; what is kept now is noted."""
        if self.memory is not None:
            self.memory.stop()
            if result:
                self.memory.note()
        super().done(result)

    def say(self, error: AppError) -> None:
        """Say what is wrong; what no password mends is said behind the dialog, with the way out."""
        if error.code in DAMAGED:
            self.refusal = error
            QDialog.reject(self)
        elif error.code != "keyring.outdated":  # then the password is asked for, as if nothing had been kept
            super().say(error)

    def again(self) -> None:
        if self.by_sheet:
            self.letters.setFocus()
            return
        editor = self.password if self.login.text().strip() else self.login
        editor.setFocus()
        editor.selectAll()

    def _show_way(self, *, by_sheet: bool) -> None:
        self._by_user.setHidden(by_sheet)
        self._by_sheet.setVisible(by_sheet)
        if self.memory is not None:
            self.memory.setHidden(by_sheet)
        self.other.setText(_("By user and password") if by_sheet else _("Recovery sheet"))
        self.banner.hide()
        (self.letters if by_sheet else self.login).setFocus()

    def _on_other(self) -> None:
        self._show_way(by_sheet=not self.by_sheet)

    def _on_kept(self, kept: Any) -> None:
        """Open by what the keyring keeps, unless somebody is at it already."""
        if self._task is None and not self._seconds and not self.by_sheet and not self.password.text():
            self._try(kept_opening(self._path, kept))


class SessionDialog(LaneDialog):
    """Stands in front of everything while the session is locked, until the password was right."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, _("The session is locked"), _("Unlock the session"), "lock-open", parent)
        self.setWindowTitle("Concilia")
        self.password = SecretEdit(_("Password"))
        self.body.addWidget(
            label(_("What you were typing is still there. Type the password of who opened the archive."), wrap=True)
        )
        form = form_layout()
        add_field(form, _("Password"), self.password)
        self.body.addLayout(form)
        self.stay_button.setText(_("Close the archive"))
        self.closing = False
        self.password.setFocus()

    def work(self) -> Callable[[], Any]:
        from app.services.users.keys import verify_present

        store, typed = self._desk.store, self.password.text()
        if store.person.id == "recovery":
            from app.services.users.recovery import parse_code

            typed = parse_code(typed)
        return lambda: verify_present(store, typed)

    def again(self) -> None:
        self.password.setFocus()
        self.password.selectAll()

    def reject(self) -> None:
        """Escape does not unlock."""

    def stay(self) -> None:
        """Close the archive; what was not saved is kept, and offered at the next opening."""
        if self._task is not None:
            return
        sure = _("What was typed and not saved is kept, and offered again when you open the archive.")
        if dialogs.confirm(self, _("Close the archive"), sure, _("Close all the same")):
            self.closing = True
            QDialog.reject(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing but the password, or the button, leads away."""
        event.ignore()


class WorkDialog(QDialog):
    """Stands in front of the window while the keys of the archive change; shows how far it is, and stops it."""

    def __init__(self, title: str, task: Task, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(px(420))
        self._task = task
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.stop_button = button(_("Stop"), "x")
        self.stop_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.stop_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(12))
        layout.addWidget(label(title, "h2", wrap=True))
        layout.addWidget(
            label(_("The archive is written anew. Until the last moment it stays as it was."), "muted", wrap=True)
        )
        layout.addWidget(self.bar)
        layout.addLayout(row)
        task.progressed.connect(self._on_progressed)
        task.finished.connect(self._on_finished)

    def reject(self) -> None:
        """Ask the work to stop; the dialog closes when it has."""
        self._task.cancel()
        self.stop_button.setEnabled(False)

    def _on_progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, 100)
        self.bar.setValue(done * 100 // max(total, 1))

    def _on_finished(self) -> None:
        QDialog.accept(self)
