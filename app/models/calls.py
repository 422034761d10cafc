"""The rules of a call, a numbered version each: terms, who may lead, partners, money, costs, papers, award, payment.

What the call leaves open is empty. Once a proposal was received under a version, the engine refuses to change it.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args, time_check
from app.models.enums import (
    AmendmentDuty,
    ArrivalChannel,
    AwardRule,
    BudgetSection,
    CapBase,
    FinalRule,
    LimitBase,
    LimitSpan,
    OrganisationKind,
    OrganisationSize,
    PartnerGroup,
    Remedy,
    RuleSeverity,
    SeatHolder,
    SeatNeed,
    TieCriterion,
    TrancheTrigger,
    VatRule,
)
from app.models.money import CENTS_MAX, Cents


class CallAct(Record):
    """A further act that a call rests on, beside its own."""

    __tablename__ = "call_act"

    call_id: Mapped[str] = link("call.id")
    act_id: Mapped[str] = link("act.id")
    position: Mapped[int]

    __table_args__ = table_args(sa.UniqueConstraint("call_id", "act_id"))


class CallRules(Record):
    """A version of a call's rules; version 1 is the first. What is not fixed is None or empty.

    Attributes:
        reason: why this version was made, `decision_id` the decision that made it.
        time_opened, time_closed: «HH:MM» of the Italian clock; empty when the whole day counts.
        lead_seat: where the lead must have its seat, in words; what can be judged is in `RulesSeat`.
        bodies_min: least number of bodies, lead included.
        lead_max, join_max: in how many proposals of the call a body may be lead, or lead or partner.
        cofinancing_min, grant_share_max: percentage of the total cost, decimal text ("30").
        grant_max, cost_min, cost_max, amount_total: cents.
        grid: name of the scoring grid.
        final_rule: what becomes of a grant when less is spent than was planned.
        findings: whether open findings of its proposals hold minutes back; None: as the committee wants.
    """

    __tablename__ = "call_rules"

    call_id: Mapped[str] = link("call.id")
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    decision_id: Mapped[str | None] = link("decision.id")
    date_opened: Mapped[date | None]
    time_opened: Mapped[str] = mapped_column(default="")
    date_closed: Mapped[date | None]
    time_closed: Mapped[str] = mapped_column(default="")
    channel: Mapped[str | None]
    amount_total: Mapped[Cents | None]
    lead_seat: Mapped[str] = mapped_column(default="")
    bodies_min: Mapped[int | None]
    lead_max: Mapped[int | None]
    join_max: Mapped[int | None]
    cofinancing_min: Mapped[str | None]
    grant_share_max: Mapped[str | None]
    grant_max: Mapped[Cents | None]
    cost_min: Mapped[Cents | None]
    cost_max: Mapped[Cents | None]
    vat: Mapped[str | None]
    months_min: Mapped[int | None]
    months_max: Mapped[int | None]
    start_first: Mapped[date | None]
    start_last: Mapped[date | None]
    end_last: Mapped[date | None]
    grid: Mapped[str] = mapped_column(default="")
    award: Mapped[str | None]
    award_text: Mapped[str] = mapped_column(default="")
    final_rule: Mapped[str | None]
    findings: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("channel", ArrivalChannel),
        one_of("vat", VatRule),
        one_of("award", AwardRule),
        one_of("final_rule", FinalRule),
        one_of("findings", RuleSeverity),
        time_check("time_opened"),
        time_check("time_closed"),
        sa.CheckConstraint("version > 0", name="version_positive"),
        *(
            sa.CheckConstraint(f"{column} >= 0 and {column} <= {CENTS_MAX}", name=f"{column}_not_negative")
            for column in ("amount_total", "grant_max", "cost_min", "cost_max")
        ),
        sa.UniqueConstraint("call_id", "version"),
    )


class RulesPart(Record):
    """A row that belongs to a version; `source` says where the call or its sources state it."""

    __abstract__ = True

    rules_id: Mapped[str] = link("call_rules.id")
    position: Mapped[int]
    source: Mapped[str] = mapped_column(default="")


class RulesCategory(RulesPart):
    """A category of cost.

    Attributes:
        code: stable; items of cost keep it.
        name: as the call calls it; empty for one of the plan's seven under its usual name.
        costs, contribution: sections of the economic plan that may hold it.
    """

    __tablename__ = "rules_category"

    code: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    costs: Mapped[bool] = mapped_column(default=True)
    contribution: Mapped[bool] = mapped_column(default=True)

    __table_args__ = table_args(
        sa.CheckConstraint("code <> ''", name="code_given"),
        sa.CheckConstraint("costs or contribution", name="some_section"),
        sa.UniqueConstraint("rules_id", "code"),
    )


class RulesCap(RulesPart):
    """A cap on what some categories sum to.

    Attributes:
        categories: codes, with a comma between; empty for all.
        section: the one that it looks at; None for both.
        share_max: percentage of the base, decimal text; `amount_max` cents; one of the two.
        base_categories: codes that the share is taken of, when `base` is "categories".
    """

    __tablename__ = "rules_cap"

    categories: Mapped[str] = mapped_column(default="")
    section: Mapped[str | None]
    share_max: Mapped[str | None]
    amount_max: Mapped[Cents | None]
    base: Mapped[str] = mapped_column(default=CapBase.TOTAL.value)
    base_categories: Mapped[str] = mapped_column(default="")
    severity: Mapped[str] = mapped_column(default=RuleSeverity.BLOCKING.value)

    __table_args__ = table_args(
        one_of("section", BudgetSection),
        one_of("base", CapBase),
        one_of("severity", RuleSeverity),
        sa.CheckConstraint("(share_max is null) <> (amount_max is null)", name="one_limit"),
        sa.CheckConstraint(f"amount_max >= 0 and amount_max <= {CENTS_MAX}", name="amount_not_negative"),
    )


class RulesLead(RulesPart):
    """A kind of organisation that may lead. No row: the call does not say.

    Attributes:
        size_max: of this size or smaller only.
        condition: in words, what the archive cannot judge.
    """

    __tablename__ = "rules_lead"

    kind: Mapped[str]
    size_max: Mapped[str | None]
    condition: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("kind", OrganisationKind),
        one_of("size_max", OrganisationSize),
        sa.UniqueConstraint("rules_id", "kind"),
    )


class RulesPartners(RulesPart):
    """A least number of bodies of a group; `size_max` counts those of this size or smaller."""

    __tablename__ = "rules_partners"

    counted: Mapped[str]
    size_max: Mapped[str | None]
    number_min: Mapped[int]

    __table_args__ = table_args(
        one_of("counted", PartnerGroup),
        one_of("size_max", OrganisationSize),
        sa.CheckConstraint("number_min > 0", name="number_positive"),
    )


class RulesSeat(RulesPart):
    """Where bodies of a group must have their seats.

    Attributes:
        places: regions of Italy, or letters of its provinces, with a semicolon between; empty for the municipalities of
            the plan.
    """

    __tablename__ = "rules_seat"

    held_by: Mapped[str]
    counted: Mapped[str] = mapped_column(default=PartnerGroup.ANY.value)
    needed: Mapped[str]
    places: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("held_by", SeatHolder), one_of("counted", PartnerGroup), one_of("needed", SeatNeed)
    )


class RulesArea(RulesPart):
    """A priority area that the call funds; with what it offers there, when it says so."""

    __tablename__ = "rules_area"

    area_id: Mapped[str] = link("priority_area.id")
    amount: Mapped[Cents | None]

    __table_args__ = table_args(
        sa.CheckConstraint(f"amount >= 0 and amount <= {CENTS_MAX}", name="amount_not_negative"),
        sa.UniqueConstraint("rules_id", "area_id"),
    )


class RulesDocument(RulesPart):
    """A paper that a proposal must bring."""

    __tablename__ = "rules_document"

    code: Mapped[str]
    name: Mapped[str]
    remedy: Mapped[str] = mapped_column(default=Remedy.CURABLE.value)

    __table_args__ = table_args(one_of("remedy", Remedy), sa.UniqueConstraint("rules_id", "code"))


class RulesItem(RulesPart):
    """A point of the formal check.

    Attributes:
        rule: code of the rule by which the archive answers it; empty when a person does.
        ground: act or article that it rests on.
    """

    __tablename__ = "rules_item"

    code: Mapped[str]
    text: Mapped[str]
    ground: Mapped[str] = mapped_column(default="")
    remedy: Mapped[str] = mapped_column(default=Remedy.BLOCKING.value)
    rule: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(one_of("remedy", Remedy), sa.UniqueConstraint("rules_id", "code"))


class RulesTie(RulesPart):
    """A step of the chain that settles equal points; `text` names what the criterion needs named."""

    __tablename__ = "rules_tie"

    criterion: Mapped[str]
    text: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(one_of("criterion", TieCriterion))


class RulesTranche(RulesPart):
    """A part of the grant, paid when `trigger` holds; `spent_min` is the share of the cost spent, for "spent".

    Attributes:
        share: percentage of the grant, decimal text; the last tranche pays what is left.
        guarantee: whether it is paid upon a surety.
    """

    __tablename__ = "rules_tranche"

    share: Mapped[str]
    trigger: Mapped[str] = mapped_column("paid_when")
    spent_min: Mapped[str | None]
    guarantee: Mapped[bool] = mapped_column(default=False)

    __table_args__ = table_args(one_of("paid_when", TrancheTrigger))


class RulesAmendment(RulesPart):
    """What moves between items of a project ask for, once they are above a share of its first economic plan.

    Attributes:
        share_max: percentage up to which a move is free of this duty, decimal text ("20").
        limit_base, span: what the share is taken of, and over which moves it is counted.
        duty: what is to be done above it.
        days: term for it, when the call sets one.
    """

    __tablename__ = "rules_amendment"

    share_max: Mapped[str]
    limit_base: Mapped[str] = mapped_column(default=LimitBase.GIVEN.value)
    span: Mapped[str] = mapped_column(default=LimitSpan.LIFE.value)
    duty: Mapped[str] = mapped_column(default=AmendmentDuty.AUTHORISE.value)
    days: Mapped[int | None]

    __table_args__ = table_args(
        one_of("limit_base", LimitBase),
        one_of("span", LimitSpan),
        one_of("duty", AmendmentDuty),
        sa.CheckConstraint("days > 0", name="days_positive"),
    )


class RulesSource(RulesPart):
    """Where a single rule of the version is stated: `rule` is the name of its column; `note` says what is in doubt."""

    __tablename__ = "rules_source"

    rule: Mapped[str]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(sa.UniqueConstraint("rules_id", "rule"))


PARTS: tuple[type[RulesPart], ...] = (
    RulesCategory,
    RulesCap,
    RulesLead,
    RulesPartners,
    RulesSeat,
    RulesArea,
    RulesDocument,
    RulesItem,
    RulesTie,
    RulesTranche,
    RulesAmendment,
    RulesSource,
)
"""Everything that belongs to a version."""
