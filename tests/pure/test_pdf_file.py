"""The bytes of a file: small, whole, and every way in its structure leads somewhere; a mark does not stand alone."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pikepdf
import pytest

from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Document, Facts, Heading, Items, Origin, Paragraph, Part, Signatures
from benchmarks.bench_pdf import make_document, plain_bytes
from tests.pure.documents import AWARD, WORDS, award_table, document_of, page_texts

ORIGIN = Origin("2d5d8e38", "da42a253b443ba6b734ca7e682d8c155", "", "")
MARK_LINES = 4


@pytest.fixture(scope="module")
def table() -> Document:
    return make_document(300, 8)


def test_tagged_table_is_at_most_twice_as_large_as_a_plain_one(table: Document) -> None:
    assert len(pdf_bytes(table)) <= 2 * len(plain_bytes(table))


def test_every_way_back_leads_to_the_element_that_owns_the_content(table: Document) -> None:
    with pikepdf.open(io.BytesIO(pdf_bytes(table))) as pdf:
        assert pdf.check_pdf_syntax() == []
        tree = pdf.Root.StructTreeRoot
        numbers = list(tree.ParentTree.Nums)
        ways = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        cells = 0
        for page in pdf.pages:
            for number, element in enumerate(ways[int(page.obj.StructParents)]):
                kids = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
                assert number in [int(kid) for kid in kids]
                assert element.Pg.objgen == page.obj.objgen
                assert element.objgen in [kid.objgen for kid in element.P.K] or element.P.K.objgen == element.objgen
                cells += element.S == "/TD"
        assert cells == 300 * 8
        assert int(tree.ParentTreeNextKey) == len(ways) == len(pdf.pages)


def test_no_object_is_left_that_nothing_leads_to() -> None:
    data = pdf_bytes(document_of(Paragraph(WORDS), Signatures((("Il Presidente", ""),), True)))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        inner = [obj for obj in pdf.objects if obj.get("/Type") not in ("/ObjStm", "/XRef")]
        texts = [obj.stream_dict if isinstance(obj, pikepdf.Stream) else obj for obj in inner]
        whole = b" ".join([*(text.unparse(resolved=True) for text in texts), pdf.trailer.unparse(resolved=True)])
        named = {int(number) for number in re.findall(rb"(\d+) 0 R", whole)}
        assert named == {obj.objgen[0] for obj in inner}


def marked(parts: Sequence[Part]) -> list[str]:
    """Lines of the last page of a document with a mark, without foot and mark."""
    document = document_of(*parts)
    plain = pdf_bytes(document)
    sealed = pdf_bytes(Document(**{**vars(document), "origin": ORIGIN}))
    assert len(page_texts(sealed)) - len(page_texts(plain)) in (0, 1)
    text = page_texts(sealed)[-1]
    assert "SHA-256" in text
    return text[: text.index("Contrassegno")].split("\n")


@pytest.mark.parametrize("rows", [32, 34])
@pytest.mark.parametrize("notes", [(), ("Prima nota.", WORDS)], ids=["bare", "noted"])
def test_mark_stands_with_the_last_rows(rows: int, notes: tuple[str, ...]) -> None:
    left = marked([award_table(rows=(AWARD,) * rows, notes=notes)])
    assert len([line for line in left if line.strip()]) >= 2


@pytest.mark.parametrize(
    "end",
    [
        Paragraph(WORDS * 2),
        Items((WORDS, "fine")),
        Facts((("Totale", "1"), ("Fine", "2"))),
        Signatures((("Il Presidente", "Giulia Ferrario"),)),
    ],
    ids=lambda part: type(part).__name__,
)
@pytest.mark.parametrize("before", [34, 35])
def test_mark_stands_with_the_last_words(before: int, end: Part) -> None:
    left = marked([*(Paragraph(f"Riga {n}.") for n in range(before)), end])
    assert len([line for line in left if line.strip()]) >= 1


SIGNED = Signatures((("Il Presidente", "Giulia Ferrario"), ("Il Segretario", "Anna Neri")))


@pytest.mark.parametrize("before", [20, 22, 24])
@pytest.mark.parametrize("formula", [(), (Paragraph("Estratto conforme."),)], ids=["bare", "formula"])
def test_places_to_sign_stand_with_what_is_signed(before: int, formula: tuple[Part, ...]) -> None:
    """The formula before them is not enough: a page of nothing else could be put under any text."""
    lines = (Paragraph(f"Riga {n}.") for n in range(before))
    document = document_of(*lines, award_table(rows=(AWARD,) * 4), *formula, SIGNED)
    last = page_texts(pdf_bytes(document))[-1]
    assert last[: last.index("Il Presidente")].replace("Estratto conforme.", "").strip()


@pytest.mark.parametrize("before", [29, 30, 31])
def test_heading_goes_with_words_that_the_mark_takes_to_the_next_page(before: int) -> None:
    left = marked([*(Paragraph(f"Riga {n}.") for n in range(before)), Heading("Motivo", 2), Paragraph("Una riga.")])
    assert [line for line in left if line in ("Motivo", "Una riga.")] == ["Motivo", "Una riga."]
