"""Texts as people compare them: without case, accents and marks."""

from __future__ import annotations

import re
import unicodedata

_APART = re.compile(r"[^\w+]+")


def fold(text: str) -> str:
    """`text` without case and accents, with one space between words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def words(text: str) -> tuple[str, ...]:
    """Words of `text` folded, without punctuation («+» counts as a letter: «+ t x t»)."""
    return tuple(word for word in _APART.split(fold(text)) if word)
