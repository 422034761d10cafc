"""Proposals judged by the rules of their call, against a second plain implementation that knows only fractions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import (
    ArrivalChannel,
    BudgetSection,
    CapBase,
    OrganisationKind,
    OrganisationSize,
    PartnerGroup,
    Remedy,
    RuleSeverity,
    SeatHolder,
)
from app.models.money import Cents
from app.services.calls import rules_drafts as d
from app.services.calls.checks import (
    RULES,
    Body,
    CandidateFacts,
    Cost,
    Outcome,
    RuleResult,
    broken_rules,
    check_against_rules,
    end_of,
    shown_value,
)
from app.services.calls.cost_checks import allowed_by
from app.services.calls.rules_drafts import DEFAULT_CATEGORIES, RulesDraft, percent
from app.services.wording.texts import translator

EN = translator("en")
COSTS, OWN = BudgetSection.COSTS, BudgetSection.CONTRIBUTION
CODES = [row.code for row in DEFAULT_CATEGORIES]
FREE = [code for code in CODES if code != "volunteers"]

amounts = st.integers(0, 10**9)
money = st.one_of(amounts, st.integers(0, 300))
costs = st.lists(
    st.one_of(
        st.builds(Cost, st.just(COSTS), st.sampled_from(FREE), money),
        st.builds(Cost, st.just(OWN), st.sampled_from(CODES), money),
    ),
    max_size=6,
).map(tuple)
shares = st.one_of(st.integers(0, 100).map(str), st.integers(0, 10_000).map(lambda n: f"{n // 100},{n % 100:02d}"))


def one(results: tuple[RuleResult, ...], code: str) -> RuleResult:
    (found,) = [row for row in results if row.code == code]
    return found


def judged(rules: RulesDraft, facts: CandidateFacts, code: str) -> RuleResult:
    return one(check_against_rules(rules, facts, EN), code)


def total(rows: tuple[Cost, ...], *sections: BudgetSection) -> int:
    return sum(row.amount or 0 for row in rows if row.section in (sections or (COSTS, OWN)))


# --- money, against the second implementation ---------------------------------------------


@settings(max_examples=300)
@given(rows=costs, share=shares)
def test_least_co_financing_is_exact_to_the_cent(rows: tuple[Cost, ...], share: str) -> None:
    least = Fraction(share.replace(",", "."))
    result = judged(RulesDraft(cofinancing_min=share), CandidateFacts(costs=rows), "call.cofinancing_min")
    whole, own = total(rows), total(rows, OWN)
    if whole == 0:
        assert result.outcome is Outcome.UNKNOWN
        return
    exact = Fraction(own * 100, whole)
    assert result.outcome is (Outcome.PASSED if exact >= least else Outcome.FAILED)
    assert (result.wanted, result.found, result.difference) == (least, exact, exact - least)
    if exact < least < 100:  # what the sentence says is missing is the least amount that is enough
        missing = next_missing(result.sentence)
        for extra, enough in ((missing, True), (missing - 1, False)):
            more = (*rows, Cost(OWN, "other", Cents(extra)))
            again = judged(RulesDraft(cofinancing_min=share), CandidateFacts(costs=more), "call.cofinancing_min")
            assert (again.outcome is Outcome.PASSED) is enough


def next_missing(sentence: str) -> int:
    """Cents that the sentence names."""
    text = sentence.rpartition("With this grant ")[2].partition("\u00a0€")[0]
    return int(text.replace(".", "").replace(",", ""))


@settings(max_examples=300)
@given(rows=costs, share=shares)
def test_largest_share_of_the_grant_is_the_mirror_of_least_co_financing(rows: tuple[Cost, ...], share: str) -> None:
    most = Fraction(share.replace(",", "."))
    facts = CandidateFacts(costs=rows)
    result = judged(RulesDraft(grant_share_max=share), facts, "call.grant_share_max")
    whole, grant = total(rows), total(rows, COSTS)
    expected = None if whole == 0 else Fraction(grant * 100, whole) <= most
    assert result.outcome is {None: Outcome.UNKNOWN, True: Outcome.PASSED, False: Outcome.FAILED}[expected]
    rest = 100 - most
    mirror = (
        f"{rest.numerator // rest.denominator}" if rest.denominator == 1 else f"{float(rest):.2f}".replace(".", ",")
    )
    assert judged(RulesDraft(cofinancing_min=mirror), facts, "call.cofinancing_min").outcome is result.outcome


@settings(max_examples=300)
@given(rows=costs, least=money, most=money, grant=money)
def test_amounts_are_compared_as_cents(rows: tuple[Cost, ...], least: int, most: int, grant: int) -> None:
    rules = RulesDraft(cost_min=Cents(least), cost_max=Cents(most), grant_max=Cents(grant))
    results = check_against_rules(rules, CandidateFacts(costs=rows), EN)
    plain = {
        "call.cost_min": total(rows) >= least,
        "call.cost_max": total(rows) <= most,
        "call.grant_max": total(rows, COSTS) <= grant,
    }
    for code, kept in plain.items():
        wanted = Outcome.UNKNOWN if not rows else Outcome.PASSED if kept else Outcome.FAILED
        assert one(results, code).outcome is wanted
        assert one(results, code).difference == one(results, code).found - one(results, code).wanted  # type: ignore[operator]


caps = st.builds(
    d.CapDraft,
    categories=st.lists(st.sampled_from(CODES), unique=True, max_size=3).map(", ".join),
    section=st.sampled_from([COSTS, OWN]),
    share_max=shares,
    base=st.sampled_from(CapBase),
    base_categories=st.lists(st.sampled_from(CODES), unique=True, min_size=1, max_size=3).map("; ".join),
    severity=st.sampled_from(RuleSeverity),
)


@settings(max_examples=400)
@given(rows=costs, cap=caps)
def test_caps_hold_to_the_cent(rows: tuple[Cost, ...], cap: d.CapDraft) -> None:
    codes = [code for code in cap.categories.split(", ") if code] or CODES
    of_base = cap.base_categories.split("; ")
    measured = sum(row.amount or 0 for row in rows if row.section is cap.section and row.category in codes)
    base = {
        CapBase.TOTAL: total(rows),
        CapBase.GRANT: total(rows, COSTS),
        CapBase.SECTION: sum(row.amount or 0 for row in rows if row.section is cap.section),
        CapBase.CATEGORIES: sum(
            row.amount or 0 for row in rows if row.section is cap.section and row.category in of_base
        ),
    }[cap.base]
    kept = Fraction(measured) <= Fraction(cap.share_max.replace(",", ".")) * base / 100
    result = judged(RulesDraft(caps=(cap,)), CandidateFacts(costs=rows), "call.cap")
    assert result.outcome is (Outcome.UNKNOWN if not rows else Outcome.PASSED if kept else Outcome.FAILED)
    assert result.severity is cap.severity
    assert (result.found, result.part) == (measured, "1")
    assert result.difference == measured - allowed_by(cap, CandidateFacts(costs=rows))


def test_a_cap_may_be_an_amount_over_both_sections() -> None:
    facts = CandidateFacts(costs=(Cost(COSTS, "other", Cents(60)), Cost(OWN, "other", Cents(41))))
    cap = d.CapDraft(categories="other", amount_max=Cents(100))
    result = judged(RulesDraft(caps=(cap,)), facts, "call.cap")
    assert (result.outcome, result.difference) == (Outcome.FAILED, 1)
    assert (
        result.sentence
        == "Other expenses: 1,01\u00a0€; the call allows 1,00\u00a0€ at most (1,00\u00a0€): 0,01\u00a0€ too much."
    )


def test_items_of_categories_that_the_call_does_not_know() -> None:
    facts = CandidateFacts(
        costs=(
            Cost(COSTS, "volunteers", Cents(1)),
            Cost(COSTS, "viaggi", Cents(1)),
            Cost(COSTS, "viaggi", Cents(2)),
            Cost(OWN, "volunteers", Cents(1)),
        )
    )
    results = check_against_rules(RulesDraft(), facts, EN)
    assert [(row.part, row.found, row.outcome) for row in results] == [
        ("costs.volunteers", "Volunteers", Outcome.FAILED),
        ("costs.viaggi", "viaggi", Outcome.FAILED),
    ]


# --- arrival -----------------------------------------------------------------------------

moments = st.datetimes(datetime(2022, 1, 1), datetime(2022, 12, 31)).map(lambda at: at.replace(second=0, microsecond=0))


@settings(max_examples=300)
@given(arrived=moments, closing=moments, with_hour=st.booleans())
def test_the_minute_of_the_closing_is_in_time(arrived: datetime, closing: datetime, with_hour: bool) -> None:
    rules = RulesDraft(date_closed=closing.date(), time_closed=f"{closing:%H:%M}" if with_hour else "")
    facts = CandidateFacts(date_received=arrived.date(), time_received=f"{arrived:%H:%M}")
    kept = arrived <= closing if with_hour else arrived.date() <= closing.date()
    assert judged(rules, facts, "call.closing").outcome is (Outcome.PASSED if kept else Outcome.FAILED)
    opening = RulesDraft(date_opened=closing.date(), time_opened=f"{closing:%H:%M}" if with_hour else "")
    after = arrived >= closing if with_hour else arrived.date() >= closing.date()
    assert judged(opening, facts, "call.opening").outcome is (Outcome.PASSED if after else Outcome.FAILED)


@pytest.mark.parametrize(
    ("day", "time", "outcome", "field"),
    [
        (None, "", Outcome.UNKNOWN, "date_received"),
        (date(2022, 7, 15), "", Outcome.UNKNOWN, "time_received"),
        (date(2022, 7, 14), "", Outcome.PASSED, "date_received"),
        (date(2022, 7, 16), "", Outcome.FAILED, "date_received"),
        (date(2022, 7, 15), "12:00", Outcome.PASSED, "date_received"),
        (date(2022, 7, 15), "12:01", Outcome.FAILED, "date_received"),
    ],
)
def test_an_hour_that_is_not_recorded_matters_on_the_last_day_alone(
    day: date | None, time: str, outcome: Outcome, field: str
) -> None:
    rules = RulesDraft(date_closed=date(2022, 7, 15), time_closed="12:00")
    result = judged(rules, CandidateFacts(date_received=day, time_received=time), "call.closing")
    assert (result.outcome, result.field) == (outcome, field)


def test_how_late_is_said_in_words() -> None:
    rules = RulesDraft(date_closed=date(2022, 7, 15), time_closed="12:00")
    late = CandidateFacts(date_received=date(2022, 7, 16), time_received="13:01")
    assert judged(rules, late, "call.closing").sentence == (
        "The proposal arrived on 16/07/2022 13:01, after the closing of the call (15/07/2022 12:00):"
        " 1 day, 1 hour, 1 minute late."
    )


def test_channel_and_area() -> None:
    rules = RulesDraft(
        channel=ArrivalChannel.PEC,
        areas=(d.FundedAreaDraft(area_id="a", amount=Cents(100), source="riga 501"), d.FundedAreaDraft(area_id="b")),
    )
    item = (Cost(COSTS, "other", Cents(101)),)
    for channel, outcome in (
        (None, Outcome.UNKNOWN),
        (ArrivalChannel.PEC, Outcome.PASSED),
        (ArrivalChannel.POST, Outcome.FAILED),
    ):
        assert judged(rules, CandidateFacts(channel=channel), "call.channel").outcome is outcome
    for area, outcome in ((None, Outcome.UNKNOWN), ("a", Outcome.PASSED), ("c", Outcome.FAILED)):
        assert judged(rules, CandidateFacts(area_id=area), "call.area").outcome is outcome
    over = judged(rules, CandidateFacts(area_id="a", costs=item), "call.area_amount")
    assert (over.outcome, over.difference, over.source) == (Outcome.FAILED, 1, "riga 501")
    results = check_against_rules(rules, CandidateFacts(area_id="b", costs=item), EN)
    assert "call.area_amount" not in {row.code for row in results}


# --- the partnership ---------------------------------------------------------------------

bodies = st.lists(
    st.builds(
        Body,
        st.sampled_from("abcdefgh"),
        st.just("Ente"),
        st.sampled_from(OrganisationKind),
        st.sampled_from(OrganisationSize),
    ),
    max_size=8,
    unique_by=lambda body: body.id,
).map(tuple)


@settings(max_examples=300)
@given(
    partners=bodies,
    lead=st.none() | st.builds(Body, st.sampled_from("abz"), st.just("Capofila"), st.sampled_from(OrganisationKind)),
    group=st.sampled_from(PartnerGroup),
    size=st.none() | st.sampled_from([each for each in OrganisationSize if each is not OrganisationSize.UNKNOWN]),
    least=st.integers(1, 5),
)
def test_bodies_are_counted_once_with_their_lead(
    partners: tuple[Body, ...], lead: Body | None, group: PartnerGroup, size: OrganisationSize | None, least: int
) -> None:
    rules = RulesDraft(bodies_min=least, partners=(d.PartnersDraft(counted=group, size_max=size, number_min=least),))
    facts = CandidateFacts(lead=lead, partners=partners)
    known = {body.id: body for body in partners} | ({lead.id: lead} if lead else {})
    order = list(OrganisationSize)
    public = ("public_body", "special_agency", "territorial_area", "health_agency", "province")
    kinds = {
        "any": [kind.value for kind in OrganisationKind],
        "public": public,
        "non_profit": ("cooperative", "association", "foundation"),
    }.get(group.value, (group.value,))
    fitting = [body for body in known.values() if body.kind.value in kinds]
    sure = [
        b for b in fitting if size is None or (b.size.value != "unknown" and order.index(b.size) <= order.index(size))
    ]
    perhaps = [b for b in fitting if size is not None and b.size.value == "unknown"]
    result = judged(rules, facts, "call.partners_min")
    if not known:
        assert result.outcome is Outcome.UNKNOWN
    elif len(sure) >= least:
        assert result.outcome is Outcome.PASSED
    else:
        assert result.outcome is (Outcome.UNKNOWN if len(sure) + len(perhaps) >= least else Outcome.FAILED)
    counted = judged(rules, facts, "call.bodies_min")
    wanted = Outcome.UNKNOWN if not known else Outcome.PASSED if len(known) >= least else Outcome.FAILED
    assert counted.outcome is wanted


def test_who_may_lead_and_how_often() -> None:
    rules = RulesDraft(
        leads=(d.LeadDraft(kind=OrganisationKind.PUBLIC_BODY, source="riga 651"),), lead_max=1, join_max=2
    )
    town = Body("t", "Comune", OrganisationKind.PUBLIC_BODY)
    firm = Body("f", "Ditta", OrganisationKind.COMPANY)
    facts = CandidateFacts(lead=town, partners=(town, firm), led={"t": 1}, joined={"t": 2, "f": 2})
    assert broken_rules(check_against_rules(rules, facts, EN)) == ()
    results = check_against_rules(rules, replace(facts, lead=firm, led={"f": 2}, joined={"t": 3, "f": 4}), EN)
    assert [(row.code, row.part, row.difference, row.sentence) for row in broken_rules(results)] == [
        ("call.lead_kind", "", None, "The lead is Ditta (Company); by the call these may lead: Public body."),
        ("call.lead_max", "", 1, "Ditta leads 2 proposals of the call; 1 at most."),
        ("call.join_max", "f", 2, "Ditta takes part in 4 proposals of the call; 2 at most."),
        ("call.join_max", "t", 1, "Comune takes part in 3 proposals of the call; 2 at most."),
    ]
    nobody = check_against_rules(rules, CandidateFacts(), EN)
    assert {row.outcome for row in nobody if row.code.endswith(("lead_kind", "lead_max", "join_max"))} == {
        Outcome.UNKNOWN
    }


# --- time and papers ---------------------------------------------------------------------


@given(start=st.dates(date(2000, 1, 1), date(2050, 1, 1)), months=st.integers(1, 120))
def test_a_project_ends_the_day_before_the_same_day(start: date, months: int) -> None:
    after = end_of(start, months) + timedelta(days=1)
    assert (after.year * 12 + after.month) - (start.year * 12 + start.month) == months
    assert after.day == start.day or (after.day < start.day and (after + timedelta(days=1)).day == 1)


def test_duration_and_limits_of_days() -> None:
    rules = RulesDraft(
        months_min=6,
        months_max=12,
        start_first=date(2022, 9, 1),
        start_last=date(2022, 10, 31),
        end_last=date(2023, 8, 31),
    )

    def codes(start: date | None, months: int | None) -> list[str]:
        results = check_against_rules(rules, CandidateFacts(date_start=start, months=months), EN)
        return [row.code for row in broken_rules(results)]

    assert codes(None, None) == []
    assert codes(date(2022, 9, 1), 12) == []
    assert codes(date(2022, 9, 2), 12) == ["call.end_last"]
    assert codes(date(2022, 8, 31), 13) == ["call.months_max", "call.start_first", "call.end_last"]
    assert codes(date(2022, 11, 1), 5) == ["call.months_min", "call.start_last"]
    assert codes(date(2022, 11, 1), None) == ["call.start_last"]


def test_papers_and_points_of_the_formal_check() -> None:
    rules = RulesDraft(
        documents=(
            d.DocumentDraft(code="M", name="Modulo", remedy=Remedy.BLOCKING),
            d.DocumentDraft(code="A", name="Accordo", remedy=Remedy.CURABLE),
        ),
        items=(
            d.ItemDraft(code="A1", text="Firmata"),
            d.ItemDraft(code="A2", text="Durata", rule="call.months_max", remedy=Remedy.CURABLE),
        ),
        months_max=12,
    )

    def outcomes(facts: CandidateFacts) -> list[tuple[str, str, Outcome, RuleSeverity]]:
        results = check_against_rules(rules, facts, EN)
        return [(row.code, row.part, row.outcome, row.severity) for row in results if row.code != "call.category"]

    block, warn = RuleSeverity.BLOCKING, RuleSeverity.WARNING
    assert outcomes(CandidateFacts()) == [
        ("call.months_max", "", Outcome.UNKNOWN, warn),
        ("call.document", "M", Outcome.UNKNOWN, block),
        ("call.document", "A", Outcome.UNKNOWN, warn),
    ]
    assert outcomes(CandidateFacts(months=13, documents=frozenset({"M"}), answers={"A1": False})) == [
        ("call.months_max", "", Outcome.FAILED, warn),
        ("call.document", "M", Outcome.PASSED, block),
        ("call.document", "A", Outcome.FAILED, warn),
        ("call.item", "A1", Outcome.FAILED, block),
    ]
    assert outcomes(CandidateFacts(answers={}))[-1] == ("call.item", "A1", Outcome.UNKNOWN, block)


# --- all together ------------------------------------------------------------------------


def test_what_a_call_leaves_open_is_not_asked() -> None:
    assert [row.code for row in check_against_rules(RulesDraft(), CandidateFacts(), EN)] == ["call.category"]


FULL = RulesDraft(
    date_opened=date(2022, 5, 4),
    date_closed=date(2022, 7, 15),
    channel=ArrivalChannel.PEC,
    bodies_min=1,
    lead_max=1,
    join_max=1,
    cofinancing_min="30",
    grant_share_max="70",
    grant_max=Cents(1),
    cost_min=Cents(1),
    cost_max=Cents(1),
    months_min=1,
    months_max=1,
    start_first=date(2022, 1, 1),
    start_last=date(2022, 1, 1),
    end_last=date(2022, 1, 1),
    caps=(d.CapDraft(share_max="1", base=CapBase.CATEGORIES, base_categories="other"), d.CapDraft(share_max="5")),
    leads=(d.LeadDraft(),),
    partners=(d.PartnersDraft(number_min=1),),
    lead_seat="In Lombardia",
    seats=(d.SeatsDraft(held_by=SeatHolder.PARTNER, places="Lombardia"),),
    areas=(d.FundedAreaDraft(area_id="a", amount=Cents(1)),),
    documents=(d.DocumentDraft(code="M", name="Modulo"),),
    items=(d.ItemDraft(code="A1", text="Firmata"),),
    sources=(d.SourceNoteDraft(rule="date_closed", source="S11"), d.SourceNoteDraft(rule="grant_max", source="S10")),
)


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize(
    "facts",
    [
        CandidateFacts(),
        CandidateFacts(
            lead=Body("x", "Ditta", OrganisationKind.COMPANY),
            costs=(Cost(COSTS, "other", Cents(10)), Cost(COSTS, "viaggi", Cents(10))),
            area_id="a",
            date_received=date(2023, 1, 1),
            channel=ArrivalChannel.POST,
            date_start=date(2023, 1, 1),
            months=2,
            documents=frozenset(),
            led={"x": 2},
            joined={"x": 2},
            answers={"A1": False},
        ),
    ],
)
def test_every_rule_says_its_sentence(facts: CandidateFacts, language: str) -> None:
    results = check_against_rules(FULL, facts, translator(language))
    expected = set(RULES) - ({"call.area_amount", "call.item"} if facts.area_id is None else set())
    assert {row.code for row in results} == expected
    assert all(row.sentence and "{" not in row.sentence for row in results)
    stated = {row.code: row.source for row in results if row.source}
    assert stated == {"call.closing": "S11", "call.grant_max": "S10"}
    order = [list(RULES).index(row.code) for row in results]
    assert order == sorted(order), "results come in the order of the rules"


def test_values_are_shown_as_a_person_reads_them() -> None:
    from app.services.calls.checks import RuleUnit

    shown: list[Any] = [
        shown_value(None, RuleUnit.EURO),
        shown_value("testo", RuleUnit.TEXT),
        shown_value(123456, RuleUnit.EURO),
        shown_value(Fraction(1, 3), RuleUnit.PERCENT),
        shown_value(1234, RuleUnit.COUNT),
    ]
    assert shown == ["", "testo", "1.234,56\u00a0€", "0,33\u00a0%", "1.234"]
    assert percent("33,33\u00a0%") == Fraction(3333, 100)
    assert percent("") is None
