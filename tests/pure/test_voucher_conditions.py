"""Conditions of programmes, as they are found from what is known; tax codes beside the person that they are of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.models.enums import (
    AgeDay,
    AidRule,
    CodePart,
    CodeState,
    ConditionOutcome,
    IseeKind,
    IseeUse,
    OrganisationSize,
    ResidenceNeed,
    Sex,
    VoucherAsker,
    VoucherCondition,
    WorkNeed,
    WorkState,
)
from app.models.money import Cents
from app.services.network.codes import CodeNote
from app.services.vouchers.conditions import ConditionFacts, ConditionRules, Member, Span, Window, judge
from app.services.vouchers.tax_codes import birth_of, check_code, given_letters, name_letters, read_code

MET, NOT_MET, NOT_KNOWN = ConditionOutcome.MET, ConditionOutcome.NOT_MET, ConditionOutcome.NOT_KNOWN
DAY = date(2015, 5, 20)
RULES = ConditionRules(services=(Span("camp"),))
FACTS = ConditionFacts(
    day=DAY, start=date(2015, 6, 15), end=date(2015, 6, 30), service="camp", requester="a", informed=True
)


def outcome(condition: VoucherCondition, rules: dict[str, Any], facts: dict[str, Any]) -> ConditionOutcome | None:
    """How one condition is found; None when the rules do not set it."""
    return dict(judge(replace(RULES, **rules), replace(FACTS, **facts))).get(condition)


def parents(*works: WorkState, away: bool = False) -> tuple[Member, ...]:
    """Parents of a household, the last of them living elsewhere when `away`."""
    return tuple(Member("abc"[at], True, not (away and at == len(works) - 1), work) for at, work in enumerate(works))


EMPLOYED, IDLE, POLICY = WorkState.EMPLOYED, WorkState.NOT_WORKING, WorkState.ACTIVE_POLICY


@pytest.mark.parametrize(
    ("need", "members", "policy", "wanted"),
    [
        (WorkNeed.EVERY_PARENT, parents(EMPLOYED, EMPLOYED), False, MET),
        (WorkNeed.EVERY_PARENT, parents(EMPLOYED, IDLE), False, NOT_MET),
        (WorkNeed.EVERY_PARENT, parents(EMPLOYED), False, MET),  # a single parent is every parent
        (WorkNeed.EVERY_PARENT, parents(EMPLOYED, IDLE, away=True), False, MET),  # who lives elsewhere is not asked
        (WorkNeed.EVERY_PARENT, parents(EMPLOYED, WorkState.UNKNOWN), False, NOT_KNOWN),
        (WorkNeed.EVERY_PARENT, (), False, NOT_KNOWN),
        (WorkNeed.ONE_PARENT, parents(IDLE, WorkState.SELF_EMPLOYED), False, MET),
        (WorkNeed.ONE_PARENT, parents(IDLE, POLICY), False, NOT_MET),
        (WorkNeed.ONE_PARENT, parents(IDLE, POLICY), True, MET),
        (WorkNeed.REQUESTER, parents(EMPLOYED, IDLE), False, MET),
        (WorkNeed.REQUESTER, parents(IDLE, EMPLOYED), False, NOT_MET),
        (WorkNeed.NONE, parents(IDLE), False, None),
    ],
)
def test_work(need: WorkNeed, members: Any, policy: bool, wanted: ConditionOutcome | None) -> None:
    found = outcome(VoucherCondition.WORK, {"work": need, "policy_counts": policy}, {"members": members})
    assert found is wanted


AGES = {"age_min": 36, "age_below": 168, "age_below_disabled": 216}


@pytest.mark.parametrize(
    ("rules", "facts", "wanted"),
    [
        ({}, {"birth": date(2012, 5, 20)}, MET),
        ({}, {"birth": date(2012, 5, 21)}, NOT_MET),  # three years to-morrow
        ({}, {"birth": date(2001, 5, 21)}, MET),  # fourteen to-morrow
        ({}, {"birth": date(2001, 5, 20)}, NOT_MET),
        ({}, {"birth": date(1998, 1, 1), "disabled": True}, MET),
        ({}, {"birth": None}, NOT_KNOWN),
        ({"age_day": AgeDay.START}, {"birth": date(2012, 6, 15)}, MET),
        ({"age_day": AgeDay.DATE, "age_date": date(2015, 2, 28)}, {"birth": date(2012, 2, 29)}, MET),
        ({"age_day": AgeDay.DATE, "age_date": date(2015, 2, 27)}, {"birth": date(2012, 2, 29)}, NOT_MET),
    ],
)
def test_age(rules: dict[str, Any], facts: dict[str, Any], wanted: ConditionOutcome) -> None:
    assert outcome(VoucherCondition.AGE, {**AGES, **rules}, facts) is wanted


BAR = {"isee_use": IseeUse.BAR, "isee_max": Cents(28_000_00)}


@pytest.mark.parametrize(
    ("rules", "facts", "wanted"),
    [
        ({}, {"isee": Cents(28_000_00)}, MET),
        ({}, {"isee": Cents(28_000_01)}, NOT_MET),
        ({}, {}, NOT_KNOWN),
        ({}, {"isee": Cents(1), "isee_to": date(2015, 5, 20)}, MET),
        ({}, {"isee": Cents(1), "isee_to": date(2015, 5, 19)}, NOT_KNOWN),  # it has expired
        ({"isee_kind": IseeKind.MINORS}, {"isee": Cents(1), "isee_kind": IseeKind.ORDINARY}, NOT_KNOWN),
        ({"isee_use": IseeUse.PRIORITY, "isee_needed": True}, {"isee": Cents(90_000_00)}, MET),
        ({"isee_use": IseeUse.PRIORITY}, {}, None),
    ],
)
def test_isee(rules: dict[str, Any], facts: dict[str, Any], wanted: ConditionOutcome | None) -> None:
    assert outcome(VoucherCondition.ISEE, {**BAR, **rules}, facts) is wanted


WINDOW = Window(date(2015, 5, 5), "09:00", date(2015, 5, 30), "12:00")


@pytest.mark.parametrize(
    ("day", "time", "wanted"),
    [
        (date(2015, 5, 4), "23:59", NOT_MET),
        (date(2015, 5, 5), "08:59", NOT_MET),
        (date(2015, 5, 5), "09:00", MET),
        (date(2015, 5, 5), "", NOT_KNOWN),
        (date(2015, 5, 20), "", MET),
        (date(2015, 5, 30), "12:00", MET),
        (date(2015, 5, 30), "12:01", NOT_MET),
        (date(2015, 5, 31), "00:01", NOT_MET),
    ],
)
def test_window(day: date, time: str, wanted: ConditionOutcome) -> None:
    assert outcome(VoucherCondition.WINDOW, {"windows": (WINDOW,)}, {"day": day, "time": time}) is wanted


@pytest.mark.parametrize(
    ("condition", "rules", "facts", "wanted"),
    [
        (VoucherCondition.RESIDENCE, {"residence": ResidenceNeed.PLAN}, {"municipality": "m"}, MET),
        (VoucherCondition.RESIDENCE, {"residence": ResidenceNeed.PLAN}, {"elsewhere": True}, NOT_MET),
        (VoucherCondition.RESIDENCE, {"residence": ResidenceNeed.PLAN}, {}, NOT_KNOWN),
        (
            VoucherCondition.RESIDENCE,
            {"residence": ResidenceNeed.LISTED, "places": frozenset({"n"})},
            {"municipality": "m"},
            NOT_MET,
        ),
        (VoucherCondition.DISABILITY, {"disabled_only": True}, {"disabled": True}, MET),
        (VoucherCondition.DISABILITY, {"disabled_only": True}, {}, NOT_KNOWN),
        (VoucherCondition.SERVICE, {}, {"service": "nido"}, NOT_MET),
        (VoucherCondition.SERVICE, {"service_to": date(2015, 6, 29)}, {}, NOT_MET),
        (VoucherCondition.SERVICE, {"services": (Span("camp", date(2015, 6, 16)),)}, {}, NOT_MET),
        (VoucherCondition.PROVIDER, {"providers": (Span("p"),)}, {"provider": "p"}, MET),
        (VoucherCondition.PROVIDER, {"providers": (Span("p", None, date(2015, 6, 20)),)}, {"provider": "p"}, NOT_MET),
        (VoucherCondition.PROVIDER, {"providers": (Span("p"),)}, {}, NOT_KNOWN),
        (VoucherCondition.EXPENSE, {"expense_min": Cents(400_00)}, {"expense": Cents(399_99)}, NOT_MET),
        (VoucherCondition.EXPENSE, {"expense_min": Cents(400_00)}, {"expense": Cents(400_00)}, MET),
        (VoucherCondition.HOURS, {"hours_min": 6}, {"hours": 5}, NOT_MET),
        (VoucherCondition.HOURS, {"hours_min": 6}, {}, NOT_KNOWN),
        (VoucherCondition.AIDS, {"aids": AidRule.REFUSED}, {"aids": Cents(1)}, NOT_MET),
        (VoucherCondition.INFORMATION, {}, {"informed": False}, NOT_MET),
        (VoucherCondition.DOCUMENTS, {"documents": True}, {}, NOT_KNOWN),
        (VoucherCondition.BUDGET, {"asker": VoucherAsker.EMPLOYEE}, {"has_budget": True}, MET),
        (VoucherCondition.BUDGET, {"asker": VoucherAsker.EMPLOYEE}, {}, NOT_MET),
    ],
)
def test_others(
    condition: VoucherCondition, rules: dict[str, Any], facts: dict[str, Any], wanted: ConditionOutcome
) -> None:
    assert outcome(condition, rules, facts) is wanted


@pytest.mark.parametrize(
    ("size", "in_plan", "wanted"),
    [
        (OrganisationSize.SMALL, True, MET),
        (OrganisationSize.LARGE, True, NOT_MET),
        (OrganisationSize.UNKNOWN, True, NOT_KNOWN),
        (OrganisationSize.MICRO, False, NOT_MET),
        (OrganisationSize.MICRO, None, NOT_KNOWN),
    ],
)
def test_firms(size: OrganisationSize, in_plan: bool | None, wanted: ConditionOutcome) -> None:
    rules = {"asker": VoucherAsker.FIRM, "firm_size_max": OrganisationSize.MEDIUM, "firm_in_plan": True}
    assert outcome(VoucherCondition.FIRM, rules, {"firm_size": size, "firm_in_plan": in_plan}) is wanted


# --- tax codes ---------------------------------------------------------------------------


def test_letters_of_names() -> None:
    assert [name_letters(name) for name in ("Rossi", "Fo", "D'Ambrosio", "Aiello")] == ["RSS", "FOX", "DMB", "LLA"]
    assert [given_letters(name) for name in ("Mario", "Giovanna", "Ugo", "Niccolò")] == ["MRA", "GNN", "GUO", "NCL"]


def test_a_code_says_birth_and_sex_also_with_letters_for_digits() -> None:
    assert birth_of("RSSMRA80A01F205X", DAY) == (date(1980, 1, 1), Sex.MALE)
    plain = read_code("RSSMRA80A01F205X")
    assert plain is not None
    assert (plain.day, plain.place) == (1, "F205")
    assert birth_of("RSSMRA80A01F205Y", DAY) is None


def test_a_code_is_compared_with_the_person() -> None:
    born = date(1980, 1, 1)
    agrees = check_code("rss mra 80a01 f205x", "Rossi", "Mario", born, Sex.MALE)
    assert agrees.state is CodeState.AGREES
    assert check_code("RSSMRA80A01F205X", "Rossi", "Mario", None, None).state is CodeState.UNCHECKED
    other = check_code("RSSMRA80A01F205X", "Bianchi", "Maria", date(1980, 1, 2), Sex.FEMALE)
    assert other.state is CodeState.DIFFERS
    assert other.differs == (CodePart.SURNAME, CodePart.BIRTH, CodePart.SEX)  # Maria has the letters of Mario


def test_codes_of_newborns_and_foreigners_are_not_wrong() -> None:
    assert check_code("", "Rossi", "Ada", None, None).state is CodeState.NONE
    assert check_code("12345670017", "Rossi", "Ada", None, None).state is CodeState.TEMPORARY
    wrong = check_code("RSSMRA80A01F205Y", "Rossi", "Mario", None, None)
    assert (wrong.state, wrong.note) == (CodeState.DIFFERS, CodeNote.WRONG_CONTROL)
