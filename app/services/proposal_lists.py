"""Proposals in lists: what was declared, what the economic plan sums to, what was awarded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.calls import CallRules
from app.models.enums import AccountKind, BudgetSection, ProposalState, area_code
from app.models.ledger import Account, AccountState
from app.models.money import Cents, percentage
from app.models.network import Alliance, Organisation
from app.models.plan import PriorityArea
from app.models.proposals import Budget, BudgetItem, Call, Proposal
from app.models.store import Store
from app.services.budgets import newest_version
from app.services.call_rules import newest_rules
from app.services.shares import share_exact, share_text


@dataclass(frozen=True)
class ProposalRow:
    """A proposal in a list.

    Attributes:
        alliance: short name of the alliance; `lead` the name of its lead, empty while there is none.
        area: code of the area («A.3»), empty while there is none.
        share_declared: as written («3,86 %»); `share_declared_exact` as a number, None when nothing was declared.
        grant, cofinancing, total: cents computed from the newest economic plan.
        share: exact percentage of the co-financing in the total, None while that is zero.
        awarded: cents that stand on its project account.
    """

    id: str
    call_id: str
    number: int
    title: str
    alliance_id: str
    alliance: str
    lead: str
    area_id: str | None
    area: str
    state: ProposalState
    grant_requested: Cents | None
    grant_declared: Cents | None
    cofinancing_declared: Cents | None
    total_declared: Cents | None
    share_declared: str
    share_declared_exact: Fraction | None
    grant: Cents
    cofinancing: Cents
    total: Cents
    share: Fraction | None
    awarded: Cents
    sample: bool
    source_line: int | None


def proposal_rows(store: Store) -> tuple[ProposalRow, ...]:
    """All proposals, by call (in order of opening) and number."""
    with store.read() as session:
        sums = _sums(session)
        found = session.execute(
            sa.select(Proposal, Alliance.short_name, Organisation.name, PriorityArea, AccountState.total)
            .join(Call, Call.id == Proposal.call_id)
            .join(Alliance, Alliance.id == Proposal.alliance_id)
            .outerjoin(Organisation, Organisation.id == Alliance.lead_id)
            .outerjoin(PriorityArea, PriorityArea.id == Proposal.area_id)
            .outerjoin(Account, sa.and_(Account.subject_id == Proposal.id, Account.kind == AccountKind.PROJECT.value))
            .outerjoin(AccountState, AccountState.account_id == Account.id)
            .outerjoin(CallRules, sa.and_(CallRules.call_id == Call.id, newest_rules()))
            .order_by(CallRules.date_opened.is_(None), CallRules.date_opened, Call.id, Proposal.number)
        )
        return tuple(
            _row(proposal, alliance, lead, area, awarded, sums) for proposal, alliance, lead, area, awarded in found
        )


def _sums(session: Session) -> Mapping[tuple[str, str], int]:
    """Cents of the newest economic plan by (proposal, section)."""
    found = session.execute(
        sa.select(Budget.proposal_id, BudgetItem.section, sa.func.sum(BudgetItem.amount))
        .join(BudgetItem, BudgetItem.budget_id == Budget.id)
        .where(newest_version())
        .group_by(Budget.proposal_id, BudgetItem.section)
    )
    return {(proposal_id, section): cents for proposal_id, section, cents in found}


def _row(
    proposal: Proposal,
    alliance: str,
    lead: str | None,
    area: PriorityArea | None,
    awarded: Cents | None,
    sums: Mapping[tuple[str, str], int],
) -> ProposalRow:
    grant = sums.get((proposal.id, BudgetSection.COSTS.value), 0)
    cofinancing = sums.get((proposal.id, BudgetSection.CONTRIBUTION.value), 0)
    return ProposalRow(
        id=proposal.id,
        call_id=proposal.call_id,
        number=proposal.number,
        title=proposal.title,
        alliance_id=proposal.alliance_id,
        alliance=alliance,
        lead=lead or "",
        area_id=proposal.area_id,
        area="" if area is None else area_code(area.level, area.number),
        state=ProposalState(proposal.state),
        grant_requested=proposal.grant_requested,
        grant_declared=proposal.grant_declared,
        cofinancing_declared=proposal.cofinancing_declared,
        total_declared=proposal.total_declared,
        share_declared=share_text(proposal.share_declared),
        share_declared_exact=share_exact(proposal.share_declared),
        grant=Cents(grant),
        cofinancing=Cents(cofinancing),
        total=Cents(grant + cofinancing),
        share=percentage(cofinancing, grant + cofinancing),
        awarded=awarded or Cents(0),
        sample=proposal.sample,
        source_line=proposal.source_line,
    )
