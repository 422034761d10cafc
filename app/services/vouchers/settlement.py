"""Settlements: uses that are paid together, checked by a second person, fixed by an act, refused by the bank or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.enums import AccountKind, PayTo, SettlementLineState, SettlementState, TransferKind
from app.models.errors import InvalidInput, RuleBroken
from app.models.households import Household
from app.models.ledger import Account, Entry, insert_entries
from app.models.meetings import Decision
from app.models.money import Cents
from app.models.network import Organisation
from app.models.records import insert_records
from app.models.store import Store
from app.models.voucher_ledger import Voucher, VoucherSettlement, VoucherSettlementLine, VoucherUse
from app.models.vouchers import ProgrammeRules, VoucherProgramme, VoucherRequest
from app.services.changes import Changes
from app.services.checks import require_key, require_text
from app.services.children import delete_children, get_row, save_row
from app.services.ledger.ledger import ensure_paid_account
from app.services.users.four_eyes import check_other_person
from app.services.vouchers.days import past_day
from app.services.vouchers.using import keep_state, reserved_accounts


@dataclass(frozen=True)
class SettlementDraft:
    """A settlement as it is entered.

    Attributes:
        number, year, state, cents, date_paid, file: shown only; `file` whether the one for the bank was made.
        day: uses up to this day are paid.
        act, act_day, decision_id: what fixes it: an act or a decision; needed at its release.
    """

    id: str | None = None
    programme_id: str | None = None
    year: int = 0
    number: int = 0
    state: SettlementState = SettlementState.ENTERED
    day: date | None = None
    act: str = ""
    act_day: date | None = None
    decision_id: str | None = None
    note: str = ""
    cents: Cents | None = None
    date_paid: date | None = None
    file: bool = False
    source_line: int | None = None


@dataclass(frozen=True)
class RefusalDraft:
    """A payment that the bank sent back.

    Attributes:
        payment: number of the payment within the settlement, as in the file and in the list.
    """

    settlement_id: str
    payment: int = 0
    day: date | None = None
    reason: str = ""


class _Due(NamedTuple):
    """A use that no settlement pays; a bare tuple, since a settlement has thousands of them.

    Attributes:
        organisation_id: the firm or body that asked for itself.
        family: name, holder of the account and account of the household that asked.
    """

    use_id: str
    voucher_id: str
    code: str
    day: date
    cents: Cents
    provider_id: str | None
    household_id: str | None
    organisation_id: str | None
    pay_to: str
    family: str | None
    family_holder: str | None
    family_iban: str | None


class _Payee(NamedTuple):
    """Who is paid for a use."""

    household_id: str | None
    organisation_id: str | None
    payee_name: str
    payee_iban: str


def save_settlement(store: Store, draft: SettlementDraft) -> Changes:
    """Enter a settlement of every use of a programme up to a day that is not in another one; or change what fixes it.

    Raises:
        InvalidInput: "field.required", "date.in_future".
        NotFound: "record.gone".
        RuleBroken: "settlement.nothing_to_pay", "settlement.not_entered".
    """
    day = past_day(store, draft.day)
    with store.write("save_settlement") as session:
        programme = get_row(session, VoucherProgramme, require_key(draft.programme_id, "programme_id"))
        values = {
            "act": draft.act.strip(),
            "act_day": draft.act_day,
            "decision_id": draft.decision_id,
            "note": draft.note.strip(),
        }
        if draft.id is not None:
            row = get_row(session, VoucherSettlement, draft.id)
            if row.state == SettlementState.RELEASED.value:
                raise RuleBroken("settlement.released", number=row.number, year=row.year)
            save_row(session, VoucherSettlement, row.id, values)
            return Changes.of("vouchers", ids=(row.id,))
        uses = _unpaid(session, programme.id, day)
        if not uses:
            raise RuleBroken("settlement.nothing_to_pay")
        made = {"programme_id": programme.id, "year": day.year, "number": _next_number(session, programme.id, day.year)}
        row = save_row(
            session, VoucherSettlement, None, {**made, **values, "day": day, "source_line": draft.source_line}
        )
        session.flush()
        _add_lines(session, row, uses)
    return Changes.of("vouchers", ids=(row.id,))


def _next_number(session: Session, programme_id: str, year: int) -> int:
    query = sa.select(sa.func.max(VoucherSettlement.number)).filter_by(programme_id=programme_id, year=year)
    return 1 + (session.scalar(query) or 0)


def _unpaid(session: Session, programme_id: str, day: date) -> list[_Due]:
    """Uses of a programme up to a day that no settlement pays, with whom the money may go to."""
    correction, line = aliased(VoucherUse), VoucherSettlementLine
    query = (
        sa.select(
            *(VoucherUse.id, Voucher.id, Voucher.code, VoucherUse.day, VoucherUse.cents, VoucherUse.provider_id),
            *(VoucherRequest.household_id, VoucherRequest.organisation_id, ProgrammeRules.pay_to),
            *(Household.name, Household.iban_holder, Household.iban),
        )
        .join(Voucher, Voucher.id == VoucherUse.voucher_id)
        .join(VoucherRequest, VoucherRequest.id == Voucher.request_id)
        .join(ProgrammeRules, ProgrammeRules.id == VoucherRequest.rules_id)
        .outerjoin(Household, Household.id == VoucherRequest.household_id)
        .where(
            Voucher.programme_id == programme_id,
            VoucherUse.day <= day,
            VoucherUse.reverses_id.is_(None),
            ~sa.exists().where(correction.reverses_id == VoucherUse.id),
            ~sa.exists().where(line.use_id == VoucherUse.id, line.state != SettlementLineState.REFUSED.value),
        )
        .order_by(Voucher.code, VoucherUse.number)
    )
    return [_Due._make(row) for row in session.execute(query).tuples()]


def _add_lines(session: Session, row: VoucherSettlement, uses: Iterable[_Due]) -> None:
    bodies = {each.id: each for each in session.scalars(sa.select(Organisation))}
    lines = (
        {
            "settlement_id": row.id,
            "position": position,
            "use_id": use.use_id,
            "voucher_id": use.voucher_id,
            "cents": use.cents,
            **_payee(use, bodies)._asdict(),
        }
        for position, use in enumerate(uses, start=1)
    )
    insert_records(session, VoucherSettlementLine, lines)


def _payee(use: _Due, bodies: Mapping[str, Organisation]) -> _Payee:
    """The provider, or whoever is paid back: the family, or the firm or body that asked for itself."""
    pay_to = PayTo(use.pay_to)
    if pay_to is PayTo.FAMILY and use.household_id is not None:
        return _Payee(use.household_id, None, use.family_holder or use.family or "", use.family_iban or "")
    key = use.provider_id if pay_to is PayTo.PROVIDER else use.organisation_id
    if key is None:
        raise RuleBroken("settlement.no_payee", number=use.code, day=use.day)
    body = bodies[key]
    return _Payee(None, body.id, body.iban_holder or body.name, body.iban)


def delete_settlement(store: Store, settlement_id: str) -> Changes:
    """Delete the newest settlement of a programme and year while it is not checked; numbers stay without gaps.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "settlement.not_entered", "settlement.not_newest".
    """
    with store.write("delete_settlement") as session:
        row = get_row(session, VoucherSettlement, settlement_id)
        _require(row, SettlementState.ENTERED, "settlement.not_entered")
        if _next_number(session, row.programme_id, row.year) != row.number + 1:
            raise RuleBroken("settlement.not_newest", number=row.number, year=row.year)
        delete_children(session, VoucherSettlementLine, "settlement_id", (row.id,))
        session.flush()
        session.delete(row)
    return Changes.of("vouchers", ids=(settlement_id,))


def check_settlement(store: Store, settlement_id: str) -> Changes:
    """Say that a settlement was checked; by another person than who entered it, where the archive has users.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "settlement.not_entered", "right.same_person".
    """
    with store.write("check_settlement") as session:
        row = get_row(session, VoucherSettlement, settlement_id)
        _require(row, SettlementState.ENTERED, "settlement.not_entered")
        _require_other_person(store, session, row)
        row.state = SettlementState.CHECKED.value
    return Changes.of("vouchers", ids=(settlement_id,))


def return_settlement(store: Store, settlement_id: str) -> Changes:
    """Give a checked settlement back to who entered it.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "settlement.not_checked".
    """
    with store.write("return_settlement") as session:
        row = get_row(session, VoucherSettlement, settlement_id)
        _require(row, SettlementState.CHECKED, "settlement.not_checked")
        row.state = SettlementState.ENTERED.value
    return Changes.of("vouchers", ids=(settlement_id,))


def _require(row: VoucherSettlement, state: SettlementState, code: str) -> None:
    if row.state != state.value:
        raise RuleBroken(code, number=row.number, year=row.year, state=SettlementState(row.state))


def _require_other_person(store: Store, session: Session, row: VoucherSettlement) -> None:
    if store.person is not None:
        check_other_person(store, session, VoucherSettlement.__tablename__, row.id)


def release_settlement(store: Store, settlement_id: str, day: date | None) -> Changes:
    """Pay: what vouchers held goes to what was paid; by another person than who entered it, by an act or a decision.

    Raises:
        InvalidInput: "field.required", "date.in_future", "settlement.before_act", "settlement.before_use".
        NotFound: "record.gone".
        RuleBroken: "settlement.not_checked", "settlement.no_act", "decision.not_effective", "right.same_person".
    """
    on = past_day(store, day)
    with store.write("release_settlement") as session:
        row = get_row(session, VoucherSettlement, settlement_id)
        _require(row, SettlementState.CHECKED, "settlement.not_checked")
        _require_other_person(store, session, row)
        reason = _ground(session, row)
        if row.act_day is not None and on < row.act_day:
            raise InvalidInput("settlement.before_act", field="day", act_day=row.act_day)
        lines = _lines(session, row.id, SettlementLineState.TO_PAY)
        last = _last_day(session, row.id)
        if on < last:
            raise InvalidInput("settlement.before_use", field="day", last=last)
        row.date_paid = on
        _pay(session, lines, on, reason, row.decision_id)
        row.state = SettlementState.RELEASED.value
    return Changes.of("vouchers", "ledger", ids=(settlement_id,))


def _ground(session: Session, row: VoucherSettlement) -> str:
    """What the entries of a settlement say that it is fixed by."""
    if row.decision_id is not None:
        decision = session.get_one(Decision, row.decision_id)
        if decision.effective_at is None:
            raise RuleBroken("decision.not_effective")
        return row.act or decision.subject
    if not row.act:
        raise RuleBroken("settlement.no_act", number=row.number, year=row.year)
    return row.act


def _last_day(session: Session, settlement_id: str) -> date:
    """The day by which all that a settlement pays was used, of vouchers that had been given."""
    used, issued = session.execute(
        sa.select(sa.func.max(VoucherUse.day), sa.func.max(Voucher.day_issued))
        .select_from(VoucherSettlementLine)
        .join(VoucherUse, VoucherUse.id == VoucherSettlementLine.use_id)
        .join(Voucher, Voucher.id == VoucherSettlementLine.voucher_id)
        .where(VoucherSettlementLine.settlement_id == settlement_id)
    ).one()
    last: date = max(used, issued)
    return last


def _lines(session: Session, settlement_id: str, state: SettlementLineState) -> list[VoucherSettlementLine]:
    query = sa.select(VoucherSettlementLine).filter_by(settlement_id=settlement_id, state=state.value)
    return list(session.scalars(query.order_by(VoucherSettlementLine.position)))


def _pay(
    session: Session, lines: Sequence[VoucherSettlementLine], day: date, reason: str, decision_id: str | None
) -> None:
    """Post each line: one entry, within the reservation of its voucher."""
    vouchers = _vouchers(session, lines)
    purses: dict[str, str] = {}
    entries = []
    for line in lines:
        voucher = vouchers[line.voucher_id]
        giver, held = reserved_accounts(session, voucher)
        if giver not in purses:
            purses[giver] = ensure_paid_account(session, session.get_one(Account, giver)).id
        entry = Entry(
            TransferKind.SETTLEMENT,
            day,
            reason,
            {held: -line.cents, purses[giver]: int(line.cents)},
            decision_id=decision_id or voucher.decision_id,
            reservation_id=voucher.transfer_id,
        )
        entries.append(entry)
    insert_entries(session, entries)
    for line, entry in zip(lines, entries, strict=True):
        line.state, line.transfer_id = SettlementLineState.PAID.value, entry.id
    session.flush()
    _count(vouchers, [(line.voucher_id, line.cents) for line in lines])


def _vouchers(session: Session, lines: Sequence[VoucherSettlementLine]) -> dict[str, Voucher]:
    settlements = {line.settlement_id for line in lines}
    keys = sa.select(VoucherSettlementLine.voucher_id).where(VoucherSettlementLine.settlement_id.in_(settlements))
    return {row.id: row for row in session.scalars(sa.select(Voucher).where(Voucher.id.in_(keys)))}


def _count(vouchers: dict[str, Voucher], parts: Sequence[tuple[str, int]]) -> None:
    """Add what was settled to its vouchers."""
    for key, cents in parts:
        vouchers[key].settled = Cents(vouchers[key].settled + cents)
        keep_state(vouchers[key])


def refuse_payment(store: Store, draft: RefusalDraft) -> Changes:
    """Record that the bank sent a payment back: its money is held again, and its uses wait for another settlement.

    Raises:
        InvalidInput: "field.required", "date.in_future", "settlement.before_payment", "settlement.payment_unknown".
        NotFound: "record.gone".
        RuleBroken: "settlement.not_released", "settlement.refused_already".
    """
    day, reason = past_day(store, draft.day), require_text(draft.reason, "reason")
    with store.write("refuse_payment") as session:
        refuse_payments(session, draft.settlement_id, {draft.payment: reason}, day)
    return Changes.of("vouchers", "ledger", ids=(draft.settlement_id,))


def refuse_payments(session: Session, settlement_id: str, reasons: Mapping[int, str], day: date) -> None:
    """As `refuse_payment`, for several payments of a settlement, each with its reason; in a session of the caller's."""
    row = get_row(session, VoucherSettlement, settlement_id)
    _require(row, SettlementState.RELEASED, "settlement.not_released")
    assert row.date_paid is not None
    if day < row.date_paid:
        raise InvalidInput("settlement.before_payment", field="day", date_paid=row.date_paid)
    for payment, lines in _of_payments(session, row.id, reasons).items():
        if not lines:
            raise InvalidInput("settlement.payment_unknown", field="payment", payment=payment)
        if all(line.state == SettlementLineState.REFUSED.value for line in lines):
            raise RuleBroken("settlement.refused_already", field="payment", payment=payment)
        _take_back(session, row, lines, day, reasons[payment])


