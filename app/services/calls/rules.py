"""Versions of a call's rules: read, written while nothing was received under them, and made anew by a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models import calls as m
from app.models.errors import RuleBroken
from app.models.meetings import Decision
from app.models.money import Cents
from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.calls import rules_drafts as d
from app.services.calls.rules_drafts import RulesDraft
from app.services.calls.rules_values import ENUMS, OWN, PARTS, PERCENTS, part_values, rules_values
from app.services.changes import Changes
from app.services.checks import require_in_force, require_key, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.wording.shares import share_text

# --- reading -----------------------------------------------------------------------------


@dataclass(frozen=True)
class RulesRow:
    """A version in a list.

    Attributes:
        call: title of its call.
        decision: number of the decision that made it, «3/2014»; empty for none.
        received: proposals that were received under it; more than none closes it.
        current: whether it is the newest of its call.
    """

    id: str
    call_id: str
    call: str
    version: int
    reason: str
    decision: str
    date_opened: date | None
    date_closed: date | None
    time_closed: str
    amount_total: Cents | None
    received: int
    current: bool
    sample: bool
    source_line: int | None


@cache
def newest_rules() -> sa.ColumnElement[bool]:
    """Says of a row of `CallRules` whether it is the newest of its call."""
    other = aliased(m.CallRules)
    newest = sa.select(sa.func.max(other.version)).where(other.call_id == m.CallRules.call_id)
    return m.CallRules.version == newest.scalar_subquery()


def rules_rows(store: Store, call_id: str | None = None) -> tuple[RulesRow, ...]:
    """All versions, or those of one call: call by call, the newest first."""
    received = sa.select(sa.func.count(Proposal.id)).where(Proposal.rules_id == m.CallRules.id).scalar_subquery()
    query = (
        sa.select(m.CallRules, Call.title, received, Decision.number, Decision.year, newest_rules())
        .join(Call, Call.id == m.CallRules.call_id)
        .outerjoin(Decision, Decision.id == m.CallRules.decision_id)
        .order_by(Call.id, m.CallRules.version.desc())
    )
    if call_id is not None:
        query = query.where(m.CallRules.call_id == call_id)
    with store.read() as session:
        return tuple(
            RulesRow(
                id=row.id,
                call_id=row.call_id,
                call=title,
                version=row.version,
                reason=row.reason,
                decision="" if number is None else f"{number}/{year}",
                date_opened=row.date_opened,
                date_closed=row.date_closed,
                time_closed=row.time_closed,
                amount_total=row.amount_total,
                received=count,
                current=bool(current),
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, title, count, number, year, current in session.execute(query)
        )


def load_rules(store: Store, rules_id: str) -> RulesDraft:
    """A version as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return rules_draft(session, get_row(session, m.CallRules, rules_id))


def load_current_rules(store: Store, call_id: str) -> RulesDraft:
    """The newest version of a call's rules as it was typed.

    Raises:
        NotFound: "record.gone" when there is no such call.
    """
    with store.read() as session:
        get_row(session, Call, call_id)
        row = current_rules(session, call_id)
        return RulesDraft(call_id=call_id) if row is None else rules_draft(session, row)


def rules_draft(session: Session, row: m.CallRules) -> RulesDraft:
    """A version, with all that belongs to it."""
    return rules_drafts(session, [row])[row.id]


def rules_drafts(session: Session, rows: Sequence[m.CallRules]) -> Mapping[str, RulesDraft]:
    """Versions by key, each with all that belongs to it; a fixed number of queries."""
    keys = [row.id for row in rows]
    counted = sa.select(Proposal.rules_id, sa.func.count()).where(Proposal.rules_id.in_(keys))
    received = dict(session.execute(counted.group_by(Proposal.rules_id)).tuples().all())
    parts: dict[str, dict[str, list[Any]]] = {key: {part.key: [] for part in PARTS} for key in keys}
    for part in PARTS:
        order = (part.model.rules_id, part.model.position)
        for child in session.scalars(sa.select(part.model).where(part.model.rules_id.in_(keys)).order_by(*order)):
            values = _values(child, part.fields, part.enums)
            parts[child.rules_id][part.key].append(part.draft(id=child.id, **values))
    drafts = {}
    for row in rows:
        own: dict[str, Any] = _values(row, OWN, ENUMS)
        own |= {key: tuple(children) for key, children in parts[row.id].items()}
        drafts[row.id] = RulesDraft(id=row.id, version=row.version, received=received.get(row.id, 0), **own)
    return drafts


