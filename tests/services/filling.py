"""Blank forms filled in as a person does, cell by cell, by the names of their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from app.services.exchange.forms import Form
from app.services.texts import Translator

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
