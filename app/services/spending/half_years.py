"""How far projects are at the end of each half-year: money by the day of its transfers, all else by its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.enums import AccountKind, area_code
from app.models.ledger import Account, AccountPath, Posting, Transfer
from app.models.money import Cents, percentage
from app.models.network import Alliance
from app.models.plan import Plan, PriorityArea
from app.models.proposals import Proposal
from app.models.spending import Expense, ExpenseReport
from app.models.store import Store
from app.models.voucher_ledger import Voucher, VoucherUse
from app.models.vouchers import VoucherProgramme
from app.services.spending.paid import owed_amounts
from app.services.vouchers.register import ENDED

SUMS = ("granted", "paid", "reported", "admitted", "vouchers", "issued", "used", "settled")
"""Figures of a project that are summed."""

_ENDED = [state.value for state in ENDED]


@dataclass(frozen=True, order=True)
class HalfYear:
    """Six months: `half` is 1 or 2."""

    year: int
    half: int

    @classmethod
    def of(cls, day: date) -> HalfYear:
        """The one that a day lies in."""
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def last_day(self) -> date:
        """Its end."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    def following(self) -> HalfYear:
        """The next one."""
        return HalfYear.of(self.last_day + timedelta(days=1))


def half_years(first: date, last: date) -> tuple[HalfYear, ...]:
    """All half-years from a day to another, the later one's included."""
    found = [HalfYear.of(min(first, last))]
    while found[-1] < HalfYear.of(last):
        found.append(found[-1].following())
    return tuple(found)


@dataclass(frozen=True)
class ProjectName:
    """What a project is called."""

    id: str
    number: int
    title: str
    alliance: str
    area: str
    sample: bool


@dataclass(frozen=True)
class ProjectState(ProjectName):
    """How far a project is at the end of a day.

    Attributes:
        granted: cents on its account, paid ones included, less those that must come back.
        paid: cents paid to it, less those that came back.
        reported: cents of the expenses in the reports that came in, contributions included.
        admitted: cents of them in the reports that were approved.
        vouchers: how many were given; `issued` their cents, less what went back; `used` and `settled` cents of them.
    """

    period: HalfYear
    granted: Cents
    paid: Cents
    reported: Cents
    admitted: Cents
    vouchers: int
    issued: Cents
    used: Cents
    settled: Cents

    @property
    def share(self) -> Fraction | None:
        """Percentage of the grant that was paid out, to the project or for its vouchers; None without a grant."""
        return percentage(self.paid + self.settled, self.granted)


@dataclass(frozen=True)
class PeriodState:
    """All projects at the end of a half-year, or on the day of the table when it lies in it."""

    period: HalfYear
    day: date
    projects: tuple[ProjectState, ...]

    def sums(self) -> dict[str, int]:
        """What the projects come to together."""
        return {key: sum(getattr(row, key) for row in self.projects) for key in SUMS}


class Move(NamedTuple):
    """Something that a day changed in a figure of a project."""

    project: str
    figure: str
    day: date
    change: int


def period_states(store: Store, day: date) -> tuple[PeriodState, ...]:
    """The projects at the end of each half-year from the start of the plan, and on `day`, the last."""
    with store.read() as session:
        moves = sorted(_moves(session), key=lambda move: move.day)
        start = session.scalar(sa.select(sa.func.min(Plan.date_start, type_=sa.Date())))
        first = min([*([start] if start else []), *(move.day for move in moves[:1])], default=day)
        named = _named(session, {move.project for move in moves})
        return tuple(
            _state(session, period, min(period.last_day, day), named, moves) for period in half_years(first, day)
        )


def _state(
    session: Session, period: HalfYear, day: date, named: Iterable[ProjectName], moves: Iterable[Move]
) -> PeriodState:
    sums: dict[str, dict[str, int]] = {}
    for move in moves:
        if move.day <= day:
            of_it = sums.setdefault(move.project, dict.fromkeys(SUMS, 0))
            of_it[move.figure] += move.change
    for key, cents in owed_amounts(session, day).items():
        sums.setdefault(key, dict.fromkeys(SUMS, 0))["granted"] -= cents
    return PeriodState(period, day, tuple(_project(row, period, sums[row.id]) for row in named if row.id in sums))


def _project(name: ProjectName, period: HalfYear, sums: Mapping[str, int]) -> ProjectState:
    return ProjectState(
        id=name.id,
        number=name.number,
        title=name.title,
        alliance=name.alliance,
        area=name.area,
        sample=name.sample,
        period=period,
        granted=Cents(sums["granted"]),
        paid=Cents(sums["paid"]),
        reported=Cents(sums["reported"]),
        admitted=Cents(sums["admitted"]),
        vouchers=sums["vouchers"],
        issued=Cents(sums["issued"]),
        used=Cents(sums["used"]),
        settled=Cents(sums["settled"]),
    )


