"""A document kept as text, so that it reads and prints the same for ever: raw values stay, words are settled.

What a document says of states and flags is written in its own language when it is frozen: a later catalogue of
texts does not change it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.services.reports.spec import (
    Audience,
    BarsChart,
    Blank,
    Column,
    Contents,
    Document,
    Facts,
    FlowChart,
    Grid,
    Heading,
    Items,
    Kind,
    Line,
    Logo,
    Origin,
    PageBreak,
    Paragraph,
    Part,
    QrCode,
    Role,
    Sheet,
    Signatures,
    Table,
    TimeChart,
)
from app.services.wording.formats import display
from app.services.wording.texts import Translator, translator


@dataclass(frozen=True)
class FrozenRow:
    """A row of a frozen table: its key, and its raw values by column."""

    id: str
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class _Cell:
    """Reads a column's value from a frozen row."""

    key: str

    def __call__(self, row: FrozenRow) -> Any:
        return row.cells[self.key]


def _row_id(row: FrozenRow) -> str:
    return row.id


def dump(document: Document) -> str:
    """The document as canonical JSON; `load` gives it back."""
    return canonical(to_data(document))


def load(text: str) -> Document:
    """The document that `dump` wrote: it draws the same on every kind of paper and screen."""
    return from_data(json.loads(text))


def can_freeze(document: Document) -> bool:
    """Whether all its parts can be kept: not forms to be filled in, nor pictures."""
    return not any(isinstance(part, Blank | Grid | TimeChart | FlowChart | BarsChart) for part in document.parts)


def canonical(data: Any) -> str:
    """The one JSON text of `data`."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(text: str) -> str:
    """SHA-256 of a frozen text, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


# --- to data -----------------------------------------------------------------------------


def to_data(document: Document) -> dict[str, Any]:
    """The document as plain data for JSON."""
    tr = translator(document.language)
    return {
        "code": document.code,
        "title": document.title,
        "parts": [_part_data(part, tr) for part in document.parts],
        "heading": list(document.heading),
        "language": document.language,
        "as_at": document.as_at.isoformat(),
        "reference": document.reference,
        "subject": document.subject,
        "slug": document.slug,
        "audience": document.audience.value,
        "landscape": document.landscape,
        "attachments": {name: base64.b64encode(data).decode() for name, data in document.attachments.items()},
        **({"small": True} if document.small else {}),
        **({"logo": [base64.b64encode(document.logo.data).decode(), document.logo.text]} if document.logo else {}),
        **({"footer": document.footer} if document.footer else {}),
        **({"sheet": document.sheet.value} if document.sheet is not Sheet.USUAL else {}),
        **({"origin": asdict(document.origin)} if document.origin else {}),  # what has none prints as it always did
    }


def _part_data(part: Part, tr: Translator) -> dict[str, Any]:
    match part:
        case Heading():
            return {"part": "heading", "text": part.text, "level": part.level}
        case Paragraph():
            return {"part": "paragraph", "text": part.text, "strong": part.strong}
        case Contents():
            return {"part": "contents", "texts": list(part.texts)}
        case Items():
            return {"part": "items", "texts": list(part.texts), "numbered": part.numbered}
        case Facts():
            return {"part": "facts", "pairs": [list(pair) for pair in part.pairs]}
        case Signatures():
            places = [list(place) for place in part.places]
            return {"part": "signatures", "places": places, **({"fields": True} if part.fields else {})}
        case QrCode():
            return {
                "part": "qr_code",
                "content": part.content,
                "caption": part.caption,
                **({"beside": list(part.beside)} if part.beside else {}),
            }
        case PageBreak():
            return {"part": "page_break"}
        case Blank() | Grid():
            raise AssertionError("a form to be filled in by hand is never frozen")
        case TimeChart():
            raise AssertionError("a timeline is never frozen: what it shows stands in the version of its proposal")
        case FlowChart() | BarsChart():
            raise AssertionError("a picture is never frozen: what it shows stands in its table")
        case _:
            return _table_data(part, tr)


