"""Checks that every form shares: each refuses with the key of the field that is wrong."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date

from app.models.errors import InvalidInput
from app.models.money import CENTS_MAX


def require_text(text: str, field: str) -> str:
    """`text` without the spaces around it.

    Raises:
        InvalidInput: "field.required" when nothing is left.
    """
    bare = text.strip()
    if not bare:
        raise InvalidInput("field.required", field=field)
    return bare


def require_key(key: str | None, field: str) -> str:
    """The key that was chosen.

    Raises:
        InvalidInput: "field.required" when none was.
    """
    if not key:
        raise InvalidInput("field.required", field=field)
    return key


def require_in_order(start: date | None, end: date | None, field: str) -> None:
    """A period ends after it starts, where both days are known.

    Raises:
        InvalidInput: "date.end_before_start" with `start` and `end`.
    """
    if start is not None and end is not None and end < start:
        raise InvalidInput("date.end_before_start", field=field, start=start, end=end)


def require_positive(number: int, field: str) -> None:
    """A number from 1 upwards.

    Raises:
        InvalidInput: "number.not_positive".
    """
    if number < 1:
        raise InvalidInput("number.not_positive", field=field)


def require_not_negative(amount: int | None, field: str) -> None:
    """An amount or count that is not below zero and not absurdly large, when there is one.

    Raises:
        InvalidInput: "number.negative", "number.too_large".
    """
    if amount is None:
        return
    if amount < 0:
        raise InvalidInput("number.negative", field=field)
    if amount > CENTS_MAX:
        raise InvalidInput("number.too_large", field=field)


def require_distinct(keys: Sequence[Hashable], field: str, code: str) -> None:
    """No row repeats the key of an earlier one.

    Args:
        field: key of the field with {row} where the row's index goes: "items.{row}.number".
        code: of the refusal; it carries `row`, counted from 1, and `earlier`.

    Raises:
        InvalidInput: `code`.
    """
    seen: dict[Hashable, int] = {}
    for row, key in enumerate(keys):
        if key in seen:
            raise InvalidInput(code, field=field.format(row=row), row=row + 1, earlier=seen[key] + 1)
        seen[key] = row
