"""Every verb, with the disk full from each of its writes on: refused, nothing changed, and done once there is room.

    python -m tests.services.every_write [TESTS...]

runs the tests of the services (or those that are named) with a disk that fills under each service function that they
call, at the first write, then at the second, until the function goes through; and tells which verbs were met.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import inspect
import pkgutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

import app.services
from app.models.errors import AppError
from app.models.store import Store
from app.services.journal.verbs import VERBS
from tests.services.simulated_disk import Disk, simulated

OFTEN = 1
"""How often each function is tried; later calls of it go by."""

CLOSE = 100
"""Writes that are tried one by one; of those after them ever fewer, and the last is tried in any case."""

FULL_CODES = ("disk.full", "archive.upgrade_failed")

APART = ("test_full_disk", "test_power_cut", "test_kill", "test_key_attacks", "test_key_change_refused", "test_fuzz")
"""Tests that fill the disk themselves, or work in processes of their own."""


@dataclass
class Met:
    """What was tried.

    Attributes:
        disks: full disks, by the verb that was refused; by the function where none was begun yet.
        functions: how often each function was done after it.
        faults: what was not as it must be.
    """

    disks: Counter[str] = field(default_factory=Counter)
    functions: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@contextmanager
def every_write(often: int = OFTEN) -> Iterator[Met]:
    """Fill the disk under each service function that is called in the block from outside of the services."""
    met = Met()
    with simulated() as disk, pytest.MonkeyPatch.context() as patch:
        tried = Tried(disk, met, often)
        wrapped = {id(function): tried.wrap(function) for function in _functions()}
        for module in list(sys.modules.values()):
            if getattr(module, "__name__", "").startswith(("app.", "tests.")):
                for name, value in list(vars(module).items()):
                    if id(value) in wrapped:
                        patch.setattr(module, name, wrapped[id(value)])
        patch.setattr(Store, "write", tried.noting(Store.write))
        yield met


def _functions() -> Iterator[Callable[..., Any]]:
    """The public functions of the services that take a store."""
    for found in pkgutil.walk_packages(app.services.__path__, "app.services."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            ours = inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
            if (
                ours
                and not inspect.isgeneratorfunction(value)
                and [*inspect.signature(value).parameters][:1] == ["store"]
            ):
                yield value


class Tried:
    """Calls functions with ever more room."""

    def __init__(self, disk: Disk, met: Met, often: int) -> None:
        self._disk, self._met, self._often = disk, met, often
        self._thread = threading.get_ident()
        self._busy = False
        self._verb = ""

    def noting(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """`Store.write`, which also tells which gesture begins."""

        def noted(store: Store, verb: str, **more: Any) -> Any:
            self._verb = verb
            return write(store, verb, **more)

        return noted

    def wrap(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, tried with a full disk first when it is called from outside."""
        name = f"{function.__module__.removeprefix('app.services.')}.{function.__name__}"

        @functools.wraps(function)
        def tried(store: Store, *given: Any, **more: Any) -> Any:
            apart = self._busy or threading.get_ident() != self._thread or type(store) is not Store or not store.writing
            if apart or self._met.functions[name] >= self._often:
                return function(store, *given, **more)
            self._busy = True
            try:
                return self._with_ever_more_room(name, store, lambda: function(store, *given, **more))
            finally:
                self._disk.room = None
                self._busy = False

        return tried

    def _with_ever_more_room(self, name: str, store: Store, act: Callable[[], Any]) -> Any:
        before, room = "", 0
        while True:
            self._verb = ""
            committed = last_commit(store)
            begun, self._disk.room = self._disk.writes, self._disk.writes + room
            try:
                result = act()
            except Exception as failure:
                refused, filled = failure, self._disk.writes > begun + room
                self._disk.room = None
            else:
                self._disk.room = None
                self._met.functions[name] += room > 0
                return result
            if not filled:
                raise refused  # it has nothing to do with the disk
            code = refused.code if isinstance(refused, AppError) else repr(refused)
            if code not in FULL_CODES:
                self._met.faults.append(f"{name}, room for {room} writes: {code}")
            if room == 0:
                before = digest(store)  # nothing was written yet
            elif last_commit(store) != committed and before != (before := digest(store)):
                self._met.faults.append(f"{name}, room for {room} writes: something is changed")
            self._met.disks[self._verb or name] += 1
            room += 1 if room < CLOSE else room // 10


def last_commit(store: Store) -> bytes:
    """What the engine notes beside the archive of the last transaction that was committed; nothing without a log."""
    noted = store.path.with_name(f"{store.path.name}-shm")
    return noted.read_bytes()[:48] if noted.exists() else b""


def digest(store: Store) -> str:
    """All that the archive holds, its free pages not among it."""
    found = hashlib.sha256()
    with store.engine.connect() as connection:
        names = connection.exec_driver_sql("select name from sqlite_master where type = 'table' order by name")
        for (name,) in names.all():
            found.update(name.encode())
            for row in connection.exec_driver_sql(f'select * from "{name}"'):
                found.update(repr(tuple(row)).encode())
    return found.hexdigest()


class _Plugin:
    """Leaves out the tests that cannot be run so; each of the others starts with the disk as it is."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not item.path.stem.startswith(APART)]


def main(paths: list[str]) -> int:
    """Run the tests on a disk that fills; 1 when something was lost or left half done."""
    started = time.process_time()
    with every_write() as met:
        options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-o", "timeout=0", "--no-header", "--tb=short"]
        pytest.main([*options, *(paths or ["tests/services"])], plugins=[_Plugin()])
    verbs = {name: count for name, count in met.disks.items() if name in VERBS}
    print(
        f"{sum(met.disks.values())} full disks under {len(met.functions)} functions and {len(verbs)} of {len(VERBS)} "
        f"verbs, {time.process_time() - started:.0f} s"
    )
    print("not met:", ", ".join(sorted(set(VERBS) - set(verbs))))
    print(*met.faults, sep="\n")
    return int(bool(met.faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
