"""Decisions: what is kept of them before their meeting closes, what is shown, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.enums import AccountKind, AllocationRule, DecisionKind, ProposalState, TransferKind
from app.models.errors import AppError, InvalidInput, NotFound, RuleBroken
from app.models.journal import Edit
from app.models.ledger import Transfer
from app.models.meetings import Allocation, Decision, DecisionCeiling, DecisionMove, DecisionOutcome
from app.models.money import Cents
from app.models.proposals import Budget, BudgetItem, Proposal
from app.models.store import Store
from app.services.decisions.decisions import (
    allocation_views,
    decision_preview,
    decision_rows,
    delete_decision,
    load_decision,
    save_decision,
)
from app.services.decisions.drafts import (
    BalanceChange,
    CeilingRow,
    DecisionDraft,
    DecisionPreview,
    DecisionRow,
    OutcomeDraft,
    ProjectAmount,
    SplitArea,
    SplitProject,
)
from app.services.meetings.closing import close_meeting
from app.services.wording.texts import translator
from tests.services.sitting import (
    AWARDS,
    CEILINGS,
    RESIDUE,
    Sitting,
    allocation_draft,
    award_draft,
    balances,
    build_sitting,
    first_meeting,
    open_sitting,
    residue_draft,
)
from tests.services.world import NOON, new_store

TABLES = (Decision, DecisionOutcome, DecisionCeiling, DecisionMove, Allocation)


@pytest.fixture
def sitting(store: Store) -> Sitting:
    return build_sitting(store)


def refused(action: Callable[[], object]) -> tuple[type[AppError], str, str | None]:
    with pytest.raises(AppError) as caught:
        action()
    return type(caught.value), caught.value.code, caught.value.field


def edits(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Edit)) or 0


def counts(store: Store) -> list[int]:
    with store.read() as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in TABLES]


def after_first_meeting(store: Store, sitting: Sitting) -> str:
    """Close the first meeting and open the second; the key of its one point."""
    close_meeting(store, str(first_meeting(store, sitting).id), "12:00")
    return str(open_sitting(store, sitting, "Riparto", day=date(2014, 7, 1)).items[0].id)


# --- what is kept ------------------------------------------------------------------------


def test_allocation_is_kept_and_moves_nothing(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Risorse")
    before = balances(store)
    draft = allocation_draft(sitting, meeting.items[0].id)
    key = save_decision(store, replace(draft, subject=" Assegnazione delle risorse agli ambiti ")).id
    assert load_decision(store, key) == replace(draft, id=key)
    assert counts(store) == [1, 0, 3, 4, 0]
    assert balances(store) == before
    with store.read() as session:
        assert session.scalar(sa.select(Transfer.id).where(Transfer.decision_id == key)) is None
        kept = session.get(Decision, key)
        assert kept is not None
        assert (kept.number, kept.year, kept.effective_at) == (None, None, None)


def test_saving_again_writes_no_edit(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    rows = decision_rows(store)
    before = edits(store)
    for row in rows:
        save_decision(store, load_decision(store, row.id))
    assert edits(store) == before
    assert meeting.id is not None
    item = after_close_of(store, sitting, meeting.id)
    key = save_decision(store, residue_draft(sitting, item)).id
    before = edits(store)
    save_decision(store, load_decision(store, key))
    save_decision(store, load_decision(store, key))
    assert edits(store) == before


def after_close_of(store: Store, sitting: Sitting, meeting: str) -> str:
    close_meeting(store, meeting, "12:00")
    return str(open_sitting(store, sitting, "Riparto", day=date(2014, 7, 1)).items[0].id)


def test_changed_decision_keeps_nothing_of_what_it_was(store: Store, sitting: Sitting) -> None:
    item = after_first_meeting(store, sitting)
    kept = counts(store)
    key = save_decision(store, residue_draft(sitting, item)).id
    assert [now - then for now, then in zip(counts(store), kept, strict=True)] == [1, 0, 3, 7, 2]
    fewer = residue_draft(sitting, item, areas=(SplitArea(sitting.areas["A.2"]),))
    save_decision(store, replace(fewer, id=key))
    assert [now - then for now, then in zip(counts(store), kept, strict=True)] == [1, 0, 1, 2, 1]
    outcome = OutcomeDraft(sitting.proposals["Rho"], ProposalState.ACCEPTED, "accettata")
    save_decision(store, DecisionDraft(key, item, DecisionKind.ADMISSION, "Altro", outcomes=(outcome,)))
    assert [now - then for now, then in zip(counts(store), kept, strict=True)] == [1, 1, 0, 0, 0]
    plain = DecisionDraft(key, item, DecisionKind.PLAIN, "Presa d'atto", "si prende atto.", source_line=4)
    save_decision(store, plain)
    assert load_decision(store, key) == plain
    delete_decision(store, key)
    assert counts(store) == kept
    assert refused(lambda: delete_decision(store, key)) == (NotFound, "record.gone", None)
    assert refused(lambda: load_decision(store, key)) == (NotFound, "record.gone", None)


def test_split_is_kept_with_weights_and_ties(store: Store, sitting: Sitting) -> None:
    item = after_first_meeting(store, sitting)
    areas = tuple(SplitArea(sitting.areas[code], cents) for code, cents in CEILINGS.items())
    projects = tuple(
        SplitProject(sitting.proposals[name], weight) for name, weight in (("Castano", 1), ("Garbagnate", 2))
    )
    draft = residue_draft(
        sitting,
        item,
        rule=AllocationRule.MIXED,
        equal_share=30,
        areas=areas,
        tie=tuple(sitting.areas[code] for code in ("A.3", "A.1", "A.2")),
        inner_rule=AllocationRule.WEIGHTS,
        projects=projects,
        inner_tie=(sitting.proposals["Garbagnate"],),
    )
    key = save_decision(store, draft).id
    kept = load_decision(store, key)
    assert kept.split is not None
    assert draft.split is not None
    assert kept.split == draft.split
    among, inside = allocation_views(store, translator("en"))
    assert (among.parent, inside.parent) == ("", "A.3")
    assert [among.labels[share.key][0] for share in among.allocation.shares] == ["A.1", "A.2", "A.3"]
    assert [inside.labels[share.key] for share in inside.allocation.shares] == [
        ("4", "Progetto Castano"),
        ("1", "Progetto Garbagnate"),
    ]
    assert [share.weight for share in inside.allocation.shares] == [1, 2]
    assert (among.allocation.rule, among.allocation.equal_share) == (AllocationRule.MIXED, 30)
    assert inside.allocation.total == among.allocation.shares[2].amount
    assert among.title == "Sharing of 54.182,62\u00a0€ among the priority areas"
    assert inside.title.endswith("among the projects of area A.3")


def test_points_before_count_and_points_after_do_not(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Risorse", "Ammissione")
    award = award_draft(sitting, meeting.items[1].id)
    assert refused(lambda: save_decision(store, award)) == (
        RuleBroken,
        "area.too_little",
        "project_amounts.0.amount",
    )
    allocation = save_decision(store, allocation_draft(sitting, meeting.items[0].id)).id
    save_decision(store, award)
    save_decision(store, replace(load_decision(store, allocation), text="corretta"))
    delete_decision(store, allocation)
    assert (
        refused(lambda: save_decision(store, replace(award_draft(sitting, meeting.items[0].id))))[1]
        == "area.too_little"
    )


def test_point_before_that_cannot_be_carried_out_counts_for_nothing(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Primo", "Secondo")
    save_decision(store, allocation_draft(sitting, meeting.items[0].id))
    other = open_sitting(store, sitting, "Risorse")
    save_decision(store, allocation_draft(sitting, other.items[0].id))
    close_meeting(store, str(other.id), "12:00")
    preview = decision_preview(store, award_draft(sitting, meeting.items[1].id))
    assert not preview.problems
    assert [change.before for change in preview.changes if change.kind is AccountKind.AREA] == list(CEILINGS.values())


def test_requested_amount_decides_between_whole_and_part(store: Store, sitting: Sitting) -> None:
    with store.write("save_proposal") as session:
        asked = {name: session.get(Proposal, key) for name, key in sitting.proposals.items()}
        rho, legnano = asked["Rho"], asked["Legnano"]
        assert rho is not None
        assert legnano is not None
        rho.grant_requested = Cents(100_000_01)
        budgets = [Budget(proposal_id=legnano.id, version=number) for number in (1, 2)]
        session.add_all(budgets)
        for budget, cents in zip(budgets, (1_00, 150_000_01), strict=True):
            for section, category in (("costs", "other"), ("contribution", "other")):
                item = BudgetItem(budget_id=budget.id, section=section, category=category, position=1, amount=cents)
                session.add(item)
    meeting = first_meeting(store, sitting)
    close_meeting(store, str(meeting.id), "12:00")
    with store.read() as session:
        states = {row.number: row.state for row in session.execute(sa.select(Proposal.number, Proposal.state))}
    assert states == {1: "funded", 2: "funded_in_part", 3: "funded_in_part", 4: "funded"}


# --- refusals ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"subject": " "}, (InvalidInput, "field.required", "subject")),
        ({"agenda_item_id": None}, (InvalidInput, "field.required", "agenda_item_id")),
        ({"agenda_item_id": "gone"}, (NotFound, "record.gone", None)),
        ({"id": "gone"}, (NotFound, "record.gone", None)),
        ({"area_amounts": ()}, (InvalidInput, "decision.amounts_missing", "area_amounts")),
    ],
)
def test_save_refuses(
    store: Store, sitting: Sitting, more: dict[str, Any], expected: tuple[type[AppError], str, str | None]
) -> None:
    meeting = open_sitting(store, sitting, "Risorse")
    before = edits(store)
    draft = replace(allocation_draft(sitting, meeting.items[0].id), **more)
    assert refused(lambda: save_decision(store, draft)) == expected
    assert edits(store) == before


def test_a_point_has_one_decision(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Risorse", "Altro")
    draft = allocation_draft(sitting, meeting.items[0].id)
    key = save_decision(store, draft).id
    assert refused(lambda: save_decision(store, draft)) == (RuleBroken, "decision.point_taken", "agenda_item_id")
    save_decision(store, replace(draft, id=key, agenda_item_id=meeting.items[1].id))
    assert load_decision(store, key).agenda_item_id == meeting.items[1].id


def test_decisions_of_a_closed_meeting_stay(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    close_meeting(store, str(meeting.id), "12:00")
    other = open_sitting(store, sitting, "Altro", day=date(2014, 7, 1))
    closed = (RuleBroken, "meeting.closed", None)
    kept = load_decision(store, decision_rows(store)[0].id)
    assert refused(lambda: save_decision(store, kept)) == closed
    assert refused(lambda: save_decision(store, replace(kept, agenda_item_id=other.items[0].id))) == closed
    assert refused(lambda: delete_decision(store, str(kept.id))) == closed
    plain = DecisionDraft(subject="Nuova", agenda_item_id=meeting.items[0].id)
    assert refused(lambda: save_decision(store, plain)) == closed


def test_decision_on_a_proposal_under_another_area(store: Store, sitting: Sitting) -> None:
    first_meeting(store, sitting)
    with store.write("save_proposal") as session:
        proposal = session.get(Proposal, sitting.proposals["Rho"])
        assert proposal is not None
        proposal.area_id = sitting.areas["A.1"]
    key = next(row.id for row in decision_rows(store) if row.kind is DecisionKind.AWARD)
    draft = replace(load_decision(store, key), project_amounts=(ProjectAmount(sitting.proposals["Rho"], Cents(1)),))
    assert refused(lambda: save_decision(store, draft)) == (RuleBroken, "account.fixed", None)


# --- what is shown -----------------------------------------------------------------------


def test_preview_shows_shares_moves_and_what_accounts_end_with(store: Store, sitting: Sitting) -> None:
    item = after_first_meeting(store, sitting)
    preview = decision_preview(store, residue_draft(sitting, item))
    assert preview.problems == ()
    among, inside = preview.allocations
    assert [share.amount for share in among.allocation.shares] == [18_060_88, 18_060_87, 18_060_87]
    assert [share.amount for share in inside.allocation.shares] == [9_030_44, 9_030_43]
    assert (among.title, among.parent, inside.parent, among.id) == ("Riparto della quota residua", "", "A.3", "")
    assert preview.ceilings[0] == CeilingRow(
        sitting.areas["A.1"], "A.1", "Ambito 1", Cents(150_000_00), Cents(168_060_88)
    )
    assert [(row.number, row.before, row.amount, row.after) for row in preview.awards] == [
        (1, 69_803_00, 9_030_44, 78_833_44),
        (2, 100_000_00, 18_060_87, 118_060_87),
        (3, 150_000_00, 18_060_88, 168_060_88),
        (4, 50_197_00, 9_030_43, 59_227_43),
    ]
    assert preview.awards[2].lead == "Comune di Legnano"
    assert [(row.bundle, row.from_name, row.to_name) for row in preview.moves][:2] == [
        (1, "Residui", "A.1 Ambito 1"),
        (2, "A.1 Ambito 1", "Progetto Legnano"),
    ]
    assert {row.kind for row in preview.moves} == {TransferKind.RESIDUE}
    assert preview.changes[0] == BalanceChange(
        sitting.sources["Residui"], AccountKind.SOURCE, "Residui", Cents(RESIDUE), Cents(0)
    )
    assert preview.changes[1] == BalanceChange(
        sitting.areas["A.1"],
        AccountKind.AREA,
        "A.1 Ambito 1",
        Cents(150_000_00),
        Cents(168_060_88),
        Cents(150_000_00),
        Cents(168_060_88),
    )
    assert [change.name for change in preview.changes[4:]] == [f"Progetto {name}" for name in AWARDS]


def test_preview_of_a_draft_without_point_and_with_problems(store: Store, sitting: Sitting) -> None:
    assert decision_preview(store, DecisionDraft()) == DecisionPreview()
    good = decision_preview(store, allocation_draft(sitting, None))
    assert [row.before for row in good.ceilings] == [None, None, None]
    assert not decision_preview(store, allocation_draft(sitting, "gone")).problems
    broken = decision_preview(store, award_draft(sitting, None))
    assert [problem.code for problem in broken.problems] == ["area.too_little"]
    assert broken.moves == ()


def test_preview_shows_outcomes(store: Store, sitting: Sitting) -> None:
    draft = DecisionDraft(
        kind=DecisionKind.ADMISSION,
        outcomes=(OutcomeDraft(sitting.proposals["Rho"], ProposalState.SUITABLE, "completa"),),
    )
    (outcome,) = decision_preview(store, draft).outcomes
    assert (outcome.number, outcome.title, outcome.alliance) == (2, "Progetto Rho", "Rho")
    assert (outcome.state, outcome.reason) == (ProposalState.SUITABLE, "completa")


def test_lists_name_numbers_and_count_money_once(store: Store, sitting: Sitting) -> None:
    item = after_first_meeting(store, sitting)
    save_decision(store, residue_draft(sitting, item))
    pending, first, second = decision_rows(store)
    assert pending == DecisionRow(
        id=pending.id,
        meeting_id=pending.meeting_id,
        meeting="2/2014",
        date_held=date(2014, 7, 1),
        agenda_item_id=item,
        position=1,
        kind=DecisionKind.RESIDUE,
        label="",
        subject="Riparto della quota residua",
        cents=Cents(RESIDUE),
        effective_at=None,
        sample=False,
        source_line=None,
    )
    assert [(row.label, row.position, row.cents, row.effective_at) for row in (first, second)] == [
        ("1/2014", 1, 370_000_00, NOON),
        ("2/2014", 2, 370_000_00, NOON),
    ]
    close_meeting(store, pending.meeting_id, "11:00")
    assert [view.title for view in allocation_views(store, translator("en"))] == [
        "Sharing of 54.182,62\u00a0€ among the priority areas (decision no. 3/2014)",
        "Sharing of 18.060,87\u00a0€ among the projects of area A.3 (decision no. 3/2014)",
    ]


def test_lists_ask_a_fixed_number_of_questions(tmp_path: Any) -> None:
    found = []
    for folder, points in (("one", 1), ("three", 3)):
        (tmp_path / folder).mkdir()
        with new_store(tmp_path / folder) as opened:
            sitting = build_sitting(opened)
            meeting = open_sitting(opened, sitting, *("Punto",) * points)
            for item in meeting.items:
                save_decision(opened, DecisionDraft(subject="Presa d'atto", agenda_item_id=item.id))
            asked: list[str] = []
            sa.event.listen(
                opened.engine, "before_cursor_execute", lambda *arguments, asked=asked: asked.append(arguments[2])
            )
            assert len(decision_rows(opened)) == points
            found.append(len(asked))
    assert found[0] == found[1]
