"""Grants after they were given: cut to fit, planned anew, amended, paid, reported.

The money itself is in the ledger; what stands here says what was asked, by whom it was entered and what it rests on.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.enums import BudgetSection
from app.models.money import CENTS_MAX, Cents
from app.models.spending_kinds import (
    AmendmentState,
    CheckMode,
    ExpenseKind,
    GrantBound,
    PaymentState,
    PaymentWay,
    ReportState,
    RequestState,
    RescaleRule,
)


def _amount(column: str, *, positive: bool = False) -> sa.CheckConstraint:
    sign, name = (">", "positive") if positive else (">=", "not_negative")
    return sa.CheckConstraint(f"{column} {sign} 0 and {column} <= {CENTS_MAX}", name=f"{column}_{name}")


class Rescaling(Record):
    """The cutting of requests to what an area has.

    Attributes:
        total: cents to be shared.
        decision_id: that it was made a draft of, or that it records.
    """

    __tablename__ = "rescaling"

    area_id: Mapped[str] = link("priority_area.id")
    name: Mapped[str]
    total: Mapped[Cents]
    rule: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    decision_id: Mapped[str | None] = link("decision.id")

    __table_args__ = table_args(
        one_of("rule", RescaleRule),
        sa.CheckConstraint("name <> ''", name="name_given"),
        _amount("total", positive=True),
    )


class RescalingLine(Record):
    """A project that is cut.

    Attributes:
        requested: cents; None where they are not known.
        points: exact text, «72,5»; empty for none.
        amount: cents given by hand.
    """

    __tablename__ = "rescaling_line"

    rescaling_id: Mapped[str] = link("rescaling.id")
    proposal_id: Mapped[str] = link("proposal.id")
    position: Mapped[int]
    requested: Mapped[Cents | None]
    points: Mapped[str] = mapped_column(default="")
    amount: Mapped[Cents | None]

    __table_args__ = table_args(
        _amount("requested"), _amount("amount"), sa.UniqueConstraint("rescaling_id", "proposal_id")
    )


class BudgetRequest(Record):
    """A request for an economic plan that fits another grant.

    Attributes:
        amount: cents that the costs must sum to.
        decision_id: that gave the amount.
        budget_id: version that came of it.
    """

    __tablename__ = "budget_request"

    proposal_id: Mapped[str] = link("proposal.id")
    decision_id: Mapped[str] = link("decision.id")
    state: Mapped[str] = mapped_column(default=RequestState.ASKED.value)
    amount: Mapped[Cents]
    day: Mapped[date]
    date_due: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    date_returned: Mapped[date | None]
    budget_id: Mapped[str | None] = link("budget.id", index=False)

    __table_args__ = table_args(one_of("state", RequestState), _amount("amount", positive=True))


class Amendment(Record):
    """Moves between items of one project's economic plan.

    Attributes:
        number: from 1 within the project.
        day: it came in; its year is the one that it counts in.
        activities: what is done in the place of what, when activities change.
        opinion: of who looked into it.
        decision_id, date_settled, outcome: decision, or day and words, by which it was authorised or refused; the day
            that it was told.
        base_id, budget_id: version that it starts from, and the one that it made.
    """

    __tablename__ = "amendment"

    proposal_id: Mapped[str] = link("proposal.id")
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=AmendmentState.DRAFT.value)
    day: Mapped[date]
    protocol: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    activities: Mapped[str] = mapped_column(default="")
    opinion: Mapped[str] = mapped_column(default="")
    decision_id: Mapped[str | None] = link("decision.id")
    date_settled: Mapped[date | None]
    outcome: Mapped[str] = mapped_column(default="")
    base_id: Mapped[str | None] = link("budget.id", index=False)
    budget_id: Mapped[str | None] = link("budget.id", index=False)

    __table_args__ = table_args(
        one_of("state", AmendmentState),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.UniqueConstraint("proposal_id", "number"),
    )


class AmendmentLine(Record):
    """An item before and after an amendment; one that is new has nothing before."""

    __tablename__ = "amendment_line"

    amendment_id: Mapped[str] = link("amendment.id")
    position: Mapped[int]
    section: Mapped[str]
    category: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    before: Mapped[Cents]
    after: Mapped[Cents]

    __table_args__ = table_args(
        one_of("section", BudgetSection),
        _amount("before"),
        _amount("after"),
        sa.UniqueConstraint("amendment_id", "section", "category", "label"),
    )


class Payment(Record):
    """A part of a grant, asked to be paid, then released.

    Attributes:
        number: from 1 within the project.
        tranche: place of the tranche in the rules of the call, from 1; None for one outside them.
        act, act_day: by which it is paid.
        guarantee: surety that an advance rests on.
        decision_id: that gave the money.
        transfer_id: entry of the ledger, once released.
    """

    __tablename__ = "payment"

    proposal_id: Mapped[str] = link("proposal.id")
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=PaymentState.ENTERED.value)
    tranche: Mapped[int | None]
    amount: Mapped[Cents]
    act: Mapped[str]
    act_day: Mapped[date]
    guarantee: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    decision_id: Mapped[str] = link("decision.id")
    date_paid: Mapped[date | None]
    transfer_id: Mapped[str | None] = link("transfer.id", index=False, unique=True)

    __table_args__ = table_args(
        one_of("state", PaymentState),
        _amount("amount", positive=True),
        sa.CheckConstraint("act <> ''", name="act_given"),
        sa.CheckConstraint("(state = 'released') = (transfer_id is not null)", name="released_by_transfer"),
        sa.UniqueConstraint("proposal_id", "number"),
    )


class DecisionTake(Record):
    """Money that a decision takes from a project: savings, or what it revokes.

    Attributes:
        amount: cents in all.
        to_recover: cents of it that were paid out when the decision took effect, and must come back.
    """

    __tablename__ = "decision_take"

    decision_id: Mapped[str] = link("decision.id")
    proposal_id: Mapped[str] = link("proposal.id")
    position: Mapped[int]
    amount: Mapped[Cents]
    to_recover: Mapped[Cents] = mapped_column(default=0)

    __table_args__ = table_args(
        _amount("amount", positive=True),
        sa.CheckConstraint("to_recover between 0 and amount", name="to_recover_within"),
        sa.UniqueConstraint("decision_id", "proposal_id"),
    )


class ExpenseReport(Record):
    """A report of expenses of a project (rendiconto).

    Attributes:
        number: from 1 within the project.
        final: whether it closes the project.
        mode, sample_share, seed: how expenses are checked; the draw can be made again from its seed.
        granted, final_grant, bound: what the project had when the final report was approved, what it has a right to,
            and what settled that.
    """

    __tablename__ = "expense_report"

    proposal_id: Mapped[str] = link("proposal.id")
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=ReportState.OPEN.value)
    final: Mapped[bool] = mapped_column(default=False)
    date_received: Mapped[date]
    protocol: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    mode: Mapped[str] = mapped_column(default=CheckMode.WHOLE.value)
    sample_share: Mapped[str] = mapped_column(default="")
    seed: Mapped[str] = mapped_column(default="")
    date_approved: Mapped[date | None]
    granted: Mapped[Cents | None]
    final_grant: Mapped[Cents | None]
    bound: Mapped[str | None]

    __table_args__ = table_args(
        one_of("state", ReportState),
        one_of("mode", CheckMode),
        one_of("bound", GrantBound),
        sa.UniqueConstraint("proposal_id", "number"),
    )


class Expense(Record):
    """An expense that a report declares.

    Attributes:
        number: from 1 within the report.
        category: code of one of the call's categories of cost.
        amount: cents of the document.
        on_grant, on_cofinancing: cents of it that are charged to the project.
        drawn: whether it is to be checked.
        admitted_grant, admitted_cofinancing: cents admitted by the check; None before it.
    """

    __tablename__ = "expense"

    report_id: Mapped[str] = link("expense_report.id")
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(default=ExpenseKind.INVOICE.value)
    document: Mapped[str]
    document_day: Mapped[date]
    supplier: Mapped[str]
    supplier_code: Mapped[str] = mapped_column(default="")
    category: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    date_paid: Mapped[date | None]
    paid_by: Mapped[str]
    amount: Mapped[Cents]
    on_grant: Mapped[Cents] = mapped_column(default=0)
    on_cofinancing: Mapped[Cents] = mapped_column(default=0)
    attachment_id: Mapped[str | None] = link("attachment.id")
    drawn: Mapped[bool] = mapped_column(default=False)
    admitted_grant: Mapped[Cents | None]
    admitted_cofinancing: Mapped[Cents | None]
    finding: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("kind", ExpenseKind),
        one_of("paid_by", PaymentWay),
        _amount("amount", positive=True),
        _amount("on_grant"),
        _amount("on_cofinancing"),
        sa.CheckConstraint("on_grant + on_cofinancing between 1 and amount", name="charged_within"),
        sa.CheckConstraint(
            "admitted_grant between 0 and on_grant and admitted_cofinancing between 0 and on_cofinancing"
            " or (admitted_grant is null and admitted_cofinancing is null)",
            name="admitted_within",
        ),
        sa.UniqueConstraint("report_id", "number"),
        sa.Index("ix_expense_document", "document_day", "document"),
    )
