"""A proposal as it is typed: the fields of the plan's own form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.enums import ArrivalChannel, ProposalState
from app.models.money import Cents
from app.services.proposals.budgets import BudgetItemDraft


@dataclass(frozen=True)
class ObjectiveDraft:
    """A numbered objective; `number` None takes the next one."""

    id: str | None = None
    number: int | None = None
    text: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class ActionDraft:
    """An action.

    Attributes:
        label: as printed («Azioni per Ob. 5-7»).
        objectives: numbers of the objectives that it serves: «5-7», «2, 4-6»; may be empty.
        month_from, month_to: months of the project, from 1, in which it takes place; one alone stands for both.
        months_note: what else is said of its time.
    """

    id: str | None = None
    label: str = ""
    text: str = ""
    objectives: str = ""
    source_line: int | None = None
    month_from: int | None = None
    month_to: int | None = None
    months_note: str = ""


@dataclass(frozen=True)
class TargetDraft:
    """Whom the proposal is for; with the least number promised, when one is."""

    id: str | None = None
    text: str = ""
    number_min: int | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class ResultDraft:
    """An expected result; `number` is what its indicators name, None takes the next one."""

    id: str | None = None
    number: int | None = None
    text: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class IndicatorDraft:
    """A measure of the expected result with the number `result`; with its target, when one is set."""

    id: str | None = None
    result: int | None = None
    text: str = ""
    target: int | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class ProposalDraft:
    """A proposal as it is typed.

    Attributes:
        number: within its call; None for the next free one.
        state: shown only; it changes by `submit_proposal`, `set_proposal_state` and decisions.
        time_received: «HH:MM» of the Italian clock, empty when it is not known.
        signatory: who signed it for the lead body.
        date_start, duration_months: when the project is to begin, and how long it lasts.
        reopened: shown only: why a version is open again after the last one was closed.
        version: shown only: number of the last closed version, 0 before the first.
        total_declared, grant_declared, cofinancing_declared: cents as the proponent wrote them.
        share_declared: percentage of co-financing as written: «3,86» or «3,86 %».
        grant_requested: cents first asked for, when known and different from the declared grant.
        items: the newest version of the economic plan.
    """

    id: str | None = None
    call_id: str | None = None
    alliance_id: str | None = None
    area_id: str | None = None
    number: int | None = None
    title: str = ""
    state: ProposalState = ProposalState.DRAFT
    protocol: str = ""
    date_received: date | None = None
    time_received: str = ""
    channel: ArrivalChannel | None = None
    signatory: str = ""
    date_start: date | None = None
    duration_months: int | None = None
    reopened: str = ""
    version: int = 0
    context: str = ""
    aims: str = ""
    sustainability: str = ""
    objectives: tuple[ObjectiveDraft, ...] = ()
    actions: tuple[ActionDraft, ...] = ()
    targets: tuple[TargetDraft, ...] = ()
    results: tuple[ResultDraft, ...] = ()
    indicators: tuple[IndicatorDraft, ...] = ()
    items: tuple[BudgetItemDraft, ...] = ()
    total_declared: Cents | None = None
    grant_declared: Cents | None = None
    cofinancing_declared: Cents | None = None
    share_declared: str = ""
    grant_requested: Cents | None = None
    source_line: int | None = None
