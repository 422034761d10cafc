"""Bits that flip in copies, their keys and their proofs: found before a figure is shown, or of no consequence.

python -m tests.services.flipping 1000 [SEED]
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from app.models.errors import AppError
from app.models.slots import keys_path
from app.models.store import Store
from app.services.archive import new_archive, open_archive
from app.services.keeping.copies import Occasion, copy_files, make_copy, read_copy
from app.services.keeping.restoring import compare_copy
from app.services.users.keys import encrypt_archive
from tests.services.acting import ANNA, cheap, opened
from tests.services.acts import CODE
from tests.services.builders import a_plan
from tests.services.test_key_attacks import flipped


def flip_copies(guarded: Store, place: Path, flips: int, seed: int) -> Counter[str]:
    """Flip one bit, again and again: of an encrypted copy, of a plain one, of both writings of a copy's keys."""
    rng = random.Random(seed)
    met: Counter[str] = Counter()
    place.mkdir()
    new_archive(place / "piano.concilia")
    with open_archive(place / "piano.concilia") as plain:
        a_plan(plain)
        for store in (plain, guarded):
            make_copy(store, Occasion.REQUEST)
        for turn in range(flips):
            store = (plain, guarded, guarded)[turn % 3]
            copy = copy_files(store.path)[0]
            target = keys_path(copy.path) if turn % 3 == 2 else copy.path
            whole = target.read_bytes()
            if turn % 3 == 2:
                half = len(whole) // 2
                one, other = flipped(whole[: half - 1], rng), flipped(whole[half:-1], rng)
                target.write_bytes(one + b"\n" + other + b"\n")  # the end of a line says nothing
            else:
                target.write_bytes(flipped(whole, rng))
            met[shown(store, copy.path)] += 1
            target.write_bytes(whole)
        for store in (plain, guarded):
            assert read_copy(copy_files(store.path)[0], store.key).facts is not None
    return met


def shown(store: Store, copy: Path) -> str:
    """The refusal of a spoiled copy; an error when anything of it is shown."""
    row = read_copy(next(file for file in copy_files(store.path) if file.path == copy), store.key)
    if row.facts is not None:
        return "shown"
    try:
        compare_copy(store, copy, store.key)
    except AppError as refusal:
        return refusal.code if row.refusal == refusal.code else row.refusal
    return "keys" if row.refusal.startswith(("keys.", "copy.")) else "compared"


if __name__ == "__main__":
    cheap()
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["CONCILIA_CONFIG"] = str(Path(temporary) / "config")
        office = Path(temporary) / "office"
        office.mkdir()
        new_archive(office / "piano.concilia")
        with opened(office) as archive:
            a_plan(archive)
            encrypt_archive(archive, ANNA, CODE)
            begun = time.process_time()
            found = flip_copies(archive, Path(temporary) / "plain", wanted, seed)
        print(f"{wanted} flipped bits in copies, seed {seed}: {dict(found)}, {time.process_time() - begun:.0f} s")
