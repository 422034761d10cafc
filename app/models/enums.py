"""States, roles and kinds, with the allowed moves beside each state."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from app.models.body_kinds import LegalForm as LegalForm
from app.models.body_kinds import OfficeKind as OfficeKind
from app.models.body_kinds import OrganisationKind as OrganisationKind
from app.models.body_kinds import OrganisationSize as OrganisationSize
from app.models.body_kinds import SeatKind as SeatKind
from app.models.errors import RuleBroken
from app.models.judging import CheckOutcome as CheckOutcome
from app.models.judging import CriterionEffect as CriterionEffect
from app.models.judging import CriterionKind as CriterionKind
from app.models.judging import MeanRule as MeanRule
from app.models.judging import Measure as Measure
from app.models.judging import RoundingPlace as RoundingPlace
from app.models.judging import RoundingRule as RoundingRule
from app.models.judging import ScoringManner as ScoringManner
from app.models.judging import SheetStage as SheetStage
from app.models.judging import SheetState as SheetState
from app.models.moving import AccountKind as AccountKind
from app.models.moving import TransferKind as TransferKind
from app.models.paper_kinds import SignedPaper as SignedPaper
from app.models.paper_kinds import TemplatePlace as TemplatePlace
from app.models.ranking_kinds import AwardKind as AwardKind
from app.models.ranking_kinds import AwardManner as AwardManner
from app.models.ranking_kinds import DrawKind as DrawKind
from app.models.ranking_kinds import RankingState as RankingState
from app.models.sharing import Bound as Bound
from app.models.sharing import CapBasis as CapBasis
from app.models.sharing import Direction as Direction
from app.models.sharing import Leftover as Leftover
from app.models.sharing import Normalisation as Normalisation
from app.models.sharing import PotKind as PotKind
from app.models.sharing import SplitLevel as SplitLevel
from app.models.sharing import WeightBasis as WeightBasis
from app.models.signing_kinds import SignedForm as SignedForm
from app.models.spending_kinds import AMENDMENTS_IN_FORCE as AMENDMENTS_IN_FORCE
from app.models.spending_kinds import AMENDMENTS_TO_DECIDE as AMENDMENTS_TO_DECIDE
from app.models.spending_kinds import AmendmentDuty as AmendmentDuty
from app.models.spending_kinds import AmendmentState as AmendmentState
from app.models.spending_kinds import CheckMode as CheckMode
from app.models.spending_kinds import ExpenseKind as ExpenseKind
from app.models.spending_kinds import FinalRule as FinalRule
from app.models.spending_kinds import GrantBound as GrantBound
from app.models.spending_kinds import LimitBase as LimitBase
from app.models.spending_kinds import LimitSpan as LimitSpan
from app.models.spending_kinds import PaymentState as PaymentState
from app.models.spending_kinds import PaymentWay as PaymentWay
from app.models.spending_kinds import ReportState as ReportState
from app.models.spending_kinds import RequestState as RequestState
from app.models.spending_kinds import RescaleRule as RescaleRule
from app.models.voting import Ballot as Ballot
from app.models.voting import FollowUpState as FollowUpState
from app.models.voting import ItemState as ItemState
from app.models.voting import Majority as Majority
from app.models.voting import Matter as Matter
from app.models.voting import TieRule as TieRule
from app.models.voucher_kinds import REQUESTS_ALIVE as REQUESTS_ALIVE
from app.models.voucher_kinds import AgeDay as AgeDay
from app.models.voucher_kinds import AidRule as AidRule
from app.models.voucher_kinds import AmountLimit as AmountLimit
from app.models.voucher_kinds import CodePart as CodePart
from app.models.voucher_kinds import CodeState as CodeState
from app.models.voucher_kinds import ConditionOutcome as ConditionOutcome
from app.models.voucher_kinds import ConsentKind as ConsentKind
from app.models.voucher_kinds import FirmBudgetState as FirmBudgetState
from app.models.voucher_kinds import IseeKind as IseeKind
from app.models.voucher_kinds import IseeUse as IseeUse
from app.models.voucher_kinds import Kinship as Kinship
from app.models.voucher_kinds import LeftoverRule as LeftoverRule
from app.models.voucher_kinds import PayTo as PayTo
from app.models.voucher_kinds import ProgrammeManner as ProgrammeManner
from app.models.voucher_kinds import ProgrammeState as ProgrammeState
from app.models.voucher_kinds import ReportOfUseState as ReportOfUseState
from app.models.voucher_kinds import ResidenceNeed as ResidenceNeed
from app.models.voucher_kinds import SettlementLineState as SettlementLineState
from app.models.voucher_kinds import SettlementState as SettlementState
from app.models.voucher_kinds import Sex as Sex
from app.models.voucher_kinds import UseOutcome as UseOutcome
from app.models.voucher_kinds import VoucherAsker as VoucherAsker
from app.models.voucher_kinds import VoucherCondition as VoucherCondition
from app.models.voucher_kinds import VoucherMeasure as VoucherMeasure
from app.models.voucher_kinds import VoucherRequestState as VoucherRequestState
from app.models.voucher_kinds import VoucherState as VoucherState
from app.models.voucher_kinds import VoucherUnit as VoucherUnit
from app.models.voucher_kinds import WorkNeed as WorkNeed
from app.models.voucher_kinds import WorkState as WorkState


class ActKind(StrEnum):
    """Kind of an act that the plan rests on."""

    RESOLUTION = "resolution"  # delibera di giunta regionale
    DECREE = "decree"
    AGREEMENT = "agreement"
    OTHER = "other"


class SourceKind(StrEnum):
    """Kind of a source of money."""

    FIXED = "fixed"
    VARIABLE = "variable"
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


class BudgetSection(StrEnum):
    """The two sections of an economic plan: the grant asked for, and the co-financing."""

    COSTS = "costs"
    CONTRIBUTION = "contribution"


class CostCategory(StrEnum):
    """Categories of cost that a new call begins with: those of the plan's own form, in the order of the paper.

    A call has its own categories; these codes are the same in every call that keeps them.
    """

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


class ArrivalChannel(StrEnum):
    """How a proposal reached the office."""

    PEC = "pec"  # certified mail
    ONLINE = "online"
    EMAIL = "email"
    POST = "post"
    HAND = "hand"


class MeetingState(StrEnum):
    """Life of a meeting."""

    CONVENED = "convened"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    APPROVED = "approved"  # its minutes are approved and frozen


class UserRole(StrEnum):
    """What somebody does in an archive; what each may do is in `rights.py`."""

    KEEPER = "keeper"  # custode: users, keys, copies; may do everything
    SECRETARY = "secretary"
    PRESIDENT = "president"
    MEMBER = "member"  # scores
    DISTRICT_OFFICER = "district_officer"  # enters proposals
    CASHIER = "cashier"  # settles
    READER = "reader"


class UserState(StrEnum):
    """Whether a user of an archive may open it."""

    ACTIVE = "active"
    DISABLED = "disabled"
    REMOVED = "removed"


class ErasureKind(StrEnum):
    """Why something was erased for good."""

    RETENTION = "retention"  # its time in the bin was over
    PERSON = "person"  # a person asked for it


class KeepGround(StrEnum):
    """Why something of a person stays, though the person asks that it be erased."""

    SAT = "sat"
    SIGNED = "signed"
    HANDED_IN = "handed_in"
    ACT = "act"
    USER = "user"
    OTHER = "other"


class KeyActKind(StrEnum):
    """What was done to the keys of an archive."""

    ENCRYPTED = "encrypted"
    OPENED = "opened"  # made readable without a password
    RENEWED = "renewed"  # a new data key
    SHEET = "sheet"  # a new recovery sheet
    PASSWORD = "password"  # a user's new password


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
    SAVINGS = "savings"  # what projects leave goes back to their areas
    REVOCATION = "revocation"


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"  # two amounts that should be one
    WARNING = "warning"
    NOTE = "note"


class VatRule(StrEnum):
    """Whether the costs of a call count VAT."""

    INCLUDED = "included"
    EXCLUDED = "excluded"


class RuleSeverity(StrEnum):
    """What follows when a rule of a call is not kept."""

    BLOCKING = "blocking"
    WARNING = "warning"


class Remedy(StrEnum):
    """Whether something that a call asks for can still be brought."""

    BLOCKING = "blocking"
    CURABLE = "curable"  # by a request for completion


class CapBase(StrEnum):
    """What the share of a cap is taken of."""

    TOTAL = "total"  # costs and contributions
    GRANT = "grant"  # the costs asked for
    SECTION = "section"  # the section that the cap looks at
    CATEGORIES = "categories"  # other categories of cost


class PartnerGroup(StrEnum):
    """Bodies that a call counts: all, a group of kinds, or one kind."""

    ANY = "any"
    PUBLIC = "public"
    NON_PROFIT = "non_profit"
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


class SeatHolder(StrEnum):
    """Whose seats a call asks for."""

    LEAD = "lead"
    PARTNER = "partner"
    EVERY = "every"


class SeatNeed(StrEnum):
    """Which seats a body must have in a territory."""

    LEGAL = "legal"
    OPERATING = "operating"
    BOTH = "both"
    EITHER = "either"


class TieCriterion(StrEnum):
    """What decides between proposals with equal points."""

    POINTS = "points"  # more points on criteria that are named
    COFINANCING = "cofinancing"  # the larger share of co-financing
    DRAW = "draw"  # by lot, in public
    ARRIVAL = "arrival"  # who came first
    COMMITTEE = "committee"  # the committee decides, with a reason
    OTHER = "other"


class AwardRule(StrEnum):
    """How the money of a call goes to the proposals."""

    RANKING_BY_AREA = "ranking_by_area"  # down the ranking of each area, as far as its money goes
    RANKING = "ranking"  # down one ranking
    RESCALING = "rescaling"  # all that are suitable, cut to fit the area
    ARRIVAL = "arrival"  # as they come, until the money ends
    OTHER = "other"


class TrancheTrigger(StrEnum):
    """When a part of a grant is paid."""

    START = "start"
    SPENT = "spent"  # at least a share of the cost is spent and reported
    REPORT = "report"  # the final report is approved


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
        RuleBroken: those of `refused_move`.
    """
    if wanted not in moves[present]:
        raise refused_move(moves, present, wanted)


def refused_move(moves: dict[State, frozenset[State]], present: State, wanted: State) -> RuleBroken:
    """The refusal of a move: "state.move_refused" with what is `possible` instead, "state.last" where nothing is."""
    possible = tuple(state for state in type(present) if state in moves[present])
    if not possible:
        return RuleBroken("state.last", present=present, wanted=wanted)
    return RuleBroken("state.move_refused", present=present, wanted=wanted, possible=possible)
