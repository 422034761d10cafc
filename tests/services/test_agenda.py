"""Points of the agenda one by one: read, written, taken away; who decides on each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.models.enums import AttendanceKind, ConflictKind, DecisionKind, MeetingState, VoteChoice
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.store import Store
from app.services.meetings.agenda import (
    PointDraft,
    delete_point,
    load_point,
    opening_standing,
    point_rows,
    point_standing,
    save_point,
    unanimous_votes,
)
from app.services.meetings.closing import close_meeting
from app.services.meetings.drafts import ConflictDraft, MeetingDraft, VoteDraft
from app.services.meetings.meetings import load_meeting, save_meeting
from tests.services.builders import edits, queries, refusal
from tests.services.sitting import Sitting, build_sitting, first_meeting, open_sitting

FAVOUR = VoteChoice.FAVOUR


@pytest.fixture
def sitting(store: Store) -> Sitting:
    return build_sitting(store)


@pytest.fixture
def meeting(store: Store, sitting: Sitting) -> MeetingDraft:
    return first_meeting(store, sitting)


def first_point(store: Store, meeting: MeetingDraft) -> PointDraft:
    return load_point(store, meeting.items[0].id or "")


def test_load_point_gives_it_with_its_meeting(store: Store, meeting: MeetingDraft) -> None:
    point = load_point(store, meeting.items[1].id or "")
    item = meeting.items[1]
    assert (point.meeting_id, point.meeting, point.position, point.state) == (
        meeting.id,
        "1/2014",
        2,
        MeetingState.OPEN,
    )
    assert (point.title, point.time_voted, point.votes) == (item.title, item.time_voted, item.votes)
    with pytest.raises(NotFound):
        load_point(store, "nobody")


def test_save_point_writes_it_and_leaves_the_others(store: Store, sitting: Sitting, meeting: MeetingDraft) -> None:
    conflict = ConflictDraft(member_id=sitting.members["Bianchi"], ground="dipendente")
    point = first_point(store, meeting)
    votes = tuple(vote for vote in point.votes if vote.member_id != sitting.members["Bianchi"])
    changes = save_point(store, replace(point, discussion="Si discute.", conflicts=(conflict,), votes=votes))
    assert changes.ids == (point.id, meeting.id)
    assert changes.topics == {"meetings"}
    saved = first_point(store, meeting)
    assert saved.discussion == "Si discute."
    assert [row.member_id for row in saved.conflicts] == [sitting.members["Bianchi"]]
    assert len(saved.votes) == 4
    assert load_meeting(store, meeting.id or "").items[1] == meeting.items[1]


def test_save_point_that_stays_as_it_was_writes_nothing(store: Store, meeting: MeetingDraft) -> None:
    before = edits(store)
    save_point(store, first_point(store, meeting))
    assert edits(store) == before


def test_a_new_point_goes_to_the_end(store: Store, meeting: MeetingDraft) -> None:
    changes = save_point(store, PointDraft(meeting_id=meeting.id, title="Varie"))
    assert load_point(store, changes.id).position == 3
    assert [item.title for item in load_meeting(store, meeting.id or "").items][-1] == "Varie"


def test_save_point_names_its_own_fields(store: Store, sitting: Sitting, meeting: MeetingDraft) -> None:
    point = load_point(store, meeting.items[1].id or "")
    twice = (*point.votes, VoteDraft(member_id=sitting.voters[0]))
    assert refusal(save_point, store, PointDraft(title="Varie")) == ("field.required", "meeting_id")
    assert refusal(save_point, store, replace(point, title=" ")) == ("field.required", "title")
    assert refusal(save_point, store, replace(point, time_voted="25:00")) == ("time.format", "time_voted")
    assert refusal(save_point, store, replace(point, votes=twice)) == ("vote.member_repeated", "votes.5.member_id")


def test_points_of_a_closed_meeting_stay(store: Store, meeting: MeetingDraft) -> None:
    close_meeting(store, meeting.id or "", "12:30")
    point = first_point(store, meeting)
    assert point.state is MeetingState.CLOSED
    assert refusal(save_point, store, replace(point, title="Altro")) == ("meeting.closed", None)
    assert refusal(delete_point, store, point.id) == ("meeting.closed", None)


def test_delete_point_takes_it_off_the_agenda(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Uno", "Due", "Tre")
    changes = delete_point(store, meeting.items[1].id or "")
    assert changes.ids == (meeting.items[1].id, meeting.id)
    assert [row.title for row in point_rows(store)] == ["Uno", "Tre"]
    assert [row.position for row in point_rows(store)] == [1, 2]


def test_delete_point_with_a_decision_is_refused(store: Store, meeting: MeetingDraft) -> None:
    assert refusal(delete_point, store, meeting.items[0].id)[0] == "agenda_item.has_decision"


def test_point_rows_count_votes_and_name_decisions(store: Store, sitting: Sitting, meeting: MeetingDraft) -> None:
    point = first_point(store, meeting)
    choices = (VoteChoice.AGAINST, VoteChoice.ABSTAIN, FAVOUR, FAVOUR, FAVOUR)
    votes = tuple(replace(vote, choice=choice) for vote, choice in zip(point.votes, choices, strict=True))
    save_point(store, replace(point, votes=votes))
    open_sitting(store, sitting, "Varie", day=date(2014, 7, 2))
    newest, first, second = point_rows(store)
    assert (newest.meeting, newest.title, newest.decision_kind, newest.decision_id) == ("2/2014", "Varie", None, None)
    assert (first.favour, first.against, first.abstain, first.conflicts) == (3, 1, 1, 0)
    assert (first.decision_kind, second.decision_kind) == (DecisionKind.ALLOCATION, DecisionKind.AWARD)
    assert second.name == "1/2014, 2: Ammissione dei progetti"
    assert first.decision == ""


def test_point_rows_ask_as_much_for_one_as_for_many(store: Store, sitting: Sitting) -> None:
    open_sitting(store, sitting, "Uno")
    with queries(store) as one:
        point_rows(store)
    open_sitting(store, sitting, "Due", "Tre", "Quattro", day=date(2014, 7, 2))
    with queries(store) as many:
        point_rows(store)
    assert len(one) == len(many)


# --- who decides ---------------------------------------------------------------------------


def test_standing_names_who_decides(store: Store, sitting: Sitting, meeting: MeetingDraft) -> None:
    standing = point_standing(store, first_point(store, meeting))
    assert standing is not None
    assert [name for _key, name in standing.voters] == [
        "Maria Rossi",
        "Luca Bianchi",
        "Anna Verdi",
        "Paolo Neri",
        "Sara Gialli",
    ]
    assert (standing.needed, standing.body, standing.is_legal, standing.substitutes) == (3, 5, True, ())


def test_standing_leaves_out_conflicts_and_lets_the_alternate_sit(
    store: Store, sitting: Sitting, meeting: MeetingDraft
) -> None:
    attendances = tuple(
        replace(row, kind=AttendanceKind.PRESENT) if row.member_id == sitting.members["Viola"] else row
        for row in meeting.attendances
    )
    save_meeting(store, replace(meeting, attendances=attendances))
    point = replace(
        first_point(store, meeting),
        conflicts=(
            ConflictDraft(member_id=sitting.members["Bianchi"], kind=ConflictKind.INCOMPATIBLE),
            ConflictDraft(member_id=sitting.members["Verdi"]),
            ConflictDraft(),
        ),
    )
    standing = point_standing(store, point)
    assert standing is not None
    assert standing.substitutes == (("Carla Viola", "Luca Bianchi"),)
    assert [name for _key, name in standing.voters] == ["Maria Rossi", "Paolo Neri", "Sara Gialli", "Carla Viola"]


def test_standing_is_unknown_before_its_hour(store: Store, meeting: MeetingDraft) -> None:
    point = first_point(store, meeting)
    assert point_standing(store, replace(point, time_voted="")) is None
    assert point_standing(store, replace(point, meeting_id=None)) is None
    assert opening_standing(store, replace(meeting, time_opened="")) is None
    assert opening_standing(store, replace(meeting, committee_id=None)) is None
    opening = opening_standing(store, meeting)
    assert opening is not None
    assert len(opening.voters) == 5


def test_unanimous_votes_are_of_those_who_may_vote(store: Store, sitting: Sitting, meeting: MeetingDraft) -> None:
    point = first_point(store, meeting)
    against = replace(point.votes[0], choice=VoteChoice.AGAINST)
    draft = replace(point, votes=(against,), conflicts=(ConflictDraft(member_id=sitting.members["Bianchi"]),))
    votes = unanimous_votes(store, draft)
    assert [vote.member_id for vote in votes] == [key for key in sitting.voters if key != sitting.members["Bianchi"]]
    assert {vote.choice for vote in votes} == {FAVOUR}
    assert votes[0].id == against.id, "a vote that is there keeps its key"


def test_unanimous_votes_need_the_hour_and_the_number(store: Store, sitting: Sitting, meeting: MeetingDraft) -> None:
    point = first_point(store, meeting)
    with pytest.raises(InvalidInput, match=r"agenda_item\.time_missing"):
        unanimous_votes(store, replace(point, time_voted=""))
    declared = tuple(ConflictDraft(member_id=key) for key in sitting.voters[:3])
    with pytest.raises(RuleBroken, match=r"quorum\.missing") as caught:
        unanimous_votes(store, replace(point, conflicts=declared))
    assert caught.value.values == {"title": point.title, "present": 2, "needed": 3, "time": "10:30"}
