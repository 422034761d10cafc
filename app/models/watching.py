"""Long statements of the engine that are watched while they run, and can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STEPS_BETWEEN = 50_000
"""Steps of the engine's own machine between two calls: some milliseconds."""


@contextmanager
def watched(connection: Any, look: Callable[[], None] | None) -> Iterator[None]:
    """Call `look` every so often while statements run on a connection of the engine.

    Raises:
        Exception: what `look` raised, `Cancelled` as a rule; the statement that ran then was given up.
    """
    if look is None:
        yield
        return
    asked: list[Exception] = []

    def interrupt() -> int:
        try:
            look()
        except Exception as stop:  # the engine would call it «interrupted», and nobody would know why
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


def size_of(path: Path) -> int:
    """Bytes of a file that is being written, as a measure: 0 while the system does not tell."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
