"""The plan's room, keyed in from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.models.enums import ActKind, PriorityLevel, SourceKind
from app.models.money import Cents
from app.services.network.territory import (
    DistrictDraft,
    EarlierCallDraft,
    EarlierCallResultDraft,
    MunicipalityDraft,
    load_district,
    load_earlier_call,
    load_municipality,
    municipality_rows,
)
from app.services.plan.funding import AreaDraft, SourceDraft, load_area, load_source, source_rows
from app.services.plan.plan import (
    ActDraft,
    ContextFigureDraft,
    DeclarationDraft,
    PlanDraft,
    TrainingModuleDraft,
    act_rows,
    find_plan,
    load_act,
    load_declaration,
    load_plan,
)
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.views.plan import PlanView
from tests.services.builders import a_plan, a_source, an_area
from tests.ui.driving import KEY, Clerk, opened_desk, without_ids


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    yield from opened_desk(qtbot, tmp_path)


@pytest.fixture
def clerk(qtbot: QtBot, desk: Desk) -> Clerk:
    """In the room of a plan that has a name and nothing else."""
    a_plan(desk.store)
    return Clerk(qtbot, desk, PlanView)


def button(clerk: Clerk, text: str) -> QPushButton:
    found = [each for each in clerk.view.findChildren(QPushButton) if each.text() == text and each.isVisible()]
    assert len(found) == 1
    return found[0]


# --- the plan itself -----------------------------------------------------------------------


def test_room_without_a_plan_offers_to_create_one_and_nothing_else(qtbot: QtBot, desk: Desk) -> None:
    clerk = Clerk(qtbot, desk, PlanView)
    assert not clerk.view._tabs.isVisible()
    assert clerk.view.room_actions() == []
    begin = button(clerk, "Create the plan")
    begin.setFocus()
    clerk.press(KEY.Key_Space)
    assert clerk.form.field("name").hasFocus()
    clerk.type("Piano di prova")
    clerk.fill(territory="ASL Milano 1", date_start="1/10/2014", date_end="30/9/2016", duration_months="24")
    clerk.fill(office="Comitato\nUfficio di piano", purpose="Conciliare")
    plan_id = clerk.save()
    assert load_plan(clerk.store, plan_id) == PlanDraft(
        id=plan_id,
        name="Piano di prova",
        territory="ASL Milano 1",
        office="Comitato\nUfficio di piano",
        date_start=date(2014, 10, 1),
        date_end=date(2016, 9, 30),
        duration_months=24,
        purpose="Conciliare",
    )
    assert clerk.view._tabs.isVisible()
    assert Clerk(qtbot, desk, PlanView).form.model.draft == load_plan(clerk.store, plan_id)


def test_plan_without_a_name_or_with_days_in_the_wrong_order_is_refused(clerk: Clerk) -> None:
    clerk.fill(name="x")
    clerk.press(KEY.Key_Backspace)
    assert clerk.refused("name") == "This field is needed. Fill it in, then save again."
    clerk.fill(name="Piano", date_start="1/10/2014", date_end="30/9/2013")
    assert "30/09/2013" in clerk.refused("date_end")
    clerk.fill(date_end="31/02/2015")
    assert "31/02/2015" in clerk.refused("date_end")
    assert clerk.form.is_dirty, "the draft stays"


def test_modules_and_figures_are_written_without_touching_the_rest(clerk: Clerk) -> None:
    clerk.go("training")
    clerk.rows("training", ("Primo modulo", "2515"), ("Secondo modulo", None))
    clerk.save()
    clerk.go("figures")
    clerk.rows("figures", ("Residenti", "926.011", "residenti", "2012", "ASL Milano 1", "199"))
    clerk.save()
    plan = find_plan(clerk.store)
    assert plan is not None
    assert plan.name == "Piano"
    assert without_ids(plan.training) == (
        TrainingModuleDraft(title="Primo modulo", source_line=2515),
        TrainingModuleDraft(title="Secondo modulo"),
    )
    assert without_ids(plan.figures) == (
        ContextFigureDraft(
            label="Residenti",
            value="926.011",
            unit="residenti",
            period="2012",
            place="ASL Milano 1",
            source_line=199,
        ),
    )
    assert clerk.form.model.draft == plan
    table = clerk.page.list.visible_table()
    assert [row.label for row in table.body()] == ["Residenti"], "what is printed is the list of the figures"


def test_figure_without_a_value_marks_its_cell(clerk: Clerk) -> None:
    clerk.go("figures")
    clerk.rows("figures", ("Residenti", None))
    clerk.press(KEY.Key_S, Qt.KeyboardModifier.ControlModifier)
    clerk.qtbot.waitUntil(lambda: bool(clerk.form.banner_text()))
    assert clerk.form.banner_text() == "Figures, row 1: This field is needed. Fill it in, then save again."
    assert clerk.form.grid("figures").table.currentIndex().column() == 1


# --- acts, sources, areas ------------------------------------------------------------------


def test_act_source_and_area_are_keyed_in_and_the_money_comes_in(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    store = clerk.store
    clerk.go("acts")
    button(clerk, "New").click()
    clerk.fill(kind="D", number="2058/2014", date_issued="11/3/2014", subject="Modalità", as_printed="decreto n. 2058")
    act_id = clerk.save()
    assert load_act(store, act_id) == ActDraft(
        id=act_id,
        kind=ActKind.DECREE,
        number="2058/2014",
        date_issued=date(2014, 3, 11),
        subject="Modalità",
        as_printed="decreto n. 2058",
    )
    clerk.go("sources")
    clerk.begin()
    clerk.fill(name="Quota fissa", amount="254.510,00", act_id="decreto n. 2058")
    source_id = clerk.save()
    assert load_source(store, source_id) == SourceDraft(
        id=source_id,
        position=1,
        kind=SourceKind.FIXED,
        name="Quota fissa",
        amount=Cents(25_451_000),
        due=True,
        act_id=act_id,
    )
    monkeypatch.setattr(dialogs, "run_dialog", _answer(day=date(2014, 4, 1)))
    assert clerk.offers() == ["Record the receipt", "Delete"]
    clerk.act("Record the receipt")
    (row,) = source_rows(store)
    assert (row.received, row.left) == (25_451_000, 25_451_000)
    assert clerk.listed("received") == ["254.510,00\u00a0€", "254.510,00\u00a0€"], "the row and the total"
    assert clerk.offers() == ["Delete"], "what came in does not come in twice"
    clerk.go("areas")
    clerk.begin()
    clerk.fill(level="low", title="Congedi", amount_planned="1.000")
    area_id = clerk.save()
    assert load_area(store, area_id) == AreaDraft(
        id=area_id, level=PriorityLevel.LOW, number=1, title="Congedi", amount_planned=Cents(100_000)
    )
    assert clerk.form.title() == "B.1 Congedi"


def _answer(**values: Any) -> Any:
    """A dialog in which somebody enters these values and goes on."""

    def run(dialog: Any) -> bool:
        for box in dialog.section.boxes:
            dialog.model.set_value(box.spec.key, values[box.spec.key])
        return True

    return run


def test_receipt_of_a_source_without_an_act_is_refused_in_words(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    a_source(clerk.store)
    clerk.go("sources")
    monkeypatch.setattr(dialogs, "run_dialog", _answer(day=date(2014, 4, 1)))
    (action,) = [each for each in clerk.page.record_actions() if each.text() == "Record the receipt"]
    action.trigger()
    clerk.qtbot.waitUntil(lambda: bool(clerk.form.banner_text() or clerk.form.error_text("act_id")))
    assert source_rows(clerk.store)[0].received == 0


def test_source_that_is_not_due_asks_for_its_condition(clerk: Clerk) -> None:
    clerk.go("sources")
    clerk.begin()
    assert not clerk.form.field("condition").isVisible()
    clerk.fill(name="Premialità", amount="63.627,00", due="tick", condition="Dopo il primo anno")
    draft = load_source(clerk.store, clerk.save())
    assert (draft.due, draft.condition) == (False, "Dopo il primo anno")
    assert "Record the receipt" not in clerk.offers()


@pytest.mark.parametrize("amount", ["254,510,00", "169.672.62", "1234.56", "0"])
def test_amount_that_could_mean_two_things_is_refused(clerk: Clerk, amount: str) -> None:
    clerk.go("sources")
    clerk.begin()
    clerk.fill(name="Quota fissa", amount=amount)
    assert clerk.refused("amount")
    assert source_rows(clerk.store) == ()


def test_number_of_an_area_that_is_taken_marks_the_field(clerk: Clerk) -> None:
    an_area(clerk.store)
    clerk.go("areas")
    clerk.begin()
    clerk.fill(number="1", title="Altro")
    assert "Imprese" in clerk.refused("number")


# --- territory ---------------------------------------------------------------------------


def test_territory_and_earlier_call_are_keyed_in(clerk: Clerk) -> None:
    store = clerk.store
    clerk.go("districts")
    clerk.begin()
    clerk.fill(name="Garbagnate", zone="Ticino Olona")
    clerk.rows("municipalities", ("Baranzate", "11000", "768"), ("Bollate", None, None))
    garbagnate = clerk.save()
    assert without_ids(load_district(store, garbagnate)) == DistrictDraft(
        number=1,
        name="Garbagnate",
        zone="Ticino Olona",
        municipalities=(
            MunicipalityDraft(name="Baranzate", district_id=garbagnate, source_line=768, population=11_000),
            MunicipalityDraft(name="Bollate", district_id=garbagnate),
        ),
    )
    clerk.go("municipalities")
    clerk.begin()
    clerk.fill(name="Legnano")
    legnano = clerk.save()
    assert load_municipality(store, legnano) == MunicipalityDraft(id=legnano, name="Legnano")
    assert clerk.listed("district") == ["Garbagnate", "Garbagnate", ""]
    clerk.begin()
    clerk.fill(name="bollate")
    assert "bollate" in clerk.refused("name").casefold()
    clerk.form.revert()
    clerk.go("earlier_calls")
    clerk.begin()
    clerk.fill(title="Famiglie Protagoniste", year="2013", received="61", admitted="57", funded="21")
    clerk.rows("results", ("1 · Garbagnate", "2"))
    call_id = clerk.save()
    assert without_ids(load_earlier_call(store, call_id)) == EarlierCallDraft(
        title="Famiglie Protagoniste",
        year=2013,
        received=61,
        admitted=57,
        funded=21,
        results=(EarlierCallResultDraft(district_id=garbagnate, funded=2),),
    )
    assert clerk.form.field("year").text() == "2013", "a year has no points"


def test_earlier_call_with_more_funded_than_admitted_is_refused(clerk: Clerk) -> None:
    clerk.go("earlier_calls")
    clerk.begin()
    clerk.fill(title="Avviso", year="2013", received="61", admitted="20", funded="21")
    assert clerk.refused("funded")


# --- what was declared ---------------------------------------------------------------------


def test_declaration_is_keyed_in(clerk: Clerk) -> None:
    clerk.go("declarations")
    clerk.begin()
    clerk.fill(check="Award in the table of projects", subject_id="The plan", as_printed="69.803,00", cents="69803,00")
    clerk.fill(place="cap. 4", source_line="612", note="tabella")
    declaration_id = clerk.save()
    plan = find_plan(clerk.store)
    assert plan is not None
    assert load_declaration(clerk.store, declaration_id) == DeclarationDraft(
        id=declaration_id,
        check="award.table",
        subject_id=plan.id,
        as_printed="69.803,00",
        cents=Cents(6_980_300),
        place="cap. 4",
        note="tabella",
        source_line=612,
    )
    assert clerk.listed("check") == ["Award in the table of projects"]
    clerk.fill(number="3,86")
    assert clerk.refused("number")


# --- records that go -----------------------------------------------------------------------


def test_deletion_asks_with_the_name_and_leaves_the_form(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.go("acts")
    for number in ("1/2014", "2/2014"):
        clerk.begin()
        clerk.fill(number=number)
        clerk.save()
    asked: list[str] = []

    def confirm(_parent: Any, _title: str, sentence: str, _yes: str) -> bool:
        asked.append(sentence)
        return len(asked) > 1

    monkeypatch.setattr(dialogs, "confirm", confirm)
    (action,) = [each for each in clerk.page.record_actions() if each.text() == "Delete"]
    action.trigger()
    assert "«2/2014»" in asked[0]
    assert len(act_rows(clerk.store)) == 2
    clerk.act("Delete")
    assert [row.number for row in act_rows(clerk.store)] == ["1/2014"]
    assert clerk.listed("number") == ["1/2014"]
    assert clerk.page.list.selected_id() in (None, act_rows(clerk.store)[0].id), "what is gone is not shown"


def test_deletion_of_an_act_that_a_source_rests_on_names_the_source(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.go("acts")
    clerk.begin()
    clerk.fill(number="1/2014")
    act_id = clerk.save()
    a_source(clerk.store, act_id=act_id)
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    (action,) = [each for each in clerk.page.record_actions() if each.text() == "Delete"]
    action.trigger()
    clerk.qtbot.waitUntil(lambda: bool(clerk.form.banner_text()))
    assert "Quota fissa" in clerk.form.banner_text()


# --- lists ---------------------------------------------------------------------------------


def test_list_is_searched_filtered_sorted_and_totalled(clerk: Clerk) -> None:
    store = clerk.store
    a_source(store, name="Quota fissa", amount=Cents(300))
    a_source(store, name="Àncora", amount=Cents(500), due=False)
    a_source(store, name="Residui", amount=Cents(200))
    clerk.go("sources")
    view = clerk.page.list
    assert view.footer.text().startswith("3 rows  ·  Amount\u00a010,00\u00a0€")
    view.search.setFocus()
    clerk.type("ancora")
    assert clerk.listed("name") == ["Àncora", ""]
    assert clerk.listed("amount") == ["5,00\u00a0€", "5,00\u00a0€"]
    clerk.press(KEY.Key_Escape)
    view.model.set_filter("due", [True])
    assert view.footer.text().startswith("2 of 3  ·  Amount\u00a05,00\u00a0€")
    view.model.clear_narrowing()
    view.model.sort(4, Qt.SortOrder.DescendingOrder)
    assert clerk.listed("amount") == ["5,00\u00a0€", "3,00\u00a0€", "2,00\u00a0€", "10,00\u00a0€"]


def test_record_is_found_by_its_key_from_elsewhere(clerk: Clerk) -> None:
    area_id = an_area(clerk.store, title="Congedi")
    plan = find_plan(clerk.store)
    assert plan is not None
    assert clerk.view.open_record(area_id)
    assert clerk.page.kind.key == "areas"
    assert clerk.form.record_id == area_id
    assert clerk.view.open_record(str(plan.id))
    assert clerk.page.kind.key == "plan"
    assert not clerk.view.open_record("nobody")


def test_change_from_elsewhere_is_shown_and_an_unsaved_draft_stays(clerk: Clerk) -> None:
    source_id = a_source(clerk.store)
    clerk.go("sources")
    clerk.fill(name="Altra quota")
    a_source(clerk.store, name="Residui")
    clerk.view.reload()
    assert clerk.listed("name") == ["Quota fissa", "Residui", ""]
    assert clerk.form.model.draft.name == "Altra quota"
    assert clerk.save() == source_id
    assert municipality_rows(clerk.store) == ()
