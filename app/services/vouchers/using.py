"""Using vouchers in parts, at the desk; a use is corrected by one that takes it back whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import SettlementLineState, TransferKind, VoucherRequestState, VoucherState
from app.models.errors import RuleBroken
from app.models.ledger import Account, Entry, Posting, insert_entries
from app.models.money import Cents
from app.models.network import Organisation
from app.models.store import Store
from app.models.voucher_ledger import Voucher, VoucherSettlementLine, VoucherUse
from app.models.vouchers import VoucherRequest
from app.services.changes import Changes
from app.services.checks import require_text
from app.services.children import check_references, get_row
from app.services.vouchers.days import past_day, today_of
from app.services.vouchers.facts import facts_of, find_voucher
from app.services.vouchers.requests import set_request_state
from app.services.vouchers.use_rules import ENDED, WantedUse, check_use, state_after
from app.services.wording.points import kept


@dataclass(frozen=True)
class UseDraft:
    """A use as it is typed or scanned.

    Attributes:
        number: of the voucher, as printed.
        provider_id: None for the one that the request names, if it names any.
        amount: None for what the units come to.
        document: invoice, receipt, sheet of attendance.
    """

    number: str = ""
    day: date | None = None
    units: Fraction | None = None
    provider_id: str | None = None
    document: str = ""
    amount: Cents | None = None
    note: str = ""


@dataclass(frozen=True)
class CorrectionDraft:
    """A use that is taken back."""

    use_id: str
    reason: str = ""


@dataclass(frozen=True)
class NewUse:
    """A use that was checked and is to be written."""

    voucher: Voucher
    wanted: WantedUse
    cents: Cents
    report_line_id: str | None = None
    note: str = ""


def record_use(store: Store, draft: UseDraft) -> Changes:
    """Record that a part of a voucher was used; the keys of the result are the use's and the voucher's.

    Raises:
        InvalidInput: those of `find_voucher` and `check_use`.
        NotFound: "voucher.unknown", "record.gone".
        RuleBroken: "voucher.ended", "voucher.used_up", "use.recorded_already".
    """
    today = today_of(store)
    with store.write("record_use") as session:
        voucher = find_voucher(session, draft.number)
        facts = facts_of(session, voucher)
        provider = draft.provider_id or facts.named
        wanted = WantedUse(draft.day, kept(draft.units), draft.amount, provider, draft.document.strip())
        cents = check_use(facts, wanted, today)
        (use,) = write_uses(session, [NewUse(voucher, wanted, cents, note=draft.note.strip())])
    return Changes.of("vouchers", ids=(use.id, voucher.id))


def write_uses(session: Session, uses: Sequence[NewUse]) -> list[VoucherUse]:
    """Write uses that were checked, and what they make of their vouchers."""
    check_references(session, VoucherUse, [{"provider_id": new.wanted.provider_id} for new in uses])
    numbers = _last_numbers(session, [new.voucher.id for new in uses])
    rows = []
    for new in uses:
        assert new.wanted.day is not None
        assert new.wanted.units is not None
        numbers[new.voucher.id] = numbers.get(new.voucher.id, 0) + 1
        row = VoucherUse(
            voucher_id=new.voucher.id,
            number=numbers[new.voucher.id],
            day=new.wanted.day,
            units=new.wanted.units,
            provider_id=new.wanted.provider_id,
            document=new.wanted.document,
            cents=new.cents,
            report_line_id=new.report_line_id,
            note=new.note,
        )
        session.add(row)
        rows.append(row)
    session.flush()
    for new in uses:
        new.voucher.used = Cents(new.voucher.used + new.cents)
    for voucher in {new.voucher.id: new.voucher for new in uses}.values():
        keep_state(voucher)
    session.flush()
    return rows


def keep_state(voucher: Voucher) -> None:
    """Give a voucher that has not ended the state that its uses and settlements make."""
    if VoucherState(voucher.state) not in ENDED:
        voucher.state = state_after(voucher.amount, voucher.used, voucher.settled).value


def _last_numbers(session: Session, keys: Sequence[str]) -> dict[str, int]:
    wanted = sorted(set(keys))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 5_000):
        rows = session.execute(
            sa.select(VoucherUse.voucher_id, sa.func.max(VoucherUse.number))
            .where(VoucherUse.voucher_id.in_(wanted[start : start + 5_000]))
            .group_by(VoucherUse.voucher_id)
        )
        found.update((key, number) for key, number in rows)
    return found


def correct_use(store: Store, draft: CorrectionDraft) -> Changes:
    """Take a use back by one that mirrors it; of a voucher that ended, its money goes back as well.

    Raises:
        InvalidInput: "field.required".
        NotFound: "record.gone".
        RuleBroken: "use.is_correction", "use.corrected_already", "use.in_settlement".
    """
    reason = require_text(draft.reason, "reason")
    day = today_of(store)
    with store.write("correct_use") as session:
        use = get_row(session, VoucherUse, draft.use_id)
        if use.reverses_id is not None:
            raise RuleBroken("use.is_correction")
        if session.scalar(sa.select(VoucherUse.id).where(VoucherUse.reverses_id == use.id)):
            raise RuleBroken("use.corrected_already")
        line = sa.select(VoucherSettlementLine.id).where(
            VoucherSettlementLine.use_id == use.id,
            VoucherSettlementLine.state != SettlementLineState.REFUSED.value,
        )
        if session.scalar(line.limit(1)):
            raise RuleBroken("use.in_settlement")
        voucher = session.get_one(Voucher, use.voucher_id)
        number = _last_numbers(session, [voucher.id])[voucher.id] + 1
        mirror = VoucherUse(
            voucher_id=voucher.id,
            number=number,
            day=use.day,
            units=-use.units,
            provider_id=use.provider_id,
            document=use.document,
            cents=-use.cents,
            reverses_id=use.id,
            note=reason,
        )
        session.add(mirror)
        session.flush()
        voucher.used = Cents(voucher.used - use.cents)
        keep_state(voucher)
        session.flush()
        if VoucherState(voucher.state) in ENDED:
            release(session, [(voucher, use.cents)], day, reason)
            if voucher.used == 0:  # as when it ends unused: the same may be asked for again
                request = session.get_one(VoucherRequest, voucher.request_id)
                set_request_state(session, request, VoucherRequestState.WITHDRAWN, day, reason)
    return Changes.of("vouchers", "ledger", ids=(mirror.id, voucher.id))


def release(session: Session, parts: Sequence[tuple[Voucher, Cents]], day: date, reason: str) -> dict[str, str]:
    """Give money that vouchers hold back to what it was reserved from; gives the transfers by key of the voucher."""
    entries = {}
    for voucher, cents in parts:
        giver, held = reserved_accounts(session, voucher)
        entries[voucher.id] = Entry(
            TransferKind.RELEASE,
            day,
            reason or voucher.code,
            {held: -cents, giver: int(cents)},
            decision_id=voucher.decision_id,
            reservation_id=voucher.transfer_id,
        )
    insert_entries(session, list(entries.values()))
    return {key: entry.id for key, entry in entries.items()}


def reserved_accounts(session: Session, voucher: Voucher) -> tuple[str, str]:
    """Accounts of a voucher's money: of the programme or firm that it was reserved from, and that holds it."""
    subject = voucher.firm_budget_id or voucher.programme_id
    rows: dict[str, tuple[str, str]] = session.info.setdefault("voucher_accounts", {})
    if subject not in rows:
        postings = session.execute(
            sa.select(Posting.account_id, Posting.cents)
            .join(Account, Account.id == Posting.account_id)
            .where(Posting.transfer_id == voucher.transfer_id)
            .order_by(Posting.cents)
        ).all()
        rows[subject] = postings[0].account_id, postings[1].account_id
    return rows[subject]


def provider_choices(store: Store, number: str) -> tuple[tuple[str, str], ...]:
    """(key, name) of the providers that a voucher can be used with; of all organisations where any is admitted."""
    with store.read() as session:
        rows = session.execute(sa.select(Organisation.id, Organisation.name).order_by(Organisation.name)).tuples()
        admitted = {each.organisation_id for each in facts_of(session, find_voucher(session, number)).providers}
        return tuple((key, name) for key, name in rows if not admitted or key in admitted)


def required_day(store: Store, day: date | None) -> date:
    """As `past_day`, today when none was given."""
    return today_of(store) if day is None else past_day(store, day)
