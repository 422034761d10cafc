"""Templates of calls: read, complete with their sources, and turned into calls of an archive."""

from __future__ import annotations

import pytest

from app.models.enums import ArrivalChannel, OrganisationKind, OrganisationSize, PartnerGroup, PriorityLevel, VatRule
from app.models.money import Cents
from app.models.store import Store
from app.services.calls.calls import call_rows, load_call
from app.services.calls.lines import rule_lines
from app.services.calls.rules import load_current_rules
from app.services.calls.rules_values import SINGLE_RULES, part_values, rules_values
from app.services.calls.templates import CallTemplate, call_from_template, find_template, templates
from app.services.findings import check
from app.services.reports.call_lists import template_table, templates_list
from app.services.wording.texts import translator
from tests.services.builders import a_plan, an_area, refusal

EN, IT = translator("en"), translator("it")
ALL = {template.code: template for template in templates()}


def test_the_five_calls_are_there_the_oldest_first(store: Store) -> None:
    assert [template.code for template in templates()] == [
        "piano-2014",
        "dipartimento-famiglia-2018",
        "ats-brianza-2020",
        "lombardia-2022",
        "ats-brianza-2025",
    ]
    assert [row.code for row in templates_list(store, EN).rows] == list(ALL)
    assert refusal(find_template, "altro") == ("template.unknown", "template")


@pytest.mark.parametrize("template", templates(), ids=list(ALL))
def test_every_figure_has_its_source_and_nothing_is_refused(template: CallTemplate) -> None:
    rules = template.rules
    values, parts = rules_values(rules), part_values(rules)
    for name in SINGLE_RULES:
        stated = rules.source_of(name)
        if values[name] not in (None, ""):
            assert stated is not None, f"{name} has no source"
            assert stated.source, f"{name} has no source"
    for key in ("caps", "leads", "partners", "documents", "items", "ties", "tranches"):
        assert all(row["source"] for row in parts[key]), key
    assert all(row.source for _code, row in template.areas)
    texts = [rules.note, *(f"{row.source} {row.note}" for row in rules.sources)]
    texts += [row["source"] for rows in parts.values() for row in rows if "source" in row]
    texts += [row.source for _code, row in template.areas]
    unused = [name for name in template.sources if name.partition(" (")[0] not in " ".join(texts)]
    assert unused == []


def test_figures_of_lombardia_2022() -> None:
    rules = ALL["lombardia-2022"].rules
    assert (rules.cofinancing_min, rules.grant_share_max, rules.grant_max) == ("30 %", "70 %", Cents(50_000_00))
    assert (rules.bodies_min, rules.months_max, rules.vat) == (4, 12, VatRule.EXCLUDED)
    assert (str(rules.date_opened), rules.time_opened) == ("2022-05-04", "12:00")
    assert (str(rules.date_closed), rules.time_closed) == ("2022-07-15", "12:00")
    assert [(row.counted, row.size_max, row.number_min) for row in rules.partners] == [
        (PartnerGroup.PUBLIC, None, 1),
        (PartnerGroup.COMPANY, OrganisationSize.SMALL, 2),
    ]
    assert "15 giugno" in rules.source_of("date_closed").note  # type: ignore[union-attr]
    assert "una sola" in rules.partners[1].source
    assert rules.tranches == rules.ties == ()
    assert rules.award is None


def test_figures_of_the_other_calls() -> None:
    brianza, centres, department = ALL["ats-brianza-2020"], ALL["ats-brianza-2025"], ALL["dipartimento-famiglia-2018"]
    assert brianza.rules.amount_total == Cents(337_126_00)
    assert str(brianza.rules.end_last) == "2023-05-31"
    assert "11/11/2019" in brianza.rules.note
    assert (centres.rules.amount_total, centres.rules.grant_max) == (Cents(181_977_83), Cents(65_000_00))
    assert (centres.rules.channel, centres.rules.months_max) == (ArrivalChannel.PEC, 11)
    assert (str(centres.rules.start_last), str(centres.rules.end_last)) == ("2025-10-31", "2026-09-30")
    assert (department.rules.cost_min, department.rules.grant_max) == (Cents(50_000_00), Cents(250_000_00))
    assert (department.rules.cofinancing_min, department.rules.months_max) == ("0 %", 18)


def test_what_the_sources_do_not_say_is_shown_as_open() -> None:
    rules = ALL["ats-brianza-2020"].rules
    lines = {line.key: line for line in rule_lines(rules, {}, IT)}
    assert lines["cofinancing_min"].is_open
    assert lines["cofinancing_min"].value == "non stabilito"
    assert lines["cofinancing_min"].source == "Non risulta dalle fonti consultate."
    assert lines["tranches"].value == "non stabilito"
    table = template_table(ALL["piano-2014"], IT)
    cells = {row.rule: (row.value, row.source) for row in table.body()}
    assert cells["Ambiti finanziati: A.3"] == (
        "120.000,00\u00a0€",
        "Piano territoriale ASL Milano 1, 2014–2016, riga 525",
    )


def test_a_call_from_a_template_has_its_rules_and_the_areas_that_the_archive_has(store: Store) -> None:
    assert refusal(call_from_template, store, "piano-2014") == ("plan.missing", None)
    a_plan(store)
    areas = [an_area(store), an_area(store), an_area(store, level=PriorityLevel.LOW)]
    key = call_from_template(store, "piano-2014").id
    rules = load_current_rules(store, key)
    assert load_call(store, key).title == ALL["piano-2014"].title
    assert [(row.area_id, row.amount) for row in rules.areas] == [
        (areas[0], Cents(150_000_00)),
        (areas[1], Cents(100_000_00)),
        (areas[2], None),
    ]
    assert [row.source_line for row in rules.areas] == [501, 513, 469]
    assert rules.source_of("months_max").source_line == 2578  # type: ignore[union-attr]
    other = call_from_template(store, "lombardia-2022", "Avviso nostro").id
    assert load_call(store, other).title == "Avviso nostro"
    assert str(load_call(store, other).date_closed) == "2022-07-15"
    assert len(call_rows(store)) == 2


def test_the_call_of_the_sample_has_the_rules_that_the_plan_states(sample: Store) -> None:
    (call,) = call_rows(sample)
    rules = load_current_rules(sample, call.id)
    assert (rules.received, rules.months_max, rules.cofinancing_min) == (4, 24, "")
    assert [row.kind for row in rules.leads] == [OrganisationKind.SPECIAL_AGENCY, OrganisationKind.PUBLIC_BODY]
    assert [row.amount for row in rules.areas] == [Cents(150_000_00), Cents(100_000_00), Cents(120_000_00), *[None] * 4]
    assert rules.amount_total == Cents(424_182_62)
    assert all(row.source_line for row in (*rules.areas, *rules.leads, *rules.categories))
    assert [found for found in check(sample, EN) if found.code.startswith("call.")] == []
