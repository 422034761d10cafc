"""Amendments as they are typed, listed and compared: values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.models.enums import AmendmentState, BudgetSection, CostCategory
from app.models.money import Cents
from app.services.spending.counting import Verdict

NOTHING = Cents(0)


@dataclass(frozen=True)
class AmendmentLineDraft:
    """An item and what it is to become; `before` is shown only."""

    id: str | None = None
    section: BudgetSection = BudgetSection.COSTS
    category: str = CostCategory.OTHER.value
    label: str = ""
    before: Cents = NOTHING
    after: Cents | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class AmendmentDraft:
    """An amendment.

    Attributes:
        number, state, outcome, date_settled, decision: shown only; decision is its number, «3/2015».
        day: it came in.
        activities: what is done in the place of what.
        opinion: of who looked into it.
    """

    id: str | None = None
    proposal_id: str | None = None
    number: int = 0
    state: AmendmentState = AmendmentState.DRAFT
    day: date | None = None
    protocol: str = ""
    reason: str = ""
    activities: str = ""
    opinion: str = ""
    lines: tuple[AmendmentLineDraft, ...] = ()
    outcome: str = ""
    date_settled: date | None = None
    decision: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class AmendmentRow:
    """An amendment in a list.

    Attributes:
        moved: cents that change their item.
        term: day by which it is to be told or decided, where the call sets one.
        decision: number of the one that settled it.
    """

    id: str
    proposal_id: str
    project: str
    number: int
    day: date
    state: AmendmentState
    moved: Cents
    reason: str
    term: date | None
    date_settled: date | None
    decision: str
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class ComparedItem:
    """An item in the comparison of an amendment.

    Attributes:
        first: cents in the first economic plan; `before` in the one in force, `after` in the variant.
        cumulated: what was moved of it in all, this amendment included, as a percentage of the first plan; None of an
            item that the first plan has not.
    """

    section: BudgetSection
    category: str
    category_name: str
    label: str
    first: Cents
    before: Cents
    after: Cents
    cumulated: Fraction | None

    @property
    def difference(self) -> Cents:
        """What the amendment changes."""
        return Cents(self.after - self.before)


@dataclass(frozen=True)
class AmendmentComparison:
    """What an amendment does: item by item, and what the call asks for it.

    Attributes:
        project: number and title of the project.
        moved: cents that change their item.
    """

    project: str
    number: int
    items: tuple[ComparedItem, ...]
    moved: Cents
    verdict: Verdict
    draft: AmendmentDraft
    sample: bool = False
