"""Every verb, with the disk full from each of its writes on: refused, nothing changed, and done once there is room.

    python -m tests.services.every_write calls.json 1/1 [TESTS...]

runs the tests of the services (or those that are named) once to see how many writes each call of a service function
has, and keeps that in the file. Of each verb and of each function the call with the fewest writes is then made on a
disk that fills at the first write, then at the second, until it goes through; larger calls of a verb are made on disks
that fill at some of them. What writes the archive anew, or makes one, is done in a fresh folder at each write. With 1/2
and 2/2 two processes divide the calls.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import inspect
import json
import os
import pkgutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

import pytest

import app.services
from app.models.errors import AppError
from app.models.store import Store
from app.services.integrity import verify
from app.services.journal.verbs import VERBS
from app.services.wording.texts import translator
from tests.services.acting import cheap
from tests.services.filled_acts import ANEW, fill_at_writes
from tests.services.simulated_disk import Disk, simulated

PLACES = 12
"""At how many writes, spread over all, the disk is full under a call that is not the smallest of its verb."""

MANY = 300
"""Calls that begin no gesture of their own are tried at some writes where they have more."""

FULL_CODES = ("disk.full", "archive.upgrade_failed")

APART = ("test_full_disk", "test_power_cut", "test_kill", "test_key_attacks", "test_key_change_refused", "test_fuzz")
"""Tests that fill the disk themselves, or work in processes of their own."""


@dataclass(frozen=True)
class Call:
    """A call of a service function from outside of the services.

    Attributes:
        test: that makes it.
        function: module and name.
        number: of the calls of this function by this test, from 1 on.
    """

    test: str
    function: str
    number: int


@dataclass(frozen=True)
class Seen:
    """What a call did while the disk had room."""

    call: Call
    verbs: frozenset[str]
    writes: int
    seconds: float


@dataclass
class Met:
    """What was tried.

    Attributes:
        disks: full disks, by the verb that was refused; by the function where none was begun yet.
        functions: how often each function was done after it.
        past: calls that went through although a write was refused, with the room that there was.
        went_through: how often that was so.
        worse: what was not sound after a call that was done with room.
        faults: what else was not as it must be.
    """

    disks: Counter[str] = field(default_factory=Counter)
    functions: Counter[str] = field(default_factory=Counter)
    past: dict[Call, int] = field(default_factory=dict)
    went_through: Counter[Call] = field(default_factory=Counter)
    worse: dict[Call, frozenset[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def all_faults(self) -> list[str]:
        """Everything that was not as it must be."""
        unsound = [f"{call}, done with room: {sorted(worse)}" for call, worse in self.worse.items() if worse]
        return [*self.faults, *unsound]


class Outside:
    """Sees the calls of service functions that come from outside of them.

    Attributes:
        way: what is done with a call; None lets it go by.
        apart: above zero while something is made that many tests use.
        verbs: gestures that were begun in this call.
    """

    def __init__(self) -> None:
        self.way: Way | None = None
        self.apart = 0
        self.verbs: list[str] = []
        self._test = ""
        self._numbers: Counter[str] = Counter()
        self._thread = threading.get_ident()
        self._busy = False

    def begin(self, test: str) -> None:
        """Another test begins."""
        self._test = test
        self._numbers.clear()

    def noting(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """`Store.write`, which also tells which gesture begins."""

        def noted(store: Store, verb: str, **more: Any) -> Any:
            self.verbs.append(verb)
            return write(store, verb, **more)

        return noted

    def wrap(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, met when it is called from outside."""
        name = f"{function.__module__.removeprefix('app.services.')}.{function.__name__}"

        @functools.wraps(function)
        def met(store: Store, *given: Any, **more: Any) -> Any:
            within = self.way is None or self._busy or self.apart or threading.get_ident() != self._thread
            if within or self.way is None or type(store) is not Store or not store.writing:
                return function(store, *given, **more)
            self._busy = True
            self._numbers[name] += 1
            self.verbs.clear()
            call = Call(self._test, name, self._numbers[name])
            try:
                return self.way(call, store, lambda: function(store, *given, **more))
            finally:
                self._busy = False

        return met


