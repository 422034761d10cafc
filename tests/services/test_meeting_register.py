"""T16: attendance by member and minute, votes by count; the paper keeps the standards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

import page as validator
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import AttendanceKind, Ballot, ConflictKind, ItemState, MemberRole, VoteChoice
from app.models.errors import NotFound
from app.models.store import Store
from app.services.meetings.closing import close_meeting
from app.services.meetings.committees import CommitteeDraft, MemberDraft
from app.services.meetings.drafts import (
    AbsenceDraft,
    AgendaItemDraft,
    AttendanceDraft,
    ConflictDraft,
    MeetingDraft,
    PauseDraft,
    VoteDraft,
)
from app.services.meetings.majority import Counts
from app.services.meetings.meetings import convene_meeting, load_meeting, open_meeting
from app.services.reports.catalogue import build_document, listing
from app.services.reports.meeting_register import attendance_table, members_table, votes_table
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Line, Table
from app.services.reports.text import plain_text
from app.services.votings.register import MeetingRecord, meeting_record
from app.services.wording.texts import translator
from tests.pure.documents import faults, standard_of
from tests.services.sitting import build_sitting, meeting_draft, voted_item

IT, EN = translator("it"), translator("en")
PRESENT, EXCUSED = AttendanceKind.PRESENT, AttendanceKind.EXCUSED
ROLES = {
    "Rossi": MemberRole.PRESIDENT,
    "Bianchi": MemberRole.MEMBER,
    "Verdi": MemberRole.MEMBER,
    "Neri": MemberRole.MEMBER,
    "Gialli": MemberRole.MEMBER,
    "Viola": MemberRole.ALTERNATE,
}
COMMITTEE = CommitteeDraft(
    id="c",
    name="Comitato",
    proxies_max=1,
    members=tuple(MemberDraft(id=name, name=name, role=role) for name, role in ROLES.items()),
)


def present(name: str, start: str = "", end: str = "", *away: tuple[str, str]) -> AttendanceDraft:
    absences = tuple(AbsenceDraft(None, out, back) for out, back in away)
    return AttendanceDraft(f"a-{name}", name, PRESENT, start, end, absences=absences)


def vote_of(name: str, choice: VoteChoice = VoteChoice.FAVOUR) -> VoteDraft:
    return VoteDraft(member_id=name, choice=choice)


NIGHT = MeetingDraft(
    id="m",
    committee_id="c",
    number=3,
    date_held=date(2014, 6, 24),
    time_opened="22:00",
    time_closed="01:00",
    pauses=(PauseDraft(None, "23:00", "23:30"),),
    attendances=(
        present("Rossi"),
        present("Bianchi", "22:15", "00:30"),
        present("Verdi", "", "", ("22:50", "23:10"), ("00:10", "00:20")),
        replace(AttendanceDraft("a-Neri", "Neri", EXCUSED), proxy_id="Rossi"),
        AttendanceDraft("a-Gialli", "Gialli", AttendanceKind.ABSENT),
        present("Viola"),
    ),
    items=(
        AgendaItemDraft(
            id="1",
            title="Riparto",
            motion="di rinviare",
            time_voted="22:20",
            votes=(vote_of("Rossi"), vote_of("Bianchi", VoteChoice.AGAINST), vote_of("Verdi", VoteChoice.ABSTAIN)),
        ),
        AgendaItemDraft(
            id="1b",
            title="Nomina",
            voting_of_id="1",
            time_voted="00:15",
            ballot=Ballot.SECRET,
            papers=Counts(2, 0, 0, 1),
            conflicts=(ConflictDraft(member_id="Bianchi", kind=ConflictKind.ABSTENTION, ground="socio"),),
        ),
        AgendaItemDraft(id="2", title="Varie", state=ItemState.POSTPONED),
        AgendaItemDraft(id="3", title="Saluti"),
    ),
)


def record() -> MeetingRecord:
    return meeting_record(NIGHT, COMMITTEE, {"1": "7/2014"}, sample=False)


def cells(table: Table, *keys: str) -> list[tuple[object, ...]]:
    columns = [next(column for column in table.columns if column.key == key) for key in keys]
    return [tuple(table.cell(row, column) for column in columns) for row in table.rows if not isinstance(row, Line)]


def test_attendance_is_counted_by_the_minute_over_midnight() -> None:
    meeting = record()
    assert (meeting.label, meeting.minutes, meeting.count(PRESENT), meeting.count(EXCUSED)) == ("3/2014", 150, 4, 1)
    table = attendance_table([meeting], {name: name for name in ROLES}, IT)
    assert cells(table, "name", "time_in", "time_out", "away", "share") == [
        ("Rossi", "22:00", "01:00", "", Fraction(100)),
        ("Bianchi", "22:15", "00:30", "", Fraction(105, 150) * 100),
        ("Verdi", "22:00", "01:00", "22:50–23:10, 00:10–00:20", Fraction(130, 150) * 100),
        ("Neri", "", "", "", Fraction(0)),
        ("Gialli", "", "", "", Fraction(0)),
        ("Viola", "22:00", "01:00", "", Fraction(100)),
    ]
    assert [text for (text,) in cells(table, "seats")] == [
        "rappresenta Neri (punti 1.1, 1.2)",
        "",
        "al suo posto Viola (punto 1.2)",
        "per delega a Rossi (punti 1.1, 1.2)",
        "al suo posto Viola (punto 1.1)",
        "al posto di Gialli (punto 1.1); al posto di Verdi (punto 1.2)",
    ]
    twice = members_table([meeting, meeting], IT)
    assert cells(twice, "name", "meetings", "present", "excused", "present_share", "share")[1] == (
        ("Bianchi", 2, 2, 0, Fraction(100), Fraction(70))
    )


def test_votes_are_counts_and_never_say_who() -> None:
    table = votes_table([record()], IT)
    keys = (
        "place",
        "title",
        "ballot",
        "voters",
        "favour",
        "against",
        "abstain",
        "invalid",
        "out",
        "outcome",
        "decision",
    )
    assert cells(table, *keys) == [
        ("1.1", "Riparto: di rinviare", "palese", 5, 1, 1, 1, 0, 0, "Non approvata", "7/2014"),
        ("1.2", "Nomina", "segreto", 3, 2, 0, 0, 1, 1, "Approvata", ""),
        ("2", "Varie", "", None, None, None, None, None, 0, "Rinviato alla prossima seduta", ""),
        ("3", "Saluti", "", None, None, None, None, None, 0, "Nessun voto", ""),
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 239), min_size=4, max_size=8, unique=True),
    st.tuples(st.integers(0, 239), st.integers(1, 60)),
)
def test_minutes_agree_with_counting_them_one_by_one(marks: list[int], pause: tuple[int, int]) -> None:
    def clock(minute: int) -> str:
        return f"{(22 * 60 + minute) // 60 % 24:02d}:{minute % 60:02d}"

    came, *moves, left = sorted(marks)
    away = [pair for n, pair in enumerate(pairwise(moves)) if n % 2 == 0]
    rest = range(pause[0], min(sum(pause), 240))
    there = [
        minute
        for minute in range(came, left)
        if minute not in rest and not any(out <= minute < back for out, back in away)
    ]
    attendance = present("Rossi", clock(came), clock(left), *((clock(out), clock(back)) for out, back in away))
    pauses = (PauseDraft(None, clock(rest.start), clock(rest.stop)),) if rest else ()
    meeting = replace(NIGHT, time_closed="02:00", attendances=(attendance,), pauses=pauses, items=())
    (row,) = meeting_record(meeting, COMMITTEE, {}, sample=False).attendances
    assert (row.minutes, row.minutes_all) == (len(there), 240 - len(rest))


def test_register_holds_closed_meetings_by_committee_and_year(store: Store) -> None:
    sitting = build_sitting(store)
    assert "Nessuna seduta" in plain_text(build_document(store, "T16", IT), IT)
    for day in (date(2014, 6, 24), date(2015, 1, 20), date(2015, 2, 3)):
        key = convene_meeting(store, meeting_draft(sitting, voted_item(sitting, f"Punto del {day}"), day=day)).id
        open_meeting(store, key, "10:00")
        if day.month != 2:
            close_meeting(store, key, "11:00")
    assert load_meeting(store, key).number == 2
    (entry,) = (row for row in listing(store, EN) if row.code == "T16")
    assert [key.removeprefix(sitting.committee) for key, _name in entry.items or ()] == ["", "-2014", "-2015"]
    whole, of_year = (build_document(store, "T16", EN, item) for item in (None, f"{sitting.committee}-2015"))
    assert [row.label for row in next(iter(whole.tables())).rows] == ["1/2014", "1/2015"]
    assert of_year.title == "Register of attendance and votes, year 2015"
    assert [row.label for row in next(iter(of_year.tables())).rows] == ["1/2015"]
    for item in ("gone", f"{sitting.committee}-2013"):
        with pytest.raises(NotFound):
            build_document(store, "T16", EN, item)


@pytest.mark.parametrize("language", ["it", "en"])
def test_paper_keeps_the_standards(sample: Store, language: str) -> None:
    document = build_document(sample, "T16", translator(language))
    pages = pdf_bytes(document)
    assert faults(pages, standard_of(document)) == set()
    assert faults(pages, validator.ValidationProfile.PDF_UA_1) == set()
    meetings, attendance, _members, votes = document.tables()
    assert meetings.totals() == {"minutes": 300, "votes": 8}  # 14:30–17:25 and 10:00–12:05
    assert sum(row.minutes for row in attendance.body()) == 6 * 175 - 18 - 23 + 7 * 125 - 30 - 12
    assert sum(row.result.counts.favour for row in votes.body() if row.result) == 36
