"""Budgets of firms: asked by a manifestation of interest, given by a decision, turned into vouchers of employees.

What a firm has not used by its day goes back to the programme, and from there as the rules say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import (
    ConditionOutcome,
    FirmBudgetState,
    LeftoverRule,
    OrganisationSize,
    ProgrammeState,
    VoucherAsker,
    VoucherRequestState,
)
from app.models.errors import InvalidInput, RuleBroken
from app.models.ledger import Account, AccountState
from app.models.money import Cents, split_cents
from app.models.network import Organisation
from app.models.store import Store
from app.models.vouchers import FirmBudget, ProgrammeRules, VoucherProgramme, VoucherRequest
from app.services.changes import Changes
from app.services.checks import refuse_used, require_key, require_not_negative, require_positive, require_text
from app.services.children import get_row, save_row
from app.services.vouchers.accounts import give_back, left_of, provide_firm
from app.services.vouchers.conditions import size_within
from app.services.vouchers.days import past_day
from app.services.vouchers.programmes import refuse_not_open
from app.services.vouchers.request_facts import firm_facts, left_for
from app.services.vouchers.requests import call_next
from app.services.vouchers.rules import current_rules


@dataclass(frozen=True)
class FirmBudgetDraft:
    """A budget of a firm; fields are those of the record.

    Attributes:
        size_said, seat_said: what a person says of the requirements; None to leave it to the registry.
        state, size_outcome, seat_outcome, amount, left, given_back: shown only.
    """

    id: str | None = None
    programme_id: str | None = None
    organisation_id: str | None = None
    state: FirmBudgetState = FirmBudgetState.ASKED
    day: date | None = None
    protocol: str = ""
    size_outcome: ConditionOutcome = ConditionOutcome.NOT_KNOWN
    seat_outcome: ConditionOutcome = ConditionOutcome.NOT_KNOWN
    size_said: ConditionOutcome | None = None
    seat_said: ConditionOutcome | None = None
    reason: str = ""
    amount: Cents | None = None
    own_amount: Cents | None = None
    left: Cents | None = None
    date_return: date | None = None
    given_back: Cents | None = None
    note: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class FirmBudgetRow:
    """A budget of a firm in a list; `vouchers` counts those of its employees."""

    id: str
    programme: str
    firm: str
    state: FirmBudgetState
    day: date
    protocol: str
    size_outcome: ConditionOutcome
    seat_outcome: ConditionOutcome
    amount: Cents | None
    own_amount: Cents
    left: Cents | None
    asked: int
    date_return: date | None
    given_back: Cents | None
    sample: bool
    source_line: int | None


# --- reading -----------------------------------------------------------------------------


def firm_budget_rows(store: Store) -> tuple[FirmBudgetRow, ...]:
    """All budgets, programme by programme, by name of the firm; a fixed number of queries."""
    asked = sa.select(sa.func.count()).where(VoucherRequest.firm_budget_id == FirmBudget.id).scalar_subquery()
    query = (
        sa.select(FirmBudget, VoucherProgramme.name, Organisation.name, AccountState.balance, asked)
        .join(VoucherProgramme, VoucherProgramme.id == FirmBudget.programme_id)
        .join(Organisation, Organisation.id == FirmBudget.organisation_id)
        .outerjoin(Account, Account.subject_id == FirmBudget.id)
        .outerjoin(AccountState, AccountState.account_id == Account.id)
        .order_by(VoucherProgramme.code, Organisation.name)
    )
    with store.read() as session:
        return tuple(
            FirmBudgetRow(
                id=row.id,
                programme=programme,
                firm=firm,
                state=FirmBudgetState(row.state),
                day=row.day,
                protocol=row.protocol,
                size_outcome=ConditionOutcome(row.size_outcome),
                seat_outcome=ConditionOutcome(row.seat_outcome),
                amount=row.amount,
                own_amount=row.own_amount,
                left=None if balance is None else Cents(balance),
                asked=count,
                date_return=row.date_return,
                given_back=row.given_back,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, programme, firm, balance, count in session.execute(query)
        )


def load_firm_budget(store: Store, budget_id: str) -> FirmBudgetDraft:
    """A budget as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, FirmBudget, budget_id)
        size, seat = found_requirements(session, row.programme_id, row.organisation_id)
        outcomes = ConditionOutcome(row.size_outcome), ConditionOutcome(row.seat_outcome)
        return FirmBudgetDraft(
            id=row.id,
            programme_id=row.programme_id,
            organisation_id=row.organisation_id,
            state=FirmBudgetState(row.state),
            day=row.day,
            protocol=row.protocol,
            size_outcome=outcomes[0],
            seat_outcome=outcomes[1],
            size_said=None if outcomes[0] is size else outcomes[0],
            seat_said=None if outcomes[1] is seat else outcomes[1],
            reason=row.reason,
            amount=row.amount,
            own_amount=row.own_amount,
            left=None if row.amount is None else left_of(session, row.id),
            date_return=row.date_return,
            given_back=row.given_back,
            note=row.note,
            source_line=row.source_line,
        )


