"""The meetings' room: from no committee to approved minutes, with the keyboard alone; and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import AllocationRule, MeetingState
from app.models.money import Cents
from app.services.decisions.decisions import decision_rows, load_decision
from app.services.ledger.statement import movement_origin
from app.services.meetings.agenda import point_rows
from app.services.meetings.closing import close_meeting
from app.services.meetings.committees import committee_rows, delete_committee
from app.services.meetings.drafts import MeetingDraft
from app.services.meetings.meetings import meeting_rows
from app.ui.desk import Desk
from app.ui.preview import PreviewDialog
from app.ui.views.decision_view import DecisionForm
from app.ui.views.meetings import MeetingPage, MeetingsView
from tests.services.sitting import DAY, Sitting, balances, build_sitting, first_meeting, open_sitting
from tests.services.world import new_store
from tests.ui.driving import CONTROL, KEY, Clerk, opened_desk
from tests.ui.hands import Answers, answers

__all__ = ["answers"]

SHIFT = Qt.KeyboardModifier.ShiftModifier
EURO = "\u00a0€"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Sitting]:
    """The plan's own case: three areas, four admissible proposals, money received, a committee of five."""
    with new_store(tmp_path_factory.mktemp("case")) as store:
        sitting = build_sitting(store)
    return store.path.read_bytes(), sitting


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, case: tuple[bytes, Sitting]) -> Iterator[Desk]:
    """A desk with a copy of the case."""
    (tmp_path / "ufficio.concilia").write_bytes(case[0])
    yield from opened_desk(qtbot, tmp_path)


@pytest.fixture
def sitting(case: tuple[bytes, Sitting]) -> Sitting:
    return case[1]


@pytest.fixture
def meeting(desk: Desk, sitting: Sitting) -> MeetingDraft:
    """Meeting 1/2014, open, with an allocation and the awards decided."""
    return first_meeting(desk.store, sitting)


@pytest.fixture
def closed(desk: Desk, meeting: MeetingDraft) -> MeetingDraft:
    """The same, closed."""
    assert meeting.id is not None
    close_meeting(desk.store, meeting.id, "12:30")
    return meeting


@pytest.fixture
def clerk(qtbot: QtBot, desk: Desk) -> Clerk:
    return Clerk(qtbot, desk, MeetingsView)


def decision_form(clerk: Clerk) -> DecisionForm:
    """The form of a decision, with its effects up to date."""
    form = clerk.form
    assert isinstance(form, DecisionForm)
    form.refresh_panel()
    return form


def type_cell(clerk: Clerk, grid: str, row: int, key: str, text: str) -> None:
    """Go to a cell and type into it in the place of what stands there; Qt takes Enter over at its next turn."""
    clerk.form.grid(grid).focus_cell(row, key)
    clerk.type(text)
    clerk.press(KEY.Key_Return)
    QApplication.processEvents()


def last_column(table: Any) -> list[str]:
    return [row[-1] for row in table.texts()]


# --- the whole way -----------------------------------------------------------------------


def test_from_no_committee_to_approved_minutes(desk: Desk, sitting: Sitting, qtbot: QtBot, answers: Answers) -> None:
    delete_committee(desk.store, sitting.committee)
    clerk = Clerk(qtbot, desk, MeetingsView)
    _found_committee(clerk)
    _convene(clerk)
    _open(clerk, answers)
    _vote(clerk)
    _decide(clerk)
    _close(clerk, answers)
    _approve(clerk, answers)
    assert balances(desk.store)["A.1 Ambito 1"] == 100_000_00


def _found_committee(clerk: Clerk) -> None:
    clerk.go("committee")
    clerk.begin()
    clerk.fill(name="Comitato di valutazione", act="decreto n. 5")
    clerk.rows("members", ("Maria Rossi", "P"), ("Luca Bianchi", "M"), ("Anna Verdi", "M"))
    assert clerk.form.aside_text("quorum") == "3 seats with a vote: 2 must be there."
    clerk.save()
    assert [(row.members, row.seats) for row in committee_rows(clerk.store)] == [(3, 3)]


