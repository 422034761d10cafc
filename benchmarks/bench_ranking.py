"""How long a large call takes: 1,000 proposals, 15 members, 20 criteria; exact, against floats, and its stability.

    python -m benchmarks.bench_ranking [--quick] [--json FILE]

Processor time. The floats are NumPy's where it can be imported, else plain Python's; both start from the same sheets.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from app.models.enums import AwardManner, CriterionKind, ScoringManner, TieCriterion
from app.models.money import Cents
from app.services.evaluation.awards import AwardRules
from app.services.evaluation.bulk import marks_of
from app.services.evaluation.grid import CriterionNode, Given, Grid, Sheet
from app.services.evaluation.inputs import Inputs, Judged, compute, dump, load
from app.services.evaluation.ranking import TieStep
from app.services.evaluation.stability import Variation, VariationKind, stability, variations
from benchmarks._figures import Report, cpu_seconds

PROPOSALS, MEMBERS, CRITERIA, AREAS = 1000, 15, 20, 3
EXACT_MAX, TIMES_MAX, STABILITY_MAX, VARIATIONS = 0.5, 3.0, 5.0, 100

Sheets = Mapping[str, Sequence[Sheet]]


def a_grid() -> Grid:
    """Five groups of four criteria, with weights."""
    groups = tuple(
        CriterionNode(
            f"{g}",
            f"{g}",
            "",
            CriterionKind.GROUP,
            points_max=40_000,
            children=tuple(
                CriterionNode(f"{g}.{n}", f"{g}.{n}", "", points_max=10_000, weight=500 + 250 * n)
                for n in range(CRITERIA // 5)
            ),
        )
        for g in range(5)
    )
    return Grid(groups, total_max=200_000, manner=ScoringManner.INDIVIDUAL, threshold=60_000)


def the_sheets(grid: Grid, proposals: int, seed: int = 7) -> Sheets:
    """Points of every member on every criterion; few different ones, so that there are ties."""
    chance = random.Random(seed)
    return {
        f"p{n}": [
            Sheet({leaf.key: Given(chance.randrange(0, 10_001, 2500)) for leaf in grid.leaves}, f"m{m}")
            for m in range(MEMBERS)
        ]
        for n in range(proposals)
    }


def inputs_of(grid: Grid, sheets: Sheets) -> Inputs:
    """What a ranking is computed from."""
    judged = tuple(
        Judged(
            key=key,
            number=n,
            area=f"a{n % AREAS}",
            requested=Cents(50_000_00 + n),
            marks=marks_of(grid, rows),
            cofinancing=Fraction(n % 5, 10),
            arrival=f"2014-05-{1 + n % 28:02d}T09:00",
        )
        for n, (key, rows) in enumerate(sheets.items(), 1)
    )
    return Inputs(
        grid=grid,
        judged=judged,
        ties=(TieStep(TieCriterion.POINTS, ("0", "1")), TieStep(TieCriterion.COFINANCING), TieStep(TieCriterion.DRAW)),
        drawn={row.key: row.number for row in judged},
        areas=tuple(f"a{n}" for n in range(AREAS)),
        money={f"a{n}": Cents(100 * 50_000_00) for n in range(AREAS)},
        rules=AwardRules(AwardManner.PART),
    )


def with_floats(grid: Grid, sheets: Sheets) -> list[tuple[str, float]]:
    """The same ranking in floats: means, weights, order, money along it; not exact, and ties by position alone."""
    weights = [leaf.weight / 1000 for leaf in grid.leaves]
    keys = [leaf.key for leaf in grid.leaves]
    try:
        import numpy
    except ImportError:
        totals = []
        for rows in sheets.values():
            means = [sum(sheet.scores[key].points or 0 for sheet in rows) / 1000 / len(rows) for key in keys]
            totals.append(sum(mean * weight for mean, weight in zip(means, weights, strict=True)))
    else:
        cube = numpy.array(
            [[[sheet.scores[key].points or 0 for key in keys] for sheet in rows] for rows in sheets.values()],
            dtype=float,
        )
        totals = list((cube.mean(axis=1) / 1000) @ numpy.array(weights))
    order = sorted(range(len(totals)), key=lambda n: -totals[n])
    left = dict.fromkeys(range(AREAS), 100 * 50_000.0)
    awards = []
    names = list(sheets)
    for n in order:
        given = min(left[(n + 1) % AREAS], 50_000.0 + (n + 1) / 100)
        left[(n + 1) % AREAS] -= given
        awards.append((names[n], given))
    return awards


def least(work: Callable[[], object], times: int) -> float:
    """Least seconds of the processor of some runs."""
    return min(cpu_seconds(work) for _run in range(times))


def many_variations(inputs: Inputs) -> list[Variation]:
    """A hundred variations, and more where the grid has them."""
    weights = [
        Variation(VariationKind.WEIGHT, leaf.key, percent=step)
        for step in (-5, 5, -20, 20)
        for leaf in inputs.grid.leaves
    ]
    return [*variations(inputs), *weights][:VARIATIONS]


def main() -> None:
    """Run all, and judge the least of the turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="once and small, to see that it runs; judges no time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    options = parser.parse_args()
    report = Report(judges=not options.quick)
    proposals, times = (30, 1) if options.quick else (PROPOSALS, 5)
    grid = a_grid()
    sheets = the_sheets(grid, proposals)
    half = dict(list(sheets.items())[: proposals // 2])
    exact = least(lambda: compute(inputs_of(grid, sheets)), times)
    floats = least(lambda: with_floats(grid, sheets), times)
    way = "NumPy" if "numpy" in sys.modules else "plain Python"
    report.limit(f"{proposals} proposals by {MEMBERS} members on {CRITERIA} criteria, exact", exact, EXACT_MAX, "s")
    report.limit(f"ratio to floats ({way})", exact / floats, TIMES_MAX, "times")
    report.limit(
        "ratio to half as many proposals", exact / least(lambda: compute(inputs_of(grid, half)), times), 2.6, "times"
    )
    inputs = inputs_of(grid, sheets)
    asked = many_variations(inputs)
    report.limit(f"stability, {len(asked)} variations", least(lambda: stability(inputs, asked), 1), STABILITY_MAX, "s")
    text = dump(inputs)
    report.limit("made again from its kept text", least(lambda: compute(load(text)), times), EXACT_MAX, "s")
    report.write(options.json)


if __name__ == "__main__":
    main()
