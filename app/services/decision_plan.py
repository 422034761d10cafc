"""What a decision does, computed from its draft and from how things stand. Pure: values in, values out.

Accounts are named by their subject: key of the source, of the area, of the proposal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.models.enums import (
    FUNDED_STATES,
    PROPOSAL_MOVES,
    AllocationRule,
    DecisionKind,
    ProposalState,
    TransferKind,
)
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.money import CENTS_MAX, Cents
from app.services.allocation import Allocation, allocate
from app.services.checks import require_key
from app.services.decision_drafts import DecisionDraft, OutcomeDraft, SplitDraft
from app.services.proposal_states import PASSED_BY

GRANTED = (ProposalState.FUNDED, ProposalState.FUNDED_IN_PART)
"""States that come with money."""


@dataclass(frozen=True)
class SourceState:
    """A source of money in order of use; `balance` is what is still on it."""

    id: str
    name: str
    due: bool
    balance: Cents


@dataclass(frozen=True)
class AreaState:
    """A priority area; `total` is what stands on it and on its projects, `balance` on itself."""

    id: str
    code: str
    title: str
    balance: Cents
    total: Cents
    ceiling: Cents | None


@dataclass(frozen=True)
class ProjectState:
    """A proposal; `awarded` stands on its account, `requested` is what it asked for when that is known."""

    id: str
    number: int
    title: str
    alliance: str
    lead: str
    area_id: str | None
    state: ProposalState
    requested: Cents | None
    awarded: Cents


@dataclass(frozen=True)
class Ground:
    """How things stand before a decision; sources and proposals in their order."""

    sources: tuple[SourceState, ...] = ()
    areas: Mapping[str, AreaState] = field(default_factory=dict)
    projects: Mapping[str, ProjectState] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedMove:
    """A movement; those with the same `bundle` are one transfer, `split` is the index of the split that gave it."""

    bundle: int
    kind: TransferKind
    from_id: str
    to_id: str
    amount: Cents
    split: int | None = None


@dataclass(frozen=True)
class PlannedSplit:
    """A split among areas, or inside the area `parent_id` among its projects; the parts' keys are their ids."""

    parent_id: str | None
    allocation: Allocation


@dataclass(frozen=True)
class Outcome:
    """The state that a proposal gets, and why; `stated` when the draft says it."""

    proposal_id: str
    state: ProposalState
    reason: str
    stated: bool


@dataclass(frozen=True)
class Consequences:
    """Everything that a decision does, in order."""

    ceilings: tuple[tuple[str, Cents], ...]
    moves: tuple[PlannedMove, ...]
    splits: tuple[PlannedSplit, ...]
    outcomes: tuple[Outcome, ...]
    after: Ground


def plan_decision(draft: DecisionDraft, ground: Ground) -> Consequences:
    """What `draft` does where things stand as in `ground`.

    Raises:
        InvalidInput: "field.required", "amount.not_positive", "amount.too_large", "decision.outcomes_missing",
            "decision.amounts_missing", "decision.area_repeated", "decision.proposal_repeated",
            "decision.granted_without_amount", "split.tie_unknown", and those of `allocate`.
        RuleBroken: "sources.too_little", "area.too_little", "award.not_suitable", "proposal.no_area",
            "split.not_funded", "decision.outcome_refused".
        NotFound: "record.gone".
        Each with the field of the draft.
    """
    work = _Work(ground)
    if draft.kind is DecisionKind.ADMISSION:
        if not draft.outcomes:
            raise InvalidInput("decision.outcomes_missing", field="outcomes")
        _state_outcomes(work, draft.outcomes, frozenset())
    elif draft.kind is DecisionKind.ALLOCATION:
        _allocate_to_areas(work, draft)
    elif draft.kind is DecisionKind.AWARD:
        _award(work, draft)
    elif draft.kind is DecisionKind.RESIDUE:
        _share_residue(work, draft.split or SplitDraft())
    return work.consequences()


