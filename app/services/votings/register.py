"""The register of a committee: who was at each meeting and for how long, and how each vote went. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.models.enums import AttendanceKind, Ballot, ItemState, MemberRole
from app.models.money import percentage
from app.services.meetings.committees import CommitteeDraft
from app.services.meetings.drafts import AgendaItemDraft, MeetingDraft
from app.services.meetings.majority import Result
from app.services.meetings.quorum import Presence
from app.services.meetings.records import item_quorum, item_result, presences
from app.services.meetings.sitting_time import minutes_between, reckoned, told
from app.services.votings.places import Place, places_of

Span = tuple[str, str]
"""From an hour to another, as they count in the meeting («24:40»)."""


@dataclass(frozen=True)
class Seat:
    """A seat that somebody else sat in.

    Attributes:
        member_id: the other one.
        points: at the votes on which it was so.
        proxy: whether the seat was represented, rather than taken by an alternate.
        is_own: whether the seat is that of the member whose row this is.
    """

    member_id: str
    points: tuple[str, ...]
    proxy: bool
    is_own: bool


@dataclass(frozen=True)
class AttendanceRecord:
    """One of the committee at a meeting.

    Attributes:
        time_in, time_out: «HH:MM» of the clock; empty for who was not there.
        away: out of the room in between.
        minutes, minutes_all: spent in the room, and of the meeting; suspensions count in neither.
    """

    id: str
    member_id: str
    meeting: str
    name: str
    role: MemberRole
    kind: AttendanceKind
    time_in: str
    time_out: str
    away: tuple[Span, ...]
    seats: tuple[Seat, ...]
    minutes: int
    minutes_all: int

    @property
    def share(self) -> Fraction | None:
        """Percentage of the meeting; None of a meeting without length."""
        return percentage(self.minutes, self.minutes_all)


@dataclass(frozen=True)
class VoteRecord:
    """A point, or one of several votes on it.

    Attributes:
        place: «2», or «2.1» where there are several votes on the point.
        out: how many were out of the point, having declared a conflict.
        result: None where nobody voted.
        decision: «1/2014»; empty for none.
    """

    id: str
    meeting: str
    place: str
    title: str
    state: ItemState
    ballot: Ballot
    time: str
    out: int
    result: Result | None
    decision: str


@dataclass(frozen=True)
class MeetingRecord:
    """A meeting in the register."""

    id: str
    label: str
    day: date
    time_opened: str
    time_closed: str
    minutes: int
    attendances: tuple[AttendanceRecord, ...]
    votes: tuple[VoteRecord, ...]
    sample: bool

    def count(self, kind: AttendanceKind) -> int:
        """How many of the committee took part in this way."""
        return sum(row.kind is kind for row in self.attendances)


@dataclass(frozen=True)
class MemberRecord:
    """One of the committee over all its meetings.

    Attributes:
        meetings: that it was convened to, being in office.
        minutes, minutes_all: in the room, and of those meetings.
    """

    id: str
    name: str
    role: MemberRole
    meetings: int
    present: int
    excused: int
    absent: int
    minutes: int
    minutes_all: int

    @property
    def share(self) -> Fraction | None:
        """Percentage of the time of its meetings; None where they have no length."""
        return percentage(self.minutes, self.minutes_all)


def meeting_record(
    meeting: MeetingDraft, committee: CommitteeDraft, decisions: Mapping[str, str], *, sample: bool
) -> MeetingRecord:
    """What the register says of a meeting.

    Args:
        decisions: number of the decision by key of its point.
    """
    assert meeting.id is not None
    assert meeting.date_held is not None
    label = f"{meeting.number}/{meeting.date_held.year}"
    voted = [(_place_text(place), item) for place, item in zip(places_of(meeting.items), meeting.items, strict=True)]
    room = _open_spans(meeting, (_whole(meeting),))
    names = {member.id: member.name for member in committee.members}
    keys = {row.member_id: row.id for row in meeting.attendances}
    seats = _seats(meeting, committee, [(place, item) for place, item in voted if item.is_voted])
    length = _minutes(meeting, room)
    attendances = tuple(
        _attendance(meeting, row, keys[row.member_id] or "", label, names[row.member_id], seats, length)
        for row in presences(meeting, committee)
    )
    votes = tuple(_vote(meeting, item, committee, label, place, decisions) for place, item in voted)
    return MeetingRecord(
        meeting.id,
        label,
        meeting.date_held,
        meeting.time_opened,
        meeting.time_closed,
        length,
        attendances,
        votes,
        sample,
    )


def _place_text(place: Place) -> str:
    """«2», or «2.1» for the first of several votes."""
    return place.text if place.votings == 1 else f"{place.point}.{place.voting}"


# --- votes -------------------------------------------------------------------------------


def _vote(
    meeting: MeetingDraft,
    item: AgendaItemDraft,
    committee: CommitteeDraft,
    label: str,
    place: str,
    decisions: Mapping[str, str],
) -> VoteRecord:
    assert item.id is not None
    return VoteRecord(
        id=item.id,
        meeting=label,
        place=place,
        title=f"{item.title}: {item.motion}" if item.motion else item.title,
        state=item.state,
        ballot=item.ballot,
        time=item.time_voted,
        out=len(item.conflicts),
        result=item_result(meeting, item, committee) if item.is_voted else None,
        decision=decisions.get(item.id, ""),
    )


# --- attendance --------------------------------------------------------------------------


def _attendance(
    meeting: MeetingDraft,
    row: Presence,
    key: str,
    label: str,
    name: str,
    seats: Mapping[str, tuple[Seat, ...]],
    length: int,
) -> AttendanceRecord:
    start, end = _whole(meeting)
    came, left = (max(row.time_in, start), row.time_out or end) if row.came else ("", "")
    there = _open_spans(meeting, _without(((came, left),), row.away)) if row.came else ()
    return AttendanceRecord(
        id=key,
        member_id=row.member_id,
        meeting=label,
        name=name,
        role=row.role,
        kind=row.kind,
        time_in=told(came),
        time_out=told(left),
        away=tuple((told(out), told(back)) for out, back in row.away),
        seats=seats.get(row.member_id, ()),
        minutes=_minutes(meeting, there),
        minutes_all=length,
    )


def _seats(
    meeting: MeetingDraft, committee: CommitteeDraft, voted: Iterable[tuple[str, AgendaItemDraft]]
) -> dict[str, tuple[Seat, ...]]:
    """By member: whose seat it took or spoke for, and who did so for it, at the votes."""
    points: dict[tuple[str, str, bool], list[str]] = {}
    for place, item in voted:
        quorum = item_quorum(meeting, item, committee)
        for alternate, seat in quorum.substitutes:
            points.setdefault((seat, alternate, False), []).append(place)
        for seat, holder in quorum.proxies:
            points.setdefault((seat, holder, True), []).append(place)
    found: dict[str, tuple[Seat, ...]] = {}
    for (seat, other, proxy), places in points.items():
        found[seat] = (*found.get(seat, ()), Seat(other, tuple(places), proxy, is_own=True))
        found[other] = (*found.get(other, ()), Seat(seat, tuple(places), proxy, is_own=False))
    return found


# --- time --------------------------------------------------------------------------------


def _whole(meeting: MeetingDraft) -> Span:
    """From the opening to the closing."""
    return meeting.time_opened, reckoned(meeting.time_opened, meeting.time_closed)


def _open_spans(meeting: MeetingDraft, spans: Sequence[Span]) -> tuple[Span, ...]:
    """What is left of some time when the meeting is not suspended."""
    opened = meeting.time_opened
    pauses = tuple((reckoned(opened, row.time_from), reckoned(opened, row.time_to)) for row in meeting.pauses)
    return _without(spans, pauses)


def _without(spans: Sequence[Span], gaps: Iterable[Span]) -> tuple[Span, ...]:
    """Spans of time less others; a gap without an end goes on to the end."""
    left = tuple(spans)
    for start, end in gaps:
        left = tuple(piece for span in left for piece in _cut(span, start, end or span[1]))
    return left


def _cut(span: Span, start: str, end: str) -> Iterator[Span]:
    before, after = (span[0], min(span[1], start)), (max(span[0], end), span[1])
    if span[1] <= start or end <= span[0]:
        yield span
        return
    yield from (piece for piece in (before, after) if piece[0] < piece[1])


def _minutes(meeting: MeetingDraft, spans: Iterable[Span]) -> int:
    """Minutes of the clock that pass in spans of a meeting."""
    assert meeting.date_held is not None
    day = meeting.date_held
    return sum(minutes_between(day, "", start, end) for start, end in spans if start and start < end)


# --- over all meetings -------------------------------------------------------------------


def member_records(meetings: Iterable[MeetingRecord]) -> tuple[MemberRecord, ...]:
    """Each of the committee over these meetings, in the order in which they first stand there."""
    rows: dict[str, list[AttendanceRecord]] = {}
    for meeting in meetings:
        for row in meeting.attendances:
            rows.setdefault(row.member_id, []).append(row)
    return tuple(
        MemberRecord(
            id=key,
            name=of_it[0].name,
            role=of_it[-1].role,
            meetings=len(of_it),
            present=sum(row.kind is AttendanceKind.PRESENT for row in of_it),
            excused=sum(row.kind is AttendanceKind.EXCUSED for row in of_it),
            absent=sum(row.kind is AttendanceKind.ABSENT for row in of_it),
            minutes=sum(row.minutes for row in of_it),
            minutes_all=sum(row.minutes_all for row in of_it),
        )
        for key, of_it in rows.items()
    )
