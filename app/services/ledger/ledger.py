"""The ledger's verbs: money that comes in, is reserved, is given back; accounts with their balances and movements.

Accounts are made where their subject is made (a source, an area, a project), by the helpers that take a session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AccountKind, PriorityLevel, TransferKind, area_code
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.ledger import Account, AccountState, Entry, Posting, Transfer, insert_entries
from app.models.meetings import Decision
from app.models.money import CENTS_MAX, Cents, format_cents
from app.models.plan import FundingSource, Plan, PriorityArea
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_key, require_text
from app.services.children import get_row
from app.services.proposals.budgets import asked_amounts, requested_amount
from app.services.proposals.states import move_back
from app.services.spending.paid import require_recoverable
from app.services.wording.labels import label
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class ReservationDraft:
    """Money to be set aside within an account, under a decision."""

    account_id: str | None = None
    amount: Cents | None = None
    day: date | None = None
    reason: str = ""
    decision_id: str | None = None


@dataclass(frozen=True)
class UseDraft:
    """What is to be done with reserved money.

    Attributes:
        account_id: who gets it, for a settlement.
        amount: None for all that is still held.
        decision_id: None for the decision that reserved it.
    """

    reservation_id: str
    account_id: str | None = None
    amount: Cents | None = None
    day: date | None = None
    reason: str = ""
    decision_id: str | None = None


@dataclass(frozen=True)
class ReversalDraft:
    """The taking back of a whole transfer.

    Attributes:
        decision_id: the decision that allows it; money that came in may be taken back without one.
    """

    transfer_id: str
    day: date | None = None
    reason: str = ""
    decision_id: str | None = None


@dataclass(frozen=True)
class Roots:
    """The two accounts that every other hangs from or is fed by."""

    plan: Account
    outside: Account


def account_name(kind: AccountKind, name: str, tr: Translator) -> str:
    """Name of an account as shown; one without a name of its own (the outside, reserved sums) has its kind's."""
    return name or label(kind, tr)


def root_accounts(session: Session, plan: Plan) -> Roots:
    """The plan's own account and the outside of it; made when they are not there yet."""
    return Roots(
        plan=_ensure(session, plan.id, AccountKind.PLAN, plan.id, None, 0, plan.name),
        outside=_ensure(session, plan.id, AccountKind.OUTSIDE, plan.id, None, 1, ""),
    )


def ensure_source_account(session: Session, source: FundingSource) -> Account:
    """Account of a source, under its plan's; made when it is not there, renamed when the source was."""
    root_id = _root_id(session, source.plan_id)
    return _ensure(session, source.plan_id, AccountKind.SOURCE, source.id, root_id, source.position, source.name)


def ensure_area_account(session: Session, area: PriorityArea) -> Account:
    """Account of a priority area, under its plan's; made when it is not there, renamed when the area was."""
    root_id = _root_id(session, area.plan_id)
    position = list(PriorityLevel).index(PriorityLevel(area.level)) * 1000 + area.number
    name = f"{area_code(area.level, area.number)} {area.title}"
    return _ensure(session, area.plan_id, AccountKind.AREA, area.id, root_id, position, name)


def ensure_project_account(session: Session, proposal: Proposal) -> Account:
    """Account of a proposal's project, under its area's; made when it is not there, renamed when the proposal was.

    Raises:
        RuleBroken: "proposal.no_area", "account.fixed" when the account stands under another area.
    """
    area = session.get(PriorityArea, proposal.area_id) if proposal.area_id else None
    if area is None:
        raise RuleBroken("proposal.no_area", title=proposal.title)
    above = _find_account(session, area.id) or ensure_area_account(session, area)
    account = _ensure(
        session, area.plan_id, AccountKind.PROJECT, proposal.id, above.id, proposal.number, proposal.title
    )
    if account.parent_id != above.id:
        raise RuleBroken("account.fixed")
    return account


def ensure_paid_account(session: Session, project: Account) -> Account:
    """Account of what was paid out of a project, below it; made when it is not there."""
    return _ensure(session, project.plan_id, AccountKind.PAID, project.id, project.id, 1, "")


