"""Blank forms: only their fields can be filled in, and each says what it takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.models.store import Store
from app.services.exchange.blank_forms import find_form
from app.services.exchange.forms import Form, Mark, recognise
from app.services.exchange.guard import check_workbook
from app.services.exchange.plan_sheets import CHILD_TITLES, SHEETS
from app.services.exchange.plan_workbook import PLAN_WORKBOOK, write_blank_plan
from app.services.exchange.proposal_export import write_blank_form
from app.services.exchange.proposal_form import PROPOSAL_FORM
from app.services.exchange.reader import read_sheets
from app.services.exchange.scan import ROWS_MAX
from app.services.exchange.workbook import import_workbook
from app.services.proposals.lists import proposal_rows
from app.services.wording.texts import LANGUAGES, translator
from tests.services.filling import IT, proposal_form
from tools import workbook_docs


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", [PROPOSAL_FORM, PLAN_WORKBOOK], ids=lambda form: form.key)
def test_blank_lets_only_its_fields_be_filled_in(office: Store, tmp_path: Path, form: Form, language: str) -> None:
    tr = translator(language)
    path = tmp_path / "x.xlsx"
    if form is PROPOSAL_FORM:
        write_blank_form(office, path, tr)
    else:
        write_blank_plan(path, tr)
    check_workbook(path)
    book = load_workbook(path)
    states = {sheet.title: sheet.sheet_state for sheet in book}
    assert states["concilia"] == states["concilia-lists"] == "veryHidden"
    assert book.active.title == tr(form.sheets[0].title)
    for declared in form.sheets:
        sheet = book[tr(declared.title)]
        assert sheet.protection.sheet
        assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
        fields = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
        count = len(declared.columns)
        expected = (
            {f"B{row}" for row in range(2, count + 2)}
            if declared.single
            else {
                sheet.cell(row, i).coordinate
                for row in range(2, declared.rows + 2)
                for i, column in enumerate(declared.columns, start=1)
                if not column.locked
            }
        )
        assert fields == expected
        assert all(not cell.value for row in sheet.iter_rows() for cell in row if cell.coordinate in fields)
        rules = [rule for rule in sheet.data_validations.dataValidation if rule.type]
        assert all(rule.showErrorMessage and rule.error for rule in rules)
        assert {rule.type for rule in rules} <= {"list", "decimal", "whole", "date"}


def test_blank_form_lists_what_the_archive_has(office: Store, tmp_path: Path) -> None:
    write_blank_form(office, tmp_path / "x.xlsx", IT)
    book = load_workbook(tmp_path / "x.xlsx")
    lists = {
        column[0].value: [cell.value for cell in column if cell.value] for column in book["concilia-lists"].columns
    }
    assert lists["Avviso 2014"] == ["Avviso 2014"]
    assert lists["A.1 Nuove modalità di lavoro"] == ["A.1 Nuove modalità di lavoro"]
    assert lists["sì"] == ["sì", "no"]
    answers = {"proposal": {"area": "A.1 Nuove modalità di lavoro"}}
    import_workbook(office, proposal_form(office, tmp_path / "x.xlsx", answers))
    assert proposal_rows(office)[0].area == "A.1"


def test_blank_form_of_an_empty_archive_takes_any_name(store: Store, tmp_path: Path) -> None:
    write_blank_form(store, tmp_path / "x.xlsx", IT)
    rules = load_workbook(tmp_path / "x.xlsx")["Proposta"].data_validations.dataValidation
    by_cell = {str(rule.sqref): rule.type for rule in rules}
    assert by_cell["B3"] is None  # the call: a hint alone
    assert by_cell["B13"] == "list"


def test_blank_plan_lists_names_of_its_own_sheets(tmp_path: Path) -> None:
    write_blank_plan(tmp_path / "x.xlsx", IT)
    rules = load_workbook(tmp_path / "x.xlsx")["Partner"].data_validations.dataValidation
    sources = [rule.formula1 for rule in rules if rule.type == "list"]
    assert sources[:2] == [f"'Alleanze locali'!$B$2:$B${ROWS_MAX}", f"'Enti'!$B$2:$B${ROWS_MAX}"]


@pytest.mark.parametrize(("code", "form"), [("MODULO", PROPOSAL_FORM), ("modulo-piano", PLAN_WORKBOOK)])
def test_blank_forms_have_codes(office: Store, tmp_path: Path, code: str, form: Form) -> None:
    found = find_form(code)
    assert found is not None
    assert found.title == form.title
    found.write(office, tmp_path / "x.xlsx", IT, None, "xlsx")
    sheets = read_sheets(check_workbook(tmp_path / "x.xlsx"))
    assert recognise(sheets, (PROPOSAL_FORM, PLAN_WORKBOOK), "x.xlsx") == Mark(form, "it")
    assert find_form("T04") is None


def test_tables_of_the_notes_are_those_of_the_forms() -> None:
    assert workbook_docs.main(["--check"]) == 0, "python -m tools.workbook_docs"


def test_every_sheet_of_a_plan_has_a_title_of_its_own_in_each_language() -> None:
    for language in LANGUAGES:
        titles = [translator(language)(sheet.title) for sheet in PLAN_WORKBOOK.sheets]
        assert len(set(titles)) == len(titles)
        assert all(len(title) <= 31 for title in titles)
    children = {key for key, sheet in SHEETS.items() if sheet.place.owner}
    assert children == set(CHILD_TITLES), "a kind of child without a title"
    for sheet in SHEETS.values():
        assert len({column.key for column in sheet.form.columns}) == len(sheet.form.columns)
