"""The invariants of vouchers: their numbers, what was promised, used and paid, and the ledger under them."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.models.enums import AccountKind, SettlementLineState, SettlementState, TransferKind, VoucherState
from app.models.ledger import Account, AccountState, Posting, Transfer
from app.models.money import format_euro
from app.models.voucher_ledger import Voucher, VoucherSettlement, VoucherSettlementLine, VoucherUse
from app.models.vouchers import VoucherProgramme, VoucherRequest
from app.services.integrity.context import Context
from app.services.vouchers.numbers import VoucherNumber
from app.services.vouchers.use_rules import ENDED, state_after
from app.services.wording.formats import format_date

Sentences = Iterator[str]


def wrong_numbers(context: Context) -> Sentences:
    """Numbers of a programme and year with gaps or doubles, and vouchers whose printed number is another one."""
    counted = sa.func.count(sa.distinct(Voucher.number))
    rows = context.session.execute(
        sa.select(VoucherProgramme.name, Voucher.year, sa.func.count(), counted, sa.func.max(Voucher.number))
        .join(VoucherProgramme, VoucherProgramme.id == Voucher.programme_id)
        .group_by(Voucher.programme_id, Voucher.year)
        .order_by(VoucherProgramme.name, Voucher.year)
    )
    for name, year, count, distinct, last in rows:
        if not count == distinct == last:
            yield context.tr("Vouchers of «{name}» in {year}: {count} of them, the last is no. {last}.").format(
                name=name, year=year, count=count, last=last
            )
    printed = context.session.execute(
        sa.select(Voucher.code, Voucher.letter, Voucher.year, Voucher.number, VoucherProgramme.code)
        .join(VoucherProgramme, VoucherProgramme.id == Voucher.programme_id)
        .order_by(Voucher.code)
    )
    for code, letter, year, number, programme in printed:
        wanted = VoucherNumber(programme, year, number)
        if code != wanted.text() or letter != wanted.letter:
            yield context.tr("Voucher {code} is printed so, its number is {wanted}.").format(
                code=code, wanted=wanted.text()
            )


def wrong_uses(context: Context) -> Sentences:
    """Vouchers used for more than they were given for, or for another sum than their uses; uses out of validity."""
    uses = sa.select(VoucherUse.voucher_id, sa.func.sum(VoucherUse.cents).label("cents"))
    sums = uses.group_by(VoucherUse.voucher_id).subquery()
    used = sa.func.coalesce(sums.c.cents, 0)
    rows = context.session.execute(
        sa.select(Voucher.code, Voucher.amount, Voucher.used, used)
        .outerjoin(sums, sums.c.voucher_id == Voucher.id)
        .where(sa.or_(used != Voucher.used, used > Voucher.amount, used < 0))
        .order_by(Voucher.code)
    )
    for code, amount, kept, summed in rows:
        yield context.tr("Voucher {code} of {amount}: {kept} is kept as used, its uses sum to {summed}.").format(
            code=code, amount=format_euro(amount), kept=format_euro(kept), summed=format_euro(summed)
        )
    outside = context.session.execute(
        sa.select(Voucher.code, VoucherUse.day, Voucher.valid_from, Voucher.valid_to)
        .join(Voucher, Voucher.id == VoucherUse.voucher_id)
        .where(sa.or_(VoucherUse.day < Voucher.valid_from, VoucherUse.day > Voucher.valid_to))
        .order_by(Voucher.code, VoucherUse.number)
    )
    for code, day, start, end in outside:
        yield context.tr("Voucher {code}, valid from {start} to {end}, was used on {day}.").format(
            code=code, start=format_date(start), end=format_date(end), day=format_date(day)
        )


def wrong_settlements(context: Context) -> Sentences:
    """Vouchers settled for more than was used, or for another sum than their paid lines; lines beside their uses."""
    paid = SettlementLineState.PAID.value
    lines = (
        sa.select(VoucherSettlementLine.voucher_id, sa.func.sum(VoucherSettlementLine.cents).label("cents"))
        .where(VoucherSettlementLine.state == paid)
        .group_by(VoucherSettlementLine.voucher_id)
        .subquery()
    )
    settled = sa.func.coalesce(lines.c.cents, 0)
    rows = context.session.execute(
        sa.select(Voucher.code, Voucher.used, Voucher.settled, settled)
        .outerjoin(lines, lines.c.voucher_id == Voucher.id)
        .where(sa.or_(settled != Voucher.settled, settled > Voucher.used))
        .order_by(Voucher.code)
    )
    for code, used, kept, summed in rows:
        yield context.tr("Voucher {code}, used for {used}: {kept} is kept as settled, {summed} was paid.").format(
            code=code, used=format_euro(used), kept=format_euro(kept), summed=format_euro(summed)
        )
    yield from _lines_beside_ledger(context)


def _lines_beside_ledger(context: Context) -> Sentences:
    reversal = aliased(Transfer)
    held = Posting.cents < 0
    released = SettlementState.RELEASED.value
    rows = context.session.execute(
        sa.select(VoucherSettlementLine, Voucher, VoucherUse.cents, Posting.cents, reversal.id, VoucherSettlement.state)
        .add_columns(Transfer.reservation_id)
        .join(Voucher, Voucher.id == VoucherSettlementLine.voucher_id)
        .join(VoucherUse, VoucherUse.id == VoucherSettlementLine.use_id)
        .join(VoucherSettlement, VoucherSettlement.id == VoucherSettlementLine.settlement_id)
        .outerjoin(Transfer, Transfer.id == VoucherSettlementLine.transfer_id)
        .outerjoin(Posting, sa.and_(Posting.transfer_id == Transfer.id, held))
        .outerjoin(reversal, reversal.reverses_id == Transfer.id)
        .order_by(Voucher.code, VoucherSettlementLine.position)
    )
    for line, voucher, used, moved, back, state, reservation in rows:
        refused = line.state == SettlementLineState.REFUSED.value
        right = line.cents == used and (state == released) == (line.state != SettlementLineState.TO_PAY.value)
        if state == released:
            right = (
                right and moved == -line.cents and reservation == voucher.transfer_id and (back is not None) == refused
            )
        if not right:
            yield context.tr("Voucher {code}: a payment of {cents} is not what was used, or not what moved.").format(
                code=voucher.code, cents=format_euro(line.cents)
            )


def wrong_holdings(context: Context) -> Sentences:
    """Vouchers that hold another sum in the ledger than is still to be used or paid, or whose state does not fit."""
    account = aliased(Account)
    of_it = sa.func.coalesce(Transfer.reservation_id, Transfer.id)
    held = (
        sa.select(of_it.label("reservation"), sa.func.sum(Posting.cents).label("cents"))
        .join(Posting, Posting.transfer_id == Transfer.id)
        .join(account, sa.and_(account.id == Posting.account_id, account.kind == AccountKind.HELD.value))
        .group_by(of_it)
        .subquery()
    )
    rows = context.session.execute(
        sa.select(Voucher.code, Voucher.state, Voucher.amount, Voucher.used, Voucher.settled, held.c.cents)
        .outerjoin(held, held.c.reservation == Voucher.transfer_id)
        .order_by(Voucher.code)
    )
    for code, kept, amount, used, settled, cents in rows:
        state = VoucherState(kept)
        ended = state in ENDED
        wanted = (used if ended else amount) - settled
        if (cents or 0) != wanted:
            yield context.tr("Voucher {code} holds {held} in the ledger, {wanted} is still to be used or paid.").format(
                code=code, held=format_euro(cents or 0), wanted=format_euro(wanted)
            )
        if not ended and state is not state_after(amount, used, settled):
            yield context.tr("Voucher {code} is not in the state that its uses make.").format(code=code)


def money_without_voucher(context: Context) -> Sentences:
    """Programmes and firms that hold money that no voucher stands for."""
    parent = aliased(Account)
    rows = context.session.execute(
        sa.select(parent.name, parent.subject_id, AccountState.balance)
        .join(Account, Account.id == AccountState.account_id)
        .join(parent, parent.id == Account.parent_id)
        .where(
            Account.kind == AccountKind.HELD.value,
            parent.kind.in_([AccountKind.PROGRAMME.value, AccountKind.FIRM.value]),
        )
        .order_by(parent.name)
    )
    subject = sa.func.coalesce(Voucher.firm_budget_id, Voucher.programme_id)
    ended = Voucher.state.in_([state.value for state in ENDED])
    wanted: dict[str, int] = dict(
        context.session.execute(
            sa.select(
                subject, sa.func.sum(sa.case((ended, Voucher.used), else_=Voucher.amount) - Voucher.settled)
            ).group_by(subject)
        )
        .tuples()
        .all()
    )
    for name, key, balance in rows:
        if balance != wanted.get(str(key), 0):
            yield context.tr("«{name}» holds {held} for vouchers, its vouchers stand for {wanted}.").format(
                name=name, held=format_euro(balance), wanted=format_euro(wanted.get(str(key), 0))
            )


def reservations_without_voucher(context: Context) -> Sentences:
    """Money that was set aside for a voucher that is not there."""
    rows = context.session.execute(
        sa.select(Transfer.day, Transfer.reason)
        .join(Posting, Posting.transfer_id == Transfer.id)
        .join(Account, Account.id == Posting.account_id)
        .outerjoin(Voucher, Voucher.transfer_id == Transfer.id)
        .where(
            Transfer.kind == TransferKind.RESERVATION.value,
            Account.kind.in_([AccountKind.PROGRAMME.value, AccountKind.FIRM.value]),
            Voucher.id.is_(None),
        )
        .order_by(Transfer.id)
    )
    for day, reason in rows:
        yield context.tr("Money was set aside on {day} for voucher {code}, which is not there.").format(
            day=format_date(day), code=reason
        )


def paid_twice(context: Context) -> Sentences:
    """The same person, service and days, used on two vouchers of whatever programme and year."""
    one, two = aliased(VoucherRequest), aliased(VoucherRequest)
    first, second = aliased(Voucher), aliased(Voucher)
    rows = context.session.execute(
        sa.select(first.code, second.code)
        .join(one, one.id == first.request_id)
        .join(
            two,
            sa.and_(
                two.individual_id == one.individual_id,
                two.service == one.service,
                two.id > one.id,
                two.period_start <= one.period_end,
                two.period_end >= one.period_start,
            ),
        )
        .join(second, second.request_id == two.id)
        .where(first.used > 0, second.used > 0)
        .order_by(first.code, second.code)
    )
    for code, other in rows:
        yield context.tr(
            "Vouchers {code} and {other} pay the same service to the same person in the same days."
        ).format(code=code, other=other)