def found_requirements(
    session: Session, programme_id: str, organisation_id: str
) -> tuple[ConditionOutcome, ConditionOutcome]:
    """Size and seat of a firm against the rules of a programme, as the registry has them."""
    rules = current_rules(session, programme_id)
    facts = firm_facts(session, organisation_id)
    most = None if rules is None or rules.firm_size_max is None else OrganisationSize(rules.firm_size_max)
    seat = ConditionOutcome.MET
    if rules is not None and rules.firm_in_plan:
        known = facts["firm_in_plan"]
        seat = ConditionOutcome.NOT_KNOWN if known is None else _said(known)
    return size_within(facts["firm_size"], most), seat


def _said(held: bool) -> ConditionOutcome:
    return ConditionOutcome.MET if held else ConditionOutcome.NOT_MET


# --- writing -----------------------------------------------------------------------------


def save_firm_budget(store: Store, draft: FirmBudgetDraft) -> Changes:
    """Write a manifestation of interest; of a budget that was given only the note and the firm's own money change.

    Raises:
        InvalidInput: "field.required", "number.negative", "date.in_future", "firm.asked_already".
        NotFound: "record.gone".
        RuleBroken: "firm.settled", "firm.not_for_firms".
    """
    day = past_day(store, draft.day)
    programme_id = require_key(draft.programme_id, "programme_id")
    organisation_id = require_key(draft.organisation_id, "organisation_id")
    require_not_negative(draft.own_amount, "own_amount")
    own = {"own_amount": draft.own_amount or Cents(0), "note": draft.note.strip(), "source_line": draft.source_line}
    with store.write("save_firm_budget") as session:
        row = None if draft.id is None else get_row(session, FirmBudget, draft.id)
        if row is not None and row.state != FirmBudgetState.ASKED:
            if (day, programme_id, organisation_id) != (row.day, row.programme_id, row.organisation_id):
                raise RuleBroken("firm.settled", state=FirmBudgetState(row.state))
            save_row(session, FirmBudget, row.id, own)
            return Changes.of("vouchers", ids=(row.id,))
        _check_new(session, programme_id, organisation_id, draft.id)
        size, seat = found_requirements(session, programme_id, organisation_id)
        values = {
            **own,
            "programme_id": programme_id,
            "organisation_id": organisation_id,
            "day": day,
            "protocol": draft.protocol.strip(),
            "size_outcome": (draft.size_said or size).value,
            "seat_outcome": (draft.seat_said or seat).value,
            "reason": draft.reason.strip(),
        }
        row = save_row(session, FirmBudget, draft.id, values)
    return Changes.of("vouchers", ids=(row.id,))


def _check_new(session: Session, programme_id: str, organisation_id: str, own: str | None) -> None:
    rules = current_rules(session, programme_id)
    if rules is not None and rules.asker != VoucherAsker.EMPLOYEE:
        raise RuleBroken("firm.not_for_firms", field="programme_id")
    get_row(session, Organisation, organisation_id)
    same = sa.select(FirmBudget.day).where(
        FirmBudget.programme_id == programme_id,
        FirmBudget.organisation_id == organisation_id,
        FirmBudget.id != (own or ""),
    )
    if (asked := session.scalar(same)) is not None:
        raise InvalidInput("firm.asked_already", field="organisation_id", day=asked)


def admit_firm(store: Store, budget_id: str) -> Changes:
    """Admit a firm whose requirements are met.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "firm.move", "firm.requirements" with what is not met, or not known.
    """
    with store.write("admit_firm") as session:
        row = get_row(session, FirmBudget, budget_id)
        _refuse_move(row, FirmBudgetState.ASKED, FirmBudgetState.ADMITTED)
        outcomes = {"size": ConditionOutcome(row.size_outcome), "seat": ConditionOutcome(row.seat_outcome)}
        for field, outcome in outcomes.items():
            if outcome is not ConditionOutcome.MET:
                raise RuleBroken("firm.requirements", field=f"{field}_said", outcome=outcome)
        row.state = FirmBudgetState.ADMITTED.value
    return Changes.of("vouchers", ids=(budget_id,))


def refuse_firm(store: Store, budget_id: str, reason: str) -> Changes:
    """Do not admit a firm, and say why.

    Raises:
        InvalidInput: "field.required".
        NotFound: "record.gone".
        RuleBroken: "firm.move".
    """
    why = require_text(reason, "reason")
    with store.write("refuse_firm") as session:
        row = get_row(session, FirmBudget, budget_id)
        _refuse_move(row, FirmBudgetState.ASKED, FirmBudgetState.NOT_ADMITTED)
        row.state, row.reason = FirmBudgetState.NOT_ADMITTED.value, why
    return Changes.of("vouchers", ids=(budget_id,))


def _refuse_move(row: FirmBudget, needed: FirmBudgetState, wanted: FirmBudgetState) -> None:
    if row.state != needed:
        raise RuleBroken("firm.move", state=FirmBudgetState(row.state), wanted=wanted)


