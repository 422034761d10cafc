"""Random histories, some steps of them; and the proof that the eye on them sees: every planted fault is found."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from app.models.money import Cents
from app.models.store import Store
from app.services.integrity import verify
from app.services.meetings.closing import close_meeting
from app.services.sharing import allocation
from tests.services.histories import IT, KINDS, History, live
from tests.services.sitting import first_meeting, residue_draft
from tests.services.spending_world import build_running
from tests.services.test_amendments import OTHER, STAFF, handed_in
from tests.services.watching import Broken, Watch
from tests.services.watching_amendments import AmendmentWatch
from tests.services.world import new_store, past_the_guards, reopen, settle_clock

SEED, STEPS = 10, 40


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, History]:
    """An archive with a history behind it, closed."""
    folder = tmp_path_factory.mktemp("histories")
    return folder / f"storia-{SEED}.concilia", live(folder, SEED, STEPS)


def test_invariants_hold_after_every_step(lived: tuple[Path, History]) -> None:
    _path, history = lived
    assert sum(history.done.values()) == STEPS
    assert history.watch.transfers > 20
    assert history.watch.allocations > 0
    assert history.plans.seen > 0
    taken = {name.partition(":")[0] for name in history.done}
    assert len(taken) > len(KINDS) // 2
    assert any(":" in name for name in history.done), "some steps are refused"


def test_a_history_is_the_same_from_its_seed(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first, second = live(tmp_path, 11, 8), live(tmp_path / "again", 11, 8)
    assert first.done == second.done
    assert sorted(first.watch.balances.values()) == sorted(second.watch.balances.values())


FAULTS = {
    "a cent more on an account": "update account_state set balance = balance + 1 where account_id ="
    " (select account_id from posting where cents > 0 limit 1)",
    "a cent more in all": "update account_state set total = total + 1 where account_id in (select id from account"
    " where kind = 'area' limit 1)",
    "a posting changed": "update posting set cents = cents + 1 where rowid = (select max(rowid) from posting)",
    "a posting removed": "delete from posting where rowid = (select max(rowid) from posting)",
    "a pair shifted": "update posting set cents = cents * 2 where transfer_id = (select id from transfer"
    " where kind = 'award' limit 1)",
    "a transfer without its decision": "update transfer set decision_id = null where kind = 'award'",
    "a decision without effect": "update decision set effective_at = null, number = null where id in"
    " (select decision_id from transfer)",
    "a meeting opened again": "update meeting set state = 'open' where state = 'closed'",
    "votes removed": "delete from vote",
    "votes against": "update vote set choice = 'against'",
    "a ceiling lowered": "update ceiling set amount = 1 where rowid = (select max(rowid) from ceiling)",
    "a ceiling forgotten": "update account_state set ceiling = null where ceiling is not null",
    "a day shifted": "update account_day set day = '2013-01-01' where rowid_of_day",
    "a share changed": "update allocation set total = total + 1 where rowid = (select max(rowid) from allocation)",
    "a rule changed": "update allocation set rule = 'equal', tie_order = tie_order where rule <> 'equal'",
    "money out of nothing": "update posting set cents = cents * 3 where transfer_id = (select id from transfer"
    " where kind = 'funding' limit 1)",
}
"""Each as one who has the file and no guard in the way could do it."""


@pytest.fixture
def archive(lived: tuple[Path, History], tmp_path: Path) -> Store:
    """A copy of the lived archive."""
    return reopen(Path(shutil.copy(lived[0], tmp_path)))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str, archive: Store) -> None:
    Watch().look(archive)
    statement = FAULTS[fault].replace("rowid_of_day", "cents = (select max(cents) from account_day)")
    with past_the_guards(archive) as raw:
        assert raw.execute(statement).rowcount > 0
    with pytest.raises(Broken):
        Watch().look(archive)
    assert not verify(archive, IT).ok, "the button finds it too"
    archive.close()


PLAN_FAULTS = {
    "a cent moved between items": "update budget_item set amount = amount + 1 where id in"
    " (select i.id from budget_item i join amendment a on a.budget_id = i.budget_id)",
    "a version forgotten": "delete from budget_item where budget_id in (select budget_id from amendment)",
    "a line changed": "update amendment_line set after = after + 1 where after > before and amendment_id in"
    " (select id from amendment where budget_id is not null)",
    "a duty forgotten": "update amendment set state = case state when 'free' then 'told' else 'free' end"
    " where budget_id is not null",
    "a plan that none asked for": "update amendment set state = 'draft' where budget_id is not null",
}


@pytest.fixture(scope="module")
def amended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose plan was amended twice, closed."""
    with new_store(tmp_path_factory.mktemp("amended")) as store:
        running = build_running(store)
        handed_in(store, running, {STAFF: -3_000_00, OTHER: 3_000_00})
        handed_in(store, running, {STAFF: -1, OTHER: 1})
        watch = AmendmentWatch()
        watch.look(store)
        assert watch.seen == 2
    return store.path


@pytest.mark.parametrize("fault", PLAN_FAULTS)
def test_a_fault_in_a_plan_is_found(fault: str, amended: Path, tmp_path: Path) -> None:
    with reopen(Path(shutil.copy(amended, tmp_path))) as store:
        with past_the_guards(store) as raw:
            assert raw.execute(PLAN_FAULTS[fault]).rowcount > 0
        with pytest.raises(Broken, match="amendment"):
            AmendmentWatch().look(store)
        assert not verify(store, IT).ok, "the button finds it too"


def test_a_cent_that_a_split_gives_to_the_wrong_part_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a mistake of the program would do it: the sum is kept, the parts are not."""
    right = allocation.split_cents

    def wrong(*args: Any) -> list[Cents]:
        amounts = right(*args)
        amounts[0], amounts[-1] = Cents(amounts[0] + 2), Cents(amounts[-1] - 2)
        return amounts

    with new_store(tmp_path) as store:
        settle_clock(store)
        history = History(store, 5)
        meeting = first_meeting(store, history.sitting)
        assert meeting.id is not None
        close_meeting(store, meeting.id, "12:00")
        history.watch.look(store)
        monkeypatch.setattr(allocation, "split_cents", wrong)
        split = residue_draft(history.sitting, None)
        history._decide(split)
        with pytest.raises(Broken, match="I3: parts"):
            history.watch.look(store)
