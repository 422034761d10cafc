"""What the sharing of a pot does: among areas and then inside them, or among projects at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.models.enums import (
    FUNDED_STATES,
    AllocationRule,
    Leftover,
    PotKind,
    ProposalState,
    SplitLevel,
    TransferKind,
    WeightBasis,
)
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.money import Cents
from app.services.decisions.drafts import SplitArea, SplitDraft, SplitProject
from app.services.decisions.ground import AreaState, PlannedSplit, ProjectState, Work, grant, positive_amount
from app.services.sharing.allocation import Allocation, Weight, allocate

KINDS = {
    PotKind.RESIDUE: (TransferKind.RESIDUE, TransferKind.RESIDUE),
    PotKind.PREMIUM: (TransferKind.PREMIUM, TransferKind.PREMIUM),
    PotKind.SAVINGS: (TransferKind.SAVINGS, TransferKind.SAVINGS),
    PotKind.NEW_MONEY: (TransferKind.ALLOCATION, TransferKind.AWARD),
}
"""How the ledger calls the movements to areas, and those to projects."""

IN_CENTS = frozenset({AllocationRule.RANKING, AllocationRule.BY_HAND})
"""Rules whose weights are amounts."""

MAY_JOIN = FUNDED_STATES | {ProposalState.SUITABLE, ProposalState.SUITABLE_UNFUNDED}
"""States in which a project that is named takes part; those that are funded take part unless they are left out."""


class _Part(NamedTuple):
    """A part of a sharing: its key, what a refusal calls it, and its terms."""

    key: str
    name: str
    terms: SplitArea | SplitProject


class _Terms(NamedTuple):
    """How a total is shared, and the draft's own fields for what can be wrong in it."""

    rule: AllocationRule
    equal_share: int
    tie: Sequence[str]
    leftover: Leftover
    basis: WeightBasis
    fields: Mapping[str, str]


def share_pot(work: Work, split: SplitDraft) -> None:
    """Share the pot on exact whole cents; what caps keep out stays where it was.

    Raises:
        InvalidInput: "field.required", "amount.not_positive", "amount.too_large", "decision.area_repeated",
            "decision.proposal_repeated", "split.tie_unknown", and those of `allocate`.
        RuleBroken: "sources.too_little", "sources.reserved", "split.not_funded", "split.source_not_due",
            "split.source_empty", "proposal.no_area".
        NotFound: "record.gone".
        Each with the field of the draft.
    """
    total = positive_amount(split.total, "split.total")
    if split.level is SplitLevel.PROJECTS:
        projects = [project for group in _projects(work, split, None).values() for project in group]
        _require_sources(work, split, total)
        _share_at_once(work, split, total, projects)
        return
    areas: dict[str, tuple[AreaState, SplitArea]] = {}
    for i, row in enumerate(split.areas):
        area = work.area(row.area_id, f"split.areas.{i}.area_id")
        if area.id in areas:
            raise InvalidInput("decision.area_repeated", field=f"split.areas.{i}.area_id", area=area.code)
        areas[area.id] = (area, row)
    inside = _projects(work, split, areas)
    _require_sources(work, split, total)
    parts = [_Part(area.id, area.code, row) for area, row in areas.values()]
    allocation = _allocate(total, parts, _among_areas(split))
    work.splits.append(PlannedSplit(None, allocation, basis=split.basis))
    for share in allocation.shares:
        if share.amount:
            _raise_ceiling(work, share.key, share.amount)
            _fund_area(work, split, share.key, share.amount, 0)
            _share_inside(work, split, share.key, share.amount, inside[share.key])


def _require_sources(work: Work, split: SplitDraft, total: Cents) -> None:
    for source_id in split.source_ids:
        source = work.sources.get(source_id)
        if source is None:
            raise NotFound("record.gone", field="split.sources")
        if not source.due:
            raise RuleBroken(
                "split.source_not_due", field="split.sources", name=source.name, condition=source.condition
            )
        if not source.balance:
            raise RuleBroken("split.source_empty", field="split.sources", name=source.name)
    work.require_on_sources(total, "split.total", split.source_ids)


def _raise_ceiling(work: Work, area_id: str, amount: int) -> None:
    area = work.areas[area_id]
    work.set_ceiling(area, (area.total if area.ceiling is None else area.ceiling) + amount)


def _fund_area(work: Work, split: SplitDraft, area_id: str, amount: Cents, index: int | None) -> None:
    work.fund_area(KINDS[split.pot][0], area_id, amount, "split.total", index, split.source_ids)


def _fund_project(work: Work, split: SplitDraft, key: str, amount: Cents, index: int) -> None:
    work.fund_project(KINDS[split.pot][1], work.projects[key], amount, "split.total", index)
    grant(work, work.projects[key], amount, None, "split.total")


