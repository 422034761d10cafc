"""What was paid out of grants or given to programmes of vouchers, and what must come back; read from the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.enums import AccountKind, TransferKind
from app.models.errors import RuleBroken
from app.models.ledger import Account, AccountState, Posting, Transfer
from app.models.meetings import AgendaItem, Decision, Meeting
from app.models.money import Cents
from app.models.spending import DecisionTake

_PROJECT = aliased(Account)
_REVERSED = aliased(Transfer)


def paid_amounts(session: Session) -> Mapping[str, Cents]:
    """Cents that are paid out, by key of the proposal."""
    rows = session.execute(
        sa.select(_PROJECT.subject_id, AccountState.balance)
        .select_from(AccountState)
        .join(Account, Account.id == AccountState.account_id)
        .join(_PROJECT, _PROJECT.id == Account.parent_id)
        .where(Account.kind == AccountKind.PAID.value)
    )
    return {str(key): cents for key, cents in rows}


def voucher_amounts(session: Session) -> Mapping[str, Cents]:
    """Cents that programmes of vouchers have of a project, used and paid ones included, by key of the proposal."""
    rows = session.execute(
        sa.select(_PROJECT.subject_id, sa.func.sum(AccountState.total))
        .select_from(AccountState)
        .join(Account, Account.id == AccountState.account_id)
        .join(_PROJECT, _PROJECT.id == Account.parent_id)
        .where(Account.kind == AccountKind.PROGRAMME.value)
        .group_by(_PROJECT.subject_id)
    )
    return {str(key): Cents(cents) for key, cents in rows}


def owed_amounts(session: Session, day: date | None = None) -> Mapping[str, Cents]:
    """Cents that decisions in force order to be recovered and that did not come back, by key of the proposal.

    Args:
        day: the last one that counts, for meetings and for transfers; every day, when it is not said.
    """
    return {key: Cents(sum(owed.values())) for key, owed in owed_by_decision(session, day).items()}


def owed_by_decision(session: Session, day: date | None = None) -> Mapping[str, Mapping[str, Cents]]:
    """The same by proposal and decision, the oldest decision first; nothing where all came back."""
    held, moved = (sa.true(), sa.true()) if day is None else (Meeting.date_held <= day, Transfer.day <= day)
    ground = sa.func.coalesce(_REVERSED.decision_id, Transfer.decision_id)
    rows = session.execute(
        sa.select(_PROJECT.subject_id, ground, sa.func.sum(-Posting.cents))
        .select_from(_PROJECT)  # from the few accounts of projects: vouchers have very many entries
        .join(Account, sa.and_(Account.parent_id == _PROJECT.id, Account.kind == AccountKind.PAID.value))
        .join(Posting, Posting.account_id == Account.id)
        .join(Transfer, Transfer.id == Posting.transfer_id)
        .outerjoin(_REVERSED, _REVERSED.id == Transfer.reverses_id)
        .where(_PROJECT.kind == AccountKind.PROJECT.value)
        .where(sa.func.coalesce(_REVERSED.kind, Transfer.kind) == TransferKind.RECOVERY.value)
        .where(moved)
        .group_by(_PROJECT.subject_id, ground)
    )
    back = {(str(key), str(decision_id)): cents for key, decision_id, cents in rows}
    takes = session.execute(
        sa.select(DecisionTake.proposal_id, DecisionTake.decision_id, DecisionTake.to_recover)
        .join(Decision, Decision.id == DecisionTake.decision_id)
        .join(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Decision.effective_at.is_not(None), DecisionTake.to_recover > 0, held)
        .order_by(Decision.effective_at, Decision.id)
    )
    owed: dict[str, dict[str, Cents]] = {}
    for key, decision_id, cents in takes:
        left = cents - back.get((key, decision_id), 0)
        if left > 0:
            owed.setdefault(key, {})[decision_id] = Cents(left)
    return owed


def require_recoverable(session: Session) -> None:
    """What must come back of a project is still among what was paid to it.

    Raises:
        RuleBroken: "payment.to_recover" with what must come back.
    """
    paid = paid_amounts(session)
    for key, owed in owed_amounts(session).items():
        if owed > paid.get(key, 0):
            raise RuleBroken("payment.to_recover", owed=owed, paid=paid.get(key, Cents(0)))
