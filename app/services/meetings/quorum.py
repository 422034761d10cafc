"""Who is there, who decides, whether the number is legal, how the vote went. Pure: values in, values out.

The body are its president and its members. The secretary does not vote. An alternate takes the seat of one of the
body who is away, or else incompatible, in the order of the list. Who abstains for a conflict leaves a seat that nobody
takes: no vote, and no part in the number; the number needed stays that of the whole body. Where the committee lets
members be represented, one of the body who is there may vote for others who are away; such a seat is not free.

Hours are «HH:MM»; those after midnight go on counting («24:40»), see `sitting_time`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
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
        away: (went out, came back) in between; the second is empty while it lasts.
        proxy_id: the one who acts for the member while it is not there.
        stands_for_id: of an alternate, whose seat it takes; None: the first that is free.
    """

    member_id: str
    role: MemberRole
    kind: AttendanceKind
    time_in: str = ""
    time_out: str = ""
    away: tuple[tuple[str, str], ...] = ()
    proxy_id: str | None = None
    stands_for_id: str | None = None

    @property
    def came(self) -> bool:
        """Whether the member took part, for however long."""
        return self.kind is AttendanceKind.PRESENT

    def is_there(self, time: str) -> bool:
        """Whether the member is in the room at `time` («HH:MM»)."""
        if not self.came or time < self.time_in or (self.time_out and time >= self.time_out):
            return False
        return not any(went <= time and (not back or time < back) for went, back in self.away)


@dataclass(frozen=True)
class Quorum:
    """Who decides at a moment.

    Attributes:
        body: seats of the committee.
        needed: voters without whom nothing is decided.
        voters: keys of those who vote, as listed; who is represented is one of them.
        substitutes: (alternate, place taken over) among the voters.
        proxies: (represented, the one who votes for it) among the voters.
    """

    body: int
    needed: int
    voters: tuple[str, ...]
    substitutes: tuple[tuple[str, str], ...] = ()
    proxies: tuple[tuple[str, str], ...] = ()

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
    proxies_max: int = 0,
) -> Quorum:
    """Who decides at `time`.

    Args:
        time: «HH:MM».
        presences: every member of the committee once, in the order of the committee.
        conflicts: what members declared on the point under decision, by key.
        proxies_max: members that one who is there may represent.
    """
    declared = conflicts or {}
    seated = [presence for presence in presences if presence.role in SEATED]
    there = {presence.member_id for presence in seated if presence.is_there(time)}
    proxies = _represented(seated, there, declared, proxies_max)
    spoken_for = {member_id for member_id, _holder in proxies}
    away = [row.member_id for row in seated if row.member_id not in there and row.member_id not in spoken_for]
    incompatible = [
        row.member_id
        for row in seated
        if row.member_id in there and declared.get(row.member_id) is ConflictKind.INCOMPATIBLE
    ]
    alternates = [
        presence
        for presence in presences
        if presence.role is MemberRole.ALTERNATE and presence.is_there(time) and presence.member_id not in declared
    ]
    substitutes = _substitutes(alternates, away + incompatible)
    chosen = (there - set(declared)) | spoken_for
    chosen.update(alternate for alternate, _place in substitutes)
    voters = tuple(presence.member_id for presence in presences if presence.member_id in chosen)
    return Quorum(len(seated), voters_needed(len(seated), rule), voters, substitutes, proxies)


def _represented(
    seated: Sequence[Presence], there: Set[str], declared: Mapping[str, ConflictKind], proxies_max: int
) -> tuple[tuple[str, str], ...]:
    """(represented, the one who votes for it): one of the body who is there, neither of the two in conflict."""
    held: Counter[str] = Counter()
    found = []
    for presence in seated:
        member, holder = presence.member_id, presence.proxy_id
        if holder is None or member in there or holder not in there or {member, holder} & set(declared):
            continue
        if held[holder] < proxies_max:
            held[holder] += 1
            found.append((member, holder))
    return tuple(found)


def _substitutes(alternates: Sequence[Presence], free: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """(alternate, seat taken): who stands for somebody takes that seat alone, the others the first that is left."""
    left = list(free)
    taken: dict[str, str] = {}
    for row in alternates:
        if row.stands_for_id is not None and row.stands_for_id in left:
            left.remove(row.stands_for_id)
            taken[row.member_id] = row.stands_for_id
    for row in alternates:
        if row.stands_for_id is None and left:
            taken[row.member_id] = left.pop(0)
    order = list(free)
    return tuple(sorted(taken.items(), key=lambda pair: order.index(pair[1])))


def count_votes(votes: Sequence[tuple[str, VoteChoice]]) -> Tally:
    """Count votes given by name."""
    by_choice = {choice: tuple(key for key, given in votes if given is choice) for choice in VoteChoice}
    return Tally(by_choice[VoteChoice.FAVOUR], by_choice[VoteChoice.AGAINST], by_choice[VoteChoice.ABSTAIN])
