"""A newcomer, by keyboard alone: an archive with a password, colleagues, work, a crash, a copy put back, handing over.

With CONCILIA_PICTURES=FOLDER each step is kept as a picture there, to be looked at.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.models import slots
from app.models.enums import UserRole, UserState
from app.models.slots import Cost
from app.services.users import recovery
from app.services.users.facts import list_users
from app.services.users.key_files import is_encrypted
from app.ui import dialogs
from app.ui.restore_dialog import RestoreDialog
from app.ui.unlock import UnlockDialog
from app.ui.views.archive_people import UserDialog
from app.ui.wizard import NewArchiveWizard
from tests.e2e.driver import Person, dialog_text, started

CODE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PASSWORD, OTHER = "cavallo pila graffetta blu", "nuvola ponte lampada sei"


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet whose letters are known to the test, and guesses that cost little."""
    monkeypatch.setattr(recovery, "new_code", lambda: CODE)
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))


@pytest.mark.slow
def test_newcomer_makes_keeps_and_hands_over_an_archive(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, office, sheet = tmp_path / "settings.json", tmp_path / "ufficio", tmp_path / "foglio.pdf"
    office.mkdir()
    archive, left = office / "ufficio.concilia", tmp_path / "left"
    with started(qtbot, settings) as person:
        make(person, archive, sheet, monkeypatch)
        assert is_encrypted(archive)
        assert sheet.read_bytes().startswith(b"%PDF")
        add_colleagues(person)
        lock_and_unlock(person)
        work(person)
        shutil.copytree(office, left)  # what a process that is killed now leaves on the disk
    shutil.rmtree(office)
    left.rename(office)
    with started(qtbot, settings) as person:
        come_back(person, "anna.bianchi", PASSWORD)
        go_on(person)
        restore(person)
        hand_over(person)
        person.press("Ctrl+W")
        assert not person.desk.is_open
    with started(qtbot, settings) as person:
        come_back(person, "bruno", OTHER)
        assert person.desk.store.user == "Bruno Verdi"
        let_go(person)
        person.press("Ctrl+W")
        with person.answering(refused(person)):
            person.press("Return")
        assert not person.desk.is_open


def seen(person: Person, step: str) -> None:
    """A picture of the screen, with the dialog before it, where pictures are wanted."""
    folder = os.environ.get("CONCILIA_PICTURES")
    if folder:
        for name, widget in (("", person.window), ("-dialog", QApplication.activeModalWidget())):
            if widget is not None:
                widget.grab().save(str(Path(folder) / f"{step}{name}.png"))


def make(person: Person, archive: Path, sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """«Nuovo archivio»: the keeper, the sheet saved, two of its groups typed back."""

    def keeper(dialog: QDialog) -> None:
        assert isinstance(dialog, NewArchiveWizard)
        person.press("Return")
        person.type("Anna Bianchi\t\t")
        person.type(f"{PASSWORD}\t{PASSWORD}")
        seen(person, "1-keeper")
        person.press("Return")
        monkeypatch.setattr(dialogs, "choose_save", lambda *_args: sheet)  # a chooser before a dialog that is answered
        person.press("Space")
        assert dialog.sheet.file == sheet
        seen(person, "1-sheet")
        person.press("Return")
        first, second = dialog.back.asked
        printed = recovery.groups(CODE)
        person.type(f"{printed[first - 1].lower()}\t{printed[second - 1]}")
        person.press("Return")

    with person.answering(person.file(archive), keeper):
        person.push("Nuovo archivio")
    person.qtbot.waitUntil(lambda: person.desk.is_open)
    person.settle()


def add_colleagues(person: Person) -> None:
    """«Persone e chiavi» by the palette; the dialog of each new user by keys."""
    person.room("archive")
    person.tab("people")
    for name, login in (("Bruno Verdi", "bruno"), ("Carla Neri", "carla"), ("Dario Blu", "dario")):

        def fill(_dialog: QDialog, name: str = name, login: str = login) -> None:
            person.type(f"{name}\t")
            person.retype(login)
            person.type("\t\t")
            person.type(f"{OTHER}\t{OTHER}")
            seen(person, f"2-{login}")
            person.press("Return")

        with person.answering(fill):
            person.command("Nuovo utente")
    assert [row.login for row in list_users(person.desk.store)] == ["anna.bianchi", "bruno", "carla", "dario"]
    seen(person, "2-people")


def lock_and_unlock(person: Person) -> None:
    """Ctrl+Alt+L hides everything; the password brings it back."""

    def answer(_dialog: QDialog) -> None:
        assert person.window.windowTitle() == "Concilia"
        seen(person, "3-locked")
        person.type(PASSWORD)
        person.press("Return")

    with person.answering(answer):
        person.press("Ctrl+Alt+L")
    assert person.desk.is_open


def work(person: Person) -> None:
    """A plan is saved, a copy made, the plan changed; another change is typed and not saved."""
    person.room("plan")
    person.push("Crea il piano")
    person.fill(name="Piano di prova", territory="Rho", office="Ufficio prima")
    person.save()
    person.room("archive")
    person.tab("copies")
    person.command("Copia ora")
    seen(person, "4-copies")
    to_the_office(person)
    person.retype("Ufficio dopo")
    person.save()
    with person.qtbot.waitSignal(person.desk.keeper.kept, timeout=10_000):
        person.retype("Ufficio mai salvato")
    assert person.form.is_dirty
    seen(person, "4-typed")


def to_the_office(person: Person) -> None:
    """The field of the plan's office, with the cursor in it."""
    person.room("plan")
    field = person.form.field("office")
    person.reach(lambda widget: widget is field, "the office")


def come_back(person: Person, login: str, password: str) -> None:
    """The archive that was open last, by user and password."""

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, UnlockDialog)
        person.type(f"{login}\t{password}")
        seen(person, f"5-{login}")
        person.press("Return")

    with person.answering(answer):
        person.press("Return")
    assert person.desk.is_open
    person.settle()


def go_on(person: Person) -> None:
    """After the crash the form stands open as it was, and says when it was saved last."""
    room = person.window.current_room()
    assert room is not None
    assert room.key == "plan"
    assert person.form.is_dirty
    assert person.form.field("office").hasFocus()
    assert person.form.model.value("office") == "Ufficio mai salvato"
    assert "Ultimo dato salvato alle" in person.form.notice.text()
    seen(person, "6-after-the-crash")
    person.save()


def restore(person: Person) -> None:
    """The copy is compared, and takes the place of what was written since."""
    person.room("archive")
    person.tab("copies")
    person.reach(lambda widget: widget is person.page.list.table, "the list of copies")
    person.press("Home")

    def agree(dialog: QDialog) -> None:
        assert isinstance(dialog, RestoreDialog)
        seen(person, "7-compared")
        key(*["Tab"] * 10, until=dialog.go_button.hasFocus)
        assert dialog.go_button.hasFocus(), "the keyboard does not reach the button"
        key("Space")

    def told(dialog: QDialog) -> None:
        person.said.append(dialog_text(dialog))
        key("Escape")

    with person.answering(agree, told):
        person.push("Confronta e ripristina…")
        person.qtbot.waitUntil(lambda: not person.doorman.expected, timeout=20_000)
    assert "ufficio.replaced-" in person.said[-1]
    person.room("plan")
    assert person.form.model.value("office") == "Ufficio prima"
    seen(person, "7-restored")


def key(*names: str, until: Callable[[], bool] = lambda: False) -> None:
    """Keys for a dialog that comes up amid other work, which is not waited for."""
    for name in names:
        if not until():
            QTest.keyClick(QGuiApplication.focusWindow(), getattr(Qt.Key, f"Key_{name}"))


def hand_over(person: Person) -> None:
    """Bruno becomes keeper."""
    person.room("archive")
    person.tab("people")
    row = next(row.id for row in list_users(person.desk.store) if row.login == "bruno")
    person.page.open_record(row)

    def keeper(dialog: QDialog) -> None:
        assert isinstance(dialog, UserDialog)
        person.reach(lambda widget: widget is dialog.role, "the role")
        person.choose("Custode")
        seen(person, "8-role")
        person.press("Return")

    with person.answering(keeper):
        person.push("Nome e ruolo…")
    person.settle()
    assert {row.login: row.role for row in list_users(person.desk.store)}["bruno"] is UserRole.KEEPER
    seen(person, "8-handed-over")


def let_go(person: Person) -> None:
    """The new keeper removes who left; the archive gets a new key."""
    person.room("archive")
    person.tab("people")
    person.page.open_record(next(row.id for row in list_users(person.desk.store) if row.login == "anna.bianchi"))
    with person.answering(person.yes()):
        person.push("Rimuovi…")
        person.qtbot.waitUntil(lambda: not person.doorman.expected and not person.desk.lanes.busy(), timeout=20_000)
    person.settle()
    assert [row.state for row in list_users(person.desk.store) if row.name == "Anna Bianchi"] == [UserState.REMOVED]
    seen(person, "9-left")


def refused(person: Person) -> Callable[[QDialog], None]:
    """Who left types the old password."""

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, UnlockDialog)
        person.type(f"anna.bianchi\t{PASSWORD}")
        person.press("Return")
        person.qtbot.waitUntil(lambda: bool(dialog.banner.text()), timeout=10_000)
        assert "non" in dialog.banner.text()
        seen(person, "9-refused")
        person.press("Escape")

    return answer
