"""A proposal read whole, as it was typed, in a session of the caller's."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import ArrivalChannel, ProposalState
from app.models.proposal_versions import ProposalVersion
from app.models.proposals import Action, ActionObjective, ExpectedResult, Indicator, Objective, Proposal, Target
from app.services.children import get_row
from app.services.proposals.budgets import load_items
from app.services.proposals.drafts import (
    ActionDraft,
    IndicatorDraft,
    ObjectiveDraft,
    ProposalDraft,
    ResultDraft,
    TargetDraft,
)
from app.services.wording.numbering import format_objective_numbers
from app.services.wording.shares import share_text


def read_proposal(session: Session, proposal_id: str) -> ProposalDraft:
    """A proposal with its newest economic plan; results are numbered from 1 in their order.

    Raises:
        NotFound: "record.gone".
    """
    row = get_row(session, Proposal, proposal_id)
    results, indicators = _load_results(session, row.id)
    return ProposalDraft(
        id=row.id,
        call_id=row.call_id,
        alliance_id=row.alliance_id,
        area_id=row.area_id,
        number=row.number,
        title=row.title,
        state=ProposalState(row.state),
        protocol=row.protocol,
        date_received=row.date_received,
        time_received=row.time_received,
        channel=None if row.channel is None else ArrivalChannel(row.channel),
        signatory=row.signatory,
        date_start=row.date_start,
        duration_months=row.duration_months,
        reopened=row.reopened,
        version=last_version(session, row.id),
        context=row.context,
        aims=row.aims,
        sustainability=row.sustainability,
        objectives=tuple(
            ObjectiveDraft(objective.id, objective.number, objective.text, objective.source_line)
            for objective in session.scalars(
                sa.select(Objective).filter_by(proposal_id=row.id).order_by(Objective.number)
            )
        ),
        actions=_load_actions(session, row.id),
        targets=tuple(
            TargetDraft(target.id, target.text, target.number_min, target.source_line)
            for target in session.scalars(sa.select(Target).filter_by(proposal_id=row.id).order_by(Target.position))
        ),
        results=results,
        indicators=indicators,
        items=load_items(session, row.id),
        total_declared=row.total_declared,
        grant_declared=row.grant_declared,
        cofinancing_declared=row.cofinancing_declared,
        share_declared=share_text(row.share_declared),
        grant_requested=row.grant_requested,
        source_line=row.source_line,
    )


def last_version(session: Session, proposal_id: str) -> int:
    """Number of the last closed version; 0 before the first."""
    return session.scalar(sa.select(sa.func.max(ProposalVersion.number)).filter_by(proposal_id=proposal_id)) or 0


def _load_actions(session: Session, proposal_id: str) -> tuple[ActionDraft, ...]:
    served: dict[str, list[int]] = {}
    links = sa.select(ActionObjective.action_id, Objective.number).join(Objective)
    for action_id, number in session.execute(links.where(Objective.proposal_id == proposal_id)):
        served.setdefault(action_id, []).append(number)
    actions = session.scalars(sa.select(Action).filter_by(proposal_id=proposal_id).order_by(Action.position))
    return tuple(
        ActionDraft(
            id=action.id,
            label=action.label,
            text=action.text,
            objectives=format_objective_numbers(served.get(action.id, ())),
            source_line=action.source_line,
            month_from=action.month_from,
            month_to=action.month_to,
            months_note=action.months_note,
        )
        for action in actions
    )


def _load_results(session: Session, proposal_id: str) -> tuple[tuple[ResultDraft, ...], tuple[IndicatorDraft, ...]]:
    rows = session.scalars(
        sa.select(ExpectedResult).filter_by(proposal_id=proposal_id).order_by(ExpectedResult.position)
    ).all()
    numbers = {row.id: number for number, row in enumerate(rows, start=1)}
    indicators = session.scalars(
        sa.select(Indicator)
        .join(ExpectedResult)
        .where(ExpectedResult.proposal_id == proposal_id)
        .order_by(ExpectedResult.position, Indicator.position)
    )
    return (
        tuple(ResultDraft(row.id, numbers[row.id], row.text, row.source_line) for row in rows),
        tuple(
            IndicatorDraft(found.id, numbers[found.result_id], found.text, found.target, found.source_line)
            for found in indicators
        ),
    )
