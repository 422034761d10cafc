"""Older archives: copied and verified first, then brought to the present schema in one transaction, or left alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy.orm
from sqlcipher3 import dbapi2 as sqlcipher

from app.models import journal, migrations, schema
from app.models.errors import EnvironmentFailed
from app.models.migrations import rebuild, to_2, to_3, to_4, to_5
from app.models.store import archive_engine, file_faults, open_archive
from app.resources import resource
from app.services.ledger.rows import balances, recompute
from tests.services.world import World

ARCHIVES = Path(__file__).resolve().parents[1] / "archives"


@pytest.fixture
def older(world_archive: tuple[Path, World], tmp_path: Path) -> Path:
    """An archive as version 0 might have written it: a column had another name, two guards were not there yet."""
    path = Path(shutil.copy(world_archive[0], tmp_path / "piano.concilia"))
    with raw(path) as connection:
        connection.execute("begin")
        for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f"drop trigger {name}")
        connection.execute("alter table plan rename column purpose to goal")
        connection.execute("create trigger old_guard before delete on plan begin select raise(abort, 'old'); end")
        connection.execute("pragma user_version = 0")
        connection.execute("commit")
    return path


class raw:  # noqa: N801 - reads like a function
    """A connection of the driver to a closed archive, without the settings of the store."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlcipher.connect(str(path), isolation_level=None)

    def __enter__(self) -> Any:
        return self.connection

    def __exit__(self, *_exception: object) -> None:
        self.connection.close()


def contents(path: Path) -> dict[str, list[Any]]:
    with raw(path) as connection:
        tables = connection.execute("select name from sqlite_master where type = 'table' order by name").fetchall()
        found = {name: sorted(connection.execute(f"select * from {name}"), key=repr) for (name,) in tables}
        objects = connection.execute("select type, name, sql from sqlite_master order by 1, 2").fetchall()
        return {**found, "objects": objects, "version": connection.execute("pragma user_version").fetchall()}


def rename_back(connection: sa.Connection) -> None:
    connection.exec_driver_sql("alter table plan rename column goal to purpose")


def make_anew(connection: sa.Connection) -> None:
    """The way to change a table's constraints: make it anew, with its rows, under the references to it."""
    rename_back(connection)
    made = connection.exec_driver_sql("select sql from sqlite_master where name = 'plan'").scalar_one()
    connection.exec_driver_sql(made.replace("TABLE plan", "TABLE plan_new").replace('TABLE "plan"', "TABLE plan_new"))
    connection.exec_driver_sql("insert into plan_new select * from plan")
    connection.exec_driver_sql("drop table plan")
    connection.exec_driver_sql("pragma legacy_alter_table = 1")
    connection.exec_driver_sql("alter table plan_new rename to plan")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> dict[int, migrations.Step]:
    """The steps of the machinery, empty, to be filled by the test."""
    made: dict[int, migrations.Step] = {version: lambda _connection: None for version in migrations.STEPS}
    monkeypatch.setattr(migrations, "STEPS", made)
    return made


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob("piano.before-v*-*.concilia"))


@pytest.mark.parametrize("step", [rename_back, make_anew])
def test_older_archive_is_copied_then_brought_to_the_present(
    step: migrations.Step, older: Path, steps: dict[int, migrations.Step], world: World
) -> None:
    steps[0] = step
    before = contents(older)
    with open_archive(older) as opened:
        assert file_faults(opened) == []
        assert recompute(opened) == ()
        assert {row.id for row in balances(opened)} >= {world.source, world.area, world.project}
        with opened.read() as session:
            assert session.scalar(sa.text("select purpose from plan")) == ""
    (copy,) = copies(older)
    assert contents(copy) == before
    after = contents(older)
    for table, rows in before.items():
        assert table in ("objects", "version") or after[table] == rows
    assert after["version"] == [(schema.SCHEMA_VERSION,)]
    assert "old_guard" not in {name for _type, name, _sql in after["objects"]}
    assert sorted(path.name for path in older.parent.iterdir() if path.is_file()) == [copy.name, older.name]


def test_present_archive_is_opened_without_a_copy(world_archive: tuple[Path, World], tmp_path: Path) -> None:
    path = Path(shutil.copy(world_archive[0], tmp_path / "piano.concilia"))
    open_archive(path).close()
    assert copies(path) == []