def _values(row: object, names: Iterable[str], enums: Mapping[str, type[StrEnum]]) -> dict[str, Any]:
    """Fields of a row as a draft has them."""
    values = {}
    for name in names:
        value = getattr(row, name)
        if name in PERCENTS:
            value = share_text(value or "")
        elif name in enums and value is not None:
            value = enums[name](value)
        values[name] = value
    return values


def current_rules(session: Session, call_id: str) -> m.CallRules | None:
    """The newest version of a call's rules; None for a call that has none."""
    return session.scalar(sa.select(m.CallRules).filter_by(call_id=call_id).order_by(m.CallRules.version.desc()))


def ensure_rules(session: Session, call_id: str) -> m.CallRules:
    """The newest version of a call's rules; the first one is made when there is none."""
    row = current_rules(session, call_id)
    if row is not None:
        return row
    row = m.CallRules(call_id=call_id, version=1, reason="")
    session.add(row)
    _save_parts(session, row, part_values(RulesDraft()))
    return row


def rules_of(session: Session, proposal: Proposal) -> m.CallRules | None:
    """The version that a proposal is judged by: the one it was received under, of a draft the newest."""
    if proposal.rules_id is not None:
        return session.get(m.CallRules, proposal.rules_id)
    return current_rules(session, proposal.call_id)


def moved_rules(session: Session, proposal_id: str | None, call_id: str) -> dict[str, str]:
    """What a received proposal that goes to another call is received under: the newest version of that one."""
    row = session.get(Proposal, proposal_id) if proposal_id is not None else None
    if row is None or row.rules_id is None or row.call_id == call_id or session.get(Call, call_id) is None:
        return {}
    return {"rules_id": ensure_rules(session, call_id).id}


def categories_of(session: Session, rules_id: str | None) -> tuple[d.CategoryDraft, ...]:
    """Categories of cost of a version, in their order; the usual seven without one."""
    if rules_id is None:
        return d.DEFAULT_CATEGORIES
    rows = session.scalars(sa.select(m.RulesCategory).filter_by(rules_id=rules_id).order_by(m.RulesCategory.position))
    return tuple(
        d.CategoryDraft(row.id, row.code, row.name, row.costs, row.contribution, row.source, row.source_line)
        for row in rows
    )


def own_category_names(session: Session) -> Mapping[tuple[str, str], str]:
    """Names that calls give to their categories themselves, by (proposal, code)."""
    version = sa.or_(Proposal.rules_id == m.CallRules.id, sa.and_(Proposal.rules_id.is_(None), newest_rules()))
    query = (
        sa.select(Proposal.id, m.RulesCategory.code, m.RulesCategory.name)
        .join(m.CallRules, m.CallRules.call_id == Proposal.call_id)
        .join(m.RulesCategory, m.RulesCategory.rules_id == m.CallRules.id)
        .where(version, m.RulesCategory.name != "")
    )
    return {(proposal_id, code): name for proposal_id, code, name in session.execute(query).tuples()}


def call_categories(store: Store, call_id: str | None, proposal_id: str | None = None) -> tuple[d.CategoryDraft, ...]:
    """Categories that a proposal may use: those it was received under, else those of its call; else the usual seven."""
    with store.read() as session:
        proposal = session.get(Proposal, proposal_id) if proposal_id else None
        if proposal is not None and proposal.rules_id is not None:
            return categories_of(session, proposal.rules_id)
        row = current_rules(session, call_id) if call_id else None
        return categories_of(session, row.id if row else None)


# --- writing -----------------------------------------------------------------------------


