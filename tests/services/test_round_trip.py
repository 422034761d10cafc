"""What goes out as a workbook comes in as the same: any proposal, any plan, whatever stands in their fields."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.models.enums import (
    ActKind,
    ArrivalChannel,
    BudgetSection,
    CostCategory,
    OrganisationKind,
    PriorityLevel,
    SourceKind,
)
from app.models.money import CENTS_MAX, Cents
from app.models.store import Store
from app.services.calls.calls import CallDraft, call_rows, save_call
from app.services.exchange.plan_export import plan_answers, write_plan
from app.services.exchange.proposal_export import write_filled_form
from app.services.exchange.proposal_form import PROPOSAL
from app.services.exchange.proposal_rows import CHILDREN, OWN_KEYS
from app.services.exchange.workbook import import_workbook
from app.services.network.alliances import AllianceDraft, PartnerDraft, alliance_rows, save_alliance
from app.services.network.registry import AliasDraft, OrganisationDraft, save_organisation
from app.services.network.territory import DistrictDraft, MunicipalityDraft, save_district
from app.services.plan.funding import AreaDraft, SourceDraft, area_rows, save_area, save_source
from app.services.plan.plan import ActDraft, ContextFigureDraft, PlanDraft, TrainingModuleDraft, save_act, save_plan
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
from app.services.proposals.proposals import load_proposal, save_proposal
from app.services.wording.folding import fold
from app.services.wording.numbering import format_objective_numbers
from app.services.wording.parsing import COUNT_MAX
from app.services.wording.texts import LANGUAGES, translator
from tests.services.builders import a_plan, an_alliance, an_area, an_organisation
from tests.services.test_sample_by_workbook import bare
from tests.services.world import new_store, reopen

EXAMPLES = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))

ODD = "=+-@_x0041_\t\n «»àÈ€\u0301\u2028\x01\x1f\ufffe☐😀'\"<>&;:"
LETTERS = st.one_of(
    st.sampled_from(ODD), st.characters(codec="utf-8", exclude_characters="\r\x00", exclude_categories=("Cs",))
)
TEXT = st.text(LETTERS, max_size=40).map(str.strip)
NEEDED = TEXT.filter(bool)
AMOUNT = st.one_of(st.integers(0, 10**9), st.integers(0, CENTS_MAX)).map(Cents)
COUNT = st.integers(0, COUNT_MAX)
DAY = st.dates(date(1000, 1, 1), date(9999, 12, 31))
SHARE = st.tuples(st.integers(0, 100), st.text("0123456789", max_size=3)).map(
    lambda both: f"{both[0]},{both[1]}\u00a0%" if both[1] else f"{both[0]}\u00a0%"
)


@st.composite
def proposals(draw: st.DrawFn) -> ProposalDraft:
    """A proposal without the records that it names."""
    numbers = draw(st.lists(st.integers(1, 99), unique=True, max_size=5).map(sorted))
    results = draw(st.lists(NEEDED, max_size=4))
    served = st.lists(st.sampled_from(numbers), unique=True) if numbers else st.just([])
    span = draw(st.tuples(st.integers(1, 60), st.integers(0, 60)))
    months = st.sampled_from([(None, None), (span[0], span[0] + span[1])])
    return ProposalDraft(
        number=draw(st.integers(1, 9999)),
        title=draw(NEEDED),
        protocol=draw(TEXT),
        date_received=draw(st.none() | DAY),
        time_received=draw(st.just("") | st.times().map(lambda time: time.strftime("%H:%M"))),
        channel=draw(st.none() | st.sampled_from(ArrivalChannel)),
        signatory=draw(TEXT),
        date_start=draw(st.none() | DAY),
        duration_months=draw(st.none() | st.integers(1, 120)),
        context=draw(TEXT),
        aims=draw(TEXT),
        sustainability=draw(TEXT),
        objectives=tuple(ObjectiveDraft(number=n, text=draw(NEEDED)) for n in numbers),
        actions=tuple(
            ActionDraft(
                label=label, text=text, objectives=format_objective_numbers(aims), month_from=first, month_to=last
            )
            for label, text, aims, (first, last) in draw(st.lists(st.tuples(TEXT, NEEDED, served, months), max_size=4))
        ),
        targets=tuple(
            TargetDraft(text=text, number_min=n)
            for text, n in draw(st.lists(st.tuples(NEEDED, st.none() | COUNT), max_size=3))
        ),
        results=tuple(ResultDraft(number=n, text=text) for n, text in enumerate(results, start=1)),
        indicators=tuple(
            IndicatorDraft(result=n, text=text, target=target)
            for n in range(1, len(results) + 1)
            for text, target in draw(st.lists(st.tuples(NEEDED, st.none() | COUNT), max_size=2))
        ),
        items=tuple(draw(st.lists(items(), max_size=5))),
        total_declared=draw(st.none() | AMOUNT),
        grant_declared=draw(st.none() | AMOUNT),
        cofinancing_declared=draw(st.none() | AMOUNT),
        share_declared=draw(st.just("") | SHARE),
        grant_requested=draw(st.none() | AMOUNT),
    )


@st.composite
def items(draw: st.DrawFn) -> BudgetItemDraft:
    section = draw(st.sampled_from(BudgetSection))
    known = [one for one in CostCategory if one is not CostCategory.VOLUNTEERS or section is BudgetSection.CONTRIBUTION]
    category = draw(st.sampled_from(known))
    return BudgetItemDraft(section=section, category=category.value, label=draw(TEXT), amount=draw(AMOUNT))


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An archive with plan, area, call and an alliance with its lead, and an empty one; both closed."""
    folders = [tmp_path_factory.mktemp(name) for name in ("office", "empty")]
    with new_store(folders[0]) as store:
        a_plan(store)
        an_area(store, title="Nuove modalità di lavoro")
        save_call(store, CallDraft(title="Avviso 2014"))
        an_alliance(store, "Ambito di Rho", short_name="Rho", lead_id=an_organisation(store, "Comune di Rho"))
    with new_store(folders[1]):
        pass
    return folders[0] / "prova.concilia", folders[1] / "prova.concilia"


