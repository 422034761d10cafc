"""Economic plans of proposals: their items, what they sum to, and their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.enums import BudgetSection, CostCategory
from app.models.errors import InvalidInput
from app.models.money import Cents, percentage
from app.models.proposals import Budget, BudgetItem, Proposal
from app.models.store import Store
from app.services.calls.rules import categories_of, own_category_names, rules_of
from app.services.changes import Changes
from app.services.checks import require_number
from app.services.children import delete_children, get_row, reconcile


@dataclass(frozen=True)
class BudgetItemDraft:
    """One row of an economic plan; `category` is a code of the call's rules, `label` as printed when it differs."""

    id: str | None = None
    section: BudgetSection = BudgetSection.COSTS
    category: str = CostCategory.PAID_STAFF.value
    label: str = ""
    amount: Cents | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class BudgetItemRow:
    """One row of a kept economic plan; `category_name` as its call calls it, empty for a usual name."""

    id: str
    section: BudgetSection
    category: str
    label: str
    amount: Cents
    sample: bool
    source_line: int | None
    category_name: str = ""


class _Item(Protocol):
    @property
    def section(self) -> BudgetSection: ...
    @property
    def category(self) -> str: ...
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
        by_category: cents by (section, code of the category): those of the plan's form in its order, then what else
            the items have.
    """

    grant: Cents
    cofinancing: Cents
    total: Cents
    share: Fraction | None
    by_category: Mapping[tuple[BudgetSection, str], Cents]


def budget_totals(items: Sequence[_Item]) -> BudgetTotals:
    """Sums of an economic plan; an item without an amount counts nothing."""
    sums = {(section, category.value): 0 for section in BudgetSection for category in CostCategory}
    for item in items:
        key = (item.section, str(item.category))
        sums[key] = sums.get(key, 0) + (item.amount or 0)
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
        names = own_category_names(session)
        items: dict[str, list[BudgetItemRow]] = {}
        for proposal_id, item in found:
            name = names.get((proposal_id, item.category), "")
            items.setdefault(proposal_id, []).append(replace(_item_row(item), category_name=name))
    return {proposal_id: tuple(rows) for proposal_id, rows in items.items()}


@cache
def newest_version() -> sa.ColumnElement[bool]:
    """Says of a row of `Budget` whether it is the newest of its proposal."""
    other = aliased(Budget)
    newest = sa.select(sa.func.max(other.version)).where(other.proposal_id == Budget.proposal_id)
    return Budget.version == newest.scalar_subquery()


def _item_row(item: BudgetItem) -> BudgetItemRow:
    return BudgetItemRow(
        id=item.id,
        section=BudgetSection(item.section),
        category=item.category,
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
        budget = new_budget_version(session, get_row(session, Proposal, proposal_id).id, label.strip())
    return Changes.of("proposals", ids=(proposal_id, budget.id))


def new_budget_version(session: Session, proposal_id: str, label: str) -> Budget:
    """As `add_budget_version`, within a gesture that does more."""
    newest = newest_budget(session, proposal_id)
    budget = Budget(proposal_id=proposal_id, version=newest.version + 1, label=label)
    session.add(budget)
    items = session.scalars(sa.select(BudgetItem).filter_by(budget_id=newest.id).order_by(BudgetItem.position))
    copies = [{**_stored_values(item), "id": None} for item in items]
    reconcile(session, BudgetItem, {"budget_id": budget.id}, copies)
    return budget


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
            category=item.category,
            label=item.label,
            amount=item.amount,
            source_line=item.source_line,
        )
        for item in items
    )


def item_values(items: Sequence[BudgetItemDraft]) -> list[dict[str, Any]]:
    """Fields of the items of an economic plan, checked each by itself.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.too_large".
    """
    return [
        {
            "id": item.id,
            "section": item.section.value,
            "category": str(item.category),
            "label": item.label.strip(),
            "amount": require_number(item.amount, f"items.{i}.amount"),
            "source_line": item.source_line,
        }
        for i, item in enumerate(items)
    ]


def _check_categories(session: Session, proposal_id: str, values: Sequence[Mapping[str, Any]]) -> None:
    """Each item is of a category that the rules of the call have, in a section where they allow it."""
    proposal = session.scalars(sa.select(Proposal).where(Proposal.id == proposal_id)).one()
    rules = rules_of(session, proposal)
    known = {row.code: row for row in categories_of(session, rules.id if rules else None)}
    for i, row in enumerate(values):
        category = known.get(row["category"])
        if category is None:
            raise InvalidInput("budget.category_unknown", field=f"items.{i}.category", text=row["category"])
        if not category.allowed(BudgetSection(row["section"])):
            raise InvalidInput("budget.category_section", field=f"items.{i}.category")


def save_items(session: Session, proposal_id: str, values: Sequence[Mapping[str, Any]]) -> None:
    """Write the items of the newest economic plan.

    Raises:
        InvalidInput: "budget.category_unknown", "budget.category_section".
    """
    _check_categories(session, proposal_id, values)
    budget = newest_budget(session, proposal_id)
    reconcile(session, BudgetItem, {"budget_id": budget.id}, values)


def delete_budgets(session: Session, proposal_id: str) -> None:
    """Delete every version of a proposal's economic plan."""
    budgets = delete_children(session, Budget, "proposal_id", [proposal_id])
    delete_children(session, BudgetItem, "budget_id", [budget.id for budget in budgets])


def asked_amounts(session: Session) -> Mapping[str, Cents]:
    """What the newest economic plan of each proposal asks for."""
    rows = session.execute(
        sa.select(Budget.proposal_id, sa.func.sum(BudgetItem.amount))
        .join(BudgetItem, BudgetItem.budget_id == Budget.id)
        .where(newest_version(), BudgetItem.section == BudgetSection.COSTS.value)
        .group_by(Budget.proposal_id)
    )
    return {proposal_id: Cents(cents) for proposal_id, cents in rows}


def requested_amount(first: Cents | None, asked: Cents | None, declared: Cents | None) -> Cents | None:
    """What a proposal asked for: the first request, else its economic plan, else what it declares; None if unknown."""
    return first or asked or declared
