"""How much of a first economic plan was moved between items, exactly, and what that asks for. Pure.

Every move counts, in the measure in which items give or receive: what is moved and moved back counts twice. Shares are
taken of the first plan, whatever versions came since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.models.enums import AmendmentDuty, BudgetSection, LimitBase, LimitSpan
from app.models.money import Cents

ItemKey = tuple[BudgetSection, str, str]
"""An item of an economic plan across its versions: section, code of the category, label."""


@dataclass(frozen=True)
class Limit:
    """Up to which share a move is free of a duty; see `RulesAmendment`.

    Attributes:
        share: percentage.
    """

    share: Fraction
    base: LimitBase
    span: LimitSpan
    duty: AmendmentDuty
    days: int | None = None


@dataclass(frozen=True)
class Moves:
    """What one amendment does to each item: cents that it gains or gives (< 0); `year` is the one it counts in."""

    year: int
    changes: Mapping[ItemKey, int]

    @property
    def moved(self) -> Cents:
        """Cents that change their item."""
        return Cents(sum(cents for cents in self.changes.values() if cents > 0))


@dataclass(frozen=True)
class Measure:
    """How far moves go, by one limit.

    Attributes:
        item: that goes furthest; None for a limit on the total, or when nothing moves.
        moved, whole: cents behind the share.
        used: percentage; None when the first plan has nothing that it could be a share of: that is above any limit.
    """

    limit: Limit
    item: ItemKey | None
    moved: Cents
    whole: Cents
    used: Fraction | None

    @property
    def over(self) -> bool:
        """Whether the moves are above the limit."""
        return self.used is None or self.used > self.limit.share


@dataclass(frozen=True)
class Verdict:
    """What moves ask for.

    Attributes:
        duty: None when they are free, or when the call says nothing.
        silent: whether the call says nothing.
        days: shortest term among the limits that ask for the duty.
    """

    duty: AmendmentDuty | None
    silent: bool
    days: int | None
    measures: tuple[Measure, ...]


def judge_moves(limits: Sequence[Limit], first: Mapping[ItemKey, int], earlier: Sequence[Moves], own: Moves) -> Verdict:
    """What an amendment asks for, after those that are in force.

    Args:
        first: cents of each item of the first economic plan.
        earlier: amendments in force, in any order.
    """
    measures = tuple(measure(limit, first, earlier, own) for limit in limits)
    over = [found.limit for found in measures if found.over]
    duty = next((each for each in (AmendmentDuty.AUTHORISE, AmendmentDuty.TELL) if _asks(over, each)), None)
    terms = [limit.days for limit in over if limit.duty is duty and limit.days is not None]
    return Verdict(duty, not limits, min(terms, default=None), measures)


def _asks(limits: Sequence[Limit], duty: AmendmentDuty) -> bool:
    return any(limit.duty is duty for limit in limits)


def measure(limit: Limit, first: Mapping[ItemKey, int], earlier: Sequence[Moves], own: Moves) -> Measure:
    """How far an amendment goes by one limit, with the earlier ones that count with it."""
    counted = [own, *(moves for moves in earlier if _counts(limit.span, moves, own))]
    if limit.base is LimitBase.TOTAL:
        moved: int = sum(moves.moved for moves in counted)
        whole = sum(first.values())
        return Measure(limit, None, Cents(moved), Cents(whole), _share(moved, whole))
    sign = -1 if limit.base is LimitBase.GIVEN else 1
    furthest = Measure(limit, None, Cents(0), Cents(0), Fraction(0))
    for key in (key for key, cents in own.changes.items() if sign * cents > 0):
        moved = sum(max(0, sign * moves.changes.get(key, 0)) for moves in counted)
        whole = first.get(key, 0)
        used = _share(moved, whole)
        if used is None or (furthest.used is not None and used > furthest.used):
            furthest = Measure(limit, key, Cents(moved), Cents(whole), used)
        if used is None:
            break
    return furthest


def _counts(span: LimitSpan, moves: Moves, own: Moves) -> bool:
    return span is LimitSpan.LIFE or (span is LimitSpan.YEAR and moves.year == own.year)


def _share(moved: int, whole: int) -> Fraction | None:
    if not moved:
        return Fraction(0)
    return Fraction(100 * moved, whole) if whole else None


def cumulated(first: Mapping[ItemKey, int], amendments: Sequence[Moves], key: ItemKey) -> Fraction | None:
    """How much of an item was moved in all, both ways, as a percentage of the first plan; None of a new one."""
    return _share(sum(abs(moves.changes.get(key, 0)) for moves in amendments), first.get(key, 0))
