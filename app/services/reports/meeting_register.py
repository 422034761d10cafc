"""T16: who was at the meetings of a committee and for how long, and how its votes went. The same for every reader.

Votes stand as counts, as in published minutes; grounds of conflicts are not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AttendanceKind, Ballot, ItemState, MeetingState
from app.models.errors import NotFound
from app.models.meetings import Meeting
from app.models.money import percentage
from app.models.store import Store
from app.services.decisions.decisions import decision_label
from app.services.decisions.records import decisions_of_meeting
from app.services.meetings.committees import CommitteeDraft, committee_rows, read_committee
from app.services.meetings.records import read_meeting
from app.services.reports.frame import framed
from app.services.reports.lists import field_column, joined
from app.services.reports.minutes_data import is_sample_meeting
from app.services.reports.notes import rounding_note, sample_notes
from app.services.reports.spec import Column, Document, Heading, Kind, Line, Paragraph, Part, Role, Table
from app.services.votings.register import (
    AttendanceRecord,
    MeetingRecord,
    MemberRecord,
    Seat,
    VoteRecord,
    meeting_record,
    member_records,
)
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import Translator

CODE = "T16"
HELD = (MeetingState.CLOSED.value, MeetingState.APPROVED.value)

_KEY = 36
"""Letters of the key of a committee, before the year."""


def register_items(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """Every committee with closed meetings, over all years and in each."""
    items: list[tuple[str, str]] = []
    with store.read() as session:
        held = sa.select(Meeting.committee_id, Meeting.year).where(Meeting.state.in_(HELD)).distinct()
        years = set(session.execute(held).tuples())
    for row in committee_rows(store):
        own = sorted(year for key, year in years if key == row.id)
        text = tr("{committee}, year {year}")
        items += [(row.id, row.name)] if own else []
        items += [(f"{row.id}-{year}", text.format(committee=row.name, year=year)) for year in own]
    return tuple(items)


def register_document(store: Store, item: str | None, tr: Translator) -> Document:
    """T16: of one committee, in a year when the key says one, or of all.

    Raises:
        NotFound: "record.gone".
    """
    if item is not None and item not in dict(register_items(store, tr)):
        raise NotFound("record.gone")
    wanted, year = (None, None) if item is None else (item[:_KEY], int(item[_KEY + 1 :] or 0) or None)
    parts: list[Part] = []
    with store.read() as session:
        for row in committee_rows(store):
            if wanted not in (None, row.id):
                continue
            committee = read_committee(session, row.id)
            meetings = _meetings(session, committee, year)
            if meetings:
                parts += [Heading(row.name), *_register(meetings, committee, tr)]
    if not parts:
        parts.append(Paragraph(tr("No meeting is closed yet.")))
    title = tr("Register of attendance and votes")
    if year is not None:
        title = tr("{title}, year {year}").format(title=title, year=year)
    slug = "t16" if item is None else f"t16-{item[_KEY - 8 :]}"
    return framed(store, tr, CODE, title, tuple(parts), slug=slug, landscape=True)


def _meetings(session: Session, committee: CommitteeDraft, year: int | None) -> tuple[MeetingRecord, ...]:
    """The closed meetings of a committee, the oldest first."""
    query = sa.select(Meeting.id).where(Meeting.committee_id == committee.id, Meeting.state.in_(HELD))
    if year is not None:
        query = query.where(Meeting.year == year)
    return tuple(
        meeting_record(
            read_meeting(session, key),
            committee,
            {row.agenda_item_id: decision_label(row) for row in decisions_of_meeting(session, key)},
            sample=is_sample_meeting(session, key),
        )
        for key in session.scalars(query.order_by(Meeting.year, Meeting.number))
    )


def _register(meetings: Sequence[MeetingRecord], committee: CommitteeDraft, tr: Translator) -> Iterator[Table]:
    names = {member.id or "": member.name for member in committee.members}
    yield meetings_table(meetings, tr)
    yield attendance_table(meetings, names, tr)
    yield members_table(meetings, tr)
    yield votes_table(meetings, tr)


def meetings_table(meetings: Sequence[MeetingRecord], tr: Translator) -> Table:
    """Each meeting with its hours, and how many of the committee were there."""
    columns = [
        field_column("label", tr("No."), width_mm=20),
        field_column("day", tr("Day"), Kind.DATE, width_mm=26),
        field_column("time_opened", tr("Opened at"), Kind.TIME, width_mm=22),
        field_column("time_closed", tr("Closed at"), Kind.TIME, width_mm=22),
        field_column("minutes", tr("Length in minutes"), Kind.COUNT, width_mm=28, total=True),
    ]
    kinds = (
        (AttendanceKind.PRESENT, tr.context("register", "Present")),
        (AttendanceKind.EXCUSED, tr.context("register", "Excused")),
        (AttendanceKind.ABSENT, tr.context("register", "Absent")),
    )
    columns += [Column(kind.value, title, Kind.COUNT, _Count(kind), width_mm=26) for kind, title in kinds]
    columns.append(Column("votes", tr("Votes"), Kind.COUNT, _votes_held, width_mm=22, total=True))
    notes = (tr("Meetings stand here once they are closed. Suspensions do not count in their length."),)
    return Table(
        code="register.meetings",
        title=tr("Meetings"),
        columns=tuple(columns),
        rows=tuple(meetings),
        notes=(*notes, *sample_notes(meetings, tr)),
        row_id=lambda row: row.id,
        landscape=True,
        total_label=tr("Total"),
    )


@dataclass(frozen=True)
class _Count:
    """How many took part in one way."""

    kind: AttendanceKind

    def __call__(self, row: MeetingRecord) -> int:
        return row.count(self.kind)


def _votes_held(row: MeetingRecord) -> int:
    return sum(vote.result is not None for vote in row.votes)


def attendance_table(meetings: Sequence[MeetingRecord], names: Mapping[str, str], tr: Translator) -> Table:
    """Each of the committee at each meeting: how, from when to when, who sat in the seat, for what share of it."""
    rows: list[AttendanceRecord | Line] = []
    for meeting in meetings:
        rows.append(Line(Role.HEADING, {"meeting": _meeting_text(meeting, tr)}))
        rows += meeting.attendances
    return Table(
        code="register.attendance",
        title=tr("Attendance, meeting by meeting"),
        columns=(
            field_column("meeting", tr("Meeting"), width_mm=20),
            field_column("name", tr("Name"), Kind.NOTE, width_mm=48),
            Column("role", tr("Role"), Kind.TEXT, lambda row: label(row.role, tr), width_mm=30),
            Column(
                "kind", tr.context("meeting", "Attendance"), Kind.TEXT, lambda row: label(row.kind, tr), width_mm=36
            ),
            field_column("time_in", tr.context("register", "From"), Kind.TIME, width_mm=16),
            field_column("time_out", tr.context("register", "To"), Kind.TIME, width_mm=16),
            Column("away", tr("Out of the room"), Kind.NOTE, _away_text, width_mm=30),
            Column("seats", tr("Substitution"), Kind.NOTE, lambda row: _seats_text(row, names, tr), width_mm=46),
            field_column("share", tr("Share of the meeting"), Kind.PERCENT, width_mm=24),
        ),
        rows=tuple(rows),
        notes=(_share_note(tr), rounding_note(tr), *sample_notes(meetings, tr)),
        row_id=lambda row: row.id,
        landscape=True,
    )


def _share_note(tr: Translator) -> str:
    return tr("The share is that of the minutes spent in the room in those of the meetings, suspensions left out.")


def _meeting_text(meeting: MeetingRecord, tr: Translator) -> str:
    text = tr("Meeting no. {number} of {day}, {start}–{end}")
    start, end = meeting.time_opened, meeting.time_closed
    return text.format(number=meeting.label, day=format_date(meeting.day), start=start, end=end)


def _away_text(row: AttendanceRecord) -> str:
    return joined(tuple(f"{out}–{back}" for out, back in row.away))


def _seats_text(row: AttendanceRecord, names: Mapping[str, str], tr: Translator) -> str:
    return "; ".join(_seat_text(seat, names, tr) for seat in row.seats)


def _seat_text(seat: Seat, names: Mapping[str, str], tr: Translator) -> str:
    """«sostituita da Maria Rossi (punti 2, 3)», or the other way round."""
    count = len(seat.points)
    if seat.proxy and seat.is_own:
        text = tr.plural("represented by {name} (point {points})", "represented by {name} (points {points})", count)
    elif seat.proxy:
        text = tr.plural("represents {name} (point {points})", "represents {name} (points {points})", count)
    elif seat.is_own:
        text = tr.plural("seat taken by {name} (point {points})", "seat taken by {name} (points {points})", count)
    else:
        text = tr.plural("in the seat of {name} (point {points})", "in the seat of {name} (points {points})", count)
    return text.format(name=names[seat.member_id], points=joined(seat.points))


def members_table(meetings: Sequence[MeetingRecord], tr: Translator) -> Table:
    """Each of the committee over all these meetings."""
    rows = member_records(meetings)
    return Table(
        code="register.members",
        title=tr("Attendance in all"),
        columns=(
            field_column("name", tr("Name"), Kind.NOTE, width_mm=70),
            Column("role", tr("Role"), Kind.TEXT, lambda row: label(row.role, tr), width_mm=36),
            field_column("meetings", tr("Meetings"), Kind.COUNT, width_mm=24),
            field_column("present", tr.context("register", "Present"), Kind.COUNT, width_mm=24, total=True),
            field_column("excused", tr.context("register", "Excused"), Kind.COUNT, width_mm=24, total=True),
            field_column("absent", tr.context("register", "Absent"), Kind.COUNT, width_mm=24, total=True),
            Column("present_share", tr("Share of the meetings"), Kind.PERCENT, _present_share, width_mm=30),
            field_column("share", tr("Share of their time"), Kind.PERCENT, width_mm=30),
        ),
        rows=rows,
        notes=(tr("Of each, the meetings held while in office."), rounding_note(tr), *sample_notes(meetings, tr)),
        row_id=lambda row: row.id,
        landscape=True,
        total_label=tr("Total"),
    )


def _present_share(row: MemberRecord) -> Fraction | None:
    return percentage(row.present, row.meetings)


def votes_table(meetings: Sequence[MeetingRecord], tr: Translator) -> Table:
    """Each point, or each of several votes on it, with its counts, what came of it, and its decision."""
    votes = tuple(vote for meeting in meetings for vote in meeting.votes)
    counts = [
        ("favour", tr.context("register", "In favour")),
        ("against", tr.context("register", "Against")),
        ("abstain", tr.context("register", "Abstained")),
    ]
    if any(vote.ballot is Ballot.SECRET for vote in votes):
        counts.append(("invalid", tr.context("register", "Invalid papers")))
    return Table(
        code="register.votes",
        title=tr("Votes"),
        columns=(
            field_column("meeting", tr("Meeting"), width_mm=20),
            field_column("place", tr("Point"), width_mm=14),
            field_column("title", tr("Title"), Kind.NOTE, width_mm=66),
            Column(
                "ballot", tr.context("register", "Ballot"), Kind.TEXT, lambda row: _ballot_text(row, tr), width_mm=20
            ),
            field_column("time", tr("Hour"), Kind.TIME, width_mm=14),
            Column("voters", tr.context("register", "Could vote"), Kind.COUNT, _voters, width_mm=18),
            *(Column(key, title, Kind.COUNT, _Given(key), width_mm=19) for key, title in counts),
            field_column("out", tr("Out of the point"), Kind.COUNT, width_mm=18),
            Column("outcome", tr("Outcome"), Kind.NOTE, lambda row: _outcome_text(row, tr), width_mm=30),
            field_column("decision", tr("Decision"), width_mm=20),
        ),
        rows=votes,
        notes=(
            tr("Votes are given as counts. Who declared a conflict is out of the point, and does not vote."),
            *sample_notes(meetings, tr),
        ),
        row_id=lambda row: row.id,
        landscape=True,
    )


def _ballot_text(row: VoteRecord, tr: Translator) -> str:
    if row.result is None:
        return ""
    if row.ballot is Ballot.SECRET:
        return tr.context("register", "secret")
    return tr.context("register", "open")


def _voters(row: VoteRecord) -> int | None:
    return None if row.result is None else row.result.present


@dataclass(frozen=True)
class _Given:
    """Votes of one kind; empty where nobody voted."""

    key: str

    def __call__(self, row: VoteRecord) -> int | None:
        return None if row.result is None else int(getattr(row.result.counts, self.key))


def _outcome_text(row: VoteRecord, tr: Translator) -> str:
    if row.result is not None:
        carried, refused = tr.context("vote", "Approved"), tr.context("vote", "Not approved")
        return carried if row.result.is_carried else refused
    if row.state in (ItemState.POSTPONED, ItemState.WITHDRAWN):
        return label(row.state, tr)
    return tr("No vote")