def _named(session: Session, keys: Set[str]) -> list[ProjectName]:
    """What projects are called, by number; those are sample whose programmes or reports are."""
    marked = sa.union(
        sa.select(VoucherProgramme.proposal_id).where(VoucherProgramme.sample),
        sa.select(ExpenseReport.proposal_id).where(ExpenseReport.sample),
    )
    invented = set(session.scalars(marked))
    rows = session.execute(
        sa.select(Proposal, Alliance.short_name, PriorityArea)
        .join(Alliance, Alliance.id == Proposal.alliance_id)
        .outerjoin(PriorityArea, PriorityArea.id == Proposal.area_id)
        .order_by(Proposal.number, Proposal.id)
    )
    return [
        ProjectName(
            id=row.id,
            number=row.number,
            title=row.title,
            alliance=alliance,
            area="" if area is None else area_code(area.level, area.number),
            sample=row.sample or row.id in invented,
        )
        for row, alliance, area in rows
        if row.id in keys
    ]


# --- what days changed --------------------------------------------------------------------


def _moves(session: Session) -> Iterable[Move]:
    """All that days changed in the figures of projects."""
    yield from _ledger_moves(session)
    yield from _report_moves(session)
    yield from _voucher_moves(session)


def _ledger_moves(session: Session) -> Iterable[Move]:
    """Money that came to a project or to what lies below it, and what of it was paid out: itself or for vouchers."""
    project, own, parent = aliased(Account), aliased(Account), aliased(Account)
    below = (
        sa.select(project.subject_id, Transfer.day, own.kind, parent.kind, sa.func.sum(Posting.cents))
        .select_from(project)
        .join(AccountPath, AccountPath.ancestor_id == project.id)
        .join(own, own.id == AccountPath.account_id)
        .join(parent, parent.id == own.parent_id)
        .join(Posting, Posting.account_id == own.id)
        .join(Transfer, Transfer.id == Posting.transfer_id)
        .where(project.kind == AccountKind.PROJECT.value)
        .group_by(project.subject_id, Transfer.day, own.kind, parent.kind)
    )
    for key, day, kind, parent_kind, cents in session.execute(below).tuples():
        yield Move(str(key), "granted", day, cents)
        if kind == AccountKind.PAID.value:
            figure = "paid" if parent_kind == AccountKind.PROJECT.value else "settled"
            yield Move(str(key), figure, day, cents)


def _report_moves(session: Session) -> Iterable[Move]:
    """Expenses by the day on which their report came in, and on which it was approved."""
    admitted = sa.func.coalesce(Expense.admitted_grant, Expense.on_grant) + sa.func.coalesce(
        Expense.admitted_cofinancing, Expense.on_cofinancing
    )
    query = (
        sa.select(
            ExpenseReport.proposal_id,
            ExpenseReport.date_received,
            ExpenseReport.date_approved,
            sa.func.sum(Expense.on_grant + Expense.on_cofinancing),
            sa.func.sum(admitted),
        )
        .join(Expense, Expense.report_id == ExpenseReport.id)
        .group_by(ExpenseReport.id)
    )
    for key, received, approved, charged, kept in session.execute(query).tuples():
        yield Move(key, "reported", received, charged)
        if approved is not None:
            yield Move(key, "admitted", approved, kept)


def _voucher_moves(session: Session) -> Iterable[Move]:
    """Vouchers by the day on which they were given, used, and ended with something left."""
    given = sa.select(
        VoucherProgramme.proposal_id, Voucher.day_issued, sa.func.count(), sa.func.sum(Voucher.amount)
    ).join(Voucher, Voucher.programme_id == VoucherProgramme.id)
    for key, day, count, cents in session.execute(
        given.group_by(VoucherProgramme.proposal_id, Voucher.day_issued)
    ).tuples():
        yield Move(key, "vouchers", day, count)
        yield Move(key, "issued", day, cents)
    back = (
        sa.select(VoucherProgramme.proposal_id, Voucher.date_ended, sa.func.sum(Voucher.used - Voucher.amount))
        .join(Voucher, Voucher.programme_id == VoucherProgramme.id)
        .where(Voucher.state.in_(_ENDED), Voucher.date_ended.is_not(None))
        .group_by(VoucherProgramme.proposal_id, Voucher.date_ended)
    )
    for key, ended, cents in session.execute(back).tuples():
        assert ended is not None
        yield Move(key, "issued", ended, cents)
    uses = (
        sa.select(VoucherProgramme.proposal_id, VoucherUse.day, sa.func.sum(VoucherUse.cents))
        .join(Voucher, Voucher.programme_id == VoucherProgramme.id)
        .join(VoucherUse, VoucherUse.voucher_id == Voucher.id)
        .group_by(VoucherProgramme.proposal_id, VoucherUse.day)
    )
    for key, day, cents in session.execute(uses).tuples():
        yield Move(key, "used", day, cents)
