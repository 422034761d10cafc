"""Economic plans of proposals: their items, what they sum to, and their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.enums import BudgetSection, CostCategory
from app.models.errors import InvalidInput
from app.models.money import Cents, percentage
from app.models.proposals import Budget, BudgetItem, Proposal
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_number
from app.services.children import delete_children, get_row, reconcile


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


@dataclass(frozen=True)
class BudgetVersionRow:
    """A version of a proposal's economic plan; `label` says why it was made."""

    id: str
    version: int
    label: str
    totals: BudgetTotals


def budget_items(store: Store) -> Mapping[str, tuple[BudgetItemRow, ...]]:
    """Rows of the newest economic plan of each proposal, in their order, by the proposal's key."""
    with store.read() as session:
        found = session.execute(
            sa.select(Budget.proposal_id, BudgetItem)
            .join(BudgetItem, BudgetItem.budget_id == Budget.id)
            .where(newest_version())
            .order_by(BudgetItem.position)
        )
        items: dict[str, list[BudgetItemRow]] = {}
        for proposal_id, item in found:
            items.setdefault(proposal_id, []).append(_item_row(item))
    return {proposal_id: tuple(rows) for proposal_id, rows in items.items()}


def newest_version() -> sa.ColumnElement[bool]:
    """Says of a row of `Budget` whether it is the newest of its proposal."""
    other = aliased(Budget)
    newest = sa.select(sa.func.max(other.version)).where(other.proposal_id == Budget.proposal_id)
    return Budget.version == newest.scalar_subquery()


def _item_row(item: BudgetItem) -> BudgetItemRow:
    return BudgetItemRow(
        id=item.id,
        section=BudgetSection(item.section),
        category=CostCategory(item.category),
        label=item.label,
        amount=item.amount,
        sample=item.sample,
        source_line=item.source_line,
    )


def budget_versions(store: Store, proposal_id: str) -> tuple[BudgetVersionRow, ...]:
    """All versions of a proposal's economic plan, the first first."""
    with store.read() as session:
        budgets = session.scalars(sa.select(Budget).filter_by(proposal_id=proposal_id).order_by(Budget.version)).all()
        items: dict[str, list[BudgetItemRow]] = {budget.id: [] for budget in budgets}
        for item in session.scalars(sa.select(BudgetItem).join(Budget).where(Budget.proposal_id == proposal_id)):
            items[item.budget_id].append(_item_row(item))
    return tuple(BudgetVersionRow(row.id, row.version, row.label, budget_totals(items[row.id])) for row in budgets)


def add_budget_version(store: Store, proposal_id: str, label: str) -> Changes:
    """Start a new version of a proposal's economic plan, equal to the newest; that one is changed no more.

    Args:
        label: why it is made («Riparametrazione»).

    Raises:
        NotFound: "record.gone".
    """
    with store.write("add_budget_version") as session:
        proposal = get_row(session, Proposal, proposal_id)
        newest = newest_budget(session, proposal.id)
        budget = Budget(proposal_id=proposal.id, version=newest.version + 1, label=label.strip())
        session.add(budget)
        items = session.scalars(sa.select(BudgetItem).filter_by(budget_id=newest.id).order_by(BudgetItem.position))
        copies = [{**_stored_values(item), "id": None} for item in items]
        reconcile(session, BudgetItem, {"budget_id": budget.id}, copies)
    return Changes.of("proposals", ids=(proposal_id, budget.id))


def _stored_values(item: BudgetItem) -> dict[str, Any]:
    fields = ("section", "category", "label", "amount", "source_line")
    return {field: getattr(item, field) for field in fields}


def newest_budget(session: Session, proposal_id: str) -> Budget:
    """Newest version of a proposal's economic plan; the first one is made when there is none."""
    budget = session.scalar(sa.select(Budget).where(Budget.proposal_id == proposal_id, newest_version()))
    if budget is None:
        budget = Budget(proposal_id=proposal_id, version=1, label="")
        session.add(budget)
    return budget


def load_items(session: Session, proposal_id: str) -> tuple[BudgetItemDraft, ...]:
    """Items of the newest economic plan as they were typed."""
    items = session.scalars(
        sa.select(BudgetItem)
        .join(Budget)
        .where(Budget.proposal_id == proposal_id, newest_version())
        .order_by(BudgetItem.position)
    )
    return tuple(
        BudgetItemDraft(
            id=item.id,
            section=BudgetSection(item.section),
            category=CostCategory(item.category),
            label=item.label,
            amount=item.amount,
            source_line=item.source_line,
        )
        for item in items
    )


def item_values(items: Sequence[BudgetItemDraft]) -> list[dict[str, Any]]:
    """Fields of the items of an economic plan, checked.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.too_large", "budget.volunteers_in_costs".
    """
    values = []
    for i, item in enumerate(items):
        if item.section is BudgetSection.COSTS and item.category is CostCategory.VOLUNTEERS:
            raise InvalidInput("budget.volunteers_in_costs", field=f"items.{i}.category")
        values.append(
            {
                "id": item.id,
                "section": item.section.value,
                "category": item.category.value,
                "label": item.label.strip(),
                "amount": require_number(item.amount, f"items.{i}.amount"),
                "source_line": item.source_line,
            }
        )
    return values


def save_items(session: Session, proposal_id: str, values: Sequence[Mapping[str, Any]]) -> None:
    """Write the items of the newest economic plan."""
    budget = newest_budget(session, proposal_id)
    reconcile(session, BudgetItem, {"budget_id": budget.id}, values)


def delete_budgets(session: Session, proposal_id: str) -> None:
    """Delete every version of a proposal's economic plan."""
    budgets = delete_children(session, Budget, "proposal_id", [proposal_id])
    delete_children(session, BudgetItem, "budget_id", [budget.id for budget in budgets])