@contextmanager
def copies(*archives: Path) -> Iterator[tuple[Path, list[Store]]]:
    """A folder, and copies of archives in it, open."""
    with TemporaryDirectory() as folder:
        stores = [reopen(Path(shutil.copy(path, Path(folder) / f"{n}.concilia"))) for n, path in enumerate(archives)]
        try:
            yield Path(folder), stores
        finally:
            for store in stores:
                store.close()


@EXAMPLES
@given(draft=proposals(), language=st.sampled_from(LANGUAGES))
@example(draft=ProposalDraft(title="_x0041_ =1+1", number=1, context="\x01\x1f_x005F_"), language="it")
def test_any_proposal_comes_back_the_same(offices: tuple[Path, Path], draft: ProposalDraft, language: str) -> None:
    with copies(offices[0], offices[0]) as (folder, (one, other)):
        keys = {
            "call_id": call_rows(one)[0].id,
            "alliance_id": alliance_rows(one)[0].id,
            "area_id": area_rows(one)[0].id,
        }
        saved = save_proposal(one, replace(draft, **keys)).id
        write_filled_form(one, folder / "modulo.xlsx", translator(language), saved)
        receipt = import_workbook(other, folder / "modulo.xlsx")
        [row] = proposal_rows(other)
        assert row.id == receipt.taken.subject_id
        assert (row.call_id, row.alliance_id, row.area_id) == tuple(keys.values())
        expected = load_proposal(one, saved)
        assert bare(load_proposal(other, row.id)) == bare(expected)
        assert bare(expected) == bare(draft)
        write_filled_form(other, folder / "ancora.xlsx", translator(language), row.id)


def test_form_has_every_field_of_a_proposal() -> None:
    looked_for = {"call_id", "alliance_id", "area_id", "number"}
    shown_only = {"id", "state", "version", "reopened", "source_line"}
    children = {child.field for child in CHILDREN} | {"results", "indicators"}
    assert {field.name for field in fields(ProposalDraft)} == {*OWN_KEYS, *looked_for, *shown_only, *children}
    assert {column.key for column in PROPOSAL} >= set(OWN_KEYS)
    for child in CHILDREN:
        own = {field.name for field in fields(child.draft)} - {"id", "source_line"}
        assert own == {column.key for column in child.sheet.columns}


# --- a plan --------------------------------------------------------------------------------


