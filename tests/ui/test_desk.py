from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.models.errors import AppError, Cancelled, RuleBroken
from app.services.archive import new_archive
from app.services.changes import Changes
from app.services.ports import Progress
from app.services.settings import Settings
from app.ui.desk import Desk
from app.ui.tasks import Lane, Lanes, Task
from app.ui.widgets import plain_tip
from tests.ui.fakes import FakeStore


def test_run_gives_its_result_on_the_thread_of_the_window(qtbot: QtBot, desk: Desk, store: FakeStore) -> None:
    seen: list[Any] = []

    def verb(given: FakeStore, number: int, *, twice: bool = False) -> tuple[Any, int, int]:
        return given, number * (2 if twice else 1), threading.get_ident()

    def done(result: tuple[Any, int, int]) -> None:
        seen.append((*result, threading.get_ident()))

    task = desk.run(verb, 21, twice=True, done=done)
    qtbot.waitSignal(task.finished).wait()
    given, number, there, here = seen[0]
    assert given is store
    assert number == 42
    assert there != here == threading.get_ident()


def test_database_lane_keeps_the_order(qtbot: QtBot, desk: Desk) -> None:
    order: list[int] = []
    gate = threading.Event()

    def verb(_store: FakeStore, number: int) -> None:
        if number == 0:
            gate.wait(5)
        order.append(number)

    tasks = [desk.run(verb, number) for number in range(5)]
    gate.set()
    qtbot.waitSignal(tasks[-1].finished).wait()
    assert order == [0, 1, 2, 3, 4]


def test_changes_are_announced_before_they_are_done(qtbot: QtBot, desk: Desk) -> None:
    heard: list[str] = []
    desk.changed.connect(lambda changes: heard.append(f"changed {sorted(changes.topics)}"))
    task = desk.run(lambda _store: Changes.of("plan"), done=lambda _result: heard.append("done"))
    qtbot.waitSignal(task.finished).wait()
    assert heard == ["changed ['plan']", "done"]
    desk.do(lambda _store: Changes.of("ledger", ids=("a",)))
    assert heard[-1] == "changed ['ledger']"
    assert desk.read(lambda _store: 7) == 7


def test_errors_go_where_they_belong(qtbot: QtBot, desk: Desk) -> None:
    refused: list[AppError] = []
    crashed: list[Exception] = []
    taken: list[AppError] = []
    desk.refused.connect(refused.append)
    desk.crashed.connect(crashed.append)

    def breaks_a_rule(_store: FakeStore) -> None:
        raise RuleBroken("field.required")

    def has_a_bug(_store: FakeStore) -> None:
        raise ZeroDivisionError

    for task in (
        desk.run(breaks_a_rule),
        desk.run(breaks_a_rule, failed=taken.append),
        desk.run(has_a_bug, failed=taken.append),
    ):
        qtbot.waitUntil(lambda task=task: not desk.lanes.busy())
    assert [error.code for error in refused] == ["field.required"]
    assert [error.code for error in taken] == ["field.required"]
    assert [type(error) for error in crashed] == [ZeroDivisionError]


def test_progress_is_told_and_a_task_can_be_stopped(qtbot: QtBot, desk: Desk) -> None:
    steps: list[tuple[int, int]] = []
    gate, reached = threading.Event(), threading.Event()

    def verb(_store: FakeStore, progress: Progress) -> None:
        progress.step(1, 3)
        reached.set()
        gate.wait(5)
        progress.step(2, 3)
        raise AssertionError("went on after it was stopped")

    task = desk.run(verb)
    task.progressed.connect(lambda done, total: steps.append((done, total)))
    with qtbot.waitSignals([task.cancelled, task.finished]):
        assert reached.wait(5)
        task.cancel()
        gate.set()
    assert steps == [(1, 3)]


def test_task_stopped_before_it_begins_does_nothing(qtbot: QtBot) -> None:
    did: list[int] = []
    lanes = Lanes()
    task = Task(lambda _task: did.append(1))
    task.cancel()
    with qtbot.waitSignal(lanes.idle):
        lanes.start(task, Lane.FILES)
    assert not did


def test_last_step_is_always_told(qtbot: QtBot) -> None:
    task = Task(lambda _task: None)
    with qtbot.waitSignals([task.progressed, task.progressed]):
        task.step(1, 2)
        task.step(2, 2)
    task.cancel()
    with pytest.raises(Cancelled):
        task.step(2, 2)


def test_lanes_stop_everything_when_asked(qtbot: QtBot) -> None:
    lanes = Lanes()
    gate = threading.Event()
    ended: list[str] = []

    def work(task: Task) -> None:
        gate.wait(5)
        task.step(1, 2)

    for _number in range(3):
        task = Task(work)
        task.cancelled.connect(lambda: ended.append("cancelled"))
        lanes.start(task)
    lanes.cancel_all()
    gate.set()
    with qtbot.waitSignal(lanes.idle):
        lanes.wait()
    assert ended == ["cancelled"] * 3


def test_real_archive_is_made_opened_and_closed(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(Settings(tmp_path / "settings.json"))
    path = tmp_path / "piano.concilia"
    with qtbot.waitSignal(desk.archive_opened):
        desk.new_archive(path)
    assert desk.is_open
    desk.open_archive(path)  # already on the desk: nothing to do
    other = tmp_path / "altro.concilia"
    new_archive(other)
    with qtbot.waitSignals([desk.archive_closed, desk.archive_opened]):
        desk.open_archive(other)
    assert desk.settings.get("recent") == [str(other), str(path)]
    with qtbot.waitSignal(desk.archive_closed):
        desk.close_archive()
    desk.close_archive()
    assert not desk.is_open


def test_refused_archive_leaves_the_present_one(qtbot: QtBot, desk: Desk, store: FakeStore, tmp_path: Path) -> None:
    bad = tmp_path / "bad.concilia"
    bad.write_bytes(b"not an archive" * 100)
    with pytest.raises(AppError):
        desk.open_archive(bad)
    assert desk.store is store


def test_tool_tips_show_markup_as_it_was_typed() -> None:
    assert plain_tip("<b>Rho</b> & c.\nriga") == "<qt>&lt;b&gt;Rho&lt;/b&gt; &amp; c.<br>riga</qt>"
    assert plain_tip("") == ""
