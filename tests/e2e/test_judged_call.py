"""A call judged in the window by keyboard: what comes out is what the services write when they are called in turn."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.store import Store, create_archive, open_archive
from app.resources import resource
from app.services.integrity import verify
from app.services.sample import evaluation
from app.services.sample.writer import SampleWriter
from tests.e2e.driver import started
from tests.e2e.judging import IT, Office, outcome

ALL = "CONCILIA_JUDGE_ALL"
FEW = (7, 18, 33, 38)
"""One that is refused, one with an incompatible judge, two that are equal in everything but the draw."""

SCARCE = "60.000,00"
"""Of the area of the two; each asks for 48,000.00."""

RECEIVED = evaluation.STEPS.index(evaluation._write_grid)
"""Steps after which the proposals are in, the committee is named, and the areas have their money."""


def the_papers() -> dict[str, Any]:
    return tomllib.loads(resource("scenarios", f"{evaluation.NAME}.toml").read_text("utf-8"))


def of_few(data: dict[str, Any]) -> dict[str, Any]:
    """The same call with few proposals and less money."""
    told = {
        "day": data["declarations"]["day"],
        "given": data["declarations"]["given"],
        "conflicts": [row for row in data["declarations"]["conflicts"] if row["proposal"] in FEW],
    }
    areas = [row | ({"amount": SCARCE} if row["key"] == "high-3" else {}) for row in data["areas"]]
    members = [{name: value for name, value in row.items() if name != "body"} for row in data["committee"]["members"]]
    return data | {
        "areas": areas,
        "committee": data["committee"] | {"members": members},
        "declarations": told,
        "proposals": [row for row in data["proposals"] if row["number"] in FEW],
    }


def write(path: Path, data: dict[str, Any], steps: Any) -> dict[str, str]:
    """An archive with some steps of the scenario; gives the keys of its records."""
    written: list[SampleWriter] = []

    def fill(store: Store) -> None:
        writer = SampleWriter(store, data)
        written.append(writer)
        store.user = "Teresa Galli"
        for step in steps:
            step(writer)

    create_archive(path, fill=fill)
    return written[0].keys


def judged_by_keys(qtbot: QtBot, folder: Path, data: dict[str, Any]) -> dict[str, Any]:
    """What the archive holds when all was done in the window; one letter to each proponent is in the folder."""
    keys = write(folder / "written.concilia", data, evaluation.STEPS[:RECEIVED])
    path = Path(shutil.move(folder / "written.concilia", folder / "ufficio.concilia"))
    with started(qtbot, folder / "settings.json") as person:
        with person.answering(person.file(path)):
            person.press("Ctrl+O")
        Office(person, data, keys).judge(folder / "lettere")
        assert len(list((folder / "lettere").glob("*.pdf"))) == len(data["proposals"])
        assert verify(person.desk.store, IT).ok
        return outcome(person.desk.store)


def judged_by_services(folder: Path, data: dict[str, Any]) -> dict[str, Any]:
    """The same by the services, one after the other, before anybody renounces."""
    out = {evaluation._write_renunciation, evaluation._accept_findings}
    out |= set() if "late" in data["declarations"] else {evaluation._write_late_conflict}
    write(folder / "services.concilia", data, [step for step in evaluation.STEPS if step not in out])
    with open_archive(folder / "services.concilia", writing=False) as store:
        return outcome(store)


@pytest.mark.slow
def test_a_call_is_judged_from_the_check_to_the_letters(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    data = of_few(the_papers())
    found = judged_by_keys(qtbot, tmp_path, data)
    assert found == judged_by_services(tmp_path, data)
    assert [(row[0], row[1], row[5]) for row in found["places"]] == [
        (18, None, 0),
        (38, 1, 48_000_00),
        (33, 2, 12_000_00),
    ]


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.skipif(ALL not in os.environ, reason="takes minutes: python -m tools.judge_call")
def test_all_proposals_of_the_call_are_judged_by_keys(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    data = the_papers()
    assert judged_by_keys(qtbot, tmp_path, data) == judged_by_services(tmp_path, data)
