"""What services need of the outside, as types: progress and clock. The window and the command line supply them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""


def system_clock() -> datetime:
    """Present instant of this computer, in UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


class Progress(Protocol):
    """Told of each step of long work; may raise `Cancelled` at a step."""

    def step(self, done: int, total: int) -> None:
        """`done` of `total` steps are finished (0 <= done <= total)."""
        ...


class Silent:
    """Progress that nobody watches."""

    def step(self, done: int, total: int) -> None:
        """Do nothing."""


SILENT = Silent()
