"""Versions of a proposal: closed with a hash, opened for a reason, compared; what is closed stays."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.models.enums import BudgetSection, CostCategory, ProposalState
from app.models.money import Cents
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.calls.rules import load_current_rules, save_rules
from app.services.documents.documents import DocumentOwner, add_document
from app.services.integrity import verify
from app.services.journal.journal import recent
from app.services.journal.undo import last_undoable, undo
from app.services.network.alliances import PartnerDraft, load_alliance, save_alliance
from app.services.proposals.budgets import BudgetItemDraft, budget_versions
from app.services.proposals.drafts import ActionDraft, IndicatorDraft, ObjectiveDraft, ResultDraft, TargetDraft
from app.services.proposals.proposals import load_proposal, save_proposal
from app.services.proposals.snapshot import FIELDS, PARTS, canonical, compare, text_hash
from app.services.proposals.states import set_proposal_state, submit_proposal
from app.services.proposals.versions import (
    FIXED_STATES,
    close_version,
    compare_versions,
    reopen_proposal,
    version_rows,
    version_snapshot,
)
from app.services.reports.spec import Kind
from app.services.wording.texts import translator
from tests.services.builders import DAY, a_plan, a_proposal, an_area, an_organisation, refusal
from tests.services.world import driver, past_the_guards

PARTS_OF_IT = {
    "objectives": (ObjectiveDraft(text="Primo"), ObjectiveDraft(text="Secondo")),
    "actions": (ActionDraft(label="Azione 1", text="Campus", objectives="1-2", month_from=1, month_to=12),),
    "targets": (TargetDraft(text="Genitori", number_min=50),),
    "results": (ResultDraft(text="Campus aperti"),),
    "indicators": (IndicatorDraft(result=1, text="Numero di campus", target=4),),
}


@pytest.fixture
def key(store: Store) -> str:
    """A proposal that was submitted."""
    a_plan(store)
    key = a_proposal(store, area_id=an_area(store), date_received=DAY, **PARTS_OF_IT)
    submit_proposal(store, key)
    return key


def change(store: Store, key: str, **values: Any) -> None:
    save_proposal(store, replace(load_proposal(store, key), **values))


def broken(store: Store) -> list[str]:
    return [result.code for result in verify(store, translator("it")).invariants if not result.ok]


def number_of_last(store: Store) -> int:
    last = last_undoable(store)
    assert last is not None
    return last.number


# --- closing and opening -----------------------------------------------------------------


def test_a_draft_has_its_first_version_open(store: Store) -> None:
    key = a_proposal(store)
    (row,) = version_rows(store, key)
    assert (row.number, row.reason, row.is_open, row.content_hash) == (1, "", True, "")
    assert version_snapshot(store, key, 1)["fields"]["title"] == "Noi famiglie"


def test_submitting_closes_the_first_version(store: Store, key: str) -> None:
    (row,) = version_rows(store, key)
    assert (row.number, row.reason, row.is_open, row.closed_by) == (1, "", False, "anna")
    snapshot = version_snapshot(store, key, 1)
    assert row.content_hash == text_hash(canonical(snapshot))
    assert json.loads(canonical(snapshot)) == snapshot
    assert snapshot["fields"]["date_received"] == DAY.isoformat()
    assert [len(snapshot[part.key]) for part in PARTS] == [0, 2, 1, 1, 1, 1, 1, 1, 0]
    assert snapshot["actions"][0]["months"] == "1-12"
    assert load_proposal(store, key).version == 1
    assert broken(store) == []


def test_what_is_closed_is_not_changed(store: Store, key: str) -> None:
    draft = load_proposal(store, key)
    assert refusal(save_proposal, store, replace(draft, context="Altro")) == ("version.closed", None)
    assert load_proposal(store, key) == draft


def test_a_new_version_has_a_reason(store: Store, key: str) -> None:
    assert refusal(reopen_proposal, store, key, "  ") == ("field.required", "reason")
    reopen_proposal(store, key, " integrazione ")
    assert [(row.number, row.reason, row.is_open) for row in version_rows(store, key)] == [
        (1, "", False),
        (2, "integrazione", True),
    ]
    change(store, key, context="Nuovo contesto")
    assert refusal(reopen_proposal, store, key, "altra") == ("version.open_already", None)
    close_version(store, key)
    assert [(row.number, row.reason, row.is_open) for row in version_rows(store, key)] == [
        (1, "", False),
        (2, "integrazione", False),
    ]
    assert refusal(close_version, store, key) == ("version.none_open", None)
    assert version_snapshot(store, key, 1)["fields"]["context"] == ""
    assert version_snapshot(store, key, 2)["fields"]["context"] == "Nuovo contesto"
    assert broken(store) == []


def test_the_first_economic_plan_stays(store: Store, key: str) -> None:
    reopen_proposal(store, key, "meno costi")
    change(store, key, items=(BudgetItemDraft(amount=Cents(5_000)),))
    first, second = budget_versions(store, key)
    assert (first.totals.grant, first.totals.cofinancing) == (8_000, 2_000)
    assert (second.label, second.totals.grant, second.totals.cofinancing) == ("meno costi", 5_000, 0)


def test_no_version_of_a_draft_or_of_what_is_over(store: Store, key: str) -> None:
    assert refusal(reopen_proposal, store, a_proposal(store), "x") == ("version.still_draft", None)
    assert refusal(reopen_proposal, store, "gone", "x") == ("record.gone", None)
    for state in FIXED_STATES:
        with store.write("set_proposal_state") as session:
            session.get_one(Proposal, key).state = state.value
        assert refusal(reopen_proposal, store, key, "x") == ("version.proposal_over", None)


def test_an_open_version_waits_for_its_closing(store: Store, key: str) -> None:
    reopen_proposal(store, key, "integrazione")
    assert refusal(set_proposal_state, store, key, ProposalState.ADMISSIBLE) == ("version.still_open", None)
    close_version(store, key)
    set_proposal_state(store, key, ProposalState.ADMISSIBLE)


def test_a_proposal_of_an_older_archive_keeps_what_it_was(store: Store) -> None:
    key = a_proposal(store)
    with store.write("set_proposal_state") as session:
        session.get_one(Proposal, key).state = ProposalState.SUBMITTED.value
    assert version_rows(store, key) == ()
    reopen_proposal(store, key, "correzione")
    change(store, key, title="Altro titolo")
    assert [(row.number, row.is_open) for row in version_rows(store, key)] == [(1, False), (2, True)]
    assert version_snapshot(store, key, 1)["fields"]["title"] == "Noi famiglie"


def test_missing_versions(store: Store, key: str) -> None:
    assert refusal(version_snapshot, store, key, 2) == ("record.gone", None)
    assert refusal(version_snapshot, store, key, 0) == ("record.gone", None)
    assert refusal(compare_versions, store, key, 1, 3) == ("record.gone", None)
    assert refusal(version_rows, store, "gone") == ("record.gone", None)


# --- comparing ---------------------------------------------------------------------------


def test_equal_versions_do_not_differ(store: Store, key: str) -> None:
    reopen_proposal(store, key, "nulla cambia")
    assert compare_versions(store, key, 1, 2) == ()
    close_version(store, key)
    assert compare_versions(store, key, 1, 2) == ()


def test_versions_are_compared_field_by_field_and_item_by_item(store: Store, key: str, tmp_path: Path) -> None:
    reopen_proposal(store, key, "integrazione")
    draft = load_proposal(store, key)
    change(
        store,
        key,
        context="Nuovo",
        signatory="Anna Neri",
        objectives=draft.objectives[:1],
        actions=(replace(draft.actions[0], month_to=18, objectives="1"),),
        items=(
            BudgetItemDraft(amount=Cents(9_000)),
            BudgetItemDraft(category=CostCategory.OTHER.value, label="Stampa", amount=Cents(500)),
        ),
    )
    path = tmp_path / "lettera.txt"
    path.write_text("aderiamo")
    add_document(store, DocumentOwner(proposal_id=key), path)
    alliance = load_alliance(store, draft.alliance_id or "")
    partner = PartnerDraft(organisation_id=an_organisation(store, "La Rotonda"), delivery=True)
    save_alliance(store, replace(alliance, partners=(partner,)))
    found = compare_versions(store, key, 1, 2)
    assert [(each.part, each.field, each.before, each.after, each.gap) for each in found] == [
        ("", "signatory", None, "Anna Neri", None),
        ("", "context", None, "Nuovo", None),
        ("partners", "", None, "La Rotonda", None),
        ("objectives", "", "Secondo", None, None),
        ("actions", "objectives", "1-2", "1", None),
        ("actions", "months", "1-12", "1-18", None),
        ("costs", "amount", 8_000, 9_000, 1_000),
        ("costs", "", None, 500, 500),
        ("contributions", "", 2_000, None, -2_000),
        ("documents", "", None, "lettera.txt", None),
    ]
    assert len({each.id for each in found}) == len(found)
    back = compare_versions(store, key, 2, 1)
    assert {(each.id, each.before, each.after) for each in back} == {
        (each.id, each.after, each.before) for each in found
    }


def test_every_field_of_the_snapshot_is_compared(store: Store, key: str) -> None:
    snapshot = version_snapshot(store, key, 1)
    fields = {name: f"{name}!" if kind is not Kind.MONEY else 7 for name, _title, kind in FIELDS}
    assert set(snapshot["fields"]) == set(fields)
    changed = {**snapshot, "fields": fields}
    assert [each.field for each in compare(snapshot, changed)] == [name for name, _title, _kind in FIELDS]
    for part in PARTS:
        for row in snapshot[part.key]:
            assert {name for name, _title, _kind in part.fields} | set(part.names) <= set(row)


def test_items_of_the_same_words_are_told_apart(store: Store, key: str) -> None:
    reopen_proposal(store, key, "due voci uguali")
    twice = BudgetItemDraft(section=BudgetSection.COSTS, label="Buoni", amount=Cents(100))
    change(store, key, items=(twice, replace(twice, amount=Cents(200))))
    close_version(store, key)
    reopen_proposal(store, key, "la seconda cambia")
    change(store, key, items=(twice, replace(twice, amount=Cents(250))))
    assert [(each.before, each.after) for each in compare_versions(store, key, 2, 3)] == [(200, 250)]


# --- guarded and proved ------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "update proposal_version set content = '{}'",
        "update proposal_version set reason = 'altra'",
        "delete from proposal_version",
        "insert or replace into proposal_version select * from proposal_version",
        "insert into proposal_version (id, sample, proposal_id, number, reason, closed_at, closed_by, content,"
        " content_hash) select 'x', sample, proposal_id, 3, reason, closed_at, closed_by, content, content_hash"
        " from proposal_version",
    ],
)
def test_the_engine_keeps_closed_versions(store: Store, key: str, statement: str) -> None:
    with driver(store) as raw, pytest.raises(Exception, match=r"version\.closed"):
        raw.execute(statement)


def test_a_changed_version_is_found(store: Store, key: str) -> None:
    with past_the_guards(store) as raw:
        raw.execute("update proposal_version set content = replace(content, 'Noi', 'Voi')")
    assert "I7" in broken(store)


def test_a_missing_version_is_found(store: Store, key: str) -> None:
    reopen_proposal(store, key, "x")
    close_version(store, key)
    with past_the_guards(store) as raw:
        raw.execute("delete from proposal_version where number = 1")
    assert "I7" in broken(store)


def test_a_closed_proposal_that_was_changed_behind_is_found(store: Store, key: str) -> None:
    with store.write("save_proposal") as session:
        session.get_one(Proposal, key).context = "di nascosto"
    assert broken(store) == ["I7"]


def test_the_names_of_others_may_change(store: Store, key: str) -> None:
    draft = load_proposal(store, key)
    alliance = load_alliance(store, draft.alliance_id or "")
    save_alliance(store, replace(alliance, name="Altro nome"))
    assert broken(store) == []


# --- taking back -------------------------------------------------------------------------


def test_each_move_can_be_taken_back(store: Store, key: str) -> None:
    def state() -> tuple[Any, ...]:
        return load_proposal(store, key), version_rows(store, key), budget_versions(store, key)

    states = [state()]
    reopen_proposal(store, key, "integrazione")
    states.append(state())
    change(store, key, context="Nuovo")
    states.append(state())
    close_version(store, key)
    for expected in reversed(states):
        undo(store, number_of_last(store))
        assert state() == expected
    undo(store, number_of_last(store))
    assert load_proposal(store, key).state is ProposalState.DRAFT
    assert [row.is_open for row in version_rows(store, key)] == [True]
    assert broken(store) == []
    submit_proposal(store, key)
    assert [row.number for row in version_rows(store, key)] == [1]


def test_an_older_change_is_not_taken_back_under_a_closed_version(store: Store) -> None:
    a_plan(store)
    key = a_proposal(store, area_id=an_area(store), date_received=DAY, **PARTS_OF_IT)
    draft = load_proposal(store, key)
    change(store, key, context="Nuovo")
    texts = number_of_last(store)
    change(store, key, actions=(replace(draft.actions[0], text="Altro"),))
    actions = number_of_last(store)
    change(store, key, items=(replace(draft.items[0], amount=Cents(1)), draft.items[1]))
    items = number_of_last(store)
    submit_proposal(store, key)
    for number in (texts, actions, items):
        assert refusal(undo, store, number) == ("version.closed", None)
    reopen_proposal(store, key, "torna com'era")
    assert refusal(undo, store, items) == ("version.closed", None), "the first economic plan stays"
    undo(store, texts)
    assert load_proposal(store, key).context == ""


def test_a_submission_is_not_taken_back_once_a_version_follows(store: Store, key: str) -> None:
    submission = next(row.number for row in recent(store) if row.verb == "submit_proposal")
    reopen_proposal(store, key, "x")
    close_version(store, key)
    assert refusal(undo, store, submission)[0] in ("version.closed", "undo.changed_since")


def test_a_version_keeps_what_the_call_called_its_categories(store: Store) -> None:
    a_plan(store)
    key = a_proposal(store, area_id=an_area(store))
    rules = load_current_rules(store, load_proposal(store, key).call_id or "")
    own = tuple(replace(row, name="Educatori") if row.code == "paid_staff" else row for row in rules.categories)
    save_rules(store, replace(rules, categories=own))
    names = {row["category_name"] for row in version_snapshot(store, key, 1)["costs"]}
    assert names == {"Educatori"}
