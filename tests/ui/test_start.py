"""The start: the window first, the archive's engine on a lane, and nothing imported before it is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlcipher3 import dbapi2 as sqlcipher

from app.models.errors import EnvironmentFailed
from app.services.archive import new_archive, open_archive
from app.services.settings import Settings
from app.ui import opening as opening_module
from app.ui import preload
from app.ui.application import Application
from app.ui.preload import ENGINE, REST
from app.ui.views import ROOMS
from app.ui.views.dashboard import DashboardView

ROOT = Path(__file__).resolve().parents[2]
SLOW = ("sqlalchemy", "reportlab", "pikepdf", "openpyxl", "babel", "pypdfium2", "keyring")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An empty archive."""
    path = tmp_path / "piano.concilia"
    new_archive(path)
    return path


@pytest.fixture
def sample(tmp_path: Path, sample_archive: Path) -> Path:
    """A copy of the sample archive."""
    return Path(shutil.copy(sample_archive, tmp_path / "campione.concilia"))


@pytest.fixture(scope="module")
def sample_archive(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> Path:
    """The sample archive, once."""
    return Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("start") / "campione.concilia"))


@pytest.fixture
def started(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """The application, not started yet; what its lanes do ends with the test."""
    monkeypatch.setattr(opening_module, "REST_AFTER_MS", 0)
    application = Application(qapp, Settings(tmp_path / "app.json"))
    qtbot.addWidget(application.window)
    yield application
    qtbot.waitUntil(lambda: not application.desk.lanes.busy())
    application.desk.close_archive()


def test_window_is_there_before_the_archive(started: Application, qtbot: QtBot, archive: Path) -> None:
    started.start(archive)
    assert started.window.isVisible()
    assert not started.desk.is_open
    qtbot.waitUntil(lambda: started.desk.is_open)
    room = started.window.current_room()
    assert room is not None
    assert room.key == ROOMS[0].key
    assert started.settings.get("recent") == [str(archive)]


def test_archive_that_cannot_be_opened_is_said_on_the_start_page(
    started: Application, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "testo.concilia").write_text("testo")
    started.start(tmp_path / "testo.concilia")
    qtbot.waitUntil(lambda: "non è un archivio" in started.window.start.banner.text())
    assert started.window.current_room() is None


def test_archive_opened_meanwhile_stays(started: Application, qtbot: QtBot, archive: Path, tmp_path: Path) -> None:
    other = tmp_path / "altro.concilia"
    new_archive(other)
    started.start(archive)
    assert started.window.open_path(other)
    qtbot.waitUntil(lambda: started.desk.path == other)
    open_archive(archive).close()  # nobody holds it


@pytest.fixture
def slow_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The store is not opened before this is set."""
    gate, real = threading.Event(), preload.open_named

    def wait(*arguments: Any) -> Any:
        assert gate.wait(20)
        return real(*arguments)

    monkeypatch.setattr(preload, "open_named", wait)
    yield gate
    gate.set()


def test_first_room_is_there_before_the_store(
    started: Application, qtbot: QtBot, sample: Path, slow_store: threading.Event
) -> None:
    started.start(sample)
    qtbot.waitUntil(lambda: started.window.current_room() is not None)
    assert not started.desk.is_open
    view = started.window.current_view()
    assert isinstance(view, DashboardView)
    seen = [view.areas.texts(), view.sources.texts(), view.open_items.texts(), view.meetings.texts()]
    assert all(seen)
    assert "conciliazione" in started.window.windowTitle()
    with pytest.raises(EnvironmentFailed, match=r"archive\.locked"):
        open_archive(sample)  # ours from the first look on
    slow_store.set()
    qtbot.waitUntil(lambda: started.desk.is_open)
    assert started.window.current_view() is view
    view.reload()
    assert [view.areas.texts(), view.sources.texts(), view.open_items.texts(), view.meetings.texts()] == seen
    qtbot.waitUntil(lambda: view.findings is not None)


def test_what_is_asked_for_before_the_store_is_done_when_it_comes(
    started: Application, qtbot: QtBot, sample: Path, slow_store: threading.Event
) -> None:
    started.start(sample)
    window = started.window
    qtbot.waitUntil(lambda: window.current_room() is not None)
    view = window.current_view()
    assert isinstance(view, DashboardView)
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    view.areas.table.setCurrentIndex(view.areas.model.index(1, 0))
    qtbot.keyClick(view.areas.table, Qt.Key.Key_Return)
    window.show_palette("famiglie")
    assert window._palette is not None
    assert window.current_room() is ROOMS[0]
    slow_store.set()
    qtbot.waitUntil(lambda: window.current_room() is ROOMS[1])
    assert "network" in window._views, "the room that was asked for first was gone to as well"
    assert any("famiglie" in entry.title for entry in window._palette.entries())
    window._palette.close()


def test_archive_found_damaged_after_the_first_look_is_refused(
    started: Application, qtbot: QtBot, sample: Path, slow_store: threading.Event
) -> None:
    with closing(sqlcipher.connect(str(sample))) as connection:
        connection.execute("drop trigger posting_no_update")
    started.start(sample)
    qtbot.waitUntil(lambda: started.window.current_room() is not None)
    slow_store.set()
    qtbot.waitUntil(lambda: started.window.current_room() is None)
    assert "danneggiato" in started.window.start.banner.text()
    assert not sample.with_name(sample.name + ".lock").exists()


def test_window_closed_before_the_store_comes_leaves_nothing_behind(
    started: Application, qtbot: QtBot, sample: Path, slow_store: threading.Event
) -> None:
    started.start(sample)
    qtbot.waitUntil(lambda: started.window.current_room() is not None)
    started.window.close()
    started.opening.stop()
    slow_store.set()
    qtbot.waitUntil(lambda: not started.desk.lanes.busy())
    assert not started.desk.is_open
    assert sorted(path.name for path in sample.parent.iterdir() if path.name.startswith(sample.name)) == [sample.name]


def test_start_page_loads_what_archives_need(started: Application, qtbot: QtBot) -> None:
    started.start(None)
    assert started.window.start.banner.text() == ""
    qtbot.waitUntil(lambda: set(ENGINE + REST) <= set(sys.modules))


def imported(code: str) -> str:
    """What a fresh process prints last."""
    environment = {**os.environ, "DISPLAY": "offscreen", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_window_is_made_without_what_takes_long_to_import() -> None:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from app.services.settings import Settings\n"
        "from app.ui.application import Application, make_qt_application\n"
        "application = Application(make_qt_application(), Settings(Path('none.json')))\n"
        "application.open(None)\n"
        f"print(sorted(set({SLOW!r}) & set(sys.modules)))"
    )
    assert imported(code) == "[]"


def test_first_room_is_shown_without_paper() -> None:
    code = "import sys\nfrom app.ui.preload import ENGINE, load\nfrom app.services.ports import SILENT\n"
    code += f"load(ENGINE, SILENT)\nprint(sorted(set({SLOW[1:]!r}) & set(sys.modules)))"
    assert imported(code) == "[]"


def test_first_look_is_taken_without_the_store() -> None:
    code = "import sys\nimport app.services.first_look, app.ui.views.dashboard\n"
    code += f"print(sorted(set({SLOW!r}) & set(sys.modules)))"
    assert imported(code) == "[]"


def test_imports_after_qt_are_plain() -> None:
    code = (
        "import builtins\nplain = builtins.__import__\n"
        "from app.cli import import_qt\nimport_qt()\n"
        "from PySide6.QtWidgets import QApplication\nprint(builtins.__import__ is plain)"
    )
    assert imported(code) == "True"
