"""Calls for proposals; their terms and rules are versions, in `calls.rules`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.calls import CallAct, CallRules
from app.models.evaluation import ScoringGrid
from app.models.interests import InterestDeclaration
from app.models.meetings import Member
from app.models.money import Cents
from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.calls.rules import (
    current_rules,
    delete_rules,
    newest_rules,
    refuse_closed,
    rules_draft,
    write_rules,
)
from app.services.calls.rules_drafts import RulesDraft
from app.services.changes import Changes
from app.services.checks import refuse_used, require_distinct, require_in_order, require_key, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.plan.plan import present_plan


@dataclass(frozen=True)
class CallActDraft:
    """A further act that a call rests on."""

    id: str | None = None
    act_id: str | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class CallDraft:
    """A call as it is typed.

    Attributes:
        date_opened, date_closed: terms of the newest version of its rules.
    """

    id: str | None = None
    title: str = ""
    act_id: str | None = None
    date_opened: date | None = None
    date_closed: date | None = None
    source_line: int | None = None
    acts: tuple[CallActDraft, ...] = ()


@dataclass(frozen=True)
class CallRow:
    """A call in a list; terms are those of its newest version, `proposals` is how many there are of it."""

    id: str
    title: str
    act_id: str | None
    date_opened: date | None
    date_closed: date | None
    time_closed: str
    amount_total: Cents | None
    version: int
    rules_id: str | None
    proposals: int
    sample: bool
    source_line: int | None


def call_rows(store: Store) -> tuple[CallRow, ...]:
    """All calls, by opening day (those without one last)."""
    with store.read() as session:
        proposals = sa.select(sa.func.count(Proposal.id)).where(Proposal.call_id == Call.id).scalar_subquery()
        rows = session.execute(
            sa.select(Call, CallRules, proposals)
            .outerjoin(CallRules, sa.and_(CallRules.call_id == Call.id, newest_rules()))
            .order_by(CallRules.date_opened.is_(None), CallRules.date_opened, Call.id)
        )
        return tuple(_row(call, rules, count) for call, rules, count in rows)


def _row(call: Call, rules: CallRules | None, proposals: int) -> CallRow:
    return CallRow(
        id=call.id,
        title=call.title,
        act_id=call.act_id,
        date_opened=rules.date_opened if rules else None,
        date_closed=rules.date_closed if rules else None,
        time_closed=rules.time_closed if rules else "",
        amount_total=rules.amount_total if rules else None,
        version=rules.version if rules else 0,
        rules_id=rules.id if rules else None,
        proposals=proposals,
        sample=call.sample,
        source_line=call.source_line,
    )


def load_call(store: Store, call_id: str) -> CallDraft:
    """A call as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Call, call_id)
        rules = current_rules(session, call_id)
        acts = session.scalars(sa.select(CallAct).filter_by(call_id=call_id).order_by(CallAct.position))
        return CallDraft(
            id=row.id,
            title=row.title,
            act_id=row.act_id,
            date_opened=rules.date_opened if rules else None,
            date_closed=rules.date_closed if rules else None,
            source_line=row.source_line,
            acts=tuple(CallActDraft(act.id, act.act_id, act.source_line) for act in acts),
        )


def save_call(store: Store, draft: CallDraft, rules: RulesDraft | None = None) -> Changes:
    """Write a call; a new one gets version 1 of its rules.

    Args:
        rules: of a new call, when it begins with other rules than the usual ones (as from a template).

    Raises:
        InvalidInput: "field.required", "date.end_before_start", "rules.row_repeated"; those of `save_rules`.
        NotFound: "record.gone".
        RuleBroken: "plan.missing", "rules.closed" when the terms change of a version that is closed.
    """
    title = require_text(draft.title, "title")
    require_in_order(draft.date_opened, draft.date_closed, "date_closed")
    acts = [
        {"id": row.id, "act_id": require_key(row.act_id, f"acts.{i}.act_id"), "source_line": row.source_line}
        for i, row in enumerate(draft.acts)
    ]
    require_distinct([row["act_id"] for row in acts], "acts.{row}.act_id", "rules.row_repeated")
    with store.write("save_call") as session:
        values = {
            "plan_id": present_plan(session).id,
            "act_id": draft.act_id,
            "title": title,
            "source_line": draft.source_line,
        }
        row = save_row(session, Call, draft.id, values)
        reconcile(session, CallAct, {"call_id": row.id}, acts)
        _save_terms(session, row, draft, rules)
    return Changes.of("calls", "proposals", ids=(row.id,))


def _save_terms(session: Session, call: Call, draft: CallDraft, rules: RulesDraft | None) -> None:
    """The days of a call stand in the newest version of its rules."""
    newest = current_rules(session, call.id)
    if newest is None:
        first = rules or RulesDraft(date_opened=draft.date_opened, date_closed=draft.date_closed)
        write_rules(session, call.id, 1, first)
    elif (newest.date_opened, newest.date_closed) != (draft.date_opened, draft.date_closed):
        refuse_closed(session, newest)
        newest.date_opened, newest.date_closed = draft.date_opened, draft.date_closed


def copy_call(store: Store, call_id: str, title: str) -> Changes:
    """A new call with the rules of another one, without its terms.

    Raises:
        InvalidInput: "field.required".
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Call, call_id)
        newest = current_rules(session, row.id)
        rules = RulesDraft() if newest is None else rules_draft(session, newest)
    blank: dict[str, Any] = {
        "date_opened": None,
        "time_opened": "",
        "date_closed": None,
        "time_closed": "",
        "reason": "",
    }
    return save_call(store, CallDraft(title=title), replace(rules, decision_id=None, **blank))


def delete_call(store: Store, call_id: str) -> Changes:
    """Delete a call that no proposal answers, with its rules.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_call") as session:
        row = get_row(session, Call, call_id)
        answers = sa.select(Proposal.title).where(Proposal.call_id == row.id)
        declared = sa.select(Member.name).join(InterestDeclaration).where(InterestDeclaration.call_id == row.id)
        grids = sa.select(ScoringGrid.name).filter_by(call_id=row.id)
        refuse_used(session, row.id, row.title, answers, grids, declared)
        delete_children(session, CallAct, "call_id", [row.id])
        delete_rules(session, session.scalars(sa.select(CallRules).filter_by(call_id=row.id)).all())
        session.delete(row)
    return Changes.of("calls", "proposals", ids=(call_id,))
