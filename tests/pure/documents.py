"""Documents to draw in tests, and the eyes that read what was drawn."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import page as validator
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from app.models.enums import ProposalState
from app.models.money import Cents
from app.services.reports.spec import (
    Column,
    Document,
    Facts,
    Heading,
    Items,
    Kind,
    Line,
    Paragraph,
    Part,
    Role,
    Signatures,
    Table,
)

AS_AT = datetime(2014, 10, 6, 16, 30, tzinfo=UTC)
OFFICE = ("ASL della Provincia di Milano n. 1", "Comitato di programmazione, monitoraggio e valutazione")
WORDS = (
    "Il Presidente richiama l’avviso pubblico e i quattro progetti pervenuti entro il termine; la segreteria "
    "riferisce sull’istruttoria formale e sugli accordi sottoscritti dagli enti della rete."
)


@dataclass(frozen=True)
class Award:
    """A row with a cell of every kind."""

    n: int | None
    name: str | None
    note: str | None
    amount: Cents | None
    share: Fraction | None
    points: Fraction | None
    day: date | None
    hour: str | None
    at: datetime | None
    state: ProposalState | None
    paid: bool | None


def _column(key: str, title: str, kind: Kind, width_mm: float, total: bool = False) -> Column:
    return Column(key, title, kind, lambda row: getattr(row, key), width_mm, total)


COLUMNS = (
    _column("n", "N.", Kind.COUNT, 10, total=True),
    _column("name", "Ente", Kind.TEXT, 40),
    _column("note", "Nota", Kind.NOTE, 44),
    _column("amount", "Importo", Kind.MONEY, 28, total=True),
    _column("share", "Quota", Kind.PERCENT, 18),
    _column("points", "Punti", Kind.POINTS, 16),
    _column("day", "Giorno", Kind.DATE, 20),
    _column("hour", "Ora", Kind.TIME, 12),
    _column("at", "Registrato", Kind.INSTANT, 30),
    _column("state", "Stato", Kind.STATE, 28),
    _column("paid", "Pagato", Kind.FLAG, 14),
)
AWARD = Award(
    1,
    "Comune di Legnano",
    "capofila dal 2012",
    Cents(1806088),
    Fraction(312, 10),
    Fraction(200, 3),
    date(2014, 3, 31),
    "10:00",
    datetime(2014, 3, 31, 8, 42, 7, tzinfo=UTC),
    ProposalState.FUNDED,
    True,
)
NOTHING = Award(*(None,) * 11)
AWARDS = (
    AWARD,
    replace(AWARD, n=1234, name="=cmd|' /C calc'!A0", note="+39 02 1234", amount=Cents(-5), paid=False),
    replace(AWARD, n=None, name='Ser.Co.P.; «azienda "speciale"»', note="@segue - vedi\nnota", amount=Cents(0)),
    Line(Role.SUBTOTAL, {"name": "Totale parziale", "amount": Cents(1806083), "share": "n.d."}),
    Line(Role.HEADING, {"n": "Ambiti di bassa priorità"}),
    NOTHING,
    replace(AWARD, name="-Redimec", share=Fraction(1, 200), points=Fraction(-5, 2), amount=Cents(1200000000000)),
    replace(AWARD, name="Città metropolitana di Milano – perché no", day=date(2016, 2, 29), state=ProposalState.DRAFT),
)


def award_table(rows: tuple[Any, ...] = AWARDS, **changes: Any) -> Table:
    """A table with all kinds of cells and all roles of rows."""
    table = Table("T99", "Importi assegnati", COLUMNS, rows, total_label="Totale", notes=("Dato di esempio.",))
    return replace(table, **changes)


def document_of(*parts: Part, **changes: Any) -> Document:
    """A document in Italian."""
    return replace(
        Document("prova", "Titolo del documento", parts, OFFICE, "it", AS_AT, "Riferimento 1/2014"), **changes
    )


def minutes() -> Document:
    """A document with parts of every kind, three pages long."""
    return document_of(
        Facts((("Seduta", "n. 1 del 2014"), ("Luogo", "Sede dell’ASL, Magenta"))),
        Heading("Presenze"),
        Paragraph("Il numero legale è raggiunto.", strong=True),
        Heading("Ordine del giorno"),
        Items(("Ammissione dei progetti.", "Varie ed eventuali. " + WORDS), numbered=True),
        Heading("Discussione", 2),
        Paragraph("\n\n".join([" ".join([WORDS] * 3)] * 5)),
        Items(("Nessun conflitto.", "Un’astensione.")),
        Heading("Importi", 2),
        award_table(landscape=True),
        Heading("Chiusura", 3),
        Paragraph("Letto, approvato e sottoscritto."),
        Signatures((("Il Presidente", "Giulia Ferrario"), ("La Segretaria", "Luisa Moroni"), ("Il componente", "Re"))),
        title="Verbale della seduta n. 1",
    )


# --- eyes ----------------------------------------------------------------------------------

LIMITS = validator.SafetyLimits(
    max_object_count=2_000_000, max_table_grid_rows=200_000, max_table_grid_cells=10_000_000
)
FALSE_ALARM = "STREAM-LENGTH-001"
"""A rule that also fires where compressed data happens to end in a carriage return."""


def faults(pdf: bytes, profile: validator.ValidationProfile) -> set[str]:
    """Rules of a standard that a file breaks."""
    report = validator.validate_pdf_bytes(pdf, profile=profile, limits=LIMITS)
    return {failure.rule_id for failure in report.failures if not failure.rule_id.endswith(FALSE_ALARM)}


def standard_of(document: Document) -> validator.ValidationProfile:
    """The standard that a document keeps: data travel inside those that have a mark."""
    data = bool(document.origin or document.attachments)
    return validator.ValidationProfile.PDF_A_3A if data else validator.ValidationProfile.PDF_A_2A


def page_texts(pdf: bytes) -> list[str]:
    """Text of each page as a reader extracts it, in the order of the content."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    document.close()
    return texts


