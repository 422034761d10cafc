"""Sources of money and priority areas: what the plan has, what it may spend where, what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.calls import CallRules, RulesArea
from app.models.enums import AccountKind, PriorityLevel, SourceKind, TransferKind, area_code
from app.models.errors import InvalidInput
from app.models.ledger import Account, AccountState, Ceiling, Posting, Transfer
from app.models.meetings import Decision, DecisionCeiling, DecisionMove
from app.models.money import Cents
from app.models.plan import Act, FundingSource, PriorityArea, SourceReservation
from app.models.proposals import Call, Proposal
from app.models.rankings import Ranking, RankingPlace
from app.models.scenarios import Pot, PotSource
from app.models.spending import Rescaling
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import (
    refuse_used,
    require_distinct,
    require_key,
    require_not_negative,
    require_positive,
    require_text,
)
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.ledger.ledger import ensure_area_account, ensure_source_account
from app.services.plan.plan import act_text, present_plan
from app.services.plan.totals import PlanTotals, plan_totals


@dataclass(frozen=True)
class ReservedArea:
    """An area that the money of a source is for."""

    area_id: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class SourceDraft:
    """A source of money as it is typed.

    Attributes:
        position: order of use and of the tables; None for the next free one.
        due: whether the amount may be used now (a premium is not, before its condition holds).
        reserved: the only areas that it is for; none for all of them.
    """

    id: str | None = None
    position: int | None = None
    kind: SourceKind = SourceKind.FIXED
    name: str = ""
    amount: Cents | None = None
    due: bool = True
    condition: str = ""
    act_id: str | None = None
    source_line: int | None = None
    reserved: tuple[ReservedArea, ...] = ()


@dataclass(frozen=True)
class SourceRow:
    """A source in a list.

    Attributes:
        act: kind and number of its act, as the list shows it; empty without one.
        received: cents that came in by the ledger.
        left: cents still on the source.
        reserved: codes of the areas that it is reserved to, «A.1, A.3»; empty when it is free.
    """

    id: str
    position: int
    kind: SourceKind
    name: str
    amount: Cents
    due: bool
    condition: str
    act_id: str | None
    act: str
    received: Cents
    left: Cents
    sample: bool
    source_line: int | None
    reserved: str = ""


@dataclass(frozen=True)
class AreaDraft:
    """A priority area as it is typed; its key is (level, number).

    Attributes:
        number: None for the next free one of the level.
        amount_planned: what the plan sets aside for it, None when it names no amount.
    """

    id: str | None = None
    level: PriorityLevel = PriorityLevel.HIGH
    number: int | None = None
    title: str = ""
    amount_planned: Cents | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class AreaRow:
    """A priority area in a list.

    Attributes:
        code: «A.3» for (high, 3), «B.1» for (low, 1).
        ceiling: set by the newest decision in force, None before any.
        allocated: cents on the area and its projects.
        awarded: cents on its projects.
        left: cents on the area itself.
    """

    id: str
    level: PriorityLevel
    number: int
    code: str
    title: str
    amount_planned: Cents | None
    ceiling: Cents | None
    allocated: Cents
    awarded: Cents
    left: Cents
    sample: bool
    source_line: int | None


def find_totals(store: Store) -> PlanTotals:
    """The plan's totals now."""
    return plan_totals(source_rows(store), area_rows(store))


# --- sources -----------------------------------------------------------------------------


def source_rows(store: Store) -> tuple[SourceRow, ...]:
    """All sources in order of position, with what came in and what is left."""
    with store.read() as session:
        received, reserved = _received(session), _reserved(session)
        rows = session.execute(
            sa.select(FundingSource, Act, AccountState.balance)
            .outerjoin(Act, FundingSource.act_id == Act.id)
            .join(Account, sa.and_(Account.subject_id == FundingSource.id, Account.kind == AccountKind.SOURCE.value))
            .join(AccountState, AccountState.account_id == Account.id)
            .order_by(FundingSource.position)
        )
        return tuple(
            SourceRow(
                id=source.id,
                position=source.position,
                kind=SourceKind(source.kind),
                name=source.name,
                amount=source.amount,
                due=source.due,
                condition=source.condition,
                act_id=source.act_id,
                act=act_text(act),
                received=received.get(source.id, Cents(0)),
                left=balance,
                sample=source.sample,
                source_line=source.source_line,
                reserved=", ".join(reserved.get(source.id, ())),
            )
            for source, act, balance in rows
        )


def _reserved(session: Session) -> Mapping[str, list[str]]:
    """Codes of the areas that each source is reserved to, by source."""
    codes: dict[str, list[str]] = {}
    rows = session.execute(
        sa.select(SourceReservation.source_id, PriorityArea.level, PriorityArea.number)
        .join(PriorityArea, PriorityArea.id == SourceReservation.area_id)
        .order_by(SourceReservation.position)
    )
    for source_id, level, number in rows:
        codes.setdefault(source_id, []).append(area_code(level, number))
    return codes


