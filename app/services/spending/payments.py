"""Payments of grants: entered by one person, released by another, and what must come back.

A payment rests on the decision that gave the money: it moves what the project has to what was paid of it, within the
project. A tranche is what the rules of the call say; the last one is the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import FUNDED_STATES, AccountKind, PaymentState, ProposalState, TransferKind
from app.models.errors import InvalidInput, RuleBroken
from app.models.ledger import Account, Entry, Transfer, insert_entries
from app.models.meetings import Decision
from app.models.money import CENTS_MAX, Cents, format_cents
from app.models.proposals import Proposal
from app.models.spending import Payment
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_key, require_text
from app.services.children import get_row, save_row
from app.services.decisions.decisions import decision_label
from app.services.ledger.ledger import _account_of, ensure_paid_account
from app.services.spending.granting import Tranche, amount_due, is_due
from app.services.spending.paid import owed_by_decision
from app.services.spending.projects import ProjectRow, call_rules, ground_of, read_project, tranches_of
from app.services.users.four_eyes import check_other_person

PAYABLE = FUNDED_STATES | {ProposalState.CONCLUDED}
"""States of a project that can be paid."""


@dataclass(frozen=True)
class PaymentDraft:
    """A payment as it is typed.

    Attributes:
        number, state, decision, date_paid, reversed: shown only.
        tranche: place in the rules of the call; None where these have none.
        amount: None for what the tranche comes to.
    """

    id: str | None = None
    proposal_id: str | None = None
    number: int = 0
    state: PaymentState = PaymentState.ENTERED
    tranche: int | None = None
    amount: Cents | None = None
    act: str = ""
    act_day: date | None = None
    guarantee: str = ""
    note: str = ""
    decision: str = ""
    date_paid: date | None = None
    reversed: bool = False
    source_line: int | None = None


@dataclass(frozen=True)
class PaymentRow:
    """A payment in a list.

    Attributes:
        decision: number of the one that gave the money.
        reversed: whether the ledger took it back.
    """

    id: str
    proposal_id: str
    project: str
    number: int
    tranche: int | None
    state: PaymentState
    amount: Cents
    act: str
    act_day: date
    date_paid: date | None
    decision: str
    transfer_id: str | None
    reversed: bool
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class TrancheState:
    """A tranche of one project.

    Attributes:
        amount: cents that it pays, or paid.
        due: whether what it waits for has come.
        payment: number of the payment that it was paid by, or is being paid by; None for none.
    """

    tranche: Tranche
    amount: Cents
    due: bool
    payment: int | None
    released: bool


@dataclass(frozen=True)
class RecoveryDraft:
    """Money of a project that came back; `amount` None for all that must."""

    proposal_id: str | None = None
    amount: Cents | None = None
    day: date | None = None
    reason: str = ""


# --- reading -----------------------------------------------------------------------------


def payment_rows(store: Store, proposal_id: str | None = None) -> tuple[PaymentRow, ...]:
    """All payments, or those of a project: project by project, in the order of their numbers."""
    query = (
        sa.select(Payment, Proposal, Decision, _taken_back())
        .join(Proposal, Proposal.id == Payment.proposal_id)
        .join(Decision, Decision.id == Payment.decision_id)
        .order_by(Proposal.number, Proposal.id, Payment.number)
    )
    if proposal_id is not None:
        query = query.where(Payment.proposal_id == proposal_id)
    with store.read() as session:
        return tuple(
            PaymentRow(
                id=row.id,
                proposal_id=proposal.id,
                project=f"{proposal.number} · {proposal.title}",
                number=row.number,
                tranche=row.tranche,
                state=PaymentState(row.state),
                amount=row.amount,
                act=row.act,
                act_day=row.act_day,
                date_paid=row.date_paid,
                decision=decision_label(decision),
                transfer_id=row.transfer_id,
                reversed=bool(taken_back),
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, proposal, decision, taken_back in session.execute(query)
        )


def _taken_back() -> sa.ColumnElement[bool]:
    """Says of a payment whether the ledger took it back."""
    return sa.exists().where(Transfer.reverses_id == Payment.transfer_id)


def load_payment(store: Store, payment_id: str) -> PaymentDraft:
    """A payment as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Payment, payment_id)
        taken_back = session.scalar(sa.select(_taken_back()).where(Payment.id == row.id))
        return PaymentDraft(
            id=row.id,
            proposal_id=row.proposal_id,
            number=row.number,
            state=PaymentState(row.state),
            tranche=row.tranche,
            amount=row.amount,
            act=row.act,
            act_day=row.act_day,
            guarantee=row.guarantee,
            note=row.note,
            decision=decision_label(get_row(session, Decision, row.decision_id)),
            date_paid=row.date_paid,
            reversed=bool(taken_back),
            source_line=row.source_line,
        )


