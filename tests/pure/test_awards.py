"""Money along a ranking: never above the ceiling, all of it where the rule says, equal to the greedy rule elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import AwardKind, AwardManner, RescaleRule
from app.models.errors import InvalidInput
from app.models.money import Cents
from app.services.evaluation.awards import Asked, AwardRules, give
from tests.pure import ranking_oracle

CHOSEN = Path(__file__).parents[1] / "reference" / "participatory"

asked = st.lists(
    st.builds(
        lambda cents, points: Asked("", Cents(cents), Fraction(points, 3)), st.integers(0, 9000), st.integers(1, 300)
    ),
    max_size=12,
).map(lambda rows: [replace(row, key=f"p{n}") for n, row in enumerate(rows)])
money = st.integers(0, 30_000).map(Cents)
shares = st.sampled_from([None, Fraction(9, 10), Fraction(1, 3)])
rescales = st.sampled_from([rule for rule in RescaleRule if rule is not RescaleRule.BY_HAND])


@settings(max_examples=150, deadline=None)
@given(asked, money, st.sampled_from(AwardManner), shares, rescales)
def test_awards_fit_the_money_and_each_its_request(
    rows: list[Asked], cents: Cents, manner: AwardManner, share: Fraction | None, rescale: RescaleRule
) -> None:
    pot = give(cents, rows, AwardRules(manner, share, rescale))
    due = [row.requested if share is None else int(row.requested * share) for row in rows]
    assert [award.due for award in pot.awards] == due
    assert all(0 <= award.amount <= award.due for award in pot.awards)
    total = sum(award.amount for award in pot.awards)
    assert total <= cents
    assert pot.left == cents - total
    if manner in (AwardManner.PART, AwardManner.RESCALED):
        assert total == min(cents, sum(due))
    assert [award.kind for award in pot.awards] == [
        (AwardKind.FULL if award.amount == award.due else AwardKind.PART) if award.amount else AwardKind.NONE
        for award in pot.awards
    ]


@settings(max_examples=100, deadline=None)
@given(asked, money)
def test_passing_over_is_the_greedy_rule_of_participatory_budgeting(rows: list[Asked], cents: Cents) -> None:
    wanted = ranking_oracle.greedy(cents, [(row.key, row.requested) for row in rows if row.requested])
    pot = give(cents, rows, AwardRules(AwardManner.SKIP))
    assert [award.key for award in pot.awards if award.amount] == wanted


def test_all_small_cases_along_the_ranking() -> None:
    for costs in product(range(4), repeat=4):
        for cents in range(13):
            rows = [Asked(f"p{n}", Cents(cost)) for n, cost in enumerate(costs)]
            full = [award.amount for award in give(Cents(cents), rows, AwardRules(AwardManner.FULL)).awards]
            part = [award.amount for award in give(Cents(cents), rows, AwardRules(AwardManner.PART)).awards]
            fits = next((n for n in range(4, -1, -1) if sum(costs[:n]) <= cents), 0)
            assert full == [*costs[:fits], *[0] * (4 - fits)]
            assert part == [min(cost, max(0, cents - sum(costs[:n]))) for n, cost in enumerate(costs)]


@pytest.mark.parametrize("cents", [0, 1])
@pytest.mark.parametrize("manner", AwardManner)
def test_ceilings_of_nothing_and_of_one_cent(cents: int, manner: AwardManner) -> None:
    rows = [Asked("a", Cents(100), Fraction(3)), Asked("b", Cents(50), Fraction(2))]
    amounts = [award.amount for award in give(Cents(cents), rows, AwardRules(manner)).awards]
    gets = cents if manner in (AwardManner.PART, AwardManner.RESCALED) else 0
    assert sum(amounts) == gets
    assert give(Cents(cents), [], AwardRules(manner)).left == cents


def test_the_cuts_are_those_of_their_rules() -> None:
    rows = [
        Asked("a", Cents(6000), Fraction(60)),
        Asked("b", Cents(3000), Fraction(40)),
        Asked("c", Cents(100), Fraction(50)),
    ]

    def cut(rescale: RescaleRule, **hand: int) -> list[int]:
        rules = AwardRules(AwardManner.RESCALED, None, rescale, {key: Cents(cents) for key, cents in hand.items()})
        return [award.amount for award in give(Cents(5100), rows, rules).awards]

    assert cut(RescaleRule.REQUESTS) == [3363, 1681, 56]  # 5100/9100 of each: 3362.64, 1681.32, 56.04
    assert cut(RescaleRule.EQUAL_CUT) == [4050, 1050, 0]  # 4000 less: 100 of the last, 1950 of each of the others
    assert cut(RescaleRule.POINTS) == [3000, 2000, 100]
    assert cut(RescaleRule.BY_HAND, a=4000, b=1000, c=100) == [4000, 1000, 100]
    for wrong, code in (({"a": 1}, "award.by_hand_missing"), ({"a": 6001, "b": 0, "c": 0}, "award.by_hand_outside")):
        with pytest.raises(InvalidInput) as refused:
            cut(RescaleRule.BY_HAND, **wrong)
        assert refused.value.code == code


def test_scrolling_gives_what_is_missing_before_it_goes_on() -> None:
    rows = [
        Asked("a", Cents(500), given=Cents(500)),
        Asked("b", Cents(400), given=Cents(250)),
        Asked("c", Cents(300)),
    ]
    pot = give(Cents(200), rows, AwardRules(AwardManner.PART))
    assert [(award.due, award.amount, award.kind) for award in pot.awards] == [
        (0, 0, AwardKind.NONE),
        (150, 150, AwardKind.FULL),
        (300, 50, AwardKind.PART),
    ]


@pytest.mark.parametrize("name", sorted(json.loads((CHOSEN / "chosen.json").read_text())))
def test_files_of_participatory_budgeting_give_what_pabutools_gives(name: str) -> None:
    # chosen.json is what pabutools 1.2.3 chooses: greedy_utilitarian_welfare, Cost_Sat, ties by number of project
    meta, projects, votes = read_pb((CHOSEN / name).read_text())
    approvals = {key: sum(key in vote for vote in votes) for key in projects}
    ranked = [
        Asked(key, Cents(projects[key]), Fraction(approvals[key]))
        for key in sorted(projects, key=lambda key: (-approvals[key], int(key)))
    ]
    pot = give(Cents(int(meta["budget"])), ranked, AwardRules(AwardManner.SKIP))
    wanted = json.loads((CHOSEN / "chosen.json").read_text())[name]
    assert sorted(int(award.key) for award in pot.awards if award.amount) == wanted


def read_pb(text: str) -> tuple[dict[str, str], dict[str, int], list[list[str]]]:
    """Facts, cost by project and votes of a file in the format of participatory budgeting (.pb)."""
    parts: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        if line in ("META", "PROJECTS", "VOTES"):
            rows = parts.setdefault(line, [])
        else:
            rows.append(line.split(";"))
    meta = dict(parts["META"][1:])
    projects = {key: int(cost) for key, cost in parts["PROJECTS"][1:]}
    return meta, projects, [vote.split(",") for _voter, vote in parts["VOTES"][1:]]
