"""Checks that every form shares: each refuses with the key of the field that is wrong, or names what is in the way."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.errors import InvalidInput, RuleBroken
from app.models.meetings import Decision
from app.models.money import CENTS_MAX
from app.models.plan import Declaration
from app.services.children import get_row


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


def require_number(number: int | None, field: str) -> int:
    """A count that was typed.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.too_large".
    """
    if number is None:
        raise InvalidInput("field.required", field=field)
    require_not_negative(number, field)
    return number


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


def require_in_force(session: Session, decision_id: str | None) -> None:
    """The decision that a record names has its effect, so that it stays.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "decision.pending".
    """
    if decision_id is None:
        return
    if get_row(session, Decision, decision_id).effective_at is None:
        raise RuleBroken("decision.pending")


def refuse_used(session: Session, row_id: str, name: str, *users: sa.Select[tuple[str]]) -> None:
    """Nothing may still use a record that is to be deleted.

    Args:
        row_id: key of the record; declarations about it count as users.
        name: of the record, for the sentence.
        users: each gives the names of the records of one kind that use it.

    Raises:
        RuleBroken: "record.in_use" with `name` and `users`.
    """
    declared = sa.select(Declaration.as_printed).where(Declaration.subject_id == row_id)
    names = [found for query in (*users, declared) for found in session.scalars(query.distinct().limit(5))]
    if names:
        raise RuleBroken("record.in_use", name=name, users=tuple(names))
