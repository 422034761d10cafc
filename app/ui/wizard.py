"""Step by step to an archive with a password: its keeper, the recovery sheet, part of it typed back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.models.errors import AppError, InvalidInput
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.i18n import _, current
from app.ui.line_edits import LineEdit
from app.ui.secrets import AskingDialog, NewPassword, UserNames, add_field, form_layout
from app.ui.tasks import Lane, Task
from app.ui.theme import px
from app.ui.widgets import button, label


class Step(QWidget):
    """One step of a wizard."""

    title = ""
    finished = Signal()  # there is nothing more to do here

    def __init__(self) -> None:
        super().__init__()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(px(10))

    def enter(self) -> None:
        """Begin the step; the cursor goes to its first field."""

    def check(self) -> None:
        """Refuse to go on while something is missing or wrong.

        Raises:
            AppError: what it is.
        """


class GuardStep(Step):
    """Whether the archive has a password."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.title = _("With a password, or without")
        self.guarded = QRadioButton(_("With a password: a lost or stolen computer gives nothing away"))
        self.open = QRadioButton(_("Without a password: whoever has the file reads it"))
        self.guarded.setChecked(True)
        self.body.addWidget(label(str(path), "muted", wrap=True))
        self.body.addWidget(self.guarded)
        self.body.addWidget(self.open)
        self.body.addWidget(
            label(
                _("It can be set or taken away later, under «People and keys» in the room Archive."), "muted", wrap=True
            )
        )
        self.body.addStretch(1)

    def enter(self) -> None:
        self.guarded.setFocus()


class PersonStep(Step):
    """The first keeper."""

    def __init__(self) -> None:
        super().__init__()
        self.title = _("Who keeps the archive")
        self.body.addWidget(
            label(
                _("The keeper adds the other people, gives new passwords, and makes copies. It can be you."),
                "muted",
                wrap=True,
            )
        )
        self.names = UserNames()
        self.fields = NewPassword(self.names.texts)
        self.fields.follow(self.names)
        self.body.addWidget(self.names)
        self.body.addWidget(self.fields, 1)
        self.password = ""

    def enter(self) -> None:
        self.names.name.setFocus()

    def check(self) -> None:
        self.names.check()
        self.password = self.fields.value()

    def draft(self) -> Any:
        """The user."""
        from app.services.users.keys import UserDraft

        name, login = self.names.texts()
        return UserDraft(name, login, self.password)


