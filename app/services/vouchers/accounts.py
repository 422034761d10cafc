"""Accounts of vouchers in the ledger: what a programme and a firm have, and how it comes to them and goes back."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AccountKind, TransferKind
from app.models.errors import InvalidInput, RuleBroken
from app.models.ledger import Account, AccountState, Entry, Posting, Transfer, insert_entries
from app.models.meetings import Decision
from app.models.money import Cents
from app.services.children import get_row
from app.services.ledger.ledger import _account_of, _ensure, _find_account


def provide_programme(
    session: Session, programme_id: str, proposal_id: str, name: str, cents: Cents, day: date, decision_id: str
) -> None:
    """Move money of a project to one of its programmes of vouchers, whose account is made when it is not there.

    Raises:
        InvalidInput: "voucher.too_early" when its money came after the day.
        RuleBroken: "decision.not_effective", "voucher.too_little" with what the project has left.
        NotFound: "record.gone" for a project without an account.
    """
    project = _account_of(session, proposal_id)
    programme = _ensure(session, project.plan_id, AccountKind.PROGRAMME, programme_id, project.id, 1, name)
    _provide(session, project, programme, cents, day, decision_id)


def provide_firm(
    session: Session, firm_budget_id: str, programme_id: str, name: str, cents: Cents, day: date, decision_id: str
) -> None:
    """Move money of a programme to the budget of a firm, whose account is made when it is not there.

    Raises:
        InvalidInput, RuleBroken, NotFound: as `provide_programme`.
    """
    programme = _account_of(session, programme_id)
    firm = _ensure(session, programme.plan_id, AccountKind.FIRM, firm_budget_id, programme.id, 1, name)
    _provide(session, programme, firm, cents, day, decision_id)


def give_back(session: Session, subject_id: str, cents: Cents | None, day: date) -> Cents:
    """Give money of a programme back to its project, or of a firm's budget to its programme; None for all that is free.

    Returns:
        What went back; 0 when nothing was there.

    Raises:
        RuleBroken: "voucher.too_little".
        NotFound: "record.gone".
    """
    account = _account_of(session, subject_id)
    assert account.parent_id is not None, "a programme stands under its project, a firm under its programme"
    amount = balance_of(session, account.id) if cents is None else cents
    if amount:
        _provide(
            session, account, session.get_one(Account, account.parent_id), amount, day, _ground(session, account.id)
        )
    return amount


def left_of(session: Session, subject_id: str) -> Cents:
    """What a programme, or the budget of a firm, may still give in vouchers; 0 without an account."""
    account = _find_account(session, subject_id)
    return Cents(0) if account is None else balance_of(session, account.id)


def balance_of(session: Session, account_id: str) -> Cents:
    """Cents on an account itself."""
    return Cents(session.scalar(sa.select(AccountState.balance).where(AccountState.account_id == account_id)) or 0)


def refuse_early(session: Session, account_id: str, day: date) -> None:
    """What was just moved from an account with a day in the past was there on that day, and is missing on none since.

    Raises:
        InvalidInput: "voucher.too_early" with what is missing, and on which day.
    """
    rows = session.execute(
        sa.select(Transfer.day, sa.func.sum(Posting.cents))
        .join(Posting, Posting.transfer_id == Transfer.id)
        .where(Posting.account_id == account_id)
        .group_by(Transfer.day)
        .order_by(Transfer.day)
    )
    left = 0
    for moved, cents in rows:
        left += cents
        if moved >= day and left < 0:
            name = session.get_one(Account, account_id).name
            raise InvalidInput("voucher.too_early", field="day", name=name, day=moved, missing=Cents(-left))


def held_account(session: Session, account: Account) -> Account:
    """Account of what vouchers hold of a programme's money, or of a firm's."""
    return _ensure(session, account.plan_id, AccountKind.HELD, account.id, account.id, 0, "")


def _provide(session: Session, giver: Account, getter: Account, cents: Cents, day: date, decision_id: str) -> None:
    assert cents > 0
    if get_row(session, Decision, decision_id).effective_at is None:
        raise RuleBroken("decision.not_effective")
    left = balance_of(session, giver.id)
    if cents > left:
        raise RuleBroken("voucher.too_little", name=giver.name, amount=cents, left=left)
    reason = getter.name if getter.parent_id == giver.id else giver.name
    postings = {giver.id: -cents, getter.id: int(cents)}
    insert_entries(session, [Entry(TransferKind.PROVISION, day, reason, postings, decision_id=decision_id)])
    refuse_early(session, giver.id, day)


def _ground(session: Session, account_id: str) -> str:
    """The newest decision that gave an account its money."""
    found = session.scalar(
        sa.select(Transfer.decision_id)
        .join(Posting, Posting.transfer_id == Transfer.id)
        .where(Posting.account_id == account_id, Posting.cents > 0, Transfer.kind == TransferKind.PROVISION.value)
        .order_by(Transfer.id.desc())
        .limit(1)
    )
    assert found is not None, "what an account has came by a decision"
    return found
