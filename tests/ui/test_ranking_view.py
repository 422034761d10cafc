"""Declarations, rankings, places and stability in the room of evaluation, at the keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.models.enums import RankingState
from app.services.evaluation.conflicts import barred
from app.services.evaluation.declarations import declaration_key, interests_rows
from app.services.evaluation.rankings import ranking_rows
from app.ui import dialogs
from app.ui.charts import BarChart
from app.ui.desk import Desk
from app.ui.views.evaluation import EvaluationView
from app.ui.views.ranking_pages import PlacesPage, StabilityPage
from tests.services.ranked import adopted, call_of, write_judged
from tests.services.sitting import Sitting, open_sitting
from tests.services.world import new_store
from tests.ui.driving import Clerk, opened_desk
from tests.ui.hands import Answers, answers

__all__ = ["answers"]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sitting]:
    """The plan's own case, judged."""
    with new_store(tmp_path_factory.mktemp("case")) as store:
        path = store.path
    return path, write_judged(path)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, case: tuple[Path, Sitting]) -> Iterator[Desk]:
    """A desk with a copy of the case."""
    shutil.copy(case[0], tmp_path / "ufficio.concilia")
    yield from opened_desk(qtbot, tmp_path)


@pytest.fixture
def sitting(case: tuple[Path, Sitting]) -> Sitting:
    return case[1]


@pytest.fixture
def clerk(qtbot: QtBot, desk: Desk) -> Clerk:
    clerk = Clerk(qtbot, desk, EvaluationView)
    clerk.view.resize(1400, 860)
    return clerk


def test_a_member_declares_a_conflict_and_loses_the_points(clerk: Clerk, sitting: Sitting) -> None:
    clerk.go("interests")
    assert clerk.listed("to_ask") == ["", "3", "", "", ""]
    call_id = call_of(clerk.store, sitting)
    assert clerk.page.open_record(declaration_key(call_id, sitting.members["Bianchi"]))
    clerk.rest()
    shown = " ".join(label.text() for label in clerk.form.findChildren(QLabel))
    assert "leads the alliance" in shown
    clerk.fill(day="20/06/2014", note="in seduta")
    clerk.rows("conflicts", ("3 ", None, "dipendente", None))
    clerk.save()
    assert clerk.listed("declared")[1] == "abstains: no. 3"
    with clerk.store.read() as session:
        assert barred(session, sitting.proposals["Legnano"]) == {sitting.members["Bianchi"]}
    assert [row.day is not None for row in interests_rows(clerk.store)] == [False, True, False, False, False]


def test_a_ranking_is_computed_drawn_and_adopted(clerk: Clerk, answers: Answers) -> None:
    clerk.go("rankings")
    clerk.press_begin("New")
    clerk.rest()
    clerk.fill(day="01/07/2014")
    clerk.save()
    shown = " ".join(label.text() for label in clerk.form.findChildren(QLabel))
    assert "Ties still open: proposals no. 1, 4." in shown
    clerk.fill(draw="Seed")
    assert clerk.refused("seed").startswith("This field is needed")
    clerk.fill(seed="47-12")
    clerk.save()
    clerk.act("Adopt")
    assert answers.asked == ["«Ranking no. 1» then stays as it is for good. Adopt it?"]
    (row,) = ranking_rows(clerk.store)
    assert (row.state, row.open_ties) == (RankingState.ADOPTED, 0)
    assert "Adopt" not in clerk.offers()
    assert {"Propose the decision…", "Who is next", "Letters of outcome…"} <= set(clerk.offers())


def test_the_awards_are_proposed_and_the_letters_are_written(
    qtbot: QtBot, desk: Desk, sitting: Sitting, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted(desk.store, sitting)
    open_sitting(desk.store, sitting, "Graduatoria")
    clerk = Clerk(qtbot, desk, EvaluationView)
    clerk.go("rankings")
    clerk.rest()
    answers.entered = {"agenda_item_id": "2/2014, 1: Graduatoria\n"}
    with qtbot.waitSignal(desk.wanted) as wanted:
        clerk.act("Propose the decision…")
    assert wanted.args[0] == "meetings"
    refused: list[str] = []
    desk.refused.connect(lambda error: refused.append(error.code))
    monkeypatch.setattr(dialogs, "choose_folder", lambda *_args: tmp_path / "lettere")
    clerk.act("Letters of outcome…")
    qtbot.waitUntil(lambda: not desk.lanes.busy() and bool(refused))
    assert refused == ["letter.none"]  # nothing is decided until the meeting closes


def test_places_say_why_and_stability_says_what_if(qtbot: QtBot, desk: Desk, sitting: Sitting) -> None:
    adopted(desk.store, sitting)
    clerk = Clerk(qtbot, desk, EvaluationView)
    clerk.view.resize(1400, 860)
    clerk.go("places")
    page = clerk.page
    assert isinstance(page, PlacesPage)
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 5)  # four, and the total
    assert clerk.listed("place")[:4] == ["1", "", "1", "2"]
    assert page.open_record(page.list.model.row_id(3) or "")
    qtbot.waitUntil(lambda: "goes first by the draw" in _text(page))
    with qtbot.waitSignal(desk.wanted) as wanted:
        page.panel.go()
    assert wanted.args == ["proposals", sitting.proposals["Garbagnate"]]
    clerk.go("stability")
    firm = clerk.page
    assert isinstance(firm, StabilityPage)
    qtbot.waitUntil(lambda: firm.list.model.rowCount() > 10)
    assert "For the committee alone" in _text(firm)
    assert firm.findChildren(BarChart) == []  # four places so far apart that nothing moves


def _text(page: PlacesPage | StabilityPage) -> str:
    assert page.panel is not None
    return " ".join(label.text() for label in page.panel.findChildren(QLabel))


def test_without_a_ranking_the_way_to_one_is_offered(clerk: Clerk) -> None:
    clerk.go("places")
    clerk.press_begin("Go to the rankings")
    assert clerk.page.kind.key == "rankings"
