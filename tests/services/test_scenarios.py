"""Scenarios: every reading of the residue and premium to the cent, kept, compared, adopted; and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.calls import CallRules
from app.models.enums import (
    AllocationRule,
    BudgetSection,
    CapBasis,
    DecisionKind,
    Leftover,
    Normalisation,
    PotKind,
    ProposalState,
    SplitLevel,
    TransferKind,
    WeightBasis,
)
from app.models.errors import AppError, RuleBroken
from app.models.ledger import Transfer
from app.models.meetings import Allocation
from app.models.money import Cents
from app.models.plan import FundingSource
from app.models.proposals import Budget, BudgetItem, Call, Proposal, Target
from app.models.store import Store
from app.services.decisions.decisions import (
    allocation_views,
    decision_preview,
    decision_rows,
    delete_decision,
    load_decision,
    save_decision,
)
from app.services.decisions.sheets import load_sheet, save_sheet
from app.services.integrity import verify
from app.services.journal.undo import last_undoable, undo
from app.services.ledger.ledger import ReversalDraft, receive_source, reverse_transfer
from app.services.ledger.rows import transfer_rows
from app.services.meetings.closing import close_meeting
from app.services.meetings.drafts import MeetingDraft
from app.services.plan.funding import (
    AreaDraft,
    ReservedArea,
    delete_area,
    delete_source,
    load_source,
    save_area,
    save_source,
    source_rows,
)
from app.services.sharing.scenario_drafts import BreakKind, PotDraft, ScenarioResult, ScenarioSheet
from app.services.sharing.scenarios import (
    adopt_scenario,
    blank_pot,
    blank_scenario,
    compare_scenarios,
    copy_scenario,
    delete_pot,
    delete_scenario,
    load_pot,
    load_scenario,
    pot_rows,
    save_pot,
    save_scenario,
    scenario_result,
    scenario_rows,
)
from app.services.sharing.split_sheets import IndicatorLine, ReadingLine, ShareLine
from app.services.wording.texts import translator
from tests.services.sitting import (
    AWARDS,
    DAY,
    RESIDUE,
    Sitting,
    allocation_draft,
    balances,
    build_sitting,
    first_meeting,
    open_sitting,
)


def refusal(action: Callable[[], object]) -> AppError:
    with pytest.raises(AppError) as caught:
        action()
    return caught.value


EN, IT = translator("en"), translator("it")
PREMIUM = 63_627_00
EQUAL, WEIGHTS, MIXED = AllocationRule.EQUAL, AllocationRule.WEIGHTS, AllocationRule.MIXED
RANKING, BY_HAND = AllocationRule.RANKING, AllocationRule.BY_HAND


@pytest.fixture
def sitting(store: Store) -> Sitting:
    """The plan's case with its four awards in force."""
    built = build_sitting(store)
    meeting = first_meeting(store, built)
    assert meeting.id is not None
    close_meeting(store, meeting.id, "12:30")
    return built


@pytest.fixture
def pot(store: Store, sitting: Sitting) -> str:
    return a_pot(store, "Quota residua", RESIDUE, "Residui")


@pytest.fixture
def premium(store: Store, sitting: Sitting) -> str:
    return a_pot(store, "Premialità", PREMIUM, "Premio", kind=PotKind.PREMIUM)


def a_pot(store: Store, name: str, cents: int, source: str, **more: Any) -> str:
    blank = blank_pot(store)
    sources = tuple(replace(line, taken=line.name == source) for line in blank.sources)
    return save_pot(store, replace(blank, name=name, total=Cents(cents), sources=sources, **more)).id


def receive_premium(store: Store, sitting: Sitting) -> None:
    with store.write("save_source") as session:
        session.get_one(FundingSource, sitting.sources["Premio"]).due = True
    receive_source(store, sitting.sources["Premio"], DAY)


def filled(lines: Sequence[ShareLine], key: str, values: Sequence[Any]) -> tuple[ShareLine, ...]:
    return tuple(replace(line, **{key: value}) for line, value in zip(lines, values, strict=True))


def a_scenario(store: Store, pot_id: str, name: str = "Prova", **terms: Any) -> str:
    """A scenario of a sum; `weights`, `caps`… go by area, those that begin with `inner_` by number of the project."""
    sheet = blank_scenario(store, pot_id)
    columns = {"weights": "weight", "order": "order", "minimums": "minimum", "caps": "cap", "cents": "cents"}
    for prefix, grid in (("", "areas"), ("inner_", "projects")):
        for plural, column in columns.items():
            if f"{prefix}{plural}" in terms:
                lines = filled(getattr(sheet, grid), column, terms.pop(f"{prefix}{plural}"))
                sheet = replace(sheet, **{grid: lines})
    return save_scenario(store, replace(sheet, name=name, **terms)).id


