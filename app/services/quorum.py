"""Who is there, who decides, whether the number is legal, how the vote went. Pure: values in, values out.

The body are its president and its members. The secretary does not vote. An alternate takes the seat of one of the
body who is away, or else incompatible, in the order of the list. Who abstains for a conflict leaves a seat that nobody
takes: no vote, and no part in the number; the number needed stays that of the whole body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.models.enums import AttendanceKind, ConflictKind, MemberRole, QuorumRule, VoteChoice

SEATED = frozenset({MemberRole.PRESIDENT, MemberRole.MEMBER})
"""Offices that have a seat of their own."""


@dataclass(frozen=True)
class Presence:
    """One of the committee at a meeting.

    Attributes:
        time_in: «HH:MM»; empty: since the opening.
        time_out: «HH:MM»; empty: to the end. At that minute the member is no longer there.
    """

    member_id: str
    role: MemberRole
    kind: AttendanceKind
    time_in: str = ""
    time_out: str = ""

    @property
    def came(self) -> bool:
        """Whether the member took part, for however long."""
        return self.kind is AttendanceKind.PRESENT

    def is_there(self, time: str) -> bool:
        """Whether the member is in the room at `time` («HH:MM»)."""
        return self.came and self.time_in <= time and (not self.time_out or time < self.time_out)


@dataclass(frozen=True)
class Quorum:
    """Who decides at a moment.

    Attributes:
        body: seats of the committee.
        needed: voters without whom nothing is decided.
        voters: keys of those who vote, as listed.
        substitutes: (alternate, place taken over) among the voters.
    """

    body: int
    needed: int
    voters: tuple[str, ...]
    substitutes: tuple[tuple[str, str], ...] = ()

    @property
    def is_legal(self) -> bool:
        """Whether enough are there."""
        return len(self.voters) >= self.needed


@dataclass(frozen=True)
class Tally:
    """Votes counted; keys of the members, as listed."""

    favour: tuple[str, ...]
    against: tuple[str, ...]
    abstain: tuple[str, ...]

    @property
    def is_carried(self) -> bool:
        """Whether more voted in favour than against; who abstains makes the number, not the vote."""
        return len(self.favour) > len(self.against)

    @property
    def is_unanimous(self) -> bool:
        """Whether all voted in favour."""
        return bool(self.favour) and not self.against and not self.abstain


def voters_needed(body: int, rule: QuorumRule) -> int:
    """How many voters must be there: more than half of the seats, or all; never none."""
    return max(body, 1) if rule is QuorumRule.ALL else body // 2 + 1


def quorum_at(
    time: str,
    presences: Sequence[Presence],
    rule: QuorumRule,
    conflicts: Mapping[str, ConflictKind] | None = None,
) -> Quorum:
    """Who decides at `time`.

    Args:
        time: «HH:MM».
        presences: every member of the committee once, in the order of the committee.
        conflicts: what members declared on the point under decision, by key.
    """
    declared = conflicts or {}
    seated = [presence for presence in presences if presence.role in SEATED]
    away = [presence.member_id for presence in seated if not presence.is_there(time)]
    incompatible = [
        presence.member_id
        for presence in seated
        if presence.is_there(time) and declared.get(presence.member_id) is ConflictKind.INCOMPATIBLE
    ]
    alternates = [
        presence.member_id
        for presence in presences
        if presence.role is MemberRole.ALTERNATE and presence.is_there(time) and presence.member_id not in declared
    ]
    substitutes = tuple(zip(alternates, away + incompatible, strict=False))
    chosen = {presence.member_id for presence in seated if presence.is_there(time)} - set(declared)
    chosen.update(alternate for alternate, _place in substitutes)
    voters = tuple(presence.member_id for presence in presences if presence.member_id in chosen)
    return Quorum(len(seated), voters_needed(len(seated), rule), voters, substitutes)


def count_votes(votes: Sequence[tuple[str, VoteChoice]]) -> Tally:
    """Count votes given by name."""
    by_choice = {choice: tuple(key for key, given in votes if given is choice) for choice in VoteChoice}
    return Tally(by_choice[VoteChoice.FAVOUR], by_choice[VoteChoice.AGAINST], by_choice[VoteChoice.ABSTAIN])
