"""What the archive's room asks the services: gestures, places of records, the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models.journal import Edit, head_text
from app.models.store import Store
from app.services.archive import archive_facts
from app.services.findings import check
from app.services.journal.journal import gesture_history, recent
from app.services.journal.undo import undo
from app.services.plan.funding import load_source, save_source
from app.services.reports.archive_lists import (
    change_texts,
    finding_lines,
    history_lines,
    history_list,
    journal_lines,
)
from app.services.rooms import Place, place_of
from app.services.wording.formats import format_size
from app.services.wording.texts import translator
from tests.services.builders import a_plan, a_source, an_area, an_organisation

EN = translator("en")


def test_gesture_tells_its_edits_with_the_names_that_the_rows_had_then(store: Store) -> None:
    a_plan(store)
    source_id = a_source(store, name="Quota fissa")
    for name in ("Quota nuova", "Quota ultima"):
        save_source(store, replace(load_source(store, source_id), name=name))
    renamed, first_renamed, added, _plan = recent(store)
    assert renamed.replica == store.replica_id
    (change,) = gesture_history(store, first_renamed.replica, first_renamed.number, 10)[:1]
    assert (change.change, change.name) == ("changed", "Quota nuova")
    assert [(field.before, field.after) for field in change.fields] == [("Quota fissa", "Quota nuova")]
    rows = gesture_history(store, added.replica, added.number, 10)
    assert {row.change for row in rows} == {"added"}
    assert len(rows) == added.edits
    assert gesture_history(store, added.replica, added.number, 1) == rows[:1]
    undo(store, renamed.number)
    (back,) = gesture_history(store, store.replica_id, recent(store)[0].number, 1)
    assert (back.verb, back.undone, back.name) == ("undo", "save_source", "Quota nuova")


def test_lines_of_the_journal_keep_their_keys_when_something_is_done(store: Store) -> None:
    a_plan(store)
    before = journal_lines(store, EN)
    an_area(store)
    assert journal_lines(store, EN)[1:] == before


def test_history_says_which_record_it_is_of(store: Store) -> None:
    a_plan(store)
    source_id = a_source(store, name="Quota fissa")
    table = history_list(store, EN, "funding_source", source_id)
    assert table.subtitle == "Funding source «Quota fissa»"
    assert table.rows == history_lines(store, EN, "funding_source", source_id)


def test_check_is_told_by_its_title(sample: Store) -> None:
    gesture = next(row for row in recent(sample) if row.table == "declaration")
    (first,) = gesture_history(sample, gesture.replica, gesture.number, 1)
    told = {field.field: change_texts(field, EN) for field in first.fields}
    assert told["check_code"] == ("", "Award in the table of projects")


def test_keys_of_findings_stay_when_another_one_is_settled(sample: Store) -> None:
    found = check(sample, EN)
    lines = finding_lines(found, EN)
    assert len({line.id for line in lines}) == len(lines)
    rest = [line.id for line in lines if line.title != found[0].title]
    without = finding_lines([each for each in found if each.title != found[0].title], EN)
    assert [line.id for line in without] == rest


def test_record_is_found_in_its_room_while_it_is_there(store: Store) -> None:
    plan_id = a_plan(store)
    assert place_of(store, plan_id) == Place("plan", "plan")
    assert place_of(store, a_source(store)) == Place("plan", "funding_source")
    organisation_id = an_organisation(store, "Ente")
    assert place_of(store, organisation_id) == Place("network", "organisation")
    undo(store, recent(store)[0].number)
    assert place_of(store, organisation_id) is None
    assert place_of(store, "") is None


def test_file_is_described_as_it_is(store: Store) -> None:
    assert archive_facts(store).changed_at is None
    store.clock = lambda: datetime(2014, 3, 31, 10, 42, tzinfo=UTC)
    a_plan(store)
    facts = archive_facts(store)
    with store.read() as session:
        edits = session.execute(sa.select(sa.func.count()).select_from(Edit)).scalar_one()
        head = head_text(session)
    assert Path(facts.folder) / facts.name == store.path
    assert (facts.edits, facts.journal_head, facts.replica) == (edits, head, store.replica_id)
    assert facts.changed_at == datetime(2014, 3, 31, 10, 42, tzinfo=UTC)
    assert facts.size >= store.path.stat().st_size > 0


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1,00 kB"),
        (1_914_880, "1,91 MB"),
        (2_500_000_000, "2,50 GB"),
    ],
)
def test_size_is_read_at_a_glance(size: int, text: str) -> None:
    assert format_size(size).replace("\u00a0", " ") == text
