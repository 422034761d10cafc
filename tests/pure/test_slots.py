"""The file of keys: what opens it, what is refused, what damage is found."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.models import slots
from app.models.errors import AppError
from app.models.slots import (
    RECOVERY,
    Cost,
    KeyFile,
    bridged,
    key_file_bytes,
    keys_path,
    new_key_file,
    new_slot,
    only,
    open_slot,
    parse_key_file,
    proved,
    read_keys,
    sealed_slot,
    set_keys_aside,
    settled,
    with_slot,
    write_keys,
)

KEY, FRESH = bytes(range(32)), bytes(range(32, 64))
CHEAP = Cost(1, 16, 2)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guesses that cost next to nothing."""
    monkeypatch.setattr(slots, "COST", CHEAP)


def code(action: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        action()
    return caught.value.code


def made(file_id: str = "file") -> KeyFile:
    return new_key_file(file_id, KEY, [("u1", "anna", "parola di anna"), ("u2", "Bruno", "x"), (RECOVERY, "", "ABCD")])


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.is_file())


def read(file: KeyFile) -> KeyFile:
    return parse_key_file(key_file_bytes(file), "a.keys")


def test_each_password_opens_its_own_slot() -> None:
    file = read(made())
    assert file.whole
    assert open_slot(file, "anna", "parola di anna").keys == {1: KEY}
    assert open_slot(file, "  ANNA ", "parola di anna").user_id == "u1"
    assert open_slot(file, "bruno", "x").user_id == "u2"
    assert open_slot(file, "", "ABCD").user_id == RECOVERY


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("anna", "x"),
        ("bruno", "parola di anna"),
        ("carla", "x"),
        ("", "x"),
        ("anna", ""),
        ("", ""),
        ("recovery", "ABCD"),
    ],
)
def test_anything_else_is_refused_with_one_code(login: str, password: str) -> None:
    assert code(lambda: open_slot(made(), login, password)) == "keys.wrong"


def test_no_name_and_no_password_stands_in_the_file() -> None:
    data = key_file_bytes(made()).lower()
    for word in (b"anna", b"bruno", b"parola", b"abcd"):
        assert word not in data


def test_password_spelt_with_other_code_points_is_the_same() -> None:
    file = new_key_file("f", KEY, [("u", "josé", "perché no città")])
    assert open_slot(file, "jose\u0301", "perche\u0301 no citta\u0300").user_id == "u"


def test_slot_of_another_archive_is_refused() -> None:
    other = new_key_file("other", FRESH, [("u9", "anna", "parola di anna")])
    mixed = proved(replace(made(), slots=other.slots), {1: KEY})
    assert code(lambda: open_slot(mixed, "anna", "parola di anna")) == "keys.wrong"
    renamed = replace(made(), file_id="other")
    assert code(lambda: open_slot(renamed, "anna", "parola di anna")) == "keys.wrong"


def test_slot_under_another_user_is_refused() -> None:
    file = made()
    first, second, sheet = file.slots
    swapped = replace(file, slots=(replace(first, user_id="u2"), replace(second, user_id="u1"), sheet))
    assert code(lambda: open_slot(swapped, "anna", "parola di anna")) == "keys.wrong"
    lowered = replace(file, slots=(replace(first, cost=Cost(1, 16, 1)), second, sheet))
    assert code(lambda: open_slot(lowered, "anna", "parola di anna")) == "keys.wrong"


def test_slot_that_somebody_without_the_key_put_in_is_found() -> None:
    file = made()
    intruder = new_slot(file, "u3", "mario", "intruso", {1: FRESH})
    forged = replace(file, slots=(*file.slots, intruder))
    assert code(lambda: open_slot(forged, "anna", "parola di anna")) == "keys.damaged"
    assert code(lambda: open_slot(forged, "mario", "intruso")) == "keys.damaged"
    taken_out = only(file, file.slots[:2])
    assert code(lambda: open_slot(taken_out, "anna", "parola di anna")) == "keys.damaged"
    exchanged = sealed_slot(file, file.slots[1], {1: FRESH})
    forged = replace(file, slots=(file.slots[0], exchanged, file.slots[2]))
    assert code(lambda: open_slot(forged, "anna", "parola di anna")) == "keys.damaged"


def test_slot_without_a_key_opens_nothing() -> None:
    file = made()
    empty = proved(replace(file, slots=(replace(file.slots[0], sealed={}),)), {1: KEY})
    assert code(lambda: open_slot(empty, "anna", "parola di anna")) == "keys.damaged"
    mixed = replace(file, slots=(replace(file.slots[0], sealed={2: file.slots[0].sealed[1]}),))
    assert code(lambda: open_slot(mixed, "anna", "parola di anna")) == "keys.damaged"


def test_new_password_replaces_one_slot() -> None:
    file = made()
    after = with_slot(file, new_slot(file, "u1", "anna", "un'altra", {1: KEY}), KEY)
    assert code(lambda: open_slot(after, "anna", "parola di anna")) == "keys.wrong"
    assert open_slot(read(after), "anna", "un'altra").keys == {1: KEY}
    assert after.slots[:2] == (file.slots[1], file.slots[2])


