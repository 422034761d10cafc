"""A programme of vouchers by keyboard alone: from its rules to the file for the bank that a second person makes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
from pytestqt.qtbot import QtBot
from sepaxml.validation import try_valid_xml

from app.models import slots
from app.models.enums import ProgrammeState, SettlementState, UserRole
from app.models.money import Cents, format_cents
from app.models.slots import Cost
from app.services.integrity import verify
from app.services.ledger.rows import recompute
from app.services.network.territory import DistrictDraft, MunicipalityDraft, save_district, save_municipality
from app.services.users import recovery
from app.services.users.keys import UserDraft, add_user, encrypt_archive
from app.services.vouchers.given import voucher_rows
from app.services.vouchers.numbers import VoucherNumber
from app.services.vouchers.payments import settlement_rows
from app.services.vouchers.programmes import programme_rows
from app.services.vouchers.register import register_rows
from app.services.vouchers.sepa import SCHEMA
from app.services.wording.texts import translator
from app.ui.preview import PreviewDialog
from app.ui.unlock import UnlockDialog
from app.ui.views.vouchers.request_forms import RequestForm
from app.ui.views.vouchers.settlement_forms import ReportForm, SettlementForm
from tests.e2e.driver import Person, started
from tests.services.builders import an_organisation
from tests.services.spending_world import build_running
from tests.services.voucher_world import IBAN, set_today
from tests.services.world import new_store

IT = translator("it")
PASSWORD = "cavallo pila graffetta blu"
PROVIDER_IBAN = "IT83P0311103200000000045678"
TODAY = date(2015, 7, 20)
FIRST, SECOND = (VoucherNumber("CAMPUS", 2015, number).text() for number in (1, 2))
FAMILIES = {
    "Colombo": (("Marta", "CLMMRT81E43F205G", "03/05/1981"), ("Ada", "CLMDAA07B54F205F", "14/02/2007")),
    "Riva": (("Nadia", "RVINDA81E43F205B", "03/05/1981"), ("Ugo", "RVIGUO09P01F205Q", "01/09/2009")),
}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project under way, where its families live and who keeps the camps; Anna and Bice, each with a password."""
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    with new_store(tmp_path, "ufficio.concilia") as store:
        build_running(store)
        an_organisation(store, "Cooperativa Il Grillo", iban=PROVIDER_IBAN)
        district = save_district(store, DistrictDraft(name="Rho")).id
        save_municipality(store, MunicipalityDraft(name="Garbagnate Milanese", district_id=district))
        encrypt_archive(store, UserDraft("Anna Bianchi", "anna", PASSWORD), recovery.new_code())
        add_user(store, UserDraft("Bice Verdi", "bice", PASSWORD, UserRole.CASHIER))
        return store.path


@pytest.mark.slow
def test_a_programme_from_its_rules_to_what_the_bank_is_told(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, office: Path
) -> None:
    register, transfers = tmp_path / "registro.pdf", tmp_path / "banca.xml"
    with started(qtbot, tmp_path / "settings.json") as person:
        enter(person, office, "anna")
        begin_a_programme(person)
        know_the_families(person)
        take_requests(person)
        give(person)
        use(person)
        take_a_report(person)
        settle(person)
        person.press("Ctrl+W")
        enter(person, office, "bice")
        release(person, transfers)
        print_the_register(person, register)
        look_at_the_money(person)
        person.press("Ctrl+W")


def enter(person: Person, office: Path, login: str) -> None:
    """Open the archive with one's own password."""

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, UnlockDialog)
        person.type(f"{login}\t{PASSWORD}")
        person.press("Return")

    with person.answering(person.file(office), answer):
        person.press("Ctrl+O")
        person.qtbot.waitUntil(lambda: person.desk.is_open, timeout=10_000)
    person.settle()
    set_today(person.desk.store, TODAY)
    person.room("vouchers")


def begin_a_programme(person: Person) -> None:
    """A programme with the rules of the plan's camps, with its own amounts, opened with its money."""
    person.tab("programmes")
    person.begin()
    person.fill(name="Campus estivi", code="campus", ceiling="1.000,00", proposal_id="Rho", decision_id="finanziamento")
    person.fill(template="Campus", payer_name="Comune di Rho", payer_iban=IBAN.replace("X", "Y", 1))
    assert person.refused() == (
        "L’IBAN dell’ordinante non può essere giusto: un carattere è errato. Confrontarlo con i documenti della banca."
    )
    person.retype(IBAN)
    person.save()
    person.tab("rules")
    person.fill(unit_amount="25,00", cap_child="200,00", age_below="144")
    person.rows("providers", ("grillo",))
    person.save()
    person.tab("programmes")
    with person.answering(person.keys("01/06/2015")):
        person.push("Apri il programma", back=True)
    (row,) = programme_rows(person.desk.store)
    assert (row.state, row.left) == (ProgrammeState.OPEN, 1_000_00)