class _Work:
    """How things stand while a decision is carried out, and what was done so far."""

    def __init__(self, ground: Ground) -> None:
        self.sources = {source.id: source for source in ground.sources}
        self.areas = dict(ground.areas)
        self.projects = dict(ground.projects)
        self.ceilings: list[tuple[str, Cents]] = []
        self.moves: list[PlannedMove] = []
        self.splits: list[PlannedSplit] = []
        self.outcomes: list[Outcome] = []
        self.bundle = 0

    def consequences(self) -> Consequences:
        """What was done."""
        after = Ground(tuple(self.sources.values()), self.areas, self.projects)
        return Consequences(tuple(self.ceilings), tuple(self.moves), tuple(self.splits), tuple(self.outcomes), after)

    def area(self, area_id: str | None, field_key: str) -> AreaState:
        """The area that was chosen."""
        found = self.areas.get(require_key(area_id, field_key))
        if found is None:
            raise NotFound("record.gone", field=field_key)
        return found

    def project(self, proposal_id: str | None, field_key: str) -> ProjectState:
        """The proposal that was chosen."""
        found = self.projects.get(require_key(proposal_id, field_key))
        if found is None:
            raise NotFound("record.gone", field=field_key)
        return found

    def require_on_sources(self, amount: int, field_key: str) -> None:
        """The sources that are due hold as much."""
        available = sum(source.balance for source in self.sources.values() if source.due)
        if amount > available:
            values = {"needed": amount, "available": available, "missing": amount - available}
            raise RuleBroken("sources.too_little", field=field_key, **values)

    def fund_area(self, kind: TransferKind, area_id: str, amount: Cents, split: int | None = None) -> None:
        """Bring `amount`, which the sources have, from them in their order to an area, as one transfer."""
        self.bundle += 1
        missing = int(amount)
        for source in self.sources.values():
            part = Cents(min(missing, source.balance) if source.due else 0)
            if part:
                missing -= part
                self.sources[source.id] = replace(source, balance=Cents(source.balance - part))
                self.moves.append(PlannedMove(self.bundle, kind, source.id, area_id, part, split))
        assert missing == 0
        area = self.areas[area_id]
        self.areas[area_id] = replace(area, balance=Cents(area.balance + amount), total=Cents(area.total + amount))

    def fund_project(
        self, kind: TransferKind, project: ProjectState, amount: Cents, field_key: str, split: int | None = None
    ) -> None:
        """Move `amount` from a proposal's area to its project."""
        if project.area_id is None:
            raise RuleBroken("proposal.no_area", field=field_key, title=project.title)
        area = self.areas[project.area_id]
        if amount > area.balance:
            values = {"needed": amount, "available": area.balance, "missing": amount - area.balance}
            raise RuleBroken("area.too_little", field=field_key, area=area.code, title=project.title, **values)
        self.bundle += 1
        self.moves.append(PlannedMove(self.bundle, kind, area.id, project.id, amount, split))
        self.areas[area.id] = replace(area, balance=Cents(area.balance - amount))
        self.projects[project.id] = replace(project, awarded=Cents(project.awarded + amount))

    def set_ceiling(self, area: AreaState, amount: int) -> None:
        """The ceiling that holds for an area from here on."""
        self.ceilings.append((area.id, Cents(amount)))
        self.areas[area.id] = replace(area, ceiling=Cents(amount))

    def set_state(
        self, project: ProjectState, wanted: ProposalState, field_key: str, reason: str, *, stated: bool
    ) -> None:
        """Give a proposal a state."""
        if not is_reachable(project.state, wanted):
            values = {"title": project.title, "present": project.state, "wanted": wanted}
            raise RuleBroken("decision.outcome_refused", field=field_key, **values)
        self.outcomes.append(Outcome(project.id, wanted, reason, stated))
        self.projects[project.id] = replace(project, state=wanted)


def is_reachable(present: ProposalState, wanted: ProposalState) -> bool:
    """Whether one decision leads from `present` to `wanted`, also by states that it passes by itself."""
    states = [present]
    for between in PASSED_BY:
        if between in PROPOSAL_MOVES[states[-1]]:
            states.append(between)
    return any(wanted in PROPOSAL_MOVES[state] for state in states)


def _amount(amount: Cents | None, field_key: str) -> Cents:
    if amount is None:
        raise InvalidInput("field.required", field=field_key)
    if amount <= 0:
        raise InvalidInput("amount.not_positive", field=field_key)
    if amount > CENTS_MAX:
        raise InvalidInput("amount.too_large", field=field_key, text=str(amount))
    return amount


