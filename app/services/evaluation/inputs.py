"""All that a ranking is computed from, as one value and as text: from the text alone it can be made again, for ever."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from app.models import enums as e
from app.models.money import Cents
from app.services.evaluation.awards import Asked, AwardRules, Pot, give
from app.services.evaluation.bulk import Marks, Points, Reached, Reckoner, Sums
from app.services.evaluation.grid import CriterionNode, Grid, Step
from app.services.evaluation.ranking import Candidate, Group, TieStep, rank


@dataclass(frozen=True)
class Judged:
    """A proposal with what it was judged on; `key` is its record, `area` its area's, empty without one.

    Attributes:
        given: cents that it had already.
    """

    key: str
    number: int
    area: str
    requested: Cents
    marks: Marks
    cofinancing: Fraction = Fraction(0)
    arrival: str = ""
    given: Cents = field(default_factory=lambda: Cents(0))


@dataclass(frozen=True)
class Inputs:
    """Everything that a ranking follows from.

    Attributes:
        areas: keys of the areas, in order, for a ranking of each; None for one of all.
        drawn: number drawn by key of proposal, the lowest first.
        money: cents by key of area.
    """

    grid: Grid
    judged: tuple[Judged, ...]
    ties: tuple[TieStep, ...] = ()
    drawn: Mapping[str, int] = field(default_factory=dict)
    areas: tuple[str, ...] | None = None
    money: Mapping[str, Cents] = field(default_factory=dict)
    rules: AwardRules = field(default_factory=AwardRules)

    @cached_property
    def by_key(self) -> Mapping[str, Judged]:
        """The proposals by key."""
        return {row.key: row for row in self.judged}


@dataclass(frozen=True)
class Computed:
    """A ranking.

    Attributes:
        points: of each proposal by key.
        candidates: as they were ranked, by key.
        groups: one for each area, or one.
        pots: money given, by key of area.
    """

    points: Mapping[str, Points]
    candidates: Mapping[str, Candidate]
    groups: tuple[Group, ...]
    pots: Mapping[str, Pot]

    @property
    def open_ties(self) -> tuple[tuple[str, ...], ...]:
        """Keys of each set of equals that nothing has settled yet."""
        return tuple(tied for group in self.groups for tied in group.open_ties)


def compute(inputs: Inputs) -> Computed:
    """Points, places and money of all proposals."""
    reckoner = Reckoner(inputs.grid)
    return compute_from(inputs, reckoner, {row.key: reckoner.sums(row.marks) for row in inputs.judged})


def compute_from(inputs: Inputs, reckoner: Reckoner, sums: Mapping[str, Sums]) -> Computed:
    """The same, from what the leaves of each proposal come to."""
    points = {key: reckoner.points(row) for key, row in sums.items()}
    candidates = {}
    for row in inputs.judged:
        candidates[row.key] = Candidate(
            key=row.key,
            number=row.number,
            points=points[row.key].total,
            suitable=points[row.key].suitable,
            area=row.area,
            requested=row.requested,
            cofinancing=row.cofinancing,
            arrival=row.arrival,
            by_criterion=Reached(reckoner, sums[row.key]),
        )
    groups = rank(tuple(candidates.values()), inputs.ties, inputs.drawn, inputs.areas)
    return Computed(points, candidates, groups, _pots(inputs, candidates, groups))


def _pots(inputs: Inputs, candidates: Mapping[str, Candidate], groups: Sequence[Group]) -> Mapping[str, Pot]:
    """Each area gives its own money, in the order of its ranking or of the one of all."""
    ranked: dict[str, list[Asked]] = {area: [] for area in inputs.money}
    for group in groups:
        for place in group.places:
            row = candidates[place.key]
            if row.suitable:
                given = inputs.by_key[row.key].given
                ranked.setdefault(row.area, []).append(Asked(row.key, row.requested, row.points, given))
    return {area: give(inputs.money.get(area, Cents(0)), rows, inputs.rules) for area, rows in ranked.items()}


# --- as text -------------------------------------------------------------------------------


def dump(inputs: Inputs) -> str:
    """The inputs as JSON: the same inputs give the same text."""
    leaves = [leaf.key for leaf in inputs.grid.leaves]
    content = {
        "format": 1,
        "grid": asdict(inputs.grid),
        "leaves": leaves,
        "judged": [
            {
                "key": row.key,
                "number": row.number,
                "area": row.area,
                "requested": row.requested,
                "given": row.given,
                "cofinancing": str(row.cofinancing),
                "arrival": row.arrival,
                "members": list(row.marks.members),
                "points": [list(points) for points in row.marks.points],
            }
            for row in inputs.judged
        ],
        "ties": [asdict(step) for step in inputs.ties],
        "drawn": dict(inputs.drawn),
        "areas": None if inputs.areas is None else list(inputs.areas),
        "money": dict(inputs.money),
        "rules": asdict(inputs.rules) | {"share_max": _text(inputs.rules.share_max)},
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def fingerprint(text: str) -> str:
    """SHA-256 of dumped inputs, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def load(text: str) -> Inputs:
    """Inputs from their JSON."""
    content = json.loads(text)
    rules = content["rules"]
    return Inputs(
        grid=_grid(content["grid"]),
        judged=tuple(
            Judged(
                key=row["key"],
                number=row["number"],
                area=row["area"],
                requested=Cents(row["requested"]),
                given=Cents(row["given"]),
                marks=Marks(tuple(row["members"]), tuple(tuple(points) for points in row["points"])),
                cofinancing=Fraction(row["cofinancing"]),
                arrival=row["arrival"],
            )
            for row in content["judged"]
        ),
        ties=tuple(
            TieStep(e.TieCriterion(step["criterion"]), tuple(step["codes"]), step["text"]) for step in content["ties"]
        ),
        drawn=content["drawn"],
        areas=None if content["areas"] is None else tuple(content["areas"]),
        money={area: Cents(cents) for area, cents in content["money"].items()},
        rules=AwardRules(
            manner=e.AwardManner(rules["manner"]),
            share_max=None if rules["share_max"] is None else Fraction(rules["share_max"]),
            rescale=e.RescaleRule(rules["rescale"]),
            by_hand={key: Cents(cents) for key, cents in rules["by_hand"].items()},
        ),
    )


def _grid(values: Mapping[str, Any]) -> Grid:
    return Grid(
        **{
            **values,
            "criteria": tuple(_node(node) for node in values["criteria"]),
            "manner": e.ScoringManner(values["manner"]),
            "mean": e.MeanRule(values["mean"]),
            "rounding": e.RoundingRule(values["rounding"]),
            "rounding_place": e.RoundingPlace(values["rounding_place"]),
        }
    )


def _node(values: Mapping[str, Any]) -> CriterionNode:
    return CriterionNode(
        **{
            **values,
            "kind": e.CriterionKind(values["kind"]),
            "effect": e.CriterionEffect(values["effect"]),
            "measure": None if values["measure"] is None else e.Measure(values["measure"]),
            "gate_measure": None if values["gate_measure"] is None else e.Measure(values["gate_measure"]),
            "steps": tuple(Step(**step) for step in values["steps"]),
            "children": tuple(_node(child) for child in values["children"]),
        }
    )
