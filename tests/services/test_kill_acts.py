"""Processes killed with -9 at random moments of every kind of act: it was done wholly or not at all.

    python -m tests.services.test_kill_acts 1000

does the same for as many kills as are wanted, and says what it found.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from app.models import slots
from app.services.settings import settings_folder
from tests.services.acts import ACTS, QUICK, Act, cheap, judge, leftovers, look, settled

KILLS = 4


def timed(act: Act, folder: Path) -> float:
    """Seconds that the act takes when nothing happens to it."""
    begun = time.monotonic()
    act.do(folder)
    return time.monotonic() - begun


def killed(act: Act, folder: Path, seconds: float) -> bool:
    """Do the act in a process of its own and kill that; whether it said before that it was done."""
    reading, writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        try:
            os.write(writing, b"b")
            act.do(folder)
            os.write(writing, b"d")
        finally:
            signal.pause()  # there to be killed
    os.close(writing)
    assert os.read(reading, 1) == b"b"
    select.select([], [], [], seconds)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    said = os.read(reading, 1)
    os.close(reading)
    return said == b"d"


def run(place: Path, kills: int, seed: int, acts: tuple[Act, ...] = ACTS) -> tuple[Counter[str], Counter[str]]:
    """Kill as often as asked; how often each act was met, and how often it was done all the same."""
    rng = random.Random(seed)
    met: Counter[str] = Counter()
    done: Counter[str] = Counter()
    ready = {}
    for act in acts:
        base = place / "base" / act.name
        base.mkdir(parents=True)
        act.prepare(base)
        trial = shutil.copytree(base, place / "timed")
        before = look(Path(shutil.copytree(base, place / "looked")), act)
        ready[act.name] = (base, before, timed(act, Path(trial)))
        shutil.rmtree(trial)
        shutil.rmtree(place / "looked")
    for kill in range(kills):
        act = acts[kill % len(acts)]
        base, before, seconds = ready[act.name]
        folder = Path(shutil.copytree(base, place / "trial"))
        acknowledged = killed(act, folder, rng.uniform(0, seconds * 1.05))
        after = settled(folder, act, acknowledged=acknowledged)
        if before is not None and not judged_at_rest(act, before.replica, after.replica):
            before = replace(before, replica=after.replica)
        done[act.name] += judge(act, before, after, acknowledged=acknowledged)
        assert leftovers(folder) == set(), (act.name, leftovers(folder))
        met[act.name] += 1
        shutil.rmtree(folder)
    return met, done


def judged_at_rest(act: Act, before: str, after: str) -> bool:
    """Whether a change of replica says anything: only restoring makes another one."""
    return act.name.startswith("restore") or before == after


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the engine of the test forks and kills")
def test_acts_are_done_wholly_or_not_at_all_when_their_process_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "COST", slots.COST)
    cheap()
    met, _done = run(tmp_path, KILLS, seed=20140331, acts=QUICK)
    assert sum(met.values()) == KILLS


if __name__ == "__main__":
    cheap()
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["CONCILIA_CONFIG"] = str(Path(temporary) / "config")
        assert settings_folder().is_relative_to(temporary)
        started = time.process_time()
        counted, finished = run(Path(temporary), wanted, seed=int(time.time()))
        said = ", ".join(f"{name} {count} ({finished[name]} done)" for name, count in counted.items())
        print(f"{wanted} kills, nothing lost, nothing half done, {time.process_time() - started:.0f} s: {said}")
