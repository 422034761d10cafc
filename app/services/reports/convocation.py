"""The convocation of a meeting, as the letter that goes to whoever is to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.models.enums import MemberRole, SignedPaper, TemplatePlace
from app.models.store import Store
from app.services.documents.documents import DocumentOwner, documents_of
from app.services.meetings.committees import CommitteeDraft, in_office, read_committee
from app.services.meetings.convocation import notice_of
from app.services.meetings.drafts import MeetingDraft
from app.services.meetings.records import read_meeting
from app.services.papers.letterhead import signers
from app.services.papers.templates import OfficeTexts, own_texts
from app.services.reports.frame import framed
from app.services.reports.spec import Document, Facts, Heading, Items, Paragraph, Part, Signatures
from app.services.votings.places import blocks_of
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import Translator

CODE = "CONVOCAZIONE"
BLANK = "________"
"""Where the letter has nothing to say yet, as on a form."""


def convocation_document(store: Store, meeting_id: str, tr: Translator) -> Document:
    """The letter that convenes a meeting, with its agenda and who it goes to.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        meeting = read_meeting(session, meeting_id)
        assert meeting.committee_id is not None
        committee = read_committee(session, meeting.committee_id)
        bound = {
            item.id: tuple(row.name for row in documents_of(session, DocumentOwner(agenda_item_id=item.id)))
            for item in meeting.items
        }
        office = OfficeTexts(own_texts(session), tr)
        named = signers(session, SignedPaper.CONVOCATION, meeting.date_convened)
    assert meeting.date_held is not None
    number = f"{meeting.number}-{meeting.date_held.year}"
    return framed(
        store,
        tr,
        CODE,
        tr("CONVOCATION OF MEETING NO. {number}").format(number=f"{meeting.number}/{meeting.date_held.year}"),
        (
            *_parts(meeting, committee, bound, office, tr),
            Signatures(named or _president(meeting, committee, tr), fields=meeting.date_convened is not None),
        ),
        slug=f"convocazione-{number}",
    )


def _president(meeting: MeetingDraft, committee: CommitteeDraft, tr: Translator) -> tuple[tuple[str, str], ...]:
    """Who signs while the office named nobody: the president in office on the day of the letter."""
    day = meeting.date_convened or meeting.date_held
    held = (row.name for row in committee.members if row.role is MemberRole.PRESIDENT and in_office(row, day))
    return ((tr("The President"), next(held, "")),)


def _parts(
    meeting: MeetingDraft,
    committee: CommitteeDraft,
    bound: Mapping[str | None, Sequence[str]],
    office: OfficeTexts,
    tr: Translator,
) -> Iterator[Part]:
    assert meeting.date_held is not None
    told = {
        "committee": committee.name,
        "number": f"{meeting.number}/{meeting.date_held.year}",
        "day": format_date(meeting.date_held),
        "time": meeting.time_convened or BLANK,
        "place": meeting.place or BLANK,
        "notice": str(committee.notice_days),
    }
    sent = BLANK if meeting.date_convened is None else format_date(meeting.date_convened)
    yield Paragraph(committee.name, strong=True)
    if meeting.date_convened is None:
        yield Paragraph(tr("Draft: this convocation has not been sent yet."), strong=True)
    yield Facts(
        (
            (tr("Date of the letter"), sent),
            (tr("Subject"), tr("Convocation of the meeting of {day}").format(day=format_date(meeting.date_held))),
        )
    )
    yield Heading(tr("Addressees"), 1)
    yield Items(tuple(_addressees(meeting, committee, tr)))
    yield Paragraph(office(TemplatePlace.CONVOCATION_OPENING, **told))
    if meeting.letter:
        yield Paragraph(meeting.letter)
    yield Heading(tr("Agenda"), 1)
    yield Items(tuple(_points(meeting, bound, tr)), numbered=True)
    yield from _terms(meeting, committee, tr)
    yield Paragraph(office(TemplatePlace.CONVOCATION_CLOSING, **told))
    if committee.proxies_max:
        yield Paragraph(tr("Who cannot come may be represented by another member, by a signed proxy."))


def _addressees(meeting: MeetingDraft, committee: CommitteeDraft, tr: Translator) -> Iterator[str]:
    """Who is convened, in the order of the committee, with office and role."""
    convened = {attendance.member_id for attendance in meeting.attendances}
    for member in committee.members:
        if member.id in convened and in_office(member, meeting.date_held):
            told = [member.name, label(member.role, tr)]
            if member.office:
                told.append(member.office)
            yield ", ".join(told)
    for guest in meeting.guests:
        text = tr("{name}, invited").format(name=guest.name)
        yield f"{text}, {guest.office}" if guest.office else text


def _points(meeting: MeetingDraft, bound: Mapping[str | None, Sequence[str]], tr: Translator) -> Iterator[str]:
    for item in (block[0] for block in blocks_of(meeting.items)):
        told = item.title
        if item.late:
            text = tr("{title} (added after the convocation: {ground})")
            told = text.format(title=told, ground=item.late_ground or BLANK)
        if bound.get(item.id):
            told = tr("{title}. Documents: {names}").format(title=told, names=", ".join(bound[item.id]))
        yield told


def _terms(meeting: MeetingDraft, committee: CommitteeDraft, tr: Translator) -> Iterator[Part]:
    """The term of notice."""
    assert meeting.date_held is not None
    if committee.notice_days:
        text = tr.plural(
            "Notice: at least {n} day before the meeting.",
            "Notice: at least {n} days before the meeting.",
            committee.notice_days,
        )
        yield Paragraph(text.format(n=committee.notice_days))
        if meeting.date_convened is not None:
            notice = notice_of(meeting.date_held, meeting.date_convened, committee.notice_days)
            if notice.is_late:
                late = tr("Convened by urgency, after the term of {day}.")
                yield Paragraph(late.format(day=format_date(notice.last_day)), strong=True)
