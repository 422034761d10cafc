"""Opening, making and copying archives; everything else takes the open `Store`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.models import slots
from app.models import store as engine
from app.models.errors import EnvironmentFailed, RuleBroken
from app.models.journal import Edit, head_text
from app.models.lock import LockFile
from app.models.schema import ArchiveInfo
from app.models.store import Store
from app.services.keeping.erasing import apply_erasures
from app.services.keeping.places import Place, PlaceKind, place_of_file

if TYPE_CHECKING:
    from app.services.users.keys import Credentials

SUFFIX = engine.SUFFIX


def open_archive(
    path: Path, *, writing: bool = True, credentials: Credentials | None = None, lock: LockFile | None = None
) -> Store:
    """Open an archive for this program.

    One that lies where a write may be lost is opened for reading, and says why it cannot be written.

    Args:
        path: of an existing archive.
        writing: False to read beside another window that writes.
        credentials: of a user, where it is encrypted.
        lock: of a plain archive, when it is held already; given back when it cannot be opened.

    Raises:
        RuleBroken: "keys.needed" when it is encrypted and no credentials were given; as `keys.open_with`.
        EnvironmentFailed: "archive.missing", "archive.not_an_archive", "archive.damaged", "archive.newer",
            "archive.locked", "archive.read_only"; "keys.missing" and others of `keys.open_with`.
    """
    place = place_of_file(path) if writing and path.is_file() else Place(PlaceKind.LOCAL)
    if place.kind is not PlaceKind.LOCAL:
        if lock is not None:
            lock.release()
        store = open_archive(path, writing=False, credentials=credentials)
        store.reading_because, store.reading_where = place.kind.value, place.where
        return store
    if slots.is_encrypted(path):
        if credentials is None:
            raise RuleBroken("keys.needed", name=path.name)
        from app.services.users.keys import open_with  # a plain archive needs none of it

        return _guarded(open_with(path, credentials, writing=writing))
    try:
        return _guarded(engine.open_archive(path, writing=writing, lock=lock))
    except EnvironmentFailed as failure:
        if failure.code == "archive.not_an_archive" and slots.lost_keys(path):
            keys = slots.keys_path(path).name
            raise EnvironmentFailed("keys.missing", name=path.name, keys=keys) from failure
        raise


def _guarded(store: Store) -> Store:
    """The store, with copies made before what cannot be taken back; what was erased since it was copied is erased."""
    store.safeguard = _safeguard
    try:
        apply_erasures(store)
    except BaseException:
        store.close()
        raise
    return store


def _safeguard(store: Store, occasion: str) -> None:
    from app.services.keeping.copies import safeguard  # most archives are opened and closed without

    safeguard(store, occasion)


CLOCK_SLACK = timedelta(minutes=10)


def clock_refusal(store: Store) -> EnvironmentFailed | None:
    """A word about the clock of this computer, when it is behind what was written last: "clock.behind".

    What is written then is numbered in order all the same; its hours would mislead whoever reads the history.
    """
    with store.read() as session:
        last = session.scalar(sa.select(sa.func.max(Edit.made_at, type_=Edit.made_at.type)))
    now = store.clock()
    if last is None or last - now <= CLOCK_SLACK:
        return None
    return EnvironmentFailed("clock.behind", last=last, now=now)


def new_archive(path: Path) -> None:
    """Write an empty archive that opens without a password; see `keys.new_encrypted_archive` for one that does not.

    The suffix is the user's business on the command line, the window adds it.

    Raises:
        EnvironmentFailed: "archive.exists", "archive.folder_missing", "archive.read_only", "disk.full".
    """
    engine.create_archive(path)


def refuse_existing(path: Path) -> None:
    """Refuse a place where an archive cannot be made, before anything is asked.

    Raises:
        EnvironmentFailed: "archive.exists", "archive.folder_missing".
    """
    if path.exists():
        raise EnvironmentFailed("archive.exists", name=path.name)
    if not path.parent.is_dir():
        raise EnvironmentFailed("archive.folder_missing", name=str(path.parent))


@dataclass(frozen=True)
class ArchiveFacts:
    """What there is to say of an archive as a file.

    Attributes:
        size: bytes of the file, with what waits beside it to be folded in.
        number: the archive's own number; a copy or a renamed file keeps it.
        replica: number of this copy of the archive, in the journal.
        changed_at: instant of the last edit, None before the first.
        journal_head: as printed on documents.
    """

    name: str
    folder: str
    size: int
    number: str
    replica: str
    created_at: datetime
    changed_at: datetime | None
    edits: int
    journal_head: str


def archive_facts(store: Store) -> ArchiveFacts:
    """The open archive as a file."""
    with store.read() as session:
        info = session.execute(sa.select(ArchiveInfo)).scalar_one()
        last = session.execute(sa.select(sa.func.max(Edit.made_at, type_=Edit.made_at.type))).scalar_one()
        edits = session.execute(sa.select(sa.func.count()).select_from(Edit)).scalar_one()
        head = head_text(session)
    parts = (store.path, store.path.with_name(store.path.name + "-wal"))
    return ArchiveFacts(
        name=store.path.name,
        folder=str(store.path.parent),
        size=sum(part.stat().st_size for part in parts if part.exists()),
        number=info.file_id,
        replica=info.replica_id,
        created_at=info.created_at,
        changed_at=last,
        edits=edits,
        journal_head=head,
    )
