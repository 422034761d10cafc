"""Taking back the last gesture of the archive, and doing it again: it survives a restart and is itself on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from app.services.changes import Changes
from app.services.texts import Translator
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.icons import icon


@dataclass(frozen=True)
class Journal:
    """The verbs of the journal that the window needs.

    Attributes:
        last_undoable, last_redoable: `(store)` give the gesture that would be taken back, or done again, or None.
        undo: `(store, number)` takes a gesture back.
        text: what a gesture did, in words.
    """

    last_undoable: Callable[[Any], Any]
    last_redoable: Callable[[Any], Any]
    undo: Callable[[Any, int], Changes]
    text: Callable[[Any, Translator], str]


class GestureActions(QObject):
    """Two actions that always name what they would do: «Undo: Saving of a proposal, Noi famiglie»."""

    def __init__(self, desk: Desk, journal: Journal, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._journal = desk, journal
        self.undo_action = self._action("undo-2", _("Undo"), "Ctrl+Alt+Z")
        self.redo_action = self._action("redo-2", _("Redo"), "Ctrl+Alt+Shift+Z")
        self._numbers: dict[QAction, int] = {}
        desk.archive_opened.connect(self.refresh)
        desk.archive_closed.connect(self.refresh)
        desk.changed.connect(self._on_changed)
        self.refresh()

    def refresh(self) -> None:
        """Ask the journal what can be taken back now."""
        if not self._desk.is_open or not getattr(self._desk.store, "writing", True):
            self._show(self.undo_action, _("Undo the last gesture"), None)
            self._show(self.redo_action, _("Redo the last gesture"), None)
            return
        self._desk.run(self._journal.last_undoable, done=self._on_undoable)
        self._desk.run(self._journal.last_redoable, done=self._on_redoable)

    def takes_back(self, number: int) -> bool:
        """Whether «undo» would take this gesture back now."""
        return self._numbers.get(self.undo_action) == number

    def _action(self, image: str, words: str, keys: str) -> QAction:
        action = QAction(icon(image), "", self)
        action.setIconText(words)  # of a button in a bar; the whole text is in its tool tip
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(self._on_triggered)
        return action

    def _show(self, action: QAction, text: str, row: Any) -> None:
        if row is None:
            self._numbers.pop(action, None)
        else:
            self._numbers[action] = row.number
            what = self._journal.text(row, self._desk.texts)
            text = text.format(what=f"{what} «{row.name}»" if row.name else what)
        action.setText(text.replace("&", "&&"))
        action.setEnabled(row is not None)

    def _on_undoable(self, row: Any) -> None:
        self._show(self.undo_action, _("Undo the last gesture") if row is None else _("Undo: {what}"), row)

    def _on_redoable(self, row: Any) -> None:
        self._show(self.redo_action, _("Redo the last gesture") if row is None else _("Redo: {what}"), row)

    def _on_changed(self, _changes: Changes) -> None:
        self.refresh()

    def _on_triggered(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        number = self._numbers.get(action)
        if number is not None:
            self._desk.run(self._journal.undo, number)
