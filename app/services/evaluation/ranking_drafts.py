"""What a ranking holds while it is made, and how it is listed and shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.models.enums import AwardKind, AwardManner, DrawKind, ProposalState, RankingState, RescaleRule
from app.models.money import Cents
from app.services.evaluation.inputs import Computed, Inputs


@dataclass(frozen=True)
class DrawnDraft:
    """The number drawn for a proposal; the lowest comes first."""

    id: str | None = None
    proposal_id: str | None = None
    number: int | None = None


@dataclass(frozen=True)
class ByHandDraft:
    """What a proposal gets, when the money is given by hand."""

    id: str | None = None
    proposal_id: str | None = None
    amount: Cents | None = None


@dataclass(frozen=True)
class RankingDraft:
    """A ranking as it is asked for.

    Attributes:
        share_max: most of a request that is given, «90 %»; empty for all of it.
        numbers, seed: of the draw, by its kind.
        amounts: for a cut by hand.
        number, state: of the ranking; shown only.
    """

    id: str | None = None
    call_id: str | None = None
    day: date | None = None
    by_area: bool = True
    manner: AwardManner = AwardManner.PART
    rescale: RescaleRule = RescaleRule.REQUESTS
    share_max: str = ""
    accept_days: int | None = 7
    draw: DrawKind = DrawKind.NONE
    seed: str = ""
    numbers: tuple[DrawnDraft, ...] = ()
    amounts: tuple[ByHandDraft, ...] = ()
    note: str = ""
    number: int | None = None
    state: RankingState = RankingState.DRAFT
    call: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class RankingRow:
    """A ranking in a list.

    Attributes:
        suitable, ranked: proposals that are suitable, and all that were judged.
        cents: money that it gives.
        open_ties: proposals whose tie is open.
    """

    id: str
    call_id: str
    call: str
    number: int
    day: date
    state: RankingState
    ranked: int
    suitable: int
    open_ties: int
    cents: Cents
    sample: bool
    source_line: int | None

    @property
    def name(self) -> str:
        """«Graduatoria 2» is the window's; this tells it from the others: «Avviso 2014, 2»."""
        return f"{self.call}, {self.number}"


@dataclass(frozen=True)
class PlaceRow:
    """A proposal in its place.

    Attributes:
        id: of the proposal.
        place: None when it is not suitable.
        tied: numbers of the proposals whose tie with it is open.
        settled_by: step of the chain of ties that put it behind the one before, from 0.
        state: of the proposal now.
    """

    id: str
    number: int
    title: str
    alliance: str
    lead: str
    area_id: str | None
    area: str
    place: int | None
    tied: tuple[int, ...]
    settled_by: int | None
    points: Fraction
    suitable: bool
    requested: Cents
    due: Cents
    amount: Cents
    kind: AwardKind
    state: ProposalState


@dataclass(frozen=True)
class GroupView:
    """The ranking of an area, or of all; `area` is its code and title, empty for one of all."""

    area_id: str | None
    area: str
    rows: tuple[PlaceRow, ...]


@dataclass(frozen=True)
class PotView:
    """The money of an area: what there was, what is given, what is left."""

    area_id: str | None
    area: str
    money: Cents
    given: Cents

    @property
    def left(self) -> Cents:
        """What nobody gets."""
        return Cents(self.money - self.given)


@dataclass(frozen=True)
class RankingView:
    """A ranking with everything that is shown and printed of it.

    Attributes:
        unjudged: numbers of admissible proposals without points that count.
        is_outdated: points, conflicts or money changed since it was computed; never true of an adopted one.
        late: numbers of the proposals whose points count those of a member who is in conflict, as came to light since.
        members: names of the members by key.
    """

    draft: RankingDraft
    inputs: Inputs
    computed: Computed
    groups: tuple[GroupView, ...]
    pots: tuple[PotView, ...]
    unjudged: tuple[int, ...]
    is_outdated: bool
    late: tuple[int, ...]
    members: tuple[tuple[str, str], ...]
    sample: bool

    @property
    def rows(self) -> tuple[PlaceRow, ...]:
        """All places, group by group."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def tied(self) -> tuple[int, ...]:
        """Numbers of the proposals whose tie is open."""
        return tuple(sorted(row.number for row in self.rows if row.tied))
