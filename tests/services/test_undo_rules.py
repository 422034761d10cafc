"""Taking back what something has come to rest on since: the rules of the services hold for undo too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.models.enums import ConflictKind, MemberRole, ProposalState, QuorumRule
from app.models.errors import AppError
from app.models.ledger import Account
from app.models.meetings import Member
from app.models.money import Cents
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.integrity import verify
from app.services.journal.journal import recent
from app.services.journal.undo import undo
from app.services.ledger.ledger import receive_source
from app.services.meetings.closing import close_meeting
from app.services.meetings.committees import load_committee, save_committee
from app.services.meetings.drafts import ConflictDraft
from app.services.meetings.meetings import convene_meeting, load_meeting, save_meeting
from app.services.network.registry import delete_organisation
from app.services.plan.funding import load_source, save_source
from app.services.plan.plan import DeclarationDraft, save_declaration
from app.services.proposals.proposals import load_proposal, save_proposal
from app.services.proposals.versions import reopen_proposal
from app.services.wording.texts import translator
from tests.services.builders import an_organisation
from tests.services.sitting import DAY, Sitting, build_sitting, first_meeting, meeting_draft, voted_item


@pytest.fixture
def sitting(store: Store) -> Sitting:
    return build_sitting(store)


def number_of(store: Store, action: Callable[[], object]) -> int:
    """Number of the gesture that `action` is."""
    action()
    return recent(store, limit=1)[0].number


def refused(store: Store, number: int) -> str:
    """Code of the refusal of taking a gesture back, which leaves the archive whole."""
    with pytest.raises(AppError) as caught:
        undo(store, number)
    verified = verify(store, translator("en"))
    assert [found.broken for found in verified.invariants if not found.ok] == []
    return caught.value.code


def give_role(store: Store, sitting: Sitting, name: str, role: MemberRole) -> int:
    committee = load_committee(store, sitting.committee)
    key = sitting.members[name]
    members = tuple(replace(member, role=role) if member.id == key else member for member in committee.members)
    return number_of(store, lambda: save_committee(store, replace(committee, members=members)))


def test_rule_of_the_quorum_stays_under_closed_meetings(store: Store, sitting: Sitting) -> None:
    committee = load_committee(store, sitting.committee)
    save_committee(store, replace(committee, quorum=QuorumRule.ALL))
    number = number_of(store, lambda: save_committee(store, committee))
    close_meeting(store, str(first_meeting(store, sitting).id), "12:00")
    assert refused(store, number) == "committee.quorum_fixed"


def test_office_stays_under_closed_meetings(store: Store, sitting: Sitting) -> None:
    give_role(store, sitting, "Neri", MemberRole.ALTERNATE)
    number = give_role(store, sitting, "Neri", MemberRole.MEMBER)
    close_meeting(store, str(first_meeting(store, sitting).id), "12:00")
    assert refused(store, number) == "member.role_fixed"


def test_terms_stay_under_closed_meetings(store: Store, sitting: Sitting) -> None:
    committee = load_committee(store, sitting.committee)
    ended = replace(committee.members[1], date_to=DAY - timedelta(days=1))
    early = replace(committee, members=(committee.members[0], ended, *committee.members[2:]))
    save_committee(store, early)
    number = number_of(store, lambda: save_committee(store, committee))
    close_meeting(store, str(first_meeting(store, sitting).id), "12:00")
    assert refused(store, number) == "undo.changed_since"
    late = replace(early, members=(committee.members[0], replace(ended, date_to=DAY), *committee.members[2:]))
    undo(store, number_of(store, lambda: save_committee(store, late)))


def test_office_of_one_is_not_held_by_two(store: Store, sitting: Sitting) -> None:
    number = give_role(store, sitting, "Rossi", MemberRole.MEMBER)
    other = give_role(store, sitting, "Verdi", MemberRole.PRESIDENT)
    assert refused(store, number) == "undo.changed_since"
    undo(store, other)
    undo(store, number)
    with store.read() as session:
        presidents = session.scalars(sa.select(Member.name).filter_by(role=MemberRole.PRESIDENT.value)).all()
    assert presidents == ["Maria Rossi"]


def test_numbers_of_meetings_keep_no_gap(store: Store, sitting: Sitting) -> None:
    first, second = (
        number_of(store, lambda: convene_meeting(store, meeting_draft(sitting))) for _ in ("first", "second")
    )
    assert refused(store, first) == "undo.changed_since"
    undo(store, second)
    undo(store, first)


def test_conflict_that_was_taken_off_does_not_come_back_beside_a_vote(store: Store, sitting: Sitting) -> None:
    item = voted_item(sitting, "Punto")
    neri = sitting.members["Neri"]
    others = tuple(vote for vote in item.votes if vote.member_id != neri)
    conflict = ConflictDraft(member_id=neri, kind=ConflictKind.ABSTENTION)
    key = convene_meeting(store, meeting_draft(sitting, replace(item, votes=others, conflicts=(conflict,)))).id
    meeting = load_meeting(store, key)
    free = replace(meeting.items[0], conflicts=())
    number = number_of(store, lambda: save_meeting(store, replace(meeting, items=(free,))))
    save_meeting(store, replace(meeting, items=(replace(free, votes=item.votes),)))
    assert refused(store, number) == "undo.changed_since"


def set_state(store: Store, key: str, state: ProposalState) -> None:
    with store.write("set_proposal_state") as session:
        proposal = session.get_one(Proposal, key)
        proposal.state, proposal.reopened = state.value, "prova"


def test_area_of_a_judged_proposal_stays(store: Store, sitting: Sitting) -> None:
    key = sitting.proposals["Rho"]
    set_state(store, key, ProposalState.SUBMITTED)
    draft = load_proposal(store, key)
    save_proposal(store, replace(draft, area_id=sitting.areas["A.1"]))
    number = number_of(store, lambda: save_proposal(store, draft))
    set_state(store, key, ProposalState.ADMISSIBLE)
    assert refused(store, number) == "undo.changed_since"
    assert load_proposal(store, key).area_id == sitting.areas["A.2"]


def test_account_made_since_has_the_name_that_came_back(store: Store, sitting: Sitting) -> None:
    reopen_proposal(store, sitting.proposals["Rho"], "titolo")
    draft = load_proposal(store, sitting.proposals["Rho"])
    number = number_of(store, lambda: save_proposal(store, replace(draft, title="Altro titolo")))
    first_meeting(store, sitting)
    undo(store, number)
    with store.read() as session:
        name = session.scalar(sa.select(Account.name).filter_by(subject_id=sitting.proposals["Rho"]))
    assert name == "Progetto Rho"


def test_amount_that_came_in_stays(store: Store, sitting: Sitting) -> None:
    source = replace(load_source(store, sitting.sources["Premio"]), due=True)
    save_source(store, replace(source, amount=Cents(1_00)))
    number = number_of(store, lambda: save_source(store, source))
    receive_source(store, sitting.sources["Premio"], meeting_draft(sitting).date_held)
    assert refused(store, number) == "undo.changed_since"


def test_record_that_a_declared_figure_is_about_stays(store: Store, sitting: Sitting) -> None:
    key = an_organisation(store, "Cooperativa")
    number = recent(store, limit=1)[0].number
    declared = DeclarationDraft(check="organisation.members", subject_id=key, as_printed="12 soci")
    figure = number_of(store, lambda: save_declaration(store, declared))
    assert refused(store, number) == "undo.changed_since"
    undo(store, figure)
    undo(store, number)
    with pytest.raises(AppError, match=r"record\.gone"):
        delete_organisation(store, key)