def _convene(clerk: Clerk) -> None:
    clerk.go("meetings")
    clerk.begin()
    assert clerk.form.save_action.text() == "Convene"
    assert len(clerk.form.model.draft.attendances) == 3
    clerk.fill(date_held="24/06/2014", place="Magenta")
    clerk.rows("items", ("Risorse degli ambiti",))
    type_cell(clerk, "attendances", 2, "kind", "A")
    clerk.save()
    rows = [(row.label, row.place, row.items, row.present, row.state) for row in meeting_rows(clerk.store)]
    assert rows == [("1/2014", "Magenta", 1, 2, MeetingState.CONVENED)]
    assert clerk.form.title() == "Meeting 1/2014"
    assert clerk.offers() == [
        "Lead the meeting",
        "Open the meeting",
        "Convoke",
        "Convocation",
        "Packet",
        "Minutes",
        "Print the papers",
        "Delete",
    ]


def _open(clerk: Clerk, answers: Answers) -> None:
    answers.entered = {"time": "10:00"}
    clerk.act("Open the meeting")
    assert clerk.form.model.draft.state is MeetingState.OPEN
    assert clerk.form.aside_text("place") == "At 10:00 2 of 3 vote: there is a quorum (2 needed)."
    answers.entered = {"time": "10:05"}
    clerk.act("Suspend")
    assert clerk.offers() == [
        "Lead the meeting",
        "Resume",
        "What is missing",
        "Convocation",
        "Packet",
        "Minutes",
        "Print the papers",
    ]
    answers.entered = {"time": "10:10"}
    clerk.act("Resume")
    assert clerk.offers() == [
        "Lead the meeting",
        "Suspend",
        "Close",
        "What is missing",
        "Convocation",
        "Packet",
        "Minutes",
        "Print the papers",
    ]


def _vote(clerk: Clerk) -> None:
    clerk.go("points")
    clerk.press(KEY.Key_F, CONTROL | SHIFT)
    assert "hour of the vote" in clerk.form.error_text("time_voted")
    clerk.fill(time_voted="10:30", discussion="Si discute a lungo.")
    clerk.press(KEY.Key_F, CONTROL | SHIFT)
    assert [vote.choice.value for vote in clerk.form.model.draft.votes] == ["favour", "favour"]
    clerk.press(KEY.Key_Z, CONTROL)
    assert clerk.form.model.draft.votes == ()
    clerk.press(KEY.Key_F, CONTROL | SHIFT)
    clerk.save()
    assert clerk.listed("votes") == ["2\u00a0in\u00a0favour"]


def _decide(clerk: Clerk) -> None:
    (decide,) = [action for action in clerk.page.record_actions() if action.text() == "Decision"]
    decide.trigger()
    assert clerk.page.kind.key == "decisions"
    clerk.fill(subject="Tetti degli ambiti", kind="Alloc")
    assert "amounts or outcomes are filled in" in decision_form(clerk).effects.said.text()
    type_cell(clerk, "area_amounts", 0, "amount", "999999999")
    assert "999.999.999,00" in decision_form(clerk).effects.banner.text()
    type_cell(clerk, "area_amounts", 0, "amount", "100000")
    form = decision_form(clerk)
    assert form.effects.banner.text() == ""
    assert form.effects.shown_tables()[0].texts()[-1] == ["A.1 Ambito 1", f"0,00{EURO}", *[f"100.000,00{EURO}"] * 2]
    clerk.save()
    rows = [(row.subject, row.cents, row.label) for row in decision_rows(clerk.store)]
    assert rows == [("Tetti degli ambiti", 100_000_00, "")]
    assert balances(clerk.store)["A.1 Ambito 1"] == 0


