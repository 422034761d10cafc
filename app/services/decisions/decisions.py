"""Decisions: what a meeting decides on a point, with the money that it moves once the meeting has closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.enums import AccountKind, DecisionKind
from app.models.errors import AppError, RuleBroken
from app.models.ledger import Account
from app.models.meetings import (
    AgendaItem,
    Allocation,
    Decision,
    DecisionCeiling,
    DecisionMove,
    DecisionOutcome,
    Meeting,
)
from app.models.money import Cents, format_euro
from app.models.sittings import FollowUp
from app.models.spending import DecisionTake, Rescaling
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_key, require_text
from app.services.children import delete_children, get_row, save_row
from app.services.decisions.drafts import AllocationView, DecisionDraft, DecisionPreview, DecisionRow, SplitDraft
from app.services.decisions.effects import describe, kept_views
from app.services.decisions.plan import plan_decision
from app.services.decisions.records import ground_at_item, read_decision, read_ground, write_consequences
from app.services.meetings.records import unfrozen_meeting
from app.services.sharing.split_terms import dump_terms
from app.services.votings.places import point_number
from app.services.wording.texts import Translator


def save_decision(store: Store, draft: DecisionDraft) -> Changes:
    """Write a decision with what it will do when its meeting closes; no money moves before.

    Raises:
        InvalidInput, RuleBroken, NotFound: as `plan_decision`; "field.required", "record.gone".
        RuleBroken: "meeting.closed", "decision.point_taken".
    """
    with store.write("save_decision") as session:
        return write_decision(session, draft)


def write_decision(session: Session, draft: DecisionDraft) -> Changes:
    """The same within a gesture that is under way.

    Raises:
        As `save_decision`.
    """
    subject = require_text(draft.subject, "subject")
    item = get_row(session, AgendaItem, require_key(draft.agenda_item_id, "agenda_item_id"))
    meeting = unfrozen_meeting(session, item.meeting_id)
    taken = sa.select(Decision.id).where(Decision.agenda_item_id == item.id, Decision.id != (draft.id or ""))
    if session.scalar(taken) is not None:
        raise RuleBroken("decision.point_taken", field="agenda_item_id", title=item.title)
    if draft.id is not None:
        _unfrozen_decision(session, draft.id)
    ground = ground_at_item(session, item, draft.id)
    planned = plan_decision(draft, ground)
    is_split = draft.kind is DecisionKind.RESIDUE
    values = {
        "agenda_item_id": item.id,
        "committee_id": meeting.committee_id,
        "kind": draft.kind.value,
        "subject": subject,
        "text": draft.text.strip(),
        "scenario_id": draft.scenario_id if is_split else None,
        "split_terms": dump_terms(draft.split or SplitDraft()) if is_split else None,
        "source_line": draft.source_line,
    }
    decision = save_row(session, Decision, draft.id, values)
    write_consequences(session, decision, planned, ground)
    return Changes.of("meetings", ids=(decision.id, meeting.id))


def recompute_decision(store: Store, decision_id: str) -> Changes:
    """Compute again, from where things stand now, what a decision will do; its text stays as it is.

    Raises:
        As `save_decision`.
    """
    return save_decision(store, load_decision(store, decision_id))


def _unfrozen_decision(session: Session, decision_id: str) -> Decision:
    """A decision whose meeting may still be changed."""
    decision = get_row(session, Decision, decision_id)
    unfrozen_meeting(session, get_row(session, AgendaItem, decision.agenda_item_id).meeting_id)
    return decision


def load_decision(store: Store, decision_id: str) -> DecisionDraft:
    """A decision as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return read_decision(session, decision_id)


def delete_decision(store: Store, decision_id: str) -> Changes:
    """Take away a decision whose meeting is not closed.

    Raises:
        RuleBroken: "meeting.closed".
        NotFound: "record.gone".
    """
    with store.write("delete_decision") as session:
        remove_decisions(session, (_unfrozen_decision(session, decision_id).agenda_item_id,))
    return Changes.of("meetings", ids=(decision_id,))


