"""A disk that fills up at any write, and one whose power is cut: between the engine and the file system.

The engine's file methods are replaced by ours, which note what is done or refuse it; the few calls that the program
makes by itself (renames, removals, syncs) are noted too. A power cut is played from the notes: what was synced is
there, of what came after a random part is, torn or whole; names change in the order that they were changed in.
"""

from __future__ import annotations

import ctypes
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlcipher3

FULL = 13
"""What the engine calls a disk without room."""

OPENED, WRITTEN, CUT, SYNCED = "open", "write", "cut", "sync"
RENAMED, REMOVED, LINKED, SAID = "rename", "remove", "link", "say"


class _Methods(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int),
        *((name, ctypes.c_void_p) for name in ("close", "read", "write", "truncate", "sync", "size")),
        *((name, ctypes.c_void_p) for name in ("lock", "unlock", "reserved", "control", "sector", "device")),
        *((name, ctypes.c_void_p) for name in ("shm_map", "shm_lock", "shm_barrier", "shm_unmap", "fetch", "unfetch")),
    ]


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("path_most", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
    ]


_OPEN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


@dataclass
class Disk:
    """What was done to the disk, in order.

    Attributes:
        notes: (what, name, …) of each operation; none while `noting` is off.
        writes: how many writes were asked for.
        room: writes that there is room for; None for a disk that never fills.
    """

    notes: list[tuple[Any, ...]] = field(default_factory=list)
    noting: bool = False
    writes: int = 0
    room: int | None = None

    def note(self, *what: Any) -> None:
        if self.noting:
            self.notes.append(what)

    def say(self, what: Any) -> None:
        """Something was acknowledged to the user."""
        self.note(SAID, what)

    def full(self) -> bool:
        """Whether the next write has no room; counts it."""
        self.writes += 1
        return self.room is not None and self.writes > self.room


@contextmanager
def simulated() -> Iterator[Disk]:
    """Stand between the engine and the files of this process, until the block ends; nothing may be open then."""
    disk = Disk()
    kept: list[Any] = []
    library = ctypes.CDLL(str(next(Path(sqlcipher3.__file__).parent.glob("_sqlite3*.so"))))
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None).contents
    originals = (vfs.open, vfs.delete)
    names: dict[int, str] = {}
    changed: dict[int, Any] = {}
    real_open, real_delete = _OPEN(vfs.open), _DELETE(vfs.delete)

    def methods_of(address: int) -> Any:
        """Our methods in the place of those at `address`."""
        if address not in changed:
            found = _Methods.from_address(address)
            ours = _Methods.from_buffer_copy(found)
            write, truncate, sync = _WRITE(found.write), _TRUNCATE(found.truncate), _SYNC(found.sync)

            def on_write(file: int, data: int, size: int, at: int) -> int:
                if disk.full():
                    return FULL
                disk.note(WRITTEN, names.get(file, ""), at, ctypes.string_at(data, size) if disk.noting else b"")
                return int(write(file, data, size, at))

            def on_truncate(file: int, size: int) -> int:
                disk.note(CUT, names.get(file, ""), size)
                return int(truncate(file, size))

            def on_sync(file: int, flags: int) -> int:
                disk.note(SYNCED, names.get(file, ""))
                return int(sync(file, flags))

            calls = (_WRITE(on_write), _TRUNCATE(on_truncate), _SYNC(on_sync))
            kept.extend((write, truncate, sync, *calls))
            ours.write, ours.truncate, ours.sync = (ctypes.cast(call, ctypes.c_void_p).value for call in calls)
            changed[address] = ours
        return changed[address]

    def on_open(this: int, name: int | None, file: int, flags: int, out: int) -> int:
        code = int(real_open(this, name, file, flags, out))
        pointer = ctypes.c_void_p.from_address(file)
        if code == 0 and pointer.value and name:
            names[file] = os.fsdecode(ctypes.string_at(name))
            disk.note(OPENED, names[file])
            pointer.value = ctypes.addressof(methods_of(pointer.value))
        return code

    def on_delete(this: int, name: int, folder: int) -> int:
        path = os.fsdecode(ctypes.string_at(name))
        disk.note(REMOVED, path)
        if folder:
            disk.note(SYNCED, str(Path(path).parent))
        return int(real_delete(this, name, folder))

    opening, deleting = _OPEN(on_open), _DELETE(on_delete)
    vfs.open = ctypes.cast(opening, ctypes.c_void_p).value
    vfs.delete = ctypes.cast(deleting, ctypes.c_void_p).value
    kept.extend((opening, deleting, real_open, real_delete))
    try:
        with _noted_calls(disk):
            yield disk
    finally:
        vfs.open, vfs.delete = originals


