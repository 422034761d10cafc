"""How values look on screen and on paper: one text per kind, the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from app.models.money import format_cents, format_euro, round_half_up
from app.services.reports.table_spec import Kind
from app.services.wording.labels import label
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from fractions import Fraction


@cache
def rome() -> tzinfo:
    """The clock on the wall of the offices that use the program."""
    from zoneinfo import ZoneInfo  # read from a file, and the first room shows no hour

    return ZoneInfo("Europe/Rome")


def format_date(day: date) -> str:
    """«31/03/2014»."""
    return f"{day:%d/%m/%Y}"


def format_instant(instant: datetime) -> str:
    """«31/03/2014 10:42», in Italian time."""
    return f"{instant.astimezone(rome()):%d/%m/%Y %H:%M}"


def format_number(value: Fraction, digits: int = 2) -> str:
    """«31,20»: two decimals, half up."""
    return format(round_half_up(value, digits), "f").replace(".", ",").replace("-", "\u2212")


def format_percent(value: Fraction) -> str:
    """«31,20 %»."""
    return f"{format_number(value)}\u00a0%"


def format_count(value: int) -> str:
    """«1.234»."""
    return format_cents(value * 100).removesuffix(",00")


def format_measure(value: Fraction) -> str:
    """«4», «12,5»: as many decimals as it has."""
    from app.services.wording.points import format_points

    return format_points(value)


def format_size(size: int) -> str:
    """«1,25 MB»: bytes of a file, in thousands."""
    from fractions import Fraction

    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{format_number(Fraction(size, factor))}\u00a0{unit}"
    return f"{size}\u00a0B"


def display(kind: Kind, value: Any, tr: Translator) -> str:
    """Text of one cell: the same on screen, in PDF and in the text of an XLSX cell.

    Args:
        kind: of the column.
        value: raw value as `kind` says, or None for an empty cell; a str in a cell of another kind is shown as it is.
        tr: language of the document or of the window.
    """
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return value
    if isinstance(value, StrEnum):
        return label(value, tr)
    return _WRITERS[kind](value, tr)


_WRITERS: dict[Kind, Callable[[Any, Translator], str]] = {
    Kind.TEXT: lambda value, _tr: str(value),
    Kind.NOTE: lambda value, _tr: str(value),
    Kind.COUNT: lambda value, _tr: format_count(value),
    Kind.MONEY: lambda value, _tr: format_euro(value),
    Kind.PERCENT: lambda value, _tr: format_percent(value),
    Kind.POINTS: lambda value, _tr: format_number(value),
    Kind.MEASURE: lambda value, _tr: format_measure(value),
    Kind.DATE: lambda value, _tr: format_date(value),
    Kind.TIME: lambda value, _tr: str(value),
    Kind.INSTANT: lambda value, _tr: format_instant(value),
    Kind.STATE: lambda value, _tr: str(value),
    Kind.FLAG: lambda value, tr: tr.context("flag", "yes") if value else tr.context("flag", "no"),
}
