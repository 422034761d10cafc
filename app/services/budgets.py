"""Economic plans of proposals: their items, what they sum to, and their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from app.models.enums import BudgetSection, CostCategory
from app.models.money import Cents, percentage


@dataclass(frozen=True)
class BudgetItemDraft:
    """One row of an economic plan; `label` as printed, when it differs from the category's name."""

    id: str | None = None
    section: BudgetSection = BudgetSection.COSTS
    category: CostCategory = CostCategory.PAID_STAFF
    label: str = ""
    amount: Cents | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class BudgetItemRow:
    """One row of a kept economic plan."""

    id: str
    section: BudgetSection
    category: CostCategory
    label: str
    amount: Cents
    sample: bool
    source_line: int | None


class _Item(Protocol):
    @property
    def section(self) -> BudgetSection: ...
    @property
    def category(self) -> CostCategory: ...
    @property
    def amount(self) -> Cents | None: ...


@dataclass(frozen=True)
class BudgetTotals:
    """What an economic plan sums to, in cents.

    Attributes:
        grant: sum of the costs: what is asked for.
        cofinancing: sum of the contributions.
        total: both.
        share: exact percentage of the co-financing in the total, None while the total is zero.
        by_category: cents by (section, category); every category of the paper, in its order.
    """

    grant: Cents
    cofinancing: Cents
    total: Cents
    share: Fraction | None
    by_category: Mapping[tuple[BudgetSection, CostCategory], Cents]


def budget_totals(items: Sequence[_Item]) -> BudgetTotals:
    """Sums of an economic plan; an item without an amount counts nothing."""
    sums = {(section, category): 0 for section in BudgetSection for category in CostCategory}
    for item in items:
        sums[item.section, item.category] += item.amount or 0
    grant = sum(cents for (section, _), cents in sums.items() if section is BudgetSection.COSTS)
    total = sum(sums.values())
    return BudgetTotals(
        grant=Cents(grant),
        cofinancing=Cents(total - grant),
        total=Cents(total),
        share=percentage(total - grant, total),
        by_category={key: Cents(cents) for key, cents in sums.items()},
    )
