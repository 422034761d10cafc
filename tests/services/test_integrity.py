"""The invariants: a sound archive keeps them all; each one broken on purpose, past every guard, is found and named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models.errors import Cancelled
from app.models.journal import head_text
from app.models.plan import TrainingModule
from app.models.store import Store, open_archive
from app.services import integrity
from app.services.integrity import INVARIANTS, Verification, verify
from app.services.wording.texts import translator
from tests.services.world import past_the_guards

EN = translator("en")


@pytest.fixture
def copy(sample_archive: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of the sample archive, open for writing."""
    with open_archive(Path(shutil.copy(sample_archive, tmp_path / "copia.concilia"))) as opened:
        yield opened


def broken(found: Verification) -> dict[str, str]:
    """Sentences of each broken invariant, by code; with plain spaces."""
    return {
        result.code: "\n".join(result.broken).replace("\u00a0", " ") for result in found.invariants if not result.ok
    }


# --- sound archives -------------------------------------------------------------------------------


def test_sound_archive_keeps_all_invariants(sample: Store) -> None:
    found = verify(sample, EN)
    assert broken(found) == {}
    assert found.ok
    assert [result.code for result in found.invariants] == [f"I{n}" for n in range(1, 11)]
    with sample.read() as session:
        assert found.journal_head == head_text(session)


def test_empty_archive_keeps_all_invariants(store: Store) -> None:
    assert verify(store, EN).ok


def test_invariants_are_told_in_the_language_of_the_reader() -> None:
    italian = translator("it")
    for invariant in INVARIANTS:
        assert italian(invariant.title) != invariant.title


def test_progress_is_told_of_each_check_and_may_stop_it(sample: Store) -> None:
    class Watch:
        def __init__(self, stop_at: int = -1) -> None:
            self.steps: list[tuple[int, int]] = []
            self.stop_at = stop_at

        def step(self, done: int, total: int) -> None:
            self.steps.append((done, total))
            if done == self.stop_at:
                raise Cancelled

    watch = Watch()
    verify(sample, EN, watch)
    total = sum(len(invariant.checks) for invariant in INVARIANTS)
    assert watch.steps == [(done, total) for done in range(total + 1)]
    with pytest.raises(Cancelled):
        verify(sample, EN, Watch(stop_at=3))


# --- broken on purpose ----------------------------------------------------------------------------

FIRST_MOVE = "(select id from transfer where kind = 'allocation' order by id limit 1)"
GIVER = f"transfer_id = {FIRST_MOVE} and cents < 0"
TAKER = f"transfer_id = {FIRST_MOVE} and cents > 0"
MEETING = "(select id from meeting order by number limit 1)"
ITEM = "(select agenda_item_id from decision where number = 1)"

