"""Papers of evaluation: what they say, what the published one leaves out, and that they stand the validation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import page as validator
import pytest

from app.models.enums import ConflictKind, ScoringManner, UserRole
from app.models.errors import NotFound, RuleBroken
from app.models.store import Store
from app.models.users import Person
from app.services.evaluation.declarations import InterestDraft, InterestsDraft, save_interests
from app.services.evaluation.requests import ask_completion
from app.services.evaluation.sheet_reading import sheet_key
from app.services.evaluation.sheets import open_scores, set_sheet_aside
from app.services.evaluation.spread import member_distances, proposal_scores, spread_rows
from app.services.proposals.proposals import load_proposal
from app.services.reports.catalogue import build_document
from app.services.reports.mark import seal_of
from app.services.reports.pdf import pdf_bytes
from app.services.reports.scoring_documents import blank_job
from app.services.reports.scoring_lists import distances_table
from app.services.reports.spec import Document, PageBreak
from app.services.reports.text import plain_text
from app.services.signing.verifying import Verdict, check_file, check_mark
from app.services.wording.texts import translator
from tests.pure.documents import faults, standard_of
from tests.services.sitting import Sitting, build_sitting
from tests.services.test_admissibility import received
from tests.services.test_sheets import a_grid, give, recipients
from tests.services.world import new_store, reopen

IT = translator("it")
F = Fraction


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sitting]:
    """The archive of `scored`, closed; and its keys."""
    with new_store(tmp_path_factory.mktemp("case")) as made:
        return made.path, scored(made)


@pytest.fixture
def store(case: tuple[Path, Sitting], tmp_path: Path) -> Iterator[Store]:
    """A copy of it, open."""
    with reopen(Path(shutil.copy(case[0], tmp_path))) as opened:
        yield opened


@pytest.fixture
def sitting(case: tuple[Path, Sitting]) -> Sitting:
    return case[1]


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Store]:
    """An archive with nothing in it."""
    with new_store(tmp_path, "vuoto.concilia") as opened:
        yield opened


def scored(store: Store) -> Sitting:
    """Rho scored by four of five, Bianchi being in conflict; Legnano by two."""
    made = build_sitting(store)
    recipients(store, made)
    a_grid(store)
    rho = made.proposals["Rho"]
    call_id = load_proposal(store, rho).call_id or ""
    out = InterestDraft(proposal_id=rho, kind=ConflictKind.ABSTENTION, ground="socio")
    declared = InterestsDraft(
        call_id=call_id, member_id=made.members["Bianchi"], day=date(2014, 6, 20), conflicts=(out,)
    )
    save_interests(store, declared)
    for name, quality in (("Rossi", 9), ("Verdi", 8), ("Neri", 7), ("Gialli", 1)):
        give(store, rho, made.members[name], quality=quality)
    for name, quality in (("Rossi", 5), ("Bianchi", 5)):
        give(store, made.proposals["Legnano"], made.members[name], quality=quality)
    open_scores(store, rho)
    return made


def text(document: Document) -> str:
    return plain_text(document, IT)


def test_the_evaluation_tells_points_reasons_and_who_did_not_score(store: Store, sitting: Sitting) -> None:
    said = text(build_document(store, "T06", IT, sitting.proposals["Rho"]))
    for part in (
        "Maria Rossi",
        "Sara Gialli",
        "14,25",
        "15,50",
        "Chiara",
        "Non hanno valutato, perché in conflitto: Luca",
    ):
        assert part in said


def test_the_published_one_names_nobody(store: Store, sitting: Sitting) -> None:
    said = text(build_document(store, "T06-PUBBLICA", IT, sitting.proposals["Rho"]))
    assert "14,25" in said
    for name in ("Rossi", "Verdi", "Neri", "Gialli", "Bianchi", "Chiara"):
        assert name not in said


def test_points_stay_hidden_on_paper_until_they_are_opened(store: Store, sitting: Sitting) -> None:
    said = text(build_document(store, "T06", IT, sitting.proposals["Legnano"]))
    assert "nessuna scheda è stata consegnata, oppure le schede non sono aperte" in said
    assert "Schede ancora attese: Anna Verdi, Paolo Neri, Sara Gialli" in said
    assert "Chiara" not in said


def test_a_sheet_set_aside_is_told(store: Store, sitting: Sitting) -> None:
    set_sheet_aside(store, sheet_key(sitting.proposals["Rho"], sitting.members["Gialli"]), "Errore materiale")
    said = text(build_document(store, "T06", IT, sitting.proposals["Rho"]))
    assert "Scheda di Sara Gialli accantonata: Errore materiale" in said
    assert "16,00" in said


def test_who_is_far_from_the_others(store: Store, sitting: Sitting) -> None:
    first, second, *_rest = spread_rows(store)
    assert (first.title, first.spread, first.far, first.distance) == ("Progetto Rho", 8, "Sara Gialli", F(-13, 2))
    assert (first.mean, first.median, first.total) == (F(57, 4), F(31, 2), F(57, 4))
    assert second.spread is None, "not opened yet"
    rows = member_distances(store)
    assert [(row.name, row.mean) for row in rows[:2]] == [("Sara Gialli", F(-13, 2)), ("Maria Rossi", F(3, 2))]
    assert len(distances_table(rows, IT).rows) == 4


def test_blank_sheets(store: Store, sitting: Sitting) -> None:
    call_id = load_proposal(store, sitting.proposals["Rho"]).call_id or ""
    said = text(build_document(store, "SCHEDA-PUNTEGGIO", IT, call_id))
    for part in ("Qualità", "0–10", "0 / 6", "Calcolato dai dati: Destinatari previsti", "Totale su 20"):
        assert part in said
    job = blank_job(store, call_id, IT)
    assert sum(isinstance(part, PageBreak) for part in job.parts) == 3
    assert "4. Progetto Castano" in text(job)


@pytest.mark.parametrize("code", ["T06", "T06-PUBBLICA", "SCHEDA-PUNTEGGIO"])
def test_papers_of_scoring_stand_the_validation(store: Store, sitting: Sitting, code: str) -> None:
    rho = sitting.proposals["Rho"]
    item = load_proposal(store, rho).call_id if code == "SCHEDA-PUNTEGGIO" else rho
    document = build_document(store, code, IT, item)
    pdf = pdf_bytes(document)
    assert faults(pdf, standard_of(document)) == set()
    assert faults(pdf, validator.ValidationProfile.PDF_UA_1) == set()
    if code == "SCHEDA-PUNTEGGIO":
        return
    found = check_file(store, pdf, "t06.pdf")
    assert (found.verdict, found.redrawn, found.code, found.differences) == (Verdict.OURS, True, code, ())


def test_points_are_compared_for_who_may_see_them(store: Store, sitting: Sitting) -> None:
    rho, legnano = sitting.proposals["Rho"], sitting.proposals["Legnano"]
    open_scores(store, legnano, "Serve alla seduta")
    papers = [pdf_bytes(build_document(store, code, IT, legnano)) for code in ("T06", "T06-PUBBLICA")]
    open_one = pdf_bytes(build_document(store, "T06", IT, rho))
    seal = seal_of(build_document(store, "T06", IT, legnano))
    assert seal is not None
    give(store, legnano, sitting.members["Neri"], quality=5)
    for name, sees in (("Anna Verdi", False), ("Paolo Neri", True)):
        store.person = Person(name, name, UserRole.MEMBER)
        assert check_file(store, open_one, "t06.pdf").verdict is Verdict.OURS
        for paper in papers:
            if sees:
                assert check_file(store, paper, "t06.pdf").verdict is Verdict.OURS, "at the moment of the print"
            else:
                with pytest.raises(RuleBroken, match=r"scores\.own_first"):
                    check_file(store, paper, "t06.pdf")
        if not sees:
            assert build_document(store, "T06", IT, legnano).origin is None, "nothing to vouch for"
            with pytest.raises(RuleBroken, match=r"scores\.own_first"):
                check_mark(store, seal.square.content)


def test_the_evaluation_tells_who_stood_in(store: Store, sitting: Sitting) -> None:
    legnano = sitting.proposals["Legnano"]
    call_id = load_proposal(store, legnano).call_id or ""
    out = InterestDraft(proposal_id=legnano, kind=ConflictKind.INCOMPATIBLE, ground="amministratore")
    save_interests(
        store,
        InterestsDraft(call_id=call_id, member_id=sitting.members["Neri"], day=date(2014, 6, 20), conflicts=(out,)),
    )
    give(store, legnano, sitting.members["Viola"], quality=5)
    open_scores(store, legnano, "Serve alla seduta")
    said = text(build_document(store, "T06", IT, legnano))
    assert "Carla Viola, supplente, valuta al posto di Paolo Neri, incompatibile." in said
    assert "Non hanno valutato, perché in conflitto: Paolo Neri." in said
    published = text(build_document(store, "T06-PUBBLICA", IT, legnano))
    assert not [name for name in ("Viola", "Neri") if name in published]


def test_papers_of_the_formal_check_stand_the_validation(blank: Store) -> None:
    proposal = received(blank)
    request = ask_completion(
        blank, proposal, date_due=date(2014, 5, 5), time_due="12:00", protocol="35411", signatory="Maria Rossi"
    ).id
    sheet = build_document(blank, "ISTRUTTORIA", IT, proposal)
    letter = build_document(blank, "INTEGRAZIONE", IT, request)
    assert "no (sanabile)" in text(sheet)
    assert "2 punti non hanno ancora risposta." in text(sheet)
    assert "entro le ore 12:00 del 05/05/2014" in text(letter)
    for document in (sheet, letter):
        assert faults(pdf_bytes(document), validator.ValidationProfile.PDF_A_2A) == set()
        assert faults(pdf_bytes(document), validator.ValidationProfile.PDF_UA_1) == set()


def test_a_call_without_a_grid_has_no_evaluation(blank: Store) -> None:
    proposal = received(blank)
    assert proposal_scores(blank, proposal) is None
    with pytest.raises(NotFound):
        build_document(blank, "T06", IT, proposal)


def test_a_collegial_sheet_on_paper(blank: Store) -> None:
    made = build_sitting(blank)
    recipients(blank, made)
    a_grid(blank, ScoringManner.COLLEGIAL)
    give(blank, made.proposals["Rho"])
    said = text(build_document(blank, "T06-PUBBLICA", IT, made.proposals["Rho"]))
    assert "Chiara" in said, "the reasons of the committee as one are its own"
    assert "Mediana" not in said
