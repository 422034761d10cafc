"""Files of PDF: what the standards ask, what a reader aloud hears, the same bytes twice."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import page as validator
import pikepdf
import pytest
from pikepdf import Dictionary, Name

from app.models.errors import Cancelled, EnvironmentFailed, InvalidInput
from app.services.reports import pdf_finish
from app.services.reports.pdf import pdf_bytes, write_pdf
from app.services.reports.preview import page_count, render_pages
from app.services.reports.spec import Document, Facts, Heading, Items, PageBreak, Paragraph, QrCode, Signatures
from tests.pure.documents import (
    AS_AT,
    AWARD,
    OFFICE,
    WORDS,
    award_table,
    document_of,
    faults,
    minutes,
    page_texts,
    structure,
)

A2, A3, UA = (
    validator.ValidationProfile.PDF_A_2A,
    validator.ValidationProfile.PDF_A_3A,
    validator.ValidationProfile.PDF_UA_1,
)


@pytest.fixture(scope="module")
def printed() -> bytes:
    return pdf_bytes(minutes())


DOCUMENTS = {
    "minutes": minutes(),
    "empty": document_of(heading=(), reference=""),
    "one table": document_of(award_table(), title="Importi assegnati"),
    "no rows": document_of(award_table(rows=(), total_label="", notes=())),
    "long table": document_of(award_table(rows=(AWARD,) * 1500, landscape=True)),
    "english": document_of(award_table(), language="en"),
    "levels left out": document_of(Heading("Due", 2), Heading("Tre", 3), Heading("Uno"), Heading("Tre", 3)),
    "square": document_of(Paragraph("Quadrato"), QrCode("0123-ABCD", "Quadrato con otto gruppi di lettere")),
    "small": document_of(Facts((("Figlia", "Anna"),)), QrCode("GAR-1", "Quadrato", ("GAR-1", WORDS)), small=True),
    "fields to sign in": document_of(
        Signatures((("Il Presidente", "Giulia Ferrario"), ("La Segretaria", "Luisa Moroni"), ("Componente", "")), True)
    ),
    "one signer": document_of(PageBreak(), Facts(()), Items(()), Signatures((("Il Presidente", ""),))),
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_document_keeps_to_the_standards(document: Document) -> None:
    pdf = pdf_bytes(document)
    assert faults(pdf, A2) == set()
    assert faults(pdf, UA) == set()


def test_document_with_attachments_keeps_to_the_standards() -> None:
    attachments = {"dati.json": b'{"a": 1}', "àltri dati.csv": b"a;b\r\n", "altro": b"\0"}
    pdf = pdf_bytes(document_of(Paragraph(WORDS), attachments=attachments))
    assert faults(pdf, A3) == set()
    assert faults(pdf, UA) == set()
    assert faults(pdf, A2) != set()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert {name: file.attachments[name].get_file().read_bytes() for name in file.attachments} == attachments
        assert [str(spec.AFRelationship) for spec in file.Root.AF] == ["/Data"] * 3
        assert {str(spec.UF): str(spec.EF.F.Subtype) for spec in file.Root.AF} == {
            "dati.json": "/application/json",
            "àltri dati.csv": "/text/csv",
            "altro": "/application/octet-stream",
        }


def test_fields_to_sign_in_are_empty_and_tagged() -> None:
    pdf = pdf_bytes(DOCUMENTS["fields to sign in"])
    forms = list(structure(pdf).find("Form"))
    assert [form.text for form in forms] == [
        "Il Presidente, Giulia Ferrario",
        "La Segretaria, Luisa Moroni",
        "Componente",
    ]
    with pikepdf.open(io.BytesIO(pdf)) as file:
        fields = list(file.Root.AcroForm.Fields)
        assert [str(field.T) for field in fields] == ["Firma1", "Firma2", "Firma3"]
        assert all(Name.Sig == field.FT and "/V" not in field and "/N" in field.AP for field in fields)
        assert [item.objgen for item in file.pages[0].Annots] == [field.objgen for field in fields]
    assert "/AcroForm" not in pikepdf.open(io.BytesIO(pdf_bytes(minutes()))).Root


# --- files that must fail ------------------------------------------------------------------


def _fonts(file: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    return iter(file.pages[0].Resources.Font.values())


def _elements(file: pikepdf.Pdf, tag: pikepdf.Name) -> list[pikepdf.Object]:
    return [item for item in file.objects if isinstance(item, Dictionary) and item.get("/S") == tag]


def no_colour_profile(file: pikepdf.Pdf) -> None:
    del file.Root.OutputIntents


def no_language(file: pikepdf.Pdf) -> None:
    del file.Root.Lang


def not_marked(file: pikepdf.Pdf) -> None:
    del file.Root.MarkInfo


def no_structure(file: pikepdf.Pdf) -> None:
    del file.Root.StructTreeRoot


def no_metadata(file: pikepdf.Pdf) -> None:
    del file.Root.Metadata


def no_title_bar(file: pikepdf.Pdf) -> None:
    del file.Root.ViewerPreferences


def font_not_embedded(file: pikepdf.Pdf) -> None:
    for font in _fonts(file):
        del font.FontDescriptor.FontFile2


def no_characters(file: pikepdf.Pdf) -> None:
    for font in _fonts(file):
        del font.ToUnicode


def wrong_widths(file: pikepdf.Pdf) -> None:
    for font in _fonts(file):
        font.Widths[97] = 999


def content_outside_structure(file: pikepdf.Pdf) -> None:
    file.pages[0].contents_add(b"q 0 0 m 100 100 l S Q", prepend=False)


def script(file: pikepdf.Pdf) -> None:
    file.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def headers_without_scope(file: pikepdf.Pdf) -> None:
    for header in _elements(file, Name.TH):
        del header.A


def level_skipped(file: pikepdf.Pdf) -> None:
    for heading in _elements(file, Name.H2):
        heading.S = Name.H3


BROKEN = {
    no_colour_profile: {A2},
    no_language: {UA},
    not_marked: {A2, UA},
    no_structure: {A2, UA},
    no_metadata: {A2, UA},
    no_title_bar: {UA},
    font_not_embedded: {A2, UA},
    no_characters: {A2, UA},
    wrong_widths: {A2, UA},
    content_outside_structure: {UA},
    script: {A2},
    headers_without_scope: {UA},
    level_skipped: {UA},
}


@pytest.mark.parametrize("damage", BROKEN, ids=lambda damage: damage.__name__)
def test_broken_file_fails(damage: Callable[[pikepdf.Pdf], None], printed: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed)) as file:
        damage(file)
        file.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, fix_metadata_version=False)
    assert {profile for profile in (A2, UA) if faults(out.getvalue(), profile)} == BROKEN[damage]


def test_fonts_as_reportlab_writes_them_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_finish, "clean_tounicode", lambda data: data)
    assert faults(pdf_bytes(minutes()), A2) != set()


# --- fonts ---------------------------------------------------------------------------------


def test_every_font_is_embedded_in_part_and_knows_its_characters(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as file:
        fonts = [font for page in file.pages for font in page.Resources.Font.values()]
        assert {re.sub(r"^/[A-Z]{6}\+", "", str(font.BaseFont)) for font in fonts} == {
            "SourceSans3-Regular",
            "SourceSans3-Semibold",
            "SourceSans3-Bold",
        }
        for font in fonts:
            assert len(font.FontDescriptor.FontFile2.read_raw_bytes()) < 40_000
            assert b"<0000>" not in font.ToUnicode.read_bytes()


def test_clean_tounicode_parts_blocks_of_a_hundred() -> None:
    lines = b"".join(b"<%02X> <%04X>\n" % (code, code if code > 31 else 0) for code in range(256))
    raw = b"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n256 beginbfchar\n" + lines + b"endbfchar\nendcmap"
    clean = pdf_finish.clean_tounicode(raw)
    assert re.findall(rb"(\d+) beginbfchar", clean) == [b"100", b"100", b"24"]
    assert clean.count(b"> <") == 224 + 1
    assert clean.endswith(b"endbfchar\nendcmap")


# --- what a reader hears -------------------------------------------------------------------


def test_structure_is_in_reading_order(printed: bytes) -> None:
    root = structure(printed)
    tags = " ".join(kid.tag for kid in root.kids)
    assert tags == "P P H1 L H2 P H2 L H3 P P P P P L H3 Table P H4 P P P P P P P"
    headings = [kid.text.strip() for kid in root.kids if kid.tag[0] == "H"]
    assert headings == [minutes().title, *(part.text for part in minutes().parts if isinstance(part, Heading))]
    assert " ".join(root.kids[9].text.split()) == " ".join([WORDS] * 3)


def test_bookmarks_are_the_headings(printed: bytes) -> None:
    def titles(items: list[pikepdf.OutlineItem]) -> list[object]:
        return [part for item in items for part in (str(item.title), titles(list(item.children))) if part]

    with pikepdf.open(io.BytesIO(printed)) as file, file.open_outline() as outline:
        assert titles(list(outline.root)) == [
            "Verbale della seduta n. 1",
            ["Presenze", "Ordine del giorno", ["Discussione", "Importi", ["Chiusura"]]],
        ]


def test_lists_have_marks_and_bodies(printed: bytes) -> None:
    facts, numbered, plain = structure(printed).find("L")
    assert [(kid.find("Lbl").__next__().text.strip(), kid.words().count("\n")) for kid in facts.kids] == [
        ("Seduta", 1),
        ("Luogo", 1),
    ]
    assert facts.attributes == {"O": "/List", "ListNumbering": "/None"}
    assert [next(item.find("Lbl")).text.strip() for item in numbered.kids] == ["1.", "2."]
    assert numbered.attributes["ListNumbering"] == "/Decimal"
    assert [next(item.find("Lbl")).text.strip() for item in plain.kids] == ["•", "•"]


def _drawn_strings(pdf: bytes) -> list[bytes]:
    """The text of each marked content of a file of plain letters, as written."""
    texts: list[bytes] = []
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for page in file.pages:
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "BDC":
                    texts.append(b"")
                elif str(operator) == "Tj":
                    texts[-1] += bytes(operands[0])
    return texts


def test_lines_end_with_their_spaces() -> None:
    words = "Parole che vanno a capo molte volte nella stessa colonna. " * 12
    text = words + "\nNuova riga.\n" + words.strip()
    table = award_table(rows=(replace(AWARD, note="una nota lunga che va a capo"),), notes=(), total_label="")
    drawn = _drawn_strings(pdf_bytes(document_of(Paragraph(text), table)))
    assert text.replace("\n", " ").encode() in drawn
    assert b"una nota lunga che va a capo" in drawn


def test_text_of_the_page_has_its_spaces(printed: bytes) -> None:
    first = " ".join(page_texts(printed)[0].split())
    assert f"1. Ammissione dei progetti. 2. Varie ed eventuali. {WORDS}" in first
    assert first.startswith(" ".join(OFFICE))


def test_foot_of_the_page_is_not_read_aloud() -> None:
    pdf = pdf_bytes(document_of(Paragraph(WORDS), PageBreak(), Paragraph(WORDS)))
    texts = page_texts(pdf)
    assert [re.search(r"Pag\. \d di \d", text)[0] for text in texts] == ["Pag. 1 di 2", "Pag. 2 di 2"]
    assert all("Riferimento 1/2014" in text for text in texts)
    assert "Riferimento" not in structure(pdf).words()
    assert "Page 1 of 1" in page_texts(pdf_bytes(document_of(language="en")))[0]


def test_file_says_title_author_and_language(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as file:
        assert str(file.docinfo.Title) == "Verbale della seduta n. 1"
        assert str(file.docinfo.Author) == OFFICE[0]
        assert str(file.docinfo.CreationDate) == str(file.docinfo.ModDate) == "D:20141006163000+00'00'"
        assert str(file.Root.Lang) == "it-IT"
        xmp = file.Root.Metadata.read_bytes().decode()
        assert '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Verbale della seduta n. 1</rdf:li>' in xmp
        assert set(re.findall(r"\d{4}-\d\d-\d\dT[^<]*", xmp)) == {"2014-10-06T16:30:00+00:00"}


# --- the same bytes ------------------------------------------------------------------------


def test_repeat_gives_the_same_bytes_in_another_process(printed: bytes) -> None:
    assert pdf_bytes(minutes()) == printed
    script = (
        "import hashlib; from tests.pure.documents import minutes; from app.services.reports.pdf import pdf_bytes;"
        "print(hashlib.sha256(pdf_bytes(minutes())).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo"}
    other = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    ).stdout.strip()
    assert other == hashlib.sha256(printed).hexdigest()


def test_another_instant_gives_other_bytes(printed: bytes) -> None:
    assert pdf_bytes(replace(minutes(), as_at=AS_AT.replace(minute=31))) != printed


# --- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        document_of(Paragraph("Il nome 漢 non si può stampare")),
        document_of(title="漢"),
        document_of(award_table(rows=(replace(AWARD, name="漢"),))),
        document_of(award_table(notes=("漢",))),
        document_of(reference="漢"),
    ],
)
def test_missing_character_is_refused_by_name(document: Document, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refusal:
        write_pdf(document, tmp_path / "x.pdf")
    assert refusal.value.code == "text.character_missing"
    assert refusal.value.values["character"] == "漢"
    assert "漢" in str(refusal.value.values["place"])
    assert list(tmp_path.glob("*.pdf*")) == []


class Impatient:
    """Stops at a step."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.steps: list[tuple[int, int]] = []

    def step(self, done: int, total: int) -> None:
        self.steps.append((done, total))
        if len(self.steps) > self.last:
            raise Cancelled


