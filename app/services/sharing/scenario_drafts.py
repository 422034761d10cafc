"""Sums to be shared and their scenarios: as they are typed, as they are listed, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.models.enums import PotKind
from app.models.errors import AppError
from app.models.money import Cents
from app.services.decisions.drafts import AllocationView, SplitDraft
from app.services.sharing.premium import PremiumSheet
from app.services.sharing.split_sheets import SourceLine, SplitSheet

NOTHING = Cents(0)


@dataclass(frozen=True)
class PotDraft:
    """A sum to be shared, as it is typed.

    Attributes:
        total: cents.
        sources: all that there are, those taken being where the money comes from; none taken: all that are due.
        note: where it comes from, in words.
        decision: number of the decision that shared it, shown only.
    """

    id: str | None = None
    kind: PotKind = PotKind.RESIDUE
    name: str = ""
    total: Cents | None = None
    sources: tuple[SourceLine, ...] = ()
    note: str = ""
    decision: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class PotRow:
    """A sum in a list.

    Attributes:
        decision: number of the decision that shared it, empty before.
        decision_id: that decision.
    """

    id: str
    kind: PotKind
    name: str
    total: Cents
    scenarios: int
    decision: str
    decision_id: str | None
    sample: bool


@dataclass(frozen=True)
class ScenarioSheet(SplitSheet):
    """A scenario with all that could take part.

    Attributes:
        letter: empty before it is saved; shown only.
        adopted: number of the decision in force that was made from it, shown only.
        pot_decision: number of the decision that shared its pot, shown only.
    """

    id: str | None = None
    pot_id: str | None = None
    letter: str = ""
    name: str = ""
    note: str = ""
    adopted: str = ""
    pot_decision: str = ""


@dataclass(frozen=True)
class ScenarioRow:
    """A scenario in a list; `adopted` is the number of the decision in force made from it."""

    id: str
    pot_id: str
    pot: str
    letter: str
    name: str
    rule: str
    total: Cents
    adopted: str
    sample: bool


class BreakKind(StrEnum):
    """What a scenario goes against; nothing forbids it but the committee's own rules."""

    OVER_REQUEST = "over_request"  # more than was asked for
    OVER_GRANT = "over_grant"  # more than the call lets a project have
    OVER_SHARE = "over_share"  # a larger part of the cost than the call pays
    COFINANCING = "cofinancing"  # less co-financing than the call wants


@dataclass(frozen=True)
class Break:
    """One thing that a scenario goes against, for one project.

    Attributes:
        found, limit: cents, or percentages for those that are about a share.
    """

    kind: BreakKind
    found: Fraction
    limit: Fraction


@dataclass(frozen=True)
class ScenarioProject:
    """What a scenario means for one project.

    Attributes:
        before, amount, after: cents awarded, got by the scenario, and both.
        requested: None where it is not known.
        share_before, share_after: percentage of the co-financing, as long as it stays what it is; None without money.
    """

    id: str
    number: int
    title: str
    alliance: str
    area: str
    before: Cents
    amount: Cents
    after: Cents
    requested: Cents | None
    cofinancing: Cents
    share_before: Fraction | None
    share_after: Fraction | None
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True)
class ScenarioResult:
    """What comes of a scenario.

    Attributes:
        scenario_id: empty while it is not saved.
        split: its terms with every weight and cap filled in; None when they cannot be.
        projects: by number; those that get nothing too.
        views: its splits with their proof.
        left: cents that nobody gets: they stay where they are.
        on_areas: cents that stay on areas, with no project to take them.
        share_before, share_after: percentage of the co-financing of all projects together.
        sheet: steps of the formula, where one gives the weights.
        problems: why it cannot be carried out as things stand; shares are shown all the same where they can be.
        adopted: number of the decision in force that was made from it.
    """

    scenario_id: str
    letter: str
    name: str
    total: Cents
    split: SplitDraft | None = None
    projects: tuple[ScenarioProject, ...] = ()
    views: tuple[AllocationView, ...] = ()
    left: Cents = NOTHING
    on_areas: Cents = NOTHING
    share_before: Fraction | None = None
    share_after: Fraction | None = None
    sheet: PremiumSheet | None = None
    problems: tuple[AppError, ...] = ()
    adopted: str = ""
    sample: bool = False

    def amount_of(self, project_id: str) -> Cents:
        """What a project gets."""
        return next((row.amount for row in self.projects if row.id == project_id), Cents(0))


@dataclass(frozen=True)
class Comparison:
    """A pot with all its scenarios, in the order of their letters."""

    pot: PotDraft
    results: tuple[ScenarioResult, ...]
