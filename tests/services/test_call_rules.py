"""Versions of a call's rules: written while they are open, closed by the first proposal, made anew by a decision."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.models import calls as models
from app.models import guards_calls
from app.models.enums import (
    AmendmentDuty,
    ArrivalChannel,
    AwardRule,
    BudgetSection,
    CapBase,
    CostCategory,
    FinalRule,
    LimitBase,
    LimitSpan,
    OrganisationKind,
    OrganisationSize,
    PartnerGroup,
    ProposalState,
    Remedy,
    RuleSeverity,
    SeatHolder,
    SeatNeed,
    TieCriterion,
    TrancheTrigger,
    VatRule,
)
from app.models.errors import RuleBroken
from app.models.money import Cents
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.calls import rules_drafts as d
from app.services.calls.calls import CallActDraft, CallDraft, call_rows, copy_call, delete_call, load_call, save_call
from app.services.calls.lines import TITLES, area_names, compare_rules, rule_lines
from app.services.calls.rules import (
    call_categories,
    current_rules,
    delete_rules_version,
    load_current_rules,
    load_rules,
    new_rules_version,
    rules_rows,
    save_rules,
)
from app.services.calls.rules_drafts import DEFAULT_CATEGORIES, RulesDraft
from app.services.calls.rules_values import SINGLE_RULES
from app.services.children import get_row
from app.services.journal.journal import recent
from app.services.journal.undo import undo
from app.services.plan.funding import delete_area
from app.services.plan.plan import ActDraft, delete_act, save_act
from app.services.proposals.budgets import BudgetItemDraft, budget_totals
from app.services.proposals.proposals import load_proposal, save_proposal
from app.services.proposals.states import submit_proposal
from app.services.proposals.versions import reopen_proposal
from app.services.reports.call_tables import compared_items, comparison_document, rules_document, version_items
from app.services.reports.proposal_lists import item_rows
from app.services.reports.proposal_tables import economic_value_table
from app.services.wording.texts import translator
from tests.services.builders import a_plan, a_proposal, a_proposal_draft, an_area, queries, refusal
from tests.services.world import World, driver

EN, IT = translator("en"), translator("it")
DAY = date(2022, 5, 4)


def a_call(store: Store, title: str = "Avviso") -> str:
    if not call_rows(store):
        a_plan(store)
    return save_call(store, CallDraft(title=title)).id


def whole(rules: RulesDraft, area_id: str) -> RulesDraft:
    """Rules with everything that a call can fix."""
    return replace(
        rules,
        date_opened=DAY,
        time_opened="12:00",
        date_closed=date(2022, 7, 15),
        time_closed="12:00",
        channel=ArrivalChannel.PEC,
        amount_total=Cents(500_000_00),
        lead_seat="In Lombardia",
        bodies_min=4,
        lead_max=1,
        join_max=2,
        cofinancing_min="30\u00a0%",
        grant_share_max="70\u00a0%",
        grant_max=Cents(50_000_00),
        cost_min=Cents(10_000_00),
        cost_max=Cents(90_000_00),
        vat=VatRule.EXCLUDED,
        months_min=6,
        months_max=12,
        start_first=date(2022, 9, 1),
        start_last=date(2022, 10, 31),
        end_last=date(2023, 12, 31),
        grid="Griglia 2022",
        award=AwardRule.RANKING_BY_AREA,
        award_text="fino a esaurimento",
        note="Nota",
        categories=(
            *rules.categories,
            d.CategoryDraft(code="consulenze", name="Consulenze", contribution=False, source="art. 5"),
        ),
        caps=(
            d.CapDraft(
                categories="consulenze",
                section=BudgetSection.COSTS,
                share_max="20\u00a0%",
                base=CapBase.SECTION,
                severity=RuleSeverity.WARNING,
                source="art. 6",
            ),
            d.CapDraft(categories="other, equipment", amount_max=Cents(1_000_00)),
            d.CapDraft(share_max="5\u00a0%", base=CapBase.CATEGORIES, base_categories="paid_staff"),
        ),
        leads=(d.LeadDraft(kind=OrganisationKind.COMPANY, condition="sede legale e operativa"),),
        seats=(d.SeatsDraft(held_by=SeatHolder.LEAD, needed=SeatNeed.BOTH, places="Lombardia; TO"),),
        partners=(d.PartnersDraft(counted=PartnerGroup.COMPANY, size_max=OrganisationSize.SMALL, number_min=2),),
        areas=(d.FundedAreaDraft(area_id=area_id, amount=Cents(1_00), source="tabella"),),
        documents=(d.DocumentDraft(code="MODULO", name="Modulo", remedy=Remedy.BLOCKING),),
        items=(d.ItemDraft(code="A1", text="Firmata", ground="art. 38", rule="call.closing"),),
        ties=(d.TieDraft(criterion=TieCriterion.DRAW, text="in seduta pubblica"),),
        tranches=(
            d.TrancheDraft(share="60\u00a0%", guarantee=True),
            d.TrancheDraft(share="40\u00a0%", trigger=TrancheTrigger.SPENT, spent_min="50\u00a0%"),
        ),
        final_rule=FinalRule.RATIO,
        findings=RuleSeverity.WARNING,
        amendments=(
            d.AmendmentRuleDraft(share_max="20\u00a0%", days=30),
            d.AmendmentRuleDraft(
                share_max="10\u00a0%", limit_base=LimitBase.TOTAL, span=LimitSpan.YEAR, duty=AmendmentDuty.TELL
            ),
        ),
        sources=(d.SourceNoteDraft(rule="grant_max", source="art. 4", note="in dubbio"),),
    )


def without_ids(draft: Any) -> Any:
    return replace(
        draft,
        id=None,
        **{
            field.name: tuple(replace(row, id=None) for row in getattr(draft, field.name))
            for field in fields(draft)
            if isinstance(getattr(draft, field.name), tuple)
        },
    )


def received(store: Store, call_id: str) -> str:
    """A proposal received under the newest version of a call."""
    area_id = an_area(store)
    key = a_proposal(store, call_id=call_id, area_id=area_id, date_received=DAY, protocol=f"p{area_id[-6:]}")
    submit_proposal(store, key)
    return key


# --- beginning ---------------------------------------------------------------------------


def test_a_new_call_has_a_first_version_with_the_seven_categories_and_nothing_else(store: Store) -> None:
    call_id = a_call(store)
    (row,) = rules_rows(store)
    assert (row.call_id, row.version, row.current, row.received) == (call_id, 1, True, 0)
    rules = load_current_rules(store, call_id)
    assert without_ids(rules) == RulesDraft(call_id=call_id)
    assert [category.code for category in rules.categories] == [category.value for category in CostCategory]
    assert [category.code for category in rules.categories if not category.costs] == ["volunteers"]
    assert all(line.is_open for line in rule_lines(rules, {}, EN) if not line.key.startswith("categories"))


def test_everything_that_a_call_fixes_comes_back(store: Store) -> None:
    call_id = a_call(store)
    area_id = an_area(store)
    wanted = whole(load_current_rules(store, call_id), area_id)
    save_rules(store, wanted)
    assert without_ids(load_current_rules(store, call_id)) == without_ids(wanted)
    unchanged = {
        field.name for field in fields(wanted) if getattr(wanted, field.name) == getattr(RulesDraft(), field.name)
    }
    assert unchanged <= {"version", "received", "reason", "decision_id", "source_line"}, "the test fills every rule"


def test_what_is_given_in_other_words_is_kept_in_one(store: Store) -> None:
    rules = load_current_rules(store, a_call(store))
    changed = replace(
        rules,
        time_closed="12",
        cofinancing_min="30",
        categories=(
            *rules.categories,
            d.CategoryDraft(name="Spese di viaggio"),
            d.CategoryDraft(name="Spese di viaggio!"),
        ),
        caps=(d.CapDraft(categories="Paid staff; altre spese; SPESE DI VIAGGIO", share_max="10", base=CapBase.GRANT),),
        documents=(d.DocumentDraft(name="Accordo"), d.DocumentDraft(code="D1", name="Altro")),
        items=(d.ItemDraft(text="Firmata"),),
    )
    save_rules(store, changed)
    kept = load_rules(store, rules.id or "")
    assert (kept.time_closed, kept.cofinancing_min) == ("12:00", "30\u00a0%")
    assert [row.code for row in kept.categories][-2:] == ["spese_di_viaggio", "spese_di_viaggio1"]
    assert kept.caps[0].categories == "paid_staff, other, spese_di_viaggio"
    assert [row.code for row in kept.documents] == ["D2", "D1"]
    assert [row.code for row in kept.items] == ["A1"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"date_opened": DAY, "date_closed": date(2022, 5, 3)}, ("date.end_before_start", "date_closed")),
        (
            {"date_opened": DAY, "date_closed": DAY, "time_opened": "12:00", "time_closed": "12:00"},
            ("rules.max_below_min", "time_closed"),
        ),
        ({"time_closed": "25"}, ("time.format", "time_closed")),
        ({"cofinancing_min": "100,01"}, ("percent.over_hundred", "cofinancing_min")),
        ({"grant_share_max": "trenta"}, ("percent.format", "grant_share_max")),
        ({"bodies_min": 0}, ("number.not_positive", "bodies_min")),
        ({"grant_max": Cents(-1)}, ("number.negative", "grant_max")),
        ({"cost_min": Cents(2), "cost_max": Cents(1)}, ("rules.max_below_min", "cost_max")),
        ({"months_min": 13, "months_max": 12}, ("rules.max_below_min", "months_max")),
        ({"start_first": DAY, "start_last": date(2022, 5, 3)}, ("date.end_before_start", "start_last")),
        ({"start_first": DAY, "end_last": date(2022, 5, 3)}, ("date.end_before_start", "end_last")),
        ({"categories": ()}, ("rules.no_category", None)),
        ({"categories": (d.CategoryDraft(),)}, ("field.required", "categories.0.name")),
        (
            {"categories": (d.CategoryDraft(code="a"), d.CategoryDraft(code="a"))},
            ("rules.code_repeated", "categories.1.code"),
        ),
        (
            {"categories": (d.CategoryDraft(code="a", costs=False, contribution=False),)},
            ("rules.no_section", "categories.0.costs"),
        ),
        ({"caps": (d.CapDraft(),)}, ("rules.cap_limit", "caps.0.share_max")),
        ({"caps": (d.CapDraft(share_max="1", amount_max=Cents(1)),)}, ("rules.cap_limit", "caps.0.share_max")),
        ({"caps": (d.CapDraft(share_max="1", base=CapBase.SECTION),)}, ("field.required", "caps.0.section")),
        ({"caps": (d.CapDraft(share_max="1", base=CapBase.CATEGORIES),)}, ("field.required", "caps.0.base_categories")),
        ({"caps": (d.CapDraft(share_max="1", categories="viaggi"),)}, ("rules.category_unknown", "caps.0.categories")),
        ({"leads": (d.LeadDraft(), d.LeadDraft())}, ("rules.row_repeated", "leads.1.kind")),
        ({"seats": (d.SeatsDraft(places="Atlantide"),)}, ("places.unknown", "seats.0.places")),
        ({"partners": (d.PartnersDraft(),)}, ("field.required", "partners.0.number_min")),
        ({"partners": (d.PartnersDraft(number_min=0),)}, ("number.not_positive", "partners.0.number_min")),
        ({"areas": (d.FundedAreaDraft(),)}, ("field.required", "areas.0.area_id")),
        ({"areas": (d.FundedAreaDraft(area_id="gone"),)}, ("record.gone", None)),
        ({"documents": (d.DocumentDraft(),)}, ("field.required", "documents.0.name")),
        ({"items": (d.ItemDraft(),)}, ("field.required", "items.0.text")),
        ({"tranches": (d.TrancheDraft(),)}, ("field.required", "tranches.0.share")),
        ({"tranches": (d.TrancheDraft(share="99,99"),)}, ("rules.tranches_sum", "tranches.0.share")),
        (
            {"tranches": (d.TrancheDraft(share="100", trigger=TrancheTrigger.SPENT),)},
            ("field.required", "tranches.0.spent_min"),
        ),
        ({"sources": (d.SourceNoteDraft(source="art. 1"),)}, ("field.required", "sources.0.rule")),
        ({"decision_id": "gone"}, ("record.gone", None)),
    ],
)
def test_refusals_name_the_field_and_write_nothing(store: Store, change: dict[str, Any], expected: Any) -> None:
    rules = load_current_rules(store, a_call(store))
    assert refusal(save_rules, store, replace(rules, **change)) == expected
    assert load_rules(store, rules.id or "") == rules


# --- closed ------------------------------------------------------------------------------


def test_a_version_closes_when_a_proposal_is_received_under_it(store: Store) -> None:
    call_id = a_call(store)
    rules = load_current_rules(store, call_id)
    draft = a_proposal(store, call_id=call_id)
    save_rules(store, replace(rules, months_max=24))
    assert load_proposal(store, draft).state is ProposalState.DRAFT
    received(store, call_id)
    closed = load_rules(store, rules.id or "")
    assert (closed.received, closed.months_max) == (1, 24)
    assert refusal(save_rules, store, replace(closed, months_max=12)) == ("rules.closed", None)
    moved = replace(load_call(store, call_id), date_closed=DAY)
    assert refusal(save_call, store, moved) == ("rules.closed", None)
    assert refusal(delete_rules_version, store, closed.id) == ("rules.closed", None)
    assert save_call(store, replace(load_call(store, call_id), title="Altro titolo"))
    with pytest.raises(RuleBroken) as caught:
        undo(store, next(row.number for row in recent(store) if row.verb == "save_rules"))
    assert caught.value.code == "rules.closed_version"


@pytest.mark.parametrize("model", [models.CallRules, *models.PARTS])
def test_the_engine_refuses_to_change_a_closed_version(store: Store, model: type[models.RulesPart]) -> None:
    call_id = a_call(store)
    save_rules(store, whole(load_current_rules(store, call_id), an_area(store)))
    received(store, call_id)
    table = model.__tablename__
    assert table == "call_rules" or table in guards_calls.PARTS
    other = new_rules_version(store, call_id, "Proroga").id
    with driver(store) as raw:
        key = "id" if table == "call_rules" else "rules_id"
        closed = raw.execute("select id from call_rules where version = 1").fetchone()[0]
        columns = [row[1] for row in raw.execute(f"pragma table_info({table})")]
        listed = ", ".join("'new'" if column == "id" else f'"{column}"' for column in columns)
        statements = [
            f"update {table} set source_line = 1 where {key} = '{closed}'",
            f"delete from {table} where {key} = '{closed}'",
        ]
        if table != "call_rules":
            statements.append(f"update {table} set rules_id = '{closed}' where rules_id = '{other}'")
            statements.append(f"insert into {table} select {listed} from {table} where rules_id = '{closed}'")
        for statement in statements:
            with pytest.raises(Exception, match=r"concilia:rules\.closed_version"):
                raw.execute(statement)


def test_a_proposal_is_received_under_rules_of_its_own_call(store: Store) -> None:
    first = a_call(store)
    other = save_call(store, CallDraft(title="Altro")).id
    key = received(store, first)
    rules = load_current_rules(store, other)
    with pytest.raises(RuleBroken) as caught, store.write("save_proposal") as session:
        get_row(session, Proposal, key).rules_id = rules.id
    assert caught.value.code == "rules.other_call"


def test_a_received_proposal_that_goes_to_another_call_is_received_under_its_rules(store: Store) -> None:
    first = a_call(store)
    other = save_call(store, CallDraft(title="Altro")).id
    key = received(store, first)
    reopen_proposal(store, key, "Avviso sbagliato")
    save_proposal(store, replace(load_proposal(store, key), call_id=other))
    assert load_proposal_rules(store, key) == load_current_rules(store, other).id
    assert load_current_rules(store, first).received == 0


# --- new versions ------------------------------------------------------------------------


def test_a_new_version_begins_equal_to_the_closed_one(store: Store) -> None:
    call_id = a_call(store)
    save_rules(store, whole(load_current_rules(store, call_id), an_area(store)))
    assert refusal(new_rules_version, store, call_id, "Proroga") == ("rules.still_open", None)
    first = received(store, call_id)
    assert refusal(new_rules_version, store, call_id, " ") == ("field.required", "reason")
    key = new_rules_version(store, call_id, "Proroga dei termini").id
    old, new = load_rules(store, load_proposal_rules(store, first)), load_rules(store, key)
    same = replace(without_ids(old), version=2, received=0, reason="Proroga dei termini")
    assert without_ids(new) == same
    save_rules(store, replace(new, date_closed=date(2022, 7, 31)))
    second = received(store, call_id)
    assert load_proposal_rules(store, first) == old.id
    assert load_proposal_rules(store, second) == key
    assert [(row.version, row.current, row.received) for row in rules_rows(store, call_id)] == [
        (2, True, 1),
        (1, False, 1),
    ]
    assert load_call(store, call_id).date_closed == date(2022, 7, 31)


def load_proposal_rules(store: Store, proposal_id: str) -> str:
    with store.read() as session:
        return get_row(session, Proposal, proposal_id).rules_id or ""


def test_a_decision_makes_a_version_once_it_has_its_effect(store: Store, world: World) -> None:
    with store.read() as session:
        call_id = get_row(session, Proposal, world.proposal).call_id
    assert refusal(new_rules_version, store, call_id, "Proroga") == ("rules.still_open", None)
    save_call(store, load_call(store, call_id))
    draft = replace(load_proposal(store, world.proposal), area_id=world.area_record, date_received=DAY)
    save_proposal(store, replace(draft, protocol="1/2014", items=(BudgetItemDraft(amount=Cents(100)),)))
    submit_proposal(store, world.proposal)
    assert refusal(new_rules_version, store, call_id, "Proroga", world.pending) == ("decision.pending", None)
    assert refusal(new_rules_version, store, call_id, "Proroga", "gone") == ("record.gone", None)
    new_rules_version(store, call_id, "Proroga", world.in_force)
    assert rules_rows(store, call_id)[0].decision == "1/2014"


def test_the_newest_open_version_can_be_removed(store: Store) -> None:
    call_id = a_call(store)
    first = load_current_rules(store, call_id).id or ""
    assert refusal(delete_rules_version, store, first) == ("rules.only_version", None)
    received(store, call_id)
    second = new_rules_version(store, call_id, "Proroga").id
    assert refusal(delete_rules_version, store, first) == ("rules.closed", None)
    delete_rules_version(store, second)
    assert [row.id for row in rules_rows(store)] == [first]
    undo(store, recent(store)[0].number)
    assert [row.id for row in rules_rows(store)] == [second, first]
    with store.write("save_rules") as session:
        extra = models.CallRules(call_id=call_id, version=3, reason="")
        session.add(extra)
    assert refusal(delete_rules_version, store, second) == ("rules.not_newest", None)


def test_a_call_goes_with_its_rules_while_nobody_answered(store: Store) -> None:
    call_id = a_call(store)
    save_rules(store, whole(load_current_rules(store, call_id), an_area(store)))
    act = save_act(store, ActDraft(number="486/2020")).id
    save_call(store, replace(load_call(store, call_id), acts=(CallActDraft(act_id=act),)))
    assert refusal(delete_act, store, act) == ("record.in_use", None)
    area_id = load_current_rules(store, call_id).areas[0].area_id
    assert refusal(delete_area, store, area_id) == ("record.in_use", None)
    delete_call(store, call_id)
    with store.read() as session:
        for model in (models.CallAct, models.CallRules, *models.PARTS):
            assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
    undo(store, recent(store)[0].number)
    assert load_current_rules(store, call_id).grid == "Griglia 2022"
    assert load_call(store, call_id).acts[0].act_id == act


def test_a_call_is_copied_with_its_rules_and_without_its_terms(store: Store) -> None:
    call_id = a_call(store)
    save_rules(store, whole(load_current_rules(store, call_id), an_area(store)))
    copied = copy_call(store, call_id, "Avviso 2023").id
    old, new = load_current_rules(store, call_id), load_current_rules(store, copied)
    terms = {"date_opened": None, "time_opened": "", "date_closed": None, "time_closed": ""}
    assert without_ids(new) == replace(without_ids(old), call_id=copied, **terms)


# --- categories --------------------------------------------------------------------------


def test_costs_are_of_the_categories_of_the_call(store: Store) -> None:
    call_id = a_call(store)
    rules = load_current_rules(store, call_id)
    travel = d.CategoryDraft(code="viaggi", name="Viaggi", contribution=False)
    save_rules(store, replace(rules, categories=(rules.categories[0], travel)))
    assert [row.code for row in call_categories(store, call_id)] == ["paid_staff", "viaggi"]
    draft = a_proposal_draft(store, call_id=call_id)
    items = (BudgetItemDraft(category="viaggi", amount=Cents(100)),)
    key = save_proposal(store, replace(draft, items=items)).id
    assert load_proposal(store, key).items[0].category == "viaggi"
    unknown = (BudgetItemDraft(category="other", amount=Cents(100)),)
    assert refusal(save_proposal, store, replace(draft, items=unknown)) == (
        "budget.category_unknown",
        "items.0.category",
    )
    wrong = (BudgetItemDraft(section=BudgetSection.CONTRIBUTION, category="viaggi", amount=Cents(1)),)
    assert refusal(save_proposal, store, replace(draft, items=wrong)) == ("budget.category_section", "items.0.category")
    assert call_categories(store, None) == DEFAULT_CATEGORIES


def test_a_received_proposal_keeps_the_categories_that_it_was_received_under(store: Store) -> None:
    call_id = a_call(store)
    key = received(store, call_id)
    new = load_rules(store, new_rules_version(store, call_id, "Meno categorie").id)
    save_rules(store, replace(new, categories=new.categories[:1]))
    assert len(call_categories(store, call_id, key)) == 7
    assert len(call_categories(store, call_id)) == 1


def test_a_category_of_the_call_has_its_name_in_lists_and_tables(store: Store) -> None:
    call_id = a_call(store)
    rules = load_current_rules(store, call_id)
    travel = d.CategoryDraft(code="viaggi", name="Spese di viaggio", contribution=False)
    save_rules(store, replace(rules, categories=(*rules.categories, travel)))
    items = (BudgetItemDraft(category="viaggi", amount=Cents(100)), BudgetItemDraft(amount=Cents(200)))
    a_proposal(store, call_id=call_id, items=items)
    assert [row.category for row in item_rows(store)] == ["Spese di viaggio", CostCategory.PAID_STAFF]
    lines = economic_value_table(store, IT).body()
    assert [row.cost for row in lines] == ["Spese di viaggio", "Personale retribuito"]
    totals = budget_totals(items)
    assert totals.by_category[BudgetSection.COSTS, "viaggi"] == 100
    assert totals.grant == 300


def test_days_of_an_open_version_follow_the_call(store: Store) -> None:
    call_id = a_call(store)
    save_call(store, replace(load_call(store, call_id), date_opened=DAY, date_closed=date(2022, 6, 1)))
    rules = load_current_rules(store, call_id)
    assert (rules.date_opened, rules.date_closed) == (DAY, date(2022, 6, 1))


@pytest.mark.parametrize(
    ("code", "name", "usual"),
    [("other", "Altre spese", True), ("other", "Other expenses ", True), ("other", "Viaggi", False), ("x", "", False)],
)
def test_usual_names_are_known_in_every_language(code: str, name: str, usual: bool) -> None:
    assert d.is_usual_name(code, name) is usual
    assert d.named_codes("other, x", DEFAULT_CATEGORIES, IT) == "Altre spese; x"


# --- comparison and paper ----------------------------------------------------------------


def test_a_comparison_shows_what_changed_rule_by_rule(store: Store) -> None:
    call_id = a_call(store)
    old = whole(load_current_rules(store, call_id), an_area(store, title="Imprese"))
    new = replace(
        old,
        version=2,
        grant_max=Cents(60_000_00),
        vat=None,
        documents=(*old.documents, d.DocumentDraft(code="CV", name="Curriculum")),
        leads=(),
    )
    changes = {
        row.key: (row.before, row.after) for row in compare_rules(old, new, area_names(store), EN) if row.is_changed
    }
    assert changes == {
        "grant_max": ("50.000,00\u00a0€", "60.000,00\u00a0€"),
        "vat": ("net of VAT", "not fixed"),
        "documents.CV": ("", "Can be completed"),
        "leads.company": ("sede legale e operativa", ""),
    }
    assert not any(row.is_changed for row in compare_rules(old, old, area_names(store), EN))


def test_rules_and_comparison_are_printed(store: Store) -> None:
    call_id = a_call(store, "Avviso 2022")
    save_rules(store, whole(load_current_rules(store, call_id), an_area(store, title="Imprese")))
    (listed,) = version_items(store, EN)
    assert listed[1] == "Avviso 2022, version 1"
    assert not compared_items(store, EN)
    document = rules_document(store, IT, listed[0])
    (table,) = document.tables()
    texts = {row.rule: (row.value, row.source) for row in table.body()}
    assert texts["Contributo massimo"] == ("50.000,00\u00a0€", "art. 4 – in dubbio")
    assert texts["Ambiti finanziati: A.1 Imprese"] == ("1,00\u00a0€", "tabella")
    assert refusal(comparison_document, store, EN, listed[0]) == ("export.item_missing", None)
    received(store, call_id)
    second = new_rules_version(store, call_id, "Proroga").id
    save_rules(store, replace(load_rules(store, second), date_closed=date(2022, 7, 31)))
    assert [key for key, _name in compared_items(store, EN)] == [second]
    for item in (second, f"{second}:{listed[0]}"):
        (compared,) = comparison_document(store, EN, item).tables()
        (row,) = compared.body()
        assert (row.rule, row.before, row.after) == ("Closing day", "15/07/2022", "31/07/2022")
    assert len(tuple(rules_document(store, EN, None).tables())) == 1


def test_every_single_rule_has_a_name_and_a_line() -> None:
    assert set(TITLES) == set(SINGLE_RULES)
    keys = {line.key for line in rule_lines(RulesDraft(), {}, EN)}
    assert set(TITLES) <= keys


def test_lists_ask_as_often_for_three_versions_as_for_one(store: Store) -> None:
    asked = []
    for n in range(3):
        a_call(store, f"Avviso {n}")
        with queries(store) as sent:
            assert len(rules_rows(store)) == len(call_rows(store)) == n + 1
        asked.append(len(sent))
    assert asked[0] == asked[2]


def test_calls_of_direct_rows_get_rules_when_they_are_needed(store: Store, world: World) -> None:
    with store.read() as session:
        call_id = get_row(session, Proposal, world.proposal).call_id
        assert current_rules(session, call_id) is None
    assert load_current_rules(store, call_id).categories == DEFAULT_CATEGORIES
