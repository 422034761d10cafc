"""The records of a decision: read as a draft, and written from what the decision does."""

from __future__ import annotations

import contextlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import (
    AccountKind,
    AllocationRule,
    DecisionKind,
    ProposalState,
    area_code,
)
from app.models.errors import AppError
from app.models.ledger import Account, AccountState
from app.models.meetings import (
    AgendaItem,
    Allocation,
    Decision,
    DecisionCeiling,
    DecisionMove,
    DecisionOutcome,
)
from app.models.money import Cents
from app.models.network import Alliance, Organisation
from app.models.plan import FundingSource, PriorityArea, SourceReservation
from app.models.proposals import Proposal
from app.models.spending import DecisionTake
from app.services.children import get_row, reconcile
from app.services.decisions.drafts import (
    AreaAmount,
    DecisionDraft,
    OutcomeDraft,
    ProjectAmount,
    SplitArea,
    SplitDraft,
    SplitProject,
)
from app.services.decisions.ground import AreaState, Consequences, Ground, PlannedSplit, ProjectState, SourceState
from app.services.decisions.plan import TAKES, plan_decision
from app.services.ledger.ledger import _account_of, ensure_project_account
from app.services.proposals.budgets import asked_amounts, requested_amount
from app.services.sharing.allocation import Share
from app.services.sharing.split_terms import load_terms, weight_text
from app.services.spending.paid import owed_amounts, paid_amounts, voucher_amounts

# --- how things stand --------------------------------------------------------------------


def read_ground(session: Session) -> Ground:
    """How things stand now."""
    balances: dict[tuple[str, str | None], tuple[Cents, Cents, Cents | None]] = {
        (kind, subject_id): (balance, total, ceiling)
        for kind, subject_id, balance, total, ceiling in session.execute(
            sa.select(
                Account.kind, Account.subject_id, AccountState.balance, AccountState.total, AccountState.ceiling
            ).join(AccountState, AccountState.account_id == Account.id)
        )
    }
    nothing = (Cents(0), Cents(0), None)
    reserved: defaultdict[str, set[str]] = defaultdict(set)
    for reservation in session.scalars(sa.select(SourceReservation)):
        reserved[reservation.source_id].add(reservation.area_id)
    sources = tuple(
        SourceState(
            row.id,
            row.name,
            row.due,
            balances.get((AccountKind.SOURCE.value, row.id), nothing)[0],
            frozenset(reserved.get(row.id, ())),
            row.condition,
        )
        for row in session.scalars(sa.select(FundingSource).order_by(FundingSource.position))
    )
    areas = {
        row.id: AreaState(
            row.id,
            area_code(row.level, row.number),
            row.title,
            *balances.get((AccountKind.AREA.value, row.id), nothing),
        )
        for row in session.scalars(sa.select(PriorityArea))
    }
    asked, paid, owed = asked_amounts(session), paid_amounts(session), owed_amounts(session)
    vouchers = voucher_amounts(session)
    columns = (Proposal.id, Proposal.number, Proposal.title, Proposal.area_id, Proposal.state)
    amounts = (Proposal.grant_requested, Proposal.grant_declared)
    projects = {
        key: ProjectState(
            key,
            number,
            title,
            alliance,
            lead or "",
            area_id,
            ProposalState(state),
            requested_amount(first, asked.get(key), declared),
            balances.get((AccountKind.PROJECT.value, key), nothing)[1],
            paid.get(key, Cents(0)),
            owed.get(key, Cents(0)),
            vouchers.get(key, Cents(0)),
        )
        for key, number, title, area_id, state, first, declared, alliance, lead in session.execute(
            sa.select(*columns, *amounts, Alliance.short_name, Organisation.name)
            .join(Alliance, Alliance.id == Proposal.alliance_id)
            .outerjoin(Organisation, Organisation.id == Alliance.lead_id)
            .order_by(Proposal.number, Proposal.id)
        )
    }
    return Ground(sources, areas, projects)


def ground_at_item(session: Session, item: AgendaItem, decision_id: str | None = None) -> Ground:
    """How things will stand when a point comes up: after the decisions of the points before it.

    One of those that can no longer be carried out counts as doing nothing; closing the meeting will refuse it.

    Args:
        decision_id: the decision that is being written, which counts nowhere.
    """
    ground = read_ground(session)
    earlier = _in_order(item.meeting_id).where(AgendaItem.position < item.position, Decision.id != (decision_id or ""))
    for decision in session.scalars(earlier).all():
        with contextlib.suppress(AppError):
            ground = plan_decision(read_decision(session, decision.id), ground).after
    return ground


