"""T14 partnership and roles, T15 who signed; the list of possible duplicates."""

from __future__ import annotations

from datetime import date

import pytest

from app.models.enums import OrganisationKind
from app.models.errors import NotFound
from app.models.store import Store
from app.services.network.agreements import AgreementDraft, SignatureDraft, agreement_rows, save_agreement
from app.services.network.alliances import PartnerDraft, alliance_rows
from app.services.network.duplicates import duplicate_rows, judge_distinct
from app.services.reports.catalogue import build_document
from app.services.reports.network_lists import duplicates_list
from app.services.reports.network_tables import partnership_table, signatories_table
from app.services.reports.spec import Line, Table
from app.services.reports.text import csv_text
from app.services.wording.texts import translator
from tests.services.builders import a_plan, an_alliance, an_organisation

EN, IT = translator("en"), translator("it")


def cells(table: Table) -> list[list[object]]:
    return [[table.cell(row, column) for column in table.columns] for row in table.rows]


def test_partnership_is_a_matrix_of_each_alliance(store: Store) -> None:
    a_plan(store)
    lead = an_organisation(store, "Comune di Rho", kind=OrganisationKind.PUBLIC_BODY)
    firm = an_organisation(store, "Parolo Srl", kind=OrganisationKind.COMPANY)
    partners = (
        PartnerDraft(organisation_id=lead, design=True, coordination=True),
        PartnerDraft(organisation_id=firm, delivery=True),
    )
    day = date(2014, 2, 3)
    first = an_alliance(
        store, "Rho", lead_id=lead, partners=partners, agreement_reference="Prot. 12", agreement_date=day
    )
    an_alliance(store, "Legnano", lead_id=lead, partners=partners[1:], role_note="Tutti realizzano.")
    table = partnership_table(store, EN)
    public, company = OrganisationKind.PUBLIC_BODY, OrganisationKind.COMPANY
    assert cells(table) == [
        [None, "1. Rho – lead: Comune di Rho", *[None] * 6],
        [1, "Comune di Rho", public, "X", "X", "X", "", ""],
        [2, "Parolo Srl", company, "", "", "", "X", ""],
        [None, "2. Legnano – lead: Comune di Rho", *[None] * 6],
        [1, "Parolo Srl", company, "", "", "", "X", ""],
    ]
    assert table.notes == (
        "Rho: agreement of the partners: Prot. 12 of 03/02/2014.",
        "Legnano: the lead is not in the list of the partners, so no role is recorded for it.",
        "Legnano: the roles were read from «Tutti realizzano.»",
    )
    assert len(partnership_table(store, EN, first).body()) == 2
    assert len(build_document(store, "T14", EN, item=first).parts) == 1
    for code in ("T14", "T15"):
        with pytest.raises(NotFound):
            build_document(store, code, EN, item="gone")


def test_partnership_of_the_sample_is_that_of_the_paper(sample: Store) -> None:
    table = partnership_table(sample, IT)
    assert sum(isinstance(row, Line) for row in table.rows) == 4
    assert [row.partners for row in alliance_rows(sample)] == [18, 12, 22, 8]
    assert len(table.body()) == 60
    told = "Garbagnate: il capofila non è nell’elenco dei partner, quindi nessun ruolo è registrato per esso."
    assert table.notes[0] == told


def test_signatories_are_listed_without_the_names_of_persons(store: Store) -> None:
    a_plan(store)
    zeta, alfa = an_organisation(store, "Zeta", seat="Rho"), an_organisation(store, "Àlfa")
    signatures = (
        SignatureDraft(
            organisation_id=zeta,
            date_signed=date(2014, 2, 3),
            act="Delibera 12/2014",
            signatory="Ada Bini",
            signatory_title="Presidente",
        ),
        SignatureDraft(organisation_id=alfa),
    )
    agreement = AgreementDraft(
        title="Accordo", signatures=signatures, signatories_counted=44, date_counted=date(2014, 3, 31)
    )
    key = save_agreement(store, agreement).id
    table = signatories_table(store, EN, agreement_rows(store)[0])
    other = OrganisationKind.OTHER
    assert cells(table) == [
        [1, "Àlfa", other, "", None, "", ""],
        [2, "Zeta", other, "Rho", date(2014, 2, 3), "Delibera 12/2014", "Presidente"],
    ]
    assert table.notes == ("2 signatures are recorded. The paper counts 44 signatories on 31/03/2014.",)
    assert "Ada Bini" not in csv_text(table, EN)
    assert build_document(store, "t15", EN, item=key).slug == f"t15-{key[-8:]}"


def test_what_is_not_known_is_left_out(store: Store) -> None:
    a_plan(store)
    an_alliance(store, "Rho", agreement_reference="Prot. 12")
    table = partnership_table(store, EN)
    assert cells(table) == [[None, "1. Rho", *[None] * 6]]
    assert table.notes == ("Rho: agreement of the partners: Prot. 12.",)
    save_agreement(store, AgreementDraft(title="Accordo"))
    save_agreement(store, AgreementDraft(title="Altro", signatories_counted=44))
    notes = [signatories_table(store, EN, row).notes for row in agreement_rows(store)]
    assert notes == [
        ("0 signatures are recorded.",),
        ("0 signatures are recorded. The paper counts 44 signatories.",),
    ]


def test_possible_duplicates_are_listed_with_their_reason(store: Store) -> None:
    one, other = an_organisation(store, "Stripes Coop. Soc. Onlus"), an_organisation(store, "Cooperativa Stripes")
    third = an_organisation(store, "Cooperativa Stipes")
    judge_distinct(store, third, one, "altra sede")
    table = duplicates_list(duplicate_rows(store), EN)
    shown = [[table.cell(row, column) for column in table.columns] for row in table.rows]
    words = "Same words, but for legal form, order or spaces"
    assert shown == [
        [
            "Stripes Coop. Soc. Onlus",
            "Cooperativa Stripes",
            f"{words}: «Stripes Coop. Soc. Onlus» and «Cooperativa Stripes»",
            100,
            "to be looked at",
            "",
        ],
        [
            "Cooperativa Stripes",
            "Cooperativa Stipes",
            "Nearly the same letters: «Cooperativa Stripes» and «Cooperativa Stipes»",
            92,
            "to be looked at",
            "",
        ],
        [
            "Stripes Coop. Soc. Onlus",
            "Cooperativa Stipes",
            "Nearly the same letters: «Stripes Coop. Soc. Onlus» and «Cooperativa Stipes»",
            92,
            "not the same body",
            "altra sede",
        ],
    ]
    assert other
