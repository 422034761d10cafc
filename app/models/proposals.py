"""Calls and proposals: the plan's own form (context, objectives, actions, targets, costs, results), as records."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args, time_check
from app.models.enums import ArrivalChannel, BudgetSection, ProposalState
from app.models.money import CENTS_MAX, Cents

MONTHS_MAX = 120
"""Longest project, in months."""


class Call(Record):
    """A call for proposals; its terms and rules are those of its newest `CallRules`."""

    __tablename__ = "call"

    plan_id: Mapped[str] = link("plan.id")
    act_id: Mapped[str | None] = link("act.id")
    title: Mapped[str]


class Proposal(Record):
    """One record from receipt to closure.

    Attributes:
        rules_id: version of the call's rules that it was received under; None while it is a draft.
        total_declared, grant_declared, cofinancing_declared: cents, as the proponent wrote them.
        share_declared: percentage of co-financing as written, decimal text ("3.86").
        grant_requested: cents first asked for, when it is known and differs from the declared (rescaled) grant.
        time_received: «HH:MM» of the Italian clock, empty when it is not known.
        signatory: who signed it for the lead body.
        date_start, duration_months: when the project is to begin, and how long it lasts; its months count from there.
        reopened: why a version is open again after the last one was closed; empty while none is.
    """

    __tablename__ = "proposal"

    call_id: Mapped[str] = link("call.id")
    rules_id: Mapped[str | None] = link("call_rules.id")
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
    time_received: Mapped[str] = mapped_column(default="")
    channel: Mapped[str | None]
    signatory: Mapped[str] = mapped_column(default="")
    date_start: Mapped[date | None]
    duration_months: Mapped[int | None]
    reopened: Mapped[str] = mapped_column(default="")
    total_declared: Mapped[Cents | None]
    grant_declared: Mapped[Cents | None]
    cofinancing_declared: Mapped[Cents | None]
    share_declared: Mapped[str] = mapped_column(default="")
    grant_requested: Mapped[Cents | None]

    __table_args__ = table_args(
        one_of("state", ProposalState),
        one_of("channel", ArrivalChannel),
        sa.CheckConstraint("title <> ''", name="title_given"),
        sa.CheckConstraint(f"duration_months between 1 and {MONTHS_MAX}", name="duration_within_reason"),
        time_check("time_received"),
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
    """An action of a proposal.

    Attributes:
        label: as printed («Azioni per Ob. 5-7»).
        month_from, month_to: months of the project, from 1, in which it takes place; None when nothing is said.
        months_note: what else is said of its time.
    """

    __tablename__ = "action"

    proposal_id: Mapped[str] = link("proposal.id")
    position: Mapped[int]
    label: Mapped[str]
    text: Mapped[str]
    month_from: Mapped[int | None]
    month_to: Mapped[int | None]
    months_note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        sa.CheckConstraint(
            "(month_from is null) = (month_to is null) and (month_from is null or"
            f" (month_from >= 1 and month_from <= month_to and month_to <= {MONTHS_MAX}))",
            name="months_in_order",
        ),
        sa.UniqueConstraint("proposal_id", "position"),
    )


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
    """One row of an economic plan; `category` is the code of one that the rules of its call have."""

    __tablename__ = "budget_item"

    budget_id: Mapped[str] = link("budget.id", index=False)
    section: Mapped[str]
    category: Mapped[str]
    position: Mapped[int]
    label: Mapped[str] = mapped_column(default="")
    amount: Mapped[Cents]

    __table_args__ = table_args(
        one_of("section", BudgetSection),
        sa.CheckConstraint(f"amount >= 0 and amount <= {CENTS_MAX}", name="amount_not_negative"),
        sa.CheckConstraint("category <> ''", name="category_given"),
        sa.Index("ix_budget_item_sums", "budget_id", "section", "amount"),  # lists sum plans without reading their rows
    )
