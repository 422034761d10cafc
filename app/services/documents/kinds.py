"""What a file is, by its bytes, and what it may be called. Pure: the name is never believed."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

import puremagic

from app.services.wording.texts import N_

NAME_MAX = 120
"""Most characters of a document's name."""

HEAD = 4096
"""Bytes at the start of a file that tell what it is."""


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document that is taken.

    Attributes:
        title: what it is called, to be translated.
        suffixes: that its files have, the usual one first.
    """

    key: str
    title: str
    suffixes: tuple[str, ...]


KINDS = (
    DocumentKind("pdf", N_("PDF"), (".pdf",)),
    DocumentKind("p7m", N_("Digitally signed file (P7M)"), (".p7m", ".p7s")),
    DocumentKind("docx", N_("Word document"), (".docx",)),
    DocumentKind("xlsx", N_("Excel workbook"), (".xlsx",)),
    DocumentKind("pptx", N_("PowerPoint presentation"), (".pptx",)),
    DocumentKind("odt", N_("OpenDocument text"), (".odt",)),
    DocumentKind("ods", N_("OpenDocument spreadsheet"), (".ods",)),
    DocumentKind("odp", N_("OpenDocument presentation"), (".odp",)),
    DocumentKind("doc", N_("Word document, old format"), (".doc",)),
    DocumentKind("xls", N_("Excel workbook, old format"), (".xls",)),
    DocumentKind("ppt", N_("PowerPoint presentation, old format"), (".ppt",)),
    DocumentKind("rtf", N_("Rich text"), (".rtf",)),
    DocumentKind("jpg", N_("JPEG picture"), (".jpg", ".jpeg", ".jfif")),
    DocumentKind("png", N_("PNG picture"), (".png",)),
    DocumentKind("tif", N_("TIFF picture"), (".tif", ".tiff")),
    DocumentKind("eml", N_("E-mail message"), (".eml",)),
    DocumentKind("xml", N_("XML data"), (".xml",)),
    DocumentKind("txt", N_("Plain text"), (".txt", ".csv")),
    DocumentKind("zip", N_("ZIP archive"), (".zip",)),
)
"""What is taken, in the order that it is told."""

BY_KEY = {kind.key: kind for kind in KINDS}

_BY_SUFFIX = {suffix: kind.key for kind in KINDS for suffix in kind.suffixes}
_PLAIN_MAGIC = frozenset({"pdf", "rtf", "jpg", "png", "tif"})
"""Kinds that their first bytes tell for sure."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLE_PARTS = (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"), ("PowerPoint Document", "ppt"))
_SIGNED = bytes.fromhex("06092a864886f70d010702")
"""Object identifier of a signed envelope (RFC 5652)."""

_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_OFFICE_PARTS = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"))
_MAIL = re.compile(rb"(?i)(?:received|from|return-path|delivered-to|mime-version|message-id|date|subject|x-[\w-]+):\s")
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f")


def kind_of_bytes(content: bytes) -> str | None:
    """Key of the kind that `content` is, of `KINDS`; None for one that is not taken (programs, macros, unknown)."""
    head = content[:HEAD]
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_container(content)
    if head.startswith(_OLE):
        return next((key for part, key in _OLE_PARTS if part.encode("utf-16-le") in content), None)
    if head.startswith(b"0") and _SIGNED in head[:40]:
        return "p7m"
    known = _kind_by_magic(head)
    return known if known is not None else _kind_of_text(content)


def _kind_by_magic(head: bytes) -> str | None:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):  # nothing known begins like this
        return None
    for candidate in sorted(found, key=lambda one: -one.confidence):
        key = _BY_SUFFIX.get(candidate.extension.lower())
        if key in _PLAIN_MAGIC and candidate.offset == 0:
            return key
    return None


def _kind_of_container(content: bytes) -> str | None:
    """An office document or a plain archive, by the names of its parts; nothing is unpacked but a short mark."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {entry.filename: entry for entry in archive.infolist()}
            mark = names.get("mimetype")
            if mark is not None and mark.file_size <= 200:
                return _OPEN_DOCUMENT.get(archive.read(mark).strip())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "[Content_Types].xml" in names:
        return next((key for part, key in _OFFICE_PARTS if part in names), None)
    return "zip" if names else None


def _kind_of_text(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, as spreadsheets write it
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            return None
    if not _CONTROLS.isdisjoint(content):
        return None
    bare = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith((b"-----BEGIN PKCS7", b"-----BEGIN CMS")):
        return "p7m"
    if bare.startswith(b"<?xml"):
        return "xml"
    if _MAIL.match(bare):
        return "eml"
    return "txt" if bare else None


def clean_name(name: str) -> str:
    """`name` without folders, hidden letters and what a system forbids in names; never empty.

    A name may try to look like another («fattura\u202efdp.exe»): letters that turn or hide others are taken out.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Co", "Cs", "Cn"))
    plain = re.sub(r'[<>:"|?*]', "_", shown)
    plain = re.sub(r"\s+", " ", plain).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = plain, ""
    if re.fullmatch(r"(?i)con(?:in\$|out\$)?|prn|aux|nul|(?:com|lpt)[0-9¹²³]", stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"
    room = NAME_MAX - (len(suffix) + 1 if suffix else 0)
    stem = stem[:room].strip(" .") or "documento"
    return f"{stem}.{suffix}" if suffix else stem


def name_says(name: str) -> str | None:
    """Kind that the suffix of `name` promises; None when it promises none that is known."""
    return _BY_SUFFIX.get(f".{name.rpartition('.')[2].lower()}") if "." in name else None


def name_for_opening(name: str, kind: str) -> str:
    """`name` with a suffix of its kind, so that no other program opens it than one for what it is."""
    suffixes = BY_KEY[kind].suffixes
    return name if name.lower().endswith(suffixes) else f"{name}{suffixes[0]}"
