"""A change of key that a full disk or a reader stops: everybody still gets in, and keys can be changed afterwards."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.models import keyed, slots
from app.models.errors import EnvironmentFailed, RuleBroken
from app.models.slots import KeyFile, keys_path, new_key, own_keys, read_keys
from app.models.store import Store, archive_engine, file_faults, fold
from app.services.archive import open_archive
from app.services.users import attempts
from app.services.users.facts import list_users
from app.services.users.keys import (
    Credentials,
    UserDraft,
    add_user,
    change_password,
    new_encrypted_archive,
    remove_user,
    renew_key,
    renew_sheet,
)
from tests.services.acting import cheap
from tests.services.simulated_disk import simulated

ANNA = UserDraft("Anna", "anna", "una frase di anna")
BRUNO = UserDraft("Bruno", "bruno", "una frase di bruno")
CARLA = UserDraft("Carla", "carla", "una frase di carla")
CODE = "0" * 32
FOLD_WRITES = 6
"""Writes of the engine while it takes the log away from a file: a journal of the first page, and that page."""

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="stands between the engine and this system's files")


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "COST", slots.COST)
    cheap()
    attempts._in_memory.clear()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of two keepers, and its sheet."""
    kept = slots.COST
    cheap()
    folder = tmp_path_factory.mktemp("prepared")
    new_encrypted_archive(folder / "piano.concilia", ANNA, CODE)
    with opened(folder / "piano.concilia") as store:
        add_user(store, BRUNO)
    slots.COST = kept
    return folder


@pytest.fixture
def path(prepared: Path, tmp_path: Path) -> Path:
    """The archive, in a folder of the test's own."""
    return Path(shutil.copytree(prepared, tmp_path / "own")) / "piano.concilia"


def opened(path: Path, user: UserDraft = ANNA, *, writing: bool = True) -> Store:
    """The archive, by a user's password, with no copies made before what is done."""
    attempts._in_memory.clear()
    store = open_archive(path, writing=writing, credentials=Credentials(user.login, user.password))
    store.safeguard = None
    return store


def lets_in(path: Path, *users: UserDraft, code: str = CODE) -> None:
    """All of these get in, with the sheet too; the archive is whole, and nothing lies beside it."""
    for credentials in (*(Credentials(user.login, user.password) for user in users), Credentials("", code)):
        with open_archive(path, credentials=credentials) as store:
            assert file_faults(store) == []
    assert {entry.name for entry in path.parent.iterdir()} == {path.name, keys_path(path).name}
    assert len(read_keys(path).proofs) == 1


@on_linux
@pytest.mark.parametrize("room", range(FOLD_WRITES))
@pytest.mark.parametrize("key", [None, new_key()], ids=["plain", "encrypted"])
def test_log_that_cannot_be_taken_away_is_said(tmp_path: Path, key: bytes | None, room: int) -> None:
    file = tmp_path / "own" / "a.db"
    file.parent.mkdir()
    file.touch()
    with simulated() as disk:
        engine = archive_engine(file, key, writing=True)
        with engine.begin() as connection:
            connection.exec_driver_sql("create table t (x)")
        engine.dispose()
        disk.room = disk.writes + room
        with pytest.raises(Exception, match="disk is full"):
            fold(engine)
        disk.room = None
        fold(engine)
    assert [entry.name for entry in file.parent.iterdir()] == ["a.db"]


@on_linux
@pytest.mark.parametrize("is_put_back", [True, False], ids=["keys put back", "keys of both"])
def test_disk_that_fills_before_the_new_file_takes_the_place(
    path: Path, monkeypatch: pytest.MonkeyPatch, is_put_back: bool
) -> None:
    """The journal of the old file's first page must not be played into the new file."""
    with simulated() as disk:

        def fill_and_fold(engine: Any) -> None:
            monkeypatch.setattr(keyed, "fold", fold)
            disk.room = disk.writes + FOLD_WRITES - 1
            if not is_put_back:
                monkeypatch.setattr(keyed, "write_keys", without_room)
            fold(engine)

        with opened(path) as store:
            monkeypatch.setattr(keyed, "fold", fill_and_fold)
            with pytest.raises(EnvironmentFailed) as failure:
                renew_key(store)
    assert failure.value.code == "disk.full"
    assert len(read_keys(path).proofs) == (1 if is_put_back else 2)
    monkeypatch.undo()
    cheap()
    lets_in(path, ANNA, BRUNO)
    with opened(path) as store:
        renew_key(store)
    lets_in(path, ANNA, BRUNO)


