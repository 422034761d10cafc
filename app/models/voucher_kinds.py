"""States and kinds of vouchers, their programmes and requests; the other floors know them as members of `enums`."""

from __future__ import annotations

from enum import StrEnum


class ProgrammeState(StrEnum):
    """Life of a programme of vouchers."""

    DRAFT = "draft"
    OPEN = "open"
    SUSPENDED = "suspended"  # no new request and no new voucher; those that there are go on
    CLOSED = "closed"


class ProgrammeManner(StrEnum):
    """In what order requests that may be met are met."""

    ARRIVAL = "arrival"  # at the desk, as they come in
    ISEE = "isee"  # lowest value first
    POINTS = "points"  # highest first
    LIST = "list"  # as a list says that somebody else made: a firm, an association


class VoucherAsker(StrEnum):
    """Who may ask for vouchers of a programme."""

    FAMILY = "family"
    EMPLOYEE = "employee"  # through the budget of the firm that he or she works for
    FAMILIES = "families"  # a group of families, by one of them
    BODY = "body"  # an association that is paid back
    FIRM = "firm"  # for itself: advice, certification


class VoucherUnit(StrEnum):
    """What a service is counted in."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ONCE = "once"


class WorkNeed(StrEnum):
    """Who of a household must work."""

    NONE = "none"
    EVERY_PARENT = "every_parent"  # of those present in the household
    ONE_PARENT = "one_parent"
    REQUESTER = "requester"


class WorkState(StrEnum):
    """Whether somebody works; only the outcome of what was seen is kept."""

    UNKNOWN = "unknown"
    EMPLOYED = "employed"
    SELF_EMPLOYED = "self_employed"
    ACTIVE_POLICY = "active_policy"  # looks for work in a measure of active policy
    NOT_WORKING = "not_working"


class ResidenceNeed(StrEnum):
    """Where a household must live, or a firm have its seat."""

    NONE = "none"
    PLAN = "plan"  # a municipality of the plan
    LISTED = "listed"  # a municipality or a district that the rules list


class AgeDay(StrEnum):
    """On what day an age is looked at."""

    REQUEST = "request"  # when the request came in
    START = "start"  # first day of the period asked for
    DATE = "date"  # a day that the rules name


class IseeUse(StrEnum):
    """What the ISEE of a household is asked for."""

    NONE = "none"
    BAR = "bar"  # above the most, no voucher
    PRIORITY = "priority"  # it orders requests; without it one comes after all that have it


class IseeKind(StrEnum):
    """Kind of ISEE."""

    ORDINARY = "ordinary"
    MINORS = "minors"
    CURRENT = "current"
    CARE = "care"  # for social and health services


class AidRule(StrEnum):
    """What becomes of other aids for the same expense."""

    NETTED = "netted"  # taken off the expense first
    REFUSED = "refused"  # with another aid there is no voucher
    IGNORED = "ignored"


class PayTo(StrEnum):
    """To whom the money of a voucher goes."""

    PROVIDER = "provider"
    FAMILY = "family"  # paid back


class LeftoverRule(StrEnum):
    """What becomes of what a firm did not use by the day."""

    PROGRAMME = "programme"  # it goes back, and serves whoever waits in the programme
    FIRMS = "firms"  # it is given again, in equal parts, to the firms that used all of theirs
    KEPT = "kept"  # it stays with the firm


class VoucherRequestState(StrEnum):
    """Life of a request for a voucher; what follows is the life of the voucher."""

    ASKED = "asked"
    ADMITTED = "admitted"
    NOT_ADMITTED = "not_admitted"
    WAITING = "waiting"
    ASSIGNED = "assigned"
    WITHDRAWN = "withdrawn"


REQUESTS_ALIVE = frozenset(
    {
        VoucherRequestState.ASKED,
        VoucherRequestState.ADMITTED,
        VoucherRequestState.WAITING,
        VoucherRequestState.ASSIGNED,
    }
)
"""States of a request that stands in the way of another for the same person, service and time."""


class VoucherState(StrEnum):
    """Life of a voucher, once it was given."""

    ASSIGNED = "assigned"
    PART_USED = "part_used"
    USED = "used"
    SETTLED = "settled"
    EXPIRED = "expired"
    REVOKED = "revoked"
    RENOUNCED = "renounced"


class FirmBudgetState(StrEnum):
    """Life of a firm's budget: from the manifestation of interest to what it gives back."""

    ASKED = "asked"
    ADMITTED = "admitted"
    NOT_ADMITTED = "not_admitted"
    GIVEN = "given"
    CLOSED = "closed"  # what was left went back


