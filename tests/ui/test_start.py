"""The start: the window first, the archive's engine on a lane, and nothing imported before it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.archive import new_archive, open_archive
from app.services.settings import Settings
from app.ui import application as application_module
from app.ui.application import Application
from app.ui.preload import ENGINE, REST
from app.ui.views import ROOMS

ROOT = Path(__file__).resolve().parents[2]
SLOW = ("sqlalchemy", "reportlab", "pikepdf", "openpyxl", "babel", "pypdfium2")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An empty archive."""
    path = tmp_path / "piano.concilia"
    new_archive(path)
    return path


@pytest.fixture
def started(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """The application, not started yet; what its lanes do ends with the test."""
    monkeypatch.setattr(application_module, "REST_AFTER_MS", 0)
    application = Application(qapp, Settings(tmp_path / "app.json"))
    qtbot.addWidget(application.window)
    yield application
    qtbot.waitUntil(lambda: not application.desk.lanes.busy())
    application.desk.close_archive()


def test_window_is_there_before_the_archive(started: Application, qtbot: QtBot, archive: Path) -> None:
    started.start(archive)
    assert started.window.isVisible()
    assert not started.desk.is_open
    assert archive.name in started.window.start.banner.text()
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
    qtbot.waitUntil(lambda: not started.desk.lanes.busy())
    assert started.desk.path == other
    open_archive(archive).close()  # nobody holds it


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


def test_imports_after_qt_are_plain() -> None:
    code = (
        "import builtins\nplain = builtins.__import__\n"
        "from app.cli import import_qt\nimport_qt()\n"
        "from PySide6.QtWidgets import QApplication\nprint(builtins.__import__ is plain)"
    )
    assert imported(code) == "True"
