"""Lists of the resources' room: the tree of accounts, the movements, the splits with their proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from app.models.enums import AccountKind, AllocationRule, TransferKind
from app.models.errors import NotFound
from app.models.money import Cents
from app.models.store import Store
from app.services.decisions.decisions import allocation_views
from app.services.decisions.drafts import AllocationView
from app.services.ledger.account_facts import CeilingSet, account_facts, ceilings_set
from app.services.ledger.ledger import account_name
from app.services.ledger.rows import AccountRow, TransferRow, balances, transfer_rows
from app.services.reports.lists import field_column, joined, record_list
from app.services.reports.spec import Column, Kind, Table
from app.services.wording.texts import Translator

INDENT = "\u2003"
"""What stands before a name for each step down the tree."""


@dataclass(frozen=True)
class AccountLine:
    """An account of the tree as it is shown.

    Attributes:
        name: indented by its depth; `plain` without the indent.
        under: cents that the ceiling still leaves, None without a ceiling.
    """

    id: str
    parent_id: str | None
    kind: AccountKind
    subject_id: str | None
    name: str
    plain: str
    depth: int
    balance: Cents
    total: Cents
    ceiling: Cents | None
    under: Cents | None


def account_lines(store: Store, tr: Translator) -> tuple[AccountLine, ...]:
    """The plan's tree of accounts, each below its parent, then the outside."""
    return tuple(_account_line(row, tr) for row in balances(store))


def _account_line(row: AccountRow, tr: Translator) -> AccountLine:
    plain = account_name(row.kind, row.name, tr)
    return AccountLine(
        id=row.id,
        parent_id=row.parent_id,
        kind=row.kind,
        subject_id=row.subject_id,
        name=INDENT * row.depth + plain,
        plain=plain,
        depth=row.depth,
        balance=row.balance,
        total=row.total,
        ceiling=row.ceiling,
        under=None if row.ceiling is None else Cents(row.ceiling - row.total),
    )


def accounts_list(store: Store, tr: Translator) -> Table:
    """The accounts as a tree, with what stands on each and what its ceiling leaves."""
    return Table(
        "list.accounts",
        tr("Accounts"),
        (
            field_column("name", tr("Account"), Kind.NOTE, width_mm=58),
            field_column("balance", tr("Balance"), Kind.MONEY, width_mm=32),
            field_column("total", tr("In all"), Kind.MONEY, width_mm=32),
            field_column("ceiling", tr("Ceiling"), Kind.MONEY, width_mm=32),
            field_column("under", tr("Left under the ceiling"), Kind.MONEY, width_mm=36),
            field_column("kind", tr("Kind"), width_mm=30),
        ),
        account_lines(store, tr),
        notes=(
            tr("«In all» holds the accounts below as well."),
            tr("What is outside the plan is below zero: it is what the plan received."),
        ),
        row_id=lambda row: row.id,
        landscape=True,
    )


@dataclass(frozen=True)
class MovementLine:
    """A movement as it is shown; `gives` and `gets` name the accounts."""

    id: str
    day: date
    kind: TransferKind
    gives: str
    gets: str
    cents: Cents
    decision: str
    decision_id: str | None
    reason: str
    made_by: str
    made_at: datetime
    reversed: bool
    sample: bool


def movement_lines(store: Store, tr: Translator, account_id: str | None = None) -> tuple[MovementLine, ...]:
    """The movements in order of day; of one account and those below it, or all."""
    return tuple(_movement_line(row, tr) for row in transfer_rows(store, account_id))


def _movement_line(row: TransferRow, tr: Translator) -> MovementLine:
    def names(fits: Callable[[int], bool]) -> str:
        found = (account_name(line.kind, line.name, tr) for line in row.lines if fits(line.cents))
        return joined(tuple(dict.fromkeys(found)))

    return MovementLine(
        id=row.id,
        day=row.day,
        kind=row.kind,
        gives=names(lambda cents: cents < 0),
        gets=names(lambda cents: cents > 0),
        cents=row.cents,
        decision=row.decision,
        decision_id=row.decision_id,
        reason=row.reason,
        made_by=row.made_by,
        made_at=row.made_at,
        reversed=row.reversed,
        sample=row.sample,
    )


def movements_list(store: Store, tr: Translator, account_id: str | None = None) -> Table:
    """The movements, with the decision that allows each and who made it."""
    columns: tuple[Column, ...] = (
        field_column("day", tr("Day"), Kind.DATE, width_mm=24),
        field_column("kind", tr("Kind"), width_mm=38),
        field_column("gives", tr.context("ledger", "From"), Kind.NOTE, width_mm=52),
        field_column("gets", tr.context("ledger", "To"), Kind.NOTE, width_mm=52),
        field_column("cents", tr("Amount"), Kind.MONEY, width_mm=32),
        field_column("decision", tr("Decision"), width_mm=22),
        field_column("reason", tr("Reason"), Kind.NOTE, width_mm=50),
        field_column("made_by", tr("By"), width_mm=34),
    )
    rows = movement_lines(store, tr, account_id)
    if any(row.reversed for row in rows):
        columns = (*columns, field_column("reversed", tr("Taken back"), Kind.FLAG, width_mm=24))
    return record_list("list.movements", tr("Movements"), columns, rows, tr)


@dataclass(frozen=True)
class AccountMovement:
    """What a movement did to one account: cents that came (> 0) from `other`, or went (< 0) to it."""

    id: str
    day: date
    other: str
    cents: Cents


