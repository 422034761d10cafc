"""Cuts of requests: adopted as an award, asked back as economic plans, which are checked and become versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.models.enums import BudgetSection, RequestState, RescaleRule
from app.models.errors import InvalidInput
from app.models.money import Cents
from app.models.proposals import Budget, BudgetItem, Proposal
from app.models.store import Store
from app.services.decisions.decisions import delete_decision, load_decision, save_decision
from app.services.exchange.budget_form import write_budget_form
from app.services.exchange.workbook import import_workbook
from app.services.journal.undo import last_undoable, undo
from app.services.meetings.closing import close_meeting
from app.services.meetings.drafts import MeetingDraft
from app.services.proposals.budgets import budget_versions
from app.services.proposals.proposals import load_proposal, save_proposal
from app.services.proposals.versions import close_version, reopen_proposal, version_rows
from app.services.spending.budget_requests import (
    RequestDraft,
    accept_request,
    delete_request,
    load_request,
    request_rows,
    save_request,
)
from app.services.spending.rescalings import (
    RescalingDraft,
    adopt_rescaling,
    ask_rescaled_budgets,
    blank_rescaling,
    delete_rescaling,
    laid_rescaling,
    load_rescaling,
    rescaling_result,
    rescaling_rows,
    save_rescaling,
)
from app.services.wording.texts import translator
from tests.services.builders import refusal
from tests.services.sitting import Sitting, allocation_draft, build_sitting, open_sitting
from tests.services.spending_world import LATER, Running

IT = translator("it")
ASKED = {"Garbagnate": 80_000_00, "Castano": 60_000_00}


@pytest.fixture
def sitting(store: Store) -> Sitting:
    """The plan's case, with 120,000.00 on area A.3 and 140,000.00 asked for there."""
    made = build_sitting(store)
    with store.write("save_proposal") as session:
        for name, cents in ASKED.items():
            proposal = session.get_one(Proposal, made.proposals[name])
            proposal.grant_requested = Cents(cents)
            budget = Budget(proposal_id=proposal.id, version=1)
            session.add(budget)
            row = {"section": BudgetSection.COSTS.value, "category": "other", "position": 1, "amount": cents}
            session.add(BudgetItem(budget_id=budget.id, **row))
    meeting = open_sitting(store, made, "Risorse")
    save_decision(store, allocation_draft(made, meeting.items[0].id))
    close(store, meeting)
    return made


def close(store: Store, meeting: MeetingDraft) -> None:
    assert meeting.id is not None
    close_meeting(store, meeting.id, "12:30")


def saved(store: Store, **more: Any) -> str:
    return save_rescaling(store, replace(blank_rescaling(store), name="Taglio A.3", **more)).id


def adopted(store: Store, sitting: Sitting, **more: Any) -> tuple[str, str]:
    """A rescaling, and the decision in force made from it."""
    key = saved(store, **more)
    meeting = open_sitting(store, sitting, "Riparametrazione", day=date(2014, 7, 1))
    decision = adopt_rescaling(store, key, meeting.items[0].id, IT).id
    close(store, meeting)
    return key, decision


def test_a_blank_one_finds_the_area_that_has_too_little(store: Store, sitting: Sitting) -> None:
    found = blank_rescaling(store)
    assert (found.area_id, found.total) == (sitting.areas["A.3"], 120_000_00)
    assert [(line.proposal_id, line.requested) for line in found.lines] == [
        (sitting.proposals[name], cents) for name, cents in ASKED.items()
    ]
    assert laid_rescaling(store, RescalingDraft(area_id=sitting.areas["A.3"])).lines == found.lines
    assert blank_rescaling(store) == found


@pytest.mark.parametrize(
    ("rule", "gets"),
    [
        (RescaleRule.REQUESTS, [68_571_43, 51_428_57]),
        (RescaleRule.EQUAL_CUT, [70_000_00, 50_000_00]),
        (RescaleRule.POINTS, [72_000_00, 48_000_00]),
        (RescaleRule.BY_HAND, [69_803_00, 50_197_00]),
    ],
)
def test_each_rule_becomes_an_award(store: Store, sitting: Sitting, rule: RescaleRule, gets: list[int]) -> None:
    lines = tuple(
        replace(line, points=points, amount=Cents(cents))
        for line, points, cents in zip(blank_rescaling(store).lines, ("90", "60"), (69_803_00, 50_197_00), strict=True)
    )
    result = rescaling_result(store, replace(blank_rescaling(store), rule=rule, lines=lines))
    assert result.cut is not None
    assert [line.amount for line in result.cut.lines] == gets
    _key, decision = adopted(store, sitting, rule=rule, lines=lines)
    assert [row.amount for row in load_decision(store, decision).project_amounts] == gets
    with store.read() as session:
        states = {session.get_one(Proposal, sitting.proposals[name]).state for name in ASKED}
    assert states == {"funded_in_part"}
    (row,) = rescaling_rows(store)
    assert (row.area, row.decision, row.projects) == ("A.3", "2/2014", 2)


