"""The ledger's verbs, and a second, plain implementation that random movements are compared with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.enums import AccountKind, TransferKind
from app.models.errors import AppError, InvalidInput, NotFound, RuleBroken
from app.models.journal import Edit, broken_links
from app.models.ledger import Account, AccountState, Ceiling, Entry, Transfer, insert_entries
from app.models.money import Cents
from app.models.plan import FundingSource, Plan, PriorityArea
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.ledger.ledger import (
    ReservationDraft,
    ReversalDraft,
    UseDraft,
    _account_of,
    account_name,
    ensure_area_account,
    ensure_project_account,
    ensure_source_account,
    keep_account_name,
    post_entries,
    receive_source,
    release_reservation,
    reserve,
    reverse_transfer,
    root_accounts,
    settle_reservation,
)
from app.services.ledger.rows import BalanceDifference, balances, recompute, transfer_rows
from app.services.wording.texts import translator
from tests.services.world import DAY, NOON, World, move, past_the_guards, reopen


def refusal(action: Callable[[], object]) -> AppError:
    with pytest.raises(AppError) as caught:
        action()
    return caught.value


def kept(store: Store) -> dict[str, int]:
    return {row.id: row.balance for row in balances(store)}


def entry(world: World, giver: str, taker: str, cents: int, **more: object) -> Entry:
    kind = TransferKind.ALLOCATION
    standard = Entry(kind, DAY, "Movimento", {giver: -cents, taker: cents}, decision_id=world.in_force)
    return replace(standard, **more)  # type: ignore[arg-type]


# --- accounts -------------------------------------------------------------------------------


def test_tree_has_each_account_below_its_parent(store: Store, world: World) -> None:
    move(store, {world.source: -300, world.area: 100, world.project: 200}, world.in_force)
    rows = [(row.kind, row.name, row.depth, row.balance, row.total, row.ceiling) for row in balances(store)]
    assert rows == [
        (AccountKind.PLAN, "Piano", 0, 0, 100_000, None),
        (AccountKind.SOURCE, "Quota fissa", 1, 99_700, 99_700, None),
        (AccountKind.AREA, "A.1 Imprese", 1, 100, 300, 50_000),
        (AccountKind.PROJECT, "Progetto 1", 2, 200, 200, None),
        (AccountKind.PROJECT, "Progetto 2", 2, 0, 0, None),
        (AccountKind.OUTSIDE, "", 0, -100_000, -100_000, None),
    ]
    assert account_name(AccountKind.OUTSIDE, "", translator("en")) == "Outside the plan"
    assert account_name(AccountKind.AREA, "A.1 Imprese", translator("en")) == "A.1 Imprese"


def test_tree_of_an_empty_archive_is_empty(store: Store) -> None:
    assert balances(store) == ()
    assert recompute(store) == ()
    assert transfer_rows(store) == ()


def test_account_is_made_once_and_follows_its_subject(store: Store, world: World) -> None:
    with store.write("save_source") as session:
        source = session.get_one(FundingSource, world.source_record)
        source.name, source.position = "Quota 2014", 7
        assert ensure_source_account(session, source).id == world.source
        area = session.get_one(PriorityArea, world.area_record)
        area.level = "low"
        assert ensure_area_account(session, area).id == world.area
        proposal = session.get_one(Proposal, world.proposal)
        assert ensure_project_account(session, proposal).id == world.project
        plan = session.get_one(Plan, world.plan)
        assert root_accounts(session, plan).outside.id == world.outside
        keep_account_name(session, world.proposal, "Altro titolo")
        keep_account_name(session, "no account", "x")
    names = [row.name for row in balances(store)]
    assert names == ["Piano", "Quota 2014", "B.1 Imprese", "Altro titolo", "Progetto 2", ""]


def test_account_of_a_subject_is_found(store: Store, world: World) -> None:
    reserve(store, ReservationDraft(world.source, Cents(5), DAY, "Accantonamento", world.in_force))
    with store.read() as session:
        assert _account_of(session, world.source_record).id == world.source
        assert _account_of(session, world.plan).id == world.root
        with pytest.raises(NotFound):
            _account_of(session, "nobody")


def test_project_needs_an_area_and_stays_below_it(store: Store, world: World) -> None:
    def without_area() -> None:
        with store.write("save_proposal") as session:
            proposal = session.get_one(Proposal, world.proposal)
            proposal.area_id = None
            ensure_project_account(session, proposal)

    def other_area() -> None:
        with store.write("save_proposal") as session:
            area = PriorityArea(plan_id=world.plan, level="low", number=2, title="Altro")
            session.add(area)
            proposal = session.get_one(Proposal, world.proposal)
            proposal.area_id = area.id
            ensure_project_account(session, proposal)

    assert refusal(without_area).code == "proposal.no_area"
    assert refusal(other_area).code == "account.fixed"


def test_new_records_have_accounts_before_they_are_flushed(store: Store) -> None:
    with store.write("save_plan") as session:
        plan = Plan(name="P", territory="T", office="O")
        area = PriorityArea(plan_id=plan.id, level="high", number=2, title="x")
        session.add_all([plan, area])
        assert ensure_area_account(session, area).name == "A.2 x"


# --- money that comes in ----------------------------------------------------------------------


@pytest.fixture
def second_source(store: Store, world: World) -> str:
    with store.write("save_source") as session:
        source = FundingSource(
            plan_id=world.plan, position=2, kind="premium", name="Premialità", amount=2_500, due=False
        )
        source.condition = "al raggiungimento degli obiettivi"
        session.add(source)
    return source.id


def change_source(store: Store, key: str, **values: object) -> None:
    with store.write("save_source") as session:
        for name, value in values.items():
            setattr(session.get_one(FundingSource, key), name, value)


def test_source_is_received_by_its_act_once(store: Store, world: World, second_source: str) -> None:
    assert refusal(lambda: receive_source(store, second_source, DAY)).code == "source.no_act"
    change_source(store, second_source, act_id=world.act)
    not_due = refusal(lambda: receive_source(store, second_source, DAY))
    assert not_due.code == "source.not_due"
    assert not_due.values["condition"] == "al raggiungimento degli obiettivi"
    change_source(store, second_source, due=True)
    changes = receive_source(store, second_source, DAY)
    assert changes.topics == {"ledger", "plan"}
    assert changes.id == second_source
    row = transfer_rows(store)[-1]
    assert (row.kind, row.cents, row.act_id, row.decision, row.reason) == (
        TransferKind.FUNDING,
        2_500,
        world.act,
        "",
        "Premialità",
    )
    assert [(line.name, line.cents) for line in row.lines] == [("", -2_500), ("Premialità", 2_500)]
    assert refusal(lambda: receive_source(store, second_source, DAY)).code == "source.already_received"
    assert refusal(lambda: receive_source(store, second_source, None)).field == "day"
    assert refusal(lambda: receive_source(store, "nothing", DAY)).code == "record.gone"


def test_source_taken_back_may_be_received_again(store: Store, world: World) -> None:
    funding = transfer_rows(store)[0]
    reverse_transfer(store, ReversalDraft(funding.id, DAY, "Importo errato"))
    assert kept(store)[world.source] == 0
    change_source(store, world.source_record, amount=90_000)
    receive_source(store, world.source_record, DAY)
    assert kept(store)[world.source] == 90_000
    assert [row.reversed for row in transfer_rows(store)] == [True, False, False]


# --- reversals --------------------------------------------------------------------------------


def test_reversal_takes_back_the_whole_transfer(store: Store, world: World) -> None:
    before = kept(store)
    key = move(store, {world.source: -300, world.area: 100, world.project: 200}, world.in_force)
    draft = ReversalDraft(key, DAY, " Errore ", world.in_force)
    early = replace(draft, day=DAY - timedelta(days=1))
    assert refusal(lambda: reverse_transfer(store, early)).code == "transfer.before_origin"
    changes = reverse_transfer(store, draft)
    assert kept(store) == before
    back = transfer_rows(store)[-1]
    assert (back.id, back.kind, back.reverses_id, back.reason) == (changes.id, TransferKind.REVERSAL, key, "Errore")
    assert back.decision == "1/2014"
    assert refusal(lambda: reverse_transfer(store, draft)).code == "transfer.already_reversed"
    assert refusal(lambda: reverse_transfer(store, replace(draft, transfer_id=back.id))).code == "transfer.is_reversal"


def test_reversal_is_refused_with_the_reason(store: Store, world: World) -> None:
    key = move(store, {world.source: -300, world.area: 300}, world.in_force)
    draft = ReversalDraft(key, DAY, "Errore", world.in_force)
    assert refusal(lambda: reverse_transfer(store, replace(draft, decision_id=None))).field == "decision_id"
    assert refusal(lambda: reverse_transfer(store, replace(draft, day=None))).field == "day"
    assert refusal(lambda: reverse_transfer(store, replace(draft, reason=" "))).field == "reason"
    pending = replace(draft, decision_id=world.pending)
    assert refusal(lambda: reverse_transfer(store, pending)).code == "decision.not_effective"
    assert isinstance(refusal(lambda: reverse_transfer(store, replace(draft, transfer_id="x"))), NotFound)
    move(store, {world.area: -300, world.project: 300}, world.in_force)
    assert refusal(lambda: reverse_transfer(store, draft)).code == "account.too_little"


# --- reservations -----------------------------------------------------------------------------


@pytest.fixture
def reservation(store: Store, world: World) -> str:
    """A reservation of 100.00 within the area, which has 300.00."""
    move(store, {world.source: -30_000, world.area: 30_000}, world.in_force)
    return reserve(store, ReservationDraft(world.area, Cents(10_000), DAY, "Bando", world.in_force)).id


def test_reservation_sets_money_aside_within_its_account(store: Store, world: World, reservation: str) -> None:
    rows = {row.id: row for row in balances(store)}
    held = next(row for row in rows.values() if row.kind is AccountKind.HELD)
    assert (held.parent_id, held.balance, held.name) == (world.area, 10_000, "")
    assert (rows[world.area].balance, rows[world.area].total) == (20_000, 30_000)
    again = reserve(store, ReservationDraft(world.area, Cents(1), DAY, "Altro", world.in_force))
    assert again.ids[1] == world.area
    assert sum(row.kind is AccountKind.HELD for row in balances(store)) == 1


def test_reservation_is_settled_in_part_and_the_rest_released(store: Store, world: World, reservation: str) -> None:
    settle_reservation(store, UseDraft(reservation, world.project, Cents(6_000), DAY, "Assegnazione"))
    too_much = UseDraft(reservation, world.project, Cents(4_001), DAY, "Assegnazione")
    assert refusal(lambda: settle_reservation(store, too_much)).code == "transfer.over_reservation"
    early = UseDraft(reservation, day=DAY - timedelta(days=1), reason="Non serve", decision_id=world.in_force)
    assert refusal(lambda: release_reservation(store, early)).code == "transfer.before_origin"
    release_reservation(store, UseDraft(reservation, day=DAY, reason="Non serve", decision_id=world.in_force))
    assert (kept(store)[world.area], kept(store)[world.project]) == (24_000, 6_000)
    nothing_left = UseDraft(reservation, day=DAY, reason="Non serve")
    assert refusal(lambda: release_reservation(store, nothing_left)).code == "transfer.over_reservation"
    assert [row.kind.value for row in transfer_rows(store)][-3:] == ["reservation", "settlement", "release"]
    assert recompute(store) == ()


def test_reservation_is_refused_with_the_reason(store: Store, world: World, reservation: str) -> None:
    draft = ReservationDraft(world.area, Cents(10_000), DAY, "Bando", world.in_force)
    assert refusal(lambda: reserve(store, replace(draft, account_id=None))).field == "account_id"
    assert refusal(lambda: reserve(store, replace(draft, decision_id=None))).field == "decision_id"
    assert refusal(lambda: reserve(store, replace(draft, amount=None))).code == "field.required"
    assert refusal(lambda: reserve(store, replace(draft, amount=Cents(0)))).code == "amount.not_positive"
    assert refusal(lambda: reserve(store, replace(draft, amount=Cents(10**19)))).code == "amount.too_large"
    assert refusal(lambda: reserve(store, replace(draft, amount=Cents(20_001)))).code == "account.too_little"
    assert refusal(lambda: reserve(store, replace(draft, decision_id=world.pending))).code == "decision.not_effective"
    use = UseDraft(reservation, day=DAY, reason="x")
    assert refusal(lambda: settle_reservation(store, use)).field == "account_id"
    assert isinstance(refusal(lambda: release_reservation(store, replace(use, amount=Cents(-1)))), InvalidInput)
    with store.read() as session:
        held = session.scalar(sa.select(Account.id).where(Account.kind == AccountKind.HELD.value))
    to_itself = replace(use, account_id=held)
    assert refusal(lambda: settle_reservation(store, to_itself)).code == "transfer.only_reservations_hold"
    pending = replace(use, decision_id=world.pending)
    assert refusal(lambda: release_reservation(store, pending)).code == "decision.not_effective"
    other = replace(use, reservation_id=transfer_rows(store)[0].id)
    assert refusal(lambda: release_reservation(store, other)).code == "transfer.no_reservation"


def test_reservation_taken_back_gives_all_back(store: Store, world: World, reservation: str) -> None:
    settled = settle_reservation(store, UseDraft(reservation, world.project, Cents(6_000), DAY, "Assegnazione")).id
    whole = ReversalDraft(reservation, DAY, "Errore", world.in_force)
    assert refusal(lambda: reverse_transfer(store, whole)).code == "account.too_little"
    reserve(store, ReservationDraft(world.area, Cents(6_000), DAY, "Altro bando", world.in_force))
    assert refusal(lambda: reverse_transfer(store, whole)).code == "transfer.over_reservation"
    reverse_transfer(store, replace(whole, transfer_id=settled))
    reverse_transfer(store, whole)
    assert kept(store)[world.area] == 24_000
    assert kept(store)[world.project] == 0


# --- movements --------------------------------------------------------------------------------


def test_movements_of_an_account_are_those_of_its_subtree(store: Store, world: World) -> None:
    first = move(store, {world.source: -30_000, world.area: 30_000}, world.in_force)
    second = move(store, {world.area: -500, world.project: 200, world.project_2: 300}, world.in_force)
    assert [row.id for row in transfer_rows(store, world.area)] == [first, second]
    assert [row.id for row in transfer_rows(store, world.project)] == [second]
    assert len(transfer_rows(store, world.root)) == len(transfer_rows(store)) == 3
    row = transfer_rows(store, world.project)[0]
    assert [(line.name, line.cents) for line in row.lines] == [
        ("A.1 Imprese", -500),
        ("Progetto 2", 300),
        ("Progetto 1", 200),
    ]
    assert (row.cents, row.made_by, row.made_at, row.sample, row.day) == (500, "anna", NOON, False, DAY)


def test_many_entries_are_one_gesture(store: Store, world: World) -> None:
    entries = [entry(world, world.source, world.area, 10) for _ in range(3)]
    changes = post_entries(store, entries)
    assert changes.ids == tuple(one.id for one in entries)
    assert kept(store)[world.area] == 30
    with store.read() as session:
        edits = session.scalars(sa.select(Edit).where(Edit.verb == "post_entries")).all()
        assert [edit.row_id for edit in edits] == list(changes.ids)
        assert len({edit.gesture for edit in edits}) == 1


def test_many_entries_are_all_or_nothing(store: Store, world: World) -> None:
    entries = [entry(world, world.source, world.area, 10), entry(world, world.area, world.project, 11)]
    assert refusal(lambda: post_entries(store, entries)).code == "account.too_little"
    assert kept(store)[world.area] == 0
    assert len(transfer_rows(store)) == 1


def test_entries_are_balanced_by_whoever_writes_them(store: Store, world: World) -> None:
    for postings in ({world.source: -5, world.area: 4}, {world.source: 0}):
        with pytest.raises(AssertionError):
            move(store, postings, world.in_force)


def test_pending_records_are_written_before_the_entries(store: Store, world: World) -> None:
    with store.write("post_entries") as session:
        account = Account(plan_id=world.plan, parent_id=world.root, kind="programme", subject_id="v", name="Buoni")
        session.add(account)
        insert_entries(session, [entry(world, world.source, account.id, 10)])
    assert kept(store)[account.id] == 10


# --- the balances summed again ------------------------------------------------------------------


def test_recompute_names_what_was_typed_over(store: Store, world: World) -> None:
    move(store, {world.source: -300, world.project: 300}, world.in_force)
    assert recompute(store) == ()
    with past_the_guards(store) as raw:
        raw.execute("update account_state set balance = 301 where account_id = ?", (world.project,))
        raw.execute("update account_state set total = 5 where account_id = ?", (world.area,))
        raw.execute("update account_state set ceiling = null where account_id = ?", (world.area,))
        raw.execute("delete from account_state where account_id = ?", (world.source,))
    assert set(recompute(store)) == {
        BalanceDifference(world.project, "Progetto 1", "balance", Cents(301), Cents(300)),
        BalanceDifference(world.area, "A.1 Imprese", "total", Cents(5), Cents(300)),
        BalanceDifference(world.area, "A.1 Imprese", "ceiling", None, Cents(50_000)),
        BalanceDifference(world.source, "Quota fissa", "balance", None, Cents(99_700)),
        BalanceDifference(world.source, "Quota fissa", "total", None, Cents(99_700)),
    }


def test_newest_ceiling_holds(store: Store, world: World) -> None:
    for amount in (70_000, 60_000):
        with store.write("close_meeting") as session:
            session.add(Ceiling(account_id=world.area, decision_id=world.in_force, amount=amount))
    assert next(row.ceiling for row in balances(store) if row.id == world.area) == 60_000
    assert recompute(store) == ()


@pytest.mark.parametrize("read", [balances, transfer_rows, recompute])
def test_queries_do_not_grow_with_the_rows(read: Callable[[Store], object], store: Store, world: World) -> None:
    def queries() -> int:
        statements: list[str] = []

        def heard(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            statements.append(statement)

        sa.event.listen(store.engine, "before_cursor_execute", heard)
        read(store)
        sa.event.remove(store.engine, "before_cursor_execute", heard)
        return len(statements)

    with_one = queries()
    for _ in range(3):
        move(store, {world.source: -3, world.area: 3}, world.in_force)
    assert queries() == with_one <= 5


# --- a second implementation --------------------------------------------------------------------


@dataclass
class Book:
    """The ledger's rules said again in plain Python: balances, ceilings, whole transfers, refusals."""

    parents: dict[str, str | None]
    balances: dict[str, int]
    ceilings: dict[str, int]
    transfers: dict[str, Mapping[str, int]] = field(default_factory=dict)
    reversed: set[str] = field(default_factory=set)

    def total(self, account: str) -> int:
        below = [child for child, parent in self.parents.items() if parent == account]
        return self.balances[account] + sum(self.total(child) for child in below)

    def refused(self, postings: Mapping[str, int]) -> str:
        after = replace(self, balances={key: cents + postings.get(key, 0) for key, cents in self.balances.items()})
        if any(after.balances[key] < 0 for key in postings):
            return "account.too_little"
        if any(after.total(key) > ceiling for key, ceiling in self.ceilings.items()):
            return "account.over_ceiling"
        return ""

    def post(self, key: str, postings: Mapping[str, int]) -> None:
        self.transfers[key] = postings
        for account, cents in postings.items():
            self.balances[account] += cents