Way = Callable[[Call, Store, Callable[[], Any]], Any]


class Survey:
    """Counts the writes of each call, unless it is refused or writes nothing."""

    def __init__(self, disk: Disk, watch: Outside) -> None:
        self._disk, self._watch = disk, watch
        self.seen: list[Seen] = []

    def __call__(self, call: Call, _store: Store, act: Callable[[], Any]) -> Any:
        """Make the call."""
        begun, started = self._disk.writes, time.process_time()
        result = act()
        if self._disk.writes > begun:
            seconds = time.process_time() - started
            self.seen.append(Seen(call, frozenset(self._watch.verbs), self._disk.writes - begun, seconds))
        return result


class Tried:
    """Makes calls with ever more room.

    Args:
        wanted: with room for how many writes each call is made, from 0 on; None for every number of writes, of the
            first call of each function.
    """

    def __init__(
        self, disk: Disk, watch: Outside, met: Met, wanted: Mapping[Call, Iterable[int]] | None = None
    ) -> None:
        self._disk, self._watch, self._met, self._wanted = disk, watch, met, wanted

    def __call__(self, call: Call, store: Store, act: Callable[[], Any]) -> Any:
        """Make the call on full disks first, when it is wanted."""
        if self._wanted is None:
            rooms: Iterable[int] = () if self._met.functions[call.function] else range(sys.maxsize)
        else:
            rooms = self._wanted.get(call, ())
        return self._on_full_disks(call, store, act, rooms) if rooms else act()

    def _on_full_disks(self, call: Call, store: Store, act: Callable[[], Any], rooms: Iterable[int]) -> Any:
        before, sound = "", None
        for room in rooms:
            self._watch.verbs.clear()
            committed = last_commit(store)
            begun, self._disk.room = self._disk.writes, self._disk.writes + room
            try:
                result, refused = act(), None
            except Exception as failure:
                result, refused = None, failure
            filled, self._disk.room = self._disk.writes > begun + room, None
            if refused is None:
                if filled:
                    self._met.past[call] = room
                return self._done(call, store, sound, result)
            if not filled:
                raise refused  # it has nothing to do with the disk
            code = refused.code if isinstance(refused, AppError) else repr(refused)
            if code not in FULL_CODES:
                self._met.faults.append(f"{call}, room for {room} writes: {code}")
            if sound is None:  # nothing was written yet
                before, sound = digest(store), broken(store)
            elif last_commit(store) != committed and before != (before := digest(store)):
                self._met.faults.append(f"{call}, room for {room} writes: something is changed")
            verbs = self._watch.verbs
            self._met.disks[verbs[-1] if verbs else call.function] += 1
        return self._done(call, store, sound, act())

    def _done(self, call: Call, store: Store, sound: frozenset[str] | None, result: Any) -> Any:
        """It went through: the archive is as sound as it was."""
        self._met.functions[call.function] += 1
        if sound is not None and (worse := broken(store) - sound):
            self._met.worse[call] = worse
        return result


class Witness:
    """Makes calls as they are: what a test itself does to an archive is no fault of the disk."""

    def __init__(self, met: Met) -> None:
        self._met = met

    def __call__(self, call: Call, store: Store, act: Callable[[], Any]) -> Any:
        """Make the call; what is unsound after it is forgiven."""
        if call not in self._met.worse:
            return act()
        sound = broken(store)
        result = act()
        self._met.worse[call] -= broken(store) - sound
        return result


