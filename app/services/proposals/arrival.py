"""When and under which number something reached the office. Pure."""

from __future__ import annotations

import re
from datetime import date

from app.services.wording.folding import fold

_NOISE = frozenset({"prot", "protocollo", "n", "nr", "num", "numero", "registro", "reg"})
"""Words that stand around a protocol number and say nothing."""

_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_PART = re.compile(r"[^\W\d_]+|\d+")
_REMARK = re.compile(r"\(|\bdel\b|\bin data\b")

ProtocolKey = tuple[str, int | None, tuple[str, ...]]


def protocol_key(text: str, received: date | None) -> ProtocolKey | None:
    """What tells one protocol number from another: «Prot. n. 0031274/2014» and «31274 del 28/04/2014» are one.

    Args:
        text: as typed: number, year and register in any order; a remark in brackets is left out.
        received: gives the year where the text does not.

    Returns:
        (number without leading zeros, year, words of the register and further numbers); None when nothing was typed.
    """
    folded = fold(text).strip()
    remark = _REMARK.search(folded)
    bare = folded[: remark.start()] if remark and remark.start() else folded
    parts = [part for part in _PART.findall(bare) if part not in _NOISE]
    if not parts:
        return (folded or text.strip(), None, ()) if text.strip() else None  # a lone accent folds to nothing
    numbers = [part for part in parts if part.isdecimal()]
    years = [part for part in numbers if _YEAR.match(part)] if len(numbers) > 1 else []
    year = int(years[-1]) if years else received.year if received else None
    if years:
        last = len(parts) - 1 - parts[::-1].index(years[-1])
        parts = [*parts[:last], *parts[last + 1 :]]
    number = next((part for part in parts if part.isdecimal()), "")
    rest = tuple(part.lstrip("0") if part.isdecimal() else part for part in parts if part != number)
    return (number.lstrip("0"), year, rest)
