"""The calls' room: a call keyed in, its rules, a new version, two versions side by side, a call from a template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import BudgetSection, CapBase, PartnerGroup
from app.models.money import Cents
from app.services.calls.calls import CallDraft, call_rows, load_call, save_call
from app.services.calls.rules import load_current_rules, load_rules, new_rules_version, rules_rows, save_rules
from app.services.findings import check
from app.services.proposals.states import submit_proposal
from app.services.search import search
from app.services.wording.texts import translator
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.views.archive import ArchiveView
from app.ui.views.call_pages import ComparisonPanel, TemplatePanel
from app.ui.views.calls import CallsView
from tests.services.builders import a_plan, a_proposal, an_area
from tests.ui.driving import Clerk, opened_desk

EN = translator("en")
DAY = date(2022, 7, 1)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    yield from opened_desk(qtbot, tmp_path)


@pytest.fixture
def clerk(qtbot: QtBot, desk: Desk) -> Clerk:
    """With a plan and an area."""
    a_plan(desk.store)
    an_area(desk.store)
    return Clerk(qtbot, desk, CallsView)


def receive(clerk: Clerk, call_id: str) -> str:
    """A proposal received under the call's rules as they are now."""
    store = clerk.store
    key = a_proposal(store, call_id=call_id, area_id=an_area(store), date_received=DAY, protocol="1/2022")
    submit_proposal(store, key)
    clerk.view.reload()
    return key


def test_call_is_keyed_in(clerk: Clerk) -> None:
    clerk.begin()
    clerk.fill(title="Avviso 2016", date_opened="1/3/2016", date_closed="30/4/2016")
    call_id = clerk.save()
    assert load_call(clerk.store, call_id) == CallDraft(
        id=call_id, title="Avviso 2016", date_opened=date(2016, 3, 1), date_closed=date(2016, 4, 30)
    )
    clerk.fill(date_closed="1/2/2016")
    assert clerk.refused("date_closed")


def test_a_new_call_takes_the_rules_of_a_template(clerk: Clerk) -> None:
    clerk.begin()
    clerk.fill(template="Regione Lombardia")
    assert clerk.form.field("date_closed").isHidden() or not clerk.form.field("date_closed").isVisible()
    call_id = clerk.save()
    rules = load_current_rules(clerk.store, call_id)
    assert (rules.bodies_min, rules.cofinancing_min) == (4, "30\u00a0%")
    assert call_rows(clerk.store)[0].title.startswith("Regione Lombardia 2022")


def test_rules_are_keyed_in(clerk: Clerk) -> None:
    call_id = save_call(clerk.store, CallDraft(title="Avviso 2022")).id
    clerk.view.reload()
    clerk.go("rules")
    clerk.fill(
        time_closed="12", date_closed="15/7/2022", amount_total="5.050.000,00", cofinancing_min="30", bodies_min="4"
    )
    clerk.rows("partners", (None, None, "1"))
    clerk.rows("caps", ("Other expenses", "C", "20"))
    clerk.rows("documents", (None, "Modulo di domanda"))
    clerk.save()
    rules = load_current_rules(clerk.store, call_id)
    assert (rules.time_closed, rules.date_closed) == ("12:00", date(2022, 7, 15))
    assert (rules.amount_total, rules.cofinancing_min, rules.bodies_min) == (Cents(5_050_000_00), "30\u00a0%", 4)
    (group,) = rules.partners
    assert (group.counted, group.size_max, group.number_min) == (PartnerGroup.PUBLIC, None, 1)
    (cap,) = rules.caps
    assert (cap.categories, cap.section, cap.share_max, cap.base) == (
        "other",
        BudgetSection.COSTS,
        "20\u00a0%",
        CapBase.TOTAL,
    )
    assert [(row.code, row.name) for row in rules.documents] == [("D1", "Modulo di domanda")]
    assert {row.name for row in rules.categories} == {""}, "usual names stay those of each reader's language"
    assert clerk.form.aside_text("grant_max") == "Not fixed by the call."
    clerk.fill(grant_share_max="101")
    assert "100" in clerk.refused("grant_share_max")


def test_a_closed_version_says_so_and_offers_a_new_one(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    call_id = save_call(clerk.store, CallDraft(title="Avviso 2022")).id
    clerk.view.reload()
    clerk.go("rules")
    assert "New version" not in clerk.offers()
    receive(clerk, call_id)
    assert clerk.form.field("grant_max").isReadOnly()  # type: ignore[union-attr]
    assert "New version" in clerk.offers()

    def answer(dialog: dialogs.QDialog) -> bool:
        dialog.values.update(reason="Proroga", decision_id=None)  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(dialogs, "run_dialog", answer)
    clerk.act("New version")
    newest, first = rules_rows(clerk.store)
    assert (newest.version, newest.reason, first.received) == (2, "Proroga", 1)


def test_two_versions_stand_side_by_side(clerk: Clerk) -> None:
    call_id = save_call(clerk.store, CallDraft(title="Avviso 2022")).id
    clerk.view.reload()
    clerk.go("comparison")
    panel = clerk.page.detail
    assert isinstance(panel, ComparisonPanel)
    assert not panel.table.isVisible(), "one version has nothing to be compared with"
    receive(clerk, call_id)
    second = new_rules_version(clerk.store, call_id, "Proroga").id
    save_rules(clerk.store, replace(load_rules(clerk.store, second), date_closed=date(2022, 7, 31)))
    clerk.view.reload()
    panel.open_record(second)
    assert panel.table.isVisible()
    assert panel.table.texts() == [["Terms", "", ""], ["Closing day", "not fixed", "31/07/2022"]]


def test_a_call_begins_from_the_list_of_templates(qtbot: QtBot, clerk: Clerk) -> None:
    clerk.go("templates")
    panel = clerk.page.detail
    assert isinstance(panel, TemplatePanel)
    panel.open_record("ats-brianza-2025")
    with qtbot.waitSignal(clerk.desk.wanted) as told:
        panel.begin_button.click()
    room, key = told.args
    assert room == "calls"
    assert load_current_rules(clerk.store, key).months_max == 11
    assert clerk.view.open_record(key)
    assert clerk.page.kind.key == "calls"
    assert [hit.kind for hit in search(clerk.store, "brianza avviso")] == ["call"]


def test_a_quadrature_is_accepted_with_a_reason(
    qtbot: QtBot, desk: Desk, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = save_call(clerk.store, CallDraft(title="Avviso 2022")).id
    save_rules(clerk.store, replace(load_current_rules(clerk.store, call_id), cofinancing_min="30"))
    receive(clerk, call_id)
    archive = Clerk(qtbot, desk, ArchiveView)
    archive.go("findings")
    qtbot.waitUntil(lambda: archive.page.panel is not None)  # type: ignore[attr-defined]
    panel = archive.page.panel  # type: ignore[attr-defined]
    assert panel.accept_action.isEnabled()
    assert not panel.withdraw_action.isEnabled()

    def answer(dialog: dialogs.QDialog) -> bool:
        dialog.values.update(reason="Deroga", decision_id=None)  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(dialogs, "run_dialog", answer)
    with qtbot.waitSignal(desk.changed):
        panel.accept()
    assert [found.status for found in check(clerk.store, EN)] == ["accepted"]
    qtbot.waitUntil(lambda: panel.withdraw_action.isEnabled())
    with qtbot.waitSignal(desk.changed):
        panel.withdraw()
    assert [found.status for found in check(clerk.store, EN)] == ["open"]
    desk.lanes.wait()
    QApplication.processEvents()
