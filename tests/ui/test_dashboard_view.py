"""The dashboard shows what the records give, and every line of it leads somewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.services.archive import new_archive, open_archive
from app.services.ledger.ledger import receive_source
from app.services.plan.funding import source_rows
from app.services.plan.plan import ActDraft, PlanDraft, save_act, save_plan
from app.services.settings import Settings
from app.ui.desk import Desk
from app.ui.views.dashboard import DashboardView
from app.ui.widgets import Card


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> Path:
    return Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("dashboard") / "piano.concilia"))


@pytest.fixture
def view_of(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[Path], DashboardView]]:
    made: list[Desk] = []

    def make(path: Path) -> DashboardView:
        desk = Desk(Settings(tmp_path / "settings.json"))
        desk.take(open_archive(path), path)
        made.append(desk)
        view = DashboardView(desk)
        qtbot.addWidget(view)
        view.resize(1200, 800)
        view.show()
        qtbot.waitUntil(lambda: view.findings is not None)
        return view

    yield make
    for desk in made:
        desk.close_archive()


def cards(view: DashboardView) -> dict[str, str]:
    pairs = (card.accessibleName().split(": ", 1) for card in view.cards.findChildren(Card))
    return dict(pairs)


def test_money_of_the_sample_is_shown_to_the_cent(view_of: Callable[[Path], DashboardView], sample: Path) -> None:
    view = view_of(sample)
    shown = cards(view)
    assert shown["Initial resources"] == "424.182,62\u00a0€"
    assert shown["Awarded to the projects"] == "424.182,62\u00a0€"
    assert shown["Came in, still to be awarded"] == "0,00\u00a0€"
    assert shown["Open findings"] == "31"
    assert [row[2:] for row in view.areas.texts()] == [
        ["168.060,88\u00a0€", "168.060,88\u00a0€", "0,00\u00a0€"],
        ["118.060,87\u00a0€", "118.060,87\u00a0€", "0,00\u00a0€"],
        ["138.060,87\u00a0€", "138.060,87\u00a0€", "0,00\u00a0€"],
        ["424.182,62\u00a0€", "424.182,62\u00a0€", "0,00\u00a0€"],
    ]
    assert "A.2: 118.060,87\u00a0€ (118.060,87\u00a0€ to projects)" in view.areas_chart.accessibleDescription()
    assert [row[0] for row in view.meetings.texts()] == ["2/2014", "1/2014"]
    marked = [each.text() for each in view.meetings.findChildren(QLabel) if each.isVisible()]
    assert "Sample data: what the plan does not say was invented for the sample archive." in marked


def test_lines_lead_to_their_records(view_of: Callable[[Path], DashboardView], sample: Path, qtbot: QtBot) -> None:
    view = view_of(sample)
    waiting = [row[0] for row in view.open_items.texts()]
    assert waiting.count("A funded project has not accepted yet") == 4
    place = waiting.index("Minutes are to be approved")
    with qtbot.waitSignal(view.desk.wanted) as wanted:
        view.open_items.activated.emit(view.open_items.model.row_id(place))
    meeting = view.meetings.model.row_id(0)
    assert wanted.args == ["meetings", meeting]
    with qtbot.waitSignal(view.desk.wanted) as wanted:
        view.meetings.activated.emit(meeting)
    assert wanted.args == ["meetings", meeting]
    source = source_rows(view.desk.store)[0].id
    with qtbot.waitSignal(view.desk.wanted) as wanted:
        view.sources_chart.activated.emit(source)
    assert wanted.args == ["plan", source]


def test_new_archive_says_what_to_do_first_and_takes_off_what_is_done(
    view_of: Callable[[Path], DashboardView], tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "nuovo.concilia"
    new_archive(path)
    view = view_of(path)
    steps = [row[0] for row in view.open_items.texts()]
    assert steps[0] == "Write the plan"
    assert len(steps) == 8
    assert not view._money.isVisible()
    with qtbot.waitSignal(view.desk.wanted) as wanted:
        view.open_items.activated.emit(view.open_items.model.row_id(0))
    assert wanted.args == ["plan", ""]
    changes = view.desk.do(save_plan, PlanDraft(name="Piano di prova", territory="Territorio", office="Ufficio"))
    view.reload(changes)
    assert [row[0] for row in view.open_items.texts()] == steps[1:]


def test_narrow_window_puts_the_panels_one_under_the_other(
    view_of: Callable[[Path], DashboardView], sample: Path
) -> None:
    view = view_of(sample)
    assert view._aside.x() > view._money.x()
    view.resize(700, 800)
    view._grid.activate()
    assert view._aside.x() == view._money.x()
    assert view._aside.y() > view._money.y()


def test_source_still_to_come_in_waits(view_of: Callable[[Path], DashboardView], tmp_path: Path) -> None:
    from app.models.money import Cents
    from app.services.plan.funding import SourceDraft, save_source

    path = tmp_path / "fonte.concilia"
    new_archive(path)
    view = view_of(path)
    desk = view.desk
    desk.do(save_plan, PlanDraft(name="Piano di prova", territory="Territorio", office="Ufficio"))
    act = desk.do(save_act, ActDraft(number="1")).id
    source = desk.do(save_source, SourceDraft(name="Quota", amount=Cents(100_00), act_id=act)).id
    view.reload()
    assert [item.text for item in view._overview.open_items] == ["The money of a source is still to come in"]
    desk.do(receive_source, source, date(2014, 5, 2))
    view.reload()
    assert view._overview.open_items == ()
    assert cards(view)["Came in, still to be awarded"] == "100,00\u00a0€"
