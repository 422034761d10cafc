from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.services.archive import new_archive
from app.services.plan import PlanDraft, find_plan, save_plan
from app.services.settings import Settings
from app.ui.application import JOURNAL
from app.ui.desk import Desk
from app.ui.gestures import GestureActions

DRAFT = PlanDraft(name="Piano nuovo", territory="Legnano", office="ASL Milano 1")


def test_last_gesture_is_named_taken_back_and_done_again(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "piano.concilia"
    new_archive(path)
    settings = Settings(tmp_path / "settings.json")
    settings.set("user_name", "Anna Rossi")
    desk = Desk(settings)
    actions = GestureActions(desk, JOURNAL, desk)
    assert not actions.undo_action.isEnabled()
    desk.open_archive(path)
    assert desk.store.user == "Anna Rossi"
    desk.do(save_plan, DRAFT)
    qtbot.waitUntil(actions.undo_action.isEnabled)
    assert actions.undo_action.text() == "Undo: Saving of the plan «Piano nuovo»"
    assert not actions.redo_action.isEnabled()
    actions.undo_action.trigger()
    qtbot.waitUntil(actions.redo_action.isEnabled)
    assert desk.read(find_plan) is None
    assert actions.redo_action.text().startswith("Redo: ")
    desk.close_archive()
    desk.open_archive(path)  # it survives a restart
    qtbot.waitUntil(actions.redo_action.isEnabled)
    actions.redo_action.trigger()
    qtbot.waitUntil(actions.undo_action.isEnabled)
    plan = desk.read(find_plan)
    assert plan is not None
    assert plan.name == "Piano nuovo"
    qtbot.waitUntil(lambda: not desk.lanes.busy())
    desk.close_archive()
    assert not actions.undo_action.isEnabled()
