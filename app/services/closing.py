"""Closing a meeting: its decisions get numbers and effect, and the money moves. Then: approving its minutes.

Each is one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import MEETING_MOVES, MeetingState, TransferKind, check_move
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.journal import gesture_of
from app.models.ledger import Ceiling, Entry, insert_entries
from app.models.meetings import Decision, DecisionOutcome, Meeting, Minutes
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_text
from app.services.children import get_row
from app.services.committees import CommitteeDraft, read_committee
from app.services.decision_ground import Consequences
from app.services.decision_plan import plan_decision
from app.services.decision_records import (
    decisions_of_meeting,
    kept_amounts,
    read_decision,
    read_ground,
    write_consequences,
)
from app.services.integrity import verify
from app.services.ledger import _account_of
from app.services.meeting_drafts import AgendaItemDraft, MeetingDraft
from app.services.meeting_records import item_quorum, read_meeting
from app.services.parsing import parse_time
from app.services.ports import SILENT, Progress
from app.services.proposal_states import move_proposal
from app.services.quorum import SEATED, count_votes
from app.services.reports.characters import require_printable
from app.services.reports.freeze import content_hash
from app.services.reports.minutes import frozen_minutes
from app.services.scenario_facts import refuse_shared_twice
from app.services.texts import LANGUAGES, translator

# --- what stands in the way --------------------------------------------------------------


def closing_problems(store: Store, meeting_id: str, time: str) -> tuple[AppError, ...]:
    """Everything that keeps a meeting from being closed at `time`, for the screen; empty when nothing does."""
    try:
        closed = _closing_time(time)
    except InvalidInput as problem:
        return (problem,)
    with store.read() as session:
        problems = list(_problems(session, meeting_id, closed))
        if not problems:
            try:
                _plan_all(session, decisions_of_meeting(session, meeting_id))
            except AppError as problem:
                problems.append(problem)
    return tuple(problems)


def _problems(session: Session, meeting_id: str, closed: str) -> Iterator[AppError]:
    meeting = replace(read_meeting(session, meeting_id), time_closed=closed)
    try:
        check_move(MEETING_MOVES, meeting.state, MeetingState.CLOSED)
    except RuleBroken as problem:
        yield problem
        return
    assert meeting.committee_id is not None
    decisions = decisions_of_meeting(session, meeting_id)
    decided = {decision.agenda_item_id for decision in decisions}
    yield from meeting_problems(meeting, read_committee(session, meeting.committee_id), decided)
    outcomes = sa.select(DecisionOutcome.reason).where(DecisionOutcome.decision_id.in_([row.id for row in decisions]))
    told = [text for decision in decisions for text in (decision.subject, decision.text)]
    yield from _text_problems(meeting, (*told, *session.scalars(outcomes)))


def _text_problems(meeting: MeetingDraft, told: Iterable[str]) -> Iterator[AppError]:
    """Texts that stay as they are once the meeting is closed, and that its minutes could not print.

    Args:
        told: what its decisions say.
    """
    texts: list[tuple[str | None, str]] = [
        (key, getattr(meeting, key)) for key in ("place", "premises", "closing_text")
    ]
    for i, item in enumerate(meeting.items):
        texts += [(f"items.{i}.{key}", getattr(item, key)) for key in ("title", "discussion")]
        texts += [(f"items.{i}.conflicts.{j}.ground", conflict.ground) for j, conflict in enumerate(item.conflicts)]
    for field, text in (*texts, *((None, text) for text in told)):
        try:
            require_printable(text)
        except InvalidInput as problem:
            yield InvalidInput(problem.code, field=field, **problem.values)


def meeting_problems(
    meeting: MeetingDraft, committee: CommitteeDraft, decided: Collection[str | None]
) -> Iterator[AppError]:
    """What does not fit together in a meeting that is to be closed; pure.

    Args:
        decided: keys of the points that have a decision.
    """
    names = {member.id: member.name for member in committee.members}
    if not meeting.time_opened:
        yield InvalidInput("field.required", field="time_opened")
        return
    if meeting.time_closed < meeting.time_opened:
        hours = {"opened": meeting.time_opened, "closed": meeting.time_closed}
        yield InvalidInput("meeting.closes_before_opening", field="time_closed", **hours)
        return
    convened = {attendance.member_id for attendance in meeting.attendances}
    for member in committee.members:
        if member.role in SEATED and member.id not in convened:
            yield RuleBroken("meeting.attendance_missing", field="attendances", name=member.name)
    for i, attendance in enumerate(meeting.attendances):
        for key in ("time_in", "time_out"):
            time = getattr(attendance, key)
            if time and not meeting.time_opened <= time <= meeting.time_closed:
                values = {"name": names[attendance.member_id], "time": time}
                yield InvalidInput("attendance.outside_hours", field=f"attendances.{i}.{key}", **values)
    for i, item in enumerate(meeting.items):
        if item.votes or item.id in decided:
            yield from _vote_problems(meeting, committee, item, f"items.{i}", names, is_decided=item.id in decided)


def _vote_problems(
    meeting: MeetingDraft,
    committee: CommitteeDraft,
    item: AgendaItemDraft,
    field: str,
    names: Mapping[str | None, str],
    *,
    is_decided: bool,
) -> Iterator[AppError]:
    """What does not fit in the vote on one point."""
    if not item.votes:
        yield RuleBroken("decision.no_vote", field=f"{field}.votes", title=item.title)
        return
    if not item.time_voted:
        yield InvalidInput("agenda_item.time_missing", field=f"{field}.time_voted", title=item.title)
        return
    if not meeting.time_opened <= item.time_voted <= meeting.time_closed:
        values = {"title": item.title, "time": item.time_voted}
        yield InvalidInput("agenda_item.outside_hours", field=f"{field}.time_voted", **values)
        return
    quorum = item_quorum(meeting, item, committee)
    if not quorum.is_legal:
        counts = {"present": len(quorum.voters), "needed": quorum.needed, "time": item.time_voted}
        yield RuleBroken("quorum.missing", field=f"{field}.time_voted", title=item.title, **counts)
        return
    strangers = tuple(names[vote.member_id] for vote in item.votes if vote.member_id not in quorum.voters)
    if strangers:
        yield RuleBroken(
            "vote.not_entitled", field=f"{field}.votes", title=item.title, names=strangers, time=item.time_voted
        )
        return
    voted = {vote.member_id for vote in item.votes}
    silent = tuple(names[member] for member in quorum.voters if member not in voted)
    if silent:
        yield RuleBroken("vote.missing", field=f"{field}.votes", title=item.title, names=silent, time=item.time_voted)
        return
    tally = count_votes([(vote.member_id or "", vote.choice) for vote in item.votes])
    if is_decided and not tally.is_carried:
        counted = {"favour": len(tally.favour), "against": len(tally.against)}
        yield RuleBroken("decision.not_carried", field=f"{field}.votes", title=item.title, **counted)


# --- closing -----------------------------------------------------------------------------


def close_meeting(store: Store, meeting_id: str, time: str) -> Changes:
    """Close a meeting at `time`: number its decisions, set ceilings, move the money, give proposals their states.

    What the decisions do is computed again from where things stand now, in the order of the agenda: the sources may be
    others than when they were saved, what each area and project gets may not.

    Raises:
        InvalidInput: "field.required", "time.format", "meeting.closes_before_opening", "attendance.outside_hours",
            "agenda_item.time_missing", "agenda_item.outside_hours", "text.character_missing".
        RuleBroken: "state.move_refused", "meeting.attendance_missing", "decision.no_vote", "quorum.missing",
            "vote.not_entitled", "vote.missing", "decision.not_carried", "decision.amounts_changed",
            "pot.already_shared", and those of
            `plan_decision`.
        NotFound: "record.gone".
    """
    closed = _closing_time(time)
    with store.write("close_meeting") as session:
        for problem in _problems(session, meeting_id, closed):
            raise problem
        decisions = decisions_of_meeting(session, meeting_id)
        planned = _plan_all(session, decisions, keep=True)
        meeting = get_row(session, Meeting, meeting_id)
        meeting.state, meeting.time_closed = MeetingState.CLOSED.value, closed
        session.flush()
        for decision, consequences in zip(decisions, planned, strict=True):
            _number(session, decision, meeting)
            _put_in_force(session, decision, consequences, meeting)
    return Changes.of("meetings", "ledger", "proposals", ids=(meeting_id, *(decision.id for decision in decisions)))


def _closing_time(time: str) -> str:
    return parse_time(require_text(time, "time_closed"), field="time_closed")


def _plan_all(session: Session, decisions: Sequence[Decision], *, keep: bool = False) -> list[Consequences]:
    """What the decisions do one after the other.

    Args:
        keep: whether their records are brought up to date.
    """
    refuse_shared_twice(session, decisions)
    ground, planned = read_ground(session), []
    for decision in decisions:
        consequences = plan_decision(read_decision(session, decision.id), ground)
        _refuse_other_amounts(session, decision, consequences)
        if keep:
            write_consequences(session, decision, consequences, ground, final=True)
        planned.append(consequences)
        ground = consequences.after
    return planned


def _refuse_other_amounts(session: Session, decision: Decision, planned: Consequences) -> None:
    """What each area and project gets is what stood beside the text when it was voted.

    Raises:
        RuleBroken: "decision.amounts_changed".
    """
    amounts: defaultdict[str, int] = defaultdict(int)
    for move in planned.moves:
        amounts[move.to_id] += move.amount
    if amounts != dict(kept_amounts(session, decision.id)):
        raise RuleBroken("decision.amounts_changed", subject=decision.subject)


def _number(session: Session, decision: Decision, meeting: Meeting) -> None:
    """The next number of the committee and year, and the instant from which the decision is in force."""
    last = sa.select(sa.func.max(Decision.number)).where(
        Decision.committee_id == meeting.committee_id, Decision.year == meeting.year
    )
    decision.year, decision.number = meeting.year, (session.scalar(last) or 0) + 1
    decision.effective_at = gesture_of(session).at
    session.flush()


def _put_in_force(session: Session, decision: Decision, planned: Consequences, meeting: Meeting) -> None:
    for area_id, amount in planned.ceilings:
        account = _account_of(session, area_id)
        session.add(Ceiling(account_id=account.id, decision_id=decision.id, amount=amount))
    bundles: defaultdict[tuple[int, TransferKind], defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for move in planned.moves:
        postings = bundles[move.bundle, move.kind]
        postings[_account_of(session, move.from_id).id] -= move.amount
        postings[_account_of(session, move.to_id).id] += move.amount
    entries = [
        Entry(kind, meeting.date_held, decision.subject, postings, decision_id=decision.id)
        for (_bundle, kind), postings in bundles.items()
    ]
    if entries:
        insert_entries(session, entries)
    for outcome in planned.outcomes:
        move_proposal(session, get_row(session, Proposal, outcome.proposal_id), outcome.state)


# --- approval ----------------------------------------------------------------------------


def approve_minutes(store: Store, meeting_id: str, day: date | None, progress: Progress = SILENT) -> Changes:
    """Approve the minutes of a closed meeting and freeze them, full and published, in every language.

    What must always hold is verified first, over the whole archive.

    Args:
        day: of the approval, at this meeting or at a later one.

    Raises:
        InvalidInput: "field.required", "minutes.before_meeting", "text.character_missing".
        RuleBroken: "state.move_refused", "minutes.archive_broken".
        NotFound: "record.gone".
    """
    if day is None:
        raise InvalidInput("field.required", field="date_approved")
    with store.write("approve_minutes") as session:
        meeting = get_row(session, Meeting, meeting_id)
        check_move(MEETING_MOVES, MeetingState(meeting.state), MeetingState.APPROVED)
        if day < meeting.date_held:
            raise InvalidInput("minutes.before_meeting", field="date_approved", held=meeting.date_held)
        # Both read what stood before this transaction, and no other can write meanwhile.
        broken = [found.code for found in verify(store, translator(LANGUAGES[0]), progress).invariants if not found.ok]
        if broken:
            raise RuleBroken("minutes.archive_broken", codes=tuple(broken))
        content, head = frozen_minutes(store, meeting_id, day)
        minutes = Minutes(
            meeting_id=meeting_id,
            date_approved=day,
            approved_at=gesture_of(session).at,
            content=content,
            content_hash=content_hash(content),
            journal_head=head,
        )
        session.add(minutes)
        meeting.state = MeetingState.APPROVED.value
    return Changes.of("meetings", ids=(meeting_id,))
