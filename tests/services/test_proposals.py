"""Calls and proposals: typed whole, summed exactly, moved through one door."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.base import Base
from app.models.enums import (
    PROPOSAL_MOVES,
    BudgetSection,
    ConflictKind,
    CostCategory,
    MemberRole,
    ProposalState,
    TransferKind,
)
from app.models.errors import AppError, RuleBroken
from app.models.journal import EditPayload
from app.models.ledger import Account
from app.models.meetings import AgendaItem, Committee, ConflictDeclaration, DecisionOutcome, Member
from app.models.money import Cents
from app.models.proposals import (
    Action,
    ActionObjective,
    Budget,
    BudgetItem,
    ExpectedResult,
    Indicator,
    Objective,
    Proposal,
    Target,
)
from app.models.store import Store
from app.services.calls.calls import CallDraft, call_rows, delete_call, load_call, save_call
from app.services.journal.undo import last_undoable, undo
from app.services.ledger.ledger import ensure_project_account
from app.services.plan.funding import delete_area
from app.services.plan.plan import ActDraft, save_act
from app.services.proposals.budgets import (
    BudgetItemDraft,
    add_budget_version,
    budget_items,
    budget_totals,
    budget_versions,
    load_items,
    newest_budget,
)
from app.services.proposals.drafts import (
    ActionDraft,
    IndicatorDraft,
    ObjectiveDraft,
    ProposalDraft,
    ResultDraft,
    TargetDraft,
)
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import delete_proposal, load_proposal, save_proposal
from app.services.proposals.states import (
    BY_DECISION,
    move_proposal,
    set_proposal_state,
    states_by_hand,
    submit_proposal,
)
from app.services.proposals.versions import reopen_proposal
from tests.services.builders import (
    DAY,
    a_decision,
    a_plan,
    a_proposal,
    a_proposal_draft,
    an_alliance,
    an_area,
    an_organisation,
    edits,
    queries,
    refusal,
)
from tests.services.world import World, move

COSTS, CONTRIBUTION = BudgetSection.COSTS, BudgetSection.CONTRIBUTION
PARTS = (Objective, Action, ActionObjective, Target, ExpectedResult, Indicator, Budget, BudgetItem)


def full_draft(store: Store) -> ProposalDraft:
    """A proposal with everything that the form has."""
    items = (
        BudgetItemDraft(None, COSTS, CostCategory.PAID_STAFF, "Personale Retribuito", Cents(630_000), 2014),
        BudgetItemDraft(None, COSTS, CostCategory.RECIPIENTS, "", Cents(6_350_000)),
        BudgetItemDraft(None, CONTRIBUTION, CostCategory.PAID_STAFF, "Valorizzazione", Cents(284_500), 2019),
    )
    return a_proposal_draft(
        store,
        number=1,
        protocol="0031274/2014",
        date_received=DAY,
        context="Secondo l’ISTAT",
        aims="Le azioni",
        sustainability="Nel tempo",
        objectives=tuple(ObjectiveDraft(None, n, f"Obiettivo {n}", 90 + n) for n in (1, 2, 3)),
        actions=(
            ActionDraft(None, "Azioni per Ob. 2-3", "Campus", "2-3", 194),
            ActionDraft(None, "", "Prossimità", "1"),
            ActionDraft(None, "", "Regia", ""),
        ),
        targets=(TargetDraft(None, "Famiglie", 120, 970), TargetDraft(text="Aziende")),
        results=(ResultDraft(None, 1, "Campus", 2327), ResultDraft(None, 2, "Buoni", 2333)),
        indicators=(
            IndicatorDraft(None, 1, "Numero bambini", 50, 2331),
            IndicatorDraft(None, 2, "Numero buoni"),
            IndicatorDraft(None, 2, "Numero famiglie"),
        ),
        items=items,
        total_declared=Cents(7_264_500),
        grant_declared=Cents(6_980_000),
        cofinancing_declared=Cents(284_500),
        share_declared="3,86\u00a0%",
        grant_requested=Cents(8_000_000),
        source_line=707,
    )


def bare(draft: ProposalDraft) -> ProposalDraft:
    """The draft without the keys of its rows."""
    rows = ("objectives", "actions", "targets", "results", "indicators", "items")
    without = {name: tuple(replace(row, id=None) for row in getattr(draft, name)) for name in rows}
    return replace(draft, id=None, **without)


def count(store: Store, model: Any) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def state_of(store: Store, key: str) -> ProposalState:
    return load_proposal(store, key).state


def force_state(store: Store, key: str, state: ProposalState) -> None:
    with store.write("set_proposal_state") as session:
        session.get_one(Proposal, key).state = state.value


# --- calls -------------------------------------------------------------------------------


def test_calls_come_back(store: Store) -> None:
    a_plan(store)
    act = save_act(store, ActDraft(number="2058")).id
    undated = save_call(store, CallDraft(title="Altro")).id
    draft = CallDraft(None, "Avviso pubblico", act, DAY, DAY, 561)
    key = save_call(store, draft).id
    assert load_call(store, key) == replace(draft, id=key)
    a_proposal(store, call_id=key)
    assert [(row.id, row.proposals, row.act_id) for row in call_rows(store)] == [(key, 1, act), (undated, 0, None)]
    with pytest.raises(RuleBroken) as caught:
        delete_call(store, key)
    assert caught.value.values == {"name": "Avviso pubblico", "users": ("Noi famiglie",)}
    delete_call(store, undated)
    assert [row.id for row in call_rows(store)] == [key]


def test_save_call_refuses(store: Store) -> None:
    a_plan(store)
    assert refusal(save_call, store, CallDraft()) == ("field.required", "title")
    backwards = CallDraft(title="Avviso", date_opened=DAY, date_closed=DAY.replace(year=2013))
    assert refusal(save_call, store, backwards) == ("date.end_before_start", "date_closed")
    assert refusal(save_call, store, CallDraft(title="Avviso", act_id="gone")) == ("record.gone", None)


# --- typing a proposal -------------------------------------------------------------------


def test_proposal_comes_back_as_it_was_typed(store: Store) -> None:
    draft = full_draft(store)
    key = save_proposal(store, draft).id
    loaded = load_proposal(store, key)
    assert bare(loaded) == draft
    assert loaded.state is ProposalState.DRAFT
    before = edits(store)
    save_proposal(store, loaded)
    assert edits(store) == before
    assert load_proposal(store, key) == loaded


def test_proposal_parts_change_as_wanted(store: Store) -> None:
    key = save_proposal(store, full_draft(store)).id
    loaded = load_proposal(store, key)
    changed = replace(
        loaded,
        objectives=(loaded.objectives[2], replace(loaded.objectives[0], text="Altro")),
        actions=(replace(loaded.actions[1], objectives="1, 3"), replace(loaded.actions[0], objectives="3")),
        targets=loaded.targets[::-1],
        results=(replace(loaded.results[1], number=1), ResultDraft(None, 2, "Nuovo")),
        indicators=(replace(loaded.indicators[2], result=1), IndicatorDraft(None, 2, "Nuovo", 3)),
        items=(*loaded.items[::-1], BudgetItemDraft(amount=Cents(0))),
    )
    save_proposal(store, changed)
    now = load_proposal(store, key)
    assert [(row.id, row.number, row.text) for row in now.objectives] == [
        (loaded.objectives[0].id, 1, "Altro"),
        (loaded.objectives[2].id, 3, "Obiettivo 3"),
    ]
    assert [(row.id, row.objectives) for row in now.actions] == [
        (loaded.actions[1].id, "1, 3"),
        (loaded.actions[0].id, "3"),
    ]
    assert now.targets == loaded.targets[::-1]
    assert [(row.id, row.number, row.text) for row in now.results[:1]] == [(loaded.results[1].id, 1, "Buoni")]
    assert [(row.result, row.text, row.target) for row in now.indicators] == [
        (1, "Numero famiglie", None),
        (2, "Nuovo", 3),
    ]
    assert [row.id for row in now.items[:3]] == [row.id for row in loaded.items[::-1]]
    assert now.items[3].amount == 0
    assert [count(store, model) for model in PARTS] == [2, 2, 3, 2, 2, 2, 1, 4]


def test_objectives_and_results_without_a_number_take_the_next(store: Store) -> None:
    objectives = (ObjectiveDraft(text="a"), ObjectiveDraft(number=5, text="b"), ObjectiveDraft(text="c"))
    results = (ResultDraft(text="x"), ResultDraft(text="y"))
    indicators = (IndicatorDraft(result=2, text="i"),)
    key = a_proposal(store, objectives=objectives, results=results, indicators=indicators)
    loaded = load_proposal(store, key)
    assert [row.number for row in loaded.objectives] == [1, 5, 6]
    assert [(row.number, row.text) for row in loaded.results] == [(1, "x"), (2, "y")]
    assert loaded.indicators[0].result == 2


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": " "}, "field.required", "title"),
        ({"call_id": None}, "field.required", "call_id"),
        ({"alliance_id": None}, "field.required", "alliance_id"),
        ({"alliance_id": "gone"}, "record.gone", None),
        ({"area_id": "gone"}, "record.gone", None),
        ({"number": 0}, "number.not_positive", "number"),
        ({"number": 1}, "proposal.number_taken", "number"),
        ({"total_declared": Cents(-1)}, "number.negative", "total_declared"),
        ({"grant_requested": Cents(10**16)}, "number.too_large", "grant_requested"),
        ({"share_declared": "3.86"}, "percent.format", "share_declared"),
        ({"objectives": (ObjectiveDraft(number=1),)}, "field.required", "objectives.0.text"),
        ({"objectives": (ObjectiveDraft(number=0, text="a"),)}, "number.not_positive", "objectives.0.number"),
        ({"objectives": (ObjectiveDraft(number=100, text="a"),)}, "number.too_large", "objectives.0.number"),
        (
            {"objectives": (ObjectiveDraft(number=2, text="a"), ObjectiveDraft(number=2, text="b"))},
            "objective.number_repeated",
            "objectives.1.number",
        ),
        ({"actions": (ActionDraft(),)}, "field.required", "actions.0.text"),
        ({"actions": (ActionDraft(text="a", objectives="x"),)}, "objectives.format", "actions.0.objectives"),
        ({"actions": (ActionDraft(text="a", objectives="1"),)}, "action.objective_unknown", "actions.0.objectives"),
        ({"targets": (TargetDraft(),)}, "field.required", "targets.0.text"),
        ({"targets": (TargetDraft(text="a", number_min=-1),)}, "number.negative", "targets.0.number_min"),
        ({"results": (ResultDraft(),)}, "field.required", "results.0.text"),
        (
            {"results": (ResultDraft(number=1, text="a"), ResultDraft(number=1, text="b"))},
            "result.number_repeated",
            "results.1.number",
        ),
        ({"indicators": (IndicatorDraft(text="a"),)}, "field.required", "indicators.0.result"),
        ({"indicators": (IndicatorDraft(result=1, text="a"),)}, "indicator.result_unknown", "indicators.0.result"),
        (
            {"results": (ResultDraft(text="r"),), "indicators": (IndicatorDraft(result=1),)},
            "field.required",
            "indicators.0.text",
        ),
        (
            {"results": (ResultDraft(text="r"),), "indicators": (IndicatorDraft(None, 1, "a", -1),)},
            "number.negative",
            "indicators.0.target",
        ),
        ({"items": (BudgetItemDraft(),)}, "field.required", "items.0.amount"),
        ({"items": (BudgetItemDraft(amount=Cents(-1)),)}, "number.negative", "items.0.amount"),
        (
            {"items": (BudgetItemDraft(category=CostCategory.VOLUNTEERS, amount=Cents(1)),)},
            "budget.category_section",
            "items.0.category",
        ),
    ],
)
def test_save_proposal_refuses_and_writes_nothing(
    store: Store, fields: dict[str, Any], code: str, field: str | None
) -> None:
    a_proposal(store)
    before = edits(store)
    assert refusal(save_proposal, store, replace(a_proposal_draft(store), **fields)) == (code, field)
    assert edits(store) == before


def test_proposal_takes_the_next_number_of_its_call(store: Store) -> None:
    first = a_proposal(store, number=4)
    assert [load_proposal(store, key).number for key in (first, a_proposal(store))] == [4, 5]
    other = save_call(store, CallDraft(title="Altro avviso")).id
    assert load_proposal(store, a_proposal(store, call_id=other)).number == 1


# --- the economic plan -------------------------------------------------------------------


def test_budget_totals_of_the_plan_itself() -> None:
    """Legnano's table: 37,500 + 7,500 + 105,000 asked, 34,465.20 + 5,000 + 534.80 brought."""
    amounts = [
        (COSTS, CostCategory.PAID_STAFF, 3_750_000),
        (COSTS, CostCategory.MANAGEMENT, 750_000),
        (COSTS, CostCategory.RECIPIENTS, 10_500_000),
        (CONTRIBUTION, CostCategory.PAID_STAFF, 3_446_520),
        (CONTRIBUTION, CostCategory.VOLUNTEERS, 500_000),
        (CONTRIBUTION, CostCategory.MANAGEMENT, 53_480),
    ]
    totals = budget_totals([BudgetItemDraft(None, section, category, "", Cents(c)) for section, category, c in amounts])
    assert (totals.grant, totals.cofinancing, totals.total) == (15_000_000, 4_000_000, 19_000_000)
    assert totals.share == Fraction(400, 19)
    assert totals.by_category[COSTS, CostCategory.RECIPIENTS] == 10_500_000
    assert totals.by_category[CONTRIBUTION, CostCategory.EQUIPMENT] == 0
    assert sum(totals.by_category.values()) == totals.total
    assert list(totals.by_category)[:2] == [(COSTS, CostCategory.PAID_STAFF), (COSTS, CostCategory.VOLUNTEERS)]