def result_of(store: Store, scenario_id: str) -> ScenarioResult:
    return scenario_result(store, load_scenario(store, scenario_id))


def amounts(store: Store, scenario_id: str) -> list[int]:
    """What the projects get, by number: Garbagnate, Rho, Legnano, Castano."""
    return [row.amount for row in result_of(store, scenario_id).projects]


def problem_of(store: Store, scenario_id: str) -> AppError:
    (problem,) = result_of(store, scenario_id).problems
    return problem


# --- the readings of the plan -----------------------------------------------------------------

READINGS: dict[str, tuple[dict[str, Any], list[int]]] = {
    "equal, the cent to the first area": ({}, [9_030_44, 18_060_87, 18_060_88, 9_030_43]),
    "equal, the cent to A.3": ({"order": [2, 3, 1]}, [9_030_44, 18_060_87, 18_060_87, 9_030_44]),
    "in proportion to the budgets of the areas": (
        {"rule": WEIGHTS, "weights": [150_000, 100_000, 120_000]},
        [8_786_37, 14_643_95, 21_965_93, 8_786_37],
    ),
    "the same from the ceilings that the archive has": (
        {"rule": WEIGHTS, "basis": WeightBasis.CEILINGS},
        [8_786_37, 14_643_95, 21_965_93, 8_786_37],
    ),
    "equal parts for each project, a wrong reading": (
        {"level": SplitLevel.PROJECTS},
        [13_545_66, 13_545_66, 13_545_65, 13_545_65],
    ),
}


@pytest.mark.parametrize(("terms", "wanted"), READINGS.values(), ids=READINGS)
def test_every_reading_of_the_residue_comes_out(
    store: Store, pot: str, terms: dict[str, Any], wanted: list[int]
) -> None:
    key = a_scenario(store, pot, **terms)
    result = result_of(store, key)
    assert [row.amount for row in result.projects] == wanted
    assert sum(wanted) == RESIDUE
    assert (result.left, result.on_areas, result.problems) == (0, 0, ())
    assert [row.after for row in result.projects] == [
        award + more for award, more in zip(AWARDS.values(), wanted, strict=True)
    ]
    assert sum(row.after for row in result.projects) == 424_182_62


PREMIUM_READINGS: dict[str, tuple[dict[str, Any], list[int]]] = {
    "four equal": ({"level": SplitLevel.PROJECTS}, [15_906_75] * 4),
    "three areas": ({}, [10_604_50, 21_209_00, 21_209_00, 10_604_50]),
    "by grants": (
        {"level": SplitLevel.PROJECTS, "inner_rule": WEIGHTS, "inner_basis": WeightBasis.AWARDS},
        [12_003_66, 17_196_49, 25_794_73, 8_632_12],
    ),
}


@pytest.mark.parametrize(("terms", "wanted"), PREMIUM_READINGS.values(), ids=PREMIUM_READINGS)
def test_every_reading_of_the_premium_comes_out(
    store: Store, sitting: Sitting, premium: str, terms: dict[str, Any], wanted: list[int]
) -> None:
    key = a_scenario(store, premium, **terms)
    assert amounts(store, key) == wanted
    assert sum(wanted) == PREMIUM
    assert problem_of(store, key).code == "split.source_not_due"
    receive_premium(store, sitting)
    assert result_of(store, key).problems == ()


# --- rules, limits, weights of the archive ----------------------------------------------------


def test_caps_at_the_request_let_in_only_what_is_missing(store: Store, pot: str) -> None:
    capped = a_scenario(store, pot, cap_basis=CapBasis.REQUEST)
    result = result_of(store, capped)
    assert [row.amount for row in result.projects] == [0, 0, 0, 0]
    assert result.left == RESIDUE
    caps = [None, 10_000_00, None, None]
    mixed = a_scenario(store, pot, cap_basis=CapBasis.AMOUNT, inner_caps=caps)
    again = result_of(store, mixed)
    assert [row.amount for row in again.projects] == [11_045_66, 10_000_00, 22_091_31, 11_045_65]
    stays = a_scenario(store, pot, cap_basis=CapBasis.AMOUNT, inner_caps=caps, leftover=Leftover.STAYS)
    assert (amounts(store, stays)[1], result_of(store, stays).left) == (10_000_00, 8_060_87)
    assert [share.bound for share in again.views[0].allocation.shares] == [None, "cap", None]


def test_cap_inside_an_area_leaves_the_rest_on_the_area(store: Store, pot: str) -> None:
    terms = {"cap_basis": CapBasis.AMOUNT, "inner_leftover": Leftover.STAYS}
    key = a_scenario(store, pot, inner_caps=[5_000_00, None, None, None], **terms)
    result = result_of(store, key)
    assert [row.amount for row in result.projects] == [5_000_00, 18_060_87, 18_060_88, 9_030_43]
    assert (result.left, result.on_areas) == (0, 4_030_44)


