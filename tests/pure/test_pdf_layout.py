"""Where things stand on the pages of a PDF: lines, columns, rows that stay together."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.errors import InvalidInput
from app.models.money import Cents
from app.services.reports.pdf import pdf_bytes
from app.services.reports.pdf_flow import A4, MARGIN_BOTTOM, MARGIN_SIDE, MARGIN_TOP, Align, Cell, Flow, Page, Style
from app.services.reports.pdf_fonts import SUBSTITUTES, Weight, face, longest_word, printable, wrap
from app.services.reports.pdf_table import (
    SIZES,
    TableBlock,
    choose_widths,
    fit_widths,
    pass_on,
    table_rows,
)
from app.services.reports.preview import page_count
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
from app.services.reports.tagging import Node, Run
from app.services.wording.texts import translator
from tests.pure.documents import AWARD, AWARDS, WORDS, award_table, document_of, page_texts, structure

IT = translator("it")
REGULAR = Weight.REGULAR
LETTERS = st.text(alphabet="abcdefgh ij-/.@èàù€", max_size=120)


# --- characters ----------------------------------------------------------------------------


def test_digits_are_of_one_width() -> None:
    for weight in Weight:
        assert len({face(weight).widths[digit] for digit in "0123456789€−"}) == 1, weight


def test_printable_keeps_the_text_of_an_office() -> None:
    text = "Perché l’«alleanza» – città … 1.234,56\u00a0€ ☐ ☑ ✓ • Čapek Łódź Αθήνα\nriga"
    assert printable(text) == text


@pytest.mark.parametrize("character", SUBSTITUTES, ids=lambda character: f"U+{ord(character):04X}")
def test_substitutes_can_be_printed(character: str) -> None:
    assert printable(f"a{character}b") == f"a{SUBSTITUTES[character]}b"


def test_printable_composes_accents() -> None:
    assert printable("citta\u0300\r\nfine") == "città\nfine"


def test_missing_character_is_named_with_its_place() -> None:
    with pytest.raises(InvalidInput) as refusal:
        printable("Associazione culturale italo-cinese 漢字 di Legnano e dintorni tutti")
    assert refusal.value.values == {
        "character": "漢",
        "place": "culturale italo-cinese 漢字 di Legnano e dintorni",
    }


# --- lines ---------------------------------------------------------------------------------


@given(LETTERS, st.floats(12, 200))
def test_wrap_loses_nothing_and_fits(text: str, width: float) -> None:
    lines = wrap(text, face(REGULAR), 10, width)
    assert "".join(lines) == text
    for line in lines:
        assert len(line.rstrip(" ")) <= 1 or face(REGULAR).width(line.rstrip(" "), 10) <= width + 1e-6


@given(LETTERS, LETTERS, st.floats(20, 200))
def test_wrap_breaks_at_line_feeds(first: str, second: str, width: float) -> None:
    lines = wrap(f"{first}\n{second}", face(REGULAR), 10, width)
    count = len(wrap(first, face(REGULAR), 10, width))
    assert "".join(lines[:count]) == first + " "
    assert "".join(lines[count:]) == second


def test_wrap_breaks_words_only_when_they_are_too_long() -> None:
    regular = face(REGULAR)
    width = regular.width("segreteria@azienda", 10)
    assert wrap("La segreteria", regular, 10, width) == ["La segreteria"]
    assert wrap("a segreteria@azienda-sociale.lombardia.it b", regular, 10, width) == [
        "a ",
        "segreteria@",
        "azienda-sociale.",
        "lombardia.it b",
    ]
    assert wrap("mmmm", regular, 10, regular.width("mm", 10)) == ["mm", "mm"]
    assert wrap("", regular, 10, 50) == [""]


def test_amount_does_not_break_at_its_space() -> None:
    regular = face(REGULAR)
    text = "importo 1.000,00\u00a0€"
    assert wrap(text, regular, 10, regular.width("importo 1.000,00", 10)) == ["importo ", "1.000,00\u00a0€"]
    assert longest_word(text, regular, 10) == regular.width("1.000,00\u00a0€", 10)


def test_title_lines_are_of_similar_length() -> None:
    style = Style(Weight.SEMIBOLD, 15, 19)
    text = "Tabella riassuntiva del valore economico complessivo del Piano Territoriale"
    assert style.wrap(text, 470)[-1] == "Territoriale"
    assert style.balance(text, 470) == [
        "Tabella riassuntiva del valore economico ",
        "complessivo del Piano Territoriale",
    ]


# --- columns -------------------------------------------------------------------------------

WIDTHS = st.integers(1, 9).flatmap(
    lambda n: st.tuples(*(st.lists(st.floats(1, 200), min_size=n, max_size=n) for _ in range(2)))
)


@given(WIDTHS, st.floats(50, 800))
def test_columns_fill_the_width_and_hold_their_words(widths: tuple[list[float], list[float]], total: float) -> None:
    preferred, least = widths
    shared = fit_widths(preferred, least, total)
    assert sum(shared) == pytest.approx(total)
    assert min(shared) > 0
    if sum(least) <= total:
        assert all(width >= need - 1e-6 for width, need in zip(shared, least, strict=True))


@given(WIDTHS)
def test_spare_width_is_passed_on(widths: tuple[list[float], list[float]]) -> None:
    given_widths, natural = widths
    after = pass_on(given_widths, natural)
    assert sum(after) == pytest.approx(sum(given_widths))
    for before, now, need in zip(given_widths, after, natural, strict=True):
        assert now >= min(before, need) - 1e-6
        assert now <= max(before, need) + 1e-6


def test_type_gets_smaller_until_the_words_fit() -> None:
    def columns(n: int) -> tuple[Column, ...]:
        return tuple(Column(f"c{i}", "Cofinanziamento", Kind.MONEY, lambda row: row, 20) for i in range(n))

    assert choose_widths(columns(4), [], 480)[0] == SIZES[0]
    assert choose_widths(columns(7), [], 480)[0] == 8.0
    size, widths = choose_widths(columns(30), [], 480)
    assert (size, round(sum(widths))) == (SIZES[-1], 480)


def test_amounts_are_never_broken() -> None:
    columns = (
        Column("text", "Descrizione", Kind.TEXT, lambda row: WORDS, 170),
        Column("amount", "€", Kind.MONEY, lambda row: Cents(row), 1),
    )
    table = Table("X", "X", columns, (123456789012,))
    block = TableBlock(table, IT, 480)
    assert [len(lines) for lines in block.lines[0]] == [2, 1]


# --- rows ----------------------------------------------------------------------------------


def _spans(rows: Sequence[Any]) -> list[list[tuple[str, int, int]]]:
    return [[(entry.text, entry.column, entry.span) for entry in row.entries] for row in rows]


def test_headings_and_labels_cover_empty_cells() -> None:
    kinds = (Kind.TEXT, Kind.MONEY, Kind.TEXT, Kind.MONEY)
    columns = tuple(
        Column(key, key, kind, lambda row, key=key: row.get(key), 20) for key, kind in zip("abcd", kinds, strict=True)
    )
    rows = (
        Line(Role.HEADING, {"c": "Uno"}),
        Line(Role.HEADING, {"a": "Costi", "c": "Valorizzazione"}),
        Line(Role.SUBTOTAL, {"a": "Totale", "d": Cents(100)}),
        Line(Role.SUBTOTAL, {"b": "n.d.", "c": "Totale", "d": Cents(100)}),
        Line(Role.HEADING, {}),
        {"a": "voce"},
    )
    assert _spans(table_rows(Table("X", "X", columns, rows), IT)) == [
        [("Uno", 0, 4)],
        [("Costi", 0, 2), ("Valorizzazione", 2, 2)],
        [("Totale", 0, 3), ("1,00\u00a0€", 3, 1)],
        [("", 0, 1), ("n.d.", 1, 1), ("Totale", 2, 1), ("1,00\u00a0€", 3, 1)],
        [("", 0, 1), ("", 1, 1), ("", 2, 1), ("", 3, 1)],
        [("voce", 0, 1), ("", 1, 1), ("", 2, 1), ("", 3, 1)],
    ]


def test_cells_say_what_they_head() -> None:
    head, *rows = structure(pdf_bytes(document_of(award_table()))).find("TR")
    assert {(cell.tag, cell.attributes["Scope"]) for cell in head.kids} == {("TH", "/Column")}
    tags = {cell.text.strip(): (cell.tag, cell.attributes) for row in rows for cell in row.kids}
    assert tags["Totale"] == ("TH", {"O": "/Table", "Scope": "/Row", "ColSpan": "2"})
    assert tags["Totale parziale"][0] == "TH"
    assert tags["Ambiti di bassa priorità"] == ("TH", {"O": "/Table", "Scope": "/Column", "ColSpan": "11"})
    assert tags["Comune di Legnano"] == ("TD", {})
    assert all(sum(int(cell.attributes.get("ColSpan", 1)) for cell in row.kids) == 11 for row in rows)


def test_title_of_a_table_is_its_caption_unless_it_is_the_title_of_the_document() -> None:
    table = award_table(subtitle="al 31 marzo")
    other = structure(pdf_bytes(document_of(table)))
    assert [caption.words().split("\n") for caption in other.find("Caption")] == [["Importi assegnati", "al 31 marzo"]]
    same = structure(pdf_bytes(document_of(replace(table, subtitle=""), title=table.title)))
    assert not list(same.find("Caption"))
    assert next(same.find("Table")).attributes["Summary"] == "Importi assegnati"


def test_header_is_repeated_on_paper_and_read_aloud_once() -> None:
    pdf = pdf_bytes(document_of(award_table(rows=(AWARD,) * 100)))
    texts = page_texts(pdf)
    assert len(texts) > 2
    assert all("Importo" in text for text in texts)
    assert structure(pdf).words().count("Importo ") == 1
    assert len(list(structure(pdf).find("Table"))) == 1


def test_row_longer_than_a_page_goes_on() -> None:
    note = "\n".join(f"riga {n}" for n in range(150))
    pdf = pdf_bytes(document_of(award_table(rows=(AWARD, replace(AWARD, note=note), AWARD), notes=())))
    (cell,) = (cell for cell in structure(pdf).find("TD") if "riga 0" in cell.text)
    assert cell.text.split() == note.split()
    assert page_count(pdf) == 3
    assert sorted(set(cell.pages)) == [0, 1, 2]
    assert all("Importo" in text for text in page_texts(pdf))


@pytest.mark.parametrize("filler", range(0, 44, 3))
def test_no_row_is_left_alone(filler: int) -> None:
    rows: list[Any] = []
    for n in range(12):
        rows += [Line(Role.HEADING, {"name": f"Gruppo {n}"})]
        rows += [replace(AWARD, n=100 * n + m) for m in range(5)]
        rows += [Line(Role.SUBTOTAL, {"name": f"Somma {n}", "amount": Cents(1)})]
    parts = [Paragraph("riga")] * filler
    pdf = pdf_bytes(document_of(*parts, award_table(rows=tuple(rows), notes=())))
    starts = [[row.kids[0].text.strip() or row.kids[1].text.strip() for row in rows] for rows in _rows_by_page(pdf)]
    assert len(starts) >= 2
    for first, second in pairwise(starts):
        assert not first[-1].startswith("Gruppo"), "a heading stays with its rows"
        assert not second[0].startswith("Somma"), "a subtotal stays with its rows"
        assert len(first) >= 2
        assert len(second) >= 2


def _rows_by_page(pdf: bytes) -> list[list[Any]]:
    """Body rows of the first table, page by page."""
    pages: dict[int, list[Any]] = {}
    body = next(structure(pdf).find("TBody"))
    for row in body.kids:
        numbers = [page for cell in row.kids for page in cell.pages]
        pages.setdefault(min(numbers), []).append(row)
    return [pages[number] for number in sorted(pages)]


def test_long_lists_and_facts_go_over_pages() -> None:
    facts = Facts(tuple((f"Voce {n}", f"valore {n}") for n in range(60)))
    items = Items(tuple(f"punto {n}" for n in range(60)), numbered=True)
    pdf = pdf_bytes(document_of(Heading("Voci"), facts, items))
    assert page_count(pdf) == 3
    assert _page_of(pdf, "Voci") == _page_of(pdf, "valore 0") == 0
    numbers = re.findall(r"(?:Voce|valore|punto) (\d+)", structure(pdf).words())
    assert numbers == [str(n) for n in range(60) for _ in range(2)] + [str(n) for n in range(60)]


# --- pages ---------------------------------------------------------------------------------


def _page_of(pdf: bytes, words: str) -> int:
    return next(n for n, text in enumerate(page_texts(pdf)) if words in " ".join(text.split()))


@pytest.mark.parametrize("filler", range(28, 46))
@pytest.mark.parametrize(
    ("follower", "words"),
    [
        (Paragraph(WORDS * 4), "Il Presidente"),
        (Items((WORDS, WORDS)), "Il Presidente"),
        (award_table(rows=(AWARD,) * 5), "Comune di Legnano"),
        (Heading("Sotto", 2), "Sotto"),
    ],
)
def test_heading_stays_with_what_follows(filler: int, follower: Part, words: str) -> None:
    parts = [Paragraph("riga")] * filler
    pdf = pdf_bytes(document_of(*parts, Heading("Titoletto"), follower, Paragraph(WORDS)))
    assert _page_of(pdf, "Titoletto") == _page_of(pdf, words)


@pytest.mark.parametrize("filler", range(24, 46, 2))
def test_places_to_sign_do_not_stand_alone(filler: int) -> None:
    places = Signatures((("Il Presidente", "Ferrario"), ("La Segretaria", "Moroni"), ("Il componente", "Banfi")))
    pdf = pdf_bytes(document_of(*[Paragraph("riga")] * filler, Paragraph("Letto e approvato."), places))
    assert _page_of(pdf, "Letto e approvato") == _page_of(pdf, "Ferrario") == _page_of(pdf, "Banfi")


@pytest.mark.parametrize(
    ("document", "sides"),
    [
        (document_of(Paragraph("x"), landscape=True), "L"),
        (document_of(award_table(landscape=True)), "L"),
        (document_of(Paragraph("x"), award_table(landscape=True), Paragraph("y")), "L"),
        (document_of(Paragraph("x"), Heading("h"), award_table(landscape=True), Paragraph("y")), "PLP"),
        (document_of(award_table(), award_table(landscape=True), award_table(landscape=True)), "PL"),
        (document_of(award_table()), "P"),
    ],
)
def test_tables_that_lie_turn_their_pages(document: Document, sides: str) -> None:
    with pikepdf.open(io.BytesIO(pdf_bytes(document))) as file:
        assert "".join("L" if page.mediabox[2] > page.mediabox[3] else "P" for page in file.pages) == sides


@given(st.lists(st.integers(1, 70), min_size=1, max_size=12), st.booleans())
def test_lines_stay_inside_the_page_and_none_stands_alone(counts: list[int], whole: bool) -> None:
    flow = Flow(Node("Document"), landscape=False)
    style = Style()
    for n, count in enumerate(counts):
        lines = [f"{n} {line}" for line in range(count)]
        flow.row([Cell(lines, 0, 100, style, None)], style.leading, above=3, below=3, whole=whole)
    drawn = [run.text for page in flow.pages for run in page.runs]
    assert drawn == [f"{n} {line}" for n, count in enumerate(counts) for line in range(count)]
    for page in flow.pages:
        assert all(MARGIN_BOTTOM <= run.y <= A4[1] - MARGIN_TOP for run in page.runs)
    for n, count in enumerate(counts):
        parts = [part for page in flow.pages if (part := [run for run in page.runs if run.text.startswith(f"{n} ")])]
        assert count == 1 or all(len(part) > 1 for part in parts)
        if whole and count * style.leading + 6 <= flow.height:
            assert len(parts) == 1


def test_cells_are_aligned() -> None:
    flow = Flow(Node("Document"), landscape=False)
    style = Style(size=9)
    for align in Align:
        flow.row([Cell(["1,00 € "], 50, 100, style, None, align)], style.leading)
    left, centre, right = (run.x - MARGIN_SIDE - 50 for run in flow.page.runs)
    ink = style.width("1,00 €")
    assert (left, centre, right) == pytest.approx((0, (100 - ink) / 2, 100 - ink))


def test_empty_page_is_turned_not_left() -> None:
    flow = Flow(Node("Document"), landscape=False)
    flow.turn(True)
    assert [page.size for page in flow.pages] == [(A4[1], A4[0])]
    flow.page.runs.append(Run(0, 0, "x", face(REGULAR), 9, (0, 0, 0), None))
    flow.turn(True)
    flow.turn(False)
    assert [page.size for page in flow.pages] == [(A4[1], A4[0]), A4]
    assert isinstance(flow.page, Page)


def test_amounts_of_a_column_end_at_the_same_place() -> None:
    block = TableBlock(award_table(rows=tuple(row for row in AWARDS if not isinstance(row, Line))), IT, 700)
    flow = Flow(Node("Document"), landscape=True)
    block.place(flow, lambda: None)
    ends = {
        round(run.x + run.face.width(run.text.rstrip(" "), run.size), 3)
        for run in flow.page.runs
        if run.text.endswith("€")
    }
    assert len(ends) == 1
