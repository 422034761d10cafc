"""The screen that a meeting is led from: its lists, its keys, its dialogs, what it says when something is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import Ballot, ItemState, Matter, MeetingState, VoteChoice
from app.services.meetings.committees import load_committee, save_committee
from app.services.meetings.drafts import AgendaItemDraft
from app.services.meetings.meetings import convene_meeting, delete_meeting, load_meeting, open_meeting
from app.services.meetings.sitting_acts import add_point, vote_together
from app.ui.desk import Desk
from app.ui.views.meetings import MeetingsView
from app.ui.views.sitting import SittingView
from tests.services.sitting import Sitting, build_sitting, meeting_draft
from tests.services.world import new_store
from tests.ui.driving import CONTROL, KEY, Clerk, opened_desk
from tests.ui.hands import Answers, answers

__all__ = ["answers"]

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Sitting, str]:
    """The plan's own case, with a meeting of three points, open since ten."""
    with new_store(tmp_path_factory.mktemp("case")) as store:
        sitting = build_sitting(store)
        items = (
            AgendaItemDraft(title="Comunicazioni"),
            AgendaItemDraft(title="Nomina", matter=Matter.APPOINTMENT),
            AgendaItemDraft(title="Varie"),
        )
        meeting = convene_meeting(store, meeting_draft(sitting, *items)).id
        open_meeting(store, meeting, "10:00")
    return store.path.read_bytes(), sitting, meeting


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, case: tuple[bytes, Sitting, str]) -> Iterator[Desk]:
    (tmp_path / "ufficio.concilia").write_bytes(case[0])
    yield from opened_desk(qtbot, tmp_path)


@pytest.fixture
def clerk(qtbot: QtBot, desk: Desk) -> Clerk:
    return Clerk(qtbot, desk, MeetingsView)


@pytest.fixture
def led(clerk: Clerk, case: tuple[bytes, Sitting, str]) -> SittingView:
    """The meeting, led at half past ten."""
    assert isinstance(clerk.view, MeetingsView)
    clerk.view.lead(case[2])
    found = clerk.view.sitting_view
    found.hour.retype("10:30")
    found.focus_first()
    return found


def titles(led: SittingView) -> list[str]:
    return [led.agenda.item(row).text().split("\n")[0] for row in range(led.agenda.count())]


def person(led: SittingView, name: str) -> str:
    """Go to somebody in the room; what the line says."""
    rows = [row for row in range(led.room.count()) if name in led.room.item(row).text()]
    led.room.setFocus()
    led.room.setCurrentRow(rows[0])
    return led.room.item(rows[0]).text()


def test_the_agenda_moves_by_keys_and_by_the_mouse(clerk: Clerk, led: SittingView) -> None:
    clerk.press(KEY.Key_Down)
    clerk.press(KEY.Key_Down, ALT)
    assert titles(led) == ["1. Comunicazioni", "2. Varie", "3. Nomina"]
    assert led.agenda.currentRow() == 2
    led.agenda.model().moveRow(led.agenda.rootIndex(), 2, led.agenda.rootIndex(), 0)
    QApplication.processEvents()
    assert titles(led) == ["1. Nomina", "2. Comunicazioni", "3. Varie"]
    led.agenda.model().moveRow(led.agenda.rootIndex(), 0, led.agenda.rootIndex(), 3)
    QApplication.processEvents()
    assert titles(led) == ["1. Comunicazioni", "2. Varie", "3. Nomina"]


def test_votes_by_keys_and_what_they_come_to(clerk: Clerk, led: SittingView) -> None:
    assert "in the room" in person(led, "Maria Rossi")
    clerk.press(KEY.Key_1)
    assert "In favour" in person(led, "Maria Rossi")
    person(led, "Luca Bianchi")
    clerk.press(KEY.Key_2)
    person(led, "Anna Verdi")
    clerk.press(KEY.Key_3)
    clerk.press(KEY.Key_Delete)
    assert "Abstains" not in person(led, "Anna Verdi")
    assert "vote.missing" in _problems(led)
    clerk.press(KEY.Key_F, CONTROL | SHIFT)
    assert led.point.outcome.text() == (
        "The proposal is approved by open vote by majority, with 4 votes in favour and 1 against."
    )
    assert led.point.problems.text() == ""
    assert "voted at 10:30" in led.agenda.item(0).text()
    person(led, "Ugo Grigi")
    clerk.press(KEY.Key_1)
    assert "could not vote at 10:30" in led.banner.text()
    led.clear_action.trigger()
    assert led.point.outcome.isHidden()


