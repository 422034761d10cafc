"""Copies in the window: made, compared, put back; an archive that does not open; places that are not for writing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog

from app.models import slots
from app.models.slots import Cost
from app.models.store import Store
from app.services import archive as archive_service
from app.services.archive import new_archive, open_archive
from app.services.keeping import outside_copies
from app.services.keeping.copies import Occasion, copies_folder, copy_files, make_copy
from app.services.keeping.erasing import cleaning_refusal
from app.services.keeping.persons import Sought, erase_person
from app.services.keeping.places import Place, PlaceKind
from app.services.network.registry import ContactDraft, OrganisationDraft, save_organisation
from app.services.plan.plan import PlanDraft, find_plan, save_plan
from app.services.settings import Settings
from app.services.users.keys import Credentials, UserDraft, encrypt_archive
from app.services.users.recovery import new_code
from app.ui import dialogs
from app.ui.application import Application
from app.ui.rescue import RescueDialog
from app.ui.restore_dialog import RestoreDialog
from app.ui.safekeeping import Safekeeping
from app.ui.unlock import UnlockDialog
from app.ui.views.archive import ArchiveView
from app.ui.views.archive_copies import CopiesPage
from app.ui.views.archive_copy import CopyPage

PASSWORD = "una frase di anna"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a plan, closed."""
    path = tmp_path_factory.mktemp("once") / "piano.concilia"
    new_archive(path)
    with open_archive(path) as store:
        save_plan(store, PlanDraft(name="Piano", office="Prima"))
    return path


@pytest.fixture
def made(once: Path, tmp_path: Path) -> Path:
    """A copy of it in a folder of its own."""
    (tmp_path / "ufficio").mkdir()
    return Path(shutil.copy(once, tmp_path / "ufficio"))


@pytest.fixture
def application(qapp: Any, tmp_path: Path) -> Iterator[Application]:
    made = Application(qapp, Settings(tmp_path / "settings.json"))
    yield made
    made.desk.lanes.wait()
    qapp.processEvents()
    made.desk.close_archive()
    made.window.close()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was said in message boxes; every question is answered with yes."""
    said: list[tuple[str, str]] = []

    def note(_parent: object, title: str, text: str, *_more: object) -> bool:
        said.append((title, text))
        return True

    for name in ("tell", "warn", "confirm"):
        monkeypatch.setattr(dialogs, name, note)
    return said


def answer(monkeypatch: pytest.MonkeyPatch, qtbot: Any, **acts: Callable[[Any], bool]) -> None:
    """Have dialogs of the program's own be answered by their class; work in progress is waited for."""

    def run(dialog: QDialog) -> bool:
        act = acts.get(type(dialog).__name__)
        if act is not None:
            return act(dialog)
        with qtbot.waitSignal(dialog.finished, timeout=20_000):
            dialog.open()
        return True

    monkeypatch.setattr(dialogs, "run_dialog", run)


def settle(application: Application, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not application.desk.lanes.busy(), timeout=20_000)
    application.app.processEvents()


def copies_page(application: Application, qtbot: Any) -> CopiesPage:
    application.window.go("archive")
    view = application.window.current_view()
    assert isinstance(view, ArchiveView)
    view.show_kind("copies")
    page = view.page("copies")
    assert isinstance(page, CopiesPage)
    settle(application, qtbot)
    settle(application, qtbot)
    return page


def office(application: Application) -> str:
    plan = application.desk.read(find_plan)
    assert plan is not None
    return str(plan.office)


def spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8192:12288] = b"\xff" * 4096
    path.write_bytes(data)


