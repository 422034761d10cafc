"""What an account rests on: the source's act and condition, the areas it is for, the ceilings that decisions set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.models.enums import AccountKind
from app.models.journal import Edit
from app.models.ledger import Account, Ceiling
from app.models.meetings import AgendaItem, Decision, Meeting
from app.models.money import Cents, format_euro
from app.models.store import Store
from app.services.children import get_row
from app.services.plan.funding import area_rows, source_rows
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class CeilingSet:
    """A ceiling that a decision set.

    Attributes:
        id: key of the decision.
        change: cents more (> 0) or less than the one before.
        in_force: whether no later one took its place.
    """

    id: str
    decision: str
    meeting: str
    day: date
    amount: Cents
    change: Cents
    in_force: bool


def ceilings_set(store: Store, account_id: str) -> tuple[CeilingSet, ...]:
    """The ceilings of an account, in the order that they were set."""
    written = sa.and_(Edit.table_name == Ceiling.__tablename__, Edit.row_id == Ceiling.id)
    with store.read() as session:
        rows = session.execute(
            sa.select(Ceiling.amount, Decision, Meeting)
            .join(Edit, written)
            .join(Decision, Decision.id == Ceiling.decision_id)
            .join(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
            .join(Meeting, Meeting.id == AgendaItem.meeting_id)
            .where(Ceiling.account_id == account_id)
            .order_by(Edit.seq, Edit.replica)
        ).all()
    found, before = [], 0
    for place, (amount, decision, meeting) in enumerate(rows, start=1):
        found.append(
            CeilingSet(
                id=decision.id,
                decision=f"{decision.number}/{decision.year}",
                meeting=f"{meeting.number}/{meeting.year}",
                day=meeting.date_held,
                amount=amount,
                change=Cents(amount - before),
                in_force=place == len(rows),
            )
        )
        before = amount
    return tuple(found)


def account_facts(store: Store, account_id: str, tr: Translator) -> tuple[tuple[str, str], ...]:
    """(what, value) of the source or the area that an account is of; nothing for others.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        account = get_row(session, Account, account_id)
        kind, subject_id = AccountKind(account.kind), account.subject_id
    if kind is AccountKind.SOURCE:
        return _source_facts(store, subject_id, tr)
    return _area_facts(store, subject_id, tr) if kind is AccountKind.AREA else ()


def _source_facts(store: Store, source_id: str | None, tr: Translator) -> tuple[tuple[str, str], ...]:
    source = next(row for row in source_rows(store) if row.id == source_id)
    due = tr("May be used") if source.due else tr("Not yet due")
    pairs = [
        (tr("Act"), source.act or tr("none yet")),
        (tr("Amount assigned"), format_euro(source.amount)),
        (tr("Came in so far"), format_euro(source.received)),
        (tr("Condition"), f"{due}: {source.condition}" if source.condition else due),
        (tr("For the areas"), source.reserved or tr("all")),
    ]
    return tuple(pairs)


def _area_facts(store: Store, area_id: str | None, tr: Translator) -> tuple[tuple[str, str], ...]:
    area = next(row for row in area_rows(store) if row.id == area_id)
    planned = tr("no amount") if area.amount_planned is None else format_euro(area.amount_planned)
    reserved = [row.name for row in source_rows(store) if area.code in row.reserved.split(", ")]
    pairs = [(tr("Set aside by the plan"), planned), (tr("Awarded to projects"), format_euro(area.awarded))]
    if reserved:
        pairs.append((tr("Sources for it alone"), ", ".join(reserved)))
    return tuple(pairs)
