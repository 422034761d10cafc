"""Garbage is looked for on the window's thread alone: parts of a closed window may be in it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.ui.tasks import Lanes, Task

KNOTS = 200_000


@pytest.fixture
def looked() -> Iterator[list[threading.Thread]]:
    """The threads that looked for garbage meanwhile."""
    threads: list[threading.Thread] = []

    def note(phase: str, _about: dict[str, int]) -> None:
        if phase == "start":
            threads.append(threading.current_thread())

    gc.callbacks.append(note)
    yield threads
    gc.callbacks.remove(note)


def make_knots(_task: Task) -> int:
    for _number in range(KNOTS):
        knot: list[object] = []
        knot.append(knot)
    return KNOTS


def test_a_lane_that_makes_much_garbage_does_not_look_for_it(qtbot: QtBot, looked: list[threading.Thread]) -> None:
    lanes = Lanes()
    task = Task(make_knots)
    with qtbot.waitSignal(task.succeeded):
        lanes.start(task)
        assert not gc.isenabled()
    qtbot.waitUntil(gc.isenabled)
    assert looked
    assert set(looked) == {threading.main_thread()}


def test_the_interpreter_looks_again_when_lanes_are_gone_in_the_middle(qtbot: QtBot) -> None:
    lanes = Lanes()
    lanes.start(Task(make_knots))
    lanes.wait()
    assert gc.isenabled()
