"""Vouchers given, used and paid: numbers, uses, reports of providers, settlements, files for the bank.

The money itself is in the ledger: a voucher is a reservation of its programme's or its firm's account, posted in part
by settlements, and what is left of it is released.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.money import CENTS_MAX, Cents
from app.models.voucher_kinds import (
    ReportOfUseState,
    SettlementLineState,
    SettlementState,
    UseOutcome,
    VoucherState,
)
from app.models.vouchers import not_negative


class Voucher(Record):
    """A voucher that was given.

    Attributes:
        number: from 1 within programme and year, without gaps; `letter` its check letter, `code` the whole as printed.
        units: thousandths of the unit.
        used, settled: cents of `amount` that were used, and of those that were paid.
        transfer_id: the reservation in the ledger.
        date_ended, end_reason: when and why it expired, was revoked or renounced.
    """

    __tablename__ = "voucher"

    programme_id: Mapped[str] = link("voucher_programme.id")
    request_id: Mapped[str] = link("voucher_request.id")
    firm_budget_id: Mapped[str | None] = link("firm_budget.id")
    year: Mapped[int]
    number: Mapped[int]
    letter: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    day_issued: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    amount: Mapped[Cents]
    units: Mapped[int | None]
    used: Mapped[Cents] = mapped_column(default=0)
    settled: Mapped[Cents] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default=VoucherState.ASSIGNED.value)
    transfer_id: Mapped[str] = link("transfer.id", index=False, unique=True)
    decision_id: Mapped[str] = link("decision.id")
    date_ended: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("state", VoucherState),
        sa.CheckConstraint(f"amount > 0 and amount <= {CENTS_MAX}", name="amount_positive"),
        sa.CheckConstraint("used between 0 and amount", name="used_within"),
        sa.CheckConstraint("settled between 0 and used", name="settled_within"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("units > 0", name="units_positive"),
        sa.CheckConstraint("valid_from <= valid_to", name="dates_in_order"),
        sa.UniqueConstraint("programme_id", "year", "number"),
    )


class VoucherReport(Record):
    """A provider's report of the services given against vouchers.

    Attributes:
        digest: of the workbook that it came as: one that is sent again is recognised.
    """

    __tablename__ = "voucher_report"

    programme_id: Mapped[str] = link("voucher_programme.id")
    provider_id: Mapped[str | None] = link("organisation.id")
    protocol: Mapped[str] = mapped_column(default="")
    date_received: Mapped[date]
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    file_name: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=ReportOfUseState.ENTERED.value)
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(one_of("state", ReportOfUseState))


class VoucherUse(Record):
    """A use of a part of a voucher.

    Attributes:
        number: from 1 within the voucher.
        units: thousandths of the unit.
        cents: below zero for a correction, which takes back the whole use that `reverses_id` names.
        report_line_id: line of the report that it came by.
    """

    __tablename__ = "voucher_use"

    voucher_id: Mapped[str] = link("voucher.id")
    number: Mapped[int]
    day: Mapped[date]
    units: Mapped[int]
    provider_id: Mapped[str | None] = link("organisation.id")
    document: Mapped[str] = mapped_column(default="")
    cents: Mapped[Cents]
    reverses_id: Mapped[str | None] = link("voucher_use.id", index=False, unique=True)
    report_line_id: Mapped[str | None] = link("voucher_report_line.id", index=False, unique=True)
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        sa.CheckConstraint(f"cents <> 0 and abs(cents) <= {CENTS_MAX}", name="cents_in_range"),
        sa.CheckConstraint("(cents < 0) = (reverses_id is not null)", name="correction_names_its_use"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.UniqueConstraint("voucher_id", "number"),
    )


class VoucherReportLine(Record):
    """A line of a provider's report, as it was written, and how it was found.

    Attributes:
        code: number of the voucher, as typed.
    """

    __tablename__ = "voucher_report_line"

    report_id: Mapped[str] = link("voucher_report.id")
    number: Mapped[int]
    code: Mapped[str]
    day: Mapped[date | None]
    units: Mapped[int | None]
    cents: Mapped[Cents | None]
    document: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default=UseOutcome.UNCHECKED.value)
    voucher_id: Mapped[str | None] = link("voucher.id")

    __table_args__ = table_args(
        one_of("outcome", UseOutcome), *not_negative("cents"), sa.UniqueConstraint("report_id", "number")
    )


class VoucherSettlement(Record):
    """A batch of uses that are paid together; fixed by a decision or an act.

    Attributes:
        number: from 1 within programme and year.
    """

    __tablename__ = "voucher_settlement"

    programme_id: Mapped[str] = link("voucher_programme.id")
    year: Mapped[int]
    number: Mapped[int]
    day: Mapped[date]
    state: Mapped[str] = mapped_column(default=SettlementState.ENTERED.value)
    act: Mapped[str] = mapped_column(default="")
    act_day: Mapped[date | None]
    decision_id: Mapped[str | None] = link("decision.id")
    date_paid: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("state", SettlementState),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint(
            "state <> 'released' or ((act <> '' or decision_id is not null) and date_paid is not null)",
            name="released_by_act",
        ),
        sa.UniqueConstraint("programme_id", "year", "number"),
    )


class VoucherSettlementLine(Record):
    """A use that is paid; it stands in one line that was not refused.

    Attributes:
        household_id, organisation_id: who is paid: a family or a provider.
        payee_name, payee_iban: as they were when the settlement was made.
        transfer_id: entry of the ledger, once released.
        reason: of the bank that refused it.
    """

    __tablename__ = "voucher_settlement_line"

    settlement_id: Mapped[str] = link("voucher_settlement.id")
    position: Mapped[int]
    use_id: Mapped[str] = link("voucher_use.id")
    voucher_id: Mapped[str] = link("voucher.id")
    household_id: Mapped[str | None] = link("household.id")
    organisation_id: Mapped[str | None] = link("organisation.id")
    payee_name: Mapped[str]
    payee_iban: Mapped[str] = mapped_column(default="")
    cents: Mapped[Cents]
    state: Mapped[str] = mapped_column(default=SettlementLineState.TO_PAY.value)
    transfer_id: Mapped[str | None] = link("transfer.id")
    date_refused: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("state", SettlementLineState),
        sa.CheckConstraint(f"cents > 0 and cents <= {CENTS_MAX}", name="cents_positive"),
        sa.CheckConstraint("(household_id is null) <> (organisation_id is null)", name="one_payee"),
        sa.UniqueConstraint("settlement_id", "use_id"),
        sa.Index(
            "uq_voucher_settlement_line_paid_once", "use_id", unique=True, sqlite_where=sa.text("state <> 'refused'")
        ),
    )


class PaymentFile(Record):
    """A credit transfer file that was made of a settlement; its bytes can be made again from the same records.

    Attributes:
        content: text of the file, as it was given to the bank.
    """

    __tablename__ = "payment_file"

    settlement_id: Mapped[str] = link("voucher_settlement.id")
    number: Mapped[int]
    message_id: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    day_execution: Mapped[date]
    digest: Mapped[str]
    content: Mapped[str]

    __table_args__ = table_args(
        sa.CheckConstraint("number > 0", name="number_positive"), sa.UniqueConstraint("settlement_id", "number")
    )
