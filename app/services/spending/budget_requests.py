"""Requests for an economic plan that fits another grant: asked, and closed when a plan comes back that fits.

What comes back is the next version of the economic plan, by a workbook or typed in the proposal's own sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import RequestState
from app.models.errors import InvalidInput, RuleBroken
from app.models.meetings import Decision
from app.models.money import CENTS_MAX, Cents, format_cents
from app.models.proposals import Proposal
from app.models.spending import BudgetRequest
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_in_force, require_in_order, require_key
from app.services.children import get_row, save_row
from app.services.decisions.decisions import decision_label
from app.services.proposals.budgets import BudgetItemDraft, budget_totals, load_items, newest_budget
from app.services.spending.plans import apply_plan, require_grant, require_rules
from app.services.spending.projects import ground_of, require_plannable
from app.services.wording.texts import LANGUAGES, N_, Translator, translator

RESCALED = N_("Economic plan rescaled")
"""Why a version of an economic plan was made that came back."""


@dataclass(frozen=True)
class RequestDraft:
    """A request.

    Attributes:
        decision_id: that gave the amount; None for the newest that gave the project money.
        amount: that the costs must sum to.
        state, decision, date_returned: shown only.
    """

    id: str | None = None
    proposal_id: str | None = None
    decision_id: str | None = None
    amount: Cents | None = None
    day: date | None = None
    date_due: date | None = None
    note: str = ""
    state: RequestState = RequestState.ASKED
    decision: str = ""
    date_returned: date | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class RequestRow:
    """A request in a list.

    Attributes:
        present: what the costs of the newest economic plan sum to.
    """

    id: str
    proposal_id: str
    project: str
    amount: Cents
    present: Cents
    day: date
    date_due: date | None
    state: RequestState
    date_returned: date | None
    decision: str
    sample: bool
    source_line: int | None


def request_rows(store: Store) -> tuple[RequestRow, ...]:
    """All requests: project by project, the newest first."""
    query = (
        sa.select(BudgetRequest, Proposal, Decision)
        .join(Proposal, Proposal.id == BudgetRequest.proposal_id)
        .join(Decision, Decision.id == BudgetRequest.decision_id)
        .order_by(Proposal.number, Proposal.id, BudgetRequest.id.desc())
    )
    with store.read() as session:
        return tuple(
            RequestRow(
                id=row.id,
                proposal_id=proposal.id,
                project=f"{proposal.number} · {proposal.title}",
                amount=row.amount,
                present=budget_totals(load_items(session, proposal.id)).grant,
                day=row.day,
                date_due=row.date_due,
                state=RequestState(row.state),
                date_returned=row.date_returned,
                decision=decision_label(decision),
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, proposal, decision in session.execute(query).tuples().all()
        )


def load_request(store: Store, request_id: str) -> RequestDraft:
    """A request as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, BudgetRequest, request_id)
        return RequestDraft(
            id=row.id,
            proposal_id=row.proposal_id,
            decision_id=row.decision_id,
            amount=row.amount,
            day=row.day,
            date_due=row.date_due,
            note=row.note,
            state=RequestState(row.state),
            decision=decision_label(get_row(session, Decision, row.decision_id)),
            date_returned=row.date_returned,
            source_line=row.source_line,
        )


# --- asking ------------------------------------------------------------------------------


def save_request(store: Store, draft: RequestDraft) -> Changes:
    """Write a request for another economic plan.

    Raises:
        InvalidInput: "field.required", "amount.not_positive", "amount.too_large", "date.end_before_start".
        RuleBroken: "project.not_running", "project.no_money", "decision.pending", "request.standing",
            "request.accepted".
        NotFound: "record.gone".
    """
    with store.write("save_request") as session:
        row = write_request(session, draft)
    return Changes.of("proposals", "ledger", ids=(row.id, row.proposal_id))


