"""Who is there at a time, who decides, whether the number is legal, how the vote went."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import AttendanceKind, ConflictKind, MemberRole, QuorumRule, VoteChoice
from app.services.meetings.quorum import Presence, Quorum, count_votes, quorum_at, voters_needed

PRESENT, EXCUSED, ABSENT = AttendanceKind.PRESENT, AttendanceKind.EXCUSED, AttendanceKind.ABSENT
PRESIDENT, MEMBER = MemberRole.PRESIDENT, MemberRole.MEMBER
ALTERNATE, SECRETARY = MemberRole.ALTERNATE, MemberRole.SECRETARY
MAJORITY, ALL = QuorumRule.MAJORITY, QuorumRule.ALL


def body(*changes: Presence) -> list[Presence]:
    """Five seats, two alternates and a secretary, all there, but for the changes."""
    changed = {presence.member_id: presence for presence in changes}
    roles = {"p": PRESIDENT, "a": MEMBER, "b": MEMBER, "c": MEMBER, "d": MEMBER}
    roles |= {"x": ALTERNATE, "y": ALTERNATE, "s": SECRETARY}
    return [changed.get(key, Presence(key, role, PRESENT)) for key, role in roles.items()]


@pytest.mark.parametrize(
    ("presence", "time", "expected"),
    [
        (Presence("a", MEMBER, PRESENT), "00:00", True),
        (Presence("a", MEMBER, PRESENT, "10:15"), "10:14", False),
        (Presence("a", MEMBER, PRESENT, "10:15"), "10:15", True),
        (Presence("a", MEMBER, PRESENT, "10:15", "11:00"), "10:59", True),
        (Presence("a", MEMBER, PRESENT, "10:15", "11:00"), "11:00", False),
        (Presence("a", MEMBER, EXCUSED), "10:00", False),
        (Presence("a", MEMBER, ABSENT), "10:00", False),
    ],
)
def test_presence_is_timed(presence: Presence, time: str, expected: bool) -> None:
    assert presence.is_there(time) is expected


@pytest.mark.parametrize(
    ("seats", "rule", "needed"),
    [(1, MAJORITY, 1), (4, MAJORITY, 3), (5, MAJORITY, 3), (5, ALL, 5), (0, ALL, 1), (0, MAJORITY, 1)],
)
def test_voters_needed(seats: int, rule: QuorumRule, needed: int) -> None:
    assert voters_needed(seats, rule) == needed


def test_quorum_counts_seats_not_alternates_nor_secretary() -> None:
    quorum = quorum_at("10:00", body(), MAJORITY)
    assert quorum == Quorum(5, 3, ("p", "a", "b", "c", "d"))
    assert quorum.is_legal


def test_alternates_take_free_seats_in_order() -> None:
    one_away = body(Presence("b", MEMBER, EXCUSED))
    quorum = quorum_at("10:00", one_away, ALL)
    assert quorum == Quorum(5, 5, ("p", "a", "c", "d", "x"), (("x", "b"),))
    three_away = body(*(Presence(key, MEMBER, ABSENT) for key in "bcd"))
    quorum = quorum_at("10:00", three_away, ALL)
    assert quorum.voters == ("p", "a", "x", "y")
    assert quorum.substitutes == (("x", "b"), ("y", "c"))
    assert not quorum.is_legal


def test_alternate_gives_seat_back_when_member_comes() -> None:
    late = body(Presence("b", MEMBER, PRESENT, "10:30"))
    assert quorum_at("10:29", late, MAJORITY).voters == ("p", "a", "c", "d", "x")
    assert quorum_at("10:30", late, MAJORITY).voters == ("p", "a", "b", "c", "d")


def test_abstention_leaves_seat_empty() -> None:
    quorum = quorum_at("10:00", body(), ALL, {"a": ConflictKind.ABSTENTION})
    assert quorum == Quorum(5, 5, ("p", "b", "c", "d"))
    assert not quorum.is_legal


def test_incompatible_member_is_replaced() -> None:
    quorum = quorum_at("10:00", body(), ALL, {"a": ConflictKind.INCOMPATIBLE})
    assert quorum == Quorum(5, 5, ("p", "b", "c", "d", "x"), (("x", "a"),))
    assert quorum.is_legal


def test_who_is_away_is_replaced_before_who_is_incompatible() -> None:
    late = body(Presence("d", MEMBER, EXCUSED), Presence("y", ALTERNATE, ABSENT))
    assert quorum_at("10:00", late, MAJORITY, {"a": ConflictKind.INCOMPATIBLE}).substitutes == (("x", "d"),)


def test_alternate_in_conflict_does_not_step_in() -> None:
    conflicts = {"a": ConflictKind.INCOMPATIBLE, "x": ConflictKind.ABSTENTION}
    assert quorum_at("10:00", body(), ALL, conflicts).substitutes == (("y", "a"),)


def test_no_members_are_never_legal() -> None:
    assert not quorum_at("10:00", [], ALL).is_legal
    assert not quorum_at("10:00", [], MAJORITY).is_legal


presences = st.lists(
    st.tuples(st.sampled_from(list(MemberRole)), st.sampled_from(list(AttendanceKind))), max_size=9
).map(lambda rows: [Presence(str(number), role, kind) for number, (role, kind) in enumerate(rows)])
conflict_maps = st.dictionaries(st.integers(0, 8).map(str), st.sampled_from(list(ConflictKind)))


@given(presences, conflict_maps, st.sampled_from(list(QuorumRule)))
def test_voters_are_there_without_conflict_and_within_the_seats(
    rows: list[Presence], conflicts: dict[str, ConflictKind], rule: QuorumRule
) -> None:
    quorum = quorum_at("10:00", rows, rule, conflicts)
    by_key = {row.member_id: row for row in rows}
    assert len(quorum.voters) <= quorum.body
    assert len(set(quorum.voters)) == len(quorum.voters)
    for key in quorum.voters:
        assert by_key[key].is_there("10:00")
        assert by_key[key].role is not SECRETARY
        assert key not in conflicts
    if rule is ALL and quorum.is_legal:
        assert len(quorum.voters) == quorum.body > 0


def test_tally_counts_by_name() -> None:
    tally = count_votes(
        [("a", VoteChoice.FAVOUR), ("b", VoteChoice.AGAINST), ("c", VoteChoice.ABSTAIN), ("d", VoteChoice.FAVOUR)]
    )
    assert (tally.favour, tally.against, tally.abstain) == (("a", "d"), ("b",), ("c",))
    assert tally.is_carried
    assert not tally.is_unanimous


@pytest.mark.parametrize(
    ("choices", "carried", "unanimous"),
    [
        ("", False, False),
        ("f", True, True),
        ("ff", True, True),
        ("fa", False, False),
        ("fc", True, False),
        ("ffa", True, False),
        ("c", False, False),
        ("a", False, False),
    ],
)
def test_tally_majority(choices: str, carried: bool, unanimous: bool) -> None:
    meaning = {"f": VoteChoice.FAVOUR, "a": VoteChoice.AGAINST, "c": VoteChoice.ABSTAIN}
    tally = count_votes([(str(number), meaning[choice]) for number, choice in enumerate(choices)])
    assert (tally.is_carried, tally.is_unanimous) == (carried, unanimous)
