"""Papers about a proposal: its sheet in the plan's order, what it lacks, two versions compared."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from app.models.errors import InvalidInput, NotFound
from app.models.money import Cents
from app.models.store import Store
from app.services.documents.documents import DocumentOwner, add_document
from app.services.proposals.drafts import ActionDraft
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import load_proposal, save_proposal
from app.services.proposals.states import submit_proposal
from app.services.proposals.timeline import Timeline, month_label, months_in_words, timeline, year_spans
from app.services.proposals.versions import close_version, reopen_proposal
from app.services.reports import proposal_documents
from app.services.reports.catalogue import build_document, listing
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Document, Facts, Heading, Table, TimeChart
from app.services.reports.text import plain_text
from app.services.reports.writer import json_document
from app.services.wording.texts import translator
from tests.pure.documents import faults
from tests.pure.test_pdf import A2, UA
from tests.services.builders import DAY, a_plan, a_proposal, an_area

IT, EN = translator("it"), translator("en")


def headings(document: Document) -> list[str]:
    return [part.text for part in document.parts if isinstance(part, Heading) and part.level == 1]


def text_of(document: Document) -> str:
    return plain_text(document, translator(document.language))


def structure(data: bytes) -> list[str]:
    """Tags of the structure tree of a PDF, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(str(node.S)[1:])
        kids = node.get("/K") if isinstance(node, pikepdf.Dictionary) else None
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids] if kids is not None else []:
            if isinstance(kid, pikepdf.Dictionary):
                walk(kid)

    with pikepdf.open(io.BytesIO(data)) as pdf:
        walk(pdf.Root.StructTreeRoot)
    return found


# --- the sheet -----------------------------------------------------------------------------


def test_the_sheet_follows_that_of_the_plan(sample: Store) -> None:
    first = proposal_rows(sample)[0]
    document = build_document(sample, "scheda", IT, first.id)
    assert document.title == "Progetto n. 1 – Noi famiglie"
    assert headings(document) == [
        "Descrizione del contesto",
        "Partenariato",
        "Finalità e obiettivi",
        "Descrizione",
        "Destinatari",
        "Risultati attesi",
        "Risorse",
        "Sostenibilità",
    ]
    text = text_of(document)
    for words in ("Secondo l’ISTAT", "Obiettivo 4: sensibilizzare", "Azione 1", "72.645,00", "3,92", "3,86"):
        assert words in text
    tables = list(document.tables())
    assert [table.code for table in tables] == ["SCHEDA.partners", "SCHEDA.results", "SCHEDA.costs"]
    assert len(tables[0].rows) == 18


def test_the_sheet_of_the_timed_project_has_its_timeline(sample: Store) -> None:
    last = proposal_rows(sample)[3]
    document = build_document(sample, "SCHEDA", IT, last.id)
    (chart,) = [part for part in document.parts if isinstance(part, TimeChart)]
    assert [(bar.first, bar.last) for bar in chart.bars] == [(None, None), (1, 12), (None, None)]
    assert "mesi 1–12" in text_of(document)
    data = pdf_bytes(document)
    assert data == pdf_bytes(build_document(sample, "SCHEDA", IT, last.id))
    assert faults(data, A2) == faults(data, UA) == set()
    tags = structure(data)
    assert tags.count("Table") == 1 + len(list(document.tables()))
    assert tags.count("TH") > 10


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_sheet_of_the_sample_is_printed(sample: Store, language: str) -> None:
    for row in proposal_rows(sample):
        for code in ("SCHEDA", "COSA-MANCA"):
            document = build_document(sample, code, translator(language), row.id)
            assert pdf_bytes(document).startswith(b"%PDF-1.7")


def test_an_empty_draft_is_printed(store: Store) -> None:
    key = a_proposal(store, items=())
    document = build_document(store, "SCHEDA", EN, key)
    assert headings(document) == ["Resources"]
    assert list(document.tables()) == []
    assert pdf_bytes(document)


def test_documents_stand_in_the_sheet_with_their_fingerprint(store: Store, tmp_path: Path) -> None:
    key = a_proposal(store)
    path = tmp_path / "lettera.txt"
    path.write_text("aderiamo")
    add_document(store, DocumentOwner(proposal_id=key), path)
    text = text_of(build_document(store, "SCHEDA", EN, key))
    assert "lettera.txt" in text
    assert hashlib.sha256(b"aderiamo").hexdigest() in text


def test_a_long_timeline_goes_over_pages(store: Store) -> None:
    actions = tuple(ActionDraft(label=f"Azione {n}", text="x", month_from=n, month_to=n + 12) for n in range(1, 61))
    key = a_proposal(store, actions=actions, date_start=date(2014, 6, 1))
    data = pdf_bytes(build_document(store, "SCHEDA", EN, key))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) > 3