def tranche_states(store: Store, proposal_id: str) -> tuple[TrancheState, ...]:
    """The tranches of a project: what each pays, whether it is due, whether it was paid."""
    with store.read() as session:
        proposal = get_row(session, Proposal, proposal_id)
        project = read_project(session, proposal_id)
        tranches = tranches_of(call_rules(session, proposal))
        return tuple(_tranche_state(session, project, tranches, tranche) for tranche in tranches)


def _tranche_state(
    session: Session, project: ProjectRow, tranches: Sequence[Tranche], tranche: Tranche
) -> TrancheState:
    payment = _of_tranche(session, project.id, tranche.place, None)
    amount = payment.amount if payment else _tranche_amount(session, project, tranches, tranche, None)
    released = payment is not None and payment.state == PaymentState.RELEASED
    return TrancheState(
        tranche, amount, is_due(tranche, project.progress), None if payment is None else payment.number, released
    )


def _of_tranche(session: Session, proposal_id: str, place: int, own: str | None) -> Payment | None:
    """The payment of a tranche that stands, another one than `own`."""
    return session.scalar(
        sa.select(Payment).where(
            Payment.proposal_id == proposal_id, Payment.tranche == place, Payment.id != (own or ""), ~_taken_back()
        )
    )


def _entered(session: Session, proposal_id: str, own: str | None) -> Cents:
    """Cents of a project's payments that wait for their release."""
    found = session.scalar(
        sa.select(sa.func.sum(Payment.amount)).where(
            Payment.proposal_id == proposal_id,
            Payment.state == PaymentState.ENTERED.value,
            Payment.id != (own or ""),
        )
    )
    return Cents(found or 0)


def _tranche_amount(
    session: Session, project: ProjectRow, tranches: Sequence[Tranche], tranche: Tranche, own: str | None
) -> Cents:
    """What a tranche comes to: of the grant, in the end of the final one; less what is being paid or for vouchers."""
    grant = project.granted if project.final is None else min(project.granted, project.final)
    taken = Cents(project.paid - project.owed + project.vouchers + _entered(session, project.id, own))
    return amount_due(tranche, tranches, Cents(grant), taken)


# --- writing -----------------------------------------------------------------------------


def save_payment(store: Store, draft: PaymentDraft) -> Changes:
    """Write a payment that is to be released by somebody else; no money moves yet.

    Raises:
        InvalidInput: "field.required", "amount.not_positive", "amount.too_large", "payment.tranche_unknown",
            "payment.over_tranche", "payment.not_the_difference".
        RuleBroken: "project.not_running", "project.no_money", "payment.tranche_taken", "payment.not_due",
            "payment.too_much", "payment.released".
        NotFound: "record.gone".
    """
    act = require_text(draft.act, "act")
    if draft.act_day is None:
        raise InvalidInput("field.required", field="act_day")
    with store.write("save_payment") as session:
        present = get_row(session, Payment, draft.id) if draft.id else None
        if present is not None and present.state != PaymentState.ENTERED.value:
            raise RuleBroken("payment.released", number=present.number)
        proposal = get_row(session, Proposal, require_key(draft.proposal_id, "proposal_id"))
        project = _payable(session, proposal)
        amount = _checked_amount(session, proposal, project, draft)
        ground = ground_of(session, proposal.id)
        if ground is None:
            raise RuleBroken("project.no_money", field="proposal_id")
        own_number = present.number if present and present.proposal_id == proposal.id else None
        values = {
            "proposal_id": proposal.id,
            "number": own_number or _next_number(session, proposal.id),
            "tranche": draft.tranche,
            "amount": amount,
            "act": act,
            "act_day": draft.act_day,
            "guarantee": draft.guarantee.strip(),
            "note": draft.note.strip(),
            "decision_id": ground,
            "source_line": draft.source_line,
        }
        row = save_row(session, Payment, draft.id, values)
    return Changes.of("ledger", "proposals", ids=(row.id, proposal.id))


def _payable(session: Session, proposal: Proposal) -> ProjectRow:
    if proposal.state not in PAYABLE:
        raise RuleBroken("project.not_running", title=proposal.title, state=ProposalState(proposal.state))
    return read_project(session, proposal.id)


def _next_number(session: Session, proposal_id: str) -> int:
    return 1 + (session.scalar(sa.select(sa.func.max(Payment.number)).filter_by(proposal_id=proposal_id)) or 0)


def _checked_amount(session: Session, proposal: Proposal, project: ProjectRow, draft: PaymentDraft) -> Cents:
    """What is to be paid, within its tranche and within what the project has left."""
    tranches = tranches_of(call_rules(session, proposal))
    amount = draft.amount
    if tranches or draft.tranche is not None:
        tranche = _require_tranche(session, project, tranches, draft)
        due = _tranche_amount(session, project, tranches, tranche, draft.id)
        amount = due if amount is None else amount
        if amount > due:
            raise InvalidInput("payment.over_tranche", field="amount", amount=amount, due=due)
        if tranche.last and amount != due:
            raise InvalidInput("payment.not_the_difference", field="amount", amount=amount, due=due)
    if amount is None:
        raise InvalidInput("field.required", field="amount")
    if amount <= 0:
        raise InvalidInput("amount.not_positive", field="amount")
    if amount > CENTS_MAX:
        raise InvalidInput("amount.too_large", field="amount", text=format_cents(amount))
    left = project.left - _entered(session, project.id, draft.id)
    if project.final is not None:
        left = min(left, project.final - project.paid - project.vouchers - _entered(session, project.id, draft.id))
    if amount > left:
        raise RuleBroken("payment.too_much", field="amount", amount=amount, left=Cents(max(0, left)))
    return Cents(amount)


