"""Every room of the real program on the sample archive: whole, named, and without keys that mean two things."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.services.archive import new_archive
from app.services.settings import Settings
from app.ui.application import Application
from app.ui.main_window import MainWindow
from app.ui.theme import Theme
from app.ui.views import ROOMS
from app.ui.views.base import RecordsView
from tests.ui.audit import ambiguous_keys, cut, elided, same_letters, unnamed, unread
from tests.ui.driving import settle

LEAST = (1100, 700)
SIZES = {100: (LEAST,), 150: ((1400, 860),), 200: ((1400, 860), LEAST)}
"""Scales of the letters, and sizes of the window that are looked at with each, one after the other."""


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("archives")
    made = {"full": folder / "piano.concilia", "empty": folder / "vuoto.concilia"}
    shutil.copy(sample_archive, made["full"])
    new_archive(made["empty"])
    return made


@pytest.fixture(params=["it", "en"])
def application(
    request: pytest.FixtureRequest, qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> Iterator[Application]:
    settings = Settings(tmp_path / "rooms.json")
    settings.set("language", request.param)
    settings.set("theme", Theme.DARK.value)
    made = Application(qapp, settings)
    made.window.resize(1400, 860)
    with qtbot.waitActive(made.window):
        made.window.show()
        made.window.activateWindow()
    yield made
    settle(made)
    made.window.close()


def tabs(window: MainWindow) -> Iterator[str]:
    """Each tab of the room that is shown, in turn."""
    view = window.current_view()
    if not isinstance(view, RecordsView):
        yield ""
        return
    for kind in view.kinds:
        view.show_kind(kind.key)
        yield kind.key


@pytest.mark.slow
def test_empty_rooms_are_whole(application: Application, archives: dict[str, Path]) -> None:
    """Full ones are walked through in `tests/e2e/test_sample_tour.py`."""
    window = application.window
    assert window.open_path(archives["empty"])
    found = {}
    for room in ROOMS:
        assert window.go(room.key)
        for tab in tabs(window):
            settle(application)
            faults = {"unnamed": unnamed(window), "elided": elided(window), "ambiguous": ambiguous_keys(window)}
            found |= {f"{room.key} {tab} {kind}": what for kind, what in faults.items() if what}
    assert not found


@pytest.mark.slow
@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("scale", SIZES)
def test_nothing_is_cut_in_small_windows_and_large_letters(
    scale: int,
    language: str,
    archives: dict[str, Path],
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    settings = Settings(tmp_path / "rooms.json")
    for key, value in (("language", language), ("scale", scale)):
        settings.set(key, value)
    application = Application(qapp, settings)
    window = application.window
    window.resize(*SIZES[scale][0])
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    assert window.open_path(archives["full"])
    found = {}
    for room in ROOMS:
        assert window.go(room.key)
        for tab in tabs(window):
            for size in SIZES[scale]:
                window.resize(*size)
                for side in sides(window):
                    settle(application)
                    place = f"{size} {room.key} {tab} {side}"
                    found |= {f"{place} {kind}": what for kind, what in faults(window, size).items() if what}
    window.close()
    assert not found


def faults(window: MainWindow, size: tuple[int, int]) -> dict[str, list[str]]:
    """What is wrong with what is to be seen."""
    grown = (window.width(), window.height())
    return {
        "cut": cut(window),
        "unnamed": unnamed(window),
        "unread": unread(window) if size == LEAST else [],
        "letters": same_letters(window) if size == LEAST else [],
        "ambiguous": ambiguous_keys(window),
        "grown": [f"{grown}"] if grown != size else [],
    }


def sides(window: MainWindow) -> Iterator[str]:
    """The list, and its first record where that stands alone."""
    view = window.current_view()
    page = view.current_page() if isinstance(view, RecordsView) else view
    beside = getattr(page, "beside", None)
    if beside is not None and beside.back_action.isEnabled():
        beside.back_action.trigger()  # a record stands alone from the size before
    yield "list"
    if beside is not None and beside.single and page.list.first_id() is not None:
        page.open_record(page.list.first_id())
        yield "record"


@pytest.mark.parametrize("application", ["it"], indirect=True)
def test_no_empty_list_is_a_dead_end(application: Application, archives: dict[str, Path]) -> None:
    window = application.window
    assert window.open_path(archives["empty"])
    dead = []
    for room in ("calls", "network", "proposals"):
        assert window.go(room)
        for tab in tabs(window):
            settle(application)
            page = window.current_view().current_page()  # type: ignore[union-attr]
            ways = [each for each in page.findChildren(QPushButton, "primary") if each.isVisible()]
            if not page.list.model.table.rows and not ways:
                dead.append(f"{room} {tab}")
    assert not dead


def test_every_room_has_its_view() -> None:
    assert all(find_spec(room.factory.partition(":")[0]) for room in ROOMS)
