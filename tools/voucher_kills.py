"""Vouchers given by a process that is killed with signal 9 at a random moment, as often as is wanted.

    python -m tools.voucher_kills 30

Every voucher that was acknowledged must be there, the numbers must have no gap, and all invariants must hold.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from app.services.integrity import verify
from app.services.vouchers.given import voucher_rows
from app.services.wording.texts import translator
from tests.services.voucher_world import VoucherWorld, build_vouchers, give, set_today
from tests.services.world import new_store, reopen

MONEY = 90_000_00
LONGEST = 1.5
"""Seconds from the first voucher to the kill, at most."""


def work(path: Path, programme: str, rules: str) -> None:
    """Give vouchers without end, each acknowledged by its number."""
    store = reopen(path)
    set_today(store, date(2015, 6, 1))
    world = VoucherWorld(programme, rules, "", "", "", "", families=len(voucher_rows(store)))
    while True:
        (key,) = give(store, world, 1_00)
        print(next(row.code for row in voucher_rows(store) if row.id == key), flush=True)


def kill(folder: Path, world: VoucherWorld, source: Path, chance: random.Random) -> int:
    """One process and its end; how many vouchers it acknowledged."""
    path = folder / source.name
    shutil.copy(source, path)
    command = [sys.executable, "-m", "tools.voucher_kills", "--work", str(path), world.programme, world.rules]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    told = [child.stdout.readline()]
    time.sleep(chance.random() * LONGEST)
    child.send_signal(signal.SIGKILL)
    told += child.stdout.readlines()
    child.wait()
    acknowledged = {line.strip() for line in told if line.endswith("\n")}
    with reopen(path) as store:
        rows = voucher_rows(store)
        broken = [line for each in verify(store, translator("en")).invariants for line in each.broken]
    assert not broken, broken
    assert acknowledged <= {row.code for row in rows}, "what was acknowledged is there"
    assert sorted(row.code.split("-")[2] for row in rows) == [f"{n:05d}" for n in range(1, len(rows) + 1)]
    return len(acknowledged)


def main() -> int:
    """Kill as often as was asked, and say what was done."""
    if sys.argv[1] == "--work":
        work(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
    times, chance = int(sys.argv[1]), random.Random(1)
    with tempfile.TemporaryDirectory() as base:
        with new_store(Path(base)) as store:
            world = build_vouchers(store, cents=MONEY)
        given = 0
        for n in range(times):
            folder = Path(base) / str(n)
            folder.mkdir()
            given += kill(folder, world, store.path, chance)
            shutil.rmtree(folder)
    print(f"{times} kills, {given} vouchers acknowledged, nothing lost and no gap")
    return 0


if __name__ == "__main__":
    sys.exit(main())
