"""Papers against the archive: ours or not, of which state, unchanged, and every figure recomputed."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from app.models.errors import AppError
from app.models.money import Cents
from app.models.store import Store
from app.services.journal.as_at import AsAt
from app.services.plan.funding import load_source, save_source, source_rows
from app.services.reports import freeze
from app.services.reports.catalogue import build_document, listing
from app.services.reports.mark import DATA_FILE, read_mark, seal_of
from app.services.reports.minutes import minutes_document
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Audience, Document, Line, Role, Sheet
from app.services.signing.verifying import Verdict, check_file, check_mark, wrong_sums
from app.services.wording.texts import translator
from tests.pure.documents import AWARD, award_table, document_of
from tests.services.signing_keys import cades, pades
from tests.services.test_signing import PRESIDENT, approved
from tests.services.world import new_store, reopen

IT, EN = translator("it"), translator("en")


@pytest.fixture
def store(sample_archive: Path, tmp_path: Path) -> Iterator[Store]:
    with reopen(Path(shutil.copy(sample_archive, tmp_path))) as opened:
        yield opened


def square(document: Document) -> str:
    seal = seal_of(document)
    assert seal is not None
    return seal.square.content


def test_a_paper_is_known_by_its_mark_alone(sample: Store) -> None:
    items = {entry.code: entry.items for entry in listing(sample, IT)}
    for code in ("T02", "T05", "T14", "T15", "T17", "PAGAMENTI", "REGOLE", "ESTRATTO-CONTO"):
        document = build_document(sample, code, IT, items[code][0][0] if items[code] else None)
        assert document.origin is not None, code
        found = check_mark(sample, square(document))
        assert (code, found.verdict, found.since) == (code, Verdict.OURS, ())


@pytest.mark.parametrize("code", ["T01", "T03", "T04", "T08", "VERBALE", "ESTRATTO"])
def test_a_file_is_recomputed_in_every_figure(sample: Store, code: str) -> None:
    items = {entry.code: entry.items for entry in listing(sample, IT)}[code]
    item = approved(sample)[0] if code == "VERBALE" else items[0][0] if items else None
    document = build_document(sample, code, EN, item)
    found = check_file(sample, pdf_bytes(document), "f.pdf")
    assert (found.verdict, found.redrawn, found.code, found.differences) == (Verdict.OURS, True, code, ())
    assert found.figures > 0 or code == "ESTRATTO"  # an excerpt may be all words
    assert found.sums == sum(len(table.totals()) for table in document.tables())
    assert found.is_ours


def test_published_minutes_carry_no_keys_and_are_ours(sample: Store) -> None:
    document = minutes_document(sample, approved(sample)[0], IT, Audience.PUBLISHED)
    content = pdf_bytes(document)
    with pikepdf.open(io.BytesIO(content)) as file:
        data = json.loads(file.attachments[DATA_FILE].get_file().read_bytes())
    assert [row.get("id", "") for part in data["document"]["parts"] for row in part.get("rows", ())] != []
    assert not any(row.get("id") for part in data["document"]["parts"] for row in part.get("rows", ()))
    assert check_file(sample, content, "f.pdf").verdict is Verdict.OURS


def test_a_signed_file_is_ours_too(sample: Store) -> None:
    ours = pdf_bytes(minutes_document(sample, approved(sample)[0], IT))
    for content in (pades(ours, PRESIDENT, "Firma1"), cades(ours, PRESIDENT)):
        found = check_file(sample, content, "f")
        assert found.is_ours
        assert [fact.signer for fact in found.signatures] == [PRESIDENT.name]
    mended = pdf_bytes(minutes_document(sample, approved(sample)[0], IT, as_approved=True))
    assert check_file(sample, mended, "f").is_ours
    assert not check_file(sample, pades(ours, PRESIDENT, "Firma1") + b"\n%late\n", "f").is_ours


def test_what_changed_since_is_told_and_the_paper_stays_ours(store: Store) -> None:
    document = build_document(store, "T01", IT)
    row = source_rows(store)[-1]
    before = load_source(store, row.id)
    save_source(store, replace(before, name="Fonte con un altro nome"))
    found = check_file(store, pdf_bytes(document), "f.pdf")
    assert (found.verdict, found.differences) == (Verdict.OURS, ())
    assert [(each.paper, each.archive) for each in found.since] == [(before.name, "Fonte con un altro nome")]
    assert check_mark(store, square(document)).since == found.since


def test_large_letters_and_a3_are_ours_too(sample: Store) -> None:
    for sheet in Sheet:
        document = replace(build_document(sample, "T03", IT), sheet=sheet)
        assert check_file(sample, pdf_bytes(document), "f.pdf").is_ours
        assert check_mark(sample, square(document)).verdict is Verdict.OURS


def test_a_day_of_the_past_is_made_again(sample: Store) -> None:
    document = build_document(sample, "T01", IT, when=AsAt(day=date(2014, 10, 7)))
    assert check_file(sample, pdf_bytes(document), "f.pdf").is_ours
    assert check_mark(sample, square(document)).verdict is Verdict.OURS


def forged(document: Document) -> Document:
    """The same document with a cent more in its first amount."""
    data = json.loads(freeze.dump(document))
    table = next(part for part in data["parts"] if part["part"] == "table" and part["rows"])
    key = next(column["key"] for column in table["columns"] if column["kind"] == "money")
    table["rows"][0]["cells"][key] += 1
    return freeze.from_data(data)


def test_a_forged_figure_is_found_though_the_file_is_whole(sample: Store) -> None:
    false = forged(build_document(sample, "T03", IT))
    found = check_file(sample, pdf_bytes(false), "f.pdf")
    assert (found.verdict, found.redrawn, found.is_ours) == (Verdict.DIFFERENT, True, False)
    assert "Importo" in found.differences[0].where or found.differences
    assert check_mark(sample, square(false)).verdict is Verdict.DIFFERENT


def test_a_changed_byte_is_found(sample: Store) -> None:
    content = bytearray(pdf_bytes(build_document(sample, "T01", IT)))
    for at in range(200, len(content), len(content) // 9):
        content[at] ^= 1
        assert not check_file(sample, bytes(content), "f.pdf").is_ours
        content[at] ^= 1


def test_totals_are_added_up_from_the_papers_own_rows() -> None:
    total, half = Line(Role.TOTAL, {"amount": Cents(1_806_089)}), Line(Role.SUBTOTAL, {"amount": Cents(1_806_088)})
    rows = (Line(Role.HEADING, {"name": "Legnano"}), AWARD, half, total)
    [wrong] = wrong_sums(document_of(award_table(rows=rows)), IT)
    assert (wrong.paper, wrong.archive) == ("18.060,89\xa0€", "18.060,88\xa0€")


def test_papers_of_elsewhere_and_of_nothing(sample: Store, tmp_path: Path) -> None:
    document = build_document(sample, "T01", IT)
    with new_store(tmp_path) as other:
        assert check_file(other, pdf_bytes(document), "f.pdf").verdict is Verdict.ELSEWHERE
        assert check_mark(other, square(document)).verdict is Verdict.ELSEWHERE
    plain = pdf_bytes(replace(document, origin=None))
    assert check_file(sample, plain, "f.pdf").verdict is Verdict.STRANGE
    with pytest.raises(AppError, match="unreadable"):
        check_file(sample, b"nothing", "f.pdf")
    with pytest.raises(AppError, match="mark"):
        check_mark(sample, "CONCILIA:1:T01")
    assert read_mark("altro") is None
    unknown = square(replace(document, origin=replace(document.origin, head="0" * 32)))  # type: ignore[type-var]
    assert check_mark(sample, unknown).verdict is Verdict.CHANGED