def keep_account_name(session: Session, subject_id: str, name: str) -> None:
    """Give the account of a source, area or proposal its subject's new name, when it has an account."""
    account = _find_account(session, subject_id)
    if account is not None:
        account.name = name


def _account_of(session: Session, subject_id: str) -> Account:
    """Account of a source, area or proposal (or the plan's own).

    Raises:
        NotFound: "record.gone".
    """
    account = _find_account(session, subject_id)
    if account is None:
        raise NotFound("record.gone")
    return account


_OF_SUBJECT = sa.select(Account).where(
    Account.subject_id == sa.bindparam("subject_id"),
    Account.kind.not_in((AccountKind.OUTSIDE, AccountKind.HELD, AccountKind.PAID)),
)
"""Asked for every account that a decision names, so made once."""


def _find_account(session: Session, subject_id: str) -> Account | None:
    return session.scalar(_OF_SUBJECT, {"subject_id": subject_id})


def _root_id(session: Session, plan_id: str) -> str:
    """Key of the plan's own account."""
    found = _find_account(session, plan_id)
    return root_accounts(session, _plan(session, plan_id)).plan.id if found is None else found.id


def _plan(session: Session, plan_id: str) -> Plan:
    plan = session.get(Plan, plan_id)
    assert plan is not None, "the plan is written before what belongs to it"
    return plan


def _ensure(
    session: Session,
    plan_id: str,
    kind: AccountKind,
    subject_id: str,
    parent_id: str | None,
    position: int,
    name: str,
) -> Account:
    """The account of that kind and subject, with that name and place among its siblings."""
    account = session.scalar(
        sa.select(Account).where(
            Account.plan_id == plan_id, Account.kind == kind.value, Account.subject_id == subject_id
        )
    )
    if account is None:
        account = Account(plan_id=plan_id, kind=kind.value, subject_id=subject_id, parent_id=parent_id)
        session.add(account)
    account.position, account.name = position, name
    session.flush()
    return account


# --- money ---------------------------------------------------------------------------------


def receive_source(store: Store, source_id: str, day: date | None) -> Changes:
    """Bring the whole amount of a source in from outside, by the source's act.

    Raises:
        InvalidInput: "field.required".
        NotFound: "record.gone".
        RuleBroken: "source.no_act", "source.not_due", "source.already_received".
    """
    on = _day(day)
    with store.write("receive_source") as session:
        source = get_row(session, FundingSource, source_id)
        if source.act_id is None:
            raise RuleBroken("source.no_act", name=source.name)
        if not source.due:
            raise RuleBroken("source.not_due", name=source.name, condition=source.condition)
        account = ensure_source_account(session, source)
        if _came_in(session, account.id):
            raise RuleBroken("source.already_received", name=source.name)
        outside = root_accounts(session, _plan(session, source.plan_id)).outside
        postings = {outside.id: -source.amount, account.id: source.amount}
        insert_entries(session, [Entry(TransferKind.FUNDING, on, source.name, postings, act_id=source.act_id)])
    return Changes.of("ledger", "plan", ids=(source_id,))


def _came_in(session: Session, account_id: str) -> bool:
    """Whether money came in on a source's account and was not taken back."""
    taken_back = sa.select(Transfer.reverses_id).where(Transfer.reverses_id.is_not(None))
    funding = sa.select(Transfer.id).join(Posting, Posting.transfer_id == Transfer.id)
    kind = Transfer.kind == TransferKind.FUNDING.value
    found = session.scalar(
        funding.where(kind, Posting.account_id == account_id, Transfer.id.not_in(taken_back)).limit(1)
    )
    return found is not None


