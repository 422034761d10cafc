"""States and kinds of what happens to a grant after it was given; the other floors know them as members of `enums`."""

from __future__ import annotations

from enum import StrEnum


class RescaleRule(StrEnum):
    """How requests that do not fit an area are cut."""

    EQUAL_CUT = "equal_cut"  # each loses the same
    REQUESTS = "requests"  # each loses the same share of what it asked for
    POINTS = "points"  # the money goes by points
    BY_HAND = "by_hand"


class RequestState(StrEnum):
    """Life of a request for a remodelled economic plan."""

    ASKED = "asked"
    ACCEPTED = "accepted"  # what came back fits, and is the next version


class AmendmentState(StrEnum):
    """Life of an amendment."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # the call says nothing of such moves: somebody must
    FREE = "free"
    TO_TELL = "to_tell"
    TOLD = "told"
    TO_AUTHORISE = "to_authorise"
    AUTHORISED = "authorised"
    REFUSED = "refused"


AMENDMENTS_IN_FORCE = frozenset(
    {AmendmentState.FREE, AmendmentState.TO_TELL, AmendmentState.TOLD, AmendmentState.AUTHORISED}
)
"""States of an amendment whose moves are in the economic plan."""

AMENDMENTS_TO_DECIDE = frozenset({AmendmentState.SUBMITTED, AmendmentState.TO_AUTHORISE})
"""States of an amendment that waits for the committee."""


class LimitBase(StrEnum):
    """What the share of a move between items is taken of, in the first economic plan."""

    GIVEN = "given"  # the item that gives
    RECEIVED = "received"  # the item that receives
    TOTAL = "total"  # the whole plan


class LimitSpan(StrEnum):
    """Over which moves a share is counted."""

    MOVE = "move"  # each by itself
    YEAR = "year"
    LIFE = "life"


class AmendmentDuty(StrEnum):
    """What a move above a share asks for."""

    TELL = "tell"
    AUTHORISE = "authorise"


class PaymentState(StrEnum):
    """Life of a payment: who entered it is not who releases it."""

    ENTERED = "entered"
    RELEASED = "released"


class ReportState(StrEnum):
    """Life of a report of expenses."""

    OPEN = "open"
    CHECKING = "checking"
    APPROVED = "approved"


class CheckMode(StrEnum):
    """Which expenses of a report are checked."""

    WHOLE = "whole"
    SAMPLE = "sample"  # drawn on the record


class ExpenseKind(StrEnum):
    """What an expense is proved by."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    PAYSLIP = "payslip"
    FEE_NOTE = "fee_note"
    ACT = "act"
    IN_KIND = "in_kind"  # work or goods that nobody pays
    OTHER = "other"


class PaymentWay(StrEnum):
    """How an expense was paid."""

    TRANSFER = "transfer"
    MANDATE = "mandate"
    CARD = "card"
    CHEQUE = "cheque"
    TAX_FORM = "tax_form"
    CASH = "cash"
    NONE = "none"


class FinalRule(StrEnum):
    """What becomes of a grant when less is spent than was planned."""

    SPENT = "spent"  # it pays what was spent, up to what was granted
    RATIO = "ratio"  # it keeps its share of the cost


class GrantBound(StrEnum):
    """What settled the final grant."""

    GRANTED = "granted"
    SPENT = "spent"  # what was spent on the grant and admitted
    CAP = "cap"  # the most that the call pays of a cost
    COFINANCING = "cofinancing"  # the least that the alliance pays
    RATIO = "ratio"  # the share of the cost that was granted
