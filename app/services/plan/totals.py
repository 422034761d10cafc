"""Money of the whole plan, added up from its sources and its areas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.models.money import Cents


@dataclass(frozen=True)
class PlanTotals:
    """Money of the plan, in cents.

    Attributes:
        initial: sources that may be used now.
        not_due: sources whose condition does not hold yet (the premium).
        with_premium: initial and not due.
        planned: amounts that the plan sets aside for its areas.
        residue: initial less planned; below zero when more is planned than there is.
        received: what came in by the ledger.
        awarded: what stands on projects.
        left: received less awarded.
    """

    initial: Cents
    not_due: Cents
    with_premium: Cents
    planned: Cents
    residue: Cents
    received: Cents
    awarded: Cents
    left: Cents


class _Source(Protocol):
    @property
    def amount(self) -> Cents: ...
    @property
    def due(self) -> bool: ...
    @property
    def received(self) -> Cents: ...


class _Area(Protocol):
    @property
    def amount_planned(self) -> Cents | None: ...
    @property
    def awarded(self) -> Cents: ...


def plan_totals(sources: Iterable[_Source], areas: Iterable[_Area]) -> PlanTotals:
    """The plan's totals from its sources and areas."""
    sources, areas = tuple(sources), tuple(areas)
    initial = sum(source.amount for source in sources if source.due)
    not_due = sum(source.amount for source in sources if not source.due)
    planned = sum(area.amount_planned or 0 for area in areas)
    received = sum(source.received for source in sources)
    awarded = sum(area.awarded for area in areas)
    return PlanTotals(
        initial=Cents(initial),
        not_due=Cents(not_due),
        with_premium=Cents(initial + not_due),
        planned=Cents(planned),
        residue=Cents(initial - planned),
        received=Cents(received),
        awarded=Cents(awarded),
        left=Cents(received - awarded),
    )
