"""Wrong passwords: how long the next attempt has to wait, also after the program was closed.

Kept on this computer, under a number that says nothing of the archive, its place or its users. Who has a copy of the
files is not slowed down by it: that is what the cost of each guess is for.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

from app.services.files import keep_small
from app.services.settings import settings_folder

WAITS = (0, 0, 0, 2, 4, 8, 15, 30, 60)
"""Seconds to wait after so many wrong attempts; the last for all further ones."""

ENTRIES_MAX = 200

_in_memory: dict[str, tuple[int, float]] = {}


def _path() -> Path:
    return settings_folder() / "attempts.json"


def _name(file_id: str) -> str:
    return hashlib.sha256(f"attempts {file_id}".encode()).hexdigest()[:24]


def _read() -> dict[str, tuple[int, float]]:
    known = dict(_in_memory)
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        for name, (count, at) in json.loads(_path().read_text("utf-8")).items():
            if count >= known.get(name, (0, 0.0))[0]:
                known[name] = (int(count), float(at))
    return known


def _write(known: dict[str, tuple[int, float]]) -> None:
    """Keep the newest entries; where nothing can be written they are kept while the program runs."""
    newest = dict(sorted(known.items(), key=lambda entry: entry[1][1])[-ENTRIES_MAX:])
    _in_memory.clear()
    _in_memory.update(newest)
    keep_small(_path(), json.dumps(newest))


def seconds_to_wait(file_id: str, now: Callable[[], float] = time.time) -> int:
    """Whole seconds until the next attempt on an archive; a clock that was set back does not make it longer."""
    count, at = _read().get(_name(file_id), (0, 0.0))
    wait = WAITS[min(count, len(WAITS) - 1)]
    left = at + wait - now()
    return max(0, min(wait, int(left + 0.999)))


def note_wrong(file_id: str, now: Callable[[], float] = time.time) -> None:
    """One more wrong attempt."""
    known = _read()
    count, _at = known.get(_name(file_id), (0, 0.0))
    known[_name(file_id)] = (count + 1, now())
    _write(known)


def note_right(file_id: str) -> None:
    """The attempts are forgotten."""
    known = _read()
    if known.pop(_name(file_id), None) is not None:
        _write(known)
