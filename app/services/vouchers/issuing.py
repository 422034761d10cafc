"""Giving vouchers: a number without gaps, its validity, and the money reserved from the programme or the firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import PayTo, ProgrammeState, TransferKind, VoucherRequestState
from app.models.errors import InvalidInput, RuleBroken
from app.models.ledger import Entry, insert_entries
from app.models.money import Cents
from app.models.store import Store
from app.models.voucher_ledger import Voucher
from app.models.vouchers import ProgrammeRules, VoucherProgramme, VoucherRequest
from app.services.changes import Changes
from app.services.checks import require_in_order
from app.services.children import get_row
from app.services.ledger.ledger import _find_account
from app.services.vouchers.accounts import balance_of, held_account, refuse_early
from app.services.vouchers.days import today_of
from app.services.vouchers.numbers import VoucherNumber
from app.services.vouchers.requests import set_request_state


@dataclass(frozen=True)
class IssueDraft:
    """Vouchers to be given for requests that were admitted.

    Attributes:
        request_ids: in the order of the numbers that they get.
        day: None for today.
        valid_from, valid_to: None for what the rules of the programme say.
    """

    request_ids: tuple[str, ...] = ()
    day: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def issue_vouchers(store: Store, draft: IssueDraft) -> Changes:
    """Give a voucher for each request, all or none; the keys of the result are the vouchers'.

    Raises:
        InvalidInput: "field.required", "voucher.issue_in_future", "voucher.issue_before_last", "date.end_before_start",
            "voucher.too_early" when their money came after the day.
        NotFound: "record.gone".
        RuleBroken: "programme.not_open", "request.not_admitted", "voucher.too_little" with what is left,
            "decision.not_effective".
    """
    if not draft.request_ids:
        raise InvalidInput("field.required", field="request_ids")
    today = today_of(store)
    day = today if draft.day is None else draft.day
    if day > today:
        raise InvalidInput("voucher.issue_in_future", field="day", day=day, today=today)
    made = []
    with store.write("issue_vouchers") as session:
        for request_id in dict.fromkeys(draft.request_ids):
            made.append(_issue(session, get_row(session, VoucherRequest, request_id), draft, day))
        if day < today:
            _refuse_early(session, made, day)
    return Changes.of("vouchers", "ledger", ids=tuple(made))


def _refuse_early(session: Session, voucher_ids: list[str], day: date) -> None:
    rows = [session.get_one(Voucher, key) for key in voucher_ids]
    for subject in dict.fromkeys(row.firm_budget_id or row.programme_id for row in rows):
        account = _find_account(session, subject)
        assert account is not None, "its vouchers were just given"
        refuse_early(session, account.id, day)


def _issue(session: Session, request: VoucherRequest, draft: IssueDraft, day: date) -> str:
    programme = session.get_one(VoucherProgramme, request.programme_id)
    if programme.state != ProgrammeState.OPEN.value:
        raise RuleBroken("programme.not_open", name=programme.name, state=ProgrammeState(programme.state))
    if request.state != VoucherRequestState.ADMITTED.value or not request.amount:
        state = VoucherRequestState(request.state)
        raise RuleBroken("request.not_admitted", number=request.number, year=request.year, state=state)
    number = _next_number(session, programme, day)
    valid_from, valid_to = _validity(session, request, draft, day)
    assert programme.decision_id is not None, "a programme that is open draws on a decision"
    voucher = Voucher(
        programme_id=programme.id,
        request_id=request.id,
        firm_budget_id=request.firm_budget_id,
        year=number.year,
        number=number.number,
        letter=number.letter,
        code=number.text(),
        day_issued=day,
        valid_from=valid_from,
        valid_to=valid_to,
        amount=request.amount,
        units=request.units,
        transfer_id=_reserve(session, programme, request, request.amount, number, day),
        decision_id=programme.decision_id,
    )
    session.add(voucher)
    session.flush()
    set_request_state(session, request, VoucherRequestState.ASSIGNED, day)
    return voucher.id


def _next_number(session: Session, programme: VoucherProgramme, day: date) -> VoucherNumber:
    """The number after the last one of the year; vouchers are numbered in the order of their days."""
    of_year = sa.select(sa.func.max(Voucher.number)).where(
        Voucher.programme_id == programme.id, Voucher.year == day.year
    )
    last = session.scalar(of_year) or 0
    if last:
        latest = session.scalar(
            sa.select(Voucher.day_issued).where(
                Voucher.programme_id == programme.id, Voucher.year == day.year, Voucher.number == last
            )
        )
        if latest is not None and day < latest:
            raise InvalidInput("voucher.issue_before_last", field="day", day=day, last=latest)
    if programme.date_opened is not None and day < programme.date_opened:
        raise InvalidInput("voucher.issue_before_last", field="day", day=day, last=programme.date_opened)
    return VoucherNumber(programme.code, day.year, last + 1)


def _validity(session: Session, request: VoucherRequest, draft: IssueDraft, day: date) -> tuple[date, date]:
    """First and last day of a voucher; what is paid back to a family may have been spent before it was given."""
    rules = session.get_one(ProgrammeRules, request.rules_id)
    start = request.period_start if rules.pay_to == PayTo.FAMILY.value else max(day, request.period_start)
    ends = [request.period_end, rules.valid_to]
    if rules.validity_days is not None:
        ends = [day + timedelta(days=rules.validity_days - 1), rules.valid_to]
    end = draft.valid_to or min(each for each in ends if each is not None)
    start = draft.valid_from or start
    require_in_order(start, end, "valid_to")
    return start, end


def _reserve(
    session: Session,
    programme: VoucherProgramme,
    request: VoucherRequest,
    cents: Cents,
    number: VoucherNumber,
    day: date,
) -> str:
    """Set the money of a voucher aside; gives the key of the reservation."""
    account = _find_account(session, request.firm_budget_id or programme.id)
    left = Cents(0) if account is None else balance_of(session, account.id)
    if account is None or cents > left:
        name = programme.name if account is None else account.name
        raise RuleBroken("voucher.too_little", name=name, amount=cents, left=left)
    postings = {account.id: -cents, held_account(session, account).id: int(cents)}
    entry = Entry(TransferKind.RESERVATION, day, number.text(), postings, decision_id=programme.decision_id)
    insert_entries(session, [entry])
    return entry.id
