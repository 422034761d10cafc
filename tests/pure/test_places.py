"""Where an archive may live: shares, synchronised folders and media that cannot be written are known."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.services.keeping import windows
from app.services.keeping.places import (
    Place,
    PlaceKind,
    SystemProbe,
    file_system_of,
    parse_mount,
    parse_mountinfo,
    place_of_file,
)


@dataclass
class Fake:
    """A system that says what the test wants."""

    system: str = "ext4"
    left: dict[str, list[str]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    may_write: bool = True
    carrier: str = ""

    def file_system(self, path: Path) -> str:
        return self.system

    def markers(self, folder: Path) -> Iterable[str]:
        return self.left.get(str(folder), [])

    def variables(self) -> Mapping[str, str]:
        return self.environment

    def provider(self, path: Path) -> str:
        return self.carrier

    def writable(self, path: Path) -> bool:
        return self.may_write


HERE = Path("/home/anna/Documenti/piano.concilia")


@pytest.mark.parametrize(
    ("system", "name"), [("nfs4", "NFS"), ("cifs", "SMB"), ("fuse.sshfs", "SSH"), ("remote", "SMB")]
)
def test_shares_are_known_by_their_file_system(system: str, name: str) -> None:
    assert place_of_file(HERE, Fake(system)) == Place(PlaceKind.NETWORK, name)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("OneDrive", "OneDrive"),
        ("OneDrive - ASL Milano 1", "OneDrive"),
        ("Dropbox", "Dropbox"),
        ("Dropbox (Personale)", "Dropbox"),
        ("Google Drive", "Google Drive"),
        ("Il mio Drive", "Google Drive"),
        ("iCloud Drive", "iCloud"),
        ("com~apple~CloudDocs", "iCloud"),
        ("Nextcloud", "Nextcloud"),
    ],
)
def test_synchronised_folders_are_known_by_their_name(folder: str, name: str) -> None:
    assert place_of_file(Path("/home/anna") / folder / "Piano" / "p.concilia", Fake()) == Place(PlaceKind.SYNCED, name)


@pytest.mark.parametrize(
    ("marker", "name"),
    [
        (".dropbox.cache", "Dropbox"),
        (".sync_0a1b2c3d.db", "Nextcloud"),
        ("._sync_0a1b.db", "Nextcloud"),
        (".stfolder", "Syncthing"),
    ],
)
def test_synchronised_folders_are_known_by_what_is_left_in_them(marker: str, name: str) -> None:
    assert place_of_file(HERE, Fake(left={"/home/anna": [".bashrc", marker]})) == Place(PlaceKind.SYNCED, name)


def test_folder_that_the_environment_names_is_synchronised() -> None:
    assert place_of_file(HERE, Fake(environment={"OneDriveCommercial": "/home/anna"})) == Place(
        PlaceKind.SYNCED, "OneDrive"
    )


@pytest.mark.parametrize("folder", ["Sync", "Box", "drive", "Mega piano", "onedriveless", "Dropbox vecchio", "cloud"])
def test_other_folders_are_a_disk_of_this_computer(folder: str) -> None:
    assert place_of_file(Path("/home/anna") / folder / "p.concilia", Fake()) == Place(PlaceKind.LOCAL)


def test_synchronised_folders_are_known_by_the_system() -> None:
    assert place_of_file(HERE, Fake(carrier="OneDrive")) == Place(PlaceKind.SYNCED, "OneDrive")


def test_windows_knows_who_synchronises() -> None:
    def office(_path: str, kind: int, info: Any, size: int, _length: None) -> int:
        assert (kind, size) == (windows.PROVIDER, ctypes.sizeof(windows.ProviderInfo))
        info._obj.name = "OneDrive"
        return 0

    assert windows.provider_of(HERE, office) == "OneDrive"
    assert windows.provider_of(HERE, lambda *_asked: 0) == "Windows"  # a program that gave no name
    assert windows.provider_of(HERE, lambda *_asked: -2147024520) == ""


@pytest.mark.parametrize(
    ("faults", "may"),
    [({}, True), ({HERE: 32}, True), ({HERE: 5}, False), ({HERE.parent: 5}, False), ({HERE: 19}, False)],
)
def test_windows_is_asked_who_may_write(faults: dict[Path, int], may: bool) -> None:
    assert windows.may_write(HERE, lambda path: faults.get(path, 0)) is may


@pytest.mark.parametrize(("kind", "said"), [(4, "remote"), (3, ""), (2, ""), (1, "")])
def test_windows_knows_the_letters_of_shares(kind: int, said: str) -> None:
    assert windows.drive_kind(HERE, {"\\": kind}.__getitem__) == said


@pytest.mark.parametrize(("fault", "code", "there"), [(0, 259, True), (0, 0, False), (87, 0, False), (5, 0, True)])
def test_windows_tells_who_still_runs(fault: int, code: int, there: bool) -> None:
    assert windows.is_running(4711, lambda _number: (fault, code)) is there


def test_medium_that_cannot_be_written_is_known() -> None:
    assert place_of_file(HERE, Fake(may_write=False)) == Place(PlaceKind.MEDIUM)


def test_share_by_its_name_is_a_share() -> None:
    assert place_of_file(Path("//server/piani/p.concilia"), Fake()).kind is PlaceKind.NETWORK


def test_tables_of_mounts_are_read() -> None:
    linux = (
        "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
        "40 22 0:35 / /mnt/dati\\040comuni rw - cifs //server/dati rw,vers=3.0\n"
        "not a line\n"
    )
    mounted = parse_mountinfo(linux)
    assert file_system_of(Path("/mnt/dati comuni/piano/p.concilia"), mounted) == "cifs"
    assert file_system_of(Path("/mnt/altro/p.concilia"), mounted) == "ext4"
    mac = "/dev/disk1s1 on / (apfs, local, journaled)\n//anna@server/piani on /Volumes/piani (smbfs, nodev, nosuid)\n"
    assert file_system_of(Path("/Volumes/piani/p.concilia"), parse_mount(mac)) == "smbfs"
    assert file_system_of(Path("/Users/anna/p.concilia"), parse_mount(mac)) == "apfs"
    assert file_system_of(Path("/x"), {}) == ""


def test_this_computer_answers(tmp_path: Path) -> None:
    path = tmp_path / "p.concilia"
    path.touch()
    assert place_of_file(path, SystemProbe()) == Place(PlaceKind.LOCAL)