def _close(clerk: Clerk, answers: Answers) -> None:
    clerk.go("meetings")
    answers.entered, answers.yes = {"time": "12:30"}, False
    (close,) = [action for action in clerk.page.record_actions() if action.text() == "Close"]
    close.trigger()
    assert answers.asked[-1].splitlines() == [
        "Meeting 1/2014 closes at 12:30. Its decisions get their numbers and are in force:",
        f"• Tetti degli ambiti: 100.000,00{EURO} move",
        "This cannot be taken back.",
    ]
    assert clerk.form.model.draft.state is MeetingState.OPEN
    answers.yes = True
    clerk.act("Close")
    assert clerk.form.model.draft.state is MeetingState.CLOSED
    assert [row.label for row in decision_rows(clerk.store)] == ["1/2014"]


def _approve(clerk: Clerk, answers: Answers) -> None:
    clerk.act("Minutes")
    preview = clerk.view.findChild(PreviewDialog)
    assert preview is not None
    with clerk.qtbot.waitSignal(preview.pane.ready):
        pass
    assert preview.pane.page_count() >= 1
    preview.close()
    answers.entered = {"day": "02/07/2014"}
    clerk.act("Approve the minutes")
    assert "cannot be taken back" in answers.asked[-1]
    assert clerk.form.model.draft.state is MeetingState.APPROVED
    assert clerk.offers() == ["Have the minutes signed", "Convocation", "Packet", "Minutes", "Print the papers"]


# --- refusals ----------------------------------------------------------------------------


def test_closing_says_everything_that_stands_in_the_way(meeting: MeetingDraft, clerk: Clerk, answers: Answers) -> None:
    type_cell(clerk, "attendances", 0, "time_in", "09:00")
    type_cell(clerk, "items", 0, "time_voted", "13:00")
    clerk.save()
    answers.entered = {"time": "12:30"}
    (close,) = [action for action in clerk.page.record_actions() if action.text() == "Close"]
    close.trigger()
    said = clerk.form.banner_text().splitlines()
    assert said[0] == "The meeting cannot be closed yet:"
    assert "09:00" in said[1]
    assert "13:00" in said[2]
    assert answers.asked == []
    assert meeting_rows(clerk.store)[0].state is MeetingState.OPEN


def test_closing_without_decisions_asks_too(desk: Desk, sitting: Sitting, qtbot: QtBot, answers: Answers) -> None:
    open_sitting(desk.store, sitting, "Comunicazioni")
    clerk = Clerk(qtbot, desk, MeetingsView)
    answers.entered = {"time": "11:00"}
    clerk.act("Close")
    assert answers.asked == ["Meeting 1/2014 closes at 11:00, with no decision. This cannot be taken back."]


