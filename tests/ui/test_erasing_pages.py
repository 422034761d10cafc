"""The pages about what is kept how long, and about one person: looked for, printed, erased, refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.services.archive import new_archive, open_archive
from app.services.keeping.bin import bin_rows
from app.services.keeping.kept_drafts import OpenForm, keep_drafts, kept_drafts
from app.services.keeping.retention import retention_rows
from app.services.network.organisation_drafts import ContactDraft
from app.services.network.registry import OrganisationDraft, delete_organisation, save_organisation
from app.services.settings import Settings
from app.ui import dialogs, output
from app.ui.desk import Desk
from app.ui.views.archive import ArchiveView
from app.ui.views.archive_bin import BinPage
from app.ui.views.archive_kept import KeptPage
from app.ui.views.archive_person import PersonPage
from app.ui.views.archive_retention import EmptyBinDialog, RetentionPage
from tests.ui.driving import Clerk

NAME = "Ersilia Quaranta"


@pytest.fixture
def clerk(qtbot: QtBot, tmp_path: Path) -> Iterator[Clerk]:
    """Somebody in the room Archive, where one body is in the bin since long ago and one has a contact."""
    path = tmp_path / "piano.concilia"
    new_archive(path)
    desk = Desk(Settings(tmp_path / "s.json"))
    desk.take(open_archive(path), path)
    now, desk.store.clock = desk.store.clock, lambda: datetime(2014, 3, 31, tzinfo=UTC)
    delete_organisation(desk.store, save_organisation(desk.store, OrganisationDraft(name="Circolo di prova")).id)
    desk.store.clock = now
    save_organisation(desk.store, OrganisationDraft(name="Ente", contacts=(ContactDraft(name=NAME),)))
    yield Clerk(qtbot, desk, ArchiveView)
    quiet(desk, qtbot)
    desk.close_archive()


def quiet(desk: Desk, qtbot: QtBot) -> None:
    desk.lanes.wait()
    qtbot.waitUntil(lambda: not desk.lanes.busy())


def page(clerk: Clerk, key: str) -> Any:
    clerk.view.show_kind(key)
    quiet(clerk.desk, clerk.qtbot)
    return clerk.view.page(key)


def test_a_person_is_found_printed_and_erased(clerk: Clerk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sheet = page(clerk, "person")
    assert isinstance(sheet, PersonPage)
    sheet.name.setText("Ersilia")
    sheet.look()
    quiet(clerk.desk, clerk.qtbot)
    assert "Write name and surname" in sheet.banner.text()
    assert not sheet.print_action.isEnabled()
    sheet.name.setText(NAME)
    sheet.look()
    quiet(clerk.desk, clerk.qtbot)
    assert sheet.records.texts()[0][:4] == ["Contact", NAME, "Name", NAME]
    assert sheet.banner.text() == ""
    shown: list[Any] = []
    monkeypatch.setattr(output, "preview", lambda _parent, _desk, document: shown.append(document))
    sheet.print_action.trigger()
    assert shown[0].code == "PERSONA"
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: tmp_path / "p.json")
    sheet.data_action.trigger()
    quiet(clerk.desk, clerk.qtbot)
    assert NAME in (tmp_path / "p.json").read_text("utf-8")

    def told(dialog: Any) -> bool:
        dialog.reason = "istanza 12/2026"
        return True

    monkeypatch.setattr(dialogs, "run_dialog", told)
    sheet.erase_action.trigger()
    quiet(clerk.desk, clerk.qtbot)
    sheet.look()
    quiet(clerk.desk, clerk.qtbot)
    assert sheet.banner.text() == "The archive says nothing of this person."
    assert not sheet.erase_action.isEnabled()


def test_the_bin_is_emptied_of_what_is_due(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    bin_page, said = page(clerk, "bin"), []
    assert isinstance(bin_page, BinPage)
    monkeypatch.setattr(dialogs, "tell", lambda _parent, _title, text: said.append(text))
    bin_page.empty_action.trigger()
    assert "Nothing in the bin is due" in said[0]
    classes = page(clerk, "retention")
    assert isinstance(classes, RetentionPage)
    classes.usual_action.trigger()
    quiet(clerk.desk, clerk.qtbot)
    assert len(retention_rows(clerk.store)) == 4
    assert len(classes.list.model.table.rows) == 4

    def chosen(dialog: EmptyBinDialog) -> bool:
        dialog.accept()
        assert "Nothing is chosen" in dialog.banner.text()
        dialog.list.item(0).setCheckState(Qt.CheckState.Checked)
        dialog.accept()
        assert "The reason is missing" in dialog.banner.text()
        dialog._reason.setText("massimario di scarto")
        dialog.accept()
        return True

    monkeypatch.setattr(dialogs, "run_dialog", chosen)
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    bin_page = page(clerk, "bin")
    bin_page.empty_action.trigger()
    quiet(clerk.desk, clerk.qtbot)
    assert bin_rows(clerk.store) == ()


def test_what_was_not_saved_is_listed_and_thrown_away(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = OrganisationDraft(name="Ente nuovo")
    keep_drafts(
        clerk.store,
        (OpenForm("network.organisations", "", "Ente nuovo", replace(draft, note="Nota persa"), draft),),
    )
    kept = page(clerk, "kept")
    assert isinstance(kept, KeptPage)
    assert [row.title for row in kept.list.model.table.rows] == ["Ente nuovo"]
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    kept.panel.throw_action.trigger()
    quiet(clerk.desk, clerk.qtbot)
    assert kept_drafts(clerk.store) == ()
