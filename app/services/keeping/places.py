"""Where an archive lies, as far as writing there goes: a disk of this computer, or a place where a write may be lost.

On a network share locks may not hold and writes may tear; in a synchronised folder another computer may write at the
same time, and the synchroniser may carry a half-written file away. Such an archive is opened for reading only.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Protocol

DAMAGED = frozenset(
    {
        "archive.damaged",
        "archive.missing",
        "archive.not_an_archive",
        "disk.failed",
        "keys.damaged",
        "keys.missing",
        "keys.other_archive",
    }
)
"""Refusals to open an archive after which a copy may take its place."""


class PlaceKind(StrEnum):
    """What kind of place it is; the value is the code of the refusal to write there."""

    LOCAL = "local"
    NETWORK = "place.network"
    SYNCED = "place.synced"
    MEDIUM = "place.medium"


@dataclass(frozen=True)
class Place:
    """Where an archive lies.

    Attributes:
        where: the share's kind, or the synchroniser's name, in words of the world: «OneDrive», «SMB».
    """

    kind: PlaceKind
    where: str = ""


class Probe(Protocol):
    """What is asked of the system; tests answer in its place."""

    def file_system(self, path: Path) -> str:
        """Kind of the file system that holds `path`, as the system calls it; empty when it is not known."""
        ...

    def markers(self, folder: Path) -> Iterable[str]:
        """Names of hidden files in a folder, among which a synchroniser leaves its mark."""
        ...

    def variables(self) -> Mapping[str, str]:
        """Variables of the environment."""
        ...

    def provider(self, path: Path) -> str:
        """Name of the program that the system knows to synchronise a place; empty when it knows none."""
        ...

    def writable(self, path: Path) -> bool:
        """Whether the file, and its folder, may be written."""
        ...


NETWORK = {
    "9p": "9P",
    "afpfs": "AFP",
    "afs": "AFS",
    "beegfs": "BeeGFS",
    "ceph": "Ceph",
    "cifs": "SMB",
    "davfs": "WebDAV",
    "fuse.davfs2": "WebDAV",
    "fuse.glusterfs": "GlusterFS",
    "fuse.gvfsd-fuse": "GVfs",
    "fuse.rclone": "rclone",
    "fuse.smbnetfs": "SMB",
    "fuse.sshfs": "SSH",
    "glusterfs": "GlusterFS",
    "lustre": "Lustre",
    "ncpfs": "NCP",
    "nfs": "NFS",
    "nfs4": "NFS",
    "osxfuse.sshfs": "SSH",
    "remote": "SMB",
    "smb3": "SMB",
    "smbfs": "SMB",
    "webdav": "WebDAV",
}
"""File systems behind a network; «remote» is what Windows says of a drive letter."""

FOLDERS: tuple[tuple[str, str], ...] = (
    (r"onedrive( - .+|-.+)?", "OneDrive"),
    (r"dropbox( \(.+\))?", "Dropbox"),
    (r"google ?drive|googledrive-.+|il mio drive|my drive", "Google Drive"),
    (r"icloud ?drive|com~apple~clouddocs", "iCloud"),
    (r"nextcloud|owncloud", "Nextcloud"),
    (r"pcloud ?drive", "pCloud"),
    (r"creative cloud files", "Creative Cloud"),
    (r"syncthing", "Syncthing"),
)
"""Names of the folders that synchronisers make, without regard to capitals."""

MARKERS: tuple[tuple[str, str], ...] = (
    (r"\.dropbox(\.cache)?", "Dropbox"),
    (r"\.tmp\.driveupload|\.tmp\.drivedownload", "Google Drive"),
    (r"\.owncloudsync\.log|\._?sync_[0-9a-f]+\.db", "Nextcloud"),
    (r"\.stfolder", "Syncthing"),
    (r"\.849c9593-d756-4e56-8d6e-42412f2a707b", "OneDrive"),
)
"""What synchronisers leave in the root of what they carry."""

VARIABLES = {"OneDrive": "OneDrive", "OneDriveCommercial": "OneDrive", "OneDriveConsumer": "OneDrive"}


class SystemProbe:
    """Asks the system that the program runs on."""

    def file_system(self, path: Path) -> str:
        """Kind of the file system that holds `path`."""
        if sys.platform == "win32":
            from app.services.keeping import windows

            return windows.drive_kind(path)
        if sys.platform == "darwin":
            import subprocess

            listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
            return file_system_of(path, parse_mount(listed))
        try:
            return file_system_of(path, parse_mountinfo(Path("/proc/self/mountinfo").read_text("utf-8", "replace")))
        except OSError:
            return ""

    def markers(self, folder: Path) -> Iterable[str]:
        """Names of hidden files in a folder."""
        try:
            return [entry.name for entry in os.scandir(folder) if entry.name.startswith(".")]
        except OSError:
            return []

    def variables(self) -> Mapping[str, str]:
        """Variables of the environment."""
        return os.environ

    def provider(self, path: Path) -> str:
        """Name of the program that the system knows to synchronise a place: Windows keeps account of them."""
        if sys.platform == "win32":
            from app.services.keeping import windows

            return windows.provider_of(path)
        return ""

    def writable(self, path: Path) -> bool:
        """Whether the file, and its folder, may be written."""
        allowed = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        if allowed and sys.platform == "win32":
            from app.services.keeping import windows

            return windows.may_write(path)
        return allowed


def place_of_file(path: Path, probe: Probe | None = None) -> Place:
    """What kind of place an archive lies in."""
    probe = probe or SystemProbe()
    unc, path = _is_unc(path), path.resolve()
    network = "SMB" if unc or _is_unc(path) else NETWORK.get(probe.file_system(path).lower(), "")
    if network:
        return Place(PlaceKind.NETWORK, network)
    synced = _synchroniser(path, probe)
    if synced:
        return Place(PlaceKind.SYNCED, synced)
    return Place(PlaceKind.LOCAL if probe.writable(path) else PlaceKind.MEDIUM)


def _is_unc(path: PurePath) -> bool:
    return path.drive.startswith("\\\\") or str(path).startswith("//")


def _synchroniser(path: Path, probe: Probe) -> str:
    """Name of what carries the folder of `path` to other computers; empty when nothing is known to."""
    for variable, name in VARIABLES.items():
        root = probe.variables().get(variable, "")
        if root and path.is_relative_to(Path(root).resolve()):
            return name
    for folder in path.parents:
        for pattern, name in FOLDERS:
            if re.fullmatch(pattern, folder.name, re.IGNORECASE):
                return name
        found = probe.markers(folder)
        for pattern, name in MARKERS:
            if any(re.fullmatch(pattern, marker, re.IGNORECASE) for marker in found):
                return name
    return probe.provider(path)


# --- what the systems say -----------------------------------------------------------------------


def parse_mountinfo(text: str) -> dict[str, str]:
    """File system of each mount point, from Linux's table; the last mounted over a point counts."""
    found = {}
    for line in text.splitlines():
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if separator and len(fields) > 4 and after:
            point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[4])
            found[point] = after.split(" ")[0]
    return found


def parse_mount(text: str) -> dict[str, str]:
    """File system of each mount point, from what macOS's `mount` says."""
    found = {}
    for line in text.splitlines():
        match = re.fullmatch(r".+? on (.+) \(([^,)]+).*\)", line)
        if match:
            found[match[1]] = match[2].strip()
    return found


def file_system_of(path: Path, mounted: Mapping[str, str]) -> str:
    """File system of the nearest mount point above `path`."""
    for folder in (path, *path.parents):
        if str(folder) in mounted:
            return mounted[str(folder)]
    return ""
