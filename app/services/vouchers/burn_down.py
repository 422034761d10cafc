"""How the money of a programme goes down month by month, and how far it goes at the pace of the last months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile

from app.models.money import Cents

PACE_MONTHS = 3
"""Months whose mean is the pace."""
AHEAD_MAX = 36
"""Months that a forecast looks ahead at most."""

Month = tuple[int, int]
"""Year and month."""


@dataclass(frozen=True)
class Moves:
    """What happened in one month, in cents; what came back counts below zero.

    Attributes:
        issued: of vouchers given, less what they gave back.
        returned: that went back to the project, above zero.
    """

    issued: int = 0
    used: int = 0
    settled: int = 0
    returned: int = 0


@dataclass(frozen=True)
class BurnMonth:
    """The end of a month.

    Attributes:
        left: after what was issued; what went back to the project later was still there.
        is_forecast: whether it is reckoned, not told by the records; used and settled are not reckoned ahead.
    """

    month: Month
    issued: Cents
    used: Cents | None
    settled: Cents | None
    left: Cents
    is_forecast: bool


@dataclass(frozen=True)
class BurnDown:
    """A budget on its way.

    Attributes:
        pace: cents a month that were issued of late, exact.
        month_empty: when nothing is left at this pace; None when something is left at the end.
        left_at_end: what is left after the last month shown.
    """

    budget: Cents
    months: tuple[BurnMonth, ...]
    pace: Fraction
    month_empty: Month | None
    left_at_end: Cents


def next_month(month: Month) -> Month:
    """The month after."""
    year, number = month
    return (year, number + 1) if number < 12 else (year + 1, 1)


def burn_down(budget: Cents, moves: Mapping[Month, Moves], now: Month, last: Month | None) -> BurnDown:
    """The way of a budget, from the first month in which something happened.

    Args:
        budget: cents, all that was given to the programme so far, less what it gave back.
        moves: by month; a month without any may be left out, what is later than `now` is not looked at.
        now: the last month of the records.
        last: month in which the programme ends; without one the forecast goes on until nothing is left.

    Returns:
        A row for each month up to `now`, then forecasts until nothing is left, or until `last`.
    """
    first = min((month for month in moves if month <= now), default=now)
    rows: list[BurnMonth] = []
    issued = used = settled = 0
    returning = sum(each.returned for each in moves.values())
    month = first
    while month <= now:
        of_it = moves.get(month, Moves())
        issued, used, settled = issued + of_it.issued, used + of_it.used, settled + of_it.settled
        returning -= of_it.returned
        left = Cents(budget + returning - issued)
        rows.append(BurnMonth(month, Cents(issued), Cents(used), Cents(settled), left, False))
        month = next_month(month)
    recent = [row.month for row in rows[-PACE_MONTHS:]]
    pace = Fraction(sum(moves.get(each, Moves()).issued for each in recent), len(recent))
    rows += _ahead(budget, issued, pace, now, last)
    empty = None
    for row in takewhile(lambda row: row.left <= 0, reversed(rows)):  # what came back since makes it no longer empty
        empty = row.month
    if empty is not None and moves.get(empty, Moves()).returned:
        empty = None  # it was given back, not used up
    return BurnDown(budget, tuple(rows), pace, empty, rows[-1].left)


def _ahead(budget: int, issued: int, pace: Fraction, now: Month, last: Month | None) -> list[BurnMonth]:
    """Months to come, at a steady pace; none when nothing moves or nothing is left."""
    rows: list[BurnMonth] = []
    month = now
    while pace > 0 and issued < budget and len(rows) < AHEAD_MAX and (last is None or month < last):
        month = next_month(month)
        reckoned = min(budget, issued + int(pace * (len(rows) + 1)))
        rows.append(BurnMonth(month, Cents(reckoned), None, None, Cents(budget - reckoned), True))
        if reckoned == budget:
            break
    return rows
