"""The plan with its acts, declarations, sources, areas and territory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.enums import AccountKind, ActKind, PriorityLevel, SourceKind, TransferKind
from app.models.errors import AppError, RuleBroken
from app.models.journal import Edit
from app.models.ledger import Account, Ceiling, Entry, Posting, Transfer, insert_entries
from app.models.meetings import DecisionCeiling, DecisionMove
from app.models.money import Cents
from app.models.plan import Act, Declaration, FundingSource, PriorityArea
from app.models.spending import Rescaling
from app.models.store import Store
from app.models.territory import EarlierCallResult, Municipality
from app.services.calls.calls import CallDraft, save_call
from app.services.ledger.ledger import _account_of
from app.services.network.territory import (
    DistrictDraft,
    EarlierCallDraft,
    EarlierCallResultDraft,
    MunicipalityDraft,
    delete_district,
    delete_earlier_call,
    delete_municipality,
    district_rows,
    earlier_call_rows,
    load_district,
    load_earlier_call,
    load_municipality,
    municipality_rows,
    save_district,
    save_earlier_call,
    save_municipality,
)
from app.services.plan.funding import (
    AreaDraft,
    AreaRow,
    SourceDraft,
    area_rows,
    delete_area,
    delete_source,
    find_totals,
    load_area,
    load_source,
    save_area,
    save_source,
    source_rows,
)
from app.services.plan.plan import (
    ActDraft,
    ContextFigureDraft,
    DeclarationDraft,
    PlanDraft,
    TrainingModuleDraft,
    act_rows,
    declaration_rows,
    delete_act,
    delete_declaration,
    find_plan,
    load_act,
    load_declaration,
    load_plan,
    save_act,
    save_declaration,
    save_declarations,
    save_plan,
)
from app.services.plan.totals import PlanTotals
from app.services.reports.plan_tables import resources_table
from app.services.wording.texts import translator
from tests.services.builders import (
    DAY,
    a_decision,
    a_plan,
    a_proposal,
    a_source,
    an_area,
    edits,
    fund,
    queries,
    refusal,
)

FULL = PlanDraft(
    name="Piano territoriale",
    territory="ASL Milano 1",
    office="ASL Milano 1\nDirezione Sociale",
    date_start=date(2014, 7, 1),
    date_end=date(2016, 6, 30),
    duration_months=24,
    purpose="Conciliare",
    training=(TrainingModuleDraft(title="Lo smart working", source_line=510),),
    figures=(ContextFigureDraft(None, "Residenti", "926.011", "abitanti", "2012", "ASL", 199),),
    source_line=5,
)


def account_names(store: Store) -> list[tuple[str, str]]:
    with store.read() as session:
        rows = session.execute(sa.select(Account.kind, Account.name).order_by(Account.kind, Account.position))
        return [(kind, name) for kind, name in rows]


def count(store: Store, model: Any) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# --- the plan ----------------------------------------------------------------------------


def test_plan_comes_back_as_it_was_typed(store: Store) -> None:
    assert find_plan(store) is None
    changes = save_plan(store, FULL)
    assert changes.topics == {"plan", "ledger"}
    draft = load_plan(store, changes.id)
    assert draft == find_plan(store)
    assert (draft.training[0].id, draft.figures[0].id) != (None, None)
    training = (replace(draft.training[0], id=None),)
    figures = (replace(draft.figures[0], id=None),)
    assert replace(draft, id=None, training=training, figures=figures) == FULL


def test_plan_has_its_root_accounts_and_they_follow_its_name(store: Store) -> None:
    plan = a_plan(store)
    assert account_names(store) == [("outside", ""), ("plan", "Piano")]
    save_plan(store, replace(load_plan(store, plan), name="Piano nuovo"))
    assert account_names(store) == [("outside", ""), ("plan", "Piano nuovo")]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": " "}, "field.required", "name"),
        ({"date_end": date(2014, 6, 30)}, "date.end_before_start", "date_end"),
        ({"duration_months": 0}, "number.not_positive", "duration_months"),
        ({"training": (TrainingModuleDraft(title="a"), TrainingModuleDraft())}, "field.required", "training.1.title"),
        ({"figures": (ContextFigureDraft(value="1"),)}, "field.required", "figures.0.label"),
        ({"figures": (ContextFigureDraft(label="a"),)}, "field.required", "figures.0.value"),
    ],
)
def test_save_plan_refuses_and_writes_nothing(
    store: Store, fields: dict[str, Any], code: str, field: str | None
) -> None:
    assert refusal(save_plan, store, replace(FULL, **fields)) == (code, field)
    assert edits(store) == 0


def test_save_plan_refuses_a_second_plan(store: Store) -> None:
    a_plan(store)
    assert refusal(save_plan, store, FULL) == ("plan.exists", None)


def test_load_plan_that_is_gone(store: Store) -> None:
    assert refusal(load_plan, store, "gone") == ("record.gone", None)


@pytest.mark.parametrize(
    ("verb", "draft"),
    [
        (save_act, ActDraft(number="1")),
        (save_source, SourceDraft(name="a", amount=Cents(1))),
        (save_area, AreaDraft(title="a")),
        (save_declaration, DeclarationDraft(check="a", as_printed="b")),
        (save_district, DistrictDraft(name="a")),
        (save_municipality, MunicipalityDraft(name="a")),
        (save_earlier_call, EarlierCallDraft(title="a", year=2013, received=0, admitted=0, funded=0)),
        (save_call, CallDraft(title="a")),
    ],
)
def test_what_belongs_to_a_plan_needs_one(store: Store, verb: Any, draft: Any) -> None:
    assert refusal(verb, store, draft) == ("plan.missing", None)


# --- acts --------------------------------------------------------------------------------


def test_acts_come_back_in_order(store: Store) -> None:
    a_plan(store)
    undated = ActDraft(kind=ActKind.AGREEMENT, number="Accordo", source_line=300)
    decree = ActDraft(None, ActKind.DECREE, "2058", date(2014, 3, 11), "Modalità", "decreto n. 2058", 561)
    resolution = ActDraft(None, ActKind.RESOLUTION, "X/1081", date(2013, 12, 12))
    keys = [save_act(store, draft).id for draft in (undated, decree, resolution)]
    assert load_act(store, keys[1]) == replace(decree, id=keys[1])
    assert [(row.id, row.number, row.kind) for row in act_rows(store)] == [
        (keys[2], "X/1081", ActKind.RESOLUTION),
        (keys[1], "2058", ActKind.DECREE),
        (keys[0], "Accordo", ActKind.AGREEMENT),
    ]
    with pytest.raises(AppError, match=r"act\.duplicate"):
        save_act(store, replace(decree, subject="Altro"))
    with pytest.raises(AppError, match=r"act\.duplicate"):
        save_act(store, undated)
    save_act(store, replace(decree, id=keys[1], subject="Altro"))
    assert load_act(store, keys[1]).subject == "Altro"
    assert refusal(save_act, store, ActDraft()) == ("field.required", "number")


def test_an_act_without_a_number_is_known_by_its_print(store: Store) -> None:
    a_plan(store)
    for printed in ("Accordo Territoriale", "Bando 2013"):
        save_act(store, ActDraft(as_printed=printed))
    assert [(row.number, row.as_printed) for row in act_rows(store)] == [
        ("", "Accordo Territoriale"),
        ("", "Bando 2013"),
    ]


def test_declarations_of_a_paper_are_one_gesture(store: Store) -> None:
    a_plan(store)
    good = DeclarationDraft(check="plan.value", as_printed="537.820,00", cents=Cents(53_782_000))
    bad = replace(good, number="1,5")
    before = edits(store)
    assert refusal(save_declarations, store, (good, bad)) == ("declaration.number", "number")
    assert edits(store) == before
    keys = save_declarations(store, (good, replace(good, check="plan.initial"))).ids
    assert [row.id for row in declaration_rows(store)] == list(keys)
    with store.read() as session:
        assert len(set(session.scalars(sa.select(Edit.gesture).where(Edit.table_name == "declaration")))) == 1


def test_delete_act_refuses_while_something_rests_on_it(store: Store) -> None:
    a_plan(store)
    act = save_act(store, ActDraft(number="1081")).id
    source = a_source(store, act_id=act)
    call = save_call(store, CallDraft(title="Avviso", act_id=act)).id
    with pytest.raises(RuleBroken) as caught:
        delete_act(store, act)
    assert caught.value.values == {"name": "1081", "users": ("Quota fissa", "Avviso")}
    save_source(store, replace(load_source(store, source), act_id=None))
    save_call(store, CallDraft(id=call, title="Avviso"))
    delete_act(store, act)
    assert act_rows(store) == ()


def test_delete_act_that_brought_money_in(store: Store) -> None:
    a_plan(store)
    fund(store, a_source(store), 100_000)
    with pytest.raises(RuleBroken, match="Incasso"):
        delete_act(store, act_rows(store)[0].id)


# --- declarations ------------------------------------------------------------------------


def test_declarations_come_back(store: Store) -> None:
    plan = a_plan(store)
    draft = DeclarationDraft(None, "award.table", plan, "69.803,00", Cents(6_980_300), "69803", "cap. 4", "nota", 612)
    key = save_declaration(store, draft).id
    assert load_declaration(store, key) == replace(draft, id=key)
    row = declaration_rows(store)[0]
    assert (row.check, row.subject_id, row.cents, row.number) == ("award.table", plan, 6_980_300, "69803")
    save_declaration(store, replace(draft, id=key, note=""))
    assert declaration_rows(store)[0].note == ""
    delete_declaration(store, key)
    assert declaration_rows(store) == ()


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"check": ""}, "field.required", "check"),
        ({"as_printed": ""}, "field.required", "as_printed"),
        ({"cents": Cents(-1)}, "number.negative", "cents"),
        ({"number": "3,86"}, "declaration.number", "number"),
        ({"number": "3."}, "declaration.number", "number"),
        ({"number": "٣"}, "declaration.number", "number"),
    ],
)
def test_save_declaration_refuses(store: Store, fields: dict[str, Any], code: str, field: str) -> None:
    draft = DeclarationDraft(check="share", as_printed="3,86 %", number="3.86")
    assert refusal(save_declaration, store, replace(draft, **fields)) == (code, field)


def test_what_is_declared_about_a_record_keeps_it(store: Store) -> None:
    a_plan(store)
    area = an_area(store)
    save_declaration(store, DeclarationDraft(check="area", as_printed="150.000", subject_id=area))
    with pytest.raises(RuleBroken) as caught:
        delete_area(store, area)
    assert caught.value.values == {"name": "A.1 Imprese", "users": ("150.000",)}


# --- sources -----------------------------------------------------------------------------


def test_sources_come_back_with_their_money(store: Store) -> None:
    a_plan(store)
    act = save_act(store, ActDraft(number="1081", as_printed="DGR n. X/1081")).id
    bare = save_act(store, ActDraft(number="4221")).id
    second = a_source(store, position=2, kind=SourceKind.RESIDUE, name="Residui", amount=Cents(5), act_id=bare)
    first = a_source(store, position=1, act_id=act, source_line=1952)
    premium = a_source(store, kind=SourceKind.PREMIUM, name="Premialità", due=False, condition="Dopo il primo anno")
    fund(store, first, 100_000)
    rows = source_rows(store)
    assert [(row.id, row.position, row.kind) for row in rows] == [
        (first, 1, SourceKind.FIXED),
        (second, 2, SourceKind.RESIDUE),
        (premium, 3, SourceKind.PREMIUM),
    ]
    assert [(row.amount, row.received, row.left, row.act) for row in rows] == [
        (100_000, 100_000, 100_000, "DGR n. X/1081"),
        (5, 0, 0, "4221"),
        (100_000, 0, 0, ""),
    ]
    assert load_source(store, first) == SourceDraft(
        first, 1, SourceKind.FIXED, "Quota fissa", Cents(100_000), True, "", act, 1952
    )
    assert (rows[2].due, rows[2].condition) == (False, "Dopo il primo anno")


def resources(store: Store) -> list[tuple[str, int]]:
    """T01: names and amounts of its rows, as drawn."""
    table = resources_table(store, translator("it"))
    return [(table.cell(row, table.columns[0]), table.cell(row, table.columns[2])) for row in table.drawn_rows()]


@pytest.mark.parametrize("due", [False, True])
def test_premium_is_not_of_the_initial_resources_once_it_is_due(store: Store, due: bool) -> None:
    a_plan(store)
    a_source(store, name="Quota fissa", amount=Cents(100))
    premium = a_source(store, kind=SourceKind.PREMIUM, name="Premialità", amount=Cents(20), due=due)
    rows = [("Quota fissa", 100), ("Totale risorse iniziali", 100), ("Premialità", 20)]
    assert resources(store) == [*rows, ("Totale con premialità", 120)]
    assert bool(resources_table(store, translator("it")).notes) != due
    assert (find_totals(store).initial, find_totals(store).residue) == (100, 100)
    save_source(store, replace(load_source(store, premium), kind=SourceKind.SAVINGS))
    assert resources(store)[-1] == ("Totale delle risorse", 120)


def test_source_account_follows_the_source(store: Store) -> None:
    a_plan(store)
    source = a_source(store)
    save_source(store, replace(load_source(store, source), name="Quota", amount=Cents(7)))
    assert ("source", "Quota") in account_names(store)
    assert source_rows(store)[0].amount == 7


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": ""}, "field.required", "name"),
        ({"amount": None}, "field.required", "amount"),
        ({"amount": Cents(0)}, "amount.not_positive", "amount"),
        ({"amount": Cents(-1)}, "amount.not_positive", "amount"),
        ({"amount": Cents(10**16)}, "number.too_large", "amount"),
        ({"position": 0}, "number.not_positive", "position"),
        ({"position": 1}, "source.position_taken", "position"),
        ({"act_id": "gone"}, "record.gone", None),
    ],
)
def test_save_source_refuses(store: Store, fields: dict[str, Any], code: str, field: str | None) -> None:
    a_plan(store)
    a_source(store)
    before = edits(store)
    draft = SourceDraft(name="Altra", amount=Cents(1))
    assert refusal(save_source, store, replace(draft, **fields)) == (code, field)
    assert edits(store) == before


def test_amount_of_received_money_stays_until_it_is_taken_back(store: Store) -> None:
    a_plan(store)
    source = a_source(store)
    fund(store, source, 100_000)
    draft = load_source(store, source)
    assert refusal(save_source, store, replace(draft, amount=Cents(1))) == ("source.amount_received", "amount")
    save_source(store, replace(draft, name="Quota"))
    reverse_funding(store)
    assert (source_rows(store)[0].received, source_rows(store)[0].left) == (0, 0)
    save_source(store, replace(draft, amount=Cents(1)))


def reverse_funding(store: Store) -> None:
    with store.write("reverse_transfer") as session:
        funding = session.scalars(sa.select(Transfer)).one()
        back = {posting.account_id: -posting.cents for posting in session.scalars(sa.select(Posting))}
        entry = Entry(TransferKind.REVERSAL, DAY, "Storno", back, act_id=funding.act_id, reverses_id=funding.id)
        insert_entries(session, [entry])


def test_delete_source_with_its_account(store: Store) -> None:
    a_plan(store)
    source = a_source(store)
    delete_source(store, source)
    assert source_rows(store) == ()
    assert account_names(store) == [("outside", ""), ("plan", "Piano")]
    assert refusal(delete_source, store, source) == ("record.gone", None)


def test_delete_source_refuses_once_money_went_through(store: Store) -> None:
    a_plan(store)
    source = a_source(store)
    fund(store, source, 100_000)
    with pytest.raises(RuleBroken) as caught:
        delete_source(store, source)
    assert caught.value.values == {"name": "Quota fissa", "users": ("Incasso",)}


def test_delete_source_and_area_refuse_while_a_decision_names_them(store: Store) -> None:
    a_plan(store)
    source, area, other = a_source(store), an_area(store), an_area(store)
    decision = a_decision(store, "Tetti")
    with store.write("save_decision") as session:
        session.add(
            DecisionMove(
                decision_id=decision,
                position=1,
                bundle=1,
                kind="allocation",
                from_account_id=_account_of(session, source).id,
                to_account_id=_account_of(session, area).id,
                amount=1,
            )
        )
        session.add(DecisionCeiling(decision_id=decision, area_id=other, position=1, amount=1))
    for verb, key in ((delete_source, source), (delete_area, area), (delete_area, other)):
        with pytest.raises(RuleBroken) as caught:
            verb(store, key)
        assert caught.value.values["users"] == ("Tetti",)


def test_delete_area_refuses_while_a_ceiling_holds(world: Any, store: Store) -> None:
    area = an_area(store)
    with store.write("save_decision") as session:
        account = _account_of(session, area)
        session.add(Ceiling(account_id=account.id, decision_id=world.in_force, amount=1))
    with pytest.raises(RuleBroken) as caught:
        delete_area(store, area)
    assert caught.value.values == {"name": "A.2 Imprese", "users": ("Riparto",)}


# --- areas -------------------------------------------------------------------------------


def test_areas_come_back_in_order(store: Store) -> None:
    a_plan(store)
    low = an_area(store, level=PriorityLevel.LOW, title="Servizi")
    third = an_area(store, number=3, title="Incentivi", amount_planned=Cents(12_000_000), source_line=520)
    first = an_area(store, number=1)
    assert [(row.id, row.code, row.amount_planned) for row in area_rows(store)] == [
        (first, "A.1", None),
        (third, "A.3", 12_000_000),
        (low, "B.1", None),
    ]
    assert load_area(store, third) == AreaDraft(third, PriorityLevel.HIGH, 3, "Incentivi", Cents(12_000_000), 520)
    next_one = an_area(store)
    assert load_area(store, next_one).number == 4


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": ""}, "field.required", "title"),
        ({"number": 0}, "number.not_positive", "number"),
        ({"number": 1}, "area.number_taken", "number"),
        ({"amount_planned": Cents(-1)}, "number.negative", "amount_planned"),
    ],
)
def test_save_area_refuses(store: Store, fields: dict[str, Any], code: str, field: str) -> None:
    a_plan(store)
    an_area(store)
    assert refusal(save_area, store, replace(AreaDraft(title="Altro"), **fields)) == (code, field)
    save_area(store, replace(AreaDraft(title="Altro"), level=PriorityLevel.LOW, number=1))


def test_area_account_follows_the_area(store: Store) -> None:
    a_plan(store)
    area = an_area(store)
    save_area(store, replace(load_area(store, area), number=2, title="Welfare"))
    assert [name for kind, name in account_names(store) if kind == AccountKind.AREA] == ["A.2 Welfare"]


def test_delete_area_refuses_while_a_cut_of_requests_is_in_it(store: Store) -> None:
    a_plan(store)
    area = an_area(store)
    with store.write("save_rescaling") as session:
        session.add(Rescaling(area_id=area, name="Taglio in parti uguali", total=Cents(100), rule="equal_cut"))
    with pytest.raises(RuleBroken) as caught:
        delete_area(store, area)
    assert caught.value.values["users"] == ("Taglio in parti uguali",)


def test_delete_area_refuses_while_a_proposal_is_for_it(store: Store) -> None:
    a_plan(store)
    area = an_area(store)
    proposal = a_proposal(store, area_id=area)
    with pytest.raises(RuleBroken) as caught:
        delete_area(store, area)
    assert caught.value.values == {"name": "A.1 Imprese", "users": ("Noi famiglie",)}
    assert proposal
    free = an_area(store)
    delete_area(store, free)
    assert [row.id for row in area_rows(store)] == [area]


def test_totals_of_the_plan(store: Store) -> None:
    a_plan(store)
    fixed = a_source(store, amount=Cents(25_451_000))
    a_source(store, kind=SourceKind.RESIDUE, name="Residui", amount=Cents(16_967_262))
    a_source(store, kind=SourceKind.PREMIUM, name="Premialità", amount=Cents(6_362_700), due=False)
    for planned in (15_000_000, 10_000_000, 12_000_000):
        an_area(store, amount_planned=Cents(planned))
    an_area(store, level=PriorityLevel.LOW)
    fund(store, fixed, 25_451_000)
    assert find_totals(store) == PlanTotals(
        initial=Cents(42_418_262),
        later=Cents(6_362_700),
        in_all=Cents(48_780_962),
        planned=Cents(37_000_000),
        residue=Cents(5_418_262),
        received=Cents(25_451_000),
        awarded=Cents(0),
        left=Cents(25_451_000),
    )


def test_area_shows_ceiling_awards_and_what_is_left(world: Any, store: Store) -> None:
    with store.write("post_entries") as session:
        for postings in ({world.source: -30_000, world.area: 30_000}, {world.area: -12_000, world.project: 12_000}):
            entry = Entry(TransferKind.ALLOCATION, DAY, "Movimento", postings, decision_id=world.in_force)
            insert_entries(session, [entry])
    row = area_rows(store)[0]
    assert isinstance(row, AreaRow)
    assert (row.ceiling, row.allocated, row.awarded, row.left) == (50_000, 30_000, 12_000, 18_000)
    assert find_totals(store).awarded == 12_000


# --- territory ---------------------------------------------------------------------------


def test_district_with_its_municipalities(store: Store) -> None:
    a_plan(store)
    garbagnate = DistrictDraft(
        number=1,
        name="Garbagnate",
        zone="Ticino Olona",
        municipalities=(MunicipalityDraft(name="Senago", source_line=770), MunicipalityDraft(name="Bollate")),
        source_line=357,
    )
    key = save_district(store, garbagnate).id
    lone = save_municipality(store, MunicipalityDraft(name="Turbigo")).id
    draft = load_district(store, key)
    assert [(row.name, row.district_id, row.source_line) for row in draft.municipalities] == [
        ("Bollate", key, None),
        ("Senago", key, 770),
    ]
    assert replace(draft, municipalities=()) == replace(garbagnate, id=key, municipalities=())
    row = district_rows(store)[0]
    assert (row.number, row.zone, row.municipalities) == (1, "Ticino Olona", ("Bollate", "Senago"))
    assert [(found.name, found.district) for found in municipality_rows(store)] == [
        ("Bollate", "Garbagnate"),
        ("Senago", "Garbagnate"),
        ("Turbigo", ""),
    ]
    assert load_municipality(store, lone) == MunicipalityDraft(lone, "Turbigo")


def test_municipality_deleted_and_typed_again_in_one_gesture(store: Store) -> None:
    a_plan(store)
    key = save_district(store, DistrictDraft(name="Rho", municipalities=(MunicipalityDraft(name="Rho"),))).id
    again = (MunicipalityDraft(name="Rho"), MunicipalityDraft(name="Arese"))
    before = load_district(store, key).municipalities[0].id
    save_district(store, replace(load_district(store, key), municipalities=again))
    assert [row.name for row in load_district(store, key).municipalities] == ["Arese", "Rho"]
    assert load_district(store, key).municipalities[1].id == before
    save_district(store, replace(load_district(store, key), municipalities=()))
    assert count(store, Municipality) == 0


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": ""}, "field.required", "name"),
        ({"number": 0}, "number.not_positive", "number"),
        ({"number": 1}, "district.number_taken", "number"),
        ({"municipalities": (MunicipalityDraft(),)}, "field.required", "municipalities.0.name"),
        (
            {"municipalities": (MunicipalityDraft(name="Arese"), MunicipalityDraft(name="ARESE"))},
            "municipality.repeated",
            "municipalities.1.name",
        ),
        (
            {"municipalities": (MunicipalityDraft(name="Arese"), MunicipalityDraft(name="rho"))},
            "municipality.name_taken",
            "municipalities.1.name",
        ),
        ({"municipalities": (MunicipalityDraft(name="Turbigo"),)}, "municipality.name_taken", "municipalities.0.name"),
    ],
)
def test_save_district_refuses(store: Store, fields: dict[str, Any], code: str, field: str) -> None:
    a_plan(store)
    save_district(store, DistrictDraft(name="Rho", municipalities=(MunicipalityDraft(name="Rho"),)))
    save_municipality(store, MunicipalityDraft(name="Turbigo"))
    before = edits(store)
    assert refusal(save_district, store, replace(DistrictDraft(name="Legnano"), **fields)) == (code, field)
    assert edits(store) == before


def test_municipality_is_moved_and_deleted(store: Store) -> None:
    a_plan(store)
    key = save_municipality(store, MunicipalityDraft(name="Turbigo")).id
    district = save_district(store, DistrictDraft(name="Castano")).id
    save_municipality(store, MunicipalityDraft(key, "Turbigo", district))
    assert district_rows(store)[0].municipalities == ("Turbigo",)
    draft = MunicipalityDraft(name="turbigo")
    assert refusal(save_municipality, store, draft) == ("municipality.name_taken", "name")
    assert refusal(delete_district, store, district) == ("record.in_use", None)
    delete_municipality(store, key)
    delete_district(store, district)
    assert (district_rows(store), municipality_rows(store)) == ((), ())


def test_earlier_call_by_district(store: Store) -> None:
    a_plan(store)
    rho, legnano = (save_district(store, DistrictDraft(name=name)).id for name in ("Rho", "Legnano"))
    results = (EarlierCallResultDraft(None, legnano, 6, 369), EarlierCallResultDraft(None, rho, 1))
    draft = EarlierCallDraft(None, "Famiglie Protagoniste", 2013, 61, 57, 21, results, 340)
    key = save_earlier_call(store, draft).id
    loaded = load_earlier_call(store, key)
    assert [(row.district_id, row.funded, row.source_line) for row in loaded.results] == [
        (rho, 1, None),
        (legnano, 6, 369),
    ]
    assert replace(loaded, results=results) == replace(draft, id=key)
    save_earlier_call(store, replace(loaded, results=loaded.results[:1]))
    row = earlier_call_rows(store)[0]
    assert (row.title, row.year, row.received, row.admitted, row.funded) == ("Famiglie Protagoniste", 2013, 61, 57, 21)
    assert row.funded_by_district == 1
    assert refusal(delete_district, store, rho) == ("record.in_use", None)
    delete_earlier_call(store, key)
    assert (earlier_call_rows(store), count(store, EarlierCallResult)) == ((), 0)
    delete_district(store, rho)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": ""}, "field.required", "title"),
        ({"year": None}, "field.required", "year"),
        ({"year": 0}, "number.not_positive", "year"),
        ({"received": None}, "field.required", "received"),
        ({"admitted": 62}, "earlier_call.counts", "admitted"),
        ({"funded": 58}, "earlier_call.counts", "funded"),
        ({"funded": -1}, "number.negative", "funded"),
        ({"results": (EarlierCallResultDraft(funded=1),)}, "field.required", "results.0.district_id"),
        ({"results": (EarlierCallResultDraft(district_id="d"),)}, "field.required", "results.0.funded"),
        (
            {"results": (EarlierCallResultDraft(None, "d", 1), EarlierCallResultDraft(None, "d", 2))},
            "district.repeated",
            "results.1.district_id",
        ),
        ({"results": (EarlierCallResultDraft(None, "gone", 1),)}, "record.gone", None),
    ],
)
def test_save_earlier_call_refuses(store: Store, fields: dict[str, Any], code: str, field: str | None) -> None:
    a_plan(store)
    draft = EarlierCallDraft(title="Bando", year=2013, received=61, admitted=57, funded=21)
    assert refusal(save_earlier_call, store, replace(draft, **fields)) == (code, field)


# --- lists -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows", [act_rows, declaration_rows, source_rows, area_rows, district_rows, municipality_rows, earlier_call_rows]
)
def test_lists_ask_as_often_for_three_rows_as_for_one(store: Store, rows: Any) -> None:
    a_plan(store)
    asked = []
    for n in (1, 2, 3):
        save_act(store, ActDraft(number=str(n)))
        save_declaration(store, DeclarationDraft(check="a", as_printed="b"))
        a_source(store)
        an_area(store)
        district = save_district(store, DistrictDraft(name="D", municipalities=(MunicipalityDraft(name=f"M{n}"),))).id
        results = (EarlierCallResultDraft(district_id=district, funded=1),)
        call = EarlierCallDraft(title="B", year=2013, received=1, admitted=1, funded=1, results=results)
        save_earlier_call(store, call)
        with queries(store) as sent:
            assert len(rows(store)) == n
        asked.append(len(sent))
    assert asked[0] == asked[2]


def test_sample_mark_reaches_the_lists(store: Store) -> None:
    a_plan(store)
    store.sample = True
    save_act(store, ActDraft(number="1"))
    a_source(store)
    assert act_rows(store)[0].sample
    assert source_rows(store)[0].sample


def test_every_user_of_a_record_is_looked_for() -> None:
    """What refers to the tables of this room: a new reference must be thought of in the deleting verbs."""
    users: dict[str, set[str]] = {}
    for table in Act.metadata.tables.values():
        for key in table.foreign_keys:
            users.setdefault(key.column.table.name, set()).add(table.name)
    assert users["act"] == {"funding_source", "call", "call_act", "transfer"}
    in_areas = {"proposal", "decision_ceiling", "rules_area", "source_reservation", "rescaling", "ranking_place"}
    assert users["priority_area"] == in_areas
    assert users["district"] == {"municipality", "earlier_call_result", "programme_place"}
    assert users["earlier_call"] == {"earlier_call_result"}
    assert users["funding_source"] == {"pot_source", "source_reservation"}
    assert users["municipality"] == {"organisation_seat", "programme_place", "household"}
    assert "declaration" not in users
    kept_of_accounts = {"account", "account_day", "account_path", "account_state"}
    assert users["account"] == {*kept_of_accounts, "ceiling", "decision_move", "posting"}
    assert {model.__tablename__ for model in (Declaration, FundingSource, PriorityArea)}
