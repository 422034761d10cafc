"""The store: opens the archive, gives the only sessions, and is the one module that knows the engine.

One process writes an archive at a time; a lock file beside it says who. Writers start with BEGIN IMMEDIATE; every flush
of a writing session is journaled; what the engine refuses comes out as an `AppError`.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlcipher3 import dbapi2 as sqlcipher

from app.models import guards, journal, ledger, meetings, network, plan, proposals, territory
from app.models.base import Base, new_id, table_args
from app.models.errors import AppError, EnvironmentFailed, RuleBroken
from app.models.lock import LockFile, user_name

MODULES = (journal, ledger, meetings, network, plan, proposals, territory)
"""Every module that declares tables."""

APPLICATION_ID = 0x434F4E43
"""«CONC» in the header of each archive."""

SCHEMA_VERSION = 1
SUFFIX = ".concilia"
BUSY_MILLISECONDS = 5000

Clock = Callable[[], datetime]


class ArchiveInfo(Base):
    """The one row that says what this file is and which copy of the program writes it."""

    __tablename__ = "archive_info"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file_id: Mapped[str]
    replica_id: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = table_args(sa.CheckConstraint("id = 1", name="one_row"))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Store:
    """An open archive.

    Attributes:
        path: of the archive file.
        replica_id: this copy of the archive, in the journal.
        user: written on each edit.
        sample: whether what is written now is sample data.
        saved_at: instant of the last write of this session, or None.
    """

    path: Path
    engine: Engine
    replica_id: str
    writing: bool
    lock: LockFile | None
    user: str = field(default_factory=user_name)
    clock: Clock = _now
    sample: bool = False
    saved_at: datetime | None = None

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the archive and cannot write."""
        with translated(self.path), Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session

    @contextlib.contextmanager
    def write(self, verb: str, *, undoes: int | None = None) -> Iterator[Session]:
        """A session whose changes are one transaction and one gesture of the journal.

        Args:
            verb: name of the service function, as the journal keeps it.
            undoes: gesture of this replica that is taken back.

        Raises:
            EnvironmentFailed: "archive.opened_for_reading", "disk.full", "archive.busy", "archive.damaged".
            RuleBroken: what the engine's own guards refuse.
        """
        if not self.writing:
            raise EnvironmentFailed("archive.opened_for_reading", name=self.path.name)
        engine = self.engine.execution_options(writing=True)
        with translated(self.path), Session(engine, expire_on_commit=False) as session, session.begin():
            gesture = journal.Gesture(self.replica_id, verb, self.user, self.clock(), self.sample, undoes)
            gesture.start(session)
            session.info["gesture"] = gesture
            journal.watch(session)
            yield session
        self.saved_at = gesture.at

    def close(self) -> None:
        """Close all connections, fold the write-ahead log into the file, give the lock back."""
        if self.writing:
            with contextlib.suppress(sa.exc.DatabaseError), self.engine.connect() as connection:
                connection.connection.driver_connection.execute("pragma wal_checkpoint(truncate)")  # type: ignore[union-attr]
        self.engine.dispose()
        if self.lock is not None:
            self.lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what the engine says into the errors of the program."""
    try:
        yield
    except sa.exc.DBAPIError as failure:
        error = _known(str(failure.orig), path)
        if error is None:
            raise
        raise error from failure
    except sqlcipher.DatabaseError as failure:
        error = _known(str(failure), path)
        if error is None:
            raise
        raise error from failure


def _known(message: str, path: Path) -> AppError | None:
    """The error for a message of the engine, or None when it is a bug of ours."""
    if message.startswith(guards.PREFIX):
        return RuleBroken(message.removeprefix(guards.PREFIX))
    for constraint, code in guards.CHECKS.items():
        if constraint in message:
            return RuleBroken(code)
    environment = {
        "is full": "disk.full",
        "disk I/O error": "disk.failed",
        "readonly": "archive.read_only",
        "unable to open": "archive.read_only",
        "is locked": "archive.busy",
        "malformed": "archive.damaged",
        "not a database": "archive.not_an_archive",
    }
    for words, code in environment.items():
        if words in message:
            return EnvironmentFailed(code, name=path.name)
    return None


def _engine(path: Path, key: bytes | None, *, writing: bool, foreign_keys: bool = True) -> Engine:
    """An engine on the file, with the settings that every connection needs."""
    name = path.resolve().as_uri() + ("?mode=rw" if writing else "?mode=ro")
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: sqlcipher.connect(name, uri=True, isolation_level=None, check_same_thread=False),
        module=sqlcipher,
        poolclass=sa.pool.QueuePool,
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
            "cell_size_check = 1",
            "synchronous = full",
            "fullfsync = 1",
            "checkpoint_fullfsync = 1",
        ):
            connection.execute(f"pragma {pragma}")
        if writing:
            connection.execute("pragma journal_mode = wal")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        immediate = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("begin immediate" if immediate else "begin")

    return engine


def create_archive(path: Path, *, fill: Callable[[Store], None] | None = None, key: bytes | None = None) -> None:
    """Write a new archive; the file appears whole or not at all.

    Args:
        path: where; must not exist.
        fill: writes the first records, before the file appears under its name.
        key: 32 bytes that encrypt the file; None for a plain one.

    Raises:
        EnvironmentFailed: "archive.exists", "archive.folder_missing", "archive.read_only", "disk.full".
    """
    if path.exists():
        raise EnvironmentFailed("archive.exists", name=path.name)
    if not path.parent.is_dir():
        raise EnvironmentFailed("archive.folder_missing", name=str(path.parent))
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    _remove_archive_files(part)
    try:
        with translated(path), _writable(path):
            part.touch()
            _write_new(part, fill, key)
            _sync(part)
            part.rename(path)
            _sync(path.parent)
    finally:
        _remove_archive_files(part)


def _write_new(part: Path, fill: Callable[[Store], None] | None, key: bytes | None) -> None:
    engine = _engine(part, key, writing=True)
    _unsynced(engine)
    replica_id = new_id()
    with engine.execution_options(writing=True).begin() as connection:
        for pragma in (f"application_id = {APPLICATION_ID}", f"user_version = {SCHEMA_VERSION}"):
            connection.exec_driver_sql(f"pragma {pragma}")
        create_schema(connection)
        info = {"id": 1, "file_id": new_id(), "replica_id": replica_id, "created_at": _now()}
        connection.execute(sa.insert(ArchiveInfo), [info])
    store = Store(part, engine, replica_id, writing=True, lock=None)
    try:
        if fill is not None:
            fill(store)
    finally:
        store.close()


def _unsynced(engine: Engine) -> None:
    """No waiting for the disk while a file has no name yet: it is synced whole before it gets one."""

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:
        connection.execute("pragma synchronous = off")


def create_schema(connection: sa.Connection) -> None:
    """Make every table and guard of the present schema in an empty file."""
    Base.metadata.create_all(connection)
    connection.execute(sa.insert(ledger.Zero), [{"value": 0}])
    for statement in guards.statements():
        connection.exec_driver_sql(statement)


@contextlib.contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        code = "disk.full" if failure.errno == 28 else "archive.read_only"
        raise EnvironmentFailed(code, name=path.name) from failure


def _sync(path: Path) -> None:
    """Have the disk hold what was written; folders cannot be synced on Windows, where the rename is enough."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_archive_files(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def open_archive(path: Path, *, writing: bool = True, key: bytes | None = None) -> Store:
    """Open an archive; an older one is copied, verified and brought to the present schema first.

    Args:
        path: of an existing archive.
        writing: False for reading beside another window that writes.
        key: as at creation.

    Raises:
        EnvironmentFailed: "archive.missing", "archive.not_an_archive", "archive.damaged", "archive.newer",
            "archive.locked" (names machine and user), "archive.read_only".
    """
    if not path.is_file():
        raise EnvironmentFailed("archive.missing", name=str(path))
    lock = LockFile.acquire(path) if writing else None
    try:
        with translated(path), _writable(path):
            _check_version(path, key, writing=writing)
            engine = _engine(path, key, writing=writing)
            replica_id = _check_whole(engine, path)
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    return Store(path, engine, replica_id, writing=writing, lock=lock)


