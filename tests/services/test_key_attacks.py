"""Files in the wrong hands, and files that rot: guessed passwords, keys that fit nothing, flipped bits.

    python -m tests.services.test_key_attacks 1000

does the same with as many flipped bits in the archive and in its keys, and ten times as many guesses for every name.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from app.models import slots
from app.models.errors import AppError, RuleBroken
from app.models.slots import Cost, key_file_bytes, keys_path, open_slot, parse_key_file, read_keys
from app.services.sample import write_sample
from app.services.users import attempts
from app.services.users.keys import Credentials, UserDraft, add_user, encrypt_archive, open_with
from app.services.users.recovery import ALPHABET, new_code

PASSWORD = "una frase di anna"
USERS = ("anna", "bruno", "carla")
FLIPS, GUESSES = 40, 300


def guarded_sample(folder: Path) -> Path:
    """The sample archive with a password, three users and a recovery sheet; closed."""
    from app.services.archive import open_archive

    path = folder / "piano.concilia"
    write_sample(path)
    with open_archive(path) as store:
        encrypt_archive(store, UserDraft("Anna", "anna", PASSWORD), new_code())
        for login in USERS[1:]:
            add_user(store, UserDraft(login, login, f"una frase di {login}, un'altra"))
    return path


def flipped(data: bytes, rng: random.Random) -> bytes:
    """The same with one bit the other way."""
    changed = bytearray(data)
    changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def content(path: Path) -> list[str]:
    """Everything that the archive holds, as text.

    Raises:
        AppError: where it is refused.
    """
    with open_with(path, Credentials("anna", PASSWORD), writing=False) as store, store.read() as session:
        connection = session.connection()
        tables = connection.exec_driver_sql("select name from sqlite_master where type = 'table' order by 1").all()
        return [repr(connection.exec_driver_sql(f'select * from "{name}" order by 1').all()) for (name,) in tables]


def flip_archive(path: Path, flips: int, seed: int) -> Counter[str]:
    """Flip one bit of the archive, again and again: it is refused, or it was where nothing is kept."""
    rng, whole, data = random.Random(seed), content(path), path.read_bytes()
    met: Counter[str] = Counter()
    for _ in range(flips):
        path.write_bytes(flipped(data, rng))
        try:
            found = content(path)
        except AppError as refusal:
            met[refusal.code] += 1
        else:
            assert found == whole
            met["nothing kept there"] += 1
    path.write_bytes(data)
    return met


def flip_keys(path: Path, flips: int, seed: int) -> int:
    """Flip one bit of each writing of the keys: neither opens; flip one of one: the other opens."""
    rng, data = random.Random(seed), keys_path(path).read_bytes()
    half = len(data) // 2
    codes: set[str] = set()
    for _ in range(flips):
        changed = flipped(data[:half], rng) + data[half:]
        assert not parse_key_file(changed, "keys").whole
        both = flipped(data[:half], rng) + flipped(data[half:], rng)
        try:
            file = parse_key_file(both, "keys")
        except AppError as refusal:
            codes.add(refusal.code)
        else:  # the line break in the middle or at the end: the content is untouched
            assert key_file_bytes(file) == data
    assert codes == {"keys.damaged"}
    return 2 * flips


def guess(path: Path, guesses: int, seed: int) -> int:
    """Guess passwords for every user and for the sheet: nothing opens, and nothing tells a wrong name from a word."""
    rng, file = random.Random(seed), read_keys(path)
    words = ["", "password", "Password1!", "anna", "concilia", PASSWORD.upper(), PASSWORD[:-1], PASSWORD + " "]
    made = 0
    while made < guesses:
        for login in (*USERS, "nessuno", ""):
            word = words[made % len(words)] if made < 40 else "".join(rng.choices(ALPHABET, k=rng.randrange(1, 33)))
            with pytest.raises(RuleBroken) as caught:
                open_slot(file, login, word)
            assert caught.value.code == "keys.wrong"
            assert not caught.value.values
            made += 1
    return made


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encrypted sample; tests that change it take a copy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slots, "COST", Cost(1, 16, 2))
        return guarded_sample(tmp_path_factory.mktemp("guarded"))


@pytest.fixture
def copied(guarded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    attempts._in_memory.clear()
    folder = tmp_path / "copy"
    shutil.copytree(guarded.parent, folder)
    return folder / guarded.name


def test_flipped_bits_of_the_archive_are_found_before_a_figure_is_shown(copied: Path) -> None:
    met = flip_archive(copied, FLIPS, seed=8)
    assert set(met) <= {"archive.damaged", "keys.other_archive", "nothing kept there"}
    assert met["archive.damaged"] > FLIPS // 2


def test_flipped_bits_of_the_keys_are_found(copied: Path) -> None:
    assert flip_keys(copied, FLIPS, seed=8) == 2 * FLIPS


def test_guesses_open_nothing(copied: Path) -> None:
    assert guess(copied, GUESSES, seed=8) >= GUESSES


if __name__ == "__main__":
    slots.COST = Cost(1, 16, 2)
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["CONCILIA_CONFIG"] = str(Path(temporary) / "config")
        archive, begun, number = guarded_sample(Path(temporary)), time.monotonic(), int(time.time())
        print(f"{wanted} flipped bits of the archive: {dict(flip_archive(archive, wanted, number))}")
        print(f"{flip_keys(archive, wanted, number)} flipped bits of its keys: all found")
        guesses = guess(archive, 10 * wanted * (len(USERS) + 2), number)
        print(f"{guesses} guesses for every name: none opens; {time.monotonic() - begun:.0f} s")
