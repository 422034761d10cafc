"""The meetings' room: from no committee to approved minutes, with the keyboard alone; and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import MeetingState
from app.services.committees import committee_rows, delete_committee
from app.services.decisions import decision_rows
from app.services.meetings import meeting_rows
from app.ui.forms import RecordForm
from app.ui.main_window import MainWindow
from app.ui.preview import PreviewDialog
from app.ui.views.decision_view import DecisionForm
from app.ui.views.meetings import MeetingForm, MeetingsView, PointForm
from tests.services.sitting import Sitting, balances, build_sitting, first_meeting, residue_draft
from tests.services.world import new_store
from tests.ui.hands import Answers, answers, press, quiet, type_text, window_on

__all__ = ["answers"]

KEY = Qt.Key
CASE = tuple[MainWindow, Sitting]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Sitting]:
    """The plan's own case, without a committee: three areas, four admissible proposals, money received."""
    folder = tmp_path_factory.mktemp("case")
    with new_store(folder) as store:
        sitting = build_sitting(store)
        path = store.path
    return path.read_bytes(), sitting


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path, case: tuple[bytes, Sitting]) -> Iterator[CASE]:
    """The window in the meetings' room on a copy of the case."""
    path = tmp_path / "prova.concilia"
    path.write_bytes(case[0])
    with window_on(qtbot, path, tmp_path, ("meetings",)) as window:
        yield window, case[1]


def view_of(window: MainWindow) -> MeetingsView:
    view = window.current_view()
    assert isinstance(view, MeetingsView)
    return view


def form_of(window: MainWindow, key: str) -> RecordForm:
    """The form of a tab, which is gone to; on its first record when none is shown."""
    view_of(window).show_kind(key)
    page = view_of(window).page(key)
    if page.form is None:
        page.show_first()
    form = page.form
    assert form is not None
    return form


def act(form: RecordForm, title: str) -> QAction:
    found = next(action for action in form.actions_of_record() if action.text() == title)
    assert found.isVisible(), title
    assert found.isEnabled(), title
    return found


def save(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, "Ctrl+S")
    quiet(qtbot, window.desk)


def test_from_no_committee_to_approved_minutes_by_keyboard(qtbot: QtBot, room: CASE, answers: Answers) -> None:
    window, sitting = room
    store = window.desk.store
    delete_committee(store, sitting.committee)
    window.reload()
    _found_committee(qtbot, window)
    _convene(qtbot, window)
    _open(qtbot, window, answers)
    _vote(qtbot, window)
    _decide(qtbot, window)
    _close_and_approve(qtbot, window, answers)
    assert balances(store)["A.1 Ambito 1"] == 100_000_00


def _found_committee(qtbot: QtBot, window: MainWindow) -> None:
    view_of(window).show_kind("committee")
    press(qtbot, "Ctrl+N")
    type_text("Comitato di valutazione")
    form = form_of(window, "committee")
    grid = form.grid("members")
    grid.table.setFocus()
    for name, role in (("Maria Rossi", "P"), ("Luca Bianchi", "M"), ("Anna Verdi", "M")):
        press(qtbot, KEY.Key_Insert)
        type_text(name)
        press(qtbot, KEY.Key_Tab)
        type_text(role)
        press(qtbot, KEY.Key_Tab, KEY.Key_Escape)
    assert [(row.name, row.role.value) for row in form.model.draft.members] == [
        ("Maria Rossi", "president"),
        ("Luca Bianchi", "member"),
        ("Anna Verdi", "member"),
    ]
    assert form.aside_text("quorum") == "3 seats with a vote: 2 must be there."
    save(qtbot, window)
    assert [row.seats for row in committee_rows(window.desk.store)] == [3]


def _convene(qtbot: QtBot, window: MainWindow) -> None:
    view_of(window).show_kind("meetings")
    press(qtbot, "Ctrl+N")
    form = form_of(window, "meetings")
    assert form.save_action.text() == "Convene"
    assert len(form.model.draft.attendances) == 3
    form.field("date_held").setFocus()
    type_text("24/06/2014")
    form.field("place").setFocus()
    type_text("Magenta")
    form.grid("items").table.setFocus()
    press(qtbot, KEY.Key_Insert)
    type_text("Risorse degli ambiti")
    press(qtbot, KEY.Key_Return)
    form.grid("attendances").focus_cell(2, "kind")
    type_text("A")
    press(qtbot, KEY.Key_Tab, KEY.Key_Escape)
    save(qtbot, window)
    assert [(row.label, row.place, row.present, row.state) for row in meeting_rows(window.desk.store)] == [
        ("1/2014", "Magenta", 2, MeetingState.CONVENED)
    ]
    assert form.title() == "Meeting 1/2014"