def _received(session: Session) -> Mapping[str, Cents]:
    """Cents that came in from outside, less those that were taken back, by source."""
    reversed_transfer = aliased(Transfer)
    funding = TransferKind.FUNDING.value
    rows = session.execute(
        sa.select(Account.subject_id, sa.func.sum(Posting.cents))
        .join(Posting, Posting.account_id == Account.id)
        .join(Transfer, Transfer.id == Posting.transfer_id)
        .outerjoin(reversed_transfer, reversed_transfer.id == Transfer.reverses_id)
        .where(
            Account.kind == AccountKind.SOURCE.value,
            sa.or_(Transfer.kind == funding, reversed_transfer.kind == funding),
        )
        .group_by(Account.subject_id)
    )
    return {str(subject_id): Cents(cents) for subject_id, cents in rows}


def load_source(store: Store, source_id: str) -> SourceDraft:
    """A source as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        source = get_row(session, FundingSource, source_id)
        reserved = session.scalars(
            sa.select(SourceReservation).filter_by(source_id=source.id).order_by(SourceReservation.position)
        )
        return SourceDraft(
            id=source.id,
            position=source.position,
            kind=SourceKind(source.kind),
            name=source.name,
            amount=source.amount,
            due=source.due,
            condition=source.condition,
            act_id=source.act_id,
            reserved=tuple(ReservedArea(row.area_id, row.id) for row in reserved),
            source_line=source.source_line,
        )


def save_source(store: Store, draft: SourceDraft) -> Changes:
    """Write a source with its account; its money comes in by `ledger.receive_source`.

    Raises:
        InvalidInput: "field.required", "amount.not_positive", "number.too_large", "number.not_positive",
            "source.position_taken", "source.amount_received" (the amount of money that came in stays),
            "rules.row_repeated".
        RuleBroken: "plan.missing".
    """
    name = require_text(draft.name, "name")
    amount = _amount(draft)
    if draft.position is not None:
        require_positive(draft.position, "position")
    areas = [require_key(row.area_id, f"reserved.{i}.area_id") for i, row in enumerate(draft.reserved)]
    require_distinct(areas, "reserved.{row}.area_id", "rules.row_repeated")
    with store.write("save_source") as session:
        plan = present_plan(session)
        others = sa.select(FundingSource).where(FundingSource.id != (draft.id or ""))
        positions = {other.position: other.name for other in session.scalars(others)}
        position = draft.position or max(positions, default=0) + 1
        if position in positions:
            raise InvalidInput("source.position_taken", field="position", number=position, name=positions[position])
        if draft.id is not None and get_row(session, FundingSource, draft.id).amount != amount:
            received = _received(session).get(draft.id, 0)
            if received:
                raise InvalidInput("source.amount_received", field="amount", amount=received)
        values = {
            "plan_id": plan.id,
            "act_id": draft.act_id,
            "position": position,
            "kind": draft.kind.value,
            "name": name,
            "amount": amount,
            "due": draft.due,
            "condition": draft.condition.strip(),
            "source_line": draft.source_line,
        }
        source = save_row(session, FundingSource, draft.id, values)
        wanted = [{"area_id": key} for key in areas]
        reconcile(session, SourceReservation, {"source_id": source.id}, wanted, key="area_id")
        ensure_source_account(session, source)
    return Changes.of("plan", "ledger", ids=(source.id,))


def _amount(draft: SourceDraft) -> Cents:
    if draft.amount is None:
        raise InvalidInput("field.required", field="amount")
    if draft.amount <= 0:
        raise InvalidInput("amount.not_positive", field="amount")
    require_not_negative(draft.amount, "amount")
    return draft.amount


def delete_source(store: Store, source_id: str) -> Changes:
    """Delete a source, and its account, that no money went through and no decision names.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_source") as session:
        source = get_row(session, FundingSource, source_id)
        pots = sa.select(Pot.name).join(PotSource, PotSource.pot_id == Pot.id).where(PotSource.source_id == source.id)
        delete_account_of(session, source.id, source.name, pots)
        delete_children(session, SourceReservation, "source_id", (source.id,))
        session.delete(source)
    return Changes.of("plan", "ledger", ids=(source_id,))


def delete_account_of(session: Session, subject_id: str, name: str, *users: sa.Select[tuple[str]]) -> None:
    """Delete the account of a record that is to be deleted, if it has one, when nothing uses either.

    Args:
        subject_id, name, users: as in `refuse_used`.

    Raises:
        RuleBroken: "record.in_use".
    """
    account = session.scalar(sa.select(Account).where(Account.subject_id == subject_id))
    if account is None:
        refuse_used(session, subject_id, name, *users)
        return
    moved = sa.or_(DecisionMove.from_account_id == account.id, DecisionMove.to_account_id == account.id)
    decisions = sa.select(Decision.subject).join(DecisionMove, DecisionMove.decision_id == Decision.id).where(moved)
    transfers = sa.select(Transfer.reason).join(Posting).where(Posting.account_id == account.id)
    ceilings = sa.select(Decision.subject).join(Ceiling).where(Ceiling.account_id == account.id)
    refuse_used(session, subject_id, name, *users, decisions, ceilings, transfers)
    session.delete(account)


