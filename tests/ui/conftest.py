"""A desk without files, in English, and no dialog that a test did not ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.settings import Settings
from app.ui import dialogs, i18n
from app.ui.application import make_qt_application
from app.ui.desk import Desk
from app.ui.theme import Theme, apply_theme
from tests.ui.driving import put_away
from tests.ui.fakes import FakeStore, sample_store

QUESTIONS = (
    *("ask_save", "confirm", "tell", "warn", "choose_open", "choose_open_many", "choose_save", "choose_printer"),
    "run_dialog",
)


@pytest.fixture(scope="session")
def qapp_cls() -> Any:
    return lambda _arguments: make_qt_application()


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[None]:
    """English and light, whatever the test before left; no window outlives its test."""
    i18n.set_language("en")
    apply_theme(qapp, Theme.LIGHT, 100)
    yield
    put_away(qapp)


@pytest.fixture(autouse=True)
def no_dialogs(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected question fails the test instead of waiting for somebody."""

    def unexpected(name: str) -> Any:
        def fail(*args: Any, **_kwargs: Any) -> None:
            raise AssertionError(f"unexpected dialog: {name}{args[1:]}")

        return fail

    for name in QUESTIONS:
        monkeypatch.setattr(dialogs, name, unexpected(name))


@pytest.fixture
def store() -> FakeStore:
    return sample_store()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, store: FakeStore) -> Iterator[Desk]:
    """A desk with the example records; every task has ended when the test has."""
    made = Desk(Settings(tmp_path / "settings.json"))
    made.take(store, tmp_path / "example.concilia")
    yield made
    made.lanes.wait()
    qtbot.waitUntil(lambda: not made.lanes.busy())
