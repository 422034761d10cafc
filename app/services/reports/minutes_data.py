"""What minutes are written from: the records of a meeting, read once; and which names a reader may see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import MemberRole, SignedPaper, TemplatePlace
from app.models.errors import AppError
from app.models.meetings import AgendaItem, Attendance, Decision, Meeting, Member
from app.models.proposals import Proposal
from app.services.decisions.decisions import decision_label
from app.services.decisions.drafts import DecisionPreview
from app.services.decisions.effects import effects_of
from app.services.decisions.records import decisions_of_meeting, read_ground
from app.services.meetings.committees import CommitteeDraft, MemberDraft, read_committee
from app.services.meetings.drafts import MeetingDraft
from app.services.meetings.records import read_meeting
from app.services.papers.letterhead import signers
from app.services.papers.omissions import BY_RULE, grounds_of, without_passages
from app.services.papers.omissions import OMITTED as OMITTED
from app.services.papers.templates import own_texts
from app.services.reports.spec import Audience

NAMED = frozenset({MemberRole.PRESIDENT, MemberRole.SECRETARY})
"""Offices whose holders sign, and are named in what is published."""


@dataclass(frozen=True)
class DecisionRecord:
    """A decision as minutes tell it.

    Attributes:
        label: «1/2014»; empty before the meeting closes.
        effects: None when it cannot be carried out as things stand.
    """

    label: str
    subject: str
    text: str
    effects: DecisionPreview | None


@dataclass(frozen=True)
class MinutesData:
    """The records of a meeting.

    Attributes:
        decisions: by key of their point, in the order of the agenda.
        titles: of all proposals, by key.
        sample_members: keys of the members that were invented.
        sample: whether anything that the minutes tell was invented.
        omissions: passages that are left out of the published copy by hand, with their grounds.
        texts: that the office wrote itself, by place and language.
        signers: title and name of who signs for the office beside president and secretary.
    """

    meeting: MeetingDraft
    committee: CommitteeDraft
    decisions: Mapping[str, DecisionRecord]
    titles: Mapping[str, str]
    sample_members: frozenset[str]
    sample: bool
    omissions: tuple[tuple[str, str], ...] = ()
    texts: Mapping[tuple[TemplatePlace, str], str] = field(default_factory=dict)
    signers: tuple[tuple[str, str], ...] = ()


def read_minutes_data(session: Session, meeting_id: str) -> MinutesData:
    """The records of a meeting.

    Raises:
        NotFound: "record.gone".
    """
    meeting = read_meeting(session, meeting_id)
    assert meeting.committee_id is not None
    committee = read_committee(session, meeting.committee_id)
    decisions: dict[str, DecisionRecord] = {}
    ground = read_ground(session)
    for decision in decisions_of_meeting(session, meeting_id):
        effects: DecisionPreview | None = None
        try:
            effects, ground = effects_of(session, decision, ground)
        except AppError:
            effects = None
        decisions[decision.agenda_item_id] = DecisionRecord(
            decision_label(decision), decision.subject, decision.text, effects
        )
    invented = session.scalars(sa.select(Member.id).where(Member.committee_id == meeting.committee_id, Member.sample))
    return MinutesData(
        meeting=meeting,
        committee=committee,
        decisions=decisions,
        titles={row.id: row.title for row in session.execute(sa.select(Proposal.id, Proposal.title))},
        sample_members=frozenset(invented),
        sample=is_sample_meeting(session, meeting_id),
        omissions=grounds_of(session, meeting_id),
        texts=own_texts(session),
        signers=signers(session, SignedPaper.MINUTES, meeting.date_held),
    )


def is_sample_meeting(session: Session, meeting_id: str) -> bool:
    """Whether the meeting, or anything on its agenda, was invented."""
    items = sa.select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id)
    marked: tuple[sa.Select[Any], ...] = (
        sa.select(Meeting.id).where(Meeting.id == meeting_id, Meeting.sample),
        sa.select(Attendance.id).where(Attendance.meeting_id == meeting_id, Attendance.sample),
        sa.select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id, AgendaItem.sample),
        sa.select(Decision.id).where(Decision.agenda_item_id.in_(items), Decision.sample),
    )
    return session.scalar(sa.select(sa.or_(*(sa.exists(query) for query in marked)))) is True


@dataclass(frozen=True)
class Names:
    """Names as one kind of reader may see them.

    Attributes:
        members: of the committee.
        audience: what is published names only who signs; every other name, and where it stands in free text, is
            left out.
        passages: left out by hand of free text, before any name: one that has a name in it would not be found after.
    """

    members: tuple[MemberDraft, ...]
    audience: Audience
    passages: tuple[str, ...] = ()
    _by_key: dict[str | None, MemberDraft] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {member.id: member for member in self.members})

    @property
    def is_full(self) -> bool:
        """Whether nothing is left out."""
        return self.audience is Audience.FULL

    @property
    def hidden(self) -> tuple[MemberDraft, ...]:
        """Members whose names are left out."""
        return () if self.is_full else tuple(member for member in self.members if member.role not in NAMED)

    def of(self, member_id: str | None) -> str:
        """A member's name, or what stands in its place."""
        member = self._by_key[member_id]
        return OMITTED if member in self.hidden else member.name

    def private(self, text: str) -> str:
        """A text that is not published at all."""
        return text if self.is_full or not text else OMITTED

    def in_text(self, text: str) -> str:
        """A free text, without the names that are left out, nor codes of persons and accounts.

        Those are whole names, either way round and in any case, and family names as written or in capitals.
        """
        if not self.is_full:
            text = BY_RULE.sub(OMITTED, without_passages(text, self.passages))
        if not self.hidden:
            return text
        shown = {word for member in self.members if member not in self.hidden for word in member.name.split()}
        whole: set[str] = set()
        family: set[str] = set()
        for member in self.hidden:
            words = unicodedata.normalize("NFC", member.name).split()
            whole |= {_pattern(*words), _pattern(*words[1:], words[0]), _pattern(words[-1], *words[:-1])}
            if words[-1] not in shown:
                family |= {_pattern(words[-1]), _pattern(words[-1].upper())}
        names = rf"(?i:{_any_of(whole)})|{_any_of(family)}" if family else rf"(?i:{_any_of(whole)})"
        return re.sub(rf"(?<!\w)(?:{names})(?!\w)", OMITTED, unicodedata.normalize("NFC", text))

    def as_published(self, passages: Sequence[str]) -> tuple[str, ...]:
        """Passages, and how they read where the names are left out already."""
        return tuple(dict.fromkeys((*passages, *(self.in_text(passage) for passage in passages))))


def _pattern(*words: str) -> str:
    """Finds the words one after the other, whatever spaces and whichever apostrophes stand in a text."""
    return r"\s+".join(re.escape(word).replace("’", "'").replace("'", "['’]") for word in words)


def _any_of(patterns: Set[str]) -> str:
    return "|".join(sorted(patterns, key=lambda pattern: (-len(pattern), pattern)))
