"""Rankings: computed, settled by a draw, adopted; what they refuse; their awards, and scrolling."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.models.enums import AwardKind, AwardManner, DrawKind, ProposalState, RankingState, RescaleRule
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.money import Cents
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.decisions.decisions import load_decision
from app.services.evaluation.award_decisions import award_by_ranking, next_awards
from app.services.evaluation.declarations import InterestDraft, InterestsDraft, save_interests
from app.services.evaluation.ranking_drafts import ByHandDraft, DrawnDraft, RankingView
from app.services.evaluation.ranking_words import why
from app.services.evaluation.rankings import (
    adopt_ranking,
    delete_ranking,
    load_ranking,
    points_of,
    ranking_rows,
    ranking_view,
    save_ranking,
)
from app.services.evaluation.sheet_reading import sheet_key
from app.services.evaluation.sheets import set_sheet_aside
from app.services.integrity import verify
from app.services.journal.undo import last_undoable, undo
from app.services.meetings.closing import close_meeting
from app.services.meetings.waiting import waiting_items
from app.services.proposals.states import set_proposal_state
from app.services.wording.texts import translator
from tests.services.ranked import DAY, JUDGES, adopted, drawn, give_points, ranking_draft, write_judged
from tests.services.sitting import Sitting, balances, open_sitting
from tests.services.world import past_the_guards, reopen

EN = translator("en")


@pytest.fixture(scope="module")
def judged_archive(empty_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sitting]:
    """The plan's own case with three judges, money on the areas and all points given, closed; and its keys."""
    path = Path(shutil.copy(empty_archive, tmp_path_factory.mktemp("judged")))
    return path, write_judged(path)


@pytest.fixture
def sitting(judged_archive: tuple[Path, Sitting]) -> Sitting:
    """Keys of what is in `store`."""
    return judged_archive[1]


@pytest.fixture
def store(judged_archive: tuple[Path, Sitting], tmp_path: Path) -> Iterator[Store]:
    """A copy of the archive, open for writing."""
    with reopen(Path(shutil.copy(judged_archive[0], tmp_path))) as opened:
        yield opened


def told(view: RankingView) -> list[tuple[str, int, int | None, int]]:
    """(area, number, place, cents) of each."""
    return [(row.area, row.number, row.place, row.amount) for row in view.rows]


def test_a_ranking_by_area_with_an_open_tie_that_a_draw_settles(store: Store, sitting: Sitting) -> None:
    key = save_ranking(store, ranking_draft(store, sitting)).id
    view = ranking_view(store, key)
    assert [group.area for group in view.groups] == ["A.1 Ambito 1", "A.2 Ambito 2", "A.3 Ambito 3"]
    assert [(row.number, row.place, row.tied, row.points) for row in view.rows] == [
        (3, 1, (), Fraction(80)),
        (2, None, (), Fraction(50)),
        (1, 1, (4,), Fraction(80)),
        (4, 1, (1,), Fraction(80)),
    ]
    assert (view.tied, view.unjudged, view.is_outdated) == ((1, 4), (), False)
    with pytest.raises(RuleBroken) as refused:
        adopt_ranking(store, key)
    assert (refused.value.code, refused.value.values["numbers"]) == ("ranking.ties_open", ("1", "4"))
    kept = load_ranking(store, key)
    with pytest.raises(InvalidInput) as short:
        save_ranking(store, replace(kept, draw=DrawKind.NUMBERS, numbers=drawn(sitting, Castano=4)))
    assert (short.value.code, short.value.values["numbers"]) == ("ranking.draw_short", ("1", "4"))
    save_ranking(store, replace(kept, draw=DrawKind.NUMBERS, numbers=drawn(sitting, Castano=4, Garbagnate=9)))
    adopt_ranking(store, key)
    # A.3 has 120.000,00: Castano takes its 50.197,00, Garbagnate asked for 69.800,00
    assert told(ranking_view(store, key)) == [
        ("A.1", 3, 1, 150_000_00),
        ("A.2", 2, None, 0),
        ("A.3", 4, 1, 50_197_00),
        ("A.3", 1, 2, 69_800_00),
    ]
    (row,) = ranking_rows(store)
    assert (row.state, row.number, row.ranked, row.suitable, row.open_ties, row.cents) == (
        RankingState.ADOPTED,
        1,
        4,
        3,
        0,
        269_997_00,
    )
    with store.read() as session:
        assert points_of(session)[sitting.proposals["Rho"]] == 50


def test_a_seed_settles_ties_and_can_be_repeated(store: Store, sitting: Sitting) -> None:
    places = set()
    for _time in range(2):
        key = save_ranking(store, ranking_draft(store, sitting, draw=DrawKind.SEED, seed=" 47-12 ")).id
        view = ranking_view(store, key)
        assert (view.tied, view.draft.seed) == ((), "47-12")
        places.add(tuple(told(view)))
    assert len(places) == 1


