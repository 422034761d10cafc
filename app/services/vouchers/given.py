"""Vouchers that were given and their uses, as they are listed and looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.bulk import stream_rows
from app.models.enums import SettlementLineState, VoucherRequestState, VoucherState
from app.models.errors import AppError
from app.models.households import Individual
from app.models.money import Cents, format_euro
from app.models.network import Organisation
from app.models.store import Store
from app.models.voucher_ledger import Voucher, VoucherSettlementLine, VoucherUse
from app.models.vouchers import ProgrammeProvider, ProgrammeService, VoucherProgramme, VoucherRequest
from app.services.changes import Changes
from app.services.checks import require_key
from app.services.children import get_row
from app.services.vouchers.facts import find_voucher
from app.services.vouchers.issuing import IssueDraft, issue_vouchers
from app.services.vouchers.use_rules import ENDED, LIVING
from app.services.vouchers.using import UseDraft, record_use
from app.services.wording.points import read


class VoucherRow(NamedTuple):
    """A voucher in a list; a bare tuple, since an office has a hundred thousand of them.

    Attributes:
        holder: whom it serves: a person, a firm or a body.
        provider: that the request names; it may be empty.
        left: cents that can still be used.
    """

    id: str
    code: str
    programme_id: str
    programme: str
    holder: str
    service: str
    provider: str
    state: VoucherState
    day_issued: date
    valid_from: date
    valid_to: date
    amount: Cents
    used: Cents
    settled: Cents
    left: Cents
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class VoucherUseRow:
    """A use in a list; `settlement` says how far its payment is, None while it is in no settlement."""

    id: str
    voucher_id: str
    code: str
    holder: str
    number: int
    day: date
    units: Fraction
    provider: str
    document: str
    cents: Cents
    corrected: bool
    settlement: SettlementLineState | None
    note: str
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class GivenVoucher:
    """A voucher as it is looked at; a blank one is about to be given for `request_id`.

    Attributes:
        uses: in their order, corrections among them.
    """

    id: str | None = None
    request_id: str | None = None
    day_issued: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    code: str = ""
    programme: str = ""
    holder: str = ""
    service: str = ""
    state: VoucherState = VoucherState.ASSIGNED
    amount: Cents | None = None
    used: Cents | None = None
    settled: Cents | None = None
    left: Cents | None = None
    date_ended: date | None = None
    end_reason: str = ""
    uses: tuple[VoucherUseRow, ...] = ()
    source_line: int | None = None

    @property
    def living(self) -> bool:
        """Whether it can be used."""
        return self.id is not None and self.state in LIVING

    @property
    def ended(self) -> bool:
        """Whether its rest went back."""
        return self.id is not None and self.state in ENDED


def _person() -> sa.ColumnElement[str]:
    return Individual.surname + " " + Individual.given_name


def _who() -> sa.ColumnElement[str]:
    return sa.func.coalesce(_person(), Organisation.name)


def _service() -> sa.ScalarSelect[str]:
    """Name of the service of a request, as the rules call it."""
    return (
        sa.select(ProgrammeService.name)
        .where(ProgrammeService.rules_id == VoucherRequest.rules_id, ProgrammeService.code == VoucherRequest.service)
        .scalar_subquery()
    )


def voucher_rows(store: Store, programme_id: str | None = None, *, limit: int | None = None) -> tuple[VoucherRow, ...]:
    """All vouchers, or those of a programme, the newest numbers first.

    Args:
        limit: how many of them, the first ones; all when it is not said.
    """
    query = sa.select(VoucherProgramme.id, VoucherProgramme.name).order_by(VoucherProgramme.code)
    if programme_id is not None:
        query = query.where(VoucherProgramme.id == programme_id)
    rows: list[VoucherRow] = []
    with store.read() as session:
        services, providers = _service_names(session), _organisation_names(session)
        for key, name in session.execute(query).tuples():
            left = None if limit is None else limit - len(rows)
            if left != 0:
                rows += _rows_of(session, key, name, services, providers, left)
    return tuple(rows)


class VoucherSums(NamedTuple):
    """What all vouchers come to; `left` as in `VoucherRow`."""

    rows: int
    left: int
    amount: int
    used: int
    settled: int


def voucher_sums(store: Store) -> VoucherSums:
    """How many vouchers there are, and what they come to, without reading them one by one."""
    lives = Voucher.state.in_([state.value for state in LIVING])
    sums = (sa.case((lives, Voucher.amount - Voucher.used), else_=0), Voucher.amount, Voucher.used, Voucher.settled)
    with store.read() as session:
        found = session.execute(sa.select(sa.func.count(), *(sa.func.sum(each) for each in sums))).tuples().one()
    return VoucherSums(*(int(each or 0) for each in found))


def has_vouchers(store: Store) -> bool:
    """Whether any voucher was given."""
    with store.read() as session:
        return session.scalar(sa.select(Voucher.id).limit(1)) is not None


def _service_names(session: Session) -> Mapping[tuple[str, str], str]:
    """Names of services, by version of the rules and code."""
    query = sa.select(ProgrammeService.rules_id, ProgrammeService.code, ProgrammeService.name)
    return {(rules, code): name for rules, code, name in session.execute(query).tuples()}


def _organisation_names(session: Session) -> Mapping[str, str]:
    return dict(session.execute(sa.select(Organisation.id, Organisation.name)).tuples().all())


def _rows_of(
    session: Session,
    programme_id: str,
    programme: str,
    services: Mapping[tuple[str, str], str],
    organisations: Mapping[str, str],
    limit: int | None,
) -> Iterator[VoucherRow]:
    """Vouchers of a programme, in the order that its numbers are kept in; read as they are stored, for speed."""
    query = (
        sa.select(
            *(Voucher.id, Voucher.code, _person(), VoucherRequest.organisation_id, VoucherRequest.provider_id),
            *(VoucherRequest.rules_id, VoucherRequest.service, Voucher.state),
            *(Voucher.day_issued, Voucher.valid_from, Voucher.valid_to),
            *(Voucher.amount, Voucher.used, Voucher.settled, Voucher.sample, Voucher.source_line),
        )
        .join(VoucherRequest, VoucherRequest.id == Voucher.request_id)
        .outerjoin(Individual, Individual.id == VoucherRequest.individual_id)
        .where(Voucher.programme_id == programme_id)
        .order_by(Voucher.year.desc(), Voucher.number.desc())
    )
    if limit is not None:
        query = query.limit(limit)
    states = {state.value: (state, state in LIVING) for state in VoucherState}
    days = cache(date.fromisoformat)
    share: dict[int, int] = {}
    one = share.setdefault  # amounts that many have are one object
    for rows in stream_rows(session, query, 2_000):
        for row in rows:
            key, code, who, body, provider, rules, service, said = row[:8]
            issued, start, end, amount, used, settled, sample, line = row[8:]
            state, lives = states[said]
            yield VoucherRow(
                key,
                code,
                programme_id,
                programme,
                who or organisations.get(body, ""),
                services.get((rules, service), service),
                organisations.get(provider, ""),
                state,
                days(issued),
                days(start),
                days(end),
                Cents(one(amount, amount)),
                Cents(one(used, used)),
                Cents(one(settled, settled)),
                Cents(one(amount - used, amount - used) if lives else 0),
                bool(sample),
                line,
            )


def voucher_use_rows(store: Store, voucher_id: str | None = None) -> tuple[VoucherUseRow, ...]:
    """All uses, or those of a voucher: the newest days first, of one voucher in their order."""
    with store.read() as session:
        return tuple(_uses(session, voucher_id))


def _uses(session: Session, voucher_id: str | None) -> Iterator[VoucherUseRow]:
    mirror = aliased(VoucherUse)
    provider = aliased(Organisation)
    in_settlement = (
        sa.select(VoucherSettlementLine.state)
        .where(VoucherSettlementLine.use_id == VoucherUse.id)
        .order_by(VoucherSettlementLine.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        sa.select(VoucherUse, Voucher.code, _who(), provider.name, mirror.id, in_settlement)
        .join(Voucher, Voucher.id == VoucherUse.voucher_id)
        .join(VoucherRequest, VoucherRequest.id == Voucher.request_id)
        .outerjoin(Individual, Individual.id == VoucherRequest.individual_id)
        .outerjoin(Organisation, Organisation.id == VoucherRequest.organisation_id)
        .outerjoin(provider, provider.id == VoucherUse.provider_id)
        .outerjoin(mirror, mirror.reverses_id == VoucherUse.id)
    )
    if voucher_id is None:
        query = query.order_by(VoucherUse.day.desc(), Voucher.code, VoucherUse.number)
    else:
        query = query.where(VoucherUse.voucher_id == voucher_id).order_by(VoucherUse.number)
    for use, code, who, name, corrected, settlement in session.execute(query):
        yield VoucherUseRow(
            id=use.id,
            voucher_id=use.voucher_id,
            code=code,
            holder=who or "",
            number=use.number,
            day=use.day,
            units=read(use.units) or Fraction(0),
            provider=name or "",
            document=use.document,
            cents=use.cents,
            corrected=corrected is not None or use.reverses_id is not None,
            settlement=None if settlement is None else SettlementLineState(settlement),
            note=use.note,
            sample=use.sample,
            source_line=use.source_line,
        )


def load_voucher(store: Store, voucher_id: str) -> GivenVoucher:
    """A voucher with its uses.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Voucher, voucher_id)
        request = session.get_one(VoucherRequest, row.request_id)
        return GivenVoucher(
            id=row.id,
            request_id=row.request_id,
            day_issued=row.day_issued,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            code=row.code,
            programme=session.get_one(VoucherProgramme, row.programme_id).name,
            holder=_holder(session, request),
            service=session.scalar(sa.select(_service()).where(VoucherRequest.id == request.id)) or request.service,
            state=VoucherState(row.state),
            amount=row.amount,
            used=row.used,
            settled=row.settled,
            left=Cents(row.amount - row.used) if VoucherState(row.state) in LIVING else Cents(0),
            date_ended=row.date_ended,
            end_reason=row.end_reason,
            uses=tuple(_uses(session, row.id)),
            source_line=row.source_line,
        )


