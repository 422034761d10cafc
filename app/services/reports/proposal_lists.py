"""Lists of the proposals' room: proposals, items of the economic plans."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.enums import BudgetSection, CostCategory
from app.models.money import Cents
from app.models.store import Store
from app.services.calls.rules_drafts import category_value
from app.services.proposals.budgets import budget_items
from app.services.proposals.lists import proposal_rows
from app.services.reports.lists import field_column, record_list
from app.services.reports.spec import Kind, Table
from app.services.wording.texts import Translator


def proposals_list(store: Store, tr: Translator) -> Table:
    """The proposals with what they ask for, what the alliance adds, and what was awarded."""
    columns = (
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("title", tr("Title"), Kind.NOTE, width_mm=56),
        field_column("state", tr("State"), Kind.STATE, width_mm=38),
        field_column("area", tr("Area"), width_mm=15),
        field_column("grant", tr.context("column", "Asked"), Kind.MONEY, width_mm=32, total=True),
        field_column("cofinancing", tr("Co-financing"), Kind.MONEY, width_mm=32, total=True),
        field_column("total", tr("Total"), Kind.MONEY, width_mm=32, total=True),
        field_column("share", tr("Share"), Kind.PERCENT, width_mm=20),
        field_column("awarded", tr.context("column", "Awarded"), Kind.MONEY, width_mm=32, total=True),
        field_column("district", tr("District"), width_mm=28),
        field_column("alliance", tr("Alliance"), Kind.NOTE, width_mm=34),
        field_column("lead", tr("Lead body"), Kind.NOTE, width_mm=56),
    )
    return record_list("list.proposals", tr("Proposals"), columns, proposal_rows(store), tr, has_totals=True)


@dataclass(frozen=True)
class ItemRow:
    """An item of a proposal's newest economic plan."""

    id: str
    proposal_id: str
    number: int
    title: str
    section: BudgetSection
    category: CostCategory | str
    label: str
    amount: Cents
    sample: bool
    source_line: int | None


def item_rows(store: Store) -> tuple[ItemRow, ...]:
    """Items of all proposals, by number of the proposal, in the order of their plan."""
    items = budget_items(store)
    return tuple(
        ItemRow(
            id=item.id,
            proposal_id=proposal.id,
            number=proposal.number,
            title=proposal.title,
            section=item.section,
            category=category_value(item.category, item.category_name),
            label=item.label,
            amount=item.amount,
            sample=item.sample,
            source_line=item.source_line,
        )
        for proposal in proposal_rows(store)
        for item in items.get(proposal.id, ())
    )


def items_list(store: Store, tr: Translator) -> Table:
    """Every item of every economic plan."""
    columns = (
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("title", tr("Proposal"), Kind.NOTE, width_mm=60),
        field_column("section", tr("Section"), width_mm=36),
        field_column("category", tr("Category"), width_mm=46),
        field_column("label", tr("As printed"), Kind.NOTE, width_mm=56),
        field_column("amount", tr("Amount"), Kind.MONEY, width_mm=32, total=True),
    )
    return record_list("list.items", tr("Items of the economic plans"), columns, item_rows(store), tr, has_totals=True)
