"""Copies that the program makes by itself: before what cannot be taken back, and while one works.

They lie in a folder beside the archive, each a whole archive with its keys. A copy gets its name when every page and
reference of it was looked at, and its proof when every invariant holds; the name says when and why it was made. No
figure of a copy is shown before its bytes were found to be those that were proved.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.models import copying
from app.models.appearing import disk_errors, part_of, put, sync, sync_folder, take_away
from app.models.errors import EnvironmentFailed
from app.models.journal import Edit
from app.models.slots import SUFFIX as KEYS_SUFFIX
from app.models.slots import is_encrypted, keys_path, read_keys, serves
from app.models.store import SUFFIX, Store
from app.services.keeping.copy_facts import CopyFacts, facts_of, read_facts
from app.services.keeping.thinning import Kept, to_remove
from app.services.ports import SILENT, Progress
from app.services.settings import Settings, settings_path
from app.services.wording.texts import LANGUAGES, N_, translator

FOLDER_SUFFIX = ".copies"
PROOF = ".proof"
"""Suffix of the file beside a copy in which all was in order when it was made: its SHA-256, against bits that flip."""

UNFINISHED = (".part", ".part-journal", ".lock")
"""How names end that only a process at work has here."""

REGULAR_AFTER = timedelta(minutes=15)

_one_at_a_time = threading.RLock()
"""A copy that is made while one works, and one that an act needs, wait for each other."""

_NAME = re.compile(rf"(\d{{8}}T\d{{6}})Z-([a-z]+){re.escape(SUFFIX)}")


class Occasion(StrEnum):
    """Why a copy was made."""

    REGULAR = "regular"
    CLOSING = "closing"
    KEYS = "keys"
    UPGRADE = "upgrade"
    RESTORE = "restore"
    REQUEST = "request"


OCCASIONS = {
    Occasion.REGULAR: N_("While one works"),
    Occasion.CLOSING: N_("Before a meeting was closed"),
    Occasion.KEYS: N_("Before the key was changed"),
    Occasion.UPGRADE: N_("Before an upgrade"),
    Occasion.RESTORE: N_("Before a copy was restored"),
    Occasion.REQUEST: N_("On request"),
}


@dataclass(frozen=True)
class CopyFile:
    """A copy, as its name tells it.

    Attributes:
        good: whether everything in it was in order when it was made.
        size: bytes, with its keys.
    """

    path: Path
    occasion: Occasion
    made_at: datetime
    size: int
    good: bool


@dataclass(frozen=True)
class CopyRow:
    """A copy, and what is in it.

    Attributes:
        facts: None where it cannot be read, for the reason of `refusal`.
        refusal: code of the refusal: "copy.other_key" for one made under an earlier key, "archive.damaged".
    """

    file: CopyFile
    facts: CopyFacts | None
    refusal: str = ""

    @property
    def id(self) -> str:
        """Key of the row: the name of the file."""
        return self.file.path.name


# --- what is there --------------------------------------------------------------------------------


def copies_folder(path: Path) -> Path:
    """Where the copies of the archive at `path` lie."""
    return path.with_name(path.name + FOLDER_SUFFIX)


def copy_files(path: Path) -> tuple[CopyFile, ...]:
    """The copies of the archive at `path`, the newest first; upgrades of the first releases left theirs beside it."""
    return tuple(sorted(_found(path), key=lambda copy: (copy.made_at, copy.path.name), reverse=True))


def _found(path: Path) -> Iterator[CopyFile]:
    with contextlib.suppress(OSError):
        for entry in copies_folder(path).iterdir():
            match = _NAME.fullmatch(entry.name)
            if match and match[2] in set(Occasion):
                made_at = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
                yield _file(entry, Occasion(match[2]), made_at)
    with contextlib.suppress(OSError):
        for entry in path.parent.glob(f"{_escaped(path.name.removesuffix(SUFFIX))}.before-v*{SUFFIX}"):
            yield _file(entry, Occasion.UPGRADE, datetime.fromtimestamp(entry.stat().st_mtime, UTC))


def _escaped(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


def _file(path: Path, occasion: Occasion, made_at: datetime) -> CopyFile:
    keys = keys_path(path)
    size = path.stat().st_size + (keys.stat().st_size if keys.exists() else 0)
    return CopyFile(path, occasion, made_at, size, good=_proof(path).exists())


def _proof(copy: Path) -> Path:
    return copy.with_name(copy.name + PROOF)


def _digest(copy: Path) -> str:
    with copy.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_whole: dict[tuple[str, int, int, str], bool] = {}
"""Whether the bytes of a copy were those that were proved: by name, size and instant of the file, and its proof."""


def refuse_flipped(copy: Path, *, anew: bool = True) -> None:
    """Refuse a copy whose bytes are not those that were proved; of one without a proof nothing is known.

    Args:
        anew: whether it is read again, even if nothing seems to have touched it since it was read last.

    Raises:
        EnvironmentFailed: "archive.damaged".
    """
    try:
        proof = _proof(copy).read_text("ascii", "replace")
    except FileNotFoundError:
        return
    except OSError as failure:
        raise EnvironmentFailed("archive.damaged", name=copy.name) from failure
    found = copy.stat()
    known = (str(copy), found.st_size, found.st_mtime_ns, proof)
    if anew or known not in _whole:
        with disk_errors(copy):
            _whole[known] = _digest(copy) == proof
    if not _whole[known]:
        raise EnvironmentFailed("archive.damaged", name=copy.name)


_known: dict[tuple[str, int, int], CopyFacts] = {}
"""What was read of copies, which never change: by name, size and instant of the file."""


def copy_rows(store: Store) -> tuple[CopyRow, ...]:
    """The copies of an open archive with what is in them, the newest first."""
    return tuple(read_copy(file, store.key) for file in copy_files(store.path))


def read_copy(file: CopyFile, key: bytes | None) -> CopyRow:
    """What is in a copy.

    Args:
        key: data key of the archive; a copy without a password is read without it.
    """
    found = file.path.stat()
    known = (str(file.path), found.st_size, found.st_mtime_ns)
    encrypted = is_encrypted(file.path)
    try:
        if encrypted and (key is None or not serves(read_keys(file.path), key)):
            return CopyRow(file, None, "copy.other_key")
        refuse_flipped(file.path, anew=False)
        if known not in _known:
            _known[known] = read_facts(file.path, key if encrypted else None, whole=not file.good)
    except EnvironmentFailed as refusal:
        return CopyRow(file, None, refusal.code)
    return CopyRow(file, _known[known])


def newest_good(path: Path) -> CopyFile | None:
    """The last copy in which everything was in order when it was made, and is still as it was."""
    for copy in copy_files(path):
        if copy.good:
            with contextlib.suppress(EnvironmentFailed):
                refuse_flipped(copy.path, anew=False)
                return copy
    return None


# --- making them ------------------------------------------------------------------------------------


def make_copy(store: Store, occasion: Occasion, progress: Progress = SILENT) -> CopyFile:
    """Write a verified copy of the open archive into the folder of its copies, and let go of what is not kept longer.

    One in which an invariant does not hold gets no proof: it is better than none, and never taken for a good one.

    Raises:
        Cancelled: as `progress` did; nothing is left of the copy.
        EnvironmentFailed: "disk.full", "archive.read_only", "archive.damaged", "archive.busy".
    """
    folder = copies_folder(store.path)
    with _one_at_a_time:
        with disk_errors(folder):
            folder.mkdir(mode=0o700, exist_ok=True)
            _wipe_leftovers(folder)
        at = store.clock().astimezone(UTC).replace(microsecond=0)
        while (target := folder / f"{at:%Y%m%dT%H%M%S}Z-{occasion.value}{SUFFIX}").exists():
            at += timedelta(seconds=1)
        if write_proved(store, target, progress):
            _write_proof(target)
        thin(store.path, store.clock())
    return _file(target, occasion, at)


def write_proved(store: Store, target: Path, progress: Progress = SILENT) -> bool:
    """Write a copy and verify all of it; whether every invariant holds in it.

    Raises:
        Cancelled: as `progress` did.
        EnvironmentFailed: as `copying.copy_archive`.
    """
    from app.services.integrity import verify  # it knows every table's rules: not needed to list copies

    holds: list[bool] = []

    def prove(engine: Engine) -> None:
        copy = Store(target, engine, store.replica_id, writing=False, key=store.key)
        with copy.read() as session:
            ends = facts_of(session).ends
        _refuse_strange(store, ends, target)
        holds.append(verify(copy, translator(LANGUAGES[0]), progress).ok)

    copying.copy_archive(store, target, progress.step, prove)
    return holds[-1]


def _write_proof(copy: Path) -> None:
    """Say of a copy that all was in order, and what its bytes are."""
    part = part_of(_proof(copy))
    with disk_errors(copy):
        try:
            part.write_text(_digest(copy), "ascii")
            sync(part)
            put(part, _proof(copy))
            sync_folder(copy.parent)
        finally:
            take_away(part)


def _refuse_strange(store: Store, ends: tuple[tuple[str, int, bytes], ...], target: Path) -> None:
    """Refuse a copy whose journal does not end where the archive's has been."""
    with store.read() as session:
        for replica, seq, found in ends:
            if session.scalar(sa.select(Edit.hash).where(Edit.replica == replica, Edit.seq == seq)) != found:
                raise EnvironmentFailed("archive.damaged", name=target.name)


