"""T13: how far the projects of the plan are at the end of each half-year, up to the day that the archive is seen at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.models.enums import VoucherMeasure
from app.models.store import Store
from app.services.reports.frame import framed
from app.services.reports.lists import field_column, joined
from app.services.reports.notes import rounding_note, sample_notes
from app.services.reports.spec import Column, Document, Kind, Line, Role, Table
from app.services.reports.vouchers.trend import records_day
from app.services.spending.half_years import HalfYear, PeriodState, ProjectState, period_states
from app.services.vouchers.measures import IndicatorRow, indicator_rows
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import Translator

CODE = "T13"


def implementation_document(store: Store, _item: str | None, tr: Translator) -> Document:
    """T13: the half-year of the day that the archive is seen at, the indicators then, the half-years before it."""
    day = store.seen or records_day(store)
    *earlier, last = period_states(store, day)
    parts = [state_table(last, tr)]
    indicators = indicators_table(indicator_rows(store), last.period, tr)
    if indicators.rows:
        parts.append(indicators)
    if any(state.projects for state in earlier):
        parts.append(earlier_table(earlier, tr))
    title = tr("State of implementation: {period}").format(period=period_name(last.period, tr))
    return framed(store, tr, CODE, title, tuple(parts), slug="t13", landscape=True)


def period_name(period: HalfYear, tr: Translator) -> str:
    """«1° semestre 2016»."""
    text = tr("first half of {year}") if period.half == 1 else tr("second half of {year}")
    return text.format(year=period.year)


def state_table(state: PeriodState, tr: Translator) -> Table:
    """The projects on one day."""
    return Table(
        code=CODE,
        title=_title(state, tr),
        columns=_columns(tr),
        rows=state.projects,
        notes=(*_notes(tr), *sample_notes(state.projects, tr)),
        row_id=_row_key,
        landscape=True,
        total_label=tr("Total") if state.projects else "",
    )


def earlier_table(states: Sequence[PeriodState], tr: Translator) -> Table:
    """The projects at the end of earlier half-years, each with its sums."""
    rows: list[ProjectState | Line] = []
    for state in states:
        if state.projects:
            rows.append(Line(Role.HEADING, {"title": _title(state, tr)}))
            rows += state.projects
            rows.append(Line(Role.SUBTOTAL, {"title": tr("Total"), **state.sums()}))
    projects = [row for state in states for row in state.projects]
    return Table(
        code=f"{CODE}.earlier",
        title=tr("Earlier half-years"),
        columns=_columns(tr),
        rows=tuple(rows),
        notes=(*_notes(tr), *sample_notes(projects, tr)),
        row_id=_row_key,
        landscape=True,
    )


def _title(state: PeriodState, tr: Translator) -> str:
    text = tr("{period}, at {day}")
    name = period_name(state.period, tr)
    return text.format(period=name[:1].upper() + name[1:], day=format_date(state.day))


def _row_key(row: ProjectState) -> str:
    return f"{row.id}-{row.period.year}-{row.period.half}"


def _columns(tr: Translator) -> tuple[Column, ...]:
    money = (
        ("granted", tr("Granted")),
        ("paid", tr("Paid so far")),
        ("reported", tr("Reported")),
        ("admitted", tr.context("expenses", "Admitted")),
    )
    of_vouchers = (
        ("issued", tr("Vouchers, amount")),
        ("used", tr("Vouchers, used")),
        ("settled", tr("Vouchers, paid")),
    )
    return (
        Column("half_year", tr("Half-year"), Kind.TEXT, _half_text, width_mm=18),
        field_column("number", tr("No."), Kind.COUNT, width_mm=9),
        field_column("title", tr("Project"), Kind.NOTE, width_mm=44),
        field_column("area", tr("Area"), width_mm=13),
        *(field_column(key, title, Kind.MONEY, width_mm=24, total=True) for key, title in money),
        field_column("vouchers", tr("Vouchers given"), Kind.COUNT, width_mm=16, total=True),
        *(field_column(key, title, Kind.MONEY, width_mm=24, total=True) for key, title in of_vouchers),
        field_column("share", tr("Share paid"), Kind.PERCENT, width_mm=18),
    )


def _half_text(row: ProjectState) -> str:
    return f"{row.period.half}/{row.period.year}"


def _notes(tr: Translator) -> tuple[str, ...]:
    return (
        tr("Money by the day of its movements. The share is that of what was paid, for vouchers too, in the grant."),
        tr("Reports and uses of vouchers by their own day; at an earlier day, those that were recorded by then."),
        tr("Reported: reports that came in; admitted: those that were approved. Co-financing counts in both."),
        rounding_note(tr),
    )


# --- indicators --------------------------------------------------------------------------


@dataclass(frozen=True)
class IndicatorState:
    """What an indicator comes to in a year, or in the whole period, beside its target.

    Attributes:
        year: 0 for the whole period.
        count: None where no programme counts for it.
    """

    id: str
    number: int
    result: str
    indicator: str
    target: int | None
    measure: VoucherMeasure | None
    programmes: tuple[str, ...]
    year: int
    count: Fraction | None
    sample: bool

    @property
    def share(self) -> Fraction | None:
        """Percentage of the target; None without one."""
        return self.count * 100 / self.target if self.target and self.count is not None else None


def indicator_states(rows: Sequence[IndicatorRow], last: int) -> tuple[IndicatorState, ...]:
    """Each indicator, with a row for each year up to the last in which something counts for it."""
    return tuple(
        IndicatorState(
            id=row.id,
            number=row.number,
            result=row.result,
            indicator=row.indicator,
            target=row.target,
            measure=row.measure,
            programmes=row.programmes,
            year=year,
            count=count,
            sample=row.sample,
        )
        for row in rows
        for year, count in _counts(row, last)
    )


def _counts(row: IndicatorRow, last: int) -> Sequence[tuple[int, Fraction | None]]:
    """(year, count) of an indicator up to a year; nothing counted for who has no programme."""
    return [(year, count) for year, count in row.counts.items() if year <= last] or [(0, None)]


def indicators_table(rows: Sequence[IndicatorRow], period: HalfYear, tr: Translator) -> Table:
    """Expected results with target and count, as the archive has them at the end of the half-year."""
    states = indicator_states(rows, period.year)
    return Table(
        code=f"{CODE}.indicators",
        title=tr("Expected results and indicators"),
        columns=(
            field_column("number", tr("Project no."), Kind.COUNT, width_mm=16),
            field_column("result", tr("Expected result"), Kind.NOTE, width_mm=62),
            field_column("indicator", tr("Indicator"), Kind.NOTE, width_mm=62),
            Column("measure", tr("Computed from"), Kind.NOTE, lambda row: _measure_text(row, tr), width_mm=44),
            Column("year", tr("Period"), Kind.TEXT, lambda row: _year_text(row, tr), width_mm=24),
            field_column("target", tr("Target"), Kind.COUNT, width_mm=18),
            field_column("count", tr("Reached"), Kind.MEASURE, width_mm=20),
            field_column("share", tr("Share of the target"), Kind.PERCENT, width_mm=32),
        ),
        rows=states,
        notes=(
            tr("What the register of vouchers says is computed; other indicators are not kept in this archive yet."),
            rounding_note(tr),
            *sample_notes(states, tr),
        ),
        row_id=lambda row: f"{row.id}-{row.measure}-{row.year}",
        landscape=True,
    )


def _measure_text(row: IndicatorState, tr: Translator) -> str:
    return "" if row.measure is None else f"{label(row.measure, tr)} ({joined(row.programmes)})"


def _year_text(row: IndicatorState, tr: Translator) -> str:
    if row.year:
        return str(row.year)
    return "" if row.count is None else tr("Whole period")
