"""Tables beside a request: who pays the price, the limits of its amount, how its conditions stand."""

from __future__ import annotations

from app.models.enums import ConditionOutcome, VoucherCondition
from app.models.money import Cents
from app.services.reports.table_spec import Column, Kind, Table
from app.services.vouchers.amount import Shares
from app.services.vouchers.request_drafts import LimitRow
from app.services.wording.labels import label
from app.services.wording.texts import Translator


def parts_table(parts: Shares, tr: Translator, *, firm: bool) -> Table:
    """Who pays the price: other aids, the voucher, the employer, the family or the `firm` that asks; they sum to it."""
    rows: tuple[tuple[str, Cents], ...] = (
        (tr("Other aids"), parts.aids),
        (tr("Voucher"), parts.voucher),
        (tr("Employer's own part"), parts.employer),
        (tr("Own part of who asks") if firm else tr("Family's own part"), parts.family),
    )
    columns = (
        Column("part", tr("Who pays"), Kind.TEXT, lambda row: row[0], width_mm=60),
        Column("cents", tr("Amount"), Kind.MONEY, lambda row: row[1], width_mm=30, total=True),
    )
    return Table("request.parts", tr("Price of the service"), columns, rows, total_label=tr("Price"))


def limits_table(limits: tuple[LimitRow, ...], tr: Translator) -> Table:
    """All limits of an amount, with a mark on the one that decided."""
    mark = tr("it decides")
    columns = (
        Column("bound", tr("Limit"), Kind.TEXT, lambda row: label(row.bound, tr), width_mm=60),
        Column("cents", tr("Amount"), Kind.MONEY, lambda row: row.cents, width_mm=30),
        Column("decided", "", Kind.TEXT, lambda row: mark if row.decided else "", width_mm=24),
    )
    return Table("request.limits", tr("Limits of the voucher"), columns, limits)


def conditions_table(conditions: tuple[tuple[VoucherCondition, ConditionOutcome], ...], tr: Translator) -> Table:
    """How each condition is found by what the archive knows."""
    columns = (
        Column("condition", tr("Condition"), Kind.TEXT, lambda row: label(row[0], tr), width_mm=60),
        Column("outcome", tr("Outcome"), Kind.STATE, lambda row: row[1], width_mm=40),
    )
    return Table("request.conditions", tr("Conditions"), columns, conditions)
