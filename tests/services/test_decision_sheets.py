"""The sheet of a decision: what it lists, what it means, where its refusals stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.models.enums import AllocationRule, DecisionKind, MeetingState, ProposalState
from app.models.errors import InvalidInput
from app.models.money import Cents
from app.models.store import Store
from app.services.decisions.decisions import decision_rows, load_decision, save_decision
from app.services.decisions.drafts import DecisionDraft, OutcomeDraft, SplitArea, SplitDraft, SplitProject
from app.services.decisions.sheets import (
    AWARDABLE,
    OUTCOMES,
    DecisionSheet,
    at_point,
    blank_sheet,
    load_sheet,
    preview_sheet,
    save_sheet,
    sheet_draft,
    sheet_effects,
)
from app.services.meetings.closing import close_meeting
from app.services.meetings.drafts import MeetingDraft
from tests.services.builders import refusal
from tests.services.sitting import (
    AWARDS,
    CEILINGS,
    RESIDUE,
    Sitting,
    allocation_draft,
    build_sitting,
    first_meeting,
    open_sitting,
    residue_draft,
)


@pytest.fixture
def sitting(store: Store) -> Sitting:
    return build_sitting(store)


@pytest.fixture
def closed(store: Store, sitting: Sitting) -> MeetingDraft:
    """Meeting 1/2014, closed: the ceilings and the awards are in force."""
    meeting = first_meeting(store, sitting)
    assert meeting.id is not None
    close_meeting(store, meeting.id, "12:30")
    return meeting


def set_line(rows: tuple[Any, ...], place: int, **values: Any) -> tuple[Any, ...]:
    return (*rows[:place], replace(rows[place], **values), *rows[place + 1 :])


# --- what it lists -------------------------------------------------------------------------


def test_a_blank_sheet_lists_all_that_a_decision_could_touch(store: Store, sitting: Sitting) -> None:
    sheet = blank_sheet(store)
    assert [line.name for line in sheet.outcomes] == [
        "1 · Garbagnate · Progetto Garbagnate",
        "2 · Rho · Progetto Rho",
        "3 · Legnano · Progetto Legnano",
        "4 · Castano · Progetto Castano",
    ]
    assert {line.state for line in sheet.outcomes} == {None}
    assert [(line.name, line.has, line.amount) for line in sheet.area_amounts] == [
        ("A.1 Ambito 1", 0, None),
        ("A.2 Ambito 2", 0, None),
        ("A.3 Ambito 3", 0, None),
    ]
    first = sheet.project_amounts[0]
    assert (first.area, first.requested, first.left) == ("A.3", 69_800_00, 0)
    assert [line.taken for line in sheet.areas] == [False] * 3
    assert sheet.projects == (), "nothing is funded yet"


def test_lines_stand_as_when_the_point_comes_up(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    awards = load_sheet(store, next(row.id for row in decision_rows(store) if row.position == 2))
    assert [line.has for line in awards.area_amounts] == [150_000_00, 100_000_00, 120_000_00]
    assert [line.amount for line in awards.project_amounts] == list(AWARDS.values())
    moved = at_point(store, awards, meeting.items[0].id)
    assert [line.has for line in moved.area_amounts] == [0, 0, 0]
    assert [line.amount for line in moved.project_amounts] == list(AWARDS.values()), "what was filled in stays"
    assert at_point(store, awards, None).agenda_item_id is None


def test_a_decision_in_force_lists_only_what_it_touched(store: Store, closed: MeetingDraft) -> None:
    first, second = (load_sheet(store, row.id) for row in decision_rows(store))
    assert (first.label, first.state) == ("1/2014", MeetingState.CLOSED)
    assert [line.amount for line in first.area_amounts] == list(CEILINGS.values())
    assert (first.outcomes, first.project_amounts, first.areas, first.projects) == ((), (), (), ())
    assert len(second.project_amounts) == 4
    assert [line.state for line in second.outcomes] == [ProposalState.FUNDED] * 4


def test_a_proposal_without_an_area_or_a_way_to_money_has_no_amount(store: Store, sitting: Sitting) -> None:
    from app.models.proposals import Proposal

    with store.write("save_proposal") as session:
        for name, values in (("Rho", {"area_id": None}), ("Castano", {"state": "not_admissible"})):
            proposal = session.get(Proposal, sitting.proposals[name])
            for key, value in values.items():
                setattr(proposal, key, value)
    sheet = blank_sheet(store)
    assert [line.name.split(" · ")[1] for line in sheet.project_amounts] == ["Garbagnate", "Legnano"]
    assert [line.name.split(" · ")[1] for line in sheet.outcomes] == ["Garbagnate", "Rho", "Legnano"]


def test_kinds_of_states_are_told_apart() -> None:
    assert ProposalState.FUNDED in AWARDABLE
    assert ProposalState.DRAFT not in AWARDABLE
    assert not set(OUTCOMES) & {ProposalState.FUNDED, ProposalState.FUNDED_IN_PART}


# --- what it means -------------------------------------------------------------------------


@pytest.mark.parametrize("position", [1, 2])
def test_a_sheet_means_the_draft_that_it_was_laid_out_from(store: Store, sitting: Sitting, position: int) -> None:
    first_meeting(store, sitting)
    decision = next(row.id for row in decision_rows(store) if row.position == position)
    assert sheet_draft(load_sheet(store, decision))[0] == load_decision(store, decision)


@pytest.mark.parametrize(
    "split",
    [
        {},
        {"tie": ("A.3", "A.1", "A.2")},
        {"rule": AllocationRule.WEIGHTS, "weights": (5, 3, 2)},
        {"rule": AllocationRule.MIXED, "equal_share": 30, "weights": (5, 3, 2)},
        {"rule": AllocationRule.RANKING, "weights": (30_000_00, 20_000_00, 10_000_00)},
        {"rule": AllocationRule.BY_HAND, "weights": (54_182_60, 1, 1)},
        {"inner_tie": ("Castano", "Garbagnate")},
        {"inner_rule": AllocationRule.WEIGHTS, "inner_weights": (2, 1)},
    ],
)
def test_splits_come_back_as_they_were_saved(
    store: Store, sitting: Sitting, closed: MeetingDraft, split: dict[str, Any]
) -> None:
    meeting = open_sitting(store, sitting, "Riparto")
    weights = split.get("weights", (None,) * 3)
    inner = split.get("inner_weights", (None,) * 2)
    draft = residue_draft(
        sitting,
        meeting.items[0].id,
        rule=split.get("rule", AllocationRule.EQUAL),
        equal_share=split.get("equal_share", 0),
        areas=tuple(SplitArea(sitting.areas[code], weight) for code, weight in zip(CEILINGS, weights, strict=True)),
        tie=tuple(sitting.areas[code] for code in split.get("tie", ())),
        inner_rule=split.get("inner_rule", AllocationRule.EQUAL),
        projects=tuple(
            SplitProject(sitting.proposals[name], weight)
            for name, weight in zip(("Garbagnate", "Castano"), inner, strict=True)
        ),
        inner_tie=tuple(sitting.proposals[name] for name in split.get("inner_tie", ())),
    )
    key = save_decision(store, draft).id
    before = load_decision(store, key)
    sheet = load_sheet(store, key)
    effects = preview_sheet(store, sheet)
    assert effects.problems == ()
    assert before.split == draft.split
    save_sheet(store, sheet)
    after = load_decision(store, key)
    assert after.split is not None
    assert before.split is not None
    assert replace(after.split, projects=()) == replace(before.split, projects=())
    assert after.split.projects[:2] == before.split.projects  # the others are named too, as they share anyway
    assert preview_sheet(store, load_sheet(store, key)) == effects


def test_only_projects_of_areas_that_share_take_part(store: Store, sitting: Sitting, closed: MeetingDraft) -> None:
    sheet = replace(blank_sheet(store), kind=DecisionKind.RESIDUE, total=Cents(RESIDUE))
    sheet = replace(sheet, areas=tuple(replace(line, taken=line.name.startswith("A.3")) for line in sheet.areas))
    draft, _fields = sheet_draft(sheet)
    assert draft.split is not None
    assert [row.proposal_id for row in draft.split.projects] == [
        sitting.proposals["Garbagnate"],
        sitting.proposals["Castano"],
    ]
    assert [line.area for line in sheet.projects] == ["A.3", "A.2", "A.1", "A.3"]


def test_a_ranking_goes_by_the_places_given(store: Store, sitting: Sitting, closed: MeetingDraft) -> None:
    sheet = replace(blank_sheet(store), kind=DecisionKind.RESIDUE, total=Cents(100), rule=AllocationRule.RANKING)
    places = (None, 2, 1)
    sheet = replace(
        sheet,
        areas=tuple(
            replace(line, taken=True, cents=Cents(60), order=place)
            for line, place in zip(sheet.areas, places, strict=True)
        ),
    )
    split = sheet_draft(sheet)[0].split
    assert split is not None
    assert [row.area_id for row in split.areas] == [sitting.areas[code] for code in ("A.3", "A.2", "A.1")]
    assert split.tie == ()
    among = preview_sheet(store, sheet).allocations[0].allocation
    assert [share.amount for share in among.shares] == [60, 40, 0]


def test_what_a_kind_does_not_use_is_not_saved(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Riparto")
    sheet = replace(blank_sheet(store), agenda_item_id=meeting.items[0].id, subject="Presa d'atto")
    sheet = replace(sheet, area_amounts=set_line(sheet.area_amounts, 0, amount=Cents(100)))
    saved = load_decision(store, save_sheet(store, sheet).id)
    assert saved == DecisionDraft(id=saved.id, agenda_item_id=sheet.agenda_item_id, subject="Presa d'atto")


def test_outcomes_are_those_that_were_chosen(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Ammissione")
    sheet = replace(
        blank_sheet(store), agenda_item_id=meeting.items[0].id, kind=DecisionKind.ADMISSION, subject="Ammissione"
    )
    sheet = replace(
        sheet, outcomes=set_line(sheet.outcomes, 2, state=ProposalState.SUITABLE, reason="rispetta l'avviso")
    )
    key = save_sheet(store, sheet).id
    (outcome,) = load_decision(store, key).outcomes
    assert outcome == OutcomeDraft(
        sitting.proposals["Legnano"], ProposalState.SUITABLE, "rispetta l'avviso", outcome.id
    )
    assert [line.state for line in load_sheet(store, key).outcomes] == [None, None, ProposalState.SUITABLE, None]


# --- refusals ------------------------------------------------------------------------------


def residue_sheet(store: Store, **values: Any) -> DecisionSheet:
    """A split among all areas."""
    sheet = replace(blank_sheet(store), kind=DecisionKind.RESIDUE, subject="Riparto", total=Cents(RESIDUE))
    sheet = replace(sheet, areas=tuple(replace(line, taken=True) for line in sheet.areas))
    return replace(sheet, **values)


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"total": None}, "field.required", "total"),
        ({"total": Cents(10**9)}, "sources.too_little", "total"),
        ({"areas": ()}, "allocation.no_parts", "areas"),
        ({"rule": AllocationRule.WEIGHTS}, "allocation.weight_missing", "areas"),
        ({"rule": AllocationRule.BY_HAND}, "allocation.weight_missing", "areas"),
        (
            {"rule": AllocationRule.MIXED, "equal_share": 101},
            "allocation.weight_missing",
            "areas",
        ),
        ({"inner_rule": AllocationRule.WEIGHTS}, "allocation.weight_missing", "projects"),
    ],
)
def test_refusals_of_a_split_name_the_sheet(
    store: Store, closed: MeetingDraft, values: dict[str, Any], code: str, field: str
) -> None:
    (problem,) = preview_sheet(store, residue_sheet(store, **values)).problems
    assert (problem.code, problem.field) == (code, field)


def test_refusals_of_amounts_name_the_line(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    awards = load_sheet(store, next(row.id for row in decision_rows(store) if row.position == 2))
    lines = set_line(set_line(awards.project_amounts, 0, amount=None), 2, amount=Cents(150_000_01))
    assert refusal(save_sheet, store, replace(awards, project_amounts=lines)) == (
        "area.too_little",
        "project_amounts.2.amount",
    )
    ceilings = load_sheet(store, next(row.id for row in decision_rows(store) if row.position == 1))
    lines = set_line(set_line(ceilings.area_amounts, 0, amount=None), 1, amount=Cents(0))
    assert refusal(save_sheet, store, replace(ceilings, area_amounts=lines)) == (
        "amount.not_positive",
        "area_amounts.1.amount",
    )
    outcomes = set_line(awards.outcomes, 1, state=ProposalState.REVOKED)
    assert refusal(save_sheet, store, replace(awards, outcomes=outcomes)) == (
        "decision.outcome_refused",
        "outcomes.1.state",
    )
    assert refusal(save_sheet, store, replace(awards, subject="")) == ("field.required", "subject")
    assert meeting.id


# --- effects -------------------------------------------------------------------------------


def test_effects_of_a_decision_in_force_are_what_it_did(store: Store, sitting: Sitting, closed: MeetingDraft) -> None:
    first, second = (load_sheet(store, row.id) for row in decision_rows(store))
    done = sheet_effects(store, first)
    assert [(row.code, row.before, row.amount) for row in done.ceilings] == [
        (code, None, cents) for code, cents in CEILINGS.items()
    ]
    assert done.changes == ()
    assert [row.amount for row in sheet_effects(store, second).awards] == list(AWARDS.values())


def test_effects_of_a_decision_being_written_are_its_preview(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Risorse")
    key = save_decision(store, allocation_draft(sitting, meeting.items[0].id)).id
    sheet = load_sheet(store, key)
    assert sheet_effects(store, sheet) == preview_sheet(store, sheet)
    assert len(sheet_effects(store, sheet).changes) == 5
    assert sheet_effects(store, DecisionSheet()) == preview_sheet(store, DecisionSheet())


def test_an_unknown_tie_never_leaves_the_sheet(store: Store, closed: MeetingDraft) -> None:
    split = sheet_draft(residue_sheet(store))[0].split
    assert isinstance(split, SplitDraft)
    assert split.tie == ()
    with pytest.raises(InvalidInput):
        save_sheet(store, residue_sheet(store))
