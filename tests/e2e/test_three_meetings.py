"""Three meetings of the plan by keyboard alone: convoked, led, approved, one mended, all signed and verified."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.models.enums import MeetingState
from app.models.money import Cents, format_cents
from app.services.decisions.decisions import decision_rows
from app.services.integrity import verify
from app.services.meetings.meetings import meeting_rows
from app.services.papers.errata import erratum_rows
from app.services.reports.minutes import minutes_document
from app.services.reports.text import plain_text
from app.services.signing.papers import paper_rows
from app.services.signing.verifying import check_file
from app.services.wording.texts import translator
from tests.e2e.driver import Person, started
from tests.e2e.test_led_meeting import at, point, sitting_of
from tests.services.signing_keys import PASSWORD, signer
from tests.services.sitting import AWARDS, CEILINGS, build_sitting
from tests.services.world import new_store

IT = translator("it")
DAYS = ("24/06/2014", "09/07/2014", "15/10/2014")
SENT = ("10/06/2014", "25/06/2014", "01/10/2014")


@pytest.mark.slow
def test_three_meetings_from_convocation_to_verified_signatures(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    with new_store(tmp_path) as store:
        build_sitting(store)
    key = tmp_path / "presidente.p12"
    key.write_bytes(signer("Maria Rossi").key_file)
    with started(qtbot, tmp_path / "settings.json") as person:
        with person.answering(person.file(store.path)):
            person.press("Ctrl+O")
        person.room("meetings")
        convoke(person, 0, "Riparto agli ambiti", "Assegnazione ai progetti")
        decide(person, "Riparto agli ambiti", "Assegnazione agli ambiti", "area_amounts", list(CEILINGS.values()))
        decide(person, "Assegnazione ai progetti", "Assegnazione ai progetti", "project_amounts", list(AWARDS.values()))
        end(person, 0)
        convoke(person, 1, "Nomina del referente")
        vote_twice(person)
        end(person, 1)
        convoke(person, 2, "Comunicazioni")
        point(person, "Comunicazioni")
        person.press("Ctrl+Shift+F")
        end(person, 2)
        mend(person)
        for turn, label in enumerate(("1/2014", "2/2014", "3/2014")):
            sign(person, label, key, tmp_path / f"verbale-{turn}.pdf")
        store = person.desk.store
        for turn in range(3):
            path = tmp_path / f"verbale-{turn}.pdf"
            assert check_file(store, path.read_bytes(), path.name).is_ours
        assert [row.state for row in meeting_rows(store)] == [MeetingState.APPROVED] * 3
        assert [row.label for row in decision_rows(store)] == ["3/2014", "1/2014", "2/2014"]
        assert [row.signers for row in paper_rows(store)] == ["Maria Rossi"] * 3
        found = verify(store, IT)
        assert found.ok, [result.broken for result in found.invariants if not result.ok]


def convoke(person: Person, turn: int, *titles: str) -> None:
    """The meeting, its letter, and its opening from the screen that it is led from."""
    person.tab("meetings")
    person.begin()
    person.fill(date_held=DAYS[turn], place="Magenta", premises="Il Comitato si riunisce.")
    person.rows("items", *((title,) for title in titles))
    person.fill(closing_text="La seduta è tolta.")
    person.save()
    with person.answering(person.keys(SENT[turn], "10:00")):
        person.push("Convoca", back=True)
    person.push("Modo seduta", back=True)
    at(person, "10:00")
    person.push("Apri la seduta")
    at(person, "10:30")


def decide(person: Person, title: str, kind: str, grid: str, amounts: list[int]) -> None:
    """All vote in favour; the decision has an amount for each line."""
    point(person, title)
    person.press("Ctrl+Shift+F", "Ctrl+D")
    person.fill(kind=kind, subject=title, text="come da tabella.")
    person.cell(grid, 0, "amount")
    person.type("".join(f"{format_cents(Cents(cents))}\n" for cents in amounts))
    person.save()
    person.push("Torna alla seduta in corso", back=True)


def vote_twice(person: Person) -> None:
    """A first proposal falls; another one on the same point is put to the vote, and decided."""
    point(person, "Nomina")
    room = sitting_of(person).room
    person.reach(lambda widget: widget is room, "the room")
    person.press("Home", *["2", "Down"] * 5)
    with person.answering(person.keys("Altro referente", "di nominare Anna Verdi", "")):
        person.press("Ctrl+Shift+V")
    assert sitting_of(person).point.title.text() == "1.2. Altro referente"
    person.press("Ctrl+Shift+F", "Ctrl+D")
    person.fill(subject="Nomina di Anna Verdi", text="di nominare Anna Verdi.")
    person.save()
    person.push("Torna alla seduta in corso", back=True)


def end(person: Person, turn: int) -> None:
    """The meeting closes, and its minutes are approved."""
    with person.answering(person.keys("12:15"), person.yes()):
        person.press("Ctrl+Shift+Q")
    with person.answering(person.keys(DAYS[turn]), person.yes()):
        person.push("Approva il verbale", back=True)
    assert person.form.model.draft.state is MeetingState.APPROVED


def mend(person: Person) -> None:
    """An erratum to the second minutes, approved at the third meeting."""
    person.tab("errata")
    person.begin()
    person.fill(minutes_id="2/2014", meeting_id="3/2014", reason="Errore di trascrizione.")
    person.rows("lines", (None, "di nominare Anna Verdi", "di nominare la dott.ssa Anna Verdi"))
    person.save()
    with person.answering(person.keys("15/10/2014"), person.yes()):
        person.push("Approva l’errata", back=True)
    (row,) = erratum_rows(person.desk.store)
    told = plain_text(minutes_document(person.desk.store, row.mended_id, IT), IT)
    assert "Votazione 2: Altro referente" in told
    assert "Corretto dall’errata n. 1/2014" in told


def sign(person: Person, label: str, key: Path, signed: Path) -> None:
    """The minutes are handed out, signed by a key file, and saved as they came back."""
    person.tab("meetings")
    place = person.listed("label").index(label)
    person.press("Ctrl+F", "Down", "Ctrl+Home", *["Down"] * place, "Return")
    with person.answering(person.yes()):
        person.push("Fai firmare il verbale", back=True)
    person.tab("papers")
    person.press("Ctrl+F", "Down", "Ctrl+Home", "Return")
    with person.answering(quietly(str(key)), quietly(PASSWORD)):
        person.push("Firma con un file di chiave…", back=True)
    with person.answering(quietly(str(signed))):
        person.push("Salva il documento…", back=True)
    assert signed.read_bytes().startswith(b"%PDF")


def quietly(text: str) -> Callable[[QDialog], None]:
    """Type into a dialog that the end of a task has opened: the lane is not at rest before it closes."""

    def answer(_dialog: QDialog) -> None:
        QApplication.processEvents()
        for letter in text:
            QTest.keyClick(QGuiApplication.focusWindow(), letter)
        QTest.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Return)

    return answer
