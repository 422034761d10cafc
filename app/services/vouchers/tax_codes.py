"""The tax code of a person against name, birth and sex: what agrees, what differs, what it says itself.

Source: Ministerial Decree of 23 December 1976: three letters of the surname, three of the name, year, month and day of
birth (40 more for a woman), the place, a control letter. Where two persons would have the same code, digits from the
right are written as letters (omocodia).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.models.enums import CodePart, CodeState, Sex
from app.services.network.codes import WRONG, CodeNote, bare_code, tax_code_note
from app.services.wording.folding import fold

_MONTHS = "ABCDEHLMPRST"
_OMOCODIA = {letter: str(digit) for digit, letter in enumerate("LMNPQRSTUV")}
_DIGITS_AT = (6, 7, 9, 10, 12, 13, 14)


@dataclass(frozen=True)
class CodeFacts:
    """What a tax code says.

    Attributes:
        year: last two digits of the year of birth.
        place: code of the municipality, or of the land («Z…») for who was born abroad.
    """

    surname: str
    given_name: str
    year: int
    month: int
    day: int
    sex: Sex
    place: str


def name_letters(surname: str) -> str:
    """The three letters of a surname: consonants, then vowels, then X."""
    return _three(*_letters(surname))


def given_letters(given_name: str) -> str:
    """The three letters of a given name: of four consonants or more the first, the third and the fourth."""
    consonants, vowels = _letters(given_name)
    if len(consonants) >= 4:
        consonants = consonants[0] + consonants[2:4]
    return _three(consonants, vowels)


def _three(consonants: str, vowels: str) -> str:
    return f"{consonants}{vowels}XXX"[:3].upper()


def _letters(name: str) -> tuple[str, str]:
    letters = re.sub(r"[^a-z]", "", fold(name).replace("ß", "ss"))
    return re.sub("[aeiou]", "", letters), re.sub("[^aeiou]", "", letters)


def read_code(code: str) -> CodeFacts | None:
    """What a whole tax code of a person says; None where it is none, or its control letter is wrong."""
    bare = bare_code(code)
    if tax_code_note(bare, of_person=True) is not CodeNote.RIGHT or len(bare) != 16:
        return None
    plain = list(bare)
    for at in _DIGITS_AT:
        plain[at] = _OMOCODIA.get(plain[at], plain[at])
    text = "".join(plain)
    day = int(text[9:11])
    return CodeFacts(
        surname=text[:3],
        given_name=text[3:6],
        year=int(text[6:8]),
        month=_MONTHS.index(text[8]) + 1,
        day=day % 40,
        sex=Sex.FEMALE if day > 40 else Sex.MALE,
        place=text[11:15],
    )


@dataclass(frozen=True)
class CodeCheck:
    """A tax code as it was compared.

    Attributes:
        differs: what the code says otherwise.
    """

    state: CodeState
    note: CodeNote
    differs: tuple[CodePart, ...] = ()


def check_code(code: str, surname: str, given_name: str, birth: date | None, sex: Sex | None) -> CodeCheck:
    """Compare a tax code with what is known of the person.

    Returns:
        AGREES only when birth and sex are known and everything agrees; UNCHECKED when something is not known, or the
        code itself cannot stand.
    """
    note = tax_code_note(code, of_person=True)
    if note is CodeNote.EMPTY:
        return CodeCheck(CodeState.NONE, note)
    if note is CodeNote.TEMPORARY:
        return CodeCheck(CodeState.TEMPORARY, note)
    facts = read_code(code)
    if facts is None:
        return CodeCheck(CodeState.DIFFERS if note in WRONG else CodeState.UNCHECKED, note)
    differs = []
    if name_letters(surname) != facts.surname:
        differs.append(CodePart.SURNAME)
    if given_letters(given_name) != facts.given_name:
        differs.append(CodePart.GIVEN_NAME)
    if birth is not None and (birth.year % 100, birth.month, birth.day) != (facts.year, facts.month, facts.day):
        differs.append(CodePart.BIRTH)
    if sex is not None and sex is not facts.sex:
        differs.append(CodePart.SEX)
    if differs:
        return CodeCheck(CodeState.DIFFERS, note, tuple(differs))
    return CodeCheck(CodeState.UNCHECKED if birth is None or sex is None else CodeState.AGREES, note)


def birth_of(code: str, today: date) -> tuple[date, Sex] | None:
    """Birth and sex that a code says, taking the newest year that is not to come; None where it says none."""
    facts = read_code(code)
    if facts is None:
        return None
    year = today.year // 100 * 100 + facts.year
    for candidate in (year, year - 100):
        try:
            birth = date(candidate, facts.month, facts.day)
        except ValueError:
            continue
        if birth <= today:
            return birth, facts.sex
    return None