def without_room(archive: Path, _file: KeyFile) -> None:
    """In the place of `write_keys`."""
    raise EnvironmentFailed("disk.full", name=archive.name)


def test_nothing_takes_the_place_of_a_file_with_a_journal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = path.with_name(path.name + "-journal")

    def fold_and_leave(engine: Any) -> None:
        fold(engine)
        journal.write_bytes(b"")

    with opened(path) as store:
        before = store.key
        monkeypatch.setattr(keyed, "fold", fold_and_leave)
        with pytest.raises(EnvironmentFailed) as failure:
            renew_key(store)
        assert failure.value.code == "archive.busy"
        assert store.key == before
    journal.unlink(missing_ok=True)
    lets_in(path, ANNA, BRUNO)


def _add(store: Store) -> None:
    add_user(store, CARLA)


def _password(store: Store) -> None:
    change_password(store, next(row.id for row in list_users(store) if row.name == "Bruno"), BRUNO.password)


def _sheet(store: Store) -> None:
    renew_sheet(store, CODE)


@pytest.mark.parametrize(
    ("afterwards", "is_put_back"),
    [(_add, False), (_password, False), (_sheet, False), (_add, True)],
)
def test_keys_change_after_a_reader_stopped_a_new_key(
    path: Path, monkeypatch: pytest.MonkeyPatch, afterwards: Callable[[Store], object], is_put_back: bool
) -> None:
    with opened(path) as store:
        between: list[KeyFile] = []

        def once(archive: Path, file: KeyFile) -> None:
            if between and not is_put_back:
                without_room(archive, file)
            between.append(file)
            slots.write_keys(archive, file)

        monkeypatch.setattr(keyed, "write_keys", once)
        monkeypatch.setattr("app.models.store.BUSY_MILLISECONDS", 0)
        store.engine.dispose()
        with opened(path, BRUNO, writing=False) as reader, reader.read() as session:
            session.connection().exec_driver_sql("select count(*) from plan").all()
            with pytest.raises(EnvironmentFailed) as failure:
                renew_key(store)
        assert failure.value.code == "archive.busy"
        monkeypatch.setattr(keyed, "write_keys", slots.write_keys)
        afterwards(store)
    lets_in(path, ANNA, BRUNO, *([CARLA] if afterwards is _add else []))


def test_keys_change_after_the_last_step_of_a_removal_found_no_room(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dora = UserDraft("Dora", "dora", "una frase di dora")
    with opened(path) as store:
        add_user(store, dora)
        written: list[KeyFile] = []

        def once(archive: Path, file: KeyFile) -> None:
            if written:
                without_room(archive, file)
            written.append(file)
            slots.write_keys(archive, file)

        monkeypatch.setattr(keyed, "write_keys", once)
        remove_user(store, next(row.id for row in list_users(store) if row.name == "Dora"))
        assert len(read_keys(path).proofs) == 2
        monkeypatch.setattr(keyed, "write_keys", slots.write_keys)
        _add(store)
    lets_in(path, ANNA, BRUNO, CARLA)
    with pytest.raises(RuleBroken) as refusal:
        opened(path, dora)
    assert refusal.value.code == "keys.wrong"


def test_keys_of_another_archive_are_not_written_into(path: Path) -> None:
    with pytest.raises(EnvironmentFailed) as failure:
        own_keys(path, new_key())
    assert failure.value.code == "keys.other_archive"


@on_linux
def test_a_password_that_could_not_be_recorded_is_not_changed(path: Path) -> None:
    with simulated() as disk, opened(path) as store:
        anna = next(row.id for row in list_users(store) if row.name == "Anna")
        disk.room = disk.writes
        for act in (
            lambda: change_password(store, anna, "una frase nuova di anna", ANNA.password),
            lambda: add_user(store, CARLA),
            lambda: renew_sheet(store, "1" * 32),
        ):
            with pytest.raises(EnvironmentFailed) as refused:
                act()
            assert refused.value.code == "disk.full"
        disk.room = None
    lets_in(path, ANNA, BRUNO)
