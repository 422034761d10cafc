"""The archive's room in the window: history, findings, verification, copies."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.models.enums import Severity
from app.services.archive import new_archive, open_archive
from app.services.findings import check
from app.services.integrity import verify
from app.services.journal.journal import recent
from app.services.network.registry import OrganisationDraft, organisation_rows, save_organisation
from app.services.plan.funding import AreaDraft, area_rows, save_area
from app.services.plan.plan import PlanDraft, declaration_rows, delete_declaration, find_plan, save_plan
from app.services.rooms import place_of
from app.services.settings import Settings
from app.services.wording.formats import format_count
from app.ui import dialogs, i18n
from app.ui.application import JOURNAL, find_records, plan_heading
from app.ui.desk import Desk
from app.ui.main_window import MainWindow
from app.ui.views import ROOMS
from app.ui.views.archive import ArchiveView
from app.ui.views.archive_copy import CopyPage
from app.ui.views.archive_findings import FindingsPage
from app.ui.views.archive_history import EDITS_SHOWN, HistoryPage
from app.ui.views.archive_verify import VerifyPage
from tests.services.world import past_the_guards

KEY = Qt.Key


@pytest.fixture(scope="module")
def sample_file(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> Path:
    return Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("archive") / "piano.concilia"))


class Room:
    """The window, in the archive's room."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self._qtbot = qtbot

    @property
    def desk(self) -> Desk:
        return self.window.desk

    @property
    def store(self) -> Any:
        return self.desk.store

    @property
    def view(self) -> ArchiveView:
        view = self.window.current_view()
        assert isinstance(view, ArchiveView)
        return view

    @property
    def history(self) -> HistoryPage:
        page = self.view.page("history")
        assert isinstance(page, HistoryPage)
        return page

    @property
    def findings(self) -> FindingsPage:
        page = self.view.page("findings")
        assert isinstance(page, FindingsPage)
        return page

    @property
    def verification(self) -> VerifyPage:
        page = self.view.page("verify")
        assert isinstance(page, VerifyPage)
        return page

    @property
    def copying(self) -> CopyPage:
        page = self.view.page("copy")
        assert isinstance(page, CopyPage)
        return page

    def open(self, path: Path) -> None:
        assert self.window.open_path(path)
        self.go()

    def go(self, tab: str = "history") -> None:
        assert self.window.go("archive")
        self.view.show_kind(tab)
        self.settle()

    def settle(self) -> None:
        """Let what was asked for arrive."""
        for _round in range(2):  # what arrives may ask for more
            self._qtbot.waitUntil(lambda: not self.desk.lanes.busy())
            QApplication.processEvents()

    def shown_room(self) -> str:
        room = self.window.current_room()
        assert room is not None
        return room.key


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[Room]:
    """The window without an archive; the archive's room is its first."""
    desk = Desk(Settings(tmp_path / "room.json"))
    rooms = sorted(ROOMS, key=lambda each: each.key != "archive")
    window = MainWindow(desk, rooms=rooms, find=find_records, heading=plan_heading, journal=JOURNAL)
    qtbot.addWidget(window)
    window.resize(1400, 860)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    made = Room(window, qtbot)
    yield made
    made.settle()
    window.close()


@pytest.fixture
def sample(room: Room, sample_file: Path, tmp_path: Path) -> Room:
    """The room of the sample archive."""
    room.open(Path(shutil.copy(sample_file, tmp_path / "piano.concilia")))
    return room


@pytest.fixture
def empty(room: Room, tmp_path: Path) -> Room:
    """The room of an archive with nothing in it."""
    new_archive(tmp_path / "vuoto.concilia")
    room.open(tmp_path / "vuoto.concilia")
    return room


def texts(part: QWidget) -> str:
    """All that can be read in a part of the window, with plain spaces."""
    said = [label.text() for label in part.findChildren(QLabel) if label.isVisible()]
    said += [sheet.toPlainText() for sheet in part.findChildren(QTextEdit) if sheet.isVisible()]
    return "\n".join(said).replace("\u00a0", " ")


def says(part: QWidget, *words: str) -> bool:
    return all(word in texts(part) for word in words)


