"""Calls and proposals: the plan's own form (context, objectives, actions, targets, costs, results), as records."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.enums import BudgetSection, CostCategory, ProposalState
from app.models.money import CENTS_MAX, Cents


class Call(Record):
    """A call for proposals."""

    __tablename__ = "call"

    plan_id: Mapped[str] = link("plan.id")
    act_id: Mapped[str | None] = link("act.id")
    title: Mapped[str]
    date_opened: Mapped[date | None]
    date_closed: Mapped[date | None]


class Proposal(Record):
    """One record from receipt to closure.

    Attributes:
        total_declared, grant_declared, cofinancing_declared: cents, as the proponent wrote them.
        share_declared: percentage of co-financing as written, decimal text ("3.86").
        grant_requested: cents first asked for, when it is known and differs from the declared (rescaled) grant.
    """

    __tablename__ = "proposal"

    call_id: Mapped[str] = link("call.id")
    alliance_id: Mapped[str] = link("alliance.id")
    area_id: Mapped[str | None] = link("priority_area.id")
    number: Mapped[int]
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default=ProposalState.DRAFT.value)
    context: Mapped[str] = mapped_column(default="")
    aims: Mapped[str] = mapped_column(default="")
    sustainability: Mapped[str] = mapped_column(default="")
    protocol: Mapped[str] = mapped_column(default="")
    date_received: Mapped[date | None]
    total_declared: Mapped[Cents | None]
    grant_declared: Mapped[Cents | None]
    cofinancing_declared: Mapped[Cents | None]
    share_declared: Mapped[str] = mapped_column(default="")
    grant_requested: Mapped[Cents | None]

    __table_args__ = table_args(
        one_of("state", ProposalState),
        sa.CheckConstraint("title <> ''", name="title_given"),
        sa.UniqueConstraint("call_id", "number"),
    )


class Objective(Record):
    """A numbered objective of a proposal."""

    __tablename__ = "objective"

    proposal_id: Mapped[str] = link("proposal.id")
    number: Mapped[int]
    text: Mapped[str]

    __table_args__ = table_args(sa.UniqueConstraint("proposal_id", "number"))


class Action(Record):
    """An action of a proposal; `label` as printed («Azioni per Ob. 5-7»)."""

    __tablename__ = "action"

    proposal_id: Mapped[str] = link("proposal.id")
    position: Mapped[int]
    label: Mapped[str]
    text: Mapped[str]

    __table_args__ = table_args(sa.UniqueConstraint("proposal_id", "position"))


class ActionObjective(Record):
    """An action serves an objective."""

    __tablename__ = "action_objective"

    action_id: Mapped[str] = link("action.id")
    objective_id: Mapped[str] = link("objective.id")

    __table_args__ = table_args(sa.UniqueConstraint("action_id", "objective_id"))


class Target(Record):
    """Whom a proposal is for; with the least number promised, when one is."""

    __tablename__ = "target"

    proposal_id: Mapped[str] = link("proposal.id")
    position: Mapped[int]
    text: Mapped[str]
    number_min: Mapped[int | None]


class ExpectedResult(Record):
    """A result that a proposal promises."""

    __tablename__ = "expected_result"

    proposal_id: Mapped[str] = link("proposal.id")
    position: Mapped[int]
    text: Mapped[str]


class Indicator(Record):
    """A measure of an expected result; with its target, when one is set."""

    __tablename__ = "indicator"

    result_id: Mapped[str] = link("expected_result.id")
    position: Mapped[int]
    text: Mapped[str]
    target: Mapped[int | None]


class Budget(Record):
    """A version of a proposal's economic plan; version 1 is the first kept."""

    __tablename__ = "budget"

    proposal_id: Mapped[str] = link("proposal.id")
    version: Mapped[int]
    label: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        sa.CheckConstraint("version > 0", name="version_positive"),
        sa.UniqueConstraint("proposal_id", "version"),
    )


class BudgetItem(Record):
    """One row of an economic plan."""

    __tablename__ = "budget_item"

    budget_id: Mapped[str] = link("budget.id")
    section: Mapped[str]
    category: Mapped[str]
    position: Mapped[int]
    label: Mapped[str] = mapped_column(default="")
    amount: Mapped[Cents]

    __table_args__ = table_args(
        one_of("section", BudgetSection),
        one_of("category", CostCategory),
        sa.CheckConstraint(f"amount >= 0 and amount <= {CENTS_MAX}", name="amount_not_negative"),
        sa.CheckConstraint("section = 'contribution' or category <> 'volunteers'", name="volunteers_are_contribution"),
    )
