"""The network's room, keyed in from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.models.enums import OrganisationKind
from app.services.network.agreements import AgreementDraft, SignatureDraft, load_agreement
from app.services.network.alliances import AllianceDraft, PartnerDraft, load_alliance
from app.services.network.registry import AliasDraft, OrganisationDraft, load_organisation, organisation_rows
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.views.network import NetworkView
from tests.services.builders import a_plan, an_alliance, an_organisation
from tests.ui.driving import CONTROL, KEY, Clerk, opened_desk, without_ids


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    yield from opened_desk(qtbot, tmp_path)


@pytest.fixture
def clerk(qtbot: QtBot, desk: Desk) -> Clerk:
    a_plan(desk.store)
    return Clerk(qtbot, desk, NetworkView)


# --- organisations -------------------------------------------------------------------------


def test_organisation_is_keyed_in_with_its_other_spellings(qtbot: QtBot, clerk: Clerk) -> None:
    clerk.begin()
    assert clerk.form.field("name").hasFocus()
    clerk.type("SERCOP – Azienda Speciale")
    clerk.fill(kind="S", seat="Rho", tax_code="12935990155", vat_number="12935990156", note="Capofila")
    assert clerk.form.aside_text("tax_code") == "The control characters are right."
    assert clerk.form.aside_text("vat_number") == "The control characters are wrong: check the code."
    clerk.rows("aliases", ("Ser.Co.P.",), ("Sercop",))
    organisation_id = clerk.save()
    assert without_ids(load_organisation(clerk.store, organisation_id)) == OrganisationDraft(
        kind=OrganisationKind.SPECIAL_AGENCY,
        name="SERCOP – Azienda Speciale",
        seat="Rho",
        tax_code="12935990155",
        vat_number="12935990156",
        note="Capofila",
        aliases=(AliasDraft(name="Ser.Co.P."), AliasDraft(name="Sercop")),
    )
    assert clerk.listed("codes") == ["to be checked"], "a wrong code is marked, not refused"
    assert clerk.listed("aliases") == ["Ser.Co.P., Sercop"]
    again = Clerk(qtbot, clerk.desk, NetworkView)
    assert again.form.model.draft == load_organisation(clerk.store, organisation_id)


def test_names_that_are_near_are_shown_while_typing(clerk: Clerk) -> None:
    legnano = an_organisation(clerk.store, "Comune di Legnano", aliases=(AliasDraft(name="Municipio di Legnano"),))
    clerk.begin()
    clerk.type("co")
    assert clerk.form.aside_text("name") == ""
    clerk.type("mune di legnan")
    assert clerk.form.aside_text("name") == "Near to: Comune di Legnano."
    clerk.type("o")
    assert clerk.form.aside_text("name").startswith("Already in the registry: Comune di Legnano.")
    clerk.fill(name="municipio di legnan")
    assert clerk.form.aside_text("name") == "Near to: Comune di Legnano (Municipio di Legnano)."
    clerk.fill(name="Cooperativa Stripes")
    assert clerk.form.aside_text("name") == ""
    clerk.form.revert()
    clerk.page.open_record(legnano)
    assert clerk.form.aside_text("name") == "", "an organisation is not near to itself"


def test_name_of_another_organisation_is_refused(clerk: Clerk) -> None:
    an_organisation(clerk.store, "Comune di Legnano", aliases=(AliasDraft(name="Legnano"),))
    clerk.begin()
    clerk.fill(name="COMUNE DI LEGNANO")
    assert "Comune di Legnano" in clerk.refused("name")
    clerk.fill(name="legnano")
    assert "Comune di Legnano" in clerk.refused("name")
    assert len(organisation_rows(clerk.store)) == 1


def test_organisation_in_an_alliance_is_not_deleted(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    sercop = an_organisation(clerk.store, "Sercop")
    an_alliance(clerk.store, lead_id=sercop)
    clerk.view.reload()
    clerk.page.open_record(sercop)
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    (action,) = [each for each in clerk.page.record_actions() if each.text() == "Delete"]
    action.trigger()
    clerk.qtbot.waitUntil(lambda: bool(clerk.form.banner_text()))
    assert "Ambito di Rho" in clerk.form.banner_text()


# --- alliances -----------------------------------------------------------------------------


def test_alliance_is_keyed_in_with_partners_and_roles(clerk: Clerk) -> None:
    store = clerk.store
    sercop, stripes = an_organisation(store, "Sercop"), an_organisation(store, "Stripes")
    clerk.go("alliances")
    clerk.begin()
    clerk.fill(name="Ambito di Rho", short_name="Rho", lead_id="sercop", lead_as_printed="SER.CO.P.")
    assert clerk.form.aside_text("lead_id") == "The lead body is not among the partners."
    clerk.rows(
        "partners",
        ("sercop", "tick", "tick", "tick", "tick", "SER.CO.P."),
        ("stripes", None, None, "tick", None, None),
    )
    assert clerk.form.aside_text("lead_id") == ""
    assert clerk.form.grid("partners").model.totals() == (
        ("Design", "1"),
        ("Coordination", "1"),
        ("Delivery", "2"),
        ("Verification", "1"),
    )
    clerk.fill(role_note="Tutti i partner sono coinvolti")
    alliance_id = clerk.save()
    assert without_ids(load_alliance(store, alliance_id)) == AllianceDraft(
        number=1,
        name="Ambito di Rho",
        short_name="Rho",
        lead_id=sercop,
        lead_as_printed="SER.CO.P.",
        role_note="Tutti i partner sono coinvolti",
        partners=(
            PartnerDraft(
                organisation_id=sercop,
                as_printed="SER.CO.P.",
                design=True,
                coordination=True,
                delivery=True,
                verification=True,
            ),
            PartnerDraft(organisation_id=stripes, delivery=True),
        ),
    )
    assert (clerk.listed("lead"), clerk.listed("partners")) == (["Sercop"], ["2"])
    clerk.go("partners")
    assert clerk.page.form is None, "partners are edited in their alliance"
    assert (clerk.listed("name"), clerk.listed("design")) == (["Sercop", "Stripes"], ["yes", "no"])


def test_partner_that_stands_twice_or_is_nobody_marks_its_cell(clerk: Clerk) -> None:
    an_organisation(clerk.store, "Sercop")
    clerk.go("alliances")
    clerk.begin()
    clerk.fill(name="Ambito di Rho")
    clerk.rows("partners", ("sercop", None, None, None, None, None), ("sercop",))
    clerk.press(KEY.Key_S, CONTROL)
    clerk.qtbot.waitUntil(lambda: bool(clerk.form.banner_text()))
    assert clerk.form.banner_text().startswith("Partners and roles, row 2:")
    table = clerk.form.grid("partners").table
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1, 0)


# --- the agreement -------------------------------------------------------------------------


def test_agreement_is_keyed_in_with_its_signatures(clerk: Clerk) -> None:
    store = clerk.store
    legnano, rho = an_organisation(store, "Comune di Legnano"), an_organisation(store, "Comune di Rho")
    clerk.go("agreements")
    clerk.begin()
    clerk.fill(title="Accordo territoriale", date_counted="31/3/2014", signatories_counted="44")
    assert clerk.form.aside_text("signatories_counted") == "Recorded: 0. Difference: \u221244."
    clerk.rows("signatures", ("comune di rho", "1/3/2014"), ("comune di legnano", None))
    assert clerk.form.aside_text("signatories_counted") == "Recorded: 2. Difference: \u221242."
    agreement_id = clerk.save()
    assert without_ids(load_agreement(store, agreement_id)) == AgreementDraft(
        title="Accordo territoriale",
        date_counted=date(2014, 3, 31),
        signatories_counted=44,
        signatures=(
            SignatureDraft(organisation_id=legnano),
            SignatureDraft(organisation_id=rho, date_signed=date(2014, 3, 1)),
        ),
    )
    clerk.fill(signatories_counted="2")
    assert clerk.form.aside_text("signatories_counted") == "All are recorded."
    assert clerk.listed("signatures") == ["2"]


def test_empty_lists_say_what_comes_first(clerk: Clerk) -> None:
    words = {
        "organisations": "each once",
        "alliances": "First the organisations",
        "partners": "in the form of their alliance",
        "agreements": "the bodies that signed it",
    }
    for key, part in words.items():
        clerk.go(key)
        shown = [label.text() for label in clerk.page.findChildren(QLabel) if label.isVisible()]
        assert any(part in text for text in shown), (key, shown)


def test_list_of_organisations_is_searched_by_its_other_spellings_and_filtered(clerk: Clerk) -> None:
    store = clerk.store
    an_organisation(store, "Sercop", aliases=(AliasDraft(name="Azienda del Rhodense"),))
    an_organisation(store, "Comune di Rho", kind=OrganisationKind.PUBLIC_BODY)
    clerk.view.reload()
    view = clerk.page.list
    view.search.setFocus()
    clerk.type("rhodense")
    assert clerk.listed("name") == ["Sercop"]
    clerk.press(KEY.Key_Escape)
    view.model.set_filter("kind", [OrganisationKind.PUBLIC_BODY])
    assert clerk.listed("name") == ["Comune di Rho"]
