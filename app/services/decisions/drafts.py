"""What a decision holds while it is written, what it does, how it is listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.models.enums import (
    AccountKind,
    AllocationRule,
    CapBasis,
    DecisionKind,
    Leftover,
    PotKind,
    ProposalState,
    SplitLevel,
    TransferKind,
    WeightBasis,
)
from app.models.errors import AppError
from app.models.money import Cents
from app.services.sharing.allocation import Allocation, Weight
from app.services.sharing.premium import Formula


@dataclass(frozen=True)
class OutcomeDraft:
    """The state that the decision gives a proposal, and why."""

    proposal_id: str | None = None
    state: ProposalState = ProposalState.SUITABLE
    reason: str = ""
    id: str | None = None


@dataclass(frozen=True)
class AreaAmount:
    """Money for an area."""

    area_id: str | None = None
    amount: Cents | None = None


@dataclass(frozen=True)
class ProjectAmount:
    """Money for a project."""

    proposal_id: str | None = None
    amount: Cents | None = None


@dataclass(frozen=True)
class SplitArea:
    """An area that takes part in a split.

    Attributes:
        weight: or request, or amount in cents; not used in equal parts.
        minimum, cap: least and most that it may get by the split.
    """

    area_id: str | None = None
    weight: Weight | None = None
    minimum: Cents | None = None
    cap: Cents | None = None


@dataclass(frozen=True)
class SplitProject:
    """A project that takes part in a split; all as in `SplitArea`.

    Attributes:
        taken: false for a funded project that gets nothing by this split.
    """

    proposal_id: str | None = None
    weight: Weight | None = None
    minimum: Cents | None = None
    cap: Cents | None = None
    taken: bool = True


@dataclass(frozen=True)
class SplitDraft:
    """The sharing of a pot among areas, then inside each area among its projects; or among projects at once.

    Attributes:
        total: cents.
        pot: what money it is.
        source_ids: sources that it comes from; none for all that are due, in their order.
        rule, equal_share, areas, tie, leftover, basis: among the areas; not used when projects share at once.
        equal_share, inner_equal_share: percentage in equal parts, for the mixed rule.
        areas: in the order of listing.
        tie: area keys in the order that equal remainders are served; those not named follow as listed.
        inner_rule, inner_equal_share, inner_leftover, inner_basis: among the projects.
        projects: order, weights and limits of the projects; funded ones that are not named follow by their number.
        inner_tie: proposal keys, as `tie`.
        leftover, inner_leftover: what becomes of what caps do not let in.
        basis, inner_basis, cap_basis: where weights and caps were taken from, for whoever reads the proof.
        formula: that gave the weights of the projects, when a formula did.
    """

    total: Cents | None = None
    rule: AllocationRule = AllocationRule.EQUAL
    equal_share: int = 0
    areas: tuple[SplitArea, ...] = ()
    tie: tuple[str, ...] = ()
    inner_rule: AllocationRule = AllocationRule.EQUAL
    inner_equal_share: int = 0
    projects: tuple[SplitProject, ...] = ()
    inner_tie: tuple[str, ...] = ()
    pot: PotKind = PotKind.RESIDUE
    level: SplitLevel = SplitLevel.AREAS
    source_ids: tuple[str, ...] = ()
    leftover: Leftover = Leftover.AGAIN
    inner_leftover: Leftover = Leftover.AGAIN
    basis: WeightBasis = WeightBasis.OWN
    inner_basis: WeightBasis = WeightBasis.OWN
    cap_basis: CapBasis = CapBasis.NONE
    formula: Formula | None = None


@dataclass(frozen=True)
class DecisionDraft:
    """A decision as it is typed; what its kind does not use is not kept.

    Attributes:
        outcomes: for an admission; for an award, states given before it or in the place of the usual one.
        area_amounts: for an allocation: what each area gets more than it has.
        project_amounts: for an award.
        split: for the sharing of a pot.
        scenario_id: that it was made from, if it was.
    """

    id: str | None = None
    agenda_item_id: str | None = None
    kind: DecisionKind = DecisionKind.PLAIN
    subject: str = ""
    text: str = ""
    outcomes: tuple[OutcomeDraft, ...] = ()
    area_amounts: tuple[AreaAmount, ...] = ()
    project_amounts: tuple[ProjectAmount, ...] = ()
    split: SplitDraft | None = None
    scenario_id: str | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class DecisionRow:
    """A decision in a list.

    Attributes:
        label: «1/2014»; empty until its meeting closes.
        meeting: number of its meeting, «1/2014».
        position: of its point on the agenda, from 1.
        cents: money that reaches areas from sources or projects from areas, whichever is more.
    """

    id: str
    meeting_id: str
    meeting: str
    date_held: date
    agenda_item_id: str
    position: int
    kind: DecisionKind
    label: str
    subject: str
    cents: Cents
    effective_at: datetime | None
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class MoveRow:
    """A movement that a decision orders; moves with the same bundle are one transfer."""

    bundle: int
    kind: TransferKind
    from_name: str
    to_name: str
    amount: Cents


@dataclass(frozen=True)
class CeilingRow:
    """A ceiling that a decision sets; `before` is None where none was set."""

    area_id: str
    code: str
    title: str
    before: Cents | None
    amount: Cents


@dataclass(frozen=True)
class OutcomeRow:
    """The state that a decision gives a proposal."""

    proposal_id: str
    number: int
    title: str
    alliance: str
    state: ProposalState
    reason: str


@dataclass(frozen=True)
class AwardRow:
    """Money that a decision gives a project: what it had, what it gets, what it has then."""

    proposal_id: str
    number: int
    alliance: str
    lead: str
    title: str
    area: str
    before: Cents
    amount: Cents
    after: Cents


@dataclass(frozen=True)
class TakeRow:
    """Money that a decision takes from a project; `to_recover` of it was paid out and must come back."""

    proposal_id: str
    number: int
    alliance: str
    title: str
    area: str
    amount: Cents
    at_once: Cents
    to_recover: Cents


@dataclass(frozen=True)
class AllocationView:
    """A split with the names of its parts.

    Attributes:
        id: key of the kept split; empty while its decision is being written.
        title: says what is shared and by which decision, in the reader's language.
        parent: code of the area inside which it shares («A.3»); empty among areas and among all projects.
        by_project: whether its parts are projects.
        basis: where its weights come from.
        labels: of the parts, by key: short and long name, («A.1», title of the area) or («1», title of the project).
    """

    id: str
    decision_id: str
    title: str
    parent: str
    allocation: Allocation
    labels: Mapping[str, tuple[str, str]]
    sample: bool = False
    by_project: bool = False
    basis: WeightBasis = WeightBasis.OWN


@dataclass(frozen=True)
class BalanceChange:
    """An account before and after the decision; totals hold the accounts below as well."""

    subject_id: str
    kind: AccountKind
    name: str
    before: Cents
    after: Cents
    ceiling_before: Cents | None = None
    ceiling_after: Cents | None = None


@dataclass(frozen=True)
class DecisionPreview:
    """What a decision would do, for the screen; nothing but `problems` when it cannot be done.

    Attributes:
        problems: refusals, each with its field where there is one.
    """

    allocations: tuple[AllocationView, ...] = ()
    ceilings: tuple[CeilingRow, ...] = ()
    awards: tuple[AwardRow, ...] = ()
    takes: tuple[TakeRow, ...] = ()
    outcomes: tuple[OutcomeRow, ...] = ()
    moves: tuple[MoveRow, ...] = ()
    changes: tuple[BalanceChange, ...] = ()
    problems: tuple[AppError, ...] = ()
