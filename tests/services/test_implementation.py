"""T13: projects at the end of each half-year, held against what the archive says of itself as at those days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import page as validator
import pytest
import sqlalchemy as sa

from app.models.enums import DecisionKind, VoucherMeasure
from app.models.money import Cents
from app.models.plan import Plan
from app.models.store import Store
from app.services.journal.as_at import AsAt, store_as_at
from app.services.reports.catalogue import build_document, codes_as_at
from app.services.reports.implementation import indicators_table
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Line, Role
from app.services.reports.text import plain_text
from app.services.spending.half_years import SUMS, HalfYear, half_years, period_states
from app.services.spending.payments import RecoveryDraft, receive_recovery
from app.services.spending.projects import project_rows
from app.services.spending.reports import approve_report, save_report
from app.services.vouchers.measures import IndicatorRow
from app.services.wording.texts import translator
from tests.pure.documents import faults, standard_of
from tests.services.spending_world import LATER, Running, decide
from tests.services.test_expense_reports import checked, expense, report
from tests.services.test_payments import advance, paid

IT, EN = translator("it"), translator("en")
TODAY = datetime(2016, 2, 10, 12, tzinfo=UTC)
PERIODS = [(2014, 1), (2014, 2), (2015, 1), (2015, 2), (2016, 1)]


def test_half_years_follow_each_other() -> None:
    found = half_years(date(2014, 6, 30), date(2016, 1, 1))
    assert [(row.year, row.half) for row in found] == PERIODS
    assert [row.last_day for row in found[:2]] == [date(2014, 6, 30), date(2014, 12, 31)]
    assert half_years(date(2015, 7, 2), date(2015, 7, 1)) == (HalfYear(2015, 2),)


def test_each_half_year_is_what_the_archive_was_then(store: Store, running: Running) -> None:
    store.clock = lambda: TODAY
    paid(store, advance(running), date(2015, 6, 15))
    key = save_report(store, report(running, expense(1, 10_000_00, 3_000_00))).id
    checked(store, key, (9_000_00, 2_000_00))
    approve_report(store, key, date(2015, 8, 1))
    decide(store, running, DecisionKind.REVOCATION, {running.rho: 70_000_00}, date(2015, 7, 10))
    receive_recovery(store, RecoveryDraft(running.rho, Cents(12_000_00), date(2016, 1, 20), "Bonifico"))
    states = period_states(store, TODAY.date())
    assert [(state.period.year, state.period.half) for state in states] == PERIODS
    rho = [next(row for row in state.projects if row.id == running.rho) for state in states]
    assert [(row.granted, row.paid, row.reported, row.admitted) for row in rho] == [
        (100_000_00, 0, 0, 0),
        (100_000_00, 0, 0, 0),
        (100_000_00, 50_000_00, 13_000_00, 0),
        (30_000_00, 50_000_00, 13_000_00, 11_000_00),
        (30_000_00, 38_000_00, 13_000_00, 11_000_00),
    ]
    assert [row.share for row in rho] == [0, 0, 50, Fraction(500, 3), Fraction(380, 3)]
    for state in states:
        with store_as_at(store, AsAt(state.day)) as then:
            assert {row.id: (row.granted, row.paid) for row in project_rows(then) if row.granted} == {
                row.id: (row.granted, row.paid) for row in state.projects
            }
            seen = period_states(then, state.day)[-1]
        money = [(row.id, row.granted, row.paid, row.share) for row in state.projects]
        assert [(row.id, row.granted, row.paid, row.share) for row in seen.projects] == money


def test_the_plan_may_start_before_its_money(store: Store, running: Running) -> None:
    with store.write("save_plan") as session:
        session.execute(sa.select(Plan)).scalar_one().date_start = date(2013, 11, 1)
    first, *_rest = period_states(store, LATER)
    assert (first.period, first.projects) == (HalfYear(2013, 2), ())


def test_vouchers_of_the_sample_by_half_year(sample: Store) -> None:
    document = build_document(sample, "T13", IT)
    assert document.title == "Stato di attuazione: primo semestre 2016"
    last, _indicators, earlier = document.tables()
    assert last.title == "Primo semestre 2016, al 02/03/2016"
    # 12,042.00 given to 74, of which 3,562.00 of programmes and 3,780.00 of firms are paid; no other money went out
    zero = dict.fromkeys(SUMS, 0)
    assert last.totals() == zero | {
        "granted": 424_182_62,
        "vouchers": 74,
        "issued": 12_042_00,
        "used": 7_662_00,
        "settled": 7_342_00,
    }
    sums = [row.cells for row in earlier.rows if isinstance(row, Line) and row.role is Role.SUBTOTAL]
    assert [{key: row[key] for key in SUMS} for row in sums] == [
        zero | {"granted": 370_000_00},
        zero | {"granted": 424_182_62},
        zero | {"granted": 424_182_62},
        zero | {"granted": 424_182_62, "vouchers": 74, "issued": 12_042_00, "used": 4_060_00},
    ]
    assert "T13" in codes_as_at()
    day = date(2015, 12, 31)
    then = build_document(sample, "T13", EN, when=AsAt(day))
    assert (then.title, then.subject) == ("State of implementation: second half of 2015", "Situation at 31/12/2015")
    known = {key: sums[-1][key] for key in SUMS} | {"used": 0}  # uses came in with the reports of January
    assert next(iter(then.tables())).totals() == known
    whole = build_document(sample, "T13", IT, when=AsAt(meeting_id=None, day=date(2014, 6, 18)))
    assert whole.title.endswith("primo semestre 2014")


@pytest.mark.parametrize("language", ["it", "en"])
def test_paper_keeps_the_standards(sample: Store, language: str) -> None:
    document = build_document(sample, "T13", translator(language))
    pages = pdf_bytes(document)
    assert faults(pages, standard_of(document)) == set()
    assert faults(pages, validator.ValidationProfile.PDF_UA_1) == set()


def test_indicators_up_to_the_year_beside_their_target() -> None:
    row = IndicatorRow(
        id="i",
        number=1,
        project="Campus",
        result="Campus",
        indicator="Bambini",
        target=20,
        measure=VoucherMeasure.CHILDREN,
        programmes=("CAMPUS",),
        counts={2014: Fraction(5), 2015: Fraction(30), 2016: Fraction(7)},
        sample=False,
    )
    whole = replace(row, id="w", counts={0: Fraction(7)}, target=None)
    none = replace(row, id="n", measure=None, programmes=(), counts={})
    table = indicators_table((row, whole, none), HalfYear(2015, 2), IT)
    keys = ("year", "target", "count", "share")
    columns = [next(column for column in table.columns if column.key == key) for key in keys]
    assert [tuple(table.cell(each, column) for column in columns) for each in table.rows] == [
        ("2014", 20, 5, 25),
        ("2015", 20, 30, 150),
        ("Intero periodo", None, 7, None),
        ("", 20, None, None),
    ]


def test_an_empty_archive_has_an_empty_table(store: Store) -> None:
    document = build_document(store, "T13", IT)
    (table,) = document.tables()
    assert table.rows == ()
    assert "Stato di attuazione" in plain_text(document, IT)
    assert pdf_bytes(document)
