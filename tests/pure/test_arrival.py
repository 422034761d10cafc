"""Protocol numbers: written in many ways, one number stands for one thing that arrived."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.proposals.arrival import protocol_key

DAY = date(2014, 4, 28)


@pytest.mark.parametrize(
    "text",
    [
        "31274/2014",
        "0031274/2014",
        "2014/0031274",
        "Prot. n. 31274 del 28/04/2014",
        "  31274  ",
        "N. 31274/2014 (dato di esempio, come il giorno di ricevimento)",
        "protocollo 31274 in data 28 aprile",
    ],
)
def test_ways_to_write_one_number(text: str) -> None:
    assert protocol_key(text, DAY) == ("31274", 2014, ())


@pytest.mark.parametrize("text", ["31275/2014", "31274/2015", "31274/bis", "ATS-31274/2014", "312/74/2014", "", "x"])
def test_other_numbers(text: str) -> None:
    assert protocol_key(text, DAY) != protocol_key("31274/2014", DAY)


def test_the_year_of_arrival_counts_where_the_number_has_none() -> None:
    assert protocol_key("5", DAY) == protocol_key("5/2014", None)
    assert protocol_key("5", DAY) != protocol_key("5", date(2015, 1, 1))
    assert protocol_key("2014", DAY) == ("2014", 2014, ())
    assert protocol_key("2014", None) == ("2014", None, ())


def test_nothing_typed_is_no_number() -> None:
    assert protocol_key("   ", DAY) is None
    assert protocol_key("(da assegnare)", DAY) is not None
    assert protocol_key("--", DAY) == ("--", None, ())
    assert protocol_key("¨", DAY) == ("¨", None, ())


@given(number=st.integers(1, 10**7), year=st.integers(1990, 2099), zeros=st.integers(0, 4))
def test_zeros_and_the_place_of_the_year_say_nothing(number: int, year: int, zeros: int) -> None:
    plain = f"{number}/{year}"
    written = f"Prot. n. {'0' * zeros}{number}/{year}"
    assert protocol_key(plain, None) == protocol_key(written, DAY)


@given(text=st.text(max_size=40))
def test_any_text_has_a_key_or_none(text: str) -> None:
    key = protocol_key(text, DAY)
    assert (key is None) == (not text.strip())
