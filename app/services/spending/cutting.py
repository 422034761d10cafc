"""Cutting requests to what there is: the same cut for each, by request, by points, by hand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.models.enums import AllocationRule, RescaleRule
from app.models.errors import InvalidInput, RuleBroken
from app.models.money import Cents, percentage
from app.services.sharing.allocation import Allocation, allocate


@dataclass(frozen=True)
class Request:
    """A project that is to be cut.

    Attributes:
        name: what a refusal calls it.
        requested: cents; None where they are not known, which only cutting by hand can do with.
        amount: cents given by hand.
    """

    key: str
    name: str
    requested: Cents | None
    points: Fraction | None = None
    amount: Cents | None = None


@dataclass(frozen=True)
class CutLine:
    """What becomes of a request; `exact` is its share before whole cents, `share` the percentage of the request."""

    key: str
    requested: Cents | None
    amount: Cents
    exact: Fraction

    @property
    def cut(self) -> Cents | None:
        """Cents that the project loses; None where the request is not known."""
        return None if self.requested is None else Cents(self.requested - self.amount)

    @property
    def share(self) -> Fraction | None:
        """What it gets, as a percentage of what it asked for."""
        return None if not self.requested else percentage(self.amount, self.requested)


@dataclass(frozen=True)
class Cut:
    """Requests cut to a total.

    Attributes:
        lines: as listed; their amounts sum to `total`.
        allocation: the sharing behind it: of the money, or of the cut for the same cut for each; None by hand.
    """

    total: Cents
    rule: RescaleRule
    lines: tuple[CutLine, ...]
    allocation: Allocation | None


def cut_requests(total: Cents | None, requests: Sequence[Request], rule: RescaleRule) -> Cut:
    """Cut `requests` to `total`; nobody gets more than was asked for, odd cents go to those listed first.

    Raises:
        InvalidInput: "field.required", "allocation.total_not_positive", "rescaling.too_few",
            "rescaling.request_unknown", "rescaling.points_missing", "allocation.by_hand_differs",
            "rescaling.over_request", and those of `allocate`; with the field of the sheet.
        RuleBroken: "rescaling.nothing_to_cut" when the requests fit.
    """
    if total is None:
        raise InvalidInput("field.required", field="total")
    if total <= 0:
        raise InvalidInput("allocation.total_not_positive", field="total", total=total)
    if len(requests) < 2:
        raise InvalidInput("rescaling.too_few", field="lines")
    if rule is RescaleRule.BY_HAND:
        return _by_hand(total, requests)
    for i, row in enumerate(requests):
        if not row.requested:
            raise InvalidInput("rescaling.request_unknown", field=f"lines.{i}.requested", title=row.name)
        if rule is RescaleRule.POINTS and row.points is None:
            raise InvalidInput("rescaling.points_missing", field=f"lines.{i}.points", title=row.name)
    asked = {row.key: row.requested or Cents(0) for row in requests}
    over = sum(asked.values()) - total
    if over <= 0:
        raise RuleBroken("rescaling.nothing_to_cut", field="total", asked=Cents(over + total), total=total)
    if rule is RescaleRule.EQUAL_CUT:
        return _equal_cut(total, requests, asked, Cents(over))
    weights = [row.points or 0 for row in requests] if rule is RescaleRule.POINTS else list(asked.values())
    shared = _share(total, list(asked), weights, asked)
    lines = tuple(CutLine(share.key, asked[share.key], share.amount, share.exact) for share in shared.shares)
    return Cut(total, rule, lines, shared)


def _equal_cut(total: Cents, requests: Sequence[Request], asked: dict[str, Cents], over: Cents) -> Cut:
    """Each loses the same; who asked for less than that loses all, and the others share what is left to cut."""
    shared = _share(over, list(asked), [1] * len(asked), asked)
    lines = tuple(
        CutLine(share.key, asked[share.key], Cents(asked[share.key] - share.amount), asked[share.key] - share.exact)
        for share in shared.shares
    )
    return Cut(total, RescaleRule.EQUAL_CUT, lines, shared)


def _share(total: Cents, keys: Sequence[str], weights: Sequence[int | Fraction], caps: dict[str, Cents]) -> Allocation:
    try:
        return allocate(total, keys, AllocationRule.WEIGHTS, weights=weights, caps=caps)
    except InvalidInput as refusal:
        raise InvalidInput(refusal.code, field="lines", **refusal.values) from None


def _by_hand(total: Cents, requests: Sequence[Request]) -> Cut:
    lines = []
    for i, row in enumerate(requests):
        if row.amount is None:
            raise InvalidInput("field.required", field=f"lines.{i}.amount")
        if row.amount < 0:
            raise InvalidInput("number.negative", field=f"lines.{i}.amount")
        if row.requested is not None and row.amount > row.requested:
            values = {"title": row.name, "amount": row.amount, "asked": row.requested}
            raise InvalidInput("rescaling.over_request", field=f"lines.{i}.amount", **values)
        lines.append(CutLine(row.key, row.requested, row.amount, Fraction(row.amount)))
    given = sum(line.amount for line in lines)
    if given != total:
        values = {"given": given, "total": total, "difference": total - given}
        raise InvalidInput("rescaling.by_hand_differs", field="total", **values)
    return Cut(total, RescaleRule.BY_HAND, tuple(lines), None)
