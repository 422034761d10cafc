"""What every room of the window is, whatever it shows; rooms of records stand in `base`."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.services.changes import Changes
from app.ui.desk import Desk
from app.ui.views.layout import focus_list


class RoomView(QWidget):
    """A room of the window; when it is made it shows what the archive holds.

    Attributes:
        topics: changes that make it reload; "*" for any.
    """

    topics: ClassVar[frozenset[str]] = frozenset()

    actions_changed = Signal()
    title_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def room_actions(self) -> list[QAction]:
        """What can be done here, for the bar at the top; a separator stands where an action says so."""
        return []

    def record_actions(self) -> list[QAction]:
        """What can be done to the record that is shown, for the command palette."""
        return []

    def reload(self, changes: Changes | None = None) -> None:
        """Show what the archive holds now; `changes` says what was touched, None that anything may have been."""

    def open_record(self, record_id: str, kind: str = "") -> bool:
        """Go to a record; whether it was found here."""
        return False

    def can_leave(self) -> bool:
        """Whether the room may be left; asks about unsaved changes."""
        return True

    def focus_first(self) -> None:
        """Put the cursor where the work of the room begins: on its list, or on the first thing that can be done."""
        focus_list(self)

    def focus_record(self) -> None:
        """Put the cursor on the record that is shown."""
        self.focus_first()

    def concerns(self, changes: Changes) -> bool:
        """Whether a change makes this room reload."""
        return "*" in self.topics or bool(self.topics & changes.topics)
