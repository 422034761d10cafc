"""Percentages that somebody declared: read as an Italian office writes them, kept as decimal text."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from app.models.errors import InvalidInput
from app.services.wording.parsing import parse_percent_text


def parse_share(text: str, *, field: str | None = None) -> str:
    """Read «3,86» or «3,86 %»; gives "3.86", with as many decimals as were written, or nothing for nothing.

    Raises:
        InvalidInput: "percent.format", "number.negative".
    """
    if not text.strip():
        return ""
    bare = parse_percent_text(text, field=field).removesuffix("%").strip().replace(".", "").replace(",", ".")
    if bare.startswith(("-", "\u2212")):
        raise InvalidInput("number.negative", field=field)
    return bare.removeprefix("+")


def share_text(kept: str) -> str:
    """A kept percentage as it was written: "3.86" gives «3,86 %», nothing gives nothing."""
    return kept.replace(".", ",") + "\u00a0%" if kept else ""


def share_exact(kept: str) -> Fraction | None:
    """A kept percentage as a number; None when nothing was declared."""
    return Fraction(Decimal(kept)) if kept else None
