"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from app.models.appearing import BRIEFLY, patient
from app.models.errors import EnvironmentFailed, InvalidInput
from app.models.lock import PATH_MAX

_CODES = {
    errno.ENOSPC: "disk.full",
    errno.EDQUOT: "disk.full",
    errno.EFBIG: "disk.full",
    errno.EIO: "disk.failed",
    errno.EACCES: "place.read_only",
    errno.EPERM: "place.read_only",
    errno.EROFS: "place.read_only",
    errno.ENOENT: "place.missing",
    errno.ENOTDIR: "place.missing",
    errno.EEXIST: "place.no_folder",
    errno.EISDIR: "place.is_folder",
    errno.ENAMETOOLONG: "file.name_too_long",
}

PART = ".part"


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of `path` only when the block ends well.

    The bytes go to `<name>.part` beside it, reach the disk, and are then renamed. When the block raises,
    `Cancelled` included, the part is removed and what stood at `path` stands untouched.

    Raises:
        EnvironmentFailed: "disk.full", "disk.failed", "place.read_only", "place.missing" (no such folder),
            "place.is_folder", "file.in_use" (another program keeps the old file open), "file.name_too_long",
            "file.not_written"; each with `name` and `path`.
    """
    part = _part(path)
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(part, path)
    except OSError as error:
        raise write_failure(error, path) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_together(folder: Path, files: Iterable[tuple[str, bytes]]) -> tuple[Path, ...]:
    """Write files into a folder, made when it is missing: all of them, or none.

    They take their names, and the places of older files, when the last of them is on the disk. When one is not written,
    or what gives them raises, `Cancelled` included, their parts go, and the folder when it was made for them.

    Args:
        files: name and content of each.

    Raises:
        EnvironmentFailed: as `atomic_write` and `make_folder`.
    """
    is_new = not folder.exists()
    make_folder(folder)
    written: list[Path] = []
    path = folder
    try:
        for name, content in files:
            path = folder / name
            written.append(path)
            with _part(path).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for path in written:
            _put_in_place(_part(path), path)
    except BaseException as error:
        with suppress(OSError):
            for each in written:
                _part(each).unlink(missing_ok=True)
            if is_new:
                folder.rmdir()
        if isinstance(error, OSError):
            raise write_failure(error, path) from error
        raise
    return tuple(written)


def keep_small(path: Path, text: str) -> bool:
    """Keep a small file that the program can do without, whole or not at all; whether it could be written.

    Nobody waits until it is on the disk.
    """
    part = _part(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        return False
    return True


def _part(path: Path) -> Path:
    """Where a file is written before it gets its name."""
    return path.with_name(path.name + PART)


def make_folder(path: Path) -> None:
    """Have a folder at `path`, made with those above it when it is missing.

    Raises:
        EnvironmentFailed: as `atomic_write`; "place.no_folder" when a file is in the way.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_failure(error, path) from error


def check_name(path: Path) -> None:
    """Refuse a name that no file can have.

    Raises:
        InvalidInput: "file.name_impossible" with half a letter or a zero byte, "file.name_too_long".
    """
    name = path.name.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")
    try:
        path.lstat()
    except ValueError as error:
        raise InvalidInput("file.name_impossible", name=name) from error
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise InvalidInput("file.name_too_long", name=name) from error


def write_failure(error: OSError, path: Path) -> EnvironmentFailed:
    """The refusal to show for an error of the system met while writing `path`."""
    code = _CODES.get(error.errno or 0, "file.not_written")
    if error.errno == errno.ENOENT and len(str(path.absolute())) + len(PART) > PATH_MAX and path.parent.is_dir():
        code = "file.name_too_long"
    return EnvironmentFailed(code, name=path.name, path=str(path), reason=error.strerror or "")


def _put_in_place(part: Path, path: Path) -> None:
    """Rename, and let the folder's entry reach the disk where the system offers it."""
    if path.is_dir():  # Windows would say that it is in use
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    try:
        patient(lambda: part.replace(path), patience=BRIEFLY)
    except PermissionError as error:
        raise EnvironmentFailed("file.in_use", name=path.name, path=str(path)) from error
    if os.name == "posix":  # pragma: no branch - elsewhere a folder cannot be opened
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
