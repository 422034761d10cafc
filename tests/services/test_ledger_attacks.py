"""Attacks on the ledger and on decisions by one who has the file: with the guards, refused; without, found by verify.

The guards themselves are tried one by one in `test_ledger_guards`; here each attack is tried three ways: as the engine
stands, with foreign keys off, and with every guard taken away for as long as it takes.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.models.guards import PREFIX
from app.models.store import Store
from app.services.integrity import verify
from app.services.wording.texts import translator
from tests.services.world import build_world, driver, move, new_store, past_the_guards, reopen

IT = translator("it")


@dataclass(frozen=True)
class Attack:
    """Statements, and what becomes of them.

    Attributes:
        statements: names of the world in braces.
        unkeyed: whether they pass while foreign keys are off, and only then.
        codes: invariants of which one at least says so once they passed.
    """

    statements: tuple[str, ...]
    codes: frozenset[str]
    unkeyed: bool = False


NEW = (
    "insert into transfer (id, sample, kind, day, reason, decision_id, made_at, made_by, imbalance, postings_left)"
    " values ('t', 0, 'allocation', '2014-03-31', 'x', '{in_force}', '2014-03-31T12:00:00+00:00', 'x', 0, 2)"
)
GIVE = "insert into posting values ('t', '{source}', -500)"
TAKE = "insert into posting values ('t', '{area}', 500)"


def attack(*statements: str, codes: str, unkeyed: bool = False) -> Attack:
    """One, in few words."""
    return Attack(statements, frozenset(codes.split()), unkeyed)


ATTACKS = {
    "update a posting": attack("update posting set cents = cents - 1 where account_id = '{area}'", codes="I1"),
    "delete a posting": attack("delete from posting where account_id = '{area}'", codes="I1"),
    "replace a posting": attack(
        "insert or replace into posting select transfer_id, account_id, cents + 1 from posting", codes="I1"
    ),
    "move a posting": attack("update posting set account_id = '{project}' where account_id = '{area}'", codes="I1"),
    "update the day": attack("update transfer set day = '2013-01-01' where kind = 'allocation'", codes="I1"),
    "update the amount and the balance": attack(
        "update posting set cents = cents * 2 where transfer_id in (select id from transfer where kind = 'allocation')",
        "update account_state set balance = balance - 30000 where account_id = '{source}'",
        "update account_state set balance = balance + 30000, total = total + 30000 where account_id = '{area}'",
        codes="I1",
    ),
    "delete a transfer": attack("delete from transfer where kind = 'allocation'", codes="I1"),
    "delete a transfer with its postings": attack(
        "delete from posting where transfer_id in (select id from transfer where kind = 'allocation')",
        "delete from transfer where kind = 'allocation'",
        codes="I1",
    ),
    "take the decision away": attack("update transfer set decision_id = null where kind = 'allocation'", codes="I4"),
    "give another decision": attack("update transfer set decision_id = '{pending}'", codes="I4"),
    "unbalanced": attack(NEW, GIVE, "insert into posting values ('t', '{area}', 501)", codes="I1", unkeyed=True),
    "one posting missing": attack(NEW, GIVE, codes="I1", unkeyed=True),
    "no posting": attack(NEW, codes="I1", unkeyed=True),
    "to an account that is not": attack(NEW, GIVE, "insert into posting values ('t', 'nowhere', 500)", codes="I1"),
    "without a decision": attack(NEW.replace("'{in_force}'", "null"), GIVE, TAKE, codes="I4"),
    "under a decision that is not in force": attack(NEW.replace("{in_force}", "{pending}"), GIVE, TAKE, codes="I4"),
    "under a decision that is not": attack(NEW.replace("{in_force}", "none"), GIVE, TAKE, codes="I4"),
    "past the ceiling": attack(NEW, GIVE.replace("500", "20001"), TAKE.replace("500", "20001"), codes="I2 I1"),
    "below zero": attack(
        NEW, "insert into posting values ('t', '{project}', -5)", TAKE.replace("500", "5"), codes="I2 I1"
    ),
    "from outside without an act": attack(NEW, "insert into posting values ('t', '{outside}', -500)", TAKE, codes="I1"),
    "raise the ceiling": attack("update ceiling set amount = amount + 1", codes="I1"),
    "delete the ceiling": attack("delete from ceiling", codes="I1"),
    "a ceiling without effect": attack(
        "insert into ceiling (id, sample, account_id, decision_id, amount)"
        " values ('c', 0, '{area}', '{pending}', 90000)",
        codes="I8",
    ),
    "put a decision in force": attack(
        "update decision set effective_at = '2014-03-31T12:00:00+00:00', year = 2014, number = 2"
        " where id = '{pending}'",
        codes="I8",
    ),
    "take effect from a decision": attack(
        "update decision set effective_at = null, number = null where id = '{in_force}'", codes="I4 I8"
    ),
    "renumber a decision": attack("update decision set number = 9 where id = '{in_force}'", codes="I7 I8"),
    "change the words of a decision": attack("update decision set text = 'x' where id = '{in_force}'", codes="I8"),
    "delete a decision": attack("delete from decision where id = '{in_force}'", codes="I4 I8"),
    "open a closed meeting": attack("update meeting set state = 'open' where id = '{meeting}'", codes="I4 I8"),
    "drop a balance": attack("delete from account_state where account_id = '{area}'", codes="I1"),
    "hide an account from its ceiling": attack(
        "delete from account_path where account_id = '{project}' and ancestor_id = '{area}'", codes="I2"
    ),
    "call an account the outside": attack(
        "update account_state set outside = 1 where account_id = '{project}'", codes="I2"
    ),
    "rewrite the journal": attack("update edit set made_by = 'x' where seq = 1", codes="I8"),
}

UNGUARDED = frozenset({"drop a balance", "hide an account from its ceiling", "call an account the outside"})
"""Tables that the engine keeps for itself: a trigger cannot know its own hand; they are proved, not guarded."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], frozenset[tuple[str, str]]]:
    """The small world with 300.00 on its area, closed; its keys; what verify says of it anyway."""
    with new_store(tmp_path_factory.mktemp("attacks")) as store:
        world = build_world(store)
        move(store, {world.source: -30_000, world.area: 30_000}, world.in_force)
        said = told(store)
        assert not {code for code, _sentence in said} & {"I1", "I2", "I3", "I10"}
        return store.path, vars(world), said