def _check_version(path: Path, key: bytes | None, *, writing: bool) -> None:
    engine = _engine(path, key, writing=False)
    try:
        with engine.connect() as connection:
            application = connection.exec_driver_sql("pragma application_id").scalar_one()
            version = connection.exec_driver_sql("pragma user_version").scalar_one()
    finally:
        engine.dispose()
    if application != APPLICATION_ID:
        raise EnvironmentFailed("archive.not_an_archive", name=path.name)
    if version > SCHEMA_VERSION:
        raise EnvironmentFailed("archive.newer", name=path.name, found=version, known=SCHEMA_VERSION)
    if version < SCHEMA_VERSION:
        if not writing:
            raise EnvironmentFailed("archive.older_read_only", name=path.name)
        from app.models.migrations import upgrade  # only an older archive needs the steps

        upgrade(path, version, key)


def _check_whole(engine: Engine, path: Path) -> str:
    """Replica of the archive, after a look at the schema: nobody may have dropped a guard."""
    with engine.connect() as connection:
        if schema_objects(connection) != expected_objects():
            raise EnvironmentFailed("archive.damaged", name=path.name)
        return str(connection.execute(sa.select(ArchiveInfo.replica_id)).scalar_one())


def schema_objects(connection: sa.Connection) -> frozenset[tuple[str, str]]:
    """(type, name) of every table, index and trigger of the file."""
    rows = connection.exec_driver_sql(
        "select type, name from sqlite_master where name not like 'sqlite_%' and type in ('table', 'index', 'trigger')"
    )
    return frozenset((kind, name) for kind, name in rows)


