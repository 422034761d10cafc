"""Processes killed with -9 at any moment: an archive being made is whole or absent, what was saved stays saved."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlcipher

from app.models.journal import broken_links
from app.models.plan import Plan
from app.models.store import file_faults, open_archive
from app.services.ledger_rows import recompute

ROOT = Path(__file__).resolve().parents[2]
KILLS = 7
GESTURES = 80

CHILD = """
import os, signal, sys
from pathlib import Path
from app.models.plan import Plan
from app.models.store import create_archive, open_archive

def save(store, name):
    with store.write("save_plan") as session:
        session.add(Plan(name=name, territory="x" * 500, office=""))

def say(text):
    os.write(1, text.encode() + b"\\n")

def make(path):
    def fill(store):
        for n in range({gestures}):
            save(store, f"{{n:05}}")
            say(str(n))
    create_archive(path, fill=fill)
    say("made")

def write(path):
    while True:
        with open_archive(path) as store:
            for _ in range(20):
                with store.read() as session:
                    n = session.query(Plan).count()
                save(store, f"{{n:05}}")
                say(str(n))

for line in sys.stdin:
    what, name = line.split(" ", 1)
    worker = os.fork()
    if worker == 0:
        {{"make": make, "write": write}}[what](Path(name.strip()))
        signal.pause()  # there to be killed
    say(f"worker {{worker}}")
    os.waitpid(worker, 0)
    say("ended")
"""


@pytest.fixture
def nursery() -> Iterator[subprocess.Popen[bytes]]:
    """A process that starts a worker for each order, «make PATH» or «write PATH», and says when it has ended."""
    command = [sys.executable, "-c", CHILD.format(gestures=GESTURES)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def heard_until_killed(
    nursery: subprocess.Popen[bytes], what: str, path: Path, after: int, seconds: float
) -> list[str]:
    """Order something, kill the worker some time after it has said `after` lines; all that it said."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"{what} {path}\n".encode())
    nursery.stdin.flush()
    heard: list[str] = []
    worker = 0
    while worker == 0 or len(heard) < after:
        said = nursery.stdout.readline().decode().strip()
        if said.startswith("worker "):
            worker = int(said.removeprefix("worker "))
        else:
            heard.append(said)
    select.select([], [], [], seconds)  # the moment of the kill is anywhere within a gesture
    os.kill(worker, signal.SIGKILL)
    while (said := nursery.stdout.readline().decode().strip()) != "ended":
        heard.append(said)
    return heard


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


@pytest.mark.skipif(sys.platform == "win32", reason="a process is not killed with -9 on Windows")
def test_archive_being_made_is_whole_or_absent(nursery: subprocess.Popen[bytes], tmp_path: Path) -> None:
    rng = random.Random(20140331)
    made = 0
    for kill in range(KILLS):
        folder = tmp_path / str(kill)
        folder.mkdir()
        path = folder / "piano.concilia"
        after = rng.choice([0, rng.randrange(1, GESTURES), GESTURES])  # before, while and after it is filled
        heard = heard_until_killed(nursery, "make", path, after, rng.uniform(0, 0.02))
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


@pytest.mark.skipif(sys.platform == "win32", reason="a process is not killed with -9 on Windows")
def test_what_was_saved_before_the_kill_is_there_after(
    nursery: subprocess.Popen[bytes], empty_archive: Path, tmp_path: Path
) -> None:
    rng = random.Random(20140401)
    path = Path(shutil.copy(empty_archive, tmp_path / "folder.concilia"))
    folder = tmp_path / "killed"
    folder.mkdir()
    path = Path(shutil.move(path, folder / "piano.concilia"))
    saved = 0
    for _ in range(KILLS):
        heard = heard_until_killed(nursery, "write", path, rng.randrange(1, 45), rng.uniform(0, 0.01))
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
