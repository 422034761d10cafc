"""The minutes of a meeting, written from its records; once approved they are read from what was frozen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from app.models.enums import ConflictKind, MemberRole, TemplatePlace
from app.models.meetings import Meeting, Minutes
from app.models.store import Store
from app.services.children import get_row
from app.services.meetings.committees import read_committee
from app.services.meetings.drafts import AgendaItemDraft, ConflictDraft
from app.services.meetings.quorum import Quorum
from app.services.meetings.records import item_quorum, opening_quorum, presences
from app.services.papers.omissions import passages_of, redacted
from app.services.papers.templates import OfficeTexts
from app.services.reports import freeze
from app.services.reports.characters import require_all_printable
from app.services.reports.frame import framed, read_frame
from app.services.reports.meeting_tables import (
    AttendanceRow,
    MovementRow,
    attendance_table,
    movements_table,
)
from app.services.reports.minutes_data import MinutesData, Names, read_minutes_data
from app.services.reports.minutes_decisions import DECISION_LEVEL, decision_parts
from app.services.reports.minutes_room import (
    before_a_further_vote,
    before_the_vote,
    closing_hour,
    room_parts,
    vote_parts,
)
from app.services.reports.spec import (
    Audience,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Part,
    Signatures,
)
from app.services.votings.places import blocks_of
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import LANGUAGES, Translator, translator
from app.services.wording.words import day_in_words, month_in_words, year_in_words

CODE = "VERBALE"
VOTING_LEVEL = 2
"""Level of the heading of each of several votes on a point; an excerpt goes by it."""
BLANK = "________"
"""Where a draft has nothing to say yet, as on a form."""


def minutes_document(
    store: Store,
    meeting_id: str,
    tr: Translator,
    audience: Audience = Audience.FULL,
    *,
    as_approved: bool = False,
) -> Document:
    """The minutes of a meeting: a draft from the records, or what was frozen when they were approved.

    Args:
        as_approved: without the errata that mend them, which are printed on them otherwise.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        content = session.scalar(sa.select(Minutes.content).filter_by(meeting_id=meeting_id))
        later = passages_of(session, meeting_id, later=True)
        committee_id = get_row(session, Meeting, meeting_id).committee_id
        names = Names(read_committee(session, committee_id).members, audience)
    if content is None:
        return _written(store, _data(store, meeting_id), tr, audience, None)
    frozen = json.loads(content)
    data = frozen.get(tr.language, frozen[LANGUAGES[0]])[audience.value]
    document = freeze.from_data(data if audience is Audience.FULL else redacted(data, names.as_published(later)))
    if as_approved:
        return document
    from app.services.reports.erratum import with_errata  # it prints what minutes are printed with

    return with_errata(store, meeting_id, document, tr)


def minutes_as_written(store: Store, meeting_id: str, tr: Translator, audience: Audience, approved: date) -> Document:
    """The minutes written anew from the records, as they are when they are approved on a day; nothing frozen is read.

    Raises:
        NotFound: "record.gone".
    """
    return _written(store, _data(store, meeting_id), tr, audience, approved)


def frozen_minutes(store: Store, meeting_id: str, approved: date) -> tuple[str, str]:
    """The content to be frozen: the minutes in every language, full and published; and the head of the journal.

    Raises:
        NotFound: "record.gone".
        InvalidInput: "text.character_missing": frozen with it, the minutes could never be printed.
    """
    data = _data(store, meeting_id)
    content = {
        language: {
            audience.value: freeze.to_data(_written(store, data, translator(language), audience, approved))
            for audience in Audience
        }
        for language in LANGUAGES
    }
    require_all_printable(content)
    return freeze.canonical(content), read_frame(store).head


def _data(store: Store, meeting_id: str) -> MinutesData:
    with store.read() as session:
        return read_minutes_data(session, meeting_id)


