"""How proposals are judged: criteria, manners of scoring, rounding; the other floors know these from `enums`."""

from __future__ import annotations

from enum import StrEnum


class ScoringManner(StrEnum):
    """Who gives the points."""

    COLLEGIAL = "collegial"  # one sheet, agreed
    INDIVIDUAL = "individual"  # a sheet for each member, then the mean


class MeanRule(StrEnum):
    """How the sheets of the members become the points of a proposal."""

    MEAN = "mean"
    TRIMMED = "trimmed"  # of each criterion the highest and the lowest are left out, from three sheets up


class RoundingRule(StrEnum):
    """How points are rounded, once."""

    NONE = "none"  # kept exact
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"  # cut off


class RoundingPlace(StrEnum):
    """What is rounded."""

    TOTAL = "total"
    CRITERION = "criterion"  # the points of each criterion, after the mean


class CriterionKind(StrEnum):
    """How a criterion gets its points."""

    GROUP = "group"  # from those below it
    RANGE = "range"
    LADDER = "ladder"  # one of its named steps
    YES_NO = "yes_no"
    COMPUTED = "computed"  # from what the archive knows of the proposal


class CriterionEffect(StrEnum):
    """How the points of a criterion count."""

    COUNTS = "counts"  # within the largest total
    BONUS = "bonus"  # above it
    PENALTY = "penalty"  # negative points


class Measure(StrEnum):
    """What the archive knows of a proposal and a criterion may be computed from, or gated by."""

    COFINANCING_SHARE = "cofinancing_share"  # percentage of the total cost
    COFINANCING = "cofinancing"  # euro
    GRANT = "grant"  # euro asked for
    TOTAL_COST = "total_cost"  # euro
    BODIES = "bodies"  # of the partnership, lead included
    PUBLIC_BODIES = "public_bodies"
    NON_PROFIT_BODIES = "non_profit_bodies"
    COMPANIES = "companies"
    RECIPIENTS = "recipients"  # least numbers promised, summed
    MONTHS = "months"


class SheetState(StrEnum):
    """Life of a score sheet."""

    OPEN = "open"  # only who fills it in sees it
    GIVEN = "given"  # counts, and never changes
    SET_ASIDE = "set_aside"  # stays on the record, never counts


class CheckOutcome(StrEnum):
    """Answer to a point of the formal check."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


class SheetStage(StrEnum):
    """Where a score sheet that is due stands, as lists show it."""

    DUE = "due"  # not begun
    OPEN = "open"
    GIVEN = "given"
    SET_ASIDE = "set_aside"