def test_budget_totals_of_nothing() -> None:
    totals = budget_totals([BudgetItemDraft()])
    assert (totals.grant, totals.total, totals.share) == (0, 0, None)


def test_a_new_version_leaves_the_one_before_as_it_was(store: Store) -> None:
    key = save_proposal(store, full_draft(store)).id
    first = load_proposal(store, key).items
    changes = add_budget_version(store, key, " Riparametrazione ")
    second = load_proposal(store, key)
    assert changes.ids[0] == key
    assert not {item.id for item in second.items} & {item.id for item in first}
    assert bare(replace(second, items=second.items)).items == tuple(replace(item, id=None) for item in first)
    save_proposal(store, replace(second, items=second.items[:1]))
    assert [(row.version, row.label, row.totals.grant) for row in budget_versions(store, key)] == [
        (1, "", 6_980_000),
        (2, "Riparametrazione", 630_000),
    ]
    assert [item.amount for item in budget_items(store)[key]] == [630_000]
    assert proposal_rows(store)[0].grant == 630_000
    assert refusal(add_budget_version, store, "gone", "") == ("record.gone", None)


def test_budget_items_in_order_with_their_marks(store: Store) -> None:
    store.sample = True
    key = save_proposal(store, full_draft(store)).id
    items = budget_items(store)[key]
    assert [(item.section, item.category, item.label, item.source_line) for item in items] == [
        (COSTS, CostCategory.PAID_STAFF, "Personale Retribuito", 2014),
        (COSTS, CostCategory.RECIPIENTS, "", None),
        (CONTRIBUTION, CostCategory.PAID_STAFF, "Valorizzazione", 2019),
    ]
    assert all(item.sample for item in items)


