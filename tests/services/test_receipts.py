"""Many workbooks, their receipts, and what has to be said about names; the form of a call, as workbook and on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import page as validator
import pytest
from openpyxl import load_workbook

from app.models.enums import CostCategory, OrganisationKind, Remedy
from app.models.errors import Cancelled, InvalidInput, NotFound
from app.models.money import CENTS_MAX, Cents
from app.models.store import Store
from app.services.calls.calls import CallDraft, call_rows, save_call
from app.services.calls.rules import load_current_rules, new_rules_version, save_rules
from app.services.calls.rules_drafts import CategoryDraft, DocumentDraft
from app.services.exchange.blank_forms import FORMS, find_form
from app.services.exchange.call_form import form_address, form_code, read_call_form
from app.services.exchange.paper_form import paper_form
from app.services.exchange.proposal_export import write_blank_form
from app.services.exchange.proposal_form import PROPOSAL_FORM
from app.services.exchange.receipt import NOTES, REASONS, Reason, Receipt, Taken, read_receipt
from app.services.exchange.receipts import load_receipt, receipt_document, receipt_rows, receipts_list
from app.services.exchange.registry import NEW, Choices, choose
from app.services.exchange.workbook import FORMS as READ_FORMS
from app.services.exchange.workbook import changes_of, import_workbook, import_workbooks, questions_of
from app.services.journal.undo import last_undoable, undo
from app.services.network.registry import organisation_rows
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import delete_proposal, load_proposal
from app.services.reports.catalogue import build_document
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Blank, Grid, QrCode
from app.services.wording.folding import fold
from tests.pure.documents import faults as pdf_faults
from tests.services.builders import an_organisation, refusal
from tests.services.filling import EN, IT, PROPOSAL, contents, faults, fill, proposal_form

NEAR = {"partners": [{"name": "La Rotonda Onlus", "kind": "Associazione"}]}


def other(n: int) -> dict[str, Any]:
    """What makes the form one of another proposal."""
    return {"number": n, "protocol": f"{n}/2014", "title": f"Progetto {n}", "alliance": f"Alleanza {n}"}


# --- many ----------------------------------------------------------------------------------


def test_each_of_many_comes_in_whole_or_not_at_all(office: Store, tmp_path: Path) -> None:
    paths = [proposal_form(office, tmp_path / f"{n}.xlsx", {"proposal": other(n)}) for n in (1, 2, 3)]
    wrong = proposal_form(office, tmp_path / "x.xlsx", {"proposal": {**other(4), "total_declared": "molti"}})
    steps: list[tuple[int, int]] = []

    class Watch:
        def step(self, done: int, total: int) -> None:
            steps.append((done, total))

    outcomes = import_workbooks(office, [paths[0], wrong, tmp_path / "manca.xlsx", *paths[1:]], progress=Watch())
    assert [outcome.error.code if outcome.error else "" for outcome in outcomes] == [
        *("", "workbook.refused", "workbook.missing", "", ""),
    ]
    assert [row.title for row in proposal_rows(office)] == ["Progetto 1", "Progetto 2", "Progetto 3"]
    assert steps == [(n, 5) for n in range(5)]
    assert changes_of(outcomes).topics == {"network", "proposals", "ledger"}
    assert [row.file_name for row in receipt_rows(office)] == ["3.xlsx", "2.xlsx", "1.xlsx"]


def test_a_stop_leaves_what_came_in(office: Store, tmp_path: Path) -> None:
    paths = [proposal_form(office, tmp_path / f"{n}.xlsx", {"proposal": other(n)}) for n in (1, 2)]

    class Stop:
        def step(self, done: int, _total: int) -> None:
            if done == 1:
                raise Cancelled

    first, second = import_workbooks(office, paths, progress=Stop())
    assert first.receipt is not None
    assert (second.receipt, second.error) == (None, None)
    assert len(proposal_rows(office)) == 1


# --- receipts ------------------------------------------------------------------------------


def test_receipt_stays_in_the_archive_and_prints_the_same(office: Store, tmp_path: Path) -> None:
    an_organisation(office, "Comune di Rho (MI)", kind=OrganisationKind.OTHER, tax_code="00893240150", seat="Milano")
    receipt = import_workbook(office, proposal_form(office, tmp_path / "modulo.xlsx"))
    [row] = receipt_rows(office)
    assert (row.id, row.file_name, row.sha256, row.title) == (
        receipt.id,
        "modulo.xlsx",
        receipt.sha256,
        "=Noi famiglie",
    )
    kept = load_receipt(office, row.id)
    assert kept == replace(receipt, changes=kept.changes, id="")
    for tr in (IT, EN):
        assert kept.lines(tr) == receipt.lines(tr)
        text = str(receipt_document(office, tr, row.id).parts)
        assert all(remark in text for remark in kept.remarks(tr))
        assert receipts_list(office, tr).rows == (row,)
    assert {difference.title for difference in kept.taken.differences} == {"Seat", "Kind of organisation"}
    assert build_document(office, "RICEVUTA", IT, row.id).title == "Ricevuta di un foglio di calcolo"
    assert pdf_bytes(receipt_document(office, IT, row.id)).startswith(b"%PDF")
    with pytest.raises(NotFound):
        load_receipt(office, "x")


def test_receipt_of_any_sum_can_be_read_again() -> None:
    totals = {"total": Cents(7 * CENTS_MAX + 5), "grant": Cents(0)}
    at = datetime(2014, 3, 31, 12, tzinfo=UTC)
    receipt = Receipt("a.xlsx", "0" * 64, at, "plan", 2, (), Taken("Piano", "1", totals))
    assert read_receipt(receipt.as_json(), {}).taken.totals == totals


def test_every_reason_and_note_has_words_in_both_languages() -> None:
    assert set(REASONS) == set(Reason)
    for text in (*REASONS.values(), *NOTES.values()):
        assert IT(text) != text


def test_same_file_is_known_again_and_comes_anew_only_when_it_is_said(office: Store, tmp_path: Path) -> None:
    path = proposal_form(office, tmp_path / "modulo.xlsx")
    import_workbook(office, path)
    path = path.rename(tmp_path / "altro nome.xlsx")
    assert refusal(import_workbook, office, path) == ("workbook.came_before", None)
    assert refusal(import_workbook, office, path, Choices(again=True)) == ("workbook.came_before", None)
    [row] = proposal_rows(office)
    delete_proposal(office, row.id)
    assert refusal(import_workbook, office, path) == ("workbook.came_and_went", None)
    receipt = import_workbook(office, path, Choices(again=True))
    assert [note.code for note in receipt.taken.notes] == ["came_before", "rules_unknown"]
    assert "31/03/2014" in receipt.remarks(IT)[-2]
    assert len(receipt_rows(office)) == 2


def test_import_that_is_taken_back_leaves_no_receipt(office: Store, tmp_path: Path) -> None:
    path = proposal_form(office, tmp_path / "modulo.xlsx")
    import_workbook(office, path)
    gesture = last_undoable(office)
    assert gesture is not None
    undo(office, gesture.number)
    assert receipt_rows(office) == ()
    assert import_workbook(office, path).taken.added == ("Comune di Rho", "Comuni Insieme")


# --- names that are near -------------------------------------------------------------------


def test_near_name_is_asked_never_matched(office: Store, tmp_path: Path) -> None:
    path = proposal_form(office, tmp_path / "x.xlsx", NEAR)
    assert faults(office, path) == {"Partner!A2": "workbook.organisation_near"}
    with pytest.raises(InvalidInput) as raised:
        import_workbook(office, path)
    [question] = questions_of(raised.value)
    [rotonda] = organisation_rows(office)
    assert (question.values["names"], question.values["keys"]) == (("La Rotonda",), (rotonda.id,))
    mixed = proposal_form(office, tmp_path / "y.xlsx", {**NEAR, "proposal": {"number": "sette"}})
    with pytest.raises(InvalidInput) as raised:
        import_workbook(office, mixed)
    assert questions_of(raised.value) == (), "what else is wrong is said first"


def test_near_name_is_what_one_says_it_is(office: Store, tmp_path: Path) -> None:
    path = proposal_form(office, tmp_path / "x.xlsx", NEAR)
    same = choose(office, [("LA ROTONDA ONLUS", "associazione la rotonda")], [])
    receipt = import_workbook(office, path, same)
    assert [(match.name, match.why) for match in receipt.taken.matched] == [("La Rotonda", Reason.CHOSEN)]
    second = proposal_form(office, tmp_path / "y.xlsx", {**NEAR, "proposal": other(8)})
    new = choose(office, [], ["La Rotonda Onlus"])
    assert new == Choices({fold("La Rotonda Onlus"): NEW})
    assert import_workbook(office, second, new).taken.added == ("La Rotonda Onlus",)
    assert refusal(choose, office, [("Uno", "Nessuno")], []) == ("workbook.chosen_unknown", None)


def test_code_of_another_body_is_refused(office: Store, tmp_path: Path) -> None:
    an_organisation(office, "Comune di Rho", kind=OrganisationKind.PUBLIC_BODY)
    an_organisation(office, "Comune di Arese", kind=OrganisationKind.PUBLIC_BODY, tax_code="00893240150")
    assert faults(office, proposal_form(office, tmp_path / "x.xlsx")) == {"Partner!D2": "workbook.code_of_other"}


def test_code_that_two_bodies_have_is_asked(office: Store, tmp_path: Path) -> None:
    for name in ("Comune di Arese", "Comune di Lainate"):
        an_organisation(office, name, kind=OrganisationKind.PUBLIC_BODY, tax_code="00893240150")
    assert faults(office, proposal_form(office, tmp_path / "x.xlsx")) == {"Partner!A2": "workbook.organisation_near"}


# --- the form of a call --------------------------------------------------------------------


@pytest.fixture
def call_id(office: Store) -> str:
    """A call with categories and documents of its own."""
    [call] = call_rows(office)
    rules = load_current_rules(office, call.id)
    own = (*rules.categories[:1], CategoryDraft(code="studies", name="Studi e ricerche"))
    documents = (DocumentDraft(code="A", name="Accordo di rete", remedy=Remedy.BLOCKING), DocumentDraft(name="Statuto"))
    save_rules(office, replace(rules, categories=own, documents=documents))
    return call.id


def test_form_of_a_call_has_what_the_call_says(office: Store, call_id: str, tmp_path: Path) -> None:
    write_blank_form(office, tmp_path / "x.xlsx", IT, call_id)
    book = load_workbook(tmp_path / "x.xlsx")
    assert [cell.value for cell in book["concilia"]["A"]] == ["concilia", "proposal", "2", "it", call_id, "1"]
    assert book["Proposta"]["B3"].value == "Avviso 2014"
    assert book["Proposta"]["B3"].protection.locked
    categories = [cell.value for column in book["concilia-lists"].columns for cell in column]
    assert "Studi e ricerche" in categories
    assert "Attrezzature" not in categories
    assert [row[0].value for row in book["Documenti"].iter_rows(min_row=2)] == ["Accordo di rete", "Statuto"]
    assert not book["Documenti"]["C2"].protection.locked
    code = form_code(read_call_form(office, call_id).mark("it"))
    assert code == f"MP2-{call_id[-8:].upper()}-R1"
    assert code in str([cell.value for cell in book["Istruzioni"]["A"]])
    with pytest.raises(NotFound):
        write_blank_form(office, tmp_path / "y.xlsx", IT, "x")


def filled_for(store: Store, path: Path, call_id: str, changes: dict[str, Any] | None = None) -> Path:
    """The form of a call filled in, with a cost of its own category and one of two documents."""
    write_blank_form(store, path, IT, call_id)
    costs = [{"section": "Costi", "category": "studi e ricerche", "amount": 5}]
    own = {key: value for key, value in PROPOSAL["proposal"].items() if key != "call"}
    answers = {**PROPOSAL, "proposal": own, "costs": costs, "documents": [{"attached": "sì"}], **(changes or {})}
    return fill(path, PROPOSAL_FORM, IT, answers)


def test_form_comes_back_under_the_rules_it_was_made_for(office: Store, call_id: str, tmp_path: Path) -> None:
    path = filled_for(office, tmp_path / "x.xlsx", call_id)
    save_call(office, CallDraft(title="Avviso 2015"))
    receipt = import_workbook(office, path)
    [row] = proposal_rows(office)
    assert row.call_id == call_id
    assert [item.category for item in load_proposal(office, row.id).items] == ["studies"]
    assert {note.code: dict(note.values) for note in receipt.taken.notes} == {
        "documents_attached": {"names": "Accordo di rete"},
        "documents_missing": {"names": "Statuto"},
    }
    wrong = {"costs": [{"section": "Costi", "category": CostCategory.EQUIPMENT.value, "amount": 5}]}
    again = filled_for(
        office, tmp_path / "y.xlsx", call_id, {**wrong, "proposal": {**PROPOSAL["proposal"], **other(9)}}
    )
    assert faults(office, again) == {"Costi!B2": "workbook.choice"}
    moved = {"proposal": {**PROPOSAL["proposal"], **other(9), "call": "Avviso 2015"}}
    assert faults(office, filled_for(office, again, call_id, moved)) == {"Proposta!B3": "workbook.call_other"}


def test_form_of_older_rules_says_so(
    office: Store, call_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled_for(office, tmp_path / "x.xlsx", call_id)
    with office.read():
        rules = load_current_rules(office, call_id)
    monkeypatch.setattr("app.services.calls.rules.refuse_closed", lambda *_args: None)
    monkeypatch.setattr("app.services.calls.rules.rules_draft", lambda *_args: replace(rules, received=1))
    new_rules_version(office, call_id, "Rettifica")
    monkeypatch.undo()
    receipt = import_workbook(office, path)
    assert receipt.taken.notes[0].code == "rules_changed"
    assert dict(receipt.taken.notes[0].values) == {"found": "1", "known": "2"}


@pytest.mark.parametrize("tr", [IT, EN], ids=["it", "en"])
def test_paper_has_the_fields_of_the_workbook(office: Store, call_id: str, tr: Any) -> None:
    document = paper_form(office, tr, call_id)
    blanks = [part.label.removesuffix(" *") for part in document.parts if isinstance(part, Blank)]
    assert blanks == [tr(column.title) for column in PROPOSAL_FORM.sheet("proposal").columns]
    grids = {
        part.title: [title.removesuffix(" *") for title, _width in part.columns]
        for part in document.parts
        if isinstance(part, Grid)
    }
    for sheet in PROPOSAL_FORM.sheets[1:]:
        assert grids[tr(sheet.title)] == [tr(column.title) for column in sheet.columns]
    mark = read_call_form(office, call_id).mark(tr.language)
    [square] = [part for part in document.parts if isinstance(part, QrCode)]
    assert square.content == form_address(mark)
    assert call_id in square.content
    assert form_code(mark) in document.reference
    assert pdf_bytes(document) == pdf_bytes(document)
    [documents] = [part for part in document.parts if isinstance(part, Grid) and part.title == tr("Documents")]
    assert [row[0] for row in documents.filled] == ["Accordo di rete", "Statuto"]


def test_forms_are_asked_for_by_code_and_record(office: Store, tmp_path: Path) -> None:
    form = find_form("modulo")
    assert form is find_form("MODULO-PROPOSTA")
    assert form is not None
    [call] = call_rows(office)
    assert form.item(office, None) == form.item(office, call.title) == form.item(office, call.id) == call.id
    save_call(office, CallDraft(title="Avviso 2015"))
    assert form.item(office, None) is None
    assert refusal(form.item, office, "Nessuno") == ("record.gone", None)
    assert refusal(form.write, office, tmp_path / "x.pdf", IT, None, "pdf") == ("export.item_missing", None)
    plan, proposal = find_form("piano"), find_form("proposta")
    assert plan is not None
    assert proposal is not None
    assert refusal(plan.item, office, "x") == ("export.item_not_wanted", None)
    assert refusal(proposal.item, office, None) == ("export.item_missing", None)
    forms = {"MODULO-PROPOSTA", "MODULO-PIANO", "PROPOSTA", "PIANO", "PIANO-ECONOMICO", "PUNTEGGI", "LIBRO-MASTRO"}
    forms |= {"MODULO-DOMANDE"}
    assert {form.code for form in FORMS} == forms
    assert len({form.key for form in READ_FORMS}) == len(READ_FORMS)
    before = contents(office)
    for one in FORMS:
        if not one.item_needed:
            one.write(office, tmp_path / f"{one.code}.xlsx", EN, None, "xlsx")
    assert contents(office) == before


def test_paper_form_and_receipt_conform(office: Store, call_id: str, tmp_path: Path) -> None:
    import_workbook(office, filled_for(office, tmp_path / "x.xlsx", call_id))
    [row] = receipt_rows(office)
    for document in (paper_form(office, IT, call_id), receipt_document(office, IT, row.id)):
        data = pdf_bytes(document)
        for profile in (validator.ValidationProfile.PDF_A_2A, validator.ValidationProfile.PDF_UA_1):
            assert pdf_faults(data, profile) == set()
