"""A scanner that holds each file for a moment, as on Windows: every act waits for it and is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.models import appearing, slots
from tests.services.acting import Act, cheap
from tests.services.acts import ACTS, judge, leftovers, ready, settled

NAMES = ("encryption", "backup", "restore", "rescue of a damaged archive")
HELD = tuple(act for act in ACTS if act.name in NAMES)
TIMES = 2
"""How often each file is found held before it is let go."""


class Scanner:
    """Holds each file whenever it is renamed or removed, some times in a row."""

    def __init__(self) -> None:
        self.met: Counter[tuple[str, str]] = Counter()

    def before(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """The method of `Path`, which finds the file held at first."""

        def held(path: Path, *given: Any, **more: Any) -> Any:
            ours = ".concilia" in path.name and not path.name.endswith(".lock")
            if ours and path.exists() and self.met[name, path.name] % (TIMES + 1) < TIMES:
                self.met[name, path.name] += 1
                refusal = PermissionError(13, "used by another process", str(path))
                refusal.winerror = 32  # type: ignore[attr-defined]
                raise refusal
            self.met[name, path.name] += 1
            return real(path, *given, **more)

        return held


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the folders of the acts are made, once for all that begin alike."""
    return tmp_path_factory.mktemp("held")


@pytest.mark.parametrize("act", HELD, ids=lambda act: act.name)
def test_act_waits_for_who_holds_its_files(act: Act, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "COST", slots.COST)
    cheap()
    begin = ready(act, place / "acts")
    folder = begin.trial(place / act.name)
    scanner = Scanner()
    with monkeypatch.context() as patch:
        patch.setattr(appearing, "PATIENCE", (0.0,) * (TIMES + 1))
        for name in ("rename", "replace", "unlink"):
            patch.setattr(Path, name, scanner.before(name, getattr(Path, name)))
        act.do(folder)
    assert any(count > TIMES for count in scanner.met.values()), "nothing was held"
    after = settled(folder, act, acknowledged=True)
    assert begin.before is None or judge(act, begin.before, after, acknowledged=True)
    assert leftovers(folder) == set()
