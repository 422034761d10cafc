"""Random meetings and all small votes, each judged twice: as the program does, and by the plain oracle."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import AttendanceKind, ConflictKind, Majority, MemberRole, QuorumRule, TieRule, VoteChoice
from app.services.meetings.majority import Counts, judge
from app.services.meetings.quorum import Presence, quorum_at
from tests.pure.meeting_oracle import Someone, carries, enough, who_votes

END = 600


def clock(minute: int) -> str:
    """Minutes since nine, as an hour."""
    return f"{9 + minute // 60:02d}:{minute % 60:02d}"


@st.composite
def rooms(draw: st.DrawFn) -> tuple[list[Someone], int, int]:
    """A committee that comes and goes, with conflicts, proxies and alternates; a minute; how many one may represent."""
    size = draw(st.integers(0, 9))
    people = []
    for n in range(size):
        office = draw(st.sampled_from(["president", "member", "member", "member", "alternate", "secretary"]))
        marks = sorted(draw(st.sets(st.integers(0, END), max_size=6)))
        spans = list(zip(marks[::2], marks[1::2], strict=False))
        if draw(st.booleans()) and not spans:
            spans = [(0, END + 1)]
        other = st.none() | st.integers(0, 8).map(str)
        person = Someone(str(n), office, spans, conflict=draw(st.sampled_from([None, None, None, *ConflictKind])))
        person.proxy = draw(other.filter(lambda key, own=str(n): key != own))
        person.stands_for = draw(other) if office == "alternate" else None
        people.append(person)
    return people, draw(st.integers(0, END)), draw(st.integers(0, 2))


def as_presence(person: Someone) -> Presence:
    """The same member as the program keeps it: came, went out in between, left."""
    role = MemberRole(person.office)
    if not person.spans:
        return Presence(
            person.key, role, AttendanceKind.EXCUSED, proxy_id=person.proxy, stands_for_id=person.stands_for
        )
    away = tuple((clock(out), clock(back)) for (_, out), (back, _) in zip(person.spans, person.spans[1:], strict=False))
    came, left = person.spans[0][0], person.spans[-1][1]
    return Presence(
        person.key,
        role,
        AttendanceKind.PRESENT,
        clock(came),
        clock(left),
        away,
        person.proxy,
        person.stands_for,
    )


@settings(max_examples=100)
@given(rooms(), st.booleans())
def test_who_votes_and_whether_they_are_enough(room: tuple[list[Someone], int, int], everybody: bool) -> None:
    people, minute, proxies_max = room
    conflicts = {person.key: ConflictKind(person.conflict) for person in people if person.conflict}
    rule = QuorumRule.ALL if everybody else QuorumRule.MAJORITY
    quorum = quorum_at(clock(minute), [as_presence(person) for person in people], rule, conflicts, proxies_max)
    expected = who_votes(people, minute, proxies_max)
    assert set(quorum.voters) == expected
    assert quorum.is_legal is enough(people, expected, everybody)


def test_every_small_vote() -> None:
    """All votes of up to six, of a body of up to six, by every majority, with every word of the president."""
    tried = 0
    words = (None, VoteChoice.FAVOUR, VoteChoice.AGAINST, VoteChoice.ABSTAIN)
    for body in range(7):
        for favour, against, abstain in product(range(body + 1), repeat=3):
            present = favour + against + abstain
            if present > body:
                continue
            counts = Counts(favour, against, abstain)
            for majority, tie, word in product(Majority, TieRule, words):
                casting = word if tie is TieRule.CASTING and word is not VoteChoice.ABSTAIN else None
                expected = carries(favour, against, present, body, majority.value, casting)
                found = judge(counts, majority, tie, present=present, body=body, president=word)
                assert found.is_carried is expected, (counts, majority, tie, word, body)
                tried += 1
    assert tried == 210 * len(Majority) * len(TieRule) * len(words)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.sampled_from(list(Majority)))
def test_one_more_in_favour_never_undoes_a_vote(favour: int, against: int, abstain: int, majority: Majority) -> None:
    present = favour + against + abstain + 1
    body = present + 5
    before = judge(Counts(favour, against, abstain + 1), majority, present=present, body=body)
    after = judge(Counts(favour + 1, against, abstain), majority, present=present, body=body)
    assert after.is_carried or not before.is_carried
