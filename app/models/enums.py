"""States, roles and kinds, with the allowed moves beside each state."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from app.models.errors import RuleBroken


class ActKind(StrEnum):
    """Kind of an act that the plan rests on."""

    RESOLUTION = "resolution"  # delibera di giunta regionale
    DECREE = "decree"
    AGREEMENT = "agreement"
    OTHER = "other"


class SourceKind(StrEnum):
    """Kind of a source of money."""

    FIXED = "fixed"
    RESIDUE = "residue"
    PREMIUM = "premium"
    SAVINGS = "savings"


class PriorityLevel(StrEnum):
    """Level of a priority area; with the number it is the key: (high, 3)."""

    HIGH = "high"
    LOW = "low"


def area_code(level: str, number: int) -> str:
    """Short name of an area of `PriorityLevel` `level`, as on the plan's paper: «A.3», «B.1»."""
    return f"{'A' if level == PriorityLevel.HIGH else 'B'}.{number}"


class OrganisationKind(StrEnum):
    """Kind of an organisation of the network."""

    PUBLIC_BODY = "public_body"
    SPECIAL_AGENCY = "special_agency"
    TERRITORIAL_AREA = "territorial_area"
    HEALTH_AGENCY = "health_agency"
    PROVINCE = "province"
    COOPERATIVE = "cooperative"
    ASSOCIATION = "association"
    FOUNDATION = "foundation"
    UNION = "union"
    EMPLOYERS_ASSOCIATION = "employers_association"
    COMPANY = "company"
    SCHOOL = "school"
    OTHER = "other"


class BudgetSection(StrEnum):
    """The two sections of an economic plan: the grant asked for, and the co-financing."""

    COSTS = "costs"
    CONTRIBUTION = "contribution"


class CostCategory(StrEnum):
    """Categories of cost of the plan's own form, in the order of the paper."""

    PAID_STAFF = "paid_staff"
    VOLUNTEERS = "volunteers"
    EQUIPMENT = "equipment"
    MANAGEMENT = "management"
    RECIPIENTS = "recipients"
    COMMUNICATION = "communication"
    OTHER = "other"


class ProposalState(StrEnum):
    """Life of a proposal, from receipt to closure."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    TO_INTEGRATE = "to_integrate"
    ADMISSIBLE = "admissible"
    NOT_ADMISSIBLE = "not_admissible"
    EVALUATED = "evaluated"
    SUITABLE = "suitable"
    NOT_SUITABLE = "not_suitable"
    FUNDED = "funded"
    FUNDED_IN_PART = "funded_in_part"
    SUITABLE_UNFUNDED = "suitable_unfunded"
    ACCEPTED = "accepted"
    RENOUNCED = "renounced"
    STARTED = "started"
    CONCLUDED = "concluded"
    REVOKED = "revoked"


class MeetingState(StrEnum):
    """Life of a meeting."""

    CONVENED = "convened"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    APPROVED = "approved"  # its minutes are approved and frozen


class MemberRole(StrEnum):
    """Office of a member within the committee."""

    PRESIDENT = "president"
    MEMBER = "member"
    ALTERNATE = "alternate"
    SECRETARY = "secretary"  # writes the minutes, does not vote


class AttendanceKind(StrEnum):
    """How a member took part in a meeting."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class ConflictKind(StrEnum):
    """What a member declared on an item of the agenda."""

    ABSTENTION = "abstention"  # leaves the item: no vote, not in its quorum
    INCOMPATIBLE = "incompatible"  # an alternate steps in


class VoteChoice(StrEnum):
    """A vote given by name."""

    FAVOUR = "favour"
    AGAINST = "against"
    ABSTAIN = "abstain"


class QuorumRule(StrEnum):
    """How many voting members must be there."""

    MAJORITY = "majority"  # more than half
    ALL = "all"


class AccountKind(StrEnum):
    """Kind of an account of the ledger."""

    OUTSIDE = "outside"  # the world that money comes from; the only one below zero
    PLAN = "plan"
    SOURCE = "source"
    AREA = "area"
    PROJECT = "project"
    PROGRAMME = "programme"
    HELD = "held"  # money reserved within its parent


