"""`concilia rank` and `concilia letters`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.services.evaluation.rankings import ranking_rows
from tests.services.ranked import write_judged
from tests.services.world import new_store, reopen
from tests.test_cli import DONE, WRONG_USE, concilia

__all__ = ["concilia"]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose call was judged, closed."""
    with new_store(tmp_path_factory.mktemp("judged")) as store:
        path = store.path
    write_judged(path)
    return path


def test_a_ranking_is_computed_settled_and_adopted(concilia: Any, judged: Path, tmp_path: Path) -> None:
    answer = concilia("--lang", "en", "rank", judged)
    assert answer.code == DONE
    assert "Ties still open: proposals no. 1, 4." in answer.out
    assert "A.1  1  no. 3  80  150.000,00\u00a0€  Funded in full  Progetto Legnano" in answer.out
    concilia("rank", judged, "--adopt").refused(WRONG_USE)
    told = json.loads(concilia("rank", judged, "--seed", "47-12", "--adopt", "--json").out)
    assert (told["state"], told["open_ties"], told["unjudged"]) == ("adopted", [], [])
    assert told["places"][0] == {
        "area": "A.1",
        "place": 1,
        "proposal": 3,
        "title": "Progetto Legnano",
        "points": "80",
        "suitable": True,
        "requested": "150000.00",
        "amount": "150000.00",
        "outcome": "full",
    }
    with reopen(judged) as store:
        assert [row.number for row in ranking_rows(store)] == [3, 2, 1]
    concilia("letters", judged, tmp_path / "lettere").refused(WRONG_USE)
    concilia("letters", judged, tmp_path / "lettere", "--call", "nessuno").refused(WRONG_USE)