def test_one_that_was_adopted_stays_until_its_decision_goes(store: Store, sitting: Sitting) -> None:
    key = saved(store)
    meeting = open_sitting(store, sitting, "Riparametrazione", day=date(2014, 7, 1))
    decision = adopt_rescaling(store, key, meeting.items[0].id, IT).id
    assert refusal(save_rescaling, store, load_rescaling(store, key))[0] == "rescaling.adopted"
    assert refusal(delete_rescaling, store, key)[0] == "rescaling.adopted"
    assert refusal(ask_rescaled_budgets, store, key, LATER, None)[0] == "project.not_running"
    delete_decision(store, decision)
    assert load_rescaling(store, key).decision_id is None
    delete_rescaling(store, key)
    assert rescaling_rows(store) == ()


def test_what_cannot_be_saved(store: Store, sitting: Sitting) -> None:
    good = replace(blank_rescaling(store), name="Taglio")
    assert refusal(save_rescaling, store, replace(good, name=" ")) == ("field.required", "name")
    assert refusal(save_rescaling, store, replace(good, area_id=None)) == ("field.required", "area_id")
    assert refusal(save_rescaling, store, replace(good, total=Cents(0))) == ("allocation.total_not_positive", "total")
    twice = replace(good, lines=(*good.lines, good.lines[0]))
    assert refusal(save_rescaling, store, twice) == ("rescaling.project_repeated", "lines.2.proposal_id")
    odd = replace(good, lines=(replace(good.lines[0], points="tanti"), good.lines[1]))
    assert refusal(save_rescaling, store, odd) == ("number.decimal", "lines.0.points")
    assert refusal(ask_rescaled_budgets, store, saved(store), LATER, None)[0] == "rescaling.not_adopted"


# --- the way back ------------------------------------------------------------------------


def asked(store: Store, running: Running, cents: int = 80_000_00) -> str:
    draft = RequestDraft(proposal_id=running.rho, amount=Cents(cents), day=LATER, date_due=date(2015, 7, 1))
    return save_request(store, draft).id


def test_plans_are_asked_of_what_the_decision_gives(store: Store, sitting: Sitting) -> None:
    key = saved(store)
    meeting = open_sitting(store, sitting, "Riparametrazione", day=date(2014, 7, 1))
    draft = load_decision(store, adopt_rescaling(store, key, meeting.items[0].id, IT).id)
    first, second = draft.project_amounts
    changed = (replace(first, amount=Cents(first.amount - 43)), replace(second, amount=Cents(second.amount + 43)))
    save_decision(store, replace(draft, project_amounts=changed))
    close(store, meeting)
    ask_rescaled_budgets(store, key, LATER, None)
    assert [row.amount for row in request_rows(store)] == [68_571_00, 51_429_00]


def test_plans_are_asked_of_all_that_were_cut(store: Store, sitting: Sitting) -> None:
    key, decision = adopted(store, sitting)
    ask_rescaled_budgets(store, key, LATER, None)
    assert [(row.amount, row.present, row.state, row.decision) for row in request_rows(store)] == [
        (68_571_43, 80_000_00, RequestState.ASKED, "2/2014"),
        (51_428_57, 60_000_00, RequestState.ASKED, "2/2014"),
    ]
    assert load_request(store, request_rows(store)[0].id).decision_id == decision
    assert refusal(ask_rescaled_budgets, store, key, LATER, None) == ("request.standing", "proposal_id")


def filled(store: Store, folder: Path, key: str, **cells: Any) -> Path:
    """The workbook of a request, with these cells of its costs changed."""
    path = folder / "piano.xlsx"
    write_budget_form(store, path, IT, key)
    book = openpyxl.load_workbook(path)
    for name, value in cells.items():
        book[IT("Costs")][name].value = value
    book.save(path)
    return path


