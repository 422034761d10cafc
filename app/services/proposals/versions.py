"""Versions of a proposal: closed when it is submitted, opened again for a reason, compared.

What was handed in changes in a draft or while a version is open. Closing keeps the whole proposal as one text with its
hash, which the engine guards; opening begins a new version of the economic plan as well, so that the first stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import FUNDED_STATES, ProposalState, RequestState
from app.models.errors import NotFound, RuleBroken
from app.models.journal import gesture_of, record_classes, stored_values
from app.models.proposal_versions import ProposalVersion
from app.models.proposals import Action, Budget, ExpectedResult, Proposal
from app.models.spending import BudgetRequest
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_text
from app.services.children import get_row
from app.services.journal.journal import EditContent
from app.services.proposals.budgets import new_budget_version
from app.services.proposals.reading import last_version
from app.services.proposals.snapshot import Difference, Snapshot, canonical, compare, take_snapshot, text_hash

PARTS_OF_PROPOSALS = frozenset(
    {
        *("objective", "action", "action_objective", "target", "expected_result", "indicator"),
        *("budget", "budget_item", "attachment"),
    }
)
"""Tables whose rows belong to what was handed in."""

FIXED_STATES = frozenset(
    {
        ProposalState.NOT_ADMISSIBLE,
        ProposalState.NOT_SUITABLE,
        ProposalState.RENOUNCED,
        ProposalState.CONCLUDED,
        ProposalState.REVOKED,
    }
)
"""States in which a proposal is over: no version is opened any more."""


@dataclass(frozen=True)
class VersionRow:
    """A version in a list.

    Attributes:
        number: from 1.
        reason: why it was made; empty for what was submitted.
        closed_at: None for the one that is open.
        content_hash: SHA-256 of what was kept; empty for the one that is open.
    """

    id: str
    proposal_id: str
    number: int
    reason: str
    closed_at: datetime | None
    closed_by: str
    content_hash: str
    sample: bool

    @property
    def is_open(self) -> bool:
        """Whether it can still change."""
        return self.closed_at is None


def version_rows(store: Store, proposal_id: str) -> tuple[VersionRow, ...]:
    """The versions of a proposal, the first first; the one that is open last, a draft's being its first.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        proposal = get_row(session, Proposal, proposal_id)
        rows = session.scalars(
            sa.select(ProposalVersion).filter_by(proposal_id=proposal_id).order_by(ProposalVersion.number)
        )
        found = [
            VersionRow(
                id=row.id,
                proposal_id=proposal_id,
                number=row.number,
                reason=row.reason,
                closed_at=row.closed_at,
                closed_by=row.closed_by,
                content_hash=row.content_hash,
                sample=row.sample,
            )
            for row in rows
        ]
        if is_open(proposal):
            number = len(found) + 1
            key = f"{proposal_id}:open"
            found.append(VersionRow(key, proposal_id, number, proposal.reopened, None, "", "", proposal.sample))
    return tuple(found)


def versioned_proposals(store: Store) -> tuple[tuple[str, int, str, int], ...]:
    """(key, number, title, versions) of each proposal with two versions or more, the one that is open included."""
    closed = sa.func.count(ProposalVersion.id)
    with store.read() as session:
        rows = session.execute(
            sa.select(Proposal, closed)
            .join(ProposalVersion, ProposalVersion.proposal_id == Proposal.id)
            .group_by(Proposal.id)
            .having(closed + sa.case((Proposal.reopened != "", 1), else_=0) > 1)
            .order_by(Proposal.number, Proposal.id)
        )
        return tuple((row.id, row.number, row.title, count + is_open(row)) for row, count in rows)


def is_open(proposal: Proposal) -> bool:
    """Whether what was handed in may change."""
    return proposal.state == ProposalState.DRAFT.value or bool(proposal.reopened)


def version_snapshot(store: Store, proposal_id: str, number: int) -> Snapshot:
    """What a version holds; of the one that is open, or of a draft, what stands now.

    Raises:
        NotFound: "record.gone" when there is no such version.
    """
    with store.read() as session:
        return snapshot_of(session, proposal_id, number)


def snapshot_of(session: Session, proposal_id: str, number: int) -> Snapshot:
    """As `version_snapshot`, in a session of the caller's."""
    content = session.scalar(sa.select(ProposalVersion.content).filter_by(proposal_id=proposal_id, number=number))
    if content is not None:
        return cast(Snapshot, json.loads(content))
    proposal = get_row(session, Proposal, proposal_id)
    if not is_open(proposal) or number != last_version(session, proposal_id) + 1:
        raise NotFound("record.gone")
    return take_snapshot(session, proposal_id)


def compare_versions(store: Store, proposal_id: str, before: int, after: int) -> tuple[Difference, ...]:
    """What differs between two versions of a proposal, in the order of the sheet.

    Raises:
        NotFound: "record.gone" when there is no such version.
    """
    with store.read() as session:
        return compare(snapshot_of(session, proposal_id, before), snapshot_of(session, proposal_id, after))


# --- what must hold ----------------------------------------------------------------------