def test_closing_called_off_at_the_hour_changes_nothing(
    meeting: MeetingDraft, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.views.meeting_record.ask_values", lambda *_args: None)
    (close,) = [action for action in clerk.page.record_actions() if action.text() == "Close"]
    close.trigger()
    assert meeting_rows(clerk.store)[0].state is MeetingState.OPEN


def test_all_in_favour_is_refused_without_the_legal_number(meeting: MeetingDraft, clerk: Clerk) -> None:
    for row in range(4):
        type_cell(clerk, "attendances", row, "kind", "Absent")
    clerk.save()
    clerk.go("points")
    assert "there is no quorum" in clerk.form.aside_text("time_voted")
    before = clerk.form.model.draft.votes
    clerk.press(KEY.Key_F, CONTROL | SHIFT)
    assert clerk.form.error_text("time_voted")
    assert clerk.form.model.draft.votes == before
    clerk.form.revert()


def test_who_is_in_conflict_is_not_among_all_in_favour(meeting: MeetingDraft, clerk: Clerk) -> None:
    clerk.go("points")
    clerk.form.grid("votes").table.selectAll()
    clerk.form.grid("votes").remove_rows()
    clerk.rows("conflicts", ("Luca Bianchi (Member)", None, None, "dipendente del Comune"))
    clerk.press(KEY.Key_F, CONTROL | SHIFT)
    assert len(clerk.form.model.draft.votes) == 4
    assert clerk.form.aside_text("time_voted") == "At 10:30 4 of 5 vote: there is a quorum (3 needed)."
    clerk.save()
    row = next(row for row in point_rows(clerk.store) if row.position == 1)
    assert (row.conflicts, row.favour) == (1, 4)


def test_an_alternate_is_named_beside_the_number(meeting: MeetingDraft, clerk: Clerk) -> None:
    type_cell(clerk, "attendances", 1, "kind", "Absent")
    type_cell(clerk, "attendances", 5, "kind", "Present")
    assert clerk.form.aside_text("place").endswith("Carla Viola sits for Luca Bianchi.")
    clerk.form.revert()


@pytest.mark.parametrize("key", ["meetings", "points", "decisions"])
def test_what_belongs_to_a_closed_meeting_is_read_only_and_says_so(
    closed: MeetingDraft, clerk: Clerk, key: str
) -> None:
    clerk.go(key)
    assert "meeting is closed" in clerk.form._lock.text()
    assert not clerk.form.save_action.isEnabled()
    assert "Delete" not in clerk.offers()


# --- points and decisions ------------------------------------------------------------------


def test_points_follow_the_meeting_that_was_looked_at(
    closed: MeetingDraft, desk: Desk, sitting: Sitting, qtbot: QtBot
) -> None:
    open_sitting(desk.store, sitting, "Varie")
    clerk = Clerk(qtbot, desk, MeetingsView)
    clerk.go("points")
    assert clerk.listed("meeting") == ["2/2014"]
    clerk.go("meetings")
    clerk.page.open_record(closed.id or "")
    clerk.go("points")
    assert clerk.listed("meeting") == ["1/2014", "1/2014"]
    assert clerk.form.model.draft.meeting == "1/2014"
    clerk.begin()
    assert clerk.form.model.draft.meeting_id == next(r.id for r in meeting_rows(desk.store) if r.label == "2/2014")


def test_a_new_point_joins_the_meeting_that_was_looked_at(meeting: MeetingDraft, clerk: Clerk) -> None:
    clerk.go("points")
    clerk.begin()
    clerk.fill(title="Varie ed eventuali")
    clerk.save()
    assert clerk.listed("title") == ["Risorse degli ambiti", "Ammissione dei progetti", "Varie ed eventuali"]
    assert clerk.form.title() == "1/2014, point 3"


def test_the_decision_on_a_point_opens_from_it(meeting: MeetingDraft, clerk: Clerk) -> None:
    clerk.go("points")
    clerk.page.open_record(meeting.items[1].id or "")
    (decide,) = [action for action in clerk.page.record_actions() if action.text() == "Decision"]
    decide.trigger()
    assert clerk.page.kind.key == "decisions"
    assert clerk.form.model.draft.subject == "Ammissione e finanziamento dei progetti"


def test_lines_show_how_things_stand_when_the_point_comes_up(meeting: MeetingDraft, clerk: Clerk) -> None:
    clerk.go("decisions")
    clerk.page.open_record(next(row.id for row in decision_rows(clerk.store) if row.position == 2))
    left = {line.area: line.left for line in clerk.form.model.draft.project_amounts}
    assert left == {"A.1": 150_000_00, "A.2": 100_000_00, "A.3": 120_000_00}


def test_an_award_shows_states_and_balances(meeting: MeetingDraft, clerk: Clerk) -> None:
    clerk.go("decisions")
    clerk.page.open_record(next(row.id for row in decision_rows(clerk.store) if row.position == 2))
    accounts, outcomes, moves = decision_form(clerk).effects.shown_tables()
    assert ["Progetto Legnano", f"0,00{EURO}", f"150.000,00{EURO}", ""] in accounts.texts()
    assert [row[3] for row in outcomes.texts()] == ["Funded"] * 4
    assert len(moves.texts()) == 4
    type_cell(clerk, "project_amounts", 0, "amount", "120000")
    assert "A.3" in decision_form(clerk).effects.banner.text()
    clerk.form.revert()


def test_a_residue_is_shared_as_it_is_typed(closed: MeetingDraft, clerk: Clerk) -> None:
    clerk.go("decisions")
    clerk.begin()
    clerk.fill(kind="Sharing", total="54182,62")
    for row in range(3):
        clerk.form.grid("areas").focus_cell(row, "taken")
        clerk.press(KEY.Key_Return)
    among, inside = decision_form(clerk).effects.shown_tables()[:2]
    assert last_column(among) == [f"18.060,88{EURO}", f"18.060,87{EURO}", f"18.060,87{EURO}", f"54.182,62{EURO}"]
    assert last_column(inside) == [f"9.030,44{EURO}", f"9.030,43{EURO}", f"18.060,87{EURO}"]
    type_cell(clerk, "areas", 1, "order", "1")
    among = decision_form(clerk).effects.shown_tables()[0]
    assert last_column(among)[:2] == [f"18.060,87{EURO}", f"18.060,88{EURO}"]
    clerk.form.revert()


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        (AllocationRule.EQUAL, []),
        (AllocationRule.WEIGHTS, ["weight"]),
        (AllocationRule.MIXED, ["weight"]),
        (AllocationRule.RANKING, ["cents"]),
        (AllocationRule.BY_HAND, ["cents"]),
    ],
)
def test_a_split_asks_for_what_its_rule_needs(
    meeting: MeetingDraft, clerk: Clerk, rule: AllocationRule, column: list[str]
) -> None:
    clerk.go("decisions")
    clerk.begin()
    clerk.form.model.set_value("rule", rule)
    grid = clerk.form.grid("areas")
    shown = [field.key for n, field in enumerate(grid.spec.columns) if not grid.table.isColumnHidden(n)]
    assert shown == ["taken", "name", *column, "order"]
    clerk.form.revert()


