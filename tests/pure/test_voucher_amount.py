"""What a voucher comes to: every limit, every real measure, every edge, against a plain search for the largest cent."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import AidRule, AmountLimit
from app.models.money import Cents
from app.services.vouchers.ages import months_between, months_of_age
from app.services.vouchers.amount import AmountFacts, AmountRules, Band, Given, amount_of, band_of, shares_of
from app.services.vouchers.rules import amount_rules
from app.services.vouchers.templates import programme_templates

JUNE = (date(2015, 6, 1), date(2015, 6, 30))


def facts(**more: object) -> AmountFacts:
    """Ten units of June that cost 500.00, with money enough."""
    values = {"units": 10_000, "start": JUNE[0], "end": JUNE[1], "expense": 500_00, "left": 10_000_00, **more}
    return AmountFacts(**values)  # type: ignore[arg-type]


def allowed(cents: int, rules: AmountRules, known: AmountFacts) -> bool:
    """Whether an amount keeps every rule, each said as the call says it and reckoned exactly."""
    reached = sorted((band for band in rules.bands if band.isee_to is not None), key=lambda band: band.isee_to or 0)
    band = next((each for each in reached if known.isee is not None and known.isee <= (each.isee_to or 0)), None)
    band = band or next((each for each in rules.bands if each.isee_to is None), Band())
    share = band.share if band.share is not None else rules.share
    unit = band.unit_amount if band.unit_amount is not None else rules.unit_amount
    cap = band.cap_request if band.cap_request is not None else rules.cap_request
    units = Fraction(known.units, 1000)
    if rules.units_max is not None:
        units = min(units, Fraction(rules.units_max, 1000))
    net = None if known.expense is None else known.expense - (known.aids if rules.aids is AidRule.NETTED else 0)
    keeps = [cents >= 0, known.left is None or cents <= known.left, known.firm_left is None or cents <= known.firm_left]
    if net is not None:
        keeps.append(cents <= max(0, net))
        keeps.append(share is None or cents * 100 <= max(0, net) * share)
    keeps.append(unit is None or cents <= unit * units)
    keeps.append(cap is None or cents <= cap)
    for most, got in ((rules.cap_child, known.to_child), (rules.cap_family, known.to_family)):
        keeps.append(most is None or cents <= max(0, most - sum(each.cents for each in got)))
    return all(keeps)


def largest(rules: AmountRules, known: AmountFacts) -> int:
    """The largest amount that keeps every rule, by halving: none above it does."""
    low, high = 0, 10**9
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if allowed(middle, rules, known) else (low, middle - 1)
    return low


cents = st.one_of(st.sampled_from((0, 1, 99, 100, 349_99, 350_00, 350_01)), st.integers(0, 2_000_00))
maybe = st.one_of(st.none(), cents)
percent = st.one_of(st.none(), st.sampled_from((Fraction(20), Fraction(35), Fraction(50), Fraction("33.33"))))
bands = st.lists(st.builds(Band, isee_to=maybe, share=percent, unit_amount=maybe, cap_request=maybe), max_size=3).map(
    tuple
)
given_rows = st.lists(
    st.builds(Given, cents=cents, start=st.just(JUNE[0]), end=st.just(date(2015, 8, 20))), max_size=2
).map(tuple)


@given(
    st.builds(
        AmountRules,
        unit_amount=maybe,
        units_max=st.one_of(st.none(), st.integers(1, 40_000)),
        share=percent,
        cap_request=maybe,
        cap_child=maybe,
        cap_family=maybe,
        aids=st.sampled_from(AidRule),
        bands=bands,
    ),
    st.builds(
        AmountFacts,
        units=st.integers(1, 40_000),
        start=st.just(JUNE[0]),
        end=st.just(JUNE[1]),
        expense=maybe,
        aids=cents,
        isee=maybe,
        to_child=given_rows,
        to_family=given_rows,
        left=cents,
        firm_left=maybe,
    ),
)
@settings(max_examples=60, deadline=None)
def test_amount_is_the_largest_that_keeps_every_rule(rules: AmountRules, known: AmountFacts) -> None:
    found = amount_of(rules, known)
    assert found.cents == largest(rules, known)
    assert found.cents == min(each for _bound, each in found.limits)
    assert dict(found.limits)[found.bound] == found.cents


@pytest.mark.parametrize("template", programme_templates(), ids=lambda template: template.code)
def test_every_real_measure_gives_what_the_oracle_finds(template: object) -> None:
    rules = template.rules  # type: ignore[attr-defined]
    edges = {each.isee_to or 0 for each in rules.bands} | {rules.isee_max or 0}
    for service in rules.services:
        found = amount_rules(rules, service.code)
        for isee in sorted({edge + step for edge in edges for step in (-1, 0, 1) if edge + step >= 0}):
            for units in (1, 999, 1000, 3_000, 4_000, 8_000, 13_000):
                for expense in (1, 399_99, 400_00, 700_01, 2_000_01):
                    for left in (1, 10_000_00):
                        known = facts(units=units, expense=Cents(expense), isee=Cents(isee), left=Cents(left))
                        capped = found.cap_month is None
                        assert not capped or amount_of(found, known).cents == largest(found, known)


MEASURES = {
    # code: (facts beside, amount, limit), as the source states them
    "dote-conciliazione-2013": ({"units": 9_000, "expense": 3_000_00}, 1_600_00, AmountLimit.UNITS),
    "lecco-2017": ({"expense": 2_500_00}, 400_00, AmountLimit.REQUEST),
    "seregno-2016": ({"expense": 400_00, "units": 1_000}, 250_00, AmountLimit.UNITS),
    "desio-brianza-2025": ({"expense": 900_00}, 350_00, AmountLimit.CHILD),
    "emilia-romagna-2020": ({"units": 4_000}, 336_00, AmountLimit.UNITS),
    "emilia-romagna-2022": ({"units": 4_000, "expense": 400_00}, 336_00, AmountLimit.CHILD),
    "emilia-romagna-2024": ({"units": 5_000}, 300_00, AmountLimit.UNITS),
    "persiceto-2021": ({"expense": 400_00, "aids": 100_00}, 105_00, AmountLimit.SHARE),
    "liguria-2020": ({"units": 12_000, "expense": 5_000_00, "isee": 10_000_00}, 2_000_00, AmountLimit.UNITS),
    "lazio-2022": ({"expense": 450_00}, 400_00, AmountLimit.MONTH),
    "valle-aosta-2023": ({"expense": 2_600_00}, 2_000_00, AmountLimit.CHILD),
    "lombardia-donne-2024": (
        {"units": 12_000, "expense": 9_000_00, "end": date(2016, 5, 31)},
        4_800_00,
        AmountLimit.UNITS,
    ),
}


@pytest.mark.parametrize("code", MEASURES)
def test_real_measures_give_the_figures_of_their_sources(code: str) -> None:
    template = next(each for each in programme_templates() if each.code == code)
    more, cents_wanted, bound = MEASURES[code]
    found = amount_of(amount_rules(template.rules, template.rules.services[0].code), facts(**more))
    assert (found.cents, found.bound) == (cents_wanted, bound)


def test_bands_hold_up_to_their_edge() -> None:
    low, high, rest = Band(Cents(10_000_00)), Band(Cents(20_000_00)), Band()
    assert band_of((rest, high, low), Cents(10_000_00)) is low
    assert band_of((rest, high, low), Cents(10_000_01)) is high
    assert band_of((rest, high, low), Cents(20_000_01)) is rest
    assert band_of((rest, high, low), None) is rest
    assert band_of((high, low), None) is None


def test_one_cent_left_is_given_and_said() -> None:
    found = amount_of(AmountRules(unit_amount=Cents(10_00)), facts(left=Cents(1)))
    assert (found.cents, found.bound, found.by_right) == (1, AmountLimit.BUDGET, 100_00)


def test_employees_are_bound_by_the_budget_of_their_firm_alone() -> None:
    found = amount_of(AmountRules(), facts(left=None, firm_left=Cents(40_00)))
    assert (found.cents, found.bound) == (40_00, AmountLimit.FIRM)


def test_months_keep_what_others_took_of_them() -> None:
    rules = AmountRules(cap_month=Cents(100_00))
    # 150.00 over June and July: 75.00 in each
    earlier = Given(Cents(150_00), date(2015, 6, 10), date(2015, 7, 10))
    known = facts(end=date(2015, 7, 31), to_child=(earlier,))
    assert dict(amount_of(rules, known).limits)[AmountLimit.MONTH] == 50_00
    much = Given(Cents(500_00), *JUNE)
    assert dict(amount_of(rules, facts(to_child=(much,))).limits)[AmountLimit.MONTH] == 0


def test_shares_sum_to_the_price() -> None:
    parts = shares_of(Cents(100_00), Cents(10_00), Cents(50_00), Cents(15_00))
    assert (parts.aids, parts.voucher, parts.employer, parts.family) == (10_00, 50_00, 15_00, 25_00)
    full = shares_of(Cents(50_00), Cents(0), Cents(60_00), Cents(5_00))
    assert (full.voucher, full.employer, full.family) == (50_00, 0, 0)


@pytest.mark.parametrize(
    ("birth", "day", "months"),
    [
        (date(2012, 2, 29), date(2015, 2, 27), 35),
        (date(2012, 2, 29), date(2015, 2, 28), 36),
        (date(2012, 2, 29), date(2016, 2, 28), 47),
        (date(2012, 2, 29), date(2016, 2, 29), 48),
        (date(2012, 1, 31), date(2012, 4, 29), 2),
        (date(2012, 1, 31), date(2012, 4, 30), 3),
        (date(2012, 6, 15), date(2015, 6, 14), 35),
        (date(2012, 6, 15), date(2015, 6, 15), 36),
        (date(2015, 6, 15), date(2015, 6, 1), -1),
    ],
)
def test_months_of_age_on_a_day(birth: date, day: date, months: int) -> None:
    assert months_of_age(birth, day) == months


def test_months_that_a_period_touches() -> None:
    assert months_between(date(2015, 11, 30), date(2016, 1, 1)) == ((2015, 11), (2015, 12), (2016, 1))