def test_steps_run_one_after_the_other(
    older: Path, steps: dict[int, migrations.Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []
    with raw(older) as connection:
        connection.execute("pragma user_version = -2")
    for version, step in ((0, rename_back), (-1, lambda _c: None), (-2, lambda _c: None)):
        steps[version] = lambda connection, version=version, step=step: (ran.append(version), step(connection))
    open_archive(older).close()
    assert ran == [-2, -1, 0]


def leave_dangling(connection: sa.Connection) -> None:
    rename_back(connection)
    connection.exec_driver_sql("delete from act")


def leave_a_table(connection: sa.Connection) -> None:
    rename_back(connection)
    connection.exec_driver_sql("create table left_over (a)")


def break_down(connection: sa.Connection) -> None:
    rename_back(connection)
    raise ValueError("a bug in a step")


def wrong_sql(connection: sa.Connection) -> None:
    rename_back(connection)
    connection.exec_driver_sql("alter table no_such add column a")


FAILING: dict[str, Callable[[sa.Connection], None] | None] = {
    "dangling reference": leave_dangling,
    "table left over": leave_a_table,
    "bug": break_down,
    "wrong statement": wrong_sql,
    "no step": None,
}


@pytest.mark.parametrize("how", FAILING)
def test_failed_upgrade_leaves_the_archive_and_names_the_copy(
    how: str, older: Path, steps: dict[int, migrations.Step]
) -> None:
    step = FAILING[how]
    if step is not None:
        steps[0] = step
    before = contents(older)
    with pytest.raises(EnvironmentFailed) as caught:
        open_archive(older)
    (copy,) = copies(older)
    assert caught.value.code == "archive.upgrade_failed"
    assert caught.value.values == {"name": "piano.concilia", "copy": copy.name}
    assert contents(older) == before == contents(copy)
    assert sorted(path.name for path in older.parent.iterdir() if path.is_file()) == [copy.name, older.name]


def test_damaged_older_archive_is_not_upgraded(older: Path, steps: dict[int, migrations.Step]) -> None:
    steps[0] = rename_back
    with raw(older) as connection:
        connection.execute("delete from act")
    with pytest.raises(EnvironmentFailed) as caught:
        open_archive(older)
    assert caught.value.code == "archive.damaged"
    assert copies(older) == []


def test_text_of_the_present_schema_is_that_of_the_models() -> None:
    """Written by `python -m tools.schema`; that of a released schema never changes again."""
    text = resource("schemas", f"schema-{schema.SCHEMA_VERSION}.sql").read_text("utf-8")
    assert text == schema.schema_text()


def test_what_old_rows_gain_is_on_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(shutil.copy(ARCHIVES / "schema-1.concilia", tmp_path / "piano.concilia"))
    grown = schema.schema_text().replace('CREATE TABLE "plan" (', 'CREATE TABLE "plan" (\n\tmotto TEXT NOT NULL, ', 1)
    monkeypatch.setattr(rebuild, "_text", lambda _version: grown)
    engine = archive_engine(path, None, writing=True, foreign_keys=False)
    with engine.execution_options(writing=True).begin() as connection:
        schema.drop_guards(connection)
        fills = {**to_2.FILLS, **to_3.FILLS, **to_4.FILLS, **to_5.FILLS, "plan.motto": "'Insieme: ' || name"}
        rebuild.bring_to(connection, 2, fills)
        name, motto = connection.exec_driver_sql("select name, motto from plan").one()
        assert motto == f"Insieme: {name}"
        assert schema.dangling_references(connection) == []
        with sa.orm.Session(connection) as session:
            assert journal.broken_links(session) == []
        payload = connection.exec_driver_sql(
            "select payload from edit_payload natural join edit where table_name = 'plan' and verb = 'upgrade_archive'"
        ).scalar_one()
        assert json.loads(payload)["after"]["motto"] == motto
    engine.dispose()


def test_no_step_is_missing_between_the_released_schemas() -> None:
    assert sorted(migrations.STEPS) == list(range(1, schema.SCHEMA_VERSION))


# --- archives of the released schemas -----------------------------------------------------------

MOVED = {
    ("call", day): f"(select {day} from call_rules where call_id = call.id and version = 1)"
    for day in ("date_opened", "date_closed")
}
"""Where what a released schema held stands now, by table and column."""


def test_an_archive_of_each_released_schema_is_kept() -> None:
    kept = sorted(path.name for path in ARCHIVES.glob("schema-*.concilia"))
    assert kept == [f"schema-{version}.concilia" for version in range(1, schema.SCHEMA_VERSION + 1)]


@pytest.mark.parametrize("version", range(1, schema.SCHEMA_VERSION + 1))
def test_archive_of_a_released_schema_opens_with_all_that_it_held(version: int, tmp_path: Path) -> None:
    path = Path(shutil.copy(ARCHIVES / f"schema-{version}.concilia", tmp_path / "piano.concilia"))
    expected = json.loads((ARCHIVES / f"schema-{version}.json").read_text("utf-8"))
    with open_archive(path) as opened:
        assert file_faults(opened) == []
        assert recompute(opened) == ()
        rows = balances(opened)
        assert [[row.kind.value, row.name, row.depth, row.balance, row.total, row.ceiling] for row in rows] == (
            expected["balances"]
        )
        with opened.read() as session:
            for table, held in expected["tables"].items():
                columns = ", ".join(MOVED.get((table, column), column) for column in held["columns"])
                found = session.connection().exec_driver_sql(f"select {columns} from {table} order by 1").all()
                assert [list(row) for row in found] == held["rows"], table
