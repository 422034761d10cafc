"""The journal of the models' floor: every edit is in the chain, nothing in it can be changed unseen."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2 as sqlcipher

from app.models.base import new_id, new_ids
from app.models.bulk import insert_rows
from app.models.canonical import canonical, link_text, made_text
from app.models.errors import RuleBroken
from app.models.journal import (
    GENESIS,
    Edit,
    EditPayload,
    broken_links,
    digest,
    fields_of,
    gesture_of,
    head_text,
    heads,
    payload_text,
    record_classes,
    stored_values,
)
from app.models.money import Cents
from app.models.network import Organisation
from app.models.plan import Act, Declaration, FundingSource, Plan
from app.models.records import insert_records
from app.models.schema import Base
from app.models.store import Store
from tests.services.world import NOON, past_the_guards, reopen


def add_plan(store: Store, name: str = "Piano") -> str:
    with store.write("save_plan") as session:
        plan = Plan(name=name, territory="ASL", office="Ufficio")
        session.add(plan)
    return plan.id


def rename(store: Store, key: str, name: str) -> None:
    with store.write("save_plan") as session:
        session.get_one(Plan, key).name = name


def edits(store: Store) -> list[Edit]:
    with store.read() as session:
        return list(session.scalars(sa.select(Edit).order_by(Edit.replica, Edit.seq)))


def payloads(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(sa.select(EditPayload.payload).order_by(EditPayload.replica, EditPayload.seq)))


def broken(store: Store) -> list[str]:
    with store.read() as session:
        return list(broken_links(session))


# --- what is written --------------------------------------------------------------------------


def test_edit_says_who_when_what(store: Store) -> None:
    key = add_plan(store)
    (edit,) = edits(store)
    assert (edit.replica, edit.seq, edit.gesture, edit.undoes) == (store.replica_id, 1, 1, None)
    assert (edit.table_name, edit.row_id, edit.verb, edit.made_by, edit.made_at) == (
        "plan",
        key,
        "save_plan",
        "anna",
        NOON,
    )
    assert (edit.seen, edit.prev) == ("{}", GENESIS)
    assert payloads(store) == [
        '{"after":{"count_floor":5,"date_end":null,"date_start":null,"duration_months":null,'
        f'"id":"{key}","name":"Piano","office":"Ufficio","purpose":"","sample":0,"source_line":null,"territory":"ASL"}},'
        '"before":null}'
    ]


def test_change_holds_the_changed_fields_only(store: Store) -> None:
    key = add_plan(store)
    rename(store, key, "Altro")
    assert payloads(store)[1] == '{"after":{"name":"Altro"},"before":{"name":"Piano"}}'


def test_field_set_to_what_it_was_writes_no_edit(store: Store) -> None:
    key = add_plan(store)
    rename(store, key, "Piano")
    assert len(edits(store)) == 1


def test_field_set_to_empty_and_back_is_seen(store: Store) -> None:
    with store.write("save_plan") as session:
        plan = Plan(name="P", territory="", office="")
        session.add(plan)
        session.flush()
        plan.duration_months = 24
        session.flush()
        plan.duration_months = None
    assert payloads(store)[1:] == [
        '{"after":{"duration_months":24},"before":{"duration_months":null}}',
        '{"after":{"duration_months":null},"before":{"duration_months":24}}',
    ]


def test_removal_holds_what_was_stored_not_what_was_typed_last(store: Store) -> None:
    key = add_plan(store)
    with store.write("save_plan") as session:
        plan = session.get_one(Plan, key)
        plan.name = "never written"
        session.delete(plan)
    assert '"name":"Piano"' in payloads(store)[1]
    assert payloads(store)[1].startswith('{"after":null,')


def test_edits_stand_in_the_order_of_the_gesture(store: Store) -> None:
    with store.write("save_act") as session:
        plan = Plan(name="P", territory="", office="")
        acts = [Act(plan_id=plan.id, kind="decree", number=str(n)) for n in (3, 1, 2)]
        session.add_all([plan, *acts])
    assert [edit.row_id for edit in edits(store)] == [plan.id, *(act.id for act in acts)]
    with store.write("save_act") as session:
        third, first, second = (session.get_one(Act, act.id) for act in acts)
        first.subject = third.subject = "x"
        session.delete(second)
        session.add(Act(id="0", plan_id=plan.id, kind="decree", number="4"))
    assert [edit.row_id for edit in edits(store)[4:]] == ["0", *sorted([third.id, first.id]), acts[2].id]
    assert {edit.gesture for edit in edits(store)[4:]} == {5}


def test_column_may_have_another_name_than_its_attribute(store: Store) -> None:
    with store.write("save_declaration") as session:
        plan = Plan(name="P", territory="", office="")
        row = Declaration(plan_id=plan.id, check="award.table", as_printed="69.803", cents=Cents(6_980_300))
        session.add_all([plan, row])
    assert '"check_code":"award.table"' in payloads(store)[1]
    assert stored_values(row)["check_code"] == "award.table"


def test_every_value_comes_back_as_it_was(store: Store) -> None:
    with store.write("save_source") as session:
        plan = Plan(name="P", territory="", office="", date_start=NOON.date())
        source = FundingSource(plan_id=plan.id, position=1, kind="fixed", name="S", amount=Cents(5), due=False)
        session.add_all([plan, source])
    for record in (plan, source):
        values = stored_values(record)
        assert {type(value) for value in values.values()} <= {str, int, type(None)}
        for one in fields_of(type(record)):
            assert one.restored(values[one.column.name]) == getattr(record, one.attribute)


def test_version_vector_names_the_edits_that_were_seen(store: Store) -> None:
    first, second = add_plan(store), add_plan(store, "Secondo")
    rename(store, first, "A")
    rename(store, first, "B")
    own, store.replica_id = store.replica_id, "other"
    rename(store, first, "C")
    store.replica_id = own
    rename(store, first, "D")
    rename(store, second, "E")
    seen = {(edit.replica, edit.seq): edit.seen for edit in edits(store)}
    assert seen == {
        (own, 1): "{}",
        (own, 2): "{}",
        (own, 3): f'{{"{own}":1}}',
        (own, 4): f'{{"{own}":3}}',
        ("other", 5): f'{{"{own}":4}}',
        (own, 5): f'{{"{own}":4,"other":5}}',
        (own, 6): f'{{"{own}":2}}',
    }
    assert broken(store) == []
    with store.read() as session:
        assert [(replica, seq) for replica, seq, _hash in heads(session)] == [(own, 6), ("other", 5)]


def test_failed_gesture_leaves_no_gap(store: Store) -> None:
    add_plan(store)

    def fail() -> None:
        with store.write("save_plan") as session:
            session.add(Plan(name="never", territory="", office=""))
            session.flush()
            raise RuleBroken("some.rule")

    with pytest.raises(RuleBroken):
        fail()
    add_plan(store, "Dopo")
    assert [edit.seq for edit in edits(store)] == [1, 2]
    assert broken(store) == []


def test_clock_of_another_zone_and_odd_names_keep_the_chain(store: Store) -> None:
    store.clock = lambda: datetime(2014, 3, 31, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    store.user = 'D\'Àn\x1fna "la\u2028capo"'
    add_plan(store, "è «così»\n\x00"[:-1])
    assert broken(store) == []
    assert edits(store)[0].made_at == datetime(2014, 3, 31, 12, 0, tzinfo=UTC)


def test_chain_goes_on_after_reopening(store: Store) -> None:
    add_plan(store)
    store.close()
    with reopen(store.path) as again:
        add_plan(again, "Dopo")
        assert [edit.seq for edit in edits(again)] == [1, 2]
        assert edits(again)[1].prev == edits(again)[0].hash
        assert broken(again) == []
    store.lock = None


# --- what may not bypass it ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [sa.update(Plan).values(name="x"), sa.delete(Plan), sa.insert(Plan).values(id="x"), sa.text("delete from plan")],
)
def test_statements_in_bulk_are_a_bug(statement: Any, store: Store) -> None:
    with pytest.raises(AssertionError), store.write("save_plan") as session:
        session.execute(statement)


def test_savepoints_are_a_bug(store: Store) -> None:
    with pytest.raises(AssertionError), store.write("save_plan") as session:
        session.begin_nested()


def test_fields_that_are_not_loaded_are_not_set(store: Store) -> None:
    key = add_plan(store)

    def change(session: Session, action: Callable[[Plan], None]) -> None:
        plan = session.get_one(Plan, key)
        session.expire(plan, ["name"])
        action(plan)
        session.flush()

    with pytest.raises(AssertionError, match="not loaded"), store.write("save_plan") as session:
        change(session, lambda plan: setattr(plan, "name", "x"))


def test_gesture_is_known_to_the_session(store: Store) -> None:
    with store.write("save_plan") as session:
        assert gesture_of(session).verb == "save_plan"


def test_every_table_of_records_has_its_class() -> None:
    classes = record_classes()
    assert classes["plan"] is Plan
    assert classes["organisation"] is Organisation
    unkept = {
        "account_day",
        "account_path",
        "account_state",
        "archive_info",
        "attachment_content",
        "edit",
        "edit_payload",
        "erased_content",
        "erased_edit",
        "erased_field",
        "kept_draft",
        "posting",
        "print_content",
        "print_made",
        "zero",
    }
    assert set(Base.metadata.tables) - set(classes) == unkept


# --- what shows -----------------------------------------------------------------------------------


@pytest.fixture
def written(store: Store) -> Store:
    """Five edits of one row."""
    key = add_plan(store)
    for letter in "ABCD":
        rename(store, key, letter)
    assert broken(store) == []
    return store


ROW_TAMPERS = {
    "replica": "update edit set replica = 'zzz' where seq = 3",
    "seq": "update edit set seq = 30 where seq = 3",
    "gesture": "update edit set gesture = 2 where seq = 3",
    "undoes": "update edit set undoes = 1 where seq = 3",
    "table": "update edit set table_name = 'act' where seq = 3",
    "row": "update edit set row_id = 'x' where seq = 3",
    "verb": "update edit set verb = 'x' where seq = 3",
    "who": "update edit set made_by = 'ben' where seq = 3",
    "when": "update edit set made_at = '2014-03-31T12:00:01+00:00' where seq = 3",
    "seen": "update edit set seen = '{}' where seq = 3",
    "commitment": "update edit set commitment = zeroblob(32) where seq = 3",
    "prev": "update edit set prev = zeroblob(32) where seq = 3",
    "hash": "update edit set hash = zeroblob(32) where seq = 3",
    "payload": "update edit_payload set payload = replace(payload, 'B', 'Z') where seq = 3",
    "salt": "update edit_payload set salt = zeroblob(16) where seq = 3",
    "missing": "delete from edit where seq = 3",
    "first missing": "delete from edit where seq = 1",
}


@pytest.mark.parametrize("tamper", ROW_TAMPERS)
def test_tampering_shows(tamper: str, written: Store) -> None:
    with past_the_guards(written) as raw:
        raw.execute(ROW_TAMPERS[tamper])
    assert broken(written)


def test_tampering_is_named_where_it_is(written: Store) -> None:
    with past_the_guards(written) as raw:
        raw.execute("update edit set made_by = 'ben' where seq = 3")
    assert broken(written) == [f"{written.replica_id}:3"]


def test_inserted_edit_shows(written: Store) -> None:
    with past_the_guards(written) as raw:
        raw.execute("update edit set seq = 6 where seq = 5")
        raw.execute("update edit set seq = 5 where seq = 4")
        raw.execute("create temp table twin as select * from edit where seq = 3")
        raw.execute("update twin set seq = 4")
        raw.execute("insert into edit select * from twin")
    assert broken(written)


def test_erased_content_leaves_the_chain_whole(written: Store) -> None:
    with written.write("erase") as session:
        session.connection().exec_driver_sql("delete from edit_payload where seq in (2, 3)")
    assert broken(written) == []
    assert len(payloads(written)) == 3


def test_cut_tail_shows_in_the_head_that_was_printed(written: Store) -> None:
    with written.read() as session:
        printed = head_text(session)
    assert len(printed) == 32
    with past_the_guards(written) as raw:
        raw.execute("delete from edit_payload where seq = 5")
        raw.execute("delete from edit where seq = 5")
    assert broken(written) == []
    with written.read() as session:
        assert head_text(session) != printed


def test_head_of_an_empty_journal_stands(store: Store) -> None:
    with store.read() as session:
        assert heads(session) == []
        assert head_text(session) == digest().hex()[:32]


def test_digest_does_not_confuse_neighbours() -> None:
    assert digest(b"ab", b"c") != digest(b"a", b"bc")
    assert digest(b"") != digest()


def test_payload_is_canonical() -> None:
    assert payload_text({"b": 1, "a": "è"}, None) == '{"after":null,"before":{"a":"è","b":1}}'


STORED = st.none() | st.integers() | st.text() | st.booleans()


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_characters="%")), STORED, min_size=2), st.text(), st.text())
def test_shorter_way_gives_the_same_text(row: dict[str, Any], key: str, seen: str) -> None:
    assert made_text(list(row))(list(row.values())) == payload_text(None, row)
    assert link_text(7, "plan", key, seen) == canonical((7, "plan", key, seen))


def test_keys_made_together_stand_in_order_and_are_of_one_kind() -> None:
    keys = [new_id(), *new_ids(5000), new_id(), *new_ids(0)]
    assert keys == sorted(set(keys))
    assert {(uuid.UUID(key).version, uuid.UUID(key).variant) for key in keys} == {(7, uuid.RFC_4122)}
    assert [str(uuid.UUID(key)) for key in keys] == keys


def test_many_new_records_are_journaled_as_single_ones_are(store: Store) -> None:
    with store.write("save_plan") as session:
        one = Plan(name="Uno «più»", territory="ASL", office="Ufficio")
        session.add(one)
    with store.write("save_plan") as session:
        [many] = insert_records(session, Plan, [{"name": one.name, "territory": "ASL", "office": "Ufficio"}])
    with store.read() as session:
        first, second = edits(store)
        texts = dict(session.execute(sa.select(EditPayload.seq, EditPayload.payload)).tuples().all())
        assert texts[second.seq].replace(many, one.id) == texts[first.seq]
        assert (second.row_id, second.seen, second.table_name) == (many, first.seen, first.table_name)
        assert broken_links(session) == []


def test_record_made_anew_in_bulk_has_seen_its_edits(store: Store) -> None:
    key = add_plan(store)
    with store.write("save_plan") as session:
        session.delete(session.get_one(Plan, key))
    with store.write("undo", undoes=2) as session:
        insert_records(session, Plan, [{"id": key, "name": "Piano", "territory": "ASL", "office": "Ufficio"}])
    replica = edits(store)[-1].replica
    assert edits(store)[-1].seen == f'{{"{replica}":2}}'


@pytest.mark.parametrize("paramstyle", ["qmark", "named"])
def test_many_rows_go_to_drivers_of_either_kind(paramstyle: str) -> None:
    engine = sa.create_engine("sqlite://", module=sqlcipher, paramstyle=paramstyle)
    with engine.begin() as connection:
        Base.metadata.tables["edit_payload"].create(connection)
        insert_rows(connection, EditPayload, ("payload", "salt", "seq", "replica"), [])
        rows = [("{}", b"x", 1, "a"), ("[]", b"y", 2, "a")]
        insert_rows(connection, EditPayload, ("payload", "salt", "seq", "replica"), rows)
        with pytest.raises(AssertionError):
            insert_rows(connection, Plan, ("id", "name", "territory", "office"), [("x", "", "", "")])
        found = connection.exec_driver_sql("select payload, salt, seq, replica from edit_payload order by seq").all()
        assert [tuple(row) for row in found] == rows
    engine.dispose()