def know_the_families(person: Person) -> None:
    """Persons, informed of what is kept of them, and who lives with whom."""
    person.tab("individuals")
    for family, members in FAMILIES.items():
        for name, code, born in members:
            person.begin()
            person.fill(surname=family, given_name=name, tax_code=code, birth_date=born)
            person.rows("consents", ("Informativa", "1", "05/06/2015"))
            person.save()
    person.tab("households")
    for family, members in FAMILIES.items():
        person.begin()
        person.fill(name=family, municipality_id="Garbagnate", iban=IBAN)
        (parent, _code, _born), (child, _code, _born) = members
        person.rows("members", (parent, "Genitore", None, "Dipendente"), (child, "Figli"))
        person.save()


def take_requests(person: Person) -> None:
    """Both families ask, one of them twice; both are admitted."""
    person.tab("requests")
    for family, (parent, child) in FAMILIES.items():
        person.begin()
        person.fill(programme_id="Campus", day="05/06/2015", household_id=family)
        person.fill(individual_id=child[0], requester_id=parent[0])
        person.fill(service="Campus", provider_id="grillo")
        person.fill(period_start="15/06/2015", period_end="31/07/2015", units="12", expense="300,00")
        person.save()
        form = person.form
        assert isinstance(form, RequestForm)
        assert form.panel.said.text() == "200,00\u00a0€: il limite è «Massimo per figlio»."
        parts, _limits = (table.texts() for table in form.panel.shown_tables())
        assert ["Quota della famiglia", "100,00\u00a0€"] in parts
        with person.answering(person.keys("08/06/2015")):
            person.push("Ammetti", back=True)
        assert person.complaints() == ""
    person.begin()
    person.fill(programme_id="Campus", day="09/06/2015", household_id="riva", individual_id="ugo", service="Campus")
    person.fill(period_start="20/07/2015", period_end="31/07/2015", units="5")
    assert person.refused().startswith(
        "Lo stesso servizio è già stato chiesto in questi giorni per la stessa persona: domanda n. 2 del 2015"
    )
    with person.answering(dropped(person)):
        person.press("Escape")


def dropped(person: Person) -> Callable[[QDialog], None]:
    """What was typed is not kept."""

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, QMessageBox)
        (drop,) = (
            each for each in dialog.buttons() if dialog.buttonRole(each) is QMessageBox.ButtonRole.DestructiveRole
        )
        person.reach(lambda widget: widget is drop, "the button")
        person.press("Space")

    return answer


def give(person: Person) -> None:
    """A voucher for each request that was admitted."""
    person.tab("vouchers")
    for family in FAMILIES:
        person.begin()
        person.fill(request_id=family, day_issued="10/06/2015")
        person.save()
    assert person.listed("code") == [SECOND, FIRST, "Totale"]
    assert person.listed("left") == ["200,00\u00a0€", "200,00\u00a0€", "400,00\u00a0€"]


def use(person: Person) -> None:
    """What a scanner sends: the number and Enter; one character of another is mistyped."""
    person.tab("uses")
    person.begin()
    person.fill(number=SECOND[:-3] + "9" + SECOND[-2:], day="16/06/2015", units="2")
    assert "un carattere di «CAMPUS-2015-00009-" in person.refused()
    person.reach(lambda widget: widget is person.form.field("number"), "the number", back=True)
    person.retype(FIRST.lower().replace("-", ""))
    assert person.form.aside_text("number") == (
        "Colombo Ada: restano 200,00\u00a0€, valido dal 15/06/2015 al 31/07/2015"
    )
    person.fill(document="Foglio presenze 1")
    person.save()
    assert person.listed("provider")[0] == "Cooperativa Il Grillo", "the one that the request names"
    assert person.listed("cents") == ["33,33\u00a0€", "33,33\u00a0€"], "two of twelve days of 200 euro, and the sum"


