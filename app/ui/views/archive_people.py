"""Persone e chiavi: who opens the archive, with which role; passwords, the recovery sheet, encryption."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.enums import UserRole, UserState
from app.models.errors import AppError, InvalidInput
from app.services.reports.rights_list import rights_list
from app.services.reports.spec import Table
from app.services.users.facts import KeyFacts, UserRow, key_facts
from app.services.users.keys import (
    UserDraft,
    add_user,
    change_password,
    encrypt_archive,
    remove_encryption,
    remove_user,
    renew_key,
    renew_sheet,
    save_user,
)
from app.services.wording.formats import format_instant
from app.services.wording.labels import label as label_of
from app.services.wording.texts import Translator
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.editors import ChoiceEdit
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.latest import Latest
from app.ui.line_edits import LineEdit
from app.ui.remembering import Forgetting
from app.ui.secrets import (
    AskingDialog,
    NewPassword,
    PasswordDialog,
    ReasonDialog,
    UserNames,
    add_field,
    form_layout,
)
from app.ui.theme import px
from app.ui.unlock import WorkDialog
from app.ui.views.archive_pages import LanePage, RowPanel, paragraph
from app.ui.views.base import RecordKind, RecordPage
from app.ui.widgets import Badge, Panel, Tone, button, label, tone_of
from app.ui.wizard import EncryptWizard, SheetWizard


def rights_table(_store: Any, tr: Translator) -> Table:
    """Who may do what, as the room lists it."""
    return rights_list(tr)


def _role_edit(desk: Desk, role: UserRole) -> ChoiceEdit:
    editor = ChoiceEdit(choices=tuple((each, label_of(each, desk.texts)) for each in UserRole))
    editor.set_value(role)
    return editor


class NewUserDialog(AskingDialog):
    """Somebody who is to open the archive from now on."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_("New user"), _("Add the user"), "user-plus", parent)
        self.names, self.role = UserNames(), _role_edit(desk, UserRole.SECRETARY)
        self.fields = NewPassword(self.names.texts)
        self.fields.follow(self.names)
        form = form_layout()
        add_field(form, _("Role"), self.role)
        self.body.addWidget(self.names)
        self.body.addLayout(form)
        self.body.addWidget(self.fields)
        self.names.name.setFocus()
        self.draft: UserDraft | None = None

    def take(self) -> None:
        self.names.check()
        self.draft = UserDraft(*self.names.texts(), self.fields.value(), self.role.value())


class UserDialog(AskingDialog):
    """Name and role of a user."""

    def __init__(self, desk: Desk, row: UserRow, parent: QWidget | None = None) -> None:
        super().__init__(_("Name and role"), _("Save"), "save", parent)
        self.name = LineEdit()
        self.name.setText(row.name)
        self.role = _role_edit(desk, row.role)
        form = form_layout()
        add_field(form, _("Name and surname, for the history"), self.name)
        add_field(form, _("Role"), self.role)
        self.body.addLayout(form)
        self.role.setFocus()

    def take(self) -> None:
        if not self.name.text().strip():
            raise InvalidInput("field.required")


class RightsPage(RecordPage):
    """Who may do what, under a word on what that is worth."""

    def _build(self) -> None:
        super()._build()
        word = paragraph(
            _(
                "Rights are a courtesy among people who share one key: the program keeps to them and the history shows"
                " who did what, but whoever can open the archive could read all of it by other means."
            ),
            "muted",
        )
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, word)
        layout.setStretch(1, 1)


