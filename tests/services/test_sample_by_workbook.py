"""The plan of the sample, carried over by workbooks: the second archive says what the first one says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.models.enums import ProposalState
from app.models.store import Store
from app.services.calls.calls import call_rows
from app.services.calls.rules import load_current_rules
from app.services.exchange.blank import write_form
from app.services.exchange.forms import Mark
from app.services.exchange.plan_export import plan_answers, write_plan
from app.services.exchange.plan_sheets import SHEETS
from app.services.exchange.plan_workbook import PLAN_WORKBOOK
from app.services.exchange.proposal_export import proposal_answers, write_filled_form
from app.services.exchange.workbook import import_workbook
from app.services.integrity import verify
from app.services.plan.plan import declaration_rows
from app.services.proposals.drafts import ProposalDraft
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import load_proposal
from app.services.wording.texts import LANGUAGES, translator
from tests.services.filling import IT, keyless
from tests.services.world import new_store

PROPOSALS = tuple(key for key in SHEETS if key.partition(".")[0] in ("proposals", "declarations"))


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Store]:
    """An empty archive."""
    folder = tmp_path / "second"
    folder.mkdir()
    with new_store(folder) as opened:
        yield opened


def bare(draft: Any) -> Any:
    """A proposal as its form says it: without keys, lines of the source, and what acts of the office gave it."""
    return unlined(keyless(replace(draft, call_id=None, alliance_id=None, area_id=None, state=ProposalState.DRAFT)))


def unlined(draft: Any) -> Any:
    """A draft, and its children, without the lines of the source."""
    values = {
        name: tuple(map(unlined, value)) if isinstance(value, tuple) else value for name, value in vars(draft).items()
    }
    known = {"source_line": None, "version": 0} if isinstance(draft, ProposalDraft) else {"source_line": None}
    return replace(draft, **{**values, **known})


@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_plan_comes_over_by_one_workbook(sample: Store, second: Store, tmp_path: Path, language: str) -> None:
    write_plan(sample, tmp_path / "piano.xlsx", translator(language))
    receipt = import_workbook(second, tmp_path / "piano.xlsx")
    expected = plan_answers(sample)
    carried = [row.subject_id for row in declaration_rows(sample)]
    assert len(carried) == len(expected["declarations"])
    for row in expected["proposals"]:
        row["state"] = ProposalState.ADMISSIBLE  # what the committee gave stays with its meetings
    assert plan_answers(second) == expected
    notes = [(note.code, note.values.get("title")) for note in receipt.taken.notes]
    assert notes == [("left_behind", None), *(("state_left", row["title"]) for row in expected["proposals"])]
    assert "2" in receipt.taken.notes[0].values["text"]
    assert verify(second, IT).ok
    rows = {key: len(records) for key, records in expected.items()}
    assert receipt.as_json()["rows"] == rows
    assert rows["organisations"] > 50
    assert rows["proposals"] == 4
    before = [bare(load_proposal(sample, row.id)) for row in proposal_rows(sample)]
    assert [bare(load_proposal(second, row.id)) for row in proposal_rows(second)] == before
    [call], [other] = call_rows(sample), call_rows(second)
    rules, same = load_current_rules(sample, call.id), load_current_rules(second, other.id)
    assert [one.code for one in rules.categories] == [one.code for one in same.categories]
    assert [(one.code, one.text, one.remedy) for one in rules.items] == [
        (one.code, one.text, one.remedy) for one in same.items
    ]


def test_each_proposal_comes_over_by_its_form(sample: Store, second: Store, tmp_path: Path) -> None:
    answers = {key: rows for key, rows in plan_answers(sample).items() if key not in PROPOSALS}
    write_form(Mark(PLAN_WORKBOOK, "it"), tmp_path / "piano.xlsx", {}, answers)
    import_workbook(second, tmp_path / "piano.xlsx")
    for row in proposal_rows(sample):
        write_filled_form(sample, tmp_path / f"{row.number}.xlsx", IT, row.id)
        receipt = import_workbook(second, tmp_path / f"{row.number}.xlsx")
        assert receipt.taken.added == ()
        assert {match.why for match in receipt.taken.matched} == {"name"}
        assert receipt.taken.differences == ()
    carried = [bare(load_proposal(second, row.id)) for row in proposal_rows(second)]
    assert carried == [bare(load_proposal(sample, row.id)) for row in proposal_rows(sample)]
    for one, other in zip(proposal_rows(sample), proposal_rows(second), strict=True):
        assert (one.alliance, one.lead, one.area, one.grant, one.total, one.share) == (
            *(other.alliance, other.lead, other.area, other.grant, other.total, other.share),
        )
        assert proposal_answers(sample, IT, one.id)[1] == proposal_answers(second, IT, other.id)[1]
