"""What can be found is read in the rests, so that nobody waits for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.models.errors import EnvironmentFailed
from app.services import search
from app.services.changes import Changes
from app.ui import search_reader
from app.ui.desk import Desk
from app.ui.search_reader import SearchReader
from tests.services.world import new_store


def test_read_after_opening_and_after_each_change(qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(search_reader, "REST_MILLISECONDS", 5)
    monkeypatch.setattr(search_reader, "read_search", seen.append)
    owner = QObject()
    SearchReader(desk, owner)
    desk.archive_opened.emit()
    qtbot.waitUntil(lambda: len(seen) == 1)
    desk.changed.emit(Changes.of("plan"))
    desk.changed.emit(Changes.of("plan"))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == [desk.store, desk.store]
    desk.changed.emit(Changes.of("plan"))
    desk.archive_closed.emit()
    qtbot.wait(30)
    assert len(seen) == 2


def test_failure_is_left_to_whoever_searches(qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_store: Any) -> None:
        raise EnvironmentFailed("archive.busy", name="x")

    refused: list[Any] = []
    desk.refused.connect(refused.append)
    monkeypatch.setattr(search_reader, "REST_MILLISECONDS", 5)
    monkeypatch.setattr(search_reader, "read_search", fail)
    owner = QObject()
    SearchReader(desk, owner)
    with qtbot.waitSignal(desk.started):
        desk.archive_opened.emit()
    desk.lanes.wait()
    qtbot.waitUntil(lambda: not desk.lanes.busy())
    assert refused == []


def test_it_is_read_into_memory(tmp_path: Path) -> None:
    with new_store(tmp_path) as store:
        search_reader.read_search(store)
        assert store.engine in search._KNOWN
