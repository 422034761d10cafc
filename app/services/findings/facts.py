"""What the rules look at: every declaration, and what the records give, as values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from app.models.enums import SourceKind
from app.models.money import Cents, percentage
from app.services.calls.checks import CandidateFacts
from app.services.calls.rules_drafts import RulesDraft

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?\Z")


@dataclass(frozen=True)
class Declared:
    """A value that somebody declared: a declaration of the archive, or a field that a form asks for.

    Attributes:
        number: as decimal text with a point.
        place: where it stands, in the words of who recorded it.
    """

    check: str
    subject_id: str | None
    printed: str
    cents: Cents | None = None
    number: str | None = None
    place: str = ""
    note: str = ""
    line: int | None = None


@dataclass(frozen=True)
class BudgetSums:
    """What one version of an economic plan sums to."""

    grant: Cents
    cofinancing: Cents
    lines: tuple[int | None, ...]

    @property
    def total(self) -> Cents:
        """Both sections, in cents."""
        return Cents(self.grant + self.cofinancing)

    @property
    def share(self) -> Fraction | None:
        """Exact percentage of the co-financing in the total; None without a total."""
        return percentage(self.cofinancing, self.total)


@dataclass(frozen=True)
class ActionFact:
    """An action with the numbers of the objectives that it serves."""

    label: str
    objectives: tuple[int, ...]
    line: int | None


@dataclass(frozen=True)
class IndicatorFact:
    """An indicator with the result that it measures."""

    text: str
    result: str
    line: int | None


@dataclass(frozen=True)
class ProposalFacts:
    """A proposal.

    Attributes:
        budgets: versions of the economic plan that have items, oldest first.
        awarded: cents that decisions of award gave it, without residues and premiums.
        cut: whether a decision in force funds it in part.
    """

    id: str
    number: int
    title: str
    area_id: str | None
    line: int | None
    total_declared: Cents | None
    grant_declared: Cents | None
    cofinancing_declared: Cents | None
    share_declared: str
    grant_requested: Cents | None
    budgets: tuple[BudgetSums, ...]
    objectives: int
    actions: tuple[ActionFact, ...]
    indicators: tuple[IndicatorFact, ...]
    awarded: Cents
    cut: bool

    @property
    def grant(self) -> Cents:
        """What the economic plan asks for, as it was first kept; nothing without one."""
        return self.budgets[0].grant if self.budgets else Cents(0)


@dataclass(frozen=True)
class JudgedFacts:
    """A received proposal as the rules of its call look at it, and the version that it was received under."""

    rules: RulesDraft
    candidate: CandidateFacts


@dataclass(frozen=True)
class CallFacts:
    """A call with its newest rules."""

    id: str
    title: str
    rules: RulesDraft


@dataclass(frozen=True)
class AllianceFacts:
    """An alliance; `lead_names` are all spellings of its lead."""

    id: str
    number: int
    short_name: str
    line: int | None
    lead_id: str | None
    lead_names: tuple[str, ...]
    partner_ids: frozenset[str]
    partner_lines: tuple[int | None, ...]
    municipalities: int


@dataclass(frozen=True)
class NamedAmount:
    """A source or area with its amount.

    Attributes:
        amount: what the source gives, or what the plan sets aside for the area.
        kind: of a source.
        code: of an area.
        ceiling: of an area: the one in force.
    """

    id: str
    name: str
    amount: Cents | None
    line: int | None
    kind: str = ""
    code: str = ""
    ceiling: Cents | None = None


@dataclass(frozen=True)
class EarlierCallFacts:
    """A call of an earlier cycle; `by_district` is empty when no district was recorded."""

    id: str
    title: str
    received: int
    admitted: int
    funded: int
    line: int | None
    by_district: Mapping[str, int]


@dataclass(frozen=True)
class AgreementFacts:
    """An agreement: signatories counted on paper, and recorded."""

    id: str
    title: str
    counted: int | None
    recorded: int
    line: int | None


@dataclass(frozen=True)
class Facts:
    """Everything that the rules compare.

    Attributes:
        zones: name of the zone of each district, by the district's key.
        judged: received proposals, by key.
    """

    plan_id: str
    months: int | None
    declared: tuple[Declared, ...]
    proposals: tuple[ProposalFacts, ...]
    alliances: tuple[AllianceFacts, ...]
    sources: tuple[NamedAmount, ...]
    areas: tuple[NamedAmount, ...]
    acts: Mapping[str, str]
    zones: Mapping[str, str]
    municipalities: int
    earlier_calls: tuple[EarlierCallFacts, ...]
    agreements: tuple[AgreementFacts, ...]
    committees: Mapping[str, str]
    residue_decided: bool
    calls: tuple[CallFacts, ...] = ()
    judged: Mapping[str, JudgedFacts] = field(default_factory=dict)

    @cached_property
    def _by_check(self) -> Mapping[str, tuple[Declared, ...]]:
        grouped: dict[str, list[Declared]] = defaultdict(list)
        for row in self.declared:
            grouped[row.check].append(row)
        return {check: tuple(rows) for check, rows in grouped.items()}

    def of(self, check: str, subject_id: str | None = None) -> tuple[Declared, ...]:
        """Declared values of one check, of one record when a key is given."""
        rows = self._by_check.get(check, ())
        return rows if subject_id is None else tuple(row for row in rows if row.subject_id == subject_id)

    @property
    def grants(self) -> Cents:
        """Sum of what the economic plans ask for."""
        return Cents(sum(proposal.grant for proposal in self.proposals))

    @property
    def cofinancing(self) -> Cents:
        """Sum of what the economic plans contribute."""
        return Cents(sum(row.budgets[0].cofinancing for row in self.proposals if row.budgets))

    @property
    def value(self) -> Cents:
        """Grants and co-financing."""
        return Cents(self.grants + self.cofinancing)

    @property
    def initial(self) -> Cents:
        """What the sources give at the start: all but premiums and savings, which come later."""
        return self._sum_of(SourceKind.FIXED, SourceKind.RESIDUE)

    @property
    def with_premium(self) -> Cents:
        """What the sources give at the start, and the premium."""
        return self._sum_of(SourceKind.FIXED, SourceKind.RESIDUE, SourceKind.PREMIUM)

    @property
    def regional(self) -> Cents:
        """The new money: fixed quotas and premium."""
        return self._sum_of(SourceKind.FIXED, SourceKind.PREMIUM)

    @property
    def planned(self) -> Cents:
        """Sum of what the plan sets aside for its areas."""
        return Cents(sum(area.amount or 0 for area in self.areas))

    @property
    def awarded(self) -> Cents:
        """Sum of the awards."""
        return Cents(sum(proposal.awarded for proposal in self.proposals))

    def _sum_of(self, *kinds: SourceKind) -> Cents:
        return Cents(sum(source.amount or 0 for source in self.sources if source.kind in kinds))


def percent_text(text: str) -> str | None:
    """Decimal text of a percentage as a person wrote it («3,86 %» is "3.86"); None when it is no number."""
    bare = text.replace("%", "").replace("\u00a0", "").replace(" ", "").replace("\u2212", "-").removeprefix("+")
    if "," in bare:
        bare = bare.replace(".", "").replace(",", ".")
    return bare if _NUMBER.match(bare) else None