def _problems(led: SittingView) -> list[str]:
    from app.services.meetings.sitting import problems_of

    assert led.sitting is not None
    return [problem.code for problem in problems_of(led.sitting, led.agenda.key())]


def test_people_come_and_go_with_guests_and_conflicts(clerk: Clerk, led: SittingView, answers: Answers) -> None:
    person(led, "Paolo Neri")
    clerk.press(KEY.Key_Space)
    assert "out of the room" in person(led, "Paolo Neri")
    clerk.press(KEY.Key_Space)
    assert "10:30" in led.banner.text(), "nobody comes back at the minute of leaving"
    answers.entered = {"name": "Ugo Ferraris", "office": "revisore", "time": ""}
    led.guest_action.trigger()
    assert "guest" in person(led, "Ugo Ferraris")
    clerk.press(KEY.Key_Space)
    assert "guest, left at 10:30" in person(led, "Ugo Ferraris")
    person(led, "Sara Gialli")
    answers.entered = {"ground": "socia"}
    clerk.press(KEY.Key_C)
    assert "out for this point" in person(led, "Sara Gialli")
    clerk.press(KEY.Key_C)
    assert "in the room" in person(led, "Sara Gialli"), "C again takes the declaration back"
    answers.entered = {}
    person(led, "Anna Verdi")
    led.absent_action.trigger()
    assert "Absent with reason" in person(led, "Anna Verdi")


def test_proxies_are_offered_where_the_committee_allows_them(
    clerk: Clerk, led: SittingView, case: tuple[bytes, Sitting, str], answers: Answers
) -> None:
    from dataclasses import replace

    committee = load_committee(clerk.store, case[1].committee)
    clerk.desk.do(save_committee, replace(committee, proxies_max=1))
    person(led, "Anna Verdi")
    answers.entered = {"proxy_id": "Maria Rossi"}
    led.absent_action.trigger()
    assert "represented by Maria Rossi" in person(led, "Anna Verdi")


def test_a_secret_ballot_is_counted(clerk: Clerk, led: SittingView, answers: Answers) -> None:
    led.agenda.setCurrentRow(1)
    answers.entered = {"favour": "3", "against": "1", "abstain": "1", "invalid": "0"}
    led.papers_action.trigger()
    assert led.point.outcome.text() == (
        "The proposal is approved by secret ballot by majority, with 3 votes in favour, 1 against and 1 abstention."
    )
    assert led.sitting is not None
    assert led.sitting.meeting.items[1].ballot is Ballot.SECRET
    assert not led.favour_action.isEnabled()


def test_points_are_put_off_withdrawn_taken_up_and_added(clerk: Clerk, led: SittingView, answers: Answers) -> None:
    led.agenda.setCurrentRow(2)
    led.postpone_action.trigger()
    assert "Postponed" in led.agenda.item(2).text()
    assert not led.papers_action.isEnabled()
    clerk.press(KEY.Key_Return)
    assert led.sitting is not None
    assert (led.sitting.meeting.items[2].state, led.sitting.meeting.items[2].time_begun) == (ItemState.OPEN, "10:30")
    led.withdraw_action.trigger()
    assert led.sitting.meeting.items[2].state is ItemState.WITHDRAWN
    answers.entered = {"title": "Urgenza", "late_ground": "domani scade"}
    led.point_action.trigger()
    assert titles(led)[3] == "4. Urgenza"


def test_words_are_kept_when_the_field_is_left_or_the_point(clerk: Clerk, led: SittingView) -> None:
    led.point.discussion.setFocus()
    clerk.type("Si discute.")
    led.agenda.setFocus()
    led.agenda.setCurrentRow(1)
    assert led.point.discussion.value() == ""
    led.point.addition.setFocus()
    clerk.type("Grazie.")
    assert clerk.view.can_leave()
    items = load_meeting(clerk.store, led.meeting_id or "").items
    assert (items[0].discussion, items[1].addition) == ("Si discute.", "Grazie.")


def test_suspending_and_resuming_follow_the_hour(clerk: Clerk, led: SittingView) -> None:
    led.suspend_action.trigger()
    assert led.resume_action.isVisible()
    assert not led.close_action.isEnabled()
    led.resume_action.trigger()
    assert "10:30" in led.banner.text()
    led.hour.retype("10:40")
    led.resume_action.trigger()
    assert led.sitting is not None
    assert [(pause.time_from, pause.time_to) for pause in led.sitting.meeting.pauses] == [("10:30", "10:40")]
    assert led.banner.text() == ""


