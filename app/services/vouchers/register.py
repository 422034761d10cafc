"""The register of vouchers: one row for each that was given, with whom it is for, what was used of it and what paid."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.bulk import stream_rows
from app.models.enums import VoucherState, VoucherUnit
from app.models.households import Household, Individual
from app.models.money import Cents
from app.models.network import Organisation
from app.models.store import Store
from app.models.territory import District, Municipality
from app.models.voucher_ledger import Voucher, VoucherUse
from app.models.vouchers import (
    FirmBudget,
    ProgrammeBand,
    ProgrammeRules,
    ProgrammeService,
    VoucherProgramme,
    VoucherRequest,
)
from app.services.wording.points import POINT

ENDED = frozenset({VoucherState.EXPIRED, VoucherState.REVOKED, VoucherState.RENOUNCED})
"""States in which what was not used went back."""

_CODE_LETTERS = 10


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A voucher in the register.

    There may be a hundred thousand of them: values that many have are one object, and days and amounts too.

    Attributes:
        programme: its letters.
        code: the number as printed.
        holder: the person, firm or body that the service is for; `household` the family's name.
        individual_id: the person; empty for a firm or a body.
        firm: whose budget it comes from.
        district, municipality: where the family lives; empty when that is not known, or outside the plan.
        band: upper limit of the ISEE band in cents; 0 for above all of them, None when no ISEE was asked.
        unit, units: what was given, in thousandths; None when it is not counted.
        hours: of service that were used, where units tell of them.
        expense, aids, employer_part: price of the service, and what others than the family pay of it.
        returned: cents that went back when it ended.
        uses: how often it was used.
    """

    id: str
    programme_id: str
    programme: str
    code: str
    year: int
    number: int
    day_issued: date
    valid_from: date
    valid_to: date
    state: VoucherState
    protocol: str
    holder: str
    individual_id: str
    household_id: str
    household: str
    organisation_id: str
    firm: str
    district: str
    municipality: str
    service: str
    provider: str
    band: int | None
    unit: VoucherUnit
    units: int | None
    hours: Fraction | None
    expense: Cents | None
    aids: Cents
    employer_part: Cents
    amount: Cents
    used: Cents
    settled: Cents
    uses: int
    last_use: date | None
    date_ended: date | None
    sample: bool

    @property
    def returned(self) -> Cents:
        """What went back when it ended."""
        return Cents(self.amount - self.used if self.state in ENDED else 0)

    @property
    def left(self) -> Cents:
        """What can still be used."""
        return Cents(0 if self.state in ENDED else self.amount - self.used)

    @property
    def family_part(self) -> Cents | None:
        """What the family pays of the price; None while the price is not known."""
        return None if self.expense is None else Cents(self.expense - self.aids - self.employer_part - self.amount)

    @property
    def month(self) -> tuple[int, int]:
        """Year and month in which it was given."""
        return self.day_issued.year, self.day_issued.month

    @property
    def person_key(self) -> str:
        """Whom it is for, as one counts people."""
        return self.individual_id or self.organisation_id


def public_code(voucher_id: str) -> str:
    """The code under which a voucher stands in what is published: it tells nothing, not even the order."""
    digest = hashlib.sha256(f"published|{voucher_id}".encode()).digest()
    return base64.b32encode(digest).decode()[:_CODE_LETTERS]


@dataclass(frozen=True)
class ProgrammeName:
    """A programme as it is named in lists."""

    id: str
    code: str
    name: str
    proposal_id: str
    ceiling: Cents
    sample: bool


def programme_names(store: Store) -> tuple[ProgrammeName, ...]:
    """All programmes, by their letters."""
    with store.read() as session:
        return tuple(
            ProgrammeName(row.id, row.code, row.name, row.proposal_id, row.ceiling, row.sample)
            for row in session.scalars(sa.select(VoucherProgramme).order_by(VoucherProgramme.code))
        )


