"""One more vote on a point: another proposal put to the vote, with its own text, manner, majority and decision."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import ItemState, Matter
from app.models.errors import RuleBroken
from app.models.meetings import AgendaItem, ConflictDeclaration, Vote
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_text
from app.services.children import get_row, reconcile
from app.services.meetings.records import ballot_for
from app.services.meetings.sitting_people import open_item
from app.services.votings.places import blocks_of

DONE_WITH = frozenset({ItemState.POSTPONED.value, ItemState.WITHDRAWN.value})
"""States of a vote that will not be given."""


def add_voting(store: Store, item_id: str, title: str, motion: str = "", matter: Matter | None = None) -> Changes:
    """One more vote on a point, after those that it has; who declared a conflict on the point is in conflict on it too.

    Args:
        item_id: the point, or any of the votes on it.
        title: what the proposal is called.
        motion: what is put to the vote, in words.
        matter: which rule of the committee it is decided by; None: that of the point.

    Raises:
        InvalidInput: "field.required".
        RuleBroken: "meeting.closed", "agenda_item.not_open".
        NotFound: "record.gone".
    """
    with store.write("add_voting") as session:
        item, meeting = open_item(session, item_id)
        point = item if item.voting_of_id is None else get_row(session, AgendaItem, item.voting_of_id)
        if point.state in DONE_WITH:
            raise RuleBroken("agenda_item.not_open", title=point.title)
        kept = matter or Matter(point.matter)
        values = {
            "id": None,
            "title": require_text(title, "title"),
            "motion": motion.strip(),
            "matter": kept.value,
            "ballot": ballot_for(session, meeting.committee_id, kept).value,
            "voting_of_id": point.id,
        }
        listed = agenda_rows(session, meeting.id)
        last = max(n for n, row in enumerate(listed) if point.id in (row.id, row.voting_of_id))
        wanted: list[dict[str, Any]] = [{"id": row.id} for row in listed]
        wanted.insert(last + 1, values)
        made = reconcile(session, AgendaItem, {"meeting_id": meeting.id}, wanted).rows[last + 1]
        for row in session.scalars(sa.select(ConflictDeclaration).filter_by(agenda_item_id=point.id)):
            session.add(_declared_on(made.id, row))
    return Changes.of("meetings", ids=(made.id, point.id, meeting.id))


def declare_below(session: Session, declared: ConflictDeclaration) -> None:
    """A conflict on a point is one on the votes below it too, in which the member has neither voted nor declared."""
    below = sa.select(AgendaItem.id).where(
        AgendaItem.voting_of_id == declared.agenda_item_id, AgendaItem.state.not_in(DONE_WITH)
    )
    for item_id in session.scalars(below).all():
        own = {"agenda_item_id": item_id, "member_id": declared.member_id}
        if all(session.scalar(sa.select(model.id).filter_by(**own)) is None for model in (Vote, ConflictDeclaration)):
            session.add(_declared_on(item_id, declared))


def _declared_on(item_id: str, declared: ConflictDeclaration) -> ConflictDeclaration:
    return ConflictDeclaration(
        agenda_item_id=item_id,
        member_id=declared.member_id,
        proposal_id=declared.proposal_id,
        kind=declared.kind,
        ground=declared.ground,
    )


def agenda_rows(session: Session, meeting_id: str) -> list[AgendaItem]:
    """The agenda of a meeting in its order."""
    rows = sa.select(AgendaItem).filter_by(meeting_id=meeting_id).order_by(AgendaItem.position)
    return list(session.scalars(rows))


def refuse_open_votings(session: Session, point: AgendaItem) -> None:
    """A point is not put off while one of the further votes on it stands.

    Raises:
        RuleBroken: "agenda_item.has_votings".
    """
    below = sa.select(AgendaItem.id).where(AgendaItem.voting_of_id == point.id, AgendaItem.state.not_in(DONE_WITH))
    if session.scalar(below.limit(1)) is not None:
        raise RuleBroken("agenda_item.has_votings", title=point.title)


def moved(rows: list[AgendaItem], item_id: str, steps: int) -> list[str]:
    """Keys in the order that they have when one is moved: a point with its votes, a further vote below its point."""
    blocks = [list(block) for block in blocks_of(rows)]
    here = next(n for n, block in enumerate(blocks) if any(row.id == item_id for row in block))
    place = next(n for n, row in enumerate(rows) if row.id == item_id)
    if rows[place].voting_of_id is not None:
        block = blocks[here]
        at = next(n for n, row in enumerate(block) if row.id == item_id)
        block.insert(min(max(at + steps, 1), len(block) - 1), block.pop(at))
    else:
        target = min(max(place + steps, 0), len(rows) - 1)
        starts = [sum(len(block) for block in blocks[:n]) for n in range(len(blocks))]
        there = max(n for n, start in enumerate(starts) if start <= target)
        if there == here and steps > 0:
            there += 1
        blocks.insert(there, blocks.pop(here))
    return [row.id for block in blocks for row in block]