def test_cancelled_print_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"old")
    with pytest.raises(Cancelled):
        write_pdf(document_of(award_table(rows=(AWARD,) * 200)), path, Impatient(2))
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.glob("x.pdf*")] == ["x.pdf"]


def test_progress_never_goes_back_and_ends_whole() -> None:
    progress = Impatient(10_000)
    pdf_bytes(document_of(award_table(rows=(AWARD,) * 300)), progress)
    assert progress.steps == sorted(progress.steps)
    assert progress.steps[-1][0] == progress.steps[-1][1]


def test_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed) as refusal:
        write_pdf(document_of(), tmp_path / "none" / "x.pdf")
    assert refusal.value.code == "place.missing"


# --- preview -------------------------------------------------------------------------------


def test_preview_draws_chosen_pages(printed: bytes) -> None:
    assert page_count(printed) == 3
    first, second, third = render_pages(printed, 36)
    assert (first.width, first.height) == (298, 421)
    assert (second.width, second.height) == (421, 298), "the table lies"
    for image in (first, second, third):
        assert len(image.pixels) == image.width * image.height * 4
        assert set(image.pixels[3::4]) == {255}
        assert image.pixels[:4] == b"\xff\xff\xff\xff"
        assert min(image.pixels[0::4]) < 150, "there is ink"
    assert render_pages(printed, 36, [2, 0]) == [third, first]