def register_rows(
    store: Store, programme_id: str | None = None, voucher_id: str | None = None, *, limit: int | None = None
) -> tuple[RegisterRow, ...]:
    """Vouchers by programme, year and number.

    Args:
        programme_id: of one programme; of all, when it is not said.
        voucher_id: only this one.
        limit: only so many, the first ones.
    """
    where = []
    if programme_id is not None:
        where.append(Voucher.programme_id == programme_id)
    if voucher_id is not None:
        where.append(Voucher.id == voucher_id)
    with store.read() as session:
        terms = _terms(session)
        found = _query(where).limit(limit) if limit is not None else _query(where)
        if limit is not None:
            where = [Voucher.id.in_(sa.select(found.subquery().c.id))]
        uses = _uses(session, where)
        share: dict[Any, Any] = {}
        streamed = stream_rows(session, found, 2_000)
        return tuple(_row(_Stored(*fields), terms, uses, share) for rows in streamed for fields in rows)


@dataclass(frozen=True)
class _Terms:
    """What the versions of rules say: names of services, bands, unit."""

    services: Mapping[tuple[str, str], str]
    bands: Mapping[str, Sequence[int | None]]
    units: Mapping[str, VoucherUnit]


def _terms(session: Session) -> _Terms:
    bands: dict[str, list[int | None]] = defaultdict(list)
    for rules_id, isee_to in session.execute(
        sa.select(ProgrammeBand.rules_id, ProgrammeBand.isee_to).order_by(ProgrammeBand.position)
    ).tuples():
        bands[rules_id].append(isee_to)
    services = sa.select(ProgrammeService.rules_id, ProgrammeService.code, ProgrammeService.name)
    return _Terms(
        {(rules, code): name for rules, code, name in session.execute(services).tuples()},
        bands,
        {key: VoucherUnit(unit) for key, unit in session.execute(sa.select(ProgrammeRules.id, ProgrammeRules.unit))},
    )


def _uses(session: Session, where: Sequence[sa.ColumnElement[bool]]) -> dict[str, tuple[int, int, str]]:
    """Thousandths used, times and last day of each voucher; what was taken back counts nothing."""
    reversal = aliased(VoucherUse)
    query = (
        sa.select(VoucherUse.voucher_id, sa.func.sum(VoucherUse.units), sa.func.count(), sa.func.max(VoucherUse.day))
        .join(Voucher, Voucher.id == VoucherUse.voucher_id)
        .outerjoin(reversal, reversal.reverses_id == VoucherUse.id)
        .where(VoucherUse.reverses_id.is_(None), reversal.id.is_(None), *where)
        .group_by(VoucherUse.voucher_id)
    )
    share: dict[tuple[int, int, str], tuple[int, int, str]] = {}
    found: dict[str, tuple[int, int, str]] = {}
    for rows in stream_rows(session, query, 2_000):
        for key, *told in rows:
            found[key] = share.setdefault(tuple(told), tuple(told))
    return found


class _Stored(NamedTuple):
    """A voucher as `_query` reads it, in values as they are stored."""

    id: str
    programme_id: str
    programme: str
    code: str
    year: int
    number: int
    day_issued: str
    valid_from: str
    valid_to: str
    state: str
    units: int | None
    amount: int
    used: int
    settled: int
    date_ended: str | None
    sample: int
    rules_id: str
    protocol: str
    individual_id: str | None
    household_id: str | None
    organisation_id: str | None
    service: str
    hours: int | None
    isee: int | None
    expense: int | None
    aids: int
    employer_part: int
    person: str | None
    household: str | None
    body: str | None
    provider: str | None
    firm: str | None
    municipality: str | None
    district: str | None