def reverse_transfer(store: Store, draft: ReversalDraft) -> Changes:
    """Take a whole transfer back by a transfer that mirrors it.

    Raises:
        InvalidInput: "field.required", "transfer.before_origin".
        NotFound: "record.gone".
        RuleBroken: "transfer.is_reversal", "transfer.already_reversed", "decision.not_effective",
            "account.too_little", "account.over_ceiling", "transfer.over_reservation", "payment.to_recover".
    """
    on, reason = _day(draft.day), require_text(draft.reason, "reason")
    with store.write("reverse_transfer") as session:
        transfer = get_row(session, Transfer, draft.transfer_id)
        _refuse_voucher_money(session, sa.select(Posting.account_id).where(Posting.transfer_id == transfer.id))
        require_not_before(on, transfer.day)
        if transfer.kind == TransferKind.REVERSAL:
            raise RuleBroken("transfer.is_reversal")
        if session.scalar(sa.select(Transfer.id).where(Transfer.reverses_id == transfer.id)):
            raise RuleBroken("transfer.already_reversed")
        if draft.decision_id is not None or transfer.kind != TransferKind.FUNDING:
            _check_effective(session, require_key(draft.decision_id, "decision_id"))
        rows = session.scalars(sa.select(Posting).where(Posting.transfer_id == transfer.id))
        entry = Entry(
            TransferKind.REVERSAL,
            on,
            reason,
            {posting.account_id: -posting.cents for posting in rows},
            act_id=transfer.act_id,
            decision_id=draft.decision_id,
            reverses_id=transfer.id,
            reservation_id=transfer.id if transfer.kind == TransferKind.RESERVATION else transfer.reservation_id,
        )
        insert_entries(session, [entry])
        require_recoverable(session)
        _move_back(session, entry)
    return Changes.of("ledger", "plan", "proposals", ids=(entry.id,))


def _move_back(session: Session, entry: Entry) -> None:
    """Give proposals that a reversal took money from the state that goes with what they have left."""
    lessened = [account_id for account_id, cents in entry.postings.items() if cents < 0]
    rows = session.execute(
        sa.select(Proposal, AccountState.total)
        .join(Account, sa.and_(Account.subject_id == Proposal.id, Account.kind == AccountKind.PROJECT.value))
        .join(AccountState, AccountState.account_id == Account.id)
        .where(Account.id.in_(lessened))
    )
    found = rows.tuples().all()
    asked = asked_amounts(session) if found else {}
    for proposal, left in found:
        move_back(
            session,
            proposal,
            left,
            requested_amount(proposal.grant_requested, asked.get(proposal.id), proposal.grant_declared),
        )


def reserve(store: Store, draft: ReservationDraft) -> Changes:
    """Set money of an account aside, so that nothing else can use it; the first key of the result is the reservation's.

    Raises:
        InvalidInput: "field.required", "amount.not_positive", "amount.too_large".
        NotFound: "record.gone".
        RuleBroken: "decision.not_effective", "account.too_little".
    """
    on, reason, amount = _day(draft.day), require_text(draft.reason, "reason"), _positive(draft.amount)
    account_id, decision_id = require_key(draft.account_id, "account_id"), require_key(draft.decision_id, "decision_id")
    with store.write("reserve") as session:
        account = get_row(session, Account, account_id)
        _refuse_voucher_money(session, sa.select(Account.id).where(Account.id == account.id))
        _check_effective(session, decision_id)
        held = _ensure(session, account.plan_id, AccountKind.HELD, account.id, account.id, 0, "")
        postings = {account.id: -amount, held.id: amount}
        entry = Entry(TransferKind.RESERVATION, on, reason, postings, decision_id=decision_id)
        insert_entries(session, [entry])
    return Changes.of("ledger", ids=(entry.id, account_id))


def settle_reservation(store: Store, draft: UseDraft) -> Changes:
    """Move reserved money to the account that it was reserved for, in full or in part.

    Raises:
        InvalidInput: "field.required", "amount.not_positive", "amount.too_large", "transfer.before_origin".
        NotFound: "record.gone".
        RuleBroken: "transfer.no_reservation", "transfer.over_reservation", "transfer.only_reservations_hold",
            "decision.not_effective", "account.over_ceiling".
    """
    return _use(
        store, "settle_reservation", TransferKind.SETTLEMENT, draft, require_key(draft.account_id, "account_id")
    )