@contextmanager
def outside() -> Iterator[Outside]:
    """Stand around the services until the block ends."""
    watch = Outside()
    with pytest.MonkeyPatch.context() as patch:
        wrapped = {id(function): watch.wrap(function) for function in _functions()}
        for module in list(sys.modules.values()):
            if getattr(module, "__name__", "").startswith(("app.", "tests.")):
                for name, value in list(vars(module).items()):
                    if id(value) in wrapped:
                        patch.setattr(module, name, wrapped[id(value)])
        patch.setattr(Store, "write", watch.noting(Store.write))
        try:
            yield watch
        finally:
            watch.way = None  # modules that were imported meanwhile keep what was wrapped


@contextmanager
def every_write() -> Iterator[Met]:
    """Fill the disk under the first call of each service function that is made in the block from outside of them."""
    met = Met()
    with simulated() as disk, outside() as watch:
        watch.way = Tried(disk, watch, met)
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


def broken(store: Store) -> frozenset[str]:
    """What is not sound in an archive; a test may have broken it on purpose."""
    return frozenset(line for each in verify(store, translator("en")).invariants for line in each.broken)


# --- the run --------------------------------------------------------------------------------------


class _Plugin:
    """Tells which test calls; leaves out those that cannot be run so, or are not wanted."""

    def __init__(self, watch: Outside, tests: frozenset[str] | None) -> None:
        self._watch, self._tests = watch, tests
        self.failed: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if self._is_wanted(item)]

    def _is_wanted(self, item: pytest.Item) -> bool:
        return not item.path.stem.startswith(APART) and (self._tests is None or item.nodeid in self._tests)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._watch.begin(nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """What is made once for many tests is made as it is."""
        self._watch.apart += fixturedef.scope != "function"
        try:
            return (yield)
        finally:
            self._watch.apart -= fixturedef.scope != "function"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)


def run_tests(watch: Outside, paths: list[str], tests: frozenset[str] | None = None) -> list[str]:
    """Run tests of these files, or those of them that are named; which failed."""
    plugin = _Plugin(watch, tests)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-o", "timeout=0", "--no-header", "--tb=line"]
    pytest.main([*options, *paths], plugins=[plugin])
    return plugin.failed


Chosen = dict[Seen, list[int]]
"""Calls, and with room for how many writes each is made."""


def stages(seen: list[Seen]) -> list[Chosen]:
    """What is tried, in turn.

    The smallest call of each verb at each write, but for those that are done anew each time; so of each other function,
    unless it has many; the largest call of each verb at some writes.
    """
    smallest: dict[str, Seen] = {}
    alone: dict[str, Seen] = {}
    largest: dict[str, Seen] = {}
    for each in sorted(seen, key=lambda each: (each.writes, each.seconds)):
        for verb in each.verbs - ANEW.keys():
            smallest.setdefault(verb, each)
        alone.setdefault(each.call.function, each)
        largest.update(dict.fromkeys(each.verbs, each))
    known: set[Seen] = set()
    found: list[Chosen] = []

    def stage(calls: Iterable[Seen], places: int | None) -> None:
        fresh = dict.fromkeys(each for each in calls if each not in known)
        known.update(fresh)
        found.append({each: rooms(each.writes, places) for each in fresh})

    stage(smallest.values(), None)
    stage((each for each in alone.values() if each.writes <= MANY), None)
    stage(largest.values(), PLACES)
    stage(alone.values(), PLACES)
    return found