@dataclass(frozen=True)
class Step:
    """What a random step does: some movements at once, a ceiling, or the taking back of an earlier transfer."""

    kind: str
    moves: tuple[tuple[tuple[int, int], ...], ...] = ()
    account: int = 0
    amount: int = 0


AMOUNTS = st.integers(1, 60_000)
MOVES = st.lists(st.tuples(st.integers(0, 3), AMOUNTS), min_size=2, max_size=4, unique_by=lambda part: part[0])
STEPS = st.lists(
    st.one_of(
        st.lists(MOVES.map(tuple), min_size=1, max_size=3).map(lambda moves: Step("move", tuple(moves))),
        st.builds(Step, st.just("ceiling"), account=st.integers(0, 3), amount=AMOUNTS),
        st.builds(Step, st.just("reverse"), account=st.integers(0, 30)),
    ),
    max_size=14,
)


def postings_of(parts: tuple[tuple[int, int], ...], accounts: list[str]) -> dict[str, int]:
    """The first account gives what the others get."""
    taken = {accounts[place]: cents for place, cents in parts[1:]}
    return {accounts[parts[0][0]]: -sum(taken.values()), **taken}


def play(store: Store, world: World, book: Book, accounts: list[str], step: Step) -> tuple[str, str]:
    """Do one step on the archive and in the book; what each of the two says."""
    if step.kind == "move":
        return play_moves(store, world, book, [postings_of(parts, accounts) for parts in step.moves])
    if step.kind == "ceiling":
        account = accounts[step.account]
        expected = "account.over_ceiling" if book.total(account) > step.amount else ""
        if not expected:
            book.ceilings[account] = step.amount
        with_ceiling = Ceiling(account_id=account, decision_id=world.in_force, amount=step.amount)
        return said(lambda: write_one(store, with_ceiling)), expected
    keys = list(book.transfers)
    key = keys[step.account % len(keys)] if keys else "none"
    mirror = {account: -cents for account, cents in book.transfers.get(key, {}).items()}
    expected = (
        "record.gone" if not keys else "transfer.already_reversed" if key in book.reversed else book.refused(mirror)
    )
    if not expected:
        book.reversed.add(key)
        for account, cents in mirror.items():
            book.balances[account] += cents
    return said(lambda: reverse_transfer(store, ReversalDraft(key, DAY, "Storno", world.in_force))), expected


