"""Sharing a total by a rule with a name, with the proof of every cent. Pure: values in, values out.

Source: largest remainder (Hamilton); the shares of a mixed rule are rounded once, on the exact sum of both parts. With
minimums and caps the shares are those of one proportion, held within each part's limits, which is found in rounds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from app.models.enums import AllocationRule, Bound, Leftover
from app.models.errors import InvalidInput
from app.models.money import CENTS_MAX, Cents, split_cents

WEIGHT_MAX = CENTS_MAX

Weight = int | Fraction

Limits = Mapping[str, Cents]
"""An amount for each part that has one, by key."""

NO_LIMITS: Limits = {}


class Share(NamedTuple):
    """What one part gets, and why.

    Attributes:
        key: of the part.
        weight: as given; 1 under the equal rule.
        amount: cents.
        numerator, denominator: of the share before rounding, in cents; a part at a limit has exactly that.
        proportion: whole number in proportion to which the part shares in every round; 0 where none does.
        minimum, cap: limits of the part, None for none.
        bound: the limit that settled the share, if one did.
        round: in which the share was settled, from 1.
    """

    key: str
    weight: Weight
    amount: Cents
    numerator: int
    denominator: int = 1
    proportion: int = 0
    minimum: Cents | None = None
    cap: Cents | None = None
    bound: Bound | None = None
    round: int = 1

    @property
    def exact(self) -> Fraction:
        """The share before rounding, in cents."""
        return Fraction(self.numerator, self.denominator)

    @property
    def floor(self) -> Cents:
        """Whole cents of `exact`."""
        return Cents(self.numerator // self.denominator)

    @property
    def remainder(self) -> Fraction:
        """What `exact` has beyond `floor`, from 0 up to 1 cent."""
        return Fraction(self.numerator % self.denominator, self.denominator)

    @property
    def odd_cent(self) -> bool:
        """Whether the part got one of the cents that the floors leave."""
        return self.amount > self.floor


class Round(NamedTuple):
    """One sharing of what is left among the parts that no limit has settled yet.

    Attributes:
        pot: cents that are shared in it.
        proportions: sum of the proportions of the parts that share.
        parts: how many share.
        settled: those that meet a limit in it, and leave with the limit's amount.
    """

    number: int
    pot: Cents
    proportions: int
    parts: int
    settled: tuple[tuple[str, Bound], ...] = ()

    def share_of(self, part: Share) -> Fraction:
        """What a part would have in this round, in cents."""
        return Fraction(self.pot * part.proportion, self.proportions) if self.proportions else Fraction(0)


@dataclass(frozen=True)
class Allocation:
    """A total that was shared.

    Attributes:
        tie: keys in the order that equal remainders are served.
        equal_share: percentage in equal parts, for the mixed rule; 0 for the others.
        shares: one for each part, as listed.
        leftover: what becomes of what caps do not let in.
        rounds: those that the rules in proportion took; none for the others.
    """

    total: Cents
    rule: AllocationRule
    tie: tuple[str, ...]
    shares: tuple[Share, ...]
    equal_share: int = 0
    leftover: Leftover = Leftover.AGAIN
    rounds: tuple[Round, ...] = ()

    @property
    def left(self) -> Cents:
        """Cents that no part takes: requests or caps below the total."""
        return Cents(self.total - sum(share.amount for share in self.shares))

    @property
    def odd_cents(self) -> int:
        """How many cents the floors left to be given out one by one."""
        return sum(share.odd_cent for share in self.shares)

    @property
    def had_tie(self) -> bool:
        """Whether the tie order decided: a part with an odd cent and one without have equal remainders."""
        return bool(self.tied)

    @property
    def tied(self) -> frozenset[Fraction]:
        """Remainders that some parts were served for and others not."""
        served = {share.remainder for share in self.shares if share.odd_cent}
        return frozenset(served & {share.remainder for share in self.shares if not share.odd_cent and not share.bound})

    @property
    def has_limits(self) -> bool:
        """Whether some part has a minimum or a cap."""
        return any(share.minimum is not None or share.cap is not None for share in self.shares)

    def amount_of(self, key: str) -> Cents:
        """What the part `key` gets."""
        return next(share.amount for share in self.shares if share.key == key)


def allocate(
    total: Cents,
    parts: Sequence[str],
    rule: AllocationRule,
    *,
    weights: Sequence[Weight] | None = None,
    equal_share: int = 0,
    tie: Sequence[str] | None = None,
    minimums: Limits = NO_LIMITS,
    caps: Limits = NO_LIMITS,
    leftover: Leftover = Leftover.AGAIN,
) -> Allocation:
    """Share `total` among `parts` by `rule`.

    Args:
        total: cents, > 0.
        parts: keys, in order of listing (for a ranking: best first).
        rule: EQUAL; WEIGHTS in proportion; MIXED `equal_share` percent in equal parts and the rest in proportion;
            RANKING each gets what it asks for until the money ends, minimums being set aside first; BY_HAND the
            amounts as given.
        weights: one for each part, as listed: weights (>= 0, any unit), requests or amounts (cents); not for EQUAL.
        equal_share: 0 to 100, for MIXED.
        tie: all keys in the order that equal remainders are served; as listed by default.
        minimums, caps: least and most that parts may get, in cents.
        leftover: AGAIN: what a cap does not let in goes round again among the others, in the same proportions;
            STAYS: it is given to nobody.

    Returns:
        The shares. Their sum is `total`, but for what a ranking does not ask for and what caps keep out (`left`);
        under the rules in proportion each is within one cent of its exact share.

    Raises:
        InvalidInput: "allocation.total_not_positive", "amount.too_large", "allocation.no_parts",
            "allocation.part_repeated", "allocation.weight_missing", "allocation.weight_range",
            "allocation.weights_zero", "allocation.equal_share_range", "allocation.tie_incomplete",
            "allocation.limit_negative", "allocation.cap_below_minimum", "allocation.minimums_too_much",
            "allocation.by_hand_differs", "allocation.by_hand_outside"; each with its field: "total", "parts",
            "weights", "equal_share", "tie", "minimums", "caps".
    """
    _check_total(total)
    _check_parts(parts)
    order = _positions(parts, tie)
    given = _weights(parts, rule, weights)
    if rule is AllocationRule.MIXED and not 0 <= equal_share <= 100:
        raise InvalidInput("allocation.equal_share_range", field="equal_share", found=equal_share)
    _check_limits(total, parts, minimums, caps)
    share = equal_share if rule is AllocationRule.MIXED else 0
    work = _Parts(parts, given, [minimums.get(key) for key in parts], [caps.get(key) for key in parts])
    rounds: tuple[Round, ...] = ()
    if rule is AllocationRule.RANKING:
        shares = _along_ranking(total, work)
    elif rule is AllocationRule.BY_HAND:
        shares = _by_hand(total, work)
    else:
        shares, rounds = _in_proportion(total, work, _proportions(given, share), order, leftover)
    return Allocation(total, rule, tuple(parts[i] for i in order), tuple(shares), share, leftover, rounds)


class _Parts(NamedTuple):
    """The parts as given, each list in their order."""

    keys: Sequence[str]
    weights: Sequence[Weight]
    minimums: Sequence[Cents | None]
    caps: Sequence[Cents | None]


# --- what is refused -----------------------------------------------------------------------


def _check_total(total: int) -> None:
    if total <= 0:
        raise InvalidInput("allocation.total_not_positive", field="total", total=total)
    if total > CENTS_MAX:
        raise InvalidInput("amount.too_large", field="total", text=str(total))


def _check_parts(parts: Sequence[str]) -> None:
    if not parts:
        raise InvalidInput("allocation.no_parts", field="parts")
    seen: set[str] = set()
    for key in parts:
        if key in seen:
            raise InvalidInput("allocation.part_repeated", field="parts", part=key)
        seen.add(key)


def _positions(parts: Sequence[str], tie: Sequence[str] | None) -> list[int]:
    """Positions of the parts in the order that equal remainders are served."""
    if tie is None:
        return list(range(len(parts)))
    if sorted(tie) != sorted(parts):
        raise InvalidInput("allocation.tie_incomplete", field="tie", parts=tuple(parts))
    places = {key: place for place, key in enumerate(parts)}
    return [places[key] for key in tie]


def _weights(parts: Sequence[str], rule: AllocationRule, weights: Sequence[Weight] | None) -> list[Weight]:
    """One weight for each part; 1 under the equal rule."""
    if rule is AllocationRule.EQUAL:
        return [1] * len(parts)
    if weights is None or len(weights) != len(parts):
        raise InvalidInput("allocation.weight_missing", field="weights")
    if min(weights) < 0 or max(weights) > WEIGHT_MAX:
        wrong = next(key for key, weight in zip(parts, weights, strict=True) if not 0 <= weight <= WEIGHT_MAX)
        raise InvalidInput("allocation.weight_range", field="weights", part=wrong)
    if not any(weights):
        raise InvalidInput("allocation.weights_zero", field="weights")
    return list(weights)


def _check_limits(total: int, parts: Sequence[str], minimums: Limits, caps: Limits) -> None:
    if not minimums and not caps:
        return
    for field, limits in (("minimums", minimums), ("caps", caps)):
        for key in parts:
            if limits.get(key, 0) < 0:
                raise InvalidInput("allocation.limit_negative", field=field, part=key)
    for key in parts:
        if key in caps and caps[key] < minimums.get(key, 0):
            raise InvalidInput(
                "allocation.cap_below_minimum", field="caps", part=key, cap=caps[key], minimum=minimums[key]
            )
    needed = sum(minimums.get(key, 0) for key in parts)
    if needed > total:
        values = {"needed": needed, "total": total, "missing": needed - total}
        raise InvalidInput("allocation.minimums_too_much", field="minimums", **values)


# --- in proportion -------------------------------------------------------------------------


def _proportions(weights: Sequence[Weight], equal_share: int) -> list[int]:
    """The weights as whole numbers, with `equal_share` percent in equal parts.

    With n parts and W the sum of the weights, part i counts for equal_share * W + (100 - equal_share) * n * w.
    """
    scale = math.lcm(*{weight.denominator for weight in weights})
    whole = [int(weight * scale) for weight in weights]
    if not equal_share:
        return whole
    weight_sum, count = sum(whole), len(whole)
    return [equal_share * weight_sum + (100 - equal_share) * count * weight for weight in whole]


def _in_proportion(
    total: Cents, work: _Parts, proportions: Sequence[int], order: Sequence[int], leftover: Leftover
) -> tuple[list[Share], tuple[Round, ...]]:
    """Largest remainder over the exact shares, those at a limit apart."""
    if not any(work.minimums) and not any(cap is not None for cap in work.caps):
        whole = sum(proportions)
        even = split_cents(total, proportions, order)
        rows = zip(work.keys, work.weights, even, proportions, strict=True)
        shares = [Share(key, weight, amount, total * part, whole, part) for key, weight, amount, part in rows]
        return shares, (Round(1, total, whole, len(shares)),)
    again = leftover is Leftover.AGAIN
    caps = work.caps if again else [None] * len(proportions)
    rounds, bounds = _rounds(total, work.keys, proportions, work.minimums, caps)
    last = rounds[-1]
    free = [i for i in range(len(proportions)) if i not in bounds]
    amounts = dict(zip(free, _round_down(last, [proportions[i] for i in free], free, order), strict=True))
    limited = []
    for i, (key, weight, minimum, cap) in enumerate(zip(*work, strict=True)):
        if i in bounds:
            bound, number = bounds[i]
            limit = minimum if bound is Bound.MINIMUM else cap
            assert limit is not None
            share = Share(key, weight, limit, limit, 1, proportions[i], minimum, cap, bound, number)
        else:
            exact = (last.pot * proportions[i], last.proportions) if last.proportions else (0, 1)
            share = Share(key, weight, amounts[i], *exact, proportions[i], minimum, cap, None, last.number)
        if not again and cap is not None and share.numerator > cap * share.denominator:
            share = Share(key, weight, cap, cap, 1, proportions[i], minimum, cap, Bound.CAP, last.number)
        limited.append(share)
    return limited, tuple(rounds)


def _round_down(last: Round, proportions: Sequence[int], free: Sequence[int], order: Sequence[int]) -> Sequence[Cents]:
    """Cents of the parts that share in the last round, in the order of `free`."""
    if not last.proportions:
        return [Cents(0)] * len(free)
    if len(free) == len(order):
        return split_cents(last.pot, proportions, order)
    places = {i: place for place, i in enumerate(free)}
    return split_cents(last.pot, proportions, [places[i] for i in order if i in places])


def _rounds(
    total: Cents,
    keys: Sequence[str],
    proportions: Sequence[int],
    minimums: Sequence[Cents | None],
    caps: Sequence[Cents | None],
) -> tuple[list[Round], dict[int, tuple[Bound, int]]]:
    """Share again without the parts that meet a limit, until none does.

    When shares above caps exceed what is missing below minimums, the parts at caps leave (the others will get more);
    when they fall short of it, those at minimums (the others will get less). So whoever leaves would meet that limit
    in the end as well, and the outcome is the one proportion that, held within the limits, gives out the whole.

    Returns:
        The rounds, the last of which settles nobody; and the bound and round of each position that left.
    """
    rounds: list[Round] = []
    bounds: dict[int, tuple[Bound, int]] = {}
    pot, free = int(total), list(range(len(proportions)))
    while True:
        whole = sum(proportions[i] for i in free)
        over = [i for i in free if (cap := caps[i]) is not None and pot * proportions[i] > cap * whole]
        under = [i for i in free if (least := minimums[i]) and pot * proportions[i] < least * (whole or 1)]
        excess = sum(pot * proportions[i] - (caps[i] or 0) * whole for i in over)
        missing = sum((minimums[i] or 0) * whole - pot * proportions[i] for i in under)
        leaving = [(i, Bound.CAP) for i in over if excess >= missing]
        leaving += [(i, Bound.MINIMUM) for i in under if missing >= excess]
        number = len(rounds) + 1
        settled = tuple((keys[i], bound) for i, bound in leaving)
        rounds.append(Round(number, Cents(pot), whole, len(free), settled))
        if not leaving:
            return rounds, bounds
        for i, bound in leaving:
            bounds[i] = (bound, number)
            pot -= (minimums[i] if bound is Bound.MINIMUM else caps[i]) or 0
        free = [i for i in free if i not in bounds]


# --- along a ranking, by hand --------------------------------------------------------------


def _along_ranking(total: Cents, work: _Parts) -> list[Share]:
    """Minimums first, then in order up to what each asks for, or to its cap."""
    shares, left = [], int(total) - sum(minimum or 0 for minimum in work.minimums)
    for key, request, minimum, cap in zip(*work, strict=True):
        least = minimum or 0
        wanted = int(request) if cap is None else min(int(request), cap)
        more = min(max(wanted - least, 0), left)
        left -= more
        bound = None
        if cap is not None and least + more == cap < request:
            bound = Bound.CAP
        elif minimum and not more:
            bound = Bound.MINIMUM
        shares.append(_whole(key, request, least + more, minimum, cap, bound))
    return shares


def _by_hand(total: Cents, work: _Parts) -> list[Share]:
    amounts = [int(weight) for weight in work.weights]
    for key, amount, minimum, cap in zip(work.keys, amounts, work.minimums, work.caps, strict=True):
        if amount < (minimum or 0) or (cap is not None and amount > cap):
            limit = minimum if amount < (minimum or 0) else cap
            raise InvalidInput("allocation.by_hand_outside", field="weights", part=key, amount=amount, limit=limit)
    if sum(amounts) != total:
        raise InvalidInput(
            "allocation.by_hand_differs",
            field="weights",
            total=total,
            found=sum(amounts),
            difference=abs(total - sum(amounts)),
        )
    return [
        _whole(key, amount, amount, minimum, cap, None)
        for key, amount, minimum, cap in zip(work.keys, amounts, work.minimums, work.caps, strict=True)
    ]


def _whole(
    key: str, weight: Weight, amount: int, minimum: Cents | None, cap: Cents | None, bound: Bound | None
) -> Share:
    """A share that needed no rounding."""
    return Share(key, weight, Cents(amount), amount, minimum=minimum, cap=cap, bound=bound)
