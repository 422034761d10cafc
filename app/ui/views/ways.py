"""Words that lead to a record, wherever its room is."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

from app.ui.desk import Desk
from app.ui.theme import colour


class Way(QLabel):
    """The name of a record; a click or Enter goes there."""

    def __init__(self, desk: Desk, title: str, room: str, record_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._room, self._record_id = desk, room, record_id
        self.setObjectName("link")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setIndent(0)  # in line with what stands above and below
        self.setText(f'<a href="#" style="color: {colour("link").name()}">{html.escape(title)}</a>')
        self.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(title)
        self.linkActivated.connect(self.go)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the space bar go there, as on a button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self.go()
        else:
            super().keyPressEvent(event)

    def go(self) -> None:
        """Go to the record."""
        self._desk.wanted.emit(self._room, self._record_id)
