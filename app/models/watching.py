"""Long statements of the engine that are watched while they run, and can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from app.models.errors import Cancelled

STEPS_BETWEEN = 50_000
"""Steps of the engine's own machine between two calls: some milliseconds."""


@contextmanager
def watched(connection: Any, look: Callable[[], None] | None) -> Iterator[None]:
    """Call `look` every so often while statements run on a connection of the engine.

    Raises:
        Cancelled: as `look` did; the statement that ran then was given up.
    """
    if look is None:
        yield
        return
    asked: list[Cancelled] = []

    def interrupt() -> int:
        try:
            look()
        except Cancelled as stop:
            asked.append(stop)
        return len(asked)

    connection.set_progress_handler(interrupt, STEPS_BETWEEN)
    try:
        yield
    except Exception:
        if asked:
            raise asked[0] from None
        raise
    finally:
        connection.set_progress_handler(None, 0)
