"""Proposals: one record from receipt to closure, typed as on the plan's own form.

Drafts are in `proposals.drafts`, lists in `proposals.lists`, the moves between states in
`proposals.states`, the economic plan in `proposals.budgets`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.documents import Attachment
from app.models.enums import ProposalState
from app.models.errors import InvalidInput, RuleBroken
from app.models.interests import InterestConflict, InterestDeclaration
from app.models.ledger import Account
from app.models.meetings import AgendaItem, ConflictDeclaration, Decision, DecisionOutcome, Member
from app.models.proposals import (
    MONTHS_MAX,
    Action,
    ActionObjective,
    ExpectedResult,
    Indicator,
    Objective,
    Proposal,
    Target,
)
from app.models.store import Store
from app.services.calls.rules import moved_rules
from app.services.changes import Changes
from app.services.checks import (
    refuse_used,
    require_distinct,
    require_key,
    require_not_negative,
    require_number,
    require_positive,
    require_text,
)
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.documents.documents import require_open
from app.services.ledger.ledger import ensure_project_account
from app.services.plan.funding import delete_account_of
from app.services.proposals.arrival import protocol_key
from app.services.proposals.budgets import delete_budgets, item_values, save_items
from app.services.proposals.drafts import (
    ActionDraft,
    ProposalDraft,
    TargetDraft,
)
from app.services.proposals.reading import read_proposal
from app.services.spending.plans import refuse_other_costs
from app.services.vouchers.users import programmes_counting, programmes_of, programmes_of_action
from app.services.wording.numbering import NUMBER_MAX, parse_objective_numbers
from app.services.wording.parsing import parse_time
from app.services.wording.shares import parse_share

OPEN_STATES = frozenset({ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.TO_INTEGRATE})
"""States in which a proposal has not been judged yet."""

JUDGED_ON = ("call_id", "alliance_id", "area_id")
"""Fields that stay once a proposal was judged."""


# --- reading -----------------------------------------------------------------------------


def load_proposal(store: Store, proposal_id: str) -> ProposalDraft:
    """A proposal as it was typed, with its newest economic plan; results are numbered from 1 in their order.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return read_proposal(session, proposal_id)


# --- writing -----------------------------------------------------------------------------


@dataclass(frozen=True)
class CheckedParts:
    """Checked fields of everything that belongs to a proposal.

    Attributes:
        served: numbers of the objectives that each action serves, in order of the actions.
        indicators: by number of the result.
    """

    objectives: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    served: list[tuple[int, ...]]
    targets: list[dict[str, Any]]
    results: list[dict[str, Any]]
    indicators: dict[int, list[dict[str, Any]]]
    items: list[dict[str, Any]]


def save_proposal(store: Store, draft: ProposalDraft) -> Changes:
    """Write a proposal with all that belongs to it; its state stays as it is.

    Raises:
        InvalidInput: "field.required", "number.not_positive", "number.negative", "number.too_large", "percent.format",
            "proposal.number_taken", "objective.number_repeated", "objectives.format" and its like,
            "action.objective_unknown", "result.number_repeated", "indicator.result_unknown",
            "budget.category_unknown", "budget.category_section", "proposal.judged" (call, alliance or area of a judged
            one changes), "proposal.protocol_taken", "month.out_of_range", "month.backwards", "time.format".
        NotFound: "record.gone".
        RuleBroken: "version.closed" when it was submitted and no new version was opened, "version.costs_by_amendment"
            when the economic plan of a running project would change.
    """
    values, parts = checked_proposal(draft)
    with store.write("save_proposal") as session:
        _refuse_judged(session, draft)
        refuse_same_protocol(session, draft.id, values["protocol"], draft.date_received)
        values["number"] = _free_number(session, draft)
        values |= moved_rules(session, draft.id, values["call_id"])
        proposal = save_row(session, Proposal, draft.id, values)
        _save_parts(session, proposal, parts)
        if session.scalar(sa.select(Account.id).where(Account.subject_id == proposal.id)):
            ensure_project_account(session, proposal)
    return Changes.of("proposals", "ledger", ids=(proposal.id,))


def checked_proposal(draft: ProposalDraft) -> tuple[dict[str, Any], CheckedParts]:
    """Fields of a proposal and of what belongs to it, checked as far as that goes without the archive.

    Raises:
        InvalidInput: those of `save_proposal` that a form by itself can be refused for.
    """
    return {**_proposal_values(draft), "number": draft.number}, CheckedParts(
        objectives=_numbered(draft.objectives, "objectives", "objective.number_repeated"),
        actions=[_action_values(row, i) for i, row in enumerate(draft.actions)],
        served=_served(draft),
        targets=[_target_values(row, i) for i, row in enumerate(draft.targets)],
        results=_numbered(draft.results, "results", "result.number_repeated"),
        indicators=_indicator_values(draft),
        items=item_values(draft.items),
    )


