"""The committee and its meetings: what is written, what is refused, what stays unwritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.enums import AttendanceKind, ConflictKind, MeetingState, MemberRole, QuorumRule, VoteChoice
from app.models.errors import AppError, InvalidInput, NotFound, RuleBroken
from app.models.journal import Edit
from app.models.meetings import AgendaItem, Attendance, ConflictDeclaration, Decision, Meeting, Vote
from app.models.store import Store
from app.services.decisions.decisions import save_decision
from app.services.meetings.closing import approve_minutes, close_meeting
from app.services.meetings.committees import (
    CommitteeDraft,
    CommitteeRow,
    MemberDraft,
    committee_rows,
    delete_committee,
    load_committee,
    member_rows,
    save_committee,
)
from app.services.meetings.drafts import (
    AgendaItemDraft,
    AttendanceDraft,
    ConflictDraft,
    MeetingDraft,
    MeetingRow,
    VoteDraft,
)
from app.services.meetings.meetings import (
    blank_meeting,
    convene_meeting,
    delete_meeting,
    load_meeting,
    meeting_rows,
    open_meeting,
    resume_meeting,
    save_meeting,
    suspend_meeting,
)
from tests.services.sitting import (
    DAY,
    Sitting,
    allocation_draft,
    build_sitting,
    first_meeting,
    meeting_draft,
    open_sitting,
    state_of,
    voted_item,
)
from tests.services.world import new_store

Refusal = tuple[type[AppError], str, str | None]


@pytest.fixture
def sitting(store: Store) -> Sitting:
    return build_sitting(store)


def refused(action: Callable[[], object]) -> Refusal:
    with pytest.raises(AppError) as caught:
        action()
    return type(caught.value), caught.value.code, caught.value.field


def edits(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Edit)) or 0


def count(store: Store, table: type[Any]) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


# --- the committee -----------------------------------------------------------------------


def test_committee_is_kept_whole(store: Store, sitting: Sitting) -> None:
    draft = load_committee(store, sitting.committee)
    assert [(member.name, member.role) for member in draft.members][:2] == [
        ("Maria Rossi", MemberRole.PRESIDENT),
        ("Luca Bianchi", MemberRole.MEMBER),
    ]
    assert draft.members[1].organisation_id == sitting.organisation
    before = edits(store)
    assert save_committee(store, draft).id == sitting.committee
    assert edits(store) == before
    changed = replace(draft, name=" Comitato ", other_names="Tavolo", members=draft.members[::-1])
    save_committee(store, changed)
    assert load_committee(store, sitting.committee) == replace(changed, name="Comitato")


def test_committee_lists(store: Store, sitting: Sitting) -> None:
    open_sitting(store, sitting, "Punto")
    assert committee_rows(store) == (
        CommitteeRow(
            sitting.committee,
            "Comitato di valutazione e monitoraggio",
            QuorumRule.MAJORITY,
            "decreto n. 5 del 10.03.2014",
            members=7,
            seats=5,
            meetings=1,
            sample=False,
            source_line=None,
        ),
    )
    rows = member_rows(store)
    assert [row.name for row in rows] == [row.name for row in member_rows(store, sitting.committee)]
    assert [row.organisation for row in rows][:2] == ["", "Comune di Legnano"]
    assert member_rows(store, "gone") == ()


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        (CommitteeDraft(name=" "), (InvalidInput, "field.required", "name")),
        (CommitteeDraft(name="C", members=(MemberDraft(),)), (InvalidInput, "field.required", "members.0.name")),
        (
            CommitteeDraft(name="C", members=(MemberDraft(name="Anna Neri"), MemberDraft(name="ANNA NERI "))),
            (InvalidInput, "member.repeated", "members.1.name"),
        ),
        (
            CommitteeDraft(
                name="C",
                members=(
                    MemberDraft(name="A", role=MemberRole.PRESIDENT),
                    MemberDraft(name="B"),
                    MemberDraft(name="D", role=MemberRole.PRESIDENT),
                ),
            ),
            (InvalidInput, "member.office_taken", "members.2.role"),
        ),
        (CommitteeDraft(id="gone", name="C"), (NotFound, "record.gone", None)),
    ],
)
def test_committee_refuses(store: Store, sitting: Sitting, draft: CommitteeDraft, expected: Refusal) -> None:
    before = edits(store)
    assert refused(lambda: save_committee(store, draft)) == expected
    assert edits(store) == before


def test_committee_needs_a_plan(store: Store) -> None:
    assert refused(lambda: save_committee(store, CommitteeDraft(name="C"))) == (RuleBroken, "plan.missing", None)


def test_same_person_may_have_two_offices(store: Store, sitting: Sitting) -> None:
    members = (MemberDraft(name="Anna Neri"), MemberDraft(name="Anna Neri", role=MemberRole.SECRETARY))
    committee = save_committee(store, CommitteeDraft(name="Altro", members=members)).id
    assert len(load_committee(store, committee).members) == 2


def test_what_closed_meetings_rest_on_stays(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Punto")
    draft = load_committee(store, sitting.committee)
    looser = replace(draft, quorum=QuorumRule.ALL)
    demoted = replace(draft, members=(replace(draft.members[0], role=MemberRole.MEMBER), *draft.members[1:]))
    save_committee(store, looser)
    save_committee(store, demoted)
    save_committee(store, draft)
    assert meeting.id is not None
    close_meeting(store, meeting.id, "12:00")
    assert refused(lambda: save_committee(store, looser)) == (RuleBroken, "committee.quorum_fixed", None)
    assert refused(lambda: save_committee(store, demoted)) == (RuleBroken, "member.role_fixed", None)
    day = meeting.date_held
    assert day is not None
    ended, early = (
        replace(draft, members=(draft.members[0], replace(draft.members[1], date_to=end), *draft.members[2:]))
        for end in (day, day - timedelta(days=1))
    )
    for other in (early, replace(draft, quorum_opening=QuorumRule.ALL)):
        assert refused(lambda other=other: save_committee(store, other)) == (RuleBroken, "committee.past_changes", None)
    save_committee(store, ended)
    save_committee(store, replace(draft, proxies_max=2))  # nobody was represented
    renamed = replace(draft, members=(replace(draft.members[0], name="Maria Rossi Bruni"), *draft.members[1:]))
    grown = replace(renamed, members=(*renamed.members, MemberDraft(name="Nuovo")))
    save_committee(store, grown)
    assert [row.name for row in member_rows(store)][::7] == ["Maria Rossi Bruni", "Nuovo"]
    fewer = replace(draft, members=draft.members[1:])
    with pytest.raises(RuleBroken) as refusal:
        save_committee(store, fewer)
    assert refusal.value.code == "record.in_use"
    assert refusal.value.values == {"name": "Maria Rossi Bruni", "users": ("1/2014",)}


def test_member_without_meetings_goes(store: Store, sitting: Sitting) -> None:
    draft = load_committee(store, sitting.committee)
    save_committee(store, replace(draft, members=draft.members[:-1]))
    assert len(member_rows(store)) == 6


def test_committee_goes_when_it_never_met(store: Store, sitting: Sitting) -> None:
    convene_meeting(store, meeting_draft(sitting))
    with pytest.raises(RuleBroken) as refusal:
        delete_committee(store, sitting.committee)
    assert (refusal.value.code, refusal.value.values["users"]) == ("record.in_use", ("1/2014",))
    other = save_committee(store, CommitteeDraft(name="Altro", members=(MemberDraft(name="Anna Neri"),))).id
    delete_committee(store, other)
    assert [row.id for row in committee_rows(store)] == [sitting.committee]
    assert refused(lambda: delete_committee(store, other)) == (NotFound, "record.gone", None)


# --- meetings ----------------------------------------------------------------------------


def full_draft(sitting: Sitting) -> MeetingDraft:
    """A meeting with something in every field."""
    conflict = ConflictDraft(
        member_id=sitting.members["Bianchi"], proposal_id=sitting.proposals["Legnano"], ground="amministratore"
    )
    item = voted_item(sitting, "Ammissione", "10:45", discussion="Il Presidente illustra.", conflicts=(conflict,))
    votes = tuple(vote for vote in item.votes if vote.member_id != conflict.member_id)
    second = AgendaItemDraft(title="Varie ed eventuali", source_line=12)
    draft = meeting_draft(sitting, replace(item, votes=votes), second)
    late = AttendanceDraft(member_id=sitting.members["Verdi"], time_in="10:15", time_out="11:50")
    others = tuple(row for row in draft.attendances if row.member_id != late.member_id)
    return replace(
        draft,
        attendances=(*others, late),
        time_opened="10:00",
        time_closed="12:00",
        closing_text="Null'altro.",
        source_line=7,
    )


def test_meeting_is_kept_whole(store: Store, sitting: Sitting) -> None:
    meeting = convene_meeting(store, full_draft(sitting)).id
    kept = load_meeting(store, meeting)
    assert (kept.number, kept.state, kept.date_held) == (1, MeetingState.CONVENED, DAY)
    assert [row.member_id for row in kept.attendances] == list(sitting.members.values())
    assert kept.attendances[2].time_in == "10:15"
    assert [item.title for item in kept.items] == ["Ammissione", "Varie ed eventuali"]
    assert kept.items[0].conflicts[0].ground == "amministratore"
    assert len(kept.items[0].votes) == 4
    before = edits(store)
    save_meeting(store, kept)
    assert edits(store) == before
    changed = replace(
        kept,
        time_opened="9.30",
        items=(kept.items[1], replace(kept.items[0], conflicts=(), votes=kept.items[0].votes[:1])),
        attendances=kept.attendances[:3],
    )
    save_meeting(store, changed)
    assert load_meeting(store, meeting) == replace(changed, time_opened="09:30")
    save_meeting(store, replace(changed, items=(), attendances=()))
    assert [count(store, table) for table in (AgendaItem, Attendance, ConflictDeclaration, Vote)] == [0, 0, 0, 0]


def test_vote_of_the_same_member_is_changed_not_doubled(store: Store, sitting: Sitting) -> None:
    draft = open_sitting(store, sitting, "Punto")
    against = tuple(VoteDraft(member_id=vote.member_id, choice=VoteChoice.AGAINST) for vote in draft.items[0].votes)
    save_meeting(store, replace(draft, items=(replace(draft.items[0], votes=against),)))
    assert draft.id is not None
    kept = load_meeting(store, draft.id).items[0].votes
    assert [(vote.id, vote.choice) for vote in kept] == [(vote.id, VoteChoice.AGAINST) for vote in draft.items[0].votes]


def item_with(**more: Any) -> tuple[AgendaItemDraft, ...]:
    return (replace(AgendaItemDraft(title="Punto"), **more),)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda s: {"committee_id": None}, (InvalidInput, "field.required", "committee_id")),
        (lambda s: {"date_held": None}, (InvalidInput, "field.required", "date_held")),
        (lambda s: {"time_opened": "25:00"}, (InvalidInput, "time.format", "time_opened")),
        (
            lambda s: {"time_opened": "12:00", "time_closed": "11:59"},
            (InvalidInput, "meeting.closes_before_opening", "time_closed"),
        ),
        (lambda s: {"number": 2}, (InvalidInput, "meeting.number_gap", "number")),
        (
            lambda s: {"attendances": (AttendanceDraft(),)},
            (InvalidInput, "field.required", "attendances.0.member_id"),
        ),
        (
            lambda s: {"attendances": (AttendanceDraft(member_id=s.voters[0]), AttendanceDraft(member_id=s.voters[0]))},
            (InvalidInput, "attendance.member_repeated", "attendances.1.member_id"),
        ),
        (
            lambda s: {
                "attendances": (AttendanceDraft(member_id=s.voters[0], kind=AttendanceKind.ABSENT, time_in="10:00"),)
            },
            (InvalidInput, "attendance.absent_with_times", "attendances.0.kind"),
        ),
        (
            lambda s: {"attendances": (AttendanceDraft(member_id=s.voters[0], time_in="10:00", time_out="10:00"),)},
            (InvalidInput, "attendance.out_before_in", "attendances.0.time_out"),
        ),
        (
            lambda s: {"attendances": (AttendanceDraft(member_id="gone"),)},
            (RuleBroken, "member.other_committee", None),
        ),
        (lambda s: {"items": (AgendaItemDraft(),)}, (InvalidInput, "field.required", "items.0.title")),
        (lambda s: {"items": item_with(time_voted="1030x")}, (InvalidInput, "time.format", "items.0.time_voted")),
        (
            lambda s: {"items": item_with(conflicts=(ConflictDraft(),))},
            (InvalidInput, "field.required", "items.0.conflicts.0.member_id"),
        ),
        (
            lambda s: {"items": item_with(conflicts=(ConflictDraft(member_id=s.voters[0]),) * 2)},
            (InvalidInput, "conflict.member_repeated", "items.0.conflicts.1.member_id"),
        ),
        (
            lambda s: {"items": item_with(votes=(VoteDraft(),))},
            (InvalidInput, "field.required", "items.0.votes.0.member_id"),
        ),
        (
            lambda s: {"items": item_with(votes=(VoteDraft(member_id=s.voters[0]),) * 2)},
            (InvalidInput, "vote.member_repeated", "items.0.votes.1.member_id"),
        ),
        (
            lambda s: {
                "items": item_with(
                    votes=(VoteDraft(member_id=s.voters[1]),), conflicts=(ConflictDraft(member_id=s.voters[1]),)
                )
            },
            (InvalidInput, "vote.in_conflict", "items.0.votes.0.member_id"),
        ),
        (
            lambda s: {"items": item_with(votes=(VoteDraft(member_id="gone"),))},
            (RuleBroken, "member.other_committee", None),
        ),
        (
            lambda s: {
                "items": item_with(conflicts=(ConflictDraft(member_id="gone", kind=ConflictKind.INCOMPATIBLE),))
            },
            (RuleBroken, "member.other_committee", None),
        ),
        (lambda s: {"id": "gone"}, (NotFound, "record.gone", None)),
    ],
)
def test_meeting_refuses(
    store: Store, sitting: Sitting, change: Callable[[Sitting], dict[str, Any]], expected: Refusal
) -> None:
    before = edits(store)
    draft = replace(meeting_draft(sitting), **change(sitting))
    assert refused(lambda: save_meeting(store, draft)) == expected
    assert edits(store) == before


def test_numbers_run_by_committee_and_year_without_gaps(store: Store, sitting: Sitting) -> None:
    other = save_committee(store, CommitteeDraft(name="Altro")).id
    drafts = [
        meeting_draft(sitting),
        replace(meeting_draft(sitting), number=2),
        meeting_draft(sitting, day=date(2015, 1, 10)),
        MeetingDraft(committee_id=other, date_held=DAY),
    ]
    keys = [convene_meeting(store, draft).id for draft in drafts]
    assert [load_meeting(store, key).number for key in keys] == [1, 2, 1, 1]
    moved = replace(load_meeting(store, keys[0]), date_held=date(2015, 1, 20))
    assert refused(lambda: save_meeting(store, moved)) == (RuleBroken, "meeting.not_last", None)
    save_meeting(store, replace(load_meeting(store, keys[1]), date_held=date(2015, 1, 20)))
    assert load_meeting(store, keys[1]).number == 2
    assert [row.label for row in meeting_rows(store)] == ["2/2015", "1/2015", "1/2014", "1/2014"]


def test_meeting_lists(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    assert meeting.id is not None
    row = MeetingRow(
        id=meeting.id,
        committee_id=sitting.committee,
        committee="Comitato di valutazione e monitoraggio",
        year=2014,
        number=1,
        label="1/2014",
        state=MeetingState.OPEN,
        date_held=DAY,
        time_opened="10:00",
        time_closed="",
        place="Sala riunioni, via al Donatore di sangue 50, Magenta",
        items=2,
        decisions=2,
        present=6,
        date_approved=None,
        sample=False,
        source_line=None,
    )
    assert meeting_rows(store) == (row,)
    close_meeting(store, meeting.id, "12:00")
    approve_minutes(store, meeting.id, DAY)
    closed = replace(row, state=MeetingState.APPROVED, time_closed="12:00", date_approved=DAY)
    assert meeting_rows(store) == (closed,)


def test_blank_meeting_proposes_the_only_committee(store: Store, sitting: Sitting) -> None:
    blank = blank_meeting(store)
    assert blank.committee_id == sitting.committee
    assert [row.member_id for row in blank.attendances] == list(sitting.members.values())
    save_committee(store, CommitteeDraft(name="Altro"))
    assert blank_meeting(store) == MeetingDraft()


def test_states_follow_each_other(store: Store, sitting: Sitting) -> None:
    meeting = convene_meeting(store, meeting_draft(sitting)).id
    moves: dict[str, Callable[[], object]] = {
        "open": lambda: open_meeting(store, meeting, "9.30"),
        "suspend": lambda: suspend_meeting(store, meeting),
        "resume": lambda: resume_meeting(store, meeting),
    }
    wrong = (RuleBroken, "state.move_refused", None)
    for refusing, move, state in (
        (("suspend", "resume"), "open", "open"),
        (("open", "resume"), "suspend", "suspended"),
        (("open", "suspend"), "resume", "open"),
    ):
        for name in refusing:
            assert refused(moves[name]) == wrong
        moves[move]()
        assert state_of(store, meeting) == state
    assert load_meeting(store, meeting).time_opened == "09:30"


@pytest.mark.parametrize(("time", "code"), [("", "field.required"), ("24:00", "time.format")])
def test_opening_needs_an_hour(store: Store, sitting: Sitting, time: str, code: str) -> None:
    meeting = convene_meeting(store, meeting_draft(sitting)).id
    assert refused(lambda: open_meeting(store, meeting, time)) == (InvalidInput, code, "time_opened")
    assert state_of(store, meeting) == "convened"


def test_verbs_of_a_meeting_that_is_gone(store: Store, sitting: Sitting) -> None:
    gone = (NotFound, "record.gone", None)
    for action in (
        lambda: open_meeting(store, "gone", "10:00"),
        lambda: suspend_meeting(store, "gone"),
        lambda: resume_meeting(store, "gone"),
        lambda: load_meeting(store, "gone"),
        lambda: load_committee(store, "gone"),
        lambda: delete_meeting(store, "gone"),
    ):
        assert refused(action) == gone


def test_only_the_last_convened_meeting_goes(store: Store, sitting: Sitting) -> None:
    first = convene_meeting(store, full_draft(sitting)).id
    second = convene_meeting(store, full_draft(sitting)).id
    save_decision(store, allocation_draft(sitting, load_meeting(store, second).items[0].id))
    assert refused(lambda: delete_meeting(store, first)) == (RuleBroken, "meeting.not_last", None)
    delete_meeting(store, second)
    tables = (Meeting, AgendaItem, Attendance, ConflictDeclaration, Vote, Decision)
    assert [count(store, table) for table in tables] == [1, 2, 7, 1, 4, 0]
    open_meeting(store, first, "10:00")
    assert refused(lambda: delete_meeting(store, first)) == (RuleBroken, "meeting.not_convened", None)


def test_point_with_a_decision_stays(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    before = edits(store)
    with pytest.raises(RuleBroken) as refusal:
        save_meeting(store, replace(meeting, items=meeting.items[1:]))
    assert (refusal.value.code, refusal.value.values) == (
        "agenda_item.has_decision",
        {"title": "Risorse degli ambiti"},
    )
    assert edits(store) == before


def test_closed_meeting_is_not_saved(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Punto")
    assert meeting.id is not None
    close_meeting(store, meeting.id, "12:00")
    assert refused(lambda: save_meeting(store, meeting)) == (RuleBroken, "meeting.closed", None)
    assert refused(lambda: delete_meeting(store, str(meeting.id))) == (RuleBroken, "meeting.not_convened", None)


def test_lists_ask_a_fixed_number_of_questions(tmp_path: Any) -> None:
    counts = []
    for folder, meetings in (("one", 1), ("three", 3)):
        (tmp_path / folder).mkdir()
        with new_store(tmp_path / folder) as opened:
            sitting = build_sitting(opened)
            for _ in range(meetings):
                meeting = open_sitting(opened, sitting, *("Punto",) * meetings)
            asked: list[str] = []
            sa.event.listen(
                opened.engine, "before_cursor_execute", lambda *arguments, asked=asked: asked.append(arguments[2])
            )
            meeting_rows(opened)
            committee_rows(opened)
            member_rows(opened)
            load_meeting(opened, str(meeting.id))
            counts.append(len(asked))
    assert counts[0] == counts[1]
