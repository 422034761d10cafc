"""Numbers of vouchers: read as printed, and refused when a character is mistyped or two are swapped."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.errors import InvalidInput
from app.services.vouchers.numbers import VoucherNumber, parse_number

CHARACTERS = string.ascii_uppercase + string.digits
NUMBERS = st.builds(
    VoucherNumber,
    st.text(string.ascii_uppercase, min_size=2, max_size=8),
    st.integers(2000, 2099),
    st.integers(1, 10**7),
)


@settings(max_examples=12)
@given(NUMBERS)
def test_every_mistyped_character_and_every_swap_of_neighbours_is_refused(number: VoucherNumber) -> None:
    right = number.text().replace("-", "")
    assert parse_number(right) == number
    wrong = {
        right[:at] + other + right[at + 1 :] for at, own in enumerate(right) for other in CHARACTERS if other != own
    }
    wrong |= {right[:at] + right[at + 1] + right[at] + right[at + 2 :] for at in range(len(right) - 1)}
    for text in wrong - {right}:
        with pytest.raises(InvalidInput):
            parse_number(text)


@pytest.mark.parametrize("shape", ["{}", " {} ", "{}\n"])
def test_a_number_is_read_as_people_write_it(shape: str) -> None:
    number = VoucherNumber("RHO", 2014, 12)
    assert number.text() == "RHO-2014-00012-F"
    assert parse_number(shape.format(number.text().lower())) == number
    assert parse_number(shape.format(number.text().replace("-", " "))) == number
    assert parse_number(VoucherNumber("RHO", 2014, 123456).text()).number == 123456


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  ", "field.required"),
        ("RHO-2014-00000-A", "voucher.number_form"),
        ("RHO-2014-000012-F", "voucher.number_form"),
        ("RHO-1014-00012-F", "voucher.number_form"),
        ("12", "voucher.number_form"),
        ("RHO-2014-00012-G", "voucher.number_mistyped"),
        ("RHO-2014-00021-F", "voucher.number_mistyped"),
    ],
)
def test_what_is_no_number_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_number(text, field="number")
    assert (refused.value.code, refused.value.field) == (code, "number")
