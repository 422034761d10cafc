"""How programmes of vouchers go: money month by month with a forecast, use by part, what expires, indicators (T12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import sqlalchemy as sa

from app.models.money import Cents, format_euro
from app.models.store import Store
from app.models.vouchers import ProgrammeRules
from app.services.reports.frame import framed, read_frame
from app.services.reports.lists import field_column, joined
from app.services.reports.notes import sample_notes
from app.services.reports.spec import (
    BarsChart,
    ChartBar,
    Column,
    Document,
    Facts,
    Heading,
    Kind,
    Part,
    Table,
)
from app.services.reports.vouchers.register import DIMENSIONS, chosen_programmes, month_name, part_name
from app.services.vouchers.burn_down import PACE_MONTHS, BurnDown, BurnMonth
from app.services.vouchers.figures import (
    EXPIRING_DAYS,
    IDLE_DAYS,
    Dimension,
    Sums,
    budget_way,
    by_part,
    expiring,
    idle,
)
from app.services.vouchers.measures import IndicatorRow, indicator_rows
from app.services.vouchers.register import ProgrammeName, RegisterRow, register_rows
from app.services.wording.formats import format_date, rome
from app.services.wording.labels import label
from app.services.wording.points import format_points
from app.services.wording.texts import Translator

TREND = "ANDAMENTO-BUONI"
WAITING = "SCADENZE-BUONI"
INDICATORS = "T12"


def records_day(store: Store) -> date:
    """The day of the last edit: what is printed depends on the records alone."""
    return read_frame(store).as_at.astimezone(rome()).date()


def services_end(store: Store, programme_id: str) -> date | None:
    """The last day of services by the newest rules of a programme."""
    query = sa.select(ProgrammeRules.service_to).filter_by(programme_id=programme_id)
    with store.read() as session:
        return session.scalar(query.order_by(ProgrammeRules.version.desc()).limit(1))


# --- the way of the money --------------------------------------------------------------------


def trend_document(store: Store, item: str | None, tr: Translator) -> Document:
    """Money month by month with a forecast, and use by service, district and ISEE band.

    Raises:
        NotFound: "record.gone".
    """
    programmes = chosen_programmes(store, item)
    rows = register_rows(store, item)
    day = records_day(store)
    parts: list[Part] = []
    for programme in programmes:
        own = tuple(row for row in rows if row.programme_id == programme.id)
        parts.append(Heading(f"{programme.code} – {programme.name}"))
        parts += _programme_parts(store, programme, own, day, tr)
    slug = "andamento-buoni" if item is None else f"andamento-buoni-{programmes[0].code.lower()}"
    return framed(store, tr, TREND, tr("How vouchers go"), tuple(parts), slug=slug, landscape=True)


def _programme_parts(
    store: Store, programme: ProgrammeName, rows: Sequence[RegisterRow], day: date, tr: Translator
) -> Iterator[Part]:
    way = budget_way(store, programme, day, services_end(store, programme.id))
    yield Facts(way_facts(way, tr))
    yield burn_chart(way, tr)
    yield burn_table(way, tr)
    if rows:
        for dimension in (Dimension.SERVICE, Dimension.DISTRICT, Dimension.BAND):
            yield use_table(rows, dimension, tr)


def way_facts(way: BurnDown, tr: Translator) -> tuple[tuple[str, str], ...]:
    """What the way of a budget comes to, in words."""
    told = [row for row in way.months if not row.is_forecast]
    facts = [
        (tr("Budget"), format_euro(way.budget)),
        (tr("Issued"), format_euro(told[-1].issued)),
        (tr("Left over"), format_euro(told[-1].left)),
        (tr("Issued in a month, mean of the last {n} months").format(n=PACE_MONTHS), format_euro(int(way.pace))),
    ]
    if way.month_empty is not None and way.month_empty > told[-1].month:
        facts.append((tr("At this pace it ends in"), month_name(way.month_empty, tr)))
    elif way.month_empty is not None:
        facts.append((tr("Used up since"), month_name(way.month_empty, tr)))
    elif way.months[-1].is_forecast:
        text = tr("{amount} in {month}").format(
            amount=format_euro(way.left_at_end), month=month_name(way.months[-1].month, tr)
        )
        facts.append((tr("At this pace there is left"), text))
    return tuple(facts)


def burn_chart(way: BurnDown, tr: Translator) -> BarsChart:
    """What is left at the end of each month; what is reckoned is drawn pale."""
    forecast = tr("{month} (forecast)")
    bars = []
    for row in way.months:
        name = month_name(row.month, tr)
        shown = forecast.format(month=name) if row.is_forecast else name
        part = 0 if row.is_forecast else None
        bars.append(ChartBar(shown, max(row.left, 0), format_euro(row.left), part))
    return BarsChart(tr("Left over at the end of each month"), tuple(bars))


def burn_table(way: BurnDown, tr: Translator, *, narrow: bool = False) -> Table:
    """The figures of the picture.

    Args:
        narrow: only the few columns that stand beside a form.
    """
    reckoned = tr("forecast")
    note = tr("A forecast goes on with the mean of what was issued in the last {n} months, less what was given back.")
    columns: tuple[Column, ...] = (
        Column("month", tr("Month"), Kind.TEXT, lambda row: month_name(row.month, tr), width_mm=44),
        field_column("issued", tr("Issued so far"), Kind.MONEY, width_mm=34),
        field_column("used", tr("Used so far"), Kind.MONEY, width_mm=34),
        field_column("settled", tr("Settled so far"), Kind.MONEY, width_mm=34),
        field_column("left", tr("Left over"), Kind.MONEY, width_mm=34),
        Column("forecast", tr("Origin"), Kind.TEXT, lambda row: reckoned if row.is_forecast else "", width_mm=28),
    )
    if narrow:
        columns = tuple(column for column in columns if column.key in ("month", "issued", "used", "left"))
    return Table(
        code="vouchers.burn_down",
        title=tr("Month by month"),
        columns=columns,
        rows=way.months,
        notes=(note.format(n=PACE_MONTHS),) if any(row.is_forecast for row in way.months) else (),
        row_id=_month_key,
        landscape=True,
    )


def _month_key(row: BurnMonth) -> str:
    return f"{row.month[0]}-{row.month[1]:02d}"


# --- use by part -----------------------------------------------------------------------------


@dataclass(frozen=True)
class UsePart:
    """What the vouchers of one part come to."""

    id: str
    name: str
    sums: Sums


def use_table(rows: Sequence[RegisterRow], dimension: Dimension, tr: Translator) -> Table:
    """Vouchers, persons, hours and money of each part; a person may stand in several."""
    parts = tuple(UsePart(key, part_name(dimension, key, tr), sums) for key, sums in by_part(rows, dimension).items())
    columns = [
        field_column("name", tr(DIMENSIONS[dimension]), Kind.NOTE, width_mm=64),
        Column("vouchers", tr("Vouchers"), Kind.COUNT, lambda row: row.sums.vouchers, width_mm=18, total=True),
        Column("people", tr("Persons or firms"), Kind.COUNT, lambda row: len(row.sums.people), width_mm=20),
        Column("amount", tr("Issued"), Kind.MONEY, lambda row: Cents(row.sums.amount), width_mm=28, total=True),
        Column("used", tr("Used"), Kind.MONEY, lambda row: Cents(row.sums.used), width_mm=28, total=True),
        Column("settled", tr("Settled"), Kind.MONEY, lambda row: Cents(row.sums.settled), width_mm=28, total=True),
        Column("returned", tr("Given back"), Kind.MONEY, lambda row: Cents(row.sums.returned), width_mm=28, total=True),
    ]
    if any(part.sums.hours is not None for part in parts):
        columns.insert(3, Column("hours", tr("Hours used"), Kind.MEASURE, lambda row: row.sums.hours, width_mm=20))
    return Table(
        code=f"vouchers.use.{dimension.value}",
        title=tr(DIMENSIONS[dimension]),
        columns=tuple(columns),
        rows=parts,
        notes=sample_notes(rows, tr),
        row_id=lambda row: row.id,
        landscape=True,
        total_label=tr("Total"),
    )


# --- what waits ------------------------------------------------------------------------------


def waiting_document(store: Store, item: str | None, tr: Translator) -> Document:
    """Vouchers that expire soon or are over, and those that nobody uses.

    Raises:
        NotFound: "record.gone".
    """
    programmes = chosen_programmes(store, item)
    day = records_day(store)
    rows = register_rows(store, item)
    parts = (expiring_table(expiring(rows, day), day, tr), idle_table(idle(rows, day), day, tr))
    slug = "scadenze-buoni" if item is None else f"scadenze-buoni-{programmes[0].code.lower()}"
    return framed(store, tr, WAITING, tr("Vouchers that expire or are not used"), parts, slug=slug, landscape=True)


def expiring_table(rows: Sequence[RegisterRow], day: date, tr: Translator) -> Table:
    """Vouchers with something left whose end is near or over."""
    text = tr("With something left, and over or ending within {days} days of {day}.")
    title = tr("Vouchers that expire")
    return _waiting_table("vouchers.expiring", title, text.format(days=EXPIRING_DAYS, day=format_date(day)), rows, tr)


def idle_table(rows: Sequence[RegisterRow], day: date, tr: Translator) -> Table:
    """Vouchers with something left that nobody used for a while."""
    text = tr("Valid, with something left, and not used in the {days} days before {day}.")
    title = tr("Vouchers that are not used")
    return _waiting_table("vouchers.idle", title, text.format(days=IDLE_DAYS, day=format_date(day)), rows, tr)


def _waiting_table(code: str, title: str, note: str, rows: Sequence[RegisterRow], tr: Translator) -> Table:
    return Table(
        code=code,
        title=title,
        columns=(
            field_column("code", tr("No."), width_mm=36),
            field_column("holder", tr("For"), Kind.NOTE, width_mm=50),
            field_column("service", tr("Service"), Kind.NOTE, width_mm=44),
            field_column("valid_to", tr("Valid to"), Kind.DATE, width_mm=24),
            field_column("last_use", tr("Last used on"), Kind.DATE, width_mm=24),
            field_column("amount", tr("Amount"), Kind.MONEY, width_mm=28, total=True),
            field_column("left", tr("Left over"), Kind.MONEY, width_mm=28, total=True),
            field_column("state", tr("State"), Kind.STATE, width_mm=28),
        ),
        rows=tuple(rows),
        notes=(note, *sample_notes(rows, tr)),
        row_id=lambda row: row.id,
        landscape=True,
        total_label=tr("Total") if rows else "",
    )


# --- indicators ------------------------------------------------------------------------------


def indicators_document(store: Store, _item: str | None, tr: Translator) -> Document:
    """T12: expected results with their indicators, targets, and what the register says."""
    table = indicators_table(indicator_rows(store), tr)
    return framed(store, tr, INDICATORS, table.title, (table,), slug="t12", landscape=True)


def indicators_table(rows: Sequence[IndicatorRow], tr: Translator) -> Table:
    """Indicators with a column for each year; what no programme counts for stays empty."""
    years = sorted({year for row in rows for year in row.counts})
    columns = [
        field_column("number", tr("Project no."), Kind.COUNT, width_mm=16),
        field_column("result", tr("Expected result"), Kind.NOTE, width_mm=60),
        field_column("indicator", tr("Indicator"), Kind.NOTE, width_mm=60),
        field_column("target", tr("Target"), Kind.COUNT, width_mm=18),
        Column("measure", tr("Computed from"), Kind.NOTE, lambda row: _measure(row, tr), width_mm=44),
    ]
    columns += [
        Column(
            f"year_{year}" if year else "all",
            str(year) if year else tr("Whole period"),
            Kind.MEASURE,
            _Counted(year),
            width_mm=22,
        )
        for year in years
    ]
    note = tr("What the register of vouchers says is computed; other indicators are not kept in this archive yet.")
    return Table(
        code=INDICATORS,
        title=tr("Expected results and indicators"),
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(note, *sample_notes(rows, tr)),
        row_id=lambda row: row.id,
        landscape=True,
    )


def _measure(row: IndicatorRow, tr: Translator) -> str:
    if row.measure is None:
        return ""
    return f"{label(row.measure, tr)} ({joined(row.programmes)})"


@dataclass(frozen=True)
class _Counted:
    """What an indicator comes to in a year; 0 for a year without any, empty where nothing counts for it."""

    year: int

    def __call__(self, row: IndicatorRow) -> Fraction | None:
        counts: Mapping[int, Fraction] = row.counts
        return counts.get(self.year) if row.measure is not None else None


def indicator_text(row: IndicatorRow) -> str:
    """The counts of an indicator in one line."""
    return " · ".join(
        f"{year}: {format_points(count)}" if year else format_points(count) for year, count in row.counts.items()
    )
