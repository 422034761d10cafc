"""Passwords that the system's keyring keeps: the box under the fields that ask for one, and the switch in the settings.

The keyring is asked on a lane: it may wait for somebody to unlock it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.models.errors import AppError, EnvironmentFailed
from app.services.settings import Settings
from app.ui.desk import Desk
from app.ui.editors import ChoiceEdit, FlagEdit
from app.ui.errors import sentence
from app.ui.i18n import _, current, plural
from app.ui.tasks import Lane, Task
from app.ui.theme import px
from app.ui.widgets import label


def _column(widget: QWidget, *parts: QWidget) -> None:
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(px(6))
    for part in parts:
        layout.addWidget(part)


class Remembering(QWidget):
    """Asks for the password that is kept of an archive, and whether the next one is to be kept.

    Attributes:
        refusal: why what was typed could not be kept, or what was kept not be taken away.
    """

    found = Signal(object)  # Credentials
    told = Signal()  # something else stands here now

    def __init__(self, desk: Desk, path: Path, *, use: bool, parent: QWidget | None = None) -> None:
        """Make the box; it shows once the system is known to have a keyring.

        Args:
            use: whether the archive opens by what is kept; False where a password is to be typed all the same, be it
                another user's, and what is kept stays as it is.
        """
        super().__init__(parent)
        from app.services.users import remembered

        self._desk, self._use = desk, use
        self.mark = remembered.mark_at(path)
        self.refusal: AppError | None = None
        self._noted = remembered.is_noted(desk.settings, self.mark)
        self._kept = self._noted
        self._task: Task | None = None
        self.box = FlagEdit()
        self.box.setText(_("Remember the password on this computer"))
        self.box.setChecked(self._noted)
        self.box.hide()
        self.word = label("", "muted", wrap=True)
        self.word.hide()
        _column(self, self.box, self.word)

    def begin(self) -> None:
        """Ask the keyring; what it has to say comes by `found` or stands here."""
        from app.services.users import remembered

        if self._noted and not self._use:
            return
        if self._noted:
            self._say(_("The keyring of the system is being asked. You can type the password meanwhile."))
        work: Callable[[Task], Any] = partial(remembered.find, self.mark) if self._noted else remembered.check_there
        self._task = task = Task(work)
        task.succeeded.connect(self._on_found)
        task.failed.connect(self._on_failed)
        self._desk.lanes.start(task, Lane.FILES)

    def offer(self, text: str = "") -> None:
        """Show the box, with a word on what the keyring said."""
        self.box.show()
        self._say(text)

    def stop(self) -> None:
        """Somebody was quicker than the keyring."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._say("")

    def around(self, work: Callable[[], Any], login: str, password: str) -> Callable[[], Any]:
        """`work`, which opens the archive by what was typed, and then what the box says."""
        keep = self.box.isVisible() and self.box.isChecked()
        if not keep and not (self._noted and self.box.isVisible()):
            return work

        def both() -> Any:
            from app.services.users import remembered
            from app.services.users.keys import Credentials

            result = work()
            try:
                if keep:
                    remembered.keep(self.mark, Credentials(login, password))
                else:
                    remembered.forget(self.mark)
                self._kept = keep
            except EnvironmentFailed as failure:
                self.refusal = failure
            return result

        return both

    def note(self) -> None:
        """Have the settings know what the keyring keeps now."""
        from app.services.users import remembered

        (remembered.note if self._kept else remembered.strike)(self._desk.settings, self.mark)

    def _say(self, text: str) -> None:
        self.word.setText(text)
        self.word.setVisible(bool(text))
        self.box.setAccessibleDescription(text)
        self.told.emit()

    def _on_found(self, kept: Any) -> None:
        if self.sender() is not self._task:
            return
        self._task = None
        self.offer()
        if kept is not None:
            self.found.emit(kept)
        else:
            self._kept = False
            self.note()

    def _on_failed(self, error: Exception) -> None:
        if self.sender() is not self._task:
            return
        self._task = None
        if not isinstance(error, AppError):
            self._desk.failed(error)
        elif error.code == "keyring.missing":
            self._say("")  # nothing is offered
        else:
            self.offer(sentence(error, current()))