def press(qtbot: QtBot, made: QPushButton) -> None:
    """A button, by the keyboard."""
    assert made.isVisible()
    made.setFocus()
    qtbot.keyClick(made, KEY.Key_Space)


# --- history --------------------------------------------------------------------------------


def test_gestures_are_listed_newest_first_and_show_what_they_changed(sample: Room) -> None:
    page = sample.history
    lines = page.list.model.table.body()
    gestures = sample.desk.read(recent, 500)
    assert [line.number for line in lines] == [row.number for row in gestures]
    assert lines[0].made_at >= lines[-1].made_at
    assert page.list.selected_id() == lines[0].id, "the last gesture is shown at once"
    assert says(page.panel, lines[0].verb, lines[0].made_by, "State")
    change = next(line for line in lines if line.verb == "Change of a proposal’s state")
    assert page.open_record(change.id)
    sample.settle()
    assert says(page.panel, "Change of a proposal’s state", change.what, "State", "Submitted → Admissible", "changed")


def test_search_narrows_the_gestures(qtbot: QtBot, sample: Room) -> None:
    page = sample.history
    before = page.list.model.rowCount()
    page.list.focus_search()
    qtbot.keyClicks(page.list.search, "approval of minutes")
    shown = [page.list.model.row(n).verb for n in range(page.list.model.rowCount())]
    assert set(shown) == {"Approval of minutes"}
    assert len(shown) < before


def test_gesture_of_many_rows_says_how_many_more(sample: Room) -> None:
    page = sample.history
    line = max(page.list.model.table.body(), key=lambda line: line.edits)
    assert line.edits > EDITS_SHOWN
    assert page.open_record(line.id)
    sample.settle()
    assert says(page.panel, f"… and {line.edits - EDITS_SHOWN} more rows.")


def test_record_has_its_own_history(qtbot: QtBot, sample: Room) -> None:
    page = sample.history
    change = next(line for line in page.list.model.table.body() if line.verb == "Change of a proposal’s state")
    page.open_record(change.id)
    sample.settle()
    press(qtbot, page.panel.history_button)
    sample.settle()
    assert page.shows_record
    lines = page.record_history.list.model.table.body()
    assert [(line.field, line.before, line.after) for line in lines if line.verb == change.verb] == [
        ("State", "Submitted", "Admissible")
    ]
    assert {line.what for line in lines} > {change.what}, "its parts too"
    assert says(page.record_history, change.what)
    assert page.record_history.list.print_action in sample.view.room_actions()
    press_back = page.record_history.back_button
    press_back.setFocus()
    qtbot.keyClick(press_back, KEY.Key_Space)
    assert not page.shows_record
    assert page.list.selected_id() == change.id


def test_any_record_is_found_by_its_name_for_its_history(qtbot: QtBot, sample: Room) -> None:
    page = sample.history
    page.find_action.trigger()
    palette = page._palette
    assert palette is not None
    qtbot.keyClicks(palette.box, "noi famiglie")
    qtbot.keyClick(palette.box, KEY.Key_Return)
    sample.settle()
    assert page.shows_record
    assert says(page.record_history, "Proposal", "Noi famiglie")


def test_other_rooms_lead_to_the_history_of_their_records(sample: Room) -> None:
    organisation = sample.desk.read(organisation_rows)[0]
    sample.go("verify")
    sample.window.go("network")
    sample.desk.wanted.emit("archive", organisation.id)
    sample.settle()
    assert sample.shown_room() == "archive"
    assert says(sample.history.record_history, organisation.name)
    assert not sample.view.open_record("no such key")


def test_gesture_leads_to_its_record(qtbot: QtBot, sample: Room) -> None:
    page = sample.history
    line = next(line for line in page.list.model.table.body() if line.table == "organisation")
    page.open_record(line.id)
    press(qtbot, page.panel.go_button)
    assert sample.shown_room() == "network"
    form = sample.window.current_view().current_page().form  # type: ignore[union-attr]
    assert form.record_id == line.row_id


