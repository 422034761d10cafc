"""The commands `person` and `retention`: what the archive says of somebody, and what need not be kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli import main
from app.models.store import Store, open_archive
from app.services.archive import new_archive
from app.services.network.organisation_drafts import ContactDraft
from app.services.network.registry import OrganisationDraft, delete_organisation, save_organisation

Command = Callable[..., tuple[int, str, str]]
NAME = "Ersilia Quaranta"


@pytest.fixture
def concilia(capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in (*words, "--lang", "en")])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """One body with a contact, and one that went to the bin long ago."""
    path = tmp_path / "piano.concilia"
    new_archive(path)
    with open_archive(path) as store:
        store.clock = lambda: datetime(2014, 3, 31, tzinfo=UTC)
        gone = save_organisation(store, OrganisationDraft(name="Circolo di prova")).id
        delete_organisation(store, gone)
        save_organisation(store, OrganisationDraft(name="Ente", contacts=(ContactDraft(name=NAME, mail="e@q.it"),)))
    return path


def test_everything_on_a_person_is_said_and_written(concilia: Command, archive: Path, tmp_path: Path) -> None:
    code, said, _errors = concilia("person", archive, NAME)
    assert code == 0
    assert "Contact «Ersilia Quaranta»" in said
    assert "can be erased" in said
    found = json.loads(concilia("person", archive, NAME, "--json")[1])
    assert {row["field"] for row in found["records"]} == {"name", "mail"}
    assert concilia("person", archive, NAME, "-o", tmp_path / "p.pdf")[0] == 0
    assert (tmp_path / "p.pdf").read_bytes().startswith(b"%PDF")
    concilia("person", archive, NAME, "-o", tmp_path / "p.json")
    assert json.loads((tmp_path / "p.json").read_text()) == found
    assert concilia("person", archive, "Nessuno Mai")[:2] == (1, "The archive says nothing of this person.\n")
    assert concilia("person", archive, "Ersilia")[0] == 2


def test_a_person_is_erased_for_a_reason(concilia: Command, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "clear_free_room", lambda _store: False)
    code, _said, errors = concilia("person", archive, NAME, "--erase")
    assert (code, "reason is missing" in errors) == (2, True)
    code, said, errors = concilia("person", archive, NAME, "--erase", "--reason", "istanza 12/2026")
    assert (code, "not yet from the free room" in errors) == (0, True)
    assert "Fields of records: 0" in said
    assert concilia("person", archive, NAME)[0] == 1


def test_what_is_due_is_said_and_erased(concilia: Command, archive: Path) -> None:
    assert "Nothing in the bin is due." in concilia("retention", archive)[1]
    said = concilia("retention", archive, "--usual")[1]
    assert "Network: 5 years (Organisation, Alliance, Network agreement)" in said
    (due,) = json.loads(concilia("retention", archive, "--json")[1])["due"]
    assert due["name"] == "Circolo di prova"
    assert concilia("retention", archive, "--erase", due["number"])[0] == 2
    code, said, _errors = concilia("retention", archive, "--erase", due["number"], "--reason", "massimario")
    assert (code, "Nothing in the bin is due." in said) == (0, True)