def _of_payments(
    session: Session, settlement_id: str, payments: Iterable[int]
) -> dict[int, list[VoucherSettlementLine]]:
    query = sa.select(VoucherSettlementLine).filter_by(settlement_id=settlement_id)
    lines = list(session.scalars(query.order_by(VoucherSettlementLine.position)))
    numbers = payment_numbers(lines)
    found: dict[int, list[VoucherSettlementLine]] = {payment: [] for payment in payments}
    for line in lines:
        number = numbers[payee_key(line)]
        if number in found:
            found[number].append(line)
    return found


def payee_key(line: VoucherSettlementLine) -> tuple[str, str]:
    """Who is paid by a line, and on which account."""
    return line.household_id or line.organisation_id or "", line.payee_iban


def payment_numbers(lines: Sequence[VoucherSettlementLine]) -> dict[tuple[str, str], int]:
    """Number of each payment of a settlement by its payee: from 1, in the order of the lines."""
    keys = dict.fromkeys(payee_key(line) for line in lines)
    return {key: number for number, key in enumerate(keys, start=1)}


def _take_back(
    session: Session, row: VoucherSettlement, lines: Sequence[VoucherSettlementLine], day: date, reason: str
) -> None:
    vouchers = _vouchers(session, lines)
    entries = []
    for line in lines:
        voucher = vouchers[line.voucher_id]
        giver, held = reserved_accounts(session, voucher)
        purse = session.scalars(
            sa.select(Account.id).where(Account.parent_id == giver, Account.kind == AccountKind.PAID.value)
        ).one()
        entries.append(
            Entry(
                TransferKind.REVERSAL,
                day,
                reason,
                {purse: -line.cents, held: int(line.cents)},
                decision_id=row.decision_id or voucher.decision_id,
                reverses_id=line.transfer_id,
                reservation_id=voucher.transfer_id,
            )
        )
    insert_entries(session, entries)
    for line in lines:
        line.state, line.date_refused, line.reason = SettlementLineState.REFUSED.value, day, reason
    session.flush()
    _count(vouchers, [(line.voucher_id, -line.cents) for line in lines])
