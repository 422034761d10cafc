"""Sharing a total by a rule with a name, with the proof of every cent. Pure: values in, values out.

Source: largest remainder (Hamilton); the shares of a mixed rule are rounded once, on the exact sum of both parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.models.enums import AllocationRule
from app.models.errors import InvalidInput
from app.models.money import CENTS_MAX, Cents, split_cents

WEIGHT_MAX = CENTS_MAX


@dataclass(frozen=True)
class Share:
    """What one part gets, and why.

    Attributes:
        key: of the part.
        weight: as given; 1 under the equal rule.
        amount: cents.
        exact: the share before rounding, in cents.
        floor: whole cents of `exact`.
        remainder: what `exact` has beyond `floor`, from 0 up to 1 cent.
        odd_cent: whether the part got one of the cents that the floors leave.
    """

    key: str
    weight: int
    amount: Cents
    exact: Fraction
    floor: Cents
    remainder: Fraction
    odd_cent: bool


@dataclass(frozen=True)
class Allocation:
    """A total that was shared.

    Attributes:
        tie: keys in the order that equal remainders are served.
        equal_share: percentage in equal parts, for the mixed rule; 0 for the others.
        shares: one for each part, as listed.
    """

    total: Cents
    rule: AllocationRule
    tie: tuple[str, ...]
    shares: tuple[Share, ...]
    equal_share: int = 0

    @property
    def left(self) -> Cents:
        """Cents that no part takes: only along a ranking whose requests are below the total."""
        return Cents(self.total - sum(share.amount for share in self.shares))

    @property
    def odd_cents(self) -> int:
        """How many cents the floors left to be given out one by one."""
        return sum(share.odd_cent for share in self.shares)

    @property
    def had_tie(self) -> bool:
        """Whether the tie order decided: a part with an odd cent and one without have equal remainders."""
        served = {share.remainder for share in self.shares if share.odd_cent}
        return any(share.remainder in served for share in self.shares if not share.odd_cent)

    def amount_of(self, key: str) -> Cents:
        """What the part `key` gets."""
        return next(share.amount for share in self.shares if share.key == key)


def allocate(
    total: Cents,
    parts: Sequence[str],
    rule: AllocationRule,
    *,
    weights: Sequence[int] | None = None,
    equal_share: int = 0,
    tie: Sequence[str] | None = None,
) -> Allocation:
    """Share `total` among `parts` by `rule`.

    Args:
        total: cents, > 0.
        parts: keys, in order of listing (for a ranking: best first).
        rule: EQUAL; WEIGHTS in proportion; MIXED `equal_share` percent in equal parts and the rest in proportion;
            RANKING each gets what it asks for until the money ends; BY_HAND the amounts as given.
        weights: one for each part, as listed: weights (>= 0, any unit), requests or amounts (cents); not for EQUAL.
        equal_share: 0 to 100, for MIXED.
        tie: all keys in the order that equal remainders are served; as listed by default.

    Returns:
        The shares; but for a ranking their sum is `total`; under the rules in proportion each is within one cent
        of its exact share.

    Raises:
        InvalidInput: "allocation.total_not_positive", "amount.too_large", "allocation.no_parts",
            "allocation.part_repeated", "allocation.weight_missing", "allocation.weight_range",
            "allocation.weights_zero", "allocation.equal_share_range", "allocation.tie_incomplete",
            "allocation.by_hand_differs"; each with its field: "total", "parts", "weights", "equal_share", "tie".
    """
    _check_total(total)
    _check_parts(parts)
    order = _positions(parts, tie)
    given = _weights(parts, rule, weights)
    if rule is AllocationRule.MIXED and not 0 <= equal_share <= 100:
        raise InvalidInput("allocation.equal_share_range", field="equal_share", found=equal_share)
    share = equal_share if rule is AllocationRule.MIXED else 0
    shares: list[Share]
    if rule is AllocationRule.RANKING:
        shares = _along_ranking(total, parts, given)
    elif rule is AllocationRule.BY_HAND:
        shares = _by_hand(total, parts, given)
    else:
        shares = _in_proportion(total, parts, given, share, order)
    return Allocation(total, rule, tuple(parts[i] for i in order), tuple(shares), share)


def _check_total(total: int) -> None:
    if total <= 0:
        raise InvalidInput("allocation.total_not_positive", field="total", total=total)
    if total > CENTS_MAX:
        raise InvalidInput("amount.too_large", field="total", text=str(total))


def _check_parts(parts: Sequence[str]) -> None:
    if not parts:
        raise InvalidInput("allocation.no_parts", field="parts")
    for position, key in enumerate(parts):
        if key in parts[:position]:
            raise InvalidInput("allocation.part_repeated", field="parts", part=key)


def _positions(parts: Sequence[str], tie: Sequence[str] | None) -> list[int]:
    """Positions of the parts in the order that equal remainders are served."""
    if tie is None:
        return list(range(len(parts)))
    if sorted(tie) != sorted(parts):
        raise InvalidInput("allocation.tie_incomplete", field="tie", parts=tuple(parts))
    return [parts.index(key) for key in tie]


def _weights(parts: Sequence[str], rule: AllocationRule, weights: Sequence[int] | None) -> list[int]:
    """One weight for each part; 1 under the equal rule."""
    if rule is AllocationRule.EQUAL:
        return [1] * len(parts)
    if weights is None or len(weights) != len(parts):
        raise InvalidInput("allocation.weight_missing", field="weights")
    for key, weight in zip(parts, weights, strict=True):
        if not 0 <= weight <= WEIGHT_MAX:
            raise InvalidInput("allocation.weight_range", field="weights", part=key)
    if sum(weights) == 0:
        raise InvalidInput("allocation.weights_zero", field="weights")
    return list(weights)


def _in_proportion(
    total: Cents, parts: Sequence[str], weights: Sequence[int], equal_share: int, order: Sequence[int]
) -> list[Share]:
    """Largest remainder over the exact shares.

    `equal_share` percent in equal parts and the rest by weight is one proportion by whole numbers: with n parts
    and W the sum of the weights, part i weighs equal_share * W + (100 - equal_share) * n * w.
    """
    weight_sum = sum(weights)
    combined = [equal_share * weight_sum + (100 - equal_share) * len(parts) * weight for weight in weights]
    amounts = split_cents(total, combined, order)
    shares = []
    for key, weight, proportion, amount in zip(parts, weights, combined, amounts, strict=True):
        exact = Fraction(total * proportion, sum(combined))
        floor = Cents(exact.numerator // exact.denominator)
        shares.append(Share(key, weight, amount, exact, floor, exact - floor, odd_cent=amount > floor))
    return shares


def _along_ranking(total: Cents, parts: Sequence[str], requests: Sequence[int]) -> list[Share]:
    shares, left = [], int(total)
    for key, request in zip(parts, requests, strict=True):
        amount = min(request, left)
        left -= amount
        shares.append(_whole(key, request, amount))
    return shares


def _by_hand(total: Cents, parts: Sequence[str], amounts: Sequence[int]) -> list[Share]:
    if sum(amounts) != total:
        raise InvalidInput(
            "allocation.by_hand_differs",
            field="weights",
            total=total,
            found=sum(amounts),
            difference=abs(total - sum(amounts)),
        )
    return [_whole(key, amount, amount) for key, amount in zip(parts, amounts, strict=True)]


def _whole(key: str, weight: int, amount: int) -> Share:
    """A share that needed no rounding."""
    return Share(key, weight, Cents(amount), Fraction(amount), Cents(amount), Fraction(0), odd_cent=False)
