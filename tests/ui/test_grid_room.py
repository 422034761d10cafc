"""Room of a grid: its height follows from its width and its rows, and never the other way round."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.drafts import DraftModel
from app.ui.fields import FieldKind, FieldSpec, GridSpec
from app.ui.grids import GridView

WORDS = "Numero di bambini iscritti ai campi estivi, per settimana e per comune di residenza"


@dataclass(frozen=True)
class LineDraft:
    id: str | None
    text: str
    unit: str = "bambini"
    target: int | None = 12


@dataclass(frozen=True)
class ListDraft:
    id: str | None
    lines: tuple[LineDraft, ...]


SPEC = GridSpec(
    "lines",
    "Indicatori",
    (
        FieldSpec("text", "Indicatore", width_mm=60),
        FieldSpec("unit", "Unità di misura", width_mm=24),
        FieldSpec("target", "Valore atteso", FieldKind.COUNT, width_mm=20),
    ),
    blank=lambda: LineDraft(None, ""),
)


@pytest.mark.parametrize("rows", [1, 5, 9, 12, 30])
def test_a_grid_comes_to_rest_at_every_width(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    fits = 0
    plain = GridView._fit

    def counted(grid: GridView) -> None:
        nonlocal fits
        fits += 1
        plain(grid)

    monkeypatch.setattr(GridView, "_fit", counted)
    draft = ListDraft(None, tuple(LineDraft(None, WORDS[: 20 + 7 * (n % 9)]) for n in range(rows)))
    grid = GridView(DraftModel(draft), SPEC)
    qtbot.addWidget(grid)
    with qtbot.waitExposed(grid):
        grid.show()
    for width in range(200, 640, 7):
        fits = 0
        grid.resize(width, 900)
        QApplication.processEvents()
        assert fits <= 2
        table = grid.table
        across, down = table.horizontalScrollBar(), table.verticalScrollBar()
        assert across.isVisible() == (table.horizontalHeader().length() > table.viewport().width())
        assert down.isVisible() == (table.verticalHeader().length() > table.viewport().height())
