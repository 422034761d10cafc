"""Fields for passwords: hidden letters, a word on how good a new one is, and dialogs that ask for them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.models.errors import AppError, InvalidInput
from app.services.users.passwords import LEAST, STRENGTH_WORDS, Strength, check_password_length, check_same, strength
from app.services.wording.folding import words
from app.ui.errors import sentence
from app.ui.i18n import _, current
from app.ui.line_edits import LineEdit
from app.ui.tall import Tall
from app.ui.theme import px
from app.ui.widgets import Banner, Tone, button, label, restyle

LOOKS = {Strength.SHORT: "muted", Strength.WEAK: "fieldError", Strength.FAIR: "", Strength.GOOD: ""}


class SecretEdit(LineEdit):
    """A line whose letters are hidden until the eye is pressed; nothing of it can be copied."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self._eye = self.add_button("eye", _("Show the letters"))
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._on_toggled)

    def _on_toggled(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)


def form_layout() -> QFormLayout:
    """Fields one under the other, each below its label."""
    form = QFormLayout()
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
    form.setVerticalSpacing(px(8))
    form.setContentsMargins(0, 0, 0, 0)
    return form


def add_field(form: QFormLayout, title: str, editor: QWidget) -> None:
    """A field with its label, which is its name for readers of the screen too."""
    editor.setAccessibleName(title)
    editor.setMinimumHeight(editor.sizeHint().height())
    form.addRow(title, editor)


class UserNames(QWidget):
    """A user's name, and the name that is typed at each opening: suggested by the first until it is written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.login = LineEdit(), LineEdit()
        self._is_own = False
        form = form_layout()
        add_field(form, _("Name and surname, for the history"), self.name)
        add_field(form, _("User name, typed at each opening"), self.login)
        self.setLayout(form)
        self.name.textEdited.connect(self._suggest)
        self.login.textEdited.connect(self._on_login_edited)

    def texts(self) -> tuple[str, str]:
        """Name and user name, as they stand now."""
        return self.name.text(), self.login.text()

    def check(self) -> None:
        """Refuse while one is missing.

        Raises:
            InvalidInput: "field.required".
        """
        for editor in (self.name, self.login):
            if not editor.text().strip():
                editor.setFocus()
                raise InvalidInput("field.required")

    def _suggest(self, name: str) -> None:
        """«Anna Bianchi» as «anna.bianchi»."""
        if not self._is_own:
            self.login.setText(".".join(words(name)))

    def _on_login_edited(self, text: str) -> None:
        self._is_own = bool(text)


class NewPassword(QWidget):
    """A new password, typed twice, and how good it is in words.

    Args:
        names: give the names of the user, of which nothing should stand in it.
    """

    def __init__(self, names: Callable[[], tuple[str, ...]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = names
        self.password = SecretEdit(_("New password"))
        self.again = SecretEdit(_("The same again"))
        self.word = label("", "muted", wrap=True)
        form = form_layout()
        add_field(form, _("New password"), self.password)
        form.addRow(self.word)
        add_field(form, _("The same again"), self.again)
        self.setLayout(form)
        self.password.textChanged.connect(self.judge)
        self.judge()

    def follow(self, names: UserNames) -> None:
        """Judge again when a name changes."""
        names.name.textChanged.connect(self.judge)
        names.login.textChanged.connect(self.judge)

    def judge(self) -> None:
        """Say how good the present text is."""
        found = strength(self.password.text(), *self._names())
        self.word.setText(_(STRENGTH_WORDS[found]).format(least=LEAST))
        self.word.setObjectName(LOOKS[found])
        restyle(self.word)

    def value(self) -> str:
        """The password.

        Raises:
            InvalidInput: "password.short", "password.differs".
        """
        check_password_length(self.password.text())
        check_same(self.password.text(), self.again.text())
        return self.password.text()


class AskingDialog(QDialog):
    """A dialog that keeps open, with a sentence, until what it asks for can be taken.

    Subclasses put fields into `body` and say in `take` what is to be taken; `take` raises what is wrong.

    Args:
        final: whether it does what cannot be taken back: then Enter in a field does not do it, its button alone.
    """

    def __init__(self, title: str, yes: str, image: str, parent: QWidget | None = None, *, final: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(px(440))
        self.banner = Banner()
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(px(10))
        self._tall = Tall(inside)
        self.go_button = button(yes, image, name="danger" if final else "primary")
        self.go_button.setDefault(not final)
        self.go_button.clicked.connect(self.accept)
        self.stay_button = button(_("Cancel"))
        self.stay_button.clicked.connect(self.stay)
        self.foot = row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.stay_button)
        row.addWidget(self.go_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(12))
        self.heading = label(title, "h2", wrap=True)
        layout.addWidget(self.heading)
        layout.addWidget(self._tall, 1)
        layout.addWidget(self.banner)
        layout.addLayout(row)

    def take(self) -> None:
        """Take what was typed.

        Raises:
            AppError: what is wrong.
        """

    def accept(self) -> None:
        """Close when everything is in order."""
        try:
            self.take()
        except AppError as error:
            self.say(error)
            return
        super().accept()

    def stay(self) -> None:
        """Leave everything as it is."""
        self.reject()

    def say(self, error: AppError) -> None:
        """Say what is wrong."""
        self.banner.say(sentence(error, current()), Tone.BAD)
        self._make_room()

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as what stands in it needs."""
        super().showEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self._tall.fit(self)


class PasswordDialog(AskingDialog):
    """A new password for a user; one's own takes the present one.

    Attributes:
        present, password: what was typed.
    """

    def __init__(self, name: str, login: str, *, own: bool, parent: QWidget | None = None) -> None:
        super().__init__(_("Change the password"), _("Change the password"), "key-round", parent)
        self.present = self.password = ""
        self.body.addWidget(label(name, "h3", wrap=True))
        self.present_edit = SecretEdit(_("Present password"))
        if own:
            form = form_layout()
            add_field(form, _("Present password"), self.present_edit)
            self.body.addLayout(form)
        else:
            self.present_edit.setParent(self)
            self.present_edit.hide()
        self.fields = NewPassword(lambda: (name, login))
        self.body.addWidget(self.fields)
        (self.present_edit if own else self.fields.password).setFocus()

    def take(self) -> None:
        self.password = self.fields.value()
        self.present = self.present_edit.text()


class ReasonDialog(AskingDialog):
    """Why something is done; it stays in the history."""

    def __init__(self, title: str, text: str, yes: str, image: str, parent: QWidget | None = None) -> None:
        super().__init__(title, yes, image, parent, final=True)
        self.reason = ""
        self.body.addWidget(label(text, wrap=True))
        self._line = LineEdit()
        form = form_layout()
        add_field(form, _("Reason"), self._line)
        self.body.addLayout(form)
        self._line.setFocus()

    def take(self) -> None:
        self.reason = self._line.text().strip()
        if not self.reason:
            raise InvalidInput("reason.missing", field="reason")
