"""Hours of a meeting that may go on after midnight, and over the night when the clock is put forward. Pure.

An hour earlier than that of the opening is one of the next day: it goes on counting, «00:40» is «24:40».
"""

from __future__ import annotations

from datetime import date, timedelta

from app.models.errors import InvalidInput

_SUMMER_SINCE = 1981
_LOST = ("02:00", "03:00")
"""From the first of these hours the clock is put to the second, on the last Sunday of March.

Source: directive 2000/84/EC; in Italy so since 1981.
"""


def reckoned(opened: str, time: str) -> str:
    """`time` as it counts in a meeting that opened at `opened`: «HH:MM», with 24 hours more when it is the next day."""
    if not time or not opened or time >= opened:
        return time
    return f"{int(time[:2]) + 24:02d}{time[2:]}"


def told(time: str) -> str:
    """A reckoned hour as clocks show it."""
    return f"{int(time[:2]) % 24:02d}{time[2:]}" if time else ""


def is_next_day(opened: str, time: str) -> bool:
    """Whether `time` is one of the day after that of the opening."""
    return bool(time) and reckoned(opened, time) != time


def minutes_between(day: date, opened: str, start: str, end: str) -> int:
    """Minutes that pass from `start` to `end` in a meeting held on `day`, the lost hour not counted."""
    first, last = reckoned(opened, start), reckoned(opened, end)
    minutes = _minutes(last) - _minutes(first)
    for n, lost_on in ((0, day), (1, day + timedelta(days=1))):
        lost = _minutes(_LOST[0]) + 24 * 60 * n
        if loses_an_hour(lost_on) and _minutes(first) <= lost < _minutes(last):
            minutes -= 60
    return minutes


def loses_an_hour(day: date) -> bool:
    """Whether the clock is put forward on `day`."""
    return day.year >= _SUMMER_SINCE and day.month == 3 and day.day > 24 and day.isoweekday() == 7


def require_real_hour(day: date, opened: str, time: str, field: str | None = None) -> None:
    """An hour that the clock showed.

    Raises:
        InvalidInput: "time.skipped".
    """
    actual = day + timedelta(days=1) if is_next_day(opened, time) else day
    if time and loses_an_hour(actual) and _LOST[0] <= time < _LOST[1]:
        raise InvalidInput("time.skipped", field=field, time=time, day=actual)


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])
