"""What comes of a scenario, from its terms and from what the archive knows of the projects. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from app.models.enums import (
    FUNDED_STATES,
    AllocationRule,
    CapBasis,
    DecisionKind,
    SplitLevel,
    WeightBasis,
)
from app.models.errors import AppError, InvalidInput, NotFound
from app.models.money import Cents, percentage
from app.services.decisions.drafts import DecisionDraft, SplitArea, SplitDraft, SplitProject
from app.services.decisions.ground import Consequences, Ground, ProjectState, SourceState
from app.services.decisions.plan import plan_decision
from app.services.sharing.allocation import Weight
from app.services.sharing.premium import Formula, PremiumSheet, score
from app.services.sharing.scenario_drafts import NOTHING, Break, BreakKind, ScenarioProject
from app.services.sharing.split_plan import MAY_JOIN

BALANCES = frozenset(
    {"sources.too_little", "sources.reserved", "split.source_empty", "split.source_not_due", "area.too_little"}
)
"""Refusals that are about where the money stands: the shares are what they are all the same."""


@dataclass(frozen=True)
class ProjectFacts:
    """What is known of a project beside its money.

    Attributes:
        cofinancing: cents of its newest economic plan.
        recipients: least number of them, None where none is given.
        points: of the adopted ranking of its call, None where it is in none.
        population: residents of the municipalities where its partnership has seats, None where those are not known.
        grant_max, share_max, cofinancing_min: what its call allows: cents, and percentages of the cost.
    """

    cofinancing: Cents = NOTHING
    recipients: int | None = None
    points: Fraction | None = None
    population: int | None = None
    grant_max: Cents | None = None
    share_max: Fraction | None = None
    cofinancing_min: Fraction | None = None


@dataclass(frozen=True)
class Facts:
    """What a scenario is computed from.

    Attributes:
        ground: how the money stands; of a pot that was shared, how it stood before.
        planned: cents that the plan sets aside for each area.
    """

    ground: Ground
    projects: Mapping[str, ProjectFacts] = field(default_factory=dict)
    planned: Mapping[str, Cents | None] = field(default_factory=dict)

    def of(self, project_id: str) -> ProjectFacts:
        """What is known of a project."""
        return self.projects.get(project_id, ProjectFacts())


# --- weights and caps ---------------------------------------------------------------------


def resolve(split: SplitDraft, facts: Facts) -> tuple[SplitDraft, PremiumSheet | None]:
    """The terms with every weight and cap filled in that the archive knows, and the steps of the formula, if any.

    What was typed leads. Every project that shares is named, so that the terms say all.

    Raises:
        InvalidInput: "split.weight_unknown", "split.cap_unknown", and those of `score`.
        NotFound: "record.gone".
    """
    projects = _sharing(split, facts.ground)
    sheet = None
    if split.inner_basis is WeightBasis.INDICATORS:
        sheet = score(split.formula or Formula(), {key: facts.ground.projects[key].title for key in projects})
    weighed = {
        key: replace(
            row,
            weight=_project_weight(split, facts, key, row, sheet),
            cap=_cap(split.cap_basis, facts, key) if row.cap is None else row.cap,
        )
        for key, row in projects.items()
    }
    left_out = tuple(row for row in split.projects if not row.taken)
    resolved = replace(split, projects=(*weighed.values(), *left_out))
    if split.level is SplitLevel.AREAS:
        resolved = replace(resolved, areas=tuple(_area(split, facts, row, weighed) for row in split.areas))
    return resolved, sheet


def _sharing(split: SplitDraft, ground: Ground) -> dict[str, SplitProject]:
    """Projects that share, in the order of listing: those that are named, then the other funded ones by number."""
    among = None if split.level is SplitLevel.PROJECTS else {row.area_id for row in split.areas}
    named = {row.proposal_id or "": row for row in split.projects}
    funded = {key: SplitProject(key) for key, row in ground.projects.items() if row.state in FUNDED_STATES}
    sharing = {}
    for key, row in {**named, **{key: row for key, row in funded.items() if key not in named}}.items():
        project = ground.projects.get(key)
        if project is None:
            raise NotFound("record.gone")
        if row.taken and project.area_id and project.state in MAY_JOIN and (among is None or project.area_id in among):
            sharing[key] = row
    return sharing


def _project_weight(
    split: SplitDraft, facts: Facts, key: str, row: SplitProject, sheet: PremiumSheet | None
) -> Weight | None:
    if row.weight is not None or split.inner_rule in (AllocationRule.EQUAL, AllocationRule.BY_HAND):
        return row.weight
    project = facts.ground.projects[key]
    if split.inner_rule is AllocationRule.RANKING:
        return _known(_unmet(project), project.title, WeightBasis.REQUESTS)
    if sheet is not None:
        return sheet.scores[key]
    if split.inner_basis is WeightBasis.OWN:
        return None
    return _known(_weight_of(split.inner_basis, facts, project), project.title, split.inner_basis)


def _weight_of(basis: WeightBasis, facts: Facts, project: ProjectState) -> Weight | None:
    """What the archive knows of a project's weight."""
    known = facts.of(project.id)
    weights: dict[WeightBasis, Weight | None] = {
        WeightBasis.REQUESTS: project.requested,
        WeightBasis.AWARDS: project.awarded,
        WeightBasis.RECIPIENTS: known.recipients,
        WeightBasis.POINTS: known.points,
        WeightBasis.POPULATION: known.population,
    }
    return weights.get(basis)


