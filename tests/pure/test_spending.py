"""Cutting, counting moves, tranches, draws and final grants, each against a second, plain reckoning."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import (
    AmendmentDuty,
    BudgetSection,
    FinalRule,
    GrantBound,
    LimitBase,
    LimitSpan,
    RescaleRule,
    TrancheTrigger,
)
from app.models.errors import AppError
from app.models.money import Cents
from app.services.spending.counting import Limit, Moves, Verdict, cumulated, judge_moves
from app.services.spending.cutting import Cut, Request, cut_requests
from app.services.spending.granting import (
    GrantTerms,
    Progress,
    Tranche,
    amount_due,
    draw,
    final_grant,
    is_due,
    tranche_amounts,
)

A, B, C = ((BudgetSection.COSTS, name, "") for name in ("paid_staff", "other", "equipment"))


def requests(*asked: int | None, points: tuple[int, ...] = (), amounts: tuple[int | None, ...] = ()) -> list[Request]:
    return [
        Request(
            str(i),
            f"P{i}",
            None if cents is None else Cents(cents),
            Fraction(points[i]) if points else None,
            None if not amounts or amounts[i] is None else Cents(amounts[i] or 0),
        )
        for i, cents in enumerate(asked)
    ]


def amounts(cut: Cut) -> list[int]:
    return [line.amount for line in cut.lines]


class TestCutting:
    def test_each_rule_of_a_small_case(self) -> None:
        rows = requests(800, 500, points=(60, 90))
        assert amounts(cut_requests(Cents(1000), rows, RescaleRule.EQUAL_CUT)) == [650, 350]
        assert amounts(cut_requests(Cents(1000), rows, RescaleRule.REQUESTS)) == [615, 385]
        assert amounts(cut_requests(Cents(1000), rows, RescaleRule.POINTS)) == [500, 500]  # capped at its request
        by_hand = cut_requests(Cents(1000), requests(None, 500, amounts=(600, 400)), RescaleRule.BY_HAND)
        assert amounts(by_hand) == [600, 400]
        assert [line.cut for line in by_hand.lines] == [None, 100]
        assert by_hand.lines[1].share == 80

    def test_who_asked_for_less_than_the_cut_loses_all(self) -> None:
        cut = cut_requests(Cents(100), requests(300, 20, 100), RescaleRule.EQUAL_CUT)
        assert amounts(cut) == [100, 0, 0]

    @given(
        asked=st.lists(st.integers(1, 400), min_size=2, max_size=5),
        share=st.fractions(0, 1),
        rule=st.sampled_from([RescaleRule.EQUAL_CUT, RescaleRule.REQUESTS]),
    )
    @settings(max_examples=60)
    def test_sum_bounds_and_exactness(self, asked: list[int], share: Fraction, rule: RescaleRule) -> None:
        total = max(1, int(sum(asked) * share))
        if total >= sum(asked):
            return
        cut = cut_requests(Cents(total), requests(*asked), rule)
        assert sum(amounts(cut)) == total
        for line, wanted in zip(cut.lines, asked, strict=True):
            assert 0 <= line.amount <= wanted
            assert abs(line.amount - line.exact) < 1
        if rule is RescaleRule.REQUESTS:
            assert [line.exact for line in cut.lines] == [Fraction(total * cents, sum(asked)) for cents in asked]
        else:
            level = _level(asked, sum(asked) - total)
            assert [line.exact for line in cut.lines] == [max(Fraction(0), cents - level) for cents in asked]

    @pytest.mark.parametrize(
        ("total", "rows", "rule", "code"),
        [
            (None, requests(1, 2), RescaleRule.REQUESTS, "field.required"),
            (0, requests(1, 2), RescaleRule.REQUESTS, "allocation.total_not_positive"),
            (10, requests(5), RescaleRule.REQUESTS, "rescaling.too_few"),
            (10, requests(None, 20), RescaleRule.REQUESTS, "rescaling.request_unknown"),
            (10, requests(20, 20), RescaleRule.POINTS, "rescaling.points_missing"),
            (10, requests(20, 20, points=(0, 0)), RescaleRule.POINTS, "allocation.weights_zero"),
            (10, requests(20, 20, points=(-1, 2)), RescaleRule.POINTS, "allocation.weight_range"),
            (10, requests(4, 6), RescaleRule.EQUAL_CUT, "rescaling.nothing_to_cut"),
            (10, requests(20, 20, amounts=(5, 4)), RescaleRule.BY_HAND, "rescaling.by_hand_differs"),
            (10, requests(20, 20, amounts=(5, None)), RescaleRule.BY_HAND, "field.required"),
            (10, requests(20, 20, amounts=(11, -1)), RescaleRule.BY_HAND, "number.negative"),
            (10, requests(4, 20, amounts=(5, 5)), RescaleRule.BY_HAND, "rescaling.over_request"),
        ],
    )
    def test_refusals(self, total: int | None, rows: list[Request], rule: RescaleRule, code: str) -> None:
        with pytest.raises(AppError) as caught:
            cut_requests(None if total is None else Cents(total), rows, rule)
        assert caught.value.code == code


def _level(asked: list[int], over: int) -> Fraction:
    """The cut that each loses, where those that asked for less lose all: found by trying each group of these."""
    for whole in range(len(asked)):
        small = sorted(asked)[:whole]
        level = Fraction(over - sum(small), len(asked) - whole)
        if all(cents <= level for cents in small) and all(cents >= level for cents in sorted(asked)[whole:]):
            return level
    raise AssertionError


def limit(share: int, base: LimitBase, span: LimitSpan, duty: AmendmentDuty = AmendmentDuty.AUTHORISE) -> Limit:
    return Limit(Fraction(share), base, span, duty, days=30)


class TestCounting:
    FIRST: ClassVar = {A: 1000, B: 500}

    def test_at_the_limit_is_free_and_a_cent_above_is_not(self) -> None:
        of_giver = limit(20, LimitBase.GIVEN, LimitSpan.LIFE)
        at = judge_moves([of_giver], self.FIRST, (), Moves(2015, {A: -200, B: 200}))
        above = judge_moves([of_giver], self.FIRST, (), Moves(2015, {A: -201, B: 201}))
        assert (at.duty, above.duty, above.days) == (None, AmendmentDuty.AUTHORISE, 30)
        assert above.measures[0].used == Fraction(201, 10)
        assert above.measures[0].item == A

    def test_moving_back_and_forth_counts_twice(self) -> None:
        earlier = [Moves(2015, {A: -150, B: 150}), Moves(2015, {A: 150, B: -150})]
        own = Moves(2016, {A: -60, B: 60})
        life = judge_moves([limit(20, LimitBase.GIVEN, LimitSpan.LIFE)], self.FIRST, earlier, own)
        year = judge_moves([limit(20, LimitBase.GIVEN, LimitSpan.YEAR)], self.FIRST, earlier, own)
        assert life.measures[0].used == 21
        assert year.measures[0].used == 6
        assert cumulated(self.FIRST, [*earlier, own], A) == 36

    def test_an_item_that_the_first_plan_has_not_is_above_any_limit_on_it(self) -> None:
        found = judge_moves([limit(99, LimitBase.RECEIVED, LimitSpan.MOVE)], self.FIRST, (), Moves(2015, {A: -1, C: 1}))
        assert found.measures[0].used is None
        assert found.duty is AmendmentDuty.AUTHORISE
        assert cumulated(self.FIRST, [Moves(2015, {A: -1, C: 1})], C) is None

    def test_the_stricter_duty_and_its_shortest_term_win(self) -> None:
        limits = [
            limit(10, LimitBase.TOTAL, LimitSpan.LIFE, AmendmentDuty.TELL),
            Limit(Fraction(20), LimitBase.TOTAL, LimitSpan.LIFE, AmendmentDuty.AUTHORISE, 60),
            Limit(Fraction(15), LimitBase.TOTAL, LimitSpan.LIFE, AmendmentDuty.AUTHORISE, 45),
        ]
        for moved, wanted in ((150, (None, None)), (151, (AmendmentDuty.TELL, 30))):
            found = judge_moves(limits, self.FIRST, (), Moves(2015, {A: -moved, B: moved}))
            assert (found.duty, found.days) == wanted
        found = judge_moves(limits, self.FIRST, (), Moves(2015, {A: -400, B: 400}))
        assert (found.duty, found.days) == (AmendmentDuty.AUTHORISE, 45)

    def test_a_call_that_says_nothing(self) -> None:
        assert judge_moves((), self.FIRST, (), Moves(2015, {A: -1, B: 1})) == Verdict(None, True, None, ())

    def test_every_small_history_against_counting_by_cents(self) -> None:
        """All histories of up to two earlier moves and one own, on two items, by every base and span."""
        changes = [-2, -1, 1, 2]
        for one, two, own in product([0, *changes], [0, *changes], changes):
            history = [Moves(2015, {A: one, B: -one}), Moves(2016, {A: two, B: -two})]
            mine = Moves(2016, {A: own, B: -own})
            for base, span in product(LimitBase, LimitSpan):
                found = judge_moves([limit(30, base, span)], {A: 5, B: 7}, history, mine)
                assert found.measures[0].used == _by_cents(base, span, [one, two, own])


def _by_cents(base: LimitBase, span: LimitSpan, moves: list[int]) -> Fraction:
    """Each cent that leaves an item is a token with its year; those of the item that the last move is about count."""
    years = (2015, 2016, 2016)
    tokens = [
        (giver, taker, year, number)
        for number, (cents, year) in enumerate(zip(moves, years, strict=True))
        for giver, taker in ((("B", "A") if cents > 0 else ("A", "B")),)
        for _cent in range(abs(cents))
    ]
    if span is LimitSpan.MOVE:
        tokens = [token for token in tokens if token[3] == 2]
    elif span is LimitSpan.YEAR:
        tokens = [token for token in tokens if token[2] == 2016]
    whole = {"A": 5, "B": 7}
    if base is LimitBase.TOTAL:
        return Fraction(100 * len(tokens), 12)
    place = 0 if base is LimitBase.GIVEN else 1
    about = ("B" if moves[-1] > 0 else "A") if base is LimitBase.GIVEN else ("A" if moves[-1] > 0 else "B")
    return Fraction(100 * sum(token[place] == about for token in tokens), whole[about])


def tranches(*shares: str) -> list[Tranche]:
    return [
        Tranche(i + 1, Fraction(share), TrancheTrigger.START, last=i + 1 == len(shares))
        for i, share in enumerate(shares)
    ]


class TestGranting:
    @given(grant=st.integers(0, 10_000), cut=st.tuples(st.integers(0, 100), st.integers(0, 100)))
    @settings(max_examples=50)
    def test_tranches_sum_to_the_grant(self, grant: int, cut: tuple[int, int]) -> None:
        low, high = sorted(cut)
        rows = tranches(str(low), str(high - low), str(100 - high))
        found = tranche_amounts(Cents(grant), rows)
        assert sum(found) == grant
        assert all(cents >= 0 for cents in found)
        assert found[0] == grant * low // 100

    def test_the_last_tranche_is_a_difference(self) -> None:
        rows = tranches("33.33", "33.33", "33.34")
        grant = Cents(10_000)
        first = amount_due(rows[0], rows, grant, Cents(0))
        second = amount_due(rows[1], rows, grant, first)
        assert (first, second) == (3333, 3333)
        assert amount_due(rows[2], rows, grant, Cents(first + second)) == 3334
        assert amount_due(rows[2], rows, Cents(9_000), Cents(6666)) == 2334  # the grant was lessened meanwhile
        assert amount_due(rows[2], rows, Cents(6_000), Cents(6666)) == 0

    def test_what_tranches_wait_for(self) -> None:
        spent = Tranche(2, Fraction(30), TrancheTrigger.SPENT, Fraction(50))
        report = Tranche(3, Fraction(30), TrancheTrigger.REPORT, last=True)
        assert not is_due(tranches("100")[0], Progress())
        assert is_due(tranches("100")[0], Progress(started=True))
        assert not is_due(spent, Progress(True, Cents(4999), Cents(10_000)))
        assert is_due(spent, Progress(True, Cents(5000), Cents(10_000)))
        assert not is_due(spent, Progress(True, Cents(0), Cents(0)))
        assert not is_due(report, Progress(True, Cents(9), Cents(9)))
        assert is_due(report, Progress(final=Cents(0)))

    def test_a_draw_can_be_made_again(self) -> None:
        numbers = range(1, 21)
        drawn = draw("12/03/2016", numbers, Fraction(10))
        assert (
            drawn == draw("12/03/2016", list(reversed(numbers)), Fraction(10)) == (2, 9)
        )  # the two smallest digests of «12/03/2016|1»… by sha256sum
        assert len(draw("x", numbers, Fraction(11))) == 3
        assert draw("x", numbers, Fraction(100)) == tuple(numbers)
        assert draw("x", (), Fraction(10)) == ()
        assert len({draw(str(seed), numbers, Fraction(10)) for seed in range(9)}) > 5

    @pytest.mark.parametrize(
        ("granted", "spent", "paid_by_alliance", "terms", "bound", "amount"),
        [
            (1000, 1200, 500, GrantTerms(), GrantBound.GRANTED, 1000),
            (1000, 900, 500, GrantTerms(), GrantBound.SPENT, 900),
            (1000, 1000, 100, GrantTerms(share_max=Fraction(70)), GrantBound.CAP, 770),
            (1000, 1000, 99, GrantTerms(Fraction(95), Fraction(30)), GrantBound.COFINANCING, 769),
            (1000, 900, 300, GrantTerms(rule=FinalRule.RATIO), GrantBound.RATIO, 800),
            (1000, 900, 300, GrantTerms(rule=FinalRule.SPENT), GrantBound.SPENT, 900),
            (1000, 0, 0, GrantTerms(Fraction(70), Fraction(30), FinalRule.RATIO), GrantBound.SPENT, 0),
        ],
    )
    def test_the_final_grant_is_the_least(
        self, granted: int, spent: int, paid_by_alliance: int, terms: GrantTerms, bound: GrantBound, amount: int
    ) -> None:
        found = final_grant(Cents(granted), Cents(spent), Cents(paid_by_alliance), Cents(1500), terms)
        assert (found.bound, found.amount) == (bound, amount)
        assert found.amount == min(candidate.amount for candidate in found.candidates)
