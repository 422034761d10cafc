"""What day it is for vouchers: the office's calendar by the archive's clock."""

from __future__ import annotations

from datetime import date

from app.models.errors import InvalidInput
from app.models.store import Store
from app.services.wording.formats import rome


def today_of(store: Store) -> date:
    """Today, in Italy."""
    return store.clock().astimezone(rome()).date()


def past_day(store: Store, day: date | None, field: str = "day") -> date:
    """A day that was given and has come.

    Raises:
        InvalidInput: "field.required", "date.in_future" with `day` and `today`.
    """
    if day is None:
        raise InvalidInput("field.required", field=field)
    today = today_of(store)
    if day > today:
        raise InvalidInput("date.in_future", field=field, day=day, today=today)
    return day
