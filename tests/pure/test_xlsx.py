"""Workbooks: real numbers, safe texts, the same bytes twice."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from app.models.enums import ProposalState
from app.models.errors import Cancelled, EnvironmentFailed, InvalidInput
from app.models.money import Cents
from app.services.reports import xlsx
from app.services.reports.spec import Document, Kind, Paragraph, Table
from app.services.reports.xlsx import FORMATS, cell_value, sheet_names, write_xlsx
from app.services.wording.texts import translator
from tests.pure.documents import AS_AT, AWARD, award_table, document_of

IT = translator("it")
TITLES = st.lists(st.text(alphabet="ab[]:*?/\\' History…è", max_size=50), min_size=1, max_size=8)


def _sheet(path: Path, source: Document | list[Table]) -> Worksheet:
    write_xlsx(source, path, IT)
    return openpyxl.load_workbook(path).worksheets[0]


def _row(sheet: Worksheet, n: int) -> dict[str, openpyxl.cell.Cell]:
    """Cells of row `n` of the table (0 is the header) by column title."""
    header = int(sheet.freeze_panes[1:]) - 1
    titles = [cell.value for cell in sheet[header]]
    return dict(zip(titles, sheet[header + n], strict=True))


def test_cells_hold_numbers_and_dates(tmp_path: Path) -> None:
    row = _row(_sheet(tmp_path / "x.xlsx", document_of(award_table())), 1)
    assert {title: cell.value for title, cell in row.items()} == {
        "N.": 1,
        "Ente": "Comune di Legnano",
        "Nota": "capofila dal 2012",
        "Importo": 18060.88,
        "Quota": 0.312,
        "Punti": 66.67,
        "Giorno": datetime(2014, 3, 31),
        "Ora": "10:00",
        "Registrato": datetime(2014, 3, 31, 10, 42),
        "Stato": IT("Funded"),
        "Pagato": "sì",
    }
    assert {
        title: row[title].number_format for title in ("N.", "Importo", "Quota", "Punti", "Giorno", "Registrato")
    } == {
        "N.": "#,##0",
        "Importo": "#,##0.00\\ [$€-410]",
        "Quota": "#,##0.00\\ %",
        "Punti": "#,##0.00",
        "Giorno": "dd/mm/yyyy",
        "Registrato": "dd/mm/yyyy\\ hh:mm",
    }


def test_totals_are_values(tmp_path: Path) -> None:
    table = award_table()
    sheet = _sheet(tmp_path / "x.xlsx", document_of(table))
    total = _row(sheet, len(table.rows) + 1)
    assert total["Ente"].value == "Totale"
    assert total["Importo"].value == pytest.approx(table.totals()["amount"] / 100)
    assert total["Importo"].font.bold
    assert total["Importo"].border.top.style == "medium"
    assert "f" not in {cell.data_type for cells in sheet.iter_rows() for cell in cells}


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|' /C calc'!A0", "+39 02", "-Redimec", "@SUM(A1)", "\t=1", "#N/D", "1,50", "TRUE"]
)
def test_text_stays_text(text: str, tmp_path: Path) -> None:
    table = award_table(rows=(replace(AWARD, name=text),), title=text, notes=(text,), subtitle=text)
    path = tmp_path / "x.xlsx"
    sheet = _sheet(path, document_of(table))
    texts = [_row(sheet, 1)["Ente"], sheet["A1"], sheet["A2"], sheet.cell(sheet.max_row, 1)]
    assert [(cell.value, cell.data_type) for cell in texts] == [(text, "s")] * 4
    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()[4][1] == text


def test_characters_that_a_workbook_cannot_hold_are_left_out(tmp_path: Path) -> None:
    sheet = _sheet(
        tmp_path / "x.xlsx", document_of(award_table(rows=(replace(AWARD, name="a\x00b\x1fc\n\U0001f600"),)))
    )
    assert _row(sheet, 1)["Ente"].value == "abc\n\U0001f600"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.MONEY, Cents(-5), Decimal("-0.05")),
        (Kind.MONEY, Cents(10**15 - 1), Decimal("9999999999999.99")),
        (Kind.MONEY, Cents(10**15), None),
        (Kind.COUNT, 10**15, None),
        (Kind.PERCENT, Fraction(1, 200), Decimal("0.0001")),
        (Kind.POINTS, Fraction(-1, 200), Decimal("-0.01")),
        (Kind.MEASURE, Fraction(25, 2), Decimal("12.5")),
        (Kind.DATE, date(1900, 2, 28), None),
        (Kind.DATE, date(1900, 3, 1), date(1900, 3, 1)),
        (Kind.INSTANT, datetime(1899, 1, 1, tzinfo=UTC), None),
        (Kind.INSTANT, datetime(2014, 7, 1, 22, 30, 59, tzinfo=UTC), datetime(2014, 7, 2, 0, 30)),
        (Kind.TIME, "10:00", None),
        (Kind.STATE, ProposalState.DRAFT, None),
        (Kind.FLAG, True, None),
        (Kind.MONEY, "n.d.", None),
        (Kind.MONEY, None, None),
    ],
)
def test_cell_value(kind: Kind, value: object, expected: object) -> None:
    assert cell_value(kind, value) == expected


@given(st.integers(1 - 10**15, 10**15 - 1))
def test_cents_survive_the_fifteen_digits_of_a_spreadsheet(cents: int) -> None:
    value = cell_value(Kind.MONEY, Cents(cents))
    assert round(Decimal(f"{float(str(value)):.15g}") * 100) == cents


def test_amount_of_sixteen_digits_is_written_as_shown(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path / "x.xlsx", [award_table(rows=(replace(AWARD, amount=Cents(10**15)),), total_label="")])
    assert _row(sheet, 1)["Importo"].value == "10.000.000.000.000,00\u00a0€"


def test_sheet_is_set_up_for_reading_and_printing(tmp_path: Path) -> None:
    document = document_of(award_table(subtitle="al 31 marzo", landscape=True), reference="Verbale A&B")
    sheet = _sheet(tmp_path / "x.xlsx", document)
    assert sheet.title == "Importi assegnati"
    assert (sheet["A1"].value, sheet["A2"].value) == ("Importi assegnati", "al 31 marzo")
    assert sheet.freeze_panes == "A5"
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.paperSize) == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.oddFooter.right.text == "Pag. &P di &N"
    assert sheet.oddFooter.left.text.replace("&&", "&") == "Verbale A&B"
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["A"].width
    assert str(sheet.merged_cells) == f"A{sheet.max_row}:K{sheet.max_row}"


def test_table_of_one_column_has_its_notes_too(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path / "x.xlsx", [replace(award_table(), columns=award_table().columns[1:2])])
    assert sheet.cell(sheet.max_row, 1).value == "Dato di esempio."
    assert not sheet.merged_cells.ranges


def test_document_has_a_sheet_for_each_table(tmp_path: Path) -> None:
    tables = [award_table(), award_table(title="Altra"), award_table()]
    path = tmp_path / "x.xlsx"
    write_xlsx(document_of(tables[0], Paragraph("words"), *tables[1:]), path, IT)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Importi assegnati", "Altra", "Importi assegnati (2)"]
    assert book.properties.title == "Titolo del documento"
    assert book.properties.created == book.properties.modified == datetime(2014, 10, 6, 16, 30)


@given(TITLES)
def test_sheet_names_are_what_spreadsheets_allow(titles: list[str]) -> None:
    names = sheet_names(titles, "Tabella")
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert 1 <= len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\]", name)
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"


def test_sheet_names_stay_near_their_titles() -> None:
    long = "Tabella riassuntiva del valore economico"
    assert sheet_names([long, long, "T04: costi/valori", "[]", "History"], "Tabella") == [
        "Tabella riassuntiva del valore…",
        "Tabella riassuntiva del va… (2)",
        "T04 costi valori",
        "Tabella",
        "History (2)",
    ]


# --- the same bytes ------------------------------------------------------------------------


def test_repeat_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    tables = [award_table(notes=tuple(f"nota {n}" for n in range(20))), award_table()]
    write_xlsx(document_of(*tables), tmp_path / "a.xlsx", IT)
    write_xlsx(document_of(*tables), tmp_path / "b.xlsx", IT)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    script = (
        "import sys; from pathlib import Path; from tests.pure.documents import *;"
        "from app.services.reports.xlsx import write_xlsx; from app.services.wording.texts import translator;"
        "t = [award_table(notes=tuple(f'nota {n}' for n in range(20))), award_table()];"
        "write_xlsx(document_of(*t), Path(sys.argv[1]), translator('it'))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "c.xlsx")], check=True, env=environment)
    prints = [hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("a.xlsx", "c.xlsx")]
    assert prints[0] == prints[1]


def test_parts_have_the_date_of_the_document(tmp_path: Path) -> None:
    for source, date_time in (
        (document_of(award_table()), (2014, 10, 6, 16, 30, 0)),
        ([award_table()], (1980, 1, 1, 0, 0, 0)),
    ):
        write_xlsx(source, tmp_path / "x.xlsx", IT)
        with zipfile.ZipFile(tmp_path / "x.xlsx") as file:
            assert {info.date_time for info in file.infolist()} == {date_time}
            assert file.testzip() is None
    write_xlsx(document_of(award_table(), as_at=AS_AT.replace(year=1970)), tmp_path / "x.xlsx", IT)


# --- refusals ------------------------------------------------------------------------------


def test_document_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refusal:
        write_xlsx(document_of(Paragraph("words")), tmp_path / "x.xlsx", IT)
    assert refusal.value.code == "export.no_table"
    assert not (tmp_path / "x.xlsx").exists()


def test_too_much_is_refused_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.xlsx"
    long = award_table(rows=(replace(AWARD, note="a" * 32_768),))
    with pytest.raises(InvalidInput) as refusal:
        write_xlsx(document_of(award_table(), long), path, IT)
    assert refusal.value.code == "export.text_too_long"
    monkeypatch.setattr(xlsx, "ROWS_MAX", 100)
    with pytest.raises(InvalidInput) as refusal:
        write_xlsx(document_of(award_table(rows=(AWARD,) * 100)), path, IT)
    assert refusal.value.code == "export.too_many_rows"
    assert list(tmp_path.glob("x.xlsx*")) == []


class Stop:
    def step(self, done: int, total: int) -> None:
        assert 0 < done <= total
        raise Cancelled


def test_cancelled_export_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        write_xlsx(document_of(award_table(rows=(AWARD,) * 300)), tmp_path / "x.xlsx", IT, Stop())
    assert list(tmp_path.glob("x.xlsx*")) == []


def test_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed) as refusal:
        write_xlsx([award_table()], tmp_path / "none" / "x.xlsx", IT)
    assert refusal.value.code == "place.missing"


def test_every_number_has_a_format() -> None:
    assert set(FORMATS) == {Kind.COUNT, Kind.MONEY, Kind.PERCENT, Kind.POINTS, Kind.MEASURE, Kind.DATE, Kind.INSTANT}
