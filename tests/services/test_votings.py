"""Several votes on one point: each with its own text, majority, hour, votes and decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import page as validator
import pytest

from app.models.enums import ConflictKind, ItemState, Majority, Matter, QuorumRule, VoteChoice
from app.models.errors import AppError
from app.models.store import Store
from app.services.decisions.decisions import decision_rows, save_decision
from app.services.decisions.drafts import DecisionDraft
from app.services.integrity import verify
from app.services.journal.undo import last_undoable, undo
from app.services.meetings import sitting_acts, sitting_people
from app.services.meetings.agenda import delete_point, load_point, point_rows
from app.services.meetings.closing import approve_minutes, close_meeting, closing_problems
from app.services.meetings.committees import RuleDraft, load_committee, save_committee
from app.services.meetings.convocation import send_convocation
from app.services.meetings.drafts import AgendaItemDraft
from app.services.meetings.meetings import convene_meeting, load_meeting, open_meeting, save_meeting
from app.services.meetings.sitting import problems_of, read_sitting
from app.services.meetings.waiting import waiting_items
from app.services.papers.errata import approved_minutes, points_of
from app.services.reports.convocation import convocation_document
from app.services.reports.excerpt import excerpt_document
from app.services.reports.minutes import minutes_document
from app.services.reports.minutes_data import OMITTED
from app.services.reports.packet import packet_document
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Audience
from app.services.reports.text import plain_text
from app.services.votings.acts import add_voting
from app.services.wording.texts import translator
from tests.pure.documents import faults
from tests.services.sitting import DAY, Sitting, allocation_draft, build_sitting, meeting_draft

EN, IT = translator("en"), translator("it")
FAVOUR, AGAINST = VoteChoice.FAVOUR, VoteChoice.AGAINST


@pytest.fixture
def sitting(store: Store) -> Sitting:
    return build_sitting(store)


@pytest.fixture
def meeting(store: Store, sitting: Sitting) -> str:
    """A meeting of three points, open since ten; appointments are decided by two thirds."""
    committee = load_committee(store, sitting.committee)
    rule = RuleDraft(None, Matter.APPOINTMENT, QuorumRule.MAJORITY, Majority.TWO_THIRDS)
    save_committee(store, replace(committee, rules=(rule,)))
    titles = ("Comunicazioni", "Riparto delle risorse", "Varie")
    key = convene_meeting(store, meeting_draft(sitting, *(AgendaItemDraft(title=title) for title in titles))).id
    send_convocation(store, key, date(2014, 6, 10), "10:00")
    open_meeting(store, key, "10:00")
    return key


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        act()
    return caught.value.code


def agenda(store: Store, meeting: str) -> list[tuple[str, str]]:
    """(number, title) as the room lists them."""
    led = read_sitting(store, meeting)
    return [(led.number(item.id), item.title) for item in led.meeting.items]


def keys(store: Store, meeting: str) -> dict[str, str]:
    return {item.title: item.id or "" for item in load_meeting(store, meeting).items}


def vote(store: Store, sitting: Sitting, item: str, against: int, time: str) -> None:
    """All five vote, the last `against` of them against."""
    votes = {member: AGAINST if n >= 5 - against else FAVOUR for n, member in enumerate(sitting.voters)}
    sitting_acts.record_votes(store, item, votes, time)


def body(store: Store, meeting: str) -> str:
    """What the minutes say, without the foot, which names the head of the journal."""
    return plain_text(minutes_document(store, meeting, IT), IT).rsplit("[VERBALE", 1)[0]


@pytest.fixture
def voted(store: Store, sitting: Sitting, meeting: str) -> str:
    """The second point has three votes: an amendment that falls, one that passes, and the text with the money."""
    point = keys(store, meeting)["Riparto delle risorse"]
    sitting_acts.write_words(store, point, "Si apre la discussione.", "", "di rinviare il riparto al 2015")
    named = add_voting(store, point, "Nomina del referente", "di nominare Anna Verdi referente", Matter.APPOINTMENT).id
    text = add_voting(store, named, "Testo emendato", "di assegnare le somme agli ambiti").id
    sitting_people.declare_conflict(store, text, sitting.members["Gialli"], ConflictKind.ABSTENTION, "socia")
    vote(store, sitting, point, 3, "10:20")
    sitting_people.leave_room(store, meeting, sitting.members["Neri"], "10:25")
    votes = dict.fromkeys(sitting.voters[:3], FAVOUR) | {sitting.members["Gialli"]: AGAINST}
    sitting_acts.record_votes(store, named, votes, "10:30")
    save_decision(store, DecisionDraft(agenda_item_id=named, subject="Nomina", text="di nominare Anna Verdi."))
    sitting_people.enter_room(store, meeting, sitting.members["Neri"], "10:35")
    sitting_acts.vote_together(store, text, FAVOUR, "10:40")
    save_decision(store, allocation_draft(sitting, text))
    return meeting


def test_a_conflict_on_a_point_holds_for_the_votes_that_it_has_already(
    store: Store, sitting: Sitting, meeting: str
) -> None:
    point = keys(store, meeting)["Riparto delle risorse"]
    voted, text = (add_voting(store, point, title, "di fare così").id for title in ("Emendamento", "Testo"))
    gialli = sitting.members["Gialli"]
    vote(store, sitting, voted, 3, "10:20")
    sitting_people.declare_conflict(store, point, gialli, ConflictKind.ABSTENTION, "socia")
    declared = {item.id: [row.ground for row in item.conflicts] for item in load_meeting(store, meeting).items}
    assert [declared[key] for key in (point, voted, text)] == [["socia"], [], ["socia"]]


def test_each_vote_has_its_own_text_quorum_majority_and_decision(store: Store, sitting: Sitting, voted: str) -> None:
    assert agenda(store, voted) == [
        ("1", "Comunicazioni"),
        ("2", "Riparto delle risorse"),
        ("2.2", "Nomina del referente"),
        ("2.3", "Testo emendato"),
        ("3", "Varie"),
    ]
    led = read_sitting(store, voted)
    assert [problems_of(led, item.id) for item in led.meeting.items] == [()] * 5
    assert {item.late for item in led.meeting.items} == {False}
    close_meeting(store, voted, "11:00")
    assert [(row.label, row.subject, row.position) for row in decision_rows(store)] == [
        ("1/2014", "Nomina", 2),
        ("2/2014", "Assegnazione delle risorse agli ambiti", 2),
    ]
    assert [row.name.split(", ", 1)[1] for row in point_rows(store)] == [
        "1: Comunicazioni",
        "2: Riparto delle risorse",
        "2.2: Nomina del referente",
        "2.3: Testo emendato",
        "3: Varie",
    ]
    assert [found.code for found in verify(store, EN).invariants if not found.ok] == []


def test_a_vote_that_does_not_carry_keeps_its_own_decision_alone(store: Store, sitting: Sitting, voted: str) -> None:
    named = keys(store, voted)["Nomina del referente"]
    sitting_acts.record_votes(store, named, {sitting.members["Verdi"]: AGAINST}, "10:30")
    assert [(each.code, each.field) for each in closing_problems(store, voted, "11:00")] == [
        ("decision.not_carried", "items.2.votes")
    ]
    assert [each.code for each in problems_of(read_sitting(store, voted), named)] == ["decision.not_carried"]


def test_minutes_tell_each_vote_and_an_excerpt_one(store: Store, sitting: Sitting, voted: str) -> None:
    close_meeting(store, voted, "11:00")
    text = plain_text(minutes_document(store, voted, IT), IT)
    told = [
        "Punto 2: Riparto delle risorse",
        "Si apre la discussione.",
        "Votazione 1: Riparto delle risorse",
        "Si mette ai voti: di rinviare il riparto al 2015.",
        "Alle ore 10:20",
        "non è approvata con votazione palese, con 2 voti favorevoli e 3 contrari.",
        "Votazione 2: Nomina del referente",
        "Si mette ai voti: di nominare Anna Verdi referente",
        "Alle ore 10:30 partecipano alla votazione, in numero di 4 su 5",
        "Deliberazione n. 1/2014: Nomina",
        "Votazione 3: Testo emendato",
        "Sara Gialli dichiara",
        "Alle ore 10:40 partecipano alla votazione, in numero di 4 su 5",
        "Deliberazione n. 2/2014: Assegnazione",
        "Punto 3: Varie",
    ]
    places = [text.find(each) for each in told]
    assert -1 not in places
    assert places == sorted(places)
    named = next(row.id for row in decision_rows(store) if row.subject == "Nomina")
    excerpt = plain_text(excerpt_document(store, named, IT), IT)
    assert [each for each in told[:-1] if each in excerpt] == [*told[:2], *told[6:10]]
    published = plain_text(minutes_document(store, voted, IT, Audience.PUBLISHED), IT)
    assert f"Si mette ai voti: di nominare {OMITTED} referente" in published
    pdf = pdf_bytes(minutes_document(store, voted, EN))
    for profile in (validator.ValidationProfile.PDF_A_2A, validator.ValidationProfile.PDF_UA_1):
        assert faults(pdf, profile) == set()
    assert "\n2. Riparto delle risorse\n3. Varie" in plain_text(convocation_document(store, voted, IT), IT)
    assert "Punto 3: Varie" in plain_text(packet_document(store, voted, IT), IT)
    approve_minutes(store, voted, DAY)
    (row,) = approved_minutes(store)
    assert [name for _key, name in points_of(store, row.id)][1:4] == [
        "2. Riparto delle risorse",
        "2.2. Nomina del referente",
        "2.3. Testo emendato",
    ]


def test_one_vote_alone_is_told_as_ever(store: Store, meeting: str) -> None:
    point = keys(store, meeting)["Varie"]
    sitting_acts.vote_together(store, point, FAVOUR, "10:10")
    before = body(store, meeting)
    assert "Votazione" not in before
    assert "Si mette ai voti" not in before
    added = add_voting(store, point, "Altro")
    assert "Votazione 2: Altro" in plain_text(minutes_document(store, meeting, IT), IT)
    gesture = last_undoable(store)
    assert gesture is not None
    undo(store, gesture.number)
    assert body(store, meeting) == before
    assert added.id not in keys(store, meeting).values()


def test_votes_move_with_their_point_and_stay_below_it(store: Store, voted: str) -> None:
    by_title = keys(store, voted)
    sitting_acts.move_point(store, by_title["Riparto delle risorse"], 1)
    moved = ["Comunicazioni", "Varie", "Riparto delle risorse", "Nomina del referente", "Testo emendato"]
    assert [title for _number, title in agenda(store, voted)] == moved
    sitting_acts.move_point(store, by_title["Testo emendato"], -5)
    assert [title for _number, title in agenda(store, voted)][3:] == ["Testo emendato", "Nomina del referente"]
    sitting_acts.move_point(store, by_title["Varie"], 1)
    assert agenda(store, voted)[-1] == ("3", "Varie")
    sitting_acts.move_point(store, by_title["Varie"], -1)
    assert agenda(store, voted)[1] == ("2", "Varie")
    draft = load_meeting(store, voted)
    apart = (draft.items[2], draft.items[0], *draft.items[3:])
    assert refused(lambda: save_meeting(store, replace(draft, items=apart))) == "voting.apart"


def test_a_point_waits_for_its_votes(store: Store, meeting: str) -> None:
    point = keys(store, meeting)["Varie"]
    below = add_voting(store, point, "Altro").id
    assert load_point(store, below).voting == 2
    assert load_point(store, keys(store, meeting)["Comunicazioni"]).voting == 0
    assert refused(lambda: delete_point(store, point)) == "voting.apart"
    assert refused(lambda: sitting_acts.settle_point(store, point, ItemState.POSTPONED)) == "agenda_item.has_votings"
    sitting_acts.settle_point(store, below, ItemState.WITHDRAWN)
    assert "Questa proposta è ritirata" in plain_text(minutes_document(store, meeting, IT), IT)
    sitting_acts.settle_point(store, point, ItemState.POSTPONED)
    assert refused(lambda: add_voting(store, point, "Ancora")) == "agenda_item.not_open"
    close_meeting(store, meeting, "11:00")
    assert [item.title for item in waiting_items(store, EN) if item.matter is Matter.ORDINARY] == ["Varie"]
    assert refused(lambda: add_voting(store, point, "Ancora")) == "meeting.closed"


def test_a_point_that_came_to_have_votes_is_not_taken_back(store: Store, meeting: str) -> None:
    point = sitting_acts.add_point(store, meeting, "Urgenza", late_ground="scadenza").ids[0]
    gesture = last_undoable(store)
    assert gesture is not None
    add_voting(store, point, "Altro")
    assert refused(lambda: undo(store, gesture.number)) == "undo.changed_since"
    assert agenda(store, meeting)[-2:] == [("4", "Urgenza"), ("4.2", "Altro")]
