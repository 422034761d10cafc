"""What is copied asks to be kept in no history, whichever way it was copied."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.clipboard import MARKS, Copying, put_text

NAME = "Ersilia Quaranta"
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def clipboard(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[QClipboard]:
    """The clipboard, which is ours: this platform has no other program that could own it."""
    monkeypatch.setattr(QClipboard, "ownsClipboard", lambda _clipboard: True)
    clipboard = QGuiApplication.clipboard()
    copying = Copying(qapp, qapp)
    put_text("before")
    yield clipboard
    copying.deleteLater()
    clipboard.clear()


def is_marked(clipboard: QClipboard) -> bool:
    data = clipboard.mimeData()
    return {name: bytes(data.data(name).data()) for name in MARKS} == MARKS


def fields() -> tuple[QLineEdit, QPlainTextEdit, QLabel, QSpinBox, QComboBox]:
    line, text, said = QLineEdit(NAME), QPlainTextEdit(NAME), QLabel(NAME)
    said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
    number, choice = QSpinBox(value=42), QComboBox(editable=True)
    choice.setEditText(NAME)
    return line, text, said, number, choice


def test_keys_copy_and_cut_with_the_marks(qtbot: QtBot, clipboard: QClipboard, monkeypatch: pytest.MonkeyPatch) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    for field in (made := fields()):
        layout.addWidget(field)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    line, text, said, number, _choice = made
    seen: list[tuple[str, bool]] = []

    def note() -> None:
        seen.append((clipboard.text(), is_marked(clipboard)))

    clipboard.dataChanged.connect(note)
    for field in made:
        field.setFocus()
        if isinstance(field, QLabel):
            field.setSelection(0, len(NAME))
        elif isinstance(field, QComboBox):
            field.lineEdit().selectAll()  # type: ignore[union-attr]
        else:
            field.selectAll()
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_C, CONTROL)
    assert seen == [(NAME, True), (NAME, True), (NAME, True), ("42", True), (NAME, True)], (
        "never without, not even first"
    )
    for field in (text, line):
        field.setFocus()
        field.selectAll()
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_X, CONTROL)
    assert (line.text(), text.toPlainText(), seen[-1]) == ("", "", (NAME, True))
    line.undo()
    text.undo()
    assert (line.text(), text.toPlainText()) == (NAME, NAME), "a cut is taken back as ever"
    assert (said.text(), number.value()) == (NAME, 42)
    clipboard.dataChanged.disconnect(note)


def test_what_hides_its_letters_is_not_copied(qtbot: QtBot, clipboard: QClipboard) -> None:
    secret, shown = QLineEdit("segreto"), QLineEdit(NAME)
    secret.setEchoMode(QLineEdit.EchoMode.Password)
    shown.setReadOnly(True)
    for field in (secret, shown):
        qtbot.addWidget(field)
        field.show()
        qtbot.waitExposed(field)
        field.activateWindow()
        field.setFocus()
        QTest.keyClick(field.windowHandle(), Qt.Key.Key_C, CONTROL)
        assert clipboard.text() == "before", "nothing is selected"
        field.selectAll()
        QTest.keyClick(field.windowHandle(), Qt.Key.Key_C if field is secret else Qt.Key.Key_X, CONTROL)
        assert field is shown or clipboard.text() == "before"
    assert shown.text() == NAME
    assert (clipboard.text(), is_marked(clipboard)) == (NAME, True)


def test_what_a_menu_copies_is_marked_after(
    qtbot: QtBot, clipboard: QClipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = QLineEdit(NAME)
    qtbot.addWidget(field)
    field.selectAll()
    field.copy()
    assert (clipboard.text(), is_marked(clipboard)) == (NAME, True)
    picture = QMimeData()
    picture.setData("image/x-something", b"1")
    clipboard.setMimeData(picture)
    assert not is_marked(clipboard), "what is no text is not ours"
    monkeypatch.setattr(QClipboard, "ownsClipboard", lambda _clipboard: False)
    clipboard.setText("of another program")
    assert not is_marked(clipboard)
