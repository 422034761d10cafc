"""Archives with a password in the window: opening, making, people and keys, the locked session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.models import slots
from app.models.enums import UserRole, UserState
from app.models.errors import RuleBroken
from app.models.slots import Cost, keys_path
from app.services.archive import new_archive, open_archive
from app.services.plan.plan import PlanDraft, find_plan, save_plan
from app.services.settings import Settings
from app.services.users import attempts, passwords, recovery
from app.services.users.facts import key_facts, list_users
from app.services.users.key_files import is_encrypted
from app.services.users.keys import Credentials, UserDraft, add_user, new_encrypted_archive, open_with
from app.ui import dialogs
from app.ui.application import Application
from app.ui.secrets import PasswordDialog, SecretEdit
from app.ui.session import Cover
from app.ui.unlock import SessionDialog, UnlockDialog, WorkDialog
from app.ui.views.archive_people import NewUserDialog, PeoplePage, UserDialog
from app.ui.wizard import EncryptWizard, NewArchiveWizard, SheetWizard, Wizard
from tests.ui.audit import unnamed

ANNA = UserDraft("Anna Bianchi", "anna", "una frase di anna")
BRUNO = UserDraft("Bruno Verdi", "bruno", "una frase di bruno", UserRole.SECRETARY)
CODE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
Answer = Callable[[Any], None]


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    monkeypatch.setattr(recovery, "new_code", lambda: CODE)
    attempts._in_memory.clear()


@pytest.fixture
def guarded(tmp_path: Path) -> Path:
    """An archive of Anna's and Bruno's, with a plan; closed."""
    folder = tmp_path / "office"
    folder.mkdir()
    path = folder / "piano.concilia"
    new_encrypted_archive(path, ANNA, CODE)
    with open_with(path, Credentials("anna", ANNA.password)) as store:
        add_user(store, BRUNO)
        save_plan(store, PlanDraft(name="Piano segreto", territory="Rho", office="Ufficio"))
    return path


class Desktop:
    """The application, and the answers to its dialogs, in order."""

    def __init__(self, qtbot: QtBot, application: Application) -> None:
        self.qtbot, self.application = qtbot, application
        self.answers: list[Answer] = []
        self.said: list[str] = []

    @property
    def window(self) -> Any:
        return self.application.window

    @property
    def desk(self) -> Any:
        return self.application.desk

    @property
    def people(self) -> PeoplePage:
        self.window.go("archive")
        self.window.current_view().show_kind("people")
        page = self.window.current_view().page("people")
        assert isinstance(page, PeoplePage)
        self.rest()
        return page

    def rest(self) -> None:
        """Wait until nothing is under way."""
        self.qtbot.waitUntil(lambda: not self.desk.lanes.busy())
        QApplication.processEvents()
        self.qtbot.waitUntil(lambda: not self.desk.lanes.busy())

    def run(self, dialog: QDialog) -> bool:
        """In the place of `dialogs.run_dialog`."""
        dialog.show()
        assert not unnamed(dialog)
        if isinstance(dialog, WorkDialog):
            self.rest()
        else:
            self.answers.pop(0)(dialog)
        assert dialog.result() or not dialog.isVisible() or isinstance(dialog, Wizard)
        dialog.hide()
        return dialog.result() == QDialog.DialogCode.Accepted

    def open(self, path: Path, login: str = "anna", password: str = ANNA.password) -> bool:
        """Open an archive through its dialog."""

        def answer(dialog: UnlockDialog) -> None:
            dialog.login.setText(login)
            dialog.password.setText(password)
            QTest.keyClick(dialog.password, Qt.Key.Key_Return)
            self.rest()
            if dialog.isVisible():
                self.said.append(dialog.banner.text())
                dialog.reject()

        self.answers.append(answer)
        return bool(self.window.open_path(path))


@pytest.fixture
def desktop(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    settings = Settings(tmp_path / "settings.json")
    settings.set("language", "en")
    application = Application(qapp, settings)
    application.window.resize(1400, 860)
    application.window.show()
    made = Desktop(qtbot, application)
    monkeypatch.setattr(dialogs, "run_dialog", made.run)
    yield made
    made.rest()
    application.desk.close_archive()
    application.window.close()
    application.window.deleteLater()
    application.deleteLater()
    assert made.answers == []


# --- opening ------------------------------------------------------------------------------------


def test_archive_with_a_password_asks_for_it(desktop: Desktop, guarded: Path) -> None:
    assert not desktop.open(guarded, password="sbagliata")
    assert not desktop.desk.is_open
    assert desktop.said == ["User or password is not right. Check both, and whether capitals are locked."]
    assert not desktop.open(guarded, login="", password="x")
    assert desktop.open(guarded)
    assert desktop.desk.store.person.name == "Anna Bianchi"
    assert "Anna Bianchi" in desktop.window.status.archive.text()
    assert desktop.window.open_path(guarded)  # it is on the desk already


def test_settings_and_their_name_do_not_sign_for_a_user(desktop: Desktop, guarded: Path) -> None:
    desktop.desk.settings.set("user_name", "Qualcun altro")
    assert desktop.open(guarded)
    assert desktop.desk.store.user == "Anna Bianchi"


def test_archive_named_at_the_start_asks_too(desktop: Desktop, guarded: Path) -> None:
    met: list[Any] = []

    def answer(dialog: UnlockDialog) -> None:
        met.append(dialog)
        dialog.reject()

    desktop.answers.append(answer)
    desktop.application.start(guarded)
    desktop.qtbot.waitUntil(lambda: len(met) == 1)
    desktop.rest()
    assert not desktop.desk.is_open
    assert "Piano" not in desktop.window.windowTitle()


def test_waiting_is_counted_down(desktop: Desktop, guarded: Path) -> None:
    def answer(dialog: UnlockDialog) -> None:
        dialog.login.setText("anna")
        for _ in range(4):
            dialog.password.setText("sbagliata")
            dialog.accept()
            desktop.rest()
        assert dialog.go_button.text() == "Wait 2 s"
        assert not dialog.go_button.isEnabled()
        dialog.accept()  # Enter does nothing meanwhile
        assert not desktop.desk.lanes.busy()
        dialog._on_second()
        assert dialog.go_button.text() == "Wait 1 s"
        dialog._on_second()
        assert dialog.go_button.isEnabled()
        assert dialog.banner.text() == ""
        dialog.reject()

    desktop.answers.append(answer)
    assert not desktop.window.open_path(guarded)


def test_recovery_sheet_opens_and_gives_a_new_password(desktop: Desktop, guarded: Path) -> None:
    def by_sheet(dialog: UnlockDialog) -> None:
        dialog.other.click()
        dialog.letters.setText("AAAA")
        dialog.accept()
        assert "eight" in dialog.letters.accessibleName()
        assert "8 groups" in dialog.banner.text()
        dialog.letters.setText(" ".join(recovery.groups(CODE)).lower())
        dialog.accept()
        desktop.rest()

    desktop.answers.append(by_sheet)
    assert desktop.window.open_path(guarded)
    page = desktop.people
    page.open_record(next(row.id for row in list_users(desktop.desk.store) if row.login == "anna"))

    def new_password(dialog: PasswordDialog) -> None:
        dialog.fields.password.setText("una frase nuova")
        dialog.accept()
        assert "differ" in dialog.banner.text()
        dialog.fields.again.setText("una frase nuova")
        dialog.accept()

    desktop.answers.append(new_password)
    page.panel.password_button.click()
    desktop.rest()
    desktop.desk.close_archive()
    assert desktop.open(guarded, password="una frase nuova")


def test_archive_without_its_keys_is_refused_with_a_sentence(
    desktop: Desktop, guarded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys_path(guarded).unlink()
    assert not desktop.window.open_path(guarded)
    assert "piano.concilia.keys" in desktop.window.start.banner.text()


# --- making -------------------------------------------------------------------------------------


def fill_person(wizard: Any) -> None:
    """The keeper's page, with the refusals on the way."""
    wizard.accept()
    assert "needed" in wizard.banner.text()
    QTest.keyClicks(wizard.person.names.name, "Carla D'Angelo")
    assert wizard.person.names.login.text() == "carla.d.angelo"
    QTest.keyClicks(wizard.person.fields.password, "corta")
    assert "Too short" in wizard.person.fields.word.text()
    wizard.accept()
    assert "fewer than 10" in wizard.banner.text()
    wizard.person.fields.password.setText("cavallo pila graffetta blu")
    wizard.person.fields.again.setText("cavallo pila graffetta blu")
    assert wizard.person.fields.word.text() == "Good."
    wizard.accept()


