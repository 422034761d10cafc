"""What sums are shared, among whom, by what; the other floors know these as members of `enums`."""

from __future__ import annotations

from enum import StrEnum


class Leftover(StrEnum):
    """What becomes of money that a cap does not let in."""

    AGAIN = "again"  # shared once more among the parts below their caps
    STAYS = "stays"  # stays where it was


class Bound(StrEnum):
    """The limit that settled a part's share."""

    MINIMUM = "minimum"
    CAP = "cap"


class PotKind(StrEnum):
    """What money a split shares."""

    RESIDUE = "residue"
    PREMIUM = "premium"
    SAVINGS = "savings"
    NEW_MONEY = "new_money"


class SplitLevel(StrEnum):
    """Among whom a split begins."""

    AREAS = "areas"  # among areas, then inside each among its projects
    PROJECTS = "projects"  # among the projects of all areas at once


class WeightBasis(StrEnum):
    """Where the weights of a split come from."""

    OWN = "own"  # numbers of the committee
    REQUESTS = "requests"
    AWARDS = "awards"
    CEILINGS = "ceilings"
    POINTS = "points"
    POPULATION = "population"
    RECIPIENTS = "recipients"
    INDICATORS = "indicators"  # the formula of a premium


class CapBasis(StrEnum):
    """Where the cap of a project in a split comes from."""

    NONE = "none"
    AMOUNT = "amount"  # typed beside each
    REQUEST = "request"
    CALL = "call"  # what the call lets a project have


class Normalisation(StrEnum):
    """How what an indicator counts becomes points."""

    TARGET = "target"  # share of the target that was reached
    PART = "part"  # share of what all projects reached together
    RANGE = "range"  # place between the least and the most


class Direction(StrEnum):
    """Which way an indicator is better."""

    MORE = "more"
    LESS = "less"
