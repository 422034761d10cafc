"""Programmes of vouchers with their rules, requests, budgets of firms.

What was given, used and paid is in `voucher_ledger`. Units are kept in thousandths (`services/points`).
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args, time_check
from app.models.enums import OrganisationSize, Remedy
from app.models.money import CENTS_MAX, Cents
from app.models.voucher_kinds import (
    AgeDay,
    AidRule,
    AmountLimit,
    ConditionOutcome,
    FirmBudgetState,
    IseeKind,
    IseeUse,
    LeftoverRule,
    PayTo,
    ProgrammeManner,
    ProgrammeState,
    ResidenceNeed,
    VoucherAsker,
    VoucherCondition,
    VoucherRequestState,
    VoucherUnit,
    WorkNeed,
)


def not_negative(*columns: str) -> tuple[sa.CheckConstraint, ...]:
    """CHECKs that amounts are cents from 0 to the most that there may be."""
    return tuple(
        sa.CheckConstraint(f"{column} >= 0 and {column} <= {CENTS_MAX}", name=f"{column}_not_negative")
        for column in columns
    )


class VoucherProgramme(Record):
    """A programme of vouchers: what a project gives to families, firms or bodies, and what it draws on.

    Its account stands below the project's, with the programme as its subject.

    Attributes:
        code: short, in the number of each voucher («GAR»); never changes once a voucher was given.
        action_id: action of the project that it carries out.
        ceiling: cents that it may give in all; what it has is in the ledger.
        decision_id: that it draws on; every entry of its ledger names it.
        payer_name, payer_iban, payer_bic: account that its vouchers are paid from.
    """

    __tablename__ = "voucher_programme"

    proposal_id: Mapped[str] = link("proposal.id")
    action_id: Mapped[str | None] = link("action.id")
    code: Mapped[str]
    name: Mapped[str]
    state: Mapped[str] = mapped_column(default=ProgrammeState.DRAFT.value)
    ceiling: Mapped[Cents]
    decision_id: Mapped[str | None] = link("decision.id")
    date_opened: Mapped[date | None]
    date_closed: Mapped[date | None]
    payer_name: Mapped[str] = mapped_column(default="")
    payer_iban: Mapped[str] = mapped_column(default="")
    payer_bic: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("state", ProgrammeState),
        *not_negative("ceiling"),
        sa.CheckConstraint("code <> ''", name="code_given"),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.CheckConstraint("state = 'draft' or decision_id is not null", name="open_by_decision"),
        sa.UniqueConstraint("code"),
    )


class ProgrammeRules(Record):
    """A version of a programme's rules; version 1 is the first. What is not fixed is None or empty.

    Attributes:
        reason: why this version was made, `decision_id` the decision that made it.
        template: code of the template that it was begun from; `source` where its figures are stated.
        age_min, age_below: whole months of age; at least the one, not yet the other.
        age_below_disabled: the second, of whoever has a disability.
        isee_max: cents, for a bar.
        isee_needed: whether a request without ISEE is not admitted.
        firm_size_max, firm_in_plan: firms of this size or smaller; with a seat in the territory.
        units_max: thousandths of the unit.
        share_max: percentage of the expense, decimal text ("50").
        hours_min: hours of service in a day, least.
        policy_counts: whether being in a measure of active policy counts as work.
        service_from, service_to: first and last day of the services.
        validity_days: days that a voucher is valid from its issue; `valid_to` last day of all.
        call_days: days in which whoever is called from the waiting list answers.
        date_return: day by which a firm uses its budget; `leftover` what becomes of the rest.
    """

    __tablename__ = "programme_rules"

    programme_id: Mapped[str] = link("voucher_programme.id")
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    decision_id: Mapped[str | None] = link("decision.id")
    template: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    asker: Mapped[str] = mapped_column(default=VoucherAsker.FAMILY.value)
    manner: Mapped[str] = mapped_column(default=ProgrammeManner.ARRIVAL.value)
    pay_to: Mapped[str] = mapped_column(default=PayTo.PROVIDER.value)
    residence: Mapped[str] = mapped_column(default=ResidenceNeed.NONE.value)
    work: Mapped[str] = mapped_column(default=WorkNeed.NONE.value)
    policy_counts: Mapped[bool] = mapped_column(default=False)
    age_min: Mapped[int | None]
    age_below: Mapped[int | None]
    age_below_disabled: Mapped[int | None]
    age_day: Mapped[str] = mapped_column(default=AgeDay.REQUEST.value)
    age_date: Mapped[date | None]
    disabled_only: Mapped[bool] = mapped_column(default=False)
    isee_use: Mapped[str] = mapped_column(default=IseeUse.NONE.value)
    isee_kind: Mapped[str | None]
    isee_max: Mapped[Cents | None]
    isee_needed: Mapped[bool] = mapped_column(default=False)
    firm_size_max: Mapped[str | None]
    firm_in_plan: Mapped[bool] = mapped_column(default=False)
    unit: Mapped[str] = mapped_column(default=VoucherUnit.ONCE.value)
    unit_amount: Mapped[Cents | None]
    units_max: Mapped[int | None]
    share_max: Mapped[str | None]
    cap_request: Mapped[Cents | None]
    cap_month: Mapped[Cents | None]
    cap_child: Mapped[Cents | None]
    cap_family: Mapped[Cents | None]
    expense_min: Mapped[Cents | None]
    hours_min: Mapped[int | None]
    aids: Mapped[str] = mapped_column(default=AidRule.NETTED.value)
    service_from: Mapped[date | None]
    service_to: Mapped[date | None]
    validity_days: Mapped[int | None]
    valid_to: Mapped[date | None]
    call_days: Mapped[int | None]
    date_return: Mapped[date | None]
    leftover: Mapped[str] = mapped_column(default=LeftoverRule.PROGRAMME.value)
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("asker", VoucherAsker),
        one_of("manner", ProgrammeManner),
        one_of("pay_to", PayTo),
        one_of("residence", ResidenceNeed),
        one_of("work", WorkNeed),
        one_of("age_day", AgeDay),
        one_of("isee_use", IseeUse),
        one_of("isee_kind", IseeKind),
        one_of("firm_size_max", OrganisationSize),
        one_of("unit", VoucherUnit),
        one_of("aids", AidRule),
        one_of("leftover", LeftoverRule),
        *not_negative("isee_max", "unit_amount", "cap_request", "cap_month", "cap_child", "cap_family", "expense_min"),
        sa.CheckConstraint("version > 0", name="version_positive"),
        sa.CheckConstraint("units_max > 0", name="units_positive"),
        sa.CheckConstraint("hours_min between 1 and 24", name="hours_of_a_day"),
        sa.CheckConstraint("validity_days > 0", name="validity_positive"),
        sa.CheckConstraint("call_days > 0", name="call_positive"),
        sa.CheckConstraint("age_min >= 0 and age_below > 0 and age_below_disabled > 0", name="ages_positive"),
        sa.CheckConstraint("service_from <= service_to", name="dates_in_order"),
        sa.UniqueConstraint("programme_id", "version"),
    )


class ProgrammePart(Record):
    """A row that belongs to a version of a programme's rules."""

    __abstract__ = True

    rules_id: Mapped[str] = link("programme_rules.id")
    position: Mapped[int]


