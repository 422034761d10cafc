"""A compiled catalogue of texts that is looked into, not read: of its thousands a run asks for a few hundred."""

from __future__ import annotations

import gettext
import re
import struct
from collections.abc import Callable
from functools import cached_property

_HEADER = struct.Struct("<7I")
_MAGIC = 0x950412DE


class Catalogue(gettext.NullTranslations):
    """The texts of one language.

    Source: GNU gettext manual, «The Format of GNU MO Files». Ours are written by `tools.i18n`, in this byte order.

    Args:
        data: of the file.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__()
        magic, _revision, count, originals, translations, _size, _hashes = _HEADER.unpack_from(data)
        if magic != _MAGIC:
            raise ValueError("not a compiled catalogue")
        self._data = data
        numbers = struct.Struct(f"<{2 * count}I")
        given, made = numbers.unpack_from(data, originals), numbers.unpack_from(data, translations)
        found = zip(made[1::2], made[::2], strict=True)
        places = {
            data[start : start + length]: place
            for length, start, place in zip(given[::2], given[1::2], found, strict=True)
        }
        counted = {key.partition(b"\0")[0]: place for key, place in places.items() if b"\0" in key}
        self._places = counted | places  # a counted text is found by its singular too

    def gettext(self, message: str) -> str:
        """The text for `message`, or `message` when there is none."""
        return self._found(message).partition("\0")[0] or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The form for `n` things."""
        forms = self._found(f"{msgid1}\0{msgid2}")
        if not forms:
            return msgid1 if n == 1 else msgid2
        return forms.split("\0")[self._form(n)]

    def pgettext(self, context: str, message: str) -> str:
        """The text for `message` as it is said in `context`."""
        return self._found(f"{context}\4{message}") or message

    def _found(self, key: str) -> str:
        start, length = self._places.get(key.encode(), (0, 0))
        return self._data[start : start + length].decode()

    @cached_property
    def _form(self) -> Callable[[int], int]:
        """Which form a number takes, as the header of the catalogue says."""
        said = re.search(r"plural=([^;\n]+)", self._found(""))
        return gettext.c2py(said[1]) if said else (lambda n: int(n != 1))