class AmountLimit(StrEnum):
    """A limit that the amount of a voucher is the least of."""

    EXPENSE = "expense"  # the real cost, net of other aids where they are netted
    SHARE = "share"  # share of the documented cost
    UNITS = "units"  # unit amount times units
    REQUEST = "request"  # most for one request
    MONTH = "month"  # most for each month
    CHILD = "child"
    FAMILY = "family"
    BUDGET = "budget"  # what the programme has left
    FIRM = "firm"  # what the firm's budget has left


class ConditionOutcome(StrEnum):
    """How a condition of the rules was found; what was seen to find it is not kept."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_KNOWN = "not_known"


class Kinship(StrEnum):
    """What somebody is in a household."""

    PARENT = "parent"
    CHILD = "child"
    ASSISTED = "assisted"  # a relative that is cared for
    OTHER = "other"


class Sex(StrEnum):
    """Sex, as the tax code tells it."""

    FEMALE = "female"
    MALE = "male"


class CodeState(StrEnum):
    """How the tax code of a person was found."""

    UNCHECKED = "unchecked"
    AGREES = "agrees"  # with name, birth and sex
    DIFFERS = "differs"  # looked at by a person, who keeps it
    TEMPORARY = "temporary"  # eleven digits, given before the definite one
    NONE = "none"  # newborn or foreigner that has none yet


class ConsentKind(StrEnum):
    """What a person was told, or agreed to."""

    INFORMATION = "information"  # the information sheet on personal data was given
    HEALTH = "health"  # consent to keep that there is a disability
    CONTACT = "contact"  # consent to be written to


class UseOutcome(StrEnum):
    """How a line of a provider's report was found."""

    UNCHECKED = "unchecked"
    MATCHED = "matched"
    UNKNOWN = "unknown"  # no voucher of this number
    MISTYPED = "mistyped"  # the check letter says that a character is wrong
    OTHER_PROGRAMME = "other_programme"
    OTHER_PROVIDER = "other_provider"
    OUT_OF_VALIDITY = "out_of_validity"
    ENDED = "ended"  # expired, revoked or renounced
    ABOVE_AMOUNT = "above_amount"
    USED_ALREADY = "used_already"
    WRONG_UNITS = "wrong_units"


class ReportOfUseState(StrEnum):
    """Life of a provider's report of uses."""

    ENTERED = "entered"
    ACCEPTED = "accepted"


class SettlementState(StrEnum):
    """Life of a settlement: who entered it is not who checks and releases it."""

    ENTERED = "entered"
    CHECKED = "checked"
    RELEASED = "released"


class SettlementLineState(StrEnum):
    """What became of a payment of a settlement."""

    TO_PAY = "to_pay"
    PAID = "paid"
    REFUSED = "refused"  # by the bank: it is unpaid again


class VoucherMeasure(StrEnum):
    """What is counted of a programme for an indicator of the plan."""

    VOUCHERS = "vouchers"  # given
    USED = "used_vouchers"  # used, in part at least
    CHILDREN = "children"  # or whoever else the service was for
    FAMILIES = "families"
    FIRMS = "firms"
    HOURS = "hours"


class VoucherCondition(StrEnum):
    """A condition that the rules of a programme set for a request."""

    WINDOW = "window"  # it came in while requests might
    RESIDENCE = "residence"
    WORK = "work"
    AGE = "age"
    DISABILITY = "disability"
    ISEE = "isee"
    FIRM = "firm"  # size and seat
    BUDGET = "budget"  # the firm of the employee has a budget
    SERVICE = "service"  # it is one that vouchers pay for, in these days
    PROVIDER = "provider"
    EXPENSE = "expense"  # least expense
    HOURS = "hours"  # least hours a day
    AIDS = "aids"  # no other aid
    INFORMATION = "information"  # the information sheet was given
    DOCUMENTS = "documents"  # all papers were brought


class CodePart(StrEnum):
    """What a tax code says of a person, and may say otherwise."""

    SURNAME = "surname"
    GIVEN_NAME = "given_name"
    BIRTH = "birth"
    SEX = "sex"