def test_a_proposal_of_another_hand_gets_its_first_version(world: World, store: Store) -> None:
    with store.write("add_budget_version") as session:
        assert load_items(session, world.proposal) == ()
        assert newest_budget(session, world.proposal).version == 1


# --- lists -------------------------------------------------------------------------------


def test_proposal_rows_show_declared_computed_and_awarded(store: Store) -> None:
    a_plan(store)
    lead = an_organisation(store, "Comuni Insieme")
    alliance = an_alliance(store, "Ambito di Garbagnate Milanese", short_name="Garbagnate", lead_id=lead)
    area = an_area(store, number=3)
    key = save_proposal(store, replace(full_draft(store), alliance_id=alliance, area_id=area)).id
    bare_one = a_proposal(store, items=())
    row, other = proposal_rows(store)
    assert (row.id, row.number, row.title, row.alliance, row.lead, row.area) == (
        key,
        1,
        "Noi famiglie",
        "Garbagnate",
        "Comuni Insieme",
        "A.3",
    )
    assert (row.grant_declared, row.grant, row.cofinancing, row.total) == (6_980_000, 6_980_000, 284_500, 7_264_500)
    assert (row.share_declared, row.share_declared_exact) == ("3,86\u00a0%", Fraction(386, 100))
    assert row.share == Fraction(284_500 * 100, 7_264_500)
    assert (row.state, row.awarded, row.grant_requested) == (ProposalState.DRAFT, 0, 8_000_000)
    assert (other.id, other.lead, other.area, other.total, other.share) == (bare_one, "Comuni Insieme", "", 0, None)
    assert (other.share_declared, other.share_declared_exact) == ("", None)


