"""The command palette of the window: its commands, and the records of the open archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction, QKeySequence

from app.ui.i18n import _
from app.ui.palette import CommandPalette, Entry

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow
    from app.ui.views import Room

Finder = Callable[[Any, str, int], Sequence[Any]]
"""`find(store, text, limit)` gives hits with `kind`, `id`, `title`, `subtitle`."""


class WindowPalette(CommandPalette):
    """Offers what the window can do now, and goes to records."""

    def __init__(self, window: MainWindow, rooms: Sequence[Room], find: Finder | None) -> None:
        self._window, self._find_records = window, find
        self._rooms = {kind: room for room in rooms for kind in room.kinds}
        super().__init__([_entry(action) for action in window.commands()], self._found, window)

    def _found(self, text: str, limit: int) -> list[Entry]:
        """Records that fit a text; none before the store of the archive is there."""
        desk = self._window.desk
        if self._find_records is None or not desk.is_open:
            return []
        from app.services.search import KINDS  # needs the database

        found = []
        for hit in desk.read(self._find_records, text, limit):
            if hit.kind in self._rooms:
                room, kind = self._rooms[hit.kind], _(KINDS[hit.kind]) if hit.kind in KINDS else ""
                detail = " · ".join(part for part in (kind, hit.subtitle) if part)
                found.append(Entry(hit.title, detail, room.icon, partial(self._window.open_record, room.key, hit.id)))
        return found


def _entry(action: QAction) -> Entry:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return Entry(action.text().replace("&", ""), keys, "chevron-right", action.trigger)