class ProgrammeService(ProgrammePart):
    """A service that vouchers pay for.

    Attributes:
        code: of the kind of service, the same in all programmes («camp»): by it one is never paid twice.
        unit_amount: cents, where it differs from the usual one.
        date_from, date_to: when it is admitted, where that is not always.
    """

    __tablename__ = "programme_service"

    code: Mapped[str]
    name: Mapped[str]
    unit_amount: Mapped[Cents | None]
    date_from: Mapped[date | None]
    date_to: Mapped[date | None]

    __table_args__ = table_args(
        *not_negative("unit_amount"),
        sa.CheckConstraint("code <> ''", name="code_given"),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.UniqueConstraint("rules_id", "code"),
    )


class ProgrammeProvider(ProgrammePart):
    """A provider that is admitted, and when; no row: any is."""

    __tablename__ = "programme_provider"

    organisation_id: Mapped[str] = link("organisation.id")
    date_from: Mapped[date | None]
    date_to: Mapped[date | None]

    __table_args__ = table_args(sa.UniqueConstraint("rules_id", "organisation_id"))


class ProgrammePlace(ProgrammePart):
    """A municipality, or all of a district, in which one must live."""

    __tablename__ = "programme_place"

    municipality_id: Mapped[str | None] = link("municipality.id")
    district_id: Mapped[str | None] = link("district.id")

    __table_args__ = table_args(
        sa.CheckConstraint("(municipality_id is null) <> (district_id is null)", name="one_place"),
    )


