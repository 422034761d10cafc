"""Processes killed with -9 at any moment: an archive being made is whole or absent, what was saved stays saved."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlcipher

from app.models.journal import broken_links
from app.models.plan import Plan
from app.models.store import Store, create_archive, file_faults, open_archive
from app.services.ledger.rows import recompute
from tests.services.forked import Say, Worker

KILLS = 15
GESTURES = 40

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the engine of the test forks and kills")


def save(store: Store, name: str) -> None:
    with store.write("save_plan") as session:
        session.add(Plan(name=name, territory="x" * 500, office=""))


def make(path: Path, say: Say) -> None:
    """Make an archive with some gestures in it."""

    def fill(store: Store) -> None:
        for n in range(GESTURES):
            save(store, f"{n:05}")
            say(str(n))

    create_archive(path, fill=fill)
    say("made")


def write(path: Path, first: int, say: Say) -> None:
    """Save one plan after the other, and open the archive anew now and then."""
    n = first
    while True:
        with open_archive(path) as store:
            for _ in range(20):
                save(store, f"{n:05}")
                say(str(n))
                n += 1


def names(path: Path) -> list[str]:
    """Names of the plans of an archive that must be whole."""
    with open_archive(path) as store:
        assert file_faults(store) == []
        assert recompute(store) == ()
        with store.read() as session:
            assert list(broken_links(session)) == []
            found = list(session.scalars(sa.select(Plan.name).order_by(Plan.name)))
    assert sorted(entry.name for entry in path.parent.iterdir()) == [path.name]
    return found


@needs_fork
def test_archive_being_made_is_whole_or_absent(tmp_path: Path) -> None:
    rng = random.Random(20140331)
    made = 0
    for kill in range(KILLS):
        folder = tmp_path / str(kill)
        folder.mkdir()
        path = folder / "piano.concilia"
        after = rng.choice([0, rng.randrange(1, GESTURES), GESTURES])  # before, while and after it is filled
        worker = Worker(lambda say, path=path: make(path, say))  # type: ignore[misc]
        worker.hear(after)
        heard = worker.kill(rng.uniform(0, 0.02))
        assert heard[:after] == [str(n) for n in range(after)]
        if path.exists():
            made += 1
            assert names(path) == [f"{n:05}" for n in range(GESTURES)]
        else:
            assert "made" not in heard
            assert {entry.name.removeprefix(".piano.concilia.part") for entry in folder.iterdir()} <= {
                "",
                "-wal",
                "-shm",
                "-journal",
                "piano.concilia.lock",
            }
    assert made < KILLS


@needs_fork
def test_what_was_saved_before_the_kill_is_there_after(empty_archive: Path, tmp_path: Path) -> None:
    rng = random.Random(20140401)
    folder = tmp_path / "killed"
    folder.mkdir()
    path = Path(shutil.copy(empty_archive, folder / "piano.concilia"))
    saved = 0
    for _ in range(KILLS):
        worker = Worker(lambda say, first=saved: write(path, first, say))  # type: ignore[misc]
        worker.hear(rng.randrange(1, 25))
        heard = worker.kill(rng.uniform(0, 0.01))
        assert heard == [str(n) for n in range(saved, saved + len(heard))]
        found = names(path)
        assert found == [f"{n:05}" for n in range(len(found))]
        assert saved + len(heard) <= len(found) <= saved + len(heard) + 1
        saved = len(found)
    assert saved > KILLS


def test_journal_left_by_a_process_killed_while_it_opened_is_rolled_back(empty_archive: Path, tmp_path: Path) -> None:
    """Opening and closing change the mode of the file by a short write of their own; a kill may fall into it."""
    work, folder = tmp_path / "work.concilia", tmp_path / "killed"
    folder.mkdir()
    shutil.copy(empty_archive, work)
    connection = sqlcipher.connect(str(work), isolation_level=None)
    connection.execute("pragma cache_size = 1")
    connection.execute("begin immediate")
    connection.execute("update archive_info set file_id = 'half'")
    numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 9999)"
    connection.execute(f"create table half as {numbers} select i, hex(randomblob(20)) as b from n")
    for suffix in ("", "-journal"):
        shutil.copy(f"{work}{suffix}", folder / f"piano.concilia{suffix}")
    connection.close()
    half = shutil.copytree(folder, tmp_path / "again") / "piano.concilia"
    assert names(folder / "piano.concilia") == []
    with open_archive(half, writing=False) as store:
        assert file_faults(store) == []