def safeguard(store: Store, occasion: str) -> None:
    """Make a copy before what cannot be taken back, unless the last one has everything; see `Store.safeguard`.

    Raises:
        EnvironmentFailed: as `make_copy`.
    """
    with _one_at_a_time:
        last = newest_good(store.path)
        facts = read_copy(last, store.key).facts if last is not None else None
        with store.read() as session:
            present = facts_of(session)
        if facts is None or (facts.head, facts.schema) != (present.head, present.schema):
            make_copy(store, Occasion(occasion))


class RegularCopies:
    """Makes a copy of an open archive every so often, when something was written since the last one."""

    def __init__(self, store: Store, elapsed: Callable[[], float] = time.monotonic) -> None:
        """Begin to watch.

        Args:
            elapsed: seconds that pass, whatever the clock of the computer is set to.
        """
        self._store = store
        self._elapsed = elapsed
        self._made: float | None = None
        self._seq: int | None = None

    def due(self) -> bool:
        """Whether a copy is to be made now."""
        store = self._store
        if not store.writing or store.changing:
            return False
        if self._made is not None and self._elapsed() - self._made < REGULAR_AFTER.total_seconds():
            return False
        last = newest_good(store.path)
        if last is not None and timedelta(0) <= store.clock() - last.made_at < REGULAR_AFTER:
            return False
        if self._seq is None and last is not None:
            facts = read_copy(last, store.key).facts
            ends = {} if facts is None else {replica: seq for replica, seq, _hash in facts.ends}
            self._seq = ends.get(store.replica_id, 0) if facts is not None else None
        return self._present() > (self._seq or 0)

    def make(self, progress: Progress = SILENT) -> CopyFile | None:
        """Make a copy when it is due; None when it is not.

        Raises:
            Cancelled, EnvironmentFailed: as `make_copy`; the next one is due after the usual time then.
        """
        if not self.due():
            return None
        self._made, seq = self._elapsed(), self._present()
        made = make_copy(self._store, Occasion.REGULAR, progress)
        self._seq = seq
        return made

    def _present(self) -> int:
        """Last edit of this copy of the archive."""
        with self._store.read() as session:
            newest = session.scalar(sa.select(sa.func.max(Edit.seq)).where(Edit.replica == self._store.replica_id))
        return newest or 0