def _holder(session: Session, request: VoucherRequest) -> str:
    if request.individual_id is not None:
        person = session.get_one(Individual, request.individual_id)
        return f"{person.surname} {person.given_name}"
    return "" if request.organisation_id is None else session.get_one(Organisation, request.organisation_id).name


def give_voucher(store: Store, draft: GivenVoucher) -> Changes:
    """Give the voucher of one request, as its form says; see `issue_vouchers`."""
    key = require_key(draft.request_id, "request_id")
    return issue_vouchers(store, IssueDraft((key,), draft.day_issued, draft.valid_from, draft.valid_to))


def admitted_requests(store: Store) -> tuple[tuple[str, str], ...]:
    """(key, name) of the requests that wait for their voucher, in the order that they came in."""
    query = (
        sa.select(VoucherRequest, VoucherProgramme.code, _who())
        .join(VoucherProgramme, VoucherProgramme.id == VoucherRequest.programme_id)
        .outerjoin(Individual, Individual.id == VoucherRequest.individual_id)
        .outerjoin(Organisation, Organisation.id == VoucherRequest.organisation_id)
        .where(VoucherRequest.state == VoucherRequestState.ADMITTED.value)
        .order_by(VoucherProgramme.code, VoucherRequest.year, VoucherRequest.number)
    )
    with store.read() as session:
        return tuple(
            (row.id, f"{code} {row.number}/{row.year} · {who} · {format_euro(row.amount or 0)}")
            for row, code, who in session.execute(query)
        )


