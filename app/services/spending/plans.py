"""Economic plans of running projects: a new version that a request or an amendment makes, kept like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import BudgetSection, RuleSeverity
from app.models.errors import InvalidInput, RuleBroken
from app.models.money import Cents
from app.models.proposals import Budget, BudgetItem, Proposal
from app.services.calls.checks import Cost, RuleResult, broken_rules, check_against_rules
from app.services.calls.facts import candidate_facts
from app.services.proposals.budgets import (
    BudgetItemDraft,
    budget_totals,
    item_values,
    load_items,
    new_budget_version,
    save_items,
)
from app.services.proposals.reading import last_version
from app.services.proposals.versions import FIXED_STATES, costs_slipped, has_fixed_costs, is_open, keep_version
from app.services.spending.counting import ItemKey
from app.services.spending.projects import call_rules
from app.services.wording.texts import Translator

COST_RULES = frozenset(
    {
        *("call.cofinancing_min", "call.grant_share_max", "call.grant_max", "call.cost_min", "call.cost_max"),
        *("call.category", "call.cap"),
    }
)
"""Rules of a call that an economic plan is held to."""


def apply_plan(
    session: Session,
    proposal: Proposal,
    items: Sequence[BudgetItemDraft],
    reason: str,
    first_asked: Cents | None = None,
) -> Budget:
    """Make `items` the next version of a project's economic plan, and keep what was handed in anew.

    Args:
        first_asked: what it had asked for, where the new plan asks for less and nothing says it yet.

    Raises:
        InvalidInput: those of `save_items`.
        RuleBroken: "version.open_already" while somebody has a version open, "project.not_running".
    """
    if proposal.reopened:
        raise RuleBroken("version.open_already", title=proposal.title, reason=proposal.reopened)
    if is_open(proposal) or proposal.state in FIXED_STATES:
        raise RuleBroken("project.not_running", title=proposal.title, state=proposal.state)
    if not last_version(session, proposal.id):
        keep_version(session, proposal)
    proposal.reopened = reason
    if proposal.grant_requested is None:
        proposal.grant_requested = first_asked
    session.flush()
    budget = new_budget_version(session, proposal.id, reason)
    session.flush()
    save_items(session, proposal.id, item_values([replace(item, id=None) for item in items]))
    keep_version(session, proposal)
    return budget


def items_of(session: Session, budget_id: str) -> tuple[BudgetItemDraft, ...]:
    """The items of one version."""
    rows = session.scalars(sa.select(BudgetItem).filter_by(budget_id=budget_id).order_by(BudgetItem.position))
    return tuple(
        BudgetItemDraft(None, BudgetSection(row.section), row.category, row.label, row.amount, row.source_line)
        for row in rows
    )


def item_key(item: BudgetItemDraft) -> ItemKey:
    """What an item is across versions."""
    return item.section, str(item.category), item.label.strip()


def sums_of(items: Sequence[BudgetItemDraft]) -> dict[ItemKey, Cents]:
    """Cents of each item, in their order; those that are called the same are one."""
    sums: dict[ItemKey, int] = {}
    for item in items:
        sums[item_key(item)] = sums.get(item_key(item), 0) + (item.amount or 0)
    return {key: Cents(cents) for key, cents in sums.items()}


def refuse_other_costs(session: Session, proposal: Proposal, values: Sequence[Mapping[str, Any]]) -> None:
    """The economic plan of a running project changes by an amendment, or because the committee asked for another one.

    Args:
        values: fields of the items that would be written.

    Raises:
        RuleBroken: "version.costs_by_amendment".
    """
    if has_fixed_costs(session, proposal) and sums_of(load_items(session, proposal.id)) != _sums(values):
        raise costs_slipped(proposal)


def _sums(values: Sequence[Mapping[str, Any]]) -> Mapping[ItemKey, Cents]:
    """As `sums_of`, of fields that would be written."""
    return sums_of(
        [
            BudgetItemDraft(None, BudgetSection(row["section"]), row["category"], row["label"], row["amount"])
            for row in values
        ]
    )


def require_grant(items: Sequence[BudgetItemDraft], amount: Cents) -> None:
    """The costs of a plan sum to what was granted.

    Raises:
        InvalidInput: "plan.grant_differs" with what they sum to.
    """
    found = budget_totals(items).grant
    if found != amount:
        values = {"found": found, "wanted": amount, "difference": amount - found}
        raise InvalidInput("plan.grant_differs", field="items", **values)


def require_rules(session: Session, proposal: Proposal, items: Sequence[BudgetItemDraft], tr: Translator) -> None:
    """A plan keeps the blocking rules of the call on costs, caps and co-financing.

    Args:
        tr: language of what the refusal says.

    Raises:
        RuleBroken: "plan.rules_broken" with the sentences of the rules.
    """
    broken = broken_rules(plan_results(session, proposal, items, tr), RuleSeverity.BLOCKING)
    if broken:
        raise RuleBroken("plan.rules_broken", field="items", rules=tuple(row.sentence for row in broken))


def plan_results(
    session: Session, proposal: Proposal, items: Sequence[BudgetItemDraft], tr: Translator
) -> tuple[RuleResult, ...]:
    """What the call's rules on costs, caps and co-financing say of a plan, kept or not."""
    costs = tuple(Cost(item.section, str(item.category), item.amount or Cents(0)) for item in items)
    facts = replace(candidate_facts(session, [proposal.id])[proposal.id], costs=costs)
    return tuple(row for row in check_against_rules(call_rules(session, proposal), facts, tr) if row.code in COST_RULES)
