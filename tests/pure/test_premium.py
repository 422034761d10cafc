"""Points by indicators: each way from what was reached to points, directions, caps; what is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import Direction, Normalisation
from app.models.errors import InvalidInput
from app.services.decisions.drafts import SplitDraft
from app.services.sharing.premium import Formula, FormulaIndicator, Reading, parse_number, score
from app.services.sharing.split_terms import dump_terms, load_terms

TARGET, PART, RANGE = Normalisation.TARGET, Normalisation.PART, Normalisation.RANGE
PROJECTS = {"a": "Primo", "b": "Secondo"}


def indicator(actuals: tuple[str, ...], targets: tuple[str, ...] = ("10", "20"), **more: Any) -> FormulaIndicator:
    rows = zip(PROJECTS, targets, actuals, strict=True)
    readings = tuple(Reading(key, target, actual, "Relazione") for key, target, actual in rows)
    return replace(FormulaIndicator("Destinatari", 1, readings=readings), **more)


def points(normalisation: Normalisation, *indicators: FormulaIndicator) -> list[Fraction]:
    return list(score(Formula(normalisation, indicators), PROJECTS).scores.values())


@pytest.mark.parametrize(
    ("normalisation", "more", "wanted"),
    [
        (TARGET, {}, [50, Fraction(300, 2)]),
        (TARGET, {"cap": 100}, [50, 100]),
        (TARGET, {"direction": Direction.LESS}, [200, Fraction(200, 3)]),
        (PART, {}, [Fraction(100, 7), Fraction(600, 7)]),
        (PART, {"direction": Direction.LESS}, [Fraction(600, 7), Fraction(100, 7)]),
        (RANGE, {}, [0, 100]),
        (RANGE, {"direction": Direction.LESS}, [100, 0]),
    ],
)
def test_what_was_reached_becomes_points(
    normalisation: Normalisation, more: dict[str, Any], wanted: list[Fraction]
) -> None:
    assert points(normalisation, indicator(("5", "30"), **more)) == wanted


def test_all_equal_in_a_range_have_all_points() -> None:
    assert points(RANGE, indicator(("7", "7"))) == [100, 100]


def test_weights_are_of_the_whole_and_every_step_is_told() -> None:
    formula = Formula(TARGET, (indicator(("5", "30"), weight=3, cap=120), indicator(("10", "20"), weight=1)))
    sheet = score(formula, PROJECTS)
    assert list(sheet.scores.values()) == [Fraction(50 * 3 + 100, 4), Fraction(120 * 3 + 100, 4)]
    first = sheet.steps[1]
    assert (first.target, first.actual, first.found, first.kept, first.points) == (20, 30, 150, 120, 90)
    assert sum(step.points for step in sheet.steps if step.key == "a") == sheet.scores["a"]


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 10**4))
def test_reaching_more_never_gives_fewer_points(actual: int, other: int, more: int) -> None:
    for normalisation in Normalisation:
        before = points(normalisation, indicator((str(actual), str(other))))[0]
        after = points(normalisation, indicator((str(actual + more), str(other))))[0]
        assert after >= before or (normalisation is RANGE and actual == other)  # of equals each has all points


def test_numbers_are_read_as_they_are_written() -> None:
    assert [parse_number(text) for text in ("", " 3,86 ", "31,20 %", "1.234,5", "7")] == [
        None,
        Fraction("3.86"),
        Fraction("31.20"),
        Fraction("1234.5"),
        7,
    ]
    for wrong in ("-1", "1.2.3", "dieci", "1,2,3", "12.34"):
        with pytest.raises(InvalidInput) as caught:
            parse_number(wrong, field="x")
        assert (caught.value.code, caught.value.field) == ("number.decimal", "x")


@pytest.mark.parametrize(
    ("normalisation", "indicators", "code", "field"),
    [
        (TARGET, (), "premium.no_indicator", "indicators"),
        (TARGET, (indicator(("1", "1"), name=" "),), "premium.name_missing", "indicators.0.name"),
        (TARGET, (indicator(("1", "1"), weight=None),), "premium.weight_missing", "indicators.0.weight"),
        (TARGET, (indicator(("1", "1"), weight=0),), "premium.weight_missing", "indicators.0.weight"),
        (TARGET, (indicator(("1", "1"), weight=-1),), "premium.weight_missing", "indicators.0.weight"),
        (TARGET, (indicator(("1", "1"), cap=0),), "premium.cap_range", "indicators.0.cap"),
        (TARGET, (indicator(("1", "")),), "premium.actual_missing", "readings"),
        (TARGET, (indicator(("1", "1"), ("0", "1")),), "premium.target_missing", "readings"),
        (TARGET, (indicator(("0", "1"), direction=Direction.LESS),), "premium.actual_zero", "readings"),
        (PART, (indicator(("0", "1"), direction=Direction.LESS),), "premium.actual_zero", "readings"),
        (PART, (indicator(("0", "0")),), "premium.nothing_reached", "readings"),
    ],
)
def test_a_formula_that_says_too_little_is_refused(
    normalisation: Normalisation, indicators: tuple[FormulaIndicator, ...], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        points(normalisation, *indicators)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_terms_come_back_with_their_formula() -> None:
    split = SplitDraft(formula=Formula(PART, (indicator(("5", "30"), cap=110, direction=Direction.LESS),)))
    assert load_terms(dump_terms(split)) == split
    assert load_terms(dump_terms(SplitDraft())) == SplitDraft()
    assert dump_terms(SplitDraft()) == "{}"
