"""Archives under a password: opening one by its slots, and putting one under another key.

To change the key the archive is written anew under it, beside the old one, checked, and put in its place by one rename.
The keys beside it serve both files before that rename and only the new one after: a process killed at any instant
leaves an archive that opens, and whoever opens it next settles the keys.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.models import schema, slots
from app.models.appearing import disk_errors, part_of, patient, remove_part, sync, sync_folder
from app.models.copying import CACHE_BYTES, refuse_faults
from app.models.enums import UserRole, UserState
from app.models.errors import EnvironmentFailed, RuleBroken
from app.models.keeping import has_logs, hold, let_go, settle
from app.models.slots import KeyFile, keys_path, open_slot, read_keys, remove_keys, write_keys
from app.models.store import Store, archive_engine, file_identity, fold, open_archive, translated
from app.models.users import ArchiveUser, Person
from app.models.watching import size_of, watched

RECOVERY_NAME = "Foglio di recupero"
"""Written into the history in the place of a user's name."""

Recorder = Callable[[Store], None]
"""Writes into the new file what was done."""

Watch = Callable[[int, int], None]
"""`watch(done, total)` in bytes; may raise `Cancelled`."""


def open_keyed(path: Path, login: str, password: str, *, writing: bool = True) -> Store:
    """Open an encrypted archive.

    Args:
        login: of the user; empty for the recovery sheet, whose letters are the password.

    Raises:
        RuleBroken: "keys.wrong", "user.disabled".
        EnvironmentFailed: "keys.missing", "keys.damaged", "keys.newer", "keys.other_archive"; those of `open_archive`.
    """
    path = path.resolve()
    file = read_keys(path)
    try:
        opened = open_slot(file, login, password)
    except EnvironmentFailed as failure:
        raise EnvironmentFailed(failure.code, name=keys_path(path).name) from failure
    generation, store = _open_any(path, opened.keys, writing=writing)
    try:
        with store.read() as session:
            if schema.file_id_of(session.connection()) != file.file_id:
                raise EnvironmentFailed("keys.other_archive", name=path.name, keys=keys_path(path).name)
        store.person = person_of(store, opened.user_id)
        store.user = store.person.name
        if writing and (len(file.proofs) > 1 or not file.whole):
            write_keys(path, slots.settled(file, generation, opened.keys[generation]))
    except BaseException:
        store.close()
        raise
    return store


def _open_any(path: Path, keys: Any, *, writing: bool) -> tuple[int, Store]:
    """The archive, by the newest of these data keys that fits."""
    for generation in sorted(keys, reverse=True):
        try:
            return generation, open_archive(path, writing=writing, key=keys[generation])
        except EnvironmentFailed as failure:
            if failure.code != "archive.not_an_archive":
                raise
    raise EnvironmentFailed("keys.other_archive", name=path.name, keys=keys_path(path).name)


def person_of(store: Store, user_id: str) -> Person:
    """Who opened the archive.

    Raises:
        RuleBroken: "keys.wrong", "user.disabled".
    """
    if user_id == slots.RECOVERY:
        return Person(slots.RECOVERY, RECOVERY_NAME, UserRole.KEEPER)
    with store.read() as session:
        user = session.get(ArchiveUser, user_id)
        if user is None or user.state == UserState.REMOVED:
            raise RuleBroken("keys.wrong")
        if user.state == UserState.DISABLED:
            raise RuleBroken("user.disabled")
        return user.person()


@contextlib.contextmanager
def keys_put_back(store: Store) -> Iterator[None]:
    """Have the keys as they were when the gesture that writes them is refused, at its very end too."""
    before = read_keys(store.path)
    try:
        yield
    except BaseException:
        with contextlib.suppress(EnvironmentFailed):  # they open the archive as they are
            if read_keys(store.path) != before:
                write_keys(store.path, before)
        raise


# --- another key ---------------------------------------------------------------------------------


