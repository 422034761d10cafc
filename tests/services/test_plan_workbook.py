"""A plan workbook: the whole plan comes back as it was filled in, or every wrong cell is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.models.enums import (
    ActKind,
    CostCategory,
    OrganisationKind,
    PriorityLevel,
    ProposalState,
    SourceKind,
)
from app.models.errors import AppError
from app.models.money import Cents
from app.models.store import Store
from app.services.calls.calls import CallDraft, call_rows, load_call, save_call
from app.services.calls.rules import load_current_rules, new_rules_version, save_rules
from app.services.calls.rules_drafts import CategoryDraft
from app.services.exchange import plan_import
from app.services.exchange.plan_export import plan_answers, write_plan
from app.services.exchange.plan_workbook import PLAN_WORKBOOK, write_blank_plan
from app.services.exchange.scan import column_name
from app.services.exchange.workbook import import_workbook
from app.services.findings import check
from app.services.integrity import verify
from app.services.journal.undo import last_undoable, undo
from app.services.network.alliances import AllianceDraft, PartnerDraft, alliance_rows, load_alliance, save_alliance
from app.services.network.registry import (
    AliasDraft,
    OrganisationDraft,
    load_organisation,
    organisation_rows,
    save_organisation,
)
from app.services.network.territory import (
    DistrictDraft,
    MunicipalityDraft,
    district_rows,
    load_district,
    municipality_rows,
)
from app.services.plan.funding import AreaDraft, SourceDraft, area_rows, load_area, load_source, save_area, source_rows
from app.services.plan.plan import ActDraft, PlanDraft, act_rows, declaration_rows, find_plan, load_act, save_plan
from app.services.proposals.budgets import BudgetItemDraft
from app.services.proposals.drafts import ProposalDraft
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import save_proposal
from app.services.proposals.states import set_proposal_state, submit_proposal
from app.services.reports.catalogue import build_document
from app.services.reports.pdf import pdf_bytes
from app.services.wording.texts import LANGUAGES, Translator, translator
from tests.services.filling import IT, Answers, contents, faults, fill, keyless
from tests.services.world import new_store

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
        {"kind": "agreement", "as_printed": "Accordo di rete"},
    ],
    "sources": [
        {"kind": "Quota fissa", "name": "Regione", "amount": 254510, "act": "2058"},
        {
            "kind": "Premialità",
            "name": "Premio",
            "amount": "63.627,00",
            "due": "no",
            "condition": "Se",
            "act": 2058,
        },
        {"kind": "residue", "name": "Residui", "amount": 169672.62, "act": "ACCORDO di rete"},
    ],
    "areas": [
        {"level": "alta", "number": None, "title": "Secondo"},
        {"level": "alta", "number": 1, "title": "Primo", "amount_planned": 150000},
        {"level": "low", "title": "Altro"},
    ],
    "districts": [{"number": 1, "name": "Garbagnate", "zone": "Ovest"}, {"name": "Rho"}],
    "districts.municipalities": [
        {"name": "Bollate", "district": "garbagnate"},
        {"name": "Arese", "district": "Garbagnate"},
        {"name": "Milano"},
    ],
    "calls": [{"title": "Avviso 2014", "act": "2058", "date_opened": "11/03/2014", "date_closed": "30/05/2014"}],
    "organisations": [
        {"name": "Comuni Insieme", "kind": "Azienda speciale"},
        {"name": "La Rotonda", "kind": "association", "seat": "Rho", "tax_code": "97005210156", "note": "Vedi"},
    ],
    "organisations.aliases": [
        {"body": "Comuni Insieme", "name": "Comuni insieme Bollate"},
        {"body": "COMUNI INSIEME", "name": "C.I."},
    ],
    "alliances": [
        {"name": "Rho"},
        {"number": 1, "name": "Garbagnate M.", "short_name": "Garbagnate", "lead": "C.I.", "role_note": "Frase"},
    ],
    "alliances.partners": [
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
    acts = {row.number or row.as_printed: row.id for row in act_rows(store)}
    decree = keyless(load_act(store, acts["2058"]))
    assert decree == ActDraft(None, ActKind.DECREE, "2058", date(2014, 3, 11), "Piani", "d. 2058")
    assert keyless(load_act(store, acts["12138/2012"])) == ActDraft(number="12138/2012")
    assert [keyless(load_source(store, row.id)) for row in source_rows(store)] == [
        SourceDraft(None, 1, SourceKind.FIXED, "Regione", Cents(25_451_000), act_id=acts["2058"]),
        SourceDraft(None, 2, SourceKind.PREMIUM, "Premio", Cents(6_362_700), False, "Se", acts["2058"]),
        SourceDraft(None, 3, SourceKind.RESIDUE, "Residui", Cents(16_967_262), act_id=acts["Accordo di rete"]),
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
    assert receipt.as_json()["rows"]["districts.municipalities"] == 3
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
        import_workbook(store, plan_workbook(tmp_path / "altro.xlsx", {"plan": {"name": "Altro"}}))
    assert raised.value.code == "plan.exists"
    with pytest.raises(AppError) as raised:
        import_workbook(store, path)
    assert raised.value.code == "workbook.came_before"
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
            {"kind": "Accordo"},
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
        "districts.municipalities": [
            {"name": "Arese", "district": "Rho"},
            {"name": "ARESE", "district": "Rho"},
            {"name": "Parabiago", "district": "Legnano"},
            {"name": "Cuggiono", "district": "Castano"},
            {"name": "Lodi", "district": "Lodi"},
            {"district": "Rho"},
        ],
        "calls": [{"title": "Avviso", "act": "7", "date_opened": "02/01/2014", "date_closed": "01/01/2014"}],
        "organisations": [
            {"name": "Uno", "kind": "Istituto scolastico"},
            {"name": "Due", "kind": "Istituto scolastico"},
            {"name": "due", "kind": "Istituto scolastico"},
            {"name": "Tre"},
        ],
        "organisations.aliases": [{"body": "Uno", "name": "Primo"}, {"body": "Uno", "name": "Primo"}],
        "alliances": [
            {"number": 1, "name": "Prima", "lead": "Nessuno"},
            {"number": 1, "name": "Seconda", "lead": "Tre"},
            {"name": "Terza", "lead": "due"},
            {"number": "x", "name": "Quarta"},
        ],
        "alliances.partners": [
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
        "Atti!B7": "field.required",
        "Fonti di finanziamento!C2": "amount.not_positive",
        "Fonti di finanziamento!F3": "workbook.reference_unknown",
        "Fonti di finanziamento!F4": "workbook.reference_twice",
        "Fonti di finanziamento!B6": "workbook.required",
        "Fonti di finanziamento!F6": "workbook.reference_unknown",
        "Ambiti di priorità!B3": "area.number_taken",
        "Ambiti di priorità!A4": "workbook.choice",
        "Distretti!A5": "count.not_a_number",
        "Comuni!B3": "municipality.repeated",
        "Comuni!A4": "workbook.reference_twice",
        "Comuni!A6": "workbook.reference_unknown",
        "Comuni!B7": "workbook.required",
        "Avvisi!B2": "workbook.reference_unknown",
        "Avvisi!D2": "date.end_before_start",
        "Altre grafie!B3": "organisation.alias_repeated",
        "Enti!B4": "organisation.name_taken",
        "Enti!A5": "workbook.required",
        "Alleanze locali!D2": "workbook.reference_unknown",
        "Alleanze locali!A3": "alliance.number_taken",
        "Alleanze locali!D4": "workbook.reference_twice",
        "Alleanze locali!A5": "count.not_a_number",
        "Partner!B3": "workbook.reference_unknown",
        "Partner!A5": "workbook.reference_unknown",
        "Partner!A7": "workbook.required",
    }


def many_proposals(count: int) -> dict[str, Any]:
    """A plan of one call and alliance with many proposals, two costs and an action each."""
    own = {"call": "Avviso 2014", "alliance": "Garbagnate M."}
    numbers = range(1, count + 1)
    costs = [
        {"proposal": f"P{n}", "section": section, "category": category, "amount": n}
        for n in numbers
        for section, category in (("Costi", "Attrezzature"), ("Valorizzazione", "volunteers"))
    ]
    return {
        "proposals": [
            {
                **own,
                "number": n if n % 2 else None,
                "title": f"Progetto {n}",
                "protocol": f"{n}/2014",
                "reference": f"P{n}",
            }
            for n in numbers
        ],
        "proposals.objectives": [
            {"proposal": f"P{n}", "number": i, "text": f"Ob. {i}"} for n in numbers for i in (1, 3)
        ],
        "proposals.actions": [{"proposal": f"P{n}", "text": "Si fa", "objectives": "1, 3"} for n in numbers],
        "proposals.targets": [{"proposal": f"P{n}", "text": "Famiglie", "number_min": 3} for n in numbers],
        "proposals.results": [{"proposal": f"P{n}", "number": 1, "text": "Campus"} for n in numbers],
        "proposals.indicators": [{"proposal": f"P{n}", "result": 1, "text": "Bambini", "target": n} for n in numbers],
        "proposals.items": costs,
    }


def test_many_proposals_come_in_as_one_by_one(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = plan_workbook(tmp_path / "piano.xlsx", many_proposals(60))
    import_workbook(store, path)
    together = plan_answers(store)
    assert len(together["proposals"]) == 60
    assert verify(store, IT).ok
    gesture = last_undoable(store)
    assert gesture is not None
    undo(store, gesture.number)
    monkeypatch.setattr(plan_import, "BULK_FROM", 1000)
    import_workbook(store, path)
    assert plan_answers(store) == together


@pytest.mark.parametrize(
    ("sheet", "row", "change", "cell", "code"),
    [
        ("proposals", 7, {"protocol": "1/2014"}, "Proposte!G9", "proposal.protocol_taken"),
        ("proposals", 7, {"number": 1}, "Proposte!D9", "proposal.number_taken"),
        ("proposals", 7, {"title": None}, "Proposte!E9", "workbook.required"),
        ("proposals.items", 9, {"section": "Costi"}, "Costi!C11", "budget.category_section"),
        ("proposals.items", 9, {"category": "Viaggi"}, "Costi!C11", "workbook.choice"),
        ("proposals.actions", 9, {"objectives": "2"}, "Azioni!D11", "action.objective_unknown"),
        ("proposals.items", 9, {"proposal": "P99"}, "Costi!A11", "workbook.reference_unknown"),
    ],
)
def test_wrong_cell_among_many_proposals_is_named(
    store: Store, tmp_path: Path, sheet: str, row: int, change: dict[str, Any], cell: str, code: str
) -> None:
    changes = many_proposals(55)
    changes[sheet][row] = {**changes[sheet][row], **change}
    assert faults(store, plan_workbook(tmp_path / "piano.xlsx", changes)) == {cell: code}


def test_second_plan_comes_in_by_workbook_and_prints(store: Store, tmp_path: Path) -> None:
    extra = {
        **many_proposals(3),
        "rules": [{"call": "Avviso 2014", "time_closed": "12:00", "cofinancing_min": "30 %", "bodies_min": 2}],
        "rules.categories": [
            {"call": "Avviso 2014", "code": "equipment", "contribution": "no"},
            {"call": "Avviso 2014", "code": "volunteers", "costs": "no"},
        ],
        "rules.documents": [{"call": "Avviso 2014", "name": "Accordo", "remedy": "blocking"}],
        "agreements": [{"title": "Accordo di rete", "signatories_counted": 2}],
        "agreements.signatures": [
            {"agreement": "Accordo di rete", "organisation": "C.I.", "date_signed": "01/02/2014"}
        ],
        "declarations": [
            {"check": "proposal.total", "subject": "proposals: P2", "as_printed": "4,04", "cents": 4.04},
            {"check": "plan.sources", "subject": "plan", "as_printed": "487.809,62", "cents": 487809.62},
        ],
    }
    import_workbook(store, plan_workbook(tmp_path / "piano.xlsx", extra))
    assert verify(store, IT).ok
    rows = proposal_rows(store)
    assert [(row.number, row.title, row.alliance) for row in rows] == [
        (n, title, "Garbagnate") for n, title in ((1, "Progetto 1"), (3, "Progetto 3"), (4, "Progetto 2"))
    ]
    assert [row.total for row in rows] == [200, 600, 400]
    declared = {row.check: row.subject_id for row in declaration_rows(store)}
    assert declared["proposal.total"] == rows[2].id
    [call] = call_rows(store)
    rules = load_current_rules(store, call.id)
    assert (rules.time_closed, rules.bodies_min, [one.code for one in rules.categories]) == (
        *("12:00", 2, ["equipment", "volunteers"]),
    )
    found = {finding.code: finding.difference for finding in check(store, IT)}
    assert found["proposal.total"] == "0.04"
    for code in ("T01", "T02", "T04", "T14", "T15"):
        assert pdf_bytes(build_document(store, code, IT)).startswith(b"%PDF")


def a_call_in_two_versions(store: Store) -> None:
    """A proposal received under each version of a call's rules, one refused, one still a draft."""
    save_plan(store, PlanDraft(name="Piano"))
    area = save_area(store, AreaDraft(title="Tempi")).id
    lead = save_organisation(store, OrganisationDraft(name="Comune")).id
    alliance = save_alliance(store, AllianceDraft(name="Valle", lead_id=lead)).id
    call = save_call(store, CallDraft(title="Avviso")).id
    item = BudgetItemDraft(category=CostCategory.EQUIPMENT, label="PC", amount=Cents(100))

    def received(title: str, state: ProposalState) -> None:
        own = {"call_id": call, "alliance_id": alliance, "area_id": area, "date_received": date(2014, 4, 1)}
        key = save_proposal(store, ProposalDraft(title=title, items=(item,), **own)).id
        if state is not ProposalState.DRAFT:
            submit_proposal(store, key)
        if state not in (ProposalState.DRAFT, ProposalState.SUBMITTED):
            set_proposal_state(store, key, state)

    save_rules(store, replace(load_current_rules(store, call), grant_max=Cents(500), bodies_min=1))
    received("Prima", ProposalState.NOT_ADMISSIBLE)
    new_rules_version(store, call, "Chiarimento della Regione")
    extra = CategoryDraft(name="Viaggi")
    rules = load_current_rules(store, call)
    save_rules(store, replace(rules, grant_max=Cents(900), categories=(*rules.categories, extra)))
    received("Seconda", ProposalState.SUBMITTED)
    received("Terza", ProposalState.DRAFT)


