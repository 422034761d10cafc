from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.models.errors import EnvironmentFailed, RuleBroken
from app.services.changes import Changes
from app.services.papers import prints
from app.services.reports.spec import Document, Table
from app.services.settings import Settings
from app.ui import dialogs, i18n, output
from app.ui.application import Application
from app.ui.crash import CrashHook
from app.ui.crash_dialog import CrashDialog, report
from app.ui.desk import Desk
from app.ui.main_window import MainWindow
from app.ui.rail import room_keys
from app.ui.settings_dialog import SettingsDialog
from app.ui.shortcuts import ShortcutsDialog
from app.ui.tables import TableView
from app.ui.theme import Theme, apply_theme, px
from app.ui.views import ROOMS, Room
from app.ui.views.base import RecordsView
from tests.ui.audit import elided, unnamed
from tests.ui.fakes import FakeStore, project_table

ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
TEST_ROOMS = (
    Room("projects", "Progetti", "clipboard-list", "tests.ui.fake_views:ProjectsView", ("proposal",)),
    Room("other", "Altro", "network", "tests.ui.fake_views:OtherView"),
)
MakeWindow = Callable[..., MainWindow]


@dataclass(frozen=True)
class Hit:
    kind: str
    id: str
    title: str
    subtitle: str


def find(store: FakeStore, text: str, limit: int) -> list[Hit]:
    hits = [Hit("proposal", key, row.title, "2014") for key, row in store.records.items() if text in row.title]
    return [*hits[: limit - 1], Hit("unknown kind", "x", "never shown", "")]


def heading(_store: FakeStore) -> tuple[str, str]:
    return "ASL Milano 1", "Piano territoriale di conciliazione"


@pytest.fixture
def make_window(qtbot: QtBot, desk: Desk) -> MakeWindow:
    made = []

    def make(given: Desk | None = None) -> MainWindow:
        window = MainWindow(given or desk, rooms=TEST_ROOMS, find=find, heading=heading)
        made.append(window)
        qtbot.addWidget(window)
        window.resize(px(1400), px(860))
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    return make


def page(window: MainWindow) -> Any:
    view = window.current_view()
    assert isinstance(view, RecordsView)
    shown = view.current_page()
    while shown.is_settling:
        QApplication.processEvents()
    return shown


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize(("theme", "scale"), [(Theme.LIGHT, 100), (Theme.DARK, 200)])
def test_window_opens_whole_in_each_look(
    theme: Theme, scale: int, language: str, make_window: MakeWindow, qapp: QApplication, qtbot: QtBot
) -> None:
    i18n.set_language(language)
    apply_theme(qapp, theme, scale)
    window = make_window()
    assert unnamed(window) == []
    assert elided(window) == []
    assert window.windowTitle() == "Piano territoriale di conciliazione — Concilia"
    qtbot.waitUntil(lambda: page(window).form is not None)
    assert page(window).form.record_id == "p1"


def test_start_page_names_everything(make_window: MakeWindow, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "start.json")
    settings.set("recent", [str(tmp_path / "piano.concilia")])
    window = make_window(Desk(settings))
    assert window.current_room() is None
    assert unnamed(window) == []
    assert elided(window) == []


def test_dialogs_name_everything(qtbot: QtBot, desk: Desk) -> None:
    for dialog in (SettingsDialog(desk), ShortcutsDialog(), CrashDialog("report")):
        qtbot.addWidget(dialog)
        dialog.show()
        assert unnamed(dialog) == []
        assert elided(dialog) == []


