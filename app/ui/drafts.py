"""The draft of a record while it is being edited, with undo and redo of each gesture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence, QUndoCommand, QUndoStack
from shiboken6 import isValid

from app.ui.i18n import _
from app.ui.icons import icon


class DraftModel(QObject):
    """Holds a frozen dataclass; every edit makes a new one and can be taken back.

    Edits of one field that follow each other without `seal` between them are one step of undo.
    """

    changed = Signal(str)  # key of the field or grid; "" when everything may have changed
    dirty_changed = Signal(bool)

    def __init__(self, draft: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self._draft = draft
        self._baseline = draft
        self._was_dirty = False
        self._run = 0
        self.titles: Mapping[str, str] = {}
        """What fields and grids are called, by key: steps of undo are named after them."""

    @property
    def draft(self) -> Any:
        """The present draft."""
        return self._draft

    @property
    def baseline(self) -> Any:
        """The draft as it was loaded or last saved."""
        return self._baseline

    @property
    def is_dirty(self) -> bool:
        """Whether the draft differs from what was loaded or saved."""
        return bool(self._draft != self._baseline)

    def value(self, key: str) -> Any:
        """Present value of a field, or the rows of a grid."""
        return getattr(self._draft, key)

    def set_value(self, key: str, value: Any, *, merge: bool = True) -> None:
        """Edit one field or grid; nothing happens when the value is the same.

        Args:
            merge: whether it may join the step of the edit just before, in the same field.
        """
        if self.value(key) == value:
            return
        if not merge:
            self.seal()
        self.stack.push(_Edit(self, key, self.value(key), value, self._run))
        if not merge:
            self.seal()

    def seal(self) -> None:
        """The next edit is a step of its own."""
        self._run += 1

    def reset(self, draft: Any) -> None:
        """Start anew from a loaded draft; what was there cannot be taken back."""
        self._draft = self._baseline = draft
        self.stack.clear()
        self.seal()
        self.changed.emit("")
        self._tell_dirty()

    def revert(self) -> None:
        """Go back to what was loaded or saved, as one step that can itself be taken back."""
        self.put(self._baseline)

    def put(self, draft: Any) -> None:
        """Put another draft in the place of the present one, as one step that can be taken back."""
        if draft == self._draft:
            return
        self.seal()
        self.stack.push(_Edit(self, "", self._draft, draft, self._run))
        self.seal()

    def mark_saved(self, saved: Any) -> None:
        """From now on `saved` is what the draft is compared with."""
        self._baseline = saved
        self._tell_dirty()

    def apply(self, key: str, value: Any) -> None:
        """Put a value in without a step of undo; for the steps themselves."""
        self._draft = replace(self._draft, **{key: value}) if key else value
        self.changed.emit(key)
        self._tell_dirty()

    def _tell_dirty(self) -> None:
        if self.is_dirty != self._was_dirty:
            self._was_dirty = self.is_dirty
            self.dirty_changed.emit(self._was_dirty)


class _Edit(QUndoCommand):
    """One value put in the place of another."""

    _MERGEABLE = 1

    def __init__(self, model: DraftModel, key: str, before: Any, after: Any, run: int) -> None:
        super().__init__(model.titles.get(key, ""))
        self.key, self.before, self.after, self.run = key, before, after, run
        self._model = model

    def id(self) -> int:
        """Steps with the same number may be merged."""
        return self._MERGEABLE

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Join the next edit of the same run on the same field."""
        if not isinstance(other, _Edit) or (other.key, other.run) != (self.key, self.run):
            return False
        self.after = other.after
        self.setObsolete(self.after == self.before)
        return True

    def redo(self) -> None:
        """Do it."""
        self._model.apply(self.key, self.after)

    def undo(self) -> None:
        """Take it back."""
        self._model.apply(self.key, self.before)


class UndoActions(QObject):
    """Undo and redo of a form, each named after what it would take back or do again: «Undo: Title»."""

    def __init__(self, model: DraftModel) -> None:
        super().__init__(model)
        self._model = model
        self.undo = self._action(_("Undo"), "undo-2", "Ctrl+Z", self._on_undo)
        self.redo = self._action(_("Redo"), "redo-2", "Ctrl+Shift+Z", model.stack.redo)
        model.stack.indexChanged.connect(self._on_changed)
        self._on_changed()

    def _action(self, text: str, image: str, keys: str, slot: Any) -> QAction:
        action = QAction(icon(image), text, self)
        action.setIconText(text)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(slot)
        return action

    def _on_undo(self) -> None:
        self._model.seal()
        self._model.stack.undo()

    def _on_changed(self) -> None:
        stack = self._model.stack
        if not isValid(stack):  # it tells of its own end
            return
        for action, can, named, plain, text in (
            (self.undo, stack.canUndo(), _("Undo: {what}"), _("Undo"), stack.undoText()),
            (self.redo, stack.canRedo(), _("Redo: {what}"), _("Redo"), stack.redoText()),
        ):
            action.setEnabled(can)
            said = named.format(what=text) if can and text else plain
            action.setText(said.replace("&", "&&"))
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{said} ({keys})")
