"""Processes killed with -9 while users and keys change: the archive opens, nothing is lost, the keys fit.

    python -m tests.services.test_kill_keys 1000

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
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models import slots
from app.models.enums import UserRole, UserState
from app.models.errors import AppError
from app.models.journal import broken_links
from app.models.plan import Plan
from app.models.slots import Cost, keys_path
from app.models.store import Store, file_faults
from app.services.archive import open_archive
from app.services.users import attempts
from app.services.users.facts import list_users
from app.services.users.key_files import is_encrypted
from app.services.users.keys import (
    Credentials,
    UserDraft,
    add_user,
    change_password,
    encrypt_archive,
    new_encrypted_archive,
    open_with,
    remove_encryption,
    remove_user,
    renew_key,
    renew_sheet,
)
from app.services.users.recovery import new_code
from tests.services.forked import Say, Worker, frozen

KILLS = 10
PASSWORD = "una frase di anna"
CODE = new_code()
Work = Callable[[Path, int, Say], None]


def save(store: Store, n: int, say: Say) -> int:
    """Save a plan and say so; the number of the next."""
    with store.write("save_plan") as session:
        session.add(Plan(name=f"{n:05}", territory="x" * 3000, office=""))
    say(f"plan {n}")
    return n + 1


def work(path: Path, n: int, say: Say) -> None:
    """Users come, get another password and go, under ever new keys and sheets."""
    with open_with(path, Credentials("anna", PASSWORD)) as store:
        while True:
            n = save(store, n, say)
            login = f"u{n}"
            say(f"begin add {login}")
            add_user(store, UserDraft(login, login, "una frase di tutti", UserRole.READER))
            say(f"added {login}")
            row = next(row for row in list_users(store) if row.login == login)
            n = save(store, n, say)
            say("begin password x")
            change_password(store, row.id, "una frase nuova per tutti")
            say(f"changed {login}")
            say("begin key x")
            renew_key(store)
            say("key x")
            n = save(store, n, say)
            say(f"begin remove {login}")
            remove_user(store, row.id)
            say(f"removed {login}")
            say("begin sheet x")
            renew_sheet(store, CODE)
            say("sheet x")


def turn(path: Path, n: int, say: Say) -> None:
    """With a password and without, in turns."""
    with open_with(path, Credentials("anna", PASSWORD)) as store:
        while True:
            say("begin open x")
            remove_encryption(store, "prova")
            say("open x")
            n = save(store, n, say)
            say("begin encrypt x")
            encrypt_archive(store, UserDraft("Anna", "anna", PASSWORD), CODE)
            say("encrypt x")
            n = save(store, n, say)


def heard_until_killed(what: Work, path: Path, n: int, after: int, seconds: float) -> list[tuple[str, str]]:
    """Have something done, kill it some time after it has said `after` lines; (word, rest) of all it said."""
    worker = Worker(lambda say: what(path, n, say))
    worker.hear(after)
    return [(word, rest) for word, _space, rest in (line.partition(" ") for line in worker.kill(seconds))]


def open_any(path: Path) -> Store:
    """The archive, with its password or without, as it was left."""
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
    with frozen():
        for kill in range(kills):
            what = turn if kill % 3 == 2 else work
            if not keys_path(path).exists() or not slots.is_encrypted(path):
                encrypt(path)
            seconds = rng.choice([0, rng.uniform(0, 0.06)])
            heard = heard_until_killed(what, path, plans, rng.randrange(1, 14), seconds)
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
    return met


def encrypt(path: Path) -> None:
    """Give the archive its password back."""
    with open_archive(path) as store:
        encrypt_archive(store, UserDraft("Anna", "anna", PASSWORD), CODE)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the engine of the test forks and kills")
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
