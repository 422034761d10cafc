"""A person at the keyboard of one room: keys go to whatever has the focus, clicks only to tabs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.models.store import Store
from app.services.archive import new_archive, open_archive
from app.services.changes import Changes
from app.services.settings import Settings
from app.ui.application import Application
from app.ui.desk import Desk
from app.ui.forms import RecordForm
from app.ui.main_window import MainWindow
from app.ui.views.base import RecordPage, RecordsView

KEY, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier
CALM_ROUNDS = 3
"""Rounds without anything under way after which nothing more is coming."""


def without_ids(draft: Any) -> Any:
    """A draft with its keys and its children's taken away, to compare it with one that was never saved."""
    if isinstance(draft, tuple):
        return tuple(without_ids(row) for row in draft)
    if not is_dataclass(draft) or isinstance(draft, type):
        return draft
    children = {f.name: without_ids(getattr(draft, f.name)) for f in fields(draft)}
    return replace(draft, **(children | {"id": None} if "id" in children else children))


def opened_desk(qtbot: QtBot, folder: Path) -> Iterator[Desk]:
    """A desk with an empty archive in `folder`, put away at the end."""
    path = folder / "ufficio.concilia"
    if not path.exists():
        new_archive(path)
    desk = Desk(Settings(folder / "ufficio.json"))
    desk.take(open_archive(path), path)
    yield desk
    desk.lanes.wait()
    qtbot.waitUntil(lambda: not desk.lanes.busy())
    desk.close_archive()


def put_away(app: QApplication) -> None:
    """Take windows apart that a test left: they would be dressed again with every later one."""
    windows = (window for window in app.topLevelWidgets() if window.parent() is None)  # others go with their parents
    for left in (*app.findChildren(Application), *windows):
        left.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def settle(application: Application) -> None:
    """Let everything that was asked for be done, and be painted where it is seen."""
    calm = 0
    while calm < CALM_ROUNDS:
        application.desk.lanes.wait()
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        calm = 0 if application.desk.lanes.busy() or is_growing(application.window) else calm + 1


def is_growing(window: MainWindow) -> bool:
    """Whether the first record of the page that is shown is still on its way."""
    view = window.current_view()
    page = view.current_page() if isinstance(view, RecordsView) else view
    return getattr(page, "is_settling", False)


class Clerk:
    """Works in one room as the window shows it."""

    def __init__(self, qtbot: QtBot, desk: Desk, view: type[RecordsView]) -> None:
        self.qtbot = qtbot
        self.desk = desk
        self.view = view(desk)
        qtbot.addWidget(self.view)
        desk.changed.connect(self.view.reload)
        self.view.resize(1174, 780)
        with qtbot.waitActive(self.view):
            self.view.show()
            self.view.activateWindow()
        self.rest()

    @property
    def store(self) -> Store:
        store: Store = self.desk.store
        return store

    @property
    def page(self) -> RecordPage:
        self.rest()
        return self.view.current_page()

    @property
    def form(self) -> RecordForm:
        form = self.page.form
        assert form is not None, "no form is shown"
        return form

    # --- gestures -------------------------------------------------------------------------

    def rest(self) -> None:
        """Wait for the first record, whose form is made part by part."""
        page = self.view.current_page()
        self.qtbot.waitUntil(lambda: not page.is_settling)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key on whatever has the focus."""
        self.qtbot.keyClick(self._focused(), key, modifiers)

    def type(self, text: str) -> None:
        """Letters on whatever has the focus, which may change with the first."""
        for letter in text:
            if letter == "\n":
                self.press(KEY.Key_Return)
            elif letter.isascii():
                self.qtbot.keyClicks(self._focused(), letter)
            else:  # what Qt's own tests cannot type
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                    QApplication.sendEvent(self._focused(), event)

    def go(self, key: str) -> None:
        """Click a tab."""
        tabs = self.view._tabs
        place = [kind.key for kind in self.view.kinds].index(key)
        self.qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(place).center())
        assert self.page.kind.key == key
        QApplication.processEvents()  # the list, then its first record

    def press_begin(self, words: str) -> None:
        """Press the one button of an empty list, which says this, by Enter."""
        self.page.focus_first()
        focused = QApplication.focusWidget()
        assert isinstance(focused, QPushButton)
        assert focused.text() == words
        self.press(KEY.Key_Return)

    def begin(self) -> None:
        """Begin a new record."""
        self.view.setFocus()
        self.press(KEY.Key_N, CONTROL)
        assert self.form.record_id is None

    def fill(self, **texts: str) -> None:
        """Type into fields in the place of what stands there, in any order; «tick» ticks a flag."""
        for key, text in texts.items():
            editor = self.form.field(key)
            editor.setFocus(Qt.FocusReason.TabFocusReason)
            if text == "tick":
                self.press(KEY.Key_Space)
                continue
            if isinstance(editor, QLineEdit | QPlainTextEdit):
                self.press(KEY.Key_A, CONTROL)
            self.type(text)

    def rows(self, grid: str, *rows: tuple[str | None, ...]) -> None:
        """Key rows into a grid; None passes over a cell, «tick» ticks one."""
        table = self.form.grid(grid).table
        for row in rows:
            table.setFocus()
            self.press(KEY.Key_Insert)
            for cell in row:
                if cell == "tick":
                    self.press(KEY.Key_Space)
                elif cell is not None:
                    self.type(cell)
                self.press(KEY.Key_Tab)

    def save(self) -> str:
        """Ctrl+S, without leaving the field; gives the key of the record."""
        with self.qtbot.waitSignal(self.form.saved) as told:
            self.press(KEY.Key_S, CONTROL)
        changes = told.args[0]
        assert isinstance(changes, Changes)
        return changes.id

    def refused(self, key: str) -> str:
        """Ctrl+S that is refused; gives the sentence under the field, which has the focus."""
        self.press(KEY.Key_S, CONTROL)
        self.qtbot.waitUntil(lambda: bool(self.form.error_text(key)))
        assert self._focused() is self.form.field(key)
        return self.form.error_text(key)

    def act(self, title: str) -> None:
        """Do to the record what a button says, and wait for the end."""
        (action,) = [action for action in self.page.record_actions() if action.text() == title and action.isVisible()]
        with self.qtbot.waitSignal(self.form.acted):
            action.trigger()

    def offers(self) -> list[str]:
        """What can be done to the record now."""
        return [action.text() for action in self.page.record_actions() if action.isVisible()]

    def listed(self, column: str) -> list[str]:
        """Texts of a column of the list, as they are shown."""
        model = self.page.list.model
        number = [each.key for each in model.columns].index(column)
        return [model.index(row, number).data() for row in range(model.rowCount())]

    def _focused(self) -> QWidget:
        """What has the focus; the window comes back to the front when the system took it away meanwhile."""
        if QApplication.focusWidget() is None:
            self.view.activateWindow()
            self.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget
