"""Pictures of copies: their list, what restoring one would change, an archive that does not open."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.models.errors import EnvironmentFailed
from app.services.archive import open_archive
from app.services.keeping.copies import Occasion, copy_files, make_copy
from app.services.keeping.restoring import compare_copy, look_for_rescue
from app.services.plan.plan import find_plan, save_plan
from app.ui.application import Application
from app.ui.rescue import RescueDialog
from app.ui.restore_dialog import RestoreDialog
from app.ui.views.archive_copies import CopiesPage
from app.ui.views.base import RecordsView

DAMAGED_FROM, DAMAGED_BYTES = 8192, 200_000


def copied_archive(archive: Path) -> Path:
    """The archive with three copies, written in since the last one; closed."""
    path = archive.with_name("piano-con-copie.concilia")
    if not path.exists():
        shutil.copy(archive, path)
        with open_archive(path) as store:
            for occasion in (Occasion.CLOSING, Occasion.REGULAR, Occasion.REQUEST):
                make_copy(store, occasion)
            plan = find_plan(store)
            assert plan is not None
            save_plan(store, replace(plan, office=f"{plan.office} (Ufficio di piano)"))
    return path


def copied_screens(application: Application, archive: Path, rest: Callable[[], None]) -> Iterator[tuple[str, QWidget]]:
    """(name, widget) of each screen about copies; no archive is on the desk at the end."""
    path, window = copied_archive(archive), application.window
    application.desk.close_archive()
    window.open_path(path)
    window.go("archive")
    view = window.current_view()
    assert isinstance(view, RecordsView)
    view.show_kind("copies")
    rest()
    page = view.page("copies")
    assert isinstance(page, CopiesPage)
    page.open_record(page.list.first_id() or "")
    rest()
    rest()
    yield "archive-copies-some", window
    page._on_failed(EnvironmentFailed("disk.full", name="piano.concilia"))
    yield "archive-copies-refused", window
    newest = copy_files(path)[0].path
    dialog = RestoreDialog(application.desk.read(compare_copy, newest, None), application.desk.texts, window)
    dialog.show()
    yield "restore", dialog
    dialog.hide()
    application.desk.close_archive()
    whole = path.read_bytes()
    path.write_bytes(whole[:DAMAGED_FROM] + b"\xff" * DAMAGED_BYTES + whole[DAMAGED_FROM + DAMAGED_BYTES :])
    window.open_path(path)
    rest()
    yield "start-damaged-copies", window
    rescue = RescueDialog(application.desk, path, look_for_rescue(path), None, window)
    rescue.show()
    yield "rescue", rescue
    rescue.hide()
    path.write_bytes(whole)
    for made in (dialog, rescue):
        made.deleteLater()
