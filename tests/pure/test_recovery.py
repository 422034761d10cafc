"""The recovery sheet: what is printed can be typed back, and a wrong letter is found in its group."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.errors import InvalidInput
from app.services.reports.spec import Document, QrCode
from app.services.reports.text import plain_text
from app.services.users.recovery import (
    ALPHABET,
    GROUPS,
    asked_groups,
    check_group,
    check_typed,
    groups,
    new_code,
    parse_code,
    recovery_sheet,
)
from app.services.wording.texts import translator

CODES = st.text(alphabet=ALPHABET, min_size=32, max_size=32)


def refused(number: int, part: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        check_group(number, part)
    return caught.value.code


@given(CODES)
def test_what_is_printed_can_be_typed_back(code: str) -> None:
    printed = groups(code)
    assert len(printed) == GROUPS
    assert parse_code("".join(printed)) == code
    assert parse_code(" - ".join(printed).lower()) == code


@given(CODES, st.integers(0, GROUPS - 1), st.integers(0, 4), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_found(code: str, group: int, at: int, letter: str) -> None:
    part = groups(code)[group]
    if part[at] != letter:
        assert refused(group + 1, part[:at] + letter + part[at + 1 :]) == "keys.code_group"


@given(CODES, st.integers(0, GROUPS - 1), st.integers(0, 4), st.integers(0, 4))
def test_letters_that_changed_places_are_found(code: str, group: int, one: int, other: int) -> None:
    letters = list(groups(code)[group])
    letters[one], letters[other] = letters[other], letters[one]
    if "".join(letters) != groups(code)[group]:
        assert refused(group + 1, "".join(letters)) == "keys.code_group"


@given(CODES, st.integers(0, GROUPS - 1), st.integers(0, GROUPS - 1))
def test_group_in_the_place_of_another_is_found(code: str, one: int, other: int) -> None:
    if one != other:
        assert refused(other + 1, groups(code)[one]) == "keys.code_group"


def test_letters_that_are_misread_are_understood() -> None:
    code = ("01V" * 11)[:32]
    assert parse_code("".join(groups(code)).replace("0", "o").replace("1", "l").replace("V", "u")) == code


@pytest.mark.parametrize(
    ("text", "code"), [("", "keys.code_length"), ("A" * 41, "keys.code_length"), ("?" * 40, "keys.code_format")]
)
def test_what_is_no_code_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_code(text)
    assert caught.value.code == code


def test_typing_back_is_compared_with_the_sheet() -> None:
    rng = random.Random(3)
    code, other = ("".join(rng.choices(ALPHABET, k=32)) for _ in range(2))
    for number in range(1, GROUPS + 1):
        check_typed(code, number, groups(code)[number - 1].lower())
        with pytest.raises(InvalidInput) as caught:
            check_typed(code, number, groups(other)[number - 1])
        assert caught.value.code == "keys.check_failed"


def test_codes_and_questions_are_random() -> None:
    assert len({new_code() for _ in range(50)}) == 50
    asked = {asked_groups() for _ in range(200)}
    assert len(asked) > 10
    assert all(1 <= first < second <= GROUPS for first, second in asked)


def sheet(language: str) -> tuple[str, Document]:
    code = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    at = datetime(2014, 3, 31, 12, 0, tzinfo=UTC)
    return code, recovery_sheet("piano.concilia", "019-42", code, at, translator(language))


@pytest.mark.parametrize("language", ["it", "en"])
def test_sheet_shows_every_group_and_the_square_holds_them(language: str) -> None:
    code, document = sheet(language)
    text = plain_text(document, translator(language))
    for part in groups(code):
        assert "  ".join(part) in text
    assert "piano.concilia" in text
    assert "019-42" in text
    squares = [part for part in document.parts if isinstance(part, QrCode)]
    assert [parse_code(square.content) for square in squares] == [code]
