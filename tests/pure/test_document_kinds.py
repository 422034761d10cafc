"""What a file is, by its bytes; what it may be called."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.services.documents.kinds import (
    BY_KEY,
    KINDS,
    NAME_MAX,
    clean_name,
    kind_of_bytes,
    name_for_opening,
    name_says,
)

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"


def container(*names: str, **contents: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in (*((name, "x") for name in names), *contents.items()):
            archive.writestr(name, content)
    return file.getvalue()


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (3, 3)).save(file, kind)
    return file.getvalue()


TAKEN = {
    "pdf": PDF,
    "p7m": bytes.fromhex("3082012006092a864886f70d010702") + bytes(40),
    "docx": container("[Content_Types].xml", "word/document.xml"),
    "xlsx": container("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": container("[Content_Types].xml", "ppt/presentation.xml"),
    "odt": container(mimetype="application/vnd.oasis.opendocument.text"),
    "ods": container(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
    "odp": container(mimetype="application/vnd.oasis.opendocument.presentation"),
    "doc": OLE + "WordDocument".encode("utf-16-le"),
    "xls": OLE + "Workbook".encode("utf-16-le"),
    "ppt": OLE + "PowerPoint Document".encode("utf-16-le"),
    "rtf": b"{\\rtf1\\ansi testo}",
    "jpg": picture("JPEG"),
    "png": picture("PNG"),
    "tif": picture("TIFF"),
    "eml": b"Received: from pec.it\r\nSubject: domanda\r\n\r\ntesto",
    "xml": b"<?xml version='1.0'?><a/>",
    "txt": "Città, perché".encode(),
    "zip": container("lettera.pdf"),
}


@pytest.mark.parametrize("key", [kind.key for kind in KINDS])
def test_each_kind_is_known_by_its_bytes(key: str) -> None:
    assert kind_of_bytes(TAKEN[key]) == key


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("perché".encode("cp1252"), "txt"),
        ("a\tb".encode("utf-16"), "txt"),
        (b"\xef\xbb\xbfa;b", "txt"),
        (b"-----BEGIN PKCS7-----\nMIIB", "p7m"),
        (b"<html><script>", "txt"),
        (b"#!/bin/sh\nrm", "txt"),
    ],
)
def test_texts_in_any_coding_are_text_and_nothing_more(content: bytes, key: str) -> None:
    assert kind_of_bytes(content) == key


NOT_TAKEN = {
    "program of Windows": b"MZ\x90\x00" + bytes(200),
    "program of Linux": b"\x7fELF\x02\x01" + bytes(200),
    "animation": picture("GIF"),
    "old document, empty": OLE,
    "old installer": OLE + "Ma un installatore".encode("utf-16-le"),
    "macros": container("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "drawing": container("[Content_Types].xml", "visio/document.xml"),
    "book": container(mimetype="application/epub+zip"),
    "cut container": container("a")[:20],
    "container without names": b"PK\x03\x04" + bytes(100),
    "empty container": b"PK\x05\x06" + bytes(18),
    "half a letter": b"\xff\xfea",
    "all bytes": bytes(range(256)),
    "blanks": b" \n\t ",
    "nothing": b"",
}


@pytest.mark.parametrize("what", NOT_TAKEN)
def test_programs_macros_and_the_unknown_are_not_taken(what: str) -> None:
    assert kind_of_bytes(NOT_TAKEN[what]) is None


@given(
    content=st.binary(max_size=300), head=st.sampled_from([b"", b"PK\x03\x04", OLE[:8], b"%PDF-", b"0\x82", b"II*\0"])
)
def test_no_bytes_bring_it_down(content: bytes, head: bytes) -> None:
    assert kind_of_bytes(head + content) in (None, *BY_KEY)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\scritti\\a.pdf", "a.pdf"),
        ("fattura\u202efdp.exe", "fatturafdp.exe"),
        ("CON.pdf", "_CON.pdf"),
        ("Aux.2014.pdf", "_Aux.2014.pdf"),
        ("lpt¹.pdf", "_lpt¹.pdf"),
        ("con fine.pdf", "con fine.pdf"),
        (" .. ", "documento"),
        ("x:y?.pdf", "x_y_.pdf"),
        ("Perche\u0301.pdf", "Perché.pdf"),
        ("a\x00\nb  c.pdf", "ab c.pdf"),
        ("senza punto", "senza punto"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(name=st.text(max_size=400))
def test_a_clean_name_is_short_plain_and_stays_clean(name: str) -> None:
    clean = clean_name(name)
    assert 0 < len(clean) <= NAME_MAX + 1
    assert not set(clean) & set('/\\<>:"|?*\x00\n')
    assert clean_name(clean) == clean


def test_a_name_may_promise_another_kind() -> None:
    assert name_says("a.pdf") == "pdf"
    assert name_says("a.JPEG") == "jpg"
    assert name_says("a.exe") is None
    assert name_says("pdf") is None


def test_a_copy_is_opened_for_what_it_is() -> None:
    assert name_for_opening("a.pdf", "pdf") == "a.pdf"
    assert name_for_opening("a.JPEG", "jpg") == "a.JPEG"
    assert name_for_opening("a.exe", "pdf") == "a.exe.pdf"
    assert name_for_opening("a.html", "txt") == "a.html.txt"
