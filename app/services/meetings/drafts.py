"""What a meeting holds while it is written, and how it is listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.enums import (
    AttendanceKind,
    Ballot,
    ConflictKind,
    ItemState,
    Majority,
    Matter,
    MeetingState,
    QuorumRule,
    TieRule,
    VoteChoice,
)
from app.services.meetings.majority import Counts

NO_PAPERS = Counts()


@dataclass(frozen=True)
class AbsenceDraft:
    """A time out of the room; `time_in` is empty while it lasts."""

    id: str | None = None
    time_out: str = ""
    time_in: str = ""


@dataclass(frozen=True)
class GuestDraft:
    """Somebody in the room who is not of the committee; hours as those of members."""

    id: str | None = None
    name: str = ""
    office: str = ""
    time_in: str = ""
    time_out: str = ""


@dataclass(frozen=True)
class PauseDraft:
    """A suspension; `time_to` is empty while it lasts."""

    id: str | None = None
    time_from: str = ""
    time_to: str = ""


@dataclass(frozen=True)
class AttendanceDraft:
    """A member convened to the meeting; hours «HH:MM», empty: from the opening, to the closing.

    Attributes:
        absences: times out of the room in between, in order.
        proxy_id: the member who acts for this one while it is not there.
    """

    id: str | None = None
    member_id: str | None = None
    kind: AttendanceKind = AttendanceKind.PRESENT
    time_in: str = ""
    time_out: str = ""
    source_line: int | None = None
    absences: tuple[AbsenceDraft, ...] = ()
    proxy_id: str | None = None


@dataclass(frozen=True)
class ConflictDraft:
    """What a member declared on a point; with the proposal, when it is about one."""

    id: str | None = None
    member_id: str | None = None
    proposal_id: str | None = None
    kind: ConflictKind = ConflictKind.ABSTENTION
    ground: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class VoteDraft:
    """A vote given by name."""

    id: str | None = None
    member_id: str | None = None
    choice: VoteChoice = VoteChoice.FAVOUR
    source_line: int | None = None


@dataclass(frozen=True)
class AgendaItemDraft:
    """A point of the agenda.

    Attributes:
        time_begun, time_voted: «HH:MM»; when it came up, and when the number must be legal.
        discussion, addition: free text of the minutes, before the vote and after it.
        late: whether it was added after the convocation; `late_ground` says why.
        origin_id: the record that it was proposed for, if it was.
        papers: of a secret ballot, counted.
        quorum, majority, tie: the rules that it was decided by, once the meeting is closed; None: the committee's.
        voting_of_id: the point before it that this is one more vote on; None: a point of its own.
        motion: what is put to the vote; empty where the title says it.
    """

    id: str | None = None
    title: str = ""
    discussion: str = ""
    time_voted: str = ""
    conflicts: tuple[ConflictDraft, ...] = ()
    votes: tuple[VoteDraft, ...] = ()
    source_line: int | None = None
    matter: Matter = Matter.ORDINARY
    state: ItemState = ItemState.OPEN
    late: bool = False
    late_ground: str = ""
    origin_id: str | None = None
    addition: str = ""
    time_begun: str = ""
    ballot: Ballot = Ballot.OPEN
    papers: Counts = NO_PAPERS
    quorum: QuorumRule | None = None
    majority: Majority | None = None
    tie: TieRule | None = None
    voting_of_id: str | None = None
    motion: str = ""

    @property
    def is_voted(self) -> bool:
        """Whether a vote was given on it, of either kind."""
        return bool(self.votes) or (self.ballot is Ballot.SECRET and self.papers.given > 0)


@dataclass(frozen=True)
class MeetingDraft:
    """A meeting as it is typed.

    Attributes:
        number: within committee and year; given when it is convened.
        state: shown only; it changes by the verbs.
        attendances: every member convened; who is missing here must be added before closing.
        items: in the order of the agenda.
        date_convened: day of the convocation; None before it is sent.
        time_convened: hour that it is convened for.
        letter: what the convocation says beside day, place and agenda.
        date_closed: the day after, when it ended after midnight.
        pauses, guests: in order.
    """

    id: str | None = None
    committee_id: str | None = None
    number: int | None = None
    state: MeetingState = MeetingState.CONVENED
    date_held: date | None = None
    time_opened: str = ""
    time_closed: str = ""
    place: str = ""
    premises: str = ""
    closing_text: str = ""
    attendances: tuple[AttendanceDraft, ...] = ()
    items: tuple[AgendaItemDraft, ...] = ()
    source_line: int | None = None
    date_convened: date | None = None
    time_convened: str = ""
    letter: str = ""
    date_closed: date | None = None
    pauses: tuple[PauseDraft, ...] = ()
    guests: tuple[GuestDraft, ...] = ()


@dataclass(frozen=True)
class MeetingRow:
    """A meeting in a list.

    Attributes:
        label: number and year, «1/2014».
        present: members who came.
        date_approved: of its minutes, None before.
    """

    id: str
    committee_id: str
    committee: str
    year: int
    number: int
    label: str
    state: MeetingState
    date_held: date
    time_opened: str
    time_closed: str
    place: str
    items: int
    decisions: int
    present: int
    date_approved: date | None
    sample: bool
    source_line: int | None
    time_convened: str = ""
