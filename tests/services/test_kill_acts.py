"""Processes killed with -9 at random moments of every kind of act: it was done wholly or not at all.

    python -m tests.services.test_kill_acts 1000

does the same for as many kills as are wanted, and says what it found.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from app.models import slots
from app.services.settings import settings_folder
from tests.services.acting import Act, cheap
from tests.services.acts import ACTS, Ready, judge, leftovers, ready, settled
from tests.services.forked import Say, Worker, frozen

KILLS = 60
DONE = "done"


def timed(each: Ready, folder: Path) -> float:
    """Seconds that the act takes when nothing happens to it."""
    each.trial(folder)
    begun = time.monotonic()
    each.act.do(folder)
    taken = time.monotonic() - begun
    shutil.rmtree(folder)
    return taken


def killed(act: Act, folder: Path, seconds: float) -> bool:
    """Do the act in a process of its own and kill that; whether it said before that it was done."""

    def work(say: Say) -> None:
        say("begun")
        act.do(folder)
        say(DONE)

    worker = Worker(work)
    worker.hear(1)
    return DONE in worker.kill(seconds)


def run(place: Path, kills: int, seed: int, acts: tuple[Act, ...] = ACTS) -> tuple[Counter[str], Counter[str]]:
    """Kill as often as asked; how often each act was met, and how often it was done all the same."""
    rng = random.Random(seed)
    met: Counter[str] = Counter()
    done: Counter[str] = Counter()
    folder = place / "trial"
    prepared = [(each, timed(each, folder)) for each in (ready(act, place / "acts") for act in acts)]
    with frozen():
        for kill in range(kills):
            each, seconds = prepared[kill % len(acts)]
            act, before = each.act, each.before
            acknowledged = killed(act, each.trial(folder), rng.uniform(0, seconds * 1.5))
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


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the engine of the test forks and kills")
def test_acts_are_done_wholly_or_not_at_all_when_their_process_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "COST", slots.COST)
    cheap()
    met, _done = run(tmp_path, KILLS, seed=20140331)
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
