"""Lists of the room of vouchers: the register, and programmes with how far their money goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.money import Cents
from app.models.store import Store
from app.services.reports.lists import field_column, record_list
from app.services.reports.spec import Column, Kind, Table
from app.services.reports.vouchers.register import month_name, part_name
from app.services.reports.vouchers.trend import services_end
from app.services.vouchers.figures import Dimension, budget_way, expiring, idle
from app.services.vouchers.register import programme_names, register_rows
from app.services.wording.texts import Translator


def register_list(store: Store, tr: Translator) -> Table:
    """Every voucher with whom it is for, where, and what became of its money."""
    columns = (
        field_column("code", tr("No."), width_mm=50),
        field_column("programme", tr("Programme"), width_mm=22),
        field_column("district", tr("District"), width_mm=28),
        Column("month", tr("Month of issue"), Kind.TEXT, lambda row: month_name(row.month, tr), width_mm=30),
        field_column("holder", tr("For"), Kind.NOTE, width_mm=46),
        field_column("service", tr("Service"), Kind.NOTE, width_mm=46),
        Column("band", tr("ISEE band"), Kind.TEXT, lambda row: _band(row.band, tr), width_mm=34),
        field_column("amount", tr("Amount"), Kind.MONEY, width_mm=28, total=True),
        field_column("used", tr("Used"), Kind.MONEY, width_mm=28, total=True),
        field_column("settled", tr("Settled"), Kind.MONEY, width_mm=28, total=True),
        field_column("returned", tr("Given back"), Kind.MONEY, width_mm=28, total=True),
        field_column("state", tr("State"), Kind.STATE, width_mm=28),
    )
    return record_list("list.register", tr("Register"), columns, register_rows(store), tr, has_totals=True)


def _band(band: int | None, tr: Translator) -> str:
    return part_name(Dimension.BAND, "-" if band is None else str(band), tr)


@dataclass(frozen=True)
class TrendRow:
    """A programme, and how far its money goes.

    Attributes:
        empty: month in which nothing is left at the pace of late; empty when something stays.
        expiring, idle: vouchers that end soon or are over, and that nobody uses.
    """

    id: str
    code: str
    name: str
    budget: Cents
    issued: Cents
    used: Cents
    settled: Cents
    left: Cents
    empty: str
    expiring: int
    idle: int
    sample: bool


def trend_rows(store: Store, day: date, tr: Translator) -> tuple[TrendRow, ...]:
    """Programmes by their letters."""
    vouchers = register_rows(store)
    rows = []
    for programme in programme_names(store):
        own = tuple(row for row in vouchers if row.programme_id == programme.id)
        way = budget_way(store, programme, day, services_end(store, programme.id))
        last = [row for row in way.months if not row.is_forecast][-1]
        rows.append(
            TrendRow(
                id=programme.id,
                code=programme.code,
                name=programme.name,
                budget=way.budget,
                issued=last.issued,
                used=last.used or Cents(0),
                settled=last.settled or Cents(0),
                left=last.left,
                empty="" if way.month_empty is None else month_name(way.month_empty, tr),
                expiring=len(expiring(own, day)),
                idle=len(idle(own, day)),
                sample=programme.sample,
            )
        )
    return tuple(rows)


def trend_list(store: Store, tr: Translator) -> Table:
    """Programmes with their budget, what became of it, and what waits."""
    columns = (
        field_column("code", tr("Code"), width_mm=22),
        field_column("name", tr("Programme"), Kind.NOTE, width_mm=60),
        field_column("budget", tr("Budget"), Kind.MONEY, width_mm=30, total=True),
        field_column("issued", tr("Issued"), Kind.MONEY, width_mm=30, total=True),
        field_column("used", tr("Used"), Kind.MONEY, width_mm=30, total=True),
        field_column("settled", tr("Settled"), Kind.MONEY, width_mm=30, total=True),
        field_column("left", tr("Left over"), Kind.MONEY, width_mm=30, total=True),
        field_column("empty", tr("Ends in"), width_mm=30),
        field_column("expiring", tr("Expiring"), Kind.COUNT, width_mm=20, total=True),
        field_column("idle", tr("Not used"), Kind.COUNT, width_mm=20, total=True),
    )
    rows = trend_rows(store, store.clock().date(), tr)
    return record_list("list.voucher_trend", tr("Trend"), columns, rows, tr, has_totals=True)