def rooms(writes: int, places: int | None) -> list[int]:
    """Each number of writes that is too small, or so many of them, from none on, with the last."""
    some = (writes - 1 - writes * at // places for at in range(places or 1))
    return [*range(writes)] if places is None else sorted({0, *some} - {-1})


def share_of(wanted: Chosen, share: int, shares: int) -> Chosen:
    """The calls of one of so many shares that take about as long; a test is not divided."""
    burden: Counter[str] = Counter()
    for seen, rooms in wanted.items():
        burden[seen.call.test] += 1 + round(1000 * len(rooms) * seen.seconds)
    loads, of_test = [0] * shares, {}
    for test, load in burden.most_common():
        of_test[test] = loads.index(min(loads))
        loads[of_test[test]] += load
    return {seen: rooms for seen, rooms in wanted.items() if of_test[seen.call.test] == share - 1}


def try_calls(watch: Outside, disk: Disk, met: Met, paths: list[str], chosen: Chosen) -> set[str]:
    """Make the chosen calls on full disks, again where one went through on one of them; tests that failed.

    A call that goes through although a write was refused cannot be made again in the same test: the test is run again,
    for the next write, and for ever fewer of those after it.
    """
    writes = {seen.call: seen.writes for seen in chosen}
    wanted = {seen.call: rooms for seen, rooms in chosen.items()}
    failed: set[str] = set()
    past: Counter[Call] = Counter()
    while wanted:
        watch.way = Tried(disk, watch, met, wanted)
        failed |= set(run_tests(watch, paths, frozenset(call.test for call in wanted)))
        went, met.past = met.past, {}
        past.update(went.keys())
        following = {call: [*range(room + 1 + past[call] // 4, writes[call])] for call, room in went.items()}
        wanted = {call: [0, *rooms] for call, rooms in following.items() if rooms}
    met.went_through.update(past)
    if any(met.worse.values()):
        watch.way = Witness(met)
        run_tests(watch, paths, frozenset(call.test for call in met.worse))
    return failed


def survey(watch: Outside, disk: Disk, paths: list[str], kept: Path) -> list[Seen]:
    """The calls of the tests, read from a file where they were counted before."""
    if not kept.exists():
        watch.way = counting = Survey(disk, watch)
        run_tests(watch, paths)
        lines = [[*astuple(each.call), sorted(each.verbs), each.writes, each.seconds] for each in counting.seen]
        kept.write_text(json.dumps(lines), "utf-8")
    return [
        Seen(Call(test, function, number), frozenset(verbs), writes, seconds)
        for test, function, number, verbs, writes, seconds in json.loads(kept.read_text("utf-8"))
    ]


def main(given: list[str]) -> int:
    """Run the tests on a disk that fills; 1 when something was lost or left half done."""
    kept, (share, shares) = Path(given[0]), (int(number) for number in given[1].split("/"))
    paths = given[2:] or ["tests/services"]
    started, met = time.process_time(), Met()
    with simulated() as disk, outside() as watch:
        seen = survey(watch, disk, paths, kept)
        for stage, chosen in enumerate(stages(seen)):
            mine = share_of(chosen, share, shares)
            failed = try_calls(watch, disk, met, paths, mine)
            tell(
                f"stage {stage}: {len(chosen)} of {len(seen)} calls at {sum(map(len, chosen.values()))} writes, "
                f"share {share} of {shares}",
                met,
                failed,
                started,
            )
    for verb, filled in fill_files(share, shares):
        met.disks[verb] += filled
    tell("with archives that were not there", met, set(), started)
    return int(bool(met.all_faults()))


def tell(what: str, met: Met, failed: set[str], started: float) -> None:
    """Say what came of it until now."""
    verbs = {name: count for name, count in met.disks.items() if name in VERBS}
    print(
        f"{what}: {sum(met.disks.values())} full disks under {len(met.functions)} functions and {len(verbs)} of "
        f"{len(VERBS)} verbs, {time.process_time() - started:.0f} s"
    )
    lists = {
        "not met": sorted(set(VERBS) - set(verbs)),
        "went through": [f"{call} {count} times" for call, count in met.went_through.items()],
        "failed": sorted(failed),
        "faults": met.all_faults(),
    }
    for name, lines in lists.items():
        print(f"{name}:", *lines, sep="\n  ", flush=True)


def fill_files(share: int, shares: int) -> Iterator[tuple[str, int]]:
    """Write archives anew on disks that fill at each write; the verbs, and how many disks were full."""
    cheap()
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["CONCILIA_CONFIG"] = str(Path(temporary) / "config")
        for verb, act in [*ANEW.items()][share - 1 :: shares]:
            folder = Path(temporary) / verb
            folder.mkdir()
            yield verb, fill_at_writes(act, folder, None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
