"""Money of the whole plan, added up from its sources and its areas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.models.enums import SourceKind
from app.models.money import Cents

AT_THE_START = frozenset({SourceKind.FIXED, SourceKind.RESIDUE})
"""Kinds of sources that a plan begins with; what varies, premiums and savings come to it later."""


@dataclass(frozen=True)
class PlanTotals:
    """Money of the plan, in cents.

    Attributes:
        initial: sources that the plan began with, as far as they may be used.
        later: all others: the premium, due or not, savings, what may not be used yet.
        in_all: initial and later.
        planned: amounts that the plan sets aside for its areas.
        residue: initial less planned; below zero when more is planned than there is.
        received: what came in by the ledger.
        awarded: what stands on projects.
        left: received less awarded.
    """

    initial: Cents
    later: Cents
    in_all: Cents
    planned: Cents
    residue: Cents
    received: Cents
    awarded: Cents
    left: Cents


class _Source(Protocol):
    @property
    def kind(self) -> SourceKind: ...
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


def is_initial(source: _Source) -> bool:
    """Whether a source is of the initial resources: a premium is not, once it is due either."""
    return source.due and source.kind in AT_THE_START


def plan_totals(sources: Iterable[_Source], areas: Iterable[_Area]) -> PlanTotals:
    """The plan's totals from its sources and areas."""
    sources, areas = tuple(sources), tuple(areas)
    initial = sum(source.amount for source in sources if is_initial(source))
    in_all = sum(source.amount for source in sources)
    planned = sum(area.amount_planned or 0 for area in areas)
    received = sum(source.received for source in sources)
    awarded = sum(area.awarded for area in areas)
    return PlanTotals(
        initial=Cents(initial),
        later=Cents(in_all - initial),
        in_all=Cents(in_all),
        planned=Cents(planned),
        residue=Cents(initial - planned),
        received=Cents(received),
        awarded=Cents(awarded),
        left=Cents(received - awarded),
    )
