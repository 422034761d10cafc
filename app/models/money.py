"""Amounts of money: whole cents, strict reading, exact splitting. The only rounding of the program is here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NewType

from app.models.errors import InvalidInput

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

Cents = NewType("Cents", int)

CENTS_MAX = Cents(9_000_000_000_000_000)
"""Largest amount accepted, in cents: ninety thousand billion euro, far below 64 bits."""

_PLAIN = re.compile(r"(?P<sign>[-\u2212+]?)(?P<whole>\d+)(?:,(?P<decimals>\d+))?\Z")
_GROUPED = re.compile(r"(?P<sign>[-\u2212+]?)(?P<whole>\d{1,3}(?:\.\d{3})+)(?:,(?P<decimals>\d+))?\Z")


def parse_cents(text: str, *, field: str | None = None) -> Cents:
    """Read an amount as an Italian office writes it: «1.234,56», «1234,56», «€ 12», «12 €».

    A text that could mean two amounts is refused, never guessed.

    Args:
        text: what was typed or printed.
        field: key of the form field, for the error.

    Returns:
        The amount in cents; negative when a minus sign stands first.

    Raises:
        InvalidInput: "amount.empty", "amount.decimal_point" («1234.56»), "amount.separators_mixed"
            («254,510,00», «169.672.62»), "amount.decimals" (not two), "amount.not_a_number", "amount.too_large".
    """
    bare = text.replace("\u00a0", " ").replace("\u202f", " ").strip()
    bare = bare.removeprefix("€").removesuffix("€").strip()
    if not bare:
        raise InvalidInput("amount.empty", field=field)
    match = _GROUPED.match(bare) or _PLAIN.match(bare)
    if match is None:
        raise InvalidInput(_reason(bare), field=field, text=text.strip())
    decimals = match["decimals"]
    if decimals is not None and len(decimals) != 2:
        raise InvalidInput("amount.decimals", field=field, text=text.strip())
    cents = _cents(match["whole"].replace(".", ""), decimals)
    if cents is None:
        raise InvalidInput("amount.too_large", field=field, text=text.strip())
    return Cents(-cents if match["sign"] in ("-", "\u2212") else cents)


def _cents(whole: str, decimals: str | None) -> int | None:
    """Cents of an amount in digits; None when it is too large, however many digits it has."""
    digits = whole.lstrip("0") or "0"
    if len(digits) > len(str(CENTS_MAX)):
        return None
    cents = int(digits) * 100 + int(decimals or 0)
    return cents if cents <= CENTS_MAX else None


def _reason(bare: str) -> str:
    """Code of the reason why `bare` is no amount."""
    if not re.fullmatch(r"[-\u2212+]?[\d.,]+", bare) or not re.search(r"\d", bare):
        return "amount.not_a_number"
    if re.fullmatch(r"[-\u2212+]?\d+\.\d{1,2}", bare):
        return "amount.decimal_point"
    return "amount.separators_mixed"


def format_cents(cents: int) -> str:
    """Write cents as «1.234,56», with a true minus sign; no currency."""
    whole, rest = divmod(abs(cents), 100)
    sign = "\u2212" if cents < 0 else ""
    return f"{sign}{whole:,}".replace(",", ".") + f",{rest:02d}"


def format_euro(cents: int) -> str:
    """Write cents as «1.234,56 €», with a space that does not break."""
    return f"{format_cents(cents)}\u00a0€"


def decimal_text(cents: int) -> str:
    """Write cents as "1234.56": the stable form of JSON and of the command line."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def parse_decimal_text(text: str, *, field: str | None = None) -> Cents:
    """Read "1234.56" or "1234": the stable form of JSON and of the command line.

    Raises:
        InvalidInput: "amount.decimal_text" for anything else, "amount.too_large".
    """
    match = re.fullmatch(r"(-?)(\d+)(?:\.(\d{2}))?", text.strip(), flags=re.ASCII)
    if match is None:
        raise InvalidInput("amount.decimal_text", field=field, text=text)
    cents = _cents(match[2], match[3])
    if cents is None:
        raise InvalidInput("amount.too_large", field=field, text=text)
    return Cents(-cents if match[1] else cents)


def split_cents(total: Cents, weights: Sequence[int], tie_order: Sequence[int] | None = None) -> list[Cents]:
    """Share `total` by `weights` without losing a cent (largest remainder).

    Args:
        total: cents, >= 0.
        weights: n integers >= 0 with a positive sum, any unit (points, heads, cents).
        tie_order: the n positions in the order that equal remainders are served; by default as listed.

    Returns:
        n amounts in cents, same order as `weights`; their sum is `total`; each is within one cent of its
        exact share; a weight of zero gets nothing.
    """
    assert total >= 0
    assert weights, "at least one part"
    assert min(weights) >= 0
    weight_sum = sum(weights)
    assert weight_sum > 0
    order = range(len(weights)) if tie_order is None else tie_order
    assert sorted(order) == list(range(len(weights)))
    exact = [divmod(total * weight, weight_sum) for weight in weights]
    shares = [quotient for quotient, _remainder in exact]
    neediest = sorted(order, key=lambda i: -exact[i][1])
    for i in neediest[: total - sum(shares)]:
        shares[i] += 1
    return [Cents(share) for share in shares]


def percentage(part: int, whole: int) -> Fraction | None:
    """Exact percentage of `part` in `whole`, or None when `whole` is zero."""
    from fractions import Fraction

    return Fraction(part * 100, whole) if whole else None


def round_half_up(value: Fraction, digits: int = 2) -> Decimal:
    """Round an exact number half up (away from zero) to `digits` decimals; for showing only."""
    from decimal import ROUND_HALF_UP, Decimal  # the window starts with whole cents alone

    scale: int = 10**digits
    doubled = abs(value) * scale * 2
    units = (doubled.numerator // doubled.denominator + 1) // 2
    return (Decimal(units if value >= 0 else -units) / scale).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