class SheetStep(Step):
    """The recovery sheet: to be saved as PDF, and printed.

    Args:
        facts: the file's name and the archive's number.
    """

    def __init__(self, desk: Desk, code: str, facts: tuple[str, str]) -> None:
        super().__init__()
        self.title = _("Recovery sheet")
        self._desk, self._code, self._facts = desk, code, facts
        self.file: Path | None = None
        self.body.addWidget(
            label(
                _(
                    "When every password is forgotten, only this sheet opens the archive: nobody else can help. Save"
                    " it on a removable disk, print it, lock it away, and delete the file."
                ),
                wrap=True,
            )
        )
        self.save_button = button(_("Save the sheet as PDF…"), "file-down")
        self.save_button.clicked.connect(self.save)
        self.said = label("", "muted", wrap=True)
        row = QHBoxLayout()
        row.addWidget(self.save_button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addWidget(self.said)
        self.body.addStretch(1)

    def enter(self) -> None:
        self.save_button.setFocus()

    def save(self) -> None:
        """Ask for a file and write the sheet there."""
        name = _("recovery sheet")
        path = dialogs.choose_save(self, self.title, _("PDF (*.pdf)"), Path.home() / f"{name}.pdf")
        if path is None:
            return
        (archive, number), tr, code = self._facts, current(), self._code

        def work(_task: Task) -> Path:
            from app.services.reports.pdf import write_pdf
            from app.services.users.recovery import recovery_sheet

            write_pdf(recovery_sheet(archive, number, code, datetime.now(UTC).replace(microsecond=0), tr), path)
            return path

        task = Task(work)
        task.succeeded.connect(self._on_saved)
        task.failed.connect(self._desk.failed)
        self.save_button.setEnabled(False)
        task.finished.connect(self._on_finished)
        self._desk.lanes.start(task, Lane.FILES)

    def check(self) -> None:
        if self.file is None:
            raise InvalidInput("keys.sheet_unsaved")

    def _on_saved(self, path: Path) -> None:
        self.file = path
        self.said.setText(_("Saved: {name}. Print it before you go on.").format(name=path))

    def _on_finished(self) -> None:
        self.save_button.setEnabled(True)
        if self.file is not None:
            self.finished.emit()


class TypeBackStep(Step):
    """Two groups of the sheet, at random, typed back: the sheet is there and can be read."""

    def __init__(self, code: str) -> None:
        super().__init__()
        from app.services.users.recovery import asked_groups

        self.title = _("Type part of the sheet back")
        self._code = code
        self.body.addWidget(label(_("This shows that the sheet is in your hands and can be read."), "muted", wrap=True))
        self.asked = asked_groups()
        form = form_layout()
        self.editors = []
        for number in self.asked:
            editor = LineEdit()
            editor.setMaxLength(12)
            add_field(form, _("Group {n} of the sheet").format(n=number), editor)
            self.editors.append(editor)
        self.body.addLayout(form)
        self.body.addStretch(1)

    def enter(self) -> None:
        self.editors[0].setFocus()

    def check(self) -> None:
        from app.services.users.recovery import check_typed

        for number, editor in zip(self.asked, self.editors, strict=True):
            try:
                check_typed(self._code, number, editor.text())
            except AppError:
                editor.setFocus()
                raise


class Wizard(AskingDialog):
    """Steps one after the other; accepted after the last.

    Args:
        last: the word on the button of the last step.
        ends: whether what was entered in the present step makes all others needless.
    """

    def __init__(
        self,
        title: str,
        last: str,
        steps: Sequence[Step],
        parent: QWidget | None = None,
        ends: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(title, _("Next"), "arrow-right", parent)
        self._title, self._last, self._ends = title, last, ends
        self.steps = tuple(steps)
        self._stack = QStackedWidget()
        for step in self.steps:
            self._stack.addWidget(step)
            step.finished.connect(self.go_button.setFocus)
        self.body.addWidget(self._stack)
        self.back_button = button(_("Back"), "arrow-left")
        self.back_button.clicked.connect(self._on_back)
        self.foot.insertWidget(0, self.back_button)
        self.setMinimumSize(px(560), min(px(530), self.screen().availableGeometry().height() - px(30)))
        self._show(0)

    @property
    def step(self) -> Step:
        """The present step."""
        return self.steps[self._stack.currentIndex()]

    def accept(self) -> None:
        """Go on to the next step, or end after the last."""
        try:
            self.step.check()
        except AppError as error:
            self.say(error)
            return
        at = self._stack.currentIndex()
        if at + 1 == len(self.steps) or self._ends():
            QDialog.accept(self)
            return
        self._show(at + 1)

    def _show(self, at: int) -> None:
        self._stack.setCurrentIndex(at)
        self.banner.hide()
        self.heading.setText(f"{self._title} · {self.step.title}")
        self.refresh()
        self.step.enter()

    def refresh(self) -> None:
        """Say on the buttons where they lead."""
        at = self._stack.currentIndex()
        self.back_button.setVisible(at > 0)
        ends = at + 1 == len(self.steps) or self._ends()
        self.go_button.setText(self._last if ends else _("Next"))

    def _on_back(self) -> None:
        self._show(self._stack.currentIndex() - 1)


class NewArchiveWizard(Wizard):
    """A new archive at `path`."""

    def __init__(self, desk: Desk, path: Path, parent: QWidget | None = None) -> None:
        from app.services.users.keys import archive_number
        from app.services.users.recovery import new_code

        self.guard, self.person = GuardStep(path), PersonStep()
        self.code, self.number = new_code(), archive_number()
        facts = (path.name, self.number)
        self.sheet, self.back = SheetStep(desk, self.code, facts), TypeBackStep(self.code)
        steps = (self.guard, self.person, self.sheet, self.back)
        super().__init__(_("New archive"), _("Make the archive"), steps, parent, ends=self._ends_here)
        self.guard.guarded.toggled.connect(self.refresh)

    @property
    def guarded(self) -> bool:
        """Whether the archive is to have a password."""
        return self.guard.guarded.isChecked()

    def draft(self) -> Any:
        """The first keeper."""
        return self.person.draft()

    def _ends_here(self) -> bool:
        return self.step is self.guard and not self.guarded


class EncryptWizard(Wizard):
    """A password for the archive that is open."""

    def __init__(self, desk: Desk, number: str, parent: QWidget | None = None) -> None:
        from app.services.users.recovery import new_code

        assert desk.path is not None
        self.person, self.code = PersonStep(), new_code()
        sheet = SheetStep(desk, self.code, (desk.path.name, number))
        steps = (self.person, sheet, TypeBackStep(self.code))
        super().__init__(_("Set a password"), _("Encrypt the archive"), steps, parent)

    def draft(self) -> Any:
        """The first keeper."""
        return self.person.draft()


class SheetWizard(Wizard):
    """A new recovery sheet."""

    def __init__(self, desk: Desk, number: str, parent: QWidget | None = None) -> None:
        from app.services.users.recovery import new_code

        assert desk.path is not None
        self.code = new_code()
        steps = (SheetStep(desk, self.code, (desk.path.name, number)), TypeBackStep(self.code))
        super().__init__(_("New recovery sheet"), _("Use the new sheet"), steps, parent)
