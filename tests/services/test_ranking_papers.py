"""T05 in full and published, declarations, stability, letters of outcome: what they say and how they come out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import page as validator
import pytest

from app.models.enums import ProposalState
from app.models.errors import Cancelled, NotFound, RuleBroken
from app.models.money import Cents
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.evaluation.award_decisions import award_by_ranking
from app.services.evaluation.declarations import InterestDraft, InterestsDraft, save_interests
from app.services.evaluation.rankings import save_ranking
from app.services.meetings.closing import close_meeting
from app.services.overview import read_overview
from app.services.reports.catalogue import build_document
from app.services.reports.outcome_letters import letter_items, write_letters
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Document
from app.services.reports.text import plain_text
from app.services.wording.texts import translator
from tests.pure.documents import faults, standard_of
from tests.services.ranked import DAY, adopted, call_of, ranking_draft, write_judged
from tests.services.sitting import Sitting, open_sitting
from tests.services.world import reopen

EN, IT = translator("en"), translator("it")


@pytest.fixture(scope="module")
def decided_archive(empty_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sitting, str]:
    """Judged, ranked and decided: Garbagnate asked for more than is left and gets a part."""
    path = Path(shutil.copy(empty_archive, tmp_path_factory.mktemp("decided")))
    made = write_judged(path)
    with reopen(path) as opened:
        with opened.write("save_proposal") as session:
            session.get_one(Proposal, made.proposals["Garbagnate"]).grant_declared = Cents(100_000_00)
        conflict = InterestDraft(proposal_id=made.proposals["Legnano"], ground="dipendente del capofila")
        call_id = call_of(opened, made)
        save_interests(
            opened,
            InterestsDraft(call_id=call_id, member_id=made.members["Viola"], day=DAY, conflicts=(conflict,)),
        )
        save_interests(opened, InterestsDraft(call_id=call_id, member_id=made.members["Rossi"], day=DAY))
        key = adopted(opened, made)
        meeting = open_sitting(opened, made, "Graduatoria")
        award_by_ranking(opened, key, meeting.items[0].id, IT)
        assert meeting.id is not None
        close_meeting(opened, meeting.id, "12:00")
    return path, made, key


@pytest.fixture
def sitting(decided_archive: tuple[Path, Sitting, str]) -> Sitting:
    """Keys of what is in `store`."""
    return decided_archive[1]


@pytest.fixture
def store(decided_archive: tuple[Path, Sitting, str], tmp_path: Path) -> Iterator[Store]:
    """A copy of the archive, open for writing."""
    with reopen(Path(shutil.copy(decided_archive[0], tmp_path))) as opened:
        yield opened


def assert_conforms(document: Document) -> None:
    """The paper is PDF/A-2a and PDF/UA-1, and the same twice."""
    pdf = pdf_bytes(document)
    assert faults(pdf, standard_of(document)) == set()
    assert faults(pdf, validator.ValidationProfile.PDF_UA_1) == set()
    assert pdf == pdf_bytes(document)


def test_the_ranking_in_full_and_as_published(store: Store) -> None:
    full = build_document(store, "T05", IT)
    text = plain_text(full, IT)
    for said in (
        "A.3 Ambito 3",
        "L’ambito dispone di 120.000,00",
        "Finanziata in parte",
        "69.803,00",
        "Perché ciascuna sta dove sta",
        "sorteggio: 4 contro 9",
    ):
        assert said in text, text
    [table] = full.tables()
    assert table.totals() == {"requested": 400_197_00, "amount": 270_000_00}
    published = build_document(store, "t05-pubblica", IT)
    said = plain_text(published, IT)
    assert "Progetto Rho" not in said
    assert "1 proposta non è idonea" in said
    assert "Perché ciascuna" not in said
    assert_conforms(full)
    assert_conforms(published)


def test_a_draft_says_that_it_is_one_and_whose_ties_are_open(store: Store, sitting: Sitting) -> None:
    key = save_ranking(store, ranking_draft(store, sitting)).id
    text = plain_text(build_document(store, "T05", EN, key), EN)
    assert "Draft: this ranking has not been adopted yet." in text
    assert "Ties still open: proposals no. 1, 4." in text
    overall = save_ranking(store, ranking_draft(store, sitting, by_area=False)).id
    text = plain_text(build_document(store, "T05", EN, overall), EN)
    assert "Overall ranking" in text
    assert " A.3 " in text, "whose money it is"
    assert "The area has" not in text
    with pytest.raises(NotFound):
        build_document(store, "T05", EN, "gone")


def test_without_a_ranking_the_table_is_empty(empty_archive: Path, tmp_path: Path) -> None:
    with reopen(Path(shutil.copy(empty_archive, tmp_path))) as empty:
        [table] = build_document(empty, "T05", EN).tables()
        assert table.rows == ()
        with pytest.raises(NotFound):
            build_document(empty, "STABILITA", EN, "gone")
        with pytest.raises(RuleBroken) as refused:
            write_letters(empty, None, tmp_path, EN)
        assert refused.value.code == "letter.none"


def test_the_declarations(store: Store) -> None:
    document = build_document(store, "DICHIARAZIONI", IT)
    text = plain_text(document, IT)
    assert "si astiene sulla n. 3: dipendente del capofila" in text
    assert "nessun conflitto di interessi" in text
    assert "non ancora resa" in text
    assert_conforms(document)


def test_the_stability_says_who_would_move(store: Store, decided_archive: tuple[Path, Sitting, str]) -> None:
    document = build_document(store, "STABILITA", IT, decided_archive[2])
    text = plain_text(document, IT)
    assert "peso di A «Qualità» \u221210 %" in text
    assert "senza Maria Rossi" in text
    assert "Per il solo comitato" in text
    assert_conforms(document)


def test_each_letter_says_its_own_outcome(store: Store, sitting: Sitting) -> None:
    texts = {item.number: plain_text(build_document(store, "ESITO", IT, item.id), IT) for item in letter_items(store)}
    assert list(texts) == [1, 2, 3, 4]
    term = "01/07/2014"
    assert f"entro il {term}" in texts[1]
    assert "dalla seduta del 24/06/2014: 7" in texts[1]
    assert any(term in item.detail for item in read_overview(store, IT).open_items), "the start page counts as it does"
    assert "Data: 24/06/2014" in texts[2]
    assert "Protocollo: ____" in texts[2], "left to the office"
    assert "69.803,00" in texts[1]
    assert "Il totale di 50 è sotto la soglia di 60" in texts[2]
    assert "Comune di Legnano" in texts[3]
    assert "150.000,00" in texts[3]
    assert "posto n. 1 di 2" in texts[4]
    assert "n. 2/2014 del 24/06/2014" in texts[4]
    assert_conforms(build_document(store, "ESITO", IT, letter_items(store)[0].id))
    with store.write("set_proposal_state") as session:
        session.get_one(Proposal, sitting.proposals["Rho"]).state = ProposalState.ADMISSIBLE.value
    with pytest.raises(RuleBroken) as refused:
        build_document(store, "ESITO", IT, sitting.proposals["Rho"])
    assert refused.value.code == "letter.no_outcome"


def test_all_letters_come_out_in_one_job_or_none(store: Store, tmp_path: Path) -> None:
    class Impatient:
        def step(self, done: int, total: int) -> None:
            if done == 2:
                raise Cancelled

    folder = tmp_path / "lettere"
    with pytest.raises(Cancelled):
        write_letters(store, None, folder, IT, Impatient())
    assert not folder.exists()
    paths = write_letters(store, None, folder, IT)
    assert [path.name for path in paths] == ["esito-001.pdf", "esito-002.pdf", "esito-003.pdf", "esito-004.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF") for path in paths)


def test_a_grant_raised_later_is_not_called_a_part(sample: Store) -> None:
    text = plain_text(build_document(sample, "ESITO", IT, letter_items(sample)[0].id), IT)
    assert "hanno portato a 78.833,44" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Contributo aumentato con la deliberazione: n. 7/2014 del 09/07/2014" in text
    assert "in parte" not in text
