"""Places: against a slow second way, over all small cases, and under every permutation."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import TieCriterion
from app.services.evaluation.ranking import Candidate, TieStep, draw_text, drawn_by_seed, rank
from tests.pure import ranking_oracle

CHAIN = (
    TieStep(TieCriterion.POINTS, ("A", "B")),
    TieStep(TieCriterion.COFINANCING),
    TieStep(TieCriterion.ARRIVAL),
    TieStep(TieCriterion.DRAW),
)

candidates = st.lists(
    st.builds(
        lambda points, a, share, arrival, suitable: Candidate(
            key="",
            number=0,
            points=Fraction(points, 3),
            suitable=suitable,
            cofinancing=Fraction(share, 7),
            arrival=arrival,
            by_criterion={"A": Fraction(a, 2), "B": Fraction(1)},
        ),
        st.integers(0, 3),
        st.integers(0, 1),
        st.integers(0, 1),
        st.sampled_from(["", "2014-05-30T09:00", "2014-05-30T09:01"]),
        st.booleans(),
    ),
    max_size=9,
).map(lambda rows: [replace(row, key=f"p{n}", number=n) for n, row in enumerate(rows, 1)])
chains = st.lists(st.sampled_from(CHAIN), max_size=4, unique=True).map(tuple)
draws = st.dictionaries(st.sampled_from([f"p{n}" for n in range(1, 10)]), st.integers(1, 4))


def told(rows: list[Candidate], chain: tuple[TieStep, ...], drawn: dict[str, int]) -> dict[str, int | None]:
    """Place by key."""
    (group,) = rank(rows, chain, drawn)
    return {place.key: place.place for place in group.places}


@settings(max_examples=150, deadline=None)
@given(candidates, chains, draws)
def test_places_equal_those_of_the_slow_way(
    rows: list[Candidate], chain: tuple[TieStep, ...], drawn: dict[str, int]
) -> None:
    assert told(rows, chain, drawn) == ranking_oracle.places(rows, chain, drawn)


def test_all_small_cases_have_ties_of_every_shape() -> None:
    chain = (TieStep(TieCriterion.COFINANCING), TieStep(TieCriterion.DRAW))
    shapes = set()
    for points in product(range(2), repeat=4):
        for shares in product(range(2), repeat=4):
            for drawn in ({}, {"p1": 2, "p2": 1}, {f"p{n}": 5 - n for n in range(1, 5)}):
                rows = [
                    Candidate(f"p{n}", n, Fraction(p), cofinancing=Fraction(s))
                    for n, (p, s) in enumerate(zip(points, shares, strict=True), 1)
                ]
                found = told(rows, chain, drawn)
                assert found == ranking_oracle.places(rows, chain, drawn)
                shapes.add(tuple(sorted(place for place in found.values() if place)))
    assert {(1, 1, 1, 1), (1, 1, 1, 4), (1, 1, 3, 3), (1, 2, 2, 2), (1, 2, 2, 4), (1, 2, 3, 3), (1, 2, 3, 4)} <= shapes


@settings(max_examples=40, deadline=None)
@given(candidates.filter(lambda rows: len(rows) <= 5), chains, draws)
def test_no_permutation_of_the_proposals_changes_a_place(
    rows: list[Candidate], chain: tuple[TieStep, ...], drawn: dict[str, int]
) -> None:
    first = rank(rows, chain, drawn)
    assert all(rank(list(order), chain, drawn) == first for order in permutations(rows))


@settings(max_examples=80, deadline=None)
@given(candidates.filter(bool), chains, draws, st.integers(1, 9), st.data())
def test_more_points_never_lower_a_place(
    rows: list[Candidate], chain: tuple[TieStep, ...], drawn: dict[str, int], more: int, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    raised = [replace(row, points=row.points + Fraction(more, 6)) if n == at else row for n, row in enumerate(rows)]
    before, after = told(rows, chain, drawn)[rows[at].key], told(raised, chain, drawn)[rows[at].key]
    assert before is None or (after is not None and after <= before)


def test_a_ranking_by_area_is_that_of_each_area_alone() -> None:
    rows = [Candidate(f"p{n}", n, Fraction(n % 3), area="AB"[n % 2]) for n in range(1, 9)]
    groups = rank(rows, CHAIN, areas=["B", "C", "A"])
    assert [group.area for group in groups] == ["B", "A"]
    for group in groups:
        assert group.places == rank([row for row in rows if row.area == group.area], CHAIN)[0].places
    assert rank([Candidate("p1", 1, Fraction(1), area="Z")], areas=["A"])[0].area == "Z"
    assert rank([], areas=["A"]) == ()


def test_what_settled_a_place_is_told_and_open_ties_are_named() -> None:
    rows = [
        Candidate("a", 1, Fraction(80), by_criterion={"A": Fraction(30)}),
        Candidate("b", 2, Fraction(80), by_criterion={"A": Fraction(20)}, cofinancing=Fraction(1, 2)),
        Candidate("c", 3, Fraction(80), by_criterion={"A": Fraction(20)}),
        Candidate("d", 4, Fraction(80), by_criterion={"A": Fraction(20)}),
        Candidate("e", 5, Fraction(70)),
        Candidate("f", 6, Fraction(90), suitable=False),
    ]
    (group,) = rank(rows, CHAIN)
    assert [(place.key, place.place, place.settled_by) for place in group.places] == [
        ("a", 1, None),
        ("b", 2, 0),
        ("c", 3, 1),
        ("d", 3, None),
        ("e", 5, None),
        ("f", None, None),
    ]
    assert group.open_ties == (("c", "d"),)
    (settled,) = rank(rows, CHAIN, {"c": 2, "d": 1})
    assert [(place.key, place.settled_by) for place in settled.places[2:4]] == [("d", 1), ("c", 3)]
    assert settled.open_ties == ()


def test_a_draw_by_seed_can_be_repeated_by_anybody() -> None:
    rows = [Candidate(f"x{n}", n, Fraction(1)) for n in (7, 12, 3)]
    # `printf '47-12-83/7' | sha256sum`, and so on
    assert draw_text("47-12-83", 7).startswith("778e61867cd327b1")
    drawn = drawn_by_seed("47-12-83", rows)
    assert sorted(drawn.values()) == [1, 2, 3]
    assert drawn == drawn_by_seed("47-12-83", rows[::-1])


@pytest.mark.parametrize("missing", ["c", "d"])
def test_a_draw_with_too_few_numbers_leaves_the_tie_open(missing: str) -> None:
    rows = [Candidate(key, n, Fraction(1)) for n, key in enumerate("cd")]
    (group,) = rank(rows, (), {key: 1 for key in "cd" if key != missing})
    assert group.open_ties == (("c", "d"),)
