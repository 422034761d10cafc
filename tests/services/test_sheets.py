"""Score sheets: filled in, handed over, hidden and opened; who may, what is refused, what never counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from app.models.enums import ConflictKind, CriterionKind, Measure, ProposalState, ScoringManner, SheetStage, UserRole
from app.models.errors import AppError, RuleBroken
from app.models.evaluation import Score, ScoreSheet
from app.models.proposals import Proposal, Target
from app.models.store import Store
from app.models.users import ArchiveUser, Person
from app.services.calls.calls import delete_call
from app.services.evaluation.declarations import InterestDraft, InterestsDraft, save_interests
from app.services.evaluation.drafts import CriterionDraft, GateDraft, MeasureDraft, StepDraft
from app.services.evaluation.grids import blank_grid, load_grid, lock_grid, save_grid, unlock_grid
from app.services.evaluation.scores import call_points
from app.services.evaluation.sheet_reading import SheetDraft, load_sheet, sheet_key, sheet_rows
from app.services.evaluation.sheets import give_sheet, open_scores, save_sheet, set_sheet_aside
from app.services.integrity import verify
from app.services.journal.undo import last_undoable
from app.services.meetings.committees import CommitteeDraft, delete_committee, load_committee, save_committee
from app.services.wording.texts import translator
from tests.services.sitting import Sitting, build_sitting

F = Fraction


@pytest.fixture
def sitting(store: Store) -> Sitting:
    return build_sitting(store)


def a_grid(store: Store, manner: ScoringManner = ScoringManner.INDIVIDUAL, **fields: object) -> str:
    """A grid of 20 points: a range with a reason, steps, and recipients from the data; locked."""
    draft = replace(
        blank_grid(store),
        name="Griglia",
        manner=manner,
        decimals=1,
        criteria=(
            CriterionDraft(code="A", name="Qualità", points_max=F(10), reason_required=True),
            CriterionDraft(code="L", name="Rete", kind=CriterionKind.LADDER, points_max=F(6)),
            CriterionDraft(code="R", name="Destinatari", kind=CriterionKind.COMPUTED, points_max=F(4)),
        ),
        steps=(StepDraft(None, "L", "no", F(0)), StepDraft(None, "L", "sì", F(6))),
        measures=(MeasureDraft("R", Measure.RECIPIENTS, F(0), F(100)),),
    )
    key = save_grid(store, replace(draft, **fields)).id  # type: ignore[arg-type]
    lock_grid(store, key)
    return key


def recipients(store: Store, sitting: Sitting, number: int = 50) -> None:
    """Every proposal promises so many recipients."""
    with store.write("save_proposal") as session:
        session.add_all(
            Target(proposal_id=key, position=1, text="Famiglie", number_min=number)
            for key in sitting.proposals.values()
        )


def filled(store: Store, key: str, quality: float = 7, ladder: int = 6, reason: str = "Chiara") -> SheetDraft:
    draft = load_sheet(store, key)
    quality_row, ladder_row, told = draft.scores
    rows = (replace(quality_row, points=F(quality), reason=reason), replace(ladder_row, points=F(ladder)), told)
    return replace(draft, scores=rows)


def give(store: Store, proposal: str, member: str = "", quality: float = 7, ladder: int = 6) -> str:
    key = sheet_key(proposal, member)
    save_sheet(store, filled(store, key, quality, ladder))
    give_sheet(store, key)
    return key


def refusal(verb: Callable[..., object], *args: object) -> AppError:
    with pytest.raises(AppError) as refused:
        verb(*args)
    return refused.value


def points(store: Store, sitting: Sitting) -> dict[str, Fraction]:
    """Exact totals by name of the proposal."""
    names = {key: name for name, key in sitting.proposals.items()}
    with store.read() as session:
        call_id = session.get_one(Proposal, sitting.proposals["Rho"]).call_id
        return {names[key]: found.exact for key, found in call_points(session, call_id).items()}


def act_as(store: Store, name: str | None, role: UserRole = UserRole.MEMBER) -> None:
    store.person = None if name is None else Person(name, name, role)


def test_sheets_that_are_due(store: Store, sitting: Sitting) -> None:
    a_grid(store)
    rows = sheet_rows(store)
    assert len(rows) == 4 * 5
    assert [row.member for row in rows[:5]] == [
        "Maria Rossi",
        "Luca Bianchi",
        "Anna Verdi",
        "Paolo Neri",
        "Sara Gialli",
    ]
    assert {(row.stage, row.total) for row in rows} == {(SheetStage.DUE, None)}


def test_a_collegial_sheet_from_blank_to_evaluated(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store, ScoringManner.COLLEGIAL)
    rho = sitting.proposals["Rho"]
    key = sheet_key(rho, "")
    draft = load_sheet(store, key)
    assert [(row.criterion, row.allowed, row.points, row.told) for row in draft.scores] == [
        ("A Qualità", "0–10", None, False),
        ("L Rete", "0 / 6", None, False),
        ("R Destinatari", "0–4", F(2), True),
    ]
    save_sheet(store, filled(store, key, 7.5))
    (row,) = [row for row in sheet_rows(store) if row.proposal_id == rho]
    assert (row.stage, row.total, row.missing) == (SheetStage.OPEN, F(27, 2) + 2, 0)
    assert points(store, sitting) == {}
    give_sheet(store, key)
    assert points(store, sitting) == {"Rho": F(31, 2)}
    with store.read() as session:
        assert session.get_one(Proposal, rho).state == ProposalState.EVALUATED
    given = load_sheet(store, key)
    assert given.stage is SheetStage.GIVEN
    assert given.scores[2].points == 2


@pytest.mark.parametrize(
    ("row", "value", "code"),
    [
        (0, F(11), "score.out_of_range"),
        (0, F(-1), "score.out_of_range"),
        (0, F(5, 100), "score.too_fine"),
        (1, F(3), "score.not_a_step"),
        (2, F(4), "score.by_archive"),
    ],
)
def test_points_that_a_criterion_does_not_take(
    store: Store, sitting: Sitting, row: int, value: Fraction, code: str
) -> None:
    recipients(store, sitting)
    a_grid(store)
    draft = load_sheet(store, sheet_key(sitting.proposals["Rho"], sitting.members["Rossi"]))
    rows = list(draft.scores)
    rows[row] = replace(rows[row], points=value)
    error = refusal(save_sheet, store, replace(draft, scores=tuple(rows)))
    assert (error.code, error.field) == (code, f"scores.{row}.points")


def test_the_engine_refuses_points_outside_their_criterion(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    key = sheet_key(sitting.proposals["Rho"], sitting.members["Rossi"])
    save_sheet(store, filled(store, key))
    with pytest.raises(RuleBroken) as refused, store.write("save_sheet") as session:
        session.query(Score).filter(Score.points == 7000).one().points = 10_001
    assert refused.value.code == "score.outside"


def test_nothing_is_handed_over_that_is_not_whole(store: Store, sitting: Sitting) -> None:
    a_grid(store)
    key = sheet_key(sitting.proposals["Rho"], sitting.members["Rossi"])
    assert refusal(give_sheet, store, key).code == "sheet.empty"
    save_sheet(store, filled(store, key, reason=""))
    error = refusal(give_sheet, store, key)
    assert (error.code, error.values["names"]) == ("sheet.points_missing", ("R",))
    recipients(store, sitting)
    error = refusal(give_sheet, store, key)
    assert (error.code, error.values["names"]) == ("sheet.reasons_missing", ("A",))
    save_sheet(store, filled(store, key))
    give_sheet(store, key)
    assert refusal(save_sheet, store, filled(store, key)).code == "sheet.given"
    assert refusal(give_sheet, store, key).code == "sheet.given"


def test_what_the_archive_knows_only_when_a_sheet_is_handed_over_counts(store: Store, sitting: Sitting) -> None:
    a_grid(store, ScoringManner.COLLEGIAL)
    key = sheet_key(sitting.proposals["Rho"], "")
    save_sheet(store, filled(store, key))
    assert refusal(give_sheet, store, key).code == "sheet.points_missing"
    recipients(store, sitting)
    give_sheet(store, key)
    assert points(store, sitting) == {"Rho": F(7 + 6 + 2)}


def test_the_last_who_is_due_declares_a_conflict(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    rho = sitting.proposals["Rho"]
    *others, last = sitting.voters
    for member in others:
        give(store, rho, member)
    with store.read() as session:
        call_id = session.get_one(Proposal, rho).call_id
        assert session.get_one(Proposal, rho).state == ProposalState.ADMISSIBLE
    conflict = InterestDraft(proposal_id=rho, ground="socio")
    save_interests(store, InterestsDraft(call_id=call_id, member_id=last, day=date(2014, 6, 20), conflicts=(conflict,)))
    with store.read() as session:
        assert session.get_one(Proposal, rho).state == ProposalState.EVALUATED


def test_what_was_handed_over_stays(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    grid = a_grid(store)
    give(store, sitting.proposals["Rho"], sitting.members["Rossi"])
    assert refusal(unlock_grid, store, grid).code == "grid.in_use"
    for spoil in (
        lambda session: session.query(Score).first().__setattr__("reason", "altro"),
        lambda session: session.delete(session.query(Score).first()),
        lambda session: session.query(ScoreSheet).one().__setattr__("state", "open"),
        lambda session: session.query(ScoreSheet).one().__setattr__("member_id", None),
    ):
        with pytest.raises(RuleBroken) as refused, store.write("save_sheet") as session:
            spoil(session)
        assert refused.value.code == "sheet.given"


def test_sheets_wait_for_a_locked_grid_and_an_admissible_proposal(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    grid = a_grid(store)
    draft = filled(store, sheet_key(sitting.proposals["Rho"], sitting.members["Rossi"]))
    unlock_grid(store, grid)
    assert refusal(save_sheet, store, draft).code == "grid.not_locked"
    lock_grid(store, grid)
    with store.write("set_proposal_state") as session:
        session.get_one(Proposal, sitting.proposals["Rho"]).state = ProposalState.SUBMITTED.value
    error = refusal(save_sheet, store, draft)
    assert (error.code, error.values["state"]) == ("score.not_admissible", ProposalState.SUBMITTED)


def test_own_points_first(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    rho, (rossi, bianchi) = sitting.proposals["Rho"], (sitting.members["Rossi"], sitting.members["Bianchi"])
    act_as(store, "Rossi Maria", UserRole.PRESIDENT)
    key = give(store, rho, rossi)
    assert (
        refusal(save_sheet, store, replace(load_sheet(store, key), id=sheet_key(rho, bianchi))).code
        == "score.not_yours"
    )
    act_as(store, "Luca Bianchi")
    assert {row.member for row in sheet_rows(store)} == {"Luca Bianchi"}
    seen = load_sheet(store, key)
    assert seen.hidden
    assert [row.points for row in seen.scores] == [None, None, None]
    assert refusal(open_scores, store, rho).code == "scores.own_first"
    give(store, rho, bianchi, quality=2)
    error = refusal(open_scores, store, rho)
    assert (error.code, error.values["names"]) == ("scores.sheets_missing", ("Anna Verdi", "Paolo Neri", "Sara Gialli"))
    open_scores(store, rho, "Verdi e altri assenti giustificati")
    assert not load_sheet(store, key).hidden
    act_as(store, "Anna Verdi")
    assert load_sheet(store, key).hidden
    assert refusal(open_scores, store, rho).code == "scores.opened"


def test_the_office_sees_sheets_only_when_they_are_opened(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    rho = sitting.proposals["Rho"]
    assert refusal(open_scores, store, rho).code == "scores.none"
    for member in sitting.voters:
        give(store, rho, member)
    assert {row.total for row in sheet_rows(store)} == {None}
    open_scores(store, rho)
    assert {row.total for row in sheet_rows(store) if row.proposal_id == rho} == {F(15)}


def test_a_member_in_conflict_sees_no_form_and_does_not_count(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    legnano, bianchi = sitting.proposals["Legnano"], sitting.members["Bianchi"]
    give(store, legnano, sitting.members["Rossi"], quality=10)
    give(store, legnano, bianchi, quality=1)
    assert points(store, sitting) == {"Legnano": F(27, 2)}
    with store.read() as session:
        call_id = session.get_one(Proposal, legnano).call_id
    conflict = InterestDraft(proposal_id=legnano, kind=ConflictKind.INCOMPATIBLE, ground="amministratore")
    declared = InterestsDraft(call_id=call_id, member_id=bianchi, day=date(2014, 6, 20), conflicts=(conflict,))
    save_interests(store, declared)
    assert points(store, sitting) == {"Legnano": F(18)}
    due = [
        row.member for row in sheet_rows(store) if row.proposal_id == legnano and row.stage is not SheetStage.SET_ASIDE
    ]
    assert "Luca Bianchi" not in due
    assert "Carla Viola" in due, "the alternate steps in"
    assert refusal(load_sheet, store, sheet_key(legnano, bianchi)).code == "score.barred"
    (aside,) = [row for row in sheet_rows(store) if row.stage is SheetStage.SET_ASIDE]
    assert aside.reason
    assert load_sheet(store, aside.id).scores[0].points == 1


def test_setting_aside_stays_on_the_record(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    key = give(store, sitting.proposals["Rho"], sitting.members["Rossi"])
    assert refusal(set_sheet_aside, store, key, " ").code == "field.required"
    set_sheet_aside(store, key, "Errore materiale, verbale n. 3")
    assert points(store, sitting) == {}
    (aside,) = [row for row in sheet_rows(store) if row.stage is SheetStage.SET_ASIDE]
    assert refusal(set_sheet_aside, store, aside.id, "ancora").code == "sheet.aside"
    give(store, sitting.proposals["Rho"], sitting.members["Rossi"], quality=3)
    assert points(store, sitting) == {"Rho": F(11)}


def test_conditions_close_a_criterion(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting, 5)
    gates = (GateDraft("A", Measure.RECIPIENTS, F(10)), GateDraft("L", text="rete formale"))
    a_grid(store, ScoringManner.COLLEGIAL, gates=gates)
    key = sheet_key(sitting.proposals["Rho"], "")
    draft = load_sheet(store, key)
    assert [row.gate_closed for row in draft.scores] == [True, False, False]
    rows = (draft.scores[0], replace(draft.scores[1], points=F(6), gate_closed=True), draft.scores[2])
    save_sheet(store, replace(draft, scores=rows))
    give_sheet(store, key)
    assert points(store, sitting) == {"Rho": F(2, 10)}


def test_whose_sheet_it_is(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    rho = sitting.proposals["Rho"]
    error = refusal(load_sheet, store, sheet_key(rho, sitting.members["Grigi"]))
    assert (error.code, error.values["name"]) == ("score.not_due", "Ugo Grigi")
    act_as(store, "Nessuno Noto")
    assert sheet_rows(store) == ()


def test_a_handed_over_sheet_is_not_taken_back(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    give(store, sitting.proposals["Rho"], sitting.members["Rossi"])
    assert last_undoable(store) is None


def test_a_member_who_has_scored_stays_in_the_committee(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    give(store, sitting.proposals["Rho"], sitting.members["Neri"])
    committee = load_committee(store, sitting.committee)
    left = tuple(member for member in committee.members if member.id != sitting.members["Neri"])
    error = refusal(save_committee, store, replace(committee, members=left))
    assert (error.code, error.values["name"]) == ("record.in_use", "Paolo Neri")


def test_a_committee_and_a_call_with_a_grid_stay(store: Store, sitting: Sitting) -> None:
    key = a_grid(store)
    assert "Griglia" in refusal(delete_committee, store, sitting.committee).values["users"]
    call_id = load_grid(store, key).call_id
    assert "Griglia" in refusal(delete_call, store, call_id).values["users"]


def test_verify_finds_points_that_no_criterion_takes(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    give(store, sitting.proposals["Rho"], sitting.members["Neri"])
    sound = {row.code: row.ok for row in verify(store, translator("en")).invariants}
    assert sound["I6"]
    with store.write("save_sheet") as session:  # past the guards, as a damaged file would be
        raw = session.connection()
        for name in raw.exec_driver_sql("select name from sqlite_master where type = 'trigger'").scalars().all():
            raw.exec_driver_sql(f'drop trigger "{name}"')
        raw.exec_driver_sql("update score set points = 3000 where points = 6000")
        raw.exec_driver_sql("update criterion set points_max = 11000 where code = 'A'")
        raw.exec_driver_sql("delete from score where points = 2000")
    (found,) = [row for row in verify(store, translator("en")).invariants if row.code == "I6"]
    assert list(found.broken) == [
        "The criteria of the grid of «Avviso» do not add up to their groups.",
        "Sheet of Paolo Neri on proposal no. 2: «L» does not take the points it has.",
        "Sheet of Paolo Neri on proposal no. 2: points are missing.",
    ]


def test_sheets_are_open_once_the_outcome_is_decided(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    rho = sitting.proposals["Rho"]
    key = give(store, rho, sitting.members["Rossi"])
    assert load_sheet(store, key).hidden
    with store.write("set_proposal_state") as session:
        session.get_one(Proposal, rho).state = ProposalState.NOT_SUITABLE.value
    assert not load_sheet(store, key).hidden


def test_a_member_is_the_user_that_was_chosen_and_else_the_one_of_the_same_name(store: Store, sitting: Sitting) -> None:
    recipients(store, sitting)
    a_grid(store)
    with store.write("add_user") as session:
        users = [
            ArchiveUser(name="Luca Bianchi", login="luca", role=UserRole.MEMBER.value),
            ArchiveUser(name="Anna Verdi", login="anna", role=UserRole.MEMBER.value),
        ]
        session.add_all(users)
    luca, anna = (user.person() for user in users)
    committee = load_committee(store, sitting.committee)

    def say(name: str, user: str | None, draft: CommitteeDraft) -> CommitteeDraft:
        members = (replace(row, user_id=user) if row.id == sitting.members[name] else row for row in draft.members)
        return replace(draft, members=tuple(members))

    chosen = say("Neri", luca.id, committee)
    error = refusal(save_committee, store, say("Gialli", luca.id, chosen))
    assert (error.code, error.field) == ("member.user_repeated", "members.4.user_id")
    save_committee(store, chosen)
    assert load_committee(store, sitting.committee) == chosen
    store.person = luca
    assert {row.member for row in sheet_rows(store)} == {"Paolo Neri"}, "not who has the same name"
    store.person = anna
    assert {row.member for row in sheet_rows(store)} == {"Anna Verdi"}, "nobody was said to be this user"
    store.person = None
    save_committee(store, say("Verdi", luca.id, say("Neri", None, chosen)))
    store.person = anna
    assert sheet_rows(store) == (), "the member of this name was said to be somebody else"
