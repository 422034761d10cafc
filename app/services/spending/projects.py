"""Projects as money sees them: what was granted, paid, spent and given back; what their call says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import FUNDED_STATES, AccountKind, ProposalState, area_code
from app.models.errors import RuleBroken
from app.models.ledger import Account, AccountState, Posting, Transfer
from app.models.meetings import Decision
from app.models.money import Cents
from app.models.network import Alliance
from app.models.plan import PriorityArea
from app.models.proposals import Budget, BudgetItem, Proposal
from app.models.spending import Expense, ExpenseReport
from app.models.store import Store
from app.services.calls.rules import rules_draft, rules_of
from app.services.calls.rules_drafts import RulesDraft, percent
from app.services.proposals.budgets import newest_version
from app.services.spending.counting import Limit
from app.services.spending.granting import GrantTerms, Progress, Tranche
from app.services.spending.paid import owed_amounts, paid_amounts, voucher_amounts

NOTHING = Cents(0)


@dataclass(frozen=True)
class ProjectRow:
    """A project that was granted money.

    Attributes:
        granted: cents on its account, paid ones included, less those that must come back.
        vouchers: cents given to its programmes of vouchers.
        left: cents granted, neither paid nor given to programmes of vouchers.
        owed: cents paid that must come back.
        spent: cents reported, as admitted where they were checked; contributions included.
        planned: cents of the newest economic plan, contributions included.
        final: final grant, once the final report was approved.
    """

    id: str
    number: int
    title: str
    alliance: str
    area: str
    state: ProposalState
    granted: Cents
    paid: Cents
    vouchers: Cents
    left: Cents
    owed: Cents
    spent: Cents
    planned: Cents
    final: Cents | None
    sample: bool

    @property
    def name(self) -> str:
        """«2 · Mosaico»: the project in a line."""
        return f"{self.number} · {self.title}"

    @property
    def progress(self) -> Progress:
        """How far it is."""
        started = self.state in (ProposalState.STARTED, ProposalState.CONCLUDED)
        return Progress(started, self.spent, self.planned, self.final)


def project_rows(store: Store) -> tuple[ProjectRow, ...]:
    """Every project that has or had money, by number; a fixed number of queries."""
    with store.read() as session:
        return read_projects(session)


def read_projects(session: Session) -> tuple[ProjectRow, ...]:
    """As `project_rows`, in a session of the caller's."""
    paid, owed, spent, final = paid_amounts(session), owed_amounts(session), _spent(session), _final(session)
    planned, vouchers = _planned(session), voucher_amounts(session)
    rows = session.execute(
        sa.select(Proposal, Alliance.short_name, PriorityArea, AccountState.total)
        .join(Alliance, Alliance.id == Proposal.alliance_id)
        .outerjoin(PriorityArea, PriorityArea.id == Proposal.area_id)
        .join(Account, sa.and_(Account.subject_id == Proposal.id, Account.kind == AccountKind.PROJECT.value))
        .join(AccountState, AccountState.account_id == Account.id)
        .where(sa.exists().where(Posting.account_id == Account.id))
        .order_by(Proposal.number, Proposal.id)
    )
    return tuple(
        ProjectRow(
            id=row.id,
            number=row.number,
            title=row.title,
            alliance=alliance,
            area="" if area is None else area_code(area.level, area.number),
            state=ProposalState(row.state),
            granted=Cents(total - owed.get(row.id, 0)),
            paid=paid.get(row.id, NOTHING),
            vouchers=vouchers.get(row.id, NOTHING),
            left=Cents(total - paid.get(row.id, 0) - vouchers.get(row.id, 0)),
            owed=owed.get(row.id, NOTHING),
            spent=spent.get(row.id, NOTHING),
            planned=planned.get(row.id, NOTHING),
            final=final.get(row.id),
            sample=row.sample,
        )
        for row, alliance, area, total in rows
    )


def read_project(session: Session, proposal_id: str) -> ProjectRow:
    """One project.

    Raises:
        RuleBroken: "project.no_money" for a proposal that was never given any.
    """
    found = next((row for row in read_projects(session) if row.id == proposal_id), None)
    if found is None:
        raise RuleBroken("project.no_money", field="proposal_id")
    return found