def test_minimum_and_weights_by_the_archive(store: Store, sitting: Sitting, pot: str) -> None:
    with store.write("save_proposal") as session:
        for name, heads in (("Garbagnate", 40), ("Rho", 50), ("Legnano", 15), ("Castano", 5)):
            session.add(Target(proposal_id=sitting.proposals[name], position=1, text="Persone", number_min=heads))
    terms = {"level": SplitLevel.PROJECTS, "inner_rule": WEIGHTS, "inner_basis": WeightBasis.RECIPIENTS}
    key = a_scenario(store, pot, cap_basis=CapBasis.AMOUNT, inner_minimums=[None, None, None, 5_000_00], **terms)
    result = result_of(store, key)
    assert [row.amount for row in result.projects] == [18_736_24, 23_420_29, 7_026_09, 5_000_00]
    assert result.split is not None
    assert [row.weight for row in result.split.projects] == [40, 50, 15, 5]
    unknown = a_scenario(store, pot, level=SplitLevel.PROJECTS, inner_rule=WEIGHTS, inner_basis=WeightBasis.POPULATION)
    assert problem_of(store, unknown).code == "split.weight_unknown"


def test_mixed_ranking_and_hand(store: Store, pot: str) -> None:
    mixed = a_scenario(store, pot, rule=MIXED, equal_share=30, weights=[150, 100, 120])
    assert sum(amounts(store, mixed)) == RESIDUE
    hand = a_scenario(store, pot, rule=BY_HAND, cents=[20_000_00, 20_000_00, 14_182_62])
    assert amounts(store, hand) == [7_091_31, 20_000_00, 20_000_00, 7_091_31]
    wrong = a_scenario(store, pot, rule=BY_HAND, cents=[20_000_00, 20_000_00, 14_182_63])
    assert problem_of(store, wrong).code == "allocation.by_hand_differs"
    ranked = a_scenario(
        store, pot, level=SplitLevel.PROJECTS, inner_rule=RANKING, inner_cents=[30_000_00] * 4, inner_order=[2, 1, 4, 3]
    )
    assert amounts(store, ranked) == [24_182_62, 30_000_00, 0, 0]


def test_a_project_may_be_left_out(store: Store, pot: str) -> None:
    sheet = blank_scenario(store, pot)
    projects = tuple(replace(line, taken=not line.name.startswith("4")) for line in sheet.projects)
    key = save_scenario(store, replace(sheet, name="Senza il quarto", projects=projects)).id
    assert amounts(store, key) == [18_060_87, 18_060_87, 18_060_88, 0]
    assert [line.taken for line in load_scenario(store, key).projects] == [True, True, True, False]


def test_what_the_call_wants_is_compared_and_caps(store: Store, sitting: Sitting, pot: str) -> None:
    with store.write("save_call") as session:
        call = session.scalar(sa.select(Call.id))
        session.add(CallRules(call_id=call, version=1, reason="", cofinancing_min="10", grant_max=Cents(160_000_00)))
        for name, cents in (("Garbagnate", 2_800_00), ("Rho", 67_428_00), ("Legnano", 40_000_00)):
            budget = Budget(proposal_id=sitting.proposals[name], version=1)
            item = BudgetItem(budget_id=budget.id, section=BudgetSection.CONTRIBUTION.value, category="other")
            item.position, item.amount = 1, Cents(cents)
            session.add_all([budget, item])
    result = result_of(store, a_scenario(store, pot))
    rows = {row.number: row for row in result.projects}
    kinds = {number: [found.kind for found in row.breaks] for number, row in rows.items()}
    assert kinds[1] == [BreakKind.OVER_REQUEST, BreakKind.COFINANCING]
    assert BreakKind.OVER_GRANT in kinds[3]
    assert rows[1].share_before == Fraction(280_000 * 100, 280_000 + 69_803_00)
    assert rows[1].share_after == Fraction(280_000 * 100, 280_000 + 69_803_00 + 9_030_44)
    assert result.share_after == Fraction(110_228_00 * 100, 110_228_00 + 424_182_62)
    capped = a_scenario(store, pot, level=SplitLevel.PROJECTS, cap_basis=CapBasis.CALL)
    assert amounts(store, capped)[0] == 0  # its co-financing is too little already
    assert amounts(store, capped)[2] == 10_000_00
    assert not any(
        found.kind is not BreakKind.OVER_REQUEST for row in result_of(store, capped).projects for found in row.breaks
    )


# --- kept, copied, compared -------------------------------------------------------------------