def play_moves(store: Store, world: World, book: Book, moves: list[dict[str, int]]) -> tuple[str, str]:
    entries = [Entry(TransferKind.ALLOCATION, DAY, "Caso", one, decision_id=world.in_force) for one in moves]
    trial = replace(book, balances=dict(book.balances), transfers=dict(book.transfers))
    expected = ""
    for one in entries:
        expected = expected or trial.refused(one.postings)
        if not expected:
            trial.post(one.id, one.postings)
    if not expected:
        book.balances, book.transfers = trial.balances, trial.transfers
    return said(lambda: post_entries(store, entries)), expected


def write_one(store: Store, record: object) -> None:
    with store.write("close_meeting") as session:
        session.add(record)


def said(action: Callable[[], object]) -> str:
    try:
        action()
    except (RuleBroken, NotFound) as refused:
        return refused.code
    return ""


@given(steps=STEPS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_movements_agree_with_a_second_implementation(
    steps: list[Step], world_archive: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path, world = world_archive
    accounts = [world.source, world.area, world.project, world.project_2]
    folder = tmp_path_factory.mktemp("ledger")
    with reopen(Path(shutil.copy(path, folder))) as store:
        parents = {row.id: row.parent_id for row in balances(store) if row.kind is not AccountKind.OUTSIDE}
        book = Book(parents, {key: kept(store)[key] for key in parents}, {world.area: 50_000})
        for step in steps:
            found, expected = play(store, world, book, accounts, step)
            assert found == expected, step
        rows = [row for row in balances(store) if row.id in parents]
        assert {row.id: row.balance for row in rows} == book.balances
        assert {row.id: row.total for row in rows} == {key: book.total(key) for key in parents}
        assert {row.id: row.ceiling for row in rows if row.ceiling is not None} == book.ceilings
        assert sum(row.balance for row in balances(store)) == 0
        assert recompute(store) == ()
        with store.read() as session:
            assert broken_links(session) == []
            assert session.scalar(sa.select(sa.func.count()).select_from(Transfer)) == (
                1 + len(book.transfers) + len(book.reversed)
            )
            assert session.scalar(sa.select(sa.func.min(AccountState.balance))) == -100_000
    shutil.rmtree(folder)
