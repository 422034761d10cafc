"""Numbers of vouchers as they are printed, scanned and typed: «GAR-2014-00012-K».

The last letter checks the rest: it changes when any one character is mistyped and when two that stand side by side are
swapped. Twenty-six letters are too many for a weighted sum to see every swap, so the check is a product in the
dihedral group of that order.

Source: H. P. Gumm, A new class of check-digit methods for arbitrary number systems, IEEE Trans. Inf. Theory 31 (1985):
in the group of a regular polygon with an odd number of sides, with rotations mirrored at every step, no substitution of
one character and no swap of neighbours keeps the product.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.models.errors import InvalidInput

_SIDES = 13
_DIGITS_MIN = 5
_FORM = re.compile(r"([A-Z]{2,8})(20\d{2})(\d{5,9})([A-Z])", re.ASCII)
_IGNORED = re.compile(r"[\s\-\u2010-\u2015\u2212./_]+")


@dataclass(frozen=True)
class VoucherNumber:
    """Which voucher a printed number names.

    Attributes:
        programme: letters of the programme.
        number: from 1 within programme and year.
    """

    programme: str
    year: int
    number: int

    @property
    def letter(self) -> str:
        """The check letter."""
        return check_letter(f"{self.programme}{self.year:04d}{self.number:0{_DIGITS_MIN}d}")

    def text(self) -> str:
        """The number as it is printed."""
        return f"{self.programme}-{self.year:04d}-{self.number:0{_DIGITS_MIN}d}-{self.letter}"


def check_letter(text: str) -> str:
    """The letter that checks capital letters and digits, in the order that they stand."""
    product = 0
    for place, character in enumerate(reversed(text), start=1):
        product = _times(product, _mirrored(_value(character), place))
    inverse = next(each for each in range(2 * _SIDES) if _times(product, each) == 0)
    return chr(ord("A") + inverse)


def parse_number(text: str, *, field: str | None = None) -> VoucherNumber:
    """Read a number as it was typed or scanned: capitals or not, with its strokes or without.

    Raises:
        InvalidInput: "field.required", "voucher.number_form" when it is made like no number, "voucher.number_mistyped"
            when its letter does not fit the rest.
    """
    bare = _IGNORED.sub("", text).upper()
    if not bare:
        raise InvalidInput("field.required", field=field)
    match = _FORM.fullmatch(bare)
    if match is None or (len(match[3]) > _DIGITS_MIN and match[3].startswith("0")) or int(match[3]) == 0:
        raise InvalidInput("voucher.number_form", field=field, text=text.strip())
    found = VoucherNumber(match[1], int(match[2]), int(match[3]))
    if found.letter != match[4]:
        raise InvalidInput("voucher.number_mistyped", field=field, text=text.strip())
    return found


def _value(character: str) -> int:
    return int(character) if character.isdigit() else ord(character) - ord("A")


def _times(first: int, second: int) -> int:
    """Product of two elements of the group: 0 to 12 turn by so many sides, 13 to 25 turn and mirror."""
    turn, mirror = first % _SIDES, first >= _SIDES
    other, other_mirror = second % _SIDES, second >= _SIDES
    turned = (turn - other if mirror else turn + other) % _SIDES
    return turned + (_SIDES if mirror != other_mirror else 0)


def _mirrored(value: int, times: int) -> int:
    """What an element becomes by the place that it stands in: a turn is taken back from one more side."""
    if value >= _SIDES:
        return value
    return (1 - value) % _SIDES if times % 2 else value