# --- areas -------------------------------------------------------------------------------


def area_rows(store: Store) -> tuple[AreaRow, ...]:
    """All priority areas, high before low, by number, with what they hold."""
    with store.read() as session:
        awarded = _awarded(session)
        rows = session.execute(
            sa.select(PriorityArea, AccountState)
            .join(Account, sa.and_(Account.subject_id == PriorityArea.id, Account.kind == AccountKind.AREA.value))
            .join(AccountState, AccountState.account_id == Account.id)
            .order_by(Account.position)
        )
        return tuple(
            AreaRow(
                id=area.id,
                level=PriorityLevel(area.level),
                number=area.number,
                code=area_code(area.level, area.number),
                title=area.title,
                amount_planned=area.amount_planned,
                ceiling=state.ceiling,
                allocated=state.total,
                awarded=awarded.get(state.account_id, Cents(0)),
                left=state.balance,
                sample=area.sample,
                source_line=area.source_line,
            )
            for area, state in rows
        )


def _awarded(session: Session) -> Mapping[str, Cents]:
    """Cents on the projects of each area, by key of the area's account."""
    rows = session.execute(
        sa.select(Account.parent_id, sa.func.sum(AccountState.total))
        .join(AccountState, AccountState.account_id == Account.id)
        .where(Account.kind == AccountKind.PROJECT.value)
        .group_by(Account.parent_id)
    )
    return {str(parent_id): Cents(cents) for parent_id, cents in rows}


def load_area(store: Store, area_id: str) -> AreaDraft:
    """A priority area as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        area = get_row(session, PriorityArea, area_id)
        return AreaDraft(
            id=area.id,
            level=PriorityLevel(area.level),
            number=area.number,
            title=area.title,
            amount_planned=area.amount_planned,
            source_line=area.source_line,
        )


def save_area(store: Store, draft: AreaDraft) -> Changes:
    """Write a priority area with its account.

    Raises:
        InvalidInput: "field.required", "number.not_positive", "number.negative", "number.too_large",
            "area.number_taken".
        RuleBroken: "plan.missing".
    """
    title = require_text(draft.title, "title")
    require_not_negative(draft.amount_planned, "amount_planned")
    if draft.number is not None:
        require_positive(draft.number, "number")
    with store.write("save_area") as session:
        plan = present_plan(session)
        others = sa.select(PriorityArea).where(
            PriorityArea.id != (draft.id or ""), PriorityArea.level == draft.level.value
        )
        titles = {other.number: other.title for other in session.scalars(others)}
        number = draft.number or max(titles, default=0) + 1
        if number in titles:
            code = area_code(draft.level, number)
            raise InvalidInput("area.number_taken", field="number", area=code, title=titles[number])
        values = {
            "plan_id": plan.id,
            "level": draft.level.value,
            "number": number,
            "title": title,
            "amount_planned": draft.amount_planned,
            "source_line": draft.source_line,
        }
        area = save_row(session, PriorityArea, draft.id, values)
        ensure_area_account(session, area)
    return Changes.of("plan", "ledger", ids=(area.id,))


def delete_area(store: Store, area_id: str) -> Changes:
    """Delete a priority area, and its account, that no proposal, decision or money uses.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_area") as session:
        area = get_row(session, PriorityArea, area_id)
        ceilings = sa.select(Decision.subject).join(DecisionCeiling, DecisionCeiling.decision_id == Decision.id)
        delete_account_of(
            session,
            area.id,
            f"{area_code(area.level, area.number)} {area.title}",
            sa.select(Proposal.title).where(Proposal.area_id == area.id),
            ceilings.where(DecisionCeiling.area_id == area.id),
            sa.select(Call.title)
            .join(CallRules, CallRules.call_id == Call.id)
            .join(RulesArea, RulesArea.rules_id == CallRules.id)
            .where(RulesArea.area_id == area.id),
            sa.select(FundingSource.name)
            .join(SourceReservation, SourceReservation.source_id == FundingSource.id)
            .where(SourceReservation.area_id == area.id),
            sa.select(Rescaling.name).where(Rescaling.area_id == area.id),
            sa.select(Call.title)
            .join(Ranking, Ranking.call_id == Call.id)
            .join(RankingPlace, RankingPlace.ranking_id == Ranking.id)
            .where(RankingPlace.area_id == area.id),
        )
        session.delete(area)
    return Changes.of("plan", "ledger", ids=(area_id,))