def save_and_type_back(wizard: Any, desktop: Desktop, sheet: Path) -> None:
    """The sheet saved, then two of its groups typed back, one wrongly at first."""
    wizard.accept()
    assert "not saved yet" in wizard.banner.text()
    wizard.step.save_button.click()
    desktop.rest()
    assert sheet.read_bytes().startswith(b"%PDF")
    wizard.accept()
    step = wizard.step
    assert len(step.editors) == 2
    wizard.accept()
    assert wizard.banner.text()
    for number, editor in zip(step.asked, step.editors, strict=True):
        QTest.keyClicks(editor, recovery.groups(CODE)[number - 1].lower())
    wizard.accept()


def test_new_archive_leads_to_one_with_a_password(
    desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, sheet = tmp_path / "nuovo.concilia", tmp_path / "foglio.pdf"
    places = [path, None, sheet]
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: places.pop(0))

    def answer(wizard: NewArchiveWizard) -> None:
        assert wizard.guarded
        assert not wizard.back_button.isVisible()
        wizard.accept()
        wizard.back_button.click()
        wizard.accept()
        fill_person(wizard)
        wizard.step.save_button.click()  # called off
        save_and_type_back(wizard, desktop, sheet)

    desktop.answers.append(answer)
    desktop.window.choose_new()
    desktop.qtbot.waitUntil(lambda: desktop.desk.is_open)
    assert is_encrypted(path)
    assert desktop.desk.store.person.name == "Carla D'Angelo"
    number = key_facts(desktop.desk.store).number
    desktop.desk.close_archive()
    with open_archive(path, credentials=Credentials("", CODE)) as store:
        assert key_facts(store).number == number


