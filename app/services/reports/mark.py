"""The mark of a document: what it was made from travels inside the file, and a square at its end says its hash.

The square holds what is needed to find the document again with nothing but the paper: its code, record, language,
reader, moment, the head of the journal, and the SHA-256 of its data.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from app.services.reports import freeze
from app.services.reports.spec import Audience, Document, Origin, QrCode, Table
from app.services.wording.formats import format_instant
from app.services.wording.texts import translator

DATA_FILE = "concilia.json"
"""Name of the data inside the file."""

PREFIX = "CONCILIA"
VERSION = "1"


@dataclass(frozen=True)
class Mark:
    """What the square of a paper says.

    Attributes:
        digest: SHA-256 of the data, hexadecimal.
    """

    code: str
    origin: Origin
    language: str
    audience: Audience
    digest: str


@dataclass(frozen=True)
class Seal:
    """What a document carries: its data as bytes, and the square."""

    data: bytes
    square: QrCode


def seal_of(document: Document) -> Seal | None:
    """The seal of a document; None for one that does not say what it was made from."""
    origin = document.origin
    if origin is None:
        return None
    data = sealed_data(document)
    digest = hashlib.sha256(data).hexdigest()
    tr = translator(document.language)
    lines = (
        tr("Mark of the document {code}").format(code=document.code),
        tr("Archive {archive}, state of {instant}, journal {head}").format(
            archive=origin.archive[-8:], instant=format_instant(document.as_at), head=origin.head
        ),
        tr("SHA-256 of the data inside the file: {digest}").format(digest=digest),
        tr("Concilia compares this paper with its archive: «Prints», «Verify a document»."),
    )
    caption = tr("Square with the mark of the document: what it was made from, and the hash of its data")
    return Seal(data, QrCode(_text(document, digest), caption, lines))


def sealed_data(document: Document) -> bytes:
    """The data of a document, always the same for the same content; keys of records are not for the public."""
    if document.audience is Audience.PUBLISHED:
        parts = tuple(replace(part, row_id=None) if isinstance(part, Table) else part for part in document.parts)
        document = replace(document, parts=parts)
    value = {PREFIX.lower(): int(VERSION), "document": freeze.to_data(replace(document, attachments={}))}
    return freeze.canonical(value).encode()


def open_data(data: bytes) -> dict[str, Any] | None:
    """The document in data that travelled in a file, as plain data; None when they are not of this program."""
    try:
        value = json.loads(data)
        return value["document"] if value[PREFIX.lower()] == int(VERSION) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _text(document: Document, digest: str) -> str:
    """What the square says, in the letters that make it small."""
    origin = document.origin
    assert origin is not None
    fields = (
        PREFIX,
        VERSION,
        document.code,
        origin.item,
        document.language,
        document.audience.value[0],
        origin.when,
        origin.head,
        digest,
        origin.archive,
    )
    return ":".join(fields).upper()


def read_mark(text: str) -> Mark | None:
    """The mark that a camera read from a paper; None when it is none of ours."""
    fields = "".join(text.split()).split(":")
    if len(fields) != 10 or fields[:2] != [PREFIX, VERSION]:
        return None
    code, item, language, reader, when, head, digest, archive = fields[2:]
    audience = next((member for member in Audience if member.value[0].upper() == reader), None)
    if audience is None:
        return None
    moment = when[:1] + when[1:].lower()
    origin = Origin(archive.lower(), head.lower(), item.lower(), moment)
    return Mark(code, origin, language.lower(), audience, digest.lower())
