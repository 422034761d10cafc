"""Processes killed with -9 while users and keys change: the archive opens, nothing is lost, the keys fit.

    python -m tests.services.test_kill_keys 1000

does the same for as many kills as are wanted, and says what it found.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models import slots
from app.models.enums import UserState
from app.models.errors import AppError
from app.models.journal import broken_links
from app.models.plan import Plan
from app.models.slots import Cost, keys_path
from app.models.store import Store, file_faults
from app.services import attempts
from app.services.keys import Credentials, UserDraft, list_users, new_encrypted_archive, open_with
from app.services.recovery import new_code

ROOT = Path(__file__).resolve().parents[2]
KILLS = 8
PASSWORD = "una frase di anna"
CODE = new_code()

CHILD = """
import os, sys, signal
from pathlib import Path
from app.models import slots
slots.COST = slots.Cost(1, 16, 2)
from app.models.enums import UserRole, UserState
from app.models.plan import Plan
from app.services.keys import *
from app.services.keys import Credentials, UserDraft

def say(text):
    os.write(1, text.encode() + b"\\n")

def save(store, n):
    with store.write("save_plan") as session:
        session.add(Plan(name=f"{n:05}", territory="x" * 3000, office=""))

def work(path, n):
    with open_with(path, Credentials("anna", sys.argv[1])) as store:
        for _ in range(10_000):
            save(store, n); say(f"plan {n}"); n += 1
            login = f"u{n}"
            say(f"begin add {login}")
            add_user(store, UserDraft(login, login, "una frase di tutti", UserRole.READER)); say(f"added {login}")
            row = next(row for row in list_users(store) if row.login == login)
            save(store, n); say(f"plan {n}"); n += 1
            say("begin password x")
            change_password(store, row.id, "una frase nuova per tutti"); say(f"changed {login}")
            say("begin key x")
            renew_key(store); say("key x")
            save(store, n); say(f"plan {n}"); n += 1
            say(f"begin remove {login}")
            remove_user(store, row.id); say(f"removed {login}")
            say("begin sheet x")
            renew_sheet(store, sys.argv[2]); say("sheet x")

def turn(path, n):
    # with a password and without, in turns
    store = open_with(path, Credentials("anna", sys.argv[1]))
    while True:
        say("begin open x")
        remove_encryption(store, "prova"); say("open x")
        save(store, n); say(f"plan {n}"); n += 1
        say("begin encrypt x")
        encrypt_archive(store, UserDraft("Anna", "anna", sys.argv[1]), sys.argv[2]); say("encrypt x")
        save(store, n); say(f"plan {n}"); n += 1

for line in sys.stdin:
    what, n, name = line.split(" ", 2)
    worker = os.fork()
    if worker == 0:
        {"work": work, "turn": turn}[what](Path(name.strip()), int(n))
    say(f"worker {worker}")
    os.waitpid(worker, 0)
    say("ended")
"""


def nursery() -> subprocess.Popen[bytes]:
    """A process that starts a worker for each order and says when it has ended."""
    command = [sys.executable, "-c", CHILD, PASSWORD, CODE]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def heard_until_killed(
    process: subprocess.Popen[bytes], order: str, after: int, seconds: float
) -> list[tuple[str, str]]:
    """Order something, kill the worker some time after it has said `after` lines; (word, rest) of all it said."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(order.encode() + b"\n")
    process.stdin.flush()
    heard: list[str] = []
    worker = 0
    while worker == 0 or len(heard) < after:
        said = process.stdout.readline().decode().strip()
        assert said != "ended", "the worker failed by itself"
        if said.startswith("worker "):
            worker = int(said.removeprefix("worker "))
        else:
            heard.append(said)
    select.select([], [], [], seconds)  # the moment of the kill is anywhere within an act
    os.kill(worker, signal.SIGKILL)
    while (said := process.stdout.readline().decode().strip()) != "ended":
        heard.append(said)
    return [(word, rest) for word, _space, rest in (line.partition(" ") for line in heard)]


