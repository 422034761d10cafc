"""History, last gestures, undo and redo: everything that the journal is read for."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import MeetingState, ProposalState, SourceKind, VoteChoice
from app.models.errors import AppError, NotFound
from app.models.journal import broken_links, fields_of, record_classes
from app.models.ledger import Ceiling
from app.models.meetings import Meeting, Minutes, Vote
from app.models.migrations import rebuild
from app.models.network import Organisation, OrganisationAlias
from app.models.plan import Act, FundingSource, Plan, PriorityArea, TrainingModule
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.journal import undo as undo_module
from app.services.journal.fields import FIELDS
from app.services.journal.journal import VERBS, history, recent, verb_text
from app.services.journal.labels import ENUMS, OWNED, TABLES, UNTOLD, row_name
from app.services.journal.undo import last_redoable, last_undoable, undo
from app.services.ledger.ledger import ensure_area_account
from app.services.reports.spec import Kind
from app.services.wording.texts import translator
from tests.services.world import DAY, NOON, World, driver, move, reopen

APP = Path(__file__).resolve().parents[2] / "app"
EN = translator("en")


def refusal(action: Callable[[], object]) -> AppError:
    with pytest.raises(AppError) as caught:
        action()
    return caught.value


def do(store: Store, verb: str, action: Callable[[Session], object]) -> None:
    with store.write(verb) as session:
        action(session)


def add_plan(store: Store, name: str = "Piano") -> str:
    plan = Plan(name=name, territory="ASL", office="Ufficio")
    do(store, "save_plan", lambda session: session.add(plan))
    return plan.id


def rename(store: Store, key: str, name: str, verb: str = "save_plan") -> None:
    do(store, verb, lambda session: setattr(session.get_one(Plan, key), "name", name))


def delete(store: Store, key: str) -> None:
    do(store, "save_plan", lambda session: session.delete(session.get_one(Plan, key)))


def names(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(sa.select(Plan.name).order_by(Plan.name)))


def undo_last(store: Store) -> None:
    row = last_undoable(store)
    assert row is not None
    undo(store, row.number)


def redo_last(store: Store) -> None:
    row = last_redoable(store)
    assert row is not None
    undo(store, row.number)


# --- the words ----------------------------------------------------------------------------------


def verbs_used() -> set[str]:
    """Every name that a service gives to `store.write`, also through a variable named `verb`."""
    found: set[str] = set()
    for path in (APP / "services").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        takers = {
            node.name: [argument.arg for argument in node.args.args].index("verb")
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and "verb" in [argument.arg for argument in node.args.args]
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = 0 if name == "write" else takers.get(name)
            if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                value = node.args[place].value
                if isinstance(value, str):
                    found.add(value)
    return found


def test_every_verb_has_its_words_and_no_words_are_idle() -> None:
    assert verbs_used() | {rebuild.VERB} == set(VERBS)
    assert list(VERBS) == sorted(VERBS)


def test_every_table_field_and_enumeration_has_its_words() -> None:
    classes = record_classes()
    assert set(TABLES) == set(classes)
    columns = {field.column.name for mapped in classes.values() for field in fields_of(mapped)}
    assert set(FIELDS) == columns - UNTOLD
    assert columns >= UNTOLD
    checked = {
        (table, str(constraint.name).removeprefix(f"ck_{table}_").removesuffix("_known"))
        for table, mapped in classes.items()
        for constraint in mapped.__table__.constraints  # type: ignore[attr-defined]
        if str(constraint.name).endswith("_known")
    }
    assert set(ENUMS) == checked
    for table, parts in OWNED.items():
        for part, column in parts:
            assert classes[part].__table__.c[column].references(classes[table].__table__.c.id)


def test_topics_are_those_of_changes() -> None:
    assert {topic for topic, _word in TABLES.values()} == {
        "plan",
        "network",
        "calls",
        "proposals",
        "evaluation",
        "findings",
        "ledger",
        "meetings",
        "vouchers",
        "archive",
    }


@pytest.mark.parametrize(
    ("table", "values", "name"),
    [
        ("priority_area", {"level": "low", "number": 4, "title": "Incentivi"}, "B.4 Incentivi"),
        ("meeting", {"number": 2, "year": 2014}, "2/2014"),
        ("act", {"number": "3017", "subject": "Riparto"}, "Riparto"),
        ("act", {"number": "3017", "subject": ""}, "3017"),
        ("budget", {"version": 2, "label": ""}, "2"),
        ("vote", {"choice": "favour"}, ""),
    ],
)
def test_rows_are_called_by_what_tells_them_apart(table: str, values: dict[str, object], name: str) -> None:
    assert row_name(table, values) == name


# --- history ------------------------------------------------------------------------------------


def test_history_of_a_record_is_readable(store: Store, world: World) -> None:
    def change(session: Session) -> None:
        source = session.get_one(FundingSource, world.source_record)
        source.kind, source.amount, source.due = SourceKind.RESIDUE.value, 90_000, False

    do(store, "save_source", change)
    last, first = history(store, "funding_source", world.source_record)
    assert (last.verb, last.change, last.name, last.made_by, last.made_at) == (
        "save_source",
        "changed",
        "Quota fissa",
        "anna",
        NOON,
    )
    assert [(one.field, one.kind, one.before, one.after) for one in last.fields] == [
        ("kind", Kind.STATE, SourceKind.FIXED, SourceKind.RESIDUE),
        ("amount", Kind.MONEY, 100_000, 90_000),
        ("due", Kind.FLAG, True, False),
    ]
    assert [one.label for one in last.fields] == ["Kind", "Amount", "May be used now"]
    assert (first.verb, first.change) == ("save_plan", "added")
    assert {one.field: one.after for one in first.fields} == {
        "act_id": "1",
        "kind": SourceKind.FIXED,
        "name": "Quota fissa",
        "amount": 100_000,
        "due": True,
    }
    assert verb_text(last, EN) == "Saving of a funding source"


def test_history_tells_days_instants_and_numbers(store: Store, world: World) -> None:
    rows = history(store, "decision", world.in_force)
    fields = {one.field: (one.kind, one.after) for row in rows for one in row.fields}
    assert fields["effective_at"] == (Kind.INSTANT, NOON)
    assert fields["year"] == (Kind.TEXT, "2014")
    held = {one.field: (one.kind, one.after) for row in history(store, "meeting", world.meeting) for one in row.fields}
    assert held["date_held"] == (Kind.DATE, DAY)
    assert held["state"] == (Kind.STATE, MeetingState.CONVENED)


def test_history_of_a_record_has_its_parts(store: Store, world: World) -> None:
    def add(session: Session) -> None:
        session.add(organisation)
        session.add_all(OrganisationAlias(organisation_id=organisation.id, name=name) for name in ("Ser.Co.P.", "x"))

    organisation = Organisation(kind="special_agency", name="SERCOP")
    do(store, "save_organisation", add)
    aliases = sa.select(OrganisationAlias).where(OrganisationAlias.name == "x")
    do(store, "save_organisation", lambda session: session.delete(session.scalars(aliases).one()))
    rows = history(store, "organisation", organisation.id)
    assert [(row.table, row.name, row.change) for row in rows] == [
        ("organisation_alias", "x", "removed"),
        ("organisation_alias", "x", "added"),
        ("organisation_alias", "Ser.Co.P.", "added"),
        ("organisation", "SERCOP", "added"),
    ]


def test_history_goes_down_to_the_parts_of_parts(store: Store, world: World) -> None:
    with driver(store) as raw:
        member = raw.execute("select id from member").fetchone()[0]
    vote = Vote(agenda_item_id=world.item_open, member_id=member, choice=VoteChoice.FAVOUR.value)
    do(store, "save_meeting", lambda session: session.add(vote))
    rows = history(store, "meeting", world.meeting_open)
    assert rows[0].table == "vote"
    assert rows[0].name == "Anna Neri"
    assert {one.field: one.after for one in rows[0].fields} == {
        "agenda_item_id": "Riparto",
        "member_id": "Anna Neri",
        "choice": VoteChoice.FAVOUR,
    }
    assert [row.table for row in rows[1:]] == ["meeting", "agenda_item", "meeting"]


def test_history_of_many_parts_is_asked_in_one_go(store: Store, world: World) -> None:
    modules = [TrainingModule(plan_id=world.plan, position=n, title=f"Modulo {n}") for n in range(1, 521)]
    do(store, "save_plan", lambda session: session.add_all(modules))
    rows = history(store, "plan", world.plan)
    assert len(rows) == 521
    assert rows[0].name == "Modulo 520"


def test_history_of_nothing_is_empty(store: Store) -> None:
    assert history(store, "plan", "nobody") == ()


def test_history_says_what_was_erased(store: Store) -> None:
    key = add_plan(store)
    rename(store, key, "Altro")
    with driver(store) as raw:
        raw.execute("delete from edit_payload where seq = 2")
    last, first = history(store, "plan", key)
    assert (last.erased, last.change, last.fields) == (True, "changed", ())
    assert not first.erased
    assert refusal(lambda: undo(store, 2)).code == "undo.not_possible"


def test_references_to_what_is_gone_keep_their_key(store: Store) -> None:
    key = add_plan(store)
    act = Act(plan_id=key, kind="decree", number="7")
    source = FundingSource(plan_id=key, act_id=act.id, position=1, kind="fixed", name="S", amount=5)
    do(store, "save_source", lambda session: session.add_all([act, source]))

    def part(session: Session) -> None:
        session.get_one(FundingSource, source.id).act_id = None
        session.delete(session.get_one(Act, act.id))

    do(store, "delete_act", part)
    last = history(store, "funding_source", source.id)[0]
    assert [(one.before, one.after) for one in last.fields] == [(act.id, None)]


# --- last gestures ------------------------------------------------------------------------------


def test_recent_gestures_are_named_newest_first(store: Store) -> None:
    key = add_plan(store)
    rename(store, key, "Altro", verb="something_new")
    other = add_plan(store, "Secondo")
    delete(store, other)
    rows = recent(store)
    assert [(row.number, row.verb, row.name, row.edits, row.table) for row in rows] == [
        (4, "save_plan", "Secondo", 1, "plan"),
        (3, "save_plan", "Secondo", 1, "plan"),
        (2, "something_new", "Altro", 1, "plan"),
        (1, "save_plan", "Altro", 1, "plan"),
    ]
    assert [row.number for row in recent(store, limit=2)] == [4, 3]
    assert verb_text(rows[2], EN) == "something_new"
    assert recent(store, limit=0) == ()


def test_recent_change_of_a_row_that_is_gone_has_no_name(store: Store) -> None:
    key = add_plan(store)
    rename(store, key, "Altro")
    delete(store, key)
    assert [row.name for row in recent(store)] == ["Altro", "", "Piano"]


# --- undo and redo ------------------------------------------------------------------------------


def test_undo_of_an_addition_a_change_and_a_removal(store: Store) -> None:
    key = add_plan(store)
    rename(store, key, "Altro")
    delete(store, key)
    undo_last(store)
    assert names(store) == ["Altro"]
    undo_last(store)
    assert names(store) == ["Piano"]
    undo_last(store)
    assert names(store) == []
    assert last_undoable(store) is None
    for expected in (["Piano"], ["Altro"], []):
        redo_last(store)
        assert names(store) == expected
    assert last_redoable(store) is None
    with store.read() as session:
        assert broken_links(session) == []


def test_undo_survives_reopening(store: Store) -> None:
    key = add_plan(store)
    rename(store, key, "Altro")
    store.close()
    store.lock = None
    with reopen(store.path) as again:
        undo_last(again)
        assert names(again) == ["Piano"]
    with reopen(store.path) as again:
        redo_last(again)
        assert names(again) == ["Altro"]


def test_undo_is_on_the_record_and_named(store: Store) -> None:
    key = add_plan(store)
    rename(store, key, "Altro")
    changes = undo(store, 2)
    assert (changes.topics, changes.ids) == ({"plan"}, (key,))
    redo_last(store)
    undo_last(store)
    texts = [verb_text(row, EN) for row in recent(store)]
    assert texts == [
        "Taken back: Saving of the plan",
        "Done again: Saving of the plan",
        "Taken back: Saving of the plan",
        "Saving of the plan",
        "Saving of the plan",
    ]
    assert [verb_text(row, EN) for row in history(store, "plan", key)] == texts
    assert [row.again for row in recent(store, limit=2)] == [False, True]


def test_new_gesture_ends_what_could_be_done_again(store: Store) -> None:
    key = add_plan(store)
    rename(store, key, "Altro")
    undo_last(store)
    assert last_redoable(store) is not None
    rename(store, key, "Nuovo")
    assert last_redoable(store) is None
    undo_last(store)
    assert names(store) == ["Piano"]


def test_undo_may_take_back_an_older_gesture_that_nothing_touched(store: Store) -> None:
    first, second = add_plan(store), add_plan(store, "Secondo")
    rename(store, first, "A")
    rename(store, second, "B")
    undo(store, 3)
    assert names(store) == ["B", "Piano"]


def test_row_added_again_has_seen_its_removal(store: Store) -> None:
    key = add_plan(store)
    delete(store, key)
    undo_last(store)
    with driver(store) as raw:
        assert raw.execute("select seen from edit where seq = 3").fetchone()[0] == f'{{"{store.replica_id}":2}}'


def test_undo_takes_many_rows_back_in_order(store: Store) -> None:
    key = add_plan(store)

    def add(session: Session) -> None:
        session.add_all(TrainingModule(plan_id=key, position=n, title=f"M{n}") for n in (1, 2))

    def swap(session: Session) -> None:
        one, two = session.scalars(sa.select(TrainingModule).order_by(TrainingModule.position))
        one.position = 3
        session.flush()
        two.position = 1
        session.flush()
        one.position = 2

    do(store, "save_plan", add)
    do(store, "save_plan", swap)
    undo_last(store)
    assert last_undoable(store) is not None
    with store.read() as session:
        modules = session.scalars(sa.select(TrainingModule).order_by(TrainingModule.position)).all()
        assert [module.title for module in modules] == ["M1", "M2"]
    undo_last(store)
    undo_last(store)
    assert names(store) == []


def test_undo_of_an_area_takes_its_account_too(store: Store, world: World) -> None:
    area = PriorityArea(plan_id=world.plan, level="low", number=1, title="Nidi")

    def add(session: Session) -> None:
        session.add(area)
        ensure_area_account(session, area)

    do(store, "save_area", add)
    changes = undo(store, recent(store, limit=1)[0].number)
    assert changes.topics == {"plan", "ledger"}
    redo_last(store)
    with store.read() as session:
        assert session.get(PriorityArea, area.id) is not None


def test_undo_refuses_what_was_changed_since(store: Store) -> None:
    key = add_plan(store)
    rename(store, key, "Altro")
    rename(store, key, "Ancora")
    for number in (1, 2):
        assert refusal(lambda number=number: undo(store, number)).code == "undo.changed_since"
    delete(store, key)
    for number in (1, 2, 3):
        assert refusal(lambda number=number: undo(store, number)).code == "undo.changed_since"
    undo_last(store)
    assert refusal(lambda: undo(store, 4)).code == "undo.changed_since"
    assert names(store) == ["Ancora"]


def test_undo_refuses_what_is_used_since(store: Store) -> None:
    key = add_plan(store)
    do(store, "save_act", lambda session: session.add(Act(plan_id=key, kind="decree", number="7")))
    assert refusal(lambda: undo(store, 1)).code == "undo.changed_since"
    assert names(store) == ["Piano"]


def test_undo_refuses_when_what_must_be_unique_is_taken(store: Store) -> None:
    organisation = Organisation(kind="company", name="Stripes")
    do(store, "save_organisation", lambda session: session.add(organisation))
    do(store, "save_organisation", lambda session: session.delete(session.get_one(Organisation, organisation.id)))
    do(store, "save_organisation", lambda session: session.add(Organisation(kind="company", name="Stripes")))
    assert refusal(lambda: undo(store, 2)).code == "undo.changed_since"


def test_undo_refuses_moved_money(store: Store, world: World) -> None:
    move(store, {world.source: -5, world.area: 5}, world.in_force)
    assert last_undoable(store) is None
    number = recent(store, limit=1)[0].number
    assert refusal(lambda: undo(store, number)).code == "undo.not_possible"
    ceiling = Ceiling(account_id=world.project, decision_id=world.in_force, amount=5)
    do(store, "close_meeting", lambda session: session.add(ceiling))
    assert refusal(lambda: undo(store, recent(store, limit=1)[0].number)).code == "undo.not_possible"


def test_undo_refuses_a_closed_meeting_and_approved_minutes(store: Store, world: World) -> None:
    def close(session: Session) -> None:
        session.get_one(Meeting, world.meeting_open).state = "closed"

    def approve(session: Session) -> None:
        minutes = Minutes(meeting_id=world.meeting_open, date_approved=date(2014, 4, 1), approved_at=NOON)
        minutes.content, minutes.content_hash, minutes.journal_head = "{}", "", ""
        session.add(minutes)

    for verb, action in (("close_meeting", close), ("approve_minutes", approve)):
        do(store, verb, action)
        assert last_undoable(store) is None
        number = recent(store, limit=1)[0].number
        assert refusal(lambda number=number: undo(store, number)).code == "undo.not_possible"


def test_undo_says_what_the_engine_refuses(store: Store, world: World) -> None:
    assert refusal(lambda: undo(store, 1)).code in ("undo.not_possible", "undo.changed_since")

    def member_opens(session: Session) -> None:
        session.get_one(Meeting, world.meeting_open).state = "suspended"
        session.get_one(Meeting, world.meeting_open).place = "Legnano"

    do(store, "suspend_meeting", member_opens)
    undo_last(store)
    with store.read() as session:
        assert session.get_one(Meeting, world.meeting_open).state == "open"


def test_undo_of_a_gesture_that_is_not_there(store: Store) -> None:
    assert isinstance(refusal(lambda: undo(store, 99)), NotFound)
    assert last_undoable(store) is None
    assert last_redoable(store) is None


def test_undo_looks_back_a_bounded_number_of_edits(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo_module, "STACK_EDITS", 3)
    key = add_plan(store)
    rename(store, key, "Altro")
    rename(store, key, "Ancora")
    undo_last(store)
    undo_last(store)
    assert names(store) == ["Piano"]
    assert last_undoable(store) is None


def test_undo_of_a_state_is_a_change_like_any_other(store: Store, world: World) -> None:
    do(
        store,
        "submit_proposal",
        lambda session: setattr(session.get_one(Proposal, world.proposal), "state", "submitted"),
    )
    undo_last(store)
    rows = history(store, "proposal", world.proposal)
    assert [(one.before, one.after) for one in rows[0].fields] == [(ProposalState.SUBMITTED, ProposalState.DRAFT)]