def test_new_data_key_needs_nobody_and_leaves_one_out() -> None:
    between, after = bridged(made(), KEY, FRESH, without=["u2"])
    assert open_slot(read(between), "anna", "parola di anna").keys == {1: KEY, 2: FRESH}
    assert open_slot(between, "bruno", "x").keys == {1: KEY}
    assert open_slot(read(after), "anna", "parola di anna").keys == {2: FRESH}
    assert open_slot(after, "", "ABCD").keys == {2: FRESH}
    assert code(lambda: open_slot(after, "bruno", "x")) == "keys.wrong"
    assert after.generation == 2


def test_who_had_the_old_key_learns_nothing_of_the_new_one() -> None:
    """Nothing that stands in the file after is the old key's to open: each slot is sealed to a pair of its own."""
    _between, after = bridged(made(), KEY, FRESH, without=["u2"])
    assert KEY.hex() not in key_file_bytes(after).hex()
    assert {slot.user_id for slot in after.slots} == {"u1", RECOVERY}
    assert all(set(slot.sealed) == {2} for slot in after.slots)


@pytest.mark.parametrize(
    ("generation", "key", "users"), [(1, KEY, {"u1", "u2", RECOVERY}), (2, FRESH, {"u1", RECOVERY})]
)
def test_passage_is_settled_either_way(generation: int, key: bytes, users: set[str]) -> None:
    between, _after = bridged(made(), KEY, FRESH, without=["u2"])
    found = read(settled(between, generation, key))
    assert {slot.user_id for slot in found.slots} == users
    assert open_slot(found, "anna", "parola di anna").keys == {generation: key}


def test_every_flipped_bit_is_found_and_locks_nobody_out() -> None:
    data = key_file_bytes(made())
    rng = random.Random(8)
    ends = [len(data) // 2 - 1, len(data) // 2, len(data) - 1, 0]
    for at in [*ends, *(rng.randrange(len(data)) for _ in range(300))]:
        flipped = bytearray(data)
        flipped[at] ^= 1 << rng.randrange(8)
        file = parse_key_file(bytes(flipped), "a.keys")
        assert not file.whole
        assert open_slot(file, "anna", "parola di anna").keys == {1: KEY}


def test_damage_in_both_writings_is_refused() -> None:
    data = bytearray(key_file_bytes(made()))
    data[100] ^= 4
    data[len(data) - 100] ^= 4
    assert code(lambda: parse_key_file(bytes(data), "a.keys")) == "keys.damaged"


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", b"\0" * 5000, "è\n".encode("latin-1"), b"SQLite format 3\0"])
def test_what_is_no_file_of_keys_is_refused(data: bytes) -> None:
    assert code(lambda: parse_key_file(data, "a.keys")) == "keys.damaged"


def line(content: object) -> bytes:
    body = json.dumps(content).encode()
    return 2 * (hashlib.sha256(body).hexdigest().encode() + b" " + body + b"\n")


def test_content_that_makes_no_sense_is_refused() -> None:
    good = json.loads(key_file_bytes(made()).split(b"\n")[0].split(b" ", 1)[1])
    assert not parse_key_file(line(good), "a.keys").whole  # written otherwise than this program does
    for change in ({"format": 99}, {"slots": 3}, {"proofs": {}}, {"salt": "%"}, {"slots": [{}]}, {"format": None}):
        expected = "keys.newer" if change == {"format": 99} else "keys.damaged"
        assert code(lambda change=change: parse_key_file(line({**good, **change}), "a.keys")) == expected
    good["slots"][0]["argon2id"] = {"t": 1000, "m": 1 << 30, "p": 1}
    assert code(lambda: parse_key_file(line(good), "a.keys")) == "keys.damaged"
    assert code(lambda: parse_key_file(line([1]), "a.keys")) == "keys.damaged"


def test_file_is_written_whole_and_read_back(tmp_path: Path) -> None:
    archive = tmp_path / "piano.concilia"
    assert code(lambda: read_keys(archive)) == "keys.missing"
    write_keys(archive, made())
    assert names(tmp_path) == ["piano.concilia.keys"]
    assert open_slot(read_keys(archive), "bruno", "x").keys == {1: KEY}


def test_keys_that_lie_in_the_way_are_kept_under_another_name(tmp_path: Path) -> None:
    archive = tmp_path / "piano.concilia"
    for _ in range(3):
        write_keys(archive, made())
        set_keys_aside(archive)
    assert not keys_path(archive).exists()
    assert len(names(tmp_path)) == 3


def test_place_that_cannot_be_written_keeps_the_old_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "piano.concilia"
    write_keys(archive, made())
    before = keys_path(archive).read_bytes()

    def full(_path: Path) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(slots, "sync", full)
    assert code(lambda: write_keys(archive, made())) == "disk.full"
    assert keys_path(archive).read_bytes() == before
    assert names(tmp_path) == ["piano.concilia.keys"]


def test_cost_of_a_guess_is_that_of_the_published_advice() -> None:
    assert Cost() == Cost(time=3, memory=64 * 1024, lanes=2)
