"""The ledger's verbs: money that comes in, is reserved, is given back; accounts with their balances and movements.

Accounts are made where their subject is made (a source, an area, a project), by the helpers that take a session.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AccountKind, PriorityLevel, area_code
from app.models.errors import NotFound, RuleBroken
from app.models.ledger import Account
from app.models.plan import FundingSource, Plan, PriorityArea
from app.models.proposals import Proposal
from app.services.labels import label
from app.services.texts import Translator


@dataclass(frozen=True)
class Roots:
    """The two accounts that every other hangs from or is fed by."""

    plan: Account
    outside: Account


def account_name(kind: AccountKind, name: str, tr: Translator) -> str:
    """Name of an account as shown; one without a name of its own (the outside, reserved sums) has its kind's."""
    return name or label(kind, tr)


def root_accounts(session: Session, plan: Plan) -> Roots:
    """The plan's own account and the outside of it; made when they are not there yet."""
    return Roots(
        plan=_ensure(session, plan.id, AccountKind.PLAN, plan.id, None, 0, plan.name),
        outside=_ensure(session, plan.id, AccountKind.OUTSIDE, plan.id, None, 1, ""),
    )


def ensure_source_account(session: Session, source: FundingSource) -> Account:
    """Account of a source, under its plan's; made when it is not there, renamed when the source was."""
    root = root_accounts(session, _plan(session, source.plan_id)).plan
    return _ensure(session, root.plan_id, AccountKind.SOURCE, source.id, root.id, source.position, source.name)


def ensure_area_account(session: Session, area: PriorityArea) -> Account:
    """Account of a priority area, under its plan's; made when it is not there, renamed when the area was."""
    root = root_accounts(session, _plan(session, area.plan_id)).plan
    position = list(PriorityLevel).index(PriorityLevel(area.level)) * 1000 + area.number
    name = f"{area_code(area.level, area.number)} {area.title}"
    return _ensure(session, root.plan_id, AccountKind.AREA, area.id, root.id, position, name)


def ensure_project_account(session: Session, proposal: Proposal) -> Account:
    """Account of a proposal's project, under its area's; made when it is not there, renamed when the proposal was.

    Raises:
        RuleBroken: "proposal.no_area"; "account.fixed" when the account stands under another area.
    """
    area = session.get(PriorityArea, proposal.area_id) if proposal.area_id else None
    if area is None:
        raise RuleBroken("proposal.no_area", title=proposal.title)
    above = ensure_area_account(session, area)
    account = _ensure(
        session, above.plan_id, AccountKind.PROJECT, proposal.id, above.id, proposal.number, proposal.title
    )
    if account.parent_id != above.id:
        raise RuleBroken("account.fixed", name=account.name)
    return account


def keep_account_name(session: Session, subject_id: str, name: str) -> None:
    """Give the account of a source, area or proposal its subject's new name, when it has an account."""
    account = _find_account(session, subject_id)
    if account is not None:
        account.name = name


def _account_of(session: Session, subject_id: str) -> Account:
    """Account of a source, area or proposal (or the plan's own).

    Raises:
        NotFound: "account.gone".
    """
    account = _find_account(session, subject_id)
    if account is None:
        raise NotFound("account.gone")
    return account


def _find_account(session: Session, subject_id: str) -> Account | None:
    return session.scalar(
        sa.select(Account).where(
            Account.subject_id == subject_id, Account.kind.not_in((AccountKind.OUTSIDE, AccountKind.HELD))
        )
    )


def _plan(session: Session, plan_id: str) -> Plan:
    plan = session.get(Plan, plan_id)
    assert plan is not None, "the plan is written before what belongs to it"
    return plan


def _ensure(
    session: Session,
    plan_id: str,
    kind: AccountKind,
    subject_id: str,
    parent_id: str | None,
    position: int,
    name: str,
) -> Account:
    """The account of that kind and subject, with that name and place among its siblings."""
    account = session.scalar(
        sa.select(Account).where(
            Account.plan_id == plan_id, Account.kind == kind.value, Account.subject_id == subject_id
        )
    )
    if account is None:
        account = Account(plan_id=plan_id, kind=kind.value, subject_id=subject_id, parent_id=parent_id)
        session.add(account)
    account.position, account.name = position, name
    session.flush()
    return account
