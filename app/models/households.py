"""Households and their persons: once, used by all programmes of vouchers."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.voucher_kinds import CodeState, ConsentKind, Kinship, Sex, WorkState


class Individual(Record):
    """A person of a household; once, however many programmes and households it is in.

    Attributes:
        code_state: how the tax code was found, against name, birth and sex.
        disabled: that there is a disability was seen; nothing else of it is kept.
    """

    __tablename__ = "individual"

    surname: Mapped[str]
    given_name: Mapped[str]
    tax_code: Mapped[str] = mapped_column(default="")
    code_state: Mapped[str] = mapped_column(default=CodeState.UNCHECKED.value)
    birth_date: Mapped[date | None]
    birth_place: Mapped[str] = mapped_column(default="")
    sex: Mapped[str | None]
    disabled: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(default="")
    mail: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("code_state", CodeState),
        one_of("sex", Sex),
        sa.CheckConstraint("surname <> ''", name="name_given"),
        sa.Index("ix_individual_name", "surname", "given_name"),
        sa.Index("uq_individual_tax_code", "tax_code", unique=True, sqlite_where=sa.text("tax_code <> ''")),
    )


class DistinctIndividuals(Record):
    """Two persons that look alike and were judged not to be the same; a pair stands once, in any order."""

    __tablename__ = "distinct_individuals"

    one_id: Mapped[str] = link("individual.id")
    other_id: Mapped[str] = link("individual.id")
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        sa.CheckConstraint("one_id <> other_id", name="two_persons"),
        sa.UniqueConstraint("one_id", "other_id"),
    )


class Household(Record):
    """A household, used by all programmes.

    Attributes:
        name: by which the desk knows it, as a rule a surname.
        municipality_id: when it lives in the territory of the plan; else `place` says where.
        iban, iban_holder: account that it is paid back on.
    """

    __tablename__ = "household"

    name: Mapped[str]
    municipality_id: Mapped[str | None] = link("municipality.id")
    place: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    iban: Mapped[str] = mapped_column(default="")
    iban_holder: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        sa.CheckConstraint("name <> ''", name="name_given"), sa.Index("ix_household_name", "name")
    )


class HouseholdMember(Record):
    """Somebody in a household; a child of separated parents may be in two.

    Attributes:
        present: lives in the household: a parent that does not is not asked to work.
        work: outcome of what was seen; `employer_id` the firm, where it is in the registry.
    """

    __tablename__ = "household_member"

    household_id: Mapped[str] = link("household.id")
    individual_id: Mapped[str] = link("individual.id")
    position: Mapped[int]
    kinship: Mapped[str]
    present: Mapped[bool] = mapped_column(default=True)
    work: Mapped[str] = mapped_column(default=WorkState.UNKNOWN.value)
    employer_id: Mapped[str | None] = link("organisation.id")

    __table_args__ = table_args(
        one_of("kinship", Kinship), one_of("work", WorkState), sa.UniqueConstraint("household_id", "individual_id")
    )


class Consent(Record):
    """That a person was given an information sheet, or agreed to something: which version, and when."""

    __tablename__ = "consent"

    individual_id: Mapped[str] = link("individual.id")
    position: Mapped[int]
    kind: Mapped[str]
    version: Mapped[str]
    day: Mapped[date]
    date_withdrawn: Mapped[date | None]

    __table_args__ = table_args(
        one_of("kind", ConsentKind),
        sa.CheckConstraint("version <> ''", name="version_given"),
        sa.CheckConstraint("day <= date_withdrawn", name="dates_in_order"),
    )
