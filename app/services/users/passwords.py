"""How good a password is, in plain words. There is one rule, its length; the rest is advice."""

from __future__ import annotations

import math
import re
from enum import IntEnum

from app.models.errors import InvalidInput
from app.services.wording.folding import fold
from app.services.wording.texts import N_

LEAST = 10
"""Characters of the shortest password."""


class Strength(IntEnum):
    """How long a guesser with the files in hand would take, roughly, at ten guesses a second for each machine."""

    SHORT = 0
    WEAK = 1  # hours
    FAIR = 2  # months
    GOOD = 3  # centuries


STRENGTH_WORDS = {
    Strength.SHORT: N_("Too short: at least {least} characters. A sentence of a few words is easy to remember."),
    Strength.WEAK: N_("Weak: easily guessed. Add a word or two that do not belong together."),
    Strength.FAIR: N_("Fair. One more word makes it good."),
    Strength.GOOD: N_("Good."),
}

_COMMON = re.compile(
    r"passw|parola|segret|qwert|asdf|1234|abcd|concilia|admin|piano|territor|comitato|benvenut|welcome"
)
_FAIR_BITS, _GOOD_BITS = 36, 50


def check_password_length(password: str, field: str = "password") -> None:
    """Refuse a password that is too short.

    Raises:
        InvalidInput: "password.short".
    """
    if len(password) < LEAST:
        raise InvalidInput("password.short", field=field, least=LEAST)


def check_same(password: str, again: str) -> None:
    """Refuse a password that was typed otherwise the second time.

    Raises:
        InvalidInput: "password.differs".
    """
    if password != again:
        raise InvalidInput("password.differs", field="again")


def strength(password: str, *names: str) -> Strength:
    """How good a password is.

    Args:
        names: the user's own, of which nothing should stand in it.
    """
    if len(password) < LEAST:
        return Strength.SHORT
    bare = fold(password)
    for known in (part for name in names for part in re.split(r"\W+", fold(name)) if len(part) > 2):
        bare = bare.replace(known, "#")
    bare = _COMMON.sub("#", bare)
    bare = re.sub(r"(19|20)\d\d", "#", bare)
    bare = re.sub(r"(.)\1+", r"\1", bare)
    bare = re.sub(r"(.{2,})\1+", r"\1", bare)
    bits = _bits(bare)
    if bits < _FAIR_BITS:
        return Strength.WEAK
    return Strength.FAIR if bits < _GOOD_BITS else Strength.GOOD


def _bits(text: str) -> float:
    """Roughly what a guesser has to try: words as words, the rest as characters."""
    words = re.findall(r"[^\W\d_]{3,}", text)
    rest = re.sub(r"[^\W\d_]{3,}", "", text)
    different = min(len(set(rest)), 8)
    return sum(min(13.0, 3.2 * len(word)) for word in dict.fromkeys(words)) + len(rest) * math.log2(2 + different)