def test_nothing_begins_before_what_it_belongs_to(qtbot: QtBot, tmp_path: Path) -> None:
    for desk in opened_desk(qtbot, tmp_path):
        clerk = Clerk(qtbot, desk, MeetingsView)
        clerk.go("decisions")
        clerk.page.add()
        assert clerk.page.form is None
        clerk.press_begin("Go to the meetings")
        assert clerk.page.kind.key == "meetings"
        assert not clerk.page.new_action.isEnabled()
        clerk.press_begin("Go to the committee")
        assert clerk.page.kind.key == "committee"
        clerk.begin()
        clerk.form.revert()


def test_a_decision_in_force_shows_what_it_did(closed: MeetingDraft, clerk: Clerk) -> None:
    clerk.go("decisions")
    clerk.page.open_record(next(row.id for row in decision_rows(clerk.store) if row.label == "2/2014"))
    form = decision_form(clerk)
    assert form.effects.heading.text() == "What it did"
    awards = form.effects.shown_tables()[0].texts()
    assert [row[-1] for row in awards][:2] == [f"69.803,00{EURO}", f"100.000,00{EURO}"]
    assert len(form.model.draft.project_amounts) == 4


def test_effects_stand_beside_the_form_where_there_is_room(meeting: MeetingDraft, clerk: Clerk) -> None:
    clerk.go("decisions")
    form = decision_form(clerk)
    assert form._side.isHidden()
    form.setFixedWidth(1100)
    QApplication.processEvents()
    assert form._side.isVisible()
    assert form._side.widget() is form.effects
    form.setFixedWidth(500)
    QApplication.processEvents()
    assert form._side.isHidden()
    assert form.effects.isVisible()


def test_only_free_points_are_offered(meeting: MeetingDraft, clerk: Clerk) -> None:
    clerk.go("decisions")
    clerk.begin()
    assert clerk.form.field("agenda_item_id")._labels == {}
    clerk.fill(subject="Riparto")
    assert clerk.refused("agenda_item_id") == "This field is needed. Fill it in, then save again."
    clerk.form.revert()


