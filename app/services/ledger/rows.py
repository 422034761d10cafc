"""The ledger read: the tree of accounts with balances, the movements, and the balances summed again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AccountKind, TransferKind
from app.models.journal import Edit
from app.models.ledger import Account, AccountDay, AccountPath, AccountState, Ceiling, Posting, Transfer
from app.models.meetings import Decision
from app.models.money import Cents
from app.models.store import Store


@dataclass(frozen=True)
class AccountRow:
    """An account in the tree.

    Attributes:
        subject_id: key of the source, area, proposal or plan whose money it holds.
        name: empty for one that is called by its kind; see `ledger.account_name`.
        depth: 0 for the plan and the outside.
        balance: cents on the account itself.
        total: cents on it and on all below it.
    """

    id: str
    parent_id: str | None
    kind: AccountKind
    subject_id: str | None
    name: str
    depth: int
    balance: Cents
    total: Cents
    ceiling: Cents | None


@dataclass(frozen=True)
class TransferLine:
    """One account's part of a transfer: cents that came (> 0) or went (< 0)."""

    account_id: str
    kind: AccountKind
    name: str
    cents: Cents


@dataclass(frozen=True)
class TransferRow:
    """A movement of the ledger.

    Attributes:
        decision: number and year of the decision that allows it («3/2014»), empty for money that came in by an act.
        lines: those that give first, the largest first.
        cents: what it moves in all.
        reversed: whether a later transfer took it back.
    """

    id: str
    day: date
    kind: TransferKind
    reason: str
    act_id: str | None
    decision_id: str | None
    decision: str
    reverses_id: str | None
    reservation_id: str | None
    reversed: bool
    made_by: str
    made_at: datetime
    sample: bool
    lines: tuple[TransferLine, ...]
    cents: Cents


@dataclass(frozen=True)
class BalanceDifference:
    """A kept amount that is not what the postings and ceilings give; None where there is none.

    Attributes:
        amount: "balance", "total" or "ceiling"; or the day whose sum it is.
    """

    account_id: str
    name: str
    amount: str
    kept: Cents | None
    summed: Cents | None


_ORDER = {
    kind.value: (place, kind)
    for place, kind in enumerate(
        (
            AccountKind.PLAN,
            AccountKind.OUTSIDE,
            AccountKind.SOURCE,
            AccountKind.AREA,
            AccountKind.PROJECT,
            AccountKind.PROGRAMME,
            AccountKind.FIRM,
            AccountKind.HELD,
            AccountKind.PAID,
        )
    )
}
"""Order of siblings in the tree, and the kind itself, by its value."""


def balances(store: Store) -> tuple[AccountRow, ...]:
    """Every account with its balance, each below its parent: the plan's tree, then the outside."""
    account, state = Account.__table__.c, AccountState.__table__.c
    with store.read() as session:
        rows = session.execute(
            sa.select(account.parent_id, account.kind, account.id, account.subject_id, account.name)
            .add_columns(state.balance, state.total, state.ceiling)
            .join(AccountState, state.account_id == account.id)
            .order_by(account.position, account.name, account.id)
        ).tuples()
        children: dict[str | None, list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows:
            children[row[0]].append(row)
    for siblings in children.values():
        siblings.sort(key=lambda row: _ORDER[row[1]][0])
    return tuple(_tree(children))


def _tree(children: Mapping[str | None, Sequence[tuple[Any, ...]]]) -> Iterator[AccountRow]:
    pending = [(0, row) for row in reversed(children[None])]
    while pending:
        depth, (parent_id, kind, key, subject_id, name, balance, total, ceiling) = pending.pop()
        yield AccountRow(key, parent_id, _ORDER[kind][1], subject_id, name, depth, balance, total, ceiling)
        if key in children:
            pending.extend((depth + 1, child) for child in reversed(children[key]))


def transfer_rows(
    store: Store,
    account_id: str | None = None,
    first: date | None = None,
    last: date | None = None,
    *,
    decision_id: str | None = None,
    only: str | None = None,
) -> tuple[TransferRow, ...]:
    """The movements in order of day.

    Args:
        account_id: only those that touch this account or one below it.
        first, last: only those of these days and between them.
        decision_id: only those that this decision allowed.
        only: the one with this key.
    """
    wanted = [Transfer.day >= first] if first else []
    wanted += [Transfer.day <= last] if last else []
    wanted += [Transfer.decision_id == decision_id] if decision_id else []
    wanted += [Transfer.id == only] if only else []
    picked = sa.select(Transfer.id).where(*wanted)
    if account_id is not None:
        below = sa.select(AccountPath.account_id).where(AccountPath.ancestor_id == account_id)
        picked = sa.select(Posting.transfer_id).join(Transfer).where(Posting.account_id.in_(below), *wanted)
    with store.read() as session:
        lines = _lines(session, picked)
        taken_back = set(session.scalars(sa.select(Transfer.reverses_id).where(Transfer.reverses_id.is_not(None))))
        found = session.execute(
            sa.select(Transfer, Decision.number, Decision.year)
            .outerjoin(Decision, Decision.id == Transfer.decision_id)
            .where(Transfer.id.in_(picked))
            .order_by(Transfer.day, Transfer.id)
        )
        return tuple(
            _transfer_row(transfer, f"{number}/{year}" if number else "", lines[transfer.id], transfer.id in taken_back)
            for transfer, number, year in found
        )


def _lines(session: Session, picked: sa.Select[tuple[str]]) -> Mapping[str, list[TransferLine]]:
    lines: dict[str, list[TransferLine]] = defaultdict(list)
    for posting, kind, name in session.execute(
        sa.select(Posting, Account.kind, Account.name)
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.transfer_id.in_(picked))
        .order_by(Posting.cents > 0, sa.func.abs(Posting.cents).desc(), Account.position, Account.id)
    ):
        line = TransferLine(posting.account_id, AccountKind(kind), name, posting.cents)
        lines[posting.transfer_id].append(line)
    return lines


