"""Copies outside: on another disk, which a fire, a thief or a broken drive does not take along with the archive.

When the last one was made is remembered on this computer, under a number that says nothing of the archive.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.models.copying import COPY_PARTS
from app.models.errors import EnvironmentFailed
from app.models.journal import Edit
from app.models.plan import Plan
from app.models.schema import ArchiveInfo
from app.models.store import Store
from app.services.keeping.copies import write_proved
from app.services.ports import SILENT, Progress
from app.services.settings import Settings, settings_path

OLD_AFTER = timedelta(days=7)
ENTRIES_MAX = 50


@dataclass(frozen=True)
class OutsideCopy:
    """A copy that was made on demand.

    Attributes:
        good: whether everything in it was in order.
        elsewhere: whether it lies on another disk than the archive.
    """

    path: Path
    good: bool
    elsewhere: bool


@dataclass(frozen=True)
class Reminder:
    """What there is to say of the last copy outside.

    Attributes:
        at: when it was made; None where none is known.
        due: whether it is time for another one.
    """

    at: datetime | None
    due: bool


def copy_outside(store: Store, target: Path, progress: Progress = SILENT) -> OutsideCopy:
    """Write a verified copy of the open archive where the user wants it.

    Raises:
        Cancelled: as `progress` did; nothing is left.
        EnvironmentFailed: "archive.exists", "archive.same_file", "archive.folder_missing", "archive.read_only",
            "disk.full", "archive.damaged", "archive.busy".
    """
    if target.resolve() == store.path.resolve():
        raise EnvironmentFailed("archive.same_file", name=target.name)
    good = write_proved(store, target, progress)
    progress.step(COPY_PARTS, COPY_PARTS)
    elsewhere = target.stat().st_dev != store.path.stat().st_dev
    if elsewhere:
        _remember(store, store.clock())
    return OutsideCopy(target, good, elsewhere)


def take_along(store: Store, target: Path, progress: Progress = SILENT) -> None:
    """Write a copy to go on working in, which counts as another one from now on.

    Raises:
        Cancelled, EnvironmentFailed: as `copy_outside`.
    """
    from app.models.restoring import new_replica

    copy_outside(store, target, progress)
    new_replica(target, store.key)


def outside_reminder(store: Store) -> Reminder:
    """Whether a copy outside is due: something was written since the last one, which is more than a week old.

    The sample archive is not anybody's work: of it nothing is due.
    """
    with store.read() as session:
        info = session.execute(sa.select(ArchiveInfo)).scalar_one()
        changed = session.scalar(sa.select(sa.func.max(Edit.made_at, type_=Edit.made_at.type)))
        sample = session.scalar(sa.select(Plan.source_line).limit(1)) is not None
    known = Settings(settings_path()).get("outside_copies").get(_name(info.file_id))
    at = None if known is None else datetime.fromisoformat(known)
    since = at or info.created_at
    old = not timedelta(0) <= store.clock() - since < OLD_AFTER
    return Reminder(at, due=old and not sample and changed is not None and (at is None or changed > at))


def _remember(store: Store, at: datetime) -> None:
    with store.read() as session:
        number = session.execute(sa.select(ArchiveInfo.file_id)).scalar_one()
    settings = Settings(settings_path())
    known = {**settings.get("outside_copies"), _name(number): at.isoformat()}
    newest = dict(sorted(known.items(), key=lambda entry: entry[1])[-ENTRIES_MAX:])
    settings.set("outside_copies", newest)


def _name(number: str) -> str:
    return hashlib.sha256(f"copies {number}".encode()).hexdigest()[:24]
