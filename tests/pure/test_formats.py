"""How values look: one text for each kind, the same on screen and on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import enums
from app.models.enums import ProposalState
from app.services.reports.spec import Kind
from app.services.wording.formats import (
    display,
    format_count,
    format_date,
    format_instant,
    format_number,
    format_percent,
)
from app.services.wording.labels import LABELS, label
from app.services.wording.texts import LANGUAGES, translator

IT, EN = translator("it"), translator("en")


def test_dates_and_instants_are_of_the_office() -> None:
    assert format_date(date(2014, 3, 1)) == "01/03/2014"
    assert format_instant(datetime(2014, 3, 31, 8, 42, tzinfo=UTC)) == "31/03/2014 10:42"
    assert format_instant(datetime(2014, 12, 31, 23, 30, tzinfo=UTC)) == "01/01/2015 00:30"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(312, 10), "31,20"),
        (Fraction(1, 3), "0,33"),
        (Fraction(-1, 3), "\u22120,33"),
        (Fraction(1, 8), "0,13"),
        (Fraction(0), "0,00"),
    ],
)
def test_numbers_have_two_decimals(value: Fraction, text: str) -> None:
    assert format_number(value) == text
    assert format_percent(value) == f"{text}\u00a0%"


@given(st.integers(0, 10**12))
def test_counts_are_grouped_by_three(value: int) -> None:
    text = format_count(value)
    assert int(text.replace(".", "")) == value
    first, *groups = text.split(".")
    assert 1 <= len(first) <= 3
    assert all(len(group) == 3 for group in groups)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.TEXT, "Rho", "Rho"),
        (Kind.NOTE, "a\nb", "a\nb"),
        (Kind.COUNT, 1234, "1.234"),
        (Kind.MONEY, 1806088, "18.060,88\u00a0€"),
        (Kind.PERCENT, Fraction(312, 10), "31,20\u00a0%"),
        (Kind.POINTS, Fraction(145, 2), "72,50"),
        (Kind.MEASURE, Fraction(4), "4"),
        (Kind.MEASURE, Fraction(-12345, 10), "\u22121.234,5"),
        (Kind.DATE, date(2014, 6, 24), "24/06/2014"),
        (Kind.TIME, "10:30", "10:30"),
        (Kind.INSTANT, datetime(2014, 6, 24, 8, 0, tzinfo=UTC), "24/06/2014 10:00"),
        (Kind.FLAG, True, "sì"),
        (Kind.FLAG, False, "no"),
        (Kind.STATE, ProposalState.ADMISSIBLE, "Ammissibile"),
        (Kind.TEXT, ProposalState.ADMISSIBLE, "Ammissibile"),
        (Kind.MONEY, "n.d.", "n.d."),
        (Kind.MONEY, None, ""),
    ],
)
def test_display(kind: Kind, value: Any, text: str) -> None:
    assert display(kind, value, IT) == text


def test_every_kind_can_be_shown() -> None:
    values: dict[Kind, Any] = {
        Kind.COUNT: 1,
        Kind.MONEY: 1,
        Kind.PERCENT: Fraction(1),
        Kind.POINTS: Fraction(1),
        Kind.MEASURE: Fraction(1),
        Kind.DATE: date(2014, 1, 1),
        Kind.INSTANT: datetime(2014, 1, 1, tzinfo=UTC),
        Kind.STATE: ProposalState.DRAFT,
        Kind.FLAG: True,
    }
    for kind in Kind:
        assert display(kind, values.get(kind, "x"), EN)


def members() -> list[StrEnum]:
    kinds = [kind for kind in vars(enums).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]
    return [member for kind in kinds if kind is not StrEnum for member in kind]


@pytest.mark.parametrize("member", members(), ids=lambda member: f"{type(member).__name__}.{member.name}")
def test_every_member_has_a_name_in_each_language(member: StrEnum) -> None:
    assert (type(member), member.value) in LABELS
    for language in LANGUAGES:
        assert label(member, translator(language)).strip()
