"""The rules of a call as they are typed, judged, compared and printed: values, with no archive behind them.

A percentage is text as an Italian office writes it («30 %»), `percent` gives it exactly. What is None or empty is open:
the call does not say it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from app.models.enums import (
    AmendmentDuty,
    ArrivalChannel,
    AwardRule,
    BudgetSection,
    CapBase,
    CostCategory,
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
from app.models.money import Cents
from app.services.wording.labels import label
from app.services.wording.shares import parse_share, share_exact
from app.services.wording.texts import LANGUAGES, Translator, translator

PUBLIC_KINDS = frozenset(
    {
        OrganisationKind.PUBLIC_BODY,
        OrganisationKind.SPECIAL_AGENCY,
        OrganisationKind.TERRITORIAL_AREA,
        OrganisationKind.HEALTH_AGENCY,
        OrganisationKind.PROVINCE,
    }
)
NON_PROFIT_KINDS = frozenset({OrganisationKind.COOPERATIVE, OrganisationKind.ASSOCIATION, OrganisationKind.FOUNDATION})


def kinds_of(group: PartnerGroup) -> frozenset[OrganisationKind]:
    """Kinds of organisation that a call counts in `group`."""
    if group is PartnerGroup.ANY:
        return frozenset(OrganisationKind)
    if group is PartnerGroup.PUBLIC:
        return PUBLIC_KINDS
    if group is PartnerGroup.NON_PROFIT:
        return NON_PROFIT_KINDS
    return frozenset({OrganisationKind(group.value)})


@dataclass(frozen=True)
class CategoryDraft:
    """A category of cost.

    Attributes:
        code: stable; made from the name when empty.
        name: empty for one of the plan's seven under its usual name.
        costs, contribution: sections that may hold it.
    """

    id: str | None = None
    code: str = ""
    name: str = ""
    costs: bool = True
    contribution: bool = True
    source: str = ""
    source_line: int | None = None

    def allowed(self, section: BudgetSection) -> bool:
        """Whether items of `section` may be of this category."""
        return self.costs if section is BudgetSection.COSTS else self.contribution


DEFAULT_CATEGORIES = tuple(
    CategoryDraft(code=category.value, costs=category is not CostCategory.VOLUNTEERS) for category in CostCategory
)
"""What a new call begins with: the seven of the plan's form; the work of volunteers is no cost to be funded."""