def admitted_providers(store: Store) -> tuple[tuple[str, str], ...]:
    """(key, name) of the providers that programmes admit; of all organisations while none is named anywhere."""
    named = sa.select(ProgrammeProvider.organisation_id)
    query = sa.select(Organisation.id, Organisation.name).order_by(Organisation.name)
    with store.read() as session:
        found = session.execute(query.where(Organisation.id.in_(named))).tuples().all()
        return tuple(found or session.execute(query).tuples().all())


# --- uses, one by one ------------------------------------------------------------------------


@dataclass(frozen=True)
class UseSheet:
    """A use as it is typed or scanned, and as it is looked at afterwards; `corrected` and below are shown only."""

    id: str | None = None
    number: str = ""
    day: date | None = None
    units: Fraction | None = None
    provider_id: str | None = None
    document: str = ""
    amount: Cents | None = None
    note: str = ""
    corrected: bool = False
    settlement: SettlementLineState | None = None
    source_line: int | None = None


def load_use(store: Store, use_id: str) -> UseSheet:
    """A use as it was recorded.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, VoucherUse, use_id)
        found = next(each for each in _uses(session, row.voucher_id) if each.id == row.id)
        return UseSheet(
            id=row.id,
            number=found.code,
            day=row.day,
            units=found.units,
            provider_id=row.provider_id,
            document=row.document,
            amount=row.cents,
            note=row.note,
            corrected=found.corrected,
            settlement=found.settlement,
            source_line=row.source_line,
        )


def save_use(store: Store, draft: UseSheet) -> Changes:
    """Record a use as its form says; see `record_use`."""
    return record_use(
        store,
        UseDraft(draft.number, draft.day, draft.units, draft.provider_id, draft.document, draft.amount, draft.note),
    )


def scanned(store: Store, typed: str) -> GivenVoucher | None:
    """The voucher of a number while it is being typed; None as long as it is none."""
    try:
        with store.read() as session:
            key = find_voucher(session, typed).id
    except AppError:
        return None
    return load_voucher(store, key)
