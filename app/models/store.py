"""The store: opens the archive, gives the only sessions, and is the one module that knows the engine.

One process writes an archive at a time; a lock file beside it says who. Writers start with BEGIN IMMEDIATE; every flush
of a writing session is journaled; what the engine refuses comes out as an `AppError`. While it is open for writing an
archive has a write-ahead log beside it; closed, it is one file.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2 as sqlcipher

from app.models import dialect, guards, journal, schema
from app.models.appearing import appearing, disk_errors, part_of, remove_part
from app.models.base import new_id
from app.models.errors import AppError, EnvironmentFailed, InvalidInput, RuleBroken
from app.models.glance import Ask, archive_uri
from app.models.keeping import settle
from app.models.lock import LockFile, user_name
from app.models.rights import check_right
from app.models.slots import KeyFile, keys_path, set_keys_aside, write_keys
from app.models.users import Person

SUFFIX = ".concilia"
BUSY_MILLISECONDS = 5000
CHECKED_AT_OPEN_BYTES = 16_000_000
"""Archives up to this size have every page looked at when they are opened (a few milliseconds)."""

NO_ROOM_BYTES = 1_000_000
"""With less than this left a disk that fails is one that is full."""

Clock = Callable[[], datetime]
Safeguard = Callable[["Store", str], None]
"""Makes a copy of the archive, for the occasion that is named, before something that cannot be taken back."""

SAFEGUARDED = {"close_meeting": "closing"}
"""Verbs before which a copy is made, with the name of the occasion."""


Identity = tuple[int, int]


def file_identity(path: Path) -> Identity | None:
    """Which file stands under a name: the same one keeps it when it is written, another one has another."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Store:
    """An open archive.

    Attributes:
        path: of the archive file.
        replica_id: this copy of the archive, in the journal.
        user: written on each edit.
        person: who works, in an encrypted archive; None is the keeper of a plain one.
        changing: whether the file is being put in the place of another one, under another key.
        sample: whether what is written now is sample data.
        saved_at: instant of the last write of this session, or None.
        writes: how often something else stood in the file since it was opened; the same number, the same records.
        safeguard: makes the copies that are made before what cannot be taken back; None where nobody keeps copies.
        reading_because: code of the refusal to write, where the place of the archive is the reason.
        reading_where: what that place is, in words of the world.
        identity: of the file that was opened; None where its name is not held against it.
        seen: the last day whose money counts, in an archive seen as it stood then; None in one seen as it is.
    """

    path: Path
    engine: Engine = field(repr=False)
    replica_id: str
    writing: bool
    key: bytes | None = field(default=None, repr=False)
    lock: LockFile | None = field(default=None, repr=False)
    user: str = field(default_factory=user_name)
    person: Person | None = None
    clock: Clock = _now
    sample: bool = False
    saved_at: datetime | None = None
    writes: int = 0
    changing: bool = False
    safeguard: Safeguard | None = field(default=None, repr=False)
    reading_because: str = "archive.opened_for_reading"
    reading_where: str = ""
    identity: Identity | None = field(default=None, repr=False)
    seen: date | None = None

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the archive; nothing that it is given is ever written."""
        with translated(self.path), Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session

    @contextlib.contextmanager
    def look(self) -> Iterator[Ask]:
        """A way to ask the statements of `app.models.glance`, of one state of the archive."""
        with self.read() as session:
            connection = session.connection()
            yield lambda statement: [tuple(row) for row in connection.exec_driver_sql(statement)]

    @contextlib.contextmanager
    def write(self, verb: str, *, undoes: int | None = None) -> Iterator[Session]:
        """A session whose changes are one transaction and one gesture of the journal.

        Args:
            verb: name of the service function, as the journal keeps it.
            undoes: gesture of this replica that is taken back.

        Raises:
            EnvironmentFailed: "archive.opened_for_reading" or the reason of it, "archive.moved", "disk.full",
                "archive.busy", "archive.damaged"; what the safeguard raises.
            RuleBroken: "right.missing"; what the engine's own guards refuse.
            InvalidInput: "text.character_missing" for a text that no file can hold.
        """
        if not self.writing:
            raise self.reading_refusal()
        check_right(self.person, [verb])
        if self.changing:
            raise EnvironmentFailed("archive.busy", name=self.path.name)
        self.check_place()
        if self.safeguard is not None and verb in SAFEGUARDED:
            self.safeguard(self, SAFEGUARDED[verb])
        engine = self.engine.execution_options(writing=True)
        user_id = None if self.person is None else self.person.id
        gesture = journal.Gesture(self.replica_id, verb, self.user, self.clock(), self.sample, undoes, user_id)
        with translated(self.path), journal.JournaledSession(engine, gesture) as session, session.begin():
            gesture.start(session)
            yield session
        self.saved_at = gesture.at
        self.writes += 1

    @contextlib.contextmanager
    def aside(self) -> Iterator[sa.Connection]:
        """A transaction on what is no part of the record (`app.models.kept`): no gesture, no edit, no right is asked.

        Raises:
            EnvironmentFailed: "archive.opened_for_reading", "archive.busy", "disk.full".
        """
        if not self.writing:
            raise self.reading_refusal()
        if self.changing:
            raise EnvironmentFailed("archive.busy", name=self.path.name)
        with translated(self.path), self.engine.execution_options(writing=True).begin() as connection:
            yield connection

    def reading_refusal(self) -> EnvironmentFailed:
        """Why nothing can be written."""
        return EnvironmentFailed(self.reading_because, name=self.path.name, where=self.reading_where)

    def check_place(self) -> None:
        """Refuse to go on when another file, or none, stands under the archive's name.

        What was saved last is in the log beside that name: it is brought into the file first, wherever that is now.

        Raises:
            EnvironmentFailed: "archive.moved".
        """
        if self._bring_in():
            raise EnvironmentFailed("archive.moved", name=self.path.name, folder=str(self.path.parent))

    def _bring_in(self) -> bool:
        """Whether the file is not under its name any more; the log, which is, is brought into it then.

        The engine itself leaves the log alone when it finds the file moved, be it at the last moment.
        """
        if self.identity in (None, file_identity(self.path)):
            return False
        with contextlib.suppress(sa.exc.DBAPIError, sqlcipher.DatabaseError), self.engine.connect() as connection:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        return True

    def clear_free_room(self) -> bool:
        """Write every page anew, so that nothing that went stands in free room or in the log; whether that was done.

        It is not where the disk has no room for it, and while somebody reads.
        """
        connection = self.engine.raw_connection()
        try:
            assert connection.driver_connection is not None
            connection.driver_connection.execute("vacuum")
            busy = connection.driver_connection.execute("pragma wal_checkpoint(truncate)").fetchall()[0][0]
        except sqlcipher.OperationalError:
            return False
        finally:
            connection.close()
        return not busy

    def close(self) -> None:
        """Close all connections, fold the write-ahead log into the file, give the lock back."""
        moved = self._bring_in()
        self.engine.dispose()
        if self.writing and not moved:
            with contextlib.suppress(sa.exc.DBAPIError, sqlcipher.DatabaseError):  # a reader is still there
                fold(self.engine)
        if self.lock is not None:
            self.lock.release()
            self.lock = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what the engine and the disk say into the errors of the program."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlcipher.DatabaseError) as failure:
        error = _known(str(getattr(failure, "orig", failure)), path)
        if error is None:
            raise
        raise error from failure
    except UnicodeDecodeError as failure:  # the engine quotes what stands in a damaged file
        raise EnvironmentFailed("archive.damaged", name=path.name) from failure
    except UnicodeEncodeError as failure:  # half of a pair, as a faulty clipboard gives it: no file can hold it
        broken, at = failure.object, failure.start
        place = broken[max(0, at - 24) : at + 24].encode("utf-8", "replace").decode().strip()
        raise InvalidInput("text.character_missing", character=f"U+{ord(broken[at]):04X}", place=place) from failure


_ENVIRONMENT = {
    "Could not decode to UTF-8": "archive.damaged",  # with the text itself, which may hold the words below
    "is full": "disk.full",
    "disk I/O error": "disk.failed",
    "readonly": "archive.read_only",
    "unable to open": "archive.read_only",
    "is locked": "archive.busy",
    "malformed": "archive.damaged",
    "not a database": "archive.not_an_archive",
}
"""Error code for words of the engine that are about the file, not about its content."""


def _known(message: str, path: Path) -> AppError | None:
    """The error for a message of the engine, or None when it is a bug of ours."""
    if message.startswith(guards.PREFIX):
        return RuleBroken(message.removeprefix(guards.PREFIX))
    for constraint, code in guards.CHECKS.items():
        if constraint in message:
            return RuleBroken(code)
    if "constraint failed" in message:
        return None
    for words, code in _ENVIRONMENT.items():
        if words in message:
            full = code == "disk.failed" and _no_room(path)  # the engine says so of the index of its log
            return EnvironmentFailed("disk.full" if full else code, name=path.name)
    return None


def _no_room(path: Path) -> bool:
    """Whether the disk that `path` is on has next to nothing left."""
    try:
        return shutil.disk_usage(path.parent).free < NO_ROOM_BYTES
    except OSError:
        return False


def archive_engine(
    path: Path,
    key: bytes | None,
    *,
    writing: bool,
    log: bool = True,
    foreign_keys: bool = True,
    synchronous: str = "full",
    cache_bytes: int = 0,
) -> Engine:
    """An engine on the file, with the settings that every connection needs.

    Args:
        log: whether what is written goes to a write-ahead log; without it opening changes nothing in the file.
        cache_bytes: how much of the file is kept in memory, for what reads all of it more than once; 0 for the usual.
    """
    name = archive_uri(path.resolve(), writing=writing)
    engine = sa.create_engine(
        dialect.URL,
        execution_options={"compiled_cache": dialect.STATEMENTS},
        creator=lambda: sqlcipher.connect(name, uri=True, isolation_level=None, check_same_thread=False),
        module=sqlcipher,
        poolclass=sa.pool.QueuePool,
        hide_parameters=True,  # they are people's, and a bug is logged
    )

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:
        if key is not None:
            connection.execute("pragma cipher_log_level = none")
            connection.execute(f"pragma key = \"x'{key.hex()}'\"")
        for pragma in (
            f"busy_timeout = {BUSY_MILLISECONDS}",
            f"foreign_keys = {int(foreign_keys)}",
            "recursive_triggers = 1",
            "trusted_schema = 0",
            "temp_store = memory",
            "cell_size_check = 1",
            f"synchronous = {synchronous}",
            "fullfsync = 1",
            "checkpoint_fullfsync = 1",
        ):
            connection.execute(f"pragma {pragma}")
        if cache_bytes:
            connection.execute(f"pragma cache_size = -{cache_bytes // 1024}")
        if writing and log:
            change_log(connection, "wal")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        immediate = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("begin immediate" if immediate else "begin")

    return engine


def change_log(driver: Any, mode: str) -> None:
    """Have the file written with this kind of log.

    The engine commits the change after its answer: one that is not read to the end fails without a word, with the
    journal of the change left beside the file.
    """
    driver.execute(f"pragma journal_mode = {mode}").fetchall()


def fold(engine: Engine) -> None:
    """Bring the write-ahead log into the file and take it away; all connections are closed before and after.

    Raises:
        sqlcipher.DatabaseError: what the engine says when it cannot; the log, or a journal, may lie beside the file.
    """
    connection = engine.raw_connection()
    try:
        change_log(connection.driver_connection, "delete")
    finally:
        connection.close()
        engine.dispose()


def create_archive(
    path: Path,
    *,
    fill: Callable[[Store], None] | None = None,
    key: bytes | None = None,
    keys: KeyFile | None = None,
) -> None:
    """Write a new archive; the file appears whole or not at all.

    Args:
        path: where; must not exist.
        fill: writes the first records, before the file appears under its name.
        key: 32 bytes that encrypt the file; None for a plain one.
        keys: the slots that open it, which lie beside it before it appears.

    Raises:
        EnvironmentFailed: "archive.exists", "archive.folder_missing", "archive.locked", "archive.read_only",
            "disk.full".
    """
    with translated(path), appearing(path) as part:
        part.touch()
        engine = archive_engine(part, key, writing=True, synchronous="off")  # synced whole before it gets its name
        try:
            store = Store(part, engine, new_id(), writing=True, key=key)
            with engine.execution_options(writing=True).begin() as connection:
                file_id = new_id() if keys is None else keys.file_id
                schema.create_schema(connection, store.replica_id, store.clock(), file_id)
            if fill is not None:
                fill(store)
        finally:
            engine.dispose()
        fold(engine)
        if keys is not None:
            set_keys_aside(path)
            write_keys(path, keys)


def open_archive(path: Path, *, writing: bool = True, key: bytes | None = None, lock: LockFile | None = None) -> Store:
    """Open an archive; an older one is copied, verified and brought to the present schema first.

    Args:
        path: of an existing archive.
        writing: False for reading beside another window that writes.
        key: as at creation.
        lock: of the archive, when it is held already; given back when it cannot be opened.

    Raises:
        EnvironmentFailed: "archive.missing", "archive.not_an_archive", "archive.damaged", "archive.newer",
            "archive.older_read_only", "archive.upgrade_failed", "archive.locked" (names machine and user),
            "archive.read_only", "disk.full".
    """
    path = path.resolve()
    if not path.is_file():
        code = "archive.not_an_archive" if path.exists() else "archive.missing"
        raise EnvironmentFailed(code, name=path.name if path.exists() else str(path))
    if writing and lock is None:
        lock = LockFile.acquire(path)
    engine = archive_engine(path, key, writing=writing)
    try:
        with translated(path), disk_errors(path):
            if writing:
                for left in (path, keys_path(path)):  # by a process that was killed while it wrote them anew
                    remove_part(part_of(left))
                settle(path)
            _bring_to_present(path, key, writing=writing)
            replica_id = _check_whole(path, key, writing=writing)
            with engine.execution_options(writing=writing).connect() as connection:
                schema.replica_of(connection)  # from here on there is a log, where it is written
    except BaseException:
        engine.dispose()
        if lock is not None:
            lock.release()
        raise
    return Store(path, engine, replica_id, writing, key, lock, identity=file_identity(path) if writing else None)


def _bring_to_present(path: Path, key: bytes | None, *, writing: bool) -> None:
    """Refuse what is no archive or a newer one; upgrade an older one.

    A process killed while it opened or closed the archive may have left a journal that only a writer may roll back.
    """
    cut_short = path.with_name(path.name + "-journal").exists()
    engine = archive_engine(path, key, writing=writing or cut_short, log=False)
    try:
        with engine.connect() as connection:
            application = connection.exec_driver_sql("pragma application_id").scalar_one()
            version = connection.exec_driver_sql("pragma user_version").scalar_one()
    finally:
        engine.dispose()
    if application != schema.APPLICATION_ID:
        raise EnvironmentFailed("archive.not_an_archive", name=path.name)
    if version > schema.SCHEMA_VERSION:
        raise EnvironmentFailed("archive.newer", name=path.name, found=version, known=schema.SCHEMA_VERSION)
    if version < schema.SCHEMA_VERSION:
        if not writing:
            raise EnvironmentFailed("archive.older_read_only", name=path.name)
        from app.models.migrations import upgrade  # only an older archive needs the steps

        upgrade(path, version, key)


def _check_whole(path: Path, key: bytes | None, *, writing: bool) -> str:
    """Replica of the archive, after a look at it: it can be written, no page is broken, nobody changed a guard.

    No byte of it is changed: a damaged file is kept as it was found.
    """
    engine = archive_engine(path, key, writing=writing, log=False)
    try:
        with engine.execution_options(writing=writing).connect() as connection:
            damaged = bool(schema.altered_objects(connection))
            if path.stat().st_size <= CHECKED_AT_OPEN_BYTES:
                damaged = damaged or bool(schema.page_faults(connection, thorough=False))
            if damaged:
                raise EnvironmentFailed("archive.damaged", name=path.name)
            return schema.replica_of(connection)
    finally:
        engine.dispose()


def file_faults(store: Store) -> list[str]:
    """What the engine's own checks say of the file; empty when it is whole. Reads every page."""
    with store.read() as session:
        connection = session.connection()
        dangling = schema.dangling_references(connection)
        return [
            *schema.page_faults(connection, thorough=True),
            *(f"{table} {row} → {parent}" for table, row, parent in dangling),
            *schema.altered_objects(connection),
        ]
