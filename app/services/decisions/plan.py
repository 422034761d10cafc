"""What a decision does, computed from its draft and from how things stand. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Sequence

from app.models.enums import FUNDED_STATES, DecisionKind, ProposalState, TransferKind
from app.models.errors import InvalidInput, RuleBroken
from app.models.money import Cents
from app.services.decisions.drafts import DecisionDraft, OutcomeDraft, SplitDraft
from app.services.decisions.ground import (
    GRANTED,
    AreaState,
    Consequences,
    Ground,
    Work,
    grant,
    is_reachable,
    positive_amount,
)
from app.services.sharing.split_plan import share_pot

TAKES = {
    DecisionKind.SAVINGS: TransferKind.SAVINGS,
    DecisionKind.REVOCATION: TransferKind.REVOCATION,
}
"""Kinds of decisions that take money from projects, and how the ledger calls the movements."""


def plan_decision(draft: DecisionDraft, ground: Ground) -> Consequences:
    """What `draft` does where things stand as in `ground`.

    Raises:
        InvalidInput: "field.required", "amount.not_positive", "amount.too_large", "decision.outcomes_missing",
            "decision.amounts_missing", "decision.area_repeated", "decision.proposal_repeated",
            "decision.granted_without_amount", and those of `share_pot`.
        RuleBroken: "sources.too_little", "sources.reserved", "area.too_little", "award.not_suitable",
            "proposal.no_area", "decision.outcome_refused", "take.too_much", "take.in_vouchers",
            and those of `share_pot`.
        NotFound: "record.gone".
        Each with the field of the draft.
    """
    work = Work(ground)
    if draft.kind is DecisionKind.ADMISSION:
        if not draft.outcomes:
            raise InvalidInput("decision.outcomes_missing", field="outcomes")
        _state_outcomes(work, draft.outcomes, frozenset())
    elif draft.kind is DecisionKind.ALLOCATION:
        _allocate_to_areas(work, draft)
    elif draft.kind is DecisionKind.AWARD:
        _award(work, draft)
    elif draft.kind in TAKES:
        _take_back(work, draft)
    elif draft.kind is DecisionKind.RESIDUE:
        share_pot(work, draft.split or SplitDraft())
    return work.consequences()


def _state_outcomes(work: Work, outcomes: Sequence[OutcomeDraft], awarded: frozenset[str]) -> None:
    """Give the states that come without money; those that come with it belong to proposals that get some."""
    seen: set[str] = set()
    for i, outcome in enumerate(outcomes):
        project = work.project(outcome.proposal_id, f"outcomes.{i}.proposal_id")
        if project.id in seen:
            raise InvalidInput("decision.proposal_repeated", field=f"outcomes.{i}.proposal_id", title=project.title)
        seen.add(project.id)
        if outcome.state not in GRANTED:
            work.set_state(project, outcome.state, f"outcomes.{i}.state", outcome.reason.strip(), stated=True)
        elif project.id not in awarded:
            raise InvalidInput("decision.granted_without_amount", field=f"outcomes.{i}.state", title=project.title)


def _allocate_to_areas(work: Work, draft: DecisionDraft) -> None:
    if not draft.area_amounts:
        raise InvalidInput("decision.amounts_missing", field="area_amounts")
    rows: list[tuple[AreaState, Cents]] = []
    for i, row in enumerate(draft.area_amounts):
        area = work.area(row.area_id, f"area_amounts.{i}.area_id")
        if any(area.id == other.id for other, _ in rows):
            raise InvalidInput("decision.area_repeated", field=f"area_amounts.{i}.area_id", area=area.code)
        rows.append((area, positive_amount(row.amount, f"area_amounts.{i}.amount")))
    work.require_on_sources(sum(amount for _, amount in rows), "area_amounts")
    for area, amount in rows:
        work.set_ceiling(area, area.total + amount)
        work.fund_area(TransferKind.ALLOCATION, area.id, amount, "area_amounts")


def _award(work: Work, draft: DecisionDraft) -> None:
    if not draft.project_amounts:
        raise InvalidInput("decision.amounts_missing", field="project_amounts")
    named = frozenset(row.proposal_id for row in draft.project_amounts if row.proposal_id)
    _state_outcomes(work, draft.outcomes, named)
    stated = {outcome.proposal_id: outcome for outcome in draft.outcomes if outcome.state in GRANTED}
    seen: set[str] = set()
    for i, row in enumerate(draft.project_amounts):
        key = f"project_amounts.{i}.proposal_id"
        project = work.project(row.proposal_id, key)
        if project.id in seen:
            raise InvalidInput("decision.proposal_repeated", field=key, title=project.title)
        seen.add(project.id)
        amount = positive_amount(row.amount, f"project_amounts.{i}.amount")
        if project.state not in FUNDED_STATES and not is_reachable(project.state, ProposalState.FUNDED):
            raise RuleBroken("award.not_suitable", field=key, title=project.title, present=project.state)
        work.fund_project(TransferKind.AWARD, project, amount, f"project_amounts.{i}.amount")
        grant(work, work.projects[project.id], amount, stated.get(project.id), key)


def _take_back(work: Work, draft: DecisionDraft) -> None:
    """What projects leave goes back to their areas; a grant that is revoked whole makes its proposal a revoked one."""
    if not draft.project_amounts:
        raise InvalidInput("decision.amounts_missing", field="project_amounts")
    seen: set[str] = set()
    for i, row in enumerate(draft.project_amounts):
        key = f"project_amounts.{i}.proposal_id"
        project = work.project(row.proposal_id, key)
        if project.id in seen:
            raise InvalidInput("decision.proposal_repeated", field=key, title=project.title)
        seen.add(project.id)
        field = f"project_amounts.{i}.amount"
        amount = positive_amount(row.amount, field)
        work.take_back(TAKES[draft.kind], project, amount, field)
        is_whole = amount == project.awarded - project.owed
        if draft.kind is DecisionKind.REVOCATION and is_whole and project.state in FUNDED_STATES:
            work.set_state(work.projects[project.id], ProposalState.REVOKED, key, "", stated=False)
