"""Power cuts in the middle of every kind of act: only what was synced is sure, the rest is torn; nothing is lost.

    python -m tests.services.test_power_cut 300

does the same for as many cuts as are wanted, and says what it found.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.models import slots
from app.models import store as store_module
from app.models.errors import AppError
from tests.services.acting import Act, cheap
from tests.services.acts import ACTS, QUICK, Ready, forget_erasures, judge, ready, settled
from tests.services.simulated_disk import cut_power, simulated

CUTS = 4


@dataclass(frozen=True)
class Recorded:
    """An act, and all that it did to the disk; the last note is that it was acknowledged."""

    begin: Ready
    notes: list[tuple[Any, ...]]


def record(act: Act, place: Path) -> Recorded:
    """Do an act and note what it does to the disk."""
    begin = ready(act, place / "acts")
    trial = begin.trial(place / "trial")
    with simulated() as disk:
        disk.noting = True
        disk.note("folder", str(trial))
        act.do(trial)
        disk.say(act.name)
    shutil.rmtree(trial)
    return Recorded(begin, disk.notes)


def run(place: Path, cuts: int, seed: int, acts: tuple[Act, ...] = ACTS) -> tuple[Counter[str], Counter[str]]:
    """Cut as often as asked; how often each act was met, and how often it was done all the same."""
    rng = random.Random(seed)
    recorded = [record(act, place) for act in acts]
    met: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for cut in range(cuts):
        each = recorded[cut % len(recorded)]
        act, last = each.begin.act, len(each.notes)
        until = rng.choice([last, rng.randrange(1, last), rng.randrange(max(1, last - 60), last)])
        folder = place / "cut"
        forget_erasures()
        cut_power(each.begin.base, folder, each.notes, until, rng)
        acknowledged = until == last
        after = settled(folder, act, acknowledged=acknowledged)
        done[act.name] += judge(act, each.begin.before, after, acknowledged=acknowledged)
        met[act.name] += 1
        shutil.rmtree(folder)
    return met, done


@pytest.mark.skipif(sys.platform != "linux", reason="stands between the engine and this system's files")
def test_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "COST", slots.COST)
    cheap()
    met, _done = run(tmp_path, CUTS, seed=20140331, acts=QUICK)
    assert sum(met.values()) == CUTS


@pytest.mark.skipif(sys.platform != "linux", reason="stands between the engine and this system's files")
def test_disk_that_is_not_waited_for_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof can fail: with nothing synced, something is lost soon."""
    real = store_module.archive_engine

    def hasty(*args: Any, **options: Any) -> Any:
        return real(*args, **{**options, "synchronous": "off"})

    monkeypatch.setattr(store_module, "archive_engine", hasty)
    with pytest.raises((AssertionError, AppError)):
        run(tmp_path, 20, seed=20140331, acts=ACTS[:1])


if __name__ == "__main__":
    cheap()
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["CONCILIA_CONFIG"] = str(Path(temporary) / "config")
        begun = time.process_time()
        acts_met, acts_done = run(Path(temporary), wanted, seed=int(time.time()))
        said = ", ".join(f"{name} {count} ({acts_done[name]} done)" for name, count in acts_met.items())
        print(f"{wanted} power cuts, nothing lost, nothing half done, {time.process_time() - begun:.0f} s: {said}")
