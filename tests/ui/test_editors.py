from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QCalendarWidget, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.models.money import Cents
from app.ui.editors import (
    ChoiceEdit,
    CountEdit,
    DateEdit,
    FlagEdit,
    MoneyEdit,
    NoteEdit,
    PercentTextEdit,
    ReferenceEdit,
    TextEdit,
    TimeEdit,
)
from app.ui.line import SearchEdit


def shown(qtbot: QtBot, editor: QWidget) -> QWidget:
    """The editor in a window with another field, so that the focus can go away."""
    window = QWidget()
    layout = QVBoxLayout(window)
    layout.addWidget(editor)
    layout.addWidget(QLineEdit())
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    editor.setFocus()
    editor.keeps_alive = window  # type: ignore[attr-defined]
    return window


def type_in(editor: QWidget, text: str) -> None:
    """Press the keys of `text`; Qt's own helper knows ASCII alone."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(editor, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


def leave(editor: QWidget) -> None:
    editor.window().findChildren(QLineEdit)[-1].setFocus()
    editor.clearFocus()


@pytest.mark.parametrize(
    ("typed", "cents", "written"),
    [
        ("1234,56", 123456, "1.234,56\u00a0€"),
        ("1.234,56", 123456, "1.234,56\u00a0€"),
        ("€ 12", 1200, "12,00\u00a0€"),
        ("-3,05", -305, "\u22123,05\u00a0€"),
        ("3000000000,00", 300000000000, "3.000.000.000,00\u00a0€"),
    ],
)
def test_money_typed_is_taken_and_written_when_left(qtbot: QtBot, typed: str, cents: int, written: str) -> None:
    editor = MoneyEdit()
    shown(qtbot, editor)
    heard: list[Any] = []
    editor.edited.connect(heard.append)
    type_in(editor, typed)
    assert editor.value() == cents
    assert heard[-1] == cents
    leave(editor)
    assert editor.text() == written


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("254,510,00", "amount.separators_mixed"),
        ("169.672.62", "amount.separators_mixed"),
        ("1234.56", "amount.decimal_point"),
        ("12,5", "amount.decimals"),
        ("dodici", "amount.not_a_number"),
    ],
)
def test_money_that_cannot_be_read_stays_as_typed(qtbot: QtBot, typed: str, code: str) -> None:
    editor = MoneyEdit()
    shown(qtbot, editor)
    editor.set_value(Cents(700))
    editor.selectAll()
    qtbot.keyClicks(editor, typed)
    problem = editor.problem()
    assert problem is not None
    assert problem.code == code
    assert not editor.hasAcceptableInput()
    leave(editor)
    assert editor.text() == typed


def test_money_emptied_is_the_empty_value(qtbot: QtBot) -> None:
    optional, zero = MoneyEdit(), MoneyEdit(empty=Cents(0))
    for editor, empty in ((optional, None), (zero, 0)):
        shown(qtbot, editor)
        editor.set_value(Cents(700))
        editor.selectAll()
        qtbot.keyClick(editor, Qt.Key.Key_Delete)
        assert editor.value() == empty
        assert editor.problem() is None


def test_money_zero_is_shown(qtbot: QtBot) -> None:
    editor = MoneyEdit(empty=Cents(0))
    qtbot.addWidget(editor)
    editor.set_value(Cents(0))
    assert editor.text() == "0,00\u00a0€"


def test_money_shows_no_currency_while_typing(qtbot: QtBot) -> None:
    editor = MoneyEdit()
    shown(qtbot, editor)
    leave(editor)
    editor.set_value(Cents(123456))
    assert editor.text() == "1.234,56\u00a0€"
    editor.setFocus()
    assert editor.text() == "1.234,56"


@pytest.mark.parametrize(
    ("typed", "value", "code"),
    [
        ("31/03/2014", date(2014, 3, 31), None),
        ("1.2.2014", date(2014, 2, 1), None),
        ("30/02/2014", None, "date.does_not_exist"),
        ("29/02/2013", None, "date.does_not_exist"),
        ("31/03/14", None, "date.year_short"),
        ("marzo", None, "date.format"),
        ("2014/03/31", None, "date.format"),
    ],
)
def test_date_is_strict(qtbot: QtBot, typed: str, value: date | None, code: str | None) -> None:
    editor = DateEdit()
    shown(qtbot, editor)
    qtbot.keyClicks(editor, typed)
    problem = editor.problem()
    assert (problem.code if problem else None) == code
    assert editor.value() == value
    leave(editor)
    assert editor.text() == (f"{value:%d/%m/%Y}" if value else typed)


def test_date_is_chosen_from_the_calendar(qtbot: QtBot) -> None:
    editor = DateEdit()
    shown(qtbot, editor)
    editor.set_value(date(2014, 3, 31))
    qtbot.keyClick(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    calendar = editor.findChild(QCalendarWidget)
    assert calendar.selectedDate().toPython() == date(2014, 3, 31)
    heard: list[Any] = []
    editor.edited.connect(heard.append)
    calendar.activated.emit(calendar.selectedDate().addDays(-1))
    assert heard == [date(2014, 3, 30)]
    assert editor.text() == "30/03/2014"


@pytest.mark.parametrize(
    ("typed", "value"), [("9:30", "09:30"), ("9.30", "09:30"), ("0930", "09:30"), ("9", "09:00"), ("24:00", None)]
)
def test_time_is_read_as_offices_write_it(qtbot: QtBot, typed: str, value: str | None) -> None:
    editor = TimeEdit()
    shown(qtbot, editor)
    qtbot.keyClicks(editor, typed)
    assert (editor.value() if editor.problem() is None else None) == value


def test_count_and_percent_are_strict(qtbot: QtBot) -> None:
    count, percent = CountEdit(), PercentTextEdit()
    shown(qtbot, count)
    qtbot.keyClicks(count, "1.200")
    assert count.value() == 1200
    qtbot.keyClicks(count, "x")
    assert count.problem() is not None
    shown(qtbot, percent)
    qtbot.keyClicks(percent, "3,86")
    assert percent.value() == "3,86\u00a0%"
    qtbot.keyClicks(percent, ",1")
    assert percent.problem() is not None


def test_note_lets_tab_go_on_and_grows(qtbot: QtBot) -> None:
    note = NoteEdit(lines=3)
    window = shown(qtbot, note)
    low = note.height()
    note.set_value("\n".join("abcdefgh"))
    assert note.height() > low
    heard: list[Any] = []
    note.edited.connect(heard.append)
    qtbot.keyClicks(note, "x")
    assert heard[-1].startswith("x") or heard[-1].endswith("x")
    qtbot.keyClick(note, Qt.Key.Key_Tab)
    assert window.focusWidget() is not note
    assert "\t" not in note.value()


def test_flag_tells_the_click(qtbot: QtBot) -> None:
    flag = FlagEdit()
    shown(qtbot, flag)
    with qtbot.waitSignal(flag.edited) as told:
        qtbot.keyClick(flag, Qt.Key.Key_Space)
    assert told.args == [True]


def test_choice_keeps_its_key_and_ignores_a_passing_wheel(qtbot: QtBot) -> None:
    choice = ChoiceEdit(choices=(("a", "Alfa"), ("b", "Beta")), optional=True)
    shown(qtbot, choice)
    choice.set_value("b")
    assert (choice.value(), choice.currentText()) == ("b", "Beta")
    leave(choice)
    place, none = QPointF(5, 5), Qt.MouseButton.NoButton
    wheel = QWheelEvent(
        place,
        place,
        QPoint(0, 0),
        QPoint(0, 120),
        none,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(choice, wheel)
    assert choice.value() == "b"
    choice.set_choices((("b", "Beta due"),))
    assert choice.currentText() == "Beta due"
    choice.set_value(None)
    assert choice.value() is None


def test_reference_finds_by_typing_without_accents(qtbot: QtBot) -> None:
    editor = ReferenceEdit(choices=(("o1", "Comune di Abbiategrasso"), ("o3", "Università Èlite")))
    shown(qtbot, editor)
    qtbot.keyClicks(editor, "i")
    problem = editor.problem()
    assert problem is not None
    assert problem.code == "reference.unknown"
    qtbot.keyClicks(editor, "t e")
    assert editor.completer().model().stringList() == ["Università Èlite"]
    assert editor.value() == "o3"
    editor.set_value(None)
    editor.completer().activated.emit("Università Èlite")
    assert editor.value() == "o3"
    assert editor.problem() is None
    editor.selectAll()
    qtbot.keyClicks(editor, "comune di abbiategrasso")
    qtbot.keyClick(editor.completer().popup(), Qt.Key.Key_Tab)
    leave(editor)
    assert (editor.value(), editor.text()) == ("o1", "Comune di Abbiategrasso")


def test_text_is_trimmed_in_value_only(qtbot: QtBot) -> None:
    editor = TextEdit()
    shown(qtbot, editor)
    qtbot.keyClicks(editor, " due  parole ")
    assert editor.value() == "due  parole"
    assert editor.text() == " due  parole "


def test_search_empties_by_escape_and_goes_down(qtbot: QtBot) -> None:
    search = SearchEdit("Search")
    shown(qtbot, search)
    qtbot.keyClicks(search, "abc")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    with qtbot.waitSignal(search.went_down):
        qtbot.keyClick(search, Qt.Key.Key_Down)


def test_a_line_that_is_taken_away_while_it_has_the_focus_says_nothing(qtbot: QtBot) -> None:
    editor = TimeEdit()
    window = shown(qtbot, editor)
    assert editor.hasFocus()
    assert window.isVisible()
    editor.__dict__.clear()  # what the collector does to one that is in a circle
    editor.clearFocus()
    assert not editor.hasFocus()


def test_a_choice_is_found_by_its_whole_name_with_the_spaces_in_it(qtbot: QtBot) -> None:
    choice = ChoiceEdit(choices=(("a", "Personale volontario"), ("b", "Personale retribuito"), ("c", "Altre spese")))
    shown(qtbot, choice)
    edited: list[Any] = []
    choice.edited.connect(edited.append)
    qtbot.keyClicks(choice, "personale retribuito")
    assert (choice.value(), edited[-1]) == ("b", "b")
    assert not choice.view().isVisible(), "a space within a name opens no list"
