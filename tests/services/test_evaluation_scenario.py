"""The archive of the evaluation: 61 proposals judged from end to end, with ties, conflicts and too little money."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from app.models.enums import AwardKind, ProposalState
from app.models.store import Store, open_archive
from app.services.evaluation.award_decisions import next_awards
from app.services.evaluation.conflicts import Ground, proposed_conflicts
from app.services.evaluation.ranking_words import why
from app.services.evaluation.rankings import load_ranking, ranking_rows, ranking_view
from app.services.findings import check
from app.services.integrity import verify
from app.services.ledger.rows import transfer_rows
from app.services.overview import read_overview
from app.services.proposals.lists import proposal_rows
from app.services.reports.catalogue import build_document
from app.services.reports.outcome_letters import letter_items
from app.services.reports.text import plain_text
from app.services.sample.evaluation import write_evaluation
from app.services.wording.formats import format_date
from app.services.wording.texts import translator

IT = translator("it")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive, closed."""
    path = tmp_path_factory.mktemp("evaluation") / "valutazione.concilia"
    write_evaluation(path)
    return path


def test_the_call_was_judged_from_end_to_end(judged: Path) -> None:
    with open_archive(judged, writing=False) as store:
        assert verify(store, IT).ok
        assert [finding for finding in check(store, IT) if finding.status == "open"] == []
        _counts(store)
        _ties(store)
        _conflicts(store)
        _papers(store)
        _reminders(store)


def _reminders(store: Store) -> None:
    """Who is funded in part is waited for up to the day that the ranking and the meeting give."""
    found = [item for item in read_overview(store, IT).open_items if "parziale" in item.text]
    assert len(found) == 3
    (ranking,) = ranking_rows(store)
    decided = max(row.day for row in transfer_rows(store) if row.kind == "award")
    days = load_ranking(store, ranking.id).accept_days or 0
    term = format_date(decided + timedelta(days=days))
    assert all(item.detail.endswith(f", entro il {term}") for item in found), [item.detail for item in found]


def _counts(store: Store) -> None:
    states = Counter(row.state for row in proposal_rows(store))
    assert sum(states.values()) == 61
    assert states[ProposalState.NOT_ADMISSIBLE] == 4
    assert states[ProposalState.NOT_SUITABLE] > 0
    assert states[ProposalState.SUITABLE_UNFUNDED] > 0
    assert states[ProposalState.FUNDED_IN_PART] == 3  # the last one of each area
    assert states[ProposalState.RENOUNCED] == 1
    (ranking,) = ranking_rows(store)
    assert (ranking.ranked, ranking.open_ties) == (57, 0)
    view = ranking_view(store, ranking.id)
    assert [pot.left for pot in view.pots] == [0, 0, 0]
    assert sum(row.amount for row in view.rows) == 1_330_000_00


def _ties(store: Store) -> None:
    """Each way of settling was needed: a criterion, co-financing, the draw."""
    view = ranking_view(store, ranking_rows(store)[0].id)
    assert {row.settled_by for row in view.rows} == {None, 0, 1, 2}
    by_number = {row.number: row for row in view.rows}
    assert by_number[5].points == by_number[9].points
    settled = max(by_number[33], by_number[38], key=lambda row: row.place or 0)
    assert "sorteggio" in " ".join(why(view, settled.id, IT))
    assert not by_number[36].suitable  # its total is high, its quality is not
    assert by_number[36].points > 60


def _conflicts(store: Store) -> None:
    view = ranking_view(store, ranking_rows(store)[0].id)
    names = dict(view.members)
    sheets = {
        number: {names[key or ""] for key in view.inputs.by_key[row.id].marks.members}
        for number, row in ((row.number, row) for row in view.rows)
    }
    assert all("Marco Ferri" not in sheets[number] for number in (12, 27, 40, 47))
    assert ("Giulia Zanetti" in sheets[18], "Stefano Riva" in sheets[18]) == (False, True)
    assert len(sheets[47]) == 4
    call_id = view.draft.call_id or ""
    found = {(one.member, one.number): one for one in proposed_conflicts(store, call_id)}
    assert found["Giulia Zanetti", 18].ground is Ground.HOLDS_OFFICE
    assert found["Marco Ferri", 27].elsewhere == (12, 40)


def _papers(store: Store) -> None:
    text = plain_text(build_document(store, "T05", IT), IT)
    assert "34-71-08-55-12" in text
    assert text.count("Finanziata in parte") == 3
    items = letter_items(store)
    assert {item.state for item in items} == {
        ProposalState.FUNDED,
        ProposalState.FUNDED_IN_PART,
        ProposalState.SUITABLE_UNFUNDED,
        ProposalState.NOT_SUITABLE,
        ProposalState.NOT_ADMISSIBLE,
    }
    (unsigned,) = (item for item in items if item.number == 7)
    letter = plain_text(build_document(store, "ESITO", IT, unsigned.id), IT)
    assert "il punto «Domanda firmata dal legale rappresentante» (art. 6 dell’avviso) non è soddisfatto" in letter
    ranking_id = ranking_rows(store)[0].id
    scrolled = next_awards(store, ranking_id)
    part = [award for award in scrolled if award.kind is not AwardKind.NONE]
    assert part == []  # what was renounced goes back by a decision first
