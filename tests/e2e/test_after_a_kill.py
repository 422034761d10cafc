"""The window is killed with -9 while somebody types: nothing lies outside in plain, and it opens where one was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models import slots
from app.models.slots import Cost
from app.services.archive import open_archive
from app.services.network.registry import OrganisationDraft, save_organisation
from app.services.settings import Settings
from app.services.users import attempts
from app.services.users.keys import Credentials, UserDraft, new_encrypted_archive
from app.services.users.recovery import new_code
from app.ui.application import Application
from app.ui.forms import RecordForm
from app.ui.screenshots import settle

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "una frase di anna"
PLANTED = "Zefirinetto"

CHILD = """
import os, sys
from pathlib import Path
from app.models import slots
slots.COST = slots.Cost(1, 16, 2)
from PySide6.QtTest import QTest
from app.services.archive import open_archive
from app.services.keeping.copies import write_proved as copy_archive
from app.services.users.keys import Credentials
from app.services.network.registry import OrganisationDraft, organisation_rows, save_organisation
from app.services.settings import Settings, settings_path
from app.ui.application import Application, make_qt_application
from app.ui.screenshots import settle

path, planted = Path(sys.argv[1]), sys.argv[2]
qt = make_qt_application()
application = Application(qt, Settings(settings_path()), "it")
application.window.show()
store = open_archive(path, credentials=Credentials("anna", sys.argv[3]))
application.desk.take(store, path)
settle(application)
save_organisation(store, OrganisationDraft(name=f"Ente {planted}"))
copy_archive(store, path.with_name("copia.concilia"))
application.window.go("network")
view = application.window.current_view()
view.show_kind("organisations")
page = view.page("organisations")
page.open_record(organisation_rows(store)[1].id)
note = page.form.field("note")
note.setFocus()
application.desk.keeper.kept.connect(lambda: os.write(1, b"kept\\n"))
QTest.keyClicks(note, f"Parlato con {planted}. ")
qt.exec()
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an archive that has a password; settings and temporary files lie in it too."""
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    attempts._in_memory.clear()
    path = tmp_path / "piano.concilia"
    new_encrypted_archive(path, UserDraft("Anna Bianchi", "anna", PASSWORD), new_code())
    with open_archive(path, credentials=Credentials("anna", PASSWORD)) as store:
        for name in ("Comune di Rho", "Cooperativa Sole"):
            save_organisation(store, OrganisationDraft(name=name))
    for name in ("config", "temp"):
        (tmp_path / name).mkdir(exist_ok=True)
    return path


def in_plain(folder: Path, word: str) -> list[str]:
    """Files under a folder in which a word stands as it is read, in the letters of either kind of system."""
    forms = (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"))
    files = [each for each in folder.rglob("*") if each.is_file()]
    return [each.name for each in files if any(form in each.read_bytes() for form in forms) or word in each.name]


@pytest.mark.slow
def test_a_killed_window_opens_where_one_was(office: Path, qapp: QApplication, qtbot: QtBot) -> None:
    folder = office.parent
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(office), PLANTED, PASSWORD],
        cwd=ROOT,
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "CONCILIA_CONFIG": str(folder / "config"),
            "TMPDIR": str(folder / "temp"),
        },
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"kept\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert in_plain(folder, PLANTED) == []
    application = Application(qapp, Settings(folder / "config" / "settings.json"), "it")
    application.window.show()
    with qtbot.waitActive(application.window):
        application.window.activateWindow()
    application.desk.take(open_archive(office, credentials=Credentials("anna", PASSWORD)), office)
    settle(application)
    room = application.window.current_room()
    assert room is not None
    assert room.key == "network"
    (form,) = (each for each in application.window.findChildren(RecordForm) if each.isVisible())
    assert PLANTED in str(form.model.value("note"))
    assert form.field("note").hasFocus()
    assert "Ultimo dato salvato alle" in form.notice.text()
    form.save()
    settle(application)
    assert not form.is_dirty
    application.window.close()
    assert in_plain(folder, PLANTED) == []