def account_movements(store: Store, tr: Translator, account_id: str) -> Table:
    """What the movements did to an account, summing to its balance, in the few columns that stand beside the tree.

    Of an account that only holds others, what came to them from elsewhere and went from them.
    """
    found = transfer_rows(store, account_id)
    held = {account_id}
    is_own = any(line.account_id in held for row in found for line in row.lines)
    if not is_own:
        for account in balances(store):
            held |= {account.id} if account.parent_id in held else set()
    rows = []
    for row in found:
        line = _movement_line(row, tr)
        cents = Cents(sum(part.cents for part in row.lines if part.account_id in held))
        if cents:
            rows.append(AccountMovement(row.id, row.day, line.gives if cents > 0 else line.gets, cents))
    columns = (
        field_column("day", tr("Day"), Kind.DATE, width_mm=22),
        field_column("other", tr("Counterpart"), Kind.NOTE, width_mm=64),
        field_column("cents", tr("Amount"), Kind.MONEY, width_mm=30, total=True),
    )
    label = tr("Balance") if is_own else tr("In all")
    return Table(
        "account.movements", tr("Movements"), columns, tuple(rows), row_id=lambda row: row.id, total_label=label
    )


@dataclass(frozen=True)
class AccountView:
    """An account with all that its sheet shows.

    Attributes:
        below: the accounts right below it.
        facts: what the source or the area says of itself.
        ceilings: None where none was ever set.
    """

    account: AccountLine
    below: tuple[AccountLine, ...]
    facts: tuple[tuple[str, str], ...]
    movements: Table
    ceilings: Table | None


def account_view(store: Store, tr: Translator, account_id: str) -> AccountView:
    """An account as its sheet shows it.

    Raises:
        NotFound: "record.gone".
    """
    lines = account_lines(store, tr)
    account = next((line for line in lines if line.id == account_id), None)
    if account is None:
        raise NotFound("record.gone")
    ceilings = ceilings_set(store, account_id)
    return AccountView(
        account=account,
        below=tuple(line for line in lines if line.parent_id == account_id),
        facts=account_facts(store, account_id, tr),
        movements=account_movements(store, tr, account_id),
        ceilings=_ceilings_table(ceilings, tr) if ceilings else None,
    )


def _ceilings_table(ceilings: tuple[CeilingSet, ...], tr: Translator) -> Table:
    columns = (
        field_column("decision", tr("Decision"), width_mm=24),
        field_column("meeting", tr("Meeting"), width_mm=24),
        field_column("day", tr("Day"), Kind.DATE, width_mm=24),
        field_column("change", tr("Change"), Kind.MONEY, width_mm=30),
        field_column("amount", tr("Ceiling"), Kind.MONEY, width_mm=30),
        field_column("in_force", tr("In force"), Kind.FLAG, width_mm=20),
    )
    return Table("account.ceilings", tr("Ceilings set by decision"), columns, ceilings, row_id=lambda row: row.id)


@dataclass(frozen=True)
class MovementPart:
    """What a movement did to an account: cents that came (> 0) or went."""

    id: str
    name: str
    kind: AccountKind
    cents: Cents


def movement_parts(row: TransferRow, tr: Translator) -> Table:
    """The accounts that a movement touched."""
    parts = tuple(
        MovementPart(line.account_id, account_name(line.kind, line.name, tr), line.kind, line.cents)
        for line in row.lines
    )
    columns = (
        field_column("name", tr("Account"), Kind.NOTE, width_mm=64),
        field_column("kind", tr("Kind"), width_mm=30),
        field_column("cents", tr("Amount"), Kind.MONEY, width_mm=30),
    )
    return Table("movement.parts", tr("What it moved"), columns, parts, row_id=lambda part: part.id)


def sibling_table(rows: tuple[TransferRow, ...], tr: Translator) -> Table:
    """Other movements of the same decision."""
    columns = (
        field_column("kind", tr("Kind"), width_mm=30),
        field_column("gives", tr.context("ledger", "From"), Kind.NOTE, width_mm=52),
        field_column("gets", tr.context("ledger", "To"), Kind.NOTE, width_mm=52),
        field_column("cents", tr("Amount"), Kind.MONEY, width_mm=30),
    )
    lines = tuple(_movement_line(row, tr) for row in rows)
    title = tr("Other movements of the same decision")
    return Table("movement.siblings", title, columns, lines, row_id=lambda row: row.id)


@dataclass(frozen=True)
class SplitLine:
    """A split as it is listed."""

    id: str
    title: str
    parent: str
    rule: AllocationRule
    total: Cents
    parts: int
    odd_cents: int
    sample: bool
    view: AllocationView


def split_lines(store: Store, tr: Translator) -> tuple[SplitLine, ...]:
    """The splits that decisions adopt, in their order."""
    return tuple(
        SplitLine(
            id=view.id,
            title=view.title,
            parent=view.parent,
            rule=view.allocation.rule,
            total=view.allocation.total,
            parts=len(view.allocation.shares),
            odd_cents=view.allocation.odd_cents,
            sample=view.sample,
            view=view,
        )
        for view in allocation_views(store, tr)
    )


def splits_list(store: Store, tr: Translator) -> Table:
    """The splits, each with its rule; its proof is a table of its own."""
    columns = (
        field_column("title", tr("Split"), Kind.NOTE, width_mm=110),
        field_column("rule", tr("Rule"), width_mm=46),
        field_column("parts", tr("Parts"), Kind.COUNT, width_mm=18),
        field_column("odd_cents", tr("Odd cents"), Kind.COUNT, width_mm=26),
        field_column("total", tr("Total"), Kind.MONEY, width_mm=32),
    )
    return record_list("list.splits", tr("Splits"), columns, split_lines(store, tr), tr)
