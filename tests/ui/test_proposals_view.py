"""The proposals' room, keyed in from nothing: the sheet of the plan, its totals, its states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.models.enums import BudgetSection, CostCategory, ProposalState
from app.models.errors import InvalidInput
from app.models.money import Cents
from app.services.calls.calls import CallDraft, save_call
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
from app.services.proposals.proposals import load_proposal
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.editors import ReferenceEdit
from app.ui.views.proposal_forms import PROPOSAL_FORM, ProposalSheet, load_sheet, save_sheet
from app.ui.views.proposals import ProposalsView
from tests.services.builders import a_plan, a_proposal, an_alliance, an_area
from tests.ui.driving import CONTROL, KEY, Clerk, opened_desk, without_ids

COSTS, CONTRIBUTION = BudgetSection.COSTS, BudgetSection.CONTRIBUTION
NBSP = "\u00a0"


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    yield from opened_desk(qtbot, tmp_path)


@pytest.fixture
def clerk(qtbot: QtBot, desk: Desk) -> Clerk:
    """With a plan, one call, one alliance and one area."""
    a_plan(desk.store)
    save_call(desk.store, CallDraft(title="Avviso 2014"))
    an_alliance(desk.store)
    an_area(desk.store)
    return Clerk(qtbot, desk, ProposalsView)


def fill_costs(clerk: Clerk) -> None:
    """The economic plan of the first project of the sample."""
    clerk.rows(
        "costs",
        ("P", "Personale Retribuito", "6.300,00"),
        ("M", None, "1000"),
        ("Ex", None, "61.000"),
        ("O", "Altre spese", "1.500,00"),
    )
    clerk.rows("contributions", ("V", "Volontari", "2.845,00"))


def test_whole_sheet_is_keyed_in_from_nothing(qtbot: QtBot, clerk: Clerk) -> None:
    store = clerk.store
    clerk.begin()
    assert clerk.form.field("title").hasFocus()
    clerk.type("Noi famiglie")
    clerk.fill(alliance_id="1. ambito di rho", area_id="a.1 imprese", date_received="28/4/2014", protocol="31274/2014")
    clerk.fill(context="Il contesto", aims="Le finalità", sustainability="Dura nel tempo")
    clerk.rows("objectives", (None, "Accogliere"), (None, "Sostenere"), ("5", "Informare"))
    clerk.rows("actions", ("Azioni per Ob. 1-2", "1-2", "Campus"), ("Azione 3", "5", "Incontri"))
    clerk.rows("targets", ("Genitori che lavorano", "120"))
    clerk.rows("results", (None, "Più servizi"))
    clerk.rows("indicators", ("1", "Numero di campus", "4"))
    fill_costs(clerk)
    clerk.fill(grant_declared="69.803,00", cofinancing_declared="2.845,00", total_declared="72.645,00")
    clerk.fill(share_declared="3,86", grant_requested="80000")
    proposal_id = clerk.save()
    (row,) = proposal_rows(store)
    assert without_ids(load_proposal(store, proposal_id)) == ProposalDraft(
        call_id=row.call_id,
        alliance_id=row.alliance_id,
        area_id=row.area_id,
        number=1,
        title="Noi famiglie",
        protocol="31274/2014",
        date_received=date(2014, 4, 28),
        context="Il contesto",
        aims="Le finalità",
        sustainability="Dura nel tempo",
        objectives=(
            ObjectiveDraft(number=1, text="Accogliere"),
            ObjectiveDraft(number=2, text="Sostenere"),
            ObjectiveDraft(number=5, text="Informare"),
        ),
        actions=(
            ActionDraft(label="Azioni per Ob. 1-2", text="Campus", objectives="1-2"),
            ActionDraft(label="Azione 3", text="Incontri", objectives="5"),
        ),
        targets=(TargetDraft(text="Genitori che lavorano", number_min=120),),
        results=(ResultDraft(number=1, text="Più servizi"),),
        indicators=(IndicatorDraft(result=1, text="Numero di campus", target=4),),
        items=(
            BudgetItemDraft(None, COSTS, CostCategory.PAID_STAFF, "Personale Retribuito", Cents(630_000)),
            BudgetItemDraft(None, COSTS, CostCategory.MANAGEMENT, "", Cents(100_000)),
            BudgetItemDraft(None, COSTS, CostCategory.RECIPIENTS, "", Cents(6_100_000)),
            BudgetItemDraft(None, COSTS, CostCategory.OTHER, "Altre spese", Cents(150_000)),
            BudgetItemDraft(None, CONTRIBUTION, CostCategory.VOLUNTEERS, "Volontari", Cents(284_500)),
        ),
        total_declared=Cents(7_264_500),
        grant_declared=Cents(6_980_300),
        cofinancing_declared=Cents(284_500),
        share_declared=f"3,86{NBSP}%",
        grant_requested=Cents(8_000_000),
    )
    assert (row.grant, row.cofinancing, row.total) == (6_980_000, 284_500, 7_264_500)
    assert clerk.form.model.draft == load_sheet(store, proposal_id)
    assert not clerk.form.is_dirty
    again = Clerk(qtbot, clerk.desk, ProposalsView)
    assert again.form.model.draft == load_sheet(store, proposal_id)
    assert again.form.title() == "1. Noi famiglie"


def test_totals_and_share_follow_what_is_typed(clerk: Clerk) -> None:
    clerk.begin()
    assert clerk.form.aside_text("share_declared") == "", "no share of nothing"
    assert clerk.form.aside_text("grant_declared") == f"Computed: 0,00{NBSP}€"
    fill_costs(clerk)
    costs = clerk.form.grid("costs").model
    assert costs.totals() == (("Total funding asked", f"69.800,00{NBSP}€"),)
    clerk.fill(grant_declared="69.803,00")
    assert clerk.form.aside_text("grant_declared") == f"Computed: 69.800,00{NBSP}€, difference +3,00{NBSP}€"
    clerk.fill(total_declared="72.645,00", cofinancing_declared="2.844,00")
    assert clerk.form.aside_text("total_declared") == f"Computed: 72.645,00{NBSP}€, they agree"
    assert clerk.form.aside_text("cofinancing_declared") == (f"Computed: 2.845,00{NBSP}€, difference \u22121,00{NBSP}€")
    assert clerk.form.aside_text("share_declared") == f"Computed: 3,92{NBSP}%"
    clerk.fill(share_declared="3,86 %")
    assert clerk.form.aside_text("share_declared") == f"Computed: 3,92{NBSP}%, difference \u22120,06{NBSP}%"
    clerk.fill(share_declared="3,9")
    assert clerk.form.aside_text("share_declared") == f"Computed: 3,92{NBSP}%, they agree", (
        "to one decimal, as declared"
    )
    clerk.rows("contributions", ("P", None, "100.000"))
    assert clerk.form.aside_text("share_declared").startswith(f"Computed: 59,57{NBSP}%")


def test_fields_are_reached_by_tab_in_the_order_of_the_sheet(clerk: Clerk) -> None:
    clerk.begin()
    visited: list[str] = []
    keys = {id(clerk.form.field(field.key)): field.key for field in PROPOSAL_FORM.fields}
    keys |= {id(clerk.form.grid(grid.key).table): grid.key for grid in PROPOSAL_FORM.all_grids}
    for _step in range(60):
        widget = QApplication.focusWidget()
        assert isinstance(widget, QWidget)
        if id(widget) in keys:
            visited.append(keys[id(widget)])
        if keys.get(id(widget)) == "sustainability":
            break
        clerk.press(KEY.Key_Tab)
    wanted = [
        key
        for section in PROPOSAL_FORM.sections
        for key in (*(field.key for field in section.fields), *(grid.key for grid in section.grids))
    ]
    assert visited == wanted


def test_only_call_there_is_is_already_chosen(clerk: Clerk) -> None:
    clerk.begin()
    field = clerk.form.field("call_id")
    assert isinstance(field, ReferenceEdit)
    assert field.text() == "Avviso 2014"
    clerk.form.revert()
    save_call(clerk.store, CallDraft(title="Avviso 2016"))
    clerk.begin()
    assert clerk.form.model.draft.call_id is None


def test_note_in_a_grid_takes_lines_and_goes_down_with_enter(clerk: Clerk) -> None:
    clerk.begin()
    table = clerk.form.grid("objectives").table
    table.setFocus()
    clerk.press(KEY.Key_Insert)
    clerk.press(KEY.Key_Tab)
    clerk.type("Prima riga")
    clerk.press(KEY.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    clerk.type("seconda")
    clerk.press(KEY.Key_Return)
    clerk.qtbot.waitUntil(lambda: len(clerk.form.model.draft.objectives) == 2)
    assert clerk.form.model.draft.objectives[0].text == "Prima riga\nseconda"
    assert table.currentIndex().row() == 1


# --- refusals ------------------------------------------------------------------------------


def test_sheet_without_what_it_needs_marks_every_field(clerk: Clerk) -> None:
    clerk.begin()
    clerk.fill(protocol="1")
    assert clerk.refused("title")
    assert clerk.form.error_text("alliance_id")
    assert not clerk.form.error_text("area_id"), "an area may come later"
    clerk.fill(title="x", alliance_id="nobody")
    assert "nobody" in clerk.refused("alliance_id")


@pytest.mark.parametrize(
    ("grid", "cells", "row", "column"),
    [
        ("actions", (None, "7", "Campus"), 1, "objectives"),
        ("actions", (None, "2-", "Campus"), 1, "objectives"),
        ("objectives", ("1", "Ancora"), 2, "number"),
        ("indicators", ("9", "Quanti", None), 1, "result"),
        ("costs", ("M", None, None), 1, "amount"),
        ("contributions", ("V", None, None), 1, "amount"),
    ],
)
def test_row_that_is_refused_is_named_and_gone_to(
    clerk: Clerk, grid: str, cells: tuple[str | None, ...], row: int, column: str
) -> None:
    clerk.begin()
    clerk.fill(title="Noi famiglie", alliance_id="1. ambito di rho")
    clerk.rows("objectives", ("1", "Accogliere"))
    clerk.rows(grid, cells)
    clerk.press(KEY.Key_S, CONTROL)
    clerk.qtbot.waitUntil(lambda: bool(clerk.form.banner_text()))
    shown = clerk.form.grid(grid)
    assert clerk.form.banner_text().startswith(f"{shown.spec.title}, row {row}: ")
    index = shown.table.currentIndex()
    assert (index.row(), shown.spec.columns[index.column()].key) == (row - 1, column)
    assert proposal_rows(clerk.store) == ()


def test_refusal_of_an_item_is_said_of_its_own_section(clerk: Clerk) -> None:
    items = (BudgetItemDraft(amount=Cents(1)),), (BudgetItemDraft(section=CONTRIBUTION), BudgetItemDraft())
    sheet = ProposalSheet(call_id="x", alliance_id="y", title="z", costs=items[0], contributions=items[1])
    with pytest.raises(InvalidInput) as caught:
        save_sheet(clerk.store, sheet)
    assert caught.value.field == "contributions.0.amount"


def test_volunteers_are_not_offered_among_the_costs(clerk: Clerk) -> None:
    clerk.begin()
    offered = {
        grid: {key for key, _text in clerk.form.grid(grid).model.choices(0)} for grid in ("costs", "contributions")
    }
    assert offered["contributions"] == set(CostCategory)
    assert offered["costs"] == set(CostCategory) - {CostCategory.VOLUNTEERS}


# --- states --------------------------------------------------------------------------------


def test_proposal_goes_through_its_states_by_the_acts(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk.begin()
    clerk.fill(title="Noi famiglie", alliance_id="1. ambito di rho", area_id="a.1 imprese")
    clerk.rows("costs", ("P", None, "100"))
    clerk.save()
    papers = ["Print the sheet", "Print what is missing"]
    assert clerk.offers() == ["Submit", *papers, "Delete"]
    (submit,) = [action for action in clerk.page.record_actions() if action.text() == "Submit"]
    submit.trigger()
    clerk.qtbot.waitUntil(lambda: bool(clerk.form.error_text("date_received")))
    clerk.fill(date_received="28/4/2014")
    clerk.save()
    clerk.act("Submit")
    assert clerk.listed("state")[0] == "Submitted"
    closed = ["New version…", *papers]
    assert clerk.offers() == ["Admit", "Ask for completion", "Do not admit", *closed], "a submitted one is not deleted"
    clerk.act("Ask for completion")
    assert clerk.offers() == ["Admit", "Do not admit", *closed]
    clerk.act("Admit")
    assert clerk.offers() == ["Mark as evaluated", *closed]
    clerk.act("Mark as evaluated")
    assert clerk.offers() == closed, "what follows is decided in a meeting"
    (row,) = proposal_rows(clerk.store)
    assert row.state is ProposalState.EVALUATED


def test_proposal_that_is_not_admitted_is_asked_about_by_name(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    area = an_area(clerk.store)
    proposal_id = a_proposal(clerk.store, area_id=area, date_received=date(2014, 4, 28))
    clerk.view.reload()
    clerk.page.open_record(proposal_id)
    clerk.act("Submit")
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "confirm", lambda *words: bool(asked.append(words[2])) or True)
    clerk.act("Do not admit")
    assert asked == ["«1. Noi famiglie» will be out of the call. Go on?"]
    assert load_proposal(clerk.store, proposal_id).state is ProposalState.NOT_ADMISSIBLE
    assert "New version…" not in clerk.offers(), "it is over"
    assert not clerk.form.save_action.isEnabled()


# --- calls and lists -----------------------------------------------------------------------


def test_lists_show_sort_filter_and_total_the_proposals(clerk: Clerk) -> None:
    store = clerk.store
    areas = (an_area(store), an_area(store))
    a_proposal(store, title="Primo", area_id=areas[0])
    a_proposal(store, title="Secondo", area_id=areas[1])
    clerk.view.reload()
    assert clerk.listed("title") == ["Primo", "Secondo", ""]
    assert clerk.listed("grant") == [f"80,00{NBSP}€", f"80,00{NBSP}€", f"160,00{NBSP}€"]
    assert clerk.listed("share")[:2] == [f"20,00{NBSP}%"] * 2
    model = clerk.page.list.model
    model.set_filter("area", ["A.3"])
    assert clerk.listed("title") == ["Secondo", ""]
    assert clerk.listed("total")[-1] == f"100,00{NBSP}€"
    model.clear_narrowing()
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert clerk.listed("title") == ["Secondo", "Primo", ""]
    clerk.go("items")
    assert clerk.listed("category") == ["Paid staff", "Volunteers"] * 2 + [""]
    assert clerk.listed("amount")[-1] == f"200,00{NBSP}€"
    assert clerk.page.form is None


def test_archive_that_is_closed_and_opened_again_shows_the_same_sheet(
    qtbot: QtBot, tmp_path: Path, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.begin()
    clerk.fill(title="Noi famiglie", alliance_id="1. ambito di rho")
    fill_costs(clerk)
    proposal_id = clerk.save()
    saved: Any = clerk.form.model.draft
    path = clerk.desk.path
    assert path is not None
    clerk.view.close()
    clerk.desk.close_archive()
    clerk.desk.open_archive(path)
    again = Clerk(qtbot, clerk.desk, ProposalsView)
    assert again.form.record_id == proposal_id
    assert again.form.model.draft == saved
