"""Meetings over midnight, and over the night when the clock is put forward."""

from __future__ import annotations

from datetime import date

import pytest

from app.models.errors import InvalidInput
from app.services.meetings.sitting_time import (
    is_next_day,
    loses_an_hour,
    minutes_between,
    reckoned,
    require_real_hour,
    told,
)

SATURDAY = date(2014, 3, 29)
SUNDAY = date(2014, 3, 30)


def test_hours_after_midnight_go_on_counting() -> None:
    assert reckoned("21:00", "00:40") == "24:40"
    assert reckoned("21:00", "23:59") == "23:59" < reckoned("21:00", "00:00")
    assert reckoned("", "00:40") == "00:40"
    assert told("24:40") == "00:40"
    assert told("") == ""
    assert is_next_day("21:00", "00:40")
    assert not is_next_day("21:00", "21:00")


@pytest.mark.parametrize(
    ("day", "lost"),
    [
        (SUNDAY, True),
        (SATURDAY, False),
        (date(2014, 3, 23), False),
        (date(2026, 3, 29), True),
        (date(1970, 3, 29), False),
    ],
)
def test_the_last_sunday_of_march_loses_an_hour(day: date, lost: bool) -> None:
    assert loses_an_hour(day) is lost


def test_an_hour_that_never_was_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        require_real_hour(SATURDAY, "22:00", "02:30", "time")
    assert (refusal.value.code, refusal.value.values["day"]) == ("time.skipped", SUNDAY)
    with pytest.raises(InvalidInput):
        require_real_hour(SUNDAY, "", "02:00")
    require_real_hour(SATURDAY, "22:00", "03:00")
    require_real_hour(SATURDAY, "", "02:30")
    require_real_hour(SATURDAY, "22:00", "")


def test_minutes_that_pass_leave_the_lost_hour_out() -> None:
    assert minutes_between(SATURDAY, "22:00", "22:00", "03:30") == 4 * 60 + 30
    assert minutes_between(SATURDAY, "22:00", "22:00", "01:30") == 3 * 60 + 30
    assert minutes_between(date(2014, 3, 22), "22:00", "22:00", "03:30") == 5 * 60 + 30
    assert minutes_between(SUNDAY, "01:00", "01:00", "04:00") == 2 * 60
