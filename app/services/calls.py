"""Calls for proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import refuse_used, require_in_order, require_text
from app.services.children import get_row, save_row
from app.services.plan import present_plan


@dataclass(frozen=True)
class CallDraft:
    """A call as it is typed."""

    id: str | None = None
    title: str = ""
    act_id: str | None = None
    date_opened: date | None = None
    date_closed: date | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class CallRow:
    """A call in a list; `proposals` is how many were received."""

    id: str
    title: str
    act_id: str | None
    date_opened: date | None
    date_closed: date | None
    proposals: int
    sample: bool
    source_line: int | None


def call_rows(store: Store) -> tuple[CallRow, ...]:
    """All calls, by opening day (those without one last)."""
    with store.read() as session:
        rows = session.execute(
            sa.select(Call, sa.func.count(Proposal.id))
            .outerjoin(Proposal, Proposal.call_id == Call.id)
            .group_by(Call.id)
            .order_by(Call.date_opened.is_(None), Call.date_opened, Call.id)
        )
        return tuple(
            CallRow(
                id=row.id,
                title=row.title,
                act_id=row.act_id,
                date_opened=row.date_opened,
                date_closed=row.date_closed,
                proposals=proposals,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, proposals in rows
        )


def load_call(store: Store, call_id: str) -> CallDraft:
    """A call as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Call, call_id)
        return CallDraft(row.id, row.title, row.act_id, row.date_opened, row.date_closed, row.source_line)


def save_call(store: Store, draft: CallDraft) -> Changes:
    """Write a call.

    Raises:
        InvalidInput: "field.required", "date.end_before_start".
        NotFound: "record.gone".
        RuleBroken: "plan.missing".
    """
    title = require_text(draft.title, "title")
    require_in_order(draft.date_opened, draft.date_closed, "date_closed")
    with store.write("save_call") as session:
        values = {
            "plan_id": present_plan(session).id,
            "act_id": draft.act_id,
            "title": title,
            "date_opened": draft.date_opened,
            "date_closed": draft.date_closed,
            "source_line": draft.source_line,
        }
        row = save_row(session, Call, draft.id, values)
    return Changes.of("proposals", ids=(row.id,))


def delete_call(store: Store, call_id: str) -> Changes:
    """Delete a call that no proposal answers.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_call") as session:
        row = get_row(session, Call, call_id)
        refuse_used(session, row.id, row.title, sa.select(Proposal.title).where(Proposal.call_id == row.id))
        session.delete(row)
    return Changes.of("proposals", ids=(call_id,))
