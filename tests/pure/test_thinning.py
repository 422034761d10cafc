"""Which copies may go: the newest never, one of each period stays, and the room is kept to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.keeping.thinning import DAILY_FOR, Kept, to_remove

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
GB = 10**9

copies_of = st.lists(
    st.tuples(
        st.integers(-2 * 24 * 60, 500 * 24 * 60),  # minutes ago; a clock that was set back makes some in the future
        st.integers(1, 50_000_000),
        st.booleans(),
    ),
    max_size=40,
).map(
    lambda drawn: [
        Kept(f"{n:02}", NOW - timedelta(minutes=ago), size, good) for n, (ago, size, good) in enumerate(drawn)
    ]
)


def staying(copies: list[Kept], limit: int = 100 * GB, now: datetime = NOW) -> list[Kept]:
    gone = set(to_remove(copies, now, limit))
    return [copy for copy in copies if copy.key not in gone]


@settings(max_examples=60, deadline=None)
@given(copies_of, st.integers(1, 200_000_000))
def test_newest_and_newest_good_stay_and_the_room_is_kept(copies: list[Kept], limit: int) -> None:
    kept = staying(copies, limit)
    ordered = sorted(copies, key=lambda copy: (copy.at, copy.key))
    if ordered:
        assert ordered[-1] in kept
    good = [copy for copy in ordered if copy.good]
    if good:
        assert good[-1] in kept
    safe = {copy.key for copy in ordered[-1:] + good[-1:]}
    assert sum(copy.size for copy in kept) <= limit or {copy.key for copy in kept} <= safe


@settings(max_examples=60, deadline=None)
@given(copies_of)
def test_with_room_enough_every_day_and_month_keeps_one(copies: list[Kept]) -> None:
    kept = staying(copies)
    assert {copy.key for copy in copies if NOW - copy.at < timedelta(days=1)} <= {copy.key for copy in kept}
    days = {copy.at.date() for copy in copies if copy.at >= NOW - DAILY_FOR}
    assert days <= {copy.at.date() for copy in kept}
    assert {(copy.at.year, copy.at.month) for copy in copies} == {(copy.at.year, copy.at.month) for copy in kept}


@settings(max_examples=60, deadline=None)
@given(copies_of, st.integers(1, 200_000_000), st.randoms(use_true_random=False))
def test_thinning_twice_is_thinning_once_in_any_order(copies: list[Kept], limit: int, rng: object) -> None:
    once = staying(copies, limit)
    shuffled = list(copies)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert {copy.key for copy in staying(shuffled, limit)} == {copy.key for copy in once}
    assert staying(once, limit) == once


def test_dense_copies_go_first_when_room_is_short() -> None:
    hours = [Kept(f"h{n}", NOW - timedelta(hours=n), 10) for n in range(1, 5)]
    days = [Kept(f"d{n}", NOW - timedelta(days=n), 10) for n in range(2, 5)]
    assert to_remove([*hours, *days], NOW, 1000) == ()
    assert to_remove([*hours, *days], NOW, 50) == ("h4", "h3")


def test_a_year_of_quarter_hours_leaves_some_dozens() -> None:
    made, kept = NOW - timedelta(days=365), []
    for n in range(365 * 8):  # eight copies a working day
        at = made + timedelta(days=n // 8, minutes=15 * (n % 8))
        kept.append(Kept(str(n), at, 3_000_000))
        if n % 8 == 7:
            kept = staying(kept, now=at)
    assert 20 <= len(kept) <= 50
    assert min(copy.at for copy in kept) < NOW - timedelta(days=330)


def test_a_copy_that_is_not_good_does_not_stand_for_its_day() -> None:
    good, bad = Kept("a", NOW - timedelta(days=3, hours=2), 10), Kept("b", NOW - timedelta(days=3), 10, good=False)
    assert to_remove([good, bad, Kept("c", NOW, 10)], NOW, GB) == ("b",)
