"""Who may do what: every verb has its place, every refusal of every role is held by the store."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.enums import UserRole
from app.models.errors import RuleBroken
from app.models.journal import Edit
from app.models.migrations import rebuild
from app.models.plan import Plan
from app.models.rights import RIGHTS, check_right, roles_for
from app.models.store import Store
from app.models.users import Person
from app.services.exchange.gesture import JoinedStore
from app.services.journal.journal import VERBS
from app.services.journal.undo import last_undoable, undo
from app.services.reports.rights_list import rights_list
from app.services.users.four_eyes import check_other_person, who_entered
from app.services.wording.texts import translator

APP = Path(__file__).resolve().parents[2] / "app"


def verbs_written() -> set[str]:
    """Every text that anything in the services gives to a `write`, at whatever place of the source."""
    found = set()
    for path in (APP / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write":
                found |= {
                    arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return found


def person(role: UserRole) -> Person:
    return Person(f"id of {role}", f"Chi è {role}", role)


def act(store: Store, role: UserRole | None) -> Store:
    store.person = None if role is None else person(role)
    store.user = "di sistema" if store.person is None else store.person.name
    return store


def save_plan(store: Store, name: str = "Piano") -> None:
    with store.write("save_plan") as session:
        session.add(Plan(name=name, territory="", office=""))


def refusal(action: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as caught:
        action()
    return caught.value


def test_every_verb_has_its_place() -> None:
    assert set(RIGHTS) == set(VERBS)
    assert verbs_written() <= set(RIGHTS)
    assert rebuild.VERB in RIGHTS
    assert list(RIGHTS) == sorted(RIGHTS)


def test_keeper_may_do_everything_and_a_reader_changes_nothing_of_the_plan() -> None:
    assert all(UserRole.KEEPER in roles_for(verb) for verb in RIGHTS)
    of_reader = {verb for verb in RIGHTS if UserRole.READER in roles_for(verb)}
    assert of_reader == {"apply_erasures", "change_password", "upgrade_archive"}
    assert roles_for("unheard_of") == (UserRole.KEEPER,)


@pytest.mark.parametrize("role", UserRole)
def test_store_holds_every_right_of_every_role(store: Store, role: UserRole) -> None:
    act(store, role)
    for verb in RIGHTS:
        if role in roles_for(verb):
            with store.write(verb):
                pass
            continue
        error = refusal(lambda verb=verb: store.write(verb).__enter__())
        assert error.code == "right.missing"
        assert error.values == {"user": f"Chi è {role}", "role": role, "needed": roles_for(verb)}
    assert store.saved_at is not None


@pytest.mark.parametrize("role", [role for role in UserRole if role not in roles_for("save_plan")])
def test_nothing_is_written_by_who_may_not(store: Store, role: UserRole) -> None:
    assert refusal(lambda: save_plan(act(store, role))).code == "right.missing"
    with store.read() as session:
        assert session.query(Plan).count() == 0


def test_plain_archive_is_its_own_keeper(store: Store) -> None:
    check_right(None, RIGHTS)
    save_plan(act(store, None))


def test_undo_takes_the_right_to_what_is_undone(store: Store) -> None:
    save_plan(act(store, UserRole.SECRETARY))
    row = last_undoable(store)
    assert row is not None
    assert refusal(lambda: undo(act(store, UserRole.CASHIER), row.number)).code == "right.missing"
    undo(act(store, UserRole.SECRETARY), row.number)
    with store.read() as session:
        last = max(session.scalars(sa.select(Edit.gesture)))
    assert refusal(lambda: undo(act(store, UserRole.DISTRICT_OFFICER), last)).code == "right.missing"
    undo(act(store, UserRole.SECRETARY), last)


def test_import_takes_the_right_to_each_verb_in_it(store: Store) -> None:
    act(store, UserRole.DISTRICT_OFFICER)
    with store.write("import_workbook") as session:
        joined = JoinedStore.of(store, session)
        with joined.write("save_proposal"):
            pass
        assert refusal(lambda: joined.write("save_plan").__enter__()).code == "right.missing"


def test_four_eyes_are_two_persons(store: Store) -> None:
    save_plan(act(store, UserRole.SECRETARY))
    with store.read() as session:
        plan = session.query(Plan).one().id
        entered = who_entered(session, "plan", plan)
        assert entered is not None
        assert (entered.user_id, entered.name) == ("id of secretary", "Chi è secretary")
        assert refusal(lambda: check_other_person(store, session, "plan", plan)).code == "right.same_person"
        check_other_person(act(store, UserRole.KEEPER), session, "plan", plan)
        assert who_entered(session, "plan", "nothing") is None
        check_other_person(store, session, "plan", "nothing")


def test_four_eyes_in_a_plain_archive_go_by_name(store: Store) -> None:
    save_plan(act(store, None))
    with store.read() as session:
        plan = session.query(Plan).one().id
        assert refusal(lambda: check_other_person(store, session, "plan", plan)).code == "right.same_person"
        store.user = "un altro"
        check_other_person(store, session, "plan", plan)


@pytest.mark.parametrize("language", ["it", "en"])
def test_table_of_rights_shows_each_verb_once(language: str) -> None:
    table = rights_list(translator(language))
    rows = table.body()
    assert [row.verb for row in rows if row.verb] == [row.verb for row in rows]
    assert {row.verb for row in rows} == set(RIGHTS) - {"apply_erasures", "found_archive", "upgrade_archive"}
    for row in rows:
        shown = {column.key for column in table.columns if column.key != "title" and column.value(row)}
        assert shown == {str(role) for role in roles_for(row.verb)}