def _table_data(table: Table, tr: Translator) -> dict[str, Any]:
    rows = []
    for row in table.rows:
        cells = {column.key: _value(column.kind, table.cell(row, column), tr) for column in table.columns}
        if isinstance(row, Line):
            rows.append({"role": row.role.value, "cells": {key: cells[key] for key in cells if key in row.cells}})
        else:
            rows.append({"id": table.row_id(row) if table.row_id else "", "cells": cells})
    return {
        "part": "table",
        "code": table.code,
        "title": table.title,
        "columns": [
            {
                "key": column.key,
                "title": column.title,
                "kind": column.kind.value,
                "width_mm": column.width_mm,
                "total": column.total,
            }
            for column in table.columns
        ],
        "rows": rows,
        "subtitle": table.subtitle,
        "notes": list(table.notes),
        "has_ids": table.row_id is not None,
        "landscape": table.landscape,
        "total_label": table.total_label,
    }


def _value(kind: Kind, value: Any, tr: Translator) -> Any:
    """A raw value as JSON; states and flags as their words, what JSON does not know as a tagged pair."""
    if isinstance(value, StrEnum) or (kind is Kind.FLAG and value is not None):
        return display(kind, value, tr)
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    assert value is None or isinstance(value, str | int), f"a cell cannot hold {type(value).__name__}"
    return value


# --- from data ---------------------------------------------------------------------------


def from_data(data: Mapping[str, Any]) -> Document:
    """The document that `to_data` took apart."""
    return Document(
        code=data["code"],
        title=data["title"],
        parts=tuple(_part(part) for part in data["parts"]),
        heading=tuple(data["heading"]),
        language=data["language"],
        as_at=datetime.fromisoformat(data["as_at"]),
        reference=data["reference"],
        subject=data["subject"],
        slug=data["slug"],
        audience=Audience(data["audience"]),
        landscape=data["landscape"],
        attachments={name: base64.b64decode(text) for name, text in data["attachments"].items()},
        small=data.get("small", False),
        logo=Logo(base64.b64decode(data["logo"][0]), data["logo"][1]) if "logo" in data else None,
        footer=data.get("footer", ""),
        sheet=Sheet(data.get("sheet", Sheet.USUAL)),
        origin=Origin(**data["origin"]) if "origin" in data else None,
    )


def _part(data: Mapping[str, Any]) -> Part:
    match data["part"]:
        case "heading":
            return Heading(data["text"], data["level"])
        case "paragraph":
            return Paragraph(data["text"], data["strong"])
        case "contents":
            return Contents(tuple(data["texts"]))
        case "items":
            return Items(tuple(data["texts"]), data["numbered"])
        case "facts":
            return Facts(_pairs(data["pairs"]))
        case "signatures":
            return Signatures(_pairs(data["places"]), data.get("fields", False))
        case "qr_code":
            return QrCode(data["content"], data["caption"], tuple(data.get("beside", ())))
        case "page_break":
            return PageBreak()
        case _:
            return _table(data)


def _pairs(pairs: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in pairs)


def _table(data: Mapping[str, Any]) -> Table:
    rows: list[FrozenRow | Line] = []
    for row in data["rows"]:
        cells = {key: restored(value) for key, value in row["cells"].items()}
        rows.append(Line(Role(row["role"]), cells) if "role" in row else FrozenRow(row["id"], cells))
    return Table(
        code=data["code"],
        title=data["title"],
        columns=tuple(
            Column(
                column["key"],
                column["title"],
                Kind(column["kind"]),
                _Cell(column["key"]),
                column["width_mm"],
                column["total"],
            )
            for column in data["columns"]
        ),
        rows=tuple(rows),
        subtitle=data["subtitle"],
        notes=tuple(data["notes"]),
        row_id=_row_id if data["has_ids"] else None,
        landscape=data["landscape"],
        total_label=data["total_label"],
    )


def restored(value: Any) -> Any:
    """A raw value from its JSON."""
    match value:
        case {"fraction": text}:
            return Fraction(text)
        case {"instant": text}:
            return datetime.fromisoformat(text)
        case {"day": text}:
            return date.fromisoformat(text)
        case _:
            return value
