"""What is copied: it may be pasted anywhere, and asks the system's clipboard histories not to keep it.

The marks are those that the systems and their clipboard managers look for: Windows' own history and its copies in the
cloud, KDE's Klipper, managers of macOS that take Qt's names. Qt's text fields copy by themselves, without the marks:
the keys that copy are answered here before a field sees them, and what a menu copies is marked right after.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QClipboard, QGuiApplication, QKeyEvent, QKeySequence, QWindow
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from shiboken6 import isValid

MARKS = {
    "ExcludeClipboardContentFromMonitorProcessing": b"1",
    "CanIncludeInClipboardHistory": bytes(4),  # a number of Windows: no
    "CanUploadToCloudClipboard": bytes(4),
    "x-kde-passwordManagerHint": b"secret",
    "application/x-nspasteboard-concealed-type": b"1",
}
"""Formats beside the text, by name; Qt hands a name that it does not know to the system as it is.

Source: «Cloud Clipboard and Clipboard History Formats» of the Windows API; Klipper; nspasteboard.org.
"""


def put_text(text: str) -> None:
    """Put a text on the clipboard."""
    data = QMimeData()
    data.setText(text)
    _put(data)


def clear_clipboard() -> None:
    """Take from the clipboard what this program put there; what another one put there is not ours."""
    clipboard = QGuiApplication.clipboard()
    for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
        owned = clipboard.ownsClipboard() if mode is QClipboard.Mode.Clipboard else clipboard.ownsSelection()
        if owned:
            clipboard.clear(mode)


def _put(data: QMimeData) -> None:
    for name, value in MARKS.items():
        data.setData(name, value)
    QGuiApplication.clipboard().setMimeData(data)


class Copying(QObject):
    """Marks what text fields and labels copy, in every window of the program."""

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._watched: list[QWindow] = []
        app.focusWindowChanged.connect(self._on_focus_window)
        app.clipboard().dataChanged.connect(self._on_data_changed)

    def _on_focus_window(self, window: QWindow | None) -> None:
        """Watch the keys of each window; events of its widgets are far too many to look at."""
        if window is not None and not any(known is window for known in self._watched):
            self._watched = [known for known in self._watched if isValid(known)]
            self._watched.append(window)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Copy, or cut, what is selected in the field that has the focus."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        cuts = event.matches(QKeySequence.StandardKey.Cut)
        if not cuts and not event.matches(QKeySequence.StandardKey.Copy):
            return False
        field = _text_field(QApplication.focusWidget())
        text = _selected(field)
        if not text:
            return False
        put_text(text)
        if cuts:
            _remove_selected(field)
        return True

    def _on_data_changed(self) -> None:
        """Mark what was copied past the keys, by the menu of a field."""
        clipboard = QGuiApplication.clipboard()
        if not clipboard.ownsClipboard() or not clipboard.text():
            return
        copied = clipboard.mimeData()
        if any(copied.hasFormat(name) for name in MARKS):
            return
        data = QMimeData()
        for name in copied.formats():
            data.setData(name, copied.data(name))
        _put(data)


def _text_field(widget: QWidget | None) -> QWidget | None:
    """The field that takes the letters of a widget with the focus."""
    from PySide6.QtWidgets import QAbstractSpinBox, QComboBox  # no window that starts has made them yet

    if isinstance(widget, QAbstractSpinBox | QComboBox):
        return widget.findChild(QLineEdit)
    return widget


def _selected(field: QWidget | None) -> str:
    """What is selected in a field; nothing in one that hides its letters, and in what is no field."""
    from PySide6.QtWidgets import QPlainTextEdit, QTextEdit  # as above

    if isinstance(field, QLineEdit):
        return field.selectedText() if field.echoMode() is QLineEdit.EchoMode.Normal else ""
    if isinstance(field, QLabel):
        return field.selectedText()
    if isinstance(field, QTextEdit | QPlainTextEdit):
        return field.textCursor().selection().toPlainText()
    return ""


def _remove_selected(field: QWidget | None) -> None:
    from PySide6.QtWidgets import QPlainTextEdit, QTextEdit  # as above

    if isinstance(field, QLineEdit) and not field.isReadOnly():
        field.del_()
    elif isinstance(field, QTextEdit | QPlainTextEdit) and not field.isReadOnly():
        field.textCursor().removeSelectedText()