def test_scenarios_get_letters_and_are_copied(store: Store, pot: str) -> None:
    first = a_scenario(store, pot, "Parti uguali", order=[2, 3, 1], note="Proposta della Presidente")
    copy = copy_scenario(store, first, "Altro").id
    rows = scenario_rows(store, EN)
    assert [(row.letter, row.name, row.total) for row in rows] == [
        ("A", "Parti uguali", RESIDUE),
        ("B", "Altro", RESIDUE),
    ]
    assert replace(load_scenario(store, copy), id=first, letter="A", name="Parti uguali") == load_scenario(store, first)
    delete_scenario(store, first)
    assert a_scenario(store, pot, "Di nuovo")
    assert sorted(row.letter for row in scenario_rows(store, EN)) == ["A", "B"]
    assert [(row.name, row.scenarios, row.decision) for row in pot_rows(store)] == [("Quota residua", 2, "")]


def test_comparison_has_all_scenarios_of_a_sum(store: Store, pot: str) -> None:
    for name, (terms, _wanted) in READINGS.items():
        a_scenario(store, pot, name, **terms)
    compared = compare_scenarios(store, pot)
    assert [result.letter for result in compared.results] == list("ABCDE")
    assert [[row.amount for row in result.projects] for result in compared.results] == [
        wanted for _terms, wanted in READINGS.values()
    ]
    assert compared.pot.total == RESIDUE


def test_saving_is_journaled_and_taken_back(store: Store, pot: str) -> None:
    key = a_scenario(store, pot, "Parti uguali")
    save_scenario(store, replace(load_scenario(store, key), name="Altro nome"))
    gesture = last_undoable(store)
    assert gesture is not None
    undo(store, gesture.number)
    assert load_scenario(store, key).name == "Parti uguali"


def test_sum_with_scenarios_is_not_taken_back(store: Store, pot: str) -> None:
    made = last_undoable(store)
    assert made is not None
    a_scenario(store, pot)
    assert refusal(lambda: undo(store, made.number)).code == "undo.changed_since"
    assert [row.scenarios for row in pot_rows(store)] == [1]


def test_false_proof_of_a_limit_is_found(store: Store, sitting: Sitting, pot: str) -> None:
    key = a_scenario(store, pot, level=SplitLevel.PROJECTS, cap_basis=CapBasis.AMOUNT, inner_caps=[1_00] * 4)
    _meeting, decision = adopted(store, sitting, key)
    with store.write("save_decision") as session:
        (row,) = session.scalars(sa.select(Allocation).where(Allocation.decision_id == decision))
        row.parts = row.parts.replace('"cap": 100', '"cap": 101', 1)
    broken = {found.code: found.broken for found in verify(store, EN).invariants if not found.ok}
    assert len(broken["I3"]) == 2  # the part, and what the split gives out in all


def test_what_is_not_filled_in_is_refused(store: Store, sitting: Sitting) -> None:
    assert refusal(lambda: save_pot(store, PotDraft(total=Cents(1)))).field == "name"
    assert refusal(lambda: save_pot(store, PotDraft(name="x"))).field == "total"
    for cents in (0, -1):
        found = refusal(lambda cents=cents: save_pot(store, PotDraft(name="x", total=Cents(cents))))
        assert (found.code, found.values["total"]) == ("allocation.total_not_positive", cents)
    assert refusal(lambda: save_pot(store, PotDraft(name="x", total=Cents(9 * 10**15 + 1)))).code == "amount.too_large"
    assert refusal(lambda: save_scenario(store, ScenarioSheet(name="x"))).field == "pot_id"
    one = a_pot(store, "Un centesimo", 1, "Residui")
    key = a_scenario(store, one)
    assert sum(amounts(store, key)) == 1
    reading = ReadingLine("a", sitting.proposals["Rho"], target="1.2.3")
    sheet = replace(load_scenario(store, key), readings=(reading,))
    assert refusal(lambda: save_scenario(store, sheet)).field == "readings.0.target"
    assert scenario_result(store, ScenarioSheet()).problems[0].field == "pot_id"


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"rule": WEIGHTS, "weights": [0, 0, 0]}, "allocation.weights_zero"),
        ({"rule": WEIGHTS, "weights": [1, -1, 1]}, "allocation.weight_range"),
        ({"rule": WEIGHTS, "weights": [1, None, 1]}, "allocation.weight_missing"),
        ({"rule": MIXED, "equal_share": 101, "weights": [1, 1, 1]}, "allocation.equal_share_range"),
        ({"cap_basis": CapBasis.AMOUNT, "minimums": [60_000_00, None, None]}, "allocation.minimums_too_much"),
        (
            {"cap_basis": CapBasis.AMOUNT, "minimums": [2, None, None], "caps": [1, None, None]},
            "allocation.cap_below_minimum",
        ),
        ({"cap_basis": CapBasis.AMOUNT, "caps": [-1, None, None]}, "allocation.limit_negative"),
    ],
)
def test_terms_that_do_not_add_up_are_told(store: Store, pot: str, terms: dict[str, Any], code: str) -> None:
    assert problem_of(store, a_scenario(store, pot, **terms)).code == code


