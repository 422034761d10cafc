"""Workbooks written part by part, so that a test can put anything into them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
BOOK = "xl/workbook.xml"


def types(main: str = WORKBOOK_TYPE) -> str:
    """Table of content types."""
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{main}"/></Types>'
    )


def book(sheets: str = '<sheet name="Costi" sheetId="1" r:id="r1"/>') -> str:
    """The list of sheets."""
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'


def relation(key: str = "r1", kind: str = "worksheet", target: str = "worksheets/sheet1.xml", mode: str = "") -> str:
    """A line of a table of relations."""
    return f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'


SHARED_RELATION = relation("r2", "sharedStrings", "sharedStrings.xml")


def relations(*lines: str) -> str:
    """A table of relations."""
    return f'<Relationships xmlns="{PACKAGE}">{"".join(lines)}</Relationships>'


def sheet(rows: str) -> str:
    """A sheet with these rows."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def shared(*texts: str) -> str:
    """Texts that cells name by their number."""
    return f'<sst xmlns="{MAIN}">\n{"".join(f"<si><t>{text}</t></si>" for text in texts)}</sst>'


GOOD: Mapping[str, str | bytes] = {
    TYPES: types(),
    "_rels/.rels": relations(relation("r1", "officeDocument", "xl/workbook.xml")),
    BOOK: book(),
    RELATIONS: relations(relation(), SHARED_RELATION),
    SHARED: shared("Personale", "Attrezzature"),
    SHEET: sheet('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>18060.88</v></c></row>'),
}
"""A workbook that passes."""


def package(folder: Path, parts: Mapping[str, str | bytes | None] | None = None, name: str = "prova.xlsx") -> Path:
    """Write a workbook: the good one with some parts replaced, added, or left out (None)."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in {**GOOD, **(parts or {})}.items():
            if content is not None:
                archive.writestr(part, content)
    return path