class ProgrammeBand(ProgrammePart):
    """A band of ISEE, with what differs in it.

    Attributes:
        isee_to: cents, up to and with them; None for the last band.
        share_max: percentage of the expense, decimal text.
        points: exact text, for a ranking by points.
    """

    __tablename__ = "programme_band"

    isee_to: Mapped[Cents | None]
    share_max: Mapped[str | None]
    unit_amount: Mapped[Cents | None]
    cap_request: Mapped[Cents | None]
    points: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(*not_negative("isee_to", "unit_amount", "cap_request"))


class ProgrammeWindow(ProgrammePart):
    """A time in which requests may come in; no row: always.

    Attributes:
        time_opened, time_closed: «HH:MM» of the Italian clock; empty when the whole day counts.
    """

    __tablename__ = "programme_window"

    date_opened: Mapped[date]
    time_opened: Mapped[str] = mapped_column(default="")
    date_closed: Mapped[date | None]
    time_closed: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        time_check("time_opened"),
        time_check("time_closed"),
        sa.CheckConstraint("date_opened <= date_closed", name="dates_in_order"),
    )


class ProgrammeDocument(ProgrammePart):
    """A paper that a request must bring."""

    __tablename__ = "programme_document"

    code: Mapped[str]
    name: Mapped[str]
    remedy: Mapped[str] = mapped_column(default=Remedy.CURABLE.value)

    __table_args__ = table_args(one_of("remedy", Remedy), sa.UniqueConstraint("rules_id", "code"))


PARTS: tuple[type[ProgrammePart], ...] = (
    ProgrammeService,
    ProgrammeProvider,
    ProgrammePlace,
    ProgrammeBand,
    ProgrammeWindow,
    ProgrammeDocument,
)
"""Everything that belongs to a version of a programme's rules."""


class FirmBudget(Record):
    """The budget of a firm in a programme: asked by a manifestation of interest, given by a decision.

    Attributes:
        day, protocol: of the manifestation of interest.
        size_outcome, seat_outcome: requirements, as they were found; `reason` why it was not admitted.
        amount: cents given; its account in the ledger has the budget as its subject.
        own_amount: cents that the firm adds of its own; they are not in the ledger.
        date_return, given_back: day by which it uses its budget; cents that went back on `date_closed`.
    """

    __tablename__ = "firm_budget"

    programme_id: Mapped[str] = link("voucher_programme.id")
    organisation_id: Mapped[str] = link("organisation.id")
    state: Mapped[str] = mapped_column(default=FirmBudgetState.ASKED.value)
    day: Mapped[date]
    protocol: Mapped[str] = mapped_column(default="")
    size_outcome: Mapped[str] = mapped_column(default=ConditionOutcome.NOT_KNOWN.value)
    seat_outcome: Mapped[str] = mapped_column(default=ConditionOutcome.NOT_KNOWN.value)
    reason: Mapped[str] = mapped_column(default="")
    amount: Mapped[Cents | None]
    own_amount: Mapped[Cents] = mapped_column(default=0)
    decision_id: Mapped[str | None] = link("decision.id")
    date_given: Mapped[date | None]
    date_return: Mapped[date | None]
    given_back: Mapped[Cents | None]
    date_closed: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("state", FirmBudgetState),
        one_of("size_outcome", ConditionOutcome),
        one_of("seat_outcome", ConditionOutcome),
        *not_negative("amount", "own_amount", "given_back"),
        sa.CheckConstraint(
            "state not in ('given', 'closed') or (amount is not null and decision_id is not null)",
            name="given_by_decision",
        ),
        sa.UniqueConstraint("programme_id", "organisation_id"),
    )