# --- adopted ----------------------------------------------------------------------------------


def adopted(store: Store, sitting: Sitting, scenario_id: str, title: str = "Riparto") -> tuple[MeetingDraft, str]:
    meeting = open_sitting(store, sitting, title)
    return meeting, adopt_scenario(store, scenario_id, meeting.items[0].id, IT).id


def test_adopted_scenario_moves_the_money_when_the_meeting_closes(store: Store, sitting: Sitting, pot: str) -> None:
    key = a_scenario(store, pot, "Centesimo ad A.3", order=[2, 3, 1])
    before = balances(store)
    meeting, decision = adopted(store, sitting, key)
    assert balances(store) == before
    draft = load_decision(store, decision)
    assert (draft.kind, draft.scenario_id) == (DecisionKind.RESIDUE, key)
    assert "«Centesimo ad A.3»" in draft.text
    assert "A.3, A.1, A.2" in draft.text
    assert draft.split is not None
    assert draft.split.source_ids == (sitting.sources["Residui"],)
    close_meeting(store, meeting.id or "", "12:30")
    after = balances(store)
    assert {name: after[f"Progetto {name}"] - before[f"Progetto {name}"] for name in AWARDS} == {
        "Garbagnate": 9_030_44,
        "Rho": 18_060_87,
        "Legnano": 18_060_87,
        "Castano": 9_030_44,
    }
    assert verify(store, EN).ok
    assert [row.adopted for row in scenario_rows(store, EN)] == ["3/2014"]
    assert pot_rows(store)[0].decision == "3/2014"
    locked = refusal(lambda: save_scenario(store, replace(load_scenario(store, key), name="Altro")))
    assert (locked.code, locked.values["decision"]) == ("scenario.adopted", "3/2014")
    same = result_of(store, key)  # as it was decided, not as the sources are now
    assert same.problems == ()
    assert [row.before for row in same.projects] == list(AWARDS.values())


@pytest.mark.parametrize(
    "terms",
    [
        {"level": SplitLevel.PROJECTS, "inner_order": [4, 3, 2, 1]},
        {"level": SplitLevel.PROJECTS, "inner_rule": RANKING, "inner_cents": [1_00, 2_00, 30_000_00, 4_00]},
        {"rule": MIXED, "equal_share": 30, "weights": [7, 11, 13], "inner_rule": MIXED, "inner_weights": [3, 1, 1, 2]},
        {
            "cap_basis": CapBasis.AMOUNT,
            "inner_caps": [100_00, None, None, 50_00],
            "inner_minimums": [70_00, None, None, None],
        },
        {"cap_basis": CapBasis.AMOUNT, "caps": [1_00, 2_00, 3_00], "leftover": Leftover.STAYS},
        {"rule": RANKING, "cents": [5_000_00, 60_000_00, 1], "order": [2, 1, 3]},
        {"rule": BY_HAND, "cents": [54_182_60, 1, 1]},
        {"rule": WEIGHTS, "basis": WeightBasis.AWARDS, "inner_rule": WEIGHTS, "inner_basis": WeightBasis.REQUESTS},
    ],
)
def test_every_rule_is_decided_proved_and_verified(
    store: Store, sitting: Sitting, pot: str, terms: dict[str, Any]
) -> None:
    key = a_scenario(store, pot, **terms)
    wanted = [row.after for row in result_of(store, key).projects]
    meeting, decision = adopted(store, sitting, key)
    draft = load_decision(store, decision)
    save_sheet(store, load_sheet(store, decision))  # through the form of the decision and back
    assert replace(load_decision(store, decision), text=draft.text) == draft
    close_meeting(store, meeting.id or "", "12:30")
    now = balances(store)
    assert [now[f"Progetto {name}"] for name in AWARDS] == wanted
    found = verify(store, EN)
    assert found.ok, [row for row in found.invariants if not row.ok]
    views = [view for view in allocation_views(store, EN) if view.decision_id == decision]
    assert [view.allocation for view in views] == [view.allocation for view in result_of(store, key).views]


def test_scenario_that_no_longer_fits_says_so_with_the_numbers(store: Store, sitting: Sitting, pot: str) -> None:
    key = a_scenario(store, pot)
    other = a_scenario(store, a_pot(store, "Altra somma", 30_000_00, "Residui"))
    meeting, _decision = adopted(store, sitting, other)
    close_meeting(store, meeting.id or "", "12:30")
    problem = problem_of(store, key)
    assert (problem.code, problem.values) == (
        "sources.too_little",
        {"needed": RESIDUE, "available": RESIDUE - 30_000_00, "missing": 30_000_00},
    )
    assert amounts(store, key) == READINGS["equal, the cent to the first area"][1]
    again = open_sitting(store, sitting, "Altro riparto")
    found = refusal(lambda: adopt_scenario(store, key, again.items[0].id, IT))
    assert (found.code, found.values["missing"]) == ("sources.too_little", 30_000_00)


