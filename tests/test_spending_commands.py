"""The commands `projects` and `pay`: grants after the award, without a window."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def concilia(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("LANGUAGE", "it")

    def call(*words: str | Path) -> tuple[int, str, str]:
        code = main([*map(str, words), "--lang", "en"])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_a_payment_of_the_sample_is_released(concilia: Command, tmp_path: Path, sample_archive: Path) -> None:
    path = Path(shutil.copy(sample_archive, tmp_path / "piano.concilia"))
    code, out, _err = concilia("projects", path, "--json")
    projects = {row["number"]: row for row in json.loads(out)["projects"]}
    assert code == 0
    assert [projects[n]["granted"] for n in (1, 2, 3, 4)] == ["78833.44", "118060.87", "168060.88", "59227.43"]
    (payment,) = projects[2]["payments"]
    assert (payment["amount"], payment["state"], payment["date_paid"]) == ("47224.34", "entered", None)
    assert concilia("pay", path, payment["id"], "--day", "2015-03-15")[0] == 2
    assert concilia("pay", path, "nessuno", "--day", "15/03/2015")[0] == 2
    assert concilia("pay", path, payment["id"], "--day", "15/03/2015") == (
        0,
        "Paid: 47.224,34\u00a0€, Determina dirigenziale n. 118\n",
        "",
    )
    assert concilia("pay", path, payment["id"], "--day", "15/03/2015")[0] == 2
    _code, out, _err = concilia("projects", path)
    assert "paid 47.224,34\u00a0€, to be paid 33.336,53\u00a0€" in out
    assert "Released" in out
