"""Characters that can be printed, asked for without reading the fonts where a text has none but the usual ones."""

from __future__ import annotations

USUAL = frozenset((*map(chr, range(0x20, 0x180)), *"\t\n–—‘’“”…•€"))
"""Characters that every font of the documents has, or that are printed as one of them."""


def require_printable(text: str) -> None:
    """Refuse a text that no document could show.

    Raises:
        InvalidInput: "text.character_missing" with `character` and `place`, the words around it.
    """
    if not USUAL.issuperset(text):
        from app.services.reports.pdf_fonts import printable  # the fonts are slow to read

        printable(text)


def require_all_printable(value: object) -> None:
    """The same of every text in data, however deep.

    Raises:
        InvalidInput: "text.character_missing".
    """
    if isinstance(value, str):
        require_printable(value)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            require_all_printable(part)
