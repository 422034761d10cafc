"""The terms of a split as fields and grids: the same in the form of a decision and in that of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.models.enums import (
    AllocationRule,
    CapBasis,
    Direction,
    Leftover,
    Normalisation,
    SplitLevel,
    WeightBasis,
)
from app.services.sharing.split_plan import IN_CENTS
from app.services.sharing.split_sheets import SplitSheet, blank_indicator, laid_readings
from app.services.wording.texts import N_
from app.ui.drafts import DraftModel
from app.ui.fields import FieldKind, FieldSpec, GridSpec, Section, Width, enum_choices
from app.ui.grids import GridView

When = Callable[[Any], bool]

AREA_BASES = tuple(basis for basis in WeightBasis if basis is not WeightBasis.INDICATORS)
PROJECT_BASES = tuple(basis for basis in WeightBasis if basis is not WeightBasis.CEILINGS)
WEIGHED = (AllocationRule.WEIGHTS, AllocationRule.MIXED)


def _both(first: When, second: When) -> When:
    return lambda sheet: first(sheet) and second(sheet)


def _two_levels(sheet: SplitSheet) -> bool:
    return sheet.level is SplitLevel.AREAS


def _limited(sheet: SplitSheet) -> bool:
    return sheet.cap_basis is not CapBasis.NONE


def _by_formula(sheet: SplitSheet) -> bool:
    return sheet.inner_rule in WEIGHED and sheet.inner_basis is WeightBasis.INDICATORS


def _choice(key: str, title: str, members: Any, when: When) -> FieldSpec:
    return FieldSpec(
        key, title, FieldKind.CHOICE, required=True, choices=enum_choices(members), when=when, width=Width.HALF
    )


def terms_section(when: When, title: str = "") -> Section:
    """Level, rules, weights, what becomes of what caps keep out; shown for the sheets that `when` is true of."""
    outer = _both(when, _two_levels)
    formula = _both(when, _by_formula)
    return Section(
        title,
        (
            _choice("level", N_("Shared among"), SplitLevel, when),
            _choice("cap_basis", N_("Limits of each part"), CapBasis, when),
            _choice("rule", N_("Rule among the areas"), AllocationRule, outer),
            _choice("basis", N_("Weights of the areas"), AREA_BASES, _both(outer, lambda s: s.rule in WEIGHED)),
            FieldSpec(
                "equal_share",
                N_("Percent in equal parts, among the areas"),
                FieldKind.NUMBER,
                when=_both(outer, lambda sheet: sheet.rule is AllocationRule.MIXED),
                width=Width.HALF,
            ),
            _choice("leftover", N_("What caps of areas keep out"), Leftover, _both(outer, _limited)),
            _choice("inner_rule", N_("Rule among the projects"), AllocationRule, when),
            _choice(
                "inner_basis",
                N_("Weights of the projects"),
                PROJECT_BASES,
                _both(when, lambda sheet: sheet.inner_rule in WEIGHED),
            ),
            FieldSpec(
                "inner_equal_share",
                N_("Percent in equal parts, among the projects"),
                FieldKind.NUMBER,
                when=_both(when, lambda sheet: sheet.inner_rule is AllocationRule.MIXED),
                width=Width.HALF,
            ),
            _choice("inner_leftover", N_("What caps of projects keep out"), Leftover, _both(when, _limited)),
            _choice("normalisation", N_("Points of an indicator"), Normalisation, formula),
        ),
    )


_SHARE_COLUMNS = (
    FieldSpec("weight", N_("Weight"), FieldKind.COUNT, width_mm=20),
    FieldSpec("given_text", N_("Points"), read_only=True, width_mm=20),
    FieldSpec("cents", N_("Amount"), FieldKind.MONEY, width_mm=28),
    FieldSpec("minimum", N_("Minimum"), FieldKind.MONEY, width_mm=26),
    FieldSpec("cap", N_("Cap"), FieldKind.MONEY, width_mm=26),
    FieldSpec("order", N_("Order"), FieldKind.NUMBER, width_mm=16, hint=N_("Who is served first with the odd cents.")),
)
_TAKEN = FieldSpec("taken", N_("Shares"), FieldKind.FLAG, width_mm=18)

SOURCES_GRID = GridSpec(
    "sources",
    N_("Where the money comes from"),
    (
        FieldSpec("taken", N_("From here"), FieldKind.FLAG, width_mm=20),
        FieldSpec("name", N_("Source"), read_only=True, width_mm=80),
        FieldSpec("left", N_("On the source"), FieldKind.MONEY, read_only=True, width_mm=30),
    ),
    fixed=True,
    hint=N_("None marked: from all sources that are due, in their order."),
    rows_shown=4,
)


def terms_grids(when: When) -> tuple[GridSpec, ...]:
    """Areas, projects, and what a formula is made of."""
    formula = _both(when, _by_formula)
    return (
        GridSpec(
            "areas",
            N_("Areas that share"),
            (_TAKEN, FieldSpec("name", N_("Area"), read_only=True, width_mm=76), *_SHARE_COLUMNS),
            fixed=True,
            when=_both(when, _two_levels),
            rows_shown=7,
        ),
        GridSpec(
            "projects",
            N_("Projects that share"),
            (
                _TAKEN,
                FieldSpec("area", N_("Area"), read_only=True, width_mm=14),
                FieldSpec("name", N_("Project"), read_only=True, width_mm=70),
                *_SHARE_COLUMNS,
            ),
            fixed=True,
            hint=N_("Weights that are not typed are those of the archive, where it knows them."),
            when=when,
            rows_shown=5,
        ),
        GridSpec(
            "indicators",
            N_("Indicators of the formula"),
            (
                FieldSpec("name", N_("Indicator"), width_mm=70),
                FieldSpec("weight", N_("Weight"), FieldKind.COUNT, width_mm=20),
                FieldSpec(
                    "direction",
                    N_("Direction"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(Direction),
                    width_mm=36,
                ),
                FieldSpec("cap", N_("Cap of points"), FieldKind.COUNT, width_mm=26),
            ),
            blank=blank_indicator,
            hint=N_("A cap of 100 gives no points beyond the target."),
            when=formula,
            rows_shown=4,
        ),
        GridSpec(
            "readings",
            N_("What was reached"),
            (
                FieldSpec("indicator", N_("Indicator"), read_only=True, width_mm=44),
                FieldSpec("project", N_("Project"), read_only=True, width_mm=50),
                FieldSpec("target", N_("Target"), width_mm=22),
                FieldSpec("actual", N_("Reached"), width_mm=22),
                FieldSpec("document", N_("Document"), width_mm=44),
            ),
            fixed=True,
            when=formula,
            rows_shown=8,
        ),
    )


def fit_grids(grids: Mapping[str, GridView], model: DraftModel) -> None:
    """Show the columns that the terms ask for, and a line of readings for each indicator and project."""
    sheet: SplitSheet = model.draft
    for key, rule in (("areas", sheet.rule), ("projects", sheet.inner_rule)):
        grids[key].show_columns(_columns(grids[key], sheet, rule))
    laid = laid_readings(sheet.indicators, sheet.projects, sheet.readings)
    if laid != sheet.readings:
        model.apply("readings", laid)


def _columns(grid: GridView, sheet: SplitSheet, rule: AllocationRule) -> list[str]:
    hidden = {"weight", "given_text", "cents"}
    if rule in IN_CENTS:
        hidden -= {"cents"}
    elif rule is not AllocationRule.EQUAL:
        lines = getattr(sheet, grid.spec.key)
        hidden -= {"weight"} | ({"given_text"} if any(line.given is not None for line in lines) else set())
    if sheet.cap_basis is CapBasis.NONE:
        hidden |= {"minimum", "cap"}
    return [column.key for column in grid.spec.columns if column.key not in hidden]


def shown_when(grid: GridSpec, when: When) -> GridSpec:
    """The same grid, shown only for the sheets that `when` is true of."""
    return replace(grid, when=when)
