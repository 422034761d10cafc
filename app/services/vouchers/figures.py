"""Figures of the register: how many vouchers, persons and hours, by service, district, ISEE band, month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AccountKind, SettlementLineState, TransferKind, VoucherState
from app.models.ledger import Account, AccountPath, Posting, Transfer
from app.models.money import Cents
from app.models.plan import Plan
from app.models.store import Store
from app.models.voucher_ledger import Voucher, VoucherSettlement, VoucherSettlementLine, VoucherUse
from app.services.vouchers.burn_down import BurnDown, Month, Moves, burn_down
from app.services.vouchers.masking import TOTAL, Place, masked_cells, masked_parts
from app.services.vouchers.register import ENDED, ProgrammeName, RegisterRow

EXPIRING_DAYS = 30
"""Days before its end in which a voucher is said to expire."""
IDLE_DAYS = 60
"""Days without a use after which a voucher is said to be idle."""


class Dimension(StrEnum):
    """What vouchers are counted by."""

    SERVICE = "service"
    DISTRICT = "district"
    BAND = "band"
    MONTH = "month"


KEYS: Mapping[Dimension, Callable[[RegisterRow], str]] = {
    Dimension.SERVICE: lambda row: row.service,
    Dimension.DISTRICT: lambda row: row.district or "-",
    Dimension.BAND: lambda row: "-" if row.band is None else f"{row.band:016d}",
    Dimension.MONTH: lambda row: f"{row.month[0]}-{row.month[1]:02d}",
}
"""Key of a voucher's part in each; «-» for what is not known."""


@dataclass
class Sums:
    """What some vouchers come to.

    Attributes:
        people: keys of those that the services are for.
        hours: that units tell of; None when none does.
    """

    vouchers: int = 0
    people: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    firms: set[str] = field(default_factory=set)
    used_vouchers: int = 0
    hours: Fraction | None = None
    amount: int = 0
    used: int = 0
    settled: int = 0
    returned: int = 0

    def add(self, row: RegisterRow) -> None:
        """Count one more."""
        self.vouchers += 1
        self.used_vouchers += row.used > 0
        self.people.add(row.person_key)
        if row.household_id:
            self.families.add(row.household_id)
        if row.firm or row.organisation_id:
            self.firms.add(row.organisation_id or row.firm)
        if row.hours is not None:
            self.hours = (self.hours or Fraction(0)) + row.hours
        self.amount += row.amount
        self.used += row.used
        self.settled += row.settled
        self.returned += row.returned


def summed(rows: Iterable[RegisterRow]) -> Sums:
    """What vouchers come to, all together."""
    sums = Sums()
    for row in rows:
        sums.add(row)
    return sums


def by_part(rows: Iterable[RegisterRow], dimension: Dimension) -> dict[str, Sums]:
    """The same for each part, by its key, in order; what is not known last."""
    key = KEYS[dimension]
    found: dict[str, Sums] = {}
    for row in rows:
        found.setdefault(key(row), Sums()).add(row)
    return dict(sorted(found.items(), key=lambda pair: (pair[0] == "-", pair[0])))


# --- what waits ------------------------------------------------------------------------------


def running(row: RegisterRow) -> bool:
    """Whether something of a voucher can still be used."""
    return row.state in (VoucherState.ASSIGNED, VoucherState.PART_USED)


def expiring(rows: Iterable[RegisterRow], day: date, days: int = EXPIRING_DAYS) -> tuple[RegisterRow, ...]:
    """Vouchers with something left that end within some days, or ended and were not closed; soonest first."""
    last = day + timedelta(days=days)
    return tuple(sorted((row for row in rows if running(row) and row.valid_to <= last), key=lambda row: row.valid_to))


def idle(rows: Iterable[RegisterRow], day: date, days: int = IDLE_DAYS) -> tuple[RegisterRow, ...]:
    """Vouchers with something left that nobody used for some days, and that are valid; the longest waiting first."""

    def since(row: RegisterRow) -> date:
        return row.last_use or max(row.day_issued, row.valid_from)

    first = day - timedelta(days=days)
    waiting = (row for row in rows if running(row) and since(row) <= first and row.valid_to >= day)
    return tuple(sorted(waiting, key=since))


# --- what is published -----------------------------------------------------------------------


@dataclass(frozen=True)
class PublishedPart:
    """A line of a published count; None for what is masked."""

    key: str
    vouchers: int | None
    amount: Cents | None


@dataclass(frozen=True)
class Published:
    """What is published of one programme, or of all.

    Attributes:
        parts: by dimension; lines of parts without any voucher are left out.
        programmes: by key of the programme; those without any voucher are left out.
        total: of all of it; None for what is masked.
    """

    parts: Mapping[Dimension, tuple[PublishedPart, ...]]
    programmes: tuple[PublishedPart, ...]
    total: PublishedPart


def published(rows: Sequence[RegisterRow], floor: int, programme_id: str | None) -> Published:
    """Counts and amounts with small ones masked, so that no other count of this kind tells them.

    All tables by programme and part are masked together, whichever is asked for: what is published of one programme
    cannot be taken from what is published of all.

    Args:
        rows: of all programmes, always.
        floor: least count of people that is shown.
    """
    masks = _masks(rows, floor)
    line = TOTAL if programme_id is None else programme_id
    own = [row for row in rows if programme_id in (None, row.programme_id)]
    parts = {
        dimension: tuple(
            _part(key, sums, (line, key) in masks[dimension]) for key, sums in by_part(own, dimension).items()
        )
        for dimension in Dimension
    }
    totals = masks[Dimension.SERVICE]
    own_programmes = dict.fromkeys(row.programme_id for row in own)
    programmes = tuple(
        _part(key, summed(row for row in own if row.programme_id == key), (key, TOTAL) in totals)
        for key in own_programmes
    )
    return Published(parts, programmes, _part(TOTAL, summed(own), (line, TOTAL) in totals))


