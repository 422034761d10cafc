"""How a body votes and what becomes of the points of its agenda; the other floors know these as members of `enums`."""

from __future__ import annotations

from enum import StrEnum


class Majority(StrEnum):
    """How many votes in favour a proposal needs."""

    VOTING = "voting"  # more in favour than against
    PRESENT = "present"  # more than half of those who may vote, abstentions counted
    MEMBERS = "members"  # more than half of the seats
    TWO_THIRDS = "two_thirds"  # of those who may vote
    TWO_THIRDS_MEMBERS = "two_thirds_members"  # of the seats


class TieRule(StrEnum):
    """What follows when as many vote in favour as against."""

    REJECTED = "rejected"
    CASTING = "casting"  # the vote of the president counts twice


class Ballot(StrEnum):
    """How votes are given."""

    OPEN = "open"  # by name
    SECRET = "secret"  # kept as counts alone


class Matter(StrEnum):
    """What a point of the agenda is about; a committee may have a rule of its own for each."""

    ORDINARY = "ordinary"
    MINUTES = "minutes"  # those of an earlier meeting, to be approved
    ADMISSION = "admission"
    SCORING = "scoring"
    ALLOCATION = "allocation"
    AWARD = "award"
    SHARING = "sharing"
    AMENDMENT = "amendment"
    SETTLEMENT = "settlement"
    RULES = "rules"
    APPOINTMENT = "appointment"


class ItemState(StrEnum):
    """What became of a point of the agenda."""

    OPEN = "open"
    TREATED = "treated"
    POSTPONED = "postponed"  # to the next meeting
    WITHDRAWN = "withdrawn"


class FollowUpState(StrEnum):
    """How far something is that a decision asked of somebody."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