def _written(store: Store, data: MinutesData, tr: Translator, audience: Audience, approved: date | None) -> Document:
    passages = tuple(passage for passage, _ground in data.omissions)
    names = Names(data.committee.members, audience, passages)
    writer = _Writer(data, tr, names, approved)
    number = f"{data.meeting.number}-{writer.day.year}"
    document = framed(
        store,
        tr,
        CODE,
        tr("MINUTES NO. {number}").format(number=f"{data.meeting.number}/{writer.day.year}"),
        tuple(writer.parts()),
        slug=f"verbale-{number}" if audience is Audience.FULL else f"verbale-{number}-omissis",
        audience=audience,
    )
    meeting_id = data.meeting.id
    origin = None if approved is None else read_frame(store).origin(meeting_id)  # a draft has no mark
    document = replace(document, subject=data.committee.name, origin=origin)
    if audience is Audience.FULL or not data.omissions:
        return document
    return freeze.from_data(redacted(freeze.to_data(document), passages))


class _Writer:
    """Writes the parts of the minutes in one language for one kind of reader."""

    def __init__(self, data: MinutesData, tr: Translator, names: Names, approved: date | None) -> None:
        assert data.meeting.date_held is not None
        self.data, self.tr, self.names, self.approved = data, tr, names, approved
        self.meeting, self.committee, self.day = data.meeting, data.committee, data.meeting.date_held

    def parts(self) -> Iterator[Part]:
        """The minutes in order."""
        yield from self._opening()
        yield from self._attendance()
        yield Heading(self.tr("Agenda"), 1)
        points = blocks_of(self.meeting.items)
        yield Items(tuple(self.names.in_text(block[0].title) for block in points), numbered=True)
        for place, block in enumerate(points, start=1):
            yield from self._point(place, block)
        yield from self._movements()
        yield from self._closing()

    def _opening(self) -> Iterator[Part]:
        tr, meeting = self.tr, self.meeting
        yield Paragraph(self.committee.name, strong=True)
        if self.approved is None:
            yield Paragraph(tr("Draft: these minutes are not approved yet."), strong=True)
        if not self.names.is_full:
            yield Paragraph(tr("Copy for publication."), strong=True)
        if self.data.sample:
            yield Paragraph(tr("Sample data: names, dates, hours, attendance and votes of these minutes are invented."))
        opening = self._office(
            TemplatePlace.MINUTES_OPENING,
            year=year_in_words(self.day.year, tr.language),
            day=day_in_words(self.day.day, tr.language),
            month=month_in_words(self.day, tr.language),
            time=meeting.time_opened or BLANK,
        )
        yield Paragraph(opening)
        facts = [
            (tr("Date"), format_date(self.day)),
            (tr("Opened at"), meeting.time_opened or BLANK),
            (tr("Closed at"), closing_hour(meeting, BLANK, tr)),
            (tr("Place"), self.names.in_text(meeting.place) or BLANK),
        ]
        if meeting.date_convened is not None:
            facts.insert(0, (tr("Convened on"), format_date(meeting.date_convened)))
        if self.committee.act:
            facts.append((tr("Act of appointment"), self.names.in_text(self.committee.act)))
        yield Facts(tuple(facts))
        if meeting.premises:
            yield Heading(tr("Premises"), 1)
            yield Paragraph(self.names.in_text(meeting.premises))

    def _office(self, place: TemplatePlace, **more: str) -> str:
        """Words of the office, or the usual ones, as this reader may see them."""
        told = {
            "committee": self.committee.name,
            "number": f"{self.meeting.number}/{self.day.year}",
            "place": self.meeting.place or BLANK,
            **more,
        }
        return self.names.in_text(OfficeTexts(self.data.texts, self.tr)(place, **told))

    def _attendance(self) -> Iterator[Part]:
        tr = self.tr
        members = {member.id: member for member in self.committee.members}
        hours = {attendance.member_id: attendance for attendance in self.meeting.attendances}
        rows = []
        for presence in presences(self.meeting, self.committee):
            member, attendance = members[presence.member_id], hours[presence.member_id]
            role = label(member.role, tr)
            office = self.names.in_text(member.office) if self.names.of(member.id) == member.name else ""
            rows.append(
                AttendanceRow(
                    presence.member_id,
                    self.names.of(member.id),
                    f"{role} – {office}" if office else role,
                    attendance.kind,
                    attendance.time_in,
                    attendance.time_out,
                    presence.member_id in self.data.sample_members,
                )
            )
        yield Heading(tr("Attendance and quorum"), 1)
        yield attendance_table(rows, tr)
        if self.meeting.time_opened:
            quorum = opening_quorum(self.meeting, self.committee)
            if quorum.is_legal:
                text = tr("Voting members present: {n} of {body}; needed: {needed} ({rule}). The quorum is met.")
            else:
                text = tr("Voting members present: {n} of {body}; needed: {needed} ({rule}). The quorum is not met.")
            rule = label(self.committee.quorum_opening, tr)
            yield Paragraph(
                text.format(n=len(quorum.voters), body=quorum.body, needed=quorum.needed, rule=rule.lower())
            )
            yield from self._substitutes(quorum)
        yield from room_parts(self.meeting, self.names, tr)

    def _substitutes(self, quorum: Quorum) -> Iterator[Part]:
        for alternate, member in quorum.substitutes:
            text = self.tr("{alternate}, alternate, takes the place of {member}.")
            yield Paragraph(text.format(alternate=self.names.of(alternate), member=self.names.of(member)))

    def _point(self, place: int, votings: Sequence[AgendaItemDraft]) -> Iterator[Part]:
        """A point; where there are several votes on it, each stands under its own heading."""
        tr, item = self.tr, votings[0]
        yield Heading(tr("Point {n}: {title}").format(n=place, title=self.names.in_text(item.title)), 1)
        yield from before_the_vote(item, self.names, tr)
        if item.discussion:
            yield Paragraph(self.names.in_text(item.discussion))
        if len(votings) == 1:
            yield from self._voting(item, DECISION_LEVEL)
            return
        for n, each in enumerate(votings, start=1):
            yield Heading(tr("Vote {n}: {title}").format(n=n, title=self.names.in_text(each.title)), VOTING_LEVEL)
            if n > 1:
                yield from before_a_further_vote(each, tr)
                if each.discussion:
                    yield Paragraph(self.names.in_text(each.discussion))
            yield from self._voting(each, VOTING_LEVEL + 1)

    def _voting(self, item: AgendaItemDraft, level: int) -> Iterator[Part]:
        """Conflicts, what was put to the vote, the vote, and the decision under a heading of a level."""
        assert item.id is not None
        for conflict in item.conflicts:
            yield Paragraph(self._conflict(conflict))
        if item.motion:
            motion = self.names.in_text(item.motion.rstrip("."))
            yield Paragraph(self.tr("Put to the vote: {motion}.").format(motion=motion))
        if item.is_voted:
            yield from self._vote(item)
        if item.addition:
            yield Paragraph(self.names.in_text(item.addition))
        decision = self.data.decisions.get(item.id)
        if decision is not None:
            yield from decision_parts(decision, self.names, self.tr, level)

    def _conflict(self, conflict: ConflictDraft) -> str:
        tr = self.tr
        abstains = conflict.kind is ConflictKind.ABSTENTION
        title = self.data.titles.get(conflict.proposal_id or "", "")
        if title and abstains:
            text = tr(
                "Member {name} declares a conflict of interest on the proposal “{title}”, abstains and leaves the"
                " meeting for this point."
            )
        elif abstains:
            text = tr("Member {name} declares a conflict of interest, abstains and leaves the meeting for this point.")
        elif title:
            text = tr(
                "Member {name} declares to be incompatible on the proposal “{title}” and takes no part in this point."
            )
        else:
            text = tr("Member {name} declares to be incompatible and takes no part in this point.")
        ground = self.names.private(conflict.ground.rstrip("."))
        sentence = text.format(name=self.names.of(conflict.member_id), title=title)
        return tr("{sentence} Ground: {ground}.").format(sentence=sentence, ground=ground) if ground else sentence

    def _vote(self, item: AgendaItemDraft) -> Iterator[Part]:
        tr = self.tr
        quorum = item_quorum(self.meeting, item, self.committee)
        counts = {
            "time": item.time_voted or BLANK,
            "n": len(quorum.voters),
            "body": quorum.body,
            "needed": quorum.needed,
        }
        if self.names.is_full:
            voters = ", ".join(self.names.of(voter) for voter in quorum.voters)
            text = tr("At {time} those who vote are {n} of {body} ({needed} needed): {names}.")
            yield Paragraph(text.format(**counts, names=voters))
        else:
            yield Paragraph(tr("At {time} those who vote are {n} of {body} ({needed} needed).").format(**counts))
        yield from self._substitutes(quorum)
        yield from vote_parts(self.meeting, item, self.committee, self.names, tr)

    def _movements(self) -> Iterator[Part]:
        rows = [
            MovementRow(
                decision.label or self.names.in_text(decision.subject), move.from_name, move.to_name, move.amount
            )
            for decision in self.data.decisions.values()
            if decision.effects is not None
            for move in decision.effects.moves
        ]
        if rows:
            yield Heading(self.tr("Movements ordered by the decisions"), 1)
            yield movements_table(rows, self.tr)

    def _closing(self) -> Iterator[Part]:
        tr = self.tr
        yield Heading(tr("Closing"), 1)
        if self.meeting.closing_text:
            yield Paragraph(self.names.in_text(self.meeting.closing_text))
        yield Paragraph(tr("The meeting closes at {time}.").format(time=closing_hour(self.meeting, BLANK, tr)))
        closed = closing_hour(self.meeting, BLANK, tr)
        yield Paragraph(self._office(TemplatePlace.MINUTES_CLOSING, day=format_date(self.day), time=closed))
        if self.approved is not None:
            yield Paragraph(tr("Minutes approved on {day}.").format(day=format_date(self.approved)))
        if not self.names.is_full:
            yield from self._left_out()
        offices = ((MemberRole.PRESIDENT, tr("The President")), (MemberRole.SECRETARY, tr("The Secretary")))
        places = [(title, self._signatory(role)) for role, title in offices]
        places += self.data.signers
        if self.names.is_full:
            places += self._members()
        yield Signatures(tuple(places), fields=self.approved is not None and self.names.is_full)

    def _members(self) -> Iterator[tuple[str, str]]:
        """The members who came and hold no office: they sign after those who do."""
        came = {presence.member_id for presence in presences(self.meeting, self.committee) if presence.came}
        for member in self.committee.members:
            if member.id in came and member.role not in (MemberRole.PRESIDENT, MemberRole.SECRETARY):
                yield label(member.role, self.tr), self.names.of(member.id)

    def _signatory(self, role: MemberRole) -> str:
        """Who holds an office and came; nothing when nobody did, so that the place is signed by hand."""
        came = {presence.member_id for presence in presences(self.meeting, self.committee) if presence.came}
        holders = [member.id for member in self.committee.members if member.role is role and member.id in came]
        return self.names.of(holders[0]) if holders else ""

    def _left_out(self) -> Iterator[Part]:
        """What the published copy does not show."""
        tr = self.tr
        grounds = sum(bool(conflict.ground) for item in self.meeting.items for conflict in item.conflicts)
        votes = sum(len(item.votes) for item in self.meeting.items)
        yield Heading(tr("What this copy leaves out"), 1)
        yield Items(
            (
                tr("Names of members who do not sign: {n} (OMISSIS).").format(n=len(self.names.hidden)),
                tr("Grounds of declared conflicts: {n} (OMISSIS).").format(n=grounds),
                tr("Votes by name: {n}, given as counts.").format(n=votes),
                *(
                    tr("Passage no. {n} (OMISSIS). Ground: {ground}.").format(n=n, ground=ground.rstrip("."))
                    for n, (_passage, ground) in enumerate(self.data.omissions, start=1)
                ),
                *(
                    [tr("Names of guests: {n} (OMISSIS).").format(n=len(self.meeting.guests))]
                    if self.meeting.guests
                    else []
                ),
            )
        )
