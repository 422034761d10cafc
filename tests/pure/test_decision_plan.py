"""What a decision does, from its draft and from how things stand."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import AllocationRule, DecisionKind, ProposalState, TransferKind
from app.models.errors import AppError, InvalidInput, NotFound, RuleBroken
from app.models.money import CENTS_MAX, Cents
from app.services.decisions.drafts import (
    AreaAmount,
    DecisionDraft,
    OutcomeDraft,
    ProjectAmount,
    SplitArea,
    SplitDraft,
    SplitProject,
)
from app.services.decisions.ground import (
    AreaState,
    Consequences,
    Ground,
    PlannedMove,
    ProjectState,
    SourceState,
    is_reachable,
)
from app.services.decisions.plan import plan_decision

ADMISSION, ALLOCATION = DecisionKind.ADMISSION, DecisionKind.ALLOCATION
AWARD, RESIDUE, PLAIN = DecisionKind.AWARD, DecisionKind.RESIDUE, DecisionKind.PLAIN
FUNDED, IN_PART = ProposalState.FUNDED, ProposalState.FUNDED_IN_PART
SUITABLE, UNFUNDED = ProposalState.SUITABLE, ProposalState.SUITABLE_UNFUNDED


def source(key: str, balance: int, *, due: bool = True) -> SourceState:
    return SourceState(key, f"Fonte {key}", due, Cents(balance))


def area(key: str, balance: int = 0, *, total: int | None = None, ceiling: int | None = None) -> AreaState:
    code = f"A.{key[-1]}"
    whole = balance if total is None else total
    return AreaState(
        key, code, f"Ambito {key}", Cents(balance), Cents(whole), None if ceiling is None else Cents(ceiling)
    )


def project(
    number: int,
    area_id: str | None = "a1",
    state: ProposalState = SUITABLE,
    requested: int | None = None,
    awarded: int = 0,
) -> ProjectState:
    asked = None if requested is None else Cents(requested)
    return ProjectState(f"p{number}", number, f"Progetto {number}", "", "", area_id, state, asked, Cents(awarded))


def ground(
    sources: tuple[SourceState, ...] = (), areas: tuple[AreaState, ...] = (), projects: tuple[ProjectState, ...] = ()
) -> Ground:
    return Ground(sources, {row.id: row for row in areas}, {row.id: row for row in projects})


def decision(kind: DecisionKind, **more: Any) -> DecisionDraft:
    return DecisionDraft(kind=kind, subject="Oggetto", **more)


def refused(draft: DecisionDraft, before: Ground) -> tuple[type[AppError], str, str | None]:
    with pytest.raises(AppError) as refusal:
        plan_decision(draft, before)
    return type(refusal.value), refusal.value.code, refusal.value.field


def sums_to(planned: Consequences) -> dict[str, int]:
    """What comes and goes on each account."""
    found: dict[str, int] = {}
    for move in planned.moves:
        found[move.from_id] = found.get(move.from_id, 0) - move.amount
        found[move.to_id] = found.get(move.to_id, 0) + move.amount
    return found


# --- states ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("present", "wanted", "reachable"),
    [
        (ProposalState.SUBMITTED, ProposalState.ADMISSIBLE, True),
        (ProposalState.SUBMITTED, SUITABLE, False),
        (ProposalState.ADMISSIBLE, SUITABLE, True),
        (ProposalState.ADMISSIBLE, ProposalState.NOT_SUITABLE, True),
        (ProposalState.ADMISSIBLE, FUNDED, True),
        (ProposalState.EVALUATED, UNFUNDED, True),
        (SUITABLE, SUITABLE, False),
        (SUITABLE, FUNDED, True),
        (FUNDED, IN_PART, False),
        (IN_PART, FUNDED, True),
        (ProposalState.DRAFT, FUNDED, False),
        (ProposalState.CONCLUDED, FUNDED, False),
    ],
)
def test_is_reachable(present: ProposalState, wanted: ProposalState, reachable: bool) -> None:
    assert is_reachable(present, wanted) is reachable


def test_plain_decision_does_nothing() -> None:
    before = ground((source("s1", 5),), (area("a1"),), (project(1),))
    draft = decision(PLAIN, outcomes=(OutcomeDraft("p1", FUNDED),), area_amounts=(AreaAmount("a1", Cents(1)),))
    assert plan_decision(draft, before) == Consequences((), (), (), (), before)


def test_admission_gives_states() -> None:
    before = ground(projects=(project(1, state=ProposalState.ADMISSIBLE), project(2, state=ProposalState.SUBMITTED)))
    outcomes = (OutcomeDraft("p1", SUITABLE, " idonea "), OutcomeDraft("p2", ProposalState.NOT_ADMISSIBLE))
    planned = plan_decision(decision(ADMISSION, outcomes=outcomes), before)
    assert [(row.proposal_id, row.state, row.reason, row.stated) for row in planned.outcomes] == [
        ("p1", SUITABLE, "idonea", True),
        ("p2", ProposalState.NOT_ADMISSIBLE, "", True),
    ]
    assert planned.after.projects["p1"].state is SUITABLE
    assert not planned.moves


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((), (InvalidInput, "decision.outcomes_missing", "outcomes")),
        ((OutcomeDraft(),), (InvalidInput, "field.required", "outcomes.0.proposal_id")),
        ((OutcomeDraft("gone"),), (NotFound, "record.gone", "outcomes.0.proposal_id")),
        (
            (OutcomeDraft("p1", UNFUNDED), OutcomeDraft("p1", UNFUNDED)),
            (InvalidInput, "decision.proposal_repeated", "outcomes.1.proposal_id"),
        ),
        ((OutcomeDraft("p1", ProposalState.STARTED),), (RuleBroken, "decision.outcome_refused", "outcomes.0.state")),
        ((OutcomeDraft("p1", FUNDED),), (InvalidInput, "decision.granted_without_amount", "outcomes.0.state")),
    ],
)
def test_admission_refuses(outcomes: tuple[OutcomeDraft, ...], expected: tuple[type[AppError], str, str]) -> None:
    assert refused(decision(ADMISSION, outcomes=outcomes), ground(projects=(project(1),))) == expected


# --- areas -------------------------------------------------------------------------------


def test_allocation_takes_from_due_sources_in_their_order() -> None:
    before = ground(
        (source("s1", 100), source("s2", 500, due=False), source("s3", 80)),
        (area("a1", 5, total=30, ceiling=40), area("a2")),
    )
    draft = decision(ALLOCATION, area_amounts=(AreaAmount("a2", Cents(60)), AreaAmount("a1", Cents(90))))
    planned = plan_decision(draft, before)
    kind = TransferKind.ALLOCATION
    assert planned.moves == (
        PlannedMove(1, kind, "s1", "a2", Cents(60)),
        PlannedMove(2, kind, "s1", "a1", Cents(40)),
        PlannedMove(2, kind, "s3", "a1", Cents(50)),
    )
    assert planned.ceilings == (("a2", 60), ("a1", 120))
    assert [row.balance for row in planned.after.sources] == [0, 500, 30]
    assert planned.after.areas["a1"] == area("a1", 95, total=120, ceiling=120)
    assert planned.after.areas["a2"] == area("a2", 60, ceiling=60)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), (InvalidInput, "decision.amounts_missing", "area_amounts")),
        ((AreaAmount(None, Cents(1)),), (InvalidInput, "field.required", "area_amounts.0.area_id")),
        ((AreaAmount("gone", Cents(1)),), (NotFound, "record.gone", "area_amounts.0.area_id")),
        (
            (AreaAmount("a1", Cents(1)), AreaAmount("a1", Cents(1))),
            (InvalidInput, "decision.area_repeated", "area_amounts.1.area_id"),
        ),
        ((AreaAmount("a1"),), (InvalidInput, "field.required", "area_amounts.0.amount")),
        ((AreaAmount("a1", Cents(0)),), (InvalidInput, "amount.not_positive", "area_amounts.0.amount")),
        (
            (AreaAmount("a1", Cents(CENTS_MAX + 1)),),
            (InvalidInput, "amount.too_large", "area_amounts.0.amount"),
        ),
        ((AreaAmount("a1", Cents(101)),), (RuleBroken, "sources.too_little", "area_amounts")),
    ],
)
def test_allocation_refuses(rows: tuple[AreaAmount, ...], expected: tuple[type[AppError], str, str]) -> None:
    before = ground((source("s1", 100), source("s2", 900, due=False)), (area("a1"),))
    assert refused(decision(ALLOCATION, area_amounts=rows), before) == expected


def test_too_little_on_the_sources_says_how_much_is_missing() -> None:
    before = ground((source("s1", 100),), (area("a1"),))
    with pytest.raises(RuleBroken) as refusal:
        plan_decision(decision(ALLOCATION, area_amounts=(AreaAmount("a1", Cents(130)),)), before)
    assert refusal.value.values == {"needed": 130, "available": 100, "missing": 30}


# --- projects ----------------------------------------------------------------------------


def test_award_moves_money_and_gives_states() -> None:
    rows = (project(1, requested=100), project(2, requested=100), project(3), project(4, state=FUNDED, awarded=10))
    before = ground(areas=(area("a1", 300, ceiling=300),), projects=rows)
    first = (ProjectAmount("p1", Cents(100)), ProjectAmount("p2", Cents(60)))
    second = (ProjectAmount("p3", Cents(85)), ProjectAmount("p4", Cents(50)))
    planned = plan_decision(decision(AWARD, project_amounts=first), before)
    assert [(row.proposal_id, row.state, row.stated) for row in planned.outcomes] == [
        ("p1", FUNDED, False),
        ("p2", IN_PART, False),
    ]
    assert planned.moves == (
        PlannedMove(1, TransferKind.AWARD, "a1", "p1", Cents(100)),
        PlannedMove(2, TransferKind.AWARD, "a1", "p2", Cents(60)),
    )
    assert planned.after.areas["a1"] == area("a1", 140, total=300, ceiling=300)
    again = plan_decision(decision(AWARD, project_amounts=second), planned.after)
    assert [(row.proposal_id, row.state) for row in again.outcomes] == [("p3", FUNDED)]
    assert again.after.projects["p4"].awarded == 60
    whole = plan_decision(decision(AWARD, project_amounts=(ProjectAmount("p2", Cents(40)),)), planned.after)
    assert [(row.proposal_id, row.state) for row in whole.outcomes] == [("p2", FUNDED)]
    part = plan_decision(decision(AWARD, project_amounts=(ProjectAmount("p2", Cents(39)),)), planned.after)
    assert part.outcomes == ()


def test_award_may_state_outcomes_of_its_own() -> None:
    before = ground(areas=(area("a1", 300),), projects=(project(1, requested=100), project(2)))
    draft = decision(
        AWARD,
        outcomes=(OutcomeDraft("p1", IN_PART, "riparametrata"), OutcomeDraft("p2", UNFUNDED)),
        project_amounts=(ProjectAmount("p1", Cents(100)),),
    )
    planned = plan_decision(draft, before)
    assert [(row.proposal_id, row.state, row.reason) for row in planned.outcomes] == [
        ("p2", UNFUNDED, ""),
        ("p1", IN_PART, "riparametrata"),
    ]
    same = replace(before.projects["p1"], state=IN_PART)
    assert (
        plan_decision(draft, replace(before, projects={**before.projects, "p1": same})).outcomes[-1].state is UNFUNDED
    )


def test_award_of_a_proposal_made_suitable_by_the_same_decision() -> None:
    before = ground(areas=(area("a1", 300),), projects=(project(1, state=ProposalState.ADMISSIBLE),))
    draft = decision(
        AWARD, outcomes=(OutcomeDraft("p1", SUITABLE),), project_amounts=(ProjectAmount("p1", Cents(100)),)
    )
    assert [row.state for row in plan_decision(draft, before).outcomes] == [SUITABLE, FUNDED]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), (InvalidInput, "decision.amounts_missing", "project_amounts")),
        ((ProjectAmount(None, Cents(1)),), (InvalidInput, "field.required", "project_amounts.0.proposal_id")),
        ((ProjectAmount("gone", Cents(1)),), (NotFound, "record.gone", "project_amounts.0.proposal_id")),
        (
            (ProjectAmount("p1", Cents(1)), ProjectAmount("p1", Cents(1))),
            (InvalidInput, "decision.proposal_repeated", "project_amounts.1.proposal_id"),
        ),
        ((ProjectAmount("p1"),), (InvalidInput, "field.required", "project_amounts.0.amount")),
        ((ProjectAmount("p1", Cents(-5)),), (InvalidInput, "amount.not_positive", "project_amounts.0.amount")),
        ((ProjectAmount("p1", Cents(101)),), (RuleBroken, "area.too_little", "project_amounts.0.amount")),
        ((ProjectAmount("p2", Cents(1)),), (RuleBroken, "award.not_suitable", "project_amounts.0.proposal_id")),
        ((ProjectAmount("p3", Cents(1)),), (RuleBroken, "proposal.no_area", "project_amounts.0.amount")),
        (
            (ProjectAmount("p1", Cents(60)), ProjectAmount("p4", Cents(60))),
            (RuleBroken, "area.too_little", "project_amounts.1.amount"),
        ),
    ],
)
def test_award_refuses(rows: tuple[ProjectAmount, ...], expected: tuple[type[AppError], str, str]) -> None:
    before = ground(
        areas=(area("a1", 100),),
        projects=(project(1), project(2, state=ProposalState.NOT_SUITABLE), project(3, area_id=None), project(4)),
    )
    assert refused(decision(AWARD, project_amounts=rows), before) == expected


def test_stated_outcome_that_cannot_be_reached_is_refused() -> None:
    before = ground(areas=(area("a1", 100),), projects=(project(1, state=FUNDED),))
    draft = decision(AWARD, outcomes=(OutcomeDraft("p1", IN_PART),), project_amounts=(ProjectAmount("p1", Cents(5)),))
    assert refused(draft, before) == (RuleBroken, "decision.outcome_refused", "project_amounts.0.proposal_id")


# --- residue -----------------------------------------------------------------------------


def plan_ground() -> Ground:
    """The plan after its first meeting."""
    return ground(
        (source("s1", 0), source("s2", 54_182_62)),
        (
            area("a1", 0, total=150_000_00, ceiling=150_000_00),
            area("a2", 0, total=100_000_00, ceiling=100_000_00),
            area("a3", 0, total=120_000_00, ceiling=120_000_00),
            area("b1"),
        ),
        (
            project(1, "a3", FUNDED, awarded=69_803_00),
            project(2, "a2", FUNDED, awarded=100_000_00),
            project(3, "a1", FUNDED, awarded=150_000_00),
            project(4, "a3", IN_PART, requested=59_000_00, awarded=50_197_00),
        ),
    )


def split(**more: Any) -> DecisionDraft:
    areas = tuple(SplitArea(key) for key in ("a1", "a2", "a3"))
    return decision(RESIDUE, split=replace(SplitDraft(total=Cents(54_182_62), areas=areas), **more))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, [18_060_88, 18_060_87, 9_030_44, 9_030_43]),
        ({"tie": ("a3",)}, [18_060_87, 18_060_87, 9_030_44, 9_030_44]),
        ({"inner_tie": ("p4",)}, [18_060_88, 18_060_87, 9_030_43, 9_030_44]),
        ({"projects": (SplitProject("p4"), SplitProject("p1"))}, [18_060_88, 18_060_87, 9_030_43, 9_030_44]),
        ({"projects": (SplitProject("p4"),)}, [18_060_88, 18_060_87, 9_030_43, 9_030_44]),
        (
            {
                "rule": AllocationRule.WEIGHTS,
                "areas": tuple(
                    SplitArea(key, cents) for key, cents in (("a1", 150_000_00), ("a2", 100_000_00), ("a3", 120_000_00))
                ),
            },
            [21_965_93, 14_643_95, 8_786_37, 8_786_37],
        ),
        (
            {"inner_rule": AllocationRule.WEIGHTS, "projects": (SplitProject("p1", 2), SplitProject("p4", 1))},
            [18_060_88, 18_060_87, 12_040_58, 6_020_29],
        ),
    ],
)
def test_residue_of_the_plan(more: dict[str, Any], expected: list[int]) -> None:
    planned = plan_decision(split(**more), plan_ground())
    gains = sums_to(planned)
    assert [gains[key] for key in ("p3", "p2", "p1", "p4")] == expected
    assert gains["s2"] == -54_182_62
    assert {gains[key] for key in ("a1", "a2", "a3")} == {0}
    assert planned.after.sources[1].balance == 0
    assert dict(planned.ceilings) == {
        "a1": 150_000_00 + expected[0],
        "a2": 100_000_00 + expected[1],
        "a3": 120_000_00 + expected[2] + expected[3],
    }


def test_residue_completes_a_project_funded_in_part() -> None:
    planned = plan_decision(split(), plan_ground())
    assert [(row.proposal_id, row.state) for row in planned.outcomes] == [("p4", FUNDED)]
    assert [row.parent_id for row in planned.splits] == [None, "a3"]
    assert [(move.bundle, move.from_id, move.to_id, move.split) for move in planned.moves] == [
        (1, "s2", "a1", 0),
        (2, "a1", "p3", 0),
        (3, "s2", "a2", 0),
        (4, "a2", "p2", 0),
        (5, "s2", "a3", 0),
        (6, "a3", "p1", 1),
        (7, "a3", "p4", 1),
    ]


def test_residue_stays_on_an_area_without_funded_projects() -> None:
    planned = plan_decision(split(areas=(SplitArea("b1"),), total=Cents(10)), plan_ground())
    assert [(move.from_id, move.to_id, move.amount) for move in planned.moves] == [("s2", "b1", 10)]
    assert planned.ceilings == (("b1", 10),)


def test_a_share_of_nothing_moves_nothing() -> None:
    rows = (SplitArea("a1", 0), SplitArea("a3", 1))
    weights = {"inner_rule": AllocationRule.WEIGHTS, "projects": (SplitProject("p1", 0), SplitProject("p4", 1))}
    planned = plan_decision(split(rule=AllocationRule.WEIGHTS, areas=rows, total=Cents(9), **weights), plan_ground())
    assert [(move.from_id, move.to_id, move.amount) for move in planned.moves] == [("s2", "a3", 9), ("a3", "p4", 9)]
    assert [code for code, _ in planned.ceilings] == ["a3"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"total": None}, (InvalidInput, "field.required", "split.total")),
        ({"total": Cents(0)}, (InvalidInput, "amount.not_positive", "split.total")),
        ({"total": Cents(54_182_63)}, (RuleBroken, "sources.too_little", "split.total")),
        ({"areas": ()}, (InvalidInput, "allocation.no_parts", "split.areas")),
        ({"areas": (SplitArea(),)}, (InvalidInput, "field.required", "split.areas.0.area_id")),
        ({"areas": (SplitArea("gone"),)}, (NotFound, "record.gone", "split.areas.0.area_id")),
        (
            {"areas": (SplitArea("a1"), SplitArea("a1"))},
            (InvalidInput, "decision.area_repeated", "split.areas.1.area_id"),
        ),
        ({"rule": AllocationRule.WEIGHTS}, (InvalidInput, "allocation.weight_missing", "split.areas")),
        (
            {"rule": AllocationRule.MIXED, "areas": (SplitArea("a1", 1),), "equal_share": 101},
            (InvalidInput, "allocation.equal_share_range", "split.equal_share"),
        ),
        ({"tie": ("b1",)}, (InvalidInput, "split.tie_unknown", "split.tie")),
        ({"inner_tie": ("p9",)}, (InvalidInput, "split.tie_unknown", "split.inner_tie")),
        ({"projects": (SplitProject(),)}, (InvalidInput, "field.required", "split.projects.0.proposal_id")),
        (
            {"projects": (SplitProject("p1"), SplitProject("p1"))},
            (InvalidInput, "decision.proposal_repeated", "split.projects.1.proposal_id"),
        ),
        (
            {"areas": (SplitArea("a1"),), "projects": (SplitProject("p1"),)},
            (RuleBroken, "split.not_funded", "split.projects.0.proposal_id"),
        ),
        ({"inner_rule": AllocationRule.WEIGHTS}, (InvalidInput, "allocation.weight_missing", "split.projects")),
        (
            {
                "inner_rule": AllocationRule.MIXED,
                "inner_equal_share": -1,
                "projects": (SplitProject("p1", 1), SplitProject("p4", 1)),
            },
            (InvalidInput, "allocation.equal_share_range", "split.inner_equal_share"),
        ),
    ],
)
def test_residue_refuses(more: dict[str, Any], expected: tuple[type[AppError], str, str]) -> None:
    assert refused(split(**more), plan_ground()) == expected


def test_residue_without_a_split_asks_for_the_total() -> None:
    assert refused(decision(RESIDUE), plan_ground()) == (InvalidInput, "field.required", "split.total")


def test_a_refused_weight_names_the_area_and_not_its_key() -> None:
    rows = (SplitArea("a1", -1), SplitArea("a2", 1))
    with pytest.raises(InvalidInput) as refusal:
        plan_decision(split(rule=AllocationRule.WEIGHTS, areas=rows), plan_ground())
    assert (refusal.value.code, refusal.value.values) == ("allocation.weight_range", {"part": "A.1"})


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=4),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=4),
    st.integers(1, 5 * 10**6),
    st.lists(st.integers(0, 3), min_size=0, max_size=6),
)
def test_residue_loses_no_cent_and_stays_within_ceilings(
    balances: list[int], weights: list[int], total: int, homes: list[int]
) -> None:
    areas = tuple(area(f"a{n}", ceiling=n) for n in range(len(weights)))
    projects = tuple(project(n, f"a{home % len(weights)}", FUNDED) for n, home in enumerate(homes, start=1))
    before = ground(tuple(source(f"s{n}", cents) for n, cents in enumerate(balances)), areas, projects)
    rows = tuple(SplitArea(f"a{n}", weight) for n, weight in enumerate(weights))
    draft = decision(RESIDUE, split=SplitDraft(total=Cents(total), rule=AllocationRule.WEIGHTS, areas=rows))
    if total > sum(balances):
        assert refused(draft, before)[1] == "sources.too_little"
        return
    planned = plan_decision(draft, before)
    after = planned.after
    assert sum(row.balance for row in after.sources) == sum(balances) - total
    assert all(row.balance >= 0 for row in after.sources)
    assert sum(row.total for row in after.areas.values()) == total
    for row in after.areas.values():
        inside = sum(each.awarded for each in after.projects.values() if each.area_id == row.id)
        assert row.total == row.balance + inside
        assert row.ceiling is not None
        assert row.total <= row.ceiling
    gains = sums_to(planned)
    for old in before.projects.values():
        assert after.projects[old.id].awarded - old.awarded == gains.get(old.id, 0)
    bundles = [move.bundle for move in planned.moves]
    assert bundles == sorted(bundles)
    assert {
        len({move.to_id for move in group}) for _, group in itertools.groupby(planned.moves, lambda m: m.bundle)
    } == {1}