def _proposal_values(draft: ProposalDraft) -> dict[str, Any]:
    """Fields of the proposal itself, checked; its number is looked for later."""
    if draft.number is not None:
        require_positive(draft.number, "number")
    amounts = {
        name: getattr(draft, name)
        for name in ("total_declared", "grant_declared", "cofinancing_declared", "grant_requested")
    }
    for name, amount in amounts.items():
        require_not_negative(amount, name)
    if draft.duration_months is not None and not 1 <= draft.duration_months <= MONTHS_MAX:
        raise InvalidInput("month.out_of_range", field="duration_months", highest=MONTHS_MAX)
    time_received = draft.time_received.strip()
    return {
        "call_id": require_key(draft.call_id, "call_id"),
        "alliance_id": require_key(draft.alliance_id, "alliance_id"),
        "area_id": draft.area_id,
        "title": require_text(draft.title, "title"),
        "protocol": draft.protocol.strip(),
        "date_received": draft.date_received,
        "time_received": parse_time(time_received, field="time_received") if time_received else "",
        "channel": None if draft.channel is None else draft.channel.value,
        "signatory": draft.signatory.strip(),
        "date_start": draft.date_start,
        "duration_months": draft.duration_months,
        "context": draft.context.strip(),
        "aims": draft.aims.strip(),
        "sustainability": draft.sustainability.strip(),
        **amounts,
        "share_declared": parse_share(draft.share_declared, field="share_declared"),
        "source_line": draft.source_line,
    }


class _Numbered(Protocol):
    @property
    def id(self) -> str | None: ...
    @property
    def number(self) -> int | None: ...
    @property
    def text(self) -> str: ...
    @property
    def source_line(self) -> int | None: ...


def _numbered(rows: Sequence[_Numbered], key: str, code: str) -> list[dict[str, Any]]:
    """Fields of objectives or results, in order of their numbers; one without a number takes the next."""
    values = []
    last = 0
    for i, row in enumerate(rows):
        last = last + 1 if row.number is None else row.number
        require_positive(last, f"{key}.{i}.number")
        if last > NUMBER_MAX:
            raise InvalidInput("number.too_large", field=f"{key}.{i}.number")
        text = require_text(row.text, f"{key}.{i}.text")
        values.append({"id": row.id, "number": last, "text": text, "source_line": row.source_line})
    require_distinct([row["number"] for row in values], f"{key}.{{row}}.number", code)
    return sorted(values, key=lambda row: row["number"])


def _served(draft: ProposalDraft) -> list[tuple[int, ...]]:
    """Numbers of the objectives that each action serves."""
    known = {row["number"] for row in _numbered(draft.objectives, "objectives", "objective.number_repeated")}
    served = []
    for i, row in enumerate(draft.actions):
        field = f"actions.{i}.objectives"
        numbers = parse_objective_numbers(row.objectives, field=field) if row.objectives.strip() else ()
        for number in numbers:
            if number not in known:
                raise InvalidInput("action.objective_unknown", field=field, number=number)
        served.append(numbers)
    return served


def _action_values(row: ActionDraft, i: int) -> dict[str, Any]:
    """Fields of an action; one month alone stands for both."""
    first = row.month_to if row.month_from is None else row.month_from
    last = first if row.month_to is None else row.month_to
    for month, key in ((first, "month_from"), (last, "month_to")):
        if month is not None and not 1 <= month <= MONTHS_MAX:
            raise InvalidInput("month.out_of_range", field=f"actions.{i}.{key}", highest=MONTHS_MAX)
    if first is not None and last is not None and last < first:
        raise InvalidInput("month.backwards", field=f"actions.{i}.month_to", first=first, last=last)
    return {
        "id": row.id,
        "label": row.label.strip(),
        "text": require_text(row.text, f"actions.{i}.text"),
        "month_from": first,
        "month_to": last,
        "months_note": row.months_note.strip(),
        "source_line": row.source_line,
    }


def _target_values(row: TargetDraft, i: int) -> dict[str, Any]:
    require_not_negative(row.number_min, f"targets.{i}.number_min")
    return {
        "id": row.id,
        "text": require_text(row.text, f"targets.{i}.text"),
        "number_min": row.number_min,
        "source_line": row.source_line,
    }


def _indicator_values(draft: ProposalDraft) -> dict[int, list[dict[str, Any]]]:
    """Fields of the indicators, by number of their result."""
    numbers = [row["number"] for row in _numbered(draft.results, "results", "result.number_repeated")]
    values: dict[int, list[dict[str, Any]]] = {number: [] for number in numbers}
    for i, row in enumerate(draft.indicators):
        number = require_number(row.result, f"indicators.{i}.result")
        if number not in values:
            raise InvalidInput("indicator.result_unknown", field=f"indicators.{i}.result", number=number)
        require_not_negative(row.target, f"indicators.{i}.target")
        text = require_text(row.text, f"indicators.{i}.text")
        values[number].append({"id": row.id, "text": text, "target": row.target, "source_line": row.source_line})
    return values


