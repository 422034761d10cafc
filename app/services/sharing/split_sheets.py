"""The terms of a split as lines to fill in: one for each source, area and project that could take part.

The sheet of a decision and that of a scenario are made from these.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from app.models.base import new_id
from app.models.enums import (
    FUNDED_STATES,
    AllocationRule,
    CapBasis,
    Direction,
    Leftover,
    Normalisation,
    PotKind,
    SplitLevel,
    WeightBasis,
)
from app.models.money import Cents
from app.services.decisions.drafts import SplitArea, SplitDraft, SplitProject
from app.services.decisions.ground import AreaState, Ground, ProjectState
from app.services.sharing.allocation import Weight
from app.services.sharing.premium import Formula, FormulaIndicator, Reading
from app.services.sharing.split_plan import IN_CENTS, MAY_JOIN
from app.services.wording.formats import format_number


@dataclass(frozen=True)
class SourceLine:
    """A source, what is on it, and whether the money may come from it."""

    source_id: str
    name: str
    left: Cents
    taken: bool = False


@dataclass(frozen=True)
class ShareLine:
    """A part of a split.

    Attributes:
        key: of the area, or of the proposal.
        taken: whether it takes part.
        weight: for the rules in proportion; `cents` for those by amounts.
        given: weight that is kept and cannot be typed, because it is no whole number; a typed one leads.
        minimum, cap: limits.
        order: place in the order that odd cents are served, and in a ranking; None: after the others, as listed.
        area_id: of a project, the area inside which it shares; `area` its code.
    """

    key: str
    name: str
    area_id: str | None = None
    area: str = ""
    taken: bool = True
    weight: int | None = None
    cents: Cents | None = None
    given: Weight | None = None
    minimum: Cents | None = None
    cap: Cents | None = None
    order: int | None = None

    @property
    def given_text(self) -> str:
        """The weight that is kept and cannot be typed."""
        return "" if self.given is None else format_number(Fraction(self.given))


@dataclass(frozen=True)
class IndicatorLine:
    """An indicator of a formula; `mark` tells it from the others, and is no part of what was filled in."""

    name: str = ""
    weight: int | None = None
    direction: Direction = Direction.MORE
    cap: int | None = None
    mark: str = field(default="", compare=False)
    id: str | None = None


@dataclass(frozen=True)
class ReadingLine:
    """What an indicator counts for a project.

    Attributes:
        mark: of the indicator; `indicator` its name.
        key: of the proposal; `project` its name.
    """

    mark: str = ""
    key: str = ""
    indicator: str = ""
    project: str = ""
    target: str = ""
    actual: str = ""
    document: str = ""
    id: str | None = None


@dataclass(frozen=True)
class SplitSheet:
    """The terms of a split; all as in `SplitDraft`, line by line."""

    total: Cents | None = None
    pot: PotKind = PotKind.RESIDUE
    sources: tuple[SourceLine, ...] = ()
    level: SplitLevel = SplitLevel.AREAS
    rule: AllocationRule = AllocationRule.EQUAL
    equal_share: int | None = None
    basis: WeightBasis = WeightBasis.OWN
    leftover: Leftover = Leftover.AGAIN
    areas: tuple[ShareLine, ...] = ()
    inner_rule: AllocationRule = AllocationRule.EQUAL
    inner_equal_share: int | None = None
    inner_basis: WeightBasis = WeightBasis.OWN
    inner_leftover: Leftover = Leftover.AGAIN
    cap_basis: CapBasis = CapBasis.NONE
    projects: tuple[ShareLine, ...] = ()
    normalisation: Normalisation = Normalisation.TARGET
    indicators: tuple[IndicatorLine, ...] = ()
    readings: tuple[ReadingLine, ...] = ()


# --- from the terms to the lines ----------------------------------------------------------


def split_lines(split: SplitDraft, ground: Ground) -> dict[str, Any]:
    """Fields of a sheet for these terms: a line for all that they name, and for all else that could take part."""
    formula = split.formula or Formula()
    marked = [(f"i{number}", row) for number, row in enumerate(formula.indicators, start=1)]
    projects = _project_lines(split, ground)
    indicators = tuple(IndicatorLine(row.name, row.weight, row.direction, row.cap, mark) for mark, row in marked)
    readings = tuple(
        ReadingLine(mark, each.proposal_id or "", target=each.target, actual=each.actual, document=each.document)
        for mark, row in marked
        for each in row.readings
    )
    return {
        "total": split.total,
        "pot": split.pot,
        "sources": _source_lines(split, ground),
        "level": split.level,
        "rule": split.rule,
        "equal_share": split.equal_share or None,
        "basis": split.basis,
        "leftover": split.leftover,
        "areas": _area_lines(split, ground),
        "inner_rule": split.inner_rule,
        "inner_equal_share": split.inner_equal_share or None,
        "inner_basis": split.inner_basis,
        "inner_leftover": split.inner_leftover,
        "cap_basis": split.cap_basis,
        "projects": projects,
        "normalisation": formula.normalisation,
        "indicators": indicators,
        "readings": laid_readings(indicators, projects, readings),
    }


def laid_readings(
    indicators: Sequence[IndicatorLine], projects: Sequence[ShareLine], readings: Sequence[ReadingLine]
) -> tuple[ReadingLine, ...]:
    """A line for each indicator and project that takes part, with what was filled in for it."""
    present = {(line.mark, line.key): line for line in readings}
    return tuple(
        replace(
            present.get((indicator.mark, project.key), ReadingLine(indicator.mark, project.key)),
            indicator=indicator.name,
            project=project.name,
        )
        for indicator in indicators
        for project in projects
        if project.taken
    )


def blank_indicator() -> IndicatorLine:
    """An indicator that is being added."""
    return IndicatorLine(mark=new_id())


def project_name(project: ProjectState) -> str:
    """«1 · Legnano · Imprese»: a proposal in a line."""
    return f"{project.number} · {project.alliance} · {project.title}"


def area_name(area: AreaState) -> str:
    """«A.1 Imprese»: an area in a line."""
    return f"{area.code} {area.title}"


def areas_by_code(ground: Ground) -> list[AreaState]:
    """Areas in the order of their codes."""
    return sorted(ground.areas.values(), key=lambda area: (area.code[:1], int(area.code[2:])))


def _source_lines(split: SplitDraft, ground: Ground) -> tuple[SourceLine, ...]:
    return tuple(
        SourceLine(source.id, source.name, source.balance, source.id in split.source_ids)
        for source in ground.sources
        if source.due or source.id in split.source_ids
    )


def _area_lines(split: SplitDraft, ground: Ground) -> tuple[ShareLine, ...]:
    """Areas that take part as listed, then the others by code."""
    named = {row.area_id: row for row in split.areas if row.area_id in ground.areas}
    order = _kept_order([row.area_id or "" for row in split.areas], split.tie, split.rule)
    listed = dict.fromkeys([*named, *(area.id for area in areas_by_code(ground))])
    lines = []
    for area in (ground.areas[key] for key in listed if key is not None):
        row = named.get(area.id)
        line = ShareLine(area.id, area_name(area), taken=row is not None, order=order.get(area.id))
        lines.append(_filled(line, row, split.rule))
    return tuple(lines)


def _project_lines(split: SplitDraft, ground: Ground) -> tuple[ShareLine, ...]:
    """Projects that may take part: those named as listed, then by number; only the funded ones do so unasked."""
    named = {row.proposal_id: row for row in split.projects if row.proposal_id in ground.projects}
    order = _kept_order([row.proposal_id or "" for row in split.projects], split.inner_tie, split.inner_rule)
    may = [project.id for project in ground.projects.values() if project.state in MAY_JOIN and project.area_id]
    lines = []
    for project in (ground.projects[key] for key in dict.fromkeys([*named, *may]) if key is not None):
        row = named.get(project.id)
        area = ground.areas.get(project.area_id or "")
        line = ShareLine(project.id, project_name(project), project.area_id, order=order.get(project.id))
        taken = project.state in FUNDED_STATES if row is None else row.taken
        line = replace(line, area="" if area is None else area.code, taken=taken)
        lines.append(_filled(line, row, split.inner_rule))
    return tuple(lines)


def _filled(line: ShareLine, row: SplitArea | SplitProject | None, rule: AllocationRule) -> ShareLine:
    """The line with its limits and its weight, or its amount where the rule goes by amounts."""
    if row is None:
        return line
    line = replace(line, minimum=row.minimum, cap=row.cap)
    if row.weight is None:
        return line
    if rule in IN_CENTS:
        return replace(line, cents=Cents(int(row.weight)))
    return replace(line, weight=row.weight) if isinstance(row.weight, int) else replace(line, given=row.weight)


def _kept_order(listed: Sequence[str], tie: Sequence[str], rule: AllocationRule) -> Mapping[str, int]:
    """Places that were given: none when parts are served as listed."""
    given = listed if rule is AllocationRule.RANKING else tie
    if rule is not AllocationRule.RANKING and list(tie) == list(listed):
        return {}
    return {key: place for place, key in enumerate(given, start=1)}


# --- from the lines to the terms ----------------------------------------------------------


def split_draft(sheet: SplitSheet) -> tuple[SplitDraft, dict[str, str]]:
    """The terms that the lines mean, and the field of the sheet for each of theirs that is named otherwise."""
    at_once = sheet.level is SplitLevel.PROJECTS
    areas = [] if at_once else _listed([(n, line) for n, line in enumerate(sheet.areas) if line.taken], sheet.rule)
    among = None if at_once else {line.key for _, line in areas}
    inside = [(n, line) for n, line in enumerate(sheet.projects) if among is None or line.area_id in among]
    projects = _listed(inside, sheet.inner_rule)
    limited = sheet.cap_basis is not CapBasis.NONE
    split = SplitDraft(
        total=sheet.total,
        pot=sheet.pot,
        source_ids=tuple(line.source_id for line in sheet.sources if line.taken),
        level=sheet.level,
        rule=AllocationRule.EQUAL if at_once else sheet.rule,
        equal_share=0 if at_once else sheet.equal_share or 0,
        basis=_basis(sheet.rule, sheet.basis, unused=at_once),
        leftover=sheet.leftover,
        areas=tuple(
            SplitArea(line.key, _weight(line, sheet.rule), *(_limits(line, limited=limited))) for _, line in areas
        ),
        tie=_tie(areas, sheet.rule),
        inner_rule=sheet.inner_rule,
        inner_equal_share=sheet.inner_equal_share or 0,
        inner_basis=_basis(sheet.inner_rule, sheet.inner_basis, unused=False),
        inner_leftover=sheet.inner_leftover,
        cap_basis=sheet.cap_basis,
        projects=tuple(
            SplitProject(line.key, _weight(line, sheet.inner_rule), *_limits(line, limited=limited), line.taken)
            for _, line in projects
        ),
        inner_tie=_tie([pair for pair in projects if pair[1].taken], sheet.inner_rule),
        formula=_formula(sheet),
    )
    return split, _fields(areas, projects)


def _fields(areas: Sequence[tuple[int, ShareLine]], projects: Sequence[tuple[int, ShareLine]]) -> dict[str, str]:
    fields = {
        "split.total": "total",
        "split.sources": "sources",
        "split.equal_share": "equal_share",
        "split.areas": "areas",
        "split.tie": "areas",
        "split.inner_equal_share": "inner_equal_share",
        "split.projects": "projects",
        "split.inner_tie": "projects",
    }
    fields |= {f"split.areas.{place}.area_id": f"areas.{number}.name" for place, (number, _) in enumerate(areas)}
    return fields | {
        f"split.projects.{place}.proposal_id": f"projects.{number}.name" for place, (number, _) in enumerate(projects)
    }


def _basis(rule: AllocationRule, basis: WeightBasis, *, unused: bool) -> WeightBasis:
    """Where weights come from, where there are any."""
    weighed = rule in (AllocationRule.WEIGHTS, AllocationRule.MIXED, AllocationRule.RANKING)
    return basis if weighed and not unused else WeightBasis.OWN


def _formula(sheet: SplitSheet) -> Formula | None:
    """The formula, where one gives the weights; indicators without a name or a weight are kept as they are."""
    if sheet.inner_basis is not WeightBasis.INDICATORS:
        return None
    return Formula(
        sheet.normalisation,
        tuple(
            FormulaIndicator(
                line.name.strip(), line.weight, line.direction, line.cap, _readings(sheet.readings, line.mark)
            )
            for line in sheet.indicators
        ),
    )


def _readings(lines: Collection[ReadingLine], mark: str) -> tuple[Reading, ...]:
    return tuple(
        Reading(line.key, line.target.strip(), line.actual.strip(), line.document.strip())
        for line in lines
        if line.mark == mark and (line.target.strip() or line.actual.strip() or line.document.strip())
    )


def _limits(line: ShareLine, *, limited: bool) -> tuple[Cents | None, Cents | None]:
    return (line.minimum, line.cap) if limited else (None, None)


def _listed(lines: list[tuple[int, ShareLine]], rule: AllocationRule) -> list[tuple[int, ShareLine]]:
    """Lines in the order of listing: a ranking goes by its places, all else stays as it stands."""
    if rule is not AllocationRule.RANKING:
        return lines
    return sorted(lines, key=lambda pair: _place(pair[1]))


def _place(line: ShareLine) -> tuple[bool, int]:
    """Sorts lines by the place that was given, those without one last."""
    return (line.order is None, line.order or 0)


def _tie(lines: Sequence[tuple[int, ShareLine]], rule: AllocationRule) -> tuple[str, ...]:
    """Keys that were given a place, in its order; a ranking leaves no odd cent."""
    if rule is AllocationRule.RANKING:
        return ()
    return tuple(line.key for _, line in sorted(lines, key=lambda pair: _place(pair[1])) if line.order is not None)


def _weight(line: ShareLine, rule: AllocationRule) -> Weight | None:
    if rule is AllocationRule.EQUAL:
        return None
    if rule in IN_CENTS:
        return line.cents
    return line.given if line.weight is None else line.weight
