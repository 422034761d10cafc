"""Sums that wait to be shared, and the ways of sharing each that are being thought over. No money moves by them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.enums import PotKind
from app.models.money import CENTS_MAX, Cents


class Pot(Record):
    """A sum to be shared.

    Attributes:
        note: where it comes from, in words.
    """

    __tablename__ = "pot"

    plan_id: Mapped[str] = link("plan.id")
    position: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    total: Mapped[Cents]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("kind", PotKind),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.CheckConstraint(f"total > 0 and total <= {CENTS_MAX}", name="total_positive"),
        sa.UniqueConstraint("plan_id", "position"),
    )


class PotSource(Record):
    """A source that the money of a pot comes from; a pot without any takes from all that are due."""

    __tablename__ = "pot_source"

    pot_id: Mapped[str] = link("pot.id")
    source_id: Mapped[str] = link("funding_source.id")
    position: Mapped[int]

    __table_args__ = table_args(sa.UniqueConstraint("pot_id", "source_id"))


class Scenario(Record):
    """A way of sharing a pot.

    Attributes:
        letter: «A», «B»…, within its pot.
        terms: level, rules, weights and limits, as JSON; see `services/sharing/split_terms.py`.
    """

    __tablename__ = "scenario"

    pot_id: Mapped[str] = link("pot.id")
    letter: Mapped[str]
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    terms: Mapped[str]

    __table_args__ = table_args(
        sa.CheckConstraint("letter <> ''", name="letter_given"),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.UniqueConstraint("pot_id", "letter"),
    )
