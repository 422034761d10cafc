"""What a person answers to the questions of the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog

from app.ui import dialogs
from app.ui.acts import ActDialog


@dataclass
class Answers:
    """What is answered, and what was asked.

    Attributes:
        yes: to confirmations; `asked` are their sentences.
        entered: typed into the fields of an act's dialog, by key.
    """

    asked: list[str] = field(default_factory=list)
    yes: bool = True
    entered: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Answers to confirmations and to the dialogs of acts."""
    made = Answers()

    def confirm(_parent: Any, _title: str, sentence: str, _yes: str) -> bool:
        made.asked.append(sentence)
        return made.yes

    def run_dialog(dialog: QDialog) -> bool:
        assert isinstance(dialog, ActDialog)
        for box in dialog.section.boxes:
            for letter in made.entered.get(box.spec.key, ""):
                event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
                QApplication.sendEvent(box.editor, event)
        dialog.accept()
        return dialog.result() == QDialog.DialogCode.Accepted

    monkeypatch.setattr(dialogs, "confirm", confirm)
    monkeypatch.setattr(dialogs, "run_dialog", run_dialog)
    return made