def test_copy_is_made_compared_and_put_back(
    application: Application, made: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch, shown: list[tuple[str, str]]
) -> None:
    application.open(made)
    page = copies_page(application, qtbot)
    page.make_action.trigger()
    settle(application, qtbot)
    plan = application.desk.read(find_plan)
    application.desk.do(save_plan, PlanDraft(id=plan.id, name="Piano", office="Dopo"))
    settle(application, qtbot)
    told: list[str] = []

    def agree(dialog: RestoreDialog) -> bool:
        told.append(dialog.said.text())
        return True

    answer(monkeypatch, qtbot, RestoreDialog=agree)
    page.list.setFocus()
    page._on_activated(page.list.selected_id() or "")
    settle(application, qtbot)
    qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
    assert office(application) == "Prima"
    assert "1" in told[0]
    assert "piano.replaced-" in shown[-1][1]
    assert application.window.current_room().key == "dashboard"


def test_cancelled_comparison_changes_nothing(
    application: Application, made: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_archive(made) as store:
        make_copy(store, Occasion.REQUEST)
    application.open(made)
    page = copies_page(application, qtbot)
    answer(monkeypatch, qtbot, RestoreDialog=lambda _dialog: False)
    before = application.desk.store.replica_id
    page.restore()
    settle(application, qtbot)
    assert application.desk.store.replica_id == before


def test_damaged_archive_offers_its_copies(
    application: Application, made: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_archive(made) as store:
        make_copy(store, Occasion.REQUEST)
    spoil(made)
    application.open(made)
    assert application.window.start.banner.text()
    told: list[str] = []

    def agree(dialog: RescueDialog) -> bool:
        told.append(dialog.said.text())
        dialog.restore()
        return True

    answer(monkeypatch, qtbot, RescueDialog=agree)
    keeping = application.window.findChild(Safekeeping)
    assert keeping is not None
    keeping.rescue()
    settle(application, qtbot)
    assert told
    assert office(application) == "Prima"


def test_damaged_archive_with_a_password_asks_for_it(
    application: Application, made: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    with open_archive(made) as store:
        encrypt_archive(store, UserDraft("Anna", "anna", PASSWORD), new_code())
        make_copy(store, Occasion.REQUEST)
    spoil(made)

    def unlock(dialog: UnlockDialog) -> bool:
        dialog.login.setText("anna")
        dialog.password.setText(PASSWORD)
        with qtbot.waitSignal(dialog.finished, timeout=20_000):
            dialog.accept()
        return dialog.result() == QDialog.DialogCode.Accepted

    def agree(dialog: RescueDialog) -> bool:
        dialog.restore()
        return True

    answer(monkeypatch, qtbot, UnlockDialog=unlock, RescueDialog=agree)
    application.open(made)
    settle(application, qtbot)
    assert application.window.start.banner.text()
    keeping = application.window.findChild(Safekeeping)
    assert keeping is not None
    keeping.rescue()
    settle(application, qtbot)
    assert office(application) == "Prima"


def test_share_is_opened_for_reading_and_a_copy_is_offered(
    application: Application,
    made: Path,
    tmp_path: Path,
    qtbot: Any,
    monkeypatch: pytest.MonkeyPatch,
    shown: list[tuple[str, str]],
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(archive_service, "place_of_file", lambda _path: Place(PlaceKind.NETWORK, "SMB"))
        patch.setattr(dialogs, "choose_save", lambda *_args: tmp_path / "qui.concilia")
        application.open(made)
        assert not application.desk.store.writing
        replica = application.desk.store.replica_id
        patch.undo()
        monkeypatch.setattr(dialogs, "choose_save", lambda *_args: tmp_path / "qui.concilia")
        qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
        assert "SMB" in shown[0][1]
        qtbot.waitUntil(lambda: application.desk.path == tmp_path / "qui.concilia", timeout=20_000)
    assert application.desk.store.writing
    assert application.desk.store.replica_id != replica
    settle(application, qtbot)


def test_regular_copy_is_made_beside_the_window(application: Application, made: Path, qtbot: Any) -> None:
    application.open(made)
    keeping = application.window.findChild(Safekeeping)
    assert keeping is not None
    settle(application, qtbot)
    keeping.look()
    settle(application, qtbot)
    assert [copy.occasion for copy in copy_files(made)] == [Occasion.REGULAR]
    keeping.look()
    settle(application, qtbot)
    assert len(copy_files(made)) == 1


def test_erasing_that_could_not_be_cleaned_is_told_and_cleaned_later(
    application: Application, made: Path, qtbot: Any, shown: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_archive(made) as store:
        save_organisation(store, OrganisationDraft(name="Ente", contacts=(ContactDraft(name="Ersilia Quaranta"),)))
    application.open(made)
    settle(application, qtbot)
    with monkeypatch.context() as full:
        full.setattr(Store, "clear_free_room", lambda _store: False)
        application.desk.run(erase_person, Sought("Ersilia Quaranta"), "istanza 12/2026")
        settle(application, qtbot)
        assert [title for title, _text in shown] == ["Cancellato, ma non ancora del tutto ripulito"]
        application.desk.close_archive()
        application.open(made)
        qtbot.waitUntil(lambda: len(shown) == 2, timeout=10_000)
        assert shown[0] == shown[1], "it is told again when the archive is opened"
    settle(application, qtbot)
    keeping = application.window.findChild(Safekeeping)
    assert keeping is not None
    keeping.look()
    settle(application, qtbot)
    assert cleaning_refusal(application.desk.store) is None
    assert len(shown) == 2


def test_file_that_went_away_is_said_once(
    application: Application, made: Path, qtbot: Any, shown: list[tuple[str, str]]
) -> None:
    application.open(made)
    settle(application, qtbot)
    made.rename(made.with_name("altrove.concilia"))
    keeping = application.window.findChild(Safekeeping)
    assert keeping is not None
    for _turn in range(2):
        keeping.look()
        settle(application, qtbot)
    assert len(shown) == 1
    assert not copies_folder(made).exists()


def test_copy_on_another_disk_is_asked_for(
    application: Application, made: Path, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside_copies, "OLD_AFTER", timedelta(0))
    application.open(made)
    settle(application, qtbot)
    settle(application, qtbot)
    dashboard: Any = application.window.current_view()
    assert dashboard.reminder.text()
    dashboard.reminder._action.click()
    settle(application, qtbot)
    view = application.window.current_view()
    assert isinstance(view, ArchiveView)
    page = view.page("copy")
    assert isinstance(page, CopyPage)
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: tmp_path / "chiavetta.concilia")
    page.copy()
    settle(application, qtbot)
    assert (tmp_path / "chiavetta.concilia").is_file()
    assert "chiavetta.concilia" in page.banner.text()


def test_clock_that_is_behind_is_told(
    application: Application, made: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch, shown: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(archive_service, "CLOCK_SLACK", timedelta(days=-1))
    application.open(made)
    qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
    assert len(shown) == 1
    settle(application, qtbot)


def test_credentials_of_then_open_a_copy_under_an_earlier_key(
    application: Application, made: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch, shown: list[tuple[str, str]]
) -> None:
    from app.services.users.keys import renew_key

    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    with open_archive(made) as store:
        encrypt_archive(store, UserDraft("Anna", "anna", PASSWORD), new_code())
        copy = make_copy(store, Occasion.REQUEST)
        renew_key(store)
        for other in copy_files(made):
            if other.path != copy.path:
                other.path.unlink()
    store = open_archive(made, credentials=Credentials("anna", PASSWORD))
    application.window.show()
    application.desk.take(store, made)
    page = copies_page(application, qtbot)

    def unlock(dialog: UnlockDialog) -> bool:
        dialog.login.setText("anna")
        dialog.password.setText(PASSWORD)
        with qtbot.waitSignal(dialog.finished, timeout=20_000):
            dialog.accept()
        return dialog.result() == QDialog.DialogCode.Accepted

    answer(monkeypatch, qtbot, UnlockDialog=unlock, RestoreDialog=lambda _dialog: True)
    qtbot.waitUntil(lambda: page.panel is not None and page.panel.row is not None, timeout=10_000)
    page.restore()
    settle(application, qtbot)
    assert page.banner.text() == ""
    qtbot.waitUntil(lambda: bool(shown), timeout=10_000)
    assert office(application) == "Prima"
