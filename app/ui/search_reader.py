"""Reads what can be found while nobody waits for it, so that the first letter in the search box is not held up."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.ui.desk import Desk
from app.ui.tasks import Lane

REST_MILLISECONDS = 1500
"""How long nothing must have been opened or written before it is read."""


def read_search(store: Any) -> None:
    """Read it, with what that needs."""
    from app.services.search import prepare_search

    prepare_search(store)


class SearchReader(QObject):
    """Follows the desk."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MILLISECONDS)
        self._timer.timeout.connect(self._on_rest)
        desk.archive_opened.connect(self._timer.start)
        desk.changed.connect(self._on_changed)
        desk.archive_closed.connect(self._timer.stop)

    def _on_changed(self, _changes: object) -> None:
        self._timer.start()

    def _on_rest(self) -> None:
        if self._desk.lanes.busy():
            self._timer.start()
        elif self._desk.is_open:
            self._desk.run(read_search, lane=Lane.FILES, failed=self._on_failed)

    def _on_failed(self, _error: object) -> None:
        """It is read when somebody searches, and refused then with its sentence."""
