"""Texts as people compare them: without accents and case, numbers by their value."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from sys import intern

_NUMBER = re.compile(r"(\d{1,200})")  # longer ones are compared piece by piece: no program reads them as one number
_APART = re.compile(r"[^\w+]+")


def fold(text: str) -> str:
    """`text` without accents and case: «Èra» becomes "era"."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return plain.translate({ord(letter): None for letter in set(plain) if unicodedata.combining(letter)})


@lru_cache(maxsize=8192)
def natural_key(text: str) -> tuple[str | int, ...]:
    """Sort key that gives «àncora, Bari, doc 2, doc 10, Ètna»; pieces that many texts have are one object."""
    parts = _NUMBER.split(fold(text).strip())
    return tuple(int(part) if at % 2 else intern(part) for at, part in enumerate(parts))


def spaced(text: str) -> str:
    """The words of `text` folded, each with a space before it: a word that starts with «fam» has « fam» in it."""
    return f" {_APART.sub(' ', fold(text)).strip()}"


def words(text: str) -> tuple[str, ...]:
    """Words of `text` folded, without punctuation («+» counts as a letter: «+ t x t»)."""
    return tuple(word for word in _APART.split(fold(text)) if word)
