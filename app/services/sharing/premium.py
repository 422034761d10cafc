"""Points by a formula that the committee writes as data: indicators with weight, target, actual, cap. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.models.enums import Direction, Normalisation
from app.models.errors import InvalidInput

_NUMBER = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d{1,12})(?:,\d{1,6})?\Z")

WHOLE = Fraction(100)


@dataclass(frozen=True)
class Reading:
    """What an indicator counts for one project.

    Attributes:
        target, actual: as typed, «1.234,5»; empty when not known.
        document: that proves the actual.
    """

    proposal_id: str | None = None
    target: str = ""
    actual: str = ""
    document: str = ""


@dataclass(frozen=True)
class FormulaIndicator:
    """An indicator of the formula.

    Attributes:
        weight: against those of the other indicators.
        cap: most points that it may give before it is weighed, in hundredths of the whole; None for no cap.
    """

    name: str = ""
    weight: int | None = None
    direction: Direction = Direction.MORE
    cap: int | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Formula:
    """Indicators, and how what they count becomes points.

    Attributes:
        normalisation: TARGET: actual against target; PART: actual against the sum of all; RANGE: place between the
            least and the most. Each gives 0 to 100, TARGET more where it is not capped.
    """

    normalisation: Normalisation = Normalisation.TARGET
    indicators: tuple[FormulaIndicator, ...] = ()


@dataclass(frozen=True)
class Step:
    """One indicator for one project, from what was counted to its points.

    Attributes:
        found: points by the normalisation, 0 to 100 or more.
        kept: those that the cap leaves.
        points: `kept` in the measure of the indicator's weight; those of all indicators sum to the score.
    """

    indicator: str
    key: str
    weight: int
    target: Fraction | None
    actual: Fraction
    document: str
    found: Fraction
    kept: Fraction
    points: Fraction


@dataclass(frozen=True)
class PremiumSheet:
    """Every step of a formula, indicator by indicator, and the score of each project, 0 to 100 where all is capped."""

    steps: tuple[Step, ...]
    scores: Mapping[str, Fraction]


def parse_number(text: str, *, field: str | None = None) -> Fraction | None:
    """Read «1.234,5»; nothing for nothing.

    Raises:
        InvalidInput: "number.decimal".
    """
    bare = text.strip().removesuffix("%").strip()
    if not bare:
        return None
    if not _NUMBER.match(bare):
        raise InvalidInput("number.decimal", field=field, text=text.strip())
    return Fraction(bare.replace(".", "").replace(",", "."))


def score(formula: Formula, projects: Mapping[str, str]) -> PremiumSheet:
    """The points of each project.

    Args:
        projects: names of those that share, by key.

    Raises:
        InvalidInput: "premium.no_indicator", "premium.name_missing", "premium.weight_missing", "premium.cap_range",
            "premium.actual_missing", "premium.target_missing", "premium.nothing_reached", "premium.actual_zero",
            "number.decimal"; each with its field: "indicators", "indicators.0.weight", "readings".
    """
    if not formula.indicators:
        raise InvalidInput("premium.no_indicator", field="indicators")
    for i, indicator in enumerate(formula.indicators):
        if not indicator.name.strip():
            raise InvalidInput("premium.name_missing", field=f"indicators.{i}.name")
        if not indicator.weight or indicator.weight < 0:
            raise InvalidInput("premium.weight_missing", field=f"indicators.{i}.weight", name=indicator.name)
        if indicator.cap is not None and indicator.cap <= 0:
            raise InvalidInput("premium.cap_range", field=f"indicators.{i}.cap", name=indicator.name)
    weights = sum(indicator.weight or 0 for indicator in formula.indicators)
    steps = [step for each in formula.indicators for step in _steps(each, formula.normalisation, projects, weights)]
    scores = {key: sum((step.points for step in steps if step.key == key), Fraction(0)) for key in projects}
    return PremiumSheet(tuple(steps), scores)


def _steps(
    indicator: FormulaIndicator, normalisation: Normalisation, projects: Mapping[str, str], weights: int
) -> list[Step]:
    readings = {reading.proposal_id: reading for reading in indicator.readings}
    targets: list[Fraction | None] = []
    actuals: list[Fraction] = []
    for key, name in projects.items():
        reading = readings.get(key, Reading())
        target, actual = parse_number(reading.target, field="readings"), parse_number(reading.actual, field="readings")
        if actual is None:
            raise InvalidInput("premium.actual_missing", field="readings", name=indicator.name, project=name)
        if normalisation is Normalisation.TARGET and not target:
            raise InvalidInput("premium.target_missing", field="readings", name=indicator.name, project=name)
        targets.append(target)
        actuals.append(actual)
    found = _found(indicator, normalisation, targets, actuals)
    weight = indicator.weight or 0
    steps = []
    for key, target, actual, points in zip(projects, targets, actuals, found, strict=True):
        kept = points if indicator.cap is None else min(points, Fraction(indicator.cap))
        document = readings.get(key, Reading()).document
        steps.append(Step(indicator.name, key, weight, target, actual, document, points, kept, kept * weight / weights))
    return steps


def _found(
    indicator: FormulaIndicator,
    normalisation: Normalisation,
    targets: Sequence[Fraction | None],
    actuals: Sequence[Fraction],
) -> list[Fraction]:
    """Points of each project, before the cap."""
    more = indicator.direction is Direction.MORE
    if normalisation is Normalisation.RANGE:
        least, most = min(actuals), max(actuals)
        if least == most:
            return [WHOLE] * len(actuals)
        return [WHOLE * ((actual - least) if more else (most - actual)) / (most - least) for actual in actuals]
    if not more and not all(actuals):
        raise InvalidInput("premium.actual_zero", field="readings", name=indicator.name)
    if normalisation is Normalisation.TARGET:
        pairs = [(actual, target or Fraction(1)) for actual, target in zip(actuals, targets, strict=True)]
        return [WHOLE * (actual / target if more else target / actual) for actual, target in pairs]
    parts = [actual if more else 1 / actual for actual in actuals]
    if not any(parts):
        raise InvalidInput("premium.nothing_reached", field="readings", name=indicator.name)
    return [WHOLE * part / sum(parts) for part in parts]