def test_the_workbook_that_comes_back_is_the_next_version(store: Store, running: Running, tmp_path: Path) -> None:
    key = asked(store, running)
    path = filled(store, tmp_path, key, D3="45000", D4="5000")
    receipt = import_workbook(store, path)
    assert receipt.taken.totals["grant"] == 80_000_00
    done = load_request(store, key)
    assert (done.state, done.date_returned) == (RequestState.ACCEPTED, LATER)
    versions = budget_versions(store, running.rho)
    assert [(row.version, row.totals.grant) for row in versions] == [(1, 100_000_00), (2, 80_000_00)]
    assert len(version_rows(store, running.rho)) == 2
    assert load_proposal(store, running.rho).grant_requested == 100_000_00
    assert refusal(delete_request, store, key)[0] == "request.accepted"
    gesture = last_undoable(store)
    assert gesture is not None
    undo(store, gesture.number)
    assert load_request(store, key).state is RequestState.ASKED
    assert len(budget_versions(store, running.rho)) == 1


@pytest.mark.parametrize(
    ("cells", "code", "cell"),
    [
        ({}, "plan.grant_differs", ""),
        ({"B2": "Viaggi"}, "budget.category_unknown", "B2"),
        ({"D2": "30.0.0"}, "amount.separators_mixed", "D2"),
        ({"D3": "45000", "D4": "5000", "D5": "0", "D6": "0"}, "plan.rules_broken", ""),
    ],
)
def test_one_that_does_not_fit_is_refused_by_its_cell(
    store: Store, running: Running, tmp_path: Path, cells: dict[str, str], code: str, cell: str
) -> None:
    key = asked(store, running)
    path = filled(store, tmp_path, key, **cells)
    with pytest.raises(InvalidInput) as caught:
        import_workbook(store, path)
    (fault,) = caught.value.values["errors"]  # type: ignore[misc]
    assert (fault.values["reason"].code, fault.values.get("cell", "")) == (code, cell)
    assert load_request(store, key).state is RequestState.ASKED
    assert len(budget_versions(store, running.rho)) == 1


def test_a_form_of_another_archive_is_refused(store: Store, running: Running, tmp_path: Path) -> None:
    key = asked(store, running)
    path = filled(store, tmp_path, key, D3="45000", D4="5000")
    delete_request(store, key)
    with pytest.raises(InvalidInput) as caught:
        import_workbook(store, path)
    assert caught.value.values["errors"][0].values["reason"].code == "request.unknown"  # type: ignore[index]


def test_a_plan_that_was_typed_closes_the_request_when_it_fits(store: Store, running: Running) -> None:
    key = asked(store, running)
    assert refusal(accept_request, store, key, None, IT) == ("field.required", "day")
    assert refusal(accept_request, store, key, LATER, IT) == ("plan.grant_differs", "items")
    reopen_proposal(store, running.rho, "riparametrazione")
    draft = load_proposal(store, running.rho)
    items = (replace(draft.items[0], amount=Cents(10_000_00)), *draft.items[1:])
    save_proposal(store, replace(draft, items=items))
    assert refusal(accept_request, store, key, LATER, IT)[0] == "version.still_open"
    close_version(store, running.rho)
    accept_request(store, key, LATER, IT)
    assert load_request(store, key).state is RequestState.ACCEPTED
    assert refusal(accept_request, store, key, LATER, IT)[0] == "request.accepted"


def test_costs_that_were_typed_for_a_request_that_is_gone_are_not_closed(store: Store, running: Running) -> None:
    key = asked(store, running)
    reopen_proposal(store, running.rho, "riparametrazione")
    draft = load_proposal(store, running.rho)
    save_proposal(store, replace(draft, items=(replace(draft.items[0], amount=Cents(10_000_00)), *draft.items[1:])))
    delete_request(store, key)
    assert refusal(close_version, store, running.rho) == ("version.costs_by_amendment", "items")


def test_requests_that_are_refused(store: Store, running: Running) -> None:
    good = RequestDraft(proposal_id=running.rho, amount=Cents(1), day=LATER)
    assert refusal(save_request, store, replace(good, proposal_id=None)) == ("field.required", "proposal_id")
    assert refusal(save_request, store, replace(good, amount=None)) == ("field.required", "amount")
    assert refusal(save_request, store, replace(good, amount=Cents(0))) == ("amount.not_positive", "amount")
    assert refusal(save_request, store, replace(good, day=None)) == ("field.required", "day")
    early = replace(good, date_due=date(2015, 1, 1))
    assert refusal(save_request, store, early) == ("date.end_before_start", "date_due")
    asked(store, running)
    assert refusal(save_request, store, good) == ("request.standing", "proposal_id")
