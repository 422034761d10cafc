"""Amendments: judged by the rule of the call, told, authorised, refused; each a version of the economic plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from app.models.enums import AmendmentState, BudgetSection, DecisionKind, ProposalState
from app.models.money import Cents
from app.models.store import Store
from app.services.journal.undo import last_undoable, undo
from app.services.proposals.budgets import budget_versions
from app.services.proposals.proposals import load_proposal, save_proposal
from app.services.proposals.states import set_proposal_state
from app.services.proposals.versions import close_version, reopen_proposal, version_rows
from app.services.spending.amendment_drafts import AmendmentDraft, AmendmentLineDraft
from app.services.spending.amendment_life import (
    authorise_amendment,
    refuse_amendment,
    submit_amendment,
    tell_amendment,
)
from app.services.spending.amendments import (
    amendment_comparison,
    amendment_problem,
    amendment_rows,
    blank_amendment,
    delete_amendment,
    laid_amendment,
    load_amendment,
    save_amendment,
)
from app.services.spending.report_drafts import ExpenseDraft, ReportDraft
from app.services.spending.reports import save_report
from tests.services.builders import edits, refusal
from tests.services.spending_world import LATER, Running, build_running, decide

STAFF, RECIPIENTS, OTHER = 0, 1, 2


def draft(store: Store, running: Running, changes: dict[int, int], day: date = LATER) -> AmendmentDraft:
    """An amendment that adds these cents to the items at these places."""
    laid = laid_amendment(
        store, replace(blank_amendment(store), proposal_id=running.rho, day=day, reason="Meno ore di sportello")
    )
    lines = tuple(
        replace(line, after=Cents((line.after or 0) + changes.get(i, 0))) for i, line in enumerate(laid.lines)
    )
    return replace(laid, lines=lines)


def handed_in(store: Store, running: Running, changes: dict[int, int], day: date = LATER) -> str:
    key = save_amendment(store, draft(store, running, changes, day)).id
    submit_amendment(store, key)
    return key


def state(store: Store, key: str) -> AmendmentState:
    return load_amendment(store, key).state


def amounts(store: Store, running: Running) -> list[int]:
    return [line.before for line in laid_amendment(store, AmendmentDraft(proposal_id=running.rho)).lines]


def test_a_small_move_is_free_and_becomes_a_version(store: Store, running: Running) -> None:
    key = handed_in(store, running, {STAFF: -3_000_00, OTHER: 3_000_00})
    assert state(store, key) is AmendmentState.FREE
    assert amounts(store, running) == [27_000_00, 60_000_00, 13_000_00, 15_000_00, 10_000_00]
    assert [row.version for row in budget_versions(store, running.rho)] == [1, 2]
    assert [row.reason for row in version_rows(store, running.rho)] == ["", "Rimodulazione n. 1"]
    (row,) = amendment_rows(store)
    assert (row.number, row.moved, row.term) == (1, 3_000_00, None)


def test_the_counter_goes_on_across_versions_against_the_first_plan(store: Store, running: Running) -> None:
    handed_in(store, running, {STAFF: -3_000_00, OTHER: 3_000_00})
    second = handed_in(store, running, {STAFF: -1, OTHER: 1})
    assert state(store, second) is AmendmentState.TO_TELL
    assert amount_of(store, running, OTHER) == 13_000_01
    back = handed_in(store, running, {OTHER: -999_99, STAFF: 999_99})
    assert state(store, back) is AmendmentState.FREE  # 999.99 of the 10,000.00 that the item first had
    third = draft(store, running, {STAFF: -3_000_00, RECIPIENTS: 3_000_00})
    found = amendment_comparison(store, third)
    assert found is not None
    assert found.verdict.measures[0].used == Fraction(100 * 6_000_01, 30_000_00)
    assert found.verdict.days == 60
    assert [(item.first, item.before, item.after) for item in found.items][STAFF] == (
        30_000_00,
        27_999_98,
        24_999_98,
    )
    assert found.items[STAFF].cumulated == Fraction(100 * (3_000_00 + 1 + 999_99 + 3_000_00), 30_000_00)


def test_one_that_was_begun_earlier_and_handed_in_later_counts_what_came_between(
    store: Store, running: Running
) -> None:
    put_aside = save_amendment(store, draft(store, running, {STAFF: -1_00, OTHER: 1_00})).id
    handed_in(store, running, {STAFF: -3_000_00, OTHER: 3_000_00})
    assert refusal(submit_amendment, store, put_aside)[0] == "amendment.plan_changed"
    again = replace(draft(store, running, {STAFF: -1_00, OTHER: 1_00}), id=put_aside, number=1)
    found = amendment_comparison(store, again)
    assert found is not None
    assert found.verdict.measures[0].moved == 3_001_00
    save_amendment(store, again)
    submit_amendment(store, put_aside)
    assert state(store, put_aside) is AmendmentState.TO_TELL
    (first, second) = sorted(amendment_rows(store), key=lambda row: row.number)
    assert (first.state, second.state) == (AmendmentState.TO_TELL, AmendmentState.FREE)
    shown = amendment_comparison(store, load_amendment(store, second.id))
    assert shown is not None
    assert shown.verdict.duty is None  # it was judged before the other one came


def test_a_line_that_was_removed_and_typed_again_is_the_same(store: Store, running: Running) -> None:
    begun = draft(store, running, {STAFF: -1_00, OTHER: 1_00})
    key = save_amendment(store, begun).id
    save_amendment(store, replace(begun, id=key, lines=begun.lines[::-1]))
    assert [line.after for line in load_amendment(store, key).lines] == [line.after for line in begun.lines[::-1]]


def test_costs_of_a_running_project_change_by_an_amendment_alone(store: Store, running: Running) -> None:
    reopen_proposal(store, running.rho, "correzione")
    sheet = load_proposal(store, running.rho)
    changed = replace(sheet, items=(replace(sheet.items[0], amount=Cents(1)), *sheet.items[1:]))
    before = edits(store)
    assert refusal(save_proposal, store, changed) == ("version.costs_by_amendment", "items")
    assert edits(store) == before
    save_proposal(store, replace(sheet, context="Nuovo contesto", items=sheet.items[::-1]))
    close_version(store, running.rho)
    assert load_proposal(store, running.rho).context == "Nuovo contesto"


def amount_of(store: Store, running: Running, place: int) -> int:
    return amounts(store, running)[place]


def test_what_must_be_told_is_in_force_and_has_a_term(store: Store, running: Running) -> None:
    key = handed_in(store, running, {RECIPIENTS: -6_000_01, OTHER: 6_000_01})
    assert state(store, key) is AmendmentState.TO_TELL
    assert amendment_rows(store)[0].term == date(2015, 7, 1)
    assert refusal(tell_amendment, store, key, None) == ("field.required", "day")
    assert refusal(tell_amendment, store, key, date(2015, 5, 31)) == ("amendment.settled_before", "day")
    tell_amendment(store, key, date(2015, 6, 10), "prot. 812")
    told = load_amendment(store, key)
    assert (told.state, told.date_settled, told.outcome) == (AmendmentState.TOLD, date(2015, 6, 10), "prot. 812")
    assert refusal(tell_amendment, store, key, LATER)[0] == "amendment.settled"


def test_what_must_be_authorised_waits_for_a_decision_in_force(store: Store, running: Running) -> None:
    key = handed_in(store, running, {OTHER: -5_000_00, STAFF: 5_000_00})
    assert state(store, key) is AmendmentState.TO_AUTHORISE
    assert amounts(store, running)[OTHER] == 10_000_00
    assert refusal(authorise_amendment, store, key, LATER, None) == ("field.required", "decision_id")
    decision = decide(store, running, DecisionKind.PLAIN, {})
    save_amendment(store, replace(load_amendment(store, key), opinion="Favorevole", reason="altro"))
    assert (load_amendment(store, key).opinion, load_amendment(store, key).reason) == (
        "Favorevole",
        "Meno ore di sportello",
    )
    authorise_amendment(store, key, LATER, decision, "")
    done = load_amendment(store, key)
    assert (done.state, done.decision) == (
        AmendmentState.AUTHORISED,
        "1/2015",
    )
    assert amounts(store, running)[:3] == [35_000_00, 60_000_00, 5_000_00]


def test_a_refused_one_leaves_the_plan_and_does_not_count(store: Store, running: Running) -> None:
    key = handed_in(store, running, {OTHER: -5_000_00, STAFF: 5_000_00})
    decision = decide(store, running, DecisionKind.PLAIN, {})
    assert refusal(refuse_amendment, store, key, LATER, decision, " ") == ("field.required", "words")
    refuse_amendment(store, key, LATER, decision, "L'attività resta necessaria")
    assert state(store, key) is AmendmentState.REFUSED
    assert len(budget_versions(store, running.rho)) == 1
    found = amendment_comparison(store, draft(store, running, {OTHER: -500_00, STAFF: 500_00}))
    assert found is not None
    assert found.verdict.measures[0].used == 5


def test_a_call_that_says_nothing_leaves_it_to_the_committee(store: Store) -> None:
    running = build_running(store, amendments=())
    key = handed_in(store, running, {OTHER: -1, STAFF: 1})
    assert state(store, key) is AmendmentState.SUBMITTED
    assert len(budget_versions(store, running.rho)) == 1


def test_two_that_wait_are_not_both_authorised_on_one_plan(store: Store, running: Running) -> None:
    one = handed_in(store, running, {OTHER: -5_000_00, STAFF: 5_000_00})
    two = handed_in(store, running, {OTHER: -4_000_00, STAFF: 4_000_00})
    decision = decide(store, running, DecisionKind.PLAIN, {})
    authorise_amendment(store, one, LATER, decision)
    assert refusal(authorise_amendment, store, two, LATER, decision)[0] == "amendment.plan_changed"


def test_a_new_item_and_one_that_ends(store: Store, running: Running) -> None:
    typed = draft(store, running, {OTHER: -10_000_00})
    new = AmendmentLineDraft(
        section=BudgetSection.COSTS, category="communication", label="Sito", after=Cents(10_000_00)
    )
    key = save_amendment(store, replace(typed, lines=(*typed.lines, new))).id
    submit_amendment(store, key)
    authorise_amendment(store, key, LATER, decide(store, running, DecisionKind.PLAIN, {}))
    laid = laid_amendment(store, AmendmentDraft(proposal_id=running.rho))
    costs = [line for line in laid.lines if line.section is BudgetSection.COSTS]
    assert [(line.category, line.before) for line in costs] == [
        ("paid_staff", 30_000_00),
        ("recipients", 60_000_00),
        ("communication", 10_000_00),
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "amendment.nothing_moves"),
        ({STAFF: -1}, "amendment.unbalanced"),
        ({STAFF: -1, 3: 1}, "amendment.unbalanced"),  # from the grant to the co-financing
        ({STAFF: -30_000_01, OTHER: 30_000_01}, "number.negative"),
    ],
)
def test_what_does_not_add_up_is_refused(store: Store, running: Running, changes: dict[int, int], code: str) -> None:
    before = edits(store)
    wrong = draft(store, running, changes)
    assert refusal(save_amendment, store, wrong)[0] == code
    problem = amendment_problem(store, wrong)
    assert problem is not None
    assert problem.code == code
    assert edits(store) == before


def test_other_refusals(store: Store, running: Running) -> None:
    good = draft(store, running, {STAFF: -1, OTHER: 1})
    assert refusal(save_amendment, store, replace(good, proposal_id=None)) == ("field.required", "proposal_id")
    assert refusal(save_amendment, store, replace(good, day=None)) == ("field.required", "day")
    assert refusal(save_amendment, store, replace(good, reason=" ")) == ("field.required", "reason")
    twice = replace(good, lines=(*good.lines, good.lines[0]))
    assert refusal(save_amendment, store, twice) == ("amendment.item_repeated", "lines.5.label")
    odd = replace(good, lines=(replace(good.lines[0], category="x"), *good.lines[1:]))
    assert refusal(save_amendment, store, odd) == ("budget.category_unknown", "lines.0.category")
    volunteers = AmendmentLineDraft(category="volunteers", after=Cents(0))
    placed = replace(good, lines=(*good.lines, volunteers))
    assert refusal(save_amendment, store, placed) == ("budget.category_section", "lines.5.category")
    key = save_amendment(store, good).id
    set_proposal_state(store, running.rho, ProposalState.CONCLUDED)
    assert refusal(submit_amendment, store, key)[0] == "project.not_running"
    delete_amendment(store, key)
    assert amendment_rows(store) == ()


def test_handing_in_can_be_taken_back(store: Store, running: Running) -> None:
    key = handed_in(store, running, {STAFF: -3_000_00, OTHER: 3_000_00})
    gesture = last_undoable(store)
    assert gesture is not None
    assert gesture.verb == "submit_amendment"
    undo(store, gesture.number)
    assert state(store, key) is AmendmentState.DRAFT
    assert amounts(store, running)[STAFF] == 30_000_00
    assert len(budget_versions(store, running.rho)) == 1


def test_it_is_not_taken_back_once_what_it_gave_is_spent(store: Store, running: Running) -> None:
    handed_in(store, running, {STAFF: -3_000_00, OTHER: 3_000_00})
    gesture = last_undoable(store)
    assert gesture is not None
    expense = ExpenseDraft(
        document="1",
        document_day=LATER,
        supplier="Coop",
        category="other",
        date_paid=LATER,
        amount=Cents(12_000_00),
        on_grant=Cents(12_000_00),
    )
    save_report(store, ReportDraft(proposal_id=running.rho, date_received=LATER, expenses=(expense,)))
    assert refusal(undo, store, gesture.number)[0] == "undo.changed_since"
    assert amounts(store, running)[OTHER] == 13_000_00
