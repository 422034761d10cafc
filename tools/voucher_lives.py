"""Lives of vouchers by chance, as many as are wanted, each held against a plain account of what was done.

    python -m tools.voucher_lives --lives 20 --steps 400 --seed 1

Every step may be refused and must then change nothing; the invariants of money and of vouchers are proved after every
tenth step, all of them at the end of a life. A life is known by its seed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from app.services.integrity import verify
from app.services.wording.texts import translator
from tests.services.voucher_lives import STEPS, Lives
from tests.services.voucher_world import build_vouchers
from tests.services.world import new_store

MONEY = 90_000_00
COMPARED_EVERY = 10
WEIGHTS = {"issue": 6, "use": 8, "report": 3}
"""How often a step comes beside the others."""


def main() -> int:
    """Live, and say what was done; 1 when an invariant is broken at the end of a life."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, default=5)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    vouchers = refused = 0
    for seed in range(options.seed, options.seed + options.lives):
        chance = random.Random(seed)
        with tempfile.TemporaryDirectory() as folder, new_store(Path(folder)) as store:
            lives = Lives(store, replace(build_vouchers(store, cents=MONEY)), MONEY)
            names = chance.choices(STEPS, [WEIGHTS.get(name, 1) for name in STEPS], k=options.steps)
            steps = [("issue", 500, 0), *((name, chance.randrange(998), chance.randrange(998)) for name in names)]
            for start in range(0, len(steps), COMPARED_EVERY):
                lives.live(steps[start : start + COMPARED_EVERY])
            broken = [line for each in verify(store, translator("en")).invariants for line in each.broken]
        if broken:
            print(f"seed {seed}: {broken}", file=sys.stderr)
            return 1
        vouchers, refused = vouchers + len(lives.kept), refused + lives.refused
    print(f"{options.lives} lives, {options.lives * options.steps} steps ({refused} refused), {vouchers} vouchers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
