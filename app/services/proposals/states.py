"""The one door through which a proposal goes from one state to the next."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import PROPOSAL_MOVES, BudgetSection, ProposalState, check_move, refused_move
from app.models.errors import InvalidInput, RuleBroken
from app.models.proposals import Budget, BudgetItem, Proposal
from app.models.store import Store
from app.services.calls.gate import require_rules_kept
from app.services.calls.rules import ensure_rules
from app.services.changes import Changes
from app.services.children import get_row
from app.services.proposals.budgets import newest_version
from app.services.proposals.versions import keep_version

BY_DECISION = frozenset(
    {
        ProposalState.SUITABLE,
        ProposalState.NOT_SUITABLE,
        ProposalState.FUNDED,
        ProposalState.FUNDED_IN_PART,
        ProposalState.SUITABLE_UNFUNDED,
        ProposalState.REVOKED,
    }
)
"""States that only a decision of the committee gives."""

TAKEN_BACK_MOVES: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.FUNDED: frozenset({ProposalState.FUNDED_IN_PART, ProposalState.SUITABLE_UNFUNDED}),
    ProposalState.FUNDED_IN_PART: frozenset({ProposalState.SUITABLE_UNFUNDED}),
    ProposalState.ACCEPTED: frozenset({ProposalState.REVOKED}),
    ProposalState.STARTED: frozenset({ProposalState.REVOKED}),
}
"""Where a proposal goes when money that it was given is taken back; no decision of a meeting leads there by itself."""

HELD_TO_RULES = frozenset(
    {ProposalState.ADMISSIBLE, ProposalState.SUITABLE, ProposalState.FUNDED, ProposalState.FUNDED_IN_PART}
)
"""States that no proposal gets whose formal check is not settled, or which breaks a blocking rule of its call, unless
the breach was accepted."""

PASSED_BY = (ProposalState.EVALUATED, ProposalState.SUITABLE)
"""States that a decision which gives a later one goes through by itself, in this order."""


def states_by_hand(present: ProposalState) -> tuple[ProposalState, ...]:
    """States that a person may give a proposal without a decision, in the order of its life."""
    return tuple(state for state in ProposalState if state in PROPOSAL_MOVES[present] - BY_DECISION)


def submit_proposal(store: Store, proposal_id: str) -> Changes:
    """Record that a draft was received, and close its first version.

    Raises:
        InvalidInput: "field.required" when the day of receipt is missing.
        NotFound: "record.gone".
        RuleBroken: "proposal.no_area", "proposal.no_costs", "state.move_refused".
    """
    with store.write("submit_proposal") as session:
        proposal = get_row(session, Proposal, proposal_id)
        _submit(session, proposal)
    return Changes.of("proposals", ids=(proposal_id,))


def _submit(session: Session, proposal: Proposal) -> None:
    check_move(PROPOSAL_MOVES, ProposalState(proposal.state), ProposalState.SUBMITTED)
    if proposal.date_received is None:
        raise InvalidInput("field.required", field="date_received")
    if proposal.area_id is None:
        raise RuleBroken("proposal.no_area", title=proposal.title)
    costs = (
        sa.select(sa.func.sum(BudgetItem.amount))
        .join(Budget)
        .where(Budget.proposal_id == proposal.id, newest_version(), BudgetItem.section == BudgetSection.COSTS.value)
    )
    if not session.scalar(costs):
        raise RuleBroken("proposal.no_costs", title=proposal.title)
    rules = ensure_rules(session, proposal.call_id)
    keep_version(session, proposal)
    proposal.rules_id = rules.id
    proposal.state = ProposalState.SUBMITTED.value


def set_proposal_state(store: Store, proposal_id: str, state: ProposalState) -> Changes:
    """Give a proposal a state that needs no decision.

    Raises:
        InvalidInput, RuleBroken: as `submit_proposal`, when `state` is "submitted".
        NotFound: "record.gone".
        RuleBroken: "proposal.needs_decision", "state.move_refused", "version.still_open",
            "proposal.rules_broken" when a proposal is to be admitted.
    """
    with store.write("set_proposal_state") as session:
        proposal = get_row(session, Proposal, proposal_id)
        if state in BY_DECISION:
            raise RuleBroken("proposal.needs_decision", title=proposal.title, state=state)
        if state is ProposalState.SUBMITTED:
            _submit(session, proposal)
        else:
            if proposal.reopened:
                raise RuleBroken("version.still_open", title=proposal.title, state=state)
            move_proposal(session, proposal, state)
    return Changes.of("proposals", ids=(proposal_id,))


def move_proposal(session: Session, proposal: Proposal, wanted: ProposalState) -> None:
    """Bring a proposal to the state that a decision gives it; each state on the way is kept in the journal.

    From "admissible" a decision may give "suitable" or "funded" at once: the states between are passed. A proposal
    that has the state already stays as it is. One that was changed after it was admitted is judged again before it
    goes on towards money.

    Raises:
        RuleBroken: "state.move_refused", "proposal.rules_broken".
    """
    present = ProposalState(proposal.state)
    if present is wanted:
        return
    if wanted in HELD_TO_RULES:
        require_rules_kept(session, proposal)
    path = [present]
    for state in PASSED_BY:
        if wanted not in PROPOSAL_MOVES[path[-1]] and state in PROPOSAL_MOVES[path[-1]]:
            path.append(state)
    if wanted not in PROPOSAL_MOVES[path[-1]]:
        raise refused_move(PROPOSAL_MOVES, present, wanted)
    for state in (*path[1:], wanted):
        proposal.state = state.value
        session.flush()


def move_back(session: Session, proposal: Proposal, left: int, requested: int | None) -> None:
    """Bring a proposal to the state that goes with the money it still has, after some was taken back.

    Without any it is suitable and not funded; revoked, when it had been accepted or was under way. With less than it
    asked for it is funded in part.

    Args:
        left: cents that stand on its project.
        requested: cents that it asked for, None where that is not known.
    """
    present = ProposalState(proposal.state)
    reachable = TAKEN_BACK_MOVES.get(present, frozenset())
    if left:
        short = requested is not None and left < requested
        wanted = ProposalState.FUNDED_IN_PART if short else present
    else:
        wanted = next((state for state in reachable if state is not ProposalState.FUNDED_IN_PART), present)
    if wanted in reachable:
        proposal.state = wanted.value
        session.flush()
