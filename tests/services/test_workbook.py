"""Filled forms: what is typed comes back as the same drafts, in one gesture; what is wrong is named cell by cell."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook, load_workbook

from app.models.enums import (
    BudgetSection,
    CostCategory,
    OrganisationKind,
)
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.journal import Edit
from app.models.money import Cents
from app.models.plan import Act
from app.models.store import Store
from app.services.calls.calls import CallDraft, call_rows, save_call
from app.services.changes import Changes
from app.services.exchange import reader, registry, workbook
from app.services.exchange.filled import FAULTS_MAX, Faults, FilledRow
from app.services.exchange.gesture import Gesture, JoinedStore, Places
from app.services.exchange.guard import check_workbook
from app.services.exchange.proposal_export import write_blank_form
from app.services.exchange.proposal_form import PROPOSAL_FORM
from app.services.exchange.reader import read_sheets
from app.services.exchange.receipt import Difference, Match, Reason
from app.services.exchange.workbook import import_workbook
from app.services.journal.undo import last_undoable, undo
from app.services.network.alliances import AllianceDraft, PartnerDraft, alliance_rows, load_alliance
from app.services.network.registry import (
    OrganisationDraft,
    load_organisation,
    organisation_rows,
)
from app.services.plan.funding import area_rows
from app.services.plan.plan import ActDraft, act_rows, present_plan
from app.services.proposals.budgets import BudgetItemDraft
from app.services.proposals.drafts import (
    ActionDraft,
    IndicatorDraft,
    ObjectiveDraft,
    ProposalDraft,
    ResultDraft,
    TargetDraft,
)
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import load_proposal
from app.services.wording.texts import LANGUAGES, translator
from app.ui.errors import sentence
from tests.services.builders import a_plan, an_alliance, an_area, an_organisation, edits, refusal
from tests.services.filling import EN, IT, PROPOSAL, contents, faults, fill, keyless, proposal_form, put
from tests.services.world import new_store

# --- a proposal ----------------------------------------------------------------------------


def expected_proposal(store: Store) -> ProposalDraft:
    row = PROPOSAL["proposal"]
    paid, recipients = CostCategory.PAID_STAFF, CostCategory.RECIPIENTS
    return ProposalDraft(
        call_id=call_rows(store)[0].id,
        alliance_id=alliance_rows(store)[0].id,
        area_id=area_rows(store)[0].id,
        number=7,
        title="=Noi famiglie",
        protocol="12345/2014",
        date_received=date(2014, 5, 30),
        context=row["context"],
        aims="+ tempo",
        sustainability="@ogni anno",
        objectives=tuple(ObjectiveDraft(number=n, text=f"Obiettivo {n}") for n in (1, 2, 3)),
        actions=(
            ActionDraft(label="Azioni per Ob. 1-2", text="Si fa", objectives="1-2"),
            ActionDraft(text="Si fa altro", objectives="3"),
            ActionDraft(label="Azione comune", text="-1+1"),
        ),
        targets=(TargetDraft(text="Famiglie", number_min=40), TargetDraft(text="Imprese")),
        results=tuple(ResultDraft(number=n, text=text) for n, text in ((1, "Campus"), (2, "Buoni"), (3, "Rete"))),
        indicators=(
            IndicatorDraft(result=1, text="Bambini", target=10),
            IndicatorDraft(result=1, text="Ore"),
            IndicatorDraft(result=1, text="Settimane", target=8),
            IndicatorDraft(result=2, text="Buoni erogati"),
            IndicatorDraft(result=2, text="Famiglie"),
        ),
        items=(
            BudgetItemDraft(category=paid, amount=Cents(10_000_000)),
            BudgetItemDraft(category=recipients, label="Buoni", amount=Cents(2_000_000)),
            BudgetItemDraft(
                section=BudgetSection.CONTRIBUTION, category=CostCategory.VOLUNTEERS, amount=Cents(5_820_050)
            ),
        ),
        total_declared=Cents(17_820_050),
        grant_declared=Cents(12_000_000),
        cofinancing_declared=Cents(5_820_050),
        share_declared="32,66\u00a0%",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_proposal_comes_in_as_it_was_filled_in(office: Store, tmp_path: Path, language: str) -> None:
    path = proposal_form(office, tmp_path / "modulo.xlsx", tr=translator(language))
    before = edits(office)
    receipt = import_workbook(office, path)
    [row] = proposal_rows(office)
    assert keyless(load_proposal(office, row.id)) == expected_proposal(office)
    [alliance] = alliance_rows(office)
    names = {one.name: one.id for one in organisation_rows(office)}
    assert set(names) == {"Comuni Insieme", "Comune di Rho", "La Rotonda"}
    assert keyless(load_alliance(office, alliance.id)) == AllianceDraft(
        number=1,
        name="Ambito di Garbagnate Milanese",
        short_name="Garbagnate",
        lead_id=names["Comuni Insieme"],
        lead_as_printed="Comuni Insieme",
        partners=(
            PartnerDraft(organisation_id=names["Comune di Rho"], as_printed="Comune di Rho", design=True),
            PartnerDraft(
                organisation_id=names["La Rotonda"], as_printed="La Rotonda", delivery=True, verification=True
            ),
        ),
    )
    assert keyless(load_organisation(office, names["Comune di Rho"])) == OrganisationDraft(
        kind=OrganisationKind.PUBLIC_BODY, name="Comune di Rho", seat="Rho", tax_code="00893240150"
    )
    assert load_organisation(office, names["Comuni Insieme"]).kind is OrganisationKind.SPECIAL_AGENCY
    assert receipt.changes.topics == {"network", "proposals", "ledger"}
    assert row.id in receipt.changes.ids
    with office.read() as session:
        gestures = session.execute(sa.select(Edit.gesture, Edit.verb).where(Edit.seq > before).distinct()).all()
    assert gestures == [(before + 1, "import_workbook")]


def test_receipt_says_what_came_in(office: Store, tmp_path: Path) -> None:
    rotonda = {"name": "Associazione la rotonda"}
    path = proposal_form(office, tmp_path / "modulo.xlsx", {"partners": [PROPOSAL["partners"][0], rotonda]})
    receipt = import_workbook(office, path)
    checked = check_workbook(path)
    assert receipt.as_json() == {
        "file": "modulo.xlsx",
        "sha256": checked.sha256,
        "at": datetime(2014, 3, 31, 12, 0, tzinfo=UTC).isoformat(),
        "form": "proposal",
        "title": "=Noi famiglie",
        "version": 2,
        "id": receipt.taken.subject_id,
        "rows": {
            "proposal": 1,
            "partners": 2,
            "objectives": 3,
            "actions": 3,
            "targets": 2,
            "costs": 3,
            "results": 6,
            "documents": 0,
        },
        "totals": {"grant": "120000.00", "cofinancing": "58200.50", "total": "178200.50"},
        "organisations": {
            "matched": [{"typed": "Associazione la rotonda", "name": "La Rotonda", "why": "alias"}],
            "added": ["Comune di Rho", "Comuni Insieme"],
        },
        "differences": [],
        "notes": [{"code": "rules_unknown"}],
    }
    assert receipt.taken.subject_id == proposal_rows(office)[0].id
    assert receipt.lines(IT) == (
        "Importato: =Noi famiglie",
        "Da: modulo.xlsx (Modulo di proposta), 31/03/2014 14:00",
        f"Impronta del file (SHA-256): {checked.sha256}",
        "Foglio «Proposta»: 1",
        "Foglio «Partner»: 2",
        "Foglio «Obiettivi»: 3",
        "Foglio «Azioni»: 3",
        "Foglio «Destinatari»: 2",
        "Foglio «Costi»: 3",
        "Foglio «Risultati»: 6",
        "Foglio «Documenti»: 0",
        "Contributo: 120.000,00\u00a0€",
        "Cofinanziamento: 58.200,50\u00a0€",
        "Costo totale: 178.200,50\u00a0€",
        "Ente «Associazione la rotonda»: in anagrafe «La Rotonda» (altra denominazione in anagrafe)",
        "Nuovo ente: Comune di Rho",
        "Nuovo ente: Comuni Insieme",
        "Il modulo non dice per quale versione delle regole dell’avviso è fatto.",
    )


def test_import_is_taken_back_as_one_gesture(office: Store, tmp_path: Path) -> None:
    before = contents(office)
    import_workbook(office, proposal_form(office, tmp_path / "modulo.xlsx"))
    gesture = last_undoable(office)
    assert gesture is not None
    undo(office, gesture.number)
    after = contents(office)
    assert {name: n for name, n in after.items() if not name.startswith("edit")} == {
        name: n for name, n in before.items() if not name.startswith("edit")
    }


def test_same_workbook_twice_is_recognised(office: Store, tmp_path: Path) -> None:
    path = proposal_form(office, tmp_path / "modulo.xlsx")
    import_workbook(office, path)
    assert refusal(import_workbook, office, path) == ("workbook.came_before", None)
    present = "workbook.proposal_present"
    saved_again = proposal_form(office, path, {"proposal": {"aims": "Altri"}})
    assert faults(office, saved_again) == {"Proposta!B2": present, "Proposta!B5": present, "Proposta!B6": present}
    bare = {"number": None, "protocol": None}
    assert faults(office, proposal_form(office, path, {"proposal": bare})) == {"Proposta!B2": present}
    other = {**bare, "title": "Un altro"}
    import_workbook(office, proposal_form(office, path, {"proposal": other}))
    assert [row.number for row in proposal_rows(office)] == [7, 8]


def test_least_that_a_form_needs(office: Store, tmp_path: Path) -> None:
    write_blank_form(office, tmp_path / "x.xlsx", EN)
    least = {"title": "Small", "alliance": "Rho", "lead": "La Rotonda"}
    receipt = import_workbook(office, fill(tmp_path / "x.xlsx", PROPOSAL_FORM, EN, {"proposal": least}))
    assert (receipt.taken.added, receipt.taken.matched) == ((), (Match("La Rotonda", "La Rotonda", Reason.NAME),))
    [row] = proposal_rows(office)
    assert (row.number, row.title, row.alliance, row.lead, row.total) == (1, "Small", "Rho", "La Rotonda", 0)


def test_every_wrong_cell_is_named(office: Store, tmp_path: Path) -> None:
    wrong: dict[str, Any] = {
        "proposal": {
            "title": None,
            "call": "Avviso 2015",
            "area": "C.9",
            "number": 1.5,
            "date_received": "30/02/2014",
            "lead_kind": "Circolo",
            "total_declared": "254,510,00",
            "grant_declared": 1234.567,
            "cofinancing_declared": -5,
            "share_declared": 0.3266,
            "grant_requested": "1234.56",
        },
        "partners": [
            {"name": "Comune di Rho"},
            {"name": "La Rotonda", "design": "forse"},
            {"kind": "Ente pubblico"},
            {"name": "Rotonda, La", "kind": "Associazione"},
        ],
        "objectives": [
            {"number": 1, "text": "Primo"},
            {"number": 1, "text": "Ancora primo"},
            {"number": 2},
            {"number": 0, "text": "Zero"},
        ],
        "actions": [
            {"text": "Si fa", "objectives": "1-2"},
            {"text": "Si fa", "objectives": "7"},
            {"text": "Si fa", "objectives": "uno"},
            {"label": "Senza testo"},
        ],
        "targets": [{"number_min": 3}, {"text": "Famiglie", "number_min": "tante"}],
        "costs": [
            {"section": "Costi", "category": "Personale volontario", "amount": 1},
            {"section": "Costi", "category": "Attrezzature", "amount": "dieci"},
            {"section": "Costi", "category": "Attrezzature", "amount": -0.01},
            {"section": "Costi", "category": "Attrezzature"},
            {"section": "Ricavi", "category": "Attrezzature", "amount": date(2014, 1, 1)},
            {"section": "Costi", "category": "Attrezzature", "amount": True},
        ],
        "results": [
            {"indicator": "Di nessuno"},
            {"number": 1, "text": "Primo", "target": 3},
            {"number": 1, "text": "Secondo", "indicator": "Suo"},
            {"number": 5, "indicator": "Del quinto"},
            {"number": 5},
            {"number": "due", "text": "Due"},
        ],
    }
    assert faults(office, proposal_form(office, tmp_path / "modulo.xlsx", wrong)) == {
        "Proposta!B2": "workbook.required",
        "Proposta!B3": "reference.unknown",
        "Proposta!B4": "reference.unknown",
        "Proposta!B5": "count.not_a_number",
        "Proposta!B7": "date.does_not_exist",
        "Proposta!B13": "workbook.choice",
        "Proposta!B20": "amount.separators_mixed",
        "Proposta!B21": "amount.decimals",
        "Proposta!B22": "number.negative",
        "Proposta!B23": "workbook.percent_unclear",
        "Proposta!B24": "amount.decimal_point",
        "Partner!B2": "workbook.kind_needed",
        "Partner!F3": "workbook.flag",
        "Partner!A4": "workbook.required",
        "Partner!A5": "workbook.organisation_near",
        "Obiettivi!A3": "objective.number_repeated",
        "Obiettivi!B4": "workbook.required",
        "Obiettivi!A5": "number.not_positive",
        "Azioni!C3": "action.objective_unknown",
        "Azioni!C4": "objectives.format",
        "Azioni!B5": "workbook.required",
        "Destinatari!A2": "workbook.required",
        "Destinatari!B3": "count.not_a_number",
        "Costi!B2": "budget.category_section",
        "Costi!D3": "amount.not_a_number",
        "Costi!D4": "number.negative",
        "Costi!D5": "workbook.required",
        "Costi!A6": "workbook.choice",
        "Costi!D6": "amount.not_a_number",
        "Costi!D7": "amount.not_a_number",
        "Risultati!B2": "workbook.result_needed",
        "Risultati!C3": "workbook.indicator_needed",
        "Risultati!A4": "result.number_repeated",
        "Risultati!A5": "indicator.result_unknown",
        "Risultati!C6": "workbook.indicator_needed",
        "Risultati!A7": "count.not_a_number",
    }


def test_numbers_of_objectives_that_cannot_be_read_blame_no_action(office: Store, tmp_path: Path) -> None:
    wrong = {"objectives": [{"number": "due", "text": "Secondo"}]}
    assert faults(office, proposal_form(office, tmp_path / "x.xlsx", wrong)) == {"Obiettivi!A2": "count.not_a_number"}


def test_refusal_shows_what_stands_there_and_what_can_be_chosen(office: Store, tmp_path: Path) -> None:
    wrong = {"costs": [{"section": "Ricavi", "category": "Attrezzature", "amount": 12.345}]}
    with pytest.raises(InvalidInput) as raised:
        import_workbook(office, proposal_form(office, tmp_path / "modulo.xlsx", wrong))
    _first, section, amount = sentence(raised.value, IT).splitlines()
    assert section.startswith("Foglio «Costi», cella A2: «Ricavi» ")
    assert "Costi, " in section
    assert amount.startswith("Foglio «Costi», cella D2: «12,345» ")


def test_call_must_be_clear(store: Store, tmp_path: Path) -> None:
    a_plan(store)
    an_area(store)
    path = proposal_form(store, tmp_path / "x.xlsx", {"proposal": {"call": None}})
    assert faults(store, path) == {"Proposta!B3": "workbook.no_call"}
    save_call(store, CallDraft(title="Avviso 2014"))
    save_call(store, CallDraft(title="Avviso 2015"))
    assert faults(store, path)["Proposta!B3"] == "workbook.call_needed"


# --- the network that a form names ---------------------------------------------------------


def an_office_alliance(store: Store) -> None:
    rho = an_organisation(store, "Comune di Rho", kind=OrganisationKind.PUBLIC_BODY, tax_code="00893240150")
    lead = an_organisation(store, "Comuni Insieme", kind=OrganisationKind.SPECIAL_AGENCY)
    rotonda = next(row.id for row in organisation_rows(store) if row.name == "La Rotonda")
    partners = (
        PartnerDraft(organisation_id=rho, design=True),
        PartnerDraft(organisation_id=rotonda, delivery=True, verification=True),
    )
    an_alliance(store, "Ambito di Garbagnate Milanese", short_name="Garbagnate", lead_id=lead, partners=partners)


@pytest.mark.parametrize("name", ["Ambito di Garbagnate Milanese", "GARBAGNATE"])
def test_alliance_of_the_archive_is_taken_as_it_is(office: Store, tmp_path: Path, name: str) -> None:
    an_office_alliance(office)
    before = contents(office)
    receipt = import_workbook(office, proposal_form(office, tmp_path / "x.xlsx", {"proposal": {"alliance": name}}))
    assert receipt.taken.added == ()
    after = contents(office)
    assert [after[table] - before[table] for table in ("alliance", "partnership", "organisation")] == [0, 0, 0]
    assert after["proposal"] == 1


def test_alliance_of_the_archive_is_not_changed_by_a_form(office: Store, tmp_path: Path) -> None:
    an_office_alliance(office)
    wrong = {
        "proposal": {"lead": "La Rotonda"},
        "partners": [
            {"name": "Comune di Rho", "coordination": "sì"},
            {"name": "La Rotonda", "delivery": "sì", "verification": "boh"},
            {"name": "Comune di Arese", "kind": "Ente pubblico"},
            {"seat": "Rho"},
        ],
    }
    assert faults(office, proposal_form(office, tmp_path / "x.xlsx", wrong)) == {
        "Partner!I3": "workbook.flag",
        "Partner!A5": "workbook.required",
        "Proposta!B12": "workbook.lead_differs",
        "Partner!F2": "workbook.role_differs",
        "Partner!G2": "workbook.role_differs",
        "Partner!A4": "workbook.partner_differs",
    }
    missing = {"proposal": {"lead": None}, "partners": []}
    assert faults(office, proposal_form(office, tmp_path / "x.xlsx", missing)) == {"Proposta!B12": "workbook.required"}
    unknown = {"proposal": {"lead": "Nessuno"}, "partners": []}
    found = faults(office, proposal_form(office, tmp_path / "x.xlsx", unknown))
    assert found == {"Proposta!B12": "workbook.lead_differs"}


def test_organisations_are_found_by_code_and_codes_must_agree(office: Store, tmp_path: Path) -> None:
    an_organisation(office, "Comune di Rho (MI)", kind=OrganisationKind.PUBLIC_BODY, tax_code="00893240150")
    receipt = import_workbook(office, proposal_form(office, tmp_path / "x.xlsx"))
    assert receipt.taken.matched == (
        Match("Comune di Rho", "Comune di Rho (MI)", Reason.TAX_CODE),
        Match("La Rotonda", "La Rotonda", Reason.NAME),
    )
    assert receipt.taken.differences == (Difference("Comune di Rho (MI)", "Seat", "Rho", ""),)
    wrong = {
        "proposal": {"title": "Altro", "number": None, "protocol": None, "alliance": "Altra"},
        "partners": [{"name": "Comune di Rho (MI)", "tax_code": "1", "kind": "Ente pubblico"}],
    }
    assert faults(office, proposal_form(office, tmp_path / "x.xlsx", wrong)) == {"Partner!D2": "workbook.code_differs"}


def test_same_partner_twice(office: Store, tmp_path: Path) -> None:
    partners = [*PROPOSAL["partners"], {"name": "Associazione La Rotonda"}]
    path = proposal_form(office, tmp_path / "x.xlsx", {"partners": partners})
    assert faults(office, path) == {"Partner!A4": "alliance.partner_repeated"}


def test_new_lead_needs_its_kind(office: Store, tmp_path: Path) -> None:
    path = proposal_form(office, tmp_path / "x.xlsx", {"proposal": {"lead_kind": None}})
    assert faults(office, path) == {"Proposta!B13": "workbook.kind_needed"}


def test_organisation_that_its_own_verb_refuses_names_the_cell(
    office: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_store: Store, draft: OrganisationDraft) -> Changes:
        raise InvalidInput("organisation.name_taken", field="name", name=draft.name)

    monkeypatch.setattr(registry, "save_organisation", refuse)
    path = proposal_form(office, tmp_path / "x.xlsx")
    taken = "organisation.name_taken"
    assert faults(office, path) == {"Partner!A2": taken, "Proposta!B12": taken}


def test_what_a_refused_verb_began_is_dropped(office: Store) -> None:
    def half(store: Store, draft: ActDraft) -> Changes:
        with store.write("save_act") as session:
            plan = present_plan(session)
            plan.name = "Altro"
            session.add(Act(plan_id=plan.id, kind="decree", number=draft.number))
            raise RuleBroken("plan.missing")

    row = FilledRow("Atti", {"number": "1"}, {"number": "B2"})
    with office.write("import_workbook") as session:
        gesture = Gesture(JoinedStore.of(office, session), Faults(), IT)
        assert gesture.save(half, ActDraft(number="1"), Places(row)) is None
        assert [str(fault.values["cell"]) for fault in gesture.faults.found] == ["B2"]
        assert not session.new
        assert present_plan(session).name == "Piano"
    assert act_rows(office) == ()


# --- the form itself -----------------------------------------------------------------------


def test_cells_that_moved_are_named(office: Store, tmp_path: Path) -> None:
    path = proposal_form(office, tmp_path / "x.xlsx")
    book = load_workbook(path)
    book["Costi"].insert_rows(1)
    book["Proposta"]["A4"] = "Zona"
    book["Partner"]["L9"] = "Nota a margine"
    book["Proposta"]["B30"] = "In fondo"
    book["Azioni"].title = "Attività"
    book.create_sheet("Appunti")
    book.save(path)
    found = faults(office, path)
    assert found == {
        "Attività!": "workbook.sheet_unknown",
        "Appunti!": "workbook.sheet_unknown",
        "Proposta!A4": "workbook.heading",
        "Proposta!B30": "workbook.outside",
        "Partner!L9": "workbook.outside",
        "Azioni!": "workbook.sheet_missing",
        **{f"Costi!{letter}1": "workbook.heading" for letter in "ABCD"},
    }


def test_workbook_that_is_no_form(office: Store, tmp_path: Path) -> None:
    Workbook().save(tmp_path / "altro.xlsx")
    with pytest.raises(InvalidInput) as raised:
        import_workbook(office, tmp_path / "altro.xlsx")
    assert raised.value.code == "workbook.unknown_form"
    assert "altro.xlsx" in sentence(raised.value, IT)


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("A1", "altro", "workbook.unknown_form"),
        ("A2", "bilancio", "workbook.unknown_form"),
        ("A4", "de", "workbook.unknown_form"),
        ("A3", "99", "workbook.form_version"),
    ],
)
def test_marker_says_which_form_it_is(office: Store, tmp_path: Path, cell: str, value: str, code: str) -> None:
    path = put(proposal_form(office, tmp_path / "x.xlsx"), "concilia", cell, value)
    with pytest.raises(InvalidInput) as raised:
        import_workbook(office, path)
    assert raised.value.code == code
    assert sentence(raised.value, IT)


def test_formula_in_a_form_is_named_and_nothing_is_written(office: Store, tmp_path: Path) -> None:
    path = put(proposal_form(office, tmp_path / "x.xlsx"), "Costi", "D5", "=SUM(D2:D4)")
    before = contents(office)
    with pytest.raises(InvalidInput) as raised:
        import_workbook(office, path)
    assert (raised.value.code, raised.value.values["cells"]) == ("workbook.formulas", ("Costi!D5",))
    assert contents(office) == before


def test_archive_opened_for_reading_takes_nothing(office: Store, tmp_path: Path) -> None:
    path = proposal_form(office, tmp_path / "x.xlsx")
    office.writing = False
    with pytest.raises(AppError) as raised:
        import_workbook(office, path)
    office.writing = True
    assert raised.value.code == "archive.opened_for_reading"


def test_a_thousand_rows(office: Store, tmp_path: Path) -> None:
    costs = [
        {"section": "costs", "category": "equipment", "label": f"Voce {i}", "amount": i + 0.07} for i in range(1000)
    ]
    receipt = import_workbook(office, proposal_form(office, tmp_path / "x.xlsx", {"costs": costs}))
    [row] = proposal_rows(office)
    assert row.grant == sum(i * 100 + 7 for i in range(1000))
    assert receipt.as_json()["rows"]["costs"] == 1000
    assert [item.label for item in load_proposal(office, row.id).items] == [f"Voce {i}" for i in range(1000)]


ODD: tuple[reader.Value, ...] = (
    None,
    "",
    "=1+1",
    "x" * 40_000,
    "5-7",
    "254,510,00",
    "1",
    "no",
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{COMBINING ACUTE ACCENT}",
    Decimal(1),
    Decimal("-0.001"),
    Decimal("99999999999"),
    date(1900, 1, 1),
    datetime(2014, 3, 31, 9, 30),
    time(23, 59),
    timedelta(days=3),
    True,
)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_stands_in_the_cells_a_form_comes_in_whole_or_not_at_all(
    office: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filled_form: Path, seed: int
) -> None:
    chance = Random(seed)
    sheets = dict(read_sheets(check_workbook(filled_form)))
    for title in chance.sample([title for title in sheets if not title.startswith("concilia")], 3):
        rows = [list(row) for row in sheets[title].rows]
        for _ in range(chance.randint(1, 6)):
            row = chance.choice(rows)
            row[chance.randrange(len(row))] = chance.choice(ODD)
        sheets[title] = reader.Sheet(title, tuple(map(tuple, rows)))
    monkeypatch.setattr(workbook, "read_sheets", lambda _checked: sheets)
    before = contents(office)
    refusals = []
    try:
        import_workbook(office, filled_form)
    except InvalidInput as error:
        refusals.append(sentence(error, IT))
    if not refusals:
        assert contents(office)["proposal"] == before["proposal"] + 1
    else:
        assert contents(office) == before
        assert refusals[0].startswith("Da «modulo.xlsx» non è stato importato nulla.")


@pytest.fixture(scope="session")
def filled_form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The form of `PROPOSAL`, filled in once."""
    folder = tmp_path_factory.mktemp("form")
    with new_store(folder) as store:
        return proposal_form(store, folder / "modulo.xlsx")


def test_very_many_wrong_cells_are_named_up_to_a_number(office: Store, tmp_path: Path) -> None:
    costs = [{"section": "Costi", "category": "Attrezzature", "amount": -n} for n in range(1, FAULTS_MAX + 50)]
    path = proposal_form(office, tmp_path / "x.xlsx", {"costs": costs})
    before = contents(office)
    with pytest.raises(InvalidInput) as raised:
        import_workbook(office, path)
    assert (raised.value.code, raised.value.values["count"]) == ("workbook.refused_much", FAULTS_MAX)
    assert len(sentence(raised.value, IT).splitlines()) == FAULTS_MAX + 1
    assert contents(office) == before
