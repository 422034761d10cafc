"""Which copies may go: all of the last day stay, then one for each day, week and month, within a limit of space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ALL_FOR = timedelta(days=1)
DAILY_FOR = timedelta(days=14)
WEEKLY_FOR = timedelta(weeks=9)

Period = Callable[[datetime], tuple[int, ...]]


@dataclass(frozen=True)
class Kept:
    """A copy, as far as its keeping goes.

    Attributes:
        at: when it was made; a clock that was set back may have made one in the future.
        size: bytes, with its keys.
        good: whether everything in it was found in order when it was made.
    """

    key: str
    at: datetime
    size: int
    good: bool = True


def to_remove(copies: Sequence[Kept], now: datetime, limit: int) -> tuple[str, ...]:
    """Keys of the copies that may go, the oldest first.

    The newest copy always stays, and so does the newest good one. Of each day, week and month the last copy stays, for
    as long as such are kept; months for ever. Where what stays is larger than `limit`, the dense ones go first: those
    of the last day, then days, then weeks, then months, each from its oldest on.
    """
    ordered = sorted(copies, key=lambda copy: (copy.at, copy.key))
    ranks = _ranks(ordered, now)
    staying = [copy for copy in ordered if copy.key in ranks]
    safe = _never_gone(ordered)
    size = sum(copy.size for copy in staying)
    for copy in sorted(staying, key=lambda copy: ranks[copy.key]):  # stable: within a rank the oldest comes first
        if size <= limit:
            break
        if copy.key not in safe:
            del ranks[copy.key]
            size -= copy.size
    return tuple(copy.key for copy in ordered if copy.key not in ranks)


def _never_gone(ordered: Sequence[Kept]) -> set[str]:
    good = [copy.key for copy in ordered if copy.good]
    return {copy.key for copy in ordered[-1:]} | set(good[-1:])


def _ranks(ordered: Sequence[Kept], now: datetime) -> dict[str, int]:
    """Each copy that stays, with what it stays for: 0 the last day, 1 a day, 2 a week, 3 a month."""
    ranks: dict[str, int] = {}
    for key in _never_gone(ordered):
        ranks[key] = 0
    for copy in ordered:
        if now - copy.at < ALL_FOR:
            ranks[copy.key] = 0
    for rank, kept_for, period in ((1, DAILY_FOR, _day), (2, WEEKLY_FOR, _week), (3, None, _month)):
        for key in _last_of_each(ordered, period, None if kept_for is None else now - kept_for):
            ranks[key] = rank
    return ranks


def _last_of_each(ordered: Sequence[Kept], period: Period, since: datetime | None) -> list[str]:
    """The last copy of each period that is not wholly past; a good one before one that is not."""
    found: dict[tuple[int, ...], Kept] = {}
    for copy in ordered:
        if since is not None and copy.at < since:
            continue
        present = found.get(period(copy.at))
        if present is None or copy.good or not present.good:
            found[period(copy.at)] = copy
    return [copy.key for copy in found.values()]


def _day(at: datetime) -> tuple[int, ...]:
    return (at.year, at.month, at.day)


def _week(at: datetime) -> tuple[int, ...]:
    return at.isocalendar()[:2]


def _month(at: datetime) -> tuple[int, ...]:
    return (at.year, at.month)