def _require_tranche(
    session: Session, project: ProjectRow, tranches: Sequence[Tranche], draft: PaymentDraft
) -> Tranche:
    if draft.tranche is None:
        raise InvalidInput("field.required", field="tranche")
    if not 1 <= draft.tranche <= len(tranches):
        raise InvalidInput("payment.tranche_unknown", field="tranche", number=draft.tranche, known=len(tranches))
    tranche = tranches[draft.tranche - 1]
    taken = _of_tranche(session, project.id, tranche.place, draft.id)
    if taken is not None:
        raise RuleBroken("payment.tranche_taken", field="tranche", tranche=tranche.place, number=taken.number)
    if not is_due(tranche, project.progress):
        raise RuleBroken("payment.not_due", field="tranche", tranche=tranche.place, trigger=tranche.trigger)
    if tranche.guarantee:
        require_text(draft.guarantee, "guarantee")
    return tranche


def delete_payment(store: Store, payment_id: str) -> Changes:
    """Delete a payment that was not released.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "payment.released".
    """
    with store.write("delete_payment") as session:
        row = get_row(session, Payment, payment_id)
        if row.state != PaymentState.ENTERED.value:
            raise RuleBroken("payment.released", number=row.number)
        session.delete(row)
    return Changes.of("ledger", "proposals", ids=(payment_id, row.proposal_id))


def release_payment(store: Store, payment_id: str, day: date | None) -> Changes:
    """Pay: the money leaves the project; by another person than who entered the payment, where the archive has users.

    Raises:
        InvalidInput: "field.required", "payment.before_act", and those of `save_payment`.
        NotFound: "record.gone".
        RuleBroken: "payment.released", "right.same_person", and those of `save_payment`.
    """
    if day is None:
        raise InvalidInput("field.required", field="day")
    draft = load_payment(store, payment_id)
    with store.write("release_payment") as session:
        row = get_row(session, Payment, payment_id)
        if row.state != PaymentState.ENTERED.value:
            raise RuleBroken("payment.released", number=row.number)
        if day < row.act_day:
            raise InvalidInput("payment.before_act", field="day", act_day=row.act_day)
        if store.person is not None:
            check_other_person(store, session, Payment.__tablename__, row.id)
        proposal = get_row(session, Proposal, row.proposal_id)
        _checked_amount(session, proposal, _payable(session, proposal), draft)
        project = _account_of(session, proposal.id)
        postings = {project.id: -row.amount, ensure_paid_account(session, project).id: row.amount}
        entry = Entry(TransferKind.PAYMENT, day, row.act, postings, decision_id=row.decision_id)
        insert_entries(session, [entry])
        row.state, row.date_paid, row.transfer_id = PaymentState.RELEASED.value, day, entry.id
    return Changes.of("ledger", "proposals", ids=(payment_id, proposal.id))


# --- what comes back ---------------------------------------------------------------------


def receive_recovery(store: Store, draft: RecoveryDraft) -> Changes:
    """Record that money of a project came back: it goes to its area, by the decisions that ordered it, oldest first.

    Raises:
        InvalidInput: "field.required", "amount.not_positive".
        NotFound: "record.gone".
        RuleBroken: "recovery.too_much" with what must come back.
    """
    if draft.day is None:
        raise InvalidInput("field.required", field="day")
    reason = require_text(draft.reason, "reason")
    with store.write("receive_recovery") as session:
        proposal = get_row(session, Proposal, require_key(draft.proposal_id, "proposal_id"))
        owed = owed_by_decision(session).get(proposal.id, {})
        whole = sum(owed.values())
        amount = whole if draft.amount is None else draft.amount
        if amount <= 0 and whole:
            raise InvalidInput("amount.not_positive", field="amount")
        if amount > whole or not whole:
            raise RuleBroken("recovery.too_much", field="amount", amount=Cents(amount), owed=Cents(whole))
        project = _account_of(session, proposal.id)
        assert project.parent_id is not None, "a project stands under its area"
        paid = session.scalars(sa.select(Account).filter_by(parent_id=project.id, kind=AccountKind.PAID.value)).one()
        entries, missing = [], int(amount)
        for decision_id, cents in owed.items():
            part = min(missing, cents)
            if part:
                missing -= part
                postings = {paid.id: -part, project.parent_id: part}
                entries.append(Entry(TransferKind.RECOVERY, draft.day, reason, postings, decision_id=decision_id))
        insert_entries(session, entries)
    return Changes.of("ledger", "proposals", ids=(*(entry.id for entry in entries), proposal.id))