def test_versions_of_rules_and_states_come_over_in_their_order(store: Store, tmp_path: Path) -> None:
    a_call_in_two_versions(store)
    write_plan(store, tmp_path / "piano.xlsx", IT)
    (tmp_path / "altro").mkdir()
    with new_store(tmp_path / "altro") as second:
        receipt = import_workbook(second, tmp_path / "piano.xlsx")
        expected = plan_answers(store)
        assert plan_answers(second) == expected
        assert [(row["version"], row["reason"], row["grant_max"]) for row in expected["rules"]] == [
            (1, "", 500),
            (2, "Chiarimento della Regione", 900),
        ]
        states = [(row["title"], row["state"].value, row["rules_version"]) for row in expected["proposals"]]
        assert states == [("Prima", "not_admissible", 1), ("Seconda", "submitted", 2), ("Terza", "draft", None)]
        assert [note.code for note in receipt.taken.notes] == ["left_behind"]
        assert verify(second, IT).ok
        gesture = last_undoable(second)
        assert gesture is not None


@pytest.mark.parametrize(
    ("sheet", "row", "change", "place", "code"),
    [
        ("proposals", 2, {"rules_version": 3}, "rules_version", "workbook.reference_unknown"),
        ("proposals", 2, {"state": ProposalState.SUBMITTED, "date_received": None}, "date_received", "field.required"),
        ("rules", 1, {"reason": None}, "reason", "field.required"),
    ],
)
def test_wrong_versions_and_states_are_named(
    store: Store, tmp_path: Path, sheet: str, row: int, change: dict[str, Any], place: str, code: str
) -> None:
    a_call_in_two_versions(store)
    answers = plan_answers(store)
    answers[sheet][row] |= change
    write_blank_plan(tmp_path / "piano.xlsx", IT, answers)
    (tmp_path / "altro").mkdir()
    with new_store(tmp_path / "altro") as second:
        found = faults(second, tmp_path / "piano.xlsx")
        declared = PLAN_WORKBOOK.sheet(sheet)
        cell = f"{IT(declared.title)}!{column_name(declared.column_of(place))}{row + 2}"
        assert found.get(cell) == code
        assert find_plan(second) is None
