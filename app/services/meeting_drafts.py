"""What a meeting holds while it is written, and how it is listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.enums import AttendanceKind, ConflictKind, MeetingState, VoteChoice


@dataclass(frozen=True)
class AttendanceDraft:
    """A member convened to the meeting; hours «HH:MM», empty: from the opening, to the closing."""

    id: str | None = None
    member_id: str | None = None
    kind: AttendanceKind = AttendanceKind.PRESENT
    time_in: str = ""
    time_out: str = ""
    source_line: int | None = None


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
    """A point of the agenda; `time_voted` «HH:MM» is when the number must be legal."""

    id: str | None = None
    title: str = ""
    discussion: str = ""
    time_voted: str = ""
    conflicts: tuple[ConflictDraft, ...] = ()
    votes: tuple[VoteDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class MeetingDraft:
    """A meeting as it is typed.

    Attributes:
        number: within committee and year; given when it is convened.
        state: shown only; it changes by the verbs.
        attendances: every member convened; who is missing here must be added before closing.
        items: in the order of the agenda.
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
