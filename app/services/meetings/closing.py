"""Closing a meeting: its decisions get numbers and effect, and the money moves. Then: approving its minutes.

Each is one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import MEETING_MOVES, ItemState, MeetingState, TransferKind, check_move
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.journal import gesture_of
from app.models.ledger import Ceiling, Entry, insert_entries
from app.models.meetings import AgendaItem, Decision, DecisionOutcome, Meeting, Minutes
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_text
from app.services.children import get_row
from app.services.decisions.ground import Consequences
from app.services.decisions.plan import plan_decision
from app.services.decisions.records import (
    decisions_of_meeting,
    kept_amounts,
    read_decision,
    read_ground,
    write_consequences,
)
from app.services.integrity import verify
from app.services.ledger.ledger import _account_of
from app.services.meetings.committees import read_committee
from app.services.meetings.drafts import MeetingDraft
from app.services.meetings.minutes_gaps import minutes_gaps
from app.services.meetings.problems import meeting_problems
from app.services.meetings.records import deciding_rule, read_meeting
from app.services.papers.omissions import keep_omissions
from app.services.ports import SILENT, Progress
from app.services.proposals.states import move_proposal
from app.services.reports.characters import require_printable
from app.services.reports.freeze import content_hash
from app.services.reports.minutes import frozen_minutes
from app.services.sharing.scenario_facts import refuse_shared_twice
from app.services.wording.parsing import parse_time
from app.services.wording.texts import LANGUAGES, translator

ITEM_TEXTS = ("title", "motion", "discussion", "addition", "late_ground")
GUEST_TEXTS = ("name", "office")

# --- what stands in the way --------------------------------------------------------------


def closing_problems(store: Store, meeting_id: str, time: str, *, next_day: bool = False) -> tuple[AppError, ...]:
    """Everything that keeps a meeting from being closed at `time`, for the screen; empty when nothing does.

    Args:
        next_day: whether it ended after midnight.
    """
    try:
        closed = _closing_time(time)
    except InvalidInput as problem:
        return (problem,)
    with store.read() as session:
        problems = list(_problems(session, meeting_id, closed, next_day=next_day))
        if not problems:
            try:
                _plan_all(session, decisions_of_meeting(session, meeting_id))
            except AppError as problem:
                problems.append(problem)
    return tuple(problems)


def _problems(session: Session, meeting_id: str, closed: str, *, next_day: bool) -> Iterator[AppError]:
    meeting = read_meeting(session, meeting_id)
    meeting = replace(meeting, time_closed=closed, date_closed=closing_day(meeting.date_held, next_day))
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


def closing_day(held: date | None, next_day: bool) -> date | None:
    """The day after, of a meeting that ended after midnight; None for the day itself."""
    return held + timedelta(days=1) if next_day and held is not None else None


def _text_problems(meeting: MeetingDraft, told: Iterable[str]) -> Iterator[AppError]:
    """Texts that stay as they are once the meeting is closed, and that its minutes could not print.

    Args:
        told: what its decisions say.
    """
    texts: list[tuple[str | None, str]] = [
        (key, getattr(meeting, key)) for key in ("place", "premises", "closing_text")
    ]
    texts += [(f"guests.{i}.{key}", getattr(row, key)) for i, row in enumerate(meeting.guests) for key in GUEST_TEXTS]
    for i, item in enumerate(meeting.items):
        texts += [(f"items.{i}.{key}", getattr(item, key)) for key in ITEM_TEXTS]
        texts += [(f"items.{i}.conflicts.{j}.ground", conflict.ground) for j, conflict in enumerate(item.conflicts)]
    for field, text in (*texts, *((None, text) for text in told)):
        try:
            require_printable(text)
        except InvalidInput as problem:
            yield InvalidInput(problem.code, field=field, **problem.values)


# --- closing -----------------------------------------------------------------------------


def close_meeting(store: Store, meeting_id: str, time: str, *, next_day: bool = False) -> Changes:
    """Close a meeting at `time`: number its decisions, set ceilings, move the money, give proposals their states.

    What the decisions do is computed again from where things stand now, in the order of the agenda: the sources may be
    others than when they were saved, what each area and project gets may not. Each point keeps the rules
    that it was decided by.

    Args:
        next_day: whether it ended after midnight.

    Raises:
        InvalidInput: "field.required", "time.format", "text.character_missing", and those of `meetings.problems`.
        RuleBroken: "state.move_refused", "decision.amounts_changed", "pot.already_shared", and those of
            `meetings.problems` and `plan_decision`.
        NotFound: "record.gone".
    """
    closed = _closing_time(time)
    with store.write("close_meeting") as session:
        for problem in _problems(session, meeting_id, closed, next_day=next_day):
            raise problem
        decisions = decisions_of_meeting(session, meeting_id)
        planned = _plan_all(session, decisions, keep=True)
        meeting = get_row(session, Meeting, meeting_id)
        _keep_rules(session, meeting)
        session.flush()
        meeting.state, meeting.time_closed = MeetingState.CLOSED.value, closed
        meeting.date_closed = closing_day(meeting.date_held, next_day)
        session.flush()
        for decision, consequences in zip(decisions, planned, strict=True):
            _number(session, decision, meeting)
            _put_in_force(session, decision, consequences, meeting)
    return Changes.of("meetings", "ledger", "proposals", ids=(meeting_id, *(decision.id for decision in decisions)))


def _keep_rules(session: Session, meeting: Meeting) -> None:
    """Write beside each point by what rules it was decided: the committee may change its rules afterwards."""
    draft = read_meeting(session, meeting.id)
    committee = read_committee(session, meeting.committee_id)
    for item in draft.items:
        assert item.id is not None
        row, rule = get_row(session, AgendaItem, item.id), deciding_rule(item, committee)
        row.quorum, row.majority, row.tie = rule.quorum.value, rule.majority.value, rule.tie.value
        if item.state is ItemState.OPEN:
            row.state = ItemState.TREATED.value


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

    What must always hold is verified first, over the whole archive; and nothing that the minutes need may be missing.

    Args:
        day: of the approval, at this meeting or at a later one.

    Raises:
        InvalidInput: "field.required", "minutes.before_meeting", "text.character_missing".
        RuleBroken: "state.move_refused", "minutes.archive_broken", "minutes.gaps" with all that stands in the way.
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
        tr = translator(LANGUAGES[0])
        broken = [found.code for found in verify(store, tr, progress).invariants if not found.ok]
        if broken:
            raise RuleBroken("minutes.archive_broken", codes=tuple(broken))
        problems = tuple(gap.problem for gap in minutes_gaps(store, meeting_id, tr) if gap.is_blocking)
        if problems:
            raise RuleBroken("minutes.gaps", gaps=problems)
        content, head = frozen_minutes(store, meeting_id, day)
        keep_omissions(session, meeting_id)
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
