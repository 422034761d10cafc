"""The sums of the sample that are to be shared, and the ways of sharing each."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from app.models.enums import (
    AllocationRule,
    Direction,
    Normalisation,
    PotKind,
    SplitLevel,
    WeightBasis,
)
from app.models.money import parse_cents
from app.services.sample.writer import Data, SampleWriter
from app.services.sharing.scenario_drafts import ScenarioSheet
from app.services.sharing.scenarios import blank_pot, blank_scenario, save_pot, save_scenario
from app.services.sharing.split_sheets import IndicatorLine, ReadingLine, ShareLine


def write_scenarios(writer: SampleWriter, meeting: int) -> None:
    """Write the sums that are to be shared when a meeting is prepared, with their scenarios.

    The amounts are the plan's own; that somebody thinks over how to share them is invented, as the meetings are.
    """
    for row in writer.data["scenarios"]["pots"]:
        if row["meeting"] != meeting:
            continue
        writer.at(row["day"], time(11))
        blank = blank_scenario(writer.store, _write_pot(writer, row))
        for scenario in row["scenarios"]:
            key = f"scenario:{scenario['key']}"
            writer.keys[key] = save_scenario(writer.store, _scenario(writer, blank, scenario)).id


def _write_pot(writer: SampleWriter, row: Data) -> str:
    blank = blank_pot(writer.store)
    sources = {writer.keys[f"source:{key}"] for key in row["sources"]}
    draft = replace(
        blank,
        kind=PotKind(row["kind"]),
        name=row["name"],
        total=parse_cents(row["amount"]),
        sources=tuple(replace(line, taken=line.source_id in sources) for line in blank.sources),
        note=row["note"],
        source_line=row["line"],
    )
    with writer.transcribed():
        return save_pot(writer.store, draft).id


def _scenario(writer: SampleWriter, blank: ScenarioSheet, row: Data) -> ScenarioSheet:
    indicators = row.get("indicators", ())
    return replace(
        blank,
        name=row["name"],
        note=row.get("note", ""),
        level=SplitLevel(row.get("level", "areas")),
        rule=AllocationRule(row.get("rule", "equal")),
        basis=WeightBasis(row.get("basis", "own")),
        areas=_areas(writer, blank, row),
        inner_rule=AllocationRule(row["inner_rule"]),
        inner_basis=WeightBasis(row.get("inner_basis", "own")),
        projects=_projects(writer, blank, row),
        normalisation=Normalisation(row.get("normalisation", "target")),
        indicators=tuple(
            IndicatorLine(each["name"], each["weight"], Direction(each["direction"]), each["cap"], each["name"])
            for each in indicators
        ),
        readings=tuple(
            ReadingLine(
                each["name"],
                writer.keys[f"proposal:{reading['proposal']}"],
                target=reading["target"],
                actual=reading["actual"],
                document=reading["document"],
            )
            for each in indicators
            for reading in each["readings"]
        ),
    )


def _areas(writer: SampleWriter, blank: ScenarioSheet, row: Data) -> tuple[ShareLine, ...]:
    taken = {writer.keys[f"area:{key}"] for key in row.get("areas", ())}
    order = {writer.keys[f"area:{key}"]: place for place, key in enumerate(row.get("order", ()), start=1)}
    return tuple(replace(line, taken=line.key in taken, order=order.get(line.key)) for line in blank.areas)


def _projects(writer: SampleWriter, blank: ScenarioSheet, row: Data) -> tuple[ShareLine, ...]:
    weights = {writer.keys[f"proposal:{each['proposal']}"]: each["weight"] for each in row.get("weights", ())}
    return tuple(replace(line, weight=weights.get(line.key)) for line in blank.projects)
