"""The network: one registry of organisations with aliases, the agreement, the local alliances."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.enums import OrganisationKind


class Organisation(Record):
    """A body of the network; once, however many alliances it is in.

    Attributes:
        tax_code: codice fiscale of the body.
        vat_number: partita IVA; may differ from the tax code.
    """

    __tablename__ = "organisation"

    kind: Mapped[str]
    name: Mapped[str]
    seat: Mapped[str] = mapped_column(default="")
    tax_code: Mapped[str] = mapped_column(default="")
    vat_number: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("kind", OrganisationKind),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.UniqueConstraint("name"),
    )


class OrganisationAlias(Record):
    """Another spelling of an organisation's name."""

    __tablename__ = "organisation_alias"

    organisation_id: Mapped[str] = link("organisation.id")
    name: Mapped[str]

    __table_args__ = table_args(sa.UniqueConstraint("organisation_id", "name"))


class NetworkAgreement(Record):
    """The agreement of the network, with the signatories as counted."""

    __tablename__ = "network_agreement"

    plan_id: Mapped[str] = link("plan.id")
    title: Mapped[str]
    date_counted: Mapped[date | None]
    signatories_counted: Mapped[int | None]


class AgreementSignature(Record):
    """An organisation that signed the agreement, and when."""

    __tablename__ = "agreement_signature"

    agreement_id: Mapped[str] = link("network_agreement.id")
    organisation_id: Mapped[str] = link("organisation.id")
    date_signed: Mapped[date | None]

    __table_args__ = table_args(sa.UniqueConstraint("agreement_id", "organisation_id"))


class Alliance(Record):
    """A local alliance.

    Attributes:
        role_note: the sentence that the roles per phase were read from.
    """

    __tablename__ = "alliance"

    plan_id: Mapped[str] = link("plan.id")
    number: Mapped[int]
    name: Mapped[str]
    short_name: Mapped[str]
    lead_id: Mapped[str | None] = link("organisation.id")
    lead_as_printed: Mapped[str] = mapped_column(default="")
    role_note: Mapped[str] = mapped_column(default="")

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
