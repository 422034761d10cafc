"""Ages and calendar months, as rules of programmes count them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_of_age(birth: date, day: date) -> int:
    """Whole months that somebody has on a day; below zero before birth.

    Who is born on a day that the month does not have completes it on the month's last day: on 29 February, in other
    years, on 28 February.

    Source: Civil Code, art. 2963: a term of months ends on the day of the same number, or on the last of the month.
    """
    due = min(birth.day, monthrange(day.year, day.month)[1])
    return (day.year - birth.year) * 12 + day.month - birth.month - (day.day < due)


def months_between(start: date, end: date) -> tuple[tuple[int, int], ...]:
    """Calendar months, as (year, month), that a period touches; `end` is its last day."""
    assert start <= end
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return tuple((at // 12, at % 12 + 1) for at in range(first, last + 1))
