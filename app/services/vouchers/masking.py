"""Counts of people that are published: those below a floor are masked, and no masked one can be reckoned from the rest.

A table of counts is published with its totals, so that a single masked cell could be had by subtraction. Others are
masked with it, as few and as small as can be, so that none is settled by what is left.

Source: D. Gusfield, «A graph theoretic approach to statistical data security», SIAM J. Comput. 17 (1988): cells are
edges between their row and their column, totals are a row and a column more, and a cell can be another number if, and
only if, it lies on a circle on which numbers may be moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush

FLOOR_MIN = 3
"""Below it a mask would tell the number: of «fewer than two» there is but one."""

TOTAL = ""
"""Name of the row and of the column of the totals."""

Place = tuple[str, str]
"""Row and column of a cell."""


def with_totals(counts: Mapping[Place, int]) -> dict[Place, int]:
    """A table of counts with the totals of its rows, of its columns, and of all."""
    cells: dict[Place, int] = {}
    for (row, column), count in counts.items():
        assert TOTAL not in (row, column)
        assert count >= 0
        for place in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            cells[place] = cells.get(place, 0) + count
    return cells


def masked_cells(counts: Mapping[Place, int], floor: int, also: Iterable[Place] = ()) -> frozenset[Place]:
    """What is not to be shown of a table with its totals.

    Args:
        counts: of people, by row and column, without totals; what is not there is 0.
        floor: the least count that is shown, >= `FLOOR_MIN`; 0 tells of nobody, and is shown.
        also: places that are masked for another reason; what is not there stays out of it.

    Returns:
        Places to be masked, totals under `TOTAL`: all counts from 1 to `floor` - 1, and as many more as are needed for
        each of them to have another value that fits everything shown.
    """
    return _masked(with_totals(counts), floor, also)


def masked_parts(counts: Mapping[str, int], floor: int) -> frozenset[str]:
    """The same of one row of counts with their total; `TOTAL` is in it when the total is not to be shown either."""
    cells = {(_ROW, part): count for part, count in counts.items()}
    cells[_ROW, TOTAL] = sum(counts.values())
    return frozenset(part for _row, part in _masked(cells, floor))


_ROW = "row"
"""Name of a row that stands alone."""


def _masked(table: Mapping[Place, int], floor: int, also: Iterable[Place] = ()) -> frozenset[Place]:
    """What is masked of a table with its totals, or of one row with its total."""
    assert floor >= FLOOR_MIN
    cells = {place: count for place, count in table.items() if count}
    wanted = frozenset(also)
    masked = {place for place, count in cells.items() if count < floor or place in wanted}
    is_row = all(row == _ROW for row, _column in cells)
    for place in sorted(masked):
        masked |= _circle(place, cells, masked, is_row)
    return frozenset(masked)


def _circle(place: Place, cells: Mapping[Place, int], masked: set[Place], is_row: bool) -> set[Place]:
    """The cells whose masking lets this one have another value: a part before a total, small ones before large ones.

    Whoever reads knows of each masked cell that it is at least 1. More can always stand in it, when nothing is told of
    its totals: so there is a circle for each.

    Args:
        is_row: whether columns have no totals, so that each cell moves with any other.
    """
    ahead: dict[str, list[tuple[str, Place]]] = {}
    for cell, count in cells.items():
        row, column = f"r{cell[0]}", "c" if is_row else f"c{cell[1]}"
        is_margin = cell.count(TOTAL) == 1  # a total stands on the other side of its sum
        if count > 1 or not is_margin:
            ahead.setdefault(row, []).append((column, cell))
        if count > 1 or is_margin:
            ahead.setdefault(column, []).append((row, cell))
    steps = [(start, end) for start, ways in ahead.items() for end, cell in ways if cell == place]
    ways = (_cheapest(end, start, place, cells, masked, ahead) for start, end in steps)
    return min((way for way in ways if way is not None), key=lambda way: way[0])[1]


Cost = tuple[int, int]
"""Weight of the totals that are masked for it, and people."""


def _weight(cell: Place) -> int:
    """How unwillingly a cell is masked: a part not at all, the total of a row more than that of a column."""
    return (cell[0] == TOTAL) + 3 * (cell[1] == TOTAL)


def _cheapest(
    start: str,
    goal: str,
    but: Place,
    cells: Mapping[Place, int],
    masked: set[Place],
    ahead: Mapping[str, list[tuple[str, Place]]],
) -> tuple[Cost, set[Place]] | None:
    """The way from `start` to `goal` that does not use the cell `but` and masks least: its cost and its cells."""
    waiting: list[tuple[Cost, str, tuple[Place, ...]]] = [((0, 0), start, ())]
    seen: set[str] = set()
    while waiting:
        (totals, people), here, way = heappop(waiting)
        if here == goal:
            return (totals, people), set(way)
        if here in seen:
            continue
        seen.add(here)
        for there, cell in ahead.get(here, ()):
            if cell == but or there in seen:
                continue
            is_free = cell in masked
            cost = (totals, people) if is_free else (totals + _weight(cell), people + cells[cell])
            heappush(waiting, (cost, there, (*way, cell)))
    return None