# --- letting go -------------------------------------------------------------------------------------


def thin(path: Path, now: datetime, limit: int | None = None) -> tuple[Path, ...]:
    """Remove the copies that are not kept any longer; those that upgrades left beside the archive stay.

    Args:
        limit: bytes that all together may have; None for what the settings say.
    """
    if limit is None:
        limit = Settings(settings_path()).get("copies_gigabytes") * 1_000_000_000
    folder = copies_folder(path)
    files = [copy for copy in copy_files(path) if copy.path.parent == folder]
    kept = [Kept(copy.path.name, copy.made_at, copy.size, copy.good) for copy in files]
    gone = tuple(folder / name for name in to_remove(kept, now, limit))
    for each in gone:
        remove_copy(each)
    return gone


def remove_copy(copy: Path) -> None:
    """Take a copy away, its keys after it; one that another program holds stays until the next time."""
    with contextlib.suppress(OSError):
        copy.unlink(missing_ok=True)
        keys_path(copy).unlink(missing_ok=True)
        _proof(copy).unlink(missing_ok=True)


def drop_plain(store: Store) -> int:
    """Take away the copies that anybody can read, of an archive that has a password now; a copy with one is made first.

    Raises:
        EnvironmentFailed: as `make_copy`; they stay then.
    """
    plain = [copy.path for copy in copy_files(store.path) if not is_encrypted(copy.path)]
    if plain:
        make_copy(store, Occasion.KEYS)
    for copy in plain:
        remove_copy(copy)
    return len(plain)


def _wipe_leftovers(folder: Path) -> None:
    """Take away what a process that was killed left of a copy: nobody else writes here now."""
    for entry in folder.iterdir():
        name = entry.name
        if name.endswith(UNFINISHED):
            take_away(entry)
        for suffix in (KEYS_SUFFIX, PROOF):
            if name.endswith(SUFFIX + suffix) and not entry.with_name(name.removesuffix(suffix)).exists():
                take_away(entry)
