"""What becomes of an amendment: handed in and judged by the rule of the call, told, authorised or refused."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.models.enums import AMENDMENTS_IN_FORCE, AMENDMENTS_TO_DECIDE, AmendmentDuty, AmendmentState
from app.models.errors import InvalidInput, RuleBroken
from app.models.proposals import Proposal
from app.models.spending import Amendment
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_in_force, require_key, require_text
from app.services.children import get_row
from app.services.proposals.budgets import BudgetItemDraft, newest_budget
from app.services.spending.amendment_drafts import AmendmentDraft
from app.services.spending.amendments import changed, checked, compare_amendment, in_state, key_of, read_amendment
from app.services.spending.counting import Verdict
from app.services.spending.plans import apply_plan
from app.services.wording.texts import LANGUAGES, N_, translator

AMENDED = N_("Amendment no. {n}")
"""Why a version of an economic plan was made by an amendment."""


def submit_amendment(store: Store, amendment_id: str) -> Changes:
    """Hand an amendment in: what the rule of the call leaves free, or wants told, is in force; the rest waits.

    Raises:
        NotFound: "record.gone".
        InvalidInput, RuleBroken: as `save_amendment`; "amendment.settled", "amendment.plan_changed", and those of
            `apply_plan`.
    """
    with store.write("submit_amendment") as session:
        row = in_state(session, amendment_id, frozenset({AmendmentState.DRAFT}))
        draft = _unchanged(session, row)
        verdict = compare_amendment(session, draft).verdict
        row.base_id = newest_budget(session, row.proposal_id).id
        row.state = state_after(verdict).value
        if row.state in AMENDMENTS_IN_FORCE:
            _put_in_force(session, row, draft)
        return changed(row)


def state_after(verdict: Verdict) -> AmendmentState:
    """Where an amendment goes that is handed in."""
    if verdict.silent:
        return AmendmentState.SUBMITTED
    if verdict.duty is AmendmentDuty.AUTHORISE:
        return AmendmentState.TO_AUTHORISE
    return AmendmentState.TO_TELL if verdict.duty is AmendmentDuty.TELL else AmendmentState.FREE


def _unchanged(session: Session, row: Amendment) -> AmendmentDraft:
    """The amendment on the plan in force, which is still the one that it was written on."""
    draft = read_amendment(session, row)
    fresh = checked(session, get_row(session, Proposal, row.proposal_id), draft)
    if [(key_of(line), line.before) for line in fresh.lines] != [(key_of(line), line.before) for line in draft.lines]:
        raise RuleBroken("amendment.plan_changed", number=row.number)
    return draft


def _put_in_force(session: Session, row: Amendment, draft: AmendmentDraft) -> None:
    """Make the amended plan the next version; items that have nothing any more are left out."""
    proposal = get_row(session, Proposal, row.proposal_id)
    items = [
        BudgetItemDraft(None, line.section, str(line.category), line.label, line.after)
        for line in draft.lines
        if line.after
    ]
    row.budget_id = apply_plan(session, proposal, items, translator(LANGUAGES[0])(AMENDED).format(n=row.number)).id


def tell_amendment(store: Store, amendment_id: str, day: date | None, words: str = "") -> Changes:
    """Record that an amendment was told.

    Raises:
        InvalidInput: "field.required", "amendment.settled_before".
        NotFound: "record.gone".
        RuleBroken: "amendment.settled".
    """
    with store.write("tell_amendment") as session:
        row = in_state(session, amendment_id, frozenset({AmendmentState.TO_TELL}))
        _settle(row, AmendmentState.TOLD, day, words)
        return changed(row)


def authorise_amendment(
    store: Store, amendment_id: str, day: date | None, decision_id: str | None, words: str = ""
) -> Changes:
    """Authorise an amendment by a decision in force; it becomes the next version of the economic plan.

    Raises:
        InvalidInput: "field.required", "amendment.settled_before"; as `save_amendment`.
        NotFound: "record.gone".
        RuleBroken: "amendment.settled", "decision.pending", "amendment.plan_changed"; as `save_amendment`.
    """
    with store.write("authorise_amendment") as session:
        row = in_state(session, amendment_id, AMENDMENTS_TO_DECIDE)
        require_in_force(session, require_key(decision_id, "decision_id"))
        draft = _unchanged(session, row)
        row.decision_id = decision_id
        _settle(row, AmendmentState.AUTHORISED, day, words)
        _put_in_force(session, row, draft)
        return changed(row)


def refuse_amendment(store: Store, amendment_id: str, day: date | None, decision_id: str | None, words: str) -> Changes:
    """Refuse an amendment, with a reason and by a decision in force; the economic plan stays as it is.

    Raises:
        InvalidInput: "field.required", "amendment.settled_before".
        NotFound: "record.gone".
        RuleBroken: "amendment.settled", "decision.pending".
    """
    with store.write("refuse_amendment") as session:
        row = in_state(session, amendment_id, AMENDMENTS_TO_DECIDE)
        require_in_force(session, require_key(decision_id, "decision_id"))
        row.decision_id = decision_id
        _settle(row, AmendmentState.REFUSED, day, require_text(words, "words"))
        return changed(row)


def _settle(row: Amendment, state: AmendmentState, day: date | None, words: str) -> None:
    if day is None:
        raise InvalidInput("field.required", field="day")
    if day < row.day:
        raise InvalidInput("amendment.settled_before", field="day", received=row.day)
    row.state, row.date_settled, row.outcome = state.value, day, words.strip()
