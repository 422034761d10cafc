"""Acts that are done anew at each write, in a fresh folder, on a disk that fills there."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from app.models.errors import AppError
from app.services.keeping.bin import bin_rows
from app.services.keeping.retention import add_usual_classes, due_rows, empty_bin
from app.services.network.registry import delete_organisation
from app.services.users.keys import new_encrypted_archive
from app.services.wording.texts import translator
from tests.services.acting import ANNA, Act, archive, opened
from tests.services.acts import ACTS, ARCHIVES, CODE, Ready, erase, judge, leftovers, ready, settled, spoken_of, whole
from tests.services.simulated_disk import simulated

REFUSED = ("disk.full", "archive.upgrade_failed", "archive.read_only")


def _nothing(_folder: Path) -> None:
    """There is no archive yet."""


def _found(folder: Path) -> None:
    new_encrypted_archive(archive(folder), ANNA, CODE)


def _of_the_last_schema(folder: Path) -> None:
    shutil.copy(ARCHIVES / "schema-4.concilia", archive(folder))


def _due(folder: Path) -> None:
    """Somebody was removed long ago."""
    spoken_of(folder)
    with opened(folder) as store:
        store.clock = lambda: datetime(2014, 3, 31, 12, tzinfo=UTC)
        add_usual_classes(store, translator("it"))
        with store.read() as session:
            key = session.execute(sa.text("select id from organisation")).scalar_one()
        delete_organisation(store, key)
        assert len(bin_rows(store)) == 1


def _empty(folder: Path) -> None:
    with opened(folder) as store:
        empty_bin(store, [row.row.number for row in due_rows(store)], "termine trascorso")


def _as_it_was_before_an_erasing(folder: Path) -> None:
    spoken_of(folder)
    before = archive(folder).read_bytes()
    erase(folder)
    archive(folder).write_bytes(before)


def _open(folder: Path) -> None:
    opened(folder).close()


UNTOLD = {
    "found_archive": Act("founding", _nothing, _found),
    "upgrade_archive": Act("upgrade from the last schema", _of_the_last_schema, _open),
    "apply_erasures": Act("erasing in an old copy", _as_it_was_before_an_erasing, _open),
}
"""Acts that are done by making or opening an archive, by their verb: what it was before cannot be told."""

_BY_NAME = {act.name: act for act in ACTS}

ANEW = {
    **UNTOLD,
    "erase_person": _BY_NAME["erasing"],
    "empty_bin": Act("emptying of the bin", _due, _empty),
    "renew_key": _BY_NAME["new key"],
    "remove_user": _BY_NAME["removal of a user"],
    "restore_copy": _BY_NAME["restore"],
}
"""Acts that write the archive anew, or make it, by their verb: they cannot be tried again in their place."""


def begin_with(act: Act, place: Path) -> Ready:
    """The folder that an act is done on copies of."""
    if act not in UNTOLD.values():
        return ready(act, place)
    base = place / act.prepare.__name__
    base.mkdir(parents=True)
    act.prepare(base)
    return Ready(act, base, None)


def fill_at_writes(act: Act, place: Path, places: int | None) -> int:
    """Do an act with room for ever more writes; the number of disks that were filled.

    Args:
        places: of how many writes, spread over all, the last among them; None for each.
    """
    begin = begin_with(act, place / "acts")
    trial = begin.trial(place / "trial")
    with simulated() as disk:
        act.do(trial)
        writes = disk.writes
    shutil.rmtree(trial)
    step = 1 if places is None else max(1, writes // places)
    rooms = range(writes - 1, -1, -step)
    untouched = content(begin.base)
    for turn, room in enumerate(rooms):
        folder = begin.trial(place / "trial")
        code = do_with_room(act, folder, room)
        assert code is None or code in REFUSED, (act.name, room, code)
        if code is None or content(folder) != untouched:
            _judge(begin, folder, acknowledged=code is None)
        elif places is not None or turn % 10 == 0:  # it is as it was: done with room now and then
            act.do(folder)
            if begin.before is None:
                whole(folder)
            else:
                judge(act, begin.before, whole(folder), acknowledged=True)
        assert leftovers(folder) == set(), (act.name, room, leftovers(folder))
        shutil.rmtree(folder)
    return len(rooms)


def do_with_room(act: Act, folder: Path, room: int) -> str | None:
    """Do an act with room for so many writes; how it was refused."""
    with simulated() as disk:
        disk.room = room
        try:
            act.do(folder)
        except AppError as refusal:
            return refusal.code
    return None


def content(folder: Path) -> dict[str, str]:
    """What a folder holds, file by file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _judge(begin: Ready, folder: Path, *, acknowledged: bool) -> None:
    """What is left is whole, with the act done wholly or not at all; done, when it is done again with room."""
    after = settled(folder, begin.act, acknowledged=acknowledged)
    if begin.before is not None and not judge(begin.act, begin.before, after, acknowledged=acknowledged):
        begin.act.do(folder)
        judge(begin.act, begin.before, whole(folder), acknowledged=True)
