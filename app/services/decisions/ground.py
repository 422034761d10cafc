"""How things stand before a decision, and the work of carrying one out on them. Pure: values in, values out.

Accounts are named by their subject: key of the source, of the area, of the proposal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from app.models.enums import FUNDED_STATES, PROPOSAL_MOVES, ProposalState, TransferKind, WeightBasis
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.money import CENTS_MAX, Cents
from app.services.checks import require_key
from app.services.decisions.drafts import OutcomeDraft
from app.services.proposals.states import PASSED_BY
from app.services.sharing.allocation import Allocation

NOTHING = Cents(0)

GRANTED = (ProposalState.FUNDED, ProposalState.FUNDED_IN_PART)
"""States that come with money."""


@dataclass(frozen=True)
class SourceState:
    """A source of money in order of use.

    Attributes:
        balance: what is still on it.
        areas: the only areas that it is for; none when it is for all.
        condition: in words, of one that is not due.
    """

    id: str
    name: str
    due: bool
    balance: Cents
    areas: frozenset[str] = frozenset()
    condition: str = ""


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
    """A proposal; `awarded` stands on its account, `requested` is what it asked for when that is known.

    Attributes:
        paid: cents of what was awarded that were paid out.
        owed: cents of what was paid that must come back.
        vouchers: cents of what was awarded that programmes of vouchers have; they give back what they do not use.
    """

    id: str
    number: int
    title: str
    alliance: str
    lead: str
    area_id: str | None
    state: ProposalState
    requested: Cents | None
    awarded: Cents
    paid: Cents = NOTHING
    owed: Cents = NOTHING
    vouchers: Cents = NOTHING


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
    """A split among areas or all projects, or inside the area `parent_id`; the parts' keys are their ids."""

    parent_id: str | None
    allocation: Allocation
    by_project: bool = False
    basis: WeightBasis = WeightBasis.OWN


@dataclass(frozen=True)
class Take:
    """Money that a project must give back: `to_recover` of it was paid out already, the rest moves at once."""

    proposal_id: str
    amount: Cents
    to_recover: Cents


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
    takes: tuple[Take, ...] = ()


class Work:
    """How things stand while a decision is carried out, and what was done so far."""

    def __init__(self, ground: Ground) -> None:
        self.sources = {source.id: source for source in ground.sources}
        self.areas = dict(ground.areas)
        self.projects = dict(ground.projects)
        self.ceilings: list[tuple[str, Cents]] = []
        self.moves: list[PlannedMove] = []
        self.splits: list[PlannedSplit] = []
        self.outcomes: list[Outcome] = []
        self.takes: list[Take] = []
        self.bundle = 0

    def consequences(self) -> Consequences:
        """What was done."""
        after = Ground(tuple(self.sources.values()), self.areas, self.projects)
        return Consequences(
            tuple(self.ceilings),
            tuple(self.moves),
            tuple(self.splits),
            tuple(self.outcomes),
            after,
            tuple(self.takes),
        )

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

    def require_on_sources(self, amount: int, field_key: str, only: Collection[str] = ()) -> None:
        """The sources that are due, or those among them that are named, hold as much."""
        sources = [source for source in self.sources.values() if source.due and (not only or source.id in only)]
        available = sum(source.balance for source in sources)
        if amount > available:
            values = {"needed": amount, "available": available, "missing": amount - available}
            raise RuleBroken("sources.too_little", field=field_key, **values)

    def fund_area(
        self,
        kind: TransferKind,
        area_id: str,
        amount: Cents,
        field_key: str,
        split: int | None = None,
        only: Collection[str] = (),
    ) -> None:
        """Bring `amount` from the sources to an area, as one transfer.

        Those that are reserved to it come first, so that free money is left to the others; then in their order.

        Args:
            only: sources that it may come from; none for any.
        """
        self.bundle += 1
        area, missing = self.areas[area_id], int(amount)
        for source in sorted(self.sources.values(), key=lambda source: not source.areas):
            usable = source.due and (not only or source.id in only) and (not source.areas or area_id in source.areas)
            part = Cents(min(missing, source.balance) if usable else 0)
            if part:
                missing -= part
                self.sources[source.id] = replace(source, balance=Cents(source.balance - part))
                self.moves.append(PlannedMove(self.bundle, kind, source.id, area_id, part, split))
        if missing:
            values = {"needed": amount, "available": amount - missing, "missing": missing}
            raise RuleBroken("sources.reserved", field=field_key, area=area.code, **values)
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

    def take_back(self, kind: TransferKind, project: ProjectState, amount: Cents, field_key: str) -> None:
        """Take `amount` from a project: what was not paid goes back to its area at once, the rest must be recovered."""
        if project.area_id is None:
            raise RuleBroken("proposal.no_area", field=field_key, title=project.title)
        available = project.awarded - project.owed - project.vouchers
        if amount > available:
            values = {"needed": amount, "available": available, "missing": amount - available}
            if project.vouchers:
                raise RuleBroken(
                    "take.in_vouchers", field=field_key, title=project.title, vouchers=project.vouchers, **values
                )
            raise RuleBroken("take.too_much", field=field_key, title=project.title, **values)
        at_once = Cents(min(amount, project.awarded - project.paid - project.vouchers))
        to_recover = Cents(amount - at_once)
        self.takes.append(Take(project.id, amount, to_recover))
        if at_once:
            area = self.areas[project.area_id]
            self.bundle += 1
            self.moves.append(PlannedMove(self.bundle, kind, project.id, area.id, at_once))
            self.areas[area.id] = replace(area, balance=Cents(area.balance + at_once))
        self.projects[project.id] = replace(
            project, awarded=Cents(project.awarded - at_once), owed=Cents(project.owed + to_recover)
        )

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


def positive_amount(amount: Cents | None, field_key: str) -> Cents:
    """An amount that was typed and can be moved."""
    if amount is None:
        raise InvalidInput("field.required", field=field_key)
    if amount <= 0:
        raise InvalidInput("amount.not_positive", field=field_key)
    if amount > CENTS_MAX:
        raise InvalidInput("amount.too_large", field=field_key, text=str(amount))
    return amount


def grant(work: Work, project: ProjectState, amount: Cents, stated: OutcomeDraft | None, field_key: str) -> None:
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
