"""Taking back the last gesture of the archive, and doing it again: it survives a restart and is itself on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.models.errors import AppError
from app.services.changes import Changes
from app.services.wording.texts import Translator
from app.ui import dialogs
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
        may_undo: `(store, number)` tells whether a gesture is of a kind that can be taken back.
        stands_on: `(store, number)` gives the later gesture that is in the way of taking it back, or None.
    """

    last_undoable: Callable[[Any], Any]
    last_redoable: Callable[[Any], Any]
    undo: Callable[[Any, int], Changes]
    text: Callable[[Any, Translator], str]
    may_undo: Callable[[Any, int], bool]
    stands_on: Callable[[Any, int], Any]


class GestureActions(QObject):
    """Two actions that always name what they would do: «Undo: Saving of a proposal, Noi famiglie»."""

    def __init__(self, desk: Desk, journal: Journal, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._journal = desk, journal
        self._owner = parent if isinstance(parent, QWidget) else None
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

    def may_take_back(self, number: int) -> bool:
        """Whether a gesture, the last or an older one, is of a kind that can be taken back."""
        return self.takes_back(number) or bool(self._desk.is_open and self._desk.read(self._journal.may_undo, number))

    def take_back(self, number: int) -> None:
        """Take a gesture back; when something later stands on it, say what."""
        self._desk.run(self._journal.undo, number, failed=partial(self._on_refused, number))

    def _on_refused(self, number: int, error: AppError) -> None:
        row = self._desk.read(self._journal.stands_on, number) if error.code == "undo.changed_since" else None
        if row is None:
            self._desk.refused.emit(error)
            return
        from app.services.wording.formats import format_instant  # words of refusals: no start waits for them
        from app.ui.errors import sentence

        text = _("{sentence} What came after it: {what}, {when}, {who}.").format(
            sentence=sentence(error, self._desk.texts),
            what=self._named(row),
            when=format_instant(row.made_at),
            who=row.made_by,
        )
        dialogs.warn(self._owner, _("This cannot be done"), text)

    def _named(self, row: Any) -> str:
        what = self._journal.text(row, self._desk.texts)
        return f"{what} «{row.name}»" if row.name else what

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
            text = text.format(what=self._named(row))
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
            self.take_back(number)