def test_why_is_told_in_words(store: Store, sitting: Sitting) -> None:
    view = ranking_view(store, adopted(store, sitting, share_max="90"))
    assert why(view, sitting.proposals["Garbagnate"], EN) == (
        "Proposal no. 1: A 50 + B 30 = 80 points.",
        "They are the mean of 3 sheets.",
        "It is no. 2 of 2 suitable proposals.",
        "No. 4 has the same points and goes first by the draw: 4 against 9.",
        "Of the 69.800,00\xa0€ asked for, at most 62.820,00\xa0€ can be given.",
        "It gets 62.820,00\xa0€: all that is due.",
    )
    assert why(view, sitting.proposals["Rho"], EN) == (
        "Proposal no. 2: A 20 + B 30 = 50 points.",
        "They are the mean of 3 sheets.",
        "The total of 50 is below the threshold of 60: it is not suitable.",
    )
    assert "Il totale di 50 è sotto la soglia di 60" in " ".join(why(view, sitting.proposals["Rho"], translator("it")))


def test_an_adopted_ranking_never_changes(store: Store, sitting: Sitting) -> None:
    key = adopted(store, sitting)
    for attempt in (
        lambda: save_ranking(store, load_ranking(store, key)),
        lambda: adopt_ranking(store, key),
        lambda: delete_ranking(store, key),
    ):
        with pytest.raises(RuleBroken) as refused:
            attempt()
        assert refused.value.code == "ranking.adopted"
    gesture = last_undoable(store)
    assert gesture is not None
    with pytest.raises(AppError) as taken_back:
        undo(store, gesture.number)
    assert taken_back.value.code == "ranking.adopted"


def test_a_draft_can_be_computed_again_and_removed(store: Store, sitting: Sitting) -> None:
    key = save_ranking(store, ranking_draft(store, sitting)).id
    save_ranking(store, replace(load_ranking(store, key), by_area=False, note="prova"))
    view = ranking_view(store, key)
    assert [group.area for group in view.groups] == [""]
    assert [row.number for row in view.rows] == [3, 1, 4, 2]  # 3 has more points on B
    assert (
        "No. 3 has the same points and goes first by more points on B: 35 against 30."
        in why(view, sitting.proposals["Garbagnate"], EN)
        or view.rows[1].tied
    )
    delete_ranking(store, key)
    assert ranking_rows(store) == ()
    gesture = last_undoable(store)
    assert gesture is not None
    undo(store, gesture.number)
    assert len(ranking_view(store, key).rows) == 4


def test_conflicts_after_the_points_set_them_aside_and_make_a_draft_outdated(store: Store, sitting: Sitting) -> None:
    give = ranking_draft(store, sitting, draw=DrawKind.NUMBERS, numbers=drawn(sitting, Garbagnate=1, Castano=2))
    key = save_ranking(store, give).id
    conflict = InterestDraft(proposal_id=sitting.proposals["Rho"], ground="cugino del presidente")
    declared = InterestsDraft(call_id=give.call_id, member_id=sitting.members["Verdi"], day=DAY, conflicts=(conflict,))
    save_interests(store, declared)
    view = ranking_view(store, key)
    assert (view.is_outdated, view.unjudged) == (True, ())
    with pytest.raises(RuleBroken) as refused:
        adopt_ranking(store, key)
    assert refused.value.code == "ranking.outdated"
    save_ranking(store, load_ranking(store, key))
    marks = ranking_view(store, key).inputs.by_key[sitting.proposals["Rho"]].marks
    assert set(marks.members) == {sitting.members["Rossi"], sitting.members["Bianchi"]}
    adopt_ranking(store, key)
    assert verify(store, EN).ok


def test_a_conflict_that_comes_to_light_after_the_adoption_is_told(store: Store, sitting: Sitting) -> None:
    key = adopted(store, sitting)
    assert ranking_view(store, key).late == ()
    conflict = InterestDraft(proposal_id=sitting.proposals["Legnano"], ground="socio")
    declared = InterestsDraft(
        call_id=ranking_draft(store, sitting).call_id,
        member_id=sitting.members["Rossi"],
        day=DAY,
        conflicts=(conflict,),
    )
    save_interests(store, declared)
    view = ranking_view(store, key)
    assert (view.late, view.is_outdated, view.rows[0].points) == ((3,), False, 80)
    assert verify(store, EN).ok  # it follows from its inputs still