def _spent(session: Session) -> Mapping[str, Cents]:
    grant = sa.func.coalesce(Expense.admitted_grant, Expense.on_grant)
    cofinancing = sa.func.coalesce(Expense.admitted_cofinancing, Expense.on_cofinancing)
    rows = session.execute(
        sa.select(ExpenseReport.proposal_id, sa.func.sum(grant + cofinancing))
        .join(Expense, Expense.report_id == ExpenseReport.id)
        .group_by(ExpenseReport.proposal_id)
    )
    return {key: Cents(cents) for key, cents in rows}


def _planned(session: Session) -> Mapping[str, Cents]:
    rows = session.execute(
        sa.select(Budget.proposal_id, sa.func.sum(BudgetItem.amount))
        .join(BudgetItem, BudgetItem.budget_id == Budget.id)
        .where(newest_version())
        .group_by(Budget.proposal_id)
    )
    return {key: Cents(cents) for key, cents in rows}


def _final(session: Session) -> Mapping[str, Cents]:
    found = sa.select(ExpenseReport.proposal_id, ExpenseReport.final_grant)
    rows = session.execute(found.where(ExpenseReport.final_grant.is_not(None))).tuples()
    return {key: cents for key, cents in rows if cents is not None}


# --- what must hold -------------------------------------------------------------------------


def require_running(proposal: Proposal) -> None:
    """A project is funded, and not closed.

    Raises:
        RuleBroken: "project.not_running" with its title and state.
    """
    state = ProposalState(proposal.state)
    if state not in FUNDED_STATES:
        raise RuleBroken("project.not_running", title=proposal.title, state=state)


def require_plannable(session: Session, proposal: Proposal) -> None:
    """A project is under way, and what it gets in the end is not settled yet.

    Raises:
        RuleBroken: "project.not_running", "project.settled".
    """
    require_running(proposal)
    if proposal.id in _final(session):
        raise RuleBroken("project.settled", title=proposal.title)


def ground_of(session: Session, proposal_id: str) -> str | None:
    """The newest decision in force that gave the project money; None when none did."""
    return session.scalar(
        sa.select(Transfer.decision_id)
        .join(Posting, Posting.transfer_id == Transfer.id)
        .join(Account, Account.id == Posting.account_id)
        .join(Decision, Decision.id == Transfer.decision_id)
        .where(
            Account.subject_id == proposal_id,
            Account.kind == AccountKind.PROJECT.value,
            Posting.cents > 0,
            Transfer.reverses_id.is_(None),
            Transfer.id.not_in(sa.select(Transfer.reverses_id).where(Transfer.reverses_id.is_not(None))),
        )
        .order_by(Decision.effective_at.desc(), Transfer.id.desc())
        .limit(1)
    )


# --- what the call says ---------------------------------------------------------------------


def call_rules(session: Session, proposal: Proposal) -> RulesDraft:
    """The rules that a proposal was received under; those of a call without any say nothing."""
    rules = rules_of(session, proposal)
    return RulesDraft() if rules is None else rules_draft(session, rules)


def tranches_of(rules: RulesDraft) -> tuple[Tranche, ...]:
    """The tranches of a call, in their order."""
    return tuple(
        Tranche(
            place=place,
            share=percent(row.share) or Fraction(0),
            trigger=row.trigger,
            spent_min=percent(row.spent_min),
            guarantee=row.guarantee,
            last=place == len(rules.tranches),
        )
        for place, row in enumerate(rules.tranches, start=1)
    )


def limits_of(rules: RulesDraft) -> tuple[Limit, ...]:
    """What a call says of moves between items."""
    rows = ((percent(row.share_max), row) for row in rules.amendments)
    return tuple(Limit(share, row.limit_base, row.span, row.duty, row.days) for share, row in rows if share is not None)


def grant_terms(rules: RulesDraft) -> GrantTerms:
    """What a call says of a grant in the end."""
    return GrantTerms(percent(rules.grant_share_max), percent(rules.cofinancing_min), rules.final_rule)


def project_choices(store: Store, states: Sequence[ProposalState] = ()) -> tuple[tuple[str, str], ...]:
    """(key, name) of the projects, of those in certain states when any are named."""
    return tuple((row.id, row.name) for row in project_rows(store) if not states or row.state in states)