class VoucherRequest(Record):
    """A request for a voucher, judged by the version of the rules under which it came in.

    Attributes:
        number: from 1 within the programme and the year of `day`, in order of arrival.
        day, time, protocol: when it came in.
        individual_id: child or relative that the service is for; None for a firm's or a body's request.
        requester_id: who asks, of the household.
        organisation_id: firm or body that asks for itself; `firm_budget_id` budget of the firm that the employee is of.
        service: code of the kind of service; `service_name` as the rules call it.
        units, hours: thousandths of the unit; whole hours of service in a day.
        expense: cents, price of the service; `aids` cents of other aids for it.
        employer_part: cents that the firm pays of its own.
        isee, isee_kind, isee_to: cents, kind and last day of the ISEE; empty when it was not asked.
        isee_outcome: where the value itself need not be kept.
        points: exact text, for a ranking.
        amount, bound: cents that it has a right to, and the limit that decided; None while not reckoned.
        state_reason: why it was not admitted, or waits.
        decision_id: that assigned it, where it is not the programme's own.
    """

    __tablename__ = "voucher_request"

    programme_id: Mapped[str] = link("voucher_programme.id")
    rules_id: Mapped[str] = link("programme_rules.id")
    year: Mapped[int]
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=VoucherRequestState.ASKED.value)
    state_reason: Mapped[str] = mapped_column(default="")
    date_settled: Mapped[date | None]
    day: Mapped[date]
    time: Mapped[str] = mapped_column(default="")
    protocol: Mapped[str] = mapped_column(default="")
    household_id: Mapped[str | None] = link("household.id")
    individual_id: Mapped[str | None] = link("individual.id")
    requester_id: Mapped[str | None] = link("individual.id")
    organisation_id: Mapped[str | None] = link("organisation.id")
    firm_budget_id: Mapped[str | None] = link("firm_budget.id")
    service: Mapped[str]
    provider_id: Mapped[str | None] = link("organisation.id")
    period_start: Mapped[date]
    period_end: Mapped[date]
    units: Mapped[int]
    hours: Mapped[int | None]
    expense: Mapped[Cents | None]
    aids: Mapped[Cents] = mapped_column(default=0)
    employer_part: Mapped[Cents] = mapped_column(default=0)
    isee: Mapped[Cents | None]
    isee_kind: Mapped[str | None]
    isee_to: Mapped[date | None]
    isee_outcome: Mapped[str] = mapped_column(default=ConditionOutcome.NOT_KNOWN.value)
    points: Mapped[str] = mapped_column(default="")
    amount: Mapped[Cents | None]
    bound: Mapped[str | None]
    decision_id: Mapped[str | None] = link("decision.id")
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("state", VoucherRequestState),
        one_of("isee_kind", IseeKind),
        one_of("isee_outcome", ConditionOutcome),
        one_of("bound", AmountLimit),
        time_check("time"),
        *not_negative("expense", "aids", "employer_part", "isee", "amount"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("units > 0", name="units_positive"),
        sa.CheckConstraint("hours between 1 and 24", name="hours_of_a_day"),
        sa.CheckConstraint("service <> ''", name="service_given"),
        sa.CheckConstraint("period_start <= period_end", name="dates_in_order"),
        sa.CheckConstraint("(individual_id is null) <> (organisation_id is null)", name="one_holder"),
        sa.UniqueConstraint("programme_id", "year", "number"),
        sa.Index("ix_voucher_request_once", "individual_id", "service", "period_start"),
    )


class RequestCondition(Record):
    """How one condition of the rules was found for a request; `condition` is its code."""

    __tablename__ = "request_condition"

    request_id: Mapped[str] = link("voucher_request.id")
    position: Mapped[int]
    condition: Mapped[str]
    outcome: Mapped[str]
    by_hand: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("condition", VoucherCondition),
        one_of("outcome", ConditionOutcome),
        sa.UniqueConstraint("request_id", "condition"),
    )


class RequestLimit(Record):
    """One of the limits that the amount of a request is the least of, as it was when it was reckoned."""

    __tablename__ = "request_limit"

    request_id: Mapped[str] = link("voucher_request.id")
    position: Mapped[int]
    bound: Mapped[str]
    cents: Mapped[Cents]

    __table_args__ = table_args(
        one_of("bound", AmountLimit), *not_negative("cents"), sa.UniqueConstraint("request_id", "bound")
    )