def _state_outcomes(work: _Work, outcomes: Sequence[OutcomeDraft], awarded: frozenset[str]) -> None:
    """Give the states that come without money; those that come with it belong to proposals that get some."""
    seen: set[str] = set()
    for i, outcome in enumerate(outcomes):
        project = work.project(outcome.proposal_id, f"outcomes.{i}.proposal_id")
        if project.id in seen:
            raise InvalidInput("decision.proposal_repeated", field=f"outcomes.{i}.proposal_id", title=project.title)
        seen.add(project.id)
        if outcome.state not in GRANTED:
            work.set_state(project, outcome.state, f"outcomes.{i}.state", outcome.reason.strip(), stated=True)
        elif project.id not in awarded:
            raise InvalidInput("decision.granted_without_amount", field=f"outcomes.{i}.state", title=project.title)


def _allocate_to_areas(work: _Work, draft: DecisionDraft) -> None:
    if not draft.area_amounts:
        raise InvalidInput("decision.amounts_missing", field="area_amounts")
    rows: list[tuple[AreaState, Cents]] = []
    for i, row in enumerate(draft.area_amounts):
        area = work.area(row.area_id, f"area_amounts.{i}.area_id")
        if any(area.id == other.id for other, _ in rows):
            raise InvalidInput("decision.area_repeated", field=f"area_amounts.{i}.area_id", area=area.code)
        rows.append((area, _amount(row.amount, f"area_amounts.{i}.amount")))
    work.require_on_sources(sum(amount for _, amount in rows), "area_amounts")
    for area, amount in rows:
        work.set_ceiling(area, area.total + amount)
        work.fund_area(TransferKind.ALLOCATION, area.id, amount)


def _award(work: _Work, draft: DecisionDraft) -> None:
    if not draft.project_amounts:
        raise InvalidInput("decision.amounts_missing", field="project_amounts")
    named = frozenset(row.proposal_id for row in draft.project_amounts if row.proposal_id)
    _state_outcomes(work, draft.outcomes, named)
    stated = {outcome.proposal_id: outcome for outcome in draft.outcomes if outcome.state in GRANTED}
    seen: set[str] = set()
    for i, row in enumerate(draft.project_amounts):
        key = f"project_amounts.{i}.proposal_id"
        project = work.project(row.proposal_id, key)
        if project.id in seen:
            raise InvalidInput("decision.proposal_repeated", field=key, title=project.title)
        seen.add(project.id)
        amount = _amount(row.amount, f"project_amounts.{i}.amount")
        if project.state not in FUNDED_STATES and not is_reachable(project.state, ProposalState.FUNDED):
            raise RuleBroken("award.not_suitable", field=key, title=project.title, present=project.state)
        work.fund_project(TransferKind.AWARD, project, amount, f"project_amounts.{i}.amount")
        _grant(work, work.projects[project.id], amount, stated.get(project.id), key)


def _grant(work: _Work, project: ProjectState, amount: Cents, stated: OutcomeDraft | None, field_key: str) -> None:
    """The state that comes with money: as the draft says, or funded whole or in part by what was asked for.

    A proposal that was funded in part becomes funded by the `amount` that completes what it asked for.
    """
    if stated is not None:
        if stated.state is not project.state:
            work.set_state(project, stated.state, field_key, stated.reason.strip(), stated=True)
        return
    whole = project.requested is None or project.awarded >= project.requested
    completed = project.requested is not None and project.awarded - amount < project.requested <= project.awarded
    wanted = ProposalState.FUNDED if whole else ProposalState.FUNDED_IN_PART
    if project.state not in FUNDED_STATES or (completed and project.state is ProposalState.FUNDED_IN_PART):
        work.set_state(project, wanted, field_key, "", stated=False)