def test_rooms_are_reached_by_number_and_rail(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    qtbot.keyClick(window, Qt.Key.Key_2, ALT)
    assert window.current_room() is TEST_ROOMS[1]
    assert window.rail.rooms.currentRow() == 1
    qtbot.keyClick(window, Qt.Key.Key_1, CONTROL)
    assert window.current_room() is TEST_ROOMS[0]
    window.rail.rooms.setFocus()
    qtbot.keyClick(window.rail.rooms, Qt.Key.Key_Down)
    assert window.current_room() is TEST_ROOMS[1]


def test_room_is_left_only_when_the_draft_may_be(
    qtbot: QtBot, make_window: MakeWindow, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    form = page(window).form
    form.model.set_value("title", "mio")
    answers = iter([dialogs.Answer.STAY, dialogs.Answer.STAY, dialogs.Answer.SAVE])
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: next(answers))
    qtbot.keyClick(window, Qt.Key.Key_2, ALT)
    assert window.current_room() is TEST_ROOMS[0]
    assert window.rail.rooms.currentRow() == 0
    assert not window.close()
    qtbot.keyClick(window, Qt.Key.Key_2, ALT)
    assert window.current_room() is TEST_ROOMS[1]
    assert store.records["p1"].title == "mio"


def test_row_is_left_only_when_the_draft_may_be(make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    here = page(make_window())
    here.form.model.set_value("title", "mio")
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: dialogs.Answer.STAY)
    here.list.table.selectRow(4)
    assert here.form.record_id == "p1"
    assert here.list.selected_id() == "p1"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: dialogs.Answer.DISCARD)
    here.list.table.selectRow(4)
    assert here.form.record_id == "p5"
    assert not here.form.is_dirty


def test_record_is_added_and_found_in_the_list(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    here = page(window)
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL)
    title = here.form.field("title")
    assert QApplication.focusWidget() is title
    qtbot.keyClicks(title, "Nuovo progetto")
    here.form.field("lead_id").set_value("o1")
    here.form.model.set_value("lead_id", "o1")
    with qtbot.waitSignal(here.form.saved):
        qtbot.keyClick(title, Qt.Key.Key_S, CONTROL)
    assert here.list.selected_id() == "p41"
    assert window.status.saved.text().startswith("saved at ")


