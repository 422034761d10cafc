"""The bank's report on a settlement: matched with its payments, and taken only when all of it fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import SettlementLineState, SettlementState
from app.models.errors import RuleBroken
from app.models.money import Cents
from app.models.store import Store
from app.models.voucher_ledger import PaymentFile, VoucherSettlement
from app.services.changes import Changes
from app.services.children import get_row
from app.services.network.codes import bare_code
from app.services.vouchers.bank_message import PARTLY, REFUSED, TAKEN, BankMessage, BankStatus, read_bank_message
from app.services.vouchers.days import past_day
from app.services.vouchers.payments import SettlementPayment, payments_of
from app.services.vouchers.settlement import refuse_payments
from app.services.wording.texts import N_


class BankLineState(StrEnum):
    """What becomes of a line of the report; all but the first two are differences."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    TWICE = "twice"
    OTHER_AMOUNT = "other_amount"
    OTHER_ACCOUNT = "other_account"
    REFUSED_ALREADY = "refused_already"
    OTHER_STATUS = "other_status"


BANK_LINE_WORDS: Mapping[BankLineState, str] = {
    BankLineState.TAKEN: N_("Taken by the bank"),
    BankLineState.REFUSED: N_("Sent back by the bank"),
    BankLineState.UNKNOWN: N_("No payment of this settlement has this reference"),
    BankLineState.TWICE: N_("Named twice in the report"),
    BankLineState.OTHER_AMOUNT: N_("Another amount than that of the payment"),
    BankLineState.OTHER_ACCOUNT: N_("Another account than that of the payment"),
    BankLineState.REFUSED_ALREADY: N_("Recorded as refused already"),
    BankLineState.OTHER_STATUS: N_("A status that is not known"),
}


@dataclass(frozen=True)
class BankLine:
    """What the bank says of a payment, and how that fits.

    Attributes:
        reference: as the report writes it.
        number, name, cents: of the payment that it is of; 0, empty and what the report says when there is none.
        status, reason: as the bank writes them.
    """

    reference: str
    number: int
    name: str
    cents: Cents | None
    status: str
    reason: str
    state: BankLineState

    @property
    def differs(self) -> bool:
        """Whether it stands in the way of the report."""
        return self.state not in (BankLineState.TAKEN, BankLineState.REFUSED)


@dataclass(frozen=True)
class BankReport:
    """A report that is of a settlement; nothing of it is written yet."""

    message: BankMessage
    lines: tuple[BankLine, ...]

    @property
    def differences(self) -> int:
        """How many lines do not fit."""
        return sum(line.differs for line in self.lines)

    @property
    def refused(self) -> tuple[BankLine, ...]:
        """Lines of payments that come back."""
        return tuple(line for line in self.lines if line.state is BankLineState.REFUSED)

    @property
    def cents(self) -> Cents:
        """What comes back."""
        return Cents(sum(line.cents or 0 for line in self.refused))


def read_bank_report(store: Store, settlement_id: str, path: Path) -> BankReport:
    """A payment status report, matched with the payments of a settlement line by line.

    Raises:
        EnvironmentFailed, InvalidInput: see `read_bank_message`.
        NotFound: "record.gone".
        RuleBroken: "settlement.not_released", "payment_file.not_made", "bank_report.other_file".
    """
    message = read_bank_message(path)
    with store.read() as session:
        return _matched(session, settlement_id, message)


def take_bank_report(store: Store, settlement_id: str, path: Path) -> Changes:
    """Record every payment that a report says is refused, all or none: their money is held again.

    Raises:
        EnvironmentFailed, InvalidInput: see `read_bank_message`; "date.in_future", "settlement.before_payment".
        NotFound: "record.gone".
        RuleBroken: see `read_bank_report`; "bank_report.differs" with `lines` and the first of them as `reference`,
            "bank_report.none_refused".
    """
    message = read_bank_message(path)
    day = past_day(store, message.day)
    with store.write("refuse_payment") as session:
        report = _matched(session, settlement_id, message)
        wrong = [line for line in report.lines if line.differs]
        if wrong:
            raise RuleBroken("bank_report.differs", lines=len(wrong), reference=wrong[0].reference)
        if not report.refused:
            raise RuleBroken("bank_report.none_refused", name=path.name)
        refuse_payments(
            session, settlement_id, {line.number: line.reason or line.status for line in report.refused}, day
        )
    return Changes.of("vouchers", "ledger", ids=(settlement_id,))


def _matched(session: Session, settlement_id: str, message: BankMessage) -> BankReport:
    row = get_row(session, VoucherSettlement, settlement_id)
    if row.state != SettlementState.RELEASED.value:
        raise RuleBroken("settlement.not_released", number=row.number, year=row.year, state=SettlementState(row.state))
    sent = session.scalars(sa.select(PaymentFile.message_id).filter_by(settlement_id=row.id)).all()
    if not sent:
        raise RuleBroken("payment_file.not_made")
    if message.original not in sent:
        raise RuleBroken("bank_report.other_file", message=message.original, sent=sent[-1])
    payments = payments_of(session, row.id)
    return BankReport(message, tuple(_lines(message, {f"{message.original}/{each.number}": each for each in payments})))


def _lines(message: BankMessage, payments: Mapping[str, SettlementPayment]) -> Iterator[BankLine]:
    """Lines of the report; of a file that is refused or taken whole, one for each payment that it does not name."""
    seen: set[str] = set()
    whole = [BankStatus("", message.status, message.reason)] if message.status not in ("", PARTLY) else []
    for said in message.payments:
        if not said.reference:
            whole.append(said)
            continue
        payment = payments.get(said.reference)
        yield _line(said, payment, BankLineState.TWICE if said.reference in seen else _state(said, payment))
        seen.add(said.reference)
    if any(said.status == REFUSED for said in whole):
        said = next(said for said in whole if said.status == REFUSED)
        for reference, payment in payments.items():
            if reference not in seen:
                full = BankStatus(reference, said.status, said.reason)
                yield _line(full, payment, _state(full, payment))
    for said in whole:
        if said.status != REFUSED and said.status not in TAKEN:
            yield _line(said, None, BankLineState.OTHER_STATUS)


def _line(said: BankStatus, payment: SettlementPayment | None, state: BankLineState) -> BankLine:
    if payment is None:
        return BankLine(said.reference, 0, "", said.cents, said.status, said.reason, state)
    return BankLine(said.reference, payment.number, payment.name, payment.cents, said.status, said.reason, state)


def _state(said: BankStatus, payment: SettlementPayment | None) -> BankLineState:
    """How what is said of a payment fits it."""
    if payment is None:
        return BankLineState.UNKNOWN
    if said.status not in TAKEN and said.status != REFUSED:
        return BankLineState.OTHER_STATUS
    if said.cents is not None and (said.cents != payment.cents or said.currency != "EUR"):
        return BankLineState.OTHER_AMOUNT
    if said.iban and bare_code(said.iban) != bare_code(payment.iban):
        return BankLineState.OTHER_ACCOUNT
    if said.status != REFUSED:
        return BankLineState.TAKEN
    is_back = payment.state is SettlementLineState.REFUSED
    return BankLineState.REFUSED_ALREADY if is_back else BankLineState.REFUSED