def test_new_archive_may_be_open(desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "nuovo.concilia"
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: path)

    def answer(wizard: NewArchiveWizard) -> None:
        wizard.guard.open.setChecked(True)
        assert wizard.go_button.text() == "Make the archive"
        wizard.accept()

    desktop.answers.append(answer)
    desktop.window.choose_new()
    assert desktop.desk.path == path
    assert not is_encrypted(path)
    desktop.desk.close_archive()
    desktop.window.choose_new()  # nothing is asked: it exists
    assert "exists already" in desktop.window.start.banner.text()


def test_wizard_called_off_leaves_nothing(desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: tmp_path / "nuovo.concilia")
    desktop.answers.append(lambda wizard: wizard.reject())
    desktop.window.choose_new()
    assert not (tmp_path / "nuovo.concilia").exists()


# --- people and keys ------------------------------------------------------------------------------


def choose(page: PeoplePage, desktop: Desktop, login: str) -> None:
    row = next(row for row in list_users(desktop.desk.store) if row.login == login)
    assert page.open_record(row.id)


def test_user_is_added_from_the_window(desktop: Desktop, guarded: Path) -> None:
    assert desktop.open(guarded)
    page = desktop.people

    def answer(dialog: NewUserDialog) -> None:
        dialog.accept()
        assert dialog.banner.text()
        QTest.keyClicks(dialog.names.name, "Carla Neri")
        assert dialog.names.login.text() == "carla.neri"
        QTest.keyClicks(dialog.names.login, "!")
        QTest.keyClick(dialog.names.login, Qt.Key.Key_Backspace)
        QTest.keyClicks(dialog.names.name, " Rosa")
        assert dialog.names.login.text() == "carla.neri"
        dialog.role.set_value(UserRole.CASHIER)
        dialog.fields.password.setText("una frase di carla")
        dialog.fields.again.setText("una frase di carla")
        dialog.accept()

    desktop.answers.append(answer)
    assert page.add_action in page.page_actions()
    page.add_action.trigger()
    desktop.rest()
    desktop.desk.close_archive()
    assert desktop.open(guarded, "carla.neri", "una frase di carla")
    assert desktop.desk.store.person.role is UserRole.CASHIER