def distinct(names: st.SearchStrategy[str], **sizes: int) -> st.SearchStrategy[list[str]]:
    return st.lists(
        names.filter(lambda name: bool(fold(name).strip())), unique_by=lambda name: fold(name).strip(), **sizes
    )


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """The records of a plan, by kind; references by their place in the list."""
    names = draw(distinct(NEEDED, min_size=1, max_size=5))
    towns = draw(distinct(NEEDED, max_size=4))
    sources = st.tuples(st.sampled_from(SourceKind), NEEDED, AMOUNT.filter(bool), st.booleans(), TEXT)
    return {
        "plan": PlanDraft(
            name=draw(NEEDED),
            territory=draw(TEXT),
            office=draw(TEXT),
            date_start=draw(st.none() | st.dates(date(1950, 1, 1), date(2000, 1, 1))),
            date_end=draw(st.none() | st.dates(date(2000, 1, 2), date(2050, 1, 1))),
            duration_months=draw(st.none() | st.integers(1, 600)),
            purpose=draw(TEXT),
            training=tuple(TrainingModuleDraft(title=title) for title in draw(st.lists(NEEDED, max_size=2))),
            figures=tuple(
                ContextFigureDraft(label=label, value=value, unit=unit)
                for label, value, unit in draw(st.lists(st.tuples(NEEDED, NEEDED, TEXT), max_size=2))
            ),
        ),
        "acts": draw(st.lists(st.tuples(st.sampled_from(ActKind), NEEDED, st.none() | DAY, TEXT), max_size=3)),
        "sources": draw(st.lists(sources, max_size=3)),
        "areas": draw(st.lists(st.tuples(st.sampled_from(PriorityLevel), NEEDED, st.none() | AMOUNT), max_size=3)),
        "towns": towns,
        "names": names,
        "kinds": draw(st.lists(st.sampled_from(OrganisationKind), min_size=len(names), max_size=len(names))),
        "notes": draw(st.lists(TEXT, min_size=len(names), max_size=len(names))),
        "alliances": draw(distinct(NEEDED, max_size=2)),
        "roles": draw(st.lists(st.booleans(), min_size=4, max_size=4)),
        "calls": draw(st.lists(NEEDED, min_size=1, max_size=2)),
        "proposals": draw(st.lists(proposals(), max_size=2, unique_by=lambda draft: draft.number)),
    }


def write(store: Store, plan: dict[str, Any]) -> None:
    """Write the records by their verbs."""
    save_plan(store, plan["plan"])
    acts = [
        save_act(store, ActDraft(kind=kind, number=f"{n}/{number}", date_issued=day, subject=subject)).id
        for n, (kind, number, day, subject) in enumerate(plan["acts"])
    ]
    act_id = acts[0] if acts else None
    for kind, name, amount, due, condition in plan["sources"]:
        save_source(store, SourceDraft(None, None, kind, name, amount, due, condition, act_id))
    areas = [
        save_area(store, AreaDraft(level=level, title=title, amount_planned=amount)).id
        for level, title, amount in plan["areas"]
    ]
    towns = tuple(MunicipalityDraft(name=name) for name in plan["towns"])
    save_district(store, DistrictDraft(name="Distretto", municipalities=towns))
    bodies = [
        save_organisation(
            store, OrganisationDraft(name=name, kind=kind, note=note, aliases=(AliasDraft(name=f"Ente n. {n}"),))
        ).id
        for n, (name, kind, note) in enumerate(zip(plan["names"], plan["kinds"], plan["notes"], strict=True))
        if not fold(name).startswith("ente n.")
    ]
    design, coordination, delivery, verification = plan["roles"]
    partners = tuple(PartnerDraft(None, key, "", design, coordination, delivery, verification) for key in bodies)
    alliances = [
        save_alliance(
            store,
            AllianceDraft(name=name, short_name=f"A{n}", lead_id=bodies[0] if bodies else None, partners=partners),
        ).id
        for n, name in enumerate(plan["alliances"])
    ]
    calls = [save_call(store, CallDraft(title=title, act_id=act_id)).id for title in plan["calls"]]
    for draft in plan["proposals"] if alliances else ():
        area_id = areas[0] if areas else None
        known = replace(draft, protocol=f"{draft.number}/2014")
        save_proposal(store, replace(known, call_id=calls[-1], alliance_id=alliances[0], area_id=area_id))


@EXAMPLES
@given(plan=plans(), language=st.sampled_from(LANGUAGES))
def test_any_plan_comes_back_the_same(offices: tuple[Path, Path], plan: dict[str, Any], language: str) -> None:
    with copies(offices[1], offices[1]) as (folder, (one, other)):
        write(one, plan)
        write_plan(one, folder / "piano.xlsx", translator(language))
        import_workbook(other, folder / "piano.xlsx")
        assert plan_answers(other) == plan_answers(one)
        drafts = [[load_proposal(store, row.id) for row in proposal_rows(store)] for store in (one, other)]
        assert [bare(draft) for draft in drafts[0]] == [bare(draft) for draft in drafts[1]]