def _share_residue(work: _Work, split: SplitDraft) -> None:
    """Among the areas, then inside each among its funded projects, on exact whole cents."""
    total = _amount(split.total, "split.total")
    areas: dict[str, AreaState] = {}
    for i, row in enumerate(split.areas):
        area = work.area(row.area_id, f"split.areas.{i}.area_id")
        if area.id in areas:
            raise InvalidInput("decision.area_repeated", field=f"split.areas.{i}.area_id", area=area.code)
        areas[area.id] = area
    funded = _funded_projects(work, split, areas)
    work.require_on_sources(total, "split.total")
    allocation = _allocate(
        total,
        {area.id: area.code for area in areas.values()},
        split.rule,
        [row.weight for row in split.areas],
        split.equal_share,
        split.tie,
        _AREA_FIELDS,
    )
    work.splits.append(PlannedSplit(None, allocation))
    for share in allocation.shares:
        if share.amount:
            area = areas[share.key]
            work.set_ceiling(area, (area.total if area.ceiling is None else area.ceiling) + share.amount)
            work.fund_area(TransferKind.RESIDUE, area.id, share.amount, split=0)
            _share_inside(work, split, area.id, share.amount, funded[area.id])


def _funded_projects(
    work: _Work, split: SplitDraft, areas: Mapping[str, AreaState]
) -> dict[str, list[tuple[ProjectState, int | None]]]:
    """Funded projects of each area with their weights: those named by the draft first, the others by number."""
    funded = {
        project.id: project
        for project in work.projects.values()
        if project.area_id in areas and project.state in FUNDED_STATES
    }
    weights: dict[str, int | None] = {}
    for i, row in enumerate(split.projects):
        key = f"split.projects.{i}.proposal_id"
        project = work.project(row.proposal_id, key)
        if project.id not in funded:
            raise RuleBroken("split.not_funded", field=key, title=project.title)
        if project.id in weights:
            raise InvalidInput("decision.proposal_repeated", field=key, title=project.title)
        weights[project.id] = row.weight
    if not funded.keys() >= set(split.inner_tie):
        raise InvalidInput("split.tie_unknown", field="split.inner_tie")
    ordered = [*weights, *(key for key in funded if key not in weights)]
    return {
        area_id: [(funded[key], weights.get(key)) for key in ordered if funded[key].area_id == area_id]
        for area_id in areas
    }


def _share_inside(
    work: _Work, split: SplitDraft, area_id: str, amount: Cents, projects: Sequence[tuple[ProjectState, int | None]]
) -> None:
    """What an area got goes to its funded projects; without any it stays on the area."""
    if len(projects) < 2:
        for project, _weight in projects:
            work.fund_project(TransferKind.RESIDUE, project, amount, "split.total", 0)
            _grant(work, work.projects[project.id], amount, None, "split.total")
        return
    allocation = _allocate(
        amount,
        {project.id: project.title for project, _weight in projects},
        split.inner_rule,
        [weight for _project, weight in projects],
        split.inner_equal_share,
        [key for key in split.inner_tie if any(key == project.id for project, _weight in projects)],
        _PROJECT_FIELDS,
    )
    work.splits.append(PlannedSplit(area_id, allocation))
    index = len(work.splits) - 1
    for share in allocation.shares:
        if share.amount:
            work.fund_project(TransferKind.RESIDUE, work.projects[share.key], share.amount, "split.total", index)
            _grant(work, work.projects[share.key], share.amount, None, "split.total")


_AREA_FIELDS = {
    "total": "split.total",
    "parts": "split.areas",
    "weights": "split.areas",
    "equal_share": "split.equal_share",
    "tie": "split.tie",
}
_PROJECT_FIELDS = {"weights": "split.projects", "equal_share": "split.inner_equal_share"}


def _allocate(
    total: Cents,
    parts: Mapping[str, str],
    rule: AllocationRule,
    weights: Sequence[int | None],
    equal_share: int,
    tie: Sequence[str],
    fields: Mapping[str, str],
) -> Allocation:
    """`allocate` over the keys of `parts`; its refusals name the parts and the draft's own fields."""
    if not parts.keys() >= set(tie):
        raise InvalidInput("split.tie_unknown", field=fields["tie"])
    given: list[int] | None = None
    if rule is not AllocationRule.EQUAL:
        given = [weight for weight in weights if weight is not None]
    order = dict.fromkeys([*tie, *parts])
    try:
        return allocate(total, tuple(parts), rule, weights=given, equal_share=equal_share, tie=tuple(order))
    except InvalidInput as refusal:
        values = dict(refusal.values)
        if "part" in values:
            values["part"] = parts[str(values["part"])]
        raise InvalidInput(refusal.code, field=fields[str(refusal.field)], **values) from None