@dataclass(frozen=True)
class CapDraft:
    """A cap on what some categories sum to: a share of a base, or an amount.

    Attributes:
        categories: codes with a comma between; empty for all.
        section: the one that it looks at; None for both.
        base: what the share is taken of; with "categories" those of `base_categories`, within the same section.
    """

    id: str | None = None
    categories: str = ""
    section: BudgetSection | None = None
    share_max: str = ""
    amount_max: Cents | None = None
    base: CapBase = CapBase.TOTAL
    base_categories: str = ""
    severity: RuleSeverity = RuleSeverity.BLOCKING
    source: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class LeadDraft:
    """A kind of organisation that may lead, of a size or smaller; with a condition in words, which a person judges."""

    id: str | None = None
    kind: OrganisationKind = OrganisationKind.PUBLIC_BODY
    size_max: OrganisationSize | None = None
    condition: str = ""
    source: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class PartnersDraft:
    """A least number of bodies of a group, lead included; `size_max` counts those of this size or smaller."""

    id: str | None = None
    counted: PartnerGroup = PartnerGroup.PUBLIC
    size_max: OrganisationSize | None = None
    number_min: int | None = None
    source: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class SeatsDraft:
    """Where bodies of a group must have their seats.

    Attributes:
        places: regions of Italy, or letters of its provinces, with a semicolon between; empty for the municipalities of
            the plan.
    """

    id: str | None = None
    held_by: SeatHolder = SeatHolder.LEAD
    counted: PartnerGroup = PartnerGroup.ANY
    needed: SeatNeed = SeatNeed.LEGAL
    places: str = ""
    source: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class FundedAreaDraft:
    """An area that the call funds; with what it offers there, in cents, when it says so."""

    id: str | None = None
    area_id: str | None = None
    amount: Cents | None = None
    source: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class DocumentDraft:
    """A paper that a proposal must bring; a code is given when it is empty."""

    id: str | None = None
    code: str = ""
    name: str = ""
    remedy: Remedy = Remedy.CURABLE
    source: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class ItemDraft:
    """A point of the formal check; `rule` is that by which the archive answers it, empty when a person does."""

    id: str | None = None
    code: str = ""
    text: str = ""
    ground: str = ""
    remedy: Remedy = Remedy.BLOCKING
    rule: str = ""
    source: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class TieDraft:
    """A step of the chain that settles equal points."""

    id: str | None = None
    criterion: TieCriterion = TieCriterion.POINTS
    text: str = ""
    source: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class TrancheDraft:
    """A part of the grant.

    Attributes:
        spent_min: share of the cost spent, when that is what it waits for.
        guarantee: whether it is paid upon a surety.
    """

    id: str | None = None
    share: str = ""
    trigger: TrancheTrigger = TrancheTrigger.START
    spent_min: str = ""
    guarantee: bool = False
    source: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class AmendmentRuleDraft:
    """What moves between items ask for above a share of the first economic plan, within `days` where a term is set."""

    id: str | None = None
    share_max: str = ""
    limit_base: LimitBase = LimitBase.GIVEN
    span: LimitSpan = LimitSpan.LIFE
    duty: AmendmentDuty = AmendmentDuty.AUTHORISE
    days: int | None = None
    source: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class SourceNoteDraft:
    """Where a single rule is stated, by the name of its field; `note` says what is in doubt."""

    id: str | None = None
    rule: str = ""
    source: str = ""
    note: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class RulesDraft:
    """A version of a call's rules.

    Attributes:
        version: shown only; 1 is the first.
        received: proposals that were received under it; shown only, and more than none closes it.
        reason, decision_id: why it was made, and by which decision.
        bodies_min: least number of bodies, lead included.
        lead_max, join_max: in how many proposals of the call a body may be lead, or take part at all.
        cofinancing_min, grant_share_max: percentage of the total cost.
        grid: name of the scoring grid.
        final_rule: what becomes of a grant when less is spent than was planned.
        findings: whether open findings of its proposals hold minutes back; None: as the committee wants.
    """

    id: str | None = None
    call_id: str | None = None
    version: int = 1
    received: int = 0
    reason: str = ""
    decision_id: str | None = None
    date_opened: date | None = None
    time_opened: str = ""
    date_closed: date | None = None
    time_closed: str = ""
    channel: ArrivalChannel | None = None
    amount_total: Cents | None = None
    lead_seat: str = ""
    bodies_min: int | None = None
    lead_max: int | None = None
    join_max: int | None = None
    cofinancing_min: str = ""
    grant_share_max: str = ""
    grant_max: Cents | None = None
    cost_min: Cents | None = None
    cost_max: Cents | None = None
    vat: VatRule | None = None
    months_min: int | None = None
    months_max: int | None = None
    start_first: date | None = None
    start_last: date | None = None
    end_last: date | None = None
    grid: str = ""
    award: AwardRule | None = None
    award_text: str = ""
    final_rule: FinalRule | None = None
    findings: RuleSeverity | None = None
    note: str = ""
    categories: tuple[CategoryDraft, ...] = DEFAULT_CATEGORIES
    caps: tuple[CapDraft, ...] = ()
    leads: tuple[LeadDraft, ...] = ()
    partners: tuple[PartnersDraft, ...] = ()
    seats: tuple[SeatsDraft, ...] = ()
    areas: tuple[FundedAreaDraft, ...] = ()
    documents: tuple[DocumentDraft, ...] = ()
    items: tuple[ItemDraft, ...] = ()
    ties: tuple[TieDraft, ...] = ()
    tranches: tuple[TrancheDraft, ...] = ()
    amendments: tuple[AmendmentRuleDraft, ...] = ()
    sources: tuple[SourceNoteDraft, ...] = ()
    source_line: int | None = None

    @cached_property
    def _named(self) -> dict[str, dict[str, str]]:
        """Names of the categories by code, by language; filled when they are asked for."""
        return {}

    def names(self, tr: Translator) -> Mapping[str, str]:
        """Names of the categories by code, in their order."""
        if tr.language not in self._named:
            self._named[tr.language] = category_names(self.categories, tr)
        return self._named[tr.language]

    def source_of(self, rule: str) -> SourceNoteDraft | None:
        """Where a rule is stated, when that is on record."""
        return next((row for row in self.sources if row.rule == rule), None)


def percent(text: str) -> Fraction | None:
    """A percentage of the rules, exactly; None when it is open.

    Raises:
        InvalidInput: "percent.format", "number.negative".
    """
    return share_exact(parse_share(text))


def codes_of(text: str) -> tuple[str, ...]:
    """Codes of categories in a field that names several: «paid_staff, other»; each once, in their order."""
    parts = (piece.strip() for piece in text.split(";" if ";" in text else ","))
    return tuple(dict.fromkeys(part for part in parts if part))


_USUAL = {member.value: member for member in CostCategory}


def category_value(code: str, name: str) -> CostCategory | str:
    """A category as lists hold it: as its call calls it, else as one of the usual seven, else by its code."""
    if name:
        return name
    return _USUAL.get(code, code)


def category_name(code: str, name: str, tr: Translator) -> str:
    """What a category is called: as its call calls it, else by its usual name, else by its code."""
    value = category_value(code, name)
    return label(value, tr) if isinstance(value, CostCategory) else value


def is_usual_name(code: str, name: str) -> bool:
    """Whether a category is called as it is anyway, in one of the languages."""
    return any(name.strip() == category_name(code, "", translator(language)) for language in LANGUAGES)


def named_codes(text: str, categories: Sequence[CategoryDraft], tr: Translator) -> str:
    """A field that names several categories, by their names: «Personale retribuito; Altre spese»."""
    names = category_names(categories, tr)
    return "; ".join(names.get(code, code) for code in codes_of(text))


def category_names(categories: Sequence[CategoryDraft], tr: Translator) -> dict[str, str]:
    """Names of categories by code, in their order."""
    return {row.code: category_name(row.code, row.name, tr) for row in categories}
