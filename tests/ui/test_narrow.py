"""A list and its record in a room that is narrow, wide, and goes from one to the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.tables import TableView
from app.ui.theme import Theme, apply_theme, px
from app.ui.top_bar import TopBar
from app.ui.views import beside
from app.ui.views.page import RecordPage
from tests.ui.audit import cut, elided, unnamed
from tests.ui.fake_views import ProjectsView
from tests.ui.fakes import FakeStore, project_table

KEY = Qt.Key
WIDE, NARROW, HIGH, LOW = 1100, 640, 700, 330
ALT = Qt.KeyboardModifier.AltModifier


class Room:
    """One room, and a person at its keys."""

    def __init__(self, qtbot: QtBot, desk: Desk) -> None:
        self.qtbot = qtbot
        self.view = ProjectsView(desk)
        qtbot.addWidget(self.view)
        desk.changed.connect(self.view.reload)

    def show(self, width: int, height: int = HIGH) -> None:
        self.view.resize(px(width), px(height))
        if not self.view.isVisible():
            with self.qtbot.waitActive(self.view):
                self.view.show()
                self.view.activateWindow()
        self.settle()

    def settle(self) -> None:
        for _round in range(4):
            QApplication.processEvents()

    @property
    def page(self) -> RecordPage:
        page = self.view.current_page()
        self.qtbot.waitUntil(lambda: not page.is_settling)
        return page

    @property
    def back(self) -> bool:
        """Whether the way back to the list is offered."""
        return self.view._back.isVisible()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        self.qtbot.keyClick(focused, key, modifiers)
        self.settle()

    def sees(self) -> str:
        """Which of the two is to be seen."""
        both = (self.page.list.isVisible(), self.page._stack.isVisible())
        return {(True, True): "both", (True, False): "list", (False, True): "record"}[both]


@pytest.fixture
def room(qtbot: QtBot, desk: Desk) -> Room:
    return Room(qtbot, desk)


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a screen reader is told."""
    told: list[str] = []

    def keep(event: object) -> None:
        if hasattr(event, "message"):
            told.append(event.message())

    monkeypatch.setattr(beside.QAccessible, "updateAccessibility", keep)
    return iter([told])


def test_wide_room_shows_both_and_the_first_record(room: Room) -> None:
    room.show(WIDE)
    assert room.sees() == "both"
    assert room.page.form is not None
    assert room.page.form.record_id == "p1"
    assert not room.back


def test_enter_opens_the_record_and_escape_leads_back_to_its_row(room: Room) -> None:
    room.show(NARROW)
    assert room.sees() == "list"
    assert room.page.list.selected_id() == "p1", "a row to begin from"
    room.page.focus_first()
    room.press(KEY.Key_Down)
    assert room.sees() == "list", "arrows only choose"
    room.press(KEY.Key_Return)
    assert room.sees() == "record"
    assert room.back
    form = room.page.form
    assert form is not None
    assert form.record_id == "p2"
    assert form.isAncestorOf(QApplication.focusWidget())
    room.press(KEY.Key_Escape)
    assert room.sees() == "list"
    assert not room.back
    assert QApplication.focusWidget() is room.page.list.table
    assert room.page.list.selected_id() == "p2"
    room.press(KEY.Key_Return)
    room.press(KEY.Key_Left, ALT)
    assert room.sees() == "list"


def test_form_is_made_while_the_list_is_looked_at(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.show(NARROW)
    page = room.page
    assert page.form is None, "nothing can be saved before a record is opened"
    monkeypatch.setattr(page, "make_form", lambda **_grown: pytest.fail("it was not made ahead"))
    page.focus_first()
    room.press(KEY.Key_Return)
    assert room.sees() == "record"
    assert page.form is not None
    assert page.form.record_id == "p1"


def test_click_opens_the_record_and_the_button_leads_back(room: Room) -> None:
    room.show(NARROW)
    table = room.page.list.table
    place = table.visualRect(room.page.list.model.index(1, 0)).center()
    room.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place)
    assert room.sees() == "list", "rows can still be gathered"
    room.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    room.settle()
    assert room.sees() == "record"
    assert room.page.form is not None
    assert room.page.form.record_id == "p2"
    room.qtbot.mouseClick(room.view._back, Qt.MouseButton.LeftButton)
    assert room.sees() == "list"


def test_arrangement_follows_the_window_and_keeps_what_was_looked_at(room: Room) -> None:
    room.show(NARROW)
    room.page.focus_first()
    room.press(KEY.Key_Down)
    room.show(WIDE)
    assert room.sees() == "both"
    assert room.page.form is not None
    assert room.page.form.record_id == "p2", "the chosen row has its record beside it"
    room.page.form.focus_first()
    room.show(NARROW)
    assert room.sees() == "record", "the cursor is in it"
    assert room.page.form.isAncestorOf(QApplication.focusWidget())
    room.show(WIDE)
    room.page.list.table.setFocus()
    room.press(KEY.Key_Up)
    assert room.page.form.record_id == "p1"
    room.show(NARROW)
    assert room.sees() == "list"
    assert QApplication.focusWidget() is room.page.list.table


@pytest.mark.parametrize(
    ("answer", "seen", "title"),
    [
        (dialogs.Answer.STAY, "record", "mio"),
        (dialogs.Answer.DISCARD, "list", None),
        (dialogs.Answer.SAVE, "list", "mio"),
    ],
)
def test_unsaved_changes_are_asked_about_on_the_way_back(
    answer: dialogs.Answer, seen: str, title: str | None, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: answer)
    room.show(NARROW)
    before = room.page.list.model.index(0, 0).data()
    room.page.open_record("p1")
    assert room.page.form is not None
    room.page.form.model.set_value("title", "mio")
    room.page.form.focus_first()
    room.press(KEY.Key_Escape)
    assert room.sees() == seen
    assert room.page.form.model.value("title") == (title or before)


