"""What an office is handed that is not as it should be: each is refused in words, or kept and told; never by halves.

Bombs, macros, DOCTYPE, formulas and broken packages are in `test_exchange_guard`, wrong cells and forms in
`test_workbook`, kinds and sizes of documents in `test_documents`, terms of calls in `test_call_checks`.
"""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from app.models.enums import ProposalState, RuleSeverity
from app.models.errors import AppError, InvalidInput
from app.models.store import Store, open_archive
from app.services.calls.rules import load_current_rules, save_rules
from app.services.documents.documents import DocumentOwner, add_document, document_rows
from app.services.exchange.guard import check_workbook
from app.services.exchange.workbook import import_workbook
from app.services.findings import check
from app.services.network.alliances import load_alliance, save_alliance
from app.services.proposals.arrival import protocol_key
from app.services.proposals.gaps import proposal_gaps
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import load_proposal, save_proposal
from app.services.proposals.states import set_proposal_state, submit_proposal
from app.services.wording.texts import LANGUAGES, translator
from app.ui.errors import sentence
from tests.services.builders import a_plan, a_proposal, an_alliance, an_area, an_organisation, refusal
from tests.services.filling import IT, contents, faults, proposal_form
from tests.services.packages import SHEET, package, sheet
from tests.services.test_documents import PDF

EN = translator("en")
DAY = date(2014, 5, 30)


# --- workbooks ---------------------------------------------------------------------------


def test_a_form_that_was_renamed_is_the_same_form(office: Store, tmp_path: Path) -> None:
    path = proposal_form(office, tmp_path / "modulo.xlsx")
    renamed = path.rename(tmp_path / "Copia di modulo (2) – definitivo.XLSX")
    assert import_workbook(office, renamed).taken.title == "=Noi famiglie"


def test_merged_cells_hold_what_their_first_one_holds(office: Store, tmp_path: Path) -> None:
    path = proposal_form(office, tmp_path / "modulo.xlsx")
    book = openpyxl.load_workbook(path)
    book["Proposta"].merge_cells("B2:C2")
    book.save(path)
    import_workbook(office, path)
    assert proposal_rows(office)[0].title == "=Noi famiglie"


def test_merged_rows_of_a_table_leave_needed_cells_empty_and_are_named(office: Store, tmp_path: Path) -> None:
    path = proposal_form(office, tmp_path / "modulo.xlsx")
    book = openpyxl.load_workbook(path)
    book["Costi"].merge_cells("A2:A3")
    book.save(path)
    assert faults(office, path) == {"Costi!A3": "workbook.required"}


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_looked_at_like_any_other(office: Store, tmp_path: Path, state: str) -> None:
    path = proposal_form(office, tmp_path / "modulo.xlsx")
    book = openpyxl.load_workbook(path)
    book["Costi"].sheet_state = state
    book.save(path)
    book.create_sheet("Conti segreti")["A1"] = "nascosto"
    book["Conti segreti"].sheet_state = state
    book.save(tmp_path / "altro.xlsx")
    assert faults(office, tmp_path / "altro.xlsx") == {"Conti segreti!": "workbook.sheet_unknown"}
    assert import_workbook(office, path).taken.totals["grant"] > 0


def test_a_million_rows_are_refused_before_they_are_read(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1_048_577))
    path = package(tmp_path, {SHEET: sheet(rows)})
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo(SHEET).file_size > 40_000_000
    with pytest.raises(InvalidInput) as refused:
        check_workbook(path)
    assert (refused.value.code, refused.value.values["sheet"]) == ("workbook.too_many_rows", "Costi")


