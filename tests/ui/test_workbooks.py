"""Workbooks in the window: many at once, dropped or chosen; what is near is asked; receipts stay in the archive."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.services.calls.calls import CallDraft, call_rows, save_call
from app.services.exchange.receipts import receipt_rows
from app.services.network.registry import organisation_rows
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import delete_proposal
from app.services.settings import Settings
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.import_dialog import ImportDialog, ItemDialog, MatchDialog
from app.ui.main_window import MainWindow
from app.ui.views import ROOMS
from app.ui.views.archive import ArchiveView
from app.ui.views.archive_receipts import ReceiptsPage
from app.ui.workbooks import WorkbookActions
from tests.services.builders import a_plan, an_area, an_organisation
from tests.services.filling import proposal_form
from tests.services.world import new_store, reopen

Paths = list[Path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a call, and three forms filled in for it."""
    made = tmp_path_factory.mktemp("moduli")
    with new_store(made) as store:
        a_plan(store)
        an_area(store)
        save_call(store, CallDraft(title="Avviso 2014"))
        an_organisation(store, "La Rotonda")
        for n in (1, 2, 3):
            own = {"number": n, "protocol": f"{n}/2014", "title": f"Progetto {n}", "alliance": f"Alleanza {n}"}
            lead = {"lead": f"Ente capofila di {'abc'[n - 1] * 6}"}
            proposal_form(store, made / f"{n}.xlsx", {"proposal": {**own, **lead}})
        near = {"number": 4, "protocol": "4/2014", "title": "Vicino", "alliance": "Quarta", "lead": "La Rotonda Onlus"}
        proposal_form(store, made / "4.xlsx", {"proposal": near, "partners": []})
    return made


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, folder: Path) -> Iterator[MainWindow]:
    store = reopen(Path(shutil.copy(folder / "prova.concilia", tmp_path)))
    desk = Desk(Settings(tmp_path / "settings.json"))
    desk.take(store, store.path)
    shown = MainWindow(desk, rooms=ROOMS)
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    desk.lanes.wait()
    qtbot.waitUntil(lambda: not desk.lanes.busy())
    desk.close_archive()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[QDialog]:
    """Dialogs of the program's own, each accepted at once after what `answers` does to it."""
    seen: list[QDialog] = []

    def run(dialog: QDialog) -> bool:
        seen.append(dialog)
        if isinstance(dialog, MatchDialog):
            for box in dialog.boxes.values():
                box.setCurrentIndex(1)
            assert dialog.go_button.isEnabled()
        return True

    monkeypatch.setattr(dialogs, "run_dialog", run)
    return seen


def workbooks(window: MainWindow) -> WorkbookActions:
    return window.findChild(WorkbookActions)


