"""What Windows is asked: the kind of a drive, who synchronises it, whether this user may write there; who still runs.

Each question goes to a function of the system, which tests pass in its place. Nothing here is imported elsewhere.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import wintypes
from pathlib import Path
from typing import Any

REMOTE = 4
"""What `GetDriveTypeW` says of a letter that stands for a share."""

PROVIDER = 2
"""`CF_SYNC_ROOT_INFO_PROVIDER`: who synchronises."""

WRITE_DATA, SHARED, PRESENT, ALSO_FOLDERS = 0x2, 0x7, 3, 0x02000000
"""To open for writing what is there, whoever else has it open; in a folder it is the right to add files."""

NO_RIGHT, WRITE_PROTECTED = 5, 19
REFUSED = frozenset({NO_RIGHT, WRITE_PROTECTED})
"""No right to write, and a medium that is write-protected; what else fails, fails for who holds the file."""


QUERY, STILL_ACTIVE = 0x1000, 259
"""To look at a process, and what one that runs «ended» with."""


class ProviderInfo(ctypes.Structure):
    """`CF_SYNC_ROOT_PROVIDER_INFO`."""

    _fields_ = (("status", ctypes.c_uint32), ("name", ctypes.c_wchar * 256), ("version", ctypes.c_wchar * 256))


def _library(name: str) -> Any:
    """A library of the system, whose last error can be asked for."""
    return getattr(ctypes, "WinDLL")(name, use_last_error=True)  # noqa: B009 (other systems know no such name)


def drive_kind(path: Path, ask: Callable[[str], int] | None = None) -> str:
    """«remote» for a drive letter that stands for a share; empty for other drives."""
    ask = ask or _library("kernel32").GetDriveTypeW
    return "remote" if ask(path.drive + "\\") == REMOTE else ""


def provider_of(path: Path, ask: Callable[..., int] | None = None) -> str:
    """Name of the program that Windows itself knows to synchronise a place; empty when there is none.

    So are known also the libraries of a group's site, which OneDrive puts into a folder with the office's name.
    """
    if ask is None:
        try:
            ask = _library("CldApi").CfGetSyncRootInfoByPath
        except (OSError, AttributeError):  # older than the system's way to synchronise
            return ""
    info = ProviderInfo()
    failed = ask(str(path), PROVIDER, ctypes.byref(info), ctypes.sizeof(info), None)
    return "" if failed else str(info.name) or "Windows"


def may_write(path: Path, fault: Callable[[Path], int] | None = None) -> bool:
    """Whether this user may write a file and add others beside it.

    `os.access` looks at the file's «read only» alone there, not at who may do what, nor at the medium.
    """
    fault = fault or _writing_fault
    return fault(path) not in REFUSED and fault(path.parent) not in REFUSED


def _writing_fault(path: Path) -> int:
    """What Windows says when a file or folder is opened for writing; 0 when it is opened. Nothing is written."""
    kernel = _library("kernel32")
    kernel.CreateFileW.restype = wintypes.HANDLE
    kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    handle = kernel.CreateFileW(str(path), WRITE_DATA, SHARED, None, PRESENT, ALSO_FOLDERS, None)
    if handle == wintypes.HANDLE(-1).value:
        return _last_error()
    kernel.CloseHandle(handle)
    return 0


def is_running(number: int, ask: Callable[[int], tuple[int, int]] | None = None) -> bool:
    """Whether a process with this number is there; doubt counts as yes.

    One that ended keeps its number while another program still looks at it; one of another user may not be looked at.
    """
    fault, code = (ask or _process)(number)
    return fault == NO_RIGHT if fault else code == STILL_ACTIVE


def _process(number: int) -> tuple[int, int]:
    """What Windows says when a process is looked at, 0 when it lets us; then what it ended with."""
    kernel = _library("kernel32")
    kernel.OpenProcess.restype = wintypes.HANDLE
    kernel.GetExitCodeProcess.argtypes = (wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD))
    kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    handle = kernel.OpenProcess(QUERY, False, number)
    if not handle:
        return _last_error(), 0
    code = wintypes.DWORD(STILL_ACTIVE)
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return 0, code.value


def _last_error() -> int:
    return int(getattr(ctypes, "get_last_error")())  # noqa: B009 (as above)
