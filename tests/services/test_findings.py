"""Findings of the sample: exactly the plan's own inconsistencies; and one more for each figure that is changed."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from app.models.enums import BudgetSection, Severity
from app.models.money import Cents, format_cents
from app.models.store import Store
from app.services.findings import CHECKS, RULES, Finding, check
from app.services.findings.codes import FROM_RECORDS, declarable
from app.services.findings.facts import Declared, Facts
from app.services.findings.reading import read_facts
from app.services.network.alliances import PartnerDraft
from app.services.network.registry import OrganisationDraft, save_organisation
from app.services.network.territory import EarlierCallDraft, save_earlier_call
from app.services.plan.plan import DeclarationDraft, declaration_rows, load_declaration, save_declaration
from app.services.proposals.budgets import BudgetItemDraft
from app.services.reports.finding_tables import findings_table
from app.services.wording.formats import display
from app.services.wording.texts import translator
from tests.services.builders import a_plan, a_proposal, an_alliance, an_organisation, queries
from tests.services.world import reopen

EN, IT = translator("en"), translator("it")

Brief = tuple[str, str, str, str]

MONEY: set[Brief] = {
    ("award.table", "69803.00", "69800.00", "3.00"),
    ("proposal.share", "3.86", "3.92", "-0.06"),
    ("plan.awards", "369997.00", "370000.00", "-3.00"),
    ("plan.residue_after_grants", "54182.62", "54185.62", "-3.00"),
    ("plan.value_parts", "537820.00", "592002.62", "-54182.62"),
    ("plan.share_with_residue", "31", "28.35", "2.65"),
}

WORDS = Counter(
    {
        "proposal.title": 1,
        "alliance.lead_not_partner": 1,
        "act.number": 1,
        "committee.name": 1,
        "zone_plan.years": 1,
        "proposal.condition": 1,
        "proposal.requested": 2,
        "area.need": 1,
        "residue.origin": 1,
        "indicator.repeated": 1,
        "text.separators": 2,
        "actions.ranges": 1,
        "text.reference": 1,
        "text.doubtful": 2,
        "text.note_missing": 1,
        "text.unbalanced": 5,
        "text.decimal_point": 1,
        "text.heading": 1,
    }
)


def brief(found: Finding) -> Brief:
    return found.code, found.declared, found.computed, found.difference


def one(findings: tuple[Finding, ...], code: str) -> Finding:
    (found,) = [found for found in findings if found.code == code]
    return found


@pytest.fixture
def findings(sample: Store) -> tuple[Finding, ...]:
    return check(sample, EN)


# --- the sample --------------------------------------------------------------------------


def test_amounts_of_the_sample(findings):
    errors = [found for found in findings if found.severity is Severity.ERROR]
    assert {brief(found) for found in errors} == MONEY
    assert len(errors) == len(MONEY)


def test_words_of_the_sample(findings):
    assert Counter(found.code for found in findings if found.severity is not Severity.ERROR) == WORDS


def test_the_heaviest_come_first(findings):
    weights = [list(Severity).index(found.severity) for found in findings]
    assert weights == sorted(weights)


@pytest.mark.parametrize(
    ("code", "declared", "computed"),
    [
        (
            "proposal.title",
            "MUM ATTACK – Mettere insieme idee e imparare insieme come realizzarle",
            "MUM ATTACK ….. Mettere in comune idee e imparare insieme come realizzarle",
        ),
        (
            "alliance.lead_not_partner",
            "Azienda speciale consortile COMUNI INSIEME PER LO SVILUPPO SOCIALE",
            "18 partners",
        ),
        ("act.number", "X71845", "X/1845"),
        ("zone_plan.years", "2011-2014", "2012-2014"),
        (
            "indicator.repeated",
            "Numero servizi salva tempo attivati",
            "Attivazione forme di mutuo aiuto; Sperimentazione servizi salvatempo",
        ),
        (
            "proposal.condition",
            "famiglie ove entrambi i genitori lavorano",
            "Genitori e famiglie monoparentali che lavorano con figli in età scolare",
        ),
        (
            "committee.name",
            "Comitato di Valutazione Monitoraggio dell’ASL Milano 1; Comitato di valutazione e monitoraggio",
            "Comitato di Valutazione e Monitoraggio Locale",
        ),
        (
            "residue.origin",
            "derivanti dalle risorse residue dei fondi a disposizione",
            "derivante dalla mancanza di progetti sugli ambiti d’intervento a bassa priorità",
        ),
        ("text.reference", "2, 3, 4", "none"),
        ("text.heading", "2.4 2.4 2.4 2.4", "2.4"),
    ],
)
def test_both_readings_are_given(findings, code, declared, computed):
    found = one(findings, code)
    assert (found.declared, found.computed) == (declared, computed)


def test_separators_of_both_amounts(findings):
    mixed = [(found.declared, found.computed) for found in findings if found.code == "text.separators"]
    assert mixed == [("254,510,00", "254.510,00"), ("169.672.62", "169.672,62")]


def test_every_finding_has_its_places_and_a_way_out(findings):
    assert all(found.where and found.way_out and found.declared and found.computed for found in findings)
    assert {found.status for found in findings} == {"open"}
    assert one(findings, "award.table").where == (
        "line 612: cap. 4, tabella dei progetti",
        "economic plan of project no. 1: lines 2014, 2019, 2021, 2026, 2028",
    )
    assert one(findings, "plan.value_parts").where[-2:] == (
        "line 1985: cap. 5, testo",
        "line 2253: cap. 5, righe finali della tabella",
    )
    lined = [found for found in findings if any("line" in place for place in found.where)]
    assert lined == list(findings)


def test_italian_sentences(sample: Store):
    findings = check(sample, IT)
    assert one(findings, "award.table").sentence == (
        "Progetto n. 1 «Noi famiglie»: la tabella dei progetti riporta 69.803,00\u00a0€, il piano economico chiede"
        " 69.800,00\u00a0€; la differenza è di 3,00\u00a0€."
    )
    assert one(findings, "award.table").where[0] == "riga 612: cap. 4, tabella dei progetti"
    assert [found.declared for found in findings] == [found.declared for found in check(sample, EN)]


def test_the_residue_of_the_second_meeting_adds_nothing(sample: Store):
    with sample.read() as session:
        facts = read_facts(session)
    assert facts is not None
    assert [proposal.awarded for proposal in facts.proposals] == [69_803_00, 100_000_00, 150_000_00, 50_197_00]
    assert [area.ceiling for area in facts.areas[:3]] == [168_060_88, 118_060_87, 138_060_87]
    assert facts.residue_decided


def test_table_of_the_findings(findings):
    table = findings_table(findings, EN)
    assert (table.code, len(table.rows), table.subtitle) == ("T17", 31, "31 open findings")
    first = [display(column.kind, table.cell(table.rows[0], column), EN) for column in table.columns]
    assert first[:5] == [
        "Award in the table of projects",
        "Error",
        "69.803,00\u00a0€",
        "69.800,00\u00a0€",
        "3,00\u00a0€",
    ]
    assert findings_table((), IT).subtitle == "0 quadrature aperte"


# --- one figure changed ------------------------------------------------------------------


def run(facts: Facts) -> list[tuple[str, str | None, str, str]]:
    return [
        (found.code, found.subject_id, found.declared, found.computed) for rule in RULES for found in rule(facts, EN)
    ]


def changed(row: Declared) -> Declared | None:
    """The same declaration with one euro, one unit or another percentage; None when it has no figure."""
    if row.cents is not None:
        return replace(row, cents=Cents(row.cents + 100), printed=format_cents(row.cents + 100))
    if row.number is not None:
        return replace(row, number=str(int(row.number) + 1) if row.number.isdigit() else "9.99")
    return None


SEEN_OTHERWISE = {
    ("award.table", 612): {"award.table", "award.over_request"},  # the ledger then differs from the table as well
    ("territory.municipalities", 60): set(),  # the text names 15 of the 73
    ("territory.population_male", 199): {"territory.population"},
    ("territory.population_female", 199): {"territory.population"},
    ("agreement.signatories", 2312): set(),  # the text counts them and does not list them
}


SETTLED = {
    "award.table": {"award.table"},  # the one that was found, replaced by the new one
    "proposal.share": {"proposal.share"},
    "plan.share": {"plan.share_with_residue"},  # compared only where the share itself is right
    "source.amount": {"text.separators"},  # printed anew
}
"""Findings that another reading of the same figure may take away."""


def test_each_changed_figure_adds_its_own_finding_and_no_other(sample: Store):
    with sample.read() as session:
        facts = read_facts(session)
    assert facts is not None
    before, tried = run(facts), 0
    for index, row in enumerate(facts.declared):
        other = changed(row)
        if other is None or row.check.startswith("text."):
            continue
        tried += 1
        after = run(replace(facts, declared=(*facts.declared[:index], other, *facts.declared[index + 1 :])))
        added = [found for found in after if found not in before]
        codes = SEEN_OTHERWISE.get((row.check, row.line or 0), {row.check})
        assert sorted(found[0] for found in added) == sorted(codes), row
        assert {found[0] for found in before if found not in after} <= SETTLED.get(row.check, set()), row
    assert tried > 70


@pytest.mark.parametrize(
    ("check_code", "line", "change", "expected"),
    [
        ("proposal.total", 1438, {"cents": 167_429_00}, ("proposal.total", "167429.00", "167428.00", "1.00")),
        ("plan.initial", 1971, {"cents": 424_182_63}, ("plan.initial", "424182.63", "424182.62", "0.01")),
        ("proposal.share", 1944, {"number": "53.5"}, ("proposal.share", "53.5", "53.41", "0.09")),
        ("earlier_call.funded", 379, {"number": "22"}, ("earlier_call.funded", "22", "21", "1")),
        ("act.number", 331, {"as_printed": "IX/318"}, ("act.number", "IX/318", "IX/381", "")),
        ("proposal.title", 655, {"as_printed": "La grande impresa"}, None),
    ],
)
def test_a_changed_figure_of_the_archive_adds_its_finding(sample_archive, tmp_path, check_code, line, change, expected):
    with reopen(Path(shutil.copy(sample_archive, tmp_path))) as store:
        before = Counter(brief(found) for found in check(store, EN))
        row = next(row for row in declaration_rows(store) if (row.check, row.source_line) == (check_code, line))
        save_declaration(store, replace(load_declaration(store, row.id), **change))
        after = Counter(brief(found) for found in check(store, EN))
    title = "La conciliazione innova la piccola impresa: un modello da promuovere"
    assert after - before == Counter([expected or ("proposal.title", "La grande impresa", title, "")])
    assert before - after == Counter()


# --- another plan ------------------------------------------------------------------------


def test_an_empty_archive_has_no_findings(store: Store):
    assert check(store, EN) == ()


def declare(store: Store, code: str, subject: str, printed: str, **fields: object) -> None:
    save_declaration(store, DeclarationDraft(check=code, subject_id=subject, as_printed=printed, **fields))  # type: ignore[arg-type]


def test_a_plan_keyed_in_by_hand(store: Store):
    plan = a_plan(store)
    alliance = an_alliance(store, lead_id=an_organisation(store, "Comune di Alfa"))
    items = (
        BudgetItemDraft(amount=Cents(8_000)),
        BudgetItemDraft(section=BudgetSection.CONTRIBUTION, amount=Cents(2_000)),
    )
    proposal = a_proposal(
        store, items=items, total_declared=Cents(11_000), share_declared="20 %", grant_declared=Cents(8_000)
    )
    save_earlier_call(store, EarlierCallDraft(title="Bando", year=2013, received=3, admitted=2, funded=1))
    declare(store, "award.table", proposal, "80,00", cents=Cents(8_000), place="tabella")
    declare(store, "plan.grants", plan, "81,00", cents=Cents(8_100))
    declare(store, "alliance.lead", alliance, "Gamma")
    found = check(store, EN)
    assert [brief(row) for row in found] == [
        ("proposal.total", "110.00", "100.00", "10.00"),
        ("plan.grants", "81.00", "80.00", "1.00"),
        ("alliance.lead", "Gamma", "Comune di Alfa", ""),
    ]
    assert found[0].where == ("declared in the record", "economic plan of project no. 1")


def test_the_lead_outside_its_partners(store: Store):
    a_plan(store)
    lead, partner = an_organisation(store, "Alfa"), an_organisation(store, "Beta")
    an_alliance(store, lead_id=lead, partners=(PartnerDraft(organisation_id=partner),))
    assert [brief(row) for row in check(store, EN)] == [("alliance.lead_not_partner", "Alfa", "1 partner", "")]


def test_reading_takes_the_same_number_of_queries_for_any_plan(store: Store, sample: Store):
    a_plan(store)
    save_organisation(store, OrganisationDraft(name="Alfa"))
    with queries(store) as small:
        check(store, EN)
    with queries(sample) as large:
        check(sample, EN)
    assert len(small) == len(large) < 60


def test_what_can_be_declared_is_what_the_sample_declares_and_no_more_than_rules_read(sample: Store):
    seen = {row.check for row in declaration_rows(sample)}
    assert seen == set(declarable())
    assert set(CHECKS) - seen == FROM_RECORDS
