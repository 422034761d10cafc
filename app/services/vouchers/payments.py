"""What a settlement pays: its list, payee by payee, and the file for the bank."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import SettlementLineState, SettlementState
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.meetings import Decision
from app.models.money import Cents
from app.models.store import Store
from app.models.voucher_ledger import PaymentFile, Voucher, VoucherSettlement, VoucherSettlementLine, VoucherUse
from app.models.vouchers import VoucherProgramme
from app.services.changes import Changes
from app.services.children import get_row
from app.services.decisions.decisions import decision_label
from app.services.files import atomic_write
from app.services.vouchers.days import today_of
from app.services.vouchers.sepa import CreditTransfer, Payer, iban_right, payment_message
from app.services.vouchers.settlement import SettlementDraft, payee_key

EXECUTION_DAYS = 60
"""How far from the day of the file a bank takes a day of execution."""


@dataclass(frozen=True)
class SettlementRow:
    """A settlement in a list.

    Attributes:
        payments, uses: how many payees and uses.
        cents: in all; `refused` of it, sent back by the bank.
        file: whether the file for the bank was made.
    """

    id: str
    programme_id: str
    programme: str
    year: int
    number: int
    state: SettlementState
    day: date
    ground: str
    payments: int
    uses: int
    cents: Cents
    refused: Cents
    date_paid: date | None
    file: bool
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class SettledUse:
    """A use that a settlement pays."""

    voucher_id: str
    code: str
    day: date
    units: int
    document: str
    cents: Cents
    state: SettlementLineState


@dataclass(frozen=True)
class SettlementPayment:
    """What one payee gets in a settlement.

    Attributes:
        number: within the settlement; the reference of the payment is made of it.
        iban_right: whether a bank would take the account.
        state: paid, to pay, or refused by the bank on `date_refused` for `reason`.
    """

    number: int
    household_id: str | None
    organisation_id: str | None
    name: str
    iban: str
    iban_right: bool
    cents: Cents
    state: SettlementLineState
    date_refused: date | None
    reason: str
    uses: tuple[SettledUse, ...]


# --- reading -------------------------------------------------------------------------------


def settlement_rows(store: Store, programme_id: str | None = None) -> tuple[SettlementRow, ...]:
    """All settlements, or those of a programme, the newest first."""
    refused = VoucherSettlementLine.state == SettlementLineState.REFUSED.value
    who = sa.func.coalesce(VoucherSettlementLine.household_id, VoucherSettlementLine.organisation_id)
    sums = (
        sa.select(
            VoucherSettlementLine.settlement_id,
            sa.func.count(sa.distinct(who + VoucherSettlementLine.payee_iban)).label("payments"),
            sa.func.count().label("uses"),
            sa.func.sum(VoucherSettlementLine.cents).label("cents"),
            sa.func.sum(sa.case((refused, VoucherSettlementLine.cents), else_=0)).label("refused"),
        )
        .group_by(VoucherSettlementLine.settlement_id)
        .subquery()
    )
    made = sa.exists().where(PaymentFile.settlement_id == VoucherSettlement.id)
    query = (
        sa.select(VoucherSettlement, VoucherProgramme.name, sums, made)
        .join(VoucherProgramme, VoucherProgramme.id == VoucherSettlement.programme_id)
        .join(sums, sums.c.settlement_id == VoucherSettlement.id)
        .order_by(VoucherSettlement.day.desc(), VoucherSettlement.id.desc())
    )
    if programme_id is not None:
        query = query.where(VoucherSettlement.programme_id == programme_id)
    with store.read() as session:
        return tuple(
            SettlementRow(
                id=row.id,
                programme_id=row.programme_id,
                programme=programme,
                year=row.year,
                number=row.number,
                state=SettlementState(row.state),
                day=row.day,
                ground=row.act or _decision(session, row),
                payments=payments,
                uses=uses,
                cents=Cents(cents),
                refused=Cents(sent_back),
                date_paid=row.date_paid,
                file=file,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, programme, _key, payments, uses, cents, sent_back, file in session.execute(query)
        )


def _decision(session: Session, row: VoucherSettlement) -> str:
    return "" if row.decision_id is None else decision_label(session.get_one(Decision, row.decision_id))


def load_settlement(store: Store, settlement_id: str) -> SettlementDraft:
    """A settlement as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, VoucherSettlement, settlement_id)
        cents = session.scalar(sa.select(sa.func.sum(VoucherSettlementLine.cents)).filter_by(settlement_id=row.id))
        return SettlementDraft(
            id=row.id,
            programme_id=row.programme_id,
            year=row.year,
            number=row.number,
            state=SettlementState(row.state),
            day=row.day,
            act=row.act,
            act_day=row.act_day,
            decision_id=row.decision_id,
            note=row.note,
            cents=Cents(cents or 0),
            date_paid=row.date_paid,
            file=session.scalar(sa.select(PaymentFile.id).filter_by(settlement_id=row.id)) is not None,
            source_line=row.source_line,
        )


