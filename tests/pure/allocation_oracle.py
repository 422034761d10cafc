"""A second, plain and slow way to share money, against which the engine is held.

It knows no rounds: it looks for the one rate at which all parts together take the whole, by walking the rates at which
a part comes away from its minimum or meets its cap. Cents left over are handed out one at a time to who misses most.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Limit = int | None


def exact_shares(
    total: int, weights: Sequence[Fraction], minimums: Sequence[Limit], caps: Sequence[Limit]
) -> list[Fraction]:
    """Shares in one proportion, held within the limits, that sum to `total`, or to as much as the caps let in."""

    def held(rate: Fraction) -> list[Fraction]:
        shares = []
        for weight, minimum, cap in zip(weights, minimums, caps, strict=True):
            share = max(rate * weight, Fraction(minimum or 0))
            shares.append(share if cap is None else min(share, Fraction(cap)))
        return shares

    corners = {
        Fraction(limit) / weight
        for weight, *limits in zip(weights, minimums, caps, strict=True)
        for limit in limits
        if weight and limit is not None
    }
    below, above = Fraction(0), None
    for corner in sorted(corners):
        if sum(held(corner)) >= total:
            above = corner
            break
        below = corner
    if above is None:  # beyond the last corner only parts without a cap grow
        growing = sum(weight for weight, cap in zip(weights, caps, strict=True) if cap is None)
        return held(below + (total - sum(held(below))) / growing) if growing else held(below)
    low, high = sum(held(below)), sum(held(above))
    if low == high:
        return held(above)
    return held(below + (above - below) * (total - low) / (high - low))


def mixed_weights(weights: Sequence[Fraction], equal_share: int) -> list[Fraction]:
    """Shares of one euro: `equal_share` percent in equal parts, the rest by weight."""
    return [
        Fraction(equal_share, 100) / len(weights) + Fraction(100 - equal_share, 100) * weight / sum(weights)
        for weight in weights
    ]


def hand_out(exact: Sequence[Fraction], order: Sequence[int]) -> list[int]:
    """Whole cents: those of each share, and the others one at a time to whoever misses most."""
    amounts = [int(share) for share in exact]
    whole = sum(exact)
    assert whole.denominator == 1
    while sum(amounts) < whole:
        missing = [share - amount for share, amount in zip(exact, amounts, strict=True)]
        amounts[next(i for i in order if missing[i] == max(missing))] += 1
    return amounts