def decisions_of_meeting(session: Session, meeting_id: str) -> Sequence[Decision]:
    """Decisions of a meeting, in the order of its agenda."""
    return session.scalars(_in_order(meeting_id)).all()


def _in_order(meeting_id: str) -> sa.Select[tuple[Decision]]:
    return (
        sa.select(Decision)
        .join(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.position)
    )


# --- read --------------------------------------------------------------------------------


def read_decision(session: Session, decision_id: str) -> DecisionDraft:
    """A decision as it stands.

    Raises:
        NotFound: "record.gone".
    """
    row = get_row(session, Decision, decision_id)
    kind = DecisionKind(row.kind)
    moved = kept_amounts(session, row.id)
    outcomes = session.scalars(
        sa.select(DecisionOutcome).filter_by(decision_id=row.id).order_by(DecisionOutcome.position)
    )
    return DecisionDraft(
        id=row.id,
        agenda_item_id=row.agenda_item_id,
        kind=kind,
        subject=row.subject,
        text=row.text,
        outcomes=tuple(
            OutcomeDraft(outcome.proposal_id, ProposalState(outcome.state), outcome.reason, outcome.id)
            for outcome in outcomes
        ),
        area_amounts=tuple(AreaAmount(*pair) for pair in moved) if kind is DecisionKind.ALLOCATION else (),
        project_amounts=_project_amounts(session, row.id, kind, moved),
        split=_read_split(session, row) if kind is DecisionKind.RESIDUE else None,
        scenario_id=row.scenario_id,
        source_line=row.source_line,
    )


def _project_amounts(
    session: Session, decision_id: str, kind: DecisionKind, moved: Sequence[tuple[str, Cents]]
) -> tuple[ProjectAmount, ...]:
    if kind in TAKES:
        return tuple(ProjectAmount(row.proposal_id, row.amount) for row in takes_of(session, decision_id))
    return tuple(ProjectAmount(*pair) for pair in moved) if kind is DecisionKind.AWARD else ()


def takes_of(session: Session, decision_id: str) -> Sequence[DecisionTake]:
    """What a decision takes from projects, in its order."""
    query = sa.select(DecisionTake).filter_by(decision_id=decision_id).order_by(DecisionTake.position)
    return session.scalars(query).all()


def kept_amounts(session: Session, decision_id: str) -> list[tuple[str, Cents]]:
    """What each area or project gets, in the order of the moves."""
    amounts: dict[str, int] = {}
    rows = session.execute(
        sa.select(Account.subject_id, DecisionMove.amount)
        .join(Account, Account.id == DecisionMove.to_account_id)
        .where(DecisionMove.decision_id == decision_id)
        .order_by(DecisionMove.position)
    )
    for subject_id, amount in rows:
        amounts[str(subject_id)] = amounts.get(str(subject_id), 0) + amount
    return [(subject_id, Cents(amount)) for subject_id, amount in amounts.items()]


def allocations_of(session: Session, decision_id: str) -> Sequence[Allocation]:
    """The splits of a decision: among areas first, then inside each."""
    return session.scalars(sa.select(Allocation).filter_by(decision_id=decision_id).order_by(Allocation.position)).all()


def _read_split(session: Session, decision: Decision) -> SplitDraft:
    """What a sharing was asked to do; one that was written by schema 1 keeps only the splits that it made."""
    if decision.split_terms is not None:
        return load_terms(decision.split_terms)
    among, *inside = allocations_of(session, decision.id)
    rule = AllocationRule(among.rule)
    inner = AllocationRule(inside[0].rule) if inside else AllocationRule.EQUAL
    return SplitDraft(
        total=among.total,
        rule=rule,
        equal_share=among.equal_share,
        areas=tuple(SplitArea(part["key"], _weight(rule, part)) for part in json.loads(among.parts)),
        tie=tuple(json.loads(among.tie_order)),
        inner_rule=inner,
        inner_equal_share=inside[0].equal_share if inside else 0,
        projects=tuple(
            SplitProject(part["key"], _weight(inner, part)) for row in inside for part in json.loads(row.parts)
        ),
        inner_tie=tuple(key for row in inside for key in json.loads(row.tie_order)),
    )


