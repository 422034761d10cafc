"""Numbers of objectives as the plan's form writes them: «5-7», «2, 4-6», «6»; letters as a list has them: «A», «AB»."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.models.errors import InvalidInput

NUMBER_MAX = 99
"""Highest number of an objective; no form has that many."""

_RANGE = re.compile(r"(\d{1,4})(?:\s*[-\u2013]\s*(\d{1,4}))?\Z", re.ASCII)


def parse_objective_numbers(text: str, *, field: str | None = None) -> tuple[int, ...]:
    """Read numbers and ranges separated by commas: «5-7, 9» gives (5, 6, 7, 9).

    Returns:
        The numbers, each once, in ascending order.

    Raises:
        InvalidInput: "objectives.format", "objectives.backwards" («7-5»), "objectives.out_of_range" (0, or above
            `NUMBER_MAX`), "objectives.repeated" («5-7, 6»).
    """
    numbers: set[int] = set()
    for part in text.split(","):
        match = _RANGE.match(part.strip())
        if match is None:
            raise InvalidInput("objectives.format", field=field, text=text.strip())
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise InvalidInput("objectives.backwards", field=field, text=part.strip())
        if first < 1 or last > NUMBER_MAX:
            raise InvalidInput("objectives.out_of_range", field=field, text=part.strip(), highest=NUMBER_MAX)
        span = set(range(first, last + 1))
        if span & numbers:
            raise InvalidInput("objectives.repeated", field=field, number=min(span & numbers))
        numbers |= span
    return tuple(sorted(numbers))


def format_objective_numbers(numbers: Iterable[int]) -> str:
    """Write numbers as they are read: (5, 6, 7, 9) gives «5-7, 9»; nothing gives an empty text."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def letter(number: int) -> str:
    """«A» for 1, «Z» for 26, «AA» for 27."""
    text = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