class UserPanel(RowPanel):
    """One user, and what can be done for them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.password_button = button(_("Change the password…"), "key-round")
        self.edit_button = button(_("Name and role…"), "pencil")
        self.suspend_button = button("", "lock")
        self.remove_button = button(_("Remove…"), "trash-2", name="danger")
        super().__init__(
            _("User"), self.password_button, self.edit_button, self.suspend_button, self.remove_button, parent=parent
        )
        self._desk = desk

    def show_row(self, row: UserRow) -> None:
        """Show this user."""
        sheet = self.new_sheet()
        sheet.addWidget(label(row.name, "h2", wrap=True))
        state = QHBoxLayout()
        state.addWidget(Badge(label_of(row.role, self._desk.texts), Tone.INFO))
        state.addWidget(Badge(label_of(row.state, self._desk.texts), tone_of(row.state)))
        state.addStretch(1)
        sheet.addLayout(state)
        for caption, text in (
            (_("User name"), row.login),
            (_("Password set"), format_instant(row.password_at) if row.password_at else ""),
        ):
            if text:
                sheet.addSpacing(px(6))
                sheet.addWidget(label(caption, "muted", wrap=True))
                sheet.addWidget(paragraph(text))
        said = self._said(row)
        if said:
            sheet.addSpacing(px(6))
            sheet.addWidget(paragraph(said))
        sheet.addStretch(1)
        self.end_sheet()
        there = row.state != UserState.REMOVED
        active = row.state == UserState.ACTIVE
        self.suspend_button.setText(_("Suspend") if active else _("Let in again"))
        self.suspend_button.setIcon(icon("lock" if active else "lock-open"))
        for made in (self.password_button, self.edit_button):
            made.setVisible(there)
        for made in (self.suspend_button, self.remove_button):
            made.setVisible(there and not row.present)

    @staticmethod
    def _said(row: UserRow) -> str:
        if row.present:
            return _("This is who has the archive open now.")
        if row.state == UserState.REMOVED:
            return _(
                "The archive has had a new key since: the old password does not open it any more. It still opens copies"
                " that were made before."
            )
        if row.state == UserState.DISABLED:
            return _("The program lets this user in no more. The password is still a key: to take it away, remove.")
        if not row.has_key:
            return _("No password opens the archive for this user. Give one.")
        return ""


class PeoplePage(LanePage):
    """The users of the archive, and its keys."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        super().__init__(desk, kind, key, parent)
        self._facts_read = Latest(desk, self)
        self._facts: KeyFacts | None = None
        self._forgetting = Forgetting(desk)
        self._forgetting.forgotten.connect(self._on_forgotten)

    def make_panel(self) -> QWidget:
        panel = UserPanel(self.desk)
        for made, slot in (
            (panel.password_button, self.change_password),
            (panel.edit_button, self.edit),
            (panel.suspend_button, self.suspend),
            (panel.remove_button, self.remove),
        ):
            made.clicked.connect(slot)
        return panel

    def page_actions(self) -> list[QAction]:
        guarded = self._facts is not None and self._facts.encrypted
        plain = self._facts is not None and not self._facts.encrypted
        return [
            *([self.add_action, self.sheet_action, self.key_action, self.open_action] if guarded else []),
            *([self.encrypt_action] if plain else []),
            *([self.forget_action] if self._is_remembered() else []),
        ]

    def reload(self) -> None:
        self._facts_read.read(key_facts, done=self._show_facts)
        super().reload()

    # --- what can be done -------------------------------------------------------------------

    def add(self) -> None:
        """Add a user."""
        dialog = NewUserDialog(self.desk, self)
        if dialogs.run_dialog(dialog):
            self._run(_("Adding the user"), add_user, dialog.draft)
        dialog.deleteLater()

    def edit(self) -> None:
        """Change name and role of the user that is shown."""
        row = self.chosen()
        dialog = UserDialog(self.desk, row, self)
        if dialogs.run_dialog(dialog):
            self._run("", save_user, row.id, dialog.name.text(), dialog.role.value(), row.state)
        dialog.deleteLater()

    def suspend(self) -> None:
        """Suspend the user that is shown, or let them in again."""
        row = self.chosen()
        state = UserState.DISABLED if row.state == UserState.ACTIVE else UserState.ACTIVE
        done = None if state == UserState.ACTIVE else self._forget_of(row.login)
        self._run("", save_user, row.id, row.name, row.role, state, done=done)

    def change_password(self) -> None:
        """Give the user that is shown a new password."""
        row = self.chosen()
        dialog = PasswordDialog(row.name, row.login, own=row.present, parent=self)
        if dialogs.run_dialog(dialog):
            words = (dialog.password, dialog.present)
            done = self._forget_of(row.login)
            self._run(_("Changing the password"), change_password, row.id, *words, done=done)
        dialog.deleteLater()

    def remove(self) -> None:
        """Remove the user that is shown, by a new key."""
        row = self.chosen()
        text = _(
            "{name} will not be able to open the archive any more: it gets a new key, and all others keep their"
            " passwords. Copies made before still open with the old one. If {name} has seen the recovery sheet, make a"
            " new one afterwards."
        ).format(name=row.name)
        if dialogs.confirm(self, _("Remove the user"), text, _("Remove")):
            self._change(_("New key for the archive"), remove_user, row.id, done=self._forget_of(row.login))

    def forget(self) -> None:
        """Have the system's keyring keep no password of this archive."""
        self._forget_of("")()

    def renew_key(self) -> None:
        """Encrypt the archive under a new key."""
        text = _("The archive is encrypted anew. Passwords and the recovery sheet stay as they are.")
        if dialogs.confirm(self, _("New key"), text, _("Make a new key")):
            self._change(_("New key for the archive"), renew_key)

    def renew_sheet(self) -> None:
        """Make a new recovery sheet."""
        assert self._facts is not None
        wizard = SheetWizard(self.desk, self._facts.number, self)
        if dialogs.run_dialog(wizard):
            self._run(_("New recovery sheet"), renew_sheet, wizard.code)
        wizard.deleteLater()

    def encrypt(self) -> None:
        """Set a password."""
        assert self._facts is not None
        wizard = EncryptWizard(self.desk, self._facts.number, self)
        if dialogs.run_dialog(wizard):
            self._change(_("Encrypting the archive"), encrypt_archive, wizard.draft(), wizard.code)
        wizard.deleteLater()

    def remove_encryption(self) -> None:
        """Take the password away, with a reason."""
        text = _(
            "From then on whoever has the file reads everything in it, and there are no users any more. The reason"
            " stays in the history."
        )
        dialog = ReasonDialog(_("Take the password away"), text, _("Take it away"), "lock-open", self)
        if dialogs.run_dialog(dialog):
            self._change(_("Opening the archive"), remove_encryption, dialog.reason, done=self._forget_of(""))
        dialog.deleteLater()

    # --- parts ------------------------------------------------------------------------------

    def _build(self) -> None:
        super()._build()
        self._word = paragraph("")
        self.add_action = self._action("user-plus", _("New user…"), self.add)
        self.sheet_action = self._action("file-down", _("New recovery sheet…"), self.renew_sheet)
        self.key_action = self._action("key-round", _("New key…"), self.renew_key)
        self.open_action = self._action("lock-open", _("Take the password away…"), self.remove_encryption)
        self.encrypt_action = self._action("lock", _("Set a password…"), self.encrypt)
        self.forget_action = self._action("eye-off", _("Forget the password on this computer"), self.forget)
        panel = Panel()
        row = QHBoxLayout()
        row.addWidget(self._word, 1)
        self.encrypt_button = button(self.encrypt_action.text(), "lock", name="primary")
        self.encrypt_button.clicked.connect(self.encrypt_action.trigger)
        self.encrypt_button.hide()
        row.addWidget(self.encrypt_button)
        panel.body.addLayout(row)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, panel)
        layout.setStretch(1, 1)

    def _action(self, image: str, text: str, slot: Callable[[], None]) -> QAction:
        action = QAction(icon(image), text, self)
        action.triggered.connect(slot)
        return action

    def _show_facts(self, facts: KeyFacts) -> None:
        self._facts = facts
        if facts.encrypted:
            sheet = format_instant(facts.sheet_at) if facts.sheet_at else _("never")
            text = _("Opened by {user} ({role}). Key no. {n} of this archive. Recovery sheet of {sheet}.").format(
                user=facts.user, role=label_of(facts.role, self.desk.texts), n=facts.generation, sheet=sheet
            )
        elif facts.sample:
            text = _("The sample archive has no password, so that everybody can look around in it. Keep no data in it.")
        else:
            text = _("This archive has no password: whoever has the file reads it, and everybody is its keeper.")
        if self._is_remembered():
            text += " " + _("This computer keeps a password of it in the system's keyring.")
        self._word.setText(text)
        self.encrypt_button.setHidden(facts.encrypted)
        self.actions_changed.emit()

    def _is_remembered(self) -> bool:
        return self._facts is not None and self._forgetting.is_noted(self._facts.number)

    def _forget_of(self, login: str) -> Callable[..., None]:
        """Takes away what the keyring keeps of this user of the archive; of anybody, without a name."""
        assert self._facts is not None
        return partial(self._forgetting.forget, self._facts.number, login)

    def _on_forgotten(self) -> None:
        if self._facts is not None:
            self._show_facts(self._facts)

    def _run(self, title: str, verb: Callable[..., Any], *args: Any, done: Callable[..., None] | None = None) -> None:
        self.desk.run(verb, *args, done=done, failed=self._on_failed, title=title)

    def _change(
        self, title: str, verb: Callable[..., Any], *args: Any, done: Callable[..., None] | None = None
    ) -> None:
        """Change the key of the archive, with nothing else going on in the window."""
        desk = self.desk

        def changed(_changes: object) -> None:
            desk.sign()
            if done is not None:
                done()

        task = desk.run(verb, *args, done=changed, failed=self._on_failed, title=title)
        dialog = WorkDialog(title, task, self.window())
        dialogs.run_dialog(dialog)
        dialog.deleteLater()

    def _on_failed(self, error: AppError) -> None:
        self.desk.refused.emit(error)
