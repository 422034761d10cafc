"""A newcomer, by keyboard alone: an archive with a password, a colleague, work, the locked session, and back again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.models import slots
from app.models.slots import Cost
from app.services import recovery
from app.services.key_files import is_encrypted
from app.services.keys import list_users
from app.ui import dialogs
from app.ui.unlock import UnlockDialog
from app.ui.wizard import NewArchiveWizard
from tests.e2e.driver import Person, started

CODE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PASSWORD, OTHER = "cavallo pila graffetta blu", "nuvola ponte lampada sei"


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet whose letters are known to the test, and guesses that cost little."""
    monkeypatch.setattr(recovery, "new_code", lambda: CODE)
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))


@pytest.mark.slow
def test_newcomer_makes_and_keeps_an_archive_with_a_password(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, archive, sheet = tmp_path / "settings.json", tmp_path / "ufficio.concilia", tmp_path / "foglio.pdf"
    with started(qtbot, settings) as person:
        make(person, archive, sheet, monkeypatch)
        assert is_encrypted(archive)
        assert sheet.read_bytes().startswith(b"%PDF")
        add_a_colleague(person)
        lock_and_unlock(person)
        person.press("Ctrl+W")
        assert not person.desk.is_open
    with started(qtbot, settings) as person:
        with person.answering(lambda dialog: unlock(person, dialog, "bruno", OTHER)):
            person.press("Return")  # the archive that was open last
        assert person.desk.store.user == "Bruno Verdi"


def make(person: Person, archive: Path, sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """«Nuovo archivio»: the keeper, the sheet saved, two of its groups typed back."""

    def keeper(dialog: QDialog) -> None:
        assert isinstance(dialog, NewArchiveWizard)
        person.press("Return")
        person.type("Anna Bianchi\t\t")
        person.type(f"{PASSWORD}\t{PASSWORD}")
        person.press("Return")
        monkeypatch.setattr(dialogs, "choose_save", lambda *_args: sheet)  # a chooser before a dialog that is answered
        person.press("Space")
        assert dialog.sheet.file == sheet
        person.press("Return")
        first, second = dialog.back.asked
        printed = recovery.groups(CODE)
        person.type(f"{printed[first - 1].lower()}\t{printed[second - 1]}")
        person.press("Return")

    with person.answering(person.file(archive), keeper):
        person.push("Nuovo archivio")
    person.qtbot.waitUntil(lambda: person.desk.is_open)
    person.settle()


def add_a_colleague(person: Person) -> None:
    """«Persone e chiavi» by the palette; the new user's dialog by keys."""
    person.room("archive")
    person.tab("people")

    def fill(_dialog: QDialog) -> None:
        person.type("Bruno Verdi\t")
        person.retype("bruno")
        person.type("\t\t")
        person.type(f"{OTHER}\t{OTHER}")
        person.press("Return")

    with person.answering(fill):
        person.command("Nuovo utente")
    assert [row.login for row in list_users(person.desk.store)] == ["anna.bianchi", "bruno"]


def lock_and_unlock(person: Person) -> None:
    """Ctrl+Alt+L hides everything; the password brings it back."""

    def answer(_dialog: QDialog) -> None:
        assert person.window.windowTitle() == "Concilia"
        person.type(PASSWORD)
        person.press("Return")

    with person.answering(answer):
        person.press("Ctrl+Alt+L")
    assert person.desk.is_open


def unlock(person: Person, dialog: QDialog, login: str, password: str) -> None:
    """User and password, typed."""
    assert isinstance(dialog, UnlockDialog)
    person.type(f"{login}\t{password}")
    person.press("Return")
