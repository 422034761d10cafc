"""Codes of bodies, persons and accounts: right, wrong, temporary, of other lands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.network.codes import (
    SENTENCES,
    WRONG,
    CodeNote,
    bare_code,
    grouped_iban,
    iban_note,
    national_letter,
    tax_code_note,
    vat_number_note,
)

PUBLISHED = "IT60X0542811101000000123456"
"""The example of an Italian account in the registry of IBANs, printed everywhere."""


@pytest.mark.parametrize(
    ("coordinates", "letter"),
    [
        ("0542811101000000123456", "X"),  # Italy, in the registry of IBANs
        ("0322509800000000270100", "U"),  # San Marino, in the registry of IBANs
    ],
)
def test_national_letter_of_published_examples(coordinates: str, letter: str) -> None:
    assert national_letter(coordinates) == letter


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("", CodeNote.EMPTY),
        ("  ", CodeNote.EMPTY),
        (PUBLISHED, CodeNote.RIGHT),
        ("it60 x054 2811 1010 0000 0123 456", CodeNote.RIGHT),
        ("SM86U0322509800000000270100", CodeNote.FOREIGN),
        ("DE89370400440532013000", CodeNote.FOREIGN),
        ("GR1601101050000010547023795", CodeNote.FOREIGN),
        ("IT60X0542811101000000123465", CodeNote.WRONG_CONTROL),
        ("IT40S0542811101000000123456", CodeNote.WRONG_NATIONAL),  # its two digits are right, its letter is not
        ("IT60X05428111010000001234", CodeNote.WRONG_CONTROL),
        ("0542811101000000123456", CodeNote.WRONG_IBAN),
        ("conto corrente", CodeNote.WRONG_IBAN),
    ],
)
def test_iban(text: str, note: CodeNote) -> None:
    assert iban_note(text) is note


def test_an_iban_is_written_in_groups_of_four() -> None:
    assert grouped_iban("it60x0542811101000000123456") == "IT60 X054 2811 1010 0000 0123 456"
    assert bare_code(grouped_iban(PUBLISHED)) == PUBLISHED


ACCOUNTS = st.tuples(st.from_regex(r"[0-9]{10}", fullmatch=True), st.from_regex(r"[0-9A-Z]{12}", fullmatch=True)).map(
    "".join
)


def with_digits(body: str) -> str:
    """An IBAN of Italy around letter and coordinates, its two digits computed by hand (ISO 7064)."""
    number = int("".join(str(int(letter, 36)) for letter in body + "IT00"))
    return f"IT{98 - number % 97:02}{body}"


@given(coordinates=ACCOUNTS, letter=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_only_the_right_letter_makes_an_account_right(coordinates: str, letter: str) -> None:
    right = national_letter(coordinates)
    assert iban_note(with_digits(right + coordinates)) is CodeNote.RIGHT
    expected = CodeNote.RIGHT if letter == right else CodeNote.WRONG_NATIONAL
    assert iban_note(with_digits(letter + coordinates)) is expected


@given(coordinates=ACCOUNTS, at=st.integers(0, 21), other=st.sampled_from("0123456789"))
def test_the_letter_finds_every_wrong_digit(coordinates: str, at: int, other: str) -> None:
    changed = coordinates[:at] + other + coordinates[at + 1 :]
    if coordinates[at].isdigit() and other != coordinates[at]:
        assert national_letter(changed) != national_letter(coordinates)


@pytest.mark.parametrize(
    ("text", "of_body", "of_person"),
    [
        ("", CodeNote.EMPTY, CodeNote.EMPTY),
        ("00743110157", CodeNote.RIGHT, CodeNote.TEMPORARY),
        ("00743110158", CodeNote.WRONG_CONTROL, CodeNote.WRONG_CONTROL),
        ("80012000826", CodeNote.RIGHT, CodeNote.TEMPORARY),
        ("rccmnl83s18d969h", CodeNote.PERSONAL, CodeNote.RIGHT),
        ("RCC MNL 83S18 D969H", CodeNote.PERSONAL, CodeNote.RIGHT),
        ("RCCMNL83S18D969X", CodeNote.WRONG_CONTROL, CodeNote.WRONG_CONTROL),
        ("RCCMNL83S18D969", CodeNote.WRONG_FORM, CodeNote.WRONG_FORM),
        ("MRARSS80A01H501", CodeNote.WRONG_FORM, CodeNote.WRONG_FORM),  # not of Mauritania: a letter is missing
        ("123", CodeNote.WRONG_FORM, CodeNote.WRONG_FORM),
        ("IT00743110157", CodeNote.RIGHT, CodeNote.RIGHT),
        ("IT00743110158", CodeNote.WRONG_CONTROL, CodeNote.WRONG_CONTROL),
        ("DE136695976", CodeNote.FOREIGN, CodeNote.FOREIGN),
        ("DE12345678901", CodeNote.UNCHECKED, CodeNote.UNCHECKED),
        ("DE136695977", CodeNote.UNCHECKED, CodeNote.UNCHECKED),  # a tax code need not be a VAT number
        ("CHE-107.787.577", CodeNote.UNCHECKED, CodeNote.UNCHECKED),
    ],
)
def test_tax_code(text: str, of_body: CodeNote, of_person: CodeNote) -> None:
    assert (tax_code_note(text), tax_code_note(text, of_person=True)) == (of_body, of_person)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("", CodeNote.EMPTY),
        ("00743110157", CodeNote.RIGHT),
        ("IT 00743110157", CodeNote.RIGHT),
        ("00743110158", CodeNote.WRONG_CONTROL),
        ("RCCMNL83S18D969H", CodeNote.WRONG_FORM),
        ("DE136695976", CodeNote.FOREIGN),
        ("DE136695977", CodeNote.WRONG_CONTROL),
        ("EL094259216", CodeNote.FOREIGN),
        ("GB980780684", CodeNote.UNCHECKED),
        ("ZZ980780684", CodeNote.WRONG_FORM),
    ],
)
def test_vat_number(text: str, note: CodeNote) -> None:
    assert vat_number_note(text) is note


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    for judge in (tax_code_note, vat_number_note, iban_note):
        assert judge(text) in SENTENCES


def test_every_note_has_its_sentence_and_what_is_wrong_says_so() -> None:
    assert set(SENTENCES) == set(CodeNote)
    assert all(SENTENCES[note] for note in CodeNote if note is not CodeNote.EMPTY)
    assert {note for note in CodeNote if note.value.startswith("wrong")} == WRONG