def test_proposal_rows_show_what_stands_on_the_project(world: World, store: Store) -> None:
    move(store, {world.source: -30_000, world.area: 30_000}, world.in_force)
    move(store, {world.area: -12_000, world.project: 12_000}, world.in_force, TransferKind.AWARD)
    assert [row.awarded for row in proposal_rows(store)] == [12_000, 0]


def test_lists_ask_as_often_for_three_rows_as_for_one(store: Store) -> None:
    a_plan(store)
    asked = []
    for n in range(3):
        key = a_proposal(store, area_id=an_area(store), call_id=save_call(store, CallDraft(title=f"A{n}")).id)
        with queries(store) as sent:
            assert len(proposal_rows(store)) == len(call_rows(store)) == len(budget_items(store)) == n + 1
            assert len(budget_versions(store, key)) == 1
        asked.append(len(sent))
    assert asked[0] == asked[2]


def test_loading_asks_as_often_for_many_parts_as_for_few(store: Store) -> None:
    few = a_proposal(store, actions=(ActionDraft(text="a"),), results=(ResultDraft(text="r"),))
    many = save_proposal(store, replace(full_draft(store), number=2)).id
    asked = []
    for key in (few, many):
        with queries(store) as sent:
            load_proposal(store, key)
        asked.append(len(sent))
    assert asked[0] == asked[1]