# --- documents ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("fattura\u202efdp.pdf", "fatturafdp.pdf"),
        ("a\nb\tc.pdf", "abc.pdf"),
        ("  spazi   in mezzo .pdf", "spazi in mezzo.pdf"),
        ("con.pdf", "_con.pdf"),
        ("è «già» firmato 100%.pdf", "è «già» firmato 100%.pdf"),
        ("-rf.pdf", "-rf.pdf"),
        ("' or 1=1;--.pdf", "' or 1=1;--.pdf"),
        ("x" * 240 + ".pdf", None),
    ],
)
def test_documents_with_odd_names_are_kept_under_a_plain_one(
    store: Store, tmp_path: Path, name: str, kept: str | None
) -> None:
    a_plan(store)
    owner = DocumentOwner(alliance_id=an_alliance(store))
    path = tmp_path / name
    path.write_bytes(PDF)
    add_document(store, owner, path)
    (row,) = document_rows(store, owner)
    assert row.name == (kept or row.name)
    assert row.name.endswith(".pdf")
    assert row.name.isprintable()
    assert len(row.name) <= 160


# --- arrivals ----------------------------------------------------------------------------


def test_two_officers_enter_the_same_paper(store: Store) -> None:
    first = a_proposal(store, title="Noi famiglie", protocol="0031274/2014", date_received=DAY)
    own = load_proposal(store, first)
    before = contents(store)
    for written in ("31274 del 30/05/2014", "Prot. n. 0031274/2014", "31274"):
        assert protocol_key(written, DAY) == protocol_key(own.protocol, DAY)
        with pytest.raises(AppError) as refused:
            save_proposal(store, replace(own, id=None, number=None, title="Altra", protocol=written))
        assert (refused.value.code, refused.value.field) == ("proposal.protocol_taken", "protocol")
        for language in LANGUAGES:
            assert "Noi famiglie" in sentence(refused.value, translator(language)), "it says which one has it"
    assert contents(store) == before


def test_a_second_officer_cannot_write_meanwhile(store: Store) -> None:
    with pytest.raises(AppError) as refused, open_archive(store.path):
        pytest.fail("two write the same archive")
    assert refused.value.code.startswith("archive.")


def test_one_minute_after_the_closing_is_received_told_and_not_admitted(store: Store) -> None:
    a_plan(store)
    key = a_proposal(store, area_id=an_area(store), date_received=DAY, time_received="12:01", protocol="7/2014")
    call = load_proposal(store, key).call_id or ""
    save_rules(store, replace(load_current_rules(store, call), date_closed=DAY, time_closed="12:00"))
    [gap] = [gap for gap in proposal_gaps(store, key, EN) if gap.id == "call.closing"]
    assert gap.severity is RuleSeverity.BLOCKING
    assert "1 minute late" in gap.sentence
    submit_proposal(store, key)
    assert "call.closing" in {found.code for found in check(store, IT)}
    assert refusal(set_proposal_state, store, key, ProposalState.ADMISSIBLE)[0] == "proposal.rules_broken"
    assert load_proposal(store, key).state is ProposalState.SUBMITTED


def test_a_lead_that_leads_two_stops_both(store: Store) -> None:
    a_plan(store)
    area = an_area(store)
    first = a_proposal(store, area_id=area, date_received=DAY, protocol="1/2014")
    draft = load_proposal(store, first)
    save_rules(store, replace(load_current_rules(store, draft.call_id or ""), lead_max=1))
    twin = replace(draft, id=None, number=None, title="Seconda", protocol="2/2014", items=draft.items)
    second = save_proposal(store, replace(twin, items=tuple(replace(row, id=None) for row in draft.items))).id
    body = an_organisation(store, "Comune di Rho")
    alliance = load_alliance(store, draft.alliance_id or "")
    save_alliance(store, replace(alliance, lead_id=body))
    for key in (first, second):
        submit_proposal(store, key)
    told = [found.sentence for found in check(store, IT) if found.code == "call.lead_max"]
    assert len(told) == 2
    assert all("Comune di Rho" in text for text in told)
    for key in (first, second):
        assert refusal(set_proposal_state, store, key, ProposalState.ADMISSIBLE)[0] == "proposal.rules_broken"
