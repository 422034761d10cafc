"""The commands that write forms and take workbooks in, many at once, with what has to be said about names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.models.store import open_archive
from app.services.calls.calls import CallDraft, call_rows, save_call
from app.services.exchange.receipts import receipt_rows
from app.services.proposals.lists import proposal_rows
from tests.services.builders import a_plan, an_area, an_organisation
from tests.services.filling import proposal_form
from tests.services.world import new_store
from tests.test_cli import DONE, WRONG_USE, concilia

__all__ = ["concilia"]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A closed archive with a call, and forms: two right ones, a wrong one, one with a name that is near."""
    with new_store(tmp_path) as store:
        a_plan(store)
        an_area(store)
        save_call(store, CallDraft(title="Avviso 2014"))
        an_organisation(store, "La Rotonda")
        for n in (1, 2, 3):
            own = {"number": n, "protocol": f"{n}/2014", "title": f"Progetto {n}", "alliance": f"Alleanza {n}"}
            proposal_form(store, tmp_path / f"{n}.xlsx", {"proposal": {**own, "number": n if n < 3 else "tre"}})
        near = {"number": 4, "protocol": "4/2014", "title": "Vicino", "alliance": "Quarta", "lead": "La Rotonda Onlus"}
        proposal_form(store, tmp_path / "4.xlsx", {"proposal": near, "partners": []})
        return store.path


def titles(path: Path) -> list[str]:
    with open_archive(path, writing=False) as store:
        return [row.title for row in proposal_rows(store)]


def test_many_workbooks_are_taken_in(concilia: Any, office: Path) -> None:
    folder = office.parent
    answer = concilia("import", office, folder / "1.xlsx", folder / "3.xlsx", folder / "2.xlsx")
    assert answer.code == WRONG_USE
    assert "Importati: 2 di 3" in answer.out
    assert "3.xlsx" in answer.err
    assert "B5" in answer.err
    assert titles(office) == ["Progetto 1", "Progetto 2"]
    again = concilia("import", office, folder / "1.xlsx", folder / "2.xlsx", "--json")
    assert again.code == WRONG_USE
    assert json.loads(again.out) == {"imported": []}
    assert again.err.count("Lo stesso file non si importa due volte") == 2
    with open_archive(office, writing=False) as store:
        assert [row.file_name for row in receipt_rows(store)] == ["2.xlsx", "1.xlsx"]


def test_near_name_is_said_on_the_command_line(concilia: Any, office: Path) -> None:
    path = office.parent / "4.xlsx"
    assert "La Rotonda" in concilia("import", office, path).err
    assert titles(office) == []
    assert "Nessuno" in concilia("import", office, path, "--same", "La Rotonda Onlus", "Nessuno").err
    answer = concilia("import", office, path, "--same", "La Rotonda Onlus", "La Rotonda")
    assert answer.code == DONE
    assert "indicato da chi ha importato" in answer.out


def test_new_name_is_said_on_the_command_line(concilia: Any, office: Path) -> None:
    answer = concilia("import", office, office.parent / "4.xlsx", "--new", "La Rotonda Onlus")
    assert answer.code == DONE
    assert "Nuovo ente: La Rotonda Onlus" in answer.out


def test_forms_are_written_by_their_codes(concilia: Any, office: Path) -> None:
    folder = office.parent
    concilia("import", office, folder / "1.xlsx")
    for code, name in (("modulo-proposta", "m.pdf"), ("modulo-proposta", "m.xlsx"), ("piano", "p.xlsx")):
        assert concilia("export", office, code, "-o", folder / name).code == DONE
        assert (folder / name).stat().st_size > 5000
    assert concilia("export", office, "proposta", "-o", folder / "f.xlsx").code == DONE
    assert "xlsx" in concilia("export", office, "piano", "-o", folder / "p.pdf").err
    with open_archive(office) as store:
        save_call(store, CallDraft(title="Avviso 2015"))
        calls = [row.id for row in call_rows(store)]
    assert concilia("export", office, "modulo-proposta", "-o", folder / "n.pdf").code == WRONG_USE
    assert concilia("export", office, "modulo-proposta", "-o", folder / "n.pdf", "--item", calls[1]).code == DONE
    assert concilia("export", office, "modulo-proposta", "-o", folder / "o.pdf", "--item", "Avviso 2015").code == DONE
    listed = concilia("tables", office, "--json").out
    codes = [entry["code"] for entry in json.loads(listed)["tables"]]
    assert {"MODULO-PROPOSTA", "MODULO-PIANO", "PROPOSTA", "PIANO", "RICEVUTA"} <= set(codes)
    assert len(codes) == len(set(codes))