# --- states ------------------------------------------------------------------------------


def test_submit_says_what_is_missing(store: Store) -> None:
    a_plan(store)
    area = an_area(store)
    key = a_proposal(store, items=(BudgetItemDraft(amount=Cents(0)),))
    assert refusal(submit_proposal, store, key) == ("field.required", "date_received")
    save_proposal(store, replace(load_proposal(store, key), date_received=DAY))
    assert refusal(submit_proposal, store, key) == ("proposal.no_area", None)
    save_proposal(store, replace(load_proposal(store, key), area_id=area))
    assert refusal(submit_proposal, store, key) == ("proposal.no_costs", None)
    save_proposal(store, replace(load_proposal(store, key), items=(BudgetItemDraft(amount=Cents(1)),)))
    assert submit_proposal(store, key).id == key
    assert state_of(store, key) is ProposalState.SUBMITTED
    assert refusal(submit_proposal, store, key) == ("state.move_refused", None)


def test_set_state_by_hand(store: Store) -> None:
    a_plan(store)
    key = a_proposal(store, area_id=an_area(store), date_received=DAY)
    set_proposal_state(store, key, ProposalState.SUBMITTED)
    set_proposal_state(store, key, ProposalState.TO_INTEGRATE)
    set_proposal_state(store, key, ProposalState.ADMISSIBLE)
    assert state_of(store, key) is ProposalState.ADMISSIBLE
    assert refusal(set_proposal_state, store, key, ProposalState.SUBMITTED) == ("state.move_refused", None)
    for state in BY_DECISION:
        assert refusal(set_proposal_state, store, key, state) == ("proposal.needs_decision", None)
    set_proposal_state(store, key, ProposalState.ADMISSIBLE)
    assert refusal(set_proposal_state, store, key, ProposalState.STARTED) == ("state.move_refused", None)
    assert state_of(store, key) is ProposalState.ADMISSIBLE
    assert refusal(set_proposal_state, store, "gone", ProposalState.ADMISSIBLE) == ("record.gone", None)


def test_states_by_hand_are_offered_in_order() -> None:
    assert states_by_hand(ProposalState.SUBMITTED) == (
        ProposalState.TO_INTEGRATE,
        ProposalState.ADMISSIBLE,
        ProposalState.NOT_ADMISSIBLE,
    )
    assert states_by_hand(ProposalState.SUITABLE) == ()
    assert states_by_hand(ProposalState.FUNDED) == (ProposalState.ACCEPTED, ProposalState.RENOUNCED)


