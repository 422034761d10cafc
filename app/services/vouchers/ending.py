"""The end of a voucher before it is used up: the rest goes back, and whoever waits is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import ProgrammeState, TransferKind, VoucherRequestState, VoucherState
from app.models.errors import InvalidInput, RuleBroken
from app.models.ledger import Account, Entry, Posting, Transfer, insert_entries
from app.models.money import Cents
from app.models.store import Store
from app.models.voucher_ledger import Voucher
from app.models.vouchers import ProgrammeRules, VoucherProgramme, VoucherRequest
from app.services.changes import Changes
from app.services.checks import require_text
from app.services.children import get_row
from app.services.ledger.ledger import require_not_before
from app.services.vouchers.accounts import refuse_early
from app.services.vouchers.request_facts import cap_passed, left_for
from app.services.vouchers.requests import call_next, set_request_state
from app.services.vouchers.rules import read_rules
from app.services.vouchers.use_rules import ENDED, LIVING, state_after
from app.services.vouchers.using import release, required_day, reserved_accounts


@dataclass(frozen=True)
class EndDraft:
    """A voucher that is revoked or renounced; `day` None for today."""

    voucher_id: str
    day: date | None = None
    reason: str = ""


def revoke_voucher(store: Store, draft: EndDraft) -> Changes:
    """Take a voucher back from its holder; what was used of it stays to be paid.

    Raises:
        InvalidInput: "field.required", "date.in_future", "voucher.end_before_issue".
        NotFound: "record.gone".
        RuleBroken: "voucher.not_living" with its state.
    """
    return _end(store, "revoke_voucher", draft, VoucherState.REVOKED)


def renounce_voucher(store: Store, draft: EndDraft) -> Changes:
    """Record that the holder does not want the rest of a voucher.

    Raises:
        InvalidInput, NotFound, RuleBroken: as `revoke_voucher`.
    """
    return _end(store, "renounce_voucher", draft, VoucherState.RENOUNCED)


def _end(store: Store, verb: str, draft: EndDraft, state: VoucherState) -> Changes:
    reason = require_text(draft.reason, "reason")
    day = required_day(store, draft.day)
    with store.write(verb) as session:
        voucher = get_row(session, Voucher, draft.voucher_id)
        if VoucherState(voucher.state) not in LIVING:
            raise RuleBroken("voucher.not_living", number=voucher.code, state=VoucherState(voucher.state))
        called = _give_back(session, [voucher], state, day, reason)
    return Changes.of("vouchers", "ledger", ids=(voucher.id, *called))


def expirable(store: Store, programme_id: str | None = None, day: date | None = None) -> tuple[str, ...]:
    """Keys of the vouchers whose validity is over before `day` (today) and that can still be used."""
    with store.read() as session:
        return tuple(session.scalars(_over(programme_id, required_day(store, day))))


def _over(programme_id: str | None, day: date) -> sa.Select[tuple[str]]:
    living = [state.value for state in LIVING]
    query = sa.select(Voucher.id).where(Voucher.state.in_(living), Voucher.valid_to < day).order_by(Voucher.code)
    return query if programme_id is None else query.where(Voucher.programme_id == programme_id)


def expire_vouchers(store: Store, programme_id: str | None = None, day: date | None = None) -> Changes:
    """Let every voucher expire whose validity is over before `day` (today); the keys of the result are theirs.

    Raises:
        InvalidInput: "date.in_future".
        RuleBroken: "voucher.none_expired".
    """
    on = required_day(store, day)
    with store.write("expire_vouchers") as session:
        keys = session.scalars(_over(programme_id, on)).all()
        if not keys:
            raise RuleBroken("voucher.none_expired", day=on)
        rows = [session.get_one(Voucher, key) for key in keys]
        called = _give_back(session, rows, VoucherState.EXPIRED, on, "")
    return Changes.of("vouchers", "ledger", ids=(*keys, *called))


def _give_back(
    session: Session, vouchers: Sequence[Voucher], state: VoucherState, day: date, reason: str
) -> tuple[str, ...]:
    """End vouchers and give their rest back; gives the keys of the requests that were called."""
    for voucher in vouchers:
        if day < voucher.day_issued:
            raise InvalidInput("voucher.end_before_issue", field="day", number=voucher.code, issued=voucher.day_issued)
    release(session, [(voucher, Cents(voucher.amount - voucher.used)) for voucher in vouchers], day, reason)
    for voucher in vouchers:
        voucher.state, voucher.date_ended, voucher.end_reason = state.value, day, reason
        if voucher.used == 0:
            request = session.get_one(VoucherRequest, voucher.request_id)
            set_request_state(session, request, VoucherRequestState.WITHDRAWN, day, reason)
    session.flush()
    called: list[str] = []
    for programme_id in sorted({voucher.programme_id for voucher in vouchers}):
        if session.get_one(VoucherProgramme, programme_id).state == ProgrammeState.OPEN.value:
            called += call_next(session, programme_id, day)
    return tuple(called)


def reinstate_voucher(store: Store, draft: EndDraft) -> Changes:
    """Take the end of a voucher back: its rest is reserved again, by the entry that mirrors its release.

    Raises:
        InvalidInput: "field.required", "date.in_future", "transfer.before_origin", "voucher.too_early".
        NotFound: "record.gone".
        RuleBroken: "voucher.not_ended", "voucher.too_little" with what is left and was not promised to others,
            "request.twice", "voucher.over_cap" with what its child or family may still have.
    """
    reason = require_text(draft.reason, "reason")
    day = required_day(store, draft.day)
    with store.write("reinstate_voucher") as session:
        voucher = get_row(session, Voucher, draft.voucher_id)
        if VoucherState(voucher.state) not in ENDED:
            raise RuleBroken("voucher.not_ended", number=voucher.code, state=VoucherState(voucher.state))
        giver, held = reserved_accounts(session, voucher)
        releases = _releases(session, voucher, giver)
        require_not_before(day, max(session.get_one(Transfer, key).day for key, _cents in releases))
        wanted = Cents(sum(cents for _transfer_id, cents in releases))
        left = left_for(session, voucher.programme_id, voucher.firm_budget_id)
        if wanted > left:
            name = session.get_one(Account, giver).name
            raise RuleBroken("voucher.too_little", name=name, amount=wanted, left=left)
        request = session.get_one(VoucherRequest, voucher.request_id)
        _refuse_over_cap(session, voucher, request)
        for transfer_id, cents in releases:
            entry = Entry(
                TransferKind.REVERSAL,
                day,
                reason,
                {giver: -cents, held: int(cents)},
                decision_id=voucher.decision_id,
                reverses_id=transfer_id,
                reservation_id=voucher.transfer_id,
            )
            insert_entries(session, [entry])
        refuse_early(session, giver, day)
        voucher.date_ended, voucher.end_reason = None, ""
        voucher.state = state_after(voucher.amount, voucher.used, voucher.settled).value
        if request.state != VoucherRequestState.ASSIGNED.value:
            set_request_state(session, request, VoucherRequestState.ASSIGNED, day, reason)
    return Changes.of("vouchers", "ledger", ids=(voucher.id,))


def _refuse_over_cap(session: Session, voucher: Voucher, request: VoucherRequest) -> None:
    rules = read_rules(session, get_row(session, ProgrammeRules, request.rules_id))
    if (passed := cap_passed(session, request, rules)) is not None:
        bound, left = passed
        raise RuleBroken("voucher.over_cap", number=voucher.code, bound=bound, amount=voucher.amount, left=left)


def _releases(session: Session, voucher: Voucher, giver: str) -> list[tuple[str, Cents]]:
    """What was given back of a voucher and not taken back since: (transfer, cents)."""
    undone = sa.select(Transfer.reverses_id).where(Transfer.reverses_id.is_not(None))
    rows = session.execute(
        sa.select(Transfer.id, Posting.cents)
        .join(Posting, Posting.transfer_id == Transfer.id)
        .where(
            Transfer.reservation_id == voucher.transfer_id,
            Transfer.kind == TransferKind.RELEASE.value,
            Posting.account_id == giver,
            Transfer.id.not_in(undone),
        )
        .order_by(Transfer.id)
    )
    return [(key, cents) for key, cents in rows]
