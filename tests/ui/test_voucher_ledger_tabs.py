"""The tabs of vouchers given, used, reported and settled: what a clerk does there, in one room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import SettlementState, VoucherState
from app.services.reports.vouchers import ledger_lists
from app.services.search import search
from app.services.vouchers.given import admitted_requests, load_voucher, voucher_rows, voucher_use_rows
from app.services.vouchers.numbers import VoucherNumber
from app.services.vouchers.payments import load_settlement, settlement_rows
from app.services.vouchers.provider_reports import ReportLineDraft, voucher_report_rows
from app.ui.acts import ActDialog
from app.ui.desk import Desk
from app.ui.fields import Act
from app.ui.forms import RecordForm
from app.ui.views.vouchers.ledger_pages import VouchersPage
from app.ui.views.vouchers.room import VouchersView
from app.ui.views.vouchers.settlement_forms import SETTLEMENT_FORM, ReportForm, SettlementForm
from tests.services.voucher_world import VoucherWorld, admit, build_vouchers, give, set_today
from tests.services.world import new_store
from tests.ui.driving import Clerk, opened_desk
from tests.ui.hands import Answers, answers

__all__ = ["answers"]

DAY = date(2015, 7, 1)
FIRST, SECOND = (VoucherNumber("CRE", 2015, n).text() for n in (1, 2))


@pytest.fixture
def world(tmp_path: Path) -> VoucherWorld:
    """A programme that is open, with two requests that were admitted."""
    with new_store(tmp_path, "ufficio.concilia") as store:
        made = build_vouchers(store)
        admit(store, made, 100_00, 80_00)
    return made


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, world: VoucherWorld) -> Iterator[Desk]:
    for made in opened_desk(qtbot, tmp_path):
        assert made.store is not None
        set_today(made.store, DAY)
        yield made


def act(form: RecordForm, icon: str) -> Act:
    return next(each for each in form.spec.acts if each.icon == icon)


def test_a_clerk_gives_uses_reports_settles_and_lets_expire(
    qtbot: QtBot, desk: Desk, world: VoucherWorld, answers: Answers
) -> None:
    clerk = Clerk(qtbot, desk, VouchersView)

    def fill(kind: str, **values: object) -> RecordForm:
        clerk.view.show_kind(kind)
        page = clerk.view.current_page()
        page.add()
        assert page.form is not None
        for key, value in values.items():
            page.form.model.set_value(key, value, merge=False)
        page.form.save()
        desk.lanes.wait()
        qtbot.waitUntil(lambda: not desk.lanes.busy())
        assert page.form.banner_text() == ""
        return page.form

    def do(form: RecordForm, icon: str) -> None:
        form.run_act(act(form, icon))
        desk.lanes.wait()
        qtbot.waitUntil(lambda: not desk.lanes.busy())

    choices = dict(desk.read(admitted_requests))
    for key in choices:
        fill("vouchers", request_id=key)
    assert sorted(row.code for row in desk.read(voucher_rows)) == [FIRST, SECOND]
    for typed in (FIRST, "centri estivi", "rossi 1"):  # as the search box goes to what it found
        hits = [hit for hit in search(desk.store, typed) if hit.kind in ("programme", "voucher", "individual")]
        assert hits
        assert all(clerk.view.open_record(hit.id) for hit in hits)

    use = fill("uses", number=FIRST.lower(), day=DAY, units=Fraction(8), provider_id=world.provider, document="R1")
    assert use.title() == FIRST
    clerk.view.show_kind("uses")
    clerk.view.current_page().add()
    blank = clerk.view.current_page().form
    assert blank is not None
    blank.model.set_value("number", SECOND)
    qtbot.waitUntil(lambda: "Rossi 2 Ada" in blank.aside_text("number"))
    blank.revert()

    line = ReportLineDraft(None, SECOND, DAY, Fraction(4))
    report = fill(
        "provider_reports",
        programme_id=world.programme,
        provider_id=world.provider,
        date_received=DAY,
        lines=(line, ReportLineDraft(None, FIRST, DAY, Fraction(30))),
    )
    assert isinstance(report, ReportForm)
    report.refresh_panel()
    assert "hours" in report.panel.shown_tables()[0].texts()[0][-1]
    do(report, "circle-check")
    assert [(row.lines, row.differing) for row in desk.read(voucher_report_rows)] == [(2, 1)]
    assert len(desk.read(voucher_use_rows)) == 2

    settled = fill("settlements", programme_id=world.programme, day=DAY, act="Determina 7")
    assert isinstance(settled, SettlementForm)
    settled.refresh_panel()
    assert settled.panel.shown_tables()[0].texts()[0][1] == "Cooperativa Il Grillo"
    do(settled, "list-checks")
    (row,) = desk.read(settlement_rows)
    assert load_settlement(desk.store, row.id).state is SettlementState.CHECKED

    set_today(desk.store, date(2015, 9, 1))
    clerk.view.show_kind("vouchers")
    page = clerk.view.current_page()
    assert isinstance(page, VouchersPage)
    page.expire_action.trigger()
    desk.lanes.wait()
    qtbot.waitUntil(lambda: not desk.lanes.busy())
    states = {load_voucher(desk.store, each.id).state for each in desk.read(voucher_rows)}
    assert states == {VoucherState.EXPIRED}


def test_the_dialog_of_an_act_grows_by_what_it_says_is_missing(qtbot: QtBot, desk: Desk) -> None:
    (refuse,) = (each for each in SETTLEMENT_FORM.acts if each.icon == "x")
    dialog = ActDialog(desk, refuse)
    qtbot.addWidget(dialog)
    dialog.show()
    before = dialog.height()
    dialog.accept()
    QApplication.processEvents()
    assert dialog.isVisible()
    assert all(box.error_text() for box in dialog.section.boxes)
    assert dialog.height() > before
    assert dialog._tall.verticalScrollBar().maximum() == 0


def test_a_long_list_is_read_in_two_pieces_and_never_looked_through_in_part(
    qtbot: QtBot, desk: Desk, world: VoucherWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = give(desk.store, world, *(n * 10_00 for n in range(1, 9)), provider_id=world.provider)
    monkeypatch.setattr(ledger_lists, "FIRST_ROWS", 3)
    view = VouchersView(desk)
    qtbot.addWidget(view)
    view.show_kind("vouchers")
    page = view.current_page()
    model, footer = page.list.model, page.list.footer
    numbers = [VoucherNumber("CRE", 2015, n).text() for n in range(8, 0, -1)]

    def codes() -> list[str]:
        return [model.index(row, 0).data() or "" for row in range(model.rowCount())]

    assert not model.is_whole
    assert codes() == [*numbers[:3], "", "", "", "", "", "Total"]
    assert "8 rows" in footer.text()
    assert "360,00" in footer.text()
    assert footer.text().endswith("the other rows are being read")
    assert not page.list.export_action.isEnabled()
    page.list.search.setText("rossi 2")  # stands in a row that is not read yet: nothing is said of it before
    assert codes() == [*[""] * 8, "Total"]
    page.list.search.clear()
    page.list.table.verticalScrollBar().setValue(2)
    assert view.open_record(keys[0]), "a record that the list has not read yet"
    assert page.form is not None
    assert page.form.title() == numbers[-1]

    qtbot.waitUntil(lambda: model.is_whole)
    assert codes() == [*numbers, "Total"]
    assert page.list.selected_id() == keys[0]
    assert page.list.export_action.isEnabled()
    assert footer.text().startswith("8 rows")
    for words, found in ((numbers[6].lower(), [numbers[6]]), ("grillo", numbers), (numbers[2], [numbers[2]])):
        page.list.search.setText(words)
        assert codes() == [*found, "Total"], words
    page.list.search.setText(numbers[6])
    page.reload()
    assert codes() == [numbers[6], "Total"], "what was found stands while all rows are read anew"
    qtbot.waitUntil(lambda: not desk.lanes.busy())
    assert codes() == [numbers[6], "Total"]
    hits = search(desk.store, "cooperativa grillo")
    assert {hit.title for hit in hits if hit.kind == "voucher"} == set(numbers)
