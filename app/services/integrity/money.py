"""The invariants of money: what moved, what stands where, what was shared, and by which decision."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.models.enums import AccountKind, TransferKind
from app.models.errors import AppError
from app.models.ledger import Account, AccountPath, AccountState, Posting, Transfer
from app.models.meetings import Allocation, Decision, DecisionMove
from app.models.money import format_euro
from app.services.decisions.effects import kept_allocation
from app.services.integrity.context import Context
from app.services.ledger.rows import day_differences, differences, newest_ceilings, posting_sums, subtree_totals
from app.services.sharing.allocation import Allocation as Split
from app.services.wording.formats import format_date

Sentences = Iterator[str]


def unbalanced_transfers(context: Context) -> Sentences:
    """Transfers whose postings do not sum to zero, or are not all there."""
    summed = sa.select(
        Posting.transfer_id, sa.func.sum(Posting.cents).label("cents"), sa.func.count().label("postings")
    ).group_by(Posting.transfer_id)
    parts = summed.subquery()
    rows = context.session.execute(
        sa.select(Transfer.day, Transfer.reason, parts.c.cents)
        .outerjoin(parts, parts.c.transfer_id == Transfer.id)
        .where(
            sa.or_(
                parts.c.transfer_id.is_(None),
                parts.c.cents != 0,
                parts.c.postings < 2,
                Transfer.imbalance != 0,
                Transfer.postings_left != 0,
            )
        )
        .order_by(Transfer.id)
    )
    for day, reason, cents in rows:
        yield context.tr("The transfer «{reason}» of {day} does not balance: its postings sum to {cents}.").format(
            reason=reason, day=format_date(day), cents=format_euro(cents or 0)
        )


def kept_balances(context: Context) -> Sentences:
    """Kept balances, totals and ceilings that are not what the postings and ceilings give."""
    words = {
        "balance": context.tr("balance"),
        "total": context.tr("total with what is below"),
        "ceiling": context.tr("ceiling"),
    }
    for found in differences(context.session):
        yield context.tr("Account «{name}»: the {what} kept is {kept}, the records give {summed}.").format(
            name=context.account(found.account_id),
            what=words[found.amount],
            kept="—" if found.kept is None else format_euro(found.kept),
            summed="—" if found.summed is None else format_euro(found.summed),
        )


def kept_days(context: Context) -> Sentences:
    """Days of accounts whose kept sums are not what the postings give."""
    for found in day_differences(context.session):
        yield context.tr("Account «{name}», {day}: the sum kept is {kept}, the postings give {summed}.").format(
            name=context.account(found.account_id),
            day=format_date(date.fromisoformat(found.amount)),
            kept="—" if found.kept is None else format_euro(found.kept),
            summed="—" if found.summed is None else format_euro(found.summed),
        )


def money_brought_in(context: Context) -> Sentences:
    """What stands on the accounts of the plan against what came in by funding, less what was taken back."""
    original = aliased(Transfer)
    funding = TransferKind.FUNDING.value
    brought = context.session.scalar(
        sa.select(sa.func.sum(Posting.cents))
        .join(Transfer, Transfer.id == Posting.transfer_id)
        .join(Account, Account.id == Posting.account_id)
        .outerjoin(original, original.id == Transfer.reverses_id)
        .where(Account.kind != AccountKind.OUTSIDE.value, sa.or_(Transfer.kind == funding, original.kind == funding))
    )
    stands = sum(
        cents for key, cents in posting_sums(context.session).items() if _kind(context, key) is not AccountKind.OUTSIDE
    )
    if stands != (brought or 0):
        yield context.tr("The accounts hold {stands} in all, the sources brought in {brought}.").format(
            stands=format_euro(stands), brought=format_euro(brought or 0)
        )


def _kind(context: Context, key: str) -> AccountKind | None:
    row = context.accounts.get(key)
    return None if row is None else AccountKind(row.kind)


def below_zero(context: Context) -> Sentences:
    """Accounts of the plan that the postings leave below zero, or that the engine would let fall below it."""
    for key, cents in posting_sums(context.session).items():
        if cents < 0 and _kind(context, key) is not AccountKind.OUTSIDE:
            yield context.tr("Account «{name}» is below zero: {cents}.").format(
                name=context.account(key), cents=format_euro(cents)
            )
    for key, outside in context.session.execute(sa.select(AccountState.account_id, AccountState.outside)).tuples():
        if outside and key in context.accounts and _kind(context, key) is not AccountKind.OUTSIDE:
            yield context.tr("Account «{name}» may fall below zero unseen: it is kept as one outside the plan.").format(
                name=context.account(key)
            )


def above_ceiling(context: Context) -> Sentences:
    """Accounts that hold, with all below them, more than their newest ceiling."""
    totals = subtree_totals(
        {key: row.parent_id for key, row in context.accounts.items()}, posting_sums(context.session)
    )
    for key, ceiling in newest_ceilings(context.session).items():
        if totals.get(key, 0) > ceiling:
            yield context.tr("Account «{name}» holds {total}, above its ceiling of {ceiling}.").format(
                name=context.account(key), total=format_euro(totals[key]), ceiling=format_euro(ceiling)
            )


def wrong_paths(context: Context) -> Sentences:
    """Accounts whose kept ancestors, by which ceilings are watched, are not those of the tree."""
    kept: dict[str, set[str]] = defaultdict(set)
    for account_id, ancestor_id in context.session.execute(
        sa.select(AccountPath.account_id, AccountPath.ancestor_id)
    ).tuples():
        kept[account_id].add(ancestor_id)
    for key in context.accounts.keys() | kept.keys():
        if kept[key] != _ancestors(context, key):
            yield context.tr("Account «{name}» is watched under other accounts than those above it.").format(
                name=context.account(key)
            )


def _ancestors(context: Context, key: str | None) -> set[str]:
    found: set[str] = set()
    while key is not None and key in context.accounts and key not in found:
        found.add(key)
        key = context.accounts[key].parent_id
    return found


def wrong_splits(context: Context) -> Sentences:
    """Splits that a decision keeps: shared again, to the cent, and compared with what the decision moved by them."""
    rows = context.session.execute(
        sa.select(Allocation, Decision.subject)
        .join(Decision, Decision.id == Allocation.decision_id)
        .order_by(Decision.id, Allocation.position)
    ).tuples()
    moved = _moved_by_split(context)
    shared: dict[tuple[str, str], int] = {}
    for row, subject in rows:
        try:
            split = kept_allocation(row)
        except (AppError, ValueError, KeyError, TypeError):
            yield context.tr("The split of «{subject}» cannot be computed again.").format(subject=subject)
            continue
        shared |= {(row.decision_id, share.key): share.amount for share in split.shares}
        parts = {part["key"]: part for part in json.loads(row.parts)}
        parents = {part["parent"] for part in parts.values() if part.get("parent")}
        given = sum(shared.get((row.decision_id, parent), 0) for parent in parents)
        if parents and given != split.total:
            yield context.tr("The split of «{subject}» shares {total}, but its area got {given}.").format(
                subject=subject, total=format_euro(split.total), given=format_euro(given)
            )
        yield from _wrong_shares(
            context, subject, split, {key: part["name"] for key, part in parts.items()}, moved[row.id]
        )


def _moved_by_split(context: Context) -> defaultdict[str, dict[str, int]]:
    """Cents that each split moved, by its key and by the subject of the account that got them."""
    rows = context.session.execute(
        sa.select(DecisionMove.allocation_id, Account.subject_id, sa.func.sum(DecisionMove.amount))
        .join(Account, Account.id == DecisionMove.to_account_id)
        .where(DecisionMove.allocation_id.is_not(None))
        .group_by(DecisionMove.allocation_id, Account.subject_id)
    )
    moved: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for split_id, subject_id, cents in rows:
        moved[str(split_id)][str(subject_id)] = cents
    return moved


def _wrong_shares(
    context: Context, subject: str, split: Split, names: Mapping[str, str], moved: Mapping[str, int]
) -> Sentences:
    given = sum(moved.get(share.key, 0) for share in split.shares)
    if given != split.total - split.left:
        yield context.tr("The parts of the split of «{subject}» sum to {given}, not to {total}.").format(
            subject=subject, given=format_euro(given), total=format_euro(split.total - split.left)
        )
    for share in split.shares:
        if moved.get(share.key, 0) != share.amount:
            yield context.tr("The split of «{subject}»: {part} gets {moved}, computed again it is {amount}.").format(
                subject=subject,
                part=names[share.key],
                moved=format_euro(moved.get(share.key, 0)),
                amount=format_euro(share.amount),
            )


def transfers_without_decision(context: Context) -> Sentences:
    """Transfers that no decision in force allows; money that came in is allowed by its act."""
    original = aliased(Transfer)
    funding = TransferKind.FUNDING.value
    rows = context.session.execute(
        sa.select(Transfer.day, Transfer.reason)
        .outerjoin(Decision, Decision.id == Transfer.decision_id)
        .outerjoin(original, original.id == Transfer.reverses_id)
        .where(
            Decision.effective_at.is_(None),
            sa.not_(
                sa.and_(
                    Transfer.decision_id.is_(None),
                    Transfer.act_id.is_not(None),
                    sa.or_(Transfer.kind == funding, sa.func.coalesce(original.kind, "") == funding),
                )
            ),
        )
        .order_by(Transfer.id)
    )
    for day, reason in rows:
        yield context.tr("The transfer «{reason}» of {day} names no decision in force.").format(
            reason=reason, day=format_date(day)
        )


_UNORDERED = (
    TransferKind.PROVISION,
    TransferKind.RESERVATION,
    TransferKind.SETTLEMENT,
    TransferKind.RELEASE,
    TransferKind.PAYMENT,
    TransferKind.RECOVERY,
    TransferKind.REVERSAL,
)
"""What is done under a decision without being ordered by it account by account."""


def transfers_beside_decision(context: Context) -> Sentences:
    """Decisions in force whose transfers are not what they ordered, account by account."""
    ordered: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for move in context.session.scalars(
        sa.select(DecisionMove)
        .join(Decision, Decision.id == DecisionMove.decision_id)
        .where(Decision.effective_at.is_not(None))
    ):
        ordered[move.decision_id, move.kind][move.from_account_id] -= move.amount
        ordered[move.decision_id, move.kind][move.to_account_id] += move.amount
    moved: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = context.session.execute(
        sa.select(Transfer.decision_id, Transfer.kind, Posting.account_id, sa.func.sum(Posting.cents))
        .join(Posting, Posting.transfer_id == Transfer.id)
        .where(Transfer.decision_id.is_not(None), Transfer.kind.not_in(_UNORDERED))
        .group_by(Transfer.decision_id, Transfer.kind, Posting.account_id)
    )
    for decision_id, kind, account_id, cents in rows:
        moved[str(decision_id), kind][account_id] = cents
    subjects = dict(context.session.execute(sa.select(Decision.id, Decision.subject)).tuples().all())
    for decision_id, kind in sorted(ordered.keys() | moved.keys()):
        wanted, done = ordered[decision_id, kind], moved[decision_id, kind]
        for account_id in sorted(wanted.keys() | done.keys()):
            if wanted.get(account_id, 0) != done.get(account_id, 0):
                yield context.tr(
                    "The decision «{subject}» orders {ordered} for account «{name}», its transfers moved {moved}."
                ).format(
                    subject=subjects.get(decision_id, decision_id),
                    name=context.account(account_id),
                    ordered=format_euro(wanted.get(account_id, 0)),
                    moved=format_euro(done.get(account_id, 0)),
                )
