"""Broken inputs at every door, a few of them; the long run is `python -m tools.fuzz_doors`."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.models import slots
from tools import fuzz_doors
from tools.fuzz_doors import DOORS, Ground, main, run


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    """The tool lowers the cost of a guess and has settings of its own."""
    monkeypatch.setattr(slots, "COST", slots.COST)
    monkeypatch.setenv("CONCILIA_CONFIG", "/nowhere")


def test_no_input_breaks_a_door_or_writes(tmp_path: Path) -> None:
    figures = run(tmp_path, 400, 1)
    assert figures.broken == []
    assert set(figures.inputs) == set(DOORS)
    assert {"archive: archive.damaged", "keys: keys.damaged", "clipboard: paste.cells", "settings: taken"} <= set(
        figures.codes
    )


def test_a_broken_door_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_ground: Ground, _chance: object) -> None:
        raise ZeroDivisionError

    def write(ground: Ground, _chance: object) -> None:
        ground.plain.write_bytes(b"")

    monkeypatch.setattr(fuzz_doors, "DOORS", {"crash": (1, crash), "write": (1, write)})
    broken = run(tmp_path, 12, 1).broken
    assert any("ZeroDivisionError" in text for text in broken)
    assert any("wrote into the archive" in text for text in broken)


def test_long_run_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--inputs", "20", "--seed", "9"]) == 0
    assert "20 inputs from number 9" in capsys.readouterr().out


@pytest.mark.parametrize("number", [2297, 2419, 2457, 4426, 5626])
def test_inputs_that_broke_a_door_once(number: int, tmp_path: Path) -> None:
    figures = run(tmp_path, 1, number)
    assert figures.broken == []
