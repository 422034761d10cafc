"""A meeting led in the room, gesture by gesture; what waits for one; its convocation; what its decisions ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import page as validator
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.enums import (
    AttendanceKind,
    Ballot,
    ConflictKind,
    FollowUpState,
    ItemState,
    Majority,
    Matter,
    MeetingState,
    QuorumRule,
    TieRule,
    VoteChoice,
)
from app.models.errors import AppError, NotFound
from app.models.journal import head_text
from app.models.meetings import Decision
from app.models.store import Store
from app.services.decisions.decisions import delete_decision, save_decision
from app.services.decisions.drafts import DecisionDraft
from app.services.documents.documents import DocumentOwner, add_document, document_rows
from app.services.integrity import verify
from app.services.journal.undo import last_undoable, undo
from app.services.meetings import sitting_acts, sitting_people
from app.services.meetings.closing import approve_minutes, close_meeting
from app.services.meetings.committees import (
    CommitteeDraft,
    MemberDraft,
    RuleDraft,
    load_committee,
    member_rows,
    save_committee,
)
from app.services.meetings.convocation import meeting_notice, notice_of, send_convocation
from app.services.meetings.drafts import (
    AgendaItemDraft,
    AttendanceDraft,
    ConflictDraft,
    GuestDraft,
    MeetingDraft,
    PauseDraft,
    VoteDraft,
)
from app.services.meetings.follow_ups import (
    FollowUpDraft,
    delete_follow_up,
    follow_up_rows,
    load_follow_up,
    save_follow_up,
)
from app.services.meetings.majority import Counts, judge
from app.services.meetings.meetings import (
    convene_meeting,
    delete_meeting,
    load_meeting,
    open_meeting,
    resume_meeting,
    save_meeting,
    suspend_meeting,
)
from app.services.meetings.minutes_gaps import minutes_gaps
from app.services.meetings.sitting import (
    Sitting as Led,
)
from app.services.meetings.sitting import (
    Where,
    contradictions,
    people,
    problems_of,
    quorum_now,
    read_sitting,
    who_leaves_next,
)
from app.services.meetings.vote_words import outcome_sentence
from app.services.meetings.waiting import waiting_items
from app.services.reports.catalogue import build_document
from app.services.reports.convocation import convocation_document
from app.services.reports.excerpt import excerpt_document
from app.services.reports.meeting_lists import calendar_table
from app.services.reports.minutes import minutes_document
from app.services.reports.packet import packet_document
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Audience, Document
from app.services.reports.text import plain_text
from app.services.votings.acts import add_voting
from app.services.wording.texts import translator
from tests.pure.documents import faults
from tests.services.sitting import (
    Sitting,
    allocation_draft,
    build_sitting,
    first_meeting,
    meeting_draft,
    open_sitting,
    voted_item,
)

EN, IT = translator("en"), translator("it")
FAVOUR, AGAINST, ABSTAIN = VoteChoice.FAVOUR, VoteChoice.AGAINST, VoteChoice.ABSTAIN


@pytest.fixture
def sitting(store: Store) -> Sitting:
    return build_sitting(store)


@pytest.fixture
def led(store: Store, sitting: Sitting) -> Led:
    """A meeting of two points, open since ten; the alternate is excused."""
    items = (AgendaItemDraft(title="Comunicazioni"), AgendaItemDraft(title="Nomina"))
    meeting = convene_meeting(store, meeting_draft(sitting, *items)).id
    open_meeting(store, meeting, "10:00")
    return read_sitting(store, meeting)


def refused(act: Callable[[], Any]) -> tuple[str, str | None]:
    """Code and field of a refusal; nothing is written."""
    with pytest.raises(AppError) as caught:
        act()
    return caught.value.code, caught.value.field


def render(document: Document) -> str:
    """What a document says, in Italian, in one line a paragraph."""
    return plain_text(document, IT)


def again(store: Store, led: Led) -> Led:
    assert led.meeting.id is not None
    return read_sitting(store, led.meeting.id)


def keys(led: Led) -> tuple[str, list[str]]:
    """Keys of the meeting and of its points."""
    return led.meeting.id or "", [item.id or "" for item in led.meeting.items]


def where(led: Led, item: str | None, time: str) -> dict[str, Where]:
    return {row.name.split()[1]: row.where for row in people(led, item, time)}


# --- who is in the room ----------------------------------------------------------------


def test_members_come_leave_and_come_back(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, _items = keys(led)
    neri = sitting.members["Neri"]
    assert where(led, None, "10:30")["Neri"] is Where.IN
    sitting_people.leave_room(store, meeting, neri, "10:20")
    led = again(store, led)
    assert (where(led, None, "10:19")["Neri"], where(led, None, "10:20")["Neri"]) == (Where.IN, Where.OUT)
    assert len(quorum_now(led, None, "10:30").voters) == 4
    code = refused(lambda: sitting_people.leave_room(store, meeting, neri, "10:30"))
    assert code == ("attendance.not_there", None)
    assert refused(lambda: sitting_people.enter_room(store, meeting, neri, "10:20")) == (
        "attendance.back_before_out",
        "time",
    )
    sitting_people.enter_room(store, meeting, neri, "10:45")
    sitting_people.leave_room(store, meeting, neri, "11:30")
    led = again(store, led)
    hours = {time: where(led, None, time)["Neri"] for time in ("10:30", "10:45", "11:29", "11:30")}
    assert list(hours.values()) == [Where.OUT, Where.IN, Where.IN, Where.OUT]
    attendance = next(row for row in led.meeting.attendances if row.member_id == neri)
    assert [(row.time_out, row.time_in) for row in attendance.absences] == [("10:20", "10:45")]
    code = refused(lambda: sitting_people.leave_room(store, meeting, sitting.members["Verdi"], "10:00"))
    assert code == ("attendance.out_before_in", "time")
    lines = render(minutes_document(store, meeting, IT))
    assert "Paolo Neri esce dalla sala alle ore 10:20 e rientra alle ore 10:45." in lines


def test_an_alternate_comes_for_who_is_away(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, _items = keys(led)
    sitting_people.enter_room(store, meeting, sitting.members["Viola"], "10:10")
    sitting_people.mark_absent(store, meeting, sitting.members["Bianchi"], AttendanceKind.ABSENT)
    rows = {row.name: row for row in people(again(store, led), None, "10:15")}
    assert rows["Carla Viola"].stands_for == "Luca Bianchi"
    assert rows["Carla Viola"].has_vote
    assert rows["Luca Bianchi"].where is Where.AWAY
    early = {row.name: row for row in people(again(store, led), None, "10:05")}
    assert not early["Carla Viola"].has_vote


def test_proxies_are_forbidden_or_counted_by_the_rule(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, (first, _second) = keys(led)
    for name in ("Bianchi", "Verdi"):
        sitting_people.mark_absent(
            store, meeting, sitting.members[name], AttendanceKind.EXCUSED, sitting.members["Rossi"]
        )
    assert len(quorum_now(again(store, led), first, "10:30").voters) == 3
    for most, voters in ((1, 4), (2, 5)):
        save_committee(store, replace(load_committee(store, sitting.committee), proxies_max=most))
        assert len(quorum_now(again(store, led), first, "10:30").voters) == voters
    rows = {row.name: row for row in people(again(store, led), first, "10:30")}
    assert rows["Luca Bianchi"].spoken_for == "Maria Rossi"
    sitting_acts.record_votes(store, first, {sitting.members["Bianchi"]: AGAINST}, "10:30")
    sitting_people.declare_conflict(store, keys(led)[1][1], sitting.members["Rossi"])
    assert len(quorum_now(again(store, led), keys(led)[1][1], "10:30").voters) == 2
    assert refused(
        lambda: sitting_people.mark_absent(
            store, meeting, sitting.members["Neri"], AttendanceKind.ABSENT, sitting.members["Neri"]
        )
    ) == ("attendance.proxy_of_self", "proxy_id")
    assert "Luca Bianchi è rappresentato per delega da Maria Rossi." in render(minutes_document(store, meeting, IT))


def test_guests_are_heard_and_never_counted(store: Store, led: Led) -> None:
    meeting, _items = keys(led)
    before = quorum_now(led, None, "10:30")
    sitting_people.add_guest(store, meeting, "Ugo Ferraris", "revisore", "10:05")
    (guest,) = again(store, led).meeting.guests
    sitting_people.guest_leaves(store, guest.id or "", "10:40")
    assert again(store, led).meeting.guests == (GuestDraft(guest.id, "Ugo Ferraris", "revisore", "10:05", "10:40"),)
    assert quorum_now(again(store, led), None, "10:30") == before
    assert refused(lambda: sitting_people.add_guest(store, meeting, " ", "", "")) == ("field.required", "name")
    full = render(minutes_document(store, meeting, IT))
    assert "Intervengono come invitati, senza diritto di voto: Ugo Ferraris, revisore." in full
    published = render(minutes_document(store, meeting, IT, Audience.PUBLISHED))
    assert "Ferraris" not in published
    assert "Nomi degli invitati: 1 (OMISSIS)." in published


def test_a_conflict_puts_a_member_out_of_the_point(store: Store, sitting: Sitting, led: Led) -> None:
    _meeting, (first, second) = keys(led)
    bianchi = sitting.members["Bianchi"]
    assert refused(lambda: sitting_people.declare_conflict(store, second, None)) == ("field.required", "member_id")
    sitting_people.declare_conflict(store, second, bianchi, ConflictKind.ABSTENTION, "lavora nell’ente")
    led = again(store, led)
    assert who_leaves_next(led, first) == ("Luca Bianchi",)
    assert who_leaves_next(led, second) == ()
    assert where(led, second, "10:30")["Bianchi"] is Where.OUT_OF_POINT
    assert bianchi not in quorum_now(led, second, "10:30").voters
    wrong = refused(lambda: sitting_acts.record_votes(store, second, {bianchi: FAVOUR}, "10:30"))
    assert wrong == ("vote.not_entitled", None)
    sitting_people.withdraw_conflict(store, second, bianchi)
    sitting_acts.record_votes(store, second, {bianchi: FAVOUR}, "10:30")
    assert refused(lambda: sitting_people.declare_conflict(store, second, bianchi)) == ("vote.in_conflict", "member_id")
    with pytest.raises(NotFound):
        sitting_people.withdraw_conflict(store, second, bianchi)


def test_who_declared_for_the_proposal_must_leave(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    conflict = ConflictDraft(member_id=sitting.members["Neri"], proposal_id=sitting.proposals["Rho"])
    items = (replace(meeting.items[0], conflicts=(conflict,), votes=()), meeting.items[1])
    save_meeting(store, replace(meeting, items=items))
    led = read_sitting(store, meeting.id or "")
    assert who_leaves_next(led, None) == ("Paolo Neri",)
    sitting_acts.clear_vote(store, meeting.items[1].id or "")
    led = again(store, led)
    assert {row.name for row in people(led, meeting.items[1].id, "10:30") if row.must_leave} == {"Paolo Neri"}
    assert who_leaves_next(led, meeting.items[0].id) == ("Paolo Neri",)


# --- votes -------------------------------------------------------------------------------


def test_votes_by_name_one_by_one_and_together(store: Store, sitting: Sitting, led: Led) -> None:
    _meeting, (first, _second) = keys(led)
    rossi, verdi = sitting.members["Rossi"], sitting.members["Verdi"]
    sitting_acts.record_votes(store, first, {rossi: FAVOUR}, "10:30")
    sitting_acts.record_votes(store, first, {verdi: AGAINST}, "10:31")
    sitting_acts.vote_together(store, first, FAVOUR, "10:32")
    item = again(store, led).meeting.items[0]
    assert (item.time_voted, item.state) == ("10:30", ItemState.TREATED)
    assert {vote.member_id: vote.choice for vote in item.votes}[verdi] is AGAINST
    assert len(item.votes) == 5
    sitting_acts.record_votes(store, first, dict.fromkeys(sitting.voters), "10:40")
    item = again(store, led).meeting.items[0]
    assert (item.time_voted, item.state, item.votes) == ("", ItemState.OPEN, ())


def test_nobody_votes_without_a_quorum_or_a_meeting(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, (first, _second) = keys(led)
    for name in ("Bianchi", "Verdi", "Neri"):
        sitting_people.leave_room(store, meeting, sitting.members[name], "10:05")
    assert refused(lambda: sitting_acts.vote_together(store, first, FAVOUR, "10:30")) == ("quorum.missing", None)
    suspend_meeting(store, meeting, "10:40")
    for act in (
        lambda: sitting_acts.record_votes(store, first, {sitting.members["Rossi"]: FAVOUR}, "10:45"),
        lambda: sitting_acts.count_papers(store, first, Counts(1), "10:45"),
        lambda: sitting_acts.take_up(store, first, "10:45"),
    ):
        assert refused(act) == ("meeting.not_running", None)


def test_a_secret_ballot_keeps_counts_alone(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, (_first, second) = keys(led)
    sitting_acts.vote_together(store, second, FAVOUR, "10:30")
    sitting_acts.count_papers(store, second, Counts(3, 1, 0, 1), "10:35")
    item = again(store, led).meeting.items[1]
    assert (item.ballot, item.votes, item.papers, item.time_voted) == (Ballot.SECRET, (), Counts(3, 1, 0, 1), "10:35")
    assert refused(lambda: sitting_acts.record_votes(store, second, {sitting.members["Rossi"]: FAVOUR}, "10:36")) == (
        "vote.ballot_secret",
        "ballot",
    )
    assert refused(lambda: sitting_acts.count_papers(store, second, Counts(-1), "10:35")) == (
        "number.negative",
        "favour",
    )
    sitting_acts.count_papers(store, second, Counts(3, 1), "10:35")
    (problem,) = problems_of(again(store, led), second)
    assert (problem.code, problem.values["papers"], problem.values["voters"]) == ("ballot.papers_wrong", 4, 5)
    sitting_acts.count_papers(store, second, Counts(3, 1, 1), "10:35")
    assert problems_of(again(store, led), second) == ()
    text = render(minutes_document(store, meeting, IT))
    assert "approvata a scrutinio segreto a maggioranza, con 3 voti favorevoli, 1 contrario e 1 astenuto" in text
    assert "Schede bianche: 1" in text
    sitting_acts.clear_vote(store, second)
    assert again(store, led).meeting.items[1].ballot is Ballot.OPEN


def test_a_matter_is_decided_by_its_own_rule(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, _items = keys(led)
    rule = RuleDraft(None, Matter.APPOINTMENT, QuorumRule.ALL, Majority.TWO_THIRDS_MEMBERS, Ballot.SECRET)
    save_committee(store, replace(load_committee(store, sitting.committee), rules=(rule,)))
    point = sitting_acts.add_point(store, meeting, "Nomina", Matter.APPOINTMENT).ids[0]
    assert again(store, led).item(point).ballot is Ballot.SECRET  # type: ignore[union-attr]
    save_decision(store, DecisionDraft(agenda_item_id=point, subject="Nomina", text="di nominare."))
    sitting_acts.count_papers(store, point, Counts(3, 2), "10:30")
    (problem,) = problems_of(again(store, led), point)
    assert (problem.code, problem.values["needed"]) == ("decision.not_carried", 4)
    sitting_acts.count_papers(store, point, Counts(4, 1), "10:30")
    assert problems_of(again(store, led), point) == ()
    sitting_people.leave_room(store, meeting, sitting.members["Neri"], "10:10")
    (problem,) = problems_of(again(store, led), point)
    assert (problem.code, problem.values["needed"]) == ("quorum.missing", 5)
    sitting_people.enter_room(store, meeting, sitting.members["Neri"], "10:20")
    close_meeting(store, meeting, "12:00")
    item = load_meeting(store, meeting).items[2]
    assert (item.quorum, item.majority, item.tie) == (QuorumRule.ALL, Majority.TWO_THIRDS_MEMBERS, TieRule.REJECTED)
    save_committee(store, replace(load_committee(store, sitting.committee), rules=(), tie=TieRule.CASTING))
    assert verify(store, EN).ok, "a closed meeting rests on the rules that it was decided by"
    open_vote = AgendaItemDraft(title="Nomina", matter=Matter.APPOINTMENT)
    assert deciding(open_vote, replace(load_committee(store, sitting.committee), rules=(rule,))) is Ballot.SECRET


def deciding(item: AgendaItemDraft, committee: CommitteeDraft) -> Ballot:
    from app.services.meetings.records import deciding_rule

    return deciding_rule(item, committee).ballot


def test_an_open_vote_where_the_rule_wants_a_secret_one(store: Store, sitting: Sitting, led: Led) -> None:
    _meeting, (first, _second) = keys(led)
    sitting_acts.vote_together(store, first, FAVOUR, "10:30")
    rule = RuleDraft(None, Matter.ORDINARY, QuorumRule.MAJORITY, Majority.VOTING, Ballot.SECRET)
    save_committee(store, replace(load_committee(store, sitting.committee), rules=(rule,)))
    assert [problem.code for problem in problems_of(again(store, led), first)] == ["ballot.must_be_secret"]


def test_the_president_decides_a_tie_where_the_rule_says_so(store: Store, sitting: Sitting) -> None:
    save_committee(store, replace(load_committee(store, sitting.committee), tie=TieRule.CASTING))
    choices = dict(zip(sitting.voters, (FAVOUR, FAVOUR, AGAINST, AGAINST, ABSTAIN), strict=True))
    votes = tuple(VoteDraft(member_id=key, choice=choice) for key, choice in choices.items())
    item = replace(voted_item(sitting, "Punto"), votes=votes)
    meeting = convene_meeting(store, meeting_draft(sitting, item)).id
    open_meeting(store, meeting, "10:00")
    point = load_meeting(store, meeting).items[0].id
    save_decision(store, DecisionDraft(agenda_item_id=point, subject="Punto", text="di fare."))
    close_meeting(store, meeting, "11:00")
    assert verify(store, EN).ok
    text = render(minutes_document(store, meeting, IT))
    assert "A parità di voti prevale il voto del presidente: la proposta di deliberazione è approvata" in text


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (Counts(), "Nessuno ha votato."),
        (
            Counts(1),
            "La proposta di deliberazione è approvata con votazione palese all’unanimità, con 1 voto favorevole.",
        ),
        (
            Counts(3, 0, 1),
            "La proposta di deliberazione è approvata con votazione palese all’unanimità dei votanti, con 3 voti"
            " favorevoli e 1 astenuto.",
        ),
        (
            Counts(1, 4, 2),
            "La proposta di deliberazione non è approvata con votazione palese, con 1 voto favorevole, 4 contrari e"
            " 2 astenuti.",
        ),
    ],
)
def test_the_sentence_of_the_outcome(counts: Counts, sentence: str) -> None:
    result = judge(counts, Majority.VOTING, present=counts.given, body=7)
    assert outcome_sentence(result, Ballot.OPEN, IT) == sentence


def test_the_sentence_says_how_many_were_needed() -> None:
    result = judge(Counts(3, 0, 2), Majority.MEMBERS, present=5, body=7)
    assert outcome_sentence(result, Ballot.SECRET, IT) == (
        "La proposta di deliberazione non è approvata a scrutinio segreto, con 3 voti favorevoli e 2 astenuti;"
        " servivano 4 voti favorevoli."
    )
    against = judge(Counts(2, 2), Majority.VOTING, TieRule.CASTING, present=4, body=5, president=AGAINST)
    assert "prevale il voto del presidente: la proposta di deliberazione non è approvata" in outcome_sentence(
        against, Ballot.OPEN, IT
    )


# --- the agenda --------------------------------------------------------------------------


def test_points_move_and_stay_in_their_order(store: Store, led: Led) -> None:
    meeting, (first, second) = keys(led)
    third = sitting_acts.add_point(store, meeting, "Varie").ids[0]
    for steps, order in ((-1, [first, third, second]), (-9, [third, first, second]), (9, [first, second, third])):
        sitting_acts.move_point(store, third, steps)
        assert [item.id for item in load_meeting(store, meeting).items] == order


def test_a_point_added_after_the_convocation_is_late(store: Store, sitting: Sitting) -> None:
    draft = meeting_draft(sitting, AgendaItemDraft(title="Comunicazioni"))
    meeting = convene_meeting(store, draft).id
    assert refused(lambda: send_convocation(store, meeting, None, "10:00")) == ("field.required", "day")
    day = draft.date_held + timedelta(days=1)  # type: ignore[operator]
    assert refused(lambda: send_convocation(store, meeting, day, "10:00")) == ("date.end_before_start", "day")
    send_convocation(store, meeting, draft.date_held - timedelta(days=3), "9.30")  # type: ignore[operator]
    sitting_acts.add_point(store, meeting, "Urgenza", late_ground="scadenza di domani")
    loaded = load_meeting(store, meeting)
    save_meeting(store, replace(loaded, items=(*loaded.items, AgendaItemDraft(title="Altro"))))
    loaded = load_meeting(store, meeting)
    assert [(item.late, item.late_ground) for item in loaded.items] == [
        (False, ""),
        (True, "scadenza di domani"),
        (True, ""),
    ]
    assert loaded.time_convened == "09:30"
    text = render(convocation_document(store, meeting, IT))
    assert "aggiunto dopo la convocazione: scadenza di domani" in text
    open_meeting(store, meeting, "10:00")
    assert refused(lambda: send_convocation(store, meeting, draft.date_held, "10:00")) == (
        "convocation.meeting_opened",
        None,
    )


def test_a_convocation_says_its_term_and_whom_it_goes_to(store: Store, sitting: Sitting, tmp_path: Any) -> None:
    save_committee(store, replace(load_committee(store, sitting.committee), notice_days=5, proxies_max=1))
    draft = replace(meeting_draft(sitting, AgendaItemDraft(title="Riparto")), letter="È gradita la puntualità.")
    meeting = convene_meeting(store, draft).id
    paper = tmp_path / "riparto.pdf"
    paper.write_bytes(b"%PDF-1.4\n%%EOF\n")
    owner = DocumentOwner(agenda_item_id=load_meeting(store, meeting).items[0].id)
    assert add_document(store, owner, paper).topics == frozenset({"meetings"})
    text = render(convocation_document(store, meeting, IT))
    for told in (
        "Bozza: la convocazione non è ancora stata inviata.",
        "Maria Rossi, Presidente, Direttrice sociale",
        "È gradita la puntualità.",
        "Documenti: riparto.pdf",
        "Termine di convocazione: almeno 5 giorni prima della seduta.",
        "con delega firmata",
    ):
        assert told in text
    assert draft.date_held is not None
    send_convocation(store, meeting, draft.date_held - timedelta(days=4), "10:00")
    assert meeting_notice(store, meeting, draft.date_held - timedelta(days=4)).is_late
    assert not notice_of(draft.date_held, draft.date_held - timedelta(days=5), 5).is_late
    assert "Convocazione d’urgenza, oltre il termine del 19/06/2014." in render(
        convocation_document(store, meeting, IT)
    )
    again_ = tmp_path / "altro"
    again_.mkdir()
    (again_ / "riparto.pdf").write_bytes(b"%PDF-1.4\n% altro\n%%EOF\n")
    add_document(store, owner, again_ / "riparto.pdf")
    packet = packet_document(store, meeting, IT)
    assert set(packet.attachments) == {"riparto.pdf", "riparto (2).pdf"}
    assert "Punto 1: Riparto" in render(packet)
    for document, profile in (
        (convocation_document(store, meeting, IT), validator.ValidationProfile.PDF_A_2A),
        (packet, validator.ValidationProfile.PDF_A_3A),
    ):
        pdf = pdf_bytes(document)
        assert faults(pdf, profile) == set()
        assert faults(pdf, validator.ValidationProfile.PDF_UA_1) == set()
    open_meeting(store, meeting, "10:00")
    close_meeting(store, meeting, "11:00")
    assert refused(lambda: add_document(store, owner, paper)) == ("meeting.closed", None)
    assert [row.name for row in document_rows(store, owner)] == ["riparto.pdf", "riparto.pdf"]
    assert "notice" in {gap.code for gap in minutes_gaps(store, meeting, IT)}


def test_what_is_put_off_waits_for_the_next_meeting(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, (first, second) = keys(led)
    sitting_acts.take_up(store, first, "10:10")
    sitting_acts.vote_together(store, first, FAVOUR, "10:30")
    assert refused(lambda: sitting_acts.settle_point(store, first, ItemState.POSTPONED)) == ("agenda_item.voted", None)
    sitting_acts.settle_point(store, second, ItemState.WITHDRAWN)
    sitting_acts.settle_point(store, second, ItemState.POSTPONED)
    assert waiting_items(store, EN, sitting.committee) == ()
    close_meeting(store, meeting, "11:00")
    waiting = waiting_items(store, EN, sitting.committee)
    assert [(item.matter, item.origin_id) for item in waiting] == [(Matter.MINUTES, meeting), (Matter.ORDINARY, second)]
    assert waiting[1].title == "Nomina"
    items = tuple(AgendaItemDraft(title=w.title, matter=w.matter, origin_id=w.origin_id) for w in waiting)
    convene_meeting(store, meeting_draft(sitting, *items, day=date(2014, 9, 1)))
    assert waiting_items(store, EN, sitting.committee) == ()
    assert "Il punto è rinviato alla prossima seduta." in render(minutes_document(store, meeting, IT))


def test_a_point_with_a_decision_is_not_put_off(store: Store, sitting: Sitting, led: Led) -> None:
    _meeting, (_first, second) = keys(led)
    decision = save_decision(store, DecisionDraft(agenda_item_id=second, subject="S", text="t")).id
    assert refused(lambda: sitting_acts.settle_point(store, second, ItemState.POSTPONED)) == (
        "agenda_item.has_decision",
        None,
    )
    delete_decision(store, decision)
    sitting_acts.settle_point(store, second, ItemState.POSTPONED)
    save_decision(store, DecisionDraft(agenda_item_id=second, subject="S", text="t"))
    assert [(place, problem.code) for place, problem in contradictions(again(store, led))] == [
        (2, "agenda_item.not_treated")
    ]
    sitting_acts.take_up(store, second, "10:30")
    assert again(store, led).meeting.items[1].state is ItemState.OPEN


def test_free_text_is_never_eaten(store: Store, led: Led) -> None:
    meeting, (first, _second) = keys(led)
    sitting_acts.write_words(store, first, "Si discute.\n\nA lungo.", "La Presidente ringrazia.")
    sitting_acts.vote_together(store, first, FAVOUR, "10:30")
    sitting_acts.clear_vote(store, first)
    sitting_acts.vote_together(store, first, AGAINST, "10:45")
    item = again(store, led).meeting.items[0]
    assert (item.discussion, item.addition) == ("Si discute.\n\nA lungo.", "La Presidente ringrazia.")
    text = render(minutes_document(store, meeting, IT))
    assert text.index("A lungo.") < text.index("non è approvata") < text.index("La Presidente ringrazia.")


# --- hours -------------------------------------------------------------------------------


def test_a_meeting_over_midnight_and_the_change_to_summer_time(store: Store, sitting: Sitting) -> None:
    saturday = date(2014, 3, 29)
    item = voted_item(sitting, "Notturno", "00:40")
    meeting = convene_meeting(store, meeting_draft(sitting, item, day=saturday)).id
    open_meeting(store, meeting, "21:00")
    sitting_people.leave_room(store, meeting, sitting.members["Neri"], "00:50")
    assert refused(lambda: sitting_people.leave_room(store, meeting, sitting.members["Verdi"], "02:30")) == (
        "time.skipped",
        "time",
    )
    point = load_meeting(store, meeting).items[0].id
    save_decision(store, DecisionDraft(agenda_item_id=point, subject="S", text="t"))
    assert refused(lambda: close_meeting(store, meeting, "03:10")) == ("meeting.closes_before_opening", "time_closed")
    assert refused(lambda: close_meeting(store, meeting, "22:00", next_day=True)) == (
        "meeting.longer_than_day",
        "time_closed",
    )
    assert refused(lambda: close_meeting(store, meeting, "00:30", next_day=True)) == (
        "attendance.outside_hours",
        next(
            f"attendances.{n}.time_out"
            for n, row in enumerate(load_meeting(store, meeting).attendances)
            if row.member_id == sitting.members["Neri"]
        ),
    )
    close_meeting(store, meeting, "03:10", next_day=True)
    closed = load_meeting(store, meeting)
    assert (closed.time_closed, closed.date_closed) == ("03:10", date(2014, 3, 30))
    assert verify(store, EN).ok
    assert "La seduta è chiusa alle ore 03:10 del 30/03/2014." in render(minutes_document(store, meeting, IT))


def test_pauses_are_told_and_nobody_votes_in_one(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, (first, _second) = keys(led)
    suspend_meeting(store, meeting, "10:20")
    assert refused(lambda: resume_meeting(store, meeting)) == ("field.required", "time_to")
    assert refused(lambda: resume_meeting(store, meeting, "10:20")) == ("pause.ends_before_start", "time_to")
    resume_meeting(store, meeting, "10:50")
    assert refused(lambda: suspend_meeting(store, meeting, "10:30")) == ("pause.outside_hours", "time_from")
    sitting_acts.vote_together(store, first, FAVOUR, "10:30")
    assert [problem.code for problem in problems_of(again(store, led), first)] == ["agenda_item.during_pause"]
    sitting_acts.clear_vote(store, first)
    sitting_acts.vote_together(store, first, FAVOUR, "10:50")
    assert problems_of(again(store, led), first) == ()
    assert "La seduta è sospesa alle ore 10:20 e ripresa alle ore 10:50." in render(
        minutes_document(store, meeting, IT)
    )
    loaded = load_meeting(store, meeting)
    wrong = replace(loaded, pauses=(PauseDraft(time_from="11:00", time_to="10:59"),))
    assert refused(lambda: save_meeting(store, wrong)) == ("pause.ends_before_start", "pauses.0.time_to")


# --- bad input ---------------------------------------------------------------------------


def test_a_title_of_two_thousand_letters_and_characters_no_font_has(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, (first, _second) = keys(led)
    long = "Riparto " * 250
    point = sitting_acts.add_point(store, meeting, long).ids[0]
    assert len(long.strip()) > 1_990
    assert long.strip() in render(minutes_document(store, meeting, IT))
    sitting_acts.write_words(store, first, "Ideogramma \U00020000", "")
    code, field = refused(lambda: close_meeting(store, meeting, "12:00"))
    assert (code, field) == ("text.character_missing", "items.0.discussion")
    sitting_acts.write_words(store, first, "", "Ideogramma \U00020000")
    assert refused(lambda: close_meeting(store, meeting, "12:00"))[1] == "items.0.addition"
    sitting_acts.write_words(store, first, "", "")
    sitting_people.add_guest(store, meeting, "Ospite \U00020000", "", "")
    assert refused(lambda: close_meeting(store, meeting, "12:00"))[1] == "guests.0.name"
    assert point


def test_a_committee_without_members_decides_nothing(store: Store, sitting: Sitting) -> None:
    empty = save_committee(store, CommitteeDraft(name="Comitato vuoto")).id
    items = (AgendaItemDraft(title="Punto"),)
    meeting = convene_meeting(store, MeetingDraft(committee_id=empty, date_held=date(2014, 5, 5), items=items)).id
    open_meeting(store, meeting, "10:00")
    point = load_meeting(store, meeting).items[0].id or ""
    assert refused(lambda: sitting_acts.vote_together(store, point, FAVOUR, "10:30")) == ("quorum.missing", None)
    close_meeting(store, meeting, "11:00")
    assert "Nessuno" not in render(minutes_document(store, meeting, IT))


def test_two_secretaries_are_refused(store: Store, sitting: Sitting) -> None:
    committee = load_committee(store, sitting.committee)
    secretary = next(member for member in committee.members if member.role.value == "secretary")
    two = replace(committee, members=(*committee.members, MemberDraft(name="Altra", role=secretary.role)))
    assert refused(lambda: save_committee(store, two)) == ("member.office_taken", "members.7.role")


def test_three_hundred_members(store: Store, sitting: Sitting) -> None:
    members = tuple(MemberDraft(name=f"Componente {n:03}") for n in range(300))
    committee = save_committee(store, CommitteeDraft(name="Assemblea", members=members)).id
    keys_of = [row.id for row in member_rows(store, committee)]
    attendances = tuple(AttendanceDraft(member_id=key) for key in keys_of)
    draft = MeetingDraft(
        committee_id=committee,
        date_held=date(2014, 5, 5),
        attendances=attendances,
        items=(AgendaItemDraft(title="Bilancio"),),
    )
    meeting = convene_meeting(store, draft).id
    open_meeting(store, meeting, "10:00")
    point = load_meeting(store, meeting).items[0].id or ""
    for key in keys_of[:149]:
        assert len(key) == 36
    sitting_acts.record_votes(store, point, dict.fromkeys(keys_of[:149], AGAINST), "10:30")
    sitting_acts.vote_together(store, point, FAVOUR, "10:30")
    save_decision(store, DecisionDraft(agenda_item_id=point, subject="Bilancio", text="di approvare."))
    close_meeting(store, meeting, "12:00")
    text = render(minutes_document(store, meeting, IT))
    assert "a maggioranza, con 151 voti favorevoli e 149 contrari." in text


# --- minutes -----------------------------------------------------------------------------


def test_what_is_missing_before_approval(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    key = meeting.id or ""
    assert [gap.code for gap in minutes_gaps(store, key, IT) if gap.is_blocking] == ["not_closed"]
    close_meeting(store, key, "12:30")
    gaps = minutes_gaps(store, key, IT)
    assert not any(gap.is_blocking for gap in gaps)
    assert "closing_text" in {gap.code for gap in gaps}
    approve_minutes(store, key, meeting.date_held)
    assert [gap.code for gap in minutes_gaps(store, key, IT) if gap.is_blocking] == ["approved"]
    with pytest.raises(NotFound):
        minutes_gaps(store, "nobody", IT)


def test_silent_points_and_wrong_votes_are_gaps(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, (first, _second) = keys(led)
    sitting_acts.vote_together(store, first, FAVOUR, "10:30")
    sitting_people.leave_room(store, meeting, sitting.members["Neri"], "10:10")
    gaps = minutes_gaps(store, meeting, EN)
    assert [(gap.code, gap.problem.code if gap.problem else None) for gap in gaps if gap.is_blocking] == [
        ("not_closed", None),
        ("votes", "vote.not_entitled"),
    ]
    assert "Point 2 says nothing: neither what was said nor a vote." in [gap.text for gap in gaps]


def test_the_excerpt_says_what_the_minutes_say(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    first, second = (item.id for item in meeting.items)
    with store.read() as session:
        decisions = {row.agenda_item_id: row.id for row in session.scalars(sa.select(Decision))}
    assert refused(lambda: excerpt_document(store, decisions[first or ""], IT)) == ("decision.pending", None)
    close_meeting(store, meeting.id or "", "12:30")
    assert "verbale non ancora approvato" in render(excerpt_document(store, decisions[first or ""], IT))
    approve_minutes(store, meeting.id or "", meeting.date_held)
    document = excerpt_document(store, decisions[second or ""], IT)
    text = render(document)
    assert document.title == "ESTRATTO DELLA DELIBERAZIONE N. 2/2014"
    assert "Punto 2: Ammissione dei progetti" in text
    assert "Punto 1:" not in text
    assert "Movimenti disposti" not in text
    assert "approvato il 24/06/2014" in text
    assert "Ugo Grigi" in text
    pdf = pdf_bytes(document)
    assert faults(pdf, validator.ValidationProfile.PDF_A_3A) == set()
    assert faults(pdf, validator.ValidationProfile.PDF_UA_1) == set()


def test_the_calendar_goes_by_month(store: Store, sitting: Sitting) -> None:
    for day in (date(2014, 5, 5), date(2014, 10, 15)):
        convene_meeting(store, replace(meeting_draft(sitting, day=day), time_convened="9"))
    table = calendar_table(store, IT)
    assert [(table.cell(row, table.columns[0]), table.cell(row, table.columns[2])) for row in table.body()] == [
        ("maggio 2014", "09:00"),
        ("ottobre 2014", "09:00"),
    ]
    assert faults(pdf_bytes(build_document(store, "CALENDARIO", IT)), validator.ValidationProfile.PDF_UA_1) == set()


# --- follow-up ---------------------------------------------------------------------------


def test_follow_ups_of_a_decision(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Risorse")
    decision = save_decision(store, allocation_draft(sitting, meeting.items[0].id)).id
    assert refused(lambda: save_follow_up(store, FollowUpDraft(decision_id=decision))) == ("field.required", "text")
    draft = FollowUpDraft(
        decision_id=decision, text="Pubblicare gli importi", person="Segreteria", date_due=date(2014, 7, 1)
    )
    key = save_follow_up(store, draft).id
    close_meeting(store, meeting.id or "", "11:00")
    (row,) = follow_up_rows(store)
    assert (row.decision, row.person, row.is_late(date(2014, 7, 2)), row.is_late(date(2014, 7, 1))) == (
        "1/2014",
        "Segreteria",
        True,
        False,
    )
    done = replace(load_follow_up(store, key), state=FollowUpState.DONE)
    assert refused(lambda: save_follow_up(store, done)) == ("field.required", "date_done")
    early = replace(done, date_done=date(2014, 6, 1))
    assert refused(lambda: save_follow_up(store, early)) == ("follow_up.done_before_decision", "date_done")
    save_follow_up(store, replace(done, date_done=date(2014, 6, 30)))
    assert not follow_up_rows(store)[0].is_late(date(2015, 1, 1))
    gesture = last_undoable(store)
    assert gesture is not None
    undo(store, gesture.number)
    assert load_follow_up(store, key).state is FollowUpState.OPEN
    delete_follow_up(store, key)
    assert follow_up_rows(store) == ()


def test_follow_ups_go_with_a_meeting_that_goes(store: Store, sitting: Sitting) -> None:
    meeting = convene_meeting(store, meeting_draft(sitting, AgendaItemDraft(title="Punto"))).id
    sitting_people.add_guest(store, meeting, "Ugo", "", "")
    point = load_meeting(store, meeting).items[0].id
    decision = save_decision(store, DecisionDraft(agenda_item_id=point, subject="S", text="t")).id
    save_follow_up(store, FollowUpDraft(decision_id=decision, text="Fare"))
    delete_meeting(store, meeting)
    assert follow_up_rows(store) == ()
    assert verify(store, EN).ok


# --- what is written ---------------------------------------------------------------------


def test_nothing_of_a_closed_meeting_is_led(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, (first, _second) = keys(led)
    close_meeting(store, meeting, "11:00")
    assert load_meeting(store, meeting).state is MeetingState.CLOSED
    head = _head(store)
    rossi = sitting.members["Rossi"]
    for act in (
        lambda: sitting_people.leave_room(store, meeting, rossi, "10:30"),
        lambda: sitting_people.enter_room(store, meeting, rossi, "10:30"),
        lambda: sitting_people.mark_absent(store, meeting, rossi, AttendanceKind.ABSENT),
        lambda: sitting_people.add_guest(store, meeting, "Ugo", "", ""),
        lambda: sitting_people.declare_conflict(store, first, rossi),
        lambda: sitting_acts.take_up(store, first, "10:30"),
        lambda: sitting_acts.write_words(store, first, "x", ""),
        lambda: sitting_acts.settle_point(store, first, ItemState.POSTPONED),
        lambda: sitting_acts.add_point(store, meeting, "Altro"),
        lambda: sitting_acts.move_point(store, first, 1),
        lambda: sitting_acts.record_votes(store, first, {rossi: FAVOUR}, "10:30"),
        lambda: sitting_acts.count_papers(store, first, Counts(1), "10:30"),
        lambda: sitting_acts.clear_vote(store, first),
    ):
        assert refused(act) == ("meeting.closed", None)
    assert _head(store) == head


def test_strangers_have_no_place(store: Store, sitting: Sitting, led: Led) -> None:
    meeting, (first, _second) = keys(led)
    other = save_committee(store, CommitteeDraft(name="Altro", members=(MemberDraft(name="Estraneo"),))).id
    stranger = member_rows(store, other)[0].id
    for act in (
        lambda: sitting_people.enter_room(store, meeting, stranger, "10:30"),
        lambda: sitting_people.declare_conflict(store, first, stranger),
    ):
        assert refused(act) == ("member.other_committee", None)


def _head(store: Store) -> str:
    with store.read() as session:
        return head_text(session)


Gesture = tuple[str, str, int]


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["toggle", "vote", "together", "conflict", "papers", "clear", "postpone", "another"]),
            st.sampled_from(["Rossi", "Bianchi", "Verdi", "Neri", "Gialli", "Viola"]),
            st.integers(0, 5),
        ),
        max_size=25,
    ),
    st.sampled_from(list(Majority)),
    st.integers(0, 1),
)
def test_whatever_happens_in_the_room_the_invariants_hold(
    store: Store, gestures: list[Gesture], majority: Majority, proxies_max: int
) -> None:
    """Random meetings, with several votes on a point: what is refused writes nothing, what closes is legal."""
    sitting = _SITTINGS.get(store.path) or _SITTINGS.setdefault(store.path, build_sitting(store))
    committee = load_committee(store, sitting.committee)
    rule = RuleDraft(None, Matter.APPOINTMENT, QuorumRule.MAJORITY, majority)
    save_committee(store, replace(committee, rules=(rule,), proxies_max=proxies_max))
    item = AgendaItemDraft(title="Nomina", matter=Matter.APPOINTMENT)
    meeting = convene_meeting(store, meeting_draft(sitting, item)).id
    open_meeting(store, meeting, "10:00")
    point = load_meeting(store, meeting).items[0].id or ""
    save_decision(store, DecisionDraft(agenda_item_id=point, subject="S", text="t"))
    for minute, gesture in enumerate(gestures, start=1):
        _perform(store, sitting, meeting, gesture, f"10:{minute:02}")
    led = read_sitting(store, meeting)
    expected = {problem.code for _place, problem in contradictions(led)}
    outcome = _closed(store, meeting)
    assert outcome == "" if not expected else outcome in expected | {"attendance.outside_hours"}
    if outcome:
        for item_id, decision in led.decisions.items():
            delete_decision(store, decision.id)
            sitting_acts.clear_vote(store, item_id)
        assert _closed(store, meeting) == ""
    assert [found.code for found in verify(store, EN).invariants if not found.ok] == []


def _closed(store: Store, meeting: str) -> str:
    """Code of the refusal, nothing when the meeting closed."""
    try:
        close_meeting(store, meeting, "11:00")
    except AppError as refusal:
        return refusal.code
    return ""


_SITTINGS: dict[Any, Sitting] = {}


def _perform(store: Store, sitting: Sitting, meeting: str, gesture: Gesture, time: str) -> None:
    what, name, number = gesture
    member = sitting.members[name]
    led = read_sitting(store, meeting)
    point = led.meeting.items[number % len(led.meeting.items)].id or ""
    there = next(row.where for row in people(led, point, time) if row.id == member) in (Where.IN, Where.OUT_OF_POINT)
    acts: dict[str, Callable[[], Any]] = {
        "toggle": lambda: (sitting_people.leave_room if there else sitting_people.enter_room)(
            store, meeting, member, time
        ),
        "vote": lambda: sitting_acts.record_votes(store, point, {member: list(VoteChoice)[number % 3]}, time),
        "together": lambda: sitting_acts.vote_together(store, point, list(VoteChoice)[number % 3], time),
        "conflict": lambda: sitting_people.declare_conflict(store, point, member, list(ConflictKind)[number % 2]),
        "papers": lambda: sitting_acts.count_papers(store, point, Counts(number, number // 2), time),
        "clear": lambda: sitting_acts.clear_vote(store, point),
        "postpone": lambda: sitting_acts.settle_point(store, point, ItemState.POSTPONED),
        "another": lambda: _one_more(store, point),
    }
    before = _head(store)
    try:
        acts[what]()
    except AppError:
        assert _head(store) == before


def _one_more(store: Store, point: str) -> None:
    """One more vote on a point, with the decision that it is to take."""
    save_decision(store, DecisionDraft(agenda_item_id=add_voting(store, point, "Altra").id, subject="S", text="t"))
