"""What the judging of a proposal by the rules of its call takes and gives: facts in, results out. Pure values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.models.enums import (
    ArrivalChannel,
    BudgetSection,
    OrganisationKind,
    OrganisationSize,
    Remedy,
    RuleSeverity,
    SeatKind,
)
from app.models.money import Cents, format_euro
from app.services.calls.rules_drafts import RulesDraft
from app.services.wording.formats import format_count, format_percent
from app.services.wording.texts import N_, Translator

Value = int | Fraction | str | None
"""Cents, a count, an exact percentage, a text; None when there is none."""


class Outcome(StrEnum):
    """How a proposal stands to a rule."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"  # what is needed to tell is not recorded yet


class RuleUnit(StrEnum):
    """What the two values of a result are."""

    EURO = "euro"
    PERCENT = "percent"
    COUNT = "count"
    TEXT = "text"


@dataclass(frozen=True)
class BodySeat:
    """Where a body has a seat.

    Attributes:
        place: as people call it.
        province: letters of the province; empty while it is not known.
        in_plan: whether it lies in a municipality of the plan.
    """

    kind: SeatKind
    place: str
    province: str = ""
    in_plan: bool = False


@dataclass(frozen=True)
class Body:
    """An organisation of the partnership."""

    id: str
    name: str
    kind: OrganisationKind
    size: OrganisationSize = OrganisationSize.UNKNOWN
    seats: tuple[BodySeat, ...] = ()


@dataclass(frozen=True)
class Cost:
    """An item of the economic plan; without an amount it counts nothing."""

    section: BudgetSection
    category: str
    amount: Cents | None


