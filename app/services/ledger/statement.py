"""What happened to an account between two days, and where each movement came from: «da dove viene?»."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AccountKind, DecisionKind, MeetingState, TransferKind
from app.models.errors import InvalidInput, NotFound
from app.models.ledger import Account, AccountDay, AccountPath, Transfer
from app.models.meetings import AgendaItem, Decision, Meeting
from app.models.money import Cents
from app.models.plan import Act
from app.models.scenarios import Scenario
from app.models.store import Store
from app.services.children import get_row
from app.services.ledger.rows import TransferRow, transfer_rows
from app.services.plan.plan import act_text


@dataclass(frozen=True)
class DecisionGround:
    """The decision that allowed a movement, with the meeting that took it.

    Attributes:
        number: «3/2014»; `meeting` likewise, «1/2014».
        scenario_id, scenario: the way of sharing that it adopted; None and empty when it adopted none.
    """

    id: str
    number: str
    kind: DecisionKind
    subject: str
    text: str
    point: str
    meeting_id: str
    meeting: str
    meeting_day: date
    meeting_state: MeetingState
    scenario_id: str | None
    scenario: str


@dataclass(frozen=True)
class MovementOrigin:
    """A movement, and why it was allowed.

    Attributes:
        act: the act that brought the money in; empty for money that a decision moved.
        reversed_by: key of the movement that took it back, when one did.
        siblings: the other movements of the same decision.
    """

    row: TransferRow
    ground: DecisionGround | None
    act: str
    reversed_by: str | None
    siblings: tuple[TransferRow, ...]


@dataclass(frozen=True)
class StatementLine:
    """A movement as one account sees it.

    Attributes:
        others: kinds and names of the accounts at the other end.
        came, went: cents; one of the two.
        balance: cents after it.
        decision, meeting: numbers, «3/2014»; `act` instead for money that came in.
    """

    id: str
    day: date
    kind: TransferKind
    others: tuple[tuple[AccountKind, str], ...]
    reason: str
    decision: str
    meeting: str
    act: str
    came: Cents | None
    went: Cents | None
    balance: Cents
    sample: bool


@dataclass(frozen=True)
class Statement:
    """An account between two days.

    Attributes:
        name: empty for one that is called by its kind.
        whole: whether the accounts below are counted in.
        first, last: None for the first and the last movement.
        opening, closing: cents before and after.
    """

    account_id: str
    kind: AccountKind
    name: str
    whole: bool
    first: date | None
    last: date | None
    opening: Cents
    lines: tuple[StatementLine, ...]
    closing: Cents

    @property
    def came(self) -> Cents:
        """Cents that came in all."""
        return Cents(sum(line.came or 0 for line in self.lines))

    @property
    def went(self) -> Cents:
        """Cents that went in all."""
        return Cents(sum(line.went or 0 for line in self.lines))


def read_statement(
    store: Store,
    account_id: str,
    first: date | None = None,
    last: date | None = None,
    *,
    whole: bool | None = None,
) -> Statement:
    """An account between two days, both counted in.

    Args:
        whole: whether what happens between the account and those below it is left out, and their money counted in;
            None for an account that money never stood on itself.

    Raises:
        InvalidInput: "period.backwards".
        NotFound: "record.gone".
    """
    if first and last and last < first:
        raise InvalidInput("period.backwards", field="last", first=first, last=last)
    with store.read() as session:
        account = get_row(session, Account, account_id)
        if whole is None:
            moved = session.scalar(sa.select(sa.exists().where(AccountDay.account_id == account_id)))
            whole = not moved and len(session.scalars(_below(account_id)).all()) > 1
        held = set(session.scalars(_below(account_id))) if whole else {account_id}
        opening = _sum_before(session, account_id, first, whole=whole)
        grounds, acts = _meetings(session), _acts(session)
    rows = transfer_rows(store, account_id, first, last)
    lines, balance = [], opening
    for row in rows:
        cents = sum(line.cents for line in row.lines if line.account_id in held)
        if cents:
            balance += cents
            lines.append(_line(row, held, cents, balance, grounds.get(row.decision_id, ""), acts.get(row.act_id, "")))
    return Statement(
        account_id,
        AccountKind(account.kind),
        account.name,
        whole,
        first,
        last,
        Cents(opening),
        tuple(lines),
        Cents(balance),
    )


def _below(account_id: str) -> sa.Select[tuple[str]]:
    return sa.select(AccountPath.account_id).where(AccountPath.ancestor_id == account_id)


def _sum_before(session: Session, account_id: str, first: date | None, *, whole: bool) -> int:
    if first is None:
        return 0
    held = AccountDay.account_id.in_(_below(account_id)) if whole else AccountDay.account_id == account_id
    return session.scalar(sa.select(sa.func.sum(AccountDay.cents)).where(held, AccountDay.day < first)) or 0


def _meetings(session: Session) -> Mapping[str | None, str]:
    """Number of the meeting of each decision that is in force."""
    rows = session.execute(
        sa.select(Decision.id, Meeting.number, Meeting.year)
        .join(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Decision.number.is_not(None))
    )
    return {key: f"{number}/{year}" for key, number, year in rows}


def _acts(session: Session) -> Mapping[str | None, str]:
    return {act.id: act_text(act) for act in session.scalars(sa.select(Act))}


def _line(row: TransferRow, held: set[str], cents: int, balance: int, meeting: str, act: str) -> StatementLine:
    ends = [line for line in row.lines if line.account_id not in held and (line.cents < 0) == (cents > 0)]
    return StatementLine(
        id=row.id,
        day=row.day,
        kind=row.kind,
        others=tuple(dict.fromkeys((line.kind, line.name) for line in ends)),
        reason=row.reason,
        decision=row.decision,
        meeting=meeting,
        act=act,
        came=Cents(cents) if cents > 0 else None,
        went=Cents(-cents) if cents < 0 else None,
        balance=Cents(balance),
        sample=row.sample,
    )


def movement_origin(store: Store, transfer_id: str) -> MovementOrigin:
    """A movement with what allowed it: the act of the money that came in, or the decision and its meeting.

    Raises:
        NotFound: "record.gone".
    """
    rows = _with_siblings(store, transfer_id)
    row = next((row for row in rows if row.id == transfer_id), None)
    if row is None:
        raise NotFound("record.gone")
    with store.read() as session:
        act = session.get(Act, row.act_id) if row.act_id else None
        return MovementOrigin(
            row=row,
            ground=_ground(session, row.decision_id) if row.decision_id else None,
            act=act_text(act),
            reversed_by=session.scalar(sa.select(Transfer.id).where(Transfer.reverses_id == row.id)),
            siblings=tuple(other for other in rows if other.id != row.id and row.decision_id),
        )


def _with_siblings(store: Store, transfer_id: str) -> tuple[TransferRow, ...]:
    with store.read() as session:
        decision_id = session.scalar(sa.select(Transfer.decision_id).where(Transfer.id == transfer_id))
    return transfer_rows(store, only=transfer_id) if decision_id is None else decision_movements(store, decision_id)


def has_movements(store: Store) -> bool:
    """Whether money ever moved."""
    with store.read() as session:
        return bool(session.scalar(sa.select(sa.exists().select_from(Transfer))))


def account_for(store: Store, subject_id: str) -> str | None:
    """Key of the account of a source, area, proposal or plan; None when it has none."""
    kinds = [kind.value for kind in (AccountKind.PLAN, AccountKind.SOURCE, AccountKind.AREA, AccountKind.PROJECT)]
    with store.read() as session:
        found = sa.select(Account.id).where(Account.subject_id == subject_id, Account.kind.in_(kinds))
        return session.scalar(found)


def decision_movements(store: Store, decision_id: str) -> tuple[TransferRow, ...]:
    """The movements that a decision allowed, in order of day."""
    return transfer_rows(store, decision_id=decision_id)


def _ground(session: Session, decision_id: str) -> DecisionGround:
    decision, item, meeting = (
        session.execute(
            sa.select(Decision, AgendaItem, Meeting)
            .join(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
            .join(Meeting, Meeting.id == AgendaItem.meeting_id)
            .where(Decision.id == decision_id)
        )
        .tuples()
        .one()
    )
    scenario = session.get(Scenario, decision.scenario_id) if decision.scenario_id else None
    return DecisionGround(
        id=decision.id,
        number=f"{decision.number}/{decision.year}",
        kind=DecisionKind(decision.kind),
        subject=decision.subject,
        text=decision.text,
        point=item.title,
        meeting_id=meeting.id,
        meeting=f"{meeting.number}/{meeting.year}",
        meeting_day=meeting.date_held,
        meeting_state=MeetingState(meeting.state),
        scenario_id=None if scenario is None else scenario.id,
        scenario="" if scenario is None else scenario.name,
    )
