"""Source Sans 3 for documents: which characters it has, how wide they are, where lines break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from app.models.errors import InvalidInput
from app.resources import resource

EXCERPT = 24
"""Characters shown on either side of one that cannot be printed."""


class Weight(StrEnum):
    """The cuts of the family that documents use; the value is the file's name."""

    REGULAR = "SourceSans3-Regular"
    SEMIBOLD = "SourceSans3-Semibold"
    BOLD = "SourceSans3-Bold"


@dataclass(frozen=True)
class Face:
    """One cut, ready to draw.

    Attributes:
        name: registered with ReportLab.
        widths: advance of each character that the font has, in thousandths of the size.
        ascent: from the base line up, in thousandths of the size; descent below it, negative.
    """

    name: str
    widths: Mapping[str, float] = field(repr=False)
    ascent: float
    descent: float

    def width(self, text: str, size: float) -> float:
        """Width of printable `text` in points at `size` points."""
        widths = self.widths
        return sum([widths[character] for character in text]) * size / 1000


@cache
def face(weight: Weight) -> Face:
    """The face of a cut; read from the resources once per process."""
    font = TTFont(weight.value, str(resource("fonts", f"{weight.value}.ttf")))
    pdfmetrics.registerFont(font)
    widths = {chr(code): width for code, width in font.face.charWidths.items() if code in font.face.charToGlyph}
    return Face(weight.value, widths, font.face.ascent, font.face.descent)


SUBSTITUTES = {
    # spaces of fixed or no width: the font has some of them, but readers and searches expect the plain ones
    "\t": " ",
    "\u2002": " ",
    "\u2003": " ",
    "\u2009": " ",
    "\u2007": "\u00a0",
    "\u202f": "\u00a0",
    # marks that only say where a line may or may not break
    "\u00ad": "",
    "\u200b": "",
    "\u2060": "",
    "\ufeff": "",
    "\u2010": "-",
    "\u2011": "-",
    # line and paragraph separators
    "\u0085": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
    # marks of lists and forms pasted from word processors
    "\u2714": "\u2713",
    "\u2715": "\u00d7",
    "\u2717": "\u00d7",
    "\u25e6": "\u2022",
    "\u27a2": "\u2022",
    "\uf0b7": "\u2022",
    "\uf0a7": "\u2022",
    "\uf0d8": "\u2022",
}

SUBSTITUTES |= {chr(code): "" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\x85"}
"""What is printed in place of characters that have an equal in the font or no look of their own."""

_TABLE = str.maketrans(SUBSTITUTES)


def printable(text: str) -> str:
    """`text` in composed form, with only characters that the fonts have, and line feeds.

    Raises:
        InvalidInput: "text.character_missing" with `character` and `place`, the words around it.
    """
    if text.isascii() and text.isprintable():
        return text
    ready = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(_TABLE)
    missing = set(ready) - _common() - {"\n"}
    if missing:
        at = min(ready.index(character) for character in missing)
        place = ready[max(0, at - EXCERPT) : at + EXCERPT + 1].replace("\n", " ").strip()
        raise InvalidInput("text.character_missing", character=ready[at], place=place)
    return ready


@cache
def _common() -> frozenset[str]:
    """Characters that every cut has."""
    return frozenset.intersection(*(frozenset(face(weight).widths) for weight in Weight))


_PIECES = re.compile(r"[^ ]* *")
_INSIDE = re.compile(r"[^\-/@._\u2013]*[\-/@._\u2013]?")


def wrap(text: str, face_: Face, size: float, width: float) -> list[str]:
    """Break printable `text` into lines not wider than `width` points.

    Lines break at spaces, which stay at the end of the line (they are drawn, so that words of the
    extracted text do not join); a word that is too long breaks after a hyphen, slash, dot or at sign,
    or else where it must. Joined, the lines are the text again, with a space for each line feed.

    Returns:
        At least one line; the width of each, without its closing spaces, is at most `width`, unless a
        single character is wider.
    """
    lines: list[str] = []
    paragraphs = text.split("\n")
    for n, paragraph in enumerate(paragraphs):
        lines += _wrap_paragraph(paragraph, face_, size, width)
        if n < len(paragraphs) - 1:
            lines[-1] += " "
    return lines


def _wrap_paragraph(text: str, face_: Face, size: float, width: float) -> list[str]:
    """Lines of a text without line feeds."""
    if face_.width(text, size) <= width:
        return [text]
    lines: list[str] = []
    current, used = "", 0.0
    for piece in _PIECES.findall(text):
        ink = face_.width(piece.rstrip(" "), size)
        if current and used + ink > width:
            lines.append(current)
            current, used = "", 0.0
        if ink > width:
            *whole, piece = _break_word(piece, face_, size, width)
            lines += whole
        current += piece
        used += face_.width(piece, size)
    return [*lines, current] if current else lines


def _break_word(word: str, face_: Face, size: float, width: float) -> list[str]:
    """Parts of a word that is wider than a line, each as long as fits; the last keeps its spaces."""
    parts = [""]
    for piece in filter(None, _INSIDE.findall(word)):
        if parts[-1] and face_.width((parts[-1] + piece).rstrip(" "), size) > width:
            parts.append("")
        if face_.width(piece.rstrip(" "), size) <= width:
            parts[-1] += piece
            continue
        for character in piece:
            if parts[-1] and face_.width((parts[-1] + character).rstrip(" "), size) > width:
                parts.append("")
            parts[-1] += character
    return parts


def longest_word(text: str, face_: Face, size: float) -> float:
    """Width of the widest part of printable `text` that holds no break."""
    return max((face_.width(word, size) for word in re.split(r"[ \n]", text)), default=0.0)
