"""Screens of a meeting that is led, which the sample does not have: one half way, and one without an agenda."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app.models.enums import AttendanceKind, ConflictKind, Matter, VoteChoice
from app.models.errors import RuleBroken
from app.services.archive import open_archive
from app.services.meetings import sitting_acts, sitting_people
from app.services.meetings.committees import member_rows
from app.services.meetings.convocation import send_convocation
from app.services.meetings.drafts import AgendaItemDraft
from app.services.meetings.meetings import blank_meeting, convene_meeting, load_meeting, meeting_rows, open_meeting
from app.services.meetings.waiting import waiting_items
from app.services.votings.acts import add_voting
from app.services.wording.texts import translator
from app.ui.application import Application
from app.ui.errors import sentence
from app.ui.views.meetings import MeetingPage, MeetingsView
from app.ui.widgets import Tone

DAY = date(2014, 10, 15)


def led_screens(application: Application, archive: Path, settle: Callable[[], None]) -> Iterator[tuple[str, QWidget]]:
    """A meeting that is led: voted, without a quorum, refused; the room's screen; one without an agenda."""
    led = archive.with_name("piano-seduta.concilia")
    if not led.exists():
        shutil.copy(archive, led)
        with open_archive(led) as store:
            _convene(store)
    window = application.window
    window.open_path(led)
    window.go("meetings")
    view = window.current_view()
    assert isinstance(view, MeetingsView)
    settle()
    empty, meeting = (row.id for row in meeting_rows(application.desk.store)[:2])
    view.lead(meeting)
    sitting = view.sitting_view
    sitting.hour.retype("15:20")
    sitting.agenda.setCurrentRow(0)
    settle()
    yield "meetings-led", window
    sitting.agenda.setCurrentRow(1)
    settle()
    yield "meetings-led-no-quorum", window
    sitting.agenda.setCurrentRow(3)
    settle()
    yield "meetings-led-votes", window
    refusal = RuleBroken("quorum.missing", title="Nomina del referente", present=3, needed=4, time="15:20")
    sitting.banner.say(sentence(refusal, application.desk.texts), Tone.BAD)
    settle()
    yield "meetings-led-refused", window
    sitting.agenda.setCurrentRow(0)
    sitting.show_screen()
    settle()
    assert sitting.screen_ is not None
    yield "meetings-room-screen", sitting.screen_
    sitting.screen_.close()
    view.lead(empty)
    settle()
    yield "meetings-led-empty", window
    view.show_records()
    view.show_kind("meetings")
    page = view.page("meetings")
    assert isinstance(page, MeetingPage)
    page.calendar_button.setChecked(True)
    settle()
    yield "meetings-calendar", window
    page.calendar_button.setChecked(False)


def _convene(store: Any) -> None:
    """The third meeting, half way; and a fourth without an agenda."""
    tr = translator("it")
    blank = replace(blank_meeting(store), date_held=DAY, place="Legnano, sala riunioni della Direzione Sociale")
    waiting = [item for item in waiting_items(store, tr, blank.committee_id) if item.matter is Matter.MINUTES]
    items = [AgendaItemDraft(title=item.title, matter=item.matter, origin_id=item.origin_id) for item in waiting]
    items.append(AgendaItemDraft(title="Nomina del referente per il monitoraggio", matter=Matter.APPOINTMENT))
    items.append(AgendaItemDraft(title="Varie ed eventuali"))
    meeting = convene_meeting(store, replace(blank, items=tuple(items))).id
    send_convocation(store, meeting, date(2014, 10, 8), "14:30")
    open_meeting(store, meeting, "14:35")
    first, second, _last = (item.id or "" for item in load_meeting(store, meeting).items)
    people = member_rows(store, blank.committee_id)
    sitting_people.mark_absent(store, meeting, people[5].id, AttendanceKind.EXCUSED)
    sitting_acts.take_up(store, first, "14:36")
    sitting_acts.write_words(store, first, "Si dà lettura del verbale. Nessuno chiede rettifiche.", "")
    sitting_acts.vote_together(store, first, VoteChoice.FAVOUR, "14:45")
    sitting_people.leave_room(store, meeting, people[3].id, "15:00")
    sitting_people.declare_conflict(store, second, people[1].id, ConflictKind.ABSTENTION, "parente di un candidato")
    sitting_people.add_guest(store, meeting, "Ugo Ferraris", "Revisore dei conti", "15:05")
    date_point = load_meeting(store, meeting).items[2].id or ""
    sitting_acts.write_words(store, date_point, "Due proposte.", "", "di riunirsi di nuovo entro il 30.11.2014")
    sitting_acts.vote_together(store, date_point, VoteChoice.AGAINST, "14:50")
    later = add_voting(store, date_point, "Seduta di dicembre", "di riunirsi di nuovo il 10.12.2014").id
    sitting_acts.vote_together(store, later, VoteChoice.FAVOUR, "14:55")
    sitting_acts.add_point(store, meeting, "Calendario delle visite", Matter.ORDINARY, "scadenza regionale")
    convene_meeting(store, replace(blank, date_held=date(2014, 11, 12), attendances=()))
