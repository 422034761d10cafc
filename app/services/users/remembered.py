"""Passwords that the keyring of the system keeps: off until the settings say otherwise, one for each archive.

What is kept is what a user types to open an archive, and nothing else: no data key, no recovery sheet. In the list of
the keyring it stands under a number that says nothing of the archive; the user's name is part of the secret. The
keyring is asked on a thread of its own: it may wait for somebody to unlock it, or never answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from app.models.errors import EnvironmentFailed, InvalidInput
from app.models.slots import folded_login, read_keys
from app.services.ports import SILENT, Progress
from app.services.settings import Settings
from app.services.users.keys import Credentials

T = TypeVar("T")

WAIT_SECONDS = 60
"""The keyring is given up after so long: somebody may have to type its own password first."""

RINGS = {"win32": ("Windows", "WinVaultKeyring"), "darwin": ("macOS", "Keyring")}
"""Keyrings of systems; others have the Secret Service. Named one by one: what plug-ins add may be a plain file."""

NAME = "concilia"
KEPT_MAX = 50


class Ring(Protocol):
    """A keyring, as the library gives it."""

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept there, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep this."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Keep it no longer."""
        ...


def system_ring() -> Ring:
    """The keyring of this system.

    Raises:
        RuntimeError: when there is none.
    """
    module, name = RINGS.get(sys.platform, ("SecretService", "Keyring"))
    kind = getattr(importlib.import_module(f"keyring.backends.{module}"), name)
    if not kind.viable:
        raise RuntimeError(name)
    made: Any = kind()
    if hasattr(kind, "persist"):  # Windows would take it to every computer of the domain
        made.persist = "local machine"
    ring: Ring = made
    return ring


# --- what is noted in the settings ----------------------------------------------------------------


def mark_of(number: str) -> str:
    """What an archive is called in the keyring and in the settings."""
    return hashlib.sha256(f"keyring {number}".encode()).hexdigest()[:24]


def mark_at(path: Path) -> str:
    """The same, of the encrypted archive at `path`.

    Raises:
        EnvironmentFailed: "keys.missing", "keys.damaged", "keys.newer".
    """
    return mark_of(read_keys(path.resolve()).file_id)


def is_noted(settings: Settings, mark: str) -> bool:
    """Whether a password of this archive was kept here; the keyring is not asked for others."""
    return mark in settings.get("passwords_kept")


def note(settings: Settings, mark: str) -> None:
    """A password of this archive is kept from now on."""
    others = [known for known in settings.get("passwords_kept") if known != mark]
    settings.set("passwords_kept", [mark, *others][:KEPT_MAX])


def strike(settings: Settings, mark: str) -> None:
    """None is kept any more."""
    settings.set("passwords_kept", [known for known in settings.get("passwords_kept") if known != mark])


# --- the keyring ----------------------------------------------------------------------------------


def check_there(progress: Progress = SILENT) -> None:
    """Refuse where the system has no keyring.

    Raises:
        EnvironmentFailed: "keyring.missing", "keyring.silent".
        Cancelled: by `progress`.
    """
    _asked(lambda _ring: None, progress)


def find(mark: str, progress: Progress = SILENT) -> Credentials | None:
    """Who opens an archive here, and the password; None when nothing is kept, or nothing that can be read.

    Raises:
        EnvironmentFailed: "keyring.missing", "keyring.refused", "keyring.silent".
        Cancelled: by `progress`.
    """
    return _read(_asked(lambda ring: ring.get_password(_service(mark), NAME), progress))


def is_of(kept: Credentials, login: str) -> bool:
    """Whether this user's password was kept; True for whatever user when none is named."""
    return not login or kept.login == folded_login(login)


def keep(mark: str, credentials: Credentials, progress: Progress = SILENT) -> None:
    """Keep what opened an archive, in the place of what was kept.

    Raises:
        EnvironmentFailed: as `find`.
        Cancelled: by `progress`.
    """
    assert credentials.login, "the letters of a recovery sheet are never kept"
    secret = json.dumps([folded_login(credentials.login), credentials.password], ensure_ascii=False)

    def put(ring: Ring) -> None:
        _drop(ring, mark)  # Windows would leave the former one beside it
        ring.set_password(_service(mark), NAME, secret)

    _asked(put, progress)


def forget(mark: str, login: str = "", progress: Progress = SILENT) -> bool:
    """Keep nothing of an archive any more, or nothing of this user.

    Returns:
        Whether nothing is kept of the archive now; False when it is another user's.

    Raises:
        EnvironmentFailed: as `find`.
        Cancelled: by `progress`.
    """

    def take(ring: Ring) -> bool:
        kept = _read(ring.get_password(_service(mark), NAME)) if login else None
        if kept is not None and not is_of(kept, login):
            return False
        _drop(ring, mark)
        return True

    return _asked(take, progress)


def drop_outdated(path: Path) -> None:
    """What is kept of this archive opens it no more: take it away; a keyring that does not answer keeps it."""
    with contextlib.suppress(EnvironmentFailed):
        forget(mark_at(path))


def check_allowed(settings: Settings) -> None:
    """Refuse while the settings do not allow it.

    Raises:
        InvalidInput: "keyring.off".
    """
    if not settings.get("keyring"):
        raise InvalidInput("keyring.off")


def _service(mark: str) -> str:
    return f"Concilia {mark}"


def _drop(ring: Ring, mark: str) -> None:
    if ring.get_password(_service(mark), NAME) is not None:
        ring.delete_password(_service(mark), NAME)


def _read(secret: str | None) -> Credentials | None:
    """What `keep` wrote; None for what somebody else did."""
    try:
        found = json.loads(secret or "null")
    except ValueError:
        return None
    if not isinstance(found, list) or len(found) != 2 or not all(isinstance(part, str) for part in found):
        return None
    return Credentials(found[0], found[1], kept=True)


def _asked(act: Callable[[Ring], T], progress: Progress) -> T:
    """What the keyring answers; a thread that it never answers is left to itself.

    Raises:
        EnvironmentFailed: "keyring.missing", "keyring.refused", "keyring.silent" with `seconds`.
        Cancelled: by `progress`.
    """
    answers: queue.SimpleQueue[Callable[[], T]] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_answer(act)), daemon=True).start()
    slices = WAIT_SECONDS * 10
    for done in range(slices):
        progress.step(done, slices)
        with contextlib.suppress(queue.Empty):
            return answers.get(timeout=0.1)()
    raise EnvironmentFailed("keyring.silent", seconds=WAIT_SECONDS)


def _answer(act: Callable[[Ring], T]) -> Callable[[], T]:
    """What is to be done with the answer, on the thread that waits for it: give it, or raise."""

    def refuse(code: str, failure: Exception) -> Callable[[], T]:
        def fail() -> T:
            raise EnvironmentFailed(code) from failure

        return fail

    try:
        ring = system_ring()
    except Exception as failure:  # each system has errors of its own for a keyring that is not there
        return refuse("keyring.missing", failure)
    try:
        value = act(ring)
    except Exception as failure:  # and for one that is locked, or refuses
        return refuse("keyring.refused", failure)
    return lambda: value
