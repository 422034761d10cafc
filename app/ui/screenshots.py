"""Every screen as a picture, without a display: each tab of each room, full, empty, refused and enlarged."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QWidget

from app.models.errors import EnvironmentFailed
from app.services.archive import new_archive
from app.services.files import make_folder
from app.services.sample import write_sample
from app.services.sample.evaluation import write_evaluation
from app.services.settings import Settings
from app.ui.application import Application, make_qt_application
from app.ui.main_window import MainWindow
from app.ui.screenshot_copies import copied_screens
from app.ui.screenshot_keeping import kept_screens
from app.ui.screenshot_keys import guarded_screens
from app.ui.screenshot_meetings import led_screens
from app.ui.screenshot_network import doubled_screens
from app.ui.screenshot_signing import signing_screens
from app.ui.screenshot_states import asked_and_said, followed_money, held_draw, refused_archives, refused_forms
from app.ui.views import ROOMS
from app.ui.views.base import RecordsView

SIZE = (1400, 860)
SCALES = (100, 200)
JUDGED = "-judged"
"""What is added to the name of a screen of the archive whose call was judged."""
ROUNDS_MAX = 200
QUIET_ROUNDS = 3
"""Rounds without work before all is drawn: what is painted first may ask for more, as a page for its picture."""


def write_screenshots(folder: Path, languages: Sequence[str], themes: Sequence[str]) -> int:
    """Write the pictures as `LANGUAGE-THEME-SCREEN.png`.

    Args:
        folder: made when it is missing; pictures of the same name are replaced.
        languages: "it", "en".
        themes: "light", "dark".

    Returns:
        How many were written.

    Raises:
        EnvironmentFailed: those of `make_folder`.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qInstallMessageHandler(_pass_on)
    make_folder(folder)
    written = 0
    with tempfile.TemporaryDirectory() as temporary:
        archives = {"": Path(temporary) / "piano.concilia", "-empty": Path(temporary) / "vuoto.concilia"}
        archives[JUDGED] = Path(temporary) / "avviso-2026.concilia"
        write_sample(archives[""])
        new_archive(archives["-empty"])
        write_evaluation(archives[JUDGED])
        enlarged = {state: path for state, path in archives.items() if state != "-empty"}
        for language in languages:
            for theme in themes:
                for scale in SCALES:
                    settings = _settings(Path(temporary) / f"{language}-{theme}-{scale}.json", language, theme, scale)
                    for name, widget in _screens(settings, archives if scale == SCALES[0] else enlarged):
                        suffix = "" if scale == SCALES[0] else f"-{scale}"
                        picture = folder / f"{language}-{theme}-{name}{suffix}.png"
                        if not widget.grab().save(str(picture)):
                            raise EnvironmentFailed("place.read_only", name=picture.name)
                        written += 1
    return written


def _pass_on(_kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
    """Let Qt say everything but that a place without a display has no window to move or to hint sizes to."""
    if text and not text.startswith("This plugin does not support"):
        print(text, file=sys.stderr)


def _settings(path: Path, language: str, theme: str, scale: int) -> Settings:
    settings = Settings(path)
    for key, value in (("language", language), ("theme", theme), ("scale", scale)):
        settings.set(key, value)
    return settings


def _screens(settings: Settings, archives: dict[str, Path]) -> Iterator[tuple[str, QWidget]]:
    """(name, window) once for each screen, shown and at rest."""
    application = Application(make_qt_application(), settings)
    window = application.window
    window.resize(*SIZE)
    window.show()
    settle(application)
    yield "start", window
    first = archives[""]
    if "-empty" in archives:
        for name, widget in refused_archives(application, first, first.parent):
            settle(application)
            yield name, widget
    for state, path in archives.items():
        window.open_path(path)
        for room in ROOMS:
            if state == JUDGED and room.key != "evaluation":
                continue
            window.go(room.key)
            for tab in _tabs(window):
                settle(application)
                yield f"{room.key}{tab}{state}", window
        if state == JUDGED:
            yield from held_draw(application, partial(settle, application))
        if path == first:
            yield from refused_forms(application, partial(settle, application))
            yield from asked_and_said(application, partial(settle, application))
            yield from followed_money(application, partial(settle, application))
    yield from doubled_screens(application, first, partial(settle, application))
    yield from led_screens(application, first, partial(settle, application))
    yield from copied_screens(application, first, partial(settle, application))
    yield from kept_screens(application, first, partial(settle, application))
    yield from signing_screens(application, first, partial(settle, application))
    for name, widget in guarded_screens(application, first, partial(settle, application)):
        settle(application)
        yield name, widget
    application.desk.close_archive()
    window.close()
    application.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _tabs(window: MainWindow) -> Iterator[str]:
    """Each tab of the present room in turn, with its first record open; where that stands alone, the list before."""
    view = window.current_view()
    if not isinstance(view, RecordsView):
        yield from _sides(view, "")
        return
    for kind in view.kinds:
        view.show_kind(kind.key)
        yield from _sides(view.current_page(), f"-{kind.key}")


def _sides(page: QWidget | None, name: str) -> Iterator[str]:
    """A page with its first record, after the list alone where they do not stand beside each other."""
    beside = getattr(page, "beside", None)
    if beside is not None and beside.single:
        yield name
        name += "-record"
    if beside is None or not beside.single or page.list.first_id() is not None:  # type: ignore[union-attr]
        _open_first(page)
        yield name


def _open_first(page: QWidget | None) -> None:
    listed = getattr(page, "list", None)
    if listed is None:
        return
    for row in range(listed.model.rowCount()):
        row_id = listed.model.row_id(row)
        if row_id is not None:
            opening = getattr(page, "open_record", listed.select)
            opening(row_id)
            return


def settle(application: Application) -> None:
    """Let everything that was asked for be drawn."""
    quiet = 0
    for _round in range(ROUNDS_MAX):
        application.app.processEvents()
        application.window.grab()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        quiet = 0 if application.desk.lanes.busy() else quiet + 1
        if quiet == QUIET_ROUNDS:
            break
        application.desk.lanes.wait()
