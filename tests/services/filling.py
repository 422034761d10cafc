"""Blank forms filled in as a person does, cell by cell, by the names of their fields, and what imports made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from app.models.base import Base
from app.models.errors import AppError, InvalidInput
from app.models.store import Store
from app.services.exchange.forms import Form
from app.services.exchange.proposal_export import write_blank_form
from app.services.exchange.proposal_form import PROPOSAL_FORM
from app.services.exchange.workbook import import_workbook
from app.services.wording.texts import LANGUAGES, Translator, translator
from app.ui.errors import sentence

IT, EN = translator("it"), translator("en")
Answers = Mapping[str, Mapping[str, Any] | Sequence[Mapping[str, Any]]]
"""Values by sheet: of one record, or of each row, by the key of the field."""


def fill(path: Path, form: Form, tr: Translator, answers: Answers) -> Path:
    """Write the answers into a blank form; a text stays a text, whatever it starts with."""
    book = load_workbook(path)
    for key, given in answers.items():
        declared = form.sheet(key)
        sheet = book[tr(declared.title)]
        rows = [given] if isinstance(given, Mapping) else given
        for i, values in enumerate(rows):
            for name, value in values.items():
                place = declared.column_of(name)
                cell = sheet.cell(place + 1, 2) if declared.single else sheet.cell(i + 2, place)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)
    return path


def put(path: Path, sheet: str, cell: str, value: Any) -> Path:
    """Write one cell of a workbook."""
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    return path


def keyless(draft: Any) -> Any:
    """A draft without the keys of its rows, which every archive makes anew."""
    values = {
        name: tuple(keyless(child) for child in value) if isinstance(value, tuple) else value
        for name, value in vars(draft).items()
    }
    return replace(draft, **{**values, "id": None})


def contents(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with store.read() as session:
        return {
            name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def faults(store: Store, path: Path) -> dict[str, str]:
    """Code of what is wrong with each cell, «Costi!C5»; with a whole sheet, «Costi!». Nothing may be written."""
    before = contents(store)
    with pytest.raises(InvalidInput) as raised:
        import_workbook(store, path)
    assert contents(store) == before
    error = raised.value
    assert error.code == "workbook.refused"
    found: tuple[AppError, ...] = error.values["errors"]  # type: ignore[assignment]
    for language in LANGUAGES:
        lines = sentence(error, translator(language)).splitlines()
        assert path.name in lines[0]
        assert str(len(found)) in lines[0]
        assert len(lines) == len(found) + 1
    places = [f"{fault.values['sheet']}!{fault.values.get('cell', '')}" for fault in found]
    assert len(set(places)) == len(places)
    reasons = [fault.values["reason"] for fault in found]
    return {place: reason.code for place, reason in zip(places, reasons, strict=True)}  # type: ignore[attr-defined]


PROPOSAL: dict[str, Any] = {
    "proposal": {
        "title": "=Noi famiglie",
        "call": "Avviso 2014",
        "area": "A.1",
        "number": 7,
        "protocol": "12345/2014",
        "date_received": date(2014, 5, 30),
        "alliance": "Ambito di Garbagnate Milanese",
        "alliance_short": "Garbagnate",
        "lead": "Comuni Insieme",
        "lead_kind": "Azienda speciale",
        "context": "Prima riga\nSeconda riga, con «virgolette» ed è",
        "aims": "+ tempo",
        "sustainability": "@ogni anno",
        "total_declared": 178200.5,
        "grant_declared": "120.000,00",
        "cofinancing_declared": 58200.5,
        "share_declared": "32,66 %",
        "grant_requested": None,
    },
    "partners": [
        {"name": "Comune di Rho", "kind": "Ente pubblico", "seat": "Rho", "tax_code": "00893240150", "design": "sì"},
        {"name": "La Rotonda", "kind": "association", "delivery": "X", "verification": True, "coordination": "no"},
    ],
    "objectives": [{"number": n, "text": f"Obiettivo {n}"} for n in (1, 2, 3)],
    "actions": [
        {"label": "Azioni per Ob. 1-2", "text": "Si fa", "objectives": "1-2"},
        {"text": "Si fa altro", "objectives": 3},
        {"label": "Azione comune", "text": "-1+1"},
    ],
    "targets": [{"text": "Famiglie", "number_min": 40}, {"text": "Imprese"}],
    "costs": [
        {"section": "Costi", "category": "Personale retribuito", "amount": 100000},
        {"section": "costi", "category": "recipients", "label": "Buoni", "amount": "20.000,00"},
        {"section": "contribution", "category": "Volunteers", "amount": 58200.5},
    ],
    "results": [
        {"number": 1, "text": "Campus", "indicator": "Bambini", "target": 10},
        {"number": 1, "indicator": "Ore"},
        {"text": "Buoni", "indicator": "Buoni erogati"},
        {"text": "Buoni", "indicator": "Famiglie"},
        {"text": "Rete"},
        {"number": 1, "indicator": "Settimane", "target": 8},
    ],
}


def proposal_form(store: Store, path: Path, changes: Answers | None = None, tr: Translator = IT) -> Path:
    """The form of `PROPOSAL`, with some fields of the record, or whole tables, given otherwise."""
    answers = dict(PROPOSAL)
    for key, given in (changes or {}).items():
        answers[key] = {**PROPOSAL[key], **given} if isinstance(given, dict) else given
    write_blank_form(store, path, tr)
    return fill(path, PROPOSAL_FORM, tr, answers)
