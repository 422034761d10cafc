"""Tab, Enter and Escape: through the window as it is read, into view, nowhere lost, nothing done twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.services.settings import Settings
from app.ui.acts import ActDialog
from app.ui.application import Application
from app.ui.fields import Act
from app.ui.reading_order import as_read, stops
from app.ui.secrets import ReasonDialog
from app.ui.shortcuts import SHORTCUTS
from app.ui.theme import Theme, apply_theme
from app.ui.views import ROOMS
from app.ui.views.base import RecordPage, RecordsView
from tests.ui.audit import same_letters, unnamed, unread
from tests.ui.driving import settle

KEY, MODIFIER = Qt.Key, Qt.KeyboardModifier
SMALL = (1280, 720)
STOPS_MAX = 120
FORMS = (("proposals", "proposals"), ("vouchers", "requests"))
"""Forms that scroll: with grids, texts and documents, and with a panel beside."""
OTHERS = (("resources", "accounts"), ("meetings", "meetings"), ("archive", "history"))
"""Pages with keys of their own."""
KEYS_OF_PARTS = {
    *("Alt+Down", "Alt+Up", "Ctrl+C", "Ctrl+V", "Ctrl+Tab", "Ctrl+Shift+Tab"),  # of fields, lists and grids
    *("Ctrl+Shift+F", "Ctrl+Shift+V"),  # of the meeting that is led: `test_sitting_view`
}


@pytest.fixture
def application(qapp: QApplication, qtbot: QtBot, tmp_path: Path, sample_archive: Path) -> Iterator[Application]:
    settings = Settings(tmp_path / "order.json")
    settings.set("scale", 200)
    path = tmp_path / "piano.concilia"
    shutil.copy(sample_archive, path)
    made = Application(qapp, settings)
    made.window.resize(*SMALL)
    with qtbot.waitActive(made.window):
        made.window.show()
        made.window.activateWindow()
    assert made.window.open_path(path)
    yield made
    settle(made)
    made.window.close()


def walked(key: Qt.Key) -> list[QWidget]:
    """Where Tab, or Tab with Shift, leads from what has the focus until it is there again; a grid is left by Ctrl."""
    seen: list[QWidget] = []
    for _step in range(STOPS_MAX):
        focused = QApplication.focusWidget()
        assert focused is not None, f"nowhere after {seen[-1:]}"
        if focused in seen:
            assert focused is seen[0], f"{focused} keeps the focus to itself"
            return seen
        seen.append(focused)
        assert not focused.visibleRegion().isEmpty(), f"{focused} has the focus and is not to be seen"
        is_grid = focused.objectName() == "grid"
        back = MODIFIER.ShiftModifier if key is KEY.Key_Backtab else MODIFIER.NoModifier
        QTest.keyClick(focused, key, back | (MODIFIER.ControlModifier if is_grid else MODIFIER.NoModifier))
    raise AssertionError("there is no end")


def show(application: Application, room: str, kind: str) -> RecordPage:
    """The page of a kind of records, at rest."""
    assert application.window.go(room)
    view = application.window.current_view()
    assert isinstance(view, RecordsView)
    view.show_kind(kind)
    settle(application)
    return view.current_page()


def offered(window: QWidget) -> set[str]:
    """Every shortcut that something in the window has."""
    actions = [action for each in [window, *window.findChildren(QWidget)] for action in each.actions()]
    return {keys.toString() for action in actions for keys in action.shortcuts()}


def test_tab_goes_through_new_forms_and_back_and_the_page_of_keys_is_true(application: Application) -> None:
    window, known = application.window, set(KEYS_OF_PARTS)
    for room, kind in FORMS:
        page = show(application, room, kind)
        page.add()
        settle(application)
        assert page.form is not None
        there = walked(KEY.Key_Tab)
        assert set(there) == set(stops(window))
        assert walked(KEY.Key_Backtab) == [there[0], *there[:0:-1]]
        assert unread(window) == same_letters(window) == []
        known |= offered(window)
        page.form.revert()
    for room, kind in OTHERS:
        page = show(application, room, kind)
        page.open_record(page.list.first_id() or "")
        settle(application)
        known |= offered(window)
    named = {each.strip() for keys, _text in SHORTCUTS for part in keys.split("…") for each in part.split(",")}
    assert {QKeySequence(each).toString() for each in named if "+" in each or each[0] == "F"} <= known


def acts() -> Iterator[Act]:
    """Every act of every record that asks for something."""
    for room in ROOMS:
        view = getattr(import_module(room.module), room.factory.partition(":")[2])
        for kind in getattr(view, "kinds", ()):
            if kind.form is not None:
                yield from (act for act in kind.form.acts if act.fields)


def test_what_acts_ask_for_is_read_named_and_fits(application: Application) -> None:
    desk, window, found = application.desk, application.window, {}
    for act in acts():
        dialog = ActDialog(desk, act, window)
        dialog.show()
        dialog.accept()  # where something is needed it stays, and says so
        faults = [*unnamed(dialog), *unread(dialog), *same_letters(dialog)]
        for box in dialog.section.boxes:
            node = QAccessible.queryAccessibleInterface(box.editor)
            if box.error_text() not in node.text(QAccessible.Text.Description):
                faults.append(f"{box.spec.key} does not say what is wrong")
        if dialog.minimumSizeHint().width() > SMALL[0] or dialog.minimumSizeHint().height() > SMALL[1]:
            faults.append(f"{dialog.minimumSizeHint()}")
        if not any(each.isDefault() and each.objectName() == "primary" for each in dialog.findChildren(QPushButton)):
            faults.append("Enter does nothing")
        found |= {act.title: faults} if faults else {}
        dialog.done(QDialog.DialogCode.Rejected)
        dialog.deleteLater()
    assert not found


def test_enter_in_a_field_does_nothing_that_is_final(qtbot: QtBot) -> None:
    dialog = ReasonDialog("Cancella", "Si cancella per sempre.", "Cancella", "trash-2")
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    line = dialog.findChild(QLineEdit)
    QTest.keyClicks(line, "richiesta")
    QTest.keyClick(line, KEY.Key_Return)
    assert dialog.isVisible()
    dialog.go_button.setFocus()
    QTest.keyClick(dialog.go_button, KEY.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.reason == "richiesta"


def test_two_clicks_make_one_call(application: Application) -> None:
    calls = show(application, "calls", "calls").list.model.rowCount()
    page = show(application, "calls", "templates")
    page.open_record(page.list.first_id() or "")
    settle(application)
    begin = page.detail.begin_button  # type: ignore[union-attr]
    for _click in range(2):
        QTest.mouseClick(begin, Qt.MouseButton.LeftButton)
    settle(application)
    assert show(application, "calls", "calls").list.model.rowCount() == calls + 1


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_focus_is_seen_on_every_control(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QRadioButton, QTextEdit, QToolButton

    apply_theme(qapp, theme)
    window = QWidget()
    qtbot.addWidget(window)
    kinds = (QPushButton, QToolButton, QCheckBox, QRadioButton, QLineEdit, QComboBox, QPlainTextEdit)
    made = [kind(window) for kind in kinds for _state in range(2)]
    made += [QPushButton(window), QPushButton(window), QTextEdit(window)]
    for part, name in zip(made[-3:], ("primary", "danger", "told"), strict=True):
        part.setObjectName(name)
    for number, part in enumerate(made):
        part.setGeometry(10, number * 44, 160, 40)
        if number % 2 and isinstance(part, QCheckBox | QRadioButton):
            part.setAutoExclusive(False)
            part.setChecked(True)
        elif number % 2:
            part.setProperty("wrong", "true")
        part.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.resize(200, len(made) * 44)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    for part in made:
        window.setFocus()
        before = part.grab().toImage()
        part.setFocus(Qt.FocusReason.TabFocusReason)
        after = part.grab().toImage()
        edge = [(x, y) for x in range(part.width()) for y in (0, 1, 2, part.height() - 2, part.height() - 1)]
        changed = sum(before.pixel(*place) != after.pixel(*place) for place in edge)
        assert changed >= part.width(), f"{type(part).__name__} {part.objectName()} {part.property('wrong')}"


def test_parts_are_read_by_lines_and_columns(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    places = {"a": (0, 0, 300, 20), "b": (0, 30, 100, 200), "c": (120, 32, 180, 40), "d": (120, 90, 180, 20)}
    parts = {name: QWidget(window) for name in reversed(places)}
    for name, part in parts.items():
        part.setGeometry(*places[name])
    window.show()
    assert as_read(window.children()) == [parts[name] for name in "abcd"]
    parts["c"].hide()
    assert as_read(window.children()) == [parts[name] for name in "abd"]
    parts["d"].move(QPoint(120, 0))  # across two lines: from above, then from the left
    assert as_read(window.children())[0] is parts["a"]
