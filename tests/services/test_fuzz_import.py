"""Broken workbooks: each is refused with a sentence, or comes in whole with its receipt; the long run is a tool."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.services.exchange import guard, workbook
from tools.fuzz_import import WAYS, Figures, Ground, break_values, main, play, run


def test_broken_workbooks_never_come_in_by_halves(tmp_path: Path) -> None:
    figures = run(tmp_path, iter(range(1, 61)))
    assert figures.failures == []
    assert figures.rounds == 60
    assert sum(figures.codes.values()) == 60
    assert {"in", "workbook.damaged", "workbook.refused"} <= set(figures.codes)


def test_same_number_makes_the_same_workbook() -> None:
    source = Path(__file__).read_bytes()
    for way in WAYS[:1]:
        assert way(source, random.Random(7)) == way(source, random.Random(7)) != source


def test_crash_and_missing_receipt_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ground = Ground(tmp_path)

    def crash(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tools.fuzz_import.WAYS", (break_values,))
    monkeypatch.setattr(workbook, "check_workbook", crash)
    with pytest.raises(ZeroDivisionError):
        play(ground, 1, Figures())
    monkeypatch.setattr(workbook, "check_workbook", guard.check_workbook)
    ground.sources = ground.sources[:1] * 3
    monkeypatch.setattr("tools.fuzz_import.import_workbook", lambda *_args: None)
    with pytest.raises(AssertionError, match="no receipt"):
        play(ground, 1, Figures())
    ground.close()


def test_long_run_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--minutes", "0.01", "--seed", "5"]) == 0
    assert "workbooks from number 5" in capsys.readouterr().out
