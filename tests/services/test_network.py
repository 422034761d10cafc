"""The registry of organisations, the agreement that they signed, the local alliances."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.base import Base
from app.models.enums import LegalForm, MemberRole, OfficeKind, OrganisationKind, OrganisationSize, SeatKind
from app.models.errors import InvalidInput, RuleBroken
from app.models.meetings import Committee, Member
from app.models.network import (
    AgreementSignature,
    OrganisationAlias,
    OrganisationContact,
    OrganisationOffice,
    OrganisationRegister,
    OrganisationSeat,
    Partnership,
)
from app.models.store import Store
from app.services.exchange.gesture import JoinedStore
from app.services.network.agreements import (
    AgreementDraft,
    SignatureDraft,
    agreement_rows,
    delete_agreement,
    load_agreement,
    save_agreement,
    signature_rows,
)
from app.services.network.alliances import (
    AllianceDraft,
    PartnerDraft,
    alliance_rows,
    delete_alliance,
    load_alliance,
    partner_rows,
    save_alliance,
)
from app.services.network.likeness import Likeness, Why
from app.services.network.organisation_drafts import ContactDraft, OfficeDraft, RegisterDraft, SeatDraft
from app.services.network.registry import (
    AliasDraft,
    OrganisationDraft,
    SimilarOrganisation,
    delete_organisation,
    load_organisation,
    organisation_names,
    organisation_rows,
    save_organisation,
    similar_organisations,
    tax_code_valid,
    vat_number_valid,
)
from app.services.network.territory import (
    DistrictDraft,
    MunicipalityDraft,
    delete_municipality,
    municipality_rows,
    save_district,
    save_municipality,
)
from app.services.plan.plan import DeclarationDraft, save_declaration
from app.services.wording.folding import words
from tests.services.builders import (
    DAY,
    a_plan,
    a_proposal,
    an_alliance,
    an_organisation,
    edits,
    queries,
    refusal,
)


def count(store: Store, model: Any) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# --- organisations -----------------------------------------------------------------------


def test_organisation_comes_back_as_it_was_typed(store: Store) -> None:
    draft = OrganisationDraft(
        kind=OrganisationKind.COOPERATIVE,
        name="Stripes Coop. Soc. Onlus",
        seat="Rho",
        tax_code="00743110157",
        vat_number="00743110158",
        note="nota",
        aliases=(AliasDraft(name="Stripes", source_line=1088), AliasDraft(name="STRIPES")),
        source_line=1090,
    )
    key = save_organisation(store, draft).id
    loaded = load_organisation(store, key)
    assert [(alias.name, alias.source_line) for alias in loaded.aliases] == [("STRIPES", None), ("Stripes", 1088)]
    assert replace(loaded, aliases=draft.aliases) == replace(draft, id=key)
    save_organisation(store, replace(loaded, aliases=loaded.aliases[1:]))
    row = organisation_rows(store)[0]
    assert (row.aliases, row.tax_code_valid, row.vat_number_valid) == (("Stripes",), True, False)
    assert (row.alliances, row.leads, row.signed) == ((), False, False)


@pytest.mark.parametrize(
    ("code", "valid"),
    [("", None), (" ", None), ("00743110157", True), ("00743110158", False), ("RCCMNL83S18D969H", True), ("X", False)],
)
def test_tax_code_is_marked_and_not_refused(code: str, valid: bool | None) -> None:
    assert tax_code_valid(code) is valid


@pytest.mark.parametrize(("code", "valid"), [("", None), ("00743110157", True), ("RCCMNL83S18D969H", False)])
def test_vat_number_is_marked(code: str, valid: bool | None) -> None:
    assert vat_number_valid(code) is valid


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"seats": (SeatDraft(place="Rho", province="XX"),)}, "province.unknown", "seats.0.province"),
        ({"name": ""}, "field.required", "name"),
        ({"name": "COMUNE DI RHÒ"}, "organisation.name_taken", "name"),
        ({"name": "città di rho"}, "organisation.alias_taken", "name"),
        ({"aliases": (AliasDraft(),)}, "field.required", "aliases.0.name"),
        ({"aliases": (AliasDraft(name="A"), AliasDraft(name="A"))}, "organisation.alias_repeated", "aliases.1.name"),
        (
            {"aliases": (AliasDraft(name="A"), AliasDraft(name="comune di rho"))},
            "organisation.alias_taken",
            "aliases.1.name",
        ),
    ],
)
def test_save_organisation_refuses(store: Store, fields: dict[str, Any], code: str, field: str) -> None:
    an_organisation(store, "Comune di Rho", aliases=(AliasDraft(name="Città di Rho"),))
    before = edits(store)
    draft = OrganisationDraft(name="Ambito di Legnano")
    assert refusal(save_organisation, store, replace(draft, **fields)) == (code, field)
    assert edits(store) == before


def test_a_taken_spelling_names_the_organisation_that_has_it(store: Store) -> None:
    an_organisation(store, "Comune di Rho", aliases=(AliasDraft(name="Città di Rho"),))
    with pytest.raises(InvalidInput) as caught:
        save_organisation(store, OrganisationDraft(name="Altro", aliases=(AliasDraft(name="Citta di Rho"),)))
    assert caught.value.values == {"text": "Citta di Rho", "name": "Comune di Rho"}


def test_an_organisation_may_spell_its_own_name_otherwise(store: Store) -> None:
    key = an_organisation(store, "ASL Milano 1", aliases=(AliasDraft(name="Asl Milano 1"),))
    save_organisation(store, load_organisation(store, key))
    assert organisation_rows(store)[0].aliases == ("Asl Milano 1",)


def test_delete_organisation_names_all_that_use_it(store: Store) -> None:
    plan = a_plan(store)
    key = an_organisation(store, "Comune di Legnano", aliases=(AliasDraft(name="Legnano"),))
    lead = an_alliance(store, "Ambito di Legnano", lead_id=key)
    partner = an_alliance(store, "Ambito di Castano", partners=(PartnerDraft(organisation_id=key),))
    signature = (SignatureDraft(organisation_id=key),)
    agreement = save_agreement(store, AgreementDraft(title="Accordo", signatures=signature)).id
    with store.write("save_committee") as session:
        committee = Committee(plan_id=plan, name="Comitato")
        name, role = "Fulvia Cornalbani", MemberRole.MEMBER.value
        member = Member(committee_id=committee.id, position=1, name=name, role=role, organisation_id=key)
        session.add_all([committee, member])
    with pytest.raises(RuleBroken) as caught:
        delete_organisation(store, key)
    users = ("Ambito di Legnano", "Ambito di Castano", "Accordo", "Fulvia Cornalbani")
    assert caught.value.values == {"name": "Comune di Legnano", "users": users}
    delete_alliance(store, lead)
    delete_alliance(store, partner)
    delete_agreement(store, agreement)
    with store.write("save_committee") as session:
        session.get_one(Member, member.id).organisation_id = None
    delete_organisation(store, key)
    assert (organisation_rows(store), count(store, OrganisationAlias)) == ((), 0)
    assert refusal(load_organisation, store, key) == ("record.gone", None)


def test_every_user_of_a_record_is_looked_for() -> None:
    users: dict[str, set[str]] = {}
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            users.setdefault(key.column.table.name, set()).add(table.name)
    parts = {"organisation_alias", "organisation_seat", "organisation_office", "organisation_contact"}
    parts |= {"organisation_register", "distinct_organisations"}
    vouchers = {"programme_provider", "firm_budget", "voucher_report", "voucher_request", "voucher_use"}
    vouchers |= {"voucher_settlement_line", "household_member"}
    named = {"alliance", "partnership", "agreement_signature", "member"}
    assert users["organisation"] == named | parts | vouchers
    assert users["alliance"] == {"partnership", "proposal", "attachment"}
    assert users["network_agreement"] == {"agreement_signature"}
    assert not {"partnership", "agreement_signature", *parts} & set(users)


# --- near names --------------------------------------------------------------------------


def test_similar_organisations_are_shown_nearest_first(store: Store) -> None:
    spellings = (AliasDraft(name="Sercop"), AliasDraft(name="S.E.R.CO.P."))
    sercop = an_organisation(store, "SERCOP – Azienda Speciale dei Comuni del Rhodense", aliases=spellings)
    stripes = an_organisation(store, "Stripes Coop. Soc. Onlus")
    legnano = an_organisation(store, "Comune di Legnano")
    an_organisation(store, "Ambito Territoriale di Legnano")

    def found(name: str, **more: Any) -> list[tuple[str, str, bool]]:
        return [(hit.id, hit.matched, hit.same) for hit in similar_organisations(store, name, **more)]

    assert found("sercop") == [(sercop, "Sercop", True)]
    assert found("STRIPES società cooperativa sociale") == [(stripes, "Stripes Coop. Soc. Onlus", True)]
    assert found("Stripe") == [(stripes, "Stripes Coop. Soc. Onlus", False)]
    assert found("Comune Legnano") == [(legnano, "Comune di Legnano", True)]
    assert found("Comune di Legnano Settore sociale") == [(legnano, "Comune di Legnano", False)]
    assert found("Comune Legnano", but=legnano) == []
    assert found("Comune di Rho") == []
    assert found("Ambito Territoriale di Magenta") == []
    assert found("Comune di Legnamo") == [(legnano, "Comune di Legnano", False)]
    assert found("Legnano") == []
    assert found("s.e.r.co.p.") == [(sercop, "S.E.R.CO.P.", True)]
    assert found("  ") == []
    name = "Stripes Coop. Soc. Onlus"
    why = Likeness(Why.WORDS, 100, name, "stripes")
    assert similar_organisations(store, "stripes")[0] == SimilarOrganisation(stripes, name, name, same=True, why=why)


def test_similar_organisations_by_small_words_alone(store: Store) -> None:
    key = an_organisation(store, "La Sociale")
    assert [hit.id for hit in similar_organisations(store, "la sociale")] == [key]
    assert similar_organisations(store, "coop") == ()


def test_similar_organisations_keeps_to_the_limit(store: Store) -> None:
    for n in range(7):
        an_organisation(store, f"Associazione Genitori Istituto Montessori {n}")
    assert len(similar_organisations(store, "Genitori Istituto Montessori")) == 5
    names = [hit.name for hit in similar_organisations(store, "Genitori Istituto Montessori", limit=2)]
    assert names == ["Associazione Genitori Istituto Montessori 0", "Associazione Genitori Istituto Montessori 1"]


def test_words_are_folded_and_without_punctuation() -> None:
    assert words("KOINÈ – Coop. Sociale") == ("koine", "coop", "sociale")
    assert words("+ t x t (più tempo per te)") == ("+", "t", "x", "t", "piu", "tempo", "per", "te")
    assert words(" .,;") == ()


# --- the agreement -----------------------------------------------------------------------


def test_agreement_with_its_signatories(store: Store) -> None:
    a_plan(store)
    zeta, alfa = an_organisation(store, "Zeta"), an_organisation(store, "Àlfa", kind=OrganisationKind.UNION)
    signatures = (SignatureDraft(organisation_id=zeta, date_signed=DAY), SignatureDraft(None, alfa, None, 427))
    draft = AgreementDraft(None, "Accordo di rete", DAY, 44, signatures, 430)
    key = save_agreement(store, draft).id
    loaded = load_agreement(store, key)
    assert {(row.organisation_id, row.date_signed, row.source_line) for row in loaded.signatures} == {
        (zeta, DAY, None),
        (alfa, None, 427),
    }
    assert replace(loaded, signatures=signatures) == replace(draft, id=key)
    assert [(row.name, row.kind) for row in signature_rows(store, key)] == [
        ("Àlfa", OrganisationKind.UNION),
        ("Zeta", OrganisationKind.OTHER),
    ]
    kept = tuple(row for row in loaded.signatures if row.organisation_id == alfa)
    save_agreement(store, replace(loaded, signatures=kept))
    row = agreement_rows(store)[0]
    assert (row.title, row.date_counted, row.signatories_counted, row.signatures) == ("Accordo di rete", DAY, 44, 1)
    assert [found.signed for found in organisation_rows(store)] == [True, False]
    delete_agreement(store, key)
    assert (agreement_rows(store), count(store, AgreementSignature)) == ((), 0)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"title": ""}, "field.required", "title"),
        ({"signatories_counted": -1}, "number.negative", "signatories_counted"),
        ({"signatures": (SignatureDraft(),)}, "field.required", "signatures.0.organisation_id"),
        (
            {"signatures": (SignatureDraft(organisation_id="a"), SignatureDraft(organisation_id="a"))},
            "agreement.signature_repeated",
            "signatures.1.organisation_id",
        ),
        ({"signatures": (SignatureDraft(organisation_id="gone"),)}, "record.gone", None),
    ],
)
def test_save_agreement_refuses(store: Store, fields: dict[str, Any], code: str, field: str | None) -> None:
    a_plan(store)
    before = edits(store)
    assert refusal(save_agreement, store, replace(AgreementDraft(title="Accordo"), **fields)) == (code, field)
    assert edits(store) == before


def test_agreement_needs_a_plan(store: Store) -> None:
    assert refusal(save_agreement, store, AgreementDraft(title="Accordo")) == ("plan.missing", None)
    assert refusal(save_alliance, store, AllianceDraft(name="Rho")) == ("plan.missing", None)


# --- alliances ---------------------------------------------------------------------------


def test_alliance_with_its_partners_in_order(store: Store) -> None:
    a_plan(store)
    lead, rho, arese = (an_organisation(store, name) for name in ("SERCOP", "Comune di Rho", "Comune di Arese"))
    partners = (
        PartnerDraft(None, rho, "Rho", design=True, coordination=True, delivery=True, verification=True, source_line=9),
        PartnerDraft(organisation_id=arese, delivery=True),
    )
    draft = AllianceDraft(None, 2, "Ambito di Rho", "Rho", lead, "SERCOP – Azienda", "Tutti…", partners, 640)
    key = save_alliance(store, draft).id
    loaded = load_alliance(store, key)
    assert replace(loaded, partners=tuple(replace(row, id=None) for row in loaded.partners)) == replace(draft, id=key)
    row = alliance_rows(store)[0]
    assert (row.number, row.short_name, row.lead, row.lead_is_partner, row.partners) == (2, "Rho", "SERCOP", False, 2)
    save_alliance(store, replace(loaded, partners=(*loaded.partners[::-1], PartnerDraft(organisation_id=lead))))
    assert [(row.name, row.is_lead, row.design, row.delivery) for row in partner_rows(store)] == [
        ("Comune di Arese", False, False, True),
        ("Comune di Rho", False, True, True),
        ("SERCOP", True, False, False),
    ]
    assert {row.id for row in partner_rows(store)} > {row.id for row in loaded.partners}
    assert alliance_rows(store)[0].lead_is_partner
    assert [(row.name, row.alliances, row.leads) for row in organisation_rows(store)] == [
        ("Comune di Arese", ("Rho",), False),
        ("Comune di Rho", ("Rho",), False),
        ("SERCOP", ("Rho",), True),
    ]


def test_alliance_without_lead_takes_the_next_number(store: Store) -> None:
    a_plan(store)
    an_alliance(store, "Uno", number=4)
    an_alliance(store, "Due")
    rows = alliance_rows(store)
    assert [(row.number, row.short_name, row.lead_id, row.lead) for row in rows] == [
        (4, "Uno", None, ""),
        (5, "Due", None, ""),
    ]
    assert not rows[0].lead_is_partner


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": ""}, "field.required", "name"),
        ({"number": 0}, "number.not_positive", "number"),
        ({"number": 1}, "alliance.number_taken", "number"),
        ({"lead_id": "gone"}, "record.gone", None),
        ({"partners": (PartnerDraft(),)}, "field.required", "partners.0.organisation_id"),
        (
            {"partners": (PartnerDraft(organisation_id="a"), PartnerDraft(organisation_id="a"))},
            "alliance.partner_repeated",
            "partners.1.organisation_id",
        ),
    ],
)
def test_save_alliance_refuses(store: Store, fields: dict[str, Any], code: str, field: str | None) -> None:
    a_plan(store)
    an_alliance(store)
    before = edits(store)
    assert refusal(save_alliance, store, replace(AllianceDraft(name="Altra"), **fields)) == (code, field)
    assert edits(store) == before


def test_delete_alliance_refuses_while_it_has_a_proposal(store: Store) -> None:
    a_plan(store)
    key = an_alliance(store, partners=(PartnerDraft(organisation_id=an_organisation(store, "Comune di Rho")),))
    a_proposal(store, alliance_id=key)
    assert alliance_rows(store)[0].proposals == ("Noi famiglie",)
    with pytest.raises(RuleBroken) as caught:
        delete_alliance(store, key)
    assert caught.value.values == {"name": "Ambito di Rho", "users": ("Noi famiglie",)}
    free = an_alliance(store, "Altra", partners=(PartnerDraft(organisation_id=an_organisation(store, "Altro")),))
    delete_alliance(store, free)
    assert ([row.id for row in alliance_rows(store)], count(store, Partnership)) == ([key], 1)


def test_what_is_declared_about_an_alliance_keeps_it(store: Store) -> None:
    a_plan(store)
    key = an_alliance(store)
    save_declaration(store, DeclarationDraft(check="lead.partner", as_printed="18 partner", subject_id=key))
    assert refusal(delete_alliance, store, key) == ("record.in_use", None)


# --- lists -------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [organisation_rows, agreement_rows, alliance_rows, partner_rows])
def test_lists_ask_as_often_for_three_rows_as_for_one(store: Store, rows: Any) -> None:
    a_plan(store)
    asked = []
    for n in range(3):
        key = an_organisation(store, f"Ente {n}", aliases=(AliasDraft(name=f"E{n}"),))
        an_alliance(store, f"Alleanza {n}", lead_id=key, partners=(PartnerDraft(organisation_id=key),))
        signature = SignatureDraft(organisation_id=key)
        agreement = save_agreement(store, AgreementDraft(title=f"Accordo {n}", signatures=(signature,))).id
        with queries(store) as sent:
            assert len(rows(store)) == n + 1
            assert len(signature_rows(store, agreement)) == 1
        asked.append(len(sent))
    assert asked[0] == asked[2]


# --- seats, offices, contacts, registers -------------------------------------------------


def test_organisation_with_all_its_parts_comes_back_as_it_was_typed(store: Store) -> None:
    a_plan(store)
    rho = save_municipality(store, MunicipalityDraft(name="Rho")).id
    draft = OrganisationDraft(
        kind=OrganisationKind.COMPANY,
        name="Parolo Srl",
        legal_form=LegalForm.SRL,
        size=OrganisationSize.MICRO,
        iban="it60x0542811101000000123456",
        iban_holder="Parolo Srl in liquidazione",
        seats=(
            SeatDraft(
                kind=SeatKind.OPERATING, place="Lugano (CH)", address="via Nassa 1", postcode="6900", province="EE"
            ),
            SeatDraft(municipality_id=rho, source_line=9),
        ),
        offices=(
            OfficeDraft(name="Ada Bini", tax_code="RCCMNL83S18D969H", title="Amministratrice unica", date_from=DAY),
            OfficeDraft(name="Ugo Neri", kind=OfficeKind.ASSOCIATE, date_from=DAY, date_to=DAY),
        ),
        contacts=(ContactDraft(name="Ufficio", mail="info@example.org", certified_mail="pec@example.org", phone="02"),),
        registers=(RegisterDraft(register="Registro imprese", number="MI-1", date_entered=DAY),),
    )
    key = save_organisation(store, draft).id
    loaded = load_organisation(store, key)
    parts = ("seats", "offices", "contacts", "registers")
    bare = {part: tuple(replace(row, id=None) for row in getattr(loaded, part)) for part in parts}
    assert replace(loaded, **bare) == replace(draft, id=key, iban="IT60 X054 2811 1010 0000 0123 456")
    row = organisation_rows(store)[0]
    assert (row.seat, row.iban_valid, row.size) == ("Rho", True, OrganisationSize.MICRO)
    save_organisation(store, replace(loaded, seats=loaded.seats[:1], offices=(), contacts=(), registers=()))
    assert organisation_rows(store)[0].seat == "Lugano (CH)"
    delete_organisation(store, key)
    models = (OrganisationSeat, OrganisationOffice, OrganisationContact, OrganisationRegister)
    assert [count(store, model) for model in models] == [0, 0, 0, 0]


LEGAL = SeatDraft(place="Rho")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"seats": (LEGAL, LEGAL)}, "organisation.legal_seat_repeated", "seats.1.kind"),
        ({"seats": (LEGAL, SeatDraft(kind=SeatKind.OPERATING))}, "field.required", "seats.1.municipality_id"),
        ({"seats": (SeatDraft(municipality_id="gone"),)}, "record.gone", None),
        ({"offices": (OfficeDraft(title="Presidente"),)}, "field.required", "offices.0.name"),
        (
            {"offices": (OfficeDraft(name="A", date_from=DAY, date_to=date(2014, 3, 30)),)},
            "date.end_before_start",
            "offices.0.date_to",
        ),
        ({"contacts": (ContactDraft(),)}, "field.required", "contacts.0.name"),
        ({"contacts": (ContactDraft(mail="info@"),)}, "mail.format", "contacts.0.mail"),
        ({"contacts": (ContactDraft(certified_mail="a b@c.it"),)}, "mail.format", "contacts.0.certified_mail"),
        ({"registers": (RegisterDraft(number="1"),)}, "field.required", "registers.0.register"),
    ],
)
def test_parts_of_an_organisation_are_checked(
    store: Store, fields: dict[str, Any], code: str, field: str | None
) -> None:
    before = edits(store)
    assert refusal(save_organisation, store, OrganisationDraft(name="Alfa", **fields)) == (code, field)
    assert edits(store) == before


def test_a_municipality_that_is_a_seat_stays(store: Store) -> None:
    a_plan(store)
    draft = DistrictDraft(name="Rhodense", municipalities=(MunicipalityDraft(name="Rho"),))
    district = save_district(store, draft).id
    (rho,) = municipality_rows(store)
    an_organisation(store, "Comune di Rho", seats=(SeatDraft(municipality_id=rho.id),))
    assert organisation_rows(store)[0].districts == ("Rhodense",)
    with pytest.raises(RuleBroken) as caught:
        delete_municipality(store, rho.id)
    assert caught.value.values == {"name": "Rho", "users": ("Comune di Rho",)}
    assert refusal(save_district, store, replace(draft, id=district, municipalities=())) == ("record.in_use", None)


def test_what_was_changed_since_it_was_loaded_is_not_written_over(store: Store) -> None:
    key = an_organisation(store, "Alfa")
    first, second = load_organisation(store, key), load_organisation(store, key)
    save_organisation(store, replace(first, contacts=(ContactDraft(name="Ufficio"),)))
    before = edits(store)
    assert refusal(save_organisation, store, replace(second, note="altro")) == ("record.changed", None)
    assert edits(store) == before
    save_organisation(store, replace(second, note="altro", seen=""))
    assert load_organisation(store, key).contacts == ()


def test_names_are_read_once_however_many_are_written_in_one_session(store: Store) -> None:
    for many in (3, 30):
        with queries(store) as sent, store.write("import_workbook") as session:
            joined = JoinedStore.of(store, session)
            for n in range(many):
                spelling = AliasDraft(name=f"E{many}-{n}")
                save_organisation(joined, OrganisationDraft(name=f"Ente {many}-{n}", aliases=(spelling,)))
                taken = OrganisationDraft(name=f"e{many}-{n}")
                assert refusal(save_organisation, joined, taken) == ("organisation.alias_taken", "name")
                assert similar_organisations(joined, f"ente {many}-{n}")[0].name == f"Ente {many}-{n}"
        whole = [text for text in sent if "FROM organisation_alias" in text and "WHERE" not in text]
        assert len(whole) == 1


def test_names_for_a_choice_are_in_order(store: Store) -> None:
    zeta, alfa = an_organisation(store, "zeta"), an_organisation(store, "Àlfa")
    assert organisation_names(store) == ((alfa, "Àlfa"), (zeta, "zeta"))
