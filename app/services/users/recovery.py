"""The recovery sheet: a secret of 160 bits as eight groups of letters, each with its own check, to be kept on paper."""

from __future__ import annotations

import random
import secrets
from datetime import datetime

from app.models.errors import InvalidInput
from app.services.reports.spec import Column, Document, Facts, Items, Kind, Paragraph, QrCode, Table
from app.services.wording.formats import format_instant
from app.services.wording.texts import Translator

GROUPS = 8
LETTERS = 4
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, which are misread; what is typed instead is understood."""

_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SEPARATORS = str.maketrans("", "", " -\t\n\r·.")


def new_code() -> str:
    """A new secret: 32 random letters of `ALPHABET`, without checks."""
    return "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * LETTERS))


def groups(code: str) -> tuple[str, ...]:
    """The secret as it is printed: eight groups of four letters and a check."""
    parts = [code[start : start + LETTERS] for start in range(0, len(code), LETTERS)]
    return tuple(part + _check(number, part) for number, part in enumerate(parts, start=1))


def _times(a: int, b: int) -> int:
    """Product in the field of 32 elements (x^5 + x^2 + 1)."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = (a << 1) ^ (0b100101 if a & 0b10000 else 0)
        b >>= 1
    return product


def _check(number: int, part: str) -> str:
    """Check of a group: finds any one wrong letter, two that changed places, and a group in another's place."""
    total, weight = _times(number, 29), 2
    for letter in part:
        total ^= _times(ALPHABET.index(letter), weight)
        weight = _times(weight, 2)
    return ALPHABET[total]


def _plain(text: str) -> str:
    return text.upper().translate(_SEPARATORS).translate(_MISREAD)


def parse_code(text: str) -> str:
    """The secret from what was typed or read from the square; spaces, dashes and small letters do not matter.

    Raises:
        InvalidInput: "keys.code_length", "keys.code_format", "keys.code_group" with the number of the wrong group.
    """
    typed = _plain(text)
    size = LETTERS + 1
    parts = [typed[start : start + size] for start in range(0, len(typed), size)]
    if len(typed) != GROUPS * size:
        raise InvalidInput("keys.code_length", field="code", expected=GROUPS, found=len(parts))
    for number, part in enumerate(parts, start=1):
        check_group(number, part)
    return "".join(part[:LETTERS] for part in parts)


def check_group(number: int, part: str) -> None:
    """Refuse a group that cannot stand on a sheet.

    Raises:
        InvalidInput: "keys.code_format", "keys.code_group".
    """
    if len(part) != LETTERS + 1 or not set(part) <= set(ALPHABET):
        raise InvalidInput("keys.code_format", field="code", text=part)
    if _check(number, part[:LETTERS]) != part[LETTERS]:
        raise InvalidInput("keys.code_group", field="code", group=number)


def asked_groups() -> tuple[int, int]:
    """Numbers of two groups, at random, that are to be typed back from the sheet."""
    first, second = sorted(random.SystemRandom().sample(range(1, GROUPS + 1), 2))
    return first, second


def check_typed(code: str, number: int, text: str) -> None:
    """Refuse a group that was not typed back as it stands on the sheet.

    Raises:
        InvalidInput: "keys.code_format", "keys.code_group", "keys.check_failed".
    """
    typed = _plain(text)
    check_group(number, typed)
    if typed != groups(code)[number - 1]:
        raise InvalidInput("keys.check_failed", field="code", group=number)


def recovery_sheet(archive: str, number: str, code: str, at: datetime, tr: Translator) -> Document:
    """The sheet to be printed.

    Args:
        archive: name of its file.
        number: of the archive.
        at: when the sheet was made.
    """
    rows = tuple(enumerate(groups(code), start=1))
    letters = Table(
        "recovery",
        "",
        (
            Column("group", tr("Group"), Kind.COUNT, lambda row: row[0], width_mm=25),
            Column("letters", tr("Letters"), Kind.TEXT, lambda row: "  ".join(row[1]), width_mm=145),
        ),
        rows,
    )
    steps = (
        tr("Open the archive and choose «Recovery sheet» where user and password are asked for."),
        tr("Type the eight groups, or have the square read by a camera. The last letter of each group is its check."),
        tr("Under «People and keys» give a new password to whoever forgot it."),
    )
    return Document(
        code="RECUPERO",
        title=tr("Recovery sheet"),
        heading=(),
        parts=(
            Paragraph(
                tr("Whoever holds this sheet opens the archive. Keep it locked away, apart from the computer."),
                strong=True,
            ),
            Facts(
                (
                    (tr("Archive"), archive),
                    (tr("Number of the archive"), number),
                    (tr("Made on"), format_instant(at)),
                )
            ),
            letters,
            QrCode("-".join(groups(code)), tr("Square with the same eight groups of letters")),
            Paragraph(tr("How it is used"), strong=True),
            Items(steps, numbered=True),
            Paragraph(
                tr(
                    "When a new sheet is made, this one opens nothing any more, except copies of the archive that are"
                    " older than that. Without the sheet and without any password nobody can read the archive: neither"
                    " the office nor whoever made the program."
                )
            ),
        ),
        language=tr.language,
        as_at=at,
        slug="foglio-di-recupero",
    )
