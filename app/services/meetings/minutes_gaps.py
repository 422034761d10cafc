"""«Cosa manca»: what stands in the way of approving the minutes of a meeting, and what is better mended before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import ItemState, MeetingState, RuleSeverity, Severity
from app.models.errors import AppError, RuleBroken
from app.models.ledger import Posting, Transfer
from app.models.meetings import Decision, DecisionMove
from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.calls.rules import rules_of
from app.services.decisions.records import decisions_of_meeting
from app.services.findings import check, open_findings
from app.services.meetings.committees import CommitteeDraft, read_committee
from app.services.meetings.convocation import notice_of
from app.services.meetings.drafts import MeetingDraft
from app.services.meetings.problems import item_problems
from app.services.meetings.records import read_meeting
from app.services.papers.household_names import published_names
from app.services.votings.places import places_of
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class MinutesGap:
    """Something that is missing.

    Attributes:
        text: what it is, in the reader's language; empty where `problem` says it.
        problem: a refusal that says it, in the words of refusals.
        is_blocking: whether the minutes cannot be approved with it.
    """

    code: str
    text: str = ""
    problem: AppError | None = None
    is_blocking: bool = False


def minutes_gaps(store: Store, meeting_id: str, tr: Translator) -> tuple[MinutesGap, ...]:
    """What is missing in the minutes of a meeting; what blocks comes first.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        meeting = read_meeting(session, meeting_id)
        assert meeting.committee_id is not None
        committee = read_committee(session, meeting.committee_id)
        decisions = decisions_of_meeting(session, meeting_id)
        gaps = [
            *_state(meeting, tr),
            *_figures(session, decisions),
            *_votes(meeting, committee, {decision.agenda_item_id for decision in decisions}),
            *_points(meeting, tr),
            *_words(meeting, tr),
            *_notice(meeting, committee, tr),
        ]
    gaps += _names(store, meeting_id, tr)
    gaps += _findings(store, tr, by_committee=committee.findings_block)
    return tuple(sorted(gaps, key=lambda gap: not gap.is_blocking))


def _state(meeting: MeetingDraft, tr: Translator) -> Iterator[MinutesGap]:
    if meeting.state is MeetingState.APPROVED:
        yield MinutesGap("approved", tr("The minutes are approved already."), is_blocking=True)
    elif meeting.state is not MeetingState.CLOSED:
        yield MinutesGap("not_closed", tr("The meeting is not closed yet."), is_blocking=True)


def _figures(session: Session, decisions: Sequence[Decision]) -> Iterator[MinutesGap]:
    """Decisions in force whose movements are not what the ledger has."""
    for decision in decisions:
        if decision.effective_at is None:
            continue
        ordered = dict(_sums(session, decision.id))
        posted = sa.select(Posting.account_id, sa.func.sum(Posting.cents)).join(
            Transfer, Transfer.id == Posting.transfer_id
        )
        moved = session.execute(posted.where(Transfer.decision_id == decision.id).group_by(Posting.account_id))
        if {key: cents for key, cents in moved if cents} != {key: cents for key, cents in ordered.items() if cents}:
            problem = RuleBroken("minutes.figures_differ", number=f"{decision.number}/{decision.year}")
            yield MinutesGap("figures", problem=problem, is_blocking=True)


def _sums(session: Session, decision_id: str) -> Iterator[tuple[str, int]]:
    """What each account gains by the moves of a decision."""
    gains: dict[str, int] = {}
    for move in session.scalars(sa.select(DecisionMove).filter_by(decision_id=decision_id)):
        gains[move.from_account_id] = gains.get(move.from_account_id, 0) - move.amount
        gains[move.to_account_id] = gains.get(move.to_account_id, 0) + move.amount
    yield from gains.items()


def _votes(meeting: MeetingDraft, committee: CommitteeDraft, decided: Collection[str | None]) -> Iterator[MinutesGap]:
    """Votes that are not complete, or that do not fit who was there."""
    for i, item in enumerate(meeting.items):
        if item.is_voted or item.id in decided:
            for problem in item_problems(meeting, committee, item, f"items.{i}", is_decided=item.id in decided):
                yield MinutesGap("votes", problem=problem, is_blocking=True)


