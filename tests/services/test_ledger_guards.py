"""What the engine itself refuses, said to it by the raw driver: no service and no session stands between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from app.models.base import new_id
from app.models.enums import MeetingState, TransferKind
from app.models.errors import RuleBroken
from app.models.guards import PREFIX, statements
from app.models.money import CENTS_MAX
from app.models.store import Store, file_faults, translated
from tests.services.world import World, driver, move

REFUSED = sqlcipher.DatabaseError


def run(store: Store, *steps: tuple[str, Mapping[str, Any]] | str) -> str:
    """Run statements in one transaction; «done», or what the engine said."""
    with driver(store) as raw:
        try:
            raw.execute("begin immediate")
            for step in steps:
                raw.execute(*((step,) if isinstance(step, str) else step))
            raw.execute("commit")
        except REFUSED as failure:
            return str(failure).removeprefix(PREFIX)
        return "done"


def insert(table: str, **values: Any) -> tuple[str, dict[str, Any]]:
    columns = ", ".join(values)
    return f"insert into {table} ({columns}) values ({', '.join(f':{name}' for name in values)})", values


def transfer(world: World, key: str, postings: int = 2, **values: Any) -> tuple[str, dict[str, Any]]:
    standard: dict[str, Any] = {
        "id": key,
        "sample": 0,
        "kind": "allocation",
        "day": "2014-03-31",
        "reason": "Riparto",
        "decision_id": world.in_force,
        "made_at": "2014-03-31T12:00:00+00:00",
        "made_by": "anna",
        "imbalance": 0,
        "postings_left": postings,
    }
    return insert("transfer", **{**standard, **values})


def posting(key: str, account: str, cents: Any) -> tuple[str, dict[str, Any]]:
    return insert("posting", transfer_id=key, account_id=account, cents=cents)


def balances(store: Store) -> dict[str, tuple[int, int]]:
    with driver(store) as raw:
        return {row[0]: (row[1], row[2]) for row in raw.execute("select account_id, balance, total from account_state")}


@pytest.fixture
def moved(store: Store, world: World) -> str:
    """A transfer of 300.00 from the source to the area."""
    return move(store, {world.source: -30_000, world.area: 30_000}, world.in_force)


@pytest.fixture
def funding(store: Store, world: World) -> str:
    with driver(store) as raw:
        return str(raw.execute("select id from transfer where kind = 'funding'").fetchone()[0])


# --- what is allowed, so that the refusals below are not for another reason -----------------


def test_balanced_transfer_is_written_and_counted(store: Store, world: World) -> None:
    done = run(store, transfer(world, "t"), posting("t", world.source, -500), posting("t", world.area, 500))
    assert done == "done"
    assert balances(store)[world.source] == (99_500, 99_500)
    assert balances(store)[world.area] == (500, 500)
    assert balances(store)[world.root] == (0, 100_000)
    assert balances(store)[world.outside] == (-100_000, -100_000)
    assert file_faults(store) == []


def test_transfer_may_be_out_of_balance_until_commit(store: Store, world: World) -> None:
    parts = ((world.area, 300), (world.project, 200), (world.source, -500))
    assert run(store, transfer(world, "t", 3), *(posting("t", *part) for part in parts)) == "done"


# --- transfers that do not balance ----------------------------------------------------------

COMMIT = "FOREIGN KEY constraint failed"


def test_unbalanced_transfer_is_refused_at_commit(store: Store, world: World) -> None:
    before = balances(store)
    assert run(store, transfer(world, "t"), posting("t", world.source, -500), posting("t", world.area, 499)) == COMMIT
    assert balances(store) == before


def test_empty_transfer_is_refused_at_commit(store: Store, world: World) -> None:
    assert run(store, transfer(world, "t")) == COMMIT


def test_transfer_with_a_posting_missing_is_refused_at_commit(store: Store, world: World) -> None:
    refused = run(store, transfer(world, "t", 3), posting("t", world.source, -500), posting("t", world.area, 500))
    assert refused == COMMIT


@pytest.mark.parametrize("left", [-1, 0, 1, 1001])
def test_transfer_starts_with_its_number_of_postings(left: int, store: Store, world: World) -> None:
    assert run(store, transfer(world, "t", left)) == "ledger.append_only"


def test_transfer_starts_in_balance(store: Store, world: World) -> None:
    assert run(store, transfer(world, "t", imbalance=5)) == "ledger.append_only"


def test_late_single_posting_is_refused(store: Store, world: World, moved: str) -> None:
    assert "postings_left" in run(store, posting(moved, world.project, 100))


def test_late_balanced_pair_is_refused(store: Store, world: World, moved: str) -> None:
    pair = posting(moved, world.project, 100), posting(moved, world.project_2, -100)
    assert "postings_left" in run(store, *pair)


def test_posting_without_a_transfer_is_refused(store: Store, world: World) -> None:
    assert run(store, posting("none", world.source, -5)) == "ledger.append_only"


def test_posting_before_its_transfer_is_refused(store: Store, world: World) -> None:
    """Else it would change a balance and count in no transfer: references are checked only at COMMIT."""
    slipped = (
        posting("t", world.area, 700),
        transfer(world, "t"),
        posting("t", world.source, -5),
        posting("t", world.project, 5),
    )
    assert run(store, *slipped) == "ledger.append_only"


def test_posting_before_its_account_is_refused(store: Store, world: World) -> None:
    """Else it would move money that no balance and no ceiling knows of."""
    account = {
        "id": "late",
        "sample": 0,
        "plan_id": world.plan,
        "parent_id": world.area,
        "kind": "project",
        "position": 0,
    }
    late = insert("account", **account, subject_id="s", name="")
    slipped = transfer(world, "t"), posting("t", "late", -700), late, posting("t", world.source, 700)
    assert run(store, *slipped) == "ledger.append_only"
    ceiling = insert("ceiling", id="c", sample=0, account_id="late", decision_id=world.in_force, amount=0)
    assert run(store, ceiling, late) == "ledger.append_only"


# --- what was written stays -----------------------------------------------------------------

REWRITES = {
    "update posting": "update posting set cents = 1",
    "delete posting": "delete from posting",
    "replace posting": "insert or replace into posting select transfer_id, account_id, cents + 1 from posting",
    "replace with another account": "update or replace posting set account_id = 'x'",
    "upsert posting": "insert into posting select transfer_id, account_id, cents from posting where true"
    " on conflict do update set cents = 1",
    "update transfer": "update transfer set reason = 'altro'",
    "update decision of transfer": "update transfer set decision_id = null",
    "delete transfer": "delete from transfer",
    "insert or replace transfer": "insert or replace into transfer select * from transfer",
    "imbalance by hand": "update transfer set imbalance = 0, postings_left = 5",
    "imbalance alone": "update transfer set imbalance = 5",
    "update ceiling": "update ceiling set amount = amount + 1",
    "delete ceiling": "delete from ceiling",
    "replace ceiling": "insert or replace into ceiling select * from ceiling",
}


@pytest.mark.parametrize("attack", REWRITES)
def test_ledger_only_grows(attack: str, store: Store, world: World, moved: str) -> None:
    before = balances(store)
    assert run(store, REWRITES[attack]) == "ledger.append_only"
    assert balances(store) == before


def test_counters_by_hand_never_reach_commit(store: Store, moved: str) -> None:
    """The one update that the guard lets through is the one that a posting makes; alone it breaks the balance."""
    assert "constraint failed" in run(store, "update transfer set postings_left = postings_left - 1")


def test_zero_stays_zero(store: Store, moved: str) -> None:
    assert "constraint failed" in run(store, "update zero set value = 5")
    assert "constraint failed" in run(store, "insert into zero values (5)")
    assert run(store, "delete from zero") == COMMIT


JOURNAL_REWRITES = {
    "update edit": "update edit set made_by = 'ben'",
    "delete edit": "delete from edit",
    "replace edit": "insert or replace into edit select * from edit",
    "update payload": "update edit_payload set payload = '{}'",
    "delete payload": "delete from edit_payload",
    "replace payload": "insert or replace into edit_payload select * from edit_payload",
}


@pytest.mark.parametrize("attack", JOURNAL_REWRITES)
def test_journal_only_grows(attack: str, store: Store, world: World) -> None:
    assert run(store, JOURNAL_REWRITES[attack]) == "journal.append_only"


# --- values ---------------------------------------------------------------------------------


@pytest.mark.parametrize("cents", ["abc", 5.5, None, b"5", 0, CENTS_MAX + 1, -CENTS_MAX - 1])
def test_posting_holds_whole_cents_only(cents: Any, store: Store, world: World) -> None:
    refused = run(store, transfer(world, "t"), posting("t", world.area, cents))
    assert any(words in refused for words in ("cannot store", "NOT NULL", "cents_in_range"))


@pytest.mark.parametrize("day", ["2014-02-30", "31/03/2014", "2014-3-1", "", "2014-13-01", "now"])
def test_transfer_has_a_day_of_the_calendar(day: str, store: Store, world: World) -> None:
    refused = run(store, transfer(world, "t", day=day))
    assert "day_exists" in refused or "non-deterministic" in refused


@pytest.mark.parametrize("values", [{"reason": ""}, {"kind": "gift"}, {"reverses_id": "x"}, {"reservation_id": "x"}])
def test_transfer_is_well_formed(values: dict[str, str], store: Store, world: World) -> None:
    refused = run(store, transfer(world, "t", **values))
    assert "constraint failed" in refused or refused in ("transfer.no_reservation", "transfer.reversal_differs")


# --- balances and ceilings ------------------------------------------------------------------


def test_account_never_falls_below_zero(store: Store, world: World, moved: str) -> None:
    for account, cents in ((world.source, 70_001), (world.project, 1)):
        refused = run(store, transfer(world, "t"), posting("t", account, -cents), posting("t", world.area, cents))
        assert "balance_not_negative" in refused
    with pytest.raises(RuleBroken) as caught:
        move(store, {world.area: -30_001, world.project: 30_001}, world.in_force)
    assert caught.value.code == "account.too_little"


def test_subtree_never_rises_above_its_ceiling(store: Store, world: World, moved: str) -> None:
    fits = run(store, transfer(world, "a"), posting("a", world.source, -20_000), posting("a", world.project, 20_000))
    assert fits == "done"
    for account in (world.area, world.project_2):
        refused = run(store, transfer(world, "t"), posting("t", world.source, -1), posting("t", account, 1))
        assert "total_within_ceiling" in refused
    with pytest.raises(RuleBroken) as caught:
        move(store, {world.source: -1, world.project: 1}, world.in_force)
    assert caught.value.code == "account.over_ceiling"
    assert move(store, {world.area: -30_000, world.project_2: 30_000}, world.in_force)


def test_ceiling_needs_a_decision_in_force(store: Store, world: World) -> None:
    values = {"id": "c", "sample": 0, "account_id": world.area, "amount": 60_000}
    for decision in (world.pending, "none", None):
        refused = run(store, insert("ceiling", **values, decision_id=decision))
        assert refused == "decision.not_effective"
    assert run(store, insert("ceiling", **values, decision_id=world.in_force)) == "done"


def test_ceiling_is_not_set_below_what_is_there(store: Store, world: World, moved: str) -> None:
    values = {"id": "c", "sample": 0, "account_id": world.area, "decision_id": world.in_force}
    assert "total_within_ceiling" in run(store, insert("ceiling", **values, amount=29_999))
    assert run(store, insert("ceiling", **values, amount=30_000)) == "done"


# --- decisions ------------------------------------------------------------------------------


def pair(world: World) -> tuple[tuple[str, dict[str, Any]], ...]:
    return posting("t", world.source, -5), posting("t", world.area, 5)


def test_money_moves_by_a_decision_in_force_only(store: Store, world: World) -> None:
    assert run(store, transfer(world, "t", decision_id=world.pending), *pair(world)) == "decision.not_effective"
    assert run(store, transfer(world, "t", decision_id="none"), *pair(world)) == "decision.not_effective"
    assert "allowed_by" in run(store, transfer(world, "t", decision_id=None), *pair(world))
    assert "allowed_by" in run(store, transfer(world, "t", decision_id=None, act_id=world.act), *pair(world))


EFFECT = "update decision set effective_at = '2014-03-31T12:00:00+00:00', year = 2014, number = 2"


def test_decision_takes_effect_only_when_its_meeting_closes(store: Store, world: World) -> None:
    pending = f"{EFFECT} where id = '{world.pending}'"
    assert run(store, pending) == "decision.meeting_not_closed"
    assert run(store, pending.replace("update", "update or replace")) == "decision.meeting_not_closed"
    close = f"update meeting set state = 'closed' where id = '{world.meeting_open}'"
    assert run(store, close, pending) == "done"
    assert run(store, pending) == "meeting.closed"
    assert run(store, pending.replace(", year = 2014, number = 2", "")) == "decision.meeting_not_closed"


def test_decision_is_not_born_in_force(store: Store, world: World) -> None:
    with driver(store) as raw:
        columns = [row[1] for row in raw.execute("pragma table_info(decision)")]
    other = {"id": "'x'", "agenda_item_id": f"'{world.item_open}'", "number": "2"}
    named = ", ".join(other.get(column, column) for column in columns)
    born = f"into decision select {named} from decision where id = '{world.in_force}'"
    assert run(store, f"insert {born}") == "decision.meeting_not_closed"
    assert run(store, f"insert or replace {born}") == "decision.meeting_not_closed"


@pytest.mark.parametrize("column", ["year", "number", "committee_id"])
def test_decision_keeps_its_number(column: str, store: Store, world: World) -> None:
    assert run(store, f"update decision set {column} = 9 where id = '{world.in_force}'") == "meeting.closed"


# --- meetings and minutes -------------------------------------------------------------------

MEETING_EDITS = {
    "state": "'open'",
    "committee_id": "'x'",
    "year": "2013",
    "number": "7",
    "date_held": "'2014-04-01'",
    "time_opened": "'09:00'",
    "time_closed": "'10:00'",
    "place": "'Legnano'",
    "premises": "'x'",
    "closing_text": "'x'",
}


@pytest.mark.parametrize("column", MEETING_EDITS)
def test_closed_meeting_stays_as_it_is(column: str, store: Store, world: World) -> None:
    edit = f"update meeting set {column} = {MEETING_EDITS[column]} where id = '{world.meeting}'"
    assert run(store, edit) == "meeting.closed"


def test_approved_meeting_is_never_changed(store: Store, world: World) -> None:
    approve = f"update meeting set state = 'approved' where id = '{world.meeting}'"
    assert run(store, approve) == "done"
    assert run(store, f"update meeting set place = 'Rho' where id = '{world.meeting}'") == "meeting.closed"
    assert run(store, f"update meeting set state = 'closed' where id = '{world.meeting}'") == "meeting.not_open"


@pytest.mark.parametrize("state", [MeetingState.CLOSED, MeetingState.APPROVED])
def test_meeting_closes_only_after_it_was_open(state: MeetingState, store: Store, world: World) -> None:
    with driver(store) as raw:
        committee = raw.execute("select id from committee").fetchone()[0]
    new = {"id": "m", "sample": 0, "committee_id": committee, "year": 2014, "number": 3, "date_held": "2014-04-01"}
    texts = ("time_opened", "time_closed", "time_convened", "place", "premises", "closing_text", "letter")
    new |= dict.fromkeys(texts, "")
    assert run(store, insert("meeting", **new, state=state)) == "meeting.not_open"
    assert run(store, insert("meeting", **new, state="convened")) == "done"
    assert run(store, f"update meeting set state = '{state}' where id = 'm'") == "meeting.not_open"
    assert run(store, "delete from meeting where id = 'm'") == "done"


def test_meeting_that_was_opened_is_not_deleted(store: Store, world: World) -> None:
    for meeting in (world.meeting, world.meeting_open):
        assert run(store, f"delete from meeting where id = '{meeting}'") == "meeting.closed"


def test_what_belongs_to_a_closed_meeting_is_frozen(store: Store, world: World) -> None:
    for statement in (
        f"update agenda_item set discussion = 'x' where id = '{world.item_closed}'",
        f"delete from agenda_item where id = '{world.item_closed}'",
        insert(
            "agenda_item",
            id="x",
            sample=0,
            meeting_id=world.meeting,
            position=9,
            title="x",
            discussion="",
            time_voted="",
        ),
        f"update decision set text = 'x' where id = '{world.in_force}'",
        f"delete from decision where id = '{world.in_force}'",
    ):
        assert run(store, statement) == "meeting.closed", statement


def test_votes_and_attendance_of_a_closed_meeting_are_frozen(store: Store, world: World) -> None:
    with driver(store) as raw:
        member = raw.execute("select id from member").fetchone()[0]
    common = {"id": new_id(), "sample": 0}
    late = (
        insert(
            "attendance", **common, meeting_id=world.meeting, member_id=member, kind="present", time_in="", time_out=""
        ),
        insert("vote", **common, agenda_item_id=world.item_closed, member_id=member, choice="favour"),
        insert(
            "conflict_declaration",
            **common,
            agenda_item_id=world.item_closed,
            member_id=member,
            kind="abstention",
            ground="",
        ),
        insert(
            "decision_outcome",
            **common,
            decision_id=world.in_force,
            proposal_id=world.proposal,
            position=1,
            state="funded",
            reason="",
        ),
        insert(
            "decision_ceiling", **common, decision_id=world.in_force, area_id=world.area_record, position=1, amount=1
        ),
        insert(
            "decision_move",
            **common,
            decision_id=world.in_force,
            position=1,
            bundle=1,
            kind="award",
            from_account_id=world.area,
            to_account_id=world.project,
            amount=1,
            reason="",
        ),
        insert(
            "allocation",
            **common,
            decision_id=world.in_force,
            position=1,
            title="",
            rule="equal",
            total=1,
            equal_share=0,
            parts="[]",
            tie_order="[]",
        ),
    )
    for statement in late:
        assert run(store, statement) == "meeting.closed", statement


def test_minutes_are_frozen(store: Store, world: World) -> None:
    minutes = {"id": "v", "sample": 0, "meeting_id": world.meeting, "date_approved": "2014-04-01"}
    minutes |= {"approved_at": "2014-04-01T12:00:00+00:00", "content": "{}", "content_hash": "", "journal_head": ""}
    assert run(store, insert("minutes", **minutes)) == "done"
    for attack in (
        "update minutes set content = '[]'",
        "delete from minutes",
        "insert or replace into minutes select * from minutes",
        insert("minutes", **{**minutes, "id": "w"}),
    ):
        assert run(store, attack) in ("minutes.frozen", "ledger.append_only")


# --- money from outside ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in TransferKind if kind not in ("funding", "reversal")])
def test_only_funding_comes_from_outside(kind: TransferKind, store: Store, world: World) -> None:
    values = {"reservation_id": "x"} if kind in ("settlement", "release") else {}
    refused = run(
        store, transfer(world, "t", kind=kind, **values), posting("t", world.outside, -5), posting("t", world.source, 5)
    )
    expected = "transfer.no_reservation" if values else "transfer.only_funding_from_outside"
    assert refused == expected


def test_funding_goes_from_outside_to_a_source_only(store: Store, world: World) -> None:
    fund = transfer(world, "t", kind="funding", decision_id=None, act_id=world.act)
    for giver, taker in ((world.source, world.outside), (world.outside, world.area), (world.source, world.area)):
        refused = run(store, fund, posting("t", giver, -5), posting("t", taker, 5))
        assert refused == "transfer.only_funding_from_outside", (giver, taker)
    assert run(store, fund, posting("t", world.outside, -5), posting("t", world.source, 5)) == "done"


# --- reversals ------------------------------------------------------------------------------


def reversal(world: World, of: str, key: str = "r", postings: int = 2, **values: Any) -> tuple[str, dict[str, Any]]:
    return transfer(world, key, postings, kind="reversal", reverses_id=of, **values)


def test_reversal_mirrors_the_whole_transfer(store: Store, world: World, moved: str) -> None:
    before = balances(store)
    for first, second in (
        ((world.area, -29_999), (world.source, 29_999)),
        ((world.source, -30_000), (world.area, 30_000)),
        ((world.area, -30_000), (world.project, 30_000)),
    ):
        refused = run(store, reversal(world, moved), posting("r", *first), posting("r", *second))
        assert refused == "transfer.reversal_differs", (first, second)
    assert run(store, reversal(world, moved, postings=3)) == "transfer.reversal_differs"
    assert run(store, reversal(world, "none")) == "transfer.reversal_differs"
    whole = posting("r", world.area, -30_000), posting("r", world.source, 30_000)
    assert run(store, reversal(world, moved), *whole) == "done"
    assert balances(store)[world.area] == (0, 0)
    assert before[world.area] == (30_000, 30_000)
    assert "UNIQUE" in run(store, reversal(world, moved, "r2"), posting("r2", world.area, -30_000))
    assert run(store, reversal(world, "r", "r3")) == "transfer.reversal_differs"


def test_reversal_waits_for_the_whole_transfer(store: Store, world: World) -> None:
    """Half a transfer, reversed in the same transaction before its other half is written, is refused."""
    halves = (
        transfer(world, "t", 4),
        posting("t", world.source, -5),
        posting("t", world.area, 5),
        reversal(world, "t"),
    )
    assert run(store, *halves) == "transfer.reversal_differs"


def test_reversal_needs_a_decision_but_for_funding(store: Store, world: World, moved: str, funding: str) -> None:
    without = {"decision_id": None, "act_id": world.act}
    assert run(store, reversal(world, moved, **without)) == "transfer.reversal_differs"
    back = posting("r", world.source, -100_000), posting("r", world.outside, 100_000)
    assert "balance_not_negative" in run(store, reversal(world, funding, **without), *back)
    give_back = posting("b", world.area, -30_000), posting("b", world.source, 30_000)
    assert run(store, reversal(world, moved, "b"), *give_back, reversal(world, funding, **without), *back) == "done"
    assert balances(store)[world.outside] == (0, 0)


# --- reservations ---------------------------------------------------------------------------


@pytest.fixture
def held(store: Store, world: World, moved: str) -> str:
    """An account for held money below the area, with two reservations of 100.00 on it: "r1" and "r2"."""
    account = {"id": "held", "sample": 0, "plan_id": world.plan, "parent_id": world.area, "kind": "held", "position": 0}
    assert run(store, insert("account", **account, subject_id=world.area_record, name="")) == "done"
    for key in ("r1", "r2"):
        parts = posting(key, world.area, -10_000), posting(key, "held", 10_000)
        assert run(store, transfer(world, key, kind="reservation"), *parts) == "done"
    return "held"


def use(world: World, key: str, cents: int, kind: str = "settlement", to: str = "", of: str = "r1") -> list[Any]:
    parts = posting(key, "held", -cents), posting(key, to or world.project, cents)
    return [transfer(world, key, kind=kind, reservation_id=of), *parts]


def test_reservation_is_used_in_parts_and_the_rest_released(store: Store, world: World, held: str) -> None:
    assert run(store, *use(world, "a", 6_000)) == "done"
    assert run(store, *use(world, "b", 4_001)) == "transfer.over_reservation"
    assert run(store, *use(world, "b", 4_001, "release", world.area)) == "transfer.over_reservation"
    assert run(store, *use(world, "b", 4_000, "release", world.area)) == "done"
    assert run(store, *use(world, "c", 1)) == "transfer.over_reservation"
    assert balances(store)["held"] == (10_000, 10_000)


def test_held_money_leaves_by_its_reservation_alone(store: Store, world: World, held: str) -> None:
    away = posting("t", held, -5), posting("t", world.project, 5)
    back = posting("t", world.area, -5), posting("t", held, 5)
    other = posting("t", world.area, -5), posting("t", world.project, 5)
    hold = "transfer.only_reservations_hold"
    assert run(store, transfer(world, "t", kind="award"), *away) == hold
    assert run(store, transfer(world, "t", kind="reservation"), *away) == hold
    assert run(store, transfer(world, "t", kind="award"), *back[::-1]) == hold
    assert run(store, transfer(world, "t", kind="settlement", reservation_id="r1"), *other) == hold
    assert run(store, transfer(world, "t", kind="release", reservation_id="r1"), *away) == hold
    assert run(store, transfer(world, "t", kind="settlement", reservation_id="a"), *away) == "transfer.no_reservation"


def test_reservation_is_reversed_only_as_far_as_it_is_whole(store: Store, world: World, held: str) -> None:
    back = posting("x", held, -10_000), posting("x", world.area, 10_000)
    assert run(store, reversal(world, "r1", "x"), *back) == "transfer.reversal_differs"
    assert run(store, *use(world, "a", 6_000)) == "done"
    named = reversal(world, "r1", "x", reservation_id="r1")
    assert run(store, named, *back) == "transfer.over_reservation"
    undo_use = posting("y", world.project, -6_000), posting("y", held, 6_000)
    assert run(store, reversal(world, "a", "y"), *undo_use) == "transfer.reversal_differs"
    assert run(store, reversal(world, "a", "y", reservation_id="r1"), *undo_use, named, *back) == "done"
    assert run(store, *use(world, "b", 1)) == "transfer.over_reservation"


# --- accounts -------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["id", "plan_id", "parent_id", "kind", "subject_id"])
def test_account_keeps_its_place(column: str, store: Store, world: World) -> None:
    assert run(store, f"update account set {column} = 'x' where id = '{world.project}'") == "account.fixed"
    assert run(store, f"update account set name = 'x' where id = '{world.project}'") == "done"


def test_account_with_money_behind_it_is_not_deleted(store: Store, world: World, moved: str) -> None:
    assert run(store, f"delete from account where id = '{world.area}'") == "account.in_use"
    assert run(store, f"delete from account where id = '{world.root}'") == COMMIT
    assert run(store, f"delete from account where id = '{world.project}'") == "done"
    assert world.project not in balances(store)


def test_account_stands_below_an_account_that_is_there(store: Store, world: World) -> None:
    """Else a child written before its parent would escape the ceilings above it."""
    child = {
        "id": "c",
        "sample": 0,
        "plan_id": world.plan,
        "kind": "area",
        "position": 0,
        "name": "",
        "subject_id": "s",
    }
    assert run(store, insert("account", **child, parent_id="later")) == "account.fixed"
    assert "roots_are_plan_and_outside" in run(store, insert("account", **child, parent_id=None))


# --- the guards themselves ------------------------------------------------------------------


def test_every_guard_has_its_own_name() -> None:
    made = [statement.split()[2] for statement in statements()]
    assert len(set(made)) == len(made) > 50


def test_what_the_driver_says_becomes_the_error_of_the_program(store: Store, world: World) -> None:
    with pytest.raises(RuleBroken) as caught, translated(store.path), driver(store) as raw:
        raw.execute("delete from posting")
    assert caught.value.code == "ledger.append_only"
