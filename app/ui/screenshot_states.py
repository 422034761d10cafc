"""Screens that the sample shows only when something is refused, looked for in vain, asked or said."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.models.enums import DrawKind
from app.models.errors import EnvironmentFailed, InvalidInput
from app.services.archive import open_archive
from app.services.evaluation.draws import load_draw
from app.services.evaluation.rankings import ranking_rows
from app.services.journal.as_at import NOW, AsAt, meeting_choices
from app.ui.application import Application
from app.ui.errors import sentence
from app.ui.main_window import MainWindow
from app.ui.palette import CommandPalette
from app.ui.settings_dialog import SettingsDialog
from app.ui.shortcuts import ShortcutsDialog
from app.ui.views.ask_origin import show_origin
from app.ui.views.base import RecordPage, RecordsView
from app.ui.views.draw_dialog import DrawDialog
from app.ui.views.resources import PastPage
from app.ui.widgets import Tone

DAMAGED_FROM, DAMAGED_BYTES = 8192, 4096
VERSION_AT, VERSION_NEVER = 60, 9999
"""Place of the schema's number in the header of a file, and a number that no program has."""

Settle = Callable[[], None]


def refused_archives(application: Application, archive: Path, folder: Path) -> Iterator[tuple[str, QWidget]]:
    """The start page with the sentence for an archive that is damaged, newer, open elsewhere, or no archive."""
    window = application.window
    whole = archive.read_bytes()
    hole = b"\xff" * DAMAGED_BYTES
    names = {"damaged": "piano-di-ieri", "newer": "piano-2027", "not-an-archive": "elenco-proposte"}
    contents = {
        "damaged": whole[:DAMAGED_FROM] + hole + whole[DAMAGED_FROM + DAMAGED_BYTES :],
        "newer": whole[:VERSION_AT] + VERSION_NEVER.to_bytes(4, "big") + whole[VERSION_AT + 4 :],
        "not-an-archive": b"Elenco delle proposte\n" * 200,
    }
    for name, content in contents.items():
        path = folder / f"{names[name]}.concilia"
        path.write_bytes(content)
        window.open_path(path)
        yield f"start-{name}", window
    taken = folder / "piano-aperto.concilia"
    shutil.copy(archive, taken)
    with open_archive(taken):
        window.open_path(taken)
        yield "start-locked", window
    window.start.banner.hide()


def refused_forms(application: Application, settle: Settle) -> Iterator[tuple[str, QWidget]]:
    """A form whose fields cannot be taken, one that the disk refused, and a list in which nothing is found."""
    window = application.window
    page = _page(window, "proposals", "proposals")
    page.add()
    settle()
    assert page.form is not None
    page.form.field("title").setFocus(Qt.FocusReason.TabFocusReason)
    page.form.save()
    settle()
    yield "proposals-refused", window
    page.form.revert()
    page = _page(window, "plan", "sources")
    page.show_first()
    settle()
    if page.form is not None:
        page.form.show_error(EnvironmentFailed("disk.full", name="piano.concilia"))
        settle()
        yield "plan-sources-disk-full", window
        page.form.reload()
    page = _page(window, "network", "organisations")
    page.show_list()
    page.list.search.setText("nessun ente si chiama così")
    settle()
    yield "network-organisations-no-hits", window
    page.list.search.clear()


def followed_money(application: Application, settle: Settle) -> Iterator[tuple[str, QWidget]]:
    """The accounts as they stood when the first meeting was closed, and where the money of one comes from."""
    window = application.window
    page = _page(window, "resources", "accounts")
    assert isinstance(page, PastPage)
    page.show_list()
    settle()
    page.moment_bar.set_moment(AsAt(meeting_id=application.desk.read(meeting_choices)[-1].id))
    settle()
    yield "resources-accounts-past", window
    page.moment_bar.set_moment(NOW)
    settle()
    account_id = page.list.model.row_id(page.list.model.rowCount() - 1)
    assert account_id is not None
    dialog = show_origin(application.desk, window, account_id)
    settle()
    yield "origin", dialog
    dialog.close()


def held_draw(application: Application, settle: Settle) -> Iterator[tuple[str, QWidget]]:
    """The draw of the ranking that was judged, as it was held; and one whose numbers are still missing."""
    (ranking,) = application.desk.read(ranking_rows)
    draw = application.desk.read(load_draw, ranking.id)
    dialog = DrawDialog(application.desk, draw, application.window)
    dialog.show()
    settle()
    yield "draw", dialog
    dialog.kind.set_value(DrawKind.NUMBERS)
    dialog.kind.edited.emit(DrawKind.NUMBERS)
    dialog.banner.say(
        sentence(
            InvalidInput("ranking.draw_short", numbers=tuple(str(row.number) for row in draw.ties[0])),
            application.desk.texts,
        ),
        Tone.BAD,
    )
    settle()
    yield "draw-refused", dialog
    dialog.close()


def asked_and_said(application: Application, settle: Settle) -> Iterator[tuple[str, QWidget]]:
    """The palette with what it found, the settings, and the table of keys."""
    window = application.window
    window.show_palette("comune")
    settle()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    yield "palette", palette
    palette.reject()
    for name, dialog in (("settings", SettingsDialog(application.desk, window)), ("keys", ShortcutsDialog(window))):
        dialog.show()
        settle()
        yield name, dialog
        dialog.reject()
        dialog.deleteLater()


def _page(window: MainWindow, room: str, kind: str) -> RecordPage:
    window.go(room)
    view = window.current_view()
    assert isinstance(view, RecordsView)
    view.show_kind(kind)
    return view.current_page()
