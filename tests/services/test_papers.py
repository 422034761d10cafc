"""Heading and texts of the office, what was printed when, the papers of a meeting in one job."""

from __future__ import annotations

import base64
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image

from app.models.enums import ErasureKind, SignedPaper, TemplatePlace
from app.models.errors import Cancelled, RuleBroken
from app.models.papers import PrintContent
from app.models.store import Store
from app.services.keeping.erasing import Removal, erase
from app.services.meetings.closing import close_meeting
from app.services.papers.letterhead import (
    LetterheadDraft,
    SignatoryDraft,
    letterhead_key,
    letterhead_preview,
    load_letterhead,
    read_logo,
    save_letterhead,
    with_logo,
    without_logo,
)
from app.services.papers.prints import print_rows, printed_document, printed_pdf, remember_print, speaking_prints
from app.services.papers.queue import queue_papers, write_queue
from app.services.papers.templates import (
    TemplateDraft,
    check_template,
    delete_template,
    filled,
    load_template,
    save_template,
    template_rows,
    usual_text,
)
from app.services.reports.catalogue import build_document
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Sheet
from app.services.reports.text import plain_text
from app.services.wording.texts import LANGUAGES, translator
from tests.pure.documents import faults, page_texts, standard_of, validator
from tests.services.builders import edits, refusal
from tests.services.sitting import build_sitting, first_meeting
from tests.services.world import new_store, reopen

