"""What a decision does, as it is shown: from its plan while it is being written, from its records once in force."""

from __future__ import annotations

import json
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.enums import AccountKind, AllocationRule, Leftover, ProposalState, TransferKind, WeightBasis
from app.models.ledger import Account, AccountPath, Ceiling, Posting, Transfer
from app.models.meetings import Allocation as KeptAllocation
from app.models.meetings import Decision, DecisionCeiling, DecisionMove, DecisionOutcome
from app.models.money import Cents
from app.services.decisions.drafts import (
    AllocationView,
    AwardRow,
    BalanceChange,
    CeilingRow,
    DecisionPreview,
    MoveRow,
    OutcomeRow,
    TakeRow,
)
from app.services.decisions.ground import Consequences, Ground, Outcome, PlannedMove, PlannedSplit, Take
from app.services.decisions.plan import plan_decision
from app.services.decisions.records import allocations_of, read_decision, takes_of
from app.services.sharing.allocation import Allocation, allocate
from app.services.sharing.split_terms import weight_value

_SOURCE, _TARGET = aliased(Account), aliased(Account)


def describe(planned: Consequences, before: Ground, subject: str = "") -> DecisionPreview:
    """The consequences with names and with the amounts before and after.

    Args:
        subject: of the decision, as title of its splits.
    """
    return DecisionPreview(
        allocations=tuple(_view(split, before, subject) for split in planned.splits),
        ceilings=tuple(
            CeilingRow(area_id, before.areas[area_id].code, before.areas[area_id].title, previous, amount)
            for area_id, amount in planned.ceilings
            for previous in (before.areas[area_id].ceiling,)
        ),
        awards=_awards(planned, before),
        takes=tuple(
            TakeRow(
                project.id,
                project.number,
                project.alliance,
                project.title,
                before.areas[project.area_id].code if project.area_id else "",
                take.amount,
                Cents(take.amount - take.to_recover),
                take.to_recover,
            )
            for take in planned.takes
            for project in (before.projects[take.proposal_id],)
        ),
        outcomes=tuple(
            OutcomeRow(project.id, project.number, project.title, project.alliance, outcome.state, outcome.reason)
            for outcome in planned.outcomes
            for project in (before.projects[outcome.proposal_id],)
        ),
        moves=tuple(
            MoveRow(move.bundle, move.kind, _name(before, move.from_id), _name(before, move.to_id), move.amount)
            for move in planned.moves
        ),
        changes=tuple(_changes(planned, before)),
    )


def _view(split: PlannedSplit, before: Ground, subject: str) -> AllocationView:
    if split.by_project:
        labels = {project.id: (str(project.number), project.title) for project in before.projects.values()}
    else:
        labels = {area.id: (area.code, area.title) for area in before.areas.values()}
    parent = "" if split.parent_id is None else before.areas[split.parent_id].code
    named = {share.key: labels[share.key] for share in split.allocation.shares}
    return AllocationView(
        "", "", subject, parent, split.allocation, named, by_project=split.by_project, basis=split.basis
    )


def _awards(planned: Consequences, before: Ground) -> tuple[AwardRow, ...]:
    """Projects that get money, by number."""
    amounts: dict[str, int] = {}
    for move in planned.moves:
        if move.to_id in before.projects:
            amounts[move.to_id] = amounts.get(move.to_id, 0) + move.amount
    return tuple(
        AwardRow(
            proposal_id=project.id,
            number=project.number,
            alliance=project.alliance,
            lead=project.lead,
            title=project.title,
            area=before.areas[project.area_id].code if project.area_id else "",
            before=project.awarded,
            amount=Cents(amounts[project.id]),
            after=Cents(project.awarded + amounts[project.id]),
        )
        for project in before.projects.values()
        if project.id in amounts
    )


def _name(ground: Ground, subject_id: str) -> str:
    """Name of an account, by its subject."""
    if subject_id in ground.areas:
        area = ground.areas[subject_id]
        return f"{area.code} {area.title}"
    if subject_id in ground.projects:
        return ground.projects[subject_id].title
    return next(source.name for source in ground.sources if source.id == subject_id)


def _changes(planned: Consequences, before: Ground) -> list[BalanceChange]:
    """Every account that the decision touches: sources, areas, projects."""
    touched = {subject_id for move in planned.moves for subject_id in (move.from_id, move.to_id)}
    changes = [
        BalanceChange(old.id, AccountKind.SOURCE, old.name, old.balance, new.balance)
        for old, new in zip(before.sources, planned.after.sources, strict=True)
        if old.id in touched
    ]
    changes += [
        BalanceChange(old.id, AccountKind.AREA, _name(before, old.id), old.total, new.total, old.ceiling, new.ceiling)
        for old in sorted(before.areas.values(), key=lambda area: area.code)
        for new in (planned.after.areas[old.id],)
        if old.id in touched
    ]
    changes += [
        BalanceChange(old.id, AccountKind.PROJECT, old.title, old.awarded, planned.after.projects[old.id].awarded)
        for old in before.projects.values()
        if old.id in touched
    ]
    return changes


# --- decisions in force ------------------------------------------------------------------