def _transfer_row(transfer: Transfer, decision: str, lines: Sequence[TransferLine], taken_back: bool) -> TransferRow:
    return TransferRow(
        id=transfer.id,
        day=transfer.day,
        kind=TransferKind(transfer.kind),
        reason=transfer.reason,
        act_id=transfer.act_id,
        decision_id=transfer.decision_id,
        decision=decision,
        reverses_id=transfer.reverses_id,
        reservation_id=transfer.reservation_id,
        reversed=taken_back,
        made_by=transfer.made_by,
        made_at=transfer.made_at,
        sample=transfer.sample,
        lines=tuple(lines),
        cents=Cents(sum(line.cents for line in lines if line.cents > 0)),
    )


def recompute(store: Store) -> tuple[BalanceDifference, ...]:
    """Sum all postings again and compare with the balances, totals and ceilings that are kept; empty when all agree."""
    with store.read() as session:
        return differences(session)


def differences(session: Session) -> tuple[BalanceDifference, ...]:
    """What `recompute` gives, in a session."""
    sums = posting_sums(session)
    accounts = sa.select(Account.id, Account.parent_id, Account.name).order_by(Account.id)
    rows = session.execute(
        accounts.add_columns(AccountState.balance, AccountState.total, AccountState.ceiling).outerjoin(
            AccountState, AccountState.account_id == Account.id
        )
    )
    kept = {key: (parent, name, amounts) for key, parent, name, *amounts in rows}
    totals = subtree_totals({key: parent for key, (parent, _name, _amounts) in kept.items()}, sums)
    ceilings = newest_ceilings(session)
    found = []
    for key, (_parent, name, amounts) in kept.items():
        right = [sums.get(key, 0), totals.get(key, 0), ceilings.get(key)]
        if amounts != right:
            for what, one, other in zip(("balance", "total", "ceiling"), amounts, right, strict=True):
                if one != other:
                    found.append(BalanceDifference(key, name, what, one, None if other is None else Cents(other)))
    return tuple(found)


def day_differences(session: Session) -> tuple[BalanceDifference, ...]:
    """Days of accounts whose kept sum is not what their postings give; `amount` is the day."""
    moved = (
        sa.select(Posting.account_id, Transfer.day, sa.func.sum(Posting.cents).label("cents"))
        .join(Transfer, Transfer.id == Posting.transfer_id)
        .group_by(Posting.account_id, Transfer.day)
    )
    summed = {(key, day): cents for key, day, cents in session.execute(moved).tuples()}
    kept = {(row.account_id, row.day): row.cents for row in session.scalars(sa.select(AccountDay))}
    return tuple(
        BalanceDifference(key, "", day.isoformat(), _cents(kept.get((key, day))), _cents(summed.get((key, day))))
        for key, day in sorted(kept.keys() | summed.keys())
        if kept.get((key, day)) != summed.get((key, day))
    )


def _cents(cents: int | None) -> Cents | None:
    return None if cents is None else Cents(cents)


def posting_sums(session: Session) -> dict[str, int]:
    """Cents on each account that has postings, summed."""
    summed = sa.select(Posting.account_id, sa.func.sum(Posting.cents)).group_by(Posting.account_id)
    return dict(session.execute(summed).tuples().all())


def subtree_totals(parents: Mapping[str, str | None], sums: Mapping[str, int]) -> dict[str, int]:
    """Cents on each account and all below it, from the cents on each."""
    totals: dict[str, int] = defaultdict(int)
    for key, cents in sums.items():
        above: str | None = key
        while above is not None:
            totals[above] += cents
            above = parents.get(above)
    return totals


def newest_ceilings(session: Session) -> dict[str, Cents]:
    """The ceiling written last on each account, by the journal's order."""
    written = sa.and_(Edit.table_name == Ceiling.__tablename__, Edit.row_id == Ceiling.id)
    rows = session.execute(
        sa.select(Ceiling.account_id, Ceiling.amount).join(Edit, written).order_by(Edit.seq, Edit.replica)
    )
    return dict(rows.tuples().all())