def test_the_hour_follows_the_clock_until_another_is_typed(
    qtbot: QtBot, desk: Desk, case: tuple[bytes, Sitting, str]
) -> None:
    now = [datetime(2014, 6, 24, 10, 5)]
    view = SittingView(desk, clock=lambda: now[0])
    qtbot.addWidget(view)
    view.show_meeting(case[2])
    assert view.time() == "10:05"
    now[0] = datetime(2014, 6, 24, 10, 6)
    view._timer.timeout.emit()
    assert view.time() == "10:06"
    view.hour.retype("10:50")
    view._timer.timeout.emit()
    assert view.time() == "10:50"
    view.put_away()
    assert view.meeting_id is None


def test_the_screen_of_the_room_shows_the_point_in_large_type(clerk: Clerk, led: SittingView) -> None:
    led.show_screen()
    screen = led.screen_
    assert screen is not None
    assert screen.title.text() == "1. Comunicazioni"
    assert screen.people.text() == "5 of 5 vote; 3 needed"
    assert "for 0:30" in screen.head.text()
    clerk.desk.do(vote_together, led.agenda.key(), VoteChoice.FAVOUR, "10:30")
    assert "unanimously" in screen.outcome.text()
    clerk.qtbot.keyClick(screen, KEY.Key_F11)
    assert screen.windowState() & Qt.WindowState.WindowFullScreen
    clerk.qtbot.keyClick(screen, KEY.Key_Escape)
    assert not screen.isVisible()


def test_several_votes_on_one_point_by_keys(clerk: Clerk, led: SittingView, answers: Answers) -> None:
    assert led.point.motion.isHidden()
    clerk.press(KEY.Key_F, CONTROL | SHIFT)
    answers.entered = {"title": "Testo emendato", "motion": "di nominare Anna Verdi"}
    clerk.press(KEY.Key_V, CONTROL | SHIFT)
    assert titles(led) == ["1. Comunicazioni", "1.2. Testo emendato", "2. Nomina", "3. Varie"]
    assert led.agenda.item(1).text().endswith("another vote on the point")
    assert led.point.title.text() == "1.2. Testo emendato"
    assert not led.point.motion.isHidden()
    assert led.point.motion.value() == "di nominare Anna Verdi"
    clerk.press(KEY.Key_F, CONTROL | SHIFT)
    assert "unanimously" in led.point.outcome.text()
    led.show_screen()
    assert led.screen_ is not None
    assert (led.screen_.title.text(), led.screen_.motion.text()) == ("1.2. Testo emendato", "di nominare Anna Verdi")
    led.screen_.close()
    led.agenda.setCurrentRow(0)
    assert not led.point.motion.isHidden()
    led.point.motion.set_value("di rinviare")
    led.save_words()
    led.reload()
    assert led.point.motion.value() == "di rinviare"
    led.agenda.setCurrentRow(2)
    assert led.point.motion.isHidden()


def test_to_the_decision_and_back(clerk: Clerk, led: SittingView) -> None:
    view = clerk.view
    assert isinstance(view, MeetingsView)
    led.decision_action.trigger()
    assert not view.is_leading
    assert clerk.page.kind.key == "decisions"
    assert clerk.form.field("agenda_item_id").value() == led.agenda.key()
    assert clerk.form.revert is not None
    clerk.form.revert()
    view.show_sitting()
    assert view.is_leading
    led.back_action.trigger()
    assert not view.is_leading
    assert clerk.page.kind.key == "meetings"
    assert clerk.form.model.draft.state is MeetingState.OPEN


def test_a_meeting_that_is_gone_is_led_no_longer(clerk: Clerk, case: tuple[bytes, Sitting, str]) -> None:
    view = clerk.view
    assert isinstance(view, MeetingsView)
    gone = convene_meeting(clerk.store, meeting_draft(case[1])).id
    view.lead(gone)
    assert view.is_leading
    assert view.sitting_view.point.title.text() == "The agenda has no point."
    clerk.desk.do(delete_meeting, gone)
    assert not view.is_leading


def test_what_others_add_is_shown(clerk: Clerk, led: SittingView) -> None:
    clerk.desk.do(add_point, led.meeting_id, "Da un’altra finestra")
    assert titles(led)[3] == "4. Da un’altra finestra"
