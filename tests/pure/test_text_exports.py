"""Tables as CSV, JSON and text; documents written in the form asked for."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.errors import EnvironmentFailed, InvalidInput
from app.models.money import Cents
from app.services.reports.spec import Column, Kind, PageBreak, Paragraph, Table
from app.services.reports.text import FORMULA_STARTS, csv_safe, csv_text, json_value, plain_text
from app.services.reports.writer import Format, csv_document, export_document, json_document
from app.services.wording.texts import translator
from tests.pure.documents import AS_AT, AWARD, NOTHING, award_table, document_of, minutes

IT = translator("it")
SMALL = (
    Column("name", "Ente", Kind.TEXT, lambda row: row[0], 40),
    Column("amount", "Importo", Kind.MONEY, lambda row: row[1], 28, total=True),
)
TABLE = Table("T01", "Risorse", SMALL, (("Legnano", Cents(1806088)), ("=1+1", Cents(-5))), total_label="Totale")


def test_csv_is_what_an_italian_spreadsheet_opens() -> None:
    assert csv_text(TABLE, IT) == "Ente;Importo\r\nLegnano;18060,88\r\n'=1+1;-0,05\r\nTotale;18060,83\r\n"


def test_csv_row_of_every_kind() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(award_table(rows=(AWARD, NOTHING)), IT), newline=""), delimiter=";"))
    assert rows[1:3] == [
        [
            "1",
            "Comune di Legnano",
            "capofila dal 2012",
            "18060,88",
            "31,20%",
            "66,67",
            "31/03/2014",
            "10:00",
            "31/03/2014 10:42",
            IT("Funded"),
            "sì",
        ],
        [""] * 11,
    ]


@given(st.text(alphabet="=+-@\t\r\n;\"' abc", max_size=12))
def test_csv_text_is_never_a_formula_and_never_lost(text: str) -> None:
    table = replace(TABLE, rows=((text, None),), total_label="")
    _header, (field, amount) = csv.reader(io.StringIO(csv_text(table, IT), newline=""), delimiter=";")
    assert not field.startswith(FORMULA_STARTS)
    assert field in (text, f"'{text}")
    assert amount == ""


def test_csv_titles_are_safe_too() -> None:
    table = replace(TABLE, columns=(replace(SMALL[0], title="=A1"), SMALL[1]))
    assert csv_text(table, IT).startswith("'=A1;Importo\r\n")
    assert csv_safe("a=b") == "a=b"


def test_csv_of_several_tables_leaves_none_out() -> None:
    other = replace(TABLE, title='=Altra "tabella"; due', rows=(), total_label="")
    assert csv_document(document_of(TABLE, other), IT) == (
        "Risorse\r\n" + csv_text(TABLE, IT) + '\r\n"\'=Altra ""tabella""; due"\r\nEnte;Importo\r\n'
    )
    assert csv_document(document_of(TABLE), IT) == csv_text(TABLE, IT)


def test_json_has_the_stable_shape() -> None:
    assert json_value(replace(TABLE, notes=("n",)), AS_AT) == {
        "code": "T01",
        "title": "Risorse",
        "as_at": "2014-10-06T16:30:00+00:00",
        "columns": [
            {"key": "name", "title": "Ente", "kind": "text"},
            {"key": "amount", "title": "Importo", "kind": "money"},
        ],
        "rows": [["Legnano", "18060.88"], ["=1+1", "-0.05"]],
        "totals": {"amount": "18060.83"},
        "roles": ["body", "body"],
        "subtitle": "",
        "notes": ["n"],
    }
    assert json_value(TABLE)["as_at"] is None


def test_json_row_of_every_kind() -> None:
    assert json_value(award_table(rows=(AWARD, NOTHING)))["rows"] == [
        [
            1,
            "Comune di Legnano",
            "capofila dal 2012",
            "18060.88",
            "31.20",
            "66.67",
            "2014-03-31",
            "10:00",
            "2014-03-31T08:42:07+00:00",
            "funded",
            True,
        ],
        [None] * 11,
    ]


def test_json_of_a_text_that_is_a_number() -> None:
    assert json_value(replace(TABLE, rows=((2014, None),)))["rows"] == [["2014", None]]


def test_json_of_several_tables() -> None:
    value = json_document(document_of(TABLE, TABLE))
    assert {key: value[key] for key in ("code", "title", "as_at")} == {
        "code": "prova",
        "title": "Titolo del documento",
        "as_at": "2014-10-06T16:30:00+00:00",
    }
    assert value["tables"] == [json_value(TABLE, AS_AT)] * 2
    assert json_document(document_of(TABLE)) == json_value(TABLE, AS_AT)


def test_plain_text_of_a_table() -> None:
    document = document_of(
        replace(TABLE, notes=("Dato di esempio.",), subtitle="al 31 marzo"), PageBreak(), Paragraph("Fine.")
    )
    assert plain_text(document, IT) == (
        "ASL della Provincia di Milano n. 1\n"
        "Comitato di programmazione, monitoraggio e valutazione\n"
        "\n"
        "Titolo del documento\n"
        "====================\n"
        "\n"
        "Risorse\n"
        "al 31 marzo\n"
        "  Ente    |     Importo\n"
        "  --------+------------\n"
        "  Legnano | 18.060,88\u00a0€\n"
        "  =1+1    |     −0,05\u00a0€\n"
        "= Totale  | 18.060,83\u00a0€\n"
        "  (Dato di esempio.)\n"
        "\n"
        "--------------------\n"
        "\n"
        "Fine.\n"
        "\n"
        "[Riferimento 1/2014]\n"
    )


def test_plain_text_holds_every_part() -> None:
    text = plain_text(minutes(), IT)
    for line in (
        "Luogo: Sede dell’ASL, Magenta",
        "# Presenze",
        "**Il numero legale è raggiunto.**",
        "1. Ammissione dei progetti.",
        "## Discussione",
        "- Un’astensione.",
        "Il Presidente: Giulia Ferrario ____________________",
    ):
        assert f"\n{line}\n" in text
    bare = plain_text(document_of(TABLE, heading=(), reference="", title="Risorse"), IT)
    assert bare.startswith("Risorse\n=======\n\n  Ente ")


# --- files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", Format)
def test_export_writes_the_form_asked_for(fmt: Format, tmp_path: Path) -> None:
    path = tmp_path / f"x.{fmt}"
    export_document(document_of(TABLE), fmt, path, IT)
    data = path.read_bytes()
    match fmt:
        case Format.PDF:
            assert data.startswith(b"%PDF-1.7")
        case Format.XLSX:
            assert data.startswith(b"PK")
        case Format.CSV:
            assert data == b"\xef\xbb\xbf" + csv_text(TABLE, IT).encode()
        case Format.JSON:
            assert json.loads(data) == json_value(TABLE, AS_AT)
            assert data.endswith(b"}\n")
    assert [entry.name for entry in tmp_path.glob("x.*")] == [path.name]


@pytest.mark.parametrize("fmt", [Format.XLSX, Format.CSV, Format.JSON])
def test_document_without_tables_goes_on_paper_only(fmt: Format, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refusal:
        export_document(document_of(Paragraph("Parole.")), fmt, tmp_path / "x", IT)
    assert refusal.value.code == "export.no_table"
    assert not list(tmp_path.glob("x*"))


@pytest.mark.parametrize("fmt", Format)
def test_missing_folder_is_said_in_every_form(fmt: Format, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed) as refusal:
        export_document(document_of(TABLE), fmt, tmp_path / "none" / "x", IT)
    assert refusal.value.code == "place.missing"