def test_new_record_and_one_that_is_gone_turn_the_room(room: Room, store: FakeStore) -> None:
    room.show(NARROW)
    room.page.add()
    assert room.sees() == "record"
    assert room.page.form is not None
    room.press(KEY.Key_Escape)
    assert room.sees() == "list", "nothing was typed, nothing is asked"
    room.page.open_record("p2")
    del store.records["p2"]
    room.view.reload()
    assert room.sees() == "list"


def test_turning_is_said(room: Room, spoken: Iterator[list[str]]) -> None:
    told = next(spoken)
    room.show(NARROW)
    room.page.focus_first()
    room.press(KEY.Key_Return)
    room.press(KEY.Key_Escape)
    assert told == ["Record; Esc leads back to the list", "List; Enter opens the record"]
    room.show(WIDE)
    room.page.open_record("p2")
    assert len(told) == 2, "both are to be seen"


def test_escape_in_a_popup_or_a_cell_stays_in_the_record(room: Room) -> None:
    room.show(NARROW)
    room.page.open_record("p1")
    form = room.page.form
    assert form is not None
    grid = form.grid("items")
    grid.table.setFocus()
    room.press(KEY.Key_Insert)
    room.qtbot.keyClicks(QApplication.focusWidget(), "x")
    assert (
        grid.table.indexWidget(grid.table.currentIndex()) is not None
        or grid.table.state() != grid.table.state().NoState
    )
    room.press(KEY.Key_Escape)
    assert room.sees() == "record", "it only ends the edit of the cell"


def test_border_is_kept_by_its_share(room: Room, desk: Desk) -> None:
    room.show(WIDE)
    splitter = room.page.beside
    assert splitter is not None
    splitter.setSizes([500, 560])
    left = splitter.sizes()
    splitter.splitterMoved.emit(left[0], 1)
    assert desk.settings.get("splitters")[f"{room.view.key}.{room.page.kind.key}"] == splitter.moved_sizes()
    room.show(NARROW)
    room.show(WIDE)
    assert splitter.sizes() == left


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_low_room_takes_a_chooser_and_one_menu_of_filters(scale: int, room: Room, qapp: QApplication) -> None:
    apply_theme(qapp, Theme.LIGHT, scale)
    again = Room(room.qtbot, room.view.desk)
    again.show(NARROW, LOW)
    assert again.view._chooser.isVisible()
    assert not again.view._tabs.isVisible()
    assert elided(again.view) == []
    assert unnamed(again.view) == []
    again.view._chooser.setCurrentIndex(1)
    again.view._chooser.activated.emit(1)
    assert again.page.kind is again.view.kinds[1]
    again.view._turn_to(0)
    assert again.view._chooser.currentIndex() == 0
    again.show(WIDE, HIGH)
    assert again.view._tabs.isVisible()
    assert not again.view._chooser.isVisible()


def test_folded_filters_are_the_same_filters(qtbot: QtBot, desk: Desk, store: FakeStore) -> None:
    view = TableView(desk, "narrow", filters=("kind", "lead"))
    qtbot.addWidget(view)
    view.set_table(project_table(store))
    view.resize(330, 300)
    view.show()
    QApplication.processEvents()
    assert view._folded.isVisible()
    assert not view._chip_bar.isVisible()
    assert view._folded.text() == "Filters"
    menus = [action.menu() for action in view._folded.menu().actions()]
    assert all(isinstance(menu, QMenu) for menu in menus)
    assert [menu.title() for menu in menus] == [chip.text() for chip in view._chips.values()]
    first = menus[0]
    assert isinstance(first, QMenu)
    first.triggered.emit(first.actions()[2])
    assert view._folded.text() == "Filters: 1 active"
    assert len(view.model.visible_body()) < len(store.records)
    view.resize(330, 700)
    QApplication.processEvents()
    assert view._chip_bar.isVisible()
    last = list(view._chips.values())[-1]
    assert view._chip_bar.rect().contains(last.geometry()), "every chip is whole"


def test_bar_keeps_its_commands_before_its_words(qtbot: QtBot, desk: Desk, store: FakeStore) -> None:
    view = TableView(desk, "bar")
    qtbot.addWidget(view)
    bar = TopBar(QMenu(view))
    qtbot.addWidget(bar)
    bar.show_actions([view.print_action, view.export_action, view.search_action])
    bar.resize(900, 54)
    bar.show()
    style = Qt.ToolButtonStyle
    assert bar.bar.toolButtonStyle() == style.ToolButtonTextBesideIcon
    assert "Ctrl+K" in bar.search.placeholderText()
    bar.resize(330, 54)
    QApplication.processEvents()
    assert bar.bar.toolButtonStyle() == style.ToolButtonIconOnly
    shown = [bar.bar.widgetForAction(action) for action in bar.bar.actions()]
    assert all(each.isVisible() and bar.bar.rect().contains(each.geometry()) for each in shown)
    assert unnamed(bar) == []


def test_audit_finds_what_is_cut(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    lines, button = QLabel("una riga, poi un’altra, poi ancora un’altra", window), QPushButton("Salva", window)
    lines.setWordWrap(True)
    lines.setGeometry(0, 0, 90, 14)
    button.setGeometry(170, 0, 90, 30)
    window.resize(200, 60)
    window.show()
    found = cut(window)
    assert any(what.startswith("lines of «una riga") for what in found)
    assert any("QPushButton" in what and "beyond its edge" in what for what in found)
    lines.setGeometry(0, 0, 90, 200)
    button.move(100, 0)
    window.resize(200, 220)
    assert cut(window) == []
