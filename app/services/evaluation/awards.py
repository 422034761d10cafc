"""Money along a ranking: in full, the last one in part, or all cut to fit; pure, to the cent.

What is shared in proportion is shared by `allocation.py`, as everything is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from app.models.enums import AllocationRule, AwardKind, AwardManner, RescaleRule
from app.models.errors import InvalidInput
from app.models.money import Cents
from app.services.sharing.allocation import allocate

NOTHING = Cents(0)


@dataclass(frozen=True)
class AwardRules:
    """How a call gives its money.

    Attributes:
        share_max: most that a proposal gets of what it asks for, as a fraction of 1; None for all of it.
        rescale: of `RESCALED`, how those that do not fit are cut.
        by_hand: cents by key, when the cut is by hand.
    """

    manner: AwardManner = AwardManner.PART
    share_max: Fraction | None = None
    rescale: RescaleRule = RescaleRule.REQUESTS
    by_hand: Mapping[str, Cents] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A suitable proposal in its place: what it asks for, its points, what it was given before."""

    key: str
    requested: Cents
    points: Fraction = Fraction(0)
    given: Cents = NOTHING


@dataclass(frozen=True)
class Award:
    """What a proposal gets now.

    Attributes:
        due: what it would get if the money sufficed: its request under the cap, less what it has.
        kind: FULL when `amount` is all that is due.
    """

    key: str
    due: Cents
    amount: Cents
    kind: AwardKind


@dataclass(frozen=True)
class Pot:
    """Money that was shared along a ranking: `awards` in its order, and what is left."""

    money: Cents
    awards: tuple[Award, ...]

    @property
    def left(self) -> Cents:
        """Cents that nobody gets."""
        return Cents(self.money - sum(award.amount for award in self.awards))


def give(money: Cents, ranked: Sequence[Asked], rules: AwardRules) -> Pot:
    """Give `money` to the proposals of a ranking, best first.

    Returns:
        An award for each, as listed. Their sum is never above `money`; it is `money` where the rule gives in part or
        cuts to fit and they ask for as much.

    Raises:
        InvalidInput: "award.by_hand_missing", "award.by_hand_outside"; "allocation.weights_zero".
    """
    assert money >= 0
    due = {row.key: _due(row, rules.share_max) for row in ranked}
    if rules.manner is AwardManner.RESCALED:
        amounts = _cut(money, ranked, due, rules)
    else:
        amounts = _along(money, ranked, due, rules.manner)
    return Pot(money, tuple(_award(row.key, due[row.key], amounts[row.key]) for row in ranked))


def _due(row: Asked, share_max: Fraction | None) -> Cents:
    whole = row.requested if share_max is None else int(row.requested * share_max)
    return Cents(max(0, whole - row.given))


def _award(key: str, due: Cents, amount: Cents) -> Award:
    if amount == due:
        return Award(key, due, amount, AwardKind.FULL if due else AwardKind.NONE)
    return Award(key, due, amount, AwardKind.PART if amount else AwardKind.NONE)


def _along(money: Cents, ranked: Sequence[Asked], due: Mapping[str, Cents], manner: AwardManner) -> dict[str, Cents]:
    amounts: dict[str, Cents] = {}
    left, ended = money, False
    for row in ranked:
        fits = due[row.key] <= left
        amount = due[row.key] if fits and not ended else Cents(0)
        if not fits and not ended and manner is AwardManner.PART:
            amount = left
        if not fits and manner is not AwardManner.SKIP:
            ended = True
        amounts[row.key] = amount
        left = Cents(left - amount)
    return amounts


def _cut(money: Cents, ranked: Sequence[Asked], due: Mapping[str, Cents], rules: AwardRules) -> dict[str, Cents]:
    """All get what is due, or less by one rule when it does not fit."""
    asking = [row for row in ranked if due[row.key]]
    total = sum(due[row.key] for row in asking)
    keys = [row.key for row in asking]
    nothing = dict.fromkeys((row.key for row in ranked), Cents(0))
    if rules.rescale is RescaleRule.BY_HAND:
        return nothing | _by_hand(money, keys, due, rules.by_hand)
    if total <= money:
        return nothing | {key: due[key] for key in keys}
    if money == 0:
        return nothing
    caps = {key: due[key] for key in keys}
    if rules.rescale is RescaleRule.EQUAL_CUT:
        cut = allocate(Cents(total - money), keys, AllocationRule.EQUAL, caps=caps)
        return nothing | {share.key: Cents(due[share.key] - share.amount) for share in cut.shares}
    weights = [due[row.key] if rules.rescale is RescaleRule.REQUESTS else row.points for row in asking]
    shares = allocate(money, keys, AllocationRule.WEIGHTS, weights=weights, caps=caps).shares
    return nothing | {share.key: share.amount for share in shares}


def _by_hand(
    money: Cents, keys: Sequence[str], due: Mapping[str, Cents], by_hand: Mapping[str, Cents]
) -> dict[str, Cents]:
    missing = [key for key in keys if key not in by_hand]
    if missing:
        raise InvalidInput("award.by_hand_missing", field="by_hand", count=len(missing))
    total = Cents(sum(by_hand[key] for key in keys))
    if total > money or any(not 0 <= by_hand[key] <= due[key] for key in keys):
        raise InvalidInput("award.by_hand_outside", field="by_hand", total=total, money=money)
    return {key: by_hand[key] for key in keys}