class RememberingSwitch(QWidget):
    """The switch in the settings: off until somebody wants it, with what it means under it."""

    told = Signal()  # something else stands under it now

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._settings = desk, desk.settings
        self.editor = ChoiceEdit(
            choices=((False, _("Typed at each opening")), (True, _("Kept in the system's keyring, where ticked")))
        )
        self.editor.set_value(self._settings.get("keyring"))
        self.editor.edited.connect(self._on_edited)
        self.word = label("", "muted", wrap=True)
        _column(self, self.editor, self.word)
        self._say_how()

    def _say_how(self) -> None:
        warning = _(
            "Whoever sits at this computer while your account is open opens these archives under your name, without"
            " a password. Only for a computer that nobody else uses."
        )
        self._say(warning if self._settings.get("keyring") else "")

    def _say(self, text: str) -> None:
        self.word.setText(text)
        self.word.setVisible(bool(text))
        self.editor.setAccessibleDescription(text)
        self.told.emit()

    def _on_edited(self, wanted: bool) -> None:
        from app.services.users import remembered

        marks = tuple(self._settings.get("passwords_kept"))
        if wanted:
            self._ask(remembered.check_there, self._on_there, self._on_missing)
        else:
            self._settings.set("keyring", False)
            self._say_how()
            if marks:
                self._ask(partial(_forget_all, marks), self._on_forgotten, self.refuse)

    def _ask(self, work: Callable[[Task], Any], done: Callable[[Any], None], failed: Callable[[Any], None]) -> None:
        self.editor.setEnabled(False)
        self._say(_("The keyring of the system is being asked."))
        task = Task(work)
        task.succeeded.connect(done)
        task.failed.connect(failed)
        task.finished.connect(self._on_finished)
        self._desk.lanes.start(task, Lane.FILES)

    def _on_finished(self) -> None:
        self.editor.setEnabled(True)

    def _on_there(self, _nothing: Any) -> None:
        self._settings.set("keyring", True)
        self._say_how()

    def _on_missing(self, error: Exception) -> None:
        self.editor.set_value(False)
        self.refuse(error)

    def _on_forgotten(self, marks: Sequence[str]) -> None:
        self._strike(self._settings, marks)
        text = plural(
            "What was kept is gone from the keyring: {n} password.",
            "What was kept is gone from the keyring: {n} passwords.",
            len(marks),
        )
        self._say(text.format(n=len(marks)))

    def refuse(self, error: Exception) -> None:
        """Say what the keyring did not do."""
        if isinstance(error, AppError):
            self._say(sentence(error, current()))
        else:
            self._desk.failed(error)

    @staticmethod
    def _strike(settings: Settings, marks: Sequence[str]) -> None:
        from app.services.users import remembered

        for mark in marks:
            remembered.strike(settings, mark)


def _forget_all(marks: Sequence[str], progress: Task) -> Sequence[str]:
    from app.services.users import remembered

    for mark in marks:
        remembered.forget(mark, progress=progress)
    return marks


class Forgetting(QObject):
    """Takes away what is kept of an archive; lives as long as the desk, for an answer that comes late."""

    forgotten = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk

    def is_noted(self, number: str) -> bool:
        """Whether a password of this archive is kept here."""
        from app.services.users import remembered

        return remembered.is_noted(self._desk.settings, remembered.mark_of(number))

    def forget(self, number: str, login: str, _changes: object = None) -> None:
        """Take it away, where it is of this user, or of anybody without a name; nothing is asked where none is kept."""
        from app.services.users import remembered

        if not self.is_noted(number):
            return
        mark = remembered.mark_of(number)

        def work(task: Task) -> str:
            return mark if remembered.forget(mark, login, task) else ""

        task = Task(work, _("Forgetting the password"))
        task.succeeded.connect(self._on_forgotten)
        task.failed.connect(self._desk.failed)
        self._desk.started.emit(task)
        self._desk.lanes.start(task, Lane.FILES)

    def _on_forgotten(self, mark: str) -> None:
        from app.services.users import remembered

        if mark:
            remembered.strike(self._desk.settings, mark)
            self.forgotten.emit()