class TransferKind(StrEnum):
    """Why money moved."""

    FUNDING = "funding"  # a source's money came in, by an act
    ALLOCATION = "allocation"  # from sources to areas
    AWARD = "award"  # from an area to a project
    RESIDUE = "residue"
    PREMIUM = "premium"
    SAVINGS = "savings"
    RESCALE = "rescale"
    AMENDMENT = "amendment"
    RESERVATION = "reservation"
    SETTLEMENT = "settlement"  # a reservation posted, in full or in part
    RELEASE = "release"  # a reservation voided, or what is left of it
    REVERSAL = "reversal"


class AllocationRule(StrEnum):
    """How a total is shared."""

    EQUAL = "equal"
    WEIGHTS = "weights"
    MIXED = "mixed"
    RANKING = "ranking"
    BY_HAND = "by_hand"


class DecisionKind(StrEnum):
    """What a decision does."""

    PLAIN = "plain"  # moves no money
    ADMISSION = "admission"  # outcomes for proposals
    ALLOCATION = "allocation"
    AWARD = "award"
    RESIDUE = "residue"


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"  # two amounts that should be one
    WARNING = "warning"
    NOTE = "note"


State = TypeVar("State", bound=StrEnum)

FUNDED_STATES = frozenset(
    {ProposalState.FUNDED, ProposalState.FUNDED_IN_PART, ProposalState.ACCEPTED, ProposalState.STARTED}
)

PROPOSAL_MOVES: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.DRAFT: frozenset({ProposalState.SUBMITTED}),
    ProposalState.SUBMITTED: frozenset(
        {ProposalState.TO_INTEGRATE, ProposalState.ADMISSIBLE, ProposalState.NOT_ADMISSIBLE}
    ),
    ProposalState.TO_INTEGRATE: frozenset({ProposalState.ADMISSIBLE, ProposalState.NOT_ADMISSIBLE}),
    ProposalState.ADMISSIBLE: frozenset({ProposalState.EVALUATED}),
    ProposalState.NOT_ADMISSIBLE: frozenset(),
    ProposalState.EVALUATED: frozenset({ProposalState.SUITABLE, ProposalState.NOT_SUITABLE}),
    ProposalState.SUITABLE: frozenset(
        {ProposalState.FUNDED, ProposalState.FUNDED_IN_PART, ProposalState.SUITABLE_UNFUNDED}
    ),
    ProposalState.NOT_SUITABLE: frozenset(),
    ProposalState.SUITABLE_UNFUNDED: frozenset({ProposalState.FUNDED, ProposalState.FUNDED_IN_PART}),
    ProposalState.FUNDED: frozenset({ProposalState.ACCEPTED, ProposalState.RENOUNCED, ProposalState.REVOKED}),
    ProposalState.FUNDED_IN_PART: frozenset(
        {ProposalState.FUNDED, ProposalState.ACCEPTED, ProposalState.RENOUNCED, ProposalState.REVOKED}
    ),
    ProposalState.ACCEPTED: frozenset({ProposalState.STARTED, ProposalState.RENOUNCED, ProposalState.REVOKED}),
    ProposalState.RENOUNCED: frozenset(),
    ProposalState.STARTED: frozenset({ProposalState.CONCLUDED, ProposalState.REVOKED}),
    ProposalState.CONCLUDED: frozenset(),
    ProposalState.REVOKED: frozenset(),
}

MEETING_MOVES: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.CONVENED: frozenset({MeetingState.OPEN}),
    MeetingState.OPEN: frozenset({MeetingState.SUSPENDED, MeetingState.CLOSED}),
    MeetingState.SUSPENDED: frozenset({MeetingState.OPEN}),
    MeetingState.CLOSED: frozenset({MeetingState.APPROVED}),
    MeetingState.APPROVED: frozenset(),
}


def check_move(moves: dict[State, frozenset[State]], present: State, wanted: State) -> None:
    """Refuse a move between states that is not allowed.

    Raises:
        RuleBroken: "state.move_refused" with `present` and `wanted`.
    """
    if wanted not in moves[present]:
        raise RuleBroken("state.move_refused", present=present, wanted=wanted)
