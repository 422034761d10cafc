"""The commands on papers, as they are typed."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from app.cli import main
from app.services.meetings.closing import approve_minutes, close_meeting
from app.services.papers.errata import erratum_rows
from app.services.papers.prints import print_rows
from tests.services.sitting import DAY, build_sitting, open_sitting
from tests.services.world import new_store, reopen


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = new_store(tmp_path_factory.mktemp("papers"))
    meeting = str(open_sitting(store, build_sitting(store), "Comunicazioni").id)
    close_meeting(store, meeting, "12:00")
    approve_minutes(store, meeting, DAY)
    store.close()
    return store.path


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["--lang", "it", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_papers_are_written_told_and_written_again(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, again = tmp_path / "atti", tmp_path / "ancora.pdf"
    code, out, _err = run(capsys, "papers", archive, "1/2014", "-o", folder, "--only", "verbale,presenze")
    files = sorted(folder.iterdir())
    assert (code, len(files), out.count("Scritto")) == (0, 2, 2)
    with reopen(archive) as store:
        rows = print_rows(store)
    assert [row.code for row in rows] == ["VERBALE", "PRESENZE"]
    code, out, _err = run(capsys, "prints", archive, "--json")
    assert [each["code"] for each in json.loads(out)["prints"]] == ["VERBALE", "PRESENZE"]
    assert "VERBALE" in run(capsys, "prints", archive)[1]
    assert run(capsys, "prints", archive, "--again", rows[0].id, "-o", again)[0] == 0
    assert again.read_bytes() == files[1].read_bytes()
    for remember in ((), ("--remember",)):
        assert run(capsys, "export", archive, "T01", "-o", tmp_path / "t01.csv", *remember)[0] == 0
        with reopen(archive) as store:
            assert len(print_rows(store)) == 2 + len(remember)
    for words, code in (
        (("papers", archive, "7/2014", "-o", folder), 2),
        (("papers", archive, "1/2014", "-o", folder, "--only", "XYZ"), 2),
        (("prints", archive, "--again", "99", "-o", again), 2),
        (("prints", archive, "--again", rows[0].id), 2),
    ):
        found, _out, err = run(capsys, *words)
        assert (found, err.count("\n")) == (code, 1)


def test_an_erratum_by_command(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("erratum", archive, "1/2014", "--wrong", "Comunicazioni", "--right", "Avvisi", "--reason", "Svista")
    assert run(capsys, *words, "--approve", "2014-08-01")[1] == "Errata 1/2014\n"
    assert run(capsys, *words)[1] == "Errata bozza\n"
    with reopen(archive) as store:
        assert [row.label for row in erratum_rows(store)] == ["", "1/2014"]
    code, _out, err = run(capsys, "erratum", archive, "1/2014", "--wrong", "mai", "--reason", "x")
    assert (code, "«mai»" in err) == (2, True)
    assert run(capsys, "erratum", archive, "3/2014", "--wrong", "mai", "--reason", "x")[0] == 2


def test_heading_and_texts_by_command(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (30, 10), "blue").save(logo)
    words = ("heading", archive, "--lines", "Ufficio|Servizio", "--footer", "Via Roma", "--logo", logo)
    code, out, _err = run(capsys, *words, "--logo-text", "Stemma")
    assert (code, out) == (0, "Ufficio\nServizio\nVia Roma\nStemma\n")
    monkeypatch.setattr(sys, "stdin", io.StringIO("Letto, approvato {firma}"))
    code, _out, err = run(capsys, "heading", archive, "--text", "minutes_closing")
    assert (code, "«{firma}»" in err) == (2, True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("Letto e approvato il {giorno}."))
    assert run(capsys, "heading", archive, "--text", "minutes_closing")[0] == 0