def test_user_is_changed_suspended_and_removed(
    desktop: Desktop, guarded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desktop.open(guarded)
    page = desktop.people
    choose(page, desktop, "bruno")

    def answer(dialog: UserDialog) -> None:
        dialog.name.clear()
        dialog.accept()
        assert dialog.banner.text()
        dialog.name.setText("Bruno V.")
        dialog.role.set_value(UserRole.PRESIDENT)
        dialog.accept()

    desktop.answers.append(answer)
    page.panel.edit_button.click()
    desktop.rest()
    page.panel.suspend_button.click()
    desktop.rest()
    row = next(row for row in list_users(desktop.desk.store) if row.login == "bruno")
    assert (row.name, row.role, row.state) == ("Bruno V.", UserRole.PRESIDENT, UserState.DISABLED)
    assert page.panel.suspend_button.text() == "Let in again"
    page.panel.suspend_button.click()
    desktop.rest()
    answers = [False, True]
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: answers.pop(0))
    page.panel.remove_button.click()
    assert len(list_users(desktop.desk.store)) == 2
    page.panel.remove_button.click()
    desktop.rest()
    removed = list_users(desktop.desk.store)[-1]
    assert removed.state is UserState.REMOVED
    assert key_facts(desktop.desk.store).generation == 2
    page.open_record(removed.id)
    assert not page.panel.remove_button.isVisible()
    desktop.desk.close_archive()
    assert not desktop.open(guarded, "bruno", BRUNO.password)
    assert desktop.open(guarded)
    assert find_plan(desktop.desk.store) is not None


def test_own_row_offers_no_removal(desktop: Desktop, guarded: Path) -> None:
    assert desktop.open(guarded)
    page = desktop.people
    choose(page, desktop, "anna")
    assert page.panel.password_button.isVisible()
    assert not page.panel.remove_button.isVisible()
    assert not page.panel.suspend_button.isVisible()

    def answer(dialog: PasswordDialog) -> None:
        dialog.present_edit.setText("sbagliata")
        dialog.fields.password.setText("una frase nuova")
        dialog.fields.again.setText("una frase nuova")
        dialog.accept()

    said: list[str] = []
    desktop.answers.append(answer)
    desktop.desk.refused.disconnect()
    desktop.desk.refused.connect(lambda error: said.append(error.code))
    page.panel.password_button.click()
    desktop.rest()
    assert said == ["keys.wrong"]


