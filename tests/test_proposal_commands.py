"""The commands `attach` and `bin`: documents into an archive and removed records out of the bin, without a window."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from app.models.store import open_archive
from app.services.documents.documents import DocumentOwner, delete_document, document_rows
from app.services.proposals.lists import proposal_rows
from app.services.proposals.versions import reopen_proposal, version_rows

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def sample_file(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> Path:
    return Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("sample") / "piano.concilia"))


@pytest.fixture
def archive(sample_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample_file, tmp_path / "piano.concilia"))


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "lettera.txt"
    path.write_text("aderiamo")
    return path


@pytest.fixture
def concilia(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("LANGUAGE", "it")

    def call(*words: str | Path) -> tuple[int, str, str]:
        code = main([*map(str, words), "--lang", "en"])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def names(archive: Path) -> list[str]:
    """Documents of the first proposal."""
    with open_archive(archive, writing=False) as store:
        owner = DocumentOwner(proposal_id=proposal_rows(store)[0].id)
        return [row.name for row in document_rows(store, owner)]


def test_documents_are_attached_with_a_reason(concilia: Command, archive: Path, letter: Path) -> None:
    code, said, _errors = concilia(
        "attach", archive, "1", letter, "--reason", "integrazione", "--requirement", "adesione"
    )
    assert (code, said) == (0, f"Attached: {letter}\n")
    assert names(archive) == ["lettera.txt"]
    with open_archive(archive, writing=False) as store:
        versions = version_rows(store, proposal_rows(store)[0].id)
    assert [(row.reason, row.is_open) for row in versions] == [("", False), ("integrazione", False)]


def test_what_is_closed_or_not_there_is_refused(concilia: Command, archive: Path, letter: Path) -> None:
    code, said, errors = concilia("attach", archive, "1", letter)
    assert (code, said) == (2, "")
    assert errors.startswith("This version is closed")
    assert concilia("attach", archive, "99", letter)[0] == 2
    assert concilia("attach", archive, "1", letter.with_name("manca.pdf"), "--reason", "x")[0] == 2
    assert names(archive) == []


def test_the_bin_is_listed_and_emptied_only_by_restoring(concilia: Command, archive: Path, letter: Path) -> None:
    assert concilia("bin", archive) == (0, "The bin is empty.\n", "")
    concilia("attach", archive, "1", letter, "--reason", "integrazione")
    with open_archive(archive) as store:
        key = proposal_rows(store)[0].id
        reopen_proposal(store, key, "tolta per errore")
        delete_document(store, document_rows(store, DocumentOwner(proposal_id=key))[0].id)
    code, said, _errors = concilia("bin", archive)
    assert code == 0
    assert "Document: lettera.txt" in said
    (row,) = json.loads(concilia("bin", archive, "--json")[1])["bin"]
    assert (row["table"], row["name"], row["parts"]) == ("attachment", "lettera.txt", 0)
    assert concilia("bin", archive, "--restore", "1")[0] == 2
    assert concilia("bin", archive, "--restore", str(row["number"])) == (0, "The bin is empty.\n", "")
    assert names(archive) == ["lettera.txt"]
