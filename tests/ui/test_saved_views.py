"""Saved views of a list: search, filters, order and columns under a name, remembered on this computer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import ProposalState
from app.models.proposals import Proposal
from app.services.archive import open_archive
from app.services.keeping.copies import Occasion, make_copy
from app.services.keeping.sealed import seal, unsealed
from app.services.network.registry import OrganisationDraft, SeatDraft, load_organisation, save_organisation
from app.services.network.territory import DistrictDraft, MunicipalityDraft, save_district, save_municipality
from app.services.proposals.lists import proposal_rows
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.saved_views import SavedViews
from app.ui.tables import TableView
from app.ui.views.proposals import ProposalsView
from tests.services.builders import a_plan, a_proposal, an_alliance, an_area, an_organisation
from tests.services.world import new_store
from tests.ui.driving import Clerk, opened_desk


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    yield from opened_desk(qtbot, tmp_path)


@pytest.fixture
def clerk(qtbot: QtBot, desk: Desk) -> Clerk:
    """With three proposals in two areas, one of them submitted."""
    a_plan(desk.store)
    areas = an_area(desk.store), an_area(desk.store)
    for title, area in (("Noi famiglie", areas[0]), ("Più tempo", areas[1]), ("Rete", areas[1])):
        key = a_proposal(desk.store, title=title, area_id=area)
    with desk.store.write("set_proposal_state") as session:
        session.get_one(Proposal, key).state = ProposalState.SUBMITTED.value
    return Clerk(qtbot, desk, ProposalsView)


def entries(view: TableView) -> dict[str, QAction]:
    view.views.fill()
    menu = view.views.button.menu()
    return {action.text(): action for action in menu.actions() if action.text()}


def test_a_view_brings_back_search_filters_order_and_columns(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    view = clerk.page.list
    columns = [column.key for column in view.model.columns]
    view.model.set_filter("area", ["A.2"])
    view.model.set_filter("state", [ProposalState.SUBMITTED, ProposalState.DRAFT])
    view.table.sortByColumn(columns.index("title"), Qt.SortOrder.DescendingOrder)
    view.search.setText("e")
    view.table.setColumnHidden(columns.index("lead"), True)
    seen = clerk.listed("title")
    assert seen[:2] == ["Rete", "Più tempo"]
    monkeypatch.setattr(dialogs, "ask_text", lambda *_words: "Le mie")
    entries(view)["Save this view…"].trigger()
    assert view.views.names() == ["Le mie"]
    entries(view)["All rows"].trigger()
    view.table.setColumnHidden(columns.index("lead"), False)
    view.table.sortByColumn(columns.index("number"), Qt.SortOrder.AscendingOrder)
    assert len(clerk.listed("title")) == 4
    entries(view)["Le mie"].trigger()
    assert clerk.listed("title") == seen
    assert view.search.text() == "e"
    assert view.model.filters()["state"] == {ProposalState.SUBMITTED, ProposalState.DRAFT}
    assert view.table.isColumnHidden(columns.index("lead"))


def test_views_are_kept_replaced_and_removed_for_their_archive(
    clerk: Clerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = clerk.page.list
    view.search.setText("noi")
    view.views.save("Prima")
    view.search.setText("rete")
    view.views.save("Prima")
    view.views.save("Seconda")
    kept = clerk.desk.settings.path.read_text("utf-8")
    assert not [word for word in ("Prima", "Seconda", "search") if word in kept], "only this archive reads it"
    assert view.views.names() == ["Prima", "Seconda"]
    view.show_all()
    view.views.apply("Prima")
    assert clerk.listed("title")[0] == "Rete"
    gone = next(menu for menu in entries(view).values() if menu.menu() is not None)
    next(action for action in gone.menu().actions() if action.text() == "Seconda").trigger()
    assert view.views.names() == ["Prima"]
    view.views.apply("Seconda")
    monkeypatch.setattr(dialogs, "ask_text", lambda *_words: "")
    entries(view)["Save this view…"].trigger()
    assert view.views.names() == ["Prima"], "nothing is saved without a name"
    settings = clerk.desk.settings
    ours = settings.get("sealed_views")[view.key]
    with new_store(tmp_path, "altro.concilia") as other:
        a_plan(other)
        assert unsealed(other, ours) == []
        foreign = seal(other, {"name": "Altrui"})
    settings.set("sealed_views", {view.key: [foreign, *ours, "nothing of the kind", "é"]})
    assert view.views.names() == ["Prima"]
    view.views.save("Seconda")
    view.views.remove("Prima")
    assert settings.get("sealed_views")[view.key][0] == foreign, "another archive's views stay"
    copy = make_copy(clerk.store, Occasion.REQUEST)
    with open_archive(copy.path, writing=False) as same:
        assert [each["name"] for _text, each in unsealed(same, settings.get("sealed_views")[view.key])] == ["Seconda"]


def test_going_to_a_record_chooses_that_alone_whatever_key_is_held(clerk: Clerk) -> None:
    view = clerk.page.list
    ids = [row_id for row in range(3) if (row_id := view.model.row_id(row))]
    view.select(ids[0])
    QTest.keyPress(view.table, Qt.Key.Key_F7, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.ControlModifier
    view.select(ids[2])
    QTest.keyRelease(view.table, Qt.Key.Key_F7)
    assert view.selected_ids() == [ids[2]]


def test_a_view_of_what_is_no_more_shows_what_there_is(clerk: Clerk) -> None:
    view = clerk.page.list
    settings = clerk.desk.settings
    broken = {"name": "Vecchia", "filters": {"gone": ["x"], "area": ["C.9"]}, "sort": ["gone", True], "columns": {}}
    settings.set("views", {view.key: [broken]})
    SavedViews(view)
    assert "Vecchia" not in settings.path.read_text("utf-8"), "what an earlier release kept is sealed when it is met"
    view.views.apply("Vecchia")
    assert view.views.names() == ["Vecchia"]
    assert len(clerk.listed("title")) >= 1


def test_districts_are_those_where_the_partnership_has_its_seats(clerk: Clerk) -> None:
    store = clerk.store
    district = save_district(store, DistrictDraft(name="Rho")).id
    place = save_municipality(store, MunicipalityDraft(name="Pero", district_id=district)).id
    body = an_organisation(store, "Sercop")
    draft: OrganisationDraft = load_organisation(store, body)
    save_organisation(store, replace(draft, seats=(SeatDraft(municipality_id=place),)))
    alliance = an_alliance(store, "Rhodense", lead_id=body)
    a_proposal(store, title="Con sede", alliance_id=alliance)
    assert {row.title: row.district for row in proposal_rows(store)} == {
        "Noi famiglie": "",
        "Più tempo": "",
        "Rete": "",
        "Con sede": "Rho",
    }
