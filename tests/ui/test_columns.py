"""Widths of a list's columns: shared out by the room, unless somebody drags a border."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.desk import Desk
from app.ui.tables import TableView
from tests.ui.fakes import project_table

LEFT = Qt.MouseButton.LeftButton


def shown(qtbot: QtBot, desk: Desk) -> TableView:
    view = TableView(desk, "columns")
    qtbot.addWidget(view)
    view.set_table(project_table(desk.store))
    view.resize(900, 400)
    with qtbot.waitExposed(view):
        view.show()
    return view


def test_a_border_that_is_dragged_stays_where_it_was_left(qtbot: QtBot, desk: Desk) -> None:
    view = shown(qtbot, desk)
    header = view.table.horizontalHeader()
    before = header.sectionSize(0)
    border = QPoint(before - 1, header.height() // 2)
    qtbot.mousePress(header.viewport(), LEFT, pos=border)
    qtbot.mouseMove(header.viewport(), border + QPoint(40, 0))
    qtbot.mouseRelease(header.viewport(), LEFT, pos=border + QPoint(40, 0))
    view.hide()
    assert abs(desk.settings.get("columns")["columns"]["widths"]["title"] - (before + 40)) <= 2


def test_widths_that_the_room_gives_are_not_the_users(qtbot: QtBot, desk: Desk) -> None:
    view = shown(qtbot, desk)
    qtbot.mousePress(view, LEFT)
    view.resize(700, 400)
    QApplication.processEvents()
    qtbot.mouseRelease(view, LEFT)
    view.hide()
    assert "columns" not in desk.settings.get("columns")


def test_columns_without_room_give_way_on_screen_alone(qtbot: QtBot, desk: Desk) -> None:
    view = TableView(desk, "columns", folds=True)
    qtbot.addWidget(view)
    view.set_table(project_table(desk.store))
    view.resize(1200, 400)
    with qtbot.waitExposed(view):
        view.show()
    header, keys = view.table.horizontalHeader(), [column.key for column in view.model.columns]

    def hidden() -> list[str]:
        return [key for number, key in enumerate(keys) if header.isSectionHidden(number)]

    assert hidden() == []
    view.resize(360, 400)
    QApplication.processEvents()
    gone = hidden()
    assert gone
    assert not {"title", "state"} & set(gone), "what a row is and how it stands never give way"
    assert view.columns_button.text() == f"+{len(gone)}"
    assert [column.key for column in view.visible_table().columns] == keys, "prints have them all"
    assert view.columns_entry()["hidden"] == []
    assert view.table.horizontalScrollBar().maximum() == 0
    view.model.sort(keys.index(gone[-1]))
    view._columns.fit()
    assert gone[-1] not in hidden(), "a list shows what it is sorted by"
    view.resize(1200, 400)
    QApplication.processEvents()
    assert hidden() == []
    assert view.columns_button.text() != "+0"


def test_the_first_amount_goes_last_and_a_total_without_amounts_goes_with_it(qtbot: QtBot, desk: Desk) -> None:
    view = TableView(desk, "columns", folds=True)
    qtbot.addWidget(view)
    whole = replace(project_table(desk.store), total_label="Totale")
    view.set_table(whole)
    view.resize(460, 400)
    with qtbot.waitExposed(view):
        view.show()
    header, keys = view.table.horizontalHeader(), [column.key for column in view.model.columns]
    total = view.model.rowCount() - 1
    assert [key for n, key in enumerate(keys) if not header.isSectionHidden(n)] == ["title", "amount", "state"]
    assert not view.table.isRowHidden(total)
    view.set_table(replace(whole, columns=tuple(replace(each, total=each.key == "heads") for each in whole.columns)))
    assert header.isSectionHidden(keys.index("heads"))
    assert view.table.isRowHidden(total)
    assert "Destinatari" in view.footer.text(), "the line under the list says the totals"
    view.resize(1200, 400)
    QApplication.processEvents()
    assert not view.table.isRowHidden(total)


def test_columns_that_are_named_go_last(qtbot: QtBot, desk: Desk) -> None:
    view = TableView(desk, "columns", folds=True, keeps=("lead", "amount"))
    qtbot.addWidget(view)
    view.set_table(project_table(desk.store))
    view.resize(440, 400)
    with qtbot.waitExposed(view):
        view.show()
    header, keys = view.table.horizontalHeader(), [column.key for column in view.model.columns]
    assert [key for n, key in enumerate(keys) if not header.isSectionHidden(n)] == ["lead", "amount", "state"]
