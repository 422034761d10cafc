"""What a voucher comes to: the least of all limits, and the one that decided.

Each limit is rounded down to the cent, so that none is passed; a share is taken of the documented cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.models.enums import AidRule, AmountLimit
from app.models.money import Cents, split_cents
from app.services.vouchers.ages import months_between
from app.services.wording.points import POINT

Month = tuple[int, int]
NOTHING = Cents(0)


@dataclass(frozen=True)
class Band:
    """A band of ISEE; what it does not say is as usual.

    Attributes:
        isee_to: cents, up to and with them; None for all above, and for who brings no ISEE.
        share: percentage.
        points: that it gives in a ranking.
    """

    isee_to: Cents | None = None
    share: Fraction | None = None
    unit_amount: Cents | None = None
    cap_request: Cents | None = None
    points: Fraction = Fraction(0)


@dataclass(frozen=True)
class AmountRules:
    """What the rules of a programme say of amounts; None for no such limit.

    Attributes:
        units_max: thousandths of the unit.
        share: percentage of the expense.
    """

    unit_amount: Cents | None = None
    units_max: int | None = None
    share: Fraction | None = None
    cap_request: Cents | None = None
    cap_month: Cents | None = None
    cap_child: Cents | None = None
    cap_family: Cents | None = None
    aids: AidRule = AidRule.NETTED
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True)
class Given:
    """What another request of the same child or family has a right to, or had of its voucher."""

    cents: Cents
    start: date
    end: date


@dataclass(frozen=True)
class AmountFacts:
    """What is asked for, and what there is.

    Attributes:
        units: thousandths of the unit.
        expense: price of the service; None while it is not known.
        isee: None for none.
        to_child, to_family: what others got in the same programme.
        left: what the programme may still give; `firm_left` what the firm of an employee may, from its own budget.
    """

    units: int
    start: date
    end: date
    expense: Cents | None = None
    aids: Cents = NOTHING
    isee: Cents | None = None
    to_child: tuple[Given, ...] = ()
    to_family: tuple[Given, ...] = ()
    left: Cents | None = None
    firm_left: Cents | None = None


@dataclass(frozen=True)
class Amount:
    """What a voucher comes to.

    Attributes:
        bound: the limit that decided; among equals the first in order.
        limits: all that there are, in order.
    """

    cents: Cents
    bound: AmountLimit
    limits: tuple[tuple[AmountLimit, Cents], ...]

    @property
    def by_right(self) -> Cents:
        """What it would come to with money enough."""
        own = [cents for bound, cents in self.limits if bound not in MONEY_LIMITS]
        return min(own, default=self.cents)


MONEY_LIMITS = frozenset({AmountLimit.BUDGET, AmountLimit.FIRM})
"""Limits that are of the money there is, not of the rules."""


def band_of(bands: Sequence[Band], isee: Cents | None) -> Band | None:
    """The band that an ISEE falls in: the lowest that reaches it; who has none is in the one without an end."""
    closed = sorted(
        (band for band in bands if band.isee_to is not None and isee is not None and isee <= band.isee_to),
        key=lambda band: band.isee_to or 0,
    )
    return closed[0] if closed else next((band for band in bands if band.isee_to is None), None)


def amount_of(rules: AmountRules, facts: AmountFacts) -> Amount:
    """What a request comes to.

    Returns:
        The least of the limits, never below zero.
    """
    assert facts.left is not None or facts.firm_left is not None
    limits = {bound: Cents(max(0, cents)) for bound, cents in _limits(rules, facts)}
    ordered = tuple((bound, limits[bound]) for bound in AmountLimit if bound in limits)
    least = min(cents for _bound, cents in ordered)
    bound = next(bound for bound, cents in ordered if cents == least)
    return Amount(least, bound, ordered)


def _limits(rules: AmountRules, facts: AmountFacts) -> Iterable[tuple[AmountLimit, int]]:
    band = band_of(rules.bands, facts.isee) or Band()
    share = rules.share if band.share is None else band.share
    unit_amount = rules.unit_amount if band.unit_amount is None else band.unit_amount
    cap_request = rules.cap_request if band.cap_request is None else band.cap_request
    if facts.expense is not None:
        cost = facts.expense - (facts.aids if rules.aids is AidRule.NETTED else 0)
        yield AmountLimit.EXPENSE, cost
        if share is not None:
            yield AmountLimit.SHARE, int(Fraction(max(0, cost)) * share / 100)
    if unit_amount is not None:
        units = facts.units if rules.units_max is None else min(facts.units, rules.units_max)
        yield AmountLimit.UNITS, unit_amount * units // POINT
    if cap_request is not None:
        yield AmountLimit.REQUEST, cap_request
    if rules.cap_month is not None:
        yield AmountLimit.MONTH, _left_of_months(rules.cap_month, facts)
    if rules.cap_child is not None:
        yield AmountLimit.CHILD, rules.cap_child - sum(each.cents for each in facts.to_child)
    if rules.cap_family is not None:
        yield AmountLimit.FAMILY, rules.cap_family - sum(each.cents for each in facts.to_family)
    if facts.left is not None:
        yield AmountLimit.BUDGET, facts.left
    if facts.firm_left is not None:
        yield AmountLimit.FIRM, facts.firm_left


def _left_of_months(cap: Cents, facts: AmountFacts) -> int:
    """What the months of a request may still have for the child: what others got counts in equal parts to theirs."""
    taken: dict[Month, int] = {}
    for each in facts.to_child:
        months = months_between(each.start, each.end)
        for month, cents in zip(months, split_cents(each.cents, [1] * len(months)), strict=True):
            taken[month] = taken.get(month, 0) + cents
    return sum(max(0, cap - taken.get(month, 0)) for month in months_between(facts.start, facts.end))


@dataclass(frozen=True)
class Shares:
    """Who pays the price of a service."""

    price: Cents
    aids: Cents
    voucher: Cents
    employer: Cents
    family: Cents


def shares_of(price: Cents, aids: Cents, voucher: Cents, employer: Cents) -> Shares:
    """The parts of a price: what no one else pays is the family's.

    Returns:
        Parts that sum to the price; each other part is cut where those before it have paid all.
    """
    left = max(0, price - aids)
    from_voucher = min(voucher, left)
    from_employer = min(employer, left - from_voucher)
    family = left - from_voucher - from_employer
    return Shares(price, Cents(price - left), Cents(from_voucher), Cents(from_employer), Cents(family))
