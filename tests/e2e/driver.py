"""A person at the keyboard of the real program: each key goes to the window with the focus, as the system sends it.

Nothing is replaced: dialogs and file choosers are the program's own, answered by keys as well. A dialog that nobody
expected is called off and fails the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.services.changes import Changes
from app.services.settings import Settings
from app.ui.application import Application
from app.ui.desk import Desk
from app.ui.editors import ChoiceEdit
from app.ui.forms import RecordForm
from app.ui.grids import GridView
from app.ui.main_window import MainWindow
from app.ui.rail import room_keys
from app.ui.settings_dialog import SettingsDialog
from app.ui.unlock import WorkDialog
from app.ui.views.base import RecordPage, RecordsView

TABS_MAX = 150
"""Steps by Tab after which a place counts as out of reach of the keyboard."""

SIZE = (1400, 860)

SETTLES_MS = 60_000
"""Most time that what runs beside the window may take, a copy of the archive that is proved above all."""

Answer = Callable[[QDialog], None]


class Doorman(QObject):
    """Answers the dialogs that stop the program, in the order in which they are expected."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.expected: list[Answer] = []
        self.faults: list[str] = []
        self.leaving = False  # the test is over: what is not saved is dropped
        self._open: QDialog | None = None
        app.focusWindowChanged.connect(self._on_window_changed)

    def dismiss(self) -> None:
        """Listen no longer."""
        app = self.parent()
        assert isinstance(app, QApplication)
        app.focusWindowChanged.disconnect(self._on_window_changed)
        self.deleteLater()

    def _on_window_changed(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QDialog) or isinstance(dialog, WorkDialog) or dialog is self._open:
            return  # what only shows how far the work is closes by itself
        self._open = dialog
        dialog.finished.connect(self._on_finished)
        QTimer.singleShot(0, self, self._answer)

    def _on_finished(self) -> None:
        self._open = None

    def _answer(self) -> None:
        dialog = self._open
        if dialog is None:
            return
        if self.leaving and isinstance(dialog, QMessageBox):
            go = [
                each for each in dialog.buttons() if dialog.buttonRole(each) is QMessageBox.ButtonRole.DestructiveRole
            ]
            go[0].click() if go else dialog.reject()
            return
        if not self.expected:
            self.faults.append(f"unexpected dialog: {dialog_text(dialog)}")
            dialog.reject()
            return
        try:
            self.expected.pop(0)(dialog)
        except AssertionError as fault:
            self.faults.append(f"{fault} in the dialog: {dialog_text(dialog)}")
        if self._open is dialog:
            self.faults.append(f"the dialog stays open: {dialog_text(dialog)}")
            dialog.reject()


def _menus(window: QWidget) -> list[QPushButton]:
    """Buttons that open a menu with what has no room beside them."""
    return [each for each in window.findChildren(QPushButton) if each.isVisible() and each.menu() is not None]