def test_the_second_of_two_scenarios_of_a_sum_is_refused_at_closing(store: Store, sitting: Sitting) -> None:
    small = a_pot(store, "Economie", 1_000_00, "Residui", kind=PotKind.SAVINGS)  # the source could pay both
    first, second = a_scenario(store, small, "Uno"), a_scenario(store, small, "Due", level=SplitLevel.PROJECTS)
    one, _decision = adopted(store, sitting, first, "Primo")
    two, other = adopted(store, sitting, second, "Secondo")
    close_meeting(store, one.id or "", "12:30")
    with pytest.raises(RuleBroken) as caught:
        close_meeting(store, two.id or "", "12:40")
    assert (caught.value.code, caught.value.values) == (
        "pot.already_shared",
        {"name": "Economie", "decision": "3/2014"},
    )
    again = open_sitting(store, sitting, "Terzo")
    assert refusal(lambda: adopt_scenario(store, second, again.items[0].id, IT)).code == "pot.already_shared"
    assert (
        refusal(lambda: save_pot(store, replace(load_pot(store, small), total=Cents(1)))).code == "pot.already_shared"
    )
    save_pot(store, replace(load_pot(store, small), note="Nota"))
    delete_decision(store, other)
    close_meeting(store, two.id or "", "12:50")
    assert {row.kind for row in transfer_rows(store) if row.decision == "3/2014"} == {TransferKind.SAVINGS}


def test_two_scenarios_of_a_sum_on_one_agenda_are_refused(store: Store, sitting: Sitting) -> None:
    small = a_pot(store, "Economie", 1_000_00, "Residui")
    key = a_scenario(store, small)
    meeting = open_sitting(store, sitting, "Primo punto", "Secondo punto")
    for item in meeting.items:
        adopt_scenario(store, key, item.id, IT)
    with pytest.raises(RuleBroken, match="already_shared"):
        close_meeting(store, meeting.id or "", "12:30")


def test_sum_that_was_taken_back_may_be_shared_again(store: Store, sitting: Sitting, pot: str) -> None:
    key = a_scenario(store, pot)
    meeting, decision = adopted(store, sitting, key)
    close_meeting(store, meeting.id or "", "12:30")
    moved = [row for row in reversed(transfer_rows(store)) if row.decision_id == decision]
    for row in moved:
        assert pot_rows(store)[0].decision == "3/2014"
        reverse_transfer(store, ReversalDraft(row.id, DAY, "Riparto ritirato", decision))
    assert pot_rows(store)[0].decision == ""
    adopted(store, sitting, key, "Di nuovo")


def test_what_decisions_were_made_from_stays(store: Store, sitting: Sitting, pot: str) -> None:
    key = a_scenario(store, pot, "Parti uguali")
    _meeting, decision = adopted(store, sitting, key)
    assert refusal(lambda: delete_scenario(store, key)).code == "record.in_use"
    assert refusal(lambda: delete_pot(store, pot)).code == "record.in_use"
    delete_decision(store, decision)
    delete_pot(store, pot)
    assert pot_rows(store) == ()
    assert scenario_rows(store, EN) == ()


def test_inner_rule_is_kept_where_no_area_has_two_projects(store: Store, sitting: Sitting) -> None:
    key = a_scenario(store, a_pot(store, "Somma", 100_00, "Residui"), inner_rule=WEIGHTS, inner_weights=[1, 2, 3, 4])
    sheet = load_scenario(store, key)
    alone = tuple(replace(line, taken=not line.name.startswith("A.3")) for line in sheet.areas)
    save_scenario(store, replace(sheet, areas=alone))
    _meeting, decision = adopted(store, sitting, key)
    split = load_decision(store, decision).split
    assert split is not None
    assert (split.inner_rule, [row.weight for row in split.projects]) == (WEIGHTS, [2, 3])


def test_new_money_reaches_a_suitable_project(store: Store, sitting: Sitting) -> None:
    with store.write("save_proposal") as session:
        session.get_one(Proposal, sitting.proposals["Castano"]).state = ProposalState.SUITABLE_UNFUNDED.value
    key = a_pot(store, "Nuove risorse", 10_000_00, "Residui", kind=PotKind.NEW_MONEY)
    sheet = replace(blank_scenario(store, key), name="Scorrimento", level=SplitLevel.PROJECTS)
    wanted = tuple(replace(line, taken=line.name.startswith("4")) for line in sheet.projects)
    scenario = save_scenario(store, replace(sheet, projects=wanted)).id
    meeting, decision = adopted(store, sitting, scenario)
    close_meeting(store, meeting.id or "", "12:30")
    kinds = [row.kind for row in transfer_rows(store) if row.decision_id == decision]
    assert kinds == [TransferKind.ALLOCATION, TransferKind.AWARD]
    assert next(row.cents for row in decision_rows(store) if row.id == decision) == 10_000_00


