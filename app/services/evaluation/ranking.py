"""The ranking of proposals: exact, purely from values, with what settled each place.

Points come in rounded already, once, as the grid says. Equal points go through the chain of ties of the call; what the
chain does not settle stays open, and both proposals have the same place, until a draw or the committee settles it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import Any

from app.models.enums import TieCriterion
from app.models.money import Cents

NOTHING = Cents(0)


@dataclass(frozen=True)
class TieStep:
    """A step of the chain of ties; of points `codes` are the keys of the criteria that are summed."""

    criterion: TieCriterion
    codes: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Candidate:
    """A proposal that was judged.

    Attributes:
        number: of the proposal; what a draw by seed is made on, so that anybody can repeat it.
        area: key of its priority area; empty without one.
        cofinancing: share of the total cost.
        arrival: day and hour as «2014-05-30T12:30», the day alone when the hour is not known; empty without a day.
        by_criterion: points by key of criterion, for ties.
    """

    key: str
    number: int
    points: Fraction
    suitable: bool = True
    area: str = ""
    requested: Cents = NOTHING
    cofinancing: Fraction = Fraction(0)
    arrival: str = ""
    by_criterion: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where a proposal stands in its group.

    Attributes:
        place: 1 for the best; the same for those whose tie is open; None for one that is not suitable.
        settled_by: index of the step that put it behind the one before it; None when points did, or it is first.
        tied: keys of the others whose tie with it is open.
    """

    key: str
    place: int | None
    settled_by: int | None = None
    tied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """The ranking of an area, or of all when `area` is None; best first, then those that are not suitable."""

    area: str | None
    places: tuple[Place, ...]

    @property
    def open_ties(self) -> tuple[tuple[str, ...], ...]:
        """Keys of each set of proposals that nothing has settled yet."""
        sets = dict.fromkeys(tuple(sorted((place.key, *place.tied))) for place in self.places if place.tied)
        return tuple(sets)


def rank(
    candidates: Sequence[Candidate],
    ties: Sequence[TieStep] = (),
    drawn: Mapping[str, int] | None = None,
    areas: Sequence[str] | None = None,
) -> tuple[Group, ...]:
    """Rank proposals by points, then by the chain of ties.

    Args:
        candidates: in any order: no permutation changes a place.
        drawn: number drawn, by key; the lowest comes first. Numbers that a set of equals lacks leave it open.
        areas: keys of the areas, in order, for a ranking of each; None for one ranking of all.

    Returns:
        A group for each area that has candidates, or one. A higher number of points never has a lower place.
    """
    if areas is None:
        return (Group(None, _places(candidates, ties, drawn or {})),)
    by_area: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_area.setdefault(candidate.area, []).append(candidate)
    order = [*areas, *sorted(by_area.keys() - set(areas))]
    return tuple(Group(area, _places(by_area[area], ties, drawn or {})) for area in order if area in by_area)


def _places(candidates: Sequence[Candidate], ties: Sequence[TieStep], drawn: Mapping[str, int]) -> tuple[Place, ...]:
    places: list[Place] = []
    scale = lcm(*{c.points.denominator for c in candidates})
    points = {c.key: c.points.numerator * (scale // c.points.denominator) for c in candidates}  # quick to compare
    suitable = sorted((c for c in candidates if c.suitable), key=lambda c: (-points[c.key], c.number, c.key))
    for _points, equal in groupby(suitable, key=lambda c: points[c.key]):
        for rows, step in _settled(tuple(equal), ties, drawn):
            first = len(places) + 1
            for at, row in enumerate(rows):
                tied = tuple(other.key for other in rows if other is not row)
                places.append(Place(row.key, first, step if at == 0 else None, tied))
    out = sorted((c for c in candidates if not c.suitable), key=lambda c: (-points[c.key], c.number, c.key))
    return (*places, *(Place(c.key, None) for c in out))


def _settled(
    equal: tuple[Candidate, ...], ties: Sequence[TieStep], drawn: Mapping[str, int]
) -> list[tuple[tuple[Candidate, ...], int | None]]:
    """Sets of equals in order, each with the step that put it behind the one before."""
    sets: list[tuple[tuple[Candidate, ...], int | None]] = [(equal, None)]
    for index, step in enumerate((*ties, TieStep(TieCriterion.DRAW))):
        refined: list[tuple[tuple[Candidate, ...], int | None]] = []
        for rows, settled_by in sets:
            for at, part in enumerate(_parted(rows, step, drawn) if len(rows) > 1 else [rows]):
                refined.append((part, settled_by if at == 0 else index))
        sets = refined
    return sets


def _parted(rows: tuple[Candidate, ...], step: TieStep, drawn: Mapping[str, int]) -> list[tuple[Candidate, ...]]:
    """Equals parted by a step, in order; whole where the step knows nothing of one of them."""
    values = _values(rows, step, drawn)
    if values is None:
        return [rows]
    ordered = sorted(zip(values, rows, strict=True), key=lambda pair: pair[0])
    return [tuple(row for _value, row in part) for _value, part in groupby(ordered, key=lambda pair: pair[0])]


def _values(rows: Sequence[Candidate], step: TieStep, drawn: Mapping[str, int]) -> list[Any] | None:
    """What a step looks at, the lowest first; None where it does not know it of all."""
    if step.criterion is TieCriterion.POINTS:
        return [-step_points(row, step) for row in rows]
    if step.criterion is TieCriterion.COFINANCING:
        return [-row.cofinancing for row in rows]
    if step.criterion is TieCriterion.ARRIVAL:
        known = min(len(row.arrival) for row in rows)  # where an hour is missing, days alone are compared
        return [row.arrival[:known] for row in rows] if known else None
    return [drawn[row.key] for row in rows] if all(row.key in drawn for row in rows) else None


def step_points(row: Candidate, step: TieStep) -> Fraction:
    """Points on the criteria that a step names."""
    return sum((row.by_criterion.get(code, Fraction(0)) for code in step.codes), Fraction(0))


def draw_text(seed: str, number: int) -> str:
    """What a draw by seed gives a proposal: SHA-256 of «seed/number», in hexadecimal; the lowest comes first."""
    return hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()


def drawn_by_seed(seed: str, candidates: Iterable[Candidate]) -> Mapping[str, int]:
    """The order that a seed gives, as numbers from 1; anybody can repeat it with the seed and `draw_text`."""
    ordered = sorted(candidates, key=lambda row: (draw_text(seed, row.number), row.key))
    return {row.key: at for at, row in enumerate(ordered, 1)}