def write_request(session: Session, draft: RequestDraft) -> BudgetRequest:
    """The same within a gesture that is under way.

    Raises:
        As `save_request`.
    """
    proposal = get_row(session, Proposal, require_key(draft.proposal_id, "proposal_id"))
    require_plannable(session, proposal)
    if draft.amount is None:
        raise InvalidInput("field.required", field="amount")
    if draft.amount <= 0:
        raise InvalidInput("amount.not_positive", field="amount")
    if draft.amount > CENTS_MAX:
        raise InvalidInput("amount.too_large", field="amount", text=format_cents(draft.amount))
    if draft.day is None:
        raise InvalidInput("field.required", field="day")
    require_in_order(draft.day, draft.date_due, "date_due")
    decision_id = draft.decision_id or ground_of(session, proposal.id)
    if decision_id is None:
        raise RuleBroken("project.no_money", field="proposal_id")
    require_in_force(session, decision_id)
    if draft.id is not None:
        _require_asked(get_row(session, BudgetRequest, draft.id))
    standing = sa.select(BudgetRequest.id).filter_by(proposal_id=proposal.id, state=RequestState.ASKED.value)
    if session.scalar(standing.where(BudgetRequest.id != (draft.id or ""))) is not None:
        raise RuleBroken("request.standing", field="proposal_id", title=proposal.title)
    values = {
        "proposal_id": proposal.id,
        "decision_id": decision_id,
        "amount": draft.amount,
        "day": draft.day,
        "date_due": draft.date_due,
        "note": draft.note.strip(),
        "source_line": draft.source_line,
    }
    return save_row(session, BudgetRequest, draft.id, values)


def _require_asked(row: BudgetRequest) -> None:
    if row.state != RequestState.ASKED.value:
        raise RuleBroken("request.accepted")


def delete_request(store: Store, request_id: str) -> Changes:
    """Delete a request that nothing came of.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "request.accepted".
    """
    with store.write("delete_request") as session:
        row = get_row(session, BudgetRequest, request_id)
        _require_asked(row)
        session.delete(row)
    return Changes.of("proposals", "ledger", ids=(request_id, row.proposal_id))


# --- what comes back ---------------------------------------------------------------------


def accept_request(store: Store, request_id: str, day: date | None, tr: Translator) -> Changes:
    """Close a request with the newest economic plan of its project, as it was typed there.

    Args:
        tr: language of what a refusal says of the rules.

    Raises:
        InvalidInput: "field.required", "plan.grant_differs", "date.end_before_start".
        NotFound: "record.gone".
        RuleBroken: "request.accepted", "version.still_open", "plan.rules_broken".
    """
    with store.write("accept_request") as session:
        row, proposal = _asked(session, request_id, day)
        if proposal.reopened:
            raise RuleBroken("version.still_open", title=proposal.title, state=proposal.state)
        items = load_items(session, proposal.id)
        require_grant(items, row.amount)
        require_rules(session, proposal, items, tr)
        _close(row, day, newest_budget(session, proposal.id).id)
    return Changes.of("proposals", "ledger", ids=(row.id, proposal.id))


def take_budget(
    session: Session, request_id: str, items: Sequence[BudgetItemDraft], day: date | None, tr: Translator
) -> BudgetRequest:
    """Close a request with the items that came back: they become the next version of the economic plan.

    Raises:
        As `accept_request`, and those of `apply_plan`.
    """
    row, proposal = _asked(session, request_id, day)
    require_grant(items, row.amount)
    require_rules(session, proposal, items, tr)
    before = budget_totals(load_items(session, proposal.id)).grant
    reason = translator(LANGUAGES[0])(RESCALED)
    budget = apply_plan(session, proposal, items, reason, first_asked=before if before > row.amount else None)
    _close(row, day, budget.id)
    return row


def _asked(session: Session, request_id: str, day: date | None) -> tuple[BudgetRequest, Proposal]:
    row = get_row(session, BudgetRequest, request_id)
    _require_asked(row)
    if day is None:
        raise InvalidInput("field.required", field="day")
    require_in_order(row.day, day, "day")
    proposal = get_row(session, Proposal, row.proposal_id)
    require_plannable(session, proposal)
    return row, proposal


def _close(row: BudgetRequest, day: date | None, budget_id: str) -> None:
    row.state, row.date_returned, row.budget_id = RequestState.ACCEPTED.value, day, budget_id
