"""A plain second way to quorum and majority, minute by minute and seat by seat, for tests to compare with.

It knows nothing of hours as text: times are whole minutes, and the room is walked through chair by chair.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

SEATS = ("president", "member")


@dataclass
class Someone:
    """One of a committee: `spans` are the minutes [from, to) in the room."""

    key: str
    office: str
    spans: list[tuple[int, int]] = field(default_factory=list)
    proxy: str | None = None
    stands_for: str | None = None
    conflict: str | None = None

    def inside(self, minute: int) -> bool:
        return any(first <= minute < last for first, last in self.spans)


def who_votes(people: list[Someone], minute: int, proxies_max: int) -> set[str]:
    """Keys of those by or for whom a vote is given."""
    chairs = [person for person in people if person.office in SEATS]
    by_key = {person.key: person for person in people}
    voting: set[str] = set()
    carried: dict[str, int] = {}
    empty: list[str] = []
    given_up: list[str] = []
    for chair in chairs:
        if chair.inside(minute):
            if chair.conflict is None:
                voting.add(chair.key)
            elif chair.conflict == "incompatible":
                given_up.append(chair.key)
            continue
        holder = by_key.get(chair.proxy or "")
        may = holder is not None and holder in chairs and holder.inside(minute)
        if may and chair.conflict is None and holder.conflict is None and carried.get(holder.key, 0) < proxies_max:
            carried[holder.key] = carried.get(holder.key, 0) + 1
            voting.add(chair.key)
        else:
            empty.append(chair.key)
    free = empty + given_up
    spare = [p for p in people if p.office == "alternate" and p.inside(minute) and p.conflict is None]
    for alternate in [p for p in spare if p.stands_for]:
        if alternate.stands_for in free:
            free.remove(alternate.stands_for)
            voting.add(alternate.key)
    for alternate in [p for p in spare if not p.stands_for]:
        if free:
            free.pop(0)
            voting.add(alternate.key)
    return voting


def enough(people: list[Someone], voting: set[str], everybody: bool) -> bool:
    """Whether the number is legal: more than half of the chairs, or all; an empty body never decides."""
    chairs = sum(person.office in SEATS for person in people)
    if chairs == 0:
        return False
    return len(voting) == chairs if everybody else Fraction(len(voting), chairs) > Fraction(1, 2)


def carries(favour: int, against: int, present: int, body: int, majority: str, casting: str | None) -> bool:
    """Whether a vote carries; `casting` is the president's word where it counts in a tie."""
    if favour == against > 0 and casting and majority in ("voting", "present"):
        favour, against = favour + (casting == "favour"), against + (casting == "against")
    if favour == 0:
        return False
    return {
        "voting": favour > against,
        "present": Fraction(favour) > Fraction(present, 2),
        "members": Fraction(favour) > Fraction(body, 2),
        "two_thirds": Fraction(favour) >= Fraction(2 * present, 3),
        "two_thirds_members": Fraction(favour) >= Fraction(2 * body, 3),
    }[majority]
