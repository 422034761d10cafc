"""ESTRATTO-CONTO: an account between two days, with its running balance and the ground of each movement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.models.enums import AccountKind, TransferKind
from app.models.errors import InvalidInput
from app.models.money import Cents
from app.models.store import Store
from app.services.ledger.ledger import account_name
from app.services.ledger.rows import balances
from app.services.ledger.statement import Statement, read_statement
from app.services.reports.frame import framed
from app.services.reports.lists import field_column, joined
from app.services.reports.notes import sample_notes
from app.services.reports.spec import Document, Kind, Line, Role, Table
from app.services.wording.formats import format_date
from app.services.wording.texts import Translator

LISTED = (AccountKind.PLAN, AccountKind.SOURCE, AccountKind.AREA)
"""Accounts whose statement is offered among the prints; that of each other is printed from its account."""

BETWEEN = ":"
"""What stands between the key of an account and the days of its statement."""


@dataclass(frozen=True)
class StatementRow:
    """A movement as the statement shows it."""

    id: str
    day: date
    kind: TransferKind
    other: str
    ground: str
    came: Cents | None
    went: Cents | None
    balance: Cents
    sample: bool


def statement_table(statement: Statement, tr: Translator) -> Table:
    """The movements between the balance before and the balance after."""
    name = account_name(statement.kind, statement.name, tr)
    rows = tuple(
        StatementRow(
            line.id,
            line.day,
            line.kind,
            joined([account_name(kind, other, tr) for kind, other in line.others]),
            _ground(line.reason, line.decision, line.meeting, line.act, tr),
            line.came,
            line.went,
            line.balance,
            line.sample,
        )
        for line in statement.lines
    )
    opening = Line(Role.SUBTOTAL, {"other": tr("Balance before"), "balance": statement.opening})
    closing = {"other": tr("Balance after"), "came": statement.came, "went": statement.went}
    notes = (tr("The accounts below are counted in: what moved between them is not listed."),)
    return Table(
        "ESTRATTO-CONTO",
        tr("Statement of account: {name}").format(name=name),
        (
            field_column("day", tr("Day"), Kind.DATE, width_mm=22),
            field_column("kind", tr("Kind"), width_mm=30),
            field_column("other", tr("Counterpart"), Kind.NOTE, width_mm=62),
            field_column("ground", tr("Ground"), Kind.NOTE, width_mm=62),
            field_column("came", tr("Came in"), Kind.MONEY, width_mm=29),
            field_column("went", tr("Went out"), Kind.MONEY, width_mm=29),
            field_column("balance", tr("Balance"), Kind.MONEY, width_mm=30),
        ),
        (opening, *rows, Line(Role.TOTAL, {**closing, "balance": statement.closing})),
        subtitle=period_text(statement.first, statement.last, tr),
        notes=(*(notes if statement.whole else ()), *sample_notes(rows, tr)),
        row_id=lambda row: row.id,
        landscape=True,
    )


def _ground(reason: str, decision: str, meeting: str, act: str, tr: Translator) -> str:
    """Why it moved: by which decision of which meeting, or by which act."""
    if decision:
        return tr("Decision no. {decision}, meeting {meeting}: {reason}").format(
            decision=decision, meeting=meeting, reason=reason
        )
    return tr("{reason}: act {act}").format(reason=reason, act=act) if act else reason


def period_text(first: date | None, last: date | None, tr: Translator) -> str:
    """The days of a statement in words."""
    if first and last:
        return tr("From {first} to {last}").format(first=format_date(first), last=format_date(last))
    if first:
        return tr("From {first} on").format(first=format_date(first))
    return tr("Until {last}").format(last=format_date(last)) if last else tr("From the first movement to the last")


def statement_key(account_id: str, first: date | None, last: date | None) -> str:
    """Key of a statement, by which it is printed: the account's, with its days where they are named."""
    days = [day.isoformat() if day else "" for day in (first, last)]
    return BETWEEN.join([account_id, *days]) if first or last else account_id


def statement_document(store: Store, tr: Translator, item: str | None) -> Document:
    """The statement of an account.

    Args:
        item: a `statement_key`.

    Raises:
        InvalidInput: "period.backwards", "date.format".
        NotFound: "record.gone".
    """
    assert item is not None
    account_id, *days = item.split(BETWEEN)
    first, last = (_day(days, place) for place in (0, 1))
    table = statement_table(read_statement(store, account_id, first, last), tr)
    slug = "-".join(["estratto", account_id[-8:], *(day for day in days if day)])
    return framed(store, tr, table.code, table.title, (table,), slug=slug, landscape=True)


def _day(days: Sequence[str], place: int) -> date | None:
    try:
        return date.fromisoformat(days[place]) if len(days) > place and days[place] else None
    except ValueError:
        raise InvalidInput("date.format", text=days[place]) from None


def statement_items(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """(key, name) of the accounts whose statement is offered."""
    return tuple((row.id, account_name(row.kind, row.name, tr)) for row in balances(store) if row.kind in LISTED)
