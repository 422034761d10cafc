"""«Cosa manca»: what a proposal has not or has against a rule, with its field; what blocks the next step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.models.enums import ArrivalChannel, BudgetSection, ProposalState, RuleSeverity
from app.models.errors import RuleBroken
from app.models.money import Cents
from app.models.store import Store
from app.services.calls.rules import load_current_rules, save_rules
from app.services.documents.documents import DocumentOwner, add_document
from app.services.proposals.budgets import BudgetItemDraft
from app.services.proposals.drafts import (
    ActionDraft,
    IndicatorDraft,
    ObjectiveDraft,
    ProposalDraft,
    ResultDraft,
    TargetDraft,
)
from app.services.proposals.gaps import Gap, draft_gaps, gaps, proposal_gaps
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import load_proposal
from app.services.proposals.states import set_proposal_state, submit_proposal
from app.services.wording.texts import translator
from tests.services.builders import DAY, a_plan, a_proposal, a_proposal_draft, an_area

EN = translator("en")

WHOLE = ProposalDraft(
    call_id="call",
    alliance_id="alliance",
    area_id="area",
    title="Noi famiglie",
    protocol="1/2014",
    date_received=DAY,
    time_received="10:15",
    channel=ArrivalChannel.PEC,
    signatory="Anna Neri",
    duration_months=24,
    context="Contesto",
    aims="Finalità",
    sustainability="Resta",
    objectives=(ObjectiveDraft(number=1, text="Primo"),),
    actions=(ActionDraft(label="Azione 1", text="Campus", objectives="1", month_from=1, month_to=24),),
    targets=(TargetDraft(text="Genitori"),),
    results=(ResultDraft(number=1, text="Campus aperti"),),
    indicators=(IndicatorDraft(result=1, text="Campus", target=4),),
    items=(
        BudgetItemDraft(amount=Cents(8_000)),
        BudgetItemDraft(section=BudgetSection.CONTRIBUTION, amount=Cents(2_000)),
    ),
    grant_declared=Cents(8_000),
    cofinancing_declared=Cents(2_000),
    total_declared=Cents(10_000),
    share_declared="20 %",
)


def found(**changes: Any) -> list[tuple[str, str, bool]]:
    return [(gap.id, gap.field, gap.is_blocking) for gap in gaps(replace(WHOLE, **changes), (), (), EN)]


def test_nothing_is_missing_in_a_whole_proposal() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("field", "empty", "blocks"),
    [
        ("title", "", True),
        ("call_id", None, True),
        ("alliance_id", None, True),
        ("area_id", None, True),
        ("date_received", None, True),
        ("time_received", "", False),
        ("protocol", "", False),
        ("channel", None, False),
        ("signatory", "", False),
        ("context", "", False),
        ("aims", "", False),
        ("sustainability", "", False),
        ("targets", (), False),
        ("duration_months", None, False),
        ("grant_declared", None, False),
        ("cofinancing_declared", None, False),
        ("total_declared", None, False),
    ],
)
def test_each_field_that_is_missing_is_named(field: str, empty: Any, blocks: bool) -> None:
    assert found(**{field: empty}) == [(f"field.{field}", field, blocks)]


def action(**values: Any) -> tuple[ActionDraft, ...]:
    return (replace(WHOLE.actions[0], **values),)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"items": ()}, "field.items"),
        ({"objectives": (*WHOLE.objectives, ObjectiveDraft(number=2, text="Secondo"))}, "link.objectives"),
        ({"actions": (*WHOLE.actions, replace(WHOLE.actions[0], objectives=""))}, "link.actions"),
        ({"results": (*WHOLE.results, ResultDraft(number=2, text="Altro"))}, "link.indicators"),
        ({"indicators": (replace(WHOLE.indicators[0], target=None),)}, "link.targets"),
        ({"actions": action(month_from=None, month_to=None)}, "months.missing"),
        ({"actions": action(month_to=25)}, "months.over"),
        ({"grant_declared": Cents(8_001)}, "declared.grant_declared"),
        ({"share_declared": "20,1 %"}, "declared.share_declared"),
        ({"objectives": (), "actions": action(objectives="")}, "field.objectives"),
        ({"results": (), "indicators": ()}, "field.results"),
        ({"actions": ()}, "field.actions"),
    ],
)
def test_links_months_and_sums(changes: dict[str, Any], expected: str) -> None:
    assert expected in [key for key, _field, _blocks in found(**changes)]


def test_an_action_whose_objectives_cannot_be_read_serves_none() -> None:
    assert [key for key, *_rest in found(actions=action(objectives="boh"))] == ["link.objectives", "link.actions"]


def test_a_share_is_compared_in_the_decimals_that_were_written() -> None:
    items = (BudgetItemDraft(amount=Cents(2)), BudgetItemDraft(section=BudgetSection.CONTRIBUTION, amount=Cents(1)))
    sums = {"grant_declared": Cents(2), "cofinancing_declared": Cents(1), "total_declared": Cents(3)}
    assert found(items=items, share_declared="33,3 %", **sums) == []
    assert found(items=items, share_declared="33,4 %", **sums) == [("declared.share_declared", "share_declared", False)]


def test_what_blocks_comes_first() -> None:
    order = [blocks for _key, _field, blocks in found(title="", aims="", items=(), protocol="")]
    assert order == sorted(order, reverse=True)


def test_every_gap_says_something_in_both_languages() -> None:
    empty = ProposalDraft()
    for language in ("en", "it"):
        told = gaps(empty, (), (), translator(language))
        assert len({gap.id for gap in told}) == len(told) > 15
        assert all(gap.title and gap.sentence and "{" not in gap.sentence for gap in told)


# --- with the rules of the call ----------------------------------------------------------


def with_rules(store: Store, key: str, **rules: Any) -> None:
    save_rules(store, replace(load_current_rules(store, load_proposal(store, key).call_id or ""), **rules))


def by_id(found: tuple[Gap, ...]) -> dict[str, Gap]:
    return {gap.id: gap for gap in found}


@pytest.fixture
def key(store: Store) -> str:
    a_plan(store)
    return a_proposal(store, area_id=an_area(store), date_received=DAY, time_received="12:01")


def test_one_minute_after_the_closing_is_told_and_kept(store: Store, key: str) -> None:
    with_rules(store, key, date_closed=DAY, time_closed="12:00")
    gap = by_id(proposal_gaps(store, key, EN))["call.closing"]
    assert (gap.severity, gap.field) == (RuleSeverity.BLOCKING, "date_received")
    assert "1 minute late" in gap.sentence
    submit_proposal(store, key)
    assert by_id(proposal_gaps(store, key, EN))["call.closing"] == gap
    with pytest.raises(RuleBroken) as caught:
        set_proposal_state(store, key, ProposalState.ADMISSIBLE)
    assert caught.value.code == "proposal.rules_broken"
    assert load_proposal(store, key).state is ProposalState.SUBMITTED
    set_proposal_state(store, key, ProposalState.NOT_ADMISSIBLE)


def test_at_the_minute_of_the_closing_it_is_in_time(store: Store, key: str) -> None:
    with_rules(store, key, date_closed=DAY, time_closed="12:01")
    assert "call.closing" not in by_id(proposal_gaps(store, key, EN))


def test_what_cannot_be_told_warns_once(store: Store, key: str) -> None:
    with_rules(store, key, months_max=12, channel=ArrivalChannel.PEC)
    told = by_id(proposal_gaps(store, key, EN))
    assert told["call.months_max"].severity is RuleSeverity.WARNING
    assert "call.channel" not in told
    assert "field.channel" in told


def test_the_draft_is_judged_as_it_is_typed(store: Store, key: str) -> None:
    with_rules(store, key, grant_max=Cents(5_000))
    draft = load_proposal(store, key)
    assert by_id(draft_gaps(store, draft, EN))["call.grant_max"].field == "items"
    assert "call.grant_max" not in by_id(
        draft_gaps(store, replace(draft, items=(BudgetItemDraft(amount=Cents(5_000)),)), EN)
    )
    unsaved = replace(a_proposal_draft(store), id=None)
    assert "call.grant_max" in by_id(draft_gaps(store, unsaved, EN))


def test_a_document_in_disguise_is_told(store: Store, key: str, tmp_path: Path) -> None:
    path = tmp_path / "statuto.docx"
    path.write_bytes(b"%PDF-1.7\n")
    add_document(store, DocumentOwner(proposal_id=key), path)
    assert [gap.field for gap in proposal_gaps(store, key, EN) if "statuto.docx" in gap.sentence] == ["documents"]


def test_the_sample_lacks_what_the_plan_does_not_say(sample: Store) -> None:
    for row in proposal_rows(sample):
        told = proposal_gaps(sample, row.id, EN)
        assert not any(gap.is_blocking for gap in told)
