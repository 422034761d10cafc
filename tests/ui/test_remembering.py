"""The system's keyring in the window: the switch, the box, opening by itself, and every way to forget."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models import slots
from app.models.slots import Cost
from app.services.settings import Settings
from app.services.users import attempts, remembered
from app.services.users.facts import list_users
from app.services.users.keys import Credentials, UserDraft, add_user, new_encrypted_archive, open_with
from app.ui import dialogs
from app.ui.application import Application
from app.ui.secrets import PasswordDialog
from app.ui.settings_dialog import SettingsDialog
from app.ui.unlock import SessionDialog, UnlockDialog
from tests.keyrings import MemoryRing
from tests.ui.test_people import ANNA, BRUNO, CODE, Desktop

OTHER = "una frase del tutto nuova"


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> MemoryRing:
    made = MemoryRing()
    monkeypatch.setattr(remembered, "system_ring", lambda: made)
    return made


@pytest.fixture
def desktop(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: MemoryRing
) -> Iterator[Desktop]:
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    attempts._in_memory.clear()
    settings = Settings(tmp_path / "settings.json")
    settings.set("language", "en")
    settings.set("keyring", True)
    made = Desktop(qtbot, Application(qapp, settings))
    made.window.show()
    monkeypatch.setattr(dialogs, "run_dialog", made.run)
    yield made
    ring.answers.set()
    made.rest()
    made.desk.close_archive()
    made.window.close()
    made.window.deleteLater()
    made.application.deleteLater()
    assert made.answers == []


@pytest.fixture
def guarded(tmp_path: Path, desktop: Desktop) -> Path:
    path = tmp_path / "piano.concilia"
    new_encrypted_archive(path, ANNA, CODE)
    with open_with(path, Credentials("anna", ANNA.password)) as store:
        add_user(store, BRUNO)
    return path


def typing(desktop: Desktop, user: UserDraft) -> None:
    """The next dialog is answered by user and password, and the box is ticked."""

    def answer(dialog: UnlockDialog) -> None:
        desktop.rest()
        assert dialog.memory is not None
        assert dialog.memory.box.isVisible()
        assert not dialog.memory.box.isChecked()
        dialog.memory.box.click()
        dialog.login.setText(user.login)
        dialog.password.setText(user.password)
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)
        desktop.rest()

    desktop.answers.append(answer)


def nothing(desktop: Desktop) -> None:
    """Nobody does anything in the next dialog."""
    desktop.answers.append(lambda _dialog: desktop.rest())


def start_anew(desktop: Desktop) -> None:
    """As after the program was closed."""
    desktop.desk.close_archive()
    desktop.desk.put_away.clear()


def with_nothing_kept(desktop: Desktop, ring: MemoryRing) -> None:
    """As on a computer where nothing was kept yet."""
    start_anew(desktop)
    ring.entries.clear()
    ring.asked, ring.refuses = 0, False
    desktop.desk.settings.set("passwords_kept", [])
    desktop.desk.settings.set("keyring", True)


def entry(desktop: Desktop, guarded: Path) -> Credentials | None:
    found = remembered.find(remembered.mark_at(guarded))
    assert remembered.is_noted(desktop.desk.settings, remembered.mark_at(guarded)) is (found is not None)
    return found


def opens_by_itself_where_ticked(desktop: Desktop, guarded: Path, ring: MemoryRing) -> None:
    typing(desktop, ANNA)
    assert desktop.window.open_path(guarded)
    assert entry(desktop, guarded) == Credentials("anna", ANNA.password, kept=True)
    written = b"".join(file.read_bytes() for file in guarded.parent.rglob("*") if file.is_file())
    assert ANNA.password.encode() not in written
    start_anew(desktop)
    nothing(desktop)
    assert desktop.window.open_path(guarded)
    assert desktop.desk.store.user == "Anna Bianchi"

    def locked(dialog: SessionDialog) -> None:  # never by the keyring
        asked = ring.asked
        dialog.accept()
        desktop.rest()
        assert "not right" in dialog.banner.text()
        assert (dialog.isVisible(), ring.asked) == (True, asked)
        dialog.password.setText(ANNA.password)
        dialog.accept()
        desktop.rest()

    desktop.answers.append(locked)
    desktop.window._session.lock()
    assert entry(desktop, guarded) is not None

    def other(dialog: UnlockDialog) -> None:  # who closed it may be somebody else, whose password is not kept
        desktop.rest()
        assert dialog.isVisible()
        assert not dialog.memory.box.isVisible()
        dialog.login.setText("bruno")
        dialog.password.setText(BRUNO.password)
        dialog.accept()
        desktop.rest()

    desktop.answers.append(other)
    desktop.window.close_action.trigger()
    assert desktop.window.open_path(guarded)
    assert desktop.desk.store.user == "Bruno Verdi"
    found = entry(desktop, guarded)
    assert found is not None
    assert found.login == "anna"


def outdated_is_dropped_without_a_word(desktop: Desktop, guarded: Path, ring: MemoryRing) -> None:
    mark = remembered.mark_at(guarded)
    remembered.keep(mark, Credentials("anna", OTHER))
    remembered.note(desktop.desk.settings, mark)

    def answer(dialog: UnlockDialog) -> None:
        desktop.rest()
        assert (dialog.isVisible(), dialog.banner.text()) == (True, "")
        assert dialog.password.hasFocus() or dialog.login.hasFocus()
        assert ring.entries == {}
        assert dialog.memory.box.isChecked()
        dialog.login.setText("anna")
        dialog.password.setText(ANNA.password)
        dialog.memory.box.click()
        dialog.accept()
        desktop.rest()

    desktop.answers.append(answer)
    assert desktop.window.open_path(guarded)
    assert entry(desktop, guarded) is None


def silent_or_locked_leaves_the_fields_to_who_types(
    desktop: Desktop, guarded: Path, ring: MemoryRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = remembered.mark_at(guarded)
    remembered.keep(mark, Credentials("bruno", BRUNO.password))
    remembered.note(desktop.desk.settings, mark)
    ring.answers.clear()

    def quicker(dialog: UnlockDialog) -> None:
        assert "is being asked" in dialog.memory.word.text()
        dialog.login.setText("anna")
        dialog.password.setText(ANNA.password)
        dialog.accept()
        desktop.rest()

    desktop.answers.append(quicker)
    assert desktop.window.open_path(guarded)
    assert desktop.desk.store.user == "Anna Bianchi"
    ring.answers.set()
    assert entry(desktop, guarded) is not None
    start_anew(desktop)
    ring.refuses = True

    def refused(dialog: UnlockDialog) -> None:
        desktop.rest()
        assert "did not let the program in" in dialog.memory.word.text()
        assert dialog._tall.verticalScrollBar().maximum() == 0  # the dialog grew with what it says
        dialog.other.click()
        assert not dialog.memory.isVisible()
        dialog.other.click()
        dialog.login.setText("anna")
        dialog.password.setText(ANNA.password)
        dialog.accept()
        desktop.rest()

    said: list[str] = []
    monkeypatch.setattr(dialogs, "warn", lambda _parent, _title, text: said.append(text))
    desktop.answers.append(refused)
    assert desktop.window.open_path(guarded)  # it opens; that the password is not kept is said
    assert ["did not let" in text for text in said] == [True]


def no_box_where_there_is_no_keyring(desktop: Desktop, guarded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> Any:
        raise RuntimeError

    monkeypatch.setattr(remembered, "system_ring", absent)

    def answer(dialog: UnlockDialog) -> None:
        desktop.rest()
        assert not dialog.memory.box.isVisible()
        assert not dialog.memory.word.isVisible()
        dialog.reject()

    desktop.answers.append(answer)
    assert not desktop.window.open_path(guarded)
    desktop.desk.settings.set("keyring", False)
    dialog = SettingsDialog(desktop.desk)
    dialog.show()
    choose(desktop, dialog, wanted=True)
    assert "has no keyring" in dialog.remembering.word.text()
    assert dialog.remembering.editor.value() is False
    assert not desktop.desk.settings.get("keyring")
    dialog.close()


def choose(desktop: Desktop, dialog: SettingsDialog, *, wanted: bool) -> None:
    editor = dialog.remembering.editor
    editor.set_value(wanted)
    editor.edited.emit(wanted)
    desktop.rest()
    assert editor.isEnabled()


def switch_says_what_it_means_and_takes_everything_back(desktop: Desktop, guarded: Path, ring: MemoryRing) -> None:
    settings = desktop.desk.settings
    settings.set("keyring", False)
    desktop.answers.append(lambda dialog: (desktop.rest(), dialog.reject()))
    assert not desktop.window.open_path(guarded)
    assert ring.asked == 0  # off: nobody asks it
    dialog = SettingsDialog(desktop.desk)
    dialog.show()
    assert not dialog.remembering.word.isVisible()
    choose(desktop, dialog, wanted=True)
    assert settings.get("keyring")
    assert "without a password" in dialog.remembering.word.text()
    typing(desktop, ANNA)
    assert desktop.window.open_path(guarded)
    ring.refuses = True
    choose(desktop, dialog, wanted=False)
    assert "did not let" in dialog.remembering.word.text()
    assert not settings.get("keyring")
    ring.refuses = False
    choose(desktop, dialog, wanted=True)
    choose(desktop, dialog, wanted=False)
    assert "1 password." in dialog.remembering.word.text()
    assert ring.entries == {}
    assert entry(desktop, guarded) is None
    dialog.close()


def people_forget_it_and_a_change_of_password_does(desktop: Desktop, guarded: Path, ring: MemoryRing) -> None:
    typing(desktop, ANNA)
    assert desktop.window.open_path(guarded)
    page = desktop.people
    assert page.forget_action in page.page_actions()
    page.forget_action.trigger()
    desktop.rest()
    assert ring.entries == {}
    assert entry(desktop, guarded) is None
    assert page.forget_action not in page.page_actions()

    mark = remembered.mark_at(guarded)
    remembered.keep(mark, Credentials("anna", ANNA.password))
    remembered.note(desktop.desk.settings, mark)
    rows = {row.login: row.id for row in list_users(desktop.desk.store)}

    def change(dialog: PasswordDialog) -> None:
        dialog.present_edit.setText(ANNA.password)
        for editor in (dialog.fields.password, dialog.fields.again):
            editor.setText(OTHER)
        dialog.accept()

    page.open_record(rows["bruno"])
    page.panel.suspend_button.click()
    desktop.rest()
    assert entry(desktop, guarded) is not None  # it is Anna's
    page.open_record(rows["anna"])
    desktop.answers.append(change)
    page.panel.password_button.click()
    desktop.rest()
    assert entry(desktop, guarded) is None


# --- a window each --------------------------------------------------------------------------------


def test_kept_password_opens_until_it_is_forgotten(desktop: Desktop, guarded: Path, ring: MemoryRing) -> None:
    opens_by_itself_where_ticked(desktop, guarded, ring)
    with_nothing_kept(desktop, ring)
    people_forget_it_and_a_change_of_password_does(desktop, guarded, ring)


def test_password_is_typed_where_the_keyring_does_not_help(
    desktop: Desktop, guarded: Path, ring: MemoryRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    outdated_is_dropped_without_a_word(desktop, guarded, ring)
    with_nothing_kept(desktop, ring)
    silent_or_locked_leaves_the_fields_to_who_types(desktop, guarded, ring, monkeypatch)


def test_keyring_is_used_where_the_settings_allow_it(
    desktop: Desktop, guarded: Path, ring: MemoryRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        no_box_where_there_is_no_keyring(desktop, guarded, patch)
    with_nothing_kept(desktop, ring)
    switch_says_what_it_means_and_takes_everything_back(desktop, guarded, ring)