def _refuse_judged(session: Session, draft: ProposalDraft) -> None:
    """What a proposal was judged on stays: its call, alliance and area."""
    if draft.id is None:
        return
    row = get_row(session, Proposal, draft.id)
    require_open(row)
    if ProposalState(row.state) in OPEN_STATES:
        return
    for field in JUDGED_ON:
        if getattr(row, field) != getattr(draft, field):
            raise InvalidInput("proposal.judged", field=field, state=ProposalState(row.state))


def refuse_same_protocol(session: Session, proposal_id: str | None, protocol: str, received: date | None) -> None:
    """One number of the protocol stands for one proposal, whichever call it answers.

    Raises:
        InvalidInput: "proposal.protocol_taken" with `number` and `title` of the other one.
    """
    wanted = protocol_key(protocol, received)
    if wanted is None:
        return
    columns = (Proposal.protocol, Proposal.date_received, Proposal.number, Proposal.title)
    others = sa.select(*columns).where(
        Proposal.id != (proposal_id or ""), Proposal.protocol != "", Proposal.protocol.contains(wanted[0])
    )
    for other in session.execute(others):
        if protocol_key(other.protocol, other.date_received) == wanted:
            raise InvalidInput(
                "proposal.protocol_taken",
                field="protocol",
                protocol=other.protocol,
                number=other.number,
                title=other.title,
                received=other.date_received,
            )


def _free_number(session: Session, draft: ProposalDraft) -> int:
    """Number of the proposal within its call."""
    others = sa.and_(Proposal.call_id == draft.call_id, Proposal.id != (draft.id or ""))
    number = draft.number or (session.scalar(sa.select(sa.func.max(Proposal.number)).where(others)) or 0) + 1
    title = session.scalar(sa.select(Proposal.title).where(others, Proposal.number == number))
    if title is not None:
        raise InvalidInput("proposal.number_taken", field="number", number=number, title=title)
    return number


def _save_parts(session: Session, proposal: Proposal, parts: CheckedParts) -> None:
    owner = {"proposal_id": proposal.id}
    objectives = reconcile(session, Objective, owner, parts.objectives, key="number")
    by_number = {row.number: row.id for row in objectives.rows}
    actions = reconcile(session, Action, owner, parts.actions)
    for action, numbers in zip(actions.rows, parts.served, strict=True):
        links = [{"objective_id": by_number[number]} for number in numbers]
        reconcile(session, ActionObjective, {"action_id": action.id}, links, key="objective_id")
    for gone in actions.removed:
        refuse_used(session, gone.id, gone.text, programmes_of_action(gone.id))
    delete_children(session, ActionObjective, "action_id", [row.id for row in actions.removed])
    reconcile(session, Target, owner, parts.targets)
    wanted = [{name: value for name, value in row.items() if name != "number"} for row in parts.results]
    results = reconcile(session, ExpectedResult, owner, wanted)
    removed = delete_children(session, Indicator, "result_id", [row.id for row in results.removed])
    for result, row in zip(results.rows, parts.results, strict=True):
        indicators = parts.indicators[row["number"]]
        removed += reconcile(session, Indicator, {"result_id": result.id}, indicators).removed
    for indicator in removed:
        refuse_used(session, indicator.id, indicator.text, programmes_counting(indicator.id))
    refuse_other_costs(session, proposal, parts.items)
    save_items(session, proposal.id, parts.items)


def delete_proposal(store: Store, proposal_id: str) -> Changes:
    """Delete a draft with all that belongs to it.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "proposal.not_draft", "record.in_use".
    """
    with store.write("delete_proposal") as session:
        row = get_row(session, Proposal, proposal_id)
        if row.state != ProposalState.DRAFT.value:
            raise RuleBroken("proposal.not_draft", title=row.title, state=ProposalState(row.state))
        delete_account_of(
            session,
            row.id,
            row.title,
            sa.select(Decision.subject).join(DecisionOutcome).where(DecisionOutcome.proposal_id == row.id),
            sa.select(AgendaItem.title).join(ConflictDeclaration).where(ConflictDeclaration.proposal_id == row.id),
            sa.select(Member.name)
            .join(InterestDeclaration)
            .join(InterestConflict)
            .where(InterestConflict.proposal_id == row.id),
            programmes_of(row.id),
        )
        _delete_parts(session, row)
        session.delete(row)
    return Changes.of("proposals", "ledger", ids=(proposal_id,))


def _delete_parts(session: Session, proposal: Proposal) -> None:
    actions = delete_children(session, Action, "proposal_id", [proposal.id])
    delete_children(session, ActionObjective, "action_id", [row.id for row in actions])
    results = delete_children(session, ExpectedResult, "proposal_id", [proposal.id])
    delete_children(session, Indicator, "result_id", [row.id for row in results])
    delete_children(session, Objective, "proposal_id", [proposal.id])
    delete_children(session, Target, "proposal_id", [proposal.id])
    delete_children(session, Attachment, "proposal_id", [proposal.id])
    delete_budgets(session, proposal.id)