def open_any(path: Path) -> Store:
    """The archive, with its password or without, as it was left."""
    from app.services.archive import open_archive
    from app.services.key_files import is_encrypted

    return open_archive(path, credentials=Credentials("anna", PASSWORD) if is_encrypted(path) else None)


def look(path: Path, heard: list[tuple[str, str]]) -> tuple[int, str]:
    """Open the archive and prove it whole; the plans in it, and which act was cut short."""
    with open_any(path) as store:
        assert file_faults(store) == []
        with store.read() as session:
            assert list(broken_links(session)) == []
            plans = sorted(session.scalars(sa.select(Plan.name)))
        users = {row.name: row for row in list_users(store)}
        encrypted = store.key is not None
    assert plans == [f"{n:05}" for n in range(len(plans))]
    saved = [int(rest) for word, rest in heard if word == "plan"]
    assert len(plans) >= max(saved, default=-1) + 1
    for word, name in heard:
        if word in ("added", "changed") and encrypted:
            assert name in users
        if word == "removed" and encrypted:
            assert users[name].state is UserState.REMOVED
            assert code(path, name) == "keys.wrong"
    if encrypted:
        for row in users.values():
            if row.state is UserState.ACTIVE and row.name.startswith("u"):
                assert row.has_key
        with open_with(path, Credentials("", CODE)):
            pass
        assert len(slots.read_keys(path).proofs) == 1
    last = [rest for word, rest in heard if word == "begin"]
    return len(plans), last[-1].split()[0] if last else "plan"


def code(path: Path, login: str) -> str:
    """Why a user may not enter."""
    attempts._in_memory.clear()
    for password in ("una frase di tutti", "una frase nuova per tutti"):
        try:
            open_with(path, Credentials(login, password)).close()
        except AppError as error:
            found = error.code
        else:
            return ""
        attempts.note_right(slots.read_keys(path).file_id)
    return found


def run(folder: Path, kills: int, seed: int) -> Counter[str]:
    """Kill as often as asked; how often each act was the one that was begun last."""
    rng = random.Random(seed)
    met: Counter[str] = Counter()
    path = folder / "piano.concilia"
    new_encrypted_archive(path, UserDraft("Anna", "anna", PASSWORD), CODE)
    plans = 0
    with nursery() as process:
        for kill in range(kills):
            order = "turn" if kill % 3 == 2 else "work"
            if not keys_path(path).exists() or not slots.is_encrypted(path):
                encrypt(path)
            heard = heard_until_killed(
                process, f"{order} {plans} {path}", rng.randrange(1, 22), rng.choice([0, rng.uniform(0, 0.06)])
            )
            found, act = look(path, heard)
            assert found >= plans
            plans = found
            met[act] += 1
            left = {entry.name.removeprefix("piano.concilia") for entry in folder.iterdir() if entry.is_file()}
            assert left <= {"", ".keys"}, left
            if kill % 40 == 39:  # begin anew before the archive is large
                shutil.rmtree(folder)
                folder.mkdir()
                new_encrypted_archive(path, UserDraft("Anna", "anna", PASSWORD), CODE)
                plans = 0
        process.kill()
    return met


def encrypt(path: Path) -> None:
    """Give the archive its password back."""
    from app.services.archive import open_archive
    from app.services.keys import encrypt_archive

    with open_archive(path) as store:
        encrypt_archive(store, UserDraft("Anna", "anna", PASSWORD), CODE)


@pytest.mark.skipif(sys.platform == "win32", reason="a process is not killed with -9 on Windows")
def test_archive_survives_kills_while_users_and_keys_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    folder = tmp_path / "killed"
    folder.mkdir()
    assert sum(run(folder, KILLS, seed=20140331).values()) == KILLS


if __name__ == "__main__":
    slots.COST = Cost(1, 16, 2)
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["CONCILIA_CONFIG"] = str(Path(temporary) / "config")
        place = Path(temporary) / "killed"
        place.mkdir()
        begun = time.monotonic()
        acts = run(place, wanted, seed=int(time.time()))
        print(f"{wanted} kills in {time.monotonic() - begun:.0f} s, nothing lost, nothing half done: {dict(acts)}")
