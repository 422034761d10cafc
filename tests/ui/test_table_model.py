from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from app.models.enums import ProposalState
from app.models.money import Cents
from app.services.reports.spec import Column, Kind, Line, Role, Table
from app.services.wording.texts import translator
from app.ui import table_model
from app.ui.table_model import TableModel, count_text
from tests.ui.fakes import FakeStore, project_table

EN = translator("en")
DESCENDING = Qt.SortOrder.DescendingOrder


@dataclass(frozen=True)
class Row:
    id: str
    name: str
    day: date | None
    amount: Cents | None
    state: ProposalState


ROWS = (
    Row("1", "doc 10", date(2014, 3, 1), Cents(100), ProposalState.FUNDED),
    Row("2", "Ètna", None, Cents(300), ProposalState.DRAFT),
    Row("3", "àncora", date(2013, 1, 1), None, ProposalState.SUBMITTED),
    Row("4", "doc 2", date(2015, 1, 1), Cents(200), ProposalState.DRAFT),
    Row("5", "Bari", date(2014, 1, 1), Cents(-50), ProposalState.FUNDED),
)
COLUMNS = (
    Column("name", "Name", Kind.TEXT, lambda row: row.name),
    Column("day", "Day", Kind.DATE, lambda row: row.day),
    Column("amount", "Amount", Kind.MONEY, lambda row: row.amount, total=True),
    Column("state", "State", Kind.STATE, lambda row: row.state),
)


def make_table(**more: object) -> Table:
    return Table("list", "List", COLUMNS, ROWS, row_id=lambda row: row.id, **more)  # type: ignore[arg-type]


def ids(model: TableModel) -> list[str | None]:
    return [model.row_id(number) for number in range(model.rowCount())]


def texts(model: TableModel, column: int) -> list[str]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_model_passes_the_model_tester(qtmodeltester: ModelTester) -> None:
    model = TableModel(make_table(total_label="Total"), EN)
    qtmodeltester.check(model)
    model.set_search("doc")
    model.sort(0)
    qtmodeltester.check(model)


def test_cells_are_those_of_paper_and_aligned_by_kind() -> None:
    model = TableModel(make_table(), EN)
    assert texts(model, 1) == ["01/03/2014", "", "01/01/2013", "01/01/2015", "01/01/2014"]
    assert texts(model, 2) == ["1,00\u00a0€", "3,00\u00a0€", "", "2,00\u00a0€", "\u22120,50\u00a0€"]
    right = model.index(0, 2).data(int(Qt.ItemDataRole.TextAlignmentRole))
    left = model.index(0, 0).data(int(Qt.ItemDataRole.TextAlignmentRole))
    assert right & int(Qt.AlignmentFlag.AlignRight)
    assert left & int(Qt.AlignmentFlag.AlignLeft)


def test_sort_follows_raw_values_and_leaves_empty_cells_last() -> None:
    model = TableModel(make_table(), EN)
    model.sort(0)
    assert texts(model, 0) == ["àncora", "Bari", "doc 2", "doc 10", "Ètna"]
    model.sort(2)
    assert ids(model) == ["5", "1", "4", "2", "3"]
    model.sort(2, DESCENDING)
    assert ids(model) == ["2", "4", "1", "5", "3"]
    model.sort(1)
    assert ids(model) == ["3", "5", "1", "4", "2"]
    model.sort(3)
    assert ids(model) == ["2", "4", "3", "1", "5"]
    model.sort(-1)
    assert ids(model) == ["1", "2", "3", "4", "5"]


def test_search_ignores_accents_case_and_order_of_words() -> None:
    model = TableModel(make_table(), EN)
    model.set_search("ANCORA")
    assert ids(model) == ["3"]
    model.set_search("2014 doc")
    assert ids(model) == ["1"]
    model.set_search("nothing of the kind")
    assert ids(model) == []
    model.set_search("")
    assert len(ids(model)) == 5


def test_search_takes_signs_of_print_as_a_keyboard_has_them() -> None:
    columns = (Column("name", "Name", Kind.NOTE, lambda row: row),)
    model = TableModel(Table("t", "t", columns, ("L\u2019asilo \u2013 2014", "Lasilo 2014", "10 €")), EN)
    for typed in ("l'asilo", "L\u2019ASILO", "asilo - 2014", "asilo \u2013"):
        model.set_search(typed)
        assert texts(model, 0) == ["L\u2019asilo \u2013 2014"]
    model.set_search("€")
    assert texts(model, 0) == ["10 €"]


