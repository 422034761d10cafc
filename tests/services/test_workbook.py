"""Filled forms: what is typed comes back as the same drafts, in one gesture; what is wrong is named cell by cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook, load_workbook

from app.models.base import Base
from app.models.enums import (
    ActKind,
    BudgetSection,
    CostCategory,
    OrganisationKind,
    PriorityLevel,
    SourceKind,
)
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.journal import Edit
from app.models.money import CENTS_MAX, Cents
from app.models.plan import Act
from app.models.store import Store
from app.services.alliances import AllianceDraft, PartnerDraft, alliance_rows, load_alliance
from app.services.budgets import BudgetItemDraft
from app.services.calls import CallDraft, call_rows, load_call, save_call
from app.services.changes import Changes
from app.services.exchange import reader, registry
from app.services.exchange.filled import Faults, FilledRow
from app.services.exchange.forms import Form
from app.services.exchange.gesture import Gesture, JoinedStore, Places
from app.services.exchange.guard import check_workbook
from app.services.exchange.plan_workbook import PLAN_WORKBOOK, write_blank_plan
from app.services.exchange.proposal_form import PROPOSAL_FORM, write_blank_form
from app.services.exchange.reader import read_sheets
from app.services.exchange.workbook import import_workbook
from app.services.funding import AreaDraft, SourceDraft, area_rows, load_area, load_source, source_rows
from app.services.network import (
    AliasDraft,
    OrganisationDraft,
    load_organisation,
    organisation_rows,
)
from app.services.plan import ActDraft, PlanDraft, act_rows, find_plan, load_act, present_plan
from app.services.proposal_drafts import (
    ActionDraft,
    IndicatorDraft,
    ObjectiveDraft,
    ProposalDraft,
    ResultDraft,
    TargetDraft,
)
from app.services.proposal_lists import proposal_rows
from app.services.proposals import load_proposal
from app.services.territory import DistrictDraft, MunicipalityDraft, district_rows, load_district, municipality_rows
from app.services.texts import LANGUAGES, Translator, translator
from app.services.undo import last_undoable, undo
from app.ui.errors import sentence
from tests.services.builders import a_plan, an_alliance, an_area, an_organisation, edits
from tests.services.filling import Answers, fill, put

IT, EN = translator("it"), translator("en")


def keyless(draft: Any) -> Any:
    """A draft without the keys of its rows, which every archive makes anew."""
    values = {
        name: tuple(keyless(child) for child in value) if isinstance(value, tuple) else value
        for name, value in vars(draft).items()
    }
    return replace(draft, **{**values, "id": None})


def contents(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with store.read() as session:
        return {
            name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def faults(store: Store, path: Path) -> dict[str, str]:
    """Code of what is wrong with each cell, «Costi!C5»; with a whole sheet, «Costi!». Nothing may be written."""
    before = contents(store)
    with pytest.raises(InvalidInput) as raised:
        import_workbook(store, path)
    assert contents(store) == before
    error = raised.value
    assert error.code == "workbook.refused"
    found: tuple[AppError, ...] = error.values["errors"]  # type: ignore[assignment]
    for language in LANGUAGES:
        lines = sentence(error, translator(language)).splitlines()
        assert path.name in lines[0]
        assert str(len(found)) in lines[0]
        assert len(lines) == len(found) + 1
    places = [f"{fault.values['sheet']}!{fault.values.get('cell', '')}" for fault in found]
    assert len(set(places)) == len(places)
    reasons = [fault.values["reason"] for fault in found]
    return {place: reason.code for place, reason in zip(places, reasons, strict=True)}  # type: ignore[attr-defined]


# --- a proposal ----------------------------------------------------------------------------

PROPOSAL: dict[str, Any] = {
    "proposal": {
        "title": "=Noi famiglie",
        "call": "Avviso 2014",
        "area": "A.1",
        "number": 7,
        "protocol": "12345/2014",
        "date_received": date(2014, 5, 30),
        "alliance": "Ambito di Garbagnate Milanese",
        "alliance_short": "Garbagnate",
        "lead": "Comuni Insieme",
        "lead_kind": "Azienda speciale",
        "context": "Prima riga\nSeconda riga, con «virgolette» ed è",
        "aims": "+ tempo",
        "sustainability": "@ogni anno",
        "total_declared": 178200.5,
        "grant_declared": "120.000,00",
        "cofinancing_declared": 58200.5,
        "share_declared": "32,66 %",
        "grant_requested": None,
    },
    "partners": [
        {"name": "Comune di Rho", "kind": "Ente pubblico", "seat": "Rho", "tax_code": "00893240150", "design": "sì"},
        {"name": "La Rotonda", "kind": "association", "delivery": "X", "verification": True, "coordination": "no"},
    ],
    "objectives": [{"number": n, "text": f"Obiettivo {n}"} for n in (1, 2, 3)],
    "actions": [
        {"label": "Azioni per Ob. 1-2", "text": "Si fa", "objectives": "1-2"},
        {"text": "Si fa altro", "objectives": 3},
        {"label": "Azione comune", "text": "-1+1"},
    ],
    "targets": [{"text": "Famiglie", "number_min": 40}, {"text": "Imprese"}],
    "costs": [
        {"section": "Costi", "category": "Personale retribuito", "amount": 100000},
        {"section": "costi", "category": "recipients", "label": "Buoni", "amount": "20.000,00"},
        {"section": "contribution", "category": "Volunteers", "amount": 58200.5},
    ],
    "results": [
        {"number": 1, "text": "Campus", "indicator": "Bambini", "target": 10},
        {"number": 1, "indicator": "Ore"},
        {"text": "Buoni", "indicator": "Buoni erogati"},
        {"text": "Buoni", "indicator": "Famiglie"},
        {"text": "Rete"},
        {"number": 1, "indicator": "Settimane", "target": 8},
    ],
}


@pytest.fixture
def office(store: Store) -> Store:
    """An archive with a plan, an area, a call, and one organisation."""
    a_plan(store)
    an_area(store, title="Nuove modalità di lavoro")
    save_call(store, CallDraft(title="Avviso 2014"))
    aliases = (AliasDraft(name="Associazione La Rotonda"),)
    an_organisation(store, "La Rotonda", kind=OrganisationKind.ASSOCIATION, aliases=aliases)
    return store


def proposal_form(store: Store, path: Path, changes: Answers | None = None, tr: Translator = IT) -> Path:
    """The form of `PROPOSAL`, with some fields of the record, or whole tables, given otherwise."""
    answers = dict(PROPOSAL)
    for key, given in (changes or {}).items():
        answers[key] = {**PROPOSAL[key], **given} if isinstance(given, dict) else given
    write_blank_form(store, path, tr)
    return fill(path, PROPOSAL_FORM, tr, answers)


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
        "rows": {
            "proposal": 1,
            "partners": 2,
            "objectives": 3,
            "actions": 3,
            "targets": 2,
            "costs": 3,
            "results": 6,
        },
        "totals": {"grant": "120000.00", "cofinancing": "58200.50", "total": "178200.50"},
        "organisations": {
            "matched": [{"typed": "Associazione la rotonda", "name": "La Rotonda"}],
            "added": ["Comune di Rho", "Comuni Insieme"],
        },
    }
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
        "Contributo: 120.000,00\u00a0€",
        "Cofinanziamento: 58.200,50\u00a0€",
        "Costo totale: 178.200,50\u00a0€",
        "Ente «Associazione la rotonda»: in anagrafe «La Rotonda»",
        "Nuovo ente: Comune di Rho",
        "Nuovo ente: Comuni Insieme",
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
    present = "workbook.proposal_present"
    assert faults(office, path) == {"Proposta!B2": present, "Proposta!B5": present, "Proposta!B6": present}
    bare = {"number": None, "protocol": None}
    assert faults(office, proposal_form(office, path, {"proposal": bare})) == {"Proposta!B2": present}
    other = {**bare, "title": "Un altro"}
    import_workbook(office, proposal_form(office, path, {"proposal": other}))
    assert [row.number for row in proposal_rows(office)] == [7, 8]


def test_least_that_a_form_needs(office: Store, tmp_path: Path) -> None:
    write_blank_form(office, tmp_path / "x.xlsx", EN)
    least = {"title": "Small", "alliance": "Rho", "lead": "La Rotonda"}
    receipt = import_workbook(office, fill(tmp_path / "x.xlsx", PROPOSAL_FORM, EN, {"proposal": least}))
    assert (receipt.taken.added, receipt.taken.matched) == ((), ())
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
        "Proposta!B11": "workbook.choice",
        "Proposta!B15": "amount.separators_mixed",
        "Proposta!B16": "amount.decimals",
        "Proposta!B17": "number.negative",
        "Proposta!B18": "workbook.percent_unclear",
        "Proposta!B19": "amount.decimal_point",
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
        "Costi!B2": "budget.volunteers_in_costs",
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
        "Proposta!B10": "workbook.lead_differs",
        "Partner!F2": "workbook.role_differs",
        "Partner!G2": "workbook.role_differs",
        "Partner!A4": "workbook.partner_differs",
    }
    missing = {"proposal": {"lead": None}, "partners": []}
    assert faults(office, proposal_form(office, tmp_path / "x.xlsx", missing)) == {"Proposta!B10": "workbook.required"}
    unknown = {"proposal": {"lead": "Nessuno"}, "partners": []}
    found = faults(office, proposal_form(office, tmp_path / "x.xlsx", unknown))
    assert found == {"Proposta!B10": "workbook.lead_differs"}


def test_organisations_are_found_by_code_and_codes_must_agree(office: Store, tmp_path: Path) -> None:
    an_organisation(office, "Comune di Rho (MI)", kind=OrganisationKind.PUBLIC_BODY, tax_code="00893240150")
    receipt = import_workbook(office, proposal_form(office, tmp_path / "x.xlsx"))
    assert receipt.taken.matched == (("Comune di Rho", "Comune di Rho (MI)"),)
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
    assert faults(office, path) == {"Proposta!B11": "workbook.kind_needed"}


def test_organisation_that_its_own_verb_refuses_names_the_cell(
    office: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_store: Store, draft: OrganisationDraft) -> Changes:
        raise InvalidInput("organisation.name_taken", field="name", name=draft.name)

    monkeypatch.setattr(registry, "save_organisation", refuse)
    path = proposal_form(office, tmp_path / "x.xlsx")
    taken = "organisation.name_taken"
    assert faults(office, path) == {"Partner!A2": taken, "Proposta!B10": taken}


def test_what_a_refused_verb_began_is_dropped(office: Store) -> None:
    def half(store: Store, draft: ActDraft) -> Changes:
        with store.write("save_act") as session:
            plan = present_plan(session)
            plan.name = "Altro"
            session.add(Act(plan_id=plan.id, kind="decree", number=draft.number))
            raise RuleBroken("plan.missing")

    row = FilledRow("Atti", {"number": "1"}, {"number": "B2"})
    with office.write("import_workbook") as session:
        gesture = Gesture(JoinedStore.of(office, session), Faults())
        assert gesture.save(half, ActDraft(number="1"), Places(row)) is None
        assert [str(fault.values["cell"]) for fault in gesture.faults.found] == ["B2"]
        assert not session.new
        assert present_plan(session).name == "Piano"
    assert act_rows(office) == ()


# --- a plan --------------------------------------------------------------------------------

PLAN: dict[str, Any] = {
    "plan": {
        "name": "Piano territoriale",
        "territory": "ASL Milano 1",
        "office": "Regione Lombardia\nASL Milano 1",
        "date_start": "01/07/2014",
        "date_end": date(2016, 6, 30),
        "duration_months": 24,
        "purpose": "Conciliare",
    },
    "acts": [
        {
            "kind": "Decreto",
            "number": 2058,
            "date_issued": date(2014, 3, 11),
            "subject": "Piani",
            "as_printed": "d. 2058",
        },
        {"kind": "decree", "number": "12138/2012"},
    ],
    "sources": [
        {"kind": "Quota fissa", "name": "Regione", "amount": 254510, "act": "2058"},
        {
            "kind": "Premialità",
            "name": "Premio",
            "amount": "63.627,00",
            "not_due": "sì",
            "condition": "Se",
            "act": 2058,
        },
        {"kind": "residue", "name": "Residui", "amount": 169672.62},
    ],
    "areas": [
        {"level": "alta", "number": None, "title": "Secondo"},
        {"level": "alta", "number": 1, "title": "Primo", "amount_planned": 150000},
        {"level": "low", "title": "Altro"},
    ],
    "districts": [{"number": 1, "name": "Garbagnate", "zone": "Ovest"}, {"name": "Rho"}],
    "municipalities": [
        {"name": "Bollate", "district": "garbagnate"},
        {"name": "Arese", "district": "Garbagnate"},
        {"name": "Milano"},
    ],
    "calls": [{"title": "Avviso 2014", "act": "2058", "date_opened": "11/03/2014", "date_closed": "30/05/2014"}],
    "organisations": [
        {"name": "Comuni Insieme", "kind": "Azienda speciale", "aliases": "Comuni insieme Bollate; C.I. ;"},
        {"name": "La Rotonda", "kind": "association", "seat": "Rho", "tax_code": "97005210156", "note": "Vedi"},
    ],
    "alliances": [
        {"name": "Rho"},
        {"number": 1, "name": "Garbagnate M.", "short_name": "Garbagnate", "lead": "C.I.", "role_note": "Frase"},
    ],
    "partners": [
        {"alliance": "Garbagnate M.", "organisation": "La Rotonda", "as_printed": "LA ROTONDA", "delivery": "sì"},
        {"alliance": "Garbagnate M.", "organisation": "Comuni Insieme", "design": "x", "coordination": "x"},
    ],
}


def plan_workbook(path: Path, changes: Answers | None = None, tr: Translator = IT) -> Path:
    write_blank_plan(path, tr)
    return fill(path, PLAN_WORKBOOK, tr, {**PLAN, **(changes or {})})


@pytest.mark.parametrize("language", LANGUAGES)
def test_plan_comes_in_as_it_was_filled_in(store: Store, tmp_path: Path, language: str) -> None:
    receipt = import_workbook(store, plan_workbook(tmp_path / "piano.xlsx", tr=translator(language)))
    plan = find_plan(store)
    assert plan is not None
    assert keyless(plan) == PlanDraft(
        name="Piano territoriale",
        territory="ASL Milano 1",
        office="Regione Lombardia\nASL Milano 1",
        date_start=date(2014, 7, 1),
        date_end=date(2016, 6, 30),
        duration_months=24,
        purpose="Conciliare",
    )
    acts = {row.number: row.id for row in act_rows(store)}
    decree = keyless(load_act(store, acts["2058"]))
    assert decree == ActDraft(None, ActKind.DECREE, "2058", date(2014, 3, 11), "Piani", "d. 2058")
    assert keyless(load_act(store, acts["12138/2012"])) == ActDraft(number="12138/2012")
    assert [keyless(load_source(store, row.id)) for row in source_rows(store)] == [
        SourceDraft(None, 1, SourceKind.FIXED, "Regione", Cents(25_451_000), act_id=acts["2058"]),
        SourceDraft(None, 2, SourceKind.PREMIUM, "Premio", Cents(6_362_700), False, "Se", acts["2058"]),
        SourceDraft(None, 3, SourceKind.RESIDUE, "Residui", Cents(16_967_262)),
    ]
    assert [keyless(load_area(store, row.id)) for row in area_rows(store)] == [
        AreaDraft(None, PriorityLevel.HIGH, 1, "Primo", Cents(15_000_000)),
        AreaDraft(None, PriorityLevel.HIGH, 2, "Secondo"),
        AreaDraft(None, PriorityLevel.LOW, 1, "Altro"),
    ]
    districts = {row.name: row.id for row in district_rows(store)}
    found = load_district(store, districts["Garbagnate"])
    towns = tuple(MunicipalityDraft(name=name, district_id=found.id) for name in ("Arese", "Bollate"))
    assert keyless(found) == DistrictDraft(None, 1, "Garbagnate", "Ovest", towns)
    assert keyless(load_district(store, districts["Rho"])) == DistrictDraft(number=2, name="Rho")
    assert [(row.name, row.district) for row in municipality_rows(store)][-1] == ("Milano", "")
    [call] = call_rows(store)
    opened, closed = date(2014, 3, 11), date(2014, 5, 30)
    assert keyless(load_call(store, call.id)) == CallDraft(None, "Avviso 2014", acts["2058"], opened, closed)
    names = {row.name: row.id for row in organisation_rows(store)}
    spellings = (AliasDraft(name="C.I."), AliasDraft(name="Comuni insieme Bollate"))
    assert keyless(load_organisation(store, names["Comuni Insieme"])) == OrganisationDraft(
        kind=OrganisationKind.SPECIAL_AGENCY, name="Comuni Insieme", aliases=spellings
    )
    assert keyless(load_organisation(store, names["La Rotonda"])) == OrganisationDraft(
        None, OrganisationKind.ASSOCIATION, "La Rotonda", "Rho", "97005210156", note="Vedi"
    )
    alliances = [keyless(load_alliance(store, row.id)) for row in alliance_rows(store)]
    assert alliances == [
        AllianceDraft(
            number=1,
            name="Garbagnate M.",
            short_name="Garbagnate",
            lead_id=names["Comuni Insieme"],
            role_note="Frase",
            partners=(
                PartnerDraft(None, names["La Rotonda"], "LA ROTONDA", delivery=True),
                PartnerDraft(None, names["Comuni Insieme"], design=True, coordination=True),
            ),
        ),
        AllianceDraft(number=2, name="Rho", short_name="Rho"),
    ]
    assert receipt.as_json()["totals"] == {"sources": "487809.62", "areas": "150000.00"}
    assert receipt.as_json()["rows"]["municipalities"] == 3
    assert receipt.taken.title == "Piano territoriale"


def test_plan_is_taken_back_as_one_gesture(store: Store, tmp_path: Path) -> None:
    import_workbook(store, plan_workbook(tmp_path / "piano.xlsx"))
    gesture = last_undoable(store)
    assert gesture is not None
    undo(store, gesture.number)
    left = {name: n for name, n in contents(store).items() if n and not name.startswith("edit")}
    assert left == {"archive_info": 1, "zero": 1}


def test_second_plan_is_refused(store: Store, tmp_path: Path) -> None:
    path = plan_workbook(tmp_path / "piano.xlsx")
    import_workbook(store, path)
    before = contents(store)
    with pytest.raises(AppError) as raised:
        import_workbook(store, path)
    assert raised.value.code == "plan.exists"
    assert contents(store) == before


def test_every_wrong_cell_of_a_plan_is_named(store: Store, tmp_path: Path) -> None:
    wrong: dict[str, Any] = {
        "plan": {"date_start": "1/7/14", "date_end": date(2016, 6, 30), "duration_months": 0},
        "acts": [
            {"kind": "Decreto", "number": "1"},
            {"kind": "Decreto", "number": "1"},
            {"kind": "Accordo", "number": "2"},
            {"kind": "Delibera regionale", "number": "2"},
            {"kind": "Editto", "number": "3"},
        ],
        "sources": [
            {"kind": "Quota fissa", "name": "Zero", "amount": 0},
            {"kind": "Quota fissa", "name": "Uno", "amount": 1, "act": "9"},
            {"kind": "Quota fissa", "name": "Due", "amount": 1, "act": "2"},
            {"kind": "Quota fissa", "name": "Tre", "amount": 1, "act": "3"},
            {"kind": "Quota fissa", "amount": 1, "act": "altro"},
        ],
        "areas": [
            {"level": "alta", "number": 1, "title": "Primo"},
            {"level": "alta", "number": 1, "title": "Di nuovo"},
            {"level": "media", "title": "Mezzo"},
        ],
        "districts": [{"name": "Rho"}, {"name": "Legnano"}, {"name": "LEGNANO"}, {"number": "x", "name": "Castano"}],
        "municipalities": [
            {"name": "Arese", "district": "Rho"},
            {"name": "ARESE", "district": "Rho"},
            {"name": "Parabiago", "district": "Legnano"},
            {"name": "Cuggiono", "district": "Castano"},
            {"name": "Lodi", "district": "Lodi"},
            {"district": "Rho"},
        ],
        "calls": [{"title": "Avviso", "act": "7", "date_opened": "02/01/2014", "date_closed": "01/01/2014"}],
        "organisations": [
            {"name": "Uno", "kind": "Istituto scolastico", "aliases": "Primo; Primo"},
            {"name": "Due", "kind": "Istituto scolastico"},
            {"name": "due", "kind": "Istituto scolastico"},
            {"name": "Tre"},
        ],
        "alliances": [
            {"number": 1, "name": "Prima", "lead": "Nessuno"},
            {"number": 1, "name": "Seconda", "lead": "Tre"},
            {"name": "Terza", "lead": "due"},
            {"number": "x", "name": "Quarta"},
        ],
        "partners": [
            {"alliance": "Prima", "organisation": "Uno"},
            {"alliance": "Prima", "organisation": "Quattro"},
            {"alliance": "Prima", "organisation": "Tre"},
            {"alliance": "Quinta", "organisation": "Uno"},
            {"alliance": "Quarta", "organisation": "Uno"},
            {"organisation": "Uno"},
        ],
    }
    assert faults(store, plan_workbook(tmp_path / "piano.xlsx", wrong)) == {
        "Piano!B2": "workbook.required",
        "Piano!B5": "date.year_short",
        "Piano!B7": "number.not_positive",
        "Atti!B3": "act.duplicate",
        "Atti!A6": "workbook.choice",
        "Fonti di finanziamento!C2": "amount.not_positive",
        "Fonti di finanziamento!F3": "workbook.reference_unknown",
        "Fonti di finanziamento!F4": "workbook.reference_twice",
        "Fonti di finanziamento!B6": "workbook.required",
        "Fonti di finanziamento!F6": "workbook.reference_unknown",
        "Ambiti di priorità!B3": "area.number_taken",
        "Ambiti di priorità!A4": "workbook.choice",
        "Distretti!A5": "count.not_a_number",
        "Comuni!A3": "municipality.repeated",
        "Comuni!B4": "workbook.reference_twice",
        "Comuni!B6": "workbook.reference_unknown",
        "Comuni!A7": "workbook.required",
        "Avvisi!B2": "workbook.reference_unknown",
        "Avvisi!D2": "date.end_before_start",
        "Enti!F2": "organisation.alias_repeated",
        "Enti!A4": "organisation.name_taken",
        "Enti!B5": "workbook.required",
        "Alleanze locali!D2": "workbook.reference_unknown",
        "Alleanze locali!A3": "alliance.number_taken",
        "Alleanze locali!D4": "workbook.reference_twice",
        "Alleanze locali!A5": "count.not_a_number",
        "Partner!B3": "workbook.reference_unknown",
        "Partner!A5": "workbook.reference_unknown",
        "Partner!A7": "workbook.required",
    }


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


# --- the blank -----------------------------------------------------------------------------


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
            else {sheet.cell(row, i).coordinate for row in range(2, declared.rows + 2) for i in range(1, count + 1)}
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
    assert by_cell["B11"] == "list"


def test_blank_plan_lists_names_of_its_own_sheets(tmp_path: Path) -> None:
    write_blank_plan(tmp_path / "x.xlsx", IT)
    rules = load_workbook(tmp_path / "x.xlsx")["Partner"].data_validations.dataValidation
    sources = [rule.formula1 for rule in rules if rule.type == "list"]
    assert sources[:2] == ["'Alleanze locali'!$B$2:$B$61", "'Enti'!$A$2:$A$201"]


# --- one cell ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "cents"),
    [
        (None, None),
        (Decimal("18060.88"), 1_806_088),
        (Decimal("0.1"), 10),
        (Decimal("1E+3"), 100_000),
        ("1.234,56", 123_456),
        ("€ 12", 1200),
        (Decimal(-5), -500),
    ],
)
def test_amounts(value: reader.Value, cents: int | None) -> None:
    assert reader.as_amount(value) == cents


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (Decimal("0.001"), "amount.decimals"),
        (Decimal(CENTS_MAX), "amount.too_large"),
        ("1234.56", "amount.decimal_point"),
        (True, "amount.not_a_number"),
        (date(2014, 3, 31), "amount.not_a_number"),
    ],
)
def test_what_is_no_amount(value: reader.Value, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        reader.as_amount(value)
    assert raised.value.code == code


def test_counts() -> None:
    assert [reader.as_count(value) for value in (None, Decimal("24.0"), "1.234")] == [None, 24, 1234]
    for value, code in (
        (Decimal("1.5"), "count.not_a_number"),
        (Decimal(-1), "count.not_a_number"),
        (Decimal(10**10), "count.too_large"),
        (time(9, 30), "count.not_a_number"),
    ):
        with pytest.raises(InvalidInput) as raised:
            reader.as_count(value)
        assert raised.value.code == code


def test_days() -> None:
    day = date(2014, 3, 31)
    assert [reader.as_date(value) for value in (None, day, "31/3/2014")] == [None, day, day]
    for value in (Decimal(41729), datetime(2014, 3, 31, 9, 30), "ieri", timedelta(1)):
        with pytest.raises(InvalidInput) as raised:
            reader.as_date(value)
        assert raised.value.code == "date.format"


def test_percentages() -> None:
    assert [reader.as_percent(value) for value in (None, "3,86 %", Decimal("31.2"))] == [
        "",
        "3,86\u00a0%",
        "31,2\u00a0%",
    ]
    with pytest.raises(InvalidInput) as raised:
        reader.as_percent(Decimal(1))
    assert raised.value.code == "workbook.percent_unclear"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (Decimal("100.0"), "100"),
        (Decimal("12.50"), "12,5"),
        (True, "VERO"),
        (False, "FALSO"),
        (date(2014, 3, 31), "31/03/2014"),
        ("testo", "testo"),
    ],
)
def test_values_are_shown_as_they_were_seen(value: reader.Value, text: str) -> None:
    assert reader.as_text(value) == text


def test_cells_of_a_spreadsheet_program(tmp_path: Path) -> None:
    book = Workbook()
    values = ["  a\r\nb ", " ", 0.1, 7, date(2014, 3, 31), datetime(2014, 3, 31, 9, 30), time(9, 30), False, "1e3"]
    for column, value in enumerate(values, start=2):
        book.active.cell(2, column, value)
    book.save(tmp_path / "x.xlsx")
    sheet = read_sheets(check_workbook(tmp_path / "x.xlsx"))["Sheet"]
    expected = ["a\nb", None, Decimal("0.1"), Decimal(7), *values[4:]]
    assert [sheet.value(2, column) for column in range(2, 11)] == expected
    assert sheet.value(1, 1) is sheet.value(2, 1) is sheet.value(9, 9) is sheet.value(2, 99) is None


def test_hours_beyond_the_calendar(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = 5_000_000_000
    book.active["A1"].number_format = "[h]:mm:ss"
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InvalidInput) as raised:
        read_sheets(check_workbook(tmp_path / "x.xlsx"))
    assert raised.value.code == "workbook.damaged"