def test_search_of_the_list_and_back_to_its_rows(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    here = page(window)
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL)
    assert QApplication.focusWidget() is here.list.search
    qtbot.keyClicks(here.list.search, "casa")
    assert here.list.model.rowCount() == 8
    assert here.list.footer.text().startswith("8 of 40")
    qtbot.keyClick(here.list.search, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is here.list.table
    qtbot.keyClick(here.list.table, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is here.form.field("title")


def test_palette_finds_records_and_commands(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.go("other")
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    palette = window._palette
    assert palette is not None
    assert unnamed(palette) == []
    qtbot.keyClicks(palette.box, "solidale 9")
    palette.refresh()
    assert [entry.title for entry in palette.entries()] == ["Rete solidale 9"]
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert window.current_room() is TEST_ROOMS[0]
    assert page(window).form.record_id == "p9"
    window.show_palette("altro")
    palette = window._palette
    assert palette is not None
    assert [entry.title for entry in palette.entries()] == ["Altro"]
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert window.current_room() is TEST_ROOMS[1]


def test_palette_moves_by_arrows_and_closes_by_escape(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.show_palette("Casa")
    palette = window._palette
    assert palette is not None
    qtbot.keyClick(palette.box, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    qtbot.keyClick(palette.box, Qt.Key.Key_Up)
    qtbot.keyClick(palette.box, Qt.Key.Key_Up)
    assert palette.list.currentRow() == 0
    qtbot.keyClick(palette.box, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_changes_reload_what_they_concern(qtbot: QtBot, make_window: MakeWindow, desk: Desk, store: FakeStore) -> None:
    window = make_window()
    window.go("other")
    other = window.current_view()
    assert other is not None
    before = other.reloads  # type: ignore[attr-defined]
    desk.announce(Changes.of("proposals"))
    assert other.reloads == before  # type: ignore[attr-defined]
    desk.announce(Changes.of("network"))
    assert other.reloads == before + 1  # type: ignore[attr-defined]
    store.records.pop("p40")
    desk.announce(Changes.of("proposals"))
    window.go("projects")
    assert page(window).list.model.rowCount() == 39
    store.records.pop("p39")
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert page(window).list.model.rowCount() == 38


def test_record_that_is_gone_leaves_its_form(make_window: MakeWindow, desk: Desk, store: FakeStore) -> None:
    window = make_window()
    assert page(window).form.record_id == "p1"
    store.records.pop("p1")
    desk.announce(Changes.of("proposals"))
    assert page(window).list.selected_id() is None


def test_refusal_that_nobody_took_is_said(make_window: MakeWindow, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    make_window()
    said: list[str] = []
    monkeypatch.setattr(dialogs, "warn", lambda _parent, _title, text: said.append(text))
    desk.failed(RuleBroken("field.required"))
    assert said == ["This field is needed. Fill it in, then save again."]


def test_archives_come_and_go(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(tmp_path / "start.json")
    gone = tmp_path / "gone.concilia"
    settings.set("recent", [str(gone)])
    fresh = Desk(settings)
    window = make_window(fresh)
    window.start.recent_wanted.emit(gone)
    assert "no longer there" in window.start.banner.text()
    assert window.start.recent.count() == 0
    bad = tmp_path / "bad.concilia"
    bad.write_bytes(b"x" * 5000)
    monkeypatch.setattr(dialogs, "choose_open", lambda *_args: bad)
    window.open_action.trigger()
    assert "bad.concilia" in window.start.banner.text()
    assert window.current_room() is None
    assert not window.close_action.isEnabled()


def test_settings_are_chosen_and_rebuild_the_window(
    qtbot: QtBot, make_window: MakeWindow, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()

    def choose(dialog: QDialog) -> bool:
        assert isinstance(dialog, SettingsDialog)
        dialog.editors["scale"].setCurrentText("150\u00a0%")  # type: ignore[union-attr]
        dialog.editors["scale"].activated.emit(3)  # type: ignore[union-attr]
        name = dialog.editors["user_name"]
        assert isinstance(name, QLineEdit)
        qtbot.keyClicks(name, "Anna Rossi")
        return True

    monkeypatch.setattr(dialogs, "run_dialog", choose)
    with qtbot.waitSignal(window.rebuild_wanted):
        window.settings_action.trigger()
    assert desk.settings.get("scale") == 150
    assert desk.settings.get("user_name") == "Anna Rossi"


def test_shortcuts_page_opens(make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = make_window()
    opened: list[QDialog] = []
    monkeypatch.setattr(dialogs, "run_dialog", opened.append)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert [type(dialog) for dialog in opened] == [ShortcutsDialog]


def test_every_room_of_the_program_is_declared_once() -> None:
    assert len({room.key for room in ROOMS}) == len(ROOMS)
    keys = [each for number in range(1, len(ROOMS) + 1) for each in room_keys(number)]
    assert len(set(keys)) == len(keys)
    kinds = [kind for room in ROOMS for kind in room.kinds]
    assert len(set(kinds)) == len(kinds)


# --- the list -----------------------------------------------------------------------------


def test_columns_are_remembered(qtbot: QtBot, desk: Desk, store: FakeStore) -> None:
    def make() -> TableView:
        view = TableView(desk, "projects.list")
        qtbot.addWidget(view)
        view.resize(900, 400)
        view.set_table(project_table(store))
        view.show()
        return view

    first = make()
    header = first.table.horizontalHeader()
    header.moveSection(header.visualIndex(4), 0)
    header.setSectionHidden(1, True)
    first._columns.remember()
    second = make()
    assert [column.key for column in second.visible_table().columns] == [
        "amount",
        "title",
        "received",
        "heads",
        "state",
    ]
    second._columns._forget()
    assert len(second.visible_table().columns) == 6


def test_list_is_printed_and_exported_as_it_is_seen(
    qtbot: QtBot, desk: Desk, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = TableView(desk, "projects.list")
    qtbot.addWidget(view)
    view.set_table(project_table(store))
    given: list[Table] = []
    monkeypatch.setattr(output, "print_table", lambda _parent, _desk, table: given.append(table))
    monkeypatch.setattr(output, "export_table", lambda _parent, _desk, table: given.append(table))
    view.search.setText("casa")
    view.table.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    view.print_action.trigger()
    view.export_action.trigger()
    assert given[0] == given[1]
    assert [row.id for row in given[0].body()] == ["p37", "p32", "p27", "p22", "p17", "p12", "p7", "p2"]
    assert given[0].subtitle == "search: casa"


def test_chips_filter_and_say_what_they_do(qtbot: QtBot, desk: Desk, store: FakeStore) -> None:
    view = TableView(desk, "projects.list", filters=("lead",))
    qtbot.addWidget(view)
    view.set_table(project_table(store))
    assert list(view._chips) == ["lead", "state"]
    chip = view._chips["state"]
    assert chip.text() == "Stato: all"
    menu = chip.menu()
    funded = next(action for action in menu.actions() if action.text() == "Funded  (10)")
    funded.trigger()
    assert view.model.rowCount() == 10
    assert chip.text() == "Stato: Funded"
    assert view.visible_table().subtitle == "Stato: Funded"
    chip.menu().actions()[0].trigger()
    assert view.model.rowCount() == 40


def test_rows_are_copied_as_a_spreadsheet_takes_them(qtbot: QtBot, desk: Desk, store: FakeStore) -> None:
    view = TableView(desk, "projects.list")
    qtbot.addWidget(view)
    view.set_table(project_table(store))
    view.table.selectRow(0)
    view.copy_action.trigger()
    text = QGuiApplication.clipboard().text()
    assert text == "Àncora insieme 1\tAzienda speciale Sole\t02/03/2014\t7\t12.345,67\u00a0€\tSubmitted"


def test_empty_and_narrowed_lists_say_so(qtbot: QtBot, desk: Desk, store: FakeStore) -> None:
    view = TableView(desk, "projects.list")
    qtbot.addWidget(view)
    view.set_table(project_table(FakeStore()))
    assert view._stack.currentIndex() == 1
    assert not view.print_action.isEnabled()
    view.set_table(project_table(store))
    assert view._stack.currentIndex() == 0
    view.search.setText("niente di simile")
    assert view._stack.currentIndex() == 2
    view._show_all.click()
    assert view._stack.currentIndex() == 0


# --- crash and preview ----------------------------------------------------------------------


def secret_bug(name: str) -> None:
    raise ValueError(f"tax code of {name}")


@pytest.mark.expects_log
def test_crash_is_said_once_and_without_data(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def look(dialog: QDialog) -> bool:
        assert isinstance(dialog, CrashDialog)
        hook.tell(ZeroDivisionError())  # while one is said, another is only logged
        dialog._copy.click()
        shown.append(QGuiApplication.clipboard().text())
        return True

    monkeypatch.setattr(dialogs, "run_dialog", look)
    hook = CrashHook()
    try:
        secret_bug("RSSMRA80A01F205X")
    except ValueError as error:
        hook.tell(error)
    assert len(shown) == 1
    assert "ValueError" in shown[0]
    assert "secret_bug" in shown[0]
    assert "RSSMRA80A01F205X" not in shown[0]


def test_report_names_codes_and_causes() -> None:
    try:
        try:
            raise RuleBroken("field.required", text="secret")
        except RuleBroken as cause:
            raise ZeroDivisionError from cause
    except ZeroDivisionError as error:
        text = report(error)
    assert "ZeroDivisionError" in text
    assert "RuleBroken field.required" in text
    assert "secret" not in text


def list_document(_store: Any, table: Table, language: str) -> Document:
    from datetime import UTC, datetime

    at = datetime(2014, 3, 31, tzinfo=UTC)
    return Document(table.code, table.title, (table,), ("Ufficio",), language, at, slug="progetti")


def test_preview_draws_the_pages_and_exports(
    qtbot: QtBot, desk: Desk, store: FakeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "list_document", list_document)
    monkeypatch.setattr(prints, "remember_print", lambda *_args: None)  # the records of this desk are no archive
    from app.ui.preview import PreviewDialog

    dialog = PreviewDialog(desk, list_document(store, project_table(store), "it"))
    qtbot.addWidget(dialog)
    dialog.resize(900, 900)
    with qtbot.waitSignal(dialog.pane.ready, timeout=20_000):
        dialog.open_preview()
    assert dialog.pane.page_count() >= 1
    sheet = dialog.pane._sheets[0]
    qtbot.waitUntil(lambda: sheet.pixmap is not None, timeout=20_000)
    assert sheet.pixmap is not None
    image = sheet.pixmap.toImage()
    dark = [image.pixelColor(x, y).value() < 128 for x in range(image.width()) for y in range(0, image.height(), 3)]
    assert sum(dark) > 500, "a blank page"
    wide = sheet.width()
    dialog.pane.zoom_in()
    assert sheet.width() > wide
    dialog.pane.zoom_fit()
    assert abs(sheet.width() - wide) < 20  # the scroll bar comes and goes
    assert unnamed(dialog) == []
    target = tmp_path / "progetti.pdf"
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: target)
    with qtbot.waitSignal(desk.written, timeout=20_000):
        dialog.pane.export_document()
    assert target.read_bytes().startswith(b"%PDF")
    qtbot.waitUntil(lambda: not desk.lanes.busy(), timeout=20_000)


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_document_is_printed_beside_the_window(
    qtbot: QtBot, desk: Desk, store: FakeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtPrintSupport import QPrinter

    from app.ui.preview import PreviewPane, print_pages

    def printer(name: str) -> QPrinter:
        made = QPrinter(QPrinter.PrinterMode.ScreenResolution)
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(tmp_path / name))
        return made

    pane = PreviewPane(desk)
    qtbot.addWidget(pane)
    with qtbot.waitSignal(pane.ready, timeout=20_000):
        pane.show_document(list_document(store, project_table(store), "it"))
    started = []
    desk.started.connect(started.append)
    chosen = printer("stampa.pdf")
    monkeypatch.setattr(dialogs, "choose_printer", lambda *_args: chosen)
    pane.print_document()
    qtbot.waitUntil(lambda: not desk.lanes.busy(), timeout=20_000)
    assert (tmp_path / "stampa.pdf").read_bytes().startswith(b"%PDF")
    assert started[-1].title == f"Printing «{pane.document.title}»"
    steps = []
    print_pages(store, pane._pdf, range(1), printer("due.pdf"), _Steps(steps))
    assert steps == [(0, 1), (1, 1)]
    with pytest.raises(EnvironmentFailed) as refused:
        print_pages(store, pane._pdf, range(1), printer("manca/tre.pdf"), _Steps(steps))
    assert refused.value.code == "printer.failed"


class _Steps:
    """Keeps what it is told."""

    def __init__(self, told: list[tuple[int, int]]) -> None:
        self._told = told

    def step(self, done: int, total: int) -> None:
        self._told.append((done, total))


def test_export_refuses_a_suffix_it_does_not_write(
    qtbot: QtBot, desk: Desk, store: FakeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "list_document", list_document)
    monkeypatch.setattr(prints, "remember_print", lambda *_args: None)  # the records of this desk are no archive
    view = TableView(desk, "projects.list")
    qtbot.addWidget(view)
    said: list[str] = []
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: tmp_path / "progetti.doc")
    monkeypatch.setattr(dialogs, "warn", lambda _parent, _title, text: said.append(text))
    output.export_table(view, desk, project_table(store))
    assert "progetti.doc" in said[0]
    written: list[Path] = []
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: tmp_path / "progetti.xlsx")
    desk.written.connect(written.append)
    output.export_table(view, desk, project_table(store))
    qtbot.waitUntil(lambda: bool(written), timeout=20_000)
    assert (tmp_path / "progetti.xlsx").read_bytes().startswith(b"PK")


def test_application_starts_on_the_start_page(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "app.json")
    settings.set("language", "en")
    application = Application(qapp, settings)
    qtbot.addWidget(application.window)
    application.open(None)
    assert application.window.current_room() is None
    first = application.window
    settings.set("theme", "dark")
    settings.set("language", "it")
    application.rebuild()
    qtbot.addWidget(application.window)
    assert application.window is not first
    assert application.window.new_action.text() == "Nuovo archivio…"