@contextmanager
def _noted_calls(disk: Disk) -> Iterator[None]:
    """Note what the program does with files by itself."""
    real = {name: getattr(os, name) for name in ("fsync", "rename", "replace", "unlink", "link")}

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if disk.noting and path.is_file() and not _is_of_the_engine(path.name):
            disk.note(WRITTEN, str(path), 0, path.read_bytes())
        disk.note(SYNCED, str(path))
        real["fsync"](descriptor)

    def two(name: str, what: str) -> Callable[..., None]:
        def call(one: Any, other: Any, **more: Any) -> None:
            real[name](one, other, **more)
            disk.note(what, os.fspath(one), os.fspath(other))

        return call

    def unlink(path: Any, **more: Any) -> None:
        real["unlink"](path, **more)
        disk.note(REMOVED, os.fspath(path))

    os.fsync, os.unlink = fsync, unlink
    os.rename, os.replace, os.link = two("rename", RENAMED), two("replace", RENAMED), two("link", LINKED)
    try:
        yield
    finally:
        for name, call in real.items():
            setattr(os, name, call)


def _is_of_the_engine(name: str) -> bool:
    """Whether the engine writes this file, so that each write was noted."""
    return name.endswith((".concilia", "-wal", "-journal"))  # the program writes parts too


# --- a power cut --------------------------------------------------------------------------------------


@dataclass
class _File:
    """A file of the disk: what it holds for sure, and what was written since it was synced last."""

    sure: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for at, data in self.since:
            _put(self.sure, at, data)
        self.since.clear()

    def torn(self, rng: random.Random) -> bytes:
        """What is left of it: of what was not synced some, and of that some half."""
        left = bytearray(self.sure)
        for at, data in self.since:
            if rng.random() < 0.5:
                whole = data is None or rng.random() < 0.7
                _put(left, at, data if whole or data is None else data[: rng.randrange(len(data) + 1)])
        return bytes(left)


def _put(content: bytearray, at: int, data: bytes | None) -> None:
    """Write at a place; None cuts there."""
    if data is None:
        del content[at:]
        return
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


def cut_power(base: Path, target: Path, notes: list[tuple[Any, ...]], until: int, rng: random.Random) -> None:
    """Write into `target` what the disk holds when the power goes after `until` notes on a folder like `base`.

    The folder's own path stands before the names in the notes; names change durably in order, at the latest when the
    folder or a file that got a name is synced.
    """
    folder = str(notes[0][1])
    files = {
        str(path.relative_to(base)): _File(bytearray(path.read_bytes())) for path in base.rglob("*") if path.is_file()
    }
    sure = dict(files)
    waiting: list[Callable[[dict[str, _File]], None]] = []
    now = dict(files)

    def change(act: Callable[[dict[str, _File]], None]) -> None:
        act(now)
        waiting.append(act)

    def settle() -> None:
        for act in waiting:
            act(sure)
        waiting.clear()

    for what, *rest in notes[1:until]:
        if what == SAID:
            continue
        name = os.path.relpath(rest[0], folder)
        if what in (OPENED, WRITTEN, CUT) and name not in now:
            made = _File()
            change(lambda names, name=name, made=made: names.__setitem__(name, made))  # type: ignore[misc]
        if what == WRITTEN:
            now[name].since.append((rest[1], rest[2]))
        elif what == CUT:
            now[name].since.append((rest[1], None))
        elif what == SYNCED:
            if name in now:
                now[name].sync()
            settle()
        elif what in (RENAMED, LINKED):
            other = os.path.relpath(rest[1], folder)
            change(lambda names, a=name, b=other, gone=what == RENAMED: _move(names, a, b, gone=gone))  # type: ignore[misc]
        elif what == REMOVED:
            change(lambda names, name=name: names.pop(name, None))  # type: ignore[misc]
    for act in waiting[: rng.randrange(len(waiting) + 1)]:
        act(sure)
    for name, file in sure.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.torn(rng))


def _move(names: dict[str, _File], one: str, other: str, *, gone: bool) -> None:
    if one in names:
        names[other] = names.pop(one) if gone else names[one]