def changed_since_closing(session: Session, proposal_id: str) -> tuple[Difference, ...]:
    """What a closed proposal has that its last closed version has not; nothing for an open one, or one without.

    Names of what it refers to (partners, call, area) are those of other records, and may change.
    """
    proposal = get_row(session, Proposal, proposal_id)
    number = last_version(session, proposal_id)
    if is_open(proposal) or not number:
        return ()
    found = compare(snapshot_of(session, proposal_id, number), take_snapshot(session, proposal_id))
    return tuple(each for each in found if each.part != "partners" and each.field not in OF_OTHERS)


def has_fixed_costs(session: Session, proposal: Proposal) -> bool:
    """Whether a project runs, and nobody waits for another economic plan of it: only an amendment changes it then."""
    asked = sa.select(BudgetRequest.id).filter_by(proposal_id=proposal.id, state=RequestState.ASKED.value)
    return proposal.state in FUNDED_STATES and session.scalar(asked.limit(1)) is None


def costs_slipped(proposal: Proposal) -> RuleBroken:
    """That the costs of a running project would change without an amendment."""
    state = ProposalState(proposal.state)
    return RuleBroken("version.costs_by_amendment", field="items", title=proposal.title, state=state)


def _refuse_slipped_costs(session: Session, proposal: Proposal) -> None:
    """What is closed anew of a running project has the costs of the version before, unless others were asked for."""
    number = last_version(session, proposal.id)
    if number and has_fixed_costs(session, proposal):
        found = compare(snapshot_of(session, proposal.id, number), take_snapshot(session, proposal.id))
        if any(each.part in ("costs", "contributions") and each.field != "category_name" for each in found):
            raise costs_slipped(proposal)


OF_OTHERS = frozenset({"call", "alliance", "lead", "area"})
"""Fields of a snapshot that are names of other records."""

_ABOVE: Mapping[str, type[Any]] = {"action_id": Action, "result_id": ExpectedResult, "budget_id": Budget}
"""Parts of a proposal that have parts themselves, by the column that names them."""


def touched_proposals(session: Session, contents: Iterable[EditContent]) -> set[str]:
    """Keys of the proposals that edits are about, themselves or by a part of theirs."""
    found: set[str] = set()
    for content in contents:
        table = content.edit.table_name
        if table == Proposal.__tablename__:
            found.add(content.edit.row_id)
        elif table in PARTS_OF_PROPOSALS:
            record = session.get(record_classes()[table], content.edit.row_id)
            values = (
                stored_values(record) if record is not None else {**(content.before or {}), **(content.after or {})}
            )
            found |= _owner(session, values)
    return found


def _owner(session: Session, values: Mapping[str, Any]) -> set[str]:
    """Proposal that a part belongs to, by its fields; of a part whose part above is gone, that one's edit tells."""
    if values.get("proposal_id"):
        return {values["proposal_id"]}
    for column, model in _ABOVE.items():
        above = session.get(model, values[column]) if column in values else None
        if above is not None:
            return {above.proposal_id}
    return set()


# --- the moves ---------------------------------------------------------------------------


def keep_version(session: Session, proposal: Proposal) -> ProposalVersion:
    """Close the version that is open: keep the proposal whole, as it stands in this session.

    It is written before the proposal is closed, so that taking the gesture back opens the proposal first.
    """
    session.flush()
    content = canonical(take_snapshot(session, proposal.id))
    gesture = gesture_of(session)
    row = ProposalVersion(
        proposal_id=proposal.id,
        number=last_version(session, proposal.id) + 1,
        reason=proposal.reopened,
        closed_at=gesture.at,
        closed_by=gesture.user,
        content=content,
        content_hash=text_hash(content),
    )
    session.add(row)
    session.flush()
    proposal.reopened = ""
    return row


def reopen_proposal(store: Store, proposal_id: str, reason: str) -> Changes:
    """Open a new version of a proposal that was submitted; the one before stays as it was closed.

    A proposal of an older archive has no closed version: what stands now becomes its first.

    Args:
        reason: why it changes («integrazione del 12/05/2014, prot. 35411»).

    Raises:
        InvalidInput: "field.required".
        NotFound: "record.gone".
        RuleBroken: "version.still_draft", "version.open_already", "version.proposal_over".
    """
    why = require_text(reason, "reason")
    with store.write("reopen_proposal") as session:
        proposal = get_row(session, Proposal, proposal_id)
        state = ProposalState(proposal.state)
        if state is ProposalState.DRAFT:
            raise RuleBroken("version.still_draft", title=proposal.title)
        if proposal.reopened:
            raise RuleBroken("version.open_already", title=proposal.title, reason=proposal.reopened)
        if state in FIXED_STATES:
            raise RuleBroken("version.proposal_over", title=proposal.title, state=state)
        if not last_version(session, proposal_id):
            keep_version(session, proposal)
        proposal.reopened = why
        new_budget_version(session, proposal_id, why)
    return Changes.of("proposals", ids=(proposal_id,))


def close_version(store: Store, proposal_id: str) -> Changes:
    """Close the version that was opened again.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "version.none_open", "version.costs_by_amendment".
    """
    with store.write("close_version") as session:
        proposal = get_row(session, Proposal, proposal_id)
        if not proposal.reopened:
            raise RuleBroken("version.none_open", title=proposal.title)
        _refuse_slipped_costs(session, proposal)
        keep_version(session, proposal)
    return Changes.of("proposals", ids=(proposal_id,))