def test_a_refused_amount_is_marked_in_its_cell(meeting: MeetingDraft, clerk: Clerk) -> None:
    clerk.go("decisions")
    clerk.page.open_record(next(row.id for row in decision_rows(clerk.store) if row.position == 2))
    type_cell(clerk, "project_amounts", 2, "amount", "150000,01")
    clerk.press(KEY.Key_S, CONTROL)
    clerk.qtbot.waitUntil(lambda: bool(clerk.form.banner_text()))
    assert clerk.form.banner_text().startswith("Amounts by project, row 3: ")
    assert load_decision(clerk.store, clerk.form.record_id or "").project_amounts[2].amount == Cents(150_000_00)
    clerk.form.revert()


def test_a_decision_in_force_leads_to_its_movements(closed: MeetingDraft, clerk: Clerk, qtbot: QtBot) -> None:
    clerk.go("decisions")
    clerk.page.open_record(next(row.id for row in decision_rows(clerk.store) if row.label == "1/2014"))
    with qtbot.waitSignal(clerk.desk.wanted) as told:
        clerk.act("Movements")
    room, movement = told.args
    origin = movement_origin(clerk.store, movement)
    assert room == "resources"
    assert origin.ground is not None
    assert origin.ground.number == "1/2014"
    assert len(origin.siblings) == 2, "the others of the decision are beside it"


def test_lists_lead_back_to_their_records(closed: MeetingDraft, clerk: Clerk) -> None:
    decision = decision_rows(clerk.store)[0]
    assert clerk.view.open_record(decision.id)
    assert clerk.page.kind.key == "decisions"
    assert clerk.view.open_record(closed.id or "", "meetings")
    assert clerk.page.kind.key == "meetings"


def test_an_award_that_is_saved_again_keeps_what_it_names(meeting: MeetingDraft, clerk: Clerk) -> None:
    clerk.go("decisions")
    key = next(row.id for row in decision_rows(clerk.store) if row.position == 2)
    before = load_decision(clerk.store, key)
    clerk.page.open_record(key)
    clerk.fill(subject="Finanziamento")
    clerk.save()
    after = load_decision(clerk.store, key)
    assert after.project_amounts == before.project_amounts
    assert after.subject == "Finanziamento"


def test_the_calendar_goes_by_month_and_day(closed: MeetingDraft, clerk: Clerk) -> None:
    clerk.press(KEY.Key_M, CONTROL | SHIFT)
    page = clerk.page
    assert isinstance(page, MeetingPage)
    month = page.calendar
    assert month is not None
    assert month.days.hasFocus()
    assert not page.list.table.isVisible()
    assert (month.title.text(), month.day()) == ("June 2014", DAY)
    cell = month.days.currentItem()
    assert cell.text() == "24\n1/2014 10:00"
    said = Qt.ItemDataRole.AccessibleTextRole
    assert cell.data(said) == "Tuesday 24 June 2014: meeting 1/2014 at 10:00, closed"
    clerk.press(KEY.Key_Return)
    assert page.form is not None
    assert page.form.record_id == closed.id
    assert page.form.isAncestorOf(QApplication.focusWidget())  # as from a row of the list
    month.days.setFocus()
    clerk.press(KEY.Key_PageDown)
    assert month.day() == date(2014, 7, 24)
    clerk.press(KEY.Key_Right)
    assert month.days.currentItem().data(said) == "Friday 25 July 2014: nothing on this day"
    clerk.press(KEY.Key_Return)
    assert page.form.record_id is None
    assert page.form.field("date_held").value() == date(2014, 7, 25)
    page.form.revert()
    month.turn(-1)
    page.list.model.set_search("Nessuna")
    assert month.days.item(4, 1).text() == "24"
    page.list.show_all()
    assert month.days.item(4, 1).text() == "24\n1/2014 10:00"
    page.calendar_button.click()
    assert page.list.table.isVisible()
    month.go_to(date(2016, 1, 31))
    month.turn(1)
    assert month.day() == date(2016, 2, 29)
