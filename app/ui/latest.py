"""Reads on the database's lane of which only the latest counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.ui.desk import Desk


class Latest:
    """Reads on the database's lane for one widget: only what was asked last arrives, and only while it is there."""

    def __init__(self, desk: Desk, owner: QWidget) -> None:
        self._desk, self._owner = desk, owner
        self._turn = 0

    def drop(self) -> None:
        """Let nothing arrive of what was asked."""
        self._turn += 1

    def read(self, verb: Callable[..., Any], *args: Any, done: Callable[[Any], None], title: str = "") -> None:
        """Give what `verb(store, …)` finds to `done`; `title` is what the status bar says meanwhile."""
        self._turn += 1
        turn, store = self._turn, self._desk.store

        def arrive(result: Any) -> None:
            if turn == self._turn and isValid(self._owner) and self._desk.store is store:
                done(result)

        self._desk.run(verb, *args, done=arrive, title=title)