# --- the timeline, pure --------------------------------------------------------------------


def test_months_have_names_once_the_start_is_known() -> None:
    actions = (ActionDraft(label="A", text="a", month_from=1, month_to=8), ActionDraft(text="b", month_to=9))
    line = timeline(actions, date(2014, 6, 15), None)
    assert line.months == 9
    assert [month_label(line, number, IT) for number in (1, 8, 9)] == ["giu", "gen", "feb"]
    assert year_spans(line, IT) == (("2014", 1, 7), ("2015", 8, 9))
    assert months_in_words(line, line.bars[0], IT) == "mesi 1–8 (giugno 2014 – gennaio 2015)"
    assert months_in_words(line, line.bars[1], IT) == "mese 9 (febbraio 2015)"


def test_months_have_numbers_while_it_is_not() -> None:
    line = timeline((ActionDraft(text="b"),), None, 30)
    assert month_label(line, 14, EN) == "14"
    assert year_spans(line, EN) == (("Year 1", 1, 12), ("Year 2", 13, 24), ("Year 3", 25, 30))
    assert months_in_words(line, line.bars[0], EN) == "months not given"
    assert line.is_empty
    assert timeline((), None, None) == Timeline(12, None, ())


def test_months_that_make_no_sense_yet_are_not_drawn() -> None:
    actions = (ActionDraft(text="a", month_from=5, month_to=2), ActionDraft(text="b", month_from=0))
    assert timeline(actions, None, None).is_empty


# --- what is missing -----------------------------------------------------------------------


def test_what_is_missing_on_paper_and_as_data(sample: Store) -> None:
    row = proposal_rows(sample)[0]
    document = build_document(sample, "COSA-MANCA", EN, row.id)
    data = json_document(document)
    assert data["code"] == "COSA-MANCA"
    assert [column["key"] for column in data["columns"]] == ["severity", "title", "sentence", "source"]
    assert any("3,86" in cell for line in data["rows"] for cell in line if isinstance(cell, str))


def test_nothing_missing_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposal_documents, "proposal_gaps", lambda *_args: ())
    document = build_document(store, "COSA-MANCA", EN, a_proposal(store))
    assert "Nothing is missing" in text_of(document)


# --- versions ------------------------------------------------------------------------------


def test_versions_are_compared_on_paper(store: Store) -> None:
    a_plan(store)
    key = a_proposal(store, area_id=an_area(store), date_received=DAY)
    submit_proposal(store, key)
    assert {entry.code: entry.items for entry in listing(store, EN)}["CONFRONTO-PROPOSTA"] == ()
    reopen_proposal(store, key, "integrazione")
    draft = load_proposal(store, key)
    items = (replace(draft.items[0], amount=Cents(9_000)), draft.items[1])
    save_proposal(store, replace(draft, items=items, date_start=date(2014, 6, 1), signatory="Anna"))
    (item, name) = {entry.code: entry.items for entry in listing(store, EN)}["CONFRONTO-PROPOSTA"][0]
    assert (item, name) == (f"{key}:1:2", "1. Noi famiglie: versions 1 and 2")
    document = build_document(store, "CONFRONTO-PROPOSTA", EN, item)
    (table,) = document.tables()
    assert isinstance(table, Table)
    shown = [[column.value(row) for column in table.columns] for row in table.rows]
    assert shown == [
        ["Signatory", "", "Anna", None],
        ["Start of the project", "", "01/06/2014", None],
        ["Item of cost · Paid staff · Amount", "80,00\u00a0€", "90,00\u00a0€", 1_000],
    ]
    facts = next(part for part in document.parts if isinstance(part, Facts))
    assert facts.pairs[2] == ("After", "version 2 (open): integrazione")
    close_version(store, key)
    reopen_proposal(store, key, "altra")
    assert "The two versions are the same." in text_of(build_document(store, "CONFRONTO-PROPOSTA", EN, f"{key}:2:3"))
    assert len({entry.code: entry.items for entry in listing(store, EN)}["CONFRONTO-PROPOSTA"]) == 2


@pytest.mark.parametrize("item", ["gone:1:2", "gone", "{key}:1:9", "{key}:x:y"])
def test_what_is_not_there_is_refused(store: Store, item: str) -> None:
    key = a_proposal(store)
    for code in ("CONFRONTO-PROPOSTA", "SCHEDA", "COSA-MANCA"):
        with pytest.raises(NotFound):
            build_document(store, code, EN, item.format(key=key))
        with pytest.raises(InvalidInput):
            build_document(store, code, EN)
