"""Codes of bodies, persons and accounts: what their control characters say. Nothing is refused: a code is noted.

Source: the control characters of the tax code and of the VAT number by python-stdnum; the national letter (CIN) of an
Italian account as the ABI standard of bank coordinates has it: characters in odd places weigh by a table, those in even
places by their order, and the remainder by 26 is the letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from stdnum import iban
from stdnum.eu import vat
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.it import codicefiscale, iva

from app.services.wording.texts import N_


class CodeNote(StrEnum):
    """What is known of a code as it stands."""

    EMPTY = "empty"
    RIGHT = "right"
    PERSONAL = "personal"  # sixteen characters: of a person, as for a sole trader
    TEMPORARY = "temporary"  # eleven digits given to a person until the sixteen characters are
    FOREIGN = "foreign"  # of another land, right by its rules
    UNCHECKED = "unchecked"  # of another land, by rules that are not known here
    WRONG_FORM = "wrong_form"
    WRONG_CONTROL = "wrong_control"
    WRONG_IBAN = "wrong_iban"  # not made as an IBAN is
    WRONG_NATIONAL = "wrong_national"  # the whole IBAN holds, the letter of the Italian account does not


WRONG = frozenset({CodeNote.WRONG_FORM, CodeNote.WRONG_CONTROL, CodeNote.WRONG_IBAN, CodeNote.WRONG_NATIONAL})
"""What is to be looked at again."""

SENTENCES: Mapping[CodeNote, str] = {
    CodeNote.EMPTY: "",
    CodeNote.RIGHT: N_("The control characters are right."),
    CodeNote.PERSONAL: N_("The control letter is right; it is the code of a person, as a sole trader has it."),
    CodeNote.TEMPORARY: N_("A temporary code of eleven digits; its control digit is right."),
    CodeNote.FOREIGN: N_("A code of another land; its control characters are right."),
    CodeNote.UNCHECKED: N_("A code of another land: it cannot be checked here."),
    CodeNote.WRONG_FORM: N_(
        "This is no Italian code: check length and characters. Before a code of another land write its two letters."
    ),
    CodeNote.WRONG_CONTROL: N_("The control characters are wrong: check the code."),
    CodeNote.WRONG_IBAN: N_(
        "This is no IBAN: two letters of the land, two digits, then bank and account; 27 characters in Italy."
    ),
    CodeNote.WRONG_NATIONAL: N_(
        "The national letter of the account (CIN) is wrong: a character of bank, branch or account was mistyped."
    ),
}
"""What is said under the field, in the user's words."""

_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_NATIONAL = ("IT", "SM")
"""Lands whose accounts have the letter."""
_LANDS = (
    " AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CK"
    " CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG EL ER ES ET FI FJ FM FO FR GA GB GD GE GG GH GI GL GM GN"
    " GQ GR GT GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK"
    " LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG"
    " PH PK PL PR PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TL"
    " TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WS XI XK YE ZA ZM ZW "
)
"""Two letters of the lands other than Italy, with those that only VAT numbers have (EL, XI)."""
_LETTERED = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,18}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_LIKE_PERSONAL = re.compile(r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z]")


def bare_code(text: str) -> str:
    """A code in capitals, without spaces, points and strokes; two that differ only in these are one."""
    return re.sub(r"[\s.\-/]", "", text).upper()


@lru_cache(maxsize=8192)
def tax_code_note(text: str, *, of_person: bool = False) -> CodeNote:
    """What is known of a codice fiscale.

    Args:
        of_person: eleven digits are the usual code of a body, and a temporary one of a person.
    """
    code = bare_code(text)
    if not code:
        return CodeNote.EMPTY
    if code.isdigit():
        found = _judged(iva.validate, code)
        return CodeNote.TEMPORARY if found is CodeNote.RIGHT and of_person else found
    if len(code) == 16 or _LIKE_PERSONAL.match(code):
        found = _judged(codicefiscale.validate, code)
        return CodeNote.PERSONAL if found is CodeNote.RIGHT and not of_person else found
    found = _foreign(code) or _judged(iva.validate, code.removeprefix("IT"))
    # a tax code of another land need not be made as its VAT number is
    return CodeNote.UNCHECKED if found is CodeNote.WRONG_CONTROL and not code.startswith("IT") else found


@lru_cache(maxsize=8192)
def vat_number_note(text: str) -> CodeNote:
    """What is known of a VAT number; an Italian one with or without its IT."""
    code = bare_code(text)
    if not code:
        return CodeNote.EMPTY
    return _foreign(code) or _judged(iva.validate, code.removeprefix("IT"))


@lru_cache(maxsize=8192)
def iban_note(text: str) -> CodeNote:
    """What is known of an IBAN: its two digits for every land, the national letter for accounts in Italy."""
    code = bare_code(text)
    if not code:
        return CodeNote.EMPTY
    found = _judged(iban.validate, code)
    if found is CodeNote.WRONG_FORM or not _IBAN.fullmatch(code):
        return CodeNote.WRONG_IBAN
    if found is not CodeNote.RIGHT:
        return found
    if code[:2] in _NATIONAL and code[4] != national_letter(code[5:]):
        return CodeNote.WRONG_NATIONAL
    return CodeNote.RIGHT if code.startswith("IT") else CodeNote.FOREIGN


def national_letter(coordinates: str) -> str:
    """The letter (CIN) of an Italian account.

    Args:
        coordinates: ABI, CAB and number of the account: 22 digits and capital letters.
    """
    assert len(coordinates) == 22
    places = [int(letter) if letter.isdigit() else ord(letter) - ord("A") for letter in coordinates]
    weight = sum(place if at % 2 else _ODD[place] for at, place in enumerate(places))
    return chr(ord("A") + weight % 26)


def grouped_iban(text: str) -> str:
    """An IBAN as banks print it, four characters at a time."""
    code = bare_code(text)
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def tax_code_valid(text: str) -> bool | None:
    """Whether a tax code can stand; None for an empty one."""
    note = tax_code_note(text)
    return None if note is CodeNote.EMPTY else note not in WRONG


def vat_number_valid(text: str) -> bool | None:
    """Whether a VAT number can stand; None for an empty one."""
    note = vat_number_note(text)
    return None if note is CodeNote.EMPTY else note not in WRONG


def _judged(validate: object, code: str) -> CodeNote:
    assert callable(validate)
    try:
        validate(code)
    except InvalidChecksum:
        return CodeNote.WRONG_CONTROL
    except ValidationError:
        return CodeNote.WRONG_FORM
    return CodeNote.RIGHT


def _foreign(code: str) -> CodeNote | None:
    """What is known of a code that begins with the letters of another land; None for any other."""
    land = code[:2]
    if f" {land} " not in _LANDS or not _LETTERED.fullmatch(code) or _LIKE_PERSONAL.match(code):
        return None
    if land.lower() not in vat.MEMBER_STATES | {"el"}:
        return CodeNote.UNCHECKED
    try:
        vat.validate(code)
    except InvalidChecksum:
        return CodeNote.WRONG_CONTROL
    except ValidationError:
        return CodeNote.UNCHECKED  # a tax code of that land need not look like its VAT number
    return CodeNote.FOREIGN