def save_rules(store: Store, draft: RulesDraft) -> Changes:
    """Write a version under which nothing was received yet.

    Raises:
        InvalidInput: "field.required", "date.end_before_start", "time.format", "number.negative", "number.too_large",
            "number.not_positive", "percent.format", "percent.over_hundred", "rules.max_below_min",
            "rules.code_repeated", "rules.row_repeated", "rules.cap_limit", "rules.category_unknown",
            "places.unknown", "rules.tranches_sum".
        NotFound: "record.gone".
        RuleBroken: "rules.closed", "decision.pending".
    """
    values, parts = rules_values(draft), part_values(draft)
    with store.write("save_rules") as session:
        row = get_row(session, m.CallRules, require_key(draft.id, "id"))
        refuse_closed(session, row)
        require_in_force(session, draft.decision_id)
        save_row(session, m.CallRules, row.id, {**values, "call_id": row.call_id})
        _save_parts(session, row, parts)
    return Changes.of("calls", "proposals", ids=(row.id,))


def write_rules(session: Session, call_id: str, version: int, draft: RulesDraft) -> m.CallRules:
    """Add a version with everything that the draft says; its rows are new.

    Raises:
        InvalidInput: those of `save_rules`.
    """
    values, parts = rules_values(draft), part_values(draft)
    row = save_row(session, m.CallRules, None, {**values, "call_id": call_id, "version": version})
    _save_parts(session, row, {key: [{**child, "id": None} for child in rows] for key, rows in parts.items()})
    return row


def new_rules_version(store: Store, call_id: str, reason: str, decision_id: str | None = None) -> Changes:
    """Begin a new version of a call's rules, equal to the newest, which is closed.

    Args:
        reason: why it is made.
        decision_id: the decision that made it, when one did.

    Raises:
        InvalidInput: "field.required".
        NotFound: "record.gone".
        RuleBroken: "decision.pending"; "rules.still_open" when nothing was received under the newest one yet.
    """
    given = require_text(reason, "reason")
    with store.write("new_rules_version") as session:
        get_row(session, Call, call_id)
        require_in_force(session, decision_id)
        newest = ensure_rules(session, call_id)
        draft = rules_draft(session, newest)
        if not draft.received:
            raise RuleBroken("rules.still_open", version=newest.version)
        changed = replace(draft, reason=given, decision_id=decision_id, source_line=None)
        row = write_rules(session, call_id, newest.version + 1, changed)
    return Changes.of("calls", "proposals", ids=(row.id,))


def delete_rules_version(store: Store, rules_id: str) -> Changes:
    """Delete the newest version of a call's rules, while nothing was received under it.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "rules.closed", "rules.not_newest", "rules.only_version".
    """
    with store.write("delete_rules_version") as session:
        row = get_row(session, m.CallRules, rules_id)
        newest = current_rules(session, row.call_id)
        refuse_closed(session, row)
        if newest is None or newest.id != row.id:
            raise RuleBroken("rules.not_newest", version=row.version)
        if row.version == 1:
            raise RuleBroken("rules.only_version")
        delete_rules(session, [row])
    return Changes.of("calls", "proposals", ids=(rules_id,))


def delete_rules(session: Session, rows: Sequence[m.CallRules]) -> None:
    """Delete versions with all that belongs to them."""
    for model in m.PARTS:
        delete_children(session, model, "rules_id", [row.id for row in rows])
    for row in rows:
        session.delete(row)


def refuse_closed(session: Session, row: m.CallRules) -> None:
    """Nothing was received under a version that is to be changed.

    Raises:
        RuleBroken: "rules.closed" with `version` and `received`.
    """
    received = session.scalar(sa.select(sa.func.count(Proposal.id)).where(Proposal.rules_id == row.id))
    if received:
        raise RuleBroken("rules.closed", version=row.version, received=received)


def _save_parts(session: Session, row: m.CallRules, parts: Mapping[str, list[dict[str, Any]]]) -> None:
    for part in PARTS:
        reconcile(session, part.model, {"rules_id": row.id}, parts[part.key])
