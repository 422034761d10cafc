"""Proposals in lists: what was declared, what the economic plan sums to, what was awarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.calls import CallRules
from app.models.enums import AccountKind, BudgetSection, ProposalState, area_code
from app.models.ledger import Account, AccountState
from app.models.money import Cents, percentage
from app.models.network import Alliance, Organisation, OrganisationSeat, Partnership
from app.models.plan import PriorityArea
from app.models.proposals import Budget, BudgetItem, Call, Proposal
from app.models.store import Store
from app.models.territory import District, Municipality
from app.services.calls.rules import newest_rules
from app.services.wording.shares import share_exact, share_text


@dataclass(frozen=True)
class ProposalRow:
    """A proposal in a list.

    Attributes:
        alliance: short name of the alliance; `lead` the name of its lead, empty while there is none.
        district: where the seats of the partnership lie; several with a comma, empty while none is known.
        area: code of the area («A.3»), empty while there is none.
        share_kept: the declared share of co-financing, decimal text; empty when nothing was declared.
        grant, total: cents computed from the newest economic plan.
        awarded: cents that stand on its project account.
    """

    id: str
    call_id: str
    number: int
    title: str
    alliance_id: str
    alliance: str
    lead: str
    district: str
    area_id: str | None
    area: str
    state: ProposalState
    grant_requested: Cents | None
    grant_declared: Cents | None
    cofinancing_declared: Cents | None
    total_declared: Cents | None
    share_kept: str
    grant: Cents
    total: Cents
    awarded: Cents
    sample: bool
    source_line: int | None

    @property
    def cofinancing(self) -> Cents:
        """What the alliance adds, by the newest economic plan."""
        return Cents(self.total - self.grant)

    @property
    def share(self) -> Fraction | None:
        """Exact percentage of the co-financing in the total, None while that is zero."""
        return percentage(self.cofinancing, self.total)

    @property
    def share_declared(self) -> str:
        """The declared share as it was written: «3,86 %»."""
        return share_text(self.share_kept)

    @property
    def share_declared_exact(self) -> Fraction | None:
        """The declared share as a number, None when nothing was declared."""
        return share_exact(self.share_kept)


def proposal_rows(store: Store) -> tuple[ProposalRow, ...]:
    """All proposals, by call (in order of opening) and number."""
    own = Proposal
    with store.read() as session:
        sums = _sums(session)
        names = _names(session)
        found = session.execute(
            sa.select(
                *(own.id, own.call_id, own.number, own.title, own.alliance_id, own.area_id, own.state),
                *(own.grant_requested, own.grant_declared, own.cofinancing_declared, own.total_declared),
                *(own.share_declared, own.sample, own.source_line),
            )
        ).all()
        places = _places(session)
    ordered = sorted(found, key=lambda row: (places[row[1]], row[2]))
    return tuple(_row(row, names, sums.get(row[0], (0, 0))) for row in ordered)


def _places(session: Session) -> Mapping[str, int]:
    """Place of each call by its opening; not looked up for each proposal, which would cost as much as the rest."""
    calls = (
        sa.select(Call.id)
        .outerjoin(CallRules, sa.and_(CallRules.call_id == Call.id, newest_rules()))
        .order_by(CallRules.date_opened.is_(None), CallRules.date_opened, Call.id)
    )
    return {key: place for place, key in enumerate(session.scalars(calls))}


def _sums(session: Session) -> Mapping[str, tuple[int, int]]:
    """Cents of the costs, and of all items, of the newest economic plan of each proposal."""
    costs = sa.case((BudgetItem.section == BudgetSection.COSTS.value, BudgetItem.amount), else_=0)
    sums = sa.select(BudgetItem.budget_id, sa.func.sum(costs), sa.func.sum(BudgetItem.amount))
    by_budget = {key: (grant, total) for key, grant, total in session.execute(sums.group_by(BudgetItem.budget_id))}
    versions = session.execute(sa.select(Budget.proposal_id, Budget.id).order_by(Budget.version))
    newest = dict(versions.tuples().all())  # the last one of each stays
    return {key: by_budget[budget_id] for key, budget_id in newest.items() if budget_id in by_budget}


@dataclass(frozen=True)
class _Names:
    """What the rows of the list name, each read once.

    Attributes:
        alliances: short name, and name of the lead, by key.
        districts: names by key of the alliance.
        areas: codes by key.
        awarded: cents on the project account, by proposal.
    """

    alliances: Mapping[str, tuple[str, str]]
    districts: Mapping[str, str]
    areas: Mapping[str | None, str]
    awarded: Mapping[str, Cents]


def _names(session: Session) -> _Names:
    leads = sa.select(Alliance.id, Alliance.short_name, Organisation.name).outerjoin(
        Organisation, Organisation.id == Alliance.lead_id
    )
    accounts = (
        sa.select(Account.subject_id, AccountState.total)
        .join(AccountState, AccountState.account_id == Account.id)
        .where(Account.kind == AccountKind.PROJECT.value)
    )
    areas = session.execute(sa.select(PriorityArea.id, PriorityArea.level, PriorityArea.number))
    return _Names(
        alliances={key: (short, lead or "") for key, short, lead in session.execute(leads)},
        districts=_districts(session),
        areas={key: area_code(level, number) for key, level, number in areas},
        awarded={str(key): cents for key, cents in session.execute(accounts)},
    )


def _districts(session: Session) -> Mapping[str, str]:
    """Districts in which bodies of an alliance, lead or partners, have a seat; by key of the alliance."""
    members = sa.union(
        sa.select(Partnership.alliance_id.label("alliance"), Partnership.organisation_id.label("body")),
        sa.select(Alliance.id, Alliance.lead_id).where(Alliance.lead_id.is_not(None)),
    ).subquery()
    found = session.execute(
        sa.select(members.c.alliance, District.name)
        .join(OrganisationSeat, OrganisationSeat.organisation_id == members.c.body)
        .join(Municipality, Municipality.id == OrganisationSeat.municipality_id)
        .join(District, District.id == Municipality.district_id)
        .order_by(District.number)
        .distinct()
    )
    names: dict[str, list[str]] = {}
    for alliance, name in found:
        names.setdefault(alliance, []).append(name)
    return {alliance: ", ".join(those) for alliance, those in names.items()}


_STATES = {state.value: state for state in ProposalState}


def _row(row: sa.Row[Any], names: _Names, sums: tuple[int, int]) -> ProposalRow:
    key, call_id, number, title, alliance_id, area_id, state, *asked, written, sample, line = row
    requested, declared, cofinancing_declared, total_declared = asked
    alliance, lead = names.alliances[alliance_id]
    grant, total = sums
    return ProposalRow(
        id=key,
        call_id=call_id,
        number=number,
        title=title,
        alliance_id=alliance_id,
        alliance=alliance,
        lead=lead,
        district=names.districts.get(alliance_id, ""),
        area_id=area_id,
        area=names.areas.get(area_id, ""),
        state=_STATES[state],
        grant_requested=requested,
        grant_declared=declared,
        cofinancing_declared=cofinancing_declared,
        total_declared=total_declared,
        share_kept=written,
        grant=Cents(grant),
        total=Cents(total),
        awarded=names.awarded.get(key, Cents(0)),
        sample=sample,
        source_line=line,
    )