IT, EN = translator("it"), translator("en")


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An archive with a closed meeting that decided, and the key of that meeting."""
    store = new_store(tmp_path_factory.mktemp("papers"))
    meeting = str(first_meeting(store, build_sitting(store)).id)
    close_meeting(store, meeting, "12:00")
    store.close()
    return store.path, meeting


@pytest.fixture
def store(closed: tuple[Path, str], tmp_path: Path) -> Iterator[Store]:
    with reopen(Path(shutil.copy(closed[0], tmp_path / "a.concilia"))) as opened:
        yield opened


@pytest.fixture
def meeting(closed: tuple[Path, str]) -> str:
    return closed[1]


def a_logo(folder: Path, mode: str = "RGBA", kind: str = "PNG") -> Path:
    path = folder / f"logo.{kind.casefold()}"
    Image.new(mode, (90, 30), "red").save(path, kind)
    return path


# --- heading -----------------------------------------------------------------------------------


def test_the_heading_stands_on_every_paper(store: Store, tmp_path: Path, meeting: str) -> None:
    with_logo(store, a_logo(tmp_path), "Stemma")
    key = letterhead_key(store)
    assert key is not None
    draft = load_letterhead(store, key)
    signer = SignatoryDraft(paper=SignedPaper.CONVOCATION, title="Il Direttore", name="Ada Testi")
    gone = replace(signer, name="Ugo Vecchi", date_to=date(2013, 12, 31))
    save_letterhead(store, replace(draft, lines="Ufficio\nServizio", footer="Via  Roma 1", signatories=(signer, gone)))
    for code, item in (("T03", None), ("CONVOCAZIONE", meeting)):
        document = build_document(store, code, IT, item)
        assert document.heading == ("Ufficio", "Servizio")
        pdf = pdf_bytes(document)
        assert all("Via Roma 1 · " in text for text in page_texts(pdf))
        assert faults(pdf, standard_of(document)) == set()
        assert faults(pdf, validator.ValidationProfile.PDF_UA_1) == set()
        assert pdf_bytes(document) == pdf
    assert "Il Direttore: Ada Testi" in plain_text(document, IT)
    assert "Ugo Vecchi" not in plain_text(document, IT)
    without_logo(store)
    assert build_document(store, "T03", IT).logo is None
    preview = letterhead_preview(store, LetterheadDraft(lines="Prova", signatories=(signer,)), IT)
    assert (preview.heading, "Ada Testi" in plain_text(preview, IT)) == (("Prova",), True)


def test_a_logo_is_drawn_anew(tmp_path: Path) -> None:
    for mode, kind in (("RGBA", "PNG"), ("CMYK", "JPEG"), ("P", "GIF"), ("1", "TIFF")):
        with Image.open(io.BytesIO(base64.b64decode(read_logo(a_logo(tmp_path, mode, kind))))) as picture:
            assert (picture.format, picture.mode) == ("PNG", "RGB")
    large = tmp_path / "large.png"
    Image.new("L", (3000, 500)).save(large)
    with Image.open(io.BytesIO(base64.b64decode(read_logo(large)))) as picture:
        assert picture.size == (900, 150)


def test_what_is_no_logo(store: Store, tmp_path: Path) -> None:
    text, cut, vast = tmp_path / "logo.png", tmp_path / "cut.png", tmp_path / "vast.png"
    text.write_text("no picture")
    cut.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    Image.new("1", (7000, 10)).save(vast)
    for path, code in ((text, "logo.not_a_picture"), (cut, "logo.not_a_picture"), (vast, "logo.too_large")):
        assert refusal(with_logo, store, path, "Stemma") == (code, "logo")
    (tmp_path / "huge.png").write_bytes(bytes(8_000_001))
    assert refusal(with_logo, store, tmp_path / "huge.png", "Stemma") == ("logo.too_large", "logo")
    assert refusal(with_logo, store, tmp_path / "none.png", "Stemma")[0] == "file.unreadable"
    assert refusal(with_logo, store, a_logo(tmp_path), " ") == ("logo.text_missing", "logo_text")
    assert refusal(save_letterhead, store, LetterheadDraft(lines="\U00013000")) == ("text.character_missing", "lines")
    row = SignatoryDraft(title="Il Direttore", name="A", date_from=date(2014, 2, 1), date_to=date(2014, 1, 1))
    for each, field in ((row, "date_to"), (replace(row, date_to=None, name=""), "name")):
        _code, found = refusal(save_letterhead, store, LetterheadDraft(signatories=(each,)))
        assert found == f"signatories.0.{field}"


# --- texts -------------------------------------------------------------------------------------


def test_the_office_writes_its_own_words(store: Store, meeting: str) -> None:
    rows = {row.id: row for row in template_rows(store)}
    assert len(rows) == len(TemplatePlace) * len(LANGUAGES)
    key = "convocation_opening|it"
    assert "{comitato}" in rows[key].text
    draft = load_template(store, key)
    assert "{luogo}" in draft.fields
    save_template(store, replace(draft, text="Il {COMITATO} si trova alle { ora } {{presto}}."))
    told = plain_text(build_document(store, "CONVOCAZIONE", IT, meeting), IT)
    assert " si trova alle ________ {presto}." in told
    assert "The body named" in plain_text(build_document(store, "CONVOCAZIONE", EN, meeting), EN)
    assert {row.id for row in template_rows(store) if row.own} == {key}
    delete_template(store, key)
    assert "è convocato per il giorno" in plain_text(build_document(store, "CONVOCAZIONE", IT, meeting), IT)
    assert refusal(delete_template, store, key)[0] == "record.gone"
    assert refusal(load_template, store, "x")[0] == "record.gone"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "field.required"),
        ("{firma}", "template.field_unknown"),
        ("{committee}", "template.field_unknown"),  # in a text in Italian
        ("{comitato.__class__}", "template.field_unknown"),
        ("{}", "template.field_unknown"),
        ("il {comitato", "template.brace"),
        ("il } comitato", "template.brace"),
        ("\U00013000", "text.character_missing"),
    ],
)
def test_texts_are_checked_when_saved(store: Store, text: str, code: str) -> None:
    draft = TemplateDraft("minutes_closing|it", TemplatePlace.MINUTES_CLOSING, "it", text)
    assert refusal(save_template, store, draft) == (code, "text")


def test_a_value_is_never_a_text_again() -> None:
    place = TemplatePlace.CONVOCATION_OPENING
    assert filled(place, "a {luogo} b", {"place": "{comitato} {{x}}"}, IT) == "a {comitato} {{x}} b"
    for each in TemplatePlace:
        for language in LANGUAGES:
            check_template(each, usual_text(each, translator(language)), translator(language))


# --- prints ------------------------------------------------------------------------------------


def test_what_was_printed_prints_again_as_it_was(store: Store, meeting: str) -> None:
    before = edits(store)
    made = {}
    for code, item in (("T03", None), ("PRESENZE", meeting), ("VERBALE", meeting)):
        document = build_document(store, code, IT, item)
        made[code] = pdf_bytes(document)
        remember_print(store, document, "pdf", item or "")
        assert pdf_bytes(build_document(store, code, IT, item)) == made[code], "to print changes nothing"
    assert edits(store) == before
    save_letterhead(store, LetterheadDraft(lines="Ufficio nuovo"))
    remember_print(store, build_document(store, "T03", IT), "print")
    path = store.path
    store.close()
    with reopen(path) as again:
        rows = print_rows(again)
        assert [(row.code, row.form) for row in rows] == [
            ("T03", "print"),
            ("VERBALE", "pdf"),
            ("PRESENZE", "pdf"),
            ("T03", "pdf"),
        ]
        assert rows[1].item == meeting
        assert rows[0].journal_head != rows[3].journal_head
        for row in rows[1:]:
            assert printed_pdf(again, str(row.id)) == made[row.code]
        table = printed_document(again, str(rows[3].id))
        assert table is not None
        assert table.heading != ("Ufficio nuovo",)
        assert printed_document(again, str(rows[2].id)) is None
        assert refusal(printed_pdf, again, "77") == ("record.gone", None)
        for statement in ("delete from print_made", "update print_made set title = 'x'"):
            with pytest.raises(RuleBroken) as caught, again.aside() as connection:
                connection.exec_driver_sql(statement)
            assert caught.value.code == "print.append_only"


def test_prints_that_speak_of_somebody_can_be_erased(store: Store, meeting: str) -> None:
    for code, item in (("T03", None), ("PRESENZE", meeting), ("VERBALE", meeting)):
        remember_print(store, build_document(store, code, IT, item), "pdf")
    with store.write("erase_person") as session:
        gone = speaking_prints(session, lambda text: "Luca Bianchi" in text)
        assert len(gone) == 2
        erase(session, ErasureKind.PERSON, "Istanza", Removal(contents=gone))
    rows = print_rows(store)
    assert [(row.code, row.there) for row in rows] == [("VERBALE", False), ("PRESENZE", False), ("T03", True)]
    assert refusal(printed_pdf, store, str(rows[0].id)) == ("print.erased", None)
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PrintContent)) == 1


# --- the papers of a meeting ---------------------------------------------------------------------


def test_the_papers_of_a_meeting_in_one_job(store: Store, meeting: str, tmp_path: Path) -> None:
    papers = queue_papers(store, meeting, IT)
    codes = [paper.code for paper in papers]
    assert codes[:8] == ["CONVOCAZIONE", "PRESENZE", "FASCICOLO", "VERBALE", "VERBALE-OMISSIS", "T02", "T03", "T04"]
    assert "ESTRATTO" in codes
    chosen = tuple(paper for paper in papers if paper.code in ("PRESENZE", "VERBALE", "T02"))
    told: list[tuple[int, int]] = []
    written = write_queue(store, chosen, tmp_path / "carte", IT, Sheet.LARGE, Steps(told))
    assert [path.name[:5] for path in written] == ["01-pr", "02-ve", "03-t0"]
    assert told[0] == (0, 3)
    assert told[-1] == (3, 3)
    for path in written:
        assert faults(path.read_bytes(), validator.ValidationProfile.PDF_UA_1) == set()
    assert len(print_rows(store)) == 3
    assert refusal(write_queue, store, (), tmp_path, IT) == ("queue.empty", None)


def test_a_job_that_is_stopped_leaves_nothing(store: Store, meeting: str, tmp_path: Path) -> None:
    papers = queue_papers(store, meeting, IT)[:2]
    with pytest.raises(Cancelled):
        write_queue(store, papers, tmp_path / "carte", IT, progress=Steps([], stop_at=1))
    assert not (tmp_path / "carte").exists()
    assert print_rows(store) == ()


class Steps:
    """Progress that is written down, and stops the work at a step."""

    def __init__(self, told: list[tuple[int, int]], stop_at: int = -1) -> None:
        self.told, self.stop_at = told, stop_at

    def step(self, done: int, total: int) -> None:
        self.told.append((done, total))
        if done == self.stop_at:
            raise Cancelled


def test_large_letters_and_large_sheets(store: Store) -> None:
    table = build_document(store, "T14", IT)
    sizes = {}
    for sheet in Sheet:
        pdf = pdf_bytes(replace(table, sheet=sheet))
        assert faults(pdf, validator.ValidationProfile.PDF_UA_1) == set()
        sizes[sheet] = _size(pdf)
    assert sizes == {Sheet.USUAL: (842, 595), Sheet.LARGE: (842, 595), Sheet.A3: (1191, 842)}


def _size(pdf: bytes) -> tuple[int, int]:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        box = [float(str(value)) for value in opened.pages[0].MediaBox]
    return round(box[2]), round(box[3])


def test_contents_of_the_packet_name_the_pages(store: Store, meeting: str) -> None:
    pages = page_texts(pdf_bytes(build_document(store, "FASCICOLO", IT, meeting)))
    first = pages[0].split("Indice")[1]
    assert "Convocazione" in first
    for number, page in enumerate(pages[1:], start=2):
        for line in ("Convocazione", "Punto 1", "Punto 2"):
            if any(text.startswith(line) for text in page.splitlines()[:3]):
                assert str(number) in first


def test_a_kept_document_says_its_sheet() -> None:
    from app.services.reports.freeze import from_data, to_data
    from app.services.reports.spec import Contents, Logo
    from tests.pure.documents import minutes

    document = replace(minutes(), sheet=Sheet.LARGE, footer="F", logo=Logo(b"x", "y"), parts=(Contents(("a",)),))
    assert from_data(json.loads(json.dumps(to_data(document)))) == document
