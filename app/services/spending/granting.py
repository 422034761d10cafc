"""What is paid of a grant and when, what is drawn for a check, and what the grant comes to in the end. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.models.enums import FinalRule, GrantBound, TrancheTrigger
from app.models.money import Cents

NOTHING = Cents(0)

# --- tranches ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tranche:
    """A part of the grant by the rules of the call.

    Attributes:
        place: from 1.
        share: percentage of the grant.
        spent_min: percentage of the cost that must be spent, for "spent".
        last: whether it pays what is left.
    """

    place: int
    share: Fraction
    trigger: TrancheTrigger
    spent_min: Fraction | None = None
    guarantee: bool = False
    last: bool = False


@dataclass(frozen=True)
class Progress:
    """How far a project is.

    Attributes:
        started: whether it was marked as started.
        spent, planned: cents of the costs reported, and of the economic plan, contributions included.
        final: final grant, once the final report was approved.
    """

    started: bool = False
    spent: Cents = NOTHING
    planned: Cents = NOTHING
    final: Cents | None = None


def tranche_amounts(grant: Cents, tranches: Sequence[Tranche]) -> tuple[Cents, ...]:
    """What each tranche pays of `grant`: whole cents of its share, the last one what the others leave."""
    amounts = [Cents(int(grant * tranche.share / 100)) for tranche in tranches[:-1]]
    return (*amounts, Cents(grant - sum(amounts))) if tranches else ()


def amount_due(tranche: Tranche, tranches: Sequence[Tranche], grant: Cents, paid: Cents) -> Cents:
    """What a tranche pays; the last one the difference to what was paid, never a share computed again."""
    if tranche.last:
        return Cents(max(0, grant - paid))
    return Cents(min(tranche_amounts(grant, tranches)[tranche.place - 1], max(0, grant - paid)))


def is_due(tranche: Tranche, progress: Progress) -> bool:
    """Whether what a tranche waits for has come."""
    if tranche.trigger is TrancheTrigger.START:
        return progress.started
    if tranche.trigger is TrancheTrigger.REPORT:
        return progress.final is not None
    least = tranche.spent_min or Fraction(0)
    return progress.planned > 0 and 100 * progress.spent >= least * progress.planned


# --- checks --------------------------------------------------------------------------------


def draw(seed: str, numbers: Sequence[int], share: Fraction) -> tuple[int, ...]:
    """Numbers drawn for a check, rising; the same for the same seed, so that anybody can draw them again.

    Each number stands behind the SHA-256 of «seed|number»; the smallest ones are drawn, as many as the share of all
    makes, rounded up.
    """
    wanted = -int(-len(numbers) * share // 100)
    ranked = sorted(numbers, key=lambda number: (hashlib.sha256(f"{seed}|{number}".encode()).hexdigest(), number))
    return tuple(sorted(ranked[:wanted]))


# --- the end -------------------------------------------------------------------------------


@dataclass(frozen=True)
class GrantTerms:
    """What the call says of a grant in the end; percentages, None where it says nothing."""

    share_max: Fraction | None = None
    cofinancing_min: Fraction | None = None
    rule: FinalRule | None = None


@dataclass(frozen=True)
class Candidate:
    """What one bound lets a grant be; `exact` is its cents before whole ones."""

    bound: GrantBound
    exact: Fraction

    @property
    def amount(self) -> Cents:
        """Whole cents: a part of a cent above a bound would be above it."""
        return Cents(int(self.exact))


@dataclass(frozen=True)
class FinalGrant:
    """What a grant comes to: the least of its bounds, the first of those that are equal."""

    bound: GrantBound
    amount: Cents
    candidates: tuple[Candidate, ...]


def final_grant(
    granted: Cents, on_grant: Cents, on_cofinancing: Cents, planned: Cents, terms: GrantTerms
) -> FinalGrant:
    """The final grant, with every bound that was looked at.

    Args:
        granted: cents on the project, paid and still to be paid.
        on_grant, on_cofinancing: cents admitted by the check.
        planned: cents of the economic plan, contributions included.
    """
    cost = on_grant + on_cofinancing
    candidates = [Candidate(GrantBound.GRANTED, Fraction(granted)), Candidate(GrantBound.SPENT, Fraction(on_grant))]
    if terms.share_max is not None:
        candidates.append(Candidate(GrantBound.CAP, cost * terms.share_max / 100))
    if terms.cofinancing_min is not None:
        candidates.append(Candidate(GrantBound.COFINANCING, cost * (100 - terms.cofinancing_min) / 100))
    if terms.rule is FinalRule.RATIO and planned:
        candidates.append(Candidate(GrantBound.RATIO, Fraction(cost * granted, planned)))
    least = min(candidates, key=lambda found: found.amount)
    return FinalGrant(least.bound, least.amount, tuple(candidates))
