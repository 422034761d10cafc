"""The invariants of grants after they were given: payments, recoveries, amendments, final grants."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from app.models.enums import AMENDMENTS_IN_FORCE, AccountKind, PaymentState, ReportState, TransferKind
from app.models.ledger import Account, AccountState, Posting, Transfer
from app.models.money import Cents, format_euro
from app.models.proposals import Proposal
from app.models.spending import Amendment, ExpenseReport, Payment
from app.services.integrity.context import Context
from app.services.spending.amendments import read_amendment
from app.services.spending.counting import ItemKey
from app.services.spending.paid import owed_amounts
from app.services.spending.plans import items_of, sums_of
from app.services.spending.reports import report_outcome
from app.services.wording.formats import format_date

Sentences = Iterator[str]


def payments_beside_ledger(context: Context) -> Sentences:
    """Released payments whose movement is missing or of another sum, and payments of the ledger that nobody entered."""
    paid = Posting.cents > 0
    rows = context.session.execute(
        sa.select(Payment, Proposal.title, Transfer.kind, Posting.cents)
        .join(Proposal, Proposal.id == Payment.proposal_id)
        .outerjoin(Transfer, Transfer.id == Payment.transfer_id)
        .outerjoin(Posting, sa.and_(Posting.transfer_id == Transfer.id, paid))
        .where(Payment.state == PaymentState.RELEASED.value)
        .order_by(Payment.id)
    )
    for row, title, kind, cents in rows:
        if kind != TransferKind.PAYMENT or cents != row.amount:
            yield context.tr("Payment no. {number} of «{title}» is of {amount}, its movement of {moved}.").format(
                number=row.number, title=title, amount=format_euro(row.amount), moved=format_euro(cents or 0)
            )
    entered = sa.select(Payment.transfer_id).where(Payment.transfer_id.is_not(None))
    lonely = context.session.execute(
        sa.select(Transfer.day, Transfer.reason)
        .where(Transfer.kind == TransferKind.PAYMENT.value, Transfer.id.not_in(entered))
        .order_by(Transfer.id)
    )
    for day, reason in lonely:
        yield context.tr("The payment «{reason}» of {day} stands in the ledger and among no payments.").format(
            reason=reason, day=format_date(day)
        )


def recoveries_beside_decisions(context: Context) -> Sentences:
    """Projects that must give back more than was paid to them."""
    purses = context.session.execute(
        sa.select(Account.parent_id, AccountState.balance)
        .join(AccountState, AccountState.account_id == Account.id)
        .where(Account.kind == AccountKind.PAID.value)
    )
    paid: dict[str, Cents] = {str(key): cents for key, cents in purses}
    accounts = context.session.execute(
        sa.select(Account.id, Account.subject_id, Account.name).where(Account.kind == AccountKind.PROJECT.value)
    )
    owed = owed_amounts(context.session)
    for account_id, subject_id, name in accounts:
        wanted = owed.get(str(subject_id), 0)
        if wanted > paid.get(account_id, 0):
            yield context.tr("«{name}» must give back {owed}, and {paid} was paid to it.").format(
                name=name, owed=format_euro(wanted), paid=format_euro(paid.get(account_id, 0))
            )


def amendments_beside_plans(context: Context) -> Sentences:
    """Amendments in force that do not lead from the version that they name to the one that they made."""
    rows = context.session.scalars(
        sa.select(Amendment).where(Amendment.state.in_(AMENDMENTS_IN_FORCE)).order_by(Amendment.id)
    ).all()
    for row in rows:
        draft = read_amendment(context.session, row)
        for budget_id, key in ((row.base_id, "before"), (row.budget_id, "after")):
            told: dict[ItemKey, int] = {}
            for line in draft.lines:
                item = (line.section, str(line.category), line.label.strip())
                told[item] = told.get(item, 0) + (getattr(line, key) or 0)
            kept = {} if budget_id is None else sums_of(items_of(context.session, budget_id))
            if {item: cents for item, cents in told.items() if cents} != {i: c for i, c in kept.items() if c}:
                title = context.session.get_one(Proposal, row.proposal_id).title
                yield context.tr("Amendment no. {number} of «{title}» does not fit the economic plan it names.").format(
                    number=row.number, title=title
                )
                break


def wrong_final_grants(context: Context) -> Sentences:
    """Final grants that are not what the admitted expenses give."""
    rows = context.session.scalars(
        sa.select(ExpenseReport)
        .where(ExpenseReport.state == ReportState.APPROVED.value, ExpenseReport.final_grant.is_not(None))
        .order_by(ExpenseReport.id)
    ).all()
    for row in rows:
        outcome = report_outcome(context.session, row)
        if outcome.amount != row.final_grant:
            title = context.session.get_one(Proposal, row.proposal_id).title
            yield context.tr("The final grant of «{title}» is kept as {kept}, its expenses give {found}.").format(
                title=title, kept=format_euro(row.final_grant or 0), found=format_euro(outcome.amount)
            )
