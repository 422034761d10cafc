"""The projects' room at the keyboard: a cut, an amendment, a payment, a report of expenses; what stands beside each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.models.enums import AmendmentState, PaymentState, ReportState
from app.models.money import Cents
from app.services.spending.amendments import load_amendment
from app.services.spending.payments import load_payment
from app.services.spending.reports import load_report
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.views.amendment_forms import AmendmentForm
from app.ui.views.payment_forms import JUDGED, TYPED, PaymentForm, ReportForm
from app.ui.views.projects import ProjectSheet, ProjectsView
from app.ui.views.rescaling_forms import RescalingForm
from app.ui.views.side_form import SideForm
from tests.services.spending_world import Running, build_running
from tests.services.world import new_store
from tests.ui.driving import Clerk, opened_desk
from tests.ui.hands import Answers, answers

__all__ = ["answers"]

EURO = "\u00a0€"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Running]:
    """A project under way, and its keys."""
    with new_store(tmp_path_factory.mktemp("case")) as store:
        running = build_running(store)
    return store.path.read_bytes(), running


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, case: tuple[bytes, Running]) -> Iterator[Desk]:
    """A desk with a copy of the case."""
    (tmp_path / "ufficio.concilia").write_bytes(case[0])
    yield from opened_desk(qtbot, tmp_path)


@pytest.fixture
def clerk(qtbot: QtBot, desk: Desk) -> Clerk:
    return Clerk(qtbot, desk, ProjectsView)


def panel_texts(form: SideForm) -> list[list[str]]:
    """Rows of the first table beside a form, up to date."""
    form.refresh_panel()
    return form.panel.shown_tables()[0].texts()


def test_a_project_tells_its_money(clerk: Clerk, case: tuple[bytes, Running]) -> None:
    assert clerk.listed("granted")[:4] == [
        f"69.803,00{EURO}",
        f"100.000,00{EURO}",
        f"150.000,00{EURO}",
        f"50.197,00{EURO}",
    ]
    clerk.view.open_record(case[1].rho)
    sheet = clerk.page.detail
    assert isinstance(sheet, ProjectSheet)
    tranches, payments, categories = sheet.tables
    assert [row[2] for row in tranches.texts()] == [f"50.000,00{EURO}", f"30.000,00{EURO}", f"100.000,00{EURO}"]
    assert payments.isHidden()
    assert len(categories.texts()) == 6


def test_an_amendment_from_its_form_to_the_decision(
    clerk: Clerk, case: tuple[bytes, Running], answers: Answers
) -> None:
    clerk.go("amendments")
    clerk.press_begin("New")
    clerk.fill(proposal_id="2 · Progetto Rho", day="01/06/2015", reason="Meno ore")
    form = clerk.form
    assert isinstance(form, AmendmentForm)
    assert len(form.model.draft.lines) == 5
    form.refresh_panel()
    assert form.panel.said.text() == "Nothing moves yet."
    rows = list(form.model.draft.lines)
    rows[2] = replace(rows[2], after=Cents(5_000_00))
    form.model.apply("lines", tuple(rows))
    form.refresh_panel()
    assert "gain" in form.panel.banner.text()
    rows[0] = replace(rows[0], after=Cents(35_000_00))
    form.model.apply("lines", tuple(rows))
    assert panel_texts(form)[2] == ["Other expenses", f"5.000,00{EURO}", f"−5.000,00{EURO}", "50,00\u00a0%"]
    assert form.panel.said.text() == "By the rules of the call: to be authorised, within 60 days."
    key = clerk.save()
    clerk.act("Hand in")
    assert load_amendment(clerk.store, key).state is AmendmentState.TO_AUTHORISE
    assert clerk.offers()[:3] == ["Authorise", "Refuse", "Opinion…"]
    answers.entered = {"opinion": "Favorevole"}
    clerk.act("Opinion…")
    assert load_amendment(clerk.store, key).opinion == "Favorevole"


def test_a_payment_is_entered_and_released(clerk: Clerk, answers: Answers) -> None:
    clerk.go("payments")
    clerk.press_begin("New")
    clerk.fill(proposal_id="2 · Progetto Rho", tranche="1", act="Determina n. 12", act_day="01/06/2015")
    assert "needed" in clerk.refused("guarantee") or clerk.form.error_text("guarantee")
    clerk.fill(guarantee="Polizza 77")
    form = clerk.form
    assert isinstance(form, PaymentForm)
    assert [row[2] for row in panel_texts(form)] == [f"50.000,00{EURO}", f"30.000,00{EURO}", f"100.000,00{EURO}"]
    key = clerk.save()
    answers.entered = {"day": "15/06/2015"}
    clerk.act("Release")
    assert load_payment(clerk.store, key).state is PaymentState.RELEASED
    assert clerk.offers()[:2] == ["Money that came back…", "Statement of payments"]


def test_a_report_is_entered_checked_and_approved(clerk: Clerk, answers: Answers) -> None:
    clerk.go("reports")
    clerk.press_begin("New")
    clerk.fill(proposal_id="2 · Progetto Rho", date_received="01/07/2015", final="tick")
    form = clerk.form
    assert isinstance(form, ReportForm)
    clerk.rows(
        "expenses",
        ("Inv", "12", "01/06/2015", "Coop", None, "Other", "01/06/2015", "Bank", "1000", None, "900", "100"),
    )
    key = clerk.save()

    def shown() -> set[str]:
        view = form.grid("expenses")
        return {each.key for n, each in enumerate(view.spec.columns) if not view.table.isColumnHidden(n)}

    assert shown() == TYPED
    answers.entered = {"share": "50", "seed": "1 luglio"}
    clerk.act("Check a sample…")
    assert shown() == JUDGED
    (row,) = form.model.draft.expenses
    judged = replace(row, admitted_grant=Cents(800_00), admitted_cofinancing=Cents(100_00))
    form.model.apply("expenses", (judged,))
    clerk.save()
    form.refresh_panel()
    assert "1 luglio" in form.panel.said.text()
    assert form.panel.shown_tables()[1].texts()[1][2] == f"800,00{EURO}"
    answers.entered = {"day": "01/08/2015"}
    clerk.act("Approve")
    found = load_report(clerk.store, key)
    assert (found.state, found.final_grant) == (ReportState.APPROVED, 800_00)


def test_a_rescaling_lays_the_projects_of_its_area(clerk: Clerk) -> None:
    clerk.go("rescalings")
    clerk.press_begin("New")
    clerk.fill(name="Taglio", area_id="A.3 Ambito 3", total="100000", rule="By hand")
    form = clerk.form
    assert isinstance(form, RescalingForm)
    form.refresh_panel()
    assert form.panel.shown_tables() == []
    assert "as soon as" in form.panel.said.text()
    clerk.rows(
        "lines",
        ("1 · Progetto Garbagnate", "80000", "60000"),
        ("4 · Progetto Castano", "60000", "40000"),
    )
    assert [row[1:] for row in panel_texts(form)][-1] == [
        f"140.000,00{EURO}",
        f"100.000,00{EURO}",
        f"40.000,00{EURO}",
    ]
    clerk.save()
    assert clerk.listed("rule") == ["By hand"]


def test_a_plan_is_asked_for_and_its_workbook_written(
    clerk: Clerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.go("requests")
    clerk.press_begin("New")
    clerk.fill(proposal_id="2 · Progetto Rho", amount="90000", day="01/06/2015")
    clerk.save()
    monkeypatch.setattr(dialogs, "choose_save", lambda *_given: tmp_path / "piano")
    with clerk.qtbot.waitSignal(clerk.desk.written):
        clerk.act("Workbook…")
    assert (tmp_path / "piano.xlsx").stat().st_size > 1000
