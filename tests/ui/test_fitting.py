from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from app.ui.fitting import ROWS_WRAPPED, Need, grid_widths, lines_of, shared_widths, title_width, wrap_rows

LONG = "Concessione di incentivi diretti per attività sperimentali che rispondano ad esigenze di conciliazione"

columns = st.lists(st.tuples(st.integers(20, 400), st.integers(0, 100)), min_size=1, max_size=9)


@given(columns, st.integers(10, 3000), st.data())
def test_columns_fill_the_room_or_keep_their_least(
    sizes: list[tuple[int, int]], room: int, data: st.DataObject
) -> None:
    natural = {n: width for n, (width, _percent) in enumerate(sizes)}
    least = {n: width * percent // 100 for n, (width, percent) in enumerate(sizes)}
    places = data.draw(st.permutations(list(natural)))
    cut = data.draw(st.integers(0, len(places)))
    groups = (places[:cut], places[cut : data.draw(st.integers(cut, len(places)))])
    elastic = {n for group in groups for n in group}
    widths = shared_widths(natural, least, room, groups)
    assert widths.keys() == natural.keys()
    assert all(widths[n] == natural[n] for n in natural if n not in elastic), "the others stay as they are"
    assert all(widths[n] >= least[n] for n in elastic)
    if sum(natural.values()) >= room:
        assert sum(widths.values()) <= room or widths == natural
    elif elastic:
        assert room - len(natural) < sum(widths.values()) <= room


def test_first_group_gives_way_before_the_second() -> None:
    natural, least = {0: 100, 1: 200, 2: 200}, {0: 100, 1: 100, 2: 100}
    assert shared_widths(natural, least, 450, ((1,), (2,))) == {0: 100, 1: 150, 2: 200}
    assert shared_widths(natural, least, 350, ((1,), (2,))) == {0: 100, 1: 100, 2: 150}
    assert shared_widths(natural, least, 250, ((1,), (2,))) == natural, "it scrolls, so nothing is squeezed"
    assert shared_widths(natural, least, 600, ((), (2,))) == {0: 100, 1: 200, 2: 300}


def test_empty_columns_of_a_grid_give_way_to_those_with_long_texts() -> None:
    needs = {
        0: Need(natural=160, title=80, word=90, whole=600),
        1: Need(natural=160, title=120, word=26, whole=26),
        2: Need(natural=160, title=70, word=26, whole=26),
        3: Need(natural=100, title=100, word=0, whole=26),
    }
    assert grid_widths(needs, 700, (2,), (0, 1)) == {0: 320, 1: 120, 2: 160, 3: 100}, "notes take what is to spare"
    assert grid_widths(needs, 500, (2,), (0, 1)) == {0: 190, 1: 120, 2: 90, 3: 100}
    assert grid_widths(needs, 390, (2,), (0, 1)) == {0: 90, 1: 110, 2: 90, 3: 100}, "titles are cut last"
    assert grid_widths(needs, 300, (2,), (0, 1)) == {0: 160, 1: 120, 2: 90, 3: 100}, "it scrolls, with no long column"
    short = {n: Need(need.natural, need.title, need.word, 60) for n, need in needs.items()}
    assert grid_widths(short, 580, (), (0, 1, 2)) == {0: 160, 1: 160, 2: 160, 3: 100}, "as the form asks for"


class Told(QStandardItemModel):
    """Rows that tell what they say, as the program's own models do."""

    def text(self, row: int, column: int) -> str:
        return self.item(row, column).text()


@pytest.fixture
def table(qtbot: QtBot) -> QTableView:
    made = QTableView()
    qtbot.addWidget(made)
    made.setModel(Told(made))
    return made


def told(table: QTableView) -> Told:
    model = table.model()
    assert isinstance(model, Told)
    return model


def fill(table: QTableView, *texts: str) -> None:
    model = told(table)
    for text in texts:
        model.appendRow([QStandardItem(text), QStandardItem("x")])


def test_rows_are_as_high_as_their_texts_within_a_limit(table: QTableView) -> None:
    fill(table, "corto", LONG, "una\ndue\ntre", LONG * 9)
    table.setColumnWidth(0, 200)
    wrap_rows(table, told(table), (0,), 30, 6)
    line = table.fontMetrics().lineSpacing()
    heights = [table.rowHeight(row) for row in range(4)]
    assert heights[0] == 30
    assert 30 < heights[1] <= 30 + 5 * line
    assert heights[2] == 30 + 2 * line
    assert heights[3] == 30 + 5 * line, "six lines and no more"
    table.setColumnWidth(0, 2000)
    wrap_rows(table, told(table), (0,), 30, 6)
    assert [table.rowHeight(row) for row in range(3)] == [30, 30, 30 + 2 * line]


def test_hidden_columns_and_rows_far_below_make_nothing_higher(table: QTableView) -> None:
    fill(table, *[LONG] * (ROWS_WRAPPED + 1))
    table.verticalHeader().setDefaultSectionSize(30)
    table.setColumnWidth(0, 200)
    wrap_rows(table, told(table), (0,), 30, 6)
    assert table.rowHeight(ROWS_WRAPPED - 1) > 30
    assert table.rowHeight(ROWS_WRAPPED) == 30
    table.setColumnHidden(0, True)
    wrap_rows(table, told(table), (0,), 30, 6)
    assert table.rowHeight(0) == 30


def test_lines_are_counted_with_those_of_the_text(table: QTableView) -> None:
    metrics = table.fontMetrics()
    assert lines_of("", metrics, 100) == 1
    assert lines_of("parola", metrics, 1000) == 1
    assert lines_of("una\n\ntre", metrics, 1000) == 3
    assert lines_of("parola parola", metrics, metrics.horizontalAdvance("parola") + 4) == 2


def test_title_has_room_for_its_bolder_letters(table: QTableView) -> None:
    header = table.horizontalHeader()
    assert title_width(header, "Cofinanziamento") > header.fontMetrics().horizontalAdvance("Cofinanziamento")
