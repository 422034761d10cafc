"""What minutes tell of the room: comings and goings, who is represented, guests, suspensions. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.enums import Ballot, ItemState
from app.services.meetings.committees import CommitteeDraft
from app.services.meetings.drafts import AgendaItemDraft, MeetingDraft
from app.services.meetings.quorum import count_votes
from app.services.meetings.records import item_result
from app.services.meetings.vote_words import outcome_sentence
from app.services.reports.minutes_data import Names
from app.services.reports.spec import Facts, Paragraph, Part
from app.services.wording.formats import format_date
from app.services.wording.texts import Translator


def room_parts(meeting: MeetingDraft, names: Names, tr: Translator) -> Iterator[Part]:
    """Who went out and came back, who is represented, who is a guest, when the meeting was suspended."""
    for attendance in meeting.attendances:
        name = names.of(attendance.member_id)
        for absence in attendance.absences:
            text = tr("{name} leaves the room at {out} and comes back at {back}.")
            yield Paragraph(text.format(name=name, out=absence.time_out, back=absence.time_in))
        if attendance.proxy_id is not None:
            text = tr("{name} is represented by {other}, by proxy.")
            yield Paragraph(text.format(name=name, other=names.of(attendance.proxy_id)))
    yield from _guests(meeting, names, tr)
    for pause in meeting.pauses:
        text = tr("The meeting is suspended at {start} and resumed at {end}.")
        yield Paragraph(text.format(start=pause.time_from, end=pause.time_to))


def _guests(meeting: MeetingDraft, names: Names, tr: Translator) -> Iterator[Part]:
    """Guests by name; how many they are, for who may not see names."""
    if not meeting.guests:
        return
    if not names.is_full:
        count = len(meeting.guests)
        text = tr.plural("{n} guest is heard, without a vote.", "{n} guests are heard, without a vote.", count)
        yield Paragraph(text.format(n=count))
        return
    told = "; ".join(f"{guest.name}, {guest.office}" if guest.office else guest.name for guest in meeting.guests)
    yield Paragraph(tr("These are heard as guests, without a vote: {names}.").format(names=told))


def closing_hour(meeting: MeetingDraft, blank: str, tr: Translator) -> str:
    """The hour of the closing; with its day, when that is the day after."""
    if not meeting.time_closed or meeting.date_closed is None:
        return meeting.time_closed or blank
    return tr("{time} of {day}").format(time=meeting.time_closed, day=format_date(meeting.date_closed))


def before_the_vote(item: AgendaItemDraft, names: Names, tr: Translator) -> Iterator[Part]:
    """That a point was added late, put off or withdrawn."""
    if item.late:
        text = tr("This point was added after the convocation. Ground: {ground}.")
        yield Paragraph(text.format(ground=names.in_text(item.late_ground.rstrip(".")) or "________"))
    if item.state is ItemState.POSTPONED:
        yield Paragraph(tr("The point is postponed to the next meeting."))
    elif item.state is ItemState.WITHDRAWN:
        yield Paragraph(tr("The point is withdrawn."))


def before_a_further_vote(item: AgendaItemDraft, tr: Translator) -> Iterator[Part]:
    """That one of several votes on a point was put off or not given."""
    if item.state is ItemState.POSTPONED:
        yield Paragraph(tr("This vote is postponed to the next meeting."))
    elif item.state is ItemState.WITHDRAWN:
        yield Paragraph(tr("This proposal is withdrawn, and not voted."))


def vote_parts(
    meeting: MeetingDraft, item: AgendaItemDraft, committee: CommitteeDraft, names: Names, tr: Translator
) -> Iterator[Part]:
    """The votes, and the sentence that says what came of them."""
    result = item_result(meeting, item, committee)
    if item.ballot is Ballot.SECRET:
        counts = result.counts
        pairs = [
            (tr("Papers in favour"), str(counts.favour)),
            (tr("Papers against"), str(counts.against)),
            (tr("Blank papers"), str(counts.abstain)),
            (tr("Invalid papers"), str(counts.invalid)),
        ]
    else:
        tally = count_votes([(vote.member_id or "", vote.choice) for vote in item.votes])
        pairs = [
            (tr("Votes in favour"), _counted(tally.favour, names)),
            (tr("Votes against"), _counted(tally.against, names)),
            (tr("Abstentions"), _counted(tally.abstain, names)),
        ]
    yield Facts(tuple(pairs))
    yield Paragraph(outcome_sentence(result, item.ballot, tr))


def _counted(keys: tuple[str, ...], names: Names) -> str:
    """«3 (Maria Rossi, …)»; the number alone for who may not see names."""
    if not keys or not names.is_full:
        return str(len(keys))
    return f"{len(keys)} ({', '.join(names.of(key) for key in keys)})"
