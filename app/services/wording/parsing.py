"""Strict reading of what a person types: days, times and counts. Amounts are read by `app.models.money`."""

from __future__ import annotations

import re
from datetime import date

from app.models.errors import InvalidInput

COUNT_MAX = 999_999_999

_DAY = re.compile(r"(?P<day>\d{1,2})[/.\-](?P<month>\d{1,2})[/.\-](?P<year>\d{4})\Z", re.ASCII)
_DAY_SHORT = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}\Z", re.ASCII)
_TIME = re.compile(r"(?P<hour>\d{1,2})[:.,](?P<minute>\d{2})\Z", re.ASCII)
_TIME_BARE = re.compile(r"(?P<hour>\d{1,2})(?P<minute>\d{2})?\Z", re.ASCII)
_COUNT = re.compile(r"\d+\Z|\d{1,3}(?:\.\d{3})+\Z", re.ASCII)
_PERCENT_LENGTH = 40
"""Most characters of a percentage; nobody declares a longer one, and numbers of any length could not be shown."""
_PERCENT = re.compile(r"[-\u2212+]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?[\s\u00a0\u202f]*%?\Z", re.ASCII)


def parse_date(text: str, *, field: str | None = None) -> date:
    """Read a day as «31/03/2014»; points and hyphens separate as well.

    Raises:
        InvalidInput: "date.format", "date.year_short" (two digits), "date.does_not_exist" (30/02/2014).
    """
    bare = text.strip()
    match = _DAY.match(bare)
    if match is None:
        code = "date.year_short" if _DAY_SHORT.match(bare) else "date.format"
        raise InvalidInput(code, field=field, text=bare)
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        raise InvalidInput("date.does_not_exist", field=field, text=bare) from None


def parse_time(text: str, *, field: str | None = None) -> str:
    """Read a time of day as «9:30», «9.30», «0930» or «9»; gives "09:30".

    Raises:
        InvalidInput: "time.format".
    """
    bare = text.strip()
    match = _TIME.match(bare) or _TIME_BARE.match(bare)
    if match is None or int(match["hour"]) > 23 or int(match["minute"] or 0) > 59:
        raise InvalidInput("time.format", field=field, text=bare)
    return f"{int(match['hour']):02d}:{int(match['minute'] or 0):02d}"


def parse_count(text: str, *, field: str | None = None) -> int:
    """Read a whole number, not negative, as «1234» or «1.234».

    Raises:
        InvalidInput: "count.not_a_number", "count.too_large".
    """
    bare = text.strip()
    if not _COUNT.match(bare):
        raise InvalidInput("count.not_a_number", field=field, text=bare)
    digits = bare.replace(".", "").lstrip("0") or "0"
    if len(digits) > len(str(COUNT_MAX)) or int(digits) > COUNT_MAX:
        raise InvalidInput("count.too_large", field=field, text=bare)
    return int(digits)


def parse_percent_text(text: str, *, field: str | None = None) -> str:
    """Read a percentage that somebody declared and keep it as it was written, for example «3,86 %».

    Raises:
        InvalidInput: "percent.format".
    """
    bare = text.strip()
    if len(bare) > _PERCENT_LENGTH or not _PERCENT.match(bare):
        raise InvalidInput("percent.format", field=field, text=bare)
    return bare.removesuffix("%").strip() + "\u00a0%"