def _part(key: str, sums: Sums, is_masked: bool) -> PublishedPart:
    return PublishedPart(key, None, None) if is_masked else PublishedPart(key, sums.vouchers, Cents(sums.amount))


def _masks(rows: Sequence[RegisterRow], floor: int) -> dict[Dimension, frozenset[Place]]:
    """What is masked of each table of programmes by parts; a total masked in one of them is masked in all."""
    people: dict[str, set[str]] = {}
    for row in rows:
        people.setdefault(row.programme_id, set()).add(row.person_key)
    hidden = masked_parts({key: len(found) for key, found in people.items()}, floor)
    totals = frozenset((key or TOTAL, TOTAL) for key in hidden)
    while True:
        masks = {dimension: _mask(rows, dimension, floor, totals) for dimension in Dimension}
        found = frozenset(place for mask in masks.values() for place in mask if place[1] == TOTAL)
        if found == totals:
            return masks
        totals = found


def _mask(rows: Sequence[RegisterRow], dimension: Dimension, floor: int, totals: Iterable[Place]) -> frozenset[Place]:
    key = KEYS[dimension]
    counts: dict[Place, int] = {}
    people: dict[Place, set[str]] = {}
    for row in rows:
        part = key(row)
        counts[row.programme_id, part] = counts.get((row.programme_id, part), 0) + 1
        for place in ((row.programme_id, part), (row.programme_id, TOTAL), (TOTAL, part), (TOTAL, TOTAL)):
            people.setdefault(place, set()).add(row.person_key)
    few = [place for place, found in people.items() if len(found) < floor]
    return masked_cells(counts, floor, (*few, *totals))


def count_floor(store: Store) -> int:
    """The least count of people that the office publishes."""
    with store.read() as session:
        return session.scalar(sa.select(Plan.count_floor)) or 5


# --- the way of the money --------------------------------------------------------------------


def budget_way(store: Store, programme: ProgrammeName, now: date, last: date | None) -> BurnDown:
    """How the money of a programme went down, and how far it goes.

    Args:
        now: day of the records.
        last: day on which its services end.
    """
    with store.read() as session:
        moves = _moves(session, programme.id)
        provided = _provided(session, programme.id)
    for day, cents in provided:
        if cents < 0:
            before = moves.get((day.year, day.month), Moves())
            moves[day.year, day.month] = replace(before, returned=before.returned - cents)
    budget = sum(cents for _day, cents in provided) if provided else programme.ceiling
    end = (last.year, last.month) if last else None
    shown = (now.year, now.month)
    if end is not None and end < shown:  # after its end only what still moved is of interest
        shown = max((end, *(month for month in moves if month <= shown)))
    return burn_down(Cents(budget), moves, shown, end)


def _provided(session: Session, programme_id: str) -> list[tuple[date, int]]:
    """What came to a programme and to the budgets of its firms, by day; below zero what its project got back."""
    cents = sa.func.sum(Posting.cents)
    query = (
        sa.select(Transfer.day, cents)
        .join(Posting, Posting.transfer_id == Transfer.id)
        .join(AccountPath, AccountPath.account_id == Posting.account_id)
        .join(Account, Account.id == AccountPath.ancestor_id)
        .where(
            Account.kind == AccountKind.PROGRAMME.value,
            Account.subject_id == programme_id,
            Transfer.kind == TransferKind.PROVISION.value,
        )
        .group_by(Transfer.id)
        .having(cents != 0)  # from the programme to a firm, or back
    )
    return [(day, cents) for day, cents in session.execute(query)]


def _moves(session: Session, programme_id: str) -> dict[Month, Moves]:
    """What was given, used and paid, month by month."""
    given: dict[Month, int] = {}
    used: dict[Month, int] = {}
    settled: dict[Month, int] = {}
    ended = [state.value for state in ENDED]
    mine = Voucher.programme_id == programme_id
    issued = sa.select(Voucher.day_issued, Voucher.amount).where(mine)
    _add(given, session.execute(issued).tuples())
    back = sa.select(Voucher.date_ended, Voucher.used - Voucher.amount).where(mine, Voucher.state.in_(ended))
    _add(given, session.execute(back).tuples())
    uses = sa.select(VoucherUse.day, VoucherUse.cents).join(Voucher, Voucher.id == VoucherUse.voucher_id).where(mine)
    _add(used, session.execute(uses).tuples())
    paid = (
        sa.select(VoucherSettlement.date_paid, VoucherSettlementLine.cents)
        .join(VoucherSettlementLine, VoucherSettlementLine.settlement_id == VoucherSettlement.id)
        .where(
            VoucherSettlement.programme_id == programme_id,
            VoucherSettlement.date_paid.is_not(None),
            VoucherSettlementLine.state == SettlementLineState.PAID.value,
        )
    )
    _add(settled, session.execute(paid).tuples())
    months = {*given, *used, *settled}
    return {month: Moves(given.get(month, 0), used.get(month, 0), settled.get(month, 0)) for month in months}


def _add(sums: dict[Month, int], moves: Iterable[tuple[date | None, int]]) -> None:
    for day, cents in moves:
        if day is not None:
            month = (day.year, day.month)
            sums[month] = sums.get(month, 0) + cents