def _open(qtbot: QtBot, window: MainWindow, answers: Answers) -> None:
    form = form_of(window, "meetings")
    answers.entered = {"time": "10:00"}
    act(form, "Open the meeting").trigger()
    quiet(qtbot, window.desk)
    assert form.model.draft.state is MeetingState.OPEN
    assert form.aside_text("place") == "At 10:00 2 of 3 vote: the number is legal (2 needed)."


def _vote(qtbot: QtBot, window: MainWindow) -> None:
    form = form_of(window, "points")
    assert isinstance(form, PointForm)
    press(qtbot, "Ctrl+Shift+F")
    assert "hour of the vote" in form.error_text("time_voted")
    form.field("time_voted").setFocus()
    type_text("10:30")
    form.field("discussion").setFocus()
    type_text("Si discute a lungo.")
    press(qtbot, "Ctrl+Shift+F")
    assert [vote.choice.value for vote in form.model.draft.votes] == ["favour", "favour"]
    press(qtbot, "Ctrl+Z")
    assert form.model.draft.votes == ()
    press(qtbot, "Ctrl+Shift+F")
    save(qtbot, window)
    rows = view_of(window).page("points").list.visible_table().rows
    assert [(row.favour, row.against) for row in rows] == [(2, 0)]


def _decide(qtbot: QtBot, window: MainWindow) -> None:
    act(form_of(window, "points"), "Decision").trigger()
    quiet(qtbot, window.desk)
    form = form_of(window, "decisions")
    assert isinstance(form, DecisionForm)
    form.field("kind").setFocus()
    type_text("Allocation to")
    form.field("subject").setFocus()
    type_text("Tetti degli ambiti")
    grid = form.grid("area_amounts")
    assert not grid.isHidden()
    grid.focus_cell(0, "amount")
    type_text("999999999")
    press(qtbot, KEY.Key_Return)
    form.refresh_effects()
    assert "sources" in form.effects.banner.text()
    grid.focus_cell(0, "amount")
    press(qtbot, KEY.Key_F2, "Ctrl+A")
    type_text("100000")
    press(qtbot, KEY.Key_Return)
    form.refresh_effects()
    assert form.effects.banner.text() == ""
    changes = form.effects.shown_tables()[0].texts()
    assert ["A.1 Ambito 1", "0,00\u00a0€", "100.000,00\u00a0€", "100.000,00\u00a0€"] in changes
    save(qtbot, window)
    assert [(row.subject, row.cents, row.label) for row in decision_rows(window.desk.store)] == [
        ("Tetti degli ambiti", 100_000_00, "")
    ]


def _close_and_approve(qtbot: QtBot, window: MainWindow, answers: Answers) -> None:
    form = form_of(window, "meetings")
    answers.entered = {"time": "12:30"}
    answers.yes = False
    act(form, "Close").trigger()
    quiet(qtbot, window.desk)
    assert form.model.draft.state is MeetingState.OPEN
    assert answers.asked[-1].splitlines() == [
        "Meeting 1/2014 closes at 12:30. Its decisions get their numbers and are in force:",
        "• Tetti degli ambiti: 100.000,00\u00a0€ move",
        "This cannot be taken back.",
    ]
    answers.yes = True
    act(form, "Close").trigger()
    quiet(qtbot, window.desk)
    assert form.model.draft.state is MeetingState.CLOSED
    assert form.field("place").isReadOnly()
    assert [row.label for row in decision_rows(window.desk.store)] == ["1/2014"]
    act(form, "Minutes").trigger()
    quiet(qtbot, window.desk)
    preview = window.findChild(PreviewDialog)
    assert preview is not None
    assert preview.pane.page_count() >= 1
    preview.close()
    answers.entered = {"day": "02/07/2014"}
    act(form, "Approve the minutes").trigger()
    quiet(qtbot, window.desk)
    assert "cannot be taken back" in answers.asked[-1]
    assert form.model.draft.state is MeetingState.APPROVED


def test_closing_says_everything_that_stands_in_the_way(qtbot: QtBot, room: CASE, answers: Answers) -> None:
    window, sitting = room
    meeting = first_meeting(window.desk.store, sitting)
    window.reload()
    form = form_of(window, "meetings")
    assert isinstance(form, MeetingForm)
    form.grid("attendances").focus_cell(0, "time_in")
    type_text("09:00")
    press(qtbot, KEY.Key_Return)
    answers.entered = {"time": "12:30"}
    save(qtbot, window)
    act(form, "Close").trigger()
    quiet(qtbot, window.desk)
    assert form.banner_text().splitlines()[0] == "The meeting cannot be closed yet:"
    assert "09:00" in form.banner_text()
    assert answers.asked == []
    assert next(row.state for row in meeting_rows(window.desk.store) if row.id == meeting.id) is MeetingState.OPEN