def test_a_search_finds_what_stands_beyond_what_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_model, "KNOWN_MAX", 2)
    columns = (Column("name", "Name", Kind.NOTE, lambda row: row),)
    model = TableModel(Table("t", "t", columns, ("a 1", "b 2", "c 3", "a 1", "d 4", "b 2")), EN)
    model.set_search("1")
    assert texts(model, 0) == ["a 1", "a 1"]
    model.set_search("2")
    assert texts(model, 0) == ["b 2", "b 2"]


def test_filters_combine_and_count_their_values() -> None:
    model = TableModel(make_table(), EN)
    values = [(value, count) for value, _text, count in model.values_of("state")]
    assert values == [(ProposalState.DRAFT, 2), (ProposalState.SUBMITTED, 1), (ProposalState.FUNDED, 2)]
    model.set_filter("state", {ProposalState.DRAFT, ProposalState.SUBMITTED})
    assert ids(model) == ["2", "3", "4"]
    model.set_search("doc")
    assert ids(model) == ["4"]
    model.clear_narrowing()
    assert len(ids(model)) == 5


def test_totals_are_those_of_what_is_seen() -> None:
    model = TableModel(make_table(total_label="Total"), EN)
    assert texts(model, 2)[-1] == "5,50\u00a0€"
    assert count_text(EN, model) == "5 rows  ·  Amount\u00a05,50\u00a0€"
    model.set_filter("state", {ProposalState.DRAFT})
    assert texts(model, 0)[-1] == "Total"
    assert texts(model, 2)[-1] == "5,00\u00a0€"
    assert count_text(EN, model) == "2 of 5  ·  Amount\u00a05,00\u00a0€"


def test_headings_stand_in_the_declared_order_only() -> None:
    heading = Line(Role.HEADING, {"name": "First half"})
    table = Table("list", "List", COLUMNS, (heading, *ROWS), row_id=lambda row: row.id)
    model = TableModel(table, EN)
    assert model.row_id(0) is None
    assert model.index(0, 0).data(int(Qt.ItemDataRole.FontRole)).weight() == 600
    model.sort(0)
    assert None not in ids(model)


def test_visible_table_is_what_is_seen() -> None:
    model = TableModel(make_table(total_label="Total"), EN)
    model.set_filter("state", {ProposalState.DRAFT})
    model.sort(2, DESCENDING)
    seen = model.visible_table(("state", "amount"), "State: Draft")
    assert [column.key for column in seen.columns] == ["state", "amount"]
    assert [row.id for row in seen.body()] == ["2", "4"]
    assert seen.subtitle == "State: Draft"
    assert len(seen.drawn_rows()) == 3
    assert seen.totals() == {"amount": 500}


def test_new_rows_keep_search_and_order(store: FakeStore) -> None:
    model = TableModel(project_table(store), EN)
    model.set_search("casa")
    model.sort(4, DESCENDING)
    before = ids(model)
    model.set_table(project_table(store))
    assert ids(model) == before
    model.set_table(make_table())
    assert model.rowCount() == 0
    assert model.is_narrowed


def test_ten_thousand_rows_are_sorted_and_searched_at_once() -> None:
    rows = tuple(
        Row(str(n), f"Nome {n * 7919 % 10007}", date(2014, 1, 1 + n % 28), Cents(n * 31 % 9973), ProposalState.DRAFT)
        for n in range(10_000)
    )
    model = TableModel(Table("big", "Big", COLUMNS, rows, row_id=lambda row: row.id), EN)
    model.set_search("warm")  # the texts of the cells are made once
    model.set_search("")
    model.sort(0)
    spent = []
    for work in (lambda: model.sort(2), lambda: model.set_search("nome 12"), lambda: model.sort(1, DESCENDING)):
        best = 1.0
        for _attempt in range(3):
            model.sort(-1)
            model.set_search("")
            start = time.thread_time()
            work()
            best = min(best, time.thread_time() - start)
        spent.append(best)
    assert max(spent) < 0.2, spent  # 50 ms on a free machine
