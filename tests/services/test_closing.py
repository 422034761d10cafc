"""Closing a meeting and approving its minutes: all of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.models.enums import (
    AllocationRule,
    AttendanceKind,
    ConflictKind,
    DecisionKind,
    MeetingState,
    ProposalState,
    QuorumRule,
    TransferKind,
    VoteChoice,
)
from app.models.errors import AppError, InvalidInput, NotFound, RuleBroken
from app.models.journal import Edit, head_text
from app.models.ledger import Account, AccountState, Ceiling, Posting, Transfer
from app.models.meetings import Decision, DecisionMove, DecisionOutcome, Meeting, Minutes
from app.models.money import Cents
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.decisions.decisions import delete_decision, load_decision, recompute_decision, save_decision
from app.services.decisions.drafts import AreaAmount, DecisionDraft, OutcomeDraft, SplitArea, SplitDraft
from app.services.integrity import verify
from app.services.meetings.closing import approve_minutes, close_meeting, closing_problems
from app.services.meetings.committees import CommitteeDraft, MemberDraft, load_committee, save_committee
from app.services.meetings.drafts import AttendanceDraft, ConflictDraft, MeetingDraft, VoteDraft
from app.services.meetings.meetings import convene_meeting, load_meeting, open_meeting, save_meeting, suspend_meeting
from app.services.reports.characters import USUAL
from app.services.reports.freeze import content_hash
from app.services.reports.pdf_fonts import printable
from app.services.wording.texts import translator
from tests.services.sitting import (
    AWARDS,
    CEILINGS,
    DAY,
    RESIDUE,
    Sitting,
    allocation_draft,
    award_draft,
    balances,
    build_sitting,
    first_meeting,
    meeting_draft,
    open_sitting,
    residue_draft,
    state_of,
)
from tests.services.world import NOON, new_store, past_the_guards

LATER = date(2014, 7, 1)


@pytest.fixture
def sitting(store: Store) -> Sitting:
    return build_sitting(store)


def refused(action: Callable[[], object]) -> tuple[type[AppError], str, str | None]:
    with pytest.raises(AppError) as caught:
        action()
    return type(caught.value), caught.value.code, caught.value.field


def edits(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Edit)) or 0


def key_of(meeting: MeetingDraft) -> str:
    assert meeting.id is not None
    return meeting.id


def change(store: Store, meeting: MeetingDraft, **more: Any) -> MeetingDraft:
    save_meeting(store, replace(load_meeting(store, key_of(meeting)), **more))
    return load_meeting(store, key_of(meeting))


# --- what closing does -------------------------------------------------------------------


def test_closing_numbers_decisions_and_moves_the_money(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    changes = close_meeting(store, key_of(meeting), "12.00")
    assert changes.topics == {"meetings", "ledger", "proposals"}
    assert changes.ids[0] == meeting.id
    held = balances(store)
    assert {name: held[f"Progetto {name}"] for name in AWARDS} == AWARDS
    assert [held[f"A.{n} Ambito {n}"] for n in (1, 2, 3)] == list(CEILINGS.values())
    assert (held["Fissa"], held["Residui"], held["Piano"]) == (0, RESIDUE, 424_182_62)
    kept = load_meeting(store, key_of(meeting))
    assert (kept.state, kept.time_closed) == ("closed", "12:00")
    with store.read() as session:
        decisions = session.scalars(sa.select(Decision).order_by(Decision.number)).all()
        assert [(row.number, row.year, row.effective_at, row.kind) for row in decisions] == [
            (1, 2014, NOON, "allocation"),
            (2, 2014, NOON, "award"),
        ]
        transfers = session.scalars(sa.select(Transfer).where(Transfer.kind != "funding").order_by(Transfer.id)).all()
        assert [(row.kind, row.day, row.reason) for row in transfers] == [
            *[("allocation", DAY, "Assegnazione delle risorse agli ambiti")] * 3,
            *[("award", DAY, "Ammissione e finanziamento dei progetti")] * 4,
        ]
        parts = Counter(row.transfer_id for row in session.scalars(sa.select(Posting)))
        assert sorted(parts[row.id] for row in transfers) == [2, 2, 2, 2, 2, 2, 3]
        ceilings = session.execute(
            sa.select(Account.name, AccountState.ceiling)
            .join(AccountState, AccountState.account_id == Account.id)
            .where(AccountState.ceiling.is_not(None))
            .order_by(Account.name)
        )
        assert [row.ceiling for row in ceilings] == list(CEILINGS.values())
        assert {row.state for row in session.scalars(sa.select(Proposal))} == {"funded"}
        outcomes = session.scalars(sa.select(DecisionOutcome)).all()
        assert sorted((row.decision_id == decisions[1].id, row.state) for row in outcomes) == [(True, "funded")] * 4


def test_second_meeting_goes_on_with_numbers_and_shares_the_residue(store: Store, sitting: Sitting) -> None:
    close_meeting(store, key_of(first_meeting(store, sitting)), "12:00")
    meeting = open_sitting(store, sitting, "Verbale precedente", "Riparto", day=LATER)
    decision = save_decision(store, residue_draft(sitting, meeting.items[1].id)).id
    assert closing_problems(store, key_of(meeting), "11:00") == ()
    close_meeting(store, key_of(meeting), "11:00")
    held = balances(store)
    assert [held[f"Progetto {name}"] for name in AWARDS] == [78_833_44, 118_060_87, 168_060_88, 59_227_43]
    assert (held["Residui"], held["Fissa"]) == (0, 0)
    with store.read() as session:
        row = session.get(Decision, decision)
        assert row is not None
        assert (row.number, row.year) == (3, 2014)
        transfers = session.scalars(sa.select(Transfer).where(Transfer.decision_id == decision)).all()
        assert Counter(transfer.kind for transfer in transfers) == {"residue": 7}
        ceilings = session.scalars(sa.select(Ceiling).where(Ceiling.decision_id == decision).order_by(Ceiling.id)).all()
        assert [row.amount for row in ceilings] == [168_060_88, 118_060_87, 138_060_87]


def test_numbers_restart_with_year_and_committee(store: Store, sitting: Sitting) -> None:
    numbers = []
    for day in (DAY, LATER, date(2015, 1, 8)):
        meeting = open_sitting(store, sitting, "Presa d'atto", day=day)
        draft = DecisionDraft(subject="Presa d'atto", agenda_item_id=meeting.items[0].id)
        numbers.append(save_decision(store, draft).id)
        close_meeting(store, key_of(meeting), "12:00")
    with store.read() as session:
        rows = [session.get(Decision, key) for key in numbers]
        assert [(row.number, row.year) for row in rows if row] == [(1, 2014), (2, 2014), (1, 2015)]


def test_admission_passes_the_states_between(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Idoneità")
    outcomes = (
        OutcomeDraft(sitting.proposals["Rho"], ProposalState.SUITABLE, "completa"),
        OutcomeDraft(sitting.proposals["Castano"], ProposalState.NOT_SUITABLE, "incompleta"),
    )
    draft = DecisionDraft(
        subject="Idoneità", kind=DecisionKind.ADMISSION, agenda_item_id=meeting.items[0].id, outcomes=outcomes
    )
    save_decision(store, draft)
    close_meeting(store, key_of(meeting), "12:00")
    with store.read() as session:
        states = {row.id: row.state for row in session.scalars(sa.select(Proposal))}
        rows = session.scalars(
            sa.select(Edit).where(Edit.table_name == "proposal", Edit.verb == "close_meeting").order_by(Edit.seq)
        ).all()
    assert states[sitting.proposals["Rho"]] == "suitable"
    assert states[sitting.proposals["Castano"]] == "not_suitable"
    assert Counter(row.row_id for row in rows) == {sitting.proposals["Rho"]: 2, sitting.proposals["Castano"]: 2}


def test_meeting_without_decisions_closes_and_moves_nothing(store: Store, sitting: Sitting) -> None:
    before = balances(store)
    meeting = convene_meeting(store, meeting_draft(sitting)).id
    open_meeting(store, meeting, "10:00")
    close_meeting(store, meeting, "10:00")
    assert state_of(store, meeting) == "closed"
    assert balances(store) == before


def test_decisions_are_computed_again_from_where_things_stand(store: Store, sitting: Sitting) -> None:
    """What another meeting took from the first source meanwhile comes from the next."""
    waiting = open_sitting(store, sitting, "Risorse")
    draft = DecisionDraft(
        subject="Poco",
        kind=DecisionKind.ALLOCATION,
        agenda_item_id=waiting.items[0].id,
        area_amounts=(AreaAmount(sitting.areas["A.1"], Cents(100_00)),),
    )
    decision = save_decision(store, draft).id
    other = open_sitting(store, sitting, "Altro")
    taking = replace(draft, agenda_item_id=other.items[0].id)
    save_decision(store, replace(taking, area_amounts=(AreaAmount(sitting.areas["A.2"], Cents(254_510_00)),)))
    close_meeting(store, key_of(other), "11:00")
    close_meeting(store, key_of(waiting), "12:00")
    with store.read() as session:
        source = sa.select(Account.name).join(DecisionMove, DecisionMove.from_account_id == Account.id)
        assert session.scalars(source.where(DecisionMove.decision_id == decision)).all() == ["Residui"]
    assert balances(store)["Residui"] == 169_672_62 - 100_00


def test_amounts_that_are_no_longer_those_that_were_saved_are_not_moved(store: Store, sitting: Sitting) -> None:
    """A split is saved before any project is funded; another meeting funds four, so that it would go on to them."""
    waiting = open_sitting(store, sitting, "Riparto")
    decision = save_decision(store, residue_draft(sitting, waiting.items[0].id)).id
    close_meeting(store, key_of(first_meeting(store, sitting)), "12:00")
    before, written = balances(store), edits(store)
    assert refused(lambda: close_meeting(store, key_of(waiting), "12:30")) == (
        RuleBroken,
        "decision.amounts_changed",
        None,
    )
    assert [problem.code for problem in closing_problems(store, key_of(waiting), "12:30")] == [
        "decision.amounts_changed"
    ]
    assert (balances(store), edits(store)) == (before, written)
    recompute_decision(store, decision)
    close_meeting(store, key_of(waiting), "12:30")
    held = balances(store)
    assert [held[f"Progetto {name}"] for name in AWARDS] == [78_833_44, 118_060_87, 168_060_88, 59_227_43]


# --- what keeps a meeting open -----------------------------------------------------------


def both_say(
    store: Store, meeting: str, time: str, expected: tuple[type[AppError], str, str | None]
) -> dict[str, object]:
    """The screen and the verb say the same, and nothing is written."""
    before, held, state = edits(store), balances(store), state_of(store, meeting)
    assert refused(lambda: close_meeting(store, meeting, time)) == expected
    problem = closing_problems(store, meeting, time)[0]
    assert (type(problem), problem.code, problem.field) == expected
    assert (edits(store), balances(store), state_of(store, meeting)) == (before, held, state)
    return problem.values


@pytest.mark.parametrize(
    ("time", "code"),
    [("", "field.required"), ("12:60", "time.format"), ("09:59", "meeting.closes_before_opening")],
)
def test_closing_needs_an_hour_after_the_opening(store: Store, sitting: Sitting, time: str, code: str) -> None:
    meeting = first_meeting(store, sitting)
    both_say(store, key_of(meeting), time, (InvalidInput, code, "time_closed"))


def test_only_an_open_meeting_closes(store: Store, sitting: Sitting) -> None:
    wrong = (RuleBroken, "state.move_refused", None)
    convened = convene_meeting(store, meeting_draft(sitting)).id
    both_say(store, convened, "12:00", wrong)
    suspended = open_sitting(store, sitting, "Punto")
    suspend_meeting(store, key_of(suspended))
    both_say(store, key_of(suspended), "12:00", wrong)
    closed = open_sitting(store, sitting, "Punto")
    close_meeting(store, key_of(closed), "12:00")
    both_say(store, key_of(closed), "12:00", wrong)
    assert refused(lambda: close_meeting(store, "gone", "12:00")) == (NotFound, "record.gone", None)


def test_opening_hour_that_was_cleared_is_asked_for(store: Store, sitting: Sitting) -> None:
    meeting = change(store, first_meeting(store, sitting), time_opened="")
    both_say(store, key_of(meeting), "12:00", (InvalidInput, "field.required", "time_opened"))


def test_every_seat_has_its_attendance(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Punto")
    fewer = tuple(row for row in meeting.attendances if row.member_id != sitting.members["Neri"])
    meeting = change(store, meeting, attendances=fewer)
    values = both_say(store, key_of(meeting), "12:00", (RuleBroken, "meeting.attendance_missing", "attendances"))
    assert values == {"name": "Paolo Neri"}


def test_alternate_and_secretary_need_not_be_convened(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Punto")
    seated = tuple(row for row in meeting.attendances if row.member_id in sitting.voters)
    close_meeting(store, key_of(change(store, meeting, attendances=seated)), "12:00")
    assert load_meeting(store, key_of(meeting)).state is MeetingState.CLOSED


@pytest.mark.parametrize(
    ("hours", "field"),
    [({"time_in": "09:59"}, "time_in"), ({"time_out": "12:01"}, "time_out"), ({"time_in": "12:30"}, "time_in")],
)
def test_attendance_lies_within_the_meeting(store: Store, sitting: Sitting, hours: dict[str, str], field: str) -> None:
    meeting = open_sitting(store, sitting, "Punto")
    first = replace(meeting.attendances[0], **hours)
    meeting = change(store, meeting, attendances=(first, *meeting.attendances[1:]))
    values = both_say(
        store, key_of(meeting), "12:00", (InvalidInput, "attendance.outside_hours", f"attendances.0.{field}")
    )
    assert values == {"name": "Maria Rossi", "time": next(iter(hours.values()))}


def with_item(meeting: MeetingDraft, **more: Any) -> dict[str, Any]:
    return {"items": (replace(meeting.items[0], **more), *meeting.items[1:])}


def test_a_decision_needs_a_vote_its_hour_and_the_majority(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    key = key_of(meeting)
    votes = meeting.items[0].votes
    change(store, meeting, **with_item(meeting, votes=()))
    both_say(store, key, "12:00", (RuleBroken, "decision.no_vote", "items.0.votes"))
    change(store, meeting, **with_item(meeting, time_voted=""))
    both_say(store, key, "12:00", (InvalidInput, "agenda_item.time_missing", "items.0.time_voted"))
    for time in ("09:30", "12:30"):
        change(store, meeting, **with_item(meeting, time_voted=time))
        both_say(store, key, "12:00", (InvalidInput, "agenda_item.outside_hours", "items.0.time_voted"))
    against = tuple(replace(vote, choice=VoteChoice.AGAINST) for vote in votes[:2])
    abstained = replace(votes[2], choice=VoteChoice.ABSTAIN)
    change(store, meeting, **with_item(meeting, votes=(*against, abstained, *votes[3:])))
    values = both_say(store, key, "12:00", (RuleBroken, "decision.not_carried", "items.0.votes"))
    assert values == {"title": "Risorse degli ambiti", "favour": 2, "against": 2, "needed": 3}
    change(store, meeting, **with_item(meeting, votes=(against[0], abstained, votes[1], *votes[3:])))
    close_meeting(store, key, "12:00")


def test_a_vote_that_fails_needs_no_decision(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Proposta")
    against = tuple(replace(vote, choice=VoteChoice.AGAINST) for vote in meeting.items[0].votes)
    close_meeting(store, key_of(change(store, meeting, **with_item(meeting, votes=against))), "12:00")


def absent(meeting: MeetingDraft, sitting: Sitting, *names: str) -> tuple[AttendanceDraft, ...]:
    away = {sitting.members[name] for name in names}
    return tuple(
        replace(row, kind=AttendanceKind.ABSENT) if row.member_id in away else row for row in meeting.attendances
    )


def test_quorum_is_that_of_the_vote_without_those_in_conflict(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Punto")
    key = key_of(meeting)
    attendances = absent(meeting, sitting, "Neri", "Gialli")
    conflict = ConflictDraft(member_id=sitting.members["Bianchi"])
    two = tuple(vote for vote in meeting.items[0].votes if vote.member_id in sitting.voters[:3:2])
    change(store, meeting, attendances=attendances, **with_item(meeting, votes=two, conflicts=(conflict,)))
    values = both_say(store, key, "12:00", (RuleBroken, "quorum.missing", "items.0.time_voted"))
    assert values == {"title": "Punto", "present": 2, "needed": 3, "time": "10:30"}
    instead = replace(conflict, kind=ConflictKind.INCOMPATIBLE)
    alternate = tuple(
        replace(row, kind=AttendanceKind.PRESENT) if row.member_id == sitting.members["Viola"] else row
        for row in attendances
    )
    three = (*two, VoteDraft(member_id=sitting.members["Viola"]))
    change(store, meeting, attendances=alternate, **with_item(meeting, votes=three, conflicts=(instead,)))
    close_meeting(store, key, "12:00")


def test_all_members_are_needed_where_the_rule_says_so(store: Store, sitting: Sitting) -> None:
    save_committee(store, replace(load_committee(store, sitting.committee), quorum=QuorumRule.ALL))
    meeting = open_sitting(store, sitting, "Punto")
    late = replace(meeting.attendances[1], time_in="10:31")
    meeting = change(store, meeting, attendances=(meeting.attendances[0], late, *meeting.attendances[2:]))
    both_say(store, key_of(meeting), "12:00", (RuleBroken, "quorum.missing", "items.0.time_voted"))
    change(store, meeting, **with_item(meeting, time_voted="10:31"))
    close_meeting(store, key_of(meeting), "12:00")


def test_who_votes_is_there_and_who_is_there_votes(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Punto")
    key, votes = key_of(meeting), meeting.items[0].votes
    left = replace(meeting.attendances[1], time_out="10:20")
    change(store, meeting, attendances=(meeting.attendances[0], left, *meeting.attendances[2:]))
    values = both_say(store, key, "12:00", (RuleBroken, "vote.not_entitled", "items.0.votes"))
    assert values == {"title": "Punto", "names": ("Luca Bianchi",), "time": "10:30"}
    secretary = VoteDraft(member_id=sitting.members["Grigi"])
    change(store, meeting, attendances=meeting.attendances, **with_item(meeting, votes=(*votes, secretary)))
    values = both_say(store, key, "12:00", (RuleBroken, "vote.not_entitled", "items.0.votes"))
    assert values["names"] == ("Ugo Grigi",)
    change(store, meeting, **with_item(meeting, votes=votes[:3]))
    values = both_say(store, key, "12:00", (RuleBroken, "vote.missing", "items.0.votes"))
    assert values["names"] == ("Paolo Neri", "Sara Gialli")


def test_the_screen_lists_everything_at_once(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Uno", "Due", "Tre")
    items = tuple(replace(item, time_voted="") for item in meeting.items[:2])
    change(store, meeting, items=(*items, meeting.items[2]))
    problems = closing_problems(store, key_of(meeting), "12:00")
    assert [problem.field for problem in problems] == ["items.0.time_voted", "items.1.time_voted"]


def test_money_that_is_no_longer_there_writes_nothing(store: Store, sitting: Sitting) -> None:
    """The award comes first on the agenda's paper, but what it rests on was taken away."""
    meeting = first_meeting(store, sitting)
    with store.read() as session:
        allocation = session.scalar(sa.select(Decision.id).where(Decision.kind == "allocation"))
    assert allocation is not None
    delete_decision(store, allocation)
    both_say(store, key_of(meeting), "12:00", (RuleBroken, "area.too_little", "project_amounts.0.amount"))
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Ceiling)) == 0
        assert session.scalars(sa.select(Transfer.kind).distinct()).all() == [TransferKind.FUNDING.value]
        assert {row.number for row in session.scalars(sa.select(Decision))} == {None}


