"""A call with 61 proposals judged in the window: the last formal check, its points, the opening, ranking and awards."""

from __future__ import annotations

import shutil
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import CheckOutcome, MeetingState, ProposalState, RankingState, SheetStage
from app.models.proposals import Proposal
from app.models.store import Store, create_archive
from app.resources import resource
from app.services.evaluation.admissibility import load_checklist
from app.services.evaluation.rankings import ranking_rows, ranking_view
from app.services.evaluation.sheet_reading import load_sheet, sheet_key, sheet_rows
from app.services.proposal_lists import proposal_rows
from app.services.proposals import load_proposal
from app.services.reports.outcome_letters import letter_items
from app.services.sample import evaluation
from app.services.sample.writer import SampleWriter
from app.services.texts import translator
from app.ui.desk import Desk
from app.ui.views.evaluation import EvaluationView
from app.ui.views.meetings import MeetingsView
from app.ui.views.sheet_forms import SheetForm
from app.ui.views.spread_panel import SpreadPanel
from tests.services.world import settle_clock
from tests.ui.driving import KEY, Clerk, opened_desk
from tests.ui.hands import Answers, answers

__all__ = ["answers"]

IT = translator("it")
LATE = 3
"""Number of the proposal that was not looked at yet."""


@pytest.fixture
def case(tmp_path: Path) -> tuple[SampleWriter, list[int]]:
    """The scenario up to its points, but for one proposal: received, not checked, without a sheet; and its points."""
    data = tomllib.loads(resource("scenarios", f"{evaluation.NAME}.toml").read_text("utf-8"))
    row = next(row for row in data["proposals"] if row["number"] == LATE)
    points: list[Any] = row.pop("points")
    written: list[SampleWriter] = []

    def fill(store: Store) -> None:
        writer = SampleWriter(store, data)
        written.append(writer)
        store.user = "Ufficio"
        for step in evaluation.STEPS[:-2]:
            step(writer)
            if step is evaluation._write_proposals:
                with store.write("set_proposal_state") as session:
                    proposal = session.get_one(Proposal, writer.keys[f"proposal:{LATE}"])
                    proposal.state = ProposalState.SUBMITTED.value

    create_archive(tmp_path / "prova.concilia", fill=fill)
    shutil.move(tmp_path / "prova.concilia", tmp_path / "ufficio.concilia")
    return written[0], points


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, case: Any) -> Iterator[Desk]:
    yield from opened_desk(qtbot, tmp_path)


@pytest.mark.slow
def test_a_call_is_judged_from_the_formal_check_to_the_letters(
    qtbot: QtBot,
    desk: Desk,
    case: tuple[SampleWriter, list[Any]],
    answers: Answers,
) -> None:
    writer, points = case
    writer.store = desk.store
    clerk = Clerk(qtbot, desk, EvaluationView)
    clerk.view.resize(1400, 860)
    key = writer.keys[f"proposal:{LATE}"]
    check_and_admit(clerk, key)
    score(clerk, writer, key, points)
    open_the_points(clerk, key)
    ranking = rank(clerk)
    propose_and_close(qtbot, clerk, writer, ranking, answers)
    states = Counter(row.state for row in proposal_rows(clerk.store))
    assert (states[ProposalState.NOT_ADMISSIBLE], states[ProposalState.FUNDED_IN_PART]) == (4, 3)
    assert sum(states.values()) == 61
    assert "Letters of outcome…" in clerk.offers()
    assert len(letter_items(clerk.store)) == 61, "everybody is written to"


def check_and_admit(clerk: Clerk, key: str) -> None:
    """The points of the formal check that the archive does not answer by itself; then it is admitted."""
    clerk.go("checks")
    assert clerk.page.open_record(key)
    clerk.rest()
    answered = tuple(
        replace(point, outcome=CheckOutcome.YES) if point.answer is None else point
        for point in clerk.form.model.draft.checks
    )
    clerk.form.model.apply("checks", answered)
    clerk.save()
    assert {point.answer for point in load_checklist(clerk.store, key, IT).checks} <= {
        CheckOutcome.YES,
        CheckOutcome.NOT_APPLICABLE,
    }
    clerk.act("Admit")
    assert load_proposal(clerk.store, key).state is ProposalState.ADMISSIBLE


def score(clerk: Clerk, writer: SampleWriter, key: str, points: list[Any]) -> None:
    """The sheet of the first judge at the keyboard; those of the others as they came in."""
    first, *others = writer.data["committee"]["judges"]
    clerk.go("sheets")
    sheet = sheet_key(key, writer.keys[f"member:{first}"])
    assert clerk.page.open_record(sheet)
    clerk.rest()
    form = clerk.form
    assert isinstance(form, SheetForm)
    form.focus_first()
    for given in points[0]:
        clerk.type(str(given))
        clerk.press(KEY.Key_Return)
        QApplication.processEvents()  # the cell closes, the one below is next
    assert [row.points for row in form.model.draft.scores] == points[0], clerk.form.banner_text()
    clerk.save()
    clerk.act("Hand over")
    assert load_sheet(clerk.store, sheet).stage is SheetStage.GIVEN
    for judge, given in zip(others, points[1:], strict=True):
        evaluation._give(writer, clerk.store, LATE, judge, given)
    due = [row for row in sheet_rows(clerk.store) if row.proposal_id == key]
    assert {row.stage for row in due} == {SheetStage.GIVEN}


def open_the_points(clerk: Clerk, key: str) -> None:
    """Points by member stand side by side once they are opened."""
    clerk.go("spread")
    assert clerk.page.open_record(key)
    panel = clerk.page.detail
    assert isinstance(panel, SpreadPanel)
    panel.open_button.click()
    clerk.qtbot.waitUntil(lambda: bool(panel.tables) and panel.open_button.isHidden())


def rank(clerk: Clerk) -> str:
    """The ranking, its ties drawn by the seed that was said aloud, adopted."""
    clerk.go("rankings")
    clerk.rest()
    clerk.begin()
    clerk.rest()
    clerk.fill(day="27/03/2026", draw="Seed", seed="34-71-08-55-12")
    clerk.save()
    clerk.act("Adopt")
    (row,) = ranking_rows(clerk.store)
    assert (row.state, row.ranked, row.open_ties) == (RankingState.ADOPTED, 57, 0)
    view = ranking_view(clerk.store, row.id)
    assert sum(each.amount for each in view.rows) == 1_330_000_00
    assert [pot.left for pot in view.pots] == [0, 0, 0]
    return row.id


def propose_and_close(qtbot: QtBot, clerk: Clerk, writer: SampleWriter, ranking: str, answers: Answers) -> None:
    """The awards become a decision on the point of an open meeting, which then closes."""
    store = clerk.store
    meeting, items = evaluation.open_second_meeting(writer)
    settle_clock(store)
    clerk.view.open_record(ranking)
    answers.entered = {"agenda_item_id": "2/2026, 1: Approvazione della graduatoria\n"}
    with qtbot.waitSignal(clerk.desk.wanted) as wanted:
        clerk.act("Propose the decision…")
    assert wanted.args[0] == "meetings"
    room = Clerk(qtbot, clerk.desk, MeetingsView)
    room.go("meetings")
    room.page.open_record(meeting)
    answers.entered = {"time": "16:05"}
    (close,) = (action for action in room.page.record_actions() if action.text() == "Close")
    with qtbot.waitSignal(room.form.acted, timeout=60_000):  # sixty awards, on a machine that may be busy
        close.trigger()
    assert room.form.model.draft.state is MeetingState.CLOSED
    assert len(items) == 1