def give_firm_budget(
    store: Store, budget_id: str, amount: Cents | None, decision_id: str | None, day: date | None
) -> Changes:
    """Give an admitted firm its budget, by a decision: the money goes from the programme to the firm's account.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.not_positive", "date.in_future".
        NotFound: "record.gone".
        RuleBroken: "firm.move", "programme.not_open", "decision.not_effective", "voucher.too_little".
    """
    if amount is None:
        raise InvalidInput("field.required", field="amount")
    require_not_negative(amount, "amount")
    require_positive(amount, "amount")
    ground = require_key(decision_id, "decision_id")
    given_on = past_day(store, day)
    with store.write("give_firm_budget") as session:
        row = get_row(session, FirmBudget, budget_id)
        _refuse_move(row, FirmBudgetState.ADMITTED, FirmBudgetState.GIVEN)
        _give(session, row, amount, ground, given_on)
        row.state, row.amount, row.decision_id = FirmBudgetState.GIVEN.value, amount, ground
        row.date_given = given_on
        rules = current_rules(session, row.programme_id)
        row.date_return = None if rules is None else rules.date_return
    return Changes.of("vouchers", "ledger", ids=(budget_id,))


def _give(session: Session, row: FirmBudget, amount: Cents, decision_id: str, day: date) -> None:
    programme = get_row(session, VoucherProgramme, row.programme_id)
    refuse_not_open(programme)
    free = left_for(session, programme.id, None)
    if amount > free:
        raise RuleBroken("voucher.too_little", field="amount", name=programme.name, amount=amount, left=free)
    name = get_row(session, Organisation, row.organisation_id).name
    provide_firm(session, row.id, programme.id, name, amount, day, decision_id)


def close_firm_budget(store: Store, budget_id: str, day: date | None) -> Changes:
    """Take back what a firm has not turned into vouchers by its day, and give it again as the rules say.

    Raises:
        InvalidInput: "field.required", "date.in_future".
        NotFound: "record.gone".
        RuleBroken: "firm.move", "firm.not_yet" before its day, "firm.promised" while an employee's request waits for
            its voucher, "firm.kept" where the rules leave it to the firm.
    """
    closed = past_day(store, day)
    with store.write("close_firm_budget") as session:
        row = get_row(session, FirmBudget, budget_id)
        _refuse_move(row, FirmBudgetState.GIVEN, FirmBudgetState.CLOSED)
        if row.date_return is not None and closed <= row.date_return:
            raise RuleBroken("firm.not_yet", field="day", date_return=row.date_return)
        rules = current_rules(session, row.programme_id)
        if rules is not None and rules.leftover == LeftoverRule.KEPT:
            raise RuleBroken("firm.kept")
        promised = sa.select(VoucherRequest.number).where(
            VoucherRequest.firm_budget_id == row.id, VoucherRequest.state == VoucherRequestState.ADMITTED.value
        )
        numbers = tuple(session.scalars(promised))
        if numbers:
            raise RuleBroken("firm.promised", numbers=numbers)
        back = give_back(session, row.id, None, closed)
        row.state, row.given_back, row.date_closed = FirmBudgetState.CLOSED.value, back, closed
        session.flush()
        again = _give_again(session, row, rules, back, closed)
    return Changes.of("vouchers", "ledger", ids=(budget_id, *again))


def _give_again(
    session: Session, row: FirmBudget, rules: ProgrammeRules | None, back: Cents, day: date
) -> tuple[str, ...]:
    """Give what came back to whoever waits, or in equal parts to the firms that used all of theirs."""
    if back == 0 or rules is None or rules.leftover == LeftoverRule.PROGRAMME:
        return call_next(session, row.programme_id, day)
    if get_row(session, VoucherProgramme, row.programme_id).state != ProgrammeState.OPEN:
        return ()  # it stays with the programme, which gives nothing any more
    used_up = [
        other
        for other in session.scalars(
            sa.select(FirmBudget)
            .where(FirmBudget.programme_id == row.programme_id, FirmBudget.state == FirmBudgetState.GIVEN.value)
            .order_by(FirmBudget.date_given, FirmBudget.id)
        )
        if left_of(session, other.id) == 0
    ]
    if not used_up:
        return ()
    for other, cents in zip(used_up, split_cents(back, [1] * len(used_up)), strict=True):
        if cents:
            assert other.amount is not None, "it was given"
            assert other.decision_id is not None, "by a decision"
            _give(session, other, cents, other.decision_id, day)
            other.amount = Cents(other.amount + cents)
    session.flush()
    return (*(other.id for other in used_up), *call_next(session, row.programme_id, day))


def delete_firm_budget(store: Store, budget_id: str) -> Changes:
    """Delete a manifestation of interest that was given no budget.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "firm.settled", "record.in_use".
    """
    with store.write("delete_firm_budget") as session:
        row = get_row(session, FirmBudget, budget_id)
        if row.amount is not None:
            raise RuleBroken("firm.settled", state=FirmBudgetState(row.state))
        name = get_row(session, Organisation, row.organisation_id).name
        refuse_used(
            session, row.id, name, sa.select(VoucherRequest.protocol).where(VoucherRequest.firm_budget_id == row.id)
        )
        session.delete(row)
    return Changes.of("vouchers", ids=(budget_id,))
