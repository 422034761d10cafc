"""Garbage is looked for on the window's thread alone.

The interpreter looks for it on whichever thread allocates. What it finds may hold parts of a window that was closed,
and Qt's objects may only be taken apart on the thread that they live on: on another one the program ends at once. So
it is kept from looking while a lane works, and the window looks itself.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LOOK_MILLISECONDS = 200
YOUNG_MAX = 5_000
"""Objects made since the last look, from which the window looks again while a lane works."""

_held: set[int] = set()
"""Those who keep the interpreter from looking."""


class Garbage(QObject):
    """Keeps the interpreter from looking for garbage while `is_free` says that a lane works."""

    def __init__(self, is_free: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._is_free = is_free
        self._timer = QTimer(self, interval=LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        key = id(self)
        self.destroyed.connect(lambda: _let_go(key))

    def hold(self) -> None:
        """A lane begins to work."""
        _held.add(id(self))
        gc.disable()
        self._timer.start()

    def look(self) -> None:
        """Look for young garbage when there is much; leave it to the interpreter again when no lane works."""
        if self._is_free():
            self._timer.stop()
            _let_go(id(self))
        elif gc.get_count()[0] > YOUNG_MAX:
            gc.collect(1)


def _let_go(key: int) -> None:
    if key not in _held:
        return
    _held.discard(key)
    if not _held:
        gc.collect(1)  # so that a thread that is just ending has no reason to look
        gc.enable()
