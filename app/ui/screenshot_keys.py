"""Pictures of an archive with a password: opening and making one, its people, the locked session."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget

from app.models.enums import UserRole, UserState
from app.models.errors import EnvironmentFailed, RuleBroken
from app.services.archive import open_archive
from app.services.users.facts import list_users
from app.services.users.keys import Credentials, UserDraft, add_user, encrypt_archive, open_with, save_user
from app.services.users.recovery import groups, new_code
from app.services.users.remembered import mark_at, note, strike
from app.ui.application import Application
from app.ui.errors import sentence
from app.ui.remembering import Remembering
from app.ui.secrets import PasswordDialog
from app.ui.session import Cover
from app.ui.settings_dialog import SettingsDialog
from app.ui.unlock import SessionDialog, UnlockDialog
from app.ui.views.archive_people import NewUserDialog
from app.ui.views.base import RecordsView
from app.ui.wizard import NewArchiveWizard

KEEPER = UserDraft("Anna Bianchi", "anna.bianchi", "una frase di esempio")
OTHERS = (
    UserDraft("Bruno Verdi", "bruno.verdi", "una frase di esempio", UserRole.SECRETARY),
    UserDraft("Carla Neri", "carla.neri", "una frase di esempio", UserRole.CASHIER),
)


def guarded_copy(archive: Path) -> Path:
    """A copy of the archive with a password and three users; closed."""
    copy = archive.with_name("custodito.concilia")
    if not copy.exists():
        shutil.copy(archive, copy)
        with open_archive(copy) as store:
            encrypt_archive(store, KEEPER, new_code())
            for user in OTHERS:
                add_user(store, user)
            last = next(row for row in list_users(store) if row.name == OTHERS[-1].name)
            save_user(store, last.id, last.name, last.role, UserState.DISABLED)
    return copy


def guarded_screens(application: Application, archive: Path, rest: Callable[[], None]) -> Iterator[tuple[str, QWidget]]:
    """(name, widget) of each screen about passwords; the archive with a password is on the desk at the end."""
    application.desk.close_archive()
    path, window = guarded_copy(archive), application.window
    yield from _unlocking(application, path)
    yield from _remembering(application, path)
    yield from _making(application, path)
    store = open_with(path, Credentials(KEEPER.login, KEEPER.password))
    application.desk.take(store, path)
    window.go("archive")
    view = window.current_view()
    assert isinstance(view, RecordsView)
    view.show_kind("people")
    rest()
    page = view.page("people")
    page.open_record(next(row.id for row in list_users(store) if row.name == OTHERS[-1].name))
    rest()
    yield "archive-people-guarded", window
    note(application.settings, mark_at(path))
    page.reload()
    rest()
    yield "archive-people-kept", window
    strike(application.settings, mark_at(path))
    for name, dialog in (
        ("user-new", NewUserDialog(application.desk, window)),
        ("password-change", PasswordDialog(KEEPER.name, KEEPER.login, own=True, parent=window)),
    ):
        yield from _shown(name, dialog)
    cover = Cover(window)
    yield "locked", window
    yield from _shown("locked-dialog", SessionDialog(application.desk, window))
    cover.lift()


def _shown(name: str, dialog: QDialog) -> Iterator[tuple[str, QWidget]]:
    dialog.show()
    yield name, dialog
    dialog.hide()
    dialog.deleteLater()


def _unlocking(application: Application, path: Path) -> Iterator[tuple[str, QWidget]]:
    dialog = UnlockDialog(application.desk, path, application.window)
    dialog.login.setText(KEEPER.login)
    dialog.password.setText("sbagliata")
    dialog.show()
    yield "unlock", dialog
    dialog.say(RuleBroken("keys.wrong"))
    yield "unlock-wrong", dialog
    dialog.other.click()
    yield "unlock-sheet", dialog
    dialog.hide()
    dialog.deleteLater()


def _remembering(application: Application, path: Path) -> Iterator[tuple[str, QWidget]]:
    """The box of the system's keyring, which is not asked here, and its switch."""
    memory = Remembering(application.desk, path, use=True)
    dialog = UnlockDialog(application.desk, path, application.window, memory=memory)
    memory.offer()
    dialog.login.setText(KEEPER.login)
    dialog.show()
    yield "unlock-remember", dialog
    memory.offer(sentence(EnvironmentFailed("keyring.refused"), application.desk.texts))
    yield "unlock-keyring-refused", dialog
    dialog.hide()
    dialog.deleteLater()
    application.settings.set("keyring", True)
    yield from _shown("settings-keyring", SettingsDialog(application.desk, application.window))
    application.settings.set("keyring", False)
    settings = SettingsDialog(application.desk, application.window)
    settings.remembering.refuse(EnvironmentFailed("keyring.missing"))
    yield from _shown("settings-no-keyring", settings)


def _making(application: Application, path: Path) -> Iterator[tuple[str, QWidget]]:
    """The wizard of a new archive, each step, and what it says of a wrong letter."""
    wizard = NewArchiveWizard(application.desk, path.with_name("nuovo.concilia"), application.window)
    wizard.show()
    yield "new-1", wizard
    wizard.accept()
    wizard.person.names.name.setText(KEEPER.name)
    wizard.person.names.login.setText(KEEPER.login)
    for editor in (wizard.person.fields.password, wizard.person.fields.again):
        editor.setText(KEEPER.password)
    yield "new-2", wizard
    wizard.accept()
    wizard.accept()  # refused: the sheet is not saved yet
    yield "new-3", wizard
    wizard.sheet.file = path.with_suffix(".pdf")
    wizard.accept()
    wizard.back.editors[0].setText(groups(wizard.code)[0][::-1])
    wizard.accept()
    yield "new-4", wizard
    wizard.hide()
    wizard.deleteLater()