PASSED = {
    (ProposalState.ADMISSIBLE, ProposalState.SUITABLE): ["evaluated", "suitable"],
    (ProposalState.ADMISSIBLE, ProposalState.NOT_SUITABLE): ["evaluated", "not_suitable"],
    (ProposalState.ADMISSIBLE, ProposalState.FUNDED): ["evaluated", "suitable", "funded"],
    (ProposalState.ADMISSIBLE, ProposalState.FUNDED_IN_PART): ["evaluated", "suitable", "funded_in_part"],
    (ProposalState.ADMISSIBLE, ProposalState.SUITABLE_UNFUNDED): ["evaluated", "suitable", "suitable_unfunded"],
    (ProposalState.EVALUATED, ProposalState.FUNDED): ["suitable", "funded"],
    (ProposalState.EVALUATED, ProposalState.FUNDED_IN_PART): ["suitable", "funded_in_part"],
    (ProposalState.EVALUATED, ProposalState.SUITABLE_UNFUNDED): ["suitable", "suitable_unfunded"],
}


def decide(store: Store, key: str, wanted: ProposalState) -> None:
    with store.write("close_meeting") as session:
        move_proposal(session, session.get_one(Proposal, key), wanted)


def states_kept(store: Store, after: int) -> list[str]:
    """States that the journal saw after an edit."""
    with store.read() as session:
        payloads = session.scalars(
            sa.select(EditPayload.payload).where(EditPayload.seq > after).order_by(EditPayload.seq)
        )
        return [json.loads(payload)["after"]["state"] for payload in payloads]


@pytest.mark.parametrize("present", ProposalState)
def test_a_decision_passes_only_the_states_between(store: Store, present: ProposalState) -> None:
    key = a_proposal(store)
    for wanted in ProposalState:
        force_state(store, key, present)
        before = edits(store)
        way = PASSED.get((present, wanted), [wanted.value] if wanted in PROPOSAL_MOVES[present] else [])
        if way or present is wanted:
            decide(store, key, wanted)
            assert state_of(store, key) is wanted
        else:
            with pytest.raises(RuleBroken) as caught:
                decide(store, key, wanted)
            possible = tuple(state for state in ProposalState if state in PROPOSAL_MOVES[present])
            told = {"present": present, "wanted": wanted}
            assert caught.value.values == (told | {"possible": possible} if possible else told)
            assert caught.value.code == ("state.move_refused" if possible else "state.last")
        assert states_kept(store, before) == way


# --- what stays once it was judged -------------------------------------------------------


def test_a_judged_proposal_keeps_call_alliance_and_area(store: Store) -> None:
    a_plan(store)
    area, other = an_area(store), an_area(store)
    key = a_proposal(store, area_id=area)
    save_proposal(store, replace(load_proposal(store, key), area_id=other))
    force_state(store, key, ProposalState.ADMISSIBLE)
    reopen_proposal(store, key, "errore di scrittura")
    draft = load_proposal(store, key)
    changes = {
        "area_id": area,
        "alliance_id": an_alliance(store, "Altra"),
        "call_id": save_call(store, CallDraft(title="Altro")).id,
    }
    for field, value in changes.items():
        assert refusal(save_proposal, store, replace(draft, **{field: value})) == ("proposal.judged", field)
    save_proposal(store, replace(draft, context="Altro"))
    assert load_proposal(store, key) == replace(draft, context="Altro")


def test_project_account_follows_the_proposal(store: Store) -> None:
    a_plan(store)
    area, other = an_area(store), an_area(store)
    key = a_proposal(store, area_id=area)
    with store.write("save_decision") as session:
        ensure_project_account(session, session.get_one(Proposal, key))
    save_proposal(store, replace(load_proposal(store, key), title="Noi Famiglie"))
    with store.read() as session:
        assert session.scalars(sa.select(Account.name).where(Account.subject_id == key)).one() == "Noi Famiglie"
    assert refusal(save_proposal, store, replace(load_proposal(store, key), area_id=other)) == ("account.fixed", None)
    assert load_proposal(store, key).area_id == area


# --- deleting ----------------------------------------------------------------------------


