"""Counts that are published: the small ones are masked, and nothing shown settles a masked one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.vouchers.masking import FLOOR_MIN, TOTAL, Place, masked_cells, masked_parts, with_totals

ROWS, COLUMNS = ("A", "B"), ("x", "y")


def possible(counts: Mapping[Place, int], masked: frozenset[Place], most: int) -> dict[Place, set[int]]:
    """By trying all: values that each masked cell can have for whoever knows the shown ones, and that 0 is shown."""
    cells = with_totals(counts)
    places = [place for place in counts if place in masked]
    found: dict[Place, set[int]] = {place: set() for place in masked}
    for values in product(range(1, most + 1), repeat=len(places)):
        tried = with_totals({**counts, **dict(zip(places, values, strict=True))})
        if all(tried[place] == cells[place] for place in cells if place not in masked):
            for place in masked:
                found[place].add(tried[place])
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=4, max_size=4), st.integers(FLOOR_MIN, 5))
def test_no_masked_count_can_be_reckoned(numbers: list[int], floor: int) -> None:
    counts = dict(zip(product(ROWS, COLUMNS), numbers, strict=True))
    cells = with_totals(counts)
    masked = masked_cells(counts, floor)
    assert {place for place, count in cells.items() if 0 < count < floor} <= masked
    assert all(cells[place] for place in masked)
    for place, values in possible(counts, masked, max(numbers) + 1).items():
        assert len(values) > 1, f"{place} of {counts} can only be {values}"


@pytest.mark.parametrize(
    ("counts", "masked"),
    [
        ({"a": 10, "b": 20}, set()),
        ({"a": 2, "b": 20, "c": 9}, {"a", "c"}),
        ({"a": 2, "b": 0, "c": 9}, {"a", "c"}),
        ({"a": 1, "b": 1, "c": 9}, {"a", "b", "c"}),
        ({"a": 1, "b": 0}, {"a", TOTAL}),
        ({}, set()),
    ],
)
def test_the_smallest_others_are_masked_with_a_small_count(counts: dict[str, int], masked: set[str]) -> None:
    assert masked_parts(counts, 3) == masked


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.integers(FLOOR_MIN, 4))
def test_no_masked_part_can_be_reckoned(numbers: list[int], floor: int) -> None:
    counts = {f"p{n}": number for n, number in enumerate(numbers)}
    masked = masked_parts(counts, floor)
    hidden = [part for part in counts if part in masked]
    for part in hidden:
        found = set()
        for values in product(range(1, 8), repeat=len(hidden)):
            tried = dict(zip(hidden, values, strict=True))
            if TOTAL in masked or sum({**counts, **tried}.values()) == sum(numbers):
                found.add(tried[part])
        assert len(found) > 1, f"{part} of {counts} can only be {found}"


def test_a_wide_table_is_masked_little() -> None:
    counts = {(f"r{row}", f"c{column}"): 5 + row * column for row in range(9) for column in range(9)}
    counts["r4", "c4"] = 1
    masked = masked_cells(counts, 5)
    assert ("r4", "c4") in masked
    assert len(masked) == 4
    assert not any(TOTAL in place for place in masked)


def test_a_single_masked_cell_would_be_reckoned() -> None:
    counts = {("A", "x"): 2, ("A", "y"): 9, ("B", "x"): 8, ("B", "y"): 7}
    assert possible(counts, frozenset({("A", "x")}), 9) == {("A", "x"): {2}}
