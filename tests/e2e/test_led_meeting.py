"""A third meeting of the sample's committee, by keyboard alone: from its convocation to its approved minutes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QListWidget
from pytestqt.qtbot import QtBot

from app.models.enums import ItemState, Matter, MeetingState
from app.services.integrity import verify
from app.services.meetings.meetings import load_meeting, meeting_rows
from app.services.papers.errata import load_erratum
from app.services.reports.minutes import minutes_document
from app.services.reports.spec import Audience
from app.services.reports.text import plain_text
from app.services.wording.texts import translator
from app.ui.preview import PreviewDialog
from app.ui.views.meetings import MeetingsView
from app.ui.views.sitting import SittingView
from tests.e2e.driver import Person, started

IT = translator("it")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> Path:
    return Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("led") / "piano.concilia"))


@pytest.fixture
def person(qapp: QApplication, qtbot: QtBot, tmp_path: Path, sample: Path) -> Iterator[Person]:
    """Before the sample archive, in Italian."""
    with started(qtbot, tmp_path / "settings.json") as made:
        with made.answering(made.file(sample)):
            made.press("Ctrl+O")
        yield made


@pytest.mark.slow
def test_a_meeting_from_convocation_to_approved_minutes(person: Person) -> None:
    person.room("meetings")
    convoke(person)
    lead(person)
    approve_the_last_minutes(person)
    put_off_and_add(person)
    appoint(person)
    close(person)
    mend(person)
    publish(person)
    rows = [(row.label, row.state) for row in meeting_rows(person.desk.store)]
    assert rows[0] == ("3/2014", MeetingState.APPROVED)
    assert rows[1] == ("2/2014", MeetingState.APPROVED)
    assert verify(person.desk.store, IT).ok


def sitting_of(person: Person) -> SittingView:
    view = person.view
    assert isinstance(view, MeetingsView)
    assert view.is_leading
    assert view._sitting is not None
    return view._sitting


def point(person: Person, words: str) -> None:
    """Go to a point of the agenda by Tab and the arrows."""
    _choose(person, sitting_of(person).agenda, words)


def member(person: Person, name: str) -> None:
    """Go to somebody in the room by Tab and the arrows."""
    _choose(person, sitting_of(person).room, name)


def _choose(person: Person, listed: QListWidget, words: str) -> None:
    person.reach(lambda widget: widget is listed, listed.accessibleName())
    person.press("Home")
    for _step in range(listed.count()):
        if words in listed.currentItem().text():
            return
        person.press("Down")
    raise AssertionError(f"«{words}» is not listed")


def at(person: Person, hour: str) -> None:
    """Write the hour at the top."""
    sitting = sitting_of(person)
    person.reach(lambda widget: widget is sitting.hour, "the hour", back=True)
    person.retype(hour)


def convoke(person: Person) -> None:
    """A new meeting, its agenda proposed from what waits, one point more; then the letter."""
    person.begin()
    person.fill(date_held="15/10/2014", place="Legnano, sala riunioni", premises="Il Comitato si riunisce.")
    person.press("Ctrl+Shift+O")
    waiting = [row[0] for row in person.cells("items")]
    assert waiting[0] == "Lettura e approvazione del verbale della seduta 2/2014 del 09/07/2014"
    person.rows("items", ("Nomina del referente", "Nomina"))
    person.fill(letter="Si allega la bozza del verbale.", closing_text="La seduta è tolta.")
    meeting = person.save()
    with person.answering(person.keys("08/10/2014", "14:30")):
        person.push("Convoca", back=True)
    saved = load_meeting(person.desk.store, meeting)
    assert saved.time_convened == "14:30"
    assert [item.matter for item in saved.items][:3] == [Matter.MINUTES, Matter.APPOINTMENT, Matter.SHARING]
    person.push("Convocazione")
    preview = QApplication.activeWindow()
    assert isinstance(preview, PreviewDialog)
    assert preview.pane.page_count() == 1
    person.press("Escape")


def lead(person: Person) -> None:
    """The screen that a meeting is led from; it opens, one is excused, a guest comes in."""
    person.push("Modo seduta", back=True)
    sitting = sitting_of(person)
    at(person, "14:35")
    person.push("Apri la seduta")
    assert sitting.sitting is not None
    assert sitting.sitting.is_running
    member(person, "Guarneschi")
    with person.answering(person.keys("")):
        person.press("Ctrl+Shift+A")
    assert "Assente giustificato" in sitting.room.currentItem().text()
    with person.answering(person.keys("Ugo Ferraris", "Revisore")):
        person.press("Ctrl+G")
    assert [guest.name for guest in sitting.sitting.meeting.guests] == ["Ugo Ferraris"]


def approve_the_last_minutes(person: Person) -> None:
    """The first point: read, voted by all, and frozen by one button."""
    sitting = sitting_of(person)
    point(person, "Lettura e approvazione")
    person.press("Return")
    person.reach(lambda widget: widget is sitting.point.discussion, "what was said")
    person.type("Nessuno chiede rettifiche.")
    person.press("Ctrl+Shift+F")
    assert sitting.point.outcome.text() == (
        "La proposta di deliberazione è approvata con votazione palese all’unanimità, con 5 voti favorevoli."
    )
    with person.answering(person.yes()):
        person.push("Approva quel verbale", back=True)
    assert sitting.banner.text() == "Il verbale è approvato e non cambia più."


def put_off_and_add(person: Person) -> None:
    """What is not ready is put off; a point comes by urgency, goes up, and is voted after a suspension."""
    sitting = sitting_of(person)
    assert sitting.sitting is not None
    others = sitting.sitting.meeting.items[2:]
    for other in others:
        point(person, other.title)
        person.press("Ctrl+Shift+R")
    with person.answering(person.keys("Calendario delle visite", "", "scadenza regionale")):
        person.press("Ctrl+Shift+P")
    point(person, "Calendario")
    person.press("Alt+Up")
    items = sitting.sitting.meeting.items
    assert items[-2].title == "Calendario delle visite"
    assert (items[-2].late, items[-2].late_ground) == (True, "scadenza regionale")
    assert [item.state for item in items if item.id in {other.id for other in others}] == [ItemState.POSTPONED] * len(
        others
    )
    at(person, "15:00")
    person.push("Sospendi")
    at(person, "15:15")
    person.push("Riprendi")
    point(person, "Calendario")
    person.press("Ctrl+Shift+F")


def appoint(person: Person) -> None:
    """A member goes out, another declares a conflict: no quorum; the first comes back, and they vote one by one."""
    sitting = sitting_of(person)
    point(person, "Nomina")
    at(person, "15:20")
    member(person, "Pizzamei")
    person.press("Space")
    member(person, "Cornalbani")
    with person.answering(person.keys("", "", "parente di un candidato")):
        person.press("C")
    assert "il numero non è legale" in sitting.point.problems.text()
    person.press("Ctrl+Shift+F")
    assert sitting.banner.text().startswith("Alle 15:20, al voto sul punto «Nomina del referente»")
    at(person, "15:30")
    member(person, "Pizzamei")
    person.press("Space")
    member(person, "Vismaroli")
    person.press("1")
    member(person, "Tettamondi")
    person.press("2")
    person.press("Ctrl+Shift+F")
    assert sitting.point.outcome.text() == (
        "La proposta di deliberazione è approvata con votazione palese a maggioranza,"
        " con 3 voti favorevoli e 1 contrario."
    )
    person.press("Ctrl+D")
    person.fill(subject="Nomina del referente", text="di nominare il referente per il monitoraggio.")
    person.save()
    person.push("Torna alla seduta in corso", back=True)
    assert sitting_of(person).point.decision.text() == "Deliberazione: Nomina del referente"


def close(person: Person) -> None:
    """The meeting closes, and its minutes are approved."""
    with person.answering(person.keys("16:05"), person.yes()):
        person.press("Ctrl+Shift+Q")
    assert person.form.model.draft.state is MeetingState.CLOSED
    with person.answering(person.keys("15/10/2014"), person.yes()):
        person.push("Approva il verbale", back=True)
    assert person.form.model.draft.state is MeetingState.APPROVED


def mend(person: Person) -> None:
    """A passage of the approved minutes is mended by an erratum, which is printed on them."""
    person.tab("errata")
    person.begin()
    person.fill(minutes_id="3/2014", meeting_id="3/2014", reason="Errore di trascrizione.")
    person.rows("lines", (None, "mai detto", "altro"))
    person.press("Ctrl+S")
    assert "Il verbale non dice «mai detto». Copiare il passo come vi sta scritto." in person.complaints()
    person.cell("lines", 0, "wrong")
    person.type("Nomina del referente")
    person.press("Return")
    erratum = person.save()
    with person.answering(person.keys("20/10/2014"), person.yes()):
        person.push("Approva l’errata", back=True)
    assert load_erratum(person.desk.store, erratum).label == "2/2014"
    assert person.form.title() == "Errata 2/2014"
    assert person.form.is_locked
    person.push("Verbale con le errata", back=True)
    preview = QApplication.activeWindow()
    assert isinstance(preview, PreviewDialog)
    assert preview.pane.document is not None
    told = plain_text(preview.pane.document, IT)
    assert "Corretto dall’errata n. 2/2014 del 20/10/2014" in told
    assert "Errore di trascrizione." in told
    person.press("Escape")


def publish(person: Person) -> None:
    """A name is left out of what is published, with its ground."""
    person.tab("publications")
    meeting = next(row.id for row in meeting_rows(person.desk.store) if row.label == "3/2014")
    assert person.form.record_id == meeting
    person.rows("omissions", ("Calendario delle visite", "Dato non dovuto"))
    person.save()
    document = minutes_document(person.desk.store, meeting, IT, Audience.PUBLISHED)
    assert "Calendario delle visite" not in plain_text(document, IT)
