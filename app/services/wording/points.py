"""Points, weights and measures as people write them: «12,5». Kept exactly, in thousandths."""

from __future__ import annotations

import re
from fractions import Fraction

from app.models.errors import InvalidInput

POINT = 1000
"""Thousandths of a point."""
POINTS_MAX = 1_000_000
"""Points, weights and measures are smaller than this."""
MEASURE_DIGITS = 6
"""Decimals of a measure that is shown as it is."""

_POINTS = re.compile(r"[-\u2212+]?(?:\d{1,12}|\d{1,3}(?:\.\d{3})+(?=,))(?:[.,]\d{1,9})?\Z", re.ASCII)


def parse_points(text: str, *, field: str | None = None) -> Fraction:
    """Read «12», «12,5» or «12.5»: a comma or a point before the decimals, three of them at most.

    «1.234» is refused: it may be one or a thousand; with decimals after a comma, «1.234,5», it is a thousand.

    Raises:
        InvalidInput: "points.format", "points.ambiguous", "points.too_fine", "points.too_large".
    """
    bare = text.strip().replace("\u2212", "-")
    if not _POINTS.match(bare):
        raise InvalidInput("points.format", field=field, text=text.strip())
    if re.fullmatch(r"[-+]?\d{1,3}\.\d{3}", bare):
        raise InvalidInput("points.ambiguous", field=field, text=bare)
    plain = bare.replace(".", "") if "," in bare else bare
    value = Fraction(plain.replace(",", "."))
    if (value * POINT).denominator != 1:
        raise InvalidInput("points.too_fine", field=field, text=bare)
    if abs(value) >= POINTS_MAX:
        raise InvalidInput("points.too_large", field=field, text=bare)
    return value


def format_points(value: Fraction | int) -> str:
    """«12,5»: as many decimals as are needed, six at most."""
    exact = Fraction(value)
    sign = "\u2212" if exact < 0 else ""
    scaled = int(abs(exact) * 10**MEASURE_DIGITS + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**MEASURE_DIGITS)
    decimals = f"{rest:0{MEASURE_DIGITS}d}".rstrip("0")
    shown = f"{whole:,}".replace(",", ".")
    return f"{sign}{shown},{decimals}" if decimals else f"{sign}{shown}"


def kept(value: Fraction | None) -> int | None:
    """Thousandths of a value that was read; none of none."""
    return None if value is None else int(value * POINT)


def read(thousandths: int | None) -> Fraction | None:
    """The value of thousandths; none of none."""
    return None if thousandths is None else Fraction(thousandths, POINT)
