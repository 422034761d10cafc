"""The invariants of meetings: numbers, quorums, conflicts, and minutes that stay as they were approved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa

from app.models.enums import Ballot, MeetingState
from app.models.meetings import (
    AgendaItem,
    Committee,
    ConflictDeclaration,
    Decision,
    Meeting,
    Member,
    Minutes,
    Vote,
)
from app.models.papers import Erratum
from app.services.integrity.context import Context
from app.services.meetings.committees import CommitteeDraft, read_committee
from app.services.meetings.drafts import MeetingDraft
from app.services.meetings.records import item_quorum, item_result, read_meeting
from app.services.reports.freeze import content_hash

Sentences = Iterator[str]

SEALED = (MeetingState.CLOSED.value, MeetingState.APPROVED.value)


def decisions_without_quorum(context: Context) -> Sentences:
    """Decisions in force that no closed meeting of their committee took with its quorum and a majority in favour."""
    session, tr = context.session, context.tr
    meetings: dict[str, MeetingDraft] = {}
    committees: dict[str, CommitteeDraft] = {}
    rows = session.execute(
        sa.select(Decision, AgendaItem.meeting_id, Meeting.state, Meeting.committee_id)
        .outerjoin(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
        .outerjoin(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Decision.effective_at.is_not(None))
        .order_by(Decision.year, Decision.number)
    ).tuples()
    for decision, meeting_id, state, committee_id in rows:
        named = {"label": f"{decision.number}/{decision.year}", "subject": decision.subject}
        if state not in SEALED or committee_id != decision.committee_id:
            yield tr("Decision {label} «{subject}» belongs to no closed meeting of its committee.").format(**named)
            continue
        meeting = meetings.get(meeting_id) or meetings.setdefault(meeting_id, read_meeting(session, meeting_id))
        committee = committees.get(committee_id)
        committee = committee or committees.setdefault(committee_id, read_committee(session, committee_id))
        item = next(item for item in meeting.items if item.id == decision.agenda_item_id)
        quorum = item_quorum(meeting, item, committee)
        if not quorum.is_legal:
            yield tr(
                "Decision {label} «{subject}» was taken without the quorum: {present} there, {needed} needed."
            ).format(present=len(quorum.voters), needed=quorum.needed, **named)
        result = item_result(meeting, item, committee)
        if not result.is_carried:
            yield tr(
                "Decision {label} «{subject}» has not the votes that it needed: {favour} in favour, {needed} needed."
            ).format(favour=result.counts.favour, needed=result.needed, **named)
        if item.ballot is Ballot.SECRET and result.counts.given != len(quorum.voters):
            yield tr("Decision {label} «{subject}» has not as many papers as there were voters.").format(**named)


def votes_in_conflict(context: Context) -> Sentences:
    """Votes of members who declared a conflict on the same item, and of members who were not there to vote."""
    rows = context.session.execute(
        sa.select(Member.name, AgendaItem.title)
        .join(Vote, Vote.member_id == Member.id)
        .join(AgendaItem, AgendaItem.id == Vote.agenda_item_id)
        .join(
            ConflictDeclaration,
            sa.and_(
                ConflictDeclaration.agenda_item_id == Vote.agenda_item_id,
                ConflictDeclaration.member_id == Vote.member_id,
            ),
        )
        .order_by(AgendaItem.id, Member.position)
    ).tuples()
    for name, title in rows:
        yield context.tr("{name} voted on «{title}» in spite of a conflict.").format(name=name, title=title)


def gaps_in_numbers(context: Context) -> Sentences:
    """Numbers of meetings, decisions and errata that are missing in their committee and year."""
    tr = context.tr
    for text, numbers in (
        (
            tr("{committee}: there is no meeting no. {number}/{year}."),
            sa.select(Committee.name, Meeting.year, Meeting.number).join(Meeting, Meeting.committee_id == Committee.id),
        ),
        (
            tr("{committee}: there is no decision no. {number}/{year}."),
            sa.select(Committee.name, Decision.year, Decision.number)
            .join(Decision, Decision.committee_id == Committee.id)
            .where(Decision.number.is_not(None)),
        ),
        (
            tr("{committee}: there is no erratum no. {number}/{year}."),
            sa.select(Committee.name, Erratum.year, Erratum.number)
            .join(Erratum, Erratum.committee_id == Committee.id)
            .where(Erratum.number.is_not(None)),
        ),
    ):
        found: dict[tuple[str, int], set[int]] = defaultdict(set)
        for name, year, number in context.session.execute(numbers):
            found[name, year].add(number)
        for (name, year), taken in sorted(found.items()):
            for number in sorted(set(range(1, max(taken) + 1)) - taken):
                yield text.format(committee=name, number=number, year=year)


def changed_minutes(context: Context) -> Sentences:
    """Minutes and errata whose content is not what was approved, and approved meetings without minutes."""
    rows = context.session.execute(
        sa.select(Meeting.number, Meeting.year, Meeting.state, Minutes.content, Minutes.content_hash)
        .outerjoin(Minutes, Minutes.meeting_id == Meeting.id)
        .order_by(Meeting.year, Meeting.number)
    )
    for number, year, state, content, kept in rows:
        label = f"{number}/{year}"
        if (state == MeetingState.APPROVED.value) != (content is not None):
            yield context.tr("Meeting {label}: its state does not agree with its minutes.").format(label=label)
        elif content is not None and content_hash(content) != kept:
            yield context.tr("The minutes of meeting {label} are not what was approved.").format(label=label)
    errata = sa.select(Erratum.number, Erratum.year, Erratum.content, Erratum.content_hash)
    for number, year, text, digest in context.session.execute(errata.where(Erratum.number.is_not(None))).tuples():
        if content_hash(text) != digest:
            yield context.tr("Erratum {label} is not what was approved.").format(label=f"{number}/{year}")