def release_reservation(store: Store, draft: UseDraft) -> Changes:
    """Give reserved money back to the account that it was taken from, in full or in part.

    Raises:
        InvalidInput, NotFound, RuleBroken: as `settle_reservation`.
    """
    return _use(store, "release_reservation", TransferKind.RELEASE, draft, None)


def _use(store: Store, verb: str, kind: TransferKind, draft: UseDraft, to: str | None) -> Changes:
    on, reason = _day(draft.day), require_text(draft.reason, "reason")
    with store.write(verb) as session:
        reservation = get_row(session, Transfer, draft.reservation_id)
        if reservation.kind != TransferKind.RESERVATION:
            raise RuleBroken("transfer.no_reservation")
        require_not_before(on, reservation.day)
        giver, held, left = _reserved(session, reservation.id)
        _refuse_voucher_money(session, sa.select(Account.id).where(Account.id == giver))
        if to == held:
            raise RuleBroken("transfer.only_reservations_hold", field="account_id")
        amount = Cents(left) if draft.amount is None else _positive(draft.amount)
        if not 0 < amount <= left:
            raise RuleBroken("transfer.over_reservation")
        decision_id = draft.decision_id or reservation.decision_id
        assert decision_id is not None, "a reservation is made under a decision"
        _check_effective(session, decision_id)
        entry = Entry(
            kind,
            on,
            reason,
            {held: -amount, to or giver: amount},
            None,
            decision_id,
            None,
            reservation_id=reservation.id,
        )
        insert_entries(session, [entry])
    return Changes.of("ledger", ids=(entry.id, reservation.id))


def _refuse_voucher_money(session: Session, accounts: sa.Select[tuple[str]]) -> None:
    """What a programme of vouchers or a firm has moves by the verbs of vouchers alone."""
    of_vouchers = sa.select(Account.id).where(Account.kind.in_((AccountKind.PROGRAMME.value, AccountKind.FIRM.value)))
    within = sa.or_(Account.id.in_(of_vouchers), Account.parent_id.in_(of_vouchers))
    if session.scalar(sa.select(Account.id).where(Account.id.in_(accounts), within).limit(1)):
        raise RuleBroken("transfer.only_vouchers_move")


def _reserved(session: Session, reservation_id: str) -> tuple[str, str, int]:
    """Account that a reservation was taken from, account that holds it, cents still held."""
    rows = session.scalars(
        sa.select(Posting).where(Posting.transfer_id == reservation_id).order_by(Posting.cents)
    ).all()
    giver, held = rows[0].account_id, rows[-1].account_id
    of_it = sa.or_(Transfer.id == reservation_id, Transfer.reservation_id == reservation_id)
    left = session.scalar(sa.select(sa.func.sum(Posting.cents)).join(Transfer).where(Posting.account_id == held, of_it))
    return giver, held, left or 0


def post_entries(store: Store, entries: Sequence[Entry]) -> Changes:
    """Write many transfers at once, in order; one that reverses another comes in a later call.

    Raises:
        RuleBroken: what the engine refuses.
    """
    with store.write("post_entries") as session:
        insert_entries(session, entries)
    return Changes.of("ledger", ids=tuple(entry.id for entry in entries))


def _day(day: date | None) -> date:
    if day is None:
        raise InvalidInput("field.required", field="day")
    return day


def require_not_before(day: date, origin: date) -> None:
    """What a movement leads to comes after it: an account would be below zero on the days between.

    Raises:
        InvalidInput: "transfer.before_origin".
    """
    if day < origin:
        raise InvalidInput("transfer.before_origin", field="day", origin=origin)


def _positive(amount: Cents | None) -> Cents:
    if amount is None:
        raise InvalidInput("field.required", field="amount")
    if amount <= 0:
        raise InvalidInput("amount.not_positive", field="amount")
    if amount > CENTS_MAX:
        raise InvalidInput("amount.too_large", field="amount", text=format_cents(amount))
    return amount


def _check_effective(session: Session, decision_id: str) -> None:
    if get_row(session, Decision, decision_id).effective_at is None:
        raise RuleBroken("decision.not_effective")
