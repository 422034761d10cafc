"""Texts for people, in their language.

The source of every text is English, marked where it stands: with a `Translator` named `tr` or
`_` when it is said at once, with `N_` when it is a constant that is translated when shown.
The catalogues under `resources/i18n` are made from these marks by `python -m tools.i18n`.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from app.resources import resource
from app.services.wording.catalogue import Catalogue

LANGUAGES = ("it", "en")
"""The languages that are offered; the first is the one taken when none is chosen."""
STRETCHED = "stretched"
"""Not a language: English made longer and accented, to see what a window cannot hold."""

_DOMAIN = "concilia"
_KEPT = re.compile(r"(\{[^{}]*\}|<[^<>]*>|&\w+;)")
_WIDE = str.maketrans({letter: accented * 2 for letter, accented in zip("aeiouAEIOU", "àéìòùÀÉÌÒÙ", strict=True)})


def N_(text: str) -> str:
    """Mark a constant for translation; the text itself, translated later by a `Translator`."""
    return text


def stretch(text: str) -> str:
    """The text about 40 % longer, with accents; placeholders, tags and entities stay as they are."""
    parts = _KEPT.split(text)
    return "".join(part if _KEPT.fullmatch(part) else part.translate(_WIDE) for part in parts)


def _as_it_is(text: str) -> str:
    return text


def _typeset(text: str) -> str:
    """English as it is read: the source has the apostrophe of the keyboard, other languages have theirs written."""
    return text.replace("'", "’")


@dataclass(frozen=True)
class Translator:
    """Gives texts in one language; a text without a translation comes back in English."""

    language: str
    _catalogue: gettext.NullTranslations = field(repr=False, compare=False)
    _dress: Callable[[str], str] = field(default=_as_it_is, repr=False, compare=False)

    def __call__(self, msgid: str) -> str:
        """The text for `msgid`; nothing for nothing."""
        return self._dress(self._catalogue.gettext(msgid)) if msgid else ""

    def plural(self, one: str, many: str, n: int) -> str:
        """The form of the text for `n` things; a `{n}` in it is left for the caller's `format`."""
        return self._dress(self._catalogue.ngettext(one, many, n))

    def context(self, ctx: str, msgid: str) -> str:
        """The text for `msgid` where the same English word has another meaning elsewhere."""
        return self._dress(self._catalogue.pgettext(ctx, msgid))


@cache
def translator(language: str) -> Translator:
    """The translator of one of `LANGUAGES`, or of `STRETCHED`.

    Raises:
        ValueError: there is no such language.
    """
    if language == "en":
        return Translator(language, gettext.NullTranslations(), _typeset)
    if language == STRETCHED:
        return Translator(language, gettext.NullTranslations(), stretch)
    if language not in LANGUAGES:
        raise ValueError(f"no texts in the language {language!r}")
    file = resource("i18n", language, "LC_MESSAGES", f"{_DOMAIN}.mo")
    return Translator(language, Catalogue(file.read_bytes()))
