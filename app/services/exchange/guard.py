"""The gate for workbooks from outside: refuses before any spreadsheet parser sees a byte.

The file is read once into memory. Every part is inflated and counted, every XML part is held to UTF-8 without a
DOCTYPE, and what passes is packed anew: the parser gets exactly the parts that were checked, and nothing else.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from app.models.errors import EnvironmentFailed, InvalidInput
from app.services.exchange.scan import Damaged, Parts, Relation, content_types, relations, scan_sheets

FILE_MAX = 20 << 20
"""Bytes of a workbook on disk."""
INFLATED_MAX = 64 << 20
"""Bytes of all its parts, inflated."""
RATIO_MAX = 200
"""How many times its packed size a part may inflate to; small parts are not judged."""
RATIO_FLOOR = 4096
PARTS_MAX = 500
SUFFIX = ".xlsx"

_CHUNK = 1 << 16
_ZIP_START = b"PK\x03\x04"
_COMPOUND_START = b"\xd0\xcf\x11\xe0"
"""What protected workbooks and those of the old format start with."""
_CHECKED = (".xml", ".rels", ".vml")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, OverflowError, RuntimeError, ValueError)
"""What the library says of a package whose tables do not agree with its bytes."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ENCODING = re.compile(r"\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)[\"']")
_MARKUP = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MACROS = re.compile(
    r"vbaproject|/macrosheets/|/dialogsheets/|/activex/|/embeddings/"
    r"|\.(?:exe|dll|js|vbs|ps1|bat|cmd|com|scr|jar|lnk)\Z"
)
_LINKS = re.compile(r"/externallinks/|/querytables/|\Axl/connections\.xml\Z|/model/")
_ODD = re.compile(r"\A/|\\|\A[a-z]:|(?:\A|/)\.{1,2}(?:/|\Z)|//|[\x00-\x1f\x7f]", re.IGNORECASE)


@dataclass(frozen=True)
class CheckedWorkbook:
    """A workbook that may be parsed.

    Attributes:
        name: of the file, without its folder.
        sha256: of the file as it is on disk, in hexadecimal digits.
        data: package of the checked parts alone.
    """

    name: str
    sha256: str
    data: bytes


def check_workbook(path: Path) -> CheckedWorkbook:
    """Let a workbook pass, or say what is wrong with it.

    Raises:
        EnvironmentFailed: "workbook.missing", "workbook.unreadable".
        InvalidInput: each with `name`, the file's: "workbook.too_large", "workbook.not_a_workbook" (not what its name
            says), "workbook.encrypted", "workbook.damaged", "workbook.bomb", "workbook.too_many_parts",
            "workbook.odd_path", "workbook.macros", "workbook.external_links", "workbook.encoding",
            "workbook.doctype"; those of `scan_sheets` with sheet and cell.
    """
    name = path.name
    raw = _read(path)
    if path.suffix.lower() != SUFFIX:
        raise InvalidInput("workbook.not_a_workbook", name=name)
    if raw.startswith(_COMPOUND_START):
        raise InvalidInput("workbook.encrypted", name=name)
    if not raw.startswith(_ZIP_START):
        raise InvalidInput("workbook.not_a_workbook", name=name)
    try:
        parts = _parts(raw, name)
        _check_types(parts, name)
        _check_relations(parts, name)
        scan_sheets(parts, name)
    except Damaged as failure:
        raise InvalidInput("workbook.damaged", name=name) from failure
    return CheckedWorkbook(name, hashlib.sha256(raw).hexdigest(), _pack(parts))


def _read(path: Path) -> bytes:
    """The bytes of the file; no more than are accepted."""
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_MAX + 1)
    except FileNotFoundError:
        raise EnvironmentFailed("workbook.missing", name=str(path)) from None
    except OSError as failure:
        raise EnvironmentFailed("workbook.unreadable", name=str(path), reason=failure.strerror or "") from failure
    if len(raw) > FILE_MAX:
        raise InvalidInput("workbook.too_large", name=path.name, megabytes=FILE_MAX >> 20)
    return raw


def _parts(raw: bytes, name: str) -> Parts:
    """The checked parts by name in lower case, as text."""
    try:
        return _inflate(raw, name)
    except _UNREADABLE as failure:
        raise Damaged from failure


def _inflate(raw: bytes, name: str) -> Parts:
    parts: Parts = {}
    room = INFLATED_MAX
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entries = archive.infolist()
        if len(entries) > PARTS_MAX:
            raise InvalidInput("workbook.too_many_parts", name=name, found=len(entries), most=PARTS_MAX)
        _check_names(entries, name)
        for entry in entries:
            data = _inflate_part(archive, entry, room, name)
            room -= len(data)
            if entry.filename.lower().endswith(_CHECKED):
                parts[entry.filename.lower()] = _xml_text(data, name, entry.filename)
    return parts


def _check_names(entries: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse what can be refused by the table of contents alone."""
    seen: set[str] = set()
    for entry in entries:
        part = entry.filename.lower()
        if _ODD.search(entry.orig_filename) or part in seen:
            raise InvalidInput("workbook.odd_path", name=name, part=entry.filename)
        seen.add(part)
        if entry.flag_bits & 0x1:
            raise InvalidInput("workbook.encrypted", name=name)
        if _MACROS.search(part):
            raise InvalidInput("workbook.macros", name=name, part=entry.filename)
        if _LINKS.search(part):
            raise InvalidInput("workbook.external_links", name=name, part=entry.filename)
        if entry.compress_type not in _METHODS:
            raise Damaged


def _inflate_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int, name: str) -> bytes:
    """The bytes of a part, counted as they come: the size that the file declares is not believed."""
    most = min(room, RATIO_MAX * max(entry.compress_size, RATIO_FLOOR))
    data = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            data += chunk
            if len(data) > most:
                raise InvalidInput("workbook.bomb", name=name, part=entry.filename)
    return bytes(data)


def _xml_text(data: bytes, name: str, part: str) -> str:
    """The text of an XML part, which must be UTF-8 and declare nothing of its own."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("workbook.encoding", name=name, part=part) from None
    declared = _ENCODING.match(text)
    if "\x00" in text or (declared and declared[1].lower() not in ("utf-8", "utf8", "us-ascii")):
        raise InvalidInput("workbook.encoding", name=name, part=part)
    if _MARKUP.search(text):
        raise InvalidInput("workbook.doctype", name=name, part=part)
    return text


def _check_types(parts: Parts, name: str) -> None:
    """The package says itself that it is a workbook, and one without macros."""
    if "[content_types].xml" not in parts or "xl/workbook.xml" not in parts:
        raise InvalidInput("workbook.not_a_workbook", name=name)
    types = content_types(parts["[content_types].xml"])
    if any("macro" in kind.lower() or "vba" in kind.lower() for kind in types):
        raise InvalidInput("workbook.macros", name=name, part="[Content_Types].xml")
    if _WORKBOOK_TYPE not in types:
        raise InvalidInput("workbook.not_a_workbook", name=name)


def _check_relations(parts: Parts, name: str) -> None:
    """Nothing points out of the file, but for the addresses that a person wrote in a cell."""
    for part, text in parts.items():
        if part.endswith(".rels"):
            for relation in relations(text):
                if _points_outside(relation):
                    raise InvalidInput("workbook.external_links", name=name, part=part)


def _points_outside(relation: Relation) -> bool:
    return relation.external and not relation.kind.endswith("/hyperlink")


def _pack(parts: Parts) -> bytes:
    """A package of the checked parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for part, text in parts.items():
            archive.writestr(part, text.encode())
    return packed.getvalue()
