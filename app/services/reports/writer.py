"""Documents written to files, in the form that the user asks for."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.models.errors import InvalidInput
from app.services.files import atomic_write
from app.services.ports import SILENT, Progress
from app.services.reports.spec import Document, Kind, Table
from app.services.reports.text import csv_tables, csv_text, json_cell, json_value
from app.services.wording.texts import Translator


class Format(StrEnum):
    """Forms of an exported document; the value is the file's suffix."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


def export_document(document: Document, fmt: Format, path: Path, tr: Translator, progress: Progress = SILENT) -> None:
    """Write a document to a file.

    Args:
        document: what is written; sheets, CSV and JSON take its tables alone.
        fmt: form of the file.
        path: where to; replaced only when the whole file is written.
        tr: language of the words that are the renderer's own; a PDF takes the document's.
        progress: told of pages or rows.

    Raises:
        InvalidInput: "export.no_table" for a form that holds only tables; "text.character_missing";
            "export.text_too_long", "export.too_many_rows" (XLSX).
        EnvironmentFailed: see `atomic_write`.
        Cancelled: by `progress`; nothing is written then.
    """
    match fmt:
        case Format.PDF:  # the libraries of these two are slow to import
            from app.services.reports.pdf import write_pdf

            write_pdf(document, path, progress)
        case Format.XLSX:
            from app.services.reports.xlsx import write_xlsx

            write_xlsx(document, path, tr, progress)
        case Format.CSV:
            _write(path, csv_document(document, tr).encode("utf-8-sig"))
        case _:
            _write(path, f"{json.dumps(json_document(document), ensure_ascii=False, indent=1)}\n".encode())


def _write(path: Path, data: bytes) -> None:
    with atomic_write(path) as file:
        file.write(data)


def csv_document(document: Document, tr: Translator) -> str:
    """The tables of a document as CSV.

    One table is header and rows and nothing else, as programs expect; of several none is left out.

    Raises:
        InvalidInput: "export.no_table".
    """
    tables = _tables(document)
    return csv_text(tables[0], tr) if len(tables) == 1 else csv_tables(tables, tr)


def json_document(document: Document) -> dict[str, Any]:
    """The tables of a document as stable data: that of its table, or {"code", "title", "as_at", "tables"} of several.

    Raises:
        InvalidInput: "export.no_table".
    """
    tables = _tables(document)
    if len(tables) == 1:
        return json_value(tables[0], document.as_at)
    return {
        "code": document.code,
        "title": document.title,
        "as_at": json_cell(Kind.INSTANT, document.as_at),
        "tables": [json_value(table, document.as_at) for table in tables],
    }


def _tables(document: Document) -> list[Table]:
    """The tables, of which there must be one."""
    tables = list(document.tables())
    if not tables:
        raise InvalidInput("export.no_table", title=document.title)
    return tables
