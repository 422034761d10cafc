"""The lists of the rooms: every cell is the row's, every total the sum of what is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.models.money import Cents
from app.models.store import Store
from app.services.calls.calls import call_rows
from app.services.calls.rules import rules_rows
from app.services.findings.codes import declarable
from app.services.network.agreements import agreement_rows
from app.services.network.alliances import alliance_rows, partner_rows
from app.services.network.registry import OrganisationDraft, organisation_rows, save_organisation
from app.services.network.territory import district_rows, earlier_call_rows, municipality_rows
from app.services.plan.funding import area_rows, source_rows
from app.services.plan.plan import act_rows, declaration_rows, find_plan
from app.services.plan.subjects import subject_names
from app.services.proposals.budgets import budget_items
from app.services.proposals.lists import proposal_rows
from app.services.reports import call_lists, network_lists, plan_lists, proposal_lists
from app.services.reports.spec import Column, Table
from app.services.wording.formats import display
from app.services.wording.texts import Translator, translator
from tests.services.builders import a_plan, a_source, an_area, an_organisation, queries

EN, IT = translator("en"), translator("it")

LISTS: dict[str, tuple[Callable[[Store, Translator], Table], Callable[[Store], Any]]] = {
    "list.acts": (plan_lists.acts_list, act_rows),
    "list.sources": (plan_lists.sources_list, source_rows),
    "list.areas": (plan_lists.areas_list, area_rows),
    "list.districts": (plan_lists.districts_list, district_rows),
    "list.municipalities": (plan_lists.municipalities_list, municipality_rows),
    "list.earlier_calls": (plan_lists.earlier_calls_list, earlier_call_rows),
    "list.declarations": (plan_lists.declarations_list, declaration_rows),
    "list.organisations": (network_lists.organisations_list, organisation_rows),
    "list.agreements": (network_lists.agreements_list, agreement_rows),
    "list.alliances": (network_lists.alliances_list, alliance_rows),
    "list.partners": (network_lists.partners_list, partner_rows),
    "list.calls": (call_lists.calls_list, call_rows),
    "list.rules": (call_lists.rules_list, rules_rows),
    "list.proposals": (proposal_lists.proposals_list, proposal_rows),
    "list.items": (proposal_lists.items_list, proposal_lists.item_rows),
}
ALL = {**{code: make for code, (make, _rows) in LISTS.items()}}
ALL |= {
    "list.plan": plan_lists.plan_list,
    "list.training": plan_lists.training_list,
    "list.figures": plan_lists.figures_list,
}

# What a column shows where it is not the attribute of the same name.
DERIVED: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("list.districts", "count"): lambda row: len(row.municipalities),
    ("list.districts", "names"): lambda row: ", ".join(row.municipalities),
    ("list.organisations", "alliances"): lambda row: ", ".join(row.alliances),
    ("list.organisations", "aliases"): lambda row: ", ".join(row.aliases),
    ("list.organisations", "district"): lambda row: ", ".join(row.districts),
    ("list.organisations", "role"): lambda row: network_lists.role_text(row, EN),
    ("list.alliances", "proposals"): lambda row: ", ".join(row.proposals),
    ("list.declarations", "check"): lambda row: declarable()[row.check],
}
ELSEWHERE = {("list.organisations", "codes"), ("list.declarations", "subject")}


def expected(code: str, column: Column, row: Any) -> Any:
    derived = DERIVED.get((code, column.key))
    return derived(row) if derived else getattr(row, column.key)


@pytest.mark.parametrize("code", LISTS)
def test_cells_of_a_list_are_those_of_its_rows(code: str, sample: Store) -> None:
    make, rows = LISTS[code]
    table = make(sample, EN)
    assert table.code == code
    assert table.body() == rows(sample)
    assert table.body(), "the sample archive has rows for every list"
    columns = [column for column in table.columns if (code, column.key) not in ELSEWHERE | {(code, "sample")}]
    for row in table.body():
        for column in columns:
            assert table.cell(row, column) == expected(code, column, row), (column.key, row)


@pytest.mark.parametrize("code", ALL)
def test_list_names_its_columns_and_draws_every_cell(code: str, sample: Store) -> None:
    table = ALL[code](sample, IT)
    assert table.code == code
    keys = [column.key for column in table.columns]
    assert len(set(keys)) == len(keys)
    assert all(column.title for column in table.columns)
    assert len({column.title for column in table.columns}) == len(keys), "two columns with one title"
    for row in table.drawn_rows():
        for column in table.columns:
            assert isinstance(display(column.kind, table.cell(row, column), IT), str)


@pytest.mark.parametrize("code", LISTS)
def test_list_gives_the_key_of_each_record(code: str, sample: Store) -> None:
    make, rows = LISTS[code]
    table = make(sample, EN)
    assert table.row_id is not None
    assert [table.row_id(row) for row in table.body()] == [row.id for row in rows(sample)]


@pytest.mark.parametrize("code", ALL)
def test_empty_archive_gives_empty_lists(code: str, store: Store) -> None:
    assert ALL[code](store, EN).body() == ()


def test_lists_of_money_close_with_their_sums(sample: Store) -> None:
    sources, areas, proposals = source_rows(sample), area_rows(sample), proposal_rows(sample)
    items = [item for found in budget_items(sample).values() for item in found]
    assert plan_lists.sources_list(sample, EN).totals() == {
        "amount": sum(row.amount for row in sources),
        "received": sum(row.received for row in sources),
        "left": sum(row.left for row in sources),
    }
    assert plan_lists.areas_list(sample, EN).totals() == {
        "amount_planned": sum(row.amount_planned or 0 for row in areas),
        "awarded": sum(row.awarded for row in areas),
        "left": sum(row.left for row in areas),
    }
    assert proposal_lists.proposals_list(sample, EN).totals() == {
        "grant": 36_999_700,
        "cofinancing": 16_782_300,
        "total": 53_782_000,
        "awarded": sum(row.awarded for row in proposals),
    }
    table = proposal_lists.items_list(sample, EN)
    assert table.totals() == {"amount": sum(item.amount for item in items)}
    closing = table.drawn_rows()[-1]
    assert closing.cells == {"number": "Total", "amount": Cents(53_782_000)}


def test_items_stand_under_the_number_of_their_proposal(sample: Store) -> None:
    by_proposal = {row.id: (row.number, row.title) for row in proposal_rows(sample)}
    rows = proposal_lists.item_rows(sample)
    assert {(row.number, row.title) for row in rows} == set(by_proposal.values())
    assert all((row.number, row.title) == by_proposal[row.proposal_id] for row in rows)
    assert [row.number for row in rows] == sorted(row.number for row in rows)


def test_parts_of_the_plan_stand_in_its_order(sample: Store) -> None:
    plan = find_plan(sample)
    assert plan is not None
    training, figures = plan_lists.training_list(sample, EN), plan_lists.figures_list(sample, EN)
    assert training.body() == plan.training
    assert figures.body() == plan.figures
    value = next(column for column in figures.columns if column.key == "value")
    assert [value.value(row) for row in plan.figures] == [f"{row.value} {row.unit}".strip() for row in plan.figures]
    assert plan_lists.plan_list(sample, EN).body() == (plan,)


def test_declarations_name_what_they_are_about(sample: Store) -> None:
    names = dict(subject_names(sample, EN))
    table = plan_lists.declarations_list(sample, EN)
    subject = next(column for column in table.columns if column.key == "subject")
    assert [subject.value(row) for row in table.body()] == [names.get(row.subject_id, "") for row in table.body()]
    assert all(subject.value(row) for row in table.body() if row.subject_id)
    assert names[proposal_rows(sample)[0].id] == "Proposal 1: Noi famiglie"
    assert names[area_rows(sample)[2].id] == "Area A.3"


def test_declaration_of_an_unknown_check_shows_its_code() -> None:
    assert plan_lists.check_title("of.nobody", EN) == "of.nobody"
    assert plan_lists.check_title("award.table", IT) != "award.table"


@pytest.mark.parametrize(
    ("tax_code", "vat_number", "said"),
    [
        ("", "", ""),
        ("12935990155", "", "checked"),
        ("12935990155", "12935990155", "checked"),
        ("12935990155", "12935990156", "to be checked"),
        ("", "123", "to be checked"),
    ],
)
def test_codes_of_an_organisation_are_checked_or_marked(
    store: Store, tax_code: str, vat_number: str, said: str
) -> None:
    save_organisation(store, OrganisationDraft(name="Sercop", tax_code=tax_code, vat_number=vat_number))
    (row,) = organisation_rows(store)
    assert network_lists.codes_text(row, EN) == said


def test_sample_rows_are_marked_and_no_column_stands_where_there_are_none(store: Store) -> None:
    a_plan(store)
    an_area(store)
    table = plan_lists.areas_list(store, IT)
    assert "sample" not in [column.key for column in table.columns]
    assert table.notes == ()
    store.sample = True
    an_area(store)
    table = plan_lists.areas_list(store, IT)
    mark = table.columns[-1]
    assert (mark.key, [mark.value(row) for row in table.body()]) == ("sample", ["", "dato di esempio"])
    assert len(table.notes) == 1


def test_lists_ask_the_same_number_of_questions_whatever_there_is(store: Store) -> None:
    a_plan(store)

    def asked() -> list[int]:
        counts = []
        for make in ALL.values():
            with queries(store) as sent:
                make(store, EN)
            counts.append(len(sent))
        return counts

    a_source(store)
    an_area(store)
    an_organisation(store, "Uno")
    before = asked()
    for number in range(3):
        a_source(store)
        an_area(store)
        an_organisation(store, f"Ente {number}")
    assert asked() == before
