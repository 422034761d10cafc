"""Pages of a PDF as pictures, for the screen and for the system's print dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

import pypdfium2

_PDFIUM = Lock()
"""PDFium is not made for more than one thread at a time."""


@dataclass(frozen=True)
class PageImage:
    """One page; `pixels` are rows from the top, four bytes (red, green, blue, alpha) for each pixel."""

    width: int
    height: int
    pixels: bytes = field(repr=False)


def page_count(pdf: bytes) -> int:
    """Number of pages."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()


def page_texts(pdf: bytes) -> list[str]:
    """The words of each page."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [_words(document, number) for number in range(len(document))]
        finally:
            document.close()


def _words(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    try:
        text = page.get_textpage()
        try:
            return str(text.get_text_bounded())
        finally:
            text.close()
    finally:
        page.close()


def render_pages(pdf: bytes, dpi: float, pages: Sequence[int] | None = None) -> list[PageImage]:
    """Draw pages on white, with form fields and signature stamps.

    Args:
        pdf: the whole file.
        dpi: dots per inch, > 0.
        pages: numbers from 0; all when not given.

    Returns:
        One image for each page, in the order asked for.
    """
    assert dpi > 0
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            document.init_forms()
            chosen = range(len(document)) if pages is None else pages
            return [_draw(document, number, dpi / 72) for number in chosen]
        finally:
            document.close()


def _draw(document: pypdfium2.PdfDocument, number: int, scale: float) -> PageImage:
    """One page; `scale` is pixels per point."""
    page = document[number]
    try:
        bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True, may_draw_forms=True)
        try:
            return PageImage(bitmap.width, bitmap.height, _opaque(bitmap))
        finally:
            bitmap.close()
    finally:
        page.close()


def _opaque(bitmap: pypdfium2.PdfBitmap) -> bytes:
    """Pixels, with the fourth byte that PDFium leaves as it was set to opaque."""
    assert bitmap.stride == bitmap.width * 4, "rows of four bytes a pixel have no padding"
    data = bytearray(bitmap.buffer)
    data[3::4] = b"\xff" * (bitmap.width * bitmap.height)
    return bytes(data)