def _projects(
    work: Work, split: SplitDraft, areas: Mapping[str, object] | None
) -> dict[str, list[tuple[ProjectState, SplitProject]]]:
    """Projects of each area with their terms: those named by the draft first, the other funded ones by number.

    Args:
        areas: those that share; None for all.
    """
    here = {
        project.id: project
        for project in work.projects.values()
        if project.state in MAY_JOIN and project.area_id is not None and (areas is None or project.area_id in areas)
    }
    named: dict[str, SplitProject] = {}
    for i, row in enumerate(split.projects):
        key = f"split.projects.{i}.proposal_id"
        project = work.project(row.proposal_id, key)
        if project.id not in here:
            raise RuleBroken("split.not_funded", field=key, title=project.title)
        if project.id in named:
            raise InvalidInput("decision.proposal_repeated", field=key, title=project.title)
        named[project.id] = row
    if not here.keys() >= set(split.inner_tie):
        raise InvalidInput("split.tie_unknown", field="split.inner_tie")
    others = {key: SplitProject(key) for key in here if key not in named and here[key].state in FUNDED_STATES}
    groups: dict[str, list[tuple[ProjectState, SplitProject]]] = {area_id: [] for area_id in areas or ()}
    for key, row in {**named, **others}.items():
        if row.taken:
            groups.setdefault(here[key].area_id or "", []).append((here[key], row))
    return groups


def _share_at_once(
    work: Work, split: SplitDraft, total: Cents, projects: Sequence[tuple[ProjectState, SplitProject]]
) -> None:
    """Each project gets its share through its area, whose ceiling rises by what its projects get."""
    place = {row.proposal_id: i for i, row in enumerate(split.projects)}
    listed = sorted(projects, key=lambda pair: (place.get(pair[0].id, len(place)), pair[0].number))
    parts = [_Part(project.id, project.title, row) for project, row in listed]
    allocation = _allocate(total, parts, _among_projects(split, [part.key for part in parts]))
    work.splits.append(PlannedSplit(None, allocation, by_project=True, basis=split.inner_basis))
    by_area: dict[str, int] = {}
    for share in allocation.shares:
        area_id = work.projects[share.key].area_id or ""
        by_area[area_id] = by_area.get(area_id, 0) + share.amount
    for area_id, amount in by_area.items():
        if amount:
            _raise_ceiling(work, area_id, amount)
            _fund_area(work, split, area_id, Cents(amount), None)
    for share in allocation.shares:
        if share.amount:
            _fund_project(work, split, share.key, share.amount, 0)


def _share_inside(
    work: Work, split: SplitDraft, area_id: str, amount: Cents, projects: Sequence[tuple[ProjectState, SplitProject]]
) -> None:
    """What an area got goes to its projects; without any it stays on the area."""
    if not projects:
        return
    if len(projects) == 1 and _takes_all(split.inner_rule, projects[0][1]):
        _fund_project(work, split, projects[0][0].id, amount, 0)
        return
    parts = [_Part(project.id, project.title, row) for project, row in projects]
    terms = _among_projects(split, [part.key for part in parts])
    if len(parts) == 1 and split.inner_rule not in IN_CENTS:
        terms = terms._replace(rule=AllocationRule.EQUAL, tie=())
    allocation = _allocate(amount, parts, terms)
    work.splits.append(PlannedSplit(area_id, allocation, by_project=True, basis=split.inner_basis))
    index = len(work.splits) - 1
    for share in allocation.shares:
        if share.amount:
            _fund_project(work, split, share.key, share.amount, index)


def _takes_all(rule: AllocationRule, terms: SplitProject) -> bool:
    """Whether the only project of an area gets all that its area got, under any rule."""
    return terms.minimum is None and terms.cap is None and (rule not in IN_CENTS or terms.weight is None)


def _among_areas(split: SplitDraft) -> _Terms:
    return _Terms(split.rule, split.equal_share, split.tie, split.leftover, split.basis, _AREA_FIELDS)


def _among_projects(split: SplitDraft, keys: Sequence[str]) -> _Terms:
    tie = [key for key in split.inner_tie if key in keys]
    fields = _PROJECT_FIELDS
    return _Terms(split.inner_rule, split.inner_equal_share, tie, split.inner_leftover, split.inner_basis, fields)


_AREA_FIELDS = {
    "total": "split.total",
    "parts": "split.areas",
    "weights": "split.areas",
    "minimums": "split.areas",
    "caps": "split.areas",
    "equal_share": "split.equal_share",
    "tie": "split.tie",
}
_PROJECT_FIELDS = {
    **dict.fromkeys(("parts", "weights", "minimums", "caps"), "split.projects"),
    "total": "split.total",
    "equal_share": "split.inner_equal_share",
    "tie": "split.inner_tie",
}


def _allocate(total: Cents, parts: Sequence[_Part], terms: _Terms) -> Allocation:
    """`allocate` over the parts; its refusals name them and the draft's own fields."""
    names = {part.key: part.name for part in parts}
    if not names.keys() >= set(terms.tie):
        raise InvalidInput("split.tie_unknown", field=terms.fields["tie"])
    given: list[Weight] | None = None
    if terms.rule is not AllocationRule.EQUAL:
        given = [part.terms.weight for part in parts if part.terms.weight is not None]
    try:
        return allocate(
            total,
            tuple(names),
            terms.rule,
            weights=given,
            equal_share=terms.equal_share,
            tie=tuple(dict.fromkeys([*terms.tie, *names])),
            minimums={part.key: part.terms.minimum for part in parts if part.terms.minimum is not None},
            caps={part.key: part.terms.cap for part in parts if part.terms.cap is not None},
            leftover=terms.leftover,
        )
    except InvalidInput as refusal:
        values = dict(refusal.values)
        if "part" in values:
            values["part"] = names[str(values["part"])]
        raise InvalidInput(refusal.code, field=terms.fields[str(refusal.field)], **values) from None