def take_a_report(person: Person) -> None:
    """The provider's lines: two that match, one that comes again, one of a voucher that nobody gave."""
    person.tab("provider_reports")
    person.begin()
    person.fill(programme_id="Campus", provider_id="grillo", date_received="15/07/2015", protocol="44/2015")
    person.rows(
        "lines",
        (FIRST, "16/06/2015", "2"),
        (SECOND, "17/06/2015", "3"),
        (SECOND, "17/06/2015", "3"),
        (VoucherNumber("CAMPUS", 2015, 7).text(), "18/06/2015", "1"),
    )
    person.save()
    form = person.form
    assert isinstance(form, ReportForm)
    outcomes = ["Corrisponde", "Corrisponde", "Già utilizzato", "Numero sconosciuto"]
    assert [row[-1] for row in person.cells("lines")][:4] == outcomes
    (differing,) = (table.texts() for table in form.panel.shown_tables())
    assert [row[0] for row in differing] == ["3", "4"]
    assert "forse è stato letto due volte" in differing[0][-1]
    with person.answering(person.yes()):
        person.push("Accetta il rapporto", back=True)
    assert person.complaints() == ""


def settle(person: Person) -> None:
    """Every use that waits is put together; who did it may not say that it was checked."""
    person.tab("settlements")
    person.begin()
    person.fill(programme_id="Campus", day="30/06/2015", act="Determina 7", act_day="16/07/2015")
    person.save()
    form = person.form
    assert isinstance(form, SettlementForm)
    (payees,) = (table.texts() for table in form.panel.shown_tables())
    assert payees[0] == ["1", "Cooperativa Il Grillo", "2", "83,33\u00a0€", "Da pagare"]
    with person.answering(person.yes()):
        person.push("Controllata", back=True)
    assert person.complaints().startswith("Anna Bianchi lo ha inserito, e deve confermarlo un’altra persona.")


def release(person: Person, path: Path) -> None:
    """A second person checks and releases; the file for the bank says what is owed, and is valid."""
    person.tab("settlements")
    person.press("Home", "Return")
    with person.answering(person.yes()):
        person.push("Controllata", back=True)
    assert person.complaints() == ""
    with person.answering(person.keys("17/07/2015")):
        person.push("Disponi il pagamento…", back=True)
    assert person.complaints() == ""
    with person.answering(person.keys("22/07/2015")):
        person.push("Prepara il file per la banca…", back=True)
    assert person.complaints() == ""

    def save(dialog: QDialog) -> None:  # it comes up while the file is read, which is not waited for
        QTest.keyClicks(person.focus, str(path))
        QTest.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Return)

    with person.answering(save):
        person.push("Salva il file per la banca…", back=True)
    try_valid_xml(path.read_bytes(), SCHEMA)
    told = path.read_text("utf-8")
    for words in (">83.33<", f">{IBAN}<", f">{PROVIDER_IBAN}<", ">2015-07-22<"):
        assert words in told, words
    (row,) = settlement_rows(person.desk.store)
    assert (row.state, row.cents, row.file, row.date_paid) == (SettlementState.RELEASED, 83_33, True, date(2015, 7, 17))


def print_the_register(person: Person, path: Path) -> None:
    """The printed register."""
    person.tab("trend")
    person.press("Home", "Return")
    person.push("Stampa il registro", back=True)
    preview = QApplication.activeWindow()
    assert isinstance(preview, PreviewDialog)
    with person.answering(person.file(path)):
        person.press("Ctrl+E")
    person.press("Escape")
    pdf = pypdfium2.PdfDocument(path)
    printed = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    pdf.close()
    rows = register_rows(person.desk.store)
    assert [(row.code, row.used, row.settled) for row in rows] == [(FIRST, 33_33, 33_33), (SECOND, 50_00, 50_00)]
    place = printed.index(rows[0].code)
    for row in rows:
        for words in (row.code, row.holder, *(format_cents(cents) for cents in (row.amount, row.used))):
            place = printed.index(words, place)
    for cents in (400_00, 83_33):
        assert format_cents(Cents(cents)) in printed[place:], "the sum of what is written above it"


def look_at_the_money(person: Person) -> None:
    """Nothing is broken."""
    store = person.desk.store
    assert recompute(store) == ()
    assert verify(store, IT).ok
    assert [row.left for row in programme_rows(store)] == [600_00]
    assert [(row.code, row.left) for row in voucher_rows(store)] == [(SECOND, 150_00), (FIRST, 166_67)]
