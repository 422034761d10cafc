"""Editors of one value each, all with the same face.

Each has `value()`, `set_value(value)`, `problem()` (why what is typed cannot be taken, or None) and two signals:
`edited(value)` at each change by the user that can be taken, `left()` when the focus goes away. A value that cannot be
taken stays as it was typed, the last good one stays in `value()`, and nothing is corrected behind the user's back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QCompleter,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.models.errors import InvalidInput
from app.services.wording.folding import fold
from app.ui.fitting import lines_of
from app.ui.i18n import _
from app.ui.line_edits import (
    CountEdit,
    DateEdit,
    MoneyEdit,
    ParsedEdit,
    PercentTextEdit,
    PointsEdit,
    TextEdit,
    TimeEdit,
)
from app.ui.reading_order import bring_into_view
from app.ui.theme import px

__all__ = [
    "ChoiceEdit",
    "Choices",
    "CountEdit",
    "DateEdit",
    "FlagEdit",
    "MoneyEdit",
    "NoteEdit",
    "ParsedEdit",
    "PercentTextEdit",
    "PointsEdit",
    "ReferenceEdit",
    "TextEdit",
    "TimeEdit",
    "column_of",
]

NOTE_LINES_MORE = 30
"""Lines that a note grows by before it scrolls."""
NOTE_MARGINS = 30
"""What stands beside the text of a note, in pixels of the design."""

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)

Choices = Sequence[tuple[Any, str]]
"""Keys and what is shown for them, in the order of the list."""


def on_one_line(text: str) -> str:
    """A text that may have line breaks, for where there is one line."""
    return text.replace("\n", " ")


class NoteEdit(QPlainTextEdit):
    """A text of several lines; Tab goes to the next field."""

    edited = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None, lines: int = 4) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self._is_setting = False
        self._lines = lines
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._on_text_changed)
        self.textChanged.connect(self._fit)
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fit()

    def value(self) -> str:
        """The text."""
        return self.toPlainText()

    def set_value(self, value: Any) -> None:
        """Show `value`; the cursor stays where it is when nothing changes."""
        if (value or "") == self.toPlainText():
            return
        self._is_setting = True
        self.setPlainText(value or "")
        if self.hasFocus():
            self.moveCursor(QTextCursor.MoveOperation.End)
        self._is_setting = False

    def problem(self) -> InvalidInput | None:
        """Any text can be taken."""
        return None

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the field was left."""
        super().focusOutEvent(event)
        self.left.emit()

    def _on_cursor_moved(self) -> None:
        """A text may be higher than what its form shows of it."""
        if self.hasFocus():
            bring_into_view(self)

    def _on_text_changed(self) -> None:
        if not self._is_setting:
            self.edited.emit(self.toPlainText())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width makes other lines."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Be as high as the text, within reason."""
        room = max(self.width() - px(NOTE_MARGINS), 1)
        needed = sum(lines_of(paragraph, self.fontMetrics(), room) for paragraph in self.toPlainText().split("\n"))
        most = self._lines + NOTE_LINES_MORE
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if needed > most else policy.ScrollBarAlwaysOff)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * min(max(needed, self._lines), most) + px(24))


class FlagEdit(QCheckBox):
    """Yes or no."""

    edited = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.connect(self._on_clicked)

    def value(self) -> bool:
        """Whether it is ticked."""
        return self.isChecked()

    def _on_clicked(self) -> None:
        self.edited.emit(self.isChecked())

    def set_value(self, value: Any) -> None:
        """Tick it or not."""
        self.setChecked(bool(value))

    def problem(self) -> InvalidInput | None:
        """Either can be taken."""
        return None

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the field was left."""
        super().focusOutEvent(event)
        self.left.emit()


class ChoiceEdit(QComboBox):
    """One of a short list; the wheel changes it only when it has the focus."""

    edited = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None, choices: Choices = (), *, optional: bool = False) -> None:
        super().__init__(parent)
        self._optional = optional
        self._offered: Choices | None = None
        self._keys: list[Any] = []
        self._typed = QElapsedTimer()  # since the last letter of a name that is being typed
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.set_choices(choices)
        self.activated.connect(self._on_activated)

    def set_choices(self, choices: Choices) -> None:
        """Offer these; the present value stays when it is among them."""
        if choices == self._offered:
            return
        self._offered = choices
        present = self.value()
        self.clear()
        entries = [(None, _("(none)")), *choices] if self._optional else list(choices)
        self._keys = [key for key, _label in entries]
        self.addItems([on_one_line(label) for _key, label in entries])
        self.set_value(present)

    def value(self) -> Any:
        """Key of what is shown, or None."""
        row = self.currentIndex()
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def set_value(self, value: Any) -> None:
        """Show the choice with this key; nothing when it is not among them."""
        wanted = None if value == "" else value
        self.setCurrentIndex(self._keys.index(wanted) if wanted in self._keys else -1)

    def problem(self) -> InvalidInput | None:
        """Every choice can be taken."""
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A space within the name that is being typed belongs to it, and does not open the list."""
        is_typing = self._typed.isValid() and self._typed.elapsed() < QApplication.keyboardInputInterval()
        if event.text().strip():
            self._typed.start()
        if event.text() == " " and is_typing:
            self._typed.start()
            self.view().keyboardSearch(" ")
            row = self.view().currentIndex().row()
            if row != self.currentIndex():
                self.setCurrentIndex(row)
                self.activated.emit(row)
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll under a field that has not the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the field was left."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def _on_activated(self, _row: int) -> None:
        self.edited.emit(self.value())