def test_the_engine_has_the_last_word(store: Store, sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ceiling that the services did not see refuses the whole closing."""
    meeting = first_meeting(store, sitting)
    monkeypatch.setattr("app.services.meetings.closing.Ceiling", lambda **values: Ceiling(**{**values, "amount": 1}))
    before, held = edits(store), balances(store)
    assert refused(lambda: close_meeting(store, key_of(meeting), "12:00")) == (RuleBroken, "account.over_ceiling", None)
    assert (edits(store), balances(store), state_of(store, key_of(meeting))) == (before, held, "open")


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example is an archive: shrinking takes minutes
)
@given(
    st.lists(st.integers(1, 60_000_00), min_size=3, max_size=3),
    st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any),
    st.integers(1, 100_000_00),
)
def test_after_closing_every_account_has_what_the_decisions_planned(
    amounts: list[int], weights: list[int], residue: int
) -> None:
    with TemporaryDirectory() as folder, new_store(Path(folder)) as store:
        sitting = build_sitting(store)
        meeting = open_sitting(store, sitting, "Risorse", "Progetti", "Residuo")
        areas = list(sitting.areas.values())
        rows = tuple(AreaAmount(key, Cents(cents)) for key, cents in zip(areas, amounts, strict=True))
        save_decision(store, replace(allocation_draft(sitting, meeting.items[0].id), area_amounts=rows))
        award = award_draft(sitting, meeting.items[1].id)
        shares = {"Legnano": amounts[0], "Rho": amounts[1], "Garbagnate": amounts[2]}
        awarded = tuple(
            replace(row, amount=Cents(shares[name]))
            for name, row in zip(AWARDS, award.project_amounts, strict=True)
            if name in shares
        )
        save_decision(store, replace(award, project_amounts=awarded))
        split = SplitDraft(
            total=Cents(residue),
            rule=AllocationRule.WEIGHTS,
            areas=tuple(SplitArea(key, weight) for key, weight in zip(areas, weights, strict=True)),
        )
        decision = save_decision(store, replace(residue_draft(sitting, meeting.items[2].id), split=split)).id
        planned = planned_totals(store)
        close_meeting(store, key_of(meeting), "12:00")
        held = balances(store)
        assert held == {**held, **planned}
        gained = sum(held.get(f"Progetto {name}", 0) for name in AWARDS)
        assert gained == sum(amounts) + residue
        assert held["Fissa"] + held["Residui"] == 424_182_62 - gained
        assert load_decision(store, decision).split is not None


def planned_totals(store: Store) -> dict[str, int]:
    """What each account will have, by the moves that the decisions keep."""
    held = balances(store)
    with store.read() as session:
        names = {row.id: row for row in session.scalars(sa.select(Account))}
        for move in session.scalars(sa.select(DecisionMove)):
            for key, cents in ((move.from_account_id, -move.amount), (move.to_account_id, move.amount)):
                account: Account | None = names[key]
                while account is not None:
                    held[account.name] = held.get(account.name, 0) + cents
                    account = names.get(account.parent_id or "")
    return held


# --- approval ----------------------------------------------------------------------------


def test_approval_freezes_the_minutes(store: Store, sitting: Sitting) -> None:
    meeting = key_of(first_meeting(store, sitting))
    close_meeting(store, meeting, "12:00")
    with store.read() as session:
        head = head_text(session)
    assert approve_minutes(store, meeting, LATER).ids == (meeting,)
    assert state_of(store, meeting) == "approved"
    with store.read() as session:
        minutes = session.scalars(sa.select(Minutes)).one()
        assert (minutes.meeting_id, minutes.date_approved, minutes.approved_at) == (meeting, LATER, NOON)
        assert minutes.content_hash == content_hash(minutes.content)
        assert minutes.journal_head == head
        assert head in minutes.content


def test_approval_refuses(store: Store, sitting: Sitting) -> None:
    meeting = key_of(first_meeting(store, sitting))
    wrong = (RuleBroken, "state.move_refused", None)
    assert refused(lambda: approve_minutes(store, meeting, DAY)) == wrong
    close_meeting(store, meeting, "12:00")
    before = edits(store)
    early = date(2014, 6, 23)
    assert refused(lambda: approve_minutes(store, meeting, None)) == (InvalidInput, "field.required", "date_approved")
    assert refused(lambda: approve_minutes(store, meeting, early)) == (
        InvalidInput,
        "minutes.before_meeting",
        "date_approved",
    )
    assert refused(lambda: approve_minutes(store, "gone", DAY)) == (NotFound, "record.gone", None)
    assert edits(store) == before
    approve_minutes(store, meeting, DAY)
    assert refused(lambda: approve_minutes(store, meeting, DAY)) == (RuleBroken, "state.last", None)
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1


def test_member_added_later_is_not_missed_in_a_closed_meeting(store: Store, sitting: Sitting) -> None:
    meeting = key_of(first_meeting(store, sitting))
    close_meeting(store, meeting, "12:00")
    draft = load_committee(store, sitting.committee)
    save_committee(store, replace(draft, members=(*draft.members, MemberDraft(name="Nuovo Socio"))))
    approve_minutes(store, meeting, DAY)
    with store.read() as session:
        assert "Nuovo Socio" not in session.scalars(sa.select(Minutes.content)).one()


def test_two_committees_number_on_their_own(store: Store, sitting: Sitting) -> None:
    close_meeting(store, key_of(first_meeting(store, sitting)), "12:00")
    members = tuple(MemberDraft(name=name) for name in ("Uno Primo", "Due Secondo"))
    other = save_committee(store, CommitteeDraft(name="Altro", members=members)).id
    keys = [member.id for member in load_committee(store, other).members]
    draft = MeetingDraft(
        committee_id=other,
        date_held=DAY,
        attendances=tuple(AttendanceDraft(member_id=key) for key in keys),
        items=(replace(first_item(store, sitting), votes=tuple(VoteDraft(member_id=key) for key in keys)),),
    )
    meeting = convene_meeting(store, draft).id
    open_meeting(store, meeting, "10:00")
    item = load_meeting(store, meeting).items[0].id
    decision = save_decision(store, DecisionDraft(subject="Presa d'atto", agenda_item_id=item)).id
    close_meeting(store, meeting, "12:00")
    with store.read() as session:
        row = session.get(Decision, decision)
        assert row is not None
        assert (row.number, row.year) == (1, 2014)


def first_item(store: Store, sitting: Sitting) -> Any:
    """A point voted at 10:30, without votes yet."""
    draft = open_sitting(store, sitting, "Punto").items[0]
    return replace(draft, id=None, votes=())


def test_nothing_is_frozen_of_an_archive_that_does_not_hold_together(store: Store, sitting: Sitting) -> None:
    meeting = key_of(first_meeting(store, sitting))
    close_meeting(store, meeting, "12:00")
    with past_the_guards(store) as raw:
        raw.execute("update account_state set balance = balance + 1 where ceiling is not null")
    with pytest.raises(RuleBroken) as refusal:
        approve_minutes(store, meeting, DAY)
    assert refusal.value.code == "minutes.archive_broken"
    assert "I1" in refusal.value.values["codes"]  # type: ignore[operator]
    assert state_of(store, meeting) == "closed"


@pytest.mark.parametrize(
    ("change_of", "field"),
    [
        ({"premises": "Visto \U0001f600"}, "premises"),
        ({"closing_text": "\u202efine"}, "closing_text"),
    ],
)
def test_what_cannot_be_printed_is_refused_while_it_can_be_changed(
    store: Store, sitting: Sitting, change_of: dict[str, str], field: str
) -> None:
    meeting = change(store, first_meeting(store, sitting), **change_of)
    both_say(store, key_of(meeting), "12:00", (InvalidInput, "text.character_missing", field))


def test_points_and_decisions_that_cannot_be_printed_are_refused(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    second = replace(meeting.items[1], discussion="Si discute \U0001f600")
    meeting = change(store, meeting, items=(meeting.items[0], second))
    both_say(store, key_of(meeting), "12:00", (InvalidInput, "text.character_missing", "items.1.discussion"))
    change(store, meeting, items=(meeting.items[0], replace(second, discussion="Si discute")))
    with store.read() as session:
        decision = session.scalars(sa.select(Decision.id).filter_by(kind=DecisionKind.AWARD.value)).one()
    save_decision(store, replace(load_decision(store, decision), text="di finanziare \U0001f600"))
    both_say(store, key_of(meeting), "12:00", (InvalidInput, "text.character_missing", None))


def test_title_that_cannot_be_printed_is_refused_before_it_is_frozen(store: Store, sitting: Sitting) -> None:
    meeting = key_of(first_meeting(store, sitting))
    close_meeting(store, meeting, "12:00")
    with store.write("save_proposal") as session:
        session.get_one(Proposal, sitting.proposals["Rho"]).title = "Rho \U0001f600"
    assert refused(lambda: approve_minutes(store, meeting, DAY)) == (InvalidInput, "text.character_missing", None)
    with store.write("save_proposal") as session:
        session.get_one(Proposal, sitting.proposals["Rho"]).title = "Rho"
    approve_minutes(store, meeting, DAY)


def test_usual_characters_are_in_the_fonts() -> None:
    assert printable("".join(sorted(USUAL)))


def test_decisions_go_with_their_meeting_to_another_committee(store: Store, sitting: Sitting) -> None:
    meeting = first_meeting(store, sitting)
    other = save_committee(store, CommitteeDraft(name="Altro", members=(MemberDraft(name="Uno Primo"),))).id
    member = load_committee(store, other).members[0].id
    votes = (VoteDraft(member_id=member, choice=VoteChoice.FAVOUR),)
    items = tuple(replace(item, votes=votes) for item in meeting.items)
    meeting = change(store, meeting, committee_id=other, attendances=(AttendanceDraft(member_id=member),), items=items)
    close_meeting(store, key_of(meeting), "12:00")
    with store.read() as session:
        rows = session.scalars(sa.select(Decision).order_by(Decision.number)).all()
        assert [(row.committee_id, row.number) for row in rows] == [(other, 1), (other, 2)]
    assert verify(store, translator("en")).ok