def drop(window: MainWindow, *paths: Path) -> bool:
    """Drag files over the window and let them go; whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPointF(50, 50).toPoint(), action, data, buttons, keys)
    entering.ignore()
    QApplication.sendEvent(window, entering)
    if not entering.isAccepted():
        return False
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), action, data, buttons, keys))
    return True


def test_many_are_dropped_and_each_says_what_became_of_it(
    window: MainWindow, qtbot: QtBot, folder: Path, tmp_path: Path, asked: list[QDialog]
) -> None:
    wrong = tmp_path / "appunti.csv"
    wrong.write_text("a;b\n")
    with qtbot.waitSignal(window.desk.changed):
        assert drop(window, folder / "1.xlsx", folder / "2.xlsx", wrong, folder / "1.xlsx")
    qtbot.waitUntil(lambda: bool(asked))
    [dialog] = asked
    assert isinstance(dialog, ImportDialog)
    assert dialog.files.count() == 4
    assert dialog.files.currentRow() == 2, "the first that was refused"
    assert "appunti.csv" in dialog.text.toPlainText()
    assert not dialog.print_button.isEnabled()
    dialog.files.setCurrentRow(3)
    assert "1.xlsx" in dialog.text.toPlainText()
    dialog.files.setCurrentRow(1)
    assert dialog.print_button.isEnabled()
    dialog.copy()
    assert "Progetto 2" in QApplication.clipboard().text()
    assert [row.title for row in proposal_rows(window.desk.store)] == ["Progetto 1", "Progetto 2"]


def test_other_files_are_not_taken(window: MainWindow, tmp_path: Path) -> None:
    assert not drop(window, tmp_path / "lettera.pdf")
    window.desk.close_archive()
    assert not drop(window, tmp_path / "1.xlsx")


def test_what_is_near_is_asked_and_then_comes_in(
    window: MainWindow, qtbot: QtBot, folder: Path, asked: list[QDialog], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "choose_open_many", lambda *_args: [folder / "3.xlsx", folder / "4.xlsx"])
    workbooks(window).import_action.trigger()
    qtbot.waitUntil(lambda: len(asked) == 2)
    match, result = asked
    assert isinstance(match, MatchDialog)
    assert [box.itemText(1) for box in match.boxes.values()] == ["It is «La Rotonda»"]
    assert isinstance(result, ImportDialog)
    assert result.files.count() == 2
    assert [row.lead for row in proposal_rows(window.desk.store)][-1] == "La Rotonda"
    assert "La Rotonda Onlus" not in {row.name for row in organisation_rows(window.desk.store)}


def test_nothing_comes_in_while_the_question_is_open(
    window: MainWindow, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[QDialog] = []
    monkeypatch.setattr(dialogs, "run_dialog", lambda dialog: seen.append(dialog) or isinstance(dialog, ImportDialog))
    workbooks(window).take([folder / "4.xlsx"])
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert proposal_rows(window.desk.store) == ()
    assert "La Rotonda" in seen[1].text.toPlainText()  # type: ignore[attr-defined]


def test_file_that_came_and_went_is_asked_about(
    window: MainWindow, qtbot: QtBot, folder: Path, asked: list[QDialog], monkeypatch: pytest.MonkeyPatch
) -> None:
    workbooks(window).take([folder / "1.xlsx"])
    qtbot.waitUntil(lambda: len(asked) == 1)
    [row] = proposal_rows(window.desk.store)
    window.desk.do(delete_proposal, row.id)
    said: list[Any] = []
    monkeypatch.setattr(dialogs, "confirm", lambda *args: said.append(args) or True)
    workbooks(window).take([folder / "1.xlsx"])
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert len(said) == 1
    assert len(proposal_rows(window.desk.store)) == 1
    newest, first = receipt_rows(window.desk.store)
    assert newest.sha256 == first.sha256


def test_receipts_are_listed_and_printed(
    window: MainWindow, qtbot: QtBot, folder: Path, asked: list[QDialog], monkeypatch: pytest.MonkeyPatch
) -> None:
    workbooks(window).take([folder / "1.xlsx", folder / "2.xlsx"])
    qtbot.waitUntil(lambda: bool(asked))
    window.go("archive")
    room = window.current_view()
    assert isinstance(room, ArchiveView)
    room.show_kind("receipts")
    page = room.page("receipts")
    assert isinstance(page, ReceiptsPage)
    qtbot.waitUntil(lambda: page.chosen() is not None)
    assert page.chosen().title == "Progetto 2"
    printed: list[Any] = []
    monkeypatch.setattr("app.ui.output.preview", lambda _parent, _desk, document: printed.append(document))
    page.panel.print_action.trigger()
    assert "Progetto 2" in str(printed[0].parts)
    wanted: list[tuple[str, str]] = []
    window.desk.wanted.connect(lambda room, key: wanted.append((room, key)))
    page.panel.go_action.trigger()
    assert wanted == [("proposals", page.chosen().subject_id)]


def test_form_is_written_for_the_call_that_is_chosen(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, asked: list[QDialog], monkeypatch: pytest.MonkeyPatch
) -> None:
    window.desk.do(save_call, CallDraft(title="Avviso 2015"))
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: tmp_path / "modulo.pdf")
    action = next(one for one in workbooks(window).form_actions if one.data() == "MODULO-PROPOSTA")
    with qtbot.waitSignal(window.desk.written):
        action.trigger()
    [dialog] = asked
    assert isinstance(dialog, ItemDialog)
    assert dialog.list.count() == len(call_rows(window.desk.store)) == 2
    assert (tmp_path / "modulo.pdf").read_bytes().startswith(b"%PDF")
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: tmp_path / "altro")
    with qtbot.waitSignal(window.desk.written):
        action.trigger()
    assert (tmp_path / "altro.xlsx").read_bytes().startswith(b"PK")


def test_form_of_nothing_says_so(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []
    monkeypatch.setattr(dialogs, "warn", lambda *args: said.append(args))
    next(one for one in workbooks(window).form_actions if one.data() == "PROPOSTA").trigger()
    assert len(said) == 1
