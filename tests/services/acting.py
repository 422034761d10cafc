"""What every act that writes an archive stands on: where its archive lies, and how it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.models import slots
from app.models.slots import Cost
from app.models.store import Store
from app.services.archive import open_archive
from app.services.users import attempts
from app.services.users.key_files import is_encrypted
from app.services.users.keys import Credentials, UserDraft

NAME = "piano.concilia"
ANNA = UserDraft("Anna", "anna", "una frase di anna")
AS_ANNA = Credentials("anna", ANNA.password)

Prepare = Callable[[Path], None]
Do = Callable[[Path], object]


@dataclass(frozen=True)
class Act:
    """Something that is done to an archive.

    Attributes:
        prepare: makes the archive, and what the act needs, in an empty folder.
        do: does it to the archive in a folder.
        writes: whether the archive has more edits afterwards.
    """

    name: str
    prepare: Prepare
    do: Do
    writes: bool = True


def archive(folder: Path) -> Path:
    """The archive of a folder."""
    return folder / NAME


def opened(folder: Path) -> Store:
    """The archive, by its password where it has one."""
    attempts._in_memory.clear()
    path = archive(folder)
    return open_archive(path, credentials=AS_ANNA if is_encrypted(path) else None)


def cheap() -> None:
    """Guesses cost little, so that hundreds of openings fit into a minute."""
    slots.COST = Cost(1, 16, 2)
