"""What is in a file that may be another version's: its counts, its money, the head of its journal. Nothing is written.

Plain statements over the tables that are there, so that a copy of an older schema is read as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.copying import CACHE_BYTES, refuse_faults
from app.models.enums import AccountKind
from app.models.errors import EnvironmentFailed
from app.models.journal import head_text, heads
from app.models.money import Cents
from app.models.schema import APPLICATION_ID, SCHEMA_VERSION
from app.models.store import archive_engine, translated
from app.services.journal.labels import TABLES

TOLD = ("proposal", "organisation", "alliance", "meeting", "decision", "transfer", "attachment")
"""Tables of which a copy's counts are told in a list."""

_BALANCES = """
select account.id, account.kind, account.name, account_state.balance, account_state.total
from account join account_state on account_state.account_id = account.id
order by account.position, account.id
"""


@dataclass(frozen=True)
class AccountFact:
    """An account as a file has it."""

    id: str
    kind: AccountKind
    name: str
    balance: Cents
    total: Cents


@dataclass(frozen=True)
class CopyFacts:
    """What is in a file.

    Attributes:
        number: of the archive; its copies have the same.
        schema: version of its tables.
        head: of its journal, as printed on documents.
        ends: last edit of each replica, with its hash.
        edits: in all.
        counts: rows of each table that is told of in the history, by the table's name.
        accounts: with what is on them.
    """

    number: str
    schema: int
    head: str
    ends: tuple[tuple[str, int, bytes], ...]
    edits: int
    changed_at: datetime | None
    counts: tuple[tuple[str, int], ...]
    accounts: tuple[AccountFact, ...]

    @property
    def money(self) -> Cents:
        """All that is in the plan."""
        return sum((account.total for account in self.accounts if account.kind is AccountKind.PLAN), Cents(0))

    def count(self, table: str) -> int:
        """Rows of a table; none where the file does not know it."""
        return dict(self.counts).get(table, 0)


def read_facts(path: Path, key: bytes | None, *, whole: bool = False) -> CopyFacts:
    """What is in an archive's file that nobody writes.

    Args:
        key: its data key; None for a plain one.
        whole: whether each of its pages and references is looked at first.

    Raises:
        EnvironmentFailed: "archive.not_an_archive" (also for another key), "archive.newer", "archive.damaged",
            "archive.read_only".
    """
    with _looking(path, key) as session:
        if whole:
            refuse_faults(session.connection(), path.name)
        return facts_of(session)


def facts_of(session: Session) -> CopyFacts:
    """What is in an archive that is open."""
    connection = session.connection()
    present = {row[0] for row in connection.exec_driver_sql("select name from sqlite_master where type = 'table'")}
    number = connection.exec_driver_sql("select file_id from archive_info").scalar_one()
    changed = connection.exec_driver_sql("select max(made_at) from edit").scalar()
    return CopyFacts(
        number=str(number),
        schema=int(connection.exec_driver_sql("pragma user_version").scalar_one()),
        head=head_text(session),
        ends=tuple(heads(session)),
        edits=int(connection.exec_driver_sql("select count(*) from edit").scalar_one()),
        changed_at=None if changed is None else datetime.fromisoformat(changed),
        counts=tuple((table, _count(connection, table)) for table in sorted(TABLES) if table in present),
        accounts=tuple(
            AccountFact(row[0], AccountKind(row[1]), row[2], row[3], row[4])
            for row in connection.exec_driver_sql(_BALANCES)
        ),
    )


def _count(connection: sa.Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f'select count(*) from "{table}"').scalar_one())


@contextmanager
def _looking(path: Path, key: bytes | None) -> Iterator[Session]:
    """A session on a file of this or of an older schema."""
    engine = archive_engine(path.resolve(), key, writing=False, cache_bytes=CACHE_BYTES)
    try:
        with translated(path), Session(engine) as session:
            refuse_other(session.connection(), path.name)
            yield session
    finally:
        engine.dispose()


def refuse_other(connection: sa.Connection, name: str) -> None:
    """Refuse what is no archive, or one that this program does not know yet.

    Raises:
        EnvironmentFailed: "archive.not_an_archive", "archive.newer".
    """
    if connection.exec_driver_sql("pragma application_id").scalar_one() != APPLICATION_ID:
        raise EnvironmentFailed("archive.not_an_archive", name=name)
    found = connection.exec_driver_sql("pragma user_version").scalar_one()
    if found > SCHEMA_VERSION:
        raise EnvironmentFailed("archive.newer", name=name, found=found, known=SCHEMA_VERSION)
