"""The public draw: numbers or a seed, the order that follows while it is typed, the same whoever repeats it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.models.enums import DrawKind
from app.services.evaluation.draws import drawn_order, hold_draw, load_draw
from app.services.evaluation.ranking_drafts import RankingDraft
from app.services.evaluation.rankings import load_ranking, ranking_view, save_ranking
from app.ui.desk import Desk
from app.ui.views.draw_dialog import DrawDialog
from tests.services.builders import refusal
from tests.services.ranked import write_judged
from tests.services.sitting import DAY
from tests.ui.driving import opened_desk


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """The plan's own case, judged, with a tie of no. 1 and no. 4."""
    write_judged(tmp_path / "ufficio.concilia")
    yield from opened_desk(qtbot, tmp_path)


def test_a_draw_is_held_by_numbers_and_by_a_seed(qtbot: QtBot, desk: Desk) -> None:
    store = desk.store
    with store.read() as session:
        call_id = session.connection().exec_driver_sql("select id from call").scalar()
    ranking = save_ranking(store, RankingDraft(call_id=call_id, day=DAY)).id
    draw = load_draw(store, ranking)
    assert [[row.number for row in rows] for rows in draw.ties] == [[1, 4]]
    first, fourth = draw.ties[0]
    assert drawn_order(draw.ties[0], DrawKind.NUMBERS, "", {first.id: 3}) == ()

    dialog = DrawDialog(desk, draw)
    qtbot.addWidget(dialog)
    assert dialog.order.text() == "It shows here as soon as the draw is whole."
    dialog.kind.set_value(DrawKind.NUMBERS)
    dialog.kind.edited.emit(DrawKind.NUMBERS)
    dialog.numbers[first.id].retype("41")
    for typed, said in (("", "number drawn: 4."), ("41", "1, 4"), ("4x", "4x")):
        dialog.numbers[fourth.id].retype(typed)
        dialog.accept()
        assert said in dialog.banner.text()
    dialog.numbers[fourth.id].retype("7")
    assert dialog.order.text() == "4 (7) → 1 (41)"
    dialog.accept()
    assert dialog.result() == DrawDialog.DialogCode.Accepted
    assert order(desk, ranking) == [4, 1]
    again = load_draw(store, ranking)
    assert [row.drawn for row in again.ties[0]] == [41, 7], "it can be looked at and changed until it is adopted"

    assert refusal(hold_draw, store, ranking, DrawKind.SEED, "  ", {}) == ("field.required", "seed")
    hold_draw(store, ranking, DrawKind.SEED, "34-71-08", {})
    by_hand = sorted((1, 4), key=lambda number: hashlib.sha256(f"34-71-08/{number}".encode()).hexdigest())
    assert order(desk, ranking) == by_hand == [row.number for row, _text in drawn_order(*seeded(desk, ranking))]
    assert load_ranking(store, ranking).numbers == ()


def seeded(desk: Desk, ranking: str) -> Any:
    draw = load_draw(desk.store, ranking)
    return draw.ties[0], draw.kind, draw.seed, {}


def order(desk: Desk, ranking: str) -> list[int]:
    """Numbers of the two in their places."""
    return [row.number for row in ranking_view(desk.store, ranking).rows if row.number in (1, 4)]
