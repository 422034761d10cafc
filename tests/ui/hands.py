"""A real archive in a real window, and the hands that type into it: whatever has the focus gets the keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.services.archive import open_archive
from app.services.settings import Settings
from app.ui import dialogs
from app.ui.acts import ActDialog
from app.ui.desk import Desk
from app.ui.main_window import MainWindow
from app.ui.views import ROOMS

NONE = Qt.KeyboardModifier.NoModifier


@contextmanager
def window_on(qtbot: QtBot, path: Path, folder: Path, rooms: tuple[str, ...]) -> Iterator[MainWindow]:
    """A window on the archive at `path`, with these rooms only."""
    desk = Desk(Settings(folder / "hands.json"))
    window = MainWindow(desk, rooms=[room for room in ROOMS if room.key in rooms])
    window.resize(1400, 860)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    desk.take(open_archive(path), path)
    yield window
    quiet(qtbot, desk)
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def quiet(qtbot: QtBot, desk: Desk) -> None:
    """Let everything that is under way come to its end."""
    desk.lanes.wait()
    qtbot.waitUntil(lambda: not desk.lanes.busy())
    QApplication.processEvents()


def focused() -> QWidget:
    """What has the focus, or the window itself."""
    found = QApplication.focusWidget() or QApplication.activeWindow()
    assert found is not None, "no window is active"
    return found


def type_text(text: str) -> None:
    """Press the keys of `text`, each into what has the focus by then."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(focused(), QKeyEvent(kind, 0, NONE, letter))


def press(qtbot: QtBot, *keys: Qt.Key | str) -> None:
    """Press keys, or sequences such as «Ctrl+S», into what has the focus."""
    for key in keys:
        if isinstance(key, str):
            qtbot.keySequence(focused(), QKeySequence(key))
        else:
            qtbot.keyClick(focused(), key)
        QApplication.processEvents()


@dataclass
class Answers:
    """What the person answers to the dialogs, and what the dialogs said."""

    asked: list[str] = field(default_factory=list)
    yes: bool = True
    entered: dict[str, str] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Answers to confirmations, to the fields that acts ask for, and to file choosers."""
    made = Answers()

    def confirm(_parent: Any, _title: str, sentence: str, _yes: str) -> bool:
        made.asked.append(sentence)
        return made.yes

    def run_dialog(dialog: QDialog) -> bool:
        assert isinstance(dialog, ActDialog)
        for box in dialog.section.boxes:
            box.editor.setFocus()
            box.editor.selectAll()
            for letter in made.entered[box.spec.key]:
                QApplication.sendEvent(box.editor, QKeyEvent(QEvent.Type.KeyPress, 0, NONE, letter))
        dialog.accept()
        return dialog.result() == QDialog.DialogCode.Accepted

    monkeypatch.setattr(dialogs, "confirm", confirm)
    monkeypatch.setattr(dialogs, "run_dialog", run_dialog)
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: made.files.pop() if made.files else None)
    return made