def settlement_payments(store: Store, settlement_id: str) -> tuple[SettlementPayment, ...]:
    """What a settlement pays, payee by payee, by the numbers of the payments; their sum is the settlement's.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        get_row(session, VoucherSettlement, settlement_id)
        return payments_of(session, settlement_id)


def payments_of(session: Session, settlement_id: str) -> tuple[SettlementPayment, ...]:
    """As `settlement_payments`, in a session of the caller's."""
    rows = session.execute(
        sa.select(VoucherSettlementLine, VoucherUse, Voucher.code)
        .join(VoucherUse, VoucherUse.id == VoucherSettlementLine.use_id)
        .join(Voucher, Voucher.id == VoucherSettlementLine.voucher_id)
        .where(VoucherSettlementLine.settlement_id == settlement_id)
        .order_by(VoucherSettlementLine.position)
    ).tuples()
    groups: dict[tuple[str, str], list[tuple[VoucherSettlementLine, VoucherUse, str]]] = {}
    for line, use, code in rows:
        groups.setdefault(payee_key(line), []).append((line, use, code))
    return tuple(_payment(number, group) for number, group in enumerate(groups.values(), start=1))


def _payment(number: int, group: Sequence[tuple[VoucherSettlementLine, VoucherUse, str]]) -> SettlementPayment:
    first = group[0][0]
    return SettlementPayment(
        number=number,
        household_id=first.household_id,
        organisation_id=first.organisation_id,
        name=first.payee_name,
        iban=first.payee_iban,
        iban_right=iban_right(first.payee_iban),
        cents=Cents(sum(line.cents for line, _use, _code in group)),
        state=SettlementLineState(first.state),
        date_refused=first.date_refused,
        reason=first.reason,
        uses=tuple(
            SettledUse(
                line.voucher_id, code, use.day, use.units, use.document, line.cents, SettlementLineState(line.state)
            )
            for line, use, code in group
        ),
    )


# --- the file for the bank ---------------------------------------------------------------------


def make_payment_file(store: Store, settlement_id: str, day: date | None, *, validated: bool = True) -> Changes:
    """Make the credit transfer file of a released settlement, once: what is made can be read again at any time.

    Args:
        day: that the bank is asked to pay on.
        validated: see `payment_message`.

    Raises:
        InvalidInput: "field.required", "payment_file.day", "payer.name_missing", "payer.iban_wrong".
        NotFound: "record.gone".
        RuleBroken: "settlement.not_released", "payment_file.made_already", "payee.name_missing", "payee.iban_wrong",
            "payee.amount".
    """
    if day is None:
        raise InvalidInput("field.required", field="day")
    today = today_of(store)
    if not today <= day <= today + timedelta(days=EXECUTION_DAYS):
        raise InvalidInput("payment_file.day", field="day", day=day, today=today, days=EXECUTION_DAYS)
    made_at = store.clock()
    with store.write("make_payment_file") as session:
        row = get_row(session, VoucherSettlement, settlement_id)
        if row.state != SettlementState.RELEASED.value:
            raise RuleBroken(
                "settlement.not_released", number=row.number, year=row.year, state=SettlementState(row.state)
            )
        if session.scalar(sa.select(PaymentFile.id).filter_by(settlement_id=row.id)):
            raise RuleBroken("payment_file.made_already", number=row.number, year=row.year)
        programme = session.get_one(VoucherProgramme, row.programme_id)
        message = f"{programme.code}-{row.year}-{row.number:04d}"
        payments = [each for each in payments_of(session, row.id) if each.state is SettlementLineState.PAID]
        transfers = [_transfer(message, programme, each) for each in payments]
        payer = Payer(programme.payer_name, programme.payer_iban, programme.payer_bic)
        content = payment_message(payer, transfers, message=message, made_at=made_at, day=day, validated=validated)
        file = PaymentFile(
            settlement_id=row.id,
            number=1,
            message_id=message,
            made_at=made_at,
            day_execution=day,
            digest=hashlib.sha256(content).hexdigest(),
            content=content.decode(),
        )
        session.add(file)
    return Changes.of("vouchers", ids=(file.id, settlement_id))


def _transfer(message: str, programme: VoucherProgramme, payment: SettlementPayment) -> CreditTransfer:
    codes = " ".join(dict.fromkeys(use.code for use in payment.uses))
    return CreditTransfer(
        reference=f"{message}/{payment.number}",
        name=payment.name,
        iban=payment.iban,
        amount=payment.cents,
        text=f"{programme.name}: {codes}",
    )


@dataclass(frozen=True)
class MadeFile:
    """A file for the bank as it was made; `digest` is its SHA-256."""

    name: str
    message_id: str
    day_execution: date
    digest: str
    content: bytes


def payment_file(store: Store, settlement_id: str) -> MadeFile:
    """The file for the bank of a settlement, as it was made.

    Raises:
        NotFound: "payment_file.not_made".
    """
    with store.read() as session:
        row = session.scalar(
            sa.select(PaymentFile).filter_by(settlement_id=settlement_id).order_by(PaymentFile.number.desc()).limit(1)
        )
        if row is None:
            raise NotFound("payment_file.not_made")
        return MadeFile(f"{row.message_id}.xml", row.message_id, row.day_execution, row.digest, row.content.encode())


def save_payment_file(store: Store, settlement_id: str, path: Path) -> None:
    """Write the file for the bank of a settlement to disk, as it was made.

    Raises:
        EnvironmentFailed: see `atomic_write`.
        NotFound: "payment_file.not_made".
    """
    made = payment_file(store, settlement_id)
    with atomic_write(path) as file:
        file.write(made.content)