Filled = tuple[Path, dict[str, str], frozenset[tuple[str, str]]]


def attempt(store: Store, statements: tuple[str, ...], keys: dict[str, str], *, keyed: bool) -> str:
    """Run an attack in one transaction; «done», or what the engine said."""
    with driver(store) as raw:
        raw.execute(f"pragma foreign_keys = {int(keyed)}")
        try:
            raw.execute("begin immediate")
            for statement in statements:
                raw.execute(statement.format(**keys))
            raw.execute("commit")
        except raw.DatabaseError as failure:
            return str(failure).removeprefix(PREFIX)
        finally:
            if raw.in_transaction:
                raw.execute("rollback")
            raw.execute("pragma foreign_keys = 1")
    return "done"


def told(store: Store) -> frozenset[tuple[str, str]]:
    """Every sentence of verify, with its invariant."""
    return frozenset((found.code, text) for found in verify(store, IT).invariants for text in found.broken)


def test_the_engine_refuses_each(filled: Filled, tmp_path: Path) -> None:
    with reopen(Path(shutil.copy(filled[0], tmp_path))) as store:
        done = {
            name: attempt(store, each.statements, filled[1], keyed=True)
            for name, each in ATTACKS.items()
            if name not in UNGUARDED
        }
        assert [name for name, said in done.items() if said == "done"] == []
        assert told(store) == filled[2], "nothing of them stayed"


def test_without_foreign_keys_it_is_refused_or_found(filled: Filled, tmp_path: Path) -> None:
    for name, each in ATTACKS.items():
        if name in UNGUARDED:
            continue
        with reopen(Path(shutil.copy(filled[0], tmp_path / "copia.concilia"))) as store:
            said = attempt(store, each.statements, filled[1], keyed=False)
            assert (said == "done") == each.unkeyed, (name, said)
            if said == "done":
                assert {code for code, _sentence in told(store) - filled[2]} & each.codes, name


@pytest.mark.parametrize("name", ATTACKS)
def test_past_all_guards_it_is_found(name: str, filled: Filled, tmp_path: Path) -> None:
    with reopen(Path(shutil.copy(filled[0], tmp_path))) as store:
        with past_the_guards(store) as raw:
            for statement in ATTACKS[name].statements:
                raw.execute(statement.format(**filled[1]))
        assert {code for code, _sentence in told(store) - filled[2]} & ATTACKS[name].codes