class ReferenceEdit(ParsedEdit):
    """One record of many, found by typing any part of its name; its value is the record's key."""

    def __init__(self, parent: QWidget | None = None, choices: Choices = (), empty: Any = None) -> None:
        super().__init__(parent, empty)
        self._offered: Choices | None = None
        self._labels: dict[Any, str] = {}
        self._keys: dict[str, Any] = {}
        self._names = QStringListModel(self)
        self._list = QCompleter(self._names, self)
        self._list.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list.setMaxVisibleItems(12)
        self._list.activated.connect(self._on_name_chosen)
        popup = self._list.popup()
        assert popup is not None
        popup.setAccessibleName(_("Entries found"))
        self.setCompleter(self._list)
        self.setPlaceholderText(_("Type to find…"))
        self._drop = self.add_button("chevron-down", _("Show all"))
        self._drop.setToolTip(_("Show all (Alt+Down)"))
        self._drop.triggered.connect(self.show_all)
        self.textEdited.connect(self._narrow)
        self.set_choices(choices)

    def set_choices(self, choices: Choices) -> None:
        """Offer these records."""
        if choices == self._offered:
            return
        self._offered = choices
        self._labels = {key: on_one_line(label) for key, label in choices}
        self._keys = {fold(on_one_line(label)).strip(): key for key, label in reversed(list(choices))}
        self._names.setStringList(list(self._labels.values()))

    def parse(self, text: str) -> Any:
        """The record with exactly this name, or the only one whose name holds all these words.

        Raises:
            InvalidInput: "reference.unknown".
        """
        wanted = fold(text).strip()
        if wanted in self._keys:
            return self._keys[wanted]
        fitting = [key for name, key in self._keys.items() if all(word in name for word in wanted.split())]
        if len(fitting) == 1:
            return fitting[0]
        raise InvalidInput("reference.unknown", text=text.strip())

    def write(self, value: Any) -> str:
        """Name of the record."""
        return self._labels.get(value, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Down shows all entries; Enter takes what is typed, also while entries are shown and none is chosen."""
        popup = self._list.popup()
        assert popup is not None
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.show_all()
        elif event.key() in ENTER and popup.isVisible() and not popup.currentIndex().isValid():
            popup.hide()
            again = QKeyEvent(QEvent.Type.KeyPress, event.key(), event.modifiers(), event.text())
            QCoreApplication.postEvent(self, again)  # the usual way, through the delegate of a grid
        else:
            super().keyPressEvent(event)

    def show_all(self) -> None:
        """Open the whole list."""
        self.setFocus()
        self._names.setStringList(list(self._labels.values()))
        self._list.complete()

    def _narrow(self, text: str) -> None:
        """Offer only the names that hold every word of `text`."""
        words = fold(text).split()
        names = [label for label in self._labels.values() if all(word in fold(label) for word in words)]
        self._names.setStringList(names)

    def _on_name_chosen(self, name: str) -> None:
        self.setText(name)
        self._on_text_edited(name)


def column_of(*widgets: QWidget, spacing: int = 6) -> QVBoxLayout:
    """Widgets one under the other, without margins."""
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(px(spacing))
    for widget in widgets:
        layout.addWidget(widget)
    return layout