def test_last_gesture_is_taken_back_here(qtbot: QtBot, empty: Room) -> None:
    empty.desk.do(save_plan, PlanDraft(name="Piano", office="Ufficio"))
    area_id = empty.desk.do(save_area, AreaDraft(title="Imprese")).id
    empty.settle()
    page = empty.history
    first, second = page.list.model.table.body()
    assert (first.verb, second.verb) == ("Saving of a priority area", "Saving of the plan")
    page.open_record(second.id)
    empty.settle()
    assert page.panel.undo_button.isVisible(), "an older one can be taken back too, when nothing stands on it"
    page.open_record(first.id)
    empty.settle()
    press(qtbot, page.panel.undo_button)
    empty.settle()
    assert empty.desk.read(area_rows) == ()
    assert page.list.model.table.body()[0].verb == "Taken back: Saving of a priority area"
    assert page.list.selected_id() == first.id, "one stays where one was"
    assert not page.panel.undo_button.isVisible()
    assert not page.panel.go_button.isVisible(), "the record is gone"
    assert empty.desk.read(place_of, area_id) is None


def test_what_was_asked_before_the_archive_was_put_away_arrives_nowhere(empty: Room) -> None:
    empty.history.reload()
    empty.verification.verify()
    empty.window.close_archive()
    empty.settle()
    assert not empty.desk.is_open


# --- findings ----------------------------------------------------------------------------


def test_findings_show_both_values_and_lead_to_their_record(qtbot: QtBot, sample: Room) -> None:
    found = sample.desk.read(check, i18n.current())
    sample.go("findings")
    page = sample.findings
    lines = page.list.model.table.body()
    assert len(lines) == len(found) > 20
    assert len({line.id for line in lines}) == len(lines)
    line = next(line for line in lines if line.declared == "69.803,00\u00a0€")
    assert page.open_record(line.id)
    assert says(page.panel, line.title, "69.803,00 €", "69.800,00 €", "3,00 €", line.way_out)
    assert says(page.panel, *line.where.replace("\u00a0", " ").split("; "))
    press(qtbot, page.panel.go_button)
    assert sample.shown_room() == "proposals"
    form = sample.window.current_view().current_page().form  # type: ignore[union-attr]
    assert form.record_id == line.subject_id


def test_every_finding_leads_somewhere(sample: Room) -> None:
    for finding in sample.desk.read(check, i18n.current()):
        place = sample.desk.read(place_of, finding.subject_id)
        assert sample.window.open_record(place.room, finding.subject_id), finding.code


def test_findings_are_filtered_by_severity_and_opened_by_the_keyboard(qtbot: QtBot, sample: Room) -> None:
    sample.go("findings")
    page = sample.findings
    page.list.model.set_filter("severity", {Severity.NOTE})
    shown = [page.list.model.row(n) for n in range(page.list.model.rowCount())]
    assert {line.severity for line in shown} == {Severity.NOTE}
    page.focus_first()
    page.list.select(next(line.id for line in shown if line.subject_id == sample.desk.read(find_plan).id))
    qtbot.keyClick(page.list.table, KEY.Key_Return)
    assert sample.shown_room() == "plan"


def test_what_is_settled_leaves_the_list(sample: Room) -> None:
    sample.go("findings")
    page = sample.findings
    line = page.list.model.row(0)
    for row in sample.desk.read(declaration_rows):
        if row.check == "award.table":
            sample.desk.do(delete_declaration, row.id)
    sample.settle()
    assert page.list.model.row_of(line.id) < 0
    assert page.list.selected_id() == page.list.first_id(), "another one is shown in its place"


# --- verification ---------------------------------------------------------------------------


def test_sound_archive_is_verified_by_the_button(qtbot: QtBot, sample: Room) -> None:
    sample.go("verify")
    page = sample.verification
    assert texts(page).count("I10") == 1
    assert says(page, "Nothing is changed.")
    press(qtbot, page.verify_button)
    assert not page.verify_button.isEnabled()
    assert page.stop_button.isVisible()
    sample.settle()
    assert page.found == sample.desk.read(verify, i18n.current())
    assert says(page, "The archive is in order.", page.found.journal_head, "Verified on")
    assert page.verify_button.isEnabled()
    assert not page.stop_button.isVisible()
    sample.desk.do(save_organisation, OrganisationDraft(name="Ente nuovo"))
    sample.settle()
    assert says(page, "Something was written since: verify again.")
    press(qtbot, page.verify_button)
    sample.settle()
    assert not says(page, "Something was written since")