def _weight(rule: AllocationRule, part: Mapping[str, Any]) -> int | None:
    return None if rule is AllocationRule.EQUAL else int(part["weight"])


# --- write -------------------------------------------------------------------------------


def write_consequences(
    session: Session, decision: Decision, planned: Consequences, before: Ground, *, final: bool = False
) -> None:
    """Keep what a decision does beside it; rows that stay as they were write no edit.

    Args:
        final: the meeting closes: the states that come with money are kept too, in the place of one stated before.
    """
    owner = {"decision_id": decision.id}
    outcomes: dict[str, dict[str, Any]] = {}
    for outcome in planned.outcomes:
        if final or outcome.stated:
            reason = outcome.reason or outcomes.get(outcome.proposal_id, {}).get("reason", "")
            state = outcome.state.value
            outcomes[outcome.proposal_id] = {"proposal_id": outcome.proposal_id, "state": state, "reason": reason}
    reconcile(session, DecisionOutcome, owner, list(outcomes.values()), key="proposal_id")
    ceilings: list[dict[str, Any]] = [{"area_id": area_id, "amount": amount} for area_id, amount in planned.ceilings]
    reconcile(session, DecisionCeiling, owner, ceilings, key="area_id")
    takes: list[dict[str, Any]] = [
        {"proposal_id": take.proposal_id, "amount": take.amount, "to_recover": take.to_recover}
        for take in planned.takes
    ]
    reconcile(session, DecisionTake, owner, takes, key="proposal_id")
    splits = reconcile(session, Allocation, owner, _split_values(session, planned, before), key="title").rows
    _write_moves(session, decision, planned, [split.id for split in splits])


def _split_values(session: Session, planned: Consequences, before: Ground) -> list[dict[str, Any]]:
    """Fields of each split; its title is the code of the area inside which it shares, empty among areas and at once."""
    return [
        {
            "title": "" if split.parent_id is None else before.areas[split.parent_id].code,
            "rule": split.allocation.rule.value,
            "total": split.allocation.total,
            "equal_share": split.allocation.equal_share,
            "leftover": split.allocation.leftover.value,
            "basis": split.basis.value,
            "parts": json.dumps(
                [_part(session, split, share, before) for share in split.allocation.shares], ensure_ascii=False
            ),
            "tie_order": json.dumps(split.allocation.tie),
        }
        for split in planned.splits
    ]


def _part(session: Session, split: PlannedSplit, share: Share, before: Ground) -> dict[str, Any]:
    """All that is needed to share again, and the names that the part has now."""
    part: dict[str, Any] = {
        "key": share.key,
        "weight": weight_text(share.weight),
        "account_id": _account(session, share.key),
    }
    part |= {name: value for name, value in (("minimum", share.minimum), ("cap", share.cap)) if value is not None}
    if split.by_project:
        project = before.projects[share.key]
        return {**part, "label": str(project.number), "name": project.title, "area_id": None, "parent": split.parent_id}
    area = before.areas[share.key]
    return {**part, "label": area.code, "name": area.title, "area_id": area.id, "parent": None}


def _write_moves(session: Session, decision: Decision, planned: Consequences, split_ids: Sequence[str]) -> None:
    wanted = [
        {
            "allocation_id": None if move.split is None else split_ids[move.split],
            "bundle": move.bundle,
            "kind": move.kind.value,
            "from_account_id": _account(session, move.from_id),
            "to_account_id": _account(session, move.to_id),
            "amount": move.amount,
        }
        for move in planned.moves
    ]
    present = list(
        session.scalars(sa.select(DecisionMove).filter_by(decision_id=decision.id).order_by(DecisionMove.position))
    )
    kept = [{name: getattr(row, name) for name in values} for row, values in zip(present, wanted, strict=False)]
    if len(present) == len(wanted) and kept == wanted:
        return
    for row in present:
        session.delete(row)
    for position, values in enumerate(wanted, start=1):
        session.add(DecisionMove(decision_id=decision.id, position=position, **values))


def _account(session: Session, subject_id: str) -> str:
    """Account of a source, area or proposal; a project gets one when a decision first names it."""
    proposal = session.get(Proposal, subject_id)
    return (_account_of(session, subject_id) if proposal is None else ensure_project_account(session, proposal)).id
