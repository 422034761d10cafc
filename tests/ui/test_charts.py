from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.ui.charts import Bar, BarChart
from app.ui.theme import colour, px

BARS = (
    Bar("Area A.1", 10_000, "100,00 €", id="a1"),
    Bar("Area A.2", 5_000, "50,00 €", part=2_500, part_text="25,00 € spent", id="a2"),
    Bar("Area A.3", 0, "0,00 €"),
)


@pytest.fixture
def chart(qtbot: QtBot) -> BarChart:
    made = BarChart("Money by area", BARS)
    qtbot.addWidget(made)
    made.resize(500, made.sizeHint().height())
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def inked(chart: BarChart, row: int) -> int:
    """Pixels of a bar's full colour along its middle."""
    image = chart.grab().toImage()
    y = px(3) + row * chart._row_height() + chart._row_height() // 2
    wanted = colour("accent")
    return sum(image.pixelColor(x, y) == wanted for x in range(image.width()))


def test_lengths_follow_the_values(chart: BarChart) -> None:
    whole, half, nothing = (inked(chart, row) for row in range(3))
    assert whole > 100
    assert half == pytest.approx(whole / 4, abs=4)  # the part that is spent
    assert nothing == 0


def test_chart_is_walked_and_told_by_the_keyboard(qtbot: QtBot, chart: BarChart) -> None:
    assert "Area A.2: 50,00 € (25,00 € spent)" in chart.accessibleDescription()
    assert chart.current() is None
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    qtbot.keyClick(chart, Qt.Key.Key_Down)
    assert chart.current() == BARS[1]
    assert chart.accessibleName() == "Money by area. Area A.2: 50,00 € (25,00 € spent)"
    with qtbot.waitSignal(chart.activated) as told:
        qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert told.args == ["a2"]
    for _step in range(4):
        qtbot.keyClick(chart, Qt.Key.Key_Up)
    assert chart.current() == BARS[0]


def test_chart_opens_by_double_click(qtbot: QtBot, chart: BarChart) -> None:
    with qtbot.waitSignal(chart.activated) as told:
        qtbot.mouseDClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(200, px(3) + 5))
    assert told.args == ["a1"]
    with qtbot.assertNotEmitted(chart.activated):
        qtbot.mouseDClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(200, px(3) + 2 * chart._row_height() + 5))


def test_chart_refuses_a_part_larger_than_its_bar() -> None:
    with pytest.raises(AssertionError):
        BarChart("x", [Bar("a", 1, "1", part=2)])


def test_chart_without_bars_is_drawn(qtbot: QtBot) -> None:
    chart = BarChart("Nothing")
    qtbot.addWidget(chart)
    assert not chart.grab().isNull()