@dataclass(frozen=True)
class CandidateFacts:
    """What a proposal gives to be judged; what is None is not recorded.

    Attributes:
        partners: without the lead, or with it: each body counts once.
        documents: codes of the papers asked for that it has.
        led, joined: in how many proposals of the call a body leads, or takes part at all, this one included; by key.
        answers: of the points of the formal check that a person answers, by code; None while nobody looks at them.
    """

    lead: Body | None = None
    partners: tuple[Body, ...] = ()
    costs: tuple[Cost, ...] = ()
    area_id: str | None = None
    date_received: date | None = None
    time_received: str = ""
    channel: ArrivalChannel | None = None
    date_start: date | None = None
    months: int | None = None
    documents: frozenset[str] | None = None
    led: Mapping[str, int] = field(default_factory=dict)
    joined: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, bool] | None = None

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The partnership, each body once, the lead first."""
        known: dict[str, Body] = {}
        for body in (*([self.lead] if self.lead else []), *self.partners):
            known.setdefault(body.id, body)
        return tuple(known.values())

    def sum_of(self, section: BudgetSection | None = None, codes: Sequence[str] = ()) -> int:
        """Cents of the items of a section (None: both) in these categories (none named: all)."""
        return sum(
            cost.amount or 0
            for cost in self.costs
            if section in (None, cost.section) and (not codes or cost.category in codes)
        )


@dataclass(frozen=True)
class RuleResult:
    """One rule of the call against one proposal.

    Attributes:
        code: stable: "call.cofinancing_min"; `part` says which row of a rule with several («2», the code of a paper).
        wanted, found: what the rule fixes and what the proposal has, raw as `unit` says; None when it has none.
        difference: found less wanted, exactly; None between texts and while something is missing.
        field: of the proposal's form, where it is put right: "items", "alliance_id", …
        sentence: in the reader's language.
        source: where the call states the rule, when that is on record.
    """

    code: str
    part: str
    severity: RuleSeverity
    outcome: Outcome
    unit: RuleUnit
    wanted: Value
    found: Value
    difference: int | Fraction | None
    field: str
    sentence: str
    source: str = ""


RULES: Mapping[str, str] = {
    "call.opening": N_("Arrival after the opening"),
    "call.closing": N_("Arrival within the closing"),
    "call.channel": N_("Channel of arrival"),
    "call.area": N_("Area among those funded"),
    "call.area_amount": N_("Grant within the sum of the area"),
    "call.lead_kind": N_("Who may lead"),
    "call.lead_max": N_("How often a body may lead"),
    "call.join_max": N_("How often a body may take part"),
    "call.lead_condition": N_("Condition for who leads"),
    "call.seat": N_("Seats of the bodies"),
    "call.bodies_min": N_("Least number of bodies"),
    "call.partners_min": N_("Least number of bodies of a kind"),
    "call.cofinancing_min": N_("Least share of co-financing"),
    "call.grant_share_max": N_("Largest share of the grant"),
    "call.grant_max": N_("Largest grant"),
    "call.cost_min": N_("Least cost"),
    "call.cost_max": N_("Largest cost"),
    "call.category": N_("Categories of cost of the call"),
    "call.cap": N_("Cap on costs"),
    "call.months_min": N_("Least duration"),
    "call.months_max": N_("Longest duration"),
    "call.start_first": N_("Start not before"),
    "call.start_last": N_("Start not after"),
    "call.end_last": N_("End not after"),
    "call.document": N_("Documents asked for"),
    "call.item": N_("Points of the formal check"),
}
"""Name of each rule that can be judged, by code; marked for translation."""

_UNRECORDED = N_("{rule}: it cannot be told yet, something is not recorded; by the call: {wanted}.")
_PASSED = N_("{rule}: kept ({found}; by the call: {wanted}).")


@dataclass(frozen=True)
class Judge:
    """The rules and the facts, with what every result needs."""

    rules: RulesDraft
    facts: CandidateFacts
    tr: Translator

    def result(
        self,
        code: str,
        outcome: Outcome,
        wanted: Value,
        found: Value,
        failed: str,
        *,
        unit: RuleUnit = RuleUnit.TEXT,
        field: str,
        part: str = "",
        severity: RuleSeverity | None = None,
        source: str = "",
        untold: str = _UNRECORDED,
        **named: str,
    ) -> RuleResult:
        """A result with its sentence.

        Args:
            failed, untold: source text of what is said when the rule is broken, or cannot be judged.
        """
        gap: int | Fraction | None = None
        if isinstance(wanted, int | Fraction) and isinstance(found, int | Fraction):
            gap = found - wanted
        apart = None if gap is None else Fraction(gap) if gap >= 0 else -Fraction(gap)
        texts = {Outcome.PASSED: _PASSED, Outcome.UNKNOWN: untold, Outcome.FAILED: failed}
        words = {
            "rule": self.tr(RULES[code]),
            "wanted": shown_value(wanted, unit),
            "found": shown_value(found, unit),
            "gap": shown_value(apart, unit),
            **named,
        }
        sentence = self.tr(texts[outcome]).format(**words)
        stated = source or self._stated(code)
        weight = severity or self._severity(code)
        return RuleResult(code, part, weight, outcome, unit, wanted, found, gap, field, sentence, stated)

    def _severity(self, code: str) -> RuleSeverity:
        """Blocking, unless the formal check says of this rule that it can be put right."""
        curable = any(row.rule == code and row.remedy is Remedy.CURABLE for row in self.rules.items)
        return RuleSeverity.WARNING if curable else RuleSeverity.BLOCKING

    def _stated(self, code: str) -> str:
        note = self.rules.source_of(_COLUMNS.get(code, code.removeprefix("call.")))
        return note.source if note else ""


_COLUMNS = {"call.opening": "date_opened", "call.closing": "date_closed"}
"""Rules that stand in a column of another name."""


def shown_value(value: Value, unit: RuleUnit) -> str:
    """A value of a result as a person reads it; nothing for none."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if unit is RuleUnit.EURO:
        return format_euro(int(value))
    if unit is RuleUnit.PERCENT:
        return format_percent(Fraction(value))
    return format_count(int(value))


def broken_rules(results: Sequence[RuleResult], severity: RuleSeverity | None = None) -> tuple[RuleResult, ...]:
    """Results of rules that are not kept, of one severity when it is named."""
    return tuple(row for row in results if row.outcome is Outcome.FAILED and severity in (None, row.severity))


def told(kept: bool | None) -> Outcome:
    """Outcome of a comparison; None when it cannot be made."""
    if kept is None:
        return Outcome.UNKNOWN
    return Outcome.PASSED if kept else Outcome.FAILED