@dataclass(frozen=True)
class Element:
    """An element of the structure tree, with its own text and what lies under it."""

    tag: str
    attributes: dict[str, Any]
    text: str
    kids: tuple[Element, ...]
    pages: tuple[int, ...]

    def find(self, tag: str) -> Iterator[Element]:
        """Elements with a tag, in reading order."""
        for kid in self.kids:
            if kid.tag == tag:
                yield kid
            yield from kid.find(tag)

    def words(self) -> str:
        """All text in reading order, elements parted by line feeds."""
        return "\n".join(filter(None, [self.text, *(kid.words() for kid in self.kids)]))


def structure(pdf: bytes) -> Element:
    """The structure tree with the text of its content, as a reader aloud goes through it."""
    marked = _marked_text(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        pages = {page.obj.objgen: n for n, page in enumerate(file.pages)}
        return _element(file.Root.StructTreeRoot.K, marked, pages)


def _element(raw: Any, marked: dict[tuple[int, int], str], pages: dict[Any, int]) -> Element:
    content = raw.get("/K", None)
    kids, text, seen = [], "", []
    for kid in content if isinstance(content, pikepdf.Array) else [content] if content is not None else []:
        if isinstance(kid, int):
            seen.append(pages[raw.Pg.objgen])
            text += marked[seen[-1], kid]
        elif "/MCID" in kid:
            seen.append(pages[kid.Pg.objgen])
            text += marked[seen[-1], int(kid.MCID)]
        elif kid.get("/Type") == "/OBJR":
            text += str(kid.Obj.TU)
        else:
            kids.append(_element(kid, marked, pages))
    attributes = {key[1:]: str(value) for key, value in raw.get("/A", {}).items()}
    return Element(str(raw.S)[1:], attributes, text, tuple(kids), tuple(seen))


def _marked_text(pdf: bytes) -> dict[tuple[int, int], str]:
    """Text of each piece of marked content, by page and number."""
    document = pypdfium2.PdfDocument(pdf)
    marked: dict[tuple[int, int], str] = {}
    for n, page in enumerate(document):
        text_page = page.get_textpage()
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            number = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
            if number >= 0:
                marked[n, number] = marked.get((n, number), "") + _object_text(item.raw, text_page.raw)
    document.close()
    return marked


def _object_text(item: Any, text_page: Any) -> str:
    size = pdfium.FPDFTextObj_GetText(item, text_page, None, 0)
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFTextObj_GetText(item, text_page, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le")