def remove_decisions(session: Session, item_ids: Sequence[str]) -> None:
    """Take away the decisions on these points, with all that hangs below them."""
    gone = sa.select(Decision.id).where(Decision.agenda_item_id.in_(item_ids))
    for rescaling in session.scalars(sa.select(Rescaling).where(Rescaling.decision_id.in_(gone))):
        rescaling.decision_id = None
    decisions = delete_children(session, Decision, "agenda_item_id", item_ids)
    for table in (DecisionMove, Allocation, DecisionCeiling, DecisionOutcome, DecisionTake, FollowUp):
        delete_children(session, table, "decision_id", [decision.id for decision in decisions])


def decision_preview(store: Store, draft: DecisionDraft) -> DecisionPreview:
    """What a decision would do, after those of the points before it; or what stands in its way."""
    with store.read() as session:
        item = session.get(AgendaItem, draft.agenda_item_id) if draft.agenda_item_id else None
        ground = read_ground(session) if item is None else ground_at_item(session, item, draft.id)
    try:
        return describe(plan_decision(draft, ground), ground, draft.subject)
    except AppError as problem:
        return DecisionPreview(problems=(problem,))


@cache
def _rows_query() -> sa.Select[tuple[Decision, Meeting, int, int]]:
    """All decisions with their meeting, their point, and the cents that they move."""
    origin = aliased(Account)
    counted = sa.or_(Decision.kind != DecisionKind.RESIDUE.value, origin.kind == AccountKind.SOURCE.value)
    cents = (
        sa.select(sa.func.coalesce(sa.func.sum(DecisionMove.amount), 0))
        .join(origin, origin.id == DecisionMove.from_account_id)
        .where(DecisionMove.decision_id == Decision.id, counted)
        .scalar_subquery()
    )
    items = sa.select(
        AgendaItem.id, AgendaItem.meeting_id, AgendaItem.position, point_number().label("point")
    ).subquery()
    return (
        sa.select(Decision, Meeting, items.c.point, cents)
        .join(items, items.c.id == Decision.agenda_item_id)
        .join(Meeting, Meeting.id == items.c.meeting_id)
        .order_by(Meeting.date_held.desc(), Meeting.year.desc(), Meeting.number.desc(), items.c.position)
    )


def decision_rows(store: Store) -> tuple[DecisionRow, ...]:
    """All decisions: the newest meeting first, then in the order of its agenda."""
    query = _rows_query()
    with store.read() as session:
        return tuple(
            DecisionRow(
                id=row.id,
                meeting_id=meeting.id,
                meeting=f"{meeting.number}/{meeting.year}",
                date_held=meeting.date_held,
                agenda_item_id=row.agenda_item_id,
                position=place,
                kind=DecisionKind(row.kind),
                label=decision_label(row),
                subject=row.subject,
                cents=Cents(amount),
                effective_at=row.effective_at,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, meeting, place, amount in session.execute(query)
        )


def decision_label(decision: Decision) -> str:
    """«1/2014»; empty until the meeting closes."""
    return "" if decision.number is None else f"{decision.number}/{decision.year}"


def allocation_views(store: Store, tr: Translator) -> tuple[AllocationView, ...]:
    """All splits that decisions adopt, in the order of meetings and agendas; each among areas, then inside them."""
    query = (
        sa.select(Decision)
        .join(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(sa.exists().where(Allocation.decision_id == Decision.id))
        .order_by(Meeting.date_held, Meeting.year, Meeting.number, AgendaItem.position)
    )
    with store.read() as session:
        return tuple(
            replace(view, title=split_title(view, decision_label(decision), tr))
            for decision in session.scalars(query).all()
            for view in kept_views(session, decision)
        )


def split_title(view: AllocationView, number: str, tr: Translator) -> str:
    """What is shared, by which decision; `number` is empty before it has one."""
    total = format_euro(view.allocation.total)
    if view.by_project and not view.parent:
        text = tr("Sharing of {amount} among the projects").format(amount=total)
    elif view.parent:
        text = tr("Sharing of {amount} among the projects of area {area}").format(amount=total, area=view.parent)
    else:
        text = tr("Sharing of {amount} among the priority areas").format(amount=total)
    return tr("{what} (decision no. {number})").format(what=text, number=number) if number else text
