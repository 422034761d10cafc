"""What is known of vouchers that are to be used: read once, for one or for all that a report names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import PayTo, VoucherState, VoucherUnit
from app.models.errors import NotFound
from app.models.voucher_ledger import Voucher, VoucherUse
from app.models.vouchers import ProgrammeProvider, ProgrammeRules, VoucherRequest
from app.services.vouchers.numbers import parse_number
from app.services.vouchers.use_rules import Admitted, KnownUse, VoucherFacts

_AT_ONCE = 5_000


def find_voucher(session: Session, typed: str) -> Voucher:
    """The voucher of a number as it was typed or scanned.

    Raises:
        InvalidInput: "field.required", "voucher.number_form", "voucher.number_mistyped".
        NotFound: "voucher.unknown" with `text`.
    """
    code = parse_number(typed, field="number").text()
    row = session.scalar(sa.select(Voucher).where(Voucher.code == code))
    if row is None:
        raise NotFound("voucher.unknown", field="number", text=code)
    return row


def facts_of(session: Session, voucher: Voucher) -> VoucherFacts:
    """What is known of one voucher."""
    (found,) = read_facts(session, [voucher.code])
    return found


def read_facts(session: Session, codes: Collection[str]) -> tuple[VoucherFacts, ...]:
    """What is known of the vouchers of these numbers; numbers that no voucher has are left out."""
    wanted = sorted(set(codes))
    rows: list[tuple[Voucher, str, str, str, str | None]] = []
    for start in range(0, len(wanted), _AT_ONCE):
        query = (
            sa.select(
                Voucher, ProgrammeRules.id, ProgrammeRules.unit, ProgrammeRules.pay_to, VoucherRequest.provider_id
            )
            .join(VoucherRequest, VoucherRequest.id == Voucher.request_id)
            .join(ProgrammeRules, ProgrammeRules.id == VoucherRequest.rules_id)
            .where(Voucher.code.in_(wanted[start : start + _AT_ONCE]))
        )
        rows += session.execute(query).tuples().all()
    uses = _uses(session, [row[0].id for row in rows])
    providers = _providers(session, {row[1] for row in rows})
    return tuple(
        VoucherFacts(
            id=voucher.id,
            code=voucher.code,
            programme_id=voucher.programme_id,
            state=VoucherState(voucher.state),
            valid_from=voucher.valid_from,
            valid_to=voucher.valid_to,
            amount=voucher.amount,
            unit=VoucherUnit(unit),
            units=voucher.units,
            provider_needed=pay_to == PayTo.PROVIDER.value,
            providers=tuple(providers[rules]),
            named=named,
            uses=tuple(uses[voucher.id]),
        )
        for voucher, rules, unit, pay_to, named in rows
    )


def _uses(session: Session, keys: Collection[str]) -> defaultdict[str, list[KnownUse]]:
    found: defaultdict[str, list[KnownUse]] = defaultdict(list)
    wanted = list(keys)
    corrected = sa.select(VoucherUse.reverses_id).where(VoucherUse.reverses_id.is_not(None))
    for start in range(0, len(wanted), _AT_ONCE):
        query = sa.select(VoucherUse).where(
            VoucherUse.voucher_id.in_(wanted[start : start + _AT_ONCE]),
            VoucherUse.reverses_id.is_(None),
            VoucherUse.id.not_in(corrected),
        )
        for use in session.scalars(query.order_by(VoucherUse.number)):
            reported = use.report_line_id is not None
            found[use.voucher_id].append(
                KnownUse(use.id, use.day, use.units, use.cents, use.provider_id, use.document, reported)
            )
    return found


def _providers(session: Session, rules: Collection[str]) -> defaultdict[str, list[Admitted]]:
    found: defaultdict[str, list[Admitted]] = defaultdict(list)
    query = sa.select(ProgrammeProvider).where(ProgrammeProvider.rules_id.in_(sorted(rules)))
    for row in session.scalars(query.order_by(ProgrammeProvider.position)):
        found[row.rules_id].append(Admitted(row.organisation_id, row.date_from, row.date_to))
    return found
