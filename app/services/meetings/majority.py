"""Whether a vote carries: votes counted, the majority that the matter needs, what a tie does. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.enums import Majority, TieRule, VoteChoice

DOUBLED = frozenset({Majority.VOTING, Majority.PRESENT})
"""Majorities under which a casting vote counts; of all members or two thirds of anything, a tie is too few."""


@dataclass(frozen=True)
class Counts:
    """Votes, or papers of a secret ballot."""

    favour: int = 0
    against: int = 0
    abstain: int = 0
    invalid: int = 0

    @property
    def given(self) -> int:
        """Votes given in all."""
        return self.favour + self.against + self.abstain + self.invalid


@dataclass(frozen=True)
class Result:
    """How a vote went.

    Attributes:
        present: who could vote, so the denominator of majorities of those present.
        body: seats of the committee.
        needed: votes in favour that it took.
        casting: how the president's vote decided a tie; None where it did not.
    """

    counts: Counts
    majority: Majority
    present: int
    body: int
    needed: int
    is_carried: bool
    casting: VoteChoice | None = None

    @property
    def is_tied(self) -> bool:
        """Whether as many voted in favour as against."""
        return self.counts.favour == self.counts.against > 0

    @property
    def is_unanimous(self) -> bool:
        """Whether all who could vote did so in favour."""
        return self.is_carried and 0 < self.counts.favour == self.counts.given


def votes_needed(majority: Majority, counts: Counts, present: int, body: int) -> int:
    """The fewest votes in favour that carry; never none.

    Args:
        present: who may vote.
        body: seats of the committee.
    """
    if majority is Majority.VOTING:
        return (counts.favour + counts.against) // 2 + 1
    if majority in (Majority.PRESENT, Majority.MEMBERS):
        return (present if majority is Majority.PRESENT else body) // 2 + 1
    whole = present if majority is Majority.TWO_THIRDS else body
    return max(-(-2 * whole // 3), 1)


def judge(
    counts: Counts,
    majority: Majority,
    tie: TieRule = TieRule.REJECTED,
    *,
    present: int,
    body: int,
    president: VoteChoice | None = None,
) -> Result:
    """How a vote went.

    Args:
        president: the vote of the president, where it was given by name.
    """
    needed = votes_needed(majority, counts, present, body)
    carried, casting = counts.favour >= needed, None
    is_even = counts.favour == counts.against > 0
    decides = tie is TieRule.CASTING and majority in DOUBLED
    if is_even and decides and president in (VoteChoice.FAVOUR, VoteChoice.AGAINST):
        casting = president
        carried = counts.favour + int(president is VoteChoice.FAVOUR) >= needed
    return Result(counts, majority, present, body, needed, carried, casting)