def _points(meeting: MeetingDraft, tr: Translator) -> Iterator[MinutesGap]:
    """Points of which nothing is told, or that were added without a ground."""
    for place, item in zip(places_of(meeting.items), meeting.items, strict=True):
        n = place.text
        silent = not (item.is_voted or item.discussion or item.addition)
        if silent and item.state in (ItemState.OPEN, ItemState.TREATED):
            text = tr("Point {n} says nothing: neither what was said nor a vote.")
            yield MinutesGap("silent_point", text.format(n=n))
        if item.late and not item.late_ground:
            text = tr("Point {n} was added after the convocation, and no ground is given.")
            yield MinutesGap("late_ground", text.format(n=n))


def _words(meeting: MeetingDraft, tr: Translator) -> Iterator[MinutesGap]:
    for key, text in (
        ("place", tr("The place of the meeting is not given.")),
        ("premises", tr("The premises are empty.")),
        ("closing_text", tr("The closing words are empty.")),
    ):
        if not getattr(meeting, key):
            yield MinutesGap(key, text)


def _notice(meeting: MeetingDraft, committee: CommitteeDraft, tr: Translator) -> Iterator[MinutesGap]:
    """A convocation that went out too late, or that nobody wrote down where there is a term."""
    assert meeting.date_held is not None
    if not committee.notice_days:
        return
    if meeting.date_convened is None:
        yield MinutesGap("convocation", tr("The day of the convocation is not written down."))
        return
    notice = notice_of(meeting.date_held, meeting.date_convened, committee.notice_days)
    if notice.is_late:
        text = tr.plural(
            "The convocation went out {n} day before the meeting, and {needed} are needed.",
            "The convocation went out {n} days before the meeting, and {needed} are needed.",
            notice.days,
        )
        yield MinutesGap("notice", text.format(n=notice.days, needed=notice.needed))


def _names(store: Store, meeting_id: str, tr: Translator) -> Iterator[MinutesGap]:
    """Names of persons of households that the published copy would show."""
    names = published_names(store, meeting_id)
    if names:
        text = tr("The published copy names persons of households of the archive: {names}. Propose OMISSIS for them.")
        yield MinutesGap("household_names", text.format(names=", ".join(names)))


def _findings(store: Store, tr: Translator, *, by_committee: bool) -> Iterator[MinutesGap]:
    """Figures that do not agree and that nobody let stand; they block where the call wants it, else the committee."""
    found = [row for row in open_findings(check(store, tr)) if row.severity is Severity.ERROR]
    calls = _call_rules(store) if found else {}
    held: Counter[str] = Counter()
    rest = told = 0
    for row in found:
        call, rule = calls.get(row.subject_id or "", ("", None))
        if rule is RuleSeverity.BLOCKING:
            held[call] += 1
        elif rule is RuleSeverity.WARNING or not by_committee:
            told += 1
        else:
            rest += 1
    for call, count in held.items():
        problem = RuleBroken("minutes.call_findings_open", call=call, count=count)
        yield MinutesGap("findings", problem=problem, is_blocking=True)
    if rest:
        yield MinutesGap("findings", problem=RuleBroken("minutes.findings_open", count=rest), is_blocking=True)
    if told:
        text = tr.plural(
            "{n} declared figure does not agree with the records.",
            "{n} declared figures do not agree with the records.",
            told,
        )
        yield MinutesGap("findings", text.format(n=told))


def _call_rules(store: Store) -> Mapping[str, tuple[str, RuleSeverity | None]]:
    """By key of a proposal: its call, and what the rules it is judged by say of open findings."""
    with store.read() as session:
        rows = session.execute(sa.select(Proposal, Call.title).join(Call, Call.id == Proposal.call_id)).tuples()
        rules = [(proposal.id, title, rules_of(session, proposal)) for proposal, title in rows]
        return {
            key: (title, None if rule is None or rule.findings is None else RuleSeverity(rule.findings))
            for key, title, rule in rules
        }
