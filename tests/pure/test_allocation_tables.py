"""T08 and the tables of awards and ceilings: what each cell says."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import AllocationRule
from app.models.money import Cents, decimal_text
from app.services.decisions.drafts import AllocationView, AwardRow, CeilingRow
from app.services.reports.allocation_tables import (
    allocation_proof_table,
    awards_table,
    ceilings_table,
    exact_text,
)
from app.services.reports.spec import Table
from app.services.sharing.allocation import allocate
from app.services.wording.texts import translator

EN, IT = translator("en"), translator("it")


def view(rule: AllocationRule, total: int, weights: list[int] | None = None, **more: Any) -> AllocationView:
    parts = ["a", "b", "c"][: len(weights)] if weights else ["a", "b", "c"]
    allocation = allocate(Cents(total), parts, rule, weights=weights, **more)
    return AllocationView("x", "d", "", "", allocation, {key: (key.upper(), f"Ambito {key}") for key in parts})


def cells(table: Table, key: str) -> list[Any]:
    column = next(column for column in table.columns if column.key == key)
    return [table.cell(row, column) for row in table.rows]


def test_equal_parts_of_the_plan() -> None:
    table = allocation_proof_table(view(AllocationRule.EQUAL, 54_182_62), EN)
    assert (table.code, table.title, table.total_label) == ("T08", "Split, with its proof", "Total")
    assert [column.key for column in table.columns] == [
        "part",
        "name",
        "exact",
        "floor",
        "remainder",
        "odd",
        "why",
        "amount",
    ]
    assert cells(table, "part") == ["A", "B", "C"]
    assert cells(table, "exact") == ["18.060,873333…"] * 3
    assert cells(table, "remainder") == ["1/3"] * 3
    assert cells(table, "odd") == [1, 0, 0]
    assert cells(table, "amount") == [18_060_88, 18_060_87, 18_060_87]
    assert table.totals() == {"floor": 54_182_61, "odd": 1, "amount": 54_182_62}
    assert cells(table, "why") == [
        "Gets the cent: equal remainder, but earlier in the order of ties.",
        "No cent: equal remainder, but later in the order of ties.",
        "No cent: equal remainder, but later in the order of ties.",
    ]
    assert table.notes == (
        "Rule: equal parts.",
        "Each part gets the whole cents of its exact share; cents left over go, one each, to the largest remainders.",
        "Equal remainders are served in this order: A, B, C. The order decided.",
    )
    assert table.row_id is not None
    assert [table.row_id(row) for row in table.rows] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("made", "keys", "why", "notes"),
    [
        (
            view(AllocationRule.WEIGHTS, 100, [1, 2]),
            {"weight"},
            ["No cent: smaller remainder.", "Gets the cent: larger remainder."],
            ["Rule: in proportion to weights.", "did not matter."],
        ),
        (
            view(AllocationRule.MIXED, 100, [1, 1], equal_share=30),
            {"weight"},
            ["The share is exact."] * 2,
            ["Rule: 30 % in equal parts, the rest in proportion to the weights.", "did not matter."],
        ),
        (
            view(AllocationRule.RANKING, 100, [60, 60, 5]),
            {"weight"},
            ["Request met in full.", "The money ends here: request met in part.", "No money left."],
            ["Rule: along the ranking.", "until the money ends."],
        ),
        (
            view(AllocationRule.RANKING, 100, [60, 10]),
            {"weight"},
            ["Request met in full."] * 2,
            ["Rule: along the ranking.", "Left over, as no part asks for it: 0,30\u00a0€."],
        ),
        (
            view(AllocationRule.BY_HAND, 100, [60, 40]),
            set(),
            ["Amount set by hand."] * 2,
            ["Rule: by hand.", "Rule: by hand."],
        ),
    ],
)
def test_each_rule_says_why(made: AllocationView, keys: set[str], why: list[str], notes: list[str]) -> None:
    table = allocation_proof_table(made, EN)
    assert {column.key for column in table.columns} & {"weight"} == keys
    assert cells(table, "why") == why
    assert table.notes[0] == notes[0]
    assert table.notes[-1].endswith(notes[-1])
    assert table.totals()["amount"] == made.allocation.total - made.allocation.left


def test_proof_in_italian_marks_sample_data() -> None:
    made = view(AllocationRule.EQUAL, 10)
    sample = AllocationView("", "", "Riparto", "", made.allocation, {}, sample=True)
    table = allocation_proof_table(sample, IT)
    assert table.title == "Riparto"
    assert cells(table, "part") == ["a", "b", "c"]
    assert table.notes[0] == "Regola: parti uguali."
    assert len(table.notes) == 4


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (Fraction(5418262, 3), "18.060,873333…"),
        (Fraction(1806087, 2), "9.030,435"),
        (Fraction(0), "0,00"),
        (Fraction(100), "1,00"),
        (Fraction(1, 3), "0,003333…"),
        (Fraction(123456789), "1.234.567,89"),
        (Fraction(1, 10**9), "0,000000…"),
    ],
)
def test_exact_text(cents: Fraction, text: str) -> None:
    assert exact_text(cents) == text


@given(st.fractions(min_value=0, max_value=10**12))
def test_exact_text_is_the_share_cut_and_never_more(cents: Fraction) -> None:
    text = exact_text(cents)
    shown = Fraction(text.rstrip("…").replace(".", "").replace(",", ".")) * 100
    assert shown <= cents < shown + Fraction(1, 10**4)
    assert text.endswith("…") == (shown != cents)


def test_ceilings_show_what_was_before_when_there_was() -> None:
    first = ceilings_table([CeilingRow("a", "A.1", "Uno", None, Cents(100))], EN)
    assert [column.key for column in first.columns] == ["code", "title", "amount"]
    rows = [CeilingRow("a", "A.1", "Uno", Cents(100), Cents(150)), CeilingRow("b", "A.2", "Due", None, Cents(20))]
    second = ceilings_table(rows, EN)
    assert cells(second, "before") == [100, None]
    assert second.totals() == {"before": 100, "amount": 170}


def test_awards_show_what_was_before_when_there_was() -> None:
    def row(before: int, amount: int) -> AwardRow:
        return AwardRow("p", 1, "Rho", "Comune", "Titolo", "A.1", Cents(before), Cents(amount), Cents(before + amount))

    first = awards_table([row(0, 5)], EN)
    assert [column.key for column in first.columns][5:] == ["amount"]
    second = awards_table([row(7, 5), row(0, 1)], EN)
    assert [column.key for column in second.columns][5:] == ["before", "amount", "after"]
    assert [first.landscape, second.landscape] == [False, False], "the minutes stand on upright pages"
    assert {key: decimal_text(cents) for key, cents in second.totals().items()} == {
        "before": "0.07",
        "amount": "0.06",
        "after": "0.13",
    }
