"""The outcomes of formal checks as the draft of a decision, and the proposals that move when its meeting closes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models.enums import CheckOutcome, DecisionKind, ProposalState, VoteChoice
from app.models.errors import InvalidInput, RuleBroken
from app.models.network import Organisation
from app.models.store import Store
from app.services.decisions.decisions import load_decision, save_decision
from app.services.decisions.drafts import DecisionDraft, OutcomeDraft
from app.services.evaluation.admission import admit_by_checks
from app.services.evaluation.requests import ask_completion, close_request
from app.services.journal.undo import last_undoable, undo
from app.services.meetings.closing import close_meeting
from app.services.meetings.drafts import AgendaItemDraft, AttendanceDraft, MeetingDraft, VoteDraft
from app.services.meetings.meetings import convene_meeting, load_meeting, open_meeting
from app.services.reports.catalogue import build_document
from app.services.reports.text import plain_text
from app.services.wording.texts import translator
from tests.services.sitting import build_committee
from tests.services.test_admissibility import NOON_DAY, check, received, state
from tests.services.world import new_store

IT = translator("it")
YES, NO = CheckOutcome.YES, CheckOutcome.NO


@dataclass(frozen=True)
class Case:
    """A proposal in its check, and a meeting that is open with one point, voted by all."""

    store: Store
    proposal: str
    meeting: str
    point: str


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with new_store(tmp_path) as store:
        proposal = received(store)
        with store.read() as session:
            body = session.scalars(sa.select(Organisation.id)).first() or ""
        committee, members = build_committee(store, body)
        votes = tuple(VoteDraft(member_id=key, choice=VoteChoice.FAVOUR) for key in list(members.values())[:5])
        draft = MeetingDraft(
            committee_id=committee,
            date_held=NOON_DAY,
            place="Legnano",
            attendances=tuple(AttendanceDraft(member_id=vote.member_id) for vote in votes),
            items=(AgendaItemDraft(title="Istruttoria", time_voted="10:30", votes=votes),),
        )
        meeting = convene_meeting(store, draft).id
        open_meeting(store, meeting, "10:00")
        point = load_meeting(store, meeting).items[0].id
        assert point is not None
        yield Case(store, proposal, meeting, point)


def refused(case: Case) -> str:
    with pytest.raises(RuleBroken) as refusal:
        admit_by_checks(case.store, case.proposal, case.point, IT)
    return refusal.value.code


def test_only_finished_checks_are_decided_on(case: Case) -> None:
    check(case.store, case.proposal, None, None, YES)
    assert refused(case) == "check.none_finished"  # the fourth point waits
    check(case.store, case.proposal, None, None, YES, YES)
    assert refused(case) == "check.none_finished"  # what is missing can still be asked for
    request = ask_completion(case.store, case.proposal, date_due=NOON_DAY + timedelta(days=9)).id
    assert refused(case) == "check.none_finished"  # it was asked for
    close_request(case.store, request)
    with pytest.raises(InvalidInput) as missing:
        admit_by_checks(case.store, case.proposal, None, IT)
    assert missing.value.field == "agenda_item_id"
    decision = load_decision(case.store, admit_by_checks(case.store, case.proposal, case.point, IT).id)
    (outcome,) = decision.outcomes
    assert (decision.kind, outcome.state) == (DecisionKind.ADMISSION, ProposalState.NOT_ADMISSIBLE)
    assert outcome.reason.startswith("il punto «Accordo firmato» (A2) non è soddisfatto: ")
    gesture = last_undoable(case.store)
    assert gesture is not None
    undo(case.store, gesture.number)
    admit_by_checks(case.store, case.proposal, case.point, IT)
    close_meeting(case.store, case.meeting, "11:00")
    assert state(case.store, case.proposal) is ProposalState.NOT_ADMISSIBLE
    letter = plain_text(build_document(case.store, "ESITO", IT, case.proposal), IT)
    assert "esito dell’istruttoria formale" in letter, "the decision is named"
    assert letter.count("non è soddisfatto") == 1


def test_a_decision_admits_nobody_whose_check_fails(case: Case) -> None:
    check(case.store, case.proposal, None, None, YES, NO)
    stated = OutcomeDraft(case.proposal, ProposalState.ADMISSIBLE)
    save_decision(
        case.store,
        DecisionDraft(
            agenda_item_id=case.point,
            kind=DecisionKind.ADMISSION,
            subject="Ammissione",
            text="di ammettere",
            outcomes=(stated,),
        ),
    )
    with pytest.raises(RuleBroken) as refusal:
        close_meeting(case.store, case.meeting, "11:00")
    assert (refusal.value.code, refusal.value.values["names"]) == ("check.failing", ("A2", "A4"))
    assert state(case.store, case.proposal) is ProposalState.SUBMITTED