def expected_objects() -> frozenset[tuple[str, str]]:
    """(type, name) of every table, index and trigger of the present schema."""
    tables = Base.metadata.tables.values()
    return frozenset(
        {("table", table.name) for table in tables}
        | {("index", str(index.name)) for table in tables for index in table.indexes}
        | {("trigger", statement.split()[2]) for statement in guards.statements()}
    )


def file_faults(store: Store) -> list[str]:
    """What the engine's own checks say of the file; empty when it is whole. Reads every page."""
    with store.read() as session:
        connection = session.connection()
        faults = [row[0] for row in connection.exec_driver_sql("pragma integrity_check") if row[0] != "ok"]
        faults += [f"{table} {rowid}: {parent}" for table, rowid, parent, _ in _dangling(connection)]
    return faults


def _dangling(connection: sa.Connection) -> list[tuple[str, Any, str, int]]:
    return [tuple(row) for row in connection.exec_driver_sql("pragma foreign_key_check")]


def copy_archive(store: Store, target: Path) -> None:
    """Write a verified copy of an open archive; it appears whole or not at all.

    Raises:
        EnvironmentFailed: "archive.exists", "disk.full", "archive.damaged".
    """
    if target.exists():
        raise EnvironmentFailed("archive.exists", name=target.name)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    _remove_archive_files(part)
    try:
        with translated(target), _writable(target):
            with store.engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute("vacuum into ?", (str(part),))
            check = _engine(part, None, writing=False)
            with check.connect() as connection:
                if connection.exec_driver_sql("pragma integrity_check").scalar_one() != "ok":
                    raise EnvironmentFailed("archive.damaged", name=store.path.name)
            check.dispose()
            _sync(part)
            part.rename(target)
    finally:
        _remove_archive_files(part)


def stamp() -> str:
    """Day and time for the name of a copy: «20140331-104207»."""
    return time.strftime("%Y%m%d-%H%M%S")