def _unmet(project: ProjectState) -> int | None:
    """What a project asked for and does not have yet."""
    return None if project.requested is None else max(project.requested - project.awarded, 0)


def _known(weight: Weight | None, name: str, basis: WeightBasis) -> Weight:
    if weight is None:
        raise InvalidInput("split.weight_unknown", field="projects", name=name, basis=basis)
    return weight


def _cap(basis: CapBasis, facts: Facts, key: str) -> Cents | None:
    """Most that a project may get by this split, where that follows from its request or from its call."""
    project, known = facts.ground.projects[key], facts.of(key)
    if basis is CapBasis.REQUEST:
        unmet = _unmet(project)
        if unmet is None:
            raise InvalidInput("split.cap_unknown", field="projects", name=project.title)
        return Cents(unmet)
    if basis is not CapBasis.CALL:
        return None
    most = [int(limit) for limit in _grant_limits(known)]
    return Cents(max(min(most) - project.awarded, 0)) if most else None


def _grant_limits(known: ProjectFacts) -> list[Fraction]:
    """Cents that a project may have in all, by each rule of its call, as long as its co-financing stays what it is.

    Of a cost of grant and co-financing c, a grant of at most s % is c * s / (100 - s), and so is one that leaves a
    co-financing of at least 100 - s %.
    """
    limits = [] if known.grant_max is None else [Fraction(known.grant_max)]
    shares = [known.share_max, None if known.cofinancing_min is None else 100 - known.cofinancing_min]
    limits += [known.cofinancing * share / (100 - share) for share in shares if share is not None and share < 100]
    return limits


def _area(split: SplitDraft, facts: Facts, row: SplitArea, projects: Mapping[str, SplitProject]) -> SplitArea:
    """An area with its weight, and with a cap where all its projects have one: no more can be taken there."""
    area = facts.ground.areas.get(row.area_id or "")
    if area is None:
        raise NotFound("record.gone")
    inside = [facts.ground.projects[key] for key in projects if facts.ground.projects[key].area_id == area.id]
    cap = row.cap
    caps = [projects[project.id].cap for project in inside]
    if cap is None and caps and split.cap_basis is not CapBasis.NONE and None not in caps:
        cap = Cents(max(sum(each or 0 for each in caps), row.minimum or 0))
    weight = row.weight
    if weight is None and split.rule not in (AllocationRule.EQUAL, AllocationRule.BY_HAND):
        weight = _area_weight(split, facts, row, inside)
    return replace(row, weight=weight, cap=cap)


