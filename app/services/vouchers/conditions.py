"""Whether a request meets the conditions of a programme: what the archive knows is judged, the rest is asked for.

Pure: it takes what is known as values. A condition that the rules do not set is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.models import enums as e
from app.models.enums import ConditionOutcome as Outcome
from app.models.enums import VoucherCondition as Condition
from app.models.money import Cents
from app.services.vouchers.ages import months_of_age
from app.services.vouchers.amount import NOTHING


@dataclass(frozen=True)
class Window:
    """A time in which requests may come in, by days and hours; an empty hour is the whole day."""

    opened: date
    time_opened: str = ""
    closed: date | None = None
    time_closed: str = ""

    def holds(self, day: date, time: str) -> bool | None:
        """Whether a request came in within it; None when that hangs on an hour that is not known.

        The closing hour itself is still within.
        """
        if day < self.opened or (self.closed is not None and day > self.closed):
            return False
        for at, bound, early in ((self.opened, self.time_opened, True), (self.closed, self.time_closed, False)):
            if day == at and bound:
                if not time:
                    return None
                if (time < bound) if early else (time > bound):
                    return False
        return True


@dataclass(frozen=True)
class Span:
    """What is admitted, with the days in which it is; None for no end."""

    key: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Member:
    """Somebody of the household."""

    id: str
    is_parent: bool
    present: bool
    work: e.WorkState


@dataclass(frozen=True)
class ConditionRules:
    """What the rules of a programme ask for; fields are those of the record.

    Attributes:
        places: municipalities in which one may live, when they are listed.
        documents: whether papers must be brought.
    """

    asker: e.VoucherAsker = e.VoucherAsker.FAMILY
    windows: tuple[Window, ...] = ()
    residence: e.ResidenceNeed = e.ResidenceNeed.NONE
    places: frozenset[str] = frozenset()
    work: e.WorkNeed = e.WorkNeed.NONE
    policy_counts: bool = False
    age_min: int | None = None
    age_below: int | None = None
    age_below_disabled: int | None = None
    age_day: e.AgeDay = e.AgeDay.REQUEST
    age_date: date | None = None
    disabled_only: bool = False
    isee_use: e.IseeUse = e.IseeUse.NONE
    isee_kind: e.IseeKind | None = None
    isee_max: Cents | None = None
    isee_needed: bool = False
    firm_size_max: e.OrganisationSize | None = None
    firm_in_plan: bool = False
    services: tuple[Span, ...] = ()
    service_from: date | None = None
    service_to: date | None = None
    providers: tuple[Span, ...] = ()
    expense_min: Cents | None = None
    hours_min: int | None = None
    aids: e.AidRule = e.AidRule.NETTED
    documents: bool = False


@dataclass(frozen=True)
class ConditionFacts:
    """What is known of a request.

    Attributes:
        municipality: key of the one that the household lives in; None outside the plan, or when it is not known.
        elsewhere: whether it is known to live, or to have its seat, elsewhere.
        firm_size, firm_in_plan: of the firm or body that asks; None when it is not known.
        has_budget: whether the firm of the employee has a budget.
    """

    day: date
    time: str = ""
    start: date = date.min
    end: date = date.min
    municipality: str | None = None
    elsewhere: bool = False
    requester: str | None = None
    members: tuple[Member, ...] = ()
    birth: date | None = None
    disabled: bool = False
    isee: Cents | None = None
    isee_kind: e.IseeKind | None = None
    isee_to: date | None = None
    firm_size: e.OrganisationSize | None = None
    firm_in_plan: bool | None = None
    has_budget: bool = False
    service: str = ""
    provider: str | None = None
    expense: Cents | None = None
    hours: int | None = None
    aids: Cents = NOTHING
    informed: bool = False


def judge(rules: ConditionRules, facts: ConditionFacts) -> tuple[tuple[Condition, Outcome], ...]:
    """Each condition that the rules set, in order, as it is found."""
    return tuple(_found(rules, facts))


def _found(rules: ConditionRules, facts: ConditionFacts) -> Iterator[tuple[Condition, Outcome]]:
    of_person = rules.asker in (e.VoucherAsker.FAMILY, e.VoucherAsker.EMPLOYEE, e.VoucherAsker.FAMILIES)
    if rules.windows:
        yield Condition.WINDOW, _any(window.holds(facts.day, facts.time) for window in rules.windows)
    if of_person and rules.residence is not e.ResidenceNeed.NONE:
        yield Condition.RESIDENCE, _residence(rules, facts)
    if of_person and rules.work is not e.WorkNeed.NONE:
        yield Condition.WORK, _work(rules, facts)
    if of_person and not (rules.age_min is None and rules.age_below is None):
        yield Condition.AGE, _age(rules, facts)
    if of_person and rules.disabled_only:
        yield Condition.DISABILITY, _said(facts.disabled or None)
    if of_person and (rules.isee_use is e.IseeUse.BAR or rules.isee_needed):
        yield Condition.ISEE, _isee(rules, facts)
    if not of_person and (rules.firm_size_max is not None or rules.firm_in_plan):
        size = size_within(facts.firm_size, rules.firm_size_max)
        yield Condition.FIRM, worst((size, _said(facts.firm_in_plan) if rules.firm_in_plan else Outcome.MET))
    if rules.asker is e.VoucherAsker.EMPLOYEE:
        yield Condition.BUDGET, _said(facts.has_budget)
    yield Condition.SERVICE, _service(rules, facts)
    if rules.providers:
        yield Condition.PROVIDER, _provider(rules, facts)
    if rules.expense_min is not None:
        yield Condition.EXPENSE, _said(None if facts.expense is None else facts.expense >= rules.expense_min)
    if rules.hours_min is not None:
        yield Condition.HOURS, _said(None if facts.hours is None else facts.hours >= rules.hours_min)
    if rules.aids is e.AidRule.REFUSED:
        yield Condition.AIDS, _said(facts.aids == 0)
    if of_person:
        yield Condition.INFORMATION, _said(facts.informed)
    if rules.documents:
        yield Condition.DOCUMENTS, Outcome.NOT_KNOWN


def _said(held: bool | None) -> Outcome:
    return Outcome.NOT_KNOWN if held is None else Outcome.MET if held else Outcome.NOT_MET


def _any(held: Iterator[bool | None]) -> Outcome:
    found = tuple(held)
    return Outcome.MET if True in found else Outcome.NOT_KNOWN if None in found else Outcome.NOT_MET


def worst(outcomes: Sequence[Outcome]) -> Outcome:
    """What several parts of one condition come to."""
    order = (Outcome.NOT_MET, Outcome.NOT_KNOWN, Outcome.MET)
    return min(outcomes, key=order.index)


def _residence(rules: ConditionRules, facts: ConditionFacts) -> Outcome:
    if facts.municipality is None:
        return _said(False if facts.elsewhere else None)
    return _said(rules.residence is e.ResidenceNeed.PLAN or facts.municipality in rules.places)


def _works(rules: ConditionRules, member: Member) -> bool | None:
    if member.work is e.WorkState.UNKNOWN:
        return None
    counted = {e.WorkState.EMPLOYED, e.WorkState.SELF_EMPLOYED}
    return member.work in counted or (rules.policy_counts and member.work is e.WorkState.ACTIVE_POLICY)


def _work(rules: ConditionRules, facts: ConditionFacts) -> Outcome:
    """Parents that do not live in the household are not asked; a single parent is every parent."""
    if rules.work is e.WorkNeed.REQUESTER:
        asked = [member for member in facts.members if member.id == facts.requester]
    else:
        asked = [member for member in facts.members if member.is_parent and member.present]
    held = [_works(rules, member) for member in asked]
    if not held:
        return Outcome.NOT_KNOWN
    if rules.work is e.WorkNeed.ONE_PARENT:
        return _any(iter(held))
    return worst([_said(each) for each in held])


def _age(rules: ConditionRules, facts: ConditionFacts) -> Outcome:
    if facts.birth is None:
        return Outcome.NOT_KNOWN
    day = {e.AgeDay.REQUEST: facts.day, e.AgeDay.START: facts.start, e.AgeDay.DATE: rules.age_date or facts.day}
    months = months_of_age(facts.birth, day[rules.age_day])
    below = rules.age_below
    if facts.disabled and rules.age_below_disabled is not None:
        below = rules.age_below_disabled
    return _said(months >= (rules.age_min or 0) and (below is None or months < below))


def _isee(rules: ConditionRules, facts: ConditionFacts) -> Outcome:
    """An ISEE that has expired, or of another kind, is as none."""
    usable = facts.isee is not None and (facts.isee_to is None or facts.isee_to >= facts.day)
    if rules.isee_kind is not None and facts.isee_kind is not rules.isee_kind:
        usable = False
    if not usable or facts.isee is None:
        return Outcome.NOT_KNOWN
    return _said(rules.isee_use is not e.IseeUse.BAR or rules.isee_max is None or facts.isee <= rules.isee_max)


def size_within(size: e.OrganisationSize | None, most: e.OrganisationSize | None) -> Outcome:
    """Whether a firm is of a size or smaller."""
    if most is None:
        return Outcome.MET
    if size is None or size is e.OrganisationSize.UNKNOWN:
        return Outcome.NOT_KNOWN
    sizes = list(e.OrganisationSize)
    return _said(sizes.index(size) <= sizes.index(most))


def _within(start: date, end: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= start) and (last is None or end <= last)


def _service(rules: ConditionRules, facts: ConditionFacts) -> Outcome:
    span = next((each for each in rules.services if each.key == facts.service), None)
    if span is None or not _within(facts.start, facts.end, span.start, span.end):
        return Outcome.NOT_MET
    return _said(_within(facts.start, facts.end, rules.service_from, rules.service_to))


def _provider(rules: ConditionRules, facts: ConditionFacts) -> Outcome:
    if facts.provider is None:
        return Outcome.NOT_KNOWN
    span = next((each for each in rules.providers if each.key == facts.provider), None)
    return _said(span is not None and _within(facts.start, facts.end, span.start, span.end))
