"""What a proved copy costs: on 100 MB, plain and encrypted, part by part, and how long it holds the window still.

    python -m benchmarks.bench_copies [--quick] [--json figures.json]

Limits: a verified copy of 100 MB takes 5 s of the processor beside the window, with gaps of 50 ms at most in a loop
that stands for the window; an encrypted copy takes 1.3 times a plain one. Gaps are told beside those of the same
loop with nothing going on: on a shared machine they are there too.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.models.copying import CACHE_BYTES, copy_archive, refuse_faults
from app.models.plan import Plan
from app.models.store import Store, archive_engine
from app.services.archive import new_archive, open_archive
from app.services.integrity import verify
from app.services.keeping.copies import Occasion, make_copy
from app.services.users.keys import Credentials, UserDraft, new_encrypted_archive
from app.services.users.recovery import new_code
from app.services.wording.texts import translator
from benchmarks._figures import Report, cpu_seconds
from benchmarks._processes import workshop

MEGABYTES = 100
COPY_SECONDS, GAP_SECONDS, RATIO = 5.0, 0.05, 1.3
ANNA = UserDraft("Anna Bianchi", "anna", "una frase lunga di Anna")


def grow(store: Store, megabytes: int) -> None:
    """Write records until the archive is as large."""
    while store.path.stat().st_size < megabytes * 1_000_000:
        with store.write("save_plan") as session:
            session.add_all(
                Plan(name=os.urandom(16).hex(), territory=os.urandom(900).hex(), office="") for _row in range(2000)
            )


def gaps_during(act: Callable[[], object]) -> tuple[float, float]:
    """(longest, 99th of a hundred) gap of a loop on this thread while `act` runs on another."""
    found: list[float] = []
    worker = threading.Thread(target=act)
    worker.start()
    last = time.perf_counter()
    while worker.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        found.append(now - last)
        last = now
    worker.join()
    return max(found), sorted(found)[len(found) * 99 // 100]


def measure(report: Report, store: Store, name: str) -> float:
    """The parts of a copy, the whole of it, and the gaps; the seconds of the copy by itself, without the invariants."""
    target = store.path.with_name(f"{name}-copy.concilia")
    copied = cpu_seconds(lambda: copy_archive(store, target))
    report.limit(f"{name}: copy, pages and references", copied, COPY_SECONDS, "s")
    engine = archive_engine(target, store.key, writing=False, cache_bytes=CACHE_BYTES)
    with engine.connect() as connection:
        report.times(f"{name}: of that, looking at it", [cpu_seconds(lambda: refuse_faults(connection, "copy"))])
    engine.dispose()
    report.times(f"{name}: invariants", [cpu_seconds(lambda: verify(store, translator("it")))])
    report.limit(
        f"{name}: proved copy, all of it", cpu_seconds(lambda: make_copy(store, Occasion.REQUEST)), COPY_SECONDS, "s"
    )
    longest, usual = gaps_during(lambda: make_copy(store, Occasion.REGULAR))
    report.limit(f"{name}: longest gap of the window", longest, GAP_SECONDS, "s")
    report.times(f"{name}: 99th gap of a hundred", [usual])
    return copied


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small: to see that it runs")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args(arguments)
    report = Report(judges=not options.quick)
    megabytes = 4 if options.quick else MEGABYTES
    with workshop() as folder:
        os.environ["CONCILIA_CONFIG"] = str(folder / "config")
        plain, guarded = folder / "plain.concilia", folder / "guarded.concilia"
        new_archive(plain)
        new_encrypted_archive(guarded, ANNA, new_code())
        longest, usual = gaps_during(lambda: time.sleep(1))
        report.times("longest gap with nothing going on", [longest])
        report.times("99th gap of a hundred with nothing going on", [usual])
        taken = []
        for path, credentials in ((plain, None), (guarded, Credentials(ANNA.login, ANNA.password))):
            with open_archive(path, credentials=credentials) as store:
                grow(store, megabytes)
                taken.append(measure(report, store, "plain" if credentials is None else "encrypted"))
        report.limit("encrypted to plain", taken[1] / taken[0], RATIO, "times")
    report.write(options.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
