"""Each rule on a small plan of its own: it finds what differs and is silent where the two values agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.models.enums import Severity
from app.models.money import Cents
from app.services.findings import CHECKS, RULES, Finding, Unit, amounts, counts, shown, statements
from app.services.findings.facts import (
    ActionFact,
    AgreementFacts,
    AllianceFacts,
    BudgetSums,
    Declared,
    EarlierCallFacts,
    Facts,
    IndicatorFact,
    NamedAmount,
    ProposalFacts,
    percent_text,
)
from app.services.findings.finding import Rule, at_lines, places
from app.services.wording.texts import translator

TR = translator("en")


def sums(grant: int, cofinancing: int) -> BudgetSums:
    return BudgetSums(Cents(grant), Cents(cofinancing), (11, 12))


PROJECT = ProposalFacts(
    id="p1",
    number=1,
    title="Nido aperto",
    area_id="a1",
    line=10,
    total_declared=None,
    grant_declared=None,
    cofinancing_declared=None,
    share_declared="",
    grant_requested=None,
    budgets=(sums(80_00, 20_00),),
    objectives=2,
    actions=(),
    indicators=(),
    awarded=Cents(0),
    cut=False,
)
ALLIANCE = AllianceFacts(
    id="l1",
    number=1,
    short_name="Rho",
    line=20,
    lead_id="o1",
    lead_names=("Azienda Alfa", "Alfa sociale"),
    partner_ids=frozenset({"o1", "o2"}),
    partner_lines=(21, 22),
    municipalities=1,
)
SOURCE = NamedAmount("s1", "Quota fissa", Cents(100_00), 5, kind="fixed")
PREMIUM = NamedAmount("s2", "Premialità", Cents(30_00), 6, kind="premium")
AREA = NamedAmount("a1", "Nidi", Cents(90_00), 7, code="A.1")
CALL = EarlierCallFacts("c1", "Bando 2013", 6, 5, 4, 30, {"d1": 3, "d2": 1})


def plan(*declared: Declared, **more: Any) -> Facts:
    """A plan in which everything agrees, with these declarations."""
    whole = Facts(
        plan_id="plan",
        months=24,
        declared=declared,
        proposals=(PROJECT,),
        alliances=(ALLIANCE,),
        sources=(SOURCE, PREMIUM),
        areas=(AREA,),
        acts={"act": "X/1845"},
        zones={"d1": "Ovest", "d2": "Ovest", "d3": "Est"},
        municipalities=3,
        earlier_calls=(CALL,),
        agreements=(AgreementFacts("g1", "Accordo", None, 0, 40),),
        committees={"k1": "Comitato di valutazione"},
        residue_decided=False,
    )
    return replace(whole, **more)


def euro(check: str, subject: str, cents: int, printed: str = "", line: int | None = 1) -> Declared:
    return Declared(check, subject, printed or f"{cents // 100},00", Cents(cents), None, "ch. 4", "", line)


def number(check: str, subject: str, value: str, line: int | None = 1) -> Declared:
    return Declared(check, subject, value, None, value, "ch. 4", "", line)


def text(check: str, subject: str | None, printed: str, line: int | None = 1, note: str = "") -> Declared:
    return Declared(check, subject, printed, None, None, "ch. 4", note, line)


def values(findings: list[Finding]) -> list[tuple[str, str, str, str]]:
    return [(found.code, found.declared, found.computed, found.difference) for found in findings]


def run(rule: Rule, facts: Facts) -> list[tuple[str, str, str, str]]:
    return values(list(rule(facts, TR)))


def every(facts: Facts) -> list[tuple[str, str, str, str]]:
    return values([found for rule in RULES for found in rule(facts, TR)])


def project(**more: Any) -> dict[str, Any]:
    return {"proposals": (replace(PROJECT, **more),)}


# --- all agree ---------------------------------------------------------------------------


def test_a_plan_without_declarations_has_no_findings():
    assert every(plan()) == []


def test_agreeing_declarations_are_no_findings():
    agreeing = [
        euro("award.table", "p1", 80_00),
        euro("proposal.total", "p1", 100_00),
        euro("proposal.grant", "p1", 80_00),
        euro("proposal.cofinancing", "p1", 20_00),
        number("proposal.share", "p1", "20"),
        euro("plan.grants", "plan", 80_00),
        euro("plan.cofinancing", "plan", 20_00),
        euro("plan.value", "plan", 100_00),
        number("plan.share", "plan", "20.00"),
        euro("plan.initial", "plan", 100_00),
        euro("plan.with_premium", "plan", 130_00),
        euro("plan.regional", "plan", 130_00),
        euro("plan.residue", "plan", 10_00),
        euro("source.amount", "s1", 100_00),
        euro("area.ceiling", "a1", 90_00),
        number("territory.districts", "plan", "3"),
        number("territory.municipalities", "plan", "73"),
        number("territory.population", "plan", "926000"),
        number("territory.population", "plan", "926011"),
        number("territory.population_male", "plan", "451056"),
        number("territory.population_female", "plan", "474955"),
        number("earlier_call.received", "c1", "6"),
        number("earlier_call.admitted", "c1", "5"),
        number("earlier_call.funded", "c1", "4"),
        number("earlier_call.zone_funded", "d1", "4"),
        number("earlier_call.zone_funded", "d3", "0"),
        number("plan.alliances", "plan", "1"),
        number("plan.months", "plan", "24"),
        number("alliance.municipalities", "l1", "1"),
        number("proposal.objectives", "p1", "2"),
        number("agreement.signatories", "g1", "44"),
        text("proposal.title", "p1", "NIDO APERTO – per tutti"),
        text("proposal.title", "p1", "Nido"),
        text("alliance.lead", "l1", "Alfa sociale"),
        text("act.number", "act", "X 1845"),
        text("committee.name", "k1", "COMITATO di Valutazione"),
        text("zone_plan.years", "p1", "Piano di zona 2012 – 2014"),
        text("proposal.condition", "p1", "famiglie che lavorano"),
        text("proposal.target", "p1", "Famiglie che lavorano."),
        text("area.need", "a1", "“Nidi”"),
        text("residue.origin", "plan", "risorse residue"),
        text("text.unbalanced", "p1", "(così)"),
        text("text.decimal_point", "plan", "1.234 imprese, 12.03.2014, 1,7%"),
        text("text.heading", "plan", "2.4 2.5"),
        text("text.heading", "plan", "2.4"),
    ]
    assert every(plan(*agreeing)) == []


# --- amounts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "cents", "computed"),
    [
        ("award.table", 83_00, "80.00"),
        ("proposal.total", 101_00, "100.00"),
        ("proposal.grant", 79_99, "80.00"),
        ("proposal.cofinancing", 25_00, "20.00"),
    ],
)
def test_amounts_of_a_project_against_its_economic_plan(check, cents, computed):
    facts = plan(euro(check, "p1", cents, line=3), euro(check, "p1", cents, line=9))
    (found,) = amounts.economic_plans(facts, TR)
    assert (found.code, found.computed, found.unit, found.subject_id) == (check, computed, Unit.EURO, "p1")
    assert found.where == ("lines 3, 9: ch. 4", "economic plan of project no. 1: lines 11, 12")
    assert every(facts) == values([found])


def test_an_amount_that_a_later_economic_plan_has_is_in_order():
    facts = plan(euro("award.table", "p1", 83_00), **project(budgets=(sums(80_00, 20_00), sums(83_00, 20_00))))
    assert run(amounts.economic_plans, facts) == []


def test_a_project_without_items_is_not_compared():
    facts = plan(euro("award.table", "p1", 83_00), number("proposal.share", "p1", "3"), **project(budgets=()))
    assert every(facts) == []


def test_a_declaration_without_a_figure_is_not_compared():
    assert every(plan(text("proposal.total", "p1", "circa cento"), text("plan.months", "plan", "due anni"))) == []


@pytest.mark.parametrize(
    ("column", "code", "computed"),
    [
        ("total_declared", "proposal.total", "100.00"),
        ("grant_declared", "proposal.grant", "80.00"),
        ("cofinancing_declared", "proposal.cofinancing", "20.00"),
    ],
)
def test_fields_of_the_form_are_declared_too(column, code, computed):
    facts = plan(**project(**{column: Cents(70_00)}))
    (found,) = amounts.economic_plans(facts, TR)
    assert values([found])[0][:3] == (code, "70.00", computed)
    assert found.where[0] == "line 10: declared in the record"


def test_a_field_of_the_form_that_a_declaration_repeats_is_said_once():
    facts = plan(euro("proposal.total", "p1", 70_00), **project(total_declared=Cents(70_00), line=None))
    (found,) = amounts.economic_plans(facts, TR)
    assert found.where[0] == "line 1: ch. 4"


@pytest.mark.parametrize(
    ("share", "finds"), [("31", False), ("31.2", False), ("31.20", False), ("31.21", True), ("3", True)]
)
def test_a_share_is_compared_with_the_decimals_that_it_was_declared_with(share, finds):
    facts = plan(number("proposal.share", "p1", share), **project(budgets=(sums(68_80, 31_20),)))
    assert [found[0] for found in run(amounts.shares, facts)] == ["proposal.share"] * finds


def test_a_share_of_the_form_is_declared_too():
    facts = plan(**project(share_declared="3,86 %"))
    (found,) = amounts.shares(facts, TR)
    assert values([found]) == [("proposal.share", "3.86", "20.00", "-16.14")]
    assert "3,86\u00a0%" in found.sentence
    assert "\u221216,14\u00a0%" in found.sentence
    assert run(amounts.shares, plan(number("proposal.share", "p1", "3.860"), **project(share_declared="3,86 %"))) == [
        ("proposal.share", "3.860", "20.00", "-16.14")
    ]
    assert run(amounts.shares, plan(**project(share_declared="un quinto"))) == []
    assert run(amounts.shares, plan(**project(share_declared="3", budgets=(sums(0, 0),)))) == []


@pytest.mark.parametrize(
    ("written", "number_text"),
    [("3,86 %", "3.86"), ("1.234,5", "1234.5"), ("\u22123", "-3"), ("+ 20\u00a0%", "20"), ("", None), ("a", None)],
)
def test_percentages_are_read_as_people_write_them(written, number_text):
    assert percent_text(written) == number_text


def test_an_award_above_the_request():
    awarded = project(awarded=Cents(83_00))
    assert every(plan(**awarded)) == [("award.over_request", "83.00", "80.00", "3.00")]
    assert every(plan(**project(awarded=Cents(80_00)))) == []
    assert every(plan(**project(awarded=Cents(83_00), budgets=()))) == []
    declared = plan(euro("award.table", "p1", 83_00), **awarded)
    assert every(declared) == [("award.table", "83.00", "80.00", "3.00")]


def test_awards_over_the_ceiling_of_their_area():
    other = replace(PROJECT, id="p2", number=2, budgets=())
    elsewhere = replace(other, id="p3", number=3, area_id="a9")
    both = plan(
        euro("award.table", "p1", 80_00, line=3),
        euro("award.table", "p2", 10_01, line=4),
        euro("award.table", "p3", 99_00),
        proposals=(PROJECT, other, elsewhere),
    )
    (found,) = amounts.awards_over_areas(both, TR)
    assert values([found]) == [("area.awards", "90.00", "90.01", "-0.01")]
    assert found.where == ("Area A.1: line 7", "lines 3, 4: ch. 4")
    raised = replace(both, areas=(replace(AREA, ceiling=Cents(91_00)),))
    assert run(amounts.awards_over_areas, raised) == []
    unknown = replace(both, areas=(replace(AREA, amount=None),))
    assert run(amounts.awards_over_areas, unknown) == []


@pytest.mark.parametrize(
    ("check", "computed"),
    [
        ("plan.grants", "80.00"),
        ("plan.cofinancing", "20.00"),
        ("plan.value", "100.00"),
        ("plan.initial", "100.00"),
        ("plan.with_premium", "130.00"),
        ("plan.regional", "130.00"),
        ("plan.residue", "10.00"),
    ],
)
def test_totals_of_the_plan(check, computed):
    facts = plan(euro(check, "plan", 1_00))
    assert [found[:3] for found in every(facts)] == [(check, "1.00", computed)]
    assert every(replace(facts, proposals=(), sources=(), areas=())) == []


def test_what_comes_later_is_not_among_the_initial_resources():
    savings = NamedAmount("s3", "Economie", Cents(1_00), None, kind="savings")
    residue = NamedAmount("s4", "Residui", Cents(7_00), None, kind="residue")
    facts = plan(sources=(SOURCE, PREMIUM, savings, residue))
    assert (facts.initial, facts.with_premium, facts.regional) == (107_00, 137_00, 130_00)


def test_amounts_of_sources_and_areas():
    facts = plan(euro("source.amount", "s1", 99_00), euro("area.ceiling", "a1", 91_00))
    assert run(amounts.sources_and_areas, facts) == [
        ("source.amount", "99.00", "100.00", "-1.00"),
        ("area.ceiling", "91.00", "90.00", "1.00"),
    ]
    nothing = replace(facts, areas=(replace(AREA, amount=None),))
    assert ("area.ceiling", "91.00", "0.00", "91.00") in run(amounts.sources_and_areas, nothing)


def test_the_share_of_the_plan():
    assert every(plan(number("plan.share", "plan", "21"))) == [("plan.share", "21", "20.00", "1.00")]
    assert every(plan(number("plan.share", "plan", "21"), proposals=())) == []


def test_a_residue_that_is_said_to_be_inside_the_total():
    inside = (euro("plan.value", "plan", 100_00, line=2), euro("plan.value_parts", "plan", 10_00, line=3))
    (found,) = amounts.value_parts(plan(*inside), TR)
    assert values([found]) == [("plan.value_parts", "100.00", "110.00", "-10.00")]
    assert found.where == ("line 2: ch. 4", "line 3: ch. 4")
    assert "10,00\u00a0€" in found.sentence
    assert run(amounts.value_parts, plan(inside[1])) == []
    assert run(amounts.value_parts, plan(euro("plan.value", "plan", 110_00), inside[1])) == []


def test_the_share_with_the_residue_inside():
    facts = plan(number("plan.share", "plan", "20"), euro("plan.value_parts", "plan", 10_00))
    assert run(amounts.plan_share, facts) == [("plan.share_with_residue", "20", "18.18", "1.82")]
    small = plan(number("plan.share", "plan", "20"), euro("plan.value_parts", "plan", 1))
    assert run(amounts.plan_share, small) == []


def test_more_awarded_than_asked_for():
    declared = (euro("plan.grants", "plan", 80_00), euro("plan.residue", "plan", 17_00))
    areas = (replace(AREA, amount=Cents(83_00)),)
    facts = plan(*declared, areas=areas, **project(awarded=Cents(83_00)))
    assert run(amounts.awards_and_grants, facts) == [
        ("plan.awards", "80.00", "83.00", "-3.00"),
        ("plan.residue_after_grants", "17.00", "20.00", "-3.00"),
    ]
    table = plan(*declared, euro("award.table", "p1", 83_00), areas=areas)
    assert run(amounts.awards_and_grants, table) == run(amounts.awards_and_grants, facts)
    assert run(amounts.awards_and_grants, plan(*declared, **project(awarded=Cents(80_00)))) == []
    other = plan(
        euro("plan.grants", "plan", 81_00), euro("plan.residue", "plan", 18_00), **project(awarded=Cents(83_00))
    )
    assert run(amounts.awards_and_grants, other) == []


def test_separators_of_amounts():
    facts = plan(
        euro("source.amount", "s1", 100_00, printed="1,00,00"),
        euro("source.amount", "s1", 100_00, printed="100,0 0"),
        text("text.heading", "plan", "254,510,00"),
    )
    assert every(facts) == [("text.separators", "1,00,00", "100,00", "")]


# --- counts ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "subject", "declared", "computed"),
    [
        ("territory.districts", "plan", "7", "3"),
        ("territory.municipalities", "plan", "2", "3"),
        ("plan.alliances", "plan", "4", "1"),
        ("plan.months", "plan", "36", "24"),
        ("earlier_call.received", "c1", "7", "6"),
        ("earlier_call.admitted", "c1", "6", "5"),
        ("earlier_call.funded", "c1", "5", "4"),
        ("earlier_call.zone_funded", "d2", "5", "4"),
        ("alliance.municipalities", "l1", "8", "1"),
        ("proposal.objectives", "p1", "4", "2"),
    ],
)
def test_counts(check, subject, declared, computed):
    difference = str(int(declared) - int(computed))
    assert every(plan(number(check, subject, declared))) == [(check, declared, computed, difference)]


def test_lists_that_were_not_begun_are_not_counted():
    facts = plan(
        number("territory.districts", "plan", "7"),
        number("plan.alliances", "plan", "4"),
        number("alliance.municipalities", "l1", "8"),
        number("proposal.objectives", "p1", "4"),
        number("plan.months", "plan", "36"),
        zones={},
        months=None,
        alliances=(replace(ALLIANCE, municipalities=0),),
        **project(objectives=0),
    )
    assert [found[0] for found in every(facts)] == ["plan.alliances"]
    assert every(replace(facts, alliances=())) == []


def test_a_count_that_is_no_whole_number():
    assert every(plan(number("plan.months", "plan", "1.5"))) == [("plan.months", "1.5", "24", "")]


@pytest.mark.parametrize(
    ("declared", "agrees"),
    [("926011", True), ("926000", True), ("930000", True), ("926010", False), ("927000", False), ("926100", False)],
)
def test_population_may_be_declared_in_round_thousands(declared, agrees):
    men, women = (
        number(f"territory.population_{who}", "plan", n) for who, n in (("male", "451056"), ("female", "474955"))
    )
    facts = plan(men, women, number("territory.population", "plan", declared))
    assert [found[0] for found in run(counts.population, facts)] == ["territory.population"] * (not agrees)


def test_population_needs_both_parts():
    facts = plan(number("territory.population", "plan", "9"), number("territory.population_male", "plan", "3"))
    assert run(counts.population, facts) == []
    unnumbered = plan(*facts.declared, text("territory.population_female", "plan", "molte"))
    assert run(counts.population, unnumbered) == []


def test_funded_projects_against_the_sum_of_the_districts():
    facts = plan(earlier_calls=(replace(CALL, funded=5),))
    assert every(facts) == [("earlier_call.funded", "5", "4", "1")]
    assert every(plan(number("earlier_call.funded", "c1", "5"), earlier_calls=facts.earlier_calls)) == every(facts)
    alone = replace(CALL, by_district={})
    assert every(plan(number("earlier_call.funded", "c1", "4"), earlier_calls=(alone,))) == []
    assert every(plan(number("earlier_call.funded", "c1", "9"), earlier_calls=(alone,))) == [
        ("earlier_call.funded", "9", "4", "5")
    ]


@pytest.mark.parametrize(("recorded", "finds"), [(0, False), (43, True), (44, False), (45, True)])
def test_signatories_counted_and_recorded(recorded, finds):
    facts = plan(agreements=(AgreementFacts("g1", "Accordo", 44, recorded, 40),))
    assert [found[0] for found in every(facts)] == ["agreement.signatories"] * finds
    repeated = plan(number("agreement.signatories", "g1", "44"), agreements=facts.agreements)
    assert every(repeated) == every(facts)


# --- statements --------------------------------------------------------------------------


def test_titles_that_are_not_the_project_s():
    facts = plan(
        text("proposal.title", "p1", "Nido chiuso", line=3),
        text("proposal.title", "p1", "NIDO CHIUSO", line=9),
        text("proposal.title", "p1", "…"),
    )
    assert run(statements.titles, facts) == [
        ("proposal.title", "Nido chiuso", "Nido aperto", ""),
        ("proposal.title", "…", "Nido aperto", ""),
    ]
    (first, _second) = statements.titles(facts, TR)
    assert first.where == ("lines 3, 9: ch. 4", "record of the project: line 10")


def test_leads():
    assert every(plan(text("alliance.lead", "l1", "Azienda Beta"))) == [
        ("alliance.lead", "Azienda Beta", "Azienda Alfa", "")
    ]
    nobody = plan(text("alliance.lead", "l1", "Beta"), alliances=(replace(ALLIANCE, lead_id=None, lead_names=()),))
    assert every(nobody) == [("alliance.lead", "Beta", "", "")]
    outside = plan(text("alliance.lead", "l1", "Azienda"), alliances=(replace(ALLIANCE, lead_id="o9"),))
    (found,) = statements.leads(outside, TR)
    assert values([found]) == [("alliance.lead_not_partner", "Azienda Alfa", "2 partners", "")]
    assert found.where == ("line 1: ch. 4", "partners of the alliance: lines 21, 22")
    assert every(plan(alliances=(replace(ALLIANCE, lead_id="o9", partner_ids=frozenset()),))) == []


def test_numbers_of_acts():
    assert every(plan(text("act.number", "act", "X71845"))) == [("act.number", "X71845", "X/1845", "")]


def test_names_of_the_committee_are_one_finding():
    facts = plan(
        *(text("committee.name", "k1", name, line=n) for n, name in enumerate(["Nucleo", "Giunta", "NUCLEO"], 1))
    )
    (found,) = statements.committee_names(facts, TR)
    assert values([found]) == [("committee.name", "Nucleo; Giunta; NUCLEO", "Comitato di valutazione", "")]


def test_zone_plans_of_other_years():
    rows = [
        text("zone_plan.years", key, f"Piano {years}", line=n)
        for n, (key, years) in enumerate([("p1", "2012-2014"), ("p2", "2011/2014"), ("p3", "2012 – 2014")], 1)
    ]
    (found,) = statements.zone_plans(plan(*rows), TR)
    assert values([found]) == [("zone_plan.years", "2011-2014", "2012-2014", "")]
    assert found.where == ("lines 1, 2, 3: ch. 4",)


def test_a_condition_that_shuts_out_a_target():
    condition, target = (
        text("proposal.condition", "p1", "entrambi lavorano"),
        text("proposal.target", "p1", "genitori soli"),
    )
    assert every(plan(condition, target)) == [("proposal.condition", "entrambi lavorano", "genitori soli", "")]
    assert every(plan(condition)) == every(plan(target)) == []


@pytest.mark.parametrize(
    ("more", "finds"),
    [
        ({"cut": True, "awarded": 80_00}, True),
        ({"cut": True, "awarded": 79_00}, False),
        ({"cut": True, "awarded": 80_00, "grant_requested": 90_00}, False),
        ({"cut": True, "awarded": 80_00, "grant_declared": 90_00}, False),
        ({"cut": False, "awarded": 80_00}, False),
    ],
)
def test_a_cut_without_the_request_that_was_cut(more, finds):
    found = run(statements.requests, plan(**project(**more)))
    assert found == [("proposal.requested", "funded in part", "not on record", "")] * finds


def test_needs_that_are_not_the_areas():
    facts = plan(text("area.need", "a1", "Imprese", line=3))
    (found,) = statements.needs(facts, TR)
    assert values([found]) == [("area.need", "Imprese", "A.1 Nidi", "")]
    assert found.where == ("line 3: ch. 4", "Area A.1: line 7")


def test_origin_and_rule_of_the_residue():
    origins = (
        text("residue.origin", "plan", "risorse residue"),
        text("residue.origin", "plan", "mancanza di progetti"),
    )
    rule = text("residue.rule", "k1", "ripartire la quota")
    assert every(plan(*origins)) == [("residue.origin", "risorse residue", "mancanza di progetti", "")]
    assert every(plan(rule)) == [("residue.rule", "ripartire la quota", "no decision in force", "")]
    assert every(plan(rule, residue_decided=True)) == []


def test_doubts_are_said_once_for_each_reason():
    facts = plan(
        text("text.doubtful", "p1", "uno", note="scambiati"),
        text("text.doubtful", "p1", "due", note="scambiati"),
        text("text.doubtful", "p1", "tre"),
    )
    assert every(facts) == [
        ("text.doubtful", "uno; due", "scambiati", ""),
        ("text.doubtful", "tre", "no reason given", ""),
    ]


def test_an_indicator_of_two_results():
    rows = tuple(
        IndicatorFact(name, result, n)
        for n, (name, result) in enumerate(
            [("Numero ore", "Nidi"), ("numero ore.", "Scuole"), ("Numero bambini", "Nidi")], 1
        )
    )
    assert every(plan(**project(indicators=rows))) == [("indicator.repeated", "Numero ore", "Nidi; Scuole", "")]
    assert every(plan(**project(indicators=rows[1:]))) == []


def test_headings_of_actions_that_overlap():
    rows = (
        ActionFact("Azioni per Ob. 1-2", (1, 2), 3),
        ActionFact("Azioni per Ob. 2", (2,), 4),
        ActionFact("Azioni per Ob. 3", (3,), 5),
        ActionFact("Azione 4", (3,), 6),
    )
    assert every(plan(**project(actions=rows))) == [("actions.ranges", "Azioni per Ob. 1-2; Azioni per Ob. 2", "2", "")]
    assert every(plan(**project(actions=rows[1:]))) == []


def test_references_to_points():
    rows = (ActionFact("1. Campus", (), 3), ActionFact("Azioni", (), 4))
    seen = tuple(number("text.reference", "p1", n) for n in ("4", "1", "2"))
    facts = plan(*seen, text("text.reference", "p1", "vedi sopra"), **project(actions=rows))
    assert every(facts) == [("text.reference", "2, 4, vedi sopra", "1", "")]
    assert every(plan(seen[0])) == [("text.reference", "4", "none", "")]
    assert every(plan(seen[1], **project(actions=rows))) == []


@pytest.mark.parametrize(
    ("check", "printed", "computed"),
    [
        ("text.unbalanced", "(CGIL", "( ×1, ) ×0"),
        ("text.unbalanced", "“uno “due”", "“ ×2, ” ×1"),
        ("text.decimal_point", "+1.7%", "+1,7%"),
        ("text.heading", "2.4 2.4", "2.4"),
        ("text.note_missing", "< a 9 *", "no note"),
    ],
)
def test_slips_of_the_print(check, printed, computed):
    (found,) = [found for rule in RULES for found in rule(plan(text(check, "p1", printed)), TR)]
    assert (found.code, found.declared, found.computed, found.severity) == (check, printed, computed, Severity.NOTE)


def test_long_texts_are_shortened_where_they_are_quoted():
    (found,) = statements.unbalanced(plan(text("text.unbalanced", "p1", "(" + "parola " * 60)), TR)
    assert found.declared.endswith("parola …")
    assert len(found.declared) <= statements.QUOTED_MAX


# --- the finding itself ------------------------------------------------------------------


def test_the_stable_form():
    (found,) = amounts.economic_plans(plan(euro("award.table", "p1", 69_803_00, line=612)), TR)
    assert found.as_json() == {
        "code": "award.table",
        "severity": "error",
        "status": "open",
        "declared": "69803.00",
        "computed": "80.00",
        "difference": "69723.00",
        "where": ["line 612: ch. 4", "economic plan of project no. 1: lines 11, 12"],
        "sentence": "Project no. 1 “Nido aperto”: the table of projects gives 69.803,00\u00a0€, the economic plan asks"
        " for 80,00\u00a0€; they differ by 69.723,00\u00a0€.",
        "way_out": "Decide which amount holds: correct the table, or bring the economic plan to the amount awarded.",
        "key": "award.table|p1|69803.00|80.00",
    }


def test_every_check_says_its_words_in_both_languages():
    italian = translator("it")
    named = {key: key for key in ("subject", "declared", "computed", "difference", "part", "told")}
    for check in CHECKS.values():
        for words in (check.title, check.sentence, check.way_out):
            assert italian(words) != words
        assert italian(check.sentence).format(title=italian(check.title), **named)


def test_places():
    rows = [text("a", None, "x", line=n) for n in (9, 3, 9)] + [replace(text("a", None, "x", line=None), place="")]
    assert places(rows, TR) == ["lines 3, 9: ch. 4", "declared in the record"]
    assert at_lines("items", [None], TR) == "items"
    assert at_lines("items", [8], TR) == "items: line 8"
    assert at_lines("items", range(20, 10, -1), TR) == "items: lines 11–20"


@pytest.mark.parametrize(
    ("stable", "unit", "seen"),
    [
        ("-3.00", Unit.EURO, "\u22123,00\u00a0€"),
        ("926011", Unit.COUNT, "926.011"),
        ("-0.06", Unit.PERCENT, "\u22120,06\u00a0%"),
        ("", Unit.EURO, ""),
        ("2011-2014", Unit.TEXT, "2011-2014"),
    ],
)
def test_values_as_people_read_them(stable, unit, seen):
    assert shown(stable, unit) == seen
