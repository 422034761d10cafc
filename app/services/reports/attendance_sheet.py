"""The sheet that is signed at the door: who is convened, with room for the hours and the signature."""

from __future__ import annotations

from dataclasses import replace

from app.models.store import Store
from app.services.meetings.committees import in_office, read_committee
from app.services.meetings.records import read_meeting
from app.services.reports.frame import framed
from app.services.reports.spec import Document, Facts, Grid, Heading, Paragraph
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import Translator

CODE = "PRESENZE"
GUESTS = 4
"""Lines for guests who were not announced."""


def attendance_sheet(store: Store, meeting_id: str, tr: Translator) -> Document:
    """The sheet of a meeting.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        meeting = read_meeting(session, meeting_id)
        assert meeting.committee_id is not None
        committee = read_committee(session, meeting.committee_id)
    assert meeting.date_held is not None
    convened = {row.member_id for row in meeting.attendances}
    columns = (
        (tr("Name"), 52.0),
        (tr("Office"), 46.0),
        (tr("In"), 16.0),
        (tr("Out"), 16.0),
        (tr("Signature"), 40.0),
    )
    members = tuple(
        (member.name, label(member.role, tr), "", "", "")
        for member in committee.members
        if member.id in convened and in_office(member, meeting.date_held)
    )
    guests = tuple((guest.name, guest.office, "", "", "") for guest in meeting.guests)
    number = f"{meeting.number}/{meeting.date_held.year}"
    facts = (
        (tr("Date"), format_date(meeting.date_held)),
        (tr("Convened for"), meeting.time_convened or "________"),
        (tr("Place"), meeting.place or "________"),
    )
    document = framed(
        store,
        tr,
        CODE,
        tr("ATTENDANCE SHEET OF MEETING NO. {number}").format(number=number),
        (
            Paragraph(committee.name, strong=True),
            Facts(facts),
            Heading(tr("Members"), 1),
            Grid(tr("Members"), columns, rows=0, lines=2, filled=members),
            Heading(tr("Guests"), 1),
            Grid(tr("Guests"), columns, rows=GUESTS, lines=2, filled=guests),
        ),
        slug=f"presenze-{number.replace('/', '-')}",
    )
    return replace(document, subject=committee.name)