def test_broken_archive_is_told_with_what_is_broken(qtbot: QtBot, sample: Room) -> None:
    with past_the_guards(sample.store) as raw:
        raw.execute("update edit set made_by = 'ben' where seq = 5")
    sample.go("verify")
    page = sample.verification
    press(qtbot, page.verify_button)
    sample.settle()
    assert page.found is not None
    assert [result.code for result in page.found.invariants if not result.ok] == ["I8"]
    assert says(page, "1 check is broken.", "The journal is broken at edit")


def test_verification_can_be_stopped(qtbot: QtBot, sample: Room) -> None:
    sample.go("verify")
    page, go_on = sample.verification, threading.Event()
    sample.desk.run(lambda _store: go_on.wait(20))  # the lane is taken: the verification waits its turn
    press(qtbot, page.verify_button)
    press(qtbot, page.stop_button)
    go_on.set()
    sample.settle()
    assert page.found is None
    assert says(page, "The verification was stopped before its end.")
    press(qtbot, page.verify_button)
    sample.settle()
    assert says(page, "The archive is in order.")


# --- copy and data --------------------------------------------------------------------------


def answer(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> list[Path]:
    """The place that the chooser gives; what it was offered."""
    offered: list[Path] = []

    def choose(_parent: Any, _title: str, _patterns: str, suggested: Path) -> Path | None:
        offered.append(suggested)
        return path

    monkeypatch.setattr(dialogs, "choose_save", choose)
    return offered


def test_copy_is_written_and_holds_the_same(
    qtbot: QtBot, sample: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.go("copy")
    page = sample.copying
    target = tmp_path / "altrove.concilia"
    offered = answer(monkeypatch, target)
    press(qtbot, page.copy_button)
    sample.settle()
    assert offered[0].parent == tmp_path
    assert offered[0].suffix == ".concilia"
    assert says(page, "The copy altrove.concilia was written and verified on")
    with open_archive(target, writing=False) as copy:
        assert verify(copy, i18n.current()) == sample.desk.read(verify, i18n.current())


def test_copy_over_something_is_refused_where_it_was_asked(
    qtbot: QtBot, sample: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.go("copy")
    page = sample.copying
    there = tmp_path / "altro.concilia"
    there.write_text("mine")
    answer(monkeypatch, there)
    press(qtbot, page.copy_button)
    sample.settle()
    assert there.read_text() == "mine"
    assert "altro.concilia" in page.banner.text()
    assert page.copy_button.isEnabled()
    answer(monkeypatch, None)
    press(qtbot, page.copy_button)
    assert page.copy_button.isEnabled(), "nothing was chosen, nothing happens"


def test_file_is_described(sample: Room) -> None:
    sample.go("copy")
    page = sample.copying
    path = sample.desk.path
    assert path is not None
    facts = {key: label.text() for key, label in page._facts.items()}
    assert (facts["name"], facts["folder"]) == (path.name, str(path.parent))
    assert facts["size"].endswith("MB")
    assert facts["replica"] == sample.store.replica_id
    assert facts["edits"] == format_count(sum(row.edits for row in sample.desk.read(recent, 10_000)))
    assert "" not in facts.values()


# --- everything -----------------------------------------------------------------------------


def test_empty_archive_says_what_will_stand_here(empty: Room) -> None:
    assert says(empty.history, "Nothing was written yet.")
    assert not empty.history.find_action.isEnabled()
    empty.go("findings")
    assert says(empty.findings, "No open finding")
    empty.go("verify")
    empty.verification.verify()
    empty.settle()
    assert says(empty.verification, "The archive is in order.")
    empty.go("copy")
    assert says(empty.copying, "never")


def test_cursor_goes_to_the_list_that_is_read_meanwhile(sample: Room) -> None:
    path = sample.desk.path
    assert path is not None
    sample.window.go("prints")
    sample.window.close_archive()
    sample.window.open_path(path)
    sample.window.go("prints")
    next(action for action in sample.window._room_actions if action.data() == "archive").trigger()
    assert not sample.history.list.table.isVisible()
    sample.settle()
    assert sample.history.list.table.hasFocus()