def test_who_may_not_is_told_which_role_it_takes(
    desktop: Desktop, guarded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desktop.open(guarded, "bruno", BRUNO.password)
    page = desktop.people
    choose(page, desktop, "anna")
    said: list[str] = []
    monkeypatch.setattr(dialogs, "warn", lambda _parent, _title, text: said.append(text))
    page.panel.suspend_button.click()
    desktop.rest()
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    page.key_action.trigger()
    desktop.rest()
    expected = "Bruno Verdi, as Secretary, cannot do this. It takes one of these roles: Keeper."
    assert [text[: len(expected)] for text in said] == [expected, expected]
    assert all(row.state is UserState.ACTIVE for row in list_users(desktop.desk.store))


def test_form_is_refused_to_a_reader_and_keeps_what_was_typed(
    desktop: Desktop, guarded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_with(guarded, Credentials("anna", ANNA.password)) as store:
        add_user(store, UserDraft("Carla Neri", "carla", "una frase di carla", UserRole.READER))
    assert desktop.open(guarded, "carla", "una frase di carla")
    desktop.window.go("plan")
    desktop.rest()
    form = desktop.window.current_view().current_page().form
    form.model.set_value("name", "Piano cambiato")
    said: list[str] = []
    monkeypatch.setattr(dialogs, "warn", lambda _parent, _title, text: said.append(text))
    form.save()
    desktop.rest()
    shown = [*said, *(each.text() for each in form.findChildren(QLabel) if each.isVisible())]
    assert any("Carla Neri, as Reader" in text for text in shown)
    assert form.model.value("name") == "Piano cambiato"
    plan = find_plan(desktop.desk.store)
    assert plan is not None
    assert plan.name == "Piano segreto"
    form.model.set_value("name", "Piano segreto")


def test_plain_archive_gets_a_password_and_loses_it(
    desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, sheet = tmp_path / "piano.concilia", tmp_path / "foglio.pdf"
    new_archive(path)
    assert desktop.window.open_path(path)
    page = desktop.people
    assert page.page_actions() == [page.encrypt_action]
    assert not desktop.window._session.lock_action.isEnabled()
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: sheet)

    def encrypt(wizard: EncryptWizard) -> None:
        fill_person(wizard)
        save_and_type_back(wizard, desktop, sheet)

    desktop.answers.append(encrypt)
    page.encrypt_button.click()
    desktop.rest()
    assert is_encrypted(path)
    assert desktop.window._session.lock_action.isEnabled()
    desktop.rest()
    assert page.open_action in page.page_actions()

    def why(dialog: Any) -> None:
        dialog.accept()
        assert "reason" in dialog.banner.text()
        QTest.keyClicks(dialog.findChild(QLineEdit), "Consegna")
        dialog.accept()

    desktop.answers.append(why)
    page.open_action.trigger()
    desktop.rest()
    assert not is_encrypted(path)
    assert desktop.desk.store.person is None
    assert not desktop.window._session.lock_action.isEnabled()


def test_new_sheet_is_made_from_the_window(desktop: Desktop, guarded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desktop.open(guarded)
    page = desktop.people
    sheet = guarded.with_name("foglio.pdf")
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: sheet)
    before = keys_path(guarded).read_bytes()

    def answer(wizard: SheetWizard) -> None:
        save_and_type_back(wizard, desktop, sheet)

    desktop.answers.append(answer)
    page.sheet_action.trigger()
    desktop.rest()
    assert keys_path(guarded).read_bytes() != before


# --- the locked session ---------------------------------------------------------------------------


def press(widget: Any, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, modifiers))


def test_locked_session_shows_nothing_and_comes_back_to_the_same_field(
    desktop: Desktop, guarded: Path, qtbot: QtBot
) -> None:
    assert desktop.open(guarded)
    desktop.window.go("plan")
    desktop.rest()
    form = desktop.window.current_view().current_page().form
    editor = next(each for each in form.findChildren(QLineEdit) if each.text() == "Piano segreto")
    with qtbot.waitActive(desktop.window):
        desktop.window.activateWindow()
    editor.setFocus()
    editor.end(False)
    QTest.keyClicks(editor, " di Rho")
    typed = editor.text()
    title = desktop.window.windowTitle()
    before = desktop.window.grab().toImage()
    seen: list[str] = []

    def answer(dialog: SessionDialog) -> None:
        covers = desktop.window.findChildren(Cover)
        assert [cover.geometry() for cover in covers] == [desktop.window.rect()]
        assert desktop.window.windowTitle() == "Concilia"
        shown = desktop.window.grab().toImage()
        assert shown != before
        colours = {shown.pixelColor(x, y).name() for x in range(0, 500, 7) for y in range(0, 300, 7)}
        assert len(colours) == 1  # nothing of the room is to be seen
        assert not editor.isVisible()  # nor read aloud
        desktop.window.setWindowTitle("Piano segreto — Concilia")  # something reloads behind the cover
        assert desktop.window.windowTitle() == "Concilia"
        desktop.window.resize(1300, 800)
        QApplication.processEvents()
        assert covers[0].size() == desktop.window.size()
        press(dialog, Qt.Key.Key_Escape)
        dialog.close()
        assert dialog.isVisible()
        dialog.password.setText(BRUNO.password)
        dialog.accept()
        desktop.rest()
        seen.append(dialog.banner.text())
        dialog.password.setText(ANNA.password)
        dialog.accept()
        desktop.rest()

    desktop.answers.append(answer)
    desktop.window._session.lock_action.trigger()
    assert "not right" in seen[0]
    assert desktop.window.findChildren(Cover) == []
    assert desktop.window.windowTitle() == title
    assert (editor.text(), form.is_dirty) == (typed, True)
    qtbot.waitUntil(editor.hasFocus)
    form.model.set_value("name", "Piano segreto")


class Clockwork:
    """In the place of a timer: counts how often it is begun."""

    def __init__(self, begun: list[int]) -> None:
        self._begun = begun

    def isActive(self) -> bool:
        return True

    def start(self) -> None:
        self._begun.append(1)


def test_session_locks_by_itself_when_nobody_is_there(
    desktop: Desktop, guarded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = desktop.window._session
    assert not session._idle.isActive()
    desktop.desk.settings.set("lock_minutes", 2)
    assert desktop.open(guarded)
    assert session._idle.interval() == 120_000
    handle = desktop.window.windowHandle()
    session._on_focus_window(handle)
    session._on_focus_window(handle)  # watched once
    begun: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr(session, "_idle", Clockwork(begun))
        QApplication.sendEvent(handle, QEvent(QEvent.Type.FocusIn))
        assert begun == []
        press(handle, Qt.Key.Key_A)
    assert begun == [1]

    def answer(dialog: SessionDialog) -> None:
        session.lock()  # it is locked already
        assert not session._idle.isActive()
        dialog.password.setText(ANNA.password)
        dialog.accept()
        desktop.rest()

    desktop.answers.append(answer)
    session._idle.timeout.emit()
    assert session._idle.isActive()
    desktop.desk.settings.set("lock_minutes", 0)
    session.refresh()
    assert not session._idle.isActive()
    desktop.desk.close_archive()
    session.lock()  # there is nothing to hide


def test_archive_can_be_closed_from_the_locked_session(
    desktop: Desktop, guarded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desktop.open(guarded)
    asked = [False, True]
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: asked.pop(0))

    def answer(dialog: SessionDialog) -> None:
        dialog.stay_button.click()
        assert dialog.isVisible()
        dialog.stay_button.click()

    desktop.answers.append(answer)
    desktop.window._session.lock()
    assert not desktop.desk.is_open
    assert desktop.window.current_room() is None
    assert desktop.window.findChildren(Cover) == []


def test_session_opened_by_the_sheet_is_unlocked_by_the_sheet(desktop: Desktop, guarded: Path) -> None:
    desktop.desk.take(open_with(guarded, Credentials("", CODE)), guarded)

    def answer(dialog: SessionDialog) -> None:
        dialog.password.setText("abc")
        dialog.accept()
        assert dialog.banner.text()
        dialog.password.setText("".join(recovery.groups(CODE)))
        dialog.accept()
        desktop.rest()

    desktop.answers.append(answer)
    desktop.window._session.lock()
    assert desktop.desk.is_open


def test_window_that_is_made_anew_can_be_locked_too(
    desktop: Desktop, guarded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desktop.open(guarded)
    desktop.application.rebuild()
    session = desktop.window._session
    assert session.lock_action.isEnabled()
    assert "Anna Bianchi" in desktop.window.status.archive.text()

    said: list[str] = []
    monkeypatch.setattr(dialogs, "warn", lambda _parent, _title, text: said.append(text))

    def answer(dialog: SessionDialog) -> None:
        desktop.desk.refused.emit(RuleBroken("user.last_keeper", name="Anna Bianchi"))
        assert said == []  # it would stand before the cover
        dialog.password.setText(ANNA.password)
        dialog.accept()
        desktop.rest()

    desktop.answers.append(answer)
    session.lock()
    assert desktop.window.findChildren(Cover) == []
    assert len(said) == 1


# --- fields ---------------------------------------------------------------------------------------


def test_letters_of_a_password_are_shown_only_when_asked(qtbot: QtBot) -> None:
    editor = SecretEdit("Password")
    qtbot.addWidget(editor)
    editor.setText("segreto")
    assert editor.displayText() != "segreto"
    editor._eye.trigger()
    assert editor.displayText() == "segreto"
    editor._eye.trigger()
    editor.selectAll()
    editor.copy()
    assert "segreto" not in QApplication.clipboard().text()


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("corta", "SHORT"),
        ("password2014", "WEAK"),
        ("aaaaaaaaaaaaaaaa", "WEAK"),
        ("abcabcabcabcabc", "WEAK"),
        ("annabianchi2014", "WEAK"),
        ("cavallo pila graffetta", "FAIR"),
        ("cavallo pila graffetta blu", "GOOD"),
        ("x7$Kq9!mZp2&", "FAIR"),
        ("x7$Kq9!mZp2&wE4%", "GOOD"),
    ],
)
def test_strength_is_told_in_plain_words(password: str, expected: str) -> None:
    found = passwords.strength(password, "Anna Bianchi", "anna")
    assert found.name == expected