def _query(where: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    """Columns in the order of `_Stored`."""
    body, provider, firm = (aliased(Organisation) for _n in range(3))
    columns = (
        *(Voucher.id, Voucher.programme_id, VoucherProgramme.code.label("programme"), Voucher.code, Voucher.year),
        *(Voucher.number, Voucher.day_issued, Voucher.valid_from, Voucher.valid_to, Voucher.state),
        *(Voucher.units, Voucher.amount, Voucher.used, Voucher.settled, Voucher.date_ended, Voucher.sample),
        *(VoucherRequest.rules_id, VoucherRequest.protocol, VoucherRequest.individual_id, VoucherRequest.household_id),
        *(VoucherRequest.organisation_id, VoucherRequest.service, VoucherRequest.hours, VoucherRequest.isee),
        *(VoucherRequest.expense, VoucherRequest.aids, VoucherRequest.employer_part),
        (Individual.surname + " " + Individual.given_name).label("person"),
        *(Household.name.label("household"), body.name.label("body"), provider.name.label("provider")),
        *(firm.name.label("firm"), Municipality.name.label("municipality"), District.name.label("district")),
    )
    return (
        sa.select(*columns)
        .select_from(Voucher)
        .join(VoucherRequest, VoucherRequest.id == Voucher.request_id)
        .join(VoucherProgramme, VoucherProgramme.id == Voucher.programme_id)
        .outerjoin(Individual, Individual.id == VoucherRequest.individual_id)
        .outerjoin(Household, Household.id == VoucherRequest.household_id)
        .outerjoin(Municipality, Municipality.id == Household.municipality_id)
        .outerjoin(District, District.id == Municipality.district_id)
        .outerjoin(body, body.id == VoucherRequest.organisation_id)
        .outerjoin(provider, provider.id == VoucherRequest.provider_id)
        .outerjoin(FirmBudget, FirmBudget.id == Voucher.firm_budget_id)
        .outerjoin(firm, firm.id == FirmBudget.organisation_id)
        .where(*where)
        .order_by(VoucherProgramme.code, Voucher.year, Voucher.number)
    )


def _row(
    read: _Stored, terms: _Terms, uses: Mapping[str, tuple[int, int, str | None]], share: dict[Any, Any]
) -> RegisterRow:
    """A row of the register.

    Args:
        share: texts and numbers that rows have in common, each to be found by itself; it grows.
    """

    def one(value: Any) -> Any:
        return share.setdefault(value, value)

    unit = terms.units[read.rules_id]
    units_used, times, last = uses.get(read.id, (0, 0, None))
    return RegisterRow(
        id=read.id,
        programme_id=one(read.programme_id),
        programme=one(read.programme),
        code=read.code,
        year=one(read.year),
        number=read.number,
        day_issued=_day(read.day_issued),
        valid_from=_day(read.valid_from),
        valid_to=_day(read.valid_to),
        state=VoucherState(read.state),
        protocol=one(read.protocol),
        holder=(read.person if read.individual_id else one(read.body)) or "",
        individual_id=read.individual_id or "",
        household_id=read.household_id or "",
        household=read.household or "",
        organisation_id=one(read.organisation_id) or "",
        firm=one(read.firm) or "",
        district=one(read.district) or "",
        municipality=one(read.municipality) or "",
        service=terms.services.get((read.rules_id, read.service)) or one(read.service),
        provider=one(read.provider) or "",
        band=_band(read.isee, terms.bands.get(read.rules_id, ())),
        unit=unit,
        units=one(read.units),
        hours=_hours(unit, units_used, read.hours),
        expense=one(read.expense),
        aids=one(read.aids),
        employer_part=one(read.employer_part),
        amount=one(read.amount),
        used=one(read.used),
        settled=one(read.settled),
        uses=times,
        last_use=None if last is None else _day(last),
        date_ended=None if read.date_ended is None else _day(read.date_ended),
        sample=bool(read.sample),
    )


_day = lru_cache(maxsize=4096)(date.fromisoformat)


def _band(isee: int | None, bands: Sequence[int | None]) -> int | None:
    if isee is None:
        return None
    return next((limit or 0 for limit in bands if limit is None or isee <= limit), 0)


@lru_cache(maxsize=4096)
def _hours(unit: VoucherUnit, used: int, hours_a_day: int | None) -> Fraction | None:
    """Hours used: units of an hour, or days of so many hours; other units do not tell."""
    if unit is VoucherUnit.HOUR:
        return Fraction(used, POINT)
    if unit is VoucherUnit.DAY and hours_a_day is not None:
        return Fraction(used, POINT) * hours_a_day
    return None
