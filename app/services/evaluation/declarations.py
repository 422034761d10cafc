"""Declarations of interests: made by each member for a call, once it is known who applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import ConflictKind, MemberRole, SheetState
from app.models.errors import InvalidInput, NotFound
from app.models.evaluation import ScoreSheet
from app.models.interests import InterestConflict, InterestDeclaration
from app.models.meetings import Committee, Member
from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_distinct, require_key, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.evaluation.scorers import scoring_of
from app.services.evaluation.sheets import set_aside, settle_evaluated


@dataclass(frozen=True)
class InterestDraft:
    """A proposal on which the member is out.

    Attributes:
        day: when it came to light, where that was after the declaration.
    """

    id: str | None = None
    proposal_id: str | None = None
    kind: ConflictKind = ConflictKind.ABSTENTION
    ground: str = ""
    day: date | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class InterestsDraft:
    """A member's declaration for a call; without conflicts it says that there is none.

    Attributes:
        id: «call:member», whether something was declared or not.
        note: how it was given: in the room, by a signed sheet with its number.
        member, call: names; shown only.
    """

    id: str | None = None
    call_id: str | None = None
    member_id: str | None = None
    day: date | None = None
    note: str = ""
    conflicts: tuple[InterestDraft, ...] = ()
    member: str = ""
    call: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class InterestsRow:
    """What a member declared for a call, or that nothing was declared yet.

    Attributes:
        id: «call:member».
        day: None while nothing is declared.
        conflicts: (number of the proposal, kind, ground) of each, by number.
    """

    id: str
    call_id: str
    call: str
    member_id: str
    member: str
    role: MemberRole
    committee: str
    day: date | None
    note: str
    conflicts: tuple[tuple[int, ConflictKind, str], ...]
    sample: bool
    source_line: int | None


def save_interests(store: Store, draft: InterestsDraft) -> Changes:
    """Write what a member declares for a call; what the member has scored on proposals in conflict is set aside.

    Raises:
        InvalidInput: "field.required", "interest.proposal_repeated", "interest.other_call".
        NotFound: "record.gone".
    """
    call_id, member_id = require_key(draft.call_id, "call_id"), require_key(draft.member_id, "member_id")
    if draft.day is None:
        raise InvalidInput("field.required", field="day")
    wanted: list[dict[str, Any]] = [
        {
            "id": conflict.id,
            "proposal_id": require_key(conflict.proposal_id, f"conflicts.{i}.proposal_id"),
            "kind": conflict.kind.value,
            "ground": require_text(conflict.ground, f"conflicts.{i}.ground"),
            "day": conflict.day,
            "source_line": conflict.source_line,
        }
        for i, conflict in enumerate(draft.conflicts)
    ]
    keys = [conflict["proposal_id"] for conflict in wanted]
    require_distinct(keys, "conflicts.{row}.proposal_id", "interest.proposal_repeated")
    with store.write("save_interests") as session:
        kept = _found(session, call_id, member_id)
        own = set(session.scalars(sa.select(Proposal.id).filter_by(call_id=call_id)))
        for i, key in enumerate(keys):
            if key not in own:
                raise InvalidInput("interest.other_call", field=f"conflicts.{i}.proposal_id")
        values = {
            "call_id": call_id,
            "member_id": member_id,
            "day": draft.day,
            "note": draft.note.strip(),
            "source_line": draft.source_line,
        }
        row = save_row(session, InterestDeclaration, None if kept is None else kept.id, values)
        reconcile(session, InterestConflict, {"declaration_id": row.id}, wanted)
        _set_aside(session, store, member_id, {conflict["proposal_id"]: conflict["ground"] for conflict in wanted})
        _settle(session, store, call_id, keys)
    return Changes.of("evaluation", "meetings", "proposals", ids=(declaration_key(call_id, member_id), row.id))


def _settle(session: Session, store: Store, call_id: str, keys: Sequence[str]) -> None:
    """Whoever is in conflict is waited for no longer: what only they had not scored is evaluated now."""
    session.flush()
    scoring = scoring_of(session, call_id, store.person)
    if scoring is not None:
        for proposal in session.scalars(sa.select(Proposal).where(Proposal.id.in_(keys))):
            settle_evaluated(session, scoring, proposal)


def declaration_key(call_id: str, member_id: str) -> str:
    """Key of what a member declares for a call, declared or not."""
    return f"{call_id}:{member_id}"


def _found(session: Session, call_id: str, member_id: str) -> InterestDeclaration | None:
    return session.scalar(sa.select(InterestDeclaration).filter_by(call_id=call_id, member_id=member_id))


def _set_aside(session: Session, store: Store, member_id: str, grounds: Mapping[str, str]) -> None:
    """Scores that came before the conflict came to light stay on the record and no longer count."""
    sheets = sa.select(ScoreSheet).where(
        ScoreSheet.member_id == member_id,
        ScoreSheet.proposal_id.in_(grounds),
        ScoreSheet.state != SheetState.SET_ASIDE.value,
    )
    for sheet in session.scalars(sheets):
        set_aside(session, store, sheet, grounds[sheet.proposal_id])


def load_interests(store: Store, key: str) -> InterestsDraft:
    """A declaration as it stands, or a blank one of this member for this call.

    Raises:
        NotFound: "record.gone".
    """
    call_id, _colon, member_id = key.partition(":")
    with store.read() as session:
        member, call = get_row(session, Member, member_id), get_row(session, Call, call_id)
        row = _found(session, call_id, member_id)
        draft = InterestsDraft(id=key, call_id=call_id, member_id=member_id, member=member.name, call=call.title)
        if row is None:
            return draft
        query = sa.select(InterestConflict).filter_by(declaration_id=row.id).order_by(InterestConflict.position)
        conflicts = tuple(
            InterestDraft(
                id=conflict.id,
                proposal_id=conflict.proposal_id,
                kind=ConflictKind(conflict.kind),
                ground=conflict.ground,
                day=conflict.day,
                source_line=conflict.source_line,
            )
            for conflict in session.scalars(query)
        )
        return replace(draft, day=row.day, note=row.note, conflicts=conflicts, source_line=row.source_line)


def interests_rows(store: Store, call_id: str | None = None) -> tuple[InterestsRow, ...]:
    """Every member for every call that has proposals, with what was declared; of one call when it is given."""
    calls = sa.select(Call.id, Call.title).where(Call.id.in_(sa.select(Proposal.call_id))).order_by(Call.title, Call.id)
    if call_id is not None:
        calls = calls.where(Call.id == call_id)
    members = (
        sa.select(Member, Committee.name)
        .join(Committee, Committee.id == Member.committee_id)
        .order_by(Committee.name, Committee.id, Member.position)
    )
    conflicts = (
        sa.select(InterestConflict.declaration_id, Proposal.number, InterestConflict.kind, InterestConflict.ground)
        .join(Proposal, Proposal.id == InterestConflict.proposal_id)
        .order_by(Proposal.number)
    )
    with store.read() as session:
        declared = {(row.call_id, row.member_id): row for row in session.scalars(sa.select(InterestDeclaration))}
        told: dict[str, list[tuple[int, ConflictKind, str]]] = {}
        for declaration_id, number, kind, ground in session.execute(conflicts):
            told.setdefault(declaration_id, []).append((number, ConflictKind(kind), ground))
        seats = session.execute(members).all()
        rows = []
        for key, title in session.execute(calls):
            for member, committee in seats:
                row = declared.get((key, member.id))
                rows.append(
                    InterestsRow(
                        id=declaration_key(key, member.id),
                        call_id=key,
                        call=title,
                        member_id=member.id,
                        member=member.name,
                        role=MemberRole(member.role),
                        committee=committee,
                        day=row.day if row else None,
                        note=row.note if row else "",
                        conflicts=tuple(told.get(row.id, ())) if row else (),
                        sample=row.sample if row else False,
                        source_line=row.source_line if row else None,
                    )
                )
        return tuple(rows)


def delete_interests(store: Store, key: str) -> Changes:
    """Take away what a member declared for a call.

    Raises:
        NotFound: "record.gone".
    """
    call_id, _colon, member_id = key.partition(":")
    with store.write("delete_interests") as session:
        row = _found(session, call_id, member_id)
        if row is None:
            raise NotFound("record.gone")
        delete_children(session, InterestConflict, "declaration_id", (row.id,))
        session.delete(row)
    return Changes.of("evaluation", "meetings", ids=(key, row.id))