def change_key(
    store: Store,
    key: bytes | None,
    keys: tuple[KeyFile | None, KeyFile | None],
    record: Recorder,
    watch: Watch,
) -> None:
    """Write an open archive anew under another key, and put it in the place of the present file.

    Args:
        key: new data key; None to leave the archive plain.
        keys: what lies beside the archive while it passes over (None to leave what is there), and after (None for
            nothing).
        record: writes into the new file what was done.
        watch: told of bytes written.

    Raises:
        EnvironmentFailed: "archive.busy", "archive.damaged", "disk.full", "archive.read_only"; the archive is as
            before, and so are its keys, or they serve the new one too where the disk has no room to put them back.
        Cancelled: by `watch`; the same.
    """
    path, between, after = store.path, *keys
    part = part_of(path)
    before = None if between is None or store.key is None else slots.own_keys(path, store.key)
    if store.safeguard is not None:
        store.safeguard(store, "keys")
    store.changing = True
    try:
        with translated(path), disk_errors(path):
            remove_part(part)
            part.touch()
            try:
                _export(store, part, key, watch)
                _finish_part(store, part, key, record)
                if between is not None:
                    write_keys(path, between)
                take_place(store, part, key)
            except BaseException:
                if before is not None and part.exists():  # it has not taken the place
                    with contextlib.suppress(EnvironmentFailed):
                        write_keys(path, before)
                raise
            finally:
                remove_part(part)
        with contextlib.suppress(EnvironmentFailed):  # what is there opens the archive; its next opening settles it
            if after is None:
                remove_keys(path)
            elif after is not between:
                write_keys(path, after)
    finally:
        store.changing = False


def _export(store: Store, part: Path, key: bytes | None, watch: Watch) -> None:
    """Write everything that the archive holds into `part`, under `key`; nobody else writes meanwhile."""
    total = store.path.stat().st_size
    connection = store.engine.raw_connection()
    driver: Any = connection.driver_connection
    try:
        secret = "" if key is None else f"x'{key.hex()}'"
        driver.execute("attach ? as fresh key ?", (str(part), secret))
        try:
            for pragma in ("journal_mode = off", "synchronous = off"):
                driver.execute(f"pragma fresh.{pragma}").fetchall()
            driver.execute("begin immediate")
            try:
                watch(0, total)
                with watched(driver, lambda: watch(min(size_of(part), total), total)):
                    driver.execute("select sqlcipher_export('fresh')").fetchall()
                watch(total, total)
                for pragma in ("application_id", "user_version"):
                    value = driver.execute(f"pragma main.{pragma}").fetchone()[0]
                    driver.execute(f"pragma fresh.{pragma} = {value}")
                driver.execute("commit")
            except BaseException:
                with contextlib.suppress(Exception):
                    driver.execute("rollback")
                raise
        finally:
            driver.execute("detach fresh")
    finally:
        connection.close()


def _finish_part(store: Store, part: Path, key: bytes | None, record: Recorder) -> None:
    """Put on the record in the new file what was done, check the whole of it, and have the disk hold it."""
    fresh = finish_part(replace(store, key=key, lock=None, changing=False, safeguard=None, identity=None), part, record)
    store.saved_at = fresh.saved_at
    store.writes += 1


def finish_part(like: Store, part: Path, record: Recorder) -> Store:
    """Put on the record in `part` what was done, check the whole of it, and have the disk hold it.

    Args:
        like: the store that `record` gets, but for its engine.

    Raises:
        EnvironmentFailed: "archive.damaged".
    """
    size = min(part.stat().st_size, CACHE_BYTES)
    engine = archive_engine(part, like.key, writing=True, log=False, synchronous="off", cache_bytes=size)
    try:
        fresh = replace(like, engine=engine)
        record(fresh)
        with engine.connect() as connection:
            refuse_faults(connection, like.path.name)
            if schema.altered_objects(connection):
                raise EnvironmentFailed("archive.damaged", name=like.path.name)
    finally:
        engine.dispose()
    sync(part)
    return fresh


def take_place(store: Store, part: Path, key: bytes | None, *, keep: Path | None = None) -> None:
    """The one rename; before it the old file is whole by itself, with no log beside it.

    A log of the old file would be played into the new one: that none is left is looked at, and held by the disk.

    Args:
        keep: name that the old file has from then on; None where it goes.

    Raises:
        EnvironmentFailed: "archive.busy".
    """
    store.engine.dispose()
    fold(store.engine)
    if has_logs(store.path):
        raise EnvironmentFailed("archive.busy", name=store.path.name)
    sync_folder(store.path.parent)
    try:
        if keep is not None:
            hold(store.path, keep)
        patient(lambda: part.replace(store.path))
        sync_folder(store.path.parent)
    except BaseException:
        store.engine = archive_engine(store.path, store.key, writing=True)
        let_go(store.path)
        raise
    store.engine, store.key = archive_engine(store.path, key, writing=True), key
    store.identity = file_identity(store.path)
    if keep is not None:
        settle(store.path)
