from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.archive import new_archive
from app.services.journal.journal import recent
from app.services.network.registry import OrganisationDraft, organisation_rows, save_organisation
from app.services.plan.plan import PlanDraft, find_plan, save_plan
from app.services.settings import Settings
from app.ui import dialogs
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


def test_what_stands_on_a_gesture_is_named(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "piano.concilia"
    new_archive(path)
    desk = Desk(Settings(tmp_path / "settings.json"))
    actions = GestureActions(desk, JOURNAL, desk)
    desk.open_archive(path)
    desk.store.user = "Anna Rossi"
    key = desk.do(save_plan, DRAFT).id
    first = desk.read(JOURNAL.last_undoable).number
    desk.do(save_organisation, OrganisationDraft(name="Ente"))
    desk.do(save_plan, replace(DRAFT, id=key, name="Piano d’altri"))
    said: list[str] = []
    monkeypatch.setattr(dialogs, "warn", lambda _parent, _title, text: said.append(text))
    assert actions.may_take_back(first)
    actions.take_back(first)
    qtbot.waitUntil(lambda: bool(said))
    assert "What came after it: Saving of the plan «Piano d’altri»" in said[0]
    assert "Anna Rossi" in said[0]
    second = desk.read(recent, 2)[1].number
    actions.take_back(second)  # an older gesture on which nothing stands goes alone
    qtbot.waitUntil(lambda: not desk.lanes.busy())
    assert desk.read(organisation_rows) == ()
    assert not actions.may_take_back(10_000)
    qtbot.waitUntil(lambda: not desk.lanes.busy())
    desk.close_archive()
