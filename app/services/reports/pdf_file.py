"""The bytes of a file: objects in compressed streams, as small as what repeats in them allows.

A structure tree has an object for each cell. They say nearly the same, and their numbers go up by one: written in rows
of one width, each byte less the one above it (the PNG predictor «up» of the standard), little is left of them.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image, ImageChops

HEAD = b"%PDF-1.7\n%\xbf\xf7\xa2\xfe\n"
"""The comment of four bytes above 127 says that the file is not text."""
TOGETHER = 1000
"""Objects in one stream: a reader that wants one of them unpacks them all."""

_REFERENCE = re.compile(rb"(\d+) 0 R\b")
_UP = 2


@dataclass(frozen=True)
class Rows:
    """Objects that are written in rows.

    Attributes:
        width: of a row in bytes; each object fills whole rows.
        objects: number and text.
    """

    width: int
    objects: Sequence[tuple[int, bytes]]


def write_file(pdf: pikepdf.Pdf, structure: Sequence[Rows]) -> bytes:
    """The file with the objects of `pdf` that are in use, and those of its structure.

    Args:
        pdf: its objects have the numbers that they keep.
        structure: objects with numbers of their own; one that `pdf` has too is written as it is here.
    """
    own = {number for rows in structure for number, _text in rows.objects}
    plain, streams = _objects_in_use(pdf, own)
    packs = [Rows(0, plain[start : start + TOGETHER]) for start in range(0, len(plain), TOGETHER)]
    for rows in structure:
        parts = range(0, len(rows.objects), TOGETHER)
        packs += [Rows(rows.width, rows.objects[start : start + TOGETHER]) for start in parts]
    body = bytearray(HEAD)
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    for number, text, data in streams:
        places[number] = (1, len(body), 0)
        body += _stream(number, text, data)
    number = max({*own, *places, *(number for number, _text in plain)})
    for pack in packs:
        number += 1
        places.update({inside: (2, number, n) for n, (inside, _text) in enumerate(pack.objects)})
        places[number] = (1, len(body), 0)
        body += _stream(number, *_packed(pack))
    return bytes(body) + _table(pdf, number + 1, places, body)


def _objects_in_use(pdf: pikepdf.Pdf, own: set[int]) -> tuple[list[tuple[int, bytes]], list[tuple[int, bytes, bytes]]]:
    """Number and text of what can be reached from the root, and of streams with their bytes too."""
    plain: list[tuple[int, bytes]] = []
    streams: list[tuple[int, bytes, bytes]] = []
    found = {pdf.Root.objgen[0], pdf.docinfo.objgen[0]}
    waiting = sorted(found, reverse=True)
    while waiting:
        number = waiting.pop()
        value = pdf.get_object(number, 0)
        if isinstance(value, pikepdf.Stream):
            text, data = _stream_parts(value)
            streams.append((number, text, data))
        else:
            text = value.unparse(resolved=True)
            plain.append((number, text))
        new = {int(other) for other in _REFERENCE.findall(text)} - found - own
        found |= new
        waiting += sorted(new, reverse=True)
    return plain, streams


def _stream_parts(value: pikepdf.Stream) -> tuple[bytes, bytes]:
    """Dictionary and bytes of a stream; compressed by now, but for metadata, which any program may look at."""
    said, data = value.stream_dict, value.read_raw_bytes()
    if "/Filter" not in said and said.get("/Type") != Name.Metadata:
        data = zlib.compress(data, 9)
        said.Filter = Name.FlateDecode
    said.Length = len(data)
    return said.unparse(resolved=True), data


def _stream(number: int, text: bytes, data: bytes) -> bytes:
    return b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (number, text, data)


def _packed(pack: Rows) -> tuple[bytes, bytes]:
    """Dictionary and bytes of a stream of objects."""
    offsets, texts, begun = [], [], 0
    for number, text in pack.objects:
        offsets.append((number, begun))
        texts.append(text if pack.width else text + b"\n")
        begun += len(texts[-1])
    if pack.width:
        head = b"".join((b"%8d %9d " % pair).ljust(pack.width) for pair in offsets)
    else:
        head = b"".join(b"%d %d " % pair for pair in offsets)
    said = Dictionary(Type=Name.ObjStm, N=len(texts), First=len(head))
    return _compressed(head + b"".join(texts), pack.width, said)


def _compressed(data: bytes, width: int, said: Dictionary) -> tuple[bytes, bytes]:
    """Dictionary and bytes of a stream, compressed; in rows of `width` bytes unless that is 0."""
    if width:
        data = _less_above(data, width)
        said.DecodeParms = Dictionary(Predictor=10 + _UP, Columns=width)
    data = zlib.compress(data, 9)
    said.Filter = Name.FlateDecode
    said.Length = len(data)
    return said.unparse(), data


def _less_above(data: bytes, width: int) -> bytes:
    """Rows of bytes, each less the one above it, with the sign of that before it."""
    rows = len(data) // width
    assert rows * width == len(data), "a row is not whole"
    below = Image.frombytes("L", (width, rows), data)
    above = Image.new("L", (width, rows))
    above.paste(below, (0, 1))
    signed = Image.new("L", (width + 1, rows), _UP)
    signed.paste(ImageChops.subtract_modulo(below, above), (1, 0))
    return signed.tobytes()


def _table(pdf: pikepdf.Pdf, number: int, places: dict[int, tuple[int, int, int]], body: bytearray) -> bytes:
    """Where each object is; its own stream is the last one."""
    places[number] = (1, len(body), 0)
    entries = b"".join(b"%c%b%b" % (kind, at.to_bytes(4), n.to_bytes(2)) for kind, at, n in _every(places))
    name = pikepdf.String(hashlib.md5(body, usedforsecurity=False).digest())
    said = Dictionary(
        Type=Name.XRef,
        W=[1, 4, 2],
        Size=number + 1,
        Root=pdf.Root,
        Info=pdf.docinfo,
        ID=[name, name],
    )
    return _stream(number, *_compressed(entries, 7, said)) + b"startxref\n%d\n%%%%EOF\n" % len(body)


def _every(places: dict[int, tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """The place of every number; of one that is not used, that it is free."""
    for number in range(max(places) + 1):
        yield places.get(number, (0, 0, 65535))