def test_delete_draft_with_all_that_belongs_to_it(store: Store) -> None:
    key = save_proposal(store, full_draft(store)).id
    stays = a_proposal(store)
    add_budget_version(store, key, "Altra")
    delete_proposal(store, key)
    assert [row.id for row in proposal_rows(store)] == [stays]
    assert [count(store, model) for model in PARTS] == [0, 0, 0, 0, 0, 0, 1, 2]
    assert refusal(delete_proposal, store, key) == ("record.gone", None)


def test_delete_takes_the_empty_project_account_away(store: Store) -> None:
    a_plan(store)
    area = an_area(store)
    key = a_proposal(store, area_id=area)
    with store.write("save_decision") as session:
        ensure_project_account(session, session.get_one(Proposal, key))
    delete_proposal(store, key)
    with store.read() as session:
        assert session.scalars(sa.select(Account.id).filter_by(subject_id=key)).all() == []
    delete_area(store, area)


def test_only_a_draft_is_deleted(store: Store) -> None:
    key = a_proposal(store)
    force_state(store, key, ProposalState.SUBMITTED)
    with pytest.raises(RuleBroken) as caught:
        delete_proposal(store, key)
    assert (caught.value.code, caught.value.values["state"]) == ("proposal.not_draft", ProposalState.SUBMITTED)


def test_delete_refuses_while_a_meeting_names_it(store: Store) -> None:
    key, other = a_proposal(store), a_proposal(store)
    decision = a_decision(store, "Ammissione")
    with store.write("save_decision") as session:
        outcome = DecisionOutcome(decision_id=decision, proposal_id=key, position=1, state="suitable")
        session.add(outcome)
        item = session.scalars(sa.select(AgendaItem)).one()
        committee = session.scalars(sa.select(Committee)).one()
        member = Member(committee_id=committee.id, position=1, name="Anna", role=MemberRole.MEMBER.value)
        kind = ConflictKind.ABSTENTION.value
        conflict = ConflictDeclaration(agenda_item_id=item.id, member_id=member.id, proposal_id=other, kind=kind)
        session.add_all([member, conflict])
    for proposal, user in ((key, "Ammissione"), (other, "Punto")):
        with pytest.raises(AppError) as caught:
            delete_proposal(store, proposal)
        assert (caught.value.code, caught.value.values["users"]) == ("record.in_use", (user,))


def test_every_user_of_a_record_is_looked_for() -> None:
    users: dict[str, set[str]] = {}
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            users.setdefault(key.column.table.name, set()).add(table.name)
    parts = {"objective", "action", "target", "expected_result", "budget", "attachment", "proposal_version"}
    judged = {"admissibility_check", "integration_request", "score_opening", "score_sheet", "ranking_place"}
    funded = {
        "amendment",
        "budget_request",
        "decision_take",
        "expense_report",
        "payment",
        "rescaling_line",
        "voucher_programme",
    }
    named = {"decision_outcome", "conflict_declaration", "interest_conflict"}
    assert users["proposal"] == parts | named | judged | funded  # what is judged or funded is no draft any more
    assert users["objective"] == {"action_objective"}
    assert users["action"] == {"action_objective", "voucher_programme"}
    assert users["expected_result"] == {"indicator"}
    assert users["indicator"] == {"programme_indicator"}
    assert users["budget"] == {"budget_item", "amendment", "budget_request"}
    assert users["call"] == {"proposal", "call_act", "call_rules", "scoring_grid", "interest_declaration", "ranking"}


def test_each_gesture_on_a_proposal_can_be_taken_back(store: Store) -> None:
    key = save_proposal(store, full_draft(store)).id
    loaded = load_proposal(store, key)
    changed = replace(
        loaded,
        objectives=(replace(loaded.objectives[0], number=3), loaded.objectives[1]),
        actions=(replace(loaded.actions[2], objectives="3"), loaded.actions[0]),
        results=loaded.results[::-1],
        indicators=(),
        items=(BudgetItemDraft(amount=Cents(1)), *loaded.items[::-1]),
    )
    for gesture in (lambda: save_proposal(store, changed), lambda: delete_proposal(store, key)):
        gesture()
        last = last_undoable(store)
        assert last is not None
        undo(store, last.number)
        assert load_proposal(store, key) == loaded
