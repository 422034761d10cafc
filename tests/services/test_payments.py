"""Payments: tranches by the rules of the call, four eyes, the ledger, and what must come back."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.models.enums import AccountKind, DecisionKind, ProposalState, TransferKind, UserRole
from app.models.errors import RuleBroken
from app.models.ledger import Entry
from app.models.money import Cents
from app.models.store import Store
from app.models.users import Person
from app.services.decisions.decisions import decision_rows, recompute_decision, save_decision
from app.services.decisions.drafts import DecisionDraft, ProjectAmount
from app.services.decisions.sheets import load_sheet, sheet_effects
from app.services.integrity import verify
from app.services.journal.undo import last_undoable
from app.services.ledger.ledger import ReversalDraft, post_entries, reverse_transfer
from app.services.ledger.rows import balances, transfer_rows
from app.services.meetings.closing import close_meeting
from app.services.proposals.lists import proposal_rows
from app.services.reports.minutes import minutes_document
from app.services.reports.text import plain_text
from app.services.spending.payments import (
    PaymentDraft,
    RecoveryDraft,
    delete_payment,
    load_payment,
    payment_rows,
    receive_recovery,
    release_payment,
    save_payment,
    tranche_states,
)
from app.services.spending.projects import project_rows
from app.services.vouchers.programmes import ProgrammeDraft, open_programme, save_programme
from app.services.vouchers.rules import save_programme_rules
from app.services.vouchers.rules_drafts import ProgrammeRulesDraft, ServiceDraft
from app.services.wording.texts import translator
from tests.services.builders import refusal
from tests.services.sitting import open_sitting
from tests.services.spending_world import LATER, Running, build_running, decide
from tests.services.voucher_world import set_today

EN = translator("en")
PAY_DAY = date(2015, 6, 15)


def advance(running: Running, **more: Any) -> PaymentDraft:
    draft = PaymentDraft(
        proposal_id=running.rho, tranche=1, act="Determina n. 12", act_day=LATER, guarantee="Polizza 77/2015"
    )
    return replace(draft, **more)


def free(running: Running, cents: int | None, **more: Any) -> PaymentDraft:
    """A payment where the call has no tranches."""
    return advance(running, tranche=None, amount=None if cents is None else Cents(cents), **more)


def paid(store: Store, draft: PaymentDraft, day: date = PAY_DAY) -> str:
    key = save_payment(store, draft).id
    release_payment(store, key, day)
    return key


def project(store: Store, running: Running) -> Any:
    return next(row for row in project_rows(store) if row.id == running.rho)


def test_an_advance_goes_from_entered_to_paid(store: Store, running: Running) -> None:
    key = save_payment(store, advance(running)).id
    entered = load_payment(store, key)
    assert (entered.amount, entered.number, entered.decision) == (50_000_00, 1, "2/2014")
    assert (project(store, running).paid, project(store, running).left) == (0, 100_000_00)
    release_payment(store, key, PAY_DAY)
    found = project(store, running)
    assert (found.granted, found.paid, found.left) == (100_000_00, 50_000_00, 50_000_00)
    (movement,) = [row for row in transfer_rows(store) if row.kind is TransferKind.PAYMENT]
    assert (movement.day, movement.reason, movement.decision, movement.cents) == (
        PAY_DAY,
        "Determina n. 12",
        "2/2014",
        50_000_00,
    )
    assert next(row.awarded for row in proposal_rows(store) if row.id == running.rho) == 100_000_00
    assert verify(store, EN).ok
    assert last_undoable(store) is None


def test_tranches_say_what_they_pay_and_when(store: Store, running: Running) -> None:
    states = tranche_states(store, running.rho)
    assert [(row.amount, row.due, row.payment) for row in states] == [
        (50_000_00, True, None),
        (30_000_00, False, None),
        (100_000_00, False, None),  # what would be left if it were paid now
    ]
    paid(store, advance(running))
    first, _second, last = tranche_states(store, running.rho)
    assert (first.payment, first.released, last.amount) == (1, True, 50_000_00)


WRONG: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"act": " "}, ("field.required", "act")),
    ({"act_day": None}, ("field.required", "act_day")),
    ({"proposal_id": None}, ("field.required", "proposal_id")),
    ({"tranche": None}, ("field.required", "tranche")),
    ({"tranche": 4}, ("payment.tranche_unknown", "tranche")),
    ({"tranche": 2}, ("payment.not_due", "tranche")),
    ({"tranche": 3}, ("payment.not_due", "tranche")),
    ({"guarantee": ""}, ("field.required", "guarantee")),
    ({"amount": Cents(0)}, ("amount.not_positive", "amount")),
    ({"amount": Cents(50_000_01)}, ("payment.over_tranche", "amount")),
]


def test_what_cannot_be_paid_is_refused(store: Store, running: Running) -> None:
    for more, code in WRONG:
        assert refusal(save_payment, store, advance(running, **more)) == code
    assert payment_rows(store) == ()


def test_a_tranche_is_paid_once(store: Store, running: Running) -> None:
    key = save_payment(store, advance(running)).id
    assert refusal(save_payment, store, advance(running)) == ("payment.tranche_taken", "tranche")
    delete_payment(store, key)
    paid(store, advance(running, amount=Cents(20_000_00)))
    assert refusal(save_payment, store, advance(running)) == ("payment.tranche_taken", "tranche")


def test_a_released_one_stays(store: Store, running: Running) -> None:
    key = paid(store, advance(running))
    for verb in (delete_payment, lambda store, key: release_payment(store, key, PAY_DAY)):
        assert refusal(verb, store, key)[0] == "payment.released"
    assert refusal(save_payment, store, load_payment(store, key))[0] == "payment.released"


def test_days_of_a_release(store: Store, running: Running) -> None:
    key = save_payment(store, advance(running)).id
    assert refusal(release_payment, store, key, None) == ("field.required", "day")
    assert refusal(release_payment, store, key, date(2015, 5, 31)) == ("payment.before_act", "day")


def test_who_entered_a_payment_does_not_release_it(store: Store, running: Running) -> None:
    cashier = Person("u1", "Carla Cassa", UserRole.CASHIER)
    store.person, store.user = cashier, cashier.name
    key = save_payment(store, advance(running)).id
    assert refusal(release_payment, store, key, PAY_DAY)[0] == "right.same_person"
    other = Person("u2", "Carla Cassa", UserRole.CASHIER)  # a namesake is another person
    store.person = other
    release_payment(store, key, PAY_DAY)
    assert payment_rows(store)[0].transfer_id is not None


def test_more_than_is_left_is_refused_where_the_call_has_no_tranches(store: Store) -> None:
    running = build_running(store, tranches=())
    assert refusal(save_payment, store, free(running, None)) == ("field.required", "amount")
    first = save_payment(store, free(running, 60_000_00)).id
    assert refusal(save_payment, store, free(running, 40_000_01)) == ("payment.too_much", "amount")
    second = save_payment(store, free(running, 40_000_00)).id
    for key in (first, second):
        release_payment(store, key, PAY_DAY)
    assert project(store, running).left == 0
    assert tranche_states(store, running.rho) == ()


def test_a_payment_that_was_reversed_is_free_again(store: Store, running: Running) -> None:
    paid(store, advance(running))
    (row,) = payment_rows(store)
    assert row.transfer_id is not None
    reverse_transfer(store, ReversalDraft(row.transfer_id, PAY_DAY, "Conto errato", running.award))
    assert payment_rows(store)[0].reversed
    assert project(store, running).paid == 0
    assert project(store, running).state is ProposalState.STARTED
    paid(store, advance(running))
    assert [row.number for row in payment_rows(store)] == [1, 2]
    assert verify(store, EN).ok


# --- savings and revocations -------------------------------------------------------------


def area_balance(store: Store, running: Running) -> int:
    area = running.sitting.areas["A.2"]
    return next(row.balance for row in balances(store) if row.subject_id == area and row.kind is AccountKind.AREA)


def test_savings_flow_back_to_the_area(store: Store, running: Running) -> None:
    paid(store, advance(running))
    decide(store, running, DecisionKind.SAVINGS, {running.rho: 12_000_00})
    found = project(store, running)
    assert (found.granted, found.left, found.owed) == (88_000_00, 38_000_00, 0)
    assert area_balance(store, running) == 12_000_00
    assert found.state is ProposalState.STARTED
    assert verify(store, EN).ok


def test_a_whole_revocation_takes_the_rest_and_orders_the_recovery(store: Store, running: Running) -> None:
    paid(store, advance(running))
    decide(store, running, DecisionKind.REVOCATION, {running.rho: 100_000_00})
    found = project(store, running)
    assert (found.state, found.granted, found.left, found.owed) == (ProposalState.REVOKED, 0, 0, 50_000_00)
    assert area_balance(store, running) == 50_000_00
    back = RecoveryDraft(running.rho, Cents(20_000_00), PAY_DAY, "Bonifico del 15/06")
    receive_recovery(store, back)
    assert project(store, running).owed == 30_000_00
    assert area_balance(store, running) == 70_000_00
    assert refusal(receive_recovery, store, replace(back, amount=Cents(30_000_01))) == ("recovery.too_much", "amount")
    receive_recovery(store, replace(back, amount=None))
    assert (project(store, running).owed, project(store, running).paid) == (0, 0)
    assert area_balance(store, running) == 100_000_00
    assert refusal(receive_recovery, store, back) == ("recovery.too_much", "amount")
    assert refusal(save_payment, store, advance(running))[0] == "project.not_running"
    assert verify(store, EN).ok


def test_a_payment_that_must_come_back_is_not_reversed(store: Store, running: Running) -> None:
    paid(store, advance(running))
    decide(store, running, DecisionKind.REVOCATION, {running.rho: 70_000_00})
    transfer = str(payment_rows(store)[0].transfer_id)
    assert refusal(reverse_transfer, store, ReversalDraft(transfer, PAY_DAY, "Storno", running.award))[0] == (
        "payment.to_recover"
    )


def test_a_part_revocation_leaves_the_project_under_way(store: Store, running: Running) -> None:
    paid(store, advance(running))
    decide(store, running, DecisionKind.REVOCATION, {running.rho: 70_000_00})
    found = project(store, running)
    assert (found.state, found.granted, found.left, found.owed) == (ProposalState.STARTED, 30_000_00, 0, 20_000_00)


def test_more_than_a_project_has_cannot_be_taken(store: Store, running: Running) -> None:
    paid(store, advance(running))
    decide(store, running, DecisionKind.REVOCATION, {running.rho: 70_000_00})

    def take(cents: int) -> None:
        decide(store, running, DecisionKind.SAVINGS, {running.rho: cents}, date(2015, 7, 1))

    assert refusal(take, 30_000_01) == ("take.too_much", "project_amounts.0.amount")


def test_what_a_programme_of_vouchers_has_is_not_taken(store: Store, running: Running) -> None:
    draft = ProgrammeDraft(
        proposal_id=running.rho, code="CRE", name="Centri", ceiling=Cents(70_000_00), decision_id=running.award
    )
    key = save_programme(store, draft).id
    rules = ProgrammeRulesDraft(programme_id=key, services=(ServiceDraft(code="centro", name="Centro"),))
    save_programme_rules(store, rules)
    set_today(store, LATER)
    open_programme(store, key, LATER)

    def take(cents: int) -> None:
        decide(store, running, DecisionKind.SAVINGS, {running.rho: cents}, date(2015, 7, 1))

    assert refusal(take, 30_000_01) == ("take.in_vouchers", "project_amounts.0.amount")
    take(30_000_00)
    found = project(store, running)
    assert (found.granted, found.vouchers, found.left, found.owed) == (70_000_00, 70_000_00, 0, 0)


def test_recoveries_that_are_refused(store: Store, running: Running) -> None:
    assert refusal(receive_recovery, store, RecoveryDraft(running.rho, Cents(1), None, "x")) == (
        "field.required",
        "day",
    )
    assert refusal(receive_recovery, store, RecoveryDraft(running.rho, Cents(1), PAY_DAY, " ")) == (
        "field.required",
        "reason",
    )
    assert (
        refusal(receive_recovery, store, RecoveryDraft(running.rho, Cents(1), PAY_DAY, "x"))[0] == "recovery.too_much"
    )


# --- the engine ----------------------------------------------------------------------------


def test_the_engine_keeps_paid_money_apart(store: Store, running: Running) -> None:
    paid(store, advance(running))
    decide(store, running, DecisionKind.SAVINGS, {running.rho: 1_00})
    rows = {(row.kind, row.subject_id): row.id for row in balances(store)}
    mine = rows[AccountKind.PROJECT, running.rho]
    purse = next(row.id for row in balances(store) if row.kind is AccountKind.PAID)
    other = rows[AccountKind.PROJECT, running.sitting.proposals["Legnano"]]
    area = rows[AccountKind.AREA, running.sitting.areas["A.2"]]
    elsewhere = rows[AccountKind.AREA, running.sitting.areas["A.1"]]
    wrong = [
        (TransferKind.AWARD, area, purse),
        (TransferKind.SAVINGS, purse, area),
        (TransferKind.PAYMENT, other, purse),
        (TransferKind.PAYMENT, mine, area),
        (TransferKind.PAYMENT, area, mine),
        (TransferKind.RECOVERY, purse, elsewhere),
        (TransferKind.RECOVERY, purse, mine),
        (TransferKind.RECOVERY, mine, area),
    ]
    for kind, giver, taker in wrong:
        entry = Entry(kind, PAY_DAY, "prova", {giver: -1, taker: 1}, decision_id=running.award)
        assert refusal(post_entries, store, [entry])[0] == "transfer.only_payments_pay", (kind, giver, taker)


# --- on paper and over time ------------------------------------------------------------------


def test_minutes_and_sheet_tell_what_goes_back(store: Store, running: Running) -> None:
    paid(store, advance(running))
    decision = decide(store, running, DecisionKind.REVOCATION, {running.rho: 100_000_00})
    effects = sheet_effects(store, load_sheet(store, decision))
    assert [(row.amount, row.at_once, row.to_recover) for row in effects.takes] == [(100_000_00, 50_000_00, 50_000_00)]
    assert [(row.from_name, row.amount) for row in effects.moves] == [("Progetto Rho", 50_000_00)]
    assert load_sheet(store, decision).project_amounts[0].amount == 100_000_00
    meeting = next(row.meeting_id for row in decision_rows(store) if row.id == decision)
    text = plain_text(minutes_document(store, meeting, EN), EN)
    assert "Money that goes back to the areas" in text
    assert "Revoked" in text


def test_a_decision_that_payments_overtook_is_voted_again(store: Store, running: Running) -> None:
    key = save_payment(store, advance(running)).id
    meeting = open_sitting(store, running.sitting, "Punto", day=LATER)
    amounts = (ProjectAmount(running.rho, Cents(80_000_00)),)
    draft = DecisionDraft(
        agenda_item_id=meeting.items[0].id, kind=DecisionKind.SAVINGS, subject="Economie", project_amounts=amounts
    )
    decision = save_decision(store, draft).id
    release_payment(store, key, PAY_DAY)
    assert refusal(close_meeting, store, meeting.id, "12:30")[0] == "decision.amounts_changed"
    recompute_decision(store, decision)
    close_meeting(store, str(meeting.id), "12:30")
    assert (project(store, running).left, project(store, running).owed) == (0, 30_000_00)


def test_random_histories_keep_every_invariant(store: Store) -> None:
    """Payments, recoveries, reversals, savings and revocations in any order: refused, or all invariants hold."""
    running = build_running(store, tranches=())
    dice = random.Random(20151)
    keys = list(running.sitting.proposals.values())
    done = 0
    for step in range(24):
        key, cents = dice.choice(keys), dice.randint(1, 60_000_00)
        try:
            match dice.randrange(5):
                case 0 | 1:
                    paid(store, replace(free(running, cents), proposal_id=key), date(2015, 6, 15))
                case 2:
                    receive_recovery(store, RecoveryDraft(key, Cents(cents), PAY_DAY, "Rientro"))
                case 3:
                    rows = [row for row in payment_rows(store) if row.transfer_id and not row.reversed]
                    if rows:
                        back = ReversalDraft(str(dice.choice(rows).transfer_id), PAY_DAY, "Storno", running.award)
                        reverse_transfer(store, back)
                case _:
                    kind = dice.choice([DecisionKind.SAVINGS, DecisionKind.REVOCATION])
                    decide(store, running, kind, {key: cents}, date(2015, 6, 1) + timedelta(days=step))
            done += 1
        except RuleBroken:
            for row in payment_rows(store):
                if row.transfer_id is None:
                    delete_payment(store, row.id)
        for row in project_rows(store):
            assert row.granted >= 0
            assert row.paid >= row.owed
    assert done > 5
    assert verify(store, EN).ok