def test_proposals_without_points_keep_a_ranking_from_being_adopted(store: Store, sitting: Sitting) -> None:
    key = sheet_key(sitting.proposals["Rho"], sitting.members["Verdi"])
    set_sheet_aside(store, key, "dato errato")
    key = save_ranking(
        store, ranking_draft(store, sitting, draw=DrawKind.NUMBERS, numbers=drawn(sitting, Garbagnate=1, Castano=2))
    ).id
    assert ranking_view(store, key).unjudged == (2,)
    with pytest.raises(RuleBroken) as refused:
        adopt_ranking(store, key)
    assert (refused.value.code, refused.value.values["numbers"]) == ("ranking.unjudged", ("2",))
    give_points(store, sitting.proposals["Rho"], sitting.members["Verdi"], (20, 30))
    save_ranking(store, load_ranking(store, key))
    adopt_ranking(store, key)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"call_id": None}, "field.required", "call_id"),
        ({"day": None}, "field.required", "day"),
        ({"draw": DrawKind.SEED}, "field.required", "seed"),
        ({"draw": DrawKind.NUMBERS, "numbers": (DrawnDraft(number=1),)}, "field.required", "numbers.0.proposal_id"),
        ({"share_max": "0"}, "ranking.share_range", "share_max"),
        ({"share_max": "101"}, "ranking.share_range", "share_max"),
        ({"share_max": "x"}, "percent.format", "share_max"),
        ({"accept_days": -1}, "number.negative", "accept_days"),
    ],
)
def test_what_is_wrong_in_what_is_asked_is_named(
    store: Store, sitting: Sitting, wrong: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        save_ranking(store, ranking_draft(store, sitting, **wrong))
    assert (refused.value.code, refused.value.field) == (code, field)


def test_numbers_that_are_drawn_twice_are_refused(store: Store, sitting: Sitting) -> None:
    for numbers, code in (
        (drawn(sitting, Garbagnate=1, Castano=1), "ranking.number_repeated"),
        (drawn(sitting, Castano=1) * 2, "ranking.proposal_repeated"),
        ((DrawnDraft(proposal_id=sitting.proposals["Rho"]),), "field.required"),
    ):
        with pytest.raises(InvalidInput) as refused:
            save_ranking(store, ranking_draft(store, sitting, draw=DrawKind.NUMBERS, numbers=numbers))
        assert refused.value.code == code


def test_a_cut_by_hand_is_asked_of_all(store: Store, sitting: Sitting) -> None:
    by_hand = {"manner": AwardManner.RESCALED, "rescale": RescaleRule.BY_HAND, "draw": DrawKind.SEED, "seed": "1"}
    names = ("Garbagnate", "Castano", "Legnano")
    amounts = tuple(ByHandDraft(proposal_id=sitting.proposals[name], amount=Cents(50_000_00)) for name in names)
    with pytest.raises(InvalidInput) as refused:
        save_ranking(store, ranking_draft(store, sitting, **by_hand, amounts=amounts[:1]))
    assert refused.value.code == "award.by_hand_missing"
    key = save_ranking(store, ranking_draft(store, sitting, **by_hand, amounts=amounts)).id
    given = {row.number: (row.amount, row.kind) for row in ranking_view(store, key).rows if row.amount}
    assert given == {
        1: (50_000_00, AwardKind.PART),
        3: (50_000_00, AwardKind.PART),
        4: (50_000_00, AwardKind.PART),
    }
    assert load_ranking(store, key).amounts[0].amount == 50_000_00


def test_the_awards_of_an_adopted_ranking_become_a_decision(store: Store, sitting: Sitting) -> None:
    with store.write("save_proposal") as session:
        session.get_one(Proposal, sitting.proposals["Garbagnate"]).grant_declared = Cents(100_000_00)
    key = save_ranking(
        store, ranking_draft(store, sitting, draw=DrawKind.NUMBERS, numbers=drawn(sitting, Garbagnate=9, Castano=4))
    ).id
    meeting = open_sitting(store, sitting, "Graduatoria")
    with pytest.raises(RuleBroken) as early:
        award_by_ranking(store, key, meeting.items[0].id, EN)
    assert early.value.code == "ranking.not_adopted"
    adopt_ranking(store, key)
    decision = load_decision(store, award_by_ranking(store, key, meeting.items[0].id, EN).id)
    assert {(row.proposal_id, row.state) for row in decision.outcomes} >= {
        (sitting.proposals["Castano"], ProposalState.FUNDED),
        (sitting.proposals["Garbagnate"], ProposalState.FUNDED_IN_PART),
        (sitting.proposals["Rho"], ProposalState.NOT_SUITABLE),
    }
    with store.read() as session:
        assert session.get_one(Proposal, sitting.proposals["Castano"]).state == ProposalState.EVALUATED.value


def test_the_money_moves_at_closing_and_who_renounces_is_passed_over(store: Store, sitting: Sitting) -> None:
    with store.write("save_proposal") as session:
        session.get_one(Proposal, sitting.proposals["Garbagnate"]).grant_declared = Cents(100_000_00)
    key = adopted(store, sitting)
    assert [(row.number, row.amount, row.kind) for row in next_awards(store, key)] == [
        (3, 150_000_00, AwardKind.FULL),
        (4, 50_197_00, AwardKind.FULL),
        (1, 69_803_00, AwardKind.PART),
    ]
    told = "Ranking no. 1 of “Avviso”: outcomes and grants"
    assert told in [item.title for item in waiting_items(store, EN)]
    meeting = open_sitting(store, sitting, "Graduatoria")
    award_by_ranking(store, key, meeting.items[0].id, EN)
    assert meeting.id is not None
    close_meeting(store, meeting.id, "12:00")
    assert told not in [item.title for item in waiting_items(store, EN)]
    kept = balances(store)
    assert (kept["Progetto Garbagnate"], kept["Progetto Castano"]) == (69_803_00, 50_197_00)
    assert [(row.number, row.due, row.amount) for row in next_awards(store, key)] == [
        (3, 0, 0),
        (4, 0, 0),
        (1, 30_197_00, 0),
    ]
    set_proposal_state(store, sitting.proposals["Castano"], ProposalState.RENOUNCED)
    assert [row.number for row in next_awards(store, key)] == [3, 1]
    second = open_sitting(store, sitting, "Scorrimento")
    with pytest.raises(RuleBroken) as nothing:
        award_by_ranking(store, key, second.items[0].id, EN)
    assert nothing.value.code == "ranking.no_area_money"
    assert verify(store, EN).ok


def test_what_was_given_by_hand_is_not_given_again(store: Store, sitting: Sitting) -> None:
    amounts = {"Garbagnate": 40_000_00, "Castano": 30_000_00, "Legnano": 70_000_00, "Rho": 0}
    by_hand = tuple(ByHandDraft(None, sitting.proposals[name], Cents(cents)) for name, cents in amounts.items())
    rules = {"manner": AwardManner.RESCALED, "rescale": RescaleRule.BY_HAND, "draw": DrawKind.SEED, "seed": "x"}
    key = save_ranking(store, ranking_draft(store, sitting, amounts=by_hand, **rules)).id
    adopt_ranking(store, key)
    first = {row.number: row.amount for row in next_awards(store, key)}
    assert first == {1: 40_000_00, 3: 70_000_00, 4: 30_000_00}
    meeting = open_sitting(store, sitting, "Graduatoria")
    award_by_ranking(store, key, meeting.items[0].id, EN)
    assert meeting.id is not None
    close_meeting(store, meeting.id, "12:00")
    assert {row.number: row.amount for row in next_awards(store, key)} == dict.fromkeys(first, 0)


def test_verify_finds_a_ranking_that_was_tampered_with(store: Store, sitting: Sitting) -> None:
    key = adopted(store, sitting)
    for statement, sentence in (
        ("update ranking_place set place = 3 - place where place = 2", "does not follow"),
        ("update ranking set inputs = replace(inputs, '50000', '51000')", "not what it was made from"),
    ):
        with past_the_guards(store) as raw:
            raw.execute(statement)
        found = next(row for row in verify(store, EN).invariants if row.code == "I6")
        assert sentence in found.broken[0], key


def test_the_engine_refuses_every_change_of_an_adopted_ranking(store: Store, sitting: Sitting) -> None:
    adopted(store, sitting)
    raw = store.engine.raw_connection()
    try:
        for statement in (
            "update ranking set note = 'x'",
            "update ranking set state = 'draft', adopted_at = null",
            "delete from ranking",
            "insert or replace into ranking select * from ranking",
            "update ranking_place set amount = 0",
            "delete from ranking_place",
            "insert into ranking_place (id, sample, ranking_id, proposal_id, position, tied, total, amount_due, amount,"
            " kind) select 'x', sample, ranking_id, 'y', 99, tied, total, amount_due, amount, kind from ranking_place",
        ):
            with pytest.raises(Exception, match=r"ranking\.adopted"):
                raw.driver_connection.execute(statement)
            raw.rollback()
    finally:
        raw.close()


def test_a_call_that_nobody_judged_has_no_ranking(judged_archive: tuple[Path, Sitting], store: Store) -> None:
    sitting = judged_archive[1]
    for name in sitting.proposals:
        for judge in JUDGES:
            set_sheet_aside(store, sheet_key(sitting.proposals[name], sitting.members[judge]), "tutti in conflitto")
    with pytest.raises(RuleBroken) as nobody:
        save_ranking(store, ranking_draft(store, sitting))
    assert nobody.value.code == "ranking.none_judged"
