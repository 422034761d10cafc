"""The papers of a meeting ticked in a dialog; papers in another language and in large letters; what was printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.errors import InvalidInput
from app.services.papers.queue import QueuePaper
from app.services.reports.spec import Sheet
from app.ui.views.prints import PrintsView
from app.ui.views.queue_dialog import QueueDialog
from tests.services.sitting import build_sitting
from tests.ui.driving import opened_desk


def papers() -> tuple[QueuePaper, ...]:
    return (
        QueuePaper("A", "A", None, "Convocazione"),
        QueuePaper("B", "B", None, "Verbale", chosen=False),
        QueuePaper("C", "C", None, "Lettera"),
    )


def test_ticked_papers_are_taken_in_their_order(qtbot: Any) -> None:
    dialog = QueueDialog("1/2014", papers())
    qtbot.addWidget(dialog)
    dialog.list.item(1).setCheckState(Qt.CheckState.Checked)
    dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    dialog._sheet.setCurrentIndex(1)
    dialog.take()
    assert [paper.key for paper in dialog.chosen] == ["B", "C"]
    assert dialog.sheet is Sheet.LARGE
    dialog.print_button.click()
    assert dialog.to_printer
    assert dialog.result() == QueueDialog.DialogCode.Accepted


def test_nothing_ticked_is_refused_with_a_sentence(qtbot: Any) -> None:
    dialog = QueueDialog("1/2014", papers())
    qtbot.addWidget(dialog)
    for row in range(3):
        dialog.list.item(row).setCheckState(Qt.CheckState.Unchecked)
    with pytest.raises(InvalidInput):
        dialog.take()
    dialog.print_button.click()
    assert not dialog.to_printer
    assert dialog.banner.text() == "Nothing is chosen. Tick at least one paper."


def test_papers_are_shown_in_another_language_and_in_large_letters(qtbot: QtBot, tmp_path: Path) -> None:
    for desk in opened_desk(qtbot, tmp_path):
        build_sitting(desk.store)
        view = PrintsView(desk)
        qtbot.addWidget(view)
        qtbot.waitUntil(lambda view=view: not view.is_settling)  # type: ignore[misc]
        assert view.open_record("T03|")
        own = desk.texts.language
        assert _shown(view) == (own, Sheet.USUAL)
        view.language.setCurrentIndex(1)
        view.sheet.setCurrentIndex(1)
        assert _shown(view) == ("en" if own == "it" else "it", Sheet.LARGE)
        asked: list[tuple[str, str]] = []
        desk.wanted.connect(lambda room, record, asked=asked: asked.append((room, record)))
        assert view._printed in view.room_actions()
        view._printed.trigger()
        assert asked == [("archive", "printed")]


def _shown(view: PrintsView) -> tuple[str, object]:
    assert view.pane.document is not None
    assert type(view.pane.document.sheet) is Sheet
    return view.pane.document.language, view.pane.document.sheet