def _area_weight(split: SplitDraft, facts: Facts, row: SplitArea, inside: Iterable[ProjectState]) -> Weight | None:
    area = facts.ground.areas[row.area_id or ""]
    name = f"{area.code} {area.title}"
    if split.rule is AllocationRule.RANKING:
        return sum(_known(_unmet(project), project.title, WeightBasis.REQUESTS) for project in inside)
    if split.basis is WeightBasis.OWN:
        return None
    if split.basis is WeightBasis.CEILINGS:
        planned = facts.planned.get(area.id)
        return _known(area.ceiling if planned is None else planned, name, split.basis)
    return sum(_known(_weight_of(split.basis, facts, project), project.title, split.basis) for project in inside)


# --- what comes of it ---------------------------------------------------------------------


def carry_out(split: SplitDraft, ground: Ground) -> tuple[Consequences, Ground, tuple[AppError, ...]]:
    """What the terms do, the ground that they were carried out on, and what stands in their way.

    Where only the money is missing, they are carried out as if it were there, and the refusal is told.

    Raises:
        AppError: any other refusal of `plan_decision`.
    """
    draft = DecisionDraft(kind=DecisionKind.RESIDUE, split=split)
    try:
        return plan_decision(draft, ground), ground, ()
    except AppError as refusal:
        if refusal.code not in BALANCES:
            raise
        supposed = replace(ground, sources=(SourceState("", "", due=True, balance=split.total or Cents(0)),))
        free = replace(split, source_ids=())
        return plan_decision(replace(draft, split=free), supposed), supposed, (refusal,)


def project_rows(planned: Consequences, facts: Facts) -> tuple[ScenarioProject, ...]:
    """What the projects have before and after; every funded one, and those that get something."""
    rows = []
    for project in facts.ground.projects.values():
        after = planned.after.projects[project.id].awarded
        if project.state not in FUNDED_STATES and after == project.awarded:
            continue
        area = facts.ground.areas.get(project.area_id or "")
        known = facts.of(project.id)
        rows.append(
            ScenarioProject(
                id=project.id,
                number=project.number,
                title=project.title,
                alliance=project.alliance,
                area="" if area is None else area.code,
                before=project.awarded,
                amount=Cents(after - project.awarded),
                after=after,
                requested=project.requested,
                cofinancing=known.cofinancing,
                share_before=percentage(known.cofinancing, known.cofinancing + project.awarded),
                share_after=percentage(known.cofinancing, known.cofinancing + after),
                breaks=_breaks(project, after, known) if after > project.awarded else (),
            )
        )
    return tuple(rows)


def _breaks(project: ProjectState, after: Cents, known: ProjectFacts) -> tuple[Break, ...]:
    """What a project would have against what it asked for and what its call allows."""
    found = []
    if project.requested is not None and after > project.requested:
        found.append(Break(BreakKind.OVER_REQUEST, Fraction(after), Fraction(project.requested)))
    if known.grant_max is not None and after > known.grant_max:
        found.append(Break(BreakKind.OVER_GRANT, Fraction(after), Fraction(known.grant_max)))
    share = percentage(known.cofinancing, known.cofinancing + after) or Fraction(0)
    if known.cofinancing_min is not None and share < known.cofinancing_min:
        found.append(Break(BreakKind.COFINANCING, share, known.cofinancing_min))
    if known.share_max is not None and 100 - share > known.share_max:
        found.append(Break(BreakKind.OVER_SHARE, 100 - share, known.share_max))
    return tuple(found)


def kept_apart(planned: Consequences, split: SplitDraft) -> tuple[Cents, Cents]:
    """Cents that nobody gets, and cents that stay on areas."""
    left = split.total or 0
    on_areas = 0
    by_area: dict[str, int] = {}
    for share in planned.splits[0].allocation.shares:
        left -= share.amount
        if split.level is SplitLevel.AREAS:
            by_area[share.key] = share.amount
    if by_area:
        given: dict[str, int] = {}
        for move in planned.moves:
            if move.from_id in by_area:
                given[move.from_id] = given.get(move.from_id, 0) + move.amount
        on_areas = sum(amount - given.get(key, 0) for key, amount in by_area.items())
    return Cents(left), Cents(on_areas)