# Name: (statements, invariants that are broken, words of one of the sentences).
BREAKS: dict[str, tuple[str, set[str], str]] = {
    "posting changed": (
        f"update posting set cents = cents + 100 where {TAKER}",
        {"I1", "I2", "I4", "I8"},
        "does not balance: its postings sum to 1,00 €",
    ),
    "postings removed": (
        f"delete from posting where transfer_id = {FIRST_MOVE}",
        {"I1", "I2", "I4", "I8"},
        "sum to 0,00 €",
    ),
    "counter changed": (
        "update transfer set imbalance = 5 where id = (select max(id) from transfer)",
        {"I1", "I10"},
        "does not balance",
    ),
    "balance typed over": (
        "update account_state set balance = balance + 1 where account_id ="
        " (select id from account where kind = 'area' limit 1)",
        {"I1"},
        "the balance kept is",
    ),
    "total typed over": (
        "update account_state set total = 0 where outside = 0",
        {"I1"},
        "the total with what is below kept is",
    ),
    "ceiling typed over": ("update account_state set ceiling = null", {"I1"}, "the ceiling kept is —"),
    "money from nowhere": (
        "update transfer set kind = 'allocation' where kind = 'funding'",
        {"I1", "I4", "I8", "I10"},
        "in all, the sources brought in 0,00 €",
    ),
    "account below zero": (
        f"update posting set cents = cents - 900000000000 where {GIVER};"
        f"update posting set cents = cents + 900000000000 where {TAKER}",
        {"I1", "I2", "I4", "I8"},
        "is below zero: \u22129.",
    ),
    "account let fall below zero": (
        "update account_state set outside = 1",
        {"I2"},
        "may fall below zero unseen",
    ),
    "ceiling lowered": ("update ceiling set amount = 1", {"I1", "I2", "I8"}, "above its ceiling of 0,01 €"),
    "path cut": ("delete from account_path where account_id <> ancestor_id", {"I2"}, "is watched under other accounts"),
    "path of no account": ("insert into account_path values ('none', 'none')", {"I2", "I10"}, "«none» is watched"),
    "tie order changed": (
        "update allocation set tie_order = (select json_group_array(value) from"
        " (select value from json_each(tie_order) order by key desc))",
        {"I3", "I8"},
        "computed again it is 18.060,8",
    ),
    "split that shares another total": (
        "update allocation set total = total + 300 where title <> ''",
        {"I3", "I8"},
        ", but its area got",
    ),
    "split that cannot be read": ("update allocation set parts = '[]'", {"I3", "I8"}, "cannot be computed again"),
    "split that is no list": ("update allocation set parts = '{'", {"I3", "I8"}, "cannot be computed again"),
    "rule changed": (
        "update allocation set rule = 'ranking' where title = ''",
        {"I3", "I8"},
        "computed again it is 0,01 €",
    ),
    "move changed": (
        "update decision_move set amount = amount + 1 where allocation_id is not null",
        {"I3", "I4", "I8"},
        "sum to 54.182,65 €, not to 54.182,62 €",
    ),
    "decision out of force": (
        "update decision set effective_at = null where number = 1",
        {"I4", "I8", "I10"},
        "names no decision in force",
    ),
    "transfer without decision": (
        "update transfer set decision_id = null where kind = 'award'",
        {"I4", "I8", "I10"},
        "names no decision in force",
    ),
    "transfer of another decision": (
        "update transfer set decision_id = (select id from decision where number = 1) where kind = 'award'",
        {"I4", "I8"},
        "orders 0,00 € for account",
    ),
    "decision of an open meeting": (
        "update meeting set state = 'open' where number = 2",
        {"I4", "I8"},
        "belongs to no closed meeting of its committee",
    ),
    "decision of another committee": (
        "update decision set committee_id = 'x' where number = 1",
        {"I4", "I7", "I8", "I10"},
        "belongs to no closed meeting of its committee",
    ),
    "decision of no item": (
        "update decision set agenda_item_id = 'x' where number = 1",
        {"I4", "I8", "I10"},
        "belongs to no closed meeting of its committee",
    ),
    "nobody there": (
        f"update attendance set kind = 'absent' where meeting_id = {MEETING}",
        {"I4", "I8"},
        "was taken without the quorum: 0 there",
    ),
    "votes removed": (
        f"delete from vote where agenda_item_id = {ITEM}",
        {"I4", "I8"},
        "has not the votes that it needed",
    ),
    "vote in conflict": (
        "insert into conflict_declaration (id, sample, agenda_item_id, member_id, kind, ground)"
        f" select 'c', 0, agenda_item_id, member_id, 'abstention', '' from vote where agenda_item_id = {ITEM} limit 1",
        {"I5", "I8"},
        "in spite of a conflict",
    ),
    "meeting number skipped": ("update meeting set number = 4 where number = 2", {"I7", "I8"}, "no meeting no. 2/"),
    "decision number skipped": ("update decision set number = 40 where number = 2", {"I7", "I8"}, "no decision no. 2/"),
    "minutes changed": (
        "update minutes set content = replace(content, 'e', 'a')",
        {"I7", "I8"},
        "are not what was approved",
    ),
    "minutes removed": ("delete from minutes", {"I7", "I8", "I10"}, "does not agree with its minutes"),
    "journal changed": ("update edit set made_by = 'ben' where seq = 5", {"I8"}, "The journal is broken at edit"),
    "journal emptied": ("delete from edit", {"I1", "I8"}, "which is not in the journal"),
    "posting of no transfer": (
        "insert into posting select 'none', account_id, 5 from posting limit 1",
        {"I1", "I10"},
        "leads to nothing",
    ),
    "record changed": (
        "update budget_item set amount = amount + 1 where id = (select min(id) from budget_item)",
        {"I7", "I8"},
        "«Amount» is not what the journal says",
    ),
    "record removed": (
        "delete from training_module where id = (select min(id) from training_module)",
        {"I8"},
        "is missing: the journal has no edit that removed it",
    ),
    "record slipped in": (
        "insert into act (id, sample, plan_id, kind, number, subject, as_printed)"
        " select 'a', 0, id, 'decree', '99', '', '' from plan",
        {"I8"},
        "Act «99» is in no edit of the journal",
    ),
    "reference to nothing": (
        "insert into act (id, sample, plan_id, kind, number, subject, as_printed)"
        " values ('a', 0, 'gone', 'decree', '99', '', '')",
        {"I8", "I10"},
        "A reference from «Act» (row ",
    ),
}


