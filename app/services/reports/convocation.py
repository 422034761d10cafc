"""The convocation of a meeting, as the letter that goes to whoever is to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.models.enums import MemberRole
from app.models.store import Store
from app.services.committees import CommitteeDraft, in_office, read_committee
from app.services.convocation import notice_of
from app.services.documents import DocumentOwner, documents_of
from app.services.formats import format_date
from app.services.labels import label
from app.services.meeting_drafts import MeetingDraft
from app.services.meeting_records import read_meeting
from app.services.reports.frame import framed
from app.services.reports.spec import Document, Facts, Heading, Items, Paragraph, Part, Signatures
from app.services.texts import Translator

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
    assert meeting.date_held is not None
    number = f"{meeting.number}-{meeting.date_held.year}"
    return framed(
        store,
        tr,
        CODE,
        tr("CONVOCATION OF MEETING NO. {number}").format(number=f"{meeting.number}/{meeting.date_held.year}"),
        tuple(_parts(meeting, committee, bound, tr)),
        slug=f"convocazione-{number}",
    )


def _parts(
    meeting: MeetingDraft, committee: CommitteeDraft, bound: Mapping[str | None, Sequence[str]], tr: Translator
) -> Iterator[Part]:
    assert meeting.date_held is not None
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
    text = tr("The body named “{committee}” is convened for {day} at {time}, at: {place}.")
    yield Paragraph(
        text.format(
            committee=committee.name,
            day=format_date(meeting.date_held),
            time=meeting.time_convened or BLANK,
            place=meeting.place or BLANK,
        )
    )
    if meeting.letter:
        yield Paragraph(meeting.letter)
    yield Heading(tr("Agenda"), 1)
    yield Items(tuple(_points(meeting, bound, tr)), numbered=True)
    yield from _terms(meeting, committee, tr)
    president = next((member for member in committee.members if member.role is MemberRole.PRESIDENT), None)
    yield Signatures(((tr("The President"), "" if president is None else president.name),))


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
    for item in meeting.items:
        told = item.title
        if item.late:
            text = tr("{title} (added after the convocation: {ground})")
            told = text.format(title=told, ground=item.late_ground or BLANK)
        if bound.get(item.id):
            told = tr("{title}. Documents: {names}").format(title=told, names=", ".join(bound[item.id]))
        yield told


def _terms(meeting: MeetingDraft, committee: CommitteeDraft, tr: Translator) -> Iterator[Part]:
    """The term of notice, and who cannot come."""
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
    yield Paragraph(tr("Who cannot come is asked to say so in time, so that an alternate may be called."))
    if committee.proxies_max:
        yield Paragraph(tr("Who cannot come may be represented by another member, by a signed proxy."))