# --- by indicators ----------------------------------------------------------------------------


def indicators_sheet(store: Store, sitting: Sitting, pot_id: str) -> ScenarioSheet:
    reached = {"Garbagnate": "30", "Rho": "60", "Legnano": "12", "Castano": "10"}
    readings = tuple(
        ReadingLine("a", sitting.proposals[name], target="40", actual=value, document=f"Relazione {name}")
        for name, value in reached.items()
    )
    bodies = tuple(
        ReadingLine("b", sitting.proposals[name], target="10", actual=value)
        for name, value in zip(reached, ("10", "12", "22", "8"), strict=True)
    )
    return replace(
        blank_scenario(store, pot_id),
        name="Indicatori",
        level=SplitLevel.PROJECTS,
        inner_rule=WEIGHTS,
        inner_basis=WeightBasis.INDICATORS,
        indicators=(
            IndicatorLine("Destinatari raggiunti", 60, cap=100, mark="a"),
            IndicatorLine("Enti coinvolti", 40, cap=120, mark="b"),
        ),
        readings=readings + bodies,
    )


def test_premium_by_indicators_shows_every_step_and_is_adopted(store: Store, sitting: Sitting, premium: str) -> None:
    key = save_scenario(store, indicators_sheet(store, sitting, premium)).id
    result = result_of(store, key)
    assert result.sheet is not None
    steps = {(step.indicator, step.key): step for step in result.sheet.steps}
    rho = steps["Destinatari raggiunti", sitting.proposals["Rho"]]
    assert (rho.found, rho.kept, rho.points, rho.document) == (150, 100, 60, "Relazione Rho")
    assert list(result.sheet.scores.values()) == [85, 108, 66, 47]
    weights = [85, 108, 66, 47]
    exact = [Fraction(PREMIUM * weight, sum(weights)) for weight in weights]
    assert [abs(row.amount - share) < 1 for row, share in zip(result.projects, exact, strict=True)] == [True] * 4
    assert sum(row.amount for row in result.projects) == PREMIUM
    sheet = load_scenario(store, key)
    moved = tuple(replace(line, actual="20") if line.actual == "30" else line for line in sheet.readings)
    less = scenario_result(store, replace(sheet, readings=moved))
    assert less.projects[0].amount < result.projects[0].amount
    assert [less.amount_of(row.id) > row.amount for row in result.projects[1:]] == [True] * 3

    meeting = open_sitting(store, sitting, "Premialità")
    found = refusal(lambda: adopt_scenario(store, key, meeting.items[0].id, IT))
    assert (found.code, found.values["name"]) == ("split.source_not_due", "Premio")
    with store.write("save_source") as session:
        session.get_one(FundingSource, sitting.sources["Premio"]).due = True
    found = refusal(lambda: adopt_scenario(store, key, meeting.items[0].id, IT))
    assert found.code == "split.source_empty"
    receive_source(store, sitting.sources["Premio"], DAY)
    decision = adopt_scenario(store, key, meeting.items[0].id, IT).id
    assert decision_preview(store, load_decision(store, decision)).problems == ()
    draft = load_decision(store, decision)
    save_sheet(store, load_sheet(store, decision))
    assert load_decision(store, decision) == draft
    close_meeting(store, meeting.id or "", "12:30")
    with store.read() as session:
        kinds = session.scalars(sa.select(Transfer.kind).where(Transfer.decision_id == decision)).all()
    assert set(kinds) == {TransferKind.PREMIUM.value}
    assert verify(store, EN).ok


@pytest.mark.parametrize("normalisation", Normalisation)
def test_points_with_fractions_are_kept_exactly(
    store: Store, sitting: Sitting, premium: str, normalisation: Normalisation
) -> None:
    sheet = replace(indicators_sheet(store, sitting, premium), normalisation=normalisation)
    odd = tuple(replace(line, target="7", actual=f"{place},3") for place, line in enumerate(sheet.readings, start=1))
    key = save_scenario(store, replace(sheet, readings=odd)).id
    receive_premium(store, sitting)
    wanted = [row.after for row in result_of(store, key).projects]
    meeting, decision = adopted(store, sitting, key)
    save_sheet(store, load_sheet(store, decision))
    close_meeting(store, meeting.id or "", "12:30")
    now = balances(store)
    assert [now[f"Progetto {name}"] for name in AWARDS] == wanted
    assert verify(store, EN).ok


# --- money taken back -------------------------------------------------------------------------


