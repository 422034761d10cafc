"""From the formal checks of a call to the draft of a decision: who is admitted, who is not, and why."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.admissibility import IntegrationRequest
from app.models.enums import CheckOutcome, DecisionKind, ProposalState, Remedy
from app.models.errors import RuleBroken
from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_key
from app.services.children import get_row
from app.services.decisions.decisions import write_decision
from app.services.decisions.drafts import DecisionDraft, OutcomeDraft
from app.services.evaluation.admissibility import CHECKED_STATES, ChecklistDraft, checklists_of
from app.services.wording.texts import Translator


def admit_by_checks(store: Store, proposal_id: str, item_id: str | None, tr: Translator) -> Changes:
    """Make the outcomes of all finished formal checks of a call the draft of a decision on a point of an agenda.

    Who still lacks an answer, is completing something or could still be asked to is left to a later decision. The
    proposals move when the meeting closes. The first key of the result is the decision's.

    Args:
        proposal_id: of any proposal of the call.
        tr: of the language that the decision is written in.

    Raises:
        InvalidInput, RuleBroken, NotFound: as `save_decision`; "check.none_finished".
    """
    point = require_key(item_id, "agenda_item_id")
    with store.write("admit_by_checks") as session:
        call = get_row(session, Call, get_row(session, Proposal, proposal_id).call_id)
        outcomes = tuple(_outcomes(session, call, tr))
        if not outcomes:
            raise RuleBroken("check.none_finished", call=call.title)
        draft = DecisionDraft(
            agenda_item_id=point,
            kind=DecisionKind.ADMISSION,
            subject=tr("{call}: outcome of the formal check").format(call=call.title),
            text=tr(
                "to admit to evaluation the proposals whose formal check holds, and not to admit the others, for the"
                " reason beside each, as in the table."
            ),
            outcomes=outcomes,
        )
        return write_decision(session, draft) | Changes.of("evaluation", ids=(proposal_id,))


def _outcomes(session: Session, call: Call, tr: Translator) -> Iterator[OutcomeDraft]:
    states = [state.value for state in CHECKED_STATES]
    query = sa.select(Proposal).filter(Proposal.call_id == call.id, Proposal.state.in_(states))
    proposals = session.scalars(query.order_by(Proposal.number)).all()
    asked = set(session.scalars(sa.select(IntegrationRequest.proposal_id).distinct()))
    for draft in checklists_of(session, proposals, tr):
        if draft.requests or not draft.checks or any(row.answer is None for row in draft.checks):
            continue
        failing = [row for row in draft.checks if row.answer is CheckOutcome.NO]
        if not failing:
            yield OutcomeDraft(draft.id, ProposalState.ADMISSIBLE)
        elif draft.id in asked or any(row.remedy is Remedy.BLOCKING for row in failing):
            yield OutcomeDraft(draft.id, ProposalState.NOT_ADMISSIBLE, failed_points(draft, tr))


def failed_points(draft: ChecklistDraft, tr: Translator) -> str:
    """The points of a formal check that do not hold, each with its ground and why."""
    text = tr("the point “{text}” ({ground}) does not hold: {note}.")
    return " ".join(
        text.format(text=row.text, ground=row.ground or row.code, note=row.note or row.told)
        for row in draft.checks
        if row.answer is CheckOutcome.NO
    )
