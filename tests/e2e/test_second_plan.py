"""A second plan keyed in from nothing with the keyboard alone, decided, minuted, and found again as it was typed."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import MeetingState
from app.services.findings import check
from app.services.integrity import verify
from app.services.journal.journal import history
from app.services.ledger.rows import balances, recompute
from app.services.network.registry import organisation_rows
from app.services.wording.texts import translator
from app.ui.preview import PreviewDialog
from app.ui.views.archive_verify import VerifyPage
from tests.e2e.driver import Person, started
from tests.e2e.second_plan import DRAFT, MINUTES, kept, keys_of, typed


@pytest.mark.slow
def test_second_plan_by_keyboard_alone(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    settings, archive = tmp_path / "settings.json", tmp_path / "secondo.concilia"
    draft, approved, again = (tmp_path / f"{name}.pdf" for name in ("bozza", "verbale", "ristampa"))
    with started(qtbot, settings) as person:
        with person.answering(person.file(archive), person.without_password):
            person.push("Nuovo archivio")
        key_in_the_plan(person)
        key_in_the_network(person)
        key_in_the_proposal(person)
        take_back_a_gesture(person)
        found_the_committee(person)
        convene(person)
        vote(person)
        decide(person)
        close(person)
        export_minutes(person, draft)
        approve(person)
        export_minutes(person, approved)
        person.press("Ctrl+Q")
        assert not person.window.isVisible()
        assert not person.desk.is_open
    look_at_the_minutes(draft, approved)
    with started(qtbot, settings) as person:
        person.press("Return")  # the archive that was open last
        assert person.desk.path == archive
        find_everything_again(person)
        look_at_the_archive(person)
        person.command("seduta 1/2015")
        export_minutes(person, again)
    assert again.read_bytes() == approved.read_bytes(), "approved minutes print the same for ever"


def key_in_the_plan(person: Person) -> None:
    """Plan, acts, sources with their money, areas; a day and an amount are refused on the way."""
    person.room("plan")
    person.push("Crea il piano")
    person.fill(name="Piano dei tempi della Valle", territory="ATS della Valle", date_start="31/02/2015")
    assert person.refused() == "Il giorno 31/02/2015 non esiste nel calendario. Controllare giorno, mese e anno."
    assert person.form.field("date_start").text() == "31/02/2015", "what was typed stays to be corrected"
    person.retype("01/01/2015")
    person.fill(date_end="31/12/2016", duration_months="24", office="Comitato di valutazione\nUfficio di piano")
    person.fill(purpose="Città più vivibili: «tempi», servizi, lavoro.")
    person.save()
    person.tab("acts")
    for kind, number, day, printed in (
        ("Delib", "X/1081", "12/12/2013", "DGR X/1081 del 12/12/2013"),
        ("Decr", "2058", "11/03/2014", "decreto n. 2058/2014"),
    ):
        person.begin()
        person.fill(kind=kind, number=number, date_issued=day, as_printed=printed)
        person.save()
    person.tab("sources")
    person.begin()
    person.fill(name="Quota regionale", kind="Quota", amount="1234.56")
    assert person.refused() == "«1234.56» usa il punto per i centesimi. Scrivere i centesimi dopo la virgola: 1.234,56."
    person.retype("100.000,00")
    person.fill(act_id="2058")
    person.save()
    receive(person, "01/04/2015")
    person.begin()
    person.fill(name="Residui del 2013", kind="Resid", amount="23456,78", act_id="x/1081")
    person.save()
    receive(person, "02/04/2015")
    assert person.listed("received") == ["100.000,00\u00a0€", "23.456,78\u00a0€", "123.456,78\u00a0€"]
    person.tab("areas")
    for level, title, planned in (("alta", "Tempi della città", "80000"), ("bassa", "Imprese e famiglie", "")):
        person.begin()
        person.fill(level=level, title=title, amount_planned=planned)
        person.save()
    assert person.listed("code") == ["A.1", "B.1", "Totale"]


def receive(person: Person, day: str) -> None:
    """Record that the money of the source that is shown came in."""
    with person.answering(person.keys(day)):
        person.push("Registra l’entrata", back=True)


def key_in_the_network(person: Person) -> None:
    """Three organisations and their alliance, with the roles of each."""
    person.room("network")
    for kind, name, seat, alias in (
        ("Ente p", "Comune di Valdora", "Valdora", "Comune Valdora"),
        ("Coop", "Il Ponte società cooperativa sociale", "Valdora", ""),
        ("Assoc", "Tempo Amico", "Pieve", ""),
    ):
        person.begin()
        person.fill(name=name, kind=kind, seat=seat)
        if alias:
            person.rows("aliases", (alias,))
        person.save()
    person.tab("alliances")
    person.begin()
    person.fill(name="Alleanza locale di Valdora", short_name="Valdora", lead_id="Comune di")
    person.rows(
        "partners",
        ("valdora", "tick", "tick", None, "tick"),
        ("ponte", "tick", None, "tick", None),
        ("tempo", None, None, "tick", None, "Ass. Tempo Amico"),
    )
    person.save()


def key_in_the_proposal(person: Person) -> None:
    """A call and a proposal, its costs typed and its contributions pasted, submitted and admitted."""
    person.room("calls")
    person.begin()
    person.fill(title="Avviso 2015 per progetti di conciliazione", act_id="2058")
    person.fill(date_opened="15/01/2015", date_closed="27/02/2015")
    person.save()
    person.room("proposals")
    person.begin()
    person.fill(title="Valdora a misura di famiglia", alliance_id="valdora", area_id="a.1")
    person.fill(date_received="20/02/2015", protocol="123/2015")
    person.fill(context="Una valle con pochi servizi.", aims="Orari che si parlano.")
    objectives = ("Coordinare gli orari", "Aprire uno sportello", "Sostenere i padri")
    person.rows("objectives", *((None, text) for text in objectives))
    person.rows("actions", ("Azione 1", "1-2", "Tavolo degli orari"), ("Azione 2", "3", "Congedi condivisi"))
    person.rows("targets", ("Famiglie con figli", "120"), ("Padri lavoratori", None))
    person.rows("results", (None, "Sportello aperto"), (None, "Congedi usati"))
    person.rows("indicators", ("1", "Ore di apertura", "400"), ("1", "Accessi", "150"), ("2", "Padri in congedo", "12"))
    person.rows("costs", ("Pers", "Operatrici dello sportello", "30.000,00"), ("Attr", None, "4.999,99"))
    QGuiApplication.clipboard().setText("Personale volontario\tVolontari\t8.750,00\nSpese di gestione\t\t1.249,99\n")
    person.grid("contributions")
    person.press("Ctrl+V")
    person.fill(grant_declared="34999,99", cofinancing_declared="9999,99", total_declared="45.000,00")
    person.fill(share_declared="22,22 %", sustainability="Con il bilancio del Comune.")
    person.save()
    person.push("Presenta", back=True)
    assert person.listed("state") == ["Presentata", ""]
    person.command("ammetti")
    assert person.listed("state") == ["Ammissibile", ""]


def take_back_a_gesture(person: Person) -> None:
    """Something wrong is written on an organisation, saved, and taken back."""
    person.command("tempo amico")
    person.fill(note="da togliere")
    person.save()
    assert person.form.model.draft.note == "da togliere"
    assert "Annulla: Salvataggio ente «Tempo Amico»" in person.offers()
    person.press("Ctrl+Alt+Z")
    assert person.form.model.draft.note == ""
    assert not person.form.is_dirty


def found_the_committee(person: Person) -> None:
    """Three who decide and a secretary."""
    person.room("meetings")
    person.tab("committee")
    person.begin()
    person.fill(name="Comitato di valutazione", act="decreto n. 12/2015")
    person.rows(
        "members",
        ("Maria Rossi", "Pres", "Direttrice sociale"),
        ("Luca Bianchi", "Comp", "Assessore", "comune"),
        ("Anna Verdi", "Comp", "Presidente", "ponte"),
        ("Paolo Neri", "Segr", "Funzionario"),
    )
    person.save()


def convene(person: Person) -> None:
    """A meeting with its agenda, opened; a member comes late."""
    person.tab("meetings")
    person.begin()
    person.fill(date_held="31/03/2015", place="Valdora, sala del Consiglio", premises="Il Comitato si riunisce.")
    person.rows("items", ("Riparto agli ambiti",), ("Assegnazione al progetto",))
    person.save()
    assert person.form.title() == "Seduta 1/2015"
    with person.answering(person.keys("10:00")):
        person.push("Apri la seduta", back=True)
    person.cell("attendances", 2, "time_in")
    person.type("10:10\n")
    assert person.cells("attendances")[2] == ["Anna Verdi (Componente)", "Presente", "10:10", "", ""]
    person.save()
    said = person.form.aside_text("place")
    assert said == "Alle 10:00 votano 2 su 3: il numero è legale (ne servono 2)."


def vote(person: Person) -> None:
    """Two points: one unanimous, one with a conflict and, for now, with a vote missing."""
    person.tab("points")
    assert person.listed("title") == ["Riparto agli ambiti", "Assegnazione al progetto"]
    person.press("Home", "Return")
    person.fill(time_voted="10:30", discussion="La Presidente espone il riparto.")
    person.press("Ctrl+Shift+F")
    person.save()
    person.press("Ctrl+F", "Down", "Down", "Return")
    person.fill(time_voted="11:00", discussion="Si esamina la proposta.")
    person.rows("conflicts", ("anna", "Astensione", "valdora", "Presiede un partner"))
    person.rows("votes", ("maria", "Favorevole"))
    person.save()


def decide(person: Person) -> None:
    """A decision on each point, begun from the point: money to the areas, then to the project."""
    person.press("Ctrl+F", "Down", "Ctrl+Home", "Return")
    assert person.form.field("title").value() == "Riparto agli ambiti"
    person.push("Deliberazione", back=True)
    person.fill(kind="Assegnazione agli ambiti", subject="Riparto delle risorse", text="di assegnare le somme.")
    person.cell("area_amounts", 0, "amount")
    person.type("80.000\n20.000\n")
    person.save()
    person.tab("points")
    person.press("Ctrl+F", "Down", "Down", "Return")
    person.push("Deliberazione", back=True)
    person.fill(kind="Assegnazione ai progetti", subject="Finanziamento di Valdora", text="di finanziare la proposta.")
    person.cell("outcomes", 0, "state")
    person.type("I\n")
    person.cell("project_amounts", 0, "amount")
    person.type("90000\n")
    assert person.refused() == (
        "Importi per progetto, riga 1: Sull’ambito A.1 restano 80.000,00\u00a0€, mentre al progetto"
        " «Valdora a misura di famiglia» andrebbero 90.000,00\u00a0€: mancano 10.000,00\u00a0€. Ridurre l’importo,"
        " oppure assegnare prima altre risorse all’ambito."
    )
    person.type("34.999,99\n")
    person.save()


def close(person: Person) -> None:
    """A vote is missing, so the meeting stays open; then it closes, once it is confirmed."""
    person.tab("meetings")
    with person.answering(person.keys("12:15")):
        person.push("Chiudi")
    assert person.complaints() == (
        "La seduta non si può ancora chiudere:\nSul punto «Assegnazione al progetto» mancano i voti di: Luca Bianchi."
        " Alle 11:00 erano presenti: registrare i voti, oppure correggere presenze e ore."
    )
    person.tab("points")
    person.press("Ctrl+F", "Down", "Down", "Return", "Ctrl+Shift+F")
    person.save()
    person.tab("meetings")
    with person.answering(person.keys("12:15"), person.no()):
        person.push("Chiudi")
    assert person.form.model.draft.state is MeetingState.OPEN
    with person.answering(person.keys("12:15"), person.yes()):
        person.push("Chiudi")
    assert person.said[-1] == (
        "La seduta 1/2015 si chiude alle 12:15. Le deliberazioni ricevono il numero e hanno effetto:\n"
        "• Riparto delle risorse: si muovono 100.000,00\u00a0€\n"
        "• Finanziamento di Valdora: si muovono 34.999,99\u00a0€\n"
        "Non si può tornare indietro."
    )
    assert person.form.model.draft.state is MeetingState.CLOSED


def export_minutes(person: Person, path: Path) -> None:
    """The minutes of the meeting that is shown, looked at and exported from their preview."""
    person.push("Verbale", back=True)
    preview = QApplication.activeWindow()
    assert isinstance(preview, PreviewDialog)
    with person.answering(person.file(path)):
        person.press("Ctrl+E")
    assert preview.pane.page_count() == len(pages_of(path))
    person.press("Escape")


def approve(person: Person) -> None:
    """The minutes are approved on a later day, once it is confirmed."""
    with person.answering(person.keys("02/04/2015"), person.yes()):
        person.push("Approva il verbale", back=True)
    assert "Seduta 1/2015" in person.said[-1]
    assert person.form.model.draft.state is MeetingState.APPROVED


def pages_of(path: Path) -> list[str]:
    """Text of each page of a PDF, its lines joined."""
    pdf = pypdfium2.PdfDocument(path)
    pages = [" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf]
    pdf.close()
    return pages


def look_at_the_minutes(draft: Path, approved: Path) -> None:
    """The printed minutes say what was typed, in the order that it happened; only the draft is called one."""
    for path in (draft, approved):
        pages = pages_of(path)
        whole, place = " ".join(pages), 0
        for words in MINUTES:
            found = whole.find(words, place)
            assert found >= 0, f"«{words}» is not there, or not in its place: {whole}"
            place = found + len(words)
        assert [page.endswith(f"Pag. {n} di {len(pages)}") for n, page in enumerate(pages, 1)] == [True] * len(pages)
        assert (DRAFT in whole) == (path == draft)


def find_everything_again(person: Person) -> None:
    """Every record is as it was typed, every balance as it was decided, and nothing is broken."""
    store, tr = person.desk.store, translator("it")
    found = kept(store)
    for kind, drafts in typed(keys_of(store)).items():
        assert found[kind] == drafts, kind
    assert {row.name: (row.balance, row.total, row.ceiling) for row in balances(store)} == {
        "": (-123_456_78, -123_456_78, None),
        "Piano dei tempi della Valle": (0, 123_456_78, None),
        "Quota regionale": (0, 0, None),
        "Residui del 2013": (23_456_78, 23_456_78, None),
        "A.1 Tempi della città": (45_000_01, 80_000_00, 80_000_00),
        "Valdora a misura di famiglia": (34_999_99, 34_999_99, None),
        "B.1 Imprese e famiglie": (20_000_00, 20_000_00, 20_000_00),
    }
    assert recompute(store) == ()
    verified = verify(store, tr)
    assert verified.ok, [result.broken for result in verified.invariants]
    (finding,) = check(store, tr)
    assert (finding.code, finding.declared, finding.computed) == ("proposal.total", "45000.00", "44999.98")
    friend = next(row.id for row in organisation_rows(store) if row.name == "Tempo Amico")
    assert [(row.verb, row.undone) for row in history(store, "organisation", friend)] == [
        ("undo", "save_organisation"),
        ("save_organisation", ""),
        ("save_organisation", ""),
    ]


def look_at_the_archive(person: Person) -> None:
    """What the rooms show of it: accounts, the gesture that was taken back, the finding, the verification."""
    person.room("resources")
    assert [name.strip() for name in person.listed("name")][:3] == [
        "Piano dei tempi della Valle",
        "Quota regionale",
        "Residui del 2013",
    ]
    person.room("archive")
    assert [verb for verb in person.listed("verb") if "nnulla" in verb] == ["Annullato: Salvataggio ente"]
    person.tab("findings")
    assert person.listed("difference") == ["0,02\u00a0€"]
    person.tab("verify")
    person.push("Verifica archivio")
    page = person.page
    assert isinstance(page, VerifyPage)
    assert page.found is not None
    assert page.found.ok
