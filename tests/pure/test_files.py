"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from app.models.errors import EnvironmentFailed
from app.services import files
from app.services.files import atomic_write, make_folder, write_failure


def test_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "tabella.csv"
    with atomic_write(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in tmp_path.glob("tabella*")] == ["tabella.csv"]


def test_old_file_is_replaced_only_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "tabella.csv"
    path.write_bytes(b"old")
    with atomic_write(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_bytes_reach_the_disk_before_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tabella.csv"
    seen: list[tuple[bool, int]] = []
    fsync = os.fsync

    def watched(handle: int) -> None:
        seen.append((path.exists(), os.fstat(handle).st_size))
        fsync(handle)

    monkeypatch.setattr(files.os, "fsync", watched)
    with atomic_write(path) as file:
        file.write(b"new")
    assert seen[0] == (False, 3)
    assert len(seen) == (2 if os.name == "posix" else 1)


def _fail_halfway(path: Path) -> None:
    with atomic_write(path) as file:
        file.write(b"half")
        raise KeyError


def test_failure_inside_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "tabella.csv"
    path.write_bytes(b"old")
    with pytest.raises(KeyError):
        _fail_halfway(path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.glob("tabella*")] == ["tabella.csv"]


def test_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tabella.csv"
    path.write_bytes(b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(EnvironmentFailed) as refusal, atomic_write(path) as file:
        file.write(b"new")
    assert refusal.value.code == "disk.full"
    assert (refusal.value.values["name"], refusal.value.values["path"]) == ("tabella.csv", str(path))
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.glob("tabella*")] == ["tabella.csv"]


def test_file_that_another_program_keeps_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, _target: Path) -> None:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(EnvironmentFailed) as refusal, atomic_write(tmp_path / "tabella.csv") as file:
        file.write(b"new")
    assert refusal.value.code == "file.in_use"
    assert not list(tmp_path.glob("tabella*"))


def test_file_that_is_looked_at_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, real = [32, 5], Path.replace

    def refuse(source: Path, target: Path) -> Path:
        if held:
            refusal = PermissionError(errno.EACCES, "in use")
            refusal.winerror = held.pop()  # type: ignore[attr-defined]
            raise refusal
        return real(source, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with atomic_write(tmp_path / "tabella.csv") as file:
        file.write(b"new")
    assert not held
    assert (tmp_path / "tabella.csv").read_bytes() == b"new"


def test_name_that_is_too_long_for_windows(tmp_path: Path) -> None:
    gone = OSError(errno.ENOENT, "no such file")  # what it says of any path beyond its limit
    assert files.write_failure(gone, tmp_path / ("a" * 250)).code == "file.name_too_long"
    assert files.write_failure(gone, tmp_path / ("a" * 250) / "a.csv").code == "place.missing"


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed) as refusal, atomic_write(tmp_path / "none" / "x.csv"):
        pytest.fail("nothing to write to")
    assert refusal.value.code == "place.missing"


def test_folder_is_made_with_those_above_it_and_kept(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    (tmp_path / "a" / "b" / "x").touch()
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "x").exists()


@pytest.mark.parametrize(("name", "code"), [("x", {"place.no_folder"}), ("x/y", {"place.missing", "place.no_folder"})])
def test_file_in_the_place_of_the_folder(tmp_path: Path, name: str, code: set[str]) -> None:
    (tmp_path / "x").write_bytes(b"a file")
    with pytest.raises(EnvironmentFailed) as refusal:
        make_folder(tmp_path / name)
    assert refusal.value.code in code  # the second by what the system says first
    assert (tmp_path / "x").read_bytes() == b"a file"


def test_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(EnvironmentFailed) as refusal, atomic_write(tmp_path / "x.csv") as file:
        file.write(b"new")
    assert refusal.value.code == "place.is_folder"
    assert [entry.name for entry in tmp_path.glob("x*")] == ["x.csv"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk.full"),
        (errno.EDQUOT, "disk.full"),
        (errno.EFBIG, "disk.full"),
        (errno.EIO, "disk.failed"),
        (errno.EACCES, "place.read_only"),
        (errno.EPERM, "place.read_only"),
        (errno.EROFS, "place.read_only"),
        (errno.ENOENT, "place.missing"),
        (errno.ENOTDIR, "place.missing"),
        (errno.EEXIST, "place.no_folder"),
        (errno.EISDIR, "place.is_folder"),
        (errno.ENAMETOOLONG, "file.name_too_long"),
    ],
)
def test_errors_of_the_system_have_a_code(number: int, code: str) -> None:
    assert write_failure(OSError(number, "reason"), Path("x")).code == code
    assert write_failure(OSError("no number"), Path("x")).code == "file.not_written"
