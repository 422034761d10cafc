"""Seeing money from an earlier day, following a balance to its decision, walking along the ways of the money."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import AccountKind, TransferKind
from app.services.archive import new_archive, open_archive
from app.services.journal.as_at import NOW, AsAt, meeting_choices
from app.services.ledger.rows import balances, transfer_rows
from app.services.settings import Settings
from app.ui.desk import Desk
from app.ui.flow_picture import FlowPicture
from app.ui.moment import PLACE_DAY, PLACE_NOW
from app.ui.views.dashboard import DashboardView
from app.ui.views.movement_sheet import MovementSheet
from app.ui.views.origin import OriginDialog
from app.ui.views.prints import PrintsView
from app.ui.views.resources import AccountSheet, AccountsPage, FlowPage, ResourcesView
from app.ui.widgets import Card
from tests.ui.audit import unnamed


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> Path:
    return Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("moments") / "piano.concilia"))


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path, sample: Path) -> Iterator[Callable[[Any], Any]]:
    """A room of the window over the sample."""
    desk = Desk(Settings(tmp_path / "settings.json"))
    desk.take(open_archive(sample), sample)

    def make(kind: Any) -> Any:
        view = kind(desk)
        qtbot.addWidget(view)
        view.resize(1300, 800)
        view.show()
        view.activateWindow()
        qtbot.waitUntil(view.isActiveWindow)
        return view

    yield make
    for dialog in origins():
        dialog.close()
    desk.close_archive()


def origins() -> list[OriginDialog]:
    """The dialogs that are shown."""
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, OriginDialog) and each.isVisible()]


def totals(page: AccountsPage) -> dict[str, int]:
    """Cents with those below, by name, as the list shows them."""
    return {row.plain[:3]: row.total for row in page.list.model.table.rows}


def test_accounts_are_seen_from_a_meeting_and_from_a_day(room: Callable[[Any], Any], qtbot: QtBot) -> None:
    view: ResourcesView = room(ResourcesView)
    page = view.page("accounts")
    assert isinstance(page, AccountsPage)
    now = totals(page)
    area = next(row for row in balances(view.desk.store) if row.kind is AccountKind.AREA)
    view.open_record(area.id, "accounts")
    [_second, first] = meeting_choices(view.desk.store)
    page.moment_bar.choice.setCurrentIndex(3)
    qtbot.waitUntil(lambda: totals(page)["A.1"] == 15_000_000)
    assert page.moment_bar.moment == AsAt(meeting_id=first.id)
    assert "1/2014" in page.past.text()
    sheet = page.detail
    assert isinstance(sheet, AccountSheet)
    qtbot.waitUntil(lambda: "150.000,00" in " ".join(c.accessibleName() for c in sheet.cards.findChildren(Card)))
    assert len(sheet.ceilings.texts()) == 1
    page.moment_bar.choice.setCurrentIndex(PLACE_DAY)
    assert page.moment_bar.day.isVisible()
    page.moment_bar.day.retype("31/05/2014")
    qtbot.waitUntil(lambda: totals(page)["A.1"] == 0)
    page.moment_bar.day.retype("31/05/20")
    assert page.moment_bar.moment == AsAt(date(2014, 5, 31))  # a day that is being typed is none yet
    page.past._action.click()
    assert page.moment_bar.moment == NOW
    assert page.past.text() == ""
    assert totals(page) == now
    qtbot.waitUntil(lambda: len(sheet.ceilings.texts()) == 2)


def test_a_day_that_is_to_come_is_refused_where_it_is_seen(room: Callable[[Any], Any], qtbot: QtBot) -> None:
    view: ResourcesView = room(ResourcesView)
    page = view.page("accounts")
    assert isinstance(page, AccountsPage)
    page.moment_bar.set_moment(AsAt(date(2999, 1, 1)))
    qtbot.waitUntil(lambda: "01/01/2999" in page.past.text())
    page.moment_bar.choice.setCurrentIndex(PLACE_NOW)
    assert page.past.text() == ""


def test_prints_are_drawn_as_at_a_meeting(room: Callable[[Any], Any], qtbot: QtBot) -> None:
    view: PrintsView = room(PrintsView)
    view.open_record("T02|")
    qtbot.waitUntil(lambda: view.pane.page_count() > 0)
    view.moment_bar.set_moment(AsAt(meeting_id=meeting_choices(view.desk.store)[1].id))
    qtbot.waitUntil(lambda: view.pane.document is not None and "1/2014" in view.pane.document.subject)
    qtbot.waitUntil(lambda: not view.desk.lanes.busy())
    assert not view.part.isEnabled()
    view.open_record("T03|")
    qtbot.waitUntil(lambda: view.part.isEnabled())
    view.part.setCurrentIndex(3)
    qtbot.waitUntil(lambda: view.pane.document is not None and view.part.currentText() in view.pane.document.title)
    assert view.pane.document is not None
    assert "1/2014" in view.pane.document.subject
    qtbot.waitUntil(lambda: not view.desk.lanes.busy())
    row = next(row for row in view.list.model.table.rows if row.code == "VERBALE")
    view.open_record(row.id)
    qtbot.waitUntil(lambda: view.pane.document is None)
    assert "T01, T02" in view.pane._says.text()


def test_a_balance_leads_to_its_movements_and_they_to_their_meeting(room: Callable[[Any], Any], qtbot: QtBot) -> None:
    view: ResourcesView = room(ResourcesView)
    page = view.page("accounts")
    assert isinstance(page, AccountsPage)
    project = next(row for row in balances(view.desk.store) if row.kind is AccountKind.PROJECT)
    view.open_record(project.id, "accounts")
    page.list.table.setFocus()
    qtbot.keyClick(page.list.table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    [dialog] = origins()
    assert dialog.heading.text() == project.name
    assert unnamed(dialog) == []
    ways = dialog.movement.ways()
    assert [way.accessibleName().split(" ")[0] for way in ways] == ["Decision", "Meeting", "Scenario"]
    dialog.first.retype("01/01/2015")
    assert dialog.list.model.table.body() == ()
    assert not dialog.movement.isVisible()
    dialog.last.retype("31/12/2014")
    assert "01/01/2015" in dialog.banner.text()
    dialog.last.retype("31/12/2015")
    assert dialog.banner.text() == ""
    with qtbot.waitSignal(view.desk.wanted) as wanted:
        qtbot.keyClick(ways[1], Qt.Key.Key_Return)
    assert wanted.args == ["meetings", meeting_choices(view.desk.store)[0].id]
    assert origins() == []


def test_the_dashboard_asks_too(room: Callable[[Any], Any], qtbot: QtBot) -> None:
    view: DashboardView = room(DashboardView)
    qtbot.waitUntil(lambda: view.findings is not None)
    view.areas.table.setFocus()
    view.areas.table.setCurrentIndex(view.areas.model.index(1, 0))
    qtbot.keyClick(view.areas.table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert [dialog.heading.text()[:3] for dialog in origins()] == ["A.2"]
    origins()[0].close()
    view.sources_chart.setFocus()
    qtbot.keyClick(view.sources_chart, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert origins() == []  # no bar is chosen yet
    qtbot.keyClick(view.sources_chart, Qt.Key.Key_Down)
    qtbot.keyClick(view.sources_chart, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(origins()) == 1


def test_a_movement_shows_its_ground(room: Callable[[Any], Any]) -> None:
    view: ResourcesView = room(ResourcesView)
    first, *rest = transfer_rows(view.desk.store)
    last = next(row for row in reversed(rest) if row.kind is TransferKind.RESIDUE)
    view.open_record(first.id, "movements")
    sheet = view.page("movements").detail
    assert isinstance(sheet, MovementSheet)
    assert sheet.ways() == []
    assert "Act" in sheet.grounds.findChildren(type(sheet.heading))[-1].text()
    view.open_record(last.id, "movements")
    assert len(sheet.siblings.texts()) == 6
    sheet.siblings.activated.emit(transfer_rows(view.desk.store)[9].id)
    assert "54.182,62" in sheet.heading.text()


def test_the_picture_of_ways_is_walked_by_keys_and_told(room: Callable[[Any], Any], qtbot: QtBot) -> None:
    view: ResourcesView = room(ResourcesView)
    view.show_kind("flow")
    page = view.page("flow")
    assert isinstance(page, FlowPage)
    picture: FlowPicture = page.picture
    assert "from Contributo" in picture.accessibleDescription()
    picture.setFocus()
    for key, name in (
        (Qt.Key.Key_Right, "Contributo"),
        (Qt.Key.Key_Right, "A.1"),
        (Qt.Key.Key_Down, "A.2"),
        (Qt.Key.Key_Right, "2. + t x t"),
        (Qt.Key.Key_Left, "A.2"),
        (Qt.Key.Key_Left, "Contributo"),
        (Qt.Key.Key_Up, "Contributo"),
    ):
        qtbot.keyClick(picture, key)
        now = picture.current()
        assert now is not None
        assert now.name.startswith(name)
        assert name in picture.accessibleName()
    qtbot.keyClick(picture, Qt.Key.Key_Return)
    assert [dialog.heading.text()[:10] for dialog in origins()] == ["Contributo"]
    now = picture.current()
    assert now is not None
    area = picture._area(now, picture._layout_now())
    inside = area.center().toPoint()
    inside.setX(int(area.left()) + 3)
    assert picture._told_at(inside).startswith("Contributo")
    beside = QPoint(int(area.right()) + 2, inside.y())
    assert "→" in picture._told_at(beside)
    page.moment_bar.set_moment(AsAt(date(2014, 6, 30)))
    qtbot.waitUntil(lambda: any("54.182,62" in box.more for box in picture.chart.boxes))


def test_an_empty_archive_says_where_to_begin(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "vuoto.concilia"
    new_archive(path)
    desk = Desk(Settings(tmp_path / "settings.json"))
    desk.take(open_archive(path), path)
    view = ResourcesView(desk)
    qtbot.addWidget(view)
    view.show()
    for kind, place in (("accounts", "plan"), ("flow", "plan"), ("movements", "plan"), ("splits", "meetings")):
        view.show_kind(kind)
        page = view.page(kind)
        with qtbot.waitSignal(desk.wanted) as wanted:
            page._on_first_wanted()
        assert wanted.args == [place, ""]
    flow = view.page("flow")
    assert isinstance(flow, FlowPage)
    assert not flow.moment_bar.isVisible()
    desk.close_archive()
