"""The room of the resources: what stands on each account is what its movements sum to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.models.enums import AccountKind
from app.models.money import format_euro
from app.services.archive import open_archive
from app.services.ledger.rows import balances, transfer_rows
from app.services.settings import Settings
from app.ui.desk import Desk
from app.ui.views.resources import AccountSheet, ResourcesView, SplitSheet
from app.ui.widgets import Card


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> Path:
    return Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("resources") / "piano.concilia"))


@pytest.fixture
def view(qtbot: QtBot, tmp_path: Path, sample: Path) -> Iterator[ResourcesView]:
    desk = Desk(Settings(tmp_path / "settings.json"))
    desk.take(open_archive(sample), sample)
    made = ResourcesView(desk)
    qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    yield made
    desk.close_archive()


def test_every_account_shows_its_balance_and_its_movements(view: ResourcesView) -> None:
    store = view.desk.store
    for account in balances(store):
        assert view.open_record(account.id, "accounts")
        sheet = view.page("accounts").detail
        assert isinstance(sheet, AccountSheet)
        shown = {card.accessibleName() for card in sheet.cards.findChildren(Card)}
        assert f"On the account: {format_euro(account.balance)}" in shown
        moved = transfer_rows(store, account.id)
        assert sheet.movements.isVisible() == bool(moved)
        if moved:
            stands = account.total if account.kind is AccountKind.PLAN else account.balance
            assert sheet.movements.texts()[-1][2] == format_euro(stands), "the movements sum to what stands there"


def test_bar_of_an_area_leads_down_to_it(view: ResourcesView, qtbot: QtBot) -> None:
    rows = balances(view.desk.store)
    plan = next(row for row in rows if row.kind is AccountKind.PLAN)
    area = next(row for row in rows if row.kind is AccountKind.AREA and row.total > 0)
    assert view.open_record(plan.id, "accounts")
    sheet = view.page("accounts").detail
    assert isinstance(sheet, AccountSheet)
    sheet.chart.activated.emit(area.id)
    assert sheet.heading.text() == area.name
    assert "A.1" in sheet.heading.text()


def test_split_shows_each_share_and_the_odd_cent(view: ResourcesView) -> None:
    view.show_kind("splits")
    page = view.page("splits")
    first = page.list.model.row_id(0)
    assert first is not None
    assert view.open_record(first, "splits")
    assert isinstance(page.detail, SplitSheet)
    cells = page.detail.proof.texts()
    assert [row[-1] for row in cells] == [
        "18.060,88\u00a0€",
        "18.060,87\u00a0€",
        "18.060,87\u00a0€",
        "54.182,62\u00a0€",
    ]


def test_movements_are_all_there(view: ResourcesView) -> None:
    view.show_kind("movements")
    assert view.page("movements").list.model.rowCount() == len(transfer_rows(view.desk.store))