def _words(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


def dialog_text(dialog: QDialog) -> str:
    """Everything that a dialog says."""
    if isinstance(dialog, QMessageBox):
        return dialog.text()
    return " | ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible() and label.text())


class Person:
    """Works with the keyboard alone; what it reads from the screen it reads from the widgets."""

    def __init__(self, qtbot: QtBot, application: Application, doorman: Doorman) -> None:
        self.qtbot = qtbot
        self.application = application
        self.doorman = doorman
        self.said: list[str] = []  # what dialogs said, in order

    # --- what is on the screen --------------------------------------------------------------

    @property
    def window(self) -> MainWindow:
        return self.application.window

    @property
    def desk(self) -> Desk:
        return self.application.desk

    @property
    def view(self) -> RecordsView:
        view = self.window.current_view()
        assert isinstance(view, RecordsView), f"no room of records is shown: {view}"
        return view

    @property
    def page(self) -> RecordPage:
        return self.view.current_page()

    @property
    def form(self) -> RecordForm:
        form = self.page.form
        assert form is not None, "no form is shown"
        return form

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        return widget

    def listed(self, column: str) -> list[str]:
        """Texts of a column of the list, as they are shown; the total too."""
        model = self.page.list.model
        number = [each.key for each in model.columns].index(column)
        return [model.index(row, number).data() for row in range(model.rowCount())]

    def cells(self, key: str) -> list[list[str]]:
        """Texts of a grid of the form, row by row, as they are shown."""
        model = self.form.grid(key).model
        return [
            [model.index(row, column).data() or "" for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    def offers(self) -> list[str]:
        """What the command palette offers before anything is typed."""
        return [action.text().replace("&", "") for action in self.window.commands()]

    # --- keys -------------------------------------------------------------------------------

    def press(self, *sequences: str) -> None:
        """Press keys: «Tab», «Ctrl+S», «Alt+1»."""
        for sequence in sequences:
            for combination in _combinations(sequence):
                key, modifiers = combination.key(), combination.keyboardModifiers()
                window = QGuiApplication.focusWindow()
                assert window is not None, "no window has the focus"
                QTest.keyPress(window, key, modifiers)
                window = QGuiApplication.focusWindow()  # another one by now, when the key opened or closed one
                if window is not None:
                    QTest.keyRelease(window, key, modifiers)
            self.settle()

    def type(self, text: str) -> None:
        """Type a text; a line break is Enter, a tabulator is Tab."""
        for letter in text:
            window = QGuiApplication.focusWindow()
            assert window is not None, "no window has the focus"
            if letter == "\n":
                QTest.keyClick(window, Qt.Key.Key_Return)
            elif letter == "\t":
                QTest.keyClick(window, Qt.Key.Key_Tab)
            elif letter.isascii():
                QTest.keyClick(window, letter)
            else:  # QTest knows the keys of ASCII only
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    QApplication.sendEvent(
                        QApplication.focusObject(), QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                    )
        self.settle()

    def settle(self) -> None:
        """Let what was asked for come to its end; say what went wrong in a dialog."""
        QApplication.processEvents()
        lanes = self.desk.lanes
        while lanes.busy():
            with self.qtbot.waitSignal(lanes.idle, timeout=SETTLES_MS):
                pass
            QApplication.processEvents()
        view = self.window.current_view()
        grown = getattr(view, "current_page", lambda: view)()
        while getattr(grown, "is_settling", False):
            QApplication.processEvents()
        if QGuiApplication.focusWindow() is None:  # a window system gives the focus back when a dialog closes
            self.window.activateWindow()
            QApplication.processEvents()
        assert not self.doorman.faults, self.doorman.faults

    def reach(self, wanted: Callable[[QWidget], bool], what: str, *, back: bool = False) -> QWidget:
        """Press Tab until the focus is where it is wanted."""
        for _step in range(TABS_MAX):
            if wanted(self.focus):
                return self.focus
            self.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"the keyboard does not reach {what}")

    def push(self, text: str, *, back: bool = False) -> None:
        """Go to the button with these words and press it with the space bar; or to the menu that holds them."""
        more = next((each for each in _menus(self.window) if text in _words(each.menu())), None)
        if more is not None:
            self.reach(lambda widget: widget is more, f"«{text}»", back=back)
            self.press("Space", *["Down"] * (_words(more.menu()).index(text) + 1), "Return")
            return
        self.reach(lambda widget: isinstance(widget, QPushButton) and widget.text() == text, f"«{text}»", back=back)
        self.press("Space")

    # --- ways -------------------------------------------------------------------------------

    def room(self, key: str) -> None:
        """Go to a room by its number."""
        number = [room.key for room in self.window._rooms].index(key) + 1
        self.press(room_keys(number)[0])
        room = self.window.current_room()
        assert room is not None, "the start page is shown"
        assert room.key == key

    def tab(self, key: str) -> None:
        """Go to a tab of the room, one after the other, by the shorter way."""
        keys = [kind.key for kind in self.view.kinds]
        ahead = (keys.index(key) - keys.index(self.page.kind.key)) % len(keys)
        for _step in keys:
            if self.page.kind.key == key:
                return
            self.press("Ctrl+PgDown" if 2 * ahead <= len(keys) else "Ctrl+PgUp")
        raise AssertionError(f"the keyboard does not reach the tab «{key}»")

    def command(self, text: str) -> None:
        """Ctrl+K, the words, Enter."""
        self.press("Ctrl+K")
        palette = self.window._palette
        assert palette is not None, "the palette does not open"
        assert palette.isVisible()
        self.type(text)
        palette.refresh()
        assert palette.entries(), f"nothing is found for «{text}»"
        self.press("Return")

    def set_up(self, key: str, text: str) -> None:
        """Choose one of the settings; the window is made anew."""

        def answer(dialog: QDialog) -> None:
            assert isinstance(dialog, SettingsDialog)
            editor = dialog.editors[key]
            self.reach(lambda widget: widget is editor, f"the setting «{key}»")
            self.choose(text)
            self.press("Return")

        before = self.window
        with self.answering(answer):
            self.press("Ctrl+,")
        self.qtbot.waitUntil(lambda: self.window is not before)
        self.window.resize(*SIZE)  # the screen without a display is smaller, and geometry is kept to it
        with self.qtbot.waitActive(self.window):
            self.window.activateWindow()
        self.settle()

    def without_password(self, _dialog: QDialog) -> None:
        """In the wizard of a new archive: the second choice, and done."""
        self.press("Down", "Return")

    # --- forms ------------------------------------------------------------------------------

    def begin(self) -> None:
        """Ctrl+N: a new record, with the cursor in its first field."""
        self.press("Ctrl+N")
        assert self.form.record_id is None
        assert self.form.isAncestorOf(self.focus), "the cursor is not in the form"

    def fill(self, **texts: str) -> None:
        """Go on by Tab from field to field, and type; «tick» ticks a flag."""
        for key, text in texts.items():
            editor = self.form.field(key)
            self.reach(lambda widget, editor=editor: widget is editor, f"the field «{key}»")  # type: ignore[misc]
            self._enter(text)

    def _enter(self, text: str) -> None:
        """Type where the cursor is; tick a flag, go down to a choice."""
        if text == "tick":
            self.press("Space")
        elif isinstance(self.focus, ChoiceEdit):
            self.choose(text)
        else:
            self.type(text)

    def choose(self, text: str) -> None:
        """Go down the choices to the one that begins so."""
        box = self.focus
        assert isinstance(box, ChoiceEdit)
        self.press("Home")
        for _step in range(box.count()):
            if box.currentText().startswith(text):
                return
            self.press("Down")
        raise AssertionError(f"«{text}» cannot be chosen")

    def retype(self, text: str) -> None:
        """Write another text in the place of the one where the cursor is."""
        self.press("Ctrl+A")
        self.type(text)

    def grid(self, key: str, *, back: bool = False) -> GridView:
        """Go to a grid by Tab."""
        grid = self.form.grid(key)
        self.reach(lambda widget: widget is grid.table, f"the grid «{key}»", back=back)
        return grid

    def cell(self, key: str, row: int, column: str) -> None:
        """Go to a cell of a grid by Tab and the arrows."""
        grid = self.grid(key)
        self.press("Ctrl+Home", *["Down"] * row)
        for _step in grid.spec.columns:
            place = grid.table.currentIndex()
            if grid.spec.columns[place.column()].key == column:
                assert place.row() == row
                return
            self.press("Right")
        raise AssertionError(f"the keyboard does not reach «{column}»")

    def rows(self, key: str, *rows: tuple[str | None, ...]) -> None:
        """Key rows into a grid as into a spreadsheet; None passes over a cell, «tick» ticks one."""
        grid = self.grid(key)
        is_begun = False  # Enter in the last row has begun the next one
        for row in rows:
            if not is_begun:
                self.press("Ins")
            for place, cell in enumerate(row):
                if place:
                    self.press("Tab")
                if cell is not None:
                    self._enter(cell)
            count = grid.model.rowCount()
            if self.focus is not grid.table:  # a cell is being edited
                self.press("Return")
            is_begun = grid.model.rowCount() > count

    def save(self) -> str:
        """Ctrl+S without leaving the field; gives the key of the record."""
        form, saved = self.form, []
        form.saved.connect(saved.append)
        self.press("Ctrl+S")
        form.saved.disconnect(saved.append)
        assert saved, f"not saved: {self.complaints()}"
        (changes,) = saved
        assert isinstance(changes, Changes)
        return changes.id

    def refused(self) -> str:
        """Ctrl+S that is refused: the sentence that the person reads; the draft stays, the cursor is at the fault."""
        form, saved = self.form, []
        before = form.model.draft
        form.saved.connect(saved.append)
        self.press("Ctrl+S")
        form.saved.disconnect(saved.append)
        assert not saved, "it was saved"
        assert form.model.draft == before
        assert form.is_dirty
        assert form.isAncestorOf(self.focus)
        return self.complaints()

    def complaints(self) -> str:
        """What the form says is wrong."""
        form = self.form
        marked = [box.error_text() for box in form._boxes.values() if box.error_text()]
        return " ".join([*marked, *([form.banner_text()] if form.banner_text() else [])])

    # --- dialogs ----------------------------------------------------------------------------

    @contextmanager
    def answering(self, *answers: Answer) -> Iterator[None]:
        """Answers to the dialogs that come up meanwhile; all of them must come."""
        self.doorman.expected = list(answers)
        yield
        self.settle()
        assert not self.doorman.expected, "a dialog did not come up"

    def keys(self, *texts: str) -> Answer:
        """Answer a dialog by typing into it, with Tab between."""

        def answer(dialog: QDialog) -> None:
            self.said.append(dialog_text(dialog))
            QApplication.processEvents()
            for place, text in enumerate(texts):
                if place:
                    QTest.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Tab)
                self.type(text)
            self.type("\n")

        return answer

    def yes(self) -> Answer:
        """Go to the button that does it, and press it."""

        def answer(dialog: QDialog) -> None:
            self.said.append(dialog_text(dialog))
            assert isinstance(dialog, QMessageBox)
            go = next(each for each in dialog.buttons() if dialog.buttonRole(each) is QMessageBox.ButtonRole.AcceptRole)
            self.reach(lambda widget: widget is go, "the button")
            self.press("Space")

        return answer

    def no(self) -> Answer:
        """Escape."""

        def answer(dialog: QDialog) -> None:
            self.said.append(dialog_text(dialog))
            self.press("Escape")

        return answer

    def file(self, path: Path) -> Answer:
        """Type the name of a file into the file chooser."""
        return self.keys(str(path))


def _combinations(sequence: str) -> list[QKeyCombination]:
    """Keys of a sequence as the system sends them: Shift+Tab is a key of its own."""
    if sequence == "Shift+Tab":
        return [QKeyCombination(Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_Backtab)]
    keys = QKeySequence(sequence)
    return [keys[place] for place in range(keys.count())]


@contextmanager
def started(qtbot: QtBot, settings: Path, *, language: str = "it", theme: str = "light") -> Iterator[Person]:
    """The program as it starts, on the start page, with a person before it; closed at the end."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    book = Settings(settings)
    book.set("language", language)
    book.set("theme", theme)
    application = Application(app, book)
    doorman = Doorman(app)
    person = Person(qtbot, application, doorman)
    application.window.resize(*SIZE)
    with qtbot.waitActive(application.window):
        application.open(None)
        application.window.activateWindow()
    try:
        yield person
        person.settle()
    finally:
        doorman.leaving = True
        application.desk.lanes.wait()
        application.window.close()
        doorman.dismiss()
        application.window.deleteLater()
        application.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
