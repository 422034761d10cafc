"""Where the cursor goes when keys lead somewhere: rooms, tabs, records found, buttons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.services.archive import new_archive, open_archive
from app.ui.table_parts import ListTable
from app.ui.widgets import button
from tests.e2e.driver import Person, started
from tests.services.builders import a_plan, an_area, an_organisation


@pytest.fixture
def person(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Person]:
    """Before the window on a plan with an area and two organisations."""
    path = tmp_path / "tasti.concilia"
    new_archive(path)
    with open_archive(path) as store:
        a_plan(store)
        an_area(store)
        an_organisation(store, "Il Ponte")
        an_organisation(store, "Tempo Amico")
    with started(qtbot, tmp_path / "settings.json", language="en") as made:
        made.window.open_path(path)
        made.settle()
        yield made


def test_keys_of_a_room_lead_the_cursor_into_it(person: Person) -> None:
    person.room("network")
    assert person.focus is person.page.list.table
    person.room("plan")
    assert person.focus is person.form.field("name")
    person.room("prints")
    assert isinstance(person.focus, ListTable)


def test_arrows_on_the_rail_keep_the_cursor_there(person: Person) -> None:
    rail = person.window.rail.rooms
    person.reach(lambda widget: widget is rail, "the rooms")
    person.press("Home", "Down", "Down")
    assert person.view.key == "network"
    assert person.focus is rail


def test_tabs_are_turned_by_keys_and_found_by_name(person: Person) -> None:
    person.room("network")
    person.press("Ctrl+PgDown", "Ctrl+PgDown")
    assert person.page.kind.key == "alliances"
    begin = person.focus
    assert isinstance(begin, QPushButton)
    assert begin.text() == "New"
    person.press("Return")
    assert person.focus is person.form.field("name")
    person.press("Ctrl+PgUp", "Ctrl+PgUp")
    assert person.page.kind.key == "organisations"
    person.press("Ctrl+PgUp")
    assert person.page.kind.key == "agreements", "before the first comes the last"
    person.command("network: partners")
    assert person.page.kind.key == "partners"


def test_underlined_letter_leads_to_its_field(person: Person) -> None:
    person.room("network")
    person.begin()
    person.press("Alt+S")
    assert person.focus is person.form.field("seat")
    person.press("Alt+N")
    assert person.focus is person.form.field("name")


def test_record_that_is_found_has_the_cursor(person: Person) -> None:
    person.command("tempo amico")
    assert person.form.title() == "Tempo Amico"
    assert person.focus is person.form.field("name")


def test_enter_takes_a_name_in_a_cell_while_names_are_shown(person: Person) -> None:
    person.room("network")
    person.tab("alliances")
    person.begin()
    grid = person.grid("partners")
    person.press("Ins")
    person.type("ponte")
    assert QApplication.activePopupWidget() is not None
    person.press("Return")
    assert QApplication.activePopupWidget() is None
    assert [row[0] for row in person.cells("partners")] == ["Il Ponte", ""]
    assert person.focus is grid.table, "and goes on to the next row"


def test_start_page_begins_where_one_goes_on(person: Person) -> None:
    person.press("Ctrl+W")
    assert person.focus is person.window.start.recent
    person.press("Return")
    assert person.desk.is_open
    person.desk.settings.set("recent", [])
    person.press("Ctrl+W")
    first = person.focus
    assert isinstance(first, QPushButton)
    assert first.text() == "New archive"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_button_is_pressed_by_enter_and_by_space(qtbot: QtBot, key: Qt.Key) -> None:
    made = button("Go")
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.clicked):
        qtbot.keyClick(made, key)
    with qtbot.assertNotEmitted(made.clicked):
        qtbot.keyClick(made, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