def effects_of(session: Session, decision: Decision, ground: Ground) -> tuple[DecisionPreview, Ground]:
    """What a decision does or did, and how things stand after it.

    Args:
        ground: how things stand before it, for one that is not in force yet; now, for one that is.

    Raises:
        AppError: it is not in force and cannot be carried out where things stand so.
    """
    if decision.effective_at is None:
        planned = plan_decision(read_decision(session, decision.id), ground)
        return describe(planned, ground, decision.subject), planned.after
    planned, before = _recorded(session, decision, ground)
    return replace(describe(planned, before), allocations=kept_views(session, decision)), ground


def _recorded(session: Session, decision: Decision, now: Ground) -> tuple[Consequences, Ground]:
    """What a decision in force did, from its records, and how what it touched stood before."""
    rows = session.execute(
        sa.select(DecisionMove, _SOURCE.subject_id, _TARGET.subject_id)
        .join(_SOURCE, _SOURCE.id == DecisionMove.from_account_id)
        .join(_TARGET, _TARGET.id == DecisionMove.to_account_id)
        .where(DecisionMove.decision_id == decision.id)
        .order_by(DecisionMove.position)
    )
    moves = tuple(
        PlannedMove(row.bundle, TransferKind(row.kind), str(from_id), str(to_id), row.amount)
        for row, from_id, to_id in rows
    )
    ceilings = session.scalars(
        sa.select(DecisionCeiling).filter_by(decision_id=decision.id).order_by(DecisionCeiling.position)
    )
    outcomes = session.scalars(
        sa.select(DecisionOutcome).filter_by(decision_id=decision.id).order_by(DecisionOutcome.position)
    )
    planned = Consequences(
        ceilings=tuple((row.area_id, row.amount) for row in ceilings),
        moves=moves,
        splits=(),
        outcomes=tuple(Outcome(row.proposal_id, ProposalState(row.state), row.reason, stated=True) for row in outcomes),
        after=now,
        takes=tuple(Take(row.proposal_id, row.amount, row.to_recover) for row in takes_of(session, decision.id)),
    )
    return planned, ground_before(session, decision, now)


def kept_views(session: Session, decision: Decision) -> tuple[AllocationView, ...]:
    """The splits that a decision keeps, with the names that their parts had."""
    return tuple(
        AllocationView(
            id=row.id,
            decision_id=decision.id,
            title=decision.subject,
            parent=row.title,
            allocation=kept_allocation(row),
            labels={part["key"]: (part["label"], part["name"]) for part in parts},
            sample=row.sample,
            by_project=all(part["area_id"] is None for part in parts),
            basis=WeightBasis(row.basis),
        )
        for row in allocations_of(session, decision.id)
        for parts in (json.loads(row.parts),)
    )


def kept_allocation(row: KeptAllocation) -> Allocation:
    """The split that a record keeps, computed again from its total, rule, weights and tie order."""
    parts = json.loads(row.parts)
    return allocate(
        row.total,
        [part["key"] for part in parts],
        AllocationRule(row.rule),
        weights=[weight_value(part["weight"]) or 0 for part in parts],
        equal_share=row.equal_share,
        tie=json.loads(row.tie_order),
        minimums={part["key"]: part["minimum"] for part in parts if "minimum" in part},
        caps={part["key"]: part["cap"] for part in parts if "cap" in part},
        leftover=Leftover(row.leftover),
    )


def ground_before(session: Session, decision: Decision, now: Ground) -> Ground:
    """How the money stood before a decision in force: sources, areas, projects, ceilings; states are as they are now.

    Keys are made in order of time, so that what was written before a row has a lesser key.
    """
    first = sa.select(sa.func.min(Transfer.id)).where(Transfer.decision_id == decision.id).scalar_subquery()
    own = _sums_before(session, first, Account.id == Posting.account_id)
    whole = _sums_before(
        session, first, sa.and_(AccountPath.account_id == Posting.account_id, AccountPath.ancestor_id == Account.id)
    )
    first_ceiling = sa.select(sa.func.min(Ceiling.id)).where(Ceiling.decision_id == decision.id).scalar_subquery()
    earlier = session.execute(
        sa.select(Account.subject_id, Ceiling.amount)
        .join(Ceiling, Ceiling.account_id == Account.id)
        .where(Ceiling.id < first_ceiling)
        .order_by(Ceiling.id)
    )
    ceilings = {row.subject_id: row.amount for row in earlier}
    nothing = Cents(0)
    return Ground(
        tuple(replace(source, balance=own.get(source.id, nothing)) for source in now.sources),
        {
            key: replace(
                area,
                balance=own.get(key, nothing),
                total=whole.get(key, nothing),
                ceiling=ceilings.get(key),
            )
            for key, area in now.areas.items()
        },
        {key: replace(project, awarded=whole.get(key, nothing)) for key, project in now.projects.items()},
    )


def _sums_before(session: Session, first: sa.ScalarSelect[str], joined: sa.ColumnElement[bool]) -> dict[str, Cents]:
    """Cents by subject that the transfers before the `first` one of a decision brought to its account."""
    kinds = (AccountKind.SOURCE.value, AccountKind.AREA.value, AccountKind.PROJECT.value)
    rows = session.execute(
        sa.select(Account.subject_id, sa.func.sum(Posting.cents))
        .where(joined, Account.kind.in_(kinds), Posting.transfer_id < first)
        .group_by(Account.subject_id)
    )
    return {str(subject_id): Cents(cents) for subject_id, cents in rows}