@pytest.mark.parametrize("how", BREAKS)
def test_broken_invariant_is_found_and_named(how: str, copy: Store) -> None:
    statements, codes, words = BREAKS[how]
    with past_the_guards(copy) as raw:
        for statement in statements.split(";"):
            assert raw.execute(statement).rowcount != 0, "the statement touches nothing"
    found = broken(verify(copy, EN))
    assert set(found) == codes, found
    assert words in "\n".join(found.values())


def test_guard_that_was_dropped_is_named(copy: Store) -> None:
    with past_the_guards(copy, but=("posting_no_update",)):
        pass
    found = broken(verify(copy, EN))
    assert found == {"I10": "The guard or table «posting_no_update» is missing or was changed."}


def test_record_that_was_removed_and_is_back_is_found(copy: Store) -> None:
    with copy.write("save_plan") as session:
        row = session.scalars(sa.select(TrainingModule)).first()
        session.delete(row)
    assert verify(copy, EN).ok
    with past_the_guards(copy) as raw:
        raw.execute(
            "insert into training_module (id, sample, plan_id, position, title)"
            f" select '{row.id}', 0, id, 99, 'x' from plan"
        )
    assert "is there, though the journal says it was removed" in broken(verify(copy, EN))["I8"]


def test_erased_content_is_no_break(copy: Store) -> None:
    with past_the_guards(copy) as raw:
        raw.execute(
            "delete from edit_payload where (replica, seq) in (select replica, seq from edit"
            " where seq % 3 = 0 and table_name in ('organisation', 'member', 'proposal'))"
        )
        assert raw.execute("select changes()").fetchone()[0] > 5
    assert verify(copy, EN).ok


def test_content_of_an_edit_of_money_that_is_gone_is_found(copy: Store) -> None:
    with past_the_guards(copy) as raw:
        raw.execute(
            "delete from edit_payload where (replica, seq) in"
            " (select replica, seq from edit where table_name = 'decision_move' limit 1)"
        )
    assert "what the journal says of it was taken away" in broken(verify(copy, EN))["I8"]


def test_many_breaks_are_told_in_few_sentences(copy: Store) -> None:
    with past_the_guards(copy) as raw:
        raw.execute("update edit set made_by = 'ben'")
        edits = raw.execute("select count(*) from edit").fetchone()[0]
    (result,) = [result for result in verify(copy, EN).invariants if not result.ok]
    assert len(result.broken) == integrity.SENTENCES_MAX + 1
    assert result.broken[-1] == f"… and {edits - integrity.SENTENCES_MAX} more."


def test_file_that_is_damaged_inside_is_told(copy: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path = copy.path
    copy.close()
    copy.lock = None
    whole = bytearray(path.read_bytes())
    with open_archive(path, writing=False) as reader, reader.read() as session:
        connection = session.connection()
        root = connection.exec_driver_sql("select rootpage from sqlite_master where name = 'edit'").scalar_one()
    monkeypatch.setattr("app.models.store.CHECKED_AT_OPEN_BYTES", 0)
    whole[(root - 1) * 4096 : (root - 1) * 4096 + 200] = bytes(200)
    path.write_bytes(whole)
    with open_archive(path, writing=False) as reader:
        found = verify(reader, EN)
    told = broken(found)
    assert "could not be read to the end" in told["I8"]
    assert "The file is damaged: " in told["I10"]
    assert found.journal_head == ""