def state_of(store: Store, proposal_id: str) -> ProposalState:
    with store.read() as session:
        return ProposalState(session.get_one(Proposal, proposal_id).state)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ProposalState.FUNDED, ProposalState.SUITABLE_UNFUNDED),
        (ProposalState.FUNDED_IN_PART, ProposalState.SUITABLE_UNFUNDED),
        (ProposalState.ACCEPTED, ProposalState.REVOKED),
        (ProposalState.STARTED, ProposalState.REVOKED),
        (ProposalState.RENOUNCED, ProposalState.RENOUNCED),
    ],
)
def test_reversed_award_gives_the_proposal_its_state_back(
    store: Store, sitting: Sitting, before: ProposalState, after: ProposalState
) -> None:
    rho = sitting.proposals["Rho"]
    with store.write("set_proposal_state") as session:
        session.get_one(Proposal, rho).state = before.value
    award = next(row for row in transfer_rows(store) if row.lines[-1].name == "Progetto Rho")
    reverse_transfer(store, ReversalDraft(award.id, DAY, "Assegnazione errata", award.decision_id))
    assert state_of(store, rho) is after
    assert state_of(store, sitting.proposals["Legnano"]) is ProposalState.FUNDED


def test_reversed_share_of_a_residue_leaves_the_award(store: Store, sitting: Sitting, pot: str) -> None:
    with store.write("save_proposal") as session:
        session.get_one(Proposal, sitting.proposals["Rho"]).grant_requested = Cents(110_000_00)
    meeting, decision = adopted(store, sitting, a_scenario(store, pot))
    close_meeting(store, meeting.id or "", "12:30")
    rho = sitting.proposals["Rho"]
    assert state_of(store, rho) is ProposalState.FUNDED
    share = next(
        row
        for row in transfer_rows(store, None)
        if row.decision_id == decision and row.lines[-1].name == "Progetto Rho"
    )
    reverse_transfer(store, ReversalDraft(share.id, DAY, "Riparto errato", decision))
    assert state_of(store, rho) is ProposalState.FUNDED_IN_PART


# --- sources that are for some areas only ------------------------------------------------------


def reserve_source(store: Store, sitting: Sitting, name: str, *codes: str) -> None:
    draft = load_source(store, sitting.sources[name])
    save_source(store, replace(draft, reserved=tuple(ReservedArea(sitting.areas[code]) for code in codes)))


def test_reserved_money_goes_where_it_is_for(store: Store, sitting: Sitting, pot: str) -> None:
    reserve_source(store, sitting, "Residui", "A.3")
    assert [row.reserved for row in source_rows(store)] == ["", "A.3", ""]
    assert load_source(store, sitting.sources["Residui"]).reserved[0].area_id == sitting.areas["A.3"]
    problem = problem_of(store, a_scenario(store, pot))
    assert (problem.code, problem.values["area"], problem.values["missing"]) == ("sources.reserved", "A.1", 18_060_88)
    sheet = replace(blank_scenario(store, pot), name="Solo A.3")
    only = tuple(replace(line, taken=line.name.startswith("A.3")) for line in sheet.areas)
    key = save_scenario(store, replace(sheet, areas=only)).id
    assert amounts(store, key) == [27_091_31, 0, 0, 27_091_31]
    assert result_of(store, key).problems == ()
    reserve_source(store, sitting, "Residui")
    assert problem_free(store, pot)


def problem_free(store: Store, pot: str) -> bool:
    return not result_of(store, a_scenario(store, pot)).problems


def test_reserved_sources_are_used_before_free_ones(store: Store) -> None:
    built = build_sitting(store)
    reserve_source(store, built, "Residui", "A.3")
    meeting = open_sitting(store, built, "Risorse degli ambiti")
    save_decision(store, allocation_draft(built, meeting.items[0].id))
    close_meeting(store, meeting.id or "", "12:30")
    left = {row.name: row.left for row in source_rows(store)}
    assert left == {"Fissa": 4_510_00, "Residui": 49_672_62, "Premio": 0}


def test_reservations_are_checked_and_keep_what_they_name(store: Store, sitting: Sitting, pot: str) -> None:
    area = ReservedArea(sitting.areas["A.1"])
    draft = replace(load_source(store, sitting.sources["Premio"]), reserved=(area, area))
    assert refusal(lambda: save_source(store, draft)).field == "reserved.1.area_id"
    blank = replace(draft, reserved=(ReservedArea(),))
    assert refusal(lambda: save_source(store, blank)).field == "reserved.0.area_id"
    fresh = save_area(store, AreaDraft(title="Nuovo ambito")).id
    save_source(store, replace(draft, reserved=(ReservedArea(fresh),)))
    found = refusal(lambda: delete_area(store, fresh))
    assert (found.code, found.values["users"]) == ("record.in_use", ("Premio",))
    assert "Quota residua" in refusal(lambda: delete_source(store, sitting.sources["Residui"])).values["users"]
    delete_source(store, sitting.sources["Premio"])
    delete_area(store, fresh)
