"""The network: one registry of organisations with aliases, the agreement, the local alliances."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.enums import LegalForm, OfficeKind, OrganisationKind, OrganisationSize, SeatKind


class Organisation(Record):
    """A body of the network; once, however many alliances it is in.

    Attributes:
        seat: in brief, as the paper says it; the whole address is that of an `OrganisationSeat`.
        size: by the people that work there and the turnover of a year.
        tax_code: codice fiscale of the body.
        vat_number: partita IVA; may differ from the tax code.
        iban_holder: in whose name the account is, when it is not the body's.
    """

    __tablename__ = "organisation"

    kind: Mapped[str]
    legal_form: Mapped[str] = mapped_column(default=LegalForm.UNKNOWN.value)
    size: Mapped[str] = mapped_column(default=OrganisationSize.UNKNOWN.value)
    name: Mapped[str]
    seat: Mapped[str] = mapped_column(default="")
    tax_code: Mapped[str] = mapped_column(default="")
    vat_number: Mapped[str] = mapped_column(default="")
    iban: Mapped[str] = mapped_column(default="")
    iban_holder: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("kind", OrganisationKind),
        one_of("legal_form", LegalForm),
        one_of("size", OrganisationSize),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.UniqueConstraint("name"),
    )


class OrganisationAlias(Record):
    """Another spelling of an organisation's name."""

    __tablename__ = "organisation_alias"

    organisation_id: Mapped[str] = link("organisation.id")
    name: Mapped[str]

    __table_args__ = table_args(sa.UniqueConstraint("organisation_id", "name"))


class OrganisationSeat(Record):
    """A place where an organisation has its legal seat, or works.

    Attributes:
        municipality_id: when it lies in the territory of the plan.
        place: municipality or city elsewhere, with its land when it is abroad.
        province: letters of the Italian province, "EE" for abroad; empty while it is not known.
    """

    __tablename__ = "organisation_seat"

    organisation_id: Mapped[str] = link("organisation.id")
    position: Mapped[int]
    kind: Mapped[str]
    municipality_id: Mapped[str | None] = link("municipality.id")
    place: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    province: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(one_of("kind", SeatKind))


class OrganisationOffice(Record):
    """An office that a person holds, or held, in an organisation.

    Persons have no table of their own: two offices are of one person when the tax codes say so, and may be of one when
    the names do; that is looked at when a conflict of interest is proposed, and decided by who declares it.

    Attributes:
        date_from, date_to: first and last day, where they are known.
    """

    __tablename__ = "organisation_office"

    organisation_id: Mapped[str] = link("organisation.id")
    position: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    tax_code: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    date_from: Mapped[date | None]
    date_to: Mapped[date | None]

    __table_args__ = table_args(
        one_of("kind", OfficeKind),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.CheckConstraint("date_from <= date_to", name="dates_in_order"),
    )


class OrganisationContact(Record):
    """Whom to write to or call in an organisation: a person or an office."""

    __tablename__ = "organisation_contact"

    organisation_id: Mapped[str] = link("organisation.id")
    position: Mapped[int]
    name: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    mail: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    certified_mail: Mapped[str] = mapped_column(default="")


class OrganisationRegister(Record):
    """A register that an organisation is in, with its number there: «RUNTS», «Registro imprese di Milano»."""

    __tablename__ = "organisation_register"

    organisation_id: Mapped[str] = link("organisation.id")
    position: Mapped[int]
    register: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    date_entered: Mapped[date | None]

    __table_args__ = table_args(sa.CheckConstraint("register <> ''", name="register_given"))


class DistinctOrganisations(Record):
    """Two organisations that look alike and were judged not to be the same body; a pair stands once, in any order."""

    __tablename__ = "distinct_organisations"

    one_id: Mapped[str] = link("organisation.id")
    other_id: Mapped[str] = link("organisation.id")
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        sa.CheckConstraint("one_id <> other_id", name="two_organisations"),
        sa.UniqueConstraint("one_id", "other_id"),
    )


class NetworkAgreement(Record):
    """The agreement of the network, with the signatories as counted."""

    __tablename__ = "network_agreement"

    plan_id: Mapped[str] = link("plan.id")
    title: Mapped[str]
    date_counted: Mapped[date | None]
    signatories_counted: Mapped[int | None]


class AgreementSignature(Record):
    """An organisation that signed the agreement, when, by which act of its own, and by whose hand.

    Attributes:
        act: of the organisation, that joins it to the agreement: «deliberazione G.C. n. 12 del 3/2/2014».
        signatory: who signed, a person.
        signatory_title: the office that the person signed in.
    """

    __tablename__ = "agreement_signature"

    agreement_id: Mapped[str] = link("network_agreement.id")
    organisation_id: Mapped[str] = link("organisation.id")
    date_signed: Mapped[date | None]
    act: Mapped[str] = mapped_column(default="")
    signatory: Mapped[str] = mapped_column(default="")
    signatory_title: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(sa.UniqueConstraint("agreement_id", "organisation_id"))


class Alliance(Record):
    """A local alliance.

    Attributes:
        role_note: the sentence that the roles per phase were read from.
        agreement_reference: the document by which the partners agreed: kind, protocol number.
    """

    __tablename__ = "alliance"

    plan_id: Mapped[str] = link("plan.id")
    number: Mapped[int]
    name: Mapped[str]
    short_name: Mapped[str]
    lead_id: Mapped[str | None] = link("organisation.id")
    lead_as_printed: Mapped[str] = mapped_column(default="")
    role_note: Mapped[str] = mapped_column(default="")
    agreement_reference: Mapped[str] = mapped_column(default="")
    agreement_date: Mapped[date | None]

    __table_args__ = table_args(
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.UniqueConstraint("plan_id", "number"),
    )


class Partnership(Record):
    """An organisation in an alliance, with its role in each phase."""

    __tablename__ = "partnership"

    alliance_id: Mapped[str] = link("alliance.id")
    organisation_id: Mapped[str] = link("organisation.id")
    position: Mapped[int]
    as_printed: Mapped[str] = mapped_column(default="")
    design: Mapped[bool] = mapped_column(default=False)
    coordination: Mapped[bool] = mapped_column(default=False)
    delivery: Mapped[bool] = mapped_column(default=False)
    verification: Mapped[bool] = mapped_column(default=False)

    __table_args__ = table_args(sa.UniqueConstraint("alliance_id", "organisation_id"))