def test_points_follow_the_meeting_that_was_looked_at(qtbot: QtBot, room: CASE) -> None:
    window, sitting = room
    first_meeting(window.desk.store, sitting)
    window.reload()
    form_of(window, "meetings")
    view = view_of(window)
    view.show_kind("points")
    assert [row.meeting for row in view.page("points").list.visible_table().rows] == ["1/2014", "1/2014"]
    assert view.page("points").list.model.filters() == {"meeting": frozenset({"1/2014"})}


def test_a_residue_is_shared_as_it_is_typed(qtbot: QtBot, room: CASE, answers: Answers) -> None:
    window, sitting = room
    store = window.desk.store
    meeting = first_meeting(store, sitting)
    window.reload()
    answers.entered = {"time": "12:30"}
    act(form_of(window, "meetings"), "Close").trigger()
    quiet(qtbot, window.desk)
    assert balances(store)["Progetto Legnano"] == 150_000_00
    form_of(window, "decisions")
    press(qtbot, "Ctrl+N")
    form = form_of(window, "decisions")
    form.field("kind").setFocus()
    type_text("Sharing")
    form.field("total").setFocus()
    type_text("54182,62")
    grid = form.grid("areas")
    for row in range(3):
        grid.focus_cell(row, "taken")
        press(qtbot, KEY.Key_Return)
    assert isinstance(form, DecisionForm)
    form.refresh_effects()
    assert form.effects.banner.text() == ""
    among, inside = form.effects.shown_tables()[:2]
    assert [row[-1] for row in among.texts()] == [
        "18.060,88\u00a0€",
        "18.060,87\u00a0€",
        "18.060,87\u00a0€",
        "54.182,62\u00a0€",
    ]
    assert [row[-1] for row in inside.texts()] == ["9.030,44\u00a0€", "9.030,43\u00a0€", "18.060,87\u00a0€"]
    grid.focus_cell(1, "order")
    type_text("1")
    press(qtbot, KEY.Key_Return)
    form.refresh_effects()
    assert [row[-1] for row in form.effects.shown_tables()[0].texts()][:2] == ["18.060,87\u00a0€", "18.060,88\u00a0€"]
    assert meeting.id
    form.revert()


def test_weights_show_only_the_column_that_the_rule_asks_for(qtbot: QtBot, room: CASE) -> None:
    window, _sitting = room
    view_of(window).show_kind("decisions")
    press(qtbot, "Ctrl+N")
    form = form_of(window, "decisions")
    columns = [column.key for column in form.grid("areas").spec.columns]

    def shown() -> list[str]:
        table = form.grid("areas").table
        return [key for n, key in enumerate(columns) if not table.isColumnHidden(n)]

    assert shown() == ["taken", "name", "order"]
    form.model.set_value("rule", form.field("rule")._keys[1])  # in proportion to weights
    assert shown() == ["taken", "name", "weight", "order"]
    form.model.set_value("rule", form.field("rule")._keys[4])  # by hand
    assert shown() == ["taken", "name", "cents", "order"]
    form.revert()


def test_a_closed_meeting_is_read_only_and_says_so(qtbot: QtBot, room: CASE, answers: Answers) -> None:
    window, sitting = room
    first_meeting(window.desk.store, sitting)
    window.reload()
    answers.entered = {"time": "12:30"}
    act(form_of(window, "meetings"), "Close").trigger()
    quiet(qtbot, window.desk)
    for key in ("meetings", "points", "decisions"):
        form = form_of(window, key)
        assert "closed" in form._lock.text()
        assert not form.save_action.isEnabled()
        assert not [a for a in form.actions_of_record() if a.text() == "Delete" and a.isVisible()]
    QApplication.processEvents()


def test_what_is_wrong_in_a_split_stands_at_its_field(qtbot: QtBot, room: CASE) -> None:
    window, sitting = room
    first_meeting(window.desk.store, sitting)
    window.reload()
    view_of(window).show_kind("decisions")
    draft = residue_draft(sitting, None)
    press(qtbot, "Ctrl+N")
    form = form_of(window, "decisions")
    form.model.set_value("kind", draft.kind)
    form.model.set_value("subject", "Riparto")
    free = form.field("agenda_item_id")._labels
    assert free == {}
    save(qtbot, window)
    assert form.error_text("agenda_item_id")
    form.revert()
