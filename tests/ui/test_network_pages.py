"""What the network's room shows beside its forms: where a body is, the rules, possible duplicates, merging."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.models.enums import LegalForm, OfficeKind, OrganisationKind, OrganisationSize, SeatKind
from app.models.errors import RuleBroken
from app.services.calls.calls import CallDraft, save_call
from app.services.calls.rules import load_current_rules, save_rules
from app.services.documents.documents import DocumentOwner, document_rows
from app.services.network.agreements import load_agreement
from app.services.network.alliances import PartnerDraft, alliance_rows, delete_alliance, partner_rows
from app.services.network.duplicates import duplicate_rows
from app.services.network.merging import merge_organisations
from app.services.network.organisation_drafts import ContactDraft, OfficeDraft, RegisterDraft, SeatDraft
from app.services.network.registry import AliasDraft, load_organisation, organisation_rows, save_organisation
from app.services.network.territory import MunicipalityDraft, save_municipality
from app.ui import dialogs
from app.ui.acts import ActDialog
from app.ui.desk import Desk
from app.ui.views.network import NetworkView
from app.ui.views.network_duplicates import DuplicatesPage, PairPanel
from app.ui.views.network_merging import MergeDialog
from app.ui.views.network_pages import AllianceForm, OrganisationForm
from app.ui.views.ways import Way
from tests.services.builders import a_plan, a_proposal, an_alliance, an_organisation
from tests.ui.driving import CONTROL, KEY, Clerk, opened_desk, without_ids


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    yield from opened_desk(qtbot, tmp_path)


@pytest.fixture
def clerk(qtbot: QtBot, desk: Desk) -> Clerk:
    a_plan(desk.store)
    return Clerk(qtbot, desk, NetworkView)


def texts(widget: QWidget) -> list[str]:
    """What a part of the window says, from above."""
    return [label.text() for label in widget.findChildren(QLabel) if label.text() and label.isVisibleTo(widget)]


def answer(monkeypatch: pytest.MonkeyPatch, *answers: Callable[[Any], bool]) -> list[QDialog]:
    """Answer the dialogs that come, in turn; gives those that came."""
    seen: list[QDialog] = []

    def run(dialog: QDialog) -> bool:
        seen.append(dialog)
        return answers[len(seen) - 1](dialog)

    monkeypatch.setattr(dialogs, "run_dialog", run)
    return seen


# --- the form of an organisation -----------------------------------------------------------


def test_organisation_is_keyed_in_with_seats_offices_contacts_and_registers(clerk: Clerk) -> None:
    rho = save_municipality(clerk.store, MunicipalityDraft(name="Rho")).id
    clerk.begin()
    clerk.fill(
        name="Parolo Srl", kind="Company", legal_form="Private", size="Micro", iban="it60x0542811101000000123456"
    )
    assert clerk.form.aside_text("iban") == "The control characters are right."
    clerk.rows("seats", ("Legal", "rho", None, "via Po 1", "20017"), ("Operating", None, "Lugano (CH)", None, None))
    clerk.rows("offices", ("Legal", "Ada Bini", "Presidente", "RCCMNL83S18D969H", "1/1/2014", None))
    clerk.rows("contacts", ("Protocollo", None, "info@example.org", None, "pec@example.org"))
    clerk.rows("registers", ("RUNTS", "123", "31/3/2014"))
    draft = without_ids(load_organisation(clerk.store, clerk.save()))
    assert (draft.kind, draft.legal_form, draft.size) == (
        OrganisationKind.COMPANY,
        LegalForm.SRL,
        OrganisationSize.MICRO,
    )
    assert draft.iban == "IT60 X054 2811 1010 0000 0123 456"
    assert draft.seats == (
        SeatDraft(municipality_id=rho, address="via Po 1", postcode="20017"),
        SeatDraft(kind=SeatKind.OPERATING, place="Lugano (CH)"),
    )
    office = OfficeDraft(
        kind=OfficeKind.LEGAL_REPRESENTATIVE,
        name="Ada Bini",
        title="Presidente",
        tax_code="RCCMNL83S18D969H",
        date_from=date(2014, 1, 1),
    )
    assert draft.offices == (office,)
    assert draft.contacts == (
        ContactDraft(name="Protocollo", mail="info@example.org", certified_mail="pec@example.org"),
    )
    assert draft.registers == (RegisterDraft(register="RUNTS", number="123", date_entered=date(2014, 3, 31)),)


def test_codes_say_what_is_wrong_with_them_and_who_has_them_too(clerk: Clerk) -> None:
    an_organisation(clerk.store, "Albatros", vat_number="00743110157")
    clerk.begin()
    clerk.fill(name="Parolo", tax_code="00743110157", vat_number="DE136695976", iban="IT40S0542811101000000123456")
    form = clerk.form
    assert form.aside_text("tax_code") == "The control characters are right. It is the code of Albatros too."
    assert form.aside_text("vat_number") == "A code of another land; its control characters are right."
    assert form.aside_text("iban").startswith("The national letter of the account (CIN) is wrong")
    clerk.rows("offices", (None, "Ada Bini", None, "00743110157", None, None))
    said = "A temporary code of eleven digits; its control digit is right."
    assert ("Ada Bini:", said) in form.grid("offices").model.totals()
    clerk.save()
    assert clerk.listed("codes") == ["checked", "to be checked"], "nothing is blocked"


def test_where_a_body_is_stands_on_its_page_and_leads_there(qtbot: QtBot, clerk: Clerk) -> None:
    key = an_organisation(clerk.store, "A & B <Stripes>")
    alliance = an_alliance(clerk.store, "Rho", partners=(PartnerDraft(organisation_id=key, delivery=True),))
    proposal = a_proposal(clerk.store, title="Noi famiglie", alliance_id=alliance)
    clerk.view.reload()
    clerk.page.open_record(key)
    form = clerk.form
    assert isinstance(form, OrganisationForm)
    ways = form.ties.findChildren(Way)
    assert [way.accessibleName() for way in ways] == ["Partner of: Rho", "Proposal: Noi famiglie"]
    assert "delivery" in texts(form.ties)
    for way, wanted in zip(ways, (["network", alliance], ["proposals", proposal]), strict=True):
        with qtbot.waitSignal(clerk.desk.wanted) as told:
            way.setFocus(Qt.FocusReason.TabFocusReason)
            clerk.press(KEY.Key_Return)
        assert told.args == wanted
    clerk.begin()
    assert form.ties.isHidden(), "a new body is nowhere yet"


def test_a_form_that_was_overtaken_keeps_what_was_typed(clerk: Clerk) -> None:
    keep, gone = an_organisation(clerk.store, "Alfa"), an_organisation(clerk.store, "Beta")
    clerk.view.reload()
    clerk.page.open_record(keep)
    clerk.fill(note="scritto intanto")
    merge_organisations(clerk.store, keep, gone)
    clerk.press(KEY.Key_S, CONTROL)
    clerk.qtbot.waitUntil(lambda: bool(clerk.form.banner_text()))
    assert clerk.form.banner_text().startswith("This record was changed while its form was open")
    assert clerk.form.model.draft.note == "scritto intanto"
    clerk.form._on_reload_wanted()
    assert [alias.name for alias in clerk.form.model.draft.aliases] == ["Beta"]


# --- alliances and the agreement -----------------------------------------------------------


def test_alliance_shows_what_the_rules_of_the_call_say_of_it(clerk: Clerk) -> None:
    store = clerk.store
    call = save_call(store, CallDraft(title="Avviso")).id
    save_rules(store, replace(load_current_rules(store, call), bodies_min=3, lead_max=1))
    lead = an_organisation(store, "Comune di Rho")
    key = an_alliance(store, "Rho", lead_id=lead, partners=(PartnerDraft(organisation_id=lead),))
    clerk.go("alliances")
    clerk.page.open_record(key)
    form = clerk.form
    assert isinstance(form, AllianceForm)
    settle(clerk)
    said = [text for text in texts(form.checks) if "Avviso" in text]
    assert len(said) == 2
    assert said[0].startswith("The partnership has 1 bodies, lead included; the call asks for 3 at least")
    clerk.begin()
    assert form.checks.isHidden()
    clerk.fill(name="Legnano", agreement_reference="Prot. 12", agreement_date="3/2/2014")
    clerk.save()
    row = alliance_rows(store)[1]
    assert (row.agreement_reference, row.agreement_date) == ("Prot. 12", date(2014, 2, 3))


def test_roles_are_ticked_by_the_space_bar(clerk: Clerk) -> None:
    body = an_organisation(clerk.store, "Comune di Rho")
    key = an_alliance(clerk.store, "Rho", partners=(PartnerDraft(organisation_id=body, design=True),))
    clerk.go("alliances")
    clerk.page.open_record(key)
    table = clerk.form.grid("partners").table
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 1))
    for _phase in range(4):
        clerk.press(KEY.Key_Space)
        clerk.press(KEY.Key_Right)
    clerk.save()
    (row,) = partner_rows(clerk.store)
    assert (row.design, row.coordination, row.delivery, row.verification) == (False, True, True, True)


def test_signature_has_its_act_and_its_signatory(clerk: Clerk) -> None:
    an_organisation(clerk.store, "Comune di Rho")
    clerk.go("agreements")
    clerk.begin()
    clerk.fill(title="Accordo territoriale")
    clerk.rows("signatures", ("comune di rho", "1/3/2014", "Delibera 12/2014", "Ada Bini", "Sindaco"))
    (signature,) = load_agreement(clerk.store, clerk.save()).signatures
    assert (signature.act, signature.signatory, signature.signatory_title) == (
        "Delibera 12/2014",
        "Ada Bini",
        "Sindaco",
    )


# --- possible duplicates -------------------------------------------------------------------


@pytest.fixture
def twins(clerk: Clerk) -> tuple[str, str]:
    """Two records of one body, of which the list has been shown."""
    one = an_organisation(clerk.store, "Stripes Coop. Soc. Onlus", seat="Rho")
    other = an_organisation(clerk.store, "Cooperativa Stripes", seat="Milano", aliases=(AliasDraft(name="Stripes"),))
    show_duplicates(clerk)
    return one, other


def show_duplicates(clerk: Clerk) -> None:
    clerk.go("duplicates")
    settle(clerk)


def settle(clerk: Clerk) -> None:
    """Wait until the search is done and the list shows what it found."""
    clerk.qtbot.waitUntil(lambda: not clerk.desk.lanes.busy())
    QApplication.processEvents()


def panel(clerk: Clerk) -> PairPanel:
    assert isinstance(clerk.page, DuplicatesPage)
    assert isinstance(clerk.page.panel, PairPanel)
    return clerk.page.panel


def test_pairs_are_listed_with_their_reason_and_both_bodies(clerk: Clerk, twins: tuple[str, str]) -> None:
    assert clerk.listed("one") == ["Stripes Coop. Soc. Onlus"]
    assert clerk.listed("judged") == ["to be looked at"]
    said = texts(panel(clerk))
    assert "Same words, but for legal form, order or spaces: «Stripes Coop. Soc. Onlus» and «Stripes»" in said
    assert {"Rho", "Milano", "Stripes"} <= set(said)
    assert clerk.offers() == ["Merge…", "Not the same body"]
    (way, _other) = panel(clerk).findChildren(Way)
    with clerk.qtbot.waitSignal(clerk.desk.wanted) as told:
        way.go()
    assert told.args == ["network", twins[0]]


def test_not_the_same_body_is_kept_in_mind_and_can_be_withdrawn(
    clerk: Clerk, twins: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(dialog: ActDialog) -> bool:
        dialog.values["reason"] = "altra sede"
        return True

    answer(monkeypatch, lambda _dialog: False, fill)
    panel(clerk).judge_action.trigger()
    settle(clerk)
    assert clerk.listed("judged") == ["to be looked at"], "called off"
    panel(clerk).judge_action.trigger()
    settle(clerk)
    settle(clerk)
    assert (clerk.listed("judged"), clerk.listed("reason")) == (["not the same body"], ["altra sede"])
    assert clerk.offers() == ["Look at them again"]
    panel(clerk).withdraw_action.trigger()
    settle(clerk)
    settle(clerk)
    assert clerk.listed("judged") == ["to be looked at"]
    clerk.go("organisations")
    clerk.page.open_record(twins[0])
    assert clerk.form.aside_text("name").startswith("Already in the registry: Cooperativa Stripes")


def test_merging_shows_what_it_changes_and_does_it(
    clerk: Clerk, twins: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def choose(dialog: MergeDialog) -> bool:
        dialog.swap_button.click()
        said.extend(texts(dialog))
        assert dialog.chosen() == frozenset()
        dialog._choices["seat"].set_value(True)
        assert dialog.chosen() == {"seat"}
        return True

    answer(monkeypatch, lambda _dialog: False, choose)
    panel(clerk).merge_action.trigger()
    settle(clerk)
    assert len(duplicate_rows(clerk.store)) == 1, "called off"
    with clerk.qtbot.waitSignal(clerk.desk.wanted) as told:
        panel(clerk).merge_action.trigger()
    settle(clerk)
    told_first = "«Stripes Coop. Soc. Onlus» becomes part of «Cooperativa Stripes»."
    assert any(text.startswith(told_first) for text in said)
    assert "The other record has: Rho" in said
    assert told.args == ["network", twins[1]]
    (row,) = organisation_rows(clerk.store)
    assert (row.id, row.name, row.seat) == (twins[1], "Cooperativa Stripes", "Rho")
    assert row.aliases == ("Stripes", "Stripes Coop. Soc. Onlus")
    assert clerk.listed("one") == []


def test_merging_begins_from_the_form_too(
    clerk: Clerk, twins: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.view.reload()
    clerk.go("organisations")
    clerk.page.open_record(twins[0])

    def name(key: str) -> Callable[[ActDialog], bool]:
        def choose(dialog: ActDialog) -> bool:
            dialog.values["gone_id"] = key
            return True

        return choose

    seen = answer(monkeypatch, name(twins[0]), name(twins[1]), lambda _dialog: True)
    clerk.form.run_act(clerk.form.spec.acts[0])
    clerk.qtbot.waitUntil(lambda: bool(clerk.form.banner_text()))
    with clerk.qtbot.waitSignal(clerk.desk.wanted):
        clerk.form.run_act(clerk.form.spec.acts[0])
    assert [type(dialog) for dialog in seen] == [ActDialog, ActDialog, MergeDialog]
    assert [row.id for row in organisation_rows(clerk.store)] == [twins[0]]


def test_merging_what_is_gone_is_refused_in_the_dialog(clerk: Clerk, twins: tuple[str, str]) -> None:
    dialog = MergeDialog(clerk.desk, *twins, clerk.view)
    clerk.qtbot.addWidget(dialog)
    merge_organisations(clerk.store, *twins)
    dialog.swap_button.click()
    assert not dialog.go_button.isEnabled()
    assert any("is not there any more" in text for text in texts(dialog))


def test_the_list_is_made_again_when_something_was_saved(clerk: Clerk, twins: tuple[str, str]) -> None:
    draft = load_organisation(clerk.store, twins[1])
    clerk.desk.do(save_organisation, replace(draft, name="Albatros", aliases=()))
    settle(clerk)
    assert clerk.listed("one") == []
    assert isinstance(clerk.page, DuplicatesPage)
    clerk.page.again_action.trigger()
    clerk.page.again_action.trigger()  # the first one is stopped
    settle(clerk)
    assert clerk.listed("one") == []
    assert clerk.page.record_actions() == []


def test_the_agreement_of_an_alliance_is_kept_with_it(clerk: Clerk, tmp_path: Path) -> None:
    key = an_alliance(clerk.store, "Rho")
    clerk.go("alliances")
    clerk.page.open_record(key)
    form = clerk.form
    assert isinstance(form, AllianceForm)
    paper = tmp_path / "accordo.txt"
    paper.write_text("Accordo di partenariato", encoding="utf-8")
    form.documents.add([paper])
    settle(clerk)
    settle(clerk)
    assert [row.name for row in document_rows(clerk.store, DocumentOwner(alliance_id=key))] == ["accordo.txt"]
    assert [row.name for row in form.documents.rows] == ["accordo.txt"]
    form.documents.refused.emit("Troppo grande.")
    assert form.banner_text() == "Troppo grande."
    with pytest.raises(RuleBroken) as caught:
        delete_alliance(clerk.store, key)
    assert caught.value.values == {"name": "Rho", "users": ("accordo.txt",)}
