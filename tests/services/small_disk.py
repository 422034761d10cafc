"""A real file system that is full: every act with ever more free pages, until it is done (Linux, as root).

    python -m tests.services.small_disk [ACT...]

Keys, locks, proofs and copies are written there as the archive is. What is refused is done once there is room.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.models.errors import AppError
from tests.services.acting import Act, cheap
from tests.services.acts import ACTS, forget_erasures, judge, leftovers, ready, settled, whole

DISK_BYTES = 64_000_000
CODES = ("disk.full", "archive.upgrade_failed", "archive.read_only")
CLOSE = 12
"""Numbers of free pages that are tried one by one; after them ever fewer."""


@contextmanager
def mounted(place: Path) -> Iterator[Path]:
    """A file system in memory, of a size that nothing here fills by itself."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path, free_pages: int) -> Path:
    """A file that takes all room but so many pages."""
    ballast = disk / "ballast"
    room = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, room.f_bavail - free_pages) * room.f_frsize)
    return ballast


def try_act(act: Act, place: Path, disk: Path) -> Counter[str]:
    """Do an act with ever more free pages; how it was refused, and "done"."""
    begin = ready(act, place)
    met: Counter[str] = Counter()
    pages = 0
    while not met["done"]:
        folder = Path(shutil.copytree(begin.base, disk / "trial"))
        forget_erasures()
        ballast = fill(disk, pages)
        try:
            act.do(folder)
            code = "done"
        except AppError as refusal:
            code = refusal.code
            assert code in CODES, (act.name, pages, code)
        ballast.unlink()
        met[code] += 1
        after = settled(folder, act, acknowledged=code == "done")
        done = begin.before is None or judge(act, begin.before, after, acknowledged=code == "done")
        if not done:
            act.do(folder)
            assert begin.before is not None
            judge(act, begin.before, whole(folder), acknowledged=True)
        assert leftovers(folder) == set(), (act.name, pages, leftovers(folder))
        shutil.rmtree(folder)
        pages += 1 if pages < CLOSE else pages // 6
    return met


def main(names: list[str]) -> int:
    """Try the acts that are named, or all."""
    cheap()
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["CONCILIA_CONFIG"] = str(Path(temporary) / "config")
        with mounted(Path(temporary) / "disk") as disk:
            for act in ACTS:
                if not names or act.name in names:
                    print(f"{act.name}: {dict(try_act(act, Path(temporary) / 'acts', disk))}", flush=True)
    print(f"{time.process_time() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
