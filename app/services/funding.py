"""Sources of money and priority areas: what the plan has, what it may spend where, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.models.enums import PriorityLevel, SourceKind
from app.models.money import Cents


@dataclass(frozen=True)
class SourceDraft:
    """A source of money as it is typed.

    Attributes:
        position: order of use and of the tables; None for the next free one.
        due: whether the amount may be used now (a premium is not, before its condition holds).
    """

    id: str | None = None
    position: int | None = None
    kind: SourceKind = SourceKind.FIXED
    name: str = ""
    amount: Cents | None = None
    due: bool = True
    condition: str = ""
    act_id: str | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class SourceRow:
    """A source in a list.

    Attributes:
        act: kind and number of its act, as the list shows it; empty without one.
        received: cents that came in by the ledger.
        left: cents still on the source.
    """

    id: str
    position: int
    kind: SourceKind
    name: str
    amount: Cents
    due: bool
    condition: str
    act_id: str | None
    act: str
    received: Cents
    left: Cents
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class AreaDraft:
    """A priority area as it is typed; its key is (level, number).

    Attributes:
        number: None for the next free one of the level.
        amount_planned: what the plan sets aside for it, None when it names no amount.
    """

    id: str | None = None
    level: PriorityLevel = PriorityLevel.HIGH
    number: int | None = None
    title: str = ""
    amount_planned: Cents | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class AreaRow:
    """A priority area in a list.

    Attributes:
        code: «A.3» for (high, 3), «B.1» for (low, 1).
        ceiling: set by the newest decision in force, None before any.
        allocated: cents on the area and its projects.
        awarded: cents on its projects.
        left: cents on the area itself.
    """

    id: str
    level: PriorityLevel
    number: int
    code: str
    title: str
    amount_planned: Cents | None
    ceiling: Cents | None
    allocated: Cents
    awarded: Cents
    left: Cents
    sample: bool
    source_line: int | None


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


def plan_totals(sources: Sequence[SourceRow], areas: Sequence[AreaRow]) -> PlanTotals:
    """The plan's totals from its sources and areas."""
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
